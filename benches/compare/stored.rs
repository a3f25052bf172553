//! Stored strings of what is compared.

use base64ct::{Base64Bcrypt, Base64ShaCrypt, Base64Unpadded, Encoding};
use saltbox::hash::Kdf;

/// libxcrypt's own choice of cost: what Linux distributions store passwords by.
pub const YESCRYPT: &str = "$y$j9T$";

/// The string of a salt and a tag; of no tag, what stands before one.
pub fn text(kdf: &Kdf, salt: &[u8], tag: &[u8]) -> String {
    let parameters = match kdf {
        Kdf::Argon2(a) => format!("v=19$m={},t={},p={}", a.m_kib(), a.t(), a.p()),
        Kdf::Scrypt(s) => format!("ln={},r={},p={}", s.ln(), s.r(), s.p()),
        Kdf::Pbkdf2(p) => format!("i={},l={}", p.iterations(), tag.len()),
        Kdf::Bcrypt(b) => {
            let [salt, tag] = [salt, tag].map(Base64Bcrypt::encode_string);
            return format!("$2b${:02}${salt}{tag}", b.cost());
        }
        Kdf::Yescrypt(_) => {
            let [salt, tag] = [salt, tag].map(Base64ShaCrypt::encode_string);
            return format!("{YESCRYPT}{salt}${tag}");
        }
        _ => String::new(),
    };
    let [salt, tag] = [salt, tag].map(Base64Unpadded::encode_string);
    format!("${}${parameters}${salt}${tag}", kdf.scheme().name())
}

/// Bytes of its tag here.
pub fn tag_bytes(kdf: &Kdf) -> usize {
    match kdf {
        Kdf::Bcrypt(_) => 23,
        _ => 32,
    }
}
