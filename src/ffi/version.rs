use std::ffi::c_char;

/// Major version of the library this header belongs to.
pub const SALTBOX_VERSION_MAJOR: u32 = 0;
/// Minor version of the library this header belongs to.
pub const SALTBOX_VERSION_MINOR: u32 = 1;
/// Patch version of the library this header belongs to.
pub const SALTBOX_VERSION_PATCH: u32 = 0;
/// Raised when a program compiled with an older header would no longer work.
pub const SALTBOX_ABI: u32 = 1;

/// The ABI of the library that is loaded. A binding compares it with
/// SALTBOX_ABI of the header it was made with, and refuses a difference.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn saltbox_abi() -> u32 {
    SALTBOX_ABI
}

/// The version of the library that is loaded, such as "0.1.0". A static string.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn saltbox_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

const _: () = {
    const fn is_decimal(text: &str, number: u32) -> bool {
        matches!(u32::from_str_radix(text, 10), Ok(parsed) if parsed == number)
    }
    assert!(is_decimal(
        env!("CARGO_PKG_VERSION_MAJOR"),
        SALTBOX_VERSION_MAJOR
    ));
    assert!(is_decimal(
        env!("CARGO_PKG_VERSION_MINOR"),
        SALTBOX_VERSION_MINOR
    ));
    assert!(is_decimal(
        env!("CARGO_PKG_VERSION_PATCH"),
        SALTBOX_VERSION_PATCH
    ));
};
