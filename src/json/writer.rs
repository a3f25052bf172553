//! Writing JSON.

use super::decimal;
use std::fmt::Write;

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
        decimal::push(&mut self.out, value);
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
