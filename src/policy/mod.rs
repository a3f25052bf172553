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

mod characters;
mod context;
mod fold;
mod measure;
mod profile;
mod rules;
mod settings;

pub use self::context::{Subject, WordKind};
pub use self::profile::PolicyProfile;
pub use self::rules::{Rule, Side};
pub use self::settings::Policy;

use self::context::Found;
use self::measure::Measured;
use self::rules::RULES;
use crate::arch::stack::without_traces;
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    violations: [Option<Violation>; RULES.len()],
    context: Found,
}

impl Findings {
    /// The rules that are broken; each stands once.
    pub fn violations(&self) -> impl Iterator<Item = &Violation> {
        self.violations.iter().flatten()
    }

    /// Of what kinds the words are that were found.
    pub fn context_words(&self) -> impl Iterator<Item = WordKind> {
        self.context.kinds()
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
    /// Everything that is wrong with `password` for this user, in time that grows with its
    /// length alone; over [`MAX_PASSWORD_BYTES`] only that is said, and for
    /// bytes that are not UTF-8 only that.
    #[must_use]
    pub fn check(&self, password: &[u8], subject: &Subject) -> Findings {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        if password.len() > MAX_PASSWORD_BYTES {
            let mut findings = Findings::default();
            let (most, found) = (number(MAX_PASSWORD_BYTES), number(password.len()));
            findings.note(Rule::TooManyBytes, most, found);
            return findings;
        }
        without_traces(|| {
            text::with_prepared(password, |prepared| {
                let prepared = prepared.ok().map(std::str::from_utf8);
                match prepared {
                    Some(Ok(prepared)) => self.check_prepared(prepared, subject),
                    _ => {
                        let mut findings = Findings::default();
                        findings.note(Rule::NotUtf8, 0, 1);
                        findings
                    }
                }
            })
        })
    }

    fn check_prepared(&self, prepared: &str, subject: &Subject) -> Findings {
        let measured = Measured::of(prepared, self, subject);
        let mut findings = Findings {
            context: measured.context,
            ..Findings::default()
        };
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
        findings
    }
}

#[cfg(test)]
mod tests;
