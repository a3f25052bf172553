//! phpass's portable hash with MD5 (`$P$`, phpBB's `$H$`) and Drupal 7's with SHA-512 (`$S$`).
//! The length of the password shows in the time, its bytes do not.

use super::Scheme;
use super::hash_function::{HashBased, HashFunction, Sum, feed};
use super::kdf::Parameter;
use crate::error::{Bound, Error, ErrorKind};
use md5::Md5;
use sha2::Sha512;
use sha2::digest::{Digest, FixedOutputReset};
use std::ops::RangeInclusive;

/// The hash function under phpass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PhpassHash {
    /// MD5, `$P$` and `$H$`.
    Md5,
    /// SHA-512, Drupal's `$S$`.
    Sha512,
}

impl PhpassHash {
    const fn function(self) -> HashFunction {
        match self {
            Self::Md5 => HashFunction::Md5,
            Self::Sha512 => HashFunction::Sha512,
        }
    }
}

/// Cost parameters of phpass. Verified, never made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Phpass {
    hash: PhpassHash,
    log2_count: u8,
}

/// phpass PasswordHash.php (`crypt_private`) and Drupal 7 includes/password.inc refuse what lies outside.
pub(crate) const MIN_LOG2_COUNT: u8 = 7;
pub(crate) const MAX_LOG2_COUNT: u8 = 30;

/// The only length of salt, as text.
pub(crate) const SALT_BYTES: usize = 8;

/// Drupal 7 cuts its strings to 55 characters (`DRUPAL_HASH_LENGTH`): 43 of tag,
/// which are 32 bytes and two bits.
const DRUPAL_TAG_BYTES: usize = 33;
const DRUPAL_LAST_BITS: u8 = 0b11;

/// Drupal 7 hashes no longer password (`_password_crypt` in includes/password.inc).
const DRUPAL_MAX_PASSWORD_BYTES: usize = 512;

impl Phpass {
    /// phpass with this hash function and 2^`log2_count` iterations.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where `log2_count` is not from 7 to 30.
    pub fn new(hash: PhpassHash, log2_count: u8) -> Result<Self, Error> {
        let bound = match log2_count {
            0..MIN_LOG2_COUNT => Bound::AtLeast(u64::from(MIN_LOG2_COUNT)),
            MIN_LOG2_COUNT..=MAX_LOG2_COUNT => return Ok(Self::fixed(hash, log2_count)),
            _ => Bound::AtMost(u64::from(MAX_LOG2_COUNT)),
        };
        let (kind, value) = (ErrorKind::Argument, u64::from(log2_count));
        Err(Error::out_of_bounds(kind, "log2 count", value, bound))
    }

    /// As [`Self::new`], for a number that is known to be in range.
    pub(crate) const fn fixed(hash: PhpassHash, log2_count: u8) -> Self {
        Self { hash, log2_count }
    }

    /// The hash function.
    #[must_use]
    pub const fn hash(&self) -> PhpassHash {
        self.hash
    }

    /// log2 of the iterations.
    #[must_use]
    pub const fn log2_count(&self) -> u8 {
        self.log2_count
    }

    /// Bytes of tag: one length only.
    pub(crate) const fn tag_bytes(&self) -> usize {
        match self.hash {
            PhpassHash::Md5 => 16,
            PhpassHash::Sha512 => DRUPAL_TAG_BYTES,
        }
    }

    fn run<D: Digest + FixedOutputReset>(&self, password: &[u8], salt: &[u8], tag: &mut [u8]) {
        let (mut hash, mut sum) = (D::new(), Sum::<D>::zeroed());
        feed(&mut hash, salt);
        feed(&mut hash, password);
        sum.take(&mut hash);
        for _ in 0..1_u32 << self.log2_count {
            feed(&mut hash, sum.as_slice());
            feed(&mut hash, password);
            sum.take(&mut hash);
        }
        sum.copy_to(tag);
    }
}

impl HashBased for Phpass {
    const MAX_SALT: usize = SALT_BYTES;

    fn longest_input(&self) -> usize {
        match self.hash {
            PhpassHash::Md5 => usize::MAX,
            PhpassHash::Sha512 => DRUPAL_MAX_PASSWORD_BYTES,
        }
    }

    fn scheme(&self) -> Scheme {
        match self.hash {
            PhpassHash::Md5 => Scheme::Phpass,
            PhpassHash::Sha512 => Scheme::Drupal7,
        }
    }

    fn hash_function(&self) -> HashFunction {
        self.hash.function()
    }

    fn tag_lengths(&self) -> RangeInclusive<usize> {
        self.tag_bytes()..=self.tag_bytes()
    }

    fn calls(&self) -> u64 {
        1 << self.log2_count
    }

    fn compressions(&self, password_len: usize, salt_len: usize) -> u64 {
        let function = self.hash.function();
        let with = |other: usize| function.compressions(password_len.saturating_add(other) as u64);
        with(function.output_bytes())
            .saturating_mul(self.calls())
            .saturating_add(with(salt_len))
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter)) {
        say("log2_count", Parameter::Number(u32::from(self.log2_count)));
    }

    fn derive(&self, password: &[u8], salt: &[u8], tag: &mut [u8]) {
        match self.hash {
            PhpassHash::Md5 => self.run::<Md5>(password, salt, tag),
            PhpassHash::Sha512 => {
                self.run::<Sha512>(password, salt, tag);
                if let Some(last) = tag.get_mut(DRUPAL_TAG_BYTES - 1) {
                    *last &= DRUPAL_LAST_BITS;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_has_bounds() {
        for hash in [PhpassHash::Md5, PhpassHash::Sha512] {
            for log2_count in [0, 6, 31, u8::MAX] {
                assert!(Phpass::new(hash, log2_count).is_err(), "{log2_count}");
            }
            for log2_count in MIN_LOG2_COUNT..=MAX_LOG2_COUNT {
                let phpass = Phpass::new(hash, log2_count).expect("in range");
                assert_eq!((phpass.hash(), phpass.log2_count()), (hash, log2_count));
            }
        }
    }

    #[test]
    fn work_is_counted_and_does_not_wrap() {
        assert_eq!(
            Phpass::fixed(PhpassHash::Md5, 7).compressions(39, SALT_BYTES),
            128 + 1
        );
        assert_eq!(
            Phpass::fixed(PhpassHash::Md5, 7).compressions(40, SALT_BYTES),
            256 + 1
        );
        assert_eq!(
            Phpass::fixed(PhpassHash::Sha512, 7).compressions(48, SALT_BYTES),
            256 + 1
        );
        let largest = Phpass::fixed(PhpassHash::Sha512, MAX_LOG2_COUNT);
        assert!(
            largest.compressions(usize::MAX, SALT_BYTES)
                > largest.compressions(1 << 20, SALT_BYTES)
        );
    }
}
