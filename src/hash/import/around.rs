//! What systems put around a stored string of another one: an id in braces, a
//! word, or the steps that the password goes through first.
//!
//! What is inside keeps its scheme, so limits, permissions and statistics see
//! it as they see any other.

use super::{Salt, Source, Stored, TagPlace, begins, one_of};
use crate::encoding::Alphabet;
use crate::error::{Error, ErrorKind};
use crate::hash::grammar::Reader;
use crate::hash::input::{Charset, Input, Prehash};
use crate::hash::{Kdf, MAX_SALT_BYTES};

/// Our own steps, an id or word behind them, and nothing deeper.
const MOST: usize = 2;

/// What stands before a stored string.
struct Around {
    text: &'static str,
    /// Whether it may be written in capital or small letters, as RFC 2307 has it.
    any_case: bool,
    /// How the string behind it begins.
    inside: &'static [&'static str],
    expected: &'static str,
    prehash: Prehash,
}

impl Around {
    const fn word(text: &'static str, inside: &'static [&'static str], prehash: Prehash) -> Self {
        Self {
            text,
            any_case: false,
            inside,
            expected: "",
            prehash,
        }
    }

    const fn id(
        text: &'static str,
        inside: &'static [&'static str],
        expected: &'static str,
    ) -> Self {
        Self {
            text,
            any_case: true,
            inside,
            expected,
            prehash: Prehash::None,
        }
    }

    fn stands_before(&self, text: &[u8]) -> bool {
        let Some((beginning, inside)) = text.split_at_checked(self.text.len()) else {
            return false;
        };
        if self.any_case {
            beginning.eq_ignore_ascii_case(self.text.as_bytes())
        } else {
            beginning == self.text.as_bytes() && (self.is_id() || begins(inside, self.inside))
        }
    }

    const fn is_id(&self) -> bool {
        !self.expected.is_empty()
    }
}

const BCRYPT: &str = "a bcrypt string, \"$2b$\" or its like, has to follow";
const ARGON2: &str = "an Argon2 string, \"$argon2id$\" or its like, has to follow";
const CRYPT: &str = "a string of crypt(3) such as \"$6$\" has to follow; DES is not read";

const ALL: [Around; 16] = [
    // Django.
    Around::word("argon2", &["$argon2"], Prehash::None),
    Around::word("bcrypt$", &["$2"], Prehash::None),
    Around::word("bcrypt_sha256$", &["$2"], Prehash::Sha256Hex),
    // WordPress 6.8.
    Around::word("$wp", &["$2"], Prehash::WordPress),
    // Drupal 7, for what it hashed anew without the password.
    Around::word("U", &["$S$", "$P$", "$H$"], Prehash::Md5Hex),
    // LDAP servers, Dovecot and Spring Security.
    Around::id(
        "{CRYPT}",
        &[
            "$1$", "$2", "$3$", "$5$", "$6$", "$7$", "$y$", "$gy$", "$sha1$",
        ],
        CRYPT,
    ),
    Around::id("{MD5-CRYPT}", &["$1$"], CRYPT),
    Around::id("{SHA256-CRYPT}", &["$5$"], CRYPT),
    Around::id("{SHA512-CRYPT}", &["$6$"], CRYPT),
    Around::id("{BCRYPT}", &["$2"], BCRYPT),
    Around::id("{BLF-CRYPT}", &["$2"], BCRYPT),
    Around::id("{ARGON2}", &["$argon2"], ARGON2),
    Around::id("{ARGON2I}", &["$argon2i$"], ARGON2),
    Around::id("{ARGON2ID}", &["$argon2id$"], ARGON2),
    Around::id("{argon2@SpringSecurity_v5_8}", &["$argon2"], ARGON2),
    Around::id(
        "{ldap}",
        &["{SHA}", "{SSHA}", "{sha}", "{ssha}"],
        "an id of Spring's LDAP encoder, {SHA} or {SSHA}, has to follow",
    ),
];

/// Ids behind which the password stands as it is.
const PLAIN_TEXT: [&str; 5] = [
    "{noop}",
    "{CLEAR}",
    "{CLEARTEXT}",
    "{PLAIN}",
    "{PLAIN-TEXT}",
];

/// The most that may stand before a password of bcrypt, in bytes. Whoever cut
/// the rest off in silence stored what is left of the 72 only, so a part of the
/// password is as good as all of it; with less than 32 bytes, too small a part.
const MAX_BCRYPT_PREFIX: usize = 40;

/// How the steps before a stored string begin.
const STEPS: &str = "$saltbox-input$";

/// How much stands around the string inside, and what the password goes through.
pub(in crate::hash) fn all(text: &[u8]) -> Result<(usize, Input), Error> {
    let (mut at, mut input) = (0, Input::default());
    for _ in 0..MOST {
        let rest = text.get(at..).unwrap_or_default();
        if rest.starts_with(STEPS.as_bytes()) && at == 0 {
            let mut reader = Reader::at(0, text);
            input = steps(&mut reader)?;
            at = reader.offset();
            continue;
        }
        let Some(around) = ALL.iter().find(|around| around.stands_before(rest)) else {
            break;
        };
        let begin = at;
        at += around.text.len();
        let inside = text.get(at..).unwrap_or_default();
        if !begins(inside, around.inside) {
            return Err(Error::new(ErrorKind::Malformed, around.expected).at(at));
        }
        if around.prehash != Prehash::None {
            if !input.is_plain() {
                return Err(twice(begin));
            }
            input = Input::prehashed(around.prehash);
        }
    }
    let rest = text.get(at..).unwrap_or_default();
    let is_plain = |id: &&str| {
        rest.get(..id.len())
            .is_some_and(|text| text.eq_ignore_ascii_case(id.as_bytes()))
    };
    if PLAIN_TEXT.iter().any(is_plain) {
        let reason = "behind this id the password stands as it is, which saltbox never compares";
        return Err(Error::new(ErrorKind::Unsupported, reason).at(at));
    }
    Ok((at, input))
}

/// `inside`, read from `at` on, as the whole `text` has it.
pub(in crate::hash) fn put<'t>(
    input: Input,
    at: usize,
    mut inside: Stored<'t>,
    text: &'t [u8],
) -> Result<Stored<'t>, Error> {
    if !input.is_plain() {
        if !inside.input.is_plain() {
            return Err(twice(at));
        }
        if matches!(inside.kdf, Kdf::Bcrypt(_)) && input.prefix_bytes() > MAX_BCRYPT_PREFIX {
            let reason = "before a bcrypt password stand 40 bytes at most: of 72 that it looks at";
            return Err(Error::new(ErrorKind::Unsupported, reason).at(at));
        }
        if input.charset == Charset::Utf16Le && matches!(inside.kdf, Kdf::Bcrypt(_)) {
            let reason = "bcrypt ends at the first NUL, which UTF-16 has in every ASCII character";
            return Err(Error::new(ErrorKind::Unsupported, reason).at(at));
        }
        inside.input = input;
    }
    inside.oddities.is_inside = true;
    let tag = match &inside.source {
        Some(source) => source.tag_moved(at),
        // Of PHC's family.
        None => TagPlace::at_the_end(text.len(), inside.tag_len(), Alphabet::Unpadded),
    };
    inside.source = Some(Source::new(text, tag));
    Ok(inside)
}

fn twice(at: usize) -> Error {
    let reason = "the password would go through two sets of steps; only one can be said";
    Error::new(ErrorKind::Unsupported, reason).at(at)
}

/// `$saltbox-input$` and one or more of `text=utf16le|latin1`,
/// `hash=md5-hex|symfony`, `prefix=B64`, `suffix=B64`, in this order, with
/// commas between; then `$`, and the stored string.
fn steps(reader: &mut Reader<'_>) -> Result<Input, Error> {
    reader.expect(STEPS, "\"$saltbox-input$\" has to stand here")?;
    let mut input = Input::default();
    let mut separator = "";
    let mut next = |reader: &mut Reader<'_>, key: &str| {
        let mut ahead = reader.clone();
        let found = ahead.accept(separator) && ahead.accept(key);
        if found {
            *reader = ahead;
            separator = ",";
        }
        found
    };
    if next(reader, "text=") {
        input.charset = one_of(
            reader,
            &[Charset::Utf16Le, Charset::Latin1].map(|charset| (charset.name(), charset)),
            "the text is utf16le or latin1",
        )?;
    }
    if next(reader, "hash=") {
        input.prehash = one_of(
            reader,
            &[Prehash::Md5Hex, Prehash::Symfony].map(|prehash| (prehash.name(), prehash)),
            "the hash is md5-hex or symfony",
        )?;
    }
    let (mut prefix, mut suffix) = (Salt::zeroed(0), Salt::zeroed(0));
    let at = reader.offset();
    if next(reader, "prefix=") {
        prefix = affix(reader)?;
    }
    if next(reader, "suffix=") {
        suffix = affix(reader)?;
    }
    let expected = "text=, hash=, prefix= or suffix= has to stand here, in this order, then \"$\"";
    reader.expect("$", expected)?;
    let input = super::between(input, prefix.as_slice(), suffix.as_slice(), at)?;
    if input.is_plain() {
        return Err(reader.malformed("no step is said before this \"$\""));
    }
    Ok(input)
}

fn affix(reader: &mut Reader<'_>) -> Result<Salt, Error> {
    let at = reader.offset();
    let mut piece = Reader::at(0, reader.piece_of(b",$"));
    piece
        .decoded(Alphabet::Unpadded, b'$', 1..=MAX_SALT_BYTES)
        .map_err(|error| error.moved(at))
}
