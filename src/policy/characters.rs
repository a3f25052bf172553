//! Sets of characters, and their neighbours.

use crate::text::Class;

/// A set of characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Set {
    /// A bit for each character of ASCII.
    ascii: u128,
    /// The others, sorted.
    others: Vec<char>,
}

impl Set {
    /// `None` where a character stands twice.
    pub(super) fn of(characters: &str) -> Option<Self> {
        let mut set = Self::default();
        for c in characters.chars() {
            if set.contains_ascii(c) {
                return None;
            }
            match c.is_ascii() {
                true => set.ascii |= 1 << u32::from(c),
                false => set.others.push(c),
            }
        }
        set.others.sort_unstable();
        let is_repeated = set
            .others
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a == b));
        (!is_repeated).then_some(set)
    }

    fn contains_ascii(&self, c: char) -> bool {
        c.is_ascii() && self.ascii >> u32::from(c) & 1 == 1
    }

    pub(super) fn contains(&self, c: char) -> bool {
        self.contains_ascii(c) || !c.is_ascii() && self.others.binary_search(&c).is_ok()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ascii == 0 && self.others.is_empty()
    }

    /// Its characters, sorted.
    pub(super) fn each(&self) -> impl Iterator<Item = char> {
        let ascii = (0..128).map(char::from).filter(|c| self.contains_ascii(*c));
        ascii.chain(self.others.iter().copied())
    }

    /// As a configuration writes it.
    pub(super) fn text(&self) -> String {
        self.each().collect()
    }
}

/// A letter or digit by its place in the alphabet, without case.
#[derive(Clone, Copy)]
pub(super) struct Place {
    code: u32,
    is_digit: bool,
}

/// Alphabets, by their first and last places: what comes after the last where they wrap.
const ALPHABETS: [(u32, u32); 4] = [
    ('a' as u32, 'z' as u32),
    ('0' as u32, '9' as u32),
    ('α' as u32, 'ω' as u32 - 1),
    ('а' as u32, 'я' as u32),
];

/// Where `c`, which is of `class`, stands; `None` where it is neither letter nor digit.
pub(super) fn place(c: char, class: Class) -> Option<Place> {
    if c.is_ascii() {
        let small = c.to_ascii_lowercase();
        return small.is_ascii_alphanumeric().then(|| Place {
            code: u32::from(small),
            is_digit: class == Class::Digit,
        });
    }
    let small = match class {
        Class::Symbol => return None,
        Class::Upper => c.to_lowercase().next().unwrap_or(c),
        _ => c,
    };
    // Between rho and sigma stands the sigma of the ends of words.
    let code = u32::from(small) - u32::from(matches!(small, 'ς'..='ω'));
    Some(Place {
        code: if small == 'ς' { code + 1 } else { code },
        is_digit: class == Class::Digit,
    })
}

/// Whether `next` follows `place` in the order of the alphabet, or goes before it: one or minus
/// one. After the last comes the first where it wraps.
pub(super) fn alphabet_step(place: Place, next: Place, wraps: bool) -> Option<i8> {
    if place.is_digit != next.is_digit {
        return None;
    }
    let is_end_of = |one: (u32, u32)| wraps && ALPHABETS.contains(&one);
    match (place.code, next.code) {
        (from, to) if to == from + 1 => Some(1),
        (from, to) if from == to + 1 => Some(-1),
        (from, to) if is_end_of((to, from)) => Some(1),
        (from, to) if is_end_of((from, to)) => Some(-1),
        _ => None,
    }
}

/// Rows of keys, each with what Shift makes of it: the keyboards of the USA, Germany and France.
const KEYBOARDS: [[(&str, &str); 4]; 3] = [
    [
        ("`1234567890-=", "~!@#$%^&*()_+"),
        ("qwertyuiop[]\\", "QWERTYUIOP{}|"),
        ("asdfghjkl;'", "ASDFGHJKL:\""),
        ("zxcvbnm,./", "ZXCVBNM<>?"),
    ],
    [
        ("^1234567890ß´", "°!\"§$%&/()=?`"),
        ("qwertzuiopü+", "QWERTZUIOPÜ*"),
        ("asdfghjklöä#", "ASDFGHJKLÖÄ'"),
        ("yxcvbnm,.-", "YXCVBNM;:_"),
    ],
    [
        ("²&é\"'(-è_çà)=", "~1234567890°+"),
        ("azertyuiop^$", "AZERTYUIOP¨£"),
        ("qsdfghjklmù*", "QSDFGHJKLM%µ"),
        ("wxcvbn,;:!", "WXCVBN?./§"),
    ],
];

/// Where the characters of a keyboard stand: row and column in one number; 0 is
/// nowhere. All of them are below U+0100.
type Places = [u8; 256];

const PLACES: [Places; 3] = [
    places(&KEYBOARDS[0]),
    places(&KEYBOARDS[1]),
    places(&KEYBOARDS[2]),
];

/// From a key to the one below. A row has fewer keys, so that no two rows touch.
const ROW: u8 = 16;

#[allow(clippy::indexing_slicing)] // At compile time.
const fn places(rows: &[(&str, &str); 4]) -> Places {
    let mut places = [0; 256];
    // Below the digits a key is missing at the left: Q is under 1.
    let first_places = [1, ROW + 2, 2 * ROW + 2, 3 * ROW + 2];
    let mut row = 0;
    while row < rows.len() {
        let (plain, shifted) = rows[row];
        let levels = [plain.as_bytes(), shifted.as_bytes()];
        let mut level = 0;
        while level < levels.len() {
            let (mut at, mut place) = (0, first_places[row]);
            while at < levels[level].len() {
                // UTF-8 of one byte, or of two for U+0080 to U+00FF.
                let first = levels[level][at];
                let code = if first < 0x80 {
                    first
                } else {
                    at += 1;
                    (first & 0x03) << 6 | levels[level][at] & 0x3f
                };
                if places[code as usize] == 0 {
                    places[code as usize] = place;
                }
                (at, place) = (at + 1, place + 1);
            }
            level += 1;
        }
        row += 1;
    }
    places
}

/// The ways along a keyboard: right, down, and down to the left as `4esz` goes
/// on the keyboard of the USA; each is the difference of two places.
const WAYS: [u8; 3] = [1, ROW, ROW - 1];

/// A bit for each keyboard, each of its ways and both directions of it.
pub(super) const STEPS: usize = 2 * WAYS.len() * PLACES.len();

/// In which ways of which keyboards `next` stands beside `c`.
pub(super) fn keyboard_steps(c: char, next: char) -> u32 {
    let mut steps = 0;
    if c == next {
        return steps;
    }
    for (keyboard, places) in PLACES.iter().enumerate() {
        let place = |c: char| places.get(c as usize).copied().unwrap_or(0);
        let (from, to) = (place(c), place(next));
        if from == 0 || to == 0 {
            continue;
        }
        for (way, by) in WAYS.iter().enumerate() {
            let bit = 2 * (WAYS.len() * keyboard + way);
            steps |= u32::from(to == from + by) << bit;
            steps |= u32::from(from == to + by) << (bit + 1);
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Properties;

    #[test]
    fn keys_have_both_levels_and_a_place_each() {
        for (rows, places) in KEYBOARDS.iter().zip(&PLACES) {
            for (row, (plain, shifted)) in rows.iter().enumerate() {
                assert_eq!(plain.chars().count(), shifted.chars().count(), "{plain}");
                for (place, key) in plain.chars().enumerate() {
                    let expected = usize::from(ROW) * row + place + if row == 0 { 1 } else { 2 };
                    assert_eq!(usize::from(places[key as usize]), expected, "{key}");
                }
                assert!(
                    shifted.chars().all(|key| places[key as usize] != 0),
                    "{shifted}"
                );
            }
        }
    }

    fn steps(c: char, next: char) -> [Option<(usize, bool)>; 3] {
        let steps = keyboard_steps(c, next);
        std::array::from_fn(|keyboard| {
            let ways = (0..6).filter(|bit| steps >> (6 * keyboard + bit) & 1 == 1);
            let ways: Vec<usize> = ways.collect();
            assert!(ways.len() < 2, "{c} {next}");
            ways.first().map(|bit| (bit / 2, bit % 2 == 0))
        })
    }

    #[test]
    fn neighbours_are_right_below_and_aslant() {
        let (right, down, aslant) = (Some((0, true)), Some((1, true)), Some((2, true)));
        let back = |way: Option<(usize, bool)>| way.map(|(way, _)| (way, false));
        assert_eq!(steps('s', 'd'), [right; 3]);
        assert_eq!(steps('D', 's'), [back(right); 3]);
        assert_eq!(steps('q', 'w'), [right, right, down]);
        assert_eq!(steps('a', 'z'), [down, None, right]);
        assert_eq!(steps('1', 'q'), [down, down, None]);
        assert_eq!(steps('!', 'Q'), [down, down, None]);
        assert_eq!(steps('s', 'w'), [back(down), back(down), aslant]);
        assert_eq!(steps('4', 'e'), [aslant, aslant, aslant]);
        assert_eq!(steps('z', 's'), [back(aslant), None, down]);
        assert_eq!(steps('ö', 'Ä'), [None, right, None]);
        assert_eq!(steps('q', 'e'), [None; 3]);
        assert_eq!(steps('=', 'q'), [None; 3]);
        assert_eq!(steps('漢', 'q'), [None; 3]);
    }

    #[test]
    fn alphabets_have_an_order_and_some_an_end() {
        let step = |c: char, next: char, wraps| {
            let place = |c| place(c, Properties::of(c).class());
            alphabet_step(place(c)?, place(next)?, wraps)
        };
        for (c, next, wraps, by) in [
            ('a', 'B', false, Some(1)),
            ('1', '0', false, Some(-1)),
            ('z', 'a', false, None),
            ('z', 'a', true, Some(1)),
            ('0', '9', true, Some(-1)),
            ('9', 'a', true, None),
            ('z', '{', false, None),
            ('А', 'б', false, Some(1)),
            ('я', 'а', true, Some(1)),
            ('ρ', 'Σ', false, Some(1)),
            ('ς', 'τ', false, Some(1)),
            ('ψ', 'Ω', false, Some(1)),
            ('ω', 'α', true, Some(1)),
            ('א', 'ב', false, Some(1)),
            ('あ', 'ぃ', false, Some(1)),
            ('٣', '٤', false, Some(1)),
            ('!', '"', false, None),
        ] {
            assert_eq!(step(c, next, wraps), by, "{c} {next}");
        }
    }
}
