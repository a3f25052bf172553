use super::*;

const RECORD: &str =
    r#"{"v":1,"id":"u","realm":"r","revision":3,"epoch":2,"hash":"$h","set_at":7}"#;

fn subject(id: &str, realm: &str) -> Subject {
    let json = format!(r#"{{"id":"{id}","realm":"{realm}"}}"#);
    Subject::from_json(json.as_bytes()).expect("a subject")
}

#[test]
fn what_is_written_is_read_and_what_a_later_release_added_is_kept() {
    let later = RECORD.replace(
        r#""set_at":7"#,
        r#""set_at":7,"mfa":{"a":[1, "b"]},"x":null"#,
    );
    for text in [RECORD, &later] {
        let record = Record::from_json(text.as_bytes()).expect("a record");
        assert_eq!(record.to_json(), text);
        let mut changed = record.clone();
        changed.set_hash(&AccountSettings::DEFAULT, "$i", 9);
        let written = changed.changed_from(Some(&record)).expect("a change");
        let expected = text.replace(
            r#""revision":3,"epoch":2,"hash":"$h","set_at":7"#,
            r#""revision":4,"epoch":3,"hash":"$i","set_at":9"#,
        );
        assert_eq!(written, expected);
        assert_eq!(record.clone().changed_from(Some(&record)), None);
    }
}

#[test]
fn what_is_written_is_read_at_the_ends_of_the_numbers_and_without_a_password() {
    let ends = RECORD.replace(
        r#""revision":3,"epoch":2"#,
        r#""revision":9007199254740991,"epoch":9007199254740991"#,
    );
    let before = Record::from_json(ends.as_bytes()).expect("a record");
    let mut after = before.clone();
    after.set_hash(&AccountSettings::DEFAULT, "$i", 9);
    let written = after.changed_from(Some(&before)).expect("a change");
    let read = Record::from_json(written.as_bytes()).expect("a record");
    assert_ne!(read.epoch, before.epoch);
    assert_ne!(read.revision, before.revision);
    // Nothing has changed, and yet it is another text.
    assert_ne!(before.clone().rewritten(), ends);

    let bare = r#"{"v":1,"id":"u","realm":"r","revision":3,"epoch":2,"set_at":7}"#;
    assert_eq!(
        Record::from_json(bare.as_bytes())
            .expect("a record")
            .to_json(),
        bare
    );
}

#[test]
fn a_later_version_says_so_and_every_broken_member_is_named() {
    let kind = |text: &str| {
        let error = Record::from_json(text.as_bytes()).expect_err("refused");
        (error.kind(), error.path().unwrap_or_default().to_owned())
    };
    let at = |path: &str| (ErrorKind::Record, path.to_owned());
    assert_eq!(
        kind(&RECORD.replace(r#""v":1"#, r#""v":2"#)),
        (ErrorKind::LaterRelease, "v".to_owned())
    );
    assert_eq!(kind(&RECORD.replace(r#""v":1"#, r#""v":0"#)), at("v"));
    for (from, to, path) in [
        (r#""id":"u""#, r#""id":7"#, "id"),
        (r#""realm":"r""#, r#""realm":null"#, "realm"),
        (r#""revision":3"#, r#""revision":-3"#, "revision"),
        (r#""epoch":2"#, r#""epoch":2.5"#, "epoch"),
        (r#""hash":"$h""#, r#""hash":[]"#, "hash"),
        (r#""set_at":7"#, r#""set_at":"7""#, "set_at"),
        (r#""set_at":7"#, r#""tickets":{}"#, "tickets"),
        (
            r#""set_at":7"#,
            r#""budgets":{"reset":{"spent":1,"since":2}}"#,
            "budgets.reset",
        ),
        (r#""set_at":7"#, r#""epoch":7"#, "epoch"),
    ] {
        assert_eq!(kind(&RECORD.replace(from, to)), at(path), "{to}");
    }
    for text in ["{", "[]", "7", "\u{feff}{}", "{}"] {
        assert_eq!(kind(text).0, ErrorKind::Record, "{text}");
    }
}

#[test]
fn a_record_is_bound_to_id_and_realm() {
    let of =
        |subject: &Subject| Record::of(RECORD.as_bytes(), subject).map_err(|error| error.kind());
    assert!(of(&subject("u", "r")).expect("its own").is_some());
    assert_eq!(of(&subject("v", "r")), Err(ErrorKind::OtherSubject));
    assert_eq!(of(&subject("u", "")), Err(ErrorKind::OtherSubject));
    assert_eq!(of(&Subject::default()), Err(ErrorKind::Subject));
    assert_eq!(of(&subject("", "r")), Err(ErrorKind::Subject));
    assert_eq!(Record::of(b"", &Subject::default()), Ok(None));
}
