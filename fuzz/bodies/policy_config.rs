//! Any bytes in the place of a policy: what is read is written as the same,
//! what is refused has its place, and lint says the same of each standard by
//! itself as of all.

use saltbox::interchange::{POLICY_FORMATS, export_policy, import_policy};
use saltbox::lint::{Breach, Level, Standard};
use saltbox::policy::{ListKind, Rule};
use saltbox::{Config, ErrorKind, Saltbox};

/// What is written for another system is valid there, so it can be read.
fn written_and_read(config: &Config, format: &str) {
    let exported = match export_policy(config, format) {
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

/// What lint says holds together, and nothing conforms without a list.
fn linted(config: &Config) {
    let (policy, mut each) = (config.policy(), Vec::new());
    for standard in Standard::ALL {
        let lint = config.lint(&[standard]);
        let insists = |breach: &&Breach| breach.level() != Level::Should;
        assert_eq!(lint.is_conforming(), !lint.breaches().any(|b| insists(&b)));
        let is_nist = [Standard::Nist63b4, Standard::Nist63b4Mfa].contains(&standard);
        if lint.is_conforming() {
            let mut lists = ListKind::ALL.into_iter();
            assert!(lists.any(|kind| policy.has_blocklist(kind)));
            assert!(standard != Standard::Asvs5L2 || policy.has_blocklist(ListKind::Outside));
            assert!(!is_nist || policy.bound(Rule::TooWeak).is_none());
            assert!(policy.bound(Rule::TooFewClasses).is_none());
        }
        each.extend(lint.breaches().cloned());
    }
    let all = config.lint(&Standard::ALL);
    assert!(all.breaches().eq(&each));
    let json: serde_json::Value = serde_json::from_str(&all.to_json()).expect("valid JSON");
    assert_eq!(json["conforming"], all.is_conforming());
    assert_eq!(json["breaches"].as_array().map(Vec::len), Some(each.len()));
}

pub fn run(data: &[u8]) {
    let json = [br#"{"policy":"#, data, b"}"].concat();
    match Config::from_json(&json) {
        Ok(config) => {
            linted(&config);
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
