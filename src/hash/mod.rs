//! Hashing and verifying stored passwords.
//!
//! A stored string is read by one row of `SCHEMES`, becomes a [`Stored`]
//! (key-derivation function, salt, tag), is checked against [`Limits`], and
//! only then costs anything. The row says how its strings are recognised, read
//! and written; [`Kdf`] says what is computed. Many schemes share a function
//! and a family of schemes shares its reading and writing, as `phc.rs` does.

mod argon2;
mod cost;
mod grammar;
mod identify;
#[cfg(feature = "imports")]
mod import;
mod kdf;
mod limits;
mod pbkdf2;
mod phc;
mod pool;
mod profile;
mod scrypt;
mod settings;
mod verify;
#[cfg(test)]
pub(crate) mod work;
mod wrapper;

pub use self::argon2::{Argon2, Variant, Version};
pub use self::grammar::HASH_MAX;
pub use self::identify::Identified;
pub use self::kdf::Kdf;
pub use self::limits::{Limit, Limits};
pub use self::pbkdf2::{Pbkdf2, Prf};
pub use self::pool::{SchemeStats, Stats};
pub use self::profile::Profile;
pub use self::scrypt::Scrypt;
pub use self::verify::Verdict;
pub use self::wrapper::WRAPPER_PREFIX;

pub(crate) use self::grammar::{MAX_STORED_BYTES, Text};
pub(crate) use self::pool::{Pool, Sizes};
pub(crate) use self::settings::HashSettings;

use self::phc::LeftOut;
use crate::error::{Error, ErrorKind};
use crate::secret::FixedBytes;
use std::ffi::CStr;
use std::fmt;

/// Bytes of salt that saltbox draws: RFC 9106 section 4 recommends 128 bits.
pub const SALT_BYTES: usize = 16;

/// Bytes of tag that saltbox makes: RFC 9106 section 4 recommends 256 bits.
pub const TAG_BYTES: usize = 32;

/// Longest salt that is read, in bytes. The PHC specification stops at 48; other systems do not.
pub(crate) const MAX_SALT_BYTES: usize = 128;

/// Shortest tag that is read, in bytes: with fewer bits a guess that matches by chance comes into reach.
pub(crate) const MIN_TAG_BYTES: usize = 16;

/// Longest tag that is read, in bytes. The PHC specification stops at 64; other systems do not.
pub(crate) const MAX_TAG_BYTES: usize = 128;

/// A tag, or what is compared with one.
pub(crate) type Tag = FixedBytes<MAX_TAG_BYTES>;

/// What a stored string can be made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// Argon2id, RFC 9106.
    Argon2id,
    /// Argon2i, RFC 9106. Verified, never made.
    Argon2i,
    /// Argon2d, RFC 9106. Verified, never made.
    Argon2d,
    /// scrypt, RFC 7914.
    Scrypt,
    /// PBKDF2-HMAC-SHA-256, RFC 8018.
    Pbkdf2Sha256,
    /// PBKDF2-HMAC-SHA-512, RFC 8018.
    Pbkdf2Sha512,
    /// PBKDF2-HMAC-SHA-1 as a PHC string. Verified, never made, as all that follow.
    #[cfg(feature = "imports")]
    Pbkdf2Sha1,
    /// Argon2 as Django writes it.
    #[cfg(feature = "imports")]
    DjangoArgon2,
    /// PBKDF2 as passlib writes it.
    #[cfg(feature = "imports")]
    PasslibPbkdf2,
    /// PBKDF2 as LDAP servers write it.
    #[cfg(feature = "imports")]
    LdapPbkdf2,
    /// PBKDF2 as Atlassian's products write it.
    #[cfg(feature = "imports")]
    AtlassianPkcs5s2,
    /// PBKDF2 as Django writes it.
    #[cfg(feature = "imports")]
    DjangoPbkdf2,
    /// PBKDF2 as Werkzeug writes it.
    #[cfg(feature = "imports")]
    WerkzeugPbkdf2,
    /// PBKDF2 as Seafile writes it.
    #[cfg(feature = "imports")]
    SeafilePbkdf2,
    /// PBKDF2 as Spring Security writes it.
    #[cfg(feature = "imports")]
    SpringPbkdf2,
    /// ASP.NET Identity, version 2.
    #[cfg(feature = "imports")]
    AspNetV2,
    /// ASP.NET Identity, version 3.
    #[cfg(feature = "imports")]
    AspNetV3,
    /// scrypt as libsodium and crypt(3) write it, `$7$`.
    #[cfg(feature = "imports")]
    Scrypt7,
    /// scrypt as Django writes it.
    #[cfg(feature = "imports")]
    DjangoScrypt,
    /// scrypt as Werkzeug writes it.
    #[cfg(feature = "imports")]
    WerkzeugScrypt,
    /// scrypt as Spring Security writes it.
    #[cfg(feature = "imports")]
    SpringScrypt,
}

/// A row of [`SCHEMES`].
pub(crate) struct Row {
    pub(crate) scheme: Scheme,
    /// The scheme's name in configurations and findings.
    c_name: &'static CStr,
    /// Whether saltbox makes such strings, or only verifies them.
    pub(crate) may_create: bool,
    /// Whether it is verified where the configuration does not list what is.
    pub(crate) verified_by_default: bool,
    /// Whether a string is for this row to read.
    recognises: fn(&Self, &[u8]) -> bool,
    /// Reads a string that it recognises.
    read: fn(&Self, &[u8]) -> Result<Stored, Error>,
    /// Writes what it read, byte for byte.
    write: fn(&Stored, &mut Text),
}

impl Row {
    const fn phc(scheme: Scheme, c_name: &'static CStr, may_create: bool) -> Self {
        Self {
            scheme,
            c_name,
            may_create,
            verified_by_default: true,
            recognises: phc::recognises,
            read: phc::read,
            write: phc::write,
        }
    }

    #[cfg(feature = "imports")]
    const fn import(scheme: Scheme, c_name: &'static CStr) -> Self {
        Self {
            scheme,
            c_name,
            may_create: false,
            verified_by_default: true,
            recognises: import::recognises,
            read: import::read,
            write: import::write,
        }
    }

    #[cfg(feature = "imports")]
    const fn is_argon2(&self) -> bool {
        matches!(
            self.scheme,
            Scheme::Argon2id | Scheme::Argon2i | Scheme::Argon2d
        )
    }

    pub(crate) fn name(&self) -> &'static str {
        self.c_name.to_str().unwrap_or_default()
    }

    /// Reads `stored`, which the row recognises.
    pub(crate) fn read(&self, stored: &[u8]) -> Result<Stored, Error> {
        (self.read)(self, stored)
    }
}

/// Every scheme, in the order of [`Scheme`]. The first that recognises a string reads it.
pub(crate) const SCHEMES: &[Row] = &[
    Row::phc(Scheme::Argon2id, c"argon2id", true),
    Row::phc(Scheme::Argon2i, c"argon2i", false),
    Row::phc(Scheme::Argon2d, c"argon2d", false),
    Row::phc(Scheme::Scrypt, c"scrypt", true),
    Row::phc(Scheme::Pbkdf2Sha256, c"pbkdf2-sha256", true),
    Row::phc(Scheme::Pbkdf2Sha512, c"pbkdf2-sha512", true),
    #[cfg(feature = "imports")]
    Row::phc(Scheme::Pbkdf2Sha1, c"pbkdf2-sha1", false),
    #[cfg(feature = "imports")]
    Row::import(Scheme::DjangoArgon2, c"django-argon2"),
    #[cfg(feature = "imports")]
    Row::import(Scheme::PasslibPbkdf2, c"passlib-pbkdf2"),
    #[cfg(feature = "imports")]
    Row::import(Scheme::LdapPbkdf2, c"ldap-pbkdf2"),
    #[cfg(feature = "imports")]
    Row::import(Scheme::AtlassianPkcs5s2, c"atlassian-pkcs5s2"),
    #[cfg(feature = "imports")]
    Row::import(Scheme::DjangoPbkdf2, c"django-pbkdf2"),
    #[cfg(feature = "imports")]
    Row::import(Scheme::WerkzeugPbkdf2, c"werkzeug-pbkdf2"),
    #[cfg(feature = "imports")]
    Row::import(Scheme::SeafilePbkdf2, c"seafile-pbkdf2"),
    #[cfg(feature = "imports")]
    Row::import(Scheme::SpringPbkdf2, c"spring-pbkdf2"),
    #[cfg(feature = "imports")]
    Row::import(Scheme::AspNetV2, c"aspnet-v2"),
    #[cfg(feature = "imports")]
    Row::import(Scheme::AspNetV3, c"aspnet-v3"),
    #[cfg(feature = "imports")]
    Row::import(Scheme::Scrypt7, c"scrypt-7"),
    #[cfg(feature = "imports")]
    Row::import(Scheme::DjangoScrypt, c"django-scrypt"),
    #[cfg(feature = "imports")]
    Row::import(Scheme::WerkzeugScrypt, c"werkzeug-scrypt"),
    #[cfg(feature = "imports")]
    Row::import(Scheme::SpringScrypt, c"spring-scrypt"),
];

/// The kernels in use: primitive and name.
pub(crate) const KERNELS: [(&str, &str); 2] = [
    ("argon2", "argon2-crate"),
    ("scrypt", crate::arch::salsa::KERNEL),
];

impl Scheme {
    pub(crate) fn row(self) -> &'static Row {
        &SCHEMES[self as usize]
    }

    /// The scheme's name, such as `argon2id`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name()
    }

    /// How many there are.
    #[cfg(feature = "capi")]
    pub(crate) const COUNT: usize = SCHEMES.len();

    /// The name as a C string.
    #[cfg(feature = "capi")]
    pub(crate) fn c_name(self) -> &'static CStr {
        self.row().c_name
    }

    /// Whether saltbox makes strings of this scheme, or only verifies them.
    #[must_use]
    pub fn may_create(self) -> bool {
        self.row().may_create
    }

    /// Every scheme that this release verifies.
    pub fn all() -> impl Iterator<Item = Self> {
        SCHEMES.iter().map(|row| row.scheme)
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        SCHEMES
            .iter()
            .find(|row| row.name() == name)
            .map(|r| r.scheme)
    }
}

/// A stored string that has been read: scheme, function, salt, tag.
pub struct Stored {
    scheme: Scheme,
    kdf: Kdf,
    left_out: LeftOut,
    /// The text itself, where it is not made of the parts.
    #[cfg(feature = "imports")]
    source: Option<Text>,
    salt: FixedBytes<MAX_SALT_BYTES>,
    tag: Tag,
}

impl Stored {
    /// Reads a stored string. Costs are not checked; see [`Limits`].
    ///
    /// # Errors
    /// With the offset: [`ErrorKind::Malformed`], [`ErrorKind::Unsupported`],
    /// or [`ErrorKind::LaterRelease`].
    pub fn parse(stored: &[u8]) -> Result<Self, Error> {
        Self::recognise(stored)?.read(stored)
    }

    /// The row that reads `stored`, by its prefix.
    pub(crate) fn recognise(stored: &[u8]) -> Result<&'static Row, Error> {
        if stored.len() > MAX_STORED_BYTES {
            let reason = "longer than any stored string (1023 bytes)";
            return Err(Error::new(ErrorKind::Malformed, reason).at(MAX_STORED_BYTES));
        }
        wrapper::refuse(stored)?;
        SCHEMES
            .iter()
            .find(|row| (row.recognises)(row, stored))
            .ok_or_else(|| {
                let reason = "no scheme of this release begins like this";
                Error::new(ErrorKind::Unsupported, reason).at(0)
            })
    }

    /// What saltbox makes with `kdf`: the tag is still to be computed.
    pub(crate) fn to_make(kdf: Kdf, salt: FixedBytes<MAX_SALT_BYTES>) -> Self {
        Self {
            scheme: kdf.scheme(),
            kdf,
            left_out: LeftOut::default(),
            #[cfg(feature = "imports")]
            source: None,
            salt,
            tag: Tag::zeroed(TAG_BYTES),
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
        (self.scheme.row().write)(self, text);
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

    #[test]
    fn the_table_stands_in_the_order_of_the_enum() {
        for (index, row) in SCHEMES.iter().enumerate() {
            assert_eq!(row.scheme as usize, index);
            assert_eq!(Scheme::named(row.name()), Some(row.scheme));
        }
    }

    #[test]
    fn the_longest_string_of_every_scheme_is_written_whole() {
        let argon2 = Argon2::fixed(Variant::Id, Version::V0x13, u32::MAX, u32::MAX, 1 << 23);
        let longest = [
            Kdf::Argon2(argon2),
            Kdf::Scrypt(Scrypt::fixed(31, 1 << 15, 1 << 14)),
            Kdf::Pbkdf2(Pbkdf2::fixed(Prf::Sha512, u32::MAX)),
        ];
        for kdf in longest {
            let mut stored = Stored::to_make(kdf, FixedBytes::zeroed(MAX_SALT_BYTES));
            stored.tag = Tag::zeroed(MAX_TAG_BYTES);
            let mut text = Text::new();
            stored.write(&mut text);
            assert!(text.is_whole());
            let read = Stored::parse(text.as_str().as_bytes()).expect("reads what it wrote");
            assert_eq!(read.to_text(), text.as_str());
            assert_eq!(read.kdf(), &kdf);
        }
    }
}
