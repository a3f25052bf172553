//! Root keys that the host adds to a configuration.
//!
//! One root key per id. This release derives nothing but fingerprints from
//! them, by which nodes can be compared; adding is possible now because a key
//! has to be on every node before the first node writes with it.

use crate::error::{Bound, Error, ErrorKind};
use zeroize::{Zeroize, Zeroizing};

/// Shortest root key, in bytes: 256 bits, the security strength HKDF-SHA-256 can pass on (RFC 5869).
pub const MIN_KEY_BYTES: usize = 32;

/// Longest root key, in bytes. More adds no strength to HKDF.
pub const MAX_KEY_BYTES: usize = 1024;

/// What a fingerprint is derived for.
const FINGERPRINT_LABEL: &[u8] = b"saltbox/1/fingerprint";

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

    /// Id and fingerprint of every key, by id.
    ///
    /// The fingerprint is the first 8 bytes of HKDF-SHA-256 of the key without
    /// a salt, with [`FINGERPRINT_LABEL`]: it tells keys apart and tells nothing of them.
    pub(crate) fn fingerprints(&self) -> Vec<(u32, [u8; 8])> {
        let mut all: Vec<(u32, [u8; 8])> = self
            .keys
            .iter()
            .map(|(id, key)| {
                let mut fingerprint = [0; 8];
                let (mut prk, hkdf) = hkdf::Hkdf::<sha2::Sha256>::extract(None, key);
                prk.as_mut_slice().zeroize();
                // Eight bytes are never too many for HKDF, the only failure there is.
                let _ = hkdf.expand(FINGERPRINT_LABEL, &mut fingerprint);
                (*id, fingerprint)
            })
            .collect();
        all.sort_unstable_by_key(|(id, _)| *id);
        all
    }

    /// How many keys are held.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value is what Python computes: `hmac.digest(hmac.digest(bytes(32), key, "sha256"), label + b"\x01", "sha256")[:8]`.
    #[test]
    fn fingerprints_are_hkdf_and_stand_by_id() {
        let mut keys = RootKeys::default();
        let key: Vec<u8> = (0..32).collect();
        let other: Vec<u8> = (1..33).collect();
        keys.add(7, &other).expect("a key");
        keys.add(3, &key).expect("a key");
        let all = keys.fingerprints();
        assert_eq!(all.iter().map(|k| k.0).collect::<Vec<_>>(), [3, 7]);
        assert_eq!(all[0].1, [0x36, 0xfc, 0xab, 0x6c, 0x8f, 0x06, 0x66, 0xe0]);
        assert_ne!(all[0].1, all[1].1);
    }

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
