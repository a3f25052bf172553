//! One account through any sequence of requests, by any clock, with callers
//! that race and callers that die, at nodes of an old and a new release with
//! other settings, next to a model that is written from the documentation
//! only: every decision is the model's.
//!
//! Beside the model, what has to hold whatever a model says: no code is
//! accepted twice, late, under another address or after another password; no
//! window has more wrong attempts than the settings say, and no row more than
//! 100; no more passwords are looked at than the lock lets pass; only the
//! password that was set last, by a caller who won the swap, is ever right; and
//! nothing is said of a code or a password without a record to store, because a
//! caller that may speak without having won the swap could let a thousand
//! guesses be compared at once. Where two releases have two limits, the one that lets more pass counts: more
//! attempts, and the shorter window.
//!
//! The input: bytes that choose the settings, how the account begins and what
//! comes most, then operations.
//!
//! | file | what it has |
//! |---|---|
//! | `settings.rs`, `user.rs` | settings and their cores; what the host knows |
//! | `codes.rs`, `passwords.rs` | the model |
//! | `host.rs`, `held.rs` | the store and its calls; what holds without a model |
//! | `operation.rs` | what may happen |

mod codes;
mod held;
mod host;
mod operation;
mod passwords;
mod settings;
mod user;

use codes::{OfCode, Presented};
use host::Host;
use operation::{Choices, Operation};
use passwords::{Account, WRONG};
use saltbox::Decision;
use settings::Settings;
use std::collections::HashMap;
use user::User;

const BEGIN: u64 = 1_800_000_000;

/// By whom, about whom and when.
struct Call<'c> {
    settings: &'c Settings,
    user: User,
    now: u64,
}

/// The model of what is stored.
#[derive(Clone, Default, PartialEq, Eq)]
struct Model {
    codes: OfCode,
    account: Account,
}

impl Model {
    /// What is to be stored where it is not what is.
    fn unless_same(&self, after: Self) -> Option<Self> {
        (*self != after).then_some(after)
    }
}

/// What the model says.
struct Expected {
    decision: Decision,
    wait: Option<u64>,
    /// The state after, where a record is to be stored.
    stored: Option<Box<Model>>,
}

fn say(decision: Decision, stored: Option<Model>) -> Expected {
    Expected {
        decision,
        wait: None,
        stored: stored.map(Box::new),
    }
}

impl Expected {
    fn and_wait(self, wait: Option<u64>) -> Self {
        Self { wait, ..self }
    }
}

/// Every operation that `data` chooses; what was decided, and how often.
pub fn history(data: &[u8]) -> HashMap<Decision, u64> {
    let mut choices = Choices(data.iter());
    let mut host = Host::new(&mut choices);
    while step(&mut host, &mut choices).is_some() {}
    host.decided
}

fn step(host: &mut Host, choices: &mut Choices<'_>) -> Option<()> {
    match choices.below(16)? {
        0..=2 => {
            let now = choices.clock(host)?;
            host.set_clock(now);
        }
        3 => host.user = choices.user()?,
        // Two read the same record. The first to swap wins; the other one decides anew, or gives up.
        4 => {
            let (first, second) = (choices.operation(host)?, choices.operation(host)?);
            let (again, same) = (choices.below(2)? == 0, choices.below(2)? == 0);
            let nodes = choices.below(4)?;
            let first = host.decide(nodes % 2, first);
            let second = host.decide(nodes / 2, if same { first.operation } else { second });
            host.swap(&first);
            if !host.swap(&second) && again {
                let retried = host.decide(nodes / 2, second.operation);
                let is_in_force = host.swap(&retried);
                host.hold(is_in_force, "lost without a rival");
            }
        }
        // A caller that dies before it swaps.
        5 => {
            let operation = choices.operation(host)?;
            host.decide(choices.below(2)?, operation);
        }
        6 if choices.below(16)? == 0 => guess(host, choices)?,
        _ => {
            let operation = choices.operation(host)?;
            let decided = host.decide(choices.below(2)?, operation);
            let is_in_force = host.swap(&decided);
            host.hold(is_in_force, "lost without a rival");
        }
    }
    Some(())
}

/// Guesses, with the windows and locks passing between them.
fn guess(host: &mut Host, choices: &mut Choices<'_>) -> Option<()> {
    let newest = host.sent.len().checked_sub(1);
    let operation = match newest.filter(|_| !host.mostly_passwords) {
        Some(number) => Operation::Redeem(Presented {
            number: Some(number),
            way: host.sent[number].way,
            as_sent: false,
            purpose: host.sent[number].purpose,
            password: WRONG,
        }),
        None => Operation::SignIn {
            password: WRONG,
            step_up: None,
        },
    };
    let (count, nodes) = (choices.below(256)?, choices.below(256)?);
    for turn in 0..=count {
        let decided = host.decide(nodes >> (turn % 8) & 1, operation);
        host.swap(&decided);
        match decided.outcome.decision() {
            Decision::Exhausted | Decision::TemporarilyLocked => {
                let step = decided.outcome.retry_after_s().unwrap_or(1);
                host.set_clock(host.now + step);
            }
            Decision::PermanentlyLocked | Decision::NoPassword => break,
            _ => {}
        }
    }
    Some(())
}

#[allow(dead_code)] // For the fuzzer.
pub fn run(data: &[u8]) {
    // Longer ones say no more, and take long.
    history(data.get(..256).unwrap_or(data));
}
