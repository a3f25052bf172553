//! A thousand callers at once, over a store that has nothing but a
//! compare-and-swap: a code is accepted once, and of guesses no more are told
//! what came of them than the budget has, however many were compared.
//! `races/passwords.rs` has 64 callers of all kinds, at nodes of two releases.

#[path = "races/passwords.rs"]
mod passwords;
#[path = "races/store.rs"]
mod store;
mod support;

use crate::store::Store;
use saltbox::{
    Channel, CodeKind, Codes, Config, Decision, ErrorKind, Outcome, Request, Saltbox, Subject, Way,
};
use std::collections::HashMap;
use std::sync::{Barrier, Mutex};
use std::thread;

const CALLERS: usize = 1000;
const NOW: u64 = 1_800_000_000;
const ATTEMPTS: usize = 5;
const PASSWORD: &str = "a password that is new";

struct Host {
    core: Saltbox,
    subject: Subject,
    store: Store<()>,
}

impl Host {
    fn new() -> Self {
        let json = format!(
            r#"{{"hash":{{"create":{{"profile":"test-only"}},"max_running":4,"queue_len":1000}},
            "keys":{{"create_key_id":1}},"codes":{{"attempts":{ATTEMPTS}}}}}"#
        );
        let mut config = Config::from_json(json.as_bytes()).expect("a configuration");
        let key: Vec<u8> = (0..32).collect();
        config.add_key(1, &key).expect("a key");
        let core = Saltbox::new(config);
        let json = br#"{"id":"u-1","realm":"r","email":"ada@example.com","email_verified":true}"#;
        let subject = Subject::from_json(json).expect("a subject");
        let made = core.admin_import(None, &subject, &Request::default(), None, NOW);
        let record = made.expect("a record").record().expect("is new").to_owned();
        Self {
            core,
            subject,
            store: Store::new(record),
        }
    }

    fn issue(&self, way: Way) -> Outcome {
        let record = self.store.read();
        let outcome = self.core.request_reset(
            &*record,
            &self.subject,
            &Request::default(),
            way,
            Channel::Email,
            NOW,
        );
        let outcome = outcome.expect("a code");
        assert!(outcome.record().is_some());
        assert!(self.store.swap(&record, outcome.record(), ()));
        outcome
    }

    /// What one caller is told, who read the record before anybody stored another.
    fn ask(&self, mut record: String, codes: &Codes, password: &str) -> Decision {
        loop {
            let request = Request::default();
            let outcome =
                self.core
                    .reset(&*record, &self.subject, &request, codes, password, NOW + 1);
            match outcome {
                Ok(outcome) => match outcome.record() {
                    Some(new) if !self.store.swap(&record, Some(new), ()) => {}
                    _ => return outcome.decision(),
                },
                Err(error) => assert_eq!(error.kind(), ErrorKind::Busy),
            }
            record = self.store.read();
        }
    }

    /// What the callers are told, and how many of them.
    fn ask_at_once<'c>(
        &self,
        codes: impl Fn(usize) -> (&'c Codes, &'static str) + Sync,
    ) -> HashMap<Decision, usize> {
        let (barrier, told) = (Barrier::new(CALLERS), Mutex::new(HashMap::new()));
        thread::scope(|scope| {
            for number in 0..CALLERS {
                let (barrier, told, codes) = (&barrier, &told, &codes);
                let caller = move || {
                    let record = self.store.read();
                    barrier.wait();
                    let (codes, password) = codes(number);
                    let decision = self.ask(record, codes, password);
                    *told.lock().expect("no panic").entry(decision).or_default() += 1;
                };
                let small = thread::Builder::new().stack_size(256 << 10);
                small.spawn_scoped(scope, caller).expect("a thread");
            }
        });
        told.into_inner().expect("no panic")
    }
}

fn codes(way: Way, issued: &Outcome, change: impl Fn(&str) -> String) -> Codes {
    let code = change(issued.code().expect("a code"));
    match way {
        Way::OneTimeCode => {
            let lookup = issued.lookup().expect("a key");
            let codes = Codes::new().with(CodeKind::RequestCode, lookup);
            codes.with(CodeKind::VerificationCode, code)
        }
        _ => Codes::new().with(CodeKind::EmailAuthCode, code),
    }
}

fn right(code: &str) -> String {
    code.to_owned()
}

fn wrong(code: &str) -> String {
    let (rest, last) = code.split_at(code.len() - 1);
    format!("{rest}{}", if last == "0" { "1" } else { "0" })
}

const WAYS: [Way; 2] = [Way::EmailLink, Way::OneTimeCode];

#[test]
fn of_a_thousand_callers_with_the_right_code_one_is_accepted() {
    for way in WAYS {
        let host = Host::new();
        let codes = codes(way, &host.issue(way), right);
        let told = host.ask_at_once(|_| (&codes, PASSWORD));
        let expected = [
            (Decision::PasswordReset, 1),
            (Decision::SpentCode, CALLERS - 1),
        ];
        assert_eq!(told, HashMap::from(expected), "{way:?}");
    }
}

#[test]
fn of_a_thousand_wrong_guesses_as_many_are_told_as_the_budget_has() {
    for way in WAYS {
        let host = Host::new();
        let codes = codes(way, &host.issue(way), wrong);
        let told = host.ask_at_once(|_| (&codes, PASSWORD));
        let expected = [
            (Decision::WrongCode, ATTEMPTS),
            (Decision::Exhausted, CALLERS - ATTEMPTS),
        ];
        assert_eq!(told, HashMap::from(expected), "{way:?}");
    }
}

/// One of the guesses is right, and its password is not one that the policy
/// takes, so that nothing of the account changes: of digits it is told so only in its turn.
/// Nobody guesses a link, so there the right one is right.
#[test]
fn the_right_one_of_a_thousand_guesses_is_told_nothing_when_the_attempts_are_used_up() {
    for way in WAYS {
        let host = Host::new();
        let issued = host.issue(way);
        let (lucky, others) = (codes(way, &issued, right), codes(way, &issued, wrong));
        let before = host.store.read();
        let told = host.ask_at_once(|number| match number {
            500 => (&lucky, "short"),
            _ => (&others, PASSWORD),
        });
        let of = |decision| told.get(&decision).copied().unwrap_or_default();
        assert_eq!(of(Decision::WrongCode), ATTEMPTS, "{way:?}");
        let rest = of(Decision::Exhausted) + of(Decision::PasswordRefused);
        assert_eq!(rest, CALLERS - ATTEMPTS, "{way:?}");
        // The last of all to swap, which read when no attempt had been used.
        let late = host.ask(before, &lucky, "short");
        let expected = match way {
            Way::OneTimeCode => Decision::Exhausted,
            _ => Decision::PasswordRefused,
        };
        assert_eq!(late, expected, "{way:?}");
    }
}
