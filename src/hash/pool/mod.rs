//! The pool: how many jobs run at once, in how much memory, and who waits.
//!
//! Every call that hashes takes a [`Lease`]: a slot, and for memory-hard
//! functions one mapping. Both are counted against limits that no load can
//! pass. Who finds no room waits in a queue of fixed length for a fixed time,
//! first come, first served, and is told `E_BUSY` after that. Mappings are kept
//! for the next job of the same size; they are in use or wiped.
//!
//! Where all slots are taken, two jobs may share one: see `guest.rs`.
//!
//! Everything is asked of the system when the pool is made, and once more in a
//! forked child, which starts with an empty pool of its own: no call asks the
//! heap for anything.

mod guest;
mod lease;
mod queue;
mod sizes;
mod stats;

pub use self::stats::{SchemeStats, Stats};

pub(crate) use self::lease::Lease;
pub(crate) use self::sizes::rounded;
pub(crate) use self::sizes::{MEMORY_KEYS, MemorySettings, Sizes};
pub(crate) use self::stats::Event;

use self::lease::Seat;
use self::queue::{Grant, Queue};
use self::stats::Counters;
use super::argon2::Argon2;
use super::kdf::memory_refused;
use crate::arch::memory::{Array, WorkMemory};
use crate::arch::process::{Generation, PerProcess};
use crate::error::{Bound, Error, ErrorKind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Slots and work memory of a core and of all that are derived from it.
pub(crate) struct Pool {
    sizes: Sizes,
    shared: PerProcess<Shared>,
}

/// What a job asks for.
#[derive(Clone, Copy, Default)]
pub(crate) struct Request {
    /// Bytes of work memory.
    pub(crate) bytes: u64,
    /// All that the job computes, where it is one hash of Argon2: that may be made beside another one.
    pub(crate) only: Option<Argon2>,
}

impl Request {
    /// Whether `memory` need not be wiped for it: the job overwrites all that was handed out of it.
    fn takes_as_it_is(&self, memory: &WorkMemory) -> bool {
        let written = self.only.map_or(0, |function| function.memory_bytes());
        memory.bytes() as u64 == self.bytes && memory.dirty_bytes() <= written
    }
}

/// What the threads of one process share.
struct Shared {
    state: Mutex<State>,
    /// How many wait: to be looked at without the lock, which tells for sure.
    waiting: AtomicU32,
    /// One for each place of the queue.
    wakers: Array<Condvar>,
    counters: Counters,
}

struct State {
    running: u32,
    running_peak: u32,
    /// Bytes mapped for running jobs.
    in_use: u64,
    /// Bytes mapped for the next jobs.
    idle: u64,
    bytes_peak: u64,
    /// Wiped mappings, the one idle for longest first.
    mappings: Array<Option<WorkMemory>>,
    queue: Queue,
}

impl Pool {
    pub(crate) fn new(sizes: Sizes) -> Self {
        let pool = Self {
            sizes,
            shared: PerProcess::new(),
        };
        // Where there is no memory now, the first call asks once more and says so.
        let _ = pool.shared();
        pool
    }

    pub(crate) const fn sizes(&self) -> &Sizes {
        &self.sizes
    }

    /// Refuses what is larger than the whole budget.
    pub(crate) fn check(&self, bytes: u64) -> Result<(), Error> {
        self.rounded(bytes).map(|_| ())
    }

    /// What each has if all slots are taken. Who takes no more than this for the sake of speed
    /// keeps nobody waiting who would not have to wait otherwise.
    pub(crate) fn share(&self) -> u64 {
        self.sizes.budget_bytes / u64::from(self.sizes.max_running.max(1))
    }

    /// How many jobs of `bytes` fit at once.
    pub(crate) fn capacity(&self, bytes: u64) -> u32 {
        let by_bytes = match self.rounded(bytes) {
            Ok(0) => u64::MAX,
            Ok(rounded) => self.sizes.budget_bytes / rounded,
            Err(_) => 0,
        };
        u32::try_from(by_bytes).map_or(self.sizes.max_running, |n| n.min(self.sizes.max_running))
    }

    /// Runs `job` in a slot, with `bytes` of work memory, wiped afterwards.
    ///
    /// # Errors
    /// [`ErrorKind::Budget`] for more than the whole budget, [`ErrorKind::Busy`]
    /// where no room came free in time, [`ErrorKind::Memory`] where the system
    /// gives none; and those of `job`.
    pub(crate) fn run<R>(
        &self,
        bytes: u64,
        job: impl FnMut(&mut Lease<'_>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let request = Request {
            bytes,
            ..Request::default()
        };
        self.run_as(request, job)
    }

    /// As [`Self::run`].
    pub(crate) fn run_as<R>(
        &self,
        request: Request,
        mut job: impl FnMut(&mut Lease<'_>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        loop {
            let mut lease = self.lease(request)?;
            let result = job(&mut lease);
            // A signal handler that forks in the middle of a job leaves the
            // child with wiped memory: what came of it is worth nothing.
            if lease.is_intact() {
                return result;
            }
        }
    }

    /// Gives idle mappings back to the system. How many bytes they were.
    pub(crate) fn trim(&self) -> u64 {
        self.shared().map_or(0, Self::trim_shared)
    }

    /// One mapping at a time, outside of the lock: to unmap takes a while.
    fn trim_shared(shared: &Generation<Shared>) -> u64 {
        let mut freed = 0;
        let take = |shared: &Shared| lock(shared).take_oldest();
        while let Some(Some(memory)) = shared.undisturbed(take) {
            freed += memory.bytes() as u64;
        }
        freed
    }

    /// Counts `event`.
    pub(crate) fn count(&self, event: Event) {
        if let Ok(shared) = self.shared() {
            shared.counters.count(event);
        }
    }

    /// What happened so far, in this process.
    pub(crate) fn stats(&self) -> Stats {
        let mut stats = Stats::of(&self.sizes);
        if let Ok(shared) = self.shared() {
            shared.undisturbed(|shared| {
                shared.counters.read(&mut stats);
                let state = lock(shared);
                stats.running = state.running;
                stats.running_peak = state.running_peak;
                stats.queued = state.queue.len();
                stats.queued_peak = state.queue.peak();
                stats.memory_bytes = state.in_use + state.idle;
                stats.memory_idle_bytes = state.idle;
                stats.memory_peak_bytes = state.bytes_peak;
            });
        }
        stats
    }

    fn shared(&self) -> Result<&Generation<Shared>, Error> {
        self.shared
            .get(|| Shared::new(&self.sizes))
            .ok_or_else(memory_refused)
    }

    /// What `bytes` take in the budget: whole pages, none for no memory.
    fn rounded(&self, bytes: u64) -> Result<u64, Error> {
        let (rounded, budget) = (sizes::rounded(bytes), self.sizes.budget_bytes);
        if rounded <= budget {
            return Ok(rounded);
        }
        let (what, bound) = ("work memory in bytes", Bound::AtMost(budget));
        Err(Error::out_of_bounds(ErrorKind::Budget, what, bytes, bound))
    }

    fn lease(&self, request: Request) -> Result<Lease<'_>, Error> {
        let bytes = self.rounded(request.bytes)?;
        let request = Request { bytes, ..request };
        loop {
            let shared = self.shared()?;
            let Some((seat, memory)) = self.admit(shared, request)? else {
                continue;
            };
            // The lease is there before what can fail: it gives the slot back.
            let mut lease = Lease {
                pool: self,
                shared,
                request,
                memory,
                bytes,
                seat,
                guest: None,
                is_making: false,
            };
            if bytes > 0 && lease.memory.is_none() {
                lease.memory = Some(self.map(shared, bytes)?);
            }
            #[cfg(test)]
            super::work::count_lease(bytes);
            return Ok(lease);
        }
    }

    /// Waits for a slot and for memory, with the idle mapping to use if there
    /// is one. `None` where the process turned out to be a child just forked.
    fn admit(
        &self,
        shared: &Generation<Shared>,
        request: Request,
    ) -> Result<Option<(Seat, Option<WorkMemory>)>, Error> {
        let mut told = shared.undisturbed(|shared| self.enter(shared, request));
        let deadline = now() + self.sizes.queue_wait;
        loop {
            match told {
                None => return Ok(None),
                Some(Told::Start(seat, memory)) => {
                    shared.counters.count(match seat {
                        Seat::Guest(_) => Event::Joined,
                        _ => Event::Started,
                    });
                    return Ok(Some((seat, memory)));
                }
                Some(Told::Busy) => {
                    shared.counters.count(Event::Busy);
                    return Err(Error::new(ErrorKind::Busy, BUSY));
                }
                Some(Told::Wait(place)) => {
                    told = shared.undisturbed(|shared| self.wait(shared, place, deadline));
                }
            }
        }
    }

    /// Starts, where there is room and nobody waits, or takes a place in the queue.
    fn enter(&self, shared: &Shared, request: Request) -> Told {
        let mut state = lock(shared);
        if state.queue.is_empty()
            && let Some(memory) = state.start(&self.sizes, request.bytes)
        {
            return Told::Start(Seat::Slot, memory);
        }
        if self.sizes.queue_wait.is_zero() || state.queue.len() >= self.sizes.queue_len {
            return Told::Busy;
        }
        let place = state.queue.push(request);
        shared.note(&state);
        place.map_or(Told::Busy, Told::Wait)
    }

    /// Waits in a place of the queue, until it is granted, the deadline has
    /// come, or signals have been held off for long enough.
    fn wait(&self, shared: &Shared, place: usize, deadline: Instant) -> Told {
        let Some(waker) = shared.wakers.get(place) else {
            return Told::Busy;
        };
        let mut state = lock(shared);
        if let Some(grant) = state.queue.collect(place) {
            return Told::granted(grant, place);
        }
        let left = deadline.saturating_duration_since(now());
        if left.is_zero() {
            state.queue.leave(place);
            shared.note(&state);
            // Who stood behind may need less.
            self.serve(shared, &mut state);
            return Told::Busy;
        }
        (state, _) = waker
            .wait_timeout(state, left.min(SIGNALS_HELD_OFF))
            .unwrap_or_else(PoisonError::into_inner);
        let grant = state.queue.collect(place);
        grant.map_or(Told::Wait(place), |grant| Told::granted(grant, place))
    }

    /// A mapping of `bytes`, which are reserved. Idle ones give way where the system is short of memory.
    fn map(&self, shared: &Generation<Shared>, bytes: u64) -> Result<WorkMemory, Error> {
        WorkMemory::new(bytes)
            .or_else(|| {
                Self::trim_shared(shared);
                WorkMemory::new(bytes)
            })
            .ok_or_else(memory_refused)
    }

    /// Hands on what a job that ends need not wipe, or give back, because somebody can go on with
    /// it: its slot to its guest, its memory to who waits for as much. What is lost by a panic is
    /// returned, to be wiped.
    fn hand_on(&self, shared: &Shared, lease: &mut Lease<'_>) -> Option<guest::Part> {
        let mut state = lock(shared);
        let had_memory = lease.memory.is_some();
        if let Seat::Guest(place) = lease.seat
            && let Some(guest) = state.queue.stay_away(place)
        {
            (lease.seat, lease.guest) = (Seat::Slot, guest);
        }
        let (mut guest, mut lost) = (lease.guest.take(), None);
        if let Some(present) = guest.take_if(|_| lease.is_making) {
            match state.fail(shared, present) {
                Ok(part) => lost = Some(part),
                Err(present) => guest = Some(present),
            }
        }
        if let Some(leaving) = guest.zip(lease.request.only)
            && state.leave_slot_to(self, shared, leaving, &mut lease.memory)
        {
            lease.seat = Seat::None;
        }
        if lease.seat == Seat::Slot
            && let Some(first) = state.queue.first()
            && let Some(memory) = lease.memory.take_if(|memory| first.takes_as_it_is(memory))
        {
            state.grant_first(shared, Grant::Slot(Some(memory)));
            lease.seat = Seat::None;
        }
        if had_memory && lease.memory.is_none() {
            // Reserved for who has it now.
            lease.bytes = 0;
        }
        lost
    }

    /// Ends a job, whose memory is wiped.
    fn end(&self, shared: &Shared, lease: &mut Lease<'_>) {
        let mut state = lock(shared);
        if lease.seat == Seat::Slot {
            state.running -= 1;
        }
        state.in_use -= lease.bytes;
        if let Some(memory) = lease.memory.take() {
            state.keep(memory);
        }
        self.serve(shared, &mut state);
    }

    /// Starts who waits, in order, as long as there is room.
    fn serve(&self, shared: &Shared, state: &mut State) {
        while let Some(first) = state.queue.first() {
            let Some(memory) = state.start(&self.sizes, first.bytes) else {
                return;
            };
            state.grant_first(shared, Grant::Slot(memory));
        }
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.sizes.fmt(f)
    }
}

impl Shared {
    fn new(sizes: &Sizes) -> Option<Self> {
        // Besides those who wait there may be, for every slot, who was let in and has not woken up
        // yet, and a guest.
        let places = (sizes.queue_len + 2 * sizes.max_running) as usize;
        Some(Self {
            state: Mutex::new(State {
                running: 0,
                running_peak: 0,
                in_use: 0,
                idle: 0,
                bytes_peak: 0,
                mappings: Array::of((0..2 * sizes.max_running as usize).map(|_| None))?,
                queue: Queue::new(places)?,
            }),
            waiting: AtomicU32::new(0),
            wakers: Array::of((0..places).map(|_| Condvar::new()))?,
            counters: Counters::default(),
        })
    }

    /// Says how many wait, after every change of the queue.
    fn note(&self, state: &State) {
        self.waiting.store(state.queue.len(), Ordering::Relaxed);
    }

    /// Wakes who sleeps at a place of the queue.
    fn wake(&self, place: usize) {
        if let Some(waker) = self.wakers.get(place) {
            waker.notify_one();
        }
    }
}

impl State {
    /// Takes a slot and `bytes`, with an idle mapping of that size if there is
    /// one. `None` where there is no room.
    fn start(&mut self, sizes: &Sizes, bytes: u64) -> Option<Option<WorkMemory>> {
        if self.running >= sizes.max_running {
            return None;
        }
        let memory = self.reserve(sizes, bytes)?;
        self.running += 1;
        self.running_peak = self.running_peak.max(self.running);
        Some(memory)
    }

    /// As [`Self::start`], without a slot.
    fn reserve(&mut self, sizes: &Sizes, bytes: u64) -> Option<Option<WorkMemory>> {
        let mut memory = None;
        if bytes > 0 {
            memory = self.take_newest(bytes);
            if memory.is_none() {
                if self.in_use + bytes > sizes.budget_bytes {
                    return None;
                }
                // Those of other sizes go before anyone waits for memory.
                while self.in_use + self.idle + bytes > sizes.budget_bytes {
                    self.take_oldest()?;
                }
            }
        }
        self.in_use += bytes;
        self.bytes_peak = self.bytes_peak.max(self.in_use + self.idle);
        Some(memory)
    }

    /// Lets the first who waits go ahead. Its place.
    fn grant_first(&mut self, shared: &Shared, grant: Grant) -> Option<usize> {
        let place = self.queue.grant_first(grant)?;
        shared.note(self);
        shared.wake(place);
        Some(place)
    }

    /// Takes the idle mapping of this size that was used last: caches may hold it still.
    fn take_newest(&mut self, bytes: u64) -> Option<WorkMemory> {
        let fits = |mapping: &WorkMemory| mapping.bytes() as u64 == bytes;
        let mut mappings = self.mappings.iter();
        let at = mappings.rposition(|mapping| mapping.as_ref().is_some_and(fits))?;
        self.take_idle(at)
    }

    /// Takes the mapping that was idle for longest.
    fn take_oldest(&mut self) -> Option<WorkMemory> {
        let at = self.mappings.iter().position(Option::is_some)?;
        self.take_idle(at)
    }

    /// The others keep their order, the oldest first.
    fn take_idle(&mut self, at: usize) -> Option<WorkMemory> {
        let memory = self.mappings.get_mut(at)?.take()?;
        self.mappings.get_mut(at..)?.rotate_left(1);
        self.idle -= memory.bytes() as u64;
        Some(memory)
    }

    /// Keeps a wiped mapping for the next job.
    fn keep(&mut self, memory: WorkMemory) {
        if self.mappings.iter().all(Option::is_some) {
            drop(self.take_oldest());
        }
        if let Some(free) = self.mappings.iter_mut().find(|mapping| mapping.is_none()) {
            self.idle += memory.bytes() as u64;
            *free = Some(memory);
        }
    }
}

/// What a call that wants to start is told.
enum Told {
    /// It may, in this mapping or in one of its own.
    Start(Seat, Option<WorkMemory>),
    /// It has to wait in this place of the queue.
    Wait(usize),
    /// There is no room, and none came free in time.
    Busy,
}

impl Told {
    fn granted(grant: Grant, place: usize) -> Self {
        match grant {
            Grant::Slot(memory) => Self::Start(Seat::Slot, memory),
            Grant::Guest(memory) => Self::Start(Seat::Guest(place), memory),
        }
    }
}

/// How long a wait holds off the thread's signals at a time.
const SIGNALS_HELD_OFF: Duration = Duration::from_millis(50);

const BUSY: &str =
    "every slot or all work memory is in use, and the queue is full or the wait over";

/// A panic of another thread leaves nothing half-changed: none happens while the lock is held.
fn lock(shared: &Shared) -> MutexGuard<'_, State> {
    shared.state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The monotonic clock, for the bounded wait only.
#[allow(clippy::disallowed_methods)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests;
