//! What kept a call from being done.
//!
//! One number for two languages: [`ErrorKind`] carries the status that the C
//! functions return. An error names what was wrong, where, and what would be
//! right. It never holds any part of a password, a salt, a tag or a key.

use std::ffi::CStr;
use std::fmt;
use std::num::NonZeroU32;

/// The class of an [`Error`], with the number the C functions return for it.
///
/// Numbers are spaced by ten a family and never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(i32)]
pub enum ErrorKind {
    /// A parameter breaks the function's contract, such as a NULL pointer with a length.
    Argument = 10,
    /// The caller's buffer is too small.
    Buffer = 11,
    /// The configuration is not valid.
    Config = 20,
    /// What is said of a user is not valid JSON, or not what a subject has.
    Subject = 21,
    /// What is asked for is not valid JSON, or not what a request has.
    Request = 22,
    /// An empty password was to be set.
    PasswordEmpty = 30,
    /// A password over [`MAX_PASSWORD_BYTES`](crate::MAX_PASSWORD_BYTES) was to be set.
    PasswordTooLong = 31,
    /// A password that is not UTF-8 was to be set.
    PasswordNotUtf8 = 32,
    /// A password was to be set whose NUL bytes the scheme cannot tell from their absence.
    PasswordNul = 33,
    /// The stored string belongs to a known scheme but breaks its grammar.
    Malformed = 40,
    /// No scheme of this release reads the stored string.
    Unsupported = 41,
    /// The configuration does not allow this scheme to be verified.
    NotAllowed = 42,
    /// The stored string was written by a later release.
    LaterRelease = 43,
    /// The stored string asks for more work or memory than the limits allow.
    Limit = 44,
    /// The descriptor of a stored string is not valid.
    Import = 45,
    /// The stored string was sealed with another key than the one of its id
    /// here, or was changed since.
    Seal = 46,
    /// The record of an account breaks its grammar.
    Record = 47,
    /// The record belongs to another account or realm than the subject.
    OtherSubject = 48,
    /// The system gave no work memory.
    Memory = 50,
    /// The system gave no randomness.
    Random = 51,
    /// The stored string needs more work memory than the whole budget.
    Budget = 52,
    /// Every slot or all work memory is in use. Nothing was computed; try again later.
    Busy = 53,
    /// A key is too short, or its id is already in use; or the key that is
    /// needed has not been added.
    Key = 60,
    /// A request has no code.
    NoCode = 70,
    /// A request has codes of two ways.
    TwoWays = 71,
    /// A request has a request code without a verification code, or one of these alone.
    HalfOfAPair = 72,
    /// A request has a code that is there and empty.
    EmptyCode = 73,
    /// A code has not the shape that codes have.
    MalformedCode = 74,
    /// Answers of the wrong number, to a question that is not there, or two to one.
    Answers = 75,
    /// A fault inside saltbox. Nothing was decided.
    Internal = 90,
}

/// Every kind with the name of its constant in `saltbox.h`.
const KINDS: [(ErrorKind, &CStr); 30] = [
    (ErrorKind::Argument, c"SALTBOX_E_ARGUMENT"),
    (ErrorKind::Buffer, c"SALTBOX_E_BUFFER"),
    (ErrorKind::Config, c"SALTBOX_E_CONFIG"),
    (ErrorKind::Subject, c"SALTBOX_E_SUBJECT"),
    (ErrorKind::Request, c"SALTBOX_E_REQUEST"),
    (ErrorKind::PasswordEmpty, c"SALTBOX_E_PASSWORD_EMPTY"),
    (ErrorKind::PasswordTooLong, c"SALTBOX_E_PASSWORD_TOO_LONG"),
    (ErrorKind::PasswordNotUtf8, c"SALTBOX_E_PASSWORD_NOT_UTF8"),
    (ErrorKind::PasswordNul, c"SALTBOX_E_PASSWORD_NUL"),
    (ErrorKind::Malformed, c"SALTBOX_E_MALFORMED"),
    (ErrorKind::Unsupported, c"SALTBOX_E_UNSUPPORTED"),
    (ErrorKind::NotAllowed, c"SALTBOX_E_NOT_ALLOWED"),
    (ErrorKind::LaterRelease, c"SALTBOX_E_LATER_RELEASE"),
    (ErrorKind::Limit, c"SALTBOX_E_LIMIT"),
    (ErrorKind::Import, c"SALTBOX_E_IMPORT"),
    (ErrorKind::Seal, c"SALTBOX_E_SEAL"),
    (ErrorKind::Record, c"SALTBOX_E_RECORD"),
    (ErrorKind::OtherSubject, c"SALTBOX_E_OTHER_SUBJECT"),
    (ErrorKind::Memory, c"SALTBOX_E_MEMORY"),
    (ErrorKind::Random, c"SALTBOX_E_RANDOM"),
    (ErrorKind::Budget, c"SALTBOX_E_BUDGET"),
    (ErrorKind::Busy, c"SALTBOX_E_BUSY"),
    (ErrorKind::Key, c"SALTBOX_E_KEY"),
    (ErrorKind::NoCode, c"SALTBOX_E_NO_CODE"),
    (ErrorKind::TwoWays, c"SALTBOX_E_TWO_WAYS"),
    (ErrorKind::HalfOfAPair, c"SALTBOX_E_HALF_OF_A_PAIR"),
    (ErrorKind::EmptyCode, c"SALTBOX_E_EMPTY_CODE"),
    (ErrorKind::MalformedCode, c"SALTBOX_E_MALFORMED_CODE"),
    (ErrorKind::Answers, c"SALTBOX_E_ANSWERS"),
    (ErrorKind::Internal, c"SALTBOX_E_INTERNAL"),
];

impl ErrorKind {
    /// The status that the C functions return for this kind.
    #[must_use]
    pub const fn status(self) -> i32 {
        self as i32
    }

    /// The name of the constant in `saltbox.h`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.c_name().to_str().unwrap_or_default()
    }

    pub(crate) fn c_name(self) -> &'static CStr {
        let row = KINDS.iter().find(|(kind, _)| *kind == self);
        row.map_or(c"SALTBOX_E_INTERNAL", |(_, name)| name)
    }

    /// All kinds, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|(kind, _)| *kind)
    }
}

/// Which side of a bound a value has to stay on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    AtLeast(u64),
    AtMost(u64),
}

/// What was wrong. Only configuration errors own heap memory.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    Fixed(&'static str),
    OutOfBounds {
        what: &'static str,
        value: u64,
        bound: Bound,
    },
    Written(Box<str>),
    /// At a path, which no error of a call has.
    Placed(Box<Placed>),
}

/// A reason and where in the configuration it is one.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    path: Box<str>,
    reason: Reason,
}

impl From<&'static str> for Reason {
    fn from(reason: &'static str) -> Self {
        Self::Fixed(reason)
    }
}

impl From<String> for Reason {
    fn from(reason: String) -> Self {
        Self::Written(reason.into())
    }
}

/// What kept a call from being done: its kind, the place, the reason.
///
/// `Display` writes all three; none holds a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    /// One more than it is.
    offset: Option<NonZeroU32>,
    reason: Reason,
}

// Every `?` moves one, and there are more than a thousand: 32 bytes more made
// the library 30 KB larger.
const _: () = assert!(size_of::<Error>() <= 48);

impl Error {
    pub(crate) const fn new(kind: ErrorKind, reason: &'static str) -> Self {
        Self {
            kind,
            offset: None,
            reason: Reason::Fixed(reason),
        }
    }

    pub(crate) const fn with_reason(kind: ErrorKind, reason: Reason) -> Self {
        Self {
            kind,
            offset: None,
            reason,
        }
    }

    /// With a reason made for this case. Takes heap memory, so not for what a call may fail with.
    #[inline(never)]
    pub(crate) fn written(kind: ErrorKind, reason: impl Into<Reason>) -> Self {
        Self::with_reason(kind, reason.into())
    }

    pub(crate) const fn out_of_bounds(
        kind: ErrorKind,
        what: &'static str,
        value: u64,
        bound: Bound,
    ) -> Self {
        Self::with_reason(kind, Reason::OutOfBounds { what, value, bound })
    }

    pub(crate) fn at(mut self, offset: usize) -> Self {
        self.offset = NonZeroU32::MIN.checked_add(u32::try_from(offset).unwrap_or(u32::MAX));
        self
    }

    /// The same error in a text that begins `by` bytes earlier.
    #[cfg(feature = "imports")]
    pub(crate) fn moved(self, by: usize) -> Self {
        match self.offset() {
            Some(at) => self.at(at + by),
            None => self,
        }
    }

    pub(crate) fn of_kind(mut self, kind: ErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// The same without saying where, but for the offset.
    pub(crate) fn off_path(mut self) -> Self {
        if let Reason::Placed(placed) = self.reason {
            self.reason = placed.reason;
        }
        self
    }

    #[inline(never)]
    pub(crate) fn on_path(mut self, path: &str) -> Self {
        let reason = match self.reason {
            Reason::Placed(placed) => placed.reason,
            reason => reason,
        };
        let path = path.into();
        self.reason = Reason::Placed(Box::new(Placed { path, reason }));
        self
    }

    /// The class of the error.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The offset in bytes, into the JSON text, the stored string or the
    /// password, at which the fault was found; `None` where there is no place.
    #[must_use]
    pub const fn offset(&self) -> Option<usize> {
        match self.offset {
            Some(at) => Some(at.get() as usize - 1),
            None => None,
        }
    }

    /// The path of the JSON value at fault, such as `hash.create.m_kib`.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match &self.reason {
            Reason::Placed(placed) => Some(&placed.path),
            _ => None,
        }
    }

    /// What was wrong and what would be right, without the place.
    #[must_use]
    pub fn reason(&self) -> impl fmt::Display + '_ {
        ReasonText(&self.reason)
    }
}

struct ReasonText<'a>(&'a Reason);

impl fmt::Display for ReasonText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Reason::Fixed(text) => f.write_str(text),
            Reason::Written(text) => f.write_str(text),
            Reason::Placed(placed) => ReasonText(&placed.reason).fmt(f),
            Reason::OutOfBounds { what, value, bound } => match bound {
                Bound::AtLeast(floor) => write!(f, "{what} is {value}, under the floor of {floor}"),
                Bound::AtMost(limit) => write!(f, "{what} is {value}, over the limit of {limit}"),
            },
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = self.path() {
            write!(f, "{path}: ")?;
        }
        write!(f, "{}", self.reason())?;
        if let Some(offset) = self.offset() {
            write!(f, " (at byte {offset})")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", self.kind.name())
    }
}

impl std::error::Error for Error {}

/// For what writes where it may fail, such as the builder of a blocklist.
impl From<Error> for std::io::Error {
    fn from(error: Error) -> Self {
        Self::new(std::io::ErrorKind::InvalidInput, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_name_and_failures_begin_at_ten() {
        let mut last = 9;
        for kind in ErrorKind::all() {
            assert!(kind.status() > last, "{kind:?} out of order");
            last = kind.status();
            assert!(kind.name().starts_with("SALTBOX_E_"));
        }
    }

    #[test]
    fn display_names_place_reason_and_bound() {
        let error =
            Error::out_of_bounds(ErrorKind::Config, "m_kib", 8, Bound::AtLeast(7168)).at(30);
        assert_eq!(
            error.on_path("hash.create").to_string(),
            "hash.create: m_kib is 8, under the floor of 7168 (at byte 30)"
        );
    }
}
