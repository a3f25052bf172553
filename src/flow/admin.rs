//! What an administrator does to an account.

use super::new_password::{NewPassword, refused};
use super::{Request, storable};
use crate::account::MustChange;
use crate::core::{MaybeStored, Saltbox};
use crate::error::Error;
use crate::outcome::{Decision, Effect, Outcome, Shown};
use crate::policy::Subject;
use crate::record::Record;

/// What an administrator does to an account without a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AdminAction {
    /// The password has to be replaced before the next sign-in.
    Expire,
    /// Nothing is looked at until it is unlocked. Sessions end.
    Lock,
    /// Failures to sign in, and those at codes and answers, are forgotten, and a lock ends.
    Unlock,
    /// Nobody signs in, resets or is sent a code. Sessions end.
    Disable,
    /// As before it was disabled.
    Enable,
}

impl AdminAction {
    /// Every action, in the order of their numbers.
    pub const ALL: [Self; 5] = [
        Self::Expire,
        Self::Lock,
        Self::Unlock,
        Self::Disable,
        Self::Enable,
    ];

    const fn decision(self) -> Decision {
        match self {
            Self::Expire => Decision::PasswordExpired,
            Self::Lock => Decision::AccountLocked,
            Self::Unlock => Decision::AccountUnlocked,
            Self::Disable => Decision::AccountNowDisabled,
            Self::Enable => Decision::AccountEnabled,
        }
    }
}

impl Saltbox {
    /// Does `action` to the account. The host has checked that the caller may.
    ///
    /// # Errors
    /// For the record and the subject as [`Self::request_reset`].
    pub fn admin<'r>(
        &self,
        record: impl MaybeStored<'r>,
        subject: &Subject,
        _request: &Request,
        action: AdminAction,
        _now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let record = record.maybe_stored().unwrap_or_default().as_bytes();
        self.admin_bytes(record, subject, action)
    }

    pub(crate) fn admin_bytes(
        &self,
        record: &[u8],
        subject: &Subject,
        action: AdminAction,
    ) -> Result<Outcome, Error> {
        let Some(before) = Record::of(record, subject)? else {
            return Ok(Outcome::new(Decision::NoAccount, Shown::Done));
        };
        let mut record = before.clone();
        let state = &mut record.state;
        match action {
            AdminAction::Expire => {
                state.must_change.get_or_insert(MustChange::Expired);
            }
            AdminAction::Lock => state.lock_for_good(),
            AdminAction::Unlock => {
                state.unlock();
                record.forgive();
            }
            AdminAction::Disable => state.disabled = true,
            AdminAction::Enable => state.disabled = false,
        }
        let ends_sessions = matches!(action, AdminAction::Lock | AdminAction::Disable);
        Ok(Outcome::new(action.decision(), Shown::Done)
            .with_record(record.changed_from(Some(&before)))
            .with_effect_if(ends_sessions, Effect::RevokeSessions))
    }

    /// Sets a password that an administrator has chosen, which keeps the policy. A temporary
    /// one has to be replaced at the first use, and within `account.temporary_s`.
    ///
    /// # Errors
    /// As [`Self::admin`] and [`Self::hash`].
    pub fn admin_set_password<'r>(
        &self,
        record: impl MaybeStored<'r>,
        subject: &Subject,
        _request: &Request,
        password: impl AsRef<[u8]>,
        is_temporary: bool,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let record = record.maybe_stored().unwrap_or_default().as_bytes();
        self.admin_set_password_bytes(record, subject, password.as_ref(), is_temporary, now_unix_s)
    }

    pub(crate) fn admin_set_password_bytes(
        &self,
        record: &[u8],
        subject: &Subject,
        password: &[u8],
        is_temporary: bool,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let (settings, now) = (self.config().account(), storable(now_unix_s));
        let Some(before) = Record::of(record, subject)? else {
            return Ok(Outcome::new(Decision::NoAccount, Shown::Done));
        };
        // What was used before is not compared: an administrator is to learn nothing of it.
        let (hash, findings) = match self.new_password(None, subject, None, password, now_unix_s)? {
            NewPassword::Refused(decision, findings) => {
                return Ok(refused(decision, findings, None));
            }
            NewPassword::Hashed(hash, findings) => (hash, findings),
        };
        let mut record = before.clone();
        record.set_hash(settings, hash.as_str(), now);
        // They were failures at another password.
        record.state.lock.succeed();
        record.state.unverified = false;
        record.state.must_change = is_temporary.then(|| MustChange::Temporary {
            until: storable(now.saturating_add(settings.temporary_s)),
        });
        let decision = if is_temporary {
            Decision::TemporarySet
        } else {
            Decision::PasswordSet
        };
        Ok(Outcome::new(decision, Shown::Done)
            .with_record(record.changed_from(Some(&before)))
            .with_findings(findings)
            .with_effect(Effect::RevokeSessions)
            .with_effect(Effect::NotifyPasswordChanged))
    }
}
