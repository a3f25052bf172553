//! One call of either interface, and what it was told.

use crate::script::Flow;
use saltbox::{
    AdminAction, Channel, CodeKind, Codes, Config, ErrorKind, Outcome, Request, Saltbox, Subject,
    Way, question::Answers,
};

/// The key that codes are made with.
pub(crate) const KEY: [u8; 32] = *b"0123456789abcdefghijklmnopqrstuv";

/// What a flow is given.
pub(crate) struct Call {
    pub(crate) flow: Flow,
    pub(crate) record: Option<String>,
    pub(crate) subject: String,
    pub(crate) request: String,
    pub(crate) password: Vec<u8>,
    pub(crate) old_password: Vec<u8>,
    pub(crate) stored: String,
    pub(crate) way: Way,
    pub(crate) channel: Channel,
    pub(crate) codes: Vec<(CodeKind, Vec<u8>)>,
    pub(crate) answers: Vec<(String, String)>,
    pub(crate) now: u64,
}

/// What was decided, in the numbers of the C interface.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Decided {
    pub(crate) is_yes: bool,
    pub(crate) verdict: u32,
    pub(crate) client: u32,
    pub(crate) effects: u32,
    pub(crate) retry_after_s: u64,
    pub(crate) lifetime_s: u64,
    pub(crate) channel: u32,
    pub(crate) record: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) lookup: Option<String>,
    pub(crate) questions: Vec<(String, String)>,
    /// Rule, bound and number of each.
    pub(crate) violations: Vec<(u32, u32, u32)>,
    pub(crate) answer_violations: Vec<(String, u32)>,
    pub(crate) json: String,
}

/// An interface: the decision, or the status of the error.
pub(crate) trait Host {
    fn call(&self, call: &Call) -> Result<Decided, i32>;
}

/// The Rust interface.
pub(crate) struct Rust(Saltbox);

impl Rust {
    pub(crate) fn new(config: &str) -> Result<Self, String> {
        let mut read = Config::from_json(config.as_bytes()).map_err(|error| error.to_string())?;
        read.add_key(1, &KEY).map_err(|error| error.to_string())?;
        Ok(Self(Saltbox::new(read)))
    }

    fn decide(&self, call: &Call) -> Result<Outcome, ErrorKind> {
        let kind = |error: saltbox::Error| error.kind();
        let subject = &Subject::from_json(call.subject.as_bytes()).map_err(kind)?;
        let request = &Request::from_json(call.request.as_bytes()).map_err(kind)?;
        let mut answers = Answers::new();
        for (id, answer) in &call.answers {
            answers.add(id, answer.as_bytes()).map_err(kind)?;
        }
        let codes = call
            .codes
            .iter()
            .fold(Codes::new(), |codes, (kind, code)| codes.with(*kind, code));
        let (core, record, now) = (&self.0, call.record.as_deref(), call.now);
        let (way, channel, password) = (call.way, call.channel, &call.password);
        let admin = |action| core.admin(record, subject, request, action, now);
        let set = |is_temporary| {
            core.admin_set_password(record, subject, request, password, is_temporary, now)
        };
        let outcome = match call.flow {
            Flow::SignUp => core.sign_up(record, subject, request, password, now),
            Flow::SignIn => core.sign_in(record, subject, request, password, now),
            Flow::Update => core.update(record, subject, request, password, now),
            Flow::Replace => {
                core.replace(record, subject, request, &call.old_password, password, now)
            }
            Flow::RequestReset => core.request_reset(record, subject, request, way, channel, now),
            Flow::Reset => core.reset(record, subject, request, &codes, password, now),
            Flow::RequestVerification => {
                core.request_verification(record, subject, request, way, channel, now)
            }
            Flow::VerifyAddress => core.verify_address(record, subject, request, &codes, now),
            Flow::SetQuestions => core.set_questions(record, subject, request, &answers, now),
            Flow::GetQuestions => core.get_questions(record, subject, request, now),
            Flow::VerifyQuestions => core.verify_questions(record, subject, request, &answers, now),
            Flow::AdminSetTemporary => set(true),
            Flow::AdminSetActive => set(false),
            Flow::AdminExpire => admin(AdminAction::Expire),
            Flow::AdminLock => admin(AdminAction::Lock),
            Flow::AdminUnlock => admin(AdminAction::Unlock),
            Flow::AdminDisable => admin(AdminAction::Disable),
            Flow::AdminEnable => admin(AdminAction::Enable),
            Flow::AdminImport => {
                let stored = Some(&*call.stored).filter(|stored| !stored.is_empty());
                core.admin_import(record, subject, request, stored, now)
            }
        };
        outcome.map_err(kind)
    }
}

impl Host for Rust {
    fn call(&self, call: &Call) -> Result<Decided, i32> {
        let outcome = self.decide(call).map_err(ErrorKind::status)?;
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let pair = |(id, text): (&str, &str)| (id.to_owned(), text.to_owned());
        let violations = outcome
            .findings()
            .into_iter()
            .flat_map(|it| it.violations());
        let of_answers = outcome.answer_findings();
        let of_answers = of_answers.into_iter().flat_map(|it| it.violations());
        Ok(Decided {
            is_yes: outcome.is_yes(),
            verdict: outcome.decision().code(),
            client: outcome.shown().code(),
            effects: outcome.effects().fold(0, |bits, it| bits | it.bit()),
            retry_after_s: outcome.retry_after_s().unwrap_or_default(),
            lifetime_s: outcome.lifetime_s().unwrap_or_default(),
            channel: outcome.channel().map_or(0, Channel::code),
            record: owned(outcome.record()),
            code: owned(outcome.code()),
            lookup: owned(outcome.lookup()),
            questions: outcome.questions().map(pair).collect(),
            violations: violations
                .map(|it| (it.rule().code().into(), it.bound(), it.found()))
                .collect(),
            answer_violations: of_answers
                .map(|(id, rule)| (id.to_owned(), rule.code().into()))
                .collect(),
            json: outcome.to_json(),
        })
    }
}
