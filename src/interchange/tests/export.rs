use super::examples::{everything, exact};
use super::*;

#[test]
fn formats_have_their_names() {
    assert_eq!(SHAPES.map(|(name, _)| name), POLICY_FORMATS);
    let config = Config::default();
    for format in POLICY_FORMATS {
        assert!(export_policy(&config, format).is_ok(), "{format}");
    }
    let error = export_policy(&config, "netscape").expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Config);
}

/// Firebase has six characters at least, so none of five can be asked for there.
#[test]
fn what_leaves_no_password_is_not_written() {
    let config = Config::from_json(br#"{"policy":{"max_length":5}}"#).expect("valid");
    let error = export_policy(&config, "firebase").expect_err("refused");
    let reason = error.reason().to_string();
    assert!(
        reason.ends_with("leaves no password: min_length 6 is over max_length 5"),
        "{reason}"
    );
    assert!(export_policy(&config, "passwordrules").is_ok());
}

#[test]
fn what_can_be_said_whole_comes_back_the_same() {
    for (format, original, settings) in exact() {
        let (written, listed) = export(format, &original);
        assert_eq!(written, settings, "{format}");
        assert_eq!(listed, [""; 0], "{format}");
        let back = import(format, &written);
        assert!(back.is_complete(), "{format}: {}", back.to_json());
        let (mut before, mut after) = (members(&original), members(&policy(&back)));
        for key in POLICY_KEYS {
            assert_eq!(
                sorted(before.take(key)),
                sorted(after.take(key)),
                "{format} {key}"
            );
        }
    }
}

const POLICY_KEYS: [&str; 13] = [
    "min_length",
    "max_length",
    "max_bytes",
    "min_lower",
    "min_digits",
    "min_letters",
    "required",
    "allowed",
    "disallowed",
    "no_whitespace",
    "max_repeated",
    "min_score",
    "context",
];

/// The order of sets, and of what is in them, says nothing.
fn sorted(member: Option<members::Member>) -> Option<members::Member> {
    let characters = |text: &String| {
        let mut characters: Vec<char> = text.chars().collect();
        characters.sort_unstable();
        characters.into_iter().collect::<String>()
    };
    match member {
        Some(members::Member::Texts(texts)) => {
            let mut texts: Vec<String> = texts.iter().map(characters).collect();
            texts.sort();
            Some(members::Member::Texts(texts))
        }
        Some(members::Member::Text(text)) => Some(members::Member::Text(characters(&text))),
        other => other,
    }
}

#[test]
fn every_member_of_a_policy_is_written_or_listed() {
    // What each format writes of it without a word, which is all that its list may lack.
    for (format, written) in [
        (
            "passwordrules",
            &[
                "min_length",
                "max_length",
                "max_bytes",
                "min_upper",
                "min_symbols",
                "classes",
                "min_classes",
                "disallowed",
                "no_whitespace",
                "no_control",
                "no_edge_whitespace",
                "no_invisible",
                "no_unassigned",
                "no_only_digits",
                "max_repeated",
            ][..],
        ),
        (
            "descope",
            &[
                "min_length",
                "min_upper",
                "min_symbols",
                "min_score",
                "disallowed",
            ],
        ),
        ("auth0", &["min_length", "classes"]),
        (
            "okta",
            &["min_length", "min_upper", "min_symbols", "max_repeated"],
        ),
        (
            "keycloak",
            &[
                "min_length",
                "max_length",
                "min_lower",
                "min_upper",
                "min_digits",
                "min_symbols",
            ],
        ),
        ("cognito", &["min_length", "no_whitespace"]),
        ("firebase", &["min_length", "max_length"]),
    ] {
        let (_, listed) = export(format, &everything());
        let everything = everything();
        for key in everything.as_object().expect("an object").keys() {
            let is_listed = listed
                .iter()
                .any(|path| path.split('.').next() == Some(key));
            assert_eq!(!is_listed, written.contains(&&**key), "{format} {key}");
        }
    }
}

#[test]
fn the_list_of_an_export_says_what_is_different() {
    let reason = |format: &str, policy: &Json, path: &str| {
        let exported = super::super::export(members(policy), format).expect("written");
        let found = exported.list.iter().find(|listed| listed.path == path);
        found.map(|listed| listed.reason.clone())
    };
    let policy = json!({
        "min_length": 100, "min_lower": 2, "max_repeated": 1, "min_score": 3,
        "blocklist": {"inside": true, "outside": true},
        "context": {"match": "contained", "least": 4}
    });
    for (format, path, expected) in [
        ("descope", "min_length", "is 64 at most there"),
        ("descope", "max_length", "is always 64 there"),
        ("descope", "min_lower", "is 1 there"),
        ("descope", "context.match.email", "is \"equal\" there"),
        ("descope", "context.match.login_id", "cannot be said there"),
        ("cognito", "no_whitespace", "always holds there"),
        (
            "cognito",
            "min_lower",
            "is 1 there, and only some characters of ASCII count",
        ),
        ("okta", "context.parts", "is on there"),
        ("keycloak", "context.least", "is 1 there"),
        ("auth0", "max_repeated", "is 2 there"),
        ("auth0", "min_score", "cannot be said there"),
        (
            "auth0",
            "blocklist.inside",
            "is another list there: en_100k",
        ),
        (
            "okta",
            "blocklist.inside",
            "is another list there: Okta's list of common passwords",
        ),
        ("okta", "blocklist.outside", "cannot be said there"),
        (
            "keycloak",
            "blocklist",
            "needs a file on the server there: passwordBlacklist(its name)",
        ),
        ("descope", "blocklist", "cannot be said there"),
    ] {
        let found = reason(format, &policy, path);
        assert_eq!(found.as_deref(), Some(expected), "{format} {path}");
    }
}

/// What estimates the strength refuses nothing, so it says nothing of what a password may be.
#[test]
fn an_estimate_alone_needs_no_word() {
    for format in POLICY_FORMATS {
        let (plain, listed) = export(format, &json!({"min_length": 8}));
        let policy = json!({"min_length": 8, "strength": true});
        assert_eq!(export(format, &policy), (plain, listed), "{format}");
    }
}

#[test]
fn a_list_of_the_host_alone_switches_no_other_one_on() {
    let policy = json!({"blocklist": {"inside": false, "outside": true}});
    for (format, pointer) in [
        ("auth0", "/password_options/dictionary/active"),
        ("okta", "/complexity/dictionary/common/exclude"),
    ] {
        let (written, listed) = export(format, &policy);
        assert_eq!(written.pointer(pointer), Some(&json!(false)), "{format}");
        assert!(listed.contains(&"blocklist.outside".to_owned()), "{format}");
        assert!(!listed.contains(&"blocklist.inside".to_owned()), "{format}");
    }
}

#[test]
fn classes_are_counted_by_auth0_three_of_four_or_all() {
    let four = json!(["lower", "upper", "digit", "symbol"]);
    for (policy, types, rule) in [
        (
            json!({"min_classes": 3, "classes": four}),
            4,
            "three_of_four",
        ),
        (json!({"min_classes": 3}), 4, "three_of_four"),
        (json!({"min_classes": 4}), 4, "all"),
        (
            json!({"min_classes": 2, "classes": ["lower", "digit"]}),
            2,
            "all",
        ),
        (json!({"min_classes": 5}), 0, "all"),
        (
            json!({"min_classes": 3, "classes": four, "min_lower": 1}),
            4,
            "all",
        ),
    ] {
        let (written, listed) = export("auth0", &policy);
        let complexity = &written["password_options"]["complexity"];
        let names = complexity["character_types"].as_array().expect("types");
        assert_eq!(names.len(), types, "{policy}");
        assert_eq!(complexity["character_type_rule"], rule, "{policy}");
        assert!(listed.contains(&"min_classes".to_owned()), "{policy}");
    }
}

/// Every subset of some members, beside what always holds there.
fn subsets(format: &str) -> impl Iterator<Item = Json> {
    let always = match format {
        "descope" => json!({"max_length": 64}),
        "cognito" => json!({"max_length": 256, "no_whitespace": true}),
        "auth0" => json!({"max_bytes": 72}),
        _ => json!({}),
    };
    let symbols = match format {
        "auth0" => ascii::SPECIAL,
        "firebase" => ascii::FIREBASE,
        _ => ascii::COGNITO,
    };
    let some = [
        json!({"min_length": 12}),
        json!({"min_lower": 1}),
        json!({"min_digits": 2}),
        json!({"min_symbols": 1}),
        json!({"required": [UPPER]}),
        json!({"required": [UPPER, symbols]}),
        json!({"max_repeated": 2}),
        json!({"disallowed": "<>"}),
        json!({"context": {"match": {"email": "equal"}}}),
        json!({"context": {"match": {"login_id": "contained"}, "parts": true}}),
        json!({"context": {"match": {"login_id": "equal", "email": "equal"}, "least": 4}}),
        json!({"min_classes": 3, "classes": ["lower", "upper", "digit", "symbol"]}),
        // What another build would not read again.
        match cfg!(feature = "strength") {
            true => json!({"min_score": 3, "blocklist": {"inside": true}}),
            false => json!({"min_changes": 3}),
        },
    ];
    (0..1 << some.len()).map(move |subset| {
        let mut policy = always.as_object().expect("an object").clone();
        for (place, members) in some.iter().enumerate() {
            if subset >> place & 1 == 1 {
                policy.extend(members.as_object().expect("an object").clone());
            }
        }
        Json::Object(policy)
    })
}

#[test]
fn what_is_not_listed_comes_back_the_same_and_what_is_comes_back_as_written() {
    // How many of them the format says without a word beside it.
    for (format, expected) in [
        ("passwordrules", 16),
        ("descope", 32),
        ("auth0", 16),
        ("okta", 48),
        ("keycloak", 96),
        ("cognito", 8),
        ("firebase", 8),
    ] {
        let mut complete = 0;
        for policy in subsets(format) {
            let (written, listed) = export(format, &policy);
            let back = import(format, &written);
            if listed.is_empty() {
                complete += 1;
                assert!(back.is_complete(), "{format} {policy} {}", back.to_json());
                let (mut before, mut after) = (members(&policy), members(&self::policy(&back)));
                for key in policy.as_object().expect("an object").keys() {
                    let (before, after) = (sorted(before.take(key)), sorted(after.take(key)));
                    assert_eq!(before, after, "{format} {policy} {key}");
                }
                assert_eq!(after.into_names().count(), 0, "{format} {policy}");
            }
            let (again, _) = export(format, &self::policy(&back));
            assert_eq!(again, written, "{format} {policy}");
        }
        assert_eq!(complete, expected, "{format}");
    }
}
