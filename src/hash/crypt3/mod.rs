//! What crypt(3) computes for `$1$`, `$5$`, `$6$` and `$sha1$`, and Apache for
//! `$apr1$`. Verified, never made.
//!
//! Tags are in the order of the text: what `Alphabet::Crypt` decodes it to.

mod md5;
mod sha;
mod sha1;

pub use self::md5::{Md5Crypt, Md5CryptMagic};
pub use self::sha::{ShaCrypt, ShaCryptHash};
pub use self::sha1::Sha1Crypt;

pub(super) use self::sha::{DEFAULT_ROUNDS, MAX_ROUNDS, MIN_ROUNDS};

use super::hash_function::{HashFunction, Sum, feed};
use sha2::digest::{Digest, FixedOutputReset};

/// The longest password, in bytes: libxcrypt's `CRYPT_MAX_PASSPHRASE_SIZE` with
/// its NUL. Work grows with the length, that of sha-crypt with its square.
const MAX_PASSWORD_BYTES: usize = 511;

/// `len` bytes: `unit` again and again, the last time as far as needed.
struct Repeated<'a> {
    unit: &'a [u8],
    len: usize,
}

impl<'a> Repeated<'a> {
    fn once(unit: &'a [u8]) -> Self {
        let len = unit.len();
        Self { unit, len }
    }

    fn feed(&self, hash: &mut impl Digest) {
        let mut left = self.len;
        while left > self.unit.len() && !self.unit.is_empty() {
            feed(hash, self.unit);
            left -= self.unit.len();
        }
        feed(hash, self.unit.get(..left).unwrap_or(self.unit));
    }
}

/// The rounds that MD5-crypt and SHA-crypt have in common.
fn rounds<D: Digest + FixedOutputReset>(
    count: u32,
    password: &Repeated<'_>,
    salt: &Repeated<'_>,
    hash: &mut D,
    sum: &mut Sum<D>,
) {
    for round in 0..count {
        let is_odd = round % 2 == 1;
        if is_odd {
            password.feed(hash);
        } else {
            feed(hash, sum.as_slice());
        }
        if !round.is_multiple_of(3) {
            salt.feed(hash);
        }
        if !round.is_multiple_of(7) {
            password.feed(hash);
        }
        if is_odd {
            feed(hash, sum.as_slice());
        } else {
            password.feed(hash);
        }
        sum.take(hash);
    }
}

/// Compressions of [`rounds`]. Those that leave out the salt are every third,
/// those that leave out the second password every seventh. Saturating.
fn rounds_compressions(count: u32, function: HashFunction, password: u64, salt: u64) -> u64 {
    let count = u64::from(count);
    let neither = count.div_ceil(21);
    let no_salt = count.div_ceil(3) - neither;
    let no_second = count.div_ceil(7) - neither;
    let both = count - neither - no_salt - no_second;
    let least = (function.output_bytes() as u64).saturating_add(password);
    let second = least.saturating_add(password);
    [
        (neither, least),
        (no_salt, second),
        (no_second, least.saturating_add(salt)),
        (both, second.saturating_add(salt)),
    ]
    .into_iter()
    .map(|(times, len)| function.compressions(len).saturating_mul(times))
    .fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::Sha256;

    #[test]
    fn a_unit_is_repeated_to_the_length() {
        for (unit, len) in [(3, 0), (3, 2), (3, 3), (3, 7), (3, 9), (0, 0), (1, 5)] {
            let unit: Vec<u8> = (0..unit).collect();
            let mut hash = Sha256::new();
            Repeated { unit: &unit, len }.feed(&mut hash);
            let whole: Vec<u8> = unit.iter().copied().cycle().take(len).collect();
            assert_eq!(hash.finalize(), Sha256::digest(&whole), "{unit:?} {len}");
        }
    }

    #[test]
    fn the_work_of_rounds_is_their_sum() {
        for count in [0, 1, 2, 3, 7, 8, 21, 22, 42, 1000, 1004, 1012, 5000] {
            for (password, salt) in [(0, 0), (1, 8), (7, 16), (16, 8), (64, 16), (4096, 16)] {
                let each = |round: u32| {
                    let salts = u64::from(!round.is_multiple_of(3));
                    let passwords = 1 + u64::from(!round.is_multiple_of(7));
                    HashFunction::Sha256.compressions(32 + salts * salt + passwords * password)
                };
                let sum: u64 = (0..count).map(each).sum();
                assert_eq!(
                    rounds_compressions(count, HashFunction::Sha256, password, salt),
                    sum,
                    "{count} {password} {salt}"
                );
            }
        }
    }
}
