//! How large a pool is: what the configuration says, and what it leaves open.

use crate::arch::memory::WorkMemory;
use crate::arch::process;
use crate::error::{Error, ErrorKind};
use crate::hash::Argon2;
use crate::json::Object;
use std::time::Duration;

const MIB: u64 = 1 << 20;

/// The least that the budget is where the configuration does not say: room for
/// twelve of the default jobs.
const LEAST_DEFAULT_BUDGET: u64 = 256 * MIB;

/// How many wait for each slot where the configuration does not say.
const DEFAULT_QUEUE_FOR_EACH: u32 = 4;

/// How long they wait: over ten times what the default queue takes for default jobs on one core.
const DEFAULT_QUEUE_MS: u32 = 1000;

/// A TiB: more than this is a slip, and what a budget is for is lost.
const MOST_MEMORY_MIB: u64 = 1 << 20;

/// Twice the CPUs of the largest machines; more jobs at once only slow each other.
const MOST_RUNNING: u64 = 1024;

/// Each who waits blocks a thread of the host, and looks for signals twenty times a second.
const MOST_QUEUE_LEN: u64 = 4096;

/// No client waits for longer; a larger number is a slip in the unit.
const MOST_QUEUE_MS: u64 = 60_000;

/// The keys of the configuration that size the pool.
pub(crate) const MEMORY_KEYS: [&str; 5] = [
    "memory_mib",
    "max_running",
    "queue_ms",
    "queue_len",
    "interleave",
];

/// What the configuration says of the pool; `None` where it leaves that open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MemorySettings {
    memory_mib: Option<u64>,
    max_running: Option<u32>,
    queue_ms: Option<u32>,
    queue_len: Option<u32>,
    interleave: Option<bool>,
}

impl MemorySettings {
    /// Takes its members of `hash`.
    pub(crate) fn take(object: &mut Object<'_>) -> Result<Self, Error> {
        let mut number = |key, range| {
            object
                .take(key)
                .map(|value| value.integer(key, range))
                .transpose()
        };
        let small = |number: Option<u64>| number.map(|n| u32::try_from(n).unwrap_or(u32::MAX));
        Ok(Self {
            memory_mib: number(MEMORY_KEYS[0], 1..=MOST_MEMORY_MIB)?,
            max_running: small(number(MEMORY_KEYS[1], 1..=MOST_RUNNING)?),
            queue_ms: small(number(MEMORY_KEYS[2], 0..=MOST_QUEUE_MS)?),
            queue_len: small(number(MEMORY_KEYS[3], 0..=MOST_QUEUE_LEN)?),
            interleave: object
                .take(MEMORY_KEYS[4])
                .map(|value| value.boolean())
                .transpose()?,
        })
    }

    /// The budget, where the configuration says one.
    pub(crate) fn budget_bytes(&self) -> Option<u64> {
        self.memory_mib.map(|mib| mib * MIB)
    }

    /// Refuses a budget without room for one job of `bytes`.
    pub(crate) fn check_room(&self, bytes: u64) -> Result<(), Error> {
        let (Some(mib), Some(budget)) = (self.memory_mib, self.budget_bytes()) else {
            return Ok(());
        };
        let needed = rounded(bytes);
        if needed <= budget {
            return Ok(());
        }
        let needed = needed.div_ceil(MIB);
        Err(Error::written(
            ErrorKind::Config,
            format!("hash.memory_mib is {mib}; one hash of the policy needs {needed} MiB"),
        ))
    }
}

/// The size of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    pub(crate) budget_bytes: u64,
    pub(crate) max_running: u32,
    pub(crate) queue_len: u32,
    pub(crate) queue_wait: Duration,
    /// From how much memory on a hash that waits is computed beside one in a slot; `u64::MAX` for never.
    pub(crate) company_from_bytes: u64,
}

impl Sizes {
    pub(crate) fn queue_ms(&self) -> u64 {
        u64::try_from(self.queue_wait.as_millis()).unwrap_or(u64::MAX)
    }

    /// Whether two of these hashes in a slot take less time than one after the other.
    pub(super) const fn gain_by_company(&self, function: &Argon2) -> bool {
        function.gains_by_company(self.company_from_bytes)
    }

    /// Whether hashes that wait may be computed beside those in the slots.
    pub(crate) const fn interleaves(&self) -> bool {
        self.company_from_bytes != u64::MAX
    }

    /// The sizes for `settings`, where one job of the policy takes `bytes`.
    pub(crate) fn resolve(settings: &MemorySettings, bytes: u64) -> Self {
        let cpus = (process::cpus() as u64).min(MOST_RUNNING);
        let max_running = settings
            .max_running
            .unwrap_or_else(|| u32::try_from(cpus).unwrap_or(1));
        let two_each = rounded(bytes).saturating_mul(2 * u64::from(max_running));
        Self {
            budget_bytes: settings
                .budget_bytes()
                .unwrap_or_else(|| two_each.max(LEAST_DEFAULT_BUDGET)),
            max_running,
            queue_len: settings
                .queue_len
                .unwrap_or(DEFAULT_QUEUE_FOR_EACH * max_running),
            queue_wait: Duration::from_millis(settings.queue_ms.unwrap_or(DEFAULT_QUEUE_MS).into()),
            company_from_bytes: match settings.interleave {
                Some(false) => u64::MAX,
                _ => Argon2::company_pays_from(max_running),
            },
        }
    }

    /// Refuses settings that ask a shared pool to be another one than it is,
    /// and a policy whose jobs of `bytes` do not fit in it.
    pub(crate) fn check_shared(&self, settings: &MemorySettings, bytes: u64) -> Result<(), Error> {
        let is = [
            (self.budget_bytes / MIB).to_string(),
            self.max_running.to_string(),
            self.queue_ms().to_string(),
            self.queue_len.to_string(),
            self.interleaves().to_string(),
        ];
        let asked = [
            settings.memory_mib.map(|mib| mib.to_string()),
            settings.max_running.map(|slots| slots.to_string()),
            settings.queue_ms.map(|ms| ms.to_string()),
            settings.queue_len.map(|len| len.to_string()),
            settings.interleave.map(|may| may.to_string()),
        ];
        for ((key, is), asked) in MEMORY_KEYS.into_iter().zip(is).zip(asked) {
            if let Some(asked) = asked.filter(|asked| *asked != is) {
                return Err(Error::written(
                    ErrorKind::Config,
                    format!("hash.{key} is {asked}; the work memory that is shared has {is}"),
                ));
            }
        }
        if rounded(bytes) > self.budget_bytes {
            let (needed, has) = (rounded(bytes).div_ceil(MIB), self.budget_bytes / MIB);
            return Err(Error::written(
                ErrorKind::Config,
                format!(
                    "one hash of the policy needs {needed} MiB; the work memory that is shared has {has}"
                ),
            ));
        }
        Ok(())
    }
}

/// What a job of `bytes` takes in the budget.
pub(crate) fn rounded(bytes: u64) -> u64 {
    match bytes {
        0 => 0,
        _ => WorkMemory::rounded(bytes).map_or(u64::MAX, |rounded| rounded as u64),
    }
}
