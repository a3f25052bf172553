//! Root keys that the host adds to a configuration, and what each use derives from them.
//!
//! One root key per id. Every use derives a key of its own by HKDF-SHA-256
//! (RFC 5869) without a salt, with a label that names it, so that no use tells
//! another anything:
//!
//! | label | bytes | use |
//! |---|---|---|
//! | `saltbox/1/fingerprint` | 8 | tells keys apart in `effective_config` |
//! | `saltbox/1/pepper` | 64 | seals digests, see `src/hash/seal.rs` |
//! | `saltbox/1/ticket` | 32 | digests of link codes, fingerprints of addresses, see `src/code` |
//! | `saltbox/1/one-time-code` | 32 | what is hashed of one-time codes |
//! | `saltbox/1/unknown-user` | 32 | draws what a login that nobody has costs, see `src/hash/unknown.rs` |
//!
//! A key verifies as soon as it is added; only the one that `create_key_id`
//! names creates. So a new key is added on every node, then named on every
//! node, and when no string needs the old one any more, that is taken away.

use crate::error::{Bound, Error, ErrorKind};
use crate::json::Object;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

/// Shortest root key, in bytes: 256 bits, the security strength HKDF-SHA-256 can pass on (RFC 5869).
pub const MIN_KEY_BYTES: usize = 32;

/// Longest root key, in bytes. More adds no strength to HKDF.
pub const MAX_KEY_BYTES: usize = 1024;

/// What a fingerprint is derived for.
const FINGERPRINT_LABEL: &[u8] = b"saltbox/1/fingerprint";

/// What the key that seals digests is derived for.
const PEPPER_LABEL: &[u8] = b"saltbox/1/pepper";

/// What the key of link codes and addresses is derived for.
const TICKET_LABEL: &[u8] = b"saltbox/1/ticket";

/// What the key of one-time codes is derived for.
const ONE_TIME_CODE_LABEL: &[u8] = b"saltbox/1/one-time-code";

/// What the key is derived for that draws for logins that nobody has.
const UNKNOWN_USER_LABEL: &[u8] = b"saltbox/1/unknown-user";

/// Bytes of a key for [`MacKey::mac`], and of what that makes: those of SHA-256 (RFC 2104 section 3).
pub(crate) const MAC_BYTES: usize = 32;

/// Bytes of the key that seals digests: AES-SIV's two AES-256 keys (RFC 5297 section 2.2).
pub(crate) const PEPPER_KEY_BYTES: usize = 64;

/// The key that seals digests.
pub(crate) type PepperKey = [u8; PEPPER_KEY_BYTES];

/// Root keys by id, wiped when dropped, and what they are used for.
#[derive(Clone, Default)]
pub(crate) struct RootKeys {
    keys: Vec<RootKey>,
    create_key_id: Option<u32>,
    require_pepper: bool,
}

/// A root key, and what is derived from it, once.
#[derive(Clone)]
struct RootKey {
    id: u32,
    root: Zeroizing<Vec<u8>>,
    fingerprint: [u8; 8],
    /// Boxed: a vector that grows leaves what lay in it where it was.
    pepper: Box<Zeroizing<PepperKey>>,
    /// Boxed, too.
    macs: Box<MacKeys>,
}

/// The keys of messages.
#[derive(Clone)]
struct MacKeys {
    tickets: TicketKeys,
    unknown_users: MacKey,
}

/// The keys of what is stored of codes.
#[derive(Clone)]
pub(crate) struct TicketKeys {
    /// Of link codes, and of the fingerprints of addresses.
    pub(crate) links: MacKey,
    pub(crate) one_time_codes: MacKey,
}

/// A key for messages of several parts, wiped when dropped.
#[derive(Clone)]
pub(crate) struct MacKey(Zeroizing<[u8; MAC_BYTES]>);

impl MacKey {
    fn zeroed() -> Self {
        Self(Zeroizing::new([0; MAC_BYTES]))
    }

    /// HMAC-SHA-256 (RFC 2104) of `parts`, each after its length in eight
    /// bytes, so that no two lists of parts are one message.
    pub(crate) fn mac(&self, parts: &[&[u8]]) -> [u8; MAC_BYTES] {
        #[cfg(test)]
        counted::MACS.set(counted::MACS.get() + 1);
        // No length is refused: HMAC hashes longer keys and pads shorter ones.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_slice()) else {
            return [0; MAC_BYTES];
        };
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl RootKey {
    fn new(id: u32, root: &[u8]) -> Self {
        let mut key = Self {
            id,
            root: Zeroizing::new(root.to_vec()),
            fingerprint: [0; 8],
            pepper: Box::new(Zeroizing::new([0; PEPPER_KEY_BYTES])),
            macs: Box::new(MacKeys {
                tickets: TicketKeys {
                    links: MacKey::zeroed(),
                    one_time_codes: MacKey::zeroed(),
                },
                unknown_users: MacKey::zeroed(),
            }),
        };
        let (mut prk, hkdf) = hkdf::Hkdf::<sha2::Sha256>::extract(None, root);
        prk.as_mut_slice().zeroize();
        // Neither length is too much for HKDF, the only failure there is.
        let _ = hkdf.expand(FINGERPRINT_LABEL, &mut key.fingerprint);
        let _ = hkdf.expand(PEPPER_LABEL, key.pepper.as_mut_slice());
        let TicketKeys {
            links,
            one_time_codes,
        } = &mut key.macs.tickets;
        let _ = hkdf.expand(TICKET_LABEL, links.0.as_mut_slice());
        let _ = hkdf.expand(ONE_TIME_CODE_LABEL, one_time_codes.0.as_mut_slice());
        let _ = hkdf.expand(UNKNOWN_USER_LABEL, key.macs.unknown_users.0.as_mut_slice());
        key
    }
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
        if self.keys.iter().any(|known| known.id == id) {
            return Err(Error::new(
                ErrorKind::Key,
                "a key with this id was added before",
            ));
        }
        if self
            .keys
            .iter()
            .any(|known| crate::secret::constant_time_eq(&known.root, key))
        {
            return Err(Error::new(
                ErrorKind::Key,
                "this key was added before under another id",
            ));
        }
        self.keys.push(RootKey::new(id, key));
        Ok(())
    }

    /// Takes the members of `keys`.
    pub(crate) fn read(mut object: Object<'_>) -> Result<Self, Error> {
        object.only(&["create_key_id", "require_pepper"])?;
        let mut keys = Self::default();
        if let Some(id) = object.take("create_key_id") {
            let number = id.integer("create_key_id", 0..=u64::from(u32::MAX))?;
            keys.create_key_id = u32::try_from(number).ok();
        }
        if let Some(require) = object.take("require_pepper") {
            keys.require_pepper = require.boolean()?;
        }
        Ok(keys)
    }

    /// The id of the key that new strings are sealed with, where they are.
    pub(crate) const fn create_key_id(&self) -> Option<u32> {
        self.create_key_id
    }

    /// Refuses to create with a key that has not been added.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.create_key_id
            .map_or(Ok(()), |id| self.pepper(id).map(|_| ()))
    }

    /// Whether a string that is not sealed is refused.
    pub(crate) const fn requires_pepper(&self) -> bool {
        self.require_pepper
    }

    /// The key that seals digests under the root key `id`.
    ///
    /// # Errors
    /// [`ErrorKind::Key`] where there is no such root key.
    pub(crate) fn pepper(&self, id: u32) -> Result<&PepperKey, Error> {
        self.key(id).map(|key| &**key.pepper)
    }

    /// The keys of tickets that were made under the root key `id`.
    ///
    /// # Errors
    /// [`ErrorKind::Key`] where there is no such root key.
    pub(crate) fn tickets(&self, id: u32) -> Result<&TicketKeys, Error> {
        self.key(id).map(|key| &key.macs.tickets)
    }

    /// The key that draws for logins that nobody has.
    ///
    /// # Errors
    /// [`ErrorKind::Key`] where there is no such root key.
    pub(crate) fn unknown_users(&self, id: u32) -> Result<&MacKey, Error> {
        self.key(id).map(|key| &key.macs.unknown_users)
    }

    /// The keys that new tickets are made with, and their id.
    ///
    /// # Errors
    /// [`ErrorKind::Key`] where no key is to create, or where it has not been added.
    pub(crate) fn new_tickets(&self) -> Result<(u32, &TicketKeys), Error> {
        let id = self.create_key_id.ok_or_else(|| {
            let reason = "codes need a root key: add one and name it in keys.create_key_id";
            Error::new(ErrorKind::Key, reason)
        })?;
        Ok((id, self.tickets(id)?))
    }

    fn key(&self, id: u32) -> Result<&RootKey, Error> {
        let known = self.keys.iter().find(|key| key.id == id);
        known.ok_or_else(|| {
            let reason = "no root key with the id that is named has been added";
            Error::new(ErrorKind::Key, reason)
        })
    }

    /// Id and fingerprint of every key, by id: it tells keys apart and tells nothing of them.
    pub(crate) fn fingerprints(&self) -> Vec<(u32, [u8; 8])> {
        let each = self.keys.iter();
        let mut all: Vec<_> = each.map(|key| (key.id, key.fingerprint)).collect();
        all.sort_unstable_by_key(|(id, _)| *id);
        all
    }

    /// How many keys are held.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }
}

/// How often a thread made one: work is compared by counts.
#[cfg(test)]
pub(crate) mod counted {
    thread_local! {
        pub(crate) static MACS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
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

    /// What Python computes: `hmac.digest(key, (3).to_bytes(8,"big") + b"abc" + bytes(8) + (1).to_bytes(8,"big") + b"d", "sha256")`
    /// under the keys that `hmac.digest(prk, label + b"\x01", "sha256")` makes.
    #[test]
    fn keys_of_codes_are_hkdf_and_every_part_has_its_length() {
        let mut keys = RootKeys::default();
        let root: Vec<u8> = (0..32).collect();
        keys.add(7, &root).expect("a key");
        let tickets = keys.tickets(7).expect("was added");
        let parts: [&[u8]; 3] = [b"abc", b"", b"d"];
        let hex = |mac: [u8; MAC_BYTES]| mac.map(|byte| format!("{byte:02x}")).concat();
        assert_eq!(
            hex(tickets.links.mac(&parts)),
            "546335ab7fb457c5d690d1389bd8599a9153d5155ff2b0ccd3924a768a1a88a9"
        );
        assert_eq!(
            hex(tickets.one_time_codes.mac(&parts)),
            "cf6b4ed62ed165355b0974c8c2f61189934d9c7530a23f0c9a7131301c3cd98f"
        );
        assert!(keys.new_tickets().is_err() && keys.tickets(8).is_err());
        let (joined, moved): ([&[u8]; 1], [&[u8]; 2]) = ([b"abcd"], [b"ab", b"cd"]);
        assert_ne!(tickets.links.mac(&joined), tickets.links.mac(&moved));
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

    /// What lies in the vector itself is left behind where that grows.
    #[test]
    fn nothing_derived_lies_where_keys_are_moved() {
        assert!(size_of::<RootKey>() < PEPPER_KEY_BYTES);
    }
}
