//! The numbers of what a check finds, for hosts that have words of their own.

use crate::policy::{Hazard, Rule};

/// Fewer code points than asked for.
pub const SALTBOX_VIOLATION_TOO_SHORT: u32 = 1;
/// More code points than allowed.
pub const SALTBOX_VIOLATION_TOO_LONG: u32 = 2;
/// More bytes than allowed; more than 4096 are not looked at.
pub const SALTBOX_VIOLATION_TOO_MANY_BYTES: u32 = 3;
/// Not UTF-8.
pub const SALTBOX_VIOLATION_NOT_UTF8: u32 = 4;
/// A NUL that the hash function cannot tell from the end of the password.
pub const SALTBOX_VIOLATION_NUL: u32 = 5;
/// Too few small letters.
pub const SALTBOX_VIOLATION_TOO_FEW_LOWER: u32 = 10;
/// Too few capital letters.
pub const SALTBOX_VIOLATION_TOO_FEW_UPPER: u32 = 11;
/// Too few digits or other numbers (Nd, Nl, No).
pub const SALTBOX_VIOLATION_TOO_FEW_DIGITS: u32 = 12;
/// Too few characters that are neither letter nor digit.
pub const SALTBOX_VIOLATION_TOO_FEW_SYMBOLS: u32 = 13;
/// Too few letters, of any case or none.
pub const SALTBOX_VIOLATION_TOO_FEW_LETTERS: u32 = 14;
/// Characters of too few classes: small, capital, digit, symbol, letter without case.
pub const SALTBOX_VIOLATION_TOO_FEW_CLASSES: u32 = 15;
/// Too few characters that are not the same.
pub const SALTBOX_VIOLATION_TOO_FEW_DISTINCT: u32 = 16;
/// No character of a set of which one has to be there.
pub const SALTBOX_VIOLATION_MISSING_REQUIRED: u32 = 17;
/// Too few characters that are seen: neither white space nor control nor invisible.
pub const SALTBOX_VIOLATION_TOO_FEW_VISIBLE: u32 = 18;
/// Characters that are not among the allowed ones.
pub const SALTBOX_VIOLATION_NOT_ALLOWED: u32 = 20;
/// Characters that are among the disallowed ones.
pub const SALTBOX_VIOLATION_DISALLOWED: u32 = 21;
/// White space.
pub const SALTBOX_VIOLATION_WHITESPACE: u32 = 22;
/// White space at the beginning or the end.
pub const SALTBOX_VIOLATION_EDGE_WHITESPACE: u32 = 23;
/// Control characters.
pub const SALTBOX_VIOLATION_CONTROL: u32 = 24;
/// Characters that nobody sees.
pub const SALTBOX_VIOLATION_INVISIBLE: u32 = 25;
/// Code points that are no characters yet.
pub const SALTBOX_VIOLATION_UNASSIGNED: u32 = 26;
/// Digits and nothing else.
pub const SALTBOX_VIOLATION_ONLY_DIGITS: u32 = 27;
/// One character too often in a row.
pub const SALTBOX_VIOLATION_REPEATED: u32 = 30;
/// Too many characters of one class in a row.
pub const SALTBOX_VIOLATION_CLASS_RUN: u32 = 31;
/// Too many neighbours of the alphabet or of the digits in a row.
pub const SALTBOX_VIOLATION_SEQUENCE: u32 = 32;
/// Too many neighbours of a keyboard in a row.
pub const SALTBOX_VIOLATION_KEYBOARD_WALK: u32 = 33;
/// The same from behind.
pub const SALTBOX_VIOLATION_PALINDROME: u32 = 34;
/// One character too often in all.
pub const SALTBOX_VIOLATION_TOO_MANY_OCCURRENCES: u32 = 35;
/// A number between two bounds, such as a year.
pub const SALTBOX_VIOLATION_FORBIDDEN_NUMBER: u32 = 36;
/// A word that everybody knows of the user or the service.
pub const SALTBOX_VIOLATION_CONTEXT_WORD: u32 = 40;
/// Too little besides words that everybody knows.
pub const SALTBOX_VIOLATION_TOO_FEW_POINTS: u32 = 41;
/// The password that it is to replace.
pub const SALTBOX_VIOLATION_SAME_AS_OLD: u32 = 50;
/// Too few changes to the password that it is to replace.
pub const SALTBOX_VIOLATION_TOO_SIMILAR: u32 = 51;
/// A lower score than asked for, from 0 to 4.
pub const SALTBOX_VIOLATION_TOO_WEAK: u32 = 60;
/// In a list of common or breached passwords.
pub const SALTBOX_VIOLATION_BLOCKLISTED: u32 = 61;

/// It has characters outside of ASCII, which not every keyboard has (NIST SP 800-63B-4 section
/// 3.1.1.2: the user should be told).
pub const SALTBOX_WARNING_NOT_ASCII: u32 = 1;
/// It arrived in another Unicode form than the prepared one.
pub const SALTBOX_WARNING_OTHER_FORM: u32 = 2;
/// It has spaces that are taken for U+0020.
pub const SALTBOX_WARNING_OTHER_SPACE: u32 = 3;
/// It has code points that are no characters yet, so that another release may prepare them
/// otherwise.
pub const SALTBOX_WARNING_UNASSIGNED: u32 = 4;
/// It has characters that nobody sees.
pub const SALTBOX_WARNING_INVISIBLE: u32 = 5;
/// It has control characters.
pub const SALTBOX_WARNING_CONTROL: u32 = 6;
/// It begins or ends with white space, which is easily lost or added by copying.
pub const SALTBOX_WARNING_EDGE_WHITESPACE: u32 = 7;
/// It has emoji, which keyboards send in different ways.
pub const SALTBOX_WARNING_EMOJI: u32 = 8;
/// It has full-width or half-width characters: an input method may be on.
pub const SALTBOX_WARNING_OTHER_WIDTH: u32 = 9;
/// Nothing of it can be seen.
pub const SALTBOX_WARNING_NOTHING_VISIBLE: u32 = 10;

/// The constants above are literals, because cbindgen reads no others; here they are held to the table.
const _: () = {
    assert!(SALTBOX_VIOLATION_TOO_SHORT == Rule::TooShort.code() as u32);
    assert!(SALTBOX_VIOLATION_TOO_LONG == Rule::TooLong.code() as u32);
    assert!(SALTBOX_VIOLATION_TOO_MANY_BYTES == Rule::TooManyBytes.code() as u32);
    assert!(SALTBOX_VIOLATION_NOT_UTF8 == Rule::NotUtf8.code() as u32);
    assert!(SALTBOX_VIOLATION_NUL == Rule::Nul.code() as u32);
    assert!(SALTBOX_VIOLATION_TOO_FEW_LOWER == Rule::TooFewLower.code() as u32);
    assert!(SALTBOX_VIOLATION_TOO_FEW_UPPER == Rule::TooFewUpper.code() as u32);
    assert!(SALTBOX_VIOLATION_TOO_FEW_DIGITS == Rule::TooFewDigits.code() as u32);
    assert!(SALTBOX_VIOLATION_TOO_FEW_SYMBOLS == Rule::TooFewSymbols.code() as u32);
    assert!(SALTBOX_VIOLATION_TOO_FEW_LETTERS == Rule::TooFewLetters.code() as u32);
    assert!(SALTBOX_VIOLATION_TOO_FEW_CLASSES == Rule::TooFewClasses.code() as u32);
    assert!(SALTBOX_VIOLATION_TOO_FEW_DISTINCT == Rule::TooFewDistinct.code() as u32);
    assert!(SALTBOX_VIOLATION_MISSING_REQUIRED == Rule::MissingRequired.code() as u32);
    assert!(SALTBOX_VIOLATION_TOO_FEW_VISIBLE == Rule::TooFewVisible.code() as u32);
    assert!(SALTBOX_VIOLATION_NOT_ALLOWED == Rule::NotAllowed.code() as u32);
    assert!(SALTBOX_VIOLATION_DISALLOWED == Rule::Disallowed.code() as u32);
    assert!(SALTBOX_VIOLATION_WHITESPACE == Rule::Whitespace.code() as u32);
    assert!(SALTBOX_VIOLATION_EDGE_WHITESPACE == Rule::EdgeWhitespace.code() as u32);
    assert!(SALTBOX_VIOLATION_CONTROL == Rule::Control.code() as u32);
    assert!(SALTBOX_VIOLATION_INVISIBLE == Rule::Invisible.code() as u32);
    assert!(SALTBOX_VIOLATION_UNASSIGNED == Rule::Unassigned.code() as u32);
    assert!(SALTBOX_VIOLATION_ONLY_DIGITS == Rule::OnlyDigits.code() as u32);
    assert!(SALTBOX_VIOLATION_REPEATED == Rule::Repeated.code() as u32);
    assert!(SALTBOX_VIOLATION_CLASS_RUN == Rule::ClassRun.code() as u32);
    assert!(SALTBOX_VIOLATION_SEQUENCE == Rule::Sequence.code() as u32);
    assert!(SALTBOX_VIOLATION_KEYBOARD_WALK == Rule::KeyboardWalk.code() as u32);
    assert!(SALTBOX_VIOLATION_PALINDROME == Rule::Palindrome.code() as u32);
    assert!(SALTBOX_VIOLATION_TOO_MANY_OCCURRENCES == Rule::TooManyOccurrences.code() as u32);
    assert!(SALTBOX_VIOLATION_FORBIDDEN_NUMBER == Rule::ForbiddenNumber.code() as u32);
    assert!(SALTBOX_VIOLATION_CONTEXT_WORD == Rule::ContextWord.code() as u32);
    assert!(SALTBOX_VIOLATION_TOO_FEW_POINTS == Rule::TooFewPoints.code() as u32);
    assert!(SALTBOX_VIOLATION_SAME_AS_OLD == Rule::SameAsOld.code() as u32);
    assert!(SALTBOX_VIOLATION_TOO_SIMILAR == Rule::TooSimilar.code() as u32);
    assert!(SALTBOX_VIOLATION_TOO_WEAK == Rule::TooWeak.code() as u32);
    assert!(SALTBOX_VIOLATION_BLOCKLISTED == Rule::Blocklisted.code() as u32);
    assert!(SALTBOX_WARNING_NOT_ASCII == Hazard::NotAscii.code() as u32);
    assert!(SALTBOX_WARNING_OTHER_FORM == Hazard::OtherForm.code() as u32);
    assert!(SALTBOX_WARNING_OTHER_SPACE == Hazard::OtherSpace.code() as u32);
    assert!(SALTBOX_WARNING_UNASSIGNED == Hazard::Unassigned.code() as u32);
    assert!(SALTBOX_WARNING_INVISIBLE == Hazard::Invisible.code() as u32);
    assert!(SALTBOX_WARNING_CONTROL == Hazard::Control.code() as u32);
    assert!(SALTBOX_WARNING_EDGE_WHITESPACE == Hazard::EdgeWhitespace.code() as u32);
    assert!(SALTBOX_WARNING_EMOJI == Hazard::Emoji.code() as u32);
    assert!(SALTBOX_WARNING_OTHER_WIDTH == Hazard::OtherWidth.code() as u32);
    assert!(SALTBOX_WARNING_NOTHING_VISIBLE == Hazard::NothingVisible.code() as u32);
};

#[cfg(test)]
mod tests {
    use super::*;

    /// The assertions above name each; one that is missing here is missing there.
    #[test]
    fn every_rule_and_hazard_has_a_constant() {
        let source = include_str!("finding.rs");
        for (kind, count) in [
            ("VIOLATION", Rule::all().count()),
            ("WARNING", Hazard::all().count()),
        ] {
            let constants = source
                .matches(&format!("pub const SALTBOX_{kind}_"))
                .count();
            assert_eq!(constants, count, "{kind}");
        }
    }
}
