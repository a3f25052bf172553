use super::guard;
use super::outcome::saltbox_outcome;
use crate::code::Channel;
use crate::outcome::Outcome;

/// A code was made and is to be sent.
pub const SALTBOX_VERDICT_CODE_ISSUED: u32 = 1;
/// The code was right and the password is set.
pub const SALTBOX_VERDICT_PASSWORD_RESET: u32 = 2;
/// The code was right: the address is the user's.
pub const SALTBOX_VERDICT_ADDRESS_VERIFIED: u32 = 3;
/// The answers are set up.
pub const SALTBOX_VERDICT_QUESTIONS_SET: u32 = 4;
/// These questions are asked.
pub const SALTBOX_VERDICT_QUESTIONS_ASKED: u32 = 5;
/// Enough answers are right.
pub const SALTBOX_VERDICT_ANSWERS_RIGHT: u32 = 6;
/// A record was made from a stored string.
pub const SALTBOX_VERDICT_IMPORTED: u32 = 7;
/// The record of a new account was made.
pub const SALTBOX_VERDICT_SIGNED_UP: u32 = 10;
/// The password is right, and nothing stands against it.
pub const SALTBOX_VERDICT_SIGNED_IN: u32 = 11;
/// The new password is set, with the old one or within a session.
pub const SALTBOX_VERDICT_PASSWORD_CHANGED: u32 = 12;
/// An administrator has set the password.
pub const SALTBOX_VERDICT_PASSWORD_SET: u32 = 13;
/// An administrator has set a password that has to be replaced.
pub const SALTBOX_VERDICT_TEMPORARY_SET: u32 = 14;
/// The password has to be replaced.
pub const SALTBOX_VERDICT_PASSWORD_EXPIRED: u32 = 15;
/// The account is locked.
pub const SALTBOX_VERDICT_ACCOUNT_LOCKED: u32 = 16;
/// It is not.
pub const SALTBOX_VERDICT_ACCOUNT_UNLOCKED: u32 = 17;
/// The account is disabled.
pub const SALTBOX_VERDICT_ACCOUNT_NOW_DISABLED: u32 = 18;
/// It is not.
pub const SALTBOX_VERDICT_ACCOUNT_ENABLED: u32 = 19;
/// There is no such account. From here on it is a no.
pub const SALTBOX_VERDICT_NO_ACCOUNT: u32 = 100;
/// The account has no address for this channel.
pub const SALTBOX_VERDICT_NO_ADDRESS: u32 = 101;
/// Nobody has verified yet that the address is the user's.
pub const SALTBOX_VERDICT_ADDRESS_UNVERIFIED: u32 = 102;
/// A code of this kind was sent a moment ago.
pub const SALTBOX_VERDICT_TOO_SOON: u32 = 103;
/// No attempt is left.
pub const SALTBOX_VERDICT_EXHAUSTED: u32 = 104;
/// The code is wrong.
pub const SALTBOX_VERDICT_WRONG_CODE: u32 = 110;
/// The record has no ticket for the code: it was never issued, or is long past.
pub const SALTBOX_VERDICT_UNKNOWN_CODE: u32 = 111;
/// The code is right, but its time is over.
pub const SALTBOX_VERDICT_EXPIRED_CODE: u32 = 112;
/// The code is right, but it was used before.
pub const SALTBOX_VERDICT_SPENT_CODE: u32 = 113;
/// The code is right, but a newer one took its place.
pub const SALTBOX_VERDICT_SUPERSEDED_CODE: u32 = 114;
/// The code is right, but it was issued in the future: a clock is wrong.
pub const SALTBOX_VERDICT_EARLY_CODE: u32 = 115;
/// The code is right, but for something else.
pub const SALTBOX_VERDICT_OTHER_PURPOSE: u32 = 116;
/// The code is right, but came as a code of another way.
pub const SALTBOX_VERDICT_OTHER_WAY: u32 = 117;
/// The code is right, but in another realm.
pub const SALTBOX_VERDICT_OTHER_REALM: u32 = 118;
/// The code is right, but the address that it went to is the account's no more.
pub const SALTBOX_VERDICT_ADDRESS_CHANGED: u32 = 119;
/// The code is right, but the password has been changed since.
pub const SALTBOX_VERDICT_CREDENTIAL_CHANGED: u32 = 120;
/// The policy refuses the new password; nothing else was wrong, and the code may be used again.
pub const SALTBOX_VERDICT_PASSWORD_REFUSED: u32 = 130;
/// The new password is set already, or was before.
pub const SALTBOX_VERDICT_PASSWORD_REUSED: u32 = 131;
/// The request comes without a session of this account.
pub const SALTBOX_VERDICT_OTHER_SESSION: u32 = 140;
/// The account has set up no answers, or too few of those that are still asked.
pub const SALTBOX_VERDICT_NO_QUESTIONS: u32 = 141;
/// No question was asked before.
pub const SALTBOX_VERDICT_NOT_ASKED: u32 = 142;
/// Not enough answers are right.
pub const SALTBOX_VERDICT_WRONG_ANSWERS: u32 = 143;
/// The answers break rules.
pub const SALTBOX_VERDICT_ANSWERS_REFUSED: u32 = 144;
/// There is such an account already.
pub const SALTBOX_VERDICT_EXISTS: u32 = 150;
/// The password is wrong.
pub const SALTBOX_VERDICT_WRONG_PASSWORD: u32 = 151;
/// Too many failures; nothing was looked at.
pub const SALTBOX_VERDICT_TEMPORARILY_LOCKED: u32 = 152;
/// Locked by an administrator or by very many failures; nothing was looked at.
pub const SALTBOX_VERDICT_PERMANENTLY_LOCKED: u32 = 153;
/// The account is disabled.
pub const SALTBOX_VERDICT_ACCOUNT_DISABLED: u32 = 154;
/// The user has not accepted the invitation yet.
pub const SALTBOX_VERDICT_ACCOUNT_INVITED: u32 = 155;
/// The password is right, but has to be replaced first.
pub const SALTBOX_VERDICT_MUST_CHANGE: u32 = 156;
/// The password is right, but was temporary, and its time is over.
pub const SALTBOX_VERDICT_TEMPORARY_OVER: u32 = 157;
/// The account has no password.
pub const SALTBOX_VERDICT_NO_PASSWORD: u32 = 158;
/// The user signed in too long ago to change the password without the old one.
pub const SALTBOX_VERDICT_OLD_AUTHENTICATION: u32 = 159;

/// It is done.
pub const SALTBOX_CLIENT_DONE: u32 = 1;
/// If there is such an account, a code is on its way.
pub const SALTBOX_CLIENT_SENT: u32 = 2;
/// The code is not valid; whoever lost it may ask for another one.
pub const SALTBOX_CLIENT_INVALID_CODE: u32 = 3;
/// The code has expired. Said only to who had the right one, as the two below.
pub const SALTBOX_CLIENT_EXPIRED_CODE: u32 = 4;
/// The code was used before.
pub const SALTBOX_CLIENT_USED_CODE: u32 = 5;
/// There is a newer code.
pub const SALTBOX_CLIENT_OLDER_CODE: u32 = 6;
/// The new password does not keep the policy: the violations.
pub const SALTBOX_CLIENT_PASSWORD_REFUSED: u32 = 7;
/// The answers to set up do not keep the rules: the violations.
pub const SALTBOX_CLIENT_ANSWERS_REFUSED: u32 = 8;
/// The answers are not right.
pub const SALTBOX_CLIENT_WRONG_ANSWERS: u32 = 9;
/// The user has to sign in first.
pub const SALTBOX_CLIENT_SIGN_IN_FIRST: u32 = 10;
/// The new password was used before.
pub const SALTBOX_CLIENT_PASSWORD_REUSED: u32 = 11;
/// Login or password is wrong.
pub const SALTBOX_CLIENT_WRONG_PASSWORD: u32 = 12;
/// The password has to be replaced first.
pub const SALTBOX_CLIENT_MUST_CHANGE: u32 = 13;
/// There is such an account already.
pub const SALTBOX_CLIENT_EXISTS: u32 = 14;

/// Send the code, by the channel that was named, to the address that is stored.
pub const SALTBOX_EFFECT_SEND_CODE: u32 = 1;
/// End every session and refresh token of the user.
pub const SALTBOX_EFFECT_REVOKE_SESSIONS: u32 = 2;
/// Tell the user that the password was changed.
pub const SALTBOX_EFFECT_NOTIFY_PASSWORD_CHANGED: u32 = 4;
/// Store that the address is verified.
pub const SALTBOX_EFFECT_ADDRESS_VERIFIED: u32 = 8;
/// Raise the session that the request came with.
pub const SALTBOX_EFFECT_STEP_UP_SESSION: u32 = 16;
/// Give a session of the account: a first factor was right, or a reset may sign in. Others that the account has are
/// the host's. END THE SESSIONS THAT SALTBOX_EFFECT_REVOKE_SESSIONS SAYS BEFORE, or this one ends with them.
pub const SALTBOX_EFFECT_NEW_SESSION: u32 = 32;
/// Tell the user that the answers were changed.
pub const SALTBOX_EFFECT_NOTIFY_QUESTIONS_CHANGED: u32 = 64;
/// End every session of the user but the one that the request came with.
pub const SALTBOX_EFFECT_REVOKE_OTHER_SESSIONS: u32 = 128;
/// Nothing: the record has a stronger hash of the same password.
pub const SALTBOX_EFFECT_REHASHED: u32 = 256;
/// Tell the user that somebody tried to sign up with the login.
pub const SALTBOX_EFFECT_NOTIFY_SIGN_UP_TRIED: u32 = 512;

/// The record to store. Lent until the outcome is freed.
///
/// STORE IT BY COMPARE-AND-SWAP WITH THE RECORD THAT THE CALL WAS GIVEN, BEFORE ANYTHING ELSE IS DONE OR
/// SAID: replace the record that was read only where it is still the one
/// that is stored. A code that two requests bring at once is accepted in
/// both outcomes; by the one swap that succeeds it is accepted once. Where the
/// swap fails, free the outcome, read the record again and make the call again.
///
/// It is JSON in UTF-8, not NUL-terminated, of some hundred bytes to some KiB. It
/// holds no password and no code, but what they are compared with.
///
/// outcome: NULL gives NULL and length 0.
/// len_out: its length in bytes; must not be NULL, or NULL is returned.
/// Returns NULL, with length 0, where there is nothing to store.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_record(
    outcome: *const saltbox_outcome,
    len_out: *mut usize,
) -> *const u8 {
    lent(outcome, len_out, &Outcome::record)
}

/// The code to send, which is a secret and nowhere else. Lent until the outcome
/// is freed, which wipes it.
///
/// Of a link it is what goes into the link, "lookup.verifier" in characters that no
/// URL has to escape; of a one-time code the digits. ASCII, not NUL-terminated.
///
/// outcome, len_out: as for saltbox_outcome_record.
/// Returns NULL, with length 0, where there is none.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_code(
    outcome: *const saltbox_outcome,
    len_out: *mut usize,
) -> *const u8 {
    lent(outcome, len_out, &Outcome::code)
}

/// What the account is found by when the code comes back, as
/// saltbox_reset_lookup says it then: the key of a row of the host's that names
/// the account and never changes. It is no secret. Lent until the outcome is freed.
///
/// Of a one-time code it is the request code, which the client is given, also
/// where there is no such account.
///
/// outcome, len_out: as for saltbox_outcome_record.
/// Returns NULL, with length 0, where there is none.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_lookup(
    outcome: *const saltbox_outcome,
    len_out: *mut usize,
) -> *const u8 {
    lent(outcome, len_out, &Outcome::lookup)
}

/// What was decided: SALTBOX_VERDICT_..., less than 100 for a yes. For logs and
/// counters; what may be said to a client is saltbox_outcome_client. A later
/// release may add numbers.
///
/// outcome: NULL, or of a call that decides nothing of an account, such as
///   saltbox_check, gives 0.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_verdict(outcome: *const saltbox_outcome) -> u32 {
    told(outcome, |outcome| outcome.decision().code())
}

/// What may be said to a client of whom nothing is known, SALTBOX_CLIENT_..., so
/// that it learns neither whether there is such an account nor in what state it is.
///
/// outcome: as for saltbox_outcome_verdict.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_client(outcome: *const saltbox_outcome) -> u32 {
    told(outcome, |outcome| outcome.shown().code())
}

/// What the host has to do after it has stored the record: the sum of
/// SALTBOX_EFFECT_... A later release may add bits.
///
/// outcome: as for saltbox_outcome_verdict.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_effects(outcome: *const saltbox_outcome) -> u32 {
    told(outcome, |outcome| {
        outcome
            .effects()
            .fold(0, |bits, effect| bits | effect.bit())
    })
}

/// How a code is to be sent, or was, SALTBOX_CHANNEL_...: the address that
/// SALTBOX_EFFECT_ADDRESS_VERIFIED is about. 0 where it is about no code.
///
/// outcome: as for saltbox_outcome_verdict.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_channel(outcome: *const saltbox_outcome) -> u32 {
    told(outcome, |outcome| {
        outcome.channel().map_or(0, Channel::code)
    })
}

/// Seconds that a code lives, to be said in the mail; 0 where there is none.
///
/// outcome: as for saltbox_outcome_verdict.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_lifetime_s(outcome: *const saltbox_outcome) -> u64 {
    told(outcome, |outcome| outcome.lifetime_s().unwrap_or(0))
}

/// Seconds before trying again can help; 0 where no time does. It tells that
/// there is such an account, so it is not for unknown clients.
///
/// outcome: as for saltbox_outcome_verdict.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_retry_after_s(
    outcome: *const saltbox_outcome,
) -> u64 {
    told(outcome, |outcome| outcome.retry_after_s().unwrap_or(0))
}

/// A text of the outcome. The pointers are those of the caller of the C function.
pub(super) fn lent(
    outcome: *const saltbox_outcome,
    len_out: *mut usize,
    text: &dyn for<'o> Fn(&'o Outcome) -> Option<&'o str>,
) -> *const u8 {
    let mut lent = std::ptr::null();
    guard::call_void(|| {
        // SAFETY: the contract of the C function is the guard's.
        unsafe {
            if !guard::write(len_out, 0) {
                return;
            }
            let decided = guard::borrow(outcome).map(saltbox_outcome::decided);
            if let Ok(Some(text)) = decided.map(|decided| decided.and_then(text)) {
                guard::write(len_out, text.len());
                lent = text.as_ptr();
            }
        }
    });
    lent
}

/// A number of the outcome, 0 where nothing was decided. The pointer is that of the caller of the C function.
fn told<T: Default>(outcome: *const saltbox_outcome, tell: fn(&Outcome) -> T) -> T {
    let mut number = T::default();
    guard::call_void(|| {
        // SAFETY: the contract of the C function is the guard's.
        let outcome = unsafe { guard::borrow(outcome) };
        if let Ok(Some(decided)) = outcome.map(saltbox_outcome::decided) {
            number = tell(decided);
        }
    });
    number
}

#[cfg(test)]
mod tests {
    use crate::outcome::{Decision, Effect, Shown};

    /// They are literals, because cbindgen reads no others.
    #[test]
    fn every_decision_effect_and_what_is_shown_has_a_constant() {
        let source = include_str!("decided.rs");
        let rows = |kind: &str| {
            source
                .matches(&format!("pub const SALTBOX_{kind}_"))
                .count()
        };
        assert_eq!(rows("VERDICT"), Decision::all().count());
        assert_eq!(rows("CLIENT"), Shown::ALL.len());
        assert_eq!(rows("EFFECT"), Effect::ALL.len());
        let has = |kind: &str, name: &str, number: u32| {
            let name = name.to_uppercase();
            let constant = format!("SALTBOX_{kind}_{name}: u32 = {number};");
            assert!(source.contains(&constant), "{constant}");
        };
        Decision::all().for_each(|it| has("VERDICT", it.name(), it.code()));
        Shown::ALL
            .into_iter()
            .for_each(|it| has("CLIENT", it.name(), it.code()));
        Effect::ALL
            .into_iter()
            .for_each(|it| has("EFFECT", it.name(), it.bit()));
    }
}
