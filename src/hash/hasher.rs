//! What the rooms above need of hashing: one value to be handed down.

use super::{HashSettings, Pool, Text, Verdict};
use crate::error::Error;
use crate::keys::RootKeys;

/// Hashes and verifies secrets that are no passwords, such as security answers
/// and one-time codes, as passwords are.
#[derive(Clone, Copy)]
pub(crate) struct Hasher<'a> {
    pub(crate) settings: &'a HashSettings,
    pub(crate) pool: &'a Pool,
    pub(crate) keys: &'a RootKeys,
}

impl Hasher<'_> {
    /// The stored string of `secret` under a fresh salt.
    pub(crate) fn hash(&self, secret: &[u8]) -> Result<Text, Error> {
        self.settings.hash(self.pool, self.keys, secret)
    }

    /// Whether `stored` was made from `secret`; an empty `stored` costs as much and is rejected. A match costs
    /// as much too: it may be one right answer among wrong ones, or a right code of an account that is disabled.
    pub(crate) fn verify(&self, stored: &[u8], secret: &[u8]) -> Result<Verdict, Error> {
        self.settings
            .verify_unseen(self.pool, self.keys, stored, secret)
    }
}
