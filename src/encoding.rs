//! Base64 as stored strings use it.
//!
//! A tag is compared in constant time, so it is not decoded by table either:
//! the common alphabets are decoded here, a block at a time so that it becomes
//! vector code, the others by `base64ct`, which is the oracle of ours.

#[cfg(feature = "imports")]
use base64ct::{Base64, Base64Bcrypt, Base64ShaCrypt};
use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};

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
    let decoded = decode(text, b'+', out);
    decoded.ok_or_else(|| foreign_character(text).unwrap_or(B64Fault::StrayBits))
}

/// Characters of a block, and the bytes that they stand for.
const BLOCK_CHARACTERS: usize = 32;
const BLOCK_BYTES: usize = BLOCK_CHARACTERS / 4 * 3;

/// Decodes Base64 without padding, with `plus` in the place of `+`, into the
/// front of `out`; `None` where it is not of the alphabet, has stray bits, is of
/// no bytes' length, or does not fit. Its time depends on the length only.
fn decode<'o>(text: &[u8], plus: u8, out: &'o mut [u8]) -> Option<&'o [u8]> {
    let out = out.get_mut(..b64_decoded_len(text.len())?)?;
    let mut fault = 0;
    for (text, out) in text
        .chunks(BLOCK_CHARACTERS)
        .zip(out.chunks_mut(BLOCK_BYTES))
    {
        // What is missing of the last block is zeros, so stray bits are bytes behind it.
        let mut characters = [b'A'; BLOCK_CHARACTERS];
        characters.get_mut(..text.len())?.copy_from_slice(text);
        let sextets = characters.map(|c| sextet(c, plus));
        fault |= sextets.iter().fold(0, |all, sextet| all | sextet) & NO_SEXTET;
        let mut bytes = [0; BLOCK_BYTES];
        let (eights, _) = sextets.as_chunks::<8>();
        for (six, eight) in bytes.as_chunks_mut::<6>().0.iter_mut().zip(eights) {
            *six = packed(*eight);
        }
        let (decoded, stray) = bytes.split_at_checked(out.len())?;
        fault |= stray.iter().fold(0, |all, byte| all | byte);
        out.copy_from_slice(decoded);
    }
    // A text of fewer than two characters has no block of bytes to be seen in.
    (fault == 0).then_some(out)
}

/// The six bytes that eight sextets are: neighbours are joined to 12, 24 and 48 bits.
#[inline(always)]
fn packed(sextets: [u8; 8]) -> [u8; 6] {
    let of_8 = u64::from_be_bytes(sextets);
    let of_16 = (of_8 & 0x3f00_3f00_3f00_3f00) >> 2 | of_8 & 0x003f_003f_003f_003f;
    let of_32 = (of_16 & 0x0fff_0000_0fff_0000) >> 4 | of_16 & 0x0000_0fff_0000_0fff;
    let [_, _, six @ ..] = (of_32 >> 32 << 24 | of_32 & 0x00ff_ffff).to_be_bytes();
    six
}

/// The bit that no sextet has.
const NO_SEXTET: u8 = 0x80;

/// All ones, or zeros.
#[inline(always)]
fn mask(applies: bool) -> u8 {
    0_u8.wrapping_sub(u8::from(applies))
}

/// What a character stands for, without a table and without a branch on it.
#[inline(always)]
fn sextet(c: u8, plus: u8) -> u8 {
    let (capital, small, digit) = (
        c.wrapping_sub(b'A'),
        c.wrapping_sub(b'a'),
        c.wrapping_sub(b'0'),
    );
    let (is_capital, is_small, is_digit) = (mask(capital < 26), mask(small < 26), mask(digit < 10));
    let (is_plus, is_slash) = (mask(c == plus), mask(c == b'/'));
    let is_none = !(is_capital | is_small | is_digit | is_plus | is_slash);
    (capital & is_capital)
        | (small.wrapping_add(26) & is_small)
        | (digit.wrapping_add(52) & is_digit)
        | (62 & is_plus)
        | (63 & is_slash)
        | (NO_SEXTET & is_none)
}

/// As [`decode`], with the padding that the length asks for.
#[cfg(feature = "imports")]
fn decode_padded<'o>(text: &[u8], out: &'o mut [u8]) -> Option<&'o [u8]> {
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let text = text
        .strip_suffix(b"==")
        .or_else(|| text.strip_suffix(b"="))
        .unwrap_or(text);
    decode(text, b'+', out)
}

/// Encodes `bytes` into the front of `out`; `None` where it does not fit.
pub(crate) fn b64_encode<'o>(bytes: &[u8], out: &'o mut [u8]) -> Option<&'o str> {
    Base64Unpadded::encode(bytes, out).ok()
}

/// Encodes `bytes` as Base64 for addresses, without padding, into the front of `out`; `None` where it does not fit.
pub(crate) fn base64url_encode<'o>(bytes: &[u8], out: &'o mut [u8]) -> Option<&'o str> {
    Base64UrlUnpadded::encode(bytes, out).ok()
}

/// Encodes `bytes` as padded Base64 into the front of `out`; `None` where it does not fit.
#[cfg(feature = "imports")]
pub(crate) fn base64_encode<'o>(bytes: &[u8], out: &'o mut [u8]) -> Option<&'o str> {
    Base64::encode(bytes, out).ok()
}

/// Encodes `bytes` as small hexadecimal digits into the front of `out`; `None` where it does not fit.
pub(crate) fn hex_encode<'o>(bytes: &[u8], out: &'o mut [u8]) -> Option<&'o str> {
    std::str::from_utf8(hex_digits(bytes, out)?).ok()
}

/// As [`hex_encode`], without a table or a branch on what may be a secret.
pub(crate) fn hex_digits<'o>(bytes: &[u8], out: &'o mut [u8]) -> Option<&'o [u8]> {
    let digit = |n: u8| n + b'0' + (b'a' - b'9' - 1) * ((n + 6) >> 4);
    let out = out.get_mut(..2 * bytes.len())?;
    for (pair, byte) in out.chunks_exact_mut(2).zip(bytes) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    Some(out)
}

/// Decodes bcrypt's text into the front of `out`, whatever the unused bits of
/// the last character are; returns the bytes written and whether one of those
/// bits is set. `None` where it is not of the alphabet, or does not fit.
#[cfg(feature = "imports")]
pub(crate) fn bcrypt_decode(text: &[u8], out: &mut [u8]) -> Option<(usize, bool)> {
    let (groups, rest) = text.as_chunks::<4>();
    // With zeros in place of what is missing, the unused bits become bytes of their own.
    let mut last = [b'.'; 4];
    last.get_mut(..rest.len())?.copy_from_slice(rest);
    let mut bytes = [0; 3];
    Base64Bcrypt::decode(last, &mut bytes).ok()?;
    let (last, unused) = bytes.split_at_checked(b64_decoded_len(rest.len())?)?;

    let whole = Base64Bcrypt::decode(groups.as_flattened(), out).ok()?.len();
    out.get_mut(whole..)?
        .get_mut(..last.len())?
        .copy_from_slice(last);
    let stray = unused.iter().fold(0, |any, byte| any | byte) != 0;
    Some((whole + last.len(), stray))
}

/// Encodes `bytes` as bcrypt does into the front of `out`; `None` where it does not fit.
#[cfg(feature = "imports")]
pub(crate) fn bcrypt_encode<'o>(bytes: &[u8], out: &'o mut [u8]) -> Option<&'o str> {
    Base64Bcrypt::encode(bytes, out).ok()
}

/// Encodes `bytes` as crypt(3) does into the front of `out`; `None` where it does not fit.
#[cfg(feature = "imports")]
pub(crate) fn crypt_encode<'o>(bytes: &[u8], out: &'o mut [u8]) -> Option<&'o str> {
    Base64ShaCrypt::encode(bytes, out).ok()
}

/// How other systems write bytes as text.
#[cfg(feature = "imports")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alphabet {
    /// RFC 4648 with padding.
    Padded,
    /// RFC 4648 without.
    Unpadded,
    /// passlib's "adapted" B64: no padding, `.` for `+`.
    Adapted,
    /// crypt(3): `./0-9A-Za-z`, the low bits first.
    Crypt,
    /// Hexadecimal digits, small or capital but not both.
    Hex,
}

#[cfg(feature = "imports")]
impl Alphabet {
    /// The most characters that `bytes` bytes are written in.
    pub(crate) const fn most_characters(self, bytes: usize) -> usize {
        match self {
            Self::Hex => 2 * bytes,
            _ => bytes.div_ceil(3) * 4,
        }
    }

    /// The character whose bits are zero.
    pub(crate) const fn zero(self) -> &'static str {
        match self {
            Self::Padded | Self::Unpadded | Self::Adapted => "A",
            Self::Crypt => ".",
            Self::Hex => "0",
        }
    }

    /// Decodes `text` into the front of `out`; `None` where it is not of this
    /// alphabet, or is but would not be written so, or does not fit.
    pub(crate) fn decode<'o>(self, text: &[u8], out: &'o mut [u8]) -> Option<&'o [u8]> {
        match self {
            Self::Padded => decode_padded(text, out),
            Self::Unpadded => decode(text, b'+', out),
            Self::Adapted => decode(text, b'.', out),
            Self::Crypt => Base64ShaCrypt::decode(text, out).ok(),
            Self::Hex => hex_decode(text, out),
        }
    }
}

/// Without a table and without a branch on a digit, as the other decoders.
#[cfg(feature = "imports")]
fn hex_decode<'o>(text: &[u8], out: &'o mut [u8]) -> Option<&'o [u8]> {
    let out = out
        .get_mut(..text.len() / 2)
        .filter(|_| text.len().is_multiple_of(2))?;
    let (mut small, mut capital, mut fault) = (0, 0, 0);
    for (text, out) in text
        .chunks(BLOCK_CHARACTERS)
        .zip(out.chunks_mut(BLOCK_CHARACTERS / 2))
    {
        let mut characters = [b'0'; BLOCK_CHARACTERS];
        characters.get_mut(..text.len())?.copy_from_slice(text);
        let (mut digits, mut kinds) = ([0; BLOCK_CHARACTERS], [0; BLOCK_CHARACTERS]);
        for ((digit, kind), c) in digits.iter_mut().zip(&mut kinds).zip(characters) {
            (*digit, *kind) = hex_digit(c);
        }
        for kind in kinds {
            small |= kind & SMALL;
            capital |= kind & CAPITAL;
            fault |= kind & NO_DIGIT;
        }
        let (pairs, _) = digits.as_chunks::<2>();
        for (byte, [high, low]) in out.iter_mut().zip(pairs) {
            *byte = high << 4 | low;
        }
    }
    let is_mixed = small != 0 && capital != 0;
    (fault == 0 && !is_mixed).then_some(out)
}

/// What [`hex_digit`] says about a character that is no decimal digit.
#[cfg(feature = "imports")]
const SMALL: u8 = 1;
#[cfg(feature = "imports")]
const CAPITAL: u8 = 2;
#[cfg(feature = "imports")]
const NO_DIGIT: u8 = 4;

/// What a character stands for, and of which kind it is.
#[cfg(feature = "imports")]
#[inline(always)]
fn hex_digit(c: u8) -> (u8, u8) {
    let (digit, small, capital) = (
        c.wrapping_sub(b'0'),
        c.wrapping_sub(b'a'),
        c.wrapping_sub(b'A'),
    );
    let (is_digit, is_small, is_capital) = (mask(digit < 10), mask(small < 6), mask(capital < 6));
    let is_none = !(is_digit | is_small | is_capital);
    let value = (digit & is_digit)
        | (small.wrapping_add(10) & is_small)
        | (capital.wrapping_add(10) & is_capital);
    let kind = (SMALL & is_small) | (CAPITAL & is_capital) | (NO_DIGIT & is_none);
    (value, kind)
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

    #[cfg(feature = "imports")]
    #[test]
    fn hexadecimal_is_even_and_of_one_case() {
        let mut out = [0; 4];
        let mut decode = |text: &[u8]| Alphabet::Hex.decode(text, &mut out).map(<[u8]>::to_vec);
        assert_eq!(decode(b"00ff19af"), Some(vec![0, 0xff, 0x19, 0xaf]));
        assert_eq!(decode(b"00FF19AF"), Some(vec![0, 0xff, 0x19, 0xaf]));
        assert_eq!(decode(b""), Some(vec![]));
        for text in [
            "0",
            "aF",
            "0g",
            "/0",
            ":0",
            "@0",
            "G0",
            "`0",
            "0 ",
            "0000000000",
        ] {
            assert_eq!(decode(text.as_bytes()), None, "{text}");
        }
        for byte in 0..=u8::MAX {
            assert_eq!(decode(format!("{byte:02x}").as_bytes()), Some(vec![byte]));
        }
    }

    #[cfg(feature = "imports")]
    #[test]
    fn the_other_alphabets_are_strict() {
        let mut out = [0; 4];
        let mut decode = |alphabet: Alphabet, text: &str| {
            alphabet
                .decode(text.as_bytes(), &mut out)
                .map(<[u8]>::to_vec)
        };
        assert_eq!(decode(Alphabet::Padded, "AAE="), Some(vec![0, 1]));
        assert_eq!(decode(Alphabet::Padded, "AAE"), None);
        assert_eq!(decode(Alphabet::Padded, "AAF="), None);
        assert_eq!(decode(Alphabet::Adapted, "./8"), Some(vec![0xfb, 0xff]));
        assert_eq!(decode(Alphabet::Adapted, "+/8"), None);
        assert_eq!(decode(Alphabet::Crypt, "/."), Some(vec![1]));
        assert_eq!(decode(Alphabet::Crypt, "./.."), Some(vec![0x40, 0, 0]));
    }

    #[cfg(feature = "imports")]
    #[test]
    fn unused_bits_of_bcrypt_are_read_over_and_told() {
        let mut out = [0xaa; 5];
        assert_eq!(bcrypt_decode(b"", &mut out), Some((0, false)));
        assert_eq!(bcrypt_decode(b"....9", &mut out), None);
        assert_eq!(bcrypt_decode(b"+.", &mut out), None);
        assert_eq!(bcrypt_decode(b"+.....", &mut out), None);
        assert_eq!(bcrypt_decode(b"...+", &mut out), None);
        assert_eq!(bcrypt_decode(b"........", &mut out), None);
        assert_eq!(bcrypt_decode(b"...", &mut out[..1]), None);
        let digits = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        for (value, digit) in (0..64_u8).zip(digits) {
            let mut out = [0xaa; 5];
            let stray = value & 15 != 0;
            let read = bcrypt_decode(&[b'.', b'.', b'.', b'.', b'9', *digit], &mut out);
            assert_eq!(read, Some((4, stray)));
            assert_eq!(out, [0, 0, 0, 0xfc | value >> 4, 0xaa]);
            let stray = value & 3 != 0;
            let read = bcrypt_decode(&[b'.', b'.', b'.', b'.', b'9', b'9', *digit], &mut out);
            assert_eq!(read, Some((5, stray)));
            assert_eq!(out, [0, 0, 0, 0xff, 0xf0 | value >> 2]);
        }
        for len in 0..=24 {
            let bytes: Vec<u8> = (0..len).map(|at: u8| at.wrapping_mul(37)).collect();
            let (mut text, mut again) = ([0; 32], [0; 24]);
            let text = bcrypt_encode(&bytes, &mut text).expect("fits");
            let read = bcrypt_decode(text.as_bytes(), &mut again);
            assert_eq!(read, Some((bytes.len(), false)));
            assert_eq!(again[..bytes.len()], bytes);
        }
    }

    #[cfg(feature = "imports")]
    #[test]
    fn what_is_encoded_has_small_digits_and_padding() {
        let (mut hex, mut base64) = ([0; 8], [0; 8]);
        assert_eq!(hex_encode(&[0x09, 0xaf, 0x10], &mut hex), Some("09af10"));
        assert_eq!(hex_encode(&[0; 5], &mut hex), None);
        assert_eq!(base64_encode(&[0, 1], &mut base64), Some("AAE="));
        assert_eq!(base64_encode(&[0; 7], &mut base64), None);
    }

    /// What another implementation says of the same text, in constant time too.
    #[cfg(feature = "imports")]
    fn oracle(alphabet: Alphabet, text: &[u8]) -> Option<Vec<u8>> {
        let mut out = vec![0; text.len()];
        let decoded = match alphabet {
            Alphabet::Padded => Base64::decode(text, &mut out),
            Alphabet::Unpadded => Base64Unpadded::decode(text, &mut out),
            _ => base64ct::Base64Pbkdf2::decode(text, &mut out),
        };
        decoded.ok().map(<[u8]>::to_vec)
    }

    #[cfg(feature = "imports")]
    fn agrees(text: &[u8]) {
        for alphabet in [Alphabet::Padded, Alphabet::Unpadded, Alphabet::Adapted] {
            let mut out = vec![0; text.len()];
            let ours = alphabet.decode(text, &mut out).map(<[u8]>::to_vec);
            assert_eq!(ours, oracle(alphabet, text), "{alphabet:?} {text:?}");
        }
    }

    /// Every character at every place of a group, of a block and behind one.
    #[cfg(feature = "imports")]
    #[test]
    fn every_character_is_what_base64ct_says() {
        for len in [1, 2, 3, 4, 5, 6, 7, 8, 31, 32, 33, 34, 36, 64, 66] {
            for at in len - len.min(4)..len {
                for c in 0..=u8::MAX {
                    let mut text = vec![b'A'; len];
                    text[at] = c;
                    agrees(&text);
                }
            }
        }
        for text in [
            "", "=", "==", "A=", "A==", "A===", "AA=", "AA==", "AAA=", "AAA==", "AAAA=",
            "AAAA====", "=AAA", "AA=A", "AB==", "AAB=",
        ] {
            agrees(text.as_bytes());
        }
    }

    proptest! {
        #[cfg(feature = "imports")]
        #[test]
        fn texts_are_what_base64ct_says(text in "[A-Za-z0-9+/.]{0,100}={0,3}", cut in 0..4_usize) {
            let text = text.as_bytes();
            agrees(&text[..text.len().saturating_sub(cut)]);
        }

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
