//! The strings of other systems that a field may hold as they are.

use crate::hash::Scheme;

/// One kind of string: how it begins, and what it is read as.
pub(super) struct Form {
    pub(super) begins: &'static [&'static str],
    pub(super) schemes: &'static [Scheme],
    pub(super) expected: &'static str,
}

pub(super) const BCRYPT: Form = Form {
    begins: &["$2"],
    schemes: &[Scheme::Bcrypt],
    expected: "has to be a bcrypt string such as \"$2b$...\"",
};

pub(super) const ARGON2: Form = Form {
    begins: &["$argon2"],
    schemes: &[Scheme::Argon2id, Scheme::Argon2i, Scheme::Argon2d],
    expected: "has to be an Argon2 string such as \"$argon2id$...\"",
};

pub(super) const ARGON2I: Form = Form {
    begins: &["$argon2i$"],
    schemes: &[Scheme::Argon2i],
    expected: "has to be an Argon2 string, \"$argon2i$...\"",
};

pub(super) const ARGON2ID: Form = Form {
    begins: &["$argon2id$"],
    schemes: &[Scheme::Argon2id],
    expected: "has to be an Argon2 string, \"$argon2id$...\"",
};

pub(super) const SCRYPT: Form = Form {
    begins: &["$scrypt$"],
    schemes: &[Scheme::Scrypt],
    expected: "has to be a PHC string, \"$scrypt$ln=...\"",
};

pub(super) const PHPASS: Form = Form {
    begins: &["$P$", "$H$"],
    schemes: &[Scheme::Phpass],
    expected: "has to be a phpass string, \"$P$...\" or \"$H$...\"",
};

/// What is made of phpass's fields.
pub(super) const PHPASS_FIELDS: Form = Form {
    begins: &["$P$", "$S$"],
    schemes: &[Scheme::Phpass, Scheme::Drupal7],
    expected: "has to be the hash of a phpass string",
};

pub(super) const LDAP: Form = Form {
    begins: &["{"],
    schemes: &[Scheme::LdapDigest],
    expected: "has to be a digest as LDAP has it, such as \"{SSHA}...\"",
};

pub(super) const SSHA: Form = Form {
    begins: &["{SSHA}"],
    schemes: &[Scheme::LdapDigest],
    expected: "has to be a digest as LDAP has it, \"{SSHA}...\"",
};

pub(super) const SSHA256: Form = Form {
    begins: &["{SSHA256}"],
    schemes: &[Scheme::LdapDigest],
    expected: "has to be a digest as LDAP has it, \"{SSHA256}...\"",
};

pub(super) const DJANGO_BCRYPT: Form = Form {
    begins: &["bcrypt_sha256$$2"],
    schemes: &[Scheme::Bcrypt],
    expected: "has to be Django's \"bcrypt_sha256$$2b$...\"",
};

pub(super) const DJANGO_PBKDF2: Form = Form {
    begins: &["pbkdf2_sha256$"],
    schemes: &[Scheme::DjangoPbkdf2],
    expected: "has to be Django's \"pbkdf2_sha256$...\"",
};

pub(super) const WERKZEUG_SCRYPT: Form = Form {
    begins: &["scrypt:"],
    schemes: &[Scheme::WerkzeugScrypt],
    expected: "has to be Werkzeug's \"scrypt:...\"",
};

pub(super) const SYMFONY_DIGEST: Form = Form {
    begins: &["sha512_symfony$"],
    schemes: &[Scheme::SymfonyDigest],
    expected: "has to be \"sha512_symfony$iterations$salt$hash\"",
};

/// `NativePasswordHasher` of Symfony, where it has bcrypt.
pub(super) const SYMFONY_NATIVE: Form = Form {
    begins: &["$2"],
    schemes: &[Scheme::Bcrypt],
    expected: "has to be what Symfony's native hasher makes, \"$2y$...\" or \"$argon2id$...\"",
};
