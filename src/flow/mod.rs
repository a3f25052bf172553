//! Flows: what an endpoint decides.
//!
//! A flow is a pure function of the core, the record, the subject, the request,
//! the secrets and `now`. It returns an [`Outcome`], with the record to store,
//! and changes nothing by itself. Without a record it does the same work and
//! shows the same as for a wrong secret. Times before an [`Error`] are not
//! bounded so: those say what is wrong with the call, not with the account.
//!
//! | file | flows |
//! |---|---|
//! | `sign_up.rs`, `sign_in.rs` | [`Saltbox::sign_up`], [`Saltbox::sign_in`] |
//! | `change.rs` | [`Saltbox::replace`], [`Saltbox::update`] |
//! | `issue.rs` | [`Saltbox::request_reset`], [`Saltbox::request_verification`] |
//! | `redeem.rs` | [`Saltbox::reset`], [`Saltbox::verify_address`] |
//! | `questions.rs` | [`Saltbox::set_questions`], [`Saltbox::get_questions`], [`Saltbox::verify_questions`] |
//! | `admin.rs`, `import.rs` | [`Saltbox::admin`], [`Saltbox::admin_set_password`], [`Saltbox::admin_import`] |
//! | `policy.rs` | [`Saltbox::public_policy`] |
//! | `new_password.rs` | what all of them do that set one |
//!
//! # Bad input
//!
//! An error changes nothing and gives no record: nothing is charged. In the third column `a_name` is a
//! verdict ([`Decision`]) and `Name` an [`ErrorKind`](crate::ErrorKind). `tests/stories/bad_input.rs` holds each row
//! to its stories.
//!
//! | bad input | flows | what comes of it | computed and charged |
//! |---|---|---|---|
//! | a request that is none: other members or types | every flow | `Request` | nothing |
//! | a subject that is none | every flow | `Subject` | nothing |
//! | a subject without an id, and a record | every flow | `Subject` | nothing; `sign_in` and `replace` the work of a wrong password |
//! | a subject without an id, and no record | `sign_up`, `admin_import` | `Subject` | nothing |
//! | no address, or none that is verified | `request_reset` | `no_address`, `address_unverified` | what a code costs; not charged |
//! | no record | every flow but `sign_up`, `admin_import` | `no_account` | what a wrong secret costs; nothing for administrators, `update` and `get_questions`; for `set_questions` the hashes |
//! | a record that cannot be read | every flow | `Record` | nothing; `sign_in` and `replace` the work of a wrong password |
//! | a record of a later release | every flow | `LaterRelease` | the same |
//! | another subject's record, of another id or realm | every flow but `sign_up` | `OtherSubject` | the same |
//! | another subject's record, for a login that is taken | `sign_up` | `exists` | the hash of the new one |
//! | a stored string that cannot be verified here | `sign_in`, `replace`, `set_questions` | `Malformed`, `Unsupported`, `NotAllowed`, `Limit`, `Key`, `Seal`, `LaterRelease` | the work of a wrong password |
//! | a stored string that cannot be verified here, which a new one replaces | `update`, `reset` | `password_changed`, `password_reset` | the hash of the new one; it counts as another password |
//! | an empty password, one that is not UTF-8, is too long, or has NUL | `sign_in`, `replace` | `wrong_password` | as any wrong one, and charged |
//! | a new password that is so | `sign_up`, `update`, `replace`, `reset`, `admin_set_active`, `admin_set_temporary` | `password_refused` | no hash of it; what stands before it in order; not charged |
//! | codes of no way or two, half a pair, one that is empty or cut short | `reset`, `verify_address` | `NoCode`, `TwoWays`, `HalfOfAPair`, `EmptyCode`, `MalformedCode` | nothing, the record is not looked at |
//! | digits as a link, a link as digits | `reset` | `wrong_code` | as any wrong one, and charged |
//! | a code that was not issued | `reset`, `verify_address` | `unknown_code` | as a wrong one; not charged |
//! | another realm's ticket, another purpose's, or another way's | `reset`, `verify_address` | `other_realm`, `other_purpose`, `other_way` | the compare; not charged, and the code stays as it was |
//! | another subject's ticket | `reset` | `wrong_code` | as any wrong one, and charged |
//! | a channel that does not go with the way | `request_reset`, `request_verification` | `Argument` | nothing, the record is not looked at |
//! | no key to make codes with | `request_reset`, `request_verification`, `reset`, `verify_address` | `Key` | nothing |
//! | no session, or another subject's | `sign_in` with `step_up`, `update`, `set_questions`, `get_questions`, `verify_questions` | `other_session` | nothing |
//! | a sign-in too long ago, or of unknown age | `update`, `set_questions` | `old_authentication` | nothing |
//! | questions that are not configured | `set_questions`, `get_questions`, `verify_questions` | `Config` | nothing |
//! | two answers to one question, 17 answers, an id of 65 bytes | `set_questions`, `verify_questions` | `Answers` | nothing |
//! | an answer to no question, too few or too many | `set_questions` | `answers_refused` | no hash; not charged |
//! | an answer to what was not asked, too few or too many | `verify_questions` | `wrong_answers` | as wrong ones, and charged |
//! | time that goes back | `sign_in` | `temporarily_locked` | as ever; a lock gets no longer and ends no sooner |
//! | time that goes back | `reset` | `exhausted`, `early_code` | as ever; attempts do not come back, a code is good up to a minute before it was issued |
//! | time that goes back | `verify_questions` | `exhausted` | as ever; attempts do not come back |
//! | a time after 2^53 - 1 | `sign_up`, `sign_in` | `signed_up`, `temporarily_locked` | as at 2^53 - 1 |

mod admin;
mod change;
mod import;
mod issue;
mod new_password;
mod policy;
mod questions;
mod redeem;
mod request;
mod sign_in;
mod sign_up;

pub use self::admin::AdminAction;
pub use self::request::Request;

use crate::code::Tools;
use crate::core::Saltbox;
use crate::json::MAX_INTEGER;
use crate::outcome::Decision;
use crate::policy::{AccountStatus, Subject};
use crate::record::Record;

impl Saltbox {
    fn code_tools(&self) -> Tools<'_> {
        Tools {
            settings: self.config().codes(),
            keys: self.config().root_keys(),
            hasher: self.hasher(),
        }
    }
}

/// Why nothing at all is done for an account, whatever the flow.
fn barred(record: &Record, subject: &Subject) -> Option<Decision> {
    if record.state.disabled || subject.account.status == AccountStatus::Disabled {
        Some(Decision::AccountDisabled)
    } else if record.state.is_locked() {
        Some(Decision::PermanentlyLocked)
    } else {
        None
    }
}

/// A time that every reader of a record takes exactly.
const fn storable(now_unix_s: u64) -> u64 {
    if now_unix_s > MAX_INTEGER {
        MAX_INTEGER
    } else {
        now_unix_s
    }
}

#[cfg(test)]
mod tests;
