//! PBKDF2-HMAC-SHA-256, -SHA-512 and, for imports, -SHA-1 (RFC 8018), in streams over the block functions of
//! SHA-256 and SHA-512 in `src/arch/sha2`; SHA-1 by the `pbkdf2` crate. Constant time in password and salt.

mod streams;

use self::streams::{Begun, MOST_BLOCKS, Streams};
use super::Scheme;
use super::cost::{Lengths, Primitive, Work};
use super::grammar::{Reader, Text};
use super::interleave::{Inputs, Interleave, Place, Together};
use super::kdf::{Function, InputFault, Parameter};
use super::limits::{Limit, Limits};
use super::phc::LeftOut;
use super::pool::Lease;
use crate::arch::Kernels;
use crate::arch::memory::WorkMemory;
use crate::arch::sha2::Backend;
use crate::error::{Error, ErrorKind};

/// The hash function under HMAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Prf {
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
    /// HMAC-SHA-1. Verified, never made.
    #[cfg(feature = "imports")]
    Sha1,
}

impl Prf {
    /// Bytes of a block of output.
    pub(crate) const fn output_bytes(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha512 => 64,
            #[cfg(feature = "imports")]
            Self::Sha1 => 20,
        }
    }
}

/// Cost parameters of PBKDF2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pbkdf2 {
    prf: Prf,
    iterations: u32,
}

impl Pbkdf2 {
    /// PBKDF2 with this PRF and number of iterations.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] for no iteration.
    pub fn new(prf: Prf, iterations: u32) -> Result<Self, Error> {
        if iterations == 0 {
            return Err(Error::new(ErrorKind::Argument, "PBKDF2 needs an iteration"));
        }
        Ok(Self::fixed(prf, iterations))
    }

    /// As [`Self::new`], for a number that is known to be in range.
    pub(crate) const fn fixed(prf: Prf, iterations: u32) -> Self {
        Self { prf, iterations }
    }

    /// The hash function under HMAC.
    #[must_use]
    pub const fn prf(&self) -> Prf {
        self.prf
    }

    /// Iterations.
    #[must_use]
    pub const fn iterations(&self) -> u32 {
        self.iterations
    }

    /// Output blocks that `tag_len` bytes take, each computed by itself.
    pub(crate) const fn blocks(&self, tag_len: usize) -> u64 {
        tag_len.div_ceil(self.prf.output_bytes()) as u64
    }

    /// Reads `i=..[,l=..]`: the function, and the length with its offset where it is said.
    pub(crate) fn read(
        prf: Prf,
        reader: &mut Reader<'_>,
    ) -> Result<(Self, Option<(usize, u32)>), Error> {
        reader.expect("i=", "\"i=\" has to stand here")?;
        let iterations = reader.number(1..=u32::MAX, "i is from 1 to 4294967295")?;
        let length = if reader.accept(",l=") {
            let at = reader.offset();
            Some((
                at,
                reader.number(1..=u32::MAX, "l is from 1 to 4294967295")?,
            ))
        } else {
            None
        };
        Ok((Self::fixed(prf, iterations), length))
    }

    pub(crate) fn write(&self, left_out: LeftOut, tag_len: usize, text: &mut Text) {
        text.push("i=");
        text.push_number(self.iterations);
        if !left_out.length {
            text.push(",l=");
            text.push_number(u32::try_from(tag_len).unwrap_or(u32::MAX));
        }
    }

    /// Computes the tag.
    pub(crate) fn derive(&self, password: &[u8], salt: &[u8], tag: &mut [u8]) {
        #[cfg(feature = "imports")]
        if self.prf == Prf::Sha1 {
            #[cfg(test)]
            self.count(self.blocks(tag.len()));
            pbkdf2::pbkdf2_hmac::<sha1::Sha1>(password, salt, self.iterations, tag);
            return;
        }
        let parts = tag.chunks_mut(MOST_BLOCKS * self.prf.output_bytes());
        for (part, first) in parts.zip((1..).step_by(MOST_BLOCKS)) {
            let mut begun = self.begin_at(first, password, salt, part.len());
            self.run_by(Backend::forced(), std::slice::from_mut(&mut begun));
            begun.finish(part);
        }
    }

    /// The first step: so many bytes of tag from the block of this number on, not by SHA-1.
    fn begin_at(&self, first: u32, password: &[u8], salt: &[u8], tag_len: usize) -> Begun {
        let blocks = tag_len.div_ceil(self.prf.output_bytes());
        match self.prf {
            Prf::Sha512 => Begun::Sha512(Streams::begin(password, salt, first, blocks)),
            _ => Begun::Sha256(Streams::begin(password, salt, first, blocks)),
        }
    }

    /// Whether a tag of so many bytes is computed in steps. SHA-1 is not, nor is a tag of more than
    /// [`MOST_BLOCKS`].
    pub(crate) fn has_steps(&self, tag_len: usize) -> bool {
        let is_ours = matches!(self.prf, Prf::Sha256 | Prf::Sha512);
        is_ours && tag_len.div_ceil(self.prf.output_bytes()) <= MOST_BLOCKS
    }

    /// The second step: all iterations that are left, of all that this function began.
    ///
    /// A tag's blocks are computed one after the other, though they need not be: their work is
    /// counted as that, and a rejection of such a string must not be over sooner than it says.
    fn run_by(&self, kernel: Option<Backend>, begun: &mut [Begun]) {
        #[cfg(test)]
        self.count(begun.iter().map(Begun::blocks).sum());
        let left = self.iterations - 1;
        for block in 0..MOST_BLOCKS {
            let narrow = begun.iter_mut().filter_map(|begun| match begun {
                Begun::Sha256(streams) => streams.block(block),
                Begun::Sha512(_) => None,
            });
            Backend::iterate(kernel, narrow, left);
            let wide = begun.iter_mut().filter_map(|begun| match begun {
                Begun::Sha256(_) => None,
                Begun::Sha512(streams) => streams.block(block),
            });
            Backend::iterate(kernel, wide, left);
        }
    }

    #[cfg(test)]
    fn count(&self, blocks: u64) {
        let primitive = super::cost::Primitive::of(self.prf);
        super::work::count(primitive, u64::from(self.iterations) * blocks);
    }
}

/// As many as there are streams. The steps are for tags of which [`Pbkdf2::has_steps`] says so.
impl Together for Pbkdf2 {
    fn at_once(&self, most: usize, _room: u64) -> usize {
        let kernel = Backend::forced();
        let streams = match self.prf {
            Prf::Sha256 => Backend::most_streams::<u32>(kernel),
            Prf::Sha512 => Backend::most_streams::<u64>(kernel),
            #[cfg(feature = "imports")]
            Prf::Sha1 => 1,
        };
        streams.min(most).max(1)
    }

    fn memory_of(&self, _hashes: usize, _room: u64) -> u64 {
        0
    }
}

impl Interleave for Pbkdf2 {
    type Begun = Begun;

    fn blank() -> Begun {
        Begun::Sha256(Streams::blank())
    }

    fn begin(
        &self,
        _memory: Option<&mut WorkMemory>,
        _place: Place,
        inputs: Inputs<'_>,
    ) -> Result<Begun, Error> {
        let Inputs {
            input,
            salt,
            tag_len,
        } = inputs;
        Ok(self.begin_at(1, input, salt, tag_len))
    }

    fn run(&self, _lease: &mut Lease<'_>, begun: &mut [Begun]) -> Result<(), Error> {
        self.run_by(Backend::forced(), begun);
        Ok(())
    }

    fn finish(
        &self,
        _memory: Option<&mut WorkMemory>,
        _place: Place,
        begun: &Begun,
        _inputs: Inputs<'_>,
        tag: &mut [u8],
    ) -> Result<(), Error> {
        begun.finish(tag);
        Ok(())
    }
}

impl Function for Pbkdf2 {
    fn scheme(&self) -> Scheme {
        match self.prf {
            Prf::Sha256 => Scheme::Pbkdf2Sha256,
            Prf::Sha512 => Scheme::Pbkdf2Sha512,
            #[cfg(feature = "imports")]
            Prf::Sha1 => Scheme::Pbkdf2Sha1,
        }
    }

    /// Iterations.
    fn strength(&self) -> u64 {
        u64::from(self.iterations)
    }

    fn work(&self, lengths: Lengths) -> Work {
        Work {
            primitive: Primitive::of(self.prf),
            units: u64::from(self.iterations) * self.blocks(lengths.tag),
        }
    }

    /// Checks iterations times the blocks that `tag_len` bytes take, three times
    /// that for SHA-512; an attacker needs only the first of the blocks.
    fn check(&self, limits: &Limits, tag_len: usize) -> Result<(), Error> {
        // On CPUs with SHA instructions for SHA-256 only, SHA-512 takes three to four times as long.
        let each = match self.prf {
            Prf::Sha512 => 3,
            _ => 1,
        };
        let work = u64::from(self.iterations) * self.blocks(tag_len) * each;
        limits.check(Limit::Pbkdf2Iterations, work)
    }

    fn fault_in(&self, input: &[u8]) -> Option<InputFault> {
        nul_at_the_end(input)
    }

    fn together(&self) -> Option<&dyn Together> {
        Some(self)
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter)) {
        say("i", Parameter::Number(self.iterations));
    }

    fn compute(
        &self,
        _memory: Option<&mut WorkMemory>,
        input: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Error> {
        self.derive(input, salt, tag);
        Ok(())
    }
}

/// HMAC pads its key with zeros (RFC 2104 section 2), so what has the password
/// for a key cannot tell one that ends in NUL from one without.
pub(crate) fn nul_at_the_end(key: &[u8]) -> Option<InputFault> {
    (key.last() == Some(&0)).then(|| InputFault::Nul(key.len() - 1))
}

#[cfg(test)]
mod tests;
