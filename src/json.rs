//! Reading JSON with paths and offsets, and writing it.
//!
//! `serde_json` reads the grammar. What it does not say is added here: the
//! path and the byte offset of every value, duplicate keys as an error, and
//! unknown keys as an error that names the nearest known one.

use crate::error::{Bound, Error, ErrorKind, Reason};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt::{self, Write};
use std::ops::RangeInclusive;

/// Longest JSON text that is read, in bytes.
pub(crate) const MAX_JSON_BYTES: usize = 1 << 20;

/// A JSON value that has been checked for grammar, with its place in the whole text.
#[derive(Clone)]
pub(crate) struct Value<'a> {
    text: &'a str,
    offset: usize,
    path: String,
}

/// An object whose members are taken one by one; [`Object::only`] refuses others.
pub(crate) struct Object<'a> {
    value: Value<'a>,
    members: Vec<(String, Value<'a>)>,
}

/// Reads `json` whole.
pub(crate) fn parse(json: &[u8]) -> Result<Value<'_>, Error> {
    if json.len() > MAX_JSON_BYTES {
        let (what, value) = ("JSON text in bytes", json.len() as u64);
        let bound = Bound::AtMost(MAX_JSON_BYTES as u64);
        return Err(Error::out_of_bounds(ErrorKind::Config, what, value, bound));
    }
    let text = std::str::from_utf8(json)
        .map_err(|e| Error::new(ErrorKind::Config, "JSON has to be UTF-8").at(e.valid_up_to()))?;
    let raw: &RawValue = serde_json::from_str(text).map_err(|e| grammar_error(text, 0, &e))?;
    Ok(Value::within(text, raw, String::new()))
}

impl<'a> Value<'a> {
    fn within(whole: &'a str, raw: &'a RawValue, path: String) -> Self {
        let text = raw.get();
        Self {
            text,
            offset: text.as_ptr() as usize - whole.as_ptr() as usize,
            path,
        }
    }

    /// Where it stands in the whole text, such as `hash.create.m_kib`.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn is_array(&self) -> bool {
        self.text.starts_with('[')
    }

    /// An error at this value.
    pub(crate) fn error(&self, reason: impl Into<Box<str>>) -> Error {
        self.place(Error::with_reason(
            ErrorKind::Config,
            Reason::Written(reason.into()),
        ))
    }

    /// `error`, which some setting raised, as a configuration error at this value.
    pub(crate) fn place(&self, error: Error) -> Error {
        let error = error.of_kind(ErrorKind::Config).at(self.offset);
        match self.path.as_str() {
            "" => error,
            path => error.on_path(path),
        }
    }

    /// Whether it says that there is no value.
    pub(crate) fn is_null(&self) -> bool {
        self.text == "null"
    }

    pub(crate) fn is_string(&self) -> bool {
        self.text.starts_with('"')
    }

    /// `error`, which was found in the JSON text that this string holds, as one at this value.
    pub(crate) fn inside(&self, error: &Error) -> Error {
        let path = match error.path() {
            Some(path) => format!("{}.{path}", self.path),
            None => self.path.clone(),
        };
        let reason = error.reason().to_string();
        self.error(reason).of_kind(error.kind()).on_path(&path)
    }

    /// Reads an object. A member that stands twice is an error.
    pub(crate) fn object(&self) -> Result<Object<'a>, Error> {
        if !self.text.starts_with('{') {
            return Err(self.error("has to be an object"));
        }
        let mut reader = serde_json::Deserializer::from_str(self.text);
        let members = serde::Deserializer::deserialize_map(&mut reader, Members)
            .map_err(|e| grammar_error(self.text, self.offset, &e))?;
        let mut placed: Vec<(String, Value<'a>)> = Vec::with_capacity(members.len());
        for (key, raw) in members {
            let path = match self.path.as_str() {
                "" => key.clone(),
                path => format!("{path}.{key}"),
            };
            let mut value = Value::within(self.text, raw, path);
            value.offset += self.offset;
            placed.push((key, value));
        }
        if let Some(repeated) = repeated(&placed) {
            return Err(repeated.error("stands twice"));
        }
        Ok(Object {
            value: self.clone(),
            members: placed,
        })
    }

    /// Reads an array.
    pub(crate) fn array(&self) -> Result<Vec<Value<'a>>, Error> {
        if !self.text.starts_with('[') {
            return Err(self.error("has to be an array"));
        }
        let mut reader = serde_json::Deserializer::from_str(self.text);
        let items = serde::Deserializer::deserialize_seq(&mut reader, Items)
            .map_err(|e| grammar_error(self.text, self.offset, &e))?;
        Ok(items
            .into_iter()
            .enumerate()
            .map(|(index, raw)| {
                let mut value = Value::within(self.text, raw, format!("{}[{index}]", self.path));
                value.offset += self.offset;
                value
            })
            .collect())
    }

    /// Reads a string.
    pub(crate) fn string(&self) -> Result<String, Error> {
        if !self.text.starts_with('"') {
            return Err(self.error("has to be a string"));
        }
        serde_json::from_str(self.text).map_err(|e| grammar_error(self.text, self.offset, &e))
    }

    /// Reads `true` or `false`.
    pub(crate) fn boolean(&self) -> Result<bool, Error> {
        match self.text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(self.error("has to be true or false")),
        }
    }

    /// Reads a whole number within `range`; `1.0` and `1e3` are not whole numbers here.
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
        values.min_by_key(|value| value.offset)
    }

    /// Every member that was not taken, in the order of the text.
    pub(crate) fn into_members(mut self) -> Vec<(String, Value<'a>)> {
        self.members.sort_by_key(|(_, value)| value.offset);
        self.members
    }

    /// Refuses members other than `known`, the first in the text first.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Error> {
        let unknown = self
            .members
            .iter()
            .filter(|(key, _)| !known.contains(&key.as_str()));
        let Some((key, value)) = unknown.min_by_key(|(_, value)| value.offset) else {
            return Ok(());
        };
        let nearest = known.iter().min_by_key(|k| edit_distance(k, key));
        Err(match nearest {
            Some(nearest) => value.error(format!("unknown key; the nearest is \"{nearest}\"")),
            None => value.error("unknown key; none is possible here"),
        })
    }

    /// Takes the member `key`.
    pub(crate) fn take(&mut self, key: &str) -> Option<Value<'a>> {
        let at = self.members.iter().position(|(name, _)| name == key)?;
        Some(self.members.swap_remove(at).1)
    }

    /// Takes the member `key`, or says that it is missing.
    pub(crate) fn require(&mut self, key: &str) -> Result<Value<'a>, Error> {
        match self.take(key) {
            Some(value) => Ok(value),
            None => Err(self.value.error(format!("needs the key \"{key}\""))),
        }
    }
}

/// The first member in the text whose key stood before. Sorts, because the text may hold very many.
fn repeated<'m, 'a>(members: &'m [(String, Value<'a>)]) -> Option<&'m Value<'a>> {
    let mut sorted: Vec<&(String, Value<'a>)> = members.iter().collect();
    sorted.sort_by(|(a, x), (b, y)| (a, x.offset).cmp(&(b, y.offset)));
    let pairs = sorted.windows(2).filter_map(|pair| match pair {
        [(a, _), (b, second)] if a == b => Some(second),
        _ => None,
    });
    pairs.min_by_key(|value| value.offset)
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
fn grammar_error(text: &str, offset: usize, error: &serde_json::Error) -> Error {
    let line_start: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let at = offset + line_start + error.column().saturating_sub(1);
    let reason = if error.is_eof() {
        "not valid JSON: it ends too early"
    } else {
        "not valid JSON"
    };
    Error::new(ErrorKind::Config, reason).at(at)
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            members.push((key, map.next_value()?));
        }
        Ok(members)
    }
}

struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(items)
    }
}

/// A JSON string of `text`.
pub(crate) fn quoted(text: &str) -> String {
    let mut writer = Writer { out: String::new() };
    writer.quoted(text);
    writer.out
}

/// Writes one JSON object, members in the order given.
pub(crate) struct Writer {
    out: String,
}

impl Writer {
    /// The text of an object whose members `write` adds.
    pub(crate) fn object(write: impl FnOnce(&mut Self)) -> String {
        let mut writer = Self { out: String::new() };
        writer.out.push('{');
        write(&mut writer);
        writer.out.push('}');
        writer.out
    }

    pub(crate) fn string(&mut self, key: &str, value: &str) {
        self.key(key);
        self.quoted(value);
    }

    pub(crate) fn integer(&mut self, key: &str, value: impl Into<i64>) {
        self.key(key);
        let _ = write!(self.out, "{}", value.into());
    }

    /// With three decimals, or so many digits where it is large; the nearest where it is none.
    pub(crate) fn decimal(&mut self, key: &str, value: f64) {
        self.key(key);
        // Rounded up, the largest would be none.
        let value = value.clamp(-1e308, 1e308);
        if value.abs() >= 1e9 {
            let _ = write!(self.out, "{value:.3e}");
            return;
        }
        let digits = format!("{value:.3}");
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        self.out.push_str(digits);
    }

    pub(crate) fn boolean(&mut self, key: &str, value: bool) {
        self.key(key);
        self.out.push_str(if value { "true" } else { "false" });
    }

    pub(crate) fn nested(&mut self, key: &str, write: impl FnOnce(&mut Self)) {
        self.key(key);
        self.out.push('{');
        write(self);
        self.out.push('}');
    }

    /// A value that is JSON already.
    pub(crate) fn raw(&mut self, key: &str, json: &str) {
        self.key(key);
        self.out.push_str(json);
    }

    /// An array of strings.
    pub(crate) fn strings<'s>(&mut self, key: &str, items: impl IntoIterator<Item = &'s str>) {
        self.key(key);
        self.out.push('[');
        for item in items {
            self.comma();
            self.quoted(item);
        }
        self.out.push(']');
    }

    /// An array with one object for each of `items`, whose members `write` adds.
    pub(crate) fn objects<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.key(key);
        self.out.push('[');
        for item in items {
            self.comma();
            self.out.push('{');
            write(self, item);
            self.out.push('}');
        }
        self.out.push(']');
    }

    fn key(&mut self, key: &str) {
        self.comma();
        self.quoted(key);
        self.out.push(':');
    }

    /// Separates from what stands before, if something does.
    fn comma(&mut self) {
        if !self.out.ends_with(['{', '[']) {
            self.out.push(',');
        }
    }

    fn quoted(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => {
                    self.out.push('\\');
                    self.out.push(c);
                }
                c if c.is_control() => {
                    let _ = write!(self.out, "\\u{:04x}", u32::from(c));
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn error_of(json: &str) -> Error {
        fn read(json: &str) -> Result<(), Error> {
            let mut object = parse(json.as_bytes())?.object()?;
            object.only(&["hash"])?;
            if let Some(hash) = object.take("hash") {
                let mut hash = hash.object()?;
                hash.only(&["t", "verify"])?;
                if let Some(t) = hash.take("t") {
                    t.integer("t", 2..=9)?;
                }
                if let Some(names) = hash.take("verify") {
                    for name in names.array()? {
                        name.string()?;
                    }
                }
            }
            Ok(())
        }
        read(json).expect_err("refused")
    }

    #[test]
    fn errors_name_path_offset_and_what_would_be_right() {
        for (json, message) in [
            (
                r#"{"hash":{"T":3}}"#,
                r#"hash.T: unknown key; the nearest is "t" (at byte 13)"#,
            ),
            (
                r#"{"hsah":{}}"#,
                r#"hsah: unknown key; the nearest is "hash" (at byte 8)"#,
            ),
            (
                r#"{"hash":{"t":1}}"#,
                "hash.t: t is 1, under the floor of 2 (at byte 13)",
            ),
            (
                r#"{"hash":{"t":10}}"#,
                "hash.t: t is 10, over the limit of 9 (at byte 13)",
            ),
            (
                r#"{"hash":{"t":-1}}"#,
                "hash.t: has to be a whole number from 2 to 9 (at byte 13)",
            ),
            (
                r#"{"hash":{"t":2.0}}"#,
                "hash.t: has to be a whole number from 2 to 9 (at byte 13)",
            ),
            (
                r#"{"hash":{"t":3,"t":3}}"#,
                "hash.t: stands twice (at byte 19)",
            ),
            (
                r#"{"hash":{"verify":["a",1]}}"#,
                "hash.verify[1]: has to be a string (at byte 23)",
            ),
            (r#"{"hash":[]}"#, "hash: has to be an object (at byte 8)"),
            ("[]", "has to be an object (at byte 0)"),
            ("{\n\"hash\" 1}", "not valid JSON (at byte 9)"),
            (
                r#"{"hash":{"#,
                "not valid JSON: it ends too early (at byte 8)",
            ),
            ("", "not valid JSON: it ends too early (at byte 0)"),
            ("{} x", "not valid JSON (at byte 3)"),
        ] {
            assert_eq!(error_of(json).to_string(), message, "{json}");
        }
    }

    #[test]
    fn text_that_is_not_utf8_or_too_long_is_refused() {
        let error = parse(b"{\"\xff\"}").err().expect("refused");
        assert_eq!(error.offset(), Some(2));
        assert!(parse(&vec![b' '; MAX_JSON_BYTES + 1]).is_err());
    }

    #[test]
    fn very_many_members_are_read_in_time_that_grows_with_their_number() {
        let mut json: String = (0..90_000).map(|i| format!("\"{i}\":1,")).collect();
        json.insert(0, '{');
        let unique = format!("{json}\"a\":1}}");
        assert!(parse(unique.as_bytes()).and_then(|v| v.object()).is_ok());
        let twice = format!("{json}\"7\":1}}");
        let error = parse(twice.as_bytes()).and_then(|v| v.object()).err();
        assert_eq!(
            error.expect("refused").to_string(),
            format!("7: stands twice (at byte {})", twice.len() - 2)
        );
    }

    #[test]
    fn deep_nesting_is_an_error_not_a_stack_overflow() {
        let json = "[".repeat(100_000);
        assert!(parse(json.as_bytes()).is_err());
    }

    #[test]
    fn distance_counts_edits() {
        for (a, b, distance) in [
            ("m_kib", "m_kb", 1),
            ("t", "t", 0),
            ("p", "scheme", 6),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(edit_distance(a, b), distance, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(key in ".{0,20}", text in ".{0,40}", number: i64) {
            let json = Writer::object(|w| {
                w.string(&key, &text);
                w.nested("nested", |w| w.integer("number", number));
            });
            let read: serde_json::Value = serde_json::from_str(&json).expect("valid");
            if key != "nested" {
                prop_assert_eq!(read[&key].as_str(), Some(text.as_str()));
            }
            prop_assert_eq!(read["nested"]["number"].as_i64(), Some(number));
        }

        #[test]
        fn decimals_are_read_back_as_nearly_as_they_are_written(
            value in any::<f64>().prop_filter("a number", |value| !value.is_nan()),
            small in -1e9..1e9_f64,
        ) {
            for value in [value, small, value.signum() * f64::INFINITY] {
                let json = Writer::object(|w| w.decimal("value", value));
                let read: serde_json::Value = serde_json::from_str(&json).expect("valid");
                let (read, value) = (read["value"].as_f64().expect("a number"), value.clamp(-1e308, 1e308));
                let most = if value.abs() < 1e9 { 0.000_51 } else { value.abs() * 0.000_51 };
                prop_assert!((read - value).abs() <= most, "{json} {value}");
                prop_assert!(json.len() < 30, "{json}");
            }
        }

        #[test]
        fn no_text_panics(json in "[{}\\[\\]\":,a0-9.eE+ \\\\n-]{0,60}") {
            if let Ok(value) = parse(json.as_bytes()) {
                let _ = value.object().map(|object| object.only(&[]));
                let _ = value.array();
                let _ = value.string();
            }
        }
    }
}
