//! What may go wrong with a password that breaks no rule: it may not arrive as
//! the same the next time.
//!
//! Warnings stand apart from violations: none of them refuses a password, and
//! where a policy wants that, it has a rule of the same name. What becomes of
//! each hazard that Unicode brings to passwords:
//!
//! | hazard | here | test |
//! |---|---|---|
//! | systems send other normal forms | prepared to NFC, tried as received too; warns `other_form` | `lengths_count_code_points_of_the_prepared_form` |
//! | Unicode grows | warns `unassigned`, rule `no_unassigned`; never refused when verifying; one core, one table, whose version `effective_config` tells | `hazards_are_warned_of` |
//! | what nobody sees | warns `invisible`, `control`, `nothing_visible`; rules `no_invisible`, `no_control`, `min_visible`; distinct characters count what is seen | `hazards_are_warned_of`, `what_is_not_seen_can_be_forbidden` |
//! | other spaces | prepared to U+0020; warns `other_space`, `edge_whitespace`; nothing is trimmed | `hazards_are_warned_of` |
//! | emoji differ by keyboard | warns `emoji`; never changed | `hazards_are_warned_of` |
//! | units of length | code points of the prepared form, bytes apart (`max_bytes`) | `lengths_count_code_points_of_the_prepared_form`, `bytes_have_a_bound_of_their_own` |
//! | case folding | for comparing only; full, of no language | `case_marks_separators_and_width_make_no_difference` |
//! | look-alikes | context words are found through them (UTS #39) | `words_are_found_however_they_are_dressed` |
//! | locale | nothing asks for it | `case_marks_separators_and_width_make_no_difference` (İ, ı) |
//! | NUL and C strings | lengths in C; rule `nul` where the hash function would not see it | `what_the_hash_refuses_the_check_says` |
//! | lone surrogates | strict UTF-8, rule `not_utf8` | `what_cannot_be_measured_is_said_alone` |
//! | keyboards and input methods | warns `not_ascii`, `other_width`; width is never mapped | `hazards_are_warned_of` |

/// What may go wrong with a password that is allowed. Numbers never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(u16)]
pub enum Hazard {
    /// It has characters outside of ASCII, which not every keyboard has (NIST
    /// SP 800-63B-4 section 3.1.1.2: the user should be told).
    NotAscii = 1,
    /// It arrived in another Unicode form than the prepared one.
    OtherForm = 2,
    /// It has spaces that are taken for U+0020.
    OtherSpace = 3,
    /// It has code points that are no characters yet, so that another release may prepare them otherwise.
    Unassigned = 4,
    /// It has characters that nobody sees.
    Invisible = 5,
    /// It has control characters.
    Control = 6,
    /// It begins or ends with white space, which is easily lost or added by copying.
    EdgeWhitespace = 7,
    /// It has emoji, which keyboards send in different ways.
    Emoji = 8,
    /// It has full-width or half-width characters: an input method may be on.
    OtherWidth = 9,
    /// Nothing of it can be seen.
    NothingVisible = 10,
}

/// Every hazard with its name and an English text, in the order of the numbers.
const HAZARDS: [(Hazard, &str, &str); 10] = [
    (
        Hazard::NotAscii,
        "not_ascii",
        "has characters that not every keyboard has",
    ),
    (
        Hazard::OtherForm,
        "other_form",
        "has characters that systems write in different ways",
    ),
    (
        Hazard::OtherSpace,
        "other_space",
        "has spaces that count as ordinary ones",
    ),
    (
        Hazard::Unassigned,
        "unassigned",
        "has code points that are no characters yet",
    ),
    (
        Hazard::Invisible,
        "invisible",
        "has characters that cannot be seen",
    ),
    (Hazard::Control, "control", "has control characters"),
    (
        Hazard::EdgeWhitespace,
        "edge_whitespace",
        "begins or ends with white space",
    ),
    (
        Hazard::Emoji,
        "emoji",
        "has emoji, which keyboards send in different ways",
    ),
    (
        Hazard::OtherWidth,
        "other_width",
        "has full-width or half-width characters",
    ),
    (
        Hazard::NothingVisible,
        "nothing_visible",
        "has nothing that can be seen",
    ),
];

impl Hazard {
    /// Every hazard, in the order of the numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        HAZARDS.iter().map(|(hazard, ..)| *hazard)
    }

    /// Its number, for hosts that have words of their own.
    #[must_use]
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// Its name in findings.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or("", |(_, name, _)| name)
    }

    /// In English.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.row().map_or("", |(.., text)| text)
    }

    fn row(self) -> Option<&'static (Self, &'static str, &'static str)> {
        HAZARDS.iter().find(|(hazard, ..)| *hazard == self)
    }
}

/// Some hazards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hazards(u16);

impl Hazards {
    /// Adds `hazard` where it is there.
    pub(super) fn note(&mut self, hazard: Hazard, is_there: bool) {
        self.0 |= u16::from(is_there) << hazard.code();
    }

    pub(super) fn each(self) -> impl Iterator<Item = Hazard> {
        Hazard::all().filter(move |hazard| self.0 >> hazard.code() & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hazards_stand_by_number_and_fit() {
        assert!(HAZARDS.is_sorted_by_key(|(hazard, ..)| *hazard));
        assert!(Hazard::all().all(|hazard| hazard.code() < 16));
    }
}
