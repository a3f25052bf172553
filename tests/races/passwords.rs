//! 64 callers at once on one account: they sign in, guess, change and reset the
//! password, lock and unlock, half of them at a node of an old release and half
//! at one of a new release with other settings. What those said who won a swap
//! is told once more in its order, by one who knows which password is set.
//!
//! `SALTBOX_PROOF=full` takes fifty times as many rounds.

use crate::store::Store;
use crate::support::full;
use saltbox::{
    AdminAction, Channel, CodeKind, Codes, Config, Decision, ErrorKind, Outcome, Request, Saltbox,
    Subject, Way,
};
use std::collections::HashMap;
use std::sync::{Barrier, Mutex};
use std::thread;

const CALLERS: usize = 64;
const BEGIN: u64 = 1_800_000_000;

/// Seconds of a round, for which the clock stands: longer than any lock.
const ROUND_S: u64 = 600;

/// Failures that lock at the two nodes, and those in a row that lock for good.
const ATTEMPTS: [usize; 2] = [5, 3];
const PERMANENT: usize = 100;

fn core(attempts: usize, other: &str) -> Saltbox {
    let json = format!(
        r#"{{"hash":{{"create":{{"profile":"test-only"}},"max_running":4,"queue_len":{CALLERS}}},
        "keys":{{"create_key_id":1}},"policy":{{"min_length":8}},
        "account":{{"lock":{{"attempts":{attempts},"permanent":{PERMANENT},{other}}}"#
    );
    let mut config = Config::from_json(json.as_bytes()).expect("a configuration");
    let key: Vec<u8> = (0..32).collect();
    config.add_key(1, &key).expect("a key");
    Saltbox::new(config)
}

fn cores() -> [Saltbox; 2] {
    [
        core(
            ATTEMPTS[0],
            r#""first_s":30,"most_s":300},"history":4},"codes":{"reissue_after_s":0}"#,
        ),
        core(
            ATTEMPTS[1],
            r#""first_s":60,"most_s":60},"reset_unlocks":false},
            "codes":{"reissue_after_s":0,"attempts":2,"newer_ends_older":false}"#,
        ),
    ]
}

/// A password is a number, and this one is nobody's.
type Password = usize;
const WRONG: Password = usize::MAX;

fn text(password: Password) -> String {
    format!("a password that is her number {password}")
}

/// What a caller wants.
#[derive(Clone, Copy, Debug)]
enum Wish {
    SignIn(Password),
    Replace(Password, Password),
    Update(Password),
    Reset(Password),
    Lock,
    Unlock,
    LockAndUnlock,
}

/// What a caller said who won the swap.
#[derive(Clone, Copy, Debug)]
struct Said {
    round: usize,
    decision: Decision,
    /// The password that came as the account's, and the one that was to be set.
    shown: Option<Password>,
    new: Option<Password>,
    has_record: bool,
}

impl Said {
    const fn nothing(round: usize) -> Self {
        Self {
            round,
            decision: Decision::NoAccount,
            shown: None,
            new: None,
            has_record: false,
        }
    }
}

/// Where and when a caller comes, and with which code.
struct Caller<'c> {
    round: usize,
    now: u64,
    node: usize,
    code: &'c Codes,
}

struct Account {
    cores: [Saltbox; 2],
    subject: Subject,
    session: Request,
    store: Store<Said>,
}

impl Account {
    /// With password 0.
    fn new() -> Self {
        let cores = cores();
        let json = br#"{"id":"u-1","realm":"r","email":"ada@example.com","email_verified":true}"#;
        let subject = Subject::from_json(json).expect("a subject");
        let made = cores[0].sign_up(None, &subject, &Request::default(), text(0), BEGIN);
        let record = made.expect("a record").record().expect("is new").to_owned();
        let session = br#"{"session_subject":"u-1","auth_age_s":10}"#;
        Self {
            cores,
            subject,
            session: Request::from_json(session).expect("a request"),
            store: Store::new(record),
        }
    }

    /// Asks, of what is stored, until nobody is faster; begins with `record`.
    fn ask(
        &self,
        mut record: String,
        said: Said,
        flow: impl Fn(&str) -> Result<Outcome, saltbox::Error>,
    ) -> Outcome {
        loop {
            match flow(&record) {
                Err(error) => assert_eq!(error.kind(), ErrorKind::Busy),
                Ok(outcome) => {
                    let said = Said {
                        decision: outcome.decision(),
                        has_record: outcome.record().is_some(),
                        ..said
                    };
                    if self.store.swap(&record, outcome.record(), said) {
                        return outcome;
                    }
                }
            }
            record = self.store.read();
        }
    }

    /// What `caller` is told who has read `record`.
    fn wish(&self, wish: Wish, record: String, caller: &Caller<'_>) -> Outcome {
        let (core, subject, now) = (&self.cores[caller.node], &self.subject, caller.now);
        let any = Request::default();
        let (shown, new) = match wish {
            Wish::SignIn(password) => (Some(password), None),
            Wish::Replace(old, new) => (Some(old), Some(new)),
            Wish::Update(new) | Wish::Reset(new) => (None, Some(new)),
            Wish::Lock | Wish::Unlock | Wish::LockAndUnlock => (None, None),
        };
        let said = Said {
            shown,
            new,
            ..Said::nothing(caller.round)
        };
        let [old, new] = [shown, new].map(|password| password.map(text).unwrap_or_default());
        let admin = |record: String, action| {
            self.ask(record, said, |record| {
                core.admin(record, subject, &any, action, now)
            })
        };
        match wish {
            Wish::SignIn(_) => self.ask(record, said, |record| {
                core.sign_in(record, subject, &any, &old, now)
            }),
            Wish::Replace(..) => self.ask(record, said, |record| {
                core.replace(record, subject, &any, &old, &new, now)
            }),
            Wish::Update(_) => self.ask(record, said, |record| {
                core.update(record, subject, &self.session, &new, now)
            }),
            Wish::Reset(_) => self.ask(record, said, |record| {
                core.reset(record, subject, &any, caller.code, &new, now)
            }),
            Wish::Lock => admin(record, AdminAction::Lock),
            Wish::Unlock => admin(record, AdminAction::Unlock),
            Wish::LockAndUnlock => {
                let _ = admin(record, AdminAction::Lock);
                admin(self.store.read(), AdminAction::Unlock)
            }
        }
    }

    /// A link for the next round.
    fn code(&self, round: usize) -> Codes {
        let record = self.store.read();
        let (any, way, channel) = (Request::default(), Way::EmailLink, Channel::Email);
        let core = &self.cores[round % 2];
        let outcome = core.request_reset(&*record, &self.subject, &any, way, channel, now(round));
        let outcome = outcome.expect("a decision");
        let said = Said {
            decision: outcome.decision(),
            has_record: true,
            ..Said::nothing(round)
        };
        assert!(self.store.swap(&record, outcome.record(), said));
        Codes::new().with(CodeKind::EmailAuthCode, outcome.code().expect("a code"))
    }

    /// A round in which `wish` says what each caller wants; what they were told.
    fn round(
        &self,
        round: usize,
        code: &Codes,
        wish: impl Fn(usize) -> Wish + Sync,
    ) -> HashMap<Decision, usize> {
        let (barrier, told) = (Barrier::new(CALLERS), Mutex::new(HashMap::new()));
        thread::scope(|scope| {
            for caller in 0..CALLERS {
                let (barrier, told, wish) = (&barrier, &told, &wish);
                scope.spawn(move || {
                    let record = self.store.read();
                    barrier.wait();
                    let outcome = self.wish(
                        wish(caller),
                        record,
                        &Caller {
                            round,
                            now: now(round),
                            // Every kind of wish has callers at both.
                            node: caller / (CALLERS / 2),
                            code,
                        },
                    );
                    let mut told = told.lock().expect("no panic");
                    *told.entry(outcome.decision()).or_default() += 1;
                });
            }
        });
        told.into_inner().expect("no panic")
    }
}

const fn now(round: usize) -> u64 {
    BEGIN + ROUND_S * round as u64
}

/// How often the record was written.
fn revision(record: &str) -> usize {
    let json: serde_json::Value = serde_json::from_str(record).expect("JSON");
    let revision = json["revision"].as_u64().expect("a number");
    usize::try_from(revision).expect("small")
}

/// Knows which password is set, by what was said in the order of the swaps.
#[derive(Default)]
struct Teller {
    /// Of the log.
    heard: usize,
    set: Password,
    former: Password,
    is_locked: bool,
    /// The round of the last guess, and how many there were in it since failures were forgotten.
    guesses: (usize, usize),
    /// The last round in which a code was accepted.
    reset: usize,
}

impl Teller {
    fn hear(&mut self, log: &[Said]) {
        for said in &log[self.heard..] {
            let holds = self.told(said);
            assert_eq!(holds, Ok(()), "{said:?}, {} is set", self.set);
        }
        self.heard = log.len();
    }

    /// Whether what was said is so.
    fn told(&mut self, said: &Said) -> Result<(), &'static str> {
        let (decision, is_yes) = (said.decision, said.decision.is_yes());
        let is_right = said.shown == Some(self.set);
        let is_so = |holds: bool, what| if holds { Ok(()) } else { Err(what) };
        match decision {
            Decision::SignedIn => is_so(is_right, "another password signs in")?,
            Decision::WrongPassword => is_so(!is_right, "the password is wrong")?,
            Decision::PasswordChanged => {
                let is_shown = said.shown.is_none() || is_right;
                is_so(is_shown, "another password is replaced")?;
            }
            Decision::PasswordReset => {
                is_so(self.reset < said.round, "one code is accepted twice")?;
                self.reset = said.round;
            }
            _ => {}
        }
        let is_admin = matches!(
            decision,
            Decision::AccountLocked | Decision::AccountUnlocked
        );
        // An administrator may find it done, and a plain sign-in compares.
        let is_swapped = said.has_record || is_admin || decision == Decision::SignedIn;
        is_so(!is_yes || is_swapped, "nothing to swap")?;
        let is_in_order = !self.is_locked || is_admin;
        is_so(!is_yes || is_in_order, "a yes within a lock")?;
        match decision {
            Decision::WrongPassword => {
                let (round, count) = self.guesses;
                let before = if round == said.round { count } else { 0 };
                self.guesses = (said.round, before + 1);
                is_so(before < ATTEMPTS[0], "too many guesses are told")?;
            }
            Decision::AccountLocked => self.is_locked = true,
            Decision::AccountUnlocked => {
                (self.is_locked, self.guesses) = (false, (said.round, 0));
            }
            _ if is_right && is_yes => self.guesses = (said.round, 0),
            Decision::PasswordReset => self.guesses = (said.round, 0),
            _ => {}
        }
        if let Some(new) = said.new.filter(|_| is_yes) {
            self.former = std::mem::replace(&mut self.set, new);
        }
        Ok(())
    }
}

/// What the callers of a round want who know which password is set when it begins, and which was before.
fn wish(caller: usize, round: usize, (set, former): (Password, Password)) -> Wish {
    let new = round * CALLERS + caller;
    match (caller % 8, round % 4) {
        (0, _) => Wish::SignIn(WRONG),
        (1, _) => Wish::SignIn(former),
        (2, _) => Wish::Reset(new),
        // Where nothing else changes the password, the code is good for exactly one.
        (_, 0) => Wish::SignIn(set),
        (3, _) => Wish::Replace(set, new),
        (4, _) => Wish::Update(new),
        (5, _) => Wish::Replace(WRONG, new),
        (6, 1) => Wish::Lock,
        (6, 3) => Wish::LockAndUnlock,
        _ => Wish::SignIn(set),
    }
}

#[test]
fn of_64_callers_of_all_kinds_none_is_told_what_the_order_of_the_swaps_does_not_say() {
    let (account, mut teller) = (Account::new(), Teller::default());
    let first = revision(&account.store.read());
    let mut told: HashMap<Decision, usize> = HashMap::new();
    let rounds = if full() { 2000 } else { 40 };
    for round in 1..=rounds {
        let (code, known) = (account.code(round), (teller.set, teller.former));
        let here = account.round(round, &code, |caller| wish(caller, round, known));
        if round % 4 == 0 {
            assert_eq!(here.get(&Decision::PasswordReset), Some(&1), "{here:?}");
        }
        for (decision, count) in here {
            *told.entry(decision).or_default() += count;
        }
        let later = |node, wish| {
            let caller = Caller {
                round,
                now: now(round) + ROUND_S / 2,
                node,
                code: &code,
            };
            account.wish(wish, account.store.read(), &caller)
        };
        if round % 4 == 1 {
            assert!(later(0, Wish::Unlock).record().is_some(), "{round}");
        }
        teller.hear(&account.store.stored().log);
        // When every lock is over it is the one that signs in, at both nodes.
        for node in 0..2 {
            let outcome = later(node, Wish::SignIn(teller.set));
            assert_eq!(outcome.decision(), Decision::SignedIn, "{round}");
        }
    }
    let stored = account.store.stored();
    teller.hear(&stored.log);
    let swaps = stored.log.iter().filter(|said| said.has_record).count();
    assert_eq!(revision(&stored.text) - first, swaps, "an update is lost");
    for decision in [
        Decision::SignedIn,
        Decision::WrongPassword,
        Decision::TemporarilyLocked,
        Decision::PermanentlyLocked,
        Decision::PasswordChanged,
        Decision::PasswordReset,
        Decision::SpentCode,
        Decision::CredentialChanged,
        Decision::AccountUnlocked,
    ] {
        let told = told.get(&decision).copied().unwrap_or_default();
        println!("{told:>9} {}", decision.name());
        assert!(told > 0, "{decision:?}");
    }
    println!("{rounds} rounds, {swaps} swaps");
}

#[test]
fn of_guesses_in_a_row_at_two_nodes_as_many_are_told_as_lock_for_good() {
    let account = Account::new();
    let (mut wrong, mut round) = (0, 0);
    loop {
        round += 1;
        let told = account.round(round, &Codes::new(), |_| Wish::SignIn(WRONG));
        let of = |decision| told.get(&decision).copied().unwrap_or(0);
        let here = of(Decision::WrongPassword);
        let locked = of(Decision::TemporarilyLocked) + of(Decision::PermanentlyLocked);
        assert_eq!(here + locked, CALLERS, "{told:?}");
        assert!(here <= ATTEMPTS[0], "{told:?}");
        wrong += here;
        if of(Decision::PermanentlyLocked) == CALLERS {
            break;
        }
    }
    assert_eq!(wrong, PERMANENT);
    let mut teller = Teller::default();
    teller.hear(&account.store.stored().log);
    assert_eq!(teller.set, 0);
}
