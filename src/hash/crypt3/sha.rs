//! SHA-crypt with SHA-256 (`$5$`) and SHA-512 (`$6$`), as U. Drepper's "Unix crypt using SHA-256 and
//! SHA-512" (SHA-crypt.txt) describes it, whose steps the comments name.
//!
//! Not constant time: the first byte of an intermediate digest says how often the salt is hashed
//! (step 18), and the length of the password what is hashed at all.

use super::{MAX_PASSWORD_BYTES, Repeated, rounds, rounds_compressions};
use crate::error::{Bound, Error, ErrorKind};
use crate::hash::Scheme;
use crate::hash::hash_function::{HashBased, HashFunction, Sum, feed};
use crate::hash::kdf::Parameter;
use sha2::digest::{Digest, FixedOutputReset};
use sha2::{Sha256, Sha512};
use std::ops::RangeInclusive;

/// The hash function of SHA-crypt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ShaCryptHash {
    /// SHA-256, `$5$`.
    Sha256,
    /// SHA-512, `$6$`.
    Sha512,
}

impl ShaCryptHash {
    const fn function(self) -> HashFunction {
        match self {
            Self::Sha256 => HashFunction::Sha256,
            Self::Sha512 => HashFunction::Sha512,
        }
    }
}

/// Cost parameters of SHA-crypt. Verified, never made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ShaCrypt {
    hash: ShaCryptHash,
    rounds: u32,
}

/// SHA-crypt.txt: what lies outside is set to the nearest of these, and written back so.
pub(crate) const MIN_ROUNDS: u32 = 1000;
pub(crate) const MAX_ROUNDS: u32 = 999_999_999;
/// Where the string says none.
pub(crate) const DEFAULT_ROUNDS: u32 = 5000;

/// SHA-crypt.txt, step 22: groups of three bytes, one from each third, in a turning order.
const ORDER_256: [u8; 32] = [
    20, 10, 0, 11, 1, 21, 2, 22, 12, 23, 13, 3, 14, 4, 24, 5, 25, 15, 26, 16, 6, 17, 7, 27, 8, 28,
    18, 29, 19, 9, 30, 31,
];
const ORDER_512: [u8; 64] = [
    42, 21, 0, 1, 43, 22, 23, 2, 44, 45, 24, 3, 4, 46, 25, 26, 5, 47, 48, 27, 6, 7, 49, 28, 29, 8,
    50, 51, 30, 9, 10, 52, 31, 32, 11, 53, 54, 33, 12, 13, 55, 34, 35, 14, 56, 57, 36, 15, 16, 58,
    37, 38, 17, 59, 60, 39, 18, 19, 61, 40, 41, 20, 62, 63,
];

impl ShaCrypt {
    /// SHA-crypt with this hash function and number of rounds.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where `rounds` is not from 1000 to 999,999,999.
    pub fn new(hash: ShaCryptHash, rounds: u32) -> Result<Self, Error> {
        let bound = match rounds {
            0..MIN_ROUNDS => Bound::AtLeast(u64::from(MIN_ROUNDS)),
            MIN_ROUNDS..=MAX_ROUNDS => return Ok(Self::fixed(hash, rounds)),
            _ => Bound::AtMost(u64::from(MAX_ROUNDS)),
        };
        let (kind, value) = (ErrorKind::Argument, u64::from(rounds));
        Err(Error::out_of_bounds(kind, "rounds", value, bound))
    }

    /// As [`Self::new`], for a number that is known to be in range.
    pub(crate) const fn fixed(hash: ShaCryptHash, rounds: u32) -> Self {
        Self { hash, rounds }
    }

    /// The hash function.
    #[must_use]
    pub const fn hash(&self) -> ShaCryptHash {
        self.hash
    }

    /// Rounds.
    #[must_use]
    pub const fn rounds(&self) -> u32 {
        self.rounds
    }

    /// Bytes of tag: one length only.
    pub(crate) const fn tag_bytes(&self) -> usize {
        self.hash.function().output_bytes()
    }

    fn run<D: Digest + FixedOutputReset>(&self, password: &[u8], salt: &[u8]) -> Sum<D> {
        let (mut hash, mut sum) = (D::new(), Sum::<D>::zeroed());
        // Steps 4 to 8.
        for part in [password, salt, password] {
            feed(&mut hash, part);
        }
        sum.take(&mut hash);
        // Steps 1 to 3 and 9 to 12.
        feed(&mut hash, password);
        feed(&mut hash, salt);
        let inner = Repeated {
            unit: sum.as_slice(),
            len: password.len(),
        };
        inner.feed(&mut hash);
        let mut bits = password.len();
        while bits > 0 {
            let is_set = bits % 2 == 1;
            feed(&mut hash, if is_set { sum.as_slice() } else { password });
            bits >>= 1;
        }
        sum.take(&mut hash);
        // Steps 13 to 16. The sequences of 16 and 20 are never built: they repeat a digest.
        let mut password_sum = Sum::<D>::zeroed();
        for _ in 0..password.len() {
            feed(&mut hash, password);
        }
        password_sum.take(&mut hash);
        // Steps 17 to 20.
        let mut salt_sum = Sum::<D>::zeroed();
        let first = sum.as_slice().first().copied().unwrap_or_default();
        for _ in 0..16 + u32::from(first) {
            feed(&mut hash, salt);
        }
        salt_sum.take(&mut hash);
        let password = Repeated {
            unit: password_sum.as_slice(),
            len: password.len(),
        };
        let salt = Repeated {
            unit: salt_sum.as_slice(),
            len: salt.len(),
        };
        // Step 21.
        rounds(self.rounds, &password, &salt, &mut hash, &mut sum);
        sum
    }
}

impl HashBased for ShaCrypt {
    /// SHA-crypt.txt, step 3: the rest of a longer salt does not count.
    const MAX_SALT: usize = 16;

    fn longest_input(&self) -> usize {
        MAX_PASSWORD_BYTES
    }

    fn scheme(&self) -> Scheme {
        match self.hash {
            ShaCryptHash::Sha256 => Scheme::Sha256Crypt,
            ShaCryptHash::Sha512 => Scheme::Sha512Crypt,
        }
    }

    fn hash_function(&self) -> HashFunction {
        self.hash.function()
    }

    fn tag_lengths(&self) -> RangeInclusive<usize> {
        self.tag_bytes()..=self.tag_bytes()
    }

    fn calls(&self) -> u64 {
        u64::from(self.rounds)
    }

    /// With the most repetitions of the salt. The password is hashed as often as it has
    /// bytes, so this grows with the square.
    fn compressions(&self, password_len: usize, salt_len: usize) -> u64 {
        let function = self.hash.function();
        let (password, salt) = (password_len as u64, salt_len as u64);
        let ones = u64::from(password_len.count_ones());
        let zeros = u64::from(usize::BITS - password_len.leading_zeros()) - ones;
        let inner = password.saturating_mul(2).saturating_add(salt);
        let first = password
            .saturating_mul(zeros)
            .saturating_add(function.output_bytes() as u64 * ones)
            .saturating_add(inner);
        let once = [
            inner,
            first,
            password.saturating_mul(password),
            (16 + 255) * salt,
        ]
        .map(|len| function.compressions(len));
        let rounds = rounds_compressions(self.rounds, function, password, salt);
        once.into_iter().fold(rounds, u64::saturating_add)
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter)) {
        say("rounds", Parameter::Number(self.rounds));
    }

    fn derive(&self, password: &[u8], salt: &[u8], tag: &mut [u8]) {
        match self.hash {
            ShaCryptHash::Sha256 => self.run::<Sha256>(password, salt).write(&ORDER_256, tag),
            ShaCryptHash::Sha512 => self.run::<Sha512>(password, salt).write(&ORDER_512, tag),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_have_bounds() {
        for hash in [ShaCryptHash::Sha256, ShaCryptHash::Sha512] {
            for rounds in [0, 999, 1_000_000_000, u32::MAX] {
                assert!(ShaCrypt::new(hash, rounds).is_err(), "{rounds}");
            }
            for rounds in [MIN_ROUNDS, DEFAULT_ROUNDS, MAX_ROUNDS] {
                let sha = ShaCrypt::new(hash, rounds).expect("in range");
                assert_eq!((sha.hash(), sha.rounds()), (hash, rounds));
            }
        }
    }

    #[test]
    fn every_byte_has_one_place() {
        let mut places = ORDER_256;
        places.sort_unstable();
        assert!(places.iter().copied().eq(0..32));
        let mut places = ORDER_512;
        places.sort_unstable();
        assert!(places.iter().copied().eq(0..64));
    }

    /// By hand for an empty password: all hashes but that of the salts fit into a block.
    #[test]
    fn work_is_counted_and_does_not_wrap() {
        let sha = ShaCrypt::fixed(ShaCryptHash::Sha256, 1000);
        let salts = (271 * 16 + 8) / 64 + 1;
        assert_eq!(
            sha.compressions(0, ShaCrypt::MAX_SALT),
            1000 + 1 + 1 + 1 + salts
        );
        assert!(sha.compressions(4096, ShaCrypt::MAX_SALT) > 4096 * 4096 / 64);
        for hash in [ShaCryptHash::Sha256, ShaCryptHash::Sha512] {
            let sha = ShaCrypt::fixed(hash, MAX_ROUNDS);
            assert!(
                sha.compressions(usize::MAX, ShaCrypt::MAX_SALT)
                    > sha.compressions(1 << 20, ShaCrypt::MAX_SALT)
            );
        }
    }
}
