use super::*;

fn at(policy: &Policy, password: &str, subject: &str, year: u16) -> Findings {
    let subject = Subject::from_json(subject.as_bytes()).expect("valid");
    let candidate = Candidate {
        password: password.as_bytes(),
        old: None,
        subject: &subject,
        year,
        hashes_per_second: 100.0,
    };
    policy.check(&candidate, |_| None)
}

fn score(findings: &Findings) -> Option<u8> {
    findings.strength().map(Strength::score)
}

#[test]
fn a_score_is_asked_for_and_an_estimate_alone_refuses_nothing() {
    let three = policy(r#"{"min_score":3}"#);
    assert_eq!(broken(&three, "password"), [(Rule::TooWeak, 3, 0)]);
    assert_eq!(broken(&three, "Tr0ub4dour&3"), [(Rule::TooWeak, 3, 2)]);
    assert_eq!(broken(&three, "correct horse battery"), []);
    let estimate = policy(r#"{"strength":true}"#);
    let findings = at(&estimate, "password", "{}", THIS_YEAR);
    assert!(findings.is_empty());
    assert_eq!(score(&findings), Some(0));
    let weakness = findings.strength().and_then(Strength::weakness);
    assert_eq!(weakness, Some(Weakness::TopTen));
    let neither = policy(r#"{"strength":false}"#);
    assert_eq!(score(&at(&neither, "password", "{}", THIS_YEAR)), None);
    assert!(three.estimates_strength() && estimate.estimates_strength());
    assert!(!neither.estimates_strength());
}

#[test]
fn a_score_may_be_asked_for_by_length() {
    let short = policy(r#"{"by_length":[{"up_to":12,"min_score":4}]}"#);
    assert_eq!(broken(&short, "password1234"), [(Rule::TooWeak, 4, 1)]);
    assert_eq!(broken(&short, "password12345"), []);
}

#[test]
fn words_of_the_subject_and_the_policy_are_known() {
    let plain = policy(r#"{"strength":true}"#);
    let service = policy(r#"{"strength":true,"context":{"words":["Quokkaland"]}}"#);
    let guesses = |policy: &Policy, subject: &str| {
        let findings = at(policy, "quokkaland", subject, THIS_YEAR);
        findings.strength().map(Strength::guesses)
    };
    assert_eq!(guesses(&service, "{}"), Some(2.0));
    assert_eq!(guesses(&plain, r#"{"login_id":"QuokkaLand"}"#), Some(2.0));
    let third = r#"{"email":"a@example.com","words":["Quokkaland"]}"#;
    assert_eq!(guesses(&plain, third), Some(4.0));
    assert!(guesses(&plain, "{}") > Some(1e6));
}

/// The password is compared as it is prepared, so words are too.
#[test]
fn known_words_are_prepared_as_passwords_are() {
    let plain = policy(r#"{"strength":true}"#);
    let composed = "z\u{f6}llnerei 7";
    for (word, password) in [
        ("Zo\u{308}llnerei 7", composed),
        ("Z\u{f6}llnerei\u{a0}7", composed),
        (composed, "zo\u{308}llnerei\u{2003}7"),
    ] {
        let subject = serde_json::json!({ "words": [word] }).to_string();
        let findings = at(&plain, password, &subject, THIS_YEAR);
        let guesses = findings.strength().map(Strength::guesses);
        assert_eq!(guesses, Some(2.0), "{word:?}");
    }
}

#[test]
fn the_year_is_the_candidates() {
    let estimate = policy(r#"{"strength":true}"#);
    let guesses = |year| {
        let findings = at(&estimate, "4.7.1999", "{}", year);
        findings.strength().map(Strength::guesses)
    };
    assert_eq!(guesses(2026), Some(27.0 * 365.0 * 4.0 + 1.0));
    assert_eq!(guesses(2040), Some(41.0 * 365.0 * 4.0 + 1.0));
}

#[test]
fn a_score_that_no_password_reaches_is_refused() {
    for (score, least) in [(1, 4), (2, 7), (3, 9), (4, 11)] {
        let of = |length: u32| {
            format!(r#"{{"min_score":{score},"max_length":{length},"allowed":"abc!?"}}"#)
        };
        policy(&of(least));
        let said = refused(&of(least - 1));
        assert!(said.contains("min_score"), "{said}");
    }
    // What a short password of rare characters reaches.
    let policy = policy(r#"{"min_score":4,"max_length":6}"#);
    assert_eq!(broken(&policy, "😀🎈🐳🌵🚲🍋"), []);
    assert!(refused(r#"{"min_score":4,"max_length":5}"#).contains("takes at least 6 characters"));
    assert!(refused(r#"{"min_score":5}"#).contains("over the limit of 4"));
}

proptest! {
    #[test]
    fn any_text_has_a_strength(text in "\\PC{0,300}|[a-c1!4@ \n]{0,300}|.{0,40}") {
        let found = Strength::of(&text, [&[], &[]], THIS_YEAR);
        prop_assert!(found.guesses() >= 1.0 && found.guesses().is_finite());
        prop_assert!(found.score() <= 4);
        // No text takes more guesses than its characters one by one.
        let units = i32::try_from(text.encode_utf16().count()).expect("short");
        prop_assert!(found.guesses() <= 10_f64.powi(units.max(2)) * 1.000_001 + 1.0);
        prop_assert_eq!(found.suggestions().next().is_none(), found.score() > 2);
    }

    /// In these texts; where a repeated piece is known the guesses may be more, as zxcvbn's
    /// (`fuzz/bodies/strength.rs`). The same with words that do not occur.
    #[test]
    fn what_is_known_helps_who_guesses(text in "[a-e1!]{1,30}", word in "[a-e]{1,9}") {
        let alone = Strength::of(&text, [&[], &[]], THIS_YEAR);
        let known = [word.encode_utf16().collect()];
        let helped = Strength::of(&text, [&known, &[]], THIS_YEAR);
        prop_assert!(helped.guesses() <= alone.guesses() * 1.000_001);
        let other = ["zzzzzz".encode_utf16().collect()];
        prop_assert_eq!(Strength::of(&text, [&other, &[]], THIS_YEAR), alone);
    }
}
