//! Settings that break requirements, beside those that keep them.

use crate::lint::Standard::{self, Asvs5L1, Asvs5L2, Nist63b4, Nist63b4Mfa};

/// A setting that breaks a requirement, and beside it the nearest that does not.
pub(super) struct Case {
    pub(super) standard: Standard,
    pub(super) section: &'static str,
    pub(super) path: &'static str,
    pub(super) breaks: &'static str,
    pub(super) keeps: &'static str,
}

const fn case(
    standard: Standard,
    section: &'static str,
    path: &'static str,
    breaks: &'static str,
    keeps: &'static str,
) -> Case {
    Case {
        standard,
        section,
        path,
        breaks,
        keeps,
    }
}

const CASES: [Case; 41] = [
    case(
        Nist63b4,
        "4.2.3",
        "account.suppress_mail",
        r#"{"account":{"suppress_mail":true}}"#,
        r#"{"account":{"suppress_mail":false}}"#,
    ),
    case(
        Nist63b4,
        "3.1.3.1",
        "account.reset_signs_in",
        r#"{"account":{"reset_signs_in":true}}"#,
        r#"{"account":{"reset_unlocks":true}}"#,
    ),
    case(
        Asvs5L2,
        "6.4.3",
        "account.reset_signs_in",
        r#"{"account":{"reset_signs_in":true}}"#,
        r#"{"account":{"reset_unlocks":true}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2(6)",
        "account.max_age_days",
        r#"{"account":{"max_age_days":365}}"#,
        r#"{"account":{"history":5}}"#,
    ),
    case(
        Asvs5L2,
        "6.2.10",
        "account.max_age_days",
        r#"{"account":{"max_age_days":365}}"#,
        r#"{"account":{"history":5}}"#,
    ),
    case(
        Asvs5L1,
        "6.4.2",
        "questions",
        r#"{"questions":{"pool":[{"id":"a","text":"Which book did you read first?"}]}}"#,
        "{}",
    ),
    case(
        Asvs5L2,
        "6.5.5",
        "codes.lifetime_s.email_link",
        r#"{"codes":{"lifetime_s":{"email_link":601}}}"#,
        r#"{"codes":{"lifetime_s":{"email_link":600}}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2(1)",
        "policy.min_length",
        r#"{"policy":{"min_length":14}}"#,
        r#"{"policy":{"min_length":15}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2(1)",
        "policy.min_length",
        r#"{"policy":{"min_length":15,"by_length":[{"up_to":20,"min_length":8}]}}"#,
        r#"{"policy":{"min_length":8,"by_length":[{"up_to":14,"min_length":15}]}}"#,
    ),
    // Fourteen characters slip between the two, until they have a bound of their own.
    case(
        Nist63b4,
        "3.1.1.2(1)",
        "policy.min_length",
        r#"{"policy":{"min_length":8,"by_length":[{"up_to":13,"min_length":15}]}}"#,
        r#"{"policy":{"min_length":8,"by_length":[{"up_to":13,"min_length":15},{"up_to":14,"min_length":16}]}}"#,
    ),
    case(
        Nist63b4Mfa,
        "3.1.1.2(1)",
        "policy.min_length",
        r#"{"policy":{"min_length":7}}"#,
        r#"{"policy":{"min_length":8}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2(2)",
        "policy.max_length",
        r#"{"policy":{"max_length":63}}"#,
        r#"{"policy":{"max_length":64}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2(2)",
        "policy.max_length",
        r#"{"policy":{"max_length":100,"by_length":[{"up_to":90,"max_length":40}]}}"#,
        r#"{"policy":{"max_length":65,"by_length":[{"up_to":64,"max_length":64}]}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2(2)",
        "policy.max_bytes",
        r#"{"policy":{"max_bytes":255}}"#,
        r#"{"policy":{"max_bytes":256}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2(2)",
        "policy.max_bytes",
        r#"{"policy":{"by_length":[{"up_to":64,"max_bytes":255}]}}"#,
        r#"{"policy":{"max_bytes":255,"by_length":[{"up_to":64,"max_bytes":256}]}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2(3)",
        "policy.allowed",
        r#"{"policy":{"allowed":"abcdefghijklmnopqrstuvwxyz"}}"#,
        r##"{"policy":{"allowed":" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"}}"##,
    ),
    case(
        Nist63b4,
        "3.1.1.2(3)",
        "policy.disallowed",
        r#"{"policy":{"disallowed":"~"}}"#,
        r#"{"policy":{"disallowed":"\t§"}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2(3)",
        "policy.no_whitespace",
        r#"{"policy":{"no_whitespace":true}}"#,
        r#"{"policy":{"no_whitespace":false}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2(3)",
        "policy.no_edge_whitespace",
        r#"{"policy":{"no_edge_whitespace":true}}"#,
        r#"{"policy":{"no_edge_whitespace":false}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2(4)",
        "policy.allowed",
        r#"{"policy":{"allowed":"aé"}}"#,
        r#"{"policy":{"min_length":8}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2(4)",
        "policy.disallowed",
        r#"{"policy":{"disallowed":"§"}}"#,
        r#"{"policy":{"disallowed":"~"}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2(4)",
        "policy.no_invisible",
        r#"{"policy":{"no_invisible":true}}"#,
        r#"{"policy":{"no_control":true}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2(4)",
        "policy.no_unassigned",
        r#"{"policy":{"no_unassigned":true}}"#,
        r#"{"policy":{"no_control":true}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2",
        "policy.context.match",
        r#"{"policy":{"context":{"match":{"email":"contained"}}}}"#,
        r#"{"policy":{"context":{"match":"equal","parts":true,"reversed":true,"leet":true,"edits":2}}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2",
        "policy.min_points",
        r#"{"policy":{"min_points":5,"context":{}}}"#,
        r#"{"policy":{"context":{}}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2",
        "hash.create",
        r#"{"hash":{"create":{"profile":"test-only"}}}"#,
        r#"{"hash":{"create":{"scheme":"argon2id","m_kib":7168,"t":5,"p":1}}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2",
        "keys.create_key_id",
        r#"{"keys":{"require_pepper":true}}"#,
        r#"{"keys":{"create_key_id":1}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2",
        "policy.blocklist",
        r#"{"policy":{"min_length":15}}"#,
        r#"{"policy":{"blocklist":{"inside":false,"outside":true}}}"#,
    ),
    case(
        Asvs5L1,
        "6.2.4",
        "policy.blocklist",
        r#"{"policy":{"min_length":8}}"#,
        r#"{"policy":{"min_length":16,"blocklist":{"inside":false,"outside":true}}}"#,
    ),
    case(
        Asvs5L2,
        "6.2.12",
        "policy.blocklist.outside",
        r#"{"policy":{"profile":"asvs-5-l2"}}"#,
        r#"{"policy":{"profile":"asvs-5-l2","blocklist":{"inside":false,"outside":true}}}"#,
    ),
    case(
        Asvs5L1,
        "6.2.1",
        "policy.min_length",
        r#"{"policy":{"min_length":7}}"#,
        r#"{"policy":{"min_length":8}}"#,
    ),
    case(
        Asvs5L2,
        "6.2.9",
        "policy.max_length",
        r#"{"policy":{"max_length":63}}"#,
        r#"{"policy":{"max_length":64}}"#,
    ),
    case(
        Asvs5L2,
        "6.2.11",
        "policy.context",
        r#"{"policy":{"min_length":8}}"#,
        r#"{"policy":{"context":{}}}"#,
    ),
    // Words of the service are asked for, and there are none.
    case(
        Asvs5L2,
        "6.2.11",
        "policy.context",
        r#"{"policy":{"context":{"match":{"service":"contained"}}}}"#,
        r#"{"policy":{"context":{"match":{"service":"contained"},"words":["Acme"]}}}"#,
    ),
    case(
        Asvs5L2,
        "11.4.2",
        "hash.create",
        r#"{"hash":{"create":{"profile":"test-only"}}}"#,
        "{}",
    ),
    // OWASP's cheat sheet has this one, appendix C has not.
    case(
        Asvs5L2,
        "11.4.2",
        "hash.create",
        r#"{"hash":{"create":{"scheme":"argon2id","m_kib":7168,"t":5,"p":1}}}"#,
        r#"{"hash":{"create":{"scheme":"argon2id","m_kib":12288,"t":3,"p":1}}}"#,
    ),
    case(
        Asvs5L2,
        "11.4.2",
        "hash.create",
        r#"{"hash":{"create":{"scheme":"argon2id","m_kib":19455,"t":2,"p":1}}}"#,
        r#"{"hash":{"create":{"scheme":"argon2id","m_kib":19456,"t":2,"p":1}}}"#,
    ),
    case(
        Asvs5L2,
        "11.4.2",
        "hash.create",
        r#"{"hash":{"create":{"scheme":"argon2id","m_kib":47103,"t":1,"p":1}}}"#,
        r#"{"hash":{"create":{"scheme":"argon2id","m_kib":47104,"t":1,"p":1}}}"#,
    ),
    case(
        Asvs5L2,
        "11.4.2",
        "hash.create",
        r#"{"hash":{"create":{"scheme":"scrypt","ln":14,"r":8,"p":5}}}"#,
        r#"{"hash":{"create":{"scheme":"scrypt","ln":15,"r":8,"p":3}}}"#,
    ),
    case(
        Asvs5L2,
        "11.4.2",
        "hash.create",
        r#"{"hash":{"create":{"scheme":"scrypt","ln":16,"r":10,"p":1}}}"#,
        r#"{"hash":{"create":{"scheme":"scrypt","ln":16,"r":8,"p":2}}}"#,
    ),
    case(
        Asvs5L2,
        "11.4.2",
        "hash.create",
        r#"{"hash":{"create":{"scheme":"scrypt","ln":17,"r":7,"p":1}}}"#,
        r#"{"hash":{"create":{"profile":"owasp-pbkdf2-sha512"}}}"#,
    ),
];

#[cfg(feature = "imports")]
const CASES_OF_IMPORTS: [Case; 4] = [
    case(
        Nist63b4,
        "3.1.1.2(2)",
        "hash.create",
        r#"{"hash":{"create":{"scheme":"bcrypt","cost":10}}}"#,
        r#"{"hash":{"create":{"profile":"owasp-scrypt"}}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2(9)",
        "hash.over_72",
        r#"{"hash":{"over_72":"accept_and_rehash"}}"#,
        r#"{"hash":{"over_72":"reject"}}"#,
    ),
    case(
        Asvs5L1,
        "6.2.8",
        "hash.over_72",
        r#"{"hash":{"over_72":"accept_and_rehash"}}"#,
        r#"{"hash":{"over_72":"reject"}}"#,
    ),
    case(
        Asvs5L2,
        "6.2.9",
        "hash.create",
        r#"{"hash":{"create":{"scheme":"bcrypt","cost":10}}}"#,
        r#"{"hash":{"create":{"profile":"owasp-scrypt"}}}"#,
    ),
];
#[cfg(not(feature = "imports"))]
const CASES_OF_IMPORTS: [Case; 0] = [];

#[cfg(feature = "strength")]
const CASES_OF_STRENGTH: [Case; 5] = [
    case(
        Nist63b4,
        "3.1.1.1",
        "policy.min_score",
        r#"{"policy":{"min_score":1}}"#,
        r#"{"policy":{"strength":true}}"#,
    ),
    case(
        Nist63b4Mfa,
        "3.1.1.1",
        "policy.min_score",
        r#"{"policy":{"by_length":[{"up_to":9,"min_score":3}]}}"#,
        r#"{"policy":{"by_length":[{"up_to":9,"min_length":9}]}}"#,
    ),
    case(
        Nist63b4,
        "3.1.1.2",
        "policy.blocklist",
        r#"{"policy":{"profile":"descope"}}"#,
        r#"{"policy":{"profile":"descope","blocklist":{}}}"#,
    ),
    case(
        Asvs5L2,
        "6.2.12",
        "policy.blocklist.outside",
        r#"{"policy":{"blocklist":{"inside":true}}}"#,
        r#"{"policy":{"blocklist":{"inside":true,"outside":true}}}"#,
    ),
    // Of 16 characters and more the list inside has fewer than 3000.
    case(
        Asvs5L1,
        "6.2.4",
        "policy.blocklist",
        r#"{"policy":{"min_length":16,"blocklist":{}}}"#,
        r#"{"policy":{"min_length":15,"blocklist":{}}}"#,
    ),
];
#[cfg(not(feature = "strength"))]
const CASES_OF_STRENGTH: [Case; 0] = [];

pub(super) fn cases() -> impl Iterator<Item = &'static Case> {
    CASES
        .iter()
        .chain(&CASES_OF_IMPORTS)
        .chain(&CASES_OF_STRENGTH)
}
