//! What a part of a password can be other than any characters.

use super::dates;
use super::dictionary::{List, Node};
use super::guesses::{capital_variations, count};
use super::keyboard;
use super::leet::{self, Leet};
use super::repeats::Repeat;
use super::text::View;

/// What a part of a password is. Of equal guesses the kind that stands first is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Word { list: List, rank: u32 },
    Reversed { list: List },
    Leet { list: List },
    Keys { turns: usize },
    Repeat { base: usize },
    Sequence,
    Year,
    Date,
    Any,
}

/// A part that is recognised.
#[derive(Clone, Copy)]
pub(super) struct Match {
    pub(super) length: usize,
    pub(super) guesses: f64,
    pub(super) kind: Kind,
}

/// What is known beside the password.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    /// Words in small letters, the likeliest first.
    pub(super) words: [&'a [Vec<u16>]; 2],
    pub(super) year: u16,
}

/// As many known words are looked for.
pub(super) const MOST_KNOWN: usize = 100;

impl<'a> Known<'a> {
    /// Each word with its rank.
    fn words(self) -> impl Iterator<Item = (u32, &'a [u16])> {
        let [first, second] = self.words;
        let words = first.iter().chain(second).take(MOST_KNOWN);
        (1..).zip(words.map(|word| &**word))
    }
}

/// Everything that a text has, by where it begins. To be asked for one place after the other.
pub(super) struct Matches<'a> {
    text: View<'a>,
    known: Known<'a>,
    leet: Option<Leet>,
    repeats: &'a [Repeat],
    /// Walks on one keyboard do not overlap: where the next one may begin.
    next_walk: [usize; keyboard::COUNT],
    /// Sequences share one character at most.
    next_sequence: usize,
    next_year: usize,
    /// Of dates that lie in each other the longest counts: where the last one ends.
    dates_end: usize,
}

impl<'a> Matches<'a> {
    pub(super) fn of(text: View<'a>, known: Known<'a>, repeats: &'a [Repeat]) -> Self {
        Self {
            text,
            known,
            leet: Leet::of(text),
            repeats,
            next_walk: [0; keyboard::COUNT],
            next_sequence: 0,
            next_year: 0,
            dates_end: 0,
        }
    }

    /// Everything that begins at `start`.
    pub(super) fn starting_at(&mut self, start: usize, found: &mut impl FnMut(Match)) {
        self.words(start, found);
        self.patterns(start, found);
    }

    /// The same without words, which do not depend on what was asked before.
    pub(super) fn patterns(&mut self, start: usize, found: &mut impl FnMut(Match)) {
        self.walks(start, found);
        if let Some(repeat) = self.repeats.iter().find(|repeat| repeat.start() == start) {
            found(Match {
                length: repeat.length(),
                guesses: repeat.guesses,
                kind: Kind::Repeat {
                    base: repeat.base(),
                },
            });
        }
        if start == self.next_sequence {
            self.sequence(start, found);
        }
        let (text, now) = (self.text, self.known.year);
        if start >= self.next_year
            && let Some(guesses) = dates::year(text, start, now)
        {
            self.next_year = start + 4;
            found(Match {
                length: 4,
                guesses,
                kind: Kind::Year,
            });
        }
        if let Some((length, guesses)) = dates::date(text, start, now)
            && start + length > self.dates_end
        {
            self.dates_end = start + length;
            found(Match {
                length,
                guesses,
                kind: Kind::Date,
            });
        }
    }

    fn words(&self, start: usize, found: &mut impl FnMut(Match)) {
        let text = self.text;
        let (mut at, mut node) = (start, Node::ROOT);
        // Where the trie is before the first sign.
        let mut before = self.leet.as_ref().map(|_| (start, node));
        let mut before_sign = None;
        while let Some(unit) = text.lower.get(at).copied() {
            if leet::is_sign(unit) && before_sign.is_none() {
                before_sign = before.take().map(|_| (at, node));
            }
            let Some(child) = node.child(unit) else {
                break;
            };
            (at, node) = (at + 1, child);
            if let Some((list, rank)) = node.word() {
                found(self.word(start, at - start, Kind::Word { list, rank }, rank, 1.0));
            }
        }
        let lower = text.lower.get(start..).unwrap_or_default();
        let list = List::Known;
        for (rank, word) in self.known.words() {
            if lower.first() == word.first() && lower.starts_with(word) && !word.is_empty() {
                found(self.word(start, word.len(), Kind::Word { list, rank }, rank, 1.0));
            }
        }
        let Some(leet) = &self.leet else {
            return;
        };
        if let Some(from) = before_sign {
            leet.words(text, start, from, &mut |word| {
                let kind = Kind::Leet { list: word.list };
                found(self.word(start, word.length, kind, word.rank, word.variations));
            });
        }
        for (rank, word) in self.known.words() {
            if let Some(variations) = leet.is_word(text, start, word) {
                found(self.word(start, word.len(), Kind::Leet { list }, rank, variations));
            }
        }
    }

    fn word(&self, start: usize, length: usize, kind: Kind, rank: u32, variations: f64) -> Match {
        let capitals = capital_variations(self.text.part(start, length));
        Match {
            length,
            guesses: f64::from(rank) * capitals * variations,
            kind,
        }
    }

    /// Every word that ends before `end` when it is read from behind.
    pub(super) fn reversed_to(&self, end: usize, found: &mut impl FnMut(usize, Match)) {
        let mut node = Node::ROOT;
        let before = self.text.lower.get(..end).unwrap_or_default();
        for (length, unit) in (1..).zip(before.iter().rev()) {
            let Some(child) = node.child(*unit) else {
                break;
            };
            node = child;
            if let Some((list, rank)) = node.word() {
                let start = end - length;
                found(
                    start,
                    self.word(start, length, Kind::Reversed { list }, rank, 2.0),
                );
            }
        }
        for (rank, word) in self.known.words() {
            let list = List::Known;
            let Some(start) = end.checked_sub(word.len()).filter(|start| *start < end) else {
                continue;
            };
            if before.last() == word.first() && before.iter().rev().zip(word).all(|(a, b)| a == b) {
                found(
                    start,
                    self.word(start, word.len(), Kind::Reversed { list }, rank, 2.0),
                );
            }
        }
    }

    fn walks(&mut self, start: usize, found: &mut impl FnMut(Match)) {
        for (keyboard, next) in self.next_walk.iter_mut().enumerate() {
            if *next != start {
                continue;
            }
            let walk = keyboard::walk(keyboard, self.text, start);
            *next += walk.length;
            if walk.length > 2 {
                found(Match {
                    length: walk.length,
                    guesses: walk.guesses,
                    kind: Kind::Keys { turns: walk.turns },
                });
            }
        }
    }

    /// Characters at one distance from each other.
    fn sequence(&mut self, start: usize, found: &mut impl FnMut(Match)) {
        let text = self.text;
        let delta = |at: usize| i32::from(text.unit(at + 1)) - i32::from(text.unit(at));
        if start + 1 >= text.len() {
            return;
        }
        let step = delta(start);
        let mut last = start + 1;
        while last + 1 < text.len() && delta(last) == step {
            last += 1;
        }
        self.next_sequence = last;
        let length = last + 1 - start;
        let is_one = (length > 2 || step.abs() == 1) && (1..=5).contains(&step.abs());
        if !is_one {
            return;
        }
        let first = u8::try_from(text.unit(start)).unwrap_or(0);
        let starts: f64 = match first {
            b'a' | b'A' | b'z' | b'Z' | b'0' | b'1' | b'9' => 4.0,
            b'2'..=b'8' => 10.0,
            _ => 26.0,
        };
        let directions = if step > 0 { 1.0 } else { 2.0 };
        found(Match {
            length,
            guesses: starts * directions * count(length),
            kind: Kind::Sequence,
        });
    }
}
