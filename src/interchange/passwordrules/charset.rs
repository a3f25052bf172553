//! Sets of the 95 printable characters of ASCII.

/// A bit for each code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Printable(u128);

impl Printable {
    pub(in super::super) const LOWER: Self = Self::range(b'a', b'z');
    pub(in super::super) const UPPER: Self = Self::range(b'A', b'Z');
    pub(in super::super) const DIGIT: Self = Self::range(b'0', b'9');
    pub(in super::super) const ALL: Self = Self::range(b' ', b'~');
    pub(in super::super) const LETTER: Self = Self::LOWER.with(Self::UPPER);
    /// Neither letter nor digit; the space is one of them.
    pub(in super::super) const SPECIAL: Self = Self::ALL.without(Self::LETTER).without(Self::DIGIT);

    const fn range(first: u8, last: u8) -> Self {
        Self(u128::MAX << first & u128::MAX >> (127 - last))
    }

    /// Those of `text` that are printable ASCII.
    pub(in super::super) fn of(text: &str) -> Self {
        text.chars().fold(Self::default(), |set, c| {
            let known = u8::try_from(c).ok().filter(|c| Self::holds(*c));
            known.map_or(set, |c| set.with(Self::range(c, c)))
        })
    }

    /// Whether this is a printable character of ASCII.
    pub(in super::super) const fn holds(c: u8) -> bool {
        matches!(c, b' '..=b'~')
    }

    pub(in super::super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(in super::super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(in super::super) const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(in super::super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// By code.
    pub(in super::super) fn characters(self) -> impl Iterator<Item = char> {
        (b' '..=b'~')
            .filter(move |c| self.0 >> c & 1 == 1)
            .map(char::from)
    }

    pub(in super::super) fn text(self) -> String {
        self.characters().collect()
    }
}
