//! The model of codes: issuing and redeeming.

use super::settings::OfCodes;
use super::{Call, Expected, Model, say};
use saltbox::{Channel, Decision, Way};

/// Seconds by which clocks may differ, and for which what has expired is kept.
const SKEW_S: u64 = 60;
pub(super) const KEPT_S: u64 = 86_400;

/// Tickets that a record has at most, and failures in a row that are the end.
const MOST_TICKETS: usize = 8;
pub(super) const MOST_IN_A_ROW: u32 = 100;

/// What a code is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    Reset,
    Verify,
}

/// A code that was made, whether or not its record was ever stored.
pub(super) struct Sent {
    pub(super) purpose: Purpose,
    pub(super) way: Way,
    pub(super) channel: Channel,
    pub(super) issued: u64,
    pub(super) lifetime: u64,
    pub(super) address: Option<String>,
    /// How often the password had been changed.
    pub(super) passwords: u32,
    pub(super) lookup: String,
    pub(super) code: String,
    /// Whether the release that made it let it end older ones.
    pub(super) ends_older: bool,
    pub(super) accepted: bool,
}

/// A code as it comes back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Presented {
    /// Of all that were made; `None` for one that was not.
    pub(super) number: Option<usize>,
    pub(super) way: Way,
    /// As it was sent, or with one character changed.
    pub(super) as_sent: bool,
    pub(super) purpose: Purpose,
    /// The new one, where the code is for that.
    pub(super) password: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Live,
    Spent,
    Superseded,
}

/// Wrong attempts: those of the window that is open, and those in a row.
#[derive(Clone, Default, PartialEq, Eq)]
struct Wrong {
    window: Vec<u64>,
    row: u32,
}

impl Wrong {
    /// The same as seen at `now`.
    fn at(&self, s: &OfCodes, now: u64) -> Self {
        let mut seen = self.clone();
        match seen.window.first_mut() {
            Some(first) if *first > now + s.window_s => *first = now,
            Some(first) if *first > now => {}
            Some(first) if now >= *first + s.window_s => seen.window.clear(),
            _ => {}
        }
        seen
    }

    /// Seconds until there is an attempt, where there is none.
    fn wait(&self, s: &OfCodes, now: u64) -> Option<Option<u64>> {
        if self.row >= MOST_IN_A_ROW {
            return Some(None);
        }
        let is_used_up = self.window.len() >= s.attempts;
        is_used_up.then(|| Some(self.window[0] + s.window_s - now))
    }
}

/// What is stored of codes.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct OfCode {
    /// Numbers of codes, in the order of issuing.
    kept: Vec<(usize, Fate)>,
    wrong: [Wrong; 2],
}

impl OfCode {
    /// Forgets what failed.
    pub(super) fn forgive(&mut self) {
        self.wrong = Default::default();
    }

    /// Adds the newest of all that were made; others end or go.
    fn add(&mut self, s: &OfCodes, sent: &[Sent], new: &Sent) {
        let (now, by_administrator) = (new.issued, new.channel == Channel::Administrator);
        for (number, fate) in &mut self.kept {
            let old = &sent[*number];
            let may_end = by_administrator || old.channel != Channel::Administrator;
            let is_older = s.newer_ends_older && old.purpose == new.purpose && may_end;
            if is_older && *fate == Fate::Live {
                *fate = Fate::Superseded;
            }
        }
        let is_kept = |sent: &Sent| now < sent.issued + sent.lifetime + KEPT_S;
        self.kept.retain(|(number, _)| is_kept(&sent[*number]));
        if self.kept.len() == MOST_TICKETS {
            let mut fates = self.kept.iter();
            let ended = fates.position(|(_, fate)| *fate != Fate::Live);
            self.kept.remove(ended.unwrap_or(0));
        }
        self.kept.push((sent.len(), Fate::Live));
        let live = self.kept.iter_mut().rev().filter(|(number, fate)| {
            let code = sent.get(*number).unwrap_or(new);
            *fate == Fate::Live
                && now < code.issued + code.lifetime
                && code.purpose == new.purpose
                && code.channel != Channel::Administrator
        });
        live.skip(s.live)
            .for_each(|(_, fate)| *fate = Fate::Superseded);
    }
}

impl Model {
    pub(super) fn issue(&self, call: &Call<'_>, sent: &[Sent], new: &Sent) -> Expected {
        let (s, now) = (&call.settings.codes, new.issued);
        if let Some(barred) = self.account.barred(call) {
            return say(barred, None);
        }
        match call.user.by(new.channel) {
            Some(address) if address.is_empty() => return say(Decision::NoAddress, None),
            Some(_) if new.purpose == Purpose::Reset && !call.user.are_verified => {
                return say(Decision::AddressUnverified, None);
            }
            _ => {}
        }
        let (mut after, place) = (self.clone(), new.purpose as usize);
        let by_administrator = new.channel == Channel::Administrator;
        let wrong = &mut after.codes.wrong[place];
        *wrong = if by_administrator {
            Wrong::default()
        } else {
            wrong.at(s, now)
        };
        let used_up = wrong.wait(s, now);
        if let Some(wait) = used_up.filter(|_| new.way == Way::OneTimeCode) {
            return say(Decision::Exhausted, self.unless_same(after)).and_wait(wait);
        }
        let unused = self.codes.kept.iter();
        let unused = unused.filter(|(_, fate)| *fate != Fate::Spent);
        let alike = unused.map(|(number, _)| &sent[*number]);
        let alike = alike.filter(|old| {
            old.purpose == new.purpose
                && old.channel != Channel::Administrator
                && !by_administrator
                && old.issued <= now + SKEW_S
        });
        let pauses = alike.map(|old| (old.issued.min(now) + s.reissue_after_s).saturating_sub(now));
        if let Some(wait @ 1..) = pauses.max() {
            return say(Decision::TooSoon, self.unless_same(after)).and_wait(Some(wait));
        }
        after.codes.add(s, sent, new);
        say(Decision::CodeIssued, Some(after))
    }

    /// The account with the code spent, or why it is not accepted.
    fn accepted(
        &self,
        call: &Call<'_>,
        sent: &[Sent],
        presented: &Presented,
    ) -> Result<Self, Expected> {
        let (s, now) = (&call.settings.codes, call.now);
        let mut kept = self.codes.kept.iter();
        let place = kept.position(|(n, _)| Some(*n) == presented.number);
        let Some(place) = place else {
            return Err(say(Decision::UnknownCode, None));
        };
        let (number, fate) = self.codes.kept[place];
        let code = &sent[number];
        let mut after = self.clone();
        let wrong = &mut after.codes.wrong[code.purpose as usize];
        *wrong = wrong.at(s, now);
        let is_link = |way| way != Way::OneTimeCode;
        let is_wrong = !presented.as_sent || is_link(presented.way) != is_link(code.way);
        let used_up = wrong.wait(s, now);
        if let Some(wait) = used_up.filter(|_| is_wrong || !is_link(code.way)) {
            return Err(say(Decision::Exhausted, self.unless_same(after)).and_wait(wait));
        }
        if is_wrong {
            wrong.window.push(now);
            wrong.row += 1;
            return Err(say(Decision::WrongCode, Some(after)));
        }
        let barred = self.account.barred(call);
        let refusals = [
            (code.purpose != presented.purpose, Decision::OtherPurpose),
            (code.way != presented.way, Decision::OtherWay),
            (fate == Fate::Spent, Decision::SpentCode),
            (fate == Fate::Superseded, Decision::SupersededCode),
            (now >= code.issued + code.lifetime, Decision::ExpiredCode),
            (now + SKEW_S < code.issued, Decision::EarlyCode),
            (
                code.passwords != self.account.changes,
                Decision::CredentialChanged,
            ),
            (
                code.address != call.user.by(code.channel),
                Decision::AddressChanged,
            ),
            (barred.is_some(), barred.unwrap_or(Decision::SignedIn)),
        ];
        if let Some((_, decision)) = refusals.iter().find(|(holds, _)| *holds) {
            // It was right, so it leaves no trace; but who won the swap may say so.
            return Err(say(*decision, Some(self.clone())));
        }
        *wrong = Wrong::default();
        after.codes.kept[place].1 = Fate::Spent;
        Ok(after)
    }

    pub(super) fn redeem(&self, call: &Call<'_>, sent: &[Sent], presented: &Presented) -> Expected {
        let mut after = match self.accepted(call, sent, presented) {
            Ok(after) => after,
            Err(refused) => return refused,
        };
        if presented.purpose == Purpose::Verify {
            return say(Decision::AddressVerified, Some(after));
        }
        let new = presented.password;
        if let Some(refused) = self.account.refusal(call.settings, None, new) {
            let mut unspent = self.clone();
            if refused == Decision::PasswordReused {
                // It tells which one is set or was, and costs what a wrong code costs; then the code.
                let (s, now) = (&call.settings.codes, call.now);
                let wrong = &mut unspent.codes.wrong[Purpose::Reset as usize];
                *wrong = wrong.at(s, now);
                if wrong.wait(s, now).is_some() {
                    after.codes.wrong = unspent.codes.wrong;
                    return say(refused, Some(after));
                }
                wrong.window.push(now);
                wrong.row += 1;
            }
            return say(refused, Some(unspent));
        }
        after.account.set(call, new);
        after.account.must_change = None;
        if call.settings.reset_unlocks {
            after.account.failures = Default::default();
        }
        say(Decision::PasswordReset, Some(after))
    }
}
