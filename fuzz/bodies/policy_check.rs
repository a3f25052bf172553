//! Any subject and any password: findings are valid JSON, say each rule once
//! in the order of its number, and fewer rules find no more.
//!
//! The input: a subject in JSON, a byte 0xFF, and the password.

use saltbox::policy::Subject;
use saltbox::{Config, ErrorKind, Saltbox};
use std::sync::OnceLock;

const STRICT: &[u8] = br#"{"policy":{"min_length":12,"max_length":64,"min_lower":1,"min_upper":1,
    "min_digits":1,"min_symbols":1,"min_letters":3,"min_classes":4,"min_distinct":6,
    "disallowed":"xyz ","no_whitespace":true,"no_edge_whitespace":true,"no_control":true,
    "max_repeated":2,"max_class_run":5,"max_sequence":3,"sequence_wraps":true,
    "max_keyboard_walk":3,"no_palindrome":true,"by_length":[{"up_to":20,"min_classes":5}],
    "context":{"words":["Acme","Liverpool"],"match":"contained","least":3,"reversed":true,"leet":true}}}"#;

fn cores() -> &'static [Saltbox; 2] {
    static CORES: OnceLock<[Saltbox; 2]> = OnceLock::new();
    CORES.get_or_init(|| {
        [STRICT, br#"{"policy":{"min_length":12}}"#]
            .map(|json| Saltbox::new(Config::from_json(json).expect("valid")))
    })
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
    let (strict, lax) = (
        strict.check(&subject, password),
        lax.check(&subject, password),
    );
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
    assert_eq!(said > 0, codes.contains(&40));
}
