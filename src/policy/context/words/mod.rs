//! Looking for many words in one text, with errors: the bits of an automaton.
//!
//! Each character of each word is a bit; a step of the text moves every word at
//! once (Baeza-Yates and Gonnet 1992; with errors, Wu and Manber 1992). So the
//! time depends on the lengths alone, and nothing asks the heap for memory.

use super::WordKind;
use super::fold::{Folded, MOST_CHARACTERS, Symbol, written_for};

/// Characters of a word that are compared; what follows is not looked at.
pub(super) const MOST_OF_A_WORD: usize = 64;

/// How many edits may lie between a word and what is found for it.
pub(super) const MOST_EDITS: usize = 2;

/// Words, packed into chunks of 64 bits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    chunks: Vec<Chunk>,
    pub(super) count: usize,
}

/// Up to 64 characters of words. The masks have a bit for each place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Chunk {
    words: Vec<Word>,
    used: u8,
    /// Places of a letter or digit of ASCII.
    own: [u64; 36],
    /// Places of what looks like it.
    looks: [u64; 36],
    /// Places of digits that are written for it.
    leet: [u64; 36],
    /// Places of every other character.
    others: Vec<(char, u64)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    kind: WordKind,
    /// A part of a word that stands here too.
    is_part: bool,
    first: u8,
    length: u8,
}

impl Word {
    fn start(&self) -> u64 {
        1 << self.first
    }

    fn end(&self) -> u64 {
        1 << (self.first + self.length - 1)
    }

    /// Of how many edits at most: a short word is a short way from too many others.
    fn most_edits(&self) -> usize {
        match self.length {
            0..=4 => 0,
            5..=8 => 1,
            _ => 2,
        }
    }
}

/// How a word is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// Not at all.
    Off,
    /// The whole password is it.
    Equal,
    /// It stands anywhere in the password; if it has fewer characters than
    /// `least`, it is the whole.
    Contained,
}

/// What to look for.
#[derive(Clone, Copy)]
pub(super) struct Search<'a> {
    pub(super) by_kind: &'a [Match; WordKind::ALL.len()],
    pub(super) least: usize,
    pub(super) parts: bool,
    pub(super) leet: bool,
    pub(super) reversed: bool,
    pub(super) edits: usize,
}

/// Which kinds of words were found, and how many words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    kinds: u8,
    pub(crate) words: u32,
}

impl Found {
    pub(crate) fn kinds(self) -> impl Iterator<Item = WordKind> {
        WordKind::ALL
            .into_iter()
            .filter(move |kind| self.kinds >> (*kind as u8) & 1 == 1)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            kinds: self.kinds | other.kinds,
            words: self.words + other.words,
        }
    }
}

/// For each place of a text, a bit for each length of words that end there.
pub(super) type Endings = [u64; MOST_CHARACTERS];

impl Words {
    /// Adds a word, unless nothing is left to compare by.
    pub(super) fn add(&mut self, kind: WordKind, text: &str, is_part: bool) -> bool {
        let folded = Folded::of(text, false);
        let symbols = folded.symbols();
        let symbols = symbols.get(..MOST_OF_A_WORD).unwrap_or(symbols);
        if symbols.is_empty() {
            return false;
        }
        let fits = |chunk: &&mut Chunk| usize::from(chunk.used) + symbols.len() <= 64;
        match self.chunks.last_mut().filter(fits) {
            Some(chunk) => chunk.add(kind, symbols, is_part),
            None => {
                let mut chunk = Chunk::empty();
                chunk.add(kind, symbols, is_part);
                self.chunks.push(chunk);
            }
        }
        self.count += 1;
        true
    }

    /// Every word that stands in one of `forms`.
    pub(super) fn find(&self, forms: &[&Folded], search: &Search<'_>) -> Found {
        let each = self.chunks.iter().map(|chunk| chunk.find(forms, search));
        each.fold(Found::default(), Found::and)
    }

    /// Notes where in `text` words end, and how long they are.
    pub(super) fn note_endings(&self, text: &Folded, search: &Search<'_>, endings: &mut Endings) {
        for chunk in &self.chunks {
            chunk.note_endings(text, search, endings);
        }
    }
}

impl Chunk {
    fn empty() -> Self {
        Self {
            words: Vec::new(),
            used: 0,
            own: [0; 36],
            looks: [0; 36],
            leet: [0; 36],
            others: Vec::new(),
        }
    }

    fn add(&mut self, kind: WordKind, symbols: &[Symbol], is_part: bool) {
        let length = u8::try_from(symbols.len()).unwrap_or(u8::MAX);
        self.words.push(Word {
            kind,
            is_part,
            first: self.used,
            length,
        });
        for symbol in symbols {
            let place = 1 << self.used;
            self.used += 1;
            match ascii(symbol.own).and_then(|at| self.own.get_mut(at)) {
                Some(mask) => *mask |= place,
                None => match self.others.iter_mut().find(|(c, _)| *c == symbol.own) {
                    Some((_, mask)) => *mask |= place,
                    None => self.others.push((symbol.own, place)),
                },
            }
            for (masks, letters) in [
                (&mut self.looks, symbol.looks),
                (&mut self.leet, written_for(symbol.own)),
            ] {
                for letter in letters.iter().filter(|letter| **letter != 0) {
                    if let Some(mask) = ascii(char::from(*letter)).and_then(|at| masks.get_mut(at))
                    {
                        *mask |= place;
                    }
                }
            }
        }
    }

    /// The places that `symbol` may stand for.
    fn mask(&self, symbol: Symbol, leet: bool) -> u64 {
        let own = |c: char| {
            ascii(c)
                .and_then(|at| self.own.get(at))
                .copied()
                .unwrap_or(0)
        };
        let mut mask = match ascii(symbol.own) {
            Some(at) => {
                let get = |masks: &[u64; 36]| masks.get(at).copied().unwrap_or(0);
                let leet = if leet { get(&self.leet) } else { 0 };
                get(&self.own) | get(&self.looks) | leet
            }
            None => {
                let known = self.others.iter().find(|(c, _)| *c == symbol.own);
                known.map_or(0, |(_, mask)| *mask)
            }
        };
        for letter in symbol.looks {
            mask |= own(char::from(letter));
        }
        mask
    }

    fn masks(&self, text: &Folded, leet: bool) -> [u64; MOST_CHARACTERS] {
        let mut masks = [0; MOST_CHARACTERS];
        for (mask, symbol) in masks.iter_mut().zip(text.symbols()) {
            *mask = self.mask(*symbol, leet);
        }
        masks
    }

    fn find(&self, forms: &[&Folded], search: &Search<'_>) -> Found {
        let plan = Plan::of(&self.words, search);
        let mut ends = 0;
        for form in forms {
            let masks = self.masks(form, search.leet);
            let masks = masks.get(..form.symbols().len()).unwrap_or_default();
            ends |= plan.run(masks.iter().copied(), |_, _| ());
            if search.reversed {
                // Looking for a word from behind is looking for it in what is turned round.
                ends |= plan.run(masks.iter().rev().copied(), |_, _| ());
            }
        }
        let found = self.words.iter().filter(|word| word.end() & ends != 0);
        found.fold(Found::default(), |found, word| Found {
            kinds: found.kinds | 1 << word.kind as u8,
            words: found.words + 1,
        })
    }

    fn note_endings(&self, text: &Folded, search: &Search<'_>, endings: &mut Endings) {
        let plan = Plan::of(&self.words, search);
        let masks = self.masks(text, search.leet);
        let masks = masks.get(..text.symbols().len()).unwrap_or_default();
        plan.run(masks.iter().copied(), |at, ends| {
            for word in self.words.iter().filter(|word| word.end() & ends != 0) {
                if let Some(lengths) = endings.get_mut(at) {
                    *lengths |= 1 << (word.length - 1);
                }
            }
        });
    }
}

/// The words of a chunk by how they are looked for, as masks.
struct Plan {
    /// Every place but the first ones of words: what a shift may reach.
    inner: u64,
    /// First places of words that may begin anywhere.
    anywhere: u64,
    /// First places of words that begin where the text does, and end where it does.
    whole: u64,
    /// Last places, by how many edits there may be.
    anywhere_ends: [u64; MOST_EDITS + 1],
    whole_ends: [u64; MOST_EDITS + 1],
    edits: usize,
}

impl Plan {
    fn of(words: &[Word], search: &Search<'_>) -> Self {
        let mut plan = Self {
            inner: u64::MAX,
            anywhere: 0,
            whole: 0,
            anywhere_ends: [0; MOST_EDITS + 1],
            whole_ends: [0; MOST_EDITS + 1],
            edits: search.edits.min(MOST_EDITS),
        };
        for word in words {
            plan.inner &= !word.start();
            let how = search.by_kind.get(word.kind as usize);
            let (starts, ends) = match how.copied().unwrap_or(Match::Off) {
                _ if word.is_part && !search.parts => continue,
                Match::Off => continue,
                Match::Contained if usize::from(word.length) >= search.least => {
                    (&mut plan.anywhere, &mut plan.anywhere_ends)
                }
                Match::Equal | Match::Contained => (&mut plan.whole, &mut plan.whole_ends),
            };
            *starts |= word.start();
            for ends in ends.iter_mut().take(word.most_edits() + 1) {
                *ends |= word.end();
            }
        }
        plan
    }

    /// The last places of the words that are found. `note` hears of those that end at a place of the text.
    fn run(&self, masks: impl Iterator<Item = u64>, note: impl FnMut(usize, u64)) -> u64 {
        match (self.anywhere | self.whole, self.edits) {
            (0, _) => 0,
            (_, 0) => self.run_with::<0>(masks, note),
            (_, 1) => self.run_with::<1>(masks, note),
            _ => self.run_with::<2>(masks, note),
        }
    }

    fn run_with<const EDITS: usize>(
        &self,
        masks: impl Iterator<Item = u64>,
        mut note: impl FnMut(usize, u64),
    ) -> u64 {
        let shift = |row: u64| row << 1 & self.inner;
        // A row for each number of edits: which places are reached by that many at most.
        let starts = self.anywhere | self.whole;
        let mut rows = [0, starts, starts | shift(starts)];
        let (mut found, mut is_empty) = (0, true);
        for (at, mask) in masks.enumerate() {
            is_empty = false;
            // The first place is reached when as many characters before it were left out as edits allow.
            let entry = |edits: usize| self.anywhere | if at <= edits { self.whole } else { 0 };
            let before = rows;
            rows[0] = (shift(before[0]) | entry(0)) & mask;
            for edits in 1..=EDITS {
                let same = (shift(before[edits]) | entry(edits)) & mask;
                let (inserted, fewer) = (before[edits - 1], rows[edits - 1]);
                let replaced_or_left_out = shift(inserted | fewer) | entry(edits - 1);
                rows[edits] = same | inserted | replaced_or_left_out;
            }
            let ends = Self::ends::<EDITS>(&rows, &self.anywhere_ends);
            if ends != 0 {
                note(at, ends);
                found |= ends;
            }
        }
        if !is_empty {
            found |= Self::ends::<EDITS>(&rows, &self.whole_ends);
        }
        found
    }

    /// The last places that are reached by as many edits as their words may have.
    fn ends<const EDITS: usize>(rows: &[u64; 3], ends: &[u64; 3]) -> u64 {
        let reached = rows.iter().zip(ends).take(EDITS + 1);
        reached.fold(0, |all, (row, ends)| all | row & ends)
    }
}

/// Which of the 36 letters and digits `c` is, small.
const fn ascii(c: char) -> Option<usize> {
    match c {
        '0'..='9' => Some(c as usize - '0' as usize),
        'a'..='z' => Some(c as usize - 'a' as usize + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
