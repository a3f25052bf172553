//! What vendors export in fields, made into one stored string.
//!
//! One file for each vendor, or for some whose exports are a string already.
//! `fields` reads, `write` writes, `forms` says which strings are taken as they are. Sources of the field sets stand at each
//! reader; what the sources leave open is an option.

mod auth0;
mod clerk;
mod descope;
mod fields;
mod firebase;
mod forms;
mod fusionauth;
mod keycloak;
mod okta;
mod steps;
mod strings;
mod stytch;
mod write;

use self::fields::{Options, text};
use self::write::Written;
use super::{MAX_SALT_BYTES, Salt, Tag};
use crate::error::{Error, ErrorKind, Reason};
use crate::hash::Prf;
use crate::json::{self, Value};

/// Reads the member `hash` of one vendor.
type Reader = fn(&Value<'_>, &mut Options<'_>) -> Result<Written, Error>;

/// Every vendor by its name in a descriptor.
const VENDORS: [(&str, Reader); 12] = [
    ("auth0", auth0::read),
    ("clerk", clerk::read),
    ("descope", descope::read),
    ("firebase", firebase::read),
    ("fusionauth", fusionauth::read),
    ("keycloak", keycloak::read),
    ("okta", okta::read),
    ("spring-security", strings::read_spring),
    ("stytch", stytch::read),
    ("supertokens", firebase::read_supertokens),
    ("symfony", strings::read_symfony),
    ("workos", strings::read_workos),
];

/// Makes what a vendor exports for one credential into one stored string, which
/// [`verify`](crate::Saltbox::verify) reads like any other.
///
/// `json` is `{"vendor":"okta","hash":{...},"options":{...}}`. `hash` is what
/// the vendor exports, as it is. `options` settles what the vendor leaves
/// undocumented: an option is needed where the table names one, and only where
/// the credential has what it is about. Nothing is guessed.
///
/// | vendor | `hash` | options |
/// |---|---|---|
/// | `auth0` | the `custom_password_hash`, or the `password_hash` as a string | |
/// | `clerk` | `password_hasher`, `password_digest` | `salt_position`, `salt_encoding`: `md5_salted`, `sha256_salted`; `prehash`: `md5_phpass` |
/// | `descope` | the `hashed` object | `salt_position`: `sha`; `variant`, `version`: `argon2` |
/// | `firebase` | `passwordHash` and `salt` of the user; `hash_config` of the project as the console shows it, or `hash` as the Admin SDK takes it | `salt_position`: `HMAC_*`, `MD5`, `SHA*`; `repeat`: more than one round of these; `first_round`: `MD5` |
/// | `fusionauth` | `encryptionScheme`, `factor`, `salt`, `password` | `hash_encoding`: `phpass-md5`, `phppass-sha512` |
/// | `keycloak` | the credential, or `credentialData` and `secretData`; older: `hashedSaltedValue`, `salt`, `hashIterations`, `algorithm` | |
/// | `okta` | the `password.hash` object | |
/// | `spring-security` | `pbkdf2` (the encoded password), `secret`, `algorithm`, `iterations`, `saltLength`, `encoding`: what the encoder was made with | |
/// | `stytch` | `hash`, `hash_type` and the `*_config` | `version`: `argon_2i`, `argon_2id` in fields; `salt_encoding`: these and `scrypt` in fields |
/// | `supertokens` | `passwordHash`, `firebase_password_hashing_signer_key` | |
/// | `symfony` | the string | |
/// | `workos` | `password_hash`, `password_hash_type` | |
///
/// | option | values |
/// |---|---|
/// | `salt_position` | `prefix`, `suffix`: where the salt stands beside the password |
/// | `salt_encoding` | `text`, `hex`, `base64`: what the salt is written in |
/// | `hash_encoding` | `crypt`, `base64`: what the hash is written in |
/// | `variant` | `argon2id`, `argon2i`, `argon2d` |
/// | `version` | `19`, `16`: of Argon2, as strings |
/// | `prehash` | `md5-hex`, `none`: what phpass hashes, the password's MD5 or itself |
/// | `repeat` | `digest`, `digest-and-input`: what rounds after the first hash |
/// | `first_round` | `counted`, `uncounted`: whether the number of rounds is that of all, or of those after the first |
///
/// An NT hash is `auth0`'s `md4` with the password in `utf16le`.
///
/// Costs are not checked; [`Limits`](crate::hash::Limits) are when the string is verified.
///
/// ```
/// let json = br#"{"vendor":"okta","hash":{"algorithm":"SHA-256","saltOrder":"PREFIX",
///     "salt":"c2FsdA==","value":"E2Ab2k6njlWge5iGbSvmvgdE44ZvE8AMgRyrYIoo8yI="}}"#;
/// let stored = saltbox::hash::import_descriptor(json)?;
/// assert!(saltbox::Saltbox::default().verify(&stored, "password")?.is_accepted());
/// # Ok::<(), saltbox::Error>(())
/// ```
///
/// # Errors
/// With the path in `json`: [`ErrorKind::Import`] for what is not a descriptor,
/// or misses something; [`ErrorKind::Unsupported`] for what the vendor may
/// export but no scheme of this release verifies. No error has any part of a
/// salt, hash or key in it.
pub fn import_descriptor(json: &[u8]) -> Result<String, Error> {
    import(json).map_err(|error| match error.kind() {
        ErrorKind::Config => error.of_kind(ErrorKind::Import),
        _ => error,
    })
}

fn import(json: &[u8]) -> Result<String, Error> {
    let descriptor = json::parse(json)?;
    let mut object = descriptor.object()?;
    object.only(&["vendor", "hash", "options"])?;
    let vendor = object.require("vendor")?;
    let hash = object.require("hash")?;
    let read = fields::one_of(&vendor, &VENDORS)?;
    let mut options = Options::new(descriptor, object.take("options").as_ref())?;
    let written = read(&hash, &mut options)?;
    options.end()?;
    written.finish(&hash)
}

/// What the vendor may export, and no scheme verifies.
fn unsupported(value: &Value<'_>, reason: impl Into<Reason>) -> Error {
    value.error(reason).of_kind(ErrorKind::Unsupported)
}

/// The fault of a stored string that `value` holds; its offset is one in that string.
fn refused(value: &Value<'_>, error: &Error) -> Error {
    let reason = match error.offset() {
        Some(at) => format!("{} (at byte {at} of the string)", error.reason()),
        None => error.reason().to_string(),
    };
    value.error(reason).of_kind(kind_of(error))
}

/// The fault of a stored string that was made here, so that an offset in it says nothing.
fn refused_as_made(value: &Value<'_>, error: &Error) -> Error {
    let reason = error.reason().to_string();
    value.error(reason).of_kind(kind_of(error))
}

/// What a stored string is refused as, as a descriptor is.
fn kind_of(error: &Error) -> ErrorKind {
    match error.kind() {
        ErrorKind::Unsupported | ErrorKind::LaterRelease => ErrorKind::Unsupported,
        _ => ErrorKind::Import,
    }
}

/// A string that holds a stored string.
fn string_as_is(value: &Value<'_>, form: &forms::Form) -> Result<Written, Error> {
    write::as_is(value, &text(value)?, form, steps::Steps::none())
}

/// The names of PBKDF2's functions where a vendor writes them plainly.
const PRFS: [(&str, Prf); 3] = [
    ("sha1", Prf::Sha1),
    ("sha256", Prf::Sha256),
    ("sha512", Prf::Sha512),
];
