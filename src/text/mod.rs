//! Unicode preparation of passwords, without a heap.
//!
//! **Preparation 1**, the only one so far: strict UTF-8; every Unicode space
//! (general category Zs) becomes U+0020; then NFC. This is the OpaqueString
//! profile of RFC 8265 section 4.2 less its prohibitions, so that emoji and
//! control characters stay possible. ASCII is its own prepared form.
//!
//! NFC and not NFKC: NFKC maps full-width letters to ASCII and so makes
//! different passwords equal (CVE-2026-19611 went from one to the other).
//!
//! What decomposes and what composes says `unicode-normalization`. Its
//! iterators keep marks in a heap buffer that is not wiped, and sort them, so
//! the algorithm (Unicode Standard, section 3.11) is written here over fixed
//! buffers, in time that grows with the length alone. A table of our own
//! (`kind.rs`) tells for which characters there is anything to do; text that
//! has none is neither copied nor looked up elsewhere. Nodes with tables of
//! different Unicode versions agree on all that both know: the normal form of an
//! assigned character never changes (Unicode stability policy). A password with
//! characters newer than a node's tables may have another form there, and
//! verifies as received if at all.

mod compatible;
mod composer;
mod fold;
mod identifier;
mod kind;
mod marks;
mod properties;

pub(crate) use self::compatible::decompose;
pub(crate) use self::fold::{MAX_FOLDED_BYTES, fold};
pub use self::identifier::{fold_identifier, same_identifier};
pub(crate) use self::properties::{Class, Properties};

use self::composer::Composer;
use self::kind::Kind;

/// The longest password, in bytes as received: 4096, as in passlib 1.7.4.
///
/// It bounds preparation and the cost of the first hash block. NIST SP
/// 800-63B-4 asks for at least 64 characters.
pub const MAX_PASSWORD_BYTES: usize = 4096;

/// NFC makes UTF-8 at most three times longer (Unicode FAQ on normalization; U+1D160 does).
const MAX_PREPARED_BYTES: usize = 3 * MAX_PASSWORD_BYTES;

/// The forms of a password that a stored string may have been made from.
pub(crate) struct Forms<'a> {
    /// The prepared form; the bytes as received where they are not UTF-8.
    pub(crate) first: &'a [u8],
    /// The bytes as received, where they differ from the prepared form.
    pub(crate) as_received: Option<&'a [u8]>,
}

/// Calls `use_forms` with the forms of `password` to try, in order. Prepared text and bytes that are not UTF-8 have one.
///
/// `password` is at most [`MAX_PASSWORD_BYTES`] long; the caller has checked.
pub(crate) fn with_forms<R>(password: &[u8], use_forms: impl FnOnce(Forms<'_>) -> R) -> R {
    with_prepared_apart(password, |prepared| {
        use_forms(match prepared.map(str::as_bytes) {
            Ok(prepared) if prepared != password => Forms {
                first: prepared,
                as_received: Some(password),
            },
            _ => Forms {
                first: password,
                as_received: None,
            },
        })
    })
}

/// Calls `use_prepared` with the prepared form of `password`, or with the offset of the first byte that is not UTF-8.
///
/// `password` is at most [`MAX_PASSWORD_BYTES`] long; the caller has checked.
pub(crate) fn with_prepared<R>(
    password: &[u8],
    use_prepared: impl FnOnce(Result<&str, usize>) -> R,
) -> R {
    let text = match std::str::from_utf8(password) {
        Ok(text) => text,
        Err(error) => return use_prepared(Err(error.valid_up_to())),
    };
    let (prepared, rest) = split_prepared(text);
    if rest.is_empty() {
        return use_prepared(Ok(text));
    }
    let mut composer = Composer::new();
    composer.copy(prepared);
    composer.finish(rest);
    use_prepared(std::str::from_utf8(composer.prepared()).map_err(|error| error.valid_up_to()))
}

/// As [`with_prepared`]; what is ASCII does without the stack of the composer, 12 KiB.
pub(crate) fn with_prepared_apart<R>(
    password: &[u8],
    use_prepared: impl FnOnce(Result<&str, usize>) -> R,
) -> R {
    #[inline(never)]
    fn apart<R>(password: &[u8], use_prepared: impl FnOnce(Result<&str, usize>) -> R) -> R {
        with_prepared(password, use_prepared)
    }
    match std::str::from_utf8(password) {
        Ok(text) if text.is_ascii() => use_prepared(Ok(text)),
        _ => apart(password, use_prepared),
    }
}

/// Whether `c` is a space that preparation maps to U+0020.
pub(crate) fn is_unicode_space(c: char) -> bool {
    Kind::of(c) == Kind::SPACE
}

/// Splits off what is prepared as it is, whatever follows (Unicode Standard
/// Annex 15, section 9): the rest begins with the last starter before what may not be.
fn split_prepared(text: &str) -> (&str, &str) {
    if text.is_ascii() {
        return (text, "");
    }
    let (mut starter, mut class) = (0, None);
    for (at, c) in text.char_indices() {
        let kind = Kind::of(c);
        if kind == Kind::STABLE {
            (starter, class) = (at, None);
        } else if kind.class().is_none() || kind.class() < class || kind.composes() {
            return text.split_at_checked(starter).unwrap_or(("", text));
        } else {
            class = kind.class();
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests;
