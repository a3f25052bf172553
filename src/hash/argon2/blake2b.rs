//! The hashes around the memory: H0 and H' (RFC 9106 sections 3.2 and 3.3), of BLAKE2b.

use super::Argon2;
use crate::error::{Error, ErrorKind};
use blake2::Blake2bVarCore;
use blake2::digest::block_api::{UpdateCore, VariableOutputCore};
use blake2::digest::block_buffer::LazyBuffer;
use blake2::digest::typenum::U128;

/// Bytes of the longest BLAKE2b hash.
const LONGEST: usize = 64;

/// BLAKE2b with a length of hash of its own.
struct Blake2b {
    core: Blake2bVarCore,
    buffer: LazyBuffer<U128>,
}

impl Blake2b {
    /// For a hash of 1 to [`LONGEST`] bytes.
    fn new(len: usize) -> Result<Self, Error> {
        let core = Blake2bVarCore::new(len)
            .map_err(|_| Error::new(ErrorKind::Internal, "BLAKE2b makes 1 to 64 bytes"))?;
        let buffer = LazyBuffer::default();
        Ok(Self { core, buffer })
    }

    fn add(&mut self, bytes: &[u8]) {
        let Self { core, buffer } = self;
        buffer.digest_blocks(bytes, |blocks| core.update_blocks(blocks));
    }

    /// Adds a number as Argon2 writes them.
    fn add_number(&mut self, number: u32) {
        self.add(&number.to_le_bytes());
    }

    fn finish(mut self, hash: &mut [u8]) {
        let mut all = Default::default();
        self.core.finalize_variable_core(&mut self.buffer, &mut all);
        for (byte, from) in hash.iter_mut().zip(all) {
            *byte = from;
        }
    }
}

fn count(bytes: usize) -> Result<u32, Error> {
    let reason = "Argon2 counts bytes in 32 bits";
    u32::try_from(bytes).map_err(|_| Error::new(ErrorKind::Internal, reason))
}

impl Argon2 {
    /// H0, of all parameters and inputs.
    pub(super) fn initial_hash(
        &self,
        inputs: [&[u8]; 4],
        tag_len: usize,
    ) -> Result<[u8; LONGEST], Error> {
        let mut hash = Blake2b::new(LONGEST)?;
        let (version, variant) = (self.version_number(), self.variant.number());
        for number in [
            self.p,
            count(tag_len)?,
            self.m_kib,
            self.t,
            version,
            variant,
        ] {
            hash.add_number(number);
        }
        for input in inputs {
            hash.add_number(count(input.len())?);
            hash.add(input);
        }
        let mut h0 = [0; LONGEST];
        hash.finish(&mut h0);
        Ok(h0)
    }
}

/// H': a hash as long as `hash`. The first halves of a chain of the longest, and the whole of the last.
pub(super) fn long_hash(parts: &[&[u8]], hash: &mut [u8]) -> Result<(), Error> {
    const HALF: usize = LONGEST / 2;
    let first = |len: usize, all: u32, hash: &mut [u8]| {
        let mut first = Blake2b::new(len)?;
        first.add_number(all);
        for part in parts {
            first.add(part);
        }
        first.finish(hash);
        Ok(())
    };
    let all = count(hash.len())?;
    if hash.len() <= LONGEST {
        return first(hash.len(), all, hash);
    }
    let mut link = [0; LONGEST];
    first(LONGEST, all, &mut link)?;
    let mut rest = hash;
    loop {
        let Some((half, after)) = rest.split_at_mut_checked(HALF) else {
            return Ok(());
        };
        half.copy_from_slice(&link[..HALF]);
        rest = after;
        let len = rest.len().min(LONGEST);
        let mut next = Blake2b::new(len)?;
        next.add(&link);
        if rest.len() <= LONGEST {
            next.finish(rest);
            return Ok(());
        }
        next.finish(&mut link);
    }
}
