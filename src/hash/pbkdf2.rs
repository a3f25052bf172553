//! PBKDF2-HMAC-SHA-256, -SHA-512 and, for imports, -SHA-1 (RFC 8018), in streams over the block functions of
//! SHA-256 and SHA-512 in `src/arch/sha2`; SHA-1 by the `pbkdf2` crate. Constant time in password and salt.

use super::Scheme;
use super::cost::{Lengths, Primitive, Work};
use super::grammar::{Reader, Text};
use super::interleave::{Inputs, Interleave, Place, Together};
use super::kdf::{Function, InputFault, Parameter};
use super::limits::{Limit, Limits};
use super::phc::LeftOut;
use crate::arch::Kernels;
use crate::arch::memory::WorkMemory;
use crate::arch::sha2::{BLOCK, Backend, STATE, Stream, Word};
use crate::error::{Error, ErrorKind};
use std::iter::{repeat, repeat_n};
use zeroize::{Zeroize, Zeroizing};

/// Lets the whole process compute PBKDF2 by the kernel of this name from now on, if the CPU can
/// run it. For measuring: every kernel computes the same, and the fastest is taken by itself.
#[doc(hidden)]
#[must_use]
pub fn force_pbkdf2_kernel(name: &str) -> bool {
    Backend::force(name)
}

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

/// Blocks of a tag that [`Begun`] has room for: saltbox makes tags of one.
pub(crate) const MOST_BLOCKS: usize = 2;

/// The blocks of a tag, after the first step.
///
/// Of different size, because there is no heap to put the larger one on.
#[allow(clippy::large_enum_variant)]
pub(crate) enum Begun {
    Sha256(Streams<u32>),
    Sha512(Streams<u64>),
}

impl Begun {
    /// The third step.
    fn finish(&self, tag: &mut [u8]) {
        match self {
            Self::Sha256(streams) => streams.finish(tag),
            Self::Sha512(streams) => streams.finish(tag),
        }
    }

    #[cfg(test)]
    fn blocks(&self) -> u64 {
        match self {
            Self::Sha256(streams) => streams.blocks as u64,
            Self::Sha512(streams) => streams.blocks as u64,
        }
    }
}

/// The streams of the blocks of a tag, or of a part of one. They are wiped.
pub(crate) struct Streams<W: Word> {
    streams: [Stream<W>; MOST_BLOCKS],
    blocks: usize,
}

impl<W: Word> Streams<W> {
    /// So many blocks from the one of this number on, with the first iteration done.
    fn begin(password: &[u8], salt: &[u8], first: u32, blocks: usize) -> Self {
        let key = key::<W>(password);
        let [inner, outer] = [0x36, 0x5c].map(|pad| {
            let mut state = W::INITIAL;
            let pad = W::of_bytes(&mut repeat(pad));
            W::compress(&mut state, &Zeroizing::new(key.map(|word| word ^ pad)));
            state
        });
        let mut streams = [Stream::default(); MOST_BLOCKS];
        for (stream, number) in streams.iter_mut().zip(first..).take(blocks) {
            let mut output = outer;
            let of_inner = hash(inner, 1, &[salt, &number.to_be_bytes()]);
            W::compress(&mut output, &W::padded(&of_inner));
            let sum = output;
            *stream = Stream {
                inner,
                outer,
                output,
                sum,
            };
        }
        Self { streams, blocks }
    }

    fn block(&mut self, block: usize) -> Option<&mut Stream<W>> {
        self.streams.get_mut(block).filter(|_| block < self.blocks)
    }

    fn finish(&self, tag: &mut [u8]) {
        let words = self.streams.iter().flat_map(|stream| stream.sum);
        for (to, word) in tag.chunks_mut(size_of::<W>()).zip(words) {
            for (to, byte) in to.iter_mut().zip(word.bytes().as_ref()) {
                *to = *byte;
            }
        }
    }
}

impl<W: Word> Drop for Streams<W> {
    fn drop(&mut self) {
        self.streams.iter_mut().for_each(Zeroize::zeroize);
    }
}

/// The key of HMAC, made a block (RFC 2104 section 2).
fn key<W: Word>(password: &[u8]) -> Zeroizing<[W; BLOCK]> {
    let mut words = Zeroizing::new([W::ZERO; BLOCK]);
    if password.len() > size_of::<[W; BLOCK]>() {
        let hash = hash(W::INITIAL, 0, &[password]);
        words.iter_mut().zip(hash).for_each(|(to, word)| *to = word);
    } else {
        let mut bytes = password.iter().copied();
        words.fill_with(|| W::of_bytes(&mut bytes));
    }
    words
}

/// The hash of `parts` in a row, after so many blocks that led to `state`.
fn hash<W: Word>(mut state: [W; STATE], before: usize, parts: &[&[u8]]) -> [W; STATE] {
    let (block, bits) = (size_of::<[W; BLOCK]>(), size_of::<[W; 2]>());
    let len: usize = parts.iter().map(|part| part.len()).sum();
    // A one, zeros, and the length in bits, which has twice the size of a word, fill a block.
    let blocks = (len + 1 + bits).div_ceil(block);
    let zeros = repeat_n(0, blocks * block - len - 1 - size_of::<u64>());
    let bits = 8 * (before * block + len) as u64;
    let message = parts.iter().copied().flatten().copied();
    let mut bytes = message.chain([0x80]).chain(zeros).chain(bits.to_be_bytes());
    let mut words = Zeroizing::new([W::ZERO; BLOCK]);
    for _ in 0..blocks {
        words.fill_with(|| W::of_bytes(&mut bytes));
        W::compress(&mut state, &words);
    }
    state
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
        Begun::Sha256(Streams {
            streams: [Stream::default(); MOST_BLOCKS],
            blocks: 0,
        })
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

    fn run(&self, _memory: Option<&mut WorkMemory>, begun: &mut [Begun]) -> Result<(), Error> {
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
mod tests {
    use super::*;
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    use crate::hash::work::check_kernels;
    use crate::hash::work::{self, full};
    use proptest::prelude::*;
    use proptest::test_runner::{TestError, TestRunner};

    const PRFS: [Prf; 2] = [Prf::Sha256, Prf::Sha512];

    /// Every kernel, and the one that is the fastest for each number of streams.
    fn ways() -> impl Iterator<Item = (&'static str, Option<Backend>)> {
        let kernels = Backend::all().map(|kernel| (kernel.name(), Some(kernel)));
        kernels.chain([("the fastest", None)])
    }

    struct Job {
        password: Vec<u8>,
        salt: Vec<u8>,
        tag_len: usize,
    }

    /// The tags of `jobs`, computed in one run.
    fn tags_by(kernel: Option<Backend>, function: &Pbkdf2, jobs: &[Job]) -> Vec<Vec<u8>> {
        const PLACE: Place = Place { at: 0, of: 1 };
        fn inputs(job: &Job) -> Inputs<'_> {
            Inputs {
                input: &job.password,
                salt: &job.salt,
                tag_len: job.tag_len,
            }
        }
        let begin = |job: &Job| {
            let begun = function.begin(None, PLACE, inputs(job));
            begun.expect("has steps")
        };
        let mut begun: Vec<Begun> = jobs.iter().map(begin).collect();
        function.run_by(kernel, &mut begun);
        let finish = |(job, begun): (&Job, &Begun)| {
            let mut tag = vec![0; job.tag_len];
            let finished = function.finish(None, PLACE, begun, inputs(job), &mut tag);
            finished.expect("has steps");
            tag
        };
        jobs.iter().zip(&begun).map(finish).collect()
    }

    fn tag_of_the_crate(function: &Pbkdf2, password: &[u8], salt: &[u8], len: usize) -> Vec<u8> {
        let mut tag = vec![0; len];
        let derive = match function.prf() {
            Prf::Sha256 => pbkdf2::pbkdf2_hmac::<sha2::Sha256>,
            Prf::Sha512 => pbkdf2::pbkdf2_hmac::<sha2::Sha512>,
            #[cfg(feature = "imports")]
            Prf::Sha1 => pbkdf2::pbkdf2_hmac::<sha1::Sha1>,
        };
        derive(password, salt, function.iterations(), &mut tag);
        tag
    }

    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    #[test]
    fn every_kernel_that_the_cpu_can_run_is_there() {
        let known: [(_, &[_]); 3] = [
            ("avx512", &["avx512f"]),
            ("sha_ni", &["sha_ni", "ssse3", "sse4_1"]),
            ("avx2", &["avx2", "bmi1", "bmi2"]),
        ];
        check_kernels::<Backend>("PBKDF2", &known);
    }

    #[test]
    fn every_kernel_computes_the_published_answers() {
        let bytes = |hex: &str| -> Vec<u8> {
            let digit = |i| {
                hex.get(i..i + 2)
                    .and_then(|d| u8::from_str_radix(d, 16).ok())
            };
            let starts = (0..hex.len()).step_by(2).filter(|_| hex != "-");
            starts.map(|i| digit(i).expect("hex")).collect()
        };
        let files = [
            include_str!("../../tests/vectors/pbkdf2-sha256.txt"),
            include_str!("../../tests/vectors/pbkdf2-sha512.txt"),
        ];
        for (prf, text) in PRFS.into_iter().zip(files) {
            let answers = text.lines().filter_map(|line| line.strip_prefix("tag i="));
            for answer in answers {
                let [i, password, salt, tag] = answer.split(' ').collect::<Vec<_>>()[..] else {
                    panic!("{answer}");
                };
                let function = Pbkdf2::fixed(prf, i.parse().expect("a number"));
                let quoted = password.strip_prefix('"').and_then(|p| p.strip_suffix('"'));
                let tag = bytes(tag);
                for (way, kernel) in ways() {
                    let job = Job {
                        password: quoted.map_or_else(|| bytes(password), |text| text.into()),
                        salt: bytes(salt),
                        tag_len: tag.len(),
                    };
                    let ours = tags_by(kernel, &function, &[job]);
                    assert_eq!(ours, std::slice::from_ref(&tag), "{way}: {answer}");
                }
            }
        }
    }

    #[test]
    fn every_kernel_computes_what_the_pbkdf2_crate_does() {
        let cases = if full() { 1_000_000 } else { 1_000 };
        let mut runner = TestRunner::new(ProptestConfig {
            cases,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let some = |most| proptest::collection::vec(any::<u8>(), 0..=most);
        let job = (some(300), some(300), 0..=128_usize);
        let jobs = proptest::collection::vec(job, 0..=24);
        let inputs = (any::<bool>(), 1..=6_u32, jobs);
        let result = runner.run(&inputs, |(is_wide, iterations, jobs)| {
            let function = Pbkdf2::fixed(PRFS[usize::from(is_wide)], iterations);
            let most = MOST_BLOCKS * function.prf().output_bytes();
            let of = |(password, salt, len): (Vec<u8>, Vec<u8>, usize)| Job {
                password,
                salt,
                tag_len: len.min(most),
            };
            let jobs: Vec<Job> = jobs.into_iter().map(of).collect();
            let theirs =
                |job: &Job| tag_of_the_crate(&function, &job.password, &job.salt, job.tag_len);
            let theirs: Vec<Vec<u8>> = jobs.iter().map(theirs).collect();
            for (way, kernel) in ways() {
                prop_assert_eq!(&tags_by(kernel, &function, &jobs), &theirs, "{}", way);
            }
            Ok(())
        });
        match result {
            Ok(()) => println!("{cases} random runs agree with the pbkdf2 crate"),
            Err(TestError::Fail(reason, _)) => panic!("{reason}"),
            Err(TestError::Abort(reason)) => panic!("{reason}"),
        }
    }

    #[test]
    fn tags_of_any_length_are_computed_and_each_block_is_counted() {
        for prf in PRFS {
            let function = Pbkdf2::fixed(prf, 3);
            let block = prf.output_bytes();
            for len in [
                1,
                block - 1,
                block,
                block + 1,
                2 * block,
                2 * block + 1,
                1000,
                1024,
            ] {
                let mut tag = vec![0; len];
                let done = work::of(|| function.derive(b"password", b"salt", &mut tag));
                assert_eq!(tag, tag_of_the_crate(&function, b"password", b"salt", len));
                let iterations = done.sha256_iterations + done.sha512_iterations;
                assert_eq!(iterations, 3 * len.div_ceil(block) as u64);
                let is_short = len <= MOST_BLOCKS * block;
                assert_eq!(function.has_steps(len), is_short);
            }
        }
    }

    #[test]
    fn a_run_counts_what_all_its_jobs_take() {
        let function = Pbkdf2::fixed(Prf::Sha256, 1000);
        let jobs: Vec<Job> = [16, 32, 33, 64]
            .map(|tag_len| Job {
                password: b"password".into(),
                salt: b"salt".into(),
                tag_len,
            })
            .into();
        let done = work::of(|| drop(tags_by(None, &function, &jobs)));
        assert_eq!(done.sha256_iterations, 1000 * (1 + 1 + 2 + 2));
    }

    #[test]
    fn as_many_at_once_as_there_are_streams() {
        for prf in PRFS {
            let function = Pbkdf2::fixed(prf, 1000);
            let most = function.at_once(usize::MAX, 0);
            assert!((1..=16).contains(&most));
            assert_eq!(function.at_once(1, 0), 1);
        }
        assert_eq!(Backend::most_streams::<u32>(Some(Backend::PORTABLE)), 1);
        assert_eq!(Backend::most_streams::<u64>(Some(Backend::PORTABLE)), 1);
        #[cfg(feature = "imports")]
        assert!(!Pbkdf2::fixed(Prf::Sha1, 1000).has_steps(20));
    }
}
