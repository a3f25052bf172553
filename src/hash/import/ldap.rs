//! Digests as LDAP servers write them (RFC 2307 and what came after it).

use super::digest::once;
use super::recipe::Field;
use super::{Parts, between};
use crate::encoding::Alphabet;
use crate::error::{Error, ErrorKind};
use crate::hash::grammar::Reader;
use crate::hash::input::Input;
use crate::hash::{HashFunction, MAX_SALT_BYTES};

/// The id, in any case, and whether a salt stands behind the digest.
const IDS: [(&str, HashFunction, bool); 10] = [
    ("{MD5}", HashFunction::Md5, false),
    ("{SMD5}", HashFunction::Md5, true),
    ("{SHA}", HashFunction::Sha1, false),
    ("{SSHA}", HashFunction::Sha1, true),
    ("{SHA256}", HashFunction::Sha256, false),
    ("{SSHA256}", HashFunction::Sha256, true),
    ("{SHA384}", HashFunction::Sha384, false),
    ("{SSHA384}", HashFunction::Sha384, true),
    ("{SHA512}", HashFunction::Sha512, false),
    ("{SSHA512}", HashFunction::Sha512, true),
];

/// The longest digest and the longest salt.
const MOST: usize = 64 + MAX_SALT_BYTES;

fn id(text: &[u8]) -> Option<&'static (&'static str, HashFunction, bool)> {
    let stands_there = |id: &str| {
        text.get(..id.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(id.as_bytes()))
    };
    IDS.iter().find(|(id, ..)| stands_there(id))
}

/// Spring's `{MD5}` and `{sha256}` say the same and mean hexadecimal digits; they are its rows'.
pub(in crate::hash) fn is_digest(text: &[u8]) -> bool {
    id(text).is_some() && !super::spring::is_digest(text) && !super::spring::is_sha256(text)
}

/// An id, and padded Base64 of the digest, with the salt behind it where there is one: of the password, then the salt.
pub(in crate::hash) fn read(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    let known = id(reader.left());
    let (id, function, is_salted) =
        known.ok_or_else(|| reader.malformed("an id such as \"{SSHA}\" has to stand here"))?;
    reader.skip(id.len());
    let at = reader.offset();
    let digest = function.output_bytes();
    let lengths = if *is_salted {
        digest + 1..=MOST
    } else {
        digest..=digest
    };
    let field = Field::<MOST>::read(reader, Alphabet::Padded, b'$', lengths)?;
    let tag = field.tag(0..digest);
    let tag = tag.ok_or_else(|| Error::new(ErrorKind::Internal, "a digest that fits").at(at))?;
    let salt = field.bytes().get(digest..).unwrap_or_default();
    let input = between(Input::default(), b"", salt, at)?;
    Ok(once(*function, tag).after(input))
}
