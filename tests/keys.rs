//! Root keys: sealed strings, their rotation, strings that wrap older ones, and
//! how each thing that is wrong with a key or a wrapper is told apart.

use saltbox::hash::Stored;
use saltbox::{Config, ErrorKind, Saltbox, Verdict};

const ACCEPTED: Result<Verdict, saltbox::Error> = Ok(Verdict::Accepted { rehash: false });
const UPGRADE: Result<Verdict, saltbox::Error> = Ok(Verdict::Accepted { rehash: true });
const REJECTED: Result<Verdict, saltbox::Error> = Ok(Verdict::Rejected);

fn key(seed: u8) -> Vec<u8> {
    (0..32).map(|at| seed ^ (at * 7)).collect()
}

/// A core with the profile for tests, these keys, and more settings.
fn core(known: &[(u32, u8)], keys: &str) -> Saltbox {
    let json = format!(r#"{{"hash":{{"create":{{"profile":"test-only"}}}},"keys":{keys}}}"#);
    let mut config = Config::from_json(json.as_bytes()).expect("valid");
    for (id, seed) in known {
        config.add_key(*id, &key(*seed)).expect("a key");
    }
    Saltbox::new(config)
}

fn key_id(stored: &str) -> Option<u32> {
    let stored = Stored::parse(stored.as_bytes()).expect("just written");
    stored.key_id()
}

fn kind(result: Result<Verdict, saltbox::Error>) -> ErrorKind {
    result.expect_err("refused").kind()
}

/// Add everywhere, switch, retire: two nodes on the same rows, one of them always a step ahead.
#[test]
fn keys_rotate_without_a_user_noticing() {
    let nodes = [
        core(&[], "{}"),
        core(&[(1, 1)], "{}"),
        core(&[(1, 1)], r#"{"create_key_id":1}"#),
        core(&[(1, 1), (2, 2)], r#"{"create_key_id":1}"#),
        core(&[(1, 1), (2, 2)], r#"{"create_key_id":2}"#),
    ];
    let mut rows: Vec<(String, String)> = Vec::new();
    for (step, pair) in nodes.windows(2).enumerate() {
        let [behind, ahead] = pair else {
            unreachable!("windows of two")
        };
        for (name, node) in [("behind", behind), ("ahead", ahead)] {
            let password = format!("{name} {step}");
            rows.push((node.hash(&*password).expect("hashes"), password));
        }
        for (stored, password) in &mut rows {
            // Where only the one ahead can read what it wrote, keys were not added everywhere first.
            for node in [&behind, &ahead, &behind] {
                let verdict = node.verify(&*stored, &*password);
                assert!(
                    verdict.clone().is_ok_and(Verdict::is_accepted),
                    "{stored}: {verdict:?}"
                );
                assert_eq!(node.verify(&*stored, "wrong"), REJECTED);
                if verdict == UPGRADE {
                    *stored = node.hash(&*password).expect("hashes");
                    // What one has written the other leaves alone.
                    assert_eq!(behind.verify(&*stored, &*password), ACCEPTED);
                    assert_eq!(ahead.verify(&*stored, &*password), ACCEPTED);
                }
                // Jobs over the table run on both, and none takes a later seal away.
                let before = key_id(stored);
                for rewritten in [node.wrap(&*stored), node.rekey(&*stored)] {
                    match rewritten {
                        Ok(Some(new)) => {
                            assert!(key_id(&new) > before, "{stored} {new}");
                            *stored = new;
                        }
                        Ok(None) => {}
                        Err(error) => assert_eq!(error.kind(), ErrorKind::Key, "no key is named"),
                    }
                }
            }
        }
    }
    let retired = core(&[(2, 2)], r#"{"create_key_id":2,"require_pepper":true}"#);
    for (stored, password) in &rows {
        let stored = nodes[4]
            .rekey(stored)
            .expect("known keys")
            .unwrap_or(stored.clone());
        assert_eq!(retired.verify(&stored, password), ACCEPTED);
        assert_eq!(retired.rekey(&stored), Ok(None));
    }
}

#[test]
fn what_is_wrong_with_a_key_or_a_wrapper_is_told_apart() {
    let with_key = core(&[(7, 1)], r#"{"create_key_id":7}"#);
    let stored = with_key.hash("password").expect("hashes");
    assert_eq!(stored.len(), with_key.hash_len());
    assert_eq!(
        Stored::parse(stored.as_bytes()).map(|s| s.key_id()),
        Ok(Some(7))
    );
    assert_eq!(with_key.verify(&stored, "password"), ACCEPTED);

    let without = core(&[], "{}");
    let other = core(&[(7, 2)], "{}");
    let verify = |core: &Saltbox, stored: &str| kind(core.verify(stored, "password"));
    assert_eq!(verify(&without, &stored), ErrorKind::Key);
    assert_eq!(verify(&other, &stored), ErrorKind::Seal);
    let later = stored.replace("$v=1,", "$v=2,");
    assert_eq!(verify(&with_key, &later), ErrorKind::LaterRelease);
    let prepared = stored.replace("$v=1,", "$v=1,prep=2,");
    assert_eq!(verify(&with_key, &prepared), ErrorKind::LaterRelease);
    for len in 0..stored.len() {
        let cut = &stored[..len];
        // Up to there it could be anything.
        if len > "$saltbox$".len() {
            assert_eq!(verify(&with_key, cut), ErrorKind::Malformed, "{cut}");
        }
        assert!(with_key.rekey(cut).is_err(), "{cut}");
    }
    // Creating needs the key that is named, and so does deriving a core that creates.
    let derived =
        with_key.derive(Config::from_json(br#"{"keys":{"create_key_id":8}}"#).expect("valid"));
    assert_eq!(derived.expect_err("no such key").kind(), ErrorKind::Key);
    let named = core(&[(7, 1)], r#"{"create_key_id":8}"#);
    let error = named.hash("password").expect_err("no such key");
    assert_eq!(error.kind(), ErrorKind::Key);
    assert_eq!(
        without.rekey(&stored).expect_err("no key named").kind(),
        ErrorKind::Key
    );

    let strict = core(&[(7, 1)], r#"{"require_pepper":true}"#);
    let plain = without.hash("password").expect("hashes");
    assert_eq!(verify(&strict, &plain), ErrorKind::NotAllowed);
    // Nor is it made something that would be verified.
    let strict_and_sealing = core(&[(7, 1)], r#"{"create_key_id":7,"require_pepper":true}"#);
    for refused in [
        strict_and_sealing.rekey(&plain),
        strict_and_sealing.wrap(&plain),
    ] {
        let error = refused.expect_err("not sealed");
        assert_eq!(error.kind(), ErrorKind::NotAllowed);
    }
    let found = strict_and_sealing.identify(&plain);
    assert!(matches!(found.upgrade(), Some(Err(_))), "{found:?}");
    assert_eq!(strict.verify(&stored, "password"), ACCEPTED);
}

/// The first accepted string of every file, and every one of some.
fn published() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");
    let mut all = Vec::new();
    for file in std::fs::read_dir(folder).expect("a folder") {
        let path = file.expect("a file").path();
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("text");
        let rows = text.lines().filter_map(|line| {
            let (password, stored) = line.strip_prefix("accept \"")?.split_once("\" ")?;
            Some((stored.to_owned(), password.as_bytes().to_vec()))
        });
        all.extend(rows.take(2));
    }
    all
}

#[test]
fn every_scheme_is_sealed_and_wrapped_without_the_password() {
    let core = core(&[(1, 1)], r#"{"create_key_id":1}"#);
    let plain = Saltbox::new(
        Config::from_json(br#"{"hash":{"create":{"profile":"test-only"}}}"#).expect("valid"),
    );
    let mut wrapped_schemes = std::collections::BTreeSet::new();
    for (stored, password) in published() {
        if plain.verify(&stored, &password).is_err() {
            // Schemes of features that are off.
            continue;
        }
        let scheme = Stored::parse(stored.as_bytes()).expect("verified").scheme();
        let sealed = match core.rekey(&stored) {
            Ok(sealed) => sealed.expect("not sealed before"),
            // Too long to be wrapped, and said so.
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Unsupported, "{stored}: {error}");
                continue;
            }
        };
        assert!(!sealed.contains(&stored));
        let rehash = core.verify(&sealed, &password);
        assert!(rehash.is_ok_and(Verdict::is_accepted), "{sealed}");
        assert_eq!(core.verify(&sealed, "wrong"), REJECTED);
        assert_eq!(core.rekey(&sealed), Ok(None));

        for (node, string) in [(&plain, &stored), (&core, &stored), (&core, &sealed)] {
            let Some(wrapped) = node.wrap(string).expect("wraps") else {
                continue;
            };
            if Stored::parse(wrapped.as_bytes()).is_ok_and(|s| s.inner().is_none()) {
                // As strong as the policy, and sealed only.
                continue;
            }
            wrapped_schemes.insert(scheme.name());
            assert!(wrapped.len() < saltbox::hash::HASH_MAX);
            let settable = std::str::from_utf8(&password).is_ok() && !password.is_empty();
            let right = node.verify(&wrapped, &password);
            assert!(
                right.clone().is_ok_and(Verdict::is_accepted),
                "{stored} {right:?}"
            );
            if settable && !password.contains(&0) {
                assert_eq!(right, UPGRADE, "{stored}");
            }
            assert_eq!(node.verify(&wrapped, "wrong"), REJECTED);
            // The stored string of before, or a field of it, is no password of now.
            for field in stored.split(['$', ':', '}']).chain([&*stored]) {
                let verdict = node.verify(&wrapped, field);
                assert!(
                    field.as_bytes() == password || verdict == REJECTED,
                    "{stored}: {field}"
                );
                let labelled = format!("saltbox-layer:{field}");
                assert_eq!(node.verify(&wrapped, &labelled), REJECTED);
            }
            // Never twice.
            let again = node.wrap(&wrapped).expect("readable");
            assert_eq!(again, None, "{stored}");
        }
    }
    let least = if cfg!(feature = "imports") { 35 } else { 3 };
    assert!(wrapped_schemes.len() >= least, "{wrapped_schemes:?}");
}

/// Every bit of every character: a changed one means something else, or nothing.
#[test]
fn no_bit_of_a_sealed_or_wrapped_string_can_be_changed() {
    let core = core(&[(1, 1)], r#"{"create_key_id":1}"#);
    let plain = Saltbox::new(
        Config::from_json(br#"{"hash":{"create":{"profile":"test-only"}}}"#).expect("valid"),
    );
    let mut strings = Vec::new();
    for (stored, password) in published() {
        let is_fast = plain.identify(&stored).cost_percent_of_policy() < Some(2000);
        if !is_fast
            || !plain
                .verify(&stored, &password)
                .is_ok_and(Verdict::is_accepted)
        {
            continue;
        }
        for (node, rewritten) in [
            (&core, core.rekey(&stored)),
            (&core, core.wrap(&stored)),
            (&plain, plain.wrap(&stored)),
        ] {
            // Some are too long, some strong enough.
            if let Ok(Some(string)) = rewritten {
                strings.push((node, string, password.clone()));
            }
        }
    }
    let least = if cfg!(feature = "imports") { 60 } else { 6 };
    assert!(strings.len() >= least, "{}", strings.len());
    let full = std::env::var("SALTBOX_PROOF").is_ok_and(|proof| proof == "full");
    for (at, (node, string, password)) in strings.iter().enumerate() {
        let mut pairs = Vec::new();
        for place in (0..8 * string.len()).filter(|place| full || place % 7 == at % 7) {
            let mut bytes = string.clone().into_bytes();
            bytes[place / 8] ^= 1 << (place % 8);
            match String::from_utf8(bytes) {
                Ok(changed) => pairs.push(changed),
                Err(error) => assert!(Stored::parse(error.as_bytes()).is_err(), "{string}"),
            }
        }
        let items = pairs.iter().map(|changed| (Some(&**changed), password));
        let verdicts = node.verify_batch(items);
        for (changed, verdict) in pairs.iter().zip(verdicts) {
            assert!(
                !verdict.is_ok_and(Verdict::is_accepted),
                "{string}: {changed}"
            );
        }
    }
}

/// A policy that cannot take every digest whole wraps all the same.
#[test]
#[cfg(feature = "imports")]
fn bcrypt_wraps_too() {
    let json = br#"{"hash":{"create":{"scheme":"bcrypt","cost":10}}}"#;
    let bcrypt = Saltbox::new(Config::from_json(json).expect("valid"));
    let sha512 = "b109f3bbbc244eb82441917ed06d618b9008dd09b3befd1b5e07394c706a8bb980b1d7785e5976ec049b46df5f1326af5a2ea6d103fd07c95385ffab0cacbc86";
    let wrapped = bcrypt.wrap(sha512).expect("wraps").expect("weak");
    assert_eq!(bcrypt.verify(&wrapped, "password"), UPGRADE);
    assert_eq!(bcrypt.verify(&wrapped, "Password"), REJECTED);
}

/// Computed with Python: hashlib's PBKDF2 and SHA-256, and HKDF and AESSIV of
/// `cryptography` 50.0.2. What is stored once has to be read by every later release.
#[test]
fn other_implementations_compute_the_same() {
    const PLAIN: &str = "$pbkdf2-sha256$i=5$c2FsdA$ZcxLMy6JqpAlLdyo/TZB1bgw8iFqarJmnBXzDmUvVCw";
    const SEALED: &str = "$saltbox$v=1,key=7$JHBia2RmMi1zaGEyNTYkaT01JGMyRnNkQSRBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB$wFaT79KKKeqvkIUXwtvbeSqU/o3XZoiL/C/GUtuqj3EF0D90wMDZc4B/18ToX/XA";
    const WRAPPED: &str = "$saltbox$v=1$JHBia2RmMi1zaGEyNTYkaT01JGMyRnNkQSRBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB.JHBia2RmMi1zaGEyNTYkaT03LGw9MzIkQUFFQ0F3UUZCZ2NJQ1FvTERBME9EdyRBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB$zVR4Cll7VdarLqxGkU1dmCsDZlVD0dQcmjY5bqfkYUA";
    const BOTH: &str = "$saltbox$v=1,key=7$JHBia2RmMi1zaGEyNTYkaT01JGMyRnNkQSRBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB.JHBia2RmMi1zaGEyNTYkaT03LGw9MzIkQUFFQ0F3UUZCZ2NJQ1FvTERBME9EdyRBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB$bEvWVhkid+tuZKXFhtgzo6TjICtYooKXIfWnlSw45ubLiX2cFdgRFbzHs2WzQMxr";
    let sealing = core(&[(7, 1)], r#"{"create_key_id":7}"#);
    assert_eq!(sealing.rekey(PLAIN), Ok(Some(SEALED.to_owned())));
    assert_eq!(sealing.rekey(WRAPPED), Ok(Some(BOTH.to_owned())));
    for stored in [PLAIN, SEALED, WRAPPED, BOTH] {
        assert_eq!(sealing.verify(stored, "password"), UPGRADE, "{stored}");
        assert_eq!(sealing.verify(stored, "Password"), REJECTED, "{stored}");
    }
}
