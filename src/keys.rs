//! Root keys that the host adds to a configuration.
//!
//! One root key per id. No function of this release computes with a key yet;
//! adding is possible now because a key has to be on every node before the
//! first node writes with it.

use crate::error::{Bound, Error, ErrorKind};
use zeroize::Zeroizing;

/// Shortest root key, in bytes: 256 bits, the security strength HKDF-SHA-256 can pass on (RFC 5869).
pub const MIN_KEY_BYTES: usize = 32;

/// Longest root key, in bytes. More adds no strength to HKDF.
pub const MAX_KEY_BYTES: usize = 1024;

/// Root keys by id, wiped when dropped.
#[derive(Clone, Default)]
pub(crate) struct RootKeys {
    keys: Vec<(u32, Zeroizing<Vec<u8>>)>,
}

impl RootKeys {
    /// Adds a copy of `key`.
    ///
    /// # Errors
    /// [`ErrorKind::Key`] where the key is shorter or longer than allowed, is
    /// one byte repeated, or where the id or the key is present already.
    pub(crate) fn add(&mut self, id: u32, key: &[u8]) -> Result<(), Error> {
        let refuse = |bound| {
            let (what, value) = ("root key in bytes", key.len() as u64);
            Err(Error::out_of_bounds(ErrorKind::Key, what, value, bound))
        };
        if key.len() < MIN_KEY_BYTES {
            return refuse(Bound::AtLeast(MIN_KEY_BYTES as u64));
        }
        if key.len() > MAX_KEY_BYTES {
            return refuse(Bound::AtMost(MAX_KEY_BYTES as u64));
        }
        if key.iter().all(|byte| key.first() == Some(byte)) {
            let reason = "root key is one byte repeated; it has to be random";
            return Err(Error::new(ErrorKind::Key, reason));
        }
        if self.keys.iter().any(|(known, _)| *known == id) {
            return Err(Error::new(
                ErrorKind::Key,
                "a key with this id was added before",
            ));
        }
        if self
            .keys
            .iter()
            .any(|(_, known)| crate::secret::constant_time_eq(known, key))
        {
            return Err(Error::new(
                ErrorKind::Key,
                "this key was added before under another id",
            ));
        }
        self.keys.push((id, Zeroizing::new(key.to_vec())));
        Ok(())
    }

    /// How many keys are held.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_and_repeated_keys_are_refused() {
        let mut keys = RootKeys::default();
        let random: Vec<u8> = (0..32).collect();
        let other: Vec<u8> = (1..33).collect();
        assert!(keys.add(1, &random[..31]).is_err());
        assert!(keys.add(1, &[7; 32]).is_err());
        assert!(keys.add(1, &vec![0; MAX_KEY_BYTES + 1]).is_err());
        assert!(keys.add(1, &[]).is_err());
        assert!(keys.add(1, &random).is_ok());
        assert!(keys.add(1, &other).is_err(), "same id");
        assert!(keys.add(2, &random).is_err(), "same key");
        assert!(keys.add(2, &other).is_ok());
        assert_eq!(keys.len(), 2);
    }
}
