//! Work memory as a Rust user meets it: how it is sized, shared, read and given back.

use saltbox::hash::Scheme;
use saltbox::policy::Blocklist;
use saltbox::{Config, Error, ErrorKind, Profile, Saltbox, Verdict};

const MIB: u64 = 1 << 20;

fn config(json: &str) -> Result<Config, Error> {
    Config::from_json(json.as_bytes())
}

fn core(json: &str) -> Saltbox {
    Saltbox::new(config(json).expect(json))
}

#[test]
fn sizes_that_cannot_be_say_both_numbers() {
    for (json, message) in [
        (
            r#"{"hash":{"memory_mib":19}}"#,
            "hash: hash.memory_mib is 19; one hash of the policy needs 20 MiB (at byte 8)",
        ),
        (
            r#"{"hash":{"create":{"profile":"rfc9106-low-memory"},"memory_mib":63}}"#,
            "hash.create: hash.memory_mib is 63; one hash of the policy needs 64 MiB (at byte 18)",
        ),
        (
            r#"{"hash":{"memory_mib":256,"limits":{"argon2_m_kib":262145}}}"#,
            "hash.limits.argon2_m_kib: hash.limits.argon2_m_kib is 262145 KiB; the work memory of 256 MiB is less than that (at byte 51)",
        ),
        (
            r#"{"hash":{"limits":{"scrypt_kib":1048576},"memory_mib":1023}}"#,
            "hash.limits.scrypt_kib: hash.limits.scrypt_kib is 1048576 KiB; the work memory of 1023 MiB is less than that (at byte 32)",
        ),
        (
            r#"{"hash":{"memory_mib":0}}"#,
            "hash.memory_mib: memory_mib is 0, under the floor of 1 (at byte 22)",
        ),
        (
            r#"{"hash":{"memory_mib":1048577}}"#,
            "hash.memory_mib: memory_mib is 1048577, over the limit of 1048576 (at byte 22)",
        ),
        (
            r#"{"hash":{"max_running":0}}"#,
            "hash.max_running: max_running is 0, under the floor of 1 (at byte 23)",
        ),
        (
            r#"{"hash":{"max_running":1025}}"#,
            "hash.max_running: max_running is 1025, over the limit of 1024 (at byte 23)",
        ),
        (
            r#"{"hash":{"queue_ms":-1}}"#,
            "hash.queue_ms: has to be a whole number from 0 to 60000 (at byte 20)",
        ),
        (
            r#"{"hash":{"queue_ms":3600000}}"#,
            "hash.queue_ms: queue_ms is 3600000, over the limit of 60000 (at byte 20)",
        ),
        (
            r#"{"hash":{"queue_len":4097}}"#,
            "hash.queue_len: queue_len is 4097, over the limit of 4096 (at byte 21)",
        ),
        (
            r#"{"hash":{"memory_mb":64}}"#,
            r#"hash.memory_mb: unknown key; the nearest is "memory_mib" (at byte 21)"#,
        ),
    ] {
        let error = config(json).expect_err(json);
        assert_eq!(error.to_string(), message);
        assert_eq!(error.kind(), ErrorKind::Config);
    }
    let small = config(r#"{"hash":{"memory_mib":32}}"#).expect("room for one");
    let large = Profile::named("rfc9106-low-memory").expect("known");
    let error = small.with_profile(large).expect_err("no room for one");
    assert_eq!(
        error.to_string(),
        "hash.memory_mib is 32; one hash of the policy needs 64 MiB"
    );
}

#[test]
fn what_is_left_open_follows_the_policy_and_the_cpus() {
    let cpus = std::thread::available_parallelism().expect("known").get();
    let stats = Saltbox::default().stats();
    let jobs = stats.max_running;
    // The CPUs of the affinity mask; a quota of the container may be less.
    assert!(jobs as usize >= cpus);
    assert_eq!(
        stats.memory_budget_bytes,
        (2 * 20 * MIB * u64::from(jobs)).max(256 * MIB)
    );
    assert_eq!(stats.queue_len, 4 * jobs);
    assert_eq!(Saltbox::default().capacity(), jobs);

    let large = Config::default()
        .with_profile(Profile::named("libsodium-sensitive").expect("known"))
        .expect("within the limits");
    let stats = Saltbox::new(large).stats();
    assert_eq!(stats.memory_budget_bytes, 2 * 1024 * MIB * u64::from(jobs));

    let four = core(r#"{"hash":{"memory_mib":80,"max_running":7,"queue_len":3}}"#);
    let stats = four.stats();
    assert_eq!((stats.max_running, stats.queue_len), (7, 3));
    assert_eq!((four.capacity(), stats.memory_budget_bytes), (4, 80 * MIB));
}

#[test]
fn derived_cores_share_the_memory_and_may_not_resize_it() {
    let first = core(r#"{"hash":{"memory_mib":64,"max_running":3,"queue_ms":100,"queue_len":5}}"#);
    let stored = first.hash("password").expect("hashes");
    for json in [
        "{}",
        r#"{"hash":{"memory_mib":64,"max_running":3,"queue_ms":100,"queue_len":5}}"#,
        r#"{"hash":{"create":{"profile":"test-only"}}}"#,
    ] {
        let second = first.derive(config(json).expect(json)).expect(json);
        let verdict = second.verify(&stored, "password").expect("verifies");
        assert!(verdict.is_accepted());
        assert_eq!(second.stats(), first.stats());
    }
    assert_eq!(first.stats().jobs, 4);
    assert_eq!(first.stats().memory_bytes, 20 * MIB);
    for (json, message) in [
        (
            r#"{"hash":{"memory_mib":65}}"#,
            "hash.memory_mib is 65; the work memory that is shared has 64",
        ),
        (
            r#"{"hash":{"max_running":4}}"#,
            "hash.max_running is 4; the work memory that is shared has 3",
        ),
        (
            r#"{"hash":{"queue_ms":0}}"#,
            "hash.queue_ms is 0; the work memory that is shared has 100",
        ),
        (
            r#"{"hash":{"queue_len":6}}"#,
            "hash.queue_len is 6; the work memory that is shared has 5",
        ),
        (
            r#"{"hash":{"interleave":false}}"#,
            "hash.interleave is false; the work memory that is shared has true",
        ),
        (
            r#"{"hash":{"create":{"profile":"libsodium-moderate"}}}"#,
            "one hash of the policy needs 256 MiB; the work memory that is shared has 64",
        ),
        (
            r#"{"hash":{"limits":{"argon2_m_kib":65537}}}"#,
            "hash.limits.argon2_m_kib is 65537 KiB; the work memory of 64 MiB is less than that",
        ),
    ] {
        let error = first.derive(config(json).expect(json)).expect_err(json);
        assert_eq!(error.to_string(), message);
        assert_eq!(error.kind(), ErrorKind::Config);
    }
    // Whoever is left keeps it.
    let second = first.derive(Config::default()).expect("fits");
    drop(first);
    assert!(
        second
            .verify(&stored, "password")
            .expect("verifies")
            .is_accepted()
    );
}

#[test]
fn idle_memory_is_kept_until_it_is_trimmed() {
    let core = Saltbox::default();
    assert_eq!((core.stats().memory_bytes, core.trim()), (0, 0));
    let stored = core.hash("password").expect("hashes");
    for _ in 0..2 {
        let stats = core.stats();
        assert_eq!(
            (stats.memory_bytes, stats.memory_idle_bytes),
            (20 * MIB, 20 * MIB)
        );
        assert_eq!(core.verify(&stored, "wrong"), Ok(Verdict::Rejected));
    }
    assert_eq!(core.trim(), 20 * MIB);
    let stats = core.stats();
    assert_eq!((stats.memory_bytes, stats.memory_peak_bytes), (0, 20 * MIB));
    assert!(
        core.verify(&stored, "password")
            .expect("verifies")
            .is_accepted()
    );
}

#[test]
fn a_string_for_more_than_there_ever_is_says_so() {
    let core = core(r#"{"hash":{"memory_mib":64}}"#);
    let stored = "$argon2id$v=19$m=65540,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA";
    let message = "work memory in bytes is 67112960, over the limit of 67108864";
    let error = core.verify(stored, "password").expect_err("too large");
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Budget, message)
    );
    let found = core.identify(stored);
    assert_eq!(found.problem(), Some(&error));
    assert!(
        found
            .to_json()
            .starts_with(r#"{"verdict":"over_budget","scheme":"argon2id""#)
    );
    assert_eq!(core.stats().refused, 1);
    // Over the limits as well: that comes first, because more memory would not help.
    let stored = "$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA";
    let error = core.verify(stored, "password").expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::Limit);
}

#[test]
fn the_counters_say_what_was_decided_by_scheme() {
    let core = core(r#"{"hash":{"create":{"profile":"test-only"}}}"#);
    let stored = core.hash("password").expect("hashes");
    let scrypt = "$scrypt$ln=4,r=1,p=1$$d9ZXYjhleyA7GcpCwYoEl/FrSETjB0ro39/6P+3iFEI";
    for (stored, password) in [
        (Some(&*stored), "password"),
        (Some(&*stored), "wrong"),
        (Some(scrypt), "wrong"),
        (Some(scrypt), "wrong"),
        // The right one is empty, which cannot be set, so no rehash is asked for.
        (Some(scrypt), ""),
        (None, "password"),
        (Some("$argon2id$"), "password"),
    ] {
        let _ = core.verify(stored, password);
    }
    let stats = core.stats();
    assert_eq!((stats.hashes, stats.accepted, stats.rejected), (1, 2, 3));
    assert_eq!((stats.no_user, stats.refused, stats.rehash), (1, 1, 0));
    assert_eq!((stats.jobs, stats.busy, stats.running_peak), (8, 0, 1));
    let told: Vec<_> = stats
        .schemes()
        .filter(|of| of.accepted + of.rejected > 0)
        .map(|of| (of.scheme.name(), of.accepted, of.rejected))
        .collect();
    assert_eq!(told, [("argon2id", 1, 1), ("scrypt", 1, 2)]);
}

#[test]
fn the_effective_configuration_is_one_and_its_digest_tells_nodes_apart() {
    let sized = r#"{"hash":{"memory_mib":64,"max_running":3,"queue_ms":100,"queue_len":5}}"#;
    let effective = core(sized).effective_config();
    let names: Vec<String> = Scheme::all().map(|s| format!("{:?}", s.name())).collect();
    let expected = format!(
        r#"{{"version":"0.1.0","hash":{{"create":{{"scheme":"argon2id","m_kib":19456,"t":2,"p":1}},"verify":[{}],"#,
        names.join(",")
    ) + concat!(
        r#""over_72":"reject","limits":{"argon2_kib_passes":4194304,"argon2_m_kib":2097152,"argon2_p":64,"#,
        r#""scrypt_nrp":8388608,"scrypt_kib":1049600,"pbkdf2_iterations":10000000,"#,
        r#""bcrypt_cost":14,"digest_compressions":10000000}},"#,
        r#""keys":{"require_pepper":false},"policy":{"min_length":15,"context":{"words":[],"match":"equal","parts":true,"reversed":true,"leet":true,"edits":1},"blocklist":{"inside":true,"outside":false},"strength":true},"#,
        r#""account":{"lock":{"attempts":5,"first_s":30,"most_s":3600,"permanent":100},"history":0,"temporary_s":86400,"auth_age_s":300,"#,
        r#""reset_unlocks":true,"mask":true,"suppress_mail":false,"reset_signs_in":false},"known_keys":[],"digest":""#,
    );
    assert!(effective.starts_with(&expected), "{effective}");
    let sizes = r#""memory":{"memory_mib":64,"max_running":3,"queue_ms":100,"queue_len":5,"interleave":true},"kernels":{"#;
    assert!(effective.contains(sizes), "{effective}");

    let digest = |core: &Saltbox| {
        let effective = core.effective_config();
        let (_, digest) = effective.split_once(r#""digest":""#).expect("a digest");
        let (digest, _) = digest.split_once('"').expect("its end");
        assert_eq!(digest.len(), 64, "{effective}");
        digest.to_owned()
    };
    // How large the machine is says nothing of what is meant to be decided.
    let default = digest(&Saltbox::default());
    assert_eq!(digest(&core(sized)), default);
    for json in [
        r#"{"hash":{"create":{"profile":"owasp-scrypt"}}}"#,
        r#"{"hash":{"verify":["argon2id"]}}"#,
        r#"{"hash":{"limits":{"argon2_p":4}}}"#,
        r#"{"account":{"history":1}}"#,
        r#"{"record":{"write_version":1}}"#,
    ] {
        assert_ne!(digest(&core(json)), default, "{json}");
    }
    let with_key = |id, byte| {
        let mut config = Config::default();
        let key: Vec<u8> = (byte..byte + 32).collect();
        config.add_key(id, &key).expect("a key");
        let core = Saltbox::new(config);
        assert!(core.effective_config().contains(r#""known_keys":[{"id":"#));
        digest(&core)
    };
    assert_ne!(with_key(1, 0), default);
    assert_ne!(with_key(1, 0), with_key(1, 1));
    assert_ne!(with_key(1, 0), with_key(2, 0));

    let with_list = |file: &'static [u8]| {
        let json = br#"{"policy":{"blocklist":{"outside":true}}}"#;
        let mut config = Config::from_json(json).expect("valid");
        let list = Blocklist::attach(file).expect("a list");
        config.attach_blocklist(list).expect("asked for");
        Saltbox::new(config)
    };
    let leaked = with_list(include_bytes!("lists/leaked.blocklist"));
    let blocklist = r#""blocklist":{"hash":"sha1","date":20261128,"keys":3,"min_count":1,"one_in":0,"checksum":""#;
    assert!(leaked.effective_config().contains(blocklist));
    let other = include_bytes!("../fuzz/seeds/blocklist_file/exact");
    assert_ne!(digest(&leaked), digest(&with_list(other)));

    // What is printed can be read: every profile, and it means the same.
    for profile in Profile::all() {
        let made = Saltbox::new(Config::default().with_profile(*profile).expect("fits"));
        let effective = made.effective_config();
        let (_, rest) = effective.split_once(r#""hash":"#).expect("settings");
        let (hash, _) = rest.split_once(r#","keys""#).expect("keys");
        let read = core(&format!(r#"{{"hash":{hash}}}"#));
        assert_eq!(read.effective_config(), effective, "{}", profile.name());
        // The sizes belong to it where another node is to have the same.
        let (_, rest) = effective.split_once(r#""memory":{"#).expect("sizes");
        let (memory, _) = rest.split_once("},").expect("their end");
        let hash = hash.trim_end_matches('}').to_owned() + "}";
        let pinned = core(&format!(r#"{{"hash":{hash},{memory}}}}}"#));
        assert_eq!(pinned.effective_config(), effective, "{}", profile.name());
    }
}
