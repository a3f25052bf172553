//! What two tellings have in common, and what holds of every decision.

use crate::host::Decided;
use crate::script::Step;
use serde_json::Value;

/// What has to be alike: all but what comes from the system's generator.
pub(crate) fn without_chance(decided: &Decided) -> Decided {
    let same_length = |text: &Option<String>| text.as_ref().map(|text| "x".repeat(text.len()));
    let parsed = |text: &str| {
        let mut json = serde_json::from_str(text).unwrap_or(Value::Null);
        hide(&mut json);
        json.to_string()
    };
    Decided {
        record: decided.record.as_deref().map(parsed),
        code: same_length(&decided.code),
        lookup: same_length(&decided.lookup),
        questions: vec![Default::default(); decided.questions.len()],
        violations: decided.violations.clone(),
        answer_violations: decided.answer_violations.clone(),
        json: parsed(&decided.json),
        ..*decided
    }
}

/// Blots out what is random: of strings all but the parameters.
fn hide(json: &mut Value) {
    match json {
        Value::Array(items) => items.iter_mut().for_each(hide),
        Value::Object(members) => {
            for (key, value) in members {
                match (key.as_str(), &mut *value) {
                    ("hash", Value::String(text)) => {
                        let count = text.matches('$').count();
                        let parts = text.split('$').take(count.saturating_sub(1));
                        *text = parts.collect::<Vec<_>>().join("$");
                    }
                    ("digest" | "lookup" | "address", Value::String(text)) => {
                        *text = text.len().to_string();
                    }
                    // Those that are asked were chosen by chance.
                    ("asked", Value::Array(items)) => *value = items.len().into(),
                    ("questions", Value::Array(items)) => *value = items.len().into(),
                    (_, value) => hide(value),
                }
            }
        }
        _ => {}
    }
}

/// What holds of every decision.
pub(crate) fn holds(decided: &Decided, step: &Step, read: Option<&str>) -> Result<(), String> {
    let record = decided.record.as_deref().unwrap_or_default();
    let said = [record, &decided.json];
    let mut secrets: Vec<String> = decided.code.iter().cloned().collect();
    for password in [&step.password, &step.old_password].into_iter().flatten() {
        secrets.extend(String::from_utf8(password.bytes()).ok());
    }
    secrets.extend(step.answers.values().cloned());
    secrets.retain(|secret| secret.len() > 5);
    for (is_broken, what) in [
        (
            decided.is_yes != (decided.verdict < 100),
            "the status is not the verdict's",
        ),
        (
            decided.code.is_some() != (decided.effects & 1 != 0),
            "a code and nobody to send it to, or none to send",
        ),
        (
            decided.code.is_some() != (decided.lifetime_s > 0),
            "a code and its lifetime go together",
        ),
        (
            decided.lookup.as_ref().is_some_and(|it| it.len() != 24),
            "a lookup key has 24 characters",
        ),
        (
            decided.record.is_some() && revision(Some(record)) != revision(read) + 1,
            "a record to store has the next revision",
        ),
        (
            secrets
                .iter()
                .any(|it| said.iter().any(|text| text.contains(&**it))),
            "a secret is told",
        ),
    ] {
        if is_broken {
            return Err(format!("{what}: {decided:?}"));
        }
    }
    Ok(())
}

/// How often a record was written; 0 where there is none.
fn revision(record: Option<&str>) -> u64 {
    let json = record.and_then(|text| serde_json::from_str::<Value>(text).ok());
    json.and_then(|json| json["revision"].as_u64())
        .unwrap_or_default()
}
