//! Words in which signs and digits are written for letters.
//!
//! zxcvbn tries every table of substitutions: each letter has one of the signs
//! that occur in the password, and a sign one letter, so that all `4` are `a`
//! or none is. There are exponentially many tables. Here one walk through the
//! trie carries the set of the tables that are left, as bits: a sign that is
//! read as a letter, or as itself, leaves those of the tables that say so. Signs of
//! different letters do not know of each other, so a few bits for each letter
//! are all tables; only `i`, `l` and `t` share signs and have their combinations listed.

use super::dictionary::{List, Node};
use super::guesses::mixtures;
use super::text::View;

/// A sign, and the letters that it is written for.
struct Sign {
    unit: u8,
    letters: [u8; 2],
    /// The bits of all signs of its letters, and of the tables in which it is
    /// written for its letter. 0 for the signs that several letters share.
    group: u64,
    own: u64,
}

const fn sign(unit: u8, letter: u8, group: u64, own: u64) -> Sign {
    Sign {
        unit,
        letters: [letter, 0],
        group,
        own,
    }
}

const fn shared(unit: u8, letters: [u8; 2]) -> Sign {
    Sign {
        unit,
        letters,
        group: SHARED,
        own: 0,
    }
}

/// The substitutions of zxcvbn 4.4.2. Signs that are shared stand first.
static SIGNS: [Sign; SIGN_COUNT] = [
    shared(b'1', [b'i', b'l']),
    shared(b'!', [b'i', 0]),
    shared(b'|', [b'i', b'l']),
    shared(b'7', [b'l', b't']),
    shared(b'+', [b't', 0]),
    sign(b'4', b'a', 3, 1),
    sign(b'@', b'a', 3, 1 << 1),
    sign(b'(', b'c', 15 << 2, 1 << 2),
    sign(b'{', b'c', 15 << 2, 1 << 3),
    sign(b'[', b'c', 15 << 2, 1 << 4),
    sign(b'<', b'c', 15 << 2, 1 << 5),
    sign(b'6', b'g', 3 << 6, 1 << 6),
    sign(b'9', b'g', 3 << 6, 1 << 7),
    sign(b'$', b's', 3 << 8, 1 << 8),
    sign(b'5', b's', 3 << 8, 1 << 9),
    sign(b'8', b'b', 1 << 10, 1 << 10),
    sign(b'3', b'e', 1 << 11, 1 << 11),
    sign(b'0', b'o', 1 << 12, 1 << 12),
    sign(b'%', b'x', 1 << 13, 1 << 13),
    sign(b'2', b'z', 1 << 14, 1 << 14),
];

const SIGN_COUNT: usize = 20;
const SHARED_SIGNS: usize = 5;
const SHARED_FROM: u32 = 15;
const SHARED: u64 = u64::MAX << SHARED_FROM;
/// As many combinations of the shared signs have a bit: there are no more.
const MOST_TABLES: usize = 49;

/// The place of a character in [`SIGNS`].
const PLACES: [u8; 128] = places();
const NO_SIGN: u8 = u8::MAX;

#[allow(clippy::indexing_slicing)] // At compile time.
const fn places() -> [u8; 128] {
    let mut places = [NO_SIGN; 128];
    let mut at = 0_u8;
    while (at as usize) < SIGN_COUNT {
        places[SIGNS[at as usize].unit as usize] = at;
        at += 1;
    }
    places
}

fn place(unit: u16) -> Option<usize> {
    let place = PLACES.get(usize::from(unit)).copied()?;
    (place != NO_SIGN).then_some(usize::from(place))
}

pub(super) fn is_sign(unit: u16) -> bool {
    place(unit).is_some()
}

/// What each sign is read as: itself, its first letter, or its second one.
type Readings = [u8; SIGN_COUNT];

/// The tables of substitutions that a text has.
pub(super) struct Leet {
    all: u64,
    /// For each sign and reading the tables that allow it.
    allowed: [[u64; 3]; SIGN_COUNT],
}

/// A word that is found.
pub(super) struct Found {
    pub(super) length: usize,
    pub(super) list: List,
    pub(super) rank: u32,
    /// In how many ways it can be written with these signs.
    pub(super) variations: f64,
}

impl Leet {
    /// `None` where the text has no sign.
    pub(super) fn of(text: View<'_>) -> Option<Self> {
        let mut is_there = [false; SIGN_COUNT];
        for sign in text.units.iter().filter_map(|unit| place(*unit)) {
            if let Some(is) = is_there.get_mut(sign) {
                *is = true;
            }
        }
        if !is_there.contains(&true) {
            return None;
        }
        let mut leet = Self {
            all: 0,
            allowed: [[0; 3]; SIGN_COUNT],
        };
        let signs = || SIGNS.iter().zip(is_there).skip(SHARED_SIGNS);
        leet.all = signs().fold(0, |all, (sign, is)| all | if is { sign.own } else { 0 });
        for ((sign, _), allowed) in signs().zip(leet.allowed.iter_mut().skip(SHARED_SIGNS)) {
            *allowed = [leet.all & sign.group & !sign.own, sign.own, 0];
        }
        leet.add_shared(&is_there);
        Some(leet)
    }

    /// The combinations of the signs that letters share, in zxcvbn's way: each
    /// letter in turn takes one of its signs, or leaves it to the letter that has it.
    fn add_shared(&mut self, is_there: &[bool; SIGN_COUNT]) {
        type Table = [u8; SHARED_SIGNS];
        let mut tables = [[0; SHARED_SIGNS]; MOST_TABLES];
        let mut count = 1;
        for letter in [b'i', b'l', b't'] {
            let mut next = [[0; SHARED_SIGNS]; MOST_TABLES];
            let mut next_count = 0;
            let mut add = |table: Table| {
                let known = next.get(..next_count).unwrap_or_default();
                if !known.contains(&table)
                    && let Some(place) = next.get_mut(next_count)
                {
                    *place = table;
                    next_count += 1;
                }
            };
            let signs = SIGNS.iter().zip(is_there).take(SHARED_SIGNS).enumerate();
            for (at, (sign, is)) in signs {
                if !*is || !sign.letters.contains(&letter) {
                    continue;
                }
                for table in tables.get(..count).unwrap_or_default() {
                    let mut taken = *table;
                    if let Some(place) = taken.get_mut(at) {
                        if *place != 0 {
                            add(*table);
                        }
                        *place = letter;
                    }
                    add(taken);
                }
            }
            if next_count > 0 {
                (tables, count) = (next, next_count);
            }
        }
        let tables = tables.get(..count).unwrap_or_default();
        for (bit, table) in (SHARED_FROM..).zip(tables) {
            self.all |= 1 << bit;
            for ((read, sign), allowed) in table.iter().zip(&SIGNS).zip(&mut self.allowed) {
                let [itself, first, second] = allowed;
                let reading = match sign.letters {
                    _ if *read == 0 => itself,
                    [letter, _] if letter == *read => first,
                    _ => second,
                };
                *reading |= 1 << bit;
            }
        }
    }

    /// The tables of `left` in which a sign is read so; `None` where there are none.
    fn narrowed(&self, left: u64, sign: usize, reading: usize) -> Option<u64> {
        let group = SIGNS.get(sign)?.group;
        let allowed = *self.allowed.get(sign)?.get(reading)?;
        (left & allowed != 0).then_some(left & (allowed | !group))
    }

    /// Every word that begins at `start` and is written with a sign. `node` is
    /// where the trie is after the characters up to `at`, which are none.
    pub(super) fn words(
        &self,
        text: View<'_>,
        start: usize,
        (at, node): (usize, Node),
        found: &mut impl FnMut(Found),
    ) {
        let mut walk = Walk {
            leet: self,
            text,
            start,
            readings: [0; SIGN_COUNT],
        };
        walk.go(at, node, self.all, false, found);
    }

    /// The ways to write `word` with signs, where the text from `start` on is it.
    pub(super) fn is_word(&self, text: View<'_>, start: usize, word: &[u16]) -> Option<f64> {
        let part = text.part(start, word.len());
        if word.len() < 2 || part.len() != word.len() {
            return None;
        }
        let (mut left, mut readings, mut is_changed) = (self.all, [0; SIGN_COUNT], false);
        for (unit, wanted) in part.lower.iter().zip(word) {
            let reading = match place(*unit) {
                None if unit == wanted => continue,
                None => return None,
                Some(_) if unit == wanted => 0,
                Some(sign) => {
                    let letters = SIGNS.get(sign)?.letters;
                    1 + letters
                        .iter()
                        .position(|letter| u16::from(*letter) == *wanted)?
                }
            };
            let sign = place(*unit)?;
            left = self.narrowed(left, sign, reading)?;
            *readings.get_mut(sign)? = u8::try_from(reading).ok()?;
            is_changed |= reading > 0;
        }
        is_changed.then(|| variations(part, &readings))
    }
}

struct Walk<'a> {
    leet: &'a Leet,
    text: View<'a>,
    start: usize,
    readings: Readings,
}

impl Walk<'_> {
    /// As deep as words are long; a sign is read anew only where the trie and the tables allow it.
    fn go(
        &mut self,
        mut at: usize,
        mut node: Node,
        left: u64,
        is_changed: bool,
        found: &mut impl FnMut(Found),
    ) {
        while let Some(unit) = self.text.lower.get(at).copied() {
            at += 1;
            if let Some(sign) = place(unit) {
                self.read(at, node, left, is_changed, (sign, unit), found);
                return;
            }
            let Some(child) = node.child(unit) else {
                return;
            };
            node = child;
            if is_changed {
                self.note(at, node, found);
            }
        }
    }

    fn read(
        &mut self,
        at: usize,
        node: Node,
        left: u64,
        is_changed: bool,
        (sign, unit): (usize, u16),
        found: &mut impl FnMut(Found),
    ) {
        let letters = SIGNS.get(sign).map_or([0; 2], |sign| sign.letters);
        let units = [unit, u16::from(letters[0]), u16::from(letters[1])];
        for (reading, unit) in (0_u8..).zip(units) {
            let Some(left) = self.leet.narrowed(left, sign, usize::from(reading)) else {
                continue;
            };
            let Some(child) = node.child(unit) else {
                continue;
            };
            if let Some(place) = self.readings.get_mut(sign) {
                *place = reading;
            }
            let is_changed = is_changed || reading > 0;
            if is_changed {
                self.note(at, child, found);
            }
            self.go(at, child, left, is_changed, found);
        }
    }

    fn note(&self, end: usize, node: Node, found: &mut impl FnMut(Found)) {
        let length = end - self.start;
        // A sign by itself would be the word `i` or `a`.
        if length < 2 {
            return;
        }
        if let Some((list, rank)) = node.word() {
            found(Found {
                length,
                list,
                rank,
                variations: variations(self.text.part(self.start, length), &self.readings),
            });
        }
    }
}

/// For each sign that is read as a letter: in how many ways it and the letter itself can be mixed.
fn variations(word: View<'_>, readings: &Readings) -> f64 {
    let (mut variations, mut seen) = (1.0, 0_u32);
    for unit in word.lower {
        let Some(at) = place(*unit).filter(|at| seen >> at & 1 == 0) else {
            continue;
        };
        seen |= 1 << at;
        let reading = readings.get(at).copied().unwrap_or(0);
        let letter = match (SIGNS.get(at), reading) {
            (Some(sign), 1) => sign.letters[0],
            (Some(sign), 2) => sign.letters[1],
            _ => continue,
        };
        let times = |wanted: u16| word.lower.iter().filter(|unit| **unit == wanted).count();
        variations *= mixtures(times(*unit), times(u16::from(letter)));
    }
    variations
}

#[cfg(test)]
mod tests {
    use super::super::text::Text;
    use super::*;

    #[test]
    fn all_combinations_of_shared_signs_have_a_bit() {
        let mut most = 0;
        for there in 1_u32..32 {
            let signs = (0..5).filter(|bit| there >> bit & 1 == 1);
            let text: String = signs.map(|at: usize| char::from(SIGNS[at].unit)).collect();
            let leet = Leet::of(Text::of(&text).view()).expect("has signs");
            most = most.max((leet.all >> SHARED_FROM).count_ones());
        }
        assert!(most > 10 && (most as usize) < MOST_TABLES, "{most}");
    }

    #[test]
    fn a_sign_is_one_letter_and_a_letter_one_sign() {
        let variations = |text: &str, word: &str| {
            let text = Text::of(text);
            let word: Vec<u16> = word.encode_utf16().collect();
            Leet::of(text.view()).and_then(|leet| leet.is_word(text.view(), 0, &word))
        };
        for (text, word, expected) in [
            ("p4ssword", "password", Some(2.0)),
            ("p4ssw0rd", "password", Some(4.0)),
            ("p4s5word", "password", Some(4.0)),
            ("p4@b", "paab", None),
            ("p4@b", "pa@b", Some(2.0)),
            ("a4a4a", "aaaaa", Some(15.0)),
            ("1i1l", "lill", Some(3.0)),
            ("1i1l", "liil", None),
            ("4b1", "abl", Some(4.0)),
            ("4b1", "4bi", None),
            ("pass", "pass", None),
            ("1", "i", None),
        ] {
            assert_eq!(variations(text, word), expected, "{text} {word}");
        }
    }
}
