//! The block function in registers of eight words; sixteen of 32 hold a block.

use super::rounds::{Vector, make_both_whole, make_whole};
use super::{Block, Kernel, Row, Run};
use std::arch::x86_64::{
    __m512i, _mm_cvtsi128_si64, _mm512_add_epi64, _mm512_castsi512_si128, _mm512_load_si512,
    _mm512_mul_epu32, _mm512_permutex_epi64, _mm512_permutexvar_epi64, _mm512_ror_epi64,
    _mm512_setr_epi64, _mm512_shuffle_i64x2, _mm512_store_si512, _mm512_xor_si512,
};
use std::cell::Cell;

/// Exists only where the CPU has AVX-512.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(());

impl Avx512 {
    pub(crate) fn detect() -> Option<Self> {
        std::is_x86_feature_detected!("avx512f").then_some(Self(()))
    }
}

impl Kernel for Avx512 {
    fn make(self, memory: &[Block], run: &mut impl Run) {
        // SAFETY: `self` exists, so the CPU has AVX-512; so below.
        unsafe { make(self, memory, run) }
    }

    fn make_both(self, memory: [&[Block]; 2], runs: [&mut impl Run; 2]) {
        // SAFETY: `self` exists.
        unsafe { make_both(self, memory, runs) }
    }
}

#[target_feature(enable = "avx512f")]
fn make(v: Avx512, memory: &[Block], run: &mut impl Run) {
    make_whole(v, memory, run);
}

#[target_feature(enable = "avx512f")]
fn make_both(v: Avx512, memory: [&[Block]; 2], runs: [&mut impl Run; 2]) {
    make_both_whole(v, memory, runs);
}

impl Vector for Avx512 {
    type Row = __m512i;

    #[inline(always)]
    fn load(self, from: &Cell<Row>) -> __m512i {
        // SAFETY: a row is 64 bytes and aligned to them, and nothing writes it meanwhile.
        unsafe { _mm512_load_si512(from.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, to: &Cell<Row>, row: __m512i) {
        // SAFETY: as above, and any 64 bytes are a row.
        unsafe { _mm512_store_si512(to.as_ptr().cast(), row) }
    }

    #[inline(always)]
    fn first_word(self, row: __m512i) -> u64 {
        // SAFETY: `self` exists.
        let word = unsafe { _mm_cvtsi128_si64(_mm512_castsi512_si128(row)) };
        word.cast_unsigned()
    }

    #[inline(always)]
    fn xor(self, x: __m512i, y: __m512i) -> __m512i {
        // SAFETY: `self` exists.
        unsafe { _mm512_xor_si512(x, y) }
    }

    #[inline(always)]
    fn rotate<const RIGHT: i32>(self, x: __m512i) -> __m512i {
        // SAFETY: `self` exists.
        unsafe { _mm512_ror_epi64::<RIGHT>(x) }
    }

    #[inline(always)]
    fn add_product(self, x: __m512i, y: __m512i) -> __m512i {
        // SAFETY: `self` exists.
        unsafe {
            let product = _mm512_mul_epu32(x, y);
            let sum = _mm512_add_epi64(x, y);
            _mm512_add_epi64(sum, _mm512_add_epi64(product, product))
        }
    }

    #[inline(always)]
    fn turn<const STEPS: usize, const COLUMNS: bool>(self, x: __m512i) -> __m512i {
        // SAFETY: `self` exists.
        unsafe {
            match (COLUMNS, STEPS) {
                (false, 1) => _mm512_permutex_epi64::<0b00_11_10_01>(x),
                (false, 2) => _mm512_permutex_epi64::<0b01_00_11_10>(x),
                (false, _) => _mm512_permutex_epi64::<0b10_01_00_11>(x),
                (true, 1) => _mm512_permutexvar_epi64(_mm512_setr_epi64(1, 4, 3, 6, 5, 0, 7, 2), x),
                (true, 2) => _mm512_shuffle_i64x2::<0b01_00_11_10>(x, x),
                (true, _) => _mm512_permutexvar_epi64(_mm512_setr_epi64(5, 0, 7, 2, 1, 4, 3, 6), x),
            }
        }
    }

    #[inline(always)]
    fn fetch(self, memory: &[Block], at: usize) {
        super::fetch(memory, at);
    }
}
