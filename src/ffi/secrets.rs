use super::diag::{diagnosed, explained, saltbox_diag};
use super::guard;
use super::status::{SALTBOX_E_ANSWERS, SALTBOX_E_ARGUMENT, SALTBOX_OK, saltbox_status};
use crate::code::{CodeKind, Codes};
use crate::question::Answers;

/// The code of a link in an e-mail: emailAuthCode.
pub const SALTBOX_SECRET_EMAIL_AUTH_CODE: u32 = 1;
/// What a one-time code is found by: requestCode.
pub const SALTBOX_SECRET_REQUEST_CODE: u32 = 2;
/// The one-time code that the user typed in: verificationCode.
pub const SALTBOX_SECRET_VERIFICATION_CODE: u32 = 3;
/// The code of a link that an administrator made: passwordResetCode.
pub const SALTBOX_SECRET_PASSWORD_RESET_CODE: u32 = 4;
/// The answer to a security question, whose id goes with it.
pub const SALTBOX_SECRET_ANSWER: u32 = 5;

/// The secrets of one request, copied. One owner, who ends them with
/// saltbox_secrets_free, which wipes them; used by one thread at a time.
///
/// What was not added is absent, as null is in JSON. What was added with length 0 is
/// there and empty, and refused as that. So a host adds what its client sent,
/// and leaves it to saltbox which of it goes together.
pub struct saltbox_secrets {
    pub(super) codes: Codes,
    pub(super) answers: Answers,
}

/// No secrets yet.
///
/// secrets_out: must not be NULL. NULL is written on failure.
/// Returns SALTBOX_OK or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_secrets_new(
    secrets_out: *mut *mut saltbox_secrets,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        unsafe {
            guard::write_required(secrets_out, std::ptr::null_mut())?;
            let secrets = saltbox_secrets {
                codes: Codes::new(),
                answers: Answers::new(),
            };
            guard::write_required(secrets_out, guard::into_handle(secrets))?;
        }
        Ok(SALTBOX_OK)
    })
}

/// Adds a copy of a secret. The caller wipes what it has.
///
/// secrets: must not be NULL.
/// kind: SALTBOX_SECRET_...
/// id, id_len: the id of the question that an answer is to, 64 bytes at most; of a
///   code it has to be empty. NULL only with length 0.
/// value, value_len: any bytes, and empty where the client sent an empty text.
///   NULL only with length 0. More than 256 bytes of a code, and 1024 of an answer, are
///   not kept: it is malformed.
/// Returns SALTBOX_OK. SALTBOX_E_ANSWERS for a second answer to a question, for a
///   seventeenth answer and for an id of more than 64 bytes or that is not UTF-8.
///   SALTBOX_E_ARGUMENT, also for another kind and for a code that is there
///   already. Nothing is changed then.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_secrets_add(
    secrets: *mut saltbox_secrets,
    kind: u32,
    id: *const u8,
    id_len: usize,
    value: *const u8,
    value_len: usize,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        let (secrets, id, value) = unsafe {
            (
                guard::borrow_mut(secrets)?,
                guard::input(id, id_len)?,
                guard::input(value, value_len)?,
            )
        };
        if kind == SALTBOX_SECRET_ANSWER {
            let id = std::str::from_utf8(id).map_err(|_| SALTBOX_E_ANSWERS)?;
            let added = secrets.answers.add(id, value);
            return added.map(|()| SALTBOX_OK).map_err(|_| SALTBOX_E_ANSWERS);
        }
        let mut kinds = CodeKind::ALL.into_iter();
        let kind = kinds.find(|code| code.code() == kind);
        match kind {
            Some(kind) if id.is_empty() && secrets.codes.set(kind, value) => Ok(SALTBOX_OK),
            _ => Err(SALTBOX_E_ARGUMENT),
        }
    })
}

/// What is wrong with the codes of a request, where other calls say a status and no more.
///
/// secrets: must not be NULL.
/// diag_or_null: why, and the offset in the code at fault; may be NULL. Nothing
///   of a code stands in it.
/// Returns SALTBOX_OK: saltbox_reset_lookup, saltbox_reset and
///   saltbox_verify_address take them. SALTBOX_E_NO_CODE, _TWO_WAYS, _HALF_OF_A_PAIR,
///   _EMPTY_CODE, _MALFORMED_CODE; SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_secrets_check(
    secrets: *const saltbox_secrets,
    diag_or_null: *mut saltbox_diag,
) -> saltbox_status {
    let body = || {
        // SAFETY: the contract of this function is the guard's.
        unsafe {
            let secrets = diagnosed(guard::borrow(secrets), diag_or_null)?;
            explained(secrets.codes.lookup(), diag_or_null)?;
        }
        Ok(SALTBOX_OK)
    };
    // SAFETY: the contract of this function is the guard's.
    unsafe { guard::call_with_diag(diag_or_null, body) }
}

/// Ends secrets and wipes them. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_secrets_free(secrets: *mut saltbox_secrets) {
    // SAFETY: the contract of this function is the guard's.
    guard::call_void(|| unsafe { guard::free(secrets) });
}

/// The constants above are literals, because cbindgen reads no others; here they are held to [`CodeKind`].
const _: () = {
    assert!(SALTBOX_SECRET_EMAIL_AUTH_CODE == CodeKind::EmailAuthCode.code());
    assert!(SALTBOX_SECRET_REQUEST_CODE == CodeKind::RequestCode.code());
    assert!(SALTBOX_SECRET_VERIFICATION_CODE == CodeKind::VerificationCode.code());
    assert!(SALTBOX_SECRET_PASSWORD_RESET_CODE == CodeKind::PasswordResetCode.code());
    // Answers come after the codes.
    assert!(SALTBOX_SECRET_ANSWER as usize == CodeKind::ALL.len() + 1);
};
