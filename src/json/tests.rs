use super::*;
use proptest::prelude::*;

fn error_of(json: &str) -> Error {
    fn read(json: &str) -> Result<(), Error> {
        let mut object = parse(json.as_bytes())?.object()?;
        object.only(&["hash"])?;
        if let Some(hash) = object.take("hash") {
            let mut hash = hash.object()?;
            hash.only(&["t", "verify"])?;
            if let Some(t) = hash.take("t") {
                t.integer("t", 2..=9)?;
            }
            if let Some(names) = hash.take("verify") {
                for name in names.array()? {
                    name.string()?;
                }
            }
        }
        Ok(())
    }
    read(json).expect_err("refused")
}

#[test]
fn errors_name_path_offset_and_what_would_be_right() {
    for (json, message) in [
        (
            r#"{"hash":{"T":3}}"#,
            r#"hash.T: unknown key; the nearest is "t" (at byte 13)"#,
        ),
        (
            r#"{"hsah":{}}"#,
            r#"hsah: unknown key; the nearest is "hash" (at byte 8)"#,
        ),
        (
            r#"{"hash":{"t":1}}"#,
            "hash.t: t is 1, under the floor of 2 (at byte 13)",
        ),
        (
            r#"{"hash":{"t":10}}"#,
            "hash.t: t is 10, over the limit of 9 (at byte 13)",
        ),
        (
            r#"{"hash":{"t":-1}}"#,
            "hash.t: has to be a whole number from 2 to 9 (at byte 13)",
        ),
        (
            r#"{"hash":{"t":2.0}}"#,
            "hash.t: has to be a whole number from 2 to 9 (at byte 13)",
        ),
        (
            r#"{"hash":{"t":3,"t":3}}"#,
            "hash.t: stands twice (at byte 19)",
        ),
        (
            r#"{"hash":{"verify":["a",1]}}"#,
            "hash.verify[1]: has to be a string (at byte 23)",
        ),
        (r#"{"hash":[]}"#, "hash: has to be an object (at byte 8)"),
        ("[]", "has to be an object (at byte 0)"),
        ("{\n\"hash\" 1}", "not valid JSON (at byte 9)"),
        (
            r#"{"hash":{"#,
            "not valid JSON: it ends too early (at byte 8)",
        ),
        ("", "not valid JSON: it ends too early (at byte 0)"),
        ("{} x", "not valid JSON (at byte 3)"),
    ] {
        assert_eq!(error_of(json).to_string(), message, "{json}");
    }
}

#[test]
fn text_that_is_not_utf8_or_too_long_is_refused() {
    let error = parse(b"{\"\xff\"}").err().expect("refused");
    assert_eq!(error.offset(), Some(2));
    assert!(parse(&vec![b' '; MAX_JSON_BYTES + 1]).is_err());
}

#[test]
fn very_many_members_are_read_in_time_that_grows_with_their_number() {
    let mut json: String = (0..90_000).map(|i| format!("\"{i}\":1,")).collect();
    json.insert(0, '{');
    let unique = format!("{json}\"a\":1}}");
    assert!(parse(unique.as_bytes()).and_then(|v| v.object()).is_ok());
    let twice = format!("{json}\"7\":1}}");
    let error = parse(twice.as_bytes()).and_then(|v| v.object()).err();
    assert_eq!(
        error.expect("refused").to_string(),
        format!("7: stands twice (at byte {})", twice.len() - 2)
    );
}

#[test]
fn deep_nesting_is_an_error_not_a_stack_overflow() {
    let json = "[".repeat(100_000);
    assert!(parse(json.as_bytes()).is_err());
}

#[test]
fn distance_counts_edits() {
    for (a, b, distance) in [
        ("m_kib", "m_kb", 1),
        ("t", "t", 0),
        ("p", "scheme", 6),
        ("kitten", "sitting", 3),
    ] {
        assert_eq!(edit_distance(a, b), distance, "{a} {b}");
    }
}

/// Reads one level of `json` with both.
fn same_as_serde_json(json: &str) -> Result<(), TestCaseError> {
    use serde_json::value::Map;
    use serde_json::{Value as Json, from_str};
    let value = parse(json.as_bytes());
    // `Json` refuses some that `IgnoredAny` does not: half pairs, too deep, too large.
    let Ok(whole) = from_str::<Json>(json) else {
        if let Ok(value) = value
            && value.is_string()
        {
            let error = from_str::<String>(json).expect_err("half a pair");
            let place = value.string().expect_err("half a pair").offset();
            prop_assert_eq!(place, Some(error.column() - 1));
        }
        return Ok(());
    };
    let value = value.expect("valid");
    match whole {
        Json::String(text) => prop_assert_eq!(value.string().expect("a string"), text),
        Json::Array(items) => {
            let read = value.array().expect("an array");
            let read: Vec<Json> = read
                .iter()
                .map(|item| from_str(item.text).expect("valid"))
                .collect();
            prop_assert_eq!(read, items);
        }
        Json::Object(_) => {
            // Where a key stands twice, the other reader keeps one.
            if let Ok(object) = value.object() {
                let read: Map<String, Json> = object
                    .into_members()
                    .into_iter()
                    .map(|(key, value)| (key, from_str(value.text).expect("valid")))
                    .collect();
                prop_assert_eq!(Json::Object(read), whole);
            }
        }
        _ => {}
    }
    Ok(())
}

#[test]
fn strings_are_what_serde_json_reads() {
    for text in [
        r#""""#,
        r#""a\"\\\/\b\f\n\r\tz""#,
        r#""\u0000\u00e9\uFFFF\ud7ff\ue000""#,
        r#""\ud83d\ude00x\uDBFF\uDFFF""#,
        r#" "\ud83d" "#,
        r#""\ud83dabc""#,
        r#""x\ud83d\n""#,
        r#""\ud83d\ud83d""#,
        r#""\ude00\ud83d""#,
        r#""\ud83d\u0041""#,
        "\"\\ud83d\u{e9}\"",
        r#"{"a" : {"b":[1,"]\"}",{}]} , "\u0062":[ ] }"#,
        r#"[ [1 , 2],"a,b" ,{"c":","}, null]"#,
        "[ ]",
        "{\t}",
    ] {
        same_as_serde_json(text).expect(text);
    }
}

#[test]
fn a_key_that_is_half_a_pair_is_refused_at_its_place() {
    let error = parse(br#" {"a":1,"\ud83dx":2}"#).and_then(|value| value.object());
    let error = error.err().expect("refused");
    assert_eq!((error.path(), error.offset()), (None, Some(15)));
}

#[test]
fn paths_lead_through_arrays_and_escaped_keys() {
    let json = r#" {"a":[0, {"x":[]} ,{ "b\n" : [ [1] , true ] }]} "#;
    let parsed = parse(json.as_bytes()).expect("valid");
    let a = parsed.object().expect("an object").take("a").expect("a");
    assert_eq!((parsed.path(), a.path()), (String::new(), "a".to_owned()));
    let mut third = a.array().expect("an array")[2].object().expect("an object");
    let b = third.take("b\n").expect("b").array().expect("an array");
    assert_eq!(b[1].path(), "a[2].b\n[1]");
    assert_eq!(b[0].array().expect("an array")[0].path(), "a[2].b\n[0][0]");
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(key in ".{0,20}", text in ".{0,40}", number: i64) {
        let json = Writer::object(|w| {
            w.string(&key, &text);
            w.nested("nested", |w| w.integer("number", number));
        });
        let read: serde_json::Value = serde_json::from_str(&json).expect("valid");
        if key != "nested" {
            prop_assert_eq!(read[&key].as_str(), Some(text.as_str()));
        }
        prop_assert_eq!(read["nested"]["number"].as_i64(), Some(number));
    }

    #[cfg(feature = "strength")]
    #[test]
    fn decimals_are_read_back_as_nearly_as_they_are_written(
        value in any::<f64>().prop_filter("a number", |value| !value.is_nan()),
        small in -1e9..1e9_f64,
        power in 8..308,
    ) {
        let nines = 10_f64.powi(power) * 0.999_99;
        for value in [value, small, value.signum() * f64::INFINITY, 10_f64.powi(power), nines] {
            let json = Writer::object(|w| w.decimal("value", value));
            let read: serde_json::Value = serde_json::from_str(&json).expect("valid");
            let (read, value) = (read["value"].as_f64().expect("a number"), value.clamp(-1e308, 1e308));
            let most = if value.abs() < 1e9 { 0.000_51 } else { value.abs() * 0.000_51 };
            prop_assert!((read - value).abs() <= most, "{json} {value}");
            prop_assert!(json.len() < 30, "{json}");
        }
    }

    /// Members, items and strings are those of another reader, and so is the place of what is none.
    #[test]
    fn what_is_read_is_what_serde_json_reads(
        json in r#"(\[|\{"a" ?: ?)?("([a ,:{}\[\]/]|\\[nu"\\/bfrt]|\\u(00e9|d83d|de00|DBFF)){0,8}"|[0-9]|[\[\]{},: ]){0,8}[\]}]{0,2}"#,
    ) {
        same_as_serde_json(&json)?;
    }

    #[test]
    fn no_text_panics(json in "[{}\\[\\]\":,a0-9.eE+ \\\\n-]{0,60}") {
        if let Ok(value) = parse(json.as_bytes()) {
            let _ = value.object().map(|object| object.only(&[]));
            let _ = value.array();
            let _ = value.string();
        }
    }
}
