//! Blowfish under bcrypt's key schedule ("eksblowfish": Provos and Mazières,
//! "A Future-Adaptable Password Scheme", USENIX 1999, section 4).
//!
//! It looks up tables by key material, so whoever shares the caches may learn
//! something of it from the timing. bcrypt is not computed without.

use super::pi::{self, P_WORDS, S_WORDS};
use std::hint::black_box;
use zeroize::Zeroize;

/// A 32-bit word held twice: whole in the low half, and its low 24 bits again
/// from bit 40 on.
///
/// Each round waits for the one before it, so latency is all that counts, and
/// the four bytes of the word are the first thing it waits for. x86-64 takes
/// each of them out of a register in one step but the second from above, which
/// is the top one of the second copy. XOR and sums work on both copies at once:
/// the second ends where the register does, and the first carries no more than
/// two bits into the eight between them, as those are cleared in what is
/// stored. Without it bcrypt takes 6 % longer on an AMD Zen 3.
type Twice = u64;

/// All but the carries between the copies.
const COPIES: Twice = !(0xff << 32);

const fn twice(word: u32) -> Twice {
    let word = word as Twice;
    word | word << 40
}

const fn once(word: Twice) -> u32 {
    let [a, b, c, d, ..] = word.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// The byte of `word` from bit `FROM` on, as an index.
const fn byte<const FROM: u32>(word: Twice) -> usize {
    (word >> FROM & 0xff) as usize
}

/// A key as it is XORed into the P-array; wiped when dropped.
pub(super) struct Key([Twice; P_WORDS]);

impl Key {
    pub(super) fn new(words: &[u32; P_WORDS]) -> Self {
        Self(words.map(twice))
    }
}

impl Drop for Key {
    #[inline(never)]
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// The cipher with its key, which can be computed from it: wiped when dropped.
#[repr(align(64))]
pub(super) struct Blowfish {
    s: [[Twice; S_WORDS]; 4],
    p: [Twice; P_WORDS],
}

impl Drop for Blowfish {
    #[inline(never)]
    fn drop(&mut self) {
        self.s.as_flattened_mut().zeroize();
        self.p.zeroize();
    }
}

impl Blowfish {
    /// The state before any key. Filled in place: an array that is mapped stands
    /// on the stack twice, and this one has 8 KiB. So does one whose maker is inlined.
    #[inline(never)]
    pub(super) fn new() -> Self {
        let mut cipher = Self {
            s: [[0; S_WORDS]; 4],
            p: [0; P_WORDS],
        };
        let words = pi::S.as_flattened().iter().chain(&pi::P);
        let places = cipher.s.as_flattened_mut().iter_mut();
        for (place, word) in places.chain(&mut cipher.p).zip(words) {
            *place = twice(*word);
        }
        cipher
    }

    /// The first key expansion, which takes in the salt too.
    #[inline(never)]
    pub(super) fn expand_with_salt(&mut self, key: &Key, salt: [u32; 4]) {
        let [a, b, c, d] = salt.map(twice);
        self.replace(key, [[a, b], [c, d]]);
    }

    /// A key expansion: the unit of work.
    #[inline(never)]
    pub(super) fn expand(&mut self, key: &Key) {
        self.replace(key, [[0; 2]; 2]);
    }

    /// Replaces every pair of words by the one before it, XORed with the
    /// `salts` in turn and encrypted in the state that has come of it so far.
    #[inline(always)]
    fn replace(&mut self, key: &Key, salts: [[Twice; 2]; 2]) {
        #[cfg(test)]
        crate::hash::work::count(crate::hash::cost::Primitive::Bcrypt, 1);
        for (word, key) in self.p.iter_mut().zip(&key.0) {
            *word ^= key;
        }
        let unknown_zero = black_box(0);
        let (mut left, mut right) = (0, 0);
        for pair in 0..P_WORDS / 2 {
            let [l, r] = salts[pair % 2];
            (left, right) = self.encrypt(left ^ l, right ^ r, unknown_zero);
            self.p[2 * pair] = left & COPIES;
            self.p[2 * pair + 1] = right & COPIES;
        }
        for of in 0..self.s.len() {
            for pair in 0..S_WORDS / 2 {
                // P has an odd number of pairs, each S-box an even one.
                let [l, r] = salts[(pair + 1) % 2];
                (left, right) = self.encrypt(left ^ l, right ^ r, unknown_zero);
                self.s[of][2 * pair] = left & COPIES;
                self.s[of][2 * pair + 1] = right & COPIES;
            }
        }
    }

    /// Encrypts a block `times` over.
    pub(super) fn encrypt_over(&self, block: [u32; 2], times: u32) -> [u32; 2] {
        let unknown_zero = black_box(0);
        let [mut left, mut right] = block.map(twice);
        for _ in 0..times {
            (left, right) = self.encrypt(left, right, unknown_zero);
        }
        [once(left), once(right)]
    }

    /// Encrypts a block.
    ///
    /// `unknown_zero` is added between two XORs. A compiler that sees XORs only
    /// does them in another order, in which each round waits for one more: 12 %
    /// of the time on an AMD Zen 3.
    #[inline(always)]
    fn encrypt(&self, mut left: Twice, mut right: Twice, unknown_zero: Twice) -> (Twice, Twice) {
        left ^= self.p[0];
        macro_rules! two_rounds {
            ($($first:literal)*) => {$(
                right = (right ^ self.p[$first]).wrapping_add(unknown_zero) ^ self.mix(left);
                left = (left ^ self.p[$first + 1]).wrapping_add(unknown_zero) ^ self.mix(right);
            )*};
        }
        two_rounds!(1 3 5 7 9 11 13 15);
        (right ^ self.p[P_WORDS - 1], left)
    }

    /// The round function.
    #[inline(always)]
    fn mix(&self, word: Twice) -> Twice {
        let [s0, s1, s2, s3] = &self.s;
        let sum = s0[byte::<24>(word)].wrapping_add(s1[byte::<56>(word)]);
        (sum ^ s2[byte::<8>(word)]).wrapping_add(s3[byte::<0>(word)])
    }
}
