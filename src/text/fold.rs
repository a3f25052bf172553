//! What texts are compared by: without case, width and what nobody sees.
//!
//! Only for comparing, never for what is shown or sent to. It is NFKC_Casefold
//! (Unicode Standard, section 3.13, R5) of the text's NFC, so that canonical
//! equivalents are one text: compatible decomposition, full case folding of no
//! language, less Default_Ignorable_Code_Point, then NFC. Folding again changes
//! nothing, which a test shows for every scalar value.
//!
//! Of no language means that I and i are one letter and that İ is i with a dot
//! above; ı is a letter of its own.

use super::composer::Composer;
use super::properties::Properties;
use super::{compatible, with_prepared};
use zeroize::Zeroizing;

/// The longest text that is folded, in bytes: U+FDFA becomes eleven times
/// longer, and the composer has room for twelve.
pub(crate) const MAX_FOLDED_BYTES: usize = 1024;

/// What is done with each folded character: it says what is to be kept.
pub(crate) type Keep<'a> = dyn FnMut(char, &mut dyn FnMut(char)) + 'a;

/// What `keep` keeps of the folded `text`, or `None` where that is longer than
/// [`MAX_FOLDED_BYTES`]. Nothing of it stays in memory but what is returned.
pub(crate) fn fold(text: &str, keep: &mut Keep<'_>) -> Option<Zeroizing<String>> {
    (text.len() <= MAX_FOLDED_BYTES).then(|| compose(&prepared(text), keep))
}

/// Canonical equivalents are one text from here on. Apart, so that only one composer is on the stack.
#[inline(never)]
fn prepared(text: &str) -> Zeroizing<String> {
    with_prepared(text.as_bytes(), |prepared| {
        copy(prepared.unwrap_or_default())
    })
}

#[inline(never)]
fn compose(prepared: &str, keep: &mut Keep<'_>) -> Zeroizing<String> {
    let mut composer = Composer::new();
    for c in prepared.chars() {
        each_folded(c, &mut |part| {
            keep(part, &mut |kept| composer.take_apart(kept))
        });
    }
    composer.finish("");
    copy(std::str::from_utf8(composer.prepared()).unwrap_or_default())
}

/// In room that never grows, so that nothing is left where it was.
fn copy(text: &str) -> Zeroizing<String> {
    let mut copy = Zeroizing::new(String::with_capacity(text.len()));
    copy.push_str(text);
    copy
}

/// Says each character that `c` is folded to, decomposed.
#[inline(never)]
fn each_folded(c: char, say: &mut dyn FnMut(char)) {
    if c.is_ascii() {
        return say(c.to_ascii_lowercase());
    }
    if is_ignorable(c) {
        return;
    }
    compatible::decompose(c, |part| match part {
        // What full case folding does to decomposed characters beyond small
        // letters (Unicode CaseFolding.txt, status C and F).
        'ß' | 'ẞ' => ['s', 's'].into_iter().for_each(&mut *say),
        'ς' => say('σ'),
        '\u{345}' => say('ι'),
        '\u{1c80}'..='\u{1c88}' => say(old_cyrillic(part)),
        // Of Cherokee the capitals, which came first.
        '\u{13a0}'..='\u{13f5}' => say(part),
        '\u{13f8}'..='\u{13fd}' => say(moved(part, 0x13f8, 0x13f0)),
        '\u{ab70}'..='\u{abbf}' => say(moved(part, 0xab70, 0x13a0)),
        _ if is_ignorable(part) => {}
        _ => part.to_lowercase().for_each(&mut *say),
    });
}

/// Variants of Cyrillic letters in old books.
const fn old_cyrillic(c: char) -> char {
    match c {
        '\u{1c80}' => 'в',
        '\u{1c81}' => 'д',
        '\u{1c82}' => 'о',
        '\u{1c83}' => 'с',
        '\u{1c84}' | '\u{1c85}' => 'т',
        '\u{1c86}' => 'ъ',
        '\u{1c87}' => 'ѣ',
        _ => 'ꙋ',
    }
}

fn moved(c: char, from: u32, to: u32) -> char {
    char::from_u32(u32::from(c) - from + to).unwrap_or(c)
}

/// Default_Ignorable_Code_Point: invisible, but for U+2800, which is only blank.
fn is_ignorable(c: char) -> bool {
    c != '\u{2800}' && Properties::of(c).is_invisible()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    fn folded(text: &str) -> String {
        let folded = fold(text, &mut |c, say| say(c)).expect("short");
        folded.to_string()
    }

    /// The definition, by the standard library and another implementation: Unicode
    /// says that a letter folds to the small letter of its capital, but for these.
    fn model(text: &str) -> String {
        let case = |c: char| -> Vec<char> {
            match c {
                'ı' => vec![c],
                '\u{13a0}'..='\u{13fd}' | '\u{ab70}'..='\u{abbf}' => c.to_uppercase().collect(),
                _ => {
                    let small = c.to_lowercase();
                    let capital = small.flat_map(char::to_uppercase);
                    capital.flat_map(char::to_lowercase).collect()
                }
            }
        };
        // Character by character, as the property NFKC_Casefold is one of characters.
        let composed: Vec<char> = text.nfc().collect();
        let parts = composed.iter().flat_map(|c| std::iter::once(*c).nfkd());
        let folded: String = parts.filter(|c| !is_ignorable(*c)).flat_map(case).collect();
        folded.nfkc().collect()
    }

    #[test]
    fn every_scalar_value_folds_as_the_definition_says_and_only_once() {
        for c in '\0'..=char::MAX {
            for text in [
                c.to_string(),
                format!("a{c}b"),
                format!("\u{3b1}{c}\u{301}"),
            ] {
                let once = folded(&text);
                // Zs has one character without decomposition, which preparation maps all the same.
                assert_eq!(once, model(&text).replace('\u{1680}', " "), "{text:?}");
                assert_eq!(folded(&once), once, "{text:?}");
            }
        }
    }

    #[test]
    fn there_is_room_for_the_longest() {
        for unit in [
            "\u{fdfa}",
            "\u{1d160}",
            "\u{344}",
            "\u{390}",
            "\u{1f82}",
            "ß",
        ] {
            let text = unit.repeat(MAX_FOLDED_BYTES / unit.len());
            let (one, all) = (folded(unit), folded(&text));
            assert_eq!(all, model(&text));
            assert!(all.chars().count() >= one.chars().count());
        }
        assert!(fold(&"a".repeat(MAX_FOLDED_BYTES + 1), &mut |c, say| say(c)).is_none());
    }

    proptest! {
        #[test]
        fn any_text_folds_as_the_definition_says(text in "\\PC{0,40}") {
            let once = folded(&text);
            prop_assert_eq!(&once, &model(&text).replace('\u{1680}', " "));
            prop_assert_eq!(folded(&once), once);
        }
    }
}
