mod blocklist;
mod settings;
#[cfg(feature = "strength")]
mod strength;
mod words;

use super::characters::{alphabet_step, keyboard_steps, place};
use super::*;
use crate::json;
use crate::text::{Class, Properties};
use proptest::prelude::*;

const THIS_YEAR: u16 = 2026;

pub(crate) fn policy(json: &str) -> Policy {
    let json = json::parse(json.as_bytes()).expect("JSON");
    Policy::read(&json).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(json: &str) -> String {
    let json = json::parse(json.as_bytes()).expect("JSON");
    Policy::read(&json).expect_err("refused").to_string()
}

pub(super) fn check(policy: &Policy, password: &[u8], subject: &Subject) -> Findings {
    let candidate = Candidate {
        password,
        old: None,
        subject,
        year: THIS_YEAR,
        hashes_per_second: 1.0,
    };
    policy.check(&candidate, |_| None)
}

pub(crate) fn broken(policy: &Policy, password: &str) -> Vec<(Rule, u32, u32)> {
    let findings = check(policy, password.as_bytes(), &Subject::default());
    let each = findings.violations();
    each.map(|broken| (broken.rule(), broken.bound(), broken.found()))
        .collect()
}

/// Every rule that counts, with a bound that hardly anything keeps, so that findings tell what was counted.
fn everything() -> Policy {
    policy(
        r#"{"min_length":4096,"min_lower":1000,"min_upper":1000,"min_digits":1000,
            "min_symbols":1000,"min_letters":2050,"min_classes":5,"min_distinct":64,
            "disallowed":"xyz","no_whitespace":true,"no_edge_whitespace":true,
            "no_control":true,"no_invisible":true,"no_unassigned":true,"no_only_digits":true,
            "max_repeated":1,"max_class_run":1,"max_sequence":1,"max_keyboard_walk":1,
            "max_occurrences":1,"no_palindrome":true,"min_visible":4096,"required":["ß","Qq"],
            "forbidden_numbers":{"from":1,"to":1}}"#,
    )
}

#[test]
fn everything_is_said_at_once_in_the_order_of_numbers() {
    let found = broken(&everything(), "abc aaa1");
    assert_eq!(
        found,
        [
            (Rule::TooShort, 4096, 8),
            (Rule::TooFewLower, 1000, 6),
            (Rule::TooFewUpper, 1000, 0),
            (Rule::TooFewDigits, 1000, 1),
            (Rule::TooFewSymbols, 1000, 1),
            (Rule::TooFewLetters, 2050, 6),
            (Rule::TooFewClasses, 5, 3),
            (Rule::TooFewDistinct, 64, 4),
            (Rule::MissingRequired, 0, 2),
            (Rule::TooFewVisible, 4096, 7),
            (Rule::Whitespace, 0, 1),
            (Rule::Repeated, 1, 3),
            (Rule::ClassRun, 1, 3),
            (Rule::Sequence, 1, 3),
            (Rule::KeyboardWalk, 1, 2),
            (Rule::TooManyOccurrences, 1, 4),
            (Rule::ForbiddenNumber, 0, 1),
        ]
    );
}

#[test]
fn what_cannot_be_measured_is_said_alone() {
    let policy = everything();
    let found = |password: &[u8]| {
        let findings = check(&policy, password, &Subject::default());
        findings
            .violations()
            .map(|broken| (broken.rule(), broken.found()))
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&[b'a'; 4097]), [(Rule::TooManyBytes, 4097)]);
    assert_eq!(found(&[0xff; 1 << 20]), [(Rule::TooManyBytes, 1 << 20)]);
    assert_eq!(found(b"a\xed\xa0\x80"), [(Rule::NotUtf8, 1)]);
    assert_eq!(found(&[b'a'; 4096]).len(), 10);
}

#[test]
fn lengths_count_code_points_of_the_prepared_form() {
    let nist = PolicyProfile::named("nist-63b-4").expect("known").policy();
    assert_eq!(broken(&nist, &"é".repeat(15)), []);
    assert_eq!(broken(&nist, &"e\u{301}".repeat(15)), []);
    assert_eq!(
        broken(&nist, &"e\u{301}".repeat(14)),
        [(Rule::TooShort, 15, 14)]
    );
    assert_eq!(broken(&nist, &"😀".repeat(14)), [(Rule::TooShort, 15, 14)]);
}

#[test]
fn walks_have_one_direction() {
    let walks = policy(r#"{"max_sequence":3,"max_keyboard_walk":3}"#);
    let longest = |password: &str| {
        let found = broken(&walks, password);
        let of = |rule| {
            found
                .iter()
                .find(|broken| broken.0 == rule)
                .map_or(0, |broken| broken.2)
        };
        (of(Rule::Sequence), of(Rule::KeyboardWalk))
    };
    assert_eq!(longest("abcd"), (4, 0));
    assert_eq!(longest("aBcDcBa"), (4, 0));
    assert_eq!(longest("xabcdefedcx"), (6, 0));
    assert_eq!(longest("ababab"), (0, 0));
    assert_eq!(longest("qwerty"), (0, 6));
    assert_eq!(longest("QwErTy"), (0, 6));
    assert_eq!(longest("azerty"), (0, 6));
    assert_eq!(longest("qwertz"), (0, 6));
    assert_eq!(longest("poiuytrewq"), (0, 10));
    assert_eq!(longest("12345"), (5, 5));
    assert_eq!(longest("!@#$"), (0, 4));
    assert_eq!(longest("1qaz"), (0, 4));
    assert_eq!(longest("4esz"), (0, 4));
    assert_eq!(longest("qazwsx"), (0, 0));
    assert_eq!(longest("абвг"), (4, 0));
    let wraps = policy(r#"{"max_sequence":3,"sequence_wraps":true}"#);
    assert_eq!(broken(&wraps, "xyzab"), [(Rule::Sequence, 3, 5)]);
    assert_eq!(broken(&wraps, "8901"), [(Rule::Sequence, 3, 4)]);
}

#[test]
fn rules_may_depend_on_the_length() {
    let lithnet = policy(
        r#"{"min_length":8,"by_length":[{"up_to":11,"min_classes":4},{"up_to":19,"min_classes":2}]}"#,
    );
    assert_eq!(broken(&lithnet, "Abcdef12"), [(Rule::TooFewClasses, 4, 3)]);
    assert_eq!(broken(&lithnet, "Abcdef1!"), []);
    assert_eq!(
        broken(&lithnet, "correcthorse"),
        [(Rule::TooFewClasses, 2, 1)]
    );
    assert_eq!(broken(&lithnet, "correct horse"), []);
    assert_eq!(broken(&lithnet, "correcthorsebatterystaple"), []);
}

#[test]
fn a_change_has_to_be_one() {
    let strict = policy(r#"{"min_changes":4}"#);
    let lax = policy("{}");
    let broken = |policy: &Policy, old: &str, new: &str| {
        let candidate = Candidate {
            password: new.as_bytes(),
            old: Some(old.as_bytes()),
            subject: &Subject::default(),
            year: THIS_YEAR,
            hashes_per_second: 1.0,
        };
        let findings = policy.check(&candidate, |_| None);
        let each = findings.violations();
        each.map(|broken| (broken.rule(), broken.found()))
            .collect::<Vec<_>>()
    };
    assert_eq!(broken(&lax, "Summer2025!", "Summer2026!"), []);
    assert_eq!(
        broken(&lax, "Summer2025!", "Summer2025!"),
        [(Rule::SameAsOld, 1)]
    );
    assert_eq!(
        broken(&lax, "cafe\u{301}", "caf\u{e9}"),
        [(Rule::SameAsOld, 1)]
    );
    assert_eq!(
        broken(&strict, "Summer2025!", "Summer2026!"),
        [(Rule::TooSimilar, 1)]
    );
    assert_eq!(
        broken(&strict, "Summer2025!", "Summer2025!"),
        [(Rule::SameAsOld, 1), (Rule::TooSimilar, 0)]
    );
    assert_eq!(broken(&strict, "Summer2025!", "Autumn 1999?"), []);
    assert_eq!(broken(&strict, "", "Autumn 1999?"), []);
    let short = policy(r#"{"by_length":[{"up_to":40,"min_changes":4}]}"#);
    assert_eq!(
        broken(&short, "Summer2025!", "Summer2026!"),
        [(Rule::TooSimilar, 1)]
    );
}

#[test]
fn what_is_not_seen_can_be_forbidden() {
    let strict =
        policy(r#"{"no_invisible":true,"no_unassigned":true,"no_control":true,"min_visible":3}"#);
    for (password, rules) in [
        ("abc\u{200b}", &[Rule::Invisible][..]),
        ("\u{feff}abc", &[Rule::Invisible]),
        ("abc\u{378}", &[Rule::Unassigned]),
        ("abc\n", &[Rule::Control]),
        ("ab   ", &[Rule::TooFewVisible]),
        (
            "\u{3164}\u{3164}\u{3164}",
            &[Rule::TooFewVisible, Rule::Invisible],
        ),
        ("abc❤\u{fe0f}", &[]),
        ("ab👩\u{200d}👩\u{200d}👧", &[]),
        ("ab👍\u{1f3fd}", &[]),
        ("ab1\u{fe0f}\u{20e3}", &[]),
        ("ab©\u{fe0f}", &[]),
        ("ab❤\u{fe0f}\u{200d}🔥", &[]),
        (
            "ab🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            &[],
        ),
        ("ab😀\u{200d}", &[Rule::Invisible]),
        ("ab😀\u{200d}\u{200d}\u{200d}😀", &[Rule::Invisible]),
        ("ab😀\u{e0067}", &[Rule::Invisible]),
        ("ab😀\u{fe0f}\u{fe0f}", &[Rule::Invisible]),
        ("abc\u{fe0f}", &[Rule::Invisible]),
    ] {
        let found = broken(&strict, password);
        let found: Vec<Rule> = found.iter().map(|(rule, ..)| *rule).collect();
        assert_eq!(found, rules, "{password:?}");
    }
    let lax = policy(r#"{"min_distinct":2}"#);
    assert_eq!(
        broken(&lax, "a\u{200b}\u{200c} "),
        [(Rule::TooFewDistinct, 2, 1)]
    );
}

#[test]
fn bytes_have_a_bound_of_their_own() {
    let bytes = policy(r#"{"max_bytes":8}"#);
    assert_eq!(broken(&bytes, "éééé"), []);
    assert_eq!(broken(&bytes, "ééééa"), [(Rule::TooManyBytes, 8, 9)]);
    assert_eq!(broken(&bytes, "e\u{301}e\u{301}e\u{301}e\u{301}"), []);
}

#[test]
fn numbers_and_digits_can_be_forbidden() {
    let years = policy(r#"{"forbidden_numbers":{"from":1900,"to":2099},"no_only_digits":true}"#);
    assert_eq!(
        broken(&years, "born in 1984!"),
        [(Rule::ForbiddenNumber, 0, 1)]
    );
    assert_eq!(broken(&years, "x120105x"), [(Rule::ForbiddenNumber, 0, 1)]);
    assert_eq!(broken(&years, "x2100-1899x"), []);
    assert_eq!(broken(&years, "555"), [(Rule::OnlyDigits, 0, 1)]);
    assert_eq!(broken(&years, "٣٤٥"), [(Rule::OnlyDigits, 0, 1)]);
}

#[test]
fn hazards_are_warned_of() {
    let warned = |password: &str| {
        let findings = check(&policy("{}"), password.as_bytes(), &Subject::default());
        findings.hazards().map(Hazard::name).collect::<Vec<_>>()
    };
    for (password, hazards) in [
        ("correct horse", &[][..]),
        ("caf\u{e9}", &["not_ascii"]),
        ("cafe\u{301}", &["not_ascii", "other_form"]),
        ("a\u{a0}b", &["other_space"]),
        (
            "a\u{a0}b\u{212b}",
            &["not_ascii", "other_form", "other_space"],
        ),
        ("x\u{378}", &["not_ascii", "unassigned"]),
        ("x\u{200b}y", &["not_ascii", "invisible"]),
        ("xy\n", &["control", "edge_whitespace"]),
        (" xy", &["edge_whitespace"]),
        ("xy❤\u{fe0f}", &["not_ascii", "emoji"]),
        ("ｘy", &["not_ascii", "other_width"]),
        ("ｱy", &["not_ascii", "other_width"]),
        ("   ", &["edge_whitespace", "nothing_visible"]),
        ("", &[]),
    ] {
        assert_eq!(warned(password), hazards, "{password:?}");
    }
    let names = Hazard::all().map(Hazard::name);
    assert!(names.eq([
        "not_ascii",
        "other_form",
        "other_space",
        "unassigned",
        "invisible",
        "control",
        "edge_whitespace",
        "emoji",
        "other_width",
        "nothing_visible",
    ]));
}

fn number(number: usize) -> u32 {
    u32::try_from(number).expect("small")
}

/// The same by its definition: every part of the password, measured by itself.
fn longest(characters: &[char], holds: impl Fn(&[char]) -> bool) -> u32 {
    let parts = (0..characters.len())
        .flat_map(|from| (from + 1..=characters.len()).map(move |to| (from, to)));
    let fitting = parts.filter(|(from, to)| holds(&characters[*from..*to]));
    number(fitting.map(|(from, to)| to - from).max().unwrap_or(0))
}

fn class_of(c: char) -> Class {
    Properties::of(c).class()
}

fn alphabet(a: char, b: char) -> Option<i8> {
    alphabet_step(place(a, class_of(a))?, place(b, class_of(b))?, false)
}

fn all_steps(part: &[char], mut step: impl FnMut(char, char) -> u32) -> bool {
    part.len() > 1
        && part
            .windows(2)
            .fold(u32::MAX, |common, pair| common & step(pair[0], pair[1]))
            != 0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_counted_is_what_is_there(password in "[a-dqwert0-4QW! éλ\u{301}]{0,14}") {
        let policy = everything();
        let (prepared, found) = text::with_prepared(password.as_bytes(), |prepared| {
            let prepared = prepared.expect("UTF-8");
            (prepared.chars().collect::<Vec<char>>(), Measured::of(prepared, &policy, &Subject::default(), None))
        });
        let count = |is: fn(&char) -> bool| number(prepared.iter().filter(|c| is(c)).count());
        prop_assert_eq!(found.get(Rule::TooShort), number(prepared.len()));
        prop_assert_eq!(found.get(Rule::TooFewLower), count(|c| class_of(*c) == Class::Lower));
        prop_assert_eq!(found.get(Rule::TooFewSymbols), count(|c| !c.is_alphanumeric()));
        prop_assert_eq!(found.get(Rule::Whitespace), count(|c| c.is_whitespace()));
        let mut distinct: Vec<char> = prepared.iter().copied().filter(|c| *c != ' ').collect();
        distinct.sort_unstable();
        distinct.dedup();
        prop_assert_eq!(found.get(Rule::TooFewDistinct), number(distinct.len()));
        let times = |c: &char| prepared.iter().filter(|other| *other == c).count();
        let most = prepared.iter().filter(|c| **c != ' ').map(times).max();
        prop_assert_eq!(found.get(Rule::TooManyOccurrences), number(most.unwrap_or(0)));
        let same = |part: &[char]| part.iter().all(|c| *c == part[0]);
        prop_assert_eq!(found.get(Rule::Repeated), longest(&prepared, same));
        let class = |part: &[char]| part.iter().all(|c| class_of(*c) == class_of(part[0]));
        prop_assert_eq!(found.get(Rule::ClassRun), longest(&prepared, class));
        let alphabet = |part: &[char]| all_steps(part, |a, b| match alphabet(a, b) {
            Some(1) => 1,
            Some(_) => 2,
            None => 0,
        });
        prop_assert_eq!(found.get(Rule::Sequence), longest(&prepared, alphabet));
        let keyboard = |part: &[char]| all_steps(part, keyboard_steps);
        prop_assert_eq!(found.get(Rule::KeyboardWalk), longest(&prepared, keyboard));
        let backwards: Vec<char> = prepared.iter().rev().copied().collect();
        let is_palindrome = prepared.len() > 1 && backwards == prepared;
        prop_assert_eq!(found.get(Rule::Palindrome), u32::from(is_palindrome));
    }
}

/// A piece of three characters would do to guess the rest by.
#[test]
fn nothing_of_the_password_or_the_user_is_said() {
    let subject = r#"{"login_id":"QWXZ-JKVB","email":"vzqx.kjwp@zzyx.qxample","words":["Hjkqz"]}"#;
    let subject = Subject::from_json(subject.as_bytes()).expect("valid");
    let strict = policy(
        r#"{"min_length":64,"min_digits":3,"no_palindrome":true,"max_sequence":2,
            "context":{"words":["Wvqk"],"match":"contained","reversed":true,"leet":true}}"#,
    );
    for password in ["QWXZ-JKVB", "xx vzqx.kjwp yy", "hjkqz!wvqk", "xyzzyx"] {
        let findings = check(&strict, password.as_bytes(), &subject);
        assert!(!findings.is_empty());
        let said = format!("{} {findings:?}", findings.to_json()).to_lowercase();
        for text in [
            password,
            "qwxz-jkvb",
            "vzqx.kjwp@zzyx.qxample",
            "hjkqz",
            "wvqk",
        ] {
            let characters: Vec<char> = text.to_lowercase().chars().collect();
            for piece in characters.windows(3) {
                let piece: String = piece.iter().collect();
                // Of "qxample", which is an English word but for its beginning.
                let is_english = "xample".contains(&piece);
                assert!(
                    is_english || !said.contains(&piece),
                    "{piece:?} of {text:?} is in {said}"
                );
            }
        }
    }
}
