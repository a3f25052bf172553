//! Signing up and in, changing a password, and what administrators do.

use super::*;
use crate::flow::AdminAction;

pub(super) const OLD: &str = "an old password of hers";

fn request(json: &str) -> Request {
    Request::from_json(json.as_bytes()).expect("a request")
}

/// An account that has signed up with `OLD`.
pub(super) fn signed_up(settings: &str) -> Account {
    let json = format!(r#"{{"hash":{{"create":{{"profile":"test-only"}}}},"account":{settings}}}"#);
    let config = Config::from_json(json.as_bytes()).expect("a configuration");
    let mut account = Account {
        core: Saltbox::new(config),
        record: None,
        subject: subject(ADA),
    };
    let outcome = account.sign_up(OLD);
    assert_eq!(outcome.decision(), Decision::SignedUp);
    account.store(&outcome);
    account
}

impl Account {
    fn sign_up(&self, password: &str) -> Outcome {
        let (record, request) = (self.record.as_deref(), Request::default());
        let outcome = self
            .core
            .sign_up(record, &self.subject, &request, password, NOW);
        outcome.expect("a decision")
    }

    pub(super) fn try_sign_in(&self, password: &str, now: u64) -> Outcome {
        let (record, request) = (self.record.as_deref(), Request::default());
        let outcome = self
            .core
            .sign_in(record, &self.subject, &request, password, now);
        outcome.expect("a decision")
    }

    pub(super) fn sign_in(&mut self, password: &str, now: u64) -> Decision {
        let outcome = self.try_sign_in(password, now);
        self.store(&outcome);
        outcome.decision()
    }

    fn replace(&mut self, old: &str, new: &str, now: u64) -> Outcome {
        let (record, request) = (self.record.as_deref(), Request::default());
        let outcome = self
            .core
            .replace(record, &self.subject, &request, old, new, now);
        let outcome = outcome.expect("a decision");
        self.store(&outcome);
        outcome
    }

    pub(super) fn admin(&mut self, action: AdminAction) -> Outcome {
        let (record, request) = (self.record.as_deref(), Request::default());
        let outcome = self
            .core
            .admin(record, &self.subject, &request, action, NOW);
        let outcome = outcome.expect("a decision");
        self.store(&outcome);
        outcome
    }

    pub(super) fn admin_set(&mut self, password: &str, is_temporary: bool) -> Outcome {
        let (record, request) = (self.record.as_deref(), Request::default());
        let (core, subject) = (&self.core, &self.subject);
        let outcome =
            core.admin_set_password(record, subject, &request, password, is_temporary, NOW);
        let outcome = outcome.expect("a decision");
        self.store(&outcome);
        outcome
    }
}

pub(super) fn effects(outcome: &Outcome) -> Vec<Effect> {
    outcome.effects().collect()
}

#[test]
fn signing_up_says_the_same_and_costs_the_same_where_the_login_is_taken() {
    let mut account = signed_up("{}");
    let taken = account.record.clone();
    account.record = None;
    let (fresh, spent) = counted(|| account.sign_up(OLD));
    assert_eq!((fresh.shown(), effects(&fresh)), (Shown::Sent, Vec::new()));
    account.record = taken;
    let (exists, other) = counted(|| account.sign_up(OLD));
    assert_eq!(
        (exists.decision(), exists.shown()),
        (Decision::Exists, Shown::Sent)
    );
    assert_eq!(
        (exists.record(), effects(&exists)),
        (None, vec![Effect::NotifySignUpTried])
    );
    assert_eq!(spent, other);
    // A password that the policy refuses is refused in the same words, too.
    for record in [None, account.record.clone()] {
        account.record = record;
        let refused = account.sign_up("short");
        assert_eq!(
            (refused.decision(), refused.shown()),
            (Decision::PasswordRefused, Shown::PasswordRefused)
        );
        assert!(refused.record().is_none() && effects(&refused).is_empty());
    }
    let open = signed_up(r#"{"mask":false}"#);
    assert_eq!(open.sign_up(OLD).shown(), Shown::Exists);
    let none = Account {
        record: None,
        ..open
    };
    assert_eq!(effects(&none.sign_up(OLD)), [Effect::NewSession]);
}

#[test]
fn a_plain_sign_in_changes_nothing_and_a_wrong_one_is_charged() {
    let mut account = signed_up("{}");
    let right = account.try_sign_in(OLD, NOW + 1);
    assert_eq!(
        (right.decision(), right.record()),
        (Decision::SignedIn, None)
    );
    assert_eq!(effects(&right), [Effect::NewSession]);
    let asked = r#"{"step_up":true,"revoke_other_sessions":true,"session_subject":"u-1"}"#;
    let asked = request(asked);
    let raised = account.core.sign_in(
        account.record.as_deref(),
        &account.subject,
        &asked,
        OLD,
        NOW,
    );
    let raised = raised.expect("a decision");
    assert_eq!(
        effects(&raised),
        [Effect::StepUpSession, Effect::RevokeOtherSessions]
    );
    // With somebody else's session it raises none, whatever the password.
    for stolen in [
        r#"{"step_up":true}"#,
        r#"{"step_up":true,"session_subject":"u-2"}"#,
    ] {
        let (record, stolen) = (account.record.as_deref(), request(stolen));
        let outcome = account
            .core
            .sign_in(record, &account.subject, &stolen, OLD, NOW);
        let outcome = outcome.expect("a decision");
        assert_eq!(
            (outcome.decision(), effects(&outcome)),
            (Decision::OtherSession, Vec::new())
        );
    }
    assert_eq!(account.sign_in("wrong", NOW), Decision::WrongPassword);
    let after = account.try_sign_in(OLD, NOW + 1);
    assert!(
        after
            .record()
            .is_some_and(|record| !record.contains("lock")),
        "forgotten"
    );
}

#[test]
fn a_right_password_within_a_lock_stays_refused_and_a_success_begins_anew() {
    let mut account = signed_up(r#"{"lock":{"attempts":2,"first_s":60,"most_s":3600}}"#);
    for _ in 0..2 {
        assert_eq!(account.sign_in("wrong", NOW), Decision::WrongPassword);
    }
    let locked = account.try_sign_in(OLD, NOW + 59);
    assert_eq!(
        (locked.decision(), locked.retry_after_s()),
        (Decision::TemporarilyLocked, Some(1))
    );
    assert_eq!(locked.record(), None, "nothing was looked at");
    assert_eq!(account.sign_in("wrong", NOW + 60), Decision::WrongPassword);
    assert_eq!(account.sign_in("wrong", NOW + 60), Decision::WrongPassword);
    assert_eq!(
        account.sign_in(OLD, NOW + 179),
        Decision::TemporarilyLocked,
        "twice as long"
    );
    assert_eq!(account.sign_in(OLD, NOW + 180), Decision::SignedIn);
    assert_eq!(account.sign_in("wrong", NOW + 181), Decision::WrongPassword);
    assert_eq!(account.sign_in(OLD, NOW + 182), Decision::SignedIn);
}

#[test]
fn temporary_and_expired_passwords_are_replaced_and_sign_nobody_in() {
    let mut account = signed_up(r#"{"temporary_s":3600}"#);
    let set = account.admin_set("for her first day only", true);
    assert_eq!(set.decision(), Decision::TemporarySet);
    assert_eq!(
        effects(&set),
        [Effect::RevokeSessions, Effect::NotifyPasswordChanged]
    );
    assert_eq!(account.sign_in(OLD, NOW), Decision::WrongPassword);
    let told = account.try_sign_in("for her first day only", NOW);
    assert_eq!(
        (told.decision(), told.shown()),
        (Decision::MustChange, Shown::MustChange)
    );
    assert!(told.record().is_some());
    let late = account.clone_with(NOW + 3600);
    assert_eq!(
        late.try_sign_in("for her first day only", NOW + 3600)
            .decision(),
        Decision::TemporaryOver
    );
    let mut late = late;
    let refused = late.replace(
        "for her first day only",
        "a password of her own",
        NOW + 3600,
    );
    assert_eq!(refused.decision(), Decision::TemporaryOver);
    let same = account.replace("for her first day only", "for her first day only", NOW);
    assert_eq!(
        same.decision(),
        Decision::PasswordRefused,
        "the rule same_as_old"
    );
    let replaced = account.replace("for her first day only", "a password of her own", NOW);
    assert_eq!(replaced.decision(), Decision::PasswordChanged);
    assert_eq!(
        effects(&replaced),
        [Effect::NotifyPasswordChanged, Effect::NewSession]
    );
    assert_eq!(
        account.sign_in("a password of her own", NOW),
        Decision::SignedIn
    );
    let _ = account.admin(AdminAction::Expire);
    assert_eq!(
        account.sign_in("a password of her own", NOW),
        Decision::MustChange
    );
    let wrong = account.replace("wrong", "another password of hers", NOW);
    assert_eq!(
        (wrong.decision(), wrong.shown()),
        (Decision::WrongPassword, Shown::WrongPassword)
    );
    let replaced = account.replace("a password of her own", "another password of hers", NOW);
    assert!(replaced.is_yes());
    assert_eq!(
        account.sign_in("another password of hers", NOW),
        Decision::SignedIn
    );
    let mut aged = signed_up(r#"{"max_age_days":7}"#);
    assert_eq!(aged.sign_in(OLD, NOW + 604_799), Decision::SignedIn);
    assert_eq!(aged.sign_in(OLD, NOW + 604_800), Decision::MustChange);
}

impl Account {
    /// The same account for another story.
    fn clone_with(&self, _now: u64) -> Self {
        Self {
            core: self.core.clone(),
            record: self.record.clone(),
            subject: self.subject.clone(),
        }
    }
}

#[test]
fn what_is_remembered_may_not_be_set_again() {
    let mut account = signed_up(r#"{"history":2}"#);
    let passwords: Vec<String> = (0..4)
        .map(|i| format!("number {i} of her passwords"))
        .collect();
    let mut old = OLD;
    for new in &passwords {
        assert!(account.replace(old, new, NOW).is_yes());
        old = new;
    }
    let decide = |account: &mut Account, new: &str| {
        let outcome = account.replace(&passwords[3], new, NOW);
        assert!(outcome.is_yes() || outcome.shown() == Shown::PasswordReused);
        outcome.decision()
    };
    assert_eq!(
        decide(&mut account, &passwords[2]),
        Decision::PasswordReused
    );
    assert_eq!(
        decide(&mut account, &passwords[1]),
        Decision::PasswordReused
    );
    let (_, spent) = counted(|| {
        account
            .clone_with(NOW)
            .replace(&passwords[3], "something that is new", NOW)
    });
    let (_, one) = counted(|| account.try_sign_in("wrong", NOW));
    // The old one, the one that is set, two that were, and the new one.
    assert_eq!(spent.0.argon2_blocks, 5 * one.0.argon2_blocks);
    assert_eq!(
        decide(&mut account, &passwords[0]),
        Decision::PasswordChanged,
        "long past"
    );
}

#[test]
fn an_update_needs_a_session_of_the_account_and_a_fresh_sign_in() {
    let mut account = signed_up("{}");
    let update = |account: &Account, json: &str, new: &str, now| {
        let request = request(json);
        let record = account.record.as_deref();
        let outcome = account
            .core
            .update(record, &account.subject, &request, new, now);
        outcome.expect("a decision")
    };
    let new = "the one that comes next";
    for (json, expected) in [
        ("{}", Decision::OtherSession),
        (
            r#"{"session_subject":"u-2","auth_age_s":1}"#,
            Decision::OtherSession,
        ),
        (r#"{"session_subject":"u-1"}"#, Decision::OldAuthentication),
        (
            r#"{"session_subject":"u-1","auth_age_s":301}"#,
            Decision::OldAuthentication,
        ),
    ] {
        let refused = update(&account, json, new, NOW);
        assert_eq!(
            (refused.decision(), refused.shown()),
            (expected, Shown::SignInFirst)
        );
        assert_eq!(refused.record(), None);
    }
    let fresh = r#"{"session_subject":"u-1","auth_age_s":300,"revoke_other_sessions":true}"#;
    assert_eq!(
        update(&account, fresh, "short", NOW).decision(),
        Decision::PasswordRefused
    );
    assert_eq!(
        update(&account, fresh, OLD, NOW).decision(),
        Decision::PasswordReused
    );
    // Which password is set is told at the price of a failed sign-in.
    let told = update(&account, fresh, OLD, NOW);
    assert!(
        told.record()
            .is_some_and(|record| record.contains(r#""lock":{"failed":1"#))
    );
    let updated = update(&account, fresh, new, NOW);
    assert_eq!(
        effects(&updated),
        [Effect::NotifyPasswordChanged, Effect::RevokeOtherSessions]
    );
    account.store(&updated);
    assert_eq!(account.sign_in(new, NOW), Decision::SignedIn);
    let _ = account.admin(AdminAction::Disable);
    assert_eq!(
        update(&account, fresh, OLD, NOW).decision(),
        Decision::AccountDisabled
    );
}

#[test]
fn a_reset_unlocks_and_stops_at_an_account_that_is_disabled_or_locked_by_an_administrator() {
    let mut account = Account::new(r#"{"reissue_after_s":0}"#);
    let hash = account.core.hash(OLD).expect("a hash");
    let (record, request) = (account.record.as_deref(), Request::default());
    let imported = account
        .core
        .admin_import(record, &account.subject, &request, &hash, NOW);
    account.store(&imported.expect("a record"));
    for _ in 0..5 {
        assert_eq!(account.sign_in("wrong", NOW), Decision::WrongPassword);
    }
    assert_eq!(account.sign_in(OLD, NOW), Decision::TemporarilyLocked);
    let issued = account.request(Way::EmailLink, Channel::Email, NOW);
    let codes = codes_of(Way::EmailLink, &issued);
    let same = account.try_reset(&codes, OLD, NOW);
    assert_eq!(
        (same.decision(), same.shown()),
        (Decision::PasswordReused, Shown::PasswordReused)
    );
    account.store(&same);
    assert_eq!(account.reset(&codes, NOW), Decision::PasswordReset);
    assert_eq!(account.sign_in(PASSWORD, NOW), Decision::SignedIn);
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
        let issued = account.request(Way::EmailLink, Channel::Email, NOW);
        let codes = codes_of(Way::EmailLink, &issued);
        let _ = account.admin(stop);
        let refused = account.try_reset(&codes, "yet another password", NOW);
        assert_eq!(
            (refused.decision(), refused.shown()),
            (decision, Shown::InvalidCode)
        );
        let silent = account.request(Way::EmailLink, Channel::Email, NOW + 60);
        assert_eq!(
            (silent.decision(), silent.shown(), silent.code()),
            (decision, Shown::Sent, None)
        );
        let _ = account.admin(go);
    }
}

#[test]
fn administrators_lock_unlock_disable_and_enable_and_sessions_end() {
    let mut account = signed_up("{}");
    for (action, decision, ends) in [
        (AdminAction::Lock, Decision::AccountLocked, true),
        (AdminAction::Unlock, Decision::AccountUnlocked, false),
        (AdminAction::Disable, Decision::AccountNowDisabled, true),
        (AdminAction::Enable, Decision::AccountEnabled, false),
        (AdminAction::Expire, Decision::PasswordExpired, false),
    ] {
        let outcome = account.admin(action);
        assert_eq!((outcome.decision(), outcome.is_yes()), (decision, true));
        assert_eq!(outcome.has(Effect::RevokeSessions), ends);
        assert!(outcome.record().is_some());
        assert_eq!(account.admin(action).record(), None, "done already");
    }
    account.record = None;
    assert_eq!(
        account.admin(AdminAction::Lock).decision(),
        Decision::NoAccount
    );
}

#[test]
fn a_weak_hash_is_replaced_at_sign_in_and_nothing_else_ends() {
    let mut account = signed_up("{}");
    let json = br#"{"hash":{"create":{"scheme":"argon2id","m_kib":7168,"t":5,"p":1}}}"#;
    account.core = Saltbox::new(Config::from_json(json).expect("a configuration"));
    let outcome = account.try_sign_in(OLD, NOW);
    assert_eq!(effects(&outcome), [Effect::NewSession, Effect::Rehashed]);
    account.store(&outcome);
    let record = account.record.clone().expect("a record");
    assert!(
        record.contains("m=7168,t=5,p=1") && record.contains(r#""epoch":1"#),
        "{record}"
    );
    assert_eq!(account.try_sign_in(OLD, NOW).record(), None);
}
