//! The schemes: one row for each, with its name and how its strings are recognised and read.

#[cfg(feature = "imports")]
use super::import;
use super::{Stored, phc};
use crate::error::Error;
use std::ffi::CStr;

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
    /// PBKDF2-HMAC-SHA-1 as a PHC string. Verified, never made, as all that follow but bcrypt.
    #[cfg(feature = "imports")]
    Pbkdf2Sha1,
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
    /// scrypt as Ory Kratos writes it, where `ln` is N.
    #[cfg(feature = "imports")]
    KratosScrypt,
    /// Firebase's scrypt, as Kratos, Supabase and Clerk write it.
    #[cfg(feature = "imports")]
    FirebaseScrypt,
    /// bcrypt, revisions 2, 2a, 2b, 2x and 2y. 2b may be made.
    #[cfg(feature = "imports")]
    Bcrypt,
    /// bcrypt over a SHA-256, as passlib writes it.
    #[cfg(feature = "imports")]
    BcryptSha256,
    /// sha256crypt of crypt(3), `$5$`.
    #[cfg(feature = "imports")]
    Sha256Crypt,
    /// sha512crypt of crypt(3), `$6$`.
    #[cfg(feature = "imports")]
    Sha512Crypt,
    /// md5crypt of crypt(3), `$1$`.
    #[cfg(feature = "imports")]
    Md5Crypt,
    /// Apache's md5crypt, `$apr1$`.
    #[cfg(feature = "imports")]
    Apr1,
    /// sha1crypt of NetBSD, `$sha1$`.
    #[cfg(feature = "imports")]
    Sha1Crypt,
    /// phpass, `$P$` and `$H$`.
    #[cfg(feature = "imports")]
    Phpass,
    /// phpass with SHA-512, as Drupal 7 writes it.
    #[cfg(feature = "imports")]
    Drupal7,
    /// yescrypt of crypt(3), `$y$`.
    #[cfg(feature = "imports")]
    Yescrypt,
    /// gost-yescrypt of crypt(3), `$gy$`.
    #[cfg(feature = "imports")]
    GostYescrypt,
    /// The hash of Windows NT, as crypt(3) writes it, `$3$`.
    #[cfg(feature = "imports")]
    NtHash,
    /// A digest as LDAP servers write it, `{SSHA}` and its like.
    #[cfg(feature = "imports")]
    LdapDigest,
    /// A digest as Spring Security writes it, `{MD5}{salt}`.
    #[cfg(feature = "imports")]
    SpringDigest,
    /// SHA-256, 1024 times, as Spring Security writes it.
    #[cfg(feature = "imports")]
    SpringSha256,
    /// A salted MD5 or SHA-1 as Django writes it.
    #[cfg(feature = "imports")]
    DjangoDigest,
    /// MD5 as MediaWiki writes it, `:A:` and `:B:`.
    #[cfg(feature = "imports")]
    MediaWiki,
    /// SHA-512, repeated, of Symfony's message digest, as Clerk writes it.
    #[cfg(feature = "imports")]
    SymfonyDigest,
    /// A digest of a template of salt and password, as Ory Kratos writes it, and passwap's salted MD5.
    #[cfg(feature = "imports")]
    TemplatedDigest,
    /// HMAC as Ory Kratos writes it.
    #[cfg(feature = "imports")]
    Hmac,
    /// A digest as saltbox writes what another system exports in fields.
    #[cfg(feature = "imports")]
    SaltboxDigest,
    /// 32, 40, 64 or 128 hexadecimal digits: MD5, SHA-1, SHA-256, SHA-512.
    #[cfg(feature = "imports")]
    BareDigest,
}

/// A row of [`SCHEMES`].
pub(crate) struct Row {
    pub(crate) scheme: Scheme,
    /// The scheme's name in configurations and findings.
    c_name: &'static CStr,
    /// Whether saltbox makes such strings, or only verifies them.
    pub(crate) may_create: bool,
    grammar: Grammar,
}

/// How the strings of a row are recognised and read.
enum Grammar {
    /// By the family of PHC strings.
    Phc,
    /// By rules of another system.
    #[cfg(feature = "imports")]
    Import(import::Grammar),
}

impl Row {
    const fn phc(scheme: Scheme, c_name: &'static CStr, may_create: bool) -> Self {
        Self {
            scheme,
            c_name,
            may_create,
            grammar: Grammar::Phc,
        }
    }

    #[cfg(feature = "imports")]
    const fn import(
        scheme: Scheme,
        c_name: &'static CStr,
        recognises: fn(&[u8]) -> bool,
        read: import::Read,
    ) -> Self {
        Self {
            scheme,
            c_name,
            // Of all that other systems write, only bcrypt is still made anew.
            may_create: matches!(scheme, Scheme::Bcrypt),
            grammar: Grammar::Import(import::Grammar { recognises, read }),
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.c_name.to_str().unwrap_or_default()
    }

    /// Whether `text` is for this row to read.
    pub(super) fn recognises(&self, text: &[u8]) -> bool {
        match &self.grammar {
            Grammar::Phc => phc::recognises(self, text),
            #[cfg(feature = "imports")]
            Grammar::Import(grammar) => (grammar.recognises)(text),
        }
    }

    /// Reads `text`, which the row recognises.
    pub(super) fn read<'t>(&self, text: &'t [u8]) -> Result<Stored<'t>, Error> {
        match &self.grammar {
            Grammar::Phc => phc::read(self, text),
            #[cfg(feature = "imports")]
            Grammar::Import(grammar) => import::read(self.scheme, grammar, text),
        }
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
    Row::import(
        Scheme::PasslibPbkdf2,
        c"passlib-pbkdf2",
        import::pbkdf2::is_passlib,
        import::pbkdf2::read_passlib,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::LdapPbkdf2,
        c"ldap-pbkdf2",
        import::pbkdf2::is_ldap,
        import::pbkdf2::read_ldap,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::AtlassianPkcs5s2,
        c"atlassian-pkcs5s2",
        import::pbkdf2::is_atlassian,
        import::pbkdf2::read_atlassian,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::DjangoPbkdf2,
        c"django-pbkdf2",
        import::pbkdf2::is_django,
        import::pbkdf2::read_django,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::WerkzeugPbkdf2,
        c"werkzeug-pbkdf2",
        import::pbkdf2::is_werkzeug,
        import::pbkdf2::read_werkzeug,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::SeafilePbkdf2,
        c"seafile-pbkdf2",
        import::pbkdf2::is_seafile,
        import::pbkdf2::read_seafile,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::SpringPbkdf2,
        c"spring-pbkdf2",
        import::pbkdf2::is_spring,
        import::pbkdf2::read_spring,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::AspNetV2,
        c"aspnet-v2",
        import::pbkdf2::is_asp_net_v2,
        import::pbkdf2::read_asp_net_v2,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::AspNetV3,
        c"aspnet-v3",
        import::pbkdf2::is_asp_net_v3,
        import::pbkdf2::read_asp_net_v3,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::Scrypt7,
        c"scrypt-7",
        import::scrypt::is_7,
        import::scrypt::read_7,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::DjangoScrypt,
        c"django-scrypt",
        import::scrypt::is_django,
        import::scrypt::read_django,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::WerkzeugScrypt,
        c"werkzeug-scrypt",
        import::scrypt::is_werkzeug,
        import::scrypt::read_werkzeug,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::SpringScrypt,
        c"spring-scrypt",
        import::scrypt::is_spring,
        import::scrypt::read_spring,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::KratosScrypt,
        c"kratos-scrypt",
        import::scrypt::is_kratos,
        import::scrypt::read_kratos,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::FirebaseScrypt,
        c"firebase-scrypt",
        import::firebase::is_any,
        import::firebase::read,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::Bcrypt,
        c"bcrypt",
        import::bcrypt::is_bcrypt,
        import::bcrypt::read,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::BcryptSha256,
        c"bcrypt-sha256",
        import::bcrypt::is_passlib,
        import::bcrypt::read_passlib,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::Sha256Crypt,
        c"sha256crypt",
        import::crypt3::is_sha256,
        import::crypt3::read_sha256,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::Sha512Crypt,
        c"sha512crypt",
        import::crypt3::is_sha512,
        import::crypt3::read_sha512,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::Md5Crypt,
        c"md5crypt",
        import::crypt3::is_md5,
        import::crypt3::read_md5,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::Apr1,
        c"apr1",
        import::crypt3::is_apr1,
        import::crypt3::read_apr1,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::Sha1Crypt,
        c"sha1crypt",
        import::crypt3::is_sha1,
        import::crypt3::read_sha1,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::Phpass,
        c"phpass",
        import::phpass::is_phpass,
        import::phpass::read_phpass,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::Drupal7,
        c"drupal7",
        import::phpass::is_drupal7,
        import::phpass::read_drupal7,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::Yescrypt,
        c"yescrypt",
        import::yescrypt::is_yescrypt,
        import::yescrypt::read,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::GostYescrypt,
        c"gost-yescrypt",
        import::yescrypt::is_gost,
        import::yescrypt::read,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::NtHash,
        c"nt-hash",
        import::digest::is_nt,
        import::digest::read_nt,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::LdapDigest,
        c"ldap-digest",
        import::ldap::is_digest,
        import::ldap::read,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::SpringDigest,
        c"spring-digest",
        import::spring::is_digest,
        import::spring::read_digest,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::SpringSha256,
        c"spring-sha256",
        import::spring::is_sha256,
        import::spring::read_sha256,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::DjangoDigest,
        c"django-digest",
        import::digest::is_django,
        import::digest::read_django,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::MediaWiki,
        c"mediawiki",
        import::digest::is_mediawiki,
        import::digest::read_mediawiki,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::SymfonyDigest,
        c"symfony-digest",
        import::digest::is_symfony,
        import::digest::read_symfony,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::TemplatedDigest,
        c"templated-digest",
        import::template::is_any,
        import::template::read,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::Hmac,
        c"hmac",
        import::template::is_hmac,
        import::template::read_hmac,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::SaltboxDigest,
        c"saltbox-digest",
        import::digest::is_saltbox,
        import::digest::read_saltbox,
    ),
    #[cfg(feature = "imports")]
    Row::import(
        Scheme::BareDigest,
        c"bare-digest",
        import::digest::is_bare,
        import::digest::read_bare,
    ),
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
}
