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
