//! The boundary: cancellation held off, panics caught, pointers checked.
//!
//! Every unsafe function here has the same contract, which is the header's: a
//! pointer that is not NULL points to what its type and length say, for the
//! whole of the call, and handles came from saltbox and are not freed.

use super::diag::saltbox_diag;
use super::status::{SALTBOX_E_ARGUMENT, SALTBOX_E_INTERNAL, saltbox_status};
use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a body returns: the status either way, so that `?` can end it early.
pub(super) type Ended = Result<saltbox_status, saltbox_status>;

/// Runs the body of an exported function.
///
/// Nothing in `body` is a cancellation point for the host's thread, and a
/// panic becomes `SALTBOX_E_INTERNAL`. The panic hook still prints, so texts
/// of panics are fixed and hold nothing of the input.
pub(super) fn call(body: impl FnOnce() -> Ended) -> saltbox_status {
    let mut body = Some(body);
    guarded(&mut || body.take().map_or(Err(SALTBOX_E_INTERNAL), |body| body()))
}

/// Not generic: each of fifty exported functions would have its own.
#[inline(never)]
fn guarded(body: &mut dyn FnMut() -> Ended) -> saltbox_status {
    cancellation::held_off(|| match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(status) | Err(status)) => status,
        Err(payload) => {
            // The payload's own drop could panic too; it is ours and small, so it is left.
            std::mem::forget(payload);
            SALTBOX_E_INTERNAL
        }
    })
}

/// As [`call`], for a function with a diag, which a panic in `body` leaves to be written here.
///
/// # Safety
/// The contract above: `diag_or_null` is NULL or writable.
pub(super) unsafe fn call_with_diag(
    diag_or_null: *mut saltbox_diag,
    body: impl FnOnce() -> Ended,
) -> saltbox_status {
    let status = call(body);
    if status == SALTBOX_E_INTERNAL {
        // SAFETY: by the caller's contract.
        call_void(|| unsafe {
            write(diag_or_null, saltbox_diag::internal());
        });
    }
    status
}

/// Runs the body of an exported function that returns nothing.
pub(super) fn call_void(body: impl FnOnce()) {
    let _ = call(|| {
        body();
        Ok(0)
    });
}

#[cfg(target_os = "linux")]
mod cancellation {
    use std::ffi::c_int;

    /// The same number in glibc and musl. (`libc` has neither name on Linux.)
    const PTHREAD_CANCEL_DISABLE: c_int = 1;

    unsafe extern "C-unwind" {
        fn pthread_setcancelstate(state: c_int, old_state: *mut c_int) -> c_int;
    }

    /// Runs `body` while the thread cannot be cancelled.
    ///
    /// `getrandom` and `madvise` are cancellation points, and glibc cancels by
    /// unwinding, which no Rust frame with a catch or a destructor survives.
    /// When the state is set back nothing of that kind is left on the stack.
    pub(super) fn held_off<T: Copy>(body: impl FnOnce() -> T) -> T {
        let mut old_state = 0;
        // SAFETY: writes the old state to a local; no state fails to be set.
        let held = unsafe { pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &raw mut old_state) };
        let result = body();
        if held == 0 {
            // SAFETY: sets back what was read above; NULL means "not wanted".
            unsafe { pthread_setcancelstate(old_state, std::ptr::null_mut()) };
        }
        result
    }
}

#[cfg(not(target_os = "linux"))]
mod cancellation {
    /// Other systems: SECURITY.md says that threads which call saltbox must not be cancelled.
    pub(super) fn held_off<T: Copy>(body: impl FnOnce() -> T) -> T {
        body()
    }
}

/// The input `(pointer, len)`. NULL stands for nothing, and only with length 0.
///
/// # Safety
/// The contract above: `len` readable bytes that do not change during the call.
pub(super) unsafe fn input<'a>(pointer: *const u8, len: usize) -> Result<&'a [u8], saltbox_status> {
    if len == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() || isize::try_from(len).is_err() {
        return Err(SALTBOX_E_ARGUMENT);
    }
    // SAFETY: not NULL, at most `isize::MAX` bytes, readable by the caller's contract.
    Ok(unsafe { std::slice::from_raw_parts(pointer, len) })
}

/// As [`input`], for bytes that the caller keeps for longer than the call.
///
/// # Safety
/// The contract above, and the bytes stay readable and unchanged until what was
/// made from them is dropped.
pub(super) unsafe fn kept(pointer: *const u8, len: usize) -> Result<&'static [u8], saltbox_status> {
    // SAFETY: by the caller's contract, which gives the lifetime.
    unsafe { input(pointer, len) }
}

/// Element `index` of an array of numbers, which may be unaligned.
///
/// # Safety
/// The contract above: the array is not NULL and has more than `index` elements.
pub(super) unsafe fn element_at<T: Copy>(array: *const T, index: usize) -> T {
    // SAFETY: by the caller's contract.
    unsafe { array.add(index).read_unaligned() }
}

/// The value behind a handle.
///
/// # Safety
/// The contract above.
pub(super) unsafe fn borrow<'a, T>(handle: *const T) -> Result<&'a T, saltbox_status> {
    // SAFETY: NULL or a live value by the caller's contract.
    unsafe { handle.as_ref() }.ok_or(SALTBOX_E_ARGUMENT)
}

/// The value behind a handle that nothing else uses.
///
/// # Safety
/// The contract above, and no other call uses the handle at the same time.
pub(super) unsafe fn borrow_mut<'a, T>(handle: *mut T) -> Result<&'a mut T, saltbox_status> {
    // SAFETY: NULL or a live value that is ours alone, by the caller's contract.
    unsafe { handle.as_mut() }.ok_or(SALTBOX_E_ARGUMENT)
}

/// Gives `value` to the caller, who frees it with the type's `_free` function.
pub(super) fn into_handle<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

/// Ends a handle. NULL is fine.
///
/// # Safety
/// The contract above; the handle is not used again.
pub(super) unsafe fn free<T>(handle: *mut T) {
    if !handle.is_null() {
        // SAFETY: `into_handle` made it, and the caller gives it up.
        drop(unsafe { Box::from_raw(handle) });
    }
}

/// Writes an out-parameter, which may be unaligned; `false` for NULL.
///
/// # Safety
/// The contract above: NULL or writable.
pub(super) unsafe fn write<T>(out: *mut T, value: T) -> bool {
    if out.is_null() {
        return false;
    }
    // SAFETY: not NULL, writable by the caller's contract. `T` has no destructor that an overwrite would skip.
    unsafe { out.write_unaligned(value) };
    true
}

/// Writes an out-parameter that must not be NULL.
///
/// # Safety
/// As for [`write`].
pub(super) unsafe fn write_required<T>(out: *mut T, value: T) -> Result<(), saltbox_status> {
    // SAFETY: the caller's contract is the same.
    if unsafe { write(out, value) } {
        Ok(())
    } else {
        Err(SALTBOX_E_ARGUMENT)
    }
}

/// The first field of a struct, which may be unaligned.
///
/// # Safety
/// The contract above: NULL or a struct that begins with an `F`.
pub(super) unsafe fn first_field<T, F: Copy>(pointer: *const T) -> Result<F, saltbox_status> {
    if pointer.is_null() {
        return Err(SALTBOX_E_ARGUMENT);
    }
    // SAFETY: not NULL, and begins with an `F` by the caller's contract.
    Ok(unsafe { pointer.cast::<F>().read_unaligned() })
}

/// Writes the first `len` bytes of `value`, which has as many, to a struct that may be shorter than `T`.
///
/// # Safety
/// The contract above: `out` is not NULL and has `len` bytes.
pub(super) unsafe fn write_prefix<T>(out: *mut T, value: &T, len: usize) {
    let from = std::ptr::from_ref(value).cast::<u8>();
    // SAFETY: by the caller's contract; `value` is a local of ours, so they do not overlap.
    unsafe { std::ptr::copy_nonoverlapping(from, out.cast(), len.min(size_of::<T>())) };
}

/// Writes element `index` of an array of statuses or flags, which may be unaligned; nothing for NULL.
///
/// # Safety
/// The contract above: the array is NULL or has more than `index` elements.
pub(super) unsafe fn write_at<T>(array: *mut T, index: usize, value: T) {
    if !array.is_null() {
        // SAFETY: in bounds by the caller's contract.
        unsafe { array.add(index).write_unaligned(value) };
    }
}

/// Copies `bytes` to the caller's buffer, which has room for them.
///
/// # Safety
/// The contract above: `bytes.len()` writable bytes that do not overlap `bytes`.
pub(super) unsafe fn write_bytes(out: *mut u8, bytes: &[u8]) {
    // SAFETY: by the caller's contract.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), out, bytes.len()) };
}

/// Copies `text` and a NUL to the caller's buffer, which has room for both.
///
/// # Safety
/// The contract above: `text.len() + 1` writable bytes that do not overlap `text`.
pub(super) unsafe fn write_text(out: *mut u8, text: &str) {
    // SAFETY: by the caller's contract.
    unsafe {
        write_bytes(out, text.as_bytes());
        out.add(text.len()).write(0);
    }
}

/// As much of `text` as leaves room for a NUL, cut between characters.
pub(super) fn c_text<const N: usize>(text: &str) -> [c_char; N] {
    let mut out = [0; N];
    let mut end = text.len().min(N - 1);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    for (to, from) in out.iter_mut().zip(text.bytes().take(end)) {
        // A NUL would end the C string early.
        *to = c_char::from_ne_bytes([if from == 0 { b'?' } else { from }]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_status() {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let status = call(|| panic!("planted"));
        let void = std::panic::catch_unwind(|| call_void(|| panic!("planted")));
        let mut diag = saltbox_diag::argument(0);
        // SAFETY: the diag is a local.
        let told = unsafe { call_with_diag(&raw mut diag, || panic!("planted")) };
        std::panic::set_hook(hook);
        assert_eq!(status, SALTBOX_E_INTERNAL);
        assert_eq!(
            (told, diag.status),
            (SALTBOX_E_INTERNAL, SALTBOX_E_INTERNAL)
        );
        assert!(void.is_ok());
        assert_eq!(call(|| Ok(0)), 0);
        assert_eq!(call(|| Err(10)), 10);
    }

    #[test]
    fn inputs_are_null_only_when_empty() {
        let byte = 7_u8;
        // SAFETY: the lengths are those of the pointers.
        unsafe {
            assert_eq!(input(std::ptr::null(), 0), Ok(&[][..]));
            assert_eq!(input(&raw const byte, 0), Ok(&[][..]));
            assert_eq!(input(&raw const byte, 1), Ok(&[7][..]));
            assert_eq!(input(std::ptr::null(), 1), Err(SALTBOX_E_ARGUMENT));
            assert_eq!(input(&raw const byte, usize::MAX), Err(SALTBOX_E_ARGUMENT));
        }
    }

    #[test]
    fn text_is_cut_between_characters_and_always_ends() {
        let text = c_text::<4>("a\u{20ac}b");
        assert_eq!(text.map(|c| c.to_ne_bytes()[0]), *b"a\0\0\0");
        let text = c_text::<5>("a\u{20ac}b");
        assert_eq!(text.map(|c| c.to_ne_bytes()[0]), *b"a\xe2\x82\xac\0");
        assert_eq!(c_text::<3>("\0x").map(|c| c.to_ne_bytes()[0]), *b"?x\0");
    }
}
