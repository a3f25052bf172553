//! libxcrypt, which is most Linux distributions' crypt(3).

use super::{Derive, Peer, not_mine};
use crate::library::Loaded;
use crate::stored;
use base64ct::{Base64Bcrypt, Base64ShaCrypt, Encoding};
use saltbox::hash::Kdf;
use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_void};

type Crypt = unsafe extern "C" fn(
    phrase: *const c_char,
    setting: *const c_char,
    data: *mut c_void,
) -> *const c_char;

type Preferred = unsafe extern "C" fn() -> *const c_char;

/// `struct crypt_data` of crypt.h, in words for its alignment.
const DATA_WORDS: usize = 32768 / 8;

/// For `$2b$` and `$y$`. It makes a string of a setting: what stands before the tag.
pub fn libxcrypt(file: &str) -> Peer {
    let library = Loaded::open(file)?;
    // SAFETY: the types are those of crypt.h.
    let crypt: Crypt = unsafe { library.function("crypt_r") }?;
    // Only libxcrypt has it: glibc's own crypt, with a larger `crypt_data`, knows neither.
    // SAFETY: the type is that of crypt.h.
    let _: Preferred = unsafe { library.function("crypt_preferred_method") }?;
    let data = RefCell::new(vec![0_u64; DATA_WORDS]);
    let derive: Derive = Box::new(move |kdf, password, salt, tag| {
        let decode = match kdf {
            Kdf::Bcrypt(_) => Base64Bcrypt::decode,
            Kdf::Yescrypt(_) => Base64ShaCrypt::decode,
            _ => return not_mine(),
        };
        let text = |bytes: &[u8]| CString::new(bytes).map_err(|e| e.to_string());
        let phrase = text(password)?;
        let setting = text(stored::text(kdf, salt, &[]).as_bytes())?;
        let mut data = data.borrow_mut();
        // SAFETY: both strings end in NUL; the data has its size, was zeroed
        // before the first call, and is nobody else's during this one.
        let made = unsafe { crypt(phrase.as_ptr(), setting.as_ptr(), data.as_mut_ptr().cast()) };
        if made.is_null() {
            return Err("returned NULL".to_owned());
        }
        // SAFETY: a string in the data.
        let made = unsafe { CStr::from_ptr(made) }.to_bytes();
        let made = made.get(setting.count_bytes()..).unwrap_or_default();
        decode(made, tag).map(drop).map_err(|e| e.to_string())
    });
    let place = Loaded::file_at(crypt as *const ()).unwrap_or_default();
    Ok((derive, place))
}
