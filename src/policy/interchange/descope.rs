//! Descope: `GET /v1/auth/password/policy` and `/v1/mgmt/password/settings`.
//!
//! Both are read, the second is written. Ranges are those of its Terraform
//! provider. Its e-mail rule refuses the address and what stands before its
//! `@`, as [`crate::policy::Subject`] does.

use super::members::{LEAST, Way};
use super::table::{
    AGE, ATTEMPTS, Constant, Format, HISTORY, Kind, Map, NAMES, NOT_IN_FORCE, Own, Row, SHOWN,
    STRENGTH, Written, elsewhere, row, switched,
};
use crate::policy::WordKind;

pub(super) static FORMAT: Format = Format {
    nests: &[],
    nest: "",
    constants: &[("max_length", Constant::Number(64))],
    parts: false,
    least: LEAST,
    rows: &ROWS,
};

static ROWS: [Row; 24] = [
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
    elsewhere("enablePasswordStrength", Kind::Flag, STRENGTH),
    switched(
        "passwordStrengthScore",
        "enablePasswordStrength",
        Kind::Number(4),
        STRENGTH,
    ),
    elsewhere("strengthScoreEnabled", Kind::Flag, STRENGTH),
    switched(
        "strengthScore",
        "strengthScoreEnabled",
        Kind::Number(4),
        STRENGTH,
    ),
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
