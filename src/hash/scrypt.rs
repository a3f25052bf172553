//! scrypt (RFC 7914), over our own ROMix: the `scrypt` crate cannot take memory
//! and aborts where there is none, so it is the oracle of the tests instead.

use super::Scheme;
use super::cost::{Lengths, Primitive, Work};
use super::grammar::{Reader, Text};
use super::kdf::{Function, InputFault, Parameter, memory_missing};
use super::limits::{Limit, Limits};
use super::pbkdf2::nul_at_the_end;
use crate::arch::memory::WorkMemory;
use crate::arch::salsa::{self, portable};
use crate::error::{Bound, Error, ErrorKind};

/// Cost parameters of scrypt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scrypt {
    ln: u32,
    r: u32,
    p: u32,
}

/// Highest log2 N: with r · p below 2^30, N · r · p stays in 64 bits.
const MAX_LN: u32 = 31;

/// What one block of B costs in units of N · r · p before the tag: PBKDF2 makes
/// its 128 bytes by four HMACs, 16 compressions or more without a cached key,
/// about as long as eight times four Salsa20/8 on a CPU without SHA instructions.
const UNITS_PER_BLOCK: u64 = 8;

/// RFC 7914 section 6: p is at most (2^32 - 1) · 32 / (128 r), so r · p < 2^30.
const MAX_R_TIMES_P: u64 = (1 << 30) - 1;

impl Scrypt {
    /// scrypt with N = 2^`ln`, block size `r` (in 128 bytes) and parallelization `p`.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where `ln` is not from 1 to 31 and below 16 `r`,
    /// or `r` times `p` is not from 1 to 2^30 - 1 (RFC 7914 sections 2 and 6).
    pub fn new(ln: u32, r: u32, p: u32) -> Result<Self, Error> {
        let argument = |what, value: u64, bound| {
            Err(Error::out_of_bounds(
                ErrorKind::Argument,
                what,
                value,
                bound,
            ))
        };
        if ln < 1 {
            return argument("ln", u64::from(ln), Bound::AtLeast(1));
        }
        if ln > MAX_LN {
            return argument("ln", u64::from(ln), Bound::AtMost(u64::from(MAX_LN)));
        }
        let r_times_p = u64::from(r) * u64::from(p);
        if r_times_p < 1 {
            return argument("r times p", r_times_p, Bound::AtLeast(1));
        }
        if r_times_p > MAX_R_TIMES_P {
            return argument("r times p", r_times_p, Bound::AtMost(MAX_R_TIMES_P));
        }
        // N is below 2^(128 r / 8): more blocks than Integerify can name are never read.
        if u64::from(ln) >= 16 * u64::from(r) {
            return argument("ln", u64::from(ln), Bound::AtMost(16 * u64::from(r) - 1));
        }
        Ok(Self::fixed(ln, r, p))
    }

    /// As [`Self::new`], for numbers that are known to be in range.
    pub(crate) const fn fixed(ln: u32, r: u32, p: u32) -> Self {
        Self { ln, r, p }
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

    /// Parallelization.
    #[must_use]
    pub const fn p(&self) -> u32 {
        self.p
    }

    /// N · r · p. Below 2^61, so it does not wrap.
    pub(crate) const fn strength(&self) -> u64 {
        ((self.r as u64) * (self.p as u64)) << self.ln
    }

    /// Work memory in bytes: B of p blocks, V of N, X and Y. `u64::MAX` for what no machine has.
    pub(crate) const fn memory_bytes(&self) -> u64 {
        let (n, r, p) = (1 << self.ln, self.r as u64, self.p as u64);
        // r p < 2^30 leaves room in all factors but the last one.
        (4 * portable::WORDS_PER_R * r).saturating_mul(n + portable::SCRATCH_BLOCKS + p)
    }

    /// The PBKDF2 before and after ROMix, in units of N · r · p. Below 2^36 for tags that are read.
    pub(crate) const fn pbkdf2_units(&self, tag_len: usize) -> u64 {
        let blocks = self.r as u64 * self.p as u64;
        blocks * (UNITS_PER_BLOCK + tag_len.div_ceil(32) as u64)
    }

    /// Reads `ln=..,r=..,p=..`.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        reader.expect("ln=", "\"ln=\" has to stand here")?;
        let ln_at = reader.offset();
        let ln = reader.number(1..=MAX_LN, "ln is log2 N, from 1 to 31")?;
        reader.expect(",r=", "\",r=\" has to stand here")?;
        let r = reader.number(1..=u32::MAX, "r is from 1 to 4294967295")?;
        reader.expect(",p=", "\",p=\" has to stand here")?;
        let p_at = reader.offset();
        let p = reader.number(1..=u32::MAX, "p is from 1 to 4294967295")?;
        let malformed = |at, reason| Err(Error::new(ErrorKind::Malformed, reason).at(at));
        if u64::from(ln) >= 16 * u64::from(r) {
            return malformed(ln_at, "ln has to be below 16 r (RFC 7914 section 2)");
        }
        if u64::from(r) * u64::from(p) > MAX_R_TIMES_P {
            return malformed(p_at, "r times p has to be below 2^30 (RFC 7914 section 6)");
        }
        Ok(Self::fixed(ln, r, p))
    }

    pub(crate) fn write(&self, text: &mut Text) {
        text.push("ln=");
        text.push_number(self.ln);
        text.push(",r=");
        text.push_number(self.r);
        text.push(",p=");
        text.push_number(self.p);
    }

    /// Computes the tag in `memory`, of [`Self::memory_bytes`] bytes or more.
    pub(crate) fn derive(
        &self,
        memory: &mut WorkMemory,
        password: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Error> {
        #[cfg(test)]
        super::work::count(super::cost::Primitive::Scrypt, self.pbkdf2_units(tag.len()));
        let (blocks, words) = self.parts(memory, self.p)?;
        let block_bytes = blocks.len() / self.p as usize;
        pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, salt, 1, blocks);
        for block in blocks.chunks_exact_mut(block_bytes) {
            self.romix(block, words);
        }
        pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, blocks, 1, tag);
        Ok(())
    }

    /// Spends N · r: one ROMix without a result.
    pub(crate) fn spend(&self, memory: &mut WorkMemory) -> Result<(), Error> {
        let (block, words) = self.parts(memory, 1)?;
        // Of zeros ROMix makes zeros, and would read the same place again and again.
        for (byte, filler) in block.iter_mut().zip((0..=250).cycle()) {
            *byte = filler;
        }
        self.romix(block, words);
        Ok(())
    }

    fn romix(&self, block: &mut [u8], words: &mut [u32]) {
        #[cfg(test)]
        super::work::count(super::cost::Primitive::Scrypt, u64::from(self.r) << self.ln);
        salsa::romix(block, words, 1 << self.ln, 1 << self.ln);
    }

    /// Memory for `blocks` blocks of B, and for V, X and Y of one ROMix.
    fn parts<'m>(
        &self,
        memory: &'m mut WorkMemory,
        blocks: u32,
    ) -> Result<(&'m mut [u8], &'m mut [u32]), Error> {
        let block_bytes = 128 * u64::from(self.r);
        let words = ((1 << self.ln) + portable::SCRATCH_BLOCKS)
            .checked_mul(portable::WORDS_PER_R * u64::from(self.r));
        usize::try_from(block_bytes * u64::from(blocks))
            .ok()
            .zip(words.and_then(|words| usize::try_from(words).ok()))
            .and_then(|(bytes, words)| memory.bytes_and_words(bytes, words))
            .ok_or_else(|| Error::new(ErrorKind::Internal, "too little work memory for scrypt"))
    }
}

impl Function for Scrypt {
    fn scheme(&self) -> Scheme {
        Scheme::Scrypt
    }

    fn memory_bytes(&self) -> u64 {
        self.memory_bytes()
    }

    /// N · r · p.
    fn strength(&self) -> u64 {
        self.strength()
    }

    fn work(&self, lengths: Lengths) -> Work {
        let units = self
            .strength()
            .saturating_add(self.pbkdf2_units(lengths.tag));
        let primitive = Primitive::Scrypt;
        Work { primitive, units }
    }

    /// Checks ROMix, then the PBKDF2 before and after it (which counts where N is small and r · p
    /// large, and hashes all blocks once for each 32 bytes of tag), then all memory.
    fn check(&self, limits: &Limits, tag_len: usize) -> Result<(), Error> {
        limits.check(Limit::ScryptNrp, self.strength())?;
        limits.check(Limit::ScryptNrp, self.pbkdf2_units(tag_len))?;
        limits.check(Limit::ScryptKib, self.memory_bytes().div_ceil(1024))
    }

    fn fault_in(&self, input: &[u8]) -> Option<InputFault> {
        nul_at_the_end(input)
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter)) {
        say("ln", Parameter::Number(self.ln));
        say("r", Parameter::Number(self.r));
        say("p", Parameter::Number(self.p));
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn agrees_with_the_scrypt_crate(
            ln in 1..=10_u32, r in 1..=9_u32, p in 1..=4_u32,
            password in proptest::collection::vec(any::<u8>(), 0..80),
            salt in proptest::collection::vec(any::<u8>(), 0..40),
            len in 10..=64_usize,
        ) {
            let ours = Scrypt::new(ln, r, p).expect("in range");
            let mut memory = WorkMemory::new(ours.memory_bytes()).expect("memory");
            let (mut tag, mut oracle) = (vec![0; len], vec![0; len]);
            ours.derive(&mut memory, &password, &salt, &mut tag).expect("derives");
            let params = scrypt::Params::new(u8::try_from(ln).expect("small"), r, p).expect("in range");
            scrypt::scrypt(&password, &salt, &params, &mut oracle).expect("derives");
            prop_assert_eq!(tag, oracle);
        }
    }

    #[test]
    fn sizes_do_not_wrap_at_the_edges() {
        let largest = Scrypt::fixed(MAX_LN, (1 << 30) - 1, 1);
        assert_eq!(largest.strength(), ((1_u64 << 30) - 1) << 31);
        assert_eq!(largest.memory_bytes(), u64::MAX);
        assert_eq!(
            Scrypt::fixed(10, 8, 16).memory_bytes(),
            128 * 8 * (1024 + 2 + 16)
        );
        assert!(Scrypt::new(1, 65536, 65536).is_err());
        assert!(Scrypt::new(0, 8, 1).is_err());
        assert!(Scrypt::new(32, 8, 1).is_err());
        assert!(Scrypt::new(14, 0, 1).is_err());
        assert!(Scrypt::new(16, 1, 1).is_err());
        assert!(Scrypt::new(15, 1, 1).is_ok());
    }
}
