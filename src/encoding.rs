//! Base64 as stored strings use it.
//!
//! The decoding itself is `base64ct`'s, which is constant time over its input:
//! a tag is compared in constant time, so it is not decoded by table either.

use base64ct::{Base64Unpadded, Encoding};

/// Why a text is not B64 (RFC 4648 alphabet, no padding, no stray bits).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum B64Fault {
    /// The character at this offset is not of the alphabet.
    Character(usize),
    /// No byte string encodes to this length.
    Length,
    /// More bytes than the output holds.
    TooLong,
    /// The unused bits of the last character are not zero.
    StrayBits,
}

/// Number of bytes that `text_len` characters stand for; `None` where no byte string has such a text.
pub(crate) const fn b64_decoded_len(text_len: usize) -> Option<usize> {
    match text_len % 4 {
        1 => None,
        rest => Some(text_len / 4 * 3 + rest * 3 / 4),
    }
}

/// Decodes `text` into the front of `out` and returns the bytes written.
pub(crate) fn b64_decode<'o>(text: &[u8], out: &'o mut [u8]) -> Result<&'o [u8], B64Fault> {
    let Some(len) = b64_decoded_len(text.len()) else {
        return Err(foreign_character(text).unwrap_or(B64Fault::Length));
    };
    let Some(out) = out.get_mut(..len) else {
        return Err(foreign_character(text).unwrap_or(B64Fault::TooLong));
    };
    Base64Unpadded::decode(text, out)
        .map_err(|_| foreign_character(text).unwrap_or(B64Fault::StrayBits))
}

/// Encodes `bytes` into the front of `out`; `None` where it does not fit.
pub(crate) fn b64_encode<'o>(bytes: &[u8], out: &'o mut [u8]) -> Option<&'o str> {
    Base64Unpadded::encode(bytes, out).ok()
}

/// Looks for the place of a fault that is already known, so it may take variable time.
fn foreign_character(text: &[u8]) -> Option<B64Fault> {
    let foreign = |c: &u8| !(c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/'));
    // A loop that has no early exit becomes vector code, so whole chunks are looked at before their bytes.
    let (chunks, _) = text.as_chunks::<32>();
    let is_clean = |chunk: &&[u8; 32]| !chunk.iter().fold(false, |any, c| any | foreign(c));
    let clean = chunks.iter().take_while(is_clean).count() * 32;
    let at = text.iter().skip(clean).position(foreign)?;
    Some(B64Fault::Character(clean + at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn faults_are_told_apart() {
        let mut out = [0; 8];
        assert_eq!(b64_decode(b"c29tZXNhbHQ", &mut out), Ok(&b"somesalt"[..]));
        assert_eq!(b64_decode(b"", &mut out), Ok(&b""[..]));
        assert_eq!(b64_decode(b"AA=A", &mut out), Err(B64Fault::Character(2)));
        assert_eq!(b64_decode(b"A.A", &mut out), Err(B64Fault::Character(1)));
        assert_eq!(b64_decode(b"AAAAA", &mut out), Err(B64Fault::Length));
        assert_eq!(b64_decode(b"AB", &mut out), Err(B64Fault::StrayBits));
        assert_eq!(b64_decode(b"AAE", &mut out), Ok(&[0, 1][..]));
        assert_eq!(b64_decode(b"AAB", &mut out), Err(B64Fault::StrayBits));
        assert_eq!(b64_decode(&[b'A'; 16], &mut out), Err(B64Fault::TooLong));
    }

    proptest! {
        #[test]
        fn what_is_decoded_encodes_to_the_same_text(text in "[A-Za-z0-9+/]{0,40}") {
            let mut bytes = [0; 64];
            let mut again = [0; 64];
            if let Ok(decoded) = b64_decode(text.as_bytes(), &mut bytes) {
                prop_assert_eq!(b64_encode(decoded, &mut again), Some(text.as_str()));
            }
        }

        #[test]
        fn what_is_encoded_decodes_to_the_same_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut text = [0; 64];
            let mut again = [0; 64];
            let text = b64_encode(&bytes, &mut text).expect("fits");
            prop_assert_eq!(b64_decoded_len(text.len()), Some(bytes.len()));
            prop_assert_eq!(b64_decode(text.as_bytes(), &mut again), Ok(&bytes[..]));
        }
    }
}
