//! Stored strings written by an enemy: none is accepted that was not made from
//! the password, none costs more than the limits, none makes the heap grow, and
//! each is told what is wrong with it.

use base64ct::{Base64Unpadded, Encoding};
use saltbox::hash::{Argon2, Kdf, Pbkdf2, Prf, Scheme, Scrypt, Variant, Version};
use saltbox::{Config, ErrorKind, Saltbox};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::HashSet;

const PASSWORD: &str = "correct horse";
const SALT: &[u8] = b"somesalt";

/// Ceilings so low that whatever a mutant may still ask for is over in microseconds.
const LOW: &[u8] = br#"{"hash":{"create":{"profile":"test-only"},"limits":{
    "argon2_kib_passes":64,"argon2_m_kib":32,"argon2_p":4,
    "scrypt_nrp":64,"scrypt_kib":4,"pbkdf2_iterations":64}}}"#;

/// The ceilings everybody has, over a policy that costs nothing.
const USUAL: &[u8] = br#"{"hash":{"create":{"profile":"test-only"}}}"#;

/// The first scheme that is not a PHC string.
#[cfg(feature = "imports")]
const AFTER_PHC: Scheme = Scheme::PasslibPbkdf2;
#[cfg(not(feature = "imports"))]
const AFTER_PHC: Scheme = Scheme::Argon2id;

/// The highest of the usual ceilings, whatever it counts.
const MOST_COST: u128 = 10_000_000;

fn saltbox(config: &[u8]) -> Saltbox {
    Saltbox::new(Config::from_json(config).expect("valid"))
}

/// Counts what the thread asks of the heap.
struct Counting;

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: hands every call on to `System` as it is. Counting allocates nothing:
// the cell needs neither initialisation nor a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.set(ASKED.get() + layout.size() as u64);
        // SAFETY: the caller's contract is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static HEAP: Counting = Counting;

fn heap_bytes<R>(call: impl FnOnce() -> R) -> (R, u64) {
    let before = ASKED.get();
    let result = call();
    (result, ASKED.get() - before)
}

/// A valid string: everything up to the tag, and the function that makes the tag.
struct Valid {
    head: String,
    kdf: Kdf,
    /// Whether a tag of another length is the beginning or the continuation of
    /// this one: so it is where PBKDF2 comes last and `l=` does not hold the length.
    any_length: bool,
}

/// One cheap string for every scheme and every optional part.
fn valid() -> Vec<Valid> {
    let argon2 =
        |variant, version| Kdf::Argon2(Argon2::new(variant, version, 8, 1, 1).expect("in range"));
    let pbkdf2 = |prf| Kdf::Pbkdf2(Pbkdf2::new(prf, 1).expect("in range"));
    let salt = Base64Unpadded::encode_string(SALT);
    let all = vec![
        (
            "argon2id$v=19$m=8,t=1,p=1",
            argon2(Variant::Id, Version::V0x13),
            false,
        ),
        (
            "argon2i$m=8,t=1,p=1",
            argon2(Variant::I, Version::V0x10),
            false,
        ),
        (
            "argon2d$v=16$m=8,t=1,p=1",
            argon2(Variant::D, Version::V0x10),
            false,
        ),
        (
            "scrypt$ln=1,r=1,p=1",
            Kdf::Scrypt(Scrypt::new(1, 1, 1).expect("in range")),
            true,
        ),
        ("pbkdf2-sha256$i=1,l=32", pbkdf2(Prf::Sha256), false),
        ("pbkdf2-sha256$i=1", pbkdf2(Prf::Sha256), true),
        ("pbkdf2-sha512$i=1", pbkdf2(Prf::Sha512), true),
        #[cfg(feature = "imports")]
        ("pbkdf2-sha1$i=1", pbkdf2(Prf::Sha1), true),
    ];
    let all: Vec<Valid> = all
        .into_iter()
        .map(|(text, kdf, any_length)| Valid {
            head: format!("${text}${salt}$"),
            kdf,
            any_length,
        })
        .collect();
    // Other systems' strings are those of tests/imports.rs.
    let covered: HashSet<&str> = all.iter().map(|v| v.kdf.scheme().name()).collect();
    let is_phc = |scheme: &Scheme| cfg!(not(feature = "imports")) || *scheme != AFTER_PHC;
    let phc = Scheme::all().take_while(is_phc);
    assert_eq!(covered.len(), phc.count(), "a scheme is missing");
    all
}

impl Valid {
    fn with_tag_of(&self, len: usize) -> String {
        let mut tag = vec![0; len];
        self.kdf
            .derive(PASSWORD.as_bytes(), SALT, &mut tag)
            .expect("derives");
        format!("{}{}", self.head, Base64Unpadded::encode_string(&tag))
    }

    fn text(&self) -> String {
        self.with_tag_of(32)
    }

    /// Every string that an edit of this one may turn into and that is right all the same.
    fn spellings(&self) -> HashSet<String> {
        let lengths = if self.any_length { 16..=128 } else { 32..=32 };
        lengths.map(|len| self.with_tag_of(len)).collect()
    }
}

/// Every string at the distance of one byte, and every beginning.
fn mutants(text: &str) -> Vec<Vec<u8>> {
    let text = text.as_bytes();
    let mut mutants = Vec::new();
    for at in 0..=text.len() {
        let (before, behind) = text.split_at(at);
        mutants.push(before.to_vec());
        for byte in 0..=u8::MAX {
            mutants.push([before, &[byte], behind].concat());
            if let [first, rest @ ..] = behind
                && *first != byte
            {
                mutants.push([before, &[byte], rest].concat());
            }
        }
        if let [_, rest @ ..] = behind {
            mutants.push([before, rest].concat());
        }
    }
    mutants
}

/// What has to hold of any stored string. Returns whether the password was accepted.
fn check(saltbox: &Saltbox, stored: &[u8]) -> bool {
    let shown = String::from_utf8_lossy(stored);
    let (found, heap) = heap_bytes(|| saltbox.identify(stored));
    assert_eq!(heap, 0, "identify asked the heap for {heap} bytes: {shown}");
    if let Some(problem) = found.problem() {
        match problem.kind() {
            ErrorKind::Limit | ErrorKind::Budget => assert!(
                problem.reason().to_string().contains("over the limit of"),
                "{shown}"
            ),
            _ => assert!(
                problem.offset().is_some_and(|at| at <= stored.len()),
                "{shown}: {problem}"
            ),
        }
    }
    // What was computed for hours could not fail, so it is told before.
    if let (None, Some(kdf), Some((_, tag_len))) =
        (found.problem(), found.kdf(), found.salt_and_tag_len())
    {
        let costs = costs(kdf, tag_len);
        assert!(costs.iter().all(|c| c.1 <= MOST_COST), "{shown}: {costs:?}");
    }
    // Bytes that are not UTF-8 reach `verify` from C only; `abi_sequence` sends them there.
    let Ok(text) = std::str::from_utf8(stored) else {
        assert!(found.problem().is_some(), "{shown}");
        return false;
    };
    let (verified, heap) = heap_bytes(|| saltbox.verify(text, PASSWORD));
    assert_eq!(heap, 0, "verify asked the heap for {heap} bytes: {shown}");
    match verified {
        Ok(verdict) => {
            assert!(found.problem().is_none() || stored.is_empty(), "{shown}");
            verdict.is_accepted()
        }
        Err(error) => {
            assert_eq!(found.problem(), Some(&error), "{shown}");
            false
        }
    }
}

fn no_mutant_is_accepted(scheme: Scheme) {
    let saltbox = saltbox(LOW);
    for valid in valid().into_iter().filter(|v| v.kdf.scheme() == scheme) {
        let text = valid.text();
        assert!(check(&saltbox, text.as_bytes()), "{text}");
        let right = valid.spellings();
        let mutants = mutants(&text);
        let mut accepted = 0;
        for mutant in &mutants {
            let is_right = std::str::from_utf8(mutant).is_ok_and(|m| right.contains(m));
            assert_eq!(
                check(&saltbox, mutant),
                is_right,
                "{}",
                String::from_utf8_lossy(mutant)
            );
            accepted += usize::from(is_right && *mutant != text.as_bytes());
        }
        println!(
            "{text}: {} mutants, {accepted} of them the same tag at another length",
            mutants.len()
        );
        // Cut at whole bytes: 18, 21, 24, 27, 30 bytes, and 16, 17, 19.. where the bits between are zero.
        assert_eq!(accepted > 0, valid.any_length);
    }
}

#[test]
fn no_mutant_of_argon2id_is_accepted() {
    no_mutant_is_accepted(Scheme::Argon2id);
}

#[test]
fn no_mutant_of_argon2i_is_accepted() {
    no_mutant_is_accepted(Scheme::Argon2i);
}

#[test]
fn no_mutant_of_argon2d_is_accepted() {
    no_mutant_is_accepted(Scheme::Argon2d);
}

#[test]
fn no_mutant_of_scrypt_is_accepted() {
    no_mutant_is_accepted(Scheme::Scrypt);
}

#[test]
fn no_mutant_of_pbkdf2_is_accepted() {
    no_mutant_is_accepted(Scheme::Pbkdf2Sha256);
    no_mutant_is_accepted(Scheme::Pbkdf2Sha512);
    #[cfg(feature = "imports")]
    no_mutant_is_accepted(Scheme::Pbkdf2Sha1);
}

/// Around every width a number might be kept in, and every other way to write one.
const NUMBERS: [&str; 44] = [
    "",
    "0",
    "1",
    "2",
    "7",
    "8",
    "9",
    "16",
    "19",
    "31",
    "32",
    "33",
    "63",
    "64",
    "255",
    "256",
    "65535",
    "65536",
    "16777215",
    "16777216",
    "1073741823",
    "1073741824",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "4294967304",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "18446744073709551624",
    "01",
    "08",
    "+8",
    "-8",
    " 8",
    "8 ",
    "8.0",
    "8e0",
    "0x8",
    "8_",
    "\u{668}",
    "\u{ff18}",
];

/// Every valid string with one number replaced by each of [`NUMBERS`].
fn with_numbers() -> Vec<(String, String)> {
    let mut strings = Vec::new();
    for valid in valid() {
        let text = valid.text();
        let (parameters, rest) =
            text.split_at(valid.head.len() - Base64Unpadded::encoded_len(SALT) - 1);
        for (at, _) in parameters.match_indices('=') {
            let (before, behind) = parameters.split_at(at + 1);
            let digits = behind
                .find(|c: char| !c.is_ascii_digit())
                .expect("ends in a sign");
            for number in NUMBERS {
                strings.push((
                    text.clone(),
                    format!("{before}{number}{}{rest}", &behind[digits..]),
                ));
            }
        }
    }
    strings
}

#[test]
fn no_number_but_the_right_one_in_its_only_spelling_is_accepted() {
    let strings = with_numbers();
    for config in [LOW, USUAL] {
        let saltbox = saltbox(config);
        for (valid, string) in &strings {
            assert_eq!(
                check(&saltbox, string.as_bytes()),
                string == valid,
                "{string}"
            );
        }
    }
    println!("{} strings under two sets of limits", strings.len());
}

/// The costs of a string as the limits count them, with room for everything.
fn costs(kdf: &Kdf, tag_len: usize) -> Vec<(&'static str, u128)> {
    match kdf {
        Kdf::Argon2(a) => vec![
            (
                "argon2_kib_passes",
                u128::from(a.m_kib()) * u128::from(a.t()),
            ),
            ("argon2_m_kib", a.m_kib().into()),
            ("argon2_p", a.p().into()),
        ],
        Kdf::Scrypt(s) => {
            // V, B, X and Y, all that is allocated; and PBKDF2, which makes B and hashes it for each 32 bytes.
            let (n, r, p) = (1_u128 << s.ln(), u128::from(s.r()), u128::from(s.p()));
            let pbkdf2 = r * p * (8 + tag_len.div_ceil(32) as u128);
            vec![
                ("scrypt_nrp", (n * r * p).max(pbkdf2)),
                ("scrypt_kib", (128 * r * (n + p + 2)).div_ceil(1024)),
            ]
        }
        Kdf::Pbkdf2(p) => {
            // An iteration of SHA-512 counts three times.
            let (block, each) = match p.prf() {
                Prf::Sha256 => (32, 1),
                Prf::Sha512 => (64, 3),
                _ => (20, 1),
            };
            vec![(
                "pbkdf2_iterations",
                u128::from(p.iterations()) * tag_len.div_ceil(block) as u128 * each,
            )]
        }
        other => panic!("no costs known for {other:?}"),
    }
}

#[test]
fn exactly_what_is_over_a_limit_is_refused_for_it() {
    let config: serde_json::Value = serde_json::from_slice(LOW).expect("JSON");
    let limits = &config["hash"]["limits"];
    let saltbox = saltbox(LOW);
    let (mut within, mut over) = (0, 0);
    for (_, string) in with_numbers() {
        let found = saltbox.identify(&string);
        let (Some(kdf), Some((_, tag_len))) = (found.kdf(), found.salt_and_tag_len()) else {
            continue;
        };
        let is_over = |(key, cost): &(&str, u128)| {
            *cost > u128::from(limits[*key].as_u64().expect("a limit"))
        };
        let expected = costs(kdf, tag_len).iter().any(is_over);
        let kind = found.problem().map(saltbox::Error::kind);
        assert_eq!(kind, expected.then_some(ErrorKind::Limit), "{string}");
        *(if expected { &mut over } else { &mut within }) += 1;
    }
    println!("{within} within the limits, {over} over them");
    assert!(within > 20 && over > 20);
}

#[test]
fn every_ceiling_itself_passes_and_one_more_does_not() {
    let saltbox = saltbox(LOW);
    let tag = |len: usize| Base64Unpadded::encode_string(&vec![0; len]);
    for (passes, over, value) in [
        (
            "argon2id$v=19$m=16,t=4,p=1",
            "argon2id$v=19$m=13,t=5,p=1",
            65,
        ),
        (
            "argon2id$v=19$m=32,t=1,p=1",
            "argon2id$v=19$m=33,t=1,p=1",
            33,
        ),
        (
            "argon2id$v=19$m=32,t=1,p=4",
            "argon2id$v=19$m=64,t=1,p=5",
            64,
        ),
        ("scrypt$ln=4,r=1,p=4", "scrypt$ln=1,r=1,p=33", 66),
        ("scrypt$ln=1,r=1,p=7", "scrypt$ln=1,r=1,p=8", 72),
        ("scrypt$ln=3,r=2,p=3", "scrypt$ln=4,r=2,p=1", 5),
        ("pbkdf2-sha256$i=64", "pbkdf2-sha256$i=65", 65),
    ] {
        let text = |head| format!("${head}$c29tZXNhbHQ${}", tag(32));
        assert!(
            saltbox.identify(text(passes)).problem().is_none(),
            "{passes}"
        );
        let found = saltbox.identify(text(over));
        let problem = found.problem().expect(over).to_string();
        assert!(
            problem.contains(&format!(" is {value}, over the limit of ")),
            "{over}: {problem}"
        );
    }
    // A longer tag takes more blocks, and each block all iterations: 64 bytes are two of SHA-256, one of SHA-512.
    for (scheme, iterations, tag_len, is_over) in [
        ("pbkdf2-sha256", 33, 32, false),
        ("pbkdf2-sha256", 33, 33, true),
        // Each of SHA-512 counts three times.
        ("pbkdf2-sha512", 21, 64, false),
        ("pbkdf2-sha512", 22, 64, true),
        ("pbkdf2-sha512", 10, 65, false),
        ("pbkdf2-sha512", 11, 65, true),
    ] {
        let text = format!("${scheme}$i={iterations}$c29tZXNhbHQ${}", tag(tag_len));
        let found = saltbox.identify(&text);
        let kind = found.problem().map(saltbox::Error::kind);
        assert_eq!(kind, is_over.then_some(ErrorKind::Limit), "{text}");
    }
}

/// What other programs keep in the same column, and what breaks naive parsers.
#[test]
fn strings_of_no_scheme_are_refused_whatever_their_length() {
    let saltbox = saltbox(LOW);
    let strings = [
        "\0",
        "$",
        "$$",
        "$$$$$$",
        "=",
        ",",
        "*",
        "!",
        "x",
        "$argon2id",
        "$argon2id$",
        "$argon2id$v=19$",
        "argon2id$",
        "$argon2$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$",
        "$pbkdf2-sha256$",
        "$pbkdf2$i=1$QQ$AAAAAAAAAAAAAAAAAAAAAA",
        "$saltbox$",
        "$saltbox$v=1$QQ$QQ",
        "$2b$04$",
        "$6$salt$hash",
        "\u{feff}$argon2id$",
        "correct horse",
    ];
    for string in strings {
        assert!(!check(&saltbox, string.as_bytes()), "{string:?}");
        assert!(saltbox.identify(string).problem().is_some(), "{string:?}");
    }
    // A column of a mebibyte, and one that is long only where a scheme allows bytes.
    for len in [1022, 1023, 1024, 1025, 1 << 20] {
        for unit in ["$", "A", "9", "$argon2id$v=19$m=8,t=1,p=1$AAAA"] {
            let long: String = unit.chars().cycle().take(len).collect();
            assert!(!check(&saltbox, long.as_bytes()));
            assert!(saltbox.identify(&long).problem().is_some());
        }
    }
}
