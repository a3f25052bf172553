//! The list inside: common passwords, long ones too, so that a policy of 15
//! characters has something to compare with.
//!
//! Compared without case, in the prepared form, and exactly. Two thirds of the
//! words are ranked words of the strength estimator; all stand in its trie.

use crate::policy::strength::Words;

/// Whether the list has this password, whatever its case.
pub(in crate::policy) fn has(prepared: &str) -> bool {
    let mut small = prepared.chars().flat_map(char::to_lowercase);
    let end = small.try_fold(Words::ROOT, |words, c| {
        words.child(u16::try_from(u32::from(c)).ok()?)
    });
    end.is_some_and(Words::is_common)
}

#[cfg(test)]
mod tests;
