use super::core::saltbox;
use super::flow::{Account, flow, told};
use super::guard;
use super::outcome::saltbox_outcome;
use super::secrets::saltbox_secrets;
use super::status::{
    SALTBOX_E_ARGUMENT, SALTBOX_E_BUFFER, SALTBOX_OK, SALTBOX_REJECTED, saltbox_status,
};
use crate::outcome::Outcome;

/// Not UTF-8.
pub const SALTBOX_ANSWER_NOT_UTF8: u32 = 1;
/// More bytes than are looked at.
pub const SALTBOX_ANSWER_TOO_LONG: u32 = 2;
/// Nothing that an answer is compared by: signs, or emoji alone.
pub const SALTBOX_ANSWER_EMPTY_AFTER_NORMALIZING: u32 = 3;
/// Fewer characters than asked for.
pub const SALTBOX_ANSWER_TOO_SHORT: u32 = 4;
/// No date, where the question asks for one.
pub const SALTBOX_ANSWER_NOT_A_DATE: u32 = 5;
/// Words of the question and no other.
pub const SALTBOX_ANSWER_IN_QUESTION: u32 = 10;
/// The answer to another question too.
pub const SALTBOX_ANSWER_SAME_AS_ANOTHER: u32 = 11;
/// The login, or the e-mail address or what stands before its "@".
pub const SALTBOX_ANSWER_IS_LOGIN_ID: u32 = 12;
/// One that very many give.
pub const SALTBOX_ANSWER_COMMON: u32 = 13;
/// The password.
pub const SALTBOX_ANSWER_IS_PASSWORD: u32 = 14;
/// There is no such question.
pub const SALTBOX_ANSWER_UNKNOWN_QUESTION: u32 = 20;
/// Fewer answers than asked for.
pub const SALTBOX_ANSWER_TOO_FEW_ANSWERS: u32 = 21;
/// More answers than asked for.
pub const SALTBOX_ANSWER_TOO_MANY_ANSWERS: u32 = 22;

/// Sets up answers to security questions of the configuration's pool; they
/// replace all that there were.
///
/// STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID, ALSO FOR SALTBOX_REJECTED.
///
/// sb, record, subject, now_unix_s, outcome_out: as for saltbox_request_reset. The
///   configuration has "questions".
/// request, request_len: {"session_subject":"...","auth_age_s":30}, the id for which
///   the session was made that the request comes with, and how many seconds ago its user signed in
///   with the password. Without these nothing is set up.
/// answers: SALTBOX_SECRET_ANSWER each; must not be NULL.
/// Returns SALTBOX_OK: they are set up. SALTBOX_REJECTED: they are not; what is
///   wrong with them says saltbox_outcome_answer_violation. SALTBOX_E_CONFIG where
///   no questions are configured; for record, subject and request as
///   saltbox_request_reset; SALTBOX_E_BUSY, SALTBOX_E_MEMORY, SALTBOX_E_RANDOM, SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_set_questions(
    sb: *const saltbox,
    record: *const u8,
    record_len: usize,
    subject: *const u8,
    subject_len: usize,
    request: *const u8,
    request_len: usize,
    answers: *const saltbox_secrets,
    now_unix_s: u64,
    outcome_out: *mut *mut saltbox_outcome,
) -> saltbox_status {
    let account = Account {
        record: (record, record_len),
        subject: (subject, subject_len),
        request: (request, request_len),
    };
    flow(sb, &account, outcome_out, &mut |call| {
        // SAFETY: the contract of this function is the guard's.
        let answers = unsafe { &guard::borrow(answers)?.answers };
        let (record, subject, request) = (call.record, &call.subject, &call.request);
        told(
            call.core
                .set_questions_bytes(record, subject, request, answers, now_unix_s),
        )
    })
}

/// The questions to ask a user, by saltbox_outcome_question_id and _text: the
/// same ones until they are answered.
///
/// STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID.
///
/// The parameters are those of saltbox_set_questions, without answers.
/// Returns SALTBOX_OK: there are some. SALTBOX_REJECTED: there are none, or the
///   session is not the account's. Failures as saltbox_set_questions.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_get_questions(
    sb: *const saltbox,
    record: *const u8,
    record_len: usize,
    subject: *const u8,
    subject_len: usize,
    request: *const u8,
    request_len: usize,
    now_unix_s: u64,
    outcome_out: *mut *mut saltbox_outcome,
) -> saltbox_status {
    let account = Account {
        record: (record, record_len),
        subject: (subject, subject_len),
        request: (request, request_len),
    };
    flow(sb, &account, outcome_out, &mut |call| {
        let (record, subject, request) = (call.record, &call.subject, &call.request);
        told(
            call.core
                .get_questions_bytes(record, subject, request, now_unix_s),
        )
    })
}

/// Whether enough answers to the questions that were asked are right. All are
/// computed, and nothing tells which of them was wrong.
///
/// STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID, ALSO FOR
/// SALTBOX_REJECTED: the attempt is charged in it.
///
/// sb, record, subject, answers, now_unix_s, outcome_out: as for
///   saltbox_set_questions. Exactly those answers that were asked for.
/// request, request_len: {"session_subject":"...","step_up":true}. With step_up
///   the session is to be raised (SALTBOX_EFFECT_STEP_UP_SESSION). Answers give no
///   session, and do not count as a sign-in for "auth_age_s".
/// Returns SALTBOX_OK: enough are right. SALTBOX_REJECTED: they are not, or no
///   attempt is left, or nothing was asked. Failures as saltbox_set_questions.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_verify_questions(
    sb: *const saltbox,
    record: *const u8,
    record_len: usize,
    subject: *const u8,
    subject_len: usize,
    request: *const u8,
    request_len: usize,
    answers: *const saltbox_secrets,
    now_unix_s: u64,
    outcome_out: *mut *mut saltbox_outcome,
) -> saltbox_status {
    let account = Account {
        record: (record, record_len),
        subject: (subject, subject_len),
        request: (request, request_len),
    };
    flow(sb, &account, outcome_out, &mut |call| {
        // SAFETY: the contract of this function is the guard's.
        let answers = unsafe { &guard::borrow(answers)?.answers };
        let (record, subject, request) = (call.record, &call.subject, &call.request);
        told(
            call.core
                .verify_questions_bytes(record, subject, request, answers, now_unix_s),
        )
    })
}

/// The id of a question to ask. Lent until the outcome is freed; ASCII, not NUL-terminated.
///
/// outcome: of saltbox_get_questions.
/// index: from 0.
/// len_out: its length in bytes; must not be NULL, or NULL is returned.
/// Returns NULL, with length 0, where there is none of this index.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_question_id(
    outcome: *const saltbox_outcome,
    index: usize,
    len_out: *mut usize,
) -> *const u8 {
    super::decided::lent(outcome, len_out, &|outcome| {
        outcome.questions().nth(index).map(|(id, _)| id)
    })
}

/// The text of a question to ask, as the configuration has it. Lent until the
/// outcome is freed; UTF-8, not NUL-terminated.
///
/// The parameters and the answer are those of saltbox_outcome_question_id.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_question_text(
    outcome: *const saltbox_outcome,
    index: usize,
    len_out: *mut usize,
) -> *const u8 {
    super::decided::lent(outcome, len_out, &|outcome| {
        outcome.questions().nth(index).map(|(_, text)| text)
    })
}

/// What is wrong with an answer that was to be set up, for hosts with words of their own.
///
/// outcome: of saltbox_set_questions; must not be NULL.
/// index: from 0.
/// code_out: SALTBOX_ANSWER_...; must not be NULL.
/// question_out, question_len_out: the id of the question, lent until the outcome
///   is freed; of length 0 where it is about how many answers there are. Must not be NULL.
/// Returns SALTBOX_OK; SALTBOX_REJECTED where there is none of this index;
///   SALTBOX_E_ARGUMENT. All are written for SALTBOX_OK only.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_answer_violation(
    outcome: *const saltbox_outcome,
    index: usize,
    code_out: *mut u32,
    question_out: *mut *const u8,
    question_len_out: *mut usize,
) -> saltbox_status {
    guard::call(|| {
        if code_out.is_null() || question_out.is_null() || question_len_out.is_null() {
            return Err(SALTBOX_E_ARGUMENT);
        }
        // SAFETY: the contract of this function is the guard's.
        let outcome = unsafe { guard::borrow(outcome)? };
        let findings = outcome.decided().and_then(Outcome::answer_findings);
        let Some((id, rule)) = findings.and_then(|findings| findings.violations().nth(index))
        else {
            return Ok(SALTBOX_REJECTED);
        };
        // SAFETY: as above.
        unsafe {
            guard::write_required(code_out, u32::from(rule.code()))?;
            guard::write_required(question_out, id.as_ptr())?;
            guard::write_required(question_len_out, id.len())?;
        }
        Ok(SALTBOX_OK)
    })
}

/// Whether two logins or e-mail addresses are one: without case, width and form,
/// and never by what only looks alike. Send to the address that is stored, not to
/// the one that was typed in.
///
/// a, a_len, b, b_len: UTF-8; what is not is the same as nothing. NULL only with length 0.
/// Returns SALTBOX_OK: they are one. SALTBOX_REJECTED: they are two. SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_same_identifier(
    a: *const u8,
    a_len: usize,
    b: *const u8,
    b_len: usize,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        let (a, b) = unsafe { (guard::input(a, a_len)?, guard::input(b, b_len)?) };
        let is_same = match (std::str::from_utf8(a), std::str::from_utf8(b)) {
            (Ok(a), Ok(b)) => crate::text::same_identifier(a, b),
            _ => false,
        };
        Ok(if is_same {
            SALTBOX_OK
        } else {
            SALTBOX_REJECTED
        })
    })
}

/// What saltbox_same_identifier compares: a key that a database finds logins by,
/// beside the login as it is shown.
///
/// identifier, identifier_len: UTF-8. NULL only with length 0.
/// folded_out, cap: the buffer. NULL only with cap 0, which asks for the size.
///   Written for SALTBOX_OK only, without a NUL.
/// len_out: must not be NULL. For SALTBOX_OK the length, for SALTBOX_E_BUFFER the
///   size needed, at most twelve times identifier_len; otherwise left alone.
/// Returns SALTBOX_OK. SALTBOX_REJECTED: it is not UTF-8, so nobody's.
///   SALTBOX_E_BUFFER or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_fold_identifier(
    identifier: *const u8,
    identifier_len: usize,
    folded_out: *mut u8,
    cap: usize,
    len_out: *mut usize,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        let identifier = unsafe { guard::input(identifier, identifier_len)? };
        if len_out.is_null() || (folded_out.is_null() && cap != 0) {
            return Err(SALTBOX_E_ARGUMENT);
        }
        let Ok(identifier) = std::str::from_utf8(identifier) else {
            return Ok(SALTBOX_REJECTED);
        };
        let folded = crate::text::fold_identifier(identifier);
        // SAFETY: as above; the buffer is written only where it has room.
        unsafe {
            guard::write_required(len_out, folded.len())?;
            if cap < folded.len() {
                return Err(SALTBOX_E_BUFFER);
            }
            guard::write_bytes(folded_out, folded.as_bytes());
        }
        Ok(SALTBOX_OK)
    })
}

#[cfg(test)]
mod tests {
    use crate::question::AnswerRule;

    #[test]
    fn every_rule_of_answers_has_a_constant() {
        let source = include_str!("questions.rs");
        let constants = source.matches("\npub const SALTBOX_ANSWER_").count();
        assert_eq!(constants, AnswerRule::all().count());
        for rule in AnswerRule::all() {
            let (name, code) = (rule.name().to_uppercase(), rule.code());
            let constant = format!("SALTBOX_ANSWER_{name}: u32 = {code};");
            assert!(source.contains(&constant), "{constant}");
        }
    }
}
