//! Our own functions by themselves: `cargo bench --bench hash`.
//!
//! Profiles of 1 GiB and more only with `SALTBOX_BENCH=full`. How saltbox
//! stands next to others is what `compare` is for.

use criterion::{BenchmarkId, Criterion, SamplingMode, criterion_group, criterion_main};
use saltbox::hash::Profile;
use saltbox::policy::Subject;
use saltbox::{Config, MAX_PASSWORD_BYTES, Saltbox};
use std::hint::black_box;
use std::time::Duration;

const PASSWORD: &str = "correct horse battery staple";

/// The profile that is for tests only.
fn cheapest() -> Profile {
    Profile::all().last().copied().unwrap_or_default()
}

fn core_of(profile: Profile) -> Saltbox {
    let config = Config::default().with_profile(profile);
    Saltbox::new(config.expect("a profile is within the default limits"))
}

/// The profiles that are cheap enough for this run.
fn profiles() -> impl Iterator<Item = Profile> {
    let full = std::env::var("SALTBOX_BENCH").is_ok_and(|v| v == "full");
    let affordable = move |profile: &Profile| full || profile.kdf().memory_bytes() < 1 << 30;
    Profile::all().iter().copied().filter(move |profile| {
        if !affordable(profile) {
            println!("{}: only with SALTBOX_BENCH=full", profile.name());
        }
        affordable(profile)
    })
}

fn per_profile(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("profile");
    group
        .sampling_mode(SamplingMode::Flat)
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    for profile in profiles() {
        let saltbox = core_of(profile);
        group.bench_function(BenchmarkId::new("hash", profile.name()), |b| {
            b.iter(|| saltbox.hash(black_box(PASSWORD)));
        });
        let stored = saltbox.hash(PASSWORD).expect("hashes");
        group.bench_function(BenchmarkId::new("verify", profile.name()), |b| {
            b.iter(|| saltbox.verify(&*stored, black_box(PASSWORD)));
        });
    }
    group.finish();
}

/// A user that does not exist has to cost what one costs that does.
fn no_user(criterion: &mut Criterion) {
    let saltbox = Saltbox::default();
    let stored = saltbox.hash(PASSWORD).expect("hashes");
    let mut group = criterion.benchmark_group("user");
    group
        .sample_size(20)
        .measurement_time(Duration::from_secs(2));
    group.bench_function("right password", |b| {
        b.iter(|| saltbox.verify(&*stored, black_box(PASSWORD)));
    });
    group.bench_function("wrong password", |b| {
        b.iter(|| saltbox.verify(&*stored, black_box("incorrect horse")));
    });
    group.bench_function("none", |b| {
        b.iter(|| saltbox.verify(None, black_box(PASSWORD)));
    });
    // Topped up: exactly to the policy's blocks, or by the table of costs.
    for cheaper in [
        "$argon2id$v=19$m=19456,t=1,p=1$c2l4dGVlbiBieXRlcyBvaw$",
        "$argon2id$v=19$m=4096,t=3,p=1$c2l4dGVlbiBieXRlcyBvaw$",
        "$scrypt$ln=14,r=8,p=1$c2l4dGVlbiBieXRlcyBvaw$",
        "$pbkdf2-sha256$i=29000,l=32$c2l4dGVlbiBieXRlcyBvaw$",
        "$pbkdf2-sha512$i=25000,l=32$c2l4dGVlbiBieXRlcyBvaw$",
    ] {
        let stored = format!("{cheaper}{}", "A".repeat(43));
        let name = cheaper
            .rsplit_once("$c2l4")
            .map_or(cheaper, |(costs, _)| costs);
        group.bench_function(BenchmarkId::new("wrong password", name), |b| {
            b.iter(|| saltbox.verify(&*stored, black_box("incorrect horse")));
        });
    }
    group.finish();
}

/// The longest passwords of every kind that preparation treats in a way of its own.
///
/// The dearest ones are those that a search found among all units of one or two
/// characters that preparation may change, units of three of every kind of
/// character, and mixes of these.
fn longest() -> [(&'static str, String); 19] {
    let fill = |unit: &str| unit.repeat(MAX_PASSWORD_BYTES / unit.len());
    // Backwards, so that no two neighbours are in canonical order for long.
    let marks = [
        '\u{300}'..='\u{36f}',
        '\u{591}'..='\u{5bd}',
        '\u{610}'..='\u{61a}',
        '\u{64b}'..='\u{65f}',
        '\u{730}'..='\u{74a}',
    ];
    let marks = String::from_iter(marks.into_iter().flatten().rev());
    [
        ("ASCII", fill("a")),
        ("Latin, composed", fill("\u{e9}")),
        ("Latin, decomposed", fill("e\u{301}a")),
        (
            "Cyrillic",
            fill("\u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{44c}"),
        ),
        ("Han", fill("\u{6f22}\u{5b57}")),
        ("Hangul syllables", fill("\u{d55c}\u{ae00}")),
        ("Hangul letters", fill("\u{1112}\u{1161}\u{11ab}")),
        ("emoji", fill("\u{1f469}\u{200d}\u{1f4bb}\u{2764}\u{fe0f}")),
        ("spaces", fill("\u{a0}a")),
        ("growing threefold", fill("\u{1d160}")),
        (
            "marks of one block",
            fill(&String::from_iter('\u{300}'..'\u{370}')),
        ),
        ("marks of all classes", fill(&marks)),
        ("marks that are two", fill("\u{344}")),
        ("letters that change", fill("\u{1fd3}")),
        ("letters of two parts", fill("\u{fb2c}")),
        ("marks below letters of three parts", fill("\u{1e0}\u{338}")),
        ("marks above letters of four parts", fill("\u{1f9a}\u{344}")),
        (
            "a mix",
            fill("\u{3b0}\u{5bf}\u{1f9a}\u{344}\u{1f82}\u{344}\u{3b0}\u{f73}\u{1e0}\u{338}"),
        ),
        // The dearest to check that another search found, among mixes of up to seven units.
        (
            "integrals, dots and marks that are two",
            fill("\u{2230}\u{387}!!\u{387}!\u{344}!"),
        ),
    ]
}

/// Preparation, at the least cost of hashing around it. A password that its
/// preparation changes is hashed twice, so it takes about double in any case.
fn preparation(criterion: &mut Criterion) {
    let saltbox = core_of(cheapest());
    let stored = saltbox.hash(PASSWORD).expect("hashes");
    let mut group = criterion.benchmark_group("preparation");
    group.measurement_time(Duration::from_secs(1));
    let mut bench = |id: BenchmarkId, bytes: &[u8]| {
        group.bench_function(id, |b| {
            b.iter(|| saltbox.verify(&*stored, black_box(bytes)));
        });
    };
    for (name, password) in [
        ("ASCII", PASSWORD),
        ("composed", "corr\u{e9}ct horse battery staple"),
        ("decomposed", "corre\u{301}ct horse battery staple"),
    ] {
        bench(BenchmarkId::new("28 characters", name), password.as_bytes());
    }
    for (name, password) in longest() {
        bench(BenchmarkId::new("4096 bytes", name), password.as_bytes());
    }
    let not_utf8 = [0xff; MAX_PASSWORD_BYTES];
    bench(BenchmarkId::new("4096 bytes", "not of UTF-8"), &not_utf8);
    group.finish();
}

/// Strings that change without their password: another key, and a weak one inside of the policy's hash.
fn rewrapping(criterion: &mut Criterion) {
    let core = |create_key_id: u32| {
        let json = format!(r#"{{"keys":{{"create_key_id":{create_key_id}}}}}"#);
        let mut config = Config::from_json(json.as_bytes()).expect("valid");
        for id in 1..=2 {
            let key: Vec<u8> = (0..32).map(|at| at ^ id).collect();
            config.add_key(u32::from(id), &key).expect("a key");
        }
        Saltbox::new(config)
    };
    let (one, two) = (core(1), core(2));
    let stored = one.hash(PASSWORD).expect("hashes");
    let mut group = criterion.benchmark_group("rewrap");
    group.bench_function("rekey", |b| b.iter(|| two.rekey(black_box(&stored))));
    group
        .sampling_mode(SamplingMode::Flat)
        .sample_size(10)
        .measurement_time(Duration::from_secs(3));
    let weak = [
        (
            "PBKDF2",
            "$pbkdf2-sha256$i=1000$c2l4dGVlbiBieXRlcyBvaw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ),
        #[cfg(feature = "imports")]
        ("MD5", "5f4dcc3b5aa765d61d8327deb882cf99"),
        #[cfg(feature = "imports")]
        (
            "bcrypt",
            "$2b$10$abcdefghijklmnopqrstuuCi15uRb1eH7NAlJ/TgeJertyknQpYn2",
        ),
    ];
    for (name, weak) in weak {
        group.bench_function(BenchmarkId::new("wrap", name), |b| {
            b.iter(|| one.wrap(black_box(weak)));
        });
    }
    group.finish();
}

/// Everything that is wrong with a candidate, by every rule there is and ten words.
fn checking(criterion: &mut Criterion) {
    let json = br#"{"policy":{"min_length":15,"max_length":64,"max_bytes":72,"min_lower":1,"min_upper":1,
        "min_digits":1,"min_symbols":1,"min_letters":1,"min_classes":4,"min_distinct":8,"min_visible":12,
        "required":["!?%","aeiou"],"disallowed":"xyz","no_whitespace":true,"no_edge_whitespace":true,
        "no_control":true,"no_invisible":true,"no_unassigned":true,"no_only_digits":true,
        "max_repeated":2,"max_class_run":5,"max_sequence":3,"sequence_wraps":true,
        "max_keyboard_walk":3,"max_occurrences":3,"no_palindrome":true,
        "forbidden_numbers":{"from":1900,"to":2099},"min_points":8,"min_changes":5,
        "min_score":3,"blocklist":{"inside":true},
        "context":{"words":["Acme Corp","Widget"],"match":"contained","parts":true,"reversed":true,
                   "leet":true,"edits":2}}}"#;
    let saltbox = Saltbox::new(Config::from_json(json).expect("valid"));
    let subject = br#"{"login_id":"jdoe42","email":"jane.doe@example.com",
        "words":["Jane","Doering","Springfield","Fluffy","Liverpool"]}"#;
    let subject = Subject::from_json(subject).expect("valid");
    let mut group = criterion.benchmark_group("check");
    group.measurement_time(Duration::from_secs(1));
    let mut bench = |id: BenchmarkId, password: &str| {
        group.bench_function(id, |b| {
            b.iter(|| saltbox.check_change(&subject, "Tr0ub4dor&3xY!", black_box(password), 0));
        });
    };
    for password in ["Tr0ub4dor&3xZ!", PASSWORD] {
        bench(
            BenchmarkId::new("characters", password.chars().count()),
            password,
        );
    }
    for (name, password) in longest() {
        bench(BenchmarkId::new("4096 bytes", name), &password);
    }
    group.finish();
}

/// What the table of costs (`src/hash/cost.rs`) says a unit of each primitive takes.
#[cfg(feature = "imports")]
fn per_unit(criterion: &mut Criterion) {
    use criterion::Throughput;
    use saltbox::hash::{
        Argon2, Bcrypt, Digest, HashFunction, Kdf, Pbkdf2, Prf, Repeat, Revision, Scrypt, Variant,
        Version,
    };
    let digest =
        |function| Kdf::Digest(Digest::new(function, 100_000, Repeat::Digest).expect("a round"));
    let pbkdf2 = |prf, i| Kdf::Pbkdf2(Pbkdf2::new(prf, i).expect("an iteration"));
    let argon2 = Argon2::new(Variant::Id, Version::V0x13, 19456, 2, 1).expect("in range");
    let all = [
        ("argon2", Kdf::Argon2(argon2), 2 * 19456, 32),
        (
            "scrypt",
            Kdf::Scrypt(Scrypt::new(17, 8, 1).expect("in range")),
            8 << 17,
            32,
        ),
        ("hmac-sha1", pbkdf2(Prf::Sha1, 600_000), 600_000, 20),
        ("hmac-sha256", pbkdf2(Prf::Sha256, 600_000), 600_000, 32),
        ("hmac-sha512", pbkdf2(Prf::Sha512, 210_000), 210_000, 64),
        (
            "bcrypt",
            Kdf::Bcrypt(Bcrypt::new(Revision::V2b, 10).expect("in range")),
            (2 << 10) + 1,
            23,
        ),
        ("md5", digest(HashFunction::Md5), 100_000, 16),
        ("sha1", digest(HashFunction::Sha1), 100_000, 20),
        ("sha256", digest(HashFunction::Sha256), 100_000, 32),
        ("sha512", digest(HashFunction::Sha512), 100_000, 64),
    ];
    let mut group = criterion.benchmark_group("unit");
    group
        .sampling_mode(SamplingMode::Flat)
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    for (name, kdf, units, tag_len) in all {
        let mut tag = [0; 64];
        group.throughput(Throughput::Elements(units));
        group.bench_function(name, |b| {
            b.iter(|| {
                kdf.derive(
                    black_box(PASSWORD.as_bytes()),
                    &[7; 16],
                    &mut tag[..tag_len],
                )
            });
        });
    }
    group.finish();
}

#[cfg(not(feature = "imports"))]
fn per_unit(_criterion: &mut Criterion) {}

criterion_group!(
    benches,
    per_profile,
    no_user,
    preparation,
    rewrapping,
    checking,
    per_unit
);
criterion_main!(benches);
