//! phpass's portable hashes, of WordPress and phpBB, and Drupal 7's.

use super::crypt3::check_salt_characters;
use super::{FoundTag, Parts, Salt, Tag, begins};
use crate::encoding::Alphabet;
use crate::error::{Error, ErrorKind};
use crate::hash::Kdf;
use crate::hash::grammar::Reader;
use crate::hash::phpass::{MAX_LOG2_COUNT, MIN_LOG2_COUNT, Phpass, PhpassHash, SALT_BYTES};
use crate::secret::FixedBytes;

pub(in crate::hash) fn is_phpass(text: &[u8]) -> bool {
    begins(text, &["$P$", "$H$"])
}

/// `$P$` or `$H$`, log2 of the iterations in one character, eight of salt, 22 of tag.
pub(in crate::hash) fn read_phpass(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    if !reader.accept("$P$") {
        reader.expect("$H$", "\"$P$\" or \"$H$\" has to stand here")?;
    }
    read(PhpassHash::Md5, reader)
}

pub(in crate::hash) fn is_drupal7(text: &[u8]) -> bool {
    begins(text, &["$S$"])
}

/// `$S$`, log2 of the iterations in one character, eight of salt, 43 of tag.
pub(in crate::hash) fn read_drupal7(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect("$S$", "\"$S$\" has to stand here")?;
    read(PhpassHash::Sha512, reader)
}

fn read(hash: PhpassHash, reader: &mut Reader<'_>) -> Result<Parts, Error> {
    let malformed = |reason, at| Error::new(ErrorKind::Malformed, reason).at(at);
    let count_at = reader.offset();
    let log2_count = u8::try_from(reader.crypt_number(1)?)
        .ok()
        .filter(|count| (MIN_LOG2_COUNT..=MAX_LOG2_COUNT).contains(count))
        .ok_or_else(|| malformed("log2 of the iterations is from 7 (5) to 30 (S)", count_at))?;
    let function = Phpass::fixed(hash, log2_count);
    let (tag_chars, expected) = match hash {
        PhpassHash::Md5 => (22, "8 characters of salt and 22 of tag have to stand here"),
        PhpassHash::Sha512 => (43, "8 characters of salt and 43 of tag have to stand here"),
    };
    let at = reader.offset();
    let (salt, tag) = reader
        .piece(b'$')
        .split_at_checked(SALT_BYTES)
        .filter(|(_, tag)| tag.len() == tag_chars)
        .ok_or_else(|| malformed(expected, at))?;
    check_salt_characters(salt, at)?;
    let salt = Salt::copy_of(salt).ok_or_else(|| malformed(expected, at))?;
    let tag = decode(tag, function.tag_bytes()).map_err(|e| e.moved(at + SALT_BYTES))?;
    let characters = at + SALT_BYTES..reader.offset();
    let tag = FoundTag::alone(tag, characters, Alphabet::Crypt.zero());
    Ok(Parts::new(Kdf::Phpass(function), salt, tag))
}

/// A tag whose text Drupal cut within a group. In place of the character that is
/// missing stands `.`, of six zeros, so that every text of this length is one tag.
fn decode(text: &[u8], len: usize) -> Result<Tag, Error> {
    const MOST: usize = 44;
    // A group of three bytes is four characters, and two more characters are another byte.
    let mut whole = FixedBytes::<MOST>::zeroed((len * 4).div_ceil(3));
    whole.as_mut_slice().fill(b'.');
    for (room, character) in whole.as_mut_slice().iter_mut().zip(text) {
        *room = *character;
    }
    Reader::at(0, whole.as_slice()).decoded(Alphabet::Crypt, b'$', len..=len)
}
