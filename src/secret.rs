//! Secret bytes: fixed buffers that wipe themselves, and the constant-time compare.

use crate::arch::wipe;
use crate::error::{Error, ErrorKind};
use subtle::ConstantTimeEq;
#[cfg(feature = "imports")]
use zeroize::Zeroize;

/// Up to `N` bytes on the stack, wiped when dropped. No `Debug`, no `Clone`.
pub(crate) struct FixedBytes<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> FixedBytes<N> {
    /// `len` zero bytes; `len` is cut to `N`.
    pub(crate) fn zeroed(len: usize) -> Self {
        Self {
            bytes: [0; N],
            len: len.min(N),
        }
    }

    /// A copy of `source`, or `None` where it is longer than `N`.
    pub(crate) fn copy_of(source: &[u8]) -> Option<Self> {
        let mut copy = Self::zeroed(source.len());
        copy.bytes.get_mut(..source.len())?.copy_from_slice(source);
        Some(copy)
    }

    /// The first `len` bytes, all where there are fewer.
    #[cfg(feature = "imports")]
    pub(crate) fn cut(mut self, len: usize) -> Self {
        self.len = self.len.min(len);
        self
    }

    /// Leaves the first `len` bytes, and wipes the others.
    #[cfg(feature = "imports")]
    pub(crate) fn truncate(&mut self, len: usize) {
        wipe(self.as_mut_slice().get_mut(len..).unwrap_or_default());
        self.len = self.len.min(len);
    }

    /// Appends `more`, or nothing where it does not fit.
    pub(crate) fn extend(&mut self, more: &[u8]) -> Option<()> {
        let len = self.len + more.len();
        self.bytes.get_mut(self.len..len)?.copy_from_slice(more);
        self.len = len;
        Some(())
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        self.bytes.get_mut(..self.len).unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }
}

impl<const N: usize> Drop for FixedBytes<N> {
    fn drop(&mut self) {
        wipe(&mut self.bytes);
    }
}

/// Fills `bytes` from the system's generator, the only source of randomness there is.
///
/// # Errors
/// [`ErrorKind::Random`] where it gives none; nothing stands in for it.
pub(crate) fn fill_random(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|_| {
        wipe(bytes);
        Error::new(ErrorKind::Random, "the system gave no randomness")
    })
}

/// A text on the heap, wiped when dropped.
#[cfg(feature = "imports")]
pub(crate) struct SecretText(String);

#[cfg(feature = "imports")]
impl SecretText {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }
}

#[cfg(feature = "imports")]
impl std::ops::Deref for SecretText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

#[cfg(feature = "imports")]
impl Drop for SecretText {
    /// Not inlined, as that of `Zeroizing` is.
    #[inline(never)]
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Whether `a` and `b` are equal, in time that depends on their lengths only.
///
/// Slices of different length are unequal; the lengths are not secret.
#[must_use]
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_only_when_every_byte_and_the_length_are() {
        let tag = [0x5a_u8; 32];
        assert!(constant_time_eq(&tag, &tag));
        assert!(!constant_time_eq(&tag, &tag[..31]));
        assert!(constant_time_eq(&[], &[]));
        for at in 0..32 {
            for bit in 0..8 {
                let mut other = tag;
                other[at] ^= 1 << bit;
                assert!(!constant_time_eq(&tag, &other), "byte {at} bit {bit}");
            }
        }
        for a in 0..=255_u8 {
            for b in 0..=255_u8 {
                assert_eq!(constant_time_eq(&[a], &[b]), a == b);
            }
        }
    }

    #[test]
    fn fixed_bytes_refuse_what_does_not_fit() {
        assert!(FixedBytes::<4>::copy_of(&[1, 2, 3, 4, 5]).is_none());
        let bytes = FixedBytes::<4>::copy_of(&[1, 2, 3]).expect("fits");
        assert_eq!(bytes.as_slice(), [1, 2, 3]);
        assert_eq!(bytes.len(), 3);
    }
}
