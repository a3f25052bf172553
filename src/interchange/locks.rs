//! Locks after failures to sign in.
//!
//! Here every so many failures lock for a time, and so many in a row for good;
//! neither can be switched off (NIST SP 800-63B-4, 3.2.2). What locks for good
//! alone is said exactly all the same: by as many failures of both kinds, of
//! which the ones in a row come first. What locks for a time alone is not.

use super::write::Export;
use crate::account::LockSettings;

const MINUTE: u32 = 60;

/// Locks for good after so many failures in a row.
pub(super) fn for_good(failures: u32) -> LockSettings {
    LockSettings {
        attempts: failures.min(LockSettings::MOST_ATTEMPTS),
        permanent: failures,
        ..LockSettings::DEFAULT
    }
}

/// Locks for as many minutes each time besides.
pub(super) fn for_a_time(lock: LockSettings, attempts: u32, minutes: u32) -> LockSettings {
    let seconds = u64::from(minutes) * u64::from(MINUTE);
    LockSettings {
        attempts,
        first_s: seconds,
        most_s: seconds,
        ..lock
    }
}

/// Whether it locks for good before it does for a time.
pub(super) const fn is_for_good(lock: &LockSettings) -> bool {
    lock.attempts >= lock.permanent
}

/// Of what never locks for good there.
pub(super) fn narrowed_to_an_end() -> String {
    let LockSettings { permanent, .. } = LockSettings::DEFAULT;
    format!(
        "narrowed: {permanent} failures in a row lock for good here, as NIST SP 800-63B-4 3.2.2 asks"
    )
}

/// Of what does not lock for a time there, or later.
pub(super) fn narrowed_to_pauses(lock: &LockSettings) -> String {
    format!(
        "narrowed: every {} failures lock for a time here, of {} seconds and more",
        lock.attempts, lock.first_s
    )
}

/// As long as the first lock in minutes, which every lock takes there.
pub(super) fn minutes(export: &mut Export, lock: &LockSettings) -> u32 {
    let minutes = lock.first_s.div_ceil(MINUTE.into());
    let seconds = minutes * u64::from(MINUTE);
    if seconds != lock.first_s {
        export.list(
            "account.lock.first_s",
            format!("narrowed: is {seconds} there"),
        );
    }
    if lock.most_s != lock.first_s {
        let reason = format!("is {seconds} there: every lock is as long as the first");
        export.list("account.lock.most_s", reason);
    }
    u32::try_from(minutes).unwrap_or(u32::MAX)
}
