use super::core::saltbox;
use super::flow::{Account, flow, told};
use super::guard;
use super::outcome::saltbox_outcome;
use super::status::saltbox_status;
use crate::flow::AdminAction;

/// Sets a password that has to be replaced at its first use, within
/// "account":{"temporary_s":86400} seconds.
///
/// STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID. The host has checked that the
/// caller may. The password keeps the policy, and is
/// not compared with former ones. All sessions end.
///
/// sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
/// password, password_len: as for saltbox_hash.
/// Returns SALTBOX_OK. SALTBOX_REJECTED where there is no account (no record), or
///   the policy refuses the password. Failures as saltbox_request_reset and saltbox_hash.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_admin_set_temporary(
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
        let (record, subject) = (call.record, &call.subject);
        told(
            call.core
                .admin_set_password_bytes(record, subject, password, true, now_unix_s),
        )
    })
}

/// Sets a password that is good at once.
///
/// STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID. The host has checked that the
/// caller may. The password keeps the policy, and is
/// not compared with former ones. All sessions end.
///
/// sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
/// password, password_len: as for saltbox_hash.
/// Returns SALTBOX_OK. SALTBOX_REJECTED where there is no account (no record), or
///   the policy refuses the password. Failures as saltbox_request_reset and saltbox_hash.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_admin_set_active(
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
        let (record, subject) = (call.record, &call.subject);
        told(
            call.core
                .admin_set_password_bytes(record, subject, password, false, now_unix_s),
        )
    })
}

/// Says that the password has to be replaced before the next sign-in.
///
/// STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID.
///
/// sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
/// Returns SALTBOX_OK, also where nothing was to be changed. SALTBOX_REJECTED where
///   there is no account (no record). Failures as saltbox_request_reset.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_admin_expire(
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
    let _ = now_unix_s;
    let account = Account {
        record: (record, record_len),
        subject: (subject, subject_len),
        request: (request, request_len),
    };
    act(sb, &account, outcome_out, AdminAction::Expire)
}

/// Locks an account: nothing is looked at until it is unlocked. All sessions end.
///
/// STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID.
///
/// sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
/// Returns SALTBOX_OK, also where nothing was to be changed. SALTBOX_REJECTED where
///   there is no account (no record). Failures as saltbox_request_reset.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_admin_lock(
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
    let _ = now_unix_s;
    let account = Account {
        record: (record, record_len),
        subject: (subject, subject_len),
        request: (request, request_len),
    };
    act(sb, &account, outcome_out, AdminAction::Lock)
}

/// Unlocks an account, whoever locked it, and forgets what failed at sign-ins,
/// codes and answers.
///
/// STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID.
///
/// sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
/// Returns SALTBOX_OK, also where nothing was to be changed. SALTBOX_REJECTED where
///   there is no account (no record). Failures as saltbox_request_reset.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_admin_unlock(
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
    let _ = now_unix_s;
    let account = Account {
        record: (record, record_len),
        subject: (subject, subject_len),
        request: (request, request_len),
    };
    act(sb, &account, outcome_out, AdminAction::Unlock)
}

/// Disables an account: nobody signs in, resets or is sent a code. All sessions end.
///
/// STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID.
///
/// sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
/// Returns SALTBOX_OK, also where nothing was to be changed. SALTBOX_REJECTED where
///   there is no account (no record). Failures as saltbox_request_reset.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_admin_disable(
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
    let _ = now_unix_s;
    let account = Account {
        record: (record, record_len),
        subject: (subject, subject_len),
        request: (request, request_len),
    };
    act(sb, &account, outcome_out, AdminAction::Disable)
}

/// Enables an account again.
///
/// STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID.
///
/// sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
/// Returns SALTBOX_OK, also where nothing was to be changed. SALTBOX_REJECTED where
///   there is no account (no record). Failures as saltbox_request_reset.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_admin_enable(
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
    let _ = now_unix_s;
    let account = Account {
        record: (record, record_len),
        subject: (subject, subject_len),
        request: (request, request_len),
    };
    act(sb, &account, outcome_out, AdminAction::Enable)
}

fn act(
    sb: *const saltbox,
    account: &Account,
    outcome_out: *mut *mut saltbox_outcome,
    action: AdminAction,
) -> saltbox_status {
    flow(sb, account, outcome_out, &mut |call| {
        told(call.core.admin_bytes(call.record, &call.subject, action))
    })
}
