//! The C interface, called as C calls it.

use crate::host::{Call, Decided, Host, KEY};
use crate::script::Flow;
use ::saltbox::ffi::*;
use std::ptr::{null, null_mut};

const OK: saltbox_status = 0;
const REJECTED: saltbox_status = 1;

/// A core behind the C interface.
pub(crate) struct C(*mut saltbox);

impl Drop for C {
    fn drop(&mut self) {
        // SAFETY: the handle is this one's, and nobody has it now.
        unsafe { saltbox_free(self.0) }
    }
}

/// Wiped and freed when dropped.
struct Secrets(*mut saltbox_secrets);

impl Drop for Secrets {
    fn drop(&mut self) {
        // SAFETY: as above.
        unsafe { saltbox_secrets_free(self.0) }
    }
}

impl Secrets {
    fn of(call: &Call) -> Result<Self, saltbox_status> {
        let mut secrets = null_mut();
        // SAFETY: the pointer is that of a local.
        assert_eq!(unsafe { saltbox_secrets_new(&raw mut secrets) }, OK);
        let secrets = Self(secrets);
        let codes = call.codes.iter();
        let codes = codes.map(|(kind, code)| (kind.code(), "", code.as_slice()));
        let answers = call.answers.iter();
        let answers =
            answers.map(|(id, answer)| (SALTBOX_SECRET_ANSWER, id.as_str(), answer.as_bytes()));
        for (kind, id, value) in codes.chain(answers) {
            let (id, value) = (slice(id.as_bytes()), slice(value));
            // SAFETY: pointers and lengths are those of slices.
            let added =
                unsafe { saltbox_secrets_add(secrets.0, kind, id.0, id.1, value.0, value.1) };
            if added != OK {
                return Err(added);
            }
        }
        Ok(secrets)
    }
}

/// Nothing is NULL, as it is from C.
fn slice(bytes: &[u8]) -> (*const u8, usize) {
    match bytes {
        [] => (null(), 0),
        bytes => (bytes.as_ptr(), bytes.len()),
    }
}

impl C {
    pub(crate) fn new(json: &str) -> Result<Self, String> {
        let (mut config, mut core) = (null_mut(), null_mut());
        // SAFETY: the pointers are those of locals and of a text.
        let done = unsafe {
            let parsed =
                saltbox_config_parse(json.as_ptr(), json.len(), &raw mut config, null_mut());
            let added = saltbox_config_add_key(config, 1, KEY.as_ptr(), KEY.len());
            let made = saltbox_new(config, &raw mut core);
            saltbox_config_free(config);
            [parsed, added, made]
        };
        match done {
            [OK, OK, OK] => Ok(Self(core)),
            _ => Err(format!("no core: {done:?}")),
        }
    }
}

impl Host for C {
    fn call(&self, call: &Call) -> Result<Decided, i32> {
        let secrets = Secrets::of(call)?;
        let mut outcome = null_mut();
        let record = slice(call.record.as_deref().unwrap_or_default().as_bytes());
        let (subject, request) = (
            slice(call.subject.as_bytes()),
            slice(call.request.as_bytes()),
        );
        let (password, old) = (slice(&call.password), slice(&call.old_password));
        let stored = slice(call.stored.as_bytes());
        let (way, channel, now) = (call.way.code(), call.channel.code(), call.now);
        // The account, what is besides, the time and where the outcome goes.
        macro_rules! flow {
            ($function:ident $(, $more:expr)*) => {
                // SAFETY: pointers and lengths are those of slices that live until the end.
                unsafe {
                    $function(
                        self.0, record.0, record.1, subject.0, subject.1, request.0, request.1
                        $(, $more)*, now, &raw mut outcome,
                    )
                }
            };
        }
        let codes = secrets.0;
        let status = match call.flow {
            Flow::SignUp => flow!(saltbox_sign_up, password.0, password.1),
            Flow::SignIn => flow!(saltbox_sign_in, password.0, password.1),
            Flow::Update => flow!(saltbox_update, password.0, password.1),
            Flow::Replace => flow!(saltbox_replace, old.0, old.1, password.0, password.1),
            Flow::RequestReset => flow!(saltbox_request_reset, way, channel),
            Flow::Reset => flow!(saltbox_reset, codes, password.0, password.1),
            Flow::RequestVerification => flow!(saltbox_request_verification, way, channel),
            Flow::VerifyAddress => flow!(saltbox_verify_address, codes),
            Flow::SetQuestions => flow!(saltbox_set_questions, codes),
            Flow::GetQuestions => flow!(saltbox_get_questions),
            Flow::VerifyQuestions => flow!(saltbox_verify_questions, codes),
            Flow::AdminSetTemporary => flow!(saltbox_admin_set_temporary, password.0, password.1),
            Flow::AdminSetActive => flow!(saltbox_admin_set_active, password.0, password.1),
            Flow::AdminExpire => flow!(saltbox_admin_expire),
            Flow::AdminLock => flow!(saltbox_admin_lock),
            Flow::AdminUnlock => flow!(saltbox_admin_unlock),
            Flow::AdminDisable => flow!(saltbox_admin_disable),
            Flow::AdminEnable => flow!(saltbox_admin_enable),
            Flow::AdminImport => flow!(saltbox_admin_import, stored.0, stored.1),
        };
        if !matches!(status, OK | REJECTED) {
            assert!(outcome.is_null(), "an outcome beside the error {status}");
            return Err(status);
        }
        assert!(!outcome.is_null(), "no outcome beside the answer {status}");
        // SAFETY: the outcome is this call's, and what it lends is copied.
        unsafe {
            let decided = read(outcome, status == OK);
            saltbox_outcome_free(outcome);
            Ok(decided)
        }
    }
}

/// # Safety
/// `outcome` is one that is not yet freed.
unsafe fn read(outcome: *const saltbox_outcome, is_yes: bool) -> Decided {
    type Lend = unsafe extern "C-unwind" fn(*const saltbox_outcome, *mut usize) -> *const u8;
    let text = |lend: Lend| {
        let mut len = 0;
        // SAFETY: what is lent lives as long as the outcome.
        unsafe { copy(lend(outcome, &raw mut len), len) }
    };
    let question = |index| {
        let mut len = 0;
        // SAFETY: as above.
        unsafe {
            let id = copy(
                saltbox_outcome_question_id(outcome, index, &raw mut len),
                len,
            )?;
            let text = saltbox_outcome_question_text(outcome, index, &raw mut len);
            Some((id, copy(text, len)?))
        }
    };
    let violation = |index| {
        let (mut code, mut bound, mut found) = (0, 0, 0);
        let (bound_at, found_at) = (&raw mut bound, &raw mut found);
        // SAFETY: the pointers are those of locals.
        let got =
            unsafe { saltbox_outcome_violation(outcome, index, &raw mut code, bound_at, found_at) };
        (got == OK).then_some((code, bound, found))
    };
    let answer_violation = |index| {
        let (mut code, mut id, mut len) = (0, null(), 0);
        // SAFETY: as above.
        unsafe {
            let (code_at, id_at, len_at) = (&raw mut code, &raw mut id, &raw mut len);
            let got = saltbox_outcome_answer_violation(outcome, index, code_at, id_at, len_at);
            (got == OK).then(|| (copy(id, len).unwrap_or_default(), code))
        }
    };
    // SAFETY: the caller's contract.
    unsafe {
        Decided {
            is_yes,
            verdict: saltbox_outcome_verdict(outcome),
            client: saltbox_outcome_client(outcome),
            effects: saltbox_outcome_effects(outcome),
            retry_after_s: saltbox_outcome_retry_after_s(outcome),
            lifetime_s: saltbox_outcome_lifetime_s(outcome),
            channel: saltbox_outcome_channel(outcome),
            record: text(saltbox_outcome_record),
            code: text(saltbox_outcome_code),
            lookup: text(saltbox_outcome_lookup),
            questions: (0..).map_while(question).collect(),
            violations: (0..).map_while(violation).collect(),
            answer_violations: (0..).map_while(answer_violation).collect(),
            json: text(saltbox_outcome_json).unwrap_or_default(),
        }
    }
}

/// # Safety
/// `text` is NULL or has `len` bytes.
unsafe fn copy(text: *const u8, len: usize) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: the caller's contract.
    let bytes = unsafe { std::slice::from_raw_parts(text, len) };
    Some(String::from_utf8(bytes.to_vec()).expect("UTF-8"))
}
