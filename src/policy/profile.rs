//! Named policies, each with its source.

use super::rules::Rule;
use super::settings::Policy;

/// A named policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyProfile {
    name: &'static str,
    source: &'static str,
    bounds: &'static [(Rule, u32)],
}

const NIST: &str = "NIST SP 800-63B-4 section 3.1.1.2";
const ASVS: &str = "OWASP ASVS 5.0, V6.2";

/// Every profile; the first is the default.
const PROFILES: [PolicyProfile; 6] = [
    PolicyProfile {
        name: "nist-63b-4",
        source: NIST,
        bounds: &[(Rule::TooShort, 15)],
    },
    PolicyProfile {
        name: "nist-63b-4-mfa",
        source: NIST,
        bounds: &[(Rule::TooShort, 8)],
    },
    PolicyProfile {
        name: "asvs-5-l1",
        source: ASVS,
        bounds: &[(Rule::TooShort, 8)],
    },
    PolicyProfile {
        name: "asvs-5-l2",
        source: ASVS,
        bounds: &[(Rule::TooShort, 8)],
    },
    PolicyProfile {
        name: "descope",
        source: "Descope's console: its defaults, and 64 characters at most",
        bounds: &[
            (Rule::TooShort, 8),
            (Rule::TooLong, 64),
            (Rule::TooFewLower, 1),
            (Rule::TooFewUpper, 1),
            (Rule::TooFewDigits, 1),
            (Rule::TooFewSymbols, 1),
        ],
    },
    PolicyProfile {
        name: "legacy",
        source: "what NIST SP 800-63 asked for in 2004 and 63B-4 forbids: eight characters, three kinds",
        bounds: &[(Rule::TooShort, 8), (Rule::TooFewClasses, 3)],
    },
];

impl Default for PolicyProfile {
    /// `nist-63b-4`.
    fn default() -> Self {
        let [default, ..] = PROFILES;
        default
    }
}

impl PolicyProfile {
    /// Every profile, the default first.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        &PROFILES
    }

    /// The profile of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        PROFILES
            .iter()
            .copied()
            .find(|profile| profile.name == name)
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Where its rules come from.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// The policy itself.
    #[must_use]
    pub fn policy(&self) -> Policy {
        let bounds = self.bounds.iter();
        bounds.fold(Policy::empty(), |policy, (rule, bound)| {
            policy.with(*rule, *bound)
        })
    }

    pub(super) fn names() -> String {
        let names: Vec<&str> = PROFILES.iter().map(Self::name).collect();
        names.join(", ")
    }
}
