//! Digests as crypt(3) (NT), Django, MediaWiki, Symfony and saltbox itself write them, and bare ones.

use super::{FoundTag, Parts, begins, between, no_salt, tag};
use crate::encoding::Alphabet;
use crate::error::Error;
use crate::hash::grammar::Reader;
use crate::hash::input::{Charset, Input, Prehash};
use crate::hash::{Digest, HashFunction, Kdf, Repeat};

/// One round of `function`, and its digest.
pub(super) fn once(function: HashFunction, tag: FoundTag) -> Parts {
    Parts::new(Kdf::Digest(Digest::once(function)), no_salt(), tag)
}

/// The name of one of `functions`, which is passed over.
pub(super) fn named(
    reader: &mut Reader<'_>,
    functions: &[HashFunction],
    expected: &'static str,
) -> Result<HashFunction, Error> {
    let known = functions.iter().find(|known| reader.accept(known.name()));
    known.copied().ok_or_else(|| reader.malformed(expected))
}

/// The functions that most systems have, of which no two have digests of one length.
pub(super) const COMMON: [HashFunction; 4] = [
    HashFunction::Md5,
    HashFunction::Sha1,
    HashFunction::Sha256,
    HashFunction::Sha512,
];

fn bare_function(text: &[u8]) -> Option<HashFunction> {
    let is_long = |function: &HashFunction| 2 * function.output_bytes() == text.len();
    COMMON
        .into_iter()
        .find(is_long)
        .filter(|_| text.iter().all(u8::is_ascii_hexdigit))
}

pub(in crate::hash) fn is_bare(text: &[u8]) -> bool {
    bare_function(text).is_some()
}

/// Hexadecimal digits alone, without a salt.
pub(in crate::hash) fn read_bare(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    let function = bare_function(reader.left());
    let function = function.ok_or_else(|| reader.malformed("32, 40, 64 or 128 digits"))?;
    let tag = tag(reader, Alphabet::Hex, function.output_bytes())?;
    Ok(once(function, tag))
}

pub(in crate::hash) fn is_nt(text: &[u8]) -> bool {
    begins(text, &["$3$"])
}

/// `$3$$` and the MD4 of the password in UTF-16, hexadecimal.
pub(in crate::hash) fn read_nt(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect("$3$$", "\"$3$$\" has to stand here: there is no salt")?;
    let tag = tag(reader, Alphabet::Hex, 16)?;
    Ok(once(HashFunction::Md4, tag).after(Input::in_charset(Charset::Utf16Le)))
}

pub(in crate::hash) fn is_django(text: &[u8]) -> bool {
    begins(text, &["md5$", "sha1$"])
}

/// `(md5|sha1)$salt$digest`: of salt and password, hexadecimal. An empty salt is none.
pub(in crate::hash) fn read_django(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    let functions = [HashFunction::Md5, HashFunction::Sha1];
    let function = named(reader, &functions, "\"md5\" or \"sha1\" has to stand here")?;
    reader.expect("$", "\"$\" has to follow the function")?;
    let at = reader.offset();
    let salt = super::salt_text(reader, b'$')?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let tag = tag(reader, Alphabet::Hex, function.output_bytes())?;
    let input = between(Input::default(), salt.as_slice(), b"", at)?;
    Ok(once(function, tag).after(input))
}

pub(in crate::hash) fn is_mediawiki(text: &[u8]) -> bool {
    begins(text, &[":A:", ":B:"])
}

/// `:A:digest` of the password, or `:B:salt:digest` of salt, `-` and the
/// hexadecimal digest of the password; MD5, hexadecimal.
pub(in crate::hash) fn read_mediawiki(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    if reader.accept(":A:") {
        let tag = tag(reader, Alphabet::Hex, 16)?;
        return Ok(once(HashFunction::Md5, tag));
    }
    reader.expect(":B:", "\":A:\" or \":B:\" has to stand here")?;
    let at = reader.offset();
    let mut prefix = super::salt_text(reader, b':')?;
    reader.expect(":", "\":\" has to follow the salt")?;
    if prefix.extend(b"-").is_none() {
        return Err(reader.malformed("the salt is longer than 127 bytes"));
    }
    let tag = tag(reader, Alphabet::Hex, 16)?;
    let hashed = Input::prehashed(Prehash::Md5Hex);
    let input = between(hashed, prefix.as_slice(), b"", at)?;
    Ok(once(HashFunction::Md5, tag).after(input))
}

pub(in crate::hash) fn is_symfony(text: &[u8]) -> bool {
    begins(text, &["sha512_symfony$"])
}

/// `sha512_symfony$iterations$salt$digest`: of the password and, where there is
/// a salt, `{salt}` behind it; each iteration hashes the digest and that again. Padded Base64.
pub(in crate::hash) fn read_symfony(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect("sha512_symfony$", "\"sha512_symfony$\" has to stand here")?;
    let rounds = reader.number(1..=u32::MAX, "the iterations are from 1 to 4294967295")?;
    reader.expect("$", "\"$\" has to follow the iterations")?;
    let at = reader.offset();
    let salt = super::salt_text(reader, b'$')?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let tag = tag(reader, Alphabet::Padded, 64)?;
    let input = if salt.as_slice().is_empty() {
        Input::default()
    } else {
        in_braces(salt.as_slice(), at)?
    };
    let digest = Digest::fixed(HashFunction::Sha512, rounds, Repeat::DigestAndInput);
    Ok(Parts::new(Kdf::Digest(digest), no_salt(), tag).after(input))
}

/// The password with `{salt}` behind it: Spring and Symfony.
pub(super) fn in_braces(salt: &[u8], at: usize) -> Result<Input, Error> {
    let mut suffix = super::Salt::zeroed(0);
    let fits = suffix
        .extend(b"{")
        .and_then(|()| suffix.extend(salt))
        .and_then(|()| suffix.extend(b"}"));
    let suffix = fits.map_or(&[0; super::MAX_SALT_BYTES + 1][..], |()| suffix.as_slice());
    between(Input::default(), b"", suffix, at)
}

pub(in crate::hash) fn is_saltbox(text: &[u8]) -> bool {
    begins(text, &["$saltbox-digest$"])
}

/// `$saltbox-digest$h=sha256,i=1000[,c=input]$digest` in B64: the digest of the
/// input, hashed again until there were `i` rounds; with `c=input` each round
/// but the first hashes the digest and the input. Salts stand in `$saltbox-input$` before it.
pub(in crate::hash) fn read_saltbox(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    reader.expect(
        "$saltbox-digest$h=",
        "\"$saltbox-digest$h=\" has to stand here",
    )?;
    let expected = "the function is md4, md5, sha1, sha224, sha256, sha384 or sha512";
    let function = named(reader, &HashFunction::ALL, expected)?;
    reader.expect(",i=", "\",i=\" has to follow the function")?;
    let rounds = reader.number(1..=u32::MAX, "the rounds are from 1 to 4294967295")?;
    let repeat = if reader.accept(",c=input") {
        Repeat::DigestAndInput
    } else {
        Repeat::Digest
    };
    reader.expect("$", "\"$\" or \",c=input\" has to follow the rounds")?;
    let len = function.output_bytes();
    let at = reader.offset();
    let tag = reader.bytes(len..=len, "the digest has not its function's length")?;
    let tag = FoundTag::alone(tag, at..reader.offset(), Alphabet::Unpadded.zero());
    let kdf = Kdf::Digest(Digest::fixed(function, rounds, repeat));
    Ok(Parts::new(kdf, no_salt(), tag))
}
