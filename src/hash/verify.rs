//! Making a hash and verifying one.

use super::{HashSettings, Job, Kdf, SALT_BYTES, Stored, TAG_BYTES, Tag, Text};
use crate::error::{Bound, Error, ErrorKind};
use crate::secret::{FixedBytes, constant_time_eq};
use crate::text::{self, Forms, MAX_PASSWORD_BYTES};

/// What a verification decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a verdict that nobody looks at lets everybody in"]
pub enum Verdict {
    /// The password is right.
    Accepted {
        /// Whether the string should be replaced by a new hash of the password:
        /// it is weaker than the policy asks, or the password matched only as received.
        rehash: bool,
    },
    /// The password is wrong, or there is no such user.
    Rejected,
}

impl Verdict {
    /// Whether the password is right.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted { .. })
    }
}

/// Salt of the work that is spent where there is nothing to compare with. Its value does not matter.
const NO_USER_SALT: [u8; SALT_BYTES] = *b"saltbox: no user";

impl HashSettings {
    /// The stored string of `password` under a fresh salt.
    pub(crate) fn hash(&self, password: &[u8]) -> Result<Text, Error> {
        let mut salt = FixedBytes::<SALT_BYTES>::zeroed(SALT_BYTES);
        getrandom::fill(salt.as_mut_slice())
            .map_err(|_| Error::new(ErrorKind::Random, "the system gave no randomness"))?;
        self.hash_with_salt(password, salt.as_slice())
    }

    /// The stored string of `password` under `salt`.
    pub(crate) fn hash_with_salt(&self, password: &[u8], salt: &[u8]) -> Result<Text, Error> {
        let kdf = *self.create();
        check_settable(&kdf, password)?;
        let mut stored = Stored {
            kdf,
            salt: FixedBytes::copy_of(salt)
                .ok_or_else(|| Error::new(ErrorKind::Argument, "the salt is too long"))?,
            tag: Tag::zeroed(TAG_BYTES),
        };
        text::with_prepared(password, |prepared| match prepared {
            Ok(prepared) => {
                let mut job = Job::new(&kdf)?;
                job.derive(&kdf, prepared, salt, stored.tag.as_mut_slice())
            }
            Err(offset) => {
                let reason = "a password to be set has to be UTF-8";
                Err(Error::new(ErrorKind::PasswordNotUtf8, reason).at(offset))
            }
        })?;
        let mut text = Text::new();
        stored.write(&mut text);
        Ok(text)
    }

    /// Length in bytes of every string that [`Self::hash`] returns.
    pub(crate) fn hash_len(&self) -> usize {
        let stored = Stored {
            kdf: *self.create(),
            salt: FixedBytes::zeroed(SALT_BYTES),
            tag: Tag::zeroed(TAG_BYTES),
        };
        let mut text = Text::new();
        stored.write(&mut text);
        text.as_str().len()
    }

    /// Whether `password` is the one that `stored` was made from; an empty `stored` is an unknown user.
    ///
    /// An unknown user and a string that cannot be verified cost the work of the policy.
    pub(crate) fn verify(&self, stored: &[u8], password: &[u8]) -> Result<Verdict, Error> {
        let target = match stored {
            [] => Ok(None),
            _ => self.readable(stored).map(Some),
        };
        // Over the cap nothing can match; the work is spent on an empty password.
        let (password, possible) = if password.len() > MAX_PASSWORD_BYTES {
            (&[][..], false)
        } else {
            (password, true)
        };
        text::with_forms(password, |forms| match target {
            Ok(Some(target)) => {
                let matched = compare(&target, &forms)?;
                Ok(self.verdict(&target, matched.filter(|_| possible)))
            }
            Ok(None) => {
                spend(self.create(), &forms)?;
                Ok(Verdict::Rejected)
            }
            // Its own failure says more than that the memory for equal work was missing.
            Err(error) => {
                let _ = spend(self.create(), &forms);
                Err(error)
            }
        })
    }

    /// `stored`, read and found to be one that this configuration verifies.
    fn readable(&self, stored: &[u8]) -> Result<Stored, Error> {
        let stored = Stored::parse(stored)?;
        self.check(&stored)?;
        Ok(stored)
    }

    /// Refuses what this configuration does not verify: by scheme, then by cost.
    pub(crate) fn check(&self, stored: &Stored) -> Result<(), Error> {
        if !self.may_verify(stored.kdf().scheme()) {
            let reason = "the configuration does not list this scheme in hash.verify";
            return Err(Error::new(ErrorKind::NotAllowed, reason).at(0));
        }
        stored.kdf().check(self.limits(), stored.tag_len())
    }

    fn verdict(&self, target: &Stored, matched: Option<Form>) -> Verdict {
        match matched {
            Some(form) => Verdict::Accepted {
                rehash: form == Form::AsReceived || self.is_weak(target),
            },
            None => Verdict::Rejected,
        }
    }

    /// Whether `stored` is weaker than the policy: another scheme, an old
    /// version, a shorter salt or tag, or a lower cost.
    ///
    /// Cost is one number a scheme (m · t, N · r · p, iterations), so of two
    /// nodes with different settings only one asks for a rehash of the other's
    /// strings: a string that is merely different is left alone.
    pub(crate) fn is_weak(&self, stored: &Stored) -> bool {
        let policy = self.create();
        let old_version = |kdf: &Kdf| matches!(kdf, Kdf::Argon2(a) if a.version_number() < 0x13);
        stored.kdf().scheme() != policy.scheme()
            || old_version(stored.kdf())
            || stored.salt().len() < SALT_BYTES
            || stored.tag_len() < TAG_BYTES
            || stored.kdf().strength() < policy.strength()
            || lost_memory_hardness(stored.kdf(), policy)
    }
}

/// Many passes over little memory add up to the policy's cost and are cheap on
/// a graphics card all the same. The floor of creation tells them apart: it is
/// the same for every node, so nodes cannot fight over it.
fn lost_memory_hardness(stored: &Kdf, policy: &Kdf) -> bool {
    super::profile::check_floor(stored).is_err() && super::profile::check_floor(policy).is_ok()
}

/// Which form of the password matched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Prepared,
    AsReceived,
}

/// Compares every form, whether or not an earlier one matched.
fn compare(target: &Stored, forms: &Forms<'_>) -> Result<Option<Form>, Error> {
    let mut job = Job::new(target.kdf())?;
    let mut tag = Tag::zeroed(target.tag_len());
    let mut matches = |password: &[u8]| -> Result<bool, Error> {
        let kdf = target.kdf();
        job.derive(kdf, password, target.salt(), tag.as_mut_slice())?;
        let equal = constant_time_eq(tag.as_slice(), target.tag.as_slice());
        Ok(equal & kdf.tells_apart(password))
    };
    let first = matches(forms.first)?;
    let as_received = forms.as_received.map(matches).transpose()?.unwrap_or(false);
    Ok(match (first, as_received) {
        (true, _) => Some(Form::Prepared),
        (false, true) => Some(Form::AsReceived),
        (false, false) => None,
    })
}

/// Spends the work of `kdf` on every form, for nothing.
fn spend(kdf: &Kdf, forms: &Forms<'_>) -> Result<(), Error> {
    let mut job = Job::new(kdf)?;
    let mut tag = Tag::zeroed(TAG_BYTES);
    for password in [Some(forms.first), forms.as_received].into_iter().flatten() {
        job.derive(kdf, password, &NO_USER_SALT, tag.as_mut_slice())?;
        std::hint::black_box(tag.as_slice());
    }
    Ok(())
}

/// Refuses what cannot be set, before any work.
fn check_settable(kdf: &Kdf, password: &[u8]) -> Result<(), Error> {
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
    if !kdf.tells_apart(password) {
        let reason = "scrypt and PBKDF2 cannot tell a NUL at the end of a password from none";
        return Err(Error::new(ErrorKind::PasswordNul, reason).at(password.len() - 1));
    }
    Ok(())
}
