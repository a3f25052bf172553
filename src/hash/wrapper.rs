//! The wrapper: what a PHC string cannot say.
//!
//! Reserved now, written by a later release. Nothing else may begin with
//! `$saltbox$`. The grammar, settled before the first such string exists:
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
//! **Recipe**: the stored string in its canonical spelling, as its row writes
//! it, with every byte of the digest zero. So the digest keeps its place and its
//! length, which some functions compute with; the row that wrote it reads it;
//! and a format that has salt and digest in one field needs no rule of its own.
//! A recipe is never itself a wrapped string.
//!
//! **Onion**: with more than one layer the password of the next layer is the
//! ASCII text `saltbox-layer:` followed by the B64 of this layer's digest. The
//! label keeps a stolen inner digest from being typed as a password, and the
//! text has no NUL, so HMAC pads nothing away. Only the outermost digest is stored.
//!
//! **Seal**: an AEAD that survives a repeated nonce, with everything before
//! the digest as associated data, so that nothing of it can be changed. Which
//! AEAD, and the label its key is derived with, belong to version 1 and are
//! fixed here by the release that writes the first sealed string.
//!
//! A string that would not fit [`HASH_MAX`](super::HASH_MAX) is not wrapped.
//! A version that is not known means "written by a later release", whatever
//! follows it; for this release that is every version. Examples, of a pepper,
//! an onion over an LDAP digest, and both, stand in the test below.

use super::grammar::Reader;
use crate::error::{Error, ErrorKind};

/// How wrapped strings begin. Reserved: saltbox refuses any other use of it.
pub const WRAPPER_PREFIX: &str = "$saltbox$";

/// Refuses a wrapped string: by its version where it has one, as malformed where not.
pub(crate) fn refuse(stored: &[u8]) -> Result<(), Error> {
    if !stored.starts_with(WRAPPER_PREFIX.as_bytes()) {
        return Ok(());
    }
    let mut reader = Reader::at(WRAPPER_PREFIX.len(), stored);
    reader.expect("v=", "\"v=\" has to follow $saltbox$")?;
    let at = reader.offset();
    reader.number(1..=u32::MAX, "a version is from 1 to 4294967295")?;
    let reason = "written by a later release of saltbox, with this wrapper version";
    Err(Error::new(ErrorKind::LaterRelease, reason).at(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recipes are spelled out; in a string they stand as B64.
    #[test]
    fn worked_examples_are_of_a_later_release() {
        let argon2id = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let ssha = "{SSHA}AAAAAAAAAAAAAAAAAAAAAAAAAABzYWx0";
        let b64 = |text: &str| {
            let mut room = [0; 256];
            let text = crate::encoding::b64_encode(text.as_bytes(), &mut room);
            text.expect("short").to_owned()
        };
        let (outer, inner) = (b64(argon2id), b64(ssha));
        let (plain, sealed) = ("Q".repeat(43), "Q".repeat(64));
        for text in [
            format!("$saltbox$v=1,key=7${outer}${sealed}"),
            format!("$saltbox$v=1${inner}.{outer}${plain}"),
            format!("$saltbox$v=1,prep=2,key=7${inner}.{outer}${sealed}"),
        ] {
            assert!(text.len() < crate::hash::HASH_MAX);
            let error = refuse(text.as_bytes()).expect_err("of a later release");
            assert_eq!(error.kind(), ErrorKind::LaterRelease);
        }
    }

    #[test]
    fn a_version_is_later_and_no_version_is_malformed() {
        let kind = |text: &str| refuse(text.as_bytes()).map_err(|e| (e.kind(), e.offset()));
        assert_eq!(kind("$argon2id$"), Ok(()));
        assert_eq!(
            kind("$saltbox$v=1$QQ$QQ"),
            Err((ErrorKind::LaterRelease, Some(11)))
        );
        assert_eq!(
            kind("$saltbox$v=9999,x"),
            Err((ErrorKind::LaterRelease, Some(11)))
        );
        assert_eq!(kind("$saltbox$"), Err((ErrorKind::Malformed, Some(9))));
        assert_eq!(kind("$saltbox$v="), Err((ErrorKind::Malformed, Some(11))));
        assert_eq!(
            kind("$saltbox$v=01$"),
            Err((ErrorKind::Malformed, Some(11)))
        );
    }
}
