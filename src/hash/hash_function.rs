//! Hash functions, and what is common to the functions that only call one, many times or once.

use super::cost::{Lengths, Primitive, Work};
use super::kdf::{Function, InputFault, Parameter};
use super::limits::{Limit, Limits, TYPICAL_INPUT_BYTES};
use super::{Salt, Scheme};
use crate::arch::memory::WorkMemory;
use crate::arch::wipe;
use crate::error::Error;
use crate::secret::FixedBytes;
use md4::Md4;
use md5::Md5;
use sha1::Sha1;
use sha2::digest::{FixedOutputReset, Output, OutputSizeUser};
use sha2::{Sha224, Sha256, Sha384, Sha512};
use std::ops::RangeInclusive;

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
pub(super) const MAX_OUTPUT_BYTES: usize = 64;

/// The longest block.
const MAX_BLOCK_BYTES: usize = 128;

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
    const fn block_bytes(self) -> usize {
        match self {
            Self::Sha384 | Self::Sha512 => 128,
            _ => 64,
        }
    }

    /// Compressions of a message of `len` bytes. A byte of padding follows it and a length of an eighth of
    /// a block: 8 of 64 bytes (RFC 1321 section 3, FIPS 180-4 section 5.1.1) or 16 of 128 (5.1.2).
    /// Saturating: no length is refused here.
    pub(super) const fn compressions(self, len: u64) -> u64 {
        let block_bytes = self.block_bytes() as u64;
        len.saturating_add(block_bytes / 8) / block_bytes + 1
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
    const fn weight(self) -> u64 {
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
    pub(crate) fn hmac_key(self, key: &[u8]) -> Salt {
        let is_short = key.len() <= self.block_bytes();
        Salt::copy_of(key).filter(|_| is_short).unwrap_or_else(|| {
            let mut digest = Salt::zeroed(self.output_bytes());
            self.digest(&[key], digest.as_mut_slice());
            digest
        })
    }

    /// Compressions of making [`Self::hmac_key`] of a key of this length.
    pub(super) const fn hmac_key_compressions(self, key_len: usize) -> u64 {
        if key_len > self.block_bytes() {
            self.compressions(key_len as u64)
        } else {
            0
        }
    }

    /// HMAC of `message` into `out` of [`Self::output_bytes`], as RFC 2104
    /// section 2 has it: seven instances of a generic one took 30 KB.
    pub(crate) fn hmac(self, key: &[u8], message: &[u8], out: &mut [u8]) {
        let key = self.hmac_key(key);
        let pad = |mask: u8| {
            let mut pad = FixedBytes::<MAX_BLOCK_BYTES>::zeroed(self.block_bytes());
            let key = key.as_slice().iter().chain(std::iter::repeat(&0));
            for (byte, key) in pad.as_mut_slice().iter_mut().zip(key) {
                *byte = key ^ mask;
            }
            pad
        };
        let mut inner = FixedBytes::<MAX_OUTPUT_BYTES>::zeroed(self.output_bytes());
        self.digest(&[pad(0x36).as_slice(), message], inner.as_mut_slice());
        self.digest(&[pad(0x5c).as_slice(), inner.as_slice()], out);
    }
}

/// Not inlined, as it has to be beside nothing but a compression.
#[inline(never)]
pub(super) fn feed<D: sha2::Digest>(hash: &mut D, part: &[u8]) {
    hash.update(part);
}

fn digest<D: sha2::Digest>(parts: &[&[u8]], out: &mut [u8]) {
    let mut hasher = D::new();
    for part in parts {
        feed(&mut hasher, part);
    }
    copy(hasher.finalize(), out);
}

/// Moves the beginning of `from` into a shorter `out`.
pub(super) fn copy(mut from: impl AsMut<[u8]>, out: &mut [u8]) {
    let from = from.as_mut();
    copy_beginning(from, out);
    wipe(from);
}

fn copy_beginning(from: &[u8], out: &mut [u8]) {
    for (to, byte) in out.iter_mut().zip(from) {
        *to = *byte;
    }
}

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
    #[inline(never)]
    pub(super) fn take(&mut self, hash: &mut D)
    where
        D: FixedOutputReset,
    {
        hash.finalize_into_reset(&mut self.0);
    }

    /// Its beginning, where `out` is shorter.
    pub(super) fn copy_to(&self, out: &mut [u8]) {
        copy_beginning(self.as_slice(), out);
    }

    /// The bytes that stand at the places of `order`.
    pub(super) fn write(&self, order: &[u8], tag: &mut [u8]) {
        for (byte, place) in tag.iter_mut().zip(order) {
            *byte = self.0.get(usize::from(*place)).copied().unwrap_or_default();
        }
    }
}

impl<D: OutputSizeUser> Drop for Sum<D> {
    fn drop(&mut self) {
        wipe(self.0.as_mut_slice());
    }
}

/// A function that does nothing but call a hash function. What its input costs grows with its length.
pub(super) trait HashBased {
    /// The longest salt, in bytes.
    const MAX_SALT: usize;

    /// The longest input, in bytes: a longer one matches nothing.
    fn longest_input(&self) -> usize {
        usize::MAX
    }

    fn scheme(&self) -> Scheme;

    fn hash_function(&self) -> HashFunction;

    fn tag_lengths(&self) -> RangeInclusive<usize>;

    /// How often the hash function is called, but for a few times.
    fn calls(&self) -> u64;

    /// Compressions of all calls together, or a few more. Saturating.
    fn compressions(&self, input_len: usize, salt_len: usize) -> u64;

    fn fault_in(&self, _input: &[u8]) -> Option<InputFault> {
        None
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter));

    fn derive(&self, input: &[u8], salt: &[u8], tag: &mut [u8]);
}

impl<F: HashBased> Function for F {
    fn scheme(&self) -> Scheme {
        HashBased::scheme(self)
    }

    fn tag_lengths(&self) -> RangeInclusive<usize> {
        HashBased::tag_lengths(self)
    }

    fn strength(&self) -> u64 {
        self.calls()
    }

    fn work(&self, lengths: Lengths) -> Work {
        let compressions = self.compressions(lengths.input, lengths.salt);
        Work::of_digests(self.hash_function().primitive(), compressions, self.calls())
    }

    fn check(&self, limits: &Limits, _tag_len: usize) -> Result<(), Error> {
        let work = self.compressions(TYPICAL_INPUT_BYTES, F::MAX_SALT);
        let weighed = work.saturating_mul(self.hash_function().weight());
        limits.check(Limit::DigestCompressions, weighed)
    }

    fn affords(&self, limits: &Limits, input_len: usize) -> bool {
        let work = self.compressions(input_len, F::MAX_SALT);
        let weighed = work.saturating_mul(self.hash_function().weight());
        input_len <= self.longest_input()
            && limits.check(Limit::DigestCompressions, weighed).is_ok()
    }

    fn fault_in(&self, input: &[u8]) -> Option<InputFault> {
        HashBased::fault_in(self, input)
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter)) {
        HashBased::describe(self, say);
    }

    fn compute(
        &self,
        _memory: Option<&mut WorkMemory>,
        input: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Error> {
        #[cfg(test)]
        super::work::count_work(self.work(Lengths {
            input: input.len(),
            salt: salt.len(),
            tag: tag.len(),
        }));
        self.derive(input, salt, tag);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::{KeyInit, Mac, SimpleHmac};

    fn agrees<D>(function: HashFunction)
    where
        D: sha2::Digest + hmac::digest::block_api::BlockSizeUser,
    {
        let bytes: Vec<u8> = (0..=u8::MAX).collect();
        for len in [0, 1, 16, 63, 64, 65, 127, 128, 129, 256] {
            let key = &bytes[..len];
            let mut oracle = SimpleHmac::<D>::new_from_slice(key).expect("every length");
            oracle.update(&bytes);
            let mut out = vec![0; function.output_bytes()];
            function.hmac(key, &bytes, &mut out);
            assert_eq!(
                out,
                oracle.finalize().into_bytes().as_slice(),
                "{function:?}"
            );
        }
    }

    #[test]
    fn hmac_is_that_of_another_implementation() {
        agrees::<Md4>(HashFunction::Md4);
        agrees::<Md5>(HashFunction::Md5);
        agrees::<Sha1>(HashFunction::Sha1);
        agrees::<Sha224>(HashFunction::Sha224);
        agrees::<Sha256>(HashFunction::Sha256);
        agrees::<Sha384>(HashFunction::Sha384);
        agrees::<Sha512>(HashFunction::Sha512);
    }

    #[test]
    fn compressions_are_blocks_with_padding() {
        for (function, bytes, blocks) in [
            (HashFunction::Sha256, 0, 1),
            (HashFunction::Md5, 55, 1),
            (HashFunction::Md5, 56, 2),
            (HashFunction::Sha1, 119, 2),
            (HashFunction::Sha1, 120, 3),
            (HashFunction::Sha512, 111, 1),
            (HashFunction::Sha512, 112, 2),
        ] {
            assert_eq!(
                function.compressions(bytes),
                blocks,
                "{bytes} of {function:?}"
            );
        }
    }
}
