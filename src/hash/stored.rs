//! A stored string that has been read.

#[cfg(feature = "imports")]
use super::import::{self, Oddities, Source};
#[cfg(feature = "imports")]
use super::input::Input;
use super::phc::{self, LeftOut};
use super::scheme::{Row, SCHEMES};
use super::{Kdf, MAX_STORED_BYTES, Salt, Scheme, Tag, Text, wrapper};
use crate::error::{Error, ErrorKind};
use std::fmt;

/// A stored string that has been read: scheme, function, salt, tag.
pub struct Stored {
    pub(super) scheme: Scheme,
    pub(super) kdf: Kdf,
    pub(super) left_out: LeftOut,
    /// The text itself, where it is not made of the parts.
    #[cfg(feature = "imports")]
    pub(super) source: Option<Source>,
    /// What the password goes through first.
    #[cfg(feature = "imports")]
    pub(super) input: Input,
    #[cfg(feature = "imports")]
    pub(super) oddities: Oddities,
    pub(super) salt: Salt,
    pub(super) tag: Tag,
}

impl Stored {
    /// Reads a stored string. Costs are not checked; see [`Limits`](super::Limits).
    ///
    /// # Errors
    /// With the offset: [`ErrorKind::Malformed`], [`ErrorKind::Unsupported`],
    /// or [`ErrorKind::LaterRelease`].
    pub fn parse(stored: &[u8]) -> Result<Self, Error> {
        Recognised::of(stored)?.read(stored)
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
        #[cfg(feature = "imports")]
        if let Some(source) = &self.source {
            text.push(source.as_str());
            return;
        }
        self.write_parts(&self.tag, text);
    }

    /// Writes its recipe, which `wrapper.rs` describes: the same with every byte of the tag zero.
    #[cfg_attr(not(test), allow(dead_code, reason = "for wrapped strings"))]
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
        if stored.len() > MAX_STORED_BYTES {
            let reason = "longer than any stored string (1023 bytes)";
            return Err(Error::new(ErrorKind::Malformed, reason).at(MAX_STORED_BYTES));
        }
        wrapper::refuse(stored)?;
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
    pub(crate) fn read(self, stored: &[u8]) -> Result<Stored, Error> {
        let read = self.row.read(stored.get(self.at..).unwrap_or_default());
        #[cfg(feature = "imports")]
        if self.at > 0 {
            let read = read.map_err(|error| error.moved(self.at))?;
            return import::around::put(self.input, self.at, read, stored);
        }
        read
    }
}

impl fmt::Debug for Stored {
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
            let stored = Stored::parse(format!("{setting}{}Q", "Q".repeat(21)).as_bytes());
            let mut text = Text::new();
            stored.expect("parses").write_recipe(&mut text);
            assert_eq!(text.as_str(), format!("{setting}{}", "A".repeat(22)));
        }
    }
}
