//! Vendors whose exports are a string: Spring Security with a secret, Symfony, WorkOS.

use super::fields::{self, Encoding, Options};
use super::forms::{ARGON2, BCRYPT, Form, SSHA, SSHA256, SYMFONY_NATIVE};
use super::steps::Steps;
use super::write::{self, Written};
use super::{MAX_SALT_BYTES, Salt, Tag, string_as_is, unsupported};
use crate::error::Error;
use crate::hash::input::Prehash;
use crate::hash::{MAX_TAG_BYTES, Prf};
use crate::json::Value;
use crate::secret::FixedBytes;

/// `Pbkdf2PasswordEncoder` of spring-projects/spring-security: salt and key in
/// one text, and the secret behind the salt.
pub(super) fn read_spring(hash: &Value<'_>, _options: &mut Options<'_>) -> Result<Written, Error> {
    let mut object = hash.object()?;
    object.only(&[
        "pbkdf2",
        "secret",
        "algorithm",
        "iterations",
        "saltLength",
        "encoding",
    ])?;
    let value = object.require("pbkdf2")?;
    let prfs = [
        ("PBKDF2WithHmacSHA1", Prf::Sha1),
        ("PBKDF2WithHmacSHA256", Prf::Sha256),
        ("PBKDF2WithHmacSHA512", Prf::Sha512),
    ];
    let prf = fields::one_of(&object.require("algorithm")?, &prfs)?;
    let iterations = fields::number(&object.require("iterations")?, "iterations")?;
    let salt_len = fields::number(&object.require("saltLength")?, "saltLength")?;
    let encodings = [("hex", Encoding::Hex), ("base64", Encoding::Base64)];
    let encoding = fields::one_of(&object.require("encoding")?, &encodings)?;
    let both: FixedBytes<{ MAX_SALT_BYTES + MAX_TAG_BYTES }> = fields::bytes(&value, encoding)?;
    let (salt, tag) = both
        .as_slice()
        .split_at_checked(usize::try_from(salt_len).unwrap_or(usize::MAX))
        .ok_or_else(|| value.error("is shorter than the salt alone"))?;
    let secret = object.require("secret")?;
    let mut whole = Salt::zeroed(0);
    whole
        .extend(salt)
        .and_then(|()| whole.extend(fields::text(&secret).ok()?.as_bytes()))
        .ok_or_else(|| fields::too_long(&secret, MAX_SALT_BYTES))?;
    let tag = Tag::copy_of(tag).ok_or_else(|| fields::too_long(&value, MAX_TAG_BYTES))?;
    Ok(write::pbkdf2(prf, iterations, whole, tag, Steps::none()))
}

/// `NativePasswordHasher` of Symfony: what bcrypt does not take whole is hashed first.
pub(super) fn read_symfony(
    value: &Value<'_>,
    _options: &mut Options<'_>,
) -> Result<Written, Error> {
    let text = fields::text(value)?;
    if text.starts_with("$argon2") {
        return write::as_is(value, &text, &ARGON2, Steps::none());
    }
    let steps = Steps::prehashed(Prehash::Symfony);
    write::as_is(value, &text, &SYMFONY_NATIVE, steps)
}

/// Types of WorkOS whose strings are other systems' too.
const TYPES: [(&str, &Form); 4] = [
    ("bcrypt", &BCRYPT),
    ("argon2", &ARGON2),
    ("ssha", &SSHA),
    ("ssha256", &SSHA256),
];

/// The fields of workos/openapi-spec (`spec/open-api-spec.yaml`), which gives no
/// grammar for the types that are refused.
pub(super) fn read_workos(hash: &Value<'_>, _options: &mut Options<'_>) -> Result<Written, Error> {
    let mut object = hash.object()?;
    object.only(&[
        "password_hash",
        "password_hash_type",
        "password_salt_position",
    ])?;
    let refused = ["firebase-scrypt", "scrypt", "pbkdf2"];
    let of = object.require("password_hash_type")?;
    let form = fields::one_of_or_refused(&of, &TYPES, &refused)?;
    if let Some(position) = fields::optional(&mut object, "password_salt_position") {
        let is_suffix = fields::one_of(&position, &[("prefix", false), ("suffix", true)])?;
        if !is_suffix {
            let reason =
                "what a salt before the password looks like in the string is not documented";
            return Err(unsupported(&position, reason));
        }
    }
    string_as_is(&object.require("password_hash")?, form)
}
