//! SHA-256 by the instructions that a CPU has for it. One waits for what it computed last, so up to
//! four streams take turns.

use super::portable::Portable;
use super::word::{Constants, STATE};
use super::{Kernel, Stream};
use std::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_alignr_epi8, _mm_set_epi32, _mm_setr_epi32, _mm_sha256msg1_epu32,
    _mm_sha256msg2_epu32, _mm_sha256rnds2_epu32, _mm_shuffle_epi32, _mm_storeu_si128,
    _mm_unpackhi_epi64, _mm_unpacklo_epi64, _mm_xor_si128,
};
use std::array::from_fn;

/// Exists only where the CPU has the SHA extensions.
#[derive(Clone, Copy)]
pub(crate) struct ShaNi(());

impl ShaNi {
    pub(crate) fn detect() -> Option<Self> {
        let is_there = std::is_x86_feature_detected!("sha")
            && std::is_x86_feature_detected!("ssse3")
            && std::is_x86_feature_detected!("sse4.1");
        is_there.then_some(Self(()))
    }
}

impl Kernel for ShaNi {
    fn sha256(self, streams: &mut [Stream<u32>], iterations: u32) {
        // SAFETY: `self` exists, so the CPU has the SHA extensions; so below.
        unsafe {
            match streams.len() {
                1 => one(self, streams, iterations),
                2 => two(self, streams, iterations),
                _ => four(self, streams, iterations),
            }
        }
    }

    /// For which there are none.
    fn sha512(self, streams: &mut [Stream<u64>], iterations: u32) {
        Portable.sha512(streams, iterations);
    }
}

#[target_feature(enable = "sha,ssse3,sse4.1")]
fn one(v: ShaNi, streams: &mut [Stream<u32>], iterations: u32) {
    iterate::<1>(v, streams, iterations);
}

#[target_feature(enable = "sha,ssse3,sse4.1")]
fn two(v: ShaNi, streams: &mut [Stream<u32>], iterations: u32) {
    iterate::<2>(v, streams, iterations);
}

#[target_feature(enable = "sha,ssse3,sse4.1")]
fn four(v: ShaNi, streams: &mut [Stream<u32>], iterations: u32) {
    iterate::<4>(v, streams, iterations);
}

/// The words f, e, b, a and h, g, d, c, from the lowest: what the instruction for rounds takes.
type State = [__m128i; 2];

#[inline(always)]
fn iterate<const EACH: usize>(v: ShaNi, streams: &mut [Stream<u32>], iterations: u32) {
    let gather = |part: fn(&Stream<u32>) -> &[u32; STATE]| -> [State; EACH] {
        from_fn(|e| load(v, streams.get(e).map_or(&[0; STATE], part)))
    };
    let (inner, outer) = (gather(|s| &s.inner), gather(|s| &s.outer));
    let (mut output, mut sum) = (gather(|s| &s.output), gather(|s| &s.sum));
    for _ in 0..iterations {
        for state in [&inner, &outer] {
            output = compress(v, state, output);
        }
        for (sum, output) in sum.iter_mut().zip(&output) {
            // SAFETY: SSE2 is part of x86-64.
            *sum = from_fn(|k| unsafe { _mm_xor_si128(sum[k], output[k]) });
        }
    }
    for (stream, (output, sum)) in streams.iter_mut().zip(output.into_iter().zip(sum)) {
        (stream.output, stream.sum) = (store(v, output), store(v, sum));
    }
}

#[inline(always)]
fn load(_: ShaNi, state: &[u32; STATE]) -> State {
    let [a, b, c, d, e, f, g, h] = state.map(u32::cast_signed);
    // SAFETY: SSE2 is part of x86-64.
    unsafe { [_mm_set_epi32(a, b, e, f), _mm_set_epi32(c, d, g, h)] }
}

#[inline(always)]
fn store(_: ShaNi, state: State) -> [u32; STATE] {
    let [[f, e, b, a], [h, g, d, c]] = state.map(|words| {
        let mut to = [0; 4];
        // SAFETY: SSE2 is part of x86-64, and the store takes any alignment.
        unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), words) }
        to
    });
    [a, b, c, d, e, f, g, h]
}

/// The compression function, for a block of an output and the padding after it.
#[inline(always)]
fn compress<const EACH: usize>(
    v: ShaNi,
    start: &[State; EACH],
    output: [State; EACH],
) -> [State; EACH] {
    let mut w = output.map(|output| block(v, output));
    let mut x = *start;
    for (turn, k) in u32::K.iter().enumerate() {
        for four in 0..4 {
            if turn > 0 {
                for w in &mut w {
                    w[four] = next(v, [0, 1, 2, 3].map(|i| w[(four + i) % 4]));
                }
            }
            for e in 0..EACH {
                x[e] = rounds(v, x[e], &k.as_chunks().0[four], w[e][four]);
            }
        }
    }
    // SAFETY: SSE2 is part of x86-64.
    from_fn(|e| from_fn(|k| unsafe { _mm_add_epi32(start[e][k], x[e][k]) }))
}

/// W of the first sixteen rounds, the earliest in the lowest place.
#[inline(always)]
fn block(_: ShaNi, [abef, cdgh]: State) -> [__m128i; 4] {
    const BACKWARDS: i32 = 0b00_01_10_11;
    let [one, _, _, _, _, _, _, bits] = u32::PADDING.map(u32::cast_signed);
    // SAFETY: SSE2 is part of x86-64.
    unsafe {
        [
            _mm_shuffle_epi32::<BACKWARDS>(_mm_unpackhi_epi64(cdgh, abef)),
            _mm_shuffle_epi32::<BACKWARDS>(_mm_unpacklo_epi64(cdgh, abef)),
            _mm_setr_epi32(one, 0, 0, 0),
            _mm_setr_epi32(0, 0, 0, bits),
        ]
    }
}

/// W of four rounds, by those of the sixteen before.
#[inline(always)]
fn next(_: ShaNi, w: [__m128i; 4]) -> __m128i {
    // SAFETY: a `ShaNi` exists.
    unsafe {
        let from_far = _mm_sha256msg1_epu32(w[0], w[1]);
        let seven_before = _mm_alignr_epi8::<4>(w[3], w[2]);
        _mm_sha256msg2_epu32(_mm_add_epi32(from_far, seven_before), w[3])
    }
}

/// Four rounds. After two of them the registers have changed their roles.
#[inline(always)]
fn rounds(_: ShaNi, [abef, cdgh]: State, k: &[u32; 4], w: __m128i) -> State {
    const UPPER: i32 = 0b00_00_11_10;
    let [k0, k1, k2, k3] = k.map(u32::cast_signed);
    // SAFETY: a `ShaNi` exists.
    unsafe {
        let k_and_w = _mm_add_epi32(_mm_setr_epi32(k0, k1, k2, k3), w);
        let cdgh = _mm_sha256rnds2_epu32(cdgh, abef, k_and_w);
        let abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32::<UPPER>(k_and_w));
        [abef, cdgh]
    }
}
