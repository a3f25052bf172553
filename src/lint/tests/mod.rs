use super::*;

mod cases;

use Standard::{Asvs5L1, Asvs5L2, Nist63b4, Nist63b4Mfa};
use cases::cases;

fn linted(json: &str, standard: Standard) -> Lint {
    let config = Config::from_json(json.as_bytes()).unwrap_or_else(|e| panic!("{json}: {e}"));
    config.lint(&[standard])
}

/// Paths of the settings that break a section, where they do.
fn paths(json: &str, standard: Standard, section: &str) -> Vec<String> {
    let lint = linted(json, standard);
    let breaches = lint.breaches().filter(|breach| breach.section == section);
    breaches.map(|breach| breach.path.clone()).collect()
}

/// Every rule of composition, by the setting that has it on.
const COMPOSED: [(&str, &str); 17] = [
    ("min_lower", "1"),
    ("min_upper", "1"),
    ("min_digits", "1"),
    ("min_symbols", "1"),
    ("min_letters", "1"),
    ("min_classes", "2"),
    ("min_distinct", "2"),
    ("required", r#"["!?"]"#),
    ("min_visible", "1"),
    ("no_only_digits", "true"),
    ("max_repeated", "3"),
    ("max_class_run", "9"),
    ("max_sequence", "4"),
    ("max_keyboard_walk", "4"),
    ("no_palindrome", "true"),
    ("max_occurrences", "9"),
    ("forbidden_numbers", r#"{"from":1900,"to":2099}"#),
];

/// Those of the characters that there may be, which ASVS counts among them.
const CHARACTERS: [(&str, &str); 7] = [
    ("allowed", r#""abc""#),
    ("disallowed", r#""abc""#),
    ("no_whitespace", "true"),
    ("no_edge_whitespace", "true"),
    ("no_control", "true"),
    ("no_invisible", "true"),
    ("no_unassigned", "true"),
];

/// What asks for a list of passwords, the setting, and whether the list inside will do.
const NEEDS_A_LIST: [(Standard, &str, &str, bool); 5] = [
    (Nist63b4, "3.1.1.2", "policy.blocklist", true),
    (Nist63b4Mfa, "3.1.1.2", "policy.blocklist", true),
    (Asvs5L1, "6.2.4", "policy.blocklist", true),
    (Asvs5L2, "6.2.4", "policy.blocklist", true),
    (Asvs5L2, "6.2.12", "policy.blocklist.outside", false),
];

#[test]
fn a_requirement_is_broken_by_its_setting_and_kept_by_the_one_beside_it() {
    for case in cases() {
        let has = |json: &str| {
            let paths = paths(json, case.standard, case.section);
            paths.iter().filter(|path| *path == case.path).count()
        };
        let [breaks, keeps] = [case.breaks, case.keeps].map(has);
        assert_eq!(breaks, 1, "{} {}", case.section, case.breaks);
        assert_eq!(keeps, 0, "{} {}", case.section, case.keeps);
    }
}

#[test]
fn every_rule_of_composition_is_found_and_a_length_is_none() {
    let broken = |json: &str, standard, section| paths(json, standard, section);
    let lax = r#"{"policy":{"min_length":20,"max_length":64,"max_bytes":256,"min_changes":3}}"#;
    for (standard, section) in [(Nist63b4, "3.1.1.2(5)"), (Asvs5L1, "6.2.5")] {
        assert_eq!(broken(lax, standard, section), [""; 0]);
        for (key, value) in COMPOSED {
            let path = format!("policy.{key}");
            let json = format!(r#"{{"policy":{{"{key}":{value}}}}}"#);
            assert_eq!(broken(&json, standard, section), [&*path], "{json}");
            // For short ones alone it is one, too.
            let by_length = format!(
                r#"{{"policy":{{"min_length":8,"by_length":[{{"up_to":11,"{key}":{value}}}]}}}}"#
            );
            if value.chars().all(char::is_alphanumeric) {
                assert_eq!(
                    broken(&by_length, standard, section),
                    [&*path],
                    "{by_length}"
                );
            }
        }
    }
    for (key, value) in CHARACTERS {
        let json = format!(r#"{{"policy":{{"{key}":{value}}}}}"#);
        assert_eq!(broken(&json, Nist63b4, "3.1.1.2(5)"), [""; 0], "{json}");
        assert_eq!(
            broken(&json, Asvs5L2, "6.2.5"),
            [format!("policy.{key}")],
            "{json}"
        );
    }
}

#[test]
fn what_needs_a_list_is_broken_without_one_and_kept_with_the_right_one() {
    let inside = r#"{"policy":{"min_length":8,"blocklist":{}}}"#;
    let outside = r#"{"policy":{"min_length":64,"blocklist":{"inside":false,"outside":true}}}"#;
    for (standard, section, path, inside_will_do) in NEEDS_A_LIST {
        let is_broken = |json: &str| paths(json, standard, section).contains(&path.to_owned());
        assert!(is_broken(r#"{"policy":{"min_length":64}}"#), "{section}");
        assert!(!is_broken(outside), "{section}");
        if cfg!(feature = "strength") {
            assert_eq!(is_broken(inside), !inside_will_do, "{section}");
            // The default policy looks in the list inside, too.
            assert_eq!(is_broken("{}"), !inside_will_do, "{section}");
        }
    }
}

/// The bound of the list inside is what its words say.
#[cfg(feature = "strength")]
#[test]
#[allow(clippy::disallowed_methods)]
fn the_list_inside_has_3000_of_the_lengths_that_lint_says() {
    let words = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/lists/common-passwords.txt"
    );
    let words = std::fs::read_to_string(words).expect("in the repository");
    let of = |least: u32| {
        let long = words.lines().filter(|word| word.len() >= least as usize);
        long.count()
    };
    let longest = requirements::LONGEST_OF_3000;
    assert!(of(longest) >= 3000 && of(longest + 1) < 3000);
}

/// A row that is never broken here is one that nobody has tried.
#[cfg(all(feature = "imports", feature = "strength"))]
#[test]
fn every_row_of_the_table_is_broken_by_a_case() {
    let composition = [(Nist63b4, "min_digits"), (Asvs5L1, "no_control")];
    let composition = composition.map(|(standard, key)| {
        let value = if key == "min_digits" { "1" } else { "true" };
        (standard, format!(r#"{{"policy":{{"{key}":{value}}}}}"#))
    });
    let cases = cases().map(|case| (case.standard, case.breaks.to_owned()));
    let mut broken: Vec<(&str, &str)> = Vec::new();
    for (standard, json) in cases.chain(composition) {
        for breach in linted(&json, standard).breaches() {
            broken.push((breach.section, breach.text));
        }
    }
    for row in &REQUIREMENTS {
        let place = (row.section, row.text);
        assert!(broken.contains(&place), "{place:?}");
    }
}

#[test]
fn the_profile_of_a_standard_breaks_nothing_but_what_needs_a_list_or_a_key() {
    for standard in Standard::ALL {
        let json = format!(r#"{{"policy":{{"profile":"{}"}}}}"#, standard.name());
        let lint = linted(&json, standard);
        let of = |level: Level| {
            let breaches = lint.breaches().filter(move |breach| breach.level == level);
            breaches.map(Breach::path).collect::<Vec<_>>()
        };
        let insisted = [of(Level::Shall), of(Level::ShallNot)].concat();
        // The list of breached passwords is the host's, the one inside may be left out of a build.
        let mut lists = Vec::new();
        if cfg!(not(feature = "strength")) {
            lists.push("policy.blocklist");
        }
        if standard == Asvs5L2 {
            lists.push("policy.blocklist.outside");
        }
        assert_eq!(insisted, lists, "{}", standard.name());
        assert_eq!(lint.is_conforming(), lists.is_empty());
        let is_nist = [Nist63b4, Nist63b4Mfa].contains(&standard);
        let recommended: &[&str] = if is_nist {
            &["keys.create_key_id"]
        } else {
            &[]
        };
        assert_eq!(of(Level::Should), recommended);
        assert_eq!(Standard::named(standard.name()), Some(standard));
        // Where the standards contradict each other about words inside of a password.
        let config = Config::from_json(json.as_bytes()).expect("valid");
        let inside = match standard {
            Nist63b4 | Nist63b4Mfa => Some(false),
            Asvs5L1 => None,
            Asvs5L2 => Some(true),
        };
        for kind in crate::policy::WordKind::ALL {
            assert_eq!(config.policy().contains_words(kind), inside);
        }
    }
    assert_eq!(Standard::named("nist"), None);
}

#[test]
fn several_standards_are_told_in_the_order_in_which_they_are_named() {
    let config = Config::from_json(br#"{"policy":{"min_length":7}}"#).expect("valid");
    let lint = config.lint(&[Asvs5L1, Nist63b4]);
    let lengths = lint
        .breaches()
        .filter(|breach| breach.path() == "policy.min_length");
    let told: Vec<_> = lengths
        .map(|breach| (breach.standard(), breach.section(), breach.level().name()))
        .collect();
    assert_eq!(
        told,
        [
            (Asvs5L1, "6.2.1", "SHALL"),
            (Nist63b4, "3.1.1.2(1)", "SHALL")
        ]
    );
    assert!(config.lint(&[]).is_conforming());
}

#[test]
fn what_is_recommended_alone_does_not_keep_from_conforming() {
    let list = r#""blocklist":{"inside":false,"outside":true}"#;
    let json = format!(r#"{{"policy":{{"min_length":15,"max_length":63,{list}}}}}"#);
    let lint = linted(&json, Nist63b4);
    let left: Vec<_> = lint
        .breaches()
        .map(|breach| (breach.level(), breach.path()))
        .collect();
    assert_eq!(
        left,
        [
            (Level::Should, "policy.max_length"),
            (Level::Should, "keys.create_key_id"),
        ]
    );
    assert!(lint.is_conforming());
    for level in [Level::Shall, Level::ShallNot] {
        let mut insisted = lint.clone();
        insisted.breaches[0].level = level;
        assert!(!insisted.is_conforming());
    }
}

#[test]
fn json_has_breaches_and_contradictions_and_nothing_else() {
    let json = linted(r#"{"policy":{"min_length":8}}"#, Asvs5L1).to_json();
    let breaches = concat!(
        r#"{"conforming":false,"breaches":[{"standard":"asvs-5-l1","section":"6.2.4","#,
        r#""level":"SHALL","path":"policy.blocklist","#,
        r#""text":"compared with at least the 3000 most common passwords that the policy allows"}],"#,
        r#""contradictions":[{"topic":"minimum length","#,
        r#""nist":{"section":"3.1.1.2(1)","text":"15 characters, 8 with other factors"},"#,
        r#""asvs":{"section":"6.2.1","text":"8 characters, 15 strongly recommended"},"#,
        r#""here":"each has a profile of its own"},"#,
    );
    assert!(json.starts_with(breaches), "{json}");
    let read: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let contradictions = read["contradictions"].as_array().expect("a list");
    assert_eq!(contradictions.len(), CONTRADICTIONS.len());
    for (read, each) in contradictions.iter().zip(CONTRADICTIONS) {
        let expected = serde_json::json!({
            "topic": each.topic,
            "nist": {"section": each.nist.0, "text": each.nist.1},
            "asvs": {"section": each.asvs.0, "text": each.asvs.1},
            "here": each.here,
        });
        assert_eq!(*read, expected);
    }
}

/// Words of the service may be secret projects, characters and keys are nobody's business.
#[test]
fn nothing_that_a_setting_holds_is_said() {
    let json = r#"{"keys":{"create_key_id":77123},
        "policy":{"min_length":1,"min_points":61,"required":["QJX"],"disallowed":"VWZ",
            "forbidden_numbers":{"from":68123,"to":68124},
            "context":{"words":["Zyxwacme","Project Quixotl"],"match":"contained"}}}"#;
    let mut config = Config::from_json(json.as_bytes()).expect("valid");
    let key = *b"QKEYQKEYQKEYQKEYQKEYQKEYQKEYQKE!";
    config.add_key(77123, &key).expect("a key");
    let lint = config.lint(&Standard::ALL);
    let inside = lint
        .breaches()
        .filter(|breach| breach.path() == "policy.context.match");
    assert_eq!(inside.count(), 2);
    let said = format!("{} {lint:?}", lint.to_json()).to_lowercase();
    for held in [
        "zyxwacme", "quixotl", "qjx", "vwz", "68123", "77123", "qkey",
    ] {
        assert!(!said.contains(held), "{held} is in {said}");
    }
}
