use super::*;

use serde_json::{Value as Json, json};

mod examples;
mod export;
mod import;

fn import(format: &str, settings: &Json) -> ImportedPolicy {
    let json = json!({"format": format, "settings": settings}).to_string();
    import_policy(json.as_bytes()).unwrap_or_else(|error| panic!("{format}: {error}"))
}

fn refused(format: &str, settings: &Json) -> String {
    let json = json!({"format": format, "settings": settings}).to_string();
    import_policy(json.as_bytes())
        .expect_err("refused")
        .to_string()
}

fn policy(imported: &ImportedPolicy) -> Json {
    serde_json::from_str(imported.policy_json()).expect("JSON")
}

fn paths(json: &str) -> Vec<String> {
    let json: Json = serde_json::from_str(json).expect("JSON");
    let list = json["not_expressible"].as_array().expect("a list").iter();
    list.map(|item| item["path"].as_str().expect("a path").to_owned())
        .collect()
}

fn export(format: &str, policy: &Json) -> (Json, Vec<String>) {
    let policy = policy.to_string();
    let policy = json::parse(policy.as_bytes()).expect("JSON");
    let exported = export_json(&policy, format).unwrap_or_else(|e| panic!("{format}: {e}"));
    let json: Json = serde_json::from_str(&exported.to_json()).expect("JSON");
    assert_eq!(json["format"], format);
    assert_eq!(
        exported.is_complete(),
        paths(&exported.to_json()).is_empty()
    );
    (json["settings"].clone(), paths(&exported.to_json()))
}

const LOWER: &str = ascii::LOWER;

const UPPER: &str = ascii::UPPER;

const DIGITS: &str = ascii::DIGITS;
