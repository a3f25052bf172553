//! What is computed.

use crate::stored;
use saltbox::Error;
use saltbox::hash::{Argon2, Bcrypt, Kdf, Pbkdf2, Prf, Revision, Scrypt, Stored, Variant, Version};

/// Every function with a title; the large ones only where they are asked for.
pub fn all(full: bool) -> Result<Vec<(String, Kdf)>, Error> {
    let argon2 =
        |m_kib, t, p| Argon2::new(Variant::Id, Version::V0x13, m_kib, t, p).map(Kdf::Argon2);
    let scrypt = |ln, p| Scrypt::new(ln, 8, p).map(Kdf::Scrypt);
    let mut kdfs = vec![argon2(19456, 2, 1)?, argon2(7168, 5, 1)?];
    kdfs.extend([argon2(65536, 3, 1)?, argon2(65536, 3, 4)?]);
    if full {
        kdfs.push(argon2(262_144, 1, 1)?);
    }
    for (ln, p) in [(14, 1), (14, 5), (15, 1), (15, 3)] {
        kdfs.push(scrypt(ln, p)?);
    }
    if full {
        kdfs.push(scrypt(17, 1)?);
    }
    kdfs.push(Pbkdf2::new(Prf::Sha256, 600_000).map(Kdf::Pbkdf2)?);
    kdfs.push(Bcrypt::new(Revision::V2b, 10).map(Kdf::Bcrypt)?);
    kdfs.push(yescrypt()?);
    Ok(kdfs.into_iter().map(|kdf| (title(&kdf), kdf)).collect())
}

/// yescrypt is verified and never made: its cost is read from a string.
fn yescrypt() -> Result<Kdf, Error> {
    let (salt, tag) = (".".repeat(22), ".".repeat(43));
    let text = format!("{}{salt}${tag}", stored::YESCRYPT);
    Stored::parse(text.as_bytes()).map(|stored| *stored.kdf())
}

fn title(kdf: &Kdf) -> String {
    let name = kdf.scheme().name();
    match kdf {
        Kdf::Argon2(a) => format!("{name} m={} t={} p={}", a.m_kib(), a.t(), a.p()),
        Kdf::Scrypt(s) => format!("{name} N=2^{} r={} p={}", s.ln(), s.r(), s.p()),
        Kdf::Pbkdf2(p) => format!("{name} i={}", p.iterations()),
        Kdf::Bcrypt(b) => format!("{name} cost={}", b.cost()),
        Kdf::Yescrypt(y) => format!("{name} N=2^{} r={} p={}", y.ln(), y.r(), y.p()),
        _ => name.to_owned(),
    }
}
