//! Answers as the host gives them.

use super::normalize::MAX_ANSWER_BYTES;
use super::settings::{MOST_ANSWERS, MOST_ID_BYTES};
use crate::error::{Error, ErrorKind};
use std::fmt;
use zeroize::Zeroizing;

/// Answers by the id of their question, wiped when dropped.
#[derive(Default)]
pub struct Answers {
    answers: Vec<(String, Zeroizing<Vec<u8>>)>,
}

impl Answers {
    /// No answer yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            answers: Vec::new(),
        }
    }

    /// Adds the answer to a question, in UTF-8 as it was typed. One that cannot be
    /// right is taken all the same, so that it is judged with the others.
    ///
    /// # Errors
    /// [`ErrorKind::Answers`] where the question has an answer already, where
    /// the id has more than 64 bytes, and where there are 16 answers already.
    pub fn add(&mut self, id: &str, answer: &[u8]) -> Result<(), Error> {
        let reason = if self.get(id).is_some() {
            "the question has an answer already"
        } else if id.len() > MOST_ID_BYTES {
            "the id of a question has at most 64 bytes"
        } else if self.answers.len() == MOST_ANSWERS {
            "there are at most 16 answers"
        } else {
            // One byte too many is as wrong as all of them.
            let looked_at = answer.get(..=MAX_ANSWER_BYTES).unwrap_or(answer);
            let answer = Zeroizing::new(looked_at.to_vec());
            self.answers.push((id.to_owned(), answer));
            return Ok(());
        };
        Err(Error::new(ErrorKind::Answers, reason))
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.answers.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    pub(super) fn get(&self, id: &str) -> Option<&[u8]> {
        self.each()
            .find(|(known, _)| *known == id)
            .map(|(_, answer)| answer)
    }

    pub(super) fn each(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.answers.iter().map(|(id, answer)| (&**id, &***answer))
    }
}

impl fmt::Debug for Answers {
    /// How many, nothing of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answers")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_has_one_answer_and_an_account_sixteen() {
        let mut answers = Answers::new();
        assert!(answers.is_empty());
        for at in 0..MOST_ANSWERS {
            answers.add(&format!("q{at}"), b"answer").expect("room");
        }
        for (id, reason) in [
            ("q3", "the question has an answer already"),
            ("q99", "there are at most 16 answers"),
            (
                &*"q".repeat(65),
                "the id of a question has at most 64 bytes",
            ),
        ] {
            let error = answers.add(id, b"x").expect_err(id);
            assert_eq!(
                (error.kind(), error.to_string().as_str()),
                (ErrorKind::Answers, reason)
            );
        }
        assert_eq!(answers.len(), MOST_ANSWERS);
        assert_eq!(format!("{answers:?}"), "Answers { len: 16, .. }");
    }

    #[test]
    fn of_an_answer_that_is_too_long_no_more_is_kept_than_tells_so() {
        let mut answers = Answers::new();
        answers.add("q", &[b'a'; 5000]).expect("room");
        assert_eq!(
            answers.get("q").map(<[u8]>::len),
            Some(MAX_ANSWER_BYTES + 1)
        );
        assert_eq!(answers.get("p"), None);
    }
}
