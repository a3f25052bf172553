//! Setting answers up: all that they break at once, then their hashes.

use super::answers::Answers;
use super::bound::{self, About};
use super::characters::is_of_script_without_spaces;
use super::deny::{is_common, is_same};
use super::normalize::{Fault, normalize};
use super::rules::{AnswerFindings, AnswerRule};
use super::settings::{DateOrder, Hashing, Kind, Question, QuestionSettings};
use super::stored::{AnswerSet, Hashes};
use crate::arch::stack::without_traces;
use crate::error::Error;
use crate::hash::Hasher;
use zeroize::Zeroizing;

impl From<Fault> for AnswerRule {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::TooLong => Self::TooLong,
            Fault::NotUtf8 => Self::NotUtf8,
            Fault::Empty => Self::EmptyAfterNormalizing,
            Fault::NotADate => Self::NotADate,
        }
    }
}

/// An answer that has a normal form.
struct Normal<'a> {
    question: &'a Question,
    text: Zeroizing<String>,
}

/// What the record keeps of `answers`, or everything that they break.
///
/// Only where no other rule is broken are they compared with the password, at
/// the cost of a verification each.
pub(crate) fn set_up(
    settings: &QuestionSettings,
    hasher: Hasher<'_>,
    about: &About<'_>,
    answers: &Answers,
) -> Result<Result<AnswerSet, AnswerFindings>, Error> {
    without_traces(|| {
        let mut found = AnswerFindings::default();
        count(settings, answers, &mut found);
        let normal = normal_of(settings, answers, &mut found);
        let identifiers = identifiers(about);
        for answer in &normal {
            let others = normal.iter().filter(|other| {
                other.question.id != answer.question.id && is_same(&other.text, &answer.text)
            });
            let is_too_short = answer.question.kind != Kind::Date
                && answer.text.chars().count() < settings.min_length;
            let denied = answer.question.deny.iter();
            for (is_broken, rule) in [
                (is_too_short, AnswerRule::TooShort),
                (is_in_question(answer), AnswerRule::InQuestion),
                (others.count() > 0, AnswerRule::SameAsAnother),
                (
                    identifiers.iter().any(|known| is_same(known, &answer.text)),
                    AnswerRule::IsLoginId,
                ),
                (
                    is_common(answer.question.kind, &answer.text)
                        || denied.clone().any(|denied| is_same(denied, &answer.text)),
                    AnswerRule::Common,
                ),
            ] {
                if is_broken {
                    found.broken.push((answer.question.id.clone(), rule));
                }
            }
        }
        if found.is_empty() {
            compare_with_password(hasher, about, answers, &mut found)?;
        }
        if !found.is_empty() {
            return Ok(Err(found));
        }
        Ok(Ok(AnswerSet {
            hashes: hashes(settings, hasher, about, normal)?,
        }))
    })
}

fn count(settings: &QuestionSettings, answers: &Answers, found: &mut AnswerFindings) {
    let rule = match answers.len().cmp(&settings.set_up) {
        std::cmp::Ordering::Less => AnswerRule::TooFewAnswers,
        std::cmp::Ordering::Equal => return,
        std::cmp::Ordering::Greater => AnswerRule::TooManyAnswers,
    };
    found.broken.push((String::new(), rule));
}

/// The answers that have a normal form, by id.
fn normal_of<'s>(
    settings: &'s QuestionSettings,
    answers: &Answers,
    found: &mut AnswerFindings,
) -> Vec<Normal<'s>> {
    let mut all = Vec::with_capacity(answers.len());
    for (id, answer) in answers.each() {
        let normal = match settings.question(id) {
            None => Err(AnswerRule::UnknownQuestion),
            Some(question) => normalize(question.kind, question.order, answer)
                .map(|text| Normal { question, text })
                .map_err(AnswerRule::from),
        };
        match normal {
            Ok(normal) => all.push(normal),
            Err(rule) => found.broken.push((id.to_owned(), rule)),
        }
    }
    all.sort_by(|a, b| a.question.id.cmp(&b.question.id));
    all
}

/// Whether every word of the answer is one of the question's, or the answer stands
/// in the question where no spaces are written.
fn is_in_question(answer: &Normal<'_>) -> bool {
    let question = answer.question.text.as_bytes();
    let Ok(question) = normalize(Kind::Text, DateOrder::default(), question) else {
        return false;
    };
    let is_word = |word: &str| question.split(' ').any(|known| known == word);
    let stands_inside = || {
        answer.text.chars().any(is_of_script_without_spaces) && question.contains(&**answer.text)
    };
    answer.text.split(' ').all(is_word) || stands_inside()
}

/// The login, the address and what stands before its `@` and before a `+` of
/// that, normalised as answers are.
fn identifiers(about: &About<'_>) -> Vec<Zeroizing<String>> {
    let local = about
        .email
        .and_then(|email| email.rsplit_once('@'))
        .map(|(local, _)| local);
    let name = local.and_then(|local| local.split('+').next());
    [about.login_id, about.email, local, name]
        .into_iter()
        .flatten()
        .filter_map(|known| normalize(Kind::Text, DateOrder::default(), known.as_bytes()).ok())
        .collect()
}

fn compare_with_password(
    hasher: Hasher<'_>,
    about: &About<'_>,
    answers: &Answers,
    found: &mut AnswerFindings,
) -> Result<(), Error> {
    let Some(stored) = about.password_hash.filter(|hash| !hash.is_empty()) else {
        return Ok(());
    };
    for (id, answer) in answers.each() {
        if hasher.verify(stored.as_bytes(), answer)?.is_accepted() {
            found.broken.push((id.to_owned(), AnswerRule::IsPassword));
        }
    }
    Ok(())
}

fn hashes(
    settings: &QuestionSettings,
    hasher: Hasher<'_>,
    about: &About<'_>,
    normal: Vec<Normal<'_>>,
) -> Result<Hashes, Error> {
    match settings.hashing {
        Hashing::Joint => {
            let pairs: Vec<(&str, &str)> = normal
                .iter()
                .map(|answer| (&*answer.question.id, &**answer.text))
                .collect();
            let hash = hasher.hash(bound::joint(about, &pairs).as_slice())?;
            let ids = normal.iter().map(|answer| answer.question.id.clone());
            Ok(Hashes::Joint {
                ids: ids.collect(),
                hash: hash.as_str().to_owned(),
            })
        }
        Hashing::Separate => {
            let hashes = normal.iter().map(|answer| {
                let id = &answer.question.id;
                let hash = hasher.hash(bound::separate(about, id, &answer.text).as_slice())?;
                Ok((id.clone(), hash.as_str().to_owned()))
            });
            hashes.collect::<Result<_, Error>>().map(Hashes::Separate)
        }
    }
}
