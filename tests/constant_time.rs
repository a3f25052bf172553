//! What is constant time, shown by a tool: secrets are marked undefined, and
//! it reports every branch and every address that depends on one.
//!
//! The tool is valgrind, or MemorySanitizer where the test is compiled with
//! `--cfg saltbox_msan` (the command is in `.ci/run`). valgrind runs what is shipped, on a CPU
//! without AVX-512 and SHA extensions; the sanitizer runs on the CPU that is there, and says
//! where a secret decided.
//!
//! The test runs itself again under the tool, takes the reports of each check
//! there and holds them to what SECURITY.md promises. Controls that leak have
//! to be reported; without them a silent tool would pass for constant time.

mod support;
#[cfg(not(saltbox_msan))]
#[path = "constant_time/memcheck.rs"]
mod tool;
#[cfg(saltbox_msan)]
#[path = "constant_time/msan.rs"]
mod tool;

use base64ct::{Base64Unpadded, Encoding};
use libtest_mimic::{Arguments, Failed, Trial};
use saltbox::hash::{Argon2, Kdf, Pbkdf2, Prf, Scrypt, Variant, Version};
#[cfg(all(feature = "imports", not(saltbox_msan)))]
use saltbox::hash::{
    Bcrypt, Digest, HashFunction, Hmac, Phpass, PhpassHash, Repeat, Revision, Sha1Crypt, ShaCrypt,
    ShaCryptHash,
};
use saltbox::hash::{force_argon2_kernel, force_pbkdf2_kernel, force_scrypt_kernel};
use saltbox::{Channel, CodeKind, Codes, Config, Request, Saltbox, Subject, Way, constant_time_eq};
use std::collections::{BTreeSet, HashMap};
use std::hint::black_box;
use std::sync::OnceLock;

/// Set for the run under the tool.
const INSIDE: &str = "SALTBOX_TEST_OF_CONSTANT_TIME";

struct Check {
    name: String,
    expected: Expected,
    body: Box<dyn Fn()>,
}

#[derive(Clone, Copy)]
enum Expected {
    /// Constant time.
    Nothing,
    /// So many branches, each on something that is decided and then acted on.
    Decisions(usize),
    /// Leaks by design, and only memcheck is asked, which does not say where.
    Reported,
    /// Leaks by design, in these functions and nowhere else: a file and a function's name.
    Only(&'static [&'static [&'static str]]),
}
use Expected::{Decisions, Nothing, Only, Reported};

impl Expected {
    fn is_leak(self) -> bool {
        matches!(self, Reported | Only(_))
    }

    /// How often the tool may report.
    fn most(self) -> usize {
        match self {
            Nothing => 0,
            Decisions(made) => made,
            Reported | Only(_) => usize::MAX,
        }
    }

    fn allows(self, place: &str) -> bool {
        match self {
            Nothing | Decisions(_) | Reported => true,
            Only(places) => places.iter().any(|places| places.contains(&place)),
        }
    }
}

/// What the tool said during a check.
#[derive(Default)]
struct Reports {
    count: usize,
    /// File and function of each, where the tool says that.
    places: BTreeSet<String>,
}

/// Where a word becomes the place of a block, and the block there is fetched, loaded and gone on with.
/// That nothing else of the same functions depends on a secret is what Argon2i shows.
const ARGON2: &[&str] = &[
    "src/hash/argon2/fill.rs reference",
    "src/arch/blamka/mod.rs fetch",
    "src/arch/blamka/avx512.rs load",
    "src/arch/blamka/avx2.rs load",
    "src/arch/blamka/portable.rs load",
    "src/arch/blamka/rounds.rs make_whole",
    "src/arch/blamka/rounds.rs make_by_groups",
];

/// Where a word becomes the place of a block, and the block there is fetched and read.
const ROMIX: &[&str] = &[
    "src/arch/salsa/romix.rs romix",
    "src/arch/salsa/romix.rs block_mix",
    "src/arch/salsa/romix.rs taken",
    "src/arch/salsa/sse2.rs fetch",
    "src/arch/salsa/portable.rs gather",
    "src/arch/salsa/portable.rs romix",
];

/// What a password goes through before it is hashed, and whether it is right.
const VERIFYING: &[&str] = &[
    "src/text/mod.rs with_forms",
    "src/text/mod.rs with_prepared_apart",
    "src/hash/verify.rs may_be_set",
    "src/hash/verify/attempts.rs taken",
    "src/hash/verify/attempts.rs match_",
];

/// The checks that this machine and the tool can run. The last ones tell the process by which kernel to compute.
fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    let mut add = |name: &str, expected, body: fn()| {
        let (name, body) = (name.to_owned(), Box::new(body));
        checks.push(Check {
            name,
            expected,
            body,
        });
    };
    add(
        "control: a slice compare on secrets is reported",
        Only(&[&["tests/constant_time.rs control_slice_compare"]]),
        control_slice_compare,
    );
    add(
        "control: a compare that ends early is reported",
        Only(&[&["tests/constant_time.rs equal"]]),
        control_early_exit,
    );
    add(
        "control: a table read at a secret place is reported",
        Only(&[&["tests/constant_time.rs control_table"]]),
        control_table,
    );
    add(
        "control: the same compare on declassified bytes is not",
        Nothing,
        control_declassified,
    );
    add("constant_time_eq of equal tags", Nothing, compare_equal);
    add(
        "constant_time_eq of tags that differ in the first byte",
        Nothing,
        compare_unequal,
    );
    // Nothing in between can be declassified: that the characters are those of
    // codes, and whether the code is right, are the two branches.
    add("a right link code, redeemed", Decisions(2), || {
        redeem(|_| {}, true)
    });
    add(
        "a link code that differs in the first character, redeemed",
        Decisions(2),
        || redeem(|verifier| verifier[0] ^= 1 << 5, false),
    );
    add(
        "a link code that differs in the last character, redeemed",
        Decisions(2),
        || redeem(|verifier| verifier[31] ^= 1 << 5, false),
    );
    #[cfg(all(feature = "imports", not(saltbox_msan)))]
    add_imports(&mut add);
    for kernel in KERNELS
        .iter()
        .filter(|kernel| !tool::HIDDEN.contains(kernel))
    {
        add_kernel(&mut checks, kernel);
    }
    checks
}

/// Without kernels of ours. The sanitizer does not know the instructions of SHA-1.
#[cfg(all(feature = "imports", not(saltbox_msan)))]
fn add_imports(add: &mut impl FnMut(&str, Expected, fn())) {
    add("pbkdf2-sha1", Nothing, || derive(pbkdf2(Prf::Sha1)));
    add("digests and HMAC, of every function", Nothing, || {
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
    });
    add("phpass, of both functions", Nothing, || {
        for (hash, tag_len) in [(PhpassHash::Md5, 16), (PhpassHash::Sha512, 33)] {
            derive_of(
                Kdf::Phpass(Phpass::new(hash, 7).expect("in range")),
                tag_len,
            );
        }
    });
    add("sha1crypt", Nothing, || {
        derive_of(Kdf::Sha1Crypt(Sha1Crypt::new(2).expect("in range")), 21);
    });
    add(
        "sha-crypt hashes the salt as often as a digest says",
        Reported,
        || {
            let sha_crypt = ShaCrypt::new(ShaCryptHash::Sha256, 1000).expect("in range");
            derive_of(Kdf::ShaCrypt(sha_crypt), 32);
        },
    );
    add("bcrypt reads its boxes at secret places", Reported, || {
        let bcrypt = Kdf::Bcrypt(Bcrypt::new(Revision::V2b, 4).expect("in range"));
        derive_of(bcrypt, 23);
    });
}

const KERNELS: [&str; 5] = ["avx512", "sha_ni", "avx2", "sse2", "portable"];

/// What is computed by a kernel of this name, if the CPU has it.
fn add_kernel(checks: &mut Vec<Check>, kernel: &'static str) {
    let mut add = |what: &str, force: fn(&str) -> bool, expected, body: fn()| {
        if force(kernel) {
            checks.push(Check {
                name: format!("{what}, by {kernel}"),
                expected,
                body: Box::new(move || {
                    assert!(force(kernel), "the CPU had it a moment ago");
                    body();
                }),
            });
        }
    };
    add("argon2i version 0x13", force_argon2_kernel, Nothing, || {
        derive(argon2(Variant::I, Version::V0x13))
    });
    add("argon2i version 0x10", force_argon2_kernel, Nothing, || {
        derive(argon2(Variant::I, Version::V0x10))
    });
    // Data-dependent addresses are what these functions are (RFC 9106 section 1, RFC 7914 section 5).
    add(
        "argon2id reads at secret places from half of the first pass on",
        force_argon2_kernel,
        Only(&[ARGON2]),
        || derive(argon2(Variant::Id, Version::V0x13)),
    );
    add(
        "argon2d reads at secret places throughout",
        force_argon2_kernel,
        Only(&[ARGON2]),
        || derive(argon2(Variant::D, Version::V0x13)),
    );
    add(
        "scrypt reads at secret places in the second half of ROMix",
        force_scrypt_kernel,
        Only(&[ROMIX]),
        || derive(scrypt()),
    );
    add("pbkdf2-sha256", force_pbkdf2_kernel, Nothing, || {
        derive(pbkdf2(Prf::Sha256))
    });
    add("pbkdf2-sha512", force_pbkdf2_kernel, Nothing, || {
        derive(pbkdf2(Prf::Sha512))
    });
    add(
        "argon2i of a batch",
        force_argon2_kernel,
        Only(&[VERIFYING]),
        || {
            verify_batch(
                "argon2i$v=19$m=32,t=2,p=2",
                argon2(Variant::I, Version::V0x13),
            )
        },
    );
    add(
        "scrypt of a batch",
        force_scrypt_kernel,
        Only(&[VERIFYING, ROMIX]),
        || verify_batch("scrypt$ln=4,r=2,p=1", scrypt()),
    );
    add(
        "pbkdf2-sha256 of a batch",
        force_pbkdf2_kernel,
        Only(&[VERIFYING]),
        || verify_batch("pbkdf2-sha256$i=2", pbkdf2(Prf::Sha256)),
    );
    add(
        "pbkdf2-sha512 of a batch",
        force_pbkdf2_kernel,
        Only(&[VERIFYING]),
        || verify_batch("pbkdf2-sha512$i=2,l=32", pbkdf2(Prf::Sha512)),
    );
}

fn main() {
    let checks = checks();
    if std::env::var_os(INSIDE).is_some() {
        return checks.iter().for_each(tool::watch);
    }
    let args = Arguments::from_args();
    let trials = checks.into_iter().map(|Check { name, expected, .. }| {
        let trial = Trial::test(name.clone(), move || hold(&name, expected));
        support::unless_missing(tool::missing(), trial)
    });
    libtest_mimic::run(&args, trials.collect()).exit();
}

fn hold(name: &str, expected: Expected) -> Result<(), Failed> {
    let reports = reports()?.get(name);
    let reports = reports.ok_or("the run under the tool did not get here")?;
    println!("{name}: {} reports {:?}", reports.count, reports.places);
    if expected.is_leak() && reports.count == 0 {
        return Err("no report: the tool does not see what it has to".into());
    }
    let (count, most) = (reports.count, expected.most());
    if count > most {
        return Err(format!("{count} reports, {most} allowed: it depends on the secret").into());
    }
    match reports.places.iter().find(|place| !expected.allows(place)) {
        Some(place) => Err(format!("{place} depends on the secret").into()),
        None => Ok(()),
    }
}

/// The reports of every check, from one run under the tool.
fn reports() -> Result<&'static HashMap<String, Reports>, Failed> {
    static REPORTS: OnceLock<Result<HashMap<String, Reports>, String>> = OnceLock::new();
    let run = || {
        let own = std::env::current_exe().map_err(|e| e.to_string())?;
        let output = tool::program(&own).env(INSIDE, "1").output();
        let output = output.map_err(|e| e.to_string())?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        if !output.status.success() {
            return Err(format!("{}\n{stdout}\n{stderr}", output.status));
        }
        Ok(tool::read(&own, &stdout, &stderr))
    };
    REPORTS
        .get_or_init(run)
        .as_ref()
        .map_err(|e| e.as_str().into())
}

const SALT: &[u8] = b"a public salt 16";

/// 32 secret bytes, all of them `byte`.
fn secret(byte: u8) -> [u8; 32] {
    let mut bytes = [byte; 32];
    tool::classify(&mut bytes);
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
    tool::declassify(&mut a);
    tool::declassify(&mut b);
    assert!(black_box(&a[..]) == black_box(&b[..]));
}

fn compare_equal() {
    compare(secret(1), secret(1), true);
}

fn compare_unequal() {
    let mut other = [1; 32];
    other[0] = 2;
    tool::classify(&mut other);
    compare(secret(1), other, false);
}

fn compare(a: [u8; 32], b: [u8; 32], expected: bool) {
    // What was decided is no secret: the caller acts on it.
    let mut decided = [u8::from(black_box(constant_time_eq(&a, &b)))];
    tool::declassify(&mut decided);
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
    tool::classify(&mut code[25..]);
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

/// Right passwords, of which as many are computed at once as can be.
fn verify_batch(scheme: &str, kdf: Kdf) {
    let mut tag = [0; 32];
    let derived = kdf.derive(b"password", SALT, &mut tag);
    derived.expect("derives");
    let text = |bytes: &[u8]| {
        let mut text = [0; 64];
        let text = Base64Unpadded::encode(bytes, &mut text);
        text.expect("fits").to_owned()
    };
    let stored = format!("${scheme}${}${}", text(SALT), text(&tag));
    let mut password = *b"password";
    tool::classify(&mut password);
    let verdicts = Saltbox::new(Config::default()).verify_batch([(Some(&*stored), password); 16]);
    for verdict in verdicts {
        assert!(verdict.expect("verified").is_accepted());
    }
}

/// The raw function on a secret password; the salt is public, as it is in a stored string.
fn derive(kdf: Kdf) {
    derive_of(kdf, 32);
}

/// As [`derive`], for a function that makes another length.
fn derive_of(kdf: Kdf, tag_len: usize) {
    let password = secret(b'p');
    let mut tag = vec![0; tag_len];
    let derived = kdf.derive(&password, SALT, &mut tag);
    derived.expect("derives");
    // What was not seen on the way would have come out public.
    assert!(tool::is_secret(&tag), "the tool lost sight of the secret");
    tool::declassify(&mut tag);
    let mut again = vec![0; tag_len];
    kdf.derive(&[b'p'; 32], SALT, &mut again).expect("derives");
    assert_eq!(tag, again, "computed something else on secret bytes");
}
