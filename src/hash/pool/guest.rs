//! Two hashes in one slot.
//!
//! Where all slots are taken, the job of a slot has the blocks of the first who
//! waits made beside its own, if the function is the same: while one of them
//! waits for memory, the other computes. It is the host, the other its guest.
//!
//! Each takes in its own password and makes its own tag. What lies in between
//! is made by the host alone, to whom the guest lends its work memory over a
//! desk, and sleeps. A host that is done before its guest leaves it the slot; the
//! guest goes on from there and may have a guest of its own. So nobody waits
//! for a guest to come, and a guest never waits for anybody who waits.

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
    /// They are the guest's again.
    Returned(Returned),
    /// The host was done before the guest came, and left it the slot and a guest.
    Left(Option<Guest>),
    /// The guest ended without having come.
    Gone,
    /// The host panicked, and with it went the blocks.
    Failed,
}

/// What a guest gets back.
pub(super) struct Returned {
    pub(super) part: Part,
    /// The host is gone: the slot is the guest's now, with the guest that was asked last.
    pub(super) slot: Option<Option<Guest>>,
}

/// A guest as its host knows it.
pub(super) struct Guest {
    /// Of the queue, with the desk.
    place: usize,
    /// That of its host, too.
    function: Argon2,
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
            Self::Left(next) => Self::Returned(Returned {
                part,
                slot: Some(next),
            }),
            _ => Self::Brought(part),
        };
    }
}

/// The guest's side of a place.
impl Queue {
    /// What the guest gets back; `None` as long as it has to wait. Then the place is free.
    pub(super) fn collect_part(&mut self, place: usize) -> Option<Option<Returned>> {
        let desk = self.desk(place)?;
        let returned = match desk.take() {
            Desk::Returned(returned) => Some(returned),
            Desk::Failed => None,
            other => {
                *desk = other;
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
    /// Asks the first who waits to be a guest, in `memory` that is reserved, or in some that is now.
    pub(super) fn invite(
        &mut self,
        pool: &Pool,
        shared: &Shared,
        function: Argon2,
        memory: &mut Option<WorkMemory>,
    ) -> Option<Guest> {
        let request = self.queue.first()?;
        let is_alike = request.only == Some(function);
        if !is_alike || !function.gains_by_company(pool.sizes.company_from_bytes) {
            return None;
        }
        let memory = match memory.take_if(|memory| memory.bytes() as u64 == request.bytes) {
            Some(memory) => Some(memory),
            None => self.reserve(&pool.sizes, request.bytes)?,
        };
        let place = self.grant_first(shared, Grant::Guest(memory))?;
        let part = None;
        Some(Guest {
            place,
            function,
            part,
        })
    }

    /// Takes the blocks that a guest has brought, and gives back those that are made.
    fn attend(&mut self, shared: &Shared, function: Argon2, mut guest: Guest) -> Option<Guest> {
        match guest.part.take() {
            Some(part) if part.done == function.segments() => {
                let slot = None;
                *self.queue.desk(guest.place)? = Desk::Returned(Returned { part, slot });
                shared.wake(guest.place);
                None
            }
            Some(part) => {
                guest.part = Some(part);
                Some(guest)
            }
            None => {
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
        }
    }

    /// Leaves the slot to `guest`, and asks another one in its name, in `memory` if that fits.
    /// Whether the guest takes it.
    pub(super) fn leave_slot_to(
        &mut self,
        pool: &Pool,
        shared: &Shared,
        guest: Guest,
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
        let next = self.invite(pool, shared, guest.function, memory);
        if let Some(desk) = self.queue.desk(guest.place) {
            *desk = match part {
                Some(part) => Desk::Returned(Returned {
                    part,
                    slot: Some(next),
                }),
                None => Desk::Left(next),
            };
        }
        shared.wake(guest.place);
        true
    }

    /// Tells a guest that its blocks are lost, if the host had them. What is not is given back.
    pub(super) fn fail(&mut self, shared: &Shared, guest: Guest) -> Result<(), Guest> {
        let Some(mut part) = guest.part else {
            return Err(Guest {
                part: None,
                ..guest
            });
        };
        part.memory.wipe();
        if let Some(desk) = self.queue.desk(guest.place) {
            *desk = Desk::Failed;
        }
        shared.wake(guest.place);
        Ok(())
    }
}

/// A job whose blocks are made, with whom comes meanwhile.
pub(super) struct Host<'l> {
    pub(super) pool: &'l Pool,
    pub(super) shared: &'l Generation<Shared>,
    pub(super) function: Argon2,
    pub(super) guest: &'l mut Option<Guest>,
}

impl Host<'_> {
    /// Whether there may be anything to be done under the lock.
    fn is_called(&self) -> bool {
        let Some(guest) = &self.guest else {
            return self.shared.waiting.load(Ordering::Relaxed) > 0;
        };
        let is_made = |part: &Part| part.done == self.function.segments();
        guest.part.as_ref().is_none_or(is_made)
    }
}

impl Company for Host<'_> {
    fn mate(&mut self) -> Option<Job<'_>> {
        if self.is_called() {
            let Self {
                pool,
                shared,
                function,
                guest,
            } = self;
            shared.undisturbed(|shared| {
                let mut state = lock(shared);
                if let Some(present) = guest.take() {
                    **guest = state.attend(shared, *function, present);
                }
                if guest.is_none() {
                    **guest = state.invite(pool, shared, *function, &mut None);
                }
            });
        }
        let part = self.guest.as_mut()?.part.as_mut()?;
        self.function.job_in(&mut part.memory, &mut part.done)
    }
}

#[cfg(test)]
mod tests;
