//! What the C functions of all flows have in common.

use super::check::read as read_subject;
use super::core::saltbox;
use super::guard;
use super::outcome::saltbox_outcome;
use super::status::{SALTBOX_OK, SALTBOX_REJECTED, saltbox_status};
use crate::core::Saltbox;
use crate::error::Error;
use crate::flow::Request;
use crate::outcome::Outcome;
use crate::policy::Subject;

/// The inputs that every flow has, as they came.
pub(super) struct Account {
    pub(super) record: (*const u8, usize),
    pub(super) subject: (*const u8, usize),
    pub(super) request: (*const u8, usize),
}

/// The same, read.
pub(super) struct Call<'a> {
    pub(super) core: &'a Saltbox,
    pub(super) record: &'a [u8],
    pub(super) subject: Subject,
    pub(super) request: Request,
}

/// What all flows have in common. The pointers are those of the caller of the C function.
pub(super) fn flow(
    sb: *const saltbox,
    account: &Account,
    outcome_out: *mut *mut saltbox_outcome,
    decide: &mut dyn FnMut(&Call<'_>) -> Result<Outcome, saltbox_status>,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of the C function is the guard's.
        let (sb, record, subject, request) = unsafe {
            guard::write_required(outcome_out, std::ptr::null_mut())?;
            (
                guard::borrow(sb)?,
                guard::input(account.record.0, account.record.1)?,
                guard::input(account.subject.0, account.subject.1)?,
                guard::input(account.request.0, account.request.1)?,
            )
        };
        let call = Call {
            core: &sb.core,
            record,
            subject: told(read_subject(subject))?,
            request: told(read_request(request))?,
        };
        let outcome = decide(&call)?;
        let status = if outcome.is_yes() {
            SALTBOX_OK
        } else {
            SALTBOX_REJECTED
        };
        let outcome = saltbox_outcome::of_decided(outcome);
        // SAFETY: as above; NULL was written to it before.
        unsafe { guard::write_required(outcome_out, guard::into_handle(outcome))? };
        Ok(status)
    })
}

/// Nothing stands for nothing besides.
pub(super) fn read_request(request: &[u8]) -> Result<Request, Error> {
    if request.is_empty() {
        return Ok(Request::default());
    }
    Request::from_json(request)
}

/// The status of what was not done.
pub(super) fn told<T>(result: Result<T, Error>) -> Result<T, saltbox_status> {
    result.map_err(|error| error.kind().status())
}
