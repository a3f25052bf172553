//! Settings of another system being read by its table.

use super::members::{Lists, Member, Members, Way, without_repetition};
use super::table::{Amount, Constant, Format, Listed, Map, NO_LIST, Row, UNKNOWN};
use crate::error::Error;
use crate::json::Value;
use crate::policy::WordKind;

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

    /// The number at this path of the table; `None` where there is none.
    pub(super) fn number(
        &self,
        path: &'static str,
        first: u32,
        last: u32,
    ) -> Result<Option<u32>, Error> {
        match self.value(path) {
            Some(value) => number_from(value, path, first, last),
            None => Ok(None),
        }
    }

    /// Whether the flag at this path is on that switches `value` on; without the flag it is off.
    pub(super) fn is_on(&mut self, switch: &str, value: &Value<'_>) -> Result<bool, Error> {
        let Some(flag) = self.value(switch).map(Value::boolean).transpose()? else {
            self.list(value, format!("comes without {switch}, so it is off"));
            return Ok(false);
        };
        Ok(flag)
    }

    pub(super) fn take_amount(
        &mut self,
        value: &Value<'_>,
        what: &'static str,
        amount: &Amount,
    ) -> Result<(), Error> {
        let Some(theirs) = number_from(value, what, 1, amount.last)? else {
            return Ok(());
        };
        if !amount.switch.is_empty() && !self.is_on(amount.switch, value)? {
            return Ok(());
        }
        let ours = theirs.saturating_sub(amount.besides);
        let ours = ours.saturating_mul(amount.unit);
        if ours > amount.most {
            let most = amount.most / amount.unit + amount.besides;
            self.list(value, format!("taken as {most}, which is the most here"));
        }
        if ours > 0 {
            let ours = Member::Number(ours.min(amount.most));
            self.members.set(amount.member, ours);
        }
        Ok(())
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
            Map::Amount(amount) => self.take_amount(&value, row.path, amount)?,
            Map::On(number) => {
                let nothing = |value: &Value<'_>| value.integer(number, 0..=0).is_ok();
                if value.boolean()? && self.value(number).is_none_or(nothing) {
                    self.list(&value, format!("comes without {number}, so it is off"));
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
    let found = value.place_among(words)?;
    found.ok_or_else(|| value.error(format!("has to be one of {}", words.join(", "))))
}
