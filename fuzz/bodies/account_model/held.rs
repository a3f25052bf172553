//! What holds whatever a model says.

use super::codes::{MOST_IN_A_ROW, Presented, Purpose, Sent};
use super::host::{Decided, Host};
use super::operation::Operation;
use super::settings::Settings;
use saltbox::{AdminAction, Channel, Decision};

/// Seconds that the clock went forward since failures were last forgotten, and how many there were.
#[derive(Clone, Copy, Default)]
pub(super) struct Guesses {
    pub(super) forward: u64,
    wrong: u64,
}

/// The place of passwords, after the two purposes of codes.
const OF_PASSWORDS: usize = 2;

impl Host {
    /// What holds of a decision, whether or not it comes into force.
    pub(super) fn hold_decided(&self, decided: &Decided) {
        let outcome = &decided.outcome;
        let (record, wait) = (outcome.record(), outcome.retry_after_s());
        self.hold(
            record.is_none_or(|new| revision(new) == revision(&decided.on) + 1),
            "a record that a swap cannot tell from the one before",
        );
        self.hold(
            record.is_some() || !tells(&decided.operation, outcome.decision()),
            "speaks without a swap",
        );
        // A clock that is behind by less than a window sees its end later.
        let longest = self.settings.iter().map(|s| {
            let window = (2 * s.codes.window_s).max(2 * s.lock.most_s);
            window.max(s.codes.reissue_after_s)
        });
        let longest = longest.max().unwrap_or_default();
        self.hold(
            wait.is_none_or(|wait| (1..=longest).contains(&wait)),
            "waits for longer than two windows",
        );
    }

    /// What holds of passwords without any model.
    pub(super) fn hold_passwords(&mut self, decided: &Decided) {
        let decision = decided.outcome.decision();
        // Who is told that a password is the account's has given the one that was set last.
        let shown = match decided.operation {
            Operation::SignIn { password, .. } => Some(password),
            Operation::Replace { old, .. } => Some(old),
            _ => None,
        };
        let is_known = decided.outcome.is_yes()
            || matches!(
                decision,
                Decision::MustChange
                    | Decision::TemporaryOver
                    | Decision::AccountDisabled
                    | Decision::AccountInvited
                    | Decision::PasswordRefused
                    | Decision::PasswordReused
            );
        let is_right = shown.is_some() && is_known;
        self.hold(
            !is_right || self.set == shown,
            "another password than the one that was set last",
        );
        if decided.outcome.is_yes() {
            self.set = decided.operation.sets().or(self.set);
        }
        let forgets = match decided.operation {
            Operation::Admin(AdminAction::Unlock) => true,
            Operation::AdminSet { .. } => decided.outcome.is_yes(),
            Operation::Redeem(_) => {
                decision == Decision::PasswordReset && decided.settings.reset_unlocks
            }
            _ => is_right,
        };
        let is_update = matches!(decided.operation, Operation::Update { .. });
        // An update says which one is set, to who has not shown it.
        let is_told = is_update && decision == Decision::PasswordReused;
        let is_guess = is_told || decision == Decision::WrongPassword;
        if forgets {
            self.guesses[OF_PASSWORDS] = Guesses::default();
        } else if is_guess {
            self.guesses[OF_PASSWORDS].wrong += 1;
            let of = |f: fn(&Settings) -> u64| self.settings.iter().map(f);
            let shortest = of(|s| s.lock.first_s).min().unwrap_or_default();
            let attempts = of(|s| s.lock.attempts.into()).max().unwrap_or_default();
            let in_a_row = of(|s| s.lock.permanent.into()).max().unwrap_or_default();
            let Guesses { forward, wrong } = self.guesses[OF_PASSWORDS];
            let most = attempts.saturating_mul(1 + forward / shortest);
            self.hold(
                wrong <= most.min(in_a_row),
                "more passwords looked at than the lock lets pass",
            );
        }
        if decision == Decision::AccountUnlocked {
            self.guesses = Default::default();
        }
    }

    /// What holds of codes without any model.
    pub(super) fn hold_codes(&mut self, decided: &Decided) {
        let by_administrator = decided.outcome.channel() == Some(Channel::Administrator);
        let number = match decided.operation {
            Operation::Issue(purpose, _) if by_administrator => {
                self.guesses[purpose as usize] = Guesses::default();
                return;
            }
            Operation::Redeem(Presented {
                number: Some(number),
                ..
            }) => number,
            _ => return,
        };
        let code = &self.sent[number];
        let (place, purpose) = (code.purpose as usize, code.purpose);
        if decided.outcome.decision() == Decision::WrongCode {
            self.guesses[place].wrong += 1;
            let nodes = self.settings.iter().map(|s| s.codes);
            let window = nodes.clone().map(|s| s.window_s).min().unwrap_or_default();
            let attempts = nodes.map(|s| s.attempts as u64).max().unwrap_or_default();
            let Guesses { forward, wrong } = self.guesses[place];
            let most = attempts.saturating_mul(1 + forward / window);
            self.hold(
                wrong <= most.min(MOST_IN_A_ROW.into()),
                "more wrong attempts than the budget has",
            );
        }
        if !decided.outcome.is_yes() {
            return;
        }
        let code = &self.sent[number];
        self.hold(!code.accepted, "accepted twice");
        self.hold(self.now < code.issued + code.lifetime, "accepted late");
        let asked = match decided.outcome.decision() {
            Decision::PasswordReset => Purpose::Reset,
            _ => Purpose::Verify,
        };
        self.hold(purpose == asked, "accepted for something else");
        self.hold(
            code.address == self.user.by(code.channel),
            "accepted under another address",
        );
        let own = u32::from(purpose == Purpose::Reset);
        self.hold(
            code.passwords + own == self.model.account.changes,
            "accepted after another password",
        );
        let newer = &self.sent[number + 1..];
        let is_newer =
            |newer: &Sent| newer.purpose == purpose && newer.accepted && newer.ends_older;
        self.hold(!newer.iter().any(is_newer), "accepted after a newer one");
        self.sent[number].accepted = true;
        self.guesses[place] = Guesses::default();
    }
}

/// How often a record was written.
fn revision(record: &str) -> u64 {
    let number = record
        .split_once(r#""revision":"#)
        .map(|(_, rest)| rest.split(',').next());
    let number = number.flatten().and_then(|number| number.parse().ok());
    number.expect("a revision")
}

/// Whether who learns of `decision` knows more of a code or a password than before. The
/// plain sign-in does, too, and compares.
fn tells(operation: &Operation, decision: Decision) -> bool {
    let silent = [
        Decision::NoAddress,
        Decision::AddressUnverified,
        Decision::TooSoon,
        Decision::Exhausted,
        Decision::UnknownCode,
        Decision::TemporarilyLocked,
        Decision::NoPassword,
        Decision::OtherSession,
        Decision::OldAuthentication,
        Decision::SignedIn,
    ];
    let is_about_a_secret = match operation {
        Operation::Redeem(_) => true,
        Operation::SignIn { .. } | Operation::Replace { .. } => {
            decision != Decision::PermanentlyLocked
        }
        Operation::Update { .. } => !matches!(
            decision,
            Decision::PermanentlyLocked | Decision::AccountDisabled
        ),
        _ => false,
    };
    is_about_a_secret && !silent.contains(&decision)
}
