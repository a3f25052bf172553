//! Okta's password policies: `settings.password` of a policy, or that object alone.
//!
//! A user name is looked for in its parts of four characters and more, as
//! Okta's help says. What its classes hold is not documented: they are taken
//! as those of Unicode. Its list of common passwords is another one than ours.

use super::members::{LEAST, Way};
use super::table::{
    AGE, ATTEMPTS, BREACHED, Format, HISTORY, Kind, Map, NAMES, Own, Row, SHOWN, SIGN_IN,
    elsewhere, row,
};
use super::write::{Export, Written};
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
    elsewhere("age.maxAgeDays", DAYS, AGE),
    elsewhere("age.expireWarnDays", DAYS, AGE),
    elsewhere("age.minAgeMinutes", DAYS, AGE),
    elsewhere("age.historyCount", DAYS, HISTORY),
    elsewhere("lockout.maxAttempts", DAYS, ATTEMPTS),
    elsewhere("lockout.autoUnlockMinutes", DAYS, ATTEMPTS),
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
