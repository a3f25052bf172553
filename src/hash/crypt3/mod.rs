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

pub(super) use self::md5::MAX_SALT as MAX_SALT_MD5;
pub(super) use self::sha::{DEFAULT_ROUNDS, MAX_ROUNDS, MAX_SALT as MAX_SALT_SHA, MIN_ROUNDS};
pub(super) use self::sha1::MAX_SALT as MAX_SALT_SHA1;

use sha2::digest::{Digest, FixedOutputReset, Output, OutputSizeUser};
use zeroize::Zeroize;

/// The longest password, in bytes: libxcrypt's `CRYPT_MAX_PASSPHRASE_SIZE` with
/// its NUL. Work grows with the length, that of sha-crypt with its square.
const MAX_PASSWORD_BYTES: usize = 511;

/// A digest, wiped when dropped.
pub(super) struct Sum<D: OutputSizeUser>(Output<D>);

impl<D: OutputSizeUser> Sum<D> {
    pub(super) fn zeroed() -> Self {
        Self(Output::<D>::default())
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Takes the digest out of `hash`, which starts again: moving it would leave copies.
    pub(super) fn take(&mut self, hash: &mut D)
    where
        D: FixedOutputReset,
    {
        hash.finalize_into_reset(&mut self.0);
    }

    /// The bytes that stand at the places of `order`.
    fn write(&self, order: &[u8], tag: &mut [u8]) {
        for (byte, place) in tag.iter_mut().zip(order) {
            *byte = self.0.get(usize::from(*place)).copied().unwrap_or_default();
        }
    }
}

impl<D: OutputSizeUser> Drop for Sum<D> {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

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
            hash.update(self.unit);
            left -= self.unit.len();
        }
        hash.update(self.unit.get(..left).unwrap_or(self.unit));
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
            Digest::update(hash, sum.as_slice());
        }
        if !round.is_multiple_of(3) {
            salt.feed(hash);
        }
        if !round.is_multiple_of(7) {
            password.feed(hash);
        }
        if is_odd {
            Digest::update(hash, sum.as_slice());
        } else {
            password.feed(hash);
        }
        sum.take(hash);
    }
}

/// Lengths that a cost follows from, in bytes. Saturating: no length is refused here.
#[derive(Clone, Copy)]
struct Lengths {
    password: u64,
    salt: u64,
    sum: u64,
    /// What one compression takes.
    block: u64,
}

/// Compressions of [`rounds`]. Those that leave out the salt are every third,
/// those that leave out the second password every seventh.
const fn rounds_work(count: u32, lengths: Lengths) -> u64 {
    let count = count as u64;
    let neither = count.div_ceil(21);
    let no_salt = count.div_ceil(3) - neither;
    let no_second = count.div_ceil(7) - neither;
    let both = count - neither - no_salt - no_second;
    let Lengths {
        password,
        salt,
        sum,
        block,
    } = lengths;
    let least = sum.saturating_add(password);
    let second = least.saturating_add(password);
    compressions(least, block)
        .saturating_mul(neither)
        .saturating_add(compressions(second, block).saturating_mul(no_salt))
        .saturating_add(compressions(least.saturating_add(salt), block).saturating_mul(no_second))
        .saturating_add(compressions(second.saturating_add(salt), block).saturating_mul(both))
}

/// Compressions of a hash over `bytes` bytes. A byte of padding follows and a length of an eighth of
/// a block: 8 of 64 bytes (RFC 1321 section 3, FIPS 180-4 section 5.1.1) or 16 of 128 (5.1.2).
pub(super) const fn compressions(bytes: u64, block: u64) -> u64 {
    bytes.saturating_add(block / 8) / block + 1
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
    fn compressions_are_blocks_with_padding() {
        for (bytes, block, blocks) in [
            (0, 64, 1),
            (55, 64, 1),
            (56, 64, 2),
            (119, 64, 2),
            (120, 64, 3),
            (111, 128, 1),
            (112, 128, 2),
        ] {
            assert_eq!(compressions(bytes, block), blocks, "{bytes} of {block}");
        }
    }

    #[test]
    fn the_work_of_rounds_is_their_sum() {
        for count in [0, 1, 2, 3, 7, 8, 21, 22, 42, 1000, 1004, 1012, 5000] {
            for (password, salt) in [(0, 0), (1, 8), (7, 16), (16, 8), (64, 16), (4096, 16)] {
                let lengths = Lengths {
                    password,
                    salt,
                    sum: 32,
                    block: 64,
                };
                let each = |round: u32| {
                    let salts = u64::from(!round.is_multiple_of(3));
                    let passwords = 1 + u64::from(!round.is_multiple_of(7));
                    compressions(32 + salts * salt + passwords * password, 64)
                };
                let sum: u64 = (0..count).map(each).sum();
                assert_eq!(
                    rounds_work(count, lengths),
                    sum,
                    "{count} {password} {salt}"
                );
            }
        }
    }
}
