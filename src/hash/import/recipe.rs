//! Where the tag stands in a string of another system, and the string with that tag zero: its recipe.

use super::Tag;
use crate::encoding::{self, Alphabet};
use crate::error::Error;
use crate::hash::grammar::{Reader, Text};
use crate::secret::FixedBytes;
use std::ops::{Range, RangeInclusive};

/// The most bytes of a field that is decoded, and their characters in Base64: ASP.NET's.
const MOST_BYTES: usize = super::pbkdf2::MOST_BLOB;
const MOST_CHARACTERS: usize = Alphabet::Padded.most_characters(MOST_BYTES);

/// A tag, and the characters that hold it.
pub(super) struct FoundTag {
    pub(super) bytes: Tag,
    pub(super) place: TagPlace,
}

/// The characters that hold a tag.
#[derive(Clone, Copy)]
pub(in crate::hash) struct TagPlace {
    at: usize,
    len: usize,
    written: Written,
}

/// How a tag is written there.
#[derive(Clone, Copy)]
enum Written {
    /// In every character but padding; this one is zero.
    Alone { zero: &'static str },
    /// In padded Base64, in `len` of its bytes from `from` on; this one is zero.
    Among { from: usize, len: usize, zero: u8 },
    /// As its XOR with a key that is written like it at `key`.
    Masked { key: usize },
}

impl FoundTag {
    /// A tag that is all of `characters`, of which `zero` is zero.
    pub(super) fn alone(bytes: Tag, characters: Range<usize>, zero: &'static str) -> Self {
        let place = TagPlace {
            at: characters.start,
            len: characters.len(),
            written: Written::Alone { zero },
        };
        Self { bytes, place }
    }

    /// The tag between here and the next `$`, in `alphabet`, of as many bytes as `lengths` allows.
    pub(super) fn read(
        reader: &mut Reader<'_>,
        alphabet: Alphabet,
        lengths: RangeInclusive<usize>,
    ) -> Result<Self, Error> {
        let at = reader.offset();
        let bytes = reader.decoded(alphabet, b'$', lengths)?;
        Ok(Self::alone(bytes, at..reader.offset(), alphabet.zero()))
    }
}

impl TagPlace {
    /// A tag of `tag_len` bytes without padding that ends where the string does.
    pub(in crate::hash) fn at_the_end(text_len: usize, tag_len: usize, alphabet: Alphabet) -> Self {
        let len = (tag_len * 4).div_ceil(3).min(text_len);
        let zero = alphabet.zero();
        Self {
            at: text_len - len,
            len,
            written: Written::Alone { zero },
        }
    }

    /// The same, with `by` more characters before the string.
    fn moved(mut self, by: usize) -> Self {
        self.at += by;
        if let Written::Masked { key } = &mut self.written {
            *key += by;
        }
        self
    }

    /// Appends `source` with the tag zero; `None` where it is not what was read.
    fn write_zero(self, source: &str, text: &mut Text) -> Option<()> {
        let end = self.at + self.len;
        let field = source.get(self.at..end)?;
        text.push(source.get(..self.at)?);
        match self.written {
            Written::Alone { zero } => {
                for c in field.bytes() {
                    text.push(if c == b'=' { "=" } else { zero });
                }
            }
            Written::Among { from, len, zero } => {
                let mut bytes = FixedBytes::<MOST_BYTES>::zeroed(MOST_BYTES);
                let decoded = Alphabet::Padded.decode(field.as_bytes(), bytes.as_mut_slice());
                let all = decoded?.len();
                let bytes = bytes.as_mut_slice().get_mut(..all)?;
                bytes.get_mut(from..from + len)?.fill(zero);
                text.push(encoding::base64_encode(bytes, &mut [0; MOST_CHARACTERS])?);
            }
            Written::Masked { key } => text.push(source.get(key..key + self.len)?),
        }
        text.push(source.get(end..)?);
        Some(())
    }
}

/// A field that is not the tag and nothing else.
pub(super) struct Field<const N: usize> {
    bytes: FixedBytes<N>,
    at: usize,
    len: usize,
    alphabet: Alphabet,
}

impl<const N: usize> Field<N> {
    /// What stands before the next `end`, as [`Reader::decoded`].
    pub(super) fn read(
        reader: &mut Reader<'_>,
        alphabet: Alphabet,
        end: u8,
        lengths: RangeInclusive<usize>,
    ) -> Result<Self, Error> {
        const { assert!(N <= MOST_BYTES) };
        let at = reader.offset();
        let bytes = reader.decoded(alphabet, end, lengths)?;
        Ok(Self {
            bytes,
            at,
            len: reader.offset() - at,
            alphabet,
        })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// The bytes of `range`, which are the tag; `None` where there are fewer, or they do not fit.
    pub(super) fn tag(&self, range: Range<usize>) -> Option<FoundTag> {
        let bytes = Tag::copy_of(self.bytes().get(range.clone())?)?;
        if self.alphabet == Alphabet::Hex {
            let digits = self.at + 2 * range.start..self.at + 2 * range.end;
            return Some(FoundTag::alone(bytes, digits, Alphabet::Hex.zero()));
        }
        let place = self.place(Written::Among {
            from: range.start,
            len: range.len(),
            zero: 0,
        });
        Some(FoundTag { bytes, place })
    }

    /// The tag whose hexadecimal digits the bytes are.
    pub(super) fn tag_in_hex(&self) -> Option<FoundTag> {
        let digits = self.bytes();
        let mut bytes = Tag::zeroed(digits.len() / 2);
        Alphabet::Hex.decode(digits, bytes.as_mut_slice())?;
        let place = self.place(Written::Among {
            from: 0,
            len: digits.len(),
            zero: b'0',
        });
        Some(FoundTag { bytes, place })
    }

    /// The tag that is the XOR of this field and `key`; `None` where they differ in length, or do not fit.
    pub(super) fn tag_under(&self, key: &Self) -> Option<FoundTag> {
        let mut bytes = Tag::copy_of(self.bytes())?;
        for (byte, key) in bytes.as_mut_slice().iter_mut().zip(key.bytes()) {
            *byte ^= key;
        }
        let place = self.place(Written::Masked { key: key.at });
        (self.bytes().len() == key.bytes().len()).then_some(FoundTag { bytes, place })
    }

    fn place(&self, written: Written) -> TagPlace {
        TagPlace {
            at: self.at,
            len: self.len,
            written,
        }
    }
}

/// A stored string as it was read, and where its tag stands.
pub(in crate::hash) struct Source<'t> {
    text: &'t str,
    tag: TagPlace,
}

impl<'t> Source<'t> {
    pub(in crate::hash) fn new(text: &'t [u8], tag: TagPlace) -> Self {
        Self {
            // What was read is UTF-8.
            text: std::str::from_utf8(text).unwrap_or_default(),
            tag,
        }
    }

    /// The place of its tag in a text that has it from `at` on.
    pub(in crate::hash) fn tag_moved(&self, at: usize) -> TagPlace {
        self.tag.moved(at)
    }

    pub(in crate::hash) fn as_str(&self) -> &'t str {
        self.text
    }

    /// Appends the string with its tag zero.
    pub(in crate::hash) fn write_recipe(&self, text: &mut Text) {
        if self.tag.write_zero(self.as_str(), text).is_none() {
            text.spoil();
        }
    }
}

#[cfg(test)]
pub(in crate::hash) mod tests {
    use super::*;
    use crate::hash::input::Room;
    use crate::hash::{Bcrypt, Kdf, Revision, Stored};
    use proptest::prelude::*;

    fn recipe(stored: &Stored<'_>) -> String {
        let mut text = Text::new();
        stored.write_recipe(&mut text);
        assert!(text.is_whole());
        text.as_str().to_owned()
    }

    fn parse(text: &str) -> Stored<'_> {
        Stored::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// What a string says beside its tag.
    fn setting(stored: &Stored<'_>) -> impl PartialEq + std::fmt::Debug + use<> {
        let (input, mut room) = (&stored.input, Room::new());
        let entered = input.enter(b"password", stored.salt(), &mut room);
        (
            (stored.scheme(), *stored.kdf(), stored.salt().to_vec()),
            (
                input.charset,
                input.prehash,
                entered.map(|entered| entered.bytes.to_vec()),
            ),
            (stored.left_out, stored.tag_len()),
        )
    }

    /// The strings that are accepted, of every file of vectors.
    #[allow(clippy::disallowed_methods)]
    pub(in crate::hash) fn strings() -> Vec<String> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");
        // The files of these have no whole string.
        let mut strings = ["pbkdf2-sha1", "pbkdf2-sha512"]
            .map(|name| format!("${name}$i=1$c2FsdA${}", "Q".repeat(22)))
            .to_vec();
        for entry in std::fs::read_dir(folder).expect("vectors") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|extension| extension != "txt") {
                continue;
            }
            let text = std::fs::read_to_string(path).expect("text");
            let accepted = text.lines().filter_map(|line| line.strip_prefix("accept "));
            strings.extend(accepted.filter_map(|row| Some(row.split_once(' ')?.1.to_owned())));
        }
        strings
    }

    #[test]
    fn recipes_say_everything_but_the_tag() {
        let strings = strings();
        let schemes: Vec<_> = strings.iter().map(|text| parse(text).scheme()).collect();
        for scheme in crate::hash::Scheme::all() {
            assert!(schemes.contains(&scheme), "{scheme:?}");
        }
        for text in strings {
            let stored = parse(&text);
            let recipe_of_it = recipe(&stored);
            assert_eq!(recipe_of_it.len(), text.len(), "{text}");
            assert_ne!(recipe_of_it, text);
            let again = parse(&recipe_of_it);
            assert_eq!(setting(&again), setting(&stored), "{text}");
            assert!(again.tag.as_slice().iter().all(|byte| *byte == 0), "{text}");
            assert_eq!(recipe(&again), recipe_of_it);
        }
    }

    /// No character that says something of the tag is left, and no other is gone.
    #[test]
    fn what_is_not_the_tag_stays_and_the_tag_does_not() {
        for text in strings() {
            let stored = parse(&text);
            let (setting_of_it, recipe_of_it) = (setting(&stored), recipe(&stored));
            let is_masked = matches!(stored.kdf(), Kdf::FirebaseScrypt(_));
            let place = stored.source.as_ref().map(|source| source.tag);
            let place = place.unwrap_or_else(|| {
                TagPlace::at_the_end(text.len(), stored.tag_len(), Alphabet::Unpadded)
            });
            for (at, c) in text.char_indices().filter(|(_, c)| c.is_ascii()) {
                for other in ["0", "1", "A", "E", "a", "c", "."] {
                    let mut changed = text.clone();
                    changed.replace_range(at..=at, other);
                    let Ok(read) = Stored::parse(changed.as_bytes()) else {
                        continue;
                    };
                    if setting(&read) != setting_of_it {
                        continue;
                    }
                    if (place.at..place.at + place.len).contains(&at) {
                        assert_eq!(recipe(&read), recipe_of_it, "{text} {at} {c} {other}");
                    } else if !is_masked {
                        assert!(read.tag.as_slice() == stored.tag.as_slice(), "{text} {at}");
                    }
                }
            }
        }
    }

    #[test]
    fn bcrypt_that_saltbox_makes_has_the_recipe_that_is_read() {
        let bcrypt = Bcrypt::new(Revision::V2b, 10).expect("in range");
        let salt = FixedBytes::copy_of(b"sixteen bytes ok").expect("fits");
        let mut made = Stored::to_make(Kdf::Bcrypt(bcrypt), salt);
        made.tag.as_mut_slice().fill(0x5a);
        let text = made.to_text();
        assert_eq!(recipe(&made), recipe(&parse(&text)));
        assert_eq!(
            recipe(&made),
            text.get(..29).expect("ASCII").to_owned() + &".".repeat(31)
        );
    }

    #[test]
    fn a_field_that_is_not_what_was_read_spoils_the_recipe() {
        let tag = FoundTag::alone(Tag::zeroed(0), 1..9, "A");
        let mut text = Text::new();
        Source::new(b"$AAAAAA", tag.place).write_recipe(&mut text);
        assert!(!text.is_whole());
    }

    type Encode = for<'o> fn(&[u8], &'o mut [u8]) -> Option<&'o str>;

    fn encoded(encode: Encode, bytes: &[u8]) -> String {
        let mut room = [0; 256];
        encode(bytes, &mut room).expect("fits").to_owned()
    }

    /// One string for each way to write a tag.
    fn written(tag: &[u8; 64], salt: &[u8; 16]) -> Vec<String> {
        let base64 = |parts: &[&[u8]]| encoded(encoding::base64_encode, &parts.concat());
        let b64 = |bytes: &[u8]| encoded(encoding::b64_encode, bytes);
        let hex = |bytes: &[u8]| encoded(encoding::hex_encode, bytes);
        let crypt = |bytes: &[u8]| encoded(encoding::crypt_encode, bytes);
        let bcrypt = |bytes: &[u8]| encoded(encoding::bcrypt_encode, bytes);
        let keyed: Vec<u8> = tag.iter().zip(0..).map(|(byte, key)| byte ^ key).collect();
        let key: Vec<u8> = (0..64).collect();
        let argon2id = format!(
            "$argon2id$v=19$m=8,t=1,p=1${}${}",
            b64(salt),
            b64(&tag[..32])
        );
        let header = [1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 16];
        let mac = hex(&tag[..32]);
        let [of_salt, of_hash, of_key] = [&salt[..], &keyed, &key].map(|bytes| base64(&[bytes]));
        let firebase = format!("$firescrypt$ln=4,r=1,p=1${of_salt}${of_hash}$Bw==${of_key}");
        let mut drupal = format!("$S$5abcdefgh{}", crypt(&tag[..33]));
        drupal.truncate(55);
        vec![
            format!("{{ldap}}{{SSHA}}{}", base64(&[&tag[..20], salt])),
            format!("{{PKCS5S2}}{}", base64(&[salt, &tag[..32]])),
            base64(&[&[0], salt, &tag[..32]]),
            base64(&[&header, salt, tag]),
            format!("$hmac-sha256${}$AAEC", base64(&[mac.as_bytes()])),
            format!("$saltbox-input$text=latin1${firebase}"),
            firebase,
            format!("{{crypt}}$2b$04${}{}", bcrypt(salt), bcrypt(&tag[..23])),
            format!("{{pbkdf2}}{}{}", hex(&salt[..8]), hex(&tag[..32])).to_lowercase(),
            format!("{{sha256}}{}{}", hex(&salt[..8]), hex(&tag[..32])),
            hex(tag).to_uppercase(),
            format!(
                "$saltbox-input$suffix={}$$saltbox-digest$h=sha256,i=2${}",
                b64(salt),
                b64(&tag[..32])
            ),
            format!("{{ARGON2ID}}{argon2id}"),
            argon2id,
            drupal,
        ]
    }

    proptest! {
        #[test]
        fn recipes_are_what_would_be_written_for_a_zero_tag(tag: [u8; 64], salt: [u8; 16]) {
            for (text, zero) in written(&tag, &salt).into_iter().zip(written(&[0; 64], &salt)) {
                prop_assert_eq!(recipe(&parse(&text)), zero);
            }
        }
    }
}
