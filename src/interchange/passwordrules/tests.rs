use super::policy::{export, import};
use super::*;
use crate::interchange::members::Members;
use crate::interchange::{import_policy, table::Listed};
use proptest::prelude::*;

fn canonical(text: &str) -> String {
    PasswordRules::parse(text).0.to_string()
}

fn ignored(text: &str) -> Vec<(usize, &'static str)> {
    let ignored = PasswordRules::parse(text).1;
    ignored
        .iter()
        .map(|each| (each.offset(), each.reason()))
        .collect()
}

/// The corpus of real strings: site and rules.
#[allow(clippy::disallowed_methods)]
fn corpus() -> Vec<(String, String)> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/vectors/passwordrules.tsv"
    );
    let text = std::fs::read_to_string(path).expect("readable");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let rows = lines.map(|line| line.split_once('\t').expect("a tab"));
    rows.map(|(site, rules)| (site.to_owned(), rules.to_owned()))
        .collect()
}

#[test]
fn rules_merge_as_those_of_the_reference() {
    for (text, expected) in [
        ("", ""),
        ("minlength: 8; minlength: 12", "minlength: 12;"),
        ("maxlength: 20; maxlength: 16;", "maxlength: 16;"),
        (
            "max-consecutive: 3; max-consecutive: 2;",
            "max-consecutive: 2;",
        ),
        ("allowed: lower; allowed: digit;", "allowed: lower, digit;"),
        (
            "required: LOWER; required: Upper, [abc];",
            "required: lower; required: upper, [abc];",
        ),
        (
            "required: lower; allowed: digit;",
            "allowed: lower, digit; required: lower;",
        ),
        (
            "required: lower; allowed: ascii-printable;",
            "allowed: ascii-printable; required: lower;",
        ),
        ("allowed: ascii-printable;", ""),
        ("allowed: unicode;", "allowed: unicode;"),
        ("allowed: ascii-printable, unicode;", ""),
        ("allowed: unicode, ascii-printable;", "allowed: unicode;"),
        (
            "allowed: unicode; required: ascii-printable;",
            "allowed: unicode; required: ascii-printable;",
        ),
        ("allowed: lower, upper, digit, special;", ""),
        (
            "required: [abcdefghijklmnopqrstuvwxyz1];",
            "required: lower, [1];",
        ),
        (
            "allowed: [-a]; allowed: []]; allowed: [[];",
            "allowed: [-[a]];",
        ),
        ("required: [];", ""),
        ("minlength:8;maxlength:20", "minlength: 8; maxlength: 20;"),
    ] {
        assert_eq!(canonical(text), expected, "{text}");
    }
}

#[test]
fn what_does_not_count_is_told_with_its_place() {
    const VOID: &str = "\";\" has to stand here: nothing of the whole string counts";
    const END: &str = "\";\" has to follow the number at once";
    for (text, expected, faults) in [
        (
            "minlength: 0; maxlength: 9;",
            "maxlength: 9;",
            vec![(11, "has to be 1 at least")],
        ),
        (
            "minlength: 8 ; maxlength: 9;",
            "maxlength: 9;",
            vec![(12, END)],
        ),
        (
            "minlength: x; maxlength: 9;",
            "",
            vec![(11, "has to be a number"), (11, VOID)],
        ),
        (
            "maxlength: 9; Minlength: 8;",
            "",
            vec![(14, "unknown rule"), (14, VOID)],
        ),
        (
            "maxlength: 9; required: uper;",
            "",
            vec![(24, "unknown class"), (24, VOID)],
        ),
        (
            "maxlength: 9;; minlength: 8;",
            "maxlength: 9;",
            vec![(13, "a rule has to begin here: what follows is not read")],
        ),
        (
            "required: ; maxlength: 9;",
            "maxlength: 9;",
            vec![(0, "has no value")],
        ),
        (
            "required: upper, ; maxlength: 9;",
            "maxlength: 9;",
            vec![(17, "a class has to stand here")],
        ),
        (
            "required: upper lower;",
            "",
            vec![(16, "\",\" or \";\" has to follow a class"), (16, VOID)],
        ),
        (
            "required: upper, [abc",
            "required: upper;",
            vec![(17, "the class does not end")],
        ),
        (
            "required: [a-z];",
            "required: [az];",
            vec![(12, "\"-\" counts as the first of a class only")],
        ),
        (
            "required: [ä];",
            "",
            vec![
                (11, "is not printable ASCII"),
                (10, "the class has no character"),
            ],
        ),
        (
            "minlength",
            "",
            vec![(9, "\":\" has to follow the name of the rule")],
        ),
    ] {
        assert_eq!(canonical(text), expected, "{text}");
        assert_eq!(ignored(text), faults, "{text}");
    }
}

#[test]
fn real_strings_are_read_written_and_read_again() {
    let corpus = corpus();
    assert!(corpus.len() >= 120, "{}", corpus.len());
    let mut faulty = Vec::new();
    for (site, text) in &corpus {
        let (rules, ignored) = PasswordRules::parse(text);
        if !ignored.is_empty() {
            faulty.push(site);
        }
        assert_eq!(
            PasswordRules::parse(&rules.to_string()),
            (rules, vec![]),
            "{site}"
        );
    }
    // Letters and signs that are not ASCII in a class.
    assert_eq!(faulty, ["axa.de", "dkb.de", "posteo.de"]);
}

#[test]
fn real_strings_become_policies_and_come_back() {
    for (site, text) in corpus() {
        let json = serde_json::json!({"format": "passwordrules", "settings": text}).to_string();
        let imported = import_policy(json.as_bytes());
        let imported = imported.unwrap_or_else(|error| panic!("{site}: {error}"));
        let policy = crate::json::parse(imported.policy_json().as_bytes()).expect("JSON");
        let exported =
            crate::interchange::export(Members::read(&policy).expect(&site), "passwordrules")
                .expect(&site);
        assert!(exported.is_complete(), "{site}: {}", exported.to_json());
        let back: serde_json::Value = serde_json::from_str(&exported.to_json()).expect("JSON");
        let back = back["settings"].as_str().expect("a string");
        let again = serde_json::json!({"format": "passwordrules", "settings": back}).to_string();
        let again = import_policy(again.as_bytes()).expect(&site);
        assert_eq!(
            again.policy_json(),
            imported.policy_json(),
            "{site}: {back}"
        );
    }
}

fn imported(text: &str) -> (String, Vec<Listed>) {
    let (members, list) = import(text);
    let json = crate::json::Writer::object(|json| members.write(json));
    (json, list)
}

fn exported(policy: &str) -> (String, Vec<(String, String)>, Vec<String>) {
    let json = crate::json::parse(policy.as_bytes()).expect("JSON");
    let (mut members, mut list) = (Members::read(&json).expect("a policy"), Vec::new());
    let text = export(&mut members, &mut list).expect("written");
    let list = list.into_iter().map(|listed| (listed.path, listed.reason));
    (text, list.collect(), members.into_names().collect())
}

#[test]
fn a_class_is_counted_where_only_these_can_be_of_it() {
    for (text, policy) in [
        (
            "required: lower; required: digit; allowed: unicode;",
            r#"{"required":["abcdefghijklmnopqrstuvwxyz","0123456789"]}"#,
        ),
        (
            "required: lower; allowed: digit;",
            r#"{"min_lower":1,"allowed":"0123456789abcdefghijklmnopqrstuvwxyz"}"#,
        ),
        (
            "required: lower, upper; allowed: [1];",
            r#"{"min_letters":1,"allowed":"1ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"}"#,
        ),
        (
            "required: [!?]; allowed: [ab];",
            r#"{"min_symbols":1,"allowed":"!?ab"}"#,
        ),
        (
            "required: [!?]; allowed: [ab#];",
            r##"{"required":["!?"],"allowed":"!#?ab"}"##,
        ),
        ("required: [ab];", r#"{"min_length":1,"allowed":"ab"}"#),
        ("allowed: unicode; maxlength: 5000;", "{}"),
    ] {
        assert_eq!(imported(text).0, policy, "{text}");
    }
    assert_eq!(imported("maxlength: 5000;").1.len(), 1);
}

#[test]
fn what_is_written_narrows_and_says_so() {
    for (policy, text, narrowed, left) in [
        (
            r#"{"min_length":15}"#,
            "minlength: 15; allowed: unicode;",
            vec![],
            vec![],
        ),
        (
            r#"{"min_length":8,"min_lower":1,"min_digits":2}"#,
            "minlength: 8; allowed: unicode; required: lower; required: digit;",
            vec!["min_lower", "min_digits"],
            vec![],
        ),
        (
            r#"{"min_length":4,"min_digits":10,"min_lower":3}"#,
            "minlength: 13; allowed: unicode; required: lower; required: digit;",
            vec!["min_lower", "min_digits"],
            vec![],
        ),
        (
            r#"{"min_length":8,"min_classes":3}"#,
            "minlength: 8; allowed: unicode; required: lower; required: upper; required: digit; required: special;",
            vec!["min_classes"],
            vec![],
        ),
        (
            r#"{"min_classes":2,"classes":["digit","lower"],"allowed":"abc123"}"#,
            "required: [abc]; required: [123];",
            vec![],
            vec![],
        ),
        (
            r#"{"disallowed":"§ "}"#,
            "allowed: upper, lower, digit, [-!\"#$%&'()*+,./:;<=>?@[\\^_`{|}~]];",
            vec!["disallowed"],
            vec![],
        ),
        (
            r#"{"allowed":"abcä ","no_edge_whitespace":true,"max_bytes":20,"max_length":30}"#,
            "maxlength: 20; allowed: [abc];",
            vec!["allowed", "no_edge_whitespace"],
            vec![],
        ),
        (
            r#"{"no_only_digits":true,"max_repeated":2,"max_sequence":3,"min_points":5,"context":{}}"#,
            "max-consecutive: 2; allowed: unicode; required: upper, lower, special;",
            vec!["no_only_digits"],
            vec!["max_sequence", "min_points", "context"],
        ),
        (
            r#"{"min_digits":1,"allowed":"abc"}"#,
            "allowed: [abc];",
            vec!["min_digits"],
            vec![],
        ),
    ] {
        let (written, list, members) = exported(policy);
        assert_eq!(written, text, "{policy}");
        let paths: Vec<&str> = list.iter().map(|(path, _)| &**path).collect();
        assert_eq!(paths, narrowed, "{policy}");
        assert_eq!(members, left, "{policy}");
        assert_eq!(canonical(&written), written, "{policy}");
    }
    let nothing = crate::json::parse(br#"{"allowed":"\u00e4"}"#).expect("JSON");
    assert!(
        crate::interchange::export(Members::read(&nothing).expect("members"), "passwordrules")
            .is_err()
    );
}

/// Pieces that strings are made of, so that most of them mean something.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("required: "),
        Just("allowed: "),
        Just("minlength: "),
        Just("maxlength: "),
        Just("max-consecutive: "),
        Just("lower"),
        Just("UPPER"),
        Just("digit"),
        Just("special"),
        Just("unicode"),
        Just("ascii-printable"),
        Just("["),
        Just("]"),
        Just("[-ab]"),
        Just("[]]"),
        Just("-"),
        Just(", "),
        Just(","),
        Just("; "),
        Just("; "),
        Just(";"),
        Just("8"),
        Just("0"),
        Just(" "),
        Just("ä"),
        Just("x")
    ];
    proptest::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_written_means_what_was_read(text in prop_oneof![text(), ".{0,60}".prop_map(|t: String| t)]) {
        let (rules, ignored) = PasswordRules::parse(&text);
        prop_assert!(ignored.iter().all(|each| each.offset() <= text.len()));
        let (again, nothing) = PasswordRules::parse(&rules.to_string());
        prop_assert_eq!(&again, &rules);
        prop_assert!(nothing.is_empty());
    }
}

impl Characters {
    fn has(self, c: char) -> bool {
        match self {
            Self::Unicode => true,
            Self::Ascii => Printable::ALL.characters().any(|known| known == c),
            Self::Some(set) => set.characters().any(|known| known == c),
        }
    }
}

impl PasswordRules {
    fn fulfilled_by(&self, password: &str) -> bool {
        let length = u32::try_from(password.chars().count()).expect("short");
        let repeated = longest_run(password);
        self.required
            .iter()
            .all(|set| password.chars().any(|c| set.has(c)))
            && password.chars().all(|c| self.allowed.has(c))
            && self.min_length.is_none_or(|least| length >= least)
            && self.max_length.is_none_or(|most| length <= most)
            && self.max_consecutive.is_none_or(|most| repeated <= most)
    }
}

fn longest_run(password: &str) -> u32 {
    let (mut longest, mut run, mut last) = (0, 0, None);
    for c in password.chars() {
        run = if last == Some(c) { run + 1 } else { 1 };
        last = Some(c);
        longest = longest.max(run);
    }
    longest
}

/// The names of the rules that `password` breaks.
fn broken(policy: &str, password: &str) -> Vec<&'static str> {
    let broken = crate::policy::tests::broken(&crate::policy::tests::policy(policy), password);
    broken.into_iter().map(|(rule, ..)| rule.name()).collect()
}

/// Short passwords of few characters, so that many fulfil some rules; each is its own prepared form.
fn passwords() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("[aabAB11!# \u{e4}]{1,8}", 60)
}

fn sets() -> impl Strategy<Value = String> {
    let class = prop_oneof![
        Just("lower"),
        Just("upper"),
        Just("digit"),
        Just("special"),
        Just("[ab]"),
        Just("[- #]"),
        Just("[1]"),
        Just("unicode"),
        Just("ascii-printable"),
    ];
    proptest::collection::vec(class, 1..3).prop_map(|classes| classes.join(", "))
}

fn rules() -> impl Strategy<Value = String> {
    let rule = prop_oneof![
        3 => sets().prop_map(|sets| format!("required: {sets};")),
        2 => sets().prop_map(|sets| format!("allowed: {sets};")),
        1 => (1..5u32).prop_map(|n| format!("minlength: {n};")),
        1 => (5..9u32).prop_map(|n| format!("maxlength: {n};")),
        1 => (1..4u32).prop_map(|n| format!("max-consecutive: {n};")),
    ];
    proptest::collection::vec(rule, 0..5).prop_map(|rules| rules.concat())
}

/// Members that this release reads, each in one case of three.
fn policies() -> impl Strategy<Value = serde_json::Value> {
    fn some<T: std::fmt::Debug + Clone + 'static>(
        strategy: impl Strategy<Value = T> + 'static,
    ) -> impl Strategy<Value = Option<T>> {
        proptest::option::weighted(0.34, strategy)
    }
    let counts = (
        some(1..3u32),
        some(1..3u32),
        some(1..3u32),
        some(1..3u32),
        some(1..3u32),
        some(1..6u32),
    );
    let flags = (some(Just(true)), some(Just(true)), some(Just(true)));
    let allowed = prop_oneof![Just("abAB1!# "), Just("abAB1\u{e4}"), Just("ab1#")];
    let disallowed = prop_oneof![Just("#"), Just("b\u{e4}"), Just("1 ")];
    (counts, flags, some(allowed), some(disallowed), some(1..5u32), some(12..14u32), some(1..4u32)).prop_map(
        |((lower, upper, digits, symbols, letters, classes), (white, edge, control), allowed, disallowed, least, most, repeated)| {
            let all = serde_json::json!({
                "min_lower": lower, "min_upper": upper, "min_digits": digits, "min_symbols": symbols,
                "min_letters": letters, "min_classes": classes, "no_whitespace": white,
                "no_edge_whitespace": edge, "no_control": control, "allowed": allowed,
                "disallowed": disallowed, "min_length": least, "max_length": most, "max_repeated": repeated
            });
            let members = all.as_object().expect("an object").clone().into_iter();
            members.filter(|(_, value)| !value.is_null()).collect()
        },
    )
}

/// What a member's rule is called in findings.
fn rule_of(member: &str) -> &'static str {
    crate::policy::Rule::all()
        .find(|rule| rule.key() == member)
        .map_or("", crate::policy::Rule::name)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_policy_takes_what_the_rules_take(text in rules(), passwords in passwords()) {
        let (policy, list) = imported(&text);
        prop_assert_eq!(list, vec![]);
        let json = crate::json::parse(policy.as_bytes()).expect("JSON");
        if crate::policy::Policy::read(&json).is_err() {
            return Ok(()); // No password fulfils it.
        }
        let rules = PasswordRules::parse(&text).0;
        for password in passwords {
            let is_taken = broken(&policy, &password).is_empty();
            prop_assert_eq!(is_taken, rules.fulfilled_by(&password), "{} {:?} {}", text, password, policy);
        }
    }

    #[test]
    fn rules_take_no_more_than_the_policy_but_for_what_is_listed(policy in policies(), passwords in passwords()) {
        let policy = policy.to_string();
        let json = crate::json::parse(policy.as_bytes()).expect("JSON");
        if crate::policy::Policy::read(&json).is_err() {
            return Ok(()); // No password fulfils it.
        }
        let (mut members, mut list) = (Members::read(&json).expect("a policy"), Vec::new());
        if let Some(text) = export(&mut members, &mut list) {
            let rules = PasswordRules::parse(&text).0;
            let may_break: Vec<&str> = list
                .iter()
                .filter(|listed| !listed.reason.starts_with("narrowed"))
                .map(|listed| rule_of(&listed.path))
                .collect();
            for password in passwords.iter().filter(|password| rules.fulfilled_by(password)) {
                for rule in broken(&policy, password) {
                    prop_assert!(may_break.contains(&rule), "{} {} {:?} {}", policy, text, password, rule);
                }
            }
            // What is not listed at all is not narrowed either.
            if list.is_empty() {
                for password in &passwords {
                    let is_taken = broken(&policy, password).is_empty();
                    prop_assert_eq!(is_taken, rules.fulfilled_by(password), "{} {} {:?}", policy, text, password);
                }
            }
        }
    }
}
