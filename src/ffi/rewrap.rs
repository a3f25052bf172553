use super::core::saltbox;
use super::guard;
use super::items::{Items, array_fits};
use super::password::SALTBOX_HASH_MAX;
use super::status::{
    SALTBOX_E_ARGUMENT, SALTBOX_E_BUFFER, SALTBOX_E_INTERNAL, SALTBOX_OK, SALTBOX_REJECTED,
    saltbox_status,
};
use crate::error::Error;
use crate::hash::Text;
use std::ffi::c_char;

/// Seals a stored string with the key that keys.create_key_id names, without its
/// password. One that is sealed with another key is opened with that first.
/// **Store the result by compare-and-swap on the string that was given.**
///
/// sb: must not be NULL.
/// stored, stored_len: the stored string, without a NUL. NULL only with length 0.
/// hash_out, hash_cap: the buffer, of SALTBOX_HASH_MAX bytes or more. Written for SALTBOX_OK only.
/// hash_len_out: must not be NULL. For SALTBOX_OK the length without the NUL,
///   for SALTBOX_E_BUFFER the size needed; otherwise left alone.
/// Returns SALTBOX_OK: a new string. SALTBOX_REJECTED: it is sealed with that
///   key already, or with a later one (of a larger id), and nothing is to be
///   stored. SALTBOX_E_NOT_ALLOWED: not sealed, under keys.require_pepper.
///   SALTBOX_E_KEY (no key is named, or one is missing), SALTBOX_E_SEAL (another
///   key than that of its id here), SALTBOX_E_BUFFER, SALTBOX_E_MALFORMED,
///   _UNSUPPORTED (also: it would not fit) or _LATER_RELEASE, SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_rekey(
    sb: *const saltbox,
    stored: *const c_char,
    stored_len: usize,
    hash_out: *mut c_char,
    hash_cap: usize,
    hash_len_out: *mut usize,
) -> saltbox_status {
    let out = Out(hash_out, hash_cap, hash_len_out);
    // SAFETY: the contract of this function is that of `rewritten`.
    unsafe { rewritten(sb, stored, stored_len, out, Rewrite::Rekey) }
}

/// Wraps a weak stored string in the policy's hash, without its password: its
/// digest goes through the policy's function, and only the result is stored. The
/// next sign-in is verified and asks for a rehash. Where keys.create_key_id names
/// a key, the result is sealed with it, also where nothing else is to be done.
/// The system that wrote the string can no longer read it, and what a string of
/// several readings means (see saltbox_identify) is settled for ever: the first
/// of them. A seal of a later key stays. **Store the result by compare-and-swap
/// on the string that was given.**
///
/// Parameters: as saltbox_rekey.
/// Returns SALTBOX_OK: a new string. SALTBOX_REJECTED: it is as strong as the
///   policy or wrapped already, and nothing is to be stored. What saltbox_rekey
///   returns; SALTBOX_E_NOT_ALLOWED, _LIMIT or _BUDGET for what would not be
///   verified; SALTBOX_E_BUSY, SALTBOX_E_MEMORY or SALTBOX_E_RANDOM.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_wrap(
    sb: *const saltbox,
    stored: *const c_char,
    stored_len: usize,
    hash_out: *mut c_char,
    hash_cap: usize,
    hash_len_out: *mut usize,
) -> saltbox_status {
    let out = Out(hash_out, hash_cap, hash_len_out);
    // SAFETY: the contract of this function is that of `rewritten`.
    unsafe { rewritten(sb, stored, stored_len, out, Rewrite::Wrap) }
}

/// As saltbox_rekey, for n strings. Each item begins where the one before ends,
/// the first at 0, and ends at its own end, in what is given and in what is
/// returned: an item without a new string is empty there.
///
/// sb: must not be NULL.
/// n: 1 or more.
/// stored, stored_end: n stored strings, one after the other, and their ends, not descending.
/// hashes_out, hashes_cap: the buffer, of n times SALTBOX_HASH_MAX bytes or more.
/// hash_end_out: n ends of the new strings. Must not be NULL.
/// status_out: n statuses, each as saltbox_rekey returns it. Must not be NULL.
///   Every one is written where the call was right.
/// Returns SALTBOX_OK: every item has a new string. SALTBOX_REJECTED: at least
///   one has none, see status_out. SALTBOX_E_BUFFER or SALTBOX_E_ARGUMENT:
///   nothing was done, and nothing written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_rekey_batch(
    sb: *const saltbox,
    n: usize,
    stored: *const c_char,
    stored_end: *const usize,
    hashes_out: *mut c_char,
    hashes_cap: usize,
    hash_end_out: *mut usize,
    status_out: *mut saltbox_status,
) -> saltbox_status {
    let out = BatchOut(hashes_out, hashes_cap, hash_end_out, status_out);
    // SAFETY: the contract of this function is that of `each_rewritten`.
    unsafe { each_rewritten(sb, n, stored, stored_end, out, Rewrite::Rekey) }
}

/// As saltbox_wrap, for n strings in one slot, several at once; where there
/// is none each item is SALTBOX_E_BUSY. Of a batch that was interrupted nothing
/// is lost: every string is wrapped by itself, and never twice.
///
/// Parameters and return values: as saltbox_rekey_batch, with the statuses of saltbox_wrap.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_wrap_batch(
    sb: *const saltbox,
    n: usize,
    stored: *const c_char,
    stored_end: *const usize,
    hashes_out: *mut c_char,
    hashes_cap: usize,
    hash_end_out: *mut usize,
    status_out: *mut saltbox_status,
) -> saltbox_status {
    let out = BatchOut(hashes_out, hashes_cap, hash_end_out, status_out);
    // SAFETY: the contract of this function is that of `each_rewritten`.
    unsafe { each_rewritten(sb, n, stored, stored_end, out, Rewrite::Wrap) }
}

/// What is done with a string.
enum Rewrite {
    Rekey,
    Wrap,
}

/// A buffer, its size, and where to write how much of it was used.
struct Out(*mut c_char, usize, *mut usize);

/// As [`Out`] for a batch, with where each string ends, and what became of each.
struct BatchOut(*mut c_char, usize, *mut usize, *mut saltbox_status);

/// # Safety
/// The contract of an exported function.
unsafe fn rewritten(
    sb: *const saltbox,
    stored: *const c_char,
    stored_len: usize,
    Out(hash_out, hash_cap, hash_len_out): Out,
    rewrite: Rewrite,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: by the caller's contract, which is the guard's.
        let (sb, stored) =
            unsafe { (guard::borrow(sb)?, guard::input(stored.cast(), stored_len)?) };
        if hash_len_out.is_null() || (hash_out.is_null() && hash_cap != 0) {
            return Err(SALTBOX_E_ARGUMENT);
        }
        if hash_cap < SALTBOX_HASH_MAX {
            // SAFETY: as above.
            unsafe { guard::write_required(hash_len_out, SALTBOX_HASH_MAX)? };
            return Err(SALTBOX_E_BUFFER);
        }
        let text = match rewrite {
            Rewrite::Rekey => sb.core.rekey_text(stored),
            Rewrite::Wrap => sb.core.wrap_text(stored),
        };
        let Some(text) = text.map_err(|error| error.kind().status())? else {
            return Ok(SALTBOX_REJECTED);
        };
        let text = text.as_str();
        // SAFETY: the buffer has room for every text and its NUL.
        unsafe {
            guard::write_text(hash_out.cast(), text);
            guard::write_required(hash_len_out, text.len())?;
        }
        Ok(SALTBOX_OK)
    })
}

/// # Safety
/// The contract of an exported function.
unsafe fn each_rewritten(
    sb: *const saltbox,
    n: usize,
    stored: *const c_char,
    stored_end: *const usize,
    BatchOut(hashes_out, hashes_cap, hash_end_out, status_out): BatchOut,
    rewrite: Rewrite,
) -> saltbox_status {
    guard::call(|| {
        let is_null = hashes_out.is_null() || hash_end_out.is_null() || status_out.is_null();
        if n == 0 || !array_fits(n, SALTBOX_HASH_MAX) || is_null {
            return Err(SALTBOX_E_ARGUMENT);
        }
        if hashes_cap < n * SALTBOX_HASH_MAX {
            return Err(SALTBOX_E_BUFFER);
        }
        // SAFETY: by the caller's contract, which is the guard's.
        let (sb, items) = unsafe {
            (
                guard::borrow(sb)?,
                Items::new(stored.cast(), stored_end, n)?,
            )
        };
        let mut end = 0;
        // SAFETY: `i` is below `n`, and `end` leaves room for every string that is still to come.
        let mut set = |i, status, text: &str| unsafe {
            guard::write_text(hashes_out.add(end).cast(), text);
            end += text.len();
            guard::write_at(hash_end_out, i, end);
            guard::write_at(status_out, i, status);
        };
        // Should one of them panic, none after it keeps a wrong reason.
        for i in 0..n {
            set(i, SALTBOX_E_INTERNAL, "");
        }
        let mut is_all = true;
        let answer = |i, result: Result<Option<Text>, Error>| {
            let (status, text) = match &result {
                Ok(Some(text)) => (SALTBOX_OK, text.as_str()),
                Ok(None) => (SALTBOX_REJECTED, ""),
                Err(error) => (error.kind().status(), ""),
            };
            set(i, status, text);
            is_all &= status == SALTBOX_OK;
        };
        match rewrite {
            Rewrite::Rekey => sb.core.rekey_each(n, |i| items.get(i), answer),
            Rewrite::Wrap => sb.core.wrap_each(n, |i| items.get(i), answer),
        }
        Ok(if is_all { SALTBOX_OK } else { SALTBOX_REJECTED })
    })
}
