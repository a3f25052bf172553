use super::diag::{diagnosed, explained, saltbox_diag};
use super::guard;
use super::status::{SALTBOX_OK, saltbox_status};
use crate::core::Config;

/// Settings of a core. Made by saltbox_config_parse, ended by
/// saltbox_config_free. Used by one thread at a time; not used by a core after
/// it was made from it.
pub struct saltbox_config {
    pub(super) config: Config,
}

/// Reads a configuration: {"hash":{"create":{...},"verify":[...],"limits":{...},
/// "memory_mib":256,"max_running":2,"queue_ms":1000,"queue_len":8,"interleave":true},
/// "keys":{"create_key_id":1,"require_pepper":false},"policy":{...},"codes":{...}},
/// every key optional, unknown keys refused. README shows each.
///
/// json, json_len: UTF-8. NULL only with length 0, which is not valid JSON.
/// config_out: must not be NULL. NULL is written on failure.
/// diag_or_null: where and why; may be NULL.
/// Returns SALTBOX_OK, SALTBOX_E_CONFIG or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_config_parse(
    json: *const u8,
    json_len: usize,
    config_out: *mut *mut saltbox_config,
    diag_or_null: *mut saltbox_diag,
) -> saltbox_status {
    let body = || {
        // SAFETY: the contract of this function is the guard's.
        unsafe {
            let json = guard::write_required(config_out, std::ptr::null_mut())
                .and_then(|()| guard::input(json, json_len));
            let json = diagnosed(json, diag_or_null)?;
            let config = explained(Config::from_json(json), diag_or_null)?;
            // NULL was written to it before.
            guard::write_required(config_out, guard::into_handle(saltbox_config { config }))?;
        }
        Ok(SALTBOX_OK)
    };
    // SAFETY: the contract of this function is the guard's.
    unsafe { guard::call_with_diag(diag_or_null, body) }
}

/// Adds a copy of a root key. A key verifies as soon as it is added; only the one
/// that keys.create_key_id names seals new strings. Ids ascend: a string sealed
/// with a smaller id than that one's asks for a rehash, one with a larger does not.
///
/// config: must not be NULL.
/// key, key_len: 32 to 1024 random bytes.
/// Returns SALTBOX_OK; SALTBOX_E_KEY where the key is too short, too long, one
/// byte repeated, or where key_id or the key was added before;
/// SALTBOX_E_ARGUMENT. The configuration is unchanged unless SALTBOX_OK.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_config_add_key(
    config: *mut saltbox_config,
    key_id: u32,
    key: *const u8,
    key_len: usize,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        let (config, key) = unsafe { (guard::borrow_mut(config)?, guard::input(key, key_len)?) };
        match config.config.add_key(key_id, key) {
            Ok(()) => Ok(SALTBOX_OK),
            Err(error) => Err(error.kind().status()),
        }
    })
}

/// What a configuration still lacks, where saltbox_new says a status and no more.
///
/// config: must not be NULL.
/// diag_or_null: what is missing; may be NULL.
/// Returns SALTBOX_OK: saltbox_new takes it. SALTBOX_E_KEY where
///   keys.create_key_id names a key that was not added, SALTBOX_E_CONFIG where
///   policy.blocklist.outside is true and no list was attached;
///   SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_config_check(
    config: *const saltbox_config,
    diag_or_null: *mut saltbox_diag,
) -> saltbox_status {
    let body = || {
        // SAFETY: the contract of this function is the guard's.
        unsafe {
            let config = diagnosed(guard::borrow(config), diag_or_null)?;
            explained(config.config.check_whole(), diag_or_null)?;
        }
        Ok(SALTBOX_OK)
    };
    // SAFETY: the contract of this function is the guard's.
    unsafe { guard::call_with_diag(diag_or_null, body) }
}

/// Ends a configuration and wipes its keys. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_config_free(config: *mut saltbox_config) {
    // SAFETY: the contract of this function is the guard's.
    guard::call_void(|| unsafe { guard::free(config) });
}
