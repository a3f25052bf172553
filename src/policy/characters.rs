//! Classes of characters, sets of them, and their neighbours.

/// What kind of character it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Lower,
    Upper,
    Digit,
    Symbol,
    /// A letter without case, as most scripts have.
    Letter,
}

impl Class {
    /// By the properties of Unicode: Lowercase, Uppercase, Alphabetic, and all numbers (Nd, Nl, No).
    pub(super) fn of(c: char) -> Self {
        if c.is_ascii_digit() {
            Self::Digit
        } else if c.is_lowercase() {
            Self::Lower
        } else if c.is_uppercase() {
            Self::Upper
        } else if c.is_alphabetic() {
            Self::Letter
        } else if c.is_numeric() {
            Self::Digit
        } else {
            Self::Symbol
        }
    }
}

/// Characters, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Set(Vec<char>);

impl Set {
    /// `None` where a character stands twice.
    pub(super) fn of(characters: &str) -> Option<Self> {
        let mut set: Vec<char> = characters.chars().collect();
        set.sort_unstable();
        let is_repeated = set.windows(2).any(|pair| matches!(pair, [a, b] if a == b));
        (!is_repeated).then_some(Self(set))
    }

    pub(super) fn contains(&self, c: char) -> bool {
        self.0.binary_search(&c).is_ok()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As a configuration writes it.
    pub(super) fn text(&self) -> String {
        self.0.iter().collect()
    }
}

/// Whether `next` follows `c` in the alphabet or the digits, or goes before it: one or minus one.
/// Capital letters are small ones here. After the last comes the first where it wraps.
pub(super) fn alphabet_step(c: char, next: char, wraps: bool) -> Option<i8> {
    let place = |c: char| match c.to_ascii_lowercase() {
        c @ 'a'..='z' => Some((c as i32 - 'a' as i32, 26)),
        c @ '0'..='9' => Some((c as i32 - '0' as i32, 10)),
        _ => None,
    };
    let ((from, len), (to, other_len)) = (place(c)?, place(next)?);
    if len != other_len {
        return None;
    }
    match to - from {
        1 => Some(1),
        -1 => Some(-1),
        by if wraps && by == 1 - len => Some(1),
        by if wraps && by == len - 1 => Some(-1),
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

/// Where the characters of a keyboard stand: row and place in one number, of
/// which two that differ by one are neighbours; 0 is nowhere. All of them are
/// below U+0100.
type Places = [u8; 256];

const PLACES: [Places; 3] = [
    places(&KEYBOARDS[0]),
    places(&KEYBOARDS[1]),
    places(&KEYBOARDS[2]),
];

/// A row has fewer keys, so that no two rows touch.
const ROW: u8 = 16;

#[allow(clippy::indexing_slicing)] // At compile time.
const fn places(rows: &[(&str, &str); 4]) -> Places {
    let mut places = [0; 256];
    let (mut row, mut first_place) = (0, 1);
    while row < rows.len() {
        let (plain, shifted) = rows[row];
        let levels = [plain.as_bytes(), shifted.as_bytes()];
        let mut level = 0;
        while level < levels.len() {
            let (mut at, mut place) = (0, first_place);
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
        (row, first_place) = (row + 1, first_place + ROW);
    }
    places
}

/// On which keyboards `next` stands right or left of `c`: two bits for each.
pub(super) fn keyboard_steps(c: char, next: char) -> u8 {
    let mut steps = 0;
    for (keyboard, places) in PLACES.iter().enumerate() {
        let place = |c: char| places.get(c as usize).copied().unwrap_or(0);
        let (from, to) = (place(c), place(next));
        if from != 0 && to != 0 {
            steps |= u8::from(to == from + 1) << (2 * keyboard);
            steps |= u8::from(from == to + 1) << (2 * keyboard + 1);
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_those_of_unicode() {
        for (characters, class) in [
            ("azßéñω", Class::Lower),
            ("AZÉΩ", Class::Upper),
            ("09٣", Class::Digit),
            (" !~€😀\u{301}", Class::Symbol),
            ("ªא漢あ", Class::Letter),
        ] {
            for c in characters.chars() {
                let expected = if c == 'ª' { Class::Lower } else { class };
                assert_eq!(Class::of(c), expected, "{c}");
            }
        }
    }

    #[test]
    fn keys_have_both_levels_and_a_place_each() {
        for (rows, places) in KEYBOARDS.iter().zip(&PLACES) {
            for (row, (plain, shifted)) in rows.iter().enumerate() {
                assert_eq!(plain.chars().count(), shifted.chars().count(), "{plain}");
                for (place, key) in plain.chars().enumerate() {
                    let expected = usize::from(ROW) * row + place + 1;
                    assert_eq!(usize::from(places[key as usize]), expected, "{key}");
                }
                assert!(
                    shifted.chars().all(|key| places[key as usize] != 0),
                    "{shifted}"
                );
            }
        }
    }

    #[test]
    fn neighbours_are_those_of_a_row() {
        let (right, left) = (0b01_0101, 0b10_1010);
        assert_eq!(keyboard_steps('s', 'd'), right);
        assert_eq!(keyboard_steps('D', 's'), left);
        assert_eq!(keyboard_steps('q', 'w'), 0b0101);
        assert_eq!(keyboard_steps('a', 'z'), 0b01_0000);
        assert_eq!(keyboard_steps('ö', 'Ä'), 0b0100);
        assert_eq!(keyboard_steps('q', 'e'), 0);
        assert_eq!(keyboard_steps('=', 'q'), 0);
        assert_eq!(keyboard_steps('漢', 'q'), 0);
        assert_eq!(alphabet_step('a', 'B', false), Some(1));
        assert_eq!(alphabet_step('1', '0', false), Some(-1));
        assert_eq!(alphabet_step('z', 'a', false), None);
        assert_eq!(alphabet_step('z', 'a', true), Some(1));
        assert_eq!(alphabet_step('0', '9', true), Some(-1));
        assert_eq!(alphabet_step('9', 'a', true), None);
    }
}
