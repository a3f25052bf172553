//! How many guesses a password takes: what zxcvbn 4.4.2 says, in bounded time and memory.
//!
//! The patterns, their guesses and the words are zxcvbn's; how they are found
//! is not. Words are walked to in a trie, substitutions in the same walk,
//! repetitions without regular expressions; of everything that begins at a place
//! only the best of each length is entered, into one table on the stack.
//!
//! The first 128 UTF-16 code units are matched. What stands behind them counts
//! as any characters, unless it repeats what stands before.
//!
//! Guesses differ from zxcvbn's beyond that
//! - where the best sequence has more than ten parts; both are far over the highest score,
//! - once in some ten thousand passwords, because zxcvbn keeps a sequence that a
//!   shorter one has beaten if the shorter one came later, and so depends on the order,
//! - where a known word is given twice: the likelier place counts, there the later one,
//! - for `constructor` and `__proto__`, which every object of JavaScript has, so that it takes them for words,
//! - for the few characters whose small letter is longer.

mod dates;
mod dictionary;
mod feedback;
mod guesses;
mod keyboard;
mod leet;
mod matches;
mod repeats;
mod search;
mod text;

pub use self::feedback::{Suggestion, Weakness};

pub(super) use self::dictionary::Node as Words;

use self::feedback::Feedback;
use self::matches::{Known, MOST_KNOWN};
use self::repeats::{MOST_REPEATS, Repeat};
use self::search::best;
use self::text::Text;
use crate::text::with_prepared;

/// Under so many guesses a password has the score of the place. zxcvbn adds
/// five to the round numbers, so that a rounding error makes no difference.
const SCORES: [f64; 4] = [1e3 + 5.0, 1e6 + 5.0, 1e8 + 5.0, 1e10 + 5.0];

/// How strong a password is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strength {
    guesses: f64,
    /// Of [`Attacker::OfflineOwnHash`].
    own_rate: f64,
    feedback: Feedback,
}

/// Never not a number.
impl Eq for Strength {}

/// Who guesses, and how fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Attacker {
    /// Over the network, held back: 100 guesses an hour.
    OnlineThrottled,
    /// Over the network: 10 guesses a second.
    OnlineUnthrottled,
    /// With the stored string of a slow hash: 10,000 guesses a second.
    OfflineSlow,
    /// With the stored string of a fast hash: 10,000,000,000 guesses a second.
    OfflineFast,
    /// With the stored string that the configuration makes, on a thousand cores, which
    /// anybody can rent: as many guesses as its cost and the table of costs say.
    OfflineOwnHash,
}

/// Cores of [`Attacker::OfflineOwnHash`].
const OWN_HASH_CORES: f64 = 1000.0;

impl Attacker {
    /// Every attacker. The first four are those of zxcvbn.
    pub const ALL: [Self; 5] = [
        Self::OnlineThrottled,
        Self::OnlineUnthrottled,
        Self::OfflineSlow,
        Self::OfflineFast,
        Self::OfflineOwnHash,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnlineThrottled => "online_throttled",
            Self::OnlineUnthrottled => "online_unthrottled",
            Self::OfflineSlow => "offline_slow",
            Self::OfflineFast => "offline_fast",
            Self::OfflineOwnHash => "offline_own_hash",
        }
    }
}

impl Strength {
    /// Of `password`, in the year `year`, for who knows these words, the
    /// likeliest first.
    pub(super) fn of(password: &str, words: [&[Vec<u16>]; 2], year: u16) -> Self {
        let known = Known { words, year };
        let text = Text::of(password);
        let mut repeats = [Repeat::NONE; MOST_REPEATS];
        let best = best(text.view(), known, &mut repeats);
        let beyond = i32::try_from(text.beyond(password)).unwrap_or(i32::MAX);
        let guesses = (best.guesses * 10_f64.powi(beyond)).min(f64::MAX);
        let mut strength = Self {
            guesses,
            own_rate: f64::MAX,
            feedback: Feedback::default(),
        };
        if strength.score() <= 2 {
            strength.feedback = Feedback::of(text.view(), &best);
        }
        strength
    }

    /// From 0, for what is guessed within a thousand tries, to 4, for more than 10^10.
    #[must_use]
    pub fn score(&self) -> u8 {
        let reached = SCORES.iter().filter(|least| self.guesses >= **least);
        u8::try_from(reached.count()).unwrap_or(0)
    }

    /// How many guesses it takes.
    #[must_use]
    pub const fn guesses(&self) -> f64 {
        self.guesses
    }

    /// The decimal logarithm of [`Self::guesses`].
    #[must_use]
    pub fn guesses_log10(&self) -> f64 {
        self.guesses.log10()
    }

    /// The same, stored as a hash of which a core computes so many a second.
    pub(super) const fn against(mut self, hashes_per_second: f64) -> Self {
        self.own_rate = hashes_per_second * OWN_HASH_CORES;
        self
    }

    /// How many guesses a second `attacker` has.
    #[must_use]
    pub const fn rate(&self, attacker: Attacker) -> f64 {
        match attacker {
            Attacker::OnlineThrottled => 100.0 / 3600.0,
            Attacker::OnlineUnthrottled => 10.0,
            Attacker::OfflineSlow => 1e4,
            Attacker::OfflineFast => 1e10,
            Attacker::OfflineOwnHash => self.own_rate,
        }
    }

    /// How many seconds `attacker` needs, at most [`f64::MAX`].
    #[must_use]
    pub const fn seconds(&self, attacker: Attacker) -> f64 {
        self.seconds_at(self.rate(attacker))
    }

    /// How many seconds it takes at so many guesses a second, for hosts that know better.
    #[must_use]
    pub const fn seconds_at(&self, guesses_per_second: f64) -> f64 {
        (self.guesses / guesses_per_second).min(f64::MAX)
    }

    /// Why it is easily guessed, where its score is 2 at most and the reason has a name.
    #[must_use]
    pub const fn weakness(&self) -> Option<Weakness> {
        self.feedback.weakness
    }

    /// What would make it better, where its score is 2 at most.
    pub fn suggestions(&self) -> impl Iterator<Item = Suggestion> {
        self.feedback.suggestions()
    }
}

/// Words as [`Strength::of`] takes them: prepared as passwords are, in small
/// letters, as many as are looked for.
pub(super) fn known_words<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<Vec<u16>> {
    let texts = texts.into_iter().filter(|text| !text.is_empty());
    let word = |text: &str| {
        let end = text.char_indices().nth(MOST_READ).map(|(at, _)| at);
        let read = end.and_then(|end| text.get(..end)).unwrap_or(text);
        with_prepared(read.as_bytes(), |prepared| {
            let text = Text::of(prepared.unwrap_or(read));
            let lower = text.view().lower.iter().copied();
            lower.take(MOST_OF_A_WORD).collect()
        })
    };
    texts.take(MOST_KNOWN).map(word).collect()
}

/// As many code units of a known word are compared.
const MOST_OF_A_WORD: usize = 64;

/// As many characters of one are read: marks may become part of the one before.
const MOST_READ: usize = 4 * MOST_OF_A_WORD;

#[cfg(test)]
mod tests;
