//! What of an answer is compared, and how.

use serde_json::Value;

/// What stands at `"messages.0.code"`.
pub(crate) fn find<'j>(json: &'j Value, pointer: &str) -> Option<&'j Value> {
    pointer.split('.').try_fold(json, |json, step| match json {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        Value::Object(members) => members.get(step),
        _ => None,
    })
}

pub(crate) fn is_empty(json: &Value) -> bool {
    match json {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether everything of `expected` is in `got`: members may be more, items of lists may not.
pub(crate) fn holds(expected: &Value, got: &Value) -> Result<(), String> {
    holds_at("", expected, got)
}

fn holds_at(path: &str, expected: &Value, got: &Value) -> Result<(), String> {
    let below = |step: &str| format!("{path}{}{step}", if path.is_empty() { "" } else { "." });
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            expected.iter().try_for_each(|(key, value)| {
                let path = below(key);
                let got = got.get(key).ok_or_else(|| format!("{path} is not there"))?;
                holds_at(&path, value, got)
            })
        }
        (Value::Array(expected), Value::Array(got)) if expected.len() == got.len() => {
            let mut pairs = expected.iter().zip(got).enumerate();
            pairs.try_for_each(|(at, (value, got))| holds_at(&below(&at.to_string()), value, got))
        }
        _ if expected == got => Ok(()),
        _ => Err(format!("{path} is {got}, not {expected}")),
    }
}

/// `text` with the values that were saved in the place of `${name}`.
pub(crate) fn filled<'v>(
    text: &str,
    saved: impl Fn(&str) -> Option<&'v str>,
) -> Result<String, String> {
    let mut parts = text.split("${");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').ok_or("a ${ without its }")?;
        filled += saved(name).ok_or_else(|| format!("nothing is saved as {name:?}"))?;
        filled += rest;
    }
    Ok(filled)
}

/// A trial of the comparisons themselves: what they let through, no story would find.
pub(crate) fn comparisons_can_fail() {
    let json = |text: &str| serde_json::from_str::<Value>(text).expect(text);
    let got = json(r#"{"a":{"b":[1,{"c":"x"}],"d":null},"e":false}"#);
    for expected in [
        "{}",
        r#"{"a":{"b":[1,{"c":"x"}]}}"#,
        r#"{"a":{},"e":false}"#,
    ] {
        assert_eq!(holds(&json(expected), &got), Ok(()), "{expected}");
    }
    for (expected, problem) in [
        (r#"{"f":1}"#, "f is not there"),
        (r#"{"a":{"b":[1]}}"#, r#"a.b is [1,{"c":"x"}], not [1]"#),
        (r#"{"a":{"b":[1,{"c":"y"}]}}"#, r#"a.b.1.c is "x", not "y""#),
        (r#"{"e":null}"#, "e is false, not null"),
        (
            "[]",
            r#" is {"a":{"b":[1,{"c":"x"}],"d":null},"e":false}, not []"#,
        ),
    ] {
        assert_eq!(holds(&json(expected), &got), Err(problem.to_owned()));
    }
    assert_eq!(find(&got, "a.b.1.c"), Some(&json("\"x\"")));
    for pointer in ["a.b.2", "a.b.c", "e.f", ""] {
        assert_eq!(find(&got, pointer), None, "{pointer}");
    }
    for (empty, text) in [(true, "\"\""), (true, "[]"), (true, "null"), (false, "0")] {
        assert_eq!(is_empty(&json(text)), empty, "{text}");
    }
    let saved = |name: &str| (name == "code").then_some("x.y");
    assert_eq!(filled("<${code}>$", saved), Ok("<x.y>$".to_owned()));
    assert!(filled("${token}", saved).is_err());
    assert!(filled("${code", saved).is_err());
}
