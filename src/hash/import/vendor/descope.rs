//! Descope: `BatchUserPasswordHashed` of descope/go-sdk (`descope/types.go`).

use super::fields::{self, Encoding, Options};
use super::firebase::field;
use super::forms::{BCRYPT, DJANGO_PBKDF2};
use super::steps::Steps;
use super::write::{self, Firebase, Written};
use super::{PRFS, string_as_is};
use crate::error::Error;
use crate::hash::{HashFunction, PhpassHash, Repeat, Variant};
use crate::json::{Object, Value};

type ReadFields = fn(&mut Object<'_>, &Value<'_>, &mut Options<'_>) -> Result<Written, Error>;

/// Which member there is says the algorithm.
const ALGORITHMS: [(&str, ReadFields); 8] = [
    ("bcrypt", |object, _, _| {
        object.only(&["hash"])?;
        string_as_is(&object.require("hash")?, &BCRYPT)
    }),
    ("django", |object, _, _| {
        object.only(&["hash"])?;
        string_as_is(&object.require("hash")?, &DJANGO_PBKDF2)
    }),
    ("firebase", read_firebase),
    ("pbkdf2", read_pbkdf2),
    ("phpass", read_phpass),
    ("md5", read_md5),
    ("sha", read_sha),
    ("argon2", read_argon2),
];

pub(super) fn read(hash: &Value<'_>, options: &mut Options<'_>) -> Result<Written, Error> {
    let mut object = hash.object()?;
    object.only(&ALGORITHMS.map(|(name, _)| name))?;
    let present = ALGORITHMS
        .iter()
        .find_map(|(name, read)| Some((fields::optional(&mut object, name)?, read)));
    let Some((value, read)) = present else {
        let names = ALGORITHMS.map(|(name, _)| name).join(", ");
        return Err(hash.error(format!("has to have one of {names}")));
    };
    for (name, _) in ALGORITHMS {
        if let Some(second) = fields::optional(&mut object, name) {
            return Err(second.error("a second algorithm; one credential has one"));
        }
    }
    read(&mut value.object()?, &value, options)
}

/// Bytes are Base64.
fn read_firebase(
    object: &mut Object<'_>,
    at: &Value<'_>,
    _options: &mut Options<'_>,
) -> Result<Written, Error> {
    object.only(&[
        "hash",
        "salt",
        "saltSeparator",
        "signerKey",
        "memory",
        "rounds",
    ])?;
    let firebase = Firebase {
        ln: fields::number(&object.require("memory")?, "memory")?,
        r: fields::number(&object.require("rounds")?, "rounds")?,
        salt: field(&object.require("salt")?)?,
        separator: field(&object.require("saltSeparator")?)?,
        key: field(&object.require("signerKey")?)?,
        hash: field(&object.require("hash")?)?,
    };
    firebase.write(at)
}

/// Bytes are Base64.
fn read_pbkdf2(
    object: &mut Object<'_>,
    _at: &Value<'_>,
    _options: &mut Options<'_>,
) -> Result<Written, Error> {
    object.only(&["hash", "salt", "iterations", "type"])?;
    let prf = fields::one_of(&object.require("type")?, &PRFS)?;
    let iterations = fields::number(&object.require("iterations")?, "iterations")?;
    let salt = fields::bytes(&object.require("salt")?, Encoding::Base64)?;
    let tag = fields::bytes(&object.require("hash")?, Encoding::Base64)?;
    Ok(write::pbkdf2(prf, iterations, salt, tag, Steps::none()))
}

/// Salt and hash are phpass's own text; `iterations` is their number, not its logarithm.
fn read_phpass(
    object: &mut Object<'_>,
    _at: &Value<'_>,
    _options: &mut Options<'_>,
) -> Result<Written, Error> {
    object.only(&["hash", "salt", "iterations", "type"])?;
    let hashes = [("md5", PhpassHash::Md5), ("sha512", PhpassHash::Sha512)];
    let function = fields::one_of(&object.require("type")?, &hashes)?;
    let (salt, tag) = (object.require("salt")?, object.require("hash")?);
    let (salt_text, tag_text) = (fields::text(&salt)?, fields::text(&tag)?);
    let iterations = object.require("iterations")?;
    write::phpass(
        function,
        &iterations,
        (&salt, &salt_text),
        (&tag, &tag_text),
    )
}

/// Hexadecimal, and without a salt.
fn read_md5(
    object: &mut Object<'_>,
    _at: &Value<'_>,
    _options: &mut Options<'_>,
) -> Result<Written, Error> {
    object.only(&["hash"])?;
    let value = object.require("hash")?;
    let tag = fields::digest(&value, &fields::text(&value)?, Encoding::Hex, 16)?;
    let (function, steps) = (HashFunction::Md5, Steps::none());
    Ok(write::digest(function, 1, Repeat::Digest, &tag, steps))
}

/// Hash and salt are hexadecimal. Where the salt stands is not documented.
fn read_sha(
    object: &mut Object<'_>,
    _at: &Value<'_>,
    options: &mut Options<'_>,
) -> Result<Written, Error> {
    object.only(&["hash", "salt", "type"])?;
    let shas = [
        ("sha1", HashFunction::Sha1),
        ("sha256", HashFunction::Sha256),
        ("sha512", HashFunction::Sha512),
    ];
    let function = fields::one_of(&object.require("type")?, &shas)?;
    let value = object.require("hash")?;
    let len = function.output_bytes();
    let tag = fields::digest(&value, &fields::text(&value)?, Encoding::Hex, len)?;
    let salt = fields::salt(fields::optional(object, "salt"), Encoding::Hex)?;
    let steps = Steps::none().salted(options.salt_position(&salt)?, salt);
    Ok(write::digest(function, 1, Repeat::Digest, &tag, steps))
}

/// Bytes are Base64. Which Argon2 it is is not documented.
fn read_argon2(
    object: &mut Object<'_>,
    at: &Value<'_>,
    options: &mut Options<'_>,
) -> Result<Written, Error> {
    object.only(&["hash", "salt", "iterations", "memory", "threads"])?;
    let t = fields::number(&object.require("iterations")?, "iterations")?;
    let m_kib = fields::number(&object.require("memory")?, "memory")?;
    let p = fields::number(&object.require("threads")?, "threads")?;
    let salt = fields::bytes(&object.require("salt")?, Encoding::Base64)?;
    let tag = fields::bytes(&object.require("hash")?, Encoding::Base64)?;
    let variants = [
        ("argon2id", Variant::Id),
        ("argon2i", Variant::I),
        ("argon2d", Variant::D),
    ];
    let variant = options.choose("variant", "the variant of Argon2", &variants)?;
    let version = options.argon2_version()?;
    write::argon2(at, (variant, version), [m_kib, t, p], salt, tag)
}
