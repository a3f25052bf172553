use super::core::saltbox;
use super::diag::saltbox_diag;
use super::guard;
use super::status::{SALTBOX_OK, SALTBOX_REJECTED, saltbox_status};
use std::ffi::c_char;

/// What a call decided. One owner, who ends it with saltbox_outcome_free; used
/// by one thread at a time. What it lends out lives until then.
pub struct saltbox_outcome {
    json: String,
}

impl saltbox_outcome {
    pub(super) const fn new(json: String) -> Self {
        Self { json }
    }
}

/// Says what a stored string is: scheme, parameters, what is wrong with it and
/// where. Computes no hash.
///
/// sb: must not be NULL.
/// stored, stored_len: the stored string, without a NUL; NULL only with length 0.
/// diag_or_null: where and why, unless SALTBOX_OK; may be NULL.
/// outcome_out: must not be NULL. The findings, see saltbox_outcome_json; NULL
///   is written on failure.
/// Returns SALTBOX_OK: saltbox_verify would take it. SALTBOX_REJECTED: it would
///   not. SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_identify(
    sb: *const saltbox,
    stored: *const c_char,
    stored_len: usize,
    diag_or_null: *mut saltbox_diag,
    outcome_out: *mut *mut saltbox_outcome,
) -> saltbox_status {
    let body = || {
        // SAFETY: the contract of this function is the guard's.
        let arguments = unsafe {
            guard::write_required(outcome_out, std::ptr::null_mut())
                .and_then(|()| Ok((guard::borrow(sb)?, guard::input(stored.cast(), stored_len)?)))
        };
        let (sb, stored) = arguments.inspect_err(|status| {
            // SAFETY: as above.
            unsafe { guard::write(diag_or_null, saltbox_diag::argument(*status)) };
        })?;
        let identified = sb.core.identify(stored);
        let outcome = saltbox_outcome {
            json: identified.to_json(),
        };
        // SAFETY: as above; `outcome_out` was written before.
        unsafe {
            guard::write_required(outcome_out, guard::into_handle(outcome))?;
            if let Some(problem) = identified.problem() {
                guard::write(diag_or_null, saltbox_diag::of(problem));
                return Ok(SALTBOX_REJECTED);
            }
        }
        Ok(SALTBOX_OK)
    };
    // SAFETY: the contract of this function is the guard's.
    unsafe { guard::call_with_diag(diag_or_null, body) }
}

/// The settings in force, with what the configuration left open, so that nodes
/// can be compared: {"version":...,"hash":{...},"keys":{...},
/// "policy":{...},"known_keys":[{"id":1,"fingerprint":...}],"digest":...,"memory":{...},
/// "kernels":{...}}. hash, keys and policy are a configuration, and digest covers them
/// and the keys that were added: two nodes of one release with the same digest
/// decide alike, as far as both have the memory that a string needs. memory and
/// kernels depend on the machine. Fingerprints tell keys apart and tell nothing
/// of them.
///
/// sb: must not be NULL.
/// outcome_out: must not be NULL. See saltbox_outcome_json; NULL is written on failure.
/// Returns SALTBOX_OK or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_effective_config(
    sb: *const saltbox,
    outcome_out: *mut *mut saltbox_outcome,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        unsafe {
            guard::write_required(outcome_out, std::ptr::null_mut())?;
            let json = guard::borrow(sb)?.core.effective_config();
            guard::write_required(outcome_out, guard::into_handle(saltbox_outcome::new(json)))?;
        }
        Ok(SALTBOX_OK)
    })
}

/// The outcome as JSON, in UTF-8, not NUL-terminated, without a secret. Lent
/// until the outcome is freed.
///
/// For saltbox_identify: {"verdict":"verifiable","scheme":"argon2id",
/// "parameters":{"v":19,"m_kib":19456,"t":2,"p":1},"salt_bytes":16,
/// "tag_bytes":32,"cost_percent_of_policy":100,"steps":[],"warnings":[],
/// "readings":[],"rehash":false,"upgrade":"none"}, or with a verdict of
/// "malformed", "unsupported", "not_allowed", "later_release", "over_limit",
/// "over_budget", "no_key" or "sealed_otherwise" and
/// "problem":{"code":40,"name":"SALTBOX_E_MALFORMED","offset":12,"reason":"..."}.
/// cost_percent_of_policy is the work of a guess. steps is what the password goes
/// through first. warnings are of "cheap" (less than a tenth of the policy's
/// work), "no_salt", "short_salt", "short_tag", "ambiguous", "padding_bits",
/// "other_alphabet", "ln_is_n", "sign_extension", "cyclic_key",
/// "over_72_rejected" and "over_72_accepted"; later releases may add others.
/// readings are what an ambiguous text may mean, first what is verified. key_id
/// stands where the string is sealed, wraps (the scheme inside) where it wraps
/// another one. upgrade is what saltbox_wrap would do: "none", "seal" or "wrap";
/// in its place stands upgrade_refused, like problem, where it would refuse.
///
/// For saltbox_check: {"verdict":"refused","violations":[{"code":1,
/// "name":"too_short","bound":15,"found":9,"text":"has to have at least 15
/// characters"}]}, or a verdict of "accepted" and no violation. Every rule that
/// is broken stands once, by its code, which never changes its meaning; bound
/// stands where there is one. For context_word, words names what kinds were found:
/// "login_id", "email", "user", "service". Nothing of the password or the
/// subject stands in it.
///
/// outcome: NULL gives NULL and length 0.
/// len_out: its length in bytes; must not be NULL, or NULL is returned.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_json(
    outcome: *const saltbox_outcome,
    len_out: *mut usize,
) -> *const u8 {
    let mut json = std::ptr::null();
    guard::call_void(|| {
        // SAFETY: the contract of this function is the guard's.
        unsafe {
            if !guard::write(len_out, 0) {
                return;
            }
            if let Ok(outcome) = guard::borrow(outcome) {
                guard::write(len_out, outcome.json.len());
                json = outcome.json.as_ptr();
            }
        }
    });
    json
}

/// Ends an outcome and wipes it. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_free(outcome: *mut saltbox_outcome) {
    // SAFETY: the contract of this function is the guard's.
    guard::call_void(|| unsafe { guard::free(outcome) });
}

impl Drop for saltbox_outcome {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.json);
    }
}
