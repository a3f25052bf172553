//! A word of sixteen streams of SHA-256, or of eight of SHA-512, in a register; three-input logic
//! and rotations are one instruction each.

use super::rounds::{Vector, iterate};
use super::{Kernel, Stream};
#[cfg(saltbox_msan)]
use std::arch::x86_64::_mm512_and_si512;
#[cfg(not(saltbox_msan))]
use std::arch::x86_64::_mm512_ternarylogic_epi64;
use std::arch::x86_64::{
    __m512i, _mm512_add_epi32, _mm512_add_epi64, _mm512_loadu_si512, _mm512_rorv_epi32,
    _mm512_rorv_epi64, _mm512_set1_epi32, _mm512_set1_epi64, _mm512_srlv_epi32, _mm512_srlv_epi64,
    _mm512_storeu_si512, _mm512_xor_si512,
};

/// Exists only where the CPU has AVX-512.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(());

impl Avx512 {
    pub(crate) fn detect() -> Option<Self> {
        std::is_x86_feature_detected!("avx512f").then_some(Self(()))
    }
}

impl Kernel for Avx512 {
    fn sha256(self, streams: &mut [Stream<u32>], iterations: u32) {
        // SAFETY: `self` exists, so the CPU has AVX-512; so below.
        unsafe { sha256(self, streams, iterations) }
    }

    fn sha512(self, streams: &mut [Stream<u64>], iterations: u32) {
        // SAFETY: as above.
        unsafe { sha512(self, streams, iterations) }
    }
}

#[target_feature(enable = "avx512f")]
fn sha256(v: Avx512, streams: &mut [Stream<u32>], iterations: u32) {
    iterate::<_, _, 16>(v, streams, iterations);
}

#[target_feature(enable = "avx512f")]
fn sha512(v: Avx512, streams: &mut [Stream<u64>], iterations: u32) {
    iterate::<_, _, 8>(v, streams, iterations);
}

/// Bits of the table are those of the function, where x, y and z are 0xf0, 0xcc and 0xaa.
#[cfg(not(saltbox_msan))]
#[inline(always)]
fn logic<const TABLE: i32>(_: Avx512, x: __m512i, y: __m512i, z: __m512i) -> __m512i {
    // SAFETY: an `Avx512` exists.
    unsafe { _mm512_ternarylogic_epi64::<TABLE>(x, y, z) }
}

/// The same without the instruction, which MemorySanitizer does not know: it would report what goes
/// in, and take what comes out for public.
#[cfg(saltbox_msan)]
fn logic<const TABLE: i32>(v: Avx512, x: __m512i, y: __m512i, z: __m512i) -> __m512i {
    let xor = |x, y| Vector::<u64, 8>::xor(v, x, y);
    let [none, all] = [0, u64::MAX].map(|word| Vector::<u64, 8>::all(v, word));
    let bits = (0..8).filter(|bit| TABLE >> bit & 1 == 1);
    let terms = bits.map(|bit| {
        let of = |word, place: i32| {
            if bit >> place & 1 == 1 {
                word
            } else {
                xor(word, all)
            }
        };
        // SAFETY: an `Avx512` exists.
        unsafe { _mm512_and_si512(_mm512_and_si512(of(x, 2), of(y, 1)), of(z, 0)) }
    });
    // No two of them are true at once.
    terms.fold(none, xor)
}

macro_rules! vector {
    ($word:ty, $each:literal, $set:ident, $add:ident, $rotate:ident, $shift:ident) => {
        impl Vector<$word, $each> for Avx512 {
            type Words = __m512i;

            #[inline(always)]
            fn load(self, from: &[$word; $each]) -> __m512i {
                // SAFETY: `self` exists, and the load takes 64 bytes of any alignment.
                unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
            }

            #[inline(always)]
            fn store(self, to: &mut [$word; $each], x: __m512i) {
                // SAFETY: `self` exists, and any 64 bytes are these words.
                unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), x) }
            }

            #[inline(always)]
            fn all(self, word: $word) -> __m512i {
                // SAFETY: `self` exists.
                unsafe { $set(word.cast_signed()) }
            }

            #[inline(always)]
            fn add(self, x: __m512i, y: __m512i) -> __m512i {
                // SAFETY: `self` exists.
                unsafe { $add(x, y) }
            }

            #[inline(always)]
            fn xor(self, x: __m512i, y: __m512i) -> __m512i {
                // SAFETY: `self` exists.
                unsafe { _mm512_xor_si512(x, y) }
            }

            #[inline(always)]
            fn rotate(self, x: __m512i, right: u32) -> __m512i {
                // SAFETY: `self` exists.
                unsafe { $rotate(x, $set(right as _)) }
            }

            #[inline(always)]
            fn shift(self, x: __m512i, right: u32) -> __m512i {
                // SAFETY: `self` exists.
                unsafe { $shift(x, $set(right as _)) }
            }

            #[inline(always)]
            fn xor_of_three(self, x: __m512i, y: __m512i, z: __m512i) -> __m512i {
                logic::<{ 0xf0 ^ 0xcc ^ 0xaa }>(self, x, y, z)
            }

            #[inline(always)]
            fn choose(self, x: __m512i, y: __m512i, z: __m512i) -> __m512i {
                logic::<{ (0xf0 & 0xcc) | (0x0f & 0xaa) }>(self, x, y, z)
            }

            #[inline(always)]
            fn majority(self, x: __m512i, y: __m512i, z: __m512i) -> __m512i {
                logic::<{ (0xf0 & 0xcc) | (0xf0 & 0xaa) | (0xcc & 0xaa) }>(self, x, y, z)
            }
        }
    };
}

vector!(
    u32,
    16,
    _mm512_set1_epi32,
    _mm512_add_epi32,
    _mm512_rorv_epi32,
    _mm512_srlv_epi32
);
vector!(
    u64,
    8,
    _mm512_set1_epi64,
    _mm512_add_epi64,
    _mm512_rorv_epi64,
    _mm512_srlv_epi64
);
