//! Two hashes in one slot.
//!
//! Where all slots are taken, the job of a slot has the blocks of the first who
//! waits made beside its own, if the function is the same: while one of them
//! waits for memory, the other computes. It is the host, the other its guest.
//! Both compute this one hash and nothing else, so a host is always done before
//! its guest, and does nothing meanwhile that the guest would wait for in vain.
//!
//! Each takes in its own password and makes its own tag. What lies in between
//! is made by the host alone, to whom the guest lends its work memory over a
//! desk, and sleeps. A host that is done leaves its guest the slot; the guest
//! goes on from there and may have a guest of its own. So nobody waits for a
//! guest to come, and a guest never waits for anybody who waits.

use super::queue::{Grant, Queue};
use super::{Pool, Shared, State, lock};
use crate::arch::memory::WorkMemory;
use crate::arch::process::Generation;
use crate::hash::argon2::{Argon2, Company, Job};
use std::sync::atomic::Ordering;

/// The memory of a hash, and how many segments of it are made.
pub(super) struct Part {
    pub(super) memory: WorkMemory,
    pub(super) done: u64,
}

/// Where a guest and its host exchange blocks: a place of the queue.
pub(super) enum Desk {
    /// The guest has not come yet.
    Empty,
    /// The guest's blocks are to be made.
    Brought(Part),
    /// The host makes them.
    Taken,
    /// The host is done. They are the guest's again, with the slot.
    Returned(Returned),
    /// The host was done before the guest came: the slot is left, with a guest of it.
    Left(Option<Guest>),
    /// The guest ended without having come.
    Gone,
    /// The host panicked over the blocks.
    Failed,
}

/// What a guest gets back.
pub(super) struct Returned {
    pub(super) part: Part,
    /// Who was asked in its name.
    pub(super) next: Option<Guest>,
}

/// A guest as its host knows it.
pub(super) struct Guest {
    /// Of the queue, with the desk.
    place: usize,
    /// Its blocks, once it has brought them.
    part: Option<Part>,
}

impl Desk {
    fn take(&mut self) -> Self {
        std::mem::replace(self, Self::Taken)
    }

    /// The guest comes.
    pub(super) fn bring(&mut self, part: Part) {
        *self = match self.take() {
            Self::Left(next) => Self::Returned(Returned { part, next }),
            _ => Self::Brought(part),
        };
    }
}

/// The guest's side of a place.
impl Queue {
    /// What the guest gets back, `Some(None)` for nothing; `None` as long as it has to wait. Then
    /// the place is free.
    pub(super) fn collect_part(&mut self, place: usize) -> Option<Option<Returned>> {
        let returned = match self.desk(place).map(Desk::take) {
            Some(Desk::Returned(returned)) => Some(returned),
            Some(Desk::Failed) | None => None,
            Some(other) => {
                if let Some(desk) = self.desk(place) {
                    *desk = other;
                }
                return None;
            }
        };
        self.release(place);
        Some(returned)
    }

    /// The guest ends without having come. The slot with its guest, where the host has left it.
    pub(super) fn stay_away(&mut self, place: usize) -> Option<Option<Guest>> {
        let desk = self.desk(place)?;
        if let Desk::Left(next) = desk.take() {
            self.release(place);
            return Some(next);
        }
        *desk = Desk::Gone;
        None
    }
}

/// The host's side.
impl State {
    /// Asks the first who waits to be a guest, in `memory` that is reserved if it may have that as
    /// it is, or in some that is now.
    pub(super) fn invite(
        &mut self,
        pool: &Pool,
        shared: &Shared,
        function: Argon2,
        memory: &mut Option<WorkMemory>,
    ) -> Option<Guest> {
        let request = self.queue.first()?;
        if request.only != Some(function) || !pool.sizes.gain_by_company(&function) {
            return None;
        }
        let memory = match memory.take_if(|memory| request.takes_as_it_is(memory)) {
            Some(memory) => Some(memory),
            None => self.reserve(&pool.sizes, request.bytes)?,
        };
        let place = self.grant_first(shared, Grant::Guest(memory))?;
        Some(Guest { place, part: None })
    }

    /// Takes the blocks that a guest has brought. `None` where it ended without having come.
    fn attend(&mut self, mut guest: Guest) -> Option<Guest> {
        let desk = self.queue.desk(guest.place)?;
        match desk.take() {
            Desk::Brought(part) => guest.part = Some(part),
            Desk::Gone => {
                self.queue.release(guest.place);
                return None;
            }
            other => *desk = other,
        }
        Some(guest)
    }

    /// Leaves the slot of a host of `function` to its guest, and asks another one in its name, in
    /// `memory` if that suits. Whether the guest takes it.
    pub(super) fn leave_slot_to(
        &mut self,
        pool: &Pool,
        shared: &Shared,
        (guest, function): (Guest, Argon2),
        memory: &mut Option<WorkMemory>,
    ) -> bool {
        let Some(desk) = self.queue.desk(guest.place) else {
            return false;
        };
        let part = match (guest.part, desk.take()) {
            (Some(part), _) | (None, Desk::Brought(part)) => Some(part),
            (None, Desk::Empty) => None,
            // It ended without having come.
            (None, _) => {
                self.queue.release(guest.place);
                return false;
            }
        };
        let next = self.invite(pool, shared, function, memory);
        if let Some(desk) = self.queue.desk(guest.place) {
            *desk = match part {
                Some(part) => Desk::Returned(Returned { part, next }),
                None => Desk::Left(next),
            };
        }
        shared.wake(guest.place);
        true
    }

    /// Tells a guest that its blocks are lost, which are to be wiped. What the host does not have
    /// is not: then the guest itself comes back.
    pub(super) fn fail(&mut self, shared: &Shared, guest: Guest) -> Result<Part, Guest> {
        let Guest { place, part } = guest;
        let Some(part) = part else {
            return Err(Guest { place, part: None });
        };
        if let Some(desk) = self.queue.desk(place) {
            *desk = Desk::Failed;
        }
        shared.wake(place);
        Ok(part)
    }
}

/// A job whose blocks are made, with whom comes meanwhile.
pub(super) struct Host<'l> {
    pub(super) pool: &'l Pool,
    pub(super) shared: &'l Generation<Shared>,
    /// All that the job computes. Without that it has no guests.
    pub(super) function: Argon2,
    pub(super) guest: &'l mut Option<Guest>,
}

impl Host<'_> {
    /// Whether there may be anything to be done under the lock.
    fn is_called(&self) -> bool {
        match &self.guest {
            Some(guest) => guest.part.is_none(),
            None => {
                self.shared.waiting.load(Ordering::Relaxed) > 0
                    && self.pool.sizes.gain_by_company(&self.function)
            }
        }
    }
}

impl Company for Host<'_> {
    fn mate(&mut self) -> Option<Job<'_>> {
        if self.is_called() {
            let function = self.function;
            self.shared.undisturbed(|shared| {
                let mut state = lock(shared);
                if let Some(present) = self.guest.take() {
                    *self.guest = state.attend(present);
                }
                if self.guest.is_none() {
                    *self.guest = state.invite(self.pool, shared, function, &mut None);
                }
            });
        }
        let part = self.guest.as_mut()?.part.as_mut()?;
        // Never more than the host's own, by which it came later.
        if part.done >= self.function.segments() {
            return None;
        }
        self.function.job_in(&mut part.memory, &mut part.done)
    }
}

#[cfg(test)]
mod tests;
