//! Keycloak: the `passwordPolicy` of a realm, such as `length(8) and notUsername`.
//!
//! Its classes are Java's, by code unit, which for what is typed are those of
//! Unicode. A name without a number has the one of the console. A blacklist is
//! a file on its server, so none can be written for it.

use super::members::Way;
use super::table::{AGE, Amount, Format, HISTORY, Kind, Map, Own, Row, SIGN_IN, elsewhere, row};
use super::write::{Export, Written};
use crate::error::{Error, ErrorKind};
use crate::json::Writer;
use crate::policy::WordKind;

pub(super) static FORMAT: Format = Format {
    nests: &[],
    nest: "",
    constants: &[],
    parts: false,
    // However short the name is.
    least: 1,
    rows: &ROWS,
};

const HASH: &str = "is about how passwords are hashed: the configuration's member hash";
const MOST: u32 = 4096;

static ROWS: [Row; 18] = [
    row("length", Map::Number("min_length", 1, MOST)),
    row("maxLength", Map::Number("max_length", 1, MOST)),
    row("digits", Map::Number("min_digits", 1, MOST)),
    row("lowerCase", Map::Number("min_lower", 1, MOST)),
    row("upperCase", Map::Number("min_upper", 1, MOST)),
    row("specialChars", Map::Number("min_symbols", 1, MOST)),
    row("notUsername", Map::Word(WordKind::LoginId, Way::Equal)),
    row(
        "notContainsUsername",
        Map::Word(WordKind::LoginId, Way::Contained),
    ),
    row("notEmail", Map::Word(WordKind::Email, Way::Equal)),
    elsewhere(
        "regexPattern",
        Kind::Text,
        "is a regular expression, which a policy has not",
    ),
    row("passwordHistory", Map::Amount(REMEMBERED)),
    elsewhere(
        "passwordAge",
        Kind::Number(u32::MAX),
        "is about how long ago a password was used, which does not matter here",
    ),
    row("forceExpiredPasswordChange", Map::Amount(AGE)),
    row("passwordBlacklist", Map::Own(BLACKLIST)),
    elsewhere("hashAlgorithm", Kind::Text, HASH),
    elsewhere("hashIterations", Kind::Number(u32::MAX), HASH),
    elsewhere("maxAuthAge", Kind::Any, SIGN_IN),
    elsewhere("recoveryCodesWarningThreshold", Kind::Any, SIGN_IN),
];

/// With the one that is set, as the tests of Keycloak say.
const REMEMBERED: Amount = Amount {
    besides: 1,
    ..HISTORY
};

/// The name of a file, of which the settings say nothing else.
const BLACKLIST: Own = Own {
    take: |import, value| {
        if !value.string()?.is_empty() {
            import.look_up(
                value,
                "the words of that file (blocklist.outside is for those)",
            );
        }
        Ok(())
    },
    give: |export, path| {
        if export.members.take_lists().is_some() {
            let reason = format!("needs a file on the server there: {path}(its name)");
            export.list("blocklist", reason);
        }
    },
};

/// Numbers where none is given.
const DEFAULTS: [(&str, u32); 10] = [
    ("length", 8),
    ("maxLength", 64),
    ("digits", 1),
    ("lowerCase", 1),
    ("upperCase", 1),
    ("specialChars", 1),
    ("passwordHistory", 3),
    ("passwordAge", 30),
    ("forceExpiredPasswordChange", 365),
    ("hashIterations", 0),
];

/// The string as an object that the table reads.
pub(super) fn to_json(text: &str) -> Result<String, Error> {
    let mut items = Vec::new();
    for item in text.split(" and ").map(str::trim) {
        if item.is_empty() && text.trim().is_empty() {
            break;
        }
        let (name, value) = match item.split_once('(') {
            Some((name, rest)) => {
                let value = rest.strip_suffix(')').ok_or_else(|| {
                    Error::written(ErrorKind::Config, format!("\")\" has to end {name}(…"))
                })?;
                // The console writes "undefined" where there is no value.
                let is_value = !matches!(value.trim(), "" | "undefined");
                (name.trim(), is_value.then(|| value.trim()))
            }
            None => (item, None),
        };
        if name.is_empty() {
            return Err(Error::new(
                ErrorKind::Config,
                "a policy has to stand before and behind \" and \"",
            ));
        }
        items.push((name, value));
    }
    Ok(Writer::object(|json| {
        items
            .iter()
            .for_each(|(name, value)| write_item(json, name, *value));
    }))
}

fn write_item(json: &mut Writer, name: &str, value: Option<&str>) {
    let row = ROWS.iter().find(|row| row.path == name);
    let default = DEFAULTS.iter().find(|(known, _)| *known == name);
    match row.map(|row| &row.map) {
        Some(Map::Word(..)) => json.boolean(name, true),
        Some(Map::Number(..) | Map::Amount(_) | Map::Elsewhere(Kind::Number(_), ..)) => {
            let number = value.map(str::parse::<u32>);
            match number.unwrap_or(Ok(default.map_or(0, |(_, number)| *number))) {
                Ok(number) => json.integer(name, number),
                Err(_) => json.string(name, value.unwrap_or_default()),
            }
        }
        _ => json.string(name, value.unwrap_or_default()),
    }
}

/// The string again.
pub(super) fn text(export: &Export) -> String {
    let items = export
        .written
        .iter()
        .filter_map(|(name, value)| match value {
            Written::Number(0) => None,
            Written::Number(number) => Some(format!("{name}({number})")),
            Written::Flag(true) => Some((*name).to_owned()),
            _ => None,
        });
    items.collect::<Vec<_>>().join(" and ")
}
