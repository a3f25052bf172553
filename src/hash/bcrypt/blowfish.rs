//! Blowfish under bcrypt's key schedule ("eksblowfish": Provos and Mazières,
//! "A Future-Adaptable Password Scheme", USENIX 1999, section 4).
//!
//! It looks up tables by key material, so whoever shares the caches may learn
//! something of it from the timing. bcrypt is not computed without.
//!
//! Each round waits for the one before it, which leaves most of a CPU idle. So
//! the ciphers of several hashes are keyed at once, as streams that take turns
//! round by round. Vectors gain nothing: with the gathers of AVX2 and AVX-512 a
//! hash takes twice as long as in six streams on an AMD Zen 5.

use super::pi::{self, P_WORDS, S_WORDS};
use std::array::{from_mut, from_ref};
use std::hint::black_box;
use std::num::Wrapping;
use std::ops::{Add, BitXor, BitXorAssign};
use zeroize::Zeroize;

/// Words of the state.
const WORDS: usize = P_WORDS + 4 * S_WORDS;

/// Up to so many streams wait for their rounds; more of them for their turn.
const STREAMS_THAT_WAIT: usize = 4;

/// A 32-bit word in a form to compute with.
pub(super) trait Word:
    Copy + Zeroize + Add<Output = Self> + BitXor<Output = Self> + BitXorAssign
{
    const ZERO: Self;

    fn new(word: u32) -> Self;

    fn get(self) -> u32;

    /// The form in which it is looked up.
    fn stored(self) -> Self;

    /// Its bytes as indexes, the top one first.
    fn bytes(self) -> [usize; 4];
}

/// A word as it is. With many streams it is the number of steps that counts,
/// and that six states fit into 32 KiB of cache.
pub(super) type Plain = Wrapping<u32>;

/// A word held twice: whole in the low half, and its low 24 bits again from bit
/// 40 on.
///
/// With few streams latency is all that counts, and the four bytes of the word
/// are the first thing a round waits for. x86-64 takes each of them out of a
/// register in one step but the second from above, which is the top one of the
/// second copy. XOR and sums work on both copies at once: the second ends where
/// the register does, and the first carries no more than two bits into the
/// eight between them, as those are cleared in what is stored. Without it a
/// hash alone takes 6 % longer on an AMD Zen 3, and 7 % on a Zen 5.
pub(super) type Twice = Wrapping<u64>;

impl Word for Plain {
    const ZERO: Self = Wrapping(0);

    #[inline(always)]
    fn new(word: u32) -> Self {
        Wrapping(word)
    }

    #[inline(always)]
    fn get(self) -> u32 {
        self.0
    }

    #[inline(always)]
    fn stored(self) -> Self {
        self
    }

    #[inline(always)]
    fn bytes(self) -> [usize; 4] {
        [24, 16, 8, 0].map(|from| (self.0 >> from & 0xff) as usize)
    }
}

impl Word for Twice {
    const ZERO: Self = Wrapping(0);

    #[inline(always)]
    fn new(word: u32) -> Self {
        let word = u64::from(word);
        Wrapping(word | word << 40)
    }

    #[inline(always)]
    fn get(self) -> u32 {
        let [a, b, c, d, ..] = self.0.to_le_bytes();
        u32::from_le_bytes([a, b, c, d])
    }

    /// Without the carries between the copies.
    #[inline(always)]
    fn stored(self) -> Self {
        Wrapping(self.0 & !(0xff << 32))
    }

    #[inline(always)]
    fn bytes(self) -> [usize; 4] {
        [24, 56, 8, 0].map(|from| (self.0 >> from & 0xff) as usize)
    }
}

/// The cipher with its key, which can be computed from it: wiped when dropped.
#[repr(align(64))]
pub(super) struct Blowfish<W: Word> {
    /// The P-array, then the S-boxes.
    words: [W; WORDS],
}

impl<W: Word> Drop for Blowfish<W> {
    #[inline(never)]
    fn drop(&mut self) {
        self.words.zeroize();
    }
}

impl<W: Word> Blowfish<W> {
    /// Zeros to be [reset](Self::reset) in place: what is mapped or returned may
    /// stand on the stack twice, and six of these have 25 KiB.
    pub(super) const BLANK: Self = Self {
        words: [W::ZERO; WORDS],
    };

    /// Sets the state before any key.
    #[inline(never)]
    pub(super) fn reset(&mut self) {
        let words = pi::P.iter().chain(pi::S.as_flattened());
        for (place, word) in self.words.iter_mut().zip(words) {
            *place = W::new(*word);
        }
    }

    /// The first key expansion, which takes in the salt too.
    #[inline(never)]
    pub(super) fn expand_with_salt(&mut self, key: &[u32; P_WORDS], salt: [u32; 4]) {
        let [a, b, c, d] = salt.map(W::new);
        let salts = [[a, b], [c, d]];
        replace(from_mut(self), [key], |pair| salts[pair % 2]);
    }

    /// Encrypts a block `times` over.
    #[inline(never)]
    pub(super) fn encrypt_over(&self, block: [u32; 2], times: u32) -> [u32; 2] {
        let [left, right] = block.map(W::new);
        let (mut left, mut right) = ([left], [right]);
        let zero = zero::<W, 1>();
        for _ in 0..times {
            (left, right) = encrypt(from_ref(self), left, right, zero);
        }
        [left, right].map(|[word]| word.get())
    }

    /// The round function.
    #[inline(always)]
    fn mix(&self, word: W) -> W {
        let [a, b, c, d] = word.bytes();
        ((self.s::<0>(a) + self.s::<1>(b)) ^ self.s::<2>(c)) + self.s::<3>(d)
    }

    /// What an S-box has for `byte`.
    #[inline(always)]
    fn s<const BOX: usize>(&self, byte: usize) -> W {
        self.words[P_WORDS + BOX * S_WORDS + byte]
    }
}

/// A key expansion of each cipher by its key: the unit of work, `N` of them.
#[inline(never)]
pub(super) fn expand<W: Word, const N: usize>(
    ciphers: &mut [Blowfish<W>; N],
    keys: [&[u32; P_WORDS]; N],
) {
    replace(ciphers, keys, |_| [W::ZERO; 2]);
}

/// Replaces every pair of words by the one before it, XORed with its pair of salt
/// and encrypted in the state that has come of it so far.
#[inline(always)]
fn replace<W: Word, const N: usize>(
    ciphers: &mut [Blowfish<W>; N],
    keys: [&[u32; P_WORDS]; N],
    salt: impl Fn(usize) -> [W; 2],
) {
    #[cfg(test)]
    crate::hash::work::count(crate::hash::cost::Primitive::Bcrypt, N as u64);
    for (cipher, key) in ciphers.iter_mut().zip(keys) {
        for (word, key) in cipher.words.iter_mut().zip(key) {
            *word ^= W::new(*key);
        }
    }
    let zero = zero::<W, N>();
    let (mut left, mut right) = ([W::ZERO; N], [W::ZERO; N]);
    for pair in 0..WORDS / 2 {
        let salt = salt(pair);
        for stream in 0..N {
            left[stream] ^= salt[0];
            right[stream] ^= salt[1];
        }
        (left, right) = encrypt(ciphers, left, right, zero);
        for stream in 0..N {
            ciphers[stream].words[2 * pair] = left[stream].stored();
            ciphers[stream].words[2 * pair + 1] = right[stream].stored();
        }
    }
}

/// A zero that is added between two XORs, which the compiler does not know where
/// streams wait for their rounds. If it saw XORs only, it would do them in another
/// order, in which each round waits for one more: 12 % of the time of a hash alone
/// on an AMD Zen 3.
#[inline(always)]
fn zero<W: Word, const N: usize>() -> W {
    if N <= STREAMS_THAT_WAIT {
        black_box(W::ZERO)
    } else {
        W::ZERO
    }
}

/// Encrypts a block by each cipher.
#[inline(always)]
fn encrypt<W: Word, const N: usize>(
    ciphers: &[Blowfish<W>; N],
    mut left: [W; N],
    mut right: [W; N],
    zero: W,
) -> ([W; N], [W; N]) {
    for stream in 0..N {
        left[stream] ^= ciphers[stream].words[0];
    }
    macro_rules! two_rounds {
        ($($first:literal)*) => {$(
            round(ciphers, $first, &left, &mut right, zero);
            round(ciphers, $first + 1, &right, &mut left, zero);
        )*};
    }
    two_rounds!(1 3 5 7 9 11 13 15);
    for stream in 0..N {
        right[stream] ^= ciphers[stream].words[P_WORDS - 1];
    }
    (right, left)
}

/// A round of each cipher, which XORs the word of P at `at` and what is mixed of
/// one half into the other half.
#[inline(always)]
fn round<W: Word, const N: usize>(
    ciphers: &[Blowfish<W>; N],
    at: usize,
    mixed: &[W; N],
    other: &mut [W; N],
    zero: W,
) {
    for stream in 0..N {
        let cipher = &ciphers[stream];
        let keyed = other[stream] ^ cipher.words[at];
        other[stream] = (keyed + zero) ^ cipher.mix(mixed[stream]);
    }
}
