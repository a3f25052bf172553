//! The table of requirements that a configuration can break.
//!
//! Texts and sections of NIST SP 800-63B-4 (August 2025), of which sentences
//! are known from quotations, and of OWASP ASVS 5.0.0.

use super::Standard::{Asvs5L1, Asvs5L2, Nist63b4, Nist63b4Mfa};
use super::{Contradiction, Level, Standard};
use crate::core::Config;
#[cfg(feature = "imports")]
use crate::hash::Over72;
use crate::hash::{Kdf, Prf, Profile, Variant};
use crate::policy::{ListKind, Rule, WordKind};

/// A row of the table.
pub(super) struct Requirement {
    pub(super) standards: &'static [Standard],
    pub(super) section: &'static str,
    pub(super) level: Level,
    /// What it asks for.
    pub(super) text: &'static str,
    /// The paths of the settings that break it.
    pub(super) broken_by: fn(&Config) -> Vec<String>,
}

const NIST: &[Standard] = &[Nist63b4, Nist63b4Mfa];
const ASVS: &[Standard] = &[Asvs5L1, Asvs5L2];

const fn row(
    standards: &'static [Standard],
    section: &'static str,
    level: Level,
    text: &'static str,
    broken_by: fn(&Config) -> Vec<String>,
) -> Requirement {
    Requirement {
        standards,
        section,
        level,
        text,
        broken_by,
    }
}

pub(super) const REQUIREMENTS: [Requirement; 27] = [
    row(
        &[Nist63b4],
        "3.1.1.2(1)",
        Level::Shall,
        "at least 15 characters where the password is the only factor",
        |config| shorter_than(config, 15),
    ),
    row(
        &[Nist63b4Mfa],
        "3.1.1.2(1)",
        Level::Shall,
        "at least 8 characters where the password is one of several factors",
        |config| shorter_than(config, 8),
    ),
    row(
        NIST,
        "3.1.1.2(2)",
        Level::Should,
        "at least 64 characters are permitted",
        |config| longest_under(config, 64),
    ),
    row(
        NIST,
        "3.1.1.2(3)",
        Level::Should,
        "all printing characters of ASCII and the space are accepted",
        refuses_ascii,
    ),
    row(
        NIST,
        "3.1.1.2(4)",
        Level::Should,
        "Unicode characters are accepted",
        refuses_unicode,
    ),
    row(
        NIST,
        "3.1.1.2(5)",
        Level::ShallNot,
        "no other composition rules are imposed",
        |config| set(config, &COMPOSITION),
    ),
    row(
        NIST,
        "3.1.1.1",
        Level::ShallNot,
        "no other complexity requirements, which a required score of strength may be called",
        |config| set(config, &[Rule::TooWeak]),
    ),
    row(
        NIST,
        "3.1.1.2(6)",
        Level::ShallNot,
        "passwords are not to be changed by the calendar",
        ages,
    ),
    row(
        NIST,
        "3.1.1.2(9)",
        Level::Shall,
        "the entire password is verified, and not cut off",
        cuts_off,
    ),
    row(
        NIST,
        "3.1.1.2",
        Level::Shall,
        "compared with a blocklist of commonly used, expected or compromised passwords",
        |config| {
            let is_listed = |kind: &ListKind| config.policy().has_blocklist(*kind);
            if ListKind::ALL.iter().any(is_listed) {
                Vec::new()
            } else {
                vec!["policy.blocklist".to_owned()]
            }
        },
    ),
    row(
        NIST,
        "3.1.1.2",
        Level::Shall,
        "the entire password is compared with the blocklist, not substrings or words in it",
        looks_inside,
    ),
    row(
        NIST,
        "3.1.1.2",
        Level::Shall,
        "salted and hashed with a suitable password hashing scheme",
        |config| match Profile::under_the_floor(config.hash_settings().create()) {
            Some(_) => vec!["hash.create".to_owned()],
            None => Vec::new(),
        },
    ),
    row(
        NIST,
        "3.1.1.2",
        Level::Should,
        "stored passwords are encrypted or hashed again with a secret key (pepper)",
        |config| match config.root_keys().create_key_id() {
            Some(_) => Vec::new(),
            None => vec!["keys.create_key_id".to_owned()],
        },
    ),
    row(
        NIST,
        "4.2.3",
        Level::Shall,
        "the user is told of every recovery",
        |config| {
            if config.account().suppress_mail {
                vec!["account.suppress_mail".to_owned()]
            } else {
                Vec::new()
            }
        },
    ),
    row(
        NIST,
        "3.1.3.1",
        Level::ShallNot,
        "nobody signs in by e-mail, as who resets by a code in one does where the reset gives a session",
        signs_in_by_reset,
    ),
    row(
        ASVS,
        "6.2.1",
        Level::Shall,
        "at least 8 characters, and 15 are strongly recommended",
        |config| shorter_than(config, 8),
    ),
    row(
        ASVS,
        "6.2.4",
        Level::Shall,
        "compared with at least the 3000 most common passwords that the policy allows",
        |config| {
            if has_3000(config) {
                Vec::new()
            } else {
                vec!["policy.blocklist".to_owned()]
            }
        },
    ),
    row(
        ASVS,
        "6.2.5",
        Level::Shall,
        "passwords of any composition are accepted",
        |config| [set(config, &COMPOSITION), set(config, &CHARACTERS)].concat(),
    ),
    row(
        ASVS,
        "6.2.8",
        Level::Shall,
        "verified exactly as received, without truncation",
        cuts_off,
    ),
    row(
        &[Asvs5L2],
        "6.2.9",
        Level::Shall,
        "at least 64 characters are permitted",
        |config| longest_under(config, 64),
    ),
    row(
        &[Asvs5L2],
        "6.2.10",
        Level::Shall,
        "passwords stay valid until they are changed or compromised",
        ages,
    ),
    row(
        &[Asvs5L2],
        "6.2.11",
        Level::Shall,
        "words of the context are used to keep out what is easy to guess",
        |config| {
            let policy = config.policy();
            let is_used = policy.service_words() > 0
                || [WordKind::LoginId, WordKind::Email, WordKind::User]
                    .iter()
                    .any(|kind| policy.contains_words(*kind).is_some());
            if is_used {
                Vec::new()
            } else {
                vec!["policy.context".to_owned()]
            }
        },
    ),
    row(
        &[Asvs5L2],
        "6.2.12",
        Level::Shall,
        "compared with a set of breached passwords",
        |config| {
            if config.policy().has_blocklist(ListKind::Outside) {
                Vec::new()
            } else {
                vec!["policy.blocklist.outside".to_owned()]
            }
        },
    ),
    row(
        ASVS,
        "6.4.2",
        Level::Shall,
        "there are no security questions",
        |config| match config.questions() {
            Some(_) => vec!["questions".to_owned()],
            None => Vec::new(),
        },
    ),
    row(
        &[Asvs5L2],
        "6.4.3",
        Level::Should,
        "a reset bypasses no other factor, which rests on mfa_enrolled of the host where it gives a session",
        signs_in_by_reset,
    ),
    row(
        &[Asvs5L2],
        "6.5.5",
        Level::Shall,
        "codes that are sent live at most ten minutes",
        |config| {
            let over = config.codes().over_asvs();
            over.map(|key| format!("codes.lifetime_s.{key}")).collect()
        },
    ),
    row(
        &[Asvs5L2],
        "11.4.2",
        Level::Shall,
        "hashed by an approved function with parameters of appendix C",
        |config| {
            if is_of_appendix_c(config.hash_settings().create()) {
                Vec::new()
            } else {
                vec!["hash.create".to_owned()]
            }
        },
    ),
];

/// Rules about what characters a password is made of, besides which there may be.
const COMPOSITION: [Rule; 17] = [
    Rule::TooFewLower,
    Rule::TooFewUpper,
    Rule::TooFewDigits,
    Rule::TooFewSymbols,
    Rule::TooFewLetters,
    Rule::TooFewClasses,
    Rule::TooFewDistinct,
    Rule::MissingRequired,
    Rule::TooFewVisible,
    Rule::OnlyDigits,
    Rule::Repeated,
    Rule::ClassRun,
    Rule::Sequence,
    Rule::KeyboardWalk,
    Rule::Palindrome,
    Rule::TooManyOccurrences,
    Rule::ForbiddenNumber,
];

/// Rules about which characters there may be.
const CHARACTERS: [Rule; 7] = [
    Rule::NotAllowed,
    Rule::Disallowed,
    Rule::Whitespace,
    Rule::EdgeWhitespace,
    Rule::Control,
    Rule::Invisible,
    Rule::Unassigned,
];

/// The rules among `rules` that are on, for candidates of any length.
fn set(config: &Config, rules: &[Rule]) -> Vec<String> {
    let policy = config.policy();
    let on = rules.iter().filter(|rule| policy.has(**rule));
    on.map(|rule| format!("policy.{}", rule.key())).collect()
}

fn ages(config: &Config) -> Vec<String> {
    match config.account().max_age_s {
        Some(_) => vec!["account.max_age_days".to_owned()],
        None => Vec::new(),
    }
}

fn signs_in_by_reset(config: &Config) -> Vec<String> {
    if config.account().reset_signs_in {
        vec!["account.reset_signs_in".to_owned()]
    } else {
        Vec::new()
    }
}

fn shorter_than(config: &Config, least: u32) -> Vec<String> {
    let accepts = (0..least).any(|length| config.policy().accepts_length(length));
    if accepts {
        vec!["policy.min_length".to_owned()]
    } else {
        Vec::new()
    }
}

/// The printing characters of ASCII, and the space.
const PRINTING: std::ops::RangeInclusive<char> = ' '..='~';

fn refuses_ascii(config: &Config) -> Vec<String> {
    let policy = config.policy();
    let allowed = policy.characters(Rule::NotAllowed);
    let allowed = allowed.filter(|c| PRINTING.contains(c)).count();
    let mut disallowed = policy.characters(Rule::Disallowed);
    let mut rules = vec![Rule::Whitespace, Rule::EdgeWhitespace];
    if allowed < PRINTING.count() {
        rules.push(Rule::NotAllowed);
    }
    if disallowed.any(|c| PRINTING.contains(&c)) {
        rules.push(Rule::Disallowed);
    }
    set(config, &rules)
}

/// Code points that are no characters yet count: to a table that is older than
/// the keyboard a new character is one.
fn refuses_unicode(config: &Config) -> Vec<String> {
    let mut rules = vec![Rule::NotAllowed, Rule::Invisible, Rule::Unassigned];
    let mut disallowed = config.policy().characters(Rule::Disallowed);
    if disallowed.any(|c| !c.is_ascii()) {
        rules.push(Rule::Disallowed);
    }
    set(config, &rules)
}

/// Whether a candidate of up to so many characters may be too long. A character
/// takes four bytes at most, so the bound on bytes counts too.
fn longest_under(config: &Config, length: u32) -> Vec<String> {
    let policy = config.policy();
    let mut paths = Vec::new();
    for (rule, of_a_character) in [(Rule::TooLong, 1), (Rule::TooManyBytes, 4)] {
        let is_under = |length: u32| {
            let most = policy.bound_at(rule, length);
            most.is_some_and(|most| most < length.saturating_mul(of_a_character))
        };
        if (1..=length).any(is_under) {
            paths.push(format!("policy.{}", rule.key()));
        }
    }
    #[cfg(feature = "imports")]
    if matches!(config.hash_settings().create(), Kdf::Bcrypt(_)) {
        // Of which 72 bytes count.
        paths.push("hash.create".to_owned());
    }
    paths
}

#[cfg(feature = "imports")]
fn cuts_off(config: &Config) -> Vec<String> {
    match config.hash_settings().over_72() {
        Over72::Reject => Vec::new(),
        Over72::AcceptAndRehash => vec!["hash.over_72".to_owned()],
    }
}

#[cfg(not(feature = "imports"))]
fn cuts_off(_: &Config) -> Vec<String> {
    Vec::new()
}

/// As many characters a policy may ask for where the list inside has 3000
/// passwords of that length or more; of 16 and more it has fewer.
pub(super) const LONGEST_OF_3000: u32 = 15;

/// Whether candidates are looked up among 3000 that could be one. What an
/// outside list has is its builder's business.
fn has_3000(config: &Config) -> bool {
    let policy = config.policy();
    let takes = |length| policy.accepts_length(length);
    policy.has_blocklist(ListKind::Outside)
        || policy.has_blocklist(ListKind::Inside) && (0..=LONGEST_OF_3000).any(takes)
}

fn looks_inside(config: &Config) -> Vec<String> {
    let policy = config.policy();
    let is_inside = |kind: &WordKind| policy.contains_words(*kind) == Some(true);
    let mut paths = Vec::new();
    if WordKind::ALL.iter().any(is_inside) {
        paths.push("policy.context.match".to_owned());
    }
    if policy.has(Rule::TooFewPoints) {
        paths.push("policy.min_points".to_owned());
    }
    paths
}

/// OWASP ASVS 5.0, appendix C: memory in KiB by passes, and so on.
fn is_of_appendix_c(kdf: &Kdf) -> bool {
    match kdf {
        Kdf::Argon2(argon2) => {
            let least = match argon2.t() {
                1 => 47_104,
                2 => 19_456,
                _ => 12_288,
            };
            argon2.variant() == Variant::Id && argon2.m_kib() >= least
        }
        Kdf::Scrypt(scrypt) => {
            let least = match scrypt.p() {
                1 => 17,
                2 => 16,
                _ => 15,
            };
            scrypt.r() >= 8 && scrypt.ln() >= least
        }
        Kdf::Pbkdf2(pbkdf2) => match pbkdf2.prf() {
            Prf::Sha512 => pbkdf2.iterations() >= 210_000,
            Prf::Sha256 => pbkdf2.iterations() >= 600_000,
            #[cfg(feature = "imports")]
            Prf::Sha1 => pbkdf2.iterations() >= 1_300_000,
        },
        #[cfg(feature = "imports")]
        Kdf::Bcrypt(bcrypt) => bcrypt.cost() >= 10,
        #[cfg(feature = "imports")]
        _ => false,
    }
}

pub(super) const CONTRADICTIONS: [Contradiction; 5] = [
    Contradiction {
        topic: "minimum length",
        nist: ("3.1.1.2(1)", "15 characters, 8 with other factors"),
        asvs: ("6.2.1", "8 characters, 15 strongly recommended"),
        here: "each has a profile of its own",
    },
    Contradiction {
        topic: "context words",
        nist: (
            "3.1.1.2",
            "the entire password is compared, not what is in it",
        ),
        asvs: ("6.2.11", "what is easy to guess from the words is kept out"),
        here: "context.match is equal in the profiles of NIST, contained in asvs-5-l2",
    },
    Contradiction {
        topic: "normalization",
        nist: (
            "3.1.1.2",
            "Unicode should be normalized by NFC before hashing",
        ),
        asvs: ("6.2.8", "verified exactly as received"),
        here: "NFC and spaces, and the bytes as received are tried too; ASCII is never changed",
    },
    Contradiction {
        topic: "mistyping",
        nist: (
            "3.1.1.2",
            "white space at the edges and the case of the first letter may be forgiven",
        ),
        asvs: ("6.2.8", "verified exactly as received"),
        here: "nothing is forgiven",
    },
    Contradiction {
        topic: "composition",
        nist: (
            "3.1.1.2(5)",
            "no other composition rules, which a required strength score may be called",
        ),
        asvs: ("6.2.12", "further checks of strength are not excluded"),
        here: "no profile of a standard asks for a score, and for NIST min_score is a breach",
    },
];
