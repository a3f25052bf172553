//! Named cost profiles, each with its source, and the floor of what may be created.

use super::{Argon2, Kdf, Pbkdf2, Prf, Scrypt, Variant, Version};
use crate::error::{Bound, Error, ErrorKind};

/// A named set of cost parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    name: &'static str,
    source: &'static str,
    kdf: Kdf,
}

const fn argon2id(name: &'static str, source: &'static str, m_kib: u32, t: u32, p: u32) -> Profile {
    let argon2 = Argon2::fixed(Variant::Id, Version::V0x13, m_kib, t, p);
    Profile {
        name,
        source,
        kdf: Kdf::Argon2(argon2),
    }
}

const fn pbkdf2(name: &'static str, source: &'static str, prf: Prf, iterations: u32) -> Profile {
    Profile {
        name,
        source,
        kdf: Kdf::Pbkdf2(Pbkdf2::fixed(prf, iterations)),
    }
}

const OWASP: &str = "OWASP Password Storage Cheat Sheet, 2023";
const RFC_9106: &str = "RFC 9106 section 4";
const LIBSODIUM: &str = "libsodium crypto_pwhash_argon2id.h, 1.0.18";

/// The name of the profile that is for tests only.
const TEST_ONLY: &str = "test-only";

/// Every profile; the first is the default.
const PROFILES: [Profile; 11] = [
    argon2id("owasp-argon2id-19-mib", OWASP, 19456, 2, 1),
    argon2id("owasp-argon2id-46-mib", OWASP, 47104, 1, 1),
    argon2id("rfc9106-low-memory", RFC_9106, 64 << 10, 3, 4),
    argon2id("rfc9106-high-memory", RFC_9106, 2 << 20, 1, 4),
    argon2id("libsodium-interactive", LIBSODIUM, 64 << 10, 2, 1),
    argon2id("libsodium-moderate", LIBSODIUM, 256 << 10, 3, 1),
    argon2id("libsodium-sensitive", LIBSODIUM, 1 << 20, 4, 1),
    Profile {
        name: "owasp-scrypt",
        source: OWASP,
        kdf: Kdf::Scrypt(Scrypt::fixed(17, 8, 1)),
    },
    pbkdf2("owasp-pbkdf2-sha256", OWASP, Prf::Sha256, 600_000),
    pbkdf2("owasp-pbkdf2-sha512", OWASP, Prf::Sha512, 210_000),
    argon2id(TEST_ONLY, "for tests only: no protection at all", 8, 1, 1),
];

impl Default for Profile {
    /// `owasp-argon2id-19-mib`.
    fn default() -> Self {
        let [default, ..] = PROFILES;
        default
    }
}

impl Profile {
    /// Every profile; the first is the default, the last is for tests only.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        &PROFILES
    }

    /// The profile of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        PROFILES
            .iter()
            .find(|profile| profile.name == name)
            .copied()
    }

    /// The profile's name, as a configuration writes it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Where the numbers come from.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// The function and its parameters.
    #[must_use]
    pub const fn kdf(&self) -> Kdf {
        self.kdf
    }
}

impl Profile {
    /// The profile of `kdf` where that protects less than the floor asks.
    pub(crate) fn under_the_floor(kdf: &Kdf) -> Option<Self> {
        let profile = Self::all().iter().find(|profile| profile.kdf == *kdf)?;
        check_floor(kdf).is_err().then_some(*profile)
    }
}

/// OWASP's sets for Argon2id, m in KiB and t, which protect alike.
pub(super) const OWASP_ARGON2ID: [(u32, u32); 5] =
    [(47104, 1), (19456, 2), (12288, 3), (9216, 4), (7168, 5)];

/// OWASP's sets for scrypt with r = 8, log2 N and p, which protect alike.
pub(super) const OWASP_SCRYPT: [(u32, u32); 5] = [(17, 1), (16, 2), (15, 3), (14, 5), (13, 10)];

/// Least iterations of PBKDF2 with SHA-256 and with SHA-512: OWASP's.
pub(super) const FLOOR_PBKDF2: [u64; 2] = [600_000, 210_000];

/// Least memory of a memory-hard scheme, in KiB: the smallest of OWASP's Argon2id sets (7 MiB, t = 5).
const FLOOR_KIB: u64 = 7168;

/// Least Argon2 m · t, in KiB: that same set.
const FLOOR_ARGON2_KIB_PASSES: u64 = 7168 * 5;

/// Least scrypt N · r · p: OWASP's N = 2^13, r = 8, p = 10.
const FLOOR_SCRYPT_NRP: u64 = 10 << 16;

/// Least bcrypt cost: OWASP's.
#[cfg(feature = "imports")]
pub(super) const FLOOR_BCRYPT_COST: u64 = 10;

/// Refuses parameters that protect less than the least that OWASP lists for their scheme.
pub(crate) fn check_floor(kdf: &Kdf) -> Result<(), Error> {
    let at_least = |what, value: u64, floor: u64| {
        if value >= floor {
            return Ok(());
        }
        let bound = Bound::AtLeast(floor);
        Err(Error::out_of_bounds(ErrorKind::Config, what, value, bound))
    };
    let strength = kdf.function().strength();
    match kdf {
        Kdf::Argon2(argon2) => {
            at_least("m_kib", u64::from(argon2.m_kib()), FLOOR_KIB)?;
            at_least("m_kib times t", strength, FLOOR_ARGON2_KIB_PASSES)
        }
        Kdf::Scrypt(scrypt) => {
            let kib = (u64::from(scrypt.r()) << scrypt.ln()) / 8;
            at_least("scrypt memory in KiB (N times r / 8)", kib, FLOOR_KIB)?;
            at_least("N times r times p", strength, FLOOR_SCRYPT_NRP)
        }
        Kdf::Pbkdf2(pbkdf2) => match pbkdf2.prf() {
            Prf::Sha256 => at_least("i", strength, FLOOR_PBKDF2[0]),
            Prf::Sha512 => at_least("i", strength, FLOOR_PBKDF2[1]),
            // OWASP's figure, for comparing only: nothing is made with it.
            #[cfg(feature = "imports")]
            Prf::Sha1 => at_least("i", strength, 1_300_000),
        },
        #[cfg(feature = "imports")]
        Kdf::Bcrypt(bcrypt) => at_least("cost", u64::from(bcrypt.cost()), FLOOR_BCRYPT_COST),
        // Nothing is made with the others.
        #[cfg(feature = "imports")]
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{Limits, TAG_BYTES};

    #[test]
    fn every_profile_but_the_one_for_tests_is_over_the_floor_and_all_are_within_the_limits() {
        for profile in Profile::all() {
            let floor = check_floor(&profile.kdf);
            assert_eq!(
                floor.is_err(),
                profile.name == TEST_ONLY,
                "{}",
                profile.name
            );
            profile
                .kdf
                .function()
                .check(&Limits::default(), TAG_BYTES)
                .expect(profile.name);
            assert_eq!(Profile::named(profile.name), Some(*profile));
        }
    }

    #[test]
    fn every_set_that_owasp_lists_may_be_created() {
        for (m_kib, t) in OWASP_ARGON2ID {
            let kdf = Kdf::Argon2(Argon2::fixed(Variant::Id, Version::V0x13, m_kib, t, 1));
            check_floor(&kdf).expect("on OWASP's list");
        }
        for (ln, p) in OWASP_SCRYPT {
            check_floor(&Kdf::Scrypt(Scrypt::fixed(ln, 8, p))).expect("on OWASP's list");
        }
    }
}
