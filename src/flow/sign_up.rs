//! Signing up.

use super::new_password::{NewPassword, refused};
use super::{Request, storable};
use crate::core::{MaybeStored, Saltbox};
use crate::error::Error;
use crate::outcome::{Decision, Effect, Outcome, Shown};
use crate::policy::Subject;
use crate::record::Record;

impl Saltbox {
    /// Makes the record of a new account. A `record` says that the login is
    /// taken: that costs as much, and with `account.mask` nobody is told but the
    /// user who has it.
    ///
    /// In this order: a record that can be read and is the subject's, the policy,
    /// whether there is one already. Store the record only where there still is none.
    ///
    /// With `account.mask` a new account gets no session, because an old one gets
    /// none either: send a code ([`Self::request_verification`]). **Until an address is verified the password signs nobody in**, or
    /// whoever tries the password just given would learn that the login was free. So masking needs an
    /// address of the subject, and that it is the login, or that a code that comes tells nothing of that; an account without any signs in at once.
    ///
    /// # Errors
    /// [`Record`](crate::ErrorKind::Record) and its like for the record,
    /// [`Subject`](crate::ErrorKind::Subject) where it has no id, and those of [`Self::hash`].
    pub fn sign_up<'r>(
        &self,
        record: impl MaybeStored<'r>,
        subject: &Subject,
        request: &Request,
        password: impl AsRef<[u8]>,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let record = record.maybe_stored().unwrap_or_default().as_bytes();
        self.sign_up_bytes(record, subject, request, password.as_ref(), now_unix_s)
    }

    pub(crate) fn sign_up_bytes(
        &self,
        record: &[u8],
        subject: &Subject,
        _request: &Request,
        password: &[u8],
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        // The record of an account that exists has the id of that, not of the one that would be made.
        let existing = Record::exists(record)?;
        let mut new = Record::new(subject)?;
        let (hash, findings) = match self.new_password(None, subject, None, password, now_unix_s)? {
            NewPassword::Refused(decision, findings) => {
                return Ok(refused(decision, findings, None));
            }
            NewPassword::Hashed(hash, findings) => (hash, findings),
        };
        let is_masked = self.config().account().mask;
        if existing {
            let shown = if is_masked {
                Shown::Sent
            } else {
                Shown::Exists
            };
            let outcome = Outcome::new(Decision::Exists, shown).with_findings(findings);
            return Ok(outcome.with_effect(Effect::NotifySignUpTried));
        }
        new.state.unverified = is_masked && subject.is_to_be_verified();
        new.set_hash(self.config().account(), hash.as_str(), storable(now_unix_s));
        let record = new.changed_from(None);
        let outcome = |shown| {
            Outcome::new(Decision::SignedUp, shown)
                .with_record(record)
                .with_findings(findings)
        };
        Ok(if is_masked {
            outcome(Shown::Sent)
        } else {
            outcome(Shown::Done).with_effect(Effect::NewSession)
        })
    }
}
