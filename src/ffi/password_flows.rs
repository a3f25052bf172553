use super::core::saltbox;
use super::flow::{Account, flow, told};
use super::guard;
use super::outcome::saltbox_outcome;
use super::status::saltbox_status;

/// Makes the record of a new account.
///
/// STORE THE RECORD ONLY WHERE THERE STILL IS NONE, BEFORE ANYTHING ELSE IS DONE OR SAID.
///
/// A record that is given says that the login is taken: that costs as much, and
/// with "account":{"mask":true}, the default, a client is told the same and gets no session
/// either way: send a code (saltbox_request_verification), and let the user sign in.
///
/// sb, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset. The
///   subject has to have the id of the account that is to be.
/// record, record_len: of the account that has this login already; NULL with
///   length 0 where there is none.
/// password, password_len: as for saltbox_hash.
/// Returns SALTBOX_OK: the account may be stored. SALTBOX_REJECTED: it exists, or the
///   policy refuses the password (saltbox_outcome_violation). For record, subject and
///   request as saltbox_request_reset, but never SALTBOX_E_OTHER_SUBJECT: a login is
///   taken by whomever; SALTBOX_E_BUSY, _MEMORY, _RANDOM, _KEY, SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_sign_up(
    sb: *const saltbox,
    record: *const u8,
    record_len: usize,
    subject: *const u8,
    subject_len: usize,
    request: *const u8,
    request_len: usize,
    password: *const u8,
    password_len: usize,
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
        let password = unsafe { guard::input(password, password_len)? };
        let (record, subject, request) = (call.record, &call.subject, &call.request);
        told(
            call.core
                .sign_up_bytes(record, subject, request, password, now_unix_s),
        )
    })
}

/// Whether a password signs an account in.
///
/// STORE THE RECORD BY COMPARE-AND-SWAP BEFORE ANYTHING ELSE IS DONE OR SAID, ALSO
/// FOR SALTBOX_REJECTED: failures are charged in it. WHERE THERE IS NO RECORD, COMPARE: what is
/// stored has to be still what was read. A plain success writes nothing.
///
/// An account that is not there (no record), is locked, is disabled or has no
/// password costs the same and sounds the same as a wrong password. A right one
/// within a lock stays refused.
///
/// sb, record, subject, now_unix_s, outcome_out: as for saltbox_request_reset; of
///   the subject "status" counts, too ("enabled", "disabled", "invited", "expired").
/// request, request_len: {"step_up":false,"session_subject":"...","revoke_other_sessions":false}.
///   step_up raises the session that the request comes with, and only one of this account.
/// password, password_len: any bytes.
/// Returns SALTBOX_OK: give the session that saltbox_outcome_effects names. It is a first
///   factor: others that the account has are the host's.
///   SALTBOX_REJECTED: not, saltbox_outcome_verdict says why;
///   SALTBOX_CLIENT_MUST_CHANGE is said to who has the right password. Failures as
///   saltbox_request_reset and saltbox_verify.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_sign_in(
    sb: *const saltbox,
    record: *const u8,
    record_len: usize,
    subject: *const u8,
    subject_len: usize,
    request: *const u8,
    request_len: usize,
    password: *const u8,
    password_len: usize,
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
        let password = unsafe { guard::input(password, password_len)? };
        let (record, subject, request) = (call.record, &call.subject, &call.request);
        told(
            call.core
                .sign_in_bytes(record, subject, request, password, now_unix_s),
        )
    })
}

/// Sets a new password within a session of the account, without the old one.
///
/// STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID, ALSO FOR SALTBOX_REJECTED.
///
/// sb, record, subject, now_unix_s, outcome_out: as for saltbox_request_reset.
/// request, request_len: {"session_subject":"...","auth_age_s":30,
///   "revoke_other_sessions":true}: whose session it is, and how long ago its user signed in with
///   the password (answers do not count), both checked by the host. Another's session and a
///   sign-in longer ago than "account":{"auth_age_s":300} are refused.
/// new_password, new_password_len: as for saltbox_hash.
/// Returns SALTBOX_OK or SALTBOX_REJECTED; failures as saltbox_request_reset and saltbox_hash.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_update(
    sb: *const saltbox,
    record: *const u8,
    record_len: usize,
    subject: *const u8,
    subject_len: usize,
    request: *const u8,
    request_len: usize,
    new_password: *const u8,
    new_password_len: usize,
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
        let new_password = unsafe { guard::input(new_password, new_password_len)? };
        let (record, subject, request) = (call.record, &call.subject, &call.request);
        told(
            call.core
                .update_bytes(record, subject, request, new_password, now_unix_s),
        )
    })
}

/// Replaces a password by a new one, with the old one as the proof. A temporary
/// and an expired one may be replaced.
///
/// STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID, ALSO FOR SALTBOX_REJECTED.
///
/// sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_sign_in.
/// old_password, old_password_len: any bytes; a wrong one is charged as at a sign-in.
/// new_password, new_password_len: as for saltbox_hash.
/// Returns SALTBOX_OK or SALTBOX_REJECTED; failures as saltbox_sign_in and saltbox_hash.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_replace(
    sb: *const saltbox,
    record: *const u8,
    record_len: usize,
    subject: *const u8,
    subject_len: usize,
    request: *const u8,
    request_len: usize,
    old_password: *const u8,
    old_password_len: usize,
    new_password: *const u8,
    new_password_len: usize,
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
        let (old, new) = unsafe {
            (
                guard::input(old_password, old_password_len)?,
                guard::input(new_password, new_password_len)?,
            )
        };
        let (record, subject, request) = (call.record, &call.subject, &call.request);
        told(
            call.core
                .replace_bytes(record, subject, request, old, new, now_unix_s),
        )
    })
}
