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
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{Barrier, mpsc};
    use std::thread;

    const MIB: u64 = 1 << 20;

    fn pool(mib: u64, max_running: u32, queue_len: u32, wait_ms: u64) -> Pool {
        Pool::new(Sizes {
            budget_bytes: mib * MIB,
            max_running,
            queue_len,
            queue_wait: Duration::from_millis(wait_ms),
        })
    }

    fn kind_of(result: Result<(), Error>) -> Option<ErrorKind> {
        result.err().map(|error| error.kind())
    }

    /// Waits until `is_so`; a test that waits for ever is ended by its runner.
    fn until(is_so: impl Fn() -> bool) {
        while !is_so() {
            thread::yield_now();
        }
    }

    #[test]
    fn a_second_job_of_a_size_gets_the_mapping_of_the_first_wiped() {
        let pool = pool(64, 2, 0, 0);
        let mut base = 0;
        for round in 0..3 {
            pool.run(10 * MIB, |lease| {
                let words = lease.memory().and_then(|m| m.bytes_and_words(0, 1 << 20));
                let (_, words) = words.expect("the memory asked for");
                assert!(words.iter().all(|word| *word == 0), "round {round}");
                words.fill(u32::MAX);
                let here = words.as_ptr() as usize;
                assert!(round == 0 || here == base);
                base = here;
                Ok(())
            })
            .expect("room");
        }
        let stats = pool.stats();
        assert_eq!(
            (stats.memory_bytes, stats.memory_idle_bytes),
            (10 * MIB, 10 * MIB)
        );
        assert_eq!((stats.running, stats.running_peak, stats.jobs), (0, 1, 3));
        assert_eq!(pool.trim(), 10 * MIB);
        assert_eq!((pool.trim(), pool.stats().memory_bytes), (0, 0));
    }

    #[test]
    fn idle_mappings_of_other_sizes_go_before_anyone_is_told_busy() {
        let pool = pool(16, 4, 0, 0);
        for mib in [4, 6, 2, 8, 16, 2] {
            pool.run(mib * MIB, |_| Ok(())).expect("room");
            assert!(pool.stats().memory_bytes <= 16 * MIB);
        }
        assert_eq!(pool.stats().busy, 0);
        assert_eq!(pool.stats().memory_peak_bytes, 16 * MIB);
    }

    #[test]
    fn no_more_idle_mappings_are_kept_than_jobs_can_use() {
        let pool = pool(64, 2, 0, 0);
        for mib in [2, 4, 6, 8] {
            pool.run(mib * MIB, |_| Ok(())).expect("room");
        }
        // Those idle for longest went.
        assert_eq!(pool.stats().memory_idle_bytes, 14 * MIB);
    }

    #[test]
    fn more_than_the_whole_budget_is_told_apart_from_a_full_house() {
        let pool = pool(8, 2, 4, 1000);
        assert_eq!(
            kind_of(pool.run(8 * MIB + 1, |_| Ok(()))),
            Some(ErrorKind::Budget)
        );
        assert_eq!(
            kind_of(pool.run(u64::MAX, |_| Ok(()))),
            Some(ErrorKind::Budget)
        );
        assert_eq!(pool.check(8 * MIB), Ok(()));
        let error = pool.check(9 * MIB).expect_err("over").to_string();
        assert_eq!(
            error,
            "work memory in bytes is 9437184, over the limit of 8388608"
        );
        assert_eq!((pool.stats().busy, pool.stats().jobs), (0, 0));
    }

    #[test]
    fn capacity_is_what_fits() {
        let pool = pool(64, 4, 0, 0);
        for (bytes, jobs) in [
            (0, 4),
            (1, 4),
            (16 * MIB, 4),
            (19 * MIB, 3),
            (64 * MIB, 1),
            (65 * MIB, 0),
        ] {
            assert_eq!(pool.capacity(bytes), jobs, "{bytes}");
        }
    }

    /// Slots bound jobs without memory as they bound those with.
    #[test]
    fn never_more_jobs_than_slots_nor_more_bytes_than_the_budget() {
        let pool = pool(8, 3, 1000, 60_000);
        let (running, most) = (AtomicU32::new(0), AtomicU32::new(0));
        let bytes_now = std::sync::atomic::AtomicU64::new(0);
        thread::scope(|scope| {
            for thread in 0..16_u64 {
                let (pool, running, most, bytes_now) = (&pool, &running, &most, &bytes_now);
                scope.spawn(move || {
                    for round in 0..200_u64 {
                        let bytes =
                            [0, 1, 2 * MIB, 4 * MIB, 8 * MIB][((thread + round) % 5) as usize];
                        pool.run(bytes, |_| {
                            let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                            most.fetch_max(now, Ordering::SeqCst);
                            let all = bytes_now.fetch_add(bytes, Ordering::SeqCst) + bytes;
                            assert!(all <= 8 * MIB, "{all} bytes in use");
                            thread::yield_now();
                            bytes_now.fetch_sub(bytes, Ordering::SeqCst);
                            running.fetch_sub(1, Ordering::SeqCst);
                            Ok(())
                        })
                        .expect("the queue is long and patient enough");
                    }
                });
            }
        });
        let stats = pool.stats();
        assert_eq!(most.load(Ordering::SeqCst), 3);
        assert_eq!((stats.running_peak, stats.running, stats.queued), (3, 0, 0));
        assert_eq!((stats.jobs, stats.busy), (3200, 0));
        assert!(stats.memory_peak_bytes <= 8 * MIB);
    }

    #[test]
    fn who_waits_is_served_in_order_and_one_too_many_is_refused_at_once() {
        let pool = pool(8, 1, 3, 60_000);
        let (told, order) = mpsc::channel();
        thread::scope(|scope| {
            pool.run(0, |_| {
                for number in 0..3_u32 {
                    let (pool, told) = (&pool, told.clone());
                    scope.spawn(move || {
                        pool.run(0, |_| {
                            told.send(number).expect("open");
                            Ok(())
                        })
                    });
                    until(|| pool.stats().queued == number + 1);
                }
                assert_eq!(kind_of(pool.run(0, |_| Ok(()))), Some(ErrorKind::Busy));
                Ok(())
            })
            .expect("room");
        });
        assert_eq!(order.try_iter().collect::<Vec<_>>(), [0, 1, 2]);
        let stats = pool.stats();
        assert_eq!((stats.jobs, stats.busy, stats.queued_peak), (4, 1, 3));
    }

    /// Who needs much is not overtaken for ever by those who need little.
    #[test]
    fn nobody_overtakes_who_waits_for_memory() {
        let pool = pool(8, 4, 4, 60_000);
        let (told, order) = mpsc::channel();
        thread::scope(|scope| {
            pool.run(2 * MIB, |_| {
                for (queued, (name, mib)) in [("large", 8), ("small", 2)].into_iter().enumerate() {
                    let (pool, told) = (&pool, told.clone());
                    scope.spawn(move || {
                        pool.run(mib * MIB, |_| {
                            told.send(name).expect("open");
                            Ok(())
                        })
                    });
                    until(|| pool.stats().queued as usize == queued + 1);
                }
                Ok(())
            })
            .expect("room");
        });
        assert_eq!(order.try_iter().collect::<Vec<_>>(), ["large", "small"]);
    }

    #[test]
    fn a_wait_that_is_over_is_busy_and_lets_others_pass() {
        let pool = pool(8, 2, 4, 50);
        let barrier = Barrier::new(2);
        thread::scope(|scope| {
            scope.spawn(|| {
                pool.run(2 * MIB, |_| {
                    barrier.wait();
                    // Until the large one has given up, and the small one behind it has run.
                    until(|| pool.stats().busy >= 1 && pool.stats().jobs == 2);
                    Ok(())
                })
            });
            barrier.wait();
            let large = scope.spawn(|| pool.run(8 * MIB, |_| Ok(())));
            until(|| pool.stats().queued == 1 || pool.stats().busy >= 1);
            loop {
                // A wait of its own may be over before the one in front.
                if pool.run(MIB, |_| Ok(())).is_ok() {
                    break;
                }
            }
            assert_eq!(
                kind_of(large.join().expect("no panic")),
                Some(ErrorKind::Busy)
            );
        });
        assert_eq!((pool.stats().running, pool.stats().queued), (0, 0));
    }

    #[test]
    fn without_patience_or_a_queue_a_full_house_is_busy_at_once() {
        for pool in [pool(8, 1, 4, 0), pool(8, 1, 0, 60_000)] {
            pool.run(0, |_| {
                assert_eq!(kind_of(pool.run(0, |_| Ok(()))), Some(ErrorKind::Busy));
                Ok(())
            })
            .expect("room");
            assert_eq!((pool.stats().jobs, pool.stats().busy), (1, 1));
            pool.run(0, |_| Ok(())).expect("room again");
        }
    }

    #[test]
    fn a_job_that_fails_or_panics_gives_back_what_it_had() {
        let pool = pool(8, 1, 0, 0);
        let failed = pool.run(MIB, |_| {
            Err::<(), _>(Error::new(ErrorKind::Internal, "planted"))
        });
        assert_eq!(kind_of(failed), Some(ErrorKind::Internal));
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            pool.run(MIB, |lease| -> Result<(), Error> {
                let memory = lease.memory().and_then(|m| m.bytes_and_words(0, 1024));
                memory.expect("memory").1.fill(u32::MAX);
                panic!("planted")
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(pool.stats().running, 0);
        pool.run(MIB, |lease| {
            let memory = lease.memory().and_then(|m| m.bytes_and_words(0, 1024));
            assert!(memory.expect("memory").1.iter().all(|word| *word == 0));
            Ok(())
        })
        .expect("room again");
    }

    #[test]
    fn what_the_system_does_not_give_is_an_error_and_costs_no_slot() {
        // A budget that no machine has.
        let pool = pool(1 << 40, 1, 0, 0);
        for _ in 0..3 {
            assert_eq!(
                kind_of(pool.run(1 << 59, |_| Ok(()))),
                Some(ErrorKind::Memory)
            );
        }
        assert_eq!((pool.stats().running, pool.stats().memory_bytes), (0, 0));
        pool.run(MIB, |_| Ok(())).expect("room");
    }
}
