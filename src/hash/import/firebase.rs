//! Firebase's scrypt as Ory Kratos, Supabase and Clerk write it.
//!
//! Firebase itself has no string: it exports the hash, the user's salt and, for
//! the whole project, a salt separator, a signer key, `rounds` (r) and
//! `mem_cost` (log2 N). What is compared is the key stream: hash and signer key
//! together, see `src/hash/firebase.rs`.

use super::recipe;
use super::scrypt::parameters;
use super::{MIN_TAG_BYTES, Parts, Salt, begins};
use crate::encoding::Alphabet;
use crate::error::{Error, ErrorKind};
use crate::hash::grammar::Reader;
use crate::hash::{FirebaseScrypt, Kdf};

/// `$firescrypt$` (Kratos), `$fbscrypt$` (Supabase), `$f_scrypt$` (SuperTokens), or six fields of Base64 and numbers (Clerk).
pub(in crate::hash) fn is_any(text: &[u8]) -> bool {
    begins(text, &["$firescrypt$", "$fbscrypt$", "$f_scrypt$"]) || is_clerk(text)
}

fn is_clerk(text: &[u8]) -> bool {
    let mut fields = 1;
    let mut length = 0;
    for c in text {
        match c {
            b'$' if length == 0 => return false,
            b'$' => (fields, length) = (fields + 1, 0),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' | b'-' | b'_' | b'=' => {
                length += 1;
            }
            _ => return false,
        }
    }
    // The numbers: mem_cost has one or two digits.
    fields == 6 && (1..=2).contains(&length)
}

pub(in crate::hash) fn read(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    if reader.accept("$firescrypt$") {
        return read_kratos(reader);
    }
    if reader.accept("$fbscrypt$") {
        return read_supabase(reader);
    }
    if reader.accept("$f_scrypt$") {
        let reason = "SuperTokens keeps the signer key elsewhere; import it with the key";
        return Err(Error::new(ErrorKind::Unsupported, reason).at(0));
    }
    read_clerk(reader)
}

/// `ln=14,r=8,p=1$salt$hash$separator$signer key`.
fn read_kratos(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect("ln=", "\"ln=\" has to stand here")?;
    let at = reader.offset();
    let ln = reader.number(1..=31, "ln is log2 N, from 1 to 31")?;
    reader.expect(",r=", "\",r=\" has to stand here")?;
    let r = reader.number(1..=u32::MAX, "r is from 1 to 4294967295")?;
    reader.expect(",p=1$", "\",p=1$\" has to stand here")?;
    let salt = field(reader)?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let hash = field(reader)?;
    reader.expect("$", "\"$\" has to follow the hash")?;
    let separator = field(reader)?;
    reader.expect("$", "\"$\" has to follow the salt separator")?;
    let key = field(reader)?;
    parts(at, (ln, r), &salt, &separator, &hash, &key)
}

/// `v=1,n=14,r=8,p=1,ss=separator,sk=signer key$salt$hash`.
fn read_supabase(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect("v=1,n=", "\"v=1,n=\" has to stand here")?;
    let at = reader.offset();
    let ln = reader.number(1..=31, "n is log2 N, from 1 to 31")?;
    reader.expect(",r=", "\",r=\" has to stand here")?;
    let r = reader.number(1..=u32::MAX, "r is from 1 to 4294967295")?;
    reader.expect(",p=1,ss=", "\",p=1,ss=\" has to stand here")?;
    let separator = Field::read(reader, Alphabet::Padded, b',', 0..=MAX_FIELD_BYTES)?;
    reader.expect(",sk=", "\",sk=\" has to follow the salt separator")?;
    let key = field(reader)?;
    reader.expect("$", "\"$\" has to follow the signer key")?;
    let salt = field(reader)?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let hash = field(reader)?;
    parts(at, (ln, r), &salt, &separator, &hash, &key)
}

/// `hash$salt$signer key$separator$rounds$mem_cost`.
fn read_clerk(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    let hash = field(reader)?;
    reader.expect("$", "\"$\" has to follow the hash")?;
    let salt = field(reader)?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let key = field(reader)?;
    reader.expect("$", "\"$\" has to follow the signer key")?;
    let separator = field(reader)?;
    reader.expect("$", "\"$\" has to follow the salt separator")?;
    let at = reader.offset();
    let r = reader.number(1..=u32::MAX, "the rounds are from 1 to 4294967295")?;
    reader.expect("$", "\"$\" has to follow the rounds")?;
    let ln = reader.number(1..=31, "the memory cost is log2 N, from 1 to 31")?;
    parts(at, (ln, r), &salt, &separator, &hash, &key)
}

/// Firebase's hashes and signer keys have 64 bytes, salts and separators fewer.
const MAX_FIELD_BYTES: usize = 64;

type Field = recipe::Field<MAX_FIELD_BYTES>;

fn field(reader: &mut Reader<'_>) -> Result<Field, Error> {
    Field::read(reader, Alphabet::Padded, b'$', 0..=MAX_FIELD_BYTES)
}

fn parts(
    at: usize,
    (ln, r): (u32, u32),
    salt: &Field,
    separator: &Field,
    hash: &Field,
    key: &Field,
) -> Result<Parts, Error> {
    let scrypt = parameters(at, ln, r, 1)?;
    let mut whole = Salt::zeroed(0);
    whole
        .extend(salt.bytes())
        .and_then(|()| whole.extend(separator.bytes()))
        .ok_or_else(|| {
            let reason = "salt and separator are longer than 128 bytes";
            Error::new(ErrorKind::Malformed, reason).at(at)
        })?;
    let tag = hash
        .tag_under(key)
        .filter(|tag| tag.bytes.len() >= MIN_TAG_BYTES)
        .ok_or_else(|| {
            let reason = "the hash has to be as long as the signer key, 16 bytes at least";
            Error::new(ErrorKind::Malformed, reason).at(at)
        })?;
    let kdf = Kdf::FirebaseScrypt(FirebaseScrypt::new(scrypt));
    Ok(Parts::new(kdf, whole, tag))
}
