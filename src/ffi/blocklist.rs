use super::config::saltbox_config;
use super::diag::{diagnosed, explained, saltbox_diag};
use super::guard;
use super::status::{SALTBOX_OK, saltbox_status};
use crate::policy::Blocklist;

/// Has passwords looked up in a list of breached ones, which
/// "policy":{"blocklist":{"outside":true}} asks for. README says how to make
/// its file. Reads the head and the end of the file only, however large it is.
///
/// config: must not be NULL. A configuration takes one list, and saltbox_new refuses
///   one that asks for a list and has none.
/// file, file_len: the whole file, as mmap gives it. It is not copied: IT HAS TO
///   STAY MAPPED AND UNCHANGED until this configuration and every core that was
///   made from it are freed. So it must not be memory of a garbage collector, such
///   as a Go slice, nor a file that is written in place: replace it by a rename.
/// diag_or_null: why not; may be NULL.
/// Returns SALTBOX_OK; SALTBOX_E_CONFIG for what is no such file, one of a later
///   release, one that is cut off or whose description is damaged, where the
///   policy asks for no list, and where one is attached already;
///   SALTBOX_E_ARGUMENT. The configuration is unchanged unless SALTBOX_OK.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_config_attach_blocklist(
    config: *mut saltbox_config,
    file: *const u8,
    file_len: usize,
    diag_or_null: *mut saltbox_diag,
) -> saltbox_status {
    let body = || {
        // SAFETY: the contract of this function is the guard's, and for the file it says more.
        let arguments = unsafe {
            guard::borrow_mut(config).and_then(|config| Ok((config, guard::kept(file, file_len)?)))
        };
        // SAFETY: the contract of this function is the guard's.
        unsafe {
            let (config, file) = diagnosed(arguments, diag_or_null)?;
            let list = Blocklist::attach(file);
            let attached = list.and_then(|list| config.config.attach_blocklist(list));
            explained(attached, diag_or_null)?;
        }
        Ok(SALTBOX_OK)
    };
    // SAFETY: the contract of this function is the guard's.
    unsafe { guard::call_with_diag(diag_or_null, body) }
}

/// Reads a list whole: compares the checksums of its parts, and sees that every key
/// is in its place. Some seconds for a gigabyte; once after it was copied is enough.
///
/// file, file_len: as for saltbox_config_attach_blocklist, for the time of the call.
/// diag_or_null: which part is damaged; may be NULL.
/// Returns SALTBOX_OK, SALTBOX_E_CONFIG or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_blocklist_check(
    file: *const u8,
    file_len: usize,
    diag_or_null: *mut saltbox_diag,
) -> saltbox_status {
    let body = || {
        // SAFETY: the contract of this function is the guard's. The list does not outlive the call.
        unsafe {
            let file = diagnosed(guard::kept(file, file_len), diag_or_null)?;
            let checked = Blocklist::attach(file).and_then(|list| list.check_all());
            explained(checked, diag_or_null)?;
        }
        Ok(SALTBOX_OK)
    };
    // SAFETY: the contract of this function is the guard's.
    unsafe { guard::call_with_diag(diag_or_null, body) }
}
