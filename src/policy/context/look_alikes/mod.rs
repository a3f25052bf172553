//! Which letter of ASCII another character looks like.
//!
//! From the confusables of UTS #39, by way of the crate `unicode-security`, of
//! which a test makes the table anew: every letter and digit whose skeleton,
//! without marks and in small letters, is one letter or digit of ASCII. What
//! compatibility decomposition makes plain (ｆｕｌｌ width, 𝐛𝐨𝐥𝐝) is not here.
//! Skeletons change with versions of Unicode, so they are compared and never stored.

mod table;

use table::ROWS;

/// How many there are.
#[allow(clippy::indexing_slicing)] // At compile time.
const COUNT: usize = {
    let (mut count, mut row) = (0, 0);
    while row < ROWS.len() {
        count += ROWS[row].1.len();
        row += 1;
    }
    count
};

/// Every row's characters with its letter, sorted by character.
#[allow(clippy::indexing_slicing)] // At compile time.
const SORTED: [(char, u8); COUNT] = {
    let mut sorted = [('\0', 0); COUNT];
    let (mut count, mut row) = (0, 0);
    while row < ROWS.len() {
        let (letter, characters) = ROWS[row];
        let mut each = 0;
        while each < characters.len() {
            let mut at = count;
            while at > 0 && sorted[at - 1].0 as u32 > characters[each] as u32 {
                sorted[at] = sorted[at - 1];
                at -= 1;
            }
            sorted[at] = (characters[each], letter);
            count += 1;
            each += 1;
        }
        row += 1;
    }
    sorted
};

/// The small letter or digit of ASCII that `c` looks like, where it is none itself.
pub(super) fn look_alike(c: char) -> Option<u8> {
    if c.is_ascii() {
        return None;
    }
    let place = SORTED.binary_search_by_key(&c, |(character, _)| *character);
    place
        .ok()
        .and_then(|at| SORTED.get(at))
        .map(|(_, letter)| *letter)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods)] // The test makes the table.

    use super::*;
    use crate::text::Properties;
    use unicode_normalization::char::{canonical_combining_class, decompose_compatible};
    use unicode_security::confusable_detection::skeleton;

    fn computed(c: char) -> Option<u8> {
        let mut parts = Vec::new();
        decompose_compatible(c, |part| parts.push(part));
        if c.is_ascii() || parts != [c] || !Properties::of(c).is_alphanumeric() {
            return None;
        }
        if c.to_lowercase().all(|c| c.is_ascii()) {
            return None; // Folding does it.
        }
        let text = c.to_string();
        let letters = skeleton(&text).filter(|c| canonical_combining_class(*c) == 0);
        let mut letters = letters.flat_map(char::to_lowercase);
        match (letters.next(), letters.next()) {
            (Some(letter), None) if letter.is_ascii_alphanumeric() => u8::try_from(letter).ok(),
            _ => None,
        }
    }

    fn written() -> String {
        let (major, minor, patch) = unicode_security::UNICODE_VERSION;
        let all = || (0..=u32::from(char::MAX)).filter_map(char::from_u32);
        let mut text = format!(
            "//! Made by the test beside it (`SALTBOX_BLESS=1 cargo test --lib look_alikes`), from\n\
             //! confusables.txt of UTS #39, {major}.{minor}.{patch} (Unicode License v3).\n\n\
             /// A letter or digit of ASCII, and what looks like it.\n\
             #[rustfmt::skip]\n\
             pub(super) const ROWS: &[(u8, &[char])] = &[\n"
        );
        for letter in (b'0'..=b'9').chain(b'a'..=b'z') {
            let of = all().filter(|c| computed(*c) == Some(letter));
            let each: Vec<String> = of.map(|c| format!("'{}'", c.escape_unicode())).collect();
            if each.is_empty() {
                continue;
            }
            let lines = each.chunks(8).map(|line| line.join(", "));
            let lines: Vec<String> = lines.map(|line| format!("        {line},\n")).collect();
            text += &format!(
                "    (b'{}', &[\n{}    ]),\n",
                char::from(letter),
                lines.concat()
            );
        }
        text + "];\n"
    }

    #[test]
    fn the_table_is_what_the_crate_says() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/policy/context/look_alikes/table.rs"
        );
        if std::env::var_os("SALTBOX_BLESS").is_some() {
            std::fs::write(path, written()).expect("writable");
        }
        assert!(std::fs::read_to_string(path).is_ok_and(|text| text == written()));
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            assert_eq!(look_alike(c), computed(c), "{c:?}");
        }
        const { assert!(COUNT > 500) };
        for (c, letter) in [
            ('а', b'a'),
            ('ı', b'i'),
            ('Ѕ', b's'),
            ('ο', b'o'),
            ('ø', b'o'),
        ] {
            assert_eq!(look_alike(c), Some(letter), "{c}");
        }
    }
}
