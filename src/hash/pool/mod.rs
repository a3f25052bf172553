//! The pool: how many jobs run at once, in how much memory, and who waits.
//!
//! Every call that hashes takes a [`Lease`]: a slot, and for memory-hard
//! functions one mapping. Both are counted against limits that no load can
//! pass. Who finds no room waits in a queue of fixed length for a fixed time,
//! first come, first served, and is told `E_BUSY` after that. Mappings are kept
//! for the next job of the same size; they are in use or wiped.
//!
//! Everything is asked of the system when the pool is made, and once more in a
//! forked child, which starts with an empty pool of its own: no call asks the
//! heap for anything.

mod queue;
mod sizes;
mod stats;

pub use self::stats::{SchemeStats, Stats};

pub(crate) use self::sizes::rounded;
pub(crate) use self::sizes::{MEMORY_KEYS, MemorySettings, Sizes};
pub(crate) use self::stats::Event;

use self::queue::Queue;
use self::stats::Counters;
use super::kdf::memory_refused;
use crate::arch::memory::{Array, WorkMemory};
use crate::arch::process::{Generation, PerProcess};
use crate::error::{Bound, Error, ErrorKind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Slots and work memory of a core and of all that are derived from it.
pub(crate) struct Pool {
    sizes: Sizes,
    shared: PerProcess<Shared>,
}

/// What the threads of one process share.
struct Shared {
    state: Mutex<State>,
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
        mut job: impl FnMut(&mut Lease<'_>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        loop {
            let mut lease = self.lease(bytes)?;
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
        let take = |shared: &Shared| lock(shared).take_idle(|_| true);
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

    fn lease(&self, bytes: u64) -> Result<Lease<'_>, Error> {
        let bytes = self.rounded(bytes)?;
        loop {
            let shared = self.shared()?;
            let Some(memory) = self.admit(shared, bytes)? else {
                continue;
            };
            // The lease is there before what can fail: it gives the slot back.
            let mut lease = Lease {
                pool: self,
                shared,
                memory,
                bytes,
            };
            if bytes > 0 && lease.memory.is_none() {
                lease.memory = Some(self.map(shared, bytes)?);
            }
            #[cfg(test)]
            super::work::count_lease(bytes);
            return Ok(lease);
        }
    }

    /// Waits for a slot and for `bytes`, with the idle mapping to use if there
    /// is one. `None` where the process turned out to be a child just forked.
    fn admit(
        &self,
        shared: &Generation<Shared>,
        bytes: u64,
    ) -> Result<Option<Option<WorkMemory>>, Error> {
        let mut told = shared.undisturbed(|shared| self.enter(shared, bytes));
        let deadline = now() + self.sizes.queue_wait;
        loop {
            match told {
                None => return Ok(None),
                Some(Told::Start(memory)) => {
                    shared.counters.count(Event::Started);
                    return Ok(Some(memory));
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
    fn enter(&self, shared: &Shared, bytes: u64) -> Told {
        let mut state = lock(shared);
        if state.queue.is_empty()
            && let Some(memory) = state.start(&self.sizes, bytes)
        {
            return Told::Start(memory);
        }
        if self.sizes.queue_wait.is_zero() || state.queue.len() >= self.sizes.queue_len {
            return Told::Busy;
        }
        state.queue.push(bytes).map_or(Told::Busy, Told::Wait)
    }

    /// Waits in a place of the queue, until it is granted, the deadline has
    /// come, or signals have been held off for long enough.
    fn wait(&self, shared: &Shared, place: usize, deadline: Instant) -> Told {
        let Some(waker) = shared.wakers.get(place) else {
            return Told::Busy;
        };
        let mut state = lock(shared);
        if let Some(memory) = state.queue.collect(place) {
            return Told::Start(memory);
        }
        let left = deadline.saturating_duration_since(now());
        if left.is_zero() {
            state.queue.leave(place);
            // Who stood behind may need less.
            self.serve(shared, &mut state);
            return Told::Busy;
        }
        (state, _) = waker
            .wait_timeout(state, left.min(SIGNALS_HELD_OFF))
            .unwrap_or_else(PoisonError::into_inner);
        match state.queue.collect(place) {
            Some(memory) => Told::Start(memory),
            None => Told::Wait(place),
        }
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

    /// Ends a job, whose memory is wiped.
    fn end(&self, shared: &Shared, bytes: u64, memory: Option<WorkMemory>) {
        let mut state = lock(shared);
        state.running -= 1;
        state.in_use -= bytes;
        if let Some(memory) = memory {
            state.keep(memory);
        }
        self.serve(shared, &mut state);
    }

    /// Starts who waits, in order, as long as there is room.
    fn serve(&self, shared: &Shared, state: &mut State) {
        while let Some(bytes) = state.queue.first() {
            let Some(memory) = state.start(&self.sizes, bytes) else {
                return;
            };
            let place = state.queue.grant_first(memory);
            if let Some(waker) = place.and_then(|place| shared.wakers.get(place)) {
                waker.notify_one();
            }
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
        // Besides those who wait there may be who was let in and has not woken up yet.
        let places = (sizes.queue_len + sizes.max_running) as usize;
        Some(Self {
            state: Mutex::new(State {
                running: 0,
                running_peak: 0,
                in_use: 0,
                idle: 0,
                bytes_peak: 0,
                mappings: Array::of((0..sizes.max_running as usize).map(|_| None))?,
                queue: Queue::new(places)?,
            }),
            wakers: Array::of((0..places).map(|_| Condvar::new()))?,
            counters: Counters::default(),
        })
    }
}

impl State {
    /// Takes a slot and `bytes`, with an idle mapping of that size if there is
    /// one. `None` where there is no room.
    fn start(&mut self, sizes: &Sizes, bytes: u64) -> Option<Option<WorkMemory>> {
        if self.running >= sizes.max_running {
            return None;
        }
        let mut memory = None;
        if bytes > 0 {
            memory = self.take_idle(|mapping| mapping.bytes() as u64 == bytes);
            if memory.is_none() {
                if self.in_use + bytes > sizes.budget_bytes {
                    return None;
                }
                // Those of other sizes go before anyone waits for memory.
                while self.in_use + self.idle + bytes > sizes.budget_bytes {
                    self.take_idle(|_| true)?;
                }
            }
        }
        self.in_use += bytes;
        self.bytes_peak = self.bytes_peak.max(self.in_use + self.idle);
        self.running += 1;
        self.running_peak = self.running_peak.max(self.running);
        Some(memory)
    }

    /// Takes the mapping idle for longest of those that `suits`.
    fn take_idle(&mut self, suits: impl Fn(&WorkMemory) -> bool) -> Option<WorkMemory> {
        let at = self
            .mappings
            .iter()
            .position(|mapping| mapping.as_ref().is_some_and(&suits))?;
        let memory = self.mappings.get_mut(at)?.take()?;
        self.mappings.get_mut(at..)?.rotate_left(1);
        self.idle -= memory.bytes() as u64;
        Some(memory)
    }

    /// Keeps a wiped mapping for the next job.
    fn keep(&mut self, memory: WorkMemory) {
        if self.mappings.iter().all(Option::is_some) {
            drop(self.take_idle(|_| true));
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
    Start(Option<WorkMemory>),
    /// It has to wait in this place of the queue.
    Wait(usize),
    /// There is no room, and none came free in time.
    Busy,
}

/// How long a wait holds off the thread's signals at a time.
const SIGNALS_HELD_OFF: Duration = Duration::from_millis(50);

/// A slot, and work memory where it was asked for. Given back, wiped, when dropped.
pub(crate) struct Lease<'p> {
    pool: &'p Pool,
    shared: &'p Generation<Shared>,
    memory: Option<WorkMemory>,
    bytes: u64,
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
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(memory) = &mut self.memory {
            memory.wipe();
        }
        let (bytes, memory) = (self.bytes, self.memory.take());
        // A child has a pool of its own, which has not lent this.
        self.shared
            .undisturbed(|shared| self.pool.end(shared, bytes, memory));
    }
}

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
