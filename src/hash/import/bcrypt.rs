//! bcrypt as crypt(3) writes it, and bcrypt over a SHA-256 as passlib does.

use super::{FoundTag, Oddities, Parts, Salt, Tag, begins, one_of};
use crate::encoding;
use crate::error::{Error, ErrorKind};
use crate::hash::grammar::{Reader, Text};
use crate::hash::input::{Input, Prehash};
use crate::hash::{Bcrypt, Kdf, Revision};

/// Characters of a salt: 16 bytes, and four bits to spare.
const SALT_CHARACTERS: usize = 22;

/// Characters of a tag: 23 bytes, and two bits to spare.
const TAG_CHARACTERS: usize = 31;

/// The character whose bits are zero.
const ZERO: &str = ".";

const COST: &str = "the cost is from 4 to 31";

const REVISIONS: [(&str, Revision); 5] = [
    ("2a", Revision::V2a),
    ("2b", Revision::V2b),
    ("2x", Revision::V2x),
    ("2y", Revision::V2y),
    ("2", Revision::V2),
];

impl Revision {
    /// As a string begins with it, without the `$`.
    #[must_use]
    pub fn name(self) -> &'static str {
        let row = REVISIONS.iter().find(|(_, revision)| *revision == self);
        row.map_or("2b", |(name, _)| name)
    }
}

pub(in crate::hash) fn is_bcrypt(text: &[u8]) -> bool {
    begins(text, &["$2$", "$2a$", "$2b$", "$2x$", "$2y$"])
}

pub(in crate::hash) fn is_passlib(text: &[u8]) -> bool {
    begins(text, &["$bcrypt-sha256$"])
}

/// `$2b$10$`, 22 characters of salt, 31 of tag.
pub(in crate::hash) fn read(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect("$", "\"$2b$\" has to stand here")?;
    let revision = one_of(reader, &REVISIONS, "the revision is 2, 2a, 2b, 2x or 2y")?;
    reader.expect("$", "\"$\" has to follow the revision")?;
    let cost = reader.two_digits("the cost is two digits, from 04 to 31")?;
    let kdf = kdf(reader, revision, cost)?;
    reader.expect("$", "\"$\" has to follow the cost")?;
    salt_and_tag(reader, kdf, "")
}

/// `$bcrypt-sha256$v=2,t=2b,r=10$salt$tag`, and version 1: `$bcrypt-sha256$2a,10$salt$tag`.
pub(in crate::hash) fn read_passlib(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect("$bcrypt-sha256$", "\"$bcrypt-sha256$\" has to stand here")?;
    let (revision, prehash, cost_after) = if reader.accept("v=2,") {
        reader.expect("t=2b", "\"t=2b\" has to stand here: version 2 has no other")?;
        (Revision::V2b, Prehash::HmacSha256OfSaltBase64, ",r=")
    } else if reader.accept("2b") {
        (Revision::V2b, Prehash::Sha256Base64, ",")
    } else {
        reader.expect("2a", "\"v=2,\" or the revision has to stand here, 2a or 2b")?;
        (Revision::V2a, Prehash::Sha256Base64, ",")
    };
    reader.expect(cost_after, "the cost has to follow the revision")?;
    let cost = reader.number(4..=31, COST)?;
    let kdf = kdf(reader, revision, cost)?;
    reader.expect("$", "\"$\" has to follow the cost")?;
    let parts = salt_and_tag(reader, kdf, "$")?;
    Ok(parts.after(Input::prehashed(prehash)))
}

fn kdf(reader: &Reader<'_>, revision: Revision, cost: u32) -> Result<Kdf, Error> {
    Bcrypt::new(revision, cost)
        .map(Kdf::Bcrypt)
        .map_err(|_| reader.malformed(COST))
}

fn salt_and_tag(reader: &mut Reader<'_>, kdf: Kdf, between: &'static str) -> Result<Parts, Error> {
    let (salt, odd_salt) = field(reader, SALT_CHARACTERS, "the salt has 22 characters")?;
    reader.expect(between, "\"$\" has to follow the salt")?;
    let at = reader.offset();
    let (tag, odd_tag) = field(reader, TAG_CHARACTERS, "the tag has 31 characters")?;
    let tag = FoundTag::alone(tag, at..reader.offset(), ZERO);
    let salt = Salt::copy_of(salt.as_slice());
    let salt = salt.ok_or_else(|| Error::new(ErrorKind::Internal, "a salt of 16 bytes"))?;
    Ok(Parts::new(kdf, salt, tag).noting(Oddities {
        padding_bits: odd_salt | odd_tag,
        ..Oddities::default()
    }))
}

/// What `characters` of ./A-Za-z0-9 stand for, and whether bits to spare are set.
fn field(
    reader: &mut Reader<'_>,
    characters: usize,
    expected: &'static str,
) -> Result<(Tag, bool), Error> {
    let at = reader.offset();
    let text = reader
        .take(characters)
        .ok_or_else(|| reader.malformed(expected))?;
    let mut bytes = Tag::zeroed(24);
    let (len, odd) = encoding::bcrypt_decode(text, bytes.as_mut_slice()).ok_or_else(|| {
        let reason = "salt and tag are of ./A-Za-z0-9";
        Error::new(ErrorKind::Malformed, reason).at(at)
    })?;
    Ok((bytes.cut(len), odd))
}

/// Writes what saltbox makes: `$2b$`.
pub(in crate::hash) fn write(bcrypt: &Bcrypt, salt: &[u8], tag: &Tag, text: &mut Text) {
    let (mut salt_text, mut tag_text) = ([0; SALT_CHARACTERS], [0; TAG_CHARACTERS]);
    text.push("$");
    text.push(bcrypt.revision().name());
    text.push(if bcrypt.cost() < 10 { "$0" } else { "$" });
    text.push_number(bcrypt.cost());
    text.push("$");
    text.push(encoding::bcrypt_encode(salt, &mut salt_text).unwrap_or_default());
    text.push(encoding::bcrypt_encode(tag.as_slice(), &mut tag_text).unwrap_or_default());
}
