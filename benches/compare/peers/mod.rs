//! How the peers are called.

mod crates;
mod libraries;
mod libxcrypt;

pub use crates::{argon2_crate, bcrypt_crate, rust_argon2_crate, scrypt_crate};
pub use libraries::{libargon2, libcrypto, libsodium};
pub use libxcrypt::libxcrypt;

use saltbox::hash::Kdf;

/// Computes a tag from a password and a salt.
pub type Derive = Box<dyn Fn(&Kdf, &[u8], &[u8], &mut [u8]) -> Result<(), String>>;

/// A peer ready to compute, and its version.
pub type Peer = Result<(Derive, String), String>;

/// What a peer says that was given another function than its own.
fn not_mine<T>() -> Result<T, String> {
    Err("does not compute this function".to_owned())
}
