//! ROMix and BlockMix, whatever the vectors.

use super::Romix;
use super::portable::{Block, WORDS, load, store};
use std::array::from_fn;
use std::cell::Cell;

/// A block of each of so many streams, row by row: row 0 of all of them, then row 1 of all.
pub(super) type Group<const EACH: usize> = [Block; EACH];

/// Registers that hold a row of Salsa20 of each of `EACH` streams.
pub(super) trait Vector<const EACH: usize>: Copy {
    type Row: Copy;

    fn load(self, from: &Cell<Group<EACH>>) -> [Self::Row; 4];

    fn store(self, to: &Cell<Group<EACH>>, rows: [Self::Row; 4]);

    /// Brings together a block of each stream.
    fn gather(self, from: [&Cell<Block>; EACH]) -> [Self::Row; 4];

    /// Takes them apart again.
    fn scatter(self, to: [&Cell<Block>; EACH], rows: [Self::Row; 4]);

    fn xor(self, x: Self::Row, y: Self::Row) -> Self::Row;

    /// `x` ⊕ ((`y` + `z`) ⋘ `LEFT`), with `RIGHT` = 32 - `LEFT`.
    fn quarter<const LEFT: i32, const RIGHT: i32>(
        self,
        x: Self::Row,
        y: Self::Row,
        z: Self::Row,
    ) -> Self::Row;

    fn add(self, x: Self::Row, y: Self::Row) -> Self::Row;

    /// In each row word `k + STEPS` moves to place `k`.
    fn turn<const STEPS: usize>(self, x: Self::Row) -> Self::Row;

    /// Asks for a block to be brought into the cache.
    fn fetch(self, from: &Cell<Block>);
}

/// Rows of `EACH` streams in each of `GROUPS` groups, which take turns.
type Rows<V, const EACH: usize, const GROUPS: usize> = [[<V as Vector<EACH>>::Row; 4]; GROUPS];

/// X or Y of all streams.
type Scratch<'m, const EACH: usize, const GROUPS: usize> = [&'m [Cell<Group<EACH>>]; GROUPS];

/// V of all streams, or a block of it.
type Own<'m, const EACH: usize, const GROUPS: usize> = [[&'m [Cell<Block>]; EACH]; GROUPS];

/// Replaces each lane of `lanes` by ROMix of it. There are at most as many as streams.
#[inline(always)]
pub(super) fn romix<V: Vector<EACH>, const EACH: usize, const GROUPS: usize>(
    v: V,
    shape: Romix,
    lanes: &mut [u8],
    memory: &mut [u32],
) {
    let size = |size: u64| usize::try_from(size).unwrap_or(usize::MAX);
    let (n, len) = (size(shape.n), size(2 * shape.r));
    let all = n * len;
    let (memory, _) = memory.as_chunks_mut::<WORDS>();
    let (scratch, memory) = memory.split_at_mut(2 * EACH * GROUPS * len);
    let scratch = Cell::from_mut(scratch.as_chunks_mut().0).as_slice_of_cells();
    let memory = Cell::from_mut(memory).as_slice_of_cells();
    let mut x: Scratch<'_, EACH, GROUPS> = from_fn(|g| &scratch[g * len..][..len]);
    let mut y: Scratch<'_, EACH, GROUPS> = from_fn(|g| &scratch[(GROUPS + g) * len..][..len]);
    // A stream without a lane does once more what the last one does.
    let last = (lanes.len() / (64 * len)).saturating_sub(1);
    let own: Own<'_, EACH, GROUPS> =
        from_fn(|g| from_fn(|e| &memory[(g * EACH + e).min(last) * all..][..all]));
    let block_of_all = |i: usize| own.map(|group| group.map(|v| &v[i * len..(i + 1) * len]));

    for (bytes, v) in lanes.chunks_exact(64 * len).zip(memory.chunks_exact(all)) {
        for (bytes, block) in bytes.as_chunks().0.iter().zip(v) {
            block.set(load(bytes));
        }
    }
    for (x, first) in x.iter().zip(block_of_all(0)) {
        for (i, x) in x.iter().enumerate() {
            v.store(x, v.gather(first.map(|blocks| &blocks[i])));
        }
    }

    for i in 1..n {
        block_mix::<V, EACH, GROUPS, false, true>(v, x, y, block_of_all(i));
        (x, y) = (y, x);
    }
    block_mix::<V, EACH, GROUPS, false, false>(v, x, y, own);
    (x, y) = (y, x);

    for _ in 0..shape.steps {
        let chosen: Own<'_, EACH, GROUPS> = from_fn(|g| {
            let first_row = x[g].last().map_or([0; WORDS], |last| last.get()[0]);
            from_fn(|e| {
                let j = first_row[4 * e] as usize & (n - 1);
                &own[g][e][j * len..(j + 1) * len]
            })
        });
        for block in chosen
            .as_flattened()
            .iter()
            .flat_map(|blocks| blocks.iter())
        {
            v.fetch(block);
        }
        block_mix::<V, EACH, GROUPS, true, false>(v, x, y, chosen);
        (x, y) = (y, x);
    }

    for (x, first) in x.iter().zip(block_of_all(0)) {
        for (i, x) in x.iter().enumerate() {
            v.scatter(first.map(|blocks| &blocks[i]), v.load(x));
        }
    }
    for (bytes, v) in lanes
        .chunks_exact_mut(64 * len)
        .zip(memory.chunks_exact(all))
    {
        for (bytes, block) in bytes.as_chunks_mut().0.iter_mut().zip(v) {
            *bytes = store(&block.get());
        }
    }
}

/// BlockMix: `to` becomes the even outputs followed by the odd ones.
///
/// Where it `READS`, blocks of V are added to `from` first; where it `KEEPS`, they become `to`.
#[inline(always)]
fn block_mix<
    V: Vector<EACH>,
    const EACH: usize,
    const GROUPS: usize,
    const READS: bool,
    const KEEPS: bool,
>(
    v: V,
    from: Scratch<'_, EACH, GROUPS>,
    to: Scratch<'_, EACH, GROUPS>,
    own: Own<'_, EACH, GROUPS>,
) {
    let len = from[0].len();
    let mut x = taken::<V, EACH, GROUPS, READS>(v, from, own, len - 1);
    for i in 0..len {
        let next = taken::<V, EACH, GROUPS, READS>(v, from, own, i);
        for g in 0..GROUPS {
            for row in 0..4 {
                x[g][row] = v.xor(x[g][row], next[g][row]);
            }
        }
        x = salsa20::<V, EACH, GROUPS, 8>(v, x);
        let at = i / 2 + i % 2 * (len / 2);
        for g in 0..GROUPS {
            v.store(&to[g][at], x[g]);
            if KEEPS {
                v.scatter(from_fn(|e| &own[g][e][at]), x[g]);
            }
        }
    }
}

#[inline(always)]
fn taken<V: Vector<EACH>, const EACH: usize, const GROUPS: usize, const READS: bool>(
    v: V,
    from: Scratch<'_, EACH, GROUPS>,
    own: Own<'_, EACH, GROUPS>,
    at: usize,
) -> Rows<V, EACH, GROUPS> {
    let mut rows = from.map(|from| v.load(&from[at]));
    if READS {
        for g in 0..GROUPS {
            let others = v.gather(from_fn(|e| &own[g][e][at]));
            for row in 0..4 {
                rows[g][row] = v.xor(rows[g][row], others[row]);
            }
        }
    }
    rows
}

#[inline(always)]
pub(super) fn salsa20<
    V: Vector<EACH>,
    const EACH: usize,
    const GROUPS: usize,
    const ROUNDS: usize,
>(
    v: V,
    start: Rows<V, EACH, GROUPS>,
) -> Rows<V, EACH, GROUPS> {
    let mut x = start;
    // Two rounds bring every row back to its place, so nothing has to be moved.
    for _ in 0..ROUNDS / 2 {
        x = round(v, x);
        x = round(v, x);
    }
    for g in 0..GROUPS {
        for row in 0..4 {
            x[g][row] = v.add(x[g][row], start[g][row]);
        }
    }
    x
}

/// Half a double round: rows are quarter-rounds that lie beside one another.
#[inline(always)]
fn round<V: Vector<EACH>, const EACH: usize, const GROUPS: usize>(
    v: V,
    mut x: Rows<V, EACH, GROUPS>,
) -> Rows<V, EACH, GROUPS> {
    for x in &mut x {
        x[1] = v.quarter::<7, 25>(x[1], x[0], x[3]);
    }
    for x in &mut x {
        x[2] = v.quarter::<9, 23>(x[2], x[1], x[0]);
    }
    for x in &mut x {
        x[3] = v.quarter::<13, 19>(x[3], x[2], x[1]);
    }
    for x in &mut x {
        x[0] = v.quarter::<18, 14>(x[0], x[3], x[2]);
    }
    // Columns become rows: the second and fourth diagonal change places.
    x.map(|[a, b, c, d]| [a, v.turn::<1>(d), v.turn::<2>(c), v.turn::<3>(b)])
}
