//! Signing in.

use super::{Request, storable};
use crate::account::{AccountSettings, Locked, Standing};
use crate::core::{MaybeStored, Saltbox};
use crate::error::Error;
use crate::hash::Verdict;
use crate::outcome::{Decision, Effect, Outcome, Shown};
use crate::policy::{AccountStatus, Subject};
use crate::record::Record;

impl Saltbox {
    /// Whether `password` signs the account in.
    ///
    /// It is a first factor: whether the account has others, and asks for them before the session is of use, is the
    /// host's. With `step_up` it raises the session that the request comes with (`session_subject`), and no other's.
    ///
    /// In this order: a session to raise; a record that can be read and is the subject's; a lock; the
    /// hash, at the same cost for an account that is not there, is locked or has
    /// no password; then, for a right password, the status, whether it has expired, whether it
    /// has to be changed. With `hash.unknown_users` an account that is not there costs what one with the subject's
    /// `login_id` might: give it as it was typed, also where there is no record. A failure is charged, and may lock; a success begins anew. A right password
    /// within a lock stays refused.
    ///
    /// A plain success changes nothing and has no record. **Then compare: what is stored has to be still what was
    /// read**, or of many guesses at once the right one is told whatever the others were charged.
    ///
    /// # Errors
    /// For the record and the subject as [`Self::request_reset`]; those of [`Self::verify`].
    pub fn sign_in<'r>(
        &self,
        record: impl MaybeStored<'r>,
        subject: &Subject,
        request: &Request,
        password: impl AsRef<[u8]>,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let record = record.maybe_stored().unwrap_or_default().as_bytes();
        self.sign_in_bytes(record, subject, request, password.as_ref(), now_unix_s)
    }

    pub(crate) fn sign_in_bytes(
        &self,
        record: &[u8],
        subject: &Subject,
        request: &Request,
        password: &[u8],
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        if request.step_up && !request.is_session_of(subject) {
            return Ok(Outcome::new(Decision::OtherSession, Shown::SignInFirst));
        }
        let known = self.known_password(record, subject, password, now_unix_s)?;
        let Known {
            before,
            mut record,
            rehash,
            standing,
        } = match known {
            Recognised::Yes(known) => known,
            Recognised::No(outcome) => return Ok(outcome),
        };
        if let Some((decision, shown)) = refusal(standing) {
            // Told of the password, so there is something to swap.
            return Ok(Outcome::new(decision, shown).with_record(Some(record.rewritten())));
        }
        // Nothing is lost where there is no room to hash it now.
        let rehashed = if rehash {
            self.hash_text(password).ok()
        } else {
            None
        };
        if let Some(hash) = &rehashed {
            record.replace_hash(hash.as_str());
        }
        let outcome = Outcome::new(Decision::SignedIn, Shown::Done)
            .with_record(record.changed_from(Some(&before)))
            .with_effect(if request.step_up {
                Effect::StepUpSession
            } else {
                Effect::NewSession
            })
            .with_effect_if(request.revoke_other_sessions, Effect::RevokeOtherSessions)
            .with_effect_if(rehashed.is_some(), Effect::Rehashed);
        Ok(outcome)
    }

    /// Whether `password` is the account's, charged where it is not.
    pub(super) fn known_password(
        &self,
        record: &[u8],
        subject: &Subject,
        password: &[u8],
        now_unix_s: u64,
    ) -> Result<Recognised, Error> {
        let (settings, now) = (self.config().account(), storable(now_unix_s));
        // Drawn for every login, so that it tells nothing that one was.
        let unknown = self.unknown_user(subject)?;
        let nobody = |decision| {
            self.reject_unknown(&unknown, password)?;
            Ok(Recognised::No(Outcome::new(decision, Shown::WrongPassword)))
        };
        let before = match Record::of(record, subject) {
            Ok(before) => before,
            Err(error) => {
                // What is wrong with a record is not to be told by time, either.
                self.reject_unknown(&unknown, password)?;
                return Err(error);
            }
        };
        let Some(before) = before else {
            return nobody(Decision::NoAccount);
        };
        let mut record = before.clone();
        if let Err(locked) = record.state.charge(settings, now) {
            match before.hash() {
                Some(hash) => self.reject(hash.as_bytes(), password)?,
                None => self.reject_unknown(&unknown, password)?,
            }
            let (decision, retry_after_s) = locked_out(locked);
            let outcome = Outcome::new(decision, Shown::WrongPassword)
                .with_record(record.changed_from(Some(&before)))
                .with_retry_after(retry_after_s);
            return Ok(Recognised::No(outcome));
        }
        let Some(hash) = before.hash() else {
            return nobody(Decision::NoPassword);
        };
        let standing = standing(&record, subject, settings, now);
        // Whether the password is right shows in nothing where it sounds like a wrong one.
        let verdict = match standing {
            Standing::Good | Standing::MustChange => self.verify_bytes(hash.as_bytes(), password),
            _ => self.verify_unseen(hash.as_bytes(), password),
        };
        let Verdict::Accepted { rehash } = verdict? else {
            let outcome = Outcome::new(Decision::WrongPassword, Shown::WrongPassword);
            let record = record.changed_from(Some(&before));
            return Ok(Recognised::No(outcome.with_record(record)));
        };
        record.state.lock.succeed();
        Ok(Recognised::Yes(Known {
            before,
            record,
            rehash,
            standing,
        }))
    }
}

/// How an account stands whose password was right, by its record and by what the host says.
fn standing(record: &Record, subject: &Subject, settings: &AccountSettings, now: u64) -> Standing {
    let standing = record.state.standing(settings, record.set_at(), now);
    match subject.account.status {
        AccountStatus::Disabled => Standing::Disabled,
        AccountStatus::Invited => Standing::Invited,
        _ if standing == Standing::Disabled => standing,
        _ if record.state.unverified && subject.is_to_be_verified() => Standing::Unverified,
        AccountStatus::Expired if standing == Standing::Good => Standing::MustChange,
        AccountStatus::Expired | AccountStatus::Enabled => standing,
    }
}

/// The decision for a lock, and when to try again.
pub(super) const fn locked_out(locked: Locked) -> (Decision, Option<u64>) {
    match locked {
        Locked::Temporarily { retry_after_s } => (Decision::TemporarilyLocked, Some(retry_after_s)),
        Locked::Permanently => (Decision::PermanentlyLocked, None),
    }
}

/// What came of a password.
// One lives at a time, on the stack.
#[allow(clippy::large_enum_variant)]
pub(super) enum Recognised {
    Yes(Known),
    No(Outcome),
}

/// An account whose password was right.
pub(super) struct Known {
    pub(super) before: Record,
    /// With its failures forgotten.
    pub(super) record: Record,
    pub(super) rehash: bool,
    pub(super) standing: Standing,
}

/// Why a right password signs nobody in.
pub(super) const fn refusal(standing: Standing) -> Option<(Decision, Shown)> {
    Some(match standing {
        Standing::Good => return None,
        Standing::Disabled => (Decision::AccountDisabled, Shown::WrongPassword),
        Standing::Invited => (Decision::AccountInvited, Shown::WrongPassword),
        Standing::Unverified => (Decision::AddressUnverified, Shown::WrongPassword),
        Standing::MustChange => (Decision::MustChange, Shown::MustChange),
        Standing::TemporaryOver => (Decision::TemporaryOver, Shown::WrongPassword),
    })
}
