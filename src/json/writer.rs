//! Writing JSON.

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
        Self::object_of(0, write)
    }

    /// The same of about `len` bytes, which are not moved while it grows.
    pub(crate) fn object_of(len: usize, write: impl FnOnce(&mut Self)) -> String {
        let mut writer = Self {
            out: String::with_capacity(len),
        };
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

    /// A count or a time, at most [`MAX_INTEGER`](super::MAX_INTEGER).
    pub(crate) fn unsigned(&mut self, key: &str, value: u64) {
        let value = value.min(super::MAX_INTEGER);
        self.whole(key, i64::try_from(value).unwrap_or(i64::MAX));
    }

    #[inline(never)]
    fn whole(&mut self, key: &str, value: i64) {
        self.key(key);
        let _ = write!(self.out, "{value}");
    }

    /// With three decimals, or as four digits and a power of ten from 10^9 on, at
    /// most 10^308, because readers refuse more. The standard library would write
    /// every digit, in 18 KB of code.
    #[inline(never)]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Out of range is the nearest.
    #[cfg(feature = "strength")]
    pub(crate) fn decimal(&mut self, key: &str, value: f64) {
        self.key(key);
        if value < 0.0 {
            self.out.push('-');
        }
        let value = value.abs().min(1e308);
        let (number, power) = if value < 1e9 {
            (value, None)
        } else {
            let power = value.log10().floor();
            let number = value / 10_f64.powf(power);
            // 9.9999 is 10.000, and rounding may have left a power too few.
            let is_ten = number >= 9.9995;
            let up = f64::from(u8::from(is_ten));
            (number / 10_f64.powf(up), Some((power + up) as u32))
        };
        let thousandths = (number * 1000.0).round() as u64;
        let _ = write!(self.out, "{}", thousandths / 1000);
        if !thousandths.is_multiple_of(1000) {
            let decimals = format!(".{:03}", thousandths % 1000);
            self.out.push_str(decimals.trim_end_matches('0'));
        }
        if let Some(power) = power {
            let _ = write!(self.out, "e{power}");
        }
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
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
        if text.bytes().all(is_plain) {
            self.out.push_str(text);
            self.out.push('"');
            return;
        }
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
