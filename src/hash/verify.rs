//! Verifying a stored string, at equal cost whatever is wrong.

use super::cost::{self, Lengths, Work};
#[cfg(feature = "imports")]
use super::input::Room;
use super::kdf::{Entered, InputFault};
use super::pool::{Event, Lease};
#[cfg(feature = "imports")]
use super::settings::Over72;
use super::stored::Layer;
use super::{Argon2, HashSettings, Kdf, Pool, SALT_BYTES, Salt, Stored, Tag, wrapper};
use crate::error::{Error, ErrorKind};
use crate::keys::RootKeys;
use crate::secret::constant_time_eq;
use crate::text::{self, MAX_PASSWORD_BYTES};

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
        let result = pool.run(self.memory_of(pool, &task), |lease| {
            self.perform(lease, keys, &task, password)
        });
        Self::conclude(pool, task, result)
    }

    /// As [`Self::verify`] for `n` items, in one slot and one reservation of
    /// memory. Where there is none, every item is told so.
    pub(crate) fn verify_batch<'i>(
        &self,
        pool: &Pool,
        keys: &RootKeys,
        n: usize,
        item: impl Fn(usize) -> (&'i [u8], &'i [u8]),
        mut answer: impl FnMut(usize, Result<Verdict, Error>),
    ) {
        let bytes = (0..n).map(|i| self.memory_of(pool, &self.task(pool, keys, item(i).0)));
        let mut done = 0;
        let all = pool.run(bytes.max().unwrap_or(0), |lease| {
            while done < n {
                let (stored, password) = item(done);
                let task = self.task(pool, keys, stored);
                let result = self.perform(lease, keys, &task, password);
                if !lease.is_intact() {
                    break;
                }
                answer(done, Self::conclude(pool, task, result));
                done += 1;
            }
            Ok(())
        });
        if let Err(error) = all {
            for i in done..n {
                let task = self.task(pool, keys, item(i).0);
                answer(i, Self::conclude(pool, task, Err(error.clone())));
            }
        }
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

    /// Computes what `task` asks for. Whether the password is right.
    fn perform(
        &self,
        lease: &mut Lease<'_>,
        keys: &RootKeys,
        task: &Task<'_>,
        password: &[u8],
    ) -> Result<Verdict, Error> {
        // Over the cap nothing can match; the work is spent on an empty password.
        let (password, fits) = if password.len() > MAX_PASSWORD_BYTES {
            (&[][..], false)
        } else {
            (password, true)
        };
        let target = &task.target;
        let possible = fits && matches!(task.told, Told::Comparison);
        text::with_forms(password, |forms| {
            let first = self.attempt(lease, target, forms.first)?;
            let as_received = forms.as_received;
            let as_received = as_received.map(|form| self.attempt(lease, target, form));
            let as_received = as_received.transpose()?;
            let attempts = [Some(&first), as_received.as_ref()].into_iter().flatten();
            let match_ = attempts.clone().find(|attempt| attempt.matches & possible);
            if match_.is_none() || !task.is_match_told {
                for attempt in attempts {
                    if let Some(missing) = self.left_after(target, attempt.input_lens) {
                        cost::spend(lease, self.create(), missing)?;
                    }
                }
            }
            let Some(match_) = match_ else {
                return Ok(Verdict::Rejected);
            };
            let only_as_received = !first.matches;
            Ok(Verdict::Accepted {
                rehash: (only_as_received || match_.is_cut || self.is_weak(keys, target))
                    && std::str::from_utf8(password).is_ok()
                    && self.check_settable(forms.first).is_ok(),
            })
        })
    }

    /// Compares one form of the password.
    fn attempt(
        &self,
        lease: &mut Lease<'_>,
        target: &Stored<'_>,
        password: &[u8],
    ) -> Result<Attempt, Error> {
        if let Some(layer) = target.layer_below() {
            return self.attempt_through(lease, layer, target, password);
        }
        #[cfg(feature = "imports")]
        if !target.input.is_plain() {
            return self.attempt_after_steps(lease, target, password);
        }
        self.compare(lease, target, Some(&Entered::plain(password)))
    }

    /// As [`Self::attempt`], for a password that goes through something first.
    /// Apart, so that the room for it is on the stack only where it is used.
    #[cfg(feature = "imports")]
    #[inline(never)]
    fn attempt_after_steps(
        &self,
        lease: &mut Lease<'_>,
        target: &Stored<'_>,
        password: &[u8],
    ) -> Result<Attempt, Error> {
        let mut room = Room::new();
        let entered = target.input.enter(password, target.salt(), &mut room);
        self.compare(lease, target, entered.as_ref())
    }

    /// As [`Self::attempt`], for a string that wraps an older one: its digest is
    /// computed first, and is the password of what is stored.
    #[inline(never)]
    fn attempt_through(
        &self,
        lease: &mut Lease<'_>,
        layer: &Layer,
        target: &Stored<'_>,
        password: &[u8],
    ) -> Result<Attempt, Error> {
        let mut digest = Tag::zeroed(layer.tag_len);
        let salt = layer.salt.as_slice();
        #[cfg(feature = "imports")]
        let mut room = Room::new();
        #[cfg(feature = "imports")]
        let entered = layer.input.enter(password, salt, &mut room);
        #[cfg(not(feature = "imports"))]
        let entered = Some(Entered::plain(password));
        let entered = entered.as_ref();
        let below = self.compute(lease, &layer.kdf, entered, salt, digest.as_mut_slice())?;
        let text = wrapper::layer_text(target.layers_text(), digest.as_slice())?;
        let text = Entered::plain(text.as_slice());
        let attempt = self.compare(lease, target, Some(&text))?;
        let [_, stored_len] = attempt.input_lens;
        Ok(Attempt {
            matches: attempt.matches & below.is_possible,
            is_cut: below.is_cut,
            input_lens: [below.input_len, stored_len],
        })
    }

    /// Compares what `entered`, if anything could.
    #[inline(never)]
    fn compare(
        &self,
        lease: &mut Lease<'_>,
        target: &Stored<'_>,
        entered: Option<&Entered<'_>>,
    ) -> Result<Attempt, Error> {
        let mut tag = Tag::zeroed(target.tag_len());
        let salt = target.salt();
        let computed = self.compute(lease, target.kdf(), entered, salt, tag.as_mut_slice())?;
        let is_equal = constant_time_eq(tag.as_slice(), target.tag.as_slice());
        Ok(Attempt {
            matches: is_equal & computed.is_possible,
            is_cut: computed.is_cut,
            input_lens: [0, computed.input_len],
        })
    }

    /// Computes `tag` for what `entered`. What cannot be right costs as much as what is wrong.
    fn compute(
        &self,
        lease: &mut Lease<'_>,
        kdf: &Kdf,
        entered: Option<&Entered<'_>>,
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<Computed, Error> {
        let taken = entered.and_then(|entered| self.taken(kdf, entered));
        let input = taken.unwrap_or_default();
        let function = kdf.function();
        function.compute(lease.memory(), input, salt, tag)?;
        let is_cut = |entered: &Entered<'_>| input.len() < entered.password.end;
        Ok(Computed {
            is_possible: taken.is_some(),
            is_cut: taken.is_some() && entered.is_some_and(is_cut),
            input_len: input.len(),
        })
    }

    /// As much of what `entered` as the function is given; `None` where nothing of it may match.
    fn taken<'i>(&self, kdf: &Kdf, entered: &Entered<'i>) -> Option<&'i [u8]> {
        let function = kdf.function();
        let input = entered.bytes;
        match function.fault_in(input) {
            None => function
                .affords(self.limits(), input.len())
                .then_some(input),
            // The zero is half of a character, and HMAC tells that from none: lengths are even.
            Some(InputFault::Nul(at)) if entered.is_wide && at % 2 == 1 => {
                let is_half = input.get(at - 1) != Some(&0);
                (is_half && function.affords(self.limits(), input.len())).then_some(input)
            }
            Some(InputFault::Nul(_)) => None,
            #[cfg(feature = "imports")]
            Some(InputFault::LongerThan(most)) => {
                // What stands behind the password may go. Of the password itself it
                // is a written choice, and never where something before it leaves
                // little of it: with 72 bytes there every password would be right.
                let is_whole = entered.password.end <= most;
                let may_cut = self.over_72() == Over72::AcceptAndRehash;
                let input = input
                    .get(..most)
                    .filter(|_| is_whole || (may_cut && entered.password.start == 0))?;
                // What stands behind the cut may have a NUL; what is compared may not.
                function.fault_in(input).is_none().then_some(input)
            }
        }
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

/// What came of comparing one form of the password.
struct Attempt {
    matches: bool,
    /// Whether only the beginning of the input was compared.
    is_cut: bool,
    /// How long the inputs were, of the layer below and of what is stored.
    input_lens: [usize; 2],
}

/// What came of computing one function.
struct Computed {
    /// Whether the tag is that of the password.
    is_possible: bool,
    is_cut: bool,
    input_len: usize,
}

#[cfg(test)]
mod tests;
