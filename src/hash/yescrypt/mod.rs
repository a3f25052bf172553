//! yescrypt and gost-yescrypt as crypt(3) of libxcrypt computes them: `$y$`, `$gy$`.
//!
//! Verified, never made. There is no ROM and no upgrade of a hash (g), as in libxcrypt.

mod gost;
mod smix;
mod text;

pub(crate) use text::read;

use self::smix::{LANE_BLOCKS, SBOX_N, Shape};
use super::Scheme;
use super::cost::{Lengths, Primitive, Work};
use super::kdf::{Function, InputFault, Parameter, memory_missing};
use super::limits::{Limit, Limits};
use super::pbkdf2::nul_at_the_end;
use super::scrypt::Scrypt;
use crate::arch::Kernels;
use crate::arch::memory::WorkMemory;
use crate::arch::salsa::portable::WORDS;
use crate::arch::salsa::{Backend, Romix};
use crate::error::{Error, ErrorKind};
use hmac::digest::FixedOutput;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::ops::RangeInclusive;
use zeroize::Zeroizing;

/// Bytes of a tag, of SHA-256 and of Streebog with 256 bits.
const TAG_BYTES: usize = 32;

/// A key on the way to the tag.
type Key = Zeroizing<[u8; TAG_BYTES]>;

/// What differs from scrypt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Flavor {
    /// Nothing: scrypt with a salt that is decoded.
    Classic,
    /// The password is hashed before and after, and t says how often V is read.
    Worm,
    /// pwxform in place of Salsa20/8, and V is written as it is read.
    Rw,
}

/// YESCRYPT_RW with six rounds, four gathers of two words and 12 KiB of S-boxes
/// (`YESCRYPT_RW_DEFAULTS`), the one set of these that libxcrypt computes.
const RW_DEFAULTS: u32 = 0x002 | 0x004 | 0x010 | 0x020 | 0x080;

impl Flavor {
    const ALL: [Self; 3] = [Self::Classic, Self::Worm, Self::Rw];

    const fn flags(self) -> u32 {
        match self {
            Self::Classic => 0,
            Self::Worm => 1,
            Self::Rw => RW_DEFAULTS,
        }
    }

    /// Its number in a string: 0, 1, and from 2 on the flags of RW without the two of the mode.
    const fn number(self) -> u32 {
        match self {
            Self::Rw => 2 + (RW_DEFAULTS >> 2),
            other => other.flags(),
        }
    }

    fn written(number: u32) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|flavor| flavor.number() == number)
    }
}

/// Cost parameters of yescrypt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Yescrypt {
    is_gost: bool,
    flavor: Flavor,
    ln: u32,
    r: u32,
    p: u32,
    t: u32,
}

/// What Streebog counts, in units of N · r · p: 22 compressions, and one for each 64 bytes of
/// the longest prepared password, of 12 KiB; each takes less than three units (measured).
const GOST_UNITS: u64 = 3 * (22 + (12 << 10) / 64);

impl Yescrypt {
    /// Within the bounds of `yescrypt_kdf_body` in libxcrypt, or the reason why not.
    fn new(is_gost: bool, flavor: Flavor, [ln, r, p, t]: [u32; 4]) -> Result<Self, &'static str> {
        if !(2..=31).contains(&ln) {
            return Err("N has to be from 2^2 to 2^31");
        }
        if r < 1 || p < 1 || u64::from(r) * u64::from(p) >= 1 << 30 {
            return Err("r times p has to be from 1 to 2^30 - 1");
        }
        if flavor == Flavor::Rw && (1 << ln) / p < 4 {
            return Err("N has to be four times p or more");
        }
        if flavor == Flavor::Classic && t > 0 {
            return Err("scrypt has no t");
        }
        Ok(Self {
            is_gost,
            flavor,
            ln,
            r,
            p,
            t,
        })
    }

    /// Whether Streebog is added, `$gy$`.
    #[must_use]
    pub const fn is_gost(&self) -> bool {
        self.is_gost
    }

    /// The flags of yescrypt's own interface: 0 for scrypt, 1 for WORM, 0xb6 for RW.
    #[must_use]
    pub const fn flags(&self) -> u32 {
        self.flavor.flags()
    }

    /// log2 N.
    #[must_use]
    pub const fn ln(&self) -> u32 {
        self.ln
    }

    /// Block size, in 128 bytes.
    #[must_use]
    pub const fn r(&self) -> u32 {
        self.r
    }

    /// Parallelization, which divides N among the lanes of RW.
    #[must_use]
    pub const fn p(&self) -> u32 {
        self.p
    }

    /// Additional time.
    #[must_use]
    pub const fn t(&self) -> u32 {
        self.t
    }

    /// Work memory in bytes. `u64::MAX` for what no machine has.
    #[must_use]
    pub const fn memory_bytes(&self) -> u64 {
        let (n, r, p) = (1 << self.ln, self.r as u64, self.p as u64);
        match self.flavor {
            Flavor::Classic | Flavor::Worm => self.scrypt().memory_bytes(),
            // r p < 2^30 leaves room in all factors but the one of N.
            Flavor::Rw => (128 * r)
                .saturating_mul(n + 1 + p)
                .saturating_add(64 * LANE_BLOCKS as u64 * p),
        }
    }

    /// Whether no shorter password has the same tags: it is a message before it is a key of
    /// HMAC, which pads those with zeros. Not so in scrypt.
    pub(crate) const fn tells_nul_apart(&self) -> bool {
        self.is_gost || !matches!(self.flavor, Flavor::Classic)
    }

    /// Blocks that are mixed by the main pass, in units of N · r · p: scrypt mixes two for
    /// each, and pwxform takes no longer for two than its Salsa20/8 (measured).
    pub(crate) const fn strength(&self) -> u64 {
        let (n, r, p) = (1 << self.ln, self.r as u64, self.p as u64);
        let blocks = match self.flavor {
            Flavor::Classic | Flavor::Worm => (n + self.worm_steps()).saturating_mul(p),
            Flavor::Rw => self.shape().steps().saturating_mul(p).saturating_add(n),
        };
        blocks.div_ceil(2).saturating_mul(r)
    }

    /// All that is computed for a tag of 32 bytes, in units of N · r · p.
    pub(crate) const fn work_units(&self) -> u64 {
        let pass = self.pass_units();
        let prehash = match self.prehash() {
            Some(prehash) => prehash.pass_units(),
            None => 0,
        };
        let gost = if self.is_gost { GOST_UNITS } else { 0 };
        pass.saturating_add(prehash).saturating_add(gost)
    }

    /// One pass: SMix, S-boxes, and PBKDF2 before and after.
    const fn pass_units(&self) -> u64 {
        let sboxes = match self.flavor {
            Flavor::Classic | Flavor::Worm => 0,
            Flavor::Rw => self.p as u64 * SBOX_N as u64 / 2,
        };
        self.strength()
            .saturating_add(sboxes)
            .saturating_add(self.scrypt().pbkdf2_units(TAG_BYTES))
    }

    /// scrypt with the same N, r and p.
    const fn scrypt(&self) -> Scrypt {
        Scrypt::fixed(self.ln, self.r, self.p)
    }

    const fn shape(&self) -> Shape {
        Shape {
            n: 1 << self.ln,
            p: self.p as u64,
            t: self.t as u64,
        }
    }

    /// How often V is read without RW: N, half as often again with t = 1, then t N.
    const fn worm_steps(&self) -> u64 {
        let n = 1 << self.ln;
        match self.t {
            0 => n,
            1 => n + n / 2,
            t => n * t as u64,
        }
    }

    /// The pass, 64 times shorter, that a large hash makes of the password first.
    const fn prehash(&self) -> Option<Self> {
        let each = (1 << self.ln) / self.p as u64;
        match self.flavor {
            // Of a lane 256 blocks or more, and 16 MiB.
            Flavor::Rw if each >= 0x100 && each * self.r as u64 >= 0x2_0000 => Some(Self {
                ln: self.ln - 6,
                t: 0,
                ..*self
            }),
            _ => None,
        }
    }

    /// Computes the tag, of 32 bytes, in `memory`, of [`Self::memory_bytes`] bytes or more.
    pub(crate) fn derive(
        &self,
        memory: &mut WorkMemory,
        password: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Error> {
        let tag: &mut [u8; TAG_BYTES] = tag.try_into().map_err(|_| {
            Error::new(
                ErrorKind::Argument,
                "a tag of yescrypt has 32 bytes, no more and no less",
            )
        })?;
        match self.flavor {
            Flavor::Classic => self.scrypt().derive(memory, password, salt, tag)?,
            Flavor::Worm | Flavor::Rw => {
                let short;
                let mut key = password;
                if let Some(pass) = self.prehash() {
                    short = pass.run(memory, b"yescrypt-prehash", password, salt)?;
                    key = short.as_slice();
                }
                let whole = self.run(memory, b"yescrypt", key, salt)?;
                // As SCRAM has it (RFC 5802 section 3): ClientKey, and of that StoredKey.
                let client = hmac_sha256(whole.as_slice(), b"Client Key")?;
                let stored = Sha256::new_with_prefix(client.as_slice());
                FixedOutput::finalize_into(stored, tag.into());
            }
        }
        if self.is_gost {
            #[cfg(test)]
            super::work::count(super::cost::Primitive::Scrypt, GOST_UNITS);
            gost::seal(self, password, salt, tag)?;
        }
        Ok(())
    }

    /// One pass without what follows: the whole of it, and the short one before.
    fn run(
        &self,
        memory: &mut WorkMemory,
        label: &[u8],
        password: &[u8],
        salt: &[u8],
    ) -> Result<Key, Error> {
        let too_little = || Error::new(ErrorKind::Internal, "too little work memory for yescrypt");
        let mut key = hmac_sha256(label, password)?;
        let (blocks, words) = self.parts(memory).ok_or_else(too_little)?;
        #[cfg(test)]
        super::work::count(super::cost::Primitive::Scrypt, self.pass_units());
        pbkdf2::pbkdf2_hmac::<Sha256>(&*key, salt, 1, blocks);
        *key = *blocks.first_chunk().ok_or_else(too_little)?;
        let block_bytes = blocks.len() / self.p as usize;
        if self.flavor == Flavor::Rw {
            let lanes = self.p as usize * LANE_BLOCKS * WORDS;
            let (lanes, rest) = words.split_at_mut_checked(lanes).ok_or_else(too_little)?;
            let (x, v) = rest.as_chunks_mut().0.split_at_mut(block_bytes / 64);
            smix::fill_sboxes(blocks, block_bytes, lanes).ok_or_else(too_little)?;
            let first = blocks
                .get(..block_bytes)
                .and_then(|block| block.last_chunk::<64>());
            key = hmac_sha256(first.ok_or_else(too_little)?, key.as_slice())?;
            smix::smix(self.shape(), blocks, lanes, x, v).ok_or_else(too_little)?;
        } else {
            let (n, r, steps) = (1 << self.ln, u64::from(self.r), self.worm_steps());
            Romix { n, r, steps }.run(Backend::chosen(), blocks, words);
        }
        let mut result = Key::default();
        pbkdf2::pbkdf2_hmac::<Sha256>(&*key, blocks, 1, &mut *result);
        Ok(result)
    }

    /// B, and words for all the rest.
    fn parts<'m>(&self, memory: &'m mut WorkMemory) -> Option<(&'m mut [u8], &'m mut [u32])> {
        if self.flavor != Flavor::Rw {
            return self.scrypt().parts(Backend::chosen(), memory).ok();
        }
        let blocks = 128 * u64::from(self.r) * u64::from(self.p);
        let words = (self.memory_bytes() - blocks) / 4;
        memory.bytes_and_words(usize::try_from(blocks).ok()?, usize::try_from(words).ok()?)
    }
}

fn hmac_sha256(key: &[u8], message: &[u8]) -> Result<Key, Error> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)
        .map_err(|_| Error::new(ErrorKind::Internal, "HMAC takes keys of every length"))?;
    mac.update(message);
    let mut result = Key::default();
    mac.finalize_into((&mut *result).into());
    Ok(result)
}

impl Function for Yescrypt {
    fn scheme(&self) -> Scheme {
        if self.is_gost {
            Scheme::GostYescrypt
        } else {
            Scheme::Yescrypt
        }
    }

    fn tag_lengths(&self) -> RangeInclusive<usize> {
        TAG_BYTES..=TAG_BYTES
    }

    fn memory_bytes(&self) -> u64 {
        self.memory_bytes()
    }

    fn memory_within(&self, room: u64) -> u64 {
        match self.flavor {
            Flavor::Classic | Flavor::Worm => self.scrypt().memory_within(room),
            Flavor::Rw => self.memory_bytes(),
        }
    }

    fn strength(&self) -> u64 {
        self.strength()
    }

    fn work(&self, _lengths: Lengths) -> Work {
        Work {
            primitive: Primitive::Scrypt,
            units: self.work_units(),
        }
    }

    /// Checks all work, then all memory.
    fn check(&self, limits: &Limits, _tag_len: usize) -> Result<(), Error> {
        limits.check(Limit::ScryptNrp, self.work_units())?;
        limits.check(Limit::ScryptKib, self.memory_bytes().div_ceil(1024))
    }

    fn fault_in(&self, input: &[u8]) -> Option<InputFault> {
        nul_at_the_end(input).filter(|_| !self.tells_nul_apart())
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter)) {
        say("ln", Parameter::Number(self.ln));
        say("r", Parameter::Number(self.r));
        say("p", Parameter::Number(self.p));
        say("t", Parameter::Number(self.t));
        say("flags", Parameter::Number(self.flags()));
    }

    fn compute(
        &self,
        memory: Option<&mut WorkMemory>,
        input: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Error> {
        self.derive(memory.ok_or_else(memory_missing)?, input, salt, tag)
    }
}

#[cfg(test)]
mod tests;
