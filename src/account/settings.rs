//! The `account` part of a configuration.

use super::lock::LockSettings;
use crate::error::Error;
use crate::json::{Value, Writer};

/// Seconds of a day.
const DAY: u64 = 86_400;

/// Settings of accounts, valid by construction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountSettings {
    pub(crate) lock: LockSettings,
    /// Passwords before the one that is set which may not be set again.
    pub(crate) history: usize,
    /// Seconds after which a password is to be changed; `None` for never.
    pub(crate) max_age_s: Option<u64>,
    /// Seconds that a temporary password is good for.
    pub(crate) temporary_s: u64,
    /// Seconds since the user signed in after which a password is not changed without the old one.
    pub(crate) auth_age_s: u64,
    /// Whether a reset unlocks what failures locked.
    pub(crate) reset_unlocks: bool,
    /// Whether signing up tells nobody but the user that a login is taken.
    pub(crate) mask: bool,
    /// Whether a request may keep the user from being told of a reset, which NIST SP 800-63B-4 4.2.3 forbids.
    pub(crate) suppress_mail: bool,
    /// Whether a reset gives a session to who has no other factor.
    pub(crate) reset_signs_in: bool,
}

impl AccountSettings {
    /// Passwords that are remembered, at most; Descope's range.
    pub(crate) const MOST_HISTORY: u32 = 50;
    /// Descope's 999 weeks.
    pub(crate) const MOST_AGE_DAYS: u32 = 6993;
    pub(crate) const MOST_TEMPORARY_DAYS: u32 = 30;

    /// Where nothing is configured. No history and no age: NIST SP 800-63B-4
    /// 3.1.1.2(6) forbids changes by the calendar, and history serves those.
    pub(crate) const DEFAULT: Self = Self {
        lock: LockSettings::DEFAULT,
        history: 0,
        max_age_s: None,
        temporary_s: DAY,
        auth_age_s: 300,
        reset_unlocks: true,
        mask: true,
        suppress_mail: false,
        reset_signs_in: false,
    };

    /// Reads the member `account`; what is absent keeps its default.
    pub(crate) fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        object.only(&[
            "lock",
            "history",
            "max_age_days",
            "temporary_s",
            "auth_age_s",
            "reset_unlocks",
            "mask",
            "suppress_mail",
            "reset_signs_in",
        ])?;
        let mut settings = Self::DEFAULT;
        if let Some(lock) = object.take("lock") {
            settings.lock = LockSettings::read(&lock)?;
        }
        if let Some(value) = object.take("history") {
            let number = value.integer("history", 0..=Self::MOST_HISTORY.into())?;
            settings.history = usize::try_from(number).unwrap_or(0);
        }
        if let Some(value) = object.take("max_age_days") {
            let days = value.integer("max_age_days", 1..=Self::MOST_AGE_DAYS.into())?;
            settings.max_age_s = Some(days * DAY);
        }
        if let Some(value) = object.take("temporary_s") {
            settings.temporary_s = value.integer(
                "temporary_s",
                60..=u64::from(Self::MOST_TEMPORARY_DAYS) * DAY,
            )?;
        }
        if let Some(value) = object.take("auth_age_s") {
            settings.auth_age_s = value.integer("auth_age_s", 10..=DAY)?;
        }
        if let Some(value) = object.take("reset_unlocks") {
            settings.reset_unlocks = value.boolean()?;
        }
        if let Some(value) = object.take("mask") {
            settings.mask = value.boolean()?;
        }
        if let Some(value) = object.take("suppress_mail") {
            settings.suppress_mail = value.boolean()?;
        }
        if let Some(value) = object.take("reset_signs_in") {
            settings.reset_signs_in = value.boolean()?;
        }
        Ok(settings)
    }

    /// Writes the members of `account`.
    pub(crate) fn write(&self, json: &mut Writer) {
        json.nested("lock", |json| self.lock.write(json));
        json.unsigned("history", self.history as u64);
        if let Some(seconds) = self.max_age_s {
            json.unsigned("max_age_days", seconds / DAY);
        }
        json.unsigned("temporary_s", self.temporary_s);
        json.unsigned("auth_age_s", self.auth_age_s);
        json.boolean("reset_unlocks", self.reset_unlocks);
        json.boolean("mask", self.mask);
        json.boolean("suppress_mail", self.suppress_mail);
        json.boolean("reset_signs_in", self.reset_signs_in);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_out_of_range_name_their_place_and_what_is_written_is_read() {
        let read =
            |text: &str| AccountSettings::read(&crate::json::parse(text.as_bytes()).expect("JSON"));
        for (text, path) in [
            (r#"{"lock":{"attempts":99}}"#, "lock.attempts"),
            (r#"{"history":51}"#, "history"),
            (r#"{"max_age_days":0}"#, "max_age_days"),
            (r#"{"temporary_s":59}"#, "temporary_s"),
            (r#"{"auth_age_s":9}"#, "auth_age_s"),
            (r#"{"reset_unlocks":"yes"}"#, "reset_unlocks"),
            (r#"{"mask":0}"#, "mask"),
            (r#"{"reset_signs_in":1}"#, "reset_signs_in"),
            (r#"{"locks":{}}"#, "locks"),
        ] {
            assert_eq!(read(text).expect_err(text).path(), Some(path));
        }
        let text = r#"{"lock":{"attempts":3},"history":7,"max_age_days":364,"temporary_s":3600,"auth_age_s":60,"reset_unlocks":false,"mask":false,"suppress_mail":true,"reset_signs_in":true}"#;
        let settings = read(text).expect("settings");
        let written = Writer::object(|json| settings.write(json));
        assert_eq!(read(&written).expect("settings"), settings);
    }
}
