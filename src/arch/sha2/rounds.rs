//! The compression functions of SHA-256 and SHA-512 (FIPS 180-4 sections 4 and 6), for a word of each
//! of several streams, whatever the vectors.

use super::Stream;
use super::word::{BLOCK, STATE, Word};
use std::array::from_fn;

/// Registers that hold a word of each of `EACH` streams.
pub(super) trait Vector<W, const EACH: usize>: Copy {
    type Words: Copy;

    fn load(self, from: &[W; EACH]) -> Self::Words;

    fn store(self, to: &mut [W; EACH], x: Self::Words);

    /// The same word for every stream.
    fn all(self, word: W) -> Self::Words;

    fn add(self, x: Self::Words, y: Self::Words) -> Self::Words;

    fn xor(self, x: Self::Words, y: Self::Words) -> Self::Words;

    /// ROTR.
    fn rotate(self, x: Self::Words, right: u32) -> Self::Words;

    /// SHR.
    fn shift(self, x: Self::Words, right: u32) -> Self::Words;

    fn xor_of_three(self, x: Self::Words, y: Self::Words, z: Self::Words) -> Self::Words;

    /// Ch.
    fn choose(self, x: Self::Words, y: Self::Words, z: Self::Words) -> Self::Words;

    /// Maj.
    fn majority(self, x: Self::Words, y: Self::Words, z: Self::Words) -> Self::Words;
}

/// The eight words of each stream.
type State<V, W, const EACH: usize> = [<V as Vector<W, EACH>>::Words; STATE];

/// So many iterations of each stream. There are at most `EACH`.
#[inline(always)]
pub(super) fn iterate<V: Vector<W, EACH>, W: Word, const EACH: usize>(
    v: V,
    streams: &mut [Stream<W>],
    iterations: u32,
) {
    // A place without a stream computes on zeros.
    let gather = |part: fn(&Stream<W>) -> &[W; STATE]| -> State<V, W, EACH> {
        from_fn(|k| v.load(&from_fn(|e| streams.get(e).map_or(W::ZERO, |s| part(s)[k]))))
    };
    let (inner, outer) = (gather(|s| &s.inner), gather(|s| &s.outer));
    let (mut output, mut sum) = (gather(|s| &s.output), gather(|s| &s.sum));
    for _ in 0..iterations {
        for state in [&inner, &outer] {
            output = compress(v, state, output);
        }
        sum = from_fn(|k| v.xor(sum[k], output[k]));
    }
    for k in 0..STATE {
        let [mut outputs, mut sums] = [[W::ZERO; EACH]; 2];
        v.store(&mut outputs, output[k]);
        v.store(&mut sums, sum[k]);
        for ((stream, output), sum) in streams.iter_mut().zip(outputs).zip(sums) {
            (stream.output[k], stream.sum[k]) = (output, sum);
        }
    }
}

/// The compression function, for a block of an output and the padding after it.
#[inline(always)]
fn compress<V: Vector<W, EACH>, W: Word, const EACH: usize>(
    v: V,
    start: &State<V, W, EACH>,
    output: State<V, W, EACH>,
) -> State<V, W, EACH> {
    let mut w: [_; BLOCK] = from_fn(|t| match t.checked_sub(STATE) {
        None => output[t],
        Some(t) => v.all(W::PADDING[t]),
    });
    let mut x = *start;
    unrolled!(t => x = round(v, x, v.add(v.all(W::K[0][t]), w[t])));
    for k in &W::K[1..] {
        unrolled!(t => {
            w[t] = next(v, &w, t);
            x = round(v, x, v.add(v.all(k[t]), w[t]));
        });
    }
    from_fn(|k| v.add(start[k], x[k]))
}

/// W that takes the place of the one sixteen before it.
#[inline(always)]
fn next<V: Vector<W, EACH>, W: Word, const EACH: usize>(
    v: V,
    w: &[V::Words; BLOCK],
    t: usize,
) -> V::Words {
    let before = |steps: usize| w[(t + BLOCK - steps) % BLOCK];
    let from_far = v.add(small(v, before(15), W::SMALL_0), w[t]);
    let from_near = v.add(small(v, before(2), W::SMALL_1), before(7));
    v.add(from_near, from_far)
}

/// One round, for the sum of K and W.
#[inline(always)]
fn round<V: Vector<W, EACH>, W: Word, const EACH: usize>(
    v: V,
    [a, b, c, d, e, f, g, h]: State<V, W, EACH>,
    k_and_w: V::Words,
) -> State<V, W, EACH> {
    let t_1 = v.add(v.add(h, k_and_w), v.choose(e, f, g));
    let t_1 = v.add(t_1, big(v, e, W::BIG_1));
    let t_2 = v.add(big(v, a, W::BIG_0), v.majority(a, b, c));
    [v.add(t_1, t_2), a, b, c, v.add(d, t_1), e, f, g]
}

/// Σ.
#[inline(always)]
fn big<V: Vector<W, EACH>, W: Word, const EACH: usize>(
    v: V,
    x: V::Words,
    [r, s, t]: [u32; 3],
) -> V::Words {
    v.xor_of_three(v.rotate(x, r), v.rotate(x, s), v.rotate(x, t))
}

/// σ.
#[inline(always)]
fn small<V: Vector<W, EACH>, W: Word, const EACH: usize>(
    v: V,
    x: V::Words,
    [r, s, shift]: [u32; 3],
) -> V::Words {
    v.xor_of_three(v.rotate(x, r), v.rotate(x, s), v.shift(x, shift))
}
