//! The rule, over both lists.

use super::*;
use crate::error::Error;

/// SHA-1 of "password", "caf\u{e9} noir" and "cafe\u{301} rouge", by sha1sum.
const LEAKED: [&str; 3] = [
    "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8",
    "18426e1874d664599e270826679fd37d815d0466",
    "b87912b313cf3cc09e56cf2a1e7d49cd2d52cc1f",
];

fn bytes_of(hex: &str) -> Vec<u8> {
    let places = (0..hex.len()).step_by(2);
    let byte = |at: usize| u8::from_str_radix(hex.get(at..at + 2).unwrap(), 16).unwrap();
    places.map(byte).collect()
}

fn list(hash: BreachHash, keys: &[&str]) -> Blocklist {
    let mut keys: Vec<_> = keys.iter().map(|hex| (bytes_of(hex), 1)).collect();
    let plan = BlocklistPlan::new(hash, Precision::Exact, 1);
    Blocklist::attach(build_unsorted(&plan, &mut keys).unwrap()).unwrap()
}

fn with_list(json: &str, list: Blocklist) -> Result<Policy, Error> {
    let mut policy = policy(json);
    policy.attach_blocklist(list)?;
    Ok(policy)
}

fn lists(policy: &Policy, password: &str) -> Vec<&'static str> {
    let findings = check(policy, password.as_bytes(), &Subject::default());
    let lists: Vec<_> = findings.blocklists().map(ListKind::name).collect();
    let broken = findings
        .violations()
        .find(|broken| broken.rule() == Rule::Blocklisted);
    assert_eq!(
        broken.map_or(0, |broken| broken.found() as usize),
        lists.len()
    );
    lists
}

const OUTSIDE: &str = r#"{"blocklist":{"inside":false,"outside":true}}"#;

#[test]
fn an_outside_list_has_what_was_leaked_as_received_and_as_prepared() {
    let policy = with_list(OUTSIDE, list(BreachHash::Sha1, &LEAKED)).unwrap();
    assert_eq!(lists(&policy, "password"), ["outside"]);
    assert_eq!(lists(&policy, "Password"), [""; 0]);
    // Leaked composed, typed decomposed; and the other way round.
    assert_eq!(lists(&policy, "cafe\u{301} noir"), ["outside"]);
    assert_eq!(lists(&policy, "caf\u{e9} noir"), ["outside"]);
    assert_eq!(lists(&policy, "cafe\u{301} rouge"), ["outside"]);
    assert_eq!(lists(&policy, "caf\u{e9} rouge"), [""; 0]);
}

#[test]
fn ntlm_is_md4_of_utf16() {
    // Of "password" and of "pässwörd 😀", by OpenSSL.
    let keys = [
        "8846f7eaee8fb117ad06bdd830b7586c",
        "a03f996792aaba698d116748bbde77a0",
    ];
    let policy = with_list(OUTSIDE, list(BreachHash::Ntlm, &keys)).unwrap();
    assert_eq!(lists(&policy, "password"), ["outside"]);
    assert_eq!(lists(&policy, "p\u{e4}ssw\u{f6}rd \u{1f600}"), ["outside"]);
    assert_eq!(lists(&policy, "passwords"), [""; 0]);
}

#[test]
fn a_list_that_is_asked_for_and_missing_lets_nothing_through() {
    let policy = policy(OUTSIDE);
    assert_eq!(lists(&policy, "correct horse battery staple"), ["outside"]);
    let error = policy.check_blocklist().unwrap_err().to_string();
    assert!(error.contains("no blocklist is attached"), "{error}");
}

#[test]
fn a_list_that_nobody_asks_for_and_a_second_one_are_refused() {
    let one = || list(BreachHash::Sha1, &LEAKED);
    let refused = |json| with_list(json, one()).unwrap_err().to_string();
    assert!(refused("{}").contains("policy.blocklist is not set"));
    let mut policy = with_list(OUTSIDE, one()).unwrap();
    let error = policy.attach_blocklist(one()).unwrap_err().to_string();
    assert!(error.contains("attached already"), "{error}");
    assert_ne!(policy, super::policy(OUTSIDE));
    assert_eq!(policy, policy.clone());
}

#[cfg(feature = "strength")]
#[test]
fn the_list_inside_has_common_passwords_in_any_case() {
    let policy = policy(r#"{"blocklist":{}}"#);
    assert!(policy.has_blocklist(ListKind::Inside) && !policy.has_blocklist(ListKind::Outside));
    for (password, expected) in [
        ("password", 1),
        ("PassWord", 1),
        ("passwordpassword", 1),
        ("1234567890qwertyuiop", 1),
        ("correct horse battery staple", 0),
        ("", 0),
    ] {
        assert_eq!(lists(&policy, password).len(), expected, "{password}");
    }
    let both = r#"{"blocklist":{"outside":true}}"#;
    let both = with_list(both, list(BreachHash::Sha1, &LEAKED)).unwrap();
    assert_eq!(lists(&both, "password"), ["inside", "outside"]);
    assert!(with_list(r#"{"blocklist":{}}"#, list(BreachHash::Sha1, &LEAKED)).is_err());
}

#[cfg(feature = "strength")]
#[test]
fn the_list_of_a_profile_can_be_taken_away() {
    let with = policy(r#"{"profile":"nist-63b-4-mfa"}"#);
    assert_eq!(lists(&with, "password"), ["inside"]);
    let without = policy(r#"{"profile":"nist-63b-4-mfa","blocklist":{"inside":false}}"#);
    assert_eq!(lists(&without, "password"), [""; 0]);
    assert!(!without.has(Rule::Blocklisted) && !without.has_blocklist(ListKind::Inside));
}

#[test]
fn settings_of_lists_are_refused_with_what_would_be_right() {
    for (json, reason) in [
        (
            r#"{"blocklist":{"outside":true,"match":"contained"}}"#,
            "is \"equal\"",
        ),
        (r#"{"blocklist":{"file":"x"}}"#, "file"),
        (r#"{"blocklist":true}"#, "blocklist"),
    ] {
        let error = refused(json);
        assert!(error.contains(reason), "{json}: {error}");
    }
}
