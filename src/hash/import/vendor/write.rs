//! Writing the stored string, and holding it to what was meant.

use super::fields::log2;
use super::forms::{BCRYPT, Form, PHPASS_FIELDS};
use super::steps::MAX_BASE64;
pub(super) use super::steps::Steps;
use super::{Salt, Tag, refused, refused_as_made};
use crate::encoding;
use crate::error::{Error, ErrorKind};
use crate::hash::grammar::Text;
use crate::hash::phpass::{MAX_LOG2_COUNT, MIN_LOG2_COUNT, SALT_BYTES as PHPASS_SALT};
use crate::hash::{
    Argon2, Digest, FirebaseScrypt, HashFunction, Hmac, Kdf, Pbkdf2, PhpassHash, Prf, Repeat,
    Scheme, Scrypt, Stored, Variant, Version,
};
use crate::json::Value;
use crate::secret::SecretText;
use zeroize::Zeroizing;

fn push_base64(text: &mut Text, bytes: &[u8]) {
    let mut room = Zeroizing::new([0; MAX_BASE64]);
    let base64 = encoding::base64_encode(bytes, room.as_mut_slice());
    text.push(base64.unwrap_or_default());
}

/// A stored string, and what it has to be read as.
pub(super) struct Written {
    text: Text,
    scheme: Scheme,
    kdf: Option<Kdf>,
    /// `None` where the string brings steps of its own.
    steps: Option<Steps>,
}

impl Written {
    fn new(text: Text, scheme: Scheme, kdf: Kdf, steps: Steps) -> Self {
        Self {
            text,
            scheme,
            kdf: Some(kdf),
            steps: Some(steps),
        }
    }

    /// The string, once it has been read again as what was meant. A fault is told at `hash`.
    pub(super) fn finish(self, hash: &Value<'_>) -> Result<String, Error> {
        if !self.text.is_whole() {
            return Err(hash.error("makes a string longer than any that is stored (1023 bytes)"));
        }
        let text = self.text.as_str();
        let stored =
            Stored::parse(text.as_bytes()).map_err(|error| refused_as_made(hash, &error))?;
        let is_meant = stored.scheme() == self.scheme
            && self.kdf.is_none_or(|kdf| kdf == *stored.kdf())
            && self.steps.is_none_or(|s| s.are_those_of(&stored.input));
        if !is_meant || stored.to_text() != text {
            let reason = "the stored string that was made says something else than was meant";
            return Err(Error::new(ErrorKind::Internal, reason));
        }
        Ok(text.to_owned())
    }
}

/// `inside` as it stands, which `value` holds, behind `steps`.
pub(super) fn as_is(
    value: &Value<'_>,
    inside: &str,
    form: &Form,
    steps: Steps,
) -> Result<Written, Error> {
    if !form.begins.iter().any(|begin| inside.starts_with(begin)) {
        return Err(value.error(form.expected));
    }
    let stored = Stored::parse(inside.as_bytes()).map_err(|error| refused(value, &error))?;
    if !form.schemes.contains(&stored.scheme()) {
        return Err(value.error(form.expected));
    }
    steps.check(value)?;
    let mut text = steps.begin();
    let has_steps = !text.as_str().is_empty();
    text.push(inside);
    if has_steps && text.is_whole() {
        // Its own steps may not go with these.
        Stored::parse(text.as_str().as_bytes()).map_err(|error| refused_as_made(value, &error))?;
    }
    Ok(Written {
        text,
        scheme: stored.scheme(),
        kdf: Some(*stored.kdf()),
        steps: has_steps.then_some(steps),
    })
}

/// A PHC string.
fn phc(kdf: Kdf, salt: Salt, tag: Tag, steps: Steps) -> Written {
    let mut stored = Stored::to_make(kdf, salt);
    stored.tag = tag;
    let mut text = steps.begin();
    stored.write(&mut text);
    Written::new(text, kdf.scheme(), kdf, steps)
}

pub(super) fn pbkdf2(prf: Prf, iterations: u32, salt: Salt, tag: Tag, steps: Steps) -> Written {
    let kdf = Kdf::Pbkdf2(Pbkdf2::fixed(prf, iterations));
    phc(kdf, salt, tag, steps)
}

/// `at` is where parameters that do not go together are told.
pub(super) fn argon2(
    at: &Value<'_>,
    (variant, version): (Variant, Version),
    [m_kib, t, p]: [u32; 3],
    salt: Salt,
    tag: Tag,
) -> Result<Written, Error> {
    let kdf = Argon2::new(variant, version, m_kib, t, p).map_err(|e| at.place(e))?;
    Ok(phc(Kdf::Argon2(kdf), salt, tag, Steps::none()))
}

/// `at` is where parameters that do not go together are told.
pub(super) fn scrypt(
    at: &Value<'_>,
    [ln, r, p]: [u32; 3],
    salt: Salt,
    tag: Tag,
    steps: Steps,
) -> Result<Written, Error> {
    let kdf = Scrypt::new(ln, r, p).map_err(|e| at.place(e))?;
    Ok(phc(Kdf::Scrypt(kdf), salt, tag, steps))
}

/// Firebase's scrypt.
pub(super) struct Firebase {
    pub(super) ln: u32,
    pub(super) r: u32,
    pub(super) salt: Tag,
    pub(super) separator: Tag,
    pub(super) key: Tag,
    pub(super) hash: Tag,
}

impl Firebase {
    /// As Ory Kratos writes it. `at` is where parameters that do not go together are told.
    pub(super) fn write(&self, at: &Value<'_>) -> Result<Written, Error> {
        let scrypt = Scrypt::new(self.ln, self.r, 1).map_err(|e| at.place(e))?;
        let mut text = Text::new();
        text.push("$firescrypt$ln=");
        text.push_number(self.ln);
        text.push(",r=");
        text.push_number(self.r);
        text.push(",p=1");
        for field in [&self.salt, &self.hash, &self.separator, &self.key] {
            text.push("$");
            push_base64(&mut text, field.as_slice());
        }
        let kdf = Kdf::FirebaseScrypt(FirebaseScrypt::new(scrypt));
        Ok(Written::new(
            text,
            Scheme::FirebaseScrypt,
            kdf,
            Steps::none(),
        ))
    }
}

/// `rounds` of `function` over the password behind `steps`.
pub(super) fn digest(
    function: HashFunction,
    rounds: u32,
    repeat: Repeat,
    tag: &Tag,
    steps: Steps,
) -> Written {
    let mut text = steps.begin();
    text.push("$saltbox-digest$h=");
    text.push(function.name());
    text.push(",i=");
    text.push_number(rounds);
    if repeat == Repeat::DigestAndInput {
        text.push(",c=input");
    }
    text.push("$");
    text.push_b64(tag.as_slice());
    let kdf = Kdf::Digest(Digest::fixed(function, rounds, repeat));
    Written::new(text, Scheme::SaltboxDigest, kdf, steps)
}

pub(super) fn hmac(function: HashFunction, key: &Salt, mac: &Tag, steps: Steps) -> Written {
    let mut text = steps.begin();
    text.push("$hmac-");
    text.push(function.name());
    text.push("$");
    let mut hex = Zeroizing::new([0; 128]);
    let hex = encoding::hex_encode(mac.as_slice(), hex.as_mut_slice()).unwrap_or_default();
    push_base64(&mut text, hex.as_bytes());
    text.push("$");
    push_base64(&mut text, key.as_slice());
    Written::new(text, Scheme::Hmac, Kdf::Hmac(Hmac::new(function)), steps)
}

/// The fields of bcrypt: 22 characters of salt, 31 of tag.
pub(super) fn bcrypt(
    cost: &Value<'_>,
    salt: (&Value<'_>, &str),
    tag: (&Value<'_>, &str),
) -> Result<Written, Error> {
    let number = cost.integer("the cost", 4..=31)?;
    for ((value, text), len) in [(salt, 22), (tag, 31)] {
        let is_radix64 = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'/');
        if text.len() != len || !text.bytes().all(is_radix64) {
            return Err(value.error(format!("has to be {len} characters of ./A-Za-z0-9")));
        }
    }
    // What Okta and FusionAuth read as "2a" has no revision of its own; for UTF-8 2a, 2b and 2y are one.
    let string = SecretText::new(format!("$2a${number:02}${}{}", salt.1, tag.1));
    as_is(tag.0, &string, &BCRYPT, Steps::none())
}

/// The fields of phpass: the iterations themselves, eight characters of salt, and the tag's.
pub(super) fn phpass(
    hash: PhpassHash,
    iterations: &Value<'_>,
    salt: (&Value<'_>, &str),
    tag: (&Value<'_>, &str),
) -> Result<Written, Error> {
    const ALPHABET: &[u8] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let digit = u8::try_from(log2(iterations, "the number of iterations")?)
        .ok()
        .filter(|count| (MIN_LOG2_COUNT..=MAX_LOG2_COUNT).contains(count))
        .and_then(|count| ALPHABET.get(usize::from(count)))
        .ok_or_else(|| iterations.error("iterations are from 2^7 to 2^30"))?;
    let (begin, lengths) = match hash {
        PhpassHash::Md5 => ("$P$", [22, 22]),
        PhpassHash::Sha512 => ("$S$", [43, 86]),
    };
    for ((value, text), lengths) in [(salt, [PHPASS_SALT; 2]), (tag, lengths)] {
        let is_known = text.bytes().all(|c| ALPHABET.contains(&c));
        if !lengths.contains(&text.len()) || !is_known {
            let [shorter, longer] = lengths;
            let or = if shorter == longer {
                String::new()
            } else {
                format!(" or {longer}")
            };
            return Err(value.error(format!("has to be {shorter}{or} characters of ./0-9A-Za-z")));
        }
    }
    let kept = tag.1.get(..lengths[0]).unwrap_or_default();
    let string = SecretText::new(format!("{begin}{}{}{kept}", char::from(*digit), salt.1));
    as_is(tag.0, &string, &PHPASS_FIELDS, Steps::none())
}
