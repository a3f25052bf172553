//! Strings of other systems: verified, and to be hashed anew unless the policy is bcrypt.
//!
//! Each file is a family. A row has two functions: whether a text begins like
//! one of its strings, and what it says. Where a salt is text, the text itself
//! is the salt; where it is decoded, the reader says so. Sources of the
//! grammars stand in `tests/vectors`.

pub(super) mod around;
pub(super) mod bcrypt;
pub(super) mod crypt3;
pub(super) mod digest;
pub(super) mod firebase;
pub(super) mod ldap;
pub(super) mod pbkdf2;
pub(super) mod phpass;
pub(super) mod recipe;
pub(super) mod scrypt;
pub(super) mod spring;
pub(super) mod template;
pub(super) mod vendor;
pub(super) mod yescrypt;

pub(super) use self::recipe::{Source, TagPlace};

use self::recipe::FoundTag;
use super::grammar::Reader;
use super::input::Input;
use super::phc::LeftOut;
use super::{Kdf, MAX_SALT_BYTES, MAX_TAG_BYTES, MIN_TAG_BYTES, Salt, Scheme, Stored, Tag};
use crate::encoding::Alphabet;
use crate::error::{Error, ErrorKind};

/// How the strings of a row are recognised and read.
pub(super) struct Grammar {
    /// Whether a text is for this row to read, by how it begins.
    pub(super) recognises: fn(&[u8]) -> bool,
    pub(super) read: Read,
}

/// Reads a text that its row recognises, up to its end.
pub(super) type Read = fn(&mut Reader<'_>) -> Result<Parts, Error>;

/// What a reader found.
pub(super) struct Parts {
    kdf: Kdf,
    salt: Salt,
    tag: FoundTag,
    input: Input,
    oddities: Oddities,
}

impl Parts {
    fn new(kdf: Kdf, salt: Salt, tag: FoundTag) -> Self {
        Self {
            kdf,
            salt,
            tag,
            input: Input::default(),
            oddities: Oddities::default(),
        }
    }

    /// The same, for a password that goes through `input` first.
    fn after(mut self, input: Input) -> Self {
        self.input = input;
        self
    }

    /// The same, with something odd about it.
    fn noting(mut self, oddities: Oddities) -> Self {
        self.oddities = oddities;
        self
    }
}

/// What is odd about a string that is read all the same: its meaning is plain,
/// its spelling is not what its scheme asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Oddities {
    /// Unused bits of a last character are set.
    pub(super) padding_bits: bool,
    /// Written in another Base64 than the scheme's own.
    pub(super) alphabet: bool,
    /// `ln` is N.
    pub(super) ln_is_n: bool,
    /// Something of another system stands around it.
    pub(super) is_inside: bool,
}

pub(super) fn read<'t>(
    scheme: Scheme,
    grammar: &Grammar,
    text: &'t [u8],
) -> Result<Stored<'t>, Error> {
    let mut reader = Reader::at(0, text);
    let parts = (grammar.read)(&mut reader)?;
    reader.end()?;
    Ok(Stored {
        scheme,
        kdf: parts.kdf,
        left_out: LeftOut::default(),
        source: Some(Source::new(text, parts.tag.place)),
        input: parts.input,
        oddities: parts.oddities,
        salt: parts.salt,
        tag: parts.tag.bytes,
        wrapped: None,
    })
}

/// Whether `text` begins with one of these.
fn begins(text: &[u8], prefixes: &[&str]) -> bool {
    prefixes.iter().any(|p| text.starts_with(p.as_bytes()))
}

/// What one of `names` stands for, which is passed over. The first that fits is it.
fn one_of<T: Copy>(
    reader: &mut Reader<'_>,
    names: &[(&str, T)],
    expected: &'static str,
) -> Result<T, Error> {
    let known = names.iter().find(|(name, _)| reader.accept(name));
    known
        .map(|(_, meaning)| *meaning)
        .ok_or_else(|| reader.malformed(expected))
}

/// Text up to `end`, which is the salt as it is.
fn salt_text(reader: &mut Reader<'_>, end: u8) -> Result<Salt, Error> {
    let at = reader.offset();
    let text = reader.piece(end);
    let malformed = |reason, at| Error::new(ErrorKind::Malformed, reason).at(at);
    let salt =
        Salt::copy_of(text).ok_or_else(|| malformed("the salt is longer than 128 bytes", at))?;
    std::str::from_utf8(text).map(|_| salt).map_err(|error| {
        malformed(
            "a salt that is text has to be UTF-8",
            at + error.valid_up_to(),
        )
    })
}

/// The rest, or what stands before `end`: a salt in `alphabet`.
fn salt(reader: &mut Reader<'_>, alphabet: Alphabet, end: u8) -> Result<Salt, Error> {
    reader.decoded(alphabet, end, 0..=MAX_SALT_BYTES)
}

/// The rest: a tag of `len` bytes in `alphabet`. A shorter one would be easier
/// to meet by chance, and no system that writes these makes another.
fn tag(reader: &mut Reader<'_>, alphabet: Alphabet, len: usize) -> Result<FoundTag, Error> {
    FoundTag::read(reader, alphabet, len..=len)
}

/// No salt, where the password has it around it or there is none.
fn no_salt() -> Salt {
    Salt::zeroed(0)
}

/// An input with `prefix` and `suffix`, whose text begins at `at`.
fn between(input: Input, prefix: &[u8], suffix: &[u8], at: usize) -> Result<Input, Error> {
    input.between(prefix, suffix).ok_or_else(|| {
        let reason = "the salt is longer than 128 bytes";
        Error::new(ErrorKind::Malformed, reason).at(at)
    })
}
