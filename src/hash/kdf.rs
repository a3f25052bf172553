//! What is computed: key-derivation functions with their cost parameters.

use super::{Argon2, Limits, Pbkdf2, Prf, Scheme, Scrypt, Variant, argon2};
use crate::arch::memory::WorkMemory;
use crate::arch::stack::without_traces;
use crate::error::{Bound, Error, ErrorKind};

/// A key-derivation function with its cost parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kdf {
    /// Argon2.
    Argon2(Argon2),
    /// scrypt.
    Scrypt(Scrypt),
    /// PBKDF2-HMAC.
    Pbkdf2(Pbkdf2),
}

impl Kdf {
    /// The scheme of this function's PHC strings.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        match self {
            Self::Argon2(argon2) => match argon2.variant() {
                Variant::Id => Scheme::Argon2id,
                Variant::I => Scheme::Argon2i,
                Variant::D => Scheme::Argon2d,
            },
            Self::Scrypt(_) => Scheme::Scrypt,
            Self::Pbkdf2(pbkdf2) => match pbkdf2.prf() {
                Prf::Sha256 => Scheme::Pbkdf2Sha256,
                Prf::Sha512 => Scheme::Pbkdf2Sha512,
                #[cfg(feature = "imports")]
                Prf::Sha1 => Scheme::Pbkdf2Sha1,
            },
        }
    }

    /// Work memory in bytes.
    #[must_use]
    pub const fn memory_bytes(&self) -> u64 {
        match self {
            Self::Argon2(argon2) => argon2.memory_bytes(),
            Self::Scrypt(scrypt) => scrypt.memory_bytes(),
            Self::Pbkdf2(_) => 0,
        }
    }

    /// The cost of one guess in units of the scheme: m · t, N · r · p, or iterations.
    pub(crate) const fn strength(&self) -> u64 {
        match self {
            Self::Argon2(argon2) => argon2.strength(),
            Self::Scrypt(scrypt) => scrypt.strength(),
            Self::Pbkdf2(pbkdf2) => pbkdf2.iterations() as u64,
        }
    }

    /// Whether no shorter password has the same tags. HMAC pads its key with
    /// zeros (RFC 2104 section 2), so scrypt and PBKDF2 cannot tell a password
    /// that ends in NUL from one without.
    pub(crate) fn tells_apart(&self, password: &[u8]) -> bool {
        match self {
            Self::Argon2(_) => true,
            Self::Scrypt(_) | Self::Pbkdf2(_) => password.last() != Some(&0),
        }
    }

    /// Refuses a cost over the ceilings. Allocates nothing.
    pub(crate) fn check(&self, limits: &Limits, tag_len: usize) -> Result<(), Error> {
        match self {
            Self::Argon2(argon2) => argon2.check(limits),
            Self::Scrypt(scrypt) => scrypt.check(limits, tag_len),
            Self::Pbkdf2(pbkdf2) => pbkdf2.check(limits, tag_len),
        }
    }

    /// Computes `tag` from the bytes of `password` as they are: no preparation, no limits.
    ///
    /// This is the raw function, for key derivation and for comparing with
    /// other libraries. It maps memory of its own for each call, outside of
    /// every budget. To store a password use [`Saltbox::hash`](crate::Saltbox::hash).
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where the tag is not from 4 to 1024 bytes long
    /// or an Argon2 salt is shorter than 8 bytes; [`ErrorKind::Memory`] where
    /// the system gives no work memory.
    pub fn derive(&self, password: &[u8], salt: &[u8], tag: &mut [u8]) -> Result<(), Error> {
        let argument = |what, len: usize, bound| {
            let len = len as u64;
            Err(Error::out_of_bounds(ErrorKind::Argument, what, len, bound))
        };
        if tag.len() < 4 {
            return argument("tag in bytes", tag.len(), Bound::AtLeast(4));
        }
        if tag.len() > 1024 {
            return argument("tag in bytes", tag.len(), Bound::AtMost(1024));
        }
        if matches!(self, Self::Argon2(_)) && salt.len() < argon2::MIN_SALT_BYTES {
            let bound = Bound::AtLeast(argon2::MIN_SALT_BYTES as u64);
            return argument("salt in bytes", salt.len(), bound);
        }
        let mut memory = match self.memory_bytes() {
            0 => None,
            bytes => Some(WorkMemory::new(bytes).ok_or_else(memory_refused)?),
        };
        without_traces(|| self.compute(memory.as_mut(), password, salt, tag))
    }

    /// Computes `tag` in `memory`, which has [`Self::memory_bytes`] bytes or more.
    pub(crate) fn compute(
        &self,
        memory: Option<&mut WorkMemory>,
        password: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Error> {
        let memory = memory.ok_or_else(memory_missing);
        match self {
            Self::Argon2(argon2) => argon2.derive(memory?, password, salt, tag),
            Self::Scrypt(scrypt) => scrypt.derive(memory?, password, salt, tag),
            Self::Pbkdf2(pbkdf2) => {
                pbkdf2.derive(password, salt, tag);
                Ok(())
            }
        }
    }
}

/// The system gives none.
pub(super) fn memory_refused() -> Error {
    Error::new(ErrorKind::Memory, "the system gave no work memory")
}

/// None was asked for where some is needed: a fault of ours.
pub(super) fn memory_missing() -> Error {
    Error::new(ErrorKind::Internal, "a lease without work memory")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Version;

    #[test]
    fn the_raw_function_names_what_it_cannot_take() {
        let kdf = Kdf::Argon2(Argon2::fixed(Variant::Id, Version::V0x13, 8, 1, 1));
        let short_tag = kdf
            .derive(b"p", b"somesalt", &mut [0; 3])
            .expect_err("short tag");
        assert_eq!(
            short_tag.to_string(),
            "tag in bytes is 3, under the floor of 4"
        );
        let short_salt = kdf
            .derive(b"p", b"salt", &mut [0; 16])
            .expect_err("short salt");
        assert_eq!(
            short_salt.to_string(),
            "salt in bytes is 4, under the floor of 8"
        );
        assert!(kdf.derive(b"p", b"somesalt", &mut [0; 1025]).is_err());
    }
}
