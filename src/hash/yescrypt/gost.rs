//! The outer layer of gost-yescrypt: HMAC over Streebog, GOST R 34.11-2012 with 256 bits.

use super::text::write_setting;
use super::{TAG_BYTES, Yescrypt};
use crate::error::{Error, ErrorKind};
use hmac::digest::FixedOutput;
use hmac::{Hmac, KeyInit, Mac};
use streebog::{Digest, Streebog256};
use zeroize::Zeroizing;

/// Replaces `tag`, which yescrypt made, by HMAC(HMAC(Streebog(password), setting), tag).
pub(super) fn seal(
    yescrypt: &Yescrypt,
    password: &[u8],
    salt: &[u8],
    tag: &mut [u8; TAG_BYTES],
) -> Result<(), Error> {
    let mut key = Zeroizing::new([0; TAG_BYTES]);
    let hash = Streebog256::new_with_prefix(password);
    FixedOutput::finalize_into(hash, (&mut *key).into());
    let mut mac = keyed(&key)?;
    write_setting(yescrypt, salt, &mut |piece| mac.update(piece));
    mac.finalize_into((&mut *key).into());
    let mut mac = keyed(&key)?;
    mac.update(tag);
    mac.finalize_into(tag.into());
    Ok(())
}

fn keyed(key: &[u8; TAG_BYTES]) -> Result<Hmac<Streebog256>, Error> {
    Hmac::new_from_slice(key)
        .map_err(|_| Error::new(ErrorKind::Internal, "HMAC takes keys of every length"))
}
