//! The block function G for vectors of eight words (RFC 9106 sections 3.5 and 3.6).

// One number counts rows of several blocks at once.
#![allow(clippy::needless_range_loop)]

use super::{Block, Row, Run, Step};
use std::array::from_fn;
use std::cell::Cell;

/// What G is made of. All of it is inlined where the instructions are known to be there.
pub(super) trait Vector: Copy {
    /// A row in registers.
    type Row: Copy;

    fn load(self, from: &Cell<Row>) -> Self::Row;
    fn store(self, to: &Cell<Row>, row: Self::Row);
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
    fn first_word(self, row: Self::Row) -> u64;
    fn xor(self, x: Self::Row, y: Self::Row) -> Self::Row;
    fn rotate<const RIGHT: i32>(self, x: Self::Row) -> Self::Row;

    /// x + y + 2 · low(x) · low(y)
    fn add_product(self, x: Self::Row, y: Self::Row) -> Self::Row;

    /// Moves the word `STEPS` after each to its place, in turns of the words 0, 1, 2, 3 and 4, 5,
    /// 6, 7 of a row; those of columns are 0, 1, 4, 5 and 2, 3, 6, 7.
    fn turn<const STEPS: usize, const COLUMNS: bool>(self, x: Self::Row) -> Self::Row;

    /// Asks for a block to be brought into the cache.
    fn fetch(self, memory: &[Block], at: usize);
}

/// Rows a, b, c and d of the matrices that P permutes.
type Group<V> = [<V as Vector>::Row; 4];

/// As [`Kernel::make`](super::Kernel::make), where there are registers for a whole block: all
/// four groups are in work at once, as one waits for what it computed last, and with one run the
/// block made last stays where it is.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
#[inline(always)]
pub(super) fn make_whole<V: Vector, const N: usize>(
    v: V,
    memory: [&[Block]; N],
    runs: [&mut impl Run; N],
) {
    let mut last: [[Group<V>; 4]; N] = from_fn(|n| {
        let block = &memory[n][runs[n].previous()];
        from_fn(|g| from_fn(|k| v.load(&block.0[4 * g + k])))
    });
    let mut steps: [Option<Step>; N] = from_fn(|n| runs[n].next(v.first_word(last[n][0][0])));
    loop {
        for n in 0..N {
            let Some(step) = steps[n] else { return };
            let reference = &memory[n][step.reference];
            let to = &memory[n][step.at];
            let mut z = last[n];
            for g in 0..4 {
                for k in 0..4 {
                    z[g][k] = begin(v, z[g][k], &reference.0[4 * g + k], &to.0[4 * g + k], step);
                }
            }
            z = permute::<V, 4, false>(v, z);
            // Registers get other names; nothing is moved.
            z = from_fn(|k| from_fn(|g| z[g][k]));
            z = permute::<V, 4, true>(v, z);
            z = from_fn(|g| from_fn(|k| z[k][g]));
            // Word 0 before all others: what it chooses is fetched while they are finished.
            z[0][0] = v.xor(z[0][0], v.load(&to.0[0]));
            steps[n] = runs[n].next(v.first_word(z[0][0]));
            if let Some(next) = steps[n] {
                v.fetch(memory[n], next.fetched);
            }
            v.store(&to.0[0], z[0][0]);
            for i in 1..16 {
                let row = &mut z[i / 4][i % 4];
                *row = v.xor(*row, v.load(&to.0[i]));
                v.store(&to.0[i], *row);
            }
            last[n] = z;
        }
    }
}

/// As [`Kernel::make`](super::Kernel::make), with `G` groups in work at once: as many as there
/// are registers for, or one more, as a group by itself waits for what it computed last.
#[inline(always)]
pub(super) fn make_by_groups<V: Vector, const G: usize, const N: usize>(
    v: V,
    memory: [&[Block]; N],
    runs: [&mut impl Run; N],
) {
    let mut last: [&Block; N] = from_fn(|n| &memory[n][runs[n].previous()]);
    let mut steps: [Option<Step>; N] = from_fn(|n| runs[n].next(last[n].word(0)));
    let between = Block::zero();
    loop {
        for n in 0..N {
            let Some(step) = steps[n] else { return };
            let reference = &memory[n][step.reference];
            let to = &memory[n][step.at];
            for first in (0..4).step_by(G) {
                let mut z = [[v.load(&last[n].0[0]); 4]; G];
                for g in 0..G {
                    for k in 0..4 {
                        let i = 4 * (first + g) + k;
                        z[g][k] = begin(v, v.load(&last[n].0[i]), &reference.0[i], &to.0[i], step);
                    }
                }
                let z = permute::<V, G, false>(v, z);
                for g in 0..G {
                    for k in 0..4 {
                        v.store(&between.0[4 * (first + g) + k], z[g][k]);
                    }
                }
            }
            for first in (0..4).step_by(G) {
                let mut z = [[v.load(&between.0[0]); 4]; G];
                for k in 0..G {
                    for g in 0..4 {
                        z[k][g] = v.load(&between.0[4 * g + first + k]);
                    }
                }
                let z = permute::<V, G, true>(v, z);
                for k in 0..G {
                    for g in 0..4 {
                        let to = &to.0[4 * g + first + k];
                        v.store(to, v.xor(z[k][g], v.load(to)));
                    }
                }
                // Word 0 is there: what it chooses is fetched while the others are made.
                if first == 0 {
                    steps[n] = runs[n].next(to.word(0));
                    if let Some(next) = steps[n] {
                        v.fetch(memory[n], next.fetched);
                    }
                }
            }
            last[n] = to;
        }
    }
}

/// A row that goes into the permutation. `to` is left with what is added to the row that comes out.
#[inline(always)]
fn begin<V: Vector>(
    v: V,
    last: V::Row,
    reference: &Cell<Row>,
    to: &Cell<Row>,
    step: Step,
) -> V::Row {
    let row = v.xor(last, v.load(reference));
    let added = if step.adds {
        v.xor(row, v.load(to))
    } else {
        row
    };
    v.store(to, added);
    row
}

/// The permutation P: GB of columns, and of diagonals, for which three of four rows are turned.
/// b is what GB makes last; so it stays, and the others are turned meanwhile.
#[inline(always)]
fn permute<V: Vector, const G: usize, const COLUMNS: bool>(
    v: V,
    mut z: [Group<V>; G],
) -> [Group<V>; G] {
    mix(v, &mut z);
    for [a, _, c, d] in &mut z {
        *a = v.turn::<3, COLUMNS>(*a);
        *c = v.turn::<1, COLUMNS>(*c);
        *d = v.turn::<2, COLUMNS>(*d);
    }
    mix(v, &mut z);
    for [a, _, c, d] in &mut z {
        *a = v.turn::<1, COLUMNS>(*a);
        *c = v.turn::<3, COLUMNS>(*c);
        *d = v.turn::<2, COLUMNS>(*d);
    }
    z
}

/// GB, step by step for all groups.
#[inline(always)]
fn mix<V: Vector, const G: usize>(v: V, z: &mut [Group<V>; G]) {
    const A: usize = 0;
    const B: usize = 1;
    const C: usize = 2;
    const D: usize = 3;
    add_product(v, z, A, B);
    xor_and_rotate::<V, G, 32>(v, z, D, A);
    add_product(v, z, C, D);
    xor_and_rotate::<V, G, 24>(v, z, B, C);
    add_product(v, z, A, B);
    xor_and_rotate::<V, G, 16>(v, z, D, A);
    add_product(v, z, C, D);
    xor_and_rotate::<V, G, 63>(v, z, B, C);
}

#[inline(always)]
fn add_product<V: Vector, const G: usize>(v: V, z: &mut [Group<V>; G], to: usize, from: usize) {
    for group in z {
        group[to] = v.add_product(group[to], group[from]);
    }
}

#[inline(always)]
fn xor_and_rotate<V: Vector, const G: usize, const RIGHT: i32>(
    v: V,
    z: &mut [Group<V>; G],
    to: usize,
    from: usize,
) {
    for group in z {
        group[to] = v.rotate::<RIGHT>(v.xor(group[to], group[from]));
    }
}
