//! Okta's password policies: `settings.password` of a policy, or that object alone.
//!
//! A user name is looked for in its parts of four characters and more, as
//! Okta's help says. What its classes hold is not documented: they are taken
//! as those of Unicode. Its list of common passwords is another one than ours.
//!
//! One number of failures locks there: for some minutes, after which it begins anew,
//! or until an administrator unlocks where there are none (0). No lock is the last.

use super::locks;
use super::members::{LEAST, Way};
use super::read::{Import, number_from};
use super::table::{
    AGE, BREACHED, Format, HISTORY, Kind, Map, NAMES, Own, Row, SHOWN, SIGN_IN, elsewhere, row,
};
use super::write::{Export, Written};
use crate::account::LockSettings;
use crate::error::Error;
use crate::json::Value;
use crate::policy::WordKind;

pub(super) static FORMAT: Format = Format {
    nests: &["settings.password"],
    nest: "",
    constants: &[],
    parts: true,
    least: LEAST,
    rows: &ROWS,
};

const DAYS: Kind = Kind::Number(u32::MAX);

static ROWS: [Row; 35] = [
    row("complexity.minLength", Map::Number("min_length", 1, 72)),
    row("complexity.minLowerCase", Map::Number("min_lower", 1, 1)),
    row("complexity.minUpperCase", Map::Number("min_upper", 1, 1)),
    row("complexity.minNumber", Map::Number("min_digits", 1, 1)),
    row("complexity.minSymbol", Map::Number("min_symbols", 1, 1)),
    row(
        "complexity.excludeUsername",
        Map::Word(WordKind::LoginId, Way::Contained),
    ),
    row("complexity.excludeAttributes", Map::Own(ATTRIBUTES)),
    row(
        "complexity.maxConsecutiveCharacters",
        Map::Number("max_repeated", 1, 72),
    ),
    row("complexity.dictionary.common.exclude", Map::Own(COMMON)),
    elsewhere(
        "complexity.oelStatement",
        Kind::Text,
        "is an expression of Okta's own language",
    ),
    row("age.maxAgeDays", Map::Amount(AGE)),
    elsewhere("age.expireWarnDays", DAYS, SHOWN),
    elsewhere(
        "age.minAgeMinutes",
        DAYS,
        "is about how soon a password may be changed again, which does not matter here",
    ),
    row("age.historyCount", Map::Amount(HISTORY)),
    row(ATTEMPTS, Map::Own(LOCKOUT)),
    row(MINUTES, Map::Own(UNLOCKING)),
    elsewhere("lockout.showLockoutFailures", Kind::Flag, SHOWN),
    elsewhere("lockout.userLockoutNotificationChannels", Kind::List, SHOWN),
    elsewhere("breachedProtection.expireAfterDays", DAYS, BREACHED),
    elsewhere("breachedProtection.logoutEnabled", Kind::Flag, BREACHED),
    elsewhere(
        "breachedProtection.delegatedWorkflowId",
        Kind::Text,
        BREACHED,
    ),
    elsewhere("settings.recovery", Kind::Any, SIGN_IN),
    elsewhere("settings.delegation", Kind::Any, SIGN_IN),
    elsewhere("id", Kind::Any, NAMES),
    elsewhere("name", Kind::Any, NAMES),
    elsewhere("description", Kind::Any, NAMES),
    elsewhere("type", Kind::Any, NAMES),
    elsewhere("status", Kind::Any, NAMES),
    elsewhere("system", Kind::Any, NAMES),
    elsewhere("priority", Kind::Any, NAMES),
    elsewhere("conditions", Kind::Any, NAMES),
    elsewhere("created", Kind::Any, NAMES),
    elsewhere("lastUpdated", Kind::Any, NAMES),
    elsewhere("_links", Kind::Any, NAMES),
    elsewhere("_embedded", Kind::Any, NAMES),
];

const ATTEMPTS: &str = "lockout.maxAttempts";
const MINUTES: &str = "lockout.autoUnlockMinutes";

const LOCKOUT: Own = Own {
    take: take_lockout,
    give: |export, path| {
        let Some(lock) = export.members.take_lock() else {
            return;
        };
        let (attempts, minutes) = if locks::is_for_good(&lock) {
            (lock.permanent, 0)
        } else {
            let reason = "cannot be said there beside locks that end";
            export.list("account.lock.permanent", reason);
            (lock.attempts, locks::minutes(export, &lock))
        };
        export.say(path, Written::Number(attempts));
        export.say(MINUTES, Written::Number(minutes));
    },
};

/// The failures read it.
const UNLOCKING: Own = Own {
    take: |import, value| {
        let minutes = number_from(value, MINUTES, 1, u32::MAX)?;
        if minutes.is_some() && import.value(ATTEMPTS).is_none() {
            let reason = locks::narrowed_to_pauses(&LockSettings::DEFAULT);
            import.list(value, reason);
        }
        Ok(())
    },
    give: |_, _| {},
};

fn take_lockout(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    const LONGEST: u32 = 1440;
    let Some(failures) = number_from(value, ATTEMPTS, 1, u32::MAX)? else {
        let reason = locks::narrowed_to_pauses(&LockSettings::DEFAULT);
        import.list(value, reason);
        return Ok(());
    };
    let minutes = import.number(MINUTES, 1, u32::MAX)?;
    let (least, most) = match minutes {
        Some(_) => (1, LockSettings::MOST_ATTEMPTS),
        None => (LockSettings::LEAST_PERMANENT, LockSettings::MOST_PERMANENT),
    };
    if failures < least {
        import.list(value, format!("taken as {least}, which is the least here"));
    } else if failures > most {
        let reason = format!("narrowed: taken as {most}, which is the most here");
        import.list(value, reason);
    }
    let failures = failures.clamp(least, most);
    let lock = match (minutes, import.value(MINUTES).cloned()) {
        (Some(minutes), Some(value)) => {
            if minutes > LONGEST {
                let reason = format!("taken as {LONGEST}, which is the most here");
                import.list(&value, reason);
            }
            import.list(&value, locks::narrowed_to_an_end());
            locks::for_a_time(LockSettings::DEFAULT, failures, minutes.min(LONGEST))
        }
        _ => {
            let lock = locks::for_good(failures);
            if !locks::is_for_good(&lock) {
                import.list(value, locks::narrowed_to_pauses(&lock));
            }
            lock
        }
    };
    import.members.set_lock(lock);
    Ok(())
}

const THEIRS: &str = "Okta's list of common passwords";

/// Okta's list, the one inside here.
const COMMON: Own = Own {
    take: |import, value| {
        if value.boolean()? {
            import.look_up(value, THEIRS);
        }
        Ok(())
    },
    give: |export, path| {
        let is_on = export.looks_up(THEIRS);
        export.say(path, Written::Flag(is_on));
    },
};

/// Profile attributes that must not be in the password; the host gives them as words of the subject.
const ATTRIBUTES: Own = Own {
    take: |import, value| {
        let attributes = value.array()?;
        for attribute in &attributes {
            attribute.string()?;
        }
        if !attributes.is_empty() {
            import.look_for(WordKind::User, Way::Contained);
            import.list(
                value,
                "taken as context.match.user: give these as the subject's words",
            );
        }
        Ok(())
    },
    give: give_attributes,
};

fn give_attributes(export: &mut Export, path: &'static str) {
    let way = export.words.take(WordKind::User);
    if way.is_some() {
        export.list(
            "context.match.user",
            "is the first and the last name there, \"contained\"",
        );
        export.say(path, Written::Texts(vec!["firstName", "lastName"]));
    } else {
        export.say(path, Written::Texts(Vec::new()));
    }
}
