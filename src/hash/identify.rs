//! Saying what a stored string is, and what is wrong with it.

use super::cost::{Lengths, Work};
use super::{HashSettings, Kdf, Pool, Recognised, Scheme, Stored, Upgrade, wrapper};
use crate::arch::stack::without_traces;
use crate::error::{Error, ErrorKind};
use crate::keys::RootKeys;

#[cfg(feature = "imports")]
use super::import::Oddities;
#[cfg(feature = "imports")]
use super::input::{Charset, Input, Prehash};
#[cfg(feature = "imports")]
use super::settings::Over72;
#[cfg(feature = "imports")]
use super::{HashFunction, Prf, Revision};

/// What a stored string is: its scheme, its parameters, whether it would be verified and what speaks against it.
#[derive(Debug)]
pub struct Identified {
    scheme: Option<Scheme>,
    read: Option<Read>,
    problem: Option<Error>,
    upgrade: Option<Result<Upgrade, Error>>,
    rehash: bool,
    cost_percent: u32,
    warnings: Warnings,
}

/// What a string says that could be read whole: nothing that has to be kept from anybody.
#[derive(Debug)]
struct Read {
    kdf: Kdf,
    salt_and_tag_len: (usize, usize),
    key_id: Option<u32>,
    inner_scheme: Option<Scheme>,
    readings: &'static [&'static str],
    steps: Steps,
}

impl Read {
    fn of(stored: &Stored<'_>) -> Self {
        Self {
            kdf: *stored.kdf(),
            salt_and_tag_len: (salt_len(stored), stored.tag_len()),
            key_id: stored.key_id(),
            inner_scheme: stored.inner().map(|(scheme, _)| scheme),
            readings: readings(stored),
            steps: steps(stored),
        }
    }
}

/// What speaks against a string that is verified all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Warning {
    /// Guessing takes less than a tenth of the policy's work.
    Cheap,
    /// There is no salt: equal passwords have equal strings.
    NoSalt,
    /// The salt has less than 8 bytes (RFC 8018 section 4.1 asks for 64 bits).
    ShortSalt,
    /// The tag is shorter than what its function makes.
    ShortTag,
    /// The first of several meanings is taken; see [`Identified::readings`].
    Ambiguous,
    /// Unused bits of a last character are set, as old tools wrote them.
    PaddingBits,
    /// Written in another Base64 than the scheme's own.
    OtherAlphabet,
    /// `ln` is N itself, as Ory Kratos writes it.
    LnIsN,
    /// bcrypt's `2x`: characters that are not ASCII may hide others before them.
    SignExtension,
    /// bcrypt's `2`: a password and its repetition are one.
    CyclicKey,
    /// A password of more than 72 bytes is rejected, whatever the system that made the string did.
    Over72Rejected,
    /// Of a password of more than 72 bytes only the first 72 count.
    Over72Accepted,
}

/// Which of them apply. No heap: what a stored string makes a host allocate is its writer's choice.
#[derive(Clone, Copy, Debug, Default)]
struct Warnings(u16);

impl Warnings {
    fn note(&mut self, applies: bool, warning: Warning) {
        self.0 |= u16::from(applies) << (warning as u16);
    }

    fn contains(self, warning: Warning) -> bool {
        self.0 >> (warning as u16) & 1 == 1
    }
}

impl Warning {
    const ALL: [Self; 12] = [
        Self::Cheap,
        Self::NoSalt,
        Self::ShortSalt,
        Self::ShortTag,
        Self::Ambiguous,
        Self::PaddingBits,
        Self::OtherAlphabet,
        Self::LnIsN,
        Self::SignExtension,
        Self::CyclicKey,
        Self::Over72Rejected,
        Self::Over72Accepted,
    ];

    /// As findings write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cheap => "cheap",
            Self::NoSalt => "no_salt",
            Self::ShortSalt => "short_salt",
            Self::ShortTag => "short_tag",
            Self::Ambiguous => "ambiguous",
            Self::PaddingBits => "padding_bits",
            Self::OtherAlphabet => "other_alphabet",
            Self::LnIsN => "ln_is_n",
            Self::SignExtension => "sign_extension",
            Self::CyclicKey => "cyclic_key",
            Self::Over72Rejected => "over_72_rejected",
            Self::Over72Accepted => "over_72_accepted",
        }
    }
}

/// RFC 8018 section 4.1: 64 bits.
const SHORT_SALT_BYTES: usize = 8;

/// Under this share of the policy's work a string is called cheap.
const CHEAP_PERCENT: u32 = 10;

impl Identified {
    /// The scheme, as far as the beginning of the string tells.
    #[must_use]
    pub const fn scheme(&self) -> Option<Scheme> {
        self.scheme
    }

    /// The function and its parameters; `None` where the string could not be read whole.
    #[must_use]
    pub fn kdf(&self) -> Option<&Kdf> {
        self.read.as_ref().map(|read| &read.kdf)
    }

    /// Lengths of salt and tag in bytes; `None` where the string could not be
    /// read whole. What stands around the password is salt.
    #[must_use]
    pub fn salt_and_tag_len(&self) -> Option<(usize, usize)> {
        self.read.as_ref().map(|read| read.salt_and_tag_len)
    }

    /// The work of one guess in percent of the policy's; `None` where the
    /// string could not be read whole.
    #[must_use]
    pub fn cost_percent_of_policy(&self) -> Option<u32> {
        self.read.as_ref().map(|_| self.cost_percent)
    }

    /// What speaks against the string; nothing where it could not be read whole.
    pub fn warnings(&self) -> impl Iterator<Item = Warning> {
        let warnings = self.warnings;
        Warning::ALL
            .into_iter()
            .filter(move |warning| warnings.contains(*warning))
    }

    /// What the same text may mean, the meaning that `verify` takes first;
    /// empty where there is one. Another one is said by importing the string.
    #[must_use]
    pub fn readings(&self) -> &'static [&'static str] {
        self.read.as_ref().map_or(&[], |read| read.readings)
    }

    /// What the password goes through first, by name; empty where it enters as it is.
    pub fn steps(&self) -> impl Iterator<Item = &'static str> {
        let steps = self.read.as_ref().map(|read| read.steps);
        steps.unwrap_or_default().into_iter().flatten()
    }

    /// The id of the root key that the string is sealed with, if it is.
    #[must_use]
    pub fn key_id(&self) -> Option<u32> {
        self.read.as_ref()?.key_id
    }

    /// The scheme of the string that this one wraps, if it does.
    #[must_use]
    pub fn inner_scheme(&self) -> Option<Scheme> {
        self.read.as_ref()?.inner_scheme
    }

    /// Why `verify` would not take the string, and where; `None` where it would.
    #[must_use]
    pub const fn problem(&self) -> Option<&Error> {
        self.problem.as_ref()
    }

    /// What [`Saltbox::wrap`](crate::Saltbox::wrap) would do to the string, or
    /// why it would refuse; `None` where it could not be read whole.
    #[must_use]
    pub fn upgrade(&self) -> Option<Result<Upgrade, &Error>> {
        self.upgrade
            .as_ref()
            .map(|upgrade| upgrade.as_ref().copied())
    }

    /// Whether `verify` would ask for a rehash, given the right password.
    #[must_use]
    pub const fn needs_rehash(&self) -> bool {
        self.rehash
    }
}

impl HashSettings {
    /// Says what `stored` is. Computes no hash.
    pub(crate) fn identify(&self, pool: &Pool, keys: &RootKeys, stored: &[u8]) -> Identified {
        let mut identified = Identified {
            scheme: None,
            read: None,
            problem: None,
            upgrade: None,
            rehash: false,
            cost_percent: 0,
            warnings: Warnings::default(),
        };
        identified.problem = self.look_into(pool, keys, stored, &mut identified).err();
        identified
    }

    /// Notes what is found, as far as it goes.
    fn look_into(
        &self,
        pool: &Pool,
        keys: &RootKeys,
        stored: &[u8],
        found: &mut Identified,
    ) -> Result<(), Error> {
        if stored.is_empty() {
            let reason = "empty: verify takes this as an unknown user";
            return Err(Error::new(ErrorKind::Malformed, reason).at(0));
        }
        let mut stored = if wrapper::begins(stored) {
            wrapper::read(stored)?
        } else {
            let recognised = Recognised::of(stored)?;
            found.scheme = Some(recognised.scheme());
            recognised.read(stored)?
        };
        found.scheme = Some(stored.scheme());
        found.read = Some(Read::of(&stored));
        let work = Work::of(stored.kdf(), guessing(&stored));
        let below = stored.layer_below().map(|layer| layer.work(0));
        found.cost_percent = [Some(work), below]
            .into_iter()
            .flatten()
            .map(|work| work.percent_of(self.policy_work()))
            .fold(0, u32::saturating_add);
        found.warnings = self.warnings(&stored, found.cost_percent);
        let looked = Self::check_sealed(keys, &stored)
            .and_then(|()| self.check(pool, &stored))
            .and_then(|()| match stored.key_id() {
                Some(_) => without_traces(|| stored.open(keys)),
                None => Ok(()),
            });
        let upgrade = looked.clone().and_then(|()| self.upgrade(keys, &stored));
        found.upgrade = Some(upgrade);
        looked?;
        found.rehash = self.is_weak(keys, &stored);
        Ok(())
    }

    fn warnings(&self, stored: &Stored<'_>, cost_percent: u32) -> Warnings {
        let salt = salt_len(stored);
        let mut found = Warnings::default();
        found.note(cost_percent < CHEAP_PERCENT, Warning::Cheap);
        found.note(salt == 0, Warning::NoSalt);
        found.note((1..SHORT_SALT_BYTES).contains(&salt), Warning::ShortSalt);
        found.note(has_short_tag(stored), Warning::ShortTag);
        found.note(!readings(stored).is_empty(), Warning::Ambiguous);
        #[cfg(feature = "imports")]
        {
            let Oddities {
                padding_bits,
                alphabet,
                ln_is_n,
                is_inside: _,
            } = stored.oddities;
            let revision = match stored.kdf() {
                Kdf::Bcrypt(bcrypt) => Some(bcrypt.revision()),
                _ => None,
            };
            let cuts = revision.is_some() && stored.input.prehash == Prehash::None;
            let accepts = self.over_72() == Over72::AcceptAndRehash;
            found.note(padding_bits, Warning::PaddingBits);
            found.note(alphabet, Warning::OtherAlphabet);
            found.note(ln_is_n, Warning::LnIsN);
            found.note(revision == Some(Revision::V2x), Warning::SignExtension);
            found.note(revision == Some(Revision::V2), Warning::CyclicKey);
            found.note(cuts && !accepts, Warning::Over72Rejected);
            found.note(cuts && accepts, Warning::Over72Accepted);
        }
        found
    }
}

/// What an attacker computes for a guess: of PBKDF2's blocks only the first.
fn guessing(stored: &Stored<'_>) -> Lengths {
    let block = match stored.kdf() {
        Kdf::Pbkdf2(pbkdf2) => pbkdf2.prf().output_bytes(),
        _ => usize::MAX,
    };
    Lengths {
        input: 0,
        salt: stored.salt().len(),
        tag: stored.tag_len().min(block),
    }
}

fn salt_len(stored: &Stored<'_>) -> usize {
    #[cfg(feature = "imports")]
    if stored.salt().is_empty() {
        return stored.input.affix_bytes();
    }
    stored.salt().len()
}

/// PBKDF2 that stops within its first block. Other functions have the length that their scheme gives them, or any.
fn has_short_tag(stored: &Stored<'_>) -> bool {
    matches!(stored.kdf(), Kdf::Pbkdf2(pbkdf2) if stored.tag_len() < pbkdf2.prf().output_bytes())
}

#[cfg(not(feature = "imports"))]
fn readings(_stored: &Stored<'_>) -> &'static [&'static str] {
    &[]
}

#[cfg(feature = "imports")]
fn readings(stored: &Stored<'_>) -> &'static [&'static str] {
    match (stored.scheme(), stored.kdf()) {
        (Scheme::BareDigest, Kdf::Digest(digest)) if digest.function() == HashFunction::Md5 => {
            &["md5", "nt-hash", "md4"]
        }
        // Clerk writes the same text with a salt that is to be decoded.
        (Scheme::DjangoPbkdf2, Kdf::Pbkdf2(pbkdf2)) if pbkdf2.prf() == Prf::Sha256 => {
            &["django-pbkdf2", "clerk-pbkdf2_sha256"]
        }
        // Werkzeug wrote HMAC like this, with the salt for a key, before 2.3.
        (Scheme::DjangoDigest, _) => &["django-digest", "werkzeug-hmac"],
        // libxcrypt widens bytes where NT has UTF-16: the same for ASCII only.
        (Scheme::NtHash, _) => &["nt-hash", "crypt3-nt-hash"],
        // Symfony's differs for passwords of more than 72 bytes or with a NUL only.
        (_, Kdf::Bcrypt(bcrypt))
            if bcrypt.revision() == Revision::V2y && stored.input.is_plain() =>
        {
            &["bcrypt", "symfony-bcrypt"]
        }
        _ => &[],
    }
}

/// Encoding, hash, what stands around.
type Steps = [Option<&'static str>; 3];

#[cfg(not(feature = "imports"))]
fn steps(_stored: &Stored<'_>) -> Steps {
    Steps::default()
}

#[cfg(feature = "imports")]
fn steps(stored: &Stored<'_>) -> Steps {
    let Input {
        charset, prehash, ..
    } = &stored.input;
    let charset = (*charset != Charset::AsIs).then_some(charset.name());
    let prehash = (*prehash != Prehash::None).then_some(prehash.name());
    let affixes = (stored.input.affix_bytes() > 0).then_some("salt");
    [charset, prehash, affixes]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_warning_has_a_bit_and_a_name_of_its_own() {
        for (at, warning) in Warning::ALL.into_iter().enumerate() {
            assert_eq!(warning as usize, at);
            let mut one = Warnings::default();
            one.note(false, warning);
            assert!(!one.contains(warning));
            one.note(true, warning);
            let named = Warning::ALL.iter().filter(|w| w.name() == warning.name());
            assert_eq!((one.contains(warning), named.count()), (true, 1));
            assert_eq!(one.0.count_ones(), 1);
        }
    }
}
