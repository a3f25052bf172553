//! Making a hash.

use super::interleave::Inputs;
use super::kdf::InputFault;
use super::pool::{Event, Request};
use super::{HashSettings, Pool, SALT_BYTES, Salt, Stored, Text};
use crate::error::{Bound, Error, ErrorKind};
use crate::keys::RootKeys;
use crate::secret::{FixedBytes, fill_random};
use crate::text::{self, MAX_PASSWORD_BYTES};

impl HashSettings {
    /// The stored string of `password` under a fresh salt.
    pub(crate) fn hash(
        &self,
        pool: &Pool,
        keys: &RootKeys,
        password: &[u8],
    ) -> Result<Text, Error> {
        let mut salt = FixedBytes::<SALT_BYTES>::zeroed(SALT_BYTES);
        fill_random(salt.as_mut_slice())?;
        self.hash_with_salt(pool, keys, password, salt.as_slice())
    }

    /// The stored string of `password` under `salt`.
    pub(crate) fn hash_with_salt(
        &self,
        pool: &Pool,
        keys: &RootKeys,
        password: &[u8],
        salt: &[u8],
    ) -> Result<Text, Error> {
        let kdf = *self.create();
        self.check_settable(password)?;
        keys.check()?;
        let own_salt = Salt::copy_of(salt)
            .ok_or_else(|| Error::new(ErrorKind::Argument, "the salt is too long"))?;
        let mut stored = Stored::to_make(kdf, own_salt);
        text::with_prepared(password, |prepared| {
            let prepared = prepared.map_err(|offset| {
                let reason = "a password to be set has to be UTF-8";
                Error::new(ErrorKind::PasswordNotUtf8, reason).at(offset)
            })?;
            let prepared = prepared.as_bytes();
            // Longer than what was received, where it is decomposed.
            self.check_taken(prepared)?;
            let request = Request {
                bytes: self.create_bytes(pool),
                only: kdf.argon2(),
            };
            pool.run_as(request, |lease| {
                let tag = stored.tag.as_mut_slice();
                let inputs = Inputs {
                    input: prepared,
                    salt,
                    tag_len: tag.len(),
                };
                lease.compute(&kdf, inputs, tag)
            })
        })?;
        let text = stored.finish(keys)?;
        pool.count(Event::Made);
        Ok(text)
    }

    /// Length in bytes of every string that [`Self::hash`] returns.
    pub(crate) fn hash_len(&self, keys: &RootKeys) -> usize {
        let stored = Stored::to_make(*self.create(), Salt::zeroed(SALT_BYTES));
        stored.finished_len(keys)
    }

    /// Refuses what cannot be set, before any work.
    pub(super) fn check_settable(&self, password: &[u8]) -> Result<(), Error> {
        if password.is_empty() {
            let reason = "an empty password cannot be set; a missing form field arrives like this";
            return Err(Error::new(ErrorKind::PasswordEmpty, reason));
        }
        if password.len() > MAX_PASSWORD_BYTES {
            return Err(Error::out_of_bounds(
                ErrorKind::PasswordTooLong,
                "password in bytes",
                password.len() as u64,
                Bound::AtMost(MAX_PASSWORD_BYTES as u64),
            ));
        }
        self.check_taken(password)
    }

    /// Refuses what the function cannot tell from another password.
    fn check_taken(&self, password: &[u8]) -> Result<(), Error> {
        match self.create().function().fault_in(password) {
            None => Ok(()),
            Some(InputFault::Nul(at)) => {
                let reason = "the scheme cannot tell this NUL from the end of the password";
                Err(Error::new(ErrorKind::PasswordNul, reason).at(at))
            }
            #[cfg(feature = "imports")]
            Some(InputFault::LongerThan(most)) => Err(Error::out_of_bounds(
                ErrorKind::PasswordTooLong,
                "password in bytes, of which bcrypt looks at the first only,",
                password.len() as u64,
                Bound::AtMost(most as u64),
            )),
        }
    }
}
