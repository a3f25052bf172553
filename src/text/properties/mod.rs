//! What is asked of every character, in one look-up.
//!
//! A password of 4096 bytes may have 2048 different characters, and the
//! standard library finds each property by a search of its own. So they stand
//! in a byte for each character, in two stages: the number of a block, then the
//! block. A test computes the tables anew from the standard library,
//! `unicode-normalization` and `unicode-properties`, and compares.

mod table;

use table::{BLOCKS, INDEX};

/// The bytes that `table.rs` writes in hexadecimal. Runs when the crate is compiled.
#[allow(clippy::indexing_slicing)]
pub(super) const fn from_hex<const N: usize>(hex: &str) -> [u8; N] {
    const fn digit(c: u8) -> u8 {
        match c {
            b'0'..=b'9' => c - b'0',
            b'a'..=b'f' => c - b'a' + 10,
            _ => panic!("a digit"),
        }
    }
    let hex = hex.as_bytes();
    assert!(hex.len() == 2 * N);
    let (mut bytes, mut at) = ([0; N], 0);
    while at < N {
        bytes[at] = digit(hex[2 * at]) << 4 | digit(hex[2 * at + 1]);
        at += 1;
    }
    bytes
}

/// What kind of character it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Lower,
    Upper,
    Digit,
    Symbol,
    /// A letter without case, as most scripts have.
    Letter,
}

impl Class {
    /// Every class, in the order of its numbers.
    pub(crate) const ALL: [Self; 5] = [
        Self::Lower,
        Self::Upper,
        Self::Digit,
        Self::Symbol,
        Self::Letter,
    ];

    /// As a configuration names it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Lower => "lower",
            Self::Upper => "upper",
            Self::Digit => "digit",
            Self::Symbol => "symbol",
            Self::Letter => "letter",
        }
    }
}

/// The properties of one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Properties(u8);

const CLASS: u8 = 0b111;
const WHITESPACE: u8 = 1 << 3;
const INVISIBLE: u8 = 1 << 4;
const UNASSIGNED: u8 = 1 << 5;
const EMOJI: u8 = 1 << 6;
const MARK: u8 = 1 << 7;

/// What most code points have where the table does not reach.
const NOT_THERE: u8 = Class::Symbol as u8 | UNASSIGNED;

/// Characters in a block.
const BLOCK: usize = 64;

/// Where the table ends: all above are tags, selectors, private use and nothing yet.
#[cfg(test)]
const REACH: usize = 0x4_0000;

impl Properties {
    pub(crate) fn of(c: char) -> Self {
        let code = c as usize;
        let (numbers, _) = INDEX.as_chunks();
        let block = numbers.get(code / BLOCK).copied().map(u16::from_be_bytes);
        let byte = block.and_then(|block| BLOCKS.get(usize::from(block) * BLOCK + code % BLOCK));
        Self(byte.copied().unwrap_or_else(|| beyond(c)))
    }

    /// By the properties of Unicode: Lowercase, Uppercase, Alphabetic, and all numbers (Nd, Nl, No).
    pub(crate) const fn class(self) -> Class {
        match self.0 & CLASS {
            0 => Class::Lower,
            1 => Class::Upper,
            2 => Class::Digit,
            4 => Class::Letter,
            _ => Class::Symbol,
        }
    }

    pub(crate) const fn is_alphanumeric(self) -> bool {
        !matches!(self.class(), Class::Symbol)
    }

    /// White_Space.
    pub(crate) const fn is_whitespace(self) -> bool {
        self.0 & WHITESPACE != 0
    }

    /// Default_Ignorable_Code_Point, and U+2800, which is blank: what nobody sees.
    pub(crate) const fn is_invisible(self) -> bool {
        self.0 & INVISIBLE != 0
    }

    /// No character yet, as far as the tables of normalization know.
    pub(crate) const fn is_unassigned(self) -> bool {
        self.0 & UNASSIGNED != 0
    }

    /// Emoji, and what makes sequences of them; above U+00FF, so neither digits nor © and ®.
    pub(crate) const fn is_emoji(self) -> bool {
        self.0 & EMOJI != 0
    }

    /// Of a combining class other than 0.
    pub(crate) const fn is_mark(self) -> bool {
        self.0 & MARK != 0
    }
}

/// Where the table does not reach.
const fn beyond(c: char) -> u8 {
    match c {
        // Noncharacters are none, in private planes too.
        _ if c as u32 & 0xfffe == 0xfffe => NOT_THERE,
        '\u{e0001}' | '\u{e0020}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}' => {
            Class::Symbol as u8 | INVISIBLE
        }
        '\u{e0000}'..='\u{e0fff}' => NOT_THERE | INVISIBLE,
        '\u{f0000}'.. => Class::Symbol as u8,
        _ => NOT_THERE,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods)] // The test makes the table.

    use super::*;
    use unicode_normalization::char::{canonical_combining_class, is_public_assigned};
    use unicode_properties::UnicodeEmoji;

    /// Unicode's DerivedCoreProperties.txt.
    const fn is_default_ignorable(c: char) -> bool {
        matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
                | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
    }

    const fn is_private(c: char) -> bool {
        matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
    }

    fn computed(c: char) -> u8 {
        let class = if c.is_ascii_digit() {
            Class::Digit
        } else if c.is_lowercase() {
            Class::Lower
        } else if c.is_uppercase() {
            Class::Upper
        } else if c.is_alphabetic() {
            Class::Letter
        } else if c.is_numeric() {
            Class::Digit
        } else {
            Class::Symbol
        };
        let is_emoji = c > '\u{ff}' && (c.is_emoji_char() || c == '\u{20e3}');
        let is_assigned = is_public_assigned(c) || is_private(c);
        let flags = [
            (WHITESPACE, c.is_whitespace()),
            (INVISIBLE, is_default_ignorable(c) || c == '\u{2800}'),
            (UNASSIGNED, !is_assigned),
            (EMOJI, is_emoji && is_assigned),
            (MARK, canonical_combining_class(c) != 0),
        ];
        let flags = flags.iter().filter(|(_, is)| *is).map(|(flag, _)| flag);
        // What a table does not know yet, another may: it is no character here.
        let class = if is_assigned { class } else { Class::Symbol };
        flags.fold(class as u8, |all, flag| all | flag)
    }

    /// U+D800 to U+DFFF are no characters, and never looked up.
    fn of_code(code: usize) -> u8 {
        let c = u32::try_from(code).ok().and_then(char::from_u32);
        c.map_or(NOT_THERE, computed)
    }

    fn written() -> String {
        let mut blocks: Vec<Vec<u8>> = Vec::new();
        let mut index = Vec::new();
        for first in (0..REACH).step_by(BLOCK) {
            let block: Vec<u8> = (first..first + BLOCK).map(of_code).collect();
            let known = blocks.iter().position(|known| *known == block);
            index.push(known.unwrap_or_else(|| {
                blocks.push(block);
                blocks.len() - 1
            }));
        }
        let (major, minor, patch) = unicode_normalization::UNICODE_VERSION;
        let line = |bytes: &[u8]| -> String {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("    {hex}\\\n")
        };
        let index: Vec<u8> = index
            .into_iter()
            .flat_map(|block| u16::try_from(block).expect("few blocks").to_be_bytes())
            .collect();
        format!(
            "//! Made by the test beside it (`SALTBOX_BLESS=1 cargo test --lib properties`), from the\n\
             //! Unicode Character Database {major}.{minor}.{patch} (Unicode License v3) by way of the crates that `mod.rs` names.\n\n\
             use super::from_hex;\n\n\
             /// The version of Unicode that the classes come from: the standard library's.\n\
             #[cfg(test)]\n\
             pub(super) const CLASSES_OF: (u8, u8, u8) = {:?};\n\n\
             /// The number of the block of each {BLOCK} characters, in two bytes.\n\
             pub(super) static INDEX: [u8; {}] = from_hex(\n    \"\\\n{}\",\n);\n\n\
             /// The blocks, one a line.\n\
             pub(super) static BLOCKS: [u8; {}] = from_hex(\n    \"\\\n{}\",\n);\n",
            char::UNICODE_VERSION,
            index.len(),
            index.chunks(BLOCK).map(line).collect::<String>(),
            blocks.len() * BLOCK,
            blocks.iter().map(|block| line(block)).collect::<String>(),
        )
    }

    /// A toolchain that knows more characters, or fewer, has other classes for these.
    #[test]
    fn the_tables_are_what_the_crates_and_the_standard_library_say() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/text/properties/table.rs");
        if std::env::var_os("SALTBOX_BLESS").is_some() {
            std::fs::write(path, written()).expect("writable");
        }
        let is_other = char::UNICODE_VERSION != table::CLASSES_OF;
        let compared = if is_other {
            !CLASS & !WHITESPACE
        } else {
            u8::MAX
        };
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let (written, computed) = (Properties::of(c).0, computed(c));
            assert_eq!(written & compared, computed & compared, "{c:?}");
        }
    }

    #[test]
    fn classes_are_those_of_unicode() {
        for (characters, class) in [
            ("azßéñωª", Class::Lower),
            ("AZÉΩ", Class::Upper),
            ("09٣", Class::Digit),
            (" !~€😀\u{301}", Class::Symbol),
            ("א漢あ", Class::Letter),
        ] {
            for c in characters.chars() {
                assert_eq!(Properties::of(c).class(), class, "{c}");
            }
        }
    }

    #[test]
    fn what_is_not_plainly_there_is_told() {
        let is = |c: char| {
            let p = Properties::of(c);
            (
                p.is_whitespace(),
                p.is_invisible(),
                p.is_unassigned(),
                p.is_emoji(),
                p.is_mark(),
            )
        };
        for c in ['\u{a0}', '\t', '\u{3000}'] {
            assert_eq!(is(c), (true, false, false, false, false), "{c:?}");
        }
        for c in [
            '\u{200b}',
            '\u{feff}',
            '\u{ad}',
            '\u{3164}',
            '\u{2800}',
            '\u{e0041}',
        ] {
            assert_eq!(is(c), (false, true, false, false, false), "{c:?}");
        }
        for c in ['\u{378}', '\u{ffff}', '\u{50000}', '\u{10ffff}'] {
            assert_eq!(is(c), (false, false, true, false, false), "{c:?}");
        }
        for c in ['❤', '😀', '\u{1f3fd}', '\u{1f1e9}', '\u{20e3}'] {
            assert_eq!(is(c), (false, false, false, true, false), "{c:?}");
        }
        assert_eq!(is('\u{301}'), (false, false, false, false, true));
        for c in ['a', '9', '©', '\u{e000}', '\u{f0000}'] {
            assert_eq!(is(c), (false, false, false, false, false), "{c:?}");
        }
    }
}
