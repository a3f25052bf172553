//! Redeeming a link code, the whole flow: `cargo bench --bench redeem`.
//!
//! Reading the record, the digests, writing the record, and overwriting the
//! stack. What digits cost is the password hash, which `hash` measures.

use criterion::{Criterion, criterion_group, criterion_main};
use saltbox::{Channel, CodeKind, Codes, Config, Decision, Request, Saltbox, Subject, Way};
use std::hint::black_box;
use std::time::Duration;

const NOW: u64 = 1_800_000_000;

fn core() -> Saltbox {
    let mut config = Config::from_json(br#"{"keys":{"create_key_id":1}}"#).expect("valid");
    let key: Vec<u8> = (0..32).collect();
    config.add_key(1, &key).expect("a key");
    Saltbox::new(config)
}

fn redeeming(criterion: &mut Criterion) {
    let (core, request) = (core(), Request::default());
    let json = br#"{"id":"7f0c9f1e-3a51-4c3c-9d52-64cf1b1c5e0a","realm":"customers",
        "email":"jane.doe@example.com","email_verified":true}"#;
    let subject = Subject::from_json(json).expect("valid");
    let hash = core.hash("correct horse battery staple").expect("hashes");
    let made = core.admin_import(None, &subject, &request, &*hash, NOW);
    let made = made.expect("a record");
    let issued = core.request_verification(
        made.record(),
        &subject,
        &request,
        Way::EmailLink,
        Channel::Email,
        NOW,
    );
    let issued = issued.expect("a code");
    let record = issued.record().expect("with a ticket");
    let right = issued.code().expect("a code");
    let (lookup, _) = right.split_at(24);
    let cases = [
        ("right", right.to_owned(), Decision::AddressVerified),
        (
            "wrong",
            format!("{lookup}.{}", "v".repeat(32)),
            Decision::WrongCode,
        ),
        (
            "unknown",
            format!("{}.{}", "l".repeat(24), "v".repeat(32)),
            Decision::UnknownCode,
        ),
    ];
    let mut group = criterion.benchmark_group("redeem");
    group.measurement_time(Duration::from_secs(2));
    for (name, code, expected) in cases {
        let codes = Codes::new().with(CodeKind::EmailAuthCode, code);
        let redeem = || core.verify_address(black_box(record), &subject, &request, &codes, NOW);
        assert_eq!(redeem().expect("a decision").decision(), expected);
        group.bench_function(name, |b| b.iter(redeem));
    }
    group.finish();
}

criterion_group!(benches, redeeming);
criterion_main!(benches);
