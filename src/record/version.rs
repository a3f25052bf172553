//! Versions of the record's text.
//!
//! Every version that was ever written is read. Which one is written is a
//! setting, so that a release writes what the one before it reads: nodes are
//! upgraded one by one with `write_version` at the version that all of them
//! read, and only then is it raised.

use crate::error::Error;
use crate::json::{Value, Writer};

/// The first version there was, and the last that this release knows.
pub(super) const FIRST: u64 = 1;
pub(super) const LAST: u64 = 1;

/// The `record` part of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordSettings {
    write_version: u64,
}

impl RecordSettings {
    /// Reads the member `record`.
    pub(crate) fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        object.only(&["write_version"])?;
        let version = object.require("write_version")?;
        let write_version = version.integer("write_version", FIRST..=LAST)?;
        Ok(Self { write_version })
    }

    /// Writes the members of `record`.
    pub(crate) fn write(self, json: &mut Writer) {
        json.unsigned("write_version", self.write_version);
    }
}
