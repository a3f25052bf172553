//! Wrapped strings: what is read is written back and says the same to
//! `identify`, what is refused has its place, and no password is right for it.
//!
//! The input: a byte for the form; then either the whole rest behind
//! `$saltbox$`, or layers in the clear with a byte 0xFF between them and before
//! the digest, which are encoded here, so that mutations reach the recipes.

use saltbox::hash::{Identified, Stored};
use saltbox::{Config, ErrorKind, Saltbox};
use std::fmt::Write as _;
use std::sync::OnceLock;

/// So low that no string costs more than a millisecond.
const LOW: &[u8] = br#"{"hash":{"create":{"profile":"test-only"},"limits":{
    "argon2_kib_passes":16,"argon2_m_kib":16,"argon2_p":2,
    "scrypt_nrp":32,"scrypt_kib":32,"pbkdf2_iterations":8,
    "bcrypt_cost":4,"digest_compressions":6000}}}"#;

/// Nobody's: what accepts it was not made from it.
const PASSWORD: &str = "not what any seed was made from";

/// The root key of the id that the seeds name, and of no other.
const KEY: (u32, &[u8]) = (1, b"0123456789abcdef0123456789abcdef");

fn with_key(json: &[u8]) -> Saltbox {
    let mut config = Config::from_json(json).expect("valid");
    config.add_key(KEY.0, KEY.1).expect("a key");
    Saltbox::new(config)
}

fn saltbox() -> &'static Saltbox {
    static SALTBOX: OnceLock<Saltbox> = OnceLock::new();
    SALTBOX.get_or_init(|| with_key(LOW))
}

/// Which only seals.
fn sealing() -> &'static Saltbox {
    static SALTBOX: OnceLock<Saltbox> = OnceLock::new();
    SALTBOX.get_or_init(|| with_key(br#"{"keys":{"create_key_id":1}}"#))
}

fn b64(bytes: &[u8]) -> String {
    use base64ct::{Base64Unpadded, Encoding};
    Base64Unpadded::encode_string(bytes)
}

fn text(data: &[u8]) -> Option<String> {
    let (form, rest) = data.split_first()?;
    let begin = match form % 4 {
        0 => return Some(format!("$saltbox${}", std::str::from_utf8(rest).ok()?)),
        1 => "$saltbox$v=1$",
        2 => "$saltbox$v=1,key=1$",
        _ => "$saltbox$v=1,key=2$",
    };
    let mut text = begin.to_owned();
    let mut parts = rest.rsplitn(2, |byte| *byte == 0xff);
    let (digest, layers) = (parts.next()?, parts.next()?);
    for (at, layer) in layers.split(|byte| *byte == 0xff).enumerate() {
        let separator = if at == 0 { "" } else { "." };
        write!(text, "{separator}{}", b64(layer)).ok()?;
    }
    write!(text, "${}", b64(digest)).ok()?;
    Some(text)
}

/// What is behind a seal is looked at as what is not.
fn sealed_says_the_same(text: &str) {
    let sealed = match sealing().rekey(text) {
        Ok(sealed) => sealed.expect("it was not sealed"),
        Err(error) => return assert_eq!(error.kind(), ErrorKind::Unsupported, "{text}"),
    };
    let (open, closed) = (saltbox().identify(text), saltbox().identify(&sealed));
    assert_eq!(closed.key_id(), Some(KEY.0));
    assert_eq!(
        (open.kdf(), open.inner_scheme()),
        (closed.kdf(), closed.inner_scheme())
    );
    let kind = |found: &Identified| found.problem().map(saltbox::Error::kind);
    assert_eq!(kind(&open), kind(&closed), "{text}");
    let verdict = |text: &str| {
        saltbox()
            .verify(text, PASSWORD)
            .map_err(|error| error.kind())
    };
    assert_eq!(verdict(text), verdict(&sealed), "{text}");
}

pub fn run(data: &[u8]) {
    let Some(text) = text(data) else {
        return;
    };
    let parsed = Stored::parse(text.as_bytes());
    let found = saltbox().identify(&text);
    let problem = found.problem();
    match &parsed {
        Ok(stored) => {
            assert_eq!(stored.to_text(), text);
            assert_eq!(found.kdf(), Some(stored.kdf()));
            assert_eq!(found.key_id(), stored.key_id());
            assert_eq!(
                found.inner_scheme(),
                stored.inner().map(|(scheme, _)| scheme)
            );
            assert!(stored.key_id().is_some() || stored.inner().is_some());
            let kind = problem.map(saltbox::Error::kind);
            // Nobody has sealed anything with the key, so its seal cannot fit.
            let sealed = [
                Some(ErrorKind::Limit),
                Some(ErrorKind::Key),
                Some(ErrorKind::Seal),
            ];
            match stored.key_id() {
                Some(_) => assert!(sealed.contains(&kind), "{text}: {kind:?}"),
                None => assert!(
                    matches!(kind, None | Some(ErrorKind::Limit)),
                    "{text}: {kind:?}"
                ),
            }
        }
        Err(error) => {
            assert!(error.offset().is_some_and(|at| at <= text.len()), "{error}");
            let kinds = [ErrorKind::Malformed, ErrorKind::LaterRelease];
            assert!(kinds.contains(&error.kind()), "{text}: {error:?}");
            assert_eq!(problem, Some(error));
        }
    }
    if parsed.is_ok_and(|stored| stored.key_id().is_none()) {
        sealed_says_the_same(&text);
    }
    let json: serde_json::Value = serde_json::from_str(&found.to_json()).expect("valid JSON");
    assert_eq!(json["verdict"] == "verifiable", problem.is_none());
    match (saltbox().verify(&*text, PASSWORD), problem) {
        (Ok(verdict), None) => assert!(!verdict.is_accepted(), "{text}"),
        (Err(error), Some(problem)) => assert_eq!(&error, problem, "{text}"),
        (verdict, problem) => panic!("{text}: {verdict:?}, {problem:?}"),
    }
}
