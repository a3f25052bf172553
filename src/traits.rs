//! The traits of the `password-hash` crate for [`Saltbox`].

use crate::core::Saltbox;
use crate::error::{self, ErrorKind};
use crate::hash::SALT_BYTES;
use password_hash::phc::PasswordHash;
use password_hash::{Error, PasswordHasher, PasswordVerifier, Result};

/// Longest salt of a `password_hash::phc` string, in bytes.
const MAX_PHC_SALT_BYTES: usize = password_hash::phc::Salt::MAX_LENGTH;

/// Hashes with the policy of the core. A salt under 16 bytes or over 48 is refused.
impl PasswordHasher<PasswordHash> for Saltbox {
    fn hash_password_with_salt(&self, password: &[u8], salt: &[u8]) -> Result<PasswordHash> {
        if !(SALT_BYTES..=MAX_PHC_SALT_BYTES).contains(&salt.len()) {
            return Err(Error::SaltInvalid);
        }
        let text = self.hash_text_with_salt(password, salt).map_err(refusal)?;
        PasswordHash::new(text.as_str()).map_err(|_| Error::SaltInvalid)
    }
}

/// Verifies every scheme that the core is configured to verify.
impl PasswordVerifier<str> for Saltbox {
    fn verify_password(&self, password: &[u8], hash: &str) -> Result<()> {
        let verdict = self.verify(hash, password).map_err(refusal)?;
        if verdict.is_accepted() {
            Ok(())
        } else {
            Err(Error::PasswordInvalid)
        }
    }
}

/// As for `str`.
impl PasswordVerifier<PasswordHash> for Saltbox {
    fn verify_password(&self, password: &[u8], hash: &PasswordHash) -> Result<()> {
        PasswordVerifier::<str>::verify_password(self, password, &hash.to_string())
    }
}

fn refusal(error: error::Error) -> Error {
    match error.kind() {
        ErrorKind::Malformed | ErrorKind::LaterRelease => Error::EncodingInvalid,
        ErrorKind::Unsupported | ErrorKind::NotAllowed => Error::Algorithm,
        ErrorKind::Limit | ErrorKind::Budget => Error::ParamsInvalid,
        // The traits have no word for a full house; where that matters, call `Saltbox` itself.
        ErrorKind::Memory | ErrorKind::Busy => Error::OutOfMemory,
        ErrorKind::Random => Error::RngFailure,
        ErrorKind::PasswordEmpty
        | ErrorKind::PasswordTooLong
        | ErrorKind::PasswordNotUtf8
        | ErrorKind::PasswordNul => Error::PasswordInvalid,
        _ => Error::Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Profile};

    fn cheap() -> Saltbox {
        let profile = Profile::named("test-only").expect("known");
        Saltbox::new(
            Config::default()
                .with_profile(profile)
                .expect("within limits"),
        )
    }

    #[test]
    fn hashes_and_verifies_through_the_traits() {
        let saltbox = cheap();
        let hash = saltbox
            .hash_password_with_salt(b"password", &[7; 16])
            .expect("hashes");
        let verify = |password: &[u8]| PasswordVerifier::verify_password(&saltbox, password, &hash);
        assert_eq!(verify(b"password"), Ok(()));
        assert_eq!(verify(b"Password"), Err(Error::PasswordInvalid));
        assert_eq!(
            PasswordVerifier::<str>::verify_password(&saltbox, b"password", "$argon2id$v=19$"),
            Err(Error::EncodingInvalid)
        );
        for len in [15, 49] {
            let refused = saltbox.hash_password_with_salt(b"password", &vec![7; len]);
            assert_eq!(refused, Err(Error::SaltInvalid));
        }
    }

    #[test]
    fn another_implementation_of_the_traits_verifies_ours() {
        let hash: PasswordHash = cheap()
            .hash_password_with_salt(b"password", &[9; 16])
            .expect("hashes");
        let other = argon2::Argon2::default();
        assert_eq!(
            PasswordVerifier::verify_password(&other, b"password", &hash),
            Ok(())
        );
        assert!(PasswordVerifier::verify_password(&other, b"Password", &hash).is_err());
    }
}
