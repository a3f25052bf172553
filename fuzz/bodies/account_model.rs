//! One account through any sequence of requests, by any clock, with callers
//! that race and callers that die, next to a model that is written from the
//! documentation only: every decision is the model's.
//!
//! Beside the model, what has to hold whatever a model says: no code is
//! accepted twice, late, under another address or after another password; no
//! window has more wrong attempts than the settings say, and no row more than
//! 100; and nothing is said of a code's being right or wrong without a record
//! to store, because a caller that may speak without having won the swap could
//! let a thousand guesses be compared at once.
//!
//! The input: a byte that chooses the settings, then operations.

use saltbox::{
    Channel, CodeKind, Codes, Config, Decision, Outcome, Request, Saltbox, Subject, Way,
};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::OnceLock;

const BEGIN: u64 = 1_800_000_000;
const YEAR: u64 = 31_536_000;

/// Seconds by which clocks may differ, and for which what has expired is kept.
const SKEW_S: u64 = 60;
const KEPT_S: u64 = 86_400;

/// Tickets that a record has at most, and failures in a row that are the end.
const MOST_TICKETS: usize = 8;
const MOST_IN_A_ROW: u32 = 100;

/// One that is good and, with a number behind it, new each time; and one that is not.
const PASSWORDS: [&str; 2] = ["a password that is new", "short"];

/// What goes together, and how long such a code lives.
const ROUTES: [(Way, Channel, &str, u64); 6] = [
    (Way::EmailLink, Channel::Email, "email_link", 600),
    (Way::ResetLink, Channel::Administrator, "reset_link", 900),
    (Way::OneTimeCode, Channel::Email, "email_code", 300),
    (Way::OneTimeCode, Channel::Text, "text_code", 120),
    (Way::OneTimeCode, Channel::Voice, "voice_code", 60),
    (Way::OneTimeCode, Channel::Postal, "postal_code", 172_800),
];

/// How often a route comes: hashing digits is what takes time.
const ROUTES_BY_WEIGHT: [usize; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 5];

#[derive(Clone, Copy)]
struct Settings {
    attempts: usize,
    window_s: u64,
    live: usize,
    newer_ends_older: bool,
    reissue_after_s: u64,
}

const fn settings(attempts: usize, window_s: u64, live: usize, ends: bool, pause: u64) -> Settings {
    Settings {
        attempts,
        window_s,
        live,
        newer_ends_older: ends,
        reissue_after_s: pause,
    }
}

const SETTINGS: [Settings; 8] = [
    settings(5, 3600, 3, true, 60),
    settings(3, 600, 2, false, 0),
    settings(1, 60, 1, true, 0),
    settings(2, 60, 4, false, 0),
    settings(10, 600, 4, false, 60),
    settings(3, 86_400, 1, false, 0),
    settings(10, 60, 3, true, 0),
    settings(4, 2_592_000, 4, false, 3600),
];

fn cores() -> &'static [Saltbox] {
    static CORES: OnceLock<Vec<Saltbox>> = OnceLock::new();
    CORES.get_or_init(|| {
        let lifetimes = ROUTES.map(|(_, _, key, seconds)| format!(r#""{key}":{seconds}"#));
        let core = |s: &Settings| {
            let json = format!(
                r#"{{"hash":{{"create":{{"profile":"test-only"}}}},"keys":{{"create_key_id":1}},
                "policy":{{"min_length":8}},"codes":{{"lifetime_s":{{{}}},"attempts":{},"window_s":{},
                "live":{},"newer_ends_older":{},"reissue_after_s":{}}}}}"#,
                lifetimes.join(","),
                s.attempts,
                s.window_s,
                s.live,
                s.newer_ends_older,
                s.reissue_after_s
            );
            let mut config = Config::from_json(json.as_bytes()).expect("a configuration");
            let key: Vec<u8> = (0..32).collect();
            config.add_key(1, &key).expect("a key");
            Saltbox::new(config)
        };
        SETTINGS.iter().map(core).collect()
    })
}

/// What the host stores of the user, and changes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Addresses {
    email: Option<&'static str>,
    phone: Option<&'static str>,
    are_verified: bool,
}

const EMAILS: [Option<&str>; 4] = [
    Some("ada@example.com"),
    Some("ADA@Example.com"),
    Some("eve@example.com"),
    None,
];
const PHONES: [Option<&str>; 3] = [Some("+1"), Some("+2"), None];

impl Addresses {
    fn subject(self) -> Subject {
        let mut json = r#"{"id":"u-1","realm":"r""#.to_owned();
        for (key, address) in [("email", self.email), ("phone", self.phone)] {
            if let Some(address) = address {
                let _ = write!(json, r#","{key}":"{address}""#);
            }
            let _ = write!(json, r#","{key}_verified":{}"#, self.are_verified);
        }
        json.push('}');
        Subject::from_json(json.as_bytes()).expect("a subject")
    }

    /// Where codes by `channel` go, in the one spelling; `None` where only the host knows.
    fn by(self, channel: Channel) -> Option<String> {
        let address = match channel {
            Channel::Email => self.email,
            Channel::Text | Channel::Voice => self.phone,
            _ => return None,
        };
        Some(address.unwrap_or_default().to_ascii_lowercase())
    }
}

/// What a code is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Purpose {
    Reset,
    Verify,
}

/// A code that was made, whether or not its record was ever stored.
struct Sent {
    purpose: Purpose,
    way: Way,
    channel: Channel,
    issued: u64,
    lifetime: u64,
    address: Option<String>,
    /// How often the password had been changed.
    passwords: u32,
    lookup: String,
    code: String,
    accepted: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Live,
    Spent,
    Superseded,
}

/// Wrong attempts: those of the window that is open, and those in a row.
#[derive(Clone, Default, PartialEq, Eq)]
struct Wrong {
    window: Vec<u64>,
    row: u32,
}

impl Wrong {
    /// The same as seen at `now`.
    fn at(&self, s: &Settings, now: u64) -> Self {
        let mut seen = self.clone();
        match seen.window.first_mut() {
            Some(first) if *first > now + s.window_s => *first = now,
            Some(first) if *first > now => {}
            Some(first) if now >= *first + s.window_s => seen.window.clear(),
            _ => {}
        }
        seen
    }

    /// Seconds until there is an attempt, where there is none.
    fn wait(&self, s: &Settings, now: u64) -> Option<Option<u64>> {
        if self.row >= MOST_IN_A_ROW {
            return Some(None);
        }
        let is_used_up = self.window.len() >= s.attempts;
        is_used_up.then(|| Some(self.window[0] + s.window_s - now))
    }
}

/// The model of what is stored.
#[derive(Clone, Default)]
struct Model {
    /// Numbers of codes, in the order of issuing.
    kept: Vec<(usize, Fate)>,
    wrong: [Wrong; 2],
    passwords: u32,
}

/// What the model says.
struct Expected {
    decision: Decision,
    wait: Option<u64>,
    /// The state after, where a record is to be stored.
    stored: Option<Model>,
}

fn say(decision: Decision, stored: Option<Model>) -> Expected {
    Expected {
        decision,
        wait: None,
        stored,
    }
}

/// A code as it comes back.
#[derive(Clone, Copy, Debug)]
struct Presented {
    /// Of all that were made; `None` for one that was not.
    number: Option<usize>,
    way: Way,
    /// As it was sent, or with one character changed.
    as_sent: bool,
    purpose: Purpose,
    password: usize,
}

#[derive(Clone, Copy, Debug)]
enum Operation {
    Issue(Purpose, usize),
    Redeem(Presented),
    /// An administrator's.
    SetPassword,
}

impl Model {
    fn issue(&self, s: &Settings, host: Addresses, sent: &[Sent], new: &Sent) -> Expected {
        let now = new.issued;
        match host.by(new.channel) {
            Some(address) if address.is_empty() => return say(Decision::NoAddress, None),
            Some(_) if new.purpose == Purpose::Reset && !host.are_verified => {
                return say(Decision::AddressUnverified, None);
            }
            _ => {}
        }
        let (mut after, place) = (self.clone(), new.purpose as usize);
        let by_administrator = new.channel == Channel::Administrator;
        after.wrong[place] = if by_administrator {
            Wrong::default()
        } else {
            self.wrong[place].at(s, now)
        };
        let seen = (after.wrong != self.wrong).then(|| after.clone());
        let used_up = after.wrong[place].wait(s, now);
        if let Some(wait) = used_up.filter(|_| new.way == Way::OneTimeCode) {
            let expected = say(Decision::Exhausted, seen);
            return Expected { wait, ..expected };
        }
        let unused = self.kept.iter().filter(|(_, fate)| *fate != Fate::Spent);
        let alike = unused.map(|(number, _)| &sent[*number]);
        let alike = alike.filter(|old| {
            old.purpose == new.purpose
                && old.channel != Channel::Administrator
                && !by_administrator
                && old.issued <= now + SKEW_S
        });
        let pauses = alike.map(|old| (old.issued.min(now) + s.reissue_after_s).saturating_sub(now));
        if let Some(wait @ 1..) = pauses.max() {
            let expected = say(Decision::TooSoon, seen);
            let wait = Some(wait);
            return Expected { wait, ..expected };
        }
        for (number, fate) in &mut after.kept {
            let old = &sent[*number];
            let may_end = by_administrator || old.channel != Channel::Administrator;
            let is_older = s.newer_ends_older && old.purpose == new.purpose && may_end;
            if is_older && *fate == Fate::Live {
                *fate = Fate::Superseded;
            }
        }
        let is_kept = |sent: &Sent| now < sent.issued + sent.lifetime + KEPT_S;
        after.kept.retain(|(number, _)| is_kept(&sent[*number]));
        if after.kept.len() == MOST_TICKETS {
            let mut fates = after.kept.iter();
            let ended = fates.position(|(_, fate)| *fate != Fate::Live);
            after.kept.remove(ended.unwrap_or(0));
        }
        after.kept.push((sent.len(), Fate::Live));
        let live = after.kept.iter_mut().rev();
        let is_in_time = |number: usize| {
            let code = sent.get(number).unwrap_or(new);
            now < code.issued + code.lifetime
        };
        let is_counted = |number: usize| {
            let code = sent.get(number).unwrap_or(new);
            code.purpose == new.purpose && code.channel != Channel::Administrator
        };
        let live = live.filter(|(number, fate)| {
            *fate == Fate::Live && is_in_time(*number) && is_counted(*number)
        });
        live.skip(s.live)
            .for_each(|(_, fate)| *fate = Fate::Superseded);
        say(Decision::CodeIssued, Some(after))
    }

    fn redeem(
        &self,
        s: &Settings,
        host: Addresses,
        sent: &[Sent],
        presented: &Presented,
        now: u64,
    ) -> Expected {
        let place = self
            .kept
            .iter()
            .position(|(n, _)| Some(*n) == presented.number);
        let Some(place) = place else {
            return say(Decision::UnknownCode, None);
        };
        let (number, fate) = self.kept[place];
        let code = &sent[number];
        let mut after = self.clone();
        let wrong = &mut after.wrong[code.purpose as usize];
        *wrong = wrong.at(s, now);
        let is_link = |way| way != Way::OneTimeCode;
        let is_wrong = !presented.as_sent || is_link(presented.way) != is_link(code.way);
        let used_up = wrong.wait(s, now);
        if let Some(wait) = used_up.filter(|_| is_wrong || !is_link(code.way)) {
            let stored = (after.wrong != self.wrong).then_some(after);
            let expected = say(Decision::Exhausted, stored);
            return Expected { wait, ..expected };
        }
        if is_wrong {
            wrong.window.push(now);
            wrong.row += 1;
            return say(Decision::WrongCode, Some(after));
        }
        let refusals = [
            (code.purpose != presented.purpose, Decision::OtherPurpose),
            (code.way != presented.way, Decision::OtherWay),
            (fate == Fate::Spent, Decision::SpentCode),
            (fate == Fate::Superseded, Decision::SupersededCode),
            (now >= code.issued + code.lifetime, Decision::ExpiredCode),
            (now + SKEW_S < code.issued, Decision::EarlyCode),
            (
                code.passwords != self.passwords,
                Decision::CredentialChanged,
            ),
            (
                code.address != host.by(code.channel),
                Decision::AddressChanged,
            ),
            (
                presented.purpose == Purpose::Reset && presented.password != 0,
                Decision::PasswordRefused,
            ),
        ];
        if let Some((_, decision)) = refusals.iter().find(|(holds, _)| *holds) {
            // It was right, so it leaves no trace; but who won the swap may say so.
            return say(*decision, Some(self.clone()));
        }
        *wrong = Wrong::default();
        after.kept[place].1 = Fate::Spent;
        after.passwords += u32::from(presented.purpose == Purpose::Reset);
        let decision = match presented.purpose {
            Purpose::Reset => Decision::PasswordReset,
            Purpose::Verify => Decision::AddressVerified,
        };
        say(decision, Some(after))
    }
}

/// The host, with the one text that it stores.
struct Host {
    core: &'static Saltbox,
    settings: Settings,
    hash: String,
    record: String,
    addresses: Addresses,
    subjects: HashMap<Addresses, Subject>,
    now: u64,
    /// Seconds that the clock went forward since the last success for a purpose, and wrong attempts.
    forward: [u64; 2],
    wrong: [u64; 2],
    model: Model,
    sent: Vec<Sent>,
    story: String,
    /// What was decided, and how often.
    decided: HashMap<Decision, u64>,
}

/// What a caller decided on a record that it read, and may or may not store.
struct Decided {
    operation: Operation,
    outcome: Outcome,
    expected: Expected,
    on: String,
}

impl Host {
    fn new(which: u8) -> Self {
        let which = usize::from(which) % SETTINGS.len();
        let core = &cores()[which];
        static HASH: OnceLock<String> = OnceLock::new();
        let hash = HASH.get_or_init(|| {
            core.hash("set by an administrator")
                .expect("a hash")
                .to_string()
        });
        let mut host = Self {
            core,
            settings: SETTINGS[which],
            hash: hash.clone(),
            record: String::new(),
            addresses: Addresses {
                email: EMAILS[0],
                phone: PHONES[0],
                are_verified: true,
            },
            subjects: HashMap::new(),
            now: BEGIN,
            forward: [0; 2],
            wrong: [0; 2],
            model: Model::default(),
            sent: Vec::new(),
            story: format!("settings {which}"),
            decided: HashMap::new(),
        };
        let record = core.admin_import(
            None,
            &host.addresses.subject(),
            &Request::default(),
            None,
            BEGIN,
        );
        let record = record.expect("a record");
        host.record = record.record().expect("is new").to_owned();
        host
    }

    fn hold(&self, holds: bool, what: &str) {
        assert!(holds, "{what}\n{}\n{}", self.story, self.record.len());
    }

    /// Decides on what is stored now, and holds that to the model.
    fn decide(&mut self, operation: Operation) -> Decided {
        let _ = write!(self.story, "\n{} {operation:?}", self.now);
        let (core, now, on) = (self.core, self.now, self.record.clone());
        let addresses = self.addresses;
        let subject = self
            .subjects
            .entry(addresses)
            .or_insert_with(|| addresses.subject());
        let (request, record) = (Request::default(), on.as_str());
        let (outcome, expected) = match operation {
            Operation::Issue(purpose, route) => {
                let (way, channel, _, lifetime) = ROUTES[route];
                let issue = match purpose {
                    Purpose::Reset => Saltbox::request_reset,
                    Purpose::Verify => Saltbox::request_verification,
                };
                let outcome = issue(core, record, subject, &request, way, channel, now);
                let outcome = outcome.expect("a decision");
                let new = Sent {
                    purpose,
                    way,
                    channel,
                    issued: now,
                    lifetime,
                    address: addresses.by(channel),
                    passwords: self.model.passwords,
                    lookup: outcome.lookup().expect("always one").to_owned(),
                    code: outcome.code().unwrap_or_default().to_owned(),
                    accepted: false,
                };
                let expected = self
                    .model
                    .issue(&self.settings, addresses, &self.sent, &new);
                if outcome.code().is_some() {
                    self.sent.push(new);
                }
                (outcome, expected)
            }
            Operation::Redeem(presented) => {
                let codes = codes(&presented, presented.number.map(|n| &self.sent[n]));
                let outcome = match presented.purpose {
                    Purpose::Reset => {
                        // What is set already is refused, which has tests of its own.
                        let password = match presented.password {
                            0 => format!("{} {}", PASSWORDS[0], self.model.passwords),
                            _ => PASSWORDS[1].to_owned(),
                        };
                        core.reset(record, subject, &request, &codes, password, now)
                    }
                    Purpose::Verify => core.verify_address(record, subject, &request, &codes, now),
                };
                let expected =
                    self.model
                        .redeem(&self.settings, addresses, &self.sent, &presented, now);
                (outcome.expect("a decision"), expected)
            }
            Operation::SetPassword => {
                let outcome = core.admin_import(record, subject, &request, &self.hash, now);
                let mut after = self.model.clone();
                after.passwords += 1;
                (
                    outcome.expect("a decision"),
                    say(Decision::Imported, Some(after)),
                )
            }
        };
        let decision = outcome.decision();
        *self.decided.entry(decision).or_default() += 1;
        let _ = write!(self.story, " {decision:?}, {:?}", expected.decision);
        self.hold(
            decision == expected.decision,
            "another decision than the model's",
        );
        self.hold(
            outcome.retry_after_s() == expected.wait,
            "another wait than the model's",
        );
        let (is_stored, is_to_be) = (outcome.record().is_some(), expected.stored.is_some());
        self.hold(
            is_stored == is_to_be,
            "a record where the model has none, or none where it has one",
        );
        self.hold(
            outcome.record() != Some(&on),
            "a record that a swap cannot tell from the one before",
        );
        self.hold(is_stored || !tells(decision), "speaks without a swap");
        // A clock that is behind by less than a window sees its end later.
        let longest = (2 * self.settings.window_s).max(self.settings.reissue_after_s);
        let wait = outcome.retry_after_s();
        self.hold(
            wait.is_none_or(|wait| (1..=longest).contains(&wait)),
            "waits for longer than two windows",
        );
        Decided {
            operation,
            outcome,
            expected,
            on,
        }
    }

    /// Swaps what was decided for what it was decided on. Whether it is in force.
    fn swap(&mut self, decided: &Decided) -> bool {
        let Some(record) = decided.outcome.record() else {
            return true;
        };
        if self.record != decided.on {
            self.story.push_str("\nlost");
            return false;
        }
        self.record = record.to_owned();
        if let Some(after) = &decided.expected.stored {
            self.model = after.clone();
        }
        self.hold_in_force(decided);
        true
    }

    /// What holds without any model.
    fn hold_in_force(&mut self, decided: &Decided) {
        if let Operation::Issue(purpose, _) = decided.operation {
            let by_administrator = decided.outcome.channel() == Some(Channel::Administrator);
            if by_administrator {
                let place = purpose as usize;
                (self.wrong[place], self.forward[place]) = (0, 0);
            }
        }
        let Operation::Redeem(Presented {
            number: Some(number),
            purpose,
            ..
        }) = decided.operation
        else {
            return;
        };
        let code = &self.sent[number];
        let place = code.purpose as usize;
        if decided.outcome.decision() == Decision::WrongCode {
            self.wrong[place] += 1;
            let windows = 1 + self.forward[place] / self.settings.window_s;
            let most = (self.settings.attempts as u64).saturating_mul(windows);
            self.hold(
                self.wrong[place] <= most.min(MOST_IN_A_ROW.into()),
                "more wrong attempts than the budget has",
            );
        }
        if !decided.outcome.is_yes() {
            return;
        }
        let code = &self.sent[number];
        self.hold(!code.accepted, "accepted twice");
        self.hold(self.now < code.issued + code.lifetime, "accepted late");
        self.hold(code.purpose == purpose, "accepted for something else");
        self.hold(
            code.address == self.addresses.by(code.channel),
            "accepted under another address",
        );
        let own = u32::from(purpose == Purpose::Reset);
        self.hold(
            code.passwords + own == self.model.passwords,
            "accepted after another password",
        );
        let newer = &self.sent[number + 1..];
        let is_newer = |newer: &Sent| newer.purpose == purpose && newer.accepted;
        self.hold(
            !self.settings.newer_ends_older || !newer.iter().any(is_newer),
            "accepted after a newer one",
        );
        self.sent[number].accepted = true;
        (self.wrong[place], self.forward[place]) = (0, 0);
    }

    fn set_clock(&mut self, now: u64) {
        let forward = now.saturating_sub(self.now);
        self.forward.iter_mut().for_each(|sum| *sum += forward);
        self.now = now;
    }
}

/// Whether who learns of `decision` knows more of a code than before.
fn tells(decision: Decision) -> bool {
    let silent = [
        Decision::NoAccount,
        Decision::NoAddress,
        Decision::AddressUnverified,
        Decision::TooSoon,
        Decision::Exhausted,
        Decision::UnknownCode,
    ];
    !silent.contains(&decision)
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

/// The bytes that choose.
struct Choices<'d>(std::slice::Iter<'d, u8>);

impl Choices<'_> {
    fn below(&mut self, end: usize) -> Option<usize> {
        self.0.next().map(|byte| usize::from(*byte) % end)
    }

    fn purpose(&mut self) -> Option<Purpose> {
        Some(if self.below(4)? == 0 {
            Purpose::Verify
        } else {
            Purpose::Reset
        })
    }

    fn operation(&mut self, host: &Host) -> Option<Operation> {
        Some(match self.below(16)? {
            0 => Operation::SetPassword,
            1..=5 => {
                let (purpose, route) = (self.purpose()?, ROUTES_BY_WEIGHT[self.below(16)?]);
                // A reset link verifies no address.
                let is_refused = purpose == Purpose::Verify && route == 1;
                Operation::Issue(purpose, if is_refused { 0 } else { route })
            }
            _ => {
                let back = self.below(32)?;
                // The newest ones mostly.
                let back = if back < 24 { back % 3 } else { back - 24 };
                let number = host.sent.len().checked_sub(back + 1);
                let sent = number.map(|number| &host.sent[number]);
                let other = self.below(16)?;
                let way = match sent {
                    Some(sent) if other > 2 => sent.way,
                    _ => Way::ALL[other % 3],
                };
                let purpose = match sent {
                    Some(sent) if self.below(16)? > 0 => sent.purpose,
                    _ => self.purpose()?,
                };
                Operation::Redeem(Presented {
                    number,
                    way,
                    as_sent: self.below(4)? > 0,
                    purpose,
                    password: usize::from(self.below(6)? == 0),
                })
            }
        })
    }

    fn clock(&mut self, host: &Host) -> Option<u64> {
        let (now, window) = (host.now, host.settings.window_s);
        let forward = [
            1,
            5,
            59,
            60,
            61,
            119,
            120,
            299,
            300,
            599,
            600,
            899,
            900,
            window - 1,
            window,
            window + 1,
            KEPT_S,
            YEAR,
        ];
        let step = forward[self.below(forward.len())?];
        // It goes on more often than back.
        let is_back = self.below(4)? == 0;
        Some(if is_back {
            now.saturating_sub(step).max(BEGIN / 2)
        } else {
            now + step
        })
    }
}

/// Every operation that `data` chooses; what was decided, and how often.
pub fn history(data: &[u8]) -> HashMap<Decision, u64> {
    let mut choices = Choices(data.iter());
    let mut host = Host::new(choices.below(256).unwrap_or_default() as u8);
    while step(&mut host, &mut choices).is_some() {}
    host.decided
}

fn step(host: &mut Host, choices: &mut Choices<'_>) -> Option<()> {
    match choices.below(16)? {
        0..=2 => {
            let now = choices.clock(host)?;
            host.set_clock(now);
        }
        3 => {
            host.addresses = Addresses {
                email: EMAILS[[0, 0, 0, 1, 1, 2, 2, 3][choices.below(8)?]],
                phone: PHONES[[0, 0, 1, 2][choices.below(4)?]],
                are_verified: choices.below(8)? > 0,
            };
        }
        // Two read the same record. The first to swap wins; the other one decides anew, or gives up.
        4 => {
            let (first, second) = (choices.operation(host)?, choices.operation(host)?);
            let (again, same) = (choices.below(2)? == 0, choices.below(2)? == 0);
            let first = host.decide(first);
            let second = host.decide(if same { first.operation } else { second });
            host.swap(&first);
            if !host.swap(&second) && again {
                let retried = host.decide(second.operation);
                let is_in_force = host.swap(&retried);
                host.hold(is_in_force, "lost without a rival");
            }
        }
        // A caller that dies before it swaps.
        5 => {
            let operation = choices.operation(host)?;
            host.decide(operation);
        }
        // Guesses, with the windows passing between them.
        6 if choices.below(16)? == 0 => {
            let number = host.sent.len().checked_sub(1)?;
            let (way, purpose) = (host.sent[number].way, host.sent[number].purpose);
            for _ in 0..=choices.below(256)? {
                let operation = Operation::Redeem(Presented {
                    number: Some(number),
                    way,
                    as_sent: false,
                    purpose,
                    password: 0,
                });
                let decided = host.decide(operation);
                host.swap(&decided);
                if decided.outcome.decision() == Decision::Exhausted {
                    let step = decided.outcome.retry_after_s().unwrap_or(1);
                    host.set_clock(host.now + step);
                }
            }
        }
        _ => {
            let operation = choices.operation(host)?;
            let decided = host.decide(operation);
            let is_in_force = host.swap(&decided);
            host.hold(is_in_force, "lost without a rival");
        }
    }
    Some(())
}

#[allow(dead_code)] // For the fuzzer.
pub fn run(data: &[u8]) {
    // Longer ones say no more, and take long.
    history(data.get(..256).unwrap_or(data));
}
