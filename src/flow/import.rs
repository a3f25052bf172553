//! Making records from what another system has stored.

use super::{Request, storable};
use crate::core::{MaybeStored, Saltbox};
use crate::error::Error;
use crate::outcome::{Decision, Effect, Outcome, Shown};
use crate::policy::Subject;
use crate::record::Record;

impl Saltbox {
    /// A record for `subject` with `stored`, the string of its password, which
    /// has to be one that [`Self::verify`] takes; `None` for an account without a password.
    /// A record that is there keeps what else it has; where it gets another string its codes end, and
    /// sessions are to.
    ///
    /// # Errors
    /// Those of [`Self::verify`] for the string, without work, and those of
    /// [`Self::request_reset`] for the record.
    pub fn admin_import<'r, 's>(
        &self,
        record: impl MaybeStored<'r>,
        subject: &Subject,
        _request: &Request,
        stored: impl MaybeStored<'s>,
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let record = record.maybe_stored().unwrap_or_default().as_bytes();
        let stored = stored.maybe_stored().unwrap_or_default();
        self.admin_import_bytes(record, subject, stored.as_bytes(), now_unix_s)
    }

    pub(crate) fn admin_import_bytes(
        &self,
        record: &[u8],
        subject: &Subject,
        stored: &[u8],
        now_unix_s: u64,
    ) -> Result<Outcome, Error> {
        let before = Record::of(record, subject)?;
        let mut record = match &before {
            Some(before) => before.clone(),
            None => Record::new(subject)?,
        };
        if !stored.is_empty() {
            if let Some(problem) = self.identify(stored).problem() {
                return Err(problem.clone());
            }
            // What verifies is ASCII.
            let hash = String::from_utf8_lossy(stored);
            record.set_hash(self.config().account(), &hash, storable(now_unix_s));
        }
        let had_another = before
            .as_ref()
            .is_some_and(|before| before.hash().is_some());
        let record = record.changed_from(before.as_ref());
        Ok(Outcome::new(Decision::Imported, Shown::Done)
            .with_record(record)
            .with_effect_if(had_another && !stored.is_empty(), Effect::RevokeSessions))
    }
}
