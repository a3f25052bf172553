//! Stories of one account. `tests/model.rs` has the random ones.

use crate::code::{Channel, CodeKind, Codes, Way};
use crate::core::{Config, Saltbox};
use crate::error::ErrorKind;
use crate::flow::Request;
use crate::hash::work;
use crate::keys::counted::MACS;
use crate::outcome::{Decision, Effect, Outcome, Shown};
use crate::policy::Subject;

mod alike;
mod codes;
mod cost;
mod passwords;
mod questions;
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
