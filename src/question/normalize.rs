//! What an answer is compared by.
//!
//! **Normaliser 1**, whose number is stored with every answer: strict UTF-8 of
//! at most 1024 bytes, before and after; folded (`src/text/fold.rs`: case, width,
//! ligatures, what nobody sees); digits of every script by their value; accents
//! dropped from Latin, Greek and Cyrillic letters and from what is no letter;
//! punctuation and symbols, emoji too, are spaces; one space for many, and none
//! at the ends; NFC. Normalising again changes nothing, which tests show for
//! every scalar value.
//!
//! **Nothing maps a script to nothing.** Code in use that keeps `[a-z0-9]` makes
//! every Cyrillic answer the empty one, so that any answer is right. Letters,
//! digits and marks of all scripts stay here, vowel signs too, and an answer of
//! which nothing is left is refused: punctuation, or emoji alone. What is no
//! character yet stays as well: a later table may know it for a letter.
//!
//! **Letters that only look accented stay**: й, ў, ї, ѓ and ќ, which nobody who
//! writes them takes for и, у, і, г or к. ё is е, because Russian prints it so,
//! and marks of stress go. Unicode knows no accent of ø, ł and đ; they stay.
//!
//! **ı is i in an answer**, though not in an address: its capital is I, which is
//! i everywhere else, and who wrote ISPARTA has to get in with ısparta. Nothing
//! is sent anywhere by an answer, so this gives nobody anything.

use super::characters::Part;
use super::date;
use super::settings::{DateOrder, Kind};
use crate::text::{self, MAX_FOLDED_BYTES};
use zeroize::Zeroizing;

/// The number of what is done here. What is stored names it, so it is never changed, only followed.
pub(crate) const NORMALIZER: u32 = 1;

/// The longest answer, in bytes as received.
pub(crate) const MAX_ANSWER_BYTES: usize = MAX_FOLDED_BYTES;

/// Why an answer has no normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    TooLong,
    NotUtf8,
    Empty,
    NotADate,
}

/// The normal form of `answer`, never empty.
pub(crate) fn normalize(
    kind: Kind,
    order: DateOrder,
    answer: &[u8],
) -> Result<Zeroizing<String>, Fault> {
    if answer.len() > MAX_ANSWER_BYTES {
        return Err(Fault::TooLong);
    }
    let answer = std::str::from_utf8(answer).map_err(|_| Fault::NotUtf8)?;
    let mut words = Words::default();
    let folded = text::fold(answer, &mut |part, write| words.take(part, write));
    // Else normalising again would find it too long.
    let normal = folded.filter(|normal| normal.len() <= MAX_ANSWER_BYTES);
    let normal = normal.ok_or(Fault::TooLong)?;
    if normal.is_empty() {
        return Err(Fault::Empty);
    }
    match kind {
        Kind::Date => date::canonical(&normal, order).ok_or(Fault::NotADate),
        _ => Ok(normal),
    }
}

/// What stands before the next character.
#[derive(Default)]
struct Words {
    has_written: bool,
    /// Something stood here that is no word.
    is_apart: bool,
    base: Base,
}

/// What accents may stand on.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Base {
    /// No letter: accents are dropped.
    #[default]
    None,
    /// A letter whose accents are dropped, but for one.
    Plain(char),
    /// Any other letter: accents belong to it.
    Letter,
}

impl Words {
    fn take(&mut self, c: char, write: &mut dyn FnMut(char)) {
        let mut kept = c;
        match Part::of(c) {
            Part::Sign => {
                (self.is_apart, self.base) = (true, Base::None);
                return;
            }
            Part::Accent => {
                let is_kept = match self.base {
                    Base::Letter => true,
                    Base::Plain(letter) => is_letter_with(letter, c),
                    Base::None => false,
                };
                if !is_kept {
                    return;
                }
                if self.base != Base::Letter {
                    // One only: there are no letters with two.
                    self.base = Base::None;
                }
            }
            Part::Mark => {}
            Part::Plain => {
                kept = if c == 'ı' { 'i' } else { c };
                self.base = Base::Plain(kept);
            }
            Part::Letter => self.base = Base::Letter,
            Part::Digit(digit) => (kept, self.base) = (digit, Base::None),
            Part::Number => self.base = Base::None,
        }
        if self.is_apart && self.has_written {
            write(' ');
        }
        (self.is_apart, self.has_written) = (false, true);
        write(kept);
    }
}

/// Whether the two are a letter of its own: й, ў, ї, ѓ, ќ.
const fn is_letter_with(letter: char, accent: char) -> bool {
    matches!(
        (letter, accent),
        ('и' | 'у', '\u{306}') | ('і', '\u{308}') | ('г' | 'к', '\u{301}')
    )
}

#[cfg(test)]
mod tests;
