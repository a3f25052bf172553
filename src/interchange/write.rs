//! A configuration being written as another system's settings by its table.

use super::members::{Members, Way, Words};
use super::table::{Amount, Constant, Format, Listed, Map, Row};
use crate::json::Writer;
use crate::policy::WordKind;

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
    tells_of_accounts: bool,
}

impl Export {
    pub(super) fn write(format: &Format, members: Members) -> Self {
        let mut export = Self {
            tells_of_accounts: members.say_account(),
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
        let mut left = std::mem::take(&mut export.members);
        left.drop_defaults();
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
            Map::Amount(amount) => self.give_amount(row.path, amount),
            Map::On(_) => {}
            Map::State(states, _) => {
                if let Some(state) = states.first() {
                    self.say(row.path, Written::Text((*state).to_owned()));
                }
            }
            Map::Own(own) => (own.give)(self, row.path),
            Map::Elsewhere(..) => {}
        }
    }

    fn give_amount(&mut self, path: &'static str, amount: &Amount) {
        let ours = self.members.take_number(amount.member);
        if !self.tells_of_accounts {
            return;
        }
        let Some(ours) = ours.filter(|ours| *ours > 0) else {
            match amount.switch {
                "" => self.say(path, Written::Number(0)),
                switch => self.say(switch, Written::Flag(false)),
            }
            return;
        };
        let last = amount.last - amount.besides;
        let theirs = (ours / amount.unit).clamp(1, last);
        let there = theirs.saturating_mul(amount.unit);
        let reason = match theirs {
            _ if there == ours => None,
            _ if there > ours => Some(format!("is {there} at least there")),
            _ if theirs == last => Some(format!("is {there} at most there")),
            _ => Some(format!("narrowed: is {there} there")),
        };
        if let Some(reason) = reason {
            self.list(amount.member, reason);
        }
        if !amount.switch.is_empty() {
            self.say(amount.switch, Written::Flag(true));
        }
        self.say(path, Written::Number(theirs + amount.besides));
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
