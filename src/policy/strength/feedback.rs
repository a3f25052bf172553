//! What to tell the user, by code; in English for hosts that have no words of their own.

use super::dictionary::List;
use super::guesses::{Capitals, capitals};
use super::matches::Kind;
use super::search::{Best, Part};
use super::text::View;

/// Why a password is easily guessed. Codes never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(u8)]
pub enum Weakness {
    /// Keys of one row.
    StraightKeys = 1,
    /// A short walk over neighbouring keys.
    KeyPattern = 2,
    /// One character again and again.
    RepeatedCharacter = 3,
    /// A piece again and again.
    RepeatedPiece = 4,
    /// Neighbours of the alphabet or of the digits.
    Sequence = 5,
    /// A year that has just been.
    RecentYear = 6,
    /// A date.
    Date = 7,
    /// One of the ten most frequent passwords.
    TopTen = 8,
    /// One of the hundred most frequent passwords.
    TopHundred = 9,
    /// A frequent password.
    Common = 10,
    /// Nearly a frequent password.
    NearlyCommon = 11,
    /// A single word.
    Word = 12,
    /// A name and nothing else.
    Name = 13,
    /// A common name among other things.
    CommonName = 14,
}

/// What would make a password better. Codes never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(u8)]
pub enum Suggestion {
    /// To use a few words; for an empty password.
    UseWords = 1,
    /// That digits, symbols and capitals are not needed; for an empty password.
    NoNeedForSymbols = 2,
    /// To add a word or two.
    AddWords = 3,
    /// To use a longer walk with more turns.
    LongerKeyPattern = 4,
    /// Not to repeat words and characters.
    NoRepeats = 5,
    /// Not to use sequences.
    NoSequences = 6,
    /// Not to use recent years.
    NoRecentYears = 7,
    /// Not to use years that have to do with the user.
    NoOwnYears = 8,
    /// Not to use dates and years that have to do with the user.
    NoOwnDates = 9,
    /// That a capital at the beginning helps little.
    CapitalHelpsLittle = 10,
    /// That nothing but capitals helps little.
    AllCapitalsHelpLittle = 11,
    /// That words from behind help little.
    ReversedHelpsLittle = 12,
    /// That signs for letters help little.
    SubstitutionHelpsLittle = 13,
}

const WEAKNESSES: [(Weakness, &str, &str); 14] = [
    (
        Weakness::StraightKeys,
        "straight_keys",
        "keys that lie in a row are soon tried",
    ),
    (
        Weakness::KeyPattern,
        "key_pattern",
        "short patterns on the keyboard are soon tried",
    ),
    (
        Weakness::RepeatedCharacter,
        "repeated_character",
        "one character again and again is soon tried",
    ),
    (
        Weakness::RepeatedPiece,
        "repeated_piece",
        "what is repeated is hardly better than what stands there once",
    ),
    (
        Weakness::Sequence,
        "sequence",
        "sequences of letters or digits are soon tried",
    ),
    (Weakness::RecentYear, "recent_year", "years are soon tried"),
    (Weakness::Date, "date", "dates are soon tried"),
    (
        Weakness::TopTen,
        "top_10",
        "is one of the 10 most frequent passwords",
    ),
    (
        Weakness::TopHundred,
        "top_100",
        "is one of the 100 most frequent passwords",
    ),
    (Weakness::Common, "common", "is a frequent password"),
    (
        Weakness::NearlyCommon,
        "nearly_common",
        "is nearly a frequent password",
    ),
    (Weakness::Word, "word", "a single word is soon tried"),
    (Weakness::Name, "name", "a name by itself is soon tried"),
    (
        Weakness::CommonName,
        "common_name",
        "frequent names are soon tried",
    ),
];

const SUGGESTIONS: [(Suggestion, &str, &str); 13] = [
    (
        Suggestion::UseWords,
        "use_words",
        "Use several words that do not belong together",
    ),
    (
        Suggestion::NoNeedForSymbols,
        "no_need_for_symbols",
        "It needs no symbols, digits or capitals",
    ),
    (
        Suggestion::AddWords,
        "add_words",
        "Add one or two words that are rarely used",
    ),
    (
        Suggestion::LongerKeyPattern,
        "longer_key_pattern",
        "Make the way over the keyboard longer, with more turns",
    ),
    (
        Suggestion::NoRepeats,
        "no_repeats",
        "Do not repeat words or characters",
    ),
    (
        Suggestion::NoSequences,
        "no_sequences",
        "Leave out sequences",
    ),
    (
        Suggestion::NoRecentYears,
        "no_recent_years",
        "Leave out recent years",
    ),
    (
        Suggestion::NoOwnYears,
        "no_own_years",
        "Leave out years that have to do with you",
    ),
    (
        Suggestion::NoOwnDates,
        "no_own_dates",
        "Leave out dates and years that have to do with you",
    ),
    (
        Suggestion::CapitalHelpsLittle,
        "capital_helps_little",
        "A capital at the beginning helps little",
    ),
    (
        Suggestion::AllCapitalsHelpLittle,
        "all_capitals_help_little",
        "Nothing but capitals is hardly better than none",
    ),
    (
        Suggestion::ReversedHelpsLittle,
        "reversed_helps_little",
        "Words from behind are hardly better than words",
    ),
    (
        Suggestion::SubstitutionHelpsLittle,
        "substitution_helps_little",
        "Signs for letters, such as @ for a, help little",
    ),
];

impl Weakness {
    /// Every weakness, in the order of the codes.
    pub fn all() -> impl Iterator<Item = Self> {
        WEAKNESSES.iter().map(|row| row.0)
    }

    /// Its number, for hosts that have words of their own.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        WEAKNESSES
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }

    /// In English.
    #[must_use]
    pub fn text(self) -> &'static str {
        WEAKNESSES
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.2)
    }
}

impl Suggestion {
    /// Every suggestion, in the order of the codes.
    pub fn all() -> impl Iterator<Item = Self> {
        SUGGESTIONS.iter().map(|row| row.0)
    }

    /// Its number, for hosts that have words of their own.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        SUGGESTIONS
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }

    /// In English.
    #[must_use]
    pub fn text(self) -> &'static str {
        SUGGESTIONS
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.2)
    }
}

/// What is told of one password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Feedback {
    pub(super) weakness: Option<Weakness>,
    /// A bit for each code.
    suggestions: u16,
}

impl Feedback {
    pub(super) fn suggestions(self) -> impl Iterator<Item = Suggestion> {
        Suggestion::all().filter(move |suggestion| self.suggestions >> suggestion.code() & 1 == 1)
    }

    fn suggest(&mut self, suggestions: &[Suggestion]) {
        for suggestion in suggestions {
            self.suggestions |= 1 << suggestion.code();
        }
    }

    /// Of a password that is not strong: about its longest part, as zxcvbn does.
    pub(super) fn of(text: View<'_>, best: &Best) -> Self {
        let mut feedback = Self::default();
        let Some(Part { start, found }) = best.longest else {
            feedback.suggest(&[Suggestion::UseWords, Suggestion::NoNeedForSymbols]);
            return feedback;
        };
        feedback.suggest(&[Suggestion::AddWords]);
        let is_all = best.parts == 1;
        let part = text.part(start, found.length);
        let (weakness, suggestions): (_, &[Suggestion]) = match found.kind {
            Kind::Any => (None, &[]),
            Kind::Word { list, rank } => {
                let weakness = match list {
                    List::Passwords if is_all => Some(match rank {
                        0..=10 => Weakness::TopTen,
                        11..=100 => Weakness::TopHundred,
                        _ => Weakness::Common,
                    }),
                    _ => weakness_of_word(list, is_all, found.guesses),
                };
                (weakness, &[])
            }
            Kind::Reversed { list } => {
                let suggestions: &[_] = match found.length {
                    ..=3 => &[],
                    _ => &[Suggestion::ReversedHelpsLittle],
                };
                (weakness_of_word(list, is_all, found.guesses), suggestions)
            }
            Kind::Leet { list } => (
                weakness_of_word(list, is_all, found.guesses),
                &[Suggestion::SubstitutionHelpsLittle],
            ),
            Kind::Keys { turns: 1 } => (
                Some(Weakness::StraightKeys),
                &[Suggestion::LongerKeyPattern],
            ),
            Kind::Keys { .. } => (Some(Weakness::KeyPattern), &[Suggestion::LongerKeyPattern]),
            Kind::Repeat { base: 1 } => {
                (Some(Weakness::RepeatedCharacter), &[Suggestion::NoRepeats])
            }
            Kind::Repeat { .. } => (Some(Weakness::RepeatedPiece), &[Suggestion::NoRepeats]),
            Kind::Sequence => (Some(Weakness::Sequence), &[Suggestion::NoSequences]),
            Kind::Year => (
                Some(Weakness::RecentYear),
                &[Suggestion::NoRecentYears, Suggestion::NoOwnYears],
            ),
            Kind::Date => (Some(Weakness::Date), &[Suggestion::NoOwnDates]),
        };
        feedback.weakness = weakness;
        feedback.suggest(suggestions);
        if let Kind::Word { .. } | Kind::Reversed { .. } | Kind::Leet { .. } = found.kind {
            feedback.suggest(match capitals(part) {
                Capitals::First => &[Suggestion::CapitalHelpsLittle],
                Capitals::All => &[Suggestion::AllCapitalsHelpLittle],
                _ => &[],
            });
        }
        feedback
    }
}

fn weakness_of_word(list: List, is_all: bool, guesses: f64) -> Option<Weakness> {
    match list {
        List::Passwords => (guesses <= 10_000.0).then_some(Weakness::NearlyCommon),
        List::Wikipedia => is_all.then_some(Weakness::Word),
        List::Surnames | List::FemaleNames | List::MaleNames if is_all => Some(Weakness::Name),
        List::Surnames | List::FemaleNames | List::MaleNames => Some(Weakness::CommonName),
        List::Television | List::Known => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_in_order_and_names_once() {
        assert!(
            WEAKNESSES.is_sorted_by_key(|row| row.0) && SUGGESTIONS.is_sorted_by_key(|row| row.0)
        );
        let names: std::collections::HashSet<&str> = Weakness::all()
            .map(Weakness::name)
            .chain(Suggestion::all().map(Suggestion::name))
            .collect();
        assert_eq!(names.len(), WEAKNESSES.len() + SUGGESTIONS.len());
    }
}
