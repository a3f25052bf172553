//! How many attempts may fail before no more is looked at.
//!
//! A budget belongs to an account and to what is attempted, not to a code, so
//! that a new code brings no new attempts (NIST SP 800-63B-4, 3.1.3.2). Two
//! counts: those that failed in a window of time, and those that failed since
//! the last success, of which 100 are the most that NIST 3.2.2 allows, whatever
//! the windows were.
//!
//! A clock that goes back never gives attempts back; and it locks for no longer than
//! two windows, because a window that would begin later than that is taken to begin now.

use crate::error::Error;
use crate::json::{Object, Value, Writer};

/// Attempts that may fail in a row (NIST SP 800-63B-4, 3.2.2).
pub(crate) const MOST_FAILURES: u32 = 100;

/// Attempts that may fail in a window; the range of Descope's lock settings is 1 to 10.
const ATTEMPTS: std::ops::RangeInclusive<u64> = 1..=10;

/// Seconds of a window: a minute, and 30 days.
const WINDOW_S: std::ops::RangeInclusive<u64> = 60..=2_592_000;

/// How many attempts may fail, and in what time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BudgetSettings {
    pub(crate) attempts: u32,
    pub(crate) window_s: u64,
}

impl BudgetSettings {
    /// `attempts` in an hour.
    pub(crate) const fn an_hour(attempts: u32) -> Self {
        Self {
            attempts,
            window_s: 3600,
        }
    }

    /// Takes the members `attempts` and `window_s`.
    pub(crate) fn take(&mut self, object: &mut Object<'_>) -> Result<(), Error> {
        if let Some(value) = object.take("attempts") {
            let number = value.integer("attempts", ATTEMPTS)?;
            self.attempts = u32::try_from(number).unwrap_or(u32::MAX);
        }
        if let Some(value) = object.take("window_s") {
            self.window_s = value.integer("window_s", WINDOW_S)?;
        }
        Ok(())
    }

    pub(crate) fn write(&self, json: &mut Writer) {
        json.integer("attempts", self.attempts);
        json.unsigned("window_s", self.window_s);
    }
}

/// The attempts of an account that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Budget {
    /// In the window.
    spent: u32,
    /// When the window began, in seconds since 1970.
    since: u64,
    /// Since the last success.
    failed: u32,
}

/// That no attempt is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exhausted {
    /// Seconds until there is one; `None` where only a success by another way, or an administrator, gives one.
    pub(crate) retry_after_s: Option<u64>,
}

impl Budget {
    /// Begins the window anew where it has passed, or where it would begin later than `now`.
    fn settle(&mut self, settings: BudgetSettings, now: u64) {
        match now.checked_sub(self.since) {
            Some(age) if age < settings.window_s => {}
            Some(_) => (self.spent, self.since) = (0, 0),
            // Nodes whose clocks differ a little must not move it to and fro.
            None if self.since - now <= settings.window_s => {}
            None => self.since = now,
        }
    }

    /// Takes an attempt, before anything is compared.
    pub(crate) fn charge(&mut self, settings: BudgetSettings, now: u64) -> Result<(), Exhausted> {
        self.check(settings, now)?;
        if self.spent == 0 {
            self.since = now;
        }
        self.spent = self.spent.saturating_add(1);
        self.failed = self.failed.saturating_add(1);
        Ok(())
    }

    /// Whether an attempt is left.
    pub(crate) fn check(&mut self, settings: BudgetSettings, now: u64) -> Result<(), Exhausted> {
        self.settle(settings, now);
        if self.failed >= MOST_FAILURES {
            return Err(Exhausted {
                retry_after_s: None,
            });
        }
        if self.spent >= settings.attempts {
            let end = self.since.saturating_add(settings.window_s);
            return Err(Exhausted {
                retry_after_s: Some(end.saturating_sub(now)),
            });
        }
        Ok(())
    }

    /// Forgets what failed, because an attempt was right.
    pub(crate) fn succeed(&mut self) {
        *self = Self::default();
    }

    /// Reads `{"spent":1,"since":1700000000,"failed":1}`.
    pub(crate) fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        object.only_of_this_release(&["spent", "since", "failed"])?;
        let mut number = |key, most| object.require(key)?.integer(key, 0..=most);
        let count = u64::from(u32::MAX);
        let (spent, since, failed) = (
            number("spent", count)?,
            number("since", crate::json::MAX_INTEGER)?,
            number("failed", count)?,
        );
        Ok(Self {
            spent: u32::try_from(spent).unwrap_or(u32::MAX),
            since,
            failed: u32::try_from(failed).unwrap_or(u32::MAX),
        })
    }

    /// Writes the member `key`, unless nothing has failed.
    pub(crate) fn write(&self, key: &str, json: &mut Writer) {
        if *self == Self::default() {
            return;
        }
        json.nested(key, |json| {
            json.integer("spent", self.spent);
            json.unsigned("since", self.since);
            json.integer("failed", self.failed);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: BudgetSettings = BudgetSettings {
        attempts: 3,
        window_s: 600,
    };

    fn exhausted_until(end: u64, now: u64) -> Result<(), Exhausted> {
        Err(Exhausted {
            retry_after_s: Some(end - now),
        })
    }

    #[test]
    fn a_window_has_so_many_attempts_and_the_next_one_too() {
        let mut budget = Budget::default();
        for now in [1000, 1001, 1500] {
            assert_eq!(budget.charge(THREE, now), Ok(()));
        }
        assert_eq!(budget.charge(THREE, 1500), exhausted_until(1600, 1500));
        assert_eq!(budget.charge(THREE, 1599), exhausted_until(1600, 1599));
        assert_eq!(budget.charge(THREE, 1600), Ok(()));
        assert_eq!(budget.failed, 4);
        budget.succeed();
        assert_eq!(budget, Budget::default());
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_and_does_not_lock_for_ever() {
        let mut budget = Budget::default();
        for _ in 0..3 {
            assert_eq!(budget.charge(THREE, 1_000_000), Ok(()));
        }
        assert_eq!(budget.charge(THREE, 1000), exhausted_until(1600, 1000));
        assert_eq!(budget.charge(THREE, 1599), exhausted_until(1600, 1599));
        assert_eq!(budget.charge(THREE, 1600), Ok(()));
        // A node that is behind by less than a window gives nothing to one that is not.
        let mut budget = Budget::default();
        for _ in 0..3 {
            assert_eq!(budget.charge(THREE, 10_000), Ok(()));
        }
        assert_eq!(budget.charge(THREE, 9400), exhausted_until(10_600, 9400));
        assert_eq!(
            budget.charge(THREE, 10_001),
            exhausted_until(10_600, 10_001)
        );
    }

    #[test]
    fn a_hundred_in_a_row_are_the_end_whatever_the_windows() {
        let mut budget = Budget::default();
        for attempt in 0..u64::from(MOST_FAILURES) {
            assert_eq!(budget.charge(THREE, attempt * 1000), Ok(()));
        }
        let for_good = Err(Exhausted {
            retry_after_s: None,
        });
        assert_eq!(budget.charge(THREE, 10_000_000), for_good);
    }

    #[test]
    fn what_is_written_is_read() {
        let mut budget = Budget::default();
        let text = Writer::object(|json| budget.write("b", json));
        assert_eq!(text, "{}");
        let _ = budget.charge(THREE, 77);
        let text = Writer::object(|json| budget.write("b", json));
        assert_eq!(text, r#"{"b":{"spent":1,"since":77,"failed":1}}"#);
        let parsed = crate::json::parse(text.as_bytes()).expect("JSON");
        let mut object = parsed.object().expect("an object");
        let read = Budget::read(&object.take("b").expect("a member"));
        assert_eq!(read.expect("a budget"), budget);
    }
}
