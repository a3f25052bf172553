//! Named policies, each as the JSON that says it, with its source.

use super::rules::Rule;
use super::settings::Policy;
use crate::json;

/// A named policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyProfile {
    name: &'static str,
    source: &'static str,
    json: &'static str,
}

const NIST: &str = "NIST SP 800-63B-4 section 3.1.1.2";
const ASVS: &str = "OWASP ASVS 5.0, V6.2";

/// The list inside, as a member that others follow. A build without it refuses
/// the member, and a profile has to be one there, too: `lint` says what it lacks.
#[cfg(feature = "strength")]
macro_rules! inside {
    () => {
        r#""blocklist":{"inside":true},"#
    };
}
#[cfg(not(feature = "strength"))]
macro_rules! inside {
    () => {
        ""
    };
}

/// Every profile; the first is the default.
///
/// NIST has context words compared with the whole password, derivatives of them
/// too, and forbids to look for them inside; ASVS asks at level 2 that what
/// is easy to guess from them be prevented. Both want a list of common
/// passwords. The one of breached passwords that ASVS wants at level 2 is in
/// no profile: only the host can attach it.
///
/// The others are what a system says by itself, so that a password which is
/// good there is good here. Descope has no such list, a domain controller has
/// none without Entra Password Protection, and that one counts words inside.
const PROFILES: [PolicyProfile; 7] = [
    PolicyProfile {
        name: "nist-63b-4",
        source: NIST,
        json: concat!(
            "{",
            inside!(),
            r#""min_length":15,
            "context":{"match":"equal","parts":true,"reversed":true,"leet":true,"edits":1}}"#
        ),
    },
    PolicyProfile {
        name: "nist-63b-4-mfa",
        source: NIST,
        json: concat!(
            "{",
            inside!(),
            r#""min_length":8,
            "context":{"match":"equal","parts":true,"reversed":true,"leet":true,"edits":1}}"#
        ),
    },
    PolicyProfile {
        name: "asvs-5-l1",
        source: ASVS,
        json: concat!("{", inside!(), r#""min_length":8}"#),
    },
    PolicyProfile {
        name: "asvs-5-l2",
        source: ASVS,
        json: concat!(
            "{",
            inside!(),
            r#""min_length":8,
            "context":{"match":"contained","least":4,"parts":true,"reversed":true,"leet":true}}"#
        ),
    },
    PolicyProfile {
        name: "descope",
        source: "Descope's console: its defaults, and 64 characters at most",
        json: r#"{"min_length":8,"max_length":64,
            "min_lower":1,"min_upper":1,"min_digits":1,"min_symbols":1}"#,
    },
    PolicyProfile {
        name: "ad",
        source: "Microsoft: Default Domain Policy, \"Password must meet complexity requirements\"; \
                 login_id is sAMAccountName (of which \
                 parts are looked for here, too), words has displayName",
        json: r#"{"min_length":7,"min_classes":3,
            "context":{"match":{"login_id":"contained","user":"contained"},"least":3,"parts":true}}"#,
    },
    PolicyProfile {
        name: "legacy",
        source: "what NIST SP 800-63 asked for in 2004 and 63B-4 forbids: eight characters, three kinds",
        json: r#"{"min_length":8,"min_classes":3}"#,
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
        let read = json::parse(self.json.as_bytes()).and_then(|json| Policy::read(&json));
        // A test reads them all, so this is never the other one, for which nothing is long enough.
        read.unwrap_or_else(|_| Policy::empty().with(Rule::TooShort, u32::MAX))
    }

    pub(super) fn names() -> String {
        let names: Vec<&str> = PROFILES.iter().map(Self::name).collect();
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_one() {
        for profile in PROFILES {
            let json = json::parse(profile.json.as_bytes()).expect("JSON");
            let policy = Policy::read(&json).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(profile.policy(), policy, "{}", profile.name);
            assert_ne!(policy, Policy::empty());
        }
    }

    /// Whatever this build has: what another one leaves out of the JSON stands in `inside!` alone.
    #[test]
    fn every_profile_is_one_in_a_build_without_the_list_inside() {
        for profile in PROFILES {
            let without = profile.json.replacen(inside!(), "", 1);
            for member in ["blocklist", "min_score", "strength"] {
                let member = format!("\"{member}\"");
                assert!(!without.contains(&member), "{}: {member}", profile.name);
            }
            let json = json::parse(without.as_bytes()).expect("JSON");
            let policy = Policy::read(&json).unwrap_or_else(|error| panic!("{error}"));
            for rule in Rule::all().filter(|rule| *rule != Rule::Blocklisted) {
                let bound = profile.policy().bound(rule);
                assert_eq!(policy.bound(rule), bound, "{}: {rule:?}", profile.name);
            }
        }
    }

    #[test]
    fn profiles_of_standards_look_in_the_list_inside_where_the_build_has_it() {
        use crate::policy::ListKind;
        for profile in PROFILES {
            let of_a_standard = [NIST, ASVS].contains(&profile.source);
            let has = profile.policy().has_blocklist(ListKind::Inside);
            assert_eq!(
                has,
                of_a_standard && cfg!(feature = "strength"),
                "{}",
                profile.name
            );
            assert!(!profile.policy().has_blocklist(ListKind::Outside));
        }
    }

    /// The examples of Microsoft's documentation, and what it says of short names.
    #[test]
    fn the_domain_policy_is_microsofts() {
        use crate::policy::{Candidate, Rule, Subject};
        let policy = PolicyProfile::named("ad").expect("known").policy();
        let subject = r#"{"login_id":"ErHagens","words":["Erin M. Hagens"]}"#;
        let erin = Subject::from_json(subject.as_bytes()).expect("valid");
        let short = Subject::from_json(br#"{"login_id":"er"}"#).expect("valid");
        for (subject, password, is_refused) in [
            (&erin, "xERINx1", true),
            (&erin, "aHagens1", true),
            (&erin, "m.m.M.1x", false),
            (&erin, "Abcdefg1", false),
            (&erin, "abcdefg1", true),
            (&short, "Server12", false),
        ] {
            let candidate = Candidate {
                password: password.as_bytes(),
                old: None,
                subject,
                year: 2026,
                hashes_per_second: 1.0,
            };
            let findings = policy.check(&candidate, |_| None);
            assert_eq!(!findings.is_empty(), is_refused, "{password}");
            let words = findings
                .violations()
                .any(|broken| broken.rule() == Rule::ContextWord);
            assert_eq!(words, is_refused && password != "abcdefg1", "{password}");
        }
    }
}
