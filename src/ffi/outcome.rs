use super::core::saltbox;
use super::diag::{diagnosed, saltbox_diag};
use super::guard;
use super::status::{SALTBOX_E_ARGUMENT, SALTBOX_OK, SALTBOX_REJECTED, saltbox_status};
use crate::outcome::Outcome;
use crate::policy::{Findings, Hazard, Strength, Violation};
use std::ffi::c_char;

/// What a call decided. One owner, who ends it with saltbox_outcome_free; used
/// by one thread at a time. What it lends out lives until then.
pub struct saltbox_outcome {
    json: String,
    findings: Option<Findings>,
    decided: Option<Outcome>,
}

impl saltbox_outcome {
    pub(super) const fn new(json: String) -> Self {
        Self {
            json,
            findings: None,
            decided: None,
        }
    }

    pub(super) fn of_findings(findings: &Findings) -> Self {
        Self {
            json: findings.to_json(),
            findings: Some(findings.clone()),
            decided: None,
        }
    }

    /// Of a flow.
    pub(super) fn of_decided(decided: Outcome) -> Self {
        Self {
            json: decided.to_json(),
            findings: None,
            decided: Some(decided),
        }
    }

    /// What a flow decided; `None` of other calls.
    pub(super) const fn decided(&self) -> Option<&Outcome> {
        self.decided.as_ref()
    }

    /// What was found about a password.
    fn findings(&self) -> Option<&Findings> {
        self.findings
            .as_ref()
            .or_else(|| self.decided()?.findings())
    }

    /// The violation of this index.
    fn violation(&self, index: usize) -> Option<&Violation> {
        self.findings()?.violations().nth(index)
    }

    /// How strong the password is.
    pub(super) fn strength(&self) -> Option<&Strength> {
        self.findings()?.strength()
    }

    /// The hazard of this index.
    fn warning(&self, index: usize) -> Option<Hazard> {
        self.findings()?.hazards().nth(index)
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
        // SAFETY: as above.
        let (sb, stored) = unsafe { diagnosed(arguments, diag_or_null)? };
        let identified = sb.core.identify(stored);
        let outcome = saltbox_outcome::new(identified.to_json());
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
/// "policy":{...},"known_keys":[{"id":1,"fingerprint":...}],"blocklist":{"hash":"sha1",
/// "date":20260817,"keys":...,"checksum":...},"digest":...,"memory":{...},
/// "kernels":{...}}; "codes":{...} stands there where the configuration has it. hash, keys, policy and codes are a configuration, and digest covers them,
/// the keys that were added and the blocklist that is attached, if one is: two nodes of one release with the same digest
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
/// characters"}],"warnings":[{"code":1,"name":"not_ascii","text":"..."}]}, or a
/// verdict of "accepted" and no violation. Every rule that is broken stands once,
/// by its code (SALTBOX_VIOLATION_...), which never changes its meaning; bound
/// stands where there is one. For context_word, words names what kinds were found:
/// "login_id", "email", "user", "service"; for blocklisted, lists names which lists
/// have it: "inside", "outside". Warnings (SALTBOX_WARNING_...) refuse nothing.
/// "strength":{"score":0,"guesses_log10":0.477,"seconds":{"online_throttled":108,
/// ...},"weakness":{"code":8,"name":"top_10","text":"..."},"suggestions":[{"code":3,
/// ...}]} stands where it was estimated, seconds by attacker (SALTBOX_ATTACKER_...).
/// Nothing of the password or the subject stands in it. The functions below tell
/// codes and numbers without JSON.
///
/// For the flows, such as saltbox_reset: {"verdict":"password_refused",
/// "client":"password_refused","violations":[...],"warnings":[...],"strength":{...},
/// "effects":[]} or {"verdict":"too_soon","client":"sent","effects":[],"retry_after_s":41}
/// or {"verdict":"code_issued","client":"sent","effects":["send_code"],"lifetime_s":3600}.
/// verdict, client and effects are the names of SALTBOX_VERDICT_..., SALTBOX_CLIENT_...
/// and SALTBOX_EFFECT_...; violations, warnings and strength stand where a password was
/// checked, lifetime_s, how long the code lives, where one was made. Neither the
/// record, the code nor the lookup key stands in it: accessors lend these.
///
/// For saltbox_lint: {"conforming":false,"breaches":[{"standard":"nist-63b-4",
/// "section":"3.1.1.2(1)","level":"SHALL","path":"policy.min_length","text":...}],
/// "contradictions":[{"topic":...,"nist":{"section":...,"text":...},"asvs":{...},
/// "here":...}]}. level is "SHALL", "SHALL NOT" or "SHOULD"; contradictions are
/// between the standards, whatever the configuration.
///
/// For saltbox_calibration_advice: {"hash":{"create":{"scheme":"argon2id","m_kib":65536,
/// "t":3,"p":1},"memory_mib":1024,"max_running":4}}, for saltbox_config_parse.
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

/// One of the rules that a password breaks, in the order of their codes, so that
/// a loop from 0 ends at the first answer that is not SALTBOX_OK.
///
/// outcome: of saltbox_check, saltbox_check_change or saltbox_reset; must not be NULL.
/// index: from 0.
/// code_out: SALTBOX_VIOLATION_...; must not be NULL.
/// bound_or_null: what the policy asks for at least or allows at most; 0 where
///   the rule has no bound.
/// found_or_null: what the password has.
/// Returns SALTBOX_OK; SALTBOX_REJECTED where there is none of this index;
///   SALTBOX_E_ARGUMENT. The numbers are written for SALTBOX_OK only.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_violation(
    outcome: *const saltbox_outcome,
    index: usize,
    code_out: *mut u32,
    bound_or_null: *mut u32,
    found_or_null: *mut u32,
) -> saltbox_status {
    guard::call(|| {
        if code_out.is_null() {
            return Err(SALTBOX_E_ARGUMENT);
        }
        // SAFETY: the contract of this function is the guard's.
        let outcome = unsafe { guard::borrow(outcome)? };
        let Some(violation) = outcome.violation(index) else {
            return Ok(SALTBOX_REJECTED);
        };
        // SAFETY: as above.
        unsafe {
            guard::write_required(code_out, u32::from(violation.rule().code()))?;
            guard::write(bound_or_null, violation.bound());
            guard::write(found_or_null, violation.found());
        }
        Ok(SALTBOX_OK)
    })
}

/// One of the warnings about a password, in the order of their codes; as
/// saltbox_outcome_violation.
///
/// outcome: of saltbox_check, saltbox_check_change or saltbox_reset; must not be NULL.
/// index: from 0.
/// code_out: SALTBOX_WARNING_...; must not be NULL.
/// Returns SALTBOX_OK; SALTBOX_REJECTED where there is none of this index;
///   SALTBOX_E_ARGUMENT. The number is written for SALTBOX_OK only.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_warning(
    outcome: *const saltbox_outcome,
    index: usize,
    code_out: *mut u32,
) -> saltbox_status {
    guard::call(|| {
        if code_out.is_null() {
            return Err(SALTBOX_E_ARGUMENT);
        }
        // SAFETY: the contract of this function is the guard's.
        let outcome = unsafe { guard::borrow(outcome)? };
        let Some(warning) = outcome.warning(index) else {
            return Ok(SALTBOX_REJECTED);
        };
        // SAFETY: as above.
        unsafe { guard::write_required(code_out, u32::from(warning.code()))? };
        Ok(SALTBOX_OK)
    })
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
