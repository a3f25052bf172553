//! Random histories of one account, held to the model in
//! `fuzz/bodies/account_model/mod.rs` at every step.
//!
//! `SALTBOX_PROOF=full` takes a million of them. A failure prints the seed and
//! the story, without codes; `SALTBOX_MODEL_SEED` runs that one alone.

#[path = "../fuzz/bodies/account_model/mod.rs"]
mod account_model;

use saltbox::Decision;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// SplitMix64: the same histories in every run, but for the codes.
fn bytes(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    // About thirty operations; every hundredth history has ten times as many.
    let len = if seed.is_multiple_of(100) { 2000 } else { 200 };
    let words = (0..len / 8).flat_map(|_| next().to_le_bytes());
    words.collect()
}

fn one(seed: u64) -> HashMap<Decision, u64> {
    catch_unwind(AssertUnwindSafe(|| account_model::history(&bytes(seed))))
        .unwrap_or_else(|_| panic!("SALTBOX_MODEL_SEED={seed}"))
}

#[test]
fn every_decision_of_every_history_is_the_model_s() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    if let Some(seed) = number("SALTBOX_MODEL_SEED") {
        one(seed);
        return;
    }
    let full = std::env::var("SALTBOX_PROOF").is_ok_and(|proof| proof == "full");
    let histories: u64 = if full { 1_000_000 } else { 20_000 };
    let next = AtomicU64::new(0);
    let work = || {
        let mut decided: HashMap<Decision, u64> = HashMap::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= histories {
                return decided;
            }
            for (decision, count) in one(seed) {
                *decided.entry(decision).or_default() += count;
            }
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut decided: HashMap<Decision, u64> = HashMap::new();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            for (decision, count) in thread.join().expect("no history failed") {
                *decided.entry(decision).or_default() += count;
            }
        }
    });
    let of_answers = |decision: Decision| matches!(decision.code(), 4..=6 | 141..=144);
    for decision in Decision::all().filter(|it| !of_answers(*it)) {
        let count = decided.get(&decision).copied().unwrap_or_default();
        println!("{count:>9} {}", decision.name());
        // Those that take another record than the account's have tests of their own.
        let is_of_another = matches!(decision, Decision::NoAccount | Decision::OtherRealm);
        assert_eq!(count == 0, is_of_another, "{decision:?}");
    }
    let steps: u64 = decided.values().sum();
    println!("{histories} histories, {steps} decisions");
}
