//! What happened, counted: numbers only, none of them secret.

use super::Sizes;
use crate::hash::{SCHEMES, Scheme, kernels};
use std::sync::atomic::{AtomicU64, Ordering};

/// What a pool counts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    /// A job got its slot.
    Started,
    /// A job is computed beside the one of a slot.
    Joined,
    /// A call was told that there is no room.
    Busy,
    /// A hash was made.
    Made,
    /// A password was right.
    Accepted { scheme: Scheme, rehash: bool },
    /// A password was wrong.
    Rejected(Scheme),
    /// There was no such user.
    NoUser,
    /// A stored string could not be verified.
    Refused,
}

/// What happened in this process since the core was made, with all cores derived from it.
///
/// Each number is read by itself: together they need not be of one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Slots that jobs have now; each may have a guest besides (`joined`).
    pub running: u32,
    /// The most that were taken at once.
    pub running_peak: u32,
    /// How many there are.
    pub max_running: u32,
    /// Calls that wait now.
    pub queued: u32,
    /// The most that waited at once.
    pub queued_peak: u32,
    /// How many may wait.
    pub queue_len: u32,
    /// Bytes of work memory that are mapped now.
    pub memory_bytes: u64,
    /// Bytes of these that no job uses; they are wiped.
    pub memory_idle_bytes: u64,
    /// The most bytes that were mapped at once.
    pub memory_peak_bytes: u64,
    /// The most bytes that may be.
    pub memory_budget_bytes: u64,
    /// Jobs that were begun.
    pub jobs: u64,
    /// Those of them that were computed beside another one, in its slot.
    pub joined: u64,
    /// Calls that were told `Busy`, before any work.
    pub busy: u64,
    /// Hashes made.
    pub hashes: u64,
    /// Right passwords.
    pub accepted: u64,
    /// Right passwords for which a rehash was asked.
    pub rehash: u64,
    /// Wrong passwords of users that exist.
    pub rejected: u64,
    /// Passwords of users that do not exist.
    pub no_user: u64,
    /// Stored strings that could not be verified.
    pub refused: u64,
    /// The kernels in use: primitive and name.
    pub kernels: [(&'static str, &'static str); 2],
    accepted_by_scheme: PerScheme<u64>,
    rejected_by_scheme: PerScheme<u64>,
}

/// Something for each scheme, in the order of [`Scheme`].
#[derive(Clone, Debug, PartialEq, Eq)]
struct PerScheme<T>([T; SCHEMES.len()]);

impl<T: Default> Default for PerScheme<T> {
    fn default() -> Self {
        Self(std::array::from_fn(|_| T::default()))
    }
}

impl PerScheme<AtomicU64> {
    fn read(&self) -> PerScheme<u64> {
        PerScheme(std::array::from_fn(|at| self.0[at].load(Ordering::Relaxed)))
    }
}

/// Verdicts over the stored strings of one scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemeStats {
    /// The scheme.
    pub scheme: Scheme,
    /// Right passwords.
    pub accepted: u64,
    /// Wrong passwords.
    pub rejected: u64,
}

impl Stats {
    /// Right and wrong passwords for each scheme.
    pub fn schemes(&self) -> impl Iterator<Item = SchemeStats> {
        let counts = self
            .accepted_by_scheme
            .0
            .into_iter()
            .zip(self.rejected_by_scheme.0);
        Scheme::all()
            .zip(counts)
            .map(|(scheme, (accepted, rejected))| SchemeStats {
                scheme,
                accepted,
                rejected,
            })
    }

    pub(super) fn of(sizes: &Sizes) -> Self {
        Self {
            max_running: sizes.max_running,
            queue_len: sizes.queue_len,
            memory_budget_bytes: sizes.budget_bytes,
            kernels: kernels(),
            ..Self::default()
        }
    }
}

/// The counters of a process.
#[derive(Default)]
pub(super) struct Counters {
    started: AtomicU64,
    joined: AtomicU64,
    busy: AtomicU64,
    made: AtomicU64,
    rehash: AtomicU64,
    no_user: AtomicU64,
    refused: AtomicU64,
    accepted: PerScheme<AtomicU64>,
    rejected: PerScheme<AtomicU64>,
}

impl Counters {
    pub(super) fn count(&self, event: Event) {
        let add = |counter: &AtomicU64| {
            counter.fetch_add(1, Ordering::Relaxed);
        };
        match event {
            Event::Started => add(&self.started),
            Event::Joined => {
                add(&self.started);
                add(&self.joined);
            }
            Event::Busy => add(&self.busy),
            Event::Made => add(&self.made),
            Event::Accepted { scheme, rehash } => {
                add(&self.accepted.0[scheme as usize]);
                if rehash {
                    add(&self.rehash);
                }
            }
            Event::Rejected(scheme) => add(&self.rejected.0[scheme as usize]),
            Event::NoUser => add(&self.no_user),
            Event::Refused => add(&self.refused),
        }
    }

    pub(super) fn read(&self, stats: &mut Stats) {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        stats.jobs = read(&self.started);
        stats.joined = read(&self.joined);
        stats.busy = read(&self.busy);
        stats.hashes = read(&self.made);
        stats.rehash = read(&self.rehash);
        stats.no_user = read(&self.no_user);
        stats.refused = read(&self.refused);
        stats.accepted_by_scheme = self.accepted.read();
        stats.rejected_by_scheme = self.rejected.read();
        stats.accepted = stats.accepted_by_scheme.0.iter().sum();
        stats.rejected = stats.rejected_by_scheme.0.iter().sum();
    }
}
