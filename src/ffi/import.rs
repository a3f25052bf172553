use super::diag::saltbox_diag;
use super::guard;
use super::status::{SALTBOX_E_ARGUMENT, SALTBOX_OK, saltbox_status};
use crate::error::{Error, ErrorKind};
use crate::hash::import_descriptor;
use std::ffi::c_char;

/// Makes what another system exports in fields into one string to store, which
/// saltbox_verify reads: {"vendor":"okta","hash":{...},"options":{...}}. hash is
/// what the vendor exports, as it is; options settles what the vendor leaves
/// undocumented, and an option that is missing is an error that names it. The
/// vendors are auth0, clerk, descope, firebase, fusionauth, keycloak, okta,
/// spring-security, stytch, supertokens, symfony and workos; the documentation of
/// the Rust function hash::import_descriptor shows what each needs. Costs are
/// checked when the string is verified, not here.
///
/// json, json_len: UTF-8. NULL only with length 0, which is not valid JSON.
/// hash_out, hash_cap: the buffer; SALTBOX_HASH_MAX is always enough. NULL only
///   with hash_cap 0, which asks for the size. Written for SALTBOX_OK only.
/// hash_len_out: must not be NULL. For SALTBOX_OK the length without the NUL,
///   for SALTBOX_E_BUFFER the size needed with it; otherwise left alone.
/// diag_or_null: where and why; may be NULL.
/// Returns SALTBOX_OK, SALTBOX_E_BUFFER, SALTBOX_E_ARGUMENT, SALTBOX_E_IMPORT
///   (not a descriptor, or something is missing) or SALTBOX_E_UNSUPPORTED (what
///   it describes is verified by no scheme of this release).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_import(
    json: *const u8,
    json_len: usize,
    hash_out: *mut c_char,
    hash_cap: usize,
    hash_len_out: *mut usize,
    diag_or_null: *mut saltbox_diag,
) -> saltbox_status {
    // SAFETY: the contract of this function is the guard's.
    let tell = |diag| unsafe {
        guard::write(diag_or_null, diag);
    };
    let body = || {
        if hash_len_out.is_null() || (hash_out.is_null() && hash_cap != 0) {
            tell(saltbox_diag::argument(SALTBOX_E_ARGUMENT));
            return Err(SALTBOX_E_ARGUMENT);
        }
        // SAFETY: as above.
        let json = unsafe { guard::input(json, json_len) }
            .inspect_err(|status| tell(saltbox_diag::argument(*status)))?;
        let text = import_descriptor(json).map_err(|error| {
            tell(saltbox_diag::of(&error));
            error.kind().status()
        })?;
        if hash_cap <= text.len() {
            let reason = "the buffer is too small; the size needed was written";
            let error = Error::new(ErrorKind::Buffer, reason);
            tell(saltbox_diag::of(&error));
            // SAFETY: as above.
            unsafe { guard::write_required(hash_len_out, text.len() + 1)? };
            return Err(error.kind().status());
        }
        // SAFETY: the buffer has `hash_cap` bytes, more than the text has.
        unsafe {
            guard::write_text(hash_out.cast(), &text);
            guard::write_required(hash_len_out, text.len())?;
        }
        Ok(SALTBOX_OK)
    };
    // SAFETY: the contract of this function is the guard's.
    unsafe { guard::call_with_diag(diag_or_null, body) }
}
