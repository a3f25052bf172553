//! What flows cost beside the hash: `cargo bench --bench flows`.
//!
//! With the profile for tests, whose hash takes little: subtract `verify` from
//! `sign_in`, and `hash` from `sign_up`.

use criterion::{Criterion, criterion_group, criterion_main};
use saltbox::{Config, Request, Saltbox, Subject};
use std::hint::black_box;
use std::time::Duration;

const NOW: u64 = 1_800_000_000;
const PASSWORD: &str = "a password that she knows";

fn flows(criterion: &mut Criterion) {
    let json = br#"{"hash":{"create":{"profile":"test-only"}},"policy":{"profile":"nist-63b-4","max_repeated":4,
        "max_sequence":5,"context":{"words":["Acme"],"match":"contained"}}}"#;
    let core = Saltbox::new(Config::from_json(json).expect("valid"));
    let json =
        br#"{"id":"7f0c9f1e-3a51-4c3c-9d52-64cf1b1c5e0a","realm":"customers","login_id":"jane",
        "email":"jane.doe@example.com","words":["Jane","Doe"]}"#;
    let subject = Subject::from_json(json).expect("valid");
    let request = Request::default();
    let made = core.sign_up(None, &subject, &request, PASSWORD, NOW);
    let record = made.expect("a decision").record().map(str::to_owned);
    let record = record.as_deref();
    let stored = core.hash(PASSWORD).expect("hashes");
    let mut group = criterion.benchmark_group("flows");
    group.measurement_time(Duration::from_secs(2));
    group.bench_function("verify", |b| {
        b.iter(|| core.verify(black_box(&stored), PASSWORD));
    });
    group.bench_function("sign_in", |b| {
        b.iter(|| core.sign_in(black_box(record), &subject, &request, PASSWORD, NOW));
    });
    group.bench_function("hash", |b| b.iter(|| core.hash(black_box(PASSWORD))));
    group.bench_function("sign_up", |b| {
        b.iter(|| core.sign_up(None, &subject, &request, black_box(PASSWORD), NOW));
    });
    group.finish();
}

criterion_group!(benches, flows);
criterion_main!(benches);
