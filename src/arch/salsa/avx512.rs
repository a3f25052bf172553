//! Rows of four streams in a register of sixteen words, and of one in a register of four; both
//! rotate in one instruction.

use super::Romix;
use super::portable::Block;
use super::romix::{Group, Vector, romix};
use super::sse2;
use std::arch::x86_64::{
    __m128i, __m512i, _mm_add_epi32, _mm_rol_epi32, _mm_xor_si128, _mm512_add_epi32,
    _mm512_loadu_si512, _mm512_rol_epi32, _mm512_shuffle_epi32, _mm512_shuffle_i32x4,
    _mm512_storeu_si512, _mm512_xor_si512,
};
use std::cell::Cell;

/// Exists only where the CPU has AVX-512, for vectors of all lengths.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(());

impl Avx512 {
    pub(crate) fn detect() -> Option<Self> {
        let is_there =
            std::is_x86_feature_detected!("avx512f") && std::is_x86_feature_detected!("avx512vl");
        is_there.then_some(Self(()))
    }

    pub(super) fn romix(self, shape: Romix, lanes: &mut [u8], memory: &mut [u32]) {
        // SAFETY: `self` exists, so the CPU has AVX-512; so below.
        unsafe {
            match shape.lanes_in(lanes) {
                1 => one(self, shape, lanes, memory),
                2..=4 => four(self, shape, lanes, memory),
                _ => eight(self, shape, lanes, memory),
            }
        }
    }
}

#[target_feature(enable = "avx512f,avx512vl")]
fn one(v: Avx512, shape: Romix, lanes: &mut [u8], memory: &mut [u32]) {
    romix::<_, 1, 1>(v, shape, lanes, memory);
}

#[target_feature(enable = "avx512f,avx512vl")]
fn four(v: Avx512, shape: Romix, lanes: &mut [u8], memory: &mut [u32]) {
    romix::<_, 4, 1>(v, shape, lanes, memory);
}

#[target_feature(enable = "avx512f,avx512vl")]
fn eight(v: Avx512, shape: Romix, lanes: &mut [u8], memory: &mut [u32]) {
    romix::<_, 4, 2>(v, shape, lanes, memory);
}

/// Quarters of four registers: the first ones, then the second ones, and so on.
#[inline(always)]
fn quarters(_: Avx512, [a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    const EVEN: i32 = 0b10_00_10_00;
    const ODD: i32 = 0b11_01_11_01;
    const LOWER: i32 = 0b01_00_01_00;
    const UPPER: i32 = 0b11_10_11_10;
    // SAFETY: an `Avx512` exists.
    unsafe {
        let (ab, cd) = (
            _mm512_shuffle_i32x4::<LOWER>(a, b),
            _mm512_shuffle_i32x4::<LOWER>(c, d),
        );
        let (ab_upper, cd_upper) = (
            _mm512_shuffle_i32x4::<UPPER>(a, b),
            _mm512_shuffle_i32x4::<UPPER>(c, d),
        );
        [
            _mm512_shuffle_i32x4::<EVEN>(ab, cd),
            _mm512_shuffle_i32x4::<ODD>(ab, cd),
            _mm512_shuffle_i32x4::<EVEN>(ab_upper, cd_upper),
            _mm512_shuffle_i32x4::<ODD>(ab_upper, cd_upper),
        ]
    }
}

impl Vector<4> for Avx512 {
    type Row = __m512i;

    #[inline(always)]
    fn load(self, from: &Cell<Group<4>>) -> [__m512i; 4] {
        let rows = from.as_ptr().cast::<__m512i>();
        // SAFETY: the loads take any alignment, a group is four rows of four streams, and nothing
        // writes it meanwhile.
        unsafe {
            [
                _mm512_loadu_si512(rows),
                _mm512_loadu_si512(rows.add(1)),
                _mm512_loadu_si512(rows.add(2)),
                _mm512_loadu_si512(rows.add(3)),
            ]
        }
    }

    #[inline(always)]
    fn store(self, to: &Cell<Group<4>>, [a, b, c, d]: [__m512i; 4]) {
        let rows = to.as_ptr().cast::<__m512i>();
        // SAFETY: as above, and any 256 bytes are a group.
        unsafe {
            _mm512_storeu_si512(rows, a);
            _mm512_storeu_si512(rows.add(1), b);
            _mm512_storeu_si512(rows.add(2), c);
            _mm512_storeu_si512(rows.add(3), d);
        }
    }

    #[inline(always)]
    fn gather(self, [a, b, c, d]: [&Cell<Block>; 4]) -> [__m512i; 4] {
        // SAFETY: a block is 64 bytes; otherwise as above.
        let blocks = unsafe {
            [
                _mm512_loadu_si512(a.as_ptr().cast()),
                _mm512_loadu_si512(b.as_ptr().cast()),
                _mm512_loadu_si512(c.as_ptr().cast()),
                _mm512_loadu_si512(d.as_ptr().cast()),
            ]
        };
        quarters(self, blocks)
    }

    #[inline(always)]
    fn scatter(self, [a, b, c, d]: [&Cell<Block>; 4], rows: [__m512i; 4]) {
        let blocks = quarters(self, rows);
        // SAFETY: as above, and any 64 bytes are a block.
        unsafe {
            _mm512_storeu_si512(a.as_ptr().cast(), blocks[0]);
            _mm512_storeu_si512(b.as_ptr().cast(), blocks[1]);
            _mm512_storeu_si512(c.as_ptr().cast(), blocks[2]);
            _mm512_storeu_si512(d.as_ptr().cast(), blocks[3]);
        }
    }

    #[inline(always)]
    fn xor(self, x: __m512i, y: __m512i) -> __m512i {
        // SAFETY: `self` exists.
        unsafe { _mm512_xor_si512(x, y) }
    }

    #[inline(always)]
    fn quarter<const LEFT: i32, const RIGHT: i32>(
        self,
        x: __m512i,
        y: __m512i,
        z: __m512i,
    ) -> __m512i {
        // SAFETY: `self` exists.
        unsafe { _mm512_xor_si512(x, _mm512_rol_epi32::<LEFT>(_mm512_add_epi32(y, z))) }
    }

    #[inline(always)]
    fn add(self, x: __m512i, y: __m512i) -> __m512i {
        // SAFETY: `self` exists.
        unsafe { _mm512_add_epi32(x, y) }
    }

    #[inline(always)]
    fn turn<const STEPS: usize>(self, x: __m512i) -> __m512i {
        // SAFETY: `self` exists.
        unsafe {
            match STEPS {
                1 => _mm512_shuffle_epi32::<0b00_11_10_01>(x),
                2 => _mm512_shuffle_epi32::<0b01_00_11_10>(x),
                _ => _mm512_shuffle_epi32::<0b10_01_00_11>(x),
            }
        }
    }

    #[inline(always)]
    fn fetch(self, from: &Cell<Block>) {
        sse2::fetch(from);
    }
}

impl Vector<1> for Avx512 {
    type Row = __m128i;

    #[inline(always)]
    fn load(self, from: &Cell<Group<1>>) -> [__m128i; 4] {
        sse2::load(sse2::alone(from))
    }

    #[inline(always)]
    fn store(self, to: &Cell<Group<1>>, rows: [__m128i; 4]) {
        sse2::store(sse2::alone(to), rows);
    }

    #[inline(always)]
    fn gather(self, [from]: [&Cell<Block>; 1]) -> [__m128i; 4] {
        sse2::load(from)
    }

    #[inline(always)]
    fn scatter(self, [to]: [&Cell<Block>; 1], rows: [__m128i; 4]) {
        sse2::store(to, rows);
    }

    #[inline(always)]
    fn xor(self, x: __m128i, y: __m128i) -> __m128i {
        // SAFETY: SSE2 is part of x86-64.
        unsafe { _mm_xor_si128(x, y) }
    }

    #[inline(always)]
    fn quarter<const LEFT: i32, const RIGHT: i32>(
        self,
        x: __m128i,
        y: __m128i,
        z: __m128i,
    ) -> __m128i {
        // SAFETY: `self` exists.
        unsafe { _mm_xor_si128(x, _mm_rol_epi32::<LEFT>(_mm_add_epi32(y, z))) }
    }

    #[inline(always)]
    fn add(self, x: __m128i, y: __m128i) -> __m128i {
        // SAFETY: SSE2 is part of x86-64.
        unsafe { _mm_add_epi32(x, y) }
    }

    #[inline(always)]
    fn turn<const STEPS: usize>(self, x: __m128i) -> __m128i {
        sse2::turn::<STEPS>(x)
    }

    #[inline(always)]
    fn fetch(self, from: &Cell<Block>) {
        sse2::fetch(from);
    }
}
