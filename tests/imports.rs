//! Other systems' strings, made here by their grammar and not by saltbox: each
//! is accepted, says what it is and asks for a rehash; no string near it is.

use base64ct::{Base64, Base64Bcrypt, Base64Pbkdf2, Base64ShaCrypt, Base64Unpadded, Encoding};
use saltbox::hash::{
    Argon2, Bcrypt, FirebaseScrypt, Kdf, Md5Crypt, Md5CryptMagic, Pbkdf2, Phpass, PhpassHash, Prf,
    Revision, Scheme, Scrypt, Sha1Crypt, ShaCrypt, ShaCryptHash, Stored, Variant, Version, Warning,
};
use saltbox::{Config, ErrorKind, Saltbox, Verdict};
use sha2::Digest;
use std::collections::BTreeSet;

/// Not ASCII, and composed, so that it is its own prepared form.
const PASSWORD: &str = "pässwörd";
const SALT: &[u8] = b"sixteen bytes ok";

/// Ceilings so low that whatever a mutant asks for is over in microseconds, or a
/// millisecond where a scheme has no less: bcrypt, MD5-crypt and SHA-crypt.
const LOW: &[u8] = br#"{"hash":{"create":{"profile":"test-only"},"limits":{
    "argon2_kib_passes":64,"argon2_m_kib":32,"argon2_p":4,
    "scrypt_nrp":1024,"scrypt_kib":32,"pbkdf2_iterations":64,
    "bcrypt_cost":4,"digest_compressions":40000}}}"#;

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
    let mut all = vec![
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
    all.extend(scrypts(&scrypt));
    all.extend(bcrypts());
    all.extend(of_crypt3());
    all.extend(digests());
    all.extend(around(&all));
    all
}

/// What Kratos, Firebase's users and passwap made of functions that others have too.
fn scrypts(scrypt: &Kdf) -> Vec<(Scheme, String)> {
    let b64 = Base64::encode_string;
    let kdf = Kdf::FirebaseScrypt(FirebaseScrypt::new(Scrypt::new(4, 1, 1).expect("in range")));
    // Salt and separator are one to scrypt.
    let (salt, separator) = SALT.split_at(12);
    let key: Vec<u8> = (0..32).map(|byte| byte * 7).collect();
    let stream = tag(&kdf, key.len());
    let hash: Vec<u8> = stream.iter().zip(&key).map(|(a, b)| a ^ b).collect();
    let [salt, separator, key, hash] = [salt, separator, &key, &hash].map(b64);
    vec![
        (
            Scheme::KratosScrypt,
            format!(
                "$scrypt$ln=16,r=1,p=1${}${}",
                b64(SALT),
                b64(&tag(scrypt, 32))
            ),
        ),
        (
            Scheme::FirebaseScrypt,
            format!("$firescrypt$ln=4,r=1,p=1${salt}${hash}${separator}${key}"),
        ),
        (
            Scheme::FirebaseScrypt,
            format!("$fbscrypt$v=1,n=4,r=1,p=1,ss={separator},sk={key}${salt}${hash}"),
        ),
        (
            Scheme::FirebaseScrypt,
            format!("{hash}${salt}${key}${separator}$1$4"),
        ),
    ]
}

/// Salt and tag of bcrypt, for an input that is not the password itself.
fn bcrypt(revision: Revision, input: &[u8]) -> [String; 2] {
    let kdf = Kdf::Bcrypt(Bcrypt::new(revision, 4).expect("in range"));
    let mut tag = [0; 23];
    kdf.derive(input, SALT, &mut tag).expect("derives");
    [SALT, &tag].map(Base64Bcrypt::encode_string)
}

fn bcrypts() -> Vec<(Scheme, String)> {
    let password = PASSWORD.as_bytes();
    let mut all = Vec::new();
    for (name, revision) in [
        ("2", Revision::V2),
        ("2a", Revision::V2a),
        ("2b", Revision::V2b),
        ("2x", Revision::V2x),
        ("2y", Revision::V2y),
    ] {
        let [salt, tag] = bcrypt(revision, password);
        all.push((Scheme::Bcrypt, format!("${name}$04${salt}{tag}")));
    }
    let [salt, tag] = bcrypt(
        Revision::V2b,
        b64_digest::<sha2::Sha256>(&[password]).as_bytes(),
    );
    all.push((
        Scheme::BcryptSha256,
        format!("$bcrypt-sha256$2b,4${salt}${tag}"),
    ));
    let mac = Base64::encode_string(&mac::<sha2::Sha256>(salt.as_bytes(), password));
    let [salt, tag] = bcrypt(Revision::V2b, mac.as_bytes());
    all.push((
        Scheme::BcryptSha256,
        format!("$bcrypt-sha256$v=2,t=2b,r=4${salt}${tag}"),
    ));
    all
}

/// What crypt(3) has besides, and what is derived from it.
fn of_crypt3() -> Vec<(Scheme, String)> {
    let h64 = Base64ShaCrypt::encode_string;
    let derived = |kdf: Kdf, salt: &str, len| {
        let mut tag = vec![0; len];
        kdf.derive(PASSWORD.as_bytes(), salt.as_bytes(), &mut tag)
            .expect("derives");
        h64(&tag)
    };
    let md5 = |magic| derived(Kdf::Md5Crypt(Md5Crypt::new(magic)), "saltsalt", 16);
    let sha = |hash, rounds, len| {
        let kdf = ShaCrypt::new(hash, rounds).expect("in range");
        derived(Kdf::ShaCrypt(kdf), "salt", len)
    };
    let phpass = |hash, len| {
        let kdf = Phpass::new(hash, 7).expect("in range");
        derived(Kdf::Phpass(kdf), "saltsalt", len)
    };
    // Drupal cuts the text within a group.
    let mut drupal = phpass(PhpassHash::Sha512, 33);
    drupal.truncate(43);
    let sha1 = Kdf::Sha1Crypt(Sha1Crypt::new(5).expect("in range"));
    vec![
        (
            Scheme::Md5Crypt,
            format!("$1$saltsalt${}", md5(Md5CryptMagic::Md5Crypt)),
        ),
        (
            Scheme::Md5Crypt,
            format!("$md5-crypt$saltsalt${}", md5(Md5CryptMagic::Md5Crypt)),
        ),
        (
            Scheme::Apr1,
            format!("$apr1$saltsalt${}", md5(Md5CryptMagic::Apr1)),
        ),
        (
            Scheme::Sha256Crypt,
            format!(
                "$5$rounds=1000$salt${}",
                sha(ShaCryptHash::Sha256, 1000, 32)
            ),
        ),
        (
            Scheme::Sha256Crypt,
            format!(
                "$sha256-crypt$rounds=1000$salt${}",
                sha(ShaCryptHash::Sha256, 1000, 32)
            ),
        ),
        (
            Scheme::Sha512Crypt,
            format!(
                "$6$rounds=1000$salt${}",
                sha(ShaCryptHash::Sha512, 1000, 64)
            ),
        ),
        (
            Scheme::Sha512Crypt,
            format!(
                "$sha512-crypt$rounds=1000$salt${}",
                sha(ShaCryptHash::Sha512, 1000, 64)
            ),
        ),
        (
            Scheme::Sha1Crypt,
            format!("$sha1$5$saltsalt${}", derived(sha1, "saltsalt", 21)),
        ),
        (
            Scheme::Phpass,
            format!("$P$5saltsalt{}", phpass(PhpassHash::Md5, 16)),
        ),
        (
            Scheme::Phpass,
            format!("$H$5saltsalt{}", phpass(PhpassHash::Md5, 16)),
        ),
        (Scheme::Drupal7, format!("$S$5saltsalt{drupal}")),
        (Scheme::Yescrypt, YESCRYPT.into()),
        (Scheme::GostYescrypt, GOST_YESCRYPT.into()),
    ]
}

/// Of [`PASSWORD`], by libxcrypt 4.4's crypt(3): N = 8 and r = 1.
const YESCRYPT: &str = "$y$j0.$c2l4dGVl$RvvrpVfRVLtVKw6jTsppLoi4XJyV5VbgSy.0Uoh1.z2";
const GOST_YESCRYPT: &str = "$gy$j0.$c2l4dGVl$CwFiUAT7RDkMmQsQ33165ggZaYnFh26o0b7y9BkVfA8";

fn digest<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
    let mut hasher = D::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().to_vec()
}

fn b64_digest<D: Digest>(parts: &[&[u8]]) -> String {
    Base64::encode_string(&digest::<D>(parts))
}

/// RFC 2104, for keys of up to a block.
fn mac<D: Digest>(key: &[u8], message: &[u8]) -> Vec<u8> {
    let block = if <D as Digest>::output_size() > 32 {
        128
    } else {
        64
    };
    let padded = |with: u8| -> Vec<u8> {
        let key = key.iter().copied().chain(std::iter::repeat(0));
        key.take(block).map(|byte| byte ^ with).collect()
    };
    let inner = digest::<D>(&[&padded(0x36), message]);
    digest::<D>(&[&padded(0x5c), &inner])
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Every digest, with the salt where its system puts it.
fn digests() -> Vec<(Scheme, String)> {
    use md4::Md4;
    use md5::Md5;
    use sha1::Sha1;
    use sha2::{Sha256, Sha384, Sha512};
    let password = PASSWORD.as_bytes();
    let b64 = Base64::encode_string;
    let mut all = vec![
        (
            Scheme::NtHash,
            format!("$3$${}", hex(&digest::<Md4>(&[&utf16(PASSWORD)]))),
        ),
        (
            Scheme::DjangoDigest,
            format!("md5$salt${}", hex(&digest::<Md5>(&[b"salt", password]))),
        ),
        (
            Scheme::DjangoDigest,
            format!("sha1$salt${}", hex(&digest::<Sha1>(&[b"salt", password]))),
        ),
        (
            Scheme::MediaWiki,
            format!(":A:{}", hex(&digest::<Md5>(&[password]))),
        ),
        (
            Scheme::MediaWiki,
            format!(
                ":B:salt:{}",
                hex(&digest::<Md5>(&[
                    b"salt-",
                    hex(&digest::<Md5>(&[password])).as_bytes()
                ]))
            ),
        ),
        (
            Scheme::TemplatedDigest,
            format!("$md5${}", b64_digest::<Md5>(&[password])),
        ),
        (
            Scheme::TemplatedDigest,
            format!(
                "$sha256$pf={}${}${}",
                b64(b"<{SALT}{PASSWORD}>"),
                b64(b"salt"),
                b64_digest::<Sha256>(&[b"<salt", password, b">"])
            ),
        ),
        (
            Scheme::TemplatedDigest,
            format!(
                "$md5salted-prefix$salt${}",
                b64_digest::<Md5>(&[b"salt", password])
            ),
        ),
        (
            Scheme::TemplatedDigest,
            format!(
                "$md5salted-suffix$salt${}",
                b64_digest::<Md5>(&[password, b"salt"])
            ),
        ),
        (
            Scheme::Hmac,
            format!(
                "$hmac-sha256${}${}",
                b64(hex(&mac::<Sha256>(b"salt", password)).as_bytes()),
                b64(b"salt")
            ),
        ),
    ];
    for (name, tag) in [
        ("MD5", digest::<Md5>(&[password])),
        ("SHA", digest::<Sha1>(&[password])),
        ("SHA256", digest::<Sha256>(&[password])),
        ("SHA384", digest::<Sha384>(&[password])),
        ("SHA512", digest::<Sha512>(&[password])),
    ] {
        all.push((Scheme::LdapDigest, format!("{{{name}}}{}", b64(&tag))));
        if name != "SHA384" {
            all.push((Scheme::BareDigest, hex(&tag)));
        }
    }
    for (name, tag) in [
        ("SMD5", digest::<Md5>(&[password, SALT])),
        ("SSHA", digest::<Sha1>(&[password, SALT])),
        ("SSHA256", digest::<Sha256>(&[password, SALT])),
        ("SSHA384", digest::<Sha384>(&[password, SALT])),
        ("SSHA512", digest::<Sha512>(&[password, SALT])),
    ] {
        all.push((
            Scheme::LdapDigest,
            format!("{{{name}}}{}", b64(&[&*tag, SALT].concat())),
        ));
    }
    for (name, tag) in [
        ("MD4", digest::<Md4>(&[password, b"{salt}"])),
        ("MD5", digest::<Md5>(&[password, b"{salt}"])),
        ("SHA-1", digest::<Sha1>(&[password, b"{salt}"])),
        ("SHA-256", digest::<Sha256>(&[password, b"{salt}"])),
    ] {
        all.push((
            Scheme::SpringDigest,
            format!("{{{name}}}{{salt}}{}", hex(&tag)),
        ));
    }
    let mut spring = digest::<Sha256>(&[&SALT[..8], password]);
    for _ in 1..1024 {
        spring = digest::<Sha256>(&[&spring]);
    }
    all.push((
        Scheme::SpringSha256,
        format!("{{sha256}}{}{}", hex(&SALT[..8]), hex(&spring)),
    ));
    let mut symfony = digest::<Sha512>(&[password, b"{salt}"]);
    let mut alone = digest::<Sha512>(&[password]);
    for _ in 1..3 {
        symfony = digest::<Sha512>(&[&symfony, password, b"{salt}"]);
        alone = digest::<Sha512>(&[&alone]);
    }
    all.push((
        Scheme::SymfonyDigest,
        format!("sha512_symfony$3$salt${}", b64(&symfony)),
    ));
    let b64 = Base64Unpadded::encode_string;
    all.push((
        Scheme::SaltboxDigest,
        format!("$saltbox-digest$h=sha512,i=3${}", b64(&alone)),
    ));
    all.push((
        Scheme::SaltboxDigest,
        format!(
            "$saltbox-input$suffix={}$$saltbox-digest$h=sha512,i=3,c=input${}",
            b64(b"{salt}"),
            b64(&symfony)
        ),
    ));
    all
}

/// Every word, id and step that stands around strings: before one of `inside`
/// where it changes nothing, before one made for it where it does.
fn around(inside: &[(Scheme, String)]) -> Vec<(Scheme, String)> {
    let before = |around: &str, begin: &str| {
        let found = inside.iter().find(|(_, string)| string.starts_with(begin));
        let (scheme, string) = found.unwrap_or_else(|| panic!("none begins with {begin}"));
        (*scheme, format!("{around}{string}"))
    };
    let argon2 = |variant, name: &str| {
        let kdf = Kdf::Argon2(Argon2::new(variant, Version::V0x13, 8, 1, 1).expect("in range"));
        let [salt, tag] = [SALT, &tag(&kdf, 32)].map(Base64Unpadded::encode_string);
        format!("${name}$v=19$m=8,t=1,p=1${salt}${tag}")
    };
    let (argon2i, argon2id) = (
        argon2(Variant::I, "argon2i"),
        argon2(Variant::Id, "argon2id"),
    );
    let password = PASSWORD.as_bytes();
    let with_input = |around: &str, input: &[u8]| {
        let [salt, tag] = bcrypt(Revision::V2y, input);
        (Scheme::Bcrypt, format!("{around}$2y$04${salt}{tag}"))
    };
    let md5_hex = hex(&digest::<md5::Md5>(&[password]));
    let mut drupal = vec![0; 16];
    Kdf::Phpass(Phpass::new(PhpassHash::Md5, 7).expect("in range"))
        .derive(md5_hex.as_bytes(), b"saltsalt", &mut drupal)
        .expect("derives");
    let drupal = Base64ShaCrypt::encode_string(&drupal);
    let b64 = Base64Unpadded::encode_string;
    let bare = |steps: String, parts: &[&[u8]]| {
        (
            Scheme::BareDigest,
            format!(
                "$saltbox-input${steps}${}",
                hex(&digest::<sha1::Sha1>(parts))
            ),
        )
    };
    let latin1: Vec<u8> = PASSWORD.chars().map(|c| c as u8).collect();
    let utf16_md5_hex = hex(&digest::<md5::Md5>(&[&utf16(PASSWORD)]));
    vec![
        (Scheme::Argon2id, format!("argon2{argon2id}")),
        (Scheme::Argon2i, format!("{{ARGON2I}}{argon2i}")),
        (Scheme::Argon2id, format!("{{ARGON2ID}}{argon2id}")),
        (Scheme::Argon2i, format!("{{ARGON2}}{argon2i}")),
        (
            Scheme::Argon2id,
            format!("{{argon2@SpringSecurity_v5_8}}{argon2id}"),
        ),
        before("bcrypt$", "$2b$"),
        before("{BCRYPT}", "$2a$"),
        before("{BLF-CRYPT}", "$2y$"),
        before("{CRYPT}", "$2b$"),
        before("{CRYPT}", "$1$"),
        before("{CRYPT}", "$3$"),
        before("{CRYPT}", "$y$"),
        before("{MD5-CRYPT}", "$1$"),
        before("{SHA256-CRYPT}", "$5$"),
        before("{SHA512-CRYPT}", "$6$"),
        before("{ldap}", "{SSHA}"),
        with_input(
            "bcrypt_sha256$",
            hex(&digest::<sha2::Sha256>(&[password])).as_bytes(),
        ),
        with_input(
            "$wp",
            Base64::encode_string(&mac::<sha2::Sha384>(b"wp-sha384", password)).as_bytes(),
        ),
        // The password is short enough to enter as it is.
        with_input("$saltbox-input$hash=symfony$", password),
        (Scheme::Phpass, format!("U$P$5saltsalt{drupal}")),
        (
            Scheme::Phpass,
            format!("$saltbox-input$hash=md5-hex$$H$5saltsalt{drupal}"),
        ),
        bare("text=utf16le".into(), &[&utf16(PASSWORD)]),
        bare("text=latin1".into(), &[&latin1]),
        bare(format!("prefix={}", b64(b"salt")), &[b"salt", password]),
        bare(
            format!(
                "text=utf16le,hash=md5-hex,prefix={},suffix={}",
                b64(b"salt"),
                b64(b"pepper")
            ),
            &[b"salt", utf16_md5_hex.as_bytes(), b"pepper"],
        ),
    ]
}

/// Those whose cost the string does not say, and which is over the low limits.
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
        let right = core.verify(&string, PASSWORD);
        assert_eq!(right, Ok(Verdict::Accepted { rehash: true }), "{string}");
        assert_eq!(
            core.verify(&string, "password"),
            Ok(Verdict::Rejected),
            "{string}"
        );
        seen.insert(scheme.name());
    }
    let all = Scheme::all().skip_while(|scheme| *scheme != Scheme::PasslibPbkdf2);
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

/// Schemes that no parameter makes cheaper than half a millisecond.
const OF_MILLISECONDS: [Scheme; 6] = [
    Scheme::Bcrypt,
    Scheme::BcryptSha256,
    Scheme::Sha256Crypt,
    Scheme::Sha512Crypt,
    Scheme::Md5Crypt,
    Scheme::Apr1,
];

/// Bytes that mean something somewhere, and some that do nowhere.
const BYTES: &str = "\0 $,.:;/+=-0129AFGZafgz{}@~é";

/// Of each kind one, for schemes that take long.
const FEW_BYTES: &str = "\0$.=0az}é";

/// Strings at the distance of one byte, for bytes that mean something somewhere, and every beginning.
fn mutants(scheme: Scheme, text: &str) -> Vec<String> {
    let bytes = if OF_MILLISECONDS.contains(&scheme) {
        FEW_BYTES
    } else {
        BYTES
    };
    let mut mutants = Vec::new();
    let ends = (0..=text.len()).filter(|at| text.is_char_boundary(*at));
    for at in ends {
        let (before, behind) = text.split_at(at);
        mutants.push(before.to_owned());
        let rest = behind.chars().next().map(|c| &behind[c.len_utf8()..]);
        for c in bytes.chars() {
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

/// Why a string that is not the right one may be accepted all the same: it says the same, or as much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Harmless {
    /// Nothing in ASP.NET's blob says how long the tag is.
    Shortened,
    /// RFC 2307 and Dovecot write ids in any case.
    Case,
    /// `{ARGON2}` is every `{ARGON2I}`, and `{CRYPT}` every `{BCRYPT}`.
    WiderId,
    /// bcrypt's `2a`, `2b` and `2y` differ for bytes that no UTF-8 has.
    Revision,
    /// Bits that bcrypt's last characters have to spare; found with a warning.
    PaddingBits,
    /// B64 or Base64 in place of adapted B64; found with a warning.
    OtherAlphabet,
    /// HMAC fills its key up with zeros.
    NulBehindTheKey,
}

const EVERY_REASON: [Harmless; 7] = [
    Harmless::Shortened,
    Harmless::Case,
    Harmless::WiderId,
    Harmless::Revision,
    Harmless::PaddingBits,
    Harmless::OtherAlphabet,
    Harmless::NulBehindTheKey,
];

fn harmless(scheme: Scheme, right: &str, mutant: &str, warnings: &[Warning]) -> Option<Harmless> {
    // Behind one id, and behind Spring's {ldap} before it.
    let behind_ids = |text: &str| {
        let at = if text.to_ascii_lowercase().starts_with("{ldap}") {
            6
        } else {
            0
        };
        Some(text[at..].strip_prefix('{')?.split_once('}')?.1.to_owned())
    };
    let same_behind_the_id =
        behind_ids(right).is_some_and(|inside| behind_ids(mutant) == Some(inside));
    let is_revision = |text: &str| {
        ["$2a", "$2b", "$2y", "=2b", "=2a"]
            .iter()
            .any(|r| text.contains(r))
    };
    let differing = || right.chars().zip(mutant.chars()).filter(|(a, b)| a != b);
    let revision_only = right.len() == mutant.len()
        && differing().count() == 1
        && differing().all(|pair| matches!(pair, ('a' | 'b' | 'y', 'a' | 'b' | 'y')))
        && is_revision(mutant);
    match scheme {
        Scheme::AspNetV3 if right.starts_with(mutant) => Some(Harmless::Shortened),
        _ if same_behind_the_id && right.eq_ignore_ascii_case(mutant) => Some(Harmless::Case),
        Scheme::Argon2i | Scheme::Bcrypt if same_behind_the_id => Some(Harmless::WiderId),
        Scheme::Bcrypt | Scheme::BcryptSha256 if warnings.contains(&Warning::PaddingBits) => {
            Some(Harmless::PaddingBits)
        }
        Scheme::Bcrypt | Scheme::BcryptSha256 if revision_only => Some(Harmless::Revision),
        Scheme::PasslibPbkdf2 | Scheme::LdapPbkdf2
            if warnings.contains(&Warning::OtherAlphabet) =>
        {
            Some(Harmless::OtherAlphabet)
        }
        // "salt" and "salt\0" in Base64.
        Scheme::Hmac if mutant == right.replace("$c2FsdA==", "$c2FsdAA=") => {
            Some(Harmless::NulBehindTheKey)
        }
        _ => None,
    }
}

#[test]
fn no_string_near_a_right_one_is_accepted() {
    let core = core(LOW);
    let mut met = BTreeSet::new();
    for (scheme, string) in strings() {
        for mutant in mutants(scheme, &string) {
            let found = core.identify(&mutant);
            match core.verify(&*mutant, PASSWORD) {
                Ok(Verdict::Rejected) => assert!(found.problem().is_none() || mutant.is_empty()),
                Ok(Verdict::Accepted { .. }) => {
                    let why = harmless(
                        scheme,
                        &string,
                        &mutant,
                        &found.warnings().collect::<Vec<_>>(),
                    );
                    met.insert(why.unwrap_or_else(|| panic!("{string:?} as {mutant:?}")));
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
    assert_eq!(met, EVERY_REASON.into(), "an exception that is none");
}
