//! Unicode preparation of passwords, without a heap.
//!
//! **Preparation 1**, the only one so far: strict UTF-8; every Unicode space
//! (general category Zs) becomes U+0020; then NFC. This is the OpaqueString
//! profile of RFC 8265 section 4.2 less its prohibitions, so that emoji and
//! control characters stay possible. ASCII is its own prepared form.
//!
//! NFC and not NFKC: NFKC maps full-width letters to ASCII and so makes
//! different passwords equal (CVE-2026-19611 went from one to the other).
//!
//! The tables and the pairwise operations come from `unicode-normalization`.
//! Its iterators keep marks in a heap buffer that is not wiped, so the
//! algorithm over them (Unicode Standard, section 3.11) is written here over
//! fixed buffers. Nodes with tables of different Unicode versions agree on all
//! that both know: the normal form of an assigned character never changes
//! (Unicode stability policy). A password with characters newer than a node's
//! tables may have another form there, and verifies as received if at all.

use unicode_normalization::char::{canonical_combining_class, compose, decompose_canonical};
use zeroize::Zeroize;

/// The longest password, in bytes as received: 4096, as in passlib 1.7.4.
///
/// It bounds preparation and the cost of the first hash block. NIST SP
/// 800-63B-4 asks for at least 64 characters.
pub const MAX_PASSWORD_BYTES: usize = 4096;

/// NFC makes UTF-8 at most three times longer (Unicode FAQ on normalization; U+1D160 does).
const MAX_PREPARED_BYTES: usize = 3 * MAX_PASSWORD_BYTES;

/// Marks that can follow each other. A mark takes at least two bytes and none
/// decomposes into more than two marks (U+0344 does).
const MAX_MARKS: usize = MAX_PASSWORD_BYTES;

/// The forms of a password that a stored string may have been made from.
pub(crate) struct Forms<'a> {
    /// The prepared form; the bytes as received where they are not UTF-8.
    pub(crate) first: &'a [u8],
    /// The bytes as received, where they differ from the prepared form.
    pub(crate) as_received: Option<&'a [u8]>,
}

impl<'a> Forms<'a> {
    /// Every form to compute.
    pub(crate) fn each(&self) -> impl Iterator<Item = &'a [u8]> {
        [Some(self.first), self.as_received].into_iter().flatten()
    }
}

/// Calls `use_forms` with the forms of `password` to try, in order. ASCII and bytes that are not UTF-8 have one.
///
/// `password` is at most [`MAX_PASSWORD_BYTES`] long; the caller has checked.
pub(crate) fn with_forms<R>(password: &[u8], use_forms: impl FnOnce(Forms<'_>) -> R) -> R {
    if password.is_ascii() {
        return use_forms(Forms {
            first: password,
            as_received: None,
        });
    }
    with_prepared(password, |prepared| {
        use_forms(match prepared {
            Ok(prepared) if prepared != password => Forms {
                first: prepared,
                as_received: Some(password),
            },
            _ => Forms {
                first: password,
                as_received: None,
            },
        })
    })
}

/// Calls `use_prepared` with the prepared form of `password`, or with the offset of the first byte that is not UTF-8.
///
/// `password` is at most [`MAX_PASSWORD_BYTES`] long; the caller has checked.
pub(crate) fn with_prepared<R>(
    password: &[u8],
    use_prepared: impl FnOnce(Result<&[u8], usize>) -> R,
) -> R {
    if password.is_ascii() {
        return use_prepared(Ok(password));
    }
    match std::str::from_utf8(password) {
        Err(error) => use_prepared(Err(error.valid_up_to())),
        Ok(text) => {
            let mut composer = Composer::new();
            for c in text.chars() {
                let c = if is_unicode_space(c) { ' ' } else { c };
                decompose_canonical(c, |part| composer.push(part));
            }
            composer.finish();
            use_prepared(Ok(composer.prepared()))
        }
    }
}

/// General category Zs, less U+0020 itself; the same from Unicode 6.3 to 17.0.
pub(crate) const fn is_unicode_space(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// A combining mark with its class, in 32 bits: class above, code point below. Zero, which no mark is, stands for "composed away".
#[derive(Clone, Copy, PartialEq, Eq)]
struct Mark(u32);

impl Mark {
    const NONE: Self = Self(0);

    fn new(c: char, class: u8) -> Self {
        Self(u32::from(class) << 24 | u32::from(c))
    }

    /// The combining class; 0 for a mark composed away.
    const fn class(self) -> u32 {
        self.0 >> 24
    }

    fn char(self) -> Option<char> {
        char::from_u32(self.0 & 0xff_ffff)
    }
}

/// Takes canonically decomposed characters and writes their composition.
///
/// Holds one starter and the marks after it; both buffers are wiped when dropped.
struct Composer {
    starter: Option<char>,
    /// Marks since the starter, in the order received.
    marks: [Mark; MAX_MARKS],
    marks_len: usize,
    /// The most marks held so far: what has to be wiped.
    marks_used: usize,
    out: [u8; MAX_PREPARED_BYTES],
    out_len: usize,
}

impl Composer {
    fn new() -> Self {
        Self {
            starter: None,
            marks: [Mark::NONE; MAX_MARKS],
            marks_len: 0,
            marks_used: 0,
            out: [0; MAX_PREPARED_BYTES],
            out_len: 0,
        }
    }

    fn push(&mut self, c: char) {
        let class = canonical_combining_class(c);
        if class != 0 {
            if let Some(slot) = self.marks.get_mut(self.marks_len) {
                *slot = Mark::new(c, class);
                self.marks_len += 1;
                self.marks_used = self.marks_used.max(self.marks_len);
            }
            return;
        }
        self.compose_marks();
        // A starter composes with the one before only where no mark stands between.
        if self.marks_len == 0
            && let Some(both) = self.starter.and_then(|starter| compose(starter, c))
        {
            self.starter = Some(both);
            return;
        }
        self.write_out();
        self.starter = Some(c);
    }

    fn finish(&mut self) {
        self.compose_marks();
        self.write_out();
    }

    /// Composes the marks into the starter, in canonical order, as far as nothing blocks them.
    fn compose_marks(&mut self) {
        let Some(mut starter) = self.starter else {
            return;
        };
        let mut kept = 0;
        let mut class = 0;
        while let Some(next) = self.class_after(class) {
            class = next;
            // A mark that stays blocks the later ones of its own class; lower classes block nothing.
            let mut blocked = false;
            for mark in self.marks.iter_mut().take(self.marks_len) {
                if mark.class() != class {
                    continue;
                }
                let both = mark.char().and_then(|c| compose(starter, c));
                match both {
                    Some(both) if !blocked => {
                        starter = both;
                        *mark = Mark::NONE;
                    }
                    _ => {
                        blocked = true;
                        kept += 1;
                    }
                }
            }
        }
        self.starter = Some(starter);
        if kept == 0 {
            self.marks_len = 0;
        }
    }

    /// Writes the starter and the marks that were not composed, in canonical order.
    fn write_out(&mut self) {
        if let Some(starter) = self.starter.take() {
            self.write(starter);
        }
        let mut class = 0;
        while let Some(next) = self.class_after(class) {
            class = next;
            for at in 0..self.marks_len {
                let mark = self.marks.get(at).copied().unwrap_or(Mark::NONE);
                if mark.class() == class
                    && let Some(c) = mark.char()
                {
                    self.write(c);
                }
            }
        }
        self.marks_len = 0;
    }

    /// The lowest class above `class` among the marks held. Unicode has 55
    /// classes, so a scan for each beats a sort, which would need a heap to be stable.
    fn class_after(&self, class: u32) -> Option<u32> {
        let marks = self.marks.iter().take(self.marks_len);
        marks.map(|m| m.class()).filter(|c| *c > class).min()
    }

    fn write(&mut self, c: char) {
        let len = c.len_utf8();
        if let Some(room) = self.out.get_mut(self.out_len..self.out_len + len) {
            c.encode_utf8(room);
            self.out_len += len;
        }
    }

    fn prepared(&self) -> &[u8] {
        self.out.get(..self.out_len).unwrap_or_default()
    }
}

impl Drop for Composer {
    fn drop(&mut self) {
        self.starter.zeroize();
        for mark in self.marks.iter_mut().take(self.marks_used) {
            mark.0.zeroize();
        }
        for byte in self.out.iter_mut().take(self.out_len) {
            byte.zeroize();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    fn prepared(text: &str) -> String {
        with_prepared(text.as_bytes(), |p| {
            String::from_utf8(p.expect("UTF-8").to_vec()).expect("UTF-8")
        })
    }

    /// The definition, by another implementation: spaces mapped, then the crate's own NFC.
    fn model(text: &str) -> String {
        let space = |c: char| {
            if c.is_whitespace() && !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                c
            }
        };
        text.chars().map(space).nfc().collect()
    }

    #[test]
    fn published_examples() {
        // Unicode Standard Annex 15, tables 3 to 6.
        for (source, nfc) in [
            ("\u{212b}", "\u{c5}"),
            ("\u{2126}", "\u{3a9}"),
            ("A\u{30a}", "\u{c5}"),
            ("s\u{323}\u{307}", "\u{1e69}"),
            ("\u{1e0b}\u{323}", "\u{1e0d}\u{307}"),
            ("q\u{307}\u{323}", "q\u{323}\u{307}"),
            ("\u{fb01}", "\u{fb01}"),
            ("2\u{2075}", "2\u{2075}"),
            ("\u{1112}\u{1161}\u{11ab}", "\u{d55c}"),
            ("\u{1d160}", "\u{1d158}\u{1d165}\u{1d16e}"),
            ("\u{ff41}", "\u{ff41}"),
            // RFC 8265 section 4.3, table 4, example 5: U+1680 becomes a space.
            ("foo\u{1680}bar", "foo bar"),
        ] {
            assert_eq!(prepared(source), nfc, "{source:?}");
        }
    }

    #[test]
    fn every_scalar_value_agrees_with_the_model_and_is_idempotent() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            for text in [
                format!("{c}"),
                format!("a{c}\u{301}"),
                format!("\u{301}{c}"),
            ] {
                let once = prepared(&text);
                assert_eq!(once, model(&text), "{text:?}");
                assert_eq!(prepared(&once), once, "{text:?}");
            }
        }
    }

    #[test]
    fn the_longest_input_of_every_growing_kind_fits() {
        for unit in [
            "\u{1d160}",
            "\u{344}",
            "\u{390}",
            "\u{1f82}",
            "\u{fb2c}",
            "a\u{315}\u{300}",
        ] {
            let text = unit.repeat(MAX_PASSWORD_BYTES / unit.len());
            assert_eq!(prepared(&text), model(&text), "{unit:?}");
        }
        let zalgo: String = ('\u{300}'..'\u{370}')
            .cycle()
            .take(MAX_PASSWORD_BYTES / 2)
            .collect();
        assert_eq!(prepared(&zalgo), model(&zalgo));
    }

    #[test]
    fn bytes_that_are_not_utf8_are_told_with_their_offset_and_tried_raw() {
        with_prepared(b"pa\xffss", |p| assert_eq!(p, Err(2)));
        with_forms(b"pa\xffss", |forms| {
            assert_eq!(forms.first, b"pa\xffss");
            assert!(forms.as_received.is_none());
        });
        // Surrogates, overlong forms and a cut sequence are not UTF-8.
        for bytes in [&b"\xed\xa0\x80"[..], b"\xc0\x80", b"\xf0\x9f\x98"] {
            with_prepared(bytes, |p| assert!(p.is_err()));
        }
    }

    #[test]
    fn only_a_difference_makes_a_second_form() {
        with_forms("caf\u{e9}".as_bytes(), |f| assert!(f.as_received.is_none()));
        with_forms("cafe\u{301}".as_bytes(), |f| {
            assert_eq!(f.first, "caf\u{e9}".as_bytes());
            assert_eq!(f.as_received, Some("cafe\u{301}".as_bytes()));
        });
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn any_text_agrees_with_the_model(text in "\\PC{0,60}") {
            prop_assert_eq!(prepared(&text), model(&text));
        }

        /// Few starters and many marks: what random text hardly ever makes.
        #[test]
        fn heaps_of_marks_agree_with_the_model(
            text in "[aeo\u{1100}\u{1161}\u{11a8}\u{9c7}\u{9be}\u{300}-\u{345}\u{590}-\u{5c7}\u{e48}\u{f71}-\u{f80}\u{3099}]{0,60}"
        ) {
            let once = prepared(&text);
            prop_assert_eq!(&once, &model(&text));
            prop_assert_eq!(prepared(&once), once);
        }
    }
}
