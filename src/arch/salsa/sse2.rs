//! A row in a register of four words, which every x86-64 has: one stream.

use super::Romix;
use super::portable::Block;
use super::romix::{Group, Vector, romix};
use std::arch::x86_64::{
    __m128i, _MM_HINT_T0, _mm_add_epi32, _mm_loadu_si128, _mm_prefetch, _mm_shuffle_epi32,
    _mm_slli_epi32, _mm_srli_epi32, _mm_storeu_si128, _mm_xor_si128,
};
use std::cell::Cell;

/// SSE2 is part of x86-64.
#[derive(Clone, Copy)]
pub(crate) struct Sse2;

impl Sse2 {
    pub(crate) fn detect() -> Option<Self> {
        Some(Self)
    }

    pub(super) fn romix(self, shape: Romix, lanes: &mut [u8], memory: &mut [u32]) {
        romix::<_, 1, 1>(self, shape, lanes, memory);
    }
}

#[inline(always)]
pub(super) fn load(from: &Cell<Block>) -> [__m128i; 4] {
    let rows = from.as_ptr().cast::<__m128i>();
    // SAFETY: the loads take any alignment, a block is four rows, and nothing writes it meanwhile.
    unsafe {
        [
            _mm_loadu_si128(rows),
            _mm_loadu_si128(rows.add(1)),
            _mm_loadu_si128(rows.add(2)),
            _mm_loadu_si128(rows.add(3)),
        ]
    }
}

#[inline(always)]
pub(super) fn store(to: &Cell<Block>, [a, b, c, d]: [__m128i; 4]) {
    let rows = to.as_ptr().cast::<__m128i>();
    // SAFETY: as above, and any 64 bytes are a block.
    unsafe {
        _mm_storeu_si128(rows, a);
        _mm_storeu_si128(rows.add(1), b);
        _mm_storeu_si128(rows.add(2), c);
        _mm_storeu_si128(rows.add(3), d);
    }
}

/// The only one of a group.
#[inline(always)]
pub(super) fn alone(group: &Cell<Group<1>>) -> &Cell<Block> {
    let group: &Cell<[Block]> = group;
    &group.as_slice_of_cells()[0]
}

#[inline(always)]
pub(super) fn turn<const STEPS: usize>(x: __m128i) -> __m128i {
    // SAFETY: SSE2 is part of x86-64; so below.
    unsafe {
        match STEPS {
            1 => _mm_shuffle_epi32::<0b00_11_10_01>(x),
            2 => _mm_shuffle_epi32::<0b01_00_11_10>(x),
            _ => _mm_shuffle_epi32::<0b10_01_00_11>(x),
        }
    }
}

#[inline(always)]
pub(super) fn fetch(from: &Cell<Block>) {
    // SAFETY: SSE is part of x86-64, and a hint reads nothing.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(from.as_ptr().cast()) }
}

impl Vector<1> for Sse2 {
    type Row = __m128i;

    #[inline(always)]
    fn load(self, from: &Cell<Group<1>>) -> [__m128i; 4] {
        load(alone(from))
    }

    #[inline(always)]
    fn store(self, to: &Cell<Group<1>>, rows: [__m128i; 4]) {
        store(alone(to), rows);
    }

    #[inline(always)]
    fn gather(self, [from]: [&Cell<Block>; 1]) -> [__m128i; 4] {
        load(from)
    }

    #[inline(always)]
    fn scatter(self, [to]: [&Cell<Block>; 1], rows: [__m128i; 4]) {
        store(to, rows);
    }

    #[inline(always)]
    fn xor(self, x: __m128i, y: __m128i) -> __m128i {
        // SAFETY: as above.
        unsafe { _mm_xor_si128(x, y) }
    }

    #[inline(always)]
    fn quarter<const LEFT: i32, const RIGHT: i32>(
        self,
        x: __m128i,
        y: __m128i,
        z: __m128i,
    ) -> __m128i {
        // SAFETY: as above. The two halves of the word are added to x one after the other.
        unsafe {
            let sum = _mm_add_epi32(y, z);
            let x = _mm_xor_si128(x, _mm_slli_epi32::<LEFT>(sum));
            _mm_xor_si128(x, _mm_srli_epi32::<RIGHT>(sum))
        }
    }

    #[inline(always)]
    fn add(self, x: __m128i, y: __m128i) -> __m128i {
        // SAFETY: as above.
        unsafe { _mm_add_epi32(x, y) }
    }

    #[inline(always)]
    fn turn<const STEPS: usize>(self, x: __m128i) -> __m128i {
        turn::<STEPS>(x)
    }

    #[inline(always)]
    fn fetch(self, from: &Cell<Block>) {
        fetch(from);
    }
}
