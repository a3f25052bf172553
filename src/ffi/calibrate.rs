use super::config::saltbox_config;
use super::diag::{diagnosed, explained, saltbox_diag};
use super::guard;
use super::outcome::saltbox_outcome;
use super::status::{SALTBOX_E_ARGUMENT, SALTBOX_OK, SALTBOX_REJECTED, saltbox_status};
use crate::core::Config;
use crate::error::{Error, ErrorKind};
use crate::hash::{Advice, Calibration, READINGS, Scheme, Target};
use std::time::Duration;

/// How often a thread reads the clock for a step of a calibration: before its
/// first hash and after each.
pub const SALTBOX_CALIBRATION_READINGS: usize = 4;

const _: () = assert!(SALTBOX_CALIBRATION_READINGS == READINGS);

/// A search for the dearest parameters that keep to a target on this machine.
/// Made by saltbox_calibration_new, ended by saltbox_calibration_free. It has
/// work memory of its own, so run it before the service starts, or on a machine
/// of the same kind.
///
/// saltbox reads no clock and starts no thread; the host does, in a loop: as long
/// as saltbox_calibration_next says SALTBOX_OK, it lets as many threads as that
/// says, at once, each read its clock, call saltbox_calibration_hash, read the
/// clock, until there are SALTBOX_CALIBRATION_READINGS of them, waits for all,
/// and tells what they read. On fewer threads at once the machine seems slower,
/// never faster.
pub struct saltbox_calibration {
    calibration: Calibration,
}

/// Begins with the least that may be created.
///
/// config_or_null: its limits hold, and hash.verify; its hash.create and
///   hash.memory_mib do not. NULL for the defaults.
/// scheme, scheme_len: "argon2id", "scrypt", "pbkdf2-sha256", "pbkdf2-sha512" or
///   "bcrypt".
/// target_ns: how long one hash may take at the peak, from 1 nanosecond to a minute.
/// at_once: how many hashes are computed at once at the peak, from 1 to 1024.
/// memory_bytes: the work memory of all of them together, a MiB at least.
/// calibration_out: must not be NULL. NULL is written on failure.
/// diag_or_null: what is out of range, and what the least is; may be NULL.
/// Returns SALTBOX_OK; SALTBOX_E_BUDGET where memory_bytes, and SALTBOX_E_LIMIT
///   where the limits have no room for the least that may be created;
///   SALTBOX_E_CONFIG where the scheme is not one of these, or is not among those
///   to verify, or where a limit on memory is over memory_bytes;
///   SALTBOX_E_ARGUMENT where a number is out of range, too.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_calibration_new(
    config_or_null: *const saltbox_config,
    scheme: *const u8,
    scheme_len: usize,
    target_ns: u64,
    at_once: u32,
    memory_bytes: u64,
    calibration_out: *mut *mut saltbox_calibration,
    diag_or_null: *mut saltbox_diag,
) -> saltbox_status {
    let body = || {
        // SAFETY: the contract of this function is the guard's.
        unsafe {
            let scheme = guard::write_required(calibration_out, std::ptr::null_mut())
                .and_then(|()| guard::input(scheme, scheme_len));
            let scheme = explained(named(diagnosed(scheme, diag_or_null)?), diag_or_null)?;
            let target = Target {
                scheme,
                time: Duration::from_nanos(target_ns),
                at_once,
                memory_bytes,
            };
            let calibration = match guard::borrow(config_or_null) {
                Ok(config) => config.config.calibrate(&target),
                Err(_) => Config::default().calibrate(&target),
            };
            let calibration = explained(calibration, diag_or_null)?;
            let handle = guard::into_handle(saltbox_calibration { calibration });
            // NULL was written to it before.
            guard::write_required(calibration_out, handle)?;
        }
        Ok(SALTBOX_OK)
    };
    // SAFETY: the contract of this function is the guard's.
    unsafe { guard::call_with_diag(diag_or_null, body) }
}

fn named(scheme: &[u8]) -> Result<Scheme, Error> {
    let scheme = std::str::from_utf8(scheme).ok().and_then(Scheme::named);
    scheme.ok_or_else(|| Error::new(ErrorKind::Config, "there is no such scheme"))
}

/// Whether there is something left to measure.
///
/// calibration: must not be NULL.
/// threads_out: on how many threads at once; 0 for SALTBOX_REJECTED. Must not be NULL.
/// Returns SALTBOX_OK; SALTBOX_REJECTED where enough was measured; SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_calibration_next(
    calibration: *const saltbox_calibration,
    threads_out: *mut u32,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        unsafe {
            let step = guard::borrow(calibration)?.calibration.step();
            guard::write_required(threads_out, step.map_or(0, |step| step.threads()))?;
            Ok(step.map_or(SALTBOX_REJECTED, |_| SALTBOX_OK))
        }
    })
}

/// Computes one hash with the parameters that are measured, by the path of
/// saltbox_verify. Any number of threads may call it at once, as long as none
/// tells.
///
/// calibration: must not be NULL.
/// Returns SALTBOX_OK; SALTBOX_E_BUSY where many more threads call than were
///   asked for; SALTBOX_E_MEMORY; SALTBOX_E_ARGUMENT where enough was measured, too.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_calibration_hash(
    calibration: *const saltbox_calibration,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        let calibration = unsafe { guard::borrow(calibration)? };
        let hashed = calibration.calibration.hash();
        hashed.map_err(|error| error.kind().status())?;
        Ok(SALTBOX_OK)
    })
}

/// Tells what the threads of a step read. No other call uses the calibration at
/// the same time.
///
/// calibration: must not be NULL.
/// readings_ns, readings_len: nanoseconds of a clock that never goes back and is
///   the same for all threads, from wherever it counts:
///   SALTBOX_CALIBRATION_READINGS of each thread, one thread after the other.
///   readings_len counts all of them.
/// Returns SALTBOX_OK; SALTBOX_E_ARGUMENT where there are not as many as the step
///   asks for, or where the clock stood still or ran backwards, too: the step is
///   still to be measured then.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_calibration_tell(
    calibration: *mut saltbox_calibration,
    readings_ns: *const u64,
    readings_len: usize,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        let calibration = unsafe { guard::borrow_mut(calibration)? };
        if readings_ns.is_null() || !readings_len.is_multiple_of(READINGS) {
            return Err(SALTBOX_E_ARGUMENT);
        }
        let told = calibration
            .calibration
            .tell_each(readings_len / READINGS, |thread| {
                // SAFETY: as above; there are READINGS of each thread.
                std::array::from_fn(|i| unsafe {
                    guard::element_at(readings_ns, READINGS * thread + i)
                })
            });
        told.map_err(|error| error.kind().status())?;
        Ok(SALTBOX_OK)
    })
}

/// What was found: the dearest parameters that keep to the target.
///
/// calibration: must not be NULL. It is not changed, and not used up.
/// alone_ns_or_null: how long one hash takes by itself.
/// under_load_ns_or_null: how long one takes while at_once are computed;
///   at_once times 1e9 through this is how many end in a second.
/// memory_bytes_or_null: work memory in use by all of them.
/// outcome_out: must not be NULL. The parameters as a configuration, with the
///   memory and the slots they were measured in, see saltbox_outcome_json; NULL
///   is written on failure.
/// Returns SALTBOX_OK. SALTBOX_REJECTED: even the least that may be created takes
///   longer than the target; what is written is of that. SALTBOX_E_ARGUMENT, also
///   where something is left to measure.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_calibration_advice(
    calibration: *const saltbox_calibration,
    alone_ns_or_null: *mut u64,
    under_load_ns_or_null: *mut u64,
    memory_bytes_or_null: *mut u64,
    outcome_out: *mut *mut saltbox_outcome,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        let calibration = unsafe {
            guard::write_required(outcome_out, std::ptr::null_mut())?;
            guard::borrow(calibration)?
        };
        let advice = calibration.calibration.advice();
        let advice = advice.map_err(|error| error.kind().status())?;
        let measured = advice.measured();
        let ns = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let outcome = saltbox_outcome::new(measured.to_json());
        // SAFETY: as above; NULL was written to `outcome_out` before.
        unsafe {
            guard::write(alone_ns_or_null, ns(measured.alone()));
            guard::write(under_load_ns_or_null, ns(measured.under_load()));
            guard::write(memory_bytes_or_null, measured.memory_bytes());
            guard::write_required(outcome_out, guard::into_handle(outcome))?;
        }
        Ok(match advice {
            Advice::Proposed(_) => SALTBOX_OK,
            Advice::OutOfReach(_) => SALTBOX_REJECTED,
        })
    })
}

/// Ends a calibration and gives its work memory back. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_calibration_free(calibration: *mut saltbox_calibration) {
    // SAFETY: the contract of this function is the guard's.
    guard::call_void(|| unsafe { guard::free(calibration) });
}
