//! Any bytes in the place of a policy: what is read is written as the same,
//! what is refused has its place.

use saltbox::lint::Standard;
use saltbox::policy::{POLICY_FORMATS, export_policy, import_policy};
use saltbox::{Config, ErrorKind, Saltbox};

/// What is written for another system is valid there, so it can be read.
fn written_and_read(config: &Config, format: &str) {
    let exported = match export_policy(config.policy(), format) {
        Ok(exported) => exported.to_json(),
        Err(error) => return assert_eq!(error.kind(), ErrorKind::Config),
    };
    let mut json: serde_json::Value = serde_json::from_str(&exported).expect("valid JSON");
    json.as_object_mut()
        .expect("an object")
        .remove("not_expressible");
    if let Err(error) = import_policy(json.to_string().as_bytes()) {
        panic!("{format}: {error}: {exported}");
    }
}

pub fn run(data: &[u8]) {
    let json = [br#"{"policy":"#, data, b"}"].concat();
    match Config::from_json(&json) {
        Ok(config) => {
            let lint: serde_json::Value =
                serde_json::from_str(&config.lint(&Standard::ALL).to_json()).expect("valid JSON");
            assert_eq!(lint["conforming"], false, "no list of passwords yet");
            for format in POLICY_FORMATS {
                written_and_read(&config, format);
            }
            let first = Saltbox::new(config).effective_config();
            let settings: serde_json::Value = serde_json::from_str(&first).expect("valid JSON");
            let again = serde_json::json!({ "policy": settings["policy"] }).to_string();
            let again = Config::from_json(again.as_bytes()).expect("what was written");
            assert_eq!(Saltbox::new(again).effective_config(), first);
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.offset().is_none_or(|at| at <= json.len()), "{error}");
        }
    }
}
