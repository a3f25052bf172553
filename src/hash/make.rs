//! Making a hash.

use super::interleave::{self, Group, Inputs, Member};
use super::kdf::InputFault;
use super::pool::{Event, Request};
use super::{HashSettings, Pool, SALT_BYTES, Salt, Stored, Tag, Text};
use crate::error::{Bound, Error, ErrorKind};
use crate::keys::RootKeys;
use crate::secret::{FixedBytes, fill_random};
use crate::text::{self, MAX_PASSWORD_BYTES};

/// A string that is made of a password.
struct Making<'a, 's> {
    password: &'a [u8],
    stored: &'a mut Stored<'s>,
}

impl Member for Making<'_, '_> {
    fn enter(
        &mut self,
        use_inputs: &mut dyn FnMut(Inputs<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        text::with_prepared_apart(self.password, |prepared| {
            use_inputs(Inputs {
                input: prepared.unwrap_or_default().as_bytes(),
                salt: self.stored.salt(),
                tag_len: self.stored.tag_len(),
            })
        })
    }

    fn tag_len(&self) -> usize {
        self.stored.tag_len()
    }

    fn take(&mut self, tag: Tag) {
        self.stored.tag = tag;
    }
}

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
        let salt = Salt::copy_of(salt)
            .ok_or_else(|| Error::new(ErrorKind::Argument, "the salt is too long"))?;
        let mut stored = Stored::to_make(kdf, salt);
        text::with_prepared_apart(password, |prepared| {
            let prepared = prepared.map_err(|offset| {
                let reason = "a password to be set has to be UTF-8";
                Error::new(ErrorKind::PasswordNotUtf8, reason).at(offset)
            })?;
            // Longer than what was received, where it is decomposed.
            self.check_taken(prepared.as_bytes())
        })?;
        let request = Request {
            bytes: self.create_bytes(pool),
            only: kdf.argon2(),
        };
        pool.run_as(request, |lease| {
            let stored = &mut stored;
            let mut making = Making { password, stored };
            interleave::compute(&kdf, lease, Group::alone(&mut making))
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
