//! What every flow does that sets a password.

use crate::core::Saltbox;
use crate::error::{Error, ErrorKind};
use crate::hash::Text;
use crate::outcome::{Decision, Outcome, Shown};
use crate::policy::{Findings, Subject};
use crate::record::Record;

/// What came of a new password.
// One lives at a time, on the stack.
#[allow(clippy::large_enum_variant)]
pub(super) enum NewPassword {
    /// It breaks the policy, or is one that was used before.
    Refused(Decision, Findings),
    Hashed(Text, Findings),
}

impl Saltbox {
    /// Checks a new password, in this order: the policy; that it is not the one
    /// that is set; that it is none of those that the record remembers, at the
    /// cost of a verification each. Then hashes it.
    pub(super) fn new_password(
        &self,
        record: Option<&Record>,
        subject: &Subject,
        old: Option<&[u8]>,
        password: &[u8],
        now_unix_s: u64,
    ) -> Result<NewPassword, Error> {
        let findings = match old {
            Some(old) => self.check_change(subject, old, password, now_unix_s),
            None => self.check(subject, password, now_unix_s),
        };
        if !findings.is_empty() {
            return Ok(NewPassword::Refused(Decision::PasswordRefused, findings));
        }
        let settings = self.config().account();
        let known = record.into_iter().flat_map(|record| {
            let former = record.state.former(settings);
            record.hash().into_iter().chain(former)
        });
        for stored in known {
            match self.verify_bytes(stored.as_bytes(), password) {
                Ok(verdict) if verdict.is_accepted() => {
                    return Ok(NewPassword::Refused(Decision::PasswordReused, findings));
                }
                Ok(_) => {}
                Err(error) if is_of_the_moment(error.kind()) => return Err(error),
                // What cannot be verified here, by its scheme or its key, is no reason to keep a user out.
                Err(_) => {}
            }
        }
        Ok(NewPassword::Hashed(self.hash_text(password)?, findings))
    }
}

/// Whether another moment may bring another answer.
const fn is_of_the_moment(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Busy | ErrorKind::Memory | ErrorKind::Random | ErrorKind::Internal
    )
}

/// The outcome of a new password that is refused, with the record to swap.
pub(super) fn refused(decision: Decision, findings: Findings, record: Option<String>) -> Outcome {
    let shown = match decision {
        Decision::PasswordReused => Shown::PasswordReused,
        _ => Shown::PasswordRefused,
    };
    let outcome = Outcome::new(decision, shown).with_findings(findings);
    outcome.with_record(record)
}
