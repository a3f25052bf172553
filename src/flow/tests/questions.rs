//! Security questions.

use super::*;
use crate::flow::AdminAction;
use crate::question::Answers;

const QUESTIONS: &str = r#"{"hash":{"create":{"profile":"test-only"}},"questions":{
    "pool":[{"id":"pet","text":"What was the name of your first pet?","kind":"pet"},
            {"id":"city","text":"In which city were you born?","kind":"city"},
            {"id":"day","text":"When did your parents marry?","kind":"date"},
            {"id":"book","text":"Which book did you read first?"}],
    "set_up":3,"ask":2,"required":2,"hashing":"separate"}}"#;

fn answers(pairs: &[(&str, &str)]) -> Answers {
    let mut answers = Answers::new();
    for (id, answer) in pairs {
        answers.add(id, answer.as_bytes()).expect("an answer");
    }
    answers
}

/// Answers to the questions that were asked, right or wrong.
fn answers_to(asked: &Outcome, is_right: bool) -> Answers {
    let right = |id: &str| match id {
        "pet" => "  BÁRNABY\u{a0}Rudge ",
        "city" => "ＳＶＡＬＢＡＲＤ",
        "day" => "9 March 1971",
        _ => "none",
    };
    let each = asked
        .questions()
        .map(|(id, _)| (id, if is_right { right(id) } else { "other" }));
    answers(&each.collect::<Vec<_>>())
}

fn with_questions() -> (Account, Request) {
    let config = Config::from_json(QUESTIONS.as_bytes()).expect("a configuration");
    let mut account = Account {
        core: Saltbox::new(config),
        record: None,
        subject: subject(ADA),
    };
    let hash = account.core.hash(PASSWORD).expect("a hash");
    let request = Request::default();
    let imported = account
        .core
        .admin_import(None, &account.subject, &request, &hash, NOW);
    account.store(&imported.expect("a record"));
    let request =
        Request::from_json(br#"{"session_subject":"u-1","auth_age_s":10}"#).expect("a request");
    (account, request)
}

const SET: [(&str, &str); 3] = [
    ("pet", "Barnaby Rudge"),
    ("city", "Svalbard"),
    ("day", "1971-03-09"),
];

#[test]
fn answers_are_set_up_asked_and_verified_within_a_session_only() {
    let (mut account, request) = with_questions();
    let (core, record) = (account.core.clone(), account.record.clone());
    let outsider =
        Request::from_json(br#"{"session_subject":"u-2","auth_age_s":10}"#).expect("a request");
    for request in [&Request::default(), &outsider] {
        let (record, subject) = (record.as_deref(), &account.subject);
        for outcome in [
            core.set_questions(record, subject, request, &answers(&SET), NOW),
            core.get_questions(record, subject, request, NOW),
            core.verify_questions(record, subject, request, &answers(&SET), NOW),
        ] {
            let outcome = outcome.expect("a decision");
            assert_eq!(
                (outcome.decision(), outcome.shown()),
                (Decision::OtherSession, Shown::SignInFirst)
            );
            assert_eq!(outcome.record(), None);
        }
    }
    // Answers are not set up with a session that somebody has found.
    for stale in [
        r#"{"session_subject":"u-1"}"#,
        r#"{"session_subject":"u-1","auth_age_s":301}"#,
    ] {
        let stale = Request::from_json(stale.as_bytes()).expect("a request");
        let (record, subject) = (record.as_deref(), &account.subject);
        let outcome = core.set_questions(record, subject, &stale, &answers(&SET), NOW);
        assert_eq!(
            outcome.expect("a decision").decision(),
            Decision::OldAuthentication
        );
    }
    let set = core.set_questions(
        record.as_deref(),
        &account.subject,
        &request,
        &answers(&SET),
        NOW,
    );
    let set = set.expect("a decision");
    assert_eq!(set.decision(), Decision::QuestionsSet);
    assert!(set.has(Effect::NotifyQuestionsChanged));
    account.store(&set);
    let verify = |account: &Account, request: &Request, answers: &Answers| {
        let record = account.record.as_deref();
        core.verify_questions(record, &account.subject, request, answers, NOW)
            .expect("a decision")
    };
    let early = verify(&account, &request, &answers(&SET));
    assert_eq!(early.decision(), Decision::NotAsked);

    let get = |account: &Account| {
        core.get_questions(account.record.as_deref(), &account.subject, &request, NOW)
            .expect("a decision")
    };
    let asked = get(&account);
    assert_eq!(asked.questions().count(), 2);
    account.store(&asked);
    let again = get(&account);
    assert_eq!(again.record(), None);
    assert!(
        again.questions().eq(asked.questions()),
        "the same until they are answered"
    );

    let wrong = verify(&account, &request, &answers_to(&asked, false));
    assert_eq!(
        (wrong.decision(), wrong.shown()),
        (Decision::WrongAnswers, Shown::WrongAnswers)
    );
    account.store(&wrong);
    let step_up = br#"{"session_subject":"u-1","step_up":true,"auth_age_s":10}"#;
    let step_up = Request::from_json(step_up).expect("a request");
    let right = verify(&account, &step_up, &answers_to(&asked, true));
    assert_eq!(right.effects().collect::<Vec<_>>(), [Effect::StepUpSession]);
    let right = verify(&account, &request, &answers_to(&asked, true));
    assert_eq!(right.effects().count(), 0, "answers give no session");
    account.store(&right);
    let reused = verify(&account, &request, &answers_to(&asked, true));
    assert_eq!(reused.decision(), Decision::NotAsked);
    let record = account.record.expect("a record").to_lowercase();
    for answer in ["barnaby", "rudge", "svalbard", "1971"] {
        assert!(!record.contains(answer), "{answer}");
    }
}

#[test]
fn attempts_to_answer_end_and_cost_the_same_whatever_there_is() {
    let (mut account, request) = with_questions();
    let core = account.core.clone();
    let verify = |account: &Account, answers: &Answers, now| {
        let record = account.record.as_deref();
        let verify = || core.verify_questions(record, &account.subject, &request, answers, now);
        let (outcome, spent) = counted(verify);
        (outcome.expect("a decision"), spent)
    };
    let set = |account: &mut Account| {
        let record = account.record.as_deref();
        let set = core.set_questions(record, &account.subject, &request, &answers(&SET), NOW);
        account.store(&set.expect("a decision"));
        let record = account.record.as_deref();
        let asked = core.get_questions(record, &account.subject, &request, NOW);
        let asked = asked.expect("a decision");
        account.store(&asked);
        asked
    };
    let some = answers(&[("pet", "other"), ("city", "other")]);
    let (none, without) = verify(&account, &some, NOW);
    assert_eq!(none.decision(), Decision::NoQuestions);
    let asked = set(&mut account);
    for _ in 0..2 {
        let (wrong, spent) = verify(&account, &answers_to(&asked, false), NOW);
        assert_eq!((wrong.decision(), spent), (Decision::WrongAnswers, without));
        account.store(&wrong);
    }
    let (exhausted, spent) = verify(&account, &answers_to(&asked, true), NOW + 1);
    assert_eq!(
        (exhausted.decision(), exhausted.shown()),
        (Decision::Exhausted, Shown::WrongAnswers)
    );
    assert_eq!((exhausted.retry_after_s(), spent), (Some(3599), without));
    // Nor are there new answers, which would bring new attempts.
    let record = account.record.as_deref();
    let set = core.set_questions(record, &account.subject, &request, &answers(&SET), NOW + 2);
    let set = set.expect("a decision");
    assert_eq!(
        (set.decision(), set.retry_after_s()),
        (Decision::Exhausted, Some(3598))
    );
    let (right, _) = verify(&account, &answers_to(&asked, true), NOW + 3600);
    assert_eq!(right.decision(), Decision::AnswersRight);
    account.record = None;
    let (nobody, spent) = verify(&account, &some, NOW);
    assert_eq!(
        (nobody.decision(), nobody.shown(), spent),
        (Decision::NoAccount, Shown::WrongAnswers, without)
    );
}

#[test]
fn answers_that_break_rules_are_all_told_and_none_is_stored() {
    let (account, request) = with_questions();
    let set = |pairs: &[(&str, &str)]| {
        let (record, answers) = (account.record.as_deref(), answers(pairs));
        let subject = &account.subject;
        let outcome = account
            .core
            .set_questions(record, subject, &request, &answers, NOW);
        let outcome = outcome.expect("a decision");
        assert_eq!(outcome.decision(), Decision::AnswersRefused);
        let findings = outcome.answer_findings().expect("findings");
        let each = findings
            .violations()
            .map(|(id, rule)| format!("{id}:{}", rule.name()));
        let is_charged = outcome.record().is_some();
        (each.collect::<Vec<_>>().join(" "), is_charged)
    };
    let broken = |rules: &str| (rules.to_owned(), false);
    assert_eq!(
        set(&[
            ("pet", "Max"),
            ("city", "!?"),
            ("day", "soon"),
            ("moon", "x")
        ]),
        broken(
            ":too_many_answers city:empty_after_normalizing day:not_a_date moon:unknown_question pet:common"
        )
    );
    assert_eq!(
        set(&[
            ("pet", "ada@example.com"),
            ("city", "born city"),
            ("day", "1971-03-09")
        ]),
        broken("city:in_question pet:is_login_id")
    );
    assert_eq!(
        set(&[
            ("pet", PASSWORD),
            ("city", "Svalbard"),
            ("day", "1971-03-09")
        ]),
        // Who is told that is charged for it.
        ("pet:is_password".to_owned(), true)
    );
    let off = account.core.derive(Config::default()).expect("a core");
    let refused = off.get_questions(account.record.as_deref(), &account.subject, &request, NOW);
    assert_eq!(refused.expect_err("off").kind(), ErrorKind::Config);
}

#[test]
fn an_account_that_is_disabled_or_locked_is_asked_nothing() {
    let (mut account, request) = with_questions();
    for (stop, go, decision) in [
        (
            AdminAction::Disable,
            AdminAction::Enable,
            Decision::AccountDisabled,
        ),
        (
            AdminAction::Lock,
            AdminAction::Unlock,
            Decision::PermanentlyLocked,
        ),
    ] {
        for action in [stop, go] {
            let record = account.record.as_deref();
            let outcome = account
                .core
                .admin(record, &account.subject, &request, action, NOW);
            let outcome = outcome.expect("a decision");
            account.store(&outcome);
            if action == go {
                continue;
            }
            let (core, record, subject) =
                (&account.core, account.record.as_deref(), &account.subject);
            for outcome in [
                core.set_questions(record, subject, &request, &answers(&SET), NOW),
                core.get_questions(record, subject, &request, NOW),
                core.verify_questions(record, subject, &request, &answers(&SET), NOW),
            ] {
                assert_eq!(outcome.expect("a decision").decision(), decision);
            }
        }
    }
}
