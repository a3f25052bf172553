//! The table of rules.

use crate::text::MAX_PASSWORD_BYTES;

const _: () = assert!(MOST as usize == MAX_PASSWORD_BYTES);

/// A rule, by what is wrong where it is broken. Numbers never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(u16)]
pub enum Rule {
    /// Fewer code points than asked for.
    TooShort = 1,
    /// More code points than allowed.
    TooLong = 2,
    /// More bytes than allowed; more than [`MAX_PASSWORD_BYTES`](crate::MAX_PASSWORD_BYTES) are not looked at.
    TooManyBytes = 3,
    /// Not UTF-8.
    NotUtf8 = 4,
    /// A NUL that the hash function cannot tell from the end of the password.
    Nul = 5,
    /// Too few small letters.
    TooFewLower = 10,
    /// Too few capital letters.
    TooFewUpper = 11,
    /// Too few digits or other numbers (Nd, Nl, No).
    TooFewDigits = 12,
    /// Too few characters that are neither letter nor digit.
    TooFewSymbols = 13,
    /// Too few letters, of any case or none.
    TooFewLetters = 14,
    /// Characters of too few classes: small, capital, digit, symbol, letter without case.
    TooFewClasses = 15,
    /// Too few characters that are not the same.
    TooFewDistinct = 16,
    /// No character of a set of which one has to be there.
    MissingRequired = 17,
    /// Too few characters that are seen: neither white space nor control nor invisible.
    TooFewVisible = 18,
    /// Characters that are not among the allowed ones.
    NotAllowed = 20,
    /// Characters that are among the disallowed ones.
    Disallowed = 21,
    /// White space.
    Whitespace = 22,
    /// White space at the beginning or the end.
    EdgeWhitespace = 23,
    /// Control characters.
    Control = 24,
    /// Characters that nobody sees.
    Invisible = 25,
    /// Code points that are no characters yet.
    Unassigned = 26,
    /// Digits and nothing else.
    OnlyDigits = 27,
    /// One character too often in a row.
    Repeated = 30,
    /// Too many characters of one class in a row.
    ClassRun = 31,
    /// Too many neighbours of the alphabet or of the digits in a row.
    Sequence = 32,
    /// Too many neighbours of a keyboard in a row.
    KeyboardWalk = 33,
    /// The same from behind.
    Palindrome = 34,
    /// One character too often in all.
    TooManyOccurrences = 35,
    /// A number between two bounds, such as a year.
    ForbiddenNumber = 36,
    /// A word that everybody knows of the user or the service.
    ContextWord = 40,
    /// Too little besides words that everybody knows.
    TooFewPoints = 41,
    /// The password that it is to replace.
    SameAsOld = 50,
    /// Too few changes to the password that it is to replace.
    TooSimilar = 51,
    /// A lower score than asked for, from 0 to 4.
    TooWeak = 60,
    /// In a list of common or breached passwords.
    Blocklisted = 61,
}

/// Which side of its bound a rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is measured has to reach the bound.
    AtLeast,
    /// What is measured must not pass the bound.
    AtMost,
}

/// What sets the bound, and which side of it the rule holds.
#[derive(Clone, Copy)]
pub(super) enum Setting {
    /// A number from 1 to this one, which has to be reached.
    AtLeast(u32),
    /// A number from 1 to this one, which must not be passed.
    AtMost(u32),
    /// `true`: what is counted must not be there.
    Forbids,
    /// Something else than a bound of its own; what is counted must not be there.
    Other,
}

/// A row of the table.
pub(super) struct Row {
    pub(super) rule: Rule,
    /// As findings write it.
    pub(super) name: &'static str,
    /// The member of `policy` that sets its bound; empty where it is always on.
    pub(super) key: &'static str,
    pub(super) setting: Setting,
    /// In English, for hosts that have no words of their own; `{}` is the bound.
    pub(super) text: &'static str,
}

impl Row {
    pub(super) const fn side(&self) -> Side {
        match self.setting {
            Setting::AtLeast(_) => Side::AtLeast,
            Setting::AtMost(_) | Setting::Forbids | Setting::Other => Side::AtMost,
        }
    }
}

const fn row(
    rule: Rule,
    name: &'static str,
    key: &'static str,
    setting: Setting,
    text: &'static str,
) -> Row {
    Row {
        rule,
        name,
        key,
        setting,
        text,
    }
}

/// As many code points as a password of the most bytes can have.
pub(crate) const MOST: u32 = 4096;

/// How many characters are compared with each other, the first ones.
pub(super) const MOST_COMPARED: usize = 256;

/// How many different characters may be asked for: more say nothing more.
pub(super) const MOST_DISTINCT: u32 = 64;

/// How many changes to the old password may be asked for: time is bounded by it.
pub(super) const MOST_CHANGES: u32 = 32;

/// The highest score of the strength estimator.
const MOST_SCORE: u32 = 4;

/// Every rule, in the order of the numbers.
pub(super) const RULES: [Row; 35] = [
    row(
        Rule::TooShort,
        "too_short",
        "min_length",
        Setting::AtLeast(MOST),
        "has to have at least {} characters",
    ),
    row(
        Rule::TooLong,
        "too_long",
        "max_length",
        Setting::AtMost(MOST),
        "may have at most {} characters",
    ),
    row(
        Rule::TooManyBytes,
        "too_many_bytes",
        "max_bytes",
        Setting::AtMost(MOST),
        "may have at most {} bytes",
    ),
    row(
        Rule::NotUtf8,
        "not_utf8",
        "",
        Setting::Other,
        "has to be UTF-8",
    ),
    row(
        Rule::Nul,
        "nul",
        "",
        Setting::Other,
        "must not have the character U+0000",
    ),
    row(
        Rule::TooFewLower,
        "too_few_lower",
        "min_lower",
        Setting::AtLeast(MOST),
        "needs at least {} small letters",
    ),
    row(
        Rule::TooFewUpper,
        "too_few_upper",
        "min_upper",
        Setting::AtLeast(MOST),
        "needs at least {} capital letters",
    ),
    row(
        Rule::TooFewDigits,
        "too_few_digits",
        "min_digits",
        Setting::AtLeast(MOST),
        "needs at least {} digits",
    ),
    row(
        Rule::TooFewSymbols,
        "too_few_symbols",
        "min_symbols",
        Setting::AtLeast(MOST),
        "needs at least {} characters that are neither letter nor digit",
    ),
    row(
        Rule::TooFewLetters,
        "too_few_letters",
        "min_letters",
        Setting::AtLeast(MOST),
        "needs at least {} letters",
    ),
    row(
        Rule::TooFewClasses,
        "too_few_classes",
        "min_classes",
        Setting::AtLeast(5),
        "needs characters of at least {} kinds",
    ),
    row(
        Rule::TooFewDistinct,
        "too_few_distinct",
        "min_distinct",
        Setting::AtLeast(MOST_DISTINCT),
        "needs at least {} different characters",
    ),
    row(
        Rule::MissingRequired,
        "missing_required",
        "required",
        Setting::Other,
        "needs a character of each set that is asked for",
    ),
    row(
        Rule::TooFewVisible,
        "too_few_visible",
        "min_visible",
        Setting::AtLeast(MOST),
        "needs at least {} characters that can be seen",
    ),
    row(
        Rule::NotAllowed,
        "not_allowed",
        "allowed",
        Setting::Other,
        "has characters that are not allowed",
    ),
    row(
        Rule::Disallowed,
        "disallowed",
        "disallowed",
        Setting::Other,
        "has characters that are not allowed",
    ),
    row(
        Rule::Whitespace,
        "whitespace",
        "no_whitespace",
        Setting::Forbids,
        "must not have white space",
    ),
    row(
        Rule::EdgeWhitespace,
        "edge_whitespace",
        "no_edge_whitespace",
        Setting::Forbids,
        "must not begin or end with white space",
    ),
    row(
        Rule::Control,
        "control",
        "no_control",
        Setting::Forbids,
        "must not have control characters",
    ),
    row(
        Rule::Invisible,
        "invisible",
        "no_invisible",
        Setting::Forbids,
        "must not have characters that cannot be seen",
    ),
    row(
        Rule::Unassigned,
        "unassigned",
        "no_unassigned",
        Setting::Forbids,
        "must not have code points that are no characters yet",
    ),
    row(
        Rule::OnlyDigits,
        "only_digits",
        "no_only_digits",
        Setting::Forbids,
        "must not be a number",
    ),
    row(
        Rule::Repeated,
        "repeated",
        "max_repeated",
        Setting::AtMost(MOST),
        "may have the same character at most {} times in a row",
    ),
    row(
        Rule::ClassRun,
        "class_run",
        "max_class_run",
        Setting::AtMost(MOST),
        "may have at most {} characters of one kind in a row",
    ),
    row(
        Rule::Sequence,
        "sequence",
        "max_sequence",
        Setting::AtMost(MOST),
        "may have at most {} characters in the order of the alphabet or the digits",
    ),
    row(
        Rule::KeyboardWalk,
        "keyboard_walk",
        "max_keyboard_walk",
        Setting::AtMost(MOST),
        "may have at most {} neighbours of the keyboard in a row",
    ),
    row(
        Rule::Palindrome,
        "palindrome",
        "no_palindrome",
        Setting::Forbids,
        "must not be the same from behind",
    ),
    row(
        Rule::TooManyOccurrences,
        "too_many_occurrences",
        "max_occurrences",
        Setting::AtMost(256),
        "may have the same character at most {} times",
    ),
    row(
        Rule::ForbiddenNumber,
        "forbidden_number",
        "forbidden_numbers",
        Setting::Other,
        "must not have a year or another number that is easily guessed",
    ),
    row(
        Rule::ContextWord,
        "context_word",
        "context",
        Setting::Other,
        "must not be made of what is known of you or of this service",
    ),
    row(
        Rule::TooFewPoints,
        "too_few_points",
        "min_points",
        Setting::AtLeast(64),
        "needs more besides what is known of you or of this service",
    ),
    row(
        Rule::SameAsOld,
        "same_as_old",
        "",
        Setting::Other,
        "must not be the password that it replaces",
    ),
    row(
        Rule::TooSimilar,
        "too_similar",
        "min_changes",
        Setting::AtLeast(MOST_CHANGES),
        "needs at least {} changes to the password that it replaces",
    ),
    row(
        Rule::TooWeak,
        "too_weak",
        "min_score",
        Setting::AtLeast(MOST_SCORE),
        "is too easily guessed: needs a strength of at least {} of 4",
    ),
    row(
        Rule::Blocklisted,
        "blocklisted",
        "blocklist",
        Setting::Other,
        "must not be a password that is often used or was leaked",
    ),
];

impl Rule {
    /// Every rule, in the order of the numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        RULES.iter().map(|row| row.rule)
    }

    /// Its number, for hosts that have words of their own.
    #[must_use]
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// Its name in findings.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.name)
    }

    /// The member of `policy` that sets it; empty where it is always on.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.row().map_or("", |row| row.key)
    }

    /// In English, with `{}` for the bound.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.row().map_or("", |row| row.text)
    }

    /// Its text with this bound in it.
    #[must_use]
    pub fn text_with(self, bound: u32) -> String {
        self.text().replace("{}", &bound.to_string())
    }

    /// Which side of its bound it holds.
    #[must_use]
    pub fn side(self) -> Side {
        self.row().map_or(Side::AtMost, Row::side)
    }

    /// Where it stands in the table.
    pub(super) fn place(self) -> usize {
        let place = RULES.iter().position(|row| row.rule == self);
        place.unwrap_or(RULES.len())
    }

    fn row(self) -> Option<&'static Row> {
        RULES.get(self.place())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_stand_by_number_and_have_names_of_their_own() {
        assert!(RULES.is_sorted_by_key(|row| row.rule));
        for row in &RULES {
            let same = |name: fn(&Row) -> &'static str| {
                RULES
                    .iter()
                    .filter(|other| name(other) == name(row))
                    .count()
            };
            assert_eq!(same(|row| row.name), 1, "{}", row.name);
            assert!(
                row.key.is_empty() || same(|row| row.key) == 1,
                "{}",
                row.key
            );
            let has_bound = matches!(row.setting, Setting::AtLeast(_) | Setting::AtMost(_));
            // What points are is for who sets the policy.
            assert!(has_bound == row.text.contains("{}") || row.rule == Rule::TooFewPoints);
        }
    }
}
