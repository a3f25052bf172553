//! Descope: `GET /v1/auth/password/policy` and `/v1/mgmt/password/settings`.
//!
//! Both are read, the second is written. Ranges are those of its Terraform
//! provider. Its score is zxcvbn's, as `min_score` is; a list of common
//! passwords it has not. Its e-mail rule refuses the address and what stands
//! before its `@`, as [`crate::policy::Subject`] does.

use super::members::{LEAST, Member, Way};
use super::read::{Import, number_from};
use super::table::{
    AGE, ATTEMPTS, Constant, Format, HISTORY, Kind, Map, NAMES, NO_STRENGTH, NOT_IN_FORCE, Own,
    Row, SHOWN, elsewhere, row, switched,
};
use super::write::Written;
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
    row("nonAlphanumeric", Map::Flag("min_symbols")),
    row("anyLetter", Map::Flag("min_letters")),
    row("disallowedCharacters", Map::Set("disallowed")),
    row("disallowEmailMatch", Map::Word(WordKind::Email, Way::Equal)),
    elsewhere("expiration", Kind::Flag, AGE),
    switched("expirationWeeks", "expiration", Kind::Number(999), AGE),
    elsewhere("reuse", Kind::Flag, HISTORY),
    switched("reuseAmount", "reuse", Kind::Number(50), HISTORY),
    elsewhere("lock", Kind::Flag, ATTEMPTS),
    switched("lockAttempts", "lock", Kind::Number(10), ATTEMPTS),
    elsewhere("tempLock", Kind::Flag, ATTEMPTS),
    switched("tempLockAttempts", "tempLock", Kind::Number(10), ATTEMPTS),
    switched("tempLockDuration", "tempLock", Kind::Number(1440), ATTEMPTS),
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
    elsewhere("maskError", Kind::Flag, SHOWN),
];

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
