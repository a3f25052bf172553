//! The part of a password that is matched, and what stands behind it.

/// As many UTF-16 code units are matched: time and memory are bounded by it.
pub(super) const MOST_UNITS: usize = 128;

/// The first [`MOST_UNITS`] code units, which is what JavaScript counts. Not
/// wiped when dropped: whoever has it made overwrites the stack.
pub(super) struct Text {
    units: [u16; MOST_UNITS],
    lower: [u16; MOST_UNITS],
    length: usize,
    /// How many bytes of UTF-8 they are.
    bytes: usize,
}

/// A text or a part of one, as it is and in small letters.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) units: &'a [u16],
    pub(super) lower: &'a [u16],
}

impl Text {
    pub(super) fn of(text: &str) -> Self {
        let mut read = Self {
            units: [0; MOST_UNITS],
            lower: [0; MOST_UNITS],
            length: 0,
            bytes: 0,
        };
        for c in text.chars() {
            let mut both = [0; 2];
            let units = c.encode_utf16(&mut both);
            let end = read.length + units.len();
            let Some(place) = read.units.get_mut(read.length..end) else {
                break;
            };
            place.copy_from_slice(units);
            if let Some(place) = read.lower.get_mut(read.length..end) {
                place.copy_from_slice(units);
                if let [only] = place {
                    *only = small(c);
                }
            }
            read.length = end;
            read.bytes += c.len_utf8();
        }
        read
    }

    pub(super) fn view(&self) -> View<'_> {
        View {
            units: self.units.get(..self.length).unwrap_or_default(),
            lower: self.lower.get(..self.length).unwrap_or_default(),
        }
    }

    /// How many characters of `text` stand behind what is matched and have to be
    /// guessed one by one: those that differ from what stands some way before,
    /// for the one distance that leaves the fewest. So neither does a password
    /// become strong by repetition, nor is anything left out.
    pub(super) fn beyond(&self, text: &str) -> usize {
        let bytes = text.as_bytes();
        let beyond = bytes.get(self.bytes..).unwrap_or_default();
        let differing = |distance: usize| {
            let before = self
                .bytes
                .checked_sub(distance)
                .and_then(|from| bytes.get(from..));
            let pairs = beyond.iter().zip(before.unwrap_or_default());
            // Of a character of several bytes the first counts. A password has
            // 4096 bytes, so none wraps; sums that are checked are not vector code.
            let differing =
                pairs.map(|(byte, before)| u16::from((byte != before) & (*byte & 0xc0 != 0x80)));
            differing.fold(0, u16::wrapping_add)
        };
        if beyond.is_empty() {
            return 0;
        }
        let most = self.bytes.min(MOST_UNITS);
        (1..=most).map(differing).min().map_or(0, usize::from)
    }
}

/// The small letter of the same length, where there is one.
pub(super) fn small(c: char) -> u16 {
    let mut small = c.to_lowercase();
    let small = match (small.next(), small.next()) {
        (Some(small), None) => small,
        _ => c,
    };
    u16::try_from(u32::from(small)).unwrap_or(u16::MAX)
}

impl<'a> View<'a> {
    pub(super) fn len(self) -> usize {
        self.units.len()
    }

    pub(super) fn part(self, start: usize, length: usize) -> Self {
        let of = |units: &'a [u16]| units.get(start..start + length).unwrap_or_default();
        Self {
            units: of(self.units),
            lower: of(self.lower),
        }
    }

    /// The code unit at a place; 0 beyond the end.
    pub(super) fn unit(self, at: usize) -> u16 {
        self.units.get(at).copied().unwrap_or(0)
    }

    /// As [`Self::unit`], for a decimal digit of ASCII.
    pub(super) fn digit(self, at: usize) -> Option<u16> {
        let digit = self.unit(at).checked_sub(u16::from(b'0'))?;
        (digit < 10).then_some(digit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_units_are_counted_and_made_small() {
        let text = Text::of("ÀßİAZ😀ẞ");
        let small: String = char::decode_utf16(text.view().lower.iter().copied())
            .map(|c| c.expect("whole"))
            .collect();
        assert_eq!(small, "àßİaz😀ß");
        assert_eq!(text.view().len(), 8);
        let long = "😀".repeat(100);
        assert_eq!(Text::of(&long).view().len(), 128);
        // No half of a character.
        assert_eq!(Text::of(&format!("a{long}")).view().len(), 127);
    }

    #[test]
    fn what_stands_beyond_counts_unless_it_is_repeated() {
        for (head, tail, expected) in [
            ("a".repeat(128), "a".repeat(1000), 0),
            ("a".repeat(128), "a".repeat(99) + "b", 1),
            ("abc".repeat(50), "abcabc".to_owned(), 0),
            ("é".repeat(128), "ééü".to_owned(), 0),
            ("é".repeat(128), "éé漢".to_owned(), 1),
            ("x".repeat(128), "kingdom".to_owned(), 7),
            ("x".repeat(20), String::new(), 0),
        ] {
            let text = head + &tail;
            assert_eq!(Text::of(&text).beyond(&text), expected, "{text}");
        }
    }
}
