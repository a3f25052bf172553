//! Settings and policies that have everything.

use super::*;

/// The same with what only a build with the estimator and the list inside takes.
fn with(mut policy: Json, more: &Json) -> Json {
    if cfg!(feature = "strength") {
        let more = more.as_object().expect("an object").clone();
        policy.as_object_mut().expect("an object").extend(more);
    }
    policy
}

/// The same paths, and one that is listed where that is left out of the build.
fn unless_taken(path: &'static str, mut paths: Vec<&'static str>) -> Vec<&'static str> {
    if cfg!(not(feature = "strength")) {
        paths.push(path);
    }
    paths
}

/// A system, settings of it, the policy, the account, and the paths that are listed.
pub(super) type Example = (&'static str, Json, Json, Json, Vec<&'static str>);

/// Every documented member, on.
pub(super) fn maximal() -> Vec<Example> {
    vec![
        (
            "descope",
            json!({
                "tenantId": "T1", "enabled": true, "minLength": 10, "lowercase": true,
                "uppercase": true, "number": true, "nonAlphanumeric": true, "expiration": true,
                "expirationWeeks": 4, "reuse": true, "reuseAmount": 5, "lock": true,
                "lockAttempts": 5, "tempLock": true, "tempLockAttempts": 3, "tempLockDuration": 5,
                "enablePasswordStrength": true, "passwordStrengthScore": 3, "anyLetter": true,
                "disallowedCharacters": "<>&<", "disallowEmailMatch": true, "maskError": true
            }),
            with(
                json!({
                    "min_length": 10, "max_length": 64, "min_lower": 1, "min_upper": 1,
                    "min_digits": 1, "min_symbols": 1, "min_letters": 1, "disallowed": "<>&",
                    "context": {"match": {"email": "equal"}}
                }),
                &json!({"min_score": 3}),
            ),
            json!({
                "lock": {"attempts": 3, "first_s": 300, "most_s": 300, "permanent": 5},
                "history": 5, "max_age_days": 28, "mask": true
            }),
            unless_taken("passwordStrengthScore", vec!["tenantId"]),
        ),
        (
            "descope",
            json!({
                "minLength": 8, "lowercase": true, "uppercase": false, "number": true,
                "nonAlphanumeric": false, "strengthScoreEnabled": true, "strengthScore": 2
            }),
            with(
                json!({"min_length": 8, "max_length": 64, "min_lower": 1, "min_digits": 1}),
                &json!({"min_score": 2}),
            ),
            Json::Null,
            unless_taken("strengthScore", Vec::new()),
        ),
        (
            "auth0",
            json!({"options": {
                "passwordPolicy": "excellent",
                "password_complexity_options": {"min_length": 12},
                "password_history": {"enable": true, "size": 5},
                "password_dictionary": {"enable": true, "dictionary": ["acme"]},
                "password_no_personal_info": {"enable": true}
            }}),
            with(
                json!({
                    "min_length": 12, "min_classes": 3,
                    "classes": ["lower", "upper", "digit", "symbol"], "max_repeated": 2,
                    "context": {"match": {"login_id": "contained", "email": "contained", "user": "contained"}}
                }),
                &json!({"blocklist": {"inside": true}}),
            ),
            json!({"history": 5}),
            vec![
                "options.passwordPolicy",
                "options.password_dictionary.enable",
                "options.password_dictionary.dictionary",
                "options.password_no_personal_info.enable",
            ],
        ),
        (
            "auth0",
            json!({"password_options": {
                "complexity": {
                    "min_length": 12, "character_types": ["lowercase", "uppercase", "number", "special"],
                    "character_type_rule": "all", "identical_characters": "block",
                    "sequential_characters": "block", "max_length_exceeded": "error"
                },
                "dictionary": {"active": true, "default": "en_100k", "custom": ["acme"]},
                "history": {"active": true, "size": 24},
                "profile_data": {"active": true, "blocked_fields": ["email", "name"]}
            }}),
            with(
                json!({
                    "min_length": 12, "required": [LOWER, UPPER, DIGITS, ascii::SPECIAL],
                    "max_repeated": 2, "max_sequence": 2, "max_bytes": 72,
                    "context": {"match": {"email": "contained", "user": "contained"}}
                }),
                &json!({"blocklist": {"inside": true}}),
            ),
            json!({"history": 24}),
            vec![
                "password_options.complexity.sequential_characters",
                "password_options.dictionary.default",
                "password_options.dictionary.custom",
                "password_options.profile_data.active",
                "password_options.profile_data.blocked_fields",
            ],
        ),
        (
            "okta",
            json!({
                "id": "x", "name": "Default", "description": "d", "type": "PASSWORD", "status": "ACTIVE",
                "system": true, "priority": 1, "conditions": {"people": 1}, "created": "t",
                "lastUpdated": "t", "_links": {"self": 1}, "_embedded": 1, "settings": {
                    "password": {
                        "complexity": {
                            "minLength": 8, "minLowerCase": 1, "minUpperCase": 1, "minNumber": 1,
                            "minSymbol": 0, "excludeUsername": true,
                            "excludeAttributes": ["firstName", "lastName"],
                            "maxConsecutiveCharacters": 3,
                            "dictionary": {"common": {"exclude": true}}, "oelStatement": "!a.b"
                        },
                        "age": {"maxAgeDays": 90, "expireWarnDays": 5, "minAgeMinutes": 60, "historyCount": 4},
                        "lockout": {
                            "maxAttempts": 10, "autoUnlockMinutes": 15, "showLockoutFailures": true,
                            "userLockoutNotificationChannels": ["EMAIL"]
                        },
                        "breachedProtection": {"expireAfterDays": 1, "logoutEnabled": true, "delegatedWorkflowId": "w"}
                    },
                    "recovery": {"factors": {"call": 1}}, "delegation": {"options": {"skipUnlock": true}}
                }
            }),
            with(
                json!({
                    "min_length": 8, "min_lower": 1, "min_upper": 1, "min_digits": 1, "max_repeated": 3,
                    "context": {"match": {"login_id": "contained", "user": "contained"}, "parts": true}
                }),
                &json!({"blocklist": {"inside": true}}),
            ),
            json!({
                "lock": {"attempts": 10, "first_s": 900, "most_s": 900, "permanent": 100},
                "history": 4, "max_age_days": 90
            }),
            vec![
                "settings.password.complexity.excludeAttributes",
                "settings.password.complexity.dictionary.common.exclude",
                "settings.password.complexity.oelStatement",
                "settings.password.age.expireWarnDays",
                "settings.password.age.minAgeMinutes",
                "settings.password.lockout.autoUnlockMinutes",
                "settings.password.lockout.showLockoutFailures",
                "settings.password.lockout.userLockoutNotificationChannels",
                "settings.password.breachedProtection.expireAfterDays",
                "settings.password.breachedProtection.logoutEnabled",
                "settings.password.breachedProtection.delegatedWorkflowId",
                "settings.recovery",
                "settings.delegation",
                "id",
                "name",
                "description",
                "type",
                "status",
                "system",
                "priority",
                "conditions",
                "created",
                "lastUpdated",
                "_links",
                "_embedded",
            ],
        ),
        (
            "keycloak",
            json!(
                "length(12) and maxLength(64) and digits(2) and lowerCase(1) and upperCase(1) \
                   and specialChars(1) and notUsername(undefined) and notEmail(undefined) and \
                   notContainsUsername and regexPattern(^a.*) and passwordHistory(3) and \
                   passwordAge(30) and forceExpiredPasswordChange(365) and passwordBlacklist(a.txt) \
                   and hashAlgorithm(argon2) and hashIterations(5) and maxAuthAge(300) and \
                   recoveryCodesWarningThreshold(4)"
            ),
            with(
                json!({
                    "min_length": 12, "max_length": 64, "min_digits": 2, "min_lower": 1, "min_upper": 1,
                    "min_symbols": 1,
                    "context": {"match": {"login_id": "contained", "email": "equal"}, "least": 1}
                }),
                &json!({"blocklist": {"inside": true}}),
            ),
            json!({"history": 2, "max_age_days": 365}),
            vec![
                "regexPattern",
                "passwordAge",
                "passwordBlacklist",
                "hashAlgorithm",
                "hashIterations",
                "maxAuthAge",
                "recoveryCodesWarningThreshold",
            ],
        ),
        (
            "cognito",
            json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}, "PasswordPolicy": {
                "MinimumLength": 8, "RequireUppercase": true, "RequireLowercase": true,
                "RequireNumbers": true, "RequireSymbols": true, "PasswordHistorySize": 3,
                "TemporaryPasswordValidityDays": 7
            }}}),
            json!({
                "min_length": 8, "max_length": 256, "no_whitespace": true,
                "required": [LOWER, UPPER, DIGITS, ascii::COGNITO]
            }),
            json!({"history": 3, "temporary_s": 604_800}),
            vec!["Policies.SignInPolicy"],
        ),
        (
            "firebase",
            json!({"passwordPolicyConfig": {
                "passwordPolicyEnforcementState": "ENFORCE", "forceUpgradeOnSignin": true,
                "lastUpdateTime": "2026-01-01T00:00:00Z",
                "passwordPolicyVersions": [{
                    "customStrengthOptions": {
                        "minPasswordLength": 8, "maxPasswordLength": 100,
                        "containsLowercaseCharacter": true, "containsUppercaseCharacter": true,
                        "containsNumericCharacter": true, "containsNonAlphanumericCharacter": true
                    },
                    "schemaVersion": 1
                }]
            }}),
            json!({"min_length": 8, "max_length": 100, "required": [LOWER, UPPER, DIGITS, ascii::FIREBASE]}),
            Json::Null,
            vec![
                "passwordPolicyConfig.forceUpgradeOnSignin",
                "passwordPolicyConfig.passwordPolicyVersions[0].schemaVersion",
                "passwordPolicyConfig.lastUpdateTime",
            ],
        ),
        (
            "firebase",
            json!({
                "enforcementState": "OFF", "forceUpgradeOnSignin": false,
                "allowedNonAlphanumericCharacters": ["+"], "constraints": {
                    "minLength": 6, "maxLength": 4096, "requireLowercase": true,
                    "requireUppercase": false, "requireNumeric": true, "requireNonAlphanumeric": false
                }
            }),
            json!({"min_length": 6, "max_length": 4096, "required": [LOWER, DIGITS]}),
            Json::Null,
            vec!["enforcementState"],
        ),
    ]
}

/// A policy that the format says without a word beside it, and how.
pub(super) fn exact() -> Vec<(&'static str, Json, Json)> {
    vec![
        (
            "descope",
            with(
                json!({
                    "min_length": 12, "max_length": 64, "min_lower": 1, "min_letters": 1,
                    "disallowed": "<>", "context": {"words": [], "match": {"email": "equal"}, "leet": false}
                }),
                &json!({"min_score": 3}),
            ),
            with(
                json!({
                    "enabled": true, "minLength": 12, "lowercase": true, "uppercase": false, "number": false,
                    "nonAlphanumeric": false, "anyLetter": true, "disallowedCharacters": "<>",
                    "disallowEmailMatch": true, "enablePasswordStrength": false
                }),
                &json!({"enablePasswordStrength": true, "passwordStrengthScore": 3}),
            ),
        ),
        (
            "auth0",
            json!({"min_length": 12, "required": [DIGITS, LOWER], "max_repeated": 2, "max_bytes": 72}),
            json!({"password_options": {
                "complexity": {
                    "min_length": 12, "character_types": ["lowercase", "number"],
                    "character_type_rule": "all", "identical_characters": "block",
                    "sequential_characters": "allow", "max_length_exceeded": "error"
                },
                "dictionary": {"active": false},
                "profile_data": {"active": false, "blocked_fields": []}
            }}),
        ),
        (
            "okta",
            json!({
                "min_length": 8, "min_upper": 1, "min_symbols": 1,
                "context": {"match": {"login_id": "contained"}, "parts": true}
            }),
            json!({"complexity": {
                "minLength": 8, "minUpperCase": 1, "minSymbol": 1, "excludeUsername": true,
                "excludeAttributes": [], "dictionary": {"common": {"exclude": false}}
            }}),
        ),
        (
            "keycloak",
            json!({
                "min_length": 8, "max_length": 128, "min_digits": 2,
                "context": {"match": {"login_id": "equal", "email": "equal"}}
            }),
            json!("length(8) and maxLength(128) and digits(2) and notUsername and notEmail"),
        ),
        (
            "keycloak",
            json!({"context": {"match": {"login_id": "contained"}, "least": 1}}),
            json!("notContainsUsername"),
        ),
        (
            "cognito",
            json!({"min_length": 8, "max_length": 256, "no_whitespace": true, "required": [ascii::COGNITO]}),
            json!({
                "MinimumLength": 8, "RequireLowercase": false, "RequireUppercase": false,
                "RequireNumbers": false, "RequireSymbols": true
            }),
        ),
        (
            "firebase",
            json!({"min_length": 8, "max_length": 64, "required": [UPPER]}),
            json!({
                "passwordPolicyEnforcementState": "ENFORCE",
                "passwordPolicyVersions": [{"customStrengthOptions": {
                    "minPasswordLength": 8, "maxPasswordLength": 64,
                    "containsLowercaseCharacter": false, "containsUppercaseCharacter": true,
                    "containsNumericCharacter": false, "containsNonAlphanumericCharacter": false
                }}]
            }),
        ),
        (
            "passwordrules",
            json!({"min_length": 8, "min_lower": 1, "max_repeated": 2, "allowed": "1abcdefghijklmnopqrstuvwxyz"}),
            json!("minlength: 8; max-consecutive: 2; allowed: lower, [1]; required: lower;"),
        ),
    ]
}

/// Every member there is, on.
pub(super) fn everything() -> Json {
    json!({
        "min_length": 15, "max_length": 100, "max_bytes": 200, "min_lower": 2, "min_upper": 1,
        "min_digits": 3, "min_symbols": 1, "min_letters": 4, "min_classes": 3,
        "classes": ["lower", "upper", "digit"], "min_distinct": 5, "min_visible": 6,
        "required": ["!?", "äö"], "allowed": "abcABC123!?äö <", "disallowed": "<>",
        "no_whitespace": true, "no_edge_whitespace": true, "no_control": true,
        "no_invisible": true, "no_unassigned": true, "no_only_digits": true, "max_repeated": 3,
        "max_class_run": 5, "max_sequence": 3, "sequence_wraps": true, "max_keyboard_walk": 4,
        "max_occurrences": 6, "no_palindrome": true,
        "context": {
            "words": ["acme"],
            "match": {"login_id": "contained", "email": "contained", "user": "equal", "service": "contained"},
            "least": 5, "parts": true, "reversed": true, "leet": true, "edits": 1
        },
        "min_points": 5, "min_changes": 2, "min_score": 2,
        "blocklist": {"inside": true, "outside": true}, "by_length": [{"up_to": 20, "min_lower": 1}],
        "brand_new": true
    })
}
