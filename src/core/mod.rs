//! [`Saltbox`], the configured core, and its [`Config`].

mod config;

pub use self::config::Config;

use crate::arch::stack::without_traces;
use crate::error::Error;
use crate::hash::{Hasher, Identified, InputFault, Kdf, Pool, Sizes, Stats, Text, Verdict, rekey};
use crate::policy::{Candidate, Findings, Rule, Subject, year_of};
use crate::text::fold_identifier;
use std::sync::Arc;

/// The configured core: immutable, shared by threads.
///
/// Its only state is the work memory, which clones and derived cores share. All
/// of it belongs to one process: a forked child starts with none.
///
/// ```
/// use saltbox::{Saltbox, Verdict};
///
/// let saltbox = Saltbox::default();
/// let stored = saltbox.hash("correct horse battery staple")?;
/// assert!(saltbox.verify(&stored, "correct horse battery staple")?.is_accepted());
/// assert_eq!(saltbox.verify(&stored, "Tr0ub4dor&3")?, Verdict::Rejected);
/// assert_eq!(saltbox.verify(None, "whatever")?, Verdict::Rejected); // no such user
/// # Ok::<(), saltbox::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Saltbox {
    config: Config,
    pool: Arc<Pool>,
}

impl Default for Saltbox {
    fn default() -> Self {
        Self::new(Config::default())
    }
}

impl Saltbox {
    /// A core with these settings, and with work memory of its own: one is enough for a process.
    ///
    /// Where `create_key_id` names a key that was not added, [`Self::hash`] says so.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let pool = Arc::new(Pool::new(config.hash.pool_sizes()));
        Self { config, pool }
    }

    /// A core with other settings, keys included, and the work memory of this one.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) where `config` sizes the
    /// work memory differently (leaving it out is always right), or where one
    /// hash of its policy, or what its limits allow, does not fit in it;
    /// [`ErrorKind::Key`](crate::ErrorKind::Key) where it names a key that was
    /// not added, and `Config` where it names a blocklist that was not attached.
    pub fn derive(&self, config: Config) -> Result<Self, Error> {
        config.check_whole()?;
        config.hash.check_shared(self.pool.sizes())?;
        let pool = Arc::clone(&self.pool);
        Ok(Self { config, pool })
    }

    /// How many hashes of the policy can be computed at once: the slots, or
    /// less where the work memory is for less.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        self.pool
            .capacity(self.config.hash.create_bytes(&self.pool))
    }

    /// What happened so far, in this process, with this core and those that share its work memory.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.pool.stats()
    }

    /// Gives work memory that no job uses back to the system. How many bytes.
    #[allow(clippy::must_use_candidate)]
    pub fn trim(&self) -> u64 {
        self.pool.trim()
    }

    /// The stored string of `password` under a fresh salt.
    ///
    /// # Errors
    /// [`PasswordEmpty`](crate::ErrorKind::PasswordEmpty),
    /// [`PasswordTooLong`](crate::ErrorKind::PasswordTooLong),
    /// [`PasswordNotUtf8`](crate::ErrorKind::PasswordNotUtf8) or
    /// [`PasswordNul`](crate::ErrorKind::PasswordNul) for a password that
    /// cannot be set; [`Busy`](crate::ErrorKind::Busy) where no slot came free in
    /// time; [`Key`](crate::ErrorKind::Key) where the key that seals is missing;
    /// [`Memory`](crate::ErrorKind::Memory) or
    /// [`Random`](crate::ErrorKind::Random) where the system gives none.
    pub fn hash(&self, password: impl AsRef<[u8]>) -> Result<String, Error> {
        let text = self.hash_text(password.as_ref())?;
        Ok(text.as_str().to_owned())
    }

    /// Length in bytes of every string that [`Self::hash`] returns: 97 by default, below
    /// [`HASH_MAX`](crate::hash::HASH_MAX) always.
    #[must_use]
    pub fn hash_len(&self) -> usize {
        self.config.hash.hash_len(&self.config.keys)
    }

    /// Whether `password` is the one that `stored` was made from.
    ///
    /// `stored` is `None` (or empty) for a user that does not exist: that is
    /// rejected at the cost of the policy, so that nobody can tell by the time.
    /// Nothing in a password makes this fail: over
    /// [`MAX_PASSWORD_BYTES`](crate::MAX_PASSWORD_BYTES) it is rejected, NUL
    /// bytes count like any other, bytes that are not UTF-8 are tried as they are.
    ///
    /// # Errors
    /// For a stored string that cannot be verified, at the cost of the policy:
    /// [`Malformed`](crate::ErrorKind::Malformed),
    /// [`Unsupported`](crate::ErrorKind::Unsupported),
    /// [`NotAllowed`](crate::ErrorKind::NotAllowed),
    /// [`LaterRelease`](crate::ErrorKind::LaterRelease),
    /// [`Limit`](crate::ErrorKind::Limit), [`Budget`](crate::ErrorKind::Budget),
    /// [`Key`](crate::ErrorKind::Key) or [`Seal`](crate::ErrorKind::Seal).
    /// Before any work: [`Busy`](crate::ErrorKind::Busy) where no slot came free
    /// in time; [`Memory`](crate::ErrorKind::Memory) where the system gives none.
    pub fn verify<'s>(
        &self,
        stored: impl MaybeStored<'s>,
        password: impl AsRef<[u8]>,
    ) -> Result<Verdict, Error> {
        let stored = stored.maybe_stored().unwrap_or_default();
        self.verify_bytes(stored.as_bytes(), password.as_ref())
    }

    /// Verifies many: each pair is a stored string, `None` for no user, and a password.
    ///
    /// Results stand in the order of the pairs; one that fails does not end the
    /// others. The batch takes one slot, for as long as it lasts; where there is no
    /// room every item is told so. Of eight in a row those with the same costs
    /// are computed at once, which takes less time for each. They need as many
    /// times the memory, and take it as far as a slot's share (`memory_mib`
    /// through `max_running`) has it; else the memory of the largest item.
    pub fn verify_batch<'s, P: AsRef<[u8]>>(
        &self,
        pairs: impl IntoIterator<Item = (Option<&'s str>, P)>,
    ) -> Vec<Result<Verdict, Error>> {
        let pairs: Vec<_> = pairs.into_iter().collect();
        let item = |i: usize| {
            pairs
                .get(i)
                .map_or((&[][..], &[][..]), |(stored, password)| {
                    (stored.unwrap_or_default().as_bytes(), password.as_ref())
                })
        };
        let mut answers = Vec::with_capacity(pairs.len());
        self.verify_each(pairs.len(), item, |_, answer| answers.push(answer));
        answers
    }

    /// The same string sealed with the key that `create_key_id` names, without
    /// the password; `None` where it is sealed with that one already, or with a
    /// larger id, which is a later key.
    ///
    /// A string that is not sealed yet is sealed; one that is, is opened with its
    /// own key first. Store the result by compare-and-swap on `stored`.
    ///
    /// # Errors
    /// [`Key`](crate::ErrorKind::Key) where a key is missing,
    /// [`Seal`](crate::ErrorKind::Seal) where it is another one than the string
    /// was sealed with; [`Malformed`](crate::ErrorKind::Malformed),
    /// [`Unsupported`](crate::ErrorKind::Unsupported) (the result would not fit
    /// in 1023 bytes, too) or [`LaterRelease`](crate::ErrorKind::LaterRelease).
    pub fn rekey(&self, stored: impl AsRef<[u8]>) -> Result<Option<String>, Error> {
        let text = self.rekey_text(stored.as_ref())?;
        Ok(text.map(|text| text.as_str().to_owned()))
    }

    /// A weak string inside of the policy's hash, without the password; `None`
    /// where it is as strong as the policy, or wrapped already.
    ///
    /// The digest that is stored goes through the policy's hash, under a salt of
    /// its own, so that a stolen table costs the policy's work for each guess
    /// from today on. The recipe of the old hash stays in the string; its digest
    /// does not, and is no password. The next sign-in says `rehash`. Where
    /// `create_key_id` names a key the result is sealed with it, also where
    /// nothing else is to be done. Store it by compare-and-swap on `stored`. The old
    /// system can no longer read it.
    ///
    /// # Errors
    /// As [`Self::rekey`] and [`Self::verify`]: what may not be verified is not
    /// wrapped.
    pub fn wrap(&self, stored: impl AsRef<[u8]>) -> Result<Option<String>, Error> {
        let text = self.wrap_text(stored.as_ref())?;
        Ok(text.map(|text| text.as_str().to_owned()))
    }

    /// Wraps many, in one slot for as long as it lasts, several at once as
    /// [`Self::verify_batch`] does. Results stand in the order of the strings.
    pub fn wrap_batch<'s>(
        &self,
        stored: impl IntoIterator<Item = &'s str>,
    ) -> Vec<Result<Option<String>, Error>> {
        let stored: Vec<_> = stored.into_iter().collect();
        let item = |i: usize| stored.get(i).copied().unwrap_or_default().as_bytes();
        let mut answers = Vec::with_capacity(stored.len());
        self.wrap_each(stored.len(), item, |_, answer| {
            answers.push(answer.map(|text| text.map(|text| text.as_str().to_owned())));
        });
        answers
    }

    /// Everything that is wrong with `password` as a new one of this user: by
    /// the policy, and because [`Self::hash`] would refuse it; and how strong it
    /// is. Computes no hash, takes no slot and no memory.
    ///
    /// `now_unix_s` is the time in seconds since 1970, whose year the guesses of
    /// dates begin from.
    #[must_use]
    pub fn check(
        &self,
        subject: &Subject,
        password: impl AsRef<[u8]>,
        now_unix_s: u64,
    ) -> Findings {
        self.find(subject, None, password.as_ref(), now_unix_s)
    }

    /// As [`Self::check`], for a password that replaces `old`, which the user
    /// has just given: it must be another one, and as different as the policy asks.
    #[must_use]
    pub fn check_change(
        &self,
        subject: &Subject,
        old: impl AsRef<[u8]>,
        new: impl AsRef<[u8]>,
        now_unix_s: u64,
    ) -> Findings {
        self.find(subject, Some(old.as_ref()), new.as_ref(), now_unix_s)
    }

    fn find(
        &self,
        subject: &Subject,
        old: Option<&[u8]>,
        password: &[u8],
        now_unix_s: u64,
    ) -> Findings {
        let candidate = Candidate {
            password,
            old,
            subject,
            year: year_of(now_unix_s),
            hashes_per_second: self.config.hash.policy_work().per_second(),
        };
        let function = self.config.hash.create().function();
        let fault = |prepared: &[u8]| {
            let fault = function.fault_in(prepared)?;
            Some(match fault {
                InputFault::Nul(_) => (Rule::Nul, 0),
                #[cfg(feature = "imports")]
                InputFault::LongerThan(most) => {
                    let most = u32::try_from(most).unwrap_or(u32::MAX);
                    (Rule::TooManyBytes, most)
                }
            })
        };
        self.config.policy.check(&candidate, fault)
    }

    /// Says what `stored` is: scheme, parameters, what is wrong with it and where. Computes no hash.
    #[must_use]
    pub fn identify(&self, stored: impl AsRef<[u8]>) -> Identified {
        let (hash, keys) = (&self.config.hash, &self.config.keys);
        hash.identify(&self.pool, keys, stored.as_ref())
    }

    /// Hashing for secrets that are no passwords.
    pub(crate) fn hasher(&self) -> Hasher<'_> {
        Hasher {
            settings: &self.config.hash,
            pool: &self.pool,
            keys: &self.config.keys,
        }
    }

    pub(crate) const fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn pool_sizes(&self) -> &Sizes {
        self.pool.sizes()
    }

    /// As [`Self::verify_bytes`], at the cost of a rejection also for a match.
    pub(crate) fn verify_unseen(&self, stored: &[u8], password: &[u8]) -> Result<Verdict, Error> {
        let (hash, keys) = (&self.config.hash, &self.config.keys);
        without_traces(|| hash.verify_unseen(&self.pool, keys, stored, password))
    }

    /// What a login like that of `subject` costs where nobody has it: the policy's
    /// work, or what `hash.unknown_users` draws for it.
    pub(crate) fn unknown_user(&self, subject: &Subject) -> Result<Kdf, Error> {
        let (hash, account) = (&self.config.hash, &subject.account);
        let login = account.login_id.as_deref().or(account.email.as_deref());
        let (Some(users), Some(login)) = (hash.unknown_users(), login) else {
            return Ok(*hash.create());
        };
        let key = self.config.keys.unknown_users(users.key_id)?;
        // However it is spelled, it finds the same account, or none.
        let login = fold_identifier(login);
        let lot = without_traces(|| key.mac(&[account.realm.as_bytes(), login.as_bytes()]));
        let lot = lot.first_chunk().map_or(0, |lot| u64::from_be_bytes(*lot));
        Ok(*users.draw(lot).unwrap_or(hash.create()))
    }

    /// Does the work of rejecting `password` for an account that is not there.
    pub(crate) fn reject_unknown(&self, unknown: &Kdf, password: &[u8]) -> Result<(), Error> {
        let (hash, keys) = (&self.config.hash, &self.config.keys);
        without_traces(|| hash.reject_unknown(&self.pool, keys, unknown, password))
    }

    /// Does the work of rejecting `password` for `stored`, which is not looked at.
    pub(crate) fn reject(&self, stored: &[u8], password: &[u8]) -> Result<(), Error> {
        let (hash, keys) = (&self.config.hash, &self.config.keys);
        without_traces(|| hash.reject(&self.pool, keys, stored, password))
    }

    pub(crate) fn verify_bytes(&self, stored: &[u8], password: &[u8]) -> Result<Verdict, Error> {
        without_traces(|| {
            let (hash, keys) = (&self.config.hash, &self.config.keys);
            hash.verify(&self.pool, keys, stored, password)
        })
    }

    /// As [`Self::verify_batch`], without a heap: `answer` is called once for each item, in order.
    pub(crate) fn verify_each<'i>(
        &self,
        n: usize,
        item: impl Fn(usize) -> (&'i [u8], &'i [u8]),
        answer: impl FnMut(usize, Result<Verdict, Error>),
    ) {
        without_traces(|| {
            let (hash, keys) = (&self.config.hash, &self.config.keys);
            hash.verify_batch(&self.pool, keys, n, item, answer);
        });
    }

    /// As [`Self::rekey`], without a heap.
    pub(crate) fn rekey_text(&self, stored: &[u8]) -> Result<Option<Text>, Error> {
        without_traces(|| rekey(&self.config.keys, stored))
    }

    /// As [`Self::rekey`] for many, without a heap: `answer` is called once for each item, in order.
    #[cfg(feature = "capi")]
    pub(crate) fn rekey_each<'i>(
        &self,
        n: usize,
        item: impl Fn(usize) -> &'i [u8],
        mut answer: impl FnMut(usize, Result<Option<Text>, Error>),
    ) {
        for i in 0..n {
            answer(i, self.rekey_text(item(i)));
        }
    }

    /// As [`Self::wrap`], without a heap.
    pub(crate) fn wrap_text(&self, stored: &[u8]) -> Result<Option<Text>, Error> {
        let (hash, keys) = (&self.config.hash, &self.config.keys);
        without_traces(|| hash.wrap(&self.pool, keys, stored))
    }

    /// As [`Self::wrap_batch`], without a heap.
    pub(crate) fn wrap_each<'i>(
        &self,
        n: usize,
        item: impl Fn(usize) -> &'i [u8],
        answer: impl FnMut(usize, Result<Option<Text>, Error>),
    ) {
        without_traces(|| {
            let (hash, keys) = (&self.config.hash, &self.config.keys);
            hash.wrap_batch(&self.pool, keys, n, item, answer);
        });
    }

    /// As [`Self::hash`], without a heap.
    pub(crate) fn hash_text(&self, password: &[u8]) -> Result<Text, Error> {
        let (hash, keys) = (&self.config.hash, &self.config.keys);
        without_traces(|| hash.hash(&self.pool, keys, password))
    }

    /// As [`Self::hash_text`], under a salt of the caller's.
    #[cfg(feature = "password-hash")]
    pub(crate) fn hash_text_with_salt(&self, password: &[u8], salt: &[u8]) -> Result<Text, Error> {
        let (hash, keys) = (&self.config.hash, &self.config.keys);
        without_traces(|| hash.hash_with_salt(&self.pool, keys, password, salt))
    }
}

/// What [`Saltbox::verify`] takes: a stored string, or none for a user that does not exist.
///
/// `&str`, `&String`, `Option<&str>` and `&Option<String>` are.
pub trait MaybeStored<'s>: sealed::Sealed {
    /// The stored string, if there is one.
    fn maybe_stored(self) -> Option<&'s str>;
}

impl<'s> MaybeStored<'s> for &'s str {
    fn maybe_stored(self) -> Option<&'s str> {
        Some(self)
    }
}

impl<'s> MaybeStored<'s> for &'s String {
    fn maybe_stored(self) -> Option<&'s str> {
        Some(self)
    }
}

impl<'s> MaybeStored<'s> for Option<&'s str> {
    fn maybe_stored(self) -> Option<&'s str> {
        self
    }
}

impl<'s> MaybeStored<'s> for &'s Option<String> {
    fn maybe_stored(self) -> Option<&'s str> {
        self.as_deref()
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for &str {}
    impl Sealed for &String {}
    impl Sealed for Option<&str> {}
    impl Sealed for &Option<String> {}
}

const _: () = {
    const fn shared_by_threads<T: Send + Sync>() {}
    shared_by_threads::<Saltbox>();
    shared_by_threads::<Config>();
};
