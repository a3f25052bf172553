//! The family of PHC strings.
//!
//! ```text
//! $argon2id$v=19$m=19456,t=2,p=1$<salt, B64>$<tag, B64>
//! $scrypt$ln=17,r=8,p=1$<salt, B64>$<tag, B64>
//! $pbkdf2-sha256$i=600000,l=32$<salt, B64>$<tag, B64>
//! ```
//!
//! Parameters stand in one order. `v=` may be left out and then means version
//! 0x10, `l=` may be left out; where they are is kept, so that a string is
//! written back as it was read.

use super::grammar::{Reader, Text};
use super::{Argon2, Kdf, MAX_SALT_BYTES, MAX_TAG_BYTES, MIN_TAG_BYTES, Pbkdf2, Prf, Row};
use super::{Scheme, Scrypt, Stored, Tag, Variant, argon2};
use crate::error::{Error, ErrorKind};

/// What a string left out. The default, nothing, is how saltbox writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// Argon2's `v=`.
    pub(crate) version: bool,
    /// PBKDF2's `l=`.
    pub(crate) length: bool,
}

/// Whether `text` begins with `$`, the row's name, `$`.
pub(super) fn recognises(row: &Row, text: &[u8]) -> bool {
    text.strip_prefix(b"$")
        .and_then(|text| text.strip_prefix(row.name().as_bytes()))
        .is_some_and(|rest| rest.starts_with(b"$") && !is_passlib(row, rest) && !is_kratos(text))
}

/// Kratos writes N where PHC writes log2 N.
fn is_kratos(_text: &[u8]) -> bool {
    #[cfg(feature = "imports")]
    return super::import::scrypt::is_kratos(_text);
    #[cfg(not(feature = "imports"))]
    return false;
}

/// passlib writes a number where PHC writes `i=`.
fn is_passlib(row: &Row, rest: &[u8]) -> bool {
    let is_pbkdf2 = matches!(row.scheme, Scheme::Pbkdf2Sha256 | Scheme::Pbkdf2Sha512);
    cfg!(feature = "imports") && is_pbkdf2 && rest.get(1).is_some_and(u8::is_ascii_digit)
}

/// Reads a string that the row recognises.
pub(super) fn read<'t>(row: &Row, text: &'t [u8]) -> Result<Stored<'t>, Error> {
    let mut reader = Reader::at(row.name().len() + 2, text);
    match row.scheme {
        Scheme::Argon2id => read_argon2(row, Variant::Id, &mut reader),
        Scheme::Argon2i => read_argon2(row, Variant::I, &mut reader),
        Scheme::Argon2d => read_argon2(row, Variant::D, &mut reader),
        Scheme::Scrypt => {
            let kdf = Kdf::Scrypt(Scrypt::read(&mut reader)?);
            read_salt_and_tag(row, kdf, 0, &mut reader)
        }
        Scheme::Pbkdf2Sha256 => read_pbkdf2(row, Prf::Sha256, &mut reader),
        Scheme::Pbkdf2Sha512 => read_pbkdf2(row, Prf::Sha512, &mut reader),
        #[cfg(feature = "imports")]
        Scheme::Pbkdf2Sha1 => read_pbkdf2(row, Prf::Sha1, &mut reader),
        #[cfg(feature = "imports")]
        _ => Err(Error::new(ErrorKind::Internal, "not a row of PHC")),
    }
}

fn read_argon2<'t>(
    row: &Row,
    variant: Variant,
    reader: &mut Reader<'t>,
) -> Result<Stored<'t>, Error> {
    let (argon2, left_out) = Argon2::read(variant, reader)?;
    let salt = argon2::MIN_SALT_BYTES;
    let mut stored = read_salt_and_tag(row, Kdf::Argon2(argon2), salt, reader)?;
    stored.left_out = left_out;
    Ok(stored)
}

fn read_pbkdf2<'t>(row: &Row, prf: Prf, reader: &mut Reader<'t>) -> Result<Stored<'t>, Error> {
    let (pbkdf2, length) = Pbkdf2::read(prf, reader)?;
    let mut stored = read_salt_and_tag(row, Kdf::Pbkdf2(pbkdf2), 0, reader)?;
    match length {
        Some((at, length)) if length as usize != stored.tag_len() => {
            let reason = "l is not the length of the tag";
            return Err(Error::new(ErrorKind::Malformed, reason).at(at));
        }
        length => stored.left_out.length = length.is_none(),
    }
    Ok(stored)
}

/// Reads `$salt$tag` to the end.
fn read_salt_and_tag<'t>(
    row: &Row,
    kdf: Kdf,
    min_salt: usize,
    reader: &mut Reader<'t>,
) -> Result<Stored<'t>, Error> {
    reader.expect("$", "\"$\" has to follow the parameters")?;
    let salts = min_salt..=MAX_SALT_BYTES;
    let salt = reader.bytes(
        salts,
        "the salt is shorter or longer than its scheme allows",
    )?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let tags = MIN_TAG_BYTES..=MAX_TAG_BYTES;
    let tag = reader.bytes(tags, "the tag is not from 16 to 128 bytes long")?;
    reader.end()?;
    Ok(Stored {
        scheme: row.scheme,
        kdf,
        left_out: LeftOut::default(),
        #[cfg(feature = "imports")]
        source: None,
        #[cfg(feature = "imports")]
        input: super::Input::default(),
        #[cfg(feature = "imports")]
        oddities: super::Oddities::default(),
        salt,
        tag,
        wrapped: None,
    })
}

/// Writes what [`read`] read, with `tag` in the place of the tag.
pub(super) fn write(stored: &Stored<'_>, tag: &Tag, text: &mut Text) {
    text.push("$");
    text.push(stored.scheme.name());
    text.push("$");
    match &stored.kdf {
        Kdf::Argon2(argon2) => argon2.write(stored.left_out, text),
        Kdf::Scrypt(scrypt) => scrypt.write(text),
        Kdf::Pbkdf2(pbkdf2) => pbkdf2.write(stored.left_out, tag.len(), text),
        // Read by rules of other systems, and so written as they were read.
        #[cfg(feature = "imports")]
        _ => {}
    }
    text.push("$");
    text.push_b64(stored.salt.as_slice());
    text.push("$");
    text.push_b64(tag.as_slice());
}
