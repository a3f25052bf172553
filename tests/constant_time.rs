//! What is constant time, shown by valgrind: secrets are marked undefined, and
//! memcheck reports every branch and every address that depends on one.
//!
//! The test runs itself again under valgrind, counts the reports of each check
//! there and holds them to what SECURITY.md promises. Controls that leak have
//! to be reported; without them a silent tool would pass for constant time.
//!
//! Under valgrind the CPU shows no SHA extensions, so the portable SHA-2 is
//! what is checked; the instructions it stands for take the same time for all data.

mod support;

use libtest_mimic::{Arguments, Failed, Trial};
use saltbox::hash::{Argon2, Kdf, Pbkdf2, Prf, Scrypt, Variant, Version};
#[cfg(feature = "imports")]
use saltbox::hash::{
    Bcrypt, Digest, HashFunction, Hmac, Phpass, PhpassHash, Repeat, Revision, Sha1Crypt, ShaCrypt,
    ShaCryptHash,
};
use saltbox::{Channel, CodeKind, Codes, Config, Request, Saltbox, Subject, Way, constant_time_eq};
use std::collections::HashMap;
use std::hint::black_box;
use std::process::Command;
use std::sync::OnceLock;

/// Set for the run under valgrind.
const INSIDE: &str = "SALTBOX_TEST_UNDER_VALGRIND";

#[derive(Clone, Copy, PartialEq)]
enum Expected {
    /// Constant time.
    Nothing,
    /// Leaks by design: the control shows that memcheck sees it, the others are documented.
    Reports,
    /// So many branches, each on something that is decided and then acted on.
    Decisions(u64),
}
use Expected::{Decisions, Nothing, Reports};

const CHECKS: &[(&str, Expected, fn())] = &[
    (
        "control: a slice compare on secrets is reported",
        Reports,
        control_slice_compare,
    ),
    (
        "control: a compare that ends early is reported",
        Reports,
        control_early_exit,
    ),
    (
        "control: a table read at a secret place is reported",
        Reports,
        control_table,
    ),
    (
        "control: the same compare on declassified bytes is not",
        Nothing,
        control_declassified,
    ),
    ("constant_time_eq of equal tags", Nothing, compare_equal),
    (
        "constant_time_eq of tags that differ in the first byte",
        Nothing,
        compare_unequal,
    ),
    // Nothing in between can be declassified: that the characters are those of
    // codes, and whether the code is right, are the two branches.
    ("a right link code, redeemed", Decisions(2), || {
        redeem(|_| {}, true)
    }),
    (
        "a link code that differs in the first character, redeemed",
        Decisions(2),
        || redeem(|verifier| verifier[0] ^= 1 << 5, false),
    ),
    (
        "a link code that differs in the last character, redeemed",
        Decisions(2),
        || redeem(|verifier| verifier[31] ^= 1 << 5, false),
    ),
    ("pbkdf2-sha256", Nothing, || derive(pbkdf2(Prf::Sha256))),
    ("pbkdf2-sha512", Nothing, || derive(pbkdf2(Prf::Sha512))),
    ("argon2i version 0x13", Nothing, || {
        derive(argon2(Variant::I, Version::V0x13))
    }),
    ("argon2i version 0x10", Nothing, || {
        derive(argon2(Variant::I, Version::V0x10))
    }),
    // Data-dependent addresses are what these functions are (RFC 9106 section 1, RFC 7914 section 5).
    (
        "argon2id reads at secret places from half of the first pass on",
        Reports,
        || derive(argon2(Variant::Id, Version::V0x13)),
    ),
    ("argon2d reads at secret places throughout", Reports, || {
        derive(argon2(Variant::D, Version::V0x13))
    }),
    (
        "scrypt reads at secret places in the second half of ROMix",
        Reports,
        || derive(scrypt()),
    ),
    #[cfg(feature = "imports")]
    ("pbkdf2-sha1", Nothing, || derive(pbkdf2(Prf::Sha1))),
    #[cfg(feature = "imports")]
    ("digests and HMAC, of every function", Nothing, || {
        for function in [
            HashFunction::Md4,
            HashFunction::Md5,
            HashFunction::Sha1,
            HashFunction::Sha224,
            HashFunction::Sha256,
            HashFunction::Sha384,
            HashFunction::Sha512,
        ] {
            derive_of(Kdf::Hmac(Hmac::new(function)), 16);
            for repeat in [Repeat::Digest, Repeat::DigestAndInput] {
                let digest = Digest::new(function, 2, repeat).expect("a round");
                derive_of(Kdf::Digest(digest), 16);
            }
        }
    }),
    #[cfg(feature = "imports")]
    ("phpass, of both functions", Nothing, || {
        for (hash, tag_len) in [(PhpassHash::Md5, 16), (PhpassHash::Sha512, 33)] {
            derive_of(
                Kdf::Phpass(Phpass::new(hash, 7).expect("in range")),
                tag_len,
            );
        }
    }),
    #[cfg(feature = "imports")]
    ("sha1crypt", Nothing, || {
        derive_of(Kdf::Sha1Crypt(Sha1Crypt::new(2).expect("in range")), 21);
    }),
    #[cfg(feature = "imports")]
    (
        "sha-crypt hashes the salt as often as a digest says",
        Reports,
        || {
            let sha_crypt = ShaCrypt::new(ShaCryptHash::Sha256, 1000).expect("in range");
            derive_of(Kdf::ShaCrypt(sha_crypt), 32);
        },
    ),
    #[cfg(feature = "imports")]
    ("bcrypt reads its boxes at secret places", Reports, || {
        let bcrypt = Kdf::Bcrypt(Bcrypt::new(Revision::V2b, 4).expect("in range"));
        derive_of(bcrypt, 23);
    }),
];

fn main() {
    if std::env::var_os(INSIDE).is_some() {
        return inside();
    }
    let args = Arguments::from_args();
    let present = cfg!(all(target_arch = "x86_64", target_os = "linux"))
        && Command::new("valgrind")
            .arg("--version")
            .output()
            .is_ok_and(|o| o.status.success());
    let trials = CHECKS.iter().map(|(name, expected, _)| {
        let trial = Trial::test(*name, move || hold(name, *expected));
        support::unless_missing((!present).then_some("valgrind"), trial)
    });
    libtest_mimic::run(&args, trials.collect()).exit();
}

fn hold(name: &str, expected: Expected) -> Result<(), Failed> {
    let counts = counts()?;
    let count = counts.get(name).copied();
    let count = count.ok_or("the run under valgrind did not get here")?;
    println!("{name}: {count} reports");
    let most = match expected {
        Nothing => 0,
        Reports if count == 0 => {
            return Err("no report: memcheck does not see what it has to".into());
        }
        Reports => u64::MAX,
        Decisions(made) => made,
    };
    if count > most {
        return Err(format!("{count} reports, {most} allowed: it depends on the secret").into());
    }
    Ok(())
}

/// The reports of every check, from one run under valgrind.
fn counts() -> Result<&'static HashMap<String, u64>, Failed> {
    static COUNTS: OnceLock<Result<HashMap<String, u64>, String>> = OnceLock::new();
    let run = || {
        let own = std::env::current_exe().map_err(|e| e.to_string())?;
        let output = Command::new("valgrind")
            .args([
                "--quiet",
                "--tool=memcheck",
                "--error-limit=no",
                "--leak-check=no",
            ])
            .arg(own)
            .env(INSIDE, "1")
            .output()
            .map_err(|e| e.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            return Err(format!(
                "{}\n{text}\n{}",
                output.status,
                String::from_utf8_lossy(&output.stderr)
            ));
        }
        let line = |line: &str| {
            line.split_once(' ')
                .map(|(n, name)| (name.to_owned(), n.parse().unwrap_or(u64::MAX)))
        };
        Ok(text.lines().filter_map(line).collect())
    };
    COUNTS
        .get_or_init(run)
        .as_ref()
        .map_err(|e| e.as_str().into())
}

/// The run under valgrind: a line with the reports of each check.
fn inside() {
    assert!(
        memcheck::is_running(),
        "{INSIDE} is set, and this is not valgrind"
    );
    for (name, _, check) in CHECKS {
        let before = memcheck::reports();
        check();
        println!("{} {name}", memcheck::reports() - before);
    }
}

/// 32 secret bytes, all of them `byte`.
fn secret(byte: u8) -> [u8; 32] {
    let mut bytes = [byte; 32];
    memcheck::classify(&mut bytes);
    bytes
}

fn control_slice_compare() {
    let (a, b) = (secret(1), secret(1));
    black_box(black_box(&a[..]) == black_box(&b[..]));
}

fn control_early_exit() {
    #[inline(never)]
    fn equal(a: &[u8], b: &[u8]) -> bool {
        for (a, b) in a.iter().zip(b) {
            if black_box(*a) != *b {
                return false;
            }
        }
        true
    }
    black_box(equal(&secret(1), &secret(1)));
}

fn control_table() {
    static TABLE: [u8; 256] = [7; 256];
    let [index, ..] = secret(3);
    black_box(black_box(&TABLE)[usize::from(index)]);
}

fn control_declassified() {
    let (mut a, mut b) = (secret(1), secret(1));
    memcheck::declassify(&mut a);
    memcheck::declassify(&mut b);
    assert!(black_box(&a[..]) == black_box(&b[..]));
}

fn compare_equal() {
    compare(secret(1), secret(1), true);
}

fn compare_unequal() {
    let mut other = [1; 32];
    other[0] = 2;
    memcheck::classify(&mut other);
    compare(secret(1), other, false);
}

fn compare(a: [u8; 32], b: [u8; 32], expected: bool) {
    // What was decided is no secret: the caller acts on it.
    let mut decided = [u8::from(black_box(constant_time_eq(&a, &b)))];
    memcheck::declassify(&mut decided);
    assert_eq!(decided[0] == 1, expected);
}

/// The whole flow with a secret verifier; what finds the account is public.
fn redeem(change: fn(&mut [u8]), expected: bool) {
    let mut config = Config::from_json(br#"{"keys":{"create_key_id":1}}"#).expect("valid");
    let key: Vec<u8> = (0..32).collect();
    config.add_key(1, &key).expect("a key");
    let (core, request, now) = (Saltbox::new(config), Request::default(), 1_800_000_000);
    let subject = br#"{"id":"u","email":"ada@example.com","email_verified":true}"#;
    let subject = Subject::from_json(subject).expect("valid");
    let made = core.admin_import(None, &subject, &request, None, now);
    let made = made.expect("a record");
    let (way, channel, record) = (Way::EmailLink, Channel::Email, made.record());
    // A letter has two cases, so that the changed one is of the alphabet too.
    let issued = loop {
        let issued = core.request_verification(record, &subject, &request, way, channel, now);
        let issued = issued.expect("a code");
        let code = issued.code().expect("a code").as_bytes();
        if code[25].is_ascii_alphabetic() && code[56].is_ascii_alphabetic() {
            break issued;
        }
    };
    let mut code = issued.code().expect("a code").as_bytes().to_vec();
    change(&mut code[25..]);
    memcheck::classify(&mut code[25..]);
    let codes = Codes::new().with(CodeKind::EmailAuthCode, &code);
    let redeemed = core.verify_address(issued.record(), &subject, &request, &codes, now);
    assert_eq!(redeemed.expect("a decision").is_yes(), expected);
}

fn pbkdf2(prf: Prf) -> Kdf {
    // Two iterations, so that the loop over them is taken.
    Kdf::Pbkdf2(Pbkdf2::new(prf, 2).expect("in range"))
}

fn argon2(variant: Variant, version: Version) -> Kdf {
    // Two lanes and two passes, so that references across lanes and passes happen.
    Kdf::Argon2(Argon2::new(variant, version, 32, 2, 2).expect("in range"))
}

fn scrypt() -> Kdf {
    Kdf::Scrypt(Scrypt::new(4, 2, 1).expect("in range"))
}

/// The raw function on a secret password; the salt is public, as it is in a stored string.
fn derive(kdf: Kdf) {
    derive_of(kdf, 32);
}

/// As [`derive`], for a function that makes another length.
fn derive_of(kdf: Kdf, tag_len: usize) {
    const SALT: &[u8] = b"a public salt 16";
    let password = secret(b'p');
    let mut tag = vec![0; tag_len];
    let derived = kdf.derive(&password, SALT, &mut tag);
    derived.expect("derives");
    memcheck::declassify(&mut tag);
    let mut again = vec![0; tag_len];
    kdf.derive(&[b'p'; 32], SALT, &mut again).expect("derives");
    assert_eq!(tag, again, "computed something else on secret bytes");
}

/// The client requests of valgrind.h and memcheck.h that are needed here.
mod memcheck {
    const RUNNING_ON_VALGRIND: usize = 0x1001;
    const COUNT_ERRORS: usize = 0x1201;
    const MAKE_MEM_UNDEFINED: usize = 0x4d43_0001;
    const MAKE_MEM_DEFINED: usize = 0x4d43_0002;

    pub(super) fn is_running() -> bool {
        request(RUNNING_ON_VALGRIND, std::ptr::null_mut(), 0) != 0
    }

    /// Reports so far, repeated ones too.
    pub(super) fn reports() -> u64 {
        request(COUNT_ERRORS, std::ptr::null_mut(), 0) as u64
    }

    pub(super) fn classify(bytes: &mut [u8]) {
        request(MAKE_MEM_UNDEFINED, bytes.as_mut_ptr(), bytes.len());
    }

    pub(super) fn declassify(bytes: &mut [u8]) {
        request(MAKE_MEM_DEFINED, bytes.as_mut_ptr(), bytes.len());
    }

    #[cfg(target_arch = "x86_64")]
    fn request(code: usize, pointer: *mut u8, len: usize) -> usize {
        let arguments = [code, pointer as usize, len, 0, 0, 0];
        let mut result = 0_usize;
        // SAFETY: the sequence valgrind looks for: rotations of rdi by 128 bits in
        // all and an exchange of rbx with itself. Outside of valgrind it does nothing.
        // Inside it reads the six words behind rax and writes rdx. The requests used
        // change no content, only what valgrind knows of it.
        unsafe {
            std::arch::asm!(
                "rol rdi, 3", "rol rdi, 13", "rol rdi, 61", "rol rdi, 51", "xchg rbx, rbx",
                in("rax") arguments.as_ptr(),
                inout("rdx") result,
                options(nostack),
            );
        }
        result
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn request(_code: usize, _pointer: *mut u8, _len: usize) -> usize {
        0
    }
}
