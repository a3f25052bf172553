//! Rows of two streams in a register of eight words.

use super::Romix;
use super::portable::Block;
use super::romix::{Group, Vector, romix};
use super::sse2::{self, Sse2};
use std::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_loadu_si256, _mm256_permute2x128_si256, _mm256_shuffle_epi32,
    _mm256_slli_epi32, _mm256_srli_epi32, _mm256_storeu_si256, _mm256_xor_si256,
};
use std::cell::Cell;

/// Exists only where the CPU has AVX2.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

impl Avx2 {
    pub(crate) fn detect() -> Option<Self> {
        std::is_x86_feature_detected!("avx2").then_some(Self(()))
    }

    pub(super) fn romix(self, shape: Romix, lanes: &mut [u8], memory: &mut [u32]) {
        // SAFETY: `self` exists, so the CPU has AVX2; so below.
        unsafe {
            match shape.lanes_in(lanes) {
                1 => one(shape, lanes, memory),
                2 => two(self, shape, lanes, memory),
                _ => four(self, shape, lanes, memory),
            }
        }
    }
}

/// What SSE2 does, with instructions of three operands.
#[target_feature(enable = "avx2")]
fn one(shape: Romix, lanes: &mut [u8], memory: &mut [u32]) {
    romix::<_, 1, 1>(Sse2, shape, lanes, memory);
}

#[target_feature(enable = "avx2")]
fn two(v: Avx2, shape: Romix, lanes: &mut [u8], memory: &mut [u32]) {
    romix::<_, 2, 1>(v, shape, lanes, memory);
}

#[target_feature(enable = "avx2")]
fn four(v: Avx2, shape: Romix, lanes: &mut [u8], memory: &mut [u32]) {
    romix::<_, 2, 2>(v, shape, lanes, memory);
}

/// Halves of two registers: the lower ones, then the upper ones.
#[inline(always)]
fn halves(_: Avx2, x: __m256i, y: __m256i) -> [__m256i; 2] {
    // SAFETY: an `Avx2` exists.
    unsafe {
        [
            _mm256_permute2x128_si256::<0x20>(x, y),
            _mm256_permute2x128_si256::<0x31>(x, y),
        ]
    }
}

impl Vector<2> for Avx2 {
    type Row = __m256i;

    #[inline(always)]
    fn load(self, from: &Cell<Group<2>>) -> [__m256i; 4] {
        let rows = from.as_ptr().cast::<__m256i>();
        // SAFETY: the loads take any alignment, a group is four rows of two streams, and nothing
        // writes it meanwhile.
        unsafe {
            [
                _mm256_loadu_si256(rows),
                _mm256_loadu_si256(rows.add(1)),
                _mm256_loadu_si256(rows.add(2)),
                _mm256_loadu_si256(rows.add(3)),
            ]
        }
    }

    #[inline(always)]
    fn store(self, to: &Cell<Group<2>>, [a, b, c, d]: [__m256i; 4]) {
        let rows = to.as_ptr().cast::<__m256i>();
        // SAFETY: as above, and any 128 bytes are a group.
        unsafe {
            _mm256_storeu_si256(rows, a);
            _mm256_storeu_si256(rows.add(1), b);
            _mm256_storeu_si256(rows.add(2), c);
            _mm256_storeu_si256(rows.add(3), d);
        }
    }

    #[inline(always)]
    fn gather(self, from: [&Cell<Block>; 2]) -> [__m256i; 4] {
        let [x, y] = from.map(|block| block.as_ptr().cast::<__m256i>());
        // SAFETY: a block is twice two rows; otherwise as above.
        let [x, y] =
            [x, y].map(|two| unsafe { [_mm256_loadu_si256(two), _mm256_loadu_si256(two.add(1))] });
        let ([a, b], [c, d]) = (halves(self, x[0], y[0]), halves(self, x[1], y[1]));
        [a, b, c, d]
    }

    #[inline(always)]
    fn scatter(self, to: [&Cell<Block>; 2], [a, b, c, d]: [__m256i; 4]) {
        let [x, y] = to.map(|block| block.as_ptr().cast::<__m256i>());
        let ([x0, y0], [x1, y1]) = (halves(self, a, b), halves(self, c, d));
        // SAFETY: as above, and any 64 bytes are a block.
        unsafe {
            _mm256_storeu_si256(x, x0);
            _mm256_storeu_si256(x.add(1), x1);
            _mm256_storeu_si256(y, y0);
            _mm256_storeu_si256(y.add(1), y1);
        }
    }

    #[inline(always)]
    fn xor(self, x: __m256i, y: __m256i) -> __m256i {
        // SAFETY: `self` exists.
        unsafe { _mm256_xor_si256(x, y) }
    }

    #[inline(always)]
    fn quarter<const LEFT: i32, const RIGHT: i32>(
        self,
        x: __m256i,
        y: __m256i,
        z: __m256i,
    ) -> __m256i {
        // SAFETY: `self` exists.
        unsafe {
            let sum = _mm256_add_epi32(y, z);
            let x = _mm256_xor_si256(x, _mm256_slli_epi32::<LEFT>(sum));
            _mm256_xor_si256(x, _mm256_srli_epi32::<RIGHT>(sum))
        }
    }

    #[inline(always)]
    fn add(self, x: __m256i, y: __m256i) -> __m256i {
        // SAFETY: `self` exists.
        unsafe { _mm256_add_epi32(x, y) }
    }

    #[inline(always)]
    fn turn<const STEPS: usize>(self, x: __m256i) -> __m256i {
        // SAFETY: `self` exists.
        unsafe {
            match STEPS {
                1 => _mm256_shuffle_epi32::<0b00_11_10_01>(x),
                2 => _mm256_shuffle_epi32::<0b01_00_11_10>(x),
                _ => _mm256_shuffle_epi32::<0b10_01_00_11>(x),
            }
        }
    }

    #[inline(always)]
    fn fetch(self, from: &Cell<Block>) {
        sse2::fetch(from);
    }
}
