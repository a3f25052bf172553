//! Stored strings that have to be refused, from the first byte to the last.

/// A stored string as somebody with a grudge would write it.
pub struct Hostile {
    /// What is wrong with it.
    pub kind: &'static str,
    pub stored: Vec<u8>,
    /// Whether reading it is enough to refuse it. Otherwise its cost speaks against it.
    pub unreadable: bool,
}

/// 16 bytes in B64.
const SALT: &str = "AAECAwQFBgcICQoLDA0ODw";

/// 32 bytes in B64, less the last character.
const TAG: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh";

/// Every kind, each refused at another step of the reader.
pub fn strings() -> Vec<Hostile> {
    let argon2id = |parameters: &str| format!("$argon2id$v=19${parameters}${SALT}${TAG}8");
    let good = "m=19456,t=2,p=1";
    let unreadable = [
        ("nothing but zeros", "\0".repeat(1023)),
        ("of no known scheme", format!("$2b$12${}", "x".repeat(53))),
        ("of a later release", format!("$saltbox$v=2${SALT}${TAG}8")),
        ("one byte too long", "$".repeat(1024)),
        ("a megabyte too long", "$argon2id$".repeat(100_000)),
        ("parameter missing", argon2id("m=19456,p=1")),
        ("leading zero", argon2id("m=019456,t=2,p=1")),
        ("number of 33 bits", argon2id("m=19456,t=4294967296,p=1")),
        (
            "number of 900 digits",
            argon2id(&format!("m={}", "9".repeat(900))),
        ),
        (
            "salt of 900 characters",
            format!("$argon2id$v=19${good}${}${TAG}8", "A".repeat(900)),
        ),
        (
            "tag of 900 characters",
            format!("$argon2id$v=19${good}${SALT}${}", "A".repeat(900)),
        ),
        (
            "foreign sign at the end",
            format!("$argon2id$v=19${good}${SALT}${TAG}="),
        ),
        (
            "stray bits at the end",
            format!("$argon2id$v=19${good}${SALT}${TAG}9"),
        ),
        (
            "goes on after the end",
            format!("$argon2id$v=19${good}${SALT}${TAG}8$"),
        ),
        (
            "length does not agree",
            format!("$pbkdf2-sha256$i=600000,l=64${SALT}${TAG}8"),
        ),
    ];
    let too_costly = [
        (
            "over the limits, Argon2",
            argon2id("m=4294967295,t=4294967295,p=1"),
        ),
        (
            "over the limits, scrypt",
            format!("$scrypt$ln=31,r=8,p=1${SALT}${TAG}8"),
        ),
    ];
    let hostile = |unreadable| {
        move |(kind, stored): (&'static str, String)| Hostile {
            kind,
            stored: stored.into_bytes(),
            unreadable,
        }
    };
    unreadable
        .into_iter()
        .map(hostile(true))
        .chain(too_costly.into_iter().map(hostile(false)))
        .collect()
}
