//! Reading the members of a descriptor: texts, bytes in some encoding, numbers, choices, options.

use super::{Salt, unsupported};
use crate::encoding::Alphabet;
use crate::error::Error;
use crate::hash::Version;
use crate::json::{self, Object, Value};
use crate::secret::{FixedBytes, SecretText};
use zeroize::Zeroizing;

/// How bytes are written in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// The alphabet of RFC 4648 section 4 or 5, padded or not: exports mix them.
    Base64,
    Hex,
    /// The text itself is the bytes.
    Text,
}

impl Encoding {
    const fn expected(self) -> &'static str {
        match self {
            Self::Base64 => "has to be Base64",
            Self::Hex => "has to be hexadecimal digits, all small or all capital",
            Self::Text => "has to be text",
        }
    }
}

/// Reads a string. It may be a pepper or a key, so it is wiped.
#[inline(never)]
pub(super) fn text(value: &Value<'_>) -> Result<SecretText, Error> {
    value.string().map(SecretText::new)
}

/// Takes a member that may be absent, which `null` says too.
#[inline(never)]
pub(super) fn optional<'a>(object: &mut Object<'a>, key: &str) -> Option<Value<'a>> {
    object.take(key).filter(|value| !value.is_null())
}

/// The bytes of a string.
#[inline(never)]
pub(super) fn bytes<const N: usize>(
    value: &Value<'_>,
    encoding: Encoding,
) -> Result<FixedBytes<N>, Error> {
    decoded(value, &text(value)?, encoding)
}

/// The bytes of `text`, which is `value` or a part of it.
#[inline(never)]
pub(super) fn decoded<const N: usize>(
    value: &Value<'_>,
    text: &str,
    encoding: Encoding,
) -> Result<FixedBytes<N>, Error> {
    let malformed = || value.error(encoding.expected());
    let (plain, alphabet) = match encoding {
        Encoding::Base64 => (unpadded(text).ok_or_else(malformed)?, Alphabet::Unpadded),
        Encoding::Hex => (Zeroizing::new(text.as_bytes().to_vec()), Alphabet::Hex),
        Encoding::Text => {
            return FixedBytes::copy_of(text.as_bytes()).ok_or_else(|| too_long(value, N));
        }
    };
    let most = match alphabet {
        Alphabet::Hex => 2 * N,
        _ => (4 * N).div_ceil(3),
    };
    if plain.len() > most {
        return Err(too_long(value, N));
    }
    let mut out = FixedBytes::zeroed(N);
    let len = alphabet
        .decode(&plain, out.as_mut_slice())
        .map(<[u8]>::len)
        .ok_or_else(malformed)?;
    Ok(out.cut(len))
}

/// Base64 of either alphabet, as RFC 4648 section 4 has it and without padding.
fn unpadded(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let plain = text.trim_end_matches('=');
    let padding = text.len() - plain.len();
    if padding > 2 || (padding > 0 && !text.len().is_multiple_of(4)) {
        return None;
    }
    let standard = plain.bytes().map(|c| match c {
        b'-' => b'+',
        b'_' => b'/',
        c => c,
    });
    Some(Zeroizing::new(standard.collect()))
}

pub(super) fn too_long(value: &Value<'_>, most: usize) -> Error {
    unsupported(
        value,
        format!("is longer than the {most} bytes that are read"),
    )
}

/// A digest, which has to be `len` bytes long.
#[inline(never)]
pub(super) fn digest<const N: usize>(
    value: &Value<'_>,
    text: &str,
    encoding: Encoding,
    len: usize,
) -> Result<FixedBytes<N>, Error> {
    let bytes = decoded(value, text, encoding)?;
    check_len(value, bytes.len(), len)?;
    Ok(bytes)
}

/// Refuses bytes that are not as many as the descriptor, or the function, says.
#[inline(never)]
pub(super) fn check_len(value: &Value<'_>, len: usize, expected: usize) -> Result<(), Error> {
    if len == expected {
        return Ok(());
    }
    Err(value.error(format!("is {len} bytes long and has to be {expected}")))
}

/// The hexadecimal digits of `len` bytes, or their Base64: no text is both.
pub(super) fn hex_or_base64(text: &str, len: usize) -> Encoding {
    if text.len() == 2 * len {
        Encoding::Hex
    } else {
        Encoding::Base64
    }
}

/// A salt that may be absent.
pub(super) fn salt(value: Option<Value<'_>>, encoding: Encoding) -> Result<Salt, Error> {
    value.map_or_else(|| Ok(Salt::zeroed(0)), |value| bytes(&value, encoding))
}

/// A number from 1 to 2^32 - 1.
#[inline(never)]
pub(super) fn number(value: &Value<'_>, what: &'static str) -> Result<u32, Error> {
    number_from(value, what, 1)
}

/// A number from `least` to 2^32 - 1.
#[inline(never)]
pub(super) fn number_from(value: &Value<'_>, what: &'static str, least: u32) -> Result<u32, Error> {
    let number = value.integer(what, u64::from(least)..=u64::from(u32::MAX))?;
    u32::try_from(number).map_err(|_| value.error("has to be below 2^32"))
}

/// A decimal within a text, in its one spelling.
pub(super) fn decimal(text: &str) -> Option<u32> {
    let number = text.parse::<u32>().ok()?;
    (number > 0 && !text.starts_with(['0', '+'])).then_some(number)
}

/// Log2 of a number that has to be a power of two, from 2 to 2^31.
#[inline(never)]
pub(super) fn log2(value: &Value<'_>, what: &'static str) -> Result<u32, Error> {
    let number = number_from(value, what, 2)?;
    if number.is_power_of_two() {
        Ok(number.ilog2())
    } else {
        Err(value.error(format!("{what} has to be a power of two")))
    }
}

/// What the name in `value` stands for.
pub(super) fn one_of<T: Copy>(value: &Value<'_>, names: &[(&str, T)]) -> Result<T, Error> {
    let at = place(value, &name_of(names))?;
    let known = names.get(at).map(|(_, meaning)| *meaning);
    known.ok_or_else(|| value.error("unknown"))
}

/// The names of a table, by their place, whatever they stand for: what reads them is not generic.
type Names<'n> = dyn Fn(usize) -> Option<&'n str> + 'n;

fn name_of<'n, T>(names: &'n [(&'n str, T)]) -> impl Fn(usize) -> Option<&'n str> {
    |at| names.get(at).map(|(name, _)| *name)
}

/// Where the name in `value` stands.
#[inline(never)]
fn place(value: &Value<'_>, names: &Names<'_>) -> Result<usize, Error> {
    let name = text(value)?;
    let known = (0..).map_while(names).position(|known| known == &*name);
    known.ok_or_else(|| value.error(format!("unknown; there are {}", list(names))))
}

/// As [`one_of`], where some names are known to the vendor but not to any scheme.
pub(super) fn one_of_or_refused<T: Copy>(
    value: &Value<'_>,
    names: &[(&str, T)],
    refused: &[&'static str],
) -> Result<T, Error> {
    refuse(value, refused)?;
    one_of(value, names)
}

#[inline(never)]
fn refuse(value: &Value<'_>, refused: &[&'static str]) -> Result<(), Error> {
    let name = text(value)?;
    match refused.iter().find(|known| **known == &*name) {
        Some(known) => Err(unsupported(
            value,
            format!("{known} is nothing that a scheme of this release verifies"),
        )),
        None => Ok(()),
    }
}

/// Reads an object, or the text of one in a string, as exports of databases have it.
pub(super) fn with_object<T>(
    value: &Value<'_>,
    read: impl FnOnce(&Value<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    if !value.is_string() {
        return read(value);
    }
    let text = text(value)?;
    json::parse(text.as_bytes())
        .and_then(|inside| read(&inside))
        .map_err(|error| value.inside(&error))
}

#[inline(never)]
fn list(names: &Names<'_>) -> String {
    let names: Vec<&str> = (0..).map_while(names).collect();
    names.join(", ")
}

/// What the caller says where the vendor's documentation is silent.
pub(super) struct Options<'a> {
    descriptor: Value<'a>,
    given: Option<Object<'a>>,
    asked: Vec<&'static str>,
}

impl<'a> Options<'a> {
    pub(super) fn new(descriptor: Value<'a>, given: Option<&Value<'a>>) -> Result<Self, Error> {
        Ok(Self {
            descriptor,
            given: given.map(Value::object).transpose()?,
            asked: Vec::new(),
        })
    }

    /// The option `key`, which has to be given. `undocumented` says what it settles.
    pub(super) fn choose<T: Copy>(
        &mut self,
        key: &'static str,
        undocumented: &str,
        values: &[(&str, T)],
    ) -> Result<T, Error> {
        match self.ask(key) {
            Some(value) => one_of(&value, values),
            None => Err(self.missing(key, undocumented, &name_of(values))),
        }
    }

    #[inline(never)]
    fn ask(&mut self, key: &'static str) -> Option<Value<'a>> {
        self.asked.push(key);
        self.given.as_mut()?.take(key)
    }

    #[inline(never)]
    fn missing(&self, key: &str, undocumented: &str, names: &Names<'_>) -> Error {
        let reason = format!(
            "has to be given, one of {}: {undocumented} is not documented",
            list(names)
        );
        let error = self.descriptor.error(reason);
        error.on_path(&format!("options.{key}"))
    }

    /// Where the salt stands, if there is one.
    pub(super) fn salt_position(&mut self, salt: &Salt) -> Result<Position, Error> {
        if salt.len() == 0 {
            return Ok(Position::Prefix);
        }
        let undocumented = "on which side of the password the salt stands";
        self.choose("salt_position", undocumented, &POSITIONS)
    }

    /// How a salt is written.
    pub(super) fn salt_encoding(&mut self, undocumented: &str) -> Result<Encoding, Error> {
        let values = [
            ("text", Encoding::Text),
            ("hex", Encoding::Hex),
            ("base64", Encoding::Base64),
        ];
        self.choose("salt_encoding", undocumented, &values)
    }

    pub(super) fn argon2_version(&mut self) -> Result<Version, Error> {
        let values = [("19", Version::V0x13), ("16", Version::V0x10)];
        self.choose("version", "the version of Argon2", &values)
    }

    /// Refuses options that nothing asked for: the caller means something else than is done.
    pub(super) fn end(&self) -> Result<(), Error> {
        let Some(left) = self.given.as_ref().and_then(Object::first) else {
            return Ok(());
        };
        let asked = match self.asked.as_slice() {
            [] => "there are none".to_owned(),
            asked => format!("there is {}", asked.join(", ")),
        };
        Err(left.error(format!("not an option of this descriptor; {asked}")))
    }
}

/// On which side of the password the salt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Position {
    Prefix,
    Suffix,
}

pub(super) const POSITIONS: [(&str, Position); 2] =
    [("prefix", Position::Prefix), ("suffix", Position::Suffix)];
