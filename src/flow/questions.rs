//! Security questions: setting answers up, asking, verifying.
//!
//! They are a second factor within a session and never a way to a password.

use super::{Request, barred, storable};
use crate::core::{MaybeStored, Saltbox};
use crate::error::{Error, ErrorKind};
use crate::outcome::{Decision, Effect, Outcome, Shown};
use crate::policy::Subject;
use crate::question::{self, About, AnswerRule, Answers, QuestionSettings};
use crate::record::Record;
use crate::secret::fill_random;

impl Saltbox {
    /// Sets up answers to security questions. They replace all that there were.
    ///
    /// In this order: questions are configured, a record that can be read and is
    /// the subject's, a session of the account whose user signed in a short time ago (`auth_age_s`), that the
    /// account is neither disabled nor locked by an administrator, an attempt that is left, every rule of every
    /// answer, and that none is the password, which costs a hash for each. An
    /// attempt is charged, as for verifying: or whoever has a session could try passwords so.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) where the configuration has no `questions`;
    /// those of [`Self::request_reset`] for the record; [`Busy`](ErrorKind::Busy)
    /// and [`Memory`](ErrorKind::Memory).
    pub fn set_questions<'r>(
        &self,
        record: impl MaybeStored<'r>,
        subject: &Subject,
        request: &Request,
        answers: &Answers,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let record = record.maybe_stored().unwrap_or_default().as_bytes();
        self.set_questions_bytes(record, subject, request, answers, now_unix_s)
    }

    pub(crate) fn set_questions_bytes(
        &self,
        record: &[u8],
        subject: &Subject,
        request: &Request,
        answers: &Answers,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let settings = self.question_settings()?;
        let before = Record::of(record, subject)?;
        if !request.is_session_of(subject) {
            return Ok(Outcome::new(Decision::OtherSession, Shown::SignInFirst));
        }
        if !request.is_fresh(self.config().account()) {
            return Ok(Outcome::new(
                Decision::OldAuthentication,
                Shown::SignInFirst,
            ));
        }
        let Some(before) = before else {
            let _ = question::set_up(settings, self.hasher(), &About::default(), answers)?;
            return Ok(Outcome::new(Decision::NoAccount, Shown::SignInFirst));
        };
        if let Some(decision) = barred(&before, subject) {
            return Ok(Outcome::new(decision, Shown::SignInFirst));
        }
        let mut record = before.clone();
        let budget = &mut record.questions.budget;
        if let Err(exhausted) = budget.charge(settings.budget, storable(now_unix_s)) {
            return Ok(Outcome::new(Decision::Exhausted, Shown::AnswersRefused)
                .with_record(record.changed_from(Some(&before)))
                .with_retry_after(exhausted.retry_after_s));
        }
        let about = before.about(subject);
        let set = match question::set_up(settings, self.hasher(), &about, answers)? {
            Ok(set) => set,
            Err(findings) => {
                // Only who is told something of the password is charged for it.
                let is_told = findings
                    .violations()
                    .any(|(_, rule)| rule == AnswerRule::IsPassword);
                let record = is_told
                    .then(|| record.changed_from(Some(&before)))
                    .flatten();
                let outcome = Outcome::new(Decision::AnswersRefused, Shown::AnswersRefused);
                return Ok(outcome.with_record(record).with_answer_findings(findings));
            }
        };
        record.questions.answers = Some(set);
        record.questions.asked.clear();
        Ok(Outcome::new(Decision::QuestionsSet, Shown::Done)
            .with_record(record.changed_from(Some(&before)))
            .with_effect(Effect::NotifyQuestionsChanged))
    }

    /// The questions to ask, as many as the configuration says: the same ones until they are answered.
    ///
    /// # Errors
    /// As [`Self::set_questions`], and [`Random`](ErrorKind::Random).
    pub fn get_questions<'r>(
        &self,
        record: impl MaybeStored<'r>,
        subject: &Subject,
        request: &Request,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let record = record.maybe_stored().unwrap_or_default().as_bytes();
        self.get_questions_bytes(record, subject, request, now_unix_s)
    }

    pub(crate) fn get_questions_bytes(
        &self,
        record: &[u8],
        subject: &Subject,
        request: &Request,
        _now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let settings = self.question_settings()?;
        let before = Record::of(record, subject)?;
        if !request.is_session_of(subject) {
            return Ok(Outcome::new(Decision::OtherSession, Shown::SignInFirst));
        }
        let Some(before) = before else {
            return Ok(Outcome::new(Decision::NoAccount, Shown::SignInFirst));
        };
        if let Some(decision) = barred(&before, subject) {
            return Ok(Outcome::new(decision, Shown::SignInFirst));
        }
        let mut record = before.clone();
        if let Some(set) = &before.questions.answers {
            let asked = &mut record.questions.asked;
            if !question::may_ask(settings, set, asked) {
                *asked = question::choose(settings, set, fill_random)?;
            }
        }
        let questions = texts(settings, &record.questions.asked);
        if questions.is_empty() {
            return Ok(Outcome::new(Decision::NoQuestions, Shown::Done));
        }
        Ok(Outcome::new(Decision::QuestionsAsked, Shown::Done)
            .with_record(record.changed_from(Some(&before)))
            .with_questions(questions))
    }

    /// Whether enough answers to the questions that were asked are right. All
    /// are computed, and nothing tells which of them was wrong.
    ///
    /// In this order: questions are configured, a record that can be read and is
    /// the subject's, a session of the account, that the account is neither disabled nor locked by
    /// an administrator, that questions were asked, an attempt that is left (it is charged before anything is compared), the answers. Right ones raise
    /// the session where [`Request`] says `step_up`; they never give one, and do not count as a
    /// sign-in for `auth_age_s`.
    ///
    /// # Errors
    /// As [`Self::set_questions`].
    pub fn verify_questions<'r>(
        &self,
        record: impl MaybeStored<'r>,
        subject: &Subject,
        request: &Request,
        answers: &Answers,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let record = record.maybe_stored().unwrap_or_default().as_bytes();
        self.verify_questions_bytes(record, subject, request, answers, now_unix_s)
    }

    pub(crate) fn verify_questions_bytes(
        &self,
        record: &[u8],
        subject: &Subject,
        request: &Request,
        answers: &Answers,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let (settings, hasher) = (self.question_settings()?, self.hasher());
        let before = Record::of(record, subject)?;
        if !request.is_session_of(subject) {
            return Ok(Outcome::new(Decision::OtherSession, Shown::SignInFirst));
        }
        let refuse = |decision| {
            question::verify_nobody(settings, hasher, &About::default(), answers)?;
            Ok(Outcome::new(decision, Shown::WrongAnswers))
        };
        let Some(before) = before else {
            return refuse(Decision::NoAccount);
        };
        if let Some(decision) = barred(&before, subject) {
            return refuse(decision);
        }
        let Some(set) = &before.questions.answers else {
            return refuse(Decision::NoQuestions);
        };
        if before.questions.asked.is_empty() {
            return refuse(Decision::NotAsked);
        }
        let mut record = before.clone();
        let charged = record
            .questions
            .budget
            .charge(settings.budget, storable(now_unix_s));
        if let Err(exhausted) = charged {
            let outcome = refuse(Decision::Exhausted)?;
            return Ok(outcome
                .with_record(record.changed_from(Some(&before)))
                .with_retry_after(exhausted.retry_after_s));
        }
        let (about, asked) = (before.about(subject), &before.questions.asked);
        let is_right = question::verify(settings, hasher, &about, set, asked, answers)?;
        if !is_right {
            let outcome = Outcome::new(Decision::WrongAnswers, Shown::WrongAnswers);
            return Ok(outcome.with_record(record.changed_from(Some(&before))));
        }
        record.questions.budget.succeed();
        record.questions.asked.clear();
        Ok(Outcome::new(Decision::AnswersRight, Shown::Done)
            .with_record(record.changed_from(Some(&before)))
            .with_effect_if(request.step_up, Effect::StepUpSession))
    }

    fn question_settings(&self) -> Result<&QuestionSettings, Error> {
        self.config().questions().ok_or_else(|| {
            let reason = "security questions are off: the configuration has no \"questions\"";
            Error::new(ErrorKind::Config, reason)
        })
    }
}

/// Ids and texts of the questions that were asked.
fn texts(settings: &QuestionSettings, asked: &[String]) -> Vec<(String, String)> {
    let asked = asked.iter().filter_map(|id| settings.question(id));
    asked
        .map(|question| (question.id.clone(), question.text.clone()))
        .collect()
}
