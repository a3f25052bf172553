//! A word of eight streams of SHA-256, or of four of SHA-512, in a register; one stream of
//! SHA-512 by scalars too.

use super::alone;
use super::rounds::{Vector, iterate};
use super::{Kernel, Stream};
use std::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_add_epi64, _mm256_and_si256, _mm256_loadu_si256,
    _mm256_or_si256, _mm256_set1_epi32, _mm256_set1_epi64x, _mm256_sllv_epi32, _mm256_sllv_epi64,
    _mm256_srlv_epi32, _mm256_srlv_epi64, _mm256_storeu_si256, _mm256_xor_si256,
};

/// Exists only where the CPU has AVX2, and what came with it for scalars.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

impl Avx2 {
    pub(crate) fn detect() -> Option<Self> {
        let is_there = std::is_x86_feature_detected!("avx2")
            && std::is_x86_feature_detected!("bmi1")
            && std::is_x86_feature_detected!("bmi2");
        is_there.then_some(Self(()))
    }
}

impl Kernel for Avx2 {
    fn sha256(self, streams: &mut [Stream<u32>], iterations: u32) {
        // SAFETY: `self` exists, so the CPU has AVX2; so below.
        unsafe { sha256(self, streams, iterations) }
    }

    fn sha512(self, streams: &mut [Stream<u64>], iterations: u32) {
        // SAFETY: as above.
        unsafe {
            match streams {
                [stream] => sha512_alone(self, stream, iterations),
                _ => sha512(self, streams, iterations),
            }
        }
    }
}

#[target_feature(enable = "avx2")]
fn sha256(v: Avx2, streams: &mut [Stream<u32>], iterations: u32) {
    iterate::<_, _, 8>(v, streams, iterations);
}

#[target_feature(enable = "avx2")]
fn sha512(v: Avx2, streams: &mut [Stream<u64>], iterations: u32) {
    iterate::<_, _, 4>(v, streams, iterations);
}

#[target_feature(enable = "avx2,bmi1,bmi2")]
fn sha512_alone(v: Avx2, stream: &mut Stream<u64>, iterations: u32) {
    alone::iterate(v, stream, iterations);
}

#[inline(always)]
fn xor(_: Avx2, x: __m256i, y: __m256i) -> __m256i {
    // SAFETY: an `Avx2` exists.
    unsafe { _mm256_xor_si256(x, y) }
}

#[inline(always)]
fn and(_: Avx2, x: __m256i, y: __m256i) -> __m256i {
    // SAFETY: an `Avx2` exists.
    unsafe { _mm256_and_si256(x, y) }
}

macro_rules! vector {
    ($word:ty, $each:literal, $set:ident, $add:ident, $left:ident, $right:ident) => {
        impl Vector<$word, $each> for Avx2 {
            type Words = __m256i;

            #[inline(always)]
            fn load(self, from: &[$word; $each]) -> __m256i {
                // SAFETY: `self` exists, and the load takes 32 bytes of any alignment.
                unsafe { _mm256_loadu_si256(from.as_ptr().cast()) }
            }

            #[inline(always)]
            fn store(self, to: &mut [$word; $each], x: __m256i) {
                // SAFETY: `self` exists, and any 32 bytes are these words.
                unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), x) }
            }

            #[inline(always)]
            fn all(self, word: $word) -> __m256i {
                // SAFETY: `self` exists.
                unsafe { $set(word.cast_signed()) }
            }

            #[inline(always)]
            fn add(self, x: __m256i, y: __m256i) -> __m256i {
                // SAFETY: `self` exists.
                unsafe { $add(x, y) }
            }

            #[inline(always)]
            fn xor(self, x: __m256i, y: __m256i) -> __m256i {
                xor(self, x, y)
            }

            #[inline(always)]
            fn rotate(self, x: __m256i, right: u32) -> __m256i {
                let left = <$word>::BITS - right;
                // SAFETY: `self` exists.
                unsafe { _mm256_or_si256($right(x, $set(right as _)), $left(x, $set(left as _))) }
            }

            #[inline(always)]
            fn shift(self, x: __m256i, right: u32) -> __m256i {
                // SAFETY: `self` exists.
                unsafe { $right(x, $set(right as _)) }
            }

            #[inline(always)]
            fn xor_of_three(self, x: __m256i, y: __m256i, z: __m256i) -> __m256i {
                xor(self, xor(self, x, y), z)
            }

            #[inline(always)]
            fn choose(self, x: __m256i, y: __m256i, z: __m256i) -> __m256i {
                xor(self, and(self, x, xor(self, y, z)), z)
            }

            /// The round before has x ⊕ y already, as y ⊕ z.
            #[inline(always)]
            fn majority(self, x: __m256i, y: __m256i, z: __m256i) -> __m256i {
                xor(self, and(self, xor(self, x, y), xor(self, y, z)), y)
            }
        }
    };
}

#[rustfmt::skip]
vector!(u32, 8, _mm256_set1_epi32, _mm256_add_epi32, _mm256_sllv_epi32, _mm256_srlv_epi32);
#[rustfmt::skip]
vector!(u64, 4, _mm256_set1_epi64x, _mm256_add_epi64, _mm256_sllv_epi64, _mm256_srlv_epi64);
