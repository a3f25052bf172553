//! Passwords that everybody knows: a list inside, and one of any size that the host maps.
//!
//! The outside list is a file of our own. Its keys are hashes, reduced to
//! `n · 2^bits` values that keep their order; what is written are the
//! differences between neighbours, as Rice codes, and they need within a tenth
//! of a bit a key of what any such code needs. Buckets of equal ranges of
//! values, of about 512 keys, begin where a small index says. A lookup
//! reads two entries of that and on average half a bucket, which stands in one
//! place. A list of whole hashes is the same with records in place of codes.

mod bits;
mod build;
mod format;
#[cfg(feature = "strength")]
mod inside;
mod lists;
mod read;

pub use self::build::{BlocklistBuilder, BlocklistBuilt, BlocklistPlan, build_unsorted};
pub use self::format::{BreachHash, Precision};
pub use self::lists::ListKind;
pub(super) use self::lists::{Listed, Lists};

use self::format::Layout;
use self::read::View;
use crate::error::Error;
use md4::Md4;
use sha1::{Digest, Sha1};
use std::fmt;
use std::sync::Arc;

/// What a list says of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hit {
    /// It is not in the list.
    No,
    /// It is, but for the rate of the list; also where what was read makes no sense.
    Probable,
    /// It is.
    Yes,
}

/// A hash of a password as lists have it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BreachKey {
    bytes: [u8; 20],
    length: usize,
}

impl AsRef<[u8]> for BreachKey {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// Says nothing of the hash: whoever has it has the password.
impl fmt::Debug for BreachKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BreachKey").finish_non_exhaustive()
    }
}

impl BreachHash {
    /// Of a password as it is, for lists that are made of plain words with [`build_unsorted`].
    #[must_use]
    pub fn of(self, password: &str) -> BreachKey {
        let mut key = BreachKey {
            bytes: [0; 20],
            length: self.bytes(),
        };
        let put = |bytes: &mut [u8; 20], hash: &[u8]| {
            for (place, byte) in bytes.iter_mut().zip(hash) {
                *place = *byte;
            }
        };
        match self {
            Self::Sha1 => put(&mut key.bytes, &Sha1::digest(password)),
            Self::Ntlm => {
                let mut hash = Md4::new();
                for unit in password.encode_utf16() {
                    hash.update(unit.to_le_bytes());
                }
                put(&mut key.bytes, &hash.finalize());
            }
        }
        key
    }
}

/// A list of breached passwords in bytes that the host keeps, such as a mapped
/// file. They have to stay what they are for as long as this or a clone of it is there.
#[derive(Clone)]
pub struct Blocklist {
    file: Arc<dyn AsRef<[u8]> + Send + Sync>,
    layout: Layout,
}

impl Blocklist {
    /// Attaches a file that [`BlocklistBuilder`] wrote. Reads its head and its
    /// trailer and nothing else, however large it is; [`Self::check_all`] reads the rest.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), with other words each,
    /// for another kind of file, one that a later release wrote, one
    /// that is cut off, and one whose description is damaged.
    pub fn attach(file: impl AsRef<[u8]> + Send + Sync + 'static) -> Result<Self, Error> {
        let layout = Layout::decode(file.as_ref())?;
        let file = Arc::new(file);
        Ok(Self { file, layout })
    }

    /// Compares the checksums of all parts and reads every key: each in its
    /// place, in order, as many as there should be.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for the part that is damaged.
    pub fn check_all(&self) -> Result<(), Error> {
        Ok(self.view().check()?)
    }

    /// Whether the list has this hash, which is of [`Self::hash`]; one of another length is in no list.
    ///
    /// Nothing is missed in a list that is whole. A lookup sees damage only where
    /// what it reads makes no sense, and then says [`Hit::Probable`]; a changed
    /// key it cannot see, so [`Self::check_all`] comes first where bytes may be damaged.
    #[must_use]
    pub fn contains(&self, hash: &[u8]) -> Hit {
        if hash.len() != self.layout.hash.bytes() {
            return Hit::No;
        }
        match self.view().has(hash) {
            Some(false) => Hit::No,
            Some(true) if self.layout.precision == Precision::Exact => Hit::Yes,
            Some(true) | None => Hit::Probable,
        }
    }

    /// As [`Self::contains`], for a password as it is: nothing of it is changed before it is hashed.
    #[must_use]
    pub fn contains_password(&self, password: &str) -> Hit {
        self.contains(self.layout.hash.of(password).as_ref())
    }

    /// Which hash of a password its keys are.
    #[must_use]
    pub const fn hash(&self) -> BreachHash {
        self.layout.hash
    }

    /// How much of each key it has.
    #[must_use]
    pub const fn precision(&self) -> Precision {
        self.layout.precision
    }

    /// How many keys it has.
    #[must_use]
    pub const fn keys(&self) -> u64 {
        self.layout.keys
    }

    /// How often each was seen at least.
    #[must_use]
    pub const fn min_count(&self) -> u64 {
        self.layout.min_count
    }

    /// Of when the corpus is, as 20260817; 0 where its builder did not say.
    #[must_use]
    pub const fn date(&self) -> u32 {
        self.layout.date
    }

    /// One in so many passwords that are not in the list is said to be; 0 where none is.
    #[must_use]
    pub fn one_in(&self) -> u64 {
        self.layout.one_in()
    }

    /// Tells two lists apart: it follows from everything in the file.
    #[must_use]
    pub fn checksum(&self) -> [u8; 16] {
        self.layout.sum()
    }

    fn view(&self) -> View<'_> {
        View::new(&self.layout, (*self.file).as_ref())
    }
}

/// The same bytes, not merely equal ones: those are not read for it.
impl PartialEq for Blocklist {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.file, &other.file) && self.layout == other.layout
    }
}

impl Eq for Blocklist {}

impl fmt::Debug for Blocklist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocklist")
            .field("hash", &self.layout.hash)
            .field("keys", &self.layout.keys)
            .field("precision", &self.layout.precision)
            .field("date", &self.layout.date)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
