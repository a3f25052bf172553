use super::config::saltbox_config;
use super::core::saltbox;
use super::diag::{diagnosed, explained, saltbox_diag};
use super::guard;
use super::outcome::saltbox_outcome;
use super::status::{SALTBOX_E_CONFIG, SALTBOX_OK, SALTBOX_REJECTED, saltbox_status};
use crate::interchange::{export_policy, import_policy};
use crate::lint::Standard;

/// What a configuration breaks of the standards for passwords, by section.
///
/// config: must not be NULL.
/// standard, standard_len: "nist-63b-4", "nist-63b-4-mfa", "asvs-5-l1" or
///   "asvs-5-l2"; NULL with length 0 for all of them.
/// outcome_out: must not be NULL. The findings, see saltbox_outcome_json; NULL
///   is written on failure.
/// Returns SALTBOX_OK: nothing that the standard insists on is broken; what it
///   recommends may be. SALTBOX_REJECTED: something is. SALTBOX_E_CONFIG: there
///   is no such standard. SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_lint(
    config: *const saltbox_config,
    standard: *const u8,
    standard_len: usize,
    outcome_out: *mut *mut saltbox_outcome,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        let (config, standard) = unsafe {
            guard::write_required(outcome_out, std::ptr::null_mut())?;
            (
                guard::borrow(config)?,
                guard::input(standard, standard_len)?,
            )
        };
        let standards = match std::str::from_utf8(standard).map(Standard::named) {
            _ if standard.is_empty() => Standard::ALL.to_vec(),
            Ok(Some(standard)) => vec![standard],
            _ => return Err(SALTBOX_E_CONFIG),
        };
        let lint = config.config.lint(&standards);
        let outcome = saltbox_outcome::new(lint.to_json());
        // SAFETY: as above; NULL was written to it before.
        unsafe { guard::write_required(outcome_out, guard::into_handle(outcome))? };
        Ok(answer(lint.is_conforming()))
    })
}

/// Makes another system's settings a policy, and an account where they say something of locks,
/// earlier passwords, age or errors: {"format":"...","settings":...},
/// where format is "passwordrules" or "keycloak", whose settings are a string, or
/// "descope", "auth0", "okta", "cognito" or "firebase", whose settings are an
/// object as the system has it, whole: what is left out is off, whatever the
/// system's default is, but for locks, which are never off here. What cannot be said is
/// listed, never dropped.
///
/// json, json_len: UTF-8. NULL only with length 0, which is not valid JSON.
/// outcome_out: must not be NULL. {"policy":{...},"account":{...},"not_expressible":[
///   {"path":...,"reason":...}]}, see saltbox_outcome_json; policy and account, which may be
///   missing, go under their names in a configuration. NULL is written on failure.
/// diag_or_null: where and why, on failure; may be NULL.
/// Returns SALTBOX_OK: policy and account say it all. SALTBOX_REJECTED: they do not,
///   see the list. SALTBOX_E_CONFIG or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_policy_import(
    json: *const u8,
    json_len: usize,
    outcome_out: *mut *mut saltbox_outcome,
    diag_or_null: *mut saltbox_diag,
) -> saltbox_status {
    let body = || {
        // SAFETY: the contract of this function is the guard's.
        unsafe {
            let json = guard::write_required(outcome_out, std::ptr::null_mut())
                .and_then(|()| guard::input(json, json_len));
            let json = diagnosed(json, diag_or_null)?;
            let imported = explained(import_policy(json), diag_or_null)?;
            let outcome = saltbox_outcome::new(imported.to_json());
            // NULL was written to it before.
            guard::write_required(outcome_out, guard::into_handle(outcome))?;
            Ok(answer(imported.is_complete()))
        }
    };
    // SAFETY: the contract of this function is the guard's.
    unsafe { guard::call_with_diag(diag_or_null, body) }
}

/// Writes the policy of a configuration, and its account where it has one, as another
/// system's settings. A password made by them is one that the policy takes, but for what is
/// listed.
///
/// config: must not be NULL.
/// format, format_len: as in saltbox_policy_import.
/// outcome_out: must not be NULL. {"format":"...","settings":...,
///   "not_expressible":[{"path":...,"reason":...}]}, see saltbox_outcome_json; NULL
///   is written on failure.
/// diag_or_null: why, on failure; may be NULL.
/// Returns SALTBOX_OK: the settings say it all, and no more. SALTBOX_REJECTED:
///   they do not, see the list. SALTBOX_E_CONFIG or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_policy_export(
    config: *const saltbox_config,
    format: *const u8,
    format_len: usize,
    outcome_out: *mut *mut saltbox_outcome,
    diag_or_null: *mut saltbox_diag,
) -> saltbox_status {
    let body = || {
        // SAFETY: the contract of this function is the guard's.
        unsafe {
            let arguments = guard::write_required(outcome_out, std::ptr::null_mut())
                .and_then(|()| Ok((guard::borrow(config)?, guard::input(format, format_len)?)));
            let (config, format) = diagnosed(arguments, diag_or_null)?;
            // What is no text is no name either.
            let format = std::str::from_utf8(format).unwrap_or_default();
            let exported = export_policy(&config.config, format);
            let exported = explained(exported, diag_or_null)?;
            let outcome = saltbox_outcome::new(exported.to_json());
            // NULL was written to it before.
            guard::write_required(outcome_out, guard::into_handle(outcome))?;
            Ok(answer(exported.is_complete()))
        }
    };
    // SAFETY: the contract of this function is the guard's.
    unsafe { guard::call_with_diag(diag_or_null, body) }
}

const fn answer(is_yes: bool) -> saltbox_status {
    if is_yes { SALTBOX_OK } else { SALTBOX_REJECTED }
}

/// What a form says of new passwords before one is typed. It says nothing of the
/// words and lists that are looked for.
///
/// sb: must not be NULL.
/// outcome_out: must not be NULL. {"rules":[{"code":1,"name":"too_short",
///   "bound":15,"text":...}],"passwordrules":"minlength: 15; ...","descope":{...}},
///   see saltbox_outcome_json; by_length has rules for shorter passwords
///   ([{"up_to":19,"rules":[...]}]); required, allowed and disallowed stand where
///   characters are named; descope is the whole answer to Descope's GET
///   /v1/auth/password/policy. NULL is written on failure.
/// Returns SALTBOX_OK or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_policy_public(
    sb: *const saltbox,
    outcome_out: *mut *mut saltbox_outcome,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        let sb = unsafe {
            guard::write_required(outcome_out, std::ptr::null_mut())?;
            guard::borrow(sb)?
        };
        let outcome = saltbox_outcome::new(sb.core.public_policy());
        // SAFETY: as above; NULL was written to it before.
        unsafe { guard::write_required(outcome_out, guard::into_handle(outcome))? };
        Ok(SALTBOX_OK)
    })
}
