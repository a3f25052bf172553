//! Stored strings that take long to read: refused at the last byte, or accepted and as long as can be.

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
pub fn hostile() -> Vec<Hostile> {
    let argon2id = |parameters: &str| format!("$argon2id$v=19${parameters}${SALT}${TAG}8");
    let good = "m=19456,t=2,p=1";
    let unreadable = [
        ("nothing but zeros", "\0".repeat(1023)),
        ("of no known scheme", format!("$9z$12${}", "x".repeat(53))),
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
    let too_costly: Vec<_> = too_costly_imports()
        .into_iter()
        .chain([
            (
                "over the limits, Argon2",
                argon2id("m=4294967295,t=4294967295,p=1"),
            ),
            (
                "over the limits, scrypt",
                format!("$scrypt$ln=31,r=8,p=1${SALT}${TAG}8"),
            ),
        ])
        .collect();
    let of = |unreadable| {
        move |(kind, stored): (&'static str, String)| Hostile {
            kind,
            stored: stored.into_bytes(),
            unreadable,
        }
    };
    unreadable
        .into_iter()
        .chain(unreadable_imports())
        .map(of(true))
        .chain(too_costly.into_iter().map(of(false)))
        .collect()
}

/// A string of each family that is refused as late as can be, and as long as can be.
#[cfg(feature = "imports")]
fn unreadable_imports() -> Vec<(&'static str, String)> {
    /// So much fits behind the longest beginning here.
    const LONG: usize = 980;
    let a = |len: usize| "A".repeat(len);
    let padded = |len: usize| format!("{}=", "A".repeat(len - 1));
    vec![
        ("bcrypt, goes on", format!("$2b$12${}", a(LONG))),
        ("bcrypt, foreign sign", format!("$2b$12${}+", a(52))),
        (
            "bcrypt-sha256, goes on",
            format!("$bcrypt-sha256$v=2,t=2b,r=12${}${}", a(22), a(900)),
        ),
        ("sha512crypt, long salt", format!("$6${}", a(LONG))),
        (
            "sha512crypt, foreign sign",
            format!("$6$rounds=5000$saltsalt${}+", a(85)),
        ),
        ("md5crypt, long tag", format!("$1$saltsalt${}", a(LONG))),
        (
            "sha1crypt, foreign sign in the salt",
            format!("$sha1$1${}!$", a(63)),
        ),
        ("phpass, long tag", format!("$P$Bsaltsalt{}", a(LONG))),
        ("yescrypt, long salt", format!("$y$j9T${}", a(LONG))),
        (
            "yescrypt, foreign sign",
            format!("$y$j9T${}${}+", a(86), a(42)),
        ),
        (
            "scrypt of $7$, long salt",
            format!("$7$C6..../....{}", a(LONG)),
        ),
        (
            "scrypt of Django, long tag",
            format!("scrypt$16384$salt$8$1${}", a(LONG)),
        ),
        (
            "scrypt of Kratos, long salt",
            format!("$scrypt$ln=16384,r=8,p=1${}", padded(LONG)),
        ),
        (
            "Firebase, stray bits at the end",
            format!(
                "$firescrypt$ln=14,r=8,p=1${0}${0}${0}${1}B==",
                a(168),
                a(169)
            ),
        ),
        (
            "Clerk, six long fields",
            format!("{0}${0}${0}${0}$8$99", a(168)),
        ),
        (
            "nearly Clerk's six fields",
            format!("{0}${0}${0}${0}${0}!", a(200)),
        ),
        (
            "PBKDF2 of passlib, three alphabets",
            format!("$pbkdf2-sha512$25000${}=", a(LONG)),
        ),
        (
            "PBKDF2 of Django, long tag",
            format!("pbkdf2_sha256$1$salt${}", a(LONG)),
        ),
        (
            "PBKDF2 of Seafile, mixed case",
            format!("PBKDF2SHA256$1${}aA", a(254)),
        ),
        ("ASP.NET 3, stray bits", format!("AQAAAAE{}B=", a(350))),
        (
            "ASP.NET 3, lengths do not fit",
            format!("AQAAAAEAACcQ/////w{}", a(346)),
        ),
        ("bare digest, last digit", format!("{}g", "0".repeat(127))),
        ("bare digest, mixed case", format!("{}aA", "0".repeat(126))),
        ("NT hash, long", format!("$3$$$$${}", "0".repeat(LONG))),
        (
            "Django digest, long salt",
            format!("sha1${}", "s".repeat(LONG)),
        ),
        ("MediaWiki, long salt", format!(":B:{}", "s".repeat(LONG))),
        (
            "Symfony, long salt of UTF-8",
            format!("sha512_symfony$1${}", "é".repeat(LONG / 2)),
        ),
        (
            "template that grows",
            format!("$sha512$pf={}$AAAA$", "e1NBTFR9".repeat(42)),
        ),
        (
            "template without password",
            format!("$sha512$pf={}$AAAA$", "e1NB".repeat(85)),
        ),
        (
            "HMAC that is no hexadecimal",
            format!("$hmac-sha512${}==$AAAA", "MDAw".repeat(42) + "MA"),
        ),
        (
            "saltbox digest, long tag",
            format!("$saltbox-digest$h=sha512,i=1${}", a(LONG)),
        ),
        ("LDAP, long", format!("{{SSHA512}}{}", a(LONG))),
        ("LDAP, no padding", format!("{{SSHA512}}{}", a(255))),
        (
            "Spring digest, long salt",
            format!("{{SHA-256}}{{{}", a(LONG)),
        ),
        (
            "two ids and no string",
            format!("{{ldap}}{{CRYPT}}${}", a(LONG)),
        ),
        (
            "steps and a long digest",
            format!(
                "$saltbox-input$text=utf16le,hash=md5-hex,prefix={0},suffix={0}${1}",
                a(84),
                "0".repeat(127)
            ),
        ),
        ("an id of nobody", format!("{{{}", a(1022))),
    ]
}

#[cfg(not(feature = "imports"))]
fn unreadable_imports() -> Vec<(&'static str, String)> {
    Vec::new()
}

/// Of each function one that asks for more than the limits allow.
#[cfg(feature = "imports")]
fn too_costly_imports() -> Vec<(&'static str, String)> {
    let a = |len: usize| "A".repeat(len);
    vec![
        (
            "over the limits, bcrypt",
            format!("$2b$31${}.{}.", a(21), a(30)),
        ),
        (
            "over the limits, sha512crypt",
            format!("$6$rounds=999999999$salt${}.", a(85)),
        ),
        ("over the limits, phpass", format!("$P$Ssaltsalt{}.", a(21))),
        (
            "over the limits, yescrypt",
            format!("$y$jKT${}.${}.", a(21), a(42)),
        ),
        (
            "over the limits, saltbox digest",
            format!("$saltbox-digest$h=sha256,i=4294967295${}", a(43)),
        ),
    ]
}

#[cfg(not(feature = "imports"))]
fn too_costly_imports() -> Vec<(&'static str, String)> {
    Vec::new()
}

/// Of what is longest to read one string each, all of them accepted.
pub fn longest() -> Vec<(&'static str, String)> {
    let phc = |begin: &str| format!("{begin}${}${}", "A".repeat(171), "A".repeat(171));
    let mut all = vec![
        ("Argon2id", phc("$argon2id$v=19$m=19456,t=2,p=1")),
        ("scrypt", phc("$scrypt$ln=17,r=8,p=1")),
    ];
    all.extend(longest_imports());
    all
}

#[cfg(feature = "imports")]
fn longest_imports() -> Vec<(&'static str, String)> {
    let a = |len: usize| "A".repeat(len);
    let steps = |prefix: usize| format!("$saltbox-input$text=latin1,prefix={}$", a(prefix));
    let hmac = |name: &str, digest: usize| {
        let hex = "MDAw".repeat(2 * digest / 3);
        let rest = match 2 * digest % 3 {
            0 => "",
            1 => "MA==",
            _ => "MDA=",
        };
        format!("$hmac-{name}${hex}{rest}${}=", a(171))
    };
    vec![
        (
            "bcrypt of Django",
            format!("bcrypt_sha256$$2b$12${}.{}.", a(21), a(30)),
        ),
        (
            "sha512crypt",
            format!("$6$rounds=5000${}${}.", a(16), a(85)),
        ),
        ("yescrypt", format!("$y$j9T${}.${}.", a(85), a(42))),
        (
            "Firebase",
            format!("$firescrypt$ln=14,r=8,p=1${0}==${0}==${0}==${0}==", a(86)),
        ),
        (
            "scrypt of Django",
            format!("scrypt$16384${}$8$1${}==", a(128), a(86)),
        ),
        (
            "scrypt of Werkzeug",
            format!("scrypt:32768:8:1${}${}", a(128), a(128)),
        ),
        (
            "PBKDF2 of passlib",
            format!("$pbkdf2-sha512$25000${}${}", a(171), a(86)),
        ),
        (
            "PBKDF2 of Spring",
            format!("{{pbkdf2}}{}", "0".repeat(2 * (8 + 32))),
        ),
        ("bare digest", "0".repeat(128)),
        (
            "Symfony",
            format!("sha512_symfony$1${}${}==", a(126), a(86)),
        ),
        (
            "template",
            format!(
                "$sha512$pf=e1NBTFR9e1BBU1NXT1JEfQ==${}=${}==",
                a(171),
                a(86)
            ),
        ),
        ("LDAP", format!("{{SSHA512}}{}", a(256))),
        (
            "steps, saltbox digest",
            format!(
                "{}$saltbox-digest$h=sha512,i=1,c=input${}",
                steps(171),
                a(86)
            ),
        ),
        (
            "steps, HMAC-MD5",
            format!("{}{}", steps(168), hmac("md5", 16)),
        ),
        (
            "steps, HMAC-SHA-512",
            format!("{}{}", steps(168), hmac("sha512", 64)),
        ),
    ]
}

#[cfg(not(feature = "imports"))]
fn longest_imports() -> Vec<(&'static str, String)> {
    Vec::new()
}
