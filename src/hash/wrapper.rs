//! The wrapper: what a PHC string cannot say. Nothing else may begin with `$saltbox$`.
//!
//! ```text
//! wrapped = "$saltbox$v=1" ["," params] "$" layers "$" digest
//! params  = param *("," param)       in this order, each at most once, no other
//! param   = "prep=" decimal          preparation of the password, from 2 on; left out it is 1
//!         / "key=" decimal           id (0 to 2^32 - 1) of the root key the digest is sealed with
//! layers  = layer *("." layer)       innermost first, the way the password goes
//! layer   = B64 of a recipe
//! digest  = B64 of the outermost layer's digest; sealed where "key=" stands
//! ```
//!
//! **Recipe**: the stored string in its own spelling, with every byte of the
//! digest zero. So the digest keeps its place and its length, which some
//! functions compute with; the row that wrote it reads it; and a format that
//! has salt and digest in one field needs no rule of its own.
//! A recipe is never itself a wrapped string, and one that others go through
//! has no steps of its own before it.
//!
//! **Onion**: with more than one layer the password of the outer layer is the
//! ASCII text `saltbox-layer:` followed by the B64 of the SHA-256 of `layers`,
//! as they stand in the string, `$`, and the inner layer's digest. The label
//! keeps a stolen inner digest from being typed as a password; the layers keep
//! every character of the string part of what is verified; the text has no NUL,
//! so HMAC pads nothing away, and 57 characters, which bcrypt takes whole. Only
//! the outermost digest is stored.
//!
//! **Seal**: AES-SIV (RFC 5297) with AES-256 under the key that HKDF derives
//! from the root key with the label `saltbox/1/pepper`, and with everything
//! before the digest as its only associated data. The sealed digest is the
//! synthetic initialization vector, 16 bytes, and the ciphertext.
//!
//! A string that would not fit [`HASH_MAX`](super::HASH_MAX) is not wrapped.
//! Version 1 knows preparation 1 only, and has two layers at most; one that
//! says neither a key nor a second layer says nothing, and is refused. A version
//! or a preparation that is not known means "written by a later release".

use super::grammar::{Reader, Text};
use super::seal::{self, SEAL_BYTES};
use super::stored::{Layer, Recognised, Seal, Stored, Wrapped, check_length};
use super::{MAX_STORED_BYTES, MAX_TAG_BYTES, Tag};
use crate::encoding::{self, B64Fault};
use crate::error::{Error, ErrorKind};
use crate::keys::RootKeys;
use crate::secret::FixedBytes;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// How wrapped strings begin. Reserved: saltbox refuses any other use of it.
pub const WRAPPER_PREFIX: &str = "$saltbox$";

/// The version that is read and written.
const VERSION: u32 = 1;

/// Where the id of the key stands.
pub(super) const KEY_AT: usize = "$saltbox$v=1,key=".len();

/// The longest recipe, in bytes: what B64 makes of it fits in a stored string.
const MAX_RECIPE_BYTES: usize = MAX_STORED_BYTES * 3 / 4;

/// A digest with its seal.
type Sealed = FixedBytes<{ MAX_TAG_BYTES + SEAL_BYTES }>;

pub(super) fn begins(stored: &[u8]) -> bool {
    stored.starts_with(WRAPPER_PREFIX.as_bytes())
}

/// Reads a wrapped string: its outermost layer, with what it wraps beside it.
pub(super) fn read(text: &[u8]) -> Result<Stored<'_>, Error> {
    let malformed = |at, reason| Err(Error::new(ErrorKind::Malformed, reason).at(at));
    check_length(text)?;
    let mut reader = Reader::at(WRAPPER_PREFIX.len(), text);
    let key_id = read_params(&mut reader)?;
    reader.expect(
        "$",
        "\",key=\" and an id, or \"$\", has to follow the version",
    )?;

    let layers_at = reader.offset();
    let first = read_layer(&mut reader)?;
    let second = reader.accept(".").then(|| read_layer(&mut reader));
    let (inner, outer) = match second.transpose()? {
        Some(second) => (Some(first), second),
        None => (None, first),
    };
    reader.expect(
        "$",
        "\"$\" has to follow the layers, of which there are two at most",
    )?;
    let digest_at = reader.offset();
    if inner.is_none() && key_id.is_none() {
        return malformed(
            layers_at,
            "neither a key nor a second layer: that is no wrapped string",
        );
    }
    #[cfg(feature = "imports")]
    if inner.is_some() && !outer.input.is_plain() {
        let reason = "the outer layer has to take what it hashes as it is";
        return malformed(layers_at, reason);
    }

    let tag_len = outer.tag_len;
    let len = tag_len + key_id.map_or(0, |_| SEAL_BYTES);
    let reason = "the digest has not the length that its layer says, with a seal where a key is";
    let digest: Sealed = reader.bytes(len..=len, reason)?;
    reader.end()?;
    let (siv, tag) = digest.as_slice().split_at(len - tag_len);
    let tag =
        Tag::copy_of(tag).ok_or_else(|| Error::new(ErrorKind::Internal, "a tag that fits"))?;
    let wrapped = Wrapped {
        // What was read is ASCII.
        text: std::str::from_utf8(text).unwrap_or_default(),
        seal: key_id.map(|key_id| Seal {
            key_id,
            siv: siv.try_into().ok(),
        }),
        inner,
        layers_at,
        digest_at,
    };
    Ok(outer.with_tag(tag, wrapped))
}

/// The version, and the id of the key where there is one.
fn read_params(reader: &mut Reader<'_>) -> Result<Option<u32>, Error> {
    let later = |at, reason| Err(Error::new(ErrorKind::LaterRelease, reason).at(at));
    reader.expect("v=", "\"v=\" has to follow $saltbox$")?;
    let at = reader.offset();
    if reader.number(1..=u32::MAX, "a version is from 1 to 4294967295")? != VERSION {
        let reason = "written by a later release of saltbox, with this wrapper version";
        return later(at, reason);
    }
    if reader.accept(",prep=") {
        let at = reader.offset();
        reader.number(
            2..=u32::MAX,
            "a preparation that is said is from 2 to 4294967295",
        )?;
        let reason = "written by a later release of saltbox, with this preparation";
        return later(at, reason);
    }
    if !reader.accept(",key=") {
        return Ok(None);
    }
    reader
        .number(0..=u32::MAX, "the id of a key is from 0 to 4294967295")
        .map(Some)
}

/// A recipe in B64, up to the next `.` or `$`.
fn read_layer(reader: &mut Reader<'_>) -> Result<Layer, Error> {
    let at = reader.offset();
    let text = reader.piece_of(b".$");
    let malformed = |at, reason| Error::new(ErrorKind::Malformed, reason).at(at);
    let mut recipe = FixedBytes::<MAX_RECIPE_BYTES>::zeroed(MAX_RECIPE_BYTES);
    let recipe = encoding::b64_decode(text, recipe.as_mut_slice()).map_err(|fault| {
        let place = match fault {
            B64Fault::Character(place) => place,
            B64Fault::StrayBits => text.len().saturating_sub(1),
            B64Fault::Length | B64Fault::TooLong => 0,
        };
        malformed(
            at + place,
            "a layer has to be B64, without padding and stray bits",
        )
    })?;
    // Where in the recipe the fault is says nothing to who sees it in B64; and
    // what is no recipe of version 1 is no layer, whatever else it may be.
    let stored = Recognised::of(recipe)
        .and_then(|recognised| recognised.read(recipe))
        .map_err(|error| error.at(at).of_kind(ErrorKind::Malformed))?;
    if stored.tag.as_slice().iter().any(|byte| *byte != 0) {
        return Err(malformed(at, "the digest in a layer has to be zero"));
    }
    Ok(stored.into())
}

/// The password of the outer layer: a label, and the hash of both layers and the inner digest.
pub(super) fn layer_text(layers: &str, digest: &[u8]) -> Result<LayerText, Error> {
    let hasher = Sha256::new_with_prefix(layers).chain_update(b"$");
    let hash = Zeroizing::new(<[u8; 32]>::from(hasher.chain_update(digest).finalize()));
    let mut text = LayerText::zeroed(LAYER_TEXT_BYTES);
    let (label, b64) = text.as_mut_slice().split_at_mut(LAYER_LABEL.len());
    label.copy_from_slice(LAYER_LABEL);
    encoding::b64_encode(hash.as_slice(), b64)
        .ok_or_else(|| Error::new(ErrorKind::Internal, "a hash that fits"))?;
    Ok(text)
}

const LAYER_LABEL: &[u8] = b"saltbox-layer:";

/// The label, and B64 of 32 bytes.
const LAYER_TEXT_BYTES: usize = LAYER_LABEL.len() + 43;

pub(super) type LayerText = FixedBytes<LAYER_TEXT_BYTES>;

/// A wrapped string as it is written: its layers, then its digest.
pub(super) struct Writer {
    text: Text,
    key_id: Option<u32>,
    layers_at: usize,
}

impl Writer {
    /// Up to where the layers stand.
    pub(super) fn begin(key_id: Option<u32>) -> Self {
        let mut text = Text::new();
        text.push(WRAPPER_PREFIX);
        text.push("v=1");
        if let Some(id) = key_id {
            text.push(",key=");
            text.push_number(id);
        }
        text.push("$");
        let layers_at = text.as_str().len();
        Self {
            text,
            key_id,
            layers_at,
        }
    }

    /// `outer` around `inner`, up to the digest.
    pub(super) fn around(inner: &Stored<'_>, outer: &Stored<'_>, key_id: Option<u32>) -> Self {
        let mut writer = Self::begin(key_id);
        writer.layer(inner);
        writer.text.push(".");
        writer.layer(outer);
        writer
    }

    /// Appends the layers of a wrapped string as they stand there, or the recipe of another one.
    pub(super) fn layer(&mut self, stored: &Stored<'_>) {
        let layers = stored.layers_text();
        if !layers.is_empty() {
            self.text.push(layers);
            return;
        }
        let mut recipe = Text::new();
        stored.write_recipe(&mut recipe);
        if !recipe.is_whole() {
            self.text.spoil();
        }
        self.text.push_b64(recipe.as_str().as_bytes());
    }

    /// The layers so far.
    pub(super) fn layers(&self) -> &str {
        self.text.as_str().get(self.layers_at..).unwrap_or_default()
    }

    /// The length of the string with a digest of this length.
    pub(super) fn len_with(&self, tag_len: usize) -> usize {
        let digest = tag_len + self.key_id.map_or(0, |_| SEAL_BYTES);
        self.text.as_str().len() + 1 + (4 * digest).div_ceil(3)
    }

    /// Refuses a string that would be too long with a digest of this length.
    pub(super) fn check_room(&self, tag_len: usize) -> Result<(), Error> {
        if self.text.is_whole() && self.len_with(tag_len) <= MAX_STORED_BYTES {
            return Ok(());
        }
        let reason = "wrapped it would be longer than any stored string (1023 bytes)";
        Err(Error::new(ErrorKind::Unsupported, reason))
    }

    /// The whole string with its digest, sealed where there is a key.
    pub(super) fn end(mut self, keys: &RootKeys, tag: &[u8]) -> Result<Text, Error> {
        self.check_room(tag.len())?;
        self.text.push("$");
        let mut digest = Sealed::zeroed(0);
        let too_long = || Error::new(ErrorKind::Internal, "a tag that fits");
        if let Some(id) = self.key_id {
            let key = keys.pepper(id)?;
            let mut tag = Tag::copy_of(tag).ok_or_else(too_long)?;
            let siv = seal::seal(key, self.text.as_str().as_bytes(), tag.as_mut_slice())?;
            digest.extend(&siv).ok_or_else(too_long)?;
            digest.extend(tag.as_slice()).ok_or_else(too_long)?;
        } else {
            digest.extend(tag).ok_or_else(too_long)?;
        }
        self.text.push_b64(digest.as_slice());
        Ok(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn b64(text: &str) -> String {
        let mut room = [0; 256];
        let text = encoding::b64_encode(text.as_bytes(), &mut room);
        text.expect("short").to_owned()
    }

    const ARGON2ID: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const PBKDF2: &str = "$pbkdf2-sha256$i=5$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    fn read_text(text: &str) -> Result<Stored<'_>, (ErrorKind, Option<usize>)> {
        read(text.as_bytes()).map_err(|e| (e.kind(), e.offset()))
    }

    /// Recipes are spelled out; in a string they stand as B64.
    #[test]
    fn worked_examples() {
        let (outer, inner) = (b64(ARGON2ID), b64(PBKDF2));
        let (plain, sealed) = ("Q".repeat(42) + "A", "Q".repeat(64));
        for (text, key_id, layers) in [
            (format!("$saltbox$v=1,key=7${outer}${sealed}"), Some(7), 1),
            (format!("$saltbox$v=1${inner}.{outer}${plain}"), None, 2),
            (
                format!("$saltbox$v=1,key=0${inner}.{outer}${sealed}"),
                Some(0),
                2,
            ),
        ] {
            let stored = read_text(&text).expect("well-formed");
            assert_eq!(stored.key_id(), key_id);
            assert_eq!(1 + usize::from(stored.inner().is_some()), layers);
            assert_eq!(stored.tag_len(), 32);
            assert_eq!(stored.to_text(), text);
        }
    }

    #[test]
    fn what_is_not_of_version_1_is_later_or_malformed_at_its_place() {
        let (outer, inner) = (b64(ARGON2ID), b64(PBKDF2));
        let plain = "Q".repeat(42) + "A";
        let with_tag = b64(&ARGON2ID.replace("$AAAA", "$BAAA"));
        let (later, malformed) = (ErrorKind::LaterRelease, ErrorKind::Malformed);
        for (text, kind, at) in [
            ("$saltbox$v=2$QQ$QQ".to_owned(), later, 11),
            ("$saltbox$v=9999,x".to_owned(), later, 11),
            ("$saltbox$v=1,prep=2$QQ$QQ".to_owned(), later, 18),
            ("$saltbox$v=1,prep=1$QQ$QQ".to_owned(), malformed, 18),
            ("$saltbox$".to_owned(), malformed, 9),
            ("$saltbox$v=".to_owned(), malformed, 11),
            ("$saltbox$v=01$".to_owned(), malformed, 11),
            ("$saltbox$v=1,key=07$".to_owned(), malformed, 17),
            ("$saltbox$v=1,key=4294967296$".to_owned(), malformed, 17),
            ("$saltbox$v=1,kid=7$".to_owned(), malformed, 12),
            // Neither a key nor a second layer: a PHC string says it.
            (format!("$saltbox$v=1${outer}${plain}"), malformed, 13),
            (
                format!("$saltbox$v=1${inner}.{inner}.{outer}${plain}"),
                malformed,
                12 + 2 * (inner.len() + 1),
            ),
            (
                format!("$saltbox$v=1${inner}.{with_tag}${plain}"),
                malformed,
                14 + inner.len(),
            ),
            (
                format!("$saltbox$v=1${inner}.{outer}${plain}A"),
                malformed,
                15 + inner.len() + outer.len(),
            ),
            (
                format!("$saltbox$v=1,key=1${outer}${plain}"),
                malformed,
                20 + outer.len(),
            ),
        ] {
            let refused = read_text(&text).map(|_| ());
            assert_eq!(refused, Err((kind, Some(at))), "{text}");
        }
        // A layer is never itself a wrapped string.
        let wrapped = b64("$saltbox$v=1,key=7$QQ$QQ");
        let text = format!("$saltbox$v=1,key=7${wrapped}${plain}");
        assert_eq!(read_text(&text).map(|_| ()), Err((malformed, Some(19))));
    }
}
