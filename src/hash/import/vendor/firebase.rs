//! Firebase and Identity Platform (firebase.google.com/docs/cli/auth and the
//! Admin SDK's `UserImportOptions`), and SuperTokens, which keeps Firebase's hashes.

use super::fields::{self, Encoding, Options};
use super::forms::{ARGON2, BCRYPT};
use super::steps::Steps;
use super::write::{self, Firebase, Written};
use super::{Salt, Tag};
use crate::error::Error;
use crate::hash::{HashFunction, MAX_TAG_BYTES, Prf, Repeat};
use crate::json::{Object, Value};

#[derive(Clone, Copy)]
enum Algorithm {
    Scrypt,
    StandardScrypt,
    Bcrypt,
    Hmac(HashFunction),
    Digest(HashFunction),
    Pbkdf2(Prf),
}

const ALGORITHMS: [(&str, Algorithm); 13] = [
    ("SCRYPT", Algorithm::Scrypt),
    ("STANDARD_SCRYPT", Algorithm::StandardScrypt),
    ("BCRYPT", Algorithm::Bcrypt),
    ("HMAC_MD5", Algorithm::Hmac(HashFunction::Md5)),
    ("HMAC_SHA1", Algorithm::Hmac(HashFunction::Sha1)),
    ("HMAC_SHA256", Algorithm::Hmac(HashFunction::Sha256)),
    ("HMAC_SHA512", Algorithm::Hmac(HashFunction::Sha512)),
    ("MD5", Algorithm::Digest(HashFunction::Md5)),
    ("SHA1", Algorithm::Digest(HashFunction::Sha1)),
    ("SHA256", Algorithm::Digest(HashFunction::Sha256)),
    ("SHA512", Algorithm::Digest(HashFunction::Sha512)),
    ("PBKDF_SHA1", Algorithm::Pbkdf2(Prf::Sha1)),
    ("PBKDF2_SHA256", Algorithm::Pbkdf2(Prf::Sha256)),
];

/// A field of Firebase's scrypt: Base64, in exports also of the URL's alphabet.
pub(super) fn field(value: &Value<'_>) -> Result<Tag, Error> {
    fields::bytes(value, Encoding::Base64)
}

pub(super) fn read(hash: &Value<'_>, options: &mut Options<'_>) -> Result<Written, Error> {
    let mut user = hash.object()?;
    user.only(&["passwordHash", "salt", "hash_config", "hash"])?;
    let password = user.require("passwordHash")?;
    let salt_at = fields::optional(&mut user, "salt");
    let salt = fields::salt(salt_at, Encoding::Base64)?;
    let (at, is_console) = match (user.take("hash_config"), user.take("hash")) {
        (Some(config), None) => (config, true),
        (None, Some(config)) => (config, false),
        (Some(_), Some(second)) => {
            return Err(second.error("stands beside \"hash_config\"; one of them is enough"));
        }
        (None, None) => {
            return Err(hash.error("needs the key \"hash_config\", or \"hash\" of the Admin SDK"));
        }
    };
    let mut config = at.object()?;
    let algorithm = fields::one_of(&config.require("algorithm")?, &ALGORITHMS)?;
    match algorithm {
        Algorithm::Scrypt => read_scrypt(&mut config, &at, &password, &salt, is_console),
        Algorithm::StandardScrypt => read_standard(&mut config, &at, &password, salt),
        Algorithm::Bcrypt => {
            config.only(&[])?;
            if let Some(at) = salt_at.filter(|_| salt.len() > 0) {
                return Err(at.error("bcrypt has its salt in its string"));
            }
            read_bcrypt(&password)
        }
        Algorithm::Hmac(function) => {
            config.only(&["key"])?;
            let key = fields::bytes(&config.require("key")?, Encoding::Base64)?;
            let mac = digest(&password, function)?;
            let steps = Steps::none().salted(options.salt_position(&salt)?, salt);
            Ok(write::hmac(function, &key, &mac, steps))
        }
        Algorithm::Digest(function) => {
            config.only(&["rounds"])?;
            let rounds = config.require("rounds")?;
            let tag = digest(&password, function)?;
            let (rounds, repeat) = self::rounds(&rounds, function, options)?;
            let steps = Steps::none().salted(options.salt_position(&salt)?, salt);
            Ok(write::digest(function, rounds, repeat, &tag, steps))
        }
        Algorithm::Pbkdf2(prf) => {
            config.only(&["rounds"])?;
            let rounds = fields::number(&config.require("rounds")?, "rounds")?;
            let tag = fields::bytes(&password, Encoding::Base64)?;
            Ok(write::pbkdf2(prf, rounds, salt, tag, Steps::none()))
        }
    }
}

fn digest(password: &Value<'_>, function: HashFunction) -> Result<Tag, Error> {
    let text = fields::text(password)?;
    fields::digest(password, &text, Encoding::Base64, function.output_bytes())
}

/// How often, and over what. Firebase takes 0 rounds of MD5 and 1 of the others
/// for the least, so for MD5 it is open whether the first one counts.
fn rounds(
    value: &Value<'_>,
    function: HashFunction,
    options: &mut Options<'_>,
) -> Result<(u32, Repeat), Error> {
    let is_md5 = function == HashFunction::Md5;
    let mut rounds = fields::number_from(value, "rounds", u32::from(!is_md5))?;
    if is_md5 {
        let undocumented = "whether the number of rounds of MD5 is that of all";
        let values = [("counted", 0), ("uncounted", 1)];
        rounds = options
            .choose("first_round", undocumented, &values)
            .map(|more| rounds.saturating_add(more))?;
        if rounds == 0 {
            return Err(value.error("no round is no hash; is the first one uncounted?"));
        }
    }
    if rounds == 1 {
        return Ok((1, Repeat::Digest));
    }
    let values = [
        ("digest", Repeat::Digest),
        ("digest-and-input", Repeat::DigestAndInput),
    ];
    let undocumented = "what rounds after the first hash";
    let repeat = options.choose("repeat", undocumented, &values)?;
    Ok((rounds, repeat))
}

/// Firebase's own scrypt, with the parameters as the console or the Admin SDK names them.
fn read_scrypt(
    config: &mut Object<'_>,
    at: &Value<'_>,
    password: &Value<'_>,
    salt: &Salt,
    is_console: bool,
) -> Result<Written, Error> {
    let [key, separator, rounds, memory] = if is_console {
        [
            "base64_signer_key",
            "base64_salt_separator",
            "rounds",
            "mem_cost",
        ]
    } else {
        ["key", "saltSeparator", "rounds", "memoryCost"]
    };
    config.only(&[key, separator, rounds, memory])?;
    let firebase = Firebase {
        ln: fields::number(&config.require(memory)?, "the memory cost")?,
        r: fields::number(&config.require(rounds)?, "rounds")?,
        salt: Tag::copy_of(salt.as_slice()).ok_or_else(|| fields::too_long(at, MAX_TAG_BYTES))?,
        separator: field(&config.require(separator)?)?,
        key: field(&config.require(key)?)?,
        hash: field(password)?,
    };
    firebase.write(at)
}

/// scrypt of RFC 7914, where `memoryCost` is N.
fn read_standard(
    config: &mut Object<'_>,
    at: &Value<'_>,
    password: &Value<'_>,
    salt: Salt,
) -> Result<Written, Error> {
    config.only(&[
        "memoryCost",
        "parallelization",
        "blockSize",
        "derivedKeyLength",
    ])?;
    let ln = fields::log2(&config.require("memoryCost")?, "memoryCost")?;
    let r = fields::number(&config.require("blockSize")?, "blockSize")?;
    let p = fields::number(&config.require("parallelization")?, "parallelization")?;
    let length = config.require("derivedKeyLength")?;
    let length = fields::number(&length, "derivedKeyLength")?;
    let tag = fields::digest(
        password,
        &fields::text(password)?,
        Encoding::Base64,
        usize::try_from(length).unwrap_or(usize::MAX),
    )?;
    write::scrypt(at, [ln, r, p], salt, tag, Steps::none())
}

/// The string, or its Base64: `passwordHash` holds bytes.
fn read_bcrypt(password: &Value<'_>) -> Result<Written, Error> {
    let text = fields::text(password)?;
    if text.starts_with('$') {
        return write::as_is(password, &text, &BCRYPT, Steps::none());
    }
    let bytes: Tag = fields::decoded(password, &text, Encoding::Base64)?;
    let inside = std::str::from_utf8(bytes.as_slice())
        .map_err(|_| password.error("has to be the Base64 of a bcrypt string"))?;
    write::as_is(password, inside, &BCRYPT, Steps::none())
}

/// SuperTokens (`ParsedFirebaseSCryptResponse.java`): the signer key is in the
/// server's configuration, under the name that it has here.
pub(super) fn read_supertokens(
    hash: &Value<'_>,
    _options: &mut Options<'_>,
) -> Result<Written, Error> {
    const KEY: &str = "firebase_password_hashing_signer_key";
    let mut object = hash.object()?;
    // What it says begins the string too.
    object.take("hashingAlgorithm");
    object.only(&["passwordHash", KEY])?;
    let value = object.require("passwordHash")?;
    let key = object.take(KEY);
    let text = fields::text(&value)?;
    let Some(rest) = text.strip_prefix("$f_scrypt$") else {
        if let Some(key) = key {
            return Err(key.error("only \"$f_scrypt$...\" has a signer key"));
        }
        let form = if text.starts_with("$argon2") {
            &ARGON2
        } else {
            &BCRYPT
        };
        return write::as_is(&value, &text, form, Steps::none());
    };
    let key = match key {
        Some(key) => key,
        None => object.require(KEY)?,
    };
    let expected = "has to be \"$f_scrypt$hash$salt$m=memory$r=rounds$s=separator\"";
    let parts: Vec<&str> = rest.split('$').collect();
    let [hash, salt, memory, rounds, separator] = parts[..] else {
        return Err(value.error(expected));
    };
    let decimal = |text: &str, begin| text.strip_prefix(begin).and_then(fields::decimal);
    let (Some(ln), Some(r), Some(separator)) = (
        decimal(memory, "m="),
        decimal(rounds, "r="),
        separator.strip_prefix("s="),
    ) else {
        return Err(value.error(expected));
    };
    let part = |text: &str| fields::decoded(&value, text, Encoding::Base64);
    let firebase = Firebase {
        ln,
        r,
        salt: part(salt)?,
        separator: part(separator)?,
        key: field(&key)?,
        hash: part(hash)?,
    };
    firebase.write(&value)
}
