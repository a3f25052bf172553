//! What an answer tells by its time, and by being there at all.

use super::*;

#[test]
fn a_code_of_another_kind_costs_what_it_costs_where_there_is_no_account() {
    let mut account = Account::new(r#"{"reissue_after_s":0,"newer_ends_older":false}"#);
    let digits = account.request(Way::OneTimeCode, Channel::Email, NOW);
    let link = account.request(Way::EmailLink, Channel::Email, NOW);
    let (digits, link) = (
        digits.lookup().expect("a key"),
        link.lookup().expect("a key"),
    );
    let as_link = format!("{digits}.{}", "v".repeat(32));
    for codes in [
        Codes::new().with(CodeKind::EmailAuthCode, &as_link),
        Codes::new().with(CodeKind::PasswordResetCode, &as_link),
        one_time(link, "123456"),
    ] {
        let (known, spent) = counted(|| account.try_reset(&codes, PASSWORD, NOW));
        let record = account.record.take();
        let (nobody, other) = counted(|| account.try_reset(&codes, PASSWORD, NOW));
        account.record = record;
        assert_eq!(
            (known.decision(), nobody.decision()),
            (Decision::WrongCode, Decision::NoAccount)
        );
        assert_eq!(spent, other);
    }
}

#[test]
fn nothing_is_said_of_a_code_without_a_record_to_swap() {
    let mut account = Account::new("{}");
    let issued = account.request(Way::EmailLink, Channel::Email, NOW);
    let codes = codes_of(Way::EmailLink, &issued);
    let before = account.record.clone();
    let moved = subject(&ADA.replace("ada@", "eve@"));
    for (expected, now) in [
        (Decision::PasswordRefused, NOW),
        (Decision::ExpiredCode, NOW + 3600),
        (Decision::EarlyCode, NOW - 61),
    ] {
        let outcome = account.try_reset(&codes, "short", now);
        assert_eq!(outcome.decision(), expected);
        assert!(outcome.record().is_some() && outcome.record() != before.as_deref());
    }
    let own = std::mem::replace(&mut account.subject, moved);
    let outcome = account.try_reset(&codes, PASSWORD, NOW);
    assert_eq!(outcome.decision(), Decision::AddressChanged);
    assert!(outcome.record().is_some());
    account.subject = own;
    // Two read the same: the one that is told of its password ends the other's turn.
    let (refused, accepted) = (
        account.try_reset(&codes, "short", NOW),
        account.try_reset(&codes, PASSWORD, NOW),
    );
    assert!(accepted.is_yes());
    assert_ne!(refused.record(), accepted.record());
    account.store(&refused);
    assert_eq!(account.reset(&codes, NOW), Decision::PasswordReset);
}
