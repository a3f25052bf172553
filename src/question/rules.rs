//! What an answer may break when it is set up.

/// A rule, by what is wrong where it is broken. Numbers never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(u16)]
pub enum AnswerRule {
    /// Not UTF-8.
    NotUtf8 = 1,
    /// More bytes than are looked at.
    TooLong = 2,
    /// Nothing that an answer is compared by: signs, or emoji alone.
    EmptyAfterNormalizing = 3,
    /// Fewer characters than asked for.
    TooShort = 4,
    /// No date, where the question asks for one.
    NotADate = 5,
    /// Words of the question and no other.
    InQuestion = 10,
    /// The answer to another question too.
    SameAsAnother = 11,
    /// The login, or the e-mail address or what stands before its `@`.
    IsLoginId = 12,
    /// One that very many give to this kind of question, or to any.
    Common = 13,
    /// The password.
    IsPassword = 14,
    /// There is no such question.
    UnknownQuestion = 20,
    /// Fewer answers than asked for.
    TooFewAnswers = 21,
    /// More answers than asked for.
    TooManyAnswers = 22,
}

/// Every rule with its name and an English text, in the order of the numbers.
const RULES: [(AnswerRule, &str, &str); 13] = [
    (AnswerRule::NotUtf8, "not_utf8", "has to be UTF-8"),
    (
        AnswerRule::TooLong,
        "too_long",
        "may have at most 1024 bytes",
    ),
    (
        AnswerRule::EmptyAfterNormalizing,
        "empty_after_normalizing",
        "needs letters or digits",
    ),
    (
        AnswerRule::TooShort,
        "too_short",
        "needs more letters or digits",
    ),
    (
        AnswerRule::NotADate,
        "not_a_date",
        "has to be a date with a year of four digits, such as 2001-03-09",
    ),
    (
        AnswerRule::InQuestion,
        "in_question",
        "must not be made of words of the question",
    ),
    (
        AnswerRule::SameAsAnother,
        "same_as_another",
        "must not be the answer to another question",
    ),
    (
        AnswerRule::IsLoginId,
        "is_login_id",
        "must not be the login or the e-mail address",
    ),
    (
        AnswerRule::Common,
        "common",
        "must not be an answer that very many people give",
    ),
    (
        AnswerRule::IsPassword,
        "is_password",
        "must not be the password",
    ),
    (
        AnswerRule::UnknownQuestion,
        "unknown_question",
        "answers no question that is offered",
    ),
    (
        AnswerRule::TooFewAnswers,
        "too_few_answers",
        "needs answers to more questions",
    ),
    (
        AnswerRule::TooManyAnswers,
        "too_many_answers",
        "needs answers to fewer questions",
    ),
];

impl AnswerRule {
    /// Every rule, in the order of the numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        RULES.iter().map(|(rule, ..)| *rule)
    }

    /// Its number, for hosts that have words of their own.
    #[must_use]
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// Its name in findings.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or("", |(_, name, _)| name)
    }

    /// In English.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.row().map_or("", |(.., text)| text)
    }

    fn row(self) -> Option<&'static (Self, &'static str, &'static str)> {
        RULES.iter().find(|(rule, ..)| *rule == self)
    }
}

/// Everything that answers break at once, never a character of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "answers that break a rule were not set up"]
pub struct AnswerFindings {
    pub(super) broken: Vec<(String, AnswerRule)>,
}

impl AnswerFindings {
    /// The id of each question and what its answer breaks. How many answers
    /// there are is of no question: its id is empty.
    pub fn violations(&self) -> impl Iterator<Item = (&str, AnswerRule)> {
        self.broken.iter().map(|(id, rule)| (&**id, *rule))
    }

    /// Whether nothing is broken.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.broken.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::normalize::MAX_ANSWER_BYTES;

    #[test]
    fn rules_stand_by_number_and_have_names_of_their_own() {
        assert!(RULES.is_sorted_by(|(a, ..), (b, ..)| a < b));
        let names: std::collections::HashSet<_> = AnswerRule::all().map(AnswerRule::name).collect();
        assert_eq!(names.len(), RULES.len());
        assert!(
            AnswerRule::TooLong
                .text()
                .contains(&MAX_ANSWER_BYTES.to_string())
        );
    }
}
