//! The model of passwords: what is told of one, what locks, what has to be
//! changed, and what an administrator does.

use super::settings::{AUTH_AGE_S, OfLock, Settings};
use super::user::Status;
use super::{Call, Expected, Model, say};
use saltbox::{AdminAction, Decision};

/// One that every policy refuses, and one that nobody ever sets. All others are numbered as they were thought of.
pub(super) const SHORT: usize = usize::MAX;
pub(super) const WRONG: usize = usize::MAX - 1;

pub(super) fn text(password: usize) -> String {
    match password {
        SHORT => "short".to_owned(),
        WRONG => "a password that nobody has".to_owned(),
        number => format!("a password that is her number {number}"),
    }
}

/// Whose session a request comes with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Session {
    Own,
    Others,
    None,
}

/// Failures to sign in.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Failures {
    row: u32,
    /// How many there were at the last lock.
    at_lock: u32,
    /// Since when and for how long, where a lock has begun since the last failure.
    lock: Option<(u64, u64)>,
}

impl Failures {
    /// Seconds until a password is looked at, where none is now.
    fn wait(&mut self, s: &OfLock, now: u64) -> Option<Option<u64>> {
        if self.row >= s.permanent {
            return Some(None);
        }
        let (since, seconds) = self.lock.as_mut()?;
        if *since > now + *seconds {
            *since = now;
        }
        let end = *since + *seconds;
        (end > now).then(|| Some(end - now))
    }

    fn fail(&mut self, s: &OfLock, now: u64) {
        self.row += 1;
        self.lock = None;
        // Every so many lock, whoever counted them.
        let (due, before) = (self.row / s.attempts, self.at_lock / s.attempts);
        if due > before {
            let doubled = (1..due).fold(s.first_s, |seconds, _| (2 * seconds).min(s.most_s));
            self.lock = Some((now, doubled));
            self.at_lock = self.row;
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum MustChange {
    Temporary { until: u64 },
    Expired,
}

/// What is stored of the password and of how the account stands.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) password: Option<usize>,
    set_at: u64,
    /// How often there was another one.
    pub(super) changes: u32,
    /// The newest first.
    former: Vec<usize>,
    pub(super) failures: Failures,
    pub(super) must_change: Option<MustChange>,
    is_locked: bool,
    is_disabled: bool,
}

impl Account {
    /// Why nothing is done, whoever asks.
    pub(super) fn barred(&self, call: &Call<'_>) -> Option<Decision> {
        let is_disabled = self.is_disabled || call.user.status == Status::Disabled;
        match (is_disabled, self.is_locked) {
            (true, _) => Some(Decision::AccountDisabled),
            (false, true) => Some(Decision::PermanentlyLocked),
            (false, false) => None,
        }
    }

    /// Why `new` is not set. Who has shown the old one hears by the policy that it is the same.
    pub(super) fn refusal(&self, s: &Settings, old: Option<usize>, new: usize) -> Option<Decision> {
        if new == SHORT || old == Some(new) {
            return Some(Decision::PasswordRefused);
        }
        let mut known = self
            .password
            .iter()
            .chain(self.former.iter().take(s.history));
        known
            .any(|known| *known == new)
            .then_some(Decision::PasswordReused)
    }

    pub(super) fn set(&mut self, call: &Call<'_>, new: usize) {
        if let Some(former) = self.password.replace(new) {
            self.former.insert(0, former);
            self.former.truncate(call.settings.history);
        }
        self.set_at = call.now;
        self.changes += 1;
    }

    /// The lock that stands in the way, if one does.
    fn lock(&mut self, call: &Call<'_>) -> Option<(Decision, Option<u64>)> {
        if self.is_locked {
            return Some((Decision::PermanentlyLocked, None));
        }
        let wait = self.failures.wait(&call.settings.lock, call.now)?;
        let decision = match wait {
            Some(_) => Decision::TemporarilyLocked,
            None => Decision::PermanentlyLocked,
        };
        Some((decision, wait))
    }

    /// What stands against the right password.
    fn standing(&self, call: &Call<'_>) -> Option<Decision> {
        match call.user.status {
            Status::Disabled => return Some(Decision::AccountDisabled),
            Status::Invited => return Some(Decision::AccountInvited),
            _ if self.is_disabled => return Some(Decision::AccountDisabled),
            _ => {}
        }
        let age = call.now.saturating_sub(self.set_at);
        let is_old = |days: u64| age >= days * 86_400;
        match self.must_change {
            Some(MustChange::Temporary { until }) if call.now >= until => {
                Some(Decision::TemporaryOver)
            }
            Some(_) => Some(Decision::MustChange),
            None if call.user.status == Status::Expired => Some(Decision::MustChange),
            None => {
                let is_old = call.settings.max_age_days.is_some_and(is_old);
                is_old.then_some(Decision::MustChange)
            }
        }
    }
}

impl Model {
    /// The account whose failures are forgotten, because the password was right, with
    /// what stands against it; or why it was not, or not looked at.
    fn known(
        &self,
        call: &Call<'_>,
        password: usize,
    ) -> Result<(Self, Option<Decision>), Expected> {
        let mut after = self.clone();
        if let Some((decision, wait)) = after.account.lock(call) {
            return Err(say(decision, self.unless_same(after)).and_wait(wait));
        }
        let Some(set) = self.account.password else {
            return Err(say(Decision::NoPassword, None));
        };
        if set != password {
            after.account.failures.fail(&call.settings.lock, call.now);
            return Err(say(Decision::WrongPassword, Some(after)));
        }
        after.account.failures = Failures::default();
        let standing = after.account.standing(call);
        Ok((after, standing))
    }

    pub(super) fn sign_in(
        &self,
        call: &Call<'_>,
        password: usize,
        step_up: Option<Session>,
    ) -> Expected {
        if step_up.is_some_and(|session| session != Session::Own) {
            return say(Decision::OtherSession, None);
        }
        match self.known(call, password) {
            Err(refused) => refused,
            Ok((after, Some(standing))) => say(standing, Some(after)),
            Ok((after, None)) => say(Decision::SignedIn, self.unless_same(after)),
        }
    }

    pub(super) fn replace(&self, call: &Call<'_>, old: usize, new: usize) -> Expected {
        let mut after = match self.known(call, old) {
            Err(refused) => return refused,
            Ok((after, None | Some(Decision::MustChange))) => after,
            Ok((after, Some(standing))) => return say(standing, Some(after)),
        };
        if let Some(refused) = after.account.refusal(call.settings, Some(old), new) {
            return say(refused, Some(after));
        }
        after.account.set(call, new);
        after.account.must_change = None;
        say(Decision::PasswordChanged, Some(after))
    }

    pub(super) fn update(
        &self,
        call: &Call<'_>,
        session: Session,
        age: Option<u64>,
        new: usize,
    ) -> Expected {
        if session != Session::Own {
            return say(Decision::OtherSession, None);
        }
        if age.is_none_or(|age| age > AUTH_AGE_S) {
            return say(Decision::OldAuthentication, None);
        }
        if let Some(barred) = self.account.barred(call) {
            return say(barred, None);
        }
        let mut after = self.clone();
        if let Some((decision, wait)) = after.account.lock(call) {
            return say(decision, self.unless_same(after)).and_wait(wait);
        }
        let refused = after.account.refusal(call.settings, None, new);
        match refused {
            Some(Decision::PasswordReused) => {
                // It tells which one is set, and costs what a guess costs.
                after.account.failures.fail(&call.settings.lock, call.now);
            }
            Some(_) => {}
            None => {
                after.account.set(call, new);
                after.account.must_change = None;
            }
        }
        say(refused.unwrap_or(Decision::PasswordChanged), Some(after))
    }

    pub(super) fn admin(&self, action: AdminAction) -> Expected {
        let mut after = self.clone();
        let account = &mut after.account;
        let decision = match action {
            AdminAction::Expire => {
                account.must_change.get_or_insert(MustChange::Expired);
                Decision::PasswordExpired
            }
            AdminAction::Lock => {
                account.is_locked = true;
                Decision::AccountLocked
            }
            AdminAction::Unlock => {
                account.is_locked = false;
                account.failures = Failures::default();
                after.codes.forgive();
                Decision::AccountUnlocked
            }
            AdminAction::Disable => {
                account.is_disabled = true;
                Decision::AccountNowDisabled
            }
            _ => {
                account.is_disabled = false;
                Decision::AccountEnabled
            }
        };
        say(decision, self.unless_same(after))
    }

    pub(super) fn admin_set(&self, call: &Call<'_>, new: usize, is_temporary: bool) -> Expected {
        if new == SHORT {
            return say(Decision::PasswordRefused, None);
        }
        let mut after = self.clone();
        after.account.set(call, new);
        after.account.failures = Failures::default();
        let until = call.now + call.settings.temporary_s;
        after.account.must_change = is_temporary.then_some(MustChange::Temporary { until });
        let decision = if is_temporary {
            Decision::TemporarySet
        } else {
            Decision::PasswordSet
        };
        say(decision, Some(after))
    }

    /// Of a string that another system had.
    pub(super) fn import(&self, call: &Call<'_>, password: usize) -> Expected {
        let mut after = self.clone();
        after.account.set(call, password);
        say(Decision::Imported, Some(after))
    }

    /// With a login that is taken.
    pub(super) fn sign_up(&self, new: usize) -> Expected {
        let is_refused = new == SHORT;
        let decision = if is_refused {
            Decision::PasswordRefused
        } else {
            Decision::Exists
        };
        say(decision, None)
    }
}
