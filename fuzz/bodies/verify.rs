//! `verify` on any stored string agrees with `identify` and accepts only what
//! computes to the tag; on a string made from the password it accepts that
//! password, and refuses another password and another tag. What needs more work
//! memory than there is gets `Budget`, and nothing else does.
//!
//! The input: a byte that chooses, the length of the password, the password,
//! and the rest is the stored string, or the salt of one.

use base64ct::{Base64Unpadded, Encoding};
use saltbox::hash::{Argon2, Kdf, Pbkdf2, Prf, Scrypt, Stored, Variant, Version};
use saltbox::{Config, Error, ErrorKind, Saltbox, Verdict};
use std::sync::OnceLock;

/// So low that no string costs more than microseconds.
const LOW: &[u8] = br#"{"hash":{"create":{"profile":"test-only"},"limits":{
    "argon2_kib_passes":16,"argon2_m_kib":16,"argon2_p":2,
    "scrypt_nrp":32,"scrypt_kib":2,"pbkdf2_iterations":8}}}"#;

/// Ceilings over the work memory there is, and under what costs more than a millisecond.
const CEILINGS: &str = r#""create":{"profile":"test-only"},"limits":{
    "argon2_kib_passes":2048,"scrypt_nrp":16384,"pbkdf2_iterations":8}"#;

/// The work memory of the small core, in bytes. It is whole pages, so rounding decides nothing.
const SMALL: u64 = 1 << 20;

pub fn run(data: &[u8]) {
    static SALTBOX: OnceLock<Saltbox> = OnceLock::new();
    let saltbox = SALTBOX.get_or_init(|| Saltbox::new(Config::from_json(LOW).expect("valid")));
    let [which, password_len, rest @ ..] = data else {
        return;
    };
    let (password, rest) = rest.split_at(rest.len().min(usize::from(*password_len)));
    match which % 8 {
        0 | 2 => foreign(saltbox, password, rest),
        4 => {
            if let Ok(text) = std::str::from_utf8(rest) {
                in_little_memory(text, password);
            }
        }
        6 => in_little_memory(&near_the_budget(*which, rest), password),
        _ => own(saltbox, *which, password, rest),
    }
}

/// Two cores that differ in their work memory only: what the larger one takes
/// and does not fit is `Budget` to the smaller one, and all else is the same.
fn in_little_memory(text: &str, password: &[u8]) {
    static CORES: OnceLock<[Saltbox; 2]> = OnceLock::new();
    let [large, small] = CORES.get_or_init(|| {
        [64, 1].map(|mib| {
            let json = format!("{{\"hash\":{{{CEILINGS},\"memory_mib\":{mib}}}}}");
            Saltbox::new(Config::from_json(json.as_bytes()).expect("valid"))
        })
    });
    let of_large = large.identify(text);
    let fits = of_large.kdf().is_none_or(|kdf| kdf.memory_bytes() <= SMALL);
    let over_budget = of_large.problem().is_none() && !fits;
    let found = small.identify(text);
    if over_budget {
        assert_eq!(
            found.problem().map(Error::kind),
            Some(ErrorKind::Budget),
            "{text}"
        );
    } else {
        assert_eq!(found.problem(), of_large.problem(), "{text}");
    }

    let before = small.stats();
    let verdict = small.verify(text, password);
    match (&verdict, found.problem()) {
        (Ok(verdict), None) => assert_eq!(large.verify(text, password), Ok(*verdict), "{text}"),
        (verdict, _) if text.is_empty() => assert_eq!(*verdict, Ok(Verdict::Rejected)),
        (verdict, problem) => assert_eq!(verdict.as_ref().err(), problem, "{text}"),
    }
    let after = small.stats();
    let refused = u64::from(verdict.is_err());
    // Refused after equal work: a slot was taken all the same, and given back.
    assert_eq!(
        (after.jobs, after.refused),
        (before.jobs + 1, before.refused + refused)
    );
    assert_eq!((after.running, after.queued, after.busy), (0, 0, 0));
    assert!(after.memory_peak_bytes <= SMALL && after.memory_bytes == after.memory_idle_bytes);
}

/// A string that needs a little less or more than the small core has.
fn near_the_budget(which: u8, rest: &[u8]) -> String {
    let byte = u32::from(rest.first().copied().unwrap_or_default());
    let costs = match which / 8 % 4 {
        0 => format!("argon2id$v=19$m={},t=1,p=1", 1020 + byte % 16),
        // m is rounded down to 4 p.
        1 => format!("argon2i$m={},t=1,p={}", 1020 + byte / 8, 1 + byte % 8),
        2 => format!(
            "scrypt$ln={},r={},p={}",
            9 + byte % 5,
            1 + byte / 8 % 8,
            1 + byte / 64
        ),
        // The blocks beside V decide.
        _ => format!("scrypt$ln=7,r={},p={}", 60 + byte % 8, 1 + byte / 8 % 2),
    };
    format!("${costs}$c2FsdCBvZiAxNiBieXRlcw$AAAAAAAAAAAAAAAAAAAAAA")
}

fn foreign(saltbox: &Saltbox, password: &[u8], stored: &[u8]) {
    let Ok(text) = std::str::from_utf8(stored) else {
        return;
    };
    let found = saltbox.identify(stored);
    match (saltbox.verify(text, password), found.problem()) {
        (Ok(verdict), None) => {
            let stored = Stored::parse(stored).expect("verified, so it can be read");
            // What is not ASCII has a second form, which is not computed here.
            if password.is_ascii() && is_phc(&stored) {
                let right =
                    computes_to_its_tag(&stored, password) && tells_apart(stored.kdf(), password);
                assert_eq!(verdict.is_accepted(), right, "{text}");
            }
        }
        (Ok(verdict), Some(_)) => {
            assert!(text.is_empty() && verdict == Verdict::Rejected, "{text}")
        }
        (Err(error), problem) => assert_eq!(problem, Some(&error), "{text}"),
    }
}

/// Strings of other systems have properties of their own, in `import_parse`.
fn is_phc(stored: &Stored) -> bool {
    let is_ours = matches!(
        stored.kdf(),
        Kdf::Argon2(_) | Kdf::Scrypt(_) | Kdf::Pbkdf2(_)
    );
    let begin = format!("${}$", stored.kdf().scheme().name());
    is_ours && stored.to_text().starts_with(&begin) && stored.scheme() == stored.kdf().scheme()
}

fn computes_to_its_tag(stored: &Stored, password: &[u8]) -> bool {
    let mut tag = vec![0; stored.tag_len()];
    stored
        .kdf()
        .derive(password, stored.salt(), &mut tag)
        .expect("derives");
    stored.to_text().rsplit('$').next() == Some(&Base64Unpadded::encode_string(&tag))
}

/// HMAC pads its key with zeros, so where it takes the password none that ends in NUL is accepted.
fn tells_apart(kdf: &Kdf, password: &[u8]) -> bool {
    matches!(kdf, Kdf::Argon2(_)) || password.last() != Some(&0)
}

fn own(saltbox: &Saltbox, which: u8, password: &[u8], rest: &[u8]) {
    let argon2 =
        |variant, version| Kdf::Argon2(Argon2::new(variant, version, 8, 1, 1).expect("in range"));
    let (text, kdf) = match which / 2 % 6 {
        0 => (
            "argon2id$v=19$m=8,t=1,p=1",
            argon2(Variant::Id, Version::V0x13),
        ),
        1 => (
            "argon2i$v=16$m=8,t=1,p=1",
            argon2(Variant::I, Version::V0x10),
        ),
        2 => ("argon2d$m=8,t=1,p=1", argon2(Variant::D, Version::V0x10)),
        3 => (
            "scrypt$ln=1,r=1,p=2",
            Kdf::Scrypt(Scrypt::new(1, 1, 2).expect("in range")),
        ),
        4 => (
            "pbkdf2-sha256$i=2",
            Kdf::Pbkdf2(Pbkdf2::new(Prf::Sha256, 2).expect("in range")),
        ),
        _ => (
            "pbkdf2-sha512$i=2",
            Kdf::Pbkdf2(Pbkdf2::new(Prf::Sha512, 2).expect("in range")),
        ),
    };
    let mut salt = rest.get(..rest.len().min(64)).unwrap_or_default().to_vec();
    salt.resize(salt.len().max(8), 0);
    let mut tag = [0; 32];
    kdf.derive(password, &salt, &mut tag).expect("derives");
    let stored = |tag: &[u8]| {
        let (salt, tag) = (
            Base64Unpadded::encode_string(&salt),
            Base64Unpadded::encode_string(tag),
        );
        format!("${text}${salt}${tag}")
    };
    let right = stored(&tag);
    let verdict = saltbox.verify(&*right, password).expect("readable");
    assert_eq!(
        verdict.is_accepted(),
        tells_apart(&kdf, password),
        "{right}"
    );
    // Either the password or the tag is wrong; one of them, for speed.
    let rejected = if which < 128 {
        saltbox.verify(&*right, [password, b"x"].concat())
    } else {
        tag[usize::from(which) % 32] ^= 1 << (which % 8);
        saltbox.verify(&*stored(&tag), password)
    };
    assert_eq!(rejected, Ok(Verdict::Rejected), "{right}");
}
