//! Any text and any known words: the estimate is a number, no text takes more
//! guesses than its characters one by one, and words that do not occur change nothing.
//!
//! That words which occur make it less is not so: where a repeated piece is one
//! of them, zxcvbn drops a longer sequence for a shorter one that ends in more
//! guesses (`fuzz/seeds/strength/dearer`).
//!
//! The input: words, each before a byte 0xFF, and the password.

use saltbox::policy::{Attacker, Strength, Subject};
use saltbox::{Config, Saltbox};
use std::sync::OnceLock;

fn saltbox() -> &'static Saltbox {
    static CORE: OnceLock<Saltbox> = OnceLock::new();
    CORE.get_or_init(|| {
        let config = Config::from_json(br#"{"policy":{"strength":true,"min_score":4}}"#);
        Saltbox::new(config.expect("valid"))
    })
}

fn strength(words: &[String], password: &str, now_unix_s: u64) -> Strength {
    let subject = serde_json::json!({ "words": words }).to_string();
    let subject = Subject::from_json(subject.as_bytes()).expect("few words");
    let findings = saltbox().check(&subject, password, now_unix_s);
    let found = *findings.strength().expect("asked for");
    let is_weak = findings
        .violations()
        .any(|broken| broken.rule().code() == 60);
    assert_eq!(is_weak, found.score() < 4);
    found
}

pub fn run(data: &[u8]) {
    let mut words: Vec<String> = data
        .split(|byte| *byte == 0xff)
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect();
    let mut password = words.pop().unwrap_or_default();
    words.truncate(100);
    if password.len() > saltbox::MAX_PASSWORD_BYTES {
        password.clear();
    }
    let alone = strength(&[], &password, 0);
    let helped = strength(&words, &password, 0);
    for found in [alone, helped, strength(&words, &password, u64::MAX)] {
        assert!(found.score() <= 4 && found.guesses() >= 1.0 && found.guesses().is_finite());
        assert_eq!(found.suggestions().next().is_none(), found.score() > 2);
        assert!(found.weakness().is_none() || found.score() <= 2);
        let seconds = Attacker::ALL.map(|attacker| found.seconds(attacker));
        let [throttled, unthrottled, slow, fast, own] = seconds;
        assert!(
            throttled > unthrottled && unthrottled > slow && slow > fast,
            "{seconds:?}"
        );
        assert!(own > fast && own.is_finite(), "{seconds:?}");
    }
    // For private use, and so in no list, and nothing becomes it.
    let absent = "\u{e000}\u{e001}";
    if !password.contains(['\u{e000}', '\u{e001}']) {
        assert_eq!(strength(&[absent.to_owned()], &password, 0), alone);
    }
    assert_eq!(strength(&words, &password, 0), helped);
    // Preparation may make three characters of one.
    let units = password.encode_utf16().count() * 3;
    let most = 10_f64.powi(i32::try_from(units.max(2)).unwrap_or(i32::MAX));
    assert!(alone.guesses() <= most * 1.000_001 + 1.0);
}
