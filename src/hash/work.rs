//! The work that a thread did, counted for tests: that calls cost the same is
//! proven by counts, not by clocks.

use super::Kdf;
use std::cell::Cell;

thread_local! {
    static DONE: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
}

pub(super) fn count(kdf: &Kdf) {
    let (hashes, units) = DONE.get();
    DONE.set((hashes + 1, units + kdf.strength()));
}

pub(super) fn reset() {
    DONE.set((0, 0));
}

/// Hashes, and the units of cost in them.
pub(super) fn done() -> (u64, u64) {
    DONE.get()
}
