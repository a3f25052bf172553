//! Any subject and any password: findings are valid JSON, say each rule once
//! in the order of its number, and fewer rules find no more.
//!
//! The input: a subject in JSON, a byte 0xFF, and the password.

use saltbox::policy::{ListKind, Rule, Subject};
use saltbox::{Config, ErrorKind, Saltbox};
use std::sync::OnceLock;

const STRICT: &[u8] = br#"{"policy":{"min_length":12,"max_length":64,"max_bytes":72,"min_lower":1,
    "min_upper":1,"min_digits":1,"min_symbols":1,"min_letters":3,"min_classes":4,
    "classes":["lower","upper","digit","symbol"],"min_distinct":6,"min_visible":8,
    "required":["!?","aeiou\u00e4"],"disallowed":"xyz ","no_whitespace":true,
    "no_edge_whitespace":true,"no_control":true,"no_invisible":true,"no_unassigned":true,
    "no_only_digits":true,"max_repeated":2,"max_class_run":5,"max_sequence":3,
    "sequence_wraps":true,"max_keyboard_walk":3,"max_occurrences":3,"no_palindrome":true,
    "forbidden_numbers":{"from":1900,"to":2099},"min_points":6,"min_changes":4,
    "min_score":3,"blocklist":{},"by_length":[{"up_to":20,"min_digits":2}],
    "context":{"words":["Acme","Liverpool"],"match":"contained","least":3,"parts":true,
               "reversed":true,"leet":true,"edits":2}}}"#;

/// The rules that look at the old password.
const OF_A_CHANGE: [Rule; 2] = [Rule::SameAsOld, Rule::TooSimilar];

fn cores() -> &'static [Saltbox; 2] {
    static CORES: OnceLock<[Saltbox; 2]> = OnceLock::new();
    CORES.get_or_init(|| {
        [STRICT, br#"{"policy":{"min_length":12}}"#]
            .map(|json| Saltbox::new(Config::from_json(json).expect("valid")))
    })
}

fn is_short(password: &[u8]) -> bool {
    password.len() <= saltbox::MAX_PASSWORD_BYTES
}

pub fn run(data: &[u8]) {
    let at = data.iter().position(|byte| *byte == 0xff);
    let (subject, password) = at.map_or((&b"{}"[..], data), |at| (&data[..at], &data[at + 1..]));
    let subject = match Subject::from_json(subject) {
        Ok(subject) => subject,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Subject);
            assert!(
                error.offset().is_none_or(|at| at <= subject.len()),
                "{error}"
            );
            Subject::default()
        }
    };
    let [strict, lax] = cores();
    // A change breaks what the password breaks by itself, and its likeness to the old one besides.
    for old in [password, b"0ldPassw0rd!"] {
        let change = strict.check_change(&subject, old, password, 0);
        let others = change
            .violations()
            .filter(|broken| !OF_A_CHANGE.contains(&broken.rule()));
        assert!(others.eq(strict.check(&subject, password, 0).violations()));
        let is_same = change
            .violations()
            .any(|broken| broken.rule() == Rule::SameAsOld);
        let is_text = std::str::from_utf8(password).is_ok_and(|text| !text.is_empty());
        assert!(is_same || old != password || !is_text || !is_short(password));
    }
    let (strict, lax) = (
        strict.check(&subject, password, 0),
        lax.check(&subject, password, 0),
    );
    let hazards: Vec<u16> = strict.hazards().map(|hazard| hazard.code()).collect();
    assert!(hazards.is_sorted(), "{hazards:?}");
    assert!(lax.hazards().eq(strict.hazards()));
    let codes: Vec<u16> = strict
        .violations()
        .map(|broken| broken.rule().code())
        .collect();
    assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
    assert!(
        lax.violations()
            .all(|broken| codes.contains(&broken.rule().code()))
    );
    let json: serde_json::Value = serde_json::from_str(&strict.to_json()).expect("valid JSON");
    assert_eq!(json["verdict"] == "accepted", codes.is_empty());
    assert_eq!(
        json["violations"].as_array().map(Vec::len),
        Some(codes.len())
    );
    let said = strict.context_words().count();
    assert_eq!(said > 0, codes.contains(&Rule::ContextWord.code()));
    let lists: Vec<ListKind> = strict.blocklists().collect();
    assert_eq!(
        lists == [ListKind::Inside],
        codes.contains(&Rule::Blocklisted.code())
    );
    // An estimate is there for whatever was looked at, and the rule compares it.
    let strength = strict.strength();
    let was_read = !codes.contains(&Rule::NotUtf8.code()) && is_short(password);
    assert_eq!(strength.is_some(), was_read);
    assert_eq!(
        strength.is_some_and(|strength| strength.score() < 3),
        codes.contains(&Rule::TooWeak.code())
    );
}
