use super::guard;
use super::status::{SALTBOX_E_INTERNAL, saltbox_status};
use crate::error::Error;
use std::ffi::c_char;

/// Where and why something was refused. The caller owns it; its layout is
/// frozen. Written whenever the call that takes it does not return SALTBOX_OK.
/// Holds no secret.
#[repr(C)]
pub struct saltbox_diag {
    /// The failure. SALTBOX_E_ARGUMENT where the call itself was wrong.
    pub status: i32,
    /// Always 0.
    pub reserved: u32,
    /// Offset in bytes into the text that was refused; UINT64_MAX where there is no place.
    pub offset: u64,
    /// Path of the JSON value, such as "hash.create.t"; empty where there is none. Cut where it is too long.
    pub path: [c_char; 128],
    /// What was wrong and what would be right, in English. Cut where it is too long.
    pub message: [c_char; 256],
}

const _: () = assert!(size_of::<saltbox_diag>() == 400);

impl saltbox_diag {
    pub(super) fn of(error: &Error) -> Self {
        Self {
            status: error.kind().status(),
            reserved: 0,
            offset: error.offset().map_or(u64::MAX, |offset| offset as u64),
            path: guard::c_text(error.path().unwrap_or_default()),
            message: guard::c_text(&error.reason().to_string()),
        }
    }

    pub(super) fn argument(status: saltbox_status) -> Self {
        Self::without_place(status, "a parameter is NULL or has an impossible length")
    }

    pub(super) fn internal() -> Self {
        Self::without_place(
            SALTBOX_E_INTERNAL,
            "a fault inside saltbox; nothing was decided",
        )
    }

    fn without_place(status: saltbox_status, message: &str) -> Self {
        Self {
            status,
            reserved: 0,
            offset: u64::MAX,
            path: guard::c_text(""),
            message: guard::c_text(message),
        }
    }
}

/// Says in the diag that the call itself was wrong, where it was.
///
/// # Safety
/// That of the guard.
pub(super) unsafe fn diagnosed<T>(
    arguments: Result<T, saltbox_status>,
    diag_or_null: *mut saltbox_diag,
) -> Result<T, saltbox_status> {
    arguments.inspect_err(|status| {
        // SAFETY: by the caller's contract.
        unsafe { guard::write(diag_or_null, saltbox_diag::argument(*status)) };
    })
}

/// The status of an error, with its reason in the diag.
///
/// # Safety
/// That of the guard.
pub(super) unsafe fn explained<T>(
    result: Result<T, Error>,
    diag_or_null: *mut saltbox_diag,
) -> Result<T, saltbox_status> {
    result.map_err(|error| {
        // SAFETY: by the caller's contract.
        unsafe { guard::write(diag_or_null, saltbox_diag::of(&error)) };
        error.kind().status()
    })
}
