//! What a hash costs, and work without a result.
//!
//! A rejection costs as much as the policy's hash, so that nobody tells by the
//! time whose stored string is an old, cheap one. What is missing is computed
//! for nothing: with the same primitive exactly as much as is missing, after
//! another primitive as much as the table of costs says.

#[cfg(feature = "imports")]
use super::Bcrypt;
use super::kdf::memory_missing;
use super::pool::Lease;
use super::{Argon2, Kdf, Pbkdf2, Prf, Scrypt};
use crate::error::Error;
#[cfg(feature = "imports")]
use crate::error::ErrorKind;

/// What the work of a hash is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Primitive {
    /// Blocks of 1 KiB filled by Argon2, of any variant.
    Argon2,
    /// 1 of N · r · p: four Salsa20/8 each time that ROMix fills and mixes 128
    /// bytes; and the PBKDF2 around it in the same unit.
    Scrypt,
    /// Iterations of HMAC-SHA-256 for 32 bytes.
    HmacSha256,
    /// Iterations of HMAC-SHA-512 for 64 bytes.
    HmacSha512,
    /// Iterations of HMAC-SHA-1 for 20 bytes.
    #[cfg(feature = "imports")]
    HmacSha1,
    /// Key expansions of bcrypt: 521 encryptions by Blowfish.
    #[cfg(feature = "imports")]
    Bcrypt,
    /// Quarters of a compression of MD4 or MD5, see [`Work::of_digests`].
    #[cfg(feature = "imports")]
    Md5,
    /// Quarters of a compression of SHA-1.
    #[cfg(feature = "imports")]
    Sha1,
    /// Quarters of a compression of SHA-256.
    #[cfg(feature = "imports")]
    Sha256,
    /// Quarters of a compression of SHA-512.
    #[cfg(feature = "imports")]
    Sha512,
}

impl Primitive {
    /// Picoseconds for one unit, at the costs people use: m=19456 t=2, N=2^17
    /// r=8, 600,000 and 210,000 iterations. Only the ratios matter. Measured on
    /// an AMD EPYC (Zen 5, the fastest kernels) by `cargo bench --all-features --bench hash -- unit`.
    const fn picoseconds(self) -> u128 {
        match self {
            Self::Argon2 => 93_400,
            Self::Scrypt => 158_000,
            Self::HmacSha256 => 66_400,
            Self::HmacSha512 => 224_000,
            #[cfg(feature = "imports")]
            Self::HmacSha1 => 93_700,
            #[cfg(feature = "imports")]
            Self::Bcrypt => 18_900_000,
            #[cfg(feature = "imports")]
            Self::Md5 => 26_400,
            #[cfg(feature = "imports")]
            Self::Sha1 => 14_200,
            #[cfg(feature = "imports")]
            Self::Sha256 => 15_600,
            #[cfg(feature = "imports")]
            Self::Sha512 => 41_500,
        }
    }

    /// That of PBKDF2.
    pub(crate) const fn of(prf: Prf) -> Self {
        match prf {
            Prf::Sha256 => Self::HmacSha256,
            Prf::Sha512 => Self::HmacSha512,
            #[cfg(feature = "imports")]
            Prf::Sha1 => Self::HmacSha1,
        }
    }
}

/// Lengths that work follows from, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lengths {
    pub(crate) input: usize,
    pub(crate) salt: usize,
    pub(crate) tag: usize,
}

/// An amount of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Work {
    pub(crate) primitive: Primitive,
    pub(crate) units: u64,
}

impl Work {
    /// The work of computing `kdf`, for what has these lengths.
    pub(crate) fn of(kdf: &Kdf, lengths: Lengths) -> Self {
        kdf.function().work(lengths)
    }

    /// The work of hashing `calls` messages that take so many compressions together.
    #[cfg(feature = "imports")]
    pub(crate) const fn of_digests(primitive: Primitive, compressions: u64, calls: u64) -> Self {
        // A call takes longer than its compressions, by much where these are instructions.
        let quarters = match primitive {
            Primitive::Sha1 | Primitive::Sha256 => 5,
            _ => 1,
        };
        let units = compressions
            .saturating_mul(4)
            .saturating_add(calls.saturating_mul(quarters));
        Self { primitive, units }
    }

    /// How long it takes, by the table.
    #[inline(never)]
    pub(crate) const fn picoseconds(self) -> u128 {
        self.primitive.picoseconds() * self.units as u128
    }

    /// How often a second one core does it, by the table.
    pub(crate) fn per_second(self) -> f64 {
        let microseconds = self.picoseconds() / 1_000_000;
        1e6 / f64::from(u32::try_from(microseconds).unwrap_or(u32::MAX).max(1))
    }

    /// How much of `policy` this is, in percent, at most [`u32::MAX`].
    pub(crate) fn percent_of(self, policy: Self) -> u32 {
        let percent = self.picoseconds() * 100 / policy.picoseconds().max(1);
        u32::try_from(percent).unwrap_or(u32::MAX)
    }

    /// What is left of this work, in its primitive, where `spent` has been done.
    pub(crate) fn less(self, spent: Self) -> Self {
        let primitive = self.primitive;
        let units = spent.missing_to(self).map_or(0, |missing| missing.units);
        Self { primitive, units }
    }

    /// What has to be added to `self` to cost as much as `policy`, in the policy's primitive; `None` for nothing.
    pub(crate) fn missing_to(self, policy: Self) -> Option<Self> {
        let units = if self.primitive == policy.primitive {
            policy.units.saturating_sub(self.units)
        } else {
            let missing = policy.picoseconds().saturating_sub(self.picoseconds());
            // No more than the policy's own units, so it fits.
            u64::try_from(missing / policy.primitive.picoseconds()).unwrap_or(policy.units)
        };
        let primitive = policy.primitive;
        (units > 0).then_some(Self { primitive, units })
    }
}

/// Spends `work` and forgets the result. `policy` is of its primitive, and the
/// lease has the policy's memory.
pub(crate) fn spend(lease: &mut Lease<'_>, policy: &Kdf, work: Work) -> Result<(), Error> {
    match policy {
        Kdf::Argon2(policy) => spend_blocks(lease, policy, work.units),
        Kdf::Scrypt(policy) => spend_romix(lease, policy, work.units),
        Kdf::Pbkdf2(policy) => {
            spend_iterations(policy, work.units);
            Ok(())
        }
        #[cfg(feature = "imports")]
        Kdf::Bcrypt(_) => {
            Bcrypt::spend(work.units);
            Ok(())
        }
        #[cfg(feature = "imports")]
        _ => Err(Error::new(
            ErrorKind::Internal,
            "nothing is made with this function",
        )),
    }
}

/// Argon2 hashes of one lane that add up to exactly `blocks`, which is a
/// multiple of four: as much memory and as few hashes as possible.
///
/// A hash has at least eight blocks, so what is left is kept from being four.
fn spend_blocks(lease: &mut Lease<'_>, policy: &Argon2, blocks: u64) -> Result<(), Error> {
    const LEAST: u64 = 2;
    let most = (policy.memory_bytes() / 4096).max(Argon2::LEAST_SPENT_BYTES / 4096);
    let mut fours = blocks.div_ceil(4).max(LEAST);
    while fours > 0 {
        let (passes, rest) = (fours / most, fours % most);
        let (m, t) = match (passes, rest) {
            (0, _) => (fours, 1),
            (1, 1) => (most - 1, 1),
            (_, 1) => (most, passes - 1),
            _ => (most, passes),
        };
        let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
        let hash = policy.with_one_lane(number(4 * m), number(t));
        let memory = lease.memory().ok_or_else(memory_missing)?;
        hash.derive(memory, b"", FILLER, &mut [0; 32])?;
        fours -= m * t;
    }
    Ok(())
}

/// ROMix of powers of two that add up to exactly `units`, or one more to make it even.
///
/// As many lanes at once as the policy's hash has, as long as possible: one alone takes longer.
fn spend_romix(lease: &mut Lease<'_>, policy: &Scrypt, units: u64) -> Result<(), Error> {
    let mut units = units.next_multiple_of(2);
    while units > 0 {
        let shapes = [(policy.r(), policy.p()), (policy.r(), 1)];
        let of = |(r, p)| u64::from(r) * u64::from(p);
        let fits = shapes.into_iter().find(|shape| units / of(*shape) >= 2);
        let (r, p) = fits.unwrap_or((1, 1));
        let ln = policy.ln().min((units / of((r, p))).ilog2());
        let memory = lease.memory().ok_or_else(memory_missing)?;
        let lanes = Scrypt::fixed(ln, r, p);
        lanes.spend(memory)?;
        units -= lanes.strength();
    }
    Ok(())
}

fn spend_iterations(policy: &Pbkdf2, mut units: u64) {
    while units > 0 {
        let iterations = u32::try_from(units).unwrap_or(u32::MAX);
        Pbkdf2::fixed(policy.prf(), iterations).derive(b"", FILLER, &mut [0; 32]);
        units -= u64::from(iterations);
    }
}

/// Salt of work without a result.
const FILLER: &[u8] = b"saltbox: top up.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::pool::{MemorySettings, Pool, Sizes};
    use crate::hash::{Variant, Version, work};
    use proptest::prelude::*;

    fn argon2(m_kib: u32, t: u32, p: u32) -> Kdf {
        Kdf::Argon2(Argon2::fixed(Variant::Id, Version::V0x13, m_kib, t, p))
    }

    fn scrypt(ln: u32, r: u32, p: u32) -> Kdf {
        Kdf::Scrypt(Scrypt::fixed(ln, r, p))
    }

    fn pbkdf2(prf: Prf, iterations: u32) -> Kdf {
        Kdf::Pbkdf2(Pbkdf2::fixed(prf, iterations))
    }

    fn of_tag(tag: usize) -> Lengths {
        Lengths {
            tag,
            ..Lengths::default()
        }
    }

    /// What spending what is missing really does, in the policy's units.
    fn spent(stored: &Kdf, tag_len: usize, policy: &Kdf) -> u64 {
        let Some(missing) =
            Work::of(stored, of_tag(tag_len)).missing_to(Work::of(policy, of_tag(32)))
        else {
            return 0;
        };
        let bytes = policy.memory_bytes().max(Argon2::LEAST_SPENT_BYTES);
        let pool = Pool::new(Sizes::resolve(&MemorySettings::default(), bytes));
        let done = work::of(|| {
            pool.run(bytes, |lease| spend(lease, policy, missing))
                .expect("spends");
        });
        match missing.primitive {
            Primitive::Argon2 => done.argon2_blocks,
            Primitive::Scrypt => done.scrypt_units,
            Primitive::HmacSha256 => done.sha256_iterations,
            Primitive::HmacSha512 => done.sha512_iterations,
            #[cfg(feature = "imports")]
            Primitive::Bcrypt => done.bcrypt_expansions,
            #[cfg(feature = "imports")]
            _ => unreachable!("no policy is made of it"),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn a_cheaper_argon2_is_topped_up_by_exactly_what_is_missing(
            stored in (8..200_u32, 1..4_u32), policy in (8..200_u32, 1..4_u32), p in 1..4_u32,
        ) {
            let (stored, policy) = (argon2(8 * p + stored.0, stored.1, p), argon2(policy.0, policy.1, 1));
            let (had, wanted) = (Work::of(&stored, of_tag(32)).units, Work::of(&policy, of_tag(32)).units);
            let missing = wanted.saturating_sub(had);
            // An Argon2 hash has eight blocks at least.
            let expected = if missing == 4 { 8 } else { missing };
            prop_assert_eq!(spent(&stored, 32, &policy), expected);
        }

        #[test]
        fn a_cheaper_scrypt_is_topped_up_by_exactly_what_is_missing(
            stored in (1..8_u32, 1..5_u32, 1..5_u32), policy in (1..8_u32, 1..5_u32, 1..5_u32),
        ) {
            let stored = scrypt(stored.0, stored.1, stored.2);
            let policy = scrypt(policy.0, policy.1, policy.2);
            let (had, wanted) = (Work::of(&stored, of_tag(32)).units, Work::of(&policy, of_tag(32)).units);
            let missing = wanted.saturating_sub(had);
            // The least that ROMix does is two.
            prop_assert_eq!(spent(&stored, 32, &policy), missing.next_multiple_of(2));
        }

        #[test]
        fn a_cheaper_pbkdf2_is_topped_up_by_exactly_what_is_missing(
            stored in 1..500_u32, policy in 1..500_u32, tag_len in 16..=128_usize, wide in any::<bool>(),
        ) {
            let (prf, block) = if wide { (Prf::Sha512, 64) } else { (Prf::Sha256, 32) };
            let had = u64::from(stored) * tag_len.div_ceil(block) as u64;
            let (stored, wanted) = (pbkdf2(prf, stored), policy);
            let missing = u64::from(wanted).saturating_sub(had);
            prop_assert_eq!(spent(&stored, tag_len, &pbkdf2(prf, wanted)), missing);
        }
    }

    /// The sum of both, in picoseconds of the table, is what the policy costs.
    #[test]
    fn another_primitive_is_topped_up_by_the_table() {
        let all = [
            argon2(512, 2, 1),
            scrypt(9, 4, 1),
            pbkdf2(Prf::Sha256, 4000),
            pbkdf2(Prf::Sha512, 1000),
        ];
        for policy in &all {
            let wanted = Work::of(policy, of_tag(32));
            let unit = wanted.primitive.picoseconds();
            let cost = |units: u64| unit * u128::from(units);
            for stored in &all {
                let had = Work::of(stored, of_tag(32));
                let had = had.primitive.picoseconds() * u128::from(had.units);
                let sum = had + cost(spent(stored, 32, policy));
                let (least, slack) = (had.max(cost(wanted.units)), 8 * unit);
                assert!(
                    sum + slack >= least && sum <= least + slack,
                    "{stored:?} {policy:?}"
                );
            }
        }
    }
}
