//! What a job has of the pool while it runs.

use super::guest::{Guest, Host, Part};
use super::{Pool, SIGNALS_HELD_OFF, Shared, lock};
use crate::arch::memory::WorkMemory;
use crate::arch::process::Generation;
use crate::error::{Error, ErrorKind};
use crate::hash::argon2::Argon2;
use crate::hash::kdf::memory_missing;
use std::sync::PoisonError;

/// A slot, and work memory where it was asked for. Given back, wiped, when dropped.
pub(crate) struct Lease<'p> {
    pub(super) pool: &'p Pool,
    pub(super) shared: &'p Generation<Shared>,
    pub(super) memory: Option<WorkMemory>,
    pub(super) bytes: u64,
    pub(super) seat: Seat,
    /// Who has its blocks made in this job's slot.
    pub(super) guest: Option<Guest>,
}

/// Where a job runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seat {
    /// In a slot of its own.
    Slot,
    /// In that of its host, whom it meets at this place of the queue.
    Guest(usize),
    /// It was a guest, and has nothing more to do than to finish.
    None,
}

impl Lease<'_> {
    /// The work memory; `None` for a lease without.
    pub(crate) fn memory(&mut self) -> Option<&mut WorkMemory> {
        self.memory.as_mut()
    }

    /// Whether what was computed so far is worth something: not in a child that
    /// was forked in the middle of it, by a signal handler.
    pub(crate) fn is_intact(&self) -> bool {
        self.shared.is_current()
    }

    /// Makes the blocks of a hash that is begun in the lease's memory: with whom waits, where that is
    /// faster for both.
    pub(crate) fn make_in_company(&mut self, function: &Argon2) -> Result<(), Error> {
        let mut done = 0;
        if let Seat::Guest(place) = self.seat {
            done = self.be_guest(place)?;
        }
        let host = Host {
            pool: self.pool,
            shared: self.shared,
            function: *function,
            guest: &mut self.guest,
        };
        let memory = self.memory.as_mut().ok_or_else(memory_missing)?;
        function.make_rest(memory, &mut done, host)
    }

    /// Lends the memory to the host, until it comes back. How many segments are made.
    fn be_guest(&mut self, place: usize) -> Result<u64, Error> {
        let memory = self.memory.take().ok_or_else(memory_missing)?;
        self.seat = Seat::None;
        let mut part = Some(Part { memory, done: 0 });
        loop {
            let told = self.shared.undisturbed(|shared| {
                let mut state = lock(shared);
                if let Some(part) = part.take() {
                    if let Some(desk) = state.queue.desk(place) {
                        desk.bring(part);
                    }
                } else if let Some(waker) = shared.wakers.get(place) {
                    (state, _) = waker
                        .wait_timeout(state, SIGNALS_HELD_OFF)
                        .unwrap_or_else(PoisonError::into_inner);
                }
                state.queue.collect_part(place)
            });
            match told {
                Some(None) => {}
                Some(Some(Some(returned))) => {
                    self.memory = Some(returned.part.memory);
                    if let Some(next) = returned.slot {
                        (self.seat, self.guest) = (Seat::Slot, next);
                    }
                    return Ok(returned.part.done);
                }
                Some(Some(None)) => {
                    let reason = "the job that computed beside this one panicked";
                    return Err(Error::new(ErrorKind::Internal, reason));
                }
                // A child just forked, where this job begins anew.
                None => return Err(memory_missing()),
            }
        }
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        // A child has a pool of its own, which has not lent this.
        let shared = self.shared;
        shared.undisturbed(|shared| self.pool.hand_on(shared, self));
        if let Some(memory) = &mut self.memory {
            memory.wipe();
        }
        shared.undisturbed(|shared| self.pool.end(shared, self));
    }
}
