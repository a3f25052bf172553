//! Verifying answers, at equal cost whatever is wrong.

use super::answers::Answers;
use super::bound::{self, About};
use super::normalize::normalize;
use super::settings::{Hashing, QuestionSettings};
use super::stored::{AnswerSet, Hashes};
use crate::arch::stack::without_traces;
use crate::error::Error;
use crate::hash::Hasher;
use zeroize::Zeroizing;

/// Whether enough of `answers` are right: those to the questions `asked`, which
/// [`choose`](super::choose()) chose, and no other.
///
/// As many hashes are computed as the settings say, whatever is right and whatever there is:
/// a right answer among wrong ones is not told from a wrong one. Answers that
/// were set up with other settings may take more.
pub(crate) fn verify(
    settings: &QuestionSettings,
    hasher: Hasher<'_>,
    about: &About<'_>,
    set: &AnswerSet,
    asked: &[String],
    answers: &Answers,
) -> Result<bool, Error> {
    without_traces(|| {
        let given = given(settings, asked, answers);
        let is_asked = is_asked(settings, set, asked, answers);
        let mut tries = Tries::new(hasher);
        let enough = match &set.hashes {
            Hashes::Joint { ids, hash } => {
                let pairs: Option<Vec<(&str, &str)>> = given.iter().map(Given::pair).collect();
                let is_whole = pairs.is_some() && given.len() == ids.len();
                let mut pairs = pairs.unwrap_or_default();
                pairs.sort_unstable();
                let secret = bound::joint(about, &pairs);
                tries.verify(hash, secret.as_slice(), is_whole);
                1
            }
            Hashes::Separate(hashes) => {
                // One that was not asked or not given costs as much.
                for at in 0..settings.ask {
                    let given = given.get(at);
                    let id = given.map_or("", |given| given.id);
                    let (_, normal) = given.and_then(Given::pair).unwrap_or_default();
                    let hash = hashes.iter().find(|(known, _)| known == id);
                    let hash = hash.map_or("", |(_, hash)| hash);
                    let secret = bound::separate(about, id, normal);
                    tries.verify(hash, secret.as_slice(), !normal.is_empty());
                }
                match settings.hashing {
                    Hashing::Joint => settings.ask,
                    Hashing::Separate => settings.required,
                }
            }
        };
        tries.spend_until(settings.computations());
        Ok(tries.right()? >= enough && is_asked)
    })
}

/// Spends what [`verify`] would for an account that is not there, or has no answers.
pub(crate) fn verify_nobody(
    settings: &QuestionSettings,
    hasher: Hasher<'_>,
    about: &About<'_>,
    answers: &Answers,
) -> Result<bool, Error> {
    without_traces(|| {
        let asked: Vec<String> = answers.each().map(|(id, _)| id.to_owned()).collect();
        for given in given(settings, &asked, answers) {
            let (id, normal) = given.pair().unwrap_or_default();
            drop(bound::separate(about, id, normal));
        }
        let mut tries = Tries::new(hasher);
        tries.spend_until(settings.computations());
        tries.right().map(|_| false)
    })
}

/// Whether exactly what was to be asked was asked, and answered.
fn is_asked(
    settings: &QuestionSettings,
    set: &AnswerSet,
    asked: &[String],
    answers: &Answers,
) -> bool {
    let count = settings.asked_of(set);
    let is_distinct = asked
        .iter()
        .enumerate()
        .all(|(at, id)| !asked.iter().take(at).any(|other| other == id));
    let is_given = asked.iter().all(|id| answers.get(id).is_some());
    let is_set_up = asked.iter().all(|id| set.ids().any(|known| known == id));
    asked.len() == count && answers.len() == count && is_distinct && is_given && is_set_up
}

/// The answer to a question that was asked.
struct Given<'a> {
    id: &'a str,
    /// `None` where none was given, where it has no normal form, and where the pool has the question no more.
    normal: Option<Zeroizing<String>>,
}

impl Given<'_> {
    fn pair(&self) -> Option<(&str, &str)> {
        self.normal.as_ref().map(|normal| (self.id, &***normal))
    }
}

fn given<'a>(
    settings: &QuestionSettings,
    asked: &'a [String],
    answers: &Answers,
) -> Vec<Given<'a>> {
    let asked = asked.iter().take(super::settings::MOST_ANSWERS);
    let given = asked.map(|id| {
        let question = settings.question(id);
        let normal = question
            .zip(answers.get(id))
            .and_then(|(question, answer)| normalize(question.kind, question.order, answer).ok());
        Given { id, normal }
    });
    given.collect()
}

/// Counts what is right; never stops before the end.
struct Tries<'a> {
    hasher: Hasher<'a>,
    done: usize,
    right: usize,
    failure: Option<Error>,
}

impl<'a> Tries<'a> {
    const fn new(hasher: Hasher<'a>) -> Self {
        Self {
            hasher,
            done: 0,
            right: 0,
            failure: None,
        }
    }

    /// An empty `hash` matches nothing, at the same cost.
    fn verify(&mut self, hash: &str, secret: &[u8], may_match: bool) {
        self.done += 1;
        match self.hasher.verify(hash.as_bytes(), secret) {
            Ok(verdict) => self.right += usize::from(verdict.is_accepted() & may_match),
            Err(error) => self.failure = self.failure.take().or(Some(error)),
        }
    }

    fn spend_until(&mut self, computations: usize) {
        while self.done < computations {
            self.verify("", b"nobody", false);
        }
    }

    /// How many were right, or the first failure.
    fn right(self) -> Result<usize, Error> {
        match self.failure {
            Some(error) => Err(error),
            None => Ok(self.right),
        }
    }
}
