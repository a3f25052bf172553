//! Changing a password: `replace` with the old one, `update` within a session.

use super::new_password::{NewPassword, refused};
use super::sign_in::{Known, Recognised};
use super::{Request, storable};
use crate::account::Standing;
use crate::core::{MaybeStored, Saltbox};
use crate::error::Error;
use crate::outcome::{Decision, Effect, Outcome, Shown};
use crate::policy::{AccountStatus, Subject};
use crate::record::Record;

impl Saltbox {
    /// Replaces the password by a new one, with the old one as the proof. An
    /// expired one and a temporary one may be replaced: that is what for they are.
    ///
    /// In this order: all that [`Self::sign_in`] does up to the status; the policy, compared with the
    /// old one; that the new one is not set already and none of those remembered.
    ///
    /// # Errors
    /// As [`Self::sign_in`] and [`Self::hash`].
    pub fn replace<'r>(
        &self,
        record: impl MaybeStored<'r>,
        subject: &Subject,
        request: &Request,
        old_password: impl AsRef<[u8]>,
        new_password: impl AsRef<[u8]>,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let record = record.maybe_stored().unwrap_or_default().as_bytes();
        let (old, new) = (old_password.as_ref(), new_password.as_ref());
        self.replace_bytes(record, subject, request, old, new, now_unix_s)
    }

    pub(crate) fn replace_bytes(
        &self,
        record: &[u8],
        subject: &Subject,
        request: &Request,
        old: &[u8],
        new: &[u8],
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let known = self.known_password(record, subject, old, now_unix_s)?;
        let Known {
            before,
            record,
            standing,
            ..
        } = match known {
            Recognised::Yes(known) => known,
            Recognised::No(outcome) => return Ok(outcome),
        };
        let refused_for = match standing {
            Standing::Good | Standing::MustChange => None,
            Standing::Disabled => Some(Decision::AccountDisabled),
            Standing::Invited => Some(Decision::AccountInvited),
            Standing::TemporaryOver => Some(Decision::TemporaryOver),
        };
        if let Some(decision) = refused_for {
            let outcome = Outcome::new(decision, Shown::WrongPassword);
            return Ok(outcome.with_record(Some(record.rewritten())));
        }
        let outcome = self.change(before, record, subject, Some(old), new, now_unix_s)?;
        Ok(if outcome.is_yes() {
            outcome
                .with_effect(Effect::NewSession)
                .with_effect_if(request.revoke_other_sessions, Effect::RevokeOtherSessions)
                .with_effect(Effect::NotifyPasswordChanged)
        } else {
            outcome
        })
    }

    /// Sets a new password within a session of the account, without the old one.
    ///
    /// In this order: a record that can be read and is the subject's; a session of
    /// the account (`session_subject`); that the user signed in a short time ago
    /// (`auth_age_s` of the request, at most that of the configuration), unless the password has just
    /// been reset; the status; the policy; that the new one is not set already and none of those remembered.
    ///
    /// # Errors
    /// For the record and the subject as [`Self::request_reset`]; those of [`Self::hash`].
    pub fn update<'r>(
        &self,
        record: impl MaybeStored<'r>,
        subject: &Subject,
        request: &Request,
        new_password: impl AsRef<[u8]>,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let record = record.maybe_stored().unwrap_or_default().as_bytes();
        self.update_bytes(record, subject, request, new_password.as_ref(), now_unix_s)
    }

    pub(crate) fn update_bytes(
        &self,
        record: &[u8],
        subject: &Subject,
        request: &Request,
        new: &[u8],
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let (settings, now) = (self.config().account(), storable(now_unix_s));
        let before = Record::of(record, subject)?;
        let refuse = |decision| Ok(Outcome::new(decision, Shown::SignInFirst));
        if !request.is_session_of(subject) {
            return refuse(Decision::OtherSession);
        }
        let Some(before) = before else {
            return refuse(Decision::NoAccount);
        };
        let is_recent = |age: u64| age <= settings.auth_age_s;
        let is_after_reset = before
            .reset_at()
            .is_some_and(|at| is_recent(now.abs_diff(at)));
        if !request.auth_age_s.is_some_and(is_recent) && !is_after_reset {
            return refuse(Decision::OldAuthentication);
        }
        if before.state.disabled || subject.account.status == AccountStatus::Disabled {
            return refuse(Decision::AccountDisabled);
        }
        let record = before.clone();
        let outcome = self.change(before, record, subject, None, new, now_unix_s)?;
        Ok(if outcome.is_yes() {
            outcome
                .with_effect_if(request.revoke_other_sessions, Effect::RevokeOtherSessions)
                .with_effect(Effect::NotifyPasswordChanged)
        } else {
            outcome
        })
    }

    /// Sets a password that the user has chosen, where nothing is wrong with it.
    fn change(
        &self,
        before: Record,
        mut record: Record,
        subject: &Subject,
        old: Option<&[u8]>,
        new: &[u8],
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        match self.new_password(Some(&before), subject, old, new, now_unix_s)? {
            // Something was told of the old password, or of the one that is set.
            NewPassword::Refused(decision, findings) => {
                let record = Some(record.rewritten());
                Ok(refused(decision, findings, record))
            }
            NewPassword::Hashed(hash, findings) => {
                let settings = self.config().account();
                record.set_hash(settings, hash.as_str(), storable(now_unix_s));
                record.state.must_change = None;
                Ok(Outcome::new(Decision::PasswordChanged, Shown::Done)
                    .with_record(record.changed_from(Some(&before)))
                    .with_findings(findings))
            }
        }
    }
}
