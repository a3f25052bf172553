//! One table for each system, read in both directions.

use super::members::Way;
use super::read::Import;
use super::write::Export;
use crate::account::AccountSettings;
use crate::error::Error;
use crate::json::Value;
use crate::policy::WordKind;

/// The member of an import that holds what the other system says.
pub(super) const SETTINGS: &str = "settings";

pub(super) const UNKNOWN: &str = "unknown to this release";
pub(super) const BREACHED: &str =
    "is about passwords in use that turn up in a breach; for new ones there is blocklist.outside";
/// Of what a build without the estimator cannot take.
pub(super) const NO_STRENGTH: &str =
    "ignored: this build has no strength estimator (feature \"strength\")";
pub(super) const NO_LIST: &str =
    "ignored: this build has no list of common passwords (feature \"strength\")";
pub(super) const SIGN_IN: &str = "is about signing in, not about what a password may be";
pub(super) const SHOWN: &str = "is about what users are shown or sent";
pub(super) const NAMES: &str = "says whose settings these are, not what they are";
pub(super) const NOT_IN_FORCE: &str = "the rules are not in force there; here they are";

/// Something that the other side cannot say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) path: String,
    pub(super) reason: String,
}

impl Listed {
    #[inline(never)]
    pub(super) fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        let (path, reason) = (path.into(), reason.into());
        Self { path, reason }
    }
}

/// The settings of one system.
pub(super) struct Format {
    /// Where the settings may stand inside of what holds more; the longest first. `[]` is an array of one.
    pub(super) nests: &'static [&'static str],
    /// Where they stand when they are written.
    pub(super) nest: &'static str,
    pub(super) constants: &'static [(&'static str, Constant)],
    /// Whether words are looked for in parts, and from how many characters on.
    pub(super) parts: bool,
    pub(super) least: u32,
    /// Members of one object stand together.
    pub(super) rows: &'static [Row],
}

/// What always holds there.
#[derive(Clone, Copy)]
pub(super) enum Constant {
    Number(u32),
    On,
}

/// A member of the settings, and what it is here.
pub(super) struct Row {
    pub(super) path: &'static str,
    /// Other paths of the same; they are read, never written.
    pub(super) also: &'static [&'static str],
    pub(super) map: Map,
}

pub(super) enum Map {
    /// A number, the same here; from the first to the last there, and 0 for none.
    Number(&'static str, u32, u32),
    /// `true` asks for one.
    Flag(&'static str),
    /// `true` asks for one of these. They are those of ASCII that the member counts, or fewer.
    OneOf(&'static str, &'static str),
    /// Characters in a string.
    Set(&'static str),
    /// `true` looks for words of this kind in this way.
    Word(WordKind, Way),
    /// A word that sets a number, and one that does not: the first in the list.
    Switch(&'static str, [&'static str; 2], u32),
    /// A number of `account`.
    Amount(Amount),
    /// `true` switches on the number at this path, which says both where they are written.
    On(&'static str),
    /// Words of which the first says what holds here, too, and is written; others are listed.
    State(&'static [&'static str], &'static str),
    Own(Own),
    /// Not a matter of this crate's policies: its kind, the flag that switches it off, and why.
    Elsewhere(Kind, &'static str, &'static str),
}

/// What no other row is like.
#[derive(Clone, Copy)]
pub(super) struct Own {
    pub(super) take: fn(&mut Import<'_>, &Value<'_>) -> Result<(), Error>,
    pub(super) give: fn(&mut Export, &'static str),
}

/// A number of `account`, and what it is there: from 1, and 0 for none.
#[derive(Clone, Copy)]
pub(super) struct Amount {
    pub(super) member: &'static str,
    /// The most of ours.
    pub(super) most: u32,
    /// The last there.
    pub(super) last: u32,
    /// The flag that switches it on there; empty where there is none.
    pub(super) switch: &'static str,
    /// How many of ours one of theirs is.
    pub(super) unit: u32,
    /// What theirs counts besides.
    pub(super) besides: u32,
}

/// Passwords that may not be set again. Whether theirs counts the one that is set is documented by
/// none but Keycloak: taken as it is, no more is allowed than there.
pub(super) const HISTORY: Amount = Amount {
    member: "account.history",
    most: AccountSettings::MOST_HISTORY,
    last: u32::MAX,
    switch: "",
    unit: 1,
    besides: 0,
};

/// Days after which a password is to be changed.
pub(super) const AGE: Amount = Amount {
    member: "account.max_age_days",
    most: AccountSettings::MOST_AGE_DAYS,
    ..HISTORY
};

/// What a value is that is only listed.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Flag,
    /// Up to this number.
    Number(u32),
    Text,
    List,
    Any,
}

pub(super) const fn row(path: &'static str, map: Map) -> Row {
    Row {
        path,
        also: &[],
        map,
    }
}

/// A row that is only listed.
pub(super) const fn elsewhere(path: &'static str, kind: Kind, reason: &'static str) -> Row {
    row(path, Map::Elsewhere(kind, "", reason))
}

/// The same for what the flag `switch` switches off.
pub(super) const fn switched(
    path: &'static str,
    switch: &'static str,
    kind: Kind,
    reason: &'static str,
) -> Row {
    row(path, Map::Elsewhere(kind, switch, reason))
}

impl Format {
    /// Whether something that is known stands inside of this path.
    pub(super) fn reaches_into(&self, path: &str) -> bool {
        let is_before = |longer: &str| {
            let rest = longer.strip_prefix(path);
            rest.is_some_and(|rest| rest.starts_with('.'))
        };
        let is_nest = |nest: &&str| *nest == path || is_before(nest);
        let inside = self.inside(path);
        self.nests.iter().any(is_nest)
            || self.rows.iter().any(|row| {
                let mut paths = row.also.iter().chain([&row.path]);
                paths.any(|path| {
                    let rest = path.strip_prefix(inside);
                    rest.is_some_and(|rest| rest.starts_with('.'))
                })
            })
    }

    /// The path without the nest.
    pub(super) fn inside<'p>(&self, path: &'p str) -> &'p str {
        let without = |nest: &&str| path.strip_prefix(nest)?.strip_prefix('.');
        self.nests.iter().find_map(without).unwrap_or(path)
    }
}

impl Row {
    pub(super) fn has(&self, path: &str) -> bool {
        self.path == path || self.also.contains(&path)
    }
}

impl Kind {
    /// Whether the value is of this kind and says more than nothing.
    pub(super) fn is_set(self, value: &Value<'_>, what: &'static str) -> Result<bool, Error> {
        Ok(match self {
            Self::Flag => value.boolean()?,
            Self::Number(most) => value.integer(what, 0..=u64::from(most))? > 0,
            Self::Text => !value.string()?.is_empty(),
            Self::List => !value.array()?.is_empty(),
            Self::Any => true,
        })
    }
}
