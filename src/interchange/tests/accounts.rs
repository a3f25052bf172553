//! What other systems say of accounts: locks, what is remembered, age, and what errors tell.

use super::*;
use crate::account::{LockSettings, Locked, State};

/// Members of a policy that says nothing, and of what this `account` makes of the defaults.
pub(super) fn of_account(account: &Json) -> Members {
    let text = account.to_string();
    let read = json::parse(text.as_bytes()).and_then(|json| AccountSettings::read(&json));
    let settings = read.unwrap_or_else(|error| panic!("{account}: {error}"));
    let whole = Writer::object(|json| settings.write(json));
    let mut members = Members::default();
    let added = json::parse(whole.as_bytes()).and_then(|json| members.add_account(&json));
    added.expect("an account");
    members
}

pub(super) fn lock(attempts: u32, seconds: [u32; 2], permanent: u32) -> Json {
    let [first_s, most_s] = seconds;
    json!({"attempts": attempts, "first_s": first_s, "most_s": most_s, "permanent": permanent})
}

/// What has no end but the latest.
pub(super) fn for_minutes(attempts: u32, minutes: u32) -> Json {
    json!({"lock": lock(attempts, [60 * minutes; 2], 100)})
}

/// What locks for good alone.
pub(super) fn for_good(failures: u32) -> Json {
    json!({"lock": lock(failures.min(10), [30, 3600], failures)})
}

/// Beside what the policy of every format lists.
pub(super) fn of(format: &str, settings: &Json) -> (Json, Vec<(String, String)>) {
    let imported = import(format, settings);
    let list = imported.list.iter();
    let list = list.map(|listed| (listed.path.clone(), listed.reason.clone()));
    (account(&imported), list.collect())
}

const AN_END: &str =
    "narrowed: 100 failures in a row lock for good here, as NIST SP 800-63B-4 3.2.2 asks";
const PAUSES: &str = "narrowed: every 5 failures lock for a time here, of 30 seconds and more";

/// Settings, what they are under `account`, and everything that is listed.
pub(super) type Case = (&'static str, Json, Json, Vec<(&'static str, &'static str)>);

pub(super) fn cases() -> Vec<Case> {
    let mut cases = descope();
    cases.extend(okta());
    cases.extend(others());
    cases
}

fn descope() -> Vec<Case> {
    let case = |settings, account, listed| ("descope", settings, account, listed);
    let temporary = json!({"tempLock": true, "tempLockAttempts": 3, "tempLockDuration": 5});
    let with = |mut settings: Json, more: Json| {
        let more = more.as_object().expect("an object").clone();
        settings.as_object_mut().expect("an object").extend(more);
        settings
    };
    vec![
        case(
            with(temporary.clone(), json!({"lock": true, "lockAttempts": 10})),
            json!({"lock": lock(3, [300, 300], 10)}),
            vec![],
        ),
        // As many failures, of which the end comes first.
        case(
            with(temporary.clone(), json!({"lock": true, "lockAttempts": 2})),
            json!({"lock": lock(3, [300, 300], 2)}),
            vec![],
        ),
        case(
            json!({"lock": true, "lockAttempts": 5, "tempLock": false, "tempLockAttempts": 3}),
            for_good(5),
            vec![],
        ),
        case(
            json!({"lock": true, "lockAttempts": 10}),
            for_good(10),
            vec![],
        ),
        case(
            temporary.clone(),
            for_minutes(3, 5),
            vec![("tempLock", AN_END)],
        ),
        case(
            with(temporary, json!({"lock": false, "lockAttempts": 5})),
            for_minutes(3, 5),
            vec![("lock", AN_END)],
        ),
        case(
            json!({"tempLock": true, "tempLockAttempts": 10, "tempLockDuration": 1440, "lock": false}),
            for_minutes(10, 1440),
            vec![("lock", AN_END)],
        ),
        case(
            json!({"lock": false, "tempLock": false, "tempLockAttempts": 3, "tempLockDuration": 5}),
            Json::Null,
            vec![("lock", AN_END), ("tempLock", PAUSES)],
        ),
        case(
            json!({"lock": true, "tempLock": true, "tempLockAttempts": 3}),
            Json::Null,
            vec![
                ("lock", "comes without lockAttempts, so it is off"),
                ("tempLock", "comes without tempLockDuration, so it is off"),
            ],
        ),
        case(
            json!({"lockAttempts": 5, "tempLockDuration": 5}),
            Json::Null,
            vec![
                ("lockAttempts", "comes without lock, so it is off"),
                ("tempLockDuration", "comes without tempLock, so it is off"),
            ],
        ),
        case(
            json!({"expiration": true, "expirationWeeks": 999, "reuse": true, "reuseAmount": 50}),
            json!({"max_age_days": 6993, "history": 50}),
            vec![],
        ),
        case(
            json!({"expiration": true, "reuse": true, "reuseAmount": 0}),
            Json::Null,
            vec![
                ("expiration", "comes without expirationWeeks, so it is off"),
                ("reuse", "comes without reuseAmount, so it is off"),
            ],
        ),
        case(
            json!({"expirationWeeks": 4, "reuseAmount": 5}),
            Json::Null,
            vec![
                ("expirationWeeks", "comes without expiration, so it is off"),
                ("reuseAmount", "comes without reuse, so it is off"),
            ],
        ),
        case(json!({"maskError": true}), json!({"mask": true}), vec![]),
        case(
            json!({"maskError": false}),
            json!({"mask": false}),
            vec![(
                "maskError",
                "narrowed: taken for signing up; signing in says nothing of accounts here",
            )],
        ),
    ]
}

fn okta() -> Vec<Case> {
    let case = |failures: u32, minutes: u32, account, listed| {
        let settings = json!({"lockout": {"maxAttempts": failures, "autoUnlockMinutes": minutes}});
        ("okta", settings, account, listed)
    };
    const ATTEMPTS: &str = "lockout.maxAttempts";
    const MINUTES: &str = "lockout.autoUnlockMinutes";
    vec![
        case(10, 0, for_good(10), vec![]),
        case(2, 0, for_good(2), vec![]),
        case(
            1,
            0,
            for_good(2),
            vec![(ATTEMPTS, "taken as 2, which is the least here")],
        ),
        case(
            50,
            0,
            for_good(50),
            vec![(
                ATTEMPTS,
                "narrowed: every 10 failures lock for a time here, of 30 seconds and more",
            )],
        ),
        case(
            101,
            0,
            for_good(100),
            vec![
                (ATTEMPTS, "narrowed: taken as 100, which is the most here"),
                (
                    ATTEMPTS,
                    "narrowed: every 10 failures lock for a time here, of 30 seconds and more",
                ),
            ],
        ),
        case(10, 15, for_minutes(10, 15), vec![(MINUTES, AN_END)]),
        case(1, 1440, for_minutes(1, 1440), vec![(MINUTES, AN_END)]),
        case(
            11,
            1441,
            for_minutes(10, 1440),
            vec![
                (ATTEMPTS, "narrowed: taken as 10, which is the most here"),
                (MINUTES, "taken as 1440, which is the most here"),
                (MINUTES, AN_END),
            ],
        ),
        case(0, 15, Json::Null, vec![(ATTEMPTS, PAUSES)]),
        (
            "okta",
            json!({"lockout": {"autoUnlockMinutes": 15}}),
            Json::Null,
            vec![(MINUTES, PAUSES)],
        ),
        (
            "okta",
            json!({"age": {"maxAgeDays": 7000, "historyCount": 51}}),
            json!({"max_age_days": 6993, "history": 50}),
            vec![
                ("age.maxAgeDays", "taken as 6993, which is the most here"),
                ("age.historyCount", "taken as 50, which is the most here"),
            ],
        ),
    ]
}

fn others() -> Vec<Case> {
    vec![
        // The one that is set is never set again.
        ("keycloak", json!("passwordHistory(1)"), Json::Null, vec![]),
        (
            "keycloak",
            json!("passwordHistory"),
            json!({"history": 2}),
            vec![],
        ),
        (
            "keycloak",
            json!("passwordHistory(51)"),
            json!({"history": 50}),
            vec![],
        ),
        (
            "keycloak",
            json!("passwordHistory(52) and forceExpiredPasswordChange(9999)"),
            json!({"history": 50, "max_age_days": 6993}),
            vec![
                ("passwordHistory", "taken as 51, which is the most here"),
                (
                    "forceExpiredPasswordChange",
                    "taken as 6993, which is the most here",
                ),
            ],
        ),
        (
            "auth0",
            json!({"password_history": {"enable": true}}),
            Json::Null,
            vec![(
                "password_history.enable",
                "comes without password_history.size, so it is off",
            )],
        ),
        (
            "auth0",
            json!({"password_history": {"enable": true, "size": 3}, "password_options": {"history": {"active": true, "size": 4}}}),
            json!({"history": 4}),
            vec![(
                "password_history.enable",
                "password_options hold in its place",
            )],
        ),
        (
            "auth0",
            json!({"password_history": {"enable": false, "size": 3}, "password_options": {"history": {"active": false, "size": 4}}}),
            Json::Null,
            vec![],
        ),
        (
            "cognito",
            json!({"PasswordHistorySize": 24, "TemporaryPasswordValidityDays": 30}),
            json!({"history": 24, "temporary_s": 2_592_000}),
            vec![],
        ),
        (
            "cognito",
            json!({"TemporaryPasswordValidityDays": 365}),
            json!({"temporary_s": 2_592_000}),
            vec![(
                "TemporaryPasswordValidityDays",
                "taken as 30, which is the most here",
            )],
        ),
        (
            "cognito",
            json!({"PasswordHistorySize": 0, "TemporaryPasswordValidityDays": 0}),
            Json::Null,
            vec![],
        ),
    ]
}

#[test]
fn what_is_said_of_accounts_is_taken_or_listed() {
    for (format, settings, account, listed) in cases() {
        let (taken, list) = of(format, &settings);
        assert_eq!(taken, account, "{format} {settings}");
        let list: Vec<_> = list.iter().map(|(path, why)| (&**path, &**why)).collect();
        assert_eq!(list, listed, "{format} {settings}");
    }
}

/// Nothing is a member that the room does not look into.
#[test]
fn every_member_of_an_account_is_known() {
    let defaults = Members::default_account().expect("the defaults");
    let whole = Writer::object(|json| AccountSettings::DEFAULT.write(json));
    assert_eq!(Writer::object(|json| defaults.write_account(json)), whole);
    assert_eq!(defaults.lock(), Some(LockSettings::DEFAULT));
}

#[test]
fn what_is_out_of_range_there_is_an_error_with_its_path() {
    for (format, settings, path) in [
        (
            "descope",
            json!({"lock": true, "lockAttempts": 1}),
            "lockAttempts",
        ),
        (
            "descope",
            json!({"lock": false, "lockAttempts": 11}),
            "lockAttempts",
        ),
        (
            "descope",
            json!({"tempLock": true, "tempLockAttempts": 11}),
            "tempLockAttempts",
        ),
        (
            "descope",
            json!({"tempLock": true, "tempLockDuration": 1441}),
            "tempLockDuration",
        ),
        (
            "descope",
            json!({"tempLockDuration": 2.5}),
            "tempLockDuration",
        ),
        (
            "descope",
            json!({"expiration": true, "expirationWeeks": 1000}),
            "expirationWeeks",
        ),
        (
            "descope",
            json!({"reuse": true, "reuseAmount": 51}),
            "reuseAmount",
        ),
        ("descope", json!({"reuse": "yes"}), "reuse"),
        ("descope", json!({"maskError": 1}), "maskError"),
        (
            "descope",
            json!({"nonAlphanumeric": true, "nonAlphaNumeric": true}),
            "nonAlphanumeric",
        ),
        (
            "okta",
            json!({"lockout": {"maxAttempts": -1}}),
            "lockout.maxAttempts",
        ),
        (
            "okta",
            json!({"lockout": {"autoUnlockMinutes": "15"}}),
            "lockout.autoUnlockMinutes",
        ),
        (
            "auth0",
            json!({"password_history": {"size": 25}}),
            "password_history.size",
        ),
        (
            "cognito",
            json!({"PasswordHistorySize": 25}),
            "PasswordHistorySize",
        ),
        (
            "cognito",
            json!({"TemporaryPasswordValidityDays": 366}),
            "TemporaryPasswordValidityDays",
        ),
        ("keycloak", json!("passwordHistory(-1)"), "passwordHistory"),
    ] {
        let message = refused(format, &settings);
        let at = format!("settings.{path}: ");
        assert!(message.starts_with(&at), "{format} {settings}: {message}");
    }
}

#[test]
fn the_spelling_of_the_types_for_node_is_read_too() {
    let imported = import("descope", &json!({"nonAlphaNumeric": true}));
    assert!(imported.is_complete());
    assert_eq!(policy(&imported)["min_symbols"], 1);
}

/// When failures are looked at that come as soon as they may: the first so many.
const LOOKED_AT: usize = 150;

fn by_account(account: &Json) -> Vec<u64> {
    let text = match account {
        Json::Null => "{}".to_owned(),
        account => account.to_string(),
    };
    let read = json::parse(text.as_bytes()).and_then(|json| AccountSettings::read(&json));
    let (settings, mut state) = (read.expect("an account"), State::default());
    let (mut now, mut times) = (0, Vec::new());
    while times.len() < LOOKED_AT {
        match state.charge(&settings, now) {
            Ok(()) => times.push(now),
            Err(Locked::Temporarily { retry_after_s }) => now += retry_after_s,
            Err(Locked::Permanently) => break,
        }
    }
    times
}

/// The same by a lock for good, and one for minutes after so many.
fn by_theirs(for_good: Option<u32>, for_a_time: Option<(u32, u32)>) -> Vec<u64> {
    let (mut now, mut times) = (0, Vec::new());
    for failed in 1..=LOOKED_AT {
        times.push(now);
        let is_multiple = |of: u32| failed.is_multiple_of(of as usize);
        if for_good.is_some_and(is_multiple) {
            break;
        }
        if let Some((_, minutes)) = for_a_time.filter(|(failures, _)| is_multiple(*failures)) {
            now += 60 * u64::from(minutes);
        }
    }
    times
}

/// What is not listed looks at the same guesses; what is narrowed at no more, and at none sooner.
#[test]
fn locks_are_what_they_are_there_or_narrower() {
    let mut all = Vec::new();
    for permanent in (1..=10).map(|n| (n > 1).then_some(n)) {
        all.push(("descope", permanent, None));
        for failures in 1..=10 {
            for minutes in [1, 5, 1440] {
                all.push(("descope", permanent, Some((failures, minutes))));
            }
        }
    }
    for failures in 1..=120 {
        all.push(("okta", Some(failures), None));
        for minutes in [1, 15, 1440, 9999] {
            all.push(("okta", None, Some((failures, minutes))));
        }
    }
    let (mut exact, mut narrowed) = (0, 0);
    for (format, for_good, for_a_time) in all {
        let (failures, minutes) = for_a_time.unwrap_or_default();
        let settings = if format == "okta" {
            let failures = for_good.unwrap_or(failures);
            json!({"lockout": {"maxAttempts": failures, "autoUnlockMinutes": minutes}})
        } else {
            json!({
                "lock": for_good.is_some(), "lockAttempts": for_good.unwrap_or(0),
                "tempLock": for_a_time.is_some(), "tempLockAttempts": failures,
                "tempLockDuration": minutes
            })
        };
        let (account, list) = of(format, &settings);
        let (ours, theirs) = (by_account(&account), by_theirs(for_good, for_a_time));
        if list.is_empty() {
            exact += 1;
            assert_eq!(ours, theirs, "{settings} {account}");
        } else if list.iter().all(|(_, why)| why.starts_with("narrowed")) {
            narrowed += 1;
            assert!(ours.len() <= theirs.len(), "{settings} {account}");
            let is_later = ours
                .iter()
                .zip(&theirs)
                .all(|(ours, theirs)| ours >= theirs);
            assert!(is_later, "{settings} {account}");
            assert_ne!(ours, theirs, "{settings} {account}");
        }
    }
    assert_eq!((exact, narrowed), (288, 501));
}
