//! Any bytes as a record: what is read is written so that it is read as the
//! same, and whatever a flow writes the next one reads.
//!
//! The input: a text, whose own `id` and `realm` the subject has.

use saltbox::{
    Channel, CodeKind, Codes, Config, Decision, ErrorKind, Outcome, Request, Saltbox, Shown,
    Subject, Way,
};
use serde_json::{Value, json};
use std::sync::OnceLock;

const NOW: u64 = 1_800_000_000;

/// What the flow below changes, or leaves out where there is nothing to say.
const CHANGED: [&str; 4] = ["hash", "set_at", "revision", "epoch"];

/// A core that makes codes, and takes no stored string that costs more than microseconds.
fn core() -> &'static Saltbox {
    static CORE: OnceLock<Saltbox> = OnceLock::new();
    CORE.get_or_init(|| {
        let json = br#"{"hash":{"create":{"profile":"test-only"},"limits":{"argon2_kib_passes":16,
            "argon2_m_kib":16,"argon2_p":2,"scrypt_nrp":32,"scrypt_kib":2,"pbkdf2_iterations":8}},
            "keys":{"create_key_id":1},"policy":{"min_length":1}}"#;
        let mut config = Config::from_json(json).expect("valid");
        let key: Vec<u8> = (0..32).collect();
        config.add_key(1, &key).expect("a key");
        Saltbox::new(config)
    })
}

/// Who the record says it is of, with every address verified.
fn subject_of(record: &Value) -> Subject {
    let subject = json!({
        "id": record["id"].as_str().unwrap_or("u-1"),
        "realm": record["realm"].as_str().unwrap_or("r"),
        "email": "ada@example.com", "email_verified": true, "phone": "+1", "phone_verified": true,
    });
    Subject::from_json(subject.to_string().as_bytes()).unwrap_or_default()
}

/// What a broken record may be called.
#[allow(dead_code)]
const OF_RECORDS: [ErrorKind; 4] = [
    ErrorKind::Record,
    ErrorKind::LaterRelease,
    ErrorKind::OtherSubject,
    ErrorKind::Subject,
];

#[allow(dead_code)] // A target of its own.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let parsed = serde_json::from_str(text);
    // A number that is too large for the reader here, and is kept as it stands.
    let is_beyond = parsed.is_err();
    let before: Value = parsed.unwrap_or_default();
    let (core, subject, request) = (core(), subject_of(&before), Request::default());
    let import =
        |text: &str, hash: Option<&str>| core.admin_import(text, &subject, &request, hash, NOW);
    match import(text, None) {
        Err(error) => {
            assert!(OF_RECORDS.contains(&error.kind()), "{error}");
            assert!(error.offset().is_none_or(|at| at <= text.len()), "{error}");
            return;
        }
        // No record at all is a new account.
        Ok(made) if text.is_empty() => assert!(made.record().is_some()),
        Ok(same) => assert_eq!(same.record(), None, "{text}"),
    }
    if is_beyond && !text.is_empty() {
        return;
    }
    static HASH: OnceLock<String> = OnceLock::new();
    let hash = HASH.get_or_init(|| core.hash("p").expect("a hash").to_string());
    let written = import(text, Some(hash)).expect("was read");
    let written = written.record().expect("another epoch");
    let after: Value = serde_json::from_str(written).expect("JSON");
    for (key, value) in before.as_object().into_iter().flatten() {
        let is_left_out = after.get(key).is_none() && says_nothing(value);
        let is_same = without_nothing(value) == after[key];
        assert!(
            CHANGED.contains(&key.as_str()) || is_left_out || is_same,
            "{key}: {text}\n{written}"
        );
    }
    assert_ne!(before.get("epoch"), after.get("epoch"), "{text}");
    assert_ne!(before.get("revision"), after.get("revision"), "{text}");
    let read_again = import(written, None).expect("what is written is read");
    assert_eq!(read_again.record(), None, "{written}");

    let told = |outcome: Result<Outcome, saltbox::Error>| {
        let outcome = outcome.expect("a decision");
        if let Some(record) = outcome.record() {
            let read = import(record, None).expect("what is written is read");
            assert_eq!(read.record(), None);
        }
        outcome.decision()
    };
    let (way, channel) = (Way::EmailLink, Channel::Email);
    let issued = told(core.request_reset(text, &subject, &request, way, channel, NOW));
    assert!(matches!(
        issued,
        Decision::CodeIssued | Decision::TooSoon | Decision::Exhausted | Decision::NoAccount
    ));
    let code = format!("{}.{}", "l".repeat(24), "v".repeat(32));
    let codes = Codes::new().with(CodeKind::EmailAuthCode, code);
    assert!(!told(core.verify_address(text, &subject, &request, &codes, NOW)).is_yes());
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members
            .values()
            .all(|value| says_nothing(value) || *value == 0),
        _ => false,
    }
}

/// The same without budgets of which nothing is spent.
fn without_nothing(value: &Value) -> Value {
    match value {
        Value::Object(members)
            if members
                .keys()
                .all(|key| ["reset", "verify_address"].contains(&key.as_str())) =>
        {
            let kept = members.iter().filter(|(_, value)| !says_nothing(value));
            Value::Object(
                kept.map(|(key, value)| (key.clone(), value.clone()))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

const OF_CODES: [ErrorKind; 5] = [
    ErrorKind::NoCode,
    ErrorKind::TwoWays,
    ErrorKind::HalfOfAPair,
    ErrorKind::EmptyCode,
    ErrorKind::MalformedCode,
];

/// Any codes on any record: nobody here knows a code, so a yes is a crash.
/// What is wrong with the codes is said before the record is looked at, and
/// what may be shown tells nothing apart.
///
/// The input: a byte that chooses the kinds of codes and the flow, the lengths
/// of two codes, the codes, and the rest is the record.
#[allow(dead_code)] // A target of its own.
pub fn redeem(data: &[u8]) {
    let [which, first, second, rest @ ..] = data else {
        return;
    };
    let (first, rest) = rest.split_at(rest.len().min(usize::from(*first)));
    let (second, text) = rest.split_at(rest.len().min(usize::from(*second)));
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let json: Value = serde_json::from_str(text).unwrap_or_default();
    let (core, subject) = (core(), subject_of(&json));
    let lookup = json["tickets"][usize::from(*which >> 4) % 8]["lookup"].as_str();
    // Of half of the shapes, a key that finds a ticket.
    let found = |code: &[u8]| match lookup.filter(|_| which & 8 > 0) {
        Some(lookup) => [lookup.as_bytes(), b".", code].concat(),
        None => code.to_vec(),
    };
    let codes = match which % 4 {
        0 => Codes::new().with(CodeKind::EmailAuthCode, found(first)),
        1 => Codes::new().with(CodeKind::PasswordResetCode, found(first)),
        2 => {
            let request = lookup.map_or(first, str::as_bytes);
            let codes = Codes::new().with(CodeKind::RequestCode, request);
            codes.with(CodeKind::VerificationCode, second)
        }
        _ => {
            let kind = |byte: &[u8]| {
                let at = byte.last().map_or(0, |byte| usize::from(*byte));
                CodeKind::ALL[at % CodeKind::ALL.len()]
            };
            let codes = Codes::new().with(kind(first), first);
            codes.with(kind(second), second)
        }
    };
    let (shape, request) = (codes.lookup().err(), Request::default());
    let now = 1_800_000_000;
    let outcome = if which & 4 > 0 {
        core.reset(
            text,
            &subject,
            &request,
            &codes,
            "a password that is new",
            now,
        )
    } else {
        core.verify_address(text, &subject, &request, &codes, now)
    };
    match (outcome, shape) {
        (outcome, Some(shape)) => {
            assert!(OF_CODES.contains(&shape.kind()), "{shape}");
            assert_eq!(outcome.err(), Some(shape));
        }
        (Ok(outcome), None) => {
            let decision = outcome.decision();
            let possible = [
                Decision::NoAccount,
                Decision::UnknownCode,
                Decision::Exhausted,
                Decision::WrongCode,
            ];
            assert!(possible.contains(&decision), "{outcome:?}: {text}");
            assert_eq!(outcome.shown(), Shown::InvalidCode);
            assert_eq!(outcome.effects().count(), 0);
            assert!(decision != Decision::WrongCode || outcome.record().is_some());
            if let Some(record) = outcome.record() {
                let again = core.admin_import(record, &subject, &request, None, now);
                assert_eq!(again.expect("what is written is read").record(), None);
            }
        }
        // A ticket under another key, or a stored string in it that is none.
        (Err(error), None) => assert!(!OF_CODES.contains(&error.kind()), "{error}"),
    }
}
