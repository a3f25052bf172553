//! Hash functions by themselves: digests, once or repeated, and HMAC.
//!
//! None of these slows an attacker down; they are here so that a table of them
//! can be verified and replaced. Salts, where there are any, are part of the
//! [input](super::input), or HMAC's key.

use super::hash_function::{HashBased, HashFunction, MAX_OUTPUT_BYTES, copy};
use super::kdf::Parameter;
use super::{MAX_SALT_BYTES, Scheme};
use crate::error::{Error, ErrorKind};
use std::ops::RangeInclusive;
use zeroize::Zeroize;

/// What a repetition hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// The digest before, alone.
    Digest,
    /// The digest before, and after it the input: Symfony's message digest.
    DigestAndInput,
}

/// A hash function over the password and what its string puts around it, `rounds` times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest {
    function: HashFunction,
    rounds: u32,
    repeat: Repeat,
}

impl Digest {
    /// `rounds` times, where later rounds hash what `repeat` says.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] for no round.
    pub fn new(function: HashFunction, rounds: u32, repeat: Repeat) -> Result<Self, Error> {
        if rounds == 0 {
            return Err(Error::new(ErrorKind::Argument, "a digest needs a round"));
        }
        Ok(Self::fixed(function, rounds, repeat))
    }

    /// As [`Self::new`], for a number that is known to be in range.
    pub(crate) const fn fixed(function: HashFunction, rounds: u32, repeat: Repeat) -> Self {
        Self {
            function,
            rounds,
            repeat,
        }
    }

    /// One round.
    pub(crate) const fn once(function: HashFunction) -> Self {
        Self::fixed(function, 1, Repeat::Digest)
    }

    /// The hash function.
    #[must_use]
    pub const fn function(&self) -> HashFunction {
        self.function
    }

    /// How often it is applied.
    #[must_use]
    pub const fn rounds(&self) -> u32 {
        self.rounds
    }
}

impl HashBased for Digest {
    const MAX_SALT: usize = 0;

    fn scheme(&self) -> Scheme {
        Scheme::SaltboxDigest
    }

    fn hash_function(&self) -> HashFunction {
        self.function
    }

    fn tag_lengths(&self) -> RangeInclusive<usize> {
        4..=self.function.output_bytes()
    }

    fn calls(&self) -> u64 {
        u64::from(self.rounds)
    }

    fn compressions(&self, input_len: usize, _salt_len: usize) -> u64 {
        let (input, digest) = (input_len as u64, self.function.output_bytes() as u64);
        let again = match self.repeat {
            Repeat::Digest => digest,
            Repeat::DigestAndInput => digest.saturating_add(input),
        };
        let each = self.function.compressions(again);
        self.function
            .compressions(input)
            .saturating_add(each.saturating_mul(u64::from(self.rounds - 1)))
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter)) {
        say("function", Parameter::Name(self.function.name()));
        say("rounds", Parameter::Number(self.rounds));
    }

    fn derive(&self, input: &[u8], _salt: &[u8], tag: &mut [u8]) {
        let (mut digest, mut next) = ([0; MAX_OUTPUT_BYTES], [0; MAX_OUTPUT_BYTES]);
        let len = self.function.output_bytes();
        self.function.digest(&[input], &mut next);
        for _ in 1..self.rounds {
            std::mem::swap(&mut digest, &mut next);
            let digest = digest.get(..len).unwrap_or_default();
            match self.repeat {
                Repeat::Digest => self.function.digest(&[digest], &mut next),
                Repeat::DigestAndInput => self.function.digest(&[digest, input], &mut next),
            }
        }
        copy(next, tag);
        digest.zeroize();
        next.zeroize();
    }
}

/// HMAC (RFC 2104) of the password, under a key that stands where a salt would.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hmac {
    function: HashFunction,
}

impl Hmac {
    /// HMAC with this hash function.
    #[must_use]
    pub const fn new(function: HashFunction) -> Self {
        Self { function }
    }

    /// The hash function.
    #[must_use]
    pub const fn function(&self) -> HashFunction {
        self.function
    }
}

impl HashBased for Hmac {
    const MAX_SALT: usize = MAX_SALT_BYTES;

    fn scheme(&self) -> Scheme {
        Scheme::Hmac
    }

    fn hash_function(&self) -> HashFunction {
        self.function
    }

    fn tag_lengths(&self) -> RangeInclusive<usize> {
        4..=self.function.output_bytes()
    }

    fn calls(&self) -> u64 {
        2
    }

    /// The key's two blocks, the message, and the digest of it; a key longer than a block is hashed before.
    fn compressions(&self, input_len: usize, _key_len: usize) -> u64 {
        self.function
            .compressions(input_len as u64)
            .saturating_add(3)
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter)) {
        say("function", Parameter::Name(self.function.name()));
    }

    fn derive(&self, input: &[u8], key: &[u8], tag: &mut [u8]) {
        self.function.hmac(key, input, tag);
    }
}
