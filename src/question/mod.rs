//! Security answers: off unless the configuration has `questions`.
//!
//! NIST SP 800-63B-4 and OWASP ASVS 5.0.0 (6.4.2) forbid them, and with reason:
//! many answers are known to friends, found in public, or given by very many
//! (`deny.rs`). Who has to keep them gets the least bad of them here: an answer
//! is normalised (`normalize.rs`), refused where it is too easily guessed
//! (`rules.rs`), bound to realm, account and question (`bound.rs`), so that a
//! hash in another place is worth nothing, and hashed as a password is.
//!
//! Verifying computes as many hashes for every account and for none, whatever is
//! right, and says only whether all together was enough.

mod answers;
mod bound;
mod characters;
mod choose;
mod date;
mod deny;
mod normalize;
mod rules;
mod set_up;
mod settings;
mod stored;
mod verify;

#[cfg(test)]
mod tests;

pub use self::answers::Answers;
pub use self::rules::{AnswerFindings, AnswerRule};
pub use self::settings::{DateOrder, Kind};

pub(crate) use self::bound::About;
pub(crate) use self::choose::{choose, may_ask};
pub(crate) use self::set_up::set_up;
pub(crate) use self::settings::QuestionSettings;
pub(crate) use self::stored::AnswerSet;
pub(crate) use self::verify::{verify, verify_nobody};

/// Calls `use_normal` with the normal form of an answer, or with what it breaks.
/// For the fuzzer.
#[doc(hidden)]
pub fn with_normal_answer<R>(
    kind: Kind,
    order: DateOrder,
    answer: &[u8],
    use_normal: impl FnOnce(Result<&str, AnswerRule>) -> R,
) -> R {
    match normalize::normalize(kind, order, answer) {
        Ok(normal) => use_normal(Ok(&normal)),
        Err(fault) => use_normal(Err(fault.into())),
    }
}
