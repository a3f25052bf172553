//! One stream of SHA-512, whose rounds leave a CPU's vectors idle: these compute meanwhile what the
//! rounds after the next sixteen take, two words at a time.

use super::Stream;
use super::avx2::Avx2;
use super::word::{BLOCK, Constants, STATE, Word};
use std::arch::x86_64::{
    __m128i, _mm_add_epi64, _mm_alignr_epi8, _mm_loadu_si128, _mm_set1_epi64x, _mm_sllv_epi64,
    _mm_srlv_epi64, _mm_storeu_si128, _mm_xor_si128,
};
use std::array::from_fn;

type State = [u64; STATE];

/// K and W of sixteen rounds, added.
type Sums = [u64; BLOCK];

#[inline(always)]
pub(super) fn iterate(v: Avx2, stream: &mut Stream<u64>, iterations: u32) {
    for _ in 0..iterations {
        for state in [&stream.inner, &stream.outer] {
            stream.output = compress(v, state, &stream.output);
        }
        stream.sum = from_fn(|k| stream.sum[k] ^ stream.output[k]);
    }
}

/// The compression function, for a block of an output and the padding after it.
#[inline(always)]
fn compress(v: Avx2, start: &State, output: &State) -> State {
    let (block, mut sums) = (u64::padded(output), [0; BLOCK]);
    let mut w: [_; BLOCK / 2] = from_fn(|pair| load(v, &block, pair));
    let mut x = *start;
    for (pair, w) in w.iter().enumerate() {
        add(v, &mut sums, &u64::K[0], pair, *w);
    }
    for k in &u64::K[1..] {
        unrolled!(pair => {
            x = round(x, sum(&sums, 2 * pair));
            w[pair] = next(v, [0, 1, 4, 5, 7].map(|i| w[(pair + i) % 8]));
            x = round(x, sum(&sums, 2 * pair + 1));
            add(v, &mut sums, k, pair, w[pair]);
        }, 0 1 2 3 4 5 6 7);
    }
    unrolled!(t => x = round(x, sum(&sums, t)));
    from_fn(|k| start[k].wrapping_add(x[k]))
}

#[inline(always)]
fn load(_: Avx2, words: &[u64; BLOCK], pair: usize) -> __m128i {
    let two = &words.as_chunks::<2>().0[pair];
    // SAFETY: SSE2 is part of x86-64, and the load takes two words of any alignment.
    unsafe { _mm_loadu_si128(two.as_ptr().cast()) }
}

#[inline(always)]
fn add(v: Avx2, sums: &mut Sums, k: &[u64; BLOCK], pair: usize, w: __m128i) {
    let to = &mut sums.as_chunks_mut::<2>().0[pair];
    // SAFETY: as above, and any 16 bytes are two words.
    unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), _mm_add_epi64(load(v, k, pair), w)) }
}

/// Out of memory, which the compiler would avoid; but out of vectors it takes longer.
#[inline(always)]
fn sum(sums: &Sums, t: usize) -> u64 {
    // SAFETY: a word that is there.
    unsafe { std::ptr::from_ref(&sums[t]).read_volatile() }
}

/// Two W, by the pairs of W that are 16, 14, 8, 6 and 2 before them.
#[inline(always)]
fn next(v: Avx2, [w_16, w_14, w_8, w_6, w_2]: [__m128i; 5]) -> __m128i {
    // SAFETY: an `Avx2` exists, so the CPU has AVX2.
    unsafe {
        let w_15 = _mm_alignr_epi8::<8>(w_14, w_16);
        let w_7 = _mm_alignr_epi8::<8>(w_6, w_8);
        let from_far = _mm_add_epi64(small(v, w_15, u64::SMALL_0), w_16);
        let from_near = _mm_add_epi64(small(v, w_2, u64::SMALL_1), w_7);
        _mm_add_epi64(from_near, from_far)
    }
}

/// σ.
#[inline(always)]
fn small(v: Avx2, x: __m128i, [r, s, shift]: [u32; 3]) -> __m128i {
    let rotated = xor(v, rotate(v, x, r), rotate(v, x, s));
    xor(v, rotated, right(v, x, shift))
}

#[inline(always)]
fn rotate(v: Avx2, x: __m128i, steps: u32) -> __m128i {
    let left = i64::from(u64::BITS - steps);
    // SAFETY: an `Avx2` exists.
    xor(v, right(v, x, steps), unsafe {
        _mm_sllv_epi64(x, _mm_set1_epi64x(left))
    })
}

#[inline(always)]
fn right(_: Avx2, x: __m128i, steps: u32) -> __m128i {
    // SAFETY: an `Avx2` exists.
    unsafe { _mm_srlv_epi64(x, _mm_set1_epi64x(steps.into())) }
}

#[inline(always)]
fn xor(_: Avx2, x: __m128i, y: __m128i) -> __m128i {
    // SAFETY: SSE2 is part of x86-64.
    unsafe { _mm_xor_si128(x, y) }
}

/// One round, for the sum of K and W.
#[inline(always)]
fn round([a, b, c, d, e, f, g, h]: State, k_and_w: u64) -> State {
    let choice = (e & f) ^ (!e & g);
    // The round before has a ⊕ b already, as b ⊕ c.
    let majority = ((a ^ b) & (b ^ c)) ^ b;
    let t_1 = h.wrapping_add(k_and_w).wrapping_add(choice);
    let t_1 = t_1.wrapping_add(big(e, u64::BIG_1));
    let t_2 = big(a, u64::BIG_0).wrapping_add(majority);
    [t_1.wrapping_add(t_2), a, b, c, d.wrapping_add(t_1), e, f, g]
}

/// Σ.
#[inline(always)]
fn big(x: u64, [r, s, t]: [u32; 3]) -> u64 {
    x.rotate_right(r) ^ x.rotate_right(s) ^ x.rotate_right(t)
}
