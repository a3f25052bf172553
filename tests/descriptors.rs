//! What vendors export becomes a stored string that accepts the password it
//! was made from and no other; what is wrong, missing or undocumented is said
//! with its place.

use saltbox::hash::{Stored, import_descriptor};
use saltbox::{Config, ErrorKind, Saltbox};
use std::collections::BTreeSet;

/// Made outside of saltbox; `descriptors.py` beside it says how.
const ROWS: &str = include_str!("support/descriptors.tsv");

struct Row {
    password: &'static str,
    begins: &'static str,
    descriptor: &'static str,
}

fn rows() -> Vec<Row> {
    let rows: Vec<Row> = ROWS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [password, begins, descriptor] = fields[..] else {
                panic!("three fields: {line}");
            };
            Row {
                password,
                begins,
                descriptor,
            }
        })
        .collect();
    assert!(rows.len() > 150, "only {} rows", rows.len());
    rows
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("valid JSON")
}

fn import(text: &str) -> Result<String, saltbox::Error> {
    import_descriptor(text.as_bytes())
}

#[test]
fn the_password_is_accepted_and_no_other() {
    let cheap = br#"{"hash":{"create":{"profile":"test-only"}}}"#;
    let saltbox = Saltbox::new(Config::from_json(cheap).expect("valid"));
    for row in rows() {
        let stored = import(row.descriptor).unwrap_or_else(|e| panic!("{e}: {}", row.descriptor));
        assert!(
            stored.starts_with(row.begins),
            "{stored}: {}",
            row.descriptor
        );
        let read = Stored::parse(stored.as_bytes()).expect("parses");
        assert_eq!(read.to_text(), stored);
        let accepted = |password: &str| {
            let verdict = saltbox.verify(&stored, password);
            let verdict = verdict.unwrap_or_else(|e| panic!("{e}: {stored}"));
            verdict.is_accepted()
        };
        assert!(accepted(row.password), "{stored}: {}", row.descriptor);
        for wrong in [
            format!("{}x", row.password),
            format!("x{}", row.password),
            row.password.chars().skip(1).collect(),
            String::new(),
        ] {
            assert!(!accepted(&wrong), "{wrong:?}: {stored}");
        }
    }
}

#[test]
fn every_vendor_has_a_row() {
    let error = import(r#"{"vendor":"none","hash":{}}"#).expect_err("refused");
    let reason = error.reason().to_string();
    let known = reason.strip_prefix("unknown; there are ").expect("a list");
    let known: BTreeSet<String> = known.split(", ").map(str::to_owned).collect();
    let used: BTreeSet<String> = rows()
        .iter()
        .map(|row| {
            json(row.descriptor)["vendor"]
                .as_str()
                .expect("text")
                .to_owned()
        })
        .collect();
    assert_eq!(known, used);
    assert_eq!(error.path(), Some("vendor"));
}

/// Every option of every row is needed, may not be another, and is told with its values.
#[test]
fn an_option_left_out_is_an_error_that_names_it() {
    let mut seen = BTreeSet::new();
    for row in rows() {
        let whole = json(row.descriptor);
        let Some(options) = whole["options"].as_object() else {
            continue;
        };
        for (key, value) in options {
            let mut without = whole.clone();
            without["options"]
                .as_object_mut()
                .expect("an object")
                .remove(key);
            let error = import(&without.to_string()).expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::Import);
            assert_eq!(error.path(), Some(format!("options.{key}").as_str()));
            let reason = error.reason().to_string();
            assert!(reason.starts_with("has to be given, one of "), "{reason}");
            assert!(reason.ends_with(" is not documented"), "{reason}");
            assert!(reason.contains(value.as_str().expect("text")), "{reason}");

            let mut other = whole.clone();
            other["options"][key] = "guess".into();
            let error = import(&other.to_string()).expect_err("refused");
            assert_eq!(error.path(), Some(format!("options.{key}").as_str()));
            assert!(
                error
                    .reason()
                    .to_string()
                    .starts_with("unknown; there are ")
            );
            seen.insert(key.clone());
        }
    }
    let all = [
        "first_round",
        "hash_encoding",
        "prehash",
        "repeat",
        "salt_encoding",
        "salt_position",
        "variant",
        "version",
    ];
    assert!(seen.iter().map(String::as_str).eq(all), "{seen:?}");
}

#[test]
fn an_option_that_nothing_asks_for_is_an_error() {
    for row in rows() {
        let mut more = json(row.descriptor);
        more["options"]["salt_order"] = "prefix".into();
        let error = import(&more.to_string()).expect_err("refused");
        assert_eq!(error.path(), Some("options.salt_order"));
        let reason = error.reason().to_string();
        assert!(
            reason.starts_with("not an option of this descriptor; there "),
            "{reason}"
        );
    }
}

/// Members that say nothing about the hash, or that default to what the rows have.
const OPTIONAL: [&str; 24] = [
    "additionalParameters",
    "blockSize",
    "cost",
    "counter",
    "createdDate",
    "digits",
    "encoding",
    "factor",
    "hashLength",
    "hashingAlgorithm",
    "id",
    "md_5_config",
    "options",
    "parallelization",
    "password",
    "password_salt_position",
    "position",
    "prepend_salt",
    "append_salt",
    "salt",
    "sha_1_config",
    "sha_512_config",
    "type",
    "userLabel",
];

/// The paths of all members below `value`.
fn members(value: &serde_json::Value, path: &str, found: &mut Vec<String>) {
    for (key, below) in value.as_object().into_iter().flatten() {
        let path = format!("{path}/{key}");
        members(below, &path, found);
        found.push(path);
    }
}

fn parent_and_key(path: &str) -> (&str, &str) {
    path.rsplit_once('/').expect("a path")
}

/// Every member of every row: removed, of another type, misspelt.
#[test]
fn a_member_that_is_wrong_or_missing_is_told_with_its_place() {
    for row in rows() {
        let whole = json(row.descriptor);
        let mut paths = Vec::new();
        members(&whole, "", &mut paths);
        for path in paths {
            let (parent, key) = parent_and_key(&path);
            if path.starts_with("/options") {
                continue;
            }
            let dotted = path.trim_start_matches('/').replace('/', ".");
            let mut edited = whole.clone();
            let object = edited.pointer_mut(parent).and_then(|v| v.as_object_mut());
            let value = object.expect("an object").remove(key).expect("there");
            match import(&edited.to_string()) {
                Ok(_) => assert!(OPTIONAL.contains(&key), "{dotted} is not needed"),
                Err(error) => {
                    let kinds = [ErrorKind::Import, ErrorKind::Unsupported];
                    assert!(kinds.contains(&error.kind()), "{error:?}");
                    let place = error.path().unwrap_or_default().to_owned() + &error.to_string();
                    assert!(
                        error.path().is_some() || path.matches('/').count() == 1,
                        "{place}"
                    );
                }
            }

            let mut misspelt = edited.clone();
            let object = misspelt.pointer_mut(parent).and_then(|v| v.as_object_mut());
            object.expect("an object").insert(format!("{key}x"), value);
            let error = import(&misspelt.to_string()).expect_err(&dotted);
            assert_eq!(error.kind(), ErrorKind::Import, "{error:?}");

            let mut typed = whole.clone();
            *typed.pointer_mut(&path).expect("there") = serde_json::json!([true]);
            match import(&typed.to_string()) {
                Ok(_) => assert!(OPTIONAL.contains(&key), "{dotted} may be anything"),
                Err(error) => {
                    let told = error.path().expect("a path");
                    assert!(told.starts_with(&dotted), "{told} is not {dotted}");
                }
            }
        }
    }
}

/// Eight characters that stand in no name of a format: Base64 with a capital, or hexadecimal with a digit.
fn is_telling(part: &[u8]) -> bool {
    let is_hex = part.iter().all(u8::is_ascii_hexdigit) && part.iter().any(u8::is_ascii_digit);
    let is_base64 = part.iter().all(u8::is_ascii_alphanumeric);
    is_hex || is_base64 && part.iter().any(u8::is_ascii_uppercase)
}

/// No part of a salt, a hash or a key comes out in an error.
#[test]
fn errors_hold_nothing_of_the_credential() {
    for row in rows() {
        let whole = json(row.descriptor);
        let mut paths = Vec::new();
        members(&whole, "", &mut paths);
        for path in paths {
            let secret = match whole.pointer(&path) {
                Some(serde_json::Value::String(text)) if text.len() > 20 => text,
                _ => continue,
            };
            for edit in [
                format!("{secret}!"),
                secret[..secret.len() - 1].to_owned(),
                format!("!{secret}"),
                secret.repeat(40),
            ] {
                let mut broken = whole.clone();
                *broken.pointer_mut(&path).expect("there") = edit.clone().into();
                if let Err(error) = import(&broken.to_string()) {
                    let message = error.to_string();
                    for part in secret.as_bytes().windows(8).filter(|part| is_telling(part)) {
                        let part = std::str::from_utf8(part).expect("ASCII");
                        assert!(!message.contains(part), "{message}: {part}");
                    }
                }
            }
        }
    }
}

const B64_160: &str = concat!(
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAA",
);

#[test]
fn what_is_refused_says_why_and_where() {
    let import_kind = ErrorKind::Import;
    let unsupported = ErrorKind::Unsupported;
    let long_salt = format!(
        r#"{{"vendor":"okta","hash":{{"algorithm":"MD5","saltOrder":"PREFIX","salt":"{B64_160}","value":"X03MO1qnZdYdgyfeuILPmQ=="}}}}"#
    );
    let cases: Vec<(&str, ErrorKind, &str)> = vec![
        (
            "",
            import_kind,
            "not valid JSON: it ends too early (at byte 0)",
        ),
        ("[]", import_kind, "has to be an object (at byte 0)"),
        ("{}", import_kind, r#"needs the key "vendor" (at byte 0)"#),
        (
            r#"{"vendor":"okta"}"#,
            import_kind,
            r#"needs the key "hash" (at byte 0)"#,
        ),
        (
            r#"{"vendor":"okta","hash":{},"option":{}}"#,
            import_kind,
            r#"option: unknown key; the nearest is "options" (at byte 36)"#,
        ),
        (
            r#"{"vendor":"okta","hash":{"algorithm":"MD4"}}"#,
            import_kind,
            "hash.algorithm: unknown; there are BCRYPT, SHA-512, SHA-256, SHA-1, MD5, PBKDF2 (at byte 37)",
        ),
        (
            r#"{"vendor":"okta","hash":{"algorithm":"MD5","value":"X03MO1qnZdYdgyfeuILPmQ==","salt":"QQ=="}}"#,
            import_kind,
            r#"hash: needs the key "saltOrder" (at byte 24)"#,
        ),
        (
            r#"{"vendor":"okta","hash":{"algorithm":"MD5","value":"5f4dcc3b5aa765d61d8327deb882cf99"}}"#,
            import_kind,
            "hash.value: is 24 bytes long and has to be 16 (at byte 51)",
        ),
        (
            &long_salt,
            unsupported,
            "hash.salt: is longer than the 128 bytes that are read (at byte 71)",
        ),
        (
            r#"{"vendor":"okta","hash":{"algorithm":"BCRYPT","workFactor":3,"salt":"a","value":"b"}}"#,
            import_kind,
            "hash.workFactor: the cost is 3, under the floor of 4 (at byte 59)",
        ),
        (
            r#"{"vendor":"auth0","hash":{"algorithm":"whirlpool","hash":{}}}"#,
            import_kind,
            "hash.algorithm: unknown; there are argon2, bcrypt, hmac, ldap, md4, md5, sha1, sha256, sha512, pbkdf2, scrypt (at byte 38)",
        ),
        (
            r#"{"vendor":"auth0","hash":{"algorithm":"hmac","hash":{"value":"00","encoding":"hex","digest":"whirlpool","key":{"value":"k"}}}}"#,
            unsupported,
            "hash.hash.digest: whirlpool is nothing that a scheme of this release verifies (at byte 92)",
        ),
        (
            r#"{"vendor":"auth0","hash":{"algorithm":"md5","hash":{"value":"00"}}}"#,
            import_kind,
            r#"hash.hash.value: needs the key "encoding" beside it, "hex" or "base64" (at byte 60)"#,
        ),
        (
            r#"{"vendor":"auth0","hash":{"algorithm":"pbkdf2","hash":{"value":"$pbkdf2-md4$i=1,l=64$AA$AA"}}}"#,
            unsupported,
            "hash.hash.value: PBKDF2 is verified with SHA-1, SHA-256 and SHA-512 only (at byte 63)",
        ),
        (
            r#"{"vendor":"auth0","hash":{"algorithm":"ldap","hash":{"value":"{CRYPT}$1$abcdefgh$gyPqltr49ET96qfEMI36o/"}}}"#,
            import_kind,
            "hash.hash.value: has to be a digest as LDAP has it, such as \"{SSHA}...\" (at byte 61)",
        ),
        (
            r#"{"vendor":"auth0","hash":{"algorithm":"ldap","hash":{"value":"{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr"},"password":{"encoding":"latin1"}}}"#,
            unsupported,
            "hash.hash.value: the password would go through two sets of steps; only one can be said (at byte 61)",
        ),
        (
            r#"{"vendor":"auth0","hash":"$2b$04$abcdefghijklmnopqrstu"}"#,
            import_kind,
            "hash: the salt has 22 characters (at byte 7 of the string) (at byte 25)",
        ),
        (
            r#"{"vendor":"clerk","hash":{"password_hasher":"awscognito","password_digest":"awscognito#a#b#c"}}"#,
            unsupported,
            "hash.password_hasher: awscognito is nothing that a scheme of this release verifies (at byte 44)",
        ),
        (
            r#"{"vendor":"descope","hash":{"md5":{"hash":"00"},"sha":{}}}"#,
            import_kind,
            "hash.sha: a second algorithm; one credential has one (at byte 54)",
        ),
        (
            r#"{"vendor":"descope","hash":{}}"#,
            import_kind,
            "hash: has to have one of bcrypt, django, firebase, pbkdf2, phpass, md5, sha, argon2 (at byte 27)",
        ),
        (
            r#"{"vendor":"descope","hash":{"phpass":{"type":"md5","salt":"eightchr","hash":"a","iterations":100}}}"#,
            import_kind,
            "hash.phpass.iterations: the number of iterations has to be a power of two (at byte 93)",
        ),
        (
            r#"{"vendor":"descope","hash":{"phpass":{"type":"md5","salt":"eightchr","hash":"a","iterations":64}}}"#,
            import_kind,
            "hash.phpass.iterations: iterations are from 2^7 to 2^30 (at byte 93)",
        ),
        (
            r#"{"vendor":"descope","hash":{"phpass":{"type":"md5","salt":"eight-ch","hash":"a","iterations":128}}}"#,
            import_kind,
            "hash.phpass.salt: has to be 8 characters of ./0-9A-Za-z (at byte 58)",
        ),
        (
            r#"{"vendor":"descope","hash":{"argon2":{"hash":"AAAAAAAAAAAAAAAAAAAAAA==","salt":"AAAAAAAAAAA=","iterations":1,"memory":8,"threads":2}},"options":{"variant":"argon2id","version":"19"}}"#,
            import_kind,
            "hash.argon2: m in KiB is 8, under the floor of 16 (at byte 37)",
        ),
        (
            r#"{"vendor":"firebase","hash":{"passwordHash":"AA==","hash":{"algorithm":"MD5","rounds":0}},"options":{"first_round":"counted"}}"#,
            import_kind,
            "hash.passwordHash: is 1 bytes long and has to be 16 (at byte 44)",
        ),
        (
            r#"{"vendor":"firebase","hash":{"passwordHash":"AA=="}}"#,
            import_kind,
            r#"hash: needs the key "hash_config", or "hash" of the Admin SDK (at byte 28)"#,
        ),
        (
            r#"{"vendor":"fusionauth","hash":{"encryptionScheme":"phppass-sha512","factor":256,"salt":"eightchr","password":"AA"},"options":{"hash_encoding":"base64"}}"#,
            unsupported,
            "hash.password: 43 characters of the usual Base64 are not the bits that a string keeps (at byte 109)",
        ),
        (
            r#"{"vendor":"fusionauth","hash":{"encryptionScheme":"bcrypt","salt":"AA==","password":"$2a$"}}"#,
            import_kind,
            "hash.salt: a whole bcrypt string has its salt in it (at byte 66)",
        ),
        (
            r#"{"vendor":"firebase","hash":{"passwordHash":"$2a$","salt":"AA==","hash":{"algorithm":"BCRYPT"}}}"#,
            import_kind,
            "hash.salt: bcrypt has its salt in its string (at byte 58)",
        ),
        (
            r#"{"vendor":"keycloak","hash":{"type":"otp","secretData":{},"credentialData":{}}}"#,
            import_kind,
            "hash.type: unknown; there are password (at byte 36)",
        ),
        (
            r#"{"vendor":"keycloak","hash":{"secretData":"{\"value\":\"AA\",\"salt\":7}","credentialData":"{}"}}"#,
            import_kind,
            "hash.secretData.salt: has to be a string (at byte 42)",
        ),
        (
            r#"{"vendor":"keycloak","hash":{"secretData":"{","credentialData":"{}"}}"#,
            import_kind,
            "hash.secretData: not valid JSON: it ends too early (at byte 42)",
        ),
        (
            r#"{"vendor":"keycloak","hash":{}}"#,
            import_kind,
            r#"hash: needs the key "secretData" (at byte 28)"#,
        ),
        (
            r#"{"vendor":"spring-security","hash":{"pbkdf2":"00","secret":"s","algorithm":"PBKDF2WithHmacSHA1","iterations":1,"saltLength":8,"encoding":"hex"}}"#,
            import_kind,
            "hash.pbkdf2: is shorter than the salt alone (at byte 45)",
        ),
        (
            r#"{"vendor":"stytch","hash":{"hash":"AA","hash_type":"pbkdf_2"}}"#,
            import_kind,
            r#"hash: needs the key "pbkdf_2_config" (at byte 26)"#,
        ),
        (
            r#"{"vendor":"supertokens","hash":{"passwordHash":"$f_scrypt$AA$AA$m=14$r=8$s=AA"}}"#,
            import_kind,
            r#"hash: needs the key "firebase_password_hashing_signer_key" (at byte 31)"#,
        ),
        (
            r#"{"vendor":"symfony","hash":{}}"#,
            import_kind,
            "hash: has to be a string (at byte 27)",
        ),
        (
            r#"{"vendor":"workos","hash":{"password_hash":"x","password_hash_type":"scrypt"}}"#,
            unsupported,
            "hash.password_hash_type: scrypt is nothing that a scheme of this release verifies (at byte 68)",
        ),
        (
            r#"{"vendor":"okta","hash":{"algorithm":"PBKDF2","salt":"AA==","digestAlgorithm":"SHA256_HMAC","iterationCount":4096,"keySize":8,"value":"AAAAAAAAAAA="}}"#,
            import_kind,
            "hash: the tag is not from 16 to 128 bytes long (at byte 24)",
        ),
    ];
    let mut wrong = Vec::new();
    for (text, kind, message) in cases {
        let error = import(text).expect_err(text);
        if (error.kind(), error.to_string().as_str()) != (kind, message) {
            wrong.push(format!("{text}\n  {error:?}\n  {message}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
