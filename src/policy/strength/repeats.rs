//! A piece that is repeated: `aaa`, `abcabc`.

use super::text::{MOST_UNITS, View};

/// A repetition. Small, because room for all of them is on the stack.
#[derive(Clone, Copy)]
pub(super) struct Repeat {
    start: u8,
    length: u8,
    base: u8,
    /// The guesses for all of it.
    pub(super) guesses: f64,
}

const _: () = assert!(MOST_UNITS <= u8::MAX as usize);

/// As many repetitions a text and the pieces that are repeated in it can have:
/// two characters make one, and a piece is half of one at most.
pub(super) const MOST_REPEATS: usize = MOST_UNITS / 2 + 1;

impl Repeat {
    pub(super) const NONE: Self = Self {
        start: 0,
        length: 0,
        base: 0,
        guesses: 0.0,
    };

    fn of(start: usize, length: usize, base: usize) -> Self {
        let [start, length, base] =
            [start, length, base].map(|number| u8::try_from(number).unwrap_or(0));
        Self {
            start,
            length,
            base,
            guesses: 0.0,
        }
    }

    pub(super) fn start(&self) -> usize {
        usize::from(self.start)
    }

    pub(super) fn length(&self) -> usize {
        usize::from(self.length)
    }

    /// The length of the piece.
    pub(super) fn base(&self) -> usize {
        usize::from(self.base)
    }
}

/// What ends a line in ECMAScript, whose `.` stands for every other character.
const fn ends_line(unit: u16) -> bool {
    matches!(unit, 0x0a | 0x0d | 0x2028 | 0x2029)
}

/// How long the text from `start` on repeats pieces of `base`, the first one
/// included; only whole ones count, and one alone is none.
fn repeated(text: View<'_>, start: usize, base: usize) -> usize {
    let units = text.units.get(start..).unwrap_or_default();
    let later = units.get(base..).unwrap_or_default();
    let same = units.iter().zip(later);
    let same = same.take_while(|(a, b)| a == b && !ends_line(**a)).count();
    match same / base {
        0 => 0,
        more => (more + 1) * base,
    }
}

/// The first repetition at or after `from`, as zxcvbn's two expressions find
/// it: of the longest piece that is repeated, if that reaches further than the shortest one.
pub(super) fn first(text: View<'_>, from: usize) -> Option<Repeat> {
    (from..text.len()).find_map(|start| {
        let bases = 1..=(text.len() - start) / 2;
        let mut found = bases.map(|base| (base, repeated(text, start, base)));
        let shortest = found.find(|(_, length)| *length > 0)?;
        let longest = found.rfind(|(_, length)| *length > 0);
        let longest = longest.filter(|(_, length)| *length > shortest.1);
        let (base, length) = longest.map_or(shortest, |(_, length)| {
            // The piece may be made of smaller ones.
            let whole = text.part(start, length);
            let mut bases = 1..=length / 2;
            let base = bases.find(|base| length % base == 0 && repeated(whole, 0, *base) == length);
            (base.unwrap_or(length), length)
        });
        Some(Repeat::of(start, length, base))
    })
}

#[cfg(test)]
mod tests {
    use super::super::text::Text;
    use super::*;

    #[test]
    fn the_piece_that_reaches_furthest_is_taken() {
        for (text, expected) in [
            ("aaaaa", Some((0, 5, 1))),
            ("aabaab", Some((0, 6, 3))),
            ("aabaabaabaab", Some((0, 12, 3))),
            ("xabcabcabcab", Some((1, 9, 3))),
            ("abab ab", Some((0, 4, 2))),
            ("a\na\n", None),
            ("\n\n", None),
            ("abc", None),
            ("", None),
        ] {
            let text = Text::of(text);
            let found = first(text.view(), 0);
            let found = found.map(|found| (found.start(), found.length(), found.base()));
            assert_eq!(found, expected);
        }
    }
}
