//! MD5-crypt, SHA-crypt and SHA1-crypt as crypt(3) and Apache write them. The salt is the text as it stands.

use super::{FoundTag, Parts, Salt, begins, salt_text};
use crate::encoding::Alphabet;
use crate::error::{Error, ErrorKind};
use crate::hash::Kdf;
use crate::hash::crypt3::{
    DEFAULT_ROUNDS, MAX_ROUNDS, MIN_ROUNDS, Md5Crypt, Md5CryptMagic, Sha1Crypt, ShaCrypt,
    ShaCryptHash,
};
use crate::hash::grammar::Reader;
use crate::hash::hash_function::HashBased;

pub(in crate::hash) fn is_sha256(text: &[u8]) -> bool {
    begins(text, &["$5$", "$sha256-crypt$"])
}

pub(in crate::hash) fn read_sha256(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    read_sha(ShaCryptHash::Sha256, reader)
}

pub(in crate::hash) fn is_sha512(text: &[u8]) -> bool {
    begins(text, &["$6$", "$sha512-crypt$"])
}

pub(in crate::hash) fn read_sha512(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    read_sha(ShaCryptHash::Sha512, reader)
}

pub(in crate::hash) fn is_md5(text: &[u8]) -> bool {
    begins(text, &["$1$", "$md5-crypt$"])
}

pub(in crate::hash) fn read_md5(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    read_md5_with(Md5CryptMagic::Md5Crypt, reader)
}

pub(in crate::hash) fn is_apr1(text: &[u8]) -> bool {
    begins(text, &["$apr1$"])
}

pub(in crate::hash) fn read_apr1(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    read_md5_with(Md5CryptMagic::Apr1, reader)
}

pub(in crate::hash) fn is_sha1(text: &[u8]) -> bool {
    // Kratos' templates begin like it.
    begins(text, &["$sha1$"]) && !begins(text, &["$sha1$pf="])
}

/// `$5$` or `$6$`, for which Ory Kratos writes `$sha256-crypt$` and `$sha512-crypt$`, and `[rounds=N$]salt$tag`. What crypt(3) writes back has its rounds in
/// range and its salt cut, so anything else was not written by it; 5000 may be said or not.
fn read_sha(hash: ShaCryptHash, reader: &mut Reader<'_>) -> Result<Parts, Error> {
    match hash {
        ShaCryptHash::Sha256 if reader.accept("$sha256-crypt$") => {}
        ShaCryptHash::Sha256 => reader.expect("$5$", "\"$5$\" has to stand here")?,
        ShaCryptHash::Sha512 if reader.accept("$sha512-crypt$") => {}
        ShaCryptHash::Sha512 => reader.expect("$6$", "\"$6$\" has to stand here")?,
    }
    let rounds = if reader.accept("rounds=") {
        let range = MIN_ROUNDS..=MAX_ROUNDS;
        let rounds = reader.number(range, "the rounds are from 1000 to 999999999")?;
        reader.expect("$", "\"$\" has to follow the rounds")?;
        rounds
    } else {
        DEFAULT_ROUNDS
    };
    let function = ShaCrypt::fixed(hash, rounds);
    let salt = salt(
        reader,
        ShaCrypt::MAX_SALT,
        "the salt is longer than 16 bytes",
    )?;
    let tag = tag(reader, function.tag_bytes())?;
    Ok(Parts::new(Kdf::ShaCrypt(function), salt, tag))
}

/// `$1$`, Ory Kratos' `$md5-crypt$`, or `$apr1$`, and `salt$tag`.
fn read_md5_with(magic: Md5CryptMagic, reader: &mut Reader<'_>) -> Result<Parts, Error> {
    match magic {
        Md5CryptMagic::Md5Crypt if reader.accept("$md5-crypt$") => {}
        Md5CryptMagic::Md5Crypt => reader.expect(magic.text(), "\"$1$\" has to stand here")?,
        Md5CryptMagic::Apr1 => reader.expect(magic.text(), "\"$apr1$\" has to stand here")?,
    }
    let salt = salt(
        reader,
        Md5Crypt::MAX_SALT,
        "the salt is longer than 8 bytes",
    )?;
    let tag = tag(reader, Md5Crypt::tag_bytes())?;
    Ok(Parts::new(Kdf::Md5Crypt(Md5Crypt::new(magic)), salt, tag))
}

/// `$sha1$iterations$salt$tag`. libxcrypt and passlib take no other salts than these; an
/// empty one only passlib does.
pub(in crate::hash) fn read_sha1(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect("$sha1$", "\"$sha1$\" has to stand here")?;
    let range = 1..=u32::MAX;
    let iterations = reader.number(range, "the iterations are from 1 to 4294967295")?;
    reader.expect("$", "\"$\" has to follow the iterations")?;
    let at = reader.offset();
    let salt = salt(
        reader,
        Sha1Crypt::MAX_SALT,
        "the salt is longer than 64 bytes",
    )?;
    check_salt_characters(salt.as_slice(), at)?;
    let tag = tag(reader, Sha1Crypt::tag_bytes())?;
    let function = Kdf::Sha1Crypt(Sha1Crypt::fixed(iterations));
    Ok(Parts::new(function, salt, tag))
}

/// Refuses a salt, which stands at `at`, that is not all of crypt(3)'s alphabet.
pub(super) fn check_salt_characters(salt: &[u8], at: usize) -> Result<(), Error> {
    let foreign = |c: &u8| !(c.is_ascii_alphanumeric() || matches!(c, b'.' | b'/'));
    salt.iter().position(foreign).map_or(Ok(()), |place| {
        let reason = "the salt is of ./0-9A-Za-z";
        Err(Error::new(ErrorKind::Malformed, reason).at(at + place))
    })
}

/// A salt of up to `most` bytes and the `$` behind it. Lines of passwd files end at what
/// it cannot contain, C's strings at NUL.
fn salt(reader: &mut Reader<'_>, most: usize, too_long: &'static str) -> Result<Salt, Error> {
    let at = reader.offset();
    let salt = salt_text(reader, b'$')?;
    let malformed = |reason, at| Err(Error::new(ErrorKind::Malformed, reason).at(at));
    if salt.len() > most {
        return malformed(too_long, at + most);
    }
    let cannot_stand = |c: &u8| matches!(c, b':' | b'\n' | 0);
    if let Some(place) = salt.as_slice().iter().position(cannot_stand) {
        let reason = "a salt of crypt(3) has no \":\", no newline and no NUL";
        return malformed(reason, at + place);
    }
    reader.expect("$", "\"$\" has to follow the salt")?;
    Ok(salt)
}

/// The rest: a tag of `len` bytes.
fn tag(reader: &mut Reader<'_>, len: usize) -> Result<FoundTag, Error> {
    super::tag(reader, Alphabet::Crypt, len)
}
