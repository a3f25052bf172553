//! The block function in plain Rust, with no `unsafe`.

use super::rounds::{Vector, make_by_groups};
use super::{Block, Kernel, Row, Run};
use std::array::from_fn;
use std::cell::Cell;

/// Runs everywhere.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

impl Kernel for Portable {
    fn make(self, memory: &[Block], run: &mut impl Run) {
        make_by_groups::<_, 1>(self, memory, run);
    }

    fn make_both(self, memory: [&[Block]; 2], runs: [&mut impl Run; 2]) {
        // Code for two is as long again, and gains nothing without instructions that wait.
        for (memory, run) in memory.into_iter().zip(runs) {
            self.make(memory, run);
        }
    }
}

impl Vector for Portable {
    type Row = Row;

    #[inline(always)]
    fn load(self, from: &Cell<Row>) -> Row {
        from.get()
    }

    #[inline(always)]
    fn store(self, to: &Cell<Row>, row: Row) {
        to.set(row);
    }

    #[inline(always)]
    fn first_word(self, row: Row) -> u64 {
        row.0[0]
    }

    #[inline(always)]
    fn xor(self, x: Row, y: Row) -> Row {
        Row(from_fn(|i| x.0[i] ^ y.0[i]))
    }

    #[inline(always)]
    fn rotate<const RIGHT: i32>(self, x: Row) -> Row {
        Row(x.0.map(|word| word.rotate_right(RIGHT.unsigned_abs())))
    }

    #[inline(always)]
    fn add_product(self, x: Row, y: Row) -> Row {
        const LOW: u64 = 0xffff_ffff;
        Row(from_fn(|i| {
            let product = (x.0[i] & LOW).wrapping_mul(y.0[i] & LOW);
            let sum = x.0[i].wrapping_add(y.0[i]);
            sum.wrapping_add(product.wrapping_mul(2))
        }))
    }

    #[inline(always)]
    fn turn<const STEPS: usize, const COLUMNS: bool>(self, x: Row) -> Row {
        const IN_ROWS: [usize; 8] = [0, 1, 2, 3, 4, 5, 6, 7];
        const IN_COLUMNS: [usize; 8] = [0, 1, 4, 5, 2, 3, 6, 7];
        let order = if COLUMNS { IN_COLUMNS } else { IN_ROWS };
        let mut turned = x;
        for i in 0..8 {
            turned.0[order[i]] = x.0[order[i / 4 * 4 + (i + STEPS) % 4]];
        }
        turned
    }

    #[inline(always)]
    fn fetch(self, _: &[Block], _: usize) {}
}
