//! Proposing cost parameters by measuring on the host.
//!
//! saltbox reads no clock and starts no thread, so a [`Calibration`] is asked what to measure
//! ([`Step`]), the host measures it on as many threads as will hash at once in production, and
//! tells what its clock said ([`Readings`]). What runs is the work of a verification, in work
//! memory of the budget's size, wiped each time.
//!
//! The time under load is that from the first hash to the end of the last, on all threads: a host
//! that measures on fewer threads than it was asked for finds a slower machine, never a faster one.

mod ladder;
mod search;
#[cfg(test)]
mod tests;

use self::ladder::{Ladder, Room};
use self::search::{Found, HASHES, Search};
use super::pool::rounded;
use super::{HashSettings, Kdf, Pool, Scheme, Sizes, Verdict};
use crate::arch::stack::without_traces;
use crate::error::{Bound, Error, ErrorKind};
use crate::keys::RootKeys;
use std::time::Duration;

/// How often the clock is read around the hashes of one thread: before the first and after each.
pub const READINGS: usize = HASHES + 1;

/// What is asked of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Argon2id, scrypt, PBKDF2 with SHA-256 or SHA-512, or bcrypt: what may be created.
    pub scheme: Scheme,
    /// How long one hash may take when as many as `at_once` are computed: what a user waits for.
    pub time: Duration,
    /// How many are computed at once at the peak, from 1 to 1024.
    pub at_once: u32,
    /// The work memory of all of them together, in bytes, a MiB at least.
    pub memory_bytes: u64,
}

/// As `hash.max_running` can say.
const MOST_AT_ONCE: u64 = 1024;

const MIB: u64 = 1 << 20;

/// As `hash.memory_mib` can say.
const MOST_MEMORY_BYTES: u64 = MIB << 20;

/// A minute: nobody waits for longer, so more is a slip in the unit.
const MOST_NS: u64 = 60_000_000_000;

/// A search for the dearest parameters that keep to a [`Target`], on the machine it runs on.
///
/// It has work memory of its own, of the target's size, which goes when it is dropped: run it
/// before the service starts, or on a machine of the same kind. All measuring together takes about
/// ten times the target, twice that where times jump from one size to the next, and six times the
/// least hash where that alone is over the target.
///
/// ```
/// use saltbox::hash::{Advice, Readings, Scheme, Target};
/// use saltbox::{Config, Error};
/// use std::thread;
/// use std::time::{Duration, Instant};
///
/// let start = Instant::now();
/// let clock = || u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
/// let mut calibration = Config::default().calibrate(&Target {
///     scheme: Scheme::Argon2id,
///     time: Duration::from_millis(100),
///     at_once: 2,
///     memory_bytes: 256 << 20,
/// })?;
/// while let Some(step) = calibration.step() {
///     let readings = thread::scope(|scope| {
///         let threads: Vec<_> = (0..step.threads()).map(|_| scope.spawn(|| step.run(clock))).collect();
///         let joined = threads.into_iter().map(|thread| thread.join().expect("no panic"));
///         joined.collect::<Result<Vec<Readings>, Error>>()
///     })?;
///     calibration.tell(&readings)?;
/// }
/// match calibration.advice()? {
///     Advice::Proposed(proposal) => println!("{}", proposal.to_json()),
///     Advice::OutOfReach(least) => println!("no less than {:?}", least.under_load()),
/// }
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct Calibration {
    /// They create the candidate.
    settings: HashSettings,
    pool: Pool,
    search: Search,
    /// How many steps were told.
    told: u32,
}

/// What to measure next.
#[derive(Clone, Copy, Debug)]
pub struct Step<'c> {
    calibration: &'c Calibration,
    kdf: Kdf,
    threads: u32,
}

/// What the clock said while one thread computed the hashes of a [`Step`].
#[derive(Clone, Copy, Debug)]
pub struct Readings {
    step: u32,
    ns: [u64; READINGS],
}

/// What came of a calibration.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub enum Advice {
    /// The dearest that keep to the target.
    Proposed(Proposal),
    /// Even the least that may be created takes longer than the target. This is it, as measured.
    OutOfReach(Proposal),
}

/// Parameters, and how they did on this machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proposal {
    found: Found,
    at_once: u32,
    budget_bytes: u64,
    memory_bytes: u64,
}

impl Calibration {
    /// Begins with the least that `settings` let be created.
    pub(crate) fn new(settings: &HashSettings, target: &Target) -> Result<Self, Error> {
        let target_ns = u64::try_from(target.time.as_nanos()).unwrap_or(u64::MAX);
        within("target in nanoseconds", target_ns, 1, MOST_NS)?;
        within("at_once", target.at_once.into(), 1, MOST_AT_ONCE)?;
        let bytes = target.memory_bytes;
        within("memory budget in bytes", bytes, MIB, MOST_MEMORY_BYTES)?;
        // As `hash.memory_mib` says it.
        let budget_bytes = bytes / MIB * MIB;
        let mut settings = settings.with_other_memory();
        settings.limits().check_room(budget_bytes)?;
        let room = Room {
            limits: settings.limits(),
            budget_bytes,
            at_once: target.at_once,
        };
        let ladder = Ladder::new(target.scheme, room)?;
        settings.use_kdf(ladder.at(ladder.least()))?;
        let pool = Pool::new(Sizes {
            budget_bytes,
            max_running: target.at_once,
            // Where lanes of scrypt take a rounded share, one fewer may fit; who waits is measured as well.
            queue_len: target.at_once,
            queue_wait: Duration::from_nanos(MOST_NS),
            // As many hash at once as there are slots.
            company_from_bytes: u64::MAX,
        });
        Ok(Self {
            settings,
            pool,
            search: Search::new(ladder, target_ns, target.at_once),
            told: 0,
        })
    }

    /// What to measure next; `None` where enough was measured.
    #[must_use]
    pub fn step(&self) -> Option<Step<'_>> {
        let (kdf, threads) = self.search.candidate()?;
        Some(Step {
            calibration: self,
            kdf,
            threads,
        })
    }

    /// Takes what the threads of one step read, [`Step::threads`] of them in any order.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where the readings are not those of the step that is to be measured
    /// or of more or fewer threads than it asks for, and where a clock stood still or ran backwards. The
    /// step can be measured once more then.
    pub fn tell(&mut self, readings: &[Readings]) -> Result<(), Error> {
        if readings.iter().any(|readings| readings.step != self.told) {
            return refused("readings of another step than the one to be measured");
        }
        self.tell_each(readings.len(), |i| {
            readings
                .get(i)
                .map_or([0; READINGS], |readings| readings.ns)
        })
    }

    /// As [`Self::tell`], for readings of `n` threads that stand somewhere.
    pub(crate) fn tell_each(
        &mut self,
        n: usize,
        readings: impl Fn(usize) -> [u64; READINGS],
    ) -> Result<(), Error> {
        let Some((_, threads)) = self.search.candidate() else {
            return refused("enough was measured");
        };
        if u32::try_from(n) != Ok(threads) {
            return refused("as many threads as the step asks for have to be told of");
        }
        let mut span = Span::default();
        for i in 0..n {
            span.add(readings(i))?;
        }
        let mut search = self.search.clone();
        search.tell(span.of_one_hash());
        if let Some((kdf, _)) = search.candidate() {
            self.settings.use_kdf(kdf)?;
        }
        self.search = search;
        self.told = self.told.saturating_add(1);
        Ok(())
    }

    /// Measures all steps on the calling thread, where hashes are computed one at a time.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where [`Target::at_once`] is more than 1, which one thread cannot
    /// measure; those of [`Step::run`] and [`Self::tell`].
    pub fn alone(mut self, mut clock: impl FnMut() -> u64) -> Result<Advice, Error> {
        while let Some(step) = self.step() {
            if step.threads() > 1 {
                return refused("one thread cannot measure how several hashes at once go");
            }
            let readings = step.run(&mut clock)?;
            self.tell(&[readings])?;
        }
        self.advice()
    }

    /// What was found.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where there is something left to measure.
    pub fn advice(&self) -> Result<Advice, Error> {
        let Some(found) = self.search.found() else {
            return refused("there is something left to be measured");
        };
        let sizes = self.pool.sizes();
        let mut settings = self.settings.clone();
        settings.use_kdf(found.kdf)?;
        let each = settings.create_bytes(&self.pool);
        let running = self.pool.capacity(each);
        let proposal = Proposal {
            found,
            at_once: sizes.max_running,
            budget_bytes: sizes.budget_bytes,
            memory_bytes: rounded(each).saturating_mul(running.into()),
        };
        Ok(if found.is_within_target {
            Advice::Proposed(proposal)
        } else {
            Advice::OutOfReach(proposal)
        })
    }

    /// One hash of the candidate, by the path of a verification.
    pub(crate) fn hash(&self) -> Result<(), Error> {
        if self.search.candidate().is_none() {
            return refused("enough was measured");
        }
        let keys = RootKeys::default();
        let verdict = without_traces(|| self.settings.verify(&self.pool, &keys, b"", PASSWORD))?;
        debug_assert_eq!(verdict, Verdict::Rejected);
        Ok(())
    }
}

/// Of the length that people choose.
const PASSWORD: &[u8] = b"calibrating";

impl Step<'_> {
    /// On how many threads to call [`Self::run`] at once.
    #[must_use]
    pub const fn threads(&self) -> u32 {
        self.threads
    }

    /// The parameters that are measured.
    #[must_use]
    pub const fn kdf(&self) -> Kdf {
        self.kdf
    }

    /// Computes the hashes of one thread, and reads the clock around each.
    ///
    /// `clock` says nanoseconds of a clock that never goes back and is the same for all threads.
    /// Where it counts from does not matter.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`] where the system gives no work memory, and [`ErrorKind::Busy`] where
    /// many more threads call than were asked for.
    pub fn run(&self, mut clock: impl FnMut() -> u64) -> Result<Readings, Error> {
        let mut ns = [clock(); READINGS];
        for reading in ns.iter_mut().skip(1) {
            self.calibration.hash()?;
            *reading = clock();
        }
        let step = self.calibration.told;
        Ok(Readings { step, ns })
    }
}

impl Advice {
    /// What was proposed; `None` where the target is out of reach.
    #[must_use]
    pub const fn proposed(self) -> Option<Proposal> {
        match self {
            Self::Proposed(proposal) => Some(proposal),
            Self::OutOfReach(_) => None,
        }
    }

    /// What was measured, whether it keeps to the target or not.
    #[must_use]
    pub const fn measured(&self) -> &Proposal {
        match self {
            Self::Proposed(measured) | Self::OutOfReach(measured) => measured,
        }
    }
}

impl Proposal {
    /// The function and its parameters.
    #[must_use]
    pub const fn kdf(&self) -> Kdf {
        self.found.kdf
    }

    /// How long one hash takes by itself.
    #[must_use]
    pub const fn alone(&self) -> Duration {
        Duration::from_nanos(self.found.alone_ns)
    }

    /// How long one hash takes while [`Self::at_once`] are computed.
    #[must_use]
    pub const fn under_load(&self) -> Duration {
        Duration::from_nanos(self.found.under_load_ns)
    }

    /// How many hashes a second end under that load.
    #[must_use]
    pub fn hashes_per_second(&self) -> f64 {
        f64::from(self.at_once) / self.under_load().as_secs_f64().max(1e-9)
    }

    /// How many are computed at once: `hash.max_running`.
    #[must_use]
    pub const fn at_once(&self) -> u32 {
        self.at_once
    }

    /// Work memory in use by all of them, in bytes: at most that of the target.
    #[must_use]
    pub const fn memory_bytes(&self) -> u64 {
        self.memory_bytes
    }

    /// `hash.memory_mib`: the memory of the target.
    pub(crate) const fn budget_mib(&self) -> u64 {
        self.budget_bytes / MIB
    }
}

/// What the clock said on the threads of a step.
#[derive(Default)]
struct Span {
    /// From the first thread that counts until the last has ended.
    ends: Option<(u64, u64)>,
    threads: u32,
    /// The shortest of all hashes that count.
    shortest: Option<u64>,
}

impl Span {
    fn add(&mut self, readings: [u64; READINGS]) -> Result<(), Error> {
        let mut hashes = readings.windows(2).map(|pair| match pair {
            [from, to] => (*from, *to),
            _ => (0, 0),
        });
        if hashes.clone().any(|(from, to)| to < from) {
            return refused("the clock ran backwards");
        }
        if hashes.clone().any(|(from, to)| to == from) {
            return refused("the clock stood still while a hash was computed");
        }
        // The first is the one that is not counted.
        let [_, from, .., to] = readings;
        let (first, last) = self.ends.unwrap_or((from, to));
        self.ends = Some((first.min(from), last.max(to)));
        let shortest = hashes.by_ref().skip(1).map(|(from, to)| to - from).min();
        self.shortest = self.shortest.into_iter().chain(shortest).min();
        self.threads = self.threads.saturating_add(1);
        Ok(())
    }

    /// By itself the shortest, since whatever disturbs it makes it longer; under load what all took.
    fn of_one_hash(&self) -> u64 {
        let each = |(first, last): (u64, u64)| (last - first).div_ceil(HASHES as u64 - 1);
        let ns = if self.threads > 1 {
            self.ends.map(each)
        } else {
            self.shortest
        };
        ns.unwrap_or(u64::MAX)
    }
}

fn within(what: &'static str, value: u64, least: u64, most: u64) -> Result<(), Error> {
    let bound = match value {
        _ if value < least => Bound::AtLeast(least),
        _ if value > most => Bound::AtMost(most),
        _ => return Ok(()),
    };
    let kind = ErrorKind::Argument;
    Err(Error::out_of_bounds(kind, what, value, bound))
}

fn refused<T>(reason: &'static str) -> Result<T, Error> {
    Err(Error::new(ErrorKind::Argument, reason))
}

const _: () = {
    const fn shared_by_threads<T: Send + Sync>() {}
    shared_by_threads::<Calibration>();
};
