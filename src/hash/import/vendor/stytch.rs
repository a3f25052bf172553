//! Stytch: `MigrateParams` of stytch-go (`stytch/consumer/passwords/types.go`).

use super::fields::{self, Encoding, Options, Position};
use super::forms::{ARGON2I, ARGON2ID, BCRYPT, Form, PHPASS, SCRYPT};
use super::steps::Steps;
use super::string_as_is;
use super::write::{self, Written};
use crate::error::Error;
use crate::hash::{HashFunction, Prf, Repeat, Variant};
use crate::json::{Object, Value};

#[derive(Clone, Copy)]
enum HashType {
    String(&'static Form),
    Digest(HashFunction, &'static str),
    Argon2(Variant, &'static Form),
    Scrypt,
    Pbkdf2,
}

const HASH_TYPES: [(&str, HashType); 9] = [
    ("bcrypt", HashType::String(&BCRYPT)),
    ("phpass", HashType::String(&PHPASS)),
    ("md_5", HashType::Digest(HashFunction::Md5, "md_5_config")),
    (
        "sha_1",
        HashType::Digest(HashFunction::Sha1, "sha_1_config"),
    ),
    (
        "sha_512",
        HashType::Digest(HashFunction::Sha512, "sha_512_config"),
    ),
    ("argon_2i", HashType::Argon2(Variant::I, &ARGON2I)),
    ("argon_2id", HashType::Argon2(Variant::Id, &ARGON2ID)),
    ("scrypt", HashType::Scrypt),
    ("pbkdf_2", HashType::Pbkdf2),
];

pub(super) fn read(hash: &Value<'_>, options: &mut Options<'_>) -> Result<Written, Error> {
    let mut object = hash.object()?;
    let of = fields::one_of(&object.require("hash_type")?, &HASH_TYPES)?;
    let value = object.require("hash")?;
    let key = match of {
        HashType::String(_) => "",
        HashType::Digest(_, key) => key,
        HashType::Argon2(..) => "argon_2_config",
        HashType::Scrypt => "scrypt_config",
        HashType::Pbkdf2 => "pbkdf_2_config",
    };
    match key {
        "" => object.only(&[])?,
        key => object.only(&[key])?,
    }
    let config = fields::optional(&mut object, key);
    match of {
        HashType::String(form) => string_as_is(&value, form),
        HashType::Digest(function, _) => read_digest(&value, function, config.as_ref()),
        HashType::Argon2(variant, form) => match config {
            None => string_as_is(&value, form),
            Some(config) => read_argon2(&value, variant, &config, options),
        },
        HashType::Scrypt => match config {
            None => string_as_is(&value, &SCRYPT),
            Some(config) => read_scrypt(&value, &config, options),
        },
        HashType::Pbkdf2 => match config {
            None => object
                .require(key)
                .and_then(|none| Err(none.error("has to be an object"))),
            Some(config) => read_pbkdf2(&value, &config),
        },
    }
}

/// Hexadecimal or Base64, told apart by the length; salts are text on both sides.
fn read_digest(
    value: &Value<'_>,
    function: HashFunction,
    config: Option<&Value<'_>>,
) -> Result<Written, Error> {
    let text = fields::text(value)?;
    let len = function.output_bytes();
    let encoding = fields::hex_or_base64(&text, len);
    let tag = fields::digest(value, &text, encoding, len)?;
    let mut steps = Steps::none();
    if let Some(config) = config {
        let mut salts = config.object()?;
        salts.only(&["prepend_salt", "append_salt"])?;
        let before = fields::salt(fields::optional(&mut salts, "prepend_salt"), Encoding::Text)?;
        let behind = fields::salt(fields::optional(&mut salts, "append_salt"), Encoding::Text)?;
        steps = steps.salted(Position::Prefix, before);
        steps = steps.salted(Position::Suffix, behind);
        steps.check(config)?;
    }
    Ok(write::digest(function, 1, Repeat::Digest, &tag, steps))
}

/// The length that a configuration says.
fn key_length(config: &mut Object<'_>) -> Result<usize, Error> {
    let length = fields::number(&config.require("key_length")?, "key_length")?;
    Ok(usize::try_from(length).unwrap_or(usize::MAX))
}

/// The hash is hexadecimal. Of the salt nothing is said, nor of the version.
fn read_argon2(
    value: &Value<'_>,
    variant: Variant,
    at: &Value<'_>,
    options: &mut Options<'_>,
) -> Result<Written, Error> {
    let mut config = at.object()?;
    config.only(&[
        "salt",
        "iteration_amount",
        "memory",
        "threads",
        "key_length",
    ])?;
    let t = fields::number(&config.require("iteration_amount")?, "iteration_amount")?;
    let m_kib = fields::number(&config.require("memory")?, "memory")?;
    let p = fields::number(&config.require("threads")?, "threads")?;
    let len = key_length(&mut config)?;
    let tag = fields::digest(value, &fields::text(value)?, Encoding::Hex, len)?;
    let encoding = options.salt_encoding("what the salt is written in")?;
    let salt = fields::bytes(&config.require("salt")?, encoding)?;
    let version = options.argon2_version()?;
    write::argon2(at, (variant, version), [m_kib, t, p], salt, tag)
}

/// Hash and salt are Base64. What Stytch exports has the text of the salt for a
/// salt (`ExampleStytchScryptPasswordEncryptor` of FusionAuth/fusionauth-contrib).
fn read_scrypt(
    value: &Value<'_>,
    at: &Value<'_>,
    options: &mut Options<'_>,
) -> Result<Written, Error> {
    let mut config = at.object()?;
    config.only(&[
        "salt",
        "n_parameter",
        "r_parameter",
        "p_parameter",
        "key_length",
    ])?;
    let ln = fields::log2(&config.require("n_parameter")?, "n_parameter")?;
    let r = fields::number(&config.require("r_parameter")?, "r_parameter")?;
    let p = fields::number(&config.require("p_parameter")?, "p_parameter")?;
    let len = key_length(&mut config)?;
    let tag = fields::digest(value, &fields::text(value)?, Encoding::Base64, len)?;
    let undocumented = "whether the salt is its bytes (base64) or, as Stytch exports it, its text,";
    let encoding = options.salt_encoding(undocumented)?;
    let salt = fields::bytes(&config.require("salt")?, encoding)?;
    write::scrypt(at, [ln, r, p], salt, tag, Steps::none())
}

/// Hash and salt are Base64.
fn read_pbkdf2(value: &Value<'_>, config: &Value<'_>) -> Result<Written, Error> {
    let mut config = config.object()?;
    config.only(&["salt", "iteration_amount", "key_length", "algorithm"])?;
    let prfs = [("sha256", Prf::Sha256), ("sha512", Prf::Sha512)];
    let prf = fields::one_of(&config.require("algorithm")?, &prfs)?;
    let iterations = config.require("iteration_amount")?;
    let iterations = fields::number(&iterations, "iteration_amount")?;
    let len = key_length(&mut config)?;
    let tag = fields::digest(value, &fields::text(value)?, Encoding::Base64, len)?;
    let salt = fields::bytes(&config.require("salt")?, Encoding::Base64)?;
    Ok(write::pbkdf2(prf, iterations, salt, tag, Steps::none()))
}
