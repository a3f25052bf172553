//! All tickets of an account: issuing and redeeming, and the budgets of attempts.

use super::ticket::{Ended, Holder, Order, Secret, Ticket, Tools};
use super::{Channel, CodeSettings, Presented, Purpose, Way};
use crate::budget::{Budget, Exhausted};
use crate::error::Error;
use crate::json::{Object, Writer};

/// Tickets that are kept, with those that have ended, to say why.
const MOST_TICKETS: usize = 8;

/// Seconds for which a ticket that has expired is kept, to say so.
const KEPT_S: u64 = 86_400;

/// Seconds by which the clocks of two nodes may differ: NTP keeps them within
/// one, and a leap second or a stopped virtual machine within some.
const SKEW_S: u64 = 60;

/// Tickets and budgets of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tickets {
    /// In the order of issuing.
    tickets: Vec<Ticket>,
    pub(crate) budgets: [Budget; Purpose::ALL.len()],
}

/// A code that was made.
pub(crate) struct Issued {
    /// What is sent to the user.
    pub(crate) code: Secret,
    /// What the account is found by.
    pub(crate) lookup: String,
    /// Seconds that it lives.
    pub(crate) lifetime_s: u64,
}

/// Why none was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotIssued {
    /// One was sent a moment ago.
    TooSoon {
        retry_after_s: u64,
    },
    Exhausted(Exhausted),
}

/// What came of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redeemed {
    /// As it was sent, by this channel.
    Right(Channel),
    Wrong,
    /// No ticket has this lookup key.
    Unknown,
    /// No attempt is left; nothing was compared.
    Exhausted(Exhausted),
    /// Right, as all below, but not accepted.
    Spent,
    Superseded,
    Expired,
    /// Issued later than now, by more than clocks differ.
    NotYet,
    OtherPurpose,
    OtherWay,
    OtherRealm,
    AddressChanged,
    /// The password has changed since.
    CredentialChanged,
}

impl Redeemed {
    /// Whether a code was compared, so that whoever learns what came of it knows more of the code.
    pub(crate) const fn tells(self) -> bool {
        !matches!(self, Self::Unknown | Self::Exhausted(_))
    }
}

impl Tickets {
    /// Makes a code; or says why not, at the same cost and with a lookup key that finds nothing.
    pub(crate) fn issue(
        &mut self,
        tools: Tools<'_>,
        holder: &Holder<'_>,
        order: Order,
        now: u64,
    ) -> Result<Result<Issued, (NotIssued, String)>, Error> {
        let (ticket, code) = Ticket::make(tools, holder, order, now)?;
        if let Err(refused) = self.may_issue(tools.settings, order, now) {
            return Ok(Err((refused, ticket.lookup)));
        }
        let issued = Issued {
            code,
            lookup: ticket.lookup.clone(),
            lifetime_s: ticket.expires - ticket.issued,
        };
        self.add(tools.settings, ticket, now);
        Ok(Ok(issued))
    }

    /// The work of [`Self::issue`] where there is nobody to send to, and a lookup key that finds nothing.
    pub(crate) fn issue_to_nobody(
        tools: Tools<'_>,
        order: Order,
        now: u64,
    ) -> Result<String, Error> {
        let (ticket, _) = Ticket::make(tools, &Holder::default(), order, now)?;
        Ok(ticket.lookup)
    }

    fn may_issue(
        &mut self,
        settings: &CodeSettings,
        order: Order,
        now: u64,
    ) -> Result<(), NotIssued> {
        if let Some(budget) = self.budgets.get_mut(order.purpose as usize) {
            // An administrator has looked at the account: that is what ends a row of failures.
            if order.channel == Channel::Administrator {
                budget.succeed();
                return Ok(());
            }
            // Links cannot be guessed, so whoever uses up the attempts at digits stops none.
            let left = budget.check(settings.budget, now);
            if !order.way.is_link() {
                left.map_err(NotIssued::Exhausted)?;
            }
        }
        // What was used is no reason to wait, and what an administrator made is not the user's.
        let alike = self.tickets.iter().filter(|ticket| {
            ticket.order.purpose == order.purpose
                && ticket.order.channel != Channel::Administrator
                && ticket.ended != Some(Ended::Spent)
        });
        // What was issued in a future that is not near was issued by a clock that was wrong.
        let issued = alike.map(|ticket| ticket.issued);
        let newest = issued.filter(|issued| *issued <= now.saturating_add(SKEW_S));
        let age = newest.max().map(|issued| now.saturating_sub(issued));
        match age.and_then(|age| settings.reissue_after_s.checked_sub(age)) {
            None | Some(0) => Ok(()),
            Some(retry_after_s) => Err(NotIssued::TooSoon { retry_after_s }),
        }
    }

    /// Adds `ticket`; others end or go.
    fn add(&mut self, settings: &CodeSettings, ticket: Ticket, now: u64) {
        if settings.newer_ends_older {
            // Who asks without being known ends nothing that an administrator has made.
            let ends_all = ticket.order.channel == Channel::Administrator;
            for older in &mut self.tickets {
                let is_ended = ends_all || older.order.channel != Channel::Administrator;
                if is_ended && older.order.purpose == ticket.order.purpose {
                    older.ended.get_or_insert(Ended::Superseded);
                }
            }
        }
        let is_kept = |ticket: &Ticket| now < ticket.expires.saturating_add(KEPT_S);
        self.tickets.retain(is_kept);
        while self.tickets.len() >= MOST_TICKETS {
            let ended = self
                .tickets
                .iter()
                .position(|ticket| ticket.ended.is_some());
            self.tickets.remove(ended.unwrap_or(0));
        }
        let purpose = ticket.order.purpose;
        self.tickets.push(ticket);
        let newest_first = self.tickets.iter_mut().rev();
        let live = newest_first.filter(|ticket| {
            ticket.ended.is_none()
                && now < ticket.expires
                && ticket.order.purpose == purpose
                && ticket.order.channel != Channel::Administrator
        });
        for older in live.skip(settings.live) {
            older.ended = Some(Ended::Superseded);
        }
    }

    /// Takes an attempt of `purpose`, as a wrong code does. Whether there was one.
    pub(crate) fn charge(&mut self, settings: &CodeSettings, purpose: Purpose, now: u64) -> bool {
        let budget = self.budgets.get_mut(purpose as usize);
        budget.is_some_and(|budget| budget.charge(settings.budget, now).is_ok())
    }

    /// Forgets what failed.
    pub(crate) fn forgive(&mut self) {
        self.budgets = Default::default();
    }

    /// Compares a code with the ticket that its lookup key names. The attempt is
    /// charged before; one that was right is given back.
    pub(crate) fn redeem(
        &mut self,
        tools: Tools<'_>,
        holder: &Holder<'_>,
        purpose: Purpose,
        presented: &Presented<'_>,
        now: u64,
    ) -> Result<Redeemed, Error> {
        let lookup = presented.lookup;
        let found = self
            .tickets
            .iter_mut()
            .find(|ticket| ticket.lookup == lookup);
        let Some(ticket) = found else {
            Ticket::compare_nothing(tools, presented.way, presented.secret.as_slice())?;
            return Ok(Redeemed::Unknown);
        };
        let Some(budget) = self.budgets.get_mut(ticket.order.purpose as usize) else {
            return Ok(Redeemed::Unknown);
        };
        let before = *budget;
        let exhausted = budget.charge(tools.settings.budget, now).err();
        let (is_link, is_of_its_kind) = (
            ticket.order.way.is_link(),
            ticket.order.way.is_link() == presented.way.is_link(),
        );
        // Digits are no link. What is not compared costs as if nobody had a ticket:
        // hashing where the request could not say so would say that somebody has one.
        let is_compared = is_of_its_kind && (is_link || exhausted.is_none());
        let wrong = exhausted.map_or(Redeemed::Wrong, Redeemed::Exhausted);
        if !is_compared {
            Ticket::compare_nothing(tools, presented.way, presented.secret.as_slice())?;
            return Ok(wrong);
        }
        // Nobody guesses 192 bits: a right link is right when the attempts are used up,
        // or whoever knows an address could stop its user for good (NIST 3.1.3.2 limits below 64 bits).
        let is_right = ticket.compare(tools, holder, presented.secret.as_slice())?;
        let is_at_its_address = ticket.has_address_of(tools, holder)?;
        if !is_right {
            return Ok(wrong);
        }
        let refused = refusal(ticket, holder, purpose, presented.way, now)
            .or((!is_at_its_address).then_some(Redeemed::AddressChanged));
        if let Some(refused) = refused {
            *budget = before;
            return Ok(refused);
        }
        budget.succeed();
        ticket.ended = Some(Ended::Spent);
        Ok(Redeemed::Right(ticket.order.channel))
    }

    /// The work of [`Self::redeem`] where there is no account.
    pub(crate) fn redeem_for_nobody(
        tools: Tools<'_>,
        presented: &Presented<'_>,
    ) -> Result<(), Error> {
        Ticket::compare_nothing(tools, presented.way, presented.secret.as_slice())
    }

    /// Takes the members `tickets` and `budgets`.
    pub(crate) fn take(object: &mut Object<'_>) -> Result<Self, Error> {
        let mut read = Self::default();
        if let Some(tickets) = object.take("tickets") {
            let items = tickets.array()?;
            if items.len() > MOST_TICKETS {
                return Err(tickets.error(format!("has at most {MOST_TICKETS}")));
            }
            let each = items.iter().map(Ticket::read);
            read.tickets = each.collect::<Result<_, _>>()?;
        }
        if let Some(budgets) = object.take("budgets") {
            let mut budgets = budgets.object()?;
            budgets.only_of_this_release(&Purpose::ALL.map(Purpose::name))?;
            for (purpose, budget) in Purpose::ALL.into_iter().zip(&mut read.budgets) {
                if let Some(value) = budgets.take(purpose.name()) {
                    *budget = Budget::read(&value)?;
                }
            }
        }
        Ok(read)
    }

    pub(crate) fn write(&self, json: &mut Writer) {
        if !self.tickets.is_empty() {
            json.objects("tickets", &self.tickets, |json, ticket| ticket.write(json));
        }
        if self.budgets != [Budget::default(); Purpose::ALL.len()] {
            json.nested("budgets", |json| {
                for (purpose, budget) in Purpose::ALL.into_iter().zip(&self.budgets) {
                    budget.write(purpose.name(), json);
                }
            });
        }
    }
}

/// Why a right code of `ticket` is not accepted.
fn refusal(
    ticket: &Ticket,
    holder: &Holder<'_>,
    purpose: Purpose,
    way: Way,
    now: u64,
) -> Option<Redeemed> {
    let checks = [
        (ticket.realm != holder.realm, Redeemed::OtherRealm),
        (ticket.order.purpose != purpose, Redeemed::OtherPurpose),
        (ticket.order.way != way, Redeemed::OtherWay),
        (ticket.ended == Some(Ended::Spent), Redeemed::Spent),
        (
            ticket.ended == Some(Ended::Superseded),
            Redeemed::Superseded,
        ),
        (now >= ticket.expires, Redeemed::Expired),
        (now.saturating_add(SKEW_S) < ticket.issued, Redeemed::NotYet),
        (ticket.epoch != holder.epoch, Redeemed::CredentialChanged),
    ];
    let mut broken = checks.into_iter().filter(|(is_broken, _)| *is_broken);
    broken.next().map(|(_, refused)| refused)
}
