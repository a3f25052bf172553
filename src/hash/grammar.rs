//! The pieces that stored strings are made of, read and written strictly: one
//! spelling for one meaning.
//!
//! Decimals have no sign and no leading zero, B64 has no padding and no stray
//! bits. What is read is written back byte for byte; what deviates is refused
//! with its offset.
//!
//! What a hundred places call is not inlined: beside a hash it costs nothing, and
//! it made the readers of stored strings 30 KB larger.

use crate::encoding::{self, B64Fault};
use crate::error::{Error, ErrorKind};
use crate::secret::FixedBytes;
use std::ops::RangeInclusive;

/// Space for any string saltbox writes or reads, with the NUL that C wants: `SALTBOX_HASH_MAX`.
pub const HASH_MAX: usize = 1024;

/// Longest stored string, in bytes, that is read or written.
pub(crate) const MAX_STORED_BYTES: usize = HASH_MAX - 1;

/// Reads a stored string from left to right; every error carries its offset.
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Begins at the offset `at`; what stands before it the caller has matched.
    pub(crate) fn at(at: usize, text: &'a [u8]) -> Self {
        Self { text, at }
    }

    /// What has not been read yet.
    #[cfg(feature = "imports")]
    pub(crate) fn left(&self) -> &'a [u8] {
        self.rest()
    }

    /// Passes over `len` characters that the caller has matched.
    #[cfg(feature = "imports")]
    pub(crate) fn skip(&mut self, len: usize) {
        self.at += len;
    }

    /// The next `len` characters; `None` where there are fewer.
    #[cfg(feature = "imports")]
    pub(crate) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let piece = self.rest().get(..len)?;
        self.at += len;
        Some(piece)
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Where the next character is read.
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    /// A breach of the grammar at the next character.
    #[inline(never)]
    pub(crate) fn malformed(&self, reason: &'static str) -> Error {
        Error::new(ErrorKind::Malformed, reason).at(self.at)
    }

    /// Whether `literal` stands next; it is passed over if so.
    #[inline(never)]
    pub(crate) fn accept(&mut self, literal: &str) -> bool {
        let found = self.rest().starts_with(literal.as_bytes());
        if found {
            self.at += literal.len();
        }
        found
    }

    /// Passes over `literal`, or refuses with `reason`.
    #[inline(never)]
    pub(crate) fn expect(&mut self, literal: &str, reason: &'static str) -> Result<(), Error> {
        if self.accept(literal) {
            Ok(())
        } else {
            Err(self.malformed(reason))
        }
    }

    /// A decimal without sign and leading zero, within `range`.
    #[inline(never)]
    pub(crate) fn number(
        &mut self,
        range: RangeInclusive<u32>,
        out_of_range: &'static str,
    ) -> Result<u32, Error> {
        let rest = self.rest();
        let len = rest.iter().take_while(|c| c.is_ascii_digit()).count();
        let digits = rest.get(..len).unwrap_or_default();
        match digits {
            [] => return Err(self.malformed("a decimal number is missing")),
            [b'0', _, ..] => return Err(self.malformed("a decimal number has a leading zero")),
            _ => {}
        }
        // Ten digits hold every u32; more are out of every range.
        let value = if len > 10 {
            None
        } else {
            let value = digits
                .iter()
                .fold(0_u64, |sum, c| sum * 10 + u64::from(c - b'0'));
            u32::try_from(value).ok().filter(|v| range.contains(v))
        };
        let value = value.ok_or_else(|| self.malformed(out_of_range))?;
        self.at += len;
        Ok(value)
    }

    /// B64 up to the next `$` or the end, of as many bytes as `lengths` allows.
    pub(crate) fn bytes<const N: usize>(
        &mut self,
        lengths: RangeInclusive<usize>,
        out_of_range: &'static str,
    ) -> Result<FixedBytes<N>, Error> {
        let rest = self.rest();
        let len = rest.iter().take_while(|c| **c != b'$').count();
        let text = rest.get(..len).unwrap_or_default();
        let mut bytes = FixedBytes::zeroed(encoding::b64_decoded_len(len).unwrap_or(0));
        let decoded = encoding::b64_decode(text, bytes.as_mut_slice()).map(<[u8]>::len);
        match decoded {
            Ok(decoded) if lengths.contains(&decoded) => {
                self.at += len;
                Ok(bytes)
            }
            Ok(_) | Err(B64Fault::TooLong) => Err(self.malformed(out_of_range)),
            Err(B64Fault::Length) => Err(self.malformed("no bytes encode to B64 of this length")),
            Err(B64Fault::Character(at)) => {
                self.at += at;
                Err(self.malformed(
                    "the character is not of the B64 alphabet (A-Z a-z 0-9 + /, no padding)",
                ))
            }
            Err(B64Fault::StrayBits) => {
                self.at += len - 1;
                Err(self.malformed("the unused bits of the last B64 character are not zero"))
            }
        }
    }

    /// A number in two digits.
    #[cfg(feature = "imports")]
    pub(crate) fn two_digits(&mut self, expected: &'static str) -> Result<u32, Error> {
        match self.rest() {
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9', ..] => {
                self.at += 2;
                Ok(u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
            }
            _ => Err(self.malformed(expected)),
        }
    }

    /// What stands before the next `end`, or the rest; `end` itself stays.
    #[cfg(feature = "imports")]
    pub(crate) fn piece(&mut self, end: u8) -> &'a [u8] {
        self.piece_of(&[end])
    }

    /// As [`Self::piece`], before the next of several `ends`.
    #[inline(never)]
    pub(crate) fn piece_of(&mut self, ends: &[u8]) -> &'a [u8] {
        let rest = self.rest();
        let len = rest.iter().take_while(|c| !ends.contains(c)).count();
        self.at += len;
        rest.get(..len).unwrap_or_default()
    }

    /// What stands before the next `end`, or the rest, in `alphabet`: as many bytes as `lengths` allows.
    #[cfg(feature = "imports")]
    pub(crate) fn decoded<const N: usize>(
        &mut self,
        alphabet: encoding::Alphabet,
        end: u8,
        lengths: RangeInclusive<usize>,
    ) -> Result<FixedBytes<N>, Error> {
        let at = self.at;
        let text = self.piece(end);
        let mut bytes = FixedBytes::<N>::zeroed(N);
        // What cannot fit is not decoded to find that out: it may be long.
        let may_fit = text.len() <= alphabet.most_characters(N);
        let decoded = may_fit
            .then(|| alphabet.decode(text, bytes.as_mut_slice()).map(<[u8]>::len))
            .flatten();
        match decoded.filter(|len| lengths.contains(len)) {
            Some(len) => Ok(bytes.cut(len)),
            None => {
                let reason = match (decoded, alphabet) {
                    (Some(_), _) => "salt or tag is shorter or longer than its scheme allows",
                    (None, encoding::Alphabet::Padded) => {
                        "has to be Base64 with padding, of no more bytes than its scheme allows"
                    }
                    (None, encoding::Alphabet::Unpadded) => {
                        "has to be B64, without padding, of no more bytes than its scheme allows"
                    }
                    (None, encoding::Alphabet::Adapted) => {
                        "has to be B64 with \".\" for \"+\", of no more bytes than its scheme allows"
                    }
                    (None, encoding::Alphabet::Crypt) => {
                        "has to be of ./0-9A-Za-z, of no more bytes than its scheme allows"
                    }
                    (None, encoding::Alphabet::Hex) => {
                        "has to be hexadecimal in one case, of no more bytes than its scheme allows"
                    }
                };
                Err(Error::new(ErrorKind::Malformed, reason).at(at))
            }
        }
    }

    /// A number in `digits` characters of crypt(3), the low bits first.
    #[cfg(feature = "imports")]
    #[inline(never)]
    pub(crate) fn crypt_number(&mut self, digits: usize) -> Result<u32, Error> {
        let mut number = 0;
        for place in 0..digits {
            let digit = match self.rest().first() {
                Some(c @ b'.'..=b'9') => c - b'.',
                Some(c @ b'A'..=b'Z') => c - b'A' + 12,
                Some(c @ b'a'..=b'z') => c - b'a' + 38,
                _ => return Err(self.malformed("a character of ./0-9A-Za-z has to stand here")),
            };
            number |= u32::from(digit) << (6 * place);
            self.at += 1;
        }
        Ok(number)
    }

    /// Refuses anything that is left.
    pub(crate) fn end(&self) -> Result<(), Error> {
        if self.rest().is_empty() {
            Ok(())
        } else {
            Err(self.malformed("the string goes on where it has to end"))
        }
    }
}

/// Text being written: never longer than [`MAX_STORED_BYTES`], on the stack.
pub(crate) struct Text {
    bytes: [u8; MAX_STORED_BYTES],
    len: usize,
    is_whole: bool,
}

impl Text {
    pub(crate) const fn new() -> Self {
        Self {
            bytes: [0; MAX_STORED_BYTES],
            len: 0,
            is_whole: true,
        }
    }

    /// Whether everything fitted. Schemes bound what they write, and a test
    /// holds the longest of each; a text that was cut must never get out.
    pub(crate) const fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Marks it as cut, where what was to be appended could not be had.
    pub(crate) fn spoil(&mut self) {
        self.is_whole = false;
    }

    pub(crate) fn as_str(&self) -> &str {
        let written = self.bytes.get(..self.len).unwrap_or_default();
        std::str::from_utf8(written).unwrap_or_default()
    }

    /// Appends text.
    #[inline(never)]
    pub(crate) fn push(&mut self, text: &str) {
        match self.bytes.get_mut(self.len..self.len + text.len()) {
            Some(room) => {
                room.copy_from_slice(text.as_bytes());
                self.len += text.len();
            }
            None => self.is_whole = false,
        }
    }

    /// Appends a decimal.
    #[inline(never)]
    pub(crate) fn push_number(&mut self, number: u32) {
        let mut divisor = 1_000_000_000;
        while divisor > 1 && number / divisor == 0 {
            divisor /= 10;
        }
        while divisor > 0 {
            let digit = char::from_digit(number / divisor % 10, 10).unwrap_or('0');
            self.push(digit.encode_utf8(&mut [0; 4]));
            divisor /= 10;
        }
    }

    /// Appends bytes as B64.
    pub(crate) fn push_b64(&mut self, bytes: &[u8]) {
        let room = self.bytes.get_mut(self.len..).unwrap_or_default();
        match encoding::b64_encode(bytes, room) {
            Some(text) => self.len += text.len(),
            None => self.is_whole = false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Result<u32, String> {
        Reader::at(0, text.as_bytes())
            .number(1..=u32::MAX, "out of range")
            .map_err(|e| e.to_string())
    }

    #[test]
    fn decimals_have_one_spelling() {
        assert_eq!(number("1"), Ok(1));
        assert_eq!(number("4294967295"), Ok(u32::MAX));
        for (text, reason) in [
            ("", "missing"),
            ("+1", "missing"),
            ("-1", "missing"),
            (" 1", "missing"),
            ("00", "leading zero"),
            ("01", "leading zero"),
            ("0", "out of range"),
            ("4294967296", "out of range"),
            ("99999999999999999999999", "out of range"),
        ] {
            let error = number(text).expect_err(text);
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn a_text_that_does_not_fit_says_so() {
        let mut text = Text::new();
        text.push(&"a".repeat(MAX_STORED_BYTES));
        assert!(text.is_whole());
        text.push_number(1);
        assert!(!text.is_whole());
        let mut text = Text::new();
        text.push_b64(&[0; MAX_STORED_BYTES]);
        assert!(!text.is_whole());
    }

    proptest! {
        #[test]
        fn numbers_are_written_as_they_are_read(value: u32) {
            let mut text = Text::new();
            text.push_number(value);
            prop_assert_eq!(text.as_str(), value.to_string());
            let read = Reader::at(0, text.as_str().as_bytes()).number(0..=u32::MAX, "");
            prop_assert_eq!(read.ok(), Some(value));
        }
    }
}
