//! What the host stores of the user, and changes; and where codes go.

use saltbox::{Channel, Subject, Way};
use std::fmt::Write;

/// What goes together, and how long such a code lives.
pub(super) const ROUTES: [(Way, Channel, &str, u64); 6] = [
    (Way::EmailLink, Channel::Email, "email_link", 600),
    (Way::ResetLink, Channel::Administrator, "reset_link", 900),
    (Way::OneTimeCode, Channel::Email, "email_code", 300),
    (Way::OneTimeCode, Channel::Text, "text_code", 120),
    (Way::OneTimeCode, Channel::Voice, "voice_code", 60),
    (Way::OneTimeCode, Channel::Postal, "postal_code", 172_800),
];

/// What the host says of the account.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Status {
    Enabled,
    Disabled,
    Invited,
    Expired,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct User {
    pub(super) email: Option<&'static str>,
    pub(super) phone: Option<&'static str>,
    pub(super) are_verified: bool,
    pub(super) status: Status,
}

pub(super) const ID: &str = "u-1";

pub(super) const EMAILS: [Option<&str>; 4] = [
    Some("ada@example.com"),
    Some("ADA@Example.com"),
    Some("eve@example.com"),
    None,
];
pub(super) const PHONES: [Option<&str>; 3] = [Some("+1"), Some("+2"), None];

impl User {
    pub(super) const FIRST: Self = Self {
        email: EMAILS[0],
        phone: PHONES[0],
        are_verified: true,
        status: Status::Enabled,
    };

    pub(super) fn subject(self) -> Subject {
        let status = match self.status {
            Status::Enabled => "enabled",
            Status::Disabled => "disabled",
            Status::Invited => "invited",
            Status::Expired => "expired",
        };
        let mut json = format!(r#"{{"id":"{ID}","realm":"r","status":"{status}""#);
        for (key, address) in [("email", self.email), ("phone", self.phone)] {
            if let Some(address) = address {
                let _ = write!(json, r#","{key}":"{address}""#);
            }
            let _ = write!(json, r#","{key}_verified":{}"#, self.are_verified);
        }
        json.push('}');
        Subject::from_json(json.as_bytes()).expect("a subject")
    }

    /// Where codes by `channel` go, in the one spelling; `None` where only the host knows.
    pub(super) fn by(self, channel: Channel) -> Option<String> {
        let address = match channel {
            Channel::Email => self.email,
            Channel::Text | Channel::Voice => self.phone,
            _ => return None,
        };
        Some(address.unwrap_or_default().to_ascii_lowercase())
    }
}
