//! What a word is compared by: without case, marks, separators and what looks alike.
//!
//! Only for comparing, never for what is hashed. Compatibility decomposition
//! makes full-width, mathematical and circled letters plain ones; marks and
//! what nobody sees are left out; digits and signs that stand for letters
//! become those where that is asked for.

use crate::secret::FixedBytes;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible};

/// Characters of a text that are looked at: time is bounded by it.
const MOST_CHARACTERS: usize = 256;

/// A folded text, wiped when dropped.
pub(super) struct Folded {
    text: FixedBytes<{ 4 * MOST_CHARACTERS }>,
    /// In characters.
    length: usize,
}

impl Folded {
    /// The first [`MOST_CHARACTERS`] that are left of `text`.
    pub(super) fn of(text: &str, leet: bool) -> Self {
        let mut folded = Self {
            text: FixedBytes::zeroed(0),
            length: 0,
        };
        for c in text.chars() {
            if folded.length == MOST_CHARACTERS {
                break;
            }
            decompose_compatible(c, |part| folded.take(part, leet));
        }
        folded
    }

    /// The same from behind.
    pub(super) fn reversed(&self) -> Self {
        let mut reversed = Self {
            text: FixedBytes::zeroed(0),
            length: 0,
        };
        self.as_str().chars().rev().for_each(|c| reversed.push(c));
        reversed
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(self.text.as_slice()).unwrap_or_default()
    }

    fn take(&mut self, c: char, leet: bool) {
        if is_ignorable(c) || canonical_combining_class(c) != 0 {
            return;
        }
        match c {
            // What full case folding does beyond small letters (Unicode CaseFolding.txt, status F and C).
            'ß' | 'ẞ' => ['s', 's'].into_iter().for_each(|c| self.push(c)),
            'ς' => self.push('σ'),
            _ => {
                let plain = if leet { unleet(c) } else { c };
                for c in plain.to_lowercase() {
                    if c.is_alphanumeric() && canonical_combining_class(c) == 0 {
                        self.push(c);
                    }
                }
            }
        }
    }

    fn push(&mut self, c: char) {
        if self.length < MOST_CHARACTERS {
            let mut bytes = [0; 4];
            self.length += usize::from(
                self.text
                    .extend(c.encode_utf8(&mut bytes).as_bytes())
                    .is_some(),
            );
        }
    }
}

/// The letter that a digit or sign is written for: the substitutions of Entra
/// Password Protection and the commonest others.
const fn unleet(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '|' => 'l',
        '!' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        '9' => 'g',
        other => other,
    }
}

/// Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.txt: what is not seen.
const fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_folds_to_the_same() {
        for (text, leet, expected) in [
            ("ACME", false, "acme"),
            ("a.c-m e_", false, "acme"),
            ("ＡＣＭＥ", false, "acme"),
            ("𝐚𝐜𝐦𝐞", false, "acme"),
            ("a\u{200b}c\u{ad}m\u{feff}e", false, "acme"),
            ("a\u{336}c\u{336}m\u{336}e\u{336}", false, "acme"),
            ("ÁÇmé", false, "acme"),
            ("4cm3", false, "4cm3"),
            ("4cm3", true, "acme"),
            ("p@$$w0rd", true, "password"),
            ("Straße", false, "strasse"),
            ("STRASSE", false, "strasse"),
            ("ΟΔΟΣ", false, "οδοσ"),
            ("οδος", false, "οδοσ"),
            ("İstanbul", false, "istanbul"),
            ("ﬁne ſun K", false, "finesunk"),
            ("!?€", false, ""),
            ("Москва 漢字", false, "москва漢字"),
        ] {
            let folded = Folded::of(text, leet);
            assert_eq!(folded.as_str(), expected, "{text}");
            assert_eq!(folded.length, expected.chars().count());
            let back: String = expected.chars().rev().collect();
            assert_eq!(folded.reversed().as_str(), back);
        }
    }

    #[test]
    fn no_text_folds_to_more_than_is_looked_at() {
        for unit in ["a", "ß", "\u{fdfa}", "😀", "\u{10ffff}", "ﬃ"] {
            let folded = Folded::of(&unit.repeat(4096), true);
            assert!(folded.length <= MOST_CHARACTERS, "{unit}");
            assert_eq!(folded.as_str().chars().count(), folded.length);
        }
    }
}
