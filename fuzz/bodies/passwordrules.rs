//! Any text as `passwordrules`: what is written means what was read, and what
//! becomes a policy is JSON that tells the same rules again.

use saltbox::ErrorKind;
use saltbox::interchange::{PasswordRules, import_policy};

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (rules, ignored) = PasswordRules::parse(&text);
    assert!(ignored.iter().all(|each| each.offset() <= text.len()));
    let written = rules.to_string();
    let (again, nothing) = PasswordRules::parse(&written);
    assert_eq!(again, rules, "{written}");
    assert!(nothing.is_empty(), "{written}");

    let imported = |text: &str| {
        let json = serde_json::json!({ "format": "passwordrules", "settings": text });
        import_policy(json.to_string().as_bytes())
    };
    match (imported(&text), imported(&written)) {
        (Ok(first), Ok(second)) => {
            assert_eq!(first.policy_json(), second.policy_json(), "{written}");
            let json: serde_json::Value = serde_json::from_str(&first.to_json()).expect("JSON");
            let list = json["not_expressible"].as_array().expect("a list");
            assert_eq!(list.is_empty(), first.is_complete());
            assert!(list.len() >= ignored.len());
        }
        (Err(first), Err(second)) => {
            assert_eq!(first.kind(), ErrorKind::Config);
            assert_eq!(first.reason().to_string(), second.reason().to_string());
        }
        _ => panic!("{written:?} is refused or taken where {text:?} is not"),
    }
}
