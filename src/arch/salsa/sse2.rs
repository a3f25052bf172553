//! BlockMix with the vectors that every x86-64 has.
//!
//! Of the portable code the compiler made sixteen scalars (rustc 1.95), more than
//! there are registers to hold them.

use super::portable::Block;
use std::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_loadu_si128, _mm_setzero_si128, _mm_shuffle_epi32, _mm_slli_epi32,
    _mm_srli_epi32, _mm_storeu_si128, _mm_xor_si128,
};

type Rows = [__m128i; 4];

#[target_feature(enable = "sse2")]
pub(super) fn block_mix(from: &[Block], to: &mut [Block]) {
    let (even, odd) = to.split_at_mut(from.len() / 2);
    let mut x = from
        .last()
        .map_or([_mm_setzero_si128(); 4], |last| load(last));
    for ((pair, even), odd) in from.as_chunks::<2>().0.iter().zip(even).zip(odd) {
        x = salsa20_8(xor(x, load(&pair[0])));
        store(x, even);
        x = salsa20_8(xor(x, load(&pair[1])));
        store(x, odd);
    }
}

#[inline]
#[target_feature(enable = "sse2")]
fn salsa20_8(start: Rows) -> Rows {
    let [mut a, mut b, mut c, mut d] = start;
    for _ in 0..8 {
        b = _mm_xor_si128(b, rotate_bits::<7, 25>(_mm_add_epi32(a, d)));
        c = _mm_xor_si128(c, rotate_bits::<9, 23>(_mm_add_epi32(b, a)));
        d = _mm_xor_si128(d, rotate_bits::<13, 19>(_mm_add_epi32(c, b)));
        a = _mm_xor_si128(a, rotate_bits::<18, 14>(_mm_add_epi32(d, c)));
        (b, c, d) = (
            _mm_shuffle_epi32::<0b00_11_10_01>(d),
            _mm_shuffle_epi32::<0b01_00_11_10>(c),
            _mm_shuffle_epi32::<0b10_01_00_11>(b),
        );
    }
    [
        _mm_add_epi32(a, start[0]),
        _mm_add_epi32(b, start[1]),
        _mm_add_epi32(c, start[2]),
        _mm_add_epi32(d, start[3]),
    ]
}

#[inline]
#[target_feature(enable = "sse2")]
fn rotate_bits<const LEFT: i32, const RIGHT: i32>(x: __m128i) -> __m128i {
    _mm_xor_si128(_mm_slli_epi32::<LEFT>(x), _mm_srli_epi32::<RIGHT>(x))
}

#[inline]
#[target_feature(enable = "sse2")]
fn xor(x: Rows, y: Rows) -> Rows {
    [
        _mm_xor_si128(x[0], y[0]),
        _mm_xor_si128(x[1], y[1]),
        _mm_xor_si128(x[2], y[2]),
        _mm_xor_si128(x[3], y[3]),
    ]
}

#[inline]
#[target_feature(enable = "sse2")]
fn load(block: &Block) -> Rows {
    let (rows, _) = block.as_chunks::<4>();
    let row = |i: usize| {
        // SAFETY: the load takes any alignment and stays within a row of 16 bytes.
        unsafe { _mm_loadu_si128(rows[i].as_ptr().cast()) }
    };
    [row(0), row(1), row(2), row(3)]
}

#[inline]
#[target_feature(enable = "sse2")]
fn store(x: Rows, block: &mut Block) {
    let (rows, _) = block.as_chunks_mut::<4>();
    for (row, x) in rows.iter_mut().zip(x) {
        // SAFETY: the store takes any alignment and stays within a row of 16 bytes.
        unsafe { _mm_storeu_si128(row.as_mut_ptr().cast(), x) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::salsa::portable;

    #[test]
    fn agrees_with_the_portable_code() {
        let mut from = [[0; 16]; 6];
        for (i, word) in from.as_flattened_mut().iter_mut().enumerate() {
            *word = u32::try_from(i).expect("small").wrapping_mul(0x9e37_79b9);
        }
        let (mut ours, mut theirs) = ([[0; 16]; 6], [[0; 16]; 6]);
        for _ in 0..50 {
            // SAFETY: SSE2 is part of x86-64.
            unsafe { block_mix(&from, &mut ours) };
            portable::block_mix(&from, &mut theirs);
            assert_eq!(ours, theirs);
            from = ours;
        }
    }
}
