//! Stories of one account. `tests/model.rs` has the random ones.

use crate::code::{Channel, CodeKind, Codes, Way};
use crate::core::{Config, Saltbox};
use crate::error::ErrorKind;
use crate::flow::Request;
use crate::hash::work;
use crate::keys::counted::MACS;
use crate::outcome::{Decision, Effect, Outcome, Shown};
use crate::policy::Subject;
use crate::question::Answers;

mod told;

const NOW: u64 = 1_800_000_000;
const PASSWORD: &str = "a password that is new";

/// A core, an account and its store.
struct Account {
    core: Saltbox,
    record: Option<String>,
    subject: Subject,
}

fn core(codes: &str) -> Saltbox {
    let json = format!(
        r#"{{"hash":{{"create":{{"profile":"test-only"}}}},"keys":{{"create_key_id":1}},"codes":{codes}}}"#
    );
    let mut config = Config::from_json(json.as_bytes()).expect("a configuration");
    let key: Vec<u8> = (0..32).collect();
    config.add_key(1, &key).expect("a key");
    Saltbox::new(config)
}

fn subject(json: &str) -> Subject {
    Subject::from_json(json.as_bytes()).expect("a subject")
}

const ADA: &str = r#"{"id":"u-1","realm":"r","email":"ada@example.com","email_verified":true,"phone":"+1","phone_verified":true}"#;

impl Account {
    fn new(codes: &str) -> Self {
        let mut account = Self {
            core: core(codes),
            record: None,
            subject: subject(ADA),
        };
        let imported = account
            .core
            .admin_import(None, &account.subject, &Request::default(), None, NOW)
            .expect("a record");
        assert_eq!(imported.decision(), Decision::Imported);
        account.store(&imported);
        account
    }

    fn store(&mut self, outcome: &Outcome) {
        if let Some(record) = outcome.record() {
            self.record = Some(record.to_owned());
        }
    }

    fn request(&mut self, way: Way, channel: Channel, now: u64) -> Outcome {
        let outcome = self.core.request_reset(
            self.record.as_deref(),
            &self.subject,
            &Request::default(),
            way,
            channel,
            now,
        );
        let outcome = outcome.expect("a decision");
        self.store(&outcome);
        outcome
    }

    fn try_reset(&self, codes: &Codes, password: &str, now: u64) -> Outcome {
        let (record, request) = (self.record.as_deref(), Request::default());
        let outcome = self
            .core
            .reset(record, &self.subject, &request, codes, password, now);
        outcome.expect("a decision")
    }

    fn reset(&mut self, codes: &Codes, now: u64) -> Decision {
        let outcome = self.try_reset(codes, PASSWORD, now);
        self.store(&outcome);
        outcome.decision()
    }
}

/// What the user has got, as the request that redeems it.
fn codes_of(way: Way, outcome: &Outcome) -> Codes {
    let code = outcome.code().expect("a code");
    match way {
        Way::EmailLink => Codes::new().with(CodeKind::EmailAuthCode, code),
        Way::ResetLink => Codes::new().with(CodeKind::PasswordResetCode, code),
        Way::OneTimeCode => one_time(outcome.lookup().expect("a request code"), code),
    }
}

fn one_time(request: &str, digits: &str) -> Codes {
    let codes = Codes::new().with(CodeKind::RequestCode, request);
    codes.with(CodeKind::VerificationCode, digits)
}

/// What `call` returned, what was hashed for it and how many MACs were made.
fn counted<R>(call: impl FnOnce() -> R) -> (R, (work::Done, usize)) {
    let (mut returned, before) = (None, MACS.get());
    let done = work::of(|| returned = Some(call()));
    (returned.expect("was called"), (done, MACS.get() - before))
}

/// Digits that are not `digits`.
fn wrong(digits: &str) -> String {
    let change = |c: char| if c == '9' { '0' } else { '9' };
    digits.chars().map(change).collect()
}

/// Links that live longer than one-time codes.
const HOURS: &str = r#"{"lifetime_s":{"email_link":3600,"reset_link":3600}}"#;

const WAYS: [(Way, Channel); 3] = [
    (Way::EmailLink, Channel::Email),
    (Way::OneTimeCode, Channel::Email),
    (Way::ResetLink, Channel::Administrator),
];

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
fn mail_is_suppressed_only_where_that_is_asked_for() {
    let mut account = Account::new("{}");
    let issued = account.request(Way::EmailLink, Channel::Email, NOW);
    let codes = codes_of(Way::EmailLink, &issued);
    let request = Request::from_json(br#"{"suppress_mail":true}"#).expect("a request");
    let record = account.record.as_deref();
    let outcome = account
        .core
        .reset(record, &account.subject, &request, &codes, PASSWORD, NOW);
    let outcome = outcome.expect("a decision");
    assert_eq!(
        outcome.effects().collect::<Vec<_>>(),
        [Effect::RevokeSessions]
    );
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
    let none = account.request(Way::EmailLink, Channel::Email, NOW + 3);
    assert_eq!(
        (none.decision(), none.shown(), none.code()),
        (Decision::Exhausted, Shown::Sent, None)
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
fn a_pause_between_codes_is_for_each_kind_and_not_for_administrators() {
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
        Decision::CodeIssued
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

const QUESTIONS: &str = r#"{"hash":{"create":{"profile":"test-only"}},"questions":{
    "pool":[{"id":"pet","text":"What was the name of your first pet?","kind":"pet"},
            {"id":"city","text":"In which city were you born?","kind":"city"},
            {"id":"day","text":"When did your parents marry?","kind":"date"},
            {"id":"book","text":"Which book did you read first?"}],
    "set_up":3,"ask":2,"required":2,"hashing":"separate"}}"#;

fn answers(pairs: &[(&str, &str)]) -> Answers {
    let mut answers = Answers::new();
    for (id, answer) in pairs {
        answers.add(id, answer.as_bytes()).expect("an answer");
    }
    answers
}

/// Answers to the questions that were asked, right or wrong.
fn answers_to(asked: &Outcome, is_right: bool) -> Answers {
    let right = |id: &str| match id {
        "pet" => "  BÁRNABY\u{a0}Rudge ",
        "city" => "ＳＶＡＬＢＡＲＤ",
        "day" => "9 March 1971",
        _ => "none",
    };
    let each = asked
        .questions()
        .map(|(id, _)| (id, if is_right { right(id) } else { "other" }));
    answers(&each.collect::<Vec<_>>())
}

fn with_questions() -> (Account, Request) {
    let config = Config::from_json(QUESTIONS.as_bytes()).expect("a configuration");
    let mut account = Account {
        core: Saltbox::new(config),
        record: None,
        subject: subject(ADA),
    };
    let hash = account.core.hash(PASSWORD).expect("a hash");
    let request = Request::default();
    let imported = account
        .core
        .admin_import(None, &account.subject, &request, &hash, NOW);
    account.store(&imported.expect("a record"));
    let request = Request::from_json(br#"{"session_subject":"u-1"}"#).expect("a request");
    (account, request)
}

const SET: [(&str, &str); 3] = [
    ("pet", "Barnaby Rudge"),
    ("city", "Svalbard"),
    ("day", "1971-03-09"),
];

#[test]
fn answers_are_set_up_asked_and_verified_within_a_session_only() {
    let (mut account, request) = with_questions();
    let (core, record) = (account.core.clone(), account.record.clone());
    let outsider = Request::from_json(br#"{"session_subject":"u-2"}"#).expect("a request");
    for request in [&Request::default(), &outsider] {
        let (record, subject) = (record.as_deref(), &account.subject);
        for outcome in [
            core.set_questions(record, subject, request, &answers(&SET), NOW),
            core.get_questions(record, subject, request, NOW),
            core.verify_questions(record, subject, request, &answers(&SET), NOW),
        ] {
            let outcome = outcome.expect("a decision");
            assert_eq!(
                (outcome.decision(), outcome.shown()),
                (Decision::OtherSession, Shown::SignInFirst)
            );
            assert_eq!(outcome.record(), None);
        }
    }
    let set = core.set_questions(
        record.as_deref(),
        &account.subject,
        &request,
        &answers(&SET),
        NOW,
    );
    let set = set.expect("a decision");
    assert_eq!(set.decision(), Decision::QuestionsSet);
    assert!(set.has(Effect::NotifyQuestionsChanged));
    account.store(&set);
    let verify = |account: &Account, request: &Request, answers: &Answers| {
        let record = account.record.as_deref();
        core.verify_questions(record, &account.subject, request, answers, NOW)
            .expect("a decision")
    };
    let early = verify(&account, &request, &answers(&SET));
    assert_eq!(early.decision(), Decision::NotAsked);

    let get = |account: &Account| {
        core.get_questions(account.record.as_deref(), &account.subject, &request, NOW)
            .expect("a decision")
    };
    let asked = get(&account);
    assert_eq!(asked.questions().count(), 2);
    account.store(&asked);
    let again = get(&account);
    assert_eq!(again.record(), None);
    assert!(
        again.questions().eq(asked.questions()),
        "the same until they are answered"
    );

    let wrong = verify(&account, &request, &answers_to(&asked, false));
    assert_eq!(
        (wrong.decision(), wrong.shown()),
        (Decision::WrongAnswers, Shown::WrongAnswers)
    );
    account.store(&wrong);
    let step_up = br#"{"session_subject":"u-1","step_up":true}"#;
    let step_up = Request::from_json(step_up).expect("a request");
    let right = verify(&account, &step_up, &answers_to(&asked, true));
    assert_eq!(right.effects().collect::<Vec<_>>(), [Effect::StepUpSession]);
    let right = verify(&account, &request, &answers_to(&asked, true));
    assert_eq!(right.effects().collect::<Vec<_>>(), [Effect::NewSession]);
    account.store(&right);
    let reused = verify(&account, &request, &answers_to(&asked, true));
    assert_eq!(reused.decision(), Decision::NotAsked);
    let record = account.record.expect("a record").to_lowercase();
    for answer in ["barnaby", "rudge", "svalbard", "1971"] {
        assert!(!record.contains(answer), "{answer}");
    }
}

#[test]
fn attempts_to_answer_end_and_cost_the_same_whatever_there_is() {
    let (mut account, request) = with_questions();
    let core = account.core.clone();
    let verify = |account: &Account, answers: &Answers, now| {
        let record = account.record.as_deref();
        let verify = || core.verify_questions(record, &account.subject, &request, answers, now);
        let (outcome, spent) = counted(verify);
        (outcome.expect("a decision"), spent)
    };
    let set = |account: &mut Account| {
        let record = account.record.as_deref();
        let set = core.set_questions(record, &account.subject, &request, &answers(&SET), NOW);
        account.store(&set.expect("a decision"));
        let record = account.record.as_deref();
        let asked = core.get_questions(record, &account.subject, &request, NOW);
        let asked = asked.expect("a decision");
        account.store(&asked);
        asked
    };
    let some = answers(&[("pet", "other"), ("city", "other")]);
    let (none, without) = verify(&account, &some, NOW);
    assert_eq!(none.decision(), Decision::NoQuestions);
    let asked = set(&mut account);
    for _ in 0..2 {
        let (wrong, spent) = verify(&account, &answers_to(&asked, false), NOW);
        assert_eq!((wrong.decision(), spent), (Decision::WrongAnswers, without));
        account.store(&wrong);
    }
    let (exhausted, spent) = verify(&account, &answers_to(&asked, true), NOW + 1);
    assert_eq!(
        (exhausted.decision(), exhausted.shown()),
        (Decision::Exhausted, Shown::WrongAnswers)
    );
    assert_eq!((exhausted.retry_after_s(), spent), (Some(3599), without));
    // Nor are there new answers, which would bring new attempts.
    let record = account.record.as_deref();
    let set = core.set_questions(record, &account.subject, &request, &answers(&SET), NOW + 2);
    let set = set.expect("a decision");
    assert_eq!(
        (set.decision(), set.retry_after_s()),
        (Decision::Exhausted, Some(3598))
    );
    let (right, _) = verify(&account, &answers_to(&asked, true), NOW + 3600);
    assert_eq!(right.decision(), Decision::AnswersRight);
    account.record = None;
    let (nobody, spent) = verify(&account, &some, NOW);
    assert_eq!(
        (nobody.decision(), nobody.shown(), spent),
        (Decision::NoAccount, Shown::WrongAnswers, without)
    );
}

#[test]
fn answers_that_break_rules_are_all_told_and_none_is_stored() {
    let (account, request) = with_questions();
    let set = |pairs: &[(&str, &str)]| {
        let (record, answers) = (account.record.as_deref(), answers(pairs));
        let subject = &account.subject;
        let outcome = account
            .core
            .set_questions(record, subject, &request, &answers, NOW);
        let outcome = outcome.expect("a decision");
        assert_eq!(outcome.decision(), Decision::AnswersRefused);
        let findings = outcome.answer_findings().expect("findings");
        let each = findings
            .violations()
            .map(|(id, rule)| format!("{id}:{}", rule.name()));
        let is_charged = outcome.record().is_some();
        (each.collect::<Vec<_>>().join(" "), is_charged)
    };
    let broken = |rules: &str| (rules.to_owned(), false);
    assert_eq!(
        set(&[
            ("pet", "Max"),
            ("city", "!?"),
            ("day", "soon"),
            ("moon", "x")
        ]),
        broken(
            ":too_many_answers city:empty_after_normalizing day:not_a_date moon:unknown_question pet:common"
        )
    );
    assert_eq!(
        set(&[
            ("pet", "ada@example.com"),
            ("city", "born city"),
            ("day", "1971-03-09")
        ]),
        broken("city:in_question pet:is_login_id")
    );
    assert_eq!(
        set(&[
            ("pet", PASSWORD),
            ("city", "Svalbard"),
            ("day", "1971-03-09")
        ]),
        // Who is told that is charged for it.
        ("pet:is_password".to_owned(), true)
    );
    let off = account.core.derive(Config::default()).expect("a core");
    let refused = off.get_questions(account.record.as_deref(), &account.subject, &request, NOW);
    assert_eq!(refused.expect_err("off").kind(), ErrorKind::Config);
}
