//! What is stored of an account besides the password's string.

use super::lock::{Lock, Locked};
use super::settings::AccountSettings;
use crate::error::{Error, ErrorKind};
use crate::json::{MAX_INTEGER, Object, Value, Writer};

/// Why a right password signs nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MustChange {
    /// An administrator set it, and it is good until then, in seconds since 1970.
    Temporary { until: u64 },
    /// An administrator, or signs of compromise, want another.
    Expired,
}

/// Who locked the account for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LockedBy {
    Administrator,
}

/// A password that was used before.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Former {
    hash: String,
    set_at: u64,
}

/// The state of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) lock: Lock,
    locked: Option<LockedBy>,
    pub(crate) disabled: bool,
    /// Signed up where nobody is told whether a login is free, and no address is verified yet.
    pub(crate) unverified: bool,
    pub(crate) must_change: Option<MustChange>,
    /// The newest first.
    history: Vec<Former>,
}

/// How an account stands whose password was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Good,
    Disabled,
    /// The host says that the user has not accepted yet.
    Invited,
    /// No address has been verified since it signed up.
    Unverified,
    /// The password has to be replaced first.
    MustChange,
    /// The temporary password is too old to be replaced, even.
    TemporaryOver,
}

/// Former passwords in a record, at most, whatever the settings of other nodes are.
const MOST_FORMER: usize = 50;

impl State {
    /// Whether attempts to sign in are looked at.
    pub(crate) fn check_lock(
        &mut self,
        settings: &AccountSettings,
        now: u64,
    ) -> Result<(), Locked> {
        match self.locked {
            Some(LockedBy::Administrator) => Err(Locked::Permanently),
            None => self.lock.check(&settings.lock, now),
        }
    }

    /// Whether an administrator has locked it.
    pub(crate) const fn is_locked(&self) -> bool {
        self.locked.is_some()
    }

    /// Takes an attempt.
    pub(crate) fn charge(&mut self, settings: &AccountSettings, now: u64) -> Result<(), Locked> {
        self.check_lock(settings, now)?;
        self.lock.charge(&settings.lock, now)
    }

    /// How the account stands whose password, set at `set_at`, was right.
    pub(crate) fn standing(&self, settings: &AccountSettings, set_at: u64, now: u64) -> Standing {
        if self.disabled {
            return Standing::Disabled;
        }
        match self.must_change {
            Some(MustChange::Temporary { until }) if now >= until => Standing::TemporaryOver,
            Some(_) => Standing::MustChange,
            None => match settings.max_age_s {
                Some(most) if now.saturating_sub(set_at) >= most => Standing::MustChange,
                _ => Standing::Good,
            },
        }
    }

    /// Locks for good.
    pub(crate) fn lock_for_good(&mut self) {
        self.locked = Some(LockedBy::Administrator);
    }

    /// Unlocks, whoever locked.
    pub(crate) fn unlock(&mut self) {
        self.locked = None;
        self.lock.succeed();
    }

    /// Remembers a password that is replaced.
    pub(crate) fn remember(&mut self, settings: &AccountSettings, hash: String, set_at: u64) {
        self.history.insert(0, Former { hash, set_at });
        self.history.truncate(settings.history);
    }

    /// The strings of passwords that may not be set again, the newest first.
    pub(crate) fn former(&self, settings: &AccountSettings) -> impl Iterator<Item = &str> {
        let former = self.history.iter().take(settings.history);
        former.map(|former| &*former.hash)
    }

    /// Takes the members of the state.
    pub(crate) fn take(object: &mut Object<'_>) -> Result<Self, Error> {
        let lock = Lock::take(object)?;
        let locked = object.take("locked").map(|value| match &*value.string()? {
            "administrator" => Ok(LockedBy::Administrator),
            _ => Err(later(&value)),
        });
        let mut flag = |key| object.take(key).map_or(Ok(false), |value| value.boolean());
        let (disabled, unverified) = (flag("disabled")?, flag("unverified")?);
        let must_change = object
            .take("must_change")
            .map(|value| read_must_change(&value));
        let history = object.take("history").map(|value| read_history(&value));
        Ok(Self {
            lock,
            locked: locked.transpose()?,
            disabled,
            unverified,
            must_change: must_change.transpose()?,
            history: history.transpose()?.unwrap_or_default(),
        })
    }

    pub(crate) fn write(&self, json: &mut Writer) {
        self.lock.write(json);
        if self.locked.is_some() {
            json.string("locked", "administrator");
        }
        if self.disabled {
            json.boolean("disabled", true);
        }
        if self.unverified {
            json.boolean("unverified", true);
        }
        match self.must_change {
            None => {}
            Some(MustChange::Expired) => json.nested("must_change", |json| {
                json.string("why", "expired");
            }),
            Some(MustChange::Temporary { until }) => json.nested("must_change", |json| {
                json.string("why", "temporary");
                json.unsigned("until", until);
            }),
        }
        if !self.history.is_empty() {
            json.objects("history", &self.history, |json, former| {
                json.string("hash", &former.hash);
                json.unsigned("set_at", former.set_at);
            });
        }
    }
}

fn later(value: &Value<'_>) -> Error {
    let error = value.error("not a name that this release knows");
    error.of_kind(ErrorKind::LaterRelease)
}

fn read_must_change(json: &Value<'_>) -> Result<MustChange, Error> {
    let mut object = json.object()?;
    object.only_of_this_release(&["why", "until"])?;
    let why = object.require("why")?;
    match &*why.string()? {
        "expired" => Ok(MustChange::Expired),
        "temporary" => {
            let until = object.require("until")?.integer("until", 0..=MAX_INTEGER)?;
            Ok(MustChange::Temporary { until })
        }
        _ => Err(later(&why)),
    }
}

fn read_history(json: &Value<'_>) -> Result<Vec<Former>, Error> {
    let items = json.array()?;
    if items.len() > MOST_FORMER {
        return Err(json.error(format!("has at most {MOST_FORMER}")));
    }
    let former = items.iter().map(|item| {
        let mut object = item.object()?;
        object.only_of_this_release(&["hash", "set_at"])?;
        let set_at = object.require("set_at")?;
        Ok(Former {
            hash: object.require("hash")?.string()?,
            set_at: set_at.integer("set_at", 0..=MAX_INTEGER)?,
        })
    });
    former.collect()
}
