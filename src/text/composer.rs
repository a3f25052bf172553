//! Canonical composition over fixed buffers (Unicode Standard, section 3.11).

use super::MAX_PREPARED_BYTES;
use super::kind::{ABOVE, Kind};
use super::marks::Marks;
use crate::arch::wipe;
use unicode_normalization::char::{compose, decompose_canonical};
use zeroize::Zeroize;

/// Takes characters and writes their prepared form; wiped when dropped.
///
/// Holds one starter and the marks after it, which later marks may change.
pub(super) struct Composer {
    starter: Option<char>,
    /// Whether the starter is as received: it is decomposed only where a mark asks for it.
    is_whole: bool,
    marks: Marks,
    out: [u8; MAX_PREPARED_BYTES + MOST_UTF8],
    out_len: usize,
}

/// Bytes of the longest character, for which there is always room.
const MOST_UTF8: usize = 4;

/// Parts of the longest decomposition, which is that of U+1F82.
const MOST_PARTS: usize = 4;

/// The first character that decomposes.
const FIRST_WITH_PARTS: char = '\u{c0}';

impl Composer {
    pub(super) const fn new() -> Self {
        Self {
            starter: None,
            is_whole: false,
            marks: Marks::new(),
            out: [0; MAX_PREPARED_BYTES + MOST_UTF8],
            out_len: 0,
        }
    }

    /// Takes what is prepared already, whatever follows.
    pub(super) fn copy(&mut self, prepared: &str) {
        let end = self.out_len + prepared.len();
        if let Some(room) = self.out.get_mut(self.out_len..end) {
            room.copy_from_slice(prepared.as_bytes());
            self.out_len = end;
        }
    }

    /// Takes the rest of a text.
    pub(super) fn finish(&mut self, text: &str) {
        for c in text.chars() {
            self.take(c);
        }
        self.write_out();
    }

    /// Takes one character more.
    #[inline(always)]
    fn take(&mut self, c: char) {
        match Kind::of(c) {
            Kind::STABLE => {
                self.begin(c);
                self.is_whole = c >= FIRST_WITH_PARTS;
            }
            Kind::SPACE => self.begin(' '),
            Kind::CHANGING => decompose_canonical(c, |part| self.push(part, Kind::of(part))),
            kind => self.push(c, kind),
        }
    }

    /// As [`Self::take`], for who has other work to do between two.
    #[inline(never)]
    pub(super) fn take_apart(&mut self, c: char) {
        self.take(c);
    }

    /// Takes what does not decompose.
    #[inline(always)]
    fn push(&mut self, c: char, kind: Kind) {
        match kind.class() {
            Some(class) => self.marks.push(c, class),
            None if kind == Kind::SECOND => self.push_second(c),
            None => self.begin(c),
        }
    }

    /// Begins anew with a starter.
    #[inline(always)]
    fn begin(&mut self, starter: char) {
        self.write_out();
        (self.starter, self.is_whole) = (Some(starter), false);
    }

    /// A starter composes with the one before only where no mark stands between.
    #[inline(never)]
    fn push_second(&mut self, c: char) {
        self.compose_marks();
        self.is_whole = false;
        if self.marks.is_empty()
            && let Some(both) = self.starter.and_then(|starter| compose(starter, c))
        {
            self.starter = Some(both);
        } else {
            self.write_composed();
            self.starter = Some(c);
        }
    }

    /// Composes the marks into the starter, as far as nothing blocks them.
    #[inline(never)]
    fn compose_marks(&mut self) {
        if self.marks.is_empty() {
            return;
        }
        let Some(mut starter) = self.starter else {
            return;
        };
        if self.is_whole && may_go_before_its_own(self.marks.lowest_class(), starter) {
            starter = self.decompose(starter);
        }
        self.marks.drop_composed(|c| {
            let both = Kind::of(c).composes().then(|| compose(starter, c));
            match both.flatten() {
                Some(both) => {
                    starter = both;
                    true
                }
                None => false,
            }
        });
        self.starter = Some(starter);
    }

    /// The starter without its own marks, which go before those held.
    #[inline(never)]
    fn decompose(&mut self, whole: char) -> char {
        let (mut parts, mut len) = (['\0'; MOST_PARTS], 0);
        decompose_canonical(whole, |part| {
            if let Some(place) = parts.get_mut(len) {
                *place = part;
                len += 1;
            }
        });
        let mut starter = None;
        for &part in parts.iter().take(len).rev() {
            match (Kind::of(part).class(), starter) {
                (Some(class), _) => self.marks.push_front(part, class),
                (None, None) => starter = Some(part),
                // Of several starters, as in Hangul, no mark can come between.
                (None, Some(second)) => starter = compose(part, second).or(Some(whole)),
            }
        }
        parts.zeroize();
        starter.unwrap_or(whole)
    }

    /// Writes the starter and the marks that do not compose with it.
    #[inline(always)]
    fn write_out(&mut self) {
        if !self.marks.is_empty() {
            self.compose_marks();
        }
        self.write_composed();
    }

    #[inline(always)]
    fn write_composed(&mut self) {
        if let Some(starter) = self.starter.take() {
            write(&mut self.out, &mut self.out_len, starter);
        }
        if !self.marks.is_empty() {
            self.write_marks();
        }
    }

    #[inline(never)]
    fn write_marks(&mut self) {
        self.marks
            .drain(|c| write(&mut self.out, &mut self.out_len, c));
    }

    pub(super) fn prepared(&self) -> &[u8] {
        self.out.get(..self.out_len).unwrap_or_default()
    }
}

/// Whether a mark of `class` may go before one that `whole` has of its own.
/// None of those has a class above 230 but the iota below of Greek letters (240).
fn may_go_before_its_own(class: u32, whole: char) -> bool {
    class < ABOVE || ('\u{1f80}'..='\u{1fff}').contains(&whole)
}

fn write(out: &mut [u8], len: &mut usize, c: char) {
    let room = out.get_mut(*len..).and_then(<[u8]>::first_chunk_mut);
    if let Some(room) = room {
        let room: &mut [u8; MOST_UTF8] = room;
        *len += c.encode_utf8(room).len();
    }
}

impl Drop for Composer {
    fn drop(&mut self) {
        self.starter.zeroize();
        wipe(self.out.get_mut(..self.out_len).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_whole_has_no_marks_of_a_higher_class() {
        for whole in ('\0'..=char::MAX).filter(|c| Kind::of(*c) == Kind::STABLE) {
            let (mut parts, mut highest) = (0, None);
            decompose_canonical(whole, |part| {
                parts += 1;
                highest = highest.max(Kind::of(part).class());
            });
            assert!(parts == 1 || whole >= FIRST_WITH_PARTS, "{whole:?}");
            assert!(parts <= MOST_PARTS, "{whole:?}");
            assert!(
                highest <= Some(ABOVE) || may_go_before_its_own(ABOVE, whole),
                "{whole:?}"
            );
        }
    }
}
