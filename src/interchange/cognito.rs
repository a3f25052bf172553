//! Amazon Cognito: `PasswordPolicy` of a user pool.
//!
//! Its letters and digits are those of ASCII, its symbols a list. No password
//! there is longer than 256 characters or has white space (the pattern of the API).
//! Failures to sign in lock there by no setting.

use super::ascii::{COGNITO, DIGITS, LOWER, UPPER};
use super::members::LEAST;
use super::table::{Amount, Constant, Format, HISTORY, Kind, Map, Row, SIGN_IN, elsewhere, row};
use crate::account::AccountSettings;

pub(super) static FORMAT: Format = Format {
    nests: &["Policies.PasswordPolicy", "PasswordPolicy"],
    nest: "",
    constants: &[
        ("max_length", Constant::Number(256)),
        ("no_whitespace", Constant::On),
    ],
    parts: false,
    least: LEAST,
    rows: &ROWS,
};

static ROWS: [Row; 8] = [
    row("MinimumLength", Map::Number("min_length", 6, 99)),
    row("RequireLowercase", Map::OneOf(LOWER, "min_lower")),
    row("RequireUppercase", Map::OneOf(UPPER, "min_upper")),
    row("RequireNumbers", Map::OneOf(DIGITS, "min_digits")),
    row("RequireSymbols", Map::OneOf(COGNITO, "min_symbols")),
    row(
        "PasswordHistorySize",
        Map::Amount(Amount {
            last: 24,
            ..HISTORY
        }),
    ),
    row("TemporaryPasswordValidityDays", Map::Amount(TEMPORARY)),
    elsewhere("Policies.SignInPolicy", Kind::Any, SIGN_IN),
];

const DAY: u32 = 86_400;

/// Where it is 0, as where it is left out, seven days there.
const TEMPORARY: Amount = Amount {
    member: "account.temporary_s",
    most: AccountSettings::MOST_TEMPORARY_DAYS * DAY,
    last: 365,
    unit: DAY,
    ..HISTORY
};
