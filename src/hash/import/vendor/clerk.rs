//! Clerk: `PasswordHasher` of clerk/openapi-specs (`bapi/2026-05-12.yml`) and
//! `create-user-params.mdx` of clerk/clerk-docs, which give the forms.

use super::Salt;
use super::fields::{self, Encoding, Options, Position};
use super::forms::{
    ARGON2I, ARGON2ID, BCRYPT, DJANGO_BCRYPT, DJANGO_PBKDF2, Form, LDAP, PHPASS, SYMFONY_DIGEST,
    WERKZEUG_SCRYPT,
};
use super::steps::Steps;
use super::write::{self, Firebase, Written};
use crate::error::Error;
use crate::hash::input::Prehash;
use crate::hash::{HashFunction, Prf, Repeat};
use crate::json::Value;

#[derive(Clone, Copy)]
enum Hasher {
    /// The digest is a string that is read as it stands.
    String(&'static Form),
    BcryptPeppered,
    Digest(HashFunction),
    Salted(HashFunction),
    /// How the salt and the hash are written, and what stands before.
    Pbkdf2(Prf, &'static str, Encoding, Encoding),
    Pbkdf2Sha1,
    Md5Phpass,
    Firebase,
}

const HASHERS: [(&str, Hasher); 20] = [
    ("argon2i", Hasher::String(&ARGON2I)),
    ("argon2id", Hasher::String(&ARGON2ID)),
    ("bcrypt", Hasher::String(&BCRYPT)),
    ("bcrypt_sha256_django", Hasher::String(&DJANGO_BCRYPT)),
    ("bcrypt_peppered", Hasher::BcryptPeppered),
    ("md5", Hasher::Digest(HashFunction::Md5)),
    ("md5_salted", Hasher::Salted(HashFunction::Md5)),
    ("sha256", Hasher::Digest(HashFunction::Sha256)),
    ("sha256_salted", Hasher::Salted(HashFunction::Sha256)),
    ("pbkdf2_sha1", Hasher::Pbkdf2Sha1),
    (
        "pbkdf2_sha256",
        Hasher::Pbkdf2(
            Prf::Sha256,
            "pbkdf2_sha256",
            Encoding::Base64,
            Encoding::Base64,
        ),
    ),
    ("pbkdf2_sha256_django", Hasher::String(&DJANGO_PBKDF2)),
    (
        "pbkdf2_sha512",
        Hasher::Pbkdf2(Prf::Sha512, "pbkdf2_sha512", Encoding::Text, Encoding::Hex),
    ),
    (
        "pbkdf2_sha512_hex",
        Hasher::Pbkdf2(
            Prf::Sha512,
            "pbkdf2_sha512_hex",
            Encoding::Hex,
            Encoding::Hex,
        ),
    ),
    ("phpass", Hasher::String(&PHPASS)),
    ("md5_phpass", Hasher::Md5Phpass),
    ("scrypt_firebase", Hasher::Firebase),
    ("scrypt_werkzeug", Hasher::String(&WERKZEUG_SCRYPT)),
    ("ldap_ssha", Hasher::String(&LDAP)),
    ("sha512_symfony", Hasher::String(&SYMFONY_DIGEST)),
];

/// One asks Cognito each time, of the other no form is documented.
const REFUSED: [&str; 2] = ["awscognito", "hmac_sha256_utf16_b64"];

pub(super) fn read(hash: &Value<'_>, options: &mut Options<'_>) -> Result<Written, Error> {
    let mut object = hash.object()?;
    object.only(&["password_hasher", "password_digest"])?;
    let hasher = object.require("password_hasher")?;
    let hasher = fields::one_of_or_refused(&hasher, &HASHERS, &REFUSED)?;
    let value = object.require("password_digest")?;
    let text = fields::text(&value)?;
    match hasher {
        Hasher::String(form) => write::as_is(&value, &text, form, Steps::none()),
        Hasher::BcryptPeppered => read_peppered(&value, &text),
        Hasher::Digest(function) => {
            let len = function.output_bytes();
            let tag = fields::digest(&value, &text, Encoding::Hex, len)?;
            Ok(write::digest(
                function,
                1,
                Repeat::Digest,
                &tag,
                Steps::none(),
            ))
        }
        Hasher::Salted(function) => read_salted(&value, &text, function, options),
        Hasher::Pbkdf2(prf, id, of_salt, of_hash) => {
            read_pbkdf2(&value, &text, prf, id, of_salt, of_hash)
        }
        Hasher::Pbkdf2Sha1 => read_pbkdf2_sha1(&value, &text),
        Hasher::Md5Phpass => {
            let undocumented = "whether phpass hashes the password or the digits of its MD5";
            let values = [("md5-hex", Prehash::Md5Hex), ("none", Prehash::None)];
            let prehash = options.choose("prehash", undocumented, &values)?;
            write::as_is(&value, &text, &PHPASS, Steps::prehashed(prehash))
        }
        Hasher::Firebase => read_firebase(&value, &text),
    }
}

/// A bcrypt string, `$`, and the pepper, which follows the password as Devise has it.
fn read_peppered(value: &Value<'_>, text: &str) -> Result<Written, Error> {
    const BCRYPT_LEN: usize = 60;
    let split = text
        .split_at_checked(BCRYPT_LEN)
        .and_then(|(bcrypt, rest)| Some((bcrypt, rest.strip_prefix('$')?)))
        .filter(|(_, pepper)| !pepper.is_empty());
    let (bcrypt, pepper) = split
        .ok_or_else(|| value.error("has to be 60 characters of bcrypt, \"$\" and the pepper"))?;
    let pepper = fields::decoded(value, pepper, Encoding::Text)?;
    let steps = Steps::none().salted(Position::Suffix, pepper);
    write::as_is(value, bcrypt, &BCRYPT, steps)
}

/// `salt$hash`, of which the hash is hexadecimal.
fn read_salted(
    value: &Value<'_>,
    text: &str,
    function: HashFunction,
    options: &mut Options<'_>,
) -> Result<Written, Error> {
    let (salt, hash) = text
        .rsplit_once('$')
        .ok_or_else(|| value.error("has to be \"salt$hash\""))?;
    let tag = fields::digest(value, hash, Encoding::Hex, function.output_bytes())?;
    let encoding = options.salt_encoding("what the salt is written in")?;
    let salt: Salt = fields::decoded(value, salt, encoding)?;
    let steps = Steps::none().salted(options.salt_position(&salt)?, salt);
    Ok(write::digest(function, 1, Repeat::Digest, &tag, steps))
}

fn read_pbkdf2(
    value: &Value<'_>,
    text: &str,
    prf: Prf,
    id: &str,
    of_salt: Encoding,
    of_hash: Encoding,
) -> Result<Written, Error> {
    let malformed = || value.error(format!("has to be \"{id}$iterations$salt$hash\""));
    let parts: Vec<&str> = text.split('$').collect();
    let [begin, iterations, salt, hash] = parts[..] else {
        return Err(malformed());
    };
    if begin != id {
        return Err(malformed());
    }
    let iterations = fields::decimal(iterations).ok_or_else(malformed)?;
    let salt = fields::decoded(value, salt, of_salt)?;
    let tag = fields::decoded(value, hash, of_hash)?;
    Ok(write::pbkdf2(prf, iterations, salt, tag, Steps::none()))
}

/// The salt is hexadecimal where it can be, else text; the length of the key is 32 where none is said.
fn read_pbkdf2_sha1(value: &Value<'_>, text: &str) -> Result<Written, Error> {
    let expected =
        "has to be \"pbkdf2_sha1$iterations$salt$hash\", with \"$length\" where it is not 32";
    let malformed = || value.error(expected);
    let parts: Vec<&str> = text.split('$').collect();
    let (iterations, salt, hash, length) = match parts[..] {
        ["pbkdf2_sha1", iterations, salt, hash] => (iterations, salt, hash, 32),
        ["pbkdf2_sha1", iterations, salt, hash, length] => {
            let length = fields::decimal(length).ok_or_else(malformed)?;
            (iterations, salt, hash, length)
        }
        _ => return Err(malformed()),
    };
    let iterations = fields::decimal(iterations).ok_or_else(malformed)?;
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let tag = fields::digest(value, hash, Encoding::Hex, length)?;
    // "Hex, else raw text": digits in both cases are hex all the same.
    let is_hex = salt.len() % 2 == 0 && salt.bytes().all(|c| c.is_ascii_hexdigit());
    let salt = if is_hex {
        fields::decoded(value, &salt.to_ascii_lowercase(), Encoding::Hex)?
    } else {
        fields::decoded(value, salt, Encoding::Text)?
    };
    Ok(write::pbkdf2(
        Prf::Sha1,
        iterations,
        salt,
        tag,
        Steps::none(),
    ))
}

/// Six fields, of which the first four are Base64.
fn read_firebase(value: &Value<'_>, text: &str) -> Result<Written, Error> {
    let expected = "has to be \"hash$salt$signer key$salt separator$rounds$memory cost\"";
    let malformed = || value.error(expected);
    let parts: Vec<&str> = text.split('$').collect();
    let [hash, salt, key, separator, rounds, memory] = parts[..] else {
        return Err(malformed());
    };
    let part = |text: &str| fields::decoded(value, text, Encoding::Base64);
    let firebase = Firebase {
        ln: fields::decimal(memory).ok_or_else(malformed)?,
        r: fields::decimal(rounds).ok_or_else(malformed)?,
        salt: part(salt)?,
        separator: part(separator)?,
        key: part(key)?,
        hash: part(hash)?,
    };
    firebase.write(value)
}
