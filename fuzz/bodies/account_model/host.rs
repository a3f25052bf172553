//! The host, with the one text that it stores, and its calls.

use super::codes::{Presented, Purpose, Sent};
use super::held::Guesses;
use super::operation::{Choices, Operation};
use super::passwords::{Session, text};
use super::settings::{SETTINGS, Settings, cores};
use super::user::{ID, ROUTES, User};
use super::{BEGIN, Call, Expected, Model};
use saltbox::{CodeKind, Codes, Decision, Outcome, Request, Saltbox, Subject, Way};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::OnceLock;

pub(super) struct Host {
    /// The old release, and the new one.
    cores: [&'static Saltbox; 2],
    pub(super) settings: [Settings; 2],
    /// Whether passwords come more often than codes.
    pub(super) mostly_passwords: bool,
    record: String,
    pub(super) user: User,
    subjects: HashMap<User, Subject>,
    pub(super) now: u64,
    /// What the last who had to wait was told.
    pub(super) wait: Option<u64>,
    /// For the two purposes of codes, and of passwords.
    pub(super) guesses: [Guesses; 3],
    pub(super) model: Model,
    pub(super) sent: Vec<Sent>,
    /// The password that was set last, by who won a swap.
    pub(super) set: Option<usize>,
    /// The largest number of a password.
    pub(super) newest: usize,
    story: String,
    /// What was decided, and how often.
    pub(super) decided: HashMap<Decision, u64>,
}

/// What a caller decided on a record that it read, and may or may not store.
pub(super) struct Decided {
    pub(super) operation: Operation,
    pub(super) outcome: Outcome,
    expected: Expected,
    pub(super) on: String,
    pub(super) settings: Settings,
}

impl Host {
    pub(super) fn new(choices: &mut Choices<'_>) -> Self {
        let mut choose = |end| choices.below(end).unwrap_or_default();
        let nodes = [choose(SETTINGS.len()), choose(SETTINGS.len())];
        let (begins, mostly_passwords) = (choose(4), choose(2) == 1);
        let core = &cores()[nodes[0]];
        let mut host = Self {
            cores: nodes.map(|which| &cores()[which]),
            settings: nodes.map(|which| SETTINGS[which]),
            mostly_passwords,
            record: String::new(),
            user: User::FIRST,
            subjects: HashMap::new(),
            now: BEGIN,
            wait: None,
            guesses: Default::default(),
            model: Model::default(),
            sent: Vec::new(),
            set: None,
            newest: 0,
            story: format!("settings {nodes:?}"),
            decided: HashMap::new(),
        };
        let (subject, request) = (host.user.subject(), Request::default());
        let made = if begins == 0 {
            core.admin_import(None, &subject, &request, None, BEGIN)
        } else {
            let call = Call {
                settings: &host.settings[0],
                user: host.user,
                now: BEGIN,
            };
            host.model.account.set(&call, 0);
            host.set = Some(0);
            core.sign_up(None, &subject, &request, text(0), BEGIN)
        };
        let made = made.expect("a record");
        host.record = made.record().expect("is new").to_owned();
        host.decided.insert(made.decision(), 1);
        host
    }

    pub(super) fn hold(&self, holds: bool, what: &str) {
        assert!(holds, "{what}\n{}\n{}", self.story, self.record.len());
    }

    /// Decides on what is stored now, at one of the two nodes, and holds that to the model.
    pub(super) fn decide(&mut self, node: usize, operation: Operation) -> Decided {
        let _ = write!(self.story, "\n{} at {node} {operation:?}", self.now);
        let (core, settings, on) = (self.cores[node], self.settings[node], self.record.clone());
        let user = self.user;
        let subjects = &mut self.subjects;
        let subject = subjects.entry(user).or_insert_with(|| user.subject());
        let call = Call {
            settings: &settings,
            user,
            now: self.now,
        };
        self.newest = self.newest.max(operation.sets().unwrap_or_default());
        let (record, now, model) = (on.as_str(), self.now, &self.model);
        let any = Request::default();
        let (outcome, expected) = match operation {
            Operation::Issue(purpose, route) => {
                let (way, channel, _, lifetime) = ROUTES[route];
                let issue = match purpose {
                    Purpose::Reset => Saltbox::request_reset,
                    Purpose::Verify => Saltbox::request_verification,
                };
                let outcome = issue(core, record, subject, &any, way, channel, now);
                let outcome = outcome.expect("a decision");
                let new = Sent {
                    purpose,
                    way,
                    channel,
                    issued: now,
                    lifetime,
                    address: user.by(channel),
                    passwords: model.account.changes,
                    lookup: outcome.lookup().expect("always one").to_owned(),
                    code: outcome.code().unwrap_or_default().to_owned(),
                    ends_older: settings.codes.newer_ends_older,
                    accepted: false,
                };
                let expected = model.issue(&call, &self.sent, &new);
                if outcome.code().is_some() {
                    self.sent.push(new);
                }
                (Ok(outcome), expected)
            }
            Operation::Redeem(presented) => {
                let codes = codes(&presented, presented.number.map(|n| &self.sent[n]));
                let outcome = match presented.purpose {
                    Purpose::Reset => {
                        let password = text(presented.password);
                        core.reset(record, subject, &any, &codes, password, now)
                    }
                    Purpose::Verify => core.verify_address(record, subject, &any, &codes, now),
                };
                (outcome, model.redeem(&call, &self.sent, &presented))
            }
            Operation::SignIn { password, step_up } => {
                let request = step_up.map_or(any, |session| request(session, None, true));
                let outcome = core.sign_in(record, subject, &request, text(password), now);
                (outcome, model.sign_in(&call, password, step_up))
            }
            Operation::Replace { old, new } => {
                let outcome = core.replace(record, subject, &any, text(old), text(new), now);
                (outcome, model.replace(&call, old, new))
            }
            Operation::Update { session, age, new } => {
                let request = request(session, age, false);
                let outcome = core.update(record, subject, &request, text(new), now);
                (outcome, model.update(&call, session, age, new))
            }
            Operation::Admin(action) => {
                let outcome = core.admin(record, subject, &any, action, now);
                (outcome, model.admin(action))
            }
            Operation::AdminSet { new, is_temporary } => {
                let password = text(new);
                let outcome =
                    core.admin_set_password(record, subject, &any, password, is_temporary, now);
                (outcome, model.admin_set(&call, new, is_temporary))
            }
            Operation::Import => {
                static HASH: OnceLock<String> = OnceLock::new();
                let hash = HASH.get_or_init(|| core.hash(text(0)).expect("a hash"));
                let outcome = core.admin_import(record, subject, &any, hash, now);
                (outcome, model.import(&call, 0))
            }
            Operation::SignUp(new) => {
                let outcome = core.sign_up(record, subject, &any, text(new), now);
                (outcome, model.sign_up(new))
            }
        };
        let decided = Decided {
            operation,
            outcome: outcome.expect("a decision"),
            expected,
            on,
            settings,
        };
        self.hold_to_model(&decided);
        decided
    }

    fn hold_to_model(&mut self, decided: &Decided) {
        let (outcome, expected) = (&decided.outcome, &decided.expected);
        let (decision, wait) = (outcome.decision(), outcome.retry_after_s());
        *self.decided.entry(decision).or_default() += 1;
        self.wait = wait.or(self.wait);
        let _ = write!(self.story, " {decision:?}, {:?}", expected.decision);
        let _ = write!(self.story, " {wait:?}, {:?}", expected.wait);
        self.hold(
            decision == expected.decision,
            "another decision than the model's",
        );
        self.hold(wait == expected.wait, "another wait than the model's");
        let (is_stored, is_to_be) = (outcome.record().is_some(), expected.stored.is_some());
        self.hold(
            is_stored == is_to_be,
            "a record where the model has none, or none where it has one",
        );
        self.hold_decided(decided);
    }

    /// Swaps what was decided for what it was decided on. Whether it is in force.
    pub(super) fn swap(&mut self, decided: &Decided) -> bool {
        let record = decided.outcome.record();
        // Without one, too: a sign-in that changes nothing is told where nothing has changed.
        let is_compared = record.is_some() || decided.outcome.decision() == Decision::SignedIn;
        if is_compared && self.record != decided.on {
            self.story.push_str("\nlost");
            return false;
        }
        if let Some(record) = record {
            record.clone_into(&mut self.record);
        }
        if let Some(after) = &decided.expected.stored {
            self.model.clone_from(after);
        }
        self.hold_passwords(decided);
        self.hold_codes(decided);
        true
    }

    pub(super) fn set_clock(&mut self, now: u64) {
        let forward = now.saturating_sub(self.now);
        for guesses in &mut self.guesses {
            guesses.forward += forward;
        }
        self.now = now;
    }
}

fn request(session: Session, age: Option<u64>, step_up: bool) -> Request {
    let mut json = format!(r#"{{"step_up":{step_up}"#);
    let subject = match session {
        Session::Own => Some(ID),
        Session::Others => Some("u-2"),
        Session::None => None,
    };
    if let Some(subject) = subject {
        let _ = write!(json, r#","session_subject":"{subject}""#);
    }
    if let Some(age) = age {
        let _ = write!(json, r#","auth_age_s":{age}"#);
    }
    json.push('}');
    Request::from_json(json.as_bytes()).expect("a request")
}

fn codes(presented: &Presented, sent: Option<&Sent>) -> Codes {
    const NEVER_MADE: &str = "AAAAAAAAAAAAAAAAAAAAAAAA";
    let lookup = sent.map_or(NEVER_MADE, |sent| &sent.lookup);
    let is_link = |way| way != Way::OneTimeCode;
    let own = sent.filter(|sent| is_link(sent.way) == is_link(presented.way));
    let mut code = match own {
        Some(sent) => sent.code.clone(),
        None if is_link(presented.way) => format!("{lookup}.{}", "v".repeat(32)),
        None => "12345678".to_owned(),
    };
    if !presented.as_sent {
        let last = code.pop();
        code.push(if last == Some('0') { '1' } else { '0' });
    }
    match presented.way {
        Way::EmailLink => Codes::new().with(CodeKind::EmailAuthCode, code),
        Way::ResetLink => Codes::new().with(CodeKind::PasswordResetCode, code),
        _ => {
            let codes = Codes::new().with(CodeKind::RequestCode, lookup);
            codes.with(CodeKind::VerificationCode, code)
        }
    }
}
