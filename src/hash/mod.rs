//! Hashing and verifying stored passwords.
//!
//! A stored string is read by one row of `SCHEMES`, becomes a [`Stored`]
//! (key-derivation function, salt, tag), is checked against [`Limits`], and
//! only then costs anything. The row says how its strings are recognised, read
//! and written; [`Kdf`] says what is computed. Many schemes share a function
//! and a family of schemes shares its reading and writing, as `phc.rs` does.

mod argon2;
#[cfg(feature = "imports")]
mod bcrypt;
mod calibrate;
mod cost;
#[cfg(feature = "imports")]
mod crypt3;
#[cfg(feature = "imports")]
mod digest;
#[cfg(feature = "imports")]
mod firebase;
mod grammar;
#[cfg(feature = "imports")]
mod hash_function;
mod hasher;
mod identify;
#[cfg(feature = "imports")]
mod import;
#[cfg(feature = "imports")]
mod input;
mod interleave;
mod kdf;
mod kernels;
mod limits;
mod make;
mod pbkdf2;
mod phc;
#[cfg(feature = "imports")]
mod phpass;
mod pool;
mod profile;
mod rewrap;
mod scheme;
mod scrypt;
mod seal;
mod settings;
mod stored;
mod unknown;
mod verify;
mod weak;
#[cfg(test)]
pub(crate) mod work;
mod wrapper;
#[cfg(feature = "imports")]
mod yescrypt;

pub use self::argon2::{Argon2, Variant, Version};
#[cfg(feature = "imports")]
pub use self::bcrypt::{Bcrypt, Revision};
pub use self::calibrate::{Advice, Calibration, Proposal, READINGS, Readings, Step, Target};
#[cfg(feature = "imports")]
pub use self::crypt3::{Md5Crypt, Md5CryptMagic, Sha1Crypt, ShaCrypt, ShaCryptHash};
#[cfg(feature = "imports")]
pub use self::digest::{Digest, Hmac, Repeat};
#[cfg(feature = "imports")]
pub use self::firebase::FirebaseScrypt;
pub use self::grammar::HASH_MAX;
#[cfg(feature = "imports")]
pub use self::hash_function::HashFunction;
pub use self::identify::{Identified, Warning};
#[cfg(feature = "imports")]
pub use self::import::vendor::import_descriptor;
pub use self::kdf::Kdf;
pub(crate) use self::kernels::kernels;
#[doc(hidden)]
pub use self::kernels::{BY_KERNELS, ByKernels};
pub use self::limits::{Limit, Limits};
pub use self::pbkdf2::{Pbkdf2, Prf};
#[cfg(feature = "imports")]
pub use self::phpass::{Phpass, PhpassHash};
pub use self::pool::{SchemeStats, Stats};
pub use self::profile::Profile;
pub use self::rewrap::Upgrade;
pub use self::scheme::Scheme;
pub use self::scrypt::Scrypt;
pub use self::stored::Stored;
pub use self::verify::Verdict;
pub use self::wrapper::WRAPPER_PREFIX;
#[cfg(feature = "imports")]
pub use self::yescrypt::Yescrypt;

pub(crate) use self::grammar::{MAX_STORED_BYTES, Text};
pub(crate) use self::hasher::Hasher;
pub(crate) use self::kdf::{InputFault, Parameter};
pub(crate) use self::pool::{Pool, Sizes};
pub(crate) use self::rewrap::rekey;
pub(crate) use self::settings::HashSettings;
#[cfg(feature = "imports")]
pub(crate) use self::settings::Over72;

use self::scheme::{Row, SCHEMES};
use self::stored::Recognised;

#[cfg(feature = "imports")]
use self::import::Oddities;
#[cfg(feature = "imports")]
use self::input::Input;
use crate::secret::FixedBytes;

/// Bytes of salt that saltbox draws: RFC 9106 section 4 recommends 128 bits.
pub const SALT_BYTES: usize = 16;

/// Bytes of tag that saltbox makes: RFC 9106 section 4 recommends 256 bits.
pub const TAG_BYTES: usize = 32;

/// Longest salt that is read, in bytes. The PHC specification stops at 48; other systems do not.
pub(crate) const MAX_SALT_BYTES: usize = 128;

/// Shortest tag that is read, in bytes: with fewer bits a guess that matches by chance comes into reach.
pub(crate) const MIN_TAG_BYTES: usize = 16;

/// Longest tag that is read, in bytes. The PHC specification stops at 64; other systems do not.
pub(crate) const MAX_TAG_BYTES: usize = 128;

/// A salt as it goes into the function.
pub(crate) type Salt = FixedBytes<MAX_SALT_BYTES>;

/// A tag, or what is compared with one.
pub(crate) type Tag = FixedBytes<MAX_TAG_BYTES>;
