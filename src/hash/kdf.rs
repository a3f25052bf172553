//! What is computed: functions with their cost parameters.

use super::cost::{Lengths, Work};
use super::interleave::Together;
use super::{Argon2, Limits, Pbkdf2, Scheme, Scrypt, TAG_BYTES};
#[cfg(feature = "imports")]
use super::{
    Bcrypt, Digest, FirebaseScrypt, Hmac, Md5Crypt, Phpass, Sha1Crypt, ShaCrypt, Yescrypt,
};
use crate::arch::memory::WorkMemory;
use crate::arch::stack::without_traces;
use crate::error::{Bound, Error, ErrorKind};
use std::ops::{Range, RangeInclusive};

/// What every function says about itself, and does.
pub(crate) trait Function {
    /// The scheme of the strings that saltbox itself would write.
    fn scheme(&self) -> Scheme;

    /// Work memory in bytes.
    fn memory_bytes(&self) -> u64 {
        0
    }

    /// Work memory in bytes with which it is computed the fastest, as long as that is within
    /// `room`: [`Self::memory_bytes`] or more.
    fn memory_within(&self, _room: u64) -> u64 {
        self.memory_bytes()
    }

    /// Bytes of a tag that saltbox makes.
    fn tag_bytes(&self) -> usize {
        TAG_BYTES
    }

    /// How many bytes of tag can be computed.
    fn tag_lengths(&self) -> RangeInclusive<usize> {
        4..=1024
    }

    /// The cost of one guess in units of the scheme, to tell a weaker string.
    fn strength(&self) -> u64;

    /// The work of computing a tag, for what has these lengths.
    fn work(&self, lengths: Lengths) -> Work;

    /// Refuses a cost over the ceilings. Allocates nothing.
    fn check(&self, limits: &Limits, tag_len: usize) -> Result<(), Error>;

    /// What keeps the function from telling `input` from a shorter one.
    fn fault_in(&self, _input: &[u8]) -> Option<InputFault> {
        None
    }

    /// The lengths of salt that it takes, in bytes.
    fn salt_lengths(&self) -> RangeInclusive<usize> {
        0..=usize::MAX
    }

    /// Whether an input of this length costs no more than the ceilings allow.
    /// Such as cost the more the longer the input is are told here, because
    /// [`Self::check`] does not know it.
    fn affords(&self, _limits: &Limits, _input_len: usize) -> bool {
        true
    }

    /// Names its parameters.
    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter));

    /// How several are computed at once, if that is any faster.
    fn together(&self) -> Option<&dyn Together> {
        None
    }

    /// Computes `tag` in `memory`, which has [`Self::memory_bytes`] bytes or more.
    fn compute(
        &self,
        memory: Option<&mut WorkMemory>,
        input: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Error>;
}

/// Why a function has the same tags for another input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputFault {
    /// A NUL at this offset, which the function takes for the end, or for padding.
    Nul(usize),
    /// The function looks at no more than this many bytes.
    #[cfg(feature = "imports")]
    LongerThan(usize),
}

/// What goes into a function.
pub(crate) struct Entered<'a> {
    pub(crate) bytes: &'a [u8],
    /// Where in it the password stands, or what was made of it.
    pub(crate) password: Range<usize>,
    /// Whether each character has two bytes, of which one may well be zero.
    pub(crate) is_wide: bool,
}

impl<'a> Entered<'a> {
    /// The password itself.
    pub(crate) fn plain(password: &'a [u8]) -> Self {
        Self {
            bytes: password,
            password: 0..password.len(),
            is_wide: false,
        }
    }
}

/// A parameter as JSON writes it.
pub(crate) enum Parameter {
    Number(u32),
    #[cfg(feature = "imports")]
    Name(&'static str),
}

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
    /// bcrypt.
    #[cfg(feature = "imports")]
    Bcrypt(Bcrypt),
    /// scrypt and AES, as Firebase joins them.
    #[cfg(feature = "imports")]
    FirebaseScrypt(FirebaseScrypt),
    /// yescrypt and gost-yescrypt.
    #[cfg(feature = "imports")]
    Yescrypt(Yescrypt),
    /// sha256crypt and sha512crypt.
    #[cfg(feature = "imports")]
    ShaCrypt(ShaCrypt),
    /// md5crypt and Apache's.
    #[cfg(feature = "imports")]
    Md5Crypt(Md5Crypt),
    /// sha1crypt.
    #[cfg(feature = "imports")]
    Sha1Crypt(Sha1Crypt),
    /// phpass, with Drupal's SHA-512 too.
    #[cfg(feature = "imports")]
    Phpass(Phpass),
    /// A hash function by itself, once or repeated.
    #[cfg(feature = "imports")]
    Digest(Digest),
    /// HMAC, once.
    #[cfg(feature = "imports")]
    Hmac(Hmac),
}

impl Kdf {
    pub(crate) fn function(&self) -> &dyn Function {
        match self {
            Self::Argon2(function) => function,
            Self::Scrypt(function) => function,
            Self::Pbkdf2(function) => function,
            #[cfg(feature = "imports")]
            Self::Bcrypt(function) => function,
            #[cfg(feature = "imports")]
            Self::FirebaseScrypt(function) => function,
            #[cfg(feature = "imports")]
            Self::Yescrypt(function) => function,
            #[cfg(feature = "imports")]
            Self::ShaCrypt(function) => function,
            #[cfg(feature = "imports")]
            Self::Md5Crypt(function) => function,
            #[cfg(feature = "imports")]
            Self::Sha1Crypt(function) => function,
            #[cfg(feature = "imports")]
            Self::Phpass(function) => function,
            #[cfg(feature = "imports")]
            Self::Digest(function) => function,
            #[cfg(feature = "imports")]
            Self::Hmac(function) => function,
        }
    }

    /// Argon2, where it is that.
    pub(crate) const fn argon2(&self) -> Option<Argon2> {
        match self {
            Self::Argon2(function) => Some(*function),
            _ => None,
        }
    }

    /// The scheme that strings of this function have where nothing else is said.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.function().scheme()
    }

    /// Work memory in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        self.function().memory_bytes()
    }

    /// Computes `tag` from the bytes of `password` as they are: no preparation, no limits.
    ///
    /// This is the raw function, for key derivation and for comparing with
    /// other libraries. It maps memory of its own for each call, outside of
    /// every budget. To store a password use [`Saltbox::hash`](crate::Saltbox::hash).
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where the tag is not of a length that the
    /// function makes (from 4 to 1024 bytes for Argon2, scrypt and PBKDF2)
    /// or an Argon2 salt is shorter than 8 bytes, a bcrypt salt not 16 bytes
    /// long, or a bcrypt password longer than 72 bytes or with a NUL; [`ErrorKind::Memory`] where
    /// the system gives no work memory.
    pub fn derive(&self, password: &[u8], salt: &[u8], tag: &mut [u8]) -> Result<(), Error> {
        check_lengths(self.function(), salt, tag)?;
        #[cfg(feature = "imports")]
        if matches!(self, Self::Bcrypt(_)) && self.function().fault_in(password).is_some() {
            let reason = "bcrypt takes 72 bytes, and no NUL";
            return Err(Error::new(ErrorKind::Argument, reason));
        }
        let mut memory = match self.memory_bytes() {
            0 => None,
            bytes => Some(WorkMemory::new(bytes).ok_or_else(memory_refused)?),
        };
        without_traces(|| {
            self.function()
                .compute(memory.as_mut(), password, salt, tag)
        })
    }
}

/// Refuses lengths that the raw functions cannot take.
pub(super) fn check_lengths(function: &dyn Function, salt: &[u8], tag: &[u8]) -> Result<(), Error> {
    let within = |what, len: usize, range: RangeInclusive<usize>| {
        let bound = if len < *range.start() {
            Bound::AtLeast(*range.start() as u64)
        } else if len > *range.end() {
            Bound::AtMost(*range.end() as u64)
        } else {
            return Ok(());
        };
        let (kind, len) = (ErrorKind::Argument, len as u64);
        Err(Error::out_of_bounds(kind, what, len, bound))
    };
    within("tag in bytes", tag.len(), function.tag_lengths())?;
    within("salt in bytes", salt.len(), function.salt_lengths())
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
    use crate::hash::{Variant, Version};

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
