use super::*;

use serde_json::{Value as Json, json};

mod accounts;
mod examples;
mod export;
mod import;
mod written;

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

fn account(imported: &ImportedPolicy) -> Json {
    match imported.account_json() {
        Some(account) => serde_json::from_str(account).expect("JSON"),
        None => Json::Null,
    }
}

fn paths(json: &str) -> Vec<String> {
    let json: Json = serde_json::from_str(json).expect("JSON");
    let list = json["not_expressible"].as_array().expect("a list").iter();
    list.map(|item| item["path"].as_str().expect("a path").to_owned())
        .collect()
}

fn members(policy: &Json) -> Members {
    let text = policy.to_string();
    Members::read(&json::parse(text.as_bytes()).expect("JSON")).expect("members")
}

fn export(format: &str, policy: &Json) -> (Json, Vec<String>) {
    written(format, members(policy))
}

fn written(format: &str, members: Members) -> (Json, Vec<String>) {
    let exported = super::export(members, format).unwrap_or_else(|e| panic!("{format}: {e}"));
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
