//! What is hashed for an answer: not itself, but a digest of it with where it belongs.
//!
//! It is the SHA-256, in lower-case hexadecimal, of fields that each begin with
//! their length in four bytes, most significant first: a label, the number of the
//! normaliser, the realm, the id of the account, the id of the question, the
//! answer. So a hash that is moved to another question or account verifies
//! nothing, every answer fits bcrypt's 72 bytes, and there is no NUL in it. Joint,
//! the label is another, and ids and answers of all questions follow by id.

use super::normalize::NORMALIZER;
use crate::encoding::hex_digits;
use crate::secret::FixedBytes;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Whose answers they are. The login, the address and the password's hash are
/// needed only where answers are set up.
#[derive(Clone, Copy, Default)]
pub(crate) struct About<'a> {
    pub(crate) id: &'a str,
    pub(crate) realm: &'a str,
    pub(crate) login_id: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    pub(crate) password_hash: Option<&'a str>,
}

/// What is hashed as a password is.
pub(super) type Bound = FixedBytes<64>;

/// One answer, with a hash of its own.
pub(super) fn separate(about: &About<'_>, id: &str, normal: &str) -> Bound {
    bound("saltbox/1/answer", about, &[(id, normal)])
}

/// All answers as one secret; `pairs` are sorted by id.
pub(super) fn joint(about: &About<'_>, pairs: &[(&str, &str)]) -> Bound {
    bound("saltbox/1/answers", about, pairs)
}

fn bound(label: &str, about: &About<'_>, pairs: &[(&str, &str)]) -> Bound {
    let mut digest = Sha256::new();
    let mut field = |bytes: &[u8]| {
        // No field is near 4 GiB; one that were could not be told apart by less.
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        digest.update(length.to_be_bytes());
        digest.update(bytes);
    };
    field(label.as_bytes());
    field(&NORMALIZER.to_be_bytes());
    field(about.realm.as_bytes());
    field(about.id.as_bytes());
    for (id, normal) in pairs {
        field(id.as_bytes());
        field(normal.as_bytes());
    }
    let digest = Zeroizing::new(<[u8; 32]>::from(digest.finalize()));
    let mut text = Bound::zeroed(64);
    // The buffer is as long as the text.
    let _ = hex_digits(digest.as_slice(), text.as_mut_slice());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn text(bound: &Bound) -> String {
        String::from_utf8(bound.as_slice().to_vec()).expect("ASCII")
    }

    #[test]
    fn it_is_the_digest_of_the_fields_with_their_lengths() {
        let about = About {
            id: "u1",
            realm: "shop",
            ..About::default()
        };
        let fields = b"\0\0\0\x10saltbox/1/answer\0\0\0\x04\0\0\0\x01\0\0\0\x04shop\0\0\0\x02u1\0\0\0\x03pet\0\0\0\x06barnie";
        let expected: String = Sha256::digest(fields)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(text(&separate(&about, "pet", "barnie")), expected);
        // By `printf '...' | sha256sum`.
        assert_eq!(
            expected,
            "3e196ee60ed4831df878312a73d1ae17d969f8aef6c5aab9590346f67fe8cf88"
        );
    }

    #[test]
    fn nothing_that_differs_anywhere_is_the_same() {
        let mut seen = HashSet::new();
        for (id, realm) in [
            ("u1", "shop"),
            ("u", "1shop"),
            ("", "u1shop"),
            ("u1s", "hop"),
        ] {
            let about = About {
                id,
                realm,
                ..About::default()
            };
            for (question, normal) in [("pet", "barnie"), ("pe", "tbarnie"), ("petb", "arnie")] {
                assert!(seen.insert(text(&separate(&about, question, normal))));
                assert!(seen.insert(text(&joint(&about, &[(question, normal)]))));
            }
            assert!(seen.insert(text(&joint(&about, &[("a", "b"), ("c", "d")]))));
            assert!(seen.insert(text(&joint(&about, &[("a", "d"), ("c", "b")]))));
            assert!(seen.insert(text(&joint(&about, &[("a", "bcd")]))));
        }
    }
}
