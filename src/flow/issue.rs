//! Issuing codes: `request_reset` and `request_verification`.

use super::{Request, barred, storable};
use crate::arch::stack::without_traces;
use crate::code::{Channel, NotIssued, Order, Purpose, Tickets, Way};
use crate::core::{MaybeStored, Saltbox};
use crate::error::{Error, ErrorKind};
use crate::outcome::{Decision, Outcome, Shown};
use crate::policy::Subject;
use crate::record::Record;

impl Saltbox {
    /// A code for setting a new password, by one of three ways.
    ///
    /// A client is told the same whether there is such an account or not, and it
    /// costs the same: `record` is `None` where there is none. Then, and where no code may be sent, the
    /// outcome has no code. By e-mail, text or voice one is sent only where the
    /// subject says that the address is verified; or where a masked sign-up waits for that, so that
    /// who lost that mail has another way, and who signed up with the address of another has none.
    ///
    /// **`Channel::Administrator` is for callers of whom the host knows that they are administrators**: such
    /// a link looks at no address and waits for no pause, ends every other code, and begins the attempts anew.
    ///
    /// In this order: a channel that goes with the way, a record that can be
    /// read and is the subject's, that the account is neither disabled nor locked by an administrator, an address, that it is verified, attempts that
    /// are left, a pause since the last code. Nothing of the request matters so far.
    ///
    /// # Errors
    /// [`Argument`](ErrorKind::Argument) for a channel that does not go with the
    /// way; [`Record`](ErrorKind::Record), [`LaterRelease`](ErrorKind::LaterRelease)
    /// or [`OtherSubject`](ErrorKind::OtherSubject) for the record,
    /// [`Subject`](ErrorKind::Subject) where it has no id;
    /// [`Key`](ErrorKind::Key) where there is no key to create with;
    /// [`Random`](ErrorKind::Random); and for one-time codes, which are hashed,
    /// [`Busy`](ErrorKind::Busy) and [`Memory`](ErrorKind::Memory).
    pub fn request_reset<'r>(
        &self,
        record: impl MaybeStored<'r>,
        subject: &Subject,
        _request: &Request,
        way: Way,
        channel: Channel,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let order = Order {
            purpose: Purpose::Reset,
            way,
            channel,
        };
        let record = record.maybe_stored().unwrap_or_default();
        self.issue(record.as_bytes(), subject, order, now_unix_s)
    }

    /// A code that shows that an address is the user's, when it comes back from there.
    ///
    /// # Errors
    /// As [`Self::request_reset`]; [`Argument`](ErrorKind::Argument) also for a
    /// reset link, which goes to no address of the user's.
    pub fn request_verification<'r>(
        &self,
        record: impl MaybeStored<'r>,
        subject: &Subject,
        _request: &Request,
        way: Way,
        channel: Channel,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let order = Order {
            purpose: Purpose::VerifyAddress,
            way,
            channel,
        };
        let record = record.maybe_stored().unwrap_or_default();
        self.issue(record.as_bytes(), subject, order, now_unix_s)
    }

    pub(crate) fn issue(
        &self,
        record: &[u8],
        subject: &Subject,
        order: Order,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        if order.purpose == Purpose::VerifyAddress && order.way == Way::ResetLink {
            let reason = "a reset link goes to no address that it could verify";
            return Err(Error::new(ErrorKind::Argument, reason));
        }
        let (tools, now) = (self.code_tools(), storable(now_unix_s));
        // Nothing of the record shows in a call that is wrong whatever the record is.
        tools.settings.lifetime_s(order.way, order.channel)?;
        let before = Record::of(record, subject)?;
        let refused = match &before {
            None => Some(Decision::NoAccount),
            Some(record) => barred(record, subject).or_else(|| refusal(record, subject, order)),
        };
        let (Some(before), None) = (before, refused) else {
            let lookup = without_traces(|| Tickets::issue_to_nobody(tools, order, now))?;
            let decision = refused.unwrap_or(Decision::NoAccount);
            return Ok(Outcome::new(decision, Shown::Sent).with_lookup(lookup));
        };
        let mut record = before.clone();
        let holder = before.holder(subject);
        let issued = without_traces(|| record.tickets.issue(tools, &holder, order, now))?;
        let record = record.changed_from(Some(&before));
        Ok(match issued {
            Ok(issued) => Outcome::new(Decision::CodeIssued, Shown::Sent)
                .with_record(record)
                .with_lookup(issued.lookup)
                .with_channel(order.channel)
                .with_code(issued.code, issued.lifetime_s),
            Err((refused, lookup)) => {
                let (decision, retry_after_s) = match refused {
                    NotIssued::TooSoon { retry_after_s } => {
                        (Decision::TooSoon, Some(retry_after_s))
                    }
                    NotIssued::Exhausted(exhausted) => {
                        (Decision::Exhausted, exhausted.retry_after_s)
                    }
                };
                Outcome::new(decision, Shown::Sent)
                    .with_record(record)
                    .with_lookup(lookup)
                    .with_retry_after(retry_after_s)
            }
        })
    }
}

/// Why no code goes to `subject` so.
fn refusal(record: &Record, subject: &Subject, order: Order) -> Option<Decision> {
    let account = &subject.account;
    let (address, is_verified) = match order.channel {
        Channel::Email => (&account.email, account.email_verified),
        Channel::Text | Channel::Voice => (&account.phone, account.phone_verified),
        Channel::Postal | Channel::Administrator => return None,
    };
    if address.as_deref().unwrap_or_default().is_empty() {
        return Some(Decision::NoAddress);
    }
    // Nobody has signed in yet with what was given at a masked sign-up: who has the mailbox may.
    let is_trusted = is_verified || record.state.unverified;
    (order.purpose == Purpose::Reset && !is_trusted).then_some(Decision::AddressUnverified)
}
