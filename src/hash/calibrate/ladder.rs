//! The parameters of a scheme as one ladder, from the least that may be created to the most that
//! limits and memory have room for.
//!
//! Each rung costs as much as the one below it, or more. Memory comes first and passes after it,
//! because memory is what an attacker cannot buy less of (RFC 9106 section 4): a rung takes the
//! most memory that its work pays for, and one pass, until the budget is full. Where less memory
//! than that is in reach the passes are what OWASP asks for beside it. One lane always: saltbox
//! starts no threads, so more of them would help an attacker alone.

use crate::error::{Bound, Error, ErrorKind};
use crate::hash::cost::{Lengths, Work};
use crate::hash::pool::rounded;
#[cfg(feature = "imports")]
use crate::hash::profile::FLOOR_BCRYPT_COST;
use crate::hash::profile::{FLOOR_PBKDF2, OWASP_ARGON2ID, OWASP_SCRYPT};
use crate::hash::{Argon2, Kdf, Limits, Pbkdf2, Prf, SALT_BYTES, Scheme, Scrypt, Variant, Version};
#[cfg(feature = "imports")]
use crate::hash::{Bcrypt, Revision};

/// What a hash may take.
#[derive(Clone, Copy)]
pub(super) struct Room<'l> {
    pub(super) limits: &'l Limits,
    /// For all hashes together.
    pub(super) budget_bytes: u64,
    pub(super) at_once: u32,
}

impl Room<'_> {
    /// Refuses what is over the limits, or does not fit in the memory as often as is asked for.
    fn check(&self, kdf: &Kdf) -> Result<(), Error> {
        let function = kdf.function();
        function.check(self.limits, function.tag_bytes())?;
        let each = rounded(kdf.memory_bytes());
        let needed = each.saturating_mul(self.at_once.into());
        if needed <= self.budget_bytes {
            return Ok(());
        }
        let (what, bound) = ("memory budget in bytes", Bound::AtLeast(needed));
        let budget = self.budget_bytes;
        Err(Error::out_of_bounds(ErrorKind::Budget, what, budget, bound))
    }
}

/// The rungs of a scheme, numbered by their work in units of the family.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ladder {
    family: Family,
    least: u64,
    most: u64,
}

#[derive(Clone, Copy, Debug)]
enum Family {
    /// In MiB times passes.
    Argon2 { most_mib: u64 },
    /// In N times p, 2^13 of them for one.
    Scrypt { most_ln: u32 },
    /// In thousands of iterations.
    Pbkdf2(Prf),
    /// In hashes of the least cost, so that every second, fourth, eighth… rung is another one.
    #[cfg(feature = "imports")]
    Bcrypt,
}

/// OWASP's block size, for every N.
const SCRYPT_R: u32 = 8;

/// The least N that OWASP lists is 2 to this.
const LEAST_LN: u32 = OWASP_SCRYPT[OWASP_SCRYPT.len() - 1].0;

/// The most N that RFC 7914 leaves room for with other numbers as here.
const MOST_LN: u32 = 31;

/// More than any limit can be configured to allow.
const MOST_RUNGS: u64 = 1 << 31;

impl Ladder {
    /// The ladder of `scheme`.
    ///
    /// # Errors
    /// Those of [`Room::check`] where there is no room for the least.
    pub(super) fn new(scheme: Scheme, room: Room<'_>) -> Result<Self, Error> {
        let fits = |kdf: &Kdf| room.check(kdf).is_ok();
        let argon2 = |mib| argon2id(mib, 1);
        let scrypt = |ln: u64| Kdf::Scrypt(Scrypt::fixed(narrow(ln), SCRYPT_R, 1));
        let (family, least) = match scheme {
            Scheme::Argon2id => {
                let range = (least_mib(u64::MAX), u64::from(u32::MAX) / 1024);
                let most_mib = last(range, |mib| fits(&argon2(mib)));
                let least = OWASP_ARGON2ID.map(|(m_kib, t)| mib(m_kib) * u64::from(t));
                let least = least.into_iter().min().unwrap_or(MOST_RUNGS);
                (Family::Argon2 { most_mib }, least)
            }
            Scheme::Scrypt => {
                let range = (LEAST_LN.into(), MOST_LN.into());
                let most_ln = narrow(last(range, |ln| fits(&scrypt(ln))));
                let least = OWASP_SCRYPT.map(|(ln, p)| u64::from(p) << (ln - LEAST_LN));
                let least = least.into_iter().min().unwrap_or(MOST_RUNGS);
                (Family::Scrypt { most_ln }, least)
            }
            Scheme::Pbkdf2Sha256 => (Family::Pbkdf2(Prf::Sha256), FLOOR_PBKDF2[0] / 1000),
            Scheme::Pbkdf2Sha512 => (Family::Pbkdf2(Prf::Sha512), FLOOR_PBKDF2[1] / 1000),
            #[cfg(feature = "imports")]
            Scheme::Bcrypt => (Family::Bcrypt, 1),
            _ => {
                let reason = "only verified, never created";
                return Err(Error::new(ErrorKind::Config, reason));
            }
        };
        let mut ladder = Self {
            family,
            least,
            most: least,
        };
        room.check(&ladder.at(least))?;
        ladder.most = last((least, MOST_RUNGS), |rung| fits(&ladder.at(rung)));
        Ok(ladder)
    }

    /// The lowest rung.
    pub(super) const fn least(&self) -> u64 {
        self.least
    }

    /// The parameters of `rung`, which is [`Self::least`] or above.
    pub(super) fn at(&self, rung: u64) -> Kdf {
        match self.family {
            Family::Argon2 { most_mib } => {
                let mut t = (rung / most_mib).max(1);
                let mib = |t: u64| (rung / t).min(most_mib);
                while mib(t) < least_mib(t) && t < rung {
                    t += 1;
                }
                argon2id(mib(t), t)
            }
            Family::Scrypt { most_ln } => {
                let lanes = |ln: u32| rung >> (ln - LEAST_LN);
                let pays = |ln: &u32| lanes(*ln) >= least_p(*ln);
                let ln = (LEAST_LN..=most_ln).rev().find(pays).unwrap_or(LEAST_LN);
                Kdf::Scrypt(Scrypt::fixed(ln, SCRYPT_R, narrow(lanes(ln))))
            }
            Family::Pbkdf2(prf) => {
                Kdf::Pbkdf2(Pbkdf2::fixed(prf, narrow(rung.saturating_mul(1000))))
            }
            #[cfg(feature = "imports")]
            Family::Bcrypt => {
                let cost = FLOOR_BCRYPT_COST.saturating_add(rung.max(1).ilog2().into());
                Kdf::Bcrypt(Bcrypt::fixed(Revision::V2b, narrow(cost.min(31))))
            }
        }
    }

    /// What `rung` costs, in units that its time is in proportion to, more or less.
    pub(super) fn work(&self, rung: u64) -> u64 {
        let kdf = self.at(rung);
        let lengths = Lengths {
            input: 0,
            salt: SALT_BYTES,
            tag: kdf.function().tag_bytes(),
        };
        Work::of(&kdf, lengths).units
    }

    /// The highest rung whose work is at most `work`; the lowest where there is none.
    pub(super) fn within(&self, work: u64) -> u64 {
        last((self.least, self.most), |rung| self.work(rung) <= work)
    }

    /// The first rung that costs more than `rung`.
    pub(super) fn above(&self, rung: u64) -> Option<u64> {
        let next = self.within(self.work(rung)) + 1;
        (next <= self.most).then_some(next)
    }
}

/// The last number of `range` for which `holds`, which holds up to some number and not from there
/// on; the first where it holds for none.
fn last((first, end): (u64, u64), holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (first, end);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if holds(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

fn argon2id(mib: u64, t: u64) -> Kdf {
    let (m_kib, t) = (narrow(mib.saturating_mul(1024)), narrow(t));
    Kdf::Argon2(Argon2::fixed(Variant::Id, Version::V0x13, m_kib, t, 1))
}

/// The least memory that OWASP lists beside `t` passes or fewer.
fn least_mib(t: u64) -> u64 {
    let sets = OWASP_ARGON2ID.into_iter();
    let enough = sets.filter(|(_, passes)| u64::from(*passes) <= t);
    enough
        .map(|(m_kib, _)| mib(m_kib))
        .min()
        .unwrap_or(u64::MAX)
}

/// The least p that OWASP lists beside N = 2^`ln`.
fn least_p(ln: u32) -> u64 {
    let set = OWASP_SCRYPT.into_iter().find(|(least, _)| *least <= ln);
    set.map_or(u64::MAX, |(_, p)| p.into())
}

fn mib(kib: u32) -> u64 {
    u64::from(kib / 1024)
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
