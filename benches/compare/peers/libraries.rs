//! C libraries that compute tags.

use super::{Derive, Peer, not_mine};
use crate::library::Loaded;
use saltbox::hash::{Kdf, Prf};
use std::ffi::{CStr, c_char, c_int, c_uchar, c_ulonglong, c_void};
use std::ptr::null;

/// A length in the type that a C function wants it in.
fn length<T: TryFrom<usize>>(bytes: &[u8]) -> Result<T, String> {
    T::try_from(bytes.len()).map_err(|_| "longer than the peer can take".to_owned())
}

/// C's way to say that it worked.
fn is(expected: c_int, status: c_int) -> Result<(), String> {
    if status == expected {
        Ok(())
    } else {
        Err(format!("returned {status}"))
    }
}

/// libargon2, which does not tell its version.
pub fn libargon2(file: &str) -> Peer {
    /// `argon2_context`. The simple functions start a thread for each lane.
    #[repr(C)]
    struct Context {
        out: *mut u8,
        outlen: u32,
        pwd: *const u8,
        pwdlen: u32,
        salt: *const u8,
        saltlen: u32,
        secret: *const u8,
        secretlen: u32,
        ad: *const u8,
        adlen: u32,
        t_cost: u32,
        m_cost: u32,
        lanes: u32,
        threads: u32,
        version: u32,
        allocate: *const c_void,
        free: *const c_void,
        flags: u32,
    }
    type Hash = unsafe extern "C" fn(context: *mut Context) -> c_int;
    let library = Loaded::open(file)?;
    // SAFETY: the types are argon2.h's.
    let hash: Hash = unsafe { library.function("argon2id_ctx") }?;
    let derive: Derive = Box::new(move |kdf, password, salt, tag| {
        let Kdf::Argon2(kdf) = kdf else {
            return not_mine();
        };
        let mut context = Context {
            out: tag.as_mut_ptr(),
            outlen: length(tag)?,
            pwd: password.as_ptr(),
            pwdlen: length(password)?,
            salt: salt.as_ptr(),
            saltlen: length(salt)?,
            secret: null(),
            secretlen: 0,
            ad: null(),
            adlen: 0,
            t_cost: kdf.t(),
            m_cost: kdf.m_kib(),
            lanes: kdf.p(),
            threads: 1,
            version: kdf.version_number(),
            allocate: null(),
            free: null(),
            flags: 0,
        };
        // SAFETY: every pointer comes from a slice and goes with its length. No flag asks for
        // the password to be overwritten.
        is(0, unsafe { hash(&raw mut context) })
    });
    let place = Loaded::file_at(hash as *const ()).unwrap_or_default();
    Ok((derive, place))
}

/// libsodium: Argon2id with one lane, and scrypt by its low-level function.
pub fn libsodium(file: &str) -> Peer {
    type Init = unsafe extern "C" fn() -> c_int;
    type Version = unsafe extern "C" fn() -> *const c_char;
    type Argon2 = unsafe extern "C" fn(
        out: *mut c_uchar,
        outlen: c_ulonglong,
        passwd: *const c_char,
        passwdlen: c_ulonglong,
        salt: *const c_uchar,
        opslimit: c_ulonglong,
        memlimit: usize,
        alg: c_int,
    ) -> c_int;
    type Scrypt = unsafe extern "C" fn(
        passwd: *const u8,
        passwdlen: usize,
        salt: *const u8,
        saltlen: usize,
        n: u64,
        r: u32,
        p: u32,
        buf: *mut u8,
        buflen: usize,
    ) -> c_int;
    /// `crypto_pwhash_ALG_ARGON2ID13`
    const ARGON2ID13: c_int = 2;
    /// `crypto_pwhash_SALTBYTES`
    const SALT_BYTES: usize = 16;

    let library = Loaded::open(file)?;
    // SAFETY: the types are those of sodium/core.h, version.h,
    // crypto_pwhash.h and crypto_pwhash_scryptsalsa208sha256.h.
    let (init, version, argon2, scrypt): (Init, Version, Argon2, Scrypt) = unsafe {
        (
            library.function("sodium_init")?,
            library.function("sodium_version_string")?,
            library.function("crypto_pwhash")?,
            library.function("crypto_pwhash_scryptsalsa208sha256_ll")?,
        )
    };
    // Without it libsodium computes everything with its slowest code.
    // SAFETY: takes nothing; another call than the first does nothing.
    if unsafe { init() } < 0 {
        return Err("sodium_init failed".to_owned());
    }
    let derive: Derive = Box::new(move |kdf, password, salt, tag| match kdf {
        Kdf::Argon2(kdf) if kdf.p() == 1 && salt.len() == SALT_BYTES => {
            // SAFETY: pointers go with their lengths, and the salt has the one it must have.
            is(0, unsafe {
                argon2(
                    tag.as_mut_ptr(),
                    length(tag)?,
                    password.as_ptr().cast(),
                    length(password)?,
                    salt.as_ptr(),
                    c_ulonglong::from(kdf.t()),
                    kdf.m_kib() as usize * 1024,
                    ARGON2ID13,
                )
            })
        }
        // SAFETY: every pointer comes from a slice and goes with its length.
        Kdf::Scrypt(kdf) => is(0, unsafe {
            scrypt(
                password.as_ptr(),
                password.len(),
                salt.as_ptr(),
                salt.len(),
                1 << kdf.ln(),
                kdf.r(),
                kdf.p(),
                tag.as_mut_ptr(),
                tag.len(),
            )
        }),
        _ => not_mine(),
    });
    // SAFETY: returns a string constant.
    let version = unsafe { CStr::from_ptr(version()) }.to_string_lossy();
    let place = Loaded::file_at(argon2 as *const ()).unwrap_or_default();
    Ok((derive, format!("{version} {place}")))
}

/// OpenSSL's libcrypto: PBKDF2, and the scrypt that Python's hashlib calls.
pub fn libcrypto(file: &str) -> Peer {
    type Version = unsafe extern "C" fn(what: c_int) -> *const c_char;
    type Digest = unsafe extern "C" fn() -> *const c_void;
    type Pbkdf2 = unsafe extern "C" fn(
        pass: *const c_char,
        passlen: c_int,
        salt: *const c_uchar,
        saltlen: c_int,
        iter: c_int,
        digest: *const c_void,
        keylen: c_int,
        out: *mut c_uchar,
    ) -> c_int;
    type Scrypt = unsafe extern "C" fn(
        pass: *const c_char,
        passlen: usize,
        salt: *const c_uchar,
        saltlen: usize,
        n: u64,
        r: u64,
        p: u64,
        maxmem: u64,
        key: *mut c_uchar,
        keylen: usize,
    ) -> c_int;
    /// `OPENSSL_VERSION`
    const VERSION: c_int = 0;

    let library = Loaded::open(file)?;
    // SAFETY: the types are those of openssl/crypto.h and openssl/evp.h.
    let (version, sha256, sha512, pbkdf2, scrypt): (Version, Digest, Digest, Pbkdf2, Scrypt) = unsafe {
        (
            library.function("OpenSSL_version")?,
            library.function("EVP_sha256")?,
            library.function("EVP_sha512")?,
            library.function("PKCS5_PBKDF2_HMAC")?,
            library.function("EVP_PBE_scrypt")?,
        )
    };
    let derive: Derive = Box::new(move |kdf, password, salt, tag| match kdf {
        Kdf::Pbkdf2(kdf) => {
            let iterations = c_int::try_from(kdf.iterations()).map_err(|e| e.to_string())?;
            // SAFETY: pointers go with their lengths; the digest is a constant of the library.
            is(1, unsafe {
                let digest = match kdf.prf() {
                    Prf::Sha256 => sha256(),
                    Prf::Sha512 => sha512(),
                    other => return Err(format!("no digest for {other:?}")),
                };
                pbkdf2(
                    password.as_ptr().cast(),
                    length(password)?,
                    salt.as_ptr(),
                    length(salt)?,
                    iterations,
                    digest,
                    length(tag)?,
                    tag.as_mut_ptr(),
                )
            })
        }
        // SAFETY: every pointer comes from a slice and goes with its length.
        Kdf::Scrypt(kdf) => is(1, unsafe {
            scrypt(
                password.as_ptr().cast(),
                password.len(),
                salt.as_ptr(),
                salt.len(),
                1 << kdf.ln(),
                u64::from(kdf.r()),
                u64::from(kdf.p()),
                u64::MAX,
                tag.as_mut_ptr(),
                tag.len(),
            )
        }),
        _ => not_mine(),
    });
    // SAFETY: returns a string constant.
    let version = unsafe { CStr::from_ptr(version(VERSION)) }.to_string_lossy();
    Ok((derive, version.into_owned()))
}
