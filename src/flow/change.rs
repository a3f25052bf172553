//! Changing a password: `replace` with the old one, `update` within a session.

use super::new_password::{NewPassword, refused};
use super::sign_in::{Known, Recognised, locked_out, refusal};
use super::{Request, barred, storable};
use crate::core::{MaybeStored, Saltbox};
use crate::error::Error;
use crate::outcome::{Decision, Effect, Outcome, Shown};
use crate::policy::Subject;
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
        match refusal(standing) {
            // What has to be changed is changed by this.
            None | Some((Decision::MustChange, _)) => {}
            Some((decision, shown)) => {
                return Ok(Outcome::new(decision, shown).with_record(Some(record.rewritten())));
            }
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
    /// (`auth_age_s` of the request, at most that of the configuration); that the account is neither disabled nor
    /// locked; the policy; that the new one is not set already and none of those remembered, which is charged as
    /// a failure to sign in. A reset needs no update after it: it sets the password itself, and ends every session.
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
        if !request.is_fresh(settings) {
            return refuse(Decision::OldAuthentication);
        }
        if let Some(decision) = barred(&before, subject) {
            return refuse(decision);
        }
        let mut record = before.clone();
        if let Err(locked) = record.state.check_lock(settings, now) {
            let (decision, retry_after_s) = locked_out(locked);
            let outcome = Outcome::new(decision, Shown::SignInFirst);
            return Ok(outcome
                .with_record(record.changed_from(Some(&before)))
                .with_retry_after(retry_after_s));
        }
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
                // Who has not shown the old one has learnt which it is: a failed attempt.
                if old.is_none() && decision == Decision::PasswordReused {
                    let _ = record
                        .state
                        .charge(self.config().account(), storable(now_unix_s));
                }
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
