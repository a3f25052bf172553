//! What a text is compared by: without case, marks, separators and what nobody
//! sees, and with what each character may be read as.
//!
//! Only for comparing, never for what is hashed. Compatibility decomposition
//! makes full-width, mathematical and circled letters plain ones. What looks
//! like a letter of ASCII (UTS #39), or is written for one, is kept beside the
//! character itself, so that a Cyrillic word is still found in a Cyrillic text.

use super::look_alikes::look_alike;
use crate::text::{Properties, decompose};

/// Characters of a text that are looked at: time is bounded by it.
pub(super) const MOST_CHARACTERS: usize = 256;

/// A folded character, and letters of ASCII that it may be read as; 0 is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Symbol {
    pub(super) own: char,
    pub(super) looks: [u8; 2],
    /// Neither letter nor digit, so that it may as well stand between them.
    pub(super) is_sign: bool,
    /// Not the first that one character of the text became.
    pub(super) is_more: bool,
}

impl Symbol {
    const NONE: Self = Self {
        own: '\0',
        looks: [0; 2],
        is_sign: false,
        is_more: false,
    };
}

/// A folded text. Not wiped when dropped: whoever folds a password overwrites the stack.
pub(super) struct Folded {
    symbols: [Symbol; MOST_CHARACTERS],
    length: usize,
    /// How many characters that are seen were left out.
    pub(super) left_out: u32,
}

impl Folded {
    /// The first [`MOST_CHARACTERS`] that are left of `text`. With `leet`,
    /// digits and signs that are written for letters may be read as those.
    pub(super) fn of(text: &str, leet: bool) -> Self {
        let mut folded = Self {
            symbols: [Symbol::NONE; MOST_CHARACTERS],
            length: 0,
            left_out: 0,
        };
        for c in text.chars() {
            if folded.length == MOST_CHARACTERS {
                break;
            }
            folded.take(c, leet);
        }
        folded
    }

    pub(super) fn symbols(&self) -> &[Symbol] {
        self.symbols.get(..self.length).unwrap_or_default()
    }

    /// The characters themselves: for words, not for passwords.
    pub(super) fn text(&self) -> String {
        self.symbols().iter().map(|symbol| symbol.own).collect()
    }

    fn take(&mut self, c: char, leet: bool) {
        let properties = Properties::of(c);
        if properties.is_invisible() || properties.is_mark() {
            return;
        }
        let before = self.length;
        if c.is_ascii() {
            self.take_ascii(c, leet);
        } else {
            self.take_other(c, leet);
        }
        let is_seen = !properties.is_whitespace() && !c.is_control();
        self.left_out += u32::from(is_seen && self.length == before);
        for symbol in self.symbols.iter_mut().take(self.length).skip(before + 1) {
            symbol.is_more = true;
        }
    }

    fn take_other(&mut self, c: char, leet: bool) {
        match c {
            // What full case folding does beyond small letters (Unicode CaseFolding.txt, status F and C).
            'ß' | 'ẞ' => ['s', 's'].into_iter().for_each(|c| self.push(c, [0; 2])),
            'ς' => self.push('σ', [0; 2]),
            '€' if leet => self.push(c, [b'e', 0]),
            _ => decompose(c, |part| self.take_part(part, leet)),
        }
    }

    fn take_ascii(&mut self, c: char, leet: bool) {
        let looks = if leet { written_for(c) } else { [0; 2] };
        if c.is_ascii_alphanumeric() || looks != [0; 2] {
            self.push(c.to_ascii_lowercase(), looks);
        }
    }

    /// A part of a decomposed character.
    fn take_part(&mut self, part: char, leet: bool) {
        if part.is_ascii() {
            if part.is_ascii_alphanumeric() {
                self.take_ascii(part, leet);
            }
            return;
        }
        for small in part.to_lowercase() {
            let properties = Properties::of(small);
            if properties.is_alphanumeric() && !properties.is_mark() && !properties.is_invisible() {
                // A capital may look like another letter than its small one: В is b, в is not.
                let looks = [part, small].map(|c| look_alike(c).unwrap_or(0));
                self.push(small, looks);
            }
        }
    }

    fn push(&mut self, own: char, looks: [u8; 2]) {
        if let Some(place) = self.symbols.get_mut(self.length) {
            *place = Symbol {
                own,
                looks,
                is_sign: own.is_ascii_punctuation() || own == '€',
                is_more: false,
            };
            self.length += 1;
        }
    }
}

/// The letters that a digit or sign is written for: the substitutions of
/// zxcvbn 4.4.2, which include the four of Entra Password Protection.
pub(super) const fn written_for(c: char) -> [u8; 2] {
    match c {
        '4' | '@' => [b'a', 0],
        '8' => [b'b', 0],
        '(' | '{' | '[' | '<' => [b'c', 0],
        '3' => [b'e', 0],
        '6' | '9' => [b'g', 0],
        '1' | '!' | '|' => [b'i', b'l'],
        '0' => [b'o', 0],
        '5' | '$' => [b's', 0],
        '7' => [b't', b'l'],
        '+' => [b't', 0],
        '%' => [b'x', 0],
        '2' => [b'z', 0],
        _ => [0; 2],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str, leet: bool) -> String {
        Folded::of(text, leet).text()
    }

    #[test]
    fn case_marks_separators_and_width_make_no_difference() {
        for (text, expected) in [
            ("ACME", "acme"),
            ("a.c-m e_", "acme"),
            ("ＡＣＭＥ", "acme"),
            ("𝐚𝐜𝐦𝐞", "acme"),
            ("Ⓐ⒞ⓜℯ", "acme"),
            ("a\u{200b}c\u{ad}m\u{feff}e", "acme"),
            ("a\u{336}c\u{336}m\u{336}e\u{336}", "acme"),
            ("ÁÇmé", "acme"),
            ("4cm3", "4cm3"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδος", "οδοσ"),
            ("İstanbul", "istanbul"),
            ("ﬁne ſun K", "finesunk"),
            ("!?€", ""),
            ("Москва 漢字", "москва漢字"),
        ] {
            assert_eq!(folded(text, false), expected, "{text}");
        }
    }

    #[test]
    fn signs_stay_where_they_may_be_letters() {
        assert_eq!(folded("p@$$-w0rd!", true), "p@$$w0rd!");
        assert_eq!(folded("p@$$-w0rd!", false), "pw0rd");
        let look = |text: &str, leet| Folded::of(text, leet).symbols()[0].looks;
        assert_eq!(look("1", true), [b'i', b'l']);
        assert_eq!(look("1", false), [0; 2]);
        assert_eq!(look("€", true), [b'e', 0]);
        assert_eq!(look("В", false), [b'b', 0]);
        assert_eq!(look("а", false), [b'a'; 2]);
        let signs = |text: &str| {
            let folded = Folded::of(text, true);
            folded
                .symbols()
                .iter()
                .filter(|symbol| symbol.is_sign)
                .count()
        };
        assert_eq!(signs("a!€"), 2);
        assert_eq!(signs("a1#"), 0);
    }

    #[test]
    fn what_is_seen_and_left_out_is_counted() {
        for (text, left_out, more) in [
            ("a-b c", 1, 0),
            ("a\u{200b}\u{301}\n", 0, 0),
            ("😀漢!", 2, 0),
            ("™", 0, 1),
            ("ß", 0, 1),
        ] {
            let folded = Folded::of(text, false);
            assert_eq!(folded.left_out, left_out, "{text}");
            let more_of = folded.symbols().iter().filter(|symbol| symbol.is_more);
            assert_eq!(more_of.count(), more, "{text}");
        }
    }

    #[test]
    fn no_text_folds_to_more_than_is_looked_at() {
        for unit in ["a", "ß", "\u{fdfa}", "😀", "\u{10ffff}", "ﬃ"] {
            let folded = Folded::of(&unit.repeat(4096), true);
            assert!(folded.symbols().len() <= MOST_CHARACTERS, "{unit}");
        }
    }
}
