use super::characters::{Class, alphabet_step, keyboard_steps};
use super::*;
use crate::json;
use proptest::prelude::*;

fn policy(json: &str) -> Policy {
    let json = json::parse(json.as_bytes()).expect("JSON");
    Policy::read(&json).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(json: &str) -> String {
    let json = json::parse(json.as_bytes()).expect("JSON");
    Policy::read(&json).expect_err("refused").to_string()
}

fn broken(policy: &Policy, password: &str) -> Vec<(Rule, u32, u32)> {
    let findings = policy.check(password.as_bytes(), &Subject::default());
    let each = findings.violations();
    each.map(|broken| (broken.rule(), broken.bound(), broken.found()))
        .collect()
}

/// Every rule that counts, with a bound that nothing keeps, so that findings tell what was counted.
fn everything() -> Policy {
    policy(
        r#"{"min_length":4096,"min_lower":4096,"min_upper":4096,"min_digits":4096,
            "min_symbols":4096,"min_letters":4096,"min_classes":5,"min_distinct":32,
            "allowed":"é","disallowed":"xyz","no_whitespace":true,"no_edge_whitespace":true,
            "no_control":true,"max_repeated":1,"max_class_run":1,"max_sequence":1,
            "max_keyboard_walk":1,"no_palindrome":true}"#,
    )
}

#[test]
fn everything_is_said_at_once_in_the_order_of_numbers() {
    let found = broken(&everything(), "abc aaa1");
    assert_eq!(
        found,
        [
            (Rule::TooShort, 4096, 8),
            (Rule::TooFewLower, 4096, 6),
            (Rule::TooFewUpper, 4096, 0),
            (Rule::TooFewDigits, 4096, 1),
            (Rule::TooFewSymbols, 4096, 1),
            (Rule::TooFewLetters, 4096, 6),
            (Rule::TooFewClasses, 5, 3),
            (Rule::TooFewDistinct, 32, 5),
            (Rule::NotAllowed, 0, 8),
            (Rule::Whitespace, 0, 1),
            (Rule::Repeated, 1, 3),
            (Rule::ClassRun, 1, 3),
            (Rule::Sequence, 1, 3),
        ]
    );
}

#[test]
fn what_cannot_be_measured_is_said_alone() {
    let policy = everything();
    let found = |password: &[u8]| {
        let findings = policy.check(password, &Subject::default());
        findings
            .violations()
            .map(|broken| (broken.rule(), broken.found()))
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&[b'a'; 4097]), [(Rule::TooManyBytes, 4097)]);
    assert_eq!(found(&[0xff; 1 << 20]), [(Rule::TooManyBytes, 1 << 20)]);
    assert_eq!(found(b"a\xed\xa0\x80"), [(Rule::NotUtf8, 1)]);
    assert_eq!(found(&[b'a'; 4096]).len(), 9);
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
    assert_eq!(longest("qaz"), (0, 0));
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
fn words_of_the_user_and_the_service_are_found_however_they_are_dressed() {
    let subject = Subject::from_json(
        br#"{"login_id":"jdoe42","email":"jane.doe@example.com","words":["Jane","Doe","Li"]}"#,
    )
    .expect("valid");
    let strict = policy(
        r#"{"context":{"words":["Acme Corp"],"match":"contained","least":3,"reversed":true,"leet":true}}"#,
    );
    let equal = policy(r#"{"context":{"words":["Acme Corp"]}}"#);
    let found = |policy: &Policy, password: &str| {
        let findings = policy.check(password.as_bytes(), &subject);
        findings
            .context_words()
            .map(WordKind::name)
            .collect::<Vec<_>>()
    };
    for (password, kinds) in [
        ("xx acme-corp 99", &["service"][..]),
        ("4cm3c0rp", &["service"]),
        ("procemca!", &["service"]),
        ("a\u{200b}cmeＣｏｒｐ", &["service"]),
        ("jdoe42", &["login_id", "user"]),
        ("24EODJ", &["login_id", "user"]),
        ("my jane.doe 1", &["email", "user"]),
        ("janedoeexamplecom", &["email", "user"]),
        ("li", &["user"]),
        ("climbing", &[]),
        ("correct horse", &[]),
        ("!!!", &[]),
    ] {
        assert_eq!(found(&strict, password), kinds, "{password}");
    }
    assert_eq!(found(&equal, "ACME.corp"), ["service"]);
    assert_eq!(found(&equal, "ACME.corp1"), Vec::<&str>::new());
    assert_eq!(found(&equal, "4cmecorp"), Vec::<&str>::new());
    assert!(refused(r#"{"context":{"words":["!"]}}"#).contains("no letter"));
    assert!(refused(r#"{"context":{"words":["acme","A.C.M.E."]}}"#).contains("is the same"));
    assert!(refused(r#"{"context":{"least":5}}"#).contains("goes with"));
    assert!(refused(r#"{"context":{"match":"part"}}"#).contains("is \"equal\""));
    let text = json::Writer::object(|json| strict.write(json));
    assert_eq!(policy(&text), strict, "{text}");
}

#[test]
fn contradictions_are_refused_at_their_place() {
    for (json, reason) in [
        (
            r#"{"min_length":9,"max_length":8}"#,
            "min_length 9 is over max_length 8",
        ),
        (
            r#"{"max_length":3,"min_lower":2,"min_digits":2}"#,
            "the classes need 4 characters, more than max_length 3",
        ),
        (
            r#"{"max_length":2,"min_classes":3}"#,
            "too_few_classes asks for 3 characters, more than max_length 2",
        ),
        (
            r#"{"min_classes":6}"#,
            "min_classes is 6, over the limit of 5",
        ),
        (
            r#"{"min_length":0}"#,
            "min_length is 0, under the floor of 1",
        ),
        (r#"{"allowed":""}"#, "has to name a character"),
        (r#"{"disallowed":"aba"}"#, "a character stands twice"),
        (r#"{"sequence_wraps":true}"#, "goes with max_sequence"),
        (
            r#"{"by_length":[{"up_to":9,"min_digits":1},{"up_to":9,"min_digits":2}]}"#,
            "larger than the one before",
        ),
        (r#"{"by_length":[{"up_to":9}]}"#, "has to set a rule"),
        (r#"{"min_lenght":9}"#, "the nearest is \"min_length\""),
        (
            r#"{"profile":"nist"}"#,
            "unknown profile; there are nist-63b-4",
        ),
        (r#"{"no_control":1}"#, "has to be true or false"),
    ] {
        let said = refused(json);
        assert!(said.contains(reason), "{json}: {said}");
    }
}

#[test]
fn what_is_written_is_read_as_the_same() {
    let by_length = r#"{"min_length":8,"max_sequence":3,"sequence_wraps":true,
        "by_length":[{"up_to":11,"min_classes":4,"no_whitespace":true}]}"#;
    let profiles = PolicyProfile::all().iter().map(PolicyProfile::policy);
    for policy in profiles.chain([everything(), self::policy(by_length)]) {
        let text = json::Writer::object(|json| policy.write(json));
        assert_eq!(self::policy(&text), policy, "{text}");
    }
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

fn all_steps(part: &[char], mut step: impl FnMut(char, char) -> u8) -> bool {
    part.len() > 1
        && part
            .windows(2)
            .fold(u8::MAX, |common, pair| common & step(pair[0], pair[1]))
            != 0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_counted_is_what_is_there(password in "[a-dqwert0-4QW! éλ\u{301}]{0,14}") {
        let policy = everything();
        let (prepared, found) = text::with_prepared(password.as_bytes(), |prepared| {
            let prepared = std::str::from_utf8(prepared.expect("UTF-8")).expect("UTF-8");
            (prepared.chars().collect::<Vec<char>>(), Measured::of(prepared, &policy, &Subject::default()))
        });
        let count = |is: fn(&char) -> bool| number(prepared.iter().filter(|c| is(c)).count());
        prop_assert_eq!(found.get(Rule::TooShort), number(prepared.len()));
        prop_assert_eq!(found.get(Rule::TooFewLower), count(|c| Class::of(*c) == Class::Lower));
        prop_assert_eq!(found.get(Rule::TooFewSymbols), count(|c| !c.is_alphanumeric()));
        prop_assert_eq!(found.get(Rule::Whitespace), count(|c| c.is_whitespace()));
        let mut distinct = prepared.clone();
        distinct.sort_unstable();
        distinct.dedup();
        prop_assert_eq!(found.get(Rule::TooFewDistinct), number(distinct.len()));
        let same = |part: &[char]| part.iter().all(|c| *c == part[0]);
        prop_assert_eq!(found.get(Rule::Repeated), longest(&prepared, same));
        let class = |part: &[char]| part.iter().all(|c| Class::of(*c) == Class::of(part[0]));
        prop_assert_eq!(found.get(Rule::ClassRun), longest(&prepared, class));
        let alphabet = |part: &[char]| all_steps(part, |a, b| match alphabet_step(a, b, false) {
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
        let findings = strict.check(password.as_bytes(), &subject);
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
