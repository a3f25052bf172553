use super::*;
use crate::hash::work::{self, Done, full};
#[cfg(feature = "imports")]
use crate::hash::{Bcrypt, Revision};
use crate::hash::{Pbkdf2, Prf, Salt, Scrypt, TAG_BYTES, Text, Variant, Version};
use crate::json;
use crate::text::MAX_PASSWORD_BYTES;
use proptest::prelude::*;

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

fn keys() -> RootKeys {
    RootKeys::default()
}

fn pool(settings: &HashSettings) -> Pool {
    Pool::new(settings.pool_sizes())
}

/// As the settings would create it, with other costs.
fn made(kdf: Kdf, password: &[u8]) -> String {
    let mut stored = Stored::to_make(kdf, Salt::copy_of(b"sixteen bytes ok").expect("fits"));
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
                let result = settings.verify(&pool, &keys(), stored.as_bytes(), password);
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
        let room = settings.room(&pool(&settings));
        let bytes = |kdf: &Kdf| match kdf.function().memory_within(room) {
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
                let verdict = settings.verify(&pool, &keys(), stored.as_bytes(), b"right");
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

/// Of a wrapped string both layers count; one that cannot be opened costs the policy.
#[test]
fn wrapped_and_sealed_strings_cost_the_policy_too() {
    let sha256 = |i| Kdf::Pbkdf2(Pbkdf2::fixed(Prf::Sha256, i));
    let with_policy = |i| {
        let mut settings = HashSettings::default();
        settings.create_for_test(sha256(i));
        settings
    };
    let mut sealing = RootKeys::read(
        json::parse(br#"{"create_key_id":1}"#)
            .and_then(|json| json.object())
            .expect("JSON"),
    )
    .expect("valid");
    let key: Vec<u8> = (0..32).collect();
    sealing.add(1, &key).expect("a key");
    let inner = made(sha256(50), b"right");
    let wrap = |keys: &RootKeys| {
        let settings = with_policy(100);
        let wrapped = settings.wrap(&pool(&settings), keys, inner.as_bytes());
        wrapped.expect("wraps").expect("weak")
    };
    let (plain, sealed) = (wrap(&keys()), wrap(&sealing));
    for (policy, wrong) in [(400, 400), (150, 150), (120, 150)] {
        let settings = with_policy(policy);
        let pool = pool(&settings);
        let iterations = |keys: &RootKeys, stored: &Text, password: &[u8], verdict| {
            let done = work::of(|| {
                let result = settings.verify(&pool, keys, stored.as_str().as_bytes(), password);
                assert_eq!(result.map_err(|e| e.kind()), verdict);
            });
            done.sha256_iterations
        };
        let (accepted, rejected) = (
            Ok(Verdict::Accepted { rehash: true }),
            Ok(Verdict::Rejected),
        );
        for stored in [&plain, &sealed] {
            assert_eq!(iterations(&sealing, stored, b"right", accepted), 150);
            assert_eq!(iterations(&sealing, stored, b"wrong", rejected), wrong);
            assert_eq!(iterations(&sealing, stored, b"wrong\0", rejected), wrong);
        }
        let no_key = Err(ErrorKind::Key);
        assert_eq!(
            iterations(&keys(), &sealed, b"right", no_key),
            u64::from(policy)
        );
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
        work::of(|| drop(settings.verify(&pool, &keys(), stored.as_bytes(), password)))
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
            let error = settings.verify(&pool, &keys(), stored.as_bytes(), b"wrong");
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
    let stored = settings.hash(&pool, &keys(), b"right").expect("hashes");
    let done = work::of(|| {
        for password in [&b""[..], b"\xff", &OVER_THE_CAP] {
            assert!(settings.hash(&pool, &keys(), password).is_err());
        }
    });
    assert_eq!(done, Done::default());
    let busy = |result: Result<Verdict, Error>| {
        assert_eq!(result.map_err(|e| e.kind()), Err(ErrorKind::Busy));
    };
    pool.run(0, |_| {
        let done = work::of(|| {
            for stored in NOT_VERIFIABLE.iter().chain([&stored.as_str()]) {
                busy(settings.verify(&pool, &keys(), stored.as_bytes(), b"right"));
            }
            let item = |_| (stored.as_str().as_bytes(), &b"right"[..]);
            settings.verify_batch(&pool, &keys(), 2, item, |_, result| busy(result));
            assert!(settings.hash(&pool, &keys(), b"right").is_err());
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
    let settings = settings(r#"{"create":{"profile":"test-only"},"max_running":1,"queue_ms":0}"#);
    let pool = pool(&settings);
    let stored = settings.hash(&pool, &keys(), b"right").expect("hashes");
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
            &keys(),
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

/// Strings of several functions and costs, wrapped ones, and what is none.
fn mixed(pool: &Pool, settings: &HashSettings) -> Vec<String> {
    let argon2 = |m, t, p| Kdf::Argon2(Argon2::fixed(Variant::Id, Version::V0x13, m, t, p));
    let kdfs = [
        argon2(64, 2, 1),
        argon2(64, 2, 1),
        argon2(64, 3, 1),
        argon2(32, 1, 2),
        Kdf::Scrypt(Scrypt::fixed(4, 2, 1)),
        Kdf::Scrypt(Scrypt::fixed(4, 2, 3)),
        Kdf::Pbkdf2(Pbkdf2::fixed(Prf::Sha256, 30)),
        Kdf::Pbkdf2(Pbkdf2::fixed(Prf::Sha512, 20)),
        #[cfg(feature = "imports")]
        Kdf::Bcrypt(Bcrypt::fixed(Revision::V2b, 4)),
    ];
    let passwords: [&[u8]; 2] = [b"right", "re\u{301}d".as_bytes()];
    let made = |kdf: &Kdf| passwords.map(|password| made(*kdf, password));
    let mut strings: Vec<String> = kdfs.iter().flat_map(made).collect();
    for weak in [strings[12].clone(), strings[13].clone()] {
        let wrapped = settings.wrap(pool, &keys(), weak.as_bytes());
        let wrapped = wrapped.expect("wraps").expect("weak");
        strings.push(wrapped.as_str().to_owned());
    }
    strings.extend(NOT_VERIFIABLE.map(str::to_owned));
    strings
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if full() { 20_000 } else { 200 }))]

    /// As one by one: the same answers, by the same work, in one slot.
    #[test]
    fn a_batch_decides_what_its_items_would(
        picks in proptest::collection::vec((any::<prop::sample::Index>(), 0..5_usize), 0..20),
        policy in 0..3_usize,
        pairs in any::<bool>(),
    ) {
        work::let_company_pay_from(pairs.then_some(0));
        let mut settings = settings(r#"{"create":{"profile":"test-only"},"queue_ms":0}"#);
        settings.create_for_test([
            Kdf::Argon2(Argon2::fixed(Variant::Id, Version::V0x13, 64, 2, 1)),
            Kdf::Scrypt(Scrypt::fixed(4, 2, 3)),
            Kdf::Pbkdf2(Pbkdf2::fixed(Prf::Sha256, 300)),
        ][policy]);
        let pool = pool(&settings);
        let strings = mixed(&pool, &settings);
        let passwords: [&[u8]; 5] = [b"right", b"wrong", "re\u{301}d".as_bytes(), "r\u{e9}d".as_bytes(), &OVER_THE_CAP];
        let item = |i: usize| {
            let (string, password) = picks[i];
            (string.get(&strings).as_bytes(), passwords[password])
        };
        let told = |result: Result<Verdict, Error>| result.map_err(|error| error.to_string());
        let mut one_by_one = Vec::new();
        let alone = work::of(|| for i in 0..picks.len() {
            let (stored, password) = item(i);
            one_by_one.push((i, told(settings.verify(&pool, &keys(), stored, password))));
        });
        let mut answers = Vec::new();
        let done = work::of(|| {
            settings.verify_batch(&pool, &keys(), picks.len(), item, |i, result| answers.push((i, told(result))));
        });
        prop_assert_eq!(answers, one_by_one);
        let same = Done { leases: 1, bytes: done.bytes, ..alone };
        prop_assert_eq!(done, same);
    }
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
                    let verdict = settings.verify(&pool, &keys(), stored.as_bytes(), password);
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
    let stored = settings
        .hash(&pool, &keys(), longest.as_bytes())
        .expect("72 bytes");
    assert!(stored.as_str().starts_with("$2b$10$"));
    assert_eq!(stored.as_str().len(), settings.hash_len(&keys()));
    let verify = |stored: &str, password: &str| {
        settings.verify(&pool, &keys(), stored.as_bytes(), password.as_bytes())
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
        let made = settings.hash(&pool, &keys(), password.as_bytes());
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
    let ascii = settings.hash(&pool, &keys(), b"password").expect("hashes");
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
            let _ = settings.verify(&pool, &keys(), stored, password);
        });
        done.sha512_quarters
    };
    assert_eq!(compressions(&[b'a'; 4096]), compressions(b""));
    assert!(compressions(&[b'a'; 511]) > 5 * compressions(b""));
}
