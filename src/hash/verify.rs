//! Verifying a stored string, at equal cost whatever is wrong.

mod attempts;
mod batch;

use self::attempts::{Computing, Verification};
use super::cost::{self, Lengths, Work};
use super::interleave::{self, Group};
use super::pool::{Event, Lease, Request};
use super::{Argon2, HashSettings, Kdf, Pool, SALT_BYTES, Salt, Stored};
use crate::error::{Error, ErrorKind};
use crate::keys::RootKeys;
use crate::text::{self, Forms};

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
    /// Whether `password` is the one that `stored` was made from; an empty `stored` is an unknown user.
    ///
    /// Everything but a match costs the work of the policy, or of the string where that is more.
    pub(crate) fn verify(
        &self,
        pool: &Pool,
        keys: &RootKeys,
        stored: &[u8],
        password: &[u8],
    ) -> Result<Verdict, Error> {
        self.run(pool, keys, self.task(pool, keys, stored), password)
    }

    /// As [`Self::verify`], where nobody may tell a match by its cost either: for
    /// an account that is refused whether the password is right or not, and for what is one secret of several.
    pub(crate) fn verify_unseen(
        &self,
        pool: &Pool,
        keys: &RootKeys,
        stored: &[u8],
        password: &[u8],
    ) -> Result<Verdict, Error> {
        let task = Task {
            is_match_told: false,
            ..self.task(pool, keys, stored)
        };
        self.run(pool, keys, task, password)
    }

    fn run(
        &self,
        pool: &Pool,
        keys: &RootKeys,
        task: Task<'_>,
        password: &[u8],
    ) -> Result<Verdict, Error> {
        let mut verification = Verification::new(task, password);
        let request = Request {
            bytes: self.memory_of(pool, &verification.task),
            only: self.only_argon2(&verification),
        };
        let result = pool.run_as(request, |lease| {
            verification.restart();
            self.perform(lease, keys, &mut verification)
        });
        Self::conclude(pool, verification.task, result)
    }

    /// Does the work of rejecting `password` for `stored`, whatever is right: for
    /// an account of which nothing is looked at. What cannot be verified costs the policy's.
    pub(crate) fn reject(
        &self,
        pool: &Pool,
        keys: &RootKeys,
        stored: &[u8],
        password: &[u8],
    ) -> Result<(), Error> {
        let task = Task {
            told: Told::NoUser,
            ..self.task(pool, keys, stored)
        };
        self.run(pool, keys, task, password).map(|_| ())
    }

    /// As [`Self::reject`], for an account that is not there and would have a
    /// string of `kdf`.
    pub(crate) fn reject_unknown(
        &self,
        pool: &Pool,
        keys: &RootKeys,
        kdf: &Kdf,
        password: &[u8],
    ) -> Result<(), Error> {
        let task = Task::for_nobody(kdf);
        self.run(pool, keys, task, password).map(|_| ())
    }

    /// What `stored` asks to be computed.
    fn task<'s>(&self, pool: &Pool, keys: &RootKeys, stored: &'s [u8]) -> Task<'s> {
        if stored.is_empty() {
            return Task::for_nobody(self.create());
        }
        let readable = Stored::parse(stored).and_then(|mut stored| {
            Self::check_sealed(keys, &stored)?;
            self.check(pool, &stored)?;
            stored.open(keys)?;
            Ok(stored)
        });
        match readable {
            Ok(target) => Task {
                target,
                told: Told::Comparison,
                is_match_told: true,
            },
            Err(error) => Task {
                told: Told::Failure(error),
                ..Task::for_nobody(self.create())
            },
        }
    }

    /// Work memory for `task`, in bytes, with what a mismatch takes on top.
    fn memory_of(&self, pool: &Pool, task: &Task<'_>) -> u64 {
        let policy = self.create_bytes(pool);
        let topped_up = match self.left_after(&task.target, [0; 2]) {
            None => 0,
            Some(_) if matches!(self.create(), Kdf::Argon2(_)) => {
                policy.max(Argon2::LEAST_SPENT_BYTES)
            }
            Some(_) => policy,
        };
        task.target.memory_within(self.room(pool)).max(topped_up)
    }

    /// The hash of Argon2 that is all there is to compute, whatever the password is.
    fn only_argon2(&self, verification: &Verification<'_>) -> Option<Argon2> {
        let target = &verification.task.target;
        let is_one = target.layer_below().is_none()
            && self.left_after(target, [0; 2]).is_none()
            && !verification.has_two_forms;
        target.kdf().argon2().filter(|_| is_one)
    }

    /// What a mismatch of one form has to add to cost as much as the policy,
    /// after inputs of these lengths to the layer below and to the one that is stored.
    fn left_after(&self, target: &Stored<'_>, input_lens: [usize; 2]) -> Option<Work> {
        let [below, stored] = input_lens;
        let mut left = self.policy_work().less(target.work(stored));
        if let Some(layer) = target.layer_below() {
            left = left.less(layer.work(below));
        }
        (left.units > 0).then_some(left)
    }

    /// The work of the policy's hash.
    pub(crate) fn policy_work(&self) -> Work {
        let lengths = Lengths {
            input: 0,
            salt: SALT_BYTES,
            tag: self.create().function().tag_bytes(),
        };
        Work::of(self.create(), lengths)
    }

    /// Computes what `verification` asks for. Whether the password is right.
    fn perform(
        &self,
        lease: &mut Lease<'_>,
        keys: &RootKeys,
        verification: &mut Verification<'_>,
    ) -> Result<Verdict, Error> {
        while let Some(kdf) = verification.kdf().copied() {
            let mut next = Computing {
                settings: self,
                verification,
            };
            interleave::compute(&kdf, lease, Group::alone(&mut next))?;
        }
        self.decide(lease, keys, verification)
    }

    /// Whether the password is right, after everything was computed. What is not is topped up.
    fn decide(
        &self,
        lease: &mut Lease<'_>,
        keys: &RootKeys,
        verification: &Verification<'_>,
    ) -> Result<Verdict, Error> {
        let task = &verification.task;
        let match_ = verification.match_();
        if match_.is_none() || !task.is_match_told {
            for attempt in verification.attempts() {
                if let Some(missing) = self.left_after(&task.target, attempt.input_lens) {
                    cost::spend(lease, self.create(), missing)?;
                }
            }
        }
        let Some(match_) = match_ else {
            return Ok(Verdict::Rejected);
        };
        let is_weaker =
            match_.only_as_received || match_.is_cut || self.is_weak(keys, &task.target);
        Ok(Verdict::Accepted {
            rehash: is_weaker && self.may_be_set(verification.password),
        })
    }

    /// Whether a password that is right can be set again.
    fn may_be_set(&self, password: &[u8]) -> bool {
        let check = |forms: Forms<'_>| self.check_settable(forms.first).is_ok();
        std::str::from_utf8(password).is_ok() && text::with_forms(password, check)
    }

    /// What the caller is told, and counted.
    fn conclude(
        pool: &Pool,
        task: Task<'_>,
        result: Result<Verdict, Error>,
    ) -> Result<Verdict, Error> {
        let (event, told) = match (task.told, result) {
            // Where there was no room nothing was looked at.
            (_, Err(error)) if error.kind() == ErrorKind::Busy => return Err(error),
            // Its own failure says more than that the memory for equal work was missing.
            (Told::Failure(error), _) => (Event::Refused, Err(error)),
            (_, Err(error)) => return Err(error),
            (Told::NoUser, Ok(_)) => (Event::NoUser, Ok(Verdict::Rejected)),
            (Told::Comparison, Ok(verdict)) => {
                let scheme = task.target.scheme();
                let event = match verdict {
                    Verdict::Accepted { rehash } => Event::Accepted { scheme, rehash },
                    Verdict::Rejected => Event::Rejected(scheme),
                };
                (event, Ok(verdict))
            }
        };
        pool.count(event);
        told
    }

    /// Refuses a string that is not sealed where the keys ask for it.
    pub(crate) fn check_sealed(keys: &RootKeys, stored: &Stored<'_>) -> Result<(), Error> {
        if keys.requires_pepper() && stored.key_id().is_none() {
            let reason = "not sealed with a key, which keys.require_pepper asks for";
            return Err(Error::new(ErrorKind::NotAllowed, reason).at(0));
        }
        Ok(())
    }

    /// Refuses what this configuration does not verify: by scheme, by cost, then by the memory there is.
    pub(crate) fn check(&self, pool: &Pool, stored: &Stored<'_>) -> Result<(), Error> {
        let below = stored.layer_below();
        let schemes = [Some(stored.scheme()), below.map(|layer| layer.scheme)];
        if !schemes
            .into_iter()
            .flatten()
            .all(|scheme| self.may_verify(scheme))
        {
            let reason = "the configuration does not list this scheme in hash.verify";
            return Err(Error::new(ErrorKind::NotAllowed, reason).at(0));
        }
        if let Some(layer) = below {
            layer.kdf.function().check(self.limits(), layer.tag_len)?;
        }
        let function = stored.kdf().function();
        function.check(self.limits(), stored.tag_len())?;
        pool.check(stored.memory_bytes())
    }
}

/// What a call has to compute, and what its caller is told then.
struct Task<'s> {
    target: Stored<'s>,
    told: Told,
    /// Whether a match may be told by its cost.
    is_match_told: bool,
}

enum Told {
    /// Whether the password is that of the string.
    Comparison,
    /// That there is no such user, whatever the comparison says.
    NoUser,
    /// That the stored string cannot be verified.
    Failure(Error),
}

impl Task<'_> {
    /// The work of `kdf`, for nothing.
    fn for_nobody(kdf: &Kdf) -> Self {
        let salt = Salt::copy_of(&NO_USER_SALT).unwrap_or_else(|| Salt::zeroed(SALT_BYTES));
        Self {
            target: Stored::to_make(*kdf, salt),
            told: Told::NoUser,
            is_match_told: false,
        }
    }
}

#[cfg(test)]
mod tests;
