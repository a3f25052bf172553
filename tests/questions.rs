//! Security answers in a configuration, and what the crate shows of them.

use saltbox::question::{AnswerRule, Answers, Kind};
use saltbox::{Config, ErrorKind, Saltbox, same_identifier};

const QUESTIONS: &str = r#""questions":{"pool":[{"id":"first_pet","text":"What was the name of your first pet?","kind":"pet","deny":["rex"]},{"id":"wedding","text":"When did your parents marry?","kind":"date","order":"mdy"}],"set_up":2,"ask":2,"required":1,"hashing":"separate","min_length":4,"attempts":3,"window_s":3600}"#;

fn effective(json: &str) -> String {
    let config = Config::from_json(json.as_bytes()).expect("valid");
    Saltbox::new(config).effective_config()
}

/// The value of `"digest"`.
fn digest(effective: &str) -> &str {
    let (_, after) = effective.split_once(r#""digest":""#).expect("a digest");
    after.split('"').next().expect("its end")
}

#[test]
fn the_effective_configuration_has_questions_where_there_are_some() {
    let with = effective(&format!("{{{QUESTIONS}}}"));
    let without = effective("{}");
    assert!(with.contains(QUESTIONS), "{with}");
    assert!(!without.contains("questions"), "{without}");
    assert_ne!(digest(&with), digest(&without));
    let other = QUESTIONS.replace("\"required\":1", "\"required\":2");
    assert_ne!(digest(&with), digest(&effective(&format!("{{{other}}}"))));
}

#[test]
fn errors_name_the_place() {
    for (from, to, expected) in [
        (
            r#""order":"mdy""#,
            r#""order":"ymd""#,
            "questions.pool[1].order: is none of dmy, mdy (at byte 191)",
        ),
        (
            r#""ask":2"#,
            r#""ask":3"#,
            "questions.ask: ask is 3, over the limit of 2 (at byte 216)",
        ),
        (
            "separate",
            "joint",
            "questions.hashing: joint hashing makes one secret of all answers, so \"ask\" and \
             \"required\" have to be \"set_up\"; or it is \"separate\" (at byte 241)",
        ),
    ] {
        let json = format!("{{{}}}", QUESTIONS.replace(from, to));
        let error = Config::from_json(json.as_bytes()).expect_err(to);
        assert_eq!(error.kind(), ErrorKind::Config);
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn answers_are_taken_and_not_shown() {
    let mut answers = Answers::new();
    answers.add("first_pet", b"Barnie").expect("room");
    let again = answers.add("first_pet", b"Barnie").expect_err("again");
    assert_eq!(again.kind(), ErrorKind::Answers);
    assert!(!format!("{answers:?} {again:?} {again}").contains("Barnie"));
    assert_eq!(Kind::ALL.map(Kind::name).len(), 8);
    let rules: Vec<u16> = AnswerRule::all().map(AnswerRule::code).collect();
    assert_eq!(rules, [1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 20, 21, 22]);
}

#[test]
fn an_address_is_itself_in_any_case_and_no_other() {
    assert!(same_identifier("Mike@Example.com", "mike@example.com"));
    assert!(!same_identifier(
        "m\u{131}ke@example.com",
        "mike@example.com"
    ));
}
