//! Hash functions by themselves: digests, once or repeated, and HMAC.
//!
//! None of these slows an attacker down; they are here so that a table of them
//! can be verified and replaced. Salts, where there are any, are part of the
//! [input](super::input), or HMAC's key.

use super::cost::{Lengths, Primitive, Work};
use super::kdf::{Function, Parameter};
use super::limits::{Limit, Limits, TYPICAL_INPUT_BYTES};
use super::{MAX_SALT_BYTES, Scheme};
use crate::arch::memory::WorkMemory;
use crate::error::{Error, ErrorKind};
use crate::secret::FixedBytes;
use hmac::{KeyInit, Mac, SimpleHmac};
use md4::Md4;
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use std::ops::RangeInclusive;
use zeroize::Zeroize;

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HashFunction {
    /// MD4, RFC 1320.
    Md4,
    /// MD5, RFC 1321.
    Md5,
    /// SHA-1, FIPS 180-4, as all that follow.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// The longest digest, in bytes.
const MAX_OUTPUT_BYTES: usize = 64;

impl HashFunction {
    /// Every function, in the order of their names here.
    pub(crate) const ALL: [Self; 7] = [
        Self::Md4,
        Self::Md5,
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
    ];

    /// Its name in strings and findings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Md4 => "md4",
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// Bytes of a digest.
    #[must_use]
    pub const fn output_bytes(self) -> usize {
        match self {
            Self::Md4 | Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Bytes that one compression takes.
    const fn block_bytes(self) -> u64 {
        match self {
            Self::Sha384 | Self::Sha512 => 128,
            _ => 64,
        }
    }

    /// Compressions of a message of `len` bytes, with the padding (FIPS 180-4 section 5.1: a byte and the length).
    const fn compressions(self, len: u64) -> u64 {
        (len + 1 + self.block_bytes() / 8).div_ceil(self.block_bytes())
    }

    const fn primitive(self) -> Primitive {
        match self {
            Self::Md4 | Self::Md5 => Primitive::Md5,
            Self::Sha1 => Primitive::Sha1,
            Self::Sha224 | Self::Sha256 => Primitive::Sha256,
            Self::Sha384 | Self::Sha512 => Primitive::Sha512,
        }
    }

    /// What one compression counts against the limit.
    pub(crate) const fn weight(self) -> u64 {
        match self {
            Self::Sha384 | Self::Sha512 => 3,
            _ => 1,
        }
    }

    /// The digest of `parts`, one after the other, into `out` of [`Self::output_bytes`].
    pub(crate) fn digest(self, parts: &[&[u8]], out: &mut [u8]) {
        match self {
            Self::Md4 => digest::<Md4>(parts, out),
            Self::Md5 => digest::<Md5>(parts, out),
            Self::Sha1 => digest::<Sha1>(parts, out),
            Self::Sha224 => digest::<Sha224>(parts, out),
            Self::Sha256 => digest::<Sha256>(parts, out),
            Self::Sha384 => digest::<Sha384>(parts, out),
            Self::Sha512 => digest::<Sha512>(parts, out),
        }
    }

    /// `key` as HMAC takes it: its digest where it is longer than a block (RFC 2104 section 2).
    pub(crate) fn hmac_key(self, key: &[u8]) -> FixedBytes<MAX_SALT_BYTES> {
        let is_short = key.len() as u64 <= self.block_bytes();
        FixedBytes::copy_of(key)
            .filter(|_| is_short)
            .unwrap_or_else(|| {
                let mut digest = FixedBytes::zeroed(self.output_bytes());
                self.digest(&[key], digest.as_mut_slice());
                digest
            })
    }

    /// HMAC of `message` into `out` of [`Self::output_bytes`].
    pub(crate) fn hmac(self, key: &[u8], message: &[u8], out: &mut [u8]) {
        match self {
            Self::Md4 => hmac::<Md4>(key, message, out),
            Self::Md5 => hmac::<Md5>(key, message, out),
            Self::Sha1 => hmac::<Sha1>(key, message, out),
            Self::Sha224 => hmac::<Sha224>(key, message, out),
            Self::Sha256 => hmac::<Sha256>(key, message, out),
            Self::Sha384 => hmac::<Sha384>(key, message, out),
            Self::Sha512 => hmac::<Sha512>(key, message, out),
        }
    }
}

fn digest<D: sha2::Digest>(parts: &[&[u8]], out: &mut [u8]) {
    let mut hasher = D::new();
    for part in parts {
        hasher.update(part);
    }
    copy(hasher.finalize(), out);
}

fn hmac<D>(key: &[u8], message: &[u8], out: &mut [u8])
where
    D: sha2::Digest + hmac::digest::block_api::BlockSizeUser,
{
    // It takes keys of every length.
    if let Ok(mut hmac) = SimpleHmac::<D>::new_from_slice(key) {
        hmac.update(message);
        copy(hmac.finalize().into_bytes(), out);
    }
}

/// A shorter `out` takes the beginning.
fn copy(mut from: impl AsMut<[u8]>, out: &mut [u8]) {
    let from = from.as_mut();
    for (to, byte) in out.iter_mut().zip(from.iter()) {
        *to = *byte;
    }
    from.zeroize();
}

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

    fn compressions(&self, input_len: usize) -> u64 {
        let (input, digest) = (input_len as u64, self.function.output_bytes() as u64);
        let again = match self.repeat {
            Repeat::Digest => digest,
            Repeat::DigestAndInput => digest + input,
        };
        let each = self.function.compressions(again);
        self.function.compressions(input) + u64::from(self.rounds - 1) * each
    }
}

impl Function for Digest {
    fn scheme(&self) -> Scheme {
        Scheme::SaltboxDigest
    }

    fn tag_lengths(&self) -> RangeInclusive<usize> {
        4..=self.function.output_bytes()
    }

    fn strength(&self) -> u64 {
        u64::from(self.rounds)
    }

    fn work(&self, lengths: Lengths) -> Work {
        let compressions = self.compressions(lengths.input);
        let rounds = u64::from(self.rounds);
        Work::of_digests(self.function.primitive(), compressions, rounds)
    }

    fn check(&self, limits: &Limits, _tag_len: usize) -> Result<(), Error> {
        let work = self.compressions(TYPICAL_INPUT_BYTES) * self.function.weight();
        limits.check(Limit::DigestCompressions, work)
    }

    fn affords(&self, limits: &Limits, input_len: usize) -> bool {
        let work = self.compressions(input_len) * self.function.weight();
        limits.check(Limit::DigestCompressions, work).is_ok()
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter)) {
        say("function", Parameter::Name(self.function.name()));
        say("rounds", Parameter::Number(self.rounds));
    }

    fn compute(
        &self,
        _memory: Option<&mut WorkMemory>,
        input: &[u8],
        _salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Error> {
        #[cfg(test)]
        super::work::count_work(self.work(Lengths {
            input: input.len(),
            ..Lengths::default()
        }));
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
        Ok(())
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

impl Function for Hmac {
    fn scheme(&self) -> Scheme {
        Scheme::Hmac
    }

    fn tag_lengths(&self) -> RangeInclusive<usize> {
        4..=self.function.output_bytes()
    }

    fn strength(&self) -> u64 {
        1
    }

    /// The key's two blocks, the message, and the digest of it; a key longer than a block is hashed besides.
    fn work(&self, lengths: Lengths) -> Work {
        let compressions = 3 + self.function.compressions(lengths.input as u64);
        Work::of_digests(self.function.primitive(), compressions, 2)
    }

    fn check(&self, _limits: &Limits, _tag_len: usize) -> Result<(), Error> {
        Ok(())
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter)) {
        say("function", Parameter::Name(self.function.name()));
    }

    fn compute(
        &self,
        _memory: Option<&mut WorkMemory>,
        input: &[u8],
        key: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Error> {
        #[cfg(test)]
        super::work::count_work(self.work(Lengths {
            input: input.len(),
            ..Lengths::default()
        }));
        self.function.hmac(key, input, tag);
        Ok(())
    }
}
