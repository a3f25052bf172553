//! A call of a flow, which can be made again.

use saltbox::question::Answers;
use saltbox::{
    AdminAction, Channel, CodeKind, Codes, Error, Outcome, Request, Saltbox, Subject, Way,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    SignUp,
    SignIn,
    Replace,
    Update,
    RequestReset,
    Reset,
    RequestVerification,
    VerifyAddress,
    SetQuestions,
    GetQuestions,
    VerifyQuestions,
    Admin(AdminAction),
    AdminSet { is_temporary: bool },
    Import,
}

pub(super) const FLOWS: [Flow; 19] = [
    Flow::SignUp,
    Flow::SignIn,
    Flow::Replace,
    Flow::Update,
    Flow::RequestReset,
    Flow::Reset,
    Flow::RequestVerification,
    Flow::VerifyAddress,
    Flow::SetQuestions,
    Flow::GetQuestions,
    Flow::VerifyQuestions,
    Flow::AdminSet { is_temporary: true },
    Flow::AdminSet {
        is_temporary: false,
    },
    Flow::Admin(AdminAction::Expire),
    Flow::Admin(AdminAction::Lock),
    Flow::Admin(AdminAction::Unlock),
    Flow::Admin(AdminAction::Disable),
    Flow::Admin(AdminAction::Enable),
    Flow::Import,
];

#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) flow: Flow,
    /// Empty where there is none.
    pub(super) record: String,
    pub(super) subject: Subject,
    pub(super) subject_text: String,
    pub(super) request: Request,
    pub(super) old: Vec<u8>,
    pub(super) new: Vec<u8>,
    pub(super) codes: Vec<(CodeKind, Vec<u8>)>,
    pub(super) answers: Vec<(String, Vec<u8>)>,
    pub(super) stored: String,
    pub(super) way: Way,
    pub(super) channel: Channel,
    pub(super) now: u64,
}

impl Call {
    pub(super) fn make(&self, core: &Saltbox) -> Result<Outcome, Error> {
        let (record, subject, request) = (self.record.as_str(), &self.subject, &self.request);
        let (old, new, now) = (&self.old, &self.new, self.now);
        let (way, channel) = (self.way, self.channel);
        match self.flow {
            Flow::SignUp => core.sign_up(record, subject, request, new, now),
            Flow::SignIn => core.sign_in(record, subject, request, new, now),
            Flow::Replace => core.replace(record, subject, request, old, new, now),
            Flow::Update => core.update(record, subject, request, new, now),
            Flow::RequestReset => core.request_reset(record, subject, request, way, channel, now),
            Flow::Reset => core.reset(record, subject, request, &self.codes(), new, now),
            Flow::RequestVerification => {
                core.request_verification(record, subject, request, way, channel, now)
            }
            Flow::VerifyAddress => {
                core.verify_address(record, subject, request, &self.codes(), now)
            }
            Flow::SetQuestions => {
                core.set_questions(record, subject, request, &self.answers(), now)
            }
            Flow::GetQuestions => core.get_questions(record, subject, request, now),
            Flow::VerifyQuestions => {
                core.verify_questions(record, subject, request, &self.answers(), now)
            }
            Flow::Admin(action) => core.admin(record, subject, request, action, now),
            Flow::AdminSet { is_temporary } => {
                core.admin_set_password(record, subject, request, new, is_temporary, now)
            }
            Flow::Import => core.admin_import(record, subject, request, &*self.stored, now),
        }
    }

    fn codes(&self) -> Codes {
        let mut codes = Codes::new();
        for (kind, code) in &self.codes {
            codes = codes.with(*kind, code);
        }
        codes
    }

    /// Without those that nothing has room for.
    fn answers(&self) -> Answers {
        let mut answers = Answers::new();
        for (id, answer) in &self.answers {
            let _ = answers.add(id, answer);
        }
        answers
    }

    /// All that nobody may be told.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &[u8]> {
        let passwords = [&self.old, &self.new].into_iter();
        let codes = self.codes.iter().map(|(_, code)| code);
        let answers = self.answers.iter().map(|(_, answer)| answer);
        passwords.chain(codes).chain(answers).map(Vec::as_slice)
    }
}
