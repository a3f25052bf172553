//! Many threads on one core and on cores derived from it, with more of them
//! than slots and places to wait: every answer is the right one or `Busy`, and
//! the counters add up. `.ci/run` runs this under the thread sanitizer too.
//!
//! `SALTBOX_PROOF=full` takes 64 threads with 10,000 calls each.

use base64ct::{Base64Unpadded, Encoding};
use saltbox::hash::{Argon2, Kdf, Pbkdf2, Prf, Scrypt, Stats, Variant, Version};
use saltbox::{Config, ErrorKind, Saltbox, Verdict};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

const RIGHT: &str = "correct horse";
const WRONG: &str = "Tr0ub4dor&3";

const SETTINGS: &str = r#"{"hash":{"create":{"profile":"test-only"},
    "memory_mib":1,"max_running":4,"queue_ms":2,"queue_len":16}}"#;

fn core() -> Saltbox {
    Saltbox::new(Config::from_json(SETTINGS.as_bytes()).expect("valid"))
}

/// Strings that need memory of three sizes, and none; the last needs all there is.
fn strings(core: &Saltbox) -> Vec<String> {
    let small = core.hash(RIGHT).expect("hashes");
    let pbkdf2 = "$pbkdf2-sha256$i=10,l=32$c2l4dGVlbiBieXRlcyBvaw$";
    let scrypt = "$scrypt$ln=6,r=4,p=1$c2l4dGVlbiBieXRlcyBvaw$";
    let large = "$argon2id$v=19$m=1024,t=1,p=1$c2l4dGVlbiBieXRlcyBvaw$";
    let tag = |kdf: Kdf| {
        let mut tag = [0; 32];
        kdf.derive(RIGHT.as_bytes(), b"sixteen bytes ok", &mut tag)
            .expect("derives");
        Base64Unpadded::encode_string(&tag)
    };
    let kdf = |result: Result<Kdf, saltbox::Error>| tag(result.expect("in range"));
    vec![
        small,
        pbkdf2.to_owned() + &kdf(Pbkdf2::new(Prf::Sha256, 10).map(Kdf::Pbkdf2)),
        scrypt.to_owned() + &kdf(Scrypt::new(6, 4, 1).map(Kdf::Scrypt)),
        large.to_owned()
            + &kdf(Argon2::new(Variant::Id, Version::V0x13, 1024, 1, 1).map(Kdf::Argon2)),
    ]
}

/// What the threads were told, to be compared with what the pool counted.
#[derive(Default)]
struct Told {
    accepted: AtomicU64,
    rejected: AtomicU64,
    no_user: AtomicU64,
    refused: AtomicU64,
    made: AtomicU64,
    busy: AtomicU64,
}

fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Told {
    fn verdict(&self, result: Result<Verdict, saltbox::Error>, expected: &AtomicU64) {
        match result {
            Ok(Verdict::Accepted { .. }) => {
                assert!(std::ptr::eq(expected, &raw const self.accepted));
                add(&self.accepted);
            }
            Ok(Verdict::Rejected) => {
                assert!(!std::ptr::eq(expected, &raw const self.accepted));
                add(expected);
            }
            Err(error) if error.kind() == ErrorKind::Busy => add(&self.busy),
            Err(error) => {
                assert!(std::ptr::eq(expected, &raw const self.refused), "{error}");
                add(&self.refused);
            }
        }
    }

    /// The `step`-th call of a thread.
    fn call(&self, core: &Saltbox, strings: &[String], step: usize) {
        let stored = &*strings[step / 8 % strings.len()];
        match step % 8 {
            0 | 1 => self.verdict(core.verify(stored, RIGHT), &self.accepted),
            2 => self.verdict(core.verify(stored, WRONG), &self.rejected),
            3 => self.verdict(core.verify(None, RIGHT), &self.no_user),
            4 => self.verdict(core.verify("$argon2id$", RIGHT), &self.refused),
            5 => match core.hash(RIGHT) {
                Ok(made) => {
                    assert!(made.starts_with("$argon2id$"));
                    add(&self.made);
                }
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Busy);
                    add(&self.busy);
                }
            },
            6 => {
                // A batch is one job: where there is no room, all of it is busy.
                let batch = core.verify_batch([(Some(stored), RIGHT), (Some(stored), WRONG)]);
                let [right, wrong] = <[_; 2]>::try_from(batch).expect("two");
                if right.is_ok() {
                    self.verdict(right, &self.accepted);
                    self.verdict(wrong, &self.rejected);
                } else {
                    self.verdict(right, &self.accepted);
                    assert_eq!(wrong.map_err(|e| e.kind()), Err(ErrorKind::Busy));
                }
            }
            _ => {
                let derived =
                    core.derive(Config::default().with_profile(cheapest()).expect("fits"));
                assert_eq!(derived.expect("fits").capacity(), 4);
                if step % 64 == 7 {
                    core.trim();
                }
                within(&core.stats());
            }
        }
    }
}

fn cheapest() -> saltbox::Profile {
    saltbox::Profile::named("test-only").expect("known")
}

fn within(stats: &Stats) {
    assert!(stats.running <= 4 && stats.running_peak <= 4);
    assert!(stats.queued <= 16 && stats.queued_peak <= 16);
    assert!(stats.memory_peak_bytes <= 1 << 20);
    assert!(stats.memory_idle_bytes <= stats.memory_bytes);
}

#[test]
fn every_answer_is_right_or_busy_and_the_counters_add_up() {
    let full = std::env::var_os("SALTBOX_PROOF").is_some_and(|size| size == "full");
    let (threads, calls) = if full { (64, 10_000) } else { (24, 1000) };
    let core = core();
    let strings = strings(&core);
    let before = core.stats();
    let told = Told::default();
    thread::scope(|scope| {
        for thread in 0..threads {
            let (core, told, strings) = (core.clone(), &told, &strings);
            scope.spawn(move || {
                for step in 0..calls {
                    told.call(&core, strings, step + 3 * thread);
                }
            });
        }
    });
    let stats = core.stats();
    within(&stats);
    assert_eq!((stats.running, stats.queued), (0, 0));
    assert_eq!(
        stats.running_peak, 4,
        "the load was too small to fill the slots"
    );
    let counted = [
        stats.accepted,
        stats.rejected,
        stats.no_user,
        stats.refused,
        stats.hashes - before.hashes,
        stats.busy,
    ];
    let told = [
        told.accepted,
        told.rejected,
        told.no_user,
        told.refused,
        told.made,
        told.busy,
    ];
    assert_eq!(counted, told.map(AtomicU64::into_inner));
    assert!(stats.busy > 0, "the load was too small to fill the queue");
}

/// One slot, and hashes that do not fit in the caches: who waits has its blocks made by another thread.
#[test]
fn hashes_beside_one_another_are_right() {
    let settings = r#"{"hash":{"create":{"scheme":"argon2id","m_kib":47104,"t":1,"p":1},
        "memory_mib":230,"max_running":1,"queue_ms":60000}}"#;
    let core = Saltbox::new(Config::from_json(settings.as_bytes()).expect("valid"));
    let stored = core.hash(RIGHT).expect("hashes");
    let rounds = 6;
    thread::scope(|scope| {
        for id in 0..4 {
            let (core, stored) = (&core, &stored);
            scope.spawn(move || {
                for round in 0..rounds {
                    let is_right = (id + round) % 2 == 0;
                    let password = if is_right { RIGHT } else { WRONG };
                    let verdict = core.verify(&**stored, password).expect("verifies");
                    assert_eq!(verdict.is_accepted(), is_right);
                }
            });
        }
    });
    let stats = core.stats();
    println!("{} of {} jobs beside another one", stats.joined, stats.jobs);
    assert_eq!((stats.running_peak, stats.busy), (1, 0));
    assert_eq!(stats.jobs, 4 * rounds + 1);
    assert!(stats.memory_peak_bytes <= stats.memory_budget_bytes);
    assert_eq!(stats.memory_bytes, stats.memory_idle_bytes);
}
