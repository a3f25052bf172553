//! The numbers of a password meter.

use super::guard;
use super::outcome::saltbox_outcome;
use super::status::{SALTBOX_E_ARGUMENT, SALTBOX_OK, SALTBOX_REJECTED, saltbox_status};
use crate::policy::{Attacker, Suggestion, Weakness};

/// Keys of one row.
pub const SALTBOX_WEAKNESS_STRAIGHT_KEYS: u32 = 1;
/// A short walk over neighbouring keys.
pub const SALTBOX_WEAKNESS_KEY_PATTERN: u32 = 2;
/// One character again and again.
pub const SALTBOX_WEAKNESS_REPEATED_CHARACTER: u32 = 3;
/// A piece again and again.
pub const SALTBOX_WEAKNESS_REPEATED_PIECE: u32 = 4;
/// Neighbours of the alphabet or of the digits.
pub const SALTBOX_WEAKNESS_SEQUENCE: u32 = 5;
/// A year that has just been.
pub const SALTBOX_WEAKNESS_RECENT_YEAR: u32 = 6;
/// A date.
pub const SALTBOX_WEAKNESS_DATE: u32 = 7;
/// One of the ten most frequent passwords.
pub const SALTBOX_WEAKNESS_TOP_10: u32 = 8;
/// One of the hundred most frequent passwords.
pub const SALTBOX_WEAKNESS_TOP_100: u32 = 9;
/// A frequent password.
pub const SALTBOX_WEAKNESS_COMMON: u32 = 10;
/// Nearly a frequent password.
pub const SALTBOX_WEAKNESS_NEARLY_COMMON: u32 = 11;
/// A single word.
pub const SALTBOX_WEAKNESS_WORD: u32 = 12;
/// A name and nothing else.
pub const SALTBOX_WEAKNESS_NAME: u32 = 13;
/// A common name among other things.
pub const SALTBOX_WEAKNESS_COMMON_NAME: u32 = 14;

/// To use a few words; for an empty password.
pub const SALTBOX_SUGGESTION_USE_WORDS: u32 = 1;
/// That digits, symbols and capitals are not needed; for an empty password.
pub const SALTBOX_SUGGESTION_NO_NEED_FOR_SYMBOLS: u32 = 2;
/// To add a word or two.
pub const SALTBOX_SUGGESTION_ADD_WORDS: u32 = 3;
/// To use a longer walk over the keyboard, with more turns.
pub const SALTBOX_SUGGESTION_LONGER_KEY_PATTERN: u32 = 4;
/// Not to repeat words and characters.
pub const SALTBOX_SUGGESTION_NO_REPEATS: u32 = 5;
/// Not to use sequences.
pub const SALTBOX_SUGGESTION_NO_SEQUENCES: u32 = 6;
/// Not to use recent years.
pub const SALTBOX_SUGGESTION_NO_RECENT_YEARS: u32 = 7;
/// Not to use years that have to do with the user.
pub const SALTBOX_SUGGESTION_NO_OWN_YEARS: u32 = 8;
/// Not to use dates and years that have to do with the user.
pub const SALTBOX_SUGGESTION_NO_OWN_DATES: u32 = 9;
/// That a capital at the beginning helps little.
pub const SALTBOX_SUGGESTION_CAPITAL_HELPS_LITTLE: u32 = 10;
/// That nothing but capitals helps little.
pub const SALTBOX_SUGGESTION_ALL_CAPITALS_HELP_LITTLE: u32 = 11;
/// That words from behind help little.
pub const SALTBOX_SUGGESTION_REVERSED_HELPS_LITTLE: u32 = 12;
/// That signs for letters help little.
pub const SALTBOX_SUGGESTION_SUBSTITUTION_HELPS_LITTLE: u32 = 13;

/// Over the network, held back: 100 guesses an hour.
pub const SALTBOX_ATTACKER_ONLINE_THROTTLED: u32 = 0;
/// Over the network: 10 guesses a second.
pub const SALTBOX_ATTACKER_ONLINE_UNTHROTTLED: u32 = 1;
/// With the stored string of a slow hash: 10,000 guesses a second.
pub const SALTBOX_ATTACKER_OFFLINE_SLOW: u32 = 2;
/// With the stored string of a fast hash: 10,000,000,000 guesses a second.
pub const SALTBOX_ATTACKER_OFFLINE_FAST: u32 = 3;
/// With the stored string that this configuration makes, on a thousand cores.
pub const SALTBOX_ATTACKER_OFFLINE_OWN_HASH: u32 = 4;

/// How strong a password is, as zxcvbn 4.4.2 counts. It is an estimate; only
/// "policy":{"min_score":...} refuses a password for it.
///
/// outcome: of saltbox_check, saltbox_check_change or saltbox_reset; must not be NULL.
/// score_out: from 0, guessed within a thousand tries, to 4, for more than 10^10;
///   must not be NULL.
/// guesses_log10_or_null: the decimal logarithm of the number of guesses.
/// weakness_or_null: SALTBOX_WEAKNESS_..., why it is easily guessed; 0 where the
///   score is 3 or 4 or the reason has no name.
/// Returns SALTBOX_OK; SALTBOX_REJECTED where it was not estimated: for bytes that
///   are not UTF-8, for more than 4096, and where the policy says "strength":false;
///   SALTBOX_E_ARGUMENT. The numbers are written for SALTBOX_OK only.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_strength(
    outcome: *const saltbox_outcome,
    score_out: *mut u32,
    guesses_log10_or_null: *mut f64,
    weakness_or_null: *mut u32,
) -> saltbox_status {
    guard::call(|| {
        if score_out.is_null() {
            return Err(SALTBOX_E_ARGUMENT);
        }
        // SAFETY: the contract of this function is the guard's.
        let outcome = unsafe { guard::borrow(outcome)? };
        let Some(strength) = outcome.strength() else {
            return Ok(SALTBOX_REJECTED);
        };
        // SAFETY: as above.
        unsafe {
            guard::write_required(score_out, u32::from(strength.score()))?;
            guard::write(guesses_log10_or_null, strength.guesses_log10());
            let weakness = strength.weakness().map_or(0, Weakness::code);
            guard::write(weakness_or_null, u32::from(weakness));
        }
        Ok(SALTBOX_OK)
    })
}

/// One of the suggestions that would make a password better, in the order of
/// their codes; there are none where its score is 3 or 4.
///
/// outcome: of saltbox_check, saltbox_check_change or saltbox_reset; must not be NULL.
/// index: from 0.
/// code_out: SALTBOX_SUGGESTION_...; must not be NULL.
/// Returns SALTBOX_OK; SALTBOX_REJECTED where there is none of this index;
///   SALTBOX_E_ARGUMENT. The number is written for SALTBOX_OK only.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_suggestion(
    outcome: *const saltbox_outcome,
    index: usize,
    code_out: *mut u32,
) -> saltbox_status {
    guard::call(|| {
        if code_out.is_null() {
            return Err(SALTBOX_E_ARGUMENT);
        }
        // SAFETY: the contract of this function is the guard's.
        let outcome = unsafe { guard::borrow(outcome)? };
        let mut suggestions = outcome
            .strength()
            .into_iter()
            .flat_map(|strength| strength.suggestions());
        let Some(suggestion) = suggestions.nth(index) else {
            return Ok(SALTBOX_REJECTED);
        };
        // SAFETY: as above.
        unsafe { guard::write_required(code_out, u32::from(suggestion.code()))? };
        Ok(SALTBOX_OK)
    })
}

/// How long an attacker guesses at a password.
///
/// outcome: of saltbox_check, saltbox_check_change or saltbox_reset; must not be NULL.
/// attacker: SALTBOX_ATTACKER_...
/// seconds_out: must not be NULL. Finite, however long it is.
/// Returns SALTBOX_OK; SALTBOX_REJECTED as saltbox_outcome_strength;
///   SALTBOX_E_ARGUMENT, for another attacker too. The number is written for
///   SALTBOX_OK only.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_outcome_crack_seconds(
    outcome: *const saltbox_outcome,
    attacker: u32,
    seconds_out: *mut f64,
) -> saltbox_status {
    guard::call(|| {
        let attacker = usize::try_from(attacker).map_err(|_| SALTBOX_E_ARGUMENT)?;
        let attacker = *Attacker::ALL.get(attacker).ok_or(SALTBOX_E_ARGUMENT)?;
        if seconds_out.is_null() {
            return Err(SALTBOX_E_ARGUMENT);
        }
        // SAFETY: the contract of this function is the guard's.
        let outcome = unsafe { guard::borrow(outcome)? };
        let Some(strength) = outcome.strength() else {
            return Ok(SALTBOX_REJECTED);
        };
        // SAFETY: as above.
        unsafe { guard::write_required(seconds_out, strength.seconds(attacker))? };
        Ok(SALTBOX_OK)
    })
}

/// The constants above are literals, because cbindgen reads no others; here they are held to the tables.
const _: () = {
    assert!(SALTBOX_WEAKNESS_STRAIGHT_KEYS == Weakness::StraightKeys.code() as u32);
    assert!(SALTBOX_WEAKNESS_KEY_PATTERN == Weakness::KeyPattern.code() as u32);
    assert!(SALTBOX_WEAKNESS_REPEATED_CHARACTER == Weakness::RepeatedCharacter.code() as u32);
    assert!(SALTBOX_WEAKNESS_REPEATED_PIECE == Weakness::RepeatedPiece.code() as u32);
    assert!(SALTBOX_WEAKNESS_SEQUENCE == Weakness::Sequence.code() as u32);
    assert!(SALTBOX_WEAKNESS_RECENT_YEAR == Weakness::RecentYear.code() as u32);
    assert!(SALTBOX_WEAKNESS_DATE == Weakness::Date.code() as u32);
    assert!(SALTBOX_WEAKNESS_TOP_10 == Weakness::TopTen.code() as u32);
    assert!(SALTBOX_WEAKNESS_TOP_100 == Weakness::TopHundred.code() as u32);
    assert!(SALTBOX_WEAKNESS_COMMON == Weakness::Common.code() as u32);
    assert!(SALTBOX_WEAKNESS_NEARLY_COMMON == Weakness::NearlyCommon.code() as u32);
    assert!(SALTBOX_WEAKNESS_WORD == Weakness::Word.code() as u32);
    assert!(SALTBOX_WEAKNESS_NAME == Weakness::Name.code() as u32);
    assert!(SALTBOX_WEAKNESS_COMMON_NAME == Weakness::CommonName.code() as u32);
    assert!(SALTBOX_SUGGESTION_USE_WORDS == Suggestion::UseWords.code() as u32);
    assert!(SALTBOX_SUGGESTION_NO_NEED_FOR_SYMBOLS == Suggestion::NoNeedForSymbols.code() as u32);
    assert!(SALTBOX_SUGGESTION_ADD_WORDS == Suggestion::AddWords.code() as u32);
    assert!(SALTBOX_SUGGESTION_LONGER_KEY_PATTERN == Suggestion::LongerKeyPattern.code() as u32);
    assert!(SALTBOX_SUGGESTION_NO_REPEATS == Suggestion::NoRepeats.code() as u32);
    assert!(SALTBOX_SUGGESTION_NO_SEQUENCES == Suggestion::NoSequences.code() as u32);
    assert!(SALTBOX_SUGGESTION_NO_RECENT_YEARS == Suggestion::NoRecentYears.code() as u32);
    assert!(SALTBOX_SUGGESTION_NO_OWN_YEARS == Suggestion::NoOwnYears.code() as u32);
    assert!(SALTBOX_SUGGESTION_NO_OWN_DATES == Suggestion::NoOwnDates.code() as u32);
    assert!(
        SALTBOX_SUGGESTION_CAPITAL_HELPS_LITTLE == Suggestion::CapitalHelpsLittle.code() as u32
    );
    assert!(
        SALTBOX_SUGGESTION_ALL_CAPITALS_HELP_LITTLE
            == Suggestion::AllCapitalsHelpLittle.code() as u32
    );
    assert!(
        SALTBOX_SUGGESTION_REVERSED_HELPS_LITTLE == Suggestion::ReversedHelpsLittle.code() as u32
    );
    assert!(
        SALTBOX_SUGGESTION_SUBSTITUTION_HELPS_LITTLE
            == Suggestion::SubstitutionHelpsLittle.code() as u32
    );
    assert!(SALTBOX_ATTACKER_OFFLINE_OWN_HASH as usize + 1 == Attacker::ALL.len());
};

#[cfg(test)]
mod tests {
    use super::*;

    /// The assertions above name each; one that is missing here is missing there.
    #[test]
    fn every_weakness_suggestion_and_attacker_has_a_constant() {
        let source = include_str!("strength.rs");
        for (kind, count) in [
            ("WEAKNESS", Weakness::all().count()),
            ("SUGGESTION", Suggestion::all().count()),
            ("ATTACKER", Attacker::ALL.len()),
        ] {
            let constants = source
                .matches(&format!("pub const SALTBOX_{kind}_"))
                .count();
            assert_eq!(constants, count, "{kind}");
        }
        for (place, attacker) in (0..).zip(Attacker::ALL) {
            let name = attacker.name().to_uppercase();
            let constant = format!("SALTBOX_ATTACKER_{name}: u32 = {place};");
            assert!(source.contains(&constant), "{constant}");
        }
    }
}
