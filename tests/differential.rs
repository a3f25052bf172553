//! The same answers as libargon2, libsodium and OpenSSL on random input, in
//! both directions: what they compute and write, and what they accept of ours.
//!
//! The libraries are loaded at run time; what needs one that is missing is
//! reported as ignored. `SALTBOX_PROOF=full` runs [`FULL`] cases each.

mod support;

use libloading::{Library, Symbol};
use libtest_mimic::{Arguments, Failed, Trial};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{TestError, TestRunner};
use saltbox::hash::{Argon2, Kdf, Pbkdf2, Prf, Scrypt, Variant, Version};
use saltbox::{Config, Profile, Saltbox, Verdict};
use std::ffi::{CString, c_char, c_int, c_void};
use std::sync::OnceLock;

const FULL: u32 = 100_000;

/// As many of Argon2, by the kernels.
const FULL_OF_KERNELS: u32 = 1_000_000;

fn main() {
    let args = Arguments::from_args();
    let mut trials = Vec::new();
    let mut add = |needs: &'static str,
                   present: bool,
                   name: &'static str,
                   body: fn() -> Result<(), Failed>| {
        let missing = (!present).then_some(needs);
        trials.push(support::unless_missing(missing, Trial::test(name, body)));
    };
    let argon2 = LibArgon2::get().is_some();
    add(
        "libargon2",
        argon2,
        "argon2_tags_equal_libargon2",
        argon2_tags_equal_libargon2,
    );
    add(
        "libargon2",
        argon2,
        "strings_of_libargon2_are_verified",
        strings_of_libargon2_are_verified,
    );
    add(
        "libargon2",
        argon2,
        "our_strings_are_verified_by_libargon2",
        our_strings_are_verified_by_libargon2,
    );
    let sodium = LibSodium::get().is_some();
    add(
        "libsodium",
        sodium,
        "argon2_tags_equal_libsodium",
        argon2_tags_equal_libsodium,
    );
    add(
        "libsodium",
        sodium,
        "scrypt_tags_equal_libsodium",
        scrypt_tags_equal_libsodium,
    );
    add(
        "libsodium",
        sodium,
        "strings_of_libsodium_are_verified",
        strings_of_libsodium_are_verified,
    );
    add(
        "libsodium",
        sodium,
        "our_strings_are_verified_by_libsodium",
        our_strings_are_verified_by_libsodium,
    );
    let crypto = LibCrypto::get().is_some();
    add(
        "libcrypto",
        crypto,
        "pbkdf2_tags_equal_openssl",
        pbkdf2_tags_equal_openssl,
    );
    add(
        "libcrypto",
        crypto,
        "scrypt_tags_equal_openssl",
        scrypt_tags_equal_openssl,
    );
    libtest_mimic::run(&args, trials).exit();
}

fn load(names: &[&str]) -> Option<Library> {
    // SAFETY: these libraries do nothing when loaded or unloaded that needs care.
    names
        .iter()
        .find_map(|&name| unsafe { Library::new(name) }.ok())
}

/// # Safety
/// `F` is the C type of the function.
unsafe fn function<F: Copy>(library: &'static Library, name: &str) -> Option<F> {
    // SAFETY: by the caller's contract; the library is never unloaded.
    unsafe { library.get::<F>(name) }
        .ok()
        .map(|symbol: Symbol<'_, F>| *symbol)
}

type Argon2Hash = unsafe extern "C" fn(
    u32,
    u32,
    u32,
    *const c_void,
    usize,
    *const c_void,
    usize,
    *mut c_void,
    usize,
    *mut c_char,
    usize,
    c_int,
    u32,
) -> c_int;
type Argon2Verify = unsafe extern "C" fn(*const c_char, *const c_void, usize, c_int) -> c_int;

struct LibArgon2 {
    hash: Argon2Hash,
    verify: Argon2Verify,
}

impl LibArgon2 {
    fn get() -> Option<&'static Self> {
        static LIBRARY: OnceLock<Option<LibArgon2>> = OnceLock::new();
        let load = || {
            let library = Box::leak(Box::new(load(&[
                "libargon2.so.1",
                "libargon2.so.0",
                "libargon2.so",
            ])?));
            // SAFETY: the types are those of argon2.h.
            unsafe {
                Some(Self {
                    hash: function(library, "argon2_hash")?,
                    verify: function(library, "argon2_verify")?,
                })
            }
        };
        LIBRARY.get_or_init(load).as_ref()
    }

    /// The tag and the stored string.
    fn hash(&self, kdf: &Argon2, password: &[u8], salt: &[u8], tag: &mut [u8]) -> String {
        let mut text = vec![0_u8; 4096];
        // SAFETY: every length is that of its buffer.
        let code = unsafe {
            (self.hash)(
                kdf.t(),
                kdf.m_kib(),
                kdf.p(),
                password.as_ptr().cast(),
                password.len(),
                salt.as_ptr().cast(),
                salt.len(),
                tag.as_mut_ptr().cast(),
                tag.len(),
                text.as_mut_ptr().cast(),
                text.len(),
                variant_number(kdf),
                kdf.version_number(),
            )
        };
        assert_eq!(code, 0, "libargon2 refused {kdf:?}");
        until_nul(text)
    }

    fn verifies(&self, stored: &str, password: &[u8]) -> bool {
        let stored = CString::new(stored).expect("no NUL");
        // SAFETY: a C string, and a password with its length. 2 is Argon2id.
        unsafe { (self.verify)(stored.as_ptr(), password.as_ptr().cast(), password.len(), 2) == 0 }
    }
}

/// `argon2_type` of argon2.h.
fn variant_number(kdf: &Argon2) -> c_int {
    match kdf.variant() {
        Variant::D => 0,
        Variant::I => 1,
        Variant::Id => 2,
    }
}

fn until_nul(mut text: Vec<u8>) -> String {
    let len = text.iter().position(|b| *b == 0).expect("a C string");
    text.truncate(len);
    String::from_utf8(text).expect("ASCII")
}

type CryptoPwhash =
    unsafe extern "C" fn(*mut u8, u64, *const c_char, u64, *const u8, u64, usize, c_int) -> c_int;
type CryptoPwhashStr =
    unsafe extern "C" fn(*mut c_char, *const c_char, u64, u64, usize, c_int) -> c_int;
type CryptoPwhashVerify = unsafe extern "C" fn(*const c_char, *const c_char, u64) -> c_int;
type ScryptLl = unsafe extern "C" fn(
    *const u8,
    usize,
    *const u8,
    usize,
    u64,
    u32,
    u32,
    *mut u8,
    usize,
) -> c_int;

/// `crypto_pwhash_STRBYTES`.
const SODIUM_STRING: usize = 128;

struct LibSodium {
    derive: CryptoPwhash,
    hash: CryptoPwhashStr,
    verify: CryptoPwhashVerify,
    scrypt: ScryptLl,
}

impl LibSodium {
    fn get() -> Option<&'static Self> {
        static LIBRARY: OnceLock<Option<LibSodium>> = OnceLock::new();
        let load = || {
            let library = Box::leak(Box::new(load(&[
                "libsodium.so.23",
                "libsodium.so.26",
                "libsodium.so",
            ])?));
            // SAFETY: the types are those of crypto_pwhash.h, and of sodium_init, which has to run first.
            unsafe {
                let init: unsafe extern "C" fn() -> c_int = function(library, "sodium_init")?;
                assert!(init() >= 0, "sodium_init");
                Some(Self {
                    derive: function(library, "crypto_pwhash")?,
                    hash: function(library, "crypto_pwhash_str_alg")?,
                    verify: function(library, "crypto_pwhash_str_verify")?,
                    scrypt: function(library, "crypto_pwhash_scryptsalsa208sha256_ll")?,
                })
            }
        };
        LIBRARY.get_or_init(load).as_ref()
    }

    fn verifies(&self, stored: &str, password: &[u8]) -> bool {
        let mut text = [0_u8; SODIUM_STRING];
        text[..stored.len()].copy_from_slice(stored.as_bytes());
        // SAFETY: as many bytes as libsodium's type has, the last of them NUL; a password with its length.
        unsafe {
            (self.verify)(
                text.as_ptr().cast(),
                password.as_ptr().cast(),
                password.len() as u64,
            ) == 0
        }
    }
}

type Pkcs5Pbkdf2 = unsafe extern "C" fn(
    *const c_char,
    c_int,
    *const u8,
    c_int,
    c_int,
    *const c_void,
    c_int,
    *mut u8,
) -> c_int;
type Digest = unsafe extern "C" fn() -> *const c_void;
type PbeScrypt = unsafe extern "C" fn(
    *const c_char,
    usize,
    *const u8,
    usize,
    u64,
    u64,
    u64,
    u64,
    *mut u8,
    usize,
) -> c_int;

struct LibCrypto {
    pbkdf2: Pkcs5Pbkdf2,
    sha256: Digest,
    sha512: Digest,
    scrypt: PbeScrypt,
}

impl LibCrypto {
    fn get() -> Option<&'static Self> {
        static LIBRARY: OnceLock<Option<LibCrypto>> = OnceLock::new();
        let load = || {
            let library = Box::leak(Box::new(load(&[
                "libcrypto.so.3",
                "libcrypto.so.1.1",
                "libcrypto.so",
            ])?));
            // SAFETY: the types are those of openssl/evp.h.
            unsafe {
                Some(Self {
                    pbkdf2: function(library, "PKCS5_PBKDF2_HMAC")?,
                    sha256: function(library, "EVP_sha256")?,
                    sha512: function(library, "EVP_sha512")?,
                    scrypt: function(library, "EVP_PBE_scrypt")?,
                })
            }
        };
        LIBRARY.get_or_init(load).as_ref()
    }
}

fn full() -> bool {
    std::env::var("SALTBOX_PROOF").is_ok_and(|v| v == "full")
}

/// So many cases, or [`FULL`].
fn cases(usual: u32) -> u32 {
    if full() { FULL } else { usual }
}

/// Runs `body` on so many random inputs, and prints what was covered.
fn agree<S: Strategy>(
    what: &str,
    cases: u32,
    inputs: S,
    body: impl Fn(S::Value) -> Result<(), TestCaseError>,
) -> Result<(), Failed> {
    let mut runner = TestRunner::new(ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    match runner.run(&inputs, body) {
        Ok(()) => {
            println!("{what}: {cases} random cases agree");
            Ok(())
        }
        Err(TestError::Fail(reason, input)) => {
            Err(format!("{what}: {reason}\nleast input: {input:?}").into())
        }
        Err(TestError::Abort(reason)) => Err(format!("{what}: {reason}").into()),
    }
}

fn bytes(least: usize, most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), least..=most)
}

/// Past the blocks of SHA-256, SHA-512 and BLAKE2b, which hash longer keys first.
fn password() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![4 => bytes(0, 40), 1 => bytes(60, 70), 1 => bytes(120, 300)]
}

/// All variants and versions; lanes, and memory that is mostly no multiple of
/// 4 p, so that the rounding is met; few passes.
fn argon2(
    variants: Vec<Variant>,
    versions: Vec<Version>,
    most_lanes: u32,
) -> impl Strategy<Value = Argon2> {
    let more_memory = if full() { 40 } else { 600 };
    (1..=most_lanes)
        .prop_flat_map(move |p| {
            (
                select(variants.clone()),
                select(versions.clone()),
                8 * p..=8 * p + more_memory,
                1..=4_u32,
                Just(p),
            )
        })
        .prop_map(|(variant, version, m, t, p)| {
            Argon2::new(variant, version, m, t, p).expect("in range")
        })
}

fn every_argon2() -> impl Strategy<Value = Argon2> {
    argon2(
        vec![Variant::Id, Variant::I, Variant::D],
        vec![Version::V0x10, Version::V0x13],
        6,
    )
}

/// One byte to past where Argon2 chains its output hash (64), and past a block of it.
fn tag_len(least: usize) -> impl Strategy<Value = usize> {
    prop_oneof![4 => least..=96, 1 => 97..=1024_usize]
}

fn argon2_tags_equal_libargon2() -> Result<(), Failed> {
    let theirs = LibArgon2::get().expect("present");
    let inputs = (every_argon2(), password(), bytes(8, 70), tag_len(4));
    agree(
        "Argon2 against libargon2",
        if full() { FULL_OF_KERNELS } else { 600 },
        inputs,
        |(kdf, password, salt, len)| {
            let (mut tag, mut expected) = (vec![0; len], vec![0; len]);
            Kdf::Argon2(kdf)
                .derive(&password, &salt, &mut tag)
                .expect("derives");
            theirs.hash(&kdf, &password, &salt, &mut expected);
            prop_assert_eq!(tag, expected);
            Ok(())
        },
    )
}

/// `stored` is accepted for `password` and for no other.
fn verified_by_us(stored: &str, password: &[u8]) -> Result<(), TestCaseError> {
    let saltbox = test_only();
    let right = saltbox.verify(stored, password);
    prop_assert!(
        right.as_ref().is_ok_and(|v| v.is_accepted()),
        "{}: {:?}",
        stored,
        right
    );
    let wrong = saltbox.verify(stored, [password, b"x"].concat());
    prop_assert_eq!(wrong, Ok(Verdict::Rejected), "{}", stored);
    Ok(())
}

fn test_only() -> Saltbox {
    with_profile("test-only")
}

fn with_profile(name: &str) -> Saltbox {
    let profile = Profile::named(name).expect(name);
    Saltbox::new(
        Config::default()
            .with_profile(profile)
            .expect("within the limits"),
    )
}

fn strings_of_libargon2_are_verified() -> Result<(), Failed> {
    let theirs = LibArgon2::get().expect("present");
    let inputs = (every_argon2(), password(), bytes(8, 70), 16..=128_usize);
    agree(
        "strings of libargon2",
        cases(300),
        inputs,
        |(kdf, password, salt, len)| {
            let stored = theirs.hash(&kdf, &password, &salt, &mut vec![0; len]);
            verified_by_us(&stored, &password)?;
            // As libargon2 wrote them before it knew versions.
            if let Some((name, rest)) = stored.split_once("$v=16$") {
                verified_by_us(&format!("{name}${rest}"), &password)?;
            }
            Ok(())
        },
    )
}

/// Passwords that are their own prepared form, as every other program will send them: ASCII and NFC.
fn own_form() -> impl Strategy<Value = String> {
    "[ -~äöüßéçñ€日本語한😀]{1,60}"
}

fn our_strings_are_verified_by(
    what: &str,
    theirs: impl Fn(&str, &[u8]) -> bool,
) -> Result<(), Failed> {
    let both_ways = |saltbox: &Saltbox, password: &str| {
        let stored = saltbox.hash(password).expect("hashes");
        prop_assert!(
            theirs(&stored, password.as_bytes()),
            "{} of {:?}",
            stored,
            password
        );
        let wrong = format!("{password}x");
        prop_assert!(
            !theirs(&stored, wrong.as_bytes()),
            "{} of {:?}",
            stored,
            wrong
        );
        Ok(())
    };
    let cheap = test_only();
    agree(what, cases(200), own_form(), |password| {
        both_ways(&cheap, &password)
    })?;
    for name in ["owasp-argon2id-19-mib", "rfc9106-low-memory"] {
        both_ways(&with_profile(name), "correct horse battery staple")?;
        println!("{what}: {name}");
    }
    // What is typed decomposed is stored composed: any program verifies it with the composed form.
    let stored = cheap.hash("cafe\u{301}").expect("hashes");
    let composed = theirs(&stored, "caf\u{e9}".as_bytes());
    assert!(composed, "{stored}");
    Ok(())
}

fn our_strings_are_verified_by_libargon2() -> Result<(), Failed> {
    let theirs = LibArgon2::get().expect("present");
    our_strings_are_verified_by("our strings, by libargon2", |s, p| theirs.verifies(s, p))
}

fn our_strings_are_verified_by_libsodium() -> Result<(), Failed> {
    let theirs = LibSodium::get().expect("present");
    our_strings_are_verified_by("our strings, by libsodium", |s, p| theirs.verifies(s, p))
}

/// What libsodium computes at all: one lane, version 0x13, three passes of Argon2i at least.
fn sodium_argon2() -> impl Strategy<Value = Argon2> {
    argon2(vec![Variant::Id, Variant::I], vec![Version::V0x13], 1).prop_map(|kdf| {
        let least = if kdf.variant() == Variant::I { 3 } else { 1 };
        Argon2::new(
            kdf.variant(),
            Version::V0x13,
            kdf.m_kib(),
            kdf.t().max(least),
            1,
        )
        .expect("in range")
    })
}

/// `crypto_pwhash_ALG_ARGON2I13` is 1, `_ARGON2ID13` 2: the numbers of libargon2.
fn sodium_algorithm(kdf: &Argon2) -> c_int {
    variant_number(kdf)
}

fn argon2_tags_equal_libsodium() -> Result<(), Failed> {
    let theirs = LibSodium::get().expect("present");
    let inputs = (sodium_argon2(), password(), bytes(16, 16), tag_len(16));
    agree(
        "Argon2 against libsodium",
        cases(300),
        inputs,
        |(kdf, password, salt, len)| {
            let (mut tag, mut expected) = (vec![0; len], vec![0; len]);
            Kdf::Argon2(kdf)
                .derive(&password, &salt, &mut tag)
                .expect("derives");
            // SAFETY: lengths are those of the buffers; the salt has the 16 bytes of crypto_pwhash_SALTBYTES.
            let code = unsafe {
                (theirs.derive)(
                    expected.as_mut_ptr(),
                    len as u64,
                    password.as_ptr().cast(),
                    password.len() as u64,
                    salt.as_ptr(),
                    kdf.t().into(),
                    kdf.m_kib() as usize * 1024,
                    sodium_algorithm(&kdf),
                )
            };
            prop_assert_eq!(code, 0);
            prop_assert_eq!(tag, expected);
            Ok(())
        },
    )
}

fn strings_of_libsodium_are_verified() -> Result<(), Failed> {
    let theirs = LibSodium::get().expect("present");
    agree(
        "strings of libsodium",
        cases(200),
        (sodium_argon2(), password()),
        |(kdf, password)| {
            let mut text = vec![0_u8; SODIUM_STRING];
            // SAFETY: a buffer of crypto_pwhash_STRBYTES, a password with its length.
            let code = unsafe {
                (theirs.hash)(
                    text.as_mut_ptr().cast(),
                    password.as_ptr().cast(),
                    password.len() as u64,
                    kdf.t().into(),
                    kdf.m_kib() as usize * 1024,
                    sodium_algorithm(&kdf),
                )
            };
            prop_assert_eq!(code, 0);
            verified_by_us(&until_nul(text), &password)
        },
    )
}

fn scrypt() -> impl Strategy<Value = Scrypt> {
    let most_ln: u32 = if full() { 4 } else { 8 };
    (1..=most_ln, 1..=12_u32, 1..=6_u32)
        .prop_map(|(ln, r, p)| Scrypt::new(ln, r, p).expect("in range"))
}

fn scrypt_tags_equal(
    what: &str,
    theirs: impl Fn(&Scrypt, &[u8], &[u8], &mut [u8]) -> bool,
) -> Result<(), Failed> {
    let inputs = (scrypt(), password(), bytes(0, 70), 4..=200_usize);
    agree(what, cases(300), inputs, |(kdf, password, salt, len)| {
        let (mut tag, mut expected) = (vec![0; len], vec![0; len]);
        Kdf::Scrypt(kdf)
            .derive(&password, &salt, &mut tag)
            .expect("derives");
        prop_assert!(
            theirs(&kdf, &password, &salt, &mut expected),
            "refused by the other side"
        );
        prop_assert_eq!(tag, expected);
        Ok(())
    })
}

fn scrypt_tags_equal_libsodium() -> Result<(), Failed> {
    let library = LibSodium::get().expect("present");
    // SAFETY: every length is that of its buffer.
    scrypt_tags_equal(
        "scrypt against libsodium",
        |kdf, password, salt, tag| unsafe {
            let code = (library.scrypt)(
                password.as_ptr(),
                password.len(),
                salt.as_ptr(),
                salt.len(),
                1 << kdf.ln(),
                kdf.r(),
                kdf.p(),
                tag.as_mut_ptr(),
                tag.len(),
            );
            code == 0
        },
    )
}

fn scrypt_tags_equal_openssl() -> Result<(), Failed> {
    let library = LibCrypto::get().expect("present");
    // SAFETY: every length is that of its buffer. A GiB is more than any case takes.
    scrypt_tags_equal(
        "scrypt against OpenSSL",
        |kdf, password, salt, tag| unsafe {
            let code = (library.scrypt)(
                password.as_ptr().cast(),
                password.len(),
                salt.as_ptr(),
                salt.len(),
                1 << kdf.ln(),
                kdf.r().into(),
                kdf.p().into(),
                1 << 30,
                tag.as_mut_ptr(),
                tag.len(),
            );
            code == 1
        },
    )
}

fn pbkdf2_tags_equal_openssl() -> Result<(), Failed> {
    let library = LibCrypto::get().expect("present");
    let inputs = (
        select(vec![Prf::Sha256, Prf::Sha512]),
        1..=40_u32,
        password(),
        bytes(0, 150),
        tag_len(4),
    );
    agree(
        "PBKDF2 against OpenSSL",
        cases(600),
        inputs,
        |(prf, iterations, password, salt, len)| {
            let (mut tag, mut expected) = (vec![0; len], vec![0; len]);
            let kdf = Kdf::Pbkdf2(Pbkdf2::new(prf, iterations).expect("in range"));
            kdf.derive(&password, &salt, &mut tag).expect("derives");
            let int = |n: usize| c_int::try_from(n).expect("small");
            // SAFETY: every length is that of its buffer; the digests are static objects.
            let code = unsafe {
                let digest = match prf {
                    Prf::Sha256 => (library.sha256)(),
                    Prf::Sha512 => (library.sha512)(),
                    other => panic!("no digest for {other:?}"),
                };
                (library.pbkdf2)(
                    password.as_ptr().cast(),
                    int(password.len()),
                    salt.as_ptr(),
                    int(salt.len()),
                    iterations.cast_signed(),
                    digest,
                    int(len),
                    expected.as_mut_ptr(),
                )
            };
            prop_assert_eq!(code, 1);
            prop_assert_eq!(tag, expected);
            Ok(())
        },
    )
}
