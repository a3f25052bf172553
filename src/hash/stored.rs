//! A stored string that has been read.

use super::cost::{Lengths, Work};
#[cfg(feature = "imports")]
use super::import::{self, Oddities, Source};
#[cfg(feature = "imports")]
use super::input::Input;
use super::phc::{self, LeftOut};
use super::scheme::{Row, SCHEMES};
use super::seal::{self, SEAL_BYTES};
use super::wrapper::{self, Writer};
use super::{Kdf, MAX_STORED_BYTES, Salt, Scheme, Tag, Text};
use crate::error::{Error, ErrorKind};
use crate::keys::RootKeys;
use std::fmt;

/// A stored string that has been read: scheme, function, salt, tag.
pub struct Stored<'t> {
    pub(super) scheme: Scheme,
    pub(super) kdf: Kdf,
    pub(super) left_out: LeftOut,
    /// The text itself, where it is not made of the parts.
    #[cfg(feature = "imports")]
    pub(super) source: Option<Source<'t>>,
    /// What the password goes through first.
    #[cfg(feature = "imports")]
    pub(super) input: Input,
    #[cfg(feature = "imports")]
    pub(super) oddities: Oddities,
    pub(super) salt: Salt,
    /// Encrypted until it is opened, where there is a seal.
    pub(super) tag: Tag,
    /// What a PHC string cannot say, where the string is a wrapped one.
    pub(super) wrapped: Option<Wrapped<'t>>,
}

/// What the wrapper says.
pub(super) struct Wrapped<'t> {
    /// The whole string.
    pub(super) text: &'t str,
    pub(super) seal: Option<Seal>,
    /// The layer that the password goes through before the one of the `Stored` itself.
    pub(super) inner: Option<Layer>,
    /// Where the layers stand in the text, and the digest behind them.
    pub(super) layers_at: usize,
    pub(super) digest_at: usize,
}

/// With which key the tag is sealed, and what authenticates it.
pub(super) struct Seal {
    pub(super) key_id: u32,
    /// Taken when the tag is opened.
    pub(super) siv: Option<[u8; SEAL_BYTES]>,
}

/// A stored string without its tag.
pub(super) struct Layer {
    pub(super) scheme: Scheme,
    pub(super) kdf: Kdf,
    left_out: LeftOut,
    #[cfg(feature = "imports")]
    pub(super) input: Input,
    #[cfg(feature = "imports")]
    oddities: Oddities,
    pub(super) salt: Salt,
    pub(super) tag_len: usize,
}

impl Layer {
    /// The work of computing it for an input of this length.
    pub(super) fn work(&self, input: usize) -> Work {
        let (salt, tag) = (self.salt.len(), self.tag_len);
        Work::of(&self.kdf, Lengths { input, salt, tag })
    }

    /// What a wrapped string says, with the tag that stands there.
    pub(super) fn with_tag(self, tag: Tag, wrapped: Wrapped<'_>) -> Stored<'_> {
        Stored {
            scheme: self.scheme,
            kdf: self.kdf,
            left_out: self.left_out,
            #[cfg(feature = "imports")]
            source: None,
            #[cfg(feature = "imports")]
            input: self.input,
            #[cfg(feature = "imports")]
            oddities: self.oddities,
            salt: self.salt,
            tag,
            wrapped: Some(wrapped),
        }
    }
}

impl From<Stored<'_>> for Layer {
    fn from(stored: Stored<'_>) -> Self {
        Self {
            scheme: stored.scheme,
            kdf: stored.kdf,
            left_out: stored.left_out,
            tag_len: stored.tag.len(),
            #[cfg(feature = "imports")]
            input: stored.input,
            #[cfg(feature = "imports")]
            oddities: stored.oddities,
            salt: stored.salt,
        }
    }
}

impl<'t> Stored<'t> {
    /// Reads a stored string. Costs are not checked; see [`Limits`](super::Limits).
    ///
    /// # Errors
    /// With the offset: [`ErrorKind::Malformed`], [`ErrorKind::Unsupported`],
    /// or [`ErrorKind::LaterRelease`].
    pub fn parse(stored: &'t [u8]) -> Result<Self, Error> {
        if wrapper::begins(stored) {
            return wrapper::read(stored);
        }
        Recognised::of(stored)?.read(stored)
    }

    /// The id of the root key that the tag is sealed with, if it is.
    #[must_use]
    pub fn key_id(&self) -> Option<u32> {
        let seal = self.wrapped.as_ref()?.seal.as_ref();
        seal.map(|seal| seal.key_id)
    }

    /// Scheme and function of the layer below, where the string wraps one that was stored before.
    #[must_use]
    pub fn inner(&self) -> Option<(Scheme, &Kdf)> {
        let inner = self.wrapped.as_ref()?.inner.as_ref();
        inner.map(|layer| (layer.scheme, &layer.kdf))
    }

    /// The work of computing what is stored, without the layer below, for an input of this length.
    pub(super) fn work(&self, input: usize) -> Work {
        let (salt, tag) = (self.salt.len(), self.tag_len());
        Work::of(&self.kdf, Lengths { input, salt, tag })
    }

    pub(super) fn layer_below(&self) -> Option<&Layer> {
        self.wrapped.as_ref()?.inner.as_ref()
    }

    /// The least work memory of all layers, in bytes; they run one after the other.
    pub(super) fn memory_bytes(&self) -> u64 {
        self.memory_within(0)
    }

    /// That with which they are computed the fastest, as long as it is within `room`.
    pub(super) fn memory_within(&self, room: u64) -> u64 {
        let below = self.layer_below();
        let below = below.map_or(0, |layer| layer.kdf.function().memory_within(room));
        self.kdf.function().memory_within(room).max(below)
    }

    /// What is stored of a string that has just been made: sealed where the keys say so.
    pub(super) fn finish(&self, keys: &RootKeys) -> Result<Text, Error> {
        if let Some(writer) = self.sealing(keys) {
            return writer.end(keys, self.tag.as_slice());
        }
        let mut text = Text::new();
        self.write(&mut text);
        if text.is_whole() {
            return Ok(text);
        }
        let reason = "the string to store does not fit in 1023 bytes";
        Err(Error::new(ErrorKind::Internal, reason))
    }

    /// How long [`Self::finish`] makes it.
    pub(super) fn finished_len(&self, keys: &RootKeys) -> usize {
        if let Some(writer) = self.sealing(keys) {
            return writer.len_with(self.tag_len());
        }
        let mut text = Text::new();
        self.write(&mut text);
        text.as_str().len()
    }

    /// The beginning of what is stored, where a key seals.
    fn sealing(&self, keys: &RootKeys) -> Option<Writer> {
        let mut writer = Writer::begin(Some(keys.create_key_id()?));
        writer.layer(self);
        Some(writer)
    }

    /// The layers of a wrapped string as they stand in its text; of another one nothing.
    pub(super) fn layers_text(&self) -> &str {
        let layers = |wrapped: &Wrapped<'_>| wrapped.layers_at..wrapped.digest_at - 1;
        let wrapped = self.wrapped.as_ref();
        wrapped
            .and_then(|wrapped| wrapped.text.get(layers(wrapped)))
            .unwrap_or_default()
    }

    /// Decrypts the tag of a sealed string, once.
    ///
    /// # Errors
    /// [`ErrorKind::Key`] where the key is missing, [`ErrorKind::Seal`] where it is another one.
    pub(super) fn open(&mut self, keys: &RootKeys) -> Result<(), Error> {
        let Some(wrapped) = &mut self.wrapped else {
            return Ok(());
        };
        let Some(Seal { key_id, siv }) = &mut wrapped.seal else {
            return Ok(());
        };
        let key = keys
            .pepper(*key_id)
            .map_err(|error| error.at(wrapper::KEY_AT))?;
        let Some(siv) = siv.take() else {
            return Ok(());
        };
        let text = wrapped.text.as_bytes();
        let before = text.get(..wrapped.digest_at).unwrap_or_default();
        seal::open(key, before, self.tag.as_mut_slice(), &siv)
            .map_err(|error| error.at(wrapped.digest_at))
    }

    /// What saltbox makes with `kdf`: the tag is still to be computed.
    pub(crate) fn to_make(kdf: Kdf, salt: Salt) -> Self {
        Self {
            scheme: kdf.scheme(),
            kdf,
            left_out: LeftOut::default(),
            #[cfg(feature = "imports")]
            source: None,
            #[cfg(feature = "imports")]
            input: Input::default(),
            #[cfg(feature = "imports")]
            oddities: Oddities::default(),
            salt,
            tag: Tag::zeroed(kdf.function().tag_bytes()),
            wrapped: None,
        }
    }

    /// The scheme.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The function and its cost parameters.
    #[must_use]
    pub const fn kdf(&self) -> &Kdf {
        &self.kdf
    }

    /// The salt.
    #[must_use]
    pub fn salt(&self) -> &[u8] {
        self.salt.as_slice()
    }

    /// Length of the tag in bytes.
    #[must_use]
    pub fn tag_len(&self) -> usize {
        self.tag.len()
    }

    /// The stored string, byte for byte the one that was read.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = Text::new();
        self.write(&mut text);
        text.as_str().to_owned()
    }

    pub(crate) fn write(&self, text: &mut Text) {
        if let Some(wrapped) = &self.wrapped {
            text.push(wrapped.text);
            return;
        }
        #[cfg(feature = "imports")]
        if let Some(source) = &self.source {
            text.push(source.as_str());
            return;
        }
        self.write_parts(&self.tag, text);
    }

    /// Writes its recipe, which `wrapper.rs` describes: the same with every byte of the tag zero.
    pub(crate) fn write_recipe(&self, text: &mut Text) {
        #[cfg(feature = "imports")]
        if let Some(source) = &self.source {
            source.write_recipe(text);
            return;
        }
        self.write_parts(&Tag::zeroed(self.tag_len()), text);
    }

    fn write_parts(&self, tag: &Tag, text: &mut Text) {
        #[cfg(feature = "imports")]
        if let Kdf::Bcrypt(bcrypt) = &self.kdf {
            import::bcrypt::write(bcrypt, self.salt(), tag, text);
            return;
        }
        phc::write(self, tag, text);
    }
}

/// Refuses what nobody looks at.
pub(super) fn check_length(stored: &[u8]) -> Result<(), Error> {
    if stored.len() <= MAX_STORED_BYTES {
        return Ok(());
    }
    let reason = "longer than any stored string (1023 bytes)";
    Err(Error::new(ErrorKind::Malformed, reason).at(MAX_STORED_BYTES))
}

/// The row that reads a stored string, and what another system put around it.
pub(crate) struct Recognised {
    row: &'static Row,
    /// Where the row's string begins.
    at: usize,
    #[cfg(feature = "imports")]
    input: Input,
}

impl Recognised {
    /// By the beginning of `stored`; nothing behind it is looked at.
    pub(crate) fn of(stored: &[u8]) -> Result<Self, Error> {
        check_length(stored)?;
        if wrapper::begins(stored) {
            let reason = "a wrapped string cannot be wrapped again";
            return Err(Error::new(ErrorKind::Malformed, reason).at(0));
        }
        #[cfg(feature = "imports")]
        let (at, input) = import::around::all(stored)?;
        #[cfg(not(feature = "imports"))]
        let at = 0;
        let text = stored.get(at..).unwrap_or_default();
        let row = SCHEMES.iter().find(|row| row.recognises(text));
        let row = row.ok_or_else(|| {
            let reason = "no scheme of this release begins like this";
            Error::new(ErrorKind::Unsupported, reason).at(at)
        })?;
        Ok(Self {
            row,
            at,
            #[cfg(feature = "imports")]
            input,
        })
    }

    pub(crate) const fn scheme(&self) -> Scheme {
        self.row.scheme
    }

    /// Reads `stored` to its end.
    pub(crate) fn read(self, stored: &[u8]) -> Result<Stored<'_>, Error> {
        let read = self.row.read(stored.get(self.at..).unwrap_or_default());
        #[cfg(feature = "imports")]
        if self.at > 0 {
            let read = read.map_err(|error| error.moved(self.at))?;
            return import::around::put(self.input, self.at, read, stored);
        }
        read
    }
}

impl fmt::Debug for Stored<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stored")
            .field("scheme", &self.scheme)
            .field("kdf", &self.kdf)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::MAX_SALT_BYTES;
    use crate::hash::{Argon2, MAX_TAG_BYTES, Pbkdf2, Prf, Scrypt, Variant, Version};

    #[test]
    fn the_longest_string_of_every_scheme_is_written_whole() {
        let argon2 = Argon2::fixed(Variant::Id, Version::V0x13, u32::MAX, u32::MAX, 1 << 23);
        let longest = [
            Kdf::Argon2(argon2),
            Kdf::Scrypt(Scrypt::fixed(31, 1 << 15, 1 << 14)),
            Kdf::Pbkdf2(Pbkdf2::fixed(Prf::Sha512, u32::MAX)),
        ];
        for kdf in longest {
            let mut stored = Stored::to_make(kdf, Salt::zeroed(MAX_SALT_BYTES));
            stored.tag = Tag::zeroed(MAX_TAG_BYTES);
            let mut text = Text::new();
            stored.write(&mut text);
            assert!(text.is_whole());
            let read = Stored::parse(text.as_str().as_bytes()).expect("reads what it wrote");
            assert_eq!(read.to_text(), text.as_str());
            assert_eq!(read.kdf(), &kdf);
        }
    }

    #[test]
    fn a_recipe_is_the_string_with_its_tag_zero() {
        for setting in [
            "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$",
            "$argon2i$m=8,t=1,p=1$c29tZXNhbHQ$",
            "$pbkdf2-sha256$i=1$$",
            "$pbkdf2-sha256$i=1,l=16$$",
            "$scrypt$ln=1,r=1,p=1$c29tZXNhbHQ$",
        ] {
            let stored = format!("{setting}{}Q", "Q".repeat(21));
            let mut text = Text::new();
            Stored::parse(stored.as_bytes())
                .expect("parses")
                .write_recipe(&mut text);
            assert_eq!(text.as_str(), format!("{setting}{}", "A".repeat(22)));
        }
    }
}
