//! Saying what a stored string is, and what is wrong with it.

use super::{HashSettings, Kdf, Pool, Scheme, Stored};
use crate::error::{Error, ErrorKind};

/// What a stored string is: its scheme, its parameters, whether it would be verified and what speaks against it.
#[derive(Debug)]
pub struct Identified {
    scheme: Option<Scheme>,
    stored: Option<Stored>,
    problem: Option<Error>,
    rehash: bool,
}

impl Identified {
    /// The scheme, as far as the beginning of the string tells.
    #[must_use]
    pub const fn scheme(&self) -> Option<Scheme> {
        self.scheme
    }

    /// The function and its parameters; `None` where the string could not be read whole.
    #[must_use]
    pub fn kdf(&self) -> Option<&Kdf> {
        self.stored.as_ref().map(Stored::kdf)
    }

    /// Lengths of salt and tag in bytes; `None` where the string could not be read whole.
    #[must_use]
    pub fn salt_and_tag_len(&self) -> Option<(usize, usize)> {
        let stored = self.stored.as_ref()?;
        Some((stored.salt().len(), stored.tag_len()))
    }

    /// Why `verify` would not take the string, and where; `None` where it would.
    #[must_use]
    pub const fn problem(&self) -> Option<&Error> {
        self.problem.as_ref()
    }

    /// Whether `verify` would ask for a rehash, given the right password.
    #[must_use]
    pub const fn needs_rehash(&self) -> bool {
        self.rehash
    }
}

impl HashSettings {
    /// Says what `stored` is. Computes no hash.
    pub(crate) fn identify(&self, pool: &Pool, stored: &[u8]) -> Identified {
        let mut identified = Identified {
            scheme: None,
            stored: None,
            problem: None,
            rehash: false,
        };
        identified.problem = self.look_into(pool, stored, &mut identified).err();
        identified
    }

    /// Notes what is found, as far as it goes.
    fn look_into(&self, pool: &Pool, stored: &[u8], found: &mut Identified) -> Result<(), Error> {
        if stored.is_empty() {
            let reason = "empty: verify takes this as an unknown user";
            return Err(Error::new(ErrorKind::Malformed, reason).at(0));
        }
        let row = Stored::recognise(stored)?;
        found.scheme = Some(row.scheme);
        let stored = found.stored.insert(row.read(stored)?);
        self.check(pool, stored)?;
        found.rehash = self.is_weak(stored);
        Ok(())
    }
}
