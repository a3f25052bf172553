//! Blocklists by themselves: `cargo bench --bench blocklist`.
//!
//! Of 10^7 keys, and with `SALTBOX_BENCH=full` of 10^8. Prints sizes, too.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use saltbox::policy::{
    Blocklist, BlocklistBuilder, BlocklistBuilt, BlocklistPlan, BreachHash, Precision, Subject,
};
use saltbox::{Config, Error, Saltbox};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn hash(&mut self, first: u64) -> [u8; 20] {
        let mut hash = [0; 20];
        let parts = [first, self.next(), self.next()].map(u64::to_be_bytes);
        hash.copy_from_slice(&parts.as_flattened()[..20]);
        hash
    }
}

/// Hashes in order, as distant from each other as random ones are, without memory or sorting.
fn ascending(count: u64) -> impl Iterator<Item = [u8; 20]> {
    let mut random = Random(7);
    let step = 2f64.powi(64) / (count as f64 + 4.0 * (count as f64).sqrt() + 1.0);
    let mut at = 0.0;
    (0..count).map(move |_| {
        let uniform = (random.next() >> 11) as f64 / 2f64.powi(53);
        at += -(1.0 - uniform).ln() * step + 4096.0;
        random.hash(at as u64)
    })
}

fn build(precision: Precision, keys: u64, sink: impl FnMut(&[u8])) -> BlocklistBuilt {
    build_of(precision, keys, ascending(keys), sink)
}

fn build_of(
    precision: Precision,
    expected: u64,
    keys: impl Iterator<Item = [u8; 20]>,
    mut sink: impl FnMut(&[u8]),
) -> BlocklistBuilt {
    let plan = BlocklistPlan::new(BreachHash::Sha1, precision, expected);
    let sink = |bytes: &[u8]| {
        sink(bytes);
        Ok::<(), Error>(())
    };
    let mut builder = BlocklistBuilder::new(&plan, sink).expect("valid");
    for key in keys {
        builder.push(&key, 1).expect("in order");
    }
    builder.finish().expect("finishes")
}

fn building(criterion: &mut Criterion) {
    const KEYS: u64 = 1_000_000;
    let keys: Vec<_> = ascending(KEYS).collect();
    let mut group = criterion.benchmark_group("blocklist_build");
    group.sample_size(10).throughput(Throughput::Elements(KEYS));
    for (name, precision) in [
        ("2^-16", Precision::Probable(16)),
        ("2^-20", Precision::Probable(20)),
        ("exact", Precision::Exact),
    ] {
        group.bench_function(name, |b| {
            b.iter(|| {
                build_of(precision, KEYS, keys.iter().copied(), |bytes| {
                    black_box(bytes);
                })
            });
        });
    }
    group.finish();
}

fn looking_up(criterion: &mut Criterion) {
    let full = std::env::var("SALTBOX_BENCH").is_ok_and(|v| v == "full");
    let keys = if full { 100_000_000 } else { 10_000_000 };
    let mut group = criterion.benchmark_group("blocklist_lookup");
    group.measurement_time(Duration::from_secs(2));
    for (name, precision) in [
        ("2^-16", Precision::Probable(16)),
        ("2^-20", Precision::Probable(20)),
    ] {
        let (began, mut file) = (Instant::now(), Vec::new());
        let built = build(precision, keys, |bytes| file.extend_from_slice(bytes));
        let bits = built.bytes as f64 * 8.0 / keys as f64;
        println!(
            "{name}: {keys} keys in {:.1?}, made-up hashes included; {bits:.3} bits a key, one in {}",
            began.elapsed(),
            built.one_in
        );
        let list = Blocklist::attach(file).expect("built");
        let began = Instant::now();
        list.check_all().expect("whole");
        println!("{name}: all checks in {:.1?}", began.elapsed());
        let mut random = Random(1);
        // One place again and again: everything is in the cache.
        let hash = random.hash(1 << 63);
        group.bench_function(format!("{name}, one hash"), |b| {
            b.iter(|| list.contains(black_box(&hash)));
        });
        // In memory, and seldom in a cache.
        group.bench_function(format!("{name}, any hash"), |b| {
            b.iter_batched(
                || {
                    let first = random.next();
                    random.hash(first)
                },
                |hash| list.contains(&hash),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

fn checking(criterion: &mut Criterion) {
    let core = |json: &str| Saltbox::new(Config::from_json(json.as_bytes()).expect("valid"));
    let subject = Subject::default();
    let mut group = criterion.benchmark_group("blocklist_inside");
    for (name, json) in [
        ("without", r#"{"policy":{}}"#),
        #[cfg(feature = "strength")]
        ("with", r#"{"policy":{"blocklist":{}}}"#),
    ] {
        let saltbox = core(json);
        for password in [
            "password",
            "mountainbikes77",
            "correct horse battery staple",
        ] {
            group.bench_function(format!("{password}, {name}"), |b| {
                b.iter(|| saltbox.check(&subject, black_box(password), 0));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, building, looking_up, checking);
criterion_main!(benches);
