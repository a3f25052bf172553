//! ROMix in plain Rust, with no `unsafe`.
//!
//! Inside, every 64-byte sub-block lies in diagonal order, so that the four
//! words of a Salsa20 quarter-round step are neighbours: what a kernel with
//! vectors needs, and rows become columns by rotating three of four rows.

use super::Romix;
use super::romix::{Group, Vector, romix};
use std::array::from_fn;
use std::cell::Cell;

/// Words of a Salsa20 block.
pub(crate) const WORDS: usize = 16;

/// Place of word `i` of the diagonal order in a Salsa20 block: row by row the four diagonals.
const DIAGONAL: [usize; WORDS] = [0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11];

pub(crate) type Block = [u32; WORDS];
type Row = [u32; 4];

/// Words of memory in a block of 128 · r bytes, for each r.
pub(crate) const WORDS_PER_R: u64 = 32;

/// Runs everywhere, one stream.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

impl Portable {
    pub(super) fn romix(self, shape: Romix, lanes: &mut [u8], memory: &mut [u32]) {
        romix::<_, 1, 1>(self, shape, lanes, memory);
    }
}

impl Vector<1> for Portable {
    type Row = Row;

    #[inline(always)]
    fn load(self, from: &Cell<Group<1>>) -> [Row; 4] {
        let [block] = from.get();
        rows(&block)
    }

    #[inline(always)]
    fn store(self, to: &Cell<Group<1>>, rows: [Row; 4]) {
        to.set([block(rows)]);
    }

    #[inline(always)]
    fn gather(self, [from]: [&Cell<Block>; 1]) -> [Row; 4] {
        rows(&from.get())
    }

    #[inline(always)]
    fn scatter(self, [to]: [&Cell<Block>; 1], rows: [Row; 4]) {
        to.set(block(rows));
    }

    #[inline(always)]
    fn xor(self, x: Row, y: Row) -> Row {
        xor(x, y)
    }

    #[inline(always)]
    fn quarter<const LEFT: i32, const RIGHT: i32>(self, x: Row, y: Row, z: Row) -> Row {
        xor(x, rotate_bits::<LEFT>(add(y, z)))
    }

    #[inline(always)]
    fn add(self, x: Row, y: Row) -> Row {
        add(x, y)
    }

    #[inline(always)]
    fn turn<const STEPS: usize>(self, x: Row) -> Row {
        rotate_words::<STEPS>(x)
    }

    /// Where it may be asked for: the CPU of x86-64 is told, others are left to guess.
    #[inline(always)]
    fn fetch(self, _from: &Cell<Block>) {
        #[cfg(target_arch = "x86_64")]
        super::sse2::fetch(_from);
    }
}

#[inline(always)]
fn rows(block: &Block) -> [Row; 4] {
    from_fn(|i| from_fn(|k| block[4 * i + k]))
}

#[inline(always)]
fn block(rows: [Row; 4]) -> Block {
    from_fn(|i| rows[i / 4][i % 4])
}

pub(crate) fn load(bytes: &[u8; 64]) -> Block {
    let (words, _) = bytes.as_chunks::<4>();
    DIAGONAL.map(|at| u32::from_le_bytes(words[at]))
}

pub(crate) fn store(words: &Block) -> [u8; 64] {
    let mut bytes = [0; 64];
    let (out, _) = bytes.as_chunks_mut::<4>();
    for (word, at) in words.iter().zip(DIAGONAL) {
        out[at] = word.to_le_bytes();
    }
    bytes
}

/// What yescrypt has between its own steps, as the one below.
#[cfg(feature = "imports")]
#[inline(always)]
pub(crate) fn xor_into(x: &mut Block, y: &Block) {
    for (x, y) in x.iter_mut().zip(y) {
        *x ^= y;
    }
}

/// Salsa20 of so many rounds.
#[cfg(feature = "imports")]
#[inline(always)]
pub(crate) fn salsa20<const ROUNDS: usize>(x: &mut Block) {
    let [mixed] = super::romix::salsa20::<Portable, 1, 1, ROUNDS>(Portable, [rows(x)]);
    *x = block(mixed);
}

#[inline(always)]
fn add(x: Row, y: Row) -> Row {
    from_fn(|k| x[k].wrapping_add(y[k]))
}

#[inline(always)]
fn xor(x: Row, y: Row) -> Row {
    from_fn(|k| x[k] ^ y[k])
}

#[inline(always)]
fn rotate_bits<const BITS: i32>(x: Row) -> Row {
    x.map(|word| word.rotate_left(BITS.unsigned_abs()))
}

/// Word `k + STEPS` moves to place `k`.
#[inline(always)]
fn rotate_words<const STEPS: usize>(x: Row) -> Row {
    from_fn(|k| x[(k + STEPS) % 4])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Kernels;
    use crate::arch::salsa::Backend;

    /// RFC 7914 section 10 (r = 1, N = 16).
    #[test]
    fn romix_of_rfc_7914_by_every_kernel() {
        let input = "f7ce0b653d2d72a4108cf5abe912ffdd777616dbbb27a70e8204f3ae2d0f6fad\
                     89f68f4811d1e87bcc3bd7400a9ffd29094f0184639574f39ae5a1315217bcd7\
                     894991447213bb226c25b54da86370fbcd984380374666bb8ffcb5bf40c254b0\
                     67d27c51ce4ad5fed829c90b505a571b7f4d1cad6a523cda770e67bceaaf7e89";
        let output = "79ccc193629debca047f0b70604bf6b62ce3dd4a9626e355fafc6198e6ea2b46\
                      d58413673b99b029d665c357601fb426a0b2f4bba200ee9f0a43d19b571a9c71\
                      ef1142e65d5a266fddca832ce59faa7cac0b9cf1be2bffca300d01ee387619c4\
                      ae12fd4438f203a0e4e1c47ec314861f4e9087cb33396a6873e8f9d2539a4b8e";
        let bytes = |hex: &str| -> Vec<u8> {
            let digits: Vec<u8> = hex.bytes().filter(|c| !c.is_ascii_whitespace()).collect();
            digits
                .chunks(2)
                .map(|pair| {
                    let pair = std::str::from_utf8(pair).expect("hex");
                    u8::from_str_radix(pair, 16).expect("hex")
                })
                .collect()
        };
        let [n, r] = [16, 1];
        for kernel in Backend::all() {
            for lanes in 1..=9 {
                for streams in 1..=lanes {
                    let words = usize::try_from(Romix::words(n, r, streams as u64));
                    let mut blocks = bytes(input).repeat(lanes);
                    let mut memory = vec![0xa5a5_a5a5; words.expect("small")];
                    Romix { n, r, steps: n }.run(kernel, &mut blocks, &mut memory);
                    assert_eq!(blocks, bytes(output).repeat(lanes), "{}", kernel.name());
                }
            }
        }
    }

    /// As it is computed where the kernel is not exchanged for scalars, see `for_a_lane_alone`.
    #[test]
    fn a_lane_alone_by_every_kernel() {
        let [n, r] = [64, 3];
        let words = usize::try_from(Romix::words(n, r, 1)).expect("small");
        let shape = Romix { n, r, steps: n };
        let start: Vec<u8> = (0..=250).cycle().take(3 * 128).collect();
        let by = |kernel: Backend| {
            let (mut block, mut memory) = (start.clone(), vec![0; words]);
            for _ in 0..20 {
                kernel.romix(shape, &mut block, &mut memory);
            }
            block
        };
        let expected = by(Backend::Portable(Portable));
        assert_ne!(expected, start);
        for kernel in Backend::all() {
            assert_eq!(by(kernel), expected, "{}", kernel.name());
        }
    }

    #[test]
    fn diagonal_order_is_undone() {
        let bytes: [u8; 64] = from_fn(|i| u8::try_from(i).expect("small"));
        assert_eq!(store(&load(&bytes)), bytes);
    }
}
