//! Any bytes behind the beginnings of a family's strings: what is read is
//! written back, what is refused has its place, `identify` says the same, and
//! `verify` accepts nothing: the inputs are made without the password.
//!
//! The input: a byte that chooses the beginning, and what stands behind it.
//! Each family is a target, so that its corpus grows by itself.

use saltbox::hash::Stored;
use saltbox::{Config, ErrorKind, Saltbox};
use std::sync::OnceLock;

/// So low that no string costs more than a millisecond.
const LOW: &[u8] = br#"{"hash":{"create":{"profile":"test-only"},"limits":{
    "argon2_kib_passes":16,"argon2_m_kib":16,"argon2_p":2,
    "scrypt_nrp":32,"scrypt_kib":32,"pbkdf2_iterations":8,
    "bcrypt_cost":4,"digest_compressions":6000}}}"#;

/// bcrypt has no lower cost than 4, a millisecond: one in so many is computed.
const OF_DEAR_STRINGS: u8 = 32;

/// Nobody's: what accepts it was not made from it.
const PASSWORD: &str = "not what any seed was made from";

pub const ARGON2_AND_SCRYPT: &[&str] = &[
    "",
    "argon2$argon2id$v=19$",
    "{ARGON2}$argon2",
    "{argon2@SpringSecurity_v5_8}$argon2",
    "$7$",
    "scrypt$",
    "scrypt:",
    "{scrypt}$",
    "{scrypt@SpringSecurity_v5_8}$",
    "$40101$",
    "$scrypt$ln=",
    "$firescrypt$ln=",
    "$fbscrypt$v=1,n=",
    "$f_scrypt$",
];

pub const BCRYPT: &[&str] = &[
    "",
    "$2$04$",
    "$2a$04$",
    "$2b$04$",
    "$2x$04$",
    "$2y$04$",
    "bcrypt$$2b$",
    "bcrypt_sha256$$2b$",
    "$wp$2y$",
    "$bcrypt-sha256$v=2,t=2b,r=4$",
    "$bcrypt-sha256$2a,",
    "{BCRYPT}$2",
    "$saltbox-input$hash=symfony$$2y$",
];

pub const CRYPT3: &[&str] = &[
    "",
    "$1$",
    "$apr1$",
    "$5$",
    "$5$rounds=",
    "$6$",
    "$6$rounds=",
    "$sha1$",
    "$P$",
    "$H$",
    "$S$",
    "U$S$",
    "U$P$",
    "$y$",
    "$gy$",
    "$md5-crypt$",
    "$sha256-crypt$",
    "$sha512-crypt$",
    "{CRYPT}$",
];

pub const PBKDF2: &[&str] = &[
    "",
    "$pbkdf2$",
    "$pbkdf2-sha256$",
    "$pbkdf2-sha512$",
    "{PBKDF2}",
    "{PBKDF2-SHA256}",
    "{PKCS5S2}",
    "pbkdf2_sha1$",
    "pbkdf2_sha256$",
    "pbkdf2:sha256:",
    "PBKDF2SHA256$",
    "{pbkdf2}",
    "{pbkdf2@SpringSecurity_v5_8}",
    "A",
    "AQAAAAEAAAAFAAAAEA",
];

pub const DIGESTS: &[&str] = &[
    "",
    "md5$",
    "sha1$",
    ":A:",
    ":B:",
    "sha512_symfony$",
    "$md5$",
    "$sha1$pf=",
    "$sha256$pf=",
    "$md5salted-prefix$",
    "$hmac-",
    "$3$$",
    "$saltbox-digest$h=",
    "$saltbox-input$",
    "$saltbox-input$prefix=c2FsdA$",
];

pub const LDAP_AND_SPRING: &[&str] = &[
    "",
    "{",
    "{MD5}",
    "{SMD5}",
    "{SHA}",
    "{SSHA}",
    "{ssha256}",
    "{SSHA512}",
    "{MD4}{",
    "{MD5}{",
    "{SHA-1}",
    "{SHA-256}{",
    "{sha256}",
    "{ldap}{",
    "{CRYPT}$",
    "{BLF-CRYPT}$2",
    "{noop}",
    "{PLAIN}",
];

pub fn run(beginnings: &[&str], data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else {
        return;
    };
    let beginning = beginnings[usize::from(*choice) % beginnings.len()];
    let text = [beginning.as_bytes(), rest].concat();
    let parsed = Stored::parse(&text);
    match &parsed {
        Ok(stored) => assert_eq!(stored.to_text().as_bytes(), text),
        Err(error) => {
            assert!(error.offset().is_some_and(|at| at <= text.len()), "{error}");
            let kinds = [
                ErrorKind::Malformed,
                ErrorKind::Unsupported,
                ErrorKind::LaterRelease,
            ];
            assert!(kinds.contains(&error.kind()), "{error:?}");
        }
    }
    static SALTBOX: OnceLock<Saltbox> = OnceLock::new();
    let saltbox = SALTBOX.get_or_init(|| Saltbox::new(Config::from_json(LOW).expect("valid")));
    let found = saltbox.identify(&text);
    match &parsed {
        Ok(stored) => {
            assert_eq!(found.kdf(), Some(stored.kdf()));
            assert_eq!(found.scheme(), Some(stored.scheme()));
            let problem = found.problem().map(saltbox::Error::kind);
            assert!(
                matches!(problem, None | Some(ErrorKind::Limit)),
                "{problem:?}"
            );
        }
        Err(_) if text.is_empty() => return,
        Err(error) => assert_eq!(found.problem(), Some(error)),
    }
    let json: serde_json::Value = serde_json::from_str(&found.to_json()).expect("valid JSON");
    assert_eq!(json["verdict"] == "verifiable", found.problem().is_none());

    let is_dear =
        matches!(parsed, Ok(ref stored) if matches!(stored.kdf(), saltbox::hash::Kdf::Bcrypt(_)));
    if is_dear && text.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)) % OF_DEAR_STRINGS > 0
    {
        return;
    }
    let Ok(text) = str::from_utf8(&text) else {
        return;
    };
    let verdict = saltbox.verify(text, PASSWORD);
    match (verdict, found.problem()) {
        (Ok(verdict), None) => assert!(!verdict.is_accepted(), "{text}"),
        (Err(error), Some(problem)) => assert_eq!(&error, problem, "{text}"),
        (verdict, problem) => panic!("{text}: {verdict:?}, {problem:?}"),
    }
}
