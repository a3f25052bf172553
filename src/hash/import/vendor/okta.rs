//! Okta: `PasswordCredentialHash` of okta-management-openapi-spec
//! (`dist/current/management-oneOfInheritance.yaml`).

use super::fields::{self, Encoding, Options, Position};
use super::steps::Steps;
use super::write::{self, Written};
use crate::error::Error;
use crate::hash::{HashFunction, Prf, Repeat};
use crate::json::{Object, Value};

#[derive(Clone, Copy)]
enum Algorithm {
    Bcrypt,
    Digest(HashFunction),
    Pbkdf2,
}

const ALGORITHMS: [(&str, Algorithm); 6] = [
    ("BCRYPT", Algorithm::Bcrypt),
    ("SHA-512", Algorithm::Digest(HashFunction::Sha512)),
    ("SHA-256", Algorithm::Digest(HashFunction::Sha256)),
    ("SHA-1", Algorithm::Digest(HashFunction::Sha1)),
    ("MD5", Algorithm::Digest(HashFunction::Md5)),
    ("PBKDF2", Algorithm::Pbkdf2),
];

pub(super) fn read(hash: &Value<'_>, _options: &mut Options<'_>) -> Result<Written, Error> {
    let mut object = hash.object()?;
    let algorithm = fields::one_of(&object.require("algorithm")?, &ALGORITHMS)?;
    match algorithm {
        Algorithm::Bcrypt => read_bcrypt(&mut object),
        Algorithm::Digest(function) => read_digest(&mut object, function),
        Algorithm::Pbkdf2 => read_pbkdf2(&mut object),
    }
}

/// The parts of a bcrypt string, each by itself.
fn read_bcrypt(object: &mut Object<'_>) -> Result<Written, Error> {
    object.only(&["workFactor", "salt", "value"])?;
    let cost = object.require("workFactor")?;
    let (salt, tag) = (object.require("salt")?, object.require("value")?);
    let (salt_text, tag_text) = (fields::text(&salt)?, fields::text(&tag)?);
    write::bcrypt(&cost, (&salt, &salt_text), (&tag, &tag_text))
}

/// Salt and value are Base64; `saltOrder` says where the salt stands.
fn read_digest(object: &mut Object<'_>, function: HashFunction) -> Result<Written, Error> {
    object.only(&["salt", "saltOrder", "value"])?;
    let value = object.require("value")?;
    let tag = fields::digest(
        &value,
        &fields::text(&value)?,
        Encoding::Base64,
        function.output_bytes(),
    )?;
    let order = fields::optional(object, "saltOrder");
    let orders = [("PREFIX", Position::Prefix), ("POSTFIX", Position::Suffix)];
    let position = order
        .map(|order| fields::one_of(&order, &orders))
        .transpose()?;
    let mut steps = Steps::none();
    if let Some(salt) = fields::optional(object, "salt") {
        let position = match position {
            Some(position) => position,
            None => fields::one_of(&object.require("saltOrder")?, &orders)?,
        };
        steps = steps.salted(position, fields::bytes(&salt, Encoding::Base64)?);
    }
    Ok(write::digest(function, 1, Repeat::Digest, &tag, steps))
}

/// Salt and value are Base64; `keySize` is in bytes.
fn read_pbkdf2(object: &mut Object<'_>) -> Result<Written, Error> {
    object.only(&[
        "salt",
        "value",
        "digestAlgorithm",
        "iterationCount",
        "keySize",
    ])?;
    let prfs = [("SHA256_HMAC", Prf::Sha256), ("SHA512_HMAC", Prf::Sha512)];
    let prf = fields::one_of(&object.require("digestAlgorithm")?, &prfs)?;
    let iterations = fields::number(&object.require("iterationCount")?, "iterationCount")?;
    let value = object.require("value")?;
    let key_size = fields::number(&object.require("keySize")?, "keySize")?;
    let tag = fields::digest(
        &value,
        &fields::text(&value)?,
        Encoding::Base64,
        usize::try_from(key_size).unwrap_or(usize::MAX),
    )?;
    let salt = fields::bytes(&object.require("salt")?, Encoding::Base64)?;
    Ok(write::pbkdf2(prf, iterations, salt, tag, Steps::none()))
}
