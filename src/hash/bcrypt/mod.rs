//! bcrypt (Provos and Mazières, "A Future-Adaptable Password Scheme", USENIX
//! 1999), over our own Blowfish: of which 2b may still be made.

mod blowfish;
mod pi;

use self::blowfish::{Blowfish, Plain, Twice, Word, expand};
use self::pi::P_WORDS;
use super::Scheme;
use super::cost::{Lengths, Primitive, Work};
use super::interleave::{Inputs, Interleave, Place, Together};
use super::kdf::{Function, InputFault, Parameter};
use super::limits::{Limit, Limits};
use super::pool::Lease;
use crate::arch::memory::WorkMemory;
use crate::error::{Bound, Error, ErrorKind};
use std::hint::black_box;
use std::ops::RangeInclusive;
use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

/// Which bcrypt: the letter of `$2b$`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Revision {
    /// `$2$`: the password without the NUL that ends it, so that `"ab"` and
    /// `"abab"` are one. An empty one is as in the others.
    V2,
    /// `$2a$`, as crypt_blowfish has computed it since 1.1: as [`Self::V2b`],
    /// but for a few passwords with a byte of 0xFF. Their hashes of
    /// [`Self::V2b`] are those of other passwords of [`Self::V2x`], so here they
    /// get others.
    V2a,
    /// `$2b$`: the password with the NUL that ends it.
    V2b,
    /// `$2x$`, crypt_blowfish before 1.1 (CVE-2011-2483): a byte above 0x7F
    /// sets all bits of those before it in its word.
    V2x,
    /// `$2y$`: crypt_blowfish's other name for [`Self::V2b`].
    V2y,
}

/// Parameters of bcrypt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bcrypt {
    revision: Revision,
    cost: u32,
}

/// What OpenBSD and crypt_blowfish take.
const MIN_COST: u32 = 4;
const MAX_COST: u32 = 31;

/// What is encrypted in the end, and how often: "OrpheanBeholderScryDoubt" (section 4 of the paper).
const PLAINTEXT: [[u32; 2]; 3] = [
    [u32::from_be_bytes(*b"Orph"), u32::from_be_bytes(*b"eanB")],
    [u32::from_be_bytes(*b"ehol"), u32::from_be_bytes(*b"derS")],
    [u32::from_be_bytes(*b"cryD"), u32::from_be_bytes(*b"oubt")],
];
const ENCRYPTIONS: u32 = 64;

/// What crypt_blowfish flips in P's first word where a hash of `$2a$` is to differ.
const SAFETY_BIT: u32 = 1 << 16;

/// Bytes of a salt.
const SALT_BYTES: usize = 16;

/// Bytes of a tag: the last of the 24 that bcrypt computes was never written.
const TAG_BYTES: usize = 23;

/// Bytes of a password that bcrypt looks at.
pub(super) const MAX_PASSWORD_BYTES: usize = 72;

impl Bcrypt {
    /// bcrypt with 2^`cost` rounds of key expansions.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where `cost` is not from 4 to 31.
    pub fn new(revision: Revision, cost: u32) -> Result<Self, Error> {
        let bound = match cost {
            ..MIN_COST => Bound::AtLeast(u64::from(MIN_COST)),
            MIN_COST..=MAX_COST => return Ok(Self::fixed(revision, cost)),
            _ => Bound::AtMost(u64::from(MAX_COST)),
        };
        let (kind, cost) = (ErrorKind::Argument, u64::from(cost));
        Err(Error::out_of_bounds(kind, "cost", cost, bound))
    }

    /// As [`Self::new`], for a number that is known to be in range.
    pub(crate) const fn fixed(revision: Revision, cost: u32) -> Self {
        Self { revision, cost }
    }

    /// Which bcrypt.
    #[must_use]
    pub const fn revision(&self) -> Revision {
        self.revision
    }

    /// log2 of the rounds of key expansions.
    #[must_use]
    pub const fn cost(&self) -> u32 {
        self.cost
    }

    /// Key expansions of a hash: one with password and salt, then each of them in every round.
    /// The encryptions after them take as long as 0.4 of one.
    pub(crate) const fn work_units(&self) -> u64 {
        (1 << (self.cost + 1)) + 1
    }

    /// So many hashes of a cost are computed at once: each as a stream of its own, all in the time
    /// of fewer than two.
    pub(crate) const AT_ONCE: usize = 6;

    /// Computes the first `tag.len()` of 24 bytes of tag, with a salt of 16 bytes.
    ///
    /// Bytes of the password after the 72nd do not count, and for other
    /// implementations it ends at a NUL: the caller refuses both.
    pub(crate) fn derive(&self, password: &[u8], salt: &[u8], tag: &mut [u8]) {
        let mut begun = self.begin(password, salt);
        self.run(std::slice::from_mut(&mut begun));
        self.finish(&begun, tag);
    }

    /// The first step of [`Self::derive`]: what is needed of password and salt.
    pub(crate) fn begin(&self, password: &[u8], salt: &[u8]) -> Begun {
        let (first_key, key) = keys(self.revision, password);
        let mut begun = Begun {
            first_key,
            key,
            ..Begun::blank()
        };
        for (word, bytes) in begun.salt.iter_mut().zip(salt.as_chunks().0) {
            *word = u32::from_be_bytes(*bytes);
        }
        begun
    }

    /// The second, of as many hashes of this cost as there are, whatever their revisions: takes
    /// all the time.
    pub(crate) fn run(&self, begun: &mut [Begun]) {
        let mut rest = begun;
        while !rest.is_empty() {
            // As even as can be: two groups of four take less time than six and two.
            let groups = rest.len().div_ceil(Self::AT_ONCE);
            rest = match rest.len().div_ceil(groups) {
                1 => self.run_first::<Twice, 1>(rest),
                2 => self.run_first::<Twice, 2>(rest),
                // Five are seldom left, and would take 8 KB of code of their own: three, then two.
                3 | 5 => self.run_first::<Twice, 3>(rest),
                4 => self.run_first::<Plain, 4>(rest),
                _ => self.run_first::<Plain, { Self::AT_ONCE }>(rest),
            };
        }
    }

    /// Runs the first `N` at once, and returns the others. Not inlined: the states of one group
    /// are all that is to stand on the stack.
    #[inline(never)]
    fn run_first<'b, W: Word, const N: usize>(&self, begun: &'b mut [Begun]) -> &'b mut [Begun] {
        let Some((begun, rest)) = begun.split_first_chunk_mut::<N>() else {
            return &mut [];
        };
        let mut ciphers = [Blowfish::<W>::BLANK; N];
        for (cipher, begun) in ciphers.iter_mut().zip(&*begun) {
            cipher.reset();
            cipher.expand_with_salt(&begun.first_key, begun.salt);
        }
        let keys = begun.each_ref().map(|begun| &*begun.key);
        let salts = begun.each_ref().map(|begun| begun.salt_key());
        for _ in 0..1_u64 << self.cost {
            expand(&mut ciphers, keys);
            expand(&mut ciphers, salts.each_ref());
        }
        for (begun, cipher) in begun.iter_mut().zip(&ciphers) {
            let encrypted = |block| cipher.encrypt_over(block, ENCRYPTIONS);
            *begun.ciphertext = PLAINTEXT.map(encrypted);
        }
        rest
    }

    /// The last: `tag` of what has been run.
    pub(crate) fn finish(&self, begun: &Begun, tag: &mut [u8]) {
        let words = begun.ciphertext.as_flattened();
        for (tag, word) in tag.chunks_mut(4).zip(words) {
            for (byte, computed) in tag.iter_mut().zip(word.to_be_bytes()) {
                *byte = computed;
            }
        }
    }

    /// Spends `units` key expansions without a result. Not inlined: its caller
    /// would have the state on its stack for whatever it spends.
    #[inline(never)]
    pub(crate) fn spend(units: u64) {
        let mut ciphers = [Blowfish::<Twice>::BLANK];
        ciphers[0].reset();
        for _ in 0..units {
            expand(&mut ciphers, [&[0; P_WORDS]]);
        }
        black_box(&ciphers);
    }
}

/// A key as it is XORed into the P-array.
type Key = Zeroizing<[u32; P_WORDS]>;

/// A hash on its way: of password and salt what its steps need, then what they make of it. Wiped
/// when dropped.
pub(crate) struct Begun {
    first_key: Key,
    key: Key,
    salt: [u32; 4],
    ciphertext: Zeroizing<[[u32; 2]; 3]>,
}

impl Begun {
    fn blank() -> Self {
        Self {
            first_key: Zeroizing::new([0; P_WORDS]),
            key: Zeroizing::new([0; P_WORDS]),
            salt: [0; 4],
            ciphertext: Zeroizing::new([[0; 2]; 3]),
        }
    }

    /// The salt as the key of every other expansion.
    fn salt_key(&self) -> [u32; P_WORDS] {
        std::array::from_fn(|at| self.salt[at % 4])
    }
}

/// The key of the first expansion, and that of the rounds: the password cycled to 72 bytes.
fn keys(revision: Revision, password: &[u8]) -> (Key, Key) {
    let end: &[u8] = match revision {
        Revision::V2 if !password.is_empty() => b"",
        _ => b"\0",
    };
    let mut bytes = password.iter().chain(end).cycle();
    let mut plain = Zeroizing::new([0_u32; P_WORDS]);
    let mut extended = Zeroizing::new([0_u32; P_WORDS]);
    let (mut differences, mut signs) = (0, 0);
    for (plain, extended) in plain.iter_mut().zip(extended.iter_mut()) {
        for place in 0..4 {
            let byte = bytes.next().copied().unwrap_or_default();
            let with_sign = i32::from(byte.cast_signed()).cast_unsigned();
            *plain = *plain << 8 | u32::from(byte);
            *extended = *extended << 8 | with_sign;
            // The sign of a word's first byte is shifted out again.
            if place > 0 {
                signs |= with_sign >> 31;
            }
        }
        differences |= *plain ^ *extended;
    }
    match revision {
        Revision::V2x => (extended.clone(), extended),
        Revision::V2a => {
            let key = plain.clone();
            // A sign that changed nothing: other passwords have this key in V2x.
            let shared = differences.ct_eq(&0) & signs.ct_eq(&1);
            plain[0] ^= u32::conditional_select(&0, &SAFETY_BIT, shared);
            (plain, key)
        }
        Revision::V2 | Revision::V2b | Revision::V2y => (plain.clone(), plain),
    }
}

impl Function for Bcrypt {
    fn scheme(&self) -> Scheme {
        Scheme::Bcrypt
    }

    fn tag_bytes(&self) -> usize {
        TAG_BYTES
    }

    fn tag_lengths(&self) -> RangeInclusive<usize> {
        TAG_BYTES..=TAG_BYTES
    }

    fn salt_lengths(&self) -> RangeInclusive<usize> {
        SALT_BYTES..=SALT_BYTES
    }

    /// Key expansions.
    fn strength(&self) -> u64 {
        self.work_units()
    }

    fn together(&self) -> Option<&dyn Together> {
        Some(self)
    }

    fn work(&self, _lengths: Lengths) -> Work {
        Work {
            primitive: Primitive::Bcrypt,
            units: self.work_units(),
        }
    }

    fn check(&self, limits: &Limits, _tag_len: usize) -> Result<(), Error> {
        limits.check(Limit::BcryptCost, u64::from(self.cost))
    }

    /// The password is a string of C, and cycled with its NUL up to 72 bytes.
    fn fault_in(&self, input: &[u8]) -> Option<InputFault> {
        if input.len() > MAX_PASSWORD_BYTES {
            return Some(InputFault::LongerThan(MAX_PASSWORD_BYTES));
        }
        input
            .iter()
            .position(|byte| *byte == 0)
            .map(InputFault::Nul)
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter)) {
        if self.revision != Revision::V2b {
            say("revision", Parameter::Name(self.revision.name()));
        }
        say("cost", Parameter::Number(self.cost));
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

/// The streams of bcrypt need no work memory.
impl Together for Bcrypt {
    fn at_once(&self, most: usize, _room: u64) -> usize {
        most
    }

    fn memory_of(&self, _hashes: usize, _room: u64) -> u64 {
        0
    }
}

impl Interleave for Bcrypt {
    type Begun = Begun;

    fn blank() -> Begun {
        Begun::blank()
    }

    fn begin(
        &self,
        _memory: Option<&mut WorkMemory>,
        _place: Place,
        inputs: Inputs<'_>,
    ) -> Result<Begun, Error> {
        Ok(self.begin(inputs.input, inputs.salt))
    }

    fn run(&self, _lease: &mut Lease<'_>, begun: &mut [Begun]) -> Result<(), Error> {
        self.run(begun);
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
        self.finish(begun, tag);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::work::{self, full};
    use proptest::prelude::*;

    const REVISIONS: [Revision; 5] = [
        Revision::V2,
        Revision::V2a,
        Revision::V2b,
        Revision::V2x,
        Revision::V2y,
    ];

    /// What two full groups and one more hold.
    const MANY: usize = 2 * Bcrypt::AT_ONCE + 1;

    /// The tags of passwords, each with its salt and of its revision, computed at once.
    fn tags_of(cost: u32, jobs: &[(Vec<u8>, [u8; 16], Revision)]) -> Vec<[u8; 24]> {
        let begin = |(password, salt, revision): &(Vec<u8>, [u8; 16], _)| {
            Bcrypt::fixed(*revision, cost).begin(password, salt)
        };
        let mut begun: Vec<Begun> = jobs.iter().map(begin).collect();
        let bcrypt = Bcrypt::fixed(Revision::V2b, cost);
        bcrypt.run(&mut begun);
        let finish = |begun| {
            let mut tag = [0; 24];
            bcrypt.finish(begun, &mut tag);
            tag
        };
        begun.iter().map(finish).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if full() { 1_000 } else { 100 }))]
        #[test]
        fn hashes_at_once_are_those_of_one_after_the_other_and_of_the_bcrypt_crate(
            jobs in proptest::collection::vec(
                (
                    proptest::collection::vec(1..=u8::MAX, 0..=72),
                    any::<[u8; 16]>(),
                    proptest::sample::select(&REVISIONS[..]),
                ),
                1..=MANY,
            ),
            cost in 4..=5_u32,
        ) {
            let tags = tags_of(cost, &jobs);
            prop_assert_eq!(tags.len(), jobs.len());
            for (tag, (password, salt, revision)) in tags.iter().zip(&jobs) {
                let mut alone = [0; 24];
                Bcrypt::fixed(*revision, cost).derive(password, salt, &mut alone);
                prop_assert_eq!(tag, &alone);
                let mut theirs = password.clone();
                match revision {
                    Revision::V2 if !password.is_empty() => {}
                    Revision::V2 | Revision::V2b | Revision::V2y => theirs.push(0),
                    // Which the crate cannot compute.
                    Revision::V2a | Revision::V2x => continue,
                }
                theirs.truncate(72);
                prop_assert_eq!(tag, &bcrypt::bcrypt(cost, *salt, &theirs));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]
        #[test]
        fn agrees_with_the_bcrypt_crate(
            mut password in proptest::collection::vec(1..=u8::MAX, 0..=72),
            salt in any::<[u8; 16]>(),
            len in 1..=24_usize,
        ) {
            let mut tag = vec![0; len];
            for revision in [Revision::V2b, Revision::V2y] {
                Bcrypt::fixed(revision, 4).derive(&password, &salt, &mut tag);
                let mut with_end = password.clone();
                with_end.push(0);
                with_end.truncate(72);
                prop_assert_eq!(&tag, &bcrypt::bcrypt(4, salt, &with_end)[..len]);
            }
            if !password.is_empty() {
                Bcrypt::fixed(Revision::V2, 4).derive(&password, &salt, &mut tag);
                prop_assert_eq!(&tag, &bcrypt::bcrypt(4, salt, &password)[..len]);
            }
            // Only bytes above 0x7F are any different in 2x, only 0xFF in 2a.
            Bcrypt::fixed(Revision::V2b, 4).derive(&password, &salt, &mut tag);
            let mut other = vec![0; len];
            if !password.contains(&0xff) {
                Bcrypt::fixed(Revision::V2a, 4).derive(&password, &salt, &mut other);
                prop_assert_eq!(&tag, &other);
            }
            password.iter_mut().for_each(|byte| *byte = (*byte & 0x7f).max(1));
            Bcrypt::fixed(Revision::V2x, 4).derive(&password, &salt, &mut tag);
            Bcrypt::fixed(Revision::V2b, 4).derive(&password, &salt, &mut other);
            prop_assert_eq!(&tag, &other);
        }
    }

    #[test]
    fn every_key_expansion_is_counted() {
        for cost in 4..=6 {
            let bcrypt = Bcrypt::fixed(Revision::V2b, cost);
            let done = work::of(|| bcrypt.derive(b"password", &[0; 16], &mut [0; 23]));
            assert_eq!(done.bcrypt_expansions, bcrypt.work_units());
            assert_eq!(bcrypt.work_units(), 2 * (1 << cost) + 1);
        }
        let job = |number| (vec![number; 9], [number; 16], Revision::V2b);
        let jobs: Vec<_> = (1..).map(job).take(MANY).collect();
        for hashes in 0..=MANY {
            let done = work::of(|| drop(tags_of(4, &jobs[..hashes])));
            assert_eq!(done.bcrypt_expansions, 33 * hashes as u64);
        }
        for units in [0, 1, 77] {
            assert_eq!(work::of(|| Bcrypt::spend(units)).bcrypt_expansions, units);
        }
        assert_eq!(Bcrypt::fixed(Revision::V2b, 31).work_units(), (1 << 32) + 1);
    }

    #[test]
    fn a_cost_out_of_range_is_refused() {
        for cost in [0, 3, 32, u32::MAX] {
            let error = Bcrypt::new(Revision::V2b, cost).expect_err("out of range");
            assert_eq!(error.kind(), ErrorKind::Argument);
        }
        for cost in [4, 31] {
            let bcrypt = Bcrypt::new(Revision::V2y, cost).expect("in range");
            assert_eq!((bcrypt.revision(), bcrypt.cost()), (Revision::V2y, cost));
        }
    }
}
