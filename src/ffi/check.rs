use super::core::saltbox;
use super::diag::{diagnosed, explained, saltbox_diag};
use super::guard;
use super::outcome::saltbox_outcome;
use super::status::{SALTBOX_OK, SALTBOX_REJECTED, saltbox_status};
use crate::error::Error;
use crate::policy::{Findings, Subject};

/// Everything that is wrong with a password as a new one of this user, by the
/// policy of the configuration, and how strong it is. Computes no hash, and takes no slot and no work
/// memory.
///
/// sb: must not be NULL.
/// subject, subject_len: what is known of the user, in JSON:
///   {"login_id":"...","email":"...","words":["..."]}, every member optional, and
///   up to 128 words; id, realm, email_verified, phone and phone_verified, which may stand
///   there too, are for saltbox_request_reset and the like, status ("enabled", "disabled",
///   "invited" or "expired") for the other flows and mfa_enrolled for saltbox_reset. "expired"
///   is the host's word: take it back when a password was set. NULL with length 0 for nobody
///   in particular.
/// password, password_len: any bytes; NULL only with length 0. Nothing in them
///   makes the call fail.
/// now_unix_s: seconds since 1970. The strength of a password with a date or a
///   year in it depends on its year.
/// outcome_out: must not be NULL. The findings, see saltbox_outcome_json; NULL
///   is written on failure.
/// Returns SALTBOX_OK: nothing is wrong. SALTBOX_REJECTED: something is.
///   SALTBOX_E_SUBJECT or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_check(
    sb: *const saltbox,
    subject: *const u8,
    subject_len: usize,
    password: *const u8,
    password_len: usize,
    now_unix_s: u64,
    outcome_out: *mut *mut saltbox_outcome,
) -> saltbox_status {
    check(sb, subject, subject_len, outcome_out, |sb, subject| {
        // SAFETY: the contract of this function is the guard's.
        let password = unsafe { guard::input(password, password_len)? };
        Ok(sb.core.check(subject, password, now_unix_s))
    })
}

/// As saltbox_check, for a password that replaces another one, which the user has
/// just given: it must not be the same, and has to be as different as the policy
/// asks (min_changes).
///
/// old_password, old_password_len: any bytes; NULL only with length 0, and an
///   empty one is none. Compared with the new one, and checked by no hash.
/// The other parameters and the answer are those of saltbox_check.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_check_change(
    sb: *const saltbox,
    subject: *const u8,
    subject_len: usize,
    old_password: *const u8,
    old_password_len: usize,
    new_password: *const u8,
    new_password_len: usize,
    now_unix_s: u64,
    outcome_out: *mut *mut saltbox_outcome,
) -> saltbox_status {
    check(sb, subject, subject_len, outcome_out, |sb, subject| {
        // SAFETY: the contract of this function is the guard's.
        let (old, new) = unsafe {
            (
                guard::input(old_password, old_password_len)?,
                guard::input(new_password, new_password_len)?,
            )
        };
        Ok(sb.core.check_change(subject, old, new, now_unix_s))
    })
}

/// What both checks have in common. The pointers are those of the caller of the C function.
fn check(
    sb: *const saltbox,
    subject: *const u8,
    subject_len: usize,
    outcome_out: *mut *mut saltbox_outcome,
    find: impl FnOnce(&saltbox, &Subject) -> Result<Findings, saltbox_status>,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of the C function is the guard's.
        let (sb, subject) = unsafe {
            guard::write_required(outcome_out, std::ptr::null_mut())?;
            (guard::borrow(sb)?, guard::input(subject, subject_len)?)
        };
        let subject = read(subject).map_err(|error| error.kind().status())?;
        let findings = find(sb, &subject)?;
        let outcome = saltbox_outcome::of_findings(&findings);
        // SAFETY: as above; NULL was written to it before.
        unsafe { guard::write_required(outcome_out, guard::into_handle(outcome))? };
        Ok(if findings.is_empty() {
            SALTBOX_OK
        } else {
            SALTBOX_REJECTED
        })
    })
}

/// What is wrong with a subject, where other calls say SALTBOX_E_SUBJECT and no more.
///
/// subject, subject_len: as for saltbox_check.
/// diag_or_null: where and why; may be NULL.
/// Returns SALTBOX_OK, SALTBOX_E_SUBJECT or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_subject_check(
    subject: *const u8,
    subject_len: usize,
    diag_or_null: *mut saltbox_diag,
) -> saltbox_status {
    let body = || {
        // SAFETY: the contract of this function is the guard's.
        unsafe {
            let subject = diagnosed(guard::input(subject, subject_len), diag_or_null)?;
            explained(read(subject), diag_or_null)?;
        }
        Ok(SALTBOX_OK)
    };
    // SAFETY: the contract of this function is the guard's.
    unsafe { guard::call_with_diag(diag_or_null, body) }
}

/// Nothing stands for nobody in particular.
pub(super) fn read(subject: &[u8]) -> Result<Subject, Error> {
    if subject.is_empty() {
        return Ok(Subject::default());
    }
    Subject::from_json(subject)
}
