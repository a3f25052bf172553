//! Reading and printing are inverse, and one meaning has one spelling.
//!
//! Random strings, and strings that miss the grammar by a little, against a
//! second reader written here the other way round: it cuts at the signs,
//! takes each part with the standard library and prints it again, where the
//! library reads from left to right and never prints.

use base64ct::{Base64Unpadded, Encoding};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use saltbox::hash::{HASH_MAX, Scheme, Stored};
use saltbox::{Config, ErrorKind, Profile, Saltbox};

fn cases(default: u32) -> ProptestConfig {
    let full = std::env::var("SALTBOX_PROOF").is_ok_and(|v| v == "full");
    ProptestConfig {
        cases: if full { default * 100 } else { default },
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A number over the whole range of its field, small and large ones alike.
fn number(least: u32, most: u32) -> BoxedStrategy<u32> {
    let ends = select(vec![least, most]);
    let small = least..=most.min(least.saturating_add(100));
    prop_oneof![ends, small, least..=most].boxed()
}

fn b64(least: usize, most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(any::<u8>(), least..=most).prop_map(|b| Base64Unpadded::encode_string(&b))
}

fn argon2() -> impl Strategy<Value = String> {
    let name = select(vec!["argon2id", "argon2i", "argon2d"]);
    let version = select(vec!["", "v=16$", "v=19$"]);
    // RFC 9106 section 3.1: p up to 2^24 - 1, m from 8 p.
    let costs = number(1, (1 << 24) - 1)
        .prop_flat_map(|p| (number(8 * p, u32::MAX), number(1, u32::MAX), Just(p)));
    (name, version, costs, b64(8, 128), b64(16, 128)).prop_map(
        |(name, version, (m, t, p), salt, tag)| {
            format!("${name}${version}m={m},t={t},p={p}${salt}${tag}")
        },
    )
}

fn scrypt() -> impl Strategy<Value = String> {
    // RFC 7914 sections 2 and 6: ln < 16 r, r p < 2^30.
    let costs = number(1, (1 << 30) - 1).prop_flat_map(|r| {
        let most_ln = (16 * u64::from(r) - 1).min(31) as u32;
        (number(1, most_ln), Just(r), number(1, ((1 << 30) - 1) / r))
    });
    (costs, b64(0, 128), b64(16, 128))
        .prop_map(|((ln, r, p), salt, tag)| format!("$scrypt$ln={ln},r={r},p={p}${salt}${tag}"))
}

fn pbkdf2() -> impl Strategy<Value = String> {
    let name = select(vec!["pbkdf2-sha256", "pbkdf2-sha512"]);
    let tag = prop::collection::vec(any::<u8>(), 16..=128);
    (name, number(1, u32::MAX), any::<bool>(), b64(0, 128), tag).prop_map(
        |(name, i, says_len, salt, tag)| {
            let len = if says_len {
                format!(",l={}", tag.len())
            } else {
                String::new()
            };
            format!(
                "${name}$i={i}{len}${salt}${}",
                Base64Unpadded::encode_string(&tag)
            )
        },
    )
}

fn valid() -> BoxedStrategy<String> {
    prop_oneof![3 => argon2(), 2 => scrypt(), 2 => pbkdf2()].boxed()
}

/// The second reader.
fn model_reads(text: &str) -> bool {
    read_by_parts(text).is_some()
}

fn read_by_parts(text: &str) -> Option<()> {
    let require = |condition: bool| condition.then_some(());
    require(text.len() < HASH_MAX)?;
    let mut parts: Vec<&str> = text.strip_prefix('$')?.split('$').collect();
    let (name, tag, salt) = (parts.remove(0), bytes(parts.pop()?)?, bytes(parts.pop()?)?);
    require((16..=128).contains(&tag.len()) && salt.len() <= 128)?;
    match name {
        "argon2id" | "argon2i" | "argon2d" => {
            if parts.len() == 2 {
                require(matches!(parts.remove(0), "v=16" | "v=19"))?;
            }
            let [m, t, p] = numbers(&parts, ["m", "t", "p"])?;
            require(salt.len() >= 8 && t >= 1 && (1..1 << 24).contains(&p) && m >= 8 * p)
        }
        "scrypt" => {
            let [ln, r, p] = numbers(&parts, ["ln", "r", "p"])?;
            require((1..=31).contains(&ln) && ln < 16 * r && (1..1 << 30).contains(&(r * p)))
        }
        "pbkdf2-sha1" if cfg!(not(feature = "imports")) => None,
        "pbkdf2-sha1" | "pbkdf2-sha256" | "pbkdf2-sha512" => {
            let [i] = numbers(&parts, ["i"]).or_else(|| {
                let [i, l] = numbers(&parts, ["i", "l"])?;
                (l == tag.len() as u64).then_some([i])
            })?;
            require(i >= 1)
        }
        _ => None,
    }
}

/// The values of `key=value,key=value`, which has to be all there is.
fn numbers<const N: usize>(parts: &[&str], keys: [&str; N]) -> Option<[u64; N]> {
    let [text] = parts else { return None };
    let pairs: Vec<(&str, &str)> = text
        .split(',')
        .map(|p| p.split_once('='))
        .collect::<Option<_>>()?;
    let mut values = [0; N];
    if pairs.len() != N {
        return None;
    }
    for ((value, key), (found, digits)) in values.iter_mut().zip(keys).zip(pairs) {
        let number: u32 = digits.parse().ok()?;
        if found != key || number.to_string() != digits {
            return None;
        }
        *value = u64::from(number);
    }
    Some(values)
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let bytes = Base64Unpadded::decode_vec(text).ok()?;
    (Base64Unpadded::encode_string(&bytes) == text).then_some(bytes)
}

/// What has to hold of any text, and whether it was read.
fn check(text: &str) -> Result<bool, TestCaseError> {
    let parsed = Stored::parse(text.as_bytes());
    // Near a PHC string lies one of passlib's.
    if parsed
        .as_ref()
        .is_ok_and(|stored| stored.scheme() != stored.kdf().scheme())
    {
        return Ok(false);
    }
    prop_assert_eq!(
        parsed.is_ok(),
        model_reads(text),
        "{:?}: {:?}",
        text,
        parsed.as_ref().err()
    );
    match &parsed {
        Ok(stored) => prop_assert_eq!(stored.to_text(), text),
        Err(error) => {
            let place = error.offset().is_some_and(|at| at <= text.len());
            prop_assert!(place, "{:?}: {}", text, error);
            let kinds = [
                ErrorKind::Malformed,
                ErrorKind::Unsupported,
                ErrorKind::LaterRelease,
            ];
            prop_assert!(kinds.contains(&error.kind()), "{:?}: {}", text, error);
        }
    }
    Ok(parsed.is_ok())
}

/// Edits that miss the grammar by a little, or hit it again.
#[derive(Clone, Debug)]
enum Edit {
    Replace(Index, u8),
    Insert(Index, u8),
    Delete(Index),
    Swap(Index, Index),
    Repeat(Index, Index),
    Cut(Index),
    /// A whole piece in place of another.
    Piece(&'static str, &'static str),
}

fn edit() -> impl Strategy<Value = Edit> {
    // Signs of the grammar and their neighbours: more near misses than random bytes make.
    let sign = || {
        prop_oneof![
            select(b"$=,0123456789mtpvlnri+/-. \0AQgw".to_vec()),
            any::<u8>()
        ]
    };
    let piece = select(vec![
        ("$v=19", ""),
        ("$m=", "$v=19$m="),
        ("v=19", "v=18"),
        ("v=16", "v=19"),
        ("v=", "V="),
        (",t=", ",p="),
        (",p=1", ",p=01"),
        ("=", "=+"),
        (",l=", ",l=1"),
        ("$i=", "$l=32,i="),
        ("argon2id", "argon2"),
        ("argon2i", "argon2d"),
        ("sha256", "sha512"),
        ("sha512", "sha1"),
        ("$", "$$"),
        ("$m=", "$keyid=QUJD,m="),
        ("ln=", "N="),
        ("/", "_"),
        ("+", "-"),
        (",", ";"),
    ]);
    prop_oneof![
        3 => (any::<Index>(), sign()).prop_map(|(at, c)| Edit::Replace(at, c)),
        3 => (any::<Index>(), sign()).prop_map(|(at, c)| Edit::Insert(at, c)),
        2 => any::<Index>().prop_map(Edit::Delete),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Edit::Swap(a, b)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Edit::Repeat(a, b)),
        1 => any::<Index>().prop_map(Edit::Cut),
        3 => piece.prop_map(|(from, to)| Edit::Piece(from, to)),
    ]
}

fn apply(edit: &Edit, text: &mut Vec<u8>) {
    let len = text.len();
    if len == 0 {
        return;
    }
    match edit {
        Edit::Replace(at, c) => text[at.index(len)] = *c,
        Edit::Insert(at, c) => text.insert(at.index(len + 1), *c),
        Edit::Delete(at) => drop(text.remove(at.index(len))),
        Edit::Swap(a, b) => text.swap(a.index(len), b.index(len)),
        Edit::Repeat(a, b) => {
            let (a, b) = (a.index(len), b.index(len));
            text.extend_from_within(a.min(b)..a.max(b));
        }
        Edit::Cut(at) => text.truncate(at.index(len)),
        Edit::Piece(from, to) => {
            *text = String::from_utf8_lossy(text)
                .replacen(from, to, 1)
                .into_bytes();
        }
    }
}

proptest! {
    #![proptest_config(cases(4000))]

    #[test]
    fn what_is_read_is_written_back_byte_for_byte(text in valid()) {
        prop_assert!(check(&text)?, "{} is valid", text);
    }

    #[test]
    fn a_near_miss_is_its_own_canonical_spelling_or_is_refused_with_its_place(
        text in valid(), edits in prop::collection::vec(edit(), 1..4),
    ) {
        let mut bytes = text.into_bytes();
        for edit in &edits {
            apply(edit, &mut bytes);
        }
        match std::str::from_utf8(&bytes) {
            Ok(text) => drop(check(text)?),
            // No stored string has such bytes, wherever they stand.
            Err(_) => prop_assert!(Stored::parse(&bytes).is_err()),
        }
    }

    /// Pieces of the grammar in any order, far from what is valid.
    #[test]
    fn any_sequence_of_the_signs_of_the_grammar_is_read_as_the_model_reads_it(
        text in "(\\$|argon2id?|scrypt|pbkdf2-sha256|saltbox|v=|m=|t=|p=|ln=|r=|i=|l=|,|=|0|1|8|19|4294967295|AAAAAAAAAAAAAAAAAAAAAA|A|/){0,24}",
    ) {
        check(&text)?;
    }
}

/// Offsets are for people: each points at the sign that is wrong.
#[test]
fn the_offset_is_that_of_the_first_wrong_character() {
    let salt_tag = "$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA";
    for (text, place) in [
        // A comma where the version ends: behind "v=19".
        ("$argon2id$v=19,m=8,t=1,p=1".to_owned() + salt_tag, 14),
        // The digits with the leading zero.
        ("$argon2id$v=19$m=08,t=1,p=1".to_owned() + salt_tag, 17),
        // m under 8 p is told at m.
        ("$argon2id$v=19$m=8,t=1,p=2".to_owned() + salt_tag, 17),
        // The parameters stand in one order.
        ("$argon2id$v=19$t=1,m=8,p=1".to_owned() + salt_tag, 15),
        // Padding.
        (
            "$scrypt$ln=1,r=1,p=1$QQ==$AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
            23,
        ),
        // The last character, whose low bits no byte takes.
        (
            "$scrypt$ln=1,r=1,p=1$QQ$AAAAAAAAAAAAAAAAAAAAAB".to_owned(),
            45,
        ),
        // A tag of 15 bytes is told where the tag begins.
        ("$pbkdf2-sha256$i=1$QQ$AAAAAAAAAAAAAAAAAAAA".to_owned(), 22),
        // A field too many.
        (
            "$pbkdf2-sha256$i=1$QQ$AAAAAAAAAAAAAAAAAAAAAA$".to_owned(),
            44,
        ),
        // No scheme at all.
        ("plaintext".to_owned(), 0),
        // One byte more than any stored string has.
        ("$".repeat(HASH_MAX), HASH_MAX - 1),
    ] {
        let error = Stored::parse(text.as_bytes()).expect_err(&text);
        assert_eq!(error.offset(), Some(place), "{text}: {error}");
    }
}

#[test]
fn what_hash_writes_is_read_and_verified_and_as_long_as_announced() {
    // One profile of every scheme that may be created; the largest are only larger.
    let profiles = [
        "test-only",
        "owasp-argon2id-19-mib",
        "owasp-scrypt",
        "owasp-pbkdf2-sha256",
        "owasp-pbkdf2-sha512",
    ];
    let mut created = Vec::new();
    for name in profiles {
        let profile = Profile::named(name).expect(name);
        let config = Config::default().with_profile(profile).expect(name);
        let saltbox = Saltbox::new(config);
        let text = saltbox.hash("correct horse").expect(name);
        let stored = Stored::parse(text.as_bytes()).expect(&text);
        assert_eq!(*stored.kdf(), profile.kdf());
        assert_eq!((stored.salt().len(), stored.tag_len()), (16, 32));
        assert_eq!(stored.to_text(), text);
        assert_eq!(text.len(), saltbox.hash_len());
        assert!(model_reads(&text), "{text}");
        assert!(
            saltbox
                .verify(&*text, "correct horse")
                .expect("readable")
                .is_accepted()
        );
        created.push(stored.kdf().scheme());
    }
    // bcrypt's strings are no PHC strings; the tests of `hash::verify` make them.
    let phc = |scheme: &Scheme| scheme.may_create() && scheme.name() != "bcrypt";
    for scheme in Scheme::all().filter(phc) {
        assert!(
            created.contains(&scheme),
            "no profile of {} here",
            scheme.name()
        );
    }
}
