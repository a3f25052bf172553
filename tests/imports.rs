//! Other systems' strings, made here by their grammar and not by saltbox: each
//! is accepted, says what it is and asks for a rehash; no string near it is.

use base64ct::{Base64, Base64Pbkdf2, Base64ShaCrypt, Base64Unpadded, Encoding};
use saltbox::hash::{Argon2, Kdf, Pbkdf2, Prf, Scheme, Scrypt, Stored, Variant, Version};
use saltbox::{Config, ErrorKind, Saltbox, Verdict};
use std::collections::BTreeSet;

/// Not ASCII, and composed, so that it is its own prepared form.
const PASSWORD: &str = "pässwörd";
const SALT: &[u8] = b"sixteen bytes ok";

/// Ceilings so low that whatever a mutant asks for is over in microseconds.
const LOW: &[u8] = br#"{"hash":{"create":{"profile":"test-only"},"limits":{
    "argon2_kib_passes":64,"argon2_m_kib":32,"argon2_p":4,
    "scrypt_nrp":256,"scrypt_kib":16,"pbkdf2_iterations":64}}}"#;

fn core(json: &[u8]) -> Saltbox {
    Saltbox::new(Config::from_json(json).expect("valid"))
}

fn tag(kdf: &Kdf, len: usize) -> Vec<u8> {
    let mut tag = vec![0; len];
    kdf.derive(PASSWORD.as_bytes(), SALT, &mut tag)
        .expect("derives");
    tag
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One string at least of every scheme whose cost can be low.
fn strings() -> Vec<(Scheme, String)> {
    let text = std::str::from_utf8(SALT).expect("ASCII");
    let pbkdf2 = |prf, iterations| Kdf::Pbkdf2(Pbkdf2::new(prf, iterations).expect("in range"));
    let scrypt = Kdf::Scrypt(Scrypt::new(4, 1, 1).expect("in range"));
    let argon2 = Kdf::Argon2(Argon2::new(Variant::Id, Version::V0x13, 8, 1, 1).expect("in range"));
    let b64 = Base64Unpadded::encode_string;
    let mut all = vec![
        (
            Scheme::DjangoArgon2,
            format!(
                "argon2$argon2id$v=19$m=8,t=1,p=1${}${}",
                b64(SALT),
                b64(&tag(&argon2, 32))
            ),
        ),
        (
            Scheme::SeafilePbkdf2,
            format!(
                "PBKDF2SHA256$5${}${}",
                hex(SALT),
                hex(&tag(&pbkdf2(Prf::Sha256, 5), 32))
            ),
        ),
        (
            Scheme::Scrypt7,
            format!(
                "$7$2/..../....{text}${}",
                Base64ShaCrypt::encode_string(&tag(&scrypt, 32))
            ),
        ),
        (
            Scheme::DjangoScrypt,
            format!(
                "scrypt$16${text}$1$1${}",
                Base64::encode_string(&tag(&scrypt, 64))
            ),
        ),
        (
            Scheme::WerkzeugScrypt,
            format!("scrypt:16:1:1${text}${}", hex(&tag(&scrypt, 64))),
        ),
    ];
    for id in ["", "{scrypt}", "{scrypt@SpringSecurity_v5_8}"] {
        let (salt, tag) = (
            Base64::encode_string(SALT),
            Base64::encode_string(&tag(&scrypt, 32)),
        );
        all.push((Scheme::SpringScrypt, format!("{id}$40101${salt}${tag}")));
    }
    for (prf, name, len, number) in [
        (Prf::Sha1, "sha1", 20, 0_u32),
        (Prf::Sha256, "sha256", 32, 1),
        (Prf::Sha512, "sha512", 64, 2),
    ] {
        let tag = tag(&pbkdf2(prf, 5), len);
        let (salt, ab64) = (
            Base64Pbkdf2::encode_string(SALT),
            Base64Pbkdf2::encode_string(&tag),
        );
        let passlib = if prf == Prf::Sha1 {
            String::new()
        } else {
            format!("-{name}")
        };
        let ldap = name.to_uppercase();
        all.push((
            Scheme::PasslibPbkdf2,
            format!("$pbkdf2{passlib}$5${salt}${ab64}"),
        ));
        all.push((
            Scheme::LdapPbkdf2,
            format!("{{PBKDF2-{ldap}}}5${salt}${ab64}"),
        ));
        if prf == Prf::Sha1 {
            all.push((Scheme::LdapPbkdf2, format!("{{PBKDF2}}5${salt}${ab64}")));
        }
        if prf != Prf::Sha512 {
            let b64 = Base64::encode_string(&tag);
            all.push((
                Scheme::DjangoPbkdf2,
                format!("pbkdf2_{name}$5${text}${b64}"),
            ));
        }
        all.push((
            Scheme::WerkzeugPbkdf2,
            format!("pbkdf2:{name}:5${text}${}", hex(&tag)),
        ));
        let header = [number, 5, 16].map(u32::to_be_bytes).concat();
        let blob = [&[1], &*header, SALT, &tag].concat();
        all.push((Scheme::AspNetV3, Base64::encode_string(&blob)));
    }
    all
}

/// Those whose iterations the string does not say.
const OF_FIXED_COST: [Scheme; 3] = [
    Scheme::AtlassianPkcs5s2,
    Scheme::SpringPbkdf2,
    Scheme::AspNetV2,
];

#[test]
fn every_spelling_is_accepted_and_asks_for_a_rehash() {
    let core = core(LOW);
    let mut seen = BTreeSet::new();
    for (scheme, string) in strings() {
        let stored = Stored::parse(string.as_bytes()).expect(&string);
        assert_eq!(
            (stored.scheme(), stored.to_text()),
            (scheme, string.clone())
        );
        assert!(!scheme.may_create());
        let right = core.verify(&string, PASSWORD);
        assert_eq!(right, Ok(Verdict::Accepted { rehash: true }), "{string}");
        assert_eq!(
            core.verify(&string, "password"),
            Ok(Verdict::Rejected),
            "{string}"
        );
        seen.insert(scheme.name());
    }
    let all = Scheme::all().skip_while(|scheme| *scheme != Scheme::DjangoArgon2);
    for scheme in all.filter(|scheme| !OF_FIXED_COST.contains(scheme)) {
        assert!(
            seen.contains(scheme.name()),
            "no string of {}",
            scheme.name()
        );
    }
}

/// What the string says about the cost is held against the limits like any other.
#[test]
fn a_cost_that_the_scheme_fixes_obeys_the_limits() {
    let core = core(LOW);
    for (string, kind) in [
        (
            "{PKCS5S2}c4xaeTQM0lUieMS3V5voiexyX9XhqC2dBd5ecVy60IPksHChwoTAVYFrhsgoq8/p",
            ErrorKind::Limit,
        ),
        (
            "{pbkdf2}5d923b44a6d129f3ddf3e3c8d29412723dcbde72445e8ef6bf3b508fbf17fa4ed4d6b99ca763d8dc",
            ErrorKind::Limit,
        ),
        (
            "ANXrDknc7fGPpigibZXXZFMX4aoqz44JveK6jQuwY3eH/UyPhvr5xTPeGYEckLxz9A==",
            ErrorKind::Limit,
        ),
        (
            "scrypt$1073741824$salt$8$1$ECMIUp+LMxMSK8xB/IVyba+KYGTI7FTnet025q/1f/vBAVnnP3hdYqJuRi+mJn6ji6ze3Fbb7JEFPKGpuEf5vw==",
            ErrorKind::Limit,
        ),
        (
            "$7$z6..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D",
            ErrorKind::Malformed,
        ),
    ] {
        let error = core.verify(string, PASSWORD).expect_err(string);
        assert_eq!(error.kind(), kind, "{string}: {error}");
    }
}

/// Strings at the distance of one byte, for bytes that mean something somewhere, and every beginning.
fn mutants(text: &str) -> Vec<String> {
    let mut mutants = Vec::new();
    let ends = (0..=text.len()).filter(|at| text.is_char_boundary(*at));
    for at in ends {
        let (before, behind) = text.split_at(at);
        mutants.push(before.to_owned());
        let rest = behind.chars().next().map(|c| &behind[c.len_utf8()..]);
        for c in "\0 $,.:;/+=-0129AFGZafgz{}@~é".chars() {
            mutants.push(format!("{before}{c}{behind}"));
            if let Some(rest) = rest {
                mutants.push(format!("{before}{c}{rest}"));
            }
        }
        if let Some(rest) = rest {
            mutants.push(format!("{before}{rest}"));
        }
    }
    mutants.retain(|mutant| mutant != text);
    mutants
}

#[test]
fn no_string_near_a_right_one_is_accepted() {
    let core = core(LOW);
    let mut shortened = 0;
    for (scheme, string) in strings() {
        for mutant in mutants(&string) {
            let found = core.identify(&mutant);
            match core.verify(&*mutant, PASSWORD) {
                Ok(Verdict::Rejected) => assert!(found.problem().is_none() || mutant.is_empty()),
                Ok(Verdict::Accepted { .. }) => {
                    // Nothing in such a blob says how long the tag is.
                    assert!(
                        scheme == Scheme::AspNetV3 && string.starts_with(&mutant),
                        "{mutant}"
                    );
                    shortened += 1;
                }
                Err(error) => {
                    assert_eq!(found.problem(), Some(&error), "{mutant}");
                    let placed = error.offset().is_some_and(|at| at <= mutant.len());
                    assert!(
                        placed || error.kind() == ErrorKind::Limit,
                        "{mutant}: {error}"
                    );
                }
            }
        }
    }
    assert!(shortened > 0);
}
