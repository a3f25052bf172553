//! Making a hash and verifying one.

use super::cost::{self, Lengths, Work};
#[cfg(feature = "imports")]
use super::input::Room;
use super::kdf::{Entered, InputFault};
use super::pool::{Event, Lease};
#[cfg(feature = "imports")]
use super::settings::Over72;
use super::{Argon2, HashSettings, Kdf, Pool, SALT_BYTES, Stored, TAG_BYTES, Tag, Text};
#[cfg(feature = "imports")]
use super::{Oddities, Revision};
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
    pub(crate) fn hash(&self, pool: &Pool, password: &[u8]) -> Result<Text, Error> {
        let mut salt = FixedBytes::<SALT_BYTES>::zeroed(SALT_BYTES);
        getrandom::fill(salt.as_mut_slice())
            .map_err(|_| Error::new(ErrorKind::Random, "the system gave no randomness"))?;
        self.hash_with_salt(pool, password, salt.as_slice())
    }

    /// The stored string of `password` under `salt`.
    pub(crate) fn hash_with_salt(
        &self,
        pool: &Pool,
        password: &[u8],
        salt: &[u8],
    ) -> Result<Text, Error> {
        let kdf = *self.create();
        check_settable(&kdf, password)?;
        let own_salt = FixedBytes::copy_of(salt)
            .ok_or_else(|| Error::new(ErrorKind::Argument, "the salt is too long"))?;
        let mut stored = Stored::to_make(kdf, own_salt);
        text::with_prepared(password, |prepared| {
            let prepared = prepared.map_err(|offset| {
                let reason = "a password to be set has to be UTF-8";
                Error::new(ErrorKind::PasswordNotUtf8, reason).at(offset)
            })?;
            // Longer than what was received, where it is decomposed.
            check_taken(&kdf, prepared)?;
            pool.run(kdf.memory_bytes(), |lease| {
                let tag = stored.tag.as_mut_slice();
                kdf.function().compute(lease.memory(), prepared, salt, tag)
            })
        })?;
        let mut text = Text::new();
        stored.write(&mut text);
        if !text.is_whole() {
            let reason = "the string to store does not fit";
            return Err(Error::new(ErrorKind::Internal, reason));
        }
        pool.count(Event::Made);
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
    /// Everything but a match costs the work of the policy, or of the string where that is more.
    pub(crate) fn verify(
        &self,
        pool: &Pool,
        stored: &[u8],
        password: &[u8],
    ) -> Result<Verdict, Error> {
        let task = self.task(pool, stored);
        let result = pool.run(self.memory_of(&task), |lease| {
            self.perform(lease, &task, password)
        });
        Self::conclude(pool, task, result)
    }

    /// As [`Self::verify`] for `n` items, in one slot and one reservation of
    /// memory. Where there is none, every item is told so.
    pub(crate) fn verify_batch<'i>(
        &self,
        pool: &Pool,
        n: usize,
        item: impl Fn(usize) -> (&'i [u8], &'i [u8]),
        mut answer: impl FnMut(usize, Result<Verdict, Error>),
    ) {
        let bytes = (0..n).map(|i| self.memory_of(&self.task(pool, item(i).0)));
        let mut done = 0;
        let all = pool.run(bytes.max().unwrap_or(0), |lease| {
            while done < n {
                let (stored, password) = item(done);
                let task = self.task(pool, stored);
                let result = self.perform(lease, &task, password);
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
                let task = self.task(pool, item(i).0);
                answer(i, Self::conclude(pool, task, Err(error.clone())));
            }
        }
    }

    /// What `stored` asks to be computed.
    fn task(&self, pool: &Pool, stored: &[u8]) -> Task {
        if stored.is_empty() {
            return Task::NoUser;
        }
        let readable = Stored::parse(stored).and_then(|stored| {
            self.check(pool, &stored)?;
            Ok(stored)
        });
        match readable {
            Ok(stored) => Task::Compare(stored),
            Err(error) => Task::Refuse(error),
        }
    }

    /// Work memory for `task`, in bytes, with what a mismatch takes on top.
    fn memory_of(&self, task: &Task) -> u64 {
        let policy = self.create().memory_bytes();
        match task {
            Task::Compare(target) => {
                let topped_up = self
                    .missing_after(target, 0)
                    .map_or(0, |_| match self.create() {
                        Kdf::Argon2(_) => policy.max(Argon2::LEAST_SPENT_BYTES),
                        _ => policy,
                    });
                target.kdf().memory_bytes().max(topped_up)
            }
            Task::NoUser | Task::Refuse(_) => policy,
        }
    }

    /// What a mismatch of one form has to add to cost as much as the policy.
    fn missing_after(&self, target: &Stored, input_len: usize) -> Option<Work> {
        let spent = Work::of(
            target.kdf(),
            Lengths {
                input: input_len,
                salt: target.salt().len(),
                tag: target.tag_len(),
            },
        );
        spent.missing_to(self.policy_work())
    }

    /// The work of the policy's hash.
    pub(crate) fn policy_work(&self) -> Work {
        let tag_len = self.create().function().tag_bytes();
        let salt = SALT_BYTES;
        Work::of(
            self.create(),
            Lengths {
                input: 0,
                salt,
                tag: tag_len,
            },
        )
    }

    /// Computes what `task` asks for. Whether the password is right.
    fn perform(
        &self,
        lease: &mut Lease<'_>,
        task: &Task,
        password: &[u8],
    ) -> Result<Verdict, Error> {
        // Over the cap nothing can match; the work is spent on an empty password.
        let (password, possible) = if password.len() > MAX_PASSWORD_BYTES {
            (&[][..], false)
        } else {
            (password, true)
        };
        text::with_forms(password, |forms| {
            let Task::Compare(target) = task else {
                spend_policy(lease, self.create(), &forms)?;
                return Ok(Verdict::Rejected);
            };
            let first = self.attempt(lease, target, forms.first)?;
            let as_received = forms.as_received;
            let as_received = as_received.map(|form| self.attempt(lease, target, form));
            let as_received = as_received.transpose()?;
            let attempts = [Some(&first), as_received.as_ref()].into_iter().flatten();
            let Some(match_) = attempts.clone().find(|attempt| attempt.matches & possible) else {
                for attempt in attempts {
                    if let Some(missing) = self.missing_after(target, attempt.input_len) {
                        cost::spend(lease, self.create(), missing)?;
                    }
                }
                return Ok(Verdict::Rejected);
            };
            let only_as_received = !first.matches;
            Ok(Verdict::Accepted {
                rehash: (only_as_received || match_.is_cut || self.is_weak(target))
                    && std::str::from_utf8(password).is_ok()
                    && check_settable(self.create(), forms.first).is_ok(),
            })
        })
    }

    /// Compares one form of the password.
    fn attempt(
        &self,
        lease: &mut Lease<'_>,
        target: &Stored,
        password: &[u8],
    ) -> Result<Attempt, Error> {
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
        target: &Stored,
        password: &[u8],
    ) -> Result<Attempt, Error> {
        let mut room = Room::new();
        let entered = target.input.enter(password, target.salt(), &mut room);
        self.compare(lease, target, entered.as_ref())
    }

    /// Compares what `entered`, if anything could.
    #[inline(never)]
    fn compare(
        &self,
        lease: &mut Lease<'_>,
        target: &Stored,
        entered: Option<&Entered<'_>>,
    ) -> Result<Attempt, Error> {
        let taken = entered.and_then(|entered| self.taken(target, entered));
        // What cannot be right costs as much as what is wrong.
        let (input, is_possible) = taken.map_or((&b""[..], false), |input| (input, true));
        let mut tag = Tag::zeroed(target.tag_len());
        let function = target.kdf().function();
        function.compute(lease.memory(), input, target.salt(), tag.as_mut_slice())?;
        Ok(Attempt {
            matches: constant_time_eq(tag.as_slice(), target.tag.as_slice()) & is_possible,
            is_cut: entered.is_some_and(|entered| input.len() < entered.password.end),
            input_len: input.len(),
        })
    }

    /// As much of what `entered` as the function is given; `None` where nothing of it may match.
    fn taken<'i>(&self, target: &Stored, entered: &Entered<'i>) -> Option<&'i [u8]> {
        let function = target.kdf().function();
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
    fn conclude(pool: &Pool, task: Task, result: Result<Verdict, Error>) -> Result<Verdict, Error> {
        let (event, told) = match (task, result) {
            // Where there was no room nothing was looked at.
            (_, Err(error)) if error.kind() == ErrorKind::Busy => return Err(error),
            // Its own failure says more than that the memory for equal work was missing.
            (Task::Refuse(error), _) => (Event::Refused, Err(error)),
            (_, Err(error)) => return Err(error),
            (Task::NoUser, Ok(_)) => (Event::NoUser, Ok(Verdict::Rejected)),
            (Task::Compare(target), Ok(verdict)) => {
                let scheme = target.scheme();
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

    /// Refuses what this configuration does not verify: by scheme, by cost, then by the memory there is.
    pub(crate) fn check(&self, pool: &Pool, stored: &Stored) -> Result<(), Error> {
        if !self.may_verify(stored.scheme()) {
            let reason = "the configuration does not list this scheme in hash.verify";
            return Err(Error::new(ErrorKind::NotAllowed, reason).at(0));
        }
        stored
            .kdf()
            .function()
            .check(self.limits(), stored.tag_len())?;
        pool.check(stored.kdf().memory_bytes())
    }

    /// Whether `stored` is weaker than the policy: another scheme, an old
    /// version, a shorter salt or tag, or a lower cost.
    ///
    /// Cost is one number a scheme (m · t, N · r · p, iterations), so of two
    /// nodes with different settings only one asks for a rehash of the other's
    /// strings: a string that is merely different is left alone.
    pub(crate) fn is_weak(&self, stored: &Stored) -> bool {
        let (policy, kdf) = (self.create(), stored.kdf());
        stored.scheme() != policy.scheme()
            || is_old_version(stored)
            || stored.salt().len() < SALT_BYTES
            || stored.tag_len() < policy.function().tag_bytes()
            || kdf.function().strength() < policy.function().strength()
            || lost_memory_hardness(kdf, policy)
    }
}

/// Argon2 of 2015, bcrypt with known faults, what was hashed before it was
/// hashed, or spelled in a way that not everybody reads.
fn is_old_version(stored: &Stored) -> bool {
    #[cfg(feature = "imports")]
    if !stored.input.is_plain() || stored.oddities != Oddities::default() {
        return true;
    }
    match stored.kdf() {
        Kdf::Argon2(argon2) => argon2.version_number() < 0x13,
        #[cfg(feature = "imports")]
        Kdf::Bcrypt(bcrypt) => matches!(bcrypt.revision(), Revision::V2 | Revision::V2x),
        _ => false,
    }
}

/// Many passes over little memory add up to the policy's cost and are cheap on
/// a graphics card all the same. The floor of creation tells them apart: it is
/// the same for every node, so nodes cannot fight over it.
fn lost_memory_hardness(stored: &Kdf, policy: &Kdf) -> bool {
    super::profile::check_floor(stored).is_err() && super::profile::check_floor(policy).is_ok()
}

/// What a call has to compute.
// It lives on the stack: a box would be heap memory.
#[allow(clippy::large_enum_variant)]
enum Task {
    /// The stored string may be the password's.
    Compare(Stored),
    /// There is no such user.
    NoUser,
    /// The stored string cannot be verified, which is told after the work.
    Refuse(Error),
}

/// What came of comparing one form of the password.
struct Attempt {
    matches: bool,
    /// Whether only the beginning of the input was compared.
    is_cut: bool,
    input_len: usize,
}

/// Spends the work of the policy on every form, for nothing.
fn spend_policy(lease: &mut Lease<'_>, policy: &Kdf, forms: &Forms<'_>) -> Result<(), Error> {
    let mut tag = Tag::zeroed(TAG_BYTES);
    for password in forms.each() {
        let function = policy.function();
        function.compute(lease.memory(), password, &NO_USER_SALT, tag.as_mut_slice())?;
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
    check_taken(kdf, password)
}

/// Refuses what the function cannot tell from another password.
fn check_taken(kdf: &Kdf, password: &[u8]) -> Result<(), Error> {
    match kdf.function().fault_in(password) {
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

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(feature = "imports")]
    use crate::hash::Bcrypt;
    use crate::hash::work::{self, Done};
    use crate::hash::{Pbkdf2, Prf, Scrypt, Variant, Version};
    use crate::json;

    fn settings(json: &str) -> HashSettings {
        let json = json::parse(json.as_bytes()).expect("JSON");
        HashSettings::read(&json).expect("valid")
    }

    fn of_tag() -> Lengths {
        Lengths {
            tag: TAG_BYTES,
            ..Lengths::default()
        }
    }

    fn pool(settings: &HashSettings) -> Pool {
        Pool::new(settings.pool_sizes())
    }

    /// As the settings would create it, with other costs.
    fn made(kdf: Kdf, password: &[u8]) -> String {
        let mut stored =
            Stored::to_make(kdf, FixedBytes::copy_of(b"sixteen bytes ok").expect("fits"));
        kdf.derive(password, b"sixteen bytes ok", stored.tag.as_mut_slice())
            .expect("derives");
        stored.to_text()
    }

    const OVER_THE_CAP: [u8; MAX_PASSWORD_BYTES + 1] = [b'a'; MAX_PASSWORD_BYTES + 1];

    /// Passwords of which there is one form, none of them right.
    const ONE_FORM: [&[u8]; 6] = [
        b"caf\xc3\xa9",
        b"wrong",
        b"",
        b"\xff",
        b"nul\0",
        &OVER_THE_CAP,
    ];

    /// Passwords of which the prepared form is another one.
    const TWO_FORMS: [&[u8]; 3] = [b"cafe\xcc\x81", b"cafe\xcc\x81\0", b"a\xc2\xa0b"];

    /// Stored strings with nothing in them to compare with.
    const NOT_VERIFIABLE: [&str; 8] = [
        "",
        "!",
        "*",
        "$argon2id$v=19$m=8",
        "$2y$10$unknown",
        "$saltbox$v=1$later",
        "$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=2097152,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    ];

    fn rejections_cost(settings: &HashSettings, stored: &str, one: Done) {
        let pool = pool(settings);
        let both = Done {
            argon2_blocks: 2 * one.argon2_blocks,
            scrypt_units: 2 * one.scrypt_units,
            sha256_iterations: 2 * one.sha256_iterations,
            sha512_iterations: 2 * one.sha512_iterations,
            ..one
        };
        for (passwords, expected) in [(&ONE_FORM[..], one), (&TWO_FORMS[..], both)] {
            for password in passwords {
                let done = work::of(|| {
                    let result = settings.verify(&pool, stored.as_bytes(), password);
                    assert!(!result.is_ok_and(Verdict::is_accepted));
                });
                assert_eq!(done, expected, "{stored} {}", password.len());
            }
        }
    }

    /// The same primitive: a rejection costs exactly the policy, or the string where that is more.
    #[test]
    fn whatever_is_wrong_costs_the_policy() {
        let argon2 = |m, t| Kdf::Argon2(Argon2::fixed(Variant::Id, Version::V0x13, m, t, 1));
        let scrypt = |ln, r, p| Kdf::Scrypt(Scrypt::fixed(ln, r, p));
        let sha256 = |i| Kdf::Pbkdf2(Pbkdf2::fixed(Prf::Sha256, i));
        let sha512 = |i| Kdf::Pbkdf2(Pbkdf2::fixed(Prf::Sha512, i));
        for (policy, cheaper, dearer) in [
            (
                argon2(256, 2),
                [argon2(8, 1), argon2(256, 1), argon2(64, 7)],
                argon2(300, 2),
            ),
            (
                scrypt(6, 4, 2),
                [scrypt(1, 2, 1), scrypt(6, 4, 1), scrypt(5, 3, 2)],
                scrypt(7, 4, 2),
            ),
            (
                sha256(400),
                [sha256(1), sha256(399), sha256(7)],
                sha256(401),
            ),
            (
                sha512(400),
                [sha512(1), sha512(399), sha512(7)],
                sha512(401),
            ),
        ] {
            let mut settings = HashSettings::default();
            settings.create_for_test(policy);
            let bytes = |kdf: &Kdf| match kdf.memory_bytes() {
                0 => 0,
                bytes => crate::arch::memory::WorkMemory::rounded(bytes).expect("small") as u64,
            };
            let cost = |kdf: &Kdf| {
                let Work { primitive, units } = Work::of(kdf, of_tag());
                work::of(|| work::count(primitive, units))
            };
            let of_policy = Done {
                leases: 1,
                bytes: bytes(&policy),
                ..cost(&policy)
            };
            for stored in NOT_VERIFIABLE {
                rejections_cost(&settings, stored, of_policy);
            }
            for kdf in cheaper.iter().chain([&policy]) {
                rejections_cost(&settings, &made(*kdf, b"right"), of_policy);
            }
            let of_dearer = Done {
                leases: 1,
                bytes: bytes(&dearer),
                ..cost(&dearer)
            };
            rejections_cost(&settings, &made(dearer, b"right"), of_dearer);

            // A match costs what the string says and no more.
            let pool = pool(&settings);
            for kdf in cheaper.iter().chain([&policy, &dearer]) {
                let stored = made(*kdf, b"right");
                let done = work::of(|| {
                    let verdict = settings.verify(&pool, stored.as_bytes(), b"right");
                    assert!(verdict.is_ok_and(Verdict::is_accepted));
                });
                let reserved = Done {
                    leases: 1,
                    bytes: done.bytes,
                    ..cost(kdf)
                };
                assert_eq!(done, reserved, "{stored}");
            }
        }
    }

    /// Another primitive: what was spent before is counted by the table of `cost.rs`.
    #[test]
    fn another_scheme_is_topped_up_in_the_policy_s_primitive() {
        let mut settings = HashSettings::default();
        settings.create_for_test(Kdf::Argon2(Argon2::fixed(
            Variant::Id,
            Version::V0x13,
            512,
            2,
            1,
        )));
        let pool = pool(&settings);
        let stored = made(Kdf::Pbkdf2(Pbkdf2::fixed(Prf::Sha256, 100)), b"right");
        let verify = |password: &[u8]| {
            work::of(|| drop(settings.verify(&pool, stored.as_bytes(), password)))
        };
        let (right, wrong) = (verify(b"right"), verify(b"wrong"));
        assert_eq!((right.argon2_blocks, right.sha256_iterations), (0, 100));
        let missing = Work::of(&Kdf::Pbkdf2(Pbkdf2::fixed(Prf::Sha256, 100)), of_tag())
            .missing_to(Work::of(settings.create(), of_tag()))
            .expect("the policy costs more");
        assert_eq!(wrong.sha256_iterations, 100);
        assert_eq!(wrong.argon2_blocks, missing.units.next_multiple_of(4));
        assert!(missing.units < 1024 && missing.units > 900, "{missing:?}");
        // What is reserved does not depend on the password.
        assert_eq!((right.leases, right.bytes), (wrong.leases, wrong.bytes));
    }

    #[test]
    fn what_the_configuration_rules_out_costs_the_policy_and_is_told_apart() {
        let json = r#"{"create":{"profile":"test-only"},"verify":["argon2id"],"memory_mib":1}"#;
        let settings = settings(json);
        let pool = pool(&settings);
        for (stored, kind) in [
            (
                "$argon2id$v=19$m=1028,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
                ErrorKind::Budget,
            ),
            (
                "$scrypt$ln=4,r=1,p=1$$d9ZXYjhleyA7GcpCwYoEl/FrSETjB0ro39/6P+3iFEI",
                ErrorKind::NotAllowed,
            ),
        ] {
            let done = work::of(|| {
                let error = settings.verify(&pool, stored.as_bytes(), b"wrong");
                assert_eq!(error.map_err(|e| e.kind()), Err(kind));
            });
            let policy = Done {
                argon2_blocks: 8,
                leases: 1,
                bytes: 8192,
                ..Done::default()
            };
            assert_eq!(done, policy, "{stored}");
        }
    }

    #[test]
    fn what_is_busy_or_cannot_be_set_costs_nothing() {
        let json = r#"{"create":{"profile":"test-only"},"max_running":1,"queue_ms":0}"#;
        let settings = settings(json);
        let pool = pool(&settings);
        let stored = settings.hash(&pool, b"right").expect("hashes");
        let done = work::of(|| {
            for password in [&b""[..], b"\xff", &OVER_THE_CAP] {
                assert!(settings.hash(&pool, password).is_err());
            }
        });
        assert_eq!(done, Done::default());
        let busy = |result: Result<Verdict, Error>| {
            assert_eq!(result.map_err(|e| e.kind()), Err(ErrorKind::Busy));
        };
        pool.run(0, |_| {
            let done = work::of(|| {
                for stored in NOT_VERIFIABLE.iter().chain([&stored.as_str()]) {
                    busy(settings.verify(&pool, stored.as_bytes(), b"right"));
                }
                let item = |_| (stored.as_str().as_bytes(), &b"right"[..]);
                settings.verify_batch(&pool, 2, item, |_, result| busy(result));
                assert!(settings.hash(&pool, b"right").is_err());
            });
            assert_eq!(done, Done::default());
            Ok(())
        })
        .expect("room");
        // A call that was told so is counted as that and as nothing else.
        let stats = pool.stats();
        assert_eq!((stats.busy, stats.accepted, stats.rejected), (10 + 1, 0, 0));
        assert_eq!((stats.no_user, stats.refused, stats.hashes), (0, 0, 1));
    }

    #[test]
    fn a_batch_takes_one_slot_and_answers_each() {
        let settings =
            settings(r#"{"create":{"profile":"test-only"},"max_running":1,"queue_ms":0}"#);
        let pool = pool(&settings);
        let stored = settings.hash(&pool, b"right").expect("hashes");
        let items: [(&[u8], &[u8]); 4] = [
            (stored.as_str().as_bytes(), b"right"),
            (stored.as_str().as_bytes(), b"wrong"),
            (b"", b"right"),
            (b"$argon2id$", b"right"),
        ];
        let mut answers = Vec::new();
        let done = work::of(|| {
            settings.verify_batch(
                &pool,
                4,
                |i| items[i],
                |i, result| {
                    answers.push((i, result.map_err(|e| e.kind())));
                },
            );
        });
        assert_eq!((done.leases, done.argon2_blocks), (1, 4 * 8));
        assert_eq!(
            answers,
            [
                (0, Ok(Verdict::Accepted { rehash: false })),
                (1, Ok(Verdict::Rejected)),
                (2, Ok(Verdict::Rejected)),
                (3, Err(ErrorKind::Malformed)),
            ]
        );
        let stats = pool.stats();
        assert_eq!((stats.accepted, stats.rejected), (1, 1));
        assert_eq!((stats.no_user, stats.refused), (1, 1));
    }

    /// One string for every function that only imports have, and what is odd about their inputs.
    #[cfg(feature = "imports")]
    const IMPORTED: [&str; 19] = [
        "$2b$04$abcdefghijklmnopqrstuuCi15uRb1eH7NAlJ/TgeJertyknQpYn2",
        "$bcrypt-sha256$v=2,t=2b,r=5$5Hg1DKFqPE8C2aflZ5vVoe$wOK1VFFtS8IGTrGa7.h5fs0u84qyPbS",
        "$wp$2y$04$iWN5xRwDE7i9R5jVJvCyqOxS1CNnwUggQaF8O2W9Bg8TuXQz.ngrS",
        "$5$rounds=1000$saltstring$PUh3dLhrRUf5DImijCTHA/6RNalgRtHHx.PjXg80gE2",
        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
        "$1$abcdefgh$gyPqltr49ET96qfEMI36o/",
        "$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/",
        "$sha1$12$GGXpNqoJvglVTkGU$15ay/sqt8x.kymG1fxcilMe9uzbg",
        "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0",
        "$S$5TOxWPdvJRs0P/xZBdrrPlGgzViOS0drHu3jaIjitesfttrp18bk",
        "$y$j75$.......$Azb4unskovkivqV5L2S5ovdEGpbGNKmfaJnP.BqXgm3",
        "$gy$j75$.......$eBagUD/6d5e0p3WmLp6DS1yMGjT9p55M7c1rJV6c2sA",
        "$3$$e0fba38268d0ec66ef1cb452d5885e53",
        "{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr",
        "{sha256}97cde38028ad898ebc02e690819fa220e88c62e0699403e94fff291cfffaf8410849f27605abcbc0",
        "sha512_symfony$50$salt$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
        "$hmac-sha256$ZTAzMWJhMWMyOTM4YjFkMjgzZjkxOWExZGY5YWM2NmMxOTJhN2RkNzQ0MzJkNWZkNGFkYTI5OTk0MWJhMTA5Zg==$MTIzNDU=",
        "$firescrypt$ln=4,r=8,p=1$sPtDhWcd1MfdAw==$xbSou7FOl6mChCyzpCPIQ7tku7nsQMTFtyOZSXXd7tjBa4NtimOx7v42Gv2SfzPQu1oxM2/k4SsbOu73wlKe1A==$Bw==$YE0dO4bwD4JnJafh6lZZfkp1MtKzuKAXQcDCJNJNyeCHairWHKENOkbh3dzwaCdizzOspwr/FITUVlnOAwPKyw==",
        "5f4dcc3b5aa765d61d8327deb882cf99",
    ];

    /// What a rejection does adds up to the policy's work, or to the string's own where that is more.
    #[cfg(feature = "imports")]
    #[test]
    fn rejections_by_imported_functions_cost_what_the_policy_costs() {
        const WRONG: [&[u8]; 6] = [
            b"",
            b"wrong",
            &[b'a'; 100],
            &[b'a'; 1000],
            b"nul\0in",
            b"\xff",
        ];
        for policy in [
            Kdf::Pbkdf2(Pbkdf2::fixed(Prf::Sha256, 100_000)),
            Kdf::Bcrypt(Bcrypt::fixed(Revision::V2b, 8)),
        ] {
            let mut settings = HashSettings::default();
            settings.create_for_test(policy);
            let pool = pool(&settings);
            let wanted = settings.policy_work().picoseconds();
            let unit = wanted / u128::from(settings.policy_work().units);
            for stored in IMPORTED {
                for password in WRONG {
                    let done = work::of(|| {
                        let verdict = settings.verify(&pool, stored.as_bytes(), password);
                        assert_eq!(verdict, Ok(Verdict::Rejected), "{stored}");
                    });
                    assert_eq!(done.leases, 1);
                    let (had, slack) = (done.picoseconds(), 2 * unit);
                    assert!(
                        had + slack > wanted && had < wanted + slack,
                        "{stored}: {had} of {wanted}"
                    );
                }
            }
        }
    }

    #[cfg(feature = "imports")]
    #[test]
    fn bcrypt_is_made_and_refuses_what_it_would_cut_off() {
        let settings = settings(r#"{"create":{"scheme":"bcrypt","cost":10}}"#);
        let pool = pool(&settings);
        let longest = "é".repeat(36);
        let stored = settings.hash(&pool, longest.as_bytes()).expect("72 bytes");
        assert!(stored.as_str().starts_with("$2b$10$"));
        assert_eq!(stored.as_str().len(), settings.hash_len());
        let verify = |stored: &str, password: &str| {
            settings.verify(&pool, stored.as_bytes(), password.as_bytes())
        };
        let accepted = Ok(Verdict::Accepted { rehash: false });
        assert_eq!(verify(stored.as_str(), &longest), accepted);
        // Decomposed it has 108 bytes, and is the same password.
        assert_eq!(verify(stored.as_str(), &"e\u{301}".repeat(36)), accepted);
        assert_eq!(
            verify(stored.as_str(), &format!("{longest}x")),
            Ok(Verdict::Rejected)
        );
        let refusal = |password: &str| {
            let made = settings.hash(&pool, password.as_bytes());
            made.map(|_| ()).map_err(|e| (e.kind(), e.offset()))
        };
        assert_eq!(
            refusal(&"a".repeat(73)),
            Err((ErrorKind::PasswordTooLong, None))
        );
        // 72 bytes that become 144 when they are composed: U+1D15E has no composed form.
        assert_eq!(
            refusal(&"\u{1d15e}".repeat(18)),
            Err((ErrorKind::PasswordTooLong, None))
        );
        assert_eq!(refusal("a\0b"), Err((ErrorKind::PasswordNul, Some(1))));
        assert_eq!(refusal(""), Err((ErrorKind::PasswordEmpty, None)));
        // Of the same cost by another tool: left alone. Cheaper, or of a revision with a fault: not.
        let others = [
            ("$2b$10$", "$2y$10$", false),
            ("$2b$10$", "$2a$10$", false),
            ("$2b$10$", "$2x$10$", true),
        ];
        let ascii = settings.hash(&pool, b"password").expect("hashes");
        for (own, other, rehash) in others {
            let other = ascii.as_str().replace(own, other);
            assert_eq!(
                verify(&other, "password"),
                Ok(Verdict::Accepted { rehash }),
                "{other}"
            );
        }
    }

    /// crypt(3) takes no longer one, and what it costs grows with the square of the length.
    #[cfg(feature = "imports")]
    #[test]
    fn an_overlong_password_costs_crypt3_no_more_than_a_short_one() {
        let settings = settings(r#"{"create":{"profile":"owasp-pbkdf2-sha512"}}"#);
        let pool = pool(&settings);
        let stored = IMPORTED[4].as_bytes();
        let compressions = |password: &[u8]| {
            let done = work::of(|| {
                let _ = settings.verify(&pool, stored, password);
            });
            done.sha512_quarters
        };
        assert_eq!(compressions(&[b'a'; 4096]), compressions(b""));
        assert!(compressions(&[b'a'; 511]) > 5 * compressions(b""));
    }
}
