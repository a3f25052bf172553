//! One table for each system, read in both directions.

use super::members::{Lists, Member, Members, Way, Words, without_repetition};
use crate::error::Error;
use crate::json::{Value, Writer};
use crate::policy::WordKind;

/// The member of an import that holds what the other system says.
pub(super) const SETTINGS: &str = "settings";

pub(super) const UNKNOWN: &str = "unknown to this release";
pub(super) const AGE: &str = "is about the age of passwords, which a policy does not see";
pub(super) const HISTORY: &str = "is about earlier passwords, which a policy does not see";
pub(super) const ATTEMPTS: &str = "is about attempts to sign in, not about what a password may be";
pub(super) const BREACHED: &str =
    "is about passwords in use that turn up in a breach; for new ones there is blocklist.outside";
/// Of what a build without the estimator cannot take.
pub(super) const NO_STRENGTH: &str =
    "ignored: this build has no strength estimator (feature \"strength\")";
const NO_LIST: &str = "ignored: this build has no list of common passwords (feature \"strength\")";
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

/// Where something stands in the settings.
fn below_settings(path: &str) -> &str {
    path.strip_prefix("settings.").unwrap_or(path)
}

/// Settings being read.
pub(super) struct Import<'a> {
    format: &'static Format,
    /// By the path in the table.
    values: Vec<(String, Value<'a>)>,
    pub(super) members: Members,
    pub(super) list: Vec<Listed>,
}

impl<'a> Import<'a> {
    /// Reads `settings`, every member of which is taken or listed.
    pub(super) fn read(
        format: &'static Format,
        settings: &Value<'a>,
    ) -> Result<(Members, Vec<Listed>), Error> {
        let mut import = Self {
            format,
            values: Vec::new(),
            members: Members::default(),
            list: Vec::new(),
        };
        import.walk(settings, "")?;
        for row in format.rows {
            import.take(row)?;
        }
        for (key, constant) in format.constants {
            import.members.set(
                key,
                match constant {
                    Constant::Number(number) => Member::Number(*number),
                    Constant::On => Member::Flag,
                },
            );
        }
        import.settle_words();
        Ok((import.members, import.list))
    }

    fn walk(&mut self, object: &Value<'a>, path: &str) -> Result<(), Error> {
        let place = object.path();
        for (key, value) in object.object()?.into_members() {
            let at = match place.as_str() {
                "" => key.clone(),
                place => format!("{place}.{key}"),
            };
            let path = match path {
                "" => key,
                path => format!("{path}.{key}"),
            };
            let array = format!("{path}[]");
            if value.is_null() {
                continue;
            } else if self.format.reaches_into(&array) {
                match value.array()?.as_slice() {
                    [] => {}
                    [only] => self.walk(only, &array)?,
                    _ => return Err(value.error("has to have one item")),
                }
            } else if self.format.reaches_into(&path) {
                self.walk(&value, &path)?;
            } else {
                self.keep(self.format.inside(&path).to_owned(), value, &at)?;
            }
        }
        Ok(())
    }

    /// Keeps the value of a row, or lists the one `at` what path has none.
    fn keep(&mut self, path: String, value: Value<'a>, at: &str) -> Result<(), Error> {
        let Some(row) = self.format.rows.iter().find(|row| row.has(&path)) else {
            self.list.push(Listed::new(below_settings(at), UNKNOWN));
            return Ok(());
        };
        let known = self.values.iter().find(|(path, _)| row.has(path));
        if let Some((_, known)) = known {
            return Err(value.error(format!("says what {} says, too", known.path())));
        }
        self.values.push((path, value));
        Ok(())
    }

    /// The value at this path of the table.
    pub(super) fn value(&self, path: &str) -> Option<&Value<'a>> {
        let found = self.values.iter().find(|(known, _)| known == path);
        found.map(|(_, value)| value)
    }

    /// Whether something stands below this beginning of a path.
    pub(super) fn has(&self, begin: &str) -> bool {
        self.values.iter().any(|(path, _)| path.starts_with(begin))
    }

    /// Lists a value that is not taken, or not as it is.
    #[inline(never)]
    pub(super) fn list(&mut self, value: &Value<'_>, reason: impl Into<String>) {
        let path = value.path();
        self.list.push(Listed::new(below_settings(&path), reason));
    }

    pub(super) fn look_for(&mut self, kind: WordKind, way: Way) {
        let mut words = self.members.words();
        words.look_for(kind, way);
        self.members.set("context", Member::Words(words));
    }

    /// Looks in the list inside in place of theirs, whose words are `others`.
    pub(super) fn look_up(&mut self, value: &Value<'_>, others: &str) {
        if cfg!(feature = "strength") {
            self.members.set("blocklist", Member::Lists(Lists::INSIDE));
            let reason = format!("taken as blocklist.inside, a list of its own; there {others}");
            self.list(value, reason);
        } else {
            self.list(value, NO_LIST);
        }
    }

    /// How words are looked for inside is the same for every kind.
    fn settle_words(&mut self) {
        let mut words = self.members.words();
        if words.has(Way::Contained) {
            (words.parts, words.least) = (self.format.parts, self.format.least);
            self.members.set("context", Member::Words(words));
        }
    }

    fn take(&mut self, row: &Row) -> Result<(), Error> {
        let found = self.values.iter().find(|(path, _)| row.has(path));
        let Some((_, value)) = found.cloned() else {
            return Ok(());
        };
        match &row.map {
            Map::Number(member, first, last) => {
                if let Some(number) = number_from(&value, row.path, *first, *last)? {
                    self.members.set(member, Member::Number(number));
                }
            }
            Map::Flag(member) => {
                if value.boolean()? {
                    self.members.set(member, Member::Number(1));
                }
            }
            Map::OneOf(set, _) => {
                if value.boolean()? {
                    self.members.require(set);
                }
            }
            Map::Set(member) => {
                let set = without_repetition(&value.string()?);
                if !set.is_empty() {
                    self.members.set(member, Member::Text(set));
                }
            }
            Map::Word(kind, way) => {
                if value.boolean()? {
                    self.look_for(*kind, *way);
                }
            }
            Map::Switch(member, states, bound) => {
                if one_of(&value, states)? == 1 {
                    self.members.set(member, Member::Number(*bound));
                }
            }
            Map::State(states, reason) => {
                if one_of(&value, states)? > 0 {
                    self.list(&value, *reason);
                }
            }
            Map::Own(own) => (own.take)(self, &value)?,
            Map::Elsewhere(kind, switch, reason) => {
                let off = |switch: &Value<'_>| matches!(switch.boolean(), Ok(false));
                let is_off = self.value(switch).is_some_and(off);
                if kind.is_set(&value, row.path)? && !is_off {
                    self.list(&value, *reason);
                }
            }
        }
        Ok(())
    }
}

impl Format {
    /// Whether something that is known stands inside of this path.
    fn reaches_into(&self, path: &str) -> bool {
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
    fn inside<'p>(&self, path: &'p str) -> &'p str {
        let without = |nest: &&str| path.strip_prefix(nest)?.strip_prefix('.');
        self.nests.iter().find_map(without).unwrap_or(path)
    }
}

impl Row {
    fn has(&self, path: &str) -> bool {
        self.path == path || self.also.contains(&path)
    }
}

impl Kind {
    /// Whether the value is of this kind and says more than nothing.
    fn is_set(self, value: &Value<'_>, what: &'static str) -> Result<bool, Error> {
        Ok(match self {
            Self::Flag => value.boolean()?,
            Self::Number(most) => value.integer(what, 0..=u64::from(most))? > 0,
            Self::Text => !value.string()?.is_empty(),
            Self::List => !value.array()?.is_empty(),
            Self::Any => true,
        })
    }
}

/// A number of this range; 0 is none.
pub(super) fn number_from(
    value: &Value<'_>,
    what: &'static str,
    first: u32,
    last: u32,
) -> Result<Option<u32>, Error> {
    let (first, last) = (u64::from(first), u64::from(last));
    if value.integer(what, 0..=last)? == 0 {
        return Ok(None);
    }
    Ok(u32::try_from(value.integer(what, first..=last)?).ok())
}

/// Which of these words it is.
pub(super) fn one_of(value: &Value<'_>, words: &[&str]) -> Result<usize, Error> {
    let word = value.string()?;
    let found = words.iter().position(|known| *known == word);
    found.ok_or_else(|| value.error(format!("has to be one of {}", words.join(", "))))
}

/// A value to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Number(u32),
    Flag(bool),
    Text(String),
    Texts(Vec<&'static str>),
}

/// A policy being written as settings: members are taken one by one, those that are left are listed.
pub(super) struct Export {
    pub(super) members: Members,
    pub(super) words: Words,
    pub(super) list: Vec<Listed>,
    pub(super) written: Vec<(&'static str, Written)>,
}

impl Export {
    pub(super) fn write(format: &Format, members: Members) -> Self {
        let mut export = Self {
            words: members.words(),
            members,
            list: Vec::new(),
            written: Vec::new(),
        };
        export.members.take("context");
        let asked = export.words.clone();
        for (key, constant) in format.constants {
            let (holds, there) = match constant {
                Constant::Number(number) => (
                    export.members.take_number(key) == Some(*number),
                    format!("is always {number} there"),
                ),
                Constant::On => (
                    export.members.take_flag(key),
                    "always holds there".to_owned(),
                ),
            };
            if !holds {
                export.list(*key, there);
            }
        }
        for row in format.rows {
            export.give(format, row);
        }
        export.list_words(format, &asked);
        let left = std::mem::take(&mut export.members);
        for member in left.into_names() {
            export.list(member, "cannot be said there");
        }
        export
    }

    #[inline(never)]
    pub(super) fn list(&mut self, member: impl Into<String>, reason: impl Into<String>) {
        self.list.push(Listed::new(member, reason));
    }

    pub(super) fn say(&mut self, path: &'static str, value: Written) {
        self.written.push((path, value));
    }

    /// Whether theirs is looked in, which has `others`, in place of the list inside; what the host attaches is listed.
    pub(super) fn looks_up(&mut self, others: &str) -> bool {
        let Some(lists) = self.members.take_lists() else {
            return false;
        };
        if lists.inside {
            self.list(
                "blocklist.inside",
                format!("is another list there: {others}"),
            );
        }
        if lists.outside {
            self.list("blocklist.outside", "cannot be said there");
        }
        lists.inside
    }

    /// Takes what asks for one of `set`, which are those of ASCII that `member` counts, or fewer.
    pub(super) fn asks_for(&mut self, set: &str, member: &str) -> bool {
        let exactly = self.members.take_required(set);
        let count = self.members.take_number(member);
        match count {
            Some(1) => self.list(
                member,
                "narrowed: only some characters of ASCII count there",
            ),
            Some(_) => self.list(
                member,
                "is 1 there, and only some characters of ASCII count",
            ),
            None => {}
        }
        exactly || count.is_some()
    }

    fn give(&mut self, format: &Format, row: &Row) {
        match &row.map {
            Map::Number(member, first, last) => {
                if let Some(number) = self.members.take_number(member) {
                    if number < *first {
                        self.list(*member, format!("is {first} at least there"));
                    } else if number > *last {
                        self.list(*member, format!("is {last} at most there"));
                    }
                    let number = number.clamp(*first, *last);
                    self.say(row.path, Written::Number(number));
                }
            }
            Map::Flag(member) => {
                let count = self.members.take_number(member);
                if count.is_some_and(|count| count > 1) {
                    self.list(*member, "is 1 there");
                }
                self.say(row.path, Written::Flag(count.is_some()));
            }
            Map::OneOf(set, member) => {
                let is_asked = self.asks_for(set, member);
                self.say(row.path, Written::Flag(is_asked));
            }
            Map::Set(member) => {
                if let Some(set) = self.members.take_text(member) {
                    self.say(row.path, Written::Text(set));
                }
            }
            Map::Word(kind, way) => {
                let is_on = self.takes_word(format, *kind, *way);
                self.say(row.path, Written::Flag(is_on));
            }
            Map::Switch(member, [off, on], bound) => {
                let number = self.members.take_number(member);
                if number.is_some_and(|number| number != *bound) {
                    self.list(*member, format!("is {bound} there"));
                }
                let state = if number.is_some() { on } else { off };
                self.say(row.path, Written::Text((*state).to_owned()));
            }
            Map::State(states, _) => {
                if let Some(state) = states.first() {
                    self.say(row.path, Written::Text((*state).to_owned()));
                }
            }
            Map::Own(own) => (own.give)(self, row.path),
            Map::Elsewhere(..) => {}
        }
    }

    /// Takes a kind of words that is looked for in this way, or in the other where that is not to be had.
    fn takes_word(&mut self, format: &Format, kind: WordKind, way: Way) -> bool {
        let asked = self.words.way(kind);
        let is_exact = asked == Some(way);
        let has_exact = format.rows.iter().any(
            |row| matches!(row.map, Map::Word(known, other) if known == kind && Some(other) == asked),
        );
        if asked.is_none() || !is_exact && has_exact {
            return false;
        }
        self.words.take(kind);
        if !is_exact {
            self.list(
                format!("context.match.{}", kind.name()),
                format!("is \"{}\" there", way.name()),
            );
        }
        true
    }

    /// Lists what is left of the words, and what `asked` says of all of them.
    fn list_words(&mut self, format: &Format, asked: &Words) {
        for kind in WordKind::ALL {
            if self.words.take(kind).is_some() {
                let path = format!("context.match.{}", kind.name());
                self.list(path, "cannot be said there");
            }
        }
        for key in asked.others() {
            self.list(format!("context.{key}"), "cannot be said there");
        }
        let matters = asked.parts || asked.has(Way::Contained);
        if matters && asked.parts != format.parts {
            let there = match format.parts {
                true => "is on there",
                false => "cannot be said there",
            };
            self.list("context.parts", there);
        }
        if asked.has(Way::Contained) && asked.least != format.least {
            self.list("context.least", format!("is {} there", format.least));
        }
    }
}

/// Writes values by their paths; those of one object have to stand together.
pub(super) fn write(json: &mut Writer, values: &[(String, Written)]) {
    let mut rest = values;
    while let Some((path, value)) = rest.first() {
        let Some((head, _)) = path.split_once('.') else {
            match value {
                Written::Number(number) => json.integer(path, *number),
                Written::Flag(flag) => json.boolean(path, *flag),
                Written::Text(text) => json.string(path, text),
                Written::Texts(texts) => json.strings(path, texts.iter().copied()),
            }
            rest = rest.get(1..).unwrap_or_default();
            continue;
        };
        let below = |path: &str| Some(path.strip_prefix(head)?.strip_prefix('.')?.to_owned());
        let inside: Vec<(String, Written)> = rest
            .iter()
            .map_while(|(path, value)| Some((below(path)?, value.clone())))
            .collect();
        match head.strip_suffix("[]") {
            Some(key) => json.objects(key, [&inside], |json, inside| write(json, inside)),
            None => json.nested(head, |json| write(json, &inside)),
        }
        rest = rest.get(inside.len()..).unwrap_or_default();
    }
}
