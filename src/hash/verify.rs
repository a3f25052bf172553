//! Making a hash and verifying one.

use super::kdf::Job;
use super::{HashSettings, Kdf, SALT_BYTES, Stored, TAG_BYTES, Tag, Text};
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
        /// it is weaker than the policy asks, or the password matched only as
        /// received. Never for a password that cannot be set.
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
        let own_salt = FixedBytes::copy_of(salt)
            .ok_or_else(|| Error::new(ErrorKind::Argument, "the salt is too long"))?;
        let mut stored = Stored::to_make(kdf, own_salt);
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
        if !text.is_whole() {
            let reason = "the string to store does not fit";
            return Err(Error::new(ErrorKind::Internal, reason));
        }
        Ok(text)
    }

    /// Length in bytes of every string that [`Self::hash`] returns.
    pub(crate) fn hash_len(&self) -> usize {
        let stored = Stored::to_make(*self.create(), FixedBytes::zeroed(SALT_BYTES));
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
                let matched = compare(&target, &forms)?.filter(|_| possible);
                Ok(matched.map_or(Verdict::Rejected, |form| Verdict::Accepted {
                    rehash: (form == Form::AsReceived || self.is_weak(&target))
                        && std::str::from_utf8(password).is_ok()
                        && check_settable(self.create(), password).is_ok(),
                }))
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
        if !self.may_verify(stored.scheme()) {
            let reason = "the configuration does not list this scheme in hash.verify";
            return Err(Error::new(ErrorKind::NotAllowed, reason).at(0));
        }
        stored.kdf().check(self.limits(), stored.tag_len())
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
        stored.scheme() != policy.scheme()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::work;
    use crate::json;

    fn settings(json: &str) -> HashSettings {
        let json = json::parse(json.as_bytes()).expect("JSON");
        HashSettings::read(&json).expect("valid")
    }

    /// What each kind of call computes: hashes, and Argon2 blocks or iterations in them.
    fn work_of(settings: &HashSettings, stored: &str, password: &[u8]) -> (u64, u64) {
        work::reset();
        let _ = settings.verify(stored.as_bytes(), password);
        work::done()
    }

    #[test]
    fn whatever_is_wrong_costs_the_policy() {
        let settings = settings(r#"{"create":{"profile":"test-only"},"verify":["argon2id"]}"#);
        let stored = settings.hash(b"caf\xc3\xa9").expect("hashes");
        let over_the_cap = vec![b'a'; MAX_PASSWORD_BYTES + 1];
        let one_form = [
            &b"caf\xc3\xa9"[..],
            b"wrong",
            b"",
            b"\xff",
            b"nul\0",
            &over_the_cap,
        ];
        let two_forms = [&b"cafe\xcc\x81"[..], b"cafe\xcc\x81\0", b"a\xc2\xa0b"];
        let (policy, both) = ((1, 8), (2, 16));
        for stored in [
            stored.as_str(),
            "",
            "$argon2id$v=19$m=8",
            "$2y$10$unknown",
            "$saltbox$v=1$later",
            "$scrypt$ln=4,r=1,p=1$$d9ZXYjhleyA7GcpCwYoEl/FrSETjB0ro39/6P+3iFEI",
            "$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
        ] {
            for password in one_form {
                assert_eq!(work_of(&settings, stored, password), policy, "{stored}");
            }
            // Both are computed, whether or not the first one matched.
            for password in two_forms {
                assert_eq!(work_of(&settings, stored, password), both, "{stored}");
            }
        }
    }

    #[test]
    fn what_cannot_be_set_costs_nothing() {
        let settings = settings(r#"{"create":{"profile":"test-only"}}"#);
        work::reset();
        for password in [&b""[..], b"\xff", &[b'a'; MAX_PASSWORD_BYTES + 1]] {
            assert!(settings.hash(password).is_err());
        }
        assert_eq!(work::done(), (0, 0));
    }
}
