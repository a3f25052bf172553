//! Any bytes: what is read is written back, what is refused has its place, and
//! `identify` says the same in valid JSON.

use saltbox::hash::Stored;
use saltbox::{ErrorKind, Saltbox};
use std::sync::OnceLock;

pub fn run(data: &[u8]) {
    let parsed = Stored::parse(data);
    match &parsed {
        Ok(stored) => assert_eq!(stored.to_text().as_bytes(), data),
        Err(error) => {
            assert!(error.offset().is_some_and(|at| at <= data.len()), "{error}");
            let kinds = [
                ErrorKind::Malformed,
                ErrorKind::Unsupported,
                ErrorKind::LaterRelease,
            ];
            assert!(kinds.contains(&error.kind()), "{error:?}");
        }
    }
    static SALTBOX: OnceLock<Saltbox> = OnceLock::new();
    let found = SALTBOX.get_or_init(Saltbox::default).identify(data);
    match parsed {
        Ok(stored) => {
            assert_eq!(found.kdf(), Some(stored.kdf()));
            let problem = found.problem().map(saltbox::Error::kind);
            assert!(
                matches!(problem, None | Some(ErrorKind::Limit)),
                "{problem:?}"
            );
        }
        Err(error) if data.is_empty() => assert_eq!(error.kind(), ErrorKind::Unsupported),
        Err(error) => assert_eq!(found.problem(), Some(&error)),
    }
    let json: serde_json::Value = serde_json::from_str(&found.to_json()).expect("valid JSON");
    assert_eq!(json["verdict"] == "verifiable", found.problem().is_none());
}
