//! Whether a stored string is weaker than the policy asks.

use super::{HashSettings, Kdf, SALT_BYTES, Stored};
#[cfg(feature = "imports")]
use super::{Oddities, Revision};
use crate::keys::RootKeys;

impl HashSettings {
    /// Whether `stored` is weaker than the policy: another scheme, an old
    /// version, a shorter salt or tag, or a lower cost.
    ///
    /// Cost is one number a scheme (m · t, N · r · p, iterations), so of two
    /// nodes with different settings only one asks for a rehash of the other's
    /// strings: a string that is merely different is left alone.
    ///
    /// The same of keys: one with a larger id is not older, so a node that has
    /// not switched yet leaves alone what others sealed with the new one.
    pub(crate) fn is_weak(&self, keys: &RootKeys, stored: &Stored<'_>) -> bool {
        let is_old_key = |id| stored.key_id() < Some(id);
        keys.create_key_id().is_some_and(is_old_key)
            || stored.layer_below().is_some()
            || self.is_weak_hash(stored)
    }

    /// As [`Self::is_weak`], of what is computed alone.
    pub(crate) fn is_weak_hash(&self, stored: &Stored<'_>) -> bool {
        let (policy, kdf) = (self.create(), stored.kdf());
        stored.scheme() != policy.scheme()
            || is_old_version(stored)
            || stored.salt().len() < SALT_BYTES
            || stored.tag_len() < policy.function().tag_bytes()
            || kdf.function().strength() < policy.function().strength()
            || lost_memory_hardness(kdf, policy)
    }
}

/// Argon2 of 2015, bcrypt with known faults, what was hashed before it was
/// hashed, or spelled in a way that not everybody reads.
fn is_old_version(stored: &Stored<'_>) -> bool {
    #[cfg(feature = "imports")]
    if !stored.input.is_plain() || stored.oddities != Oddities::default() {
        return true;
    }
    match stored.kdf() {
        Kdf::Argon2(argon2) => argon2.version_number() < 0x13,
        #[cfg(feature = "imports")]
        Kdf::Bcrypt(bcrypt) => matches!(bcrypt.revision(), Revision::V2 | Revision::V2x),
        _ => false,
    }
}

/// Many passes over little memory add up to the policy's cost and are cheap on
/// a graphics card all the same. The floor of creation tells them apart: it is
/// the same for every node, so nodes cannot fight over it.
fn lost_memory_hardness(stored: &Kdf, policy: &Kdf) -> bool {
    super::profile::check_floor(stored).is_err() && super::profile::check_floor(policy).is_ok()
}
