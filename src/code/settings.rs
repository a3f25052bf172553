//! The `codes` part of a configuration: how long codes live, how many digits
//! they have, how many attempts may fail.

use super::secret::MOST_DIGITS;
use super::ways::Way;
use crate::budget::BudgetSettings;
use crate::error::{Bound, Error, ErrorKind};
use crate::json::{Value, Writer};

/// How a code reaches the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Channel {
    /// To the subject's `email`.
    Email,
    /// As a text message to the subject's `phone`.
    Text,
    /// Spoken, to the subject's `phone`.
    Voice,
    /// By letter, to an address that only the host knows.
    Postal,
    /// Shown to an administrator, who passes it on.
    Administrator,
}

impl Channel {
    /// Every channel, in the order of their numbers.
    pub const ALL: [Self; 5] = [
        Self::Email,
        Self::Text,
        Self::Voice,
        Self::Postal,
        Self::Administrator,
    ];

    /// The number in the C interface.
    #[must_use]
    pub const fn code(self) -> u32 {
        self as u32 + 1
    }

    /// As a record writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Text => "text",
            Self::Voice => "voice",
            Self::Postal => "postal",
            Self::Administrator => "administrator",
        }
    }
}

/// Seconds of a day.
const DAY: u64 = 86_400;

/// How long codes live that go a way by a channel.
struct Lifetime {
    way: Way,
    channel: Channel,
    /// The member of `lifetime_s`.
    key: &'static str,
    /// Seconds, where nothing is configured.
    default: u64,
    /// Most seconds, by [`Ceilings`].
    most: [u64; 2],
}

const fn lifetime(
    way: Way,
    channel: Channel,
    key: &'static str,
    default: u64,
    most: [u64; 2],
) -> Lifetime {
    Lifetime {
        way,
        channel,
        key,
        default,
        most,
    }
}

/// Every way and channel that go together; the others are refused. The defaults keep every ceiling.
///
/// NIST SP 800-63B-4 4.2.1.2: a day by e-mail, ten minutes by text or voice, 21
/// days by letter within the contiguous United States (30 elsewhere; the
/// stricter). ASVS 5.0 6.5.5: ten minutes for whatever is out of band; 6.4.1: a
/// short time for what starts an account, which is ten minutes for a letter in
/// no way, so there letters are as in NIST.
const LIFETIMES: [Lifetime; 6] = [
    lifetime(
        Way::EmailLink,
        Channel::Email,
        "email_link",
        600,
        [DAY, 600],
    ),
    lifetime(
        Way::OneTimeCode,
        Channel::Email,
        "email_code",
        600,
        [DAY, 600],
    ),
    lifetime(Way::OneTimeCode, Channel::Text, "text_code", 600, [600; 2]),
    lifetime(
        Way::OneTimeCode,
        Channel::Voice,
        "voice_code",
        600,
        [600; 2],
    ),
    lifetime(
        Way::OneTimeCode,
        Channel::Postal,
        "postal_code",
        10 * DAY,
        [21 * DAY; 2],
    ),
    lifetime(
        Way::ResetLink,
        Channel::Administrator,
        "reset_link",
        600,
        [DAY, 600],
    ),
];

/// Whose ceilings lifetimes stay below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ceilings {
    Nist63b4,
    Asvs5,
}

impl Ceilings {
    const ALL: [Self; 2] = [Self::Nist63b4, Self::Asvs5];

    const fn name(self) -> &'static str {
        match self {
            Self::Nist63b4 => "nist-63b-4",
            Self::Asvs5 => "asvs-5",
        }
    }

    /// Of its own and NIST's, which hold always, the stricter.
    const fn most(self, lifetime: &Lifetime) -> u64 {
        let [nist, asvs] = lifetime.most;
        match self {
            Self::Asvs5 if asvs < nist => asvs,
            _ => nist,
        }
    }

    /// Every ceiling is above the defaults.
    #[allow(clippy::indexing_slicing)] // Runs when the crate is compiled.
    const DEFAULTS: [u64; LIFETIMES.len()] = {
        let (mut seconds, mut at) = ([0; LIFETIMES.len()], 0);
        while at < LIFETIMES.len() {
            let row = &LIFETIMES[at];
            seconds[at] = row.default;
            assert!(row.default <= Self::Nist63b4.most(row));
            assert!(row.default <= Self::Asvs5.most(row));
            at += 1;
        }
        seconds
    };
}

/// Fewest digits of a one-time code: NIST SP 800-63B-4 3.1.2.1, ASVS 5.0 6.5.4.
pub(super) const LEAST_DIGITS: u32 = 6;

/// Most live tickets of an account.
const MOST_LIVE: u64 = 4;

/// Settings of codes, valid by construction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodeSettings {
    ceilings: Ceilings,
    /// Seconds, in the order of [`LIFETIMES`].
    lifetimes: [u64; LIFETIMES.len()],
    pub(super) digits: u32,
    pub(super) budget: BudgetSettings,
    /// Tickets of an account that may be live at once.
    pub(super) live: usize,
    /// Whether a new ticket ends those for the same purpose.
    pub(super) newer_ends_older: bool,
    /// Seconds before the next code is sent.
    pub(super) reissue_after_s: u64,
}

impl CodeSettings {
    /// Where nothing is configured.
    pub(crate) const DEFAULT: Self = Self::below(Ceilings::Nist63b4);

    /// 8 digits, 5 attempts an hour and 100 in all: a guess succeeds once in a
    /// million times, which is below the once in 10,000 that NIST's 100
    /// attempts at 6 digits allow.
    const fn below(ceilings: Ceilings) -> Self {
        Self {
            ceilings,
            lifetimes: Ceilings::DEFAULTS,
            digits: 8,
            budget: BudgetSettings::an_hour(5),
            live: 3,
            newer_ends_older: true,
            reissue_after_s: 60,
        }
    }

    /// How long a code lives that goes this way by this channel.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where no code goes so.
    pub(crate) fn lifetime_s(&self, way: Way, channel: Channel) -> Result<u64, Error> {
        let rows = LIFETIMES.iter().zip(self.lifetimes);
        let mut fitting = rows.filter(|(row, _)| row.way == way && row.channel == channel);
        fitting.next().map(|(_, seconds)| seconds).ok_or_else(|| {
            let reason =
                "no code goes this way by this channel; README has the table of those that do";
            Error::new(ErrorKind::Argument, reason)
        })
    }

    /// The paths of lifetimes over what ASVS allows, which its ceilings would have refused.
    pub(crate) fn over_asvs(&self) -> impl Iterator<Item = &'static str> {
        let rows = LIFETIMES.iter().zip(self.lifetimes);
        let over = rows.filter(|(row, seconds)| *seconds > Ceilings::Asvs5.most(row));
        over.map(|(row, _)| row.key)
    }

    /// Reads the member `codes`; what is absent keeps its default.
    pub(crate) fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        object.only(&[
            "ceilings",
            "lifetime_s",
            "digits",
            "attempts",
            "window_s",
            "live",
            "newer_ends_older",
            "reissue_after_s",
        ])?;
        let ceilings = match object.take("ceilings") {
            None => Ceilings::Nist63b4,
            Some(value) => value.one_of(Ceilings::ALL, Ceilings::name)?,
        };
        let mut settings = Self::below(ceilings);
        if let Some(lifetimes) = object.take("lifetime_s") {
            settings.read_lifetimes(&lifetimes)?;
        }
        if let Some(value) = object.take("digits") {
            let number = value.integer("digits", LEAST_DIGITS.into()..=MOST_DIGITS.into())?;
            settings.digits = u32::try_from(number).unwrap_or(MOST_DIGITS);
        }
        settings.budget.take(&mut object)?;
        if let Some(value) = object.take("live") {
            let number = value.integer("live", 1..=MOST_LIVE)?;
            settings.live = usize::try_from(number).unwrap_or(1);
        }
        if let Some(value) = object.take("newer_ends_older") {
            settings.newer_ends_older = value.boolean()?;
        }
        if let Some(value) = object.take("reissue_after_s") {
            settings.reissue_after_s = value.integer("reissue_after_s", 0..=3600)?;
        }
        Ok(settings)
    }

    fn read_lifetimes(&mut self, json: &Value<'_>) -> Result<(), Error> {
        let mut object = json.object()?;
        object.only(&LIFETIMES.map(|lifetime| lifetime.key))?;
        for (row, seconds) in LIFETIMES.iter().zip(&mut self.lifetimes) {
            let Some(value) = object.take(row.key) else {
                continue;
            };
            let number = value.integer(row.key, 1..=crate::json::MAX_INTEGER)?;
            let most = self.ceilings.most(row);
            if number > most {
                let kind = ErrorKind::Config;
                let over = Error::out_of_bounds(kind, row.key, number, Bound::AtMost(most));
                return Err(value.place(over));
            }
            *seconds = number;
        }
        Ok(())
    }

    /// Writes the members of `codes`.
    pub(crate) fn write(&self, json: &mut Writer) {
        json.string("ceilings", self.ceilings.name());
        json.nested("lifetime_s", |json| {
            for (row, seconds) in LIFETIMES.iter().zip(self.lifetimes) {
                json.unsigned(row.key, seconds);
            }
        });
        json.integer("digits", self.digits);
        self.budget.write(json);
        json.unsigned("live", self.live as u64);
        json.boolean("newer_ends_older", self.newer_ends_older);
        json.unsigned("reissue_after_s", self.reissue_after_s);
    }
}
