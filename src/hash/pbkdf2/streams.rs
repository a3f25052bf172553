//! The blocks of a tag as streams: HMAC's key and the first iteration (RFC 8018 section 5.2, RFC 2104).

use crate::arch::sha2::{BLOCK, STATE, Stream, Word};
use std::iter::{repeat, repeat_n};
use zeroize::{Zeroize, Zeroizing};

/// Blocks of a tag that [`Begun`] has room for: saltbox makes tags of one.
pub(super) const MOST_BLOCKS: usize = 2;

/// The blocks of a tag, after the first step.
///
/// Of different size, because there is no heap to put the larger one on.
#[allow(clippy::large_enum_variant)]
pub(crate) enum Begun {
    Sha256(Streams<u32>),
    Sha512(Streams<u64>),
}

impl Begun {
    /// The third step.
    pub(super) fn finish(&self, tag: &mut [u8]) {
        match self {
            Self::Sha256(streams) => streams.finish(tag),
            Self::Sha512(streams) => streams.finish(tag),
        }
    }

    #[cfg(test)]
    pub(super) fn blocks(&self) -> u64 {
        match self {
            Self::Sha256(streams) => streams.blocks as u64,
            Self::Sha512(streams) => streams.blocks as u64,
        }
    }
}

/// The streams of the blocks of a tag, or of a part of one. They are wiped.
pub(crate) struct Streams<W: Word> {
    streams: [Stream<W>; MOST_BLOCKS],
    blocks: usize,
}

impl<W: Word> Streams<W> {
    pub(super) fn blank() -> Self {
        Self {
            streams: [Stream::default(); MOST_BLOCKS],
            blocks: 0,
        }
    }

    /// So many blocks from the one of this number on, with the first iteration done.
    pub(super) fn begin(password: &[u8], salt: &[u8], first: u32, blocks: usize) -> Self {
        let key = key::<W>(password);
        let [inner, outer] = [0x36, 0x5c].map(|pad| {
            let mut state = W::INITIAL;
            let pad = W::of_bytes(&mut repeat(pad));
            W::compress(&mut state, &Zeroizing::new(key.map(|word| word ^ pad)));
            state
        });
        let mut begun = Self::blank();
        begun.blocks = blocks;
        for (stream, number) in begun.streams.iter_mut().zip(first..).take(blocks) {
            let mut output = outer;
            let of_inner = hash(inner, 1, &[salt, &number.to_be_bytes()]);
            W::compress(&mut output, &W::padded(&of_inner));
            let sum = output;
            *stream = Stream {
                inner,
                outer,
                output,
                sum,
            };
        }
        begun
    }

    pub(super) fn block(&mut self, block: usize) -> Option<&mut Stream<W>> {
        self.streams.get_mut(block).filter(|_| block < self.blocks)
    }

    fn finish(&self, tag: &mut [u8]) {
        let words = self.streams.iter().flat_map(|stream| stream.sum);
        for (to, word) in tag.chunks_mut(size_of::<W>()).zip(words) {
            for (to, byte) in to.iter_mut().zip(word.bytes().as_ref()) {
                *to = *byte;
            }
        }
    }
}

impl<W: Word> Drop for Streams<W> {
    fn drop(&mut self) {
        self.streams.iter_mut().for_each(Zeroize::zeroize);
    }
}

/// The key of HMAC, made a block (RFC 2104 section 2).
fn key<W: Word>(password: &[u8]) -> Zeroizing<[W; BLOCK]> {
    let mut words = Zeroizing::new([W::ZERO; BLOCK]);
    if password.len() > size_of::<[W; BLOCK]>() {
        let hash = hash(W::INITIAL, 0, &[password]);
        words.iter_mut().zip(hash).for_each(|(to, word)| *to = word);
    } else {
        let mut bytes = password.iter().copied();
        words.fill_with(|| W::of_bytes(&mut bytes));
    }
    words
}

/// The hash of `parts` in a row, after so many blocks that led to `state`.
fn hash<W: Word>(mut state: [W; STATE], before: usize, parts: &[&[u8]]) -> [W; STATE] {
    let (block, bits) = (size_of::<[W; BLOCK]>(), size_of::<[W; 2]>());
    let len: usize = parts.iter().map(|part| part.len()).sum();
    // A one, zeros, and the length in bits, which has twice the size of a word, fill a block.
    let blocks = (len + 1 + bits).div_ceil(block);
    let zeros = repeat_n(0, blocks * block - len - 1 - size_of::<u64>());
    let bits = 8 * (before * block + len) as u64;
    let message = parts.iter().copied().flatten().copied();
    let mut bytes = message.chain([0x80]).chain(zeros).chain(bits.to_be_bytes());
    let mut words = Zeroizing::new([W::ZERO; BLOCK]);
    for _ in 0..blocks {
        words.fill_with(|| W::of_bytes(&mut bytes));
        W::compress(&mut state, &words);
    }
    state
}
