//! Argon2id, Argon2i and Argon2d (RFC 9106), versions 0x10 and 0x13.
//!
//! What is made of which blocks is in `fill.rs`, the hashes around the memory in `blake2b.rs`;
//! the block function has kernels, in `arch::blamka`.

mod blake2b;
mod fill;

use self::blake2b::long_hash;
pub(crate) use self::fill::{Alone, Company, Job};
use self::fill::{Fill, Mate, Shape};

use super::Scheme;
use super::cost::{Lengths, Primitive, Work};
use super::grammar::{Reader, Text};
use super::interleave::{Inputs, Interleave, Place, Together};
use super::kdf::{self, Function, Parameter, memory_missing, memory_refused};
use super::limits::{Limit, Limits};
use super::phc::LeftOut;
use super::pool::Lease;
use crate::arch::Kernels;
use crate::arch::blamka::{BLOCK_BYTES, Backend, Block};
use crate::arch::cache::last_level_bytes;
use crate::arch::memory::WorkMemory;
use crate::arch::stack::without_traces;
use crate::error::{Bound, Error, ErrorKind};
use std::ops::RangeInclusive;

/// How Argon2 chooses the blocks it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variant {
    /// Data-independent for half of the first pass, then data-dependent. The one to use.
    Id,
    /// Data-independent throughout.
    I,
    /// Data-dependent throughout.
    D,
}

impl Variant {
    /// As it goes into the hash (RFC 9106 section 3.2).
    const fn number(self) -> u32 {
        match self {
            Self::D => 0,
            Self::I => 1,
            Self::Id => 2,
        }
    }
}

/// The version of the algorithm, `v=` in a stored string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// 0x10, of 2015. A string without `v=` means this one, as libargon2 reads it.
    V0x10,
    /// 0x13, of RFC 9106.
    V0x13,
}

/// Cost parameters of Argon2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Argon2 {
    variant: Variant,
    version: Version,
    m_kib: u32,
    t: u32,
    p: u32,
}

/// Inputs of the raw function beside password and salt.
#[derive(Default)]
struct More<'a> {
    secret: &'a [u8],
    associated_data: &'a [u8],
}

/// As much as libraries take that have a limit; nothing stored has any.
const MAX_ASSOCIATED_DATA_BYTES: usize = 32;

/// Most lanes (RFC 9106 section 3.1).
const MAX_P: u32 = (1 << 24) - 1;

/// Least salt, in bytes (libargon2 `ARGON2_MIN_SALT_LENGTH`).
pub(crate) const MIN_SALT_BYTES: usize = 8;

impl Argon2 {
    /// Argon2 with `m_kib` KiB of memory, `t` passes and `p` lanes.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where a number is outside of RFC 9106 section
    /// 3.1: `p` from 1 to 2^24 - 1, `t` from 1, `m_kib` from 8 `p`.
    pub fn new(
        variant: Variant,
        version: Version,
        m_kib: u32,
        t: u32,
        p: u32,
    ) -> Result<Self, Error> {
        let argument = |what, value: u32, bound| {
            let value = u64::from(value);
            Err(Error::out_of_bounds(
                ErrorKind::Argument,
                what,
                value,
                bound,
            ))
        };
        if p < 1 {
            return argument("p", p, Bound::AtLeast(1));
        }
        if p > MAX_P {
            return argument("p", p, Bound::AtMost(u64::from(MAX_P)));
        }
        if t < 1 {
            return argument("t", t, Bound::AtLeast(1));
        }
        if u64::from(m_kib) < 8 * u64::from(p) {
            return argument("m in KiB", m_kib, Bound::AtLeast(8 * u64::from(p)));
        }
        Ok(Self::fixed(variant, version, m_kib, t, p))
    }

    /// As [`Self::new`], for numbers that are known to be in range.
    pub(crate) const fn fixed(
        variant: Variant,
        version: Version,
        m_kib: u32,
        t: u32,
        p: u32,
    ) -> Self {
        Self {
            variant,
            version,
            m_kib,
            t,
            p,
        }
    }

    /// The variant.
    #[must_use]
    pub const fn variant(&self) -> Variant {
        self.variant
    }

    /// The version.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Memory in KiB.
    #[must_use]
    pub const fn m_kib(&self) -> u32 {
        self.m_kib
    }

    /// Passes.
    #[must_use]
    pub const fn t(&self) -> u32 {
        self.t
    }

    /// Lanes.
    #[must_use]
    pub const fn p(&self) -> u32 {
        self.p
    }

    /// Work memory in bytes: `m_kib` rounded down to whole segments (RFC 9106 section 3.2).
    pub(crate) const fn memory_bytes(&self) -> u64 {
        let segments = 4 * self.p as u64;
        self.m_kib as u64 / segments * segments * 1024
    }

    /// Blocks that are made in all passes.
    const fn blocks_made(&self) -> u64 {
        self.memory_bytes() / 1024 * self.t as u64
    }

    /// The least memory, in bytes, that work without a result is spent in.
    pub(crate) const LEAST_SPENT_BYTES: u64 = 12 << 10;

    /// The same function with other costs and one lane. `m_kib` is a multiple of 4 and at least 8.
    pub(crate) const fn with_one_lane(&self, m_kib: u32, t: u32) -> Self {
        Self::fixed(self.variant, self.version, m_kib, t, 1)
    }

    /// Reads `[v=..$]m=..,t=..,p=..`.
    pub(crate) fn read(
        variant: Variant,
        reader: &mut Reader<'_>,
    ) -> Result<(Self, LeftOut), Error> {
        const RANGE: &str = "the number is outside of RFC 9106 section 3.1";
        let says_version = reader.accept("v=");
        let version = if says_version {
            let at = reader.offset();
            let version = match reader.number(0..=u32::MAX, RANGE)? {
                0x10 => Version::V0x10,
                0x13 => Version::V0x13,
                _ => {
                    let reason = "Argon2 has the versions 16 and 19";
                    return Err(Error::new(ErrorKind::Unsupported, reason).at(at));
                }
            };
            reader.expect("$", "\"$\" has to follow the version")?;
            version
        } else {
            Version::V0x10
        };
        reader.expect("m=", "\"m=\" has to stand here")?;
        let m_at = reader.offset();
        let m_kib = reader.number(8..=u32::MAX, RANGE)?;
        reader.expect(",t=", "\",t=\" has to stand here")?;
        let t = reader.number(1..=u32::MAX, RANGE)?;
        reader.expect(",p=", "\",p=\" has to stand here")?;
        let p = reader.number(1..=MAX_P, RANGE)?;
        if u64::from(m_kib) < 8 * u64::from(p) {
            let reason = "m has to be 8 p at least (RFC 9106 section 3.1)";
            return Err(Error::new(ErrorKind::Malformed, reason).at(m_at));
        }
        let at = reader.offset();
        if reader.accept(",keyid=") || reader.accept(",data=") {
            let reason = "keyid and data belong to a secret input, which saltbox does not take";
            return Err(Error::new(ErrorKind::Unsupported, reason).at(at));
        }
        let left_out = LeftOut {
            version: !says_version,
            ..LeftOut::default()
        };
        Ok((Self::fixed(variant, version, m_kib, t, p), left_out))
    }

    pub(crate) fn write(&self, left_out: LeftOut, text: &mut Text) {
        if !left_out.version {
            text.push("v=");
            text.push_number(self.version_number());
            text.push("$");
        }
        text.push("m=");
        text.push_number(self.m_kib);
        text.push(",t=");
        text.push_number(self.t);
        text.push(",p=");
        text.push_number(self.p);
    }

    /// 16 or 19, as in a stored string.
    #[must_use]
    pub const fn version_number(&self) -> u32 {
        match self.version {
            Version::V0x10 => 0x10,
            Version::V0x13 => 0x13,
        }
    }

    /// Computes `tag` with the two inputs that a stored string does not have:
    /// the secret and the associated data of RFC 9106 section 3.1.
    ///
    /// This is the raw function, as [`Kdf::derive`](super::Kdf::derive): no
    /// preparation, no limits, memory of its own.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where the tag is not from 4 to 1024 bytes long,
    /// the salt is shorter than 8 bytes, or the associated data is longer than
    /// 32; [`ErrorKind::Memory`] where the system gives no work memory.
    pub fn derive_with(
        &self,
        password: &[u8],
        salt: &[u8],
        secret: &[u8],
        associated_data: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Error> {
        if associated_data.len() > MAX_ASSOCIATED_DATA_BYTES {
            return Err(Error::out_of_bounds(
                ErrorKind::Argument,
                "associated data in bytes",
                associated_data.len() as u64,
                Bound::AtMost(MAX_ASSOCIATED_DATA_BYTES as u64),
            ));
        }
        kdf::check_lengths(self, salt, tag)?;
        let mut memory = WorkMemory::new(self.memory_bytes()).ok_or_else(memory_refused)?;
        let more = More {
            secret,
            associated_data,
        };
        without_traces(|| self.fill(&mut memory, password, salt, &more, tag))
    }

    /// Computes the tag in `memory`, of [`Self::memory_bytes`] bytes or more.
    pub(crate) fn derive(
        &self,
        memory: &mut WorkMemory,
        password: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Error> {
        self.fill(memory, password, salt, &More::default(), tag)
    }

    fn fill(
        &self,
        memory: &mut WorkMemory,
        password: &[u8],
        salt: &[u8],
        more: &More<'_>,
        tag: &mut [u8],
    ) -> Result<(), Error> {
        let memory = self.blocks(memory, 1)?;
        let inputs = [password, salt, more.secret, more.associated_data];
        self.begin(memory, inputs, tag.len())?;
        self.make(Backend::chosen(), Job::new(memory, &mut 0), Alone);
        self.finish(memory, tag)
    }

    /// The blocks of so many hashes.
    fn blocks<'m>(&self, memory: &'m mut WorkMemory, hashes: usize) -> Result<&'m [Block], Error> {
        let blocks = hashes.saturating_mul(Shape::of(self).blocks());
        let blocks = memory
            .blocks(blocks)
            .ok_or_else(|| Error::new(ErrorKind::Internal, "too little work memory for Argon2"))?;
        Ok(blocks)
    }

    /// Makes what is before the blocks, of a password, a salt, a secret and associated data, and
    /// the first two blocks of each lane.
    fn begin(&self, memory: &[Block], inputs: [&[u8]; 4], tag_len: usize) -> Result<(), Error> {
        #[cfg(test)]
        super::work::count(Primitive::Argon2, self.blocks_made());
        let h0 = self.initial_hash(inputs, tag_len)?;
        self.make_first(memory, &h0)
    }

    /// Makes all other blocks, and beside them those of `company`.
    fn make(&self, backend: Backend, job: Job<'_>, company: impl Company) {
        let shape = Shape::of(self);
        backend.run(Fill {
            shape,
            job,
            company,
        });
    }

    /// The blocks of one of several hashes.
    fn blocks_of<'m>(
        &self,
        memory: Option<&'m mut WorkMemory>,
        place: Place,
    ) -> Result<&'m [Block], Error> {
        let all = self.blocks(memory.ok_or_else(memory_missing)?, place.of)?;
        let mut hashes = all.chunks_exact(Shape::of(self).blocks());
        hashes.nth(place.at).ok_or_else(memory_missing)
    }

    fn make_first(&self, memory: &[Block], h0: &[u8]) -> Result<(), Error> {
        let mut bytes = [0; BLOCK_BYTES];
        let lane_blocks = Shape::of(self).lane_blocks() as usize;
        for (lane, blocks) in (0..self.p).zip(memory.chunks_exact(lane_blocks)) {
            for (i, block) in (0..2_u32).zip(blocks) {
                long_hash(&[h0, &i.to_le_bytes(), &lane.to_le_bytes()], &mut bytes)?;
                block.read_from(&bytes);
            }
        }
        Ok(())
    }

    /// Segments of all lanes and passes.
    pub(crate) fn segments(&self) -> u64 {
        Shape::of(self).segments()
    }

    /// Whether two at once take less time than one after the other, where that pays from so much
    /// memory on, see [`Self::company_pays_from`]. Lanes of one hash take turns already.
    pub(crate) const fn gains_by_company(&self, from_bytes: u64) -> bool {
        self.p == 1 && self.memory_bytes() >= from_bytes
    }

    /// The least memory of a hash, in bytes, with which two at once take less time than one after the
    /// other, where so many pairs are computed at a time.
    ///
    /// What is gained is the time that one waits for memory. In a cache there is little of that,
    /// and two that do not fit in one wait where each by itself would not. On an AMD Zen 5 with 32 MiB
    /// that two CPUs share, pairs of 64 MiB gain, and such of 19 lose, one at a time or two.
    pub(crate) fn company_pays_from(pairs: u32) -> u64 {
        #[cfg(test)]
        if let Some(bytes) = super::work::company_pays_from() {
            return bytes;
        }
        2 * last_level_bytes() / u64::from(pairs.max(2))
    }

    /// A hash in its memory, of which so much is made.
    pub(crate) fn job_in<'m>(
        &self,
        memory: &'m mut WorkMemory,
        done: &'m mut u64,
    ) -> Option<Job<'m>> {
        let memory = self.blocks(memory, 1).ok()?;
        Some(Job::new(memory, done))
    }

    /// Makes what is left of a hash in its memory, and beside it what `company` brings.
    pub(crate) fn make_rest(
        &self,
        memory: &mut WorkMemory,
        done: &mut u64,
        company: impl Company,
    ) -> Result<(), Error> {
        let job = self.job_in(memory, done).ok_or_else(memory_missing)?;
        self.make(Backend::chosen(), job, company);
        Ok(())
    }

    /// Makes the tag of the last block of each lane.
    fn finish(&self, memory: &[Block], tag: &mut [u8]) -> Result<(), Error> {
        let mut bytes = [0; BLOCK_BYTES];
        let mut lasts = memory
            .chunks_exact(Shape::of(self).lane_blocks() as usize)
            .filter_map(<[_]>::last);
        if let Some(sum) = lasts.next() {
            lasts.for_each(|last| sum.xor_with(last));
            sum.write_to(&mut bytes);
        }
        long_hash(&[&bytes], tag)
    }
}

impl Function for Argon2 {
    fn scheme(&self) -> Scheme {
        match self.variant {
            Variant::Id => Scheme::Argon2id,
            Variant::I => Scheme::Argon2i,
            Variant::D => Scheme::Argon2d,
        }
    }

    fn memory_bytes(&self) -> u64 {
        self.memory_bytes()
    }

    fn salt_lengths(&self) -> RangeInclusive<usize> {
        MIN_SALT_BYTES..=usize::MAX
    }

    /// Memory times passes in KiB.
    fn strength(&self) -> u64 {
        u64::from(self.m_kib) * u64::from(self.t)
    }

    fn work(&self, _lengths: Lengths) -> Work {
        Work {
            primitive: Primitive::Argon2,
            units: self.blocks_made(),
        }
    }

    fn together(&self) -> Option<&dyn Together> {
        Some(self)
    }

    fn check(&self, limits: &Limits, _tag_len: usize) -> Result<(), Error> {
        limits.check(Limit::Argon2KibPasses, self.strength())?;
        limits.check(Limit::Argon2MKib, u64::from(self.m_kib))?;
        limits.check(Limit::Argon2P, u64::from(self.p))
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter)) {
        say("m_kib", Parameter::Number(self.m_kib));
        say("t", Parameter::Number(self.t));
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

/// Two at once, as their lanes take turns: with more the caches hold too little of each.
impl Together for Argon2 {
    fn at_once(&self, most: usize, room: u64) -> usize {
        let fits = self.memory_bytes().saturating_mul(2) <= room;
        if most > 1 && self.gains_by_company(Self::company_pays_from(1)) && fits {
            2
        } else {
            1
        }
    }

    fn memory_of(&self, hashes: usize, _room: u64) -> u64 {
        self.memory_bytes().saturating_mul(hashes as u64)
    }
}

/// Work memory has everything.
impl Interleave for Argon2 {
    type Begun = ();

    fn blank() {}

    fn begin(
        &self,
        memory: Option<&mut WorkMemory>,
        place: Place,
        entered: Inputs<'_>,
    ) -> Result<(), Error> {
        let memory = self.blocks_of(memory, place)?;
        let inputs = [entered.input, entered.salt, &[], &[]];
        self.begin(memory, inputs, entered.tag_len)
    }

    /// One by itself is made beside that of another job, if one waits for it.
    fn run(&self, lease: &mut Lease<'_>, begun: &mut [()]) -> Result<(), Error> {
        if begun.len() == 1 {
            return lease.make_in_company(self);
        }
        let memory = lease.memory().ok_or_else(memory_missing)?;
        let memory = self.blocks(memory, begun.len())?;
        let mut hashes = memory.chunks_exact(Shape::of(self).blocks());
        while let Some(memory) = hashes.next() {
            let (mut done, mut done_by_mate) = (0, 0);
            let job = Job::new(memory, &mut done);
            match hashes.next() {
                Some(mate) => {
                    let mate = Job::new(mate, &mut done_by_mate);
                    let company = Mate::new(mate, &Shape::of(self));
                    self.make(Backend::chosen(), job, company);
                }
                None => self.make(Backend::chosen(), job, Alone),
            }
        }
        Ok(())
    }

    fn finish(
        &self,
        memory: Option<&mut WorkMemory>,
        place: Place,
        (): &(),
        _entered: Inputs<'_>,
        tag: &mut [u8],
    ) -> Result<(), Error> {
        self.finish(self.blocks_of(memory, place)?, tag)
    }
}

#[cfg(test)]
mod tests;
