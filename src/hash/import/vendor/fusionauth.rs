//! FusionAuth: `reference/password-hashes.mdx` of FusionAuth/fusionauth-site,
//! whose pseudocode says what each scheme computes.

use super::Tag;
use super::fields::{self, Encoding, Options, Position};
use super::forms::BCRYPT;
use super::steps::Steps;
use super::unsupported;
use super::write::{self, Written};
use crate::encoding;
use crate::error::Error;
use crate::hash::{HashFunction, PhpassHash, Prf, Repeat};
use crate::json::{Object, Value};

#[derive(Clone, Copy)]
enum Encryption {
    Bcrypt,
    Phpass(PhpassHash),
    Digest(HashFunction),
    Hmac,
    /// With the length of the key in bytes.
    Pbkdf2(Prf, usize),
}

/// `phppass-sha512` is their spelling; the client libraries write it with one p.
const SCHEMES: [(&str, Encryption); 10] = [
    ("bcrypt", Encryption::Bcrypt),
    ("phpass-md5", Encryption::Phpass(PhpassHash::Md5)),
    ("phppass-sha512", Encryption::Phpass(PhpassHash::Sha512)),
    ("phpass-sha512", Encryption::Phpass(PhpassHash::Sha512)),
    ("salted-md5", Encryption::Digest(HashFunction::Md5)),
    ("salted-sha256", Encryption::Digest(HashFunction::Sha256)),
    ("salted-hmac-sha256", Encryption::Hmac),
    (
        "salted-pbkdf2-hmac-sha256",
        Encryption::Pbkdf2(Prf::Sha256, 32),
    ),
    (
        "salted-pbkdf2-hmac-sha256-512",
        Encryption::Pbkdf2(Prf::Sha256, 64),
    ),
    (
        "salted-pbkdf2-hmac-sha512-512",
        Encryption::Pbkdf2(Prf::Sha512, 64),
    ),
];

pub(super) fn read(hash: &Value<'_>, options: &mut Options<'_>) -> Result<Written, Error> {
    let mut object = hash.object()?;
    object.only(&["encryptionScheme", "factor", "salt", "password"])?;
    let encryption = fields::one_of(&object.require("encryptionScheme")?, &SCHEMES)?;
    let password = object.require("password")?;
    let text = fields::text(&password)?;
    if let Encryption::Bcrypt = encryption
        && text.starts_with('$')
    {
        if let Some(salt) = fields::optional(&mut object, "salt") {
            return Err(salt.error("a whole bcrypt string has its salt in it"));
        }
        return write::as_is(&password, &text, &BCRYPT, Steps::none());
    }
    let salt = object.require("salt")?;
    let salt_bytes = || fields::bytes(&salt, Encoding::Base64);
    match encryption {
        Encryption::Bcrypt => {
            let cost = object.require("factor")?;
            write::bcrypt(&cost, (&salt, &fields::text(&salt)?), (&password, &text))
        }
        Encryption::Phpass(function) => {
            let factor = object.require("factor")?;
            read_phpass(function, &factor, &salt, (&password, &text), options)
        }
        Encryption::Digest(function) => {
            let rounds = factor(&mut object)?;
            let len = function.output_bytes();
            let encoding = fields::hex_or_base64(&text, len);
            let tag = fields::digest(&password, &text, encoding, len)?;
            let steps = Steps::none().salted(Position::Suffix, salt_bytes()?);
            Ok(write::digest(function, rounds, Repeat::Digest, &tag, steps))
        }
        // It has no factor, whatever stands there.
        Encryption::Hmac => {
            let mac = fields::digest(&password, &text, Encoding::Base64, 32)?;
            Ok(write::hmac(
                HashFunction::Sha256,
                &salt_bytes()?,
                &mac,
                Steps::none(),
            ))
        }
        Encryption::Pbkdf2(prf, len) => {
            let iterations = factor(&mut object)?;
            let tag = fields::digest(&password, &text, Encoding::Base64, len)?;
            let salt = salt_bytes()?;
            Ok(write::pbkdf2(prf, iterations, salt, tag, Steps::none()))
        }
    }
}

fn factor(object: &mut Object<'_>) -> Result<u32, Error> {
    fields::number(&object.require("factor")?, "factor")
}

/// The salt enters as the text that it is. In which Base64 the hash is written,
/// phpass's or the usual, the pseudocode does not say.
fn read_phpass(
    function: PhpassHash,
    factor: &Value<'_>,
    salt: &Value<'_>,
    (password, text): (&Value<'_>, &str),
    options: &mut Options<'_>,
) -> Result<Written, Error> {
    let values = [("crypt", false), ("base64", true)];
    let undocumented = "in which Base64 the hash is written, crypt(3)'s or the usual,";
    let is_base64 = options.choose("hash_encoding", undocumented, &values)?;
    let salt_text = fields::text(salt)?;
    if !is_base64 {
        return write::phpass(function, factor, (salt, &salt_text), (password, text));
    }
    if function == PhpassHash::Sha512 {
        let reason = "43 characters of the usual Base64 are not the bits that a string keeps";
        return Err(unsupported(password, reason));
    }
    let tag: Tag = fields::digest(password, text, Encoding::Base64, 16)?;
    let mut crypt = [0; 24];
    let crypt = encoding::crypt_encode(tag.as_slice(), &mut crypt).unwrap_or_default();
    write::phpass(function, factor, (salt, &salt_text), (password, crypt))
}
