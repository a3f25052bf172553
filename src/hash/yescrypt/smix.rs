//! SMix of yescrypt, which writes to its memory as it reads it again, and
//! pwxform, which multiplies and looks up where scrypt has Salsa20/8.
//!
//! Sub-blocks lie in the diagonal order of [`portable`], in which the words
//! that pwxform takes as one of 64 bits are neighbours.

use crate::arch::Kernels;
use crate::arch::salsa::portable::{self, Block, WORDS};
use crate::arch::salsa::{Backend, Romix};

/// An S-box: 2^8 entries (Swidth) of two 64-bit words (PWXsimple), low halves first.
type Sbox = [[u32; 4]; 256];

/// What pwxform works on: four pairs (PWXgather times PWXsimple).
type State = [[u64; 2]; 4];

/// S-boxes of a lane: two are read while the third is written, then they change places.
const SBOXES: usize = 3;

/// Sub-blocks of 64 bytes in the S-boxes of a lane: the 12 KiB that the flavour says.
const SBOX_BLOCKS: usize = SBOXES * size_of::<Sbox>() / size_of::<Block>();

/// N of the ROMix, with r = 1, that fills them, 128 bytes each time.
pub(super) const SBOX_N: usize = SBOX_BLOCKS / 2;

/// X and Y of that ROMix, in sub-blocks; they lie before the S-boxes.
const SCRATCH: usize = 4;

/// Memory for the S-boxes of a lane, in sub-blocks.
pub(super) const LANE_BLOCKS: usize = SCRATCH + SBOX_BLOCKS;

/// Entries of an S-box that one pwxform writes: four times the whole state.
const WRITTEN: usize = 16;

/// After as many pwxforms S-boxes and place of writing are again what they were first: 16 places, 3 boxes.
const PERIOD: u64 = 48;

/// N, p and t.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) n: u64,
    pub(super) p: u64,
    pub(super) t: u64,
}

impl Shape {
    /// How often each lane reads V once it is filled.
    pub(super) const fn steps(self) -> u64 {
        self.unrounded().next_multiple_of(2)
    }

    /// The first of these, which read what the lane itself has filled, and write to it.
    const fn steps_within(self) -> u64 {
        (self.unrounded() / self.p).next_multiple_of(2)
    }

    const fn unrounded(self) -> u64 {
        let each = self.n / self.p;
        match self.t {
            0 => each.div_ceil(3),
            1 => (2 * each).div_ceil(3),
            t => each.saturating_mul(t - 1),
        }
    }

    /// Blocks of V that a lane fills: an even number, and the last lane the rest.
    const fn filled(self, lane: u64) -> u64 {
        let each = self.n / self.p / 2 * 2;
        if lane + 1 < self.p {
            each
        } else {
            self.n - each * (self.p - 1)
        }
    }
}

/// Fills the S-boxes of all lanes, each from the first 128 bytes of its block, which change.
pub(super) fn fill_sboxes(blocks: &mut [u8], block_bytes: usize, lanes: &mut [u32]) -> Option<()> {
    let lanes = lanes.chunks_exact_mut(LANE_BLOCKS * WORDS);
    let (n, kernel) = (SBOX_N as u64, Backend::chosen());
    let sboxes = Romix { n, r: 1, steps: 0 };
    for (block, lane) in blocks.chunks_exact_mut(block_bytes).zip(lanes) {
        sboxes.run(kernel, block.first_chunk_mut::<128>()?, lane);
    }
    Some(())
}

/// SMix of all lanes: `blocks` is B, `lanes` their S-boxes, filled, `x` room for
/// one block, and `v` the N of V. `None` where one of them is too small.
pub(super) fn smix(
    shape: Shape,
    blocks: &mut [u8],
    lanes: &mut [u32],
    x: &mut [Block],
    v: &mut [Block],
) -> Option<()> {
    let lanes = lanes.as_chunks_mut::<{ LANE_BLOCKS * WORDS }>().0;
    let (len, block_bytes) = (x.len(), size_of_val(x));
    let within = shape.steps_within();

    let mut rest = &mut *v;
    let pairs = blocks.chunks_exact_mut(block_bytes).zip(lanes.iter_mut());
    for (i, (block, lane)) in (0..shape.p).zip(pairs) {
        let filled = usize::try_from(shape.filled(i)).ok()?;
        let (own, others) = rest.split_at_mut_checked(filled.checked_mul(len)?)?;
        rest = others;
        let mut pwxform = Pwxform::after(0, lane)?;
        load(block, x);
        pwxform.fill(x, own);
        let n = 1 << filled.checked_ilog2()?;
        for _ in 0..within {
            let other = chosen(integerify(x), n, len, own);
            for (word, other) in x.iter_mut().zip(other) {
                portable::xor_into(word, other);
                *other = *word;
            }
            pwxform.block_mix(x);
        }
        store(x, block);
    }

    let beyond = shape.steps() - within;
    if beyond == 0 {
        return Some(());
    }
    let n = usize::try_from(shape.n).ok()?;
    let pairs = blocks.chunks_exact_mut(block_bytes).zip(lanes.iter_mut());
    for (i, (block, lane)) in (0..shape.p).zip(pairs) {
        let mixed = (shape.filled(i) + within) % PERIOD * (len as u64 % PERIOD);
        let mut pwxform = Pwxform::after(mixed, lane)?;
        load(block, x);
        for _ in 0..beyond {
            let other = chosen(integerify(x), n, len, v);
            for (word, other) in x.iter_mut().zip(other) {
                portable::xor_into(word, other);
            }
            pwxform.block_mix(x);
        }
        store(x, block);
    }
    Some(())
}

/// The number that the last sub-block begins with.
fn integerify(x: &[Block]) -> usize {
    x.last().map_or(0, |last| last[0] as usize)
}

/// The block of `len` sub-blocks that `number` chooses from the first `n`, a power of two.
fn chosen(number: usize, n: usize, len: usize, v: &mut [Block]) -> &mut [Block] {
    let j = number & (n - 1);
    &mut v[j * len..(j + 1) * len]
}

fn load(bytes: &[u8], x: &mut [Block]) {
    for (words, bytes) in x.iter_mut().zip(bytes.as_chunks().0) {
        *words = portable::load(bytes);
    }
}

fn store(x: &[Block], bytes: &mut [u8]) {
    for (words, bytes) in x.iter().zip(bytes.as_chunks_mut().0) {
        *bytes = portable::store(words);
    }
}

/// The S-boxes of a lane: two to read from, one to write to.
struct Pwxform<'m> {
    boxes: [&'m mut Sbox; SBOXES],
    /// Where the next pwxform writes, in [`WRITTEN`] entries.
    place: usize,
}

impl<'m> Pwxform<'m> {
    /// As it is after `count` pwxforms.
    fn after(count: u64, lane: &'m mut [u32]) -> Option<Self> {
        let count = usize::try_from(count % PERIOD).ok()?;
        let words = lane.get_mut(SCRATCH * WORDS..)?.as_chunks_mut().0;
        let [first, second, third] = words.as_chunks_mut().0 else {
            return None;
        };
        let mut boxes = [third, second, first];
        boxes.rotate_right(count % SBOXES);
        let place = count % (256 / WRITTEN);
        Some(Self { boxes, place })
    }

    /// Fills `v` with what `x` becomes; from the third block on it depends on an earlier one.
    fn fill(&mut self, x: &mut [Block], v: &mut [Block]) {
        let len = x.len();
        for i in 0..v.len() / len {
            let (done, next) = v.split_at_mut(i * len);
            next[..len].copy_from_slice(x);
            if i > 1 {
                // One of the largest power of two of blocks that ends here.
                let n = 1 << i.ilog2();
                let other = chosen(integerify(x), n, len, &mut done[(i - n) * len..]);
                for (word, other) in x.iter_mut().zip(other) {
                    portable::xor_into(word, other);
                }
            }
            self.block_mix(x);
        }
    }

    /// BlockMix: pwxform over all sub-blocks one after the other, and Salsa20/2 over the last.
    fn block_mix(&mut self, x: &mut [Block]) {
        let [mut read, mut other, mut write] = self.boxes.each_mut().map(|each| &mut **each);
        let mut place = self.place;
        let mut state = x.last().map_or([[0; 2]; 4], state_of);
        for block in x.iter_mut() {
            for (pair, entry) in state
                .iter_mut()
                .flatten()
                .zip(state_of(block).as_flattened())
            {
                *pair ^= entry;
            }
            pwxform(&mut state, read, other, &mut write.as_chunks_mut().0[place]);
            place = (place + 1) % (256 / WRITTEN);
            (read, other, write) = (write, read, other);
            *block = block_of(&state);
        }
        if let Some(last) = x.last_mut() {
            portable::salsa20::<2>(last);
        }
        self.boxes.rotate_right(x.len() % SBOXES);
        self.place = place;
    }
}

/// Six rounds; the state after the second to the fifth is what is written.
#[inline(always)]
fn pwxform(state: &mut State, first: &Sbox, second: &Sbox, written: &mut [[u32; 4]; WRITTEN]) {
    round(state, first, second);
    for room in written.as_chunks_mut::<4>().0 {
        round(state, first, second);
        *room = state.map(entry_of);
    }
    round(state, first, second);
}

#[inline(always)]
fn round(state: &mut State, first: &Sbox, second: &Sbox) {
    for pair in state {
        // Bits 4 to 11 of either half: offsets of entries, in bytes, below 4 KiB.
        let a = pair_of(&first[((pair[0] >> 4) & 0xff) as usize]);
        let b = pair_of(&second[((pair[0] >> 36) & 0xff) as usize]);
        for k in 0..2 {
            let product = (pair[k] >> 32).wrapping_mul(pair[k] & 0xffff_ffff);
            pair[k] = product.wrapping_add(a[k]) ^ b[k];
        }
    }
}

#[inline(always)]
fn pair_of(entry: &[u32; 4]) -> [u64; 2] {
    let word = |k: usize| u64::from(entry[k]) | u64::from(entry[k + 1]) << 32;
    [word(0), word(2)]
}

#[inline(always)]
fn entry_of(pair: [u64; 2]) -> [u32; 4] {
    let low = |word: u64| (word & 0xffff_ffff) as u32;
    [
        low(pair[0]),
        low(pair[0] >> 32),
        low(pair[1]),
        low(pair[1] >> 32),
    ]
}

#[inline(always)]
fn state_of(block: &Block) -> State {
    let (entries, _) = block.as_chunks();
    std::array::from_fn(|i| pair_of(&entries[i]))
}

#[inline(always)]
fn block_of(state: &State) -> Block {
    let mut block = [0; WORDS];
    for (entry, pair) in block.as_chunks_mut().0.iter_mut().zip(state) {
        *entry = entry_of(*pair);
    }
    block
}
