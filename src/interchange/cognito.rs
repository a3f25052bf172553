//! Amazon Cognito: `PasswordPolicy` of a user pool.
//!
//! Its letters and digits are those of ASCII, its symbols a list. No password
//! there is longer than 256 characters or has white space (the pattern of the API).

use super::ascii::{COGNITO, DIGITS, LOWER, UPPER};
use super::members::LEAST;
use super::table::{Constant, Format, HISTORY, Kind, Map, Row, SIGN_IN, elsewhere, row};

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
    elsewhere("PasswordHistorySize", Kind::Number(24), HISTORY),
    elsewhere(
        "TemporaryPasswordValidityDays",
        Kind::Number(365),
        "is about passwords that an administrator sets for once",
    ),
    elsewhere("Policies.SignInPolicy", Kind::Any, SIGN_IN),
];
