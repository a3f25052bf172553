//! Digests of a template of salt and password, and HMAC, as Ory Kratos writes
//! them; and passwap's salted MD5.

use super::digest::{COMMON, named, once};
use super::recipe::Field;
use super::{Parts, Salt, begins, between, tag};
use crate::encoding::Alphabet;
use crate::error::{Error, ErrorKind};
use crate::hash::grammar::Reader;
use crate::hash::input::Input;
use crate::hash::{HashFunction, Hmac, Kdf};

/// The longest key of HMAC, in bytes: SHA-512's block. For the others a longer one than their block is hashed.
const MAX_KEY: usize = 128;

/// The longest template, in bytes.
const MAX_TEMPLATE: usize = 128;

pub(in crate::hash) fn is_any(text: &[u8]) -> bool {
    begins(
        text,
        &[
            "$md5$",
            "$sha1$pf=",
            "$sha256$pf=",
            "$sha512$pf=",
            "$md5salted-",
        ],
    )
}

/// `$md5$digest`, or `$(md5|sha1|sha256|sha512)$pf=template$salt$digest`, all in
/// padded Base64; or passwap's `$md5salted-(prefix|suffix)$salt$digest`, with the salt as text.
pub(in crate::hash) fn read(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    for (begin, before) in [("$md5salted-prefix$", true), ("$md5salted-suffix$", false)] {
        if reader.accept(begin) {
            return read_passwap(reader, before);
        }
    }
    reader.expect("$", "\"$md5$\" or its like has to stand here")?;
    let function = named(
        reader,
        &COMMON,
        "the function is md5, sha1, sha256 or sha512",
    )?;
    reader.expect("$", "\"$\" has to follow the function")?;
    let mut input = Input::default();
    if reader.accept("pf=") {
        let at = reader.offset();
        let template = reader.decoded::<MAX_TEMPLATE>(Alphabet::Padded, b'$', 1..=MAX_TEMPLATE)?;
        reader.expect("$", "\"$\" has to follow the template")?;
        let salt = super::salt(reader, Alphabet::Padded, b'$')?;
        reader.expect("$", "\"$\" has to follow the salt")?;
        input = fill(template.as_slice(), salt.as_slice(), at)?;
    }
    let tag = tag(reader, Alphabet::Padded, function.output_bytes())?;
    Ok(once(function, tag).after(input))
}

fn read_passwap(reader: &mut Reader<'_>, before: bool) -> Result<Parts, Error> {
    let at = reader.offset();
    let salt = super::salt_text(reader, b'$')?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let tag = tag(reader, Alphabet::Padded, 16)?;
    let (prefix, suffix) = match before {
        true => (salt.as_slice(), &b""[..]),
        false => (&b""[..], salt.as_slice()),
    };
    let input = between(Input::default(), prefix, suffix, at)?;
    Ok(once(HashFunction::Md5, tag).after(input))
}

/// What stands before and behind `{PASSWORD}` in `template`, with `{SALT}` filled in.
fn fill(template: &[u8], salt: &[u8], at: usize) -> Result<Input, Error> {
    const PASSWORD: &[u8] = b"{PASSWORD}";
    const SALT: &[u8] = b"{SALT}";
    let malformed = |reason| Error::new(ErrorKind::Malformed, reason).at(at);
    let (mut prefix, mut suffix) = (Salt::zeroed(0), Salt::zeroed(0));
    let (mut rest, mut passwords) = (template, 0);
    while !rest.is_empty() {
        let (piece, left) = if let Some(left) = rest.strip_prefix(PASSWORD) {
            passwords += 1;
            (&[][..], left)
        } else if let Some(left) = rest.strip_prefix(SALT) {
            (salt, left)
        } else {
            let brace = rest.iter().skip(1).position(|c| *c == b'{');
            rest.split_at(brace.map_or(rest.len(), |at| at + 1))
        };
        let part = if passwords == 0 {
            &mut prefix
        } else {
            &mut suffix
        };
        part.extend(piece)
            .ok_or_else(|| malformed("the filled template is longer than 128 bytes"))?;
        rest = left;
    }
    if passwords != 1 {
        return Err(malformed("the template has to have {PASSWORD} in it once"));
    }
    between(Input::default(), prefix.as_slice(), suffix.as_slice(), at)
}

pub(in crate::hash) fn is_hmac(text: &[u8]) -> bool {
    begins(text, &["$hmac-"])
}

/// `$hmac-sha256$mac$key`: the Base64 of the hexadecimal digits of the MAC, and that of the key.
pub(in crate::hash) fn read_hmac(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect("$hmac-", "\"$hmac-\" has to stand here")?;
    let expected = "the function is md4, md5, sha1, sha224, sha256, sha384 or sha512";
    let function = named(reader, &HashFunction::ALL, expected)?;
    reader.expect("$", "\"$\" has to follow the function")?;
    let at = reader.offset();
    let digits = 2 * function.output_bytes();
    let hex = Field::<128>::read(reader, Alphabet::Padded, b'$', digits..=digits)?;
    let tag = hex.tag_in_hex().ok_or_else(|| {
        let reason = "the MAC has to be hexadecimal digits before it is Base64";
        Error::new(ErrorKind::Malformed, reason).at(at)
    })?;
    reader.expect("$", "\"$\" has to follow the MAC")?;
    let key = reader.decoded::<MAX_KEY>(Alphabet::Padded, b'$', 1..=MAX_KEY)?;
    let key = function.hmac_key(key.as_slice());
    Ok(Parts::new(Kdf::Hmac(Hmac::new(function)), key, tag))
}
