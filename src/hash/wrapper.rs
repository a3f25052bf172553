//! The wrapper: what a PHC string cannot say.
//!
//! Reserved now, written by a later release. Nothing else may begin with
//! `$saltbox$`. The grammar, settled before the first such string exists:
//!
//! ```text
//! wrapped = "$saltbox$v=" version ["," params] "$" layers "$" digest
//! version = decimal                  1 for this grammar
//! params  = param *("," param)       in this order, each at most once
//! param   = "prep=" decimal          preparation used, left out for 1
//!         / "key=" decimal           id of the root key the digest is sealed with
//! layers  = layer *("." layer)       innermost first, the way the password goes
//! layer   = B64 of a recipe          a stored string in its canonical spelling, less its digest
//! digest  = B64                      of the outermost layer; sealed where `key=` stands
//! ```
//!
//! Why so: a recipe in B64 lets a string of any scheme stand inside, whatever
//! signs it uses, and leaves one way to take the text apart. One digest field
//! serves sealing (pepper) for every scheme. More than one layer is an onion:
//! each layer's digest, labelled, is the password of the next, and only the
//! outermost is stored, so an inner digest never verifies. All before the
//! digest is associated data of the seal, so none of it can be changed.
//!
//! A version not known here means "written by a later release", whatever
//! follows it. For this release that is every version.

use super::phc::Reader;
use crate::error::{Error, ErrorKind};

/// How wrapped strings begin. Reserved: saltbox refuses any other use of it.
pub const WRAPPER_PREFIX: &str = "$saltbox$";

/// Refuses a wrapped string: by its version where it has one, as malformed where not.
pub(crate) fn refuse(stored: &[u8]) -> Result<(), Error> {
    if !stored.starts_with(WRAPPER_PREFIX.as_bytes()) {
        return Ok(());
    }
    let mut reader = Reader::behind(WRAPPER_PREFIX, stored);
    reader.expect("v=", "\"v=\" has to follow $saltbox$")?;
    let at = reader.offset();
    reader.number(1..=u32::MAX, "a version is from 1 to 4294967295")?;
    let reason = "written by a later release of saltbox, with this wrapper version";
    Err(Error::new(ErrorKind::LaterRelease, reason).at(at))
}

#[cfg(test)]
mod tests {
    use super::*;

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
