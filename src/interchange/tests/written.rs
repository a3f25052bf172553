//! Accounts as other systems say them, and back again.

use super::accounts::{cases, for_good, for_minutes, lock, of, of_account};
use super::*;

/// What an import answers goes into a configuration as it is, and comes out as settings that say the same,
/// but for what is listed: where locks are off, those that are on here are written.
#[test]
fn what_is_imported_is_a_configuration_and_comes_back() {
    let mut same = 0;
    for (format, settings, account, _) in cases() {
        let imported = import(format, &settings);
        let mut answer: Json = serde_json::from_str(&imported.to_json()).expect("JSON");
        let members = answer.as_object_mut().expect("an object");
        members.remove("not_expressible");
        assert_eq!(members.contains_key("account"), !account.is_null());
        let config = Config::from_json(answer.to_string().as_bytes()).expect("valid");
        let exported = export_policy(&config, format).expect("written");
        let json: Json = serde_json::from_str(&exported.to_json()).expect("JSON");
        let (again, _) = of(format, &json["settings"]);
        let is_listed = |listed: &Listed| listed.path.starts_with(members::ACCOUNT);
        if account.is_null() {
            assert_eq!(again, account, "{format} {settings}");
        } else if !exported.list.iter().any(is_listed) {
            let is_same = is_the_same(&of_account(&again), &of_account(&account));
            assert!(is_same, "{format} {settings}: {again}");
            same += 1;
        }
    }
    assert_eq!(same, 13);
}

/// But for what never comes, because the end does before.
fn is_the_same(before: &Members, after: &Members) -> bool {
    let (mut before, mut after) = (before.clone(), after.clone());
    match (before.lock(), after.lock()) {
        (Some(one), Some(other)) if locks::is_for_good(&one) && locks::is_for_good(&other) => {
            let permanent = (one.permanent, other.permanent);
            before.take_lock();
            after.take_lock();
            permanent.0 == permanent.1 && is_the_same(&before, &after)
        }
        _ => before == after,
    }
}

/// Every account of some members, each in some of its values.
fn accounts() -> impl Iterator<Item = Json> {
    let locks = [
        Json::Null,
        lock(5, [300, 300], 8),
        lock(5, [300, 300], 100),
        lock(5, [300, 300], 50),
        lock(10, [90, 3600], 10),
        lock(2, [60, 120], 2),
        lock(7, [59, 59], 9),
        lock(10, [86_400, 86_400], 99),
    ];
    let histories = [0, 1, 24, 25, 50].map(|history| json!(history));
    let ages =
        [0, 1, 7, 90, 364, 6993].map(|days| if days == 0 { Json::Null } else { json!(days) });
    let temporary = [86_400, 3600, 90_000].map(|seconds| json!(seconds));
    let flags = [true, false].map(|flag| json!(flag));
    let mut all = Vec::new();
    for lock in &locks {
        for history in &histories {
            for days in &ages {
                for seconds in &temporary {
                    for mask in &flags {
                        let members = json!({
                            "lock": lock, "history": history, "max_age_days": days,
                            "temporary_s": seconds, "mask": mask, "auth_age_s": 300
                        });
                        let members = members.as_object().expect("an object").clone();
                        let said = members.into_iter().filter(|(_, value)| !value.is_null());
                        all.push(Json::Object(said.collect()));
                    }
                }
            }
        }
    }
    all.into_iter()
}

#[test]
fn accounts_that_are_not_listed_come_back_the_same_and_those_that_are_as_written() {
    // How many of the 1440 the format says without a word beside it.
    for (format, expected) in [
        ("passwordrules", 1),
        ("descope", 60),
        ("auth0", 3),
        ("okta", 60),
        ("keycloak", 30),
        ("cognito", 3),
        ("firebase", 1),
    ] {
        let mut complete = 0;
        for account in accounts() {
            let mut members = of_account(&account);
            match format {
                "descope" => members.set("max_length", members::Member::Number(64)),
                "cognito" => {
                    members.set("max_length", members::Member::Number(256));
                    members.set("no_whitespace", members::Member::Flag);
                }
                "auth0" => members.set("max_bytes", members::Member::Number(72)),
                _ => {}
            }
            let (settings, listed) = written(format, members);
            let back = import(format, &settings);
            let again = match self::account(&back) {
                Json::Null => json!({}),
                account => account,
            };
            let again = of_account(&again);
            if listed.is_empty() {
                complete += 1;
                assert!(back.is_complete(), "{format} {account} {}", back.to_json());
                assert!(
                    is_the_same(&again, &of_account(&account)),
                    "{format} {account} {settings}"
                );
            }
            if format == "passwordrules" || format == "firebase" {
                continue;
            }
            let mut policy = members_of(&back);
            let text = Writer::object(|json| again.write_account(json));
            let read = json::parse(text.as_bytes()).and_then(|json| policy.add_account(&json));
            read.expect("an account");
            let (twice, _) = written(format, policy);
            assert_eq!(twice, settings, "{format} {account}");
        }
        assert_eq!(complete, expected, "{format}");
    }
}

fn members_of(imported: &ImportedPolicy) -> Members {
    members(&policy(imported))
}

#[test]
fn what_accounts_have_is_written_as_the_system_says_it() {
    for (format, account, settings) in [
        (
            "descope",
            json!({"lock": lock(3, [300, 300], 10), "history": 5, "max_age_days": 28}),
            json!({
                "expiration": true, "expirationWeeks": 4, "reuse": true, "reuseAmount": 5, "lock": true,
                "lockAttempts": 10, "tempLock": true, "tempLockAttempts": 3, "tempLockDuration": 5,
                "maskError": true
            }),
        ),
        (
            "descope",
            for_good(4),
            json!({
                "expiration": false, "reuse": false, "lock": true, "lockAttempts": 4, "tempLock": false,
                "maskError": true
            }),
        ),
        (
            "auth0",
            json!({"history": 24}),
            json!({"history": {"active": true, "size": 24}}),
        ),
        ("auth0", json!({}), json!({"history": {"active": false}})),
        (
            "okta",
            json!({"lock": lock(10, [30, 3600], 10), "history": 4, "max_age_days": 90}),
            json!({
                "age": {"maxAgeDays": 90, "historyCount": 4},
                "lockout": {"maxAttempts": 10, "autoUnlockMinutes": 0}
            }),
        ),
        (
            "okta",
            for_minutes(10, 15),
            json!({
                "age": {"maxAgeDays": 0, "historyCount": 0},
                "lockout": {"maxAttempts": 10, "autoUnlockMinutes": 15}
            }),
        ),
        (
            "keycloak",
            json!({"history": 2, "max_age_days": 365}),
            json!("passwordHistory(3) and forceExpiredPasswordChange(365)"),
        ),
        ("keycloak", json!({}), json!("")),
        (
            "cognito",
            json!({"history": 3, "temporary_s": 604_800}),
            json!({"PasswordHistorySize": 3, "TemporaryPasswordValidityDays": 7}),
        ),
        (
            "cognito",
            json!({}),
            json!({"PasswordHistorySize": 0, "TemporaryPasswordValidityDays": 1}),
        ),
    ] {
        let (with, _) = written(format, of_account(&account));
        let (without, _) = written(format, Members::default());
        let more = match (&with, &without) {
            (Json::Object(_), Json::Object(_)) if format == "auth0" => {
                json!({"history": with["password_options"]["history"]})
            }
            (Json::Object(with), Json::Object(without)) => with
                .iter()
                .filter(|(key, _)| !without.contains_key(*key))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
            _ => with,
        };
        assert_eq!(more, settings, "{format} {account}");
        assert!(without.get("lockout").is_none() && without.get("lock").is_none());
    }
}

#[test]
fn the_list_of_an_export_says_what_is_different_of_accounts() {
    let account = json!({
        "lock": lock(6, [90, 3600], 100), "history": 30, "max_age_days": 90, "temporary_s": 3600,
        "mask": false, "auth_age_s": 60, "reset_unlocks": false, "suppress_mail": true,
        "reset_signs_in": true
    });
    let reasons = |format: &str, account: &Json| -> Vec<(String, String)> {
        let exported = super::super::export(of_account(account), format).expect("written");
        let list = exported.list.into_iter().map(|it| (it.path, it.reason));
        list.filter(|(path, _)| path.starts_with("account."))
            .collect()
    };
    const UNSAID: &str = "cannot be said there";
    let unsaid = [
        "auth_age_s",
        "reset_unlocks",
        "suppress_mail",
        "reset_signs_in",
    ];
    for (format, said) in [
        (
            "descope",
            &[
                ("max_age_days", "narrowed: is 84 there"),
                (
                    "lock.permanent",
                    "is 10 at most there, or off, which is written",
                ),
                ("lock.first_s", "narrowed: is 120 there"),
                (
                    "lock.most_s",
                    "is 120 there: every lock is as long as the first",
                ),
                ("mask", "is about signing in there, too"),
                ("temporary_s", UNSAID),
            ][..],
        ),
        (
            "auth0",
            &[
                ("history", "is 24 at most there"),
                ("lock", UNSAID),
                ("max_age_days", UNSAID),
                ("temporary_s", UNSAID),
                ("mask", UNSAID),
            ],
        ),
        (
            "okta",
            &[
                (
                    "lock.permanent",
                    "cannot be said there beside locks that end",
                ),
                ("lock.first_s", "narrowed: is 120 there"),
                (
                    "lock.most_s",
                    "is 120 there: every lock is as long as the first",
                ),
                ("temporary_s", UNSAID),
                ("mask", UNSAID),
            ],
        ),
        (
            "cognito",
            &[
                ("history", "is 24 at most there"),
                ("temporary_s", "is 86400 at least there"),
                ("lock", UNSAID),
                ("max_age_days", UNSAID),
                ("mask", UNSAID),
            ],
        ),
        (
            "passwordrules",
            &[
                ("lock", UNSAID),
                ("history", UNSAID),
                ("max_age_days", UNSAID),
                ("temporary_s", UNSAID),
                ("mask", UNSAID),
            ],
        ),
    ] {
        let mut expected: Vec<(String, String)> = said
            .iter()
            .copied()
            .chain(unsaid.map(|key| (key, UNSAID)))
            .map(|(key, why)| (format!("account.{key}"), why.to_owned()))
            .collect();
        let mut listed = reasons(format, &account);
        expected.sort();
        listed.sort();
        assert_eq!(listed, expected, "{format}");
    }
    let late = json!({"lock": lock(5, [60, 60], 50), "max_age_days": 3});
    assert_eq!(
        reasons("descope", &late),
        [
            ("account.max_age_days", "is 7 at least there"),
            ("account.lock.permanent", "narrowed: is 10 at most there"),
        ]
        .map(|(path, why)| (path.to_owned(), why.to_owned()))
    );
}
