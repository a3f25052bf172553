//! Everything that flows decide, in one table.

/// What a flow decided, with the number in the C interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u32)]
pub enum Decision {
    /// A code was made and is to be sent.
    CodeIssued = 1,
    /// The code was right and the password is set.
    PasswordReset = 2,
    /// The code was right: the address is the user's.
    AddressVerified = 3,
    /// The answers are set up.
    QuestionsSet = 4,
    /// These questions are asked.
    QuestionsAsked = 5,
    /// Enough answers are right.
    AnswersRight = 6,
    /// A record was made from a stored string.
    Imported = 7,
    /// The record of a new account was made.
    SignedUp = 10,
    /// The password is right, and nothing stands against it.
    SignedIn = 11,
    /// The new password is set, with the old one or within a session.
    PasswordChanged = 12,
    /// An administrator has set the password.
    PasswordSet = 13,
    /// An administrator has set a password that has to be replaced.
    TemporarySet = 14,
    /// The password has to be replaced.
    PasswordExpired = 15,
    /// The account is locked.
    AccountLocked = 16,
    /// It is not.
    AccountUnlocked = 17,
    /// The account is disabled.
    AccountNowDisabled = 18,
    /// It is not.
    AccountEnabled = 19,
    /// There is no such account.
    NoAccount = 100,
    /// The account has no address for this channel.
    NoAddress = 101,
    /// Nobody has verified yet that the address is the user's.
    AddressUnverified = 102,
    /// A code of this kind was sent a moment ago.
    TooSoon = 103,
    /// No attempt is left.
    Exhausted = 104,
    /// The code is wrong.
    WrongCode = 110,
    /// The record has no ticket for the code: it was never issued, or is long past.
    UnknownCode = 111,
    /// The code is right, but its time is over.
    ExpiredCode = 112,
    /// The code is right, but it was used before.
    SpentCode = 113,
    /// The code is right, but a newer one took its place.
    SupersededCode = 114,
    /// The code is right, but it was issued in the future.
    EarlyCode = 115,
    /// The code is right, but for something else.
    OtherPurpose = 116,
    /// The code is right, but came as a code of another way.
    OtherWay = 117,
    /// The code is right, but in another realm.
    OtherRealm = 118,
    /// The code is right, but the address that it went to is the account's no more.
    AddressChanged = 119,
    /// The code is right, but the password has been changed since.
    CredentialChanged = 120,
    /// The policy refuses the new password; nothing else was wrong, and the code may be used again.
    PasswordRefused = 130,
    /// The new password is set already, or was before.
    PasswordReused = 131,
    /// The request comes without a session of this account.
    OtherSession = 140,
    /// The account has set up no answers, or too few of those that are still asked.
    NoQuestions = 141,
    /// No question was asked before.
    NotAsked = 142,
    /// Not enough answers are right.
    WrongAnswers = 143,
    /// The answers break rules.
    AnswersRefused = 144,
    /// There is such an account already.
    Exists = 150,
    /// The password is wrong.
    WrongPassword = 151,
    /// Too many failures; nothing was looked at.
    TemporarilyLocked = 152,
    /// Locked by an administrator or by very many failures; nothing was looked at.
    PermanentlyLocked = 153,
    /// The account is disabled.
    AccountDisabled = 154,
    /// The user has not accepted the invitation yet.
    AccountInvited = 155,
    /// The password is right, but has to be replaced first.
    MustChange = 156,
    /// The password is right, but was temporary, and its time is over.
    TemporaryOver = 157,
    /// The account has no password.
    NoPassword = 158,
    /// The user signed in too long ago to change the password without the old one.
    OldAuthentication = 159,
}

/// Every decision with its name.
const DECISIONS: [(Decision, &str); 50] = [
    (Decision::CodeIssued, "code_issued"),
    (Decision::PasswordReset, "password_reset"),
    (Decision::AddressVerified, "address_verified"),
    (Decision::QuestionsSet, "questions_set"),
    (Decision::QuestionsAsked, "questions_asked"),
    (Decision::AnswersRight, "answers_right"),
    (Decision::Imported, "imported"),
    (Decision::SignedUp, "signed_up"),
    (Decision::SignedIn, "signed_in"),
    (Decision::PasswordChanged, "password_changed"),
    (Decision::PasswordSet, "password_set"),
    (Decision::TemporarySet, "temporary_set"),
    (Decision::PasswordExpired, "password_expired"),
    (Decision::AccountLocked, "account_locked"),
    (Decision::AccountUnlocked, "account_unlocked"),
    (Decision::AccountNowDisabled, "account_now_disabled"),
    (Decision::AccountEnabled, "account_enabled"),
    (Decision::NoAccount, "no_account"),
    (Decision::NoAddress, "no_address"),
    (Decision::AddressUnverified, "address_unverified"),
    (Decision::TooSoon, "too_soon"),
    (Decision::Exhausted, "exhausted"),
    (Decision::WrongCode, "wrong_code"),
    (Decision::UnknownCode, "unknown_code"),
    (Decision::ExpiredCode, "expired_code"),
    (Decision::SpentCode, "spent_code"),
    (Decision::SupersededCode, "superseded_code"),
    (Decision::EarlyCode, "early_code"),
    (Decision::OtherPurpose, "other_purpose"),
    (Decision::OtherWay, "other_way"),
    (Decision::OtherRealm, "other_realm"),
    (Decision::AddressChanged, "address_changed"),
    (Decision::CredentialChanged, "credential_changed"),
    (Decision::PasswordRefused, "password_refused"),
    (Decision::PasswordReused, "password_reused"),
    (Decision::OtherSession, "other_session"),
    (Decision::NoQuestions, "no_questions"),
    (Decision::NotAsked, "not_asked"),
    (Decision::WrongAnswers, "wrong_answers"),
    (Decision::AnswersRefused, "answers_refused"),
    (Decision::Exists, "exists"),
    (Decision::WrongPassword, "wrong_password"),
    (Decision::TemporarilyLocked, "temporarily_locked"),
    (Decision::PermanentlyLocked, "permanently_locked"),
    (Decision::AccountDisabled, "account_disabled"),
    (Decision::AccountInvited, "account_invited"),
    (Decision::MustChange, "must_change"),
    (Decision::TemporaryOver, "temporary_over"),
    (Decision::NoPassword, "no_password"),
    (Decision::OldAuthentication, "old_authentication"),
];

/// Decisions from here on are a no.
const FIRST_NO: u32 = 100;

impl Decision {
    /// All decisions, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        DECISIONS.iter().map(|(decision, _)| *decision)
    }

    /// The number in the C interface. It never changes its meaning.
    #[must_use]
    pub const fn code(self) -> u32 {
        self as u32
    }

    /// As [`Outcome::to_json`](super::Outcome::to_json) writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        let row = DECISIONS.iter().find(|(decision, _)| *decision == self);
        row.map_or("", |(_, name)| name)
    }

    /// Whether it is a yes.
    #[must_use]
    pub const fn is_yes(self) -> bool {
        self.code() < FIRST_NO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decision_has_one_row_in_the_order_of_the_numbers() {
        let codes: Vec<u32> = Decision::all().map(Decision::code).collect();
        assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
        let names: std::collections::HashSet<_> = Decision::all().map(Decision::name).collect();
        assert_eq!(names.len(), codes.len());
        assert!(!names.contains(""));
    }
}
