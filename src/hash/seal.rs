//! Pepper: the finished digest is encrypted under a key that the table of
//! stored strings does not have.
//!
//! AES-SIV (RFC 5297) with AES-256, deterministic and without a nonce that
//! could repeat: the salt in what stands before the digest makes each string
//! its own, and where there is none equal strings stay equal. Everything before
//! the digest is associated data, so nothing of a sealed string can be changed.
//! The digest of any scheme is sealed alike, so a string is re-keyed without
//! the password.

use crate::error::{Error, ErrorKind};
use crate::keys::PepperKey;
use aes_siv::KeyInit;
use aes_siv::siv::Aes256Siv;

/// Bytes that a seal adds: the synthetic initialization vector, which authenticates.
pub(super) const SEAL_BYTES: usize = 16;

/// Encrypts `digest` in place; `before` is what stands before it in the stored string.
pub(super) fn seal(
    key: &PepperKey,
    before: &[u8],
    digest: &mut [u8],
) -> Result<[u8; SEAL_BYTES], Error> {
    let sealed = Aes256Siv::new(key.into()).encrypt_inout_detached([before], digest.into());
    sealed.map(Into::into).map_err(|_| {
        let reason = "AES-SIV refused one header and a digest";
        Error::new(ErrorKind::Internal, reason)
    })
}

/// Decrypts what [`seal`] encrypted.
///
/// # Errors
/// [`ErrorKind::Seal`] where it was sealed with another key, or something of the string was changed.
pub(super) fn open(
    key: &PepperKey,
    before: &[u8],
    digest: &mut [u8],
    seal: &[u8; SEAL_BYTES],
) -> Result<(), Error> {
    let opened =
        Aes256Siv::new(key.into()).decrypt_inout_detached([before], digest.into(), seal.into());
    opened.map_err(|_| {
        let reason = "sealed with another key than the one of this id here, or changed since";
        Error::new(ErrorKind::Seal, reason)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn only_the_same_key_and_the_same_string_open_it(
            key in any::<[[u8; 32]; 2]>(),
            before in proptest::collection::vec(any::<u8>(), 0..200),
            digest in proptest::collection::vec(any::<u8>(), 16..128),
            bit in any::<proptest::sample::Index>(),
        ) {
            let key: PepperKey = key.as_flattened().try_into().expect("64 bytes");
            let mut sealed = digest.clone();
            let siv = seal(&key, &before, &mut sealed).expect("seals");
            prop_assert_ne!(&sealed, &digest);
            let mut opened = sealed.clone();
            prop_assert!(open(&key, &before, &mut opened, &siv).is_ok());
            prop_assert_eq!(&opened, &digest);

            let mut parts = [key.to_vec(), before, sealed, siv.to_vec()];
            let bits = 8 * parts.iter().map(Vec::len).sum::<usize>();
            let mut at = bit.index(bits);
            for part in &mut parts {
                if at < 8 * part.len() {
                    part[at / 8] ^= 1 << (at % 8);
                    break;
                }
                at -= 8 * part.len();
            }
            let [key, before, mut sealed, siv] = parts;
            let (key, siv) = (key.try_into().expect("64"), siv.try_into().expect("16"));
            let error = open(&key, &before, &mut sealed, &siv).expect_err("changed");
            prop_assert_eq!(error.kind(), ErrorKind::Seal);
        }
    }

    /// That it is AES-SIV with AES-256 is shown by strings that Python computed, in `tests/keys.rs`.
    #[test]
    fn a_seal_is_deterministic_and_its_own_for_each_string() {
        let key = [7; 64];
        let sealed = |before: &[u8]| {
            let mut digest = [1; 32];
            (seal(&key, before, &mut digest).expect("seals"), digest)
        };
        assert_eq!(sealed(b"one"), sealed(b"one"));
        assert_ne!(sealed(b"one").1, sealed(b"two").1);
    }
}
