//! BlaMka, the block function of Argon2 (RFC 9106 sections 3.5 and 3.6), by kernels.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod backend;
mod portable;
mod rounds;

pub(crate) use self::backend::{Backend, Work};

use std::cell::Cell;

/// 64-bit words of a block.
const WORDS: usize = 128;

/// Bytes of a block.
pub(crate) const BLOCK_BYTES: usize = 8 * WORDS;

/// Eight words, which kernels work on at once.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Row([u64; 8]);

/// A block of Argon2, 8 rows of 16 words, in an order that needs no moving of words.
///
/// `Row` 4 g + k has quarter k of row 2 g of the RFC, then quarter k of its row 2 g + 1. So the
/// half of the permutation that goes along rows has its operands a, b, c and d in rows 4 g + 0,
/// 1, 2 and 3, and the half along columns in rows k + 0, 4, 8 and 12: two rows and two pairs of
/// columns at once. All blocks of a hash lie like this, so only what comes in and goes out is
/// converted. Word 0 is word 0.
///
/// Its rows are cells, so that all that a thread works on may be read and written in any order.
#[repr(C)]
pub(crate) struct Block([Cell<Row>; 16]);

impl Block {
    pub(crate) fn zero() -> Self {
        Self([const { Cell::new(Row([0; 8])) }; 16])
    }

    /// Where word `i` of the RFC lies: row, and place in it.
    const fn place(i: usize) -> (usize, usize) {
        let (row, column) = (i / 16 % 8, i % 16);
        (row / 2 * 4 + column / 4, row % 2 * 4 + column % 4)
    }

    /// Word `i` of the RFC.
    pub(crate) fn word(&self, i: usize) -> u64 {
        let (row, at) = Self::place(i);
        self.0[row].get().0[at]
    }

    pub(crate) fn set_word(&self, i: usize, word: u64) {
        let (row, at) = Self::place(i);
        let mut words = self.0[row].get();
        words.0[at] = word;
        self.0[row].set(words);
    }

    /// Takes the words that the RFC reads from `bytes`.
    pub(crate) fn read_from(&self, bytes: &[u8; BLOCK_BYTES]) {
        for (i, bytes) in bytes.as_chunks().0.iter().enumerate() {
            self.set_word(i, u64::from_le_bytes(*bytes));
        }
    }

    pub(crate) fn write_to(&self, bytes: &mut [u8; BLOCK_BYTES]) {
        for (i, bytes) in bytes.as_chunks_mut().0.iter_mut().enumerate() {
            *bytes = self.word(i).to_le_bytes();
        }
    }

    pub(crate) fn xor_with(&self, other: &Self) {
        for (row, other) in self.0.iter().zip(&other.0) {
            let (words, others) = (row.get().0, other.get().0);
            row.set(Row(std::array::from_fn(|i| words[i] ^ others[i])));
        }
    }
}

/// What is made of which blocks, by their places in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    /// The block that is made, of that of the step before. It may take the place of that.
    pub(crate) at: usize,
    /// The block that is read beside that.
    pub(crate) reference: usize,
    /// A block that will be read and should be in the cache by then.
    pub(crate) fetched: usize,
}

/// Blocks that follow from one another.
pub(crate) trait Run {
    /// The block before the first step.
    fn previous(&self) -> usize;

    /// Whether new blocks are added to what stands there, or replace it.
    fn adds(&self) -> bool;

    /// What comes next, where the block made last begins with `word`.
    fn next(&mut self, word: u64) -> Option<Step>;
}

/// A way to compute blocks. A value of such a type exists only where it can run.
pub(crate) trait Kernel: Copy {
    /// Makes the blocks of a run.
    fn make(self, memory: &[Block], run: &mut impl Run);

    /// Makes those of two, which are as long as one another and take turns: one computes while the
    /// other waits for memory, or for what it computed last.
    fn make_both(self, memory: [&[Block]; 2], runs: [&mut impl Run; 2]);
}

/// Asks for a block to be brought into the cache.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn fetch(memory: &[Block], at: usize) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    let lines = memory.as_ptr().wrapping_add(at).cast::<Row>();
    for line in 0..16 {
        // SAFETY: SSE is part of x86-64, and a hint reads nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(lines.wrapping_add(line).cast()) }
    }
}
