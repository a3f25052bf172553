//! The arrays of a batch.

use super::guard;
use super::status::{SALTBOX_E_ARGUMENT, saltbox_status};

/// Whether there can be an array of `n` elements of so many bytes.
pub(super) fn array_fits(n: usize, element_bytes: usize) -> bool {
    n.checked_mul(element_bytes)
        .is_some_and(|bytes| isize::try_from(bytes).is_ok())
}

/// The items of a batch: bytes, one after the other, and where each ends.
pub(super) struct Items<'a> {
    bytes: &'a [u8],
    ends: *const usize,
}

impl Items<'_> {
    /// Checks that the ends do not descend, so that every item lies within the bytes.
    ///
    /// # Safety
    /// `ends` is NULL or has `n` elements, `n` above zero; `bytes` has as many bytes as the last of them says.
    pub(super) unsafe fn new(
        bytes: *const u8,
        ends: *const usize,
        n: usize,
    ) -> Result<Self, saltbox_status> {
        if ends.is_null() {
            return Err(SALTBOX_E_ARGUMENT);
        }
        let mut last = 0;
        for i in 0..n {
            // SAFETY: `i` is below `n`.
            let end = unsafe { guard::element_at(ends, i) };
            if end < last {
                return Err(SALTBOX_E_ARGUMENT);
            }
            last = end;
        }
        // SAFETY: `last` bytes are there by the contract.
        let bytes = unsafe { guard::input(bytes, last)? };
        Ok(Self { bytes, ends })
    }

    /// Item `i`, below the `n` of [`Items::new`].
    pub(super) fn get(&self, i: usize) -> &[u8] {
        // SAFETY: `new` has read as many ends, and they live as long as the call.
        let end = |i| unsafe { guard::element_at(self.ends, i) };
        let start = if i == 0 { 0 } else { end(i - 1) };
        self.bytes.get(start..end(i)).unwrap_or_default()
    }
}
