//! Failures to sign in, and how long nothing is looked at after them.
//!
//! Every so many failures lock the account, each time for twice as long, up to
//! a most (NIST SP 800-63B-4, 3.2.2: from 30 seconds to an hour); so many in a
//! row lock it until an administrator or a reset unlocks it. A success begins
//! anew. A clock that goes back unlocks nothing, and locks for no longer than twice
//! the lock. At how many failures the last one began is stored, so that nodes with
//! other settings do not pass each other by: each locks where it finds that a lock is due.

use crate::budget::MOST_FAILURES;
use crate::error::Error;
use crate::json::{MAX_INTEGER, Object, Value, Writer};

/// How many failures lock, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LockSettings {
    /// Failures that lock for a time.
    pub(crate) attempts: u32,
    /// Seconds of the first lock.
    pub(crate) first_s: u64,
    /// Seconds of the longest.
    pub(crate) most_s: u64,
    /// Failures in a row that lock for good.
    pub(crate) permanent: u32,
}

impl LockSettings {
    pub(crate) const MOST_ATTEMPTS: u32 = 10;
    /// To a day, as Descope's.
    pub(crate) const LONGEST_S: u64 = 86_400;
    pub(crate) const LEAST_PERMANENT: u32 = 2;
    pub(crate) const MOST_PERMANENT: u32 = MOST_FAILURES;

    /// Five failures lock for half a minute, the next five for a minute, and so
    /// on to an hour; a hundred for good. NIST's numbers.
    pub(crate) const DEFAULT: Self = Self {
        attempts: 5,
        first_s: 30,
        most_s: 3600,
        permanent: 100,
    };

    pub(crate) fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        object.only(&["attempts", "first_s", "most_s", "permanent"])?;
        let mut settings = Self::DEFAULT;
        if let Some(value) = object.take("attempts") {
            settings.attempts = count(&value, "attempts", 1, Self::MOST_ATTEMPTS)?;
        }
        let first_s = object.take("first_s");
        if let Some(value) = &first_s {
            settings.first_s = value.integer("first_s", 1..=Self::LONGEST_S)?;
            settings.most_s = settings.most_s.max(settings.first_s);
        }
        if let Some(value) = object.take("most_s") {
            settings.most_s = value.integer("most_s", settings.first_s..=Self::LONGEST_S)?;
        }
        if let Some(value) = object.take("permanent") {
            settings.permanent = count(
                &value,
                "permanent",
                Self::LEAST_PERMANENT,
                Self::MOST_PERMANENT,
            )?;
        }
        Ok(settings)
    }

    pub(crate) fn write(&self, json: &mut Writer) {
        json.integer("attempts", self.attempts);
        json.unsigned("first_s", self.first_s);
        json.unsigned("most_s", self.most_s);
        json.integer("permanent", self.permanent);
    }

    /// How many locks so many failures in a row are worth.
    fn locks(&self, failed: u32) -> u32 {
        failed / self.attempts.max(1)
    }

    /// Seconds of the lock that so many failures in a row end in.
    fn lock_s(&self, failed: u32) -> u64 {
        let doublings = self.locks(failed).saturating_sub(1);
        let factor = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
        self.first_s.saturating_mul(factor).min(self.most_s)
    }
}

fn count(value: &Value<'_>, what: &'static str, least: u32, most: u32) -> Result<u32, Error> {
    let number = value.integer(what, least.into()..=most.into())?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Failures of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lock {
    /// In a row.
    failed: u32,
    /// How many of them there were when the last lock began.
    at_lock: u32,
    /// When the last lock began, in seconds since 1970.
    since: u64,
    /// For how many seconds.
    for_s: u64,
}

/// That nothing is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Locked {
    Temporarily { retry_after_s: u64 },
    Permanently,
}

impl Lock {
    /// Takes an attempt, which has failed until [`Self::succeed`] says otherwise.
    pub(crate) fn charge(&mut self, settings: &LockSettings, now: u64) -> Result<(), Locked> {
        self.check(settings, now)?;
        self.failed = self.failed.saturating_add(1);
        (self.since, self.for_s) = (0, 0);
        if settings.locks(self.failed) > settings.locks(self.at_lock) {
            self.at_lock = self.failed;
            (self.since, self.for_s) = (now, settings.lock_s(self.failed));
        }
        Ok(())
    }

    /// Whether attempts are looked at.
    pub(crate) fn check(&mut self, settings: &LockSettings, now: u64) -> Result<(), Locked> {
        if self.failed >= settings.permanent {
            return Err(Locked::Permanently);
        }
        // Nodes whose clocks differ by less must not move it to and fro.
        if self.since.saturating_sub(now) > self.for_s {
            self.since = now;
        }
        let end = self.since.saturating_add(self.for_s);
        match end.checked_sub(now) {
            Some(retry_after_s) if retry_after_s > 0 => Err(Locked::Temporarily { retry_after_s }),
            _ => Ok(()),
        }
    }

    /// Forgets the failures.
    pub(crate) fn succeed(&mut self) {
        *self = Self::default();
    }

    pub(super) fn take(object: &mut Object<'_>) -> Result<Self, Error> {
        let Some(value) = object.take("lock") else {
            return Ok(Self::default());
        };
        let mut object = value.object()?;
        object.only_of_this_release(&["failed", "at_lock", "since", "for_s"])?;
        let mut number = |key, most| object.require(key)?.integer(key, 0..=most);
        let count = u64::from(u32::MAX);
        let failed = number("failed", count)?;
        let (since, for_s) = (
            number("since", MAX_INTEGER)?,
            number("for_s", LockSettings::LONGEST_S)?,
        );
        // Nothing was locked yet where it does not stand.
        let at_lock = match object.take("at_lock") {
            Some(value) => value.integer("at_lock", 0..=count)?,
            None => 0,
        };
        Ok(Self {
            failed: u32::try_from(failed).unwrap_or(u32::MAX),
            at_lock: u32::try_from(at_lock).unwrap_or(u32::MAX),
            since,
            for_s,
        })
    }

    pub(super) fn write(&self, json: &mut Writer) {
        if *self == Self::default() {
            return;
        }
        json.nested("lock", |json| {
            json.integer("failed", self.failed);
            if self.at_lock > 0 {
                json.integer("at_lock", self.at_lock);
            }
            json.unsigned("since", self.since);
            json.unsigned("for_s", self.for_s);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked(retry_after_s: u64) -> Result<(), Locked> {
        Err(Locked::Temporarily { retry_after_s })
    }

    #[test]
    fn locks_double_from_half_a_minute_to_an_hour_and_a_hundred_failures_are_the_end() {
        let (settings, mut lock, mut now) = (LockSettings::DEFAULT, Lock::default(), 1000);
        let mut locks = Vec::new();
        for failed in 1..=100 {
            assert_eq!(lock.charge(&settings, now), Ok(()), "{failed}");
            if let Err(Locked::Temporarily { retry_after_s }) = lock.check(&settings, now) {
                assert_eq!(failed % 5, 0);
                let almost = now + retry_after_s - 1;
                assert_eq!(lock.charge(&settings, almost), locked(1));
                locks.push(retry_after_s);
                now += retry_after_s;
            }
        }
        let mut expected = vec![30, 60, 120, 240, 480, 960, 1920];
        expected.resize(19, 3600);
        assert_eq!(locks, expected);
        let years = now + 1_000_000_000;
        assert_eq!(lock.charge(&settings, years), Err(Locked::Permanently));
        lock.succeed();
        assert_eq!(lock.charge(&settings, 0), Ok(()));
    }

    #[test]
    fn a_clock_that_goes_back_unlocks_nothing_and_does_not_lock_for_ever() {
        let (settings, mut lock) = (LockSettings::DEFAULT, Lock::default());
        for _ in 0..5 {
            assert_eq!(lock.charge(&settings, 1_000_000), Ok(()));
        }
        assert_eq!(lock.charge(&settings, 10), locked(30));
        assert_eq!(lock.charge(&settings, 39), locked(1));
        assert_eq!(lock.charge(&settings, 40), Ok(()));
        // A node that is behind by less than the lock unlocks nothing for one that is not.
        let mut lock = Lock::default();
        for _ in 0..5 {
            assert_eq!(lock.charge(&settings, 1000), Ok(()));
        }
        assert_eq!(lock.charge(&settings, 970), locked(60));
        assert_eq!(lock.charge(&settings, 1001), locked(29));
    }

    #[test]
    fn nodes_with_other_settings_do_not_pass_each_other_by() {
        let (five, three) = (
            LockSettings::DEFAULT,
            LockSettings {
                attempts: 3,
                ..LockSettings::DEFAULT
            },
        );
        // Each failure at the node that does not lock at it.
        let mut lock = Lock::default();
        for settings in [five, five, five, three] {
            assert_eq!(lock.charge(&settings, 1000), Ok(()));
        }
        assert_eq!(lock.charge(&five, 1000), locked(30), "due at three");
        for settings in [five, three] {
            // The fifth is five's, and the sixth three's.
            assert_eq!(lock.charge(&settings, 1030), Ok(()));
            let seconds = if settings == five { 30 } else { 60 };
            assert_eq!(lock.check(&three, 1030), locked(seconds));
            lock.for_s = 0;
        }
    }

    #[test]
    fn settings_are_bounded_and_read_back_as_written() {
        let read =
            |text: &str| LockSettings::read(&crate::json::parse(text.as_bytes()).expect("JSON"));
        for (text, path) in [
            (r#"{"attempts":0}"#, "attempts"),
            (r#"{"attempts":11}"#, "attempts"),
            (r#"{"first_s":0}"#, "first_s"),
            (r#"{"first_s":60,"most_s":59}"#, "most_s"),
            (r#"{"most_s":86401}"#, "most_s"),
            (r#"{"permanent":101}"#, "permanent"),
            (r#"{"permanent":1}"#, "permanent"),
        ] {
            assert_eq!(read(text).expect_err(text).path(), Some(path));
        }
        let settings = read(r#"{"attempts":3,"first_s":300,"most_s":300,"permanent":10}"#);
        let settings = settings.expect("settings");
        let text = Writer::object(|json| settings.write(json));
        assert_eq!(read(&text).expect("settings"), settings);
    }
}
