use super::core::saltbox;
use super::diag::{diagnosed, explained, saltbox_diag};
use super::flow::{Account, flow, read_request, told};
use super::guard;
use super::outcome::saltbox_outcome;
use super::secrets::saltbox_secrets;
use super::status::{SALTBOX_E_ARGUMENT, SALTBOX_E_BUFFER, SALTBOX_OK, saltbox_status};
use crate::code::{Channel, LOOKUP_CHARACTERS, Order, Purpose, Way};
use crate::record::Record;

/// Room for every key that saltbox_reset_lookup writes, which has no NUL.
pub const SALTBOX_LOOKUP_MAX: usize = 24;

/// A link in an e-mail. Its channel is SALTBOX_CHANNEL_EMAIL.
pub const SALTBOX_WAY_EMAIL_LINK: u32 = 1;
/// Digits that the user types in, with a request code that the client keeps. By
/// every channel but SALTBOX_CHANNEL_ADMINISTRATOR.
pub const SALTBOX_WAY_ONE_TIME_CODE: u32 = 2;
/// A link that an administrator made. Its channel is SALTBOX_CHANNEL_ADMINISTRATOR.
pub const SALTBOX_WAY_RESET_LINK: u32 = 3;

/// To the subject's "email".
pub const SALTBOX_CHANNEL_EMAIL: u32 = 1;
/// As a text message to the subject's "phone".
pub const SALTBOX_CHANNEL_TEXT: u32 = 2;
/// Spoken, to the subject's "phone".
pub const SALTBOX_CHANNEL_VOICE: u32 = 3;
/// By letter, to an address that only the host knows.
pub const SALTBOX_CHANNEL_POSTAL: u32 = 4;
/// Shown to an administrator, who passes it on.
pub const SALTBOX_CHANNEL_ADMINISTRATOR: u32 = 5;

/// What an account is found by whose code has come, before any store is asked:
/// exactly one way, or what is wrong with the codes.
///
/// sb: must not be NULL.
/// codes: must not be NULL.
/// lookup_out, cap: the buffer; SALTBOX_LOOKUP_MAX is always enough. NULL only
///   with cap 0, which asks for the size. Written for SALTBOX_OK only, without a NUL.
/// len_out: must not be NULL. For SALTBOX_OK the length, for SALTBOX_E_BUFFER the
///   size needed; otherwise left alone.
/// Returns SALTBOX_OK; SALTBOX_E_BUFFER (before the codes are looked at);
///   SALTBOX_E_NO_CODE, _TWO_WAYS, _HALF_OF_A_PAIR, _EMPTY_CODE or
///   _MALFORMED_CODE, of which saltbox_secrets_check says more; SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_reset_lookup(
    sb: *const saltbox,
    codes: *const saltbox_secrets,
    lookup_out: *mut u8,
    cap: usize,
    len_out: *mut usize,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        let codes = unsafe {
            guard::borrow(sb)?;
            &guard::borrow(codes)?.codes
        };
        if len_out.is_null() || (lookup_out.is_null() && cap != 0) {
            return Err(SALTBOX_E_ARGUMENT);
        }
        if cap < SALTBOX_LOOKUP_MAX {
            // SAFETY: as above.
            unsafe { guard::write_required(len_out, SALTBOX_LOOKUP_MAX)? };
            return Err(SALTBOX_E_BUFFER);
        }
        let lookup = codes.lookup().map_err(|error| error.kind().status())?;
        let lookup = lookup.as_bytes();
        // SAFETY: the buffer has `cap` bytes, at least as many as every lookup key has.
        unsafe {
            guard::write_bytes(lookup_out, lookup);
            guard::write_required(len_out, lookup.len())?;
        }
        Ok(SALTBOX_OK)
    })
}

/// A code for setting a new password, to be sent.
///
/// STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID, as
/// saltbox_outcome_record says; it also says what to do where that fails. Then
/// store what saltbox_outcome_lookup lends as the key of a row that names the account,
/// and do what saltbox_outcome_effects says.
///
/// SALTBOX_CHANNEL_ADMINISTRATOR IS FOR CALLERS OF WHOM THE HOST KNOWS THAT THEY ARE
/// ADMINISTRATORS: such a link looks at no address and waits for no pause, ends
/// every other code, and begins the attempts anew.
///
/// A client is told the same whether there is such an account or not
/// (saltbox_outcome_client), and it costs the same. Where no code may be sent,
/// saltbox_outcome_code lends none. By e-mail, text or voice one is sent only where the
/// subject says that the address is verified.
///
/// sb: must not be NULL. Its configuration has a key that creates.
/// record, record_len: what saltbox_outcome_record lent for this account at last.
///   NULL with length 0 where there is no such account.
/// subject, subject_len: what is known of the user, as for saltbox_check:
///   {"id":"...","realm":"...","email":"...","email_verified":true,
///   "phone":"...","phone_verified":true}. For a record it has to have the id,
///   which never changes. NULL with length 0 where there is no such account.
/// request, request_len: what is asked for besides, in JSON:
///   {"suppress_mail":false}. NULL with length 0 for nothing.
/// way: SALTBOX_WAY_...
/// channel: SALTBOX_CHANNEL_..., one that goes with the way.
/// now_unix_s: seconds since 1970.
/// outcome_out: must not be NULL. What was decided; NULL is written on failure.
/// Returns SALTBOX_OK: there is a code to send. SALTBOX_REJECTED: there is none,
///   saltbox_outcome_verdict says why; the outcome is written all the same, and
///   the client is told the same. SALTBOX_E_RECORD, SALTBOX_E_LATER_RELEASE or
///   SALTBOX_E_OTHER_SUBJECT for the record, SALTBOX_E_SUBJECT, also where there is
///   a record and no id, SALTBOX_E_REQUEST,
///   SALTBOX_E_KEY where there is no key that creates, SALTBOX_E_RANDOM; of
///   one-time codes, which are hashed, SALTBOX_E_BUSY and SALTBOX_E_MEMORY;
///   SALTBOX_E_ARGUMENT, also where way and channel do not go together.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_request_reset(
    sb: *const saltbox,
    record: *const u8,
    record_len: usize,
    subject: *const u8,
    subject_len: usize,
    request: *const u8,
    request_len: usize,
    way: u32,
    channel: u32,
    now_unix_s: u64,
    outcome_out: *mut *mut saltbox_outcome,
) -> saltbox_status {
    let account = Account {
        record: (record, record_len),
        subject: (subject, subject_len),
        request: (request, request_len),
    };
    flow(sb, &account, outcome_out, &mut |call| {
        let order = order(Purpose::Reset, way, channel)?;
        told(
            call.core
                .issue(call.record, &call.subject, order, now_unix_s),
        )
    })
}

/// Sets a new password where the code is right.
///
/// STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID, ALSO FOR
/// SALTBOX_REJECTED, as saltbox_outcome_record says: a wrong code costs an
/// attempt, and a right one is spent. Who answers before the swap has succeeded lets a
/// code be used twice, and guessed without end.
///
/// The account is the one that saltbox_reset_lookup finds. A password that the
/// policy refuses is told only to who has the right code, and leaves the code as it
/// was: saltbox_outcome_violation says what is wrong. All sessions end. The outcome permits
/// no session: who reset a password signs in with it, with every factor that the
/// account has. With "account":{"reset_signs_in":true} it has SALTBOX_EFFECT_NEW_SESSION
/// besides, to be given after the others have ended, where the subject says
/// "mfa_enrolled":false and is enabled, no lock is left, and the code went to the user: never
/// for a link of an administrator, who has seen it.
///
/// sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
///   "mfa_enrolled" of the subject says whether the user has another factor; absent it
///   counts as true.
///   With "suppress_mail" in the request the user is not told that the password was changed.
/// codes: must not be NULL. Codes of exactly one way.
/// new_password, new_password_len: as for saltbox_check.
/// Returns SALTBOX_OK: the record has the new password. SALTBOX_REJECTED: it has
///   not; saltbox_outcome_client says what may be told. What saltbox_reset_lookup
///   and saltbox_request_reset return for codes, record, subject and request; what
///   saltbox_hash returns for the password; SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_reset(
    sb: *const saltbox,
    record: *const u8,
    record_len: usize,
    subject: *const u8,
    subject_len: usize,
    request: *const u8,
    request_len: usize,
    codes: *const saltbox_secrets,
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
        let (codes, password) = unsafe {
            let password = guard::input(new_password, new_password_len)?;
            (&guard::borrow(codes)?.codes, password)
        };
        told(call.core.reset_bytes(
            call.record,
            &call.subject,
            &call.request,
            codes,
            password,
            now_unix_s,
        ))
    })
}

/// A code that shows that an address is the user's, when it comes back from
/// there. As saltbox_request_reset, but the address need not be verified, and
/// SALTBOX_WAY_RESET_LINK is SALTBOX_E_ARGUMENT.
///
/// STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID.
///
/// The parameters and the answer are those of saltbox_request_reset.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_request_verification(
    sb: *const saltbox,
    record: *const u8,
    record_len: usize,
    subject: *const u8,
    subject_len: usize,
    request: *const u8,
    request_len: usize,
    way: u32,
    channel: u32,
    now_unix_s: u64,
    outcome_out: *mut *mut saltbox_outcome,
) -> saltbox_status {
    let account = Account {
        record: (record, record_len),
        subject: (subject, subject_len),
        request: (request, request_len),
    };
    flow(sb, &account, outcome_out, &mut |call| {
        let order = order(Purpose::VerifyAddress, way, channel)?;
        told(
            call.core
                .issue(call.record, &call.subject, order, now_unix_s),
        )
    })
}

/// Says that an address is the user's where the code that went there is right.
///
/// STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID, ALSO FOR
/// SALTBOX_REJECTED. Then store that the address is verified, where
/// saltbox_outcome_effects says so. The code was bound to the address that the
/// subject had then, and is worth nothing where it has another.
///
/// The parameters and the answer are those of saltbox_reset, without a password:
/// SALTBOX_OK: the address is the user's.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_verify_address(
    sb: *const saltbox,
    record: *const u8,
    record_len: usize,
    subject: *const u8,
    subject_len: usize,
    request: *const u8,
    request_len: usize,
    codes: *const saltbox_secrets,
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
        let codes = unsafe { &guard::borrow(codes)?.codes };
        let (record, subject) = (call.record, &call.subject);
        told(
            call.core
                .verify_address_bytes(record, subject, codes, now_unix_s),
        )
    })
}

/// A record for an account of which a stored string is known. A record that is
/// there keeps what else it has, and its codes end.
///
/// STORE THE RECORD BY COMPARE-AND-SWAP, as saltbox_outcome_record says; where
/// there was none, only where there still is none.
///
/// sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
///   The subject has to have an id.
/// stored, stored_len: what saltbox_hash or saltbox_import wrote, or another
///   string that saltbox_verify takes. NULL with length 0 for an account without a
///   password, which can get one by a reset.
/// Returns SALTBOX_OK. SALTBOX_E_MALFORMED, _UNSUPPORTED, _NOT_ALLOWED,
///   _LATER_RELEASE, _LIMIT, _BUDGET, _KEY or _SEAL for the stored string; for
///   record, subject and request as saltbox_request_reset; SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_admin_import(
    sb: *const saltbox,
    record: *const u8,
    record_len: usize,
    subject: *const u8,
    subject_len: usize,
    request: *const u8,
    request_len: usize,
    stored: *const u8,
    stored_len: usize,
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
        let stored = unsafe { guard::input(stored, stored_len)? };
        let (record, subject) = (call.record, &call.subject);
        told(
            call.core
                .admin_import_bytes(record, subject, stored, now_unix_s),
        )
    })
}

/// What is wrong with a record, where other calls say SALTBOX_E_RECORD or
/// SALTBOX_E_LATER_RELEASE and no more.
///
/// record, record_len: as for saltbox_request_reset; nothing is right, as no account.
/// diag_or_null: where and why; may be NULL.
/// Returns SALTBOX_OK, SALTBOX_E_RECORD, SALTBOX_E_LATER_RELEASE or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_record_check(
    record: *const u8,
    record_len: usize,
    diag_or_null: *mut saltbox_diag,
) -> saltbox_status {
    let body = || {
        // SAFETY: the contract of this function is the guard's.
        unsafe {
            let record = diagnosed(guard::input(record, record_len), diag_or_null)?;
            if !record.is_empty() {
                explained(Record::from_json(record), diag_or_null)?;
            }
        }
        Ok(SALTBOX_OK)
    };
    // SAFETY: the contract of this function is the guard's.
    unsafe { guard::call_with_diag(diag_or_null, body) }
}

/// What is wrong with a request, where other calls say SALTBOX_E_REQUEST and no more.
///
/// request, request_len: as for saltbox_request_reset.
/// diag_or_null: where and why; may be NULL.
/// Returns SALTBOX_OK, SALTBOX_E_REQUEST or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_request_check(
    request: *const u8,
    request_len: usize,
    diag_or_null: *mut saltbox_diag,
) -> saltbox_status {
    let body = || {
        // SAFETY: the contract of this function is the guard's.
        unsafe {
            let request = diagnosed(guard::input(request, request_len), diag_or_null)?;
            explained(read_request(request), diag_or_null)?;
        }
        Ok(SALTBOX_OK)
    };
    // SAFETY: the contract of this function is the guard's.
    unsafe { guard::call_with_diag(diag_or_null, body) }
}

fn order(purpose: Purpose, way: u32, channel: u32) -> Result<Order, saltbox_status> {
    let mut ways = Way::ALL.into_iter();
    let mut channels = Channel::ALL.into_iter();
    Ok(Order {
        purpose,
        way: ways.find(|it| it.code() == way).ok_or(SALTBOX_E_ARGUMENT)?,
        channel: channels
            .find(|it| it.code() == channel)
            .ok_or(SALTBOX_E_ARGUMENT)?,
    })
}

/// The constants above are literals, because cbindgen reads no others; here they are held to what they stand for.
const _: () = {
    assert!(SALTBOX_LOOKUP_MAX == LOOKUP_CHARACTERS);
    assert!(SALTBOX_WAY_EMAIL_LINK == Way::EmailLink.code());
    assert!(SALTBOX_WAY_ONE_TIME_CODE == Way::OneTimeCode.code());
    assert!(SALTBOX_WAY_RESET_LINK == Way::ResetLink.code());
    assert!(SALTBOX_CHANNEL_EMAIL == Channel::Email.code());
    assert!(SALTBOX_CHANNEL_TEXT == Channel::Text.code());
    assert!(SALTBOX_CHANNEL_VOICE == Channel::Voice.code());
    assert!(SALTBOX_CHANNEL_POSTAL == Channel::Postal.code());
    assert!(SALTBOX_CHANNEL_ADMINISTRATOR == Channel::Administrator.code());
};

#[cfg(test)]
mod tests {
    use super::*;

    /// The assertions above name each; one that is missing here is missing there.
    #[test]
    fn every_way_and_channel_has_a_constant() {
        let source = include_str!("codes.rs");
        let rows = |kind: &str| {
            source
                .matches(&format!("pub const SALTBOX_{kind}_"))
                .count()
        };
        assert_eq!(rows("WAY"), Way::ALL.len());
        assert_eq!(rows("CHANNEL"), Channel::ALL.len());
    }
}
