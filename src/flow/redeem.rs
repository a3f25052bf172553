//! Redeeming codes: `reset` and `verify_address`.

use super::new_password::{NewPassword, refused};
use super::{Request, barred, storable};
use crate::arch::stack::without_traces_within;
use crate::code::{Channel, Codes, Presented, Purpose, Redeemed, Tickets};
use crate::core::{MaybeStored, Saltbox};
use crate::error::{Error, ErrorKind};
use crate::outcome::{Decision, Effect, Outcome, Shown};
use crate::policy::{AccountStatus, Subject};
use crate::record::Record;

impl Saltbox {
    /// Sets a new password where the code is right.
    ///
    /// The account is found by [`Codes::lookup`]; `record` is `None` where none is.
    /// In this order: codes of exactly one way, a record that can be read and is
    /// the subject's, an attempt that is left, the code, that the account is neither disabled nor locked by an administrator, the policy, and
    /// that the new password is not set already and none of those remembered. One that the
    /// policy refuses is told only to who has the right code, and leaves the code as it was. That it is set already, or was, costs an
    /// attempt besides, and the code where none is left;
    /// the record is to be stored then too, or guesses that come at once are told without being charged.
    ///
    /// All sessions end ([`Effect::RevokeSessions`]). No new one is permitted: who reset a password signs in
    /// with it, with every factor that the account has. With `reset_signs_in` in the configuration's `account`
    /// there is [`Effect::NewSession`] as well, **to be given after the others have been ended**, where the
    /// subject says `"mfa_enrolled":false` and its status is enabled, where no lock is left, and where the code went to the user: a link that an
    /// administrator made was seen by somebody else.
    ///
    /// Of an account whose sign-up was masked and which nobody has verified, the code that came back verifies
    /// the address as well ([`Effect::AddressVerified`], by the outcome's channel).
    ///
    /// # Errors
    /// Those of [`Codes::lookup`], [`Self::request_reset`] and [`Self::hash`].
    pub fn reset<'r>(
        &self,
        record: impl MaybeStored<'r>,
        subject: &Subject,
        request: &Request,
        codes: &Codes,
        new_password: impl AsRef<[u8]>,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let record = record.maybe_stored().unwrap_or_default().as_bytes();
        let password = new_password.as_ref();
        self.reset_bytes(record, subject, request, codes, password, now_unix_s)
    }

    pub(crate) fn reset_bytes(
        &self,
        record: &[u8],
        subject: &Subject,
        request: &Request,
        codes: &Codes,
        new_password: &[u8],
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let redemption = self.redeem(record, subject, Purpose::Reset, codes, now_unix_s)?;
        let (mut spent, channel) = match redemption {
            Redemption::Refused(outcome) => return Ok(outcome),
            Redemption::Accepted(record, channel) => (record, channel),
        };
        let new = self.new_password(Some(&spent), subject, None, new_password, now_unix_s)?;
        let (hash, findings) = match new {
            NewPassword::Refused(decision, findings) => {
                let record = match Record::of(record, subject)? {
                    Some(unspent) => self.after_refusal(decision, unspent, spent, now_unix_s),
                    None => spent,
                };
                return Ok(refused(decision, findings, Some(record.rewritten())));
            }
            NewPassword::Hashed(hash, findings) => (hash, findings),
        };
        let settings = self.config().account();
        spent.set_hash(settings, hash.as_str(), storable(now_unix_s));
        spent.state.must_change = None;
        let verifies = std::mem::take(&mut spent.state.unverified)
            && channel != Channel::Administrator
            && subject.is_to_be_verified();
        if settings.reset_unlocks {
            spent.state.lock.succeed();
        }
        let signs_in = settings.reset_signs_in
            && channel != Channel::Administrator
            && is_without_mfa(subject)
            && spent
                .state
                .check_lock(settings, storable(now_unix_s))
                .is_ok();
        let outcome = Outcome::new(Decision::PasswordReset, Shown::Done)
            .with_record(Some(spent.rewritten()))
            .with_findings(findings)
            .with_effect(Effect::RevokeSessions)
            .with_effect_if(signs_in, Effect::NewSession)
            .with_effect_if(verifies, Effect::AddressVerified);
        let outcome = if verifies {
            outcome.with_channel(channel)
        } else {
            outcome
        };
        Ok(match (request.suppress_mail, settings.suppress_mail) {
            (true, true) => outcome,
            (true, false) => outcome
                .with_effect(Effect::NotifyPasswordChanged)
                .with_ignored("suppress_mail"),
            (false, _) => outcome.with_effect(Effect::NotifyPasswordChanged),
        })
    }

    /// The record after a new password was refused to who has the right code, which stays
    /// good. But nothing is told of the password without a swap; and which one is set, or was, is told
    /// as often as a wrong code, and then the code is spent: it is no way to guess them.
    fn after_refusal(
        &self,
        decision: Decision,
        mut unspent: Record,
        mut spent: Record,
        now_unix_s: u64,
    ) -> Record {
        let (settings, now) = (self.config().codes(), storable(now_unix_s));
        let is_told = decision == Decision::PasswordReused;
        if is_told && !unspent.tickets.charge(settings, Purpose::Reset, now) {
            // No success, which would begin anew with attempts.
            spent.tickets.budgets = unspent.tickets.budgets;
            return spent;
        }
        unspent
    }

    /// Says that an address is the user's where the code that went there is right.
    ///
    /// The host stores the address of the outcome's [channel](Outcome::channel) as
    /// verified ([`Effect::AddressVerified`]); the code
    /// was bound to the address that the subject had then, and is worth nothing where it has another. Nothing of
    /// the request matters so far.
    ///
    /// # Errors
    /// As [`Self::reset`].
    pub fn verify_address<'r>(
        &self,
        record: impl MaybeStored<'r>,
        subject: &Subject,
        _request: &Request,
        codes: &Codes,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let record = record.maybe_stored().unwrap_or_default().as_bytes();
        self.verify_address_bytes(record, subject, codes, now_unix_s)
    }

    pub(crate) fn verify_address_bytes(
        &self,
        record: &[u8],
        subject: &Subject,
        codes: &Codes,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        Ok(
            match self.redeem(record, subject, Purpose::VerifyAddress, codes, now_unix_s)? {
                Redemption::Refused(outcome) => outcome,
                Redemption::Accepted(mut spent, channel) => {
                    spent.state.unverified = false;
                    Outcome::new(Decision::AddressVerified, Shown::Done)
                        .with_record(Some(spent.rewritten()))
                        .with_channel(channel)
                        .with_effect(Effect::AddressVerified)
                }
            },
        )
    }

    fn redeem(
        &self,
        record: &[u8],
        subject: &Subject,
        purpose: Purpose,
        codes: &Codes,
        now_unix_s: u64,
    ) -> Result<Redemption, Error> {
        let mut redeemed = Err(Error::new(ErrorKind::Internal, "nothing was compared"));
        without_traces_within(codes.depth(), || {
            redeemed = codes.presented().and_then(|presented| {
                let record = Record::of(record, subject)?;
                self.redeem_presented(record, subject, purpose, &presented, now_unix_s)
            });
        });
        let redeemed = redeemed?;
        let decision = match &redeemed {
            Redemption::Accepted(spent, _) => barred(spent, subject),
            Redemption::Refused(_) => None,
        };
        let Some(decision) = decision else {
            return Ok(redeemed);
        };
        let unspent = Record::of(record, subject)?.map(Record::rewritten);
        let outcome = Outcome::new(decision, Shown::InvalidCode).with_record(unspent);
        Ok(Redemption::Refused(outcome))
    }

    fn redeem_presented(
        &self,
        record: Option<Record>,
        subject: &Subject,
        purpose: Purpose,
        presented: &Presented<'_>,
        now_unix_s: u64,
    ) -> Result<Redemption, Error> {
        let (tools, now) = (self.code_tools(), storable(now_unix_s));
        let Some(mut record) = record else {
            Tickets::redeem_for_nobody(tools, presented)?;
            let outcome = Outcome::new(Decision::NoAccount, Shown::InvalidCode);
            return Ok(Redemption::Refused(outcome));
        };
        let (holder, budgets) = (record.holder(subject), record.tickets.budgets);
        let redeemed = record
            .tickets
            .redeem(tools, &holder, purpose, presented, now)?;
        let (decision, shown) = match refusal(redeemed) {
            Ok(channel) => return Ok(Redemption::Accepted(record, channel)),
            Err(refusal) => refusal,
        };
        let retry_after_s = match redeemed {
            Redeemed::Exhausted(exhausted) => exhausted.retry_after_s,
            _ => None,
        };
        // Also where nothing has changed: of a thousand guesses at once, only the one
        // that wins the swap may be told what came of it, and the others are charged.
        let is_to_be_stored = redeemed.tells() || record.tickets.budgets != budgets;
        let outcome = Outcome::new(decision, shown)
            .with_record(is_to_be_stored.then(|| record.rewritten()))
            .with_retry_after(retry_after_s);
        Ok(Redemption::Refused(outcome))
    }
}

/// Whether a first factor is all that signing in takes, by what the host says; what it does not say is no.
fn is_without_mfa(subject: &Subject) -> bool {
    let account = &subject.account;
    account.mfa_enrolled == Some(false) && account.status == AccountStatus::Enabled
}

/// What came of a code.
// One lives at a time, on the stack.
#[allow(clippy::large_enum_variant)]
enum Redemption {
    /// The record with the code spent, and the channel it was sent by.
    Accepted(Record, Channel),
    Refused(Outcome),
}

/// The channel of a code that is accepted, or the decision for one that is not and what of it may be shown:
/// more than that it is not valid only where it was the right one.
const fn refusal(redeemed: Redeemed) -> Result<Channel, (Decision, Shown)> {
    Err(match redeemed {
        Redeemed::Right(channel) => return Ok(channel),
        Redeemed::Wrong => (Decision::WrongCode, Shown::InvalidCode),
        Redeemed::Unknown => (Decision::UnknownCode, Shown::InvalidCode),
        Redeemed::Exhausted(_) => (Decision::Exhausted, Shown::InvalidCode),
        Redeemed::Spent => (Decision::SpentCode, Shown::UsedCode),
        Redeemed::Superseded => (Decision::SupersededCode, Shown::OlderCode),
        Redeemed::Expired => (Decision::ExpiredCode, Shown::ExpiredCode),
        Redeemed::NotYet => (Decision::EarlyCode, Shown::InvalidCode),
        Redeemed::OtherPurpose => (Decision::OtherPurpose, Shown::InvalidCode),
        Redeemed::OtherWay => (Decision::OtherWay, Shown::InvalidCode),
        Redeemed::OtherRealm => (Decision::OtherRealm, Shown::InvalidCode),
        Redeemed::AddressChanged => (Decision::AddressChanged, Shown::InvalidCode),
        Redeemed::CredentialChanged => (Decision::CredentialChanged, Shown::InvalidCode),
    })
}
