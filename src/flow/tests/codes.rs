//! Reset codes and one-time codes.

use super::*;

#[test]
fn every_way_resets_once_and_is_found_by_its_lookup_key() {
    for (way, channel) in WAYS {
        let mut account = Account::new("{}");
        let issued = account.request(way, channel, NOW);
        assert_eq!(
            (issued.decision(), issued.shown()),
            (Decision::CodeIssued, Shown::Sent)
        );
        assert!(issued.has(Effect::SendCode));
        let codes = codes_of(way, &issued);
        assert_eq!(codes.lookup().ok(), issued.lookup());
        let record = account.record.as_deref().expect("a record");
        assert!(!record.contains(issued.code().expect("a code")), "{record}");
        assert!(!issued.to_json().contains(issued.code().expect("a code")));

        let outcome = account.try_reset(&codes, PASSWORD, NOW + 5);
        assert_eq!(
            (outcome.decision(), outcome.shown()),
            (Decision::PasswordReset, Shown::Done)
        );
        let effects: Vec<_> = outcome.effects().collect();
        assert_eq!(
            effects,
            [Effect::RevokeSessions, Effect::NotifyPasswordChanged]
        );
        account.store(&outcome);
        let record = account.record.clone().expect("a record");
        let hash = serde_json::from_str::<serde_json::Value>(&record).expect("JSON");
        let hash = hash["hash"].as_str().expect("a hash").to_owned();
        assert!(
            account
                .core
                .verify(&hash, PASSWORD)
                .expect("verifies")
                .is_accepted()
        );

        let again = account.try_reset(&codes, PASSWORD, NOW + 6);
        assert_eq!(
            (again.decision(), again.shown()),
            (Decision::SpentCode, Shown::UsedCode)
        );
        let record = again.record().expect("a record to swap");
        assert!(!record.contains("budgets"), "a right code costs no attempt");
    }
}

#[test]
fn mail_is_suppressed_only_where_that_is_asked_for_and_allowed() {
    for (allowed, expected) in [
        (true, vec![Effect::RevokeSessions]),
        (
            false,
            vec![Effect::RevokeSessions, Effect::NotifyPasswordChanged],
        ),
    ] {
        let mut account = Account::new("{}");
        if allowed {
            account.core = core(r#"{},"account":{"suppress_mail":true}"#);
        }
        let issued = account.request(Way::EmailLink, Channel::Email, NOW);
        let codes = codes_of(Way::EmailLink, &issued);
        let request = Request::from_json(br#"{"suppress_mail":true}"#).expect("a request");
        let (record, subject) = (account.record.as_deref(), &account.subject);
        let outcome = account
            .core
            .reset(record, subject, &request, &codes, PASSWORD, NOW);
        let outcome = outcome.expect("a decision");
        assert_eq!(outcome.effects().collect::<Vec<_>>(), expected);
        assert_eq!(outcome.ignored().is_none(), allowed);
    }
}

#[test]
fn a_reset_signs_in_only_where_it_may_and_the_host_says_that_there_is_no_other_factor() {
    let ways = [
        (Way::EmailLink, Channel::Email, true),
        (Way::OneTimeCode, Channel::Email, true),
        (Way::OneTimeCode, Channel::Text, true),
        (Way::OneTimeCode, Channel::Postal, true),
        (Way::ResetLink, Channel::Administrator, false),
    ];
    let statuses = ["enabled", "invited", "expired"];
    for (way, channel, is_the_users) in ways {
        for set in [false, true] {
            for (mfa, is_without) in [
                ("", false),
                (r#","mfa_enrolled":true"#, false),
                (r#","mfa_enrolled":false"#, true),
            ] {
                for status in statuses {
                    let mut account = Account::new("{}");
                    if set {
                        account.core = core(r#"{},"account":{"reset_signs_in":true}"#);
                    }
                    let issued = account.request(way, channel, NOW);
                    let text = ADA.replace('}', &format!(r#","status":"{status}"{mfa}}}"#));
                    account.subject = subject(&text);
                    let outcome = account.try_reset(&codes_of(way, &issued), PASSWORD, NOW);
                    assert_eq!(outcome.decision(), Decision::PasswordReset);
                    assert!(outcome.has(Effect::RevokeSessions));
                    let may = set && is_the_users && is_without && status == "enabled";
                    assert_eq!(
                        outcome.has(Effect::NewSession),
                        may,
                        "{way:?} {channel:?} {set} {text}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_password_that_the_policy_refuses_leaves_the_code() {
    let mut account = Account::new("{}");
    let issued = account.request(Way::OneTimeCode, Channel::Email, NOW);
    let codes = codes_of(Way::OneTimeCode, &issued);
    let refused = account.try_reset(&codes, "short", NOW);
    assert_eq!(refused.decision(), Decision::PasswordRefused);
    // Who is told has swapped: see below.
    assert!(
        refused
            .record()
            .is_some_and(|record| Some(record) != account.record.as_deref())
    );
    account.store(&refused);
    assert!(
        refused
            .findings()
            .is_some_and(|findings| !findings.is_empty())
    );
    assert!(
        refused.to_json().contains(r#""name":"too_short""#),
        "{refused:?}"
    );
    // Who has not the right code learns nothing of the policy.
    let guess = one_time(
        issued.lookup().expect("a key"),
        &wrong(issued.code().expect("a code")),
    );
    let refused = account.try_reset(&guess, "short", NOW);
    assert_eq!(refused.decision(), Decision::WrongCode);
    assert!(refused.findings().is_none());
    assert_eq!(account.reset(&codes, NOW), Decision::PasswordReset);
}

#[test]
fn codes_end_by_time_by_a_newer_one_by_a_new_password_and_by_another_address() {
    for (way, channel) in WAYS {
        let lifetime = if way == Way::OneTimeCode { 600 } else { 3600 };
        let mut account = Account::new(HOURS);
        let issued = account.request(way, channel, NOW);
        assert_eq!(issued.lifetime_s(), Some(lifetime));
        let codes = codes_of(way, &issued);
        let at = |now| account.try_reset(&codes, PASSWORD, now).decision();
        assert_eq!(at(NOW + lifetime - 1), Decision::PasswordReset);
        assert_eq!(at(NOW + lifetime), Decision::ExpiredCode);
        assert_eq!(at(NOW - 60), Decision::PasswordReset);
        assert_eq!(at(NOW - 61), Decision::EarlyCode);

        let moved = ADA.replace("ada@", "eve@");
        account.subject = subject(&moved);
        let expected = match channel {
            Channel::Administrator => Decision::PasswordReset,
            _ => Decision::AddressChanged,
        };
        assert_eq!(
            account.try_reset(&codes, PASSWORD, NOW).decision(),
            expected
        );
        account.subject = subject(&ADA.replace("ada@", "ＡＤＡ@"));
        assert_eq!(
            account.try_reset(&codes, PASSWORD, NOW).decision(),
            Decision::PasswordReset
        );
        account.subject = subject(ADA);

        let newer = account.request(way, channel, NOW + 60);
        assert_eq!(
            account.try_reset(&codes, PASSWORD, NOW + 61).decision(),
            Decision::SupersededCode
        );
        let newer = codes_of(way, &newer);
        let hash = account.core.hash("changed by other means").expect("a hash");
        let changed = account.core.admin_import(
            account.record.as_deref(),
            &account.subject,
            &Request::default(),
            &hash,
            NOW + 62,
        );
        account.store(&changed.expect("a record"));
        assert_eq!(account.reset(&newer, NOW + 63), Decision::CredentialChanged);
    }
}

#[test]
fn a_code_is_good_for_one_purpose_one_way_and_one_realm() {
    let mut account = Account::new(r#"{"newer_ends_older":false}"#);
    let issued = account.request(Way::EmailLink, Channel::Email, NOW);
    let (code, record) = (issued.code().expect("a code"), account.record.clone());
    let as_other_way = Codes::new().with(CodeKind::PasswordResetCode, code);
    assert_eq!(
        account.try_reset(&as_other_way, PASSWORD, NOW).decision(),
        Decision::OtherWay
    );
    let codes = codes_of(Way::EmailLink, &issued);
    let verified = account.core.verify_address(
        record.as_deref(),
        &account.subject,
        &Request::default(),
        &codes,
        NOW,
    );
    assert_eq!(
        verified.expect("a decision").decision(),
        Decision::OtherPurpose
    );
    // A record whose realm was changed where it is stored: its tickets were not.
    let moved = record
        .expect("a record")
        .replacen(r#""realm":"r""#, r#""realm":"s""#, 1);
    let elsewhere = subject(&ADA.replace(r#""realm":"r""#, r#""realm":"s""#));
    let reset = account.core.reset(
        &moved,
        &elsewhere,
        &Request::default(),
        &codes,
        PASSWORD,
        NOW,
    );
    assert_eq!(reset.expect("a decision").decision(), Decision::OtherRealm);
}

#[test]
fn a_ticket_cannot_be_changed_or_moved_without_the_key() {
    let mut account = Account::new(HOURS);
    let issued = account.request(Way::EmailLink, Channel::Email, NOW);
    let codes = codes_of(Way::EmailLink, &issued);
    let record = account.record.clone().expect("a record");
    for (from, to) in [
        (
            format!(r#""expires":{}"#, NOW + 3600),
            format!(r#""expires":{}"#, NOW + 999_999),
        ),
        (
            format!(r#""issued":{NOW}"#),
            format!(r#""issued":{}"#, NOW - 1),
        ),
        (
            r#""purpose":"reset""#.to_owned(),
            r#""purpose":"verify_address""#.to_owned(),
        ),
        (
            r#""channel":"email""#.to_owned(),
            r#""channel":"postal""#.to_owned(),
        ),
        (
            r#""epoch":0,"key""#.to_owned(),
            r#""epoch":1,"key""#.to_owned(),
        ),
    ] {
        let changed = record.replace(&from, &to);
        assert_ne!(changed, record);
        account.record = Some(changed);
        assert_eq!(
            account.try_reset(&codes, PASSWORD, NOW).decision(),
            Decision::WrongCode,
            "{to}"
        );
    }
    account.record = Some(record.replacen("u-1", "u-2", 1));
    account.subject = subject(&ADA.replace("u-1", "u-2"));
    assert_eq!(
        account.try_reset(&codes, PASSWORD, NOW).decision(),
        Decision::WrongCode
    );
}

#[test]
fn attempts_are_charged_by_account_and_purpose_and_survive_a_new_code() {
    let mut account = Account::new(r#"{"attempts":3,"window_s":600,"reissue_after_s":0}"#);
    let issued = account.request(Way::OneTimeCode, Channel::Email, NOW);
    let guess = |issued: &Outcome| {
        let digits = wrong(issued.code().expect("a code"));
        one_time(issued.lookup().expect("a key"), &digits)
    };
    assert_eq!(account.reset(&guess(&issued), NOW), Decision::WrongCode);
    assert_eq!(account.reset(&guess(&issued), NOW), Decision::WrongCode);
    let newer = account.request(Way::OneTimeCode, Channel::Email, NOW + 1);
    assert_eq!(account.reset(&guess(&newer), NOW + 1), Decision::WrongCode);
    let outcome = account.try_reset(&codes_of(Way::OneTimeCode, &newer), PASSWORD, NOW + 2);
    assert_eq!(
        (outcome.decision(), outcome.shown()),
        (Decision::Exhausted, Shown::InvalidCode)
    );
    assert_eq!(outcome.retry_after_s(), Some(598));
    let none = account.request(Way::OneTimeCode, Channel::Text, NOW + 3);
    assert_eq!(
        (none.decision(), none.shown(), none.code()),
        (Decision::Exhausted, Shown::Sent, None)
    );
    // Nobody guesses a link, so the user still has one.
    let link = account.request(Way::EmailLink, Channel::Email, NOW + 3);
    let link = codes_of(Way::EmailLink, &link);
    assert_eq!(
        account.try_reset(&link, PASSWORD, NOW + 4).decision(),
        Decision::PasswordReset
    );
    // The other purpose has its own.
    let record = account.record.as_deref();
    let (way, channel) = (Way::OneTimeCode, Channel::Email);
    let verification = account.core.request_verification(
        record,
        &account.subject,
        &Request::default(),
        way,
        channel,
        NOW + 3,
    );
    let verification = verification.expect("a decision");
    account.store(&verification);
    let codes = codes_of(way, &verification);
    let verified = account.core.verify_address(
        account.record.as_deref(),
        &account.subject,
        &Request::default(),
        &codes,
        NOW + 4,
    );
    let verified = verified.expect("a decision");
    assert_eq!(
        verified.effects().collect::<Vec<_>>(),
        [Effect::AddressVerified]
    );
    // The window over, the code is too, and the next one is right.
    let next = account.request(way, channel, NOW + 600);
    assert_eq!(
        account.reset(&codes_of(way, &next), NOW + 601),
        Decision::PasswordReset
    );
}

#[test]
fn nothing_is_sent_where_there_is_nobody_or_no_verified_address_and_nothing_shows_it() {
    for (way, channel) in [
        (Way::EmailLink, Channel::Email),
        (Way::OneTimeCode, Channel::Text),
    ] {
        let mut account = Account::new("{}");
        let known = counted(|| account.request(way, channel, NOW));
        let cases = [
            (None, ADA.to_owned(), Decision::NoAccount),
            (None, "{}".to_owned(), Decision::NoAccount),
            (
                account.record.clone(),
                ADA.replace("_verified\":true", "_verified\":false"),
                Decision::AddressUnverified,
            ),
            (
                account.record.clone(),
                r#"{"id":"u-1","realm":"r"}"#.to_owned(),
                Decision::NoAddress,
            ),
            (account.record.clone(), ADA.to_owned(), Decision::TooSoon),
        ];
        for (record, json, expected) in cases {
            let subject = subject(&json);
            let request = || {
                account.core.request_reset(
                    record.as_deref(),
                    &subject,
                    &Request::default(),
                    way,
                    channel,
                    NOW + 1,
                )
            };
            let (outcome, spent) = counted(request);
            let outcome = outcome.expect("a decision");
            assert_eq!(outcome.decision(), expected);
            assert_eq!(
                (outcome.shown(), outcome.code(), outcome.effects().count()),
                (Shown::Sent, None, 0)
            );
            assert_eq!(outcome.lookup().map(str::len), Some(24));
            assert_eq!(spent, known.1, "{expected:?}");
        }
    }
}

#[test]
fn a_wrong_code_costs_the_same_whoever_it_is_for() {
    let mut account = Account::new(r#"{"attempts":1}"#);
    let issued = account.request(Way::OneTimeCode, Channel::Email, NOW);
    let lookup = issued.lookup().expect("a key");
    let guess = one_time(lookup, &wrong(issued.code().expect("a code")));
    let elsewhere = one_time(&"x".repeat(24), "123456");
    let (first, spent) = counted(|| account.try_reset(&guess, PASSWORD, NOW));
    assert_eq!(first.decision(), Decision::WrongCode);
    let (unknown, other) = counted(|| account.try_reset(&elsewhere, PASSWORD, NOW));
    assert_eq!((unknown.decision(), other), (Decision::UnknownCode, spent));
    account.store(&first);
    let (exhausted, other) = counted(|| account.try_reset(&guess, PASSWORD, NOW));
    assert_eq!((exhausted.decision(), other), (Decision::Exhausted, spent));
    account.record = None;
    let (nobody, other) = counted(|| account.try_reset(&guess, PASSWORD, NOW));
    assert_eq!((nobody.decision(), other), (Decision::NoAccount, spent));
    for outcome in [&first, &unknown, &exhausted, &nobody] {
        assert_eq!(outcome.shown(), Shown::InvalidCode);
    }
    assert!(spent.0.argon2_blocks > 0);
}

#[test]
fn what_needs_a_key_says_so_and_a_ticket_outlives_the_switch_to_another() {
    let keyless = Saltbox::default();
    let subject = subject(ADA);
    let request = |core: &Saltbox, record: Option<&str>| {
        core.request_reset(
            record,
            &subject,
            &Request::default(),
            Way::EmailLink,
            Channel::Email,
            NOW,
        )
    };
    let refused = request(&keyless, None).expect_err("no key");
    assert_eq!(refused.kind(), ErrorKind::Key);

    let mut account = Account::new("{}");
    let issued = account.request(Way::EmailLink, Channel::Email, NOW);
    let json = br#"{"hash":{"create":{"profile":"test-only"}},"keys":{"create_key_id":2}}"#;
    let mut config = Config::from_json(json).expect("a configuration");
    let (old, new): (Vec<u8>, Vec<u8>) = ((0..32).collect(), (1..33).collect());
    config.add_key(2, &new).expect("a key");
    account.core = Saltbox::new(config.clone());
    let codes = codes_of(Way::EmailLink, &issued);
    let record = account.record.as_deref();
    let retired = account.core.reset(
        record,
        &account.subject,
        &Request::default(),
        &codes,
        PASSWORD,
        NOW,
    );
    assert_eq!(retired.expect_err("retired").kind(), ErrorKind::Key);
    config.add_key(1, &old).expect("a key");
    account.core = Saltbox::new(config);
    assert_eq!(account.reset(&codes, NOW), Decision::PasswordReset);
}

#[test]
fn the_oldest_go_and_only_so_many_live() {
    let mut account = Account::new(r#"{"newer_ends_older":false,"live":2,"reissue_after_s":0}"#);
    let issued: Vec<_> = (0..12)
        .map(|i| account.request(Way::EmailLink, Channel::Email, NOW + i))
        .collect();
    let decisions: Vec<_> = issued
        .iter()
        .map(|issued| {
            account
                .try_reset(&codes_of(Way::EmailLink, issued), PASSWORD, NOW + 20)
                .decision()
        })
        .collect();
    let mut expected = vec![Decision::UnknownCode; 4];
    expected.extend([Decision::SupersededCode; 6]);
    expected.extend([Decision::PasswordReset; 2]);
    assert_eq!(decisions, expected);
    // Long past, they are forgotten.
    let _ = account.request(Way::EmailLink, Channel::Email, NOW + 12 + 3600 + 86_400);
    let record = account.record.expect("a record");
    assert_eq!(record.matches(r#""lookup""#).count(), 1);
}

#[test]
fn a_pause_between_codes_is_for_each_purpose_and_not_for_administrators() {
    let mut account = Account::new("{}");
    let decide =
        |account: &mut Account, way, channel, now| account.request(way, channel, now).decision();
    assert_eq!(
        decide(&mut account, Way::EmailLink, Channel::Email, NOW),
        Decision::CodeIssued
    );
    let soon = account.request(Way::EmailLink, Channel::Email, NOW + 59);
    assert_eq!(
        (soon.decision(), soon.retry_after_s()),
        (Decision::TooSoon, Some(1))
    );
    assert_eq!(
        decide(&mut account, Way::OneTimeCode, Channel::Text, NOW + 59),
        Decision::TooSoon
    );
    assert_eq!(
        decide(&mut account, Way::EmailLink, Channel::Email, NOW + 60),
        Decision::CodeIssued
    );
    for _ in 0..2 {
        assert_eq!(
            decide(&mut account, Way::ResetLink, Channel::Administrator, NOW),
            Decision::CodeIssued
        );
    }
    // By a clock that is wrong a code was issued in a year: that stops nobody now.
    assert_eq!(
        decide(
            &mut account,
            Way::EmailLink,
            Channel::Email,
            NOW + 31_000_000
        ),
        Decision::CodeIssued
    );
    assert_eq!(
        decide(&mut account, Way::EmailLink, Channel::Email, NOW + 200),
        Decision::CodeIssued
    );
    // Nor does it hide the one that was issued just now.
    assert_eq!(
        decide(&mut account, Way::EmailLink, Channel::Email, NOW + 201),
        Decision::TooSoon
    );
}
