use super::core::saltbox;
use super::guard;
use super::items::{Items, array_fits};
use super::status::{
    SALTBOX_E_ARGUMENT, SALTBOX_E_BUFFER, SALTBOX_E_INTERNAL, SALTBOX_OK, SALTBOX_REJECTED,
    saltbox_status,
};
use crate::error::Error;
use crate::hash::Verdict;
use std::ffi::c_char;

/// Room for every string that saltbox_hash writes, with the NUL.
pub const SALTBOX_HASH_MAX: usize = 1024;

const _: () = assert!(SALTBOX_HASH_MAX == crate::hash::HASH_MAX);

/// Makes the string to store for a password, under a fresh random salt.
///
/// sb: must not be NULL.
/// password, password_len: UTF-8, 1 to 4096 bytes; NUL bytes count like others,
///   but scrypt and PBKDF2 take none at the end. bcrypt takes 72 bytes and no NUL.
/// hash_out, hash_cap: the buffer; SALTBOX_HASH_MAX is always enough. NULL only
///   with hash_cap 0, which asks for the size. Written for SALTBOX_OK only.
/// hash_len_out: must not be NULL. For SALTBOX_OK the length without the NUL,
///   for SALTBOX_E_BUFFER the size needed with it; otherwise left alone.
/// Returns SALTBOX_OK, SALTBOX_E_BUFFER (before any work),
///   SALTBOX_E_PASSWORD_EMPTY, _TOO_LONG, _NOT_UTF8 or _NUL,
///   SALTBOX_E_BUSY (before any work: no slot came free in time),
///   SALTBOX_E_KEY (before any work: the key that seals is missing),
///   SALTBOX_E_MEMORY, SALTBOX_E_RANDOM or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_hash(
    sb: *const saltbox,
    password: *const u8,
    password_len: usize,
    hash_out: *mut c_char,
    hash_cap: usize,
    hash_len_out: *mut usize,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        let (sb, password) = unsafe { (guard::borrow(sb)?, guard::input(password, password_len)?) };
        if hash_len_out.is_null() || (hash_out.is_null() && hash_cap != 0) {
            return Err(SALTBOX_E_ARGUMENT);
        }
        let needed = sb.core.hash_len() + 1;
        if hash_cap < needed {
            // SAFETY: as above.
            unsafe { guard::write_required(hash_len_out, needed)? };
            return Err(SALTBOX_E_BUFFER);
        }
        let text = sb.core.hash_text(password).map_err(|e| e.kind().status())?;
        let text = text.as_str();
        if text.len() >= hash_cap {
            return Err(SALTBOX_E_INTERNAL);
        }
        // SAFETY: the buffer has `hash_cap` bytes, more than the text has.
        unsafe {
            guard::write_text(hash_out.cast(), text);
            guard::write_required(hash_len_out, text.len())?;
        }
        Ok(SALTBOX_OK)
    })
}

/// Whether a password is the one a stored string was made from.
///
/// sb: must not be NULL.
/// stored_or_null, stored_len: the stored string, without a NUL; length 0 for a
///   user that does not exist, which costs as much and is rejected.
/// password, password_len: any bytes. Nothing in them makes the call fail: over
///   4096 bytes they are rejected, not UTF-8 they are tried as they are.
/// rehash_or_null: 1 where the password is right, can be set, and should be
///   hashed anew, 0 otherwise; always written. May be NULL.
/// Returns SALTBOX_OK: right. SALTBOX_REJECTED: wrong, or no such user. After
///   equal work, for the stored string: SALTBOX_E_MALFORMED, _UNSUPPORTED,
///   _NOT_ALLOWED, _LATER_RELEASE, _LIMIT, _BUDGET, _KEY (the key it is sealed
///   with is missing) or _SEAL (it is another one). Before any work:
///   SALTBOX_E_BUSY (no slot came free in time), SALTBOX_E_MEMORY, SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_verify(
    sb: *const saltbox,
    stored_or_null: *const c_char,
    stored_len: usize,
    password: *const u8,
    password_len: usize,
    rehash_or_null: *mut u32,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        let (sb, stored, password) = unsafe {
            guard::write(rehash_or_null, 0);
            (
                guard::borrow(sb)?,
                guard::input(stored_or_null.cast(), stored_len)?,
                guard::input(password, password_len)?,
            )
        };
        let (status, rehash) = told(sb.core.verify_bytes(stored, password));
        // SAFETY: as above.
        unsafe { guard::write(rehash_or_null, rehash) };
        Ok(status)
    })
}

/// Verifies n passwords. Each item begins where the one before ends, the first
/// at 0, and ends at its own end; an empty stored item is a user that does not
/// exist. All are computed in one slot, which they keep for as long as that
/// takes; where there is none, each item is SALTBOX_E_BUSY. Of eight items in a
/// row those with the same costs are computed at once, which takes less time for
/// each, as far as a slot's share of the work memory has room for it.
///
/// sb: must not be NULL.
/// n: 1 or more; for 0 or an impossible number nothing is written.
/// stored, passwords: all items, one after the other; NULL only where all are empty.
/// stored_end, password_end: n ends each, not descending. Must not be NULL.
/// status_out: n statuses, each as saltbox_verify returns it. Must not be NULL.
///   Every one is written, SALTBOX_E_ARGUMENT where the call was wrong.
/// rehash_or_null: n flags, as for saltbox_verify; NULL where not wanted.
/// Returns SALTBOX_OK: every password is right. SALTBOX_REJECTED: at least one
///   is not, see status_out. SALTBOX_E_ARGUMENT: nothing was verified.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_verify_batch(
    sb: *const saltbox,
    n: usize,
    stored: *const c_char,
    stored_end: *const usize,
    passwords: *const u8,
    password_end: *const usize,
    status_out: *mut saltbox_status,
    rehash_or_null: *mut u32,
) -> saltbox_status {
    guard::call(|| {
        if n == 0 || !array_fits(n, size_of::<usize>()) {
            return Err(SALTBOX_E_ARGUMENT);
        }
        // SAFETY: the contract of this function is the guard's, here and below;
        // `i` stays below `n`.
        let set = |i, status, rehash| unsafe {
            guard::write_at(status_out, i, status);
            guard::write_at(rehash_or_null, i, rehash);
        };
        for i in 0..n {
            set(i, SALTBOX_E_ARGUMENT, 0);
        }
        if status_out.is_null() {
            return Err(SALTBOX_E_ARGUMENT);
        }
        // SAFETY: as above.
        let (sb, stored, passwords) = unsafe {
            (
                guard::borrow(sb)?,
                Items::new(stored.cast(), stored_end, n)?,
                Items::new(passwords, password_end, n)?,
            )
        };
        // Should one of them panic, none after it keeps a wrong reason.
        for i in 0..n {
            set(i, SALTBOX_E_INTERNAL, 0);
        }
        let mut all_right = true;
        let item = |i| (stored.get(i), passwords.get(i));
        sb.core.verify_each(n, item, |i, verdict| {
            let (status, rehash) = told(verdict);
            set(i, status, rehash);
            all_right &= status == SALTBOX_OK;
        });
        Ok(if all_right {
            SALTBOX_OK
        } else {
            SALTBOX_REJECTED
        })
    })
}

/// The status and the rehash flag for a verdict.
fn told(verdict: Result<Verdict, Error>) -> (saltbox_status, u32) {
    match verdict {
        Ok(Verdict::Accepted { rehash }) => (SALTBOX_OK, u32::from(rehash)),
        Ok(Verdict::Rejected) => (SALTBOX_REJECTED, 0),
        Err(error) => (error.kind().status(), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{saltbox_free, saltbox_new, saltbox_stats};
    use super::*;
    use crate::ffi::{saltbox_config_free, saltbox_config_parse, saltbox_counters};
    use crate::hash::work;

    const SETTINGS: &[u8] =
        br#"{"hash":{"create":{"profile":"test-only"},"max_running":1,"queue_ms":0}}"#;
    const PASSWORD: &[u8] = b"correct horse";

    /// In the only slot there is, so that a slot that got lost would be noticed.
    #[test]
    fn a_panic_in_the_middle_of_a_job_is_a_status_and_loses_nothing() {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        // SAFETY: every pointer is that of a local, with its length.
        unsafe {
            let (mut config, mut sb) = (std::ptr::null_mut(), std::ptr::null_mut());
            let null = std::ptr::null_mut();
            let parsed =
                saltbox_config_parse(SETTINGS.as_ptr(), SETTINGS.len(), &raw mut config, null);
            assert_eq!(parsed, SALTBOX_OK);
            assert_eq!(saltbox_new(config, &raw mut sb), SALTBOX_OK);
            let mut stored = [0 as c_char; SALTBOX_HASH_MAX];
            let mut len = 0;
            let mut hash = |len: &mut usize| {
                let (out, cap) = (stored.as_mut_ptr(), stored.len());
                saltbox_hash(sb, PASSWORD.as_ptr(), PASSWORD.len(), out, cap, len)
            };
            work::plant_panic();
            assert_eq!(hash(&mut len), SALTBOX_E_INTERNAL);
            assert_eq!(len, 0);
            assert_eq!(hash(&mut len), SALTBOX_OK);

            let verify = |rehash: &mut u32| {
                let (password, stored) = (PASSWORD.as_ptr(), stored.as_ptr());
                saltbox_verify(sb, stored, len, password, PASSWORD.len(), rehash)
            };
            let mut rehash = 7;
            work::plant_panic();
            assert_eq!((verify(&mut rehash), rehash), (SALTBOX_E_INTERNAL, 0));
            assert_eq!((verify(&mut rehash), rehash), (SALTBOX_OK, 0));

            let (ends, password_ends) = ([len, len, len], [PASSWORD.len(); 3]);
            let batch = |status: &mut [i32; 3]| {
                let (stored, password) = (stored.as_ptr(), PASSWORD.as_ptr());
                let (ends, password_ends) = (ends.as_ptr(), password_ends.as_ptr());
                let out = status.as_mut_ptr();
                saltbox_verify_batch(
                    sb,
                    3,
                    stored,
                    ends,
                    password,
                    password_ends,
                    out,
                    null.cast(),
                )
            };
            let mut status = [7; 3];
            work::plant_panic();
            assert_eq!(batch(&mut status), SALTBOX_E_INTERNAL);
            assert_eq!(status, [SALTBOX_E_INTERNAL; 3]);
            assert_eq!(batch(&mut status), SALTBOX_REJECTED);
            assert_eq!(status, [SALTBOX_OK, SALTBOX_REJECTED, SALTBOX_REJECTED]);

            let mut counters: saltbox_counters = std::mem::zeroed();
            counters.struct_size = 1192;
            assert_eq!(saltbox_stats(sb, &raw mut counters), SALTBOX_OK);
            assert_eq!((counters.running, counters.busy, counters.jobs), (0, 0, 6));
            saltbox_config_free(config);
            saltbox_free(sb);
        }
        std::panic::set_hook(hook);
    }
}
