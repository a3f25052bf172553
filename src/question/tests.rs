//! Setting up, choosing and verifying, from settings as they are written.

use super::*;
use crate::error::{Error, ErrorKind};
use crate::hash::{Hasher, work};
use crate::json::{self, Writer};
use crate::{Config, Saltbox};

const POOL: &str = r#"[{"id":"pet","text":"What was the name of your first pet?","kind":"pet","deny":["Rex"]},
 {"id":"city","text":"In which city did your parents meet?","kind":"city"},
 {"id":"born","text":"When was your mother born?","kind":"date","order":"dmy"},
 {"id":"teacher","text":"Who was your favourite teacher?","kind":"name"},
 {"id":"car","text":"你的第一辆车是什么？"}]"#;

fn read(members: &str) -> Result<QuestionSettings, Error> {
    let json = format!(r#"{{"questions":{{"pool":{POOL}{members}}}}}"#);
    let mut object = json::parse(json.as_bytes())?.object()?;
    QuestionSettings::read(&object.require("questions")?)
}

fn settings(members: &str) -> QuestionSettings {
    read(members).expect(members)
}

const SEPARATE: &str = r#","set_up":4,"ask":3,"required":2,"hashing":"separate""#;
const JOINT: &str = r#","set_up":3"#;

const RIGHT: [(&str, &str); 4] = [
    ("pet", "Barnie"),
    ("city", "Łódź"),
    ("born", "9.3.1951"),
    ("teacher", "Frau Müller"),
];

fn answers(pairs: &[(&str, &str)]) -> Answers {
    let mut answers = Answers::new();
    for (id, answer) in pairs {
        answers.add(id, answer.as_bytes()).expect("room");
    }
    answers
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

const ABOUT: About<'static> = About {
    id: "u1",
    realm: "shop",
    login_id: Some("Barnaby"),
    email: Some("Mike.Jones+shop@example.com"),
    password_hash: None,
};

fn core() -> Saltbox {
    let config = Config::from_json(
        br#"{"hash":{"create":{"profile":"insecure-test"},"memory_mib":64,"max_running":2}}"#,
    );
    Saltbox::new(config.expect("valid"))
}

/// A core whose hashes cost next to nothing.
fn with_hasher<R>(call: impl FnOnce(Hasher<'_>) -> R) -> R {
    let core = core();
    call(core.hasher())
}

fn made(settings: &QuestionSettings, hasher: Hasher<'_>, pairs: &[(&str, &str)]) -> AnswerSet {
    let made = set_up(settings, hasher, &ABOUT, &answers(pairs)).expect("hashed");
    made.expect("no rule is broken")
}

fn rules(settings: &QuestionSettings, about: &About<'_>, pairs: &[(&str, &str)]) -> Vec<String> {
    with_hasher(|hasher| {
        let found = set_up(settings, hasher, about, &answers(pairs)).expect("hashed");
        let found = found.err().unwrap_or_default();
        let rules = found
            .violations()
            .map(|(id, rule)| format!("{id} {}", rule.name()));
        rules.collect()
    })
}
