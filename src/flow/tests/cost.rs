//! What passwords cost that sign nobody in: as much as one another.

use super::passwords::{OLD, effects, signed_up};
use super::*;
use crate::flow::AdminAction;

/// Of `OLD`: a weak string, made by `openssl passwd -1 -salt abcdefgh`.
#[cfg(feature = "imports")]
const WEAK: &str = "$1$abcdefgh$MAstI3TTIC9gmExc10lpP.";

const DEAR: &str = r#"{"profile":"owasp-argon2id-46-mib"}"#;

/// A core whose accounts are thought to have dear strings, where nobody knows better.
fn core_that_creates(hash: &str) -> Saltbox {
    let json = format!(
        r#"{{"hash":{{"create":{hash},"unknown_users":{{"key_id":1,"mix":[{{"share":1,"hash":{DEAR}}}]}}}},
        "account":{{"lock":{{"attempts":1}}}}}}"#
    );
    let mut config = Config::from_json(json.as_bytes()).expect("a configuration");
    let key: Vec<u8> = (0..32).collect();
    config.add_key(1, &key).expect("a key");
    Saltbox::new(config)
}

/// Accounts with weak, usual and dear strings, in every state that signs nobody in, with a
/// right, a wrong and an overlong password, through both calls that take one.
#[test]
fn whatever_signs_nobody_in_costs_the_same_and_sounds_the_same() {
    let core = core_that_creates(r#"{"profile":"owasp-argon2id-19-mib"}"#);
    let dear = core_that_creates(DEAR).hash(OLD).expect("a string");
    let usual = core.hash(OLD).expect("a string");
    let request = Request::default();
    let account_of = |stored| {
        let mut account = Account {
            core: core.clone(),
            record: None,
            subject: subject(ADA),
        };
        let (now, of) = (NOW, &account.subject);
        let made = account.core.admin_import(None, of, &request, stored, now);
        account.store(&made.expect("a record"));
        account
    };
    // What crypt(3) does with a password depends on its length, so there it is the same.
    let (overlong, wrong) = ("a".repeat(5000), OLD.to_uppercase());
    for (stored, wrongs) in [
        #[cfg(feature = "imports")]
        (WEAK, [&*wrong, &wrong]),
        (&*usual, [&*wrong, &overlong]),
        (&*dear, [&*wrong, &overlong]),
    ] {
        let after = |steps: &[AdminAction]| {
            let mut account = account_of(Some(stored));
            for step in steps {
                assert!(account.admin(*step).is_yes());
            }
            account
        };
        let mut locked = after(&[]);
        assert_eq!(locked.sign_in("wrong", NOW), Decision::WrongPassword);
        let mut invited = after(&[]);
        invited.subject = subject(&ADA.replace(r#""id""#, r#""status":"invited","id""#));
        let [(_, spent), _] = both_calls(&after(&[]), &wrong);
        let same = |account: &Account, password, decision| {
            for (outcome, work) in both_calls(account, password) {
                assert_eq!(outcome.decision(), decision);
                assert_eq!((outcome.shown(), work), (Shown::WrongPassword, spent));
                assert!(effects(&outcome).is_empty());
            }
        };
        for wrong in wrongs {
            same(&after(&[]), wrong, Decision::WrongPassword);
        }
        for (account, decision) in [
            (locked, Decision::TemporarilyLocked),
            (after(&[AdminAction::Lock]), Decision::PermanentlyLocked),
        ] {
            for password in [&[OLD], &wrongs[..]].concat() {
                same(&account, password, decision);
            }
        }
        for (account, decision) in [
            (after(&[AdminAction::Disable]), Decision::AccountDisabled),
            (invited, Decision::AccountInvited),
        ] {
            same(&account, OLD, decision);
            same(&account, &wrong, Decision::WrongPassword);
        }
        if stored == dear {
            let nobody = Account {
                record: None,
                ..account_of(None)
            };
            for password in [OLD, &overlong] {
                same(&nobody, password, Decision::NoAccount);
                same(&account_of(None), password, Decision::NoPassword);
            }
        }
    }
}

/// Signing in with `password`, and replacing it, with what each costs.
fn both_calls(account: &Account, password: &str) -> [(Outcome, (work::Done, usize)); 2] {
    let (record, request) = (account.record.as_deref(), Request::default());
    let replace = || {
        account
            .core
            .replace(record, &account.subject, &request, password, PASSWORD, NOW)
    };
    [
        counted(|| account.try_sign_in(password, NOW)),
        counted(|| replace().expect("a decision")),
    ]
}

/// What is wrong with a record shows in no time, either.
#[test]
fn a_record_that_cannot_be_read_costs_what_nobody_costs() {
    let mut account = signed_up("{}");
    let (_, spent) = counted(|| account.try_sign_in("wrong", NOW));
    for record in ["{", r#"{"v":1}"#, r#"{"v":99}"#] {
        account.record = Some(record.into());
        let (result, (work, _)) = counted(|| {
            account
                .core
                .sign_in(record, &account.subject, &Request::default(), OLD, NOW)
        });
        assert!(result.is_err());
        assert_eq!(work, spent.0);
    }
}

/// One login, one draw, however it is spelled; many logins draw every kind.
#[test]
fn logins_that_nobody_has_draw_what_they_cost() {
    let mut config = Config::from_json(
        br#"{"hash":{"create":{"profile":"test-only"},
        "unknown_users":{"key_id":1,"mix":[{"share":1},{"share":1,"hash":{"profile":"owasp-argon2id-19-mib"}}]}}}"#,
    )
    .expect("a configuration");
    let without_key = Saltbox::new(config.clone());
    config
        .add_key(1, &(0..32).collect::<Vec<u8>>())
        .expect("a key");
    let core = Saltbox::new(config);
    let cost = |core: &Saltbox, login: &str| {
        let subject = subject(&format!(r#"{{"login_id":"{login}"}}"#));
        let attempt = || core.sign_in(None, &subject, &Request::default(), "wrong", NOW);
        let (outcome, (work, _)) = counted(attempt);
        outcome.map(|_| work.argon2_blocks)
    };
    let mut drawn = std::collections::HashSet::new();
    for number in 0..8 {
        let login = format!("user{number}@example.com");
        let first = cost(&core, &login).expect("a decision");
        assert_eq!(
            first,
            cost(&core, &login.to_uppercase()).expect("a decision")
        );
        drawn.insert(first);
    }
    assert_eq!(drawn.len(), 2, "{drawn:?}");
    let error = cost(&without_key, "user").expect_err("no key");
    assert_eq!(error.kind(), ErrorKind::Key);
    let config = without_key.config().clone();
    let error = core.derive(config).expect_err("no key");
    assert_eq!(error.path(), Some("hash.unknown_users.key_id"));
}
