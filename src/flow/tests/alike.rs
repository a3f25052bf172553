//! What sounds alike costs alike, flow by flow, in every state of an account.
//!
//! Not here, because nothing there sounds like a wrong secret: `sign_up` (`passwords.rs`),
//! and `update`, `get_questions` and `set_questions`, which take a session, and whoever has
//! one knows that there is an account. Nor is what costs more because it is a yes. A record that
//! cannot be read is an error, which nobody takes for a wrong code: it costs nothing, but at
//! `sign_in` and `replace` what a wrong password does.

use super::passwords::OLD;
use super::*;
use crate::flow::AdminAction;
use crate::hash::{Argon2, Kdf, Variant, Version};
use crate::question::Answers;
use serde_json::Value;

/// A core whose policy is `create`; one failure locks.
fn core_that_creates(kdf: Kdf) -> Saltbox {
    let json = br#"{"hash":{"unknown_users":{"key_id":1,"mix":[{"share":1}]}},
        "keys":{"create_key_id":1},"account":{"lock":{"attempts":1}},
        "questions":{"pool":[{"id":"pet","text":"Which?"},{"id":"city","text":"Where?"}],
            "set_up":2,"ask":2,"required":2,"hashing":"separate"}}"#;
    let mut config = Config::from_json(json).expect("a configuration");
    config.create_for_test(kdf);
    let key: Vec<u8> = (0..32).collect();
    config.add_key(1, &key).expect("a key");
    Saltbox::new(config)
}

const POLICY: Kdf = Kdf::Argon2(Argon2::fixed(Variant::Id, Version::V0x13, 256, 2, 1));
/// What strings were made by before.
const OLDER: Kdf = Kdf::Argon2(Argon2::fixed(Variant::Id, Version::V0x13, 64, 1, 1));

impl Account {
    /// Sets a member of the record, or takes it away.
    fn edit(&mut self, member: &str, value: Option<Value>) {
        let record = self.record.as_deref().expect("a record");
        let mut json: Value = serde_json::from_str(record).expect("JSON");
        let members = json.as_object_mut().expect("an object");
        match value {
            Some(value) => members.insert(member.to_owned(), value),
            None => members.remove(member),
        };
        self.record = Some(json.to_string());
    }

    fn has_status(&mut self, status: &str) {
        self.subject = subject(&ADA.replacen('{', &format!(r#"{{"status":"{status}","#), 1));
    }
}

/// How a good account comes into a state.
type State = (&'static str, fn(&mut Account));

const STATES: [State; 12] = [
    ("good", |_| {}),
    ("no account", |it| it.record = None),
    ("disabled by the host", |it| it.has_status("disabled")),
    ("invited", |it| it.has_status("invited")),
    ("expired by the host", |it| it.has_status("expired")),
    ("disabled by an administrator", |it| {
        assert!(it.admin(AdminAction::Disable).is_yes());
    }),
    ("locked by an administrator", |it| {
        assert!(it.admin(AdminAction::Lock).is_yes());
    }),
    ("locked for a time", |it| {
        assert_eq!(it.sign_in("wrong", NOW), Decision::WrongPassword);
    }),
    ("temporary, and its time is over", |it| {
        let over = serde_json::json!({"why":"temporary","until":NOW});
        it.edit("must_change", Some(over));
    }),
    ("no password", |it| it.edit("hash", None)),
    (UNREADABLE_STRING, |it| {
        it.edit("hash", Some("$2y$10$unknown".into()));
    }),
    (UNREADABLE_RECORD, |it| {
        it.record.as_mut().expect("a record").truncate(40);
    }),
];

const UNREADABLE_STRING: &str = "a string that cannot be read";
const UNREADABLE_RECORD: &str = "a record cut short";

/// Every state of an account, once with strings of the policy and once with older ones, which
/// cost less. `before` happens while it is good.
fn accounts<T>(
    mut before: impl FnMut(&mut Account) -> T,
) -> impl Iterator<Item = (String, Account, T)> {
    let all = [("policy", POLICY), ("older policy", OLDER)]
        .into_iter()
        .flat_map(|made_by| STATES.map(|state| (made_by, state)));
    all.map(move |((strings, made_by), (name, begin))| {
        let mut account = Account {
            core: core_that_creates(made_by),
            record: None,
            subject: subject(ADA),
        };
        let hash = account.core.hash(OLD).expect("a string");
        let (of, request) = (&account.subject, Request::default());
        let made = account.core.admin_import(None, of, &request, &hash, NOW);
        account.store(&made.expect("a record"));
        let prepared = before(&mut account);
        account.core = core_that_creates(POLICY);
        begin(&mut account);
        (
            format!("{name}, strings of the {strings}"),
            account,
            prepared,
        )
    })
}

/// What each call of one flow cost.
struct Costs {
    flow: &'static str,
    /// What a client is shown.
    alike: Shown,
    first: Option<(work::Done, usize)>,
    /// How many were shown that.
    compared: usize,
    failed: usize,
}

impl Costs {
    const fn of(flow: &'static str, alike: Shown) -> Self {
        Self {
            flow,
            alike,
            first: None,
            compared: 0,
            failed: 0,
        }
    }

    /// Makes one call. An error costs the same only where `are_errors_alike`, and else nothing.
    fn call(
        &mut self,
        name: &str,
        are_errors_alike: bool,
        call: impl FnOnce() -> Result<Outcome, crate::error::Error>,
    ) {
        let (result, spent) = counted(call);
        let flow = self.flow;
        match result {
            Err(error) => {
                assert!(name.contains(UNREADABLE_STRING) || name.contains(UNREADABLE_RECORD));
                self.failed += 1;
                if !are_errors_alike {
                    let nothing = (work::Done::default(), 0);
                    assert_eq!(spent, nothing, "{flow}, {name}: {error}");
                    return;
                }
            }
            Ok(outcome) if outcome.shown() == self.alike => self.compared += 1,
            // Who is told this has the right secret.
            Ok(outcome) => {
                let is_right = outcome.is_yes() || outcome.shown() == Shown::MustChange;
                return assert!(is_right, "{flow}, {name}: {:?}", outcome.decision());
            }
        }
        let first = *self.first.get_or_insert(spent);
        assert_eq!(spent, first, "{flow}, {name}");
    }

    /// How many calls sounded alike, and how many failed.
    #[track_caller]
    fn were(&self, compared: usize, failed: usize) {
        let counts = (self.compared, self.failed);
        assert_eq!(counts, (compared, failed), "{}", self.flow);
        assert_ne!(self.first.expect("a call"), Default::default());
    }
}

#[test]
fn passwords_that_sign_nobody_in_cost_alike() {
    let overlong = "a".repeat(5000);
    let mut sign_in = Costs::of("sign_in", Shown::WrongPassword);
    let mut replace = Costs::of("replace", Shown::WrongPassword);
    for (name, account, ()) in accounts(|_| ()) {
        let (core, record, subject) = (&account.core, account.record.as_deref(), &account.subject);
        let request = Request::default();
        for (number, password) in [OLD, "wrong", &overlong].into_iter().enumerate() {
            let name = format!("{name}, password {number}");
            sign_in.call(&name, true, || {
                core.sign_in(record, subject, &request, password, NOW)
            });
            for new in [PASSWORD, "short", &overlong] {
                // With the right old one, the policy says what is wrong with the new one.
                if number > 0 || new == PASSWORD {
                    replace.call(&name, true, || {
                        core.replace(record, subject, &request, password, new, NOW)
                    });
                }
            }
        }
    }
    // Of 72 right with 2 x 2 that are, and a record and a string that are refused.
    sign_in.were(56, 12);
    replace.were(136, 28);
}

#[test]
fn requests_for_a_code_cost_alike() {
    for (way, channel) in WAYS {
        let mut reset = Costs::of("request_reset", Shown::Sent);
        let mut verification = Costs::of("request_verification", Shown::Sent);
        for (name, mut account, ()) in accounts(|_| ()) {
            // The second is too soon.
            for at in [NOW, NOW + 1] {
                let core = account.core.clone();
                let (record, subject) = (account.record.clone(), account.subject.clone());
                let (record, request) = (record.as_deref(), Request::default());
                let mut issued = None;
                reset.call(&name, false, || {
                    let call = core.request_reset(record, &subject, &request, way, channel, at);
                    issued = call
                        .as_ref()
                        .ok()
                        .and_then(|it| it.record().map(str::to_owned));
                    call
                });
                if way != Way::ResetLink {
                    verification.call(&name, false, || {
                        core.request_verification(record, &subject, &request, way, channel, at)
                    });
                }
                account.record = issued.or(account.record);
            }
        }
        reset.were(44, 4);
        if way != Way::ResetLink {
            verification.were(44, 4);
        }
    }
}

#[test]
fn codes_that_reset_nothing_cost_alike() {
    let overlong = "a".repeat(5000);
    for (way, channel) in WAYS {
        let mut reset = Costs::of("reset", Shown::InvalidCode);
        let issue = |account: &mut Account| account.request(way, channel, NOW);
        for (name, account, issued) in accounts(issue) {
            let (core, record, subject) =
                (&account.core, account.record.as_deref(), &account.subject);
            for (number, codes) in presented(way, &issued).iter().enumerate() {
                for new in [PASSWORD, "short", &overlong] {
                    // With the right code, the policy says what is wrong with the new one.
                    if number > 0 || new == PASSWORD {
                        let name = format!("{name}, code {number}");
                        reset.call(&name, false, || {
                            core.reset(record, subject, &Request::default(), codes, new, NOW)
                        });
                    }
                }
            }
        }
        reset.were(140, 14);
    }
}

#[test]
fn codes_that_verify_no_address_cost_alike() {
    for (way, channel) in [
        (Way::EmailLink, Channel::Email),
        (Way::OneTimeCode, Channel::Email),
    ] {
        let mut verify = Costs::of("verify_address", Shown::InvalidCode);
        let issue = |account: &mut Account| {
            let (record, request) = (account.record.clone(), Request::default());
            let (core, of) = (&account.core, &account.subject);
            let issued =
                core.request_verification(record.as_deref(), of, &request, way, channel, NOW);
            let issued = issued.expect("a decision");
            account.store(&issued);
            issued
        };
        for (name, account, issued) in accounts(issue) {
            let (core, record, subject) =
                (&account.core, account.record.as_deref(), &account.subject);
            for (number, codes) in presented(way, &issued).iter().enumerate() {
                let name = format!("{name}, code {number}");
                verify.call(&name, false, || {
                    core.verify_address(record, subject, &Request::default(), codes, NOW)
                });
            }
        }
        verify.were(52, 6);
    }
}

/// The code that was issued, one that is wrong, and one that nobody has issued.
fn presented(way: Way, issued: &Outcome) -> [Codes; 3] {
    let code = issued.code().expect("a code");
    let lookup = issued.lookup().expect("a key");
    let nothing = "x".repeat(24);
    let (kind, wrong) = match way {
        Way::OneTimeCode => {
            let wrong = wrong(code);
            let unknown = one_time(&nothing, code);
            return [one_time(lookup, code), one_time(lookup, &wrong), unknown];
        }
        Way::EmailLink => (CodeKind::EmailAuthCode, "A".repeat(32)),
        Way::ResetLink => (CodeKind::PasswordResetCode, "A".repeat(32)),
    };
    let whole = |lookup: &str| Codes::new().with(kind, format!("{lookup}.{wrong}"));
    [codes_of(way, issued), whole(lookup), whole(&nothing)]
}

#[test]
fn answers_that_are_not_right_cost_alike() {
    let request = Request::from_json(br#"{"session_subject":"u-1","auth_age_s":1}"#);
    let request = request.expect("a request");
    let overlong = "a".repeat(5000);
    let given: [&[(&str, &str)]; 6] = [
        &[("pet", "Barnaby Rudge"), ("city", "Svalbard")],
        &[("pet", "Barnaby Rudge"), ("city", "other")],
        &[("pet", "Barnaby Rudge")],
        &[("pet", &overlong), ("city", "!?")],
        &[
            ("moon", "x"),
            ("pet", "Barnaby Rudge"),
            ("city", "Svalbard"),
        ],
        &[],
    ];
    let answers = |pairs: &[(&str, &str)]| {
        let mut answers = Answers::new();
        for (id, answer) in pairs {
            answers.add(id, answer.as_bytes()).expect("an answer");
        }
        answers
    };
    let mut verify = Costs::of("verify_questions", Shown::WrongAnswers);
    for prepared in ["none set up", "none asked", "asked", "used up"] {
        let before = |account: &mut Account| {
            let (core, of) = (account.core.clone(), account.subject.clone());
            let set_up = |account: &mut Account| {
                let record = account.record.as_deref();
                let set = core.set_questions(record, &of, &request, &answers(given[0]), NOW);
                account.store(&set.expect("a decision"));
            };
            if prepared != "none set up" {
                set_up(account);
            }
            if prepared == "used up" {
                set_up(account);
                set_up(account);
            }
            if prepared == "asked" || prepared == "used up" {
                let asked = core.get_questions(account.record.as_deref(), &of, &request, NOW);
                account.store(&asked.expect("a decision"));
            }
        };
        for (name, account, ()) in accounts(before) {
            let (core, record, subject) =
                (&account.core, account.record.as_deref(), &account.subject);
            for (number, pairs) in given.iter().enumerate() {
                let (name, answers) = (format!("{name}, {prepared}, {number}"), answers(pairs));
                verify.call(&name, false, || {
                    core.verify_questions(record, subject, &request, &answers, NOW)
                });
            }
        }
    }
    verify.were(514, 48);
}
