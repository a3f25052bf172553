//! MD5-crypt (`$1$`, FreeBSD 2.0's crypt(3)) and Apache's variant (`$apr1$`), which differs in a constant only.
//! The length of the password shows in the time, its bytes do not.

use super::{MAX_PASSWORD_BYTES, Repeated, rounds, rounds_compressions};
use crate::hash::Scheme;
use crate::hash::hash_function::{HashBased, HashFunction, Sum, feed};
use crate::hash::kdf::Parameter;
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
}

impl HashBased for Md5Crypt {
    /// libxcrypt lib/crypt-md5.c: the rest of a longer salt does not count.
    const MAX_SALT: usize = 8;

    fn longest_input(&self) -> usize {
        MAX_PASSWORD_BYTES
    }

    fn scheme(&self) -> Scheme {
        match self.magic {
            Md5CryptMagic::Md5Crypt => Scheme::Md5Crypt,
            Md5CryptMagic::Apr1 => Scheme::Apr1,
        }
    }

    fn hash_function(&self) -> HashFunction {
        HashFunction::Md5
    }

    fn tag_lengths(&self) -> RangeInclusive<usize> {
        Self::tag_bytes()..=Self::tag_bytes()
    }

    fn calls(&self) -> u64 {
        u64::from(ROUNDS)
    }

    fn compressions(&self, password_len: usize, salt_len: usize) -> u64 {
        let (password, salt) = (password_len as u64, salt_len as u64);
        let inner = password.saturating_mul(2).saturating_add(salt);
        let bits = u64::from(usize::BITS - password_len.leading_zeros());
        let first = inner.saturating_add(self.magic.text().len() as u64 + bits);
        let function = self.hash_function();
        rounds_compressions(ROUNDS, function, password, salt)
            .saturating_add(function.compressions(inner))
            .saturating_add(function.compressions(first))
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter)) {
        say("rounds", Parameter::Number(ROUNDS));
    }

    fn derive(&self, password: &[u8], salt: &[u8], tag: &mut [u8]) {
        let (mut hash, mut sum) = (Md5::new(), Sum::<Md5>::zeroed());
        for part in [password, salt, password] {
            feed(&mut hash, part);
        }
        sum.take(&mut hash);
        feed(&mut hash, password);
        feed(&mut hash, self.magic.text().as_bytes());
        feed(&mut hash, salt);
        let inner = Repeated {
            unit: sum.as_slice(),
            len: password.len(),
        };
        inner.feed(&mut hash);
        // A zero where SHA-crypt has the digest, one byte where it has the password.
        let first = password.get(..1).unwrap_or_default();
        let mut bits = password.len();
        while bits > 0 {
            feed(&mut hash, if bits % 2 == 1 { &[0][..] } else { first });
            bits >>= 1;
        }
        sum.take(&mut hash);
        let (password, salt) = (Repeated::once(password), Repeated::once(salt));
        rounds(ROUNDS, &password, &salt, &mut hash, &mut sum);
        sum.write(&ORDER, tag);
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
            assert_eq!(md5.compressions(0, Md5Crypt::MAX_SALT), 1002);
            assert!(
                md5.compressions(usize::MAX, Md5Crypt::MAX_SALT)
                    > md5.compressions(1 << 20, Md5Crypt::MAX_SALT)
            );
        }
    }
}
