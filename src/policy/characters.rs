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
    /// By the properties of Unicode: Lowercase, Uppercase, Nd of ASCII, Alphabetic.
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

/// Rows of keys, each with what Shift makes of it: ISO/IEC 9995 keyboards of the USA, Germany and France.
const KEYBOARDS: [(&str, &str); 12] = [
    ("`1234567890-=", "~!@#$%^&*()_+"),
    ("qwertyuiop[]\\", "QWERTYUIOP{}|"),
    ("asdfghjkl;'", "ASDFGHJKL:\""),
    ("zxcvbnm,./", "ZXCVBNM<>?"),
    ("^1234567890ß´", "°!\"§$%&/()=?`"),
    ("qwertzuiopü+", "QWERTZUIOPÜ*"),
    ("asdfghjklöä#", "ASDFGHJKLÖÄ'"),
    ("yxcvbnm,.-", "YXCVBNM;:_"),
    ("²&é\"'(-è_çà)=", "~1234567890°+"),
    ("azertyuiop^$", "AZERTYUIOP¨£"),
    ("qsdfghjklmù*", "QSDFGHJKLM%µ"),
    ("wxcvbn,;:!", "WXCVBN?./§"),
];

/// Which rows have `next` right (`RIGHT`) or left (`LEFT`) of `c`: a bit for each row.
pub(super) fn keyboard_steps(c: char, next: char) -> [u16; 2] {
    let mut steps = [0; 2];
    for (row, (plain, shifted)) in KEYBOARDS.iter().enumerate() {
        let place = |c: char| {
            let at = |keys: &str| keys.chars().position(|key| key == c);
            at(plain).or_else(|| at(shifted))
        };
        if let (Some(from), Some(to)) = (place(c), place(next)) {
            steps[0] |= u16::from(to == from + 1) << row;
            steps[1] |= u16::from(from == to + 1) << row;
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
    fn keys_of_a_row_have_both_levels() {
        for (plain, shifted) in KEYBOARDS {
            assert_eq!(plain.chars().count(), shifted.chars().count(), "{plain}");
        }
        assert_eq!(keyboard_steps('q', 'w')[0].count_ones(), 2);
        assert_eq!(keyboard_steps('W', 'q')[1].count_ones(), 2);
        assert_eq!(keyboard_steps('q', 'e'), [0, 0]);
        assert_eq!(alphabet_step('a', 'B', false), Some(1));
        assert_eq!(alphabet_step('1', '0', false), Some(-1));
        assert_eq!(alphabet_step('z', 'a', false), None);
        assert_eq!(alphabet_step('z', 'a', true), Some(1));
        assert_eq!(alphabet_step('0', '9', true), Some(-1));
        assert_eq!(alphabet_step('9', 'a', true), None);
    }
}
