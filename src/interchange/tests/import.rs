use super::examples::maximal;
use super::*;

#[test]
fn every_member_of_a_maximal_example_is_taken_or_listed() {
    for (format, settings, expected, accounts, listed) in maximal() {
        let imported = import(format, &settings);
        assert_eq!(policy(&imported), expected, "{format}");
        assert_eq!(account(&imported), accounts, "{format}");
        let mut paths = paths(&imported.to_json());
        let mut listed = listed;
        paths.sort();
        listed.sort();
        assert_eq!(paths, listed, "{format}");
    }
}

#[test]
fn an_unknown_member_beside_each_known_one_is_listed() {
    for (format, settings, expected, accounts, listed) in maximal() {
        let Json::Object(mut settings) = settings else {
            continue;
        };
        settings.insert("brandNew".to_owned(), json!({"a": 1}));
        let imported = import(format, &Json::Object(settings));
        assert_eq!(policy(&imported), expected, "{format}");
        assert_eq!(account(&imported), accounts, "{format}");
        assert_eq!(
            paths(&imported.to_json()).len(),
            listed.len() + 1,
            "{format}"
        );
        assert!(
            imported
                .to_json()
                .contains(r#"{"path":"brandNew","reason":"unknown to this release"}"#)
        );
    }
}

#[test]
fn what_is_off_needs_no_word() {
    for (format, settings) in [
        (
            "descope",
            json!({
                "tenantId": "", "enabled": true, "minLength": 0, "lowercase": false, "expiration": false,
                "expirationWeeks": 4, "reuse": false, "reuseAmount": 0,
                "enablePasswordStrength": false, "passwordStrengthScore": 2, "disallowedCharacters": "",
                "disallowEmailMatch": null
            }),
        ),
        (
            "auth0",
            json!({
                "password_history": {"enable": false, "size": 5}, "password_dictionary": {},
                "password_options": {"complexity": {
                    "character_types": [], "character_type_rule": "all", "identical_characters": "allow"
                }, "dictionary": {"active": false, "default": "en_10k", "custom": ["acme"]}, "profile_data": {"active": false, "blocked_fields": ["name"]}}
            }),
        ),
        (
            "okta",
            json!({"complexity": {
                "minLowerCase": 0, "excludeAttributes": [], "dictionary": {"common": {"exclude": false}}
            }, "age": {"maxAgeDays": 0}}),
        ),
        (
            "keycloak",
            json!("digits(0) and passwordHistory(0) and passwordBlacklist(undefined)"),
        ),
        ("keycloak", json!("")),
        (
            "cognito",
            json!({"RequireSymbols": false, "PasswordHistorySize": 0}),
        ),
        (
            "firebase",
            json!({"enforcementState": "ENFORCE", "constraints": {}, "forceUpgradeOnSignin": false}),
        ),
    ] {
        let imported = import(format, &settings);
        assert!(imported.is_complete(), "{format}: {}", imported.to_json());
        let constants = match format {
            "descope" => json!({"max_length": 64}),
            "cognito" => json!({"max_length": 256, "no_whitespace": true}),
            _ => json!({}),
        };
        assert_eq!(policy(&imported), constants, "{format}");
        assert_eq!(imported.account_json(), None, "{format}");
    }
}

#[test]
fn levels_are_what_auth0_says_they_are() {
    let three = json!(["lower", "upper", "digit", "symbol"]);
    for (level, expected) in [
        ("none", json!({"min_length": 1})),
        ("low", json!({"min_length": 6})),
        (
            "fair",
            json!({"min_length": 8, "required": [LOWER, UPPER, DIGITS]}),
        ),
        (
            "good",
            json!({"min_length": 8, "min_classes": 3, "classes": three}),
        ),
        (
            "excellent",
            json!({"min_length": 10, "min_classes": 3, "classes": three, "max_repeated": 2}),
        ),
    ] {
        let imported = import("auth0", &json!({"passwordPolicy": level}));
        assert_eq!(policy(&imported), expected, "{level}");
    }
    let both = json!({
        "passwordPolicy": "excellent", "password_complexity_options": {"min_length": 20},
        "password_options": {"complexity": {"min_length": 9}}
    });
    let imported = import("auth0", &both);
    assert_eq!(policy(&imported), json!({"min_length": 9}));
    assert_eq!(
        paths(&imported.to_json()),
        ["passwordPolicy", "password_complexity_options.min_length"]
    );
}

fn reason(imported: &ImportedPolicy, path: &str) -> Option<String> {
    let found = imported.list.iter().find(|listed| listed.path == path);
    found.map(|listed| listed.reason.clone())
}

#[test]
fn a_score_of_descope_is_the_estimators() {
    let of = |settings: Json| {
        let imported = import("descope", &settings);
        let score = policy(&imported).get("min_score").and_then(Json::as_u64);
        (score, imported)
    };
    for (flag, score) in [
        ("enablePasswordStrength", "passwordStrengthScore"),
        ("strengthScoreEnabled", "strengthScore"),
    ] {
        for number in 1..=4 {
            let (found, imported) = of(json!({flag: true, score: number}));
            if cfg!(feature = "strength") {
                assert_eq!(found, Some(number));
                assert!(imported.is_complete(), "{}", imported.to_json());
            } else {
                assert_eq!(found, None);
                let why = "ignored: this build has no strength estimator (feature \"strength\")";
                assert_eq!(reason(&imported, score).as_deref(), Some(why));
            }
        }
        // Of nought every password is, and what is off says nothing.
        for settings in [
            json!({flag: true, score: 0}),
            json!({flag: false, score: 3}),
        ] {
            let (found, imported) = of(settings);
            assert!(found.is_none() && imported.is_complete());
        }
        let (found, imported) = of(json!({flag: true}));
        assert_eq!(found, None);
        let why = "comes without a score, so none is asked for";
        assert_eq!(reason(&imported, flag).as_deref(), Some(why));
    }
}

#[test]
fn a_list_of_theirs_becomes_the_one_inside_and_that_is_said() {
    let dictionary = |dictionary: Json| json!({"password_options": {"dictionary": dictionary}});
    for (format, settings, path, theirs) in [
        (
            "auth0",
            json!({"password_dictionary": {"enable": true}}),
            "password_dictionary.enable",
            "one of 10,000 words",
        ),
        (
            "auth0",
            dictionary(json!({"active": true})),
            "password_options.dictionary.active",
            "one of 10,000 words",
        ),
        (
            "auth0",
            dictionary(json!({"active": true, "default": "en_100k"})),
            "password_options.dictionary.default",
            "en_100k",
        ),
        (
            "okta",
            json!({"complexity": {"dictionary": {"common": {"exclude": true}}}}),
            "complexity.dictionary.common.exclude",
            "Okta's list of common passwords",
        ),
        (
            "keycloak",
            json!("passwordBlacklist(a.txt)"),
            "passwordBlacklist",
            "the words of that file (blocklist.outside is for those)",
        ),
    ] {
        let imported = import(format, &settings);
        let why = if cfg!(feature = "strength") {
            assert_eq!(policy(&imported), json!({"blocklist": {"inside": true}}));
            format!("taken as blocklist.inside, a list of its own; there {theirs}")
        } else {
            assert_eq!(policy(&imported), json!({}));
            "ignored: this build has no list of common passwords (feature \"strength\")".to_owned()
        };
        assert_eq!(reason(&imported, path), Some(why), "{format}");
        assert_eq!(imported.list.len(), 1, "{}", imported.to_json());
    }
}

#[test]
fn a_list_of_symbols_that_comes_with_the_answer_counts() {
    let settings = json!({
        "customStrengthOptions": {"containsNonAlphanumericCharacter": true},
        "allowedNonAlphanumericCharacters": ["+", "-"]
    });
    assert_eq!(
        policy(&import("firebase", &settings)),
        json!({"required": ["+-"]})
    );
}

#[test]
fn impossible_settings_are_errors_with_their_path() {
    for (format, settings, message) in [
        (
            "descope",
            json!({"minLength": 3}),
            "settings.minLength: minLength is 3, under the floor of 4 (at byte 44)",
        ),
        (
            "descope",
            json!({"lowercase": 1}),
            "settings.lowercase: has to be true or false (at byte 44)",
        ),
        (
            "descope",
            json!({"lock": true, "lockAttempts": 11}),
            "settings.lockAttempts: lockAttempts is 11, over the limit of 10 (at byte 59)",
        ),
        (
            "descope",
            json!({"passwordStrengthScore": 5}),
            "settings.passwordStrengthScore: passwordStrengthScore is 5, over the limit of 4 (at byte 56)",
        ),
        (
            "okta",
            json!({"complexity": 5}),
            "settings.complexity: has to be an object (at byte 42)",
        ),
        (
            "okta",
            json!({"complexity": {"minNumber": 2}}),
            "settings.complexity.minNumber: complexity.minNumber is 2, over the limit of 1 (at byte 55)",
        ),
        (
            "auth0",
            json!({"passwordPolicy": "great"}),
            "settings.passwordPolicy: has to be one of none, low, fair, good, excellent (at byte 47)",
        ),
        (
            "auth0",
            json!({"password_options": {"complexity": {"character_type_rule": "three_of_four", "character_types": ["special"]}}}),
            "settings.password_options.complexity.character_types: has to have all four types for three_of_four (at byte 120)",
        ),
        (
            "firebase",
            json!({"enforcementState": "ENFORCE", "passwordPolicyEnforcementState": "ENFORCE"}),
            "settings.passwordPolicyEnforcementState: says what settings.enforcementState says, too (at byte 95)",
        ),
        (
            "firebase",
            json!({"passwordPolicyVersions": [{}, {}]}),
            "settings.passwordPolicyVersions: has to have one item (at byte 58)",
        ),
        (
            "keycloak",
            json!("length(x)"),
            "settings.length: has to be a whole number from 0 to 4096 (at byte 32)",
        ),
        (
            "keycloak",
            json!("length(8"),
            "settings: \")\" has to end length(… (at byte 32)",
        ),
        (
            "keycloak",
            json!("length(8) and length(9)"),
            "settings.length: stands twice (at byte 32)",
        ),
        (
            "keycloak",
            json!("length(8) and maxLength(6)"),
            "settings: min_length 8 is over max_length 6 (at byte 32)",
        ),
        (
            "passwordrules",
            json!({}),
            "settings: has to be a string (at byte 37)",
        ),
        (
            "passwordrules",
            json!("minlength: 5000"),
            "settings: min_length is 5000, over the limit of 4096 (at byte 37)",
        ),
        (
            "netscape",
            json!(""),
            "format: unknown format; there are passwordrules, descope, auth0, okta, keycloak, cognito, firebase (at byte 10)",
        ),
    ] {
        assert_eq!(refused(format, &settings), message, "{format} {settings}");
    }
}

/// The paths of all values that are no objects, as the tables write them.
fn flat(json: &Json, path: &str, found: &mut Vec<String>) {
    match json {
        Json::Object(members) => members.iter().for_each(|(key, value)| {
            flat(value, &format!("{path}.{key}"), found);
        }),
        Json::Array(items) if items.iter().any(Json::is_object) => {
            items
                .iter()
                .for_each(|item| flat(item, &format!("{path}[]"), found));
        }
        Json::String(text) if path.is_empty() => {
            let names = text.split(" and ").map(|item| item.split('(').next());
            found.extend(names.map(|name| format!(".{}", name.unwrap_or_default().trim())));
        }
        _ => found.push(path.to_owned()),
    }
}

#[test]
fn maximal_examples_have_every_row_of_their_table() {
    for (name, shape) in SHAPES {
        let format = match shape {
            Shape::PasswordRules => continue,
            Shape::Object(format) => format,
            Shape::Keycloak => &keycloak::FORMAT,
        };
        let mut found = Vec::new();
        for (format, settings, ..) in maximal() {
            if format == name {
                flat(&settings, "", &mut found);
            }
        }
        for row in format.rows {
            let is_in = |path: &String| path.ends_with(&format!(".{}", row.path));
            let is_under = |path: &String| path.contains(&format!(".{}.", row.path));
            let is_also = |path: &String| row.also.iter().any(|also| path.ends_with(also));
            assert!(
                found
                    .iter()
                    .any(|path| is_in(path) || is_under(path) || is_also(path)),
                "{name} {}",
                row.path
            );
        }
    }
}

#[test]
fn sets_name_each_character_once() {
    for set in [
        LOWER,
        UPPER,
        DIGITS,
        ascii::SPECIAL,
        ascii::COGNITO,
        ascii::FIREBASE,
    ] {
        assert_eq!(members::without_repetition(set), set);
    }
}
