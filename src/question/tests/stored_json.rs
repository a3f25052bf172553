//! What is written and read: settings and records.

use super::*;

fn text_of(settings: &QuestionSettings) -> String {
    Writer::object(|json| settings.write(json))
}

#[test]
fn settings_are_read_back_as_they_are_written() {
    for (members, rest) in [
        (
            "",
            r#""set_up":3,"ask":3,"required":3,"hashing":"joint","min_length":3,"attempts":3,"window_s":3600}"#,
        ),
        (
            SEPARATE,
            r#""set_up":4,"ask":3,"required":2,"hashing":"separate","min_length":3,"attempts":3,"window_s":3600}"#,
        ),
        (
            r#","set_up":1,"min_length":64"#,
            r#""set_up":1,"ask":1,"required":1,"hashing":"joint","min_length":64,"attempts":3,"window_s":3600}"#,
        ),
    ] {
        let read = settings(members);
        let text = text_of(&read);
        assert!(text.ends_with(rest), "{text}");
        assert!(text.starts_with(r#"{"pool":[{"id":"pet","text":"What was the name of your first pet?","kind":"pet","deny":["rex"]},"#), "{text}");
        let again = QuestionSettings::read(&json::parse(text.as_bytes()).expect("JSON"));
        assert_eq!(again.expect("valid"), read);
    }
    let one = json::parse(br#"{"pool":[{"id":"a","text":"b"}]}"#).expect("JSON");
    assert_eq!(QuestionSettings::read(&one).expect("valid").set_up, 1);
}

#[test]
fn settings_that_are_none_are_told_with_their_place() {
    for (members, expected) in [
        (
            r#","set_up":0"#,
            "questions.set_up: set_up is 0, under the floor of 1",
        ),
        (
            r#","set_up":6"#,
            "questions.set_up: set_up is 6, over the limit of 5",
        ),
        (
            r#","ask":4"#,
            "questions.ask: ask is 4, over the limit of 3",
        ),
        (
            r#","ask":2,"required":3"#,
            "questions.required: required is 3, over the limit of 2",
        ),
        (
            r#","ask":2"#,
            "questions: joint hashing makes one secret of all answers, so \"ask\" and \"required\" have to be \"set_up\"; or it is \"separate\"",
        ),
        (
            r#","required":2,"hashing":"joint""#,
            "questions.hashing: joint hashing makes",
        ),
        (
            r#","hashing":"both""#,
            "questions.hashing: is none of joint, separate",
        ),
        (
            r#","min_length":0"#,
            "questions.min_length: min_length is 0, under the floor of 1",
        ),
        (
            r#","min_length":65"#,
            "questions.min_length: min_length is 65, over the limit of 64",
        ),
        (
            r#","pol":1"#,
            "questions.pol: unknown key; the nearest is \"pool\"",
        ),
    ] {
        let error = read(members).expect_err(members);
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().starts_with(expected), "{error}");
    }
    let many: Vec<String> = (0..65)
        .map(|n| format!(r#"{{"id":"q{n}","text":"?"}}"#))
        .collect();
    let long = "q".repeat(65);
    let text = "t".repeat(257);
    for (pool, expected) in [
        ("[]".to_owned(), "pool: has to have 1 to 64 questions"),
        (
            format!("[{}]", many.join(",")),
            "pool: has to have 1 to 64 questions",
        ),
        (
            r#"[{"id":"A","text":"t"}]"#.to_owned(),
            "pool[0].id: has to be 1 to 64 of a-z, 0-9, _, . and -",
        ),
        (
            r#"[{"id":"","text":"t"}]"#.to_owned(),
            "pool[0].id: has to be 1 to 64",
        ),
        (
            format!(r#"[{{"id":"{long}","text":"t"}}]"#),
            "pool[0].id: has to be 1 to 64",
        ),
        (
            r#"[{"id":"a","text":"t"},{"id":"a","text":"u"}]"#.to_owned(),
            "pool[1].id: stands twice",
        ),
        (
            r#"[{"id":"a","text":""}]"#.to_owned(),
            "pool[0].text: has to have 1 to 256 bytes",
        ),
        (
            format!(r#"[{{"id":"a","text":"{text}"}}]"#),
            "pool[0].text: has to have 1 to 256 bytes",
        ),
        (
            r#"[{"id":"a"}]"#.to_owned(),
            "pool[0]: needs the key \"text\"",
        ),
        (
            r#"[{"id":"a","text":"t","kind":"animal"}]"#.to_owned(),
            "pool[0].kind: is none of text, name, pet, food, color, city, team, date",
        ),
        (
            r#"[{"id":"a","text":"t","order":"dmy"}]"#.to_owned(),
            "pool[0].order: goes with the kind \"date\" only",
        ),
        (
            r#"[{"id":"a","text":"t","kind":"date","order":"ymd"}]"#.to_owned(),
            "pool[0].order: is none of dmy, mdy",
        ),
        (
            r#"[{"id":"a","text":"t","deny":["!"]}]"#.to_owned(),
            "pool[0].deny[0]: has to have a letter or digit",
        ),
        (
            r#"[{"id":"a","text":"t","kind":"date","deny":["x"]}]"#.to_owned(),
            "pool[0].deny[0]: has to be a date",
        ),
    ] {
        let text = format!(r#"{{"pool":{pool}}}"#);
        let error = QuestionSettings::read(&json::parse(text.as_bytes()).expect("JSON"));
        let error = error.expect_err(&pool).to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn what_is_stored_is_read_back_and_holds_no_answer() {
    for members in [SEPARATE, JOINT] {
        let settings = settings(members);
        let set = with_hasher(|hasher| made(&settings, hasher, &RIGHT[..settings.set_up]));
        let text = written(&set);
        assert_eq!(parsed(&text).expect("valid"), set);
        assert!(
            text.starts_with(&format!(
                r#"{{"normalizer":1,"hashing":"{}","answers":[{{"id":"born""#,
                settings.hashing.name()
            )),
            "{text}"
        );
        let shown = format!("{text}{set:?}").to_lowercase();
        for answer in ["barnie", "łódź", "lodz", "1951", "muller"] {
            assert!(!shown.contains(answer), "{shown}");
        }
    }
}

#[test]
fn what_is_stored_wrongly_is_told_with_its_place() {
    for (text, kind, expected) in [
        (
            r#"{"normalizer":2,"new":[]}"#,
            ErrorKind::LaterRelease,
            "normalizer: these answers were normalised by a later release",
        ),
        (
            r#"{"normalizer":0}"#,
            ErrorKind::Config,
            "normalizer: normalizer is 0, under the floor of 1",
        ),
        (
            r#"{"hashing":"joint"}"#,
            ErrorKind::Config,
            r#"needs the key "normalizer""#,
        ),
        (
            r#"{"normalizer":1,"hashing":"both","answers":[]}"#,
            ErrorKind::Config,
            "hashing: is none of joint, separate",
        ),
        (
            r#"{"normalizer":1,"hashing":"joint","answers":[]}"#,
            ErrorKind::Config,
            "answers: has to have 1 to 16 answers",
        ),
        (
            r#"{"normalizer":1,"hashing":"joint","answers":[{"id":"a"}]}"#,
            ErrorKind::Config,
            r#"needs the key "hash""#,
        ),
        (
            r#"{"normalizer":1,"hashing":"joint","answers":[{"id":"a","hash":"x"}],"hash":"x"}"#,
            ErrorKind::LaterRelease,
            "answers[0].hash: unknown key; none is possible here",
        ),
        (
            r#"{"normalizer":1,"hashing":"separate","answers":[{"id":"a"}]}"#,
            ErrorKind::Config,
            r#"answers[0]: needs the key "hash""#,
        ),
        (
            r#"{"normalizer":1,"hashing":"separate","answers":[{"id":"a","hash":""}]}"#,
            ErrorKind::Config,
            "answers[0].hash: has to have 1 to ",
        ),
        (
            r#"{"normalizer":1,"hashing":"separate","answers":[{"id":"a","hash":"x"}],"hash":"x"}"#,
            ErrorKind::LaterRelease,
            "hash: unknown key; none is possible here",
        ),
        (
            r#"{"normalizer":1,"hashing":"separate","answers":[{"id":"a","hash":"x"},{"id":"a","hash":"y"}]}"#,
            ErrorKind::Config,
            "answers[1].id: stands twice",
        ),
        (
            r#"{"normalizer":1,"hashing":"separate","answers":[{"id":"A","hash":"x"}]}"#,
            ErrorKind::Config,
            "answers[0].id: has to be 1 to 64",
        ),
        (
            r#"{"normalizer":1,"hashing":"joint","answrs":[]}"#,
            ErrorKind::LaterRelease,
            r#"answrs: unknown key; the nearest is "answers""#,
        ),
    ] {
        let error = parsed(text).expect_err(text);
        assert_eq!(error.kind(), kind, "{text}");
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}
