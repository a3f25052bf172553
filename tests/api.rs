//! What the Rust API promises, as stories.

use saltbox::hash::{HASH_MAX, Scheme};
#[cfg(feature = "strength")]
use saltbox::policy::Attacker;
use saltbox::policy::{Blocklist, ListKind, Subject};
use saltbox::{Config, Error, ErrorKind, MAX_PASSWORD_BYTES, Profile, Saltbox, Verdict};

/// The cheap profile: what is tested here is which way a call goes, not its cost.
fn cheap() -> Saltbox {
    core(r#"{"hash":{"create":{"profile":"test-only"}}}"#)
}

fn core(json: &str) -> Saltbox {
    Saltbox::new(Config::from_json(json.as_bytes()).expect(json))
}

fn refused(json: &str) -> Error {
    Config::from_json(json.as_bytes()).expect_err(json)
}

/// In 2026.
const NOW: u64 = 1_790_000_000;

const ACCEPTED: Verdict = Verdict::Accepted { rehash: false };
const ACCEPTED_WEAK: Verdict = Verdict::Accepted { rehash: true };

#[test]
fn the_defaults_are_owasp_argon2id() {
    let stored = Saltbox::default().hash("password").expect("hashes");
    assert!(
        stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{stored}"
    );
    assert_eq!(stored.len(), Saltbox::default().hash_len());
    let verdict = Saltbox::default()
        .verify(&stored, "password")
        .expect("verifies");
    assert_eq!(verdict, ACCEPTED);
}

#[test]
fn no_salt_repeats_and_every_length_is_announced() {
    for profile in Profile::all() {
        let saltbox = Saltbox::new(Config::default().with_profile(*profile).expect("allowed"));
        assert!(saltbox.hash_len() < HASH_MAX);
    }
    let saltbox = cheap();
    let mut strings: Vec<String> = (0..500)
        .map(|_| saltbox.hash("same").expect("hashes"))
        .collect();
    assert!(strings.iter().all(|s| s.len() == saltbox.hash_len()));
    strings.sort();
    strings.dedup();
    assert_eq!(strings.len(), 500);
}

#[test]
fn what_cannot_be_set_is_an_error_and_what_is_verified_is_a_verdict() {
    let saltbox = cheap();
    let stored = saltbox.hash("password").expect("hashes");
    let longest = vec![b'a'; MAX_PASSWORD_BYTES];
    let too_long = vec![b'a'; MAX_PASSWORD_BYTES + 1];
    let kind = |password: &[u8]| saltbox.hash(password).map_err(|e| e.kind());
    assert_eq!(kind(b""), Err(ErrorKind::PasswordEmpty));
    assert_eq!(kind(&too_long), Err(ErrorKind::PasswordTooLong));
    assert_eq!(kind(b"pa\xffss"), Err(ErrorKind::PasswordNotUtf8));
    assert_eq!(
        saltbox.hash(b"pa\xffss").expect_err("refused").offset(),
        Some(2)
    );
    for password in [
        &b""[..],
        &too_long,
        b"pa\xffss",
        b"password\0",
        b"\0password",
    ] {
        let verdict = saltbox
            .verify(&stored, password)
            .expect("never fails for a password");
        assert_eq!(verdict, Verdict::Rejected);
        assert_eq!(
            saltbox.verify(None, password).expect("no user"),
            Verdict::Rejected
        );
    }
    let stored = saltbox.hash(&longest).expect("the longest can be set");
    assert_eq!(
        saltbox.verify(&stored, &longest).expect("verifies"),
        ACCEPTED
    );
    // Cutting at the cap would make this one right.
    assert_eq!(
        saltbox.verify(&stored, &too_long).expect("verifies"),
        Verdict::Rejected
    );
}

#[test]
fn an_empty_password_that_was_stored_elsewhere_verifies_and_nothing_else_does() {
    // passlib's own test of scrypt: no salt, no password.
    let stored = "$scrypt$ln=4,r=1,p=1$$d9ZXYjhleyA7GcpCwYoEl/FrSETjB0ro39/6P+3iFEI";
    let saltbox = cheap();
    let verify = |password: &[u8]| saltbox.verify(stored, password).expect("verifies");
    // Weak, but no rehash is asked for: an empty password could not be set anew.
    assert_eq!(verify(b""), ACCEPTED);
    assert_eq!(verify(b"a"), Verdict::Rejected);
    // The work for an overlong password is done on the empty one; its match must not count.
    assert_eq!(
        verify(&vec![b'a'; MAX_PASSWORD_BYTES + 1]),
        Verdict::Rejected
    );
}

/// HMAC pads its key with zeros, so the tags of these are equal.
#[test]
fn a_nul_at_the_end_never_verifies_where_it_does_not_count() {
    for create in [
        r#"{"scheme":"scrypt","ln":13,"r":8,"p":10}"#,
        r#"{"scheme":"pbkdf2-sha512","i":210000}"#,
    ] {
        let saltbox = core(&format!(r#"{{"hash":{{"create":{create}}}}}"#));
        let stored = saltbox.hash("pass\0word").expect("one inside counts");
        let verify = |password: &str| saltbox.verify(&stored, password).expect("verifies");
        assert_eq!(verify("pass\0word"), ACCEPTED);
        assert_eq!(verify("pass\0word\0"), Verdict::Rejected);
        let error = saltbox.hash("password\0").expect_err("cannot be set");
        assert_eq!(
            (error.kind(), error.offset()),
            (ErrorKind::PasswordNul, Some(8))
        );
    }
    let saltbox = cheap();
    let stored = saltbox.hash("password\0").expect("counts for Argon2");
    assert_eq!(
        saltbox.verify(&stored, "password\0").expect("verifies"),
        ACCEPTED
    );
    assert_eq!(
        saltbox.verify(&stored, "password").expect("verifies"),
        Verdict::Rejected
    );
}

#[test]
fn every_byte_of_a_password_counts() {
    let saltbox = cheap();
    for len in [
        1, 2, 55, 56, 63, 64, 65, 71, 72, 73, 127, 128, 129, 254, 255, 256, 257, 300,
    ] {
        let password = vec![b'x'; len];
        let stored = saltbox.hash(&password).expect("hashes");
        for at in 0..len {
            for byte in [0, b'y'] {
                let mut other = password.clone();
                other[at] = byte;
                let verdict = saltbox.verify(&stored, &other).expect("verifies");
                assert_eq!(verdict, Verdict::Rejected, "length {len}, byte {at}");
            }
        }
        let longer = [&password[..], b"x"].concat();
        assert_eq!(
            saltbox.verify(&stored, &longer).expect("verifies"),
            Verdict::Rejected
        );
        assert_eq!(
            saltbox.verify(&stored, &password[1..]).expect("verifies"),
            Verdict::Rejected
        );
    }
}

#[test]
fn an_absent_user_is_rejected_whatever_the_password() {
    let saltbox = cheap();
    for password in ["", "password", "cafe\u{301}"] {
        assert_eq!(
            saltbox.verify(None, password).expect("verdict"),
            Verdict::Rejected
        );
        assert_eq!(
            saltbox.verify("", password).expect("verdict"),
            Verdict::Rejected
        );
    }
}

#[test]
fn composed_and_decomposed_are_one_password() {
    let saltbox = cheap();
    let stored = saltbox.hash("cafe\u{301}\u{a0}5").expect("hashes");
    for same in ["caf\u{e9} 5", "cafe\u{301} 5", "caf\u{e9}\u{3000}5"] {
        assert_eq!(
            saltbox.verify(&stored, same).expect("verifies"),
            ACCEPTED,
            "{same}"
        );
    }
    assert_eq!(
        saltbox.verify(&stored, "cafe 5").expect("verifies"),
        Verdict::Rejected
    );
    // Full-width letters stay different: NFKC would fold them.
    assert_eq!(
        saltbox
            .verify(&stored, "\u{ff43}af\u{e9} 5")
            .expect("verifies"),
        Verdict::Rejected
    );
}

#[test]
fn a_string_made_from_raw_bytes_still_verifies_and_asks_for_a_rehash() {
    // Another library hashed these bytes as they came.
    let saltbox = cheap();
    for raw in ["cafe\u{301}".as_bytes(), b"p\xe9\xffwd"] {
        let kdf = Profile::named("test-only").expect("known").kdf();
        let mut tag = [0; 32];
        kdf.derive(raw, b"sixteen bytes ok", &mut tag)
            .expect("derives");
        let stored = format!(
            "$argon2id$v=19$m=8,t=1,p=1$c2l4dGVlbiBieXRlcyBvaw${}",
            b64(&tag)
        );
        let expected = if std::str::from_utf8(raw).is_ok() {
            ACCEPTED_WEAK
        } else {
            ACCEPTED
        };
        assert_eq!(saltbox.verify(&stored, raw).expect("verifies"), expected);
    }
}

fn b64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0_u32, |w, b| w << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let index = (word >> (18 - 6 * place)) & 63;
            text.push(char::from(ALPHABET[index as usize]));
        }
    }
    text
}

#[test]
fn a_rehash_is_asked_for_what_is_weaker_and_never_for_what_is_different() {
    let policy = |create: &str| core(&format!(r#"{{"hash":{{"create":{create}}}}}"#));
    let low = policy(r#"{"scheme":"argon2id","m_kib":19456,"t":2,"p":1}"#);
    let high = policy(r#"{"scheme":"argon2id","m_kib":19456,"t":3,"p":1}"#);
    let lanes = policy(r#"{"scheme":"argon2id","m_kib":19456,"t":2,"p":2}"#);
    let scrypt = policy(r#"{"scheme":"scrypt","ln":14,"r":8,"p":5}"#);
    let rehash = |policy: &Saltbox, made_by: &Saltbox| {
        let stored = made_by.hash("password").expect("hashes");
        assert_eq!(
            policy.identify(&stored).needs_rehash(),
            policy.verify(&stored, "password").expect("verifies") == ACCEPTED_WEAK,
        );
        policy.verify(&stored, "password").expect("verifies") == ACCEPTED_WEAK
    };
    assert!(rehash(&high, &low), "lower cost");
    assert!(!rehash(&low, &high), "stronger");
    assert!(
        !rehash(&low, &lanes) && !rehash(&lanes, &low),
        "merely different"
    );
    assert!(
        rehash(&low, &scrypt) && rehash(&scrypt, &low),
        "another scheme"
    );
    assert!(rehash(&low, &cheap()), "the profile for tests");

    // As many blocks as the policy, in memory that stops nobody.
    let passes = "$argon2id$v=19$m=64,t=608,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert!(low.identify(passes).needs_rehash(), "no memory hardness");
    for (weak, why) in [
        (
            "$argon2id$v=16$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "old version",
        ),
        (
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "short salt",
        ),
        (
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
            "short tag",
        ),
    ] {
        assert!(low.identify(weak).needs_rehash(), "{why}");
    }
    let equal = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert!(!low.identify(equal).needs_rehash());
}

#[test]
fn no_rehash_is_asked_for_a_password_that_cannot_be_set() {
    let kdf = Profile::named("test-only").expect("known").kdf();
    for (policy, password, expected) in [
        (&Saltbox::default(), &b"pa\xffss"[..], ACCEPTED),
        (&Saltbox::default(), b"", ACCEPTED),
        (&Saltbox::default(), b"nul\0", ACCEPTED_WEAK),
        (
            &Saltbox::new(with_profile("owasp-scrypt")),
            b"nul\0",
            ACCEPTED,
        ),
        (
            &Saltbox::new(with_profile("owasp-scrypt")),
            b"nul",
            ACCEPTED_WEAK,
        ),
    ] {
        let mut tag = [0; 32];
        kdf.derive(password, b"sixteen bytes ok", &mut tag)
            .expect("derives");
        let stored = format!(
            "$argon2id$v=19$m=8,t=1,p=1$c2l4dGVlbiBieXRlcyBvaw${}",
            b64(&tag)
        );
        assert_eq!(
            policy.verify(&stored, password).expect("verifies"),
            expected
        );
        assert_eq!(policy.hash(password).is_ok(), expected == ACCEPTED_WEAK);
    }
}

fn with_profile(name: &str) -> Config {
    let profile = Profile::named(name).expect("known");
    Config::default()
        .with_profile(profile)
        .expect("within limits")
}

#[test]
fn every_scheme_that_may_be_created_is_and_the_others_are_refused() {
    for scheme in Scheme::all() {
        let parameters = match scheme {
            Scheme::Scrypt => r#""ln":13,"r":8,"p":10"#,
            Scheme::Pbkdf2Sha256 => r#""i":600000"#,
            Scheme::Pbkdf2Sha512 => r#""i":210000"#,
            #[cfg(feature = "imports")]
            Scheme::Bcrypt => r#""cost":10"#,
            _ => r#""m_kib":7168,"t":5,"p":1"#,
        };
        let json = format!(
            r#"{{"hash":{{"create":{{"scheme":"{}",{parameters}}}}}}}"#,
            scheme.name()
        );
        assert_eq!(
            Config::from_json(json.as_bytes()).is_ok(),
            scheme.may_create(),
            "{json}"
        );
        if scheme.may_create() {
            let saltbox = core(&json);
            let stored = saltbox.hash("password").expect("hashes");
            assert_eq!(
                saltbox.verify(&stored, "password").expect("verifies"),
                ACCEPTED
            );
            assert_eq!(
                saltbox.verify(&stored, "Password").expect("verifies"),
                Verdict::Rejected
            );
            assert_eq!(saltbox.identify(&stored).scheme(), Some(scheme));
        }
    }
}

#[test]
fn verifying_can_be_narrowed() {
    let saltbox = core(r#"{"hash":{"verify":["argon2id"],"create":{"profile":"test-only"}}}"#);
    let scrypt = "$scrypt$ln=4,r=1,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA";
    let error = saltbox.verify(scrypt, "password").expect_err("not listed");
    assert_eq!(error.kind(), ErrorKind::NotAllowed);
    assert!(
        saltbox
            .identify(scrypt)
            .to_json()
            .starts_with(r#"{"verdict":"not_allowed","scheme":"scrypt""#)
    );
    assert!(
        cheap().verify(scrypt, "password").is_ok(),
        "listed by default"
    );
}

#[test]
fn a_configuration_that_is_wrong_says_what_where_and_what_would_be_right() {
    let names: Vec<&str> = Scheme::all().map(Scheme::name).collect();
    for (json, message) in [
        (
            r#"{"hash":{"creat":{}}}"#,
            r#"hash.creat: unknown key; the nearest is "create" (at byte 17)"#,
        ),
        (
            r#"{"hash":{"create":{"scheme":"argon2id","m_kb":19456,"t":2,"p":1}}}"#,
            r#"hash.create.m_kb: unknown key; the nearest is "m_kib" (at byte 46)"#,
        ),
        (
            r#"{"hash":{"create":{"scheme":"argon2id","t":2,"p":1}}}"#,
            r#"hash.create: needs the key "m_kib" (at byte 18)"#,
        ),
        (
            r#"{"hash":{"create":{"scheme":"argon2id","m_kib":7167,"t":9,"p":1}}}"#,
            "hash.create: m_kib is 7167, under the floor of 7168 (at byte 18)",
        ),
        (
            r#"{"hash":{"create":{"scheme":"argon2id","m_kib":7168,"t":4,"p":1}}}"#,
            "hash.create: m_kib times t is 28672, under the floor of 35840 (at byte 18)",
        ),
        (
            r#"{"hash":{"create":{"scheme":"scrypt","ln":12,"r":8,"p":99}}}"#,
            "hash.create: scrypt memory in KiB (N times r / 8) is 4096, under the floor of 7168 (at byte 18)",
        ),
        (
            r#"{"hash":{"create":{"scheme":"pbkdf2-sha256","i":599999}}}"#,
            "hash.create: i is 599999, under the floor of 600000 (at byte 18)",
        ),
        (
            r#"{"hash":{"create":{"scheme":"argon2id","m_kib":4194304,"t":1,"p":1}}}"#,
            "hash.create: Argon2 m in KiB is 4194304, over the limit of 2097152 (at byte 18)",
        ),
        (
            r#"{"hash":{"create":{"scheme":"scrypt","ln":32,"r":8,"p":1}}}"#,
            "hash.create: ln is 32, over the limit of 31 (at byte 18)",
        ),
        (
            r#"{"hash":{"limits":{"argon2_m_kib":19455}}}"#,
            "hash: Argon2 m in KiB is 19456, over the limit of 19455 (at byte 8)",
        ),
        (
            r#"{"hash":{"limits":{"argon2_p":0}}}"#,
            "hash.limits.argon2_p: Argon2 p is 0, under the floor of 1 (at byte 30)",
        ),
        (
            r#"{"hash":{"verify":["scrypt"]}}"#,
            "hash: the scheme to create has to be among those to verify (at byte 8)",
        ),
        (
            r#"{"hash":{"verify":["des-crypt"]}}"#,
            &*format!(
                "hash.verify[0]: unknown scheme; there are {} (at byte 19)",
                names.join(", ")
            ),
        ),
        (
            r#"{"hash":{"create":{"scheme":"argon2i","m_kib":19456,"t":2,"p":1}}}"#,
            "hash.create.scheme: only verified, never created; created are argon2id, scrypt, pbkdf2-sha256, pbkdf2-sha512, bcrypt (at byte 28)",
        ),
        (
            r#"{"hash":{"create":{"shceme":"argon2id","m_kib":19456,"t":2,"p":1}}}"#,
            r#"hash.create.shceme: unknown key; the nearest is "scheme" (at byte 28)"#,
        ),
        (
            r#"{"hash":{"create":{"profle":"owasp-scrypt"}}}"#,
            r#"hash.create.profle: unknown key; the nearest is "profile" (at byte 28)"#,
        ),
        (
            r#"{"hash":{"create":{"m_kib":19456,"t":2,"p":1}}}"#,
            r#"hash.create: needs the key "scheme", or "profile" alone (at byte 18)"#,
        ),
        (
            r#"{"hash":{"create":{"profile":"test-only","t":9}}}"#,
            "hash.create.t: a profile brings its own scheme and parameters (at byte 45)",
        ),
    ] {
        assert_eq!(refused(json).to_string(), message, "{json}");
        assert_eq!(refused(json).kind(), ErrorKind::Config);
    }
    assert!(
        refused(r#"{"hash":{"create":{"profile":"x"}}}"#)
            .to_string()
            .contains("owasp-scrypt")
    );
}

#[test]
fn the_empty_configuration_is_the_default() {
    for json in ["{}", r#"{"hash":{}}"#, r#" {"hash": {"limits": {}} } "#] {
        let made = core(json).hash("password").expect("hashes");
        assert!(made.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }
}

#[test]
fn limits_hold_before_any_memory_is_asked_for() {
    let saltbox = cheap();
    for (stored, says) in [
        (
            "$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "4294967295, over the limit of 4194304",
        ),
        (
            "$argon2id$v=19$m=2097153,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "2097153, over the limit of 2097152",
        ),
        (
            "$argon2id$v=19$m=520,t=1,p=65$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "65, over the limit of 64",
        ),
        (
            "$argon2d$v=19$m=8,t=4294967295,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "over the limit of 4194304",
        ),
        (
            "$scrypt$ln=31,r=8,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "17179869184, over the limit of 8388608",
        ),
        // Small N, so that what counts is PBKDF2 before and after ROMix, and memory beside V.
        (
            "$scrypt$ln=1,r=4194304,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "37748736, over the limit of 8388608",
        ),
        (
            "$scrypt$ln=1,r=1,p=4194304$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "37748736, over the limit of 8388608",
        ),
        (
            "$scrypt$ln=20,r=1073741823,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "over the limit",
        ),
        (
            "$pbkdf2-sha256$i=10000001$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "10000001, over the limit of 10000000",
        ),
        // 48 bytes are two blocks of SHA-256, each with all iterations.
        (
            "$pbkdf2-sha256$i=5000001$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "10000002, over the limit of 10000000",
        ),
    ] {
        let error = saltbox.verify(stored, "password").expect_err(stored);
        assert_eq!(error.kind(), ErrorKind::Limit, "{stored}");
        assert!(error.to_string().contains(says), "{error}");
        let json = saltbox.identify(stored).to_json();
        assert!(json.starts_with(r#"{"verdict":"over_limit""#), "{json}");
    }
}

#[test]
fn a_batch_answers_each_in_its_place() {
    let saltbox = cheap();
    let stored = saltbox.hash("password").expect("hashes");
    let results = saltbox.verify_batch([
        (Some(stored.as_str()), "password"),
        (Some(stored.as_str()), "Password"),
        (None, "password"),
        (Some("$argon2id$"), "password"),
        (Some(stored.as_str()), "password"),
    ]);
    let [right, wrong, nobody, malformed, right_again] = &results[..] else {
        panic!("one result for each");
    };
    assert_eq!(right, &Ok(ACCEPTED));
    assert_eq!(wrong, &Ok(Verdict::Rejected));
    assert_eq!(nobody, &Ok(Verdict::Rejected));
    assert_eq!(
        malformed.as_ref().map_err(Error::kind),
        Err(ErrorKind::Malformed)
    );
    assert_eq!(right_again, &Ok(ACCEPTED));
    assert!(saltbox.verify_batch::<&str>([]).is_empty());
}

#[test]
fn identify_tells_what_where_and_whether() {
    let saltbox = cheap();
    for (stored, json) in [
        (
            "$argon2i$m=256,t=2,p=2$c29tZXNhbHQ$tsEVYKap1h6scGt5ovl9aLRGOqOth+AMB+KwHpDFZPs",
            r#"{"verdict":"verifiable","scheme":"argon2i","parameters":{"v":16,"m_kib":256,"t":2,"p":2},"salt_bytes":8,"tag_bytes":32,"cost_percent_of_policy":6400,"steps":[],"warnings":[],"readings":[],"rehash":true,"upgrade":"wrap"}"#,
        ),
        (
            "$scrypt$ln=4,r=1,p=1$$d9ZXYjhleyA7GcpCwYoEl/FrSETjB0ro39/6P+3iFEI",
            r#"{"verdict":"verifiable","scheme":"scrypt","parameters":{"ln":4,"r":1,"p":1},"salt_bytes":0,"tag_bytes":32,"cost_percent_of_policy":528,"steps":[],"warnings":["no_salt"],"readings":[],"rehash":true,"upgrade":"wrap"}"#,
        ),
        (
            "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbH$AAAAAAAAAAAAAAAAAAAAAA",
            r#"{"verdict":"malformed","scheme":"argon2id","problem":{"code":40,"name":"SALTBOX_E_MALFORMED","offset":36,"reason":"the unused bits of the last B64 character are not zero"}}"#,
        ),
        (
            "",
            r#"{"verdict":"malformed","problem":{"code":40,"name":"SALTBOX_E_MALFORMED","offset":0,"reason":"empty: verify takes this as an unknown user"}}"#,
        ),
    ] {
        assert_eq!(saltbox.identify(stored).to_json(), json);
    }
}

#[test]
fn keys_are_checked_when_they_are_added() {
    let mut config = Config::default();
    let key: Vec<u8> = (0..32).collect();
    assert_eq!(
        config.add_key(1, &key[1..]).map_err(|e| e.kind()),
        Err(ErrorKind::Key)
    );
    assert_eq!(config.add_key(1, &key), Ok(()));
    assert_eq!(
        config.add_key(1, &key).map_err(|e| e.kind()),
        Err(ErrorKind::Key)
    );
}

#[test]
fn no_debug_text_holds_a_secret() {
    let saltbox = cheap();
    let stored = saltbox.hash("hunter2-hunter2").expect("hashes");
    let tag = stored.rsplit('$').next().expect("a tag");
    let mut config = Config::default();
    config
        .add_key(7, b"0123456789abcdef0123456789abcdef")
        .expect("added");
    let texts = [
        format!("{saltbox:?} {config:?}"),
        format!("{:?}", saltbox.identify(&stored)),
        format!("{:?}", saltbox::hash::Stored::parse(stored.as_bytes())),
        format!("{:?}", saltbox.verify(&stored, "hunter2-hunter2")),
        saltbox.identify(&stored).to_json(),
        format!("{:?}", saltbox.hash(b"hunter2-hunter2\xff")),
    ];
    for text in texts {
        for secret in ["hunter2", tag, "0123456789abcdef", "[48, 49, 50"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

/// What a check lets through can be hashed, and what it does not say can not be why hashing refuses.
#[test]
fn what_the_hash_refuses_the_check_says() {
    let nobody = Subject::default();
    let functions = [
        r#"{"profile":"test-only"}"#,
        r#"{"scheme":"scrypt","ln":15,"r":8,"p":3}"#,
        #[cfg(feature = "imports")]
        r#"{"scheme":"bcrypt","cost":10}"#,
    ];
    let long = "a".repeat(73);
    let grows = "\u{1d160}".repeat(7);
    let mut said = Vec::new();
    for function in functions {
        let core = core(&format!(
            r#"{{"hash":{{"create":{function}}},"policy":{{"min_length":1}}}}"#
        ));
        for password in [
            &b"abc"[..],
            b"",
            b"abc\0",
            b"a\0bc",
            b"abc\xff",
            long.as_bytes(),
            grows.as_bytes(),
            &[b'a'; MAX_PASSWORD_BYTES],
            &[b'a'; MAX_PASSWORD_BYTES + 1],
        ] {
            let findings = core.check(&nobody, password, NOW);
            let hashed = core.hash(password).map_err(|error| error.kind());
            let names: Vec<&str> = findings.violations().map(|v| v.rule().name()).collect();
            let expected = match hashed {
                Ok(_) => None,
                Err(ErrorKind::PasswordEmpty) => Some("too_short"),
                Err(ErrorKind::PasswordTooLong) => Some("too_many_bytes"),
                Err(ErrorKind::PasswordNotUtf8) => Some("not_utf8"),
                Err(ErrorKind::PasswordNul) => Some("nul"),
                Err(other) => panic!("{other:?}"),
            };
            assert_eq!(names, Vec::from_iter(expected), "{function} {password:?}");
            said.extend(expected);
        }
    }
    for name in ["too_short", "too_many_bytes", "not_utf8", "nul"] {
        assert!(said.contains(&name), "{name}");
    }
}

/// Of two bounds on bytes the smaller one is told; and what could never be hashed cannot be asked for.
#[cfg(feature = "imports")]
#[test]
fn a_policy_and_the_hash_function_agree_on_bytes() {
    let bcrypt = r#"{"hash":{"create":{"scheme":"bcrypt","cost":10}},"policy":{"min_length":1"#;
    for (more, bound) in [
        ("", 72),
        (r#","max_bytes":60"#, 60),
        (r#","max_bytes":90"#, 72),
    ] {
        let core = core(&format!("{bcrypt}{more}}}}}"));
        let findings = core.check(&Subject::default(), "a".repeat(96), NOW);
        let bounds: Vec<(u32, u32)> = findings
            .violations()
            .map(|v| (v.bound(), v.found()))
            .collect();
        assert_eq!(bounds, [(bound, 96)]);
    }
    let json = r#"{"hash":{"create":{"scheme":"bcrypt","cost":10}},"policy":{"min_length":73}}"#;
    assert_eq!(
        refused(json).to_string(),
        "policy: min_length 73 is over the 72 bytes that hash.create takes (at byte 58)"
    );
}

/// SHA-1, exact; the words stand in `tests/lists/leaked.txt`.
fn leaked() -> Blocklist {
    Blocklist::attach(include_bytes!("lists/leaked.blocklist")).expect("a list")
}

const WITH_LIST: &str = r#"{"policy":{"blocklist":{"inside":false,"outside":true}}}"#;

#[test]
fn a_list_is_attached_once_and_only_where_it_is_asked_for() {
    let config = |json: &str| Config::from_json(json.as_bytes()).expect(json);
    for json in [
        r#"{"policy":{}}"#,
        r#"{"policy":{"blocklist":{"outside":false}}}"#,
    ] {
        let error = config(json).attach_blocklist(leaked()).expect_err(json);
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("policy.blocklist"), "{error}");
    }
    let mut with_list = config(WITH_LIST);
    with_list.attach_blocklist(leaked()).expect("the first");
    let error = with_list
        .attach_blocklist(leaked())
        .expect_err("the second");
    assert_eq!(error.to_string(), "a blocklist is attached already");
    let core = Saltbox::default().derive(with_list).expect("whole");
    let lists = |core: &Saltbox, password: &str| -> Vec<&str> {
        let findings = core.check(&Subject::default(), password, NOW);
        assert_eq!(findings.is_empty(), findings.blocklists().next().is_none());
        findings.blocklists().map(ListKind::name).collect()
    };
    assert_eq!(lists(&core, "hunter2 hunter2 hunter2"), ["outside"]);
    assert_eq!(lists(&core, "hunter2 hunter2 hunter3"), [""; 0]);
    // Asked for and not there: nothing is let through unseen.
    let error = core.derive(config(WITH_LIST)).expect_err("no list");
    assert_eq!(error.kind(), ErrorKind::Config);
    let unseen = Saltbox::new(config(WITH_LIST));
    assert_eq!(lists(&unseen, "hunter2 hunter2 hunter3"), ["outside"]);
}

#[cfg(feature = "strength")]
#[test]
fn findings_say_in_json_how_strong_a_password_is_and_which_lists_have_it() {
    let mut config = Config::from_json(
        br#"{"policy":{"min_score":3,"blocklist":{"inside":true,"outside":true}}}"#,
    )
    .expect("valid");
    config.attach_blocklist(leaked()).expect("attached");
    let core = Saltbox::new(config);
    let said = |password: &str| core.check(&Subject::default(), password, NOW).to_json();
    // 10^4.17 guesses, of which a core computes 275 a second.
    assert_eq!(
        said("Tr0ub4dor&3"),
        concat!(
            r#"{"verdict":"refused","violations":["#,
            r#"{"code":61,"name":"blocklisted","found":1,"#,
            r#""text":"must not be a password that is often used or was leaked","lists":["outside"]}],"#,
            r#""warnings":[],"strength":{"score":4,"guesses_log10":11,"seconds":{"#,
            r#""online_throttled":3.6e12,"online_unthrottled":1e10,"offline_slow":10000000,"#,
            r#""offline_fast":10,"offline_own_hash":363400},"suggestions":[]}}"#
        )
    );
    assert_eq!(
        said("password"),
        concat!(
            r#"{"verdict":"refused","violations":["#,
            r#"{"code":60,"name":"too_weak","bound":3,"found":0,"text":"is too easily guessed: needs a strength of at least 3 of 4"},"#,
            r#"{"code":61,"name":"blocklisted","found":1,"#,
            r#""text":"must not be a password that is often used or was leaked","lists":["inside"]}],"#,
            r#""warnings":[],"strength":{"score":0,"guesses_log10":0.477,"seconds":{"#,
            r#""online_throttled":108,"online_unthrottled":0.3,"offline_slow":0,"#,
            r#""offline_fast":0,"offline_own_hash":0},"#,
            r#""weakness":{"code":8,"name":"top_10","text":"is one of the 10 most frequent passwords"},"#,
            r#""suggestions":[{"code":3,"name":"add_words","text":"Add one or two words that are rarely used"}]}}"#
        )
    );
    // No number in it is none.
    let any = std::iter::successors(Some(7_u32), |n| {
        Some(n.wrapping_mul(1_103_515_245) + 12_345)
    });
    let longest: String = any
        .map(|n| char::from(b'!' + (n >> 16 & 63) as u8))
        .take(MAX_PASSWORD_BYTES)
        .collect();
    let json: serde_json::Value = serde_json::from_str(&said(&longest)).expect("JSON");
    assert_eq!(json["strength"]["guesses_log10"], 308.255);
    let without = self::core(r#"{"policy":{"strength":false}}"#);
    let findings = without.check(&Subject::default(), "password", NOW);
    assert!(!findings.to_json().contains("strength") && findings.strength().is_none());
}

#[cfg(feature = "strength")]
#[test]
fn the_dearer_the_hash_the_longer_it_takes_to_guess() {
    let seconds = |create: &str| {
        let core = core(&format!(r#"{{"hash":{{"create":{create}}}}}"#));
        let findings = core.check(&Subject::default(), "Tr0ub4dour&3", NOW);
        let strength = *findings.strength().expect("estimated");
        strength.seconds(Attacker::OfflineOwnHash)
    };
    let once = seconds(r#"{"scheme":"argon2id","m_kib":19456,"t":2,"p":1}"#);
    let twice = seconds(r#"{"scheme":"argon2id","m_kib":19456,"t":4,"p":1}"#);
    assert!((twice / once - 2.0).abs() < 0.01, "{once} {twice}");
    let scrypt = seconds(r#"{"scheme":"scrypt","ln":17,"r":8,"p":1}"#);
    assert!(scrypt > 10.0 * once, "{scrypt} {once}");
}

/// A year that has just been is sooner guessed than one long gone.
#[cfg(feature = "strength")]
#[test]
fn the_time_that_the_caller_brings_counts() {
    let guesses = |now| {
        let findings = Saltbox::default().check(&Subject::default(), "14.6.1999", now);
        findings.strength().expect("estimated").guesses()
    };
    let in_2040 = NOW + 14 * 31_556_952;
    assert!(guesses(in_2040) > guesses(NOW));
}
