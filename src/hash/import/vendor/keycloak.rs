//! Keycloak: `PasswordCredentialModel`, `Pbkdf2PasswordHashProvider` and
//! `Argon2PasswordHashProvider` of keycloak/keycloak.

use super::fields::{self, Encoding, Options};
use super::steps::Steps;
use super::write::{self, Written};
use super::{Salt, Tag};
use crate::error::Error;
use crate::hash::{Prf, Variant, Version};
use crate::json::{Object, Value};

#[derive(Clone, Copy)]
enum Algorithm {
    Pbkdf2(Prf),
    Argon2,
}

const ALGORITHMS: [(&str, Algorithm); 4] = [
    ("pbkdf2", Algorithm::Pbkdf2(Prf::Sha1)),
    ("pbkdf2-sha256", Algorithm::Pbkdf2(Prf::Sha256)),
    ("pbkdf2-sha512", Algorithm::Pbkdf2(Prf::Sha512)),
    ("argon2", Algorithm::Argon2),
];

/// Members of `CredentialRepresentation` that say nothing about the hash.
const ASIDE: [&str; 7] = [
    "id",
    "userLabel",
    "createdDate",
    "temporary",
    "priority",
    "device",
    "config",
];

pub(super) fn read(hash: &Value<'_>, _options: &mut Options<'_>) -> Result<Written, Error> {
    let mut object = hash.object()?;
    for key in ASIDE {
        object.take(key);
    }
    if let Some(of) = fields::optional(&mut object, "type") {
        fields::one_of(&of, &[("password", ())])?;
    }
    let Some(secret) = object.take("secretData") else {
        return read_flat(&mut object);
    };
    let data = object.require("credentialData")?;
    object.only(&[])?;
    let (salt, tag) = fields::with_object(&secret, |secret| {
        let mut secret = secret.object()?;
        secret.take("additionalParameters");
        secret.only(&["value", "salt"])?;
        salt_and_tag(&mut secret, "value")
    })?;
    fields::with_object(&data, |data| {
        let mut object = data.object()?;
        object.only(&["hashIterations", "algorithm", "additionalParameters"])?;
        let algorithm = fields::one_of(&object.require("algorithm")?, &ALGORITHMS)?;
        let iterations = fields::number(&object.require("hashIterations")?, "hashIterations")?;
        let prf = match algorithm {
            // Only Argon2 has parameters there that count.
            Algorithm::Pbkdf2(prf) => prf,
            Algorithm::Argon2 => {
                let parameters = object.require("additionalParameters")?;
                return read_argon2(&parameters, iterations, salt, tag);
            }
        };
        Ok(write::pbkdf2(prf, iterations, salt, tag, Steps::none()))
    })
}

/// The salt, and the tag under `key`, in Base64.
fn salt_and_tag(object: &mut Object<'_>, key: &str) -> Result<(Salt, Tag), Error> {
    let tag = fields::bytes(&object.require(key)?, Encoding::Base64)?;
    let salt = fields::bytes(&object.require("salt")?, Encoding::Base64)?;
    Ok((salt, tag))
}

/// As versions before 8 export it.
fn read_flat(object: &mut Object<'_>) -> Result<Written, Error> {
    // What other credentials than passwords have.
    for key in ["counter", "digits", "period"] {
        object.take(key);
    }
    object.only(&["hashedSaltedValue", "salt", "hashIterations", "algorithm"])?;
    if object.first().is_none() {
        object.require("secretData")?;
    }
    let algorithm = object.require("algorithm")?;
    let Algorithm::Pbkdf2(prf) = fields::one_of(&algorithm, &ALGORITHMS)? else {
        return Err(algorithm.error("Argon2 has its parameters in credentialData"));
    };
    let iterations = fields::number(&object.require("hashIterations")?, "hashIterations")?;
    let (salt, tag) = salt_and_tag(object, "hashedSaltedValue")?;
    Ok(write::pbkdf2(prf, iterations, salt, tag, Steps::none()))
}

/// Every parameter is an array of one string; the passes are `hashIterations`.
fn read_argon2(
    parameters: &Value<'_>,
    iterations: u32,
    salt: Salt,
    tag: Tag,
) -> Result<Written, Error> {
    let mut object = parameters.object()?;
    object.only(&["type", "version", "hashLength", "memory", "parallelism"])?;
    let variants = [("id", Variant::Id), ("i", Variant::I), ("d", Variant::D)];
    let versions = [("1.3", Version::V0x13), ("1.0", Version::V0x10)];
    let variant = fields::one_of(&single(&object.require("type")?)?, &variants)?;
    let version = fields::one_of(&single(&object.require("version")?)?, &versions)?;
    let memory = decimal(&object.require("memory")?)?;
    let lanes = decimal(&object.require("parallelism")?)?;
    if let Some(length) = fields::optional(&mut object, "hashLength") {
        let said = usize::try_from(decimal(&length)?).unwrap_or(usize::MAX);
        if said != tag.len() {
            let reason = "is not the length of the value in secretData";
            return Err(single(&length)?.error(reason));
        }
    }
    let costs = [memory, iterations, lanes];
    write::argon2(parameters, (variant, version), costs, salt, tag)
}

/// The only item of an array.
fn single<'a>(value: &Value<'a>) -> Result<Value<'a>, Error> {
    let mut items = value.array()?;
    match items.pop() {
        Some(item) if items.is_empty() => Ok(item),
        _ => Err(value.error("has to be an array of one string")),
    }
}

fn decimal(value: &Value<'_>) -> Result<u32, Error> {
    let item = single(value)?;
    let number = fields::decimal(&fields::text(&item)?);
    number.ok_or_else(|| item.error("has to be a decimal number from 1 to 4294967295"))
}
