//! What holds of every call, whoever makes it and with what.

use super::call::{Call, Flow};
use super::cores::cores;
use saltbox::policy::{Hazard, ListKind, Rule, Suggestion, Weakness, WordKind};
use saltbox::question::AnswerRule;
use saltbox::{Channel, Decision, Effect, Error, ErrorKind, Outcome, Request, Shown};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::OnceLock;

/// What a broken record may be called. [`ErrorKind::LaterRelease`] may be the stored string's, too.
const OF_RECORDS: [ErrorKind; 3] = [
    ErrorKind::Record,
    ErrorKind::OtherSubject,
    ErrorKind::Subject,
];

/// What a decision may want done, and no other may.
const EFFECTS: [(Effect, &[Decision]); 10] = [
    (Effect::SendCode, &[Decision::CodeIssued]),
    (
        Effect::RevokeSessions,
        &[
            Decision::PasswordReset,
            Decision::PasswordSet,
            Decision::TemporarySet,
            Decision::Imported,
            Decision::AccountLocked,
            Decision::AccountNowDisabled,
        ],
    ),
    (
        Effect::NotifyPasswordChanged,
        &[
            Decision::PasswordReset,
            Decision::PasswordChanged,
            Decision::PasswordSet,
            Decision::TemporarySet,
        ],
    ),
    (Effect::AddressVerified, &[Decision::AddressVerified]),
    (
        Effect::StepUpSession,
        &[Decision::SignedIn, Decision::AnswersRight],
    ),
    (
        Effect::NewSession,
        &[
            Decision::SignedIn,
            Decision::SignedUp,
            Decision::PasswordChanged,
        ],
    ),
    (Effect::NotifyQuestionsChanged, &[Decision::QuestionsSet]),
    (
        Effect::RevokeOtherSessions,
        &[Decision::SignedIn, Decision::PasswordChanged],
    ),
    (Effect::Rehashed, &[Decision::SignedIn]),
    (Effect::NotifySignUpTried, &[Decision::Exists]),
];

/// Those after which the password is another one.
const OF_NEW_PASSWORDS: [Decision; 5] = [
    Decision::SignedUp,
    Decision::PasswordReset,
    Decision::PasswordChanged,
    Decision::PasswordSet,
    Decision::TemporarySet,
];

/// Whether the same call came to the same.
pub(super) fn alike(first: &Result<Outcome, Error>, second: &Result<Outcome, Error>) {
    let decided = |outcome: &Outcome| {
        let effects: Vec<_> = outcome.effects().collect();
        let is_random = outcome.decision() == Decision::QuestionsAsked;
        let json = (!is_random).then(|| outcome.to_json());
        let is_there = [outcome.record(), outcome.code(), outcome.lookup()].map(|it| it.is_some());
        (outcome.decision(), outcome.shown(), effects, json, is_there)
    };
    match (first, second) {
        (Ok(first), Ok(second)) => assert_eq!(decided(first), decided(second)),
        (first, second) => assert_eq!(first.as_ref().err(), second.as_ref().err()),
    }
}

/// Whether a record that was returned is read.
pub(super) fn reads(outcome: &Result<Outcome, Error>, call: &Call) {
    if let Err(error) = outcome {
        assert!(!OF_RECORDS.contains(&error.kind()), "{error}: {call:?}");
    }
}

pub(super) fn holds(call: &Call, outcome: &Outcome) {
    let decision = outcome.decision();
    let says = || format!("{outcome:?}: {call:?}");
    assert_eq!(outcome.is_yes(), decision.code() < 100, "{}", says());
    for (effect, decisions) in EFFECTS {
        let may = decisions.contains(&decision);
        assert!(may || !outcome.has(effect), "{effect:?}: {}", says());
    }
    let request = format!("{:?}", call.request);
    for (effect, asked) in [
        (Effect::RevokeOtherSessions, "revoke_other_sessions: true"),
        (Effect::StepUpSession, "step_up: true"),
    ] {
        let is_asked = request.contains(asked);
        assert!(is_asked || !outcome.has(effect), "{effect:?}: {}", says());
    }
    assert_eq!(
        outcome.code().is_some(),
        outcome.has(Effect::SendCode),
        "{}",
        says()
    );
    assert_eq!(
        outcome.code().is_some(),
        outcome.lifetime_s().is_some(),
        "{}",
        says()
    );
    let is_session = outcome.has(Effect::NewSession) && outcome.has(Effect::StepUpSession);
    assert!(!is_session, "two sessions: {}", says());
    if let Some(record) = outcome.record() {
        record_holds(call, outcome, record);
    }
    tells_no_secret(call, outcome);
}

fn record_holds(call: &Call, outcome: &Outcome, record: &str) {
    let says = || format!("{outcome:?}: {call:?}\n{record}");
    let read = cores()[0].admin_import(record, &call.subject, &Request::default(), None, 0);
    let read = read.unwrap_or_else(|error| panic!("{error}: {}", says()));
    assert_eq!(read.record(), None, "{}", says());
    // Numbers that the reader here cannot hold are kept as they stand.
    let parsed = |text: &str| serde_json::from_str::<Value>(text).ok();
    let Some(after) = parsed(record) else {
        assert!(
            parsed(&call.record).is_none() && !call.record.is_empty(),
            "{}",
            says()
        );
        return;
    };
    let before = parsed(&call.record).unwrap_or_default();
    for key in ["id", "realm"] {
        assert!(before.is_null() || before[key] == after[key], "{}", says());
    }
    let next = |number: &Value| match number.as_u64().unwrap_or_default() {
        9_007_199_254_740_991 => 0,
        number => number + 1,
    };
    assert_eq!(
        after["revision"].as_u64(),
        Some(next(&before["revision"])),
        "{}",
        says()
    );
    let is_imported = call.flow == Flow::Import && !call.stored.is_empty();
    let is_new = is_imported || OF_NEW_PASSWORDS.contains(&outcome.decision());
    let epoch = if is_new {
        next(&before["epoch"])
    } else {
        before["epoch"].as_u64().unwrap_or_default()
    };
    assert_eq!(after["epoch"].as_u64(), Some(epoch), "{}", says());
}

/// Every text of an outcome is one of the library's or of the configuration's,
/// or the id of a question; and a record has no secret that it had not before.
fn tells_no_secret(call: &Call, outcome: &Outcome) {
    let json: Value = serde_json::from_str(&outcome.to_json()).expect("JSON");
    texts(&json, &mut |text| {
        let is_id = call.answers.iter().any(|(id, _)| id == text);
        assert!(is_id || is_known(text), "{text}: {call:?}");
    });
    let Some(record) = outcome.record() else {
        return;
    };
    let secrets = call.secrets().chain(outcome.code().map(str::as_bytes));
    for secret in secrets.filter_map(|secret| std::str::from_utf8(secret).ok()) {
        // Stored strings are Base64: six letters may be there by chance, with a space or a dot they are not.
        let is_telling = secret.len() > 5 && secret.contains([' ', '.']);
        let mut given = [&call.record, &call.subject_text].into_iter();
        let is_new = is_telling && !given.any(|text| text.contains(secret));
        assert!(!is_new || !record.contains(secret), "{secret}: {record}");
    }
}

fn texts(json: &Value, each: &mut impl FnMut(&str)) {
    match json {
        Value::String(text) => each(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, each)),
        Value::Object(members) => members.values().for_each(|value| texts(value, each)),
        _ => {}
    }
}

fn is_known(text: &str) -> bool {
    static KNOWN: OnceLock<HashSet<String>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| {
        // A violation of no one question has an empty id.
        let mut known = vec!["", "suppress_mail"];
        known.extend(Decision::all().map(Decision::name));
        known.extend(Shown::ALL.map(Shown::name));
        known.extend(Effect::ALL.map(Effect::name));
        known.extend(Channel::ALL.map(Channel::name));
        known.extend(WordKind::ALL.map(WordKind::name));
        known.extend(ListKind::ALL.map(ListKind::name));
        known.extend(Rule::all().flat_map(|it| [it.name(), it.text()]));
        known.extend(Hazard::all().flat_map(|it| [it.name(), it.text()]));
        known.extend(Weakness::all().flat_map(|it| [it.name(), it.text()]));
        known.extend(Suggestion::all().flat_map(|it| [it.name(), it.text()]));
        known.extend(AnswerRule::all().flat_map(|it| [it.name(), it.text()]));
        let known = known.into_iter().map(without_numbers);
        known.chain(super::cores::question_texts()).collect()
    });
    known.contains(text) || known.contains(&without_numbers(text))
}

/// With what rules count left out.
fn without_numbers(text: &str) -> String {
    let text = text.replace("{}", "0");
    text.split(|c: char| c.is_ascii_digit()).collect()
}
