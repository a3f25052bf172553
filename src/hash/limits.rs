//! Ceilings on what a stored string may cost, checked before any allocation.
//!
//! A stored string says what its verification costs, so whoever can write one
//! could ask for hours. Every scheme checks its numbers here, in 64-bit
//! arithmetic that cannot wrap, before it asks for memory.

use super::pool::rounded;
use crate::error::{Bound, Error, ErrorKind};
use crate::json::Object;

/// One ceiling. The order is that of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Argon2: memory times passes, in KiB.
    Argon2KibPasses,
    /// Argon2: memory, in KiB.
    Argon2MKib,
    /// Argon2: lanes.
    Argon2P,
    /// scrypt: N times r times p; and by itself the PBKDF2 around it, in the same unit.
    ScryptNrp,
    /// scrypt: all work memory, in KiB.
    ScryptKib,
    /// PBKDF2: iterations times output blocks, of which one of SHA-512 counts three times.
    Pbkdf2Iterations,
    /// bcrypt: the cost.
    BcryptCost,
    /// Hash functions repeated (sha-crypt, md5crypt, phpass and the like):
    /// compressions, which a longer password takes more of; one of SHA-512
    /// counts three times.
    DigestCompressions,
}

/// An input that a limit has to leave room for, in bytes, where what a function
/// costs depends on its length: a string that could not even be verified with a
/// password of this length is over the limit. Longer ones match nothing where
/// they would be.
#[cfg(feature = "imports")]
pub(crate) const TYPICAL_INPUT_BYTES: usize = 64;

impl Limit {
    /// Every limit.
    pub fn all() -> impl Iterator<Item = Self> {
        LIMITS.iter().map(|row| row.limit)
    }

    /// The member of `hash.limits` that sets it.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.row().key
    }

    /// Its value where the configuration does not say.
    #[must_use]
    pub fn default_value(self) -> u64 {
        self.row().default
    }

    fn row(self) -> &'static Row {
        &LIMITS[self as usize]
    }
}

/// A row of the table: the limit, its JSON key, its default, the highest value that can be configured.
struct Row {
    limit: Limit,
    key: &'static str,
    what: &'static str,
    default: u64,
    highest: u64,
    /// Whether it bounds work memory, in KiB.
    is_memory_kib: bool,
}

/// The defaults let a string cost seconds of one core, not minutes, and cover
/// every profile of [`super::Profile`] (the largest ones need a larger
/// `memory_mib` besides); a host that knows its table lowers them.
const LIMITS: [Row; 8] = [
    Row {
        limit: Limit::Argon2KibPasses,
        key: "argon2_kib_passes",
        what: "Argon2 m times t in KiB",
        // libsodium's SENSITIVE (1 GiB, 4 passes) is exactly this.
        default: 4 << 20,
        highest: 1 << 40,
        is_memory_kib: false,
    },
    Row {
        limit: Limit::Argon2MKib,
        key: "argon2_m_kib",
        what: "Argon2 m in KiB",
        // RFC 9106 section 4, first recommended option.
        default: 2 << 20,
        highest: u32::MAX as u64,
        is_memory_kib: true,
    },
    Row {
        limit: Limit::Argon2P,
        key: "argon2_p",
        what: "Argon2 p",
        // Four times Kratos' ceiling of 16 (hash_limits.go); lanes run on one thread here.
        default: 64,
        highest: 1 << 16,
        is_memory_kib: false,
    },
    Row {
        limit: Limit::ScryptNrp,
        key: "scrypt_nrp",
        what: "scrypt N times r times p",
        // OWASP's N = 2^17, r = 8, p = 1 eight times over.
        default: 1 << 23,
        highest: 1 << 40,
        is_memory_kib: false,
    },
    Row {
        limit: Limit::ScryptKib,
        key: "scrypt_kib",
        what: "scrypt memory in KiB",
        // 1 GiB of V (N = 2^20, r = 8) and a MiB for the blocks beside it.
        default: (1 << 20) + (1 << 10),
        highest: u32::MAX as u64,
        is_memory_kib: true,
    },
    Row {
        limit: Limit::Pbkdf2Iterations,
        key: "pbkdf2_iterations",
        what: "PBKDF2 iterations times output blocks",
        // Kratos' ceiling (hash_limits.go).
        default: 10_000_000,
        highest: 1 << 36,
        is_memory_kib: false,
    },
    Row {
        limit: Limit::BcryptCost,
        key: "bcrypt_cost",
        what: "bcrypt cost",
        // A second of one core; Kratos stops at 15 (hash_limits.go).
        default: 14,
        highest: 31,
        is_memory_kib: false,
    },
    Row {
        limit: Limit::DigestCompressions,
        key: "digest_compressions",
        what: "compressions of a repeated hash function",
        // phpass at 2^22 and sha-crypt at a million rounds pass, each about a second of one core.
        default: 10_000_000,
        highest: 1 << 36,
        is_memory_kib: false,
    },
];

/// The ceilings in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    values: [u64; LIMITS.len()],
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            values: LIMITS.map(|row| row.default),
        }
    }
}

impl Limits {
    /// The value of one ceiling.
    #[must_use]
    pub fn get(&self, limit: Limit) -> u64 {
        self.values[limit as usize]
    }

    /// Refuses `value` over the ceiling. `value` must not have wrapped.
    pub(crate) fn check(&self, limit: Limit, value: u64) -> Result<(), Error> {
        let ceiling = self.get(limit);
        if value <= ceiling {
            return Ok(());
        }
        let what = limit.row().what;
        let bound = Bound::AtMost(ceiling);
        Err(Error::out_of_bounds(ErrorKind::Limit, what, value, bound))
    }

    /// Takes the members of `hash.limits`; what is absent keeps its default.
    ///
    /// A ceiling on memory over `budget_bytes` is refused, see [`Self::check_room`].
    pub(crate) fn read(mut object: Object<'_>, budget_bytes: Option<u64>) -> Result<Self, Error> {
        object.only(&LIMITS.map(|row| row.key))?;
        let mut limits = Self::default();
        for (row, value) in LIMITS.iter().zip(&mut limits.values) {
            if let Some(json) = object.take(row.key) {
                *value = json.integer(row.what, 1..=row.highest)?;
                if let Some(budget) = budget_bytes {
                    row.check_room(*value, budget).map_err(|e| json.place(e))?;
                }
            }
        }
        Ok(limits)
    }

    /// Refuses a ceiling on memory that is over the budget: what it allows could
    /// never run. The default may be, because it stands for having said nothing.
    pub(crate) fn check_room(&self, budget_bytes: u64) -> Result<(), Error> {
        let mut rows = LIMITS.iter().zip(self.values);
        rows.try_for_each(|(row, value)| row.check_room(value, budget_bytes))
    }
}

impl Row {
    fn check_room(&self, value: u64, budget_bytes: u64) -> Result<(), Error> {
        let bytes = value.saturating_mul(1024);
        if !self.is_memory_kib || value == self.default || rounded(bytes) <= budget_bytes {
            return Ok(());
        }
        let (key, budget) = (self.key, budget_bytes >> 20);
        Err(Error::written(
            ErrorKind::Config,
            format!(
                "hash.limits.{key} is {value} KiB; the work memory of {budget} MiB is less than that"
            ),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_in_the_order_of_the_enum() {
        for (index, row) in LIMITS.iter().enumerate() {
            assert_eq!(row.limit as usize, index);
            assert!(row.default <= row.highest);
            assert_eq!(Limits::default().get(row.limit), row.default);
        }
    }

    #[test]
    fn the_ceiling_itself_passes_and_one_more_does_not() {
        let limits = Limits::default();
        for row in &LIMITS {
            assert!(limits.check(row.limit, row.default).is_ok());
            let error = limits.check(row.limit, row.default + 1).expect_err("over");
            assert_eq!(error.kind(), ErrorKind::Limit);
            assert!(error.to_string().contains(row.what));
            assert!(limits.check(row.limit, u64::MAX).is_err());
        }
    }
}
