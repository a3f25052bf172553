//! Published answers: `tests/vectors/<scheme>.txt`, and the collection in
//! `tests/vectors/hashes.json`. Each file names its sources; its first comment
//! is its grammar.

use base64ct::{Base64Unpadded, Encoding};
use saltbox::hash::{Argon2, Kdf, Pbkdf2, Prf, Scheme, Scrypt, Stored, Variant, Version};
use saltbox::{ErrorKind, Saltbox, Verdict};

/// From here on a row runs with `SALTBOX_PROOF=full` only.
const LARGE_BYTES: u64 = 1 << 30;

/// The rows of hashes.json that this release verifies. All others belong to later ones.
const OF_THIS_RELEASE: &[&str] = &[
    "argon2i-v19",
    "argon2id-v19",
    "argon2d-v19",
    "argon2i-no-version (=v16)",
    "argon2i-nul-in-password",
    "scrypt-phc",
    "scrypt-phc-small",
    "scrypt-phc-4byte-salt",
    "scrypt-phc-empty-salt",
    "pbkdf2-phc (i=,l=)",
    "pbkdf2-phc-kratos",
];

/// And with the feature `imports`.
const IMPORTS: &[&str] = &[
    "django-argon2",
    "pbkdf2-passlib-sha1",
    "pbkdf2-passlib-sha256 (ab64)",
    "pbkdf2-passlib-sha512 (ab64)",
    "pbkdf2-ldap",
    "atlassian-PKCS5S2",
    "pbkdf2-django-sha256",
    "pbkdf2-django-sha1",
    "pbkdf2-werkzeug",
    "seafile-PBKDF2SHA256",
    "spring-pbkdf2-5.5",
    "spring-pbkdf2-5.8",
    "aspnet-v2",
    "aspnet-v3-sha1",
    "aspnet-v3-sha256",
    "aspnet-v3-sha512",
    "scrypt-$7$-openwall",
    "scrypt-$7$-libxcrypt",
    "scrypt-$7$-libsodium",
    "scrypt-django",
    "scrypt-werkzeug",
    "scrypt-spring",
];

fn file(name: &str) -> String {
    let path = format!("{}/tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn full() -> bool {
    std::env::var("SALTBOX_PROOF").is_ok_and(|v| v == "full")
}

fn is_large(kdf: &Kdf) -> bool {
    kdf.memory_bytes() >= LARGE_BYTES
}

#[derive(Debug)]
enum Row {
    Accept(Vec<u8>, String),
    Reject(Vec<u8>, String),
    Refuse(String, Vec<u8>, String),
    Tag {
        kdf: Kdf,
        /// The parameters as a stored string writes them.
        text: String,
        password: Vec<u8>,
        salt: Vec<u8>,
        tag: Vec<u8>,
    },
}

fn rows(scheme: Scheme) -> Vec<Row> {
    let text = file(&format!("{}.txt", scheme.name()));
    let lines = text
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines.map(|line| row(scheme, line)).collect()
}

fn row(scheme: Scheme, line: &str) -> Row {
    let fields: Vec<&str> = line.split(' ').collect();
    match *fields {
        ["accept", password, stored] => Row::Accept(bytes(password), stored.into()),
        ["reject", password, stored] => Row::Reject(bytes(password), stored.into()),
        ["refuse", status, password, stored] => {
            Row::Refuse(status.into(), bytes(password), stored.into())
        }
        ["tag", text, password, salt, tag] => Row::Tag {
            kdf: kdf(scheme, text),
            text: text.into(),
            password: bytes(password),
            salt: bytes(salt),
            tag: bytes(tag),
        },
        _ => panic!("not a row: {line}"),
    }
}

/// Text in quotation marks, hex, or `-` for nothing.
fn bytes(field: &str) -> Vec<u8> {
    if let Some(text) = field.strip_prefix('"').and_then(|f| f.strip_suffix('"')) {
        return text.into();
    }
    if field == "-" {
        return Vec::new();
    }
    assert!(field.len().is_multiple_of(2), "odd hex: {field}");
    let digit = |i| u8::from_str_radix(&field[i..i + 2], 16).expect("hex");
    (0..field.len()).step_by(2).map(digit).collect()
}

/// The function that `text`, the parameters of a stored string, stands for. Not read by
/// saltbox, so that a fault of its parser cannot hide here.
fn kdf(scheme: Scheme, text: &str) -> Kdf {
    let number = |key: &str| -> u32 {
        let mut parts = text.split(['$', ',']);
        let value = parts.find_map(|p| p.strip_prefix(key)?.strip_prefix('='));
        value
            .unwrap_or_else(|| panic!("no {key} in {text}"))
            .parse()
            .expect("a number")
    };
    let argon2 = |variant| {
        let version = match number("v") {
            16 => Version::V0x10,
            19 => Version::V0x13,
            other => panic!("version {other}"),
        };
        Kdf::Argon2(
            Argon2::new(variant, version, number("m"), number("t"), number("p")).expect("in range"),
        )
    };
    match scheme {
        Scheme::Argon2id => argon2(Variant::Id),
        Scheme::Argon2i => argon2(Variant::I),
        Scheme::Argon2d => argon2(Variant::D),
        Scheme::Scrypt => {
            Kdf::Scrypt(Scrypt::new(number("ln"), number("r"), number("p")).expect("in range"))
        }
        Scheme::Pbkdf2Sha256 => {
            Kdf::Pbkdf2(Pbkdf2::new(Prf::Sha256, number("i")).expect("in range"))
        }
        Scheme::Pbkdf2Sha512 => {
            Kdf::Pbkdf2(Pbkdf2::new(Prf::Sha512, number("i")).expect("in range"))
        }
        #[cfg(feature = "imports")]
        Scheme::Pbkdf2Sha1 => Kdf::Pbkdf2(Pbkdf2::new(Prf::Sha1, number("i")).expect("in range")),
        other => panic!("no reader for the parameters of {}", other.name()),
    }
}

/// One bit of the first byte changed, one byte more, and a NUL more, which HMAC cannot see.
fn wrong_passwords(password: &[u8]) -> Vec<Vec<u8>> {
    let mut wrong = vec![[password, b"x"].concat(), [password, b"\0"].concat()];
    if let [first, rest @ ..] = password {
        wrong.push([&[first ^ 1], rest].concat());
    }
    wrong
}

fn accepts_only(saltbox: &Saltbox, stored: &str, password: &[u8]) {
    let right = saltbox.verify(stored, password).expect(stored);
    assert!(right.is_accepted(), "{stored}");
    // All of them where they cost little, one where they do not.
    let parsed = Stored::parse(stored.as_bytes()).expect(stored);
    let cheap = parsed.kdf().memory_bytes() < 16 << 20;
    for wrong in wrong_passwords(password)
        .into_iter()
        .take(if cheap { 3 } else { 1 })
    {
        assert_eq!(
            saltbox.verify(stored, &wrong),
            Ok(Verdict::Rejected),
            "{stored}"
        );
    }
}

/// Proves every row of a scheme's file and prints what it covered.
fn prove(scheme: Scheme) {
    let saltbox = Saltbox::default();
    let (mut strings, mut tags, mut refused, mut left) = (0, 0, 0, 0);
    for row in rows(scheme) {
        match row {
            Row::Accept(password, stored) => {
                let parsed = Stored::parse(stored.as_bytes()).expect(&stored);
                assert_eq!(parsed.scheme(), scheme, "{stored}");
                assert_eq!(parsed.to_text(), stored);
                if is_large(parsed.kdf()) && !full() {
                    left += 1;
                    continue;
                }
                accepts_only(&saltbox, &stored, &password);
                strings += 1;
            }
            Row::Reject(password, stored) => {
                assert_eq!(
                    saltbox.verify(&*stored, &password),
                    Ok(Verdict::Rejected),
                    "{stored}"
                );
                refused += 1;
            }
            Row::Refuse(status, password, stored) => {
                let error = saltbox.verify(&*stored, &password).expect_err(&stored);
                assert_eq!(error.kind().name(), status, "{stored}: {error}");
                assert!(
                    error.offset().is_some_and(|at| at <= stored.len()),
                    "{stored}: {error}"
                );
                refused += 1;
            }
            Row::Tag {
                kdf,
                text,
                password,
                salt,
                tag,
            } => {
                if is_large(&kdf) && !full() {
                    left += 1;
                    continue;
                }
                let mut computed = vec![0; tag.len()];
                kdf.derive(&password, &salt, &mut computed).expect(&text);
                assert_eq!(computed, tag, "{text}");
                tags += 1;
                // Where a stored string can hold it, it has to verify as one.
                if (16..=128).contains(&tag.len()) && !is_large(&kdf) {
                    let salt = Base64Unpadded::encode_string(&salt);
                    let tag = Base64Unpadded::encode_string(&tag);
                    let stored = format!("${}${text}${salt}${tag}", scheme.name());
                    // Its HMAC key is that of a shorter password: one for the raw function only.
                    if password.ends_with(b"\0") && !matches!(kdf, Kdf::Argon2(_)) {
                        let verdict = saltbox.verify(&*stored, &password);
                        assert_eq!(verdict, Ok(Verdict::Rejected), "{stored}");
                        refused += 1;
                        continue;
                    }
                    accepts_only(&saltbox, &stored, &password);
                    strings += 1;
                }
            }
        }
    }
    println!(
        "{}: {strings} strings, {tags} tags, {refused} refused, {left} left to SALTBOX_PROOF=full",
        scheme.name()
    );
    // Of another system's string the function is proven elsewhere, the spelling here.
    assert!(strings > 0 && (tags > 0 || refused > 0), "too few rows");
}

#[test]
fn argon2id() {
    prove(Scheme::Argon2id);
}

#[test]
fn argon2i() {
    prove(Scheme::Argon2i);
}

#[test]
fn argon2d() {
    prove(Scheme::Argon2d);
}

#[test]
fn scrypt() {
    prove(Scheme::Scrypt);
}

#[test]
fn pbkdf2_sha256() {
    prove(Scheme::Pbkdf2Sha256);
}

#[test]
fn pbkdf2_sha512() {
    prove(Scheme::Pbkdf2Sha512);
}

#[cfg(feature = "imports")]
#[test]
fn imports() {
    prove(Scheme::Pbkdf2Sha1);
    prove(Scheme::DjangoArgon2);
    prove(Scheme::PasslibPbkdf2);
    prove(Scheme::LdapPbkdf2);
    prove(Scheme::AtlassianPkcs5s2);
    prove(Scheme::DjangoPbkdf2);
    prove(Scheme::WerkzeugPbkdf2);
    prove(Scheme::SeafilePbkdf2);
    prove(Scheme::SpringPbkdf2);
    prove(Scheme::AspNetV2);
    prove(Scheme::AspNetV3);
    prove(Scheme::Scrypt7);
    prove(Scheme::DjangoScrypt);
    prove(Scheme::WerkzeugScrypt);
    prove(Scheme::SpringScrypt);
}

#[test]
fn every_scheme_has_a_file_and_a_test_here() {
    let source = file("../vectors.rs");
    for scheme in Scheme::all() {
        assert!(!rows(scheme).is_empty(), "{}", scheme.name());
        let call = format!("prove(Scheme::{scheme:?});");
        assert_eq!(source.matches(&call).count(), 1, "{call}");
    }
}

/// libargon2 reads it so (`decode_string` in encoding.c); the RustCrypto parser takes 0x13.
#[test]
fn a_missing_version_is_0x10() {
    let old = "$argon2i$m=256,t=2,p=2$c29tZXNhbHQ$tsEVYKap1h6scGt5ovl9aLRGOqOth+AMB+KwHpDFZPs";
    let saltbox = Saltbox::default();
    accepts_only(&saltbox, old, b"password");
    accepts_only(&saltbox, &old.replace("$m=", "$v=16$m="), b"password");
    let newer = old.replace("$m=", "$v=19$m=");
    assert_eq!(saltbox.verify(&*newer, "password"), Ok(Verdict::Rejected));
    let unknown = saltbox.verify(&*old.replace("$m=", "$v=17$m="), "password");
    assert_eq!(
        unknown.expect_err("no such version").kind(),
        ErrorKind::Unsupported
    );
}

#[test]
fn the_collection_is_accepted_as_far_as_this_release_reads_it_and_the_rest_is_told() {
    let rows: serde_json::Value = serde_json::from_str(&file("hashes.json")).expect("JSON");
    let saltbox = Saltbox::default();
    let (mut verified, mut later) = (Vec::new(), Vec::new());
    for row in rows.as_array().expect("a list") {
        let text = |key| row[key].as_str().unwrap_or_default();
        let (id, stored, password) = (text("id"), text("hash"), bytes(text("password_hex")));
        if OF_THIS_RELEASE.contains(&id) || (cfg!(feature = "imports") && IMPORTS.contains(&id)) {
            accepts_only(&saltbox, stored, &password);
            verified.push(id);
            continue;
        }
        // Read by no scheme, or by a scheme whose own spelling it breaks.
        let error = saltbox.verify(stored, &password).expect_err(id);
        assert!(
            matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::Malformed),
            "{id}: {error}"
        );
        assert!(saltbox.identify(stored).problem().is_some(), "{id}");
        later.push(format!("{id}: {error}"));
    }
    println!(
        "{} verified; {} of later releases:\n  {}",
        verified.len(),
        later.len(),
        later.join("\n  ")
    );
    let imports = if cfg!(feature = "imports") {
        IMPORTS
    } else {
        &[]
    };
    assert_eq!(verified.len(), OF_THIS_RELEASE.len() + imports.len());
    // 88 rows were collected; one that is lost would be skipped in silence.
    assert_eq!(verified.len() + later.len(), 88);
}
