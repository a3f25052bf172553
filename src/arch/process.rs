//! What belongs to one process: state that a forked child makes anew, and the CPUs it may use.

use super::memory::Array;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

/// A value of which every process has its own.
///
/// A child forked from a process with threads inherits locks that nobody will
/// open. It finds out by a word that the kernel wipes when it forks, makes the
/// value anew, and touches nothing of the old one, which it keeps without using it.
pub(crate) struct PerProcess<T> {
    current: AtomicPtr<Generation<T>>,
    owns: PhantomData<T>,
}

/// The value of one process.
pub(crate) struct Generation<T> {
    /// 1 in the process that made the value; wiped in its children.
    alive: AtomicU32,
    /// Where the kernel wipes nothing: the process that made the value, else 0.
    pid: AtomicU32,
    value: T,
}

impl<T: Send + Sync> PerProcess<T> {
    /// No value yet.
    pub(crate) const fn new() -> Self {
        Self {
            current: AtomicPtr::new(null_mut()),
            owns: PhantomData,
        }
    }

    /// The value of this process, made by `make` where there is none yet. `None` where `make` is out of memory.
    pub(crate) fn get(&self, make: impl Fn() -> Option<T>) -> Option<&Generation<T>> {
        loop {
            let known = self.current.load(Ordering::Acquire);
            // SAFETY: NULL or a generation, and none is freed before `self` is.
            if let Some(generation) = unsafe { known.as_ref() }
                && generation.is_current()
            {
                return Some(generation);
            }
            let made = Generation::new(make()?)?;
            signals::held_off(|| {
                // SAFETY: nobody else has seen this one.
                let is_ours = unsafe { made.as_ref() }.is_current();
                let (order, at_failure) = (Ordering::AcqRel, Ordering::Acquire);
                let made_ptr = made.as_ptr();
                let swapped = self
                    .current
                    .compare_exchange(known, made_ptr, order, at_failure);
                if swapped.is_err() && is_ours {
                    // Another thread was first. SAFETY: as above.
                    unsafe { Generation::free(made) };
                }
            });
        }
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        let Some(known) = NonNull::new(*self.current.get_mut()) else {
            return;
        };
        // What a child inherited may be half-changed, so it is left as it is.
        signals::held_off(|| {
            // SAFETY: a generation that only `self` refers to.
            unsafe {
                if known.as_ref().is_current() {
                    Generation::free(known);
                }
            }
        });
    }
}

impl<T> Generation<T> {
    fn new(value: T) -> Option<NonNull<Self>> {
        let array = Array::of(std::iter::once(Self {
            alive: AtomicU32::new(1),
            pid: AtomicU32::new(0),
            value,
        }))?;
        if !array.wipe_on_fork() {
            for generation in array.iter() {
                generation.pid.store(process_id(), Ordering::Relaxed);
            }
        }
        Some(array.into_raw())
    }

    /// # Safety
    ///
    /// `generation` came from `new` and is not used afterwards.
    unsafe fn free(generation: NonNull<Self>) {
        // SAFETY: an array of one, by the contract.
        drop(unsafe { Array::from_raw(generation, 1) });
    }

    /// Runs `body` while no signal handler can fork this thread away from the
    /// value. `None`, without running it, where that has happened already.
    ///
    /// What takes a lock or changes the value goes in here: a child must never
    /// find itself in the middle of that.
    pub(crate) fn undisturbed<R>(&self, body: impl FnOnce(&T) -> R) -> Option<R> {
        signals::held_off(|| self.is_current().then(|| body(&self.value)))
    }

    /// Whether the value is that of this process.
    pub(crate) fn is_current(&self) -> bool {
        let pid = self.pid.load(Ordering::Relaxed);
        self.alive.load(Ordering::Acquire) != 0 && (pid == 0 || pid == process_id())
    }
}

impl<T> Deref for Generation<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

#[cfg(unix)]
mod signals {
    use std::mem::MaybeUninit;
    use std::ptr::null_mut;

    /// What a fault of the thread itself raises. To block these would end the process.
    const OF_FAULTS: [i32; 7] = [
        libc::SIGABRT,
        libc::SIGBUS,
        libc::SIGFPE,
        libc::SIGILL,
        libc::SIGSEGV,
        libc::SIGSYS,
        libc::SIGTRAP,
    ];

    /// Puts the thread's signal mask back, after a panic too.
    struct Restore(libc::sigset_t);

    impl Drop for Restore {
        fn drop(&mut self) {
            // SAFETY: sets a mask that was read from this thread.
            unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.0, null_mut()) };
        }
    }

    /// Runs `body` while the thread handles no signals; they are handled afterwards.
    pub(super) fn held_off<R>(body: impl FnOnce() -> R) -> R {
        let mut most = MaybeUninit::<libc::sigset_t>::uninit();
        let mut before = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: `sigfillset` makes a whole set of `most`, and `before` is
        // written where `pthread_sigmask` succeeds, as it does with these values.
        let restore = unsafe {
            libc::sigfillset(most.as_mut_ptr());
            for signal in OF_FAULTS {
                libc::sigdelset(most.as_mut_ptr(), signal);
            }
            let mask = most.as_ptr();
            let result = libc::pthread_sigmask(libc::SIG_BLOCK, mask, before.as_mut_ptr());
            (result == 0).then(|| Restore(before.assume_init()))
        };
        let result = body();
        drop(restore);
        result
    }
}

#[cfg(not(unix))]
mod signals {
    /// No signal handler forks here.
    pub(super) fn held_off<R>(body: impl FnOnce() -> R) -> R {
        body()
    }
}

/// A number that a child does not share with its parent; 0 where processes do not fork.
fn process_id() -> u32 {
    #[cfg(unix)]
    return std::process::id();
    #[cfg(not(unix))]
    0
}

/// The CPUs that this process may use, at least 1. Opens no file, so it knows nothing of quotas.
pub(crate) fn cpus() -> usize {
    #[cfg(target_os = "linux")]
    {
        // Room for 8192 CPUs, the most that a kernel for x86-64 is built for.
        let mut set = [0_u64; 128];
        // SAFETY: the kernel writes at most as many bytes as it is told.
        let result =
            unsafe { libc::sched_getaffinity(0, size_of_val(&set), set.as_mut_ptr().cast()) };
        let count: u32 = set.iter().map(|word| word.count_ones()).sum();
        if result == 0 && count > 0 {
            return count as usize;
        }
        1
    }
    #[cfg(not(target_os = "linux"))]
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn the_value_is_made_once_and_dropped_once() {
        let value = Arc::new(());
        let cell = PerProcess::new();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let first = cell.get(|| Some(Arc::clone(&value))).expect("memory");
                    let again = cell.get(|| None).expect("made before");
                    assert!(std::ptr::eq(first, again) && first.is_current());
                });
            }
        });
        assert_eq!(
            Arc::strong_count(&value),
            2,
            "who came too late freed his own"
        );
        drop(cell);
        assert_eq!(Arc::strong_count(&value), 1);
    }

    #[test]
    fn without_memory_there_is_no_value_until_there_is() {
        let cell = PerProcess::new();
        assert!(cell.get(|| None::<u64>).is_none());
        assert_eq!(cell.get(|| Some(7_u64)).map(|value| **value), Some(7));
    }

    /// A fork is simulated by what the kernel does at one; `tests/c/forks.c` forks.
    #[test]
    fn what_was_wiped_is_made_anew_and_the_old_value_is_left_alone() {
        let old = Arc::new(());
        let cell = PerProcess::new();
        let generation = cell.get(|| Some(Arc::clone(&old))).expect("memory");
        generation.alive.store(0, Ordering::Release);
        assert!(!generation.is_current());
        let new = Arc::new(());
        let made = cell.get(|| Some(Arc::clone(&new))).expect("memory");
        assert!(made.is_current() && Arc::ptr_eq(made, &new));
        // What is stale is not even looked at.
        assert!(generation.undisturbed(|_| panic!("stale")).is_none());
        assert!(made.undisturbed(|value| Arc::ptr_eq(value, &new)).is_some());
        drop(cell);
        assert_eq!((Arc::strong_count(&old), Arc::strong_count(&new)), (2, 1));
    }

    #[test]
    fn where_nothing_is_wiped_the_process_id_tells() {
        let cell = PerProcess::new();
        let generation = cell.get(|| Some(1_u8)).expect("memory");
        generation.pid.store(process_id(), Ordering::Relaxed);
        assert!(generation.is_current());
        generation.pid.store(u32::MAX, Ordering::Relaxed);
        assert!(!generation.is_current());
    }

    #[cfg(unix)]
    #[test]
    fn signals_wait_until_the_end_even_of_a_panic() {
        static HANDLED: AtomicU32 = AtomicU32::new(0);
        extern "C" fn handler(_: i32) {
            HANDLED.fetch_add(1, Ordering::SeqCst);
        }
        let raise = || {
            // SAFETY: a signal of this thread, for which there is a handler.
            unsafe { libc::pthread_kill(libc::pthread_self(), libc::SIGUSR1) };
            HANDLED.load(Ordering::SeqCst)
        };
        // SAFETY: the handler does nothing that is not allowed in one.
        unsafe { libc::signal(libc::SIGUSR1, handler as *const () as libc::sighandler_t) };
        assert_eq!(raise(), 1);
        assert_eq!(signals::held_off(raise), 1);
        assert_eq!(HANDLED.load(Ordering::SeqCst), 2);
        let panicked = std::panic::catch_unwind(|| {
            signals::held_off(|| {
                raise();
                panic!("planted");
            })
        });
        assert!(panicked.is_err());
        assert_eq!((HANDLED.load(Ordering::SeqCst), raise()), (3, 4));
    }

    #[test]
    fn there_is_a_cpu() {
        let most = std::thread::available_parallelism().map_or(1, usize::from);
        assert!(cpus() >= most);
    }
}
