//! What the password goes through before the function: `$saltbox-input$`.

use super::fields::{Position, too_long};
use super::{MAX_SALT_BYTES, Salt};
use crate::encoding;
use crate::error::Error;
use crate::hash::grammar::Text;
use crate::hash::input::{Charset, Input, Prehash};
use crate::json::Value;
use zeroize::Zeroizing;

/// Base64 of 128 bytes, padded or not, fits.
pub(super) const MAX_BASE64: usize = 172;

/// What the password goes through first: `$saltbox-input$`.
pub(super) struct Steps {
    pub(super) charset: Charset,
    pub(super) prehash: Prehash,
    prefix: Salt,
    suffix: Salt,
}

impl Steps {
    pub(super) fn none() -> Self {
        Self {
            charset: Charset::AsIs,
            prehash: Prehash::None,
            prefix: Salt::zeroed(0),
            suffix: Salt::zeroed(0),
        }
    }

    /// One step: a hash.
    pub(super) fn prehashed(prehash: Prehash) -> Self {
        Self {
            prehash,
            ..Self::none()
        }
    }

    /// The same, with a salt on one side of the password.
    pub(super) fn salted(mut self, position: Position, salt: Salt) -> Self {
        match position {
            Position::Prefix => self.prefix = salt,
            Position::Suffix => self.suffix = salt,
        }
        self
    }

    fn affix_bytes(&self) -> usize {
        self.prefix.len() + self.suffix.len()
    }

    /// Refuses salts that are too long together, at the place of one.
    pub(super) fn check(&self, value: &Value<'_>) -> Result<(), Error> {
        if self.affix_bytes() > MAX_SALT_BYTES {
            return Err(too_long(value, MAX_SALT_BYTES));
        }
        Ok(())
    }

    /// A text that begins with these steps, where there are any.
    pub(super) fn begin(&self) -> Text {
        let mut text = Text::new();
        let mut separator = "$saltbox-input$";
        let mut put = |key: &str, value: &str| {
            text.push(separator);
            text.push(key);
            text.push(value);
            separator = ",";
        };
        if self.charset != Charset::AsIs {
            put("text=", self.charset.name());
        }
        // The others have strings of their own.
        if matches!(self.prehash, Prehash::Md5Hex | Prehash::Symfony) {
            put("hash=", self.prehash.name());
        }
        for (key, salt) in [("prefix=", &self.prefix), ("suffix=", &self.suffix)] {
            if salt.len() > 0 {
                let mut b64 = Zeroizing::new([0; MAX_BASE64]);
                let b64 = encoding::b64_encode(salt.as_slice(), b64.as_mut_slice());
                put(key, b64.unwrap_or_default());
            }
        }
        if separator == "," {
            text.push("$");
        }
        text
    }

    pub(super) fn are_those_of(&self, input: &Input) -> bool {
        self.charset == input.charset
            && self.prehash == input.prehash
            && self.affix_bytes() == input.affix_bytes()
    }
}
