//! What a password goes through before it enters the function.
//!
//! Some systems encode the password otherwise than as UTF-8, hash it first so
//! that bcrypt takes it whole, or put a salt around it. Each step is bounded
//! and without a heap; a password that a step cannot take matches nothing.

use super::hash_function::HashFunction;
use super::kdf::Entered;
use super::{Salt, Tag, bcrypt};
use crate::encoding;
use crate::secret::FixedBytes;

/// The longest input, in bytes, of a string that has any of these steps.
pub(crate) const MAX_INPUT_BYTES: usize = 4096;

/// How the characters of a password become bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Charset {
    /// As received: UTF-8, or whatever the bytes are.
    #[default]
    AsIs,
    /// UTF-16, the low byte first: NT hashes, .NET.
    Utf16Le,
    /// ISO 8859-1. A character outside of it has no bytes.
    Latin1,
}

/// What is hashed in the place of the password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Prehash {
    /// The password itself.
    #[default]
    None,
    /// Its MD5 in hexadecimal: Drupal's `U`, MediaWiki.
    Md5Hex,
    /// Its SHA-256 in hexadecimal: Django.
    Sha256Hex,
    /// Its SHA-256 in Base64: passlib's bcrypt-sha256, version 1.
    Sha256Base64,
    /// Its HMAC-SHA-256 in Base64, under the text of bcrypt's salt: version 2.
    HmacSha256OfSaltBase64,
    /// Without the white space around it, its HMAC-SHA-384 in Base64: WordPress from 6.8 on.
    WordPress,
    /// Its SHA-512 in Base64, of which bcrypt takes 72 characters, where it is
    /// longer than that or has a NUL; else itself: Symfony.
    Symfony,
}

/// The steps, in this order: characters to bytes, a hash, something before and behind.
#[derive(Default)]
pub(crate) struct Input {
    pub(crate) charset: Charset,
    pub(crate) prehash: Prehash,
    affixes: Affixes,
}

/// What stands before and behind the password.
struct Affixes {
    bytes: Salt,
    /// How many of them stand before it.
    before: usize,
}

impl Default for Affixes {
    fn default() -> Self {
        Self {
            bytes: FixedBytes::zeroed(0),
            before: 0,
        }
    }
}

impl Input {
    /// One step: a hash.
    pub(crate) fn prehashed(prehash: Prehash) -> Self {
        Self {
            prehash,
            ..Self::default()
        }
    }

    /// One step: characters to bytes.
    pub(crate) fn in_charset(charset: Charset) -> Self {
        Self {
            charset,
            ..Self::default()
        }
    }

    /// The same, with something before and behind. `None` where it is more than [`MAX_SALT_BYTES`].
    pub(crate) fn between(mut self, prefix: &[u8], suffix: &[u8]) -> Option<Self> {
        let mut bytes = FixedBytes::zeroed(prefix.len() + suffix.len());
        let (before, behind) = bytes.as_mut_slice().split_at_mut_checked(prefix.len())?;
        if behind.len() != suffix.len() {
            return None;
        }
        before.copy_from_slice(prefix);
        behind.copy_from_slice(suffix);
        self.affixes = Affixes {
            bytes,
            before: prefix.len(),
        };
        Some(self)
    }

    /// Whether the password enters as it is.
    pub(crate) fn is_plain(&self) -> bool {
        self.charset == Charset::AsIs
            && self.prehash == Prehash::None
            && self.affixes.bytes.len() == 0
    }

    /// Bytes that stand before the password.
    pub(crate) fn prefix_bytes(&self) -> usize {
        self.affixes.before
    }

    /// Bytes that stand before and behind the password.
    pub(crate) fn affix_bytes(&self) -> usize {
        self.affixes.bytes.len()
    }

    /// What enters for `password`, in `room` where it is not the password
    /// itself; `None` where nothing can. `salt` is the function's.
    pub(crate) fn enter<'a>(
        &self,
        password: &'a [u8],
        salt: &[u8],
        room: &'a mut Room,
    ) -> Option<Entered<'a>> {
        if self.is_plain() {
            return Some(Entered::plain(password));
        }
        let affixes = self.affixes.bytes.as_slice();
        let (prefix, suffix) = affixes.split_at_checked(self.affixes.before)?;
        room.truncate(0);
        room.push(prefix)?;
        self.charset.push(password, room)?;
        self.prehash.replace(prefix.len(), salt, room)?;
        let end = room.as_slice().len();
        room.push(suffix)?;
        Some(Entered {
            bytes: room.as_slice(),
            password: prefix.len()..end,
            is_wide: self.charset == Charset::Utf16Le && self.prehash == Prehash::None,
        })
    }
}

impl Charset {
    /// As findings and our own spelling have it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::AsIs => "as-is",
            Self::Utf16Le => "utf16le",
            Self::Latin1 => "latin1",
        }
    }

    /// Appends `password` in this encoding.
    fn push(self, password: &[u8], room: &mut Room) -> Option<()> {
        if self == Self::AsIs {
            return room.push(password);
        }
        for c in std::str::from_utf8(password).ok()?.chars() {
            match self {
                Self::AsIs => {}
                Self::Utf16Le => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        room.push(&unit.to_le_bytes())?;
                    }
                }
                Self::Latin1 => room.push(&[u8::try_from(u32::from(c)).ok()?])?,
            }
        }
        Some(())
    }
}

impl Prehash {
    /// As findings and our own spelling have it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Md5Hex => "md5-hex",
            Self::Sha256Hex => "sha256-hex",
            Self::Sha256Base64 => "sha256-base64",
            Self::HmacSha256OfSaltBase64 => "hmac-sha256-base64",
            Self::WordPress => "wordpress",
            Self::Symfony => "symfony",
        }
    }

    /// Puts the hash of what stands from `at` on in its place.
    fn replace(self, at: usize, salt: &[u8], room: &mut Room) -> Option<()> {
        let mut text = FixedBytes::<MAX_HASH_TEXT>::zeroed(MAX_HASH_TEXT);
        let hash = {
            let password = room.as_slice().get(at..)?;
            let text = text.as_mut_slice();
            match self {
                Self::None => return Some(()),
                Self::Md5Hex => hex(digest(HashFunction::Md5, password).as_slice(), text),
                Self::Sha256Hex => hex(digest(HashFunction::Sha256, password).as_slice(), text),
                Self::Sha256Base64 => {
                    base64(digest(HashFunction::Sha256, password).as_slice(), text)
                }
                Self::HmacSha256OfSaltBase64 => {
                    let mut key = [0; 24];
                    let key = encoding::bcrypt_encode(salt, &mut key)?;
                    base64(
                        mac(HashFunction::Sha256, key.as_bytes(), password).as_slice(),
                        text,
                    )
                }
                Self::WordPress => {
                    let trimmed = php_trim(password);
                    base64(
                        mac(HashFunction::Sha384, b"wp-sha384", trimmed).as_slice(),
                        text,
                    )
                }
                Self::Symfony => {
                    if password.len() <= bcrypt::MAX_PASSWORD_BYTES && !password.contains(&0) {
                        return Some(());
                    }
                    let whole = base64(digest(HashFunction::Sha512, password).as_slice(), text)?;
                    whole.get(..bcrypt::MAX_PASSWORD_BYTES)
                }
            }
        }?;
        room.truncate(at);
        room.push(hash)
    }
}

/// Base64 of a SHA-512 digest, and the hexadecimal digits of a SHA-256 digest, fit.
const MAX_HASH_TEXT: usize = 88;

fn digest(function: HashFunction, message: &[u8]) -> Tag {
    let mut out = Tag::zeroed(function.output_bytes());
    function.digest(&[message], out.as_mut_slice());
    out
}

fn mac(function: HashFunction, key: &[u8], message: &[u8]) -> Tag {
    let mut out = Tag::zeroed(function.output_bytes());
    function.hmac(key, message, out.as_mut_slice());
    out
}

fn hex<'o>(bytes: &[u8], out: &'o mut [u8]) -> Option<&'o [u8]> {
    encoding::hex_encode(bytes, out).map(str::as_bytes)
}

fn base64<'o>(bytes: &[u8], out: &'o mut [u8]) -> Option<&'o [u8]> {
    encoding::base64_encode(bytes, out).map(str::as_bytes)
}

/// Without what PHP's `trim` takes away by default.
fn php_trim(text: &[u8]) -> &[u8] {
    let is_space = |c: &u8| matches!(c, b' ' | b'\t' | b'\n' | b'\r' | 0 | 0x0b);
    let Some(first) = text.iter().position(|c| !is_space(c)) else {
        return &[];
    };
    let last = text.iter().rposition(|c| !is_space(c)).unwrap_or(first);
    text.get(first..=last).unwrap_or_default()
}

/// Where an input is put together, wiped when dropped.
pub(crate) struct Room {
    bytes: FixedBytes<MAX_INPUT_BYTES>,
}

impl Room {
    pub(crate) fn new() -> Self {
        Self {
            bytes: FixedBytes::zeroed(0),
        }
    }

    fn as_slice(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len);
    }

    /// `None` where it does not fit.
    fn push(&mut self, more: &[u8]) -> Option<()> {
        self.bytes.extend(more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entered(input: &Input, password: &[u8]) -> Option<Vec<u8>> {
        let mut room = Room::new();
        input
            .enter(password, &[0; 16], &mut room)
            .map(|entered| entered.bytes.to_vec())
    }

    fn text(prehash: Prehash, password: &[u8]) -> String {
        let entered = entered(&Input::prehashed(prehash), password).expect("enters");
        String::from_utf8(entered).expect("text")
    }

    #[test]
    fn characters_become_bytes_or_nothing() {
        let utf16 = Input::in_charset(Charset::Utf16Le);
        let latin1 = Input::in_charset(Charset::Latin1);
        assert_eq!(
            entered(&utf16, "aé😀".as_bytes()),
            Some(b"a\0\xe9\0\x3d\xd8\x00\xde".to_vec())
        );
        assert_eq!(entered(&latin1, "aé".as_bytes()), Some(b"a\xe9".to_vec()));
        assert_eq!(entered(&latin1, "a\u{100}".as_bytes()), None);
        assert_eq!(entered(&utf16, b"\xff"), None);
        assert_eq!(entered(&latin1, b"\xff"), None);
        assert_eq!(entered(&Input::default(), b"\xff"), Some(b"\xff".to_vec()));
        assert!(entered(&utf16, &[b'a'; 2048]).is_some());
        assert_eq!(entered(&utf16, &[b'a'; 2049]), None);
    }

    /// Computed with Python's hashlib, hmac and base64.
    #[test]
    fn hashes_stand_in_the_place_of_the_password() {
        assert_eq!(
            text(Prehash::Md5Hex, b"password"),
            "5f4dcc3b5aa765d61d8327deb882cf99"
        );
        assert_eq!(
            text(Prehash::Sha256Hex, b"password"),
            "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"
        );
        assert_eq!(
            text(Prehash::Sha256Base64, b"password"),
            "XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg="
        );
        assert_eq!(
            text(Prehash::WordPress, b" \t password\n\0"),
            text(Prehash::WordPress, b"password")
        );
        assert_eq!(text(Prehash::Symfony, &[b'a'; 72]), "a".repeat(72));
        assert_eq!(text(Prehash::Symfony, &[b'a'; 73]).len(), 72);
        assert_eq!(text(Prehash::Symfony, b"a\0b").len(), 72);
    }

    #[test]
    fn affixes_stand_around_the_rest() {
        let salted = Input::prehashed(Prehash::Md5Hex)
            .between(b"<", b">")
            .expect("short");
        let expected = b"<5f4dcc3b5aa765d61d8327deb882cf99>";
        assert_eq!(entered(&salted, b"password"), Some(expected.to_vec()));
        assert!(Input::default().between(&[0; 100], &[0; 29]).is_none());
        let longest = Input::default().between(&[0; 100], &[0; 28]).expect("fits");
        assert!(entered(&longest, &[b'a'; MAX_INPUT_BYTES - 128]).is_some());
        assert_eq!(entered(&longest, &[b'a'; MAX_INPUT_BYTES - 127]), None);
    }
}
