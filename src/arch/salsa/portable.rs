//! ROMix in plain Rust, with no `unsafe`.
//!
//! Inside, every 64-byte sub-block lies in diagonal order, so that the four
//! words of a Salsa20 quarter-round step are neighbours: what a kernel with
//! vectors needs, and rows become columns by rotating three of four rows.

/// Words of a Salsa20 block.
pub(crate) const WORDS: usize = 16;

/// Place of word `i` of the diagonal order in a Salsa20 block: row by row the four diagonals.
const DIAGONAL: [usize; WORDS] = [0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11];

pub(crate) type Block = [u32; WORDS];
type Row = [u32; 4];

/// Words of memory in a block of 128 · r bytes, for each r.
pub(crate) const WORDS_PER_R: u64 = 32;

/// Blocks that [`romix`] needs besides the N of V: X and Y.
pub(crate) const SCRATCH_BLOCKS: u64 = 2;

/// Replaces `block`, of 128 · r bytes, by ROMix(block) with N = `n` and an even number of `steps`
/// that read V again: N of them in scrypt. Where there are any, N is a power of two above 1.
///
/// `memory` holds N + [`SCRATCH_BLOCKS`] blocks or more; it is left full of secrets.
///
/// `block_mix` is [`block_mix`] or a kernel that does the same.
#[inline]
pub(super) fn romix(
    block: &mut [u8],
    memory: &mut [u32],
    n: usize,
    steps: u64,
    block_mix: impl Fn(&[Block], &mut [Block]),
) {
    let (bytes, _) = block.as_chunks_mut::<64>();
    let (blocks, _) = memory.as_chunks_mut::<WORDS>();
    let len = bytes.len();
    let (x, rest) = blocks.split_at_mut(len);
    let (y, v) = rest.split_at_mut(len);
    let v = &mut v[..n * len];

    for (words, bytes) in x.iter_mut().zip(bytes.iter()) {
        *words = load(bytes);
    }

    v[..len].copy_from_slice(x);
    for i in 1..n {
        let (done, next) = v.split_at_mut(i * len);
        block_mix(&done[(i - 1) * len..], &mut next[..len]);
    }
    block_mix(&v[(n - 1) * len..], x);

    let step = |from: &mut [Block], to: &mut [Block]| {
        let j = from.last().map_or(0, |last| last[0] as usize) & (n - 1);
        for (word, other) in from.iter_mut().zip(&v[j * len..(j + 1) * len]) {
            xor_into(word, other);
        }
        block_mix(from, to);
    };
    for _ in 0..steps / 2 {
        step(x, y);
        step(y, x);
    }

    for (words, bytes) in x.iter().zip(bytes) {
        *bytes = store(words);
    }
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

/// BlockMix: `to` becomes the even outputs followed by the odd ones.
#[cfg_attr(target_arch = "x86_64", allow(dead_code))]
#[inline]
pub(super) fn block_mix(from: &[Block], to: &mut [Block]) {
    let half = from.len() / 2;
    let (even, odd) = to.split_at_mut(half);
    let mut x = from[from.len() - 1];
    for (pair, (even, odd)) in from
        .as_chunks::<2>()
        .0
        .iter()
        .zip(even.iter_mut().zip(odd.iter_mut()))
    {
        xor_into(&mut x, &pair[0]);
        salsa20::<8>(&mut x);
        *even = x;
        xor_into(&mut x, &pair[1]);
        salsa20::<8>(&mut x);
        *odd = x;
    }
}

#[inline(always)]
pub(crate) fn xor_into(x: &mut Block, y: &Block) {
    for (x, y) in x.iter_mut().zip(y) {
        *x ^= y;
    }
}

#[inline(always)]
pub(crate) fn salsa20<const ROUNDS: usize>(block: &mut Block) {
    let row = |i: usize| -> Row { std::array::from_fn(|k| block[4 * i + k]) };
    let start = [row(0), row(1), row(2), row(3)];
    let [mut a, mut b, mut c, mut d] = start;
    for _ in 0..ROUNDS {
        b = xor(b, rotate_bits::<7>(add(a, d)));
        c = xor(c, rotate_bits::<9>(add(b, a)));
        d = xor(d, rotate_bits::<13>(add(c, b)));
        a = xor(a, rotate_bits::<18>(add(d, c)));
        // Columns become rows: the second and fourth diagonal change places.
        (b, c, d) = (
            rotate_words::<1>(d),
            rotate_words::<2>(c),
            rotate_words::<3>(b),
        );
    }
    let end = [a, b, c, d];
    for i in 0..4 {
        for k in 0..4 {
            block[4 * i + k] = end[i][k].wrapping_add(start[i][k]);
        }
    }
}

#[inline(always)]
fn add(x: Row, y: Row) -> Row {
    std::array::from_fn(|k| x[k].wrapping_add(y[k]))
}

#[inline(always)]
fn xor(x: Row, y: Row) -> Row {
    std::array::from_fn(|k| x[k] ^ y[k])
}

#[inline(always)]
fn rotate_bits<const BITS: u32>(x: Row) -> Row {
    x.map(|word| word.rotate_left(BITS))
}

/// Word `k + STEPS` moves to place `k`.
#[inline(always)]
fn rotate_words<const STEPS: usize>(x: Row) -> Row {
    std::array::from_fn(|k| x[(k + STEPS) % 4])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7914 section 10 (r = 1, N = 16).
    #[test]
    fn romix_of_rfc_7914() {
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
        let mut block = bytes(input);
        let mut memory = vec![0; 18 * 32];
        romix(&mut block, &mut memory, 16, 16, block_mix);
        assert_eq!(block, bytes(output));
    }

    #[test]
    fn diagonal_order_is_undone() {
        let bytes: [u8; 64] = std::array::from_fn(|i| u8::try_from(i).expect("small"));
        assert_eq!(store(&load(&bytes)), bytes);
    }
}
