//! Reading JSON with paths and offsets, and writing it.
//!
//! `serde_json` checks the grammar of the whole text, once. What it does not say
//! is added here: the path and the byte offset of every value, duplicate keys as
//! an error, and unknown keys as an error that names the nearest known one.
//!
//! A hundred places call these methods and none has to be fast, so they are not
//! inlined: that alone made the library 100 KB larger.

mod text;
mod writer;

#[cfg(test)]
mod tests;

pub(crate) use self::writer::{Writer, quoted};

use self::text::{BLANKS, Parts, split_member, unescaped};
use crate::error::{Bound, Error, ErrorKind, Reason};
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::Write;
use std::ops::RangeInclusive;

/// Longest JSON text that is read, in bytes.
pub(crate) const MAX_JSON_BYTES: usize = 1 << 20;

/// Largest whole number that every reader takes exactly (RFC 8259 section 6).
pub(crate) const MAX_INTEGER: u64 = (1 << 53) - 1;

/// A JSON value that has been checked for grammar, and the whole text it stands in.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a> {
    whole: &'a str,
    text: &'a str,
}

/// A key, which most often is what stands in the text.
type Member<'a> = (Cow<'a, str>, Value<'a>);

/// An object whose members are taken one by one; [`Object::only`] refuses others.
pub(crate) struct Object<'a> {
    value: Value<'a>,
    members: Vec<Member<'a>>,
}

/// Reads `json` whole.
#[inline(never)]
pub(crate) fn parse(json: &[u8]) -> Result<Value<'_>, Error> {
    if json.len() > MAX_JSON_BYTES {
        let (what, value) = ("JSON text in bytes", json.len() as u64);
        let bound = Bound::AtMost(MAX_JSON_BYTES as u64);
        return Err(Error::out_of_bounds(ErrorKind::Config, what, value, bound));
    }
    let text = std::str::from_utf8(json)
        .map_err(|e| Error::new(ErrorKind::Config, "JSON has to be UTF-8").at(e.valid_up_to()))?;
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(IgnoredAny) => Ok(Value {
            whole: text,
            text: text.trim_matches(BLANKS),
        }),
        Err(error) => Err(grammar_error(text, &error)),
    }
}

impl<'a> Value<'a> {
    /// Another value of the same text.
    const fn beside(self, text: &'a str) -> Self {
        Self {
            whole: self.whole,
            text,
        }
    }

    /// Where it begins in the whole text.
    fn offset(&self) -> usize {
        self.text.as_ptr() as usize - self.whole.as_ptr() as usize
    }

    /// Where it stands in the whole text, such as `hash.create.m_kib`. It is
    /// looked for, in time that grows with the text: only errors ask.
    #[inline(never)]
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        let mut around = self.beside(self.whole.trim_matches(BLANKS));
        while around.offset() < self.offset() {
            let mut parts = Parts::of(around.text).enumerate();
            let Some((index, part)) = parts.find(|(_, part)| {
                let end = part.as_bytes().as_ptr_range().end;
                end > self.text.as_ptr()
            }) else {
                break;
            };
            around = if around.is_array() {
                let _ = write!(path, "[{index}]");
                around.beside(part)
            } else {
                let (key, value) = split_member(part);
                let dot = if path.is_empty() { "" } else { "." };
                let _ = write!(path, "{dot}{}", unescaped(key).unwrap_or_default());
                around.beside(value)
            };
        }
        path
    }

    pub(crate) fn is_array(&self) -> bool {
        self.text.starts_with('[')
    }

    /// An error at this value.
    #[inline(never)]
    pub(crate) fn error(&self, reason: impl Into<Reason>) -> Error {
        self.place(Error::with_reason(ErrorKind::Config, reason.into()))
    }

    /// `error`, which some setting raised, as a configuration error at this value.
    #[inline(never)]
    pub(crate) fn place(&self, error: Error) -> Error {
        let error = error.of_kind(ErrorKind::Config).at(self.offset());
        match self.path().as_str() {
            "" => error,
            path => error.on_path(path),
        }
    }

    /// Its JSON.
    pub(crate) const fn text(&self) -> &'a str {
        self.text
    }

    /// Whether it says that there is no value.
    pub(crate) fn is_null(&self) -> bool {
        self.text == "null"
    }

    pub(crate) fn is_string(&self) -> bool {
        self.text.starts_with('"')
    }

    /// `error`, which was found in the JSON text that this string holds, as one at this value.
    #[inline(never)]
    pub(crate) fn inside(&self, error: &Error) -> Error {
        let path = match error.path() {
            Some(path) => format!("{}.{path}", self.path()),
            None => self.path(),
        };
        let reason = error.reason().to_string();
        self.error(reason).of_kind(error.kind()).on_path(&path)
    }

    /// Reads an object. A member that stands twice is an error.
    #[inline(never)]
    pub(crate) fn object(&self) -> Result<Object<'a>, Error> {
        if !self.text.starts_with('{') {
            return Err(self.error("has to be an object"));
        }
        // As many as most objects have.
        let mut members = Vec::with_capacity(12);
        for part in Parts::of(self.text) {
            let (key, value) = split_member(part);
            members.push((self.beside(key).key()?, self.beside(value)));
        }
        if let Some(repeated) = repeated(&mut members) {
            return Err(repeated.error("stands twice"));
        }
        Ok(Object {
            value: *self,
            members,
        })
    }

    /// Reads an array.
    #[inline(never)]
    pub(crate) fn array(&self) -> Result<Vec<Value<'a>>, Error> {
        if !self.text.starts_with('[') {
            return Err(self.error("has to be an array"));
        }
        Ok(Parts::of(self.text).map(|item| self.beside(item)).collect())
    }

    /// A string that is written without escapes, as names are; of any other value nothing.
    pub(crate) fn plain(&self) -> &'a str {
        let inside = self
            .text
            .strip_prefix('"')
            .and_then(|s| s.strip_suffix('"'));
        inside.unwrap_or_default()
    }

    /// Reads a string.
    #[inline(never)]
    pub(crate) fn string(&self) -> Result<String, Error> {
        if !self.text.starts_with('"') {
            return Err(self.error("has to be a string"));
        }
        self.unescape()
    }

    /// The one of `all` that a string names; any other is an error that lists them.
    pub(crate) fn one_of<T: Copy, const N: usize>(
        &self,
        all: [T; N],
        name: impl Fn(T) -> &'static str,
    ) -> Result<T, Error> {
        let names = all.map(name);
        let place = self.place_among(&names)?;
        let known = place.and_then(|place| all.get(place)).copied();
        known.ok_or_else(|| self.error(format!("is none of {}", names.join(", "))))
    }

    /// As [`Self::one_of`], `None` for any other.
    pub(crate) fn named<T: Copy, const N: usize>(
        &self,
        all: [T; N],
        name: impl Fn(T) -> &'static str,
    ) -> Result<Option<T>, Error> {
        let place = self.place_among(&all.map(name))?;
        Ok(place.and_then(|place| all.get(place)).copied())
    }

    /// The place of the one that a string names, `None` for any other. Not generic, as every
    /// instance would be a kilobyte.
    #[inline(never)]
    pub(crate) fn place_among(&self, names: &[&str]) -> Result<Option<usize>, Error> {
        let of = |text: &str| names.iter().position(|name| *name == text);
        // Without a copy, as it is written.
        match of(self.plain()) {
            Some(place) => Ok(Some(place)),
            None => Ok(of(&self.string()?)),
        }
    }

    /// As [`Self::unescape`], without a copy where nothing is escaped.
    fn key(&self) -> Result<Cow<'a, str>, Error> {
        let inside = self
            .text
            .strip_prefix('"')
            .and_then(|s| s.strip_suffix('"'));
        match inside {
            Some(plain) if !plain.contains('\\') => Ok(Cow::Borrowed(plain)),
            _ => self.unescape().map(Cow::Owned),
        }
    }

    fn unescape(&self) -> Result<String, Error> {
        unescaped(self.text)
            .map_err(|at| Error::new(ErrorKind::Config, "not valid JSON").at(self.offset() + at))
    }

    /// Reads `true` or `false`.
    #[inline(never)]
    pub(crate) fn boolean(&self) -> Result<bool, Error> {
        match self.text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(self.error("has to be true or false")),
        }
    }

    /// Reads a whole number within `range`; `1.0` and `1e3` are not whole numbers here.
    #[inline(never)]
    pub(crate) fn integer(
        &self,
        what: &'static str,
        range: RangeInclusive<u64>,
    ) -> Result<u64, Error> {
        let Ok(value) = self.text.parse::<u64>() else {
            return Err(self.error(format!(
                "has to be a whole number from {} to {}",
                range.start(),
                range.end()
            )));
        };
        let bound = if value < *range.start() {
            Bound::AtLeast(*range.start())
        } else if value > *range.end() {
            Bound::AtMost(*range.end())
        } else {
            return Ok(value);
        };
        let kind = ErrorKind::Config;
        Err(self.place(Error::out_of_bounds(kind, what, value, bound)))
    }
}

impl<'a> Object<'a> {
    /// The first member in the text that was not taken.
    pub(crate) fn first(&self) -> Option<&Value<'a>> {
        let values = self.members.iter().map(|(_, value)| value);
        values.min_by_key(|value| value.offset())
    }

    /// Every member that was not taken, in the order of the text.
    #[inline(never)]
    pub(crate) fn into_members(mut self) -> Vec<(String, Value<'a>)> {
        sort(&mut self.members, &|(_, a), (_, b)| {
            a.offset().cmp(&b.offset())
        });
        let members = self.members.into_iter();
        members
            .map(|(key, value)| (key.into_owned(), value))
            .collect()
    }

    /// Refuses members other than `known`, the first in the text first.
    #[inline(never)]
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Error> {
        let unknown = self
            .members
            .iter()
            .filter(|(key, _)| !known.contains(&&**key));
        let Some((key, value)) = unknown.min_by_key(|(_, value)| value.offset()) else {
            return Ok(());
        };
        let nearest = known.iter().min_by_key(|k| edit_distance(k, key));
        Err(match nearest {
            Some(nearest) => value.error(format!("unknown key; the nearest is \"{nearest}\"")),
            None => value.error("unknown key; none is possible here"),
        })
    }

    /// As [`Self::only`], for what a later release may have added to.
    pub(crate) fn only_of_this_release(&self, known: &[&str]) -> Result<(), Error> {
        let only = self.only(known);
        only.map_err(|error| error.of_kind(ErrorKind::LaterRelease))
    }

    /// Takes the member `key`.
    #[inline(never)]
    pub(crate) fn take(&mut self, key: &str) -> Option<Value<'a>> {
        let at = self.members.iter().position(|(name, _)| name == key)?;
        Some(self.members.swap_remove(at).1)
    }

    /// Takes the member `key`, or says that it is missing.
    #[inline(never)]
    pub(crate) fn require(&mut self, key: &str) -> Result<Value<'a>, Error> {
        match self.take(key) {
            Some(value) => Ok(value),
            None => Err(self.value.error(format!("needs the key \"{key}\""))),
        }
    }
}

/// The first member in the text whose key stood before. Sorts, because the text may hold very many.
fn repeated<'m, 'a>(members: &'m mut [Member<'a>]) -> Option<&'m Value<'a>> {
    sort(members, &|(a, x), (b, y)| {
        a.cmp(b).then(x.offset().cmp(&y.offset()))
    });
    let pairs = members.windows(2).filter_map(|pair| match pair {
        [(a, _), (b, second)] if a == b => Some(second),
        _ => None,
    });
    pairs.min_by_key(|value| value.offset())
}

/// Not generic, as every instance of a sort is some kilobytes.
#[inline(never)]
fn sort(members: &mut [Member<'_>], order: &dyn Fn(&Member<'_>, &Member<'_>) -> Ordering) {
    members.sort_unstable_by(order);
}

/// Levenshtein distance in bytes; `known` is ours and short.
fn edit_distance(known: &str, key: &str) -> usize {
    // Past this length no further character changes which key is nearest.
    let key = key.as_bytes().get(..64).unwrap_or(key.as_bytes());
    let mut row: Vec<usize> = (0..=known.len()).collect();
    for (i, k) in key.iter().enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, c) in known.bytes().enumerate() {
            let left = row.get(j).copied().unwrap_or(0);
            if let Some(cell) = row.get_mut(j + 1) {
                let replaced = diagonal + usize::from(c != *k);
                diagonal = *cell;
                *cell = replaced.min(*cell + 1).min(left + 1);
            }
        }
    }
    row.last().copied().unwrap_or(0)
}

/// `serde_json` tells line and column; hosts want the byte. Its text names no value.
fn grammar_error(text: &str, error: &serde_json::Error) -> Error {
    let line_start: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let at = line_start + error.column().saturating_sub(1);
    let reason = if error.is_eof() {
        "not valid JSON: it ends too early"
    } else {
        "not valid JSON"
    };
    Error::new(ErrorKind::Config, reason).at(at)
}
