//! Reading JSON with paths and offsets, and writing it.
//!
//! `serde_json` checks the grammar of the whole text, once. What it does not say
//! is added here: the path and the byte offset of every value, duplicate keys as
//! an error, and unknown keys as an error that names the nearest known one.
//!
//! A hundred places call these methods and none has to be fast, so they are not
//! inlined: that alone made the library 100 KB larger.

use crate::error::{Bound, Error, ErrorKind, Reason};
use serde::de::IgnoredAny;
use std::cmp::Ordering;
use std::fmt::Write;
use std::ops::RangeInclusive;

/// Longest JSON text that is read, in bytes.
pub(crate) const MAX_JSON_BYTES: usize = 1 << 20;

/// What may stand between the values.
const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// A JSON value that has been checked for grammar, and the whole text it stands in.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a> {
    whole: &'a str,
    text: &'a str,
}

type Member<'a> = (String, Value<'a>);

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
        let mut members = Vec::new();
        for part in Parts::of(self.text) {
            let (key, value) = split_member(part);
            members.push((self.beside(key).unescape()?, self.beside(value)));
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

    /// Reads a string.
    #[inline(never)]
    pub(crate) fn string(&self) -> Result<String, Error> {
        if !self.text.starts_with('"') {
            return Err(self.error("has to be a string"));
        }
        self.unescape()
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
    pub(crate) fn into_members(mut self) -> Vec<Member<'a>> {
        sort(&mut self.members, &|(_, a), (_, b)| {
            a.offset().cmp(&b.offset())
        });
        self.members
    }

    /// Refuses members other than `known`, the first in the text first.
    #[inline(never)]
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Error> {
        let unknown = self
            .members
            .iter()
            .filter(|(key, _)| !known.contains(&key.as_str()));
        let Some((key, value)) = unknown.min_by_key(|(_, value)| value.offset()) else {
            return Ok(());
        };
        let nearest = known.iter().min_by_key(|k| edit_distance(k, key));
        Err(match nearest {
            Some(nearest) => value.error(format!("unknown key; the nearest is \"{nearest}\"")),
            None => value.error("unknown key; none is possible here"),
        })
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

/// What the commas of an array or of an object part, without the blanks around.
struct Parts<'a> {
    rest: &'a str,
}

impl<'a> Parts<'a> {
    /// Of a text whose grammar has been checked.
    fn of(container: &'a str) -> Self {
        let inside = container.strip_prefix(['[', '{']).unwrap_or_default();
        Self {
            rest: inside.trim_start_matches(BLANKS),
        }
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let mut depth = 0_usize;
        let (mut is_inside, mut is_escaped) = (false, false);
        for (at, byte) in self.rest.bytes().enumerate() {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => is_inside = !is_inside,
                _ if is_inside => {}
                b'[' | b'{' => depth += 1,
                b']' | b'}' | b',' if depth == 0 => {
                    let (part, rest) = self.rest.split_at_checked(at)?;
                    // Behind a bracket is nothing of this container.
                    let rest = rest.strip_prefix(',').unwrap_or_default();
                    self.rest = rest.trim_start_matches(BLANKS);
                    let part = part.trim_end_matches(BLANKS);
                    return (!part.is_empty()).then_some(part);
                }
                b']' | b'}' => depth -= 1,
                _ => {}
            }
        }
        None
    }
}

/// The key, in its quotes, and the value of a member.
fn split_member(part: &str) -> (&str, &str) {
    let mut is_escaped = false;
    let quote = part.bytes().skip(1).position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    let end = quote.map_or(part.len(), |at| at + 2);
    let (key, rest) = part.split_at_checked(end).unwrap_or((part, ""));
    let colon = rest.trim_start_matches(BLANKS);
    let value = colon.strip_prefix(':').unwrap_or_default();
    (key, value.trim_start_matches(BLANKS))
}

/// What a string stands for; where it has half a surrogate pair, the place of the byte that shows it.
fn unescaped(literal: &str) -> Result<String, usize> {
    // What may be a secret is written once, and moved nowhere.
    let mut out = String::with_capacity(literal.len());
    let inside = literal.strip_prefix('"').and_then(|s| s.strip_suffix('"'));
    let mut rest = inside.unwrap_or_default();
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut characters = escape.chars();
        let c = characters.next().unwrap_or_default();
        rest = characters.as_str();
        out.push(match c {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let (c, behind) = code_point(rest).map_err(|read| {
                    // The quote at the end stands behind `rest`.
                    literal.len() - 1 - rest.len() + read - 1
                })?;
                rest = behind;
                c
            }
            c => c,
        });
    }
    out.push_str(rest);
    Ok(out)
}

/// The character of `\u`, behind which `text` stands, and what follows; or how
/// many bytes show that there is none.
fn code_point(text: &str) -> Result<(char, &str), usize> {
    let unit = |text: &str, at: usize| {
        let digits = text.get(at..at + 4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(text, 0).ok_or(4_usize)?;
    let second = match text.get(4..6) {
        Some("\\u") => unit(text, 6),
        _ => None,
    };
    let mut decoded = char::decode_utf16([first].into_iter().chain(second));
    match decoded.next() {
        Some(Ok(c)) => {
            let read = if c.len_utf16() == 2 { 10 } else { 4 };
            Ok((c, text.get(read..).unwrap_or_default()))
        }
        _ if first >= 0xdc00 => Err(4),
        _ if second.is_some() => Err(10),
        _ if text.get(4..5) == Some("\\") => Err(6),
        _ => Err(5),
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
        writer.bracket('{');
        write(&mut writer);
        writer.bracket('}');
        writer.out
    }

    #[inline(never)]
    pub(crate) fn string(&mut self, key: &str, value: &str) {
        self.key(key);
        self.quoted(value);
    }

    pub(crate) fn integer(&mut self, key: &str, value: impl Into<i64>) {
        self.whole(key, value.into());
    }

    #[inline(never)]
    fn whole(&mut self, key: &str, value: i64) {
        self.key(key);
        let _ = write!(self.out, "{value}");
    }

    /// With three decimals, or so many digits where it is large; the nearest where it is none.
    #[inline(never)]
    pub(crate) fn decimal(&mut self, key: &str, value: f64) {
        self.key(key);
        let value = value.clamp(f64::MIN, f64::MAX);
        if value.abs() >= 1e9 {
            let _ = write!(self.out, "{value:.3e}");
            return;
        }
        let digits = format!("{value:.3}");
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        self.out.push_str(digits);
    }

    #[inline(never)]
    pub(crate) fn boolean(&mut self, key: &str, value: bool) {
        self.key(key);
        self.out.push_str(if value { "true" } else { "false" });
    }

    pub(crate) fn nested(&mut self, key: &str, write: impl FnOnce(&mut Self)) {
        self.key(key);
        self.bracket('{');
        write(self);
        self.bracket('}');
    }

    /// A value that is JSON already.
    #[inline(never)]
    pub(crate) fn raw(&mut self, key: &str, json: &str) {
        self.key(key);
        self.out.push_str(json);
    }

    /// An array of strings.
    pub(crate) fn strings<'s>(&mut self, key: &str, items: impl IntoIterator<Item = &'s str>) {
        self.key(key);
        self.bracket('[');
        for item in items {
            self.comma();
            self.quoted(item);
        }
        self.bracket(']');
    }

    /// An array with one object for each of `items`, whose members `write` adds.
    pub(crate) fn objects<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.key(key);
        self.bracket('[');
        for item in items {
            self.comma();
            self.bracket('{');
            write(self, item);
            self.bracket('}');
        }
        self.bracket(']');
    }

    #[inline(never)]
    fn key(&mut self, key: &str) {
        self.comma();
        self.quoted(key);
        self.out.push(':');
    }

    #[inline(never)]
    fn bracket(&mut self, bracket: char) {
        self.out.push(bracket);
    }

    /// Separates from what stands before, if something does.
    #[inline(never)]
    fn comma(&mut self) {
        if !self.out.ends_with(['{', '[']) {
            self.out.push(',');
        }
    }

    #[inline(never)]
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

    /// Reads one level of `json` with both.
    fn same_as_serde_json(json: &str) -> Result<(), TestCaseError> {
        use serde_json::value::Map;
        use serde_json::{Value as Json, from_str};
        let value = parse(json.as_bytes());
        // `Json` refuses some that `IgnoredAny` does not: half pairs, too deep, too large.
        let Ok(whole) = from_str::<Json>(json) else {
            if let Ok(value) = value
                && value.is_string()
            {
                let error = from_str::<String>(json).expect_err("half a pair");
                let place = value.string().expect_err("half a pair").offset();
                prop_assert_eq!(place, Some(error.column() - 1));
            }
            return Ok(());
        };
        let value = value.expect("valid");
        match whole {
            Json::String(text) => prop_assert_eq!(value.string().expect("a string"), text),
            Json::Array(items) => {
                let read = value.array().expect("an array");
                let read: Vec<Json> = read
                    .iter()
                    .map(|item| from_str(item.text).expect("valid"))
                    .collect();
                prop_assert_eq!(read, items);
            }
            Json::Object(_) => {
                // Where a key stands twice, the other reader keeps one.
                if let Ok(object) = value.object() {
                    let read: Map<String, Json> = object
                        .into_members()
                        .into_iter()
                        .map(|(key, value)| (key, from_str(value.text).expect("valid")))
                        .collect();
                    prop_assert_eq!(Json::Object(read), whole);
                }
            }
            _ => {}
        }
        Ok(())
    }

    #[test]
    fn strings_are_what_serde_json_reads() {
        for text in [
            r#""""#,
            r#""a\"\\\/\b\f\n\r\tz""#,
            r#""\u0000\u00e9\uFFFF\ud7ff\ue000""#,
            r#""\ud83d\ude00x\uDBFF\uDFFF""#,
            r#" "\ud83d" "#,
            r#""\ud83dabc""#,
            r#""x\ud83d\n""#,
            r#""\ud83d\ud83d""#,
            r#""\ude00\ud83d""#,
            r#""\ud83d\u0041""#,
            "\"\\ud83d\u{e9}\"",
            r#"{"a" : {"b":[1,"]\"}",{}]} , "\u0062":[ ] }"#,
            r#"[ [1 , 2],"a,b" ,{"c":","}, null]"#,
            "[ ]",
            "{\t}",
        ] {
            same_as_serde_json(text).expect(text);
        }
    }

    #[test]
    fn a_key_that_is_half_a_pair_is_refused_at_its_place() {
        let error = parse(br#" {"a":1,"\ud83dx":2}"#).and_then(|value| value.object());
        let error = error.err().expect("refused");
        assert_eq!((error.path(), error.offset()), (None, Some(15)));
    }

    #[test]
    fn paths_lead_through_arrays_and_escaped_keys() {
        let json = r#" {"a":[0, {"x":[]} ,{ "b\n" : [ [1] , true ] }]} "#;
        let parsed = parse(json.as_bytes()).expect("valid");
        let a = parsed.object().expect("an object").take("a").expect("a");
        assert_eq!((parsed.path(), a.path()), (String::new(), "a".to_owned()));
        let mut third = a.array().expect("an array")[2].object().expect("an object");
        let b = third.take("b\n").expect("b").array().expect("an array");
        assert_eq!(b[1].path(), "a[2].b\n[1]");
        assert_eq!(b[0].array().expect("an array")[0].path(), "a[2].b\n[0][0]");
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

        /// Members, items and strings are those of another reader, and so is the place of what is none.
        #[test]
        fn what_is_read_is_what_serde_json_reads(
            json in r#"(\[|\{"a" ?: ?)?("([a ,:{}\[\]/]|\\[nu"\\/bfrt]|\\u(00e9|d83d|de00|DBFF)){0,8}"|[0-9]|[\[\]{},: ]){0,8}[\]}]{0,2}"#,
        ) {
            same_as_serde_json(&json)?;
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
