//! scrypt as libsodium and libxcrypt (`$7$`), Django, Werkzeug and Spring write it.

use super::{
    FoundTag, MAX_TAG_BYTES, MIN_TAG_BYTES, Oddities, Parts, begins, salt, salt_text, tag,
};
use crate::encoding::Alphabet;
use crate::error::{Error, ErrorKind};
use crate::hash::grammar::Reader;
use crate::hash::{Kdf, Scrypt};

/// As [`Scrypt::new`], at the place of the parameters.
pub(super) fn parameters(at: usize, ln: u32, r: u32, p: u32) -> Result<Scrypt, Error> {
    Scrypt::new(ln, r, p).map_err(|_| {
        let reason = "N, r or p is outside of RFC 7914 sections 2 and 6";
        Error::new(ErrorKind::Malformed, reason).at(at)
    })
}

fn kdf(at: usize, ln: u32, r: u32, p: u32) -> Result<Kdf, Error> {
    parameters(at, ln, r, p).map(Kdf::Scrypt)
}

/// N itself, a power of two above 1.
fn log_of_n(reader: &mut Reader<'_>) -> Result<u32, Error> {
    const EXPECTED: &str = "N has to be a power of two from 2 to 2147483648";
    let at = reader.offset();
    let n = reader.number(2..=1 << 31, EXPECTED)?;
    if n.is_power_of_two() {
        Ok(n.ilog2())
    } else {
        Err(Error::new(ErrorKind::Malformed, EXPECTED).at(at))
    }
}

pub(in crate::hash) fn is_7(text: &[u8]) -> bool {
    begins(text, &["$7$"])
}

/// `$7$`, log2 N in one character, r and p in five each, the low bits first;
/// then the salt, which is the text as it stands, and 43 characters of tag.
pub(in crate::hash) fn read_7(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect("$7$", "\"$7$\" has to stand here")?;
    let at = reader.offset();
    let [ln, r, p] = [
        reader.crypt_number(1)?,
        reader.crypt_number(5)?,
        reader.crypt_number(5)?,
    ];
    let kdf = kdf(at, ln, r, p)?;
    let salt = salt_text(reader, b'$')?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let tag = tag(reader, Alphabet::Crypt, 32)?;
    Ok(Parts::new(kdf, salt, tag))
}

pub(in crate::hash) fn is_django(text: &[u8]) -> bool {
    begins(text, &["scrypt$"])
}

/// `scrypt$N$salt$r$p$tag`: the salt is text, the tag padded Base64.
pub(in crate::hash) fn read_django(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect("scrypt$", "\"scrypt$\" has to stand here")?;
    let at = reader.offset();
    let ln = log_of_n(reader)?;
    reader.expect("$", "\"$\" has to follow N")?;
    let salt = salt_text(reader, b'$')?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let r = reader.number(1..=u32::MAX, "r is from 1 to 4294967295")?;
    reader.expect("$", "\"$\" has to follow r")?;
    let p = reader.number(1..=u32::MAX, "p is from 1 to 4294967295")?;
    reader.expect("$", "\"$\" has to follow p")?;
    let kdf = kdf(at, ln, r, p)?;
    let tag = tag(reader, Alphabet::Padded, 64)?;
    Ok(Parts::new(kdf, salt, tag))
}

pub(in crate::hash) fn is_werkzeug(text: &[u8]) -> bool {
    begins(text, &["scrypt:"])
}

/// `scrypt:N:r:p$salt$tag`: the salt is text, the tag hexadecimal.
pub(in crate::hash) fn read_werkzeug(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect("scrypt:", "\"scrypt:\" has to stand here")?;
    let at = reader.offset();
    let ln = log_of_n(reader)?;
    reader.expect(":", "\":\" has to follow N")?;
    let r = reader.number(1..=u32::MAX, "r is from 1 to 4294967295")?;
    reader.expect(":", "\":\" has to follow r")?;
    let p = reader.number(1..=u32::MAX, "p is from 1 to 4294967295")?;
    reader.expect("$", "\"$\" has to follow p")?;
    let salt = salt_text(reader, b'$')?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let kdf = kdf(at, ln, r, p)?;
    let tag = tag(reader, Alphabet::Hex, 64)?;
    Ok(Parts::new(kdf, salt, tag))
}

pub(in crate::hash) fn is_spring(text: &[u8]) -> bool {
    begins(text, &["{scrypt}", "{scrypt@"]) || is_bare_spring(text)
}

/// Spring's without its id: `$`, five or six hexadecimal digits, `$`.
fn is_bare_spring(text: &[u8]) -> bool {
    text.strip_prefix(b"$").is_some_and(|rest| {
        let digits = rest.iter().take_while(|c| c.is_ascii_hexdigit()).count();
        (5..=6).contains(&digits) && rest.get(digits) == Some(&b'$')
    })
}

/// `[{scrypt[@SpringSecurity_v5_8]}]$parameters$salt$tag`: the parameters are log2 N,
/// r and p in bytes of one hexadecimal number, salt and tag padded Base64.
pub(in crate::hash) fn read_spring(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    if !reader.accept("{scrypt}") && !reader.accept("{scrypt@SpringSecurity_v5_8}") {
        let bare = reader.accept("$");
        if !bare {
            return Err(reader.malformed("the id is {scrypt} or {scrypt@SpringSecurity_v5_8}"));
        }
    } else {
        reader.expect("$", "\"$\" has to follow the id")?;
    }
    let at = reader.offset();
    let expected = "five or six hexadecimal digits: log2 N, r and p";
    let digits = std::str::from_utf8(reader.piece(b'$')).unwrap_or_default();
    let is_plain = (5..=6).contains(&digits.len()) && !digits.starts_with(['0', '+']);
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_plain);
    let number = number.ok_or_else(|| Error::new(ErrorKind::Malformed, expected).at(at))?;
    let kdf = kdf(at, number >> 16, number >> 8 & 0xff, number & 0xff)?;
    reader.expect("$", "\"$\" has to follow the parameters")?;
    let salt = salt(reader, Alphabet::Padded, b'$')?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let tag = tag(reader, Alphabet::Padded, 32)?;
    Ok(Parts::new(kdf, salt, tag))
}

/// PHC's beginning with a number that cannot be log2 N, or with padding, which PHC has not.
pub(in crate::hash) fn is_kratos(text: &[u8]) -> bool {
    const MOST_LN: u32 = 63;
    text.strip_prefix(b"$scrypt$ln=").is_some_and(|rest| {
        let number = Reader::at(0, rest).number(0..=u32::MAX, "").unwrap_or(0);
        number > MOST_LN || rest.last() == Some(&b'=')
    })
}

/// `$scrypt$ln=16384,r=8,p=1$salt$tag`: `ln` is N itself, salt and tag are padded Base64.
pub(in crate::hash) fn read_kratos(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect("$scrypt$ln=", "\"$scrypt$ln=\" has to stand here")?;
    let at = reader.offset();
    let ln = log_of_n(reader).map_err(|_| {
        let reason =
            "so large, or before padded Base64, ln is N as Kratos writes it: a power of two";
        Error::new(ErrorKind::Malformed, reason).at(at)
    })?;
    reader.expect(",r=", "\",r=\" has to stand here")?;
    let r = reader.number(1..=u32::MAX, "r is from 1 to 4294967295")?;
    reader.expect(",p=", "\",p=\" has to stand here")?;
    let p = reader.number(1..=u32::MAX, "p is from 1 to 4294967295")?;
    let kdf = kdf(at, ln, r, p)?;
    reader.expect("$", "\"$\" has to follow the parameters")?;
    let salt = salt(reader, Alphabet::Padded, b'$')?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let tag = FoundTag::read(reader, Alphabet::Padded, MIN_TAG_BYTES..=MAX_TAG_BYTES)?;
    Ok(Parts::new(kdf, salt, tag).noting(Oddities {
        ln_is_n: true,
        ..Oddities::default()
    }))
}
