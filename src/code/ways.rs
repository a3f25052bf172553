//! The codes of a request: exactly one way, and of the shape that codes have.

use super::secret::{LOOKUP_CHARACTERS, MOST_DIGITS, VERIFIER_CHARACTERS};
use crate::arch::stack::{Depth, without_traces_within};
use crate::error::{Bound, Error, ErrorKind};
use crate::secret::FixedBytes;
use zeroize::Zeroizing;

/// How a code comes back: the three ways of a password reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Way {
    /// A link in an e-mail.
    EmailLink,
    /// Digits that the user types in, with a request code that the client keeps.
    OneTimeCode,
    /// A link that an administrator made.
    ResetLink,
}

impl Way {
    /// Every way, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::EmailLink, Self::OneTimeCode, Self::ResetLink];

    /// The number in the C interface.
    #[must_use]
    pub const fn code(self) -> u32 {
        self as u32 + 1
    }

    /// As a record writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EmailLink => "email_link",
            Self::OneTimeCode => "one_time_code",
            Self::ResetLink => "reset_link",
        }
    }

    /// Whether its codes are links, and not digits.
    pub(crate) const fn is_link(self) -> bool {
        !matches!(self, Self::OneTimeCode)
    }
}

/// The codes that a request may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodeKind {
    /// Of a link in an e-mail: `emailAuthCode`.
    EmailAuthCode,
    /// What a one-time code is found by: `requestCode`.
    RequestCode,
    /// The one-time code: `verificationCode`.
    VerificationCode,
    /// Of a link that an administrator made: `passwordResetCode`.
    PasswordResetCode,
}

impl CodeKind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Self; 4] = [
        Self::EmailAuthCode,
        Self::RequestCode,
        Self::VerificationCode,
        Self::PasswordResetCode,
    ];

    /// The number in the C interface.
    #[must_use]
    pub const fn code(self) -> u32 {
        self as u32 + 1
    }

    const fn way(self) -> Way {
        match self {
            Self::EmailAuthCode => Way::EmailLink,
            Self::RequestCode | Self::VerificationCode => Way::OneTimeCode,
            Self::PasswordResetCode => Way::ResetLink,
        }
    }
}

/// Longest code that is looked at, in bytes. Longer ones are malformed.
const MOST_BYTES: usize = 256;

/// The codes of a request, wiped when dropped. A code that was not added is
/// absent, as `null` is; one that was added empty is there, and refused.
///
/// ```
/// use saltbox::{Codes, CodeKind, ErrorKind};
///
/// let codes = Codes::new().with(CodeKind::RequestCode, "bm90IGEgcmVhbCBjb2RlIGF0");
/// let refused = codes.lookup().unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::HalfOfAPair);
/// ```
#[derive(Default)]
pub struct Codes {
    codes: [Option<Zeroizing<Box<[u8]>>>; CodeKind::ALL.len()],
}

impl Codes {
    /// No codes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// These codes and one more, which replaces one of the same kind.
    #[must_use]
    pub fn with(mut self, kind: CodeKind, code: impl AsRef<[u8]>) -> Self {
        self.put(kind, code.as_ref());
        self
    }

    /// Adds a code, where there is none of its kind; whether there was none.
    #[cfg(feature = "capi")]
    pub(crate) fn set(&mut self, kind: CodeKind, code: &[u8]) -> bool {
        let is_new = self.get(kind).is_none();
        if is_new {
            self.put(kind, code);
        }
        is_new
    }

    fn put(&mut self, kind: CodeKind, code: &[u8]) {
        // One byte too many is as malformed as a megabyte.
        let code = code.get(..=MOST_BYTES).unwrap_or(code);
        if let Some(place) = self.codes.get_mut(kind as usize) {
            *place = Some(Zeroizing::new(code.into()));
        }
    }

    /// What the account is found by. No store has to be asked before.
    ///
    /// # Errors
    /// [`NoCode`](ErrorKind::NoCode), [`TwoWays`](ErrorKind::TwoWays),
    /// [`HalfOfAPair`](ErrorKind::HalfOfAPair),
    /// [`EmptyCode`](ErrorKind::EmptyCode) or
    /// [`MalformedCode`](ErrorKind::MalformedCode).
    pub fn lookup(&self) -> Result<&str, Error> {
        let mut lookup = Ok("");
        without_traces_within(Depth::Shallow, || {
            lookup = self.presented().map(|presented| presented.lookup);
        });
        lookup
    }

    /// How much stack comparing them takes: digits go through the password hash.
    pub(crate) fn depth(&self) -> Depth {
        if self.get(CodeKind::VerificationCode).is_some() {
            Depth::Any
        } else {
            Depth::Shallow
        }
    }

    fn get(&self, kind: CodeKind) -> Option<&[u8]> {
        self.codes
            .get(kind as usize)?
            .as_deref()
            .map(|code| &**code)
    }

    /// The one way that the codes go.
    pub(crate) fn presented(&self) -> Result<Presented<'_>, Error> {
        let mut ways = CodeKind::ALL
            .into_iter()
            .filter(|kind| self.get(*kind).is_some());
        let Some(first) = ways.next() else {
            let reason = "no code is given: an e-mail code, a reset code, or a request code with its verification code";
            return Err(Error::new(ErrorKind::NoCode, reason));
        };
        if ways.any(|kind| kind.way() != first.way()) {
            let reason = "codes of two ways are given; of all but one way they have to be null";
            return Err(Error::new(ErrorKind::TwoWays, reason));
        }
        let code = |kind| self.get(kind).map(not_empty).transpose();
        match first.way() {
            Way::OneTimeCode => {
                let pair = (
                    code(CodeKind::RequestCode)?,
                    code(CodeKind::VerificationCode)?,
                );
                let (Some(request), Some(digits)) = pair else {
                    let reason =
                        "a request code and a verification code go together; one is missing";
                    return Err(Error::new(ErrorKind::HalfOfAPair, reason));
                };
                Ok(Presented {
                    way: Way::OneTimeCode,
                    lookup: lookup_of(request)?,
                    secret: digits_of(digits)?,
                })
            }
            way => Presented::link(way, code(first)?.unwrap_or_default()),
        }
    }
}

/// A code of the right shape.
pub(crate) struct Presented<'c> {
    pub(crate) way: Way,
    /// What the account is found by.
    pub(crate) lookup: &'c str,
    /// The verifier, or digits.
    pub(crate) secret: FixedBytes<VERIFIER_CHARACTERS>,
}

impl<'c> Presented<'c> {
    fn link(way: Way, code: &'c [u8]) -> Result<Self, Error> {
        let (lookup, rest) = code.split_at_checked(LOOKUP_CHARACTERS).ok_or_else(|| {
            malformed(
                "a link code is 24 characters, a dot and 32 characters",
                code.len(),
            )
        })?;
        let lookup = lookup_of(lookup)?;
        let Some(verifier) = rest.strip_prefix(b".") else {
            return Err(malformed(
                "a dot has to stand between the two parts of a link code",
                LOOKUP_CHARACTERS,
            ));
        };
        let verifier = characters(verifier, VERIFIER_CHARACTERS, LOOKUP_CHARACTERS + 1)?;
        let secret = FixedBytes::copy_of(verifier);
        Ok(Self {
            way,
            lookup,
            secret: secret.ok_or_else(|| malformed("the second part is too long", code.len()))?,
        })
    }
}

fn not_empty(code: &[u8]) -> Result<&[u8], Error> {
    if code.is_empty() {
        let reason = "a code is given and empty; a code that is not meant has to be null";
        return Err(Error::new(ErrorKind::EmptyCode, reason));
    }
    Ok(code)
}

fn lookup_of(part: &[u8]) -> Result<&str, Error> {
    let lookup = characters(part, LOOKUP_CHARACTERS, 0)?;
    std::str::from_utf8(lookup).map_err(|_| malformed("not a character of a code", 0))
}

/// `part`, which is exactly `count` characters of Base64 for addresses and begins at `offset`.
fn characters(part: &[u8], count: usize, offset: usize) -> Result<&[u8], Error> {
    // Without a branch on a character: those of a verifier are secret, and only
    // that one is strange is not.
    let is_of_alphabet = |byte: u8| {
        (byte.wrapping_sub(b'A') < 26)
            | (byte.wrapping_sub(b'a') < 26)
            | (byte.wrapping_sub(b'0') < 10)
            | (byte == b'-')
            | (byte == b'_')
    };
    let all = part
        .iter()
        .fold(true, |all, byte| all & is_of_alphabet(*byte));
    if !all {
        let at = part.iter().position(|byte| !is_of_alphabet(*byte));
        let at = at.unwrap_or_default();
        return Err(malformed(
            "not a character of a code; the mail may have changed it",
            offset + at,
        ));
    }
    if part.len() != count {
        let reason = if count == LOOKUP_CHARACTERS {
            "the part that finds the account has to be 24 characters"
        } else {
            "the second part has to be 32 characters; the link may have been cut"
        };
        return Err(malformed(reason, offset + part.len().min(count)));
    }
    Ok(part)
}

/// The digits of what a user typed in, in which blanks and hyphens do not count.
fn digits_of(code: &[u8]) -> Result<FixedBytes<VERIFIER_CHARACTERS>, Error> {
    let mut digits = FixedBytes::zeroed(0);
    for (at, byte) in code.iter().enumerate() {
        match byte {
            b' ' | b'-' => {}
            b'0'..=b'9' if digits.len() < MOST_DIGITS as usize => {
                digits.extend(&[*byte]);
            }
            b'0'..=b'9' => return Err(malformed("a verification code has at most 12 digits", at)),
            _ => return Err(malformed("a verification code has digits only", at)),
        }
    }
    if digits.len() < super::settings::LEAST_DIGITS as usize {
        let what = "digits of the verification code";
        let bound = Bound::AtLeast(super::settings::LEAST_DIGITS.into());
        let count = digits.len() as u64;
        return Err(Error::out_of_bounds(
            ErrorKind::MalformedCode,
            what,
            count,
            bound,
        ));
    }
    Ok(digits)
}

fn malformed(reason: &'static str, offset: usize) -> Error {
    Error::new(ErrorKind::MalformedCode, reason).at(offset)
}
