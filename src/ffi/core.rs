use super::config::saltbox_config;
use super::guard;
use super::status::{SALTBOX_OK, saltbox_status};
use crate::core::{Config, Saltbox};

/// The configured core. Immutable: any number of threads may use one at the
/// same time. Ended by saltbox_free, after the last call that uses it returned.
/// A child of fork may use it too, and starts with work memory of its own.
pub struct saltbox {
    pub(super) core: Saltbox,
}

/// Makes a core, with work memory of its own: make one for a process, and derive
/// the others from it.
///
/// config_or_null: the settings, copied; NULL for the secure defaults.
/// saltbox_out: must not be NULL. NULL is written on failure.
/// Returns SALTBOX_OK, SALTBOX_E_KEY where keys.create_key_id names a key that was
///   not added, SALTBOX_E_CONFIG where policy.blocklist.outside is true and no list
///   was attached, or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_new(
    config_or_null: *const saltbox_config,
    saltbox_out: *mut *mut saltbox,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        unsafe {
            guard::write_required(saltbox_out, std::ptr::null_mut())?;
            let config = match guard::borrow(config_or_null) {
                Ok(config) => config.config.clone(),
                Err(_) => Config::default(),
            };
            config
                .check_whole()
                .map_err(|error| error.kind().status())?;
            let handle = guard::into_handle(saltbox {
                core: Saltbox::new(config),
            });
            guard::write_required(saltbox_out, handle)?;
        }
        Ok(SALTBOX_OK)
    })
}

/// Makes a core with other settings, keys included, and the work memory of sb:
/// both together never use more. Either may be freed first.
///
/// sb, config: must not be NULL.
/// saltbox_out: must not be NULL. NULL is written on failure.
/// Returns SALTBOX_OK; SALTBOX_E_ARGUMENT; SALTBOX_E_CONFIG where config asks for
///   another memory_mib, max_running, queue_ms, queue_len or interleave than sb
///   has (the "memory" of saltbox_effective_config; leaving them out is always right), or
///   where one hash of its policy, or what its limits allow, does not fit in it;
///   SALTBOX_E_KEY and, for a list, SALTBOX_E_CONFIG as saltbox_new.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_derive(
    sb: *const saltbox,
    config: *const saltbox_config,
    saltbox_out: *mut *mut saltbox,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        unsafe {
            guard::write_required(saltbox_out, std::ptr::null_mut())?;
            let (sb, config) = (guard::borrow(sb)?, guard::borrow(config)?);
            let core = sb.core.derive(config.config.clone());
            let core = core.map_err(|error| error.kind().status())?;
            guard::write_required(saltbox_out, guard::into_handle(saltbox { core }))?;
        }
        Ok(SALTBOX_OK)
    })
}

/// Ends a core. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_free(sb: *mut saltbox) {
    // SAFETY: the contract of this function is the guard's.
    guard::call_void(|| unsafe { guard::free(sb) });
}
