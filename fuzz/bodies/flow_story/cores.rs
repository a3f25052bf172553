//! Nodes that differ in everything that is configured, but for one key that all have.

use saltbox::{Config, Saltbox};
use std::sync::OnceLock;

/// Ids of the questions that are configured, with their right answers.
pub(super) const ANSWERS: [(&str, &str); 3] = [
    ("pet", "Barnaby Rudge"),
    ("city", "Svalbard"),
    ("day", "1971-03-09"),
];

const QUESTIONS: &str = r#""pool":[
    {"id":"pet","text":"What was the name of your first pet?","kind":"pet"},
    {"id":"city","text":"In which city were you born?","kind":"city"},
    {"id":"day","text":"When did your parents marry?","kind":"date"}],"set_up":3"#;

/// What differs: `keys` and later members.
pub(super) const CONFIGURED: [&str; 4] = [
    r#""keys":{"create_key_id":1},"policy":{"min_length":8},"questions":{QUESTIONS}"#,
    r#""keys":{"create_key_id":1},"policy":{"min_length":1,"strength":false},
    "account":{"mask":false,"suppress_mail":true,"history":3,"lock":{"attempts":1,"first_s":1,"most_s":2}},
    "codes":{"attempts":1,"window_s":60,"live":1,"newer_ends_older":false,"reissue_after_s":0},
    "questions":{QUESTIONS,"ask":2,"required":1,"hashing":"separate","attempts":1}"#,
    r#""keys":{"create_key_id":2},"policy":{"profile":"nist-63b-4"},
    "account":{"max_age_days":1,"reset_unlocks":false,"temporary_s":60,"auth_age_s":10,
    "lock":{"attempts":3,"permanent":2}},"codes":{"ceilings":"asvs-5","digits":6}"#,
    r#""keys":{"create_key_id":1},"policy":{"min_length":4,"max_length":24,"min_changes":3,"min_score":1,
    "context":{"words":["Acme"],"match":"contained","least":4},"max_repeated":3,"min_classes":2},
    "account":{"history":50},"questions":{QUESTIONS,"ask":1,"required":1,"hashing":"separate"}"#,
];

/// They take no stored string that costs more than microseconds.
pub(super) fn cores() -> &'static [Saltbox] {
    static CORES: OnceLock<Vec<Saltbox>> = OnceLock::new();
    CORES.get_or_init(|| CONFIGURED.iter().map(|other| core(other)).collect())
}

fn core(other: &str) -> Saltbox {
    let json = format!(
        r#"{{"hash":{{"create":{{"profile":"test-only"}},"limits":{{"argon2_kib_passes":16,
        "argon2_m_kib":16,"argon2_p":2,"scrypt_nrp":32,"scrypt_kib":2,"pbkdf2_iterations":8,
        "bcrypt_cost":4,"digest_compressions":64}}}},{}}}"#,
        other.replace("QUESTIONS", QUESTIONS)
    );
    let mut config = Config::from_json(json.as_bytes()).expect("valid");
    for id in 1..=2_u8 {
        let key: Vec<u8> = (id..id + 32).collect();
        config.add_key(id.into(), &key).expect("a key");
    }
    Saltbox::new(config)
}

/// The string of the first of `PASSWORDS`, as an administrator imports it.
pub(super) fn hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| cores()[0].hash(super::input::PASSWORDS[0]).expect("a hash"))
}

/// Ids and texts of the questions.
pub(super) fn question_texts() -> impl Iterator<Item = String> {
    let texts = QUESTIONS.split('"').filter(|text| text.ends_with('?'));
    let ids = ANSWERS.map(|(id, _)| id);
    ids.into_iter().chain(texts).map(str::to_owned)
}
