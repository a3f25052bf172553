//! Crates, which are in this build.

use super::{Derive, Peer, not_mine};
use saltbox::hash::Kdf;

/// Version of a crate in this build.
fn locked(name: &str) -> String {
    let lock = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"));
    let entry = format!("name = \"{name}\"\nversion = \"");
    lock.split_once(&entry)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or_else(String::new, |(version, _)| version.to_owned())
}

/// The `argon2` crate as its users call it, with memory of its own.
pub fn argon2_crate() -> Peer {
    let derive: Derive = Box::new(|kdf, password, salt, tag| {
        let Kdf::Argon2(kdf) = kdf else {
            return not_mine();
        };
        let text = |e: argon2::Error| e.to_string();
        let params = argon2::Params::new(kdf.m_kib(), kdf.t(), kdf.p(), Some(tag.len()));
        argon2::Argon2::new(
            argon2::Algorithm::Argon2id,
            argon2::Version::V0x13,
            params.map_err(text)?,
        )
        .hash_password_into(password, salt, tag)
        .map_err(text)
    });
    Ok((derive, locked("argon2")))
}

/// The `rust-argon2` crate.
pub fn rust_argon2_crate() -> Peer {
    let derive: Derive = Box::new(|kdf, password, salt, tag| {
        let Kdf::Argon2(kdf) = kdf else {
            return not_mine();
        };
        let config = rust_argon2::Config {
            hash_length: u32::try_from(tag.len()).map_err(|e| e.to_string())?,
            mem_cost: kdf.m_kib(),
            time_cost: kdf.t(),
            lanes: kdf.p(),
            ..rust_argon2::Config::default()
        };
        let made = rust_argon2::hash_raw(password, salt, &config).map_err(|e| e.to_string())?;
        tag.copy_from_slice(&made);
        Ok(())
    });
    Ok((derive, locked("rust-argon2")))
}

/// The `scrypt` crate.
pub fn scrypt_crate() -> Peer {
    let derive: Derive = Box::new(|kdf, password, salt, tag| {
        let Kdf::Scrypt(kdf) = kdf else {
            return not_mine();
        };
        let ln = u8::try_from(kdf.ln()).map_err(|e| e.to_string())?;
        let params = scrypt::Params::new(ln, kdf.r(), kdf.p()).map_err(|e| e.to_string())?;
        scrypt::scrypt(password, salt, &params, tag).map_err(|e| e.to_string())
    });
    Ok((derive, locked("scrypt")))
}

/// The `bcrypt` crate, whose Blowfish Python's `bcrypt` uses too.
pub fn bcrypt_crate() -> Peer {
    let derive: Derive = Box::new(|kdf, password, salt, tag| {
        let Kdf::Bcrypt(kdf) = kdf else {
            return not_mine();
        };
        let salt = <[u8; 16]>::try_from(salt).map_err(|e| e.to_string())?;
        let password = [password, &[0]].concat();
        let computed = bcrypt::bcrypt(kdf.cost(), salt, &password);
        tag.copy_from_slice(&computed[..tag.len()]);
        Ok(())
    });
    Ok((derive, locked("bcrypt")))
}
