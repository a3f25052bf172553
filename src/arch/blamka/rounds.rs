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

/// A run in work.
struct Turn<'m, V: Vector> {
    memory: &'m [Block],
    /// The block made last, and the same in registers.
    last: &'m Block,
    kept: [Group<V>; 4],
    next: Option<Step>,
    adds: bool,
}

impl<'m, V: Vector> Turn<'m, V> {
    #[inline(always)]
    fn new(v: V, memory: &'m [Block], run: &mut impl Run) -> Self {
        let last = &memory[run.previous()];
        let kept: [Group<V>; 4] = from_fn(|g| from_fn(|k| v.load(&last.0[4 * g + k])));
        Self {
            memory,
            last,
            kept,
            next: run.next(v.first_word(kept[0][0])),
            adds: run.adds(),
        }
    }

    /// Makes the next block, all four groups at once; whether there was one to be made.
    ///
    /// Where the last one was `KEPT` in registers it is taken from there.
    #[inline(always)]
    fn make_whole<const KEPT: bool>(&mut self, v: V, adds: bool, run: &mut impl Run) -> bool {
        let Some(step) = self.next else { return false };
        let reference = &self.memory[step.reference];
        let to = &self.memory[step.at];
        let mut z = self.kept;
        for g in 0..4 {
            for k in 0..4 {
                let i = 4 * g + k;
                let last = if KEPT {
                    z[g][k]
                } else {
                    v.load(&self.last.0[i])
                };
                z[g][k] = begin(v, last, &reference.0[i], &to.0[i], adds);
            }
        }
        z = permute::<V, 4, false>(v, z);
        // Registers get other names; nothing is moved.
        z = from_fn(|k| from_fn(|g| z[g][k]));
        z = permute::<V, 4, true>(v, z);
        z = from_fn(|g| from_fn(|k| z[k][g]));
        // Word 0 before all others: what it chooses is fetched while they are finished.
        z[0][0] = v.xor(z[0][0], v.load(&to.0[0]));
        self.next = run.next(v.first_word(z[0][0]));
        if let Some(next) = self.next {
            v.fetch(self.memory, next.fetched);
        }
        v.store(&to.0[0], z[0][0]);
        // Loops as short as these are unrolled, so that no row is looked up in an array.
        for g in 0..4 {
            for k in usize::from(g == 0)..4 {
                let to = &to.0[4 * g + k];
                z[g][k] = v.xor(z[g][k], v.load(to));
                v.store(to, z[g][k]);
            }
        }
        self.last = to;
        if KEPT {
            self.kept = z;
        }
        true
    }

    /// As [`Self::make_whole`] without keeping, `G` groups at once.
    #[inline(always)]
    fn make_by_groups<const G: usize>(&mut self, v: V, adds: bool, run: &mut impl Run) -> bool {
        let Some(step) = self.next else { return false };
        let reference = &self.memory[step.reference];
        let to = &self.memory[step.at];
        let between = Block::zero();
        for first in (0..4).step_by(G) {
            let mut z = [[v.load(&self.last.0[0]); 4]; G];
            for g in 0..G {
                for k in 0..4 {
                    let i = 4 * (first + g) + k;
                    let last = v.load(&self.last.0[i]);
                    z[g][k] = begin(v, last, &reference.0[i], &to.0[i], adds);
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
                self.next = run.next(to.word(0));
                if let Some(next) = self.next {
                    v.fetch(self.memory, next.fetched);
                }
            }
        }
        self.last = to;
        true
    }
}

/// As [`Kernel::make`](super::Kernel::make), where there are registers for a whole block: all
/// four groups are in work at once, as one waits for what it computed last, and the block made
/// last stays where it is.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
#[inline(always)]
pub(super) fn make_whole<V: Vector>(v: V, memory: &[Block], run: &mut impl Run) {
    let mut turn = Turn::new(v, memory, run);
    // Apart, so that nothing but rows is in the registers.
    if turn.adds {
        while turn.make_whole::<true>(v, true, run) {}
    } else {
        while turn.make_whole::<true>(v, false, run) {}
    }
}

/// As [`make_whole`], of two runs.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
#[inline(always)]
pub(super) fn make_both_whole<V: Vector>(
    v: V,
    memory: [&[Block]; 2],
    [one, two]: [&mut impl Run; 2],
) {
    let mut first = Turn::new(v, memory[0], one);
    let mut second = Turn::new(v, memory[1], two);
    let adds = [first.adds, second.adds];
    while first.make_whole::<false>(v, adds[0], one) && second.make_whole::<false>(v, adds[1], two)
    {
    }
}

/// As [`Kernel::make`](super::Kernel::make), with `G` groups in work at once: as many as there
/// are registers for, or one more, as a group by itself waits for what it computed last.
#[inline(always)]
pub(super) fn make_by_groups<V: Vector, const G: usize>(
    v: V,
    memory: &[Block],
    run: &mut impl Run,
) {
    let mut turn = Turn::new(v, memory, run);
    let adds = turn.adds;
    while turn.make_by_groups::<G>(v, adds, run) {}
}

/// As [`make_by_groups`], of two runs.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
#[inline(always)]
pub(super) fn make_both_by_groups<V: Vector, const G: usize>(
    v: V,
    memory: [&[Block]; 2],
    [one, two]: [&mut impl Run; 2],
) {
    let mut first = Turn::new(v, memory[0], one);
    let mut second = Turn::new(v, memory[1], two);
    let adds = [first.adds, second.adds];
    while first.make_by_groups::<G>(v, adds[0], one) && second.make_by_groups::<G>(v, adds[1], two)
    {
    }
}

/// A row that goes into the permutation. `to` is left with what is added to the row that comes out.
#[inline(always)]
fn begin<V: Vector>(
    v: V,
    last: V::Row,
    reference: &Cell<Row>,
    to: &Cell<Row>,
    adds: bool,
) -> V::Row {
    let row = v.xor(last, v.load(reference));
    let added = if adds { v.xor(row, v.load(to)) } else { row };
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
