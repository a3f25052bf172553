//! Published answers: `tests/vectors/<scheme>.txt`, and the collection in
//! `tests/vectors/hashes.json`. Each file names its sources; its first comment
//! is its grammar.

use base64ct::{Base64Unpadded, Encoding};
use saltbox::hash::{
    Argon2, Identified, Kdf, Pbkdf2, Prf, Scheme, Scrypt, Stored, Variant, Version, Warning,
};
#[cfg(feature = "imports")]
use saltbox::hash::{Bcrypt, Revision};
use saltbox::{ErrorKind, Saltbox, Verdict};

/// From here on a row runs with `SALTBOX_PROOF=full` only.
const LARGE_BYTES: u64 = 1 << 30;

/// The rows of hashes.json that are verified without the feature `imports`.
const WITHOUT_IMPORTS: [&str; 11] = [
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

/// Those that cannot be verified as they stand, because something is said
/// beside them: a secret, an option, which salt. Each has a test of its own.
const NOT_AS_THEY_STAND: [&str; 5] = [
    "argon2id-raw-rfc9106",
    "bcrypt-2a-72bytes",
    "keycloak-pbkdf2",
    "md5-salt-prefix (Auth0)",
    "spring-pbkdf2-secret",
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

/// The rows of around.txt, each under the scheme that the last line `# scheme` names, if it is one.
#[cfg(feature = "imports")]
fn rows_around() -> Vec<(Option<Scheme>, Row)> {
    let mut scheme = None;
    let mut rows = Vec::new();
    for line in file("around.txt").lines() {
        if let Some(name) = line.strip_prefix("# scheme ") {
            scheme = Scheme::all().find(|scheme| scheme.name() == name);
            assert!(scheme.is_some() || name == "(none)", "{name}");
        } else if !line.is_empty() && !line.starts_with('#') {
            // Nothing here is a row `tag`, which alone would read the scheme.
            rows.push((scheme, row(Scheme::Argon2id, line)));
        }
    }
    rows
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

/// One byte more, one bit of the first byte changed, and a NUL more, which HMAC cannot see.
fn wrong_passwords(password: &[u8], stored: &Identified) -> Vec<Vec<u8>> {
    let mut wrong = vec![[password, b"x"].concat()];
    // After a byte above 0x7F that sign extends, bcrypt's 2x does not see the three before it.
    let hides_what_is_before = stored
        .warnings()
        .any(|warning| warning == Warning::SignExtension);
    if let [first, rest @ ..] = password
        && !hides_what_is_before
    {
        wrong.push([&[first ^ 1], rest].concat());
    }
    // PHP's trim, which WordPress calls, takes a NUL at the end away: the same password.
    if stored.steps().all(|step| step != "wordpress") {
        wrong.push([password, b"\0"].concat());
    }
    wrong
}

fn accepts_only(saltbox: &Saltbox, stored: &str, password: &[u8]) {
    let right = saltbox.verify(stored, password).expect(stored);
    assert!(right.is_accepted(), "{stored}");
    // All of them where they cost little, one where they do not.
    let parsed = Stored::parse(stored.as_bytes()).expect(stored);
    let found = saltbox.identify(stored);
    let cheap =
        parsed.kdf().memory_bytes() < 16 << 20 && found.cost_percent_of_policy() < Some(100);
    for wrong in wrong_passwords(password, &found)
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
    let rows = rows(scheme).into_iter().map(|row| (Some(scheme), row));
    prove_rows(scheme.name(), rows);
}

fn prove_rows(name: &str, rows: impl Iterator<Item = (Option<Scheme>, Row)>) {
    let saltbox = Saltbox::default();
    let (mut strings, mut tags, mut refused, mut left) = (0, 0, 0, 0);
    for (scheme, row) in rows {
        match row {
            Row::Accept(password, stored) => {
                let parsed = Stored::parse(stored.as_bytes()).expect(&stored);
                assert_eq!(Some(parsed.scheme()), scheme, "{stored}");
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
                    let stored = format!("${name}${text}${salt}${tag}");
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
        "{name}: {strings} strings, {tags} tags, {refused} refused, {left} left to SALTBOX_PROOF=full"
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
    prove(Scheme::KratosScrypt);
    prove(Scheme::FirebaseScrypt);
    prove(Scheme::Bcrypt);
    prove(Scheme::BcryptSha256);
    prove(Scheme::Sha256Crypt);
    prove(Scheme::Sha512Crypt);
    prove(Scheme::Md5Crypt);
    prove(Scheme::Apr1);
    prove(Scheme::Sha1Crypt);
    prove(Scheme::Phpass);
    prove(Scheme::Drupal7);
    prove(Scheme::Yescrypt);
    prove(Scheme::GostYescrypt);
    prove(Scheme::NtHash);
    prove(Scheme::LdapDigest);
    prove(Scheme::SpringDigest);
    prove(Scheme::SpringSha256);
    prove(Scheme::DjangoDigest);
    prove(Scheme::MediaWiki);
    prove(Scheme::SymfonyDigest);
    prove(Scheme::TemplatedDigest);
    prove(Scheme::Hmac);
    prove(Scheme::SaltboxDigest);
    prove(Scheme::BareDigest);
}

#[cfg(feature = "imports")]
#[test]
fn what_stands_around_a_string_keeps_its_scheme() {
    prove_rows("around", rows_around().into_iter());
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

/// A row of hashes.json: its stored string and its password.
fn collected(id: &str) -> (String, Vec<u8>) {
    let rows: serde_json::Value = serde_json::from_str(&file("hashes.json")).expect("JSON");
    let mut rows = rows.as_array().expect("a list").iter();
    let row = rows.find(|row| row["id"] == id).expect(id);
    let text = |key| row[key].as_str().unwrap_or_default();
    (text("hash").to_owned(), bytes(text("password_hex")))
}

#[test]
fn the_collection_is_accepted() {
    let rows: serde_json::Value = serde_json::from_str(&file("hashes.json")).expect("JSON");
    let saltbox = Saltbox::default();
    let (mut verified, mut others) = (0, 0);
    for row in rows.as_array().expect("a list") {
        let text = |key| row[key].as_str().unwrap_or_default();
        let (id, stored, password) = (text("id"), text("hash"), bytes(text("password_hex")));
        let is_read = cfg!(feature = "imports") || WITHOUT_IMPORTS.contains(&id);
        if is_read && !NOT_AS_THEY_STAND.contains(&id) {
            accepts_only(&saltbox, stored, &password);
            verified += 1;
        } else {
            let accepted = saltbox.verify(stored, &password);
            assert!(!accepted.is_ok_and(Verdict::is_accepted), "{id}");
            others += 1;
        }
    }
    println!("{verified} verified, {others} not as they stand");
    // 88 rows were collected; one that is lost would be skipped in silence.
    let expected = if cfg!(feature = "imports") {
        (83, 5)
    } else {
        (11, 77)
    };
    assert_eq!((verified, others), expected);
}

/// RFC 9106 section 5: the tags of all three variants, with secret and associated data.
#[test]
fn argon2_with_secret_and_associated_data_is_that_of_rfc_9106() {
    let (id, _) = collected("argon2id-raw-rfc9106");
    let id = id.rsplit(' ').next().expect("a tag").to_owned();
    for (variant, expected) in [
        (
            Variant::D,
            "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb",
        ),
        (
            Variant::I,
            "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8",
        ),
        (Variant::Id, &*id),
    ] {
        let argon2 = Argon2::new(variant, Version::V0x13, 32, 3, 4).expect("in range");
        let mut tag = [0; 32];
        argon2
            .derive_with(&[1; 32], &[2; 16], &[3; 8], &[4; 12], &mut tag)
            .expect("derives");
        assert_eq!(tag[..], bytes(expected), "{variant:?}");
        // Without them it is the function of stored strings.
        let mut plain = [0; 32];
        argon2
            .derive_with(&[1; 32], &[2; 16], &[], &[], &mut plain)
            .expect("derives");
        let mut again = [0; 32];
        let kdf = Kdf::Argon2(argon2);
        kdf.derive(&[1; 32], &[2; 16], &mut again).expect("derives");
        assert_eq!(plain, again);
        let long = argon2.derive_with(b"p", &[2; 16], &[], &[0; 33], &mut tag);
        assert_eq!(long.expect_err("too long").kind(), ErrorKind::Argument);
    }
}

#[cfg(feature = "imports")]
#[test]
fn what_bcrypt_cut_off_is_accepted_under_a_written_choice_only() {
    use saltbox::Config;
    let (stored, password) = collected("bcrypt-2a-72bytes");
    let choose = |choice: &str| {
        let json = format!(r#"{{"hash":{{"over_72":"{choice}"}}}}"#);
        Saltbox::new(Config::from_json(json.as_bytes()).expect("valid"))
    };
    let rejects = choose("reject");
    assert_eq!(rejects.verify(&stored, &password), Ok(Verdict::Rejected));
    // What was compared is right, and so is a password of these 72 bytes.
    let first = rejects.verify(&stored, &password[..72]);
    assert_eq!(first, Ok(Verdict::Accepted { rehash: true }));
    let accepts = choose("accept_and_rehash");
    assert_eq!(
        accepts.verify(&stored, &password),
        Ok(Verdict::Accepted { rehash: true })
    );
    let mut wrong = password.clone();
    wrong[71] ^= 1;
    assert_eq!(accepts.verify(&stored, &wrong), Ok(Verdict::Rejected));
    let mut nul = password;
    nul[3] = 0;
    assert_eq!(accepts.verify(&stored, &nul), Ok(Verdict::Rejected));
}

/// A salt before the password that fills bcrypt's 72 bytes would make every password the right one.
#[cfg(feature = "imports")]
#[test]
fn what_stands_before_a_password_never_makes_it_meaningless() {
    use saltbox::Config;
    let accepts = br#"{"hash":{"over_72":"accept_and_rehash"}}"#;
    let accepts = Saltbox::new(Config::from_json(accepts).expect("valid"));
    let default = Saltbox::default();
    let bcrypt = Kdf::Bcrypt(Bcrypt::new(Revision::V2b, 4).expect("in range"));
    let stored = |before: &str, behind: &str| {
        let whole = format!("{before}right{behind}");
        let mut tag = [0; 23];
        let cut = &whole.as_bytes()[..whole.len().min(72)];
        bcrypt.derive(cut, &[0; 16], &mut tag).expect("derives");
        let step = |name: &str, text: &str| match text {
            "" => String::new(),
            text => format!("{name}={}", Base64Unpadded::encode_string(text.as_bytes())),
        };
        let steps = step("prefix", before) + &step("suffix", behind);
        let tag = base64ct::Base64Bcrypt::encode_string(&tag);
        format!("$saltbox-input${steps}$$2b$04$......................{tag}")
    };
    for len in [1, 40, 41, 71, 72, 73, 100] {
        let stored = stored(&"p".repeat(len), "");
        for core in [&default, &accepts] {
            for (password, is_right) in [
                ("right", true),
                ("", false),
                ("x", false),
                ("rightx", false),
            ] {
                match core.verify(&*stored, password) {
                    Ok(verdict) => assert_eq!((verdict.is_accepted(), len <= 40), (is_right, true)),
                    Err(error) => {
                        assert_eq!((error.kind(), len > 40), (ErrorKind::Unsupported, true))
                    }
                }
            }
            // What bcrypt has cut off is never made up for by the written choice.
            let long = "a".repeat(72);
            assert!(
                !core
                    .verify(&*stored, &*long)
                    .is_ok_and(Verdict::is_accepted)
            );
        }
    }
    // Of a pepper behind the password may be missing what does not fit: the password is whole.
    for len in [1, 66, 67, 68, 128] {
        let pepper: String = ('!'..='~').cycle().take(len).collect();
        let stored = stored("", &pepper);
        for core in [&default, &accepts] {
            let right = core.verify(&*stored, "right").expect("readable");
            assert!(right.is_accepted(), "{len}");
            for wrong in ["", "x", "righ", "rights"] {
                assert_eq!(core.verify(&*stored, wrong), Ok(Verdict::Rejected), "{len}");
            }
        }
    }
}
