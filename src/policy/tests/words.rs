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
        ("correct", None),
    ] {
        let found = broken(&entra, password);
        let said = found.iter().find(|(rule, ..)| *rule == Rule::TooFewPoints);
        assert_eq!(said.map(|(.., found)| *found), points, "{password}");
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
