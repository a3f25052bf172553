//! Setting up, choosing and verifying, from settings as they are written.

mod stored_json;

use super::*;
use crate::error::{Error, ErrorKind};
use crate::hash::work::{self, Done};
use crate::hash::{HashSettings, Hasher, Pool};
use crate::json::{self, Writer};
use crate::keys::RootKeys;
use std::collections::HashMap;

const POOL: &str = r#"[{"id":"pet","text":"What was the name of your first pet?","kind":"pet","deny":["Rex"]},
 {"id":"city","text":"In which city did your parents meet?","kind":"city"},
 {"id":"born","text":"When was your mother born?","kind":"date","order":"dmy"},
 {"id":"teacher","text":"Who was your favourite teacher?","kind":"name"},
 {"id":"car","text":"你的第一辆车是什么？"}]"#;

fn read(members: &str) -> Result<QuestionSettings, Error> {
    let json = format!(r#"{{"questions":{{"pool":{POOL}{members}}}}}"#);
    let mut object = json::parse(json.as_bytes())?.object()?;
    QuestionSettings::read(&object.require("questions")?)
}

fn settings(members: &str) -> QuestionSettings {
    read(members).expect(members)
}

const SEPARATE: &str = r#","set_up":4,"ask":3,"required":2,"hashing":"separate""#;
const JOINT: &str = r#","set_up":3"#;

const RIGHT: [(&str, &str); 4] = [
    ("pet", "Barnie"),
    ("city", "Łódź"),
    ("born", "9.3.1951"),
    ("teacher", "Frau Müller"),
];

fn answers(pairs: &[(&str, &str)]) -> Answers {
    let mut answers = Answers::new();
    for (id, answer) in pairs {
        answers.add(id, answer.as_bytes()).expect("room");
    }
    answers
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

const ABOUT: About<'static> = About {
    id: "u1",
    realm: "shop",
    login_id: Some("Barnaby"),
    email: Some("Mike.Jones+shop@example.com"),
    password_hash: None,
};

/// A hasher that costs next to nothing.
fn with_hasher<R>(call: impl FnOnce(Hasher<'_>) -> R) -> R {
    let json = br#"{"create":{"profile":"test-only"},"memory_mib":1,"max_running":1}"#;
    let settings = HashSettings::read(&json::parse(json).expect("JSON")).expect("valid");
    let (pool, keys) = (Pool::new(settings.pool_sizes()), RootKeys::default());
    call(Hasher {
        settings: &settings,
        pool: &pool,
        keys: &keys,
    })
}

fn made(settings: &QuestionSettings, hasher: Hasher<'_>, pairs: &[(&str, &str)]) -> AnswerSet {
    let made = set_up(settings, hasher, &ABOUT, &answers(pairs)).expect("hashed");
    made.expect("no rule is broken")
}

fn rules(settings: &QuestionSettings, about: &About<'_>, pairs: &[(&str, &str)]) -> Vec<String> {
    with_hasher(|hasher| {
        let found = set_up(settings, hasher, about, &answers(pairs)).expect("hashed");
        let found = found.err().unwrap_or_default();
        let rules = found
            .violations()
            .map(|(id, rule)| format!("{id} {}", rule.name()));
        rules.collect()
    })
}

fn written(set: &AnswerSet) -> String {
    Writer::object(|json| set.write(json))
}

fn parsed(text: &str) -> Result<AnswerSet, Error> {
    AnswerSet::read(&json::parse(text.as_bytes())?)
}

#[test]
fn everything_that_answers_break_is_told_at_once_and_none_of_them() {
    let settings = settings(SEPARATE);
    let found = rules(
        &settings,
        &ABOUT,
        &[
            ("pet", "REX!"),
            ("city", "jones"),
            ("born", "31.2.1951"),
            ("teacher", "!?"),
            ("nothing", "of the kind"),
        ],
    );
    assert_eq!(
        found,
        [
            " too_many_answers",
            "born not_a_date",
            "teacher empty_after_normalizing",
            "nothing unknown_question",
            "pet common",
        ]
    );
    let long = "a".repeat(1025);
    for (pair, expected) in [
        (("pet", "Bo"), "pet too_short"),
        (("pet", "bella"), "pet common"),
        (("pet", "1 2 3"), "pet common"),
        (("city", "New York"), "city common"),
        (("city", "NewYork"), "city common"),
        (("pet", "first pet"), "pet in_question"),
        (("pet", "PET first name"), "pet in_question"),
        (("car", "第一辆"), "car in_question"),
        (("pet", "barnaby"), "pet is_login_id"),
        (("pet", "mike jones"), "pet is_login_id"),
        (("pet", "MikeJones"), "pet is_login_id"),
        (("pet", "mike.jones+shop"), "pet is_login_id"),
        (("pet", "mike.jones+shop@EXAMPLE.com"), "pet is_login_id"),
        (("pet", &*long), "pet too_long"),
    ] {
        let others = RIGHT.iter().filter(|(id, _)| *id != pair.0).take(3);
        let pairs: Vec<_> = others.copied().chain([pair]).collect();
        assert_eq!(rules(&settings, &ABOUT, &pairs), [expected], "{pair:?}");
    }
    let twice = [RIGHT[0], ("city", "BARNIE."), RIGHT[2], RIGHT[3]];
    assert_eq!(
        rules(&settings, &ABOUT, &twice),
        ["city same_as_another", "pet same_as_another"]
    );
    assert_eq!(rules(&settings, &ABOUT, &RIGHT[..3]), [" too_few_answers"]);
    assert!(rules(&settings, &ABOUT, &RIGHT).is_empty());
    // A word inside of another is none of the question's.
    let inside = [("pet", "ears"), RIGHT[1], RIGHT[2], RIGHT[3]];
    assert!(rules(&settings, &ABOUT, &inside).is_empty());
    with_hasher(|hasher| {
        let mut answers = answers(&RIGHT[1..]);
        answers.add("pet", b"\xff").expect("room");
        let found = set_up(&settings, hasher, &ABOUT, &answers).expect("hashed");
        let found = found.expect_err("not UTF-8");
        assert_eq!(
            found.violations().collect::<Vec<_>>(),
            [("pet", AnswerRule::NotUtf8)]
        );
    });
}

#[test]
fn an_answer_is_not_the_password_and_costs_a_verification_only_where_all_else_is_right() {
    let settings = settings(SEPARATE);
    let password_hash =
        with_hasher(|hasher| hasher.hash(b"Barnie").expect("hashed").as_str().to_owned());
    let about = About {
        password_hash: Some(&password_hash),
        ..ABOUT
    };
    assert_eq!(rules(&settings, &about, &RIGHT), ["pet is_password"]);
    let other = [("pet", "barnie"), RIGHT[1], RIGHT[2], RIGHT[3]];
    assert!(rules(&settings, &about, &other).is_empty());
    let broken = [("pet", "Barnie"), ("city", "x"), RIGHT[2], RIGHT[3]];
    let done = work::of(|| assert_eq!(rules(&settings, &about, &broken), ["city too_short"]));
    assert_eq!(done, Done::default());
}

#[test]
fn answers_are_right_however_they_are_typed_and_enough_are_enough() {
    let settings = settings(SEPARATE);
    with_hasher(|hasher| {
        let set = made(&settings, hasher, &RIGHT);
        let asked = ids(&["pet", "born", "teacher"]);
        let verify = |about: &About<'_>, pairs: &[(&str, &str)]| {
            verify(&settings, hasher, about, &set, &asked, &answers(pairs)).expect("computed")
        };
        let (pet, born, teacher) = (
            ("pet", " barnie "),
            ("born", "1951-03-09"),
            ("teacher", "frau muller"),
        );
        let wrong = ("born", "9.3.1952");
        assert!(verify(&ABOUT, &[pet, born, teacher]));
        assert!(verify(&ABOUT, &[teacher, wrong, pet]));
        assert!(verify(&ABOUT, &[pet, ("born", "never"), teacher]));
        assert!(!verify(&ABOUT, &[pet, wrong, ("teacher", "frau mueller")]));
        // Only what was asked, all of it, and nothing else.
        assert!(!verify(&ABOUT, &[pet, born]));
        assert!(!verify(&ABOUT, &[pet, born, ("city", "Łódź")]));
        assert!(!verify(&ABOUT, &[pet, born, teacher, ("city", "Łódź")]));
        assert!(!verify(&ABOUT, &[]));
        // Of another account or service.
        for (id, realm) in [("u2", "shop"), ("u1", "bank")] {
            assert!(!verify(
                &About { id, realm, ..ABOUT },
                &[pet, born, teacher]
            ));
        }
        // The hash of one question under another.
        assert!(!verify(
            &ABOUT,
            &[
                ("pet", "1951-03-09"),
                ("born", "barnie"),
                ("teacher", "barnie")
            ]
        ));
        for asked in [
            &["pet", "born", "pet"][..],
            &["pet", "born"],
            &["pet", "born", "nothing"],
            &[],
            &["pet"; 40],
        ] {
            let given = answers(&[pet, born, teacher]);
            assert!(
                !super::verify(&settings, hasher, &ABOUT, &set, &ids(asked), &given)
                    .expect("computed")
            );
        }
    });
}

#[test]
fn joint_answers_are_one_secret() {
    let settings = settings(JOINT);
    with_hasher(|hasher| {
        let set = made(&settings, hasher, &RIGHT[..3]);
        assert_eq!(written(&set).matches("$argon2id$").count(), 1);
        let asked = choose(&settings, &set, |_| panic!("nothing to choose")).expect("chosen");
        assert_eq!(asked, ids(&["born", "city", "pet"]));
        let verify = |pairs: &[(&str, &str)]| {
            super::verify(&settings, hasher, &ABOUT, &set, &asked, &answers(pairs))
                .expect("computed")
        };
        assert!(verify(&RIGHT[..3]));
        assert!(verify(&[
            ("born", "9 March 1951"),
            ("pet", "BARNIE"),
            ("city", "łódz")
        ]));
        for at in 0..3 {
            let mut pairs = RIGHT[..3].to_vec();
            pairs[at].1 = "wrong";
            assert!(!verify(&pairs), "{at}");
            pairs.remove(at);
            assert!(!verify(&pairs), "{at}");
        }
        assert!(!verify(&[
            ("pet", "Łódź"),
            ("city", "Barnie"),
            ("born", "9.3.1951")
        ]));
    });
}

#[test]
fn the_work_is_the_same_whatever_is_right_and_for_nobody() {
    for (members, set_up_of, hashes) in [(SEPARATE, 4, 3), (JOINT, 3, 1)] {
        let settings = settings(members);
        with_hasher(|hasher| {
            let set = made(&settings, hasher, &RIGHT[..set_up_of]);
            let asked = ids(&["pet", "born", "city"]);
            let one =
                work::of(|| assert!(!hasher.verify(b"", b"x").expect("computed").is_accepted()));
            let expected = Done {
                argon2_blocks: one.argon2_blocks * hashes,
                leases: hashes,
                bytes: one.bytes * hashes,
                ..Done::default()
            };
            let (pet, born, city) = (("pet", "Barnie"), ("born", "9.3.1951"), ("city", "Łódź"));
            let long = "a".repeat(2000);
            for pairs in [
                &[pet, born, city][..],
                &[pet, born, ("city", "wrong")],
                &[("pet", "wrong"), ("born", "wrong"), ("city", "wrong")],
                &[("pet", "?"), ("born", ""), ("city", &long)],
                &[pet],
                &[],
                &[pet, born, ("teacher", "x")],
                &[pet, born, city, ("teacher", "x")],
            ] {
                let given = answers(pairs);
                let done = work::of(|| {
                    let verdict = verify(&settings, hasher, &ABOUT, &set, &asked, &given);
                    assert!(verdict.is_ok());
                });
                assert_eq!(done, expected, "{members} {pairs:?}");
                let done = work::of(|| {
                    assert!(!verify_nobody(&settings, hasher, &ABOUT, &given).expect("computed"))
                });
                assert_eq!(done, expected, "{members} {pairs:?}");
            }
            for asked in [
                &[][..],
                &["pet"],
                &["pet", "pet", "pet"],
                &["x", "y", "z"],
                &["pet"; 40],
            ] {
                let given = answers(&[pet, born, city]);
                let done = work::of(|| {
                    assert!(
                        !verify(&settings, hasher, &ABOUT, &set, &ids(asked), &given)
                            .expect("computed")
                    )
                });
                assert_eq!(done, expected, "{members} {asked:?}");
            }
        });
    }
}

#[test]
fn settings_that_changed_since_refuse_and_never_panic() {
    let all = settings(SEPARATE);
    with_hasher(|hasher| {
        let separate = made(&all, hasher, &RIGHT);
        let joint = made(&settings(JOINT), hasher, &RIGHT[..3]);
        // A pool without the pet: what was asked of it is wrong, the others are enough.
        let pool = r#"{"pool":[{"id":"city","text":"?"},{"id":"born","text":"?","kind":"date"},{"id":"teacher","text":"?"}],"ask":3,"required":2,"hashing":"separate"}"#;
        let fewer =
            QuestionSettings::read(&json::parse(pool.as_bytes()).expect("JSON")).expect("valid");
        let asked = ids(&["pet", "city", "born"]);
        let verify = |settings, set, pairs: &[(&str, &str)]| {
            super::verify(settings, hasher, &ABOUT, set, &asked, &answers(pairs)).expect("computed")
        };
        assert!(verify(&fewer, &separate, &RIGHT[..3]));
        assert!(!verify(
            &fewer,
            &separate,
            &[RIGHT[0], RIGHT[1], ("born", "wrong")]
        ));
        assert!(!verify(&fewer, &joint, &RIGHT[..3]));
        let chosen = |settings, set| {
            choose(settings, set, |byte| {
                byte.fill(0);
                Ok(())
            })
            .expect("chosen")
        };
        assert_eq!(chosen(&fewer, &separate), ids(&["born", "city", "teacher"]));
        assert!(chosen(&fewer, &joint).is_empty());
        // Set up joint, asked apart since, and the other way round: all has to be right.
        assert!(verify(&all, &joint, &RIGHT[..3]));
        assert_eq!(chosen(&all, &joint).len(), 3);
        let now_joint = settings(JOINT);
        assert!(verify(&now_joint, &separate, &RIGHT[..3]));
        assert!(!verify(
            &now_joint,
            &separate,
            &[RIGHT[0], RIGHT[1], ("born", "wrong")]
        ));
        // More are asked than were set up.
        let more = settings(r#","set_up":5,"hashing":"separate""#);
        assert!(chosen(&more, &separate).is_empty());
        assert!(!verify(&more, &separate, &RIGHT));
    });
}

#[test]
fn every_subset_is_as_likely() {
    let settings = settings(SEPARATE);
    let set = with_hasher(|hasher| made(&settings, hasher, &RIGHT));
    let mut counts: HashMap<Vec<String>, u32> = HashMap::new();
    // Every byte once: with four to leave out one of, each as often.
    for byte in 0..=255 {
        let chosen = choose(&settings, &set, |out| {
            out.fill(byte);
            Ok(())
        });
        let chosen = chosen.expect("chosen");
        assert_eq!(chosen.len(), 3);
        *counts.entry(chosen).or_default() += 1;
    }
    assert_eq!(counts.len(), 4);
    assert!(counts.values().all(|count| *count == 64), "{counts:?}");
    let failed = choose(&settings, &set, |_| {
        Err(Error::new(ErrorKind::Random, "none"))
    });
    assert_eq!(failed.expect_err("none").kind(), ErrorKind::Random);
}

#[test]
fn bytes_that_would_make_a_question_likelier_are_drawn_again() {
    let settings = settings(r#","set_up":3,"ask":2,"hashing":"separate""#);
    let set = with_hasher(|hasher| made(&settings, hasher, &RIGHT[..3]));
    let mut bytes = [255_u8, 1].into_iter();
    let chosen = choose(&settings, &set, |out| {
        out.fill(bytes.next().expect("two"));
        Ok(())
    });
    // Of born, city and pet the second is left out; 255 would have left out the first.
    assert_eq!(chosen.expect("chosen"), ids(&["born", "pet"]));
    let mut counts: HashMap<Vec<String>, u32> = HashMap::new();
    for byte in 0..255 {
        let chosen = choose(&settings, &set, |out| {
            out.fill(byte);
            Ok(())
        });
        *counts.entry(chosen.expect("chosen")).or_default() += 1;
    }
    assert!(
        counts.len() == 3 && counts.values().all(|count| *count == 85),
        "{counts:?}"
    );
}

#[test]
fn a_stored_hash_that_cannot_be_read_fails_after_all_the_work() {
    let settings = settings(SEPARATE);
    let text = r#"{"normalizer":1,"hashing":"separate","answers":[{"id":"pet","hash":"$argon2id$broken"},{"id":"city","hash":"!"},{"id":"born","hash":"x"}]}"#;
    let set = parsed(text).expect("valid");
    with_hasher(|hasher| {
        let asked = ids(&["pet", "city", "born"]);
        let nobody = work::of(|| {
            assert!(!verify_nobody(&settings, hasher, &ABOUT, &Answers::new()).expect("computed"))
        });
        let done = work::of(|| {
            let error = verify(
                &settings,
                hasher,
                &ABOUT,
                &set,
                &asked,
                &answers(&RIGHT[..3]),
            );
            assert_eq!(error.expect_err("broken").kind(), ErrorKind::Malformed);
        });
        assert_eq!(done, nobody);
    });
}
