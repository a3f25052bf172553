use crate::error::ErrorKind;
use std::ffi::{CStr, c_char};

/// The answer to the caller's question. SALTBOX_OK: done, and yes.
/// SALTBOX_REJECTED: done, and no. From 10 on: not done, and why. Numbers never
/// change their meaning; a later release may add some.
pub type saltbox_status = i32;

/// Done, and yes.
pub const SALTBOX_OK: saltbox_status = 0;
/// Done, and no.
pub const SALTBOX_REJECTED: saltbox_status = 1;
/// A parameter breaks the contract of the function.
pub const SALTBOX_E_ARGUMENT: saltbox_status = 10;
/// The buffer is too small; the size needed was written, nothing else was done.
pub const SALTBOX_E_BUFFER: saltbox_status = 11;
/// The configuration is not valid; see saltbox_diag.
pub const SALTBOX_E_CONFIG: saltbox_status = 20;
/// An empty password cannot be set.
pub const SALTBOX_E_PASSWORD_EMPTY: saltbox_status = 30;
/// A password over 4096 bytes cannot be set.
pub const SALTBOX_E_PASSWORD_TOO_LONG: saltbox_status = 31;
/// A password that is not UTF-8 cannot be set.
pub const SALTBOX_E_PASSWORD_NOT_UTF8: saltbox_status = 32;
/// A password that ends in NUL cannot be set with scrypt or PBKDF2, which cannot tell it from one without.
pub const SALTBOX_E_PASSWORD_NUL: saltbox_status = 33;
/// The stored string breaks the grammar of its scheme; saltbox_identify says where.
pub const SALTBOX_E_MALFORMED: saltbox_status = 40;
/// No scheme of this release reads the stored string.
pub const SALTBOX_E_UNSUPPORTED: saltbox_status = 41;
/// The configuration does not allow this scheme to be verified.
pub const SALTBOX_E_NOT_ALLOWED: saltbox_status = 42;
/// A later release wrote the stored string, or the record.
pub const SALTBOX_E_LATER_RELEASE: saltbox_status = 43;
/// The stored string asks for more work or memory than the limits allow.
pub const SALTBOX_E_LIMIT: saltbox_status = 44;
/// The descriptor of a stored string is not valid; see saltbox_diag.
pub const SALTBOX_E_IMPORT: saltbox_status = 45;
/// What is said of a user is not valid JSON, or not what a subject has:
/// saltbox_subject_check says what and where.
pub const SALTBOX_E_SUBJECT: saltbox_status = 21;
/// What is asked for is not valid JSON, or not what a request has:
/// saltbox_request_check says what and where.
pub const SALTBOX_E_REQUEST: saltbox_status = 22;
/// The stored string was sealed with another key than the one of its id here,
/// or was changed since.
pub const SALTBOX_E_SEAL: saltbox_status = 46;
/// The record of an account breaks its grammar; saltbox_record_check says where.
pub const SALTBOX_E_RECORD: saltbox_status = 47;
/// The record belongs to another account or realm than the subject. Nothing was
/// decided: the host has read the wrong row.
pub const SALTBOX_E_OTHER_SUBJECT: saltbox_status = 48;
/// The system gave no work memory.
pub const SALTBOX_E_MEMORY: saltbox_status = 50;
/// The system gave no randomness.
pub const SALTBOX_E_RANDOM: saltbox_status = 51;
/// The stored string needs more work memory than there ever is; see hash.memory_mib.
pub const SALTBOX_E_BUDGET: saltbox_status = 52;
/// Every slot or all work memory is in use. Nothing was computed, nobody was
/// rejected: try again later, and tell the client so (HTTP 503 with Retry-After).
pub const SALTBOX_E_BUSY: saltbox_status = 53;
/// A key is too short, not random, or was added before; or the one that is
/// needed has not been added.
pub const SALTBOX_E_KEY: saltbox_status = 60;
/// A request has no code.
pub const SALTBOX_E_NO_CODE: saltbox_status = 70;
/// A request has codes of two ways: all but those of one have to be left out.
pub const SALTBOX_E_TWO_WAYS: saltbox_status = 71;
/// A request code without a verification code, or one of these alone.
pub const SALTBOX_E_HALF_OF_A_PAIR: saltbox_status = 72;
/// A code is there and empty; one that is not meant has to be left out.
pub const SALTBOX_E_EMPTY_CODE: saltbox_status = 73;
/// A code has not the shape that codes have; saltbox_secrets_check says where.
pub const SALTBOX_E_MALFORMED_CODE: saltbox_status = 74;
/// Answers of the wrong number, to a question that is not there, or two to one.
pub const SALTBOX_E_ANSWERS: saltbox_status = 75;
/// A fault inside saltbox. Nothing was decided.
pub const SALTBOX_E_INTERNAL: saltbox_status = 90;

/// The name of a status, such as "SALTBOX_E_BUFFER"; "unknown status" for a
/// number this release does not have. A static string, never NULL.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn saltbox_status_name(status: saltbox_status) -> *const c_char {
    name(status).as_ptr()
}

fn name(status: saltbox_status) -> &'static CStr {
    match status {
        SALTBOX_OK => c"SALTBOX_OK",
        SALTBOX_REJECTED => c"SALTBOX_REJECTED",
        _ => ErrorKind::all()
            .find(|kind| kind.status() == status)
            .map_or(c"unknown status", ErrorKind::c_name),
    }
}

/// The constants above are literals, because cbindgen reads no others; here they are held to [`ErrorKind`].
const _: () = {
    assert!(SALTBOX_E_ARGUMENT == ErrorKind::Argument.status());
    assert!(SALTBOX_E_BUFFER == ErrorKind::Buffer.status());
    assert!(SALTBOX_E_CONFIG == ErrorKind::Config.status());
    assert!(SALTBOX_E_PASSWORD_EMPTY == ErrorKind::PasswordEmpty.status());
    assert!(SALTBOX_E_PASSWORD_TOO_LONG == ErrorKind::PasswordTooLong.status());
    assert!(SALTBOX_E_PASSWORD_NOT_UTF8 == ErrorKind::PasswordNotUtf8.status());
    assert!(SALTBOX_E_PASSWORD_NUL == ErrorKind::PasswordNul.status());
    assert!(SALTBOX_E_MALFORMED == ErrorKind::Malformed.status());
    assert!(SALTBOX_E_UNSUPPORTED == ErrorKind::Unsupported.status());
    assert!(SALTBOX_E_NOT_ALLOWED == ErrorKind::NotAllowed.status());
    assert!(SALTBOX_E_LATER_RELEASE == ErrorKind::LaterRelease.status());
    assert!(SALTBOX_E_LIMIT == ErrorKind::Limit.status());
    assert!(SALTBOX_E_IMPORT == ErrorKind::Import.status());
    assert!(SALTBOX_E_SEAL == ErrorKind::Seal.status());
    assert!(SALTBOX_E_SUBJECT == ErrorKind::Subject.status());
    assert!(SALTBOX_E_MEMORY == ErrorKind::Memory.status());
    assert!(SALTBOX_E_RANDOM == ErrorKind::Random.status());
    assert!(SALTBOX_E_BUDGET == ErrorKind::Budget.status());
    assert!(SALTBOX_E_BUSY == ErrorKind::Busy.status());
    assert!(SALTBOX_E_KEY == ErrorKind::Key.status());
    assert!(SALTBOX_E_REQUEST == ErrorKind::Request.status());
    assert!(SALTBOX_E_RECORD == ErrorKind::Record.status());
    assert!(SALTBOX_E_OTHER_SUBJECT == ErrorKind::OtherSubject.status());
    assert!(SALTBOX_E_NO_CODE == ErrorKind::NoCode.status());
    assert!(SALTBOX_E_TWO_WAYS == ErrorKind::TwoWays.status());
    assert!(SALTBOX_E_HALF_OF_A_PAIR == ErrorKind::HalfOfAPair.status());
    assert!(SALTBOX_E_EMPTY_CODE == ErrorKind::EmptyCode.status());
    assert!(SALTBOX_E_MALFORMED_CODE == ErrorKind::MalformedCode.status());
    assert!(SALTBOX_E_ANSWERS == ErrorKind::Answers.status());
    assert!(SALTBOX_E_INTERNAL == ErrorKind::Internal.status());
};

#[cfg(test)]
mod tests {
    use super::*;

    /// The assertions above name each; one that is missing here is missing there.
    #[test]
    fn every_kind_of_error_has_a_constant() {
        let source = include_str!("status.rs");
        let constants = source.matches("pub const SALTBOX_E_").count();
        assert_eq!(constants - 1, ErrorKind::all().count());
    }
}
