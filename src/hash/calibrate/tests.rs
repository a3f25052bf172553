//! Modelled machines instead of clocks: what is proven of the search holds on all of them.

use super::*;
use crate::hash::profile::check_floor;
use crate::hash::work::{self, full};
use crate::hash::{Limits, Prf};
use proptest::prelude::*;

fn schemes() -> Vec<Scheme> {
    Scheme::all().filter(|scheme| scheme.may_create()).collect()
}

fn target(scheme: Scheme, at_once: u32, mib: u64) -> Target {
    Target {
        scheme,
        time: Duration::from_millis(100),
        at_once,
        memory_bytes: mib * MIB,
    }
}

fn begin(target: &Target) -> Result<Calibration, Error> {
    Calibration::new(&HashSettings::default(), target)
}

/// Readings of a thread whose hashes take `ns` each, the first twice as long.
fn readings(start: u64, ns: u64) -> [u64; READINGS] {
    let mut at = start;
    let mut readings = [at; READINGS];
    for (i, reading) in readings.iter_mut().enumerate().skip(1) {
        at += if i == 1 { 2 * ns } else { ns };
        *reading = at;
    }
    readings
}

/// A machine: what a hash costs, and how many cores there are for those that run at once.
#[derive(Clone, Copy, Debug)]
struct Machine {
    /// Nanoseconds of every hash.
    fixed: u64,
    /// Picoseconds of a unit of work.
    unit: u64,
    /// Above so many units each takes three times as long, as when a cache is full.
    cliff: u64,
    cores: u32,
    /// Percent that each further hash at once slows the others down by, in memory.
    slowdown: u64,
    /// Most percent that a time is off, to both sides.
    noise: u64,
}

impl Machine {
    /// How long one hash takes where so many run at once.
    fn ns(&self, work: u64, at_once: u32) -> u64 {
        let over = work.saturating_sub(self.cliff);
        let ps = u128::from(self.unit) * (u128::from(work) + 2 * u128::from(over));
        let alone = u128::from(self.fixed) + ps / 1000;
        let busy = u128::from(at_once.min(self.cores));
        let turns = u128::from(at_once.max(self.cores));
        let loaded = alone * (100 + u128::from(self.slowdown) * (busy - 1)) / 100;
        u64::try_from(loaded * turns / u128::from(self.cores)).unwrap_or(u64::MAX)
    }

    fn with_noise(&self, ns: u64, luck: u64) -> u64 {
        let percent = 100 + luck % (2 * self.noise + 1) - self.noise;
        let ns = u128::from(ns) * u128::from(percent) / 100;
        u64::try_from(ns).unwrap_or(u64::MAX).max(1)
    }
}

fn machines(noise: u64) -> impl Strategy<Value = Machine> {
    let cliff = prop_oneof![Just(u64::MAX), 1_u64 << 12..1 << 24];
    // Per unit from a nanosecond, far below what the targets ask for, to a microsecond, far above.
    let unit = prop_oneof![
        1_000..10_000_u64,
        10_000..100_000_u64,
        100_000..1_000_000_u64
    ];
    (0..100_000_u64, unit, cliff, 1..65_u32, 0..50_u64).prop_map(
        move |(fixed, unit, cliff, cores, slowdown)| Machine {
            fixed,
            unit,
            cliff,
            cores,
            slowdown,
            noise,
        },
    )
}

/// What a search came to on a machine.
struct Run {
    found: Found,
    steps: u32,
    /// Nanoseconds of all hashes of one thread.
    spent: u128,
}

fn search(ladder: Ladder, target_ns: u64, at_once: u32, machine: &Machine, mut luck: u64) -> Run {
    let mut search = Search::new(ladder, target_ns, at_once);
    let (mut steps, mut spent) = (0, 0);
    while let Some((kdf, threads)) = search.candidate() {
        let ns = machine.ns(units(&kdf), threads);
        luck = luck.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let ns = machine.with_noise(ns, luck >> 33);
        search.tell(ns);
        steps += 1;
        spent += u128::from(ns) * HASHES as u128;
        assert!(steps < 100, "no end");
    }
    Run {
        found: search.found().expect("ended"),
        steps,
        spent,
    }
}

fn units(kdf: &Kdf) -> u64 {
    let mut settings = HashSettings::default();
    settings.use_kdf(*kdf).expect("within the limits");
    settings.policy_work().units
}

fn ladder(scheme: Scheme, at_once: u32, mib: u64) -> Result<Ladder, Error> {
    let limits = Limits::default();
    let room = Room {
        limits: &limits,
        budget_bytes: mib * MIB,
        at_once,
    };
    Ladder::new(scheme, room)
}

/// Refuses parameters that no configuration of this memory would take.
fn check_creatable(kdf: &Kdf, at_once: u32, mib: u64) {
    check_floor(kdf).expect("over the floor");
    let function = kdf.function();
    let limits = Limits::default();
    function
        .check(&limits, function.tag_bytes())
        .expect("within the limits");
    let all = rounded(kdf.memory_bytes()) * u64::from(at_once);
    assert!(all <= mib * MIB, "{kdf:?}: {all} bytes are over {mib} MiB");
    if let Kdf::Argon2(argon2) = kdf {
        assert_eq!(argon2.p(), 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if full() { 1_000_000 } else { 5_000 }))]

    #[test]
    fn every_rung_may_be_created_and_costs_no_less_than_the_one_below(
        scheme in prop::sample::select(schemes()), at_once in 1..65_u32,
        mib in 1..8192_u64, steps in prop::collection::vec(0..1_u64 << 32, 1..20),
    ) {
        let Ok(ladder) = ladder(scheme, at_once, mib) else { return Ok(()) };
        let mut rungs: Vec<u64> = steps.iter().map(|step| ladder.within(*step)).collect();
        rungs.push(ladder.least());
        rungs.push(ladder.within(u64::MAX));
        rungs.sort_unstable();
        for pair in rungs.windows(2) {
            check_creatable(&ladder.at(pair[0]), at_once, mib);
            check_creatable(&ladder.at(pair[1]), at_once, mib);
            prop_assert!(ladder.work(pair[0]) <= ladder.work(pair[1]));
        }
        prop_assert_eq!(ladder.above(ladder.within(u64::MAX)), None);
    }

    #[test]
    fn a_steady_machine_is_used_as_far_as_the_target_goes(
        scheme in prop::sample::select(schemes()), at_once in 1..65_u32, mib in 1..8192_u64,
        ms in 1..5_000_u64, machine in machines(0),
    ) {
        let Ok(ladder) = ladder(scheme, at_once, mib) else { return Ok(()) };
        let target_ns = ms * 1_000_000;
        let run = search(ladder, target_ns, at_once, &machine, 0);
        check_creatable(&run.found.kdf, at_once, mib);
        let least = machine.ns(ladder.work(ladder.least()), at_once);
        prop_assert_eq!(run.found.is_within_target, least <= target_ns);
        if !run.found.is_within_target {
            prop_assert_eq!(run.found.kdf, ladder.at(ladder.least()));
            prop_assert!(run.spent <= 6 * u128::from(least));
            return Ok(());
        }
        prop_assert!(run.found.under_load_ns <= target_ns);
        prop_assert_eq!(run.found.under_load_ns, machine.ns(units(&run.found.kdf), at_once));
        prop_assert_eq!(run.found.alone_ns, machine.ns(units(&run.found.kdf), 1));
        prop_assert!(run.steps <= 24, "{} steps", run.steps);
        let most = if machine.cliff == u64::MAX { 12 } else { 20 };
        prop_assert!(run.spent <= most * u128::from(target_ns), "{} targets", run.spent / u128::from(target_ns));
        // What is one step dearer takes too long, or what was found is near the target.
        let rung = ladder.within(units(&run.found.kdf));
        if let Some(above) = ladder.above(rung) {
            let above = machine.ns(ladder.work(above), at_once);
            let is_near = run.found.under_load_ns >= target_ns / 2;
            prop_assert!(is_near || above > target_ns / 4 * 3,
                "{} of {target_ns}, and {above} above it", run.found.under_load_ns);
        }
    }

    #[test]
    fn a_noisy_machine_leads_neither_under_the_floor_nor_over_the_budget_nor_round_and_round(
        scheme in prop::sample::select(schemes()), at_once in 1..65_u32, mib in 1..8192_u64,
        ms in 1..5_000_u64, machine in machines(40), luck in any::<u64>(),
    ) {
        let Ok(ladder) = ladder(scheme, at_once, mib) else { return Ok(()) };
        let target_ns = ms * 1_000_000;
        let run = search(ladder, target_ns, at_once, &machine, luck);
        check_creatable(&run.found.kdf, at_once, mib);
        prop_assert!(run.steps <= 24, "{} steps", run.steps);
        if run.found.is_within_target {
            prop_assert!(run.found.under_load_ns <= target_ns);
            prop_assert!(run.spent <= 32 * u128::from(target_ns), "{} targets", run.spent / u128::from(target_ns));
        } else {
            prop_assert_eq!(run.found.kdf, ladder.at(ladder.least()));
        }
    }

    /// Whatever is told, it ends, and with parameters that may be created.
    #[test]
    fn times_without_sense_end_too(
        scheme in prop::sample::select(schemes()), at_once in 1..65_u32, mib in 1..8192_u64,
        target_ns in 1..60_000_000_000_u64,
        times in prop::collection::vec(prop_oneof![Just(1), Just(u64::MAX), any::<u64>(), 1..100_000_000_u64], 40),
    ) {
        let Ok(ladder) = ladder(scheme, at_once, mib) else { return Ok(()) };
        let mut search = Search::new(ladder, target_ns, at_once);
        let mut steps = 0;
        while let Some((kdf, _)) = search.candidate() {
            check_creatable(&kdf, at_once, mib);
            search.tell(times[steps]);
            steps += 1;
        }
        prop_assert!(steps <= 24, "{steps} steps");
        check_creatable(&search.found().expect("ended").kdf, at_once, mib);
    }
}

#[test]
fn memory_comes_first_and_passes_after_it() {
    let argon2 = |ladder: &Ladder, rung| match ladder.at(rung) {
        Kdf::Argon2(argon2) => (argon2.m_kib() / 1024, argon2.t()),
        _ => unreachable!(),
    };
    let wide = ladder(Scheme::Argon2id, 4, 1024).expect("room");
    // Where 46 MiB are not paid for the passes are OWASP's.
    for (rung, expected) in [
        (35, (7, 5)),
        (36, (12, 3)),
        (38, (19, 2)),
        (45, (22, 2)),
        (46, (46, 1)),
        (256, (256, 1)),
        (511, (256, 1)),
        (512, (256, 2)),
        (1000, (256, 3)),
    ] {
        assert_eq!(argon2(&wide, rung), expected);
    }
    let narrow = ladder(Scheme::Argon2id, 4, 40).expect("room for 10 MiB each");
    for (rung, expected) in [(35, (7, 5)), (36, (9, 4)), (40, (10, 4)), (99, (10, 9))] {
        assert_eq!(argon2(&narrow, rung), expected);
    }
    let scrypt = |rung| match ladder(Scheme::Scrypt, 1, 300).map(|ladder| ladder.at(rung)) {
        Ok(Kdf::Scrypt(scrypt)) => (scrypt.ln(), scrypt.p()),
        _ => unreachable!(),
    };
    for (rung, expected) in [
        (10, (14, 5)),
        (12, (15, 3)),
        (16, (17, 1)),
        (32, (18, 1)),
        (64, (18, 2)),
    ] {
        assert_eq!(scrypt(rung), expected);
    }
}

#[test]
fn what_there_is_no_room_for_is_said_with_the_least_that_there_has_to_be() {
    // 7 MiB, as the system maps them.
    let least = 8 * rounded(7 * MIB);
    let error = begin(&target(Scheme::Argon2id, 8, 55)).expect_err("eight times 7 MiB are 56");
    assert_eq!(error.kind(), ErrorKind::Budget);
    assert_eq!(
        error.to_string(),
        format!("memory budget in bytes is 57671680, under the floor of {least}")
    );
    assert!(begin(&target(Scheme::Argon2id, 8, least / MIB)).is_ok());
    assert!(begin(&target(Scheme::Pbkdf2Sha256, 1024, 1)).is_ok());
    let error = begin(&target(Scheme::Scrypt, 1, 8)).expect_err("8 MiB and a little");
    assert_eq!(error.kind(), ErrorKind::Budget);
}

#[test]
fn what_is_asked_for_has_to_make_sense() {
    let good = target(Scheme::Pbkdf2Sha512, 1, 1);
    let time = |time| Target { time, ..good };
    for (bad, kind) in [
        (time(Duration::ZERO), ErrorKind::Argument),
        (time(Duration::from_secs(61)), ErrorKind::Argument),
        (time(Duration::MAX), ErrorKind::Argument),
        (Target { at_once: 0, ..good }, ErrorKind::Argument),
        (
            Target {
                at_once: 1025,
                ..good
            },
            ErrorKind::Argument,
        ),
        (
            Target {
                memory_bytes: MIB - 1,
                ..good
            },
            ErrorKind::Argument,
        ),
        (
            Target {
                memory_bytes: u64::MAX,
                ..good
            },
            ErrorKind::Argument,
        ),
        (
            Target {
                scheme: Scheme::Argon2i,
                ..good
            },
            ErrorKind::Config,
        ),
    ] {
        let error = begin(&bad).expect_err("makes no sense");
        assert_eq!(error.kind(), kind, "{bad:?}: {error}");
    }
}

#[test]
fn a_clock_that_stands_still_or_runs_backwards_is_an_error_and_the_step_is_measured_again() {
    let mut calibration = begin(&target(Scheme::Argon2id, 2, 64)).expect("room");
    let good = readings(1_000, 5_000_000);
    let [a, b, c, d] = good;
    for bad in [
        [0; READINGS],
        [a, a, c, d],
        [a, b, b, d],
        [a, b, c, c],
        [d, c, b, a],
        [a, b, c, a],
        [u64::MAX, 0, 1, 2],
    ] {
        let error = calibration
            .tell_each(2, |i| if i == 0 { good } else { bad })
            .expect_err("no clock does that");
        assert_eq!(error.kind(), ErrorKind::Argument);
        assert!(error.to_string().contains("clock"), "{error}");
        assert_eq!(calibration.told, 0);
    }
    for n in [0, 1, 3] {
        assert!(calibration.tell_each(n, |_| good).is_err(), "{n} threads");
    }
    assert!(calibration.advice().is_err());
    calibration.tell_each(2, |_| good).expect("a good clock");
    assert_eq!(calibration.told, 1);
}

#[test]
fn readings_count_for_their_own_step_only() {
    let mut calibration = begin(&target(Scheme::Argon2id, 1, 64)).expect("room");
    let mut now = 0;
    let clock = || {
        now += 1_000_000;
        now
    };
    let step = calibration.step().expect("the first");
    let first = step.run(clock).expect("measured");
    calibration.tell(&[first]).expect("its own");
    let error = calibration.tell(&[first]).expect_err("another's");
    assert_eq!(error.kind(), ErrorKind::Argument);
}

/// Threads that run one after the other take as long as on a machine with one core.
#[test]
fn fewer_threads_at_once_than_asked_for_are_never_taken_for_a_faster_machine() {
    let ns = 1_000_000;
    let mut at_once = Span::default();
    let mut in_turn = Span::default();
    for i in 0..4 {
        at_once.add(readings(i, ns)).expect("a good clock");
        in_turn.add(readings(i * 4 * ns, ns)).expect("a good clock");
    }
    assert_eq!(at_once.of_one_hash(), ns + 2);
    assert!(in_turn.of_one_hash() >= 4 * ns);
}

#[test]
fn by_itself_the_shortest_counts_and_never_the_first() {
    let mut span = Span::default();
    span.add([10, 11, 31, 61]).expect("a good clock");
    assert_eq!(span.of_one_hash(), 20);
}

/// A clock that tells the work done, so that what is found is known: so much as 100 ms have.
#[test]
fn what_is_measured_is_the_work_of_a_verification_in_memory_of_the_budget() {
    const BLOCKS: u64 = 100_000;
    let mut calibration = begin(&target(Scheme::Argon2id, 1, 256)).expect("room");
    let mut now = 0;
    let mut steps = 0;
    while let Some(step) = calibration.step() {
        let kdf = step.kdf();
        let mut told = None;
        let done = work::of(|| {
            told = Some(step.run(|| {
                let here = now;
                now += units(&kdf) * 100_000_000 / BLOCKS;
                here
            }));
        });
        assert_eq!(done.argon2_blocks, HASHES as u64 * units(&kdf));
        assert_eq!(done.leases, HASHES as u64);
        assert_eq!(done.bytes, HASHES as u64 * rounded(kdf.memory_bytes()));
        calibration
            .tell(&[told.expect("ran").expect("measured")])
            .expect("a good clock");
        steps += 1;
    }
    assert!(steps <= 4, "{steps} steps");
    let advice = calibration.advice().expect("ended");
    let proposal = advice.proposed().expect("in reach");
    assert!((BLOCKS / 8 * 7..=BLOCKS).contains(&units(&proposal.kdf())));
    assert_eq!(proposal.alone(), proposal.under_load());
    assert_eq!(
        proposal.memory_bytes(),
        rounded(proposal.kdf().memory_bytes())
    );
    let stats = calibration.pool.stats();
    assert_eq!(stats.memory_idle_bytes, stats.memory_bytes);
    assert!(stats.memory_peak_bytes <= 256 * MIB);
    assert!(calibration.hash().is_err() && calibration.step().is_none());
    assert!(calibration.tell_each(1, |_| readings(0, 1)).is_err());
}

#[test]
fn what_is_out_of_reach_says_what_the_least_takes() {
    let mut calibration = begin(&target(Scheme::Argon2id, 3, 64)).expect("room");
    while let Some(step) = calibration.step() {
        let threads = step.threads();
        let ns = if threads == 3 {
            110_000_000
        } else {
            40_000_000
        };
        let told = calibration.tell_each(threads as usize, |_| readings(7, ns));
        told.expect("a good clock");
    }
    let advice = calibration.advice().expect("ended");
    let Advice::OutOfReach(least) = advice else {
        panic!("{advice:?}");
    };
    assert_eq!(advice.proposed(), None);
    assert_eq!(advice.measured(), &least);
    assert_eq!(least.under_load(), Duration::from_millis(110));
    assert_eq!(least.alone(), Duration::from_millis(40));
    assert!((least.hashes_per_second() - 27.27).abs() < 0.01);
    assert_eq!(least.at_once(), 3);
    check_creatable(&least.kdf(), 3, 64);
}

#[test]
fn one_thread_measures_one_hash_at_a_time_and_no_more() {
    let mut now = 0;
    let clock = || {
        now += 50_000_000;
        now
    };
    let several = begin(&target(Scheme::Argon2id, 2, 64)).expect("room");
    assert!(several.alone(clock).is_err());
    let mut now = 0;
    // Whatever it computes, it takes 95 ms: the first is near enough.
    let one = begin(&target(Scheme::Argon2id, 1, 64)).expect("room");
    let advice = one.alone(|| {
        now += 95_000_000;
        now
    });
    let proposal = advice.expect("measured").proposed().expect("in reach");
    assert_eq!(proposal.alone(), Duration::from_millis(95));
}

#[test]
fn a_proposal_is_a_configuration_with_the_memory_it_was_measured_in() {
    for scheme in schemes() {
        let mut calibration = begin(&target(scheme, 1, 65)).expect("room");
        calibration
            .tell_each(1, |_| readings(0, 95_000_000))
            .expect("a good clock");
        let advice = calibration.advice().expect("ended");
        let json = advice.measured().to_json();
        let value = crate::json::parse(json.as_bytes()).expect("JSON");
        let mut object = value.object().expect("an object");
        let hash = object.take("hash").expect("the member");
        let settings = HashSettings::read(&hash).expect("a configuration");
        assert_eq!(*settings.create(), advice.measured().kdf());
        assert_eq!(settings.pool_sizes().budget_bytes, 65 * MIB);
        assert_eq!(settings.pool_sizes().max_running, 1);
    }
}

#[test]
fn settings_that_do_not_verify_a_scheme_or_limit_it_propose_none() {
    let of = |json: &str| {
        let value = crate::json::parse(json.as_bytes()).expect("JSON");
        HashSettings::read(&value).expect("settings")
    };
    let only = of(r#"{"verify":["argon2id"]}"#);
    let error = Calibration::new(&only, &target(Scheme::Scrypt, 1, 64)).expect_err("not verified");
    assert_eq!(error.kind(), ErrorKind::Config);
    let low = of(r#"{"limits":{"pbkdf2_iterations":500000}}"#);
    let pbkdf2 = target(Scheme::Pbkdf2Sha256, 1, 64);
    let error = Calibration::new(&low, &pbkdf2).expect_err("under the floor");
    assert_eq!(error.kind(), ErrorKind::Limit);
    let limited = of(r#"{"limits":{"pbkdf2_iterations":1000000},"memory_mib":64}"#);
    let mut calibration = Calibration::new(&limited, &pbkdf2).expect("room");
    while calibration.step().is_some() {
        calibration
            .tell_each(1, |_| readings(0, 1_000))
            .expect("a good clock");
    }
    let advice = calibration.advice().expect("ended");
    let Kdf::Pbkdf2(most) = advice.measured().kdf() else {
        panic!("{advice:?}");
    };
    assert_eq!((most.prf(), most.iterations()), (Prf::Sha256, 1_000_000));
    let over = of(r#"{"limits":{"argon2_m_kib":102400}}"#);
    let error = Calibration::new(&over, &pbkdf2).expect_err("a limit over the memory");
    assert_eq!(error.kind(), ErrorKind::Config);
}
