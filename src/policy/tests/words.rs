//! Words of the user and the service.

use super::*;

#[test]
fn words_are_found_however_they_are_dressed() {
    let subject = Subject::from_json(
        br#"{"login_id":"jdoe42","email":"jane.doe@example.com","words":["Jane","Doe","Li"]}"#,
    )
    .expect("valid");
    let strict = policy(
        r#"{"context":{"words":["Acme Corp"],"match":"contained","least":3,"reversed":true,"leet":true}}"#,
    );
    let equal = policy(r#"{"context":{"words":["Acme Corp"]}}"#);
    let found = |policy: &Policy, password: &str| {
        let findings = check(policy, password.as_bytes(), &subject);
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
        ("асМe сοrp", &["service"]),
        ("ас𝐦3-сοгр", &["service"]),
        ("4cme-c0rp!!!", &["service"]),
        ("4c!me+c0rp", &["service"]),
        ("!!!pr0c-3mca", &["service"]),
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
    // A word and a password may both be dressed up.
    let both = policy(r#"{"context":{"words":["Аcmeco","m1ke4ever","4cmezz"],"leet":true}}"#);
    for password in ["4cmeco", "m!ke@ever", "!m1ke4ever", "асmezz", "α-cmеco"] {
        assert_eq!(found(&both, password), ["service"], "{password}");
    }
    assert!(refused(r#"{"context":{"words":["!"]}}"#).contains("no letter"));
    assert!(refused(r#"{"context":{"words":["acme","A.C.M.E."]}}"#).contains("is the same"));
    let many: Vec<String> = (0..1001).map(|i| format!("\"w{i}\"")).collect();
    let many = format!(r#"{{"context":{{"words":[{}]}}}}"#, many.join(","));
    assert!(refused(&many).contains("words[1000]: at most 1000 words"));
    assert!(refused(r#"{"context":{"least":5}}"#).contains("goes with"));
    assert!(refused(r#"{"context":{"match":"part"}}"#).contains("is \"equal\""));
    let text = json::Writer::object(|json| strict.write(json));
    assert_eq!(policy(&text), strict, "{text}");
}

#[test]
fn kinds_parts_and_edits_are_chosen_apart() {
    let subject = Subject::from_json(
        br#"{"login_id":"liverpool","email":"jane.doering@example.com","words":["Anne-Marie O'Hara"]}"#,
    )
    .expect("valid");
    let found = |json: &str, password: &str| {
        let findings = check(&policy(json), password.as_bytes(), &subject);
        findings
            .context_words()
            .map(WordKind::name)
            .collect::<Vec<_>>()
    };
    let by_kind = r#"{"context":{"match":{"login_id":"contained","email":"equal"}}}"#;
    assert_eq!(found(by_kind, "xliverpoolx"), ["login_id"]);
    assert_eq!(found(by_kind, "xjane.doeringx"), [""; 0]);
    assert_eq!(found(by_kind, "JaneDoering"), ["email"]);
    assert_eq!(found(by_kind, "annemarieohara"), [""; 0]);
    let parts = r#"{"context":{"match":"contained","parts":true}}"#;
    assert_eq!(found(parts, "my-doering-1"), ["email"]);
    assert_eq!(found(parts, "marie2024"), ["user"]);
    assert_eq!(found(parts, "xxharaxx"), ["user"]);
    let decomposed = Subject::from_json("{\"words\":[\"Bjo\u{308}rn Smithson\"]}".as_bytes());
    let decomposed = decomposed.expect("valid");
    assert!(!check(&policy(parts), "xxbjörnxx".as_bytes(), &decomposed).is_empty());
    let whole = r#"{"context":{"match":"contained"}}"#;
    assert_eq!(found(whole, "marie2024"), [""; 0]);
    let edits = r#"{"context":{"match":"contained","edits":2}}"#;
    for password in ["livrpool", "lliverpooll", "livverpol1", "xlivurpuolx"] {
        assert_eq!(found(edits, password), ["login_id"], "{password}");
        assert_eq!(
            found(whole, password).len(),
            usize::from(password == "lliverpooll")
        );
    }
    assert_eq!(found(edits, "lvrpl"), [""; 0]);
    let text = json::Writer::object(|json| policy(by_kind).write(json));
    assert_eq!(policy(&text), policy(by_kind), "{text}");
}

/// Entra's documentation has these two, with "contoso" and "blank" as its words.
#[test]
fn points_are_those_of_entra() {
    let entra = policy(
        r#"{"min_points":5,"context":{"words":["contoso","blank"],"match":"equal","leet":true,"edits":1}}"#,
    );
    for (password, points) in [
        ("C0ntos0Blank12", Some(4)),
        ("ContoS0Bl@nkf9!", None),
        ("contoso", Some(1)),
        ("C0nt0s0!", Some(2)),
        ("contosx1", Some(2)),
        ("blankblankblankblank", Some(4)),
        ("contoso \n\u{200b}  \t", Some(1)),
        ("contoso™™", Some(3)),
        ("contoso\u{fdfa}", Some(2)),
        ("cont!oso", Some(2)),
        ("correct", None),
    ] {
        let found = broken(&entra, password);
        let said = found.iter().find(|(rule, ..)| *rule == Rule::TooFewPoints);
        assert_eq!(said.map(|(.., found)| *found), points, "{password}");
    }
}

#[test]
fn a_word_is_told_once() {
    let json = br#"{"login_id":"joey","email":"joey@x.com","words":["joey","JOEY","Joey Joey"]}"#;
    let subject = Subject::from_json(json).expect("valid");
    let parts = policy(r#"{"context":{"match":"contained","parts":true}}"#);
    let findings = check(&parts, b"xxjoeyxx", &subject);
    let found: Vec<u32> = findings.violations().map(Violation::found).collect();
    assert_eq!(found, [3]); // As login id, as e-mail, as a word.
}

/// What a subject has no member for may be the user's own words.
#[test]
fn errors_do_not_repeat_what_a_subject_says() {
    for json in [
        r#"{"jane@example.com":1}"#,
        r#"{"jane@example.com":1,"jane@example.com":2}"#,
        r#"{"email.jane":1}"#,
        r#"{"login_id":{"jane":1}}"#,
        r#"{"words":["jane",{"jane":1}]}"#,
    ] {
        let error = Subject::from_json(json.as_bytes()).expect_err("refused");
        let said = format!("{error} {error:?}");
        assert!(!said.contains("jane"), "{said}");
        assert!(error.offset().is_some());
    }
}

#[test]
fn subjects_are_bounded() {
    let words = |count: usize| {
        let words: Vec<String> = (0..count).map(|i| format!("\"word{i}\"")).collect();
        Subject::from_json(format!(r#"{{"words":[{}]}}"#, words.join(",")).as_bytes())
    };
    assert!(words(128).is_ok());
    let error = words(10_000).expect_err("too many");
    assert_eq!(error.kind(), crate::error::ErrorKind::Subject);
    assert_eq!(error.path(), Some("words[128]"));
    assert!(
        error
            .to_string()
            .contains("words is 10000, over the limit of 128"),
        "{error}"
    );
    let long = format!(r#"{{"words":["{}"]}}"#, "ab".repeat(500_000));
    let long = Subject::from_json(long.as_bytes()).expect("a word may be long");
    let contained = policy(r#"{"context":{"match":"contained"}}"#);
    assert!(!check(&contained, "ab".repeat(32).as_bytes(), &long).is_empty());
    assert!(check(&contained, "ab".repeat(31).as_bytes(), &long).is_empty());
}
