//! Auth0: `custom_password_hash` of auth0/docs-v2
//! (`manage-users/user-migration/bulk-user-import-schema.mdx`), and the defaults it gives.

use super::fields::{self, Encoding, Options, POSITIONS, Position};
use super::forms::{ARGON2, BCRYPT, Form, LDAP};
use super::steps::Steps;
use super::write::{self, Written};
use super::{Salt, Tag, string_as_is, unsupported};
use crate::error::{Error, ErrorKind};
use crate::hash::input::Charset;
use crate::hash::{HashFunction, Prf, Repeat};
use crate::json::{Object, Value};

#[derive(Clone, Copy)]
enum Algorithm {
    /// The value is a string with its salt in it.
    String(&'static Form),
    Bcrypt,
    Hmac,
    Digest(HashFunction),
    Pbkdf2,
    Scrypt,
}

const ALGORITHMS: [(&str, Algorithm); 11] = [
    ("argon2", Algorithm::String(&ARGON2)),
    ("bcrypt", Algorithm::Bcrypt),
    ("hmac", Algorithm::Hmac),
    ("ldap", Algorithm::String(&LDAP)),
    ("md4", Algorithm::Digest(HashFunction::Md4)),
    ("md5", Algorithm::Digest(HashFunction::Md5)),
    ("sha1", Algorithm::Digest(HashFunction::Sha1)),
    ("sha256", Algorithm::Digest(HashFunction::Sha256)),
    ("sha512", Algorithm::Digest(HashFunction::Sha512)),
    ("pbkdf2", Algorithm::Pbkdf2),
    ("scrypt", Algorithm::Scrypt),
];

const ENCODINGS: [(&str, Encoding); 3] = [
    ("base64", Encoding::Base64),
    ("hex", Encoding::Hex),
    ("utf8", Encoding::Text),
];

const CHARSETS: [(&str, Charset); 6] = [
    // Node.js, whose names these are, encodes "ascii" as it does "latin1".
    ("ascii", Charset::Latin1),
    ("utf8", Charset::AsIs),
    ("utf16le", Charset::Utf16Le),
    ("ucs2", Charset::Utf16Le),
    ("latin1", Charset::Latin1),
    ("binary", Charset::Latin1),
];

/// OpenSSL's names, which Auth0 takes, of the functions that saltbox has.
const PRFS: [(&str, Prf); 11] = [
    ("sha1", Prf::Sha1),
    ("RSA-SHA1", Prf::Sha1),
    ("RSA-SHA1-2", Prf::Sha1),
    ("sha1WithRSAEncryption", Prf::Sha1),
    ("ssl3-sha1", Prf::Sha1),
    ("sha256", Prf::Sha256),
    ("RSA-SHA256", Prf::Sha256),
    ("sha256WithRSAEncryption", Prf::Sha256),
    ("sha512", Prf::Sha512),
    ("RSA-SHA512", Prf::Sha512),
    ("sha512WithRSAEncryption", Prf::Sha512),
];

/// What Auth0 takes where the parameters of a string are left out.
const DEFAULT_ITERATIONS: u32 = 100_000;
const DEFAULT_KEY_BYTES: u32 = 64;

pub(super) fn read(custom: &Value<'_>, _options: &mut Options<'_>) -> Result<Written, Error> {
    if custom.is_string() {
        return string_as_is(custom, &BCRYPT);
    }
    let mut object = custom.object()?;
    let algorithm = fields::one_of(&object.require("algorithm")?, &ALGORITHMS)?;
    let all: &[&str] = match algorithm {
        Algorithm::Scrypt => &[
            "hash",
            "salt",
            "password",
            "keylen",
            "cost",
            "blockSize",
            "parallelization",
        ],
        Algorithm::String(_) | Algorithm::Pbkdf2 => &["hash", "password"],
        _ => &["hash", "salt", "password"],
    };
    object.only(all)?;
    let mut hash = object.require("hash")?.object()?;
    let mut steps = Steps::none();
    if let Some(password) = fields::optional(&mut object, "password") {
        let mut password = password.object()?;
        password.only(&["encoding"])?;
        if let Some(encoding) = fields::optional(&mut password, "encoding") {
            steps.charset = fields::one_of(&encoding, &CHARSETS)?;
        }
    }
    let salt = match fields::optional(&mut object, "salt") {
        Some(salt) => Some((read_salt(&salt)?, salt)),
        None => None,
    };
    if let Algorithm::Scrypt = algorithm {
        let (value, encoding) = value_of(&mut hash, &[])?;
        return read_scrypt(&mut object, custom, (&value, encoding), salt, steps);
    }
    if let Some(((salt, position), at)) = salt {
        steps = steps.salted(position, salt);
        steps.check(&at)?;
    }
    read_hash(algorithm, &mut hash, steps)
}

/// The salt, as text unless it says otherwise, and before the password unless it says otherwise.
fn read_salt(salt: &Value<'_>) -> Result<(Salt, Position), Error> {
    let mut salt = salt.object()?;
    salt.only(&["value", "encoding", "position"])?;
    let encoding = match fields::optional(&mut salt, "encoding") {
        Some(encoding) => fields::one_of(&encoding, &ENCODINGS)?,
        None => Encoding::Text,
    };
    let position = match fields::optional(&mut salt, "position") {
        Some(position) => fields::one_of(&position, &POSITIONS)?,
        None => Position::Prefix,
    };
    Ok((fields::bytes(&salt.require("value")?, encoding)?, position))
}

/// The value and its encoding; `more` may stand beside them.
fn value_of<'a>(
    hash: &mut Object<'a>,
    more: &[&str],
) -> Result<(Value<'a>, Option<Encoding>), Error> {
    hash.only(&[&["value", "encoding"], more].concat())?;
    let value = hash.require("value")?;
    let encoding = match fields::optional(hash, "encoding") {
        Some(encoding) => Some(fields::one_of(&encoding, &ENCODINGS)?),
        None => None,
    };
    Ok((value, encoding))
}

/// Bytes in hexadecimal or Base64, which has to be said.
fn bytes(value: &Value<'_>, encoding: Option<Encoding>) -> Result<Tag, Error> {
    match encoding {
        Some(encoding @ (Encoding::Base64 | Encoding::Hex)) => fields::bytes(value, encoding),
        _ => Err(value.error("needs the key \"encoding\" beside it, \"hex\" or \"base64\"")),
    }
}

fn digest(
    value: &Value<'_>,
    encoding: Option<Encoding>,
    function: HashFunction,
) -> Result<Tag, Error> {
    let tag = bytes(value, encoding)?;
    fields::check_len(value, tag.len(), function.output_bytes())?;
    Ok(tag)
}

/// A stored string, which is text.
fn string<'a>(hash: &mut Object<'a>) -> Result<Value<'a>, Error> {
    let (value, encoding) = value_of(hash, &[])?;
    match encoding {
        None | Some(Encoding::Text) => Ok(value),
        Some(_) => Err(value.error("is a string: the encoding beside it has to be \"utf8\"")),
    }
}

fn read_hash(algorithm: Algorithm, hash: &mut Object<'_>, steps: Steps) -> Result<Written, Error> {
    match algorithm {
        Algorithm::String(form) => {
            let value = string(hash)?;
            write::as_is(&value, &fields::text(&value)?, form, steps)
        }
        Algorithm::Bcrypt => {
            let value = string(hash)?;
            write::as_is(&value, &fields::text(&value)?, &BCRYPT, steps)
        }
        Algorithm::Pbkdf2 => read_pbkdf2(&string(hash)?, steps),
        Algorithm::Hmac => {
            let (value, encoding) = value_of(hash, &["digest", "key"])?;
            let names = hash.require("digest")?;
            let refused = ["ripemd160", "whirlpool"];
            let functions = HashFunction::ALL.map(|function| (function.name(), function));
            let function = fields::one_of_or_refused(&names, &functions, &refused)?;
            let mut key = hash.require("key")?.object()?;
            key.only(&["value", "encoding"])?;
            let of_key = match fields::optional(&mut key, "encoding") {
                Some(encoding) => fields::one_of(&encoding, &ENCODINGS)?,
                None => Encoding::Text,
            };
            let key = fields::bytes(&key.require("value")?, of_key)?;
            let mac = digest(&value, encoding, function)?;
            Ok(write::hmac(function, &key, &mac, steps))
        }
        Algorithm::Digest(function) => {
            let (value, encoding) = value_of(hash, &[])?;
            let tag = digest(&value, encoding, function)?;
            Ok(write::digest(function, 1, Repeat::Digest, &tag, steps))
        }
        // Read before, because its salt is the function's and no step.
        Algorithm::Scrypt => Err(Error::new(ErrorKind::Internal, "scrypt is read by itself")),
    }
}

/// `$pbkdf2-<digest>[$i=..,l=..]$salt$hash`, with other names and with defaults.
fn read_pbkdf2(value: &Value<'_>, steps: Steps) -> Result<Written, Error> {
    let text = fields::text(value)?;
    let expected = "has to be \"$pbkdf2-sha256$i=iterations,l=length$salt$hash\"";
    let malformed = || value.error(expected);
    let parts: Vec<&str> = text.split('$').collect();
    let (id, parameters, salt, hash) = match parts[..] {
        ["", id, parameters, salt, hash] => (id, parameters, salt, hash),
        ["", id, salt, hash] => (id, "", salt, hash),
        _ => return Err(malformed()),
    };
    let name = id.strip_prefix("pbkdf2-").ok_or_else(malformed)?;
    let prf = PRFS.iter().find(|(known, _)| *known == name);
    let prf = prf.map(|(_, prf)| *prf).ok_or_else(|| {
        let reason = "PBKDF2 is verified with SHA-1, SHA-256 and SHA-512 only";
        unsupported(value, reason)
    })?;
    let (mut iterations, mut length) = (None, None);
    for parameter in parameters.split(',').filter(|p| !p.is_empty()) {
        let (place, number) = match parameter.split_once('=') {
            Some(("i", number)) => (&mut iterations, number),
            Some(("l", number)) => (&mut length, number),
            _ => return Err(malformed()),
        };
        let number = fields::decimal(number).ok_or_else(malformed)?;
        if place.replace(number).is_some() {
            return Err(malformed());
        }
    }
    let tag: Tag = fields::decoded(value, hash, Encoding::Base64)?;
    let length = length.unwrap_or(DEFAULT_KEY_BYTES);
    fields::check_len(
        value,
        tag.len(),
        usize::try_from(length).unwrap_or(usize::MAX),
    )?;
    let salt = fields::decoded(value, salt, Encoding::Base64)?;
    let iterations = iterations.unwrap_or(DEFAULT_ITERATIONS);
    Ok(write::pbkdf2(prf, iterations, salt, tag, steps))
}

fn read_scrypt(
    object: &mut Object<'_>,
    at: &Value<'_>,
    (value, encoding): (&Value<'_>, Option<Encoding>),
    salt: Option<((Salt, Position), Value<'_>)>,
    steps: Steps,
) -> Result<Written, Error> {
    let tag = bytes(value, encoding)?;
    let length = fields::number(&object.require("keylen")?, "keylen")?;
    fields::check_len(
        value,
        tag.len(),
        usize::try_from(length).unwrap_or(usize::MAX),
    )?;
    let ln = match fields::optional(object, "cost") {
        Some(cost) => fields::log2(&cost, "cost")?,
        None => 14,
    };
    let mut or = |key, default| match fields::optional(object, key) {
        Some(value) => fields::number(&value, key),
        None => Ok(default),
    };
    let (r, p) = (or("blockSize", 8)?, or("parallelization", 1)?);
    let salt = salt.map_or_else(|| Salt::zeroed(0), |((salt, _), _)| salt);
    write::scrypt(at, [ln, r, p], salt, tag, steps)
}
