//! Changing what is stored without the password: sealing with another key, and
//! wrapping a weak string in the policy's hash.

use super::interleave::{self, Group, Inputs, MOST_AT_ONCE, Member};
use super::pool::Lease;
use super::stored::Stored;
use super::wrapper::{self, LayerText, Writer};
use super::{HashSettings, Pool, SALT_BYTES, Salt, Tag, Text};
use crate::error::{Error, ErrorKind};
use crate::keys::RootKeys;
use crate::secret::fill_random;

/// What [`Saltbox::wrap`](crate::Saltbox::wrap) would do to a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Upgrade {
    /// It is as strong as the policy, or wrapped, and sealed as the keys say.
    None,
    /// It is only sealed with the key that creates.
    Seal,
    /// It is wrapped in the policy's hash, and sealed where a key creates.
    Wrap,
}

impl Upgrade {
    /// As findings write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Seal => "seal",
            Self::Wrap => "wrap",
        }
    }
}

/// What there is to do for a string. Of different size, because there is no heap.
#[allow(clippy::large_enum_variant)]
enum ToDo {
    Nothing,
    Seal,
    Wrap(Wrapping),
}

/// The policy's hash around a string: what it is made from, and its tag.
struct Wrapping {
    input: LayerText,
    salt: Salt,
    tag: Tag,
}

impl Member for Wrapping {
    fn enter(
        &mut self,
        use_inputs: &mut dyn FnMut(Inputs<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        use_inputs(Inputs {
            input: self.input.as_slice(),
            salt: self.salt.as_slice(),
            tag_len: self.tag.len(),
        })
    }

    fn tag_len(&self) -> usize {
        self.tag.len()
    }

    fn take(&mut self, tag: Tag) {
        self.tag = tag;
    }
}

/// The string sealed with the key that creates; `None` where it is already, or with a later one.
pub(crate) fn rekey(keys: &RootKeys, stored: &[u8]) -> Result<Option<Text>, Error> {
    let id = keys.create_key_id().ok_or_else(|| {
        let reason = "keys.create_key_id names no key to seal with";
        Error::new(ErrorKind::Key, reason)
    })?;
    let mut stored = Stored::parse(stored)?;
    HashSettings::check_sealed(keys, &stored)?;
    if stored.key_id() >= Some(id) {
        return Ok(None);
    }
    stored.open(keys)?;
    sealed(keys, &stored).map(Some)
}

/// The same string, which is open, under the key that creates.
fn sealed(keys: &RootKeys, stored: &Stored<'_>) -> Result<Text, Error> {
    let mut writer = Writer::begin(keys.create_key_id());
    writer.layer(stored);
    writer.end(keys, stored.tag.as_slice())
}

/// What `stored` is sealed with when it is wrapped: no node takes a seal away, or puts an older one in its place.
fn seal_of(keys: &RootKeys, stored: &Stored<'_>) -> Option<u32> {
    keys.create_key_id().max(stored.key_id())
}

impl HashSettings {
    /// The string wrapped in the policy's hash, which its digest goes through;
    /// `None` where it is as strong as the policy, or wrapped already.
    pub(crate) fn wrap(
        &self,
        pool: &Pool,
        keys: &RootKeys,
        stored: &[u8],
    ) -> Result<Option<Text>, Error> {
        pool.run(self.create_bytes(pool), |lease| {
            let mut to_do = self.begin_to_wrap(pool, keys, stored)?;
            if let ToDo::Wrap(wrapping) = &mut to_do {
                interleave::compute(self.create(), lease, Group::alone(wrapping))?;
            }
            self.end_to_wrap(keys, stored, &to_do)
        })
    }

    /// As [`Self::wrap`] for `n` items, in one slot. Where there is none, every item is told so.
    pub(crate) fn wrap_batch<'i>(
        &self,
        pool: &Pool,
        keys: &RootKeys,
        n: usize,
        item: impl Fn(usize) -> &'i [u8],
        mut answer: impl FnMut(usize, Result<Option<Text>, Error>),
    ) {
        let mut done = 0;
        let all = pool.run(self.create_bytes_at_once(pool, n), |lease| {
            while done < n {
                let mut window = [const { None }; MOST_AT_ONCE];
                for (place, i) in window.iter_mut().zip(done..n) {
                    *place = Some(self.begin_to_wrap(pool, keys, item(i)));
                }
                let computed = self.compute_wrappings(lease, &mut window);
                for (to_do, i) in window.iter_mut().map_while(Option::take).zip(done..n) {
                    let result = match (to_do, &computed) {
                        (Ok(ToDo::Wrap(_)), Err(error)) => Err(error.clone()),
                        (Ok(to_do), _) => self.end_to_wrap(keys, item(i), &to_do),
                        (Err(error), _) => Err(error),
                    };
                    if !lease.is_intact() {
                        return Ok(());
                    }
                    answer(i, result);
                    done = i + 1;
                }
            }
            Ok(())
        });
        if let Err(error) = all {
            for i in done..n {
                answer(i, Err(error.clone()));
            }
        }
    }

    /// Computes those of a window that have anything to compute.
    fn compute_wrappings(
        &self,
        lease: &mut Lease<'_>,
        window: &mut [Option<Result<ToDo, Error>>],
    ) -> Result<(), Error> {
        let wrappings = window.iter_mut().filter_map(|to_do| match to_do {
            Some(Ok(ToDo::Wrap(wrapping))) => Some(wrapping),
            _ => None,
        });
        interleave::compute(self.create(), lease, Group::of(wrappings))
    }

    /// Looks at `stored`, and draws a salt where it is to be wrapped.
    fn begin_to_wrap(&self, pool: &Pool, keys: &RootKeys, stored: &[u8]) -> Result<ToDo, Error> {
        let mut stored = Stored::parse(stored)?;
        // What is never verified is never worth its work, nor to be made something that is.
        Self::check_sealed(keys, &stored)?;
        self.check(pool, &stored)?;
        stored.open(keys)?;
        match self.upgrade(keys, &stored)? {
            Upgrade::None => Ok(ToDo::Nothing),
            Upgrade::Seal => Ok(ToDo::Seal),
            Upgrade::Wrap => {
                let mut salt = Salt::zeroed(SALT_BYTES);
                fill_random(salt.as_mut_slice())?;
                let outer = Stored::to_make(*self.create(), salt);
                let writer = Writer::around(&stored, &outer, seal_of(keys, &stored));
                let input = wrapper::layer_text(writer.layers(), stored.tag.as_slice())?;
                Ok(ToDo::Wrap(Wrapping {
                    input,
                    salt: outer.salt,
                    tag: outer.tag,
                }))
            }
        }
    }

    /// What is stored in the place of `stored`, after everything was computed.
    fn end_to_wrap(
        &self,
        keys: &RootKeys,
        stored: &[u8],
        to_do: &ToDo,
    ) -> Result<Option<Text>, Error> {
        let mut stored = Stored::parse(stored)?;
        match to_do {
            ToDo::Nothing => Ok(None),
            ToDo::Seal => {
                stored.open(keys)?;
                sealed(keys, &stored).map(Some)
            }
            ToDo::Wrap(wrapping) => {
                let salt = Salt::copy_of(wrapping.salt.as_slice())
                    .ok_or_else(|| Error::new(ErrorKind::Internal, "a salt that fits"))?;
                let outer = Stored::to_make(*self.create(), salt);
                let writer = Writer::around(&stored, &outer, seal_of(keys, &stored));
                writer.end(keys, wrapping.tag.as_slice()).map(Some)
            }
        }
    }

    /// What [`Self::wrap`] does to `stored`, which is open and may be verified, or why it refuses.
    pub(crate) fn upgrade(&self, keys: &RootKeys, stored: &Stored<'_>) -> Result<Upgrade, Error> {
        keys.check()?;
        let key_id = keys.create_key_id();
        if stored.layer_below().is_none() && self.is_weak_hash(stored) {
            let outer = Stored::to_make(*self.create(), Salt::zeroed(SALT_BYTES));
            let writer = Writer::around(stored, &outer, seal_of(keys, stored));
            writer.check_room(outer.tag_len())?;
            return Ok(Upgrade::Wrap);
        }
        if key_id.is_none() || stored.key_id() >= key_id {
            return Ok(Upgrade::None);
        }
        let mut writer = Writer::begin(key_id);
        writer.layer(stored);
        writer.check_room(stored.tag_len())?;
        Ok(Upgrade::Seal)
    }
}

#[cfg(feature = "imports")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding;
    use crate::hash::import::recipe::tests::strings;
    use crate::hash::{Argon2, Bcrypt, Kdf, Pbkdf2, Prf, Revision, Scheme, Scrypt};
    use crate::hash::{Variant, Version, work};
    use crate::json;
    use std::collections::BTreeSet;

    /// Whatever a digest can be written as.
    fn forms(tag: &[u8]) -> Vec<Vec<u8>> {
        type Encode = for<'o> fn(&[u8], &'o mut [u8]) -> Option<&'o str>;
        let encodings: [Encode; 5] = [
            encoding::hex_encode,
            encoding::b64_encode,
            encoding::base64_encode,
            encoding::crypt_encode,
            encoding::bcrypt_encode,
        ];
        let mut forms = vec![tag.to_vec()];
        for encode in encodings {
            let mut room = [0; 256];
            let text = encode(tag, &mut room).expect("fits");
            forms.push(text.as_bytes().to_vec());
            forms.push(text.to_uppercase().into_bytes());
            forms.push(format!("saltbox-layer:{text}").into_bytes());
        }
        forms
    }

    /// More than are computed at once, by each way there is: none gets what belongs to another.
    #[test]
    fn a_batch_wraps_each_string_around_its_own_password() {
        work::let_company_pay_from(Some(0));
        let password = |i: usize| format!("password {i}").into_bytes();
        let argon2 = Argon2::fixed(Variant::Id, Version::V0x13, 64, 1, 1);
        for policy in [
            Kdf::Argon2(argon2),
            Kdf::Scrypt(Scrypt::fixed(4, 2, 3)),
            Kdf::Pbkdf2(Pbkdf2::fixed(Prf::Sha512, 30)),
            Kdf::Bcrypt(Bcrypt::fixed(Revision::V2b, 4)),
        ] {
            let mut settings = HashSettings::default();
            settings.create_for_test(policy);
            let (pool, keys) = (Pool::new(settings.pool_sizes()), RootKeys::default());
            let weak = |i: usize| {
                let kdf = Kdf::Pbkdf2(Pbkdf2::fixed(Prf::Sha256, 1));
                let mut stored = Stored::to_make(kdf, Salt::zeroed(SALT_BYTES));
                let tag = stored.tag.as_mut_slice();
                kdf.derive(&password(i), &[0; SALT_BYTES], tag)
                    .expect("derives");
                stored.to_text()
            };
            // Others stand between those that are wrapped.
            let item = |i: usize| {
                if i % 5 == 3 {
                    "no hash".to_owned()
                } else {
                    weak(i)
                }
            };
            let items: Vec<String> = (0..21).map(item).collect();
            let mut wrapped = Vec::new();
            settings.wrap_batch(
                &pool,
                &keys,
                items.len(),
                |i| items[i].as_bytes(),
                |i, result| {
                    assert_eq!((i, result.is_ok()), (wrapped.len(), i % 5 != 3));
                    wrapped.push(result.ok().flatten());
                },
            );
            assert_eq!(wrapped.len(), items.len());
            for (i, wrapped) in wrapped.iter().enumerate() {
                let Some(wrapped) = wrapped else { continue };
                for (of, is_right) in [(i, true), (i + 1, false)] {
                    let verdict =
                        settings.verify(&pool, &keys, wrapped.as_str().as_bytes(), &password(of));
                    assert_eq!(verdict.expect("verifiable").is_accepted(), is_right);
                }
            }
        }
    }

    /// Who has stolen the old table has the digests that were in it.
    #[test]
    fn the_inner_digest_is_no_password_in_any_form() {
        let json = json::parse(br#"{"create":{"profile":"test-only"}}"#).expect("JSON");
        let settings = HashSettings::read(&json).expect("valid");
        let (pool, keys) = (Pool::new(settings.pool_sizes()), RootKeys::default());
        let mut schemes = BTreeSet::new();
        for text in strings() {
            let stored = Stored::parse(text.as_bytes()).expect("accepted");
            let found = settings.identify(&pool, &keys, text.as_bytes());
            // Dear ones only where nothing cheaper is of their scheme.
            let is_dear = found.cost_percent_of_policy() > Some(3000);
            if found.problem().is_some() || is_dear && schemes.contains(stored.scheme().name()) {
                continue;
            }
            let Ok(Some(wrapped)) = settings.wrap(&pool, &keys, text.as_bytes()) else {
                continue;
            };
            schemes.insert(stored.scheme().name());
            let read = Stored::parse(wrapped.as_str().as_bytes()).expect("just written");
            // Whoever can write the table, too, has cut the inner layer off.
            let mut outer = Stored::to_make(*read.kdf(), Salt::copy_of(read.salt()).expect("fits"));
            outer.tag = Tag::copy_of(read.tag.as_slice()).expect("fits");
            let outer = outer.to_text();
            let verify = |stored: &str, form: &[u8]| {
                let verdict = settings.verify(&pool, &keys, stored.as_bytes(), form);
                verdict.expect("verifiable").is_accepted()
            };
            for form in forms(stored.tag.as_slice()) {
                assert!(!verify(wrapped.as_str(), &form), "{text}: {form:?}");
                assert!(!verify(&outer, &form), "{text}: {form:?}");
            }
            // Not for want of something to match.
            let input = wrapper::layer_text(read.layers_text(), stored.tag.as_slice());
            let input = input.expect("fits");
            assert!(!verify(wrapped.as_str(), input.as_slice()), "{text}");
            assert!(verify(&outer, input.as_slice()), "{text}");
        }
        let all: BTreeSet<_> = Scheme::all().map(Scheme::name).collect();
        let missing: Vec<_> = all.difference(&schemes).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
