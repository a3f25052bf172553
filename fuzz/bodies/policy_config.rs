//! Any bytes in the place of a policy: what is read is written as the same,
//! what is refused has its place.

use saltbox::{Config, ErrorKind, Saltbox};

pub fn run(data: &[u8]) {
    let json = [br#"{"policy":"#, data, b"}"].concat();
    match Config::from_json(&json) {
        Ok(config) => {
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
