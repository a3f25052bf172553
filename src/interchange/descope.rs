//! Descope: `GET /v1/auth/password/policy` and `/v1/mgmt/password/settings`.
//!
//! Both are read, the second is written. Ranges are those of its Terraform
//! provider. Its score is zxcvbn's, as `min_score` is; a list of common
//! passwords it has not. Its e-mail rule refuses the address and what stands
//! before its `@`, as [`crate::policy::Subject`] does.
//!
//! A flag that is left out is off. `lock` alone is for good, so nothing locks for a
//! time before; where only `tempLock` is on, or neither, what `account.lock` does besides
//! stays as it is, and is listed. An end as late as it may be is written as none. `maskError` is taken for signing up: signing in tells nobody here.

use super::locks;
use super::members::{LEAST, Member, Way};
use super::read::{Import, number_from};
use super::table::{
    AGE, Amount, Constant, Format, HISTORY, Kind, Map, NAMES, NO_STRENGTH, NOT_IN_FORCE, Own, Row,
    elsewhere, row,
};
use super::write::{Export, Written};
use crate::account::LockSettings;
use crate::error::Error;
use crate::json::Value;
use crate::policy::WordKind;

pub(super) static FORMAT: Format = Format {
    nests: &[],
    nest: "",
    constants: &[("max_length", Constant::Number(64))],
    parts: false,
    least: LEAST,
    rows: &ROWS,
};

static ROWS: [Row; 22] = [
    elsewhere("tenantId", Kind::Text, NAMES),
    row("enabled", Map::Own(ENABLED)),
    row("minLength", Map::Number("min_length", 4, 64)),
    row("lowercase", Map::Flag("min_lower")),
    row("uppercase", Map::Flag("min_upper")),
    row("number", Map::Flag("min_digits")),
    Row {
        path: "nonAlphanumeric",
        // As the types for Node have it.
        also: &["nonAlphaNumeric"],
        map: Map::Flag("min_symbols"),
    },
    row("anyLetter", Map::Flag("min_letters")),
    row("disallowedCharacters", Map::Set("disallowed")),
    row("disallowEmailMatch", Map::Word(WordKind::Email, Way::Equal)),
    row("expiration", Map::On("expirationWeeks")),
    row(
        "expirationWeeks",
        Map::Amount(Amount {
            switch: "expiration",
            last: 999,
            unit: 7,
            ..AGE
        }),
    ),
    row("reuse", Map::On("reuseAmount")),
    row(
        "reuseAmount",
        Map::Amount(Amount {
            switch: "reuse",
            last: 50,
            ..HISTORY
        }),
    ),
    row(LOCK, own(take_lock, give_lock)),
    row(
        FOR_GOOD.path,
        own(|import, value| FOR_GOOD.take(import, value), |_, _| {}),
    ),
    row(TEMP_LOCK, own(take_temp_lock, |_, _| {})),
    row(
        FAILURES.path,
        own(|import, value| FAILURES.take(import, value), |_, _| {}),
    ),
    row(
        MINUTES.path,
        own(|import, value| MINUTES.take(import, value), |_, _| {}),
    ),
    Row {
        path: ENABLE[0],
        also: &[ENABLE[1]],
        map: Map::Own(STRENGTH),
    },
    Row {
        path: SCORE[0],
        also: &[SCORE[1]],
        map: Map::Own(Own {
            take: take_score,
            give: |_, _| {},
        }),
    },
    row("maskError", own(take_mask, give_mask)),
];

const fn own(
    take: fn(&mut Import<'_>, &Value<'_>) -> Result<(), Error>,
    give: fn(&mut Export, &'static str),
) -> Map {
    Map::Own(Own { take, give })
}

const LOCK: &str = "lock";
const TEMP_LOCK: &str = "tempLock";

/// A number of a lock, from the first to the last.
struct Number {
    path: &'static str,
    switch: &'static str,
    first: u32,
    last: u32,
}

const FOR_GOOD: Number = Number {
    path: "lockAttempts",
    switch: LOCK,
    first: 2,
    last: 10,
};

const FAILURES: Number = Number {
    path: "tempLockAttempts",
    switch: TEMP_LOCK,
    first: 1,
    last: 10,
};

const MINUTES: Number = Number {
    path: "tempLockDuration",
    last: 1440,
    ..FAILURES
};

impl Number {
    /// Goes with its flag, which reads it.
    fn take(&self, import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
        if number_from(value, self.path, self.first, self.last)?.is_some() {
            import.is_on(self.switch, value)?;
        }
        Ok(())
    }

    /// Beside the flag that is on.
    fn of(&self, import: &mut Import<'_>, flag: &Value<'_>) -> Result<Option<u32>, Error> {
        let number = import.number(self.path, self.first, self.last)?;
        if number.is_none() {
            import.list(flag, format!("comes without {}, so it is off", self.path));
        }
        Ok(number)
    }
}

/// First, so that a lock for a time comes besides.
fn take_lock(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    if !value.boolean()? {
        import.list(value, locks::narrowed_to_an_end());
    } else if let Some(failures) = FOR_GOOD.of(import, value)? {
        import.members.set_lock(locks::for_good(failures));
    }
    Ok(())
}

fn take_temp_lock(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    let lock = import.members.lock();
    if !value.boolean()? {
        if lock.is_none() {
            let reason = locks::narrowed_to_pauses(&LockSettings::DEFAULT);
            import.list(value, reason);
        }
        return Ok(());
    }
    if import.value(LOCK).is_none() {
        import.list(value, locks::narrowed_to_an_end());
    }
    let (failures, minutes) = (FAILURES.of(import, value)?, MINUTES.of(import, value)?);
    if let (Some(failures), Some(minutes)) = (failures, minutes) {
        let lock = lock.unwrap_or(LockSettings::DEFAULT);
        let lock = locks::for_a_time(lock, failures, minutes);
        import.members.set_lock(lock);
    }
    Ok(())
}

fn give_lock(export: &mut Export, path: &'static str) {
    const PERMANENT: &str = "account.lock.permanent";
    let Some(lock) = export.members.take_lock() else {
        return;
    };
    let permanent = match lock.permanent {
        failures if failures <= FOR_GOOD.last => Some(failures),
        LockSettings::MOST_PERMANENT => {
            let reason = format!(
                "is {} at most there, or off, which is written",
                FOR_GOOD.last
            );
            export.list(PERMANENT, reason);
            None
        }
        _ => {
            export.list(
                PERMANENT,
                format!("narrowed: is {} at most there", FOR_GOOD.last),
            );
            Some(FOR_GOOD.last)
        }
    };
    export.say(path, Written::Flag(permanent.is_some()));
    if let Some(failures) = permanent {
        export.say(FOR_GOOD.path, Written::Number(failures));
    }
    let is_for_a_time = lock.attempts < permanent.unwrap_or(lock.permanent);
    export.say(TEMP_LOCK, Written::Flag(is_for_a_time));
    if is_for_a_time {
        let minutes = locks::minutes(export, &lock);
        export.say(FAILURES.path, Written::Number(lock.attempts));
        export.say(MINUTES.path, Written::Number(minutes));
    }
}

const MASK: &str = "account.mask";

fn take_mask(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    let is_masked = value.boolean()?;
    if !is_masked {
        let reason = "narrowed: taken for signing up; signing in says nothing of accounts here";
        import.list(value, reason);
    }
    import.members.set(MASK, Member::Choice(is_masked));
    Ok(())
}

fn give_mask(export: &mut Export, path: &'static str) {
    let Some(is_masked) = export.members.take_choice(MASK) else {
        return;
    };
    if !is_masked {
        export.list(MASK, "is about signing in there, too");
    }
    export.say(path, Written::Flag(is_masked));
}

/// `true` says what holds here, too: that the rules are in force.
const ENABLED: Own = Own {
    take: |import, value| {
        if !value.boolean()? {
            import.list(value, NOT_IN_FORCE);
        }
        Ok(())
    },
    give: |export, path| export.say(path, Written::Flag(true)),
};

/// Their names for managing and for asking.
const ENABLE: [&str; 2] = ["enablePasswordStrength", "strengthScoreEnabled"];
const SCORE: [&str; 2] = ["passwordStrengthScore", "strengthScore"];

/// Whether a score is asked for, and then which.
const STRENGTH: Own = Own {
    take: |import, value| {
        if value.boolean()? && SCORE.iter().all(|score| import.value(score).is_none()) {
            import.list(value, "comes without a score, so none is asked for");
        }
        Ok(())
    },
    give: |export, path| {
        let score = export.members.take_number("min_score");
        export.say(path, Written::Flag(score.is_some()));
        if let Some(score) = score {
            export.say(SCORE[0], Written::Number(score));
        }
    },
};

/// The flag is read here: without it a score is one.
fn take_score(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    let score = number_from(value, SCORE[0], 1, 4)?;
    let flag = ENABLE.iter().find_map(|flag| import.value(flag));
    let is_off = matches!(flag.map(Value::boolean), Some(Ok(false)));
    let Some(score) = score.filter(|_| !is_off) else {
        return Ok(());
    };
    if cfg!(feature = "strength") {
        import.members.set("min_score", Member::Number(score));
    } else {
        import.list(value, NO_STRENGTH);
    }
    Ok(())
}
