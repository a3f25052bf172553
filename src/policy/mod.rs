//! What may be a new password: rules, and everything that a candidate breaks at once.
//!
//! A policy is an immutable value read from JSON. Each rule is a row of one
//! table (`rules.rs`): its number, its names, which side of a bound it
//! holds, and what is measured. A candidate is measured in one pass, without a
//! heap; then every row is compared. What is found names rules and numbers,
//! never a character of the candidate.
//!
//! Lengths count code points of the prepared form (NIST SP 800-63B-4 section
//! 3.1.1.2), because it is what will be hashed.

mod blocklist;
mod change;
mod characters;
mod context;
mod hazards;
mod measure;
mod numbers;
mod possible;
mod profile;
mod public;
mod rules;
mod settings;
#[cfg(feature = "strength")]
mod strength;
mod year;

pub use self::blocklist::{
    Blocklist, BlocklistBuilder, BlocklistBuilt, BlocklistPlan, BreachHash, BreachKey, Hit,
    ListKind, Precision, build_unsorted,
};
pub(crate) use self::context::AccountStatus;
pub use self::context::{Subject, WordKind};
pub use self::hazards::Hazard;
pub use self::profile::PolicyProfile;
pub use self::rules::{Rule, Side};
pub use self::settings::Policy;
#[cfg(feature = "strength")]
pub use self::strength::{Attacker, Strength, Suggestion, Weakness};

pub(crate) use self::rules::MOST;
pub(crate) use self::year::year_of;

use self::blocklist::Listed;
use self::change::Old;
use self::context::Found;
use self::hazards::Hazards;
use self::measure::Measured;
use self::rules::RULES;
use crate::arch::stack::{Depth, without_traces_within};
use crate::text::{self, MAX_PASSWORD_BYTES};

/// A rule that a candidate breaks: the bound, and what was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    rule: Rule,
    bound: u32,
    found: u32,
}

impl Violation {
    /// The rule.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// What the policy asks for at least or allows at most, as [`Rule::side`] says.
    #[must_use]
    pub const fn bound(&self) -> u32 {
        self.bound
    }

    /// What the candidate has.
    #[must_use]
    pub const fn found(&self) -> u32 {
        self.found
    }
}

/// Everything that is wrong with a candidate, in the order of the rules' numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    violations: [Option<Violation>; RULES.len()],
    context: Found,
    listed: Listed,
    hazards: Hazards,
    #[cfg(feature = "strength")]
    strength: Option<Strength>,
}

/// A candidate for a new password, and what is known beside it.
pub(crate) struct Candidate<'a> {
    pub(crate) password: &'a [u8],
    /// The password that it is to replace, where the caller has it.
    pub(crate) old: Option<&'a [u8]>,
    pub(crate) subject: &'a Subject,
    /// The year that it is, which dates are guessed from.
    #[cfg_attr(not(feature = "strength"), allow(dead_code))]
    pub(crate) year: u16,
    /// How many hashes of the kind that will be stored one core computes.
    #[cfg_attr(not(feature = "strength"), allow(dead_code))]
    pub(crate) hashes_per_second: f64,
}

impl Findings {
    fn none() -> Self {
        Self {
            violations: [None; RULES.len()],
            context: Found::default(),
            listed: Listed::default(),
            hazards: Hazards::default(),
            #[cfg(feature = "strength")]
            strength: None,
        }
    }

    /// The rules that are broken; each stands once.
    pub fn violations(&self) -> impl Iterator<Item = &Violation> {
        self.violations.iter().flatten()
    }

    /// Of what kinds the words are that were found.
    pub fn context_words(&self) -> impl Iterator<Item = WordKind> {
        self.context.kinds()
    }

    /// Which blocklists have it.
    pub fn blocklists(&self) -> impl Iterator<Item = ListKind> {
        self.listed.kinds()
    }

    /// What may go wrong with it all the same, whether it is accepted or not.
    pub fn hazards(&self) -> impl Iterator<Item = Hazard> {
        self.hazards.each()
    }

    /// How strong it is, unless the policy says `"strength": false` and asks for no score,
    /// or it was not looked at. An estimate, which by itself refuses nothing: NIST SP 800-63B-4 has users
    /// helped by a meter, and no requirement of composition or score.
    #[cfg(feature = "strength")]
    #[must_use]
    pub const fn strength(&self) -> Option<&Strength> {
        self.strength.as_ref()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.violations().next().is_none()
    }

    fn note(&mut self, rule: Rule, bound: u32, found: u32) {
        if let Some(place) = self.violations.get_mut(rule.place()) {
            *place = Some(Violation { rule, bound, found });
        }
    }
}

impl Policy {
    /// Everything that is wrong with a candidate, in time that grows with its
    /// length and the number of words, whatever its characters; over [`MAX_PASSWORD_BYTES`] only that is said, and for
    /// bytes that are not UTF-8 only that. `fault` says for the prepared form
    /// which rule the hash function has it break, and with what bound.
    pub(crate) fn check(
        &self,
        candidate: &Candidate<'_>,
        fault: impl Fn(&[u8]) -> Option<(Rule, u32)>,
    ) -> Findings {
        let (password, mut findings) = (candidate.password, Findings::none());
        if password.len() > MAX_PASSWORD_BYTES {
            let [most, found] = [MAX_PASSWORD_BYTES, password.len()]
                .map(|number| u32::try_from(number).unwrap_or(u32::MAX));
            findings.note(Rule::TooManyBytes, most, found);
            return findings;
        }
        without_traces_within(self.depth_for(candidate), || {
            let old = candidate.old.and_then(Old::of);
            text::with_prepared_apart(password, |prepared| {
                let Ok(prepared) = prepared else {
                    return findings.note(Rule::NotUtf8, 0, 1);
                };
                let mut measured = Measured::of(prepared, self, candidate.subject, old.as_ref());
                #[cfg(feature = "strength")]
                measured.estimate(prepared, self, candidate);
                let received = std::str::from_utf8(password).unwrap_or(prepared);
                measured.listed = self.find_listed(received, prepared);
                self.judge(&measured, &mut findings);
                findings.note_preparation(password, prepared);
                if let Some((rule, bound)) = fault(prepared.as_bytes()) {
                    findings.note_fault(rule, bound, prepared);
                }
            });
        });
        findings
    }

    /// How deep a check goes: ASCII is not composed, and of what is short the tables are small.
    fn depth_for(&self, candidate: &Candidate<'_>) -> Depth {
        let password = candidate.password;
        if candidate.old.is_some() || !password.is_ascii() {
            Depth::Any
        } else if self.context.is_some() || password.len() > MOST_SHORT {
            Depth::Middle
        } else {
            Depth::Shallow
        }
    }

    fn judge(&self, measured: &Measured, findings: &mut Findings) {
        findings.listed = measured.listed;
        #[cfg(feature = "strength")]
        {
            findings.strength = measured.strength;
        }
        findings.context = measured.context;
        findings.hazards = measured.hazards;
        for (row, bound) in self.bounds_for(measured.length) {
            let found = measured.get(row.rule);
            let is_broken = match row.side() {
                Side::AtLeast => found < bound,
                Side::AtMost => found > bound,
            };
            if is_broken {
                findings.note(row.rule, bound, found);
            }
        }
    }
}

/// Passwords of so many bytes are short: the estimator has a small table for them.
const MOST_SHORT: usize = 32;

impl Findings {
    /// What the hash function would refuse; of two bounds the smaller one stands.
    fn note_fault(&mut self, rule: Rule, bound: u32, prepared: &str) {
        let found = match rule {
            Rule::Nul => prepared.bytes().filter(|byte| *byte == 0).count(),
            _ => prepared.len(),
        };
        let known = self.violations().find(|broken| broken.rule == rule);
        if known.is_none_or(|known| known.bound > bound) {
            self.note(rule, bound, u32::try_from(found).unwrap_or(u32::MAX));
        }
    }

    /// What preparation made of the bytes that were received, which are UTF-8.
    fn note_preparation(&mut self, received: &[u8], prepared: &str) {
        if received == prepared.as_bytes() {
            return;
        }
        let received = std::str::from_utf8(received).unwrap_or_default();
        let mapped = received.chars();
        let mapped = mapped.map(|c| if text::is_unicode_space(c) { ' ' } else { c });
        let is_other = !mapped.eq(prepared.chars());
        self.hazards.note(Hazard::OtherForm, is_other);
        let has_spaces = received.chars().any(text::is_unicode_space);
        self.hazards.note(Hazard::OtherSpace, has_spaces);
    }
}

#[cfg(test)]
pub(crate) mod tests;
