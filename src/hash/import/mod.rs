//! Strings of other systems over functions that saltbox has: verified, never
//! made, and always to be hashed anew.
//!
//! Where a salt is text, the text itself is the salt; where it is decoded, this
//! says so. Sources of the grammars stand in `tests/vectors`.

mod pbkdf2;
mod scrypt;

use super::grammar::{Reader, Text};
use super::phc::{self, LeftOut};
use super::{Kdf, MAX_SALT_BYTES, MAX_TAG_BYTES, MIN_TAG_BYTES, Row, SCHEMES, Scheme, Stored};
use crate::encoding::Alphabet;
use crate::error::{Error, ErrorKind};
use crate::secret::FixedBytes;

/// A salt as it goes into the function.
type Salt = FixedBytes<MAX_SALT_BYTES>;

/// A tag, whatever it was written in.
type Tag = FixedBytes<MAX_TAG_BYTES>;

/// Whether `text` is for this row to read, by how it begins.
pub(super) fn recognises(row: &Row, text: &[u8]) -> bool {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|p| text.starts_with(p.as_bytes()));
    match row.scheme {
        Scheme::DjangoArgon2 => begins(&["argon2$argon2"]),
        Scheme::PasslibPbkdf2 => pbkdf2::is_passlib(text),
        Scheme::LdapPbkdf2 => begins(&["{PBKDF2}", "{PBKDF2-"]),
        Scheme::AtlassianPkcs5s2 => begins(&["{PKCS5S2}"]),
        Scheme::DjangoPbkdf2 => begins(&["pbkdf2_sha1$", "pbkdf2_sha256$"]),
        Scheme::WerkzeugPbkdf2 => begins(&["pbkdf2:"]),
        Scheme::SeafilePbkdf2 => begins(&["PBKDF2SHA256$"]),
        Scheme::SpringPbkdf2 => begins(&["{pbkdf2}", "{pbkdf2@"]),
        Scheme::AspNetV2 => pbkdf2::is_asp_net_v2(text),
        Scheme::AspNetV3 => pbkdf2::is_asp_net_v3(text),
        Scheme::Scrypt7 => begins(&["$7$"]),
        Scheme::DjangoScrypt => begins(&["scrypt$"]),
        Scheme::WerkzeugScrypt => begins(&["scrypt:"]),
        Scheme::SpringScrypt => begins(&["{scrypt}", "{scrypt@"]) || scrypt::is_bare_spring(text),
        _ => false,
    }
}

/// Reads a string that the row recognises.
pub(super) fn read(row: &Row, text: &[u8]) -> Result<Stored, Error> {
    let mut reader = Reader::at(0, text);
    let (kdf, salt, tag) = match row.scheme {
        Scheme::DjangoArgon2 => return read_django_argon2(row, text),
        Scheme::PasslibPbkdf2 => pbkdf2::read_passlib(&mut reader),
        Scheme::LdapPbkdf2 => pbkdf2::read_ldap(&mut reader),
        Scheme::AtlassianPkcs5s2 => pbkdf2::read_atlassian(&mut reader),
        Scheme::DjangoPbkdf2 => pbkdf2::read_django(&mut reader),
        Scheme::WerkzeugPbkdf2 => pbkdf2::read_werkzeug(&mut reader),
        Scheme::SeafilePbkdf2 => pbkdf2::read_seafile(&mut reader),
        Scheme::SpringPbkdf2 => pbkdf2::read_spring(&mut reader),
        Scheme::AspNetV2 => pbkdf2::read_asp_net_v2(&mut reader),
        Scheme::AspNetV3 => pbkdf2::read_asp_net_v3(&mut reader),
        Scheme::Scrypt7 => scrypt::read_7(&mut reader),
        Scheme::DjangoScrypt => scrypt::read_django(&mut reader),
        Scheme::WerkzeugScrypt => scrypt::read_werkzeug(&mut reader),
        Scheme::SpringScrypt => scrypt::read_spring(&mut reader),
        _ => Err(Error::new(ErrorKind::Internal, "not a row of imports")),
    }?;
    reader.end()?;
    Ok(Stored {
        scheme: row.scheme,
        kdf,
        left_out: LeftOut::default(),
        source: Some(Text::of(text)),
        salt,
        tag,
    })
}

/// Writes what [`read`] read.
pub(super) fn write(stored: &Stored, text: &mut Text) {
    text.push(stored.source.as_ref().map_or("", Text::as_str));
}

/// Function, salt and tag.
type Parts = (Kdf, Salt, Tag);

/// `argon2` before a PHC string, of which Django drops the first `$`'s neighbour.
fn read_django_argon2(row: &Row, text: &[u8]) -> Result<Stored, Error> {
    const BEFORE: usize = "argon2".len();
    let inner = text.get(BEFORE..).unwrap_or_default();
    let argon2 = SCHEMES
        .iter()
        .find(|row| row.is_argon2() && phc::recognises(row, inner))
        .ok_or_else(|| {
            let reason = "\"argon2id\", \"argon2i\" or \"argon2d\" has to stand here";
            Error::new(ErrorKind::Malformed, reason).at(BEFORE + 1)
        })?;
    let mut stored = phc::read(argon2, inner).map_err(|error| error.moved(BEFORE))?;
    stored.scheme = row.scheme;
    stored.source = Some(Text::of(text));
    Ok(stored)
}

/// Text up to `end`, which is the salt as it is.
fn salt_text(reader: &mut Reader<'_>, end: u8) -> Result<Salt, Error> {
    let at = reader.offset();
    let text = reader.piece(end);
    let malformed = |reason, at| Error::new(ErrorKind::Malformed, reason).at(at);
    if let Err(error) = std::str::from_utf8(text) {
        return Err(malformed(
            "a salt that is text has to be UTF-8",
            at + error.valid_up_to(),
        ));
    }
    Salt::copy_of(text).ok_or_else(|| malformed("the salt is longer than 128 bytes", at))
}

/// The rest, or what stands before `end`: a salt in `alphabet`.
fn salt(reader: &mut Reader<'_>, alphabet: Alphabet, end: u8) -> Result<Salt, Error> {
    reader.decoded(alphabet, end, 0..=MAX_SALT_BYTES)
}

/// The rest: a tag of `len` bytes in `alphabet`. A shorter one would be easier
/// to meet by chance, and no system that writes these makes another.
fn tag(reader: &mut Reader<'_>, alphabet: Alphabet, len: usize) -> Result<Tag, Error> {
    reader.decoded(alphabet, b'$', len..=len)
}
