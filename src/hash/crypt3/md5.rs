//! MD5-crypt (`$1$`, FreeBSD 2.0's crypt(3)) and Apache's variant (`$apr1$`), which differs in a constant only.
//! The length of the password shows in the time, its bytes do not.

use super::{Lengths, MAX_PASSWORD_BYTES, Repeated, Sum, compressions, rounds, rounds_work};
use crate::arch::memory::WorkMemory;
use crate::error::Error;
use crate::hash::Scheme;
use crate::hash::cost::{self, Primitive, Work};
use crate::hash::kdf::{Function, Parameter};
use crate::hash::limits::{Limit, Limits, TYPICAL_INPUT_BYTES};
use ::md5::Md5;
use sha2::digest::Digest;
use std::ops::RangeInclusive;

/// Which system's MD5-crypt: the constant that is hashed with the salt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Md5CryptMagic {
    /// `$1$`, of crypt(3).
    Md5Crypt,
    /// `$apr1$`, of Apache.
    Apr1,
}

impl Md5CryptMagic {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Md5Crypt => "$1$",
            Self::Apr1 => "$apr1$",
        }
    }
}

/// MD5-crypt, of fixed cost. Verified, never made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Md5Crypt {
    magic: Md5CryptMagic,
}

/// In libxcrypt lib/crypt-md5.c, as in FreeBSD's.
const ROUNDS: u32 = 1000;

/// libxcrypt lib/crypt-md5.c: the rest of a longer salt does not count.
pub(crate) const MAX_SALT: usize = 8;

const SUM_BYTES: u64 = 16;
const BLOCK_BYTES: u64 = 64;

/// Which byte of the digest each byte of the text is.
const ORDER: [u8; 16] = [12, 6, 0, 13, 7, 1, 14, 8, 2, 15, 9, 3, 5, 10, 4, 11];

impl Md5Crypt {
    /// MD5-crypt with this constant.
    #[must_use]
    pub const fn new(magic: Md5CryptMagic) -> Self {
        Self { magic }
    }

    /// Which constant is hashed with the salt.
    #[must_use]
    pub const fn magic(&self) -> Md5CryptMagic {
        self.magic
    }

    /// Bytes of tag: one length only.
    pub(crate) const fn tag_bytes() -> usize {
        ORDER.len()
    }

    /// Compressions for a password of this length, with the longest salt.
    pub(crate) const fn work_units(&self, password_len: usize, salt_len: usize) -> u64 {
        let lengths = Lengths {
            password: password_len as u64,
            salt: salt_len as u64,
            sum: SUM_BYTES,
            block: BLOCK_BYTES,
        };
        let inner = lengths
            .password
            .saturating_mul(2)
            .saturating_add(lengths.salt);
        let bits = (usize::BITS - password_len.leading_zeros()) as u64;
        let first = inner.saturating_add(self.magic.text().len() as u64 + bits);
        rounds_work(ROUNDS, lengths)
            .saturating_add(compressions(inner, BLOCK_BYTES))
            .saturating_add(compressions(first, BLOCK_BYTES))
    }

    /// Computes the tag, of [`Self::tag_bytes`].
    pub(crate) fn derive(&self, password: &[u8], salt: &[u8], tag: &mut [u8]) {
        let (mut hash, mut sum) = (Md5::new(), Sum::<Md5>::zeroed());
        for part in [password, salt, password] {
            hash.update(part);
        }
        sum.take(&mut hash);
        hash.update(password);
        hash.update(self.magic.text());
        hash.update(salt);
        let inner = Repeated {
            unit: sum.as_slice(),
            len: password.len(),
        };
        inner.feed(&mut hash);
        // A zero where SHA-crypt has the digest, one byte where it has the password.
        let first = password.get(..1).unwrap_or_default();
        let mut bits = password.len();
        while bits > 0 {
            hash.update(if bits % 2 == 1 { &[0][..] } else { first });
            bits >>= 1;
        }
        sum.take(&mut hash);
        let (password, salt) = (Repeated::once(password), Repeated::once(salt));
        rounds(ROUNDS, &password, &salt, &mut hash, &mut sum);
        sum.write(&ORDER, tag);
    }
}

impl Function for Md5Crypt {
    fn scheme(&self) -> Scheme {
        match self.magic {
            Md5CryptMagic::Md5Crypt => Scheme::Md5Crypt,
            Md5CryptMagic::Apr1 => Scheme::Apr1,
        }
    }

    fn tag_lengths(&self) -> RangeInclusive<usize> {
        Self::tag_bytes()..=Self::tag_bytes()
    }

    fn strength(&self) -> u64 {
        1000
    }

    fn work(&self, lengths: cost::Lengths) -> Work {
        let compressions = self.work_units(lengths.input, lengths.salt);
        Work::of_digests(Primitive::Md5, compressions, u64::from(ROUNDS))
    }

    fn check(&self, limits: &Limits, _tag_len: usize) -> Result<(), Error> {
        limits.check(Limit::DigestCompressions, self.weighed(TYPICAL_INPUT_BYTES))
    }

    fn affords(&self, limits: &Limits, input_len: usize) -> bool {
        let work = self.weighed(input_len);
        input_len <= MAX_PASSWORD_BYTES && limits.check(Limit::DigestCompressions, work).is_ok()
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter)) {
        say("rounds", Parameter::Number(1000));
    }

    fn compute(
        &self,
        _memory: Option<&mut WorkMemory>,
        input: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Error> {
        #[cfg(test)]
        crate::hash::work::count_work(self.work(cost::Lengths {
            input: input.len(),
            salt: salt.len(),
            tag: tag.len(),
        }));
        self.derive(input, salt, tag);
        Ok(())
    }
}

impl Md5Crypt {
    /// What an input of this length counts against the limit.
    fn weighed(&self, input_len: usize) -> u64 {
        self.work_units(input_len, MAX_SALT).saturating_mul(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_one_place() {
        let mut places = ORDER;
        places.sort_unstable();
        assert!(places.iter().copied().eq(0..16));
    }

    /// By hand: nothing of an empty password exceeds a block.
    #[test]
    fn work_is_counted_and_does_not_wrap() {
        for magic in [Md5CryptMagic::Md5Crypt, Md5CryptMagic::Apr1] {
            let md5 = Md5Crypt::new(magic);
            assert_eq!(md5.magic(), magic);
            assert_eq!(md5.work_units(0, MAX_SALT), 1002);
            assert!(md5.work_units(usize::MAX, MAX_SALT) > md5.work_units(1 << 20, MAX_SALT));
        }
    }
}
