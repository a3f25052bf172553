//! The block function in registers of four words: a row is two of sixteen.

use super::rounds::{Vector, make_both_by_groups, make_by_groups};
use super::{Block, Kernel, Row, Run};
use std::arch::x86_64::{
    __m256i, _mm_cvtsi128_si64, _mm256_add_epi64, _mm256_alignr_epi8, _mm256_castsi256_si128,
    _mm256_load_si256, _mm256_mul_epu32, _mm256_or_si256, _mm256_permute4x64_epi64,
    _mm256_setr_epi8, _mm256_shuffle_epi8, _mm256_shuffle_epi32, _mm256_srli_epi64,
    _mm256_store_si256, _mm256_xor_si256,
};
use std::cell::Cell;

/// Exists only where the CPU has AVX2.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

impl Avx2 {
    pub(crate) fn detect() -> Option<Self> {
        std::is_x86_feature_detected!("avx2").then_some(Self(()))
    }

    #[inline(always)]
    fn rotate_half<const RIGHT: i32>(self, x: __m256i) -> __m256i {
        // SAFETY: `self` exists, so the CPU has AVX2; so below.
        unsafe {
            match RIGHT {
                32 => _mm256_shuffle_epi32::<0b10_11_00_01>(x),
                24 => {
                    let bytes = _mm256_setr_epi8(
                        3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10, //
                        3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10,
                    );
                    _mm256_shuffle_epi8(x, bytes)
                }
                16 => {
                    let bytes = _mm256_setr_epi8(
                        2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9, //
                        2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9,
                    );
                    _mm256_shuffle_epi8(x, bytes)
                }
                // 63 is 1 to the left.
                _ => _mm256_or_si256(_mm256_add_epi64(x, x), _mm256_srli_epi64::<63>(x)),
            }
        }
    }
}

impl Kernel for Avx2 {
    fn make(self, memory: &[Block], run: &mut impl Run) {
        // SAFETY: `self` exists.
        unsafe { make(self, memory, run) }
    }

    fn make_both(self, memory: [&[Block]; 2], runs: [&mut impl Run; 2]) {
        // SAFETY: `self` exists.
        unsafe { make_both(self, memory, runs) }
    }
}

#[target_feature(enable = "avx2")]
fn make(v: Avx2, memory: &[Block], run: &mut impl Run) {
    make_by_groups::<_, 2>(v, memory, run);
}

#[target_feature(enable = "avx2")]
fn make_both(v: Avx2, memory: [&[Block]; 2], runs: [&mut impl Run; 2]) {
    make_both_by_groups::<_, 2>(v, memory, runs);
}

impl Vector for Avx2 {
    type Row = [__m256i; 2];

    #[inline(always)]
    fn load(self, from: &Cell<Row>) -> [__m256i; 2] {
        let halves = from.as_ptr().cast::<__m256i>();
        // SAFETY: a row is twice 32 bytes, aligned to them, and nothing writes it meanwhile.
        unsafe { [_mm256_load_si256(halves), _mm256_load_si256(halves.add(1))] }
    }

    #[inline(always)]
    fn store(self, to: &Cell<Row>, [x, y]: [__m256i; 2]) {
        let halves = to.as_ptr().cast::<__m256i>();
        // SAFETY: as above, and any 64 bytes are a row.
        unsafe {
            _mm256_store_si256(halves, x);
            _mm256_store_si256(halves.add(1), y);
        }
    }

    #[inline(always)]
    fn first_word(self, [x, _]: [__m256i; 2]) -> u64 {
        // SAFETY: `self` exists.
        let word = unsafe { _mm_cvtsi128_si64(_mm256_castsi256_si128(x)) };
        word.cast_unsigned()
    }

    #[inline(always)]
    fn xor(self, x: [__m256i; 2], y: [__m256i; 2]) -> [__m256i; 2] {
        // SAFETY: `self` exists.
        unsafe { [_mm256_xor_si256(x[0], y[0]), _mm256_xor_si256(x[1], y[1])] }
    }

    #[inline(always)]
    fn rotate<const RIGHT: i32>(self, [x, y]: [__m256i; 2]) -> [__m256i; 2] {
        [self.rotate_half::<RIGHT>(x), self.rotate_half::<RIGHT>(y)]
    }

    #[inline(always)]
    fn add_product(self, x: [__m256i; 2], y: [__m256i; 2]) -> [__m256i; 2] {
        // SAFETY: `self` exists.
        unsafe {
            let products = [_mm256_mul_epu32(x[0], y[0]), _mm256_mul_epu32(x[1], y[1])];
            let sums = [_mm256_add_epi64(x[0], y[0]), _mm256_add_epi64(x[1], y[1])];
            [
                _mm256_add_epi64(sums[0], _mm256_add_epi64(products[0], products[0])),
                _mm256_add_epi64(sums[1], _mm256_add_epi64(products[1], products[1])),
            ]
        }
    }

    #[inline(always)]
    fn turn<const STEPS: usize, const COLUMNS: bool>(self, [x, y]: [__m256i; 2]) -> [__m256i; 2] {
        // SAFETY: `self` exists.
        unsafe {
            match (COLUMNS, STEPS) {
                (false, 1) => [x, y].map(|x| _mm256_permute4x64_epi64::<0b00_11_10_01>(x)),
                (false, 2) => [x, y].map(|x| _mm256_permute4x64_epi64::<0b01_00_11_10>(x)),
                (false, _) => [x, y].map(|x| _mm256_permute4x64_epi64::<0b10_01_00_11>(x)),
                // The turn goes 0 and 1 of x, 0 and 1 of y; beside it that of 2 and 3.
                (true, 1) => [_mm256_alignr_epi8::<8>(y, x), _mm256_alignr_epi8::<8>(x, y)],
                (true, 2) => [y, x],
                (true, _) => [_mm256_alignr_epi8::<8>(x, y), _mm256_alignr_epi8::<8>(y, x)],
            }
        }
    }

    #[inline(always)]
    fn fetch(self, memory: &[Block], at: usize) {
        super::fetch(memory, at);
    }
}
