//! scrypt (RFC 7914), over our own ROMix: the `scrypt` crate cannot take memory
//! and aborts where there is none, so it is the oracle of the tests instead.

use super::Scheme;
use super::cost::{Lengths, Primitive, Work};
use super::grammar::{Reader, Text};
use super::interleave::{Inputs, Interleave, Place, Together};
use super::kdf::{Function, InputFault, Parameter, memory_missing};
use super::limits::{Limit, Limits};
use super::pbkdf2::nul_at_the_end;
use super::pool::Lease;
use crate::arch::Kernels;
use crate::arch::memory::WorkMemory;
use crate::arch::salsa::{Backend, Romix};
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

    /// The least work memory, in bytes: B of p blocks, V of N, X and Y, for one lane after the
    /// other. `u64::MAX` for what no machine has.
    ///
    /// This is what ceilings and budgets are compared with: RFC 7914 asks for no more, and whether
    /// a string can be verified must not depend on the kernel of the machine.
    pub(crate) const fn memory_bytes(&self) -> u64 {
        self.memory_of_streams(1)
    }

    const fn memory_of_streams(&self, streams: u64) -> u64 {
        // r p < 2^30 leaves room in these factors.
        let blocks = 128 * self.r as u64 * self.p as u64;
        let words = Romix::words(1 << self.ln, self.r as u64, streams);
        words.saturating_mul(4).saturating_add(blocks)
    }

    /// Memory for as many lanes at once as the kernel takes and `room` holds, in bytes; for one in
    /// any case.
    pub(crate) fn memory_within(&self, room: u64) -> u64 {
        self.memory_of_streams(self.streams_within(Backend::chosen(), room))
    }

    fn streams_within(&self, kernel: Backend, bytes: u64) -> u64 {
        let most = kernel.most_streams().min(self.p.into());
        let fits = |streams: &u64| self.memory_of_streams(*streams) <= bytes;
        (2..=most).rev().find(fits).unwrap_or(1)
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

    /// Computes the tag in `memory`, of [`Self::memory_bytes`] bytes or more: as many lanes at
    /// once as it has room for.
    pub(crate) fn derive(
        &self,
        memory: &mut WorkMemory,
        password: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Error> {
        self.derive_by(Backend::chosen(), memory, password, salt, tag)
    }

    fn derive_by(
        &self,
        kernel: Backend,
        memory: &mut WorkMemory,
        password: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Error> {
        #[cfg(test)]
        super::work::count(super::cost::Primitive::Scrypt, self.pbkdf2_units(tag.len()));
        let (blocks, words) = self.parts(kernel, memory)?;
        pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, salt, 1, blocks);
        self.romix(kernel, blocks, words);
        pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, blocks, 1, tag);
        Ok(())
    }

    /// Spends N · r · p: ROMix of all lanes without a result.
    pub(crate) fn spend(&self, memory: &mut WorkMemory) -> Result<(), Error> {
        let kernel = Backend::chosen();
        let (blocks, words) = self.parts(kernel, memory)?;
        // Of zeros ROMix makes zeros, and would read the same place again and again.
        for (byte, filler) in blocks.iter_mut().zip((0..=250).cycle()) {
            *byte = filler;
        }
        self.romix(kernel, blocks, words);
        Ok(())
    }

    fn romix(&self, kernel: Backend, blocks: &mut [u8], words: &mut [u32]) {
        #[cfg(test)]
        super::work::count(super::cost::Primitive::Scrypt, self.strength());
        let (n, r) = (1 << self.ln, u64::from(self.r));
        Romix { n, r, steps: n }.run(kernel, blocks, words);
    }

    /// A hash with the lanes of so many; `None` for more lanes than a hash has.
    fn with_lanes_of(&self, hashes: usize) -> Option<Self> {
        let p = u32::try_from(hashes).ok()?.checked_mul(self.p)?;
        Self::new(self.ln, self.r, p).ok()
    }

    /// B of one of several hashes.
    fn blocks_of<'m>(
        &self,
        memory: Option<&'m mut WorkMemory>,
        place: Place,
    ) -> Result<&'m mut [u8], Error> {
        let all = self.with_lanes_of(place.of).ok_or_else(memory_missing)?;
        let (blocks, _) = all.parts(Backend::chosen(), memory.ok_or_else(memory_missing)?)?;
        let each = blocks.len() / place.of.max(1);
        blocks
            .chunks_exact_mut(each)
            .nth(place.at)
            .ok_or_else(memory_missing)
    }

    /// Memory for B, and for V, X and Y of as many lanes as there is room for.
    pub(super) fn parts<'m>(
        &self,
        kernel: Backend,
        memory: &'m mut WorkMemory,
    ) -> Result<(&'m mut [u8], &'m mut [u32]), Error> {
        let (r, p) = (u64::from(self.r), u64::from(self.p));
        let streams = self.streams_within(kernel, memory.bytes() as u64);
        usize::try_from(128 * r * p)
            .ok()
            .zip(usize::try_from(Romix::words(1 << self.ln, r, streams)).ok())
            .and_then(|(bytes, words)| memory.bytes_and_words(bytes, words))
            .ok_or_else(|| Error::new(ErrorKind::Internal, "too little work memory for scrypt"))
    }
}

/// As many as there are streams: the lanes of all are computed as those of one hash would be.
impl Together for Scrypt {
    fn at_once(&self, most: usize, room: u64) -> usize {
        let Some(all) = self.with_lanes_of(most) else {
            return 1;
        };
        let streams = all.streams_within(Backend::chosen(), room);
        if streams > u64::from(self.p).min(Backend::chosen().most_streams()) {
            most
        } else {
            1
        }
    }

    fn memory_of(&self, hashes: usize, room: u64) -> u64 {
        let all = self.with_lanes_of(hashes);
        all.map_or(u64::MAX, |all| all.memory_within(room))
    }
}

/// Work memory has everything.
impl Interleave for Scrypt {
    type Begun = ();

    fn blank() {}

    fn begin(
        &self,
        memory: Option<&mut WorkMemory>,
        place: Place,
        inputs: Inputs<'_>,
    ) -> Result<(), Error> {
        let blocks = self.blocks_of(memory, place)?;
        pbkdf2::pbkdf2_hmac::<sha2::Sha256>(inputs.input, inputs.salt, 1, blocks);
        Ok(())
    }

    fn run(&self, lease: &mut Lease<'_>, begun: &mut [()]) -> Result<(), Error> {
        let all = self.with_lanes_of(begun.len()).ok_or_else(memory_missing)?;
        let kernel = Backend::chosen();
        let (blocks, words) = all.parts(kernel, lease.memory().ok_or_else(memory_missing)?)?;
        all.romix(kernel, blocks, words);
        Ok(())
    }

    fn finish(
        &self,
        memory: Option<&mut WorkMemory>,
        place: Place,
        (): &(),
        inputs: Inputs<'_>,
        tag: &mut [u8],
    ) -> Result<(), Error> {
        #[cfg(test)]
        super::work::count(super::cost::Primitive::Scrypt, self.pbkdf2_units(tag.len()));
        let blocks = self.blocks_of(memory, place)?;
        pbkdf2::pbkdf2_hmac::<sha2::Sha256>(inputs.input, blocks, 1, tag);
        Ok(())
    }
}

impl Function for Scrypt {
    fn scheme(&self) -> Scheme {
        Scheme::Scrypt
    }

    fn memory_bytes(&self) -> u64 {
        self.memory_bytes()
    }

    fn memory_within(&self, room: u64) -> u64 {
        self.memory_within(room)
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

    fn together(&self) -> Option<&dyn Together> {
        Some(self)
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
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    use crate::hash::work::check_kernels;
    use crate::hash::work::{agree, full};
    use proptest::prelude::*;

    /// In memory for so many lanes at once that holds other things, as that of the job before may.
    fn tag_by(
        (kernel, streams): (Backend, u64),
        function: &Scrypt,
        password: &[u8],
        salt: &[u8],
        tag_len: usize,
    ) -> Vec<u8> {
        let bytes = function.memory_of_streams(streams);
        let mut memory = WorkMemory::new(bytes).expect("memory");
        let bytes = usize::try_from(bytes).expect("small");
        let (dirt, _) = memory.bytes_and_words(bytes, 0).expect("fits");
        dirt.fill(0xa5);
        let mut tag = vec![0; tag_len];
        function
            .derive_by(kernel, &mut memory, password, salt, &mut tag)
            .expect("derives");
        tag
    }

    /// Every kernel, with each number of lanes that it can compute at once.
    fn ways(lanes: u32) -> impl Iterator<Item = (Backend, u64)> {
        Backend::all().flat_map(move |kernel| {
            let most = kernel.most_streams().min(lanes.into());
            (1..=most).map(move |streams| (kernel, streams))
        })
    }

    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    #[test]
    fn every_kernel_that_the_cpu_can_run_is_there() {
        let vectors: [(_, &[_]); 3] = [
            ("avx512", &["avx512f", "avx512vl"]),
            ("avx2", &["avx2"]),
            ("sse2", &["sse2"]),
        ];
        check_kernels::<Backend>("scrypt", &vectors);
    }

    /// RFC 7914 section 12. The last one, of 1 GiB, with `SALTBOX_PROOF=full` only.
    #[test]
    fn every_kernel_computes_the_answers_of_the_rfc() {
        let answers = [
            (
                ("", "", Scrypt::fixed(4, 1, 1)),
                "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442\
                 fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
            ),
            (
                ("password", "NaCl", Scrypt::fixed(10, 8, 16)),
                "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162\
                 2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
            ),
            (
                ("pleaseletmein", "SodiumChloride", Scrypt::fixed(14, 8, 1)),
                "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2\
                 d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
            ),
            (
                ("pleaseletmein", "SodiumChloride", Scrypt::fixed(20, 8, 1)),
                "2101cb9b6a511aaeaddbbe09cf70f881ec568d574a2ffd4dabe5ee9820adaa47\
                 8e56fd8f4ba5d09ffa1c6d927c40f4c337304049e8a952fbcbf45c6fa77a41a4",
            ),
        ];
        for ((password, salt, function), answer) in answers {
            if function.ln() == 20 && !full() {
                continue;
            }
            for way in ways(function.p()) {
                let tag = tag_by(way, &function, password.as_bytes(), salt.as_bytes(), 64);
                let tag: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
                assert_eq!(tag, answer, "{} {}", way.0.name(), way.1);
            }
        }
    }

    #[test]
    fn every_kernel_computes_what_the_scrypt_crate_does() {
        let some = |most| proptest::collection::vec(any::<u8>(), 0..=most);
        // A large one takes as long as a hundred small ones.
        let costs = (
            prop_oneof![60 => 1..=5_u32, 1 => 6..=10_u32],
            1..=9_u32,
            1..=18_u32,
        );
        let inputs = (costs, some(80), some(40), 10..=64_usize);
        agree(
            "the scrypt crate",
            1_000,
            inputs,
            |((ln, r, p), password, salt, len)| {
                let function = Scrypt::new(ln, r, p).expect("in range");
                let params = scrypt::Params::new(u8::try_from(ln).expect("small"), r, p);
                let mut theirs = vec![0; len];
                scrypt::scrypt(&password, &salt, &params.expect("in range"), &mut theirs)
                    .expect("derives");
                for way in ways(p) {
                    let ours = tag_by(way, &function, &password, &salt, len);
                    prop_assert_eq!(&ours, &theirs, "{} {}", way.0.name(), way.1);
                }
                Ok(())
            },
        );
    }

    #[test]
    fn memory_for_speed_is_for_as_many_lanes_as_there_is_room_for() {
        let function = Scrypt::fixed(14, 8, 5);
        let of_one = 128 * 8 * ((1 << 14) + 2 + 5);
        assert_eq!(function.memory_bytes(), of_one);
        for room in [0, of_one - 1, of_one, 2 * of_one - 1] {
            assert_eq!(function.memory_within(room), of_one);
        }
        let most = Backend::chosen().most_streams().min(5);
        let wanted = function.memory_within(u64::MAX);
        assert_eq!(wanted, function.memory_of_streams(most));
        assert_eq!(function.memory_within(wanted), wanted);
        assert!(most == 1 || function.memory_within(wanted - 1) < wanted);
        let alone = Scrypt::fixed(14, 8, 1);
        assert_eq!(alone.memory_within(u64::MAX), alone.memory_bytes());
    }

    #[test]
    fn sizes_do_not_wrap_at_the_edges() {
        let largest = Scrypt::fixed(MAX_LN, (1 << 30) - 1, 1);
        assert_eq!(largest.strength(), ((1_u64 << 30) - 1) << 31);
        assert_eq!(largest.memory_bytes(), u64::MAX);
        assert_eq!(largest.memory_within(1 << 40), u64::MAX);
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
