//! The work that a thread did, counted for tests where it is done: that calls
//! cost the same is proven by counts, not by clocks.

use super::cost::Primitive;
#[cfg(feature = "imports")]
use super::cost::Work;
use proptest::prelude::{ProptestConfig, Strategy};
use proptest::test_runner::{TestCaseError, TestError, TestRunner};
use std::cell::Cell;

/// Work done, by primitive, and what was reserved for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) argon2_blocks: u64,
    pub(crate) scrypt_units: u64,
    pub(crate) sha256_iterations: u64,
    pub(crate) sha512_iterations: u64,
    pub(crate) sha1_iterations: u64,
    pub(crate) bcrypt_expansions: u64,
    /// Quarters of compressions of hash functions by themselves, as all that follow.
    pub(crate) md5_quarters: u64,
    pub(crate) sha1_quarters: u64,
    pub(crate) sha256_quarters: u64,
    pub(crate) sha512_quarters: u64,
    /// Slots taken.
    pub(crate) leases: u64,
    /// Bytes of work memory they came with.
    pub(crate) bytes: u64,
}

thread_local! {
    static DONE: Cell<Done> = const {
        Cell::new(Done {
            argon2_blocks: 0,
            scrypt_units: 0,
            sha256_iterations: 0,
            sha512_iterations: 0,
            sha1_iterations: 0,
            bcrypt_expansions: 0,
            md5_quarters: 0,
            sha1_quarters: 0,
            sha256_quarters: 0,
            sha512_quarters: 0,
            leases: 0,
            bytes: 0,
        })
    };
}

thread_local! {
    static PLANTED: Cell<bool> = const { Cell::new(false) };
}

thread_local! {
    static COMPANY_PAYS_FROM: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Lets this thread compute two hashes of Argon2 at once from so much memory on, whatever the caches hold.
pub(crate) fn let_company_pay_from(bytes: Option<u64>) {
    COMPANY_PAYS_FROM.set(bytes);
}

pub(crate) fn company_pays_from() -> Option<u64> {
    COMPANY_PAYS_FROM.get()
}

/// Lets the next computation of this thread panic.
#[cfg(feature = "capi")]
pub(crate) fn plant_panic() {
    PLANTED.set(true);
}

pub(crate) fn count(primitive: Primitive, units: u64) {
    assert!(!PLANTED.take(), "planted");
    let mut done = DONE.get();
    match primitive {
        Primitive::Argon2 => done.argon2_blocks += units,
        Primitive::Scrypt => done.scrypt_units += units,
        Primitive::HmacSha256 => done.sha256_iterations += units,
        Primitive::HmacSha512 => done.sha512_iterations += units,
        #[cfg(feature = "imports")]
        Primitive::HmacSha1 => done.sha1_iterations += units,
        #[cfg(feature = "imports")]
        Primitive::Bcrypt => done.bcrypt_expansions += units,
        #[cfg(feature = "imports")]
        Primitive::Md5 => done.md5_quarters += units,
        #[cfg(feature = "imports")]
        Primitive::Sha1 => done.sha1_quarters += units,
        #[cfg(feature = "imports")]
        Primitive::Sha256 => done.sha256_quarters += units,
        #[cfg(feature = "imports")]
        Primitive::Sha512 => done.sha512_quarters += units,
    }
    DONE.set(done);
}

#[cfg(feature = "imports")]
pub(crate) fn count_work(work: Work) {
    count(work.primitive, work.units);
}

pub(crate) fn count_lease(bytes: u64) {
    let mut done = DONE.get();
    done.leases += 1;
    done.bytes += bytes;
    DONE.set(done);
}

/// What `call` did on this thread.
pub(crate) fn of(call: impl FnOnce()) -> Done {
    DONE.take();
    call();
    DONE.take()
}

/// What was done in picoseconds of the table of costs.
#[cfg(feature = "imports")]
impl Done {
    pub(crate) fn picoseconds(&self) -> u128 {
        let units = [
            (Primitive::Argon2, self.argon2_blocks),
            (Primitive::Scrypt, self.scrypt_units),
            (Primitive::HmacSha256, self.sha256_iterations),
            (Primitive::HmacSha512, self.sha512_iterations),
            (Primitive::HmacSha1, self.sha1_iterations),
            (Primitive::Bcrypt, self.bcrypt_expansions),
            (Primitive::Md5, self.md5_quarters),
            (Primitive::Sha1, self.sha1_quarters),
            (Primitive::Sha256, self.sha256_quarters),
            (Primitive::Sha512, self.sha512_quarters),
        ];
        let cost = |(primitive, units)| Work { primitive, units }.picoseconds();
        units.into_iter().map(cost).sum()
    }
}

/// Whether the counts that the issues name are asked for.
#[allow(clippy::disallowed_methods)]
pub(crate) fn full() -> bool {
    std::env::var_os("SALTBOX_PROOF").is_some_and(|size| size == "full")
}

/// Runs `body` on so many random inputs, or on a million where the full counts are asked for.
pub(crate) fn agree<S: Strategy>(
    with: &str,
    cases: u32,
    inputs: S,
    body: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let cases = if full() { 1_000_000 } else { cases };
    let mut runner = TestRunner::new(ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    match runner.run(&inputs, body) {
        Ok(()) => println!("{cases} random cases agree with {with}"),
        Err(TestError::Fail(reason, input)) => panic!("{reason}\nleast input: {input:?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

/// That there are the kernels for whose flags the operating system has a word, in this order, and the portable one.
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
#[allow(clippy::disallowed_methods)]
pub(crate) fn check_kernels<K: crate::arch::Kernels>(of: &str, vectors: &[(&str, &[&str])]) {
    let info = std::fs::read_to_string("/proc/cpuinfo").expect("Linux");
    let flags = info.lines().find(|line| line.starts_with("flags"));
    let flags: Vec<&str> = flags.expect("flags").split_whitespace().collect();
    let names: Vec<&str> = K::all().map(K::name).collect();
    println!("kernels of {of}: {names:?}");
    let runs = |needed: &[&str]| needed.iter().all(|flag| flags.contains(flag));
    let known = vectors.iter().filter(|(_, needed)| runs(needed));
    let mut expected: Vec<&str> = known.map(|(name, _)| *name).collect();
    expected.push("portable");
    assert_eq!(names, expected);
    assert_eq!(K::best().name(), expected[0]);
}
