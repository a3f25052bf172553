//! What a job has of the pool while it runs.

use super::guest::{Guest, Host, Part, Returned};
use super::{Pool, Request, SIGNALS_HELD_OFF, Shared, lock};
use crate::arch::memory::WorkMemory;
use crate::arch::process::Generation;
use crate::error::{Error, ErrorKind};
use crate::hash::argon2::{Alone, Argon2};
use crate::hash::kdf::memory_missing;
use std::sync::PoisonError;

/// A slot, and work memory where it was asked for. Given back, wiped, when dropped.
pub(crate) struct Lease<'p> {
    pub(super) pool: &'p Pool,
    pub(super) shared: &'p Generation<Shared>,
    pub(super) request: Request,
    pub(super) memory: Option<WorkMemory>,
    /// Bytes that are reserved for it.
    pub(super) bytes: u64,
    pub(super) seat: Seat,
    /// Who has its blocks made in this job's slot.
    pub(super) guest: Option<Guest>,
    /// Whether blocks are half made: where that ends in a panic, the guest's are lost too.
    pub(super) is_making: bool,
}

/// Where a job runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seat {
    /// In a slot of its own.
    Slot,
    /// In that of its host, whom it meets at this place of the queue.
    Guest(usize),
    /// In none: somebody else has it now.
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

    /// Makes the blocks of a hash that is begun in the lease's memory: with whom waits, where that
    /// is faster for both and all that this job computes.
    pub(crate) fn make_in_company(&mut self, function: &Argon2) -> Result<(), Error> {
        let mut done = 0;
        if let Seat::Guest(place) = self.seat {
            done = self.be_guest(place)?;
        }
        let memory = self.memory.as_mut().ok_or_else(memory_missing)?;
        if self.request.only != Some(*function) {
            return function.make_rest(memory, &mut done, Alone);
        }
        let host = Host {
            pool: self.pool,
            shared: self.shared,
            function: *function,
            guest: &mut self.guest,
        };
        self.is_making = true;
        let made = function.make_rest(memory, &mut done, host);
        self.is_making = false;
        made
    }

    /// Lends the memory to the host, until it comes back with the slot. How many segments are made.
    fn be_guest(&mut self, place: usize) -> Result<u64, Error> {
        let memory = self.memory.take().ok_or_else(memory_missing)?;
        self.seat = Seat::None;
        let mut part = Some(Part { memory, done: 0 });
        loop {
            let told = self.shared.undisturbed(|shared| {
                let mut state = lock(shared);
                if let Some(part) = part.take()
                    && let Some(desk) = state.queue.desk(place)
                {
                    desk.bring(part);
                }
                let returned = state.queue.collect_part(place);
                if returned.is_some() {
                    return returned;
                }
                let waker = shared.wakers.get(place)?;
                (state, _) = waker
                    .wait_timeout(state, SIGNALS_HELD_OFF)
                    .unwrap_or_else(PoisonError::into_inner);
                state.queue.collect_part(place)
            });
            match told {
                Some(None) => {}
                Some(Some(Some(Returned { part, next }))) => {
                    self.memory = Some(part.memory);
                    (self.seat, self.guest) = (Seat::Slot, next);
                    return Ok(part.done);
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
        let lost = shared.undisturbed(|shared| self.pool.hand_on(shared, self));
        if let Some(mut part) = lost.flatten() {
            part.memory.wipe();
        }
        if let Some(memory) = &mut self.memory {
            memory.wipe();
        }
        shared.undisturbed(|shared| self.pool.end(shared, self));
    }
}
