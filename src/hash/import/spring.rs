//! Digests as Spring Security writes them. Its other ids stand in `around`, `scrypt` and `pbkdf2`.

use super::digest::{in_braces, once};
use super::recipe::Field;
use super::{Parts, begins, between, no_salt, tag};
use crate::encoding::Alphabet;
use crate::error::{Error, ErrorKind};
use crate::hash::grammar::Reader;
use crate::hash::input::Input;
use crate::hash::{Digest, HashFunction, Kdf, Repeat};

const IDS: [(&str, HashFunction); 4] = [
    ("{MD4}", HashFunction::Md4),
    ("{MD5}", HashFunction::Md5),
    ("{SHA-1}", HashFunction::Sha1),
    ("{SHA-256}", HashFunction::Sha256),
];

/// An id with hexadecimal digits behind it, or with a salt in braces. `{MD5}` with Base64 is LDAP's.
pub(in crate::hash) fn is_digest(text: &[u8]) -> bool {
    IDS.iter().any(|(id, function)| {
        text.strip_prefix(id.as_bytes()).is_some_and(|rest| {
            let only_here = *function != HashFunction::Md5;
            only_here || rest.starts_with(b"{") || rest.len() == 2 * function.output_bytes()
        })
    })
}

/// `{MD5}[{salt}]digest`: of the password and of what stands in and with the braces; hexadecimal.
pub(in crate::hash) fn read_digest(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    let known = IDS.iter().find(|(id, _)| reader.accept(id));
    let (_, function) =
        known.ok_or_else(|| reader.malformed("an id such as \"{SHA-256}\" has to stand here"))?;
    let at = reader.offset();
    let mut input = Input::default();
    if reader.accept("{") {
        let salt = super::salt_text(reader, b'}')?;
        reader.expect("}", "\"}\" has to follow the salt")?;
        input = in_braces(salt.as_slice(), at)?;
    }
    let tag = tag(reader, Alphabet::Hex, function.output_bytes())?;
    Ok(once(*function, tag).after(input))
}

pub(in crate::hash) fn is_sha256(text: &[u8]) -> bool {
    // `{SHA256}` of LDAP may be written small: 44 characters then.
    begins(text, &["{sha256}"]) && text.len() != "{sha256}".len() + 44
}

/// `{sha256}`, and hexadecimal of 8 bytes of salt and 32 of digest: 1024 rounds, the first of salt and password.
pub(in crate::hash) fn read_sha256(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect("{sha256}", "\"{sha256}\" has to stand here")?;
    let at = reader.offset();
    let field = Field::<40>::read(reader, Alphabet::Hex, b'$', 40..=40)?;
    let tag = field.tag(8..40);
    let tag = tag.ok_or_else(|| Error::new(ErrorKind::Internal, "a digest that fits").at(at))?;
    let salt = field.bytes().get(..8).unwrap_or_default();
    let input = between(Input::default(), salt, b"", at)?;
    let digest = Digest::fixed(HashFunction::Sha256, 1024, Repeat::Digest);
    Ok(Parts::new(Kdf::Digest(digest), no_salt(), tag).after(input))
}
