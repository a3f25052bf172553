//! Firebase and Google's Identity Platform: `passwordPolicyConfig` of the REST
//! API, what `getPasswordPolicy` answers, and `PasswordPolicyConfig` of the Admin SDK.
//!
//! The first is written. Letters and digits are those of ASCII, other
//! characters a list, which an answer brings with it.

use super::ascii::{DIGITS, FIREBASE, LOWER, UPPER};
use super::members::{LEAST, are_the_same, without_repetition};
use super::read::Import;
use super::table::{Format, Kind, Map, NAMES, NOT_IN_FORCE, Own, Row, SIGN_IN, elsewhere, row};
use crate::error::Error;
use crate::json::Value;

pub(super) static FORMAT: Format = Format {
    nests: &[
        "passwordPolicyConfig.passwordPolicyVersions[]",
        "passwordPolicyVersions[]",
        "passwordPolicyConfig",
    ],
    nest: "passwordPolicyVersions[]",
    constants: &[],
    parts: false,
    least: LEAST,
    rows: &ROWS,
};

static ROWS: [Row; 11] = [
    Row {
        path: "passwordPolicyEnforcementState",
        also: &["enforcementState"],
        map: Map::State(
            &[
                "ENFORCE",
                "OFF",
                "PASSWORD_POLICY_ENFORCEMENT_STATE_UNSPECIFIED",
                "ENFORCEMENT_STATE_UNSPECIFIED",
            ],
            NOT_IN_FORCE,
        ),
    },
    Row {
        path: "customStrengthOptions.minPasswordLength",
        also: &["constraints.minLength"],
        map: Map::Number("min_length", 6, 30),
    },
    Row {
        path: "customStrengthOptions.maxPasswordLength",
        also: &["constraints.maxLength"],
        map: Map::Number("max_length", 1, 4096),
    },
    Row {
        path: "customStrengthOptions.containsLowercaseCharacter",
        also: &[
            "customStrengthOptions.containsLowercaseLetter",
            "constraints.requireLowercase",
        ],
        map: Map::OneOf(LOWER, "min_lower"),
    },
    Row {
        path: "customStrengthOptions.containsUppercaseCharacter",
        also: &[
            "customStrengthOptions.containsUppercaseLetter",
            "constraints.requireUppercase",
        ],
        map: Map::OneOf(UPPER, "min_upper"),
    },
    Row {
        path: "customStrengthOptions.containsNumericCharacter",
        also: &["constraints.requireNumeric"],
        map: Map::OneOf(DIGITS, "min_digits"),
    },
    Row {
        path: "customStrengthOptions.containsNonAlphanumericCharacter",
        also: &["constraints.requireNonAlphanumeric"],
        map: Map::OneOf(FIREBASE, "min_symbols"),
    },
    row("allowedNonAlphanumericCharacters", Map::Own(SYMBOLS)),
    elsewhere("forceUpgradeOnSignin", Kind::Flag, SIGN_IN),
    elsewhere("schemaVersion", Kind::Any, NAMES),
    elsewhere("lastUpdateTime", Kind::Any, NAMES),
];

/// The list of what is not alphanumeric, in place of the one above. It only counts where one is asked for.
const SYMBOLS: Own = Own {
    take: take_symbols,
    give: |_, _| {},
};

fn take_symbols(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    let mut set = String::new();
    if value.is_array() {
        for item in value.array()? {
            set.push_str(&item.string()?);
        }
    } else {
        set = value.string()?;
    }
    let set = without_repetition(&set);
    if set.is_empty() {
        return Err(value.error("has to name a character"));
    }
    if !are_the_same(&set, FIREBASE) && import.members.take_required(FIREBASE) {
        import.members.require(&set);
    }
    Ok(())
}
