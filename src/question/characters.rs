//! What normalising answers asks of a character.

use crate::text::{Class, Properties};

/// What a folded, decomposed character is in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A letter that is the same without accents: Latin, Greek, Cyrillic.
    Plain,
    /// Any other letter, and what is no character yet: another release may know it for one.
    Letter,
    /// A decimal digit, of any script, by its value.
    Digit(char),
    /// Any other number.
    Number,
    /// A mark that scripts share, such as an accent.
    Accent,
    /// A mark of one script, such as a vowel sign.
    Mark,
    /// Punctuation, symbol, space or control character.
    Sign,
}

impl Part {
    pub(super) fn of(c: char) -> Self {
        if c.is_ascii() {
            return match c {
                '0'..='9' => Self::Digit(c),
                _ if c.is_ascii_alphabetic() => Self::Plain,
                _ => Self::Sign,
            };
        }
        let properties = Properties::of(c);
        if is_in(&ACCENTS, c) {
            Self::Accent
        } else if properties.is_mark() {
            Self::Mark
        } else if let Some(digit) = digit(c) {
            Self::Digit(digit)
        } else if properties.class() == Class::Digit {
            Self::Number
        } else if properties.is_alphanumeric() || is_in(&ALSO_KEPT, c) {
            match (is_in(&PLAIN, c), properties.is_alphanumeric()) {
                (true, _) => Self::Plain,
                (false, true) => Self::Letter,
                (false, false) => Self::Mark,
            }
        } else if properties.is_unassigned() || is_private(c) {
            Self::Letter
        } else {
            Self::Sign
        }
    }
}

/// Whether `c` is of a script that writes no spaces between words.
pub(super) fn is_of_script_without_spaces(c: char) -> bool {
    is_in(&WITHOUT_SPACES, c)
}

/// As ASCII, so that a phone and a desk that write other digits agree.
fn digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let after = ZEROS.partition_point(|zero| *zero <= code);
    let zero = ZEROS.get(after.checked_sub(1)?)?;
    char::from_digit(code - zero, 10)
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

fn is_in(ranges: &[(u32, u32)], c: char) -> bool {
    let code = u32::from(c);
    let after = ranges.partition_point(|(first, _)| *first <= code);
    let range = after.checked_sub(1).and_then(|at| ranges.get(at));
    range.is_some_and(|(_, last)| code <= *last)
}

/// Where all letters that do not decompose are Latin, Greek or Cyrillic.
const PLAIN: [(u32, u32); 13] = [
    (0x41, 0x2af),
    (0x370, 0x3e1),
    (0x3f3, 0x52f),
    (0x1c80, 0x1c8a),
    (0x1d00, 0x1eff),
    (0x2132, 0x2184),
    (0x2c60, 0x2c7f),
    (0xa640, 0xa69b),
    (0xa722, 0xa787),
    (0xa78b, 0xa7ff),
    (0xab30, 0xab6d),
    (0x10780, 0x10780),
    (0x1df00, 0x1df96),
];

/// Marks that scripts share, and the marks of Cyrillic numbers and abbreviations.
const ACCENTS: [(u32, u32); 7] = [
    (0x300, 0x36f),
    (0x483, 0x489),
    (0x1ab0, 0x1aff),
    (0x1dc0, 0x1dff),
    (0x20d0, 0x20ff),
    (0xa66f, 0xa672),
    (0xfe20, 0xfe2f),
];

/// Letters, marks and numbers that [`Properties`] has for symbols, because they
/// have no combining class or because the standard library does not know them yet; and
/// Braille and SignWriting, whose letters Unicode has for symbols.
const ALSO_KEPT: [(u32, u32); 52] = [
    (0xafd, 0xaff),
    (0xb53, 0xb55),
    (0xe47, 0xe47),
    (0xe4c, 0xe4c),
    (0xe4e, 0xe4e),
    (0xecc, 0xecc),
    (0xece, 0xece),
    (0xf3e, 0xf3f),
    (0x17c9, 0x17d1),
    (0x17d3, 0x17d3),
    (0x1ce1, 0x1ce1),
    (0x1cf7, 0x1cf7),
    (0x208f, 0x208f),
    (0x2801, 0x28ff),
    (0xa7dd, 0xa7dd),
    (0xa7e2, 0xa7e2),
    (0xab6c, 0xab6d),
    (0xabec, 0xabec),
    (0x10ed9, 0x10eee),
    (0x111c9, 0x111c9),
    (0x111cb, 0x111cc),
    (0x113d2, 0x113d2),
    (0x113e1, 0x113e2),
    (0x11a33, 0x11a33),
    (0x11a98, 0x11a98),
    (0x11b0a, 0x11b0a),
    (0x11df0, 0x11df1),
    (0x11f5a, 0x11f5a),
    (0x1246f, 0x1246f),
    (0x12475, 0x1247f),
    (0x12550, 0x12686),
    (0x13440, 0x13440),
    (0x13447, 0x13455),
    (0x16fe4, 0x16fe4),
    (0x18cd6, 0x18cda),
    (0x18d1f, 0x18d20),
    (0x18e00, 0x19191),
    (0x191a0, 0x191d2),
    (0x1b127, 0x1b128),
    (0x1b168, 0x1b168),
    (0x1bc9d, 0x1bc9d),
    (0x1cf00, 0x1cf2d),
    (0x1cf30, 0x1cf46),
    (0x1d800, 0x1da86),
    (0x1da9b, 0x1da9f),
    (0x1daa1, 0x1daaf),
    (0x1df1f, 0x1df24),
    (0x1df2b, 0x1df81),
    (0x1df90, 0x1df94),
    (0x1df96, 0x1df96),
    (0x2b81e, 0x2b81e),
    (0x3d000, 0x3fc3f),
];

/// Thai, Lao, Tibetan, Myanmar, Khmer, Han and what stands with it.
const WITHOUT_SPACES: [(u32, u32); 6] = [
    (0xe00, 0xfff),
    (0x1000, 0x109f),
    (0x1780, 0x17ff),
    (0x2e80, 0xa4cf),
    (0xf900, 0xfaff),
    (0x20000, 0x3ffff),
];

/// Zero in each script (general category Nd); nine follow. All are assigned in Unicode 18.0.
const ZEROS: [u32; 77] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0,
    0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50, 0x11d50,
    0x11da0, 0x11de0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce,
    0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::UnicodeNormalization;
    use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};
    use unicode_script::{Script, UnicodeScript};

    /// Letters, marks and numbers that are left when a text is folded.
    fn kept() -> impl Iterator<Item = (char, GeneralCategoryGroup)> {
        let all = ('\0'..=char::MAX).map(|c| (c, c.general_category_group()));
        all.filter(|(c, group)| {
            use GeneralCategoryGroup::{Letter, Mark, Number};
            matches!(group, Letter | Mark | Number)
                && !Properties::of(*c).is_invisible()
                && c.nfkd().eq([*c])
        })
    }

    #[test]
    fn letters_digits_and_marks_of_every_script_are_kept() {
        let mut scripts = std::collections::HashSet::new();
        let mut missing: Vec<(u32, u32)> = Vec::new();
        for (c, _) in kept() {
            scripts.insert(c.script());
            if Part::of(c) == Part::Sign {
                let code = u32::from(c);
                match missing.last_mut() {
                    Some((_, last)) if *last + 1 == code => *last = code,
                    _ => missing.push((code, code)),
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#x?}");
        assert!(scripts.len() > 160, "{}", scripts.len());
    }

    #[test]
    fn accents_are_dropped_on_three_scripts_only() {
        for (c, group) in kept().filter(|(_, group)| *group == GeneralCategoryGroup::Letter) {
            let is_plain = matches!(c.script(), Script::Latin | Script::Greek | Script::Cyrillic);
            assert_eq!(Part::of(c) == Part::Plain, is_plain, "{c:?} {group:?}");
        }
        for (c, _) in kept().filter(|(c, _)| Part::of(*c) == Part::Accent) {
            let scripts = [Script::Inherited, Script::Common, Script::Cyrillic];
            assert!(scripts.contains(&c.script()), "{c:?}");
        }
    }

    #[test]
    fn digits_are_those_of_unicode() {
        for c in '\0'..=char::MAX {
            let is_digit = c.general_category() == GeneralCategory::DecimalNumber;
            assert_eq!(digit(c).is_some(), is_digit, "{c:?}");
        }
        assert_eq!(digit('٣'), Some('3'));
        assert_eq!(digit('९'), Some('9'));
    }
}
