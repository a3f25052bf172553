//! Any stored string, sealed, sealed again and wrapped: the way does not show
//! in the result, what is done is not done twice, and what `identify` foretells
//! comes true.

use saltbox::hash::{Stored, Upgrade};
use saltbox::{Config, Saltbox};
use std::sync::OnceLock;

/// So low that no string costs more than a millisecond.
const SETTINGS: [&str; 3] = [
    r#"{"keys":{"create_key_id":1},"hash":{"create":{"profile":"test-only"}}}"#,
    r#"{"keys":{"create_key_id":2},"hash":{"create":{"profile":"test-only"}}}"#,
    r#"{"hash":{"create":{"profile":"test-only"}}}"#,
];

const KEYS: [(u32, &[u8]); 2] = [
    (1, b"0123456789abcdef0123456789abcdef"),
    (2, b"fedcba9876543210fedcba9876543210"),
];

/// Two that seal with one key each and know both, and one that does not seal.
fn cores() -> &'static [Saltbox; 3] {
    static CORES: OnceLock<[Saltbox; 3]> = OnceLock::new();
    CORES.get_or_init(|| {
        SETTINGS.map(|json| {
            let mut config = Config::from_json(json.as_bytes()).expect("valid");
            for (id, key) in KEYS {
                config.add_key(id, key).expect("a key");
            }
            Saltbox::new(config)
        })
    })
}

pub fn run(data: &[u8]) {
    let [one, two, none] = cores();
    assert!(none.rekey(data).is_err(), "no key is named");
    match (one.rekey(data), two.rekey(data)) {
        (Ok(by_one), Ok(by_two)) => {
            let text = || String::from_utf8(data.to_vec()).expect("what is read is UTF-8");
            let (by_one, by_two) = (by_one.unwrap_or_else(text), by_two.unwrap_or_else(text));
            let id = |text: &str| Stored::parse(text.as_bytes()).map(|stored| stored.key_id());
            assert_eq!((id(&by_one), id(&by_two)), (Ok(Some(1)), Ok(Some(2))));
            assert_eq!(two.rekey(&by_one), Ok(Some(by_two.clone())));
            assert_eq!(one.rekey(&by_one), Ok(None));
            // A later key stays, whoever comes after.
            assert_eq!(one.rekey(&by_two), Ok(None));
            for behind in [one, none] {
                if let Ok(Some(wrapped)) = behind.wrap(&by_two) {
                    assert_eq!(id(&wrapped), Ok(Some(2)));
                }
            }
        }
        (Err(one), Err(two)) => assert_eq!(one, two),
        (one, two) => panic!("{one:?}, {two:?}"),
    }
    for core in [one, none] {
        let found = core.identify(data);
        let foretold = found.upgrade();
        let wrapped = core.wrap(data);
        match (&wrapped, foretold) {
            (Ok(None), Some(Ok(Upgrade::None))) => {}
            (Ok(Some(sealed)), Some(Ok(Upgrade::Seal))) => {
                assert_eq!(core.rekey(sealed), Ok(None));
            }
            (Ok(Some(text)), Some(Ok(Upgrade::Wrap))) => {
                assert_eq!(core.wrap(text), Ok(None), "never twice");
                let stored = Stored::parse(text.as_bytes()).expect("what was written");
                let inner = stored.inner().map(|(scheme, _)| scheme);
                assert_eq!(inner, found.scheme());
            }
            (Err(error), Some(Err(refusal))) => assert_eq!(error, refusal),
            // What could not be read is told as it is everywhere, but for nothing at all.
            (Err(error), None) => {
                let problem = found.problem().expect("not read");
                assert!(data.is_empty() || error == problem, "{error} {problem}");
            }
            (wrapped, foretold) => panic!("{wrapped:?}, {foretold:?}"),
        }
    }
}
