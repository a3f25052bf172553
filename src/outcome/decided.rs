//! What a flow decided.

use super::decision::Decision;
use crate::code::Channel;
use crate::json::Writer;
use crate::policy::Findings;
use crate::question::AnswerFindings;
use std::fmt;
use zeroize::Zeroizing;

/// What may be said to a client of whom nothing is known, so that it learns
/// neither whether there is such an account nor in what state it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Shown {
    /// It is done.
    Done,
    /// If there is such an account, a code is on its way.
    Sent,
    /// The code is not valid; whoever lost it may ask for another one.
    InvalidCode,
    /// The code has expired. Said only to who had the right one, as the two below.
    ExpiredCode,
    /// The code was used before.
    UsedCode,
    /// There is a newer code.
    OlderCode,
    /// The new password does not keep the policy: the violations.
    PasswordRefused,
    /// The answers to set up do not keep the rules: the violations.
    AnswersRefused,
    /// The answers are not right.
    WrongAnswers,
    /// The user has to sign in first.
    SignInFirst,
    /// The new password was used before.
    PasswordReused,
    /// Login or password is wrong.
    WrongPassword,
    /// The password has to be replaced first.
    MustChange,
    /// There is such an account already.
    Exists,
}

impl Shown {
    /// Everything that may be shown, in the order of their numbers.
    pub const ALL: [Self; 14] = [
        Self::Done,
        Self::Sent,
        Self::InvalidCode,
        Self::ExpiredCode,
        Self::UsedCode,
        Self::OlderCode,
        Self::PasswordRefused,
        Self::AnswersRefused,
        Self::WrongAnswers,
        Self::SignInFirst,
        Self::PasswordReused,
        Self::WrongPassword,
        Self::MustChange,
        Self::Exists,
    ];

    /// As [`Outcome::to_json`] writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Sent => "sent",
            Self::InvalidCode => "invalid_code",
            Self::ExpiredCode => "expired_code",
            Self::UsedCode => "used_code",
            Self::OlderCode => "older_code",
            Self::PasswordRefused => "password_refused",
            Self::AnswersRefused => "answers_refused",
            Self::WrongAnswers => "wrong_answers",
            Self::SignInFirst => "sign_in_first",
            Self::PasswordReused => "password_reused",
            Self::WrongPassword => "wrong_password",
            Self::MustChange => "must_change",
            Self::Exists => "exists",
        }
    }

    /// The number in the C interface.
    #[must_use]
    pub const fn code(self) -> u32 {
        self as u32 + 1
    }
}

/// What the host has to do, after it has stored the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// Send the code, by the channel that was named, to the address that is stored.
    SendCode,
    /// End every session and refresh token of the user.
    RevokeSessions,
    /// Tell the user that the password was changed.
    NotifyPasswordChanged,
    /// Store that the address is verified.
    AddressVerified,
    /// Raise the session that the request came with.
    StepUpSession,
    /// Give a session of the account: a first factor was right, or a reset may sign in. Others that the account has are the host's. What is to be ended is ended before.
    NewSession,
    /// Tell the user that the answers were changed.
    NotifyQuestionsChanged,
    /// End every session of the user but the one that the request came with.
    RevokeOtherSessions,
    /// Nothing: the record has a stronger hash of the same password.
    Rehashed,
    /// Tell the user that somebody tried to sign up with the login.
    NotifySignUpTried,
}

impl Effect {
    /// Every effect, in the order of their bits.
    pub const ALL: [Self; 10] = [
        Self::SendCode,
        Self::RevokeSessions,
        Self::NotifyPasswordChanged,
        Self::AddressVerified,
        Self::StepUpSession,
        Self::NewSession,
        Self::NotifyQuestionsChanged,
        Self::RevokeOtherSessions,
        Self::Rehashed,
        Self::NotifySignUpTried,
    ];

    /// The bit in the C interface. It never changes its meaning.
    #[must_use]
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }

    /// As [`Outcome::to_json`] writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SendCode => "send_code",
            Self::RevokeSessions => "revoke_sessions",
            Self::NotifyPasswordChanged => "notify_password_changed",
            Self::AddressVerified => "address_verified",
            Self::StepUpSession => "step_up_session",
            Self::NewSession => "new_session",
            Self::NotifyQuestionsChanged => "notify_questions_changed",
            Self::RevokeOtherSessions => "revoke_other_sessions",
            Self::Rehashed => "rehashed",
            Self::NotifySignUpTried => "notify_sign_up_tried",
        }
    }
}

/// What a flow decided, and what is to be done about it.
///
/// **Store the [record](Self::record) by compare-and-swap before anything else is
/// done or said**: a code that two requests bring at once is accepted in both
/// outcomes, and by the one swap that succeeds it is accepted once. What a
/// caller that lost the swap was told is void, a no as well: it reads the record
/// and asks again, or a thousand guesses at once cost one attempt.
#[must_use = "the record has to be stored before anything is done"]
pub struct Outcome {
    decision: Decision,
    shown: Shown,
    /// Wiped as well: of a weak password it holds enough to guess it.
    record: Option<Zeroizing<String>>,
    code: Option<Zeroizing<String>>,
    lookup: Option<String>,
    findings: Option<Findings>,
    answer_findings: Option<AnswerFindings>,
    /// Ids and texts of those to ask.
    questions: Vec<(String, String)>,
    /// A bit for each effect.
    effects: u32,
    retry_after_s: Option<u64>,
    lifetime_s: Option<u64>,
    channel: Option<Channel>,
    /// A member of the request.
    ignored: Option<&'static str>,
}

impl Outcome {
    pub(crate) const fn new(decision: Decision, shown: Shown) -> Self {
        Self {
            decision,
            shown,
            record: None,
            code: None,
            lookup: None,
            findings: None,
            answer_findings: None,
            questions: Vec::new(),
            effects: 0,
            retry_after_s: None,
            lifetime_s: None,
            channel: None,
            ignored: None,
        }
    }

    pub(crate) fn with_record(mut self, record: Option<String>) -> Self {
        self.record = record.map(Zeroizing::new);
        self
    }

    pub(crate) fn with_code(mut self, code: Zeroizing<String>, lifetime_s: u64) -> Self {
        self.code = Some(code);
        self.lifetime_s = Some(lifetime_s);
        self.with_effect(Effect::SendCode)
    }

    pub(crate) fn with_lookup(mut self, lookup: String) -> Self {
        self.lookup = Some(lookup);
        self
    }

    pub(crate) const fn with_ignored(mut self, member: &'static str) -> Self {
        self.ignored = Some(member);
        self
    }

    pub(crate) const fn with_channel(mut self, channel: Channel) -> Self {
        self.channel = Some(channel);
        self
    }

    pub(crate) fn with_findings(mut self, findings: Findings) -> Self {
        self.findings = Some(findings);
        self
    }

    pub(crate) fn with_answer_findings(mut self, findings: AnswerFindings) -> Self {
        self.answer_findings = Some(findings);
        self
    }

    pub(crate) fn with_questions(mut self, questions: Vec<(String, String)>) -> Self {
        self.questions = questions;
        self
    }

    pub(crate) const fn with_effect(mut self, effect: Effect) -> Self {
        self.effects |= effect.bit();
        self
    }

    pub(crate) const fn with_effect_if(self, holds: bool, effect: Effect) -> Self {
        if holds {
            self.with_effect(effect)
        } else {
            self
        }
    }

    pub(crate) const fn with_retry_after(mut self, seconds: Option<u64>) -> Self {
        self.retry_after_s = seconds;
        self
    }

    /// What was decided.
    #[must_use]
    pub const fn decision(&self) -> Decision {
        self.decision
    }

    /// Whether it is a yes.
    #[must_use]
    pub const fn is_yes(&self) -> bool {
        self.decision.is_yes()
    }

    /// What may be said to an unknown client.
    #[must_use]
    pub const fn shown(&self) -> Shown {
        self.shown
    }

    /// The record to store; `None` where there is none to store.
    #[must_use]
    pub fn record(&self) -> Option<&str> {
        self.record.as_ref().map(|record| record.as_str())
    }

    /// The code to send: a secret that is nowhere else.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_ref().map(|code| code.as_str())
    }

    /// What the account is found by when the code comes back: the key of a row
    /// of the host's that names the account and never changes. Of a one-time code it is the
    /// request code, which the client is given, also where there is no such account.
    #[must_use]
    pub fn lookup(&self) -> Option<&str> {
        self.lookup.as_deref()
    }

    /// What the policy found about the new password.
    #[must_use]
    pub const fn findings(&self) -> Option<&Findings> {
        self.findings.as_ref()
    }

    /// What the answers that were to be set up break.
    #[must_use]
    pub const fn answer_findings(&self) -> Option<&AnswerFindings> {
        self.answer_findings.as_ref()
    }

    /// The questions to ask, each an id and a text.
    pub fn questions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.questions.iter().map(|(id, text)| (&**id, &**text))
    }

    /// What is to be done.
    pub fn effects(&self) -> impl Iterator<Item = Effect> {
        let bits = self.effects;
        Effect::ALL
            .into_iter()
            .filter(move |effect| bits & effect.bit() != 0)
    }

    /// Whether `effect` is to be done.
    #[must_use]
    pub const fn has(&self, effect: Effect) -> bool {
        self.effects & effect.bit() != 0
    }

    /// Seconds before trying again can help; `None` where no time does.
    #[must_use]
    pub const fn retry_after_s(&self) -> Option<u64> {
        self.retry_after_s
    }

    /// Seconds that the code lives, to be said in the mail.
    #[must_use]
    pub const fn lifetime_s(&self) -> Option<u64> {
        self.lifetime_s
    }

    /// How the code is to be sent, or was: whose address is verified.
    #[must_use]
    pub const fn channel(&self) -> Option<Channel> {
        self.channel
    }

    /// A member of the request that the configuration does not allow, and that was ignored.
    #[must_use]
    pub const fn ignored(&self) -> Option<&'static str> {
        self.ignored
    }

    /// The outcome as a JSON object, without record, code and lookup key.
    ///
    /// ```json
    /// {"verdict":"password_refused","client":"password_refused",
    ///  "violations":[{"code":1,"name":"too_short","bound":15,"found":9,"text":"..."}],"warnings":[],
    ///  "effects":[]}
    /// {"verdict":"answers_refused","client":"answers_refused",
    ///  "violations":[{"code":13,"name":"common","question":"first_pet","text":"..."}],"effects":[]}
    /// {"verdict":"questions_asked","client":"done",
    ///  "questions":[{"id":"first_pet","text":"What was the name of your first pet?"}],"effects":[]}
    /// {"verdict":"too_soon","client":"sent","effects":[],"retry_after_s":41}
    /// {"verdict":"code_issued","client":"sent","effects":["send_code"],
    ///  "channel":"email","lifetime_s":600}
    /// ```
    ///
    /// `client` is what may be said to who is not known. `violations`, `warnings`
    /// and `strength` are those of [`Findings::to_json`] and stand where a password was checked.
    #[must_use]
    pub fn to_json(&self) -> String {
        Writer::object(|json| {
            json.string("verdict", self.decision.name());
            json.string("client", self.shown.name());
            if let Some(findings) = &self.findings {
                findings.write(json);
            }
            if let Some(findings) = &self.answer_findings {
                json.objects("violations", findings.violations(), |json, (id, rule)| {
                    json.integer("code", rule.code());
                    json.string("name", rule.name());
                    json.string("question", id);
                    json.string("text", rule.text());
                });
            }
            if !self.questions.is_empty() {
                json.objects("questions", self.questions(), |json, (id, text)| {
                    json.string("id", id);
                    json.string("text", text);
                });
            }
            json.strings("effects", self.effects().map(Effect::name));
            if let Some(seconds) = self.retry_after_s {
                json.unsigned("retry_after_s", seconds);
            }
            if let Some(ignored) = self.ignored {
                json.strings("ignored", [ignored]);
            }
            if let Some(channel) = self.channel {
                json.string("channel", channel.name());
            }
            if let Some(seconds) = self.lifetime_s {
                json.unsigned("lifetime_s", seconds);
            }
        })
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_effect_has_a_bit_of_its_own() {
        for (bit, effect) in Effect::ALL.into_iter().enumerate() {
            assert_eq!(effect.bit(), 1 << bit);
        }
    }
}
