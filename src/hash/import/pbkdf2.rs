//! PBKDF2 as passlib, LDAP servers, Atlassian, Django, Werkzeug, Seafile, Spring and ASP.NET write it.

use super::recipe::Field;
use super::{
    FoundTag, MAX_SALT_BYTES, MAX_TAG_BYTES, MIN_TAG_BYTES, Oddities, Parts, Salt, begins, one_of,
    salt, salt_text, tag,
};
use crate::encoding::Alphabet;
use crate::error::{Error, ErrorKind};
use crate::hash::grammar::Reader;
use crate::hash::{Kdf, Pbkdf2, Prf};
use crate::secret::FixedBytes;
use std::ops::RangeInclusive;

const ITERATIONS: &str = "the iterations are from 1 to 4294967295";

fn kdf(prf: Prf, iterations: u32) -> Kdf {
    Kdf::Pbkdf2(Pbkdf2::fixed(prf, iterations))
}

/// `$pbkdf2$`, `$pbkdf2-sha256$` or `$pbkdf2-sha512$` before a number; PHC has `i=` there.
pub(in crate::hash) fn is_passlib(text: &[u8]) -> bool {
    ["$pbkdf2$", "$pbkdf2-sha256$", "$pbkdf2-sha512$"]
        .iter()
        .filter_map(|prefix| text.strip_prefix(prefix.as_bytes()))
        .any(|rest| rest.first().is_none_or(u8::is_ascii_digit))
}

/// `$pbkdf2[-sha256|-sha512]$rounds$salt$tag`, both adapted B64. No suffix is SHA-1.
pub(in crate::hash) fn read_passlib(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    let names = [
        ("$pbkdf2$", Prf::Sha1),
        ("$pbkdf2-sha256$", Prf::Sha256),
        ("$pbkdf2-sha512$", Prf::Sha512),
    ];
    let prf = one_of(reader, &names, "\"$pbkdf2\" has to stand here")?;
    rounds_salt_tag(prf, reader)
}

pub(in crate::hash) fn is_ldap(text: &[u8]) -> bool {
    begins(text, &["{PBKDF2}", "{PBKDF2-"])
}

/// `{PBKDF2[-SHA1|-SHA256|-SHA512]}rounds$salt$tag`, as passlib.
pub(in crate::hash) fn read_ldap(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    let names = [
        ("{PBKDF2}", Prf::Sha1),
        ("{PBKDF2-SHA1}", Prf::Sha1),
        ("{PBKDF2-SHA256}", Prf::Sha256),
        ("{PBKDF2-SHA512}", Prf::Sha512),
    ];
    let expected = "the scheme is {PBKDF2}, {PBKDF2-SHA1}, {PBKDF2-SHA256} or {PBKDF2-SHA512}";
    let prf = one_of(reader, &names, expected)?;
    rounds_salt_tag(prf, reader)
}

fn rounds_salt_tag(prf: Prf, reader: &mut Reader<'_>) -> Result<Parts, Error> {
    let kdf = kdf(prf, reader.number(1..=u32::MAX, ITERATIONS)?);
    reader.expect("$", "\"$\" has to follow the iterations")?;
    let (salt, odd_salt) = adapted(reader, 0..=MAX_SALT_BYTES)?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let len = prf.output_bytes();
    let at = reader.offset();
    let (tag, odd_tag) = adapted(reader, len..=len)?;
    let tag = FoundTag::alone(tag, at..reader.offset(), Alphabet::Adapted.zero());
    Ok(Parts::new(kdf, salt, tag).noting(Oddities {
        alphabet: odd_salt | odd_tag,
        ..Oddities::default()
    }))
}

/// Adapted B64, or B64 itself, padded or not, as passwap writes it; and whether it is the latter.
fn adapted<const N: usize>(
    reader: &mut Reader<'_>,
    lengths: RangeInclusive<usize>,
) -> Result<(FixedBytes<N>, bool), Error> {
    let text = reader.clone().piece(b'$');
    let alphabet = if text.last() == Some(&b'=') {
        Alphabet::Padded
    } else if text.contains(&b'+') {
        Alphabet::Unpadded
    } else {
        Alphabet::Adapted
    };
    let bytes = reader.decoded(alphabet, b'$', lengths)?;
    Ok((bytes, alphabet != Alphabet::Adapted))
}

pub(in crate::hash) fn is_atlassian(text: &[u8]) -> bool {
    begins(text, &["{PKCS5S2}"])
}

/// `{PKCS5S2}` and padded Base64 of 16 bytes of salt and 32 of tag: SHA-1, 10,000 iterations.
pub(in crate::hash) fn read_atlassian(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect("{PKCS5S2}", "\"{PKCS5S2}\" has to stand here")?;
    let (salt, tag) = salt_and_tag(reader, Alphabet::Padded, 16, 32)?;
    Ok(Parts::new(kdf(Prf::Sha1, 10_000), salt, tag))
}

pub(in crate::hash) fn is_django(text: &[u8]) -> bool {
    begins(text, &["pbkdf2_sha1$", "pbkdf2_sha256$"])
}

/// `pbkdf2_(sha1|sha256)$iterations$salt$tag`: the salt is text, the tag padded Base64.
pub(in crate::hash) fn read_django(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    let names = [("pbkdf2_sha1$", Prf::Sha1), ("pbkdf2_sha256$", Prf::Sha256)];
    let prf = one_of(reader, &names, "\"pbkdf2_\" has to stand here")?;
    let kdf = kdf(prf, reader.number(1..=u32::MAX, ITERATIONS)?);
    reader.expect("$", "\"$\" has to follow the iterations")?;
    let salt = salt_text(reader, b'$')?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let tag = tag(reader, Alphabet::Padded, prf.output_bytes())?;
    Ok(Parts::new(kdf, salt, tag))
}

pub(in crate::hash) fn is_werkzeug(text: &[u8]) -> bool {
    begins(text, &["pbkdf2:"])
}

/// `pbkdf2:(sha1|sha256|sha512):iterations$salt$tag`: the salt is text, the tag
/// hexadecimal. Without iterations the version that wrote it would have to be known.
pub(in crate::hash) fn read_werkzeug(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    let names = [
        ("pbkdf2:sha1", Prf::Sha1),
        ("pbkdf2:sha256", Prf::Sha256),
        ("pbkdf2:sha512", Prf::Sha512),
    ];
    let prf = one_of(reader, &names, "the hash is sha1, sha256 or sha512")?;
    reader.expect(":", "\":\" and the iterations have to stand here")?;
    let kdf = kdf(prf, reader.number(1..=u32::MAX, ITERATIONS)?);
    reader.expect("$", "\"$\" has to follow the iterations")?;
    let salt = salt_text(reader, b'$')?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let tag = tag(reader, Alphabet::Hex, prf.output_bytes())?;
    Ok(Parts::new(kdf, salt, tag))
}

pub(in crate::hash) fn is_seafile(text: &[u8]) -> bool {
    begins(text, &["PBKDF2SHA256$"])
}

/// `PBKDF2SHA256$iterations$salt$tag`, both hexadecimal.
pub(in crate::hash) fn read_seafile(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect("PBKDF2SHA256$", "\"PBKDF2SHA256$\" has to stand here")?;
    let kdf = kdf(Prf::Sha256, reader.number(1..=u32::MAX, ITERATIONS)?);
    reader.expect("$", "\"$\" has to follow the iterations")?;
    let salt = salt(reader, Alphabet::Hex, b'$')?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let tag = tag(reader, Alphabet::Hex, 32)?;
    Ok(Parts::new(kdf, salt, tag))
}

pub(in crate::hash) fn is_spring(text: &[u8]) -> bool {
    begins(text, &["{pbkdf2}", "{pbkdf2@"])
}

/// `{pbkdf2}` (the defaults of Spring Security 5.5) or `{pbkdf2@SpringSecurity_v5_8}`,
/// and hexadecimal of salt and tag. The string says no parameter; the id does.
pub(in crate::hash) fn read_spring(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    if reader.accept("{pbkdf2}") {
        let (salt, tag) = salt_and_tag(reader, Alphabet::Hex, 8, 32)?;
        return Ok(Parts::new(kdf(Prf::Sha1, 185_000), salt, tag));
    }
    let expected = "the id is {pbkdf2} or {pbkdf2@SpringSecurity_v5_8}";
    reader.expect("{pbkdf2@SpringSecurity_v5_8}", expected)?;
    let (salt, tag) = salt_and_tag(reader, Alphabet::Hex, 16, 32)?;
    Ok(Parts::new(kdf(Prf::Sha256, 310_000), salt, tag))
}

/// 49 bytes, of which the first is zero: 68 characters, of which the first says
/// 000000 and the second 00 and four more bits.
pub(in crate::hash) fn is_asp_net_v2(text: &[u8]) -> bool {
    text.len() == 68 && matches!(text, [b'A', b'A'..=b'P', ..])
}

/// A one, and the three high bytes of a small number.
pub(in crate::hash) fn is_asp_net_v3(text: &[u8]) -> bool {
    text.starts_with(b"AQAAAA")
}

/// The most that a version 3 takes: 13 bytes, salt and tag.
pub(super) const MOST_BLOB: usize = 13 + 128 + MAX_TAG_BYTES;

/// Base64 of 00, 16 bytes of salt, 32 of tag: SHA-1, 1000 iterations.
pub(in crate::hash) fn read_asp_net_v2(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    let blob = Field::<MOST_BLOB>::read(reader, Alphabet::Padded, b'$', 49..=49)?;
    let (salt, tag) = split(&blob, 1, 16)?;
    Ok(Parts::new(kdf(Prf::Sha1, 1000), salt, tag))
}

/// Base64 of 01, and of four numbers of 32 bits, big end first: function
/// (0 SHA-1, 1 SHA-256, 2 SHA-512), iterations, length of the salt; then salt and tag.
pub(in crate::hash) fn read_asp_net_v3(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    let lengths = 13 + 32..=MOST_BLOB;
    let blob = Field::<MOST_BLOB>::read(reader, Alphabet::Padded, b'$', lengths)?;
    let refuse = |reason| Error::new(ErrorKind::Malformed, reason).at(0);
    let ([_, header @ ..], _) = blob
        .bytes()
        .split_first_chunk::<13>()
        .ok_or_else(|| refuse("the header is missing"))?;
    let (numbers, _) = header.as_chunks::<4>();
    let [prf, iterations, salt_len] = [0, 1, 2].map(|at| {
        numbers
            .get(at)
            .map_or(0, |bytes| u32::from_be_bytes(*bytes))
    });
    let prf = match prf {
        0 => Prf::Sha1,
        1 => Prf::Sha256,
        2 => Prf::Sha512,
        _ => {
            return Err(refuse(
                "the function is 0 (SHA-1), 1 (SHA-256) or 2 (SHA-512)",
            ));
        }
    };
    if iterations == 0 {
        return Err(refuse(ITERATIONS));
    }
    if salt_len < 16 {
        return Err(refuse(
            "the salt is shorter than the 16 bytes that ASP.NET asks for",
        ));
    }
    let salt_len = usize::try_from(salt_len).unwrap_or(usize::MAX);
    let (salt, tag) = split(&blob, 13, salt_len)?;
    Ok(Parts::new(kdf(prf, iterations), salt, tag))
}

/// Salt and tag of fixed lengths in one text.
fn salt_and_tag(
    reader: &mut Reader<'_>,
    alphabet: Alphabet,
    salt_len: usize,
    tag_len: usize,
) -> Result<(Salt, FoundTag), Error> {
    let all = salt_len + tag_len;
    let field = Field::<MAX_TAG_BYTES>::read(reader, alphabet, b'$', all..=all)?;
    split(&field, 0, salt_len)
}

/// The salt, `len` bytes from `at` on, and the tag, which is the rest.
fn split<const N: usize>(
    field: &Field<N>,
    at: usize,
    len: usize,
) -> Result<(Salt, FoundTag), Error> {
    let end = at.saturating_add(len);
    let tag = field.tag(end..field.bytes().len());
    let tag = tag.filter(|tag| tag.bytes.len() >= MIN_TAG_BYTES);
    let salt = field.bytes().get(at..end).and_then(Salt::copy_of);
    salt.zip(tag).ok_or_else(|| {
        let reason = "the lengths of salt and tag do not fit in what is there";
        Error::new(ErrorKind::Malformed, reason).at(0)
    })
}
