//! Codes that are sent to a user: links and digits, made, stored as tickets, redeemed once.
//!
//! A **link code** is `lookup.verifier`: 24 characters that find the account
//! and are no secret, and 32 that hold 192 random bits. A **one-time code** is
//! digits, found by a request code of the first kind that the client keeps.
//!
//! What is stored is a **ticket** inside of the account's record: what the code
//! is for, until when, and a digest of it under a key. The digest covers every
//! other field, the account and the realm, so that nothing of a ticket can be
//! changed and no ticket can be moved without the key. Of digits, which can all
//! be tried, the digest goes through the password hash too, as NIST SP
//! 800-63B-4 3.1.2.2 asks below 112 bits.
//!
//! | file | what it decides |
//! |---|---|
//! | `ways.rs` | the codes of a request: exactly one way, and of what shape |
//! | `settings.rs` | lifetimes with their ceilings, digits, attempts |
//! | `secret.rs` | drawing codes, without bias |
//! | `ticket.rs` | the stored side, and its digest |
//! | `tickets.rs` | all tickets of an account: issuing, redeeming, budgets |

mod secret;
mod settings;
mod ticket;
mod tickets;
mod ways;

pub use self::settings::Channel;
pub use self::ways::{CodeKind, Codes, Way};

#[cfg(feature = "capi")]
pub(crate) use self::secret::LOOKUP_CHARACTERS;
pub(crate) use self::settings::CodeSettings;
pub(crate) use self::ticket::{Holder, Order, Tools};
pub(crate) use self::tickets::{NotIssued, Redeemed, Tickets};
pub(crate) use self::ways::Presented;

/// What a code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// To set a new password.
    Reset,
    /// To show that an address is the user's.
    VerifyAddress,
}

impl Purpose {
    /// Every purpose.
    pub(crate) const ALL: [Self; 2] = [Self::Reset, Self::VerifyAddress];

    /// As a record writes it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::VerifyAddress => "verify_address",
        }
    }
}

#[cfg(test)]
mod tests;
