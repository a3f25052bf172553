//! A valid string made of the input's numbers is read as what it was made
//! from; with one byte changed it is refused or is its own canonical spelling.

use base64ct::{Base64Unpadded, Encoding};
use saltbox::hash::{Kdf, Stored};

pub fn run(data: &[u8]) {
    let mut input = data;
    let (text, numbers, salt, tag_len) = valid(&mut input);
    let stored = Stored::parse(text.as_bytes()).unwrap_or_else(|e| panic!("{text}: {e}"));
    assert_eq!(stored.to_text(), text);
    assert_eq!(
        (stored.salt(), stored.tag_len()),
        (&*salt, tag_len),
        "{text}"
    );
    let read = match stored.kdf() {
        Kdf::Argon2(a) => vec![a.version_number(), a.m_kib(), a.t(), a.p()],
        Kdf::Scrypt(s) => vec![s.ln(), s.r(), s.p()],
        Kdf::Pbkdf2(p) => vec![p.iterations()],
        other => panic!("{other:?}"),
    };
    assert_eq!(read, numbers, "{text}");

    let mut changed = text.into_bytes();
    let at = number(&mut input, 0, changed.len() as u32 - 1) as usize;
    changed[at] = byte(&mut input);
    if let Ok(stored) = Stored::parse(&changed) {
        assert_eq!(stored.to_text().as_bytes(), changed);
    }
}

/// A string, the numbers in it, its salt, the length of its tag.
fn valid(input: &mut &[u8]) -> (String, Vec<u32>, Vec<u8>, usize) {
    let which = byte(input);
    let tag_len = number(input, 16, 128);
    let (text, numbers, least_salt) = match which % 6 {
        scheme @ 0..=2 => {
            let name = ["argon2id", "argon2i", "argon2d"][usize::from(scheme)];
            let (version, said) =
                [(16, ""), (16, "v=16$"), (19, "v=19$")][usize::from(which / 6 % 3)];
            let p = number(input, 1, (1 << 24) - 1);
            let (m, t) = (number(input, 8 * p, u32::MAX), number(input, 1, u32::MAX));
            (
                format!("{name}${said}m={m},t={t},p={p}"),
                vec![version, m, t, p],
                8,
            )
        }
        3 => {
            let r = number(input, 1, (1 << 30) - 1);
            let ln = number(input, 1, if r == 1 { 15 } else { 31 });
            let p = number(input, 1, ((1 << 30) - 1) / r);
            (format!("scrypt$ln={ln},r={r},p={p}"), vec![ln, r, p], 0)
        }
        scheme => {
            let name = if scheme == 4 {
                "pbkdf2-sha256"
            } else {
                "pbkdf2-sha512"
            };
            let said = if (which / 6).is_multiple_of(2) {
                String::new()
            } else {
                format!(",l={tag_len}")
            };
            let i = number(input, 1, u32::MAX);
            (format!("{name}$i={i}{said}"), vec![i], 0)
        }
    };
    let tag_len = tag_len as usize;
    let salt_len = number(input, least_salt, 128);
    let salt: Vec<u8> = (0..salt_len).map(|_| byte(input)).collect();
    let tag: Vec<u8> = (0..tag_len).map(|_| byte(input)).collect();
    let (salt_text, tag_text) = (
        Base64Unpadded::encode_string(&salt),
        Base64Unpadded::encode_string(&tag),
    );
    (
        format!("${text}${salt_text}${tag_text}"),
        numbers,
        salt,
        tag_len,
    )
}

/// The next byte; zeros where the input has ended.
fn byte(input: &mut &[u8]) -> u8 {
    let Some((first, rest)) = input.split_first() else {
        return 0;
    };
    *input = rest;
    *first
}

/// A number from four bytes: the ends of the range are met by 0 and 2^32 - 1.
fn number(input: &mut &[u8], least: u32, most: u32) -> u32 {
    let drawn = u32::from_le_bytes([byte(input), byte(input), byte(input), byte(input)]);
    let range = u64::from(most - least);
    // The high half scales, so that small inputs make small numbers and large ones large.
    least + (u64::from(drawn) * range / u64::from(u32::MAX)) as u32
}
