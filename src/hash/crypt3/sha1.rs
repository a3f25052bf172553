//! NetBSD's SHA1-crypt (`$sha1$`): PBKDF1 (RFC 8018 section 5.1) with HMAC-SHA-1 for the hash.
//! Constant time in password and salt but for their lengths.

use super::MAX_PASSWORD_BYTES;
use crate::error::{Error, ErrorKind};
use crate::hash::Scheme;
use crate::hash::grammar::Text;
use crate::hash::hash_function::{HashBased, HashFunction, Sum};
use crate::hash::kdf::{InputFault, Parameter};
use crate::hash::pbkdf2::nul_at_the_end;
use ::sha1::Sha1;
use hmac::{HmacReset, KeyInit};
use sha2::digest::common::Key;
use sha2::digest::{Digest, Update};
use std::ops::RangeInclusive;
use zeroize::Zeroize;

type Hmac = HmacReset<Sha1>;

/// Cost parameters of SHA1-crypt. Verified, never made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sha1Crypt {
    iterations: u32,
}

/// What follows the salt in the first message, before the iterations.
const MAGIC: &str = "$sha1$";

/// Which byte of the digest each byte of the text is. Twenty do not fill the
/// last group; the first of them fills it.
const ORDER: [u8; 21] = [
    2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9, 14, 13, 12, 17, 16, 15, 0, 19, 18,
];

impl Sha1Crypt {
    /// SHA1-crypt with this number of iterations.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] for no iteration.
    pub fn new(iterations: u32) -> Result<Self, Error> {
        if iterations == 0 {
            let reason = "SHA1-crypt needs an iteration";
            return Err(Error::new(ErrorKind::Argument, reason));
        }
        Ok(Self::fixed(iterations))
    }

    /// As [`Self::new`], for a number that is known to be in range.
    pub(crate) const fn fixed(iterations: u32) -> Self {
        Self { iterations }
    }

    /// Iterations.
    #[must_use]
    pub const fn iterations(&self) -> u32 {
        self.iterations
    }

    /// Bytes of tag: one length only.
    pub(crate) const fn tag_bytes() -> usize {
        ORDER.len()
    }
}

impl HashBased for Sha1Crypt {
    /// libxcrypt lib/crypt-pbkdf1-sha1.c, `CRYPT_SHA1_SALT_LENGTH`.
    const MAX_SALT: usize = 64;

    fn longest_input(&self) -> usize {
        MAX_PASSWORD_BYTES
    }

    fn scheme(&self) -> Scheme {
        Scheme::Sha1Crypt
    }

    fn hash_function(&self) -> HashFunction {
        HashFunction::Sha1
    }

    fn tag_lengths(&self) -> RangeInclusive<usize> {
        Self::tag_bytes()..=Self::tag_bytes()
    }

    fn calls(&self) -> u64 {
        u64::from(self.iterations)
    }

    fn compressions(&self, password_len: usize, salt_len: usize) -> u64 {
        let function = self.hash_function();
        // Ten digits are the most. The two blocks of the key are compressed once for all.
        let first = function.compressions((salt_len + MAGIC.len() + 10) as u64) + 1;
        let later = 2 * (u64::from(self.iterations) - 1);
        function.hmac_key_compressions(password_len) + 2 + first + later
    }

    fn fault_in(&self, input: &[u8]) -> Option<InputFault> {
        nul_at_the_end(input)
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter)) {
        say("i", Parameter::Number(self.iterations));
    }

    fn derive(&self, password: &[u8], salt: &[u8], tag: &mut [u8]) {
        let mut sum = Sum::<Hmac>::zeroed();
        let mut hmac = hmac(password);
        hmac.update(salt);
        let mut behind = Text::new();
        behind.push(MAGIC);
        behind.push_number(self.iterations);
        hmac.update(behind.as_str().as_bytes());
        sum.take(&mut hmac);
        for _ in 1..self.iterations {
            hmac.update(sum.as_slice());
            sum.take(&mut hmac);
        }
        sum.write(&ORDER, tag);
    }
}

/// RFC 2104 section 2: a longer key is hashed first. With a block of key nothing can fail.
fn hmac(password: &[u8]) -> Hmac {
    let mut key = Key::<Hmac>::default();
    match key.get_mut(..password.len()) {
        Some(room) => room.copy_from_slice(password),
        None => {
            let (mut hash, mut sum) = (Sha1::new(), Sum::<Sha1>::zeroed());
            Digest::update(&mut hash, password);
            sum.take(&mut hash);
            sum.copy_to(&mut key);
        }
    }
    let hmac = Hmac::new(&key);
    key.as_mut_slice().zeroize();
    hmac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_a_place_and_the_first_two() {
        let mut places = ORDER;
        places.sort_unstable();
        assert!(places.iter().copied().eq(std::iter::once(0).chain(0..20)));
    }

    #[test]
    fn an_iteration_is_needed() {
        assert!(Sha1Crypt::new(0).is_err());
        assert_eq!(Sha1Crypt::new(7).expect("in range").iterations(), 7);
    }

    #[test]
    fn work_is_counted_and_does_not_wrap() {
        // Two blocks of key; two of salt and numbers, one of the digest; then two each.
        assert_eq!(
            Sha1Crypt::fixed(1).compressions(64, Sha1Crypt::MAX_SALT),
            2 + 3
        );
        assert_eq!(
            Sha1Crypt::fixed(3).compressions(65, Sha1Crypt::MAX_SALT),
            2 + 2 + 3 + 4
        );
        let largest = Sha1Crypt::fixed(u32::MAX);
        assert!(
            largest.compressions(usize::MAX, Sha1Crypt::MAX_SALT)
                > largest.compressions(1 << 20, Sha1Crypt::MAX_SALT)
        );
    }
}
