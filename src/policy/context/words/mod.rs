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
    /// Places of every other character, sorted.
    others: Vec<(char, u64)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    kind: WordKind,
    /// A part of a word that stands here too.
    is_part: bool,
    /// Whether there is more of it than is compared.
    is_cut: bool,
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
        let all = folded.symbols();
        let symbols = all.get(..MOST_OF_A_WORD).unwrap_or(all);
        if symbols.is_empty() {
            return false;
        }
        let word = Word {
            kind,
            is_part,
            is_cut: symbols.len() < all.len(),
            first: 0,
            length: u8::try_from(symbols.len()).unwrap_or(u8::MAX),
        };
        let fits = |chunk: &&mut Chunk| usize::from(chunk.used) + symbols.len() <= 64;
        match self.chunks.last_mut().filter(fits) {
            Some(chunk) => chunk.add(word, symbols),
            None => {
                let mut chunk = Chunk::empty();
                chunk.add(word, symbols);
                self.chunks.push(chunk);
            }
        }
        self.count += 1;
        true
    }

    /// Every word that stands in `text`; of signs alone no word is made.
    pub(super) fn find(&self, text: &Folded, search: &Search<'_>) -> Found {
        if text.symbols().iter().all(|symbol| symbol.is_sign) {
            return Found::default();
        }
        let each = self.chunks.iter().map(|chunk| chunk.find(text, search));
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

    fn add(&mut self, word: Word, symbols: &[Symbol]) {
        self.words.push(Word {
            first: self.used,
            ..word
        });
        for symbol in symbols {
            let place = 1 << self.used;
            self.used += 1;
            match ascii(symbol.own).and_then(|at| self.own.get_mut(at)) {
                Some(mask) => *mask |= place,
                None => match self.other(symbol.own) {
                    Ok(at) => self.others[at].1 |= place,
                    Err(at) => self.others.insert(at, (symbol.own, place)),
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

    /// Where another character than those of ASCII stands, or would.
    fn other(&self, c: char) -> Result<usize, usize> {
        self.others.binary_search_by_key(&c, |(other, _)| *other)
    }

    /// The places that `symbol` may stand for: those of the character itself,
    /// and of every letter that both may be read as.
    fn mask(&self, symbol: Symbol, leet: bool) -> u64 {
        let read_as = |letter: usize| {
            let get = |masks: &[u64; 36]| masks.get(letter).copied().unwrap_or(0);
            let leet = if leet { get(&self.leet) } else { 0 };
            get(&self.own) | get(&self.looks) | leet
        };
        let mut mask = match ascii(symbol.own) {
            Some(letter) => read_as(letter),
            None => self.other(symbol.own).map_or(0, |at| self.others[at].1),
        };
        for letter in symbol
            .looks
            .into_iter()
            .filter_map(|letter| ascii(char::from(letter)))
        {
            mask |= read_as(letter);
        }
        mask
    }

    fn steps(&self, text: &Folded, leet: bool) -> [Step; MOST_CHARACTERS] {
        let mut steps = [Step::default(); MOST_CHARACTERS];
        for (step, symbol) in steps.iter_mut().zip(text.symbols()) {
            step.mask = self.mask(*symbol, leet);
            step.may_be_passed_over = symbol.is_sign;
        }
        steps
    }

    fn find(&self, text: &Folded, search: &Search<'_>) -> Found {
        let plan = Plan::of(&self.words, search);
        let steps = self.steps(text, search.leet);
        let steps = steps.get(..text.symbols().len()).unwrap_or_default();
        let mut ends = plan.run(steps.iter().copied(), |_, _| ());
        if search.reversed {
            // Looking for a word from behind is looking for it in what is turned round.
            ends |= plan.run(steps.iter().rev().copied(), |_, _| ());
        }
        let found = self.words.iter().filter(|word| word.end() & ends != 0);
        found.fold(Found::default(), |found, word| Found {
            kinds: found.kinds | 1 << word.kind as u8,
            words: found.words + 1,
        })
    }

    fn note_endings(&self, text: &Folded, search: &Search<'_>, endings: &mut Endings) {
        let plan = Plan::of(&self.words, search);
        let steps = self.steps(text, search.leet);
        let steps = steps.get(..text.symbols().len()).unwrap_or_default();
        let mut note = |at: usize, ends: u64, is_reversed: bool| {
            for word in self.words.iter().filter(|word| word.end() & ends != 0) {
                let length = usize::from(word.length);
                // From behind, a word ends where it begins.
                let at = if is_reversed {
                    steps.len() + length - 2 - at
                } else {
                    at
                };
                if let Some(lengths) = endings.get_mut(at) {
                    *lengths |= 1 << (length - 1);
                }
            }
        };
        plan.run(steps.iter().copied(), |at, ends| note(at, ends, false));
        if search.reversed {
            plan.run(steps.iter().rev().copied(), |at, ends| note(at, ends, true));
        }
    }
}

/// A symbol of the text, for one chunk.
#[derive(Clone, Copy, Default)]
struct Step {
    /// The places that it may stand for.
    mask: u64,
    /// Whether it may stand between letters and be none.
    may_be_passed_over: bool,
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
                // What follows of the word is not known here, so it may be anything.
                Match::Equal if word.is_cut => (&mut plan.whole, &mut plan.anywhere_ends),
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
    fn run(&self, steps: impl Iterator<Item = Step>, note: impl FnMut(usize, u64)) -> u64 {
        match (self.anywhere | self.whole, self.edits) {
            (0, _) => 0,
            (_, 0) => self.run_with::<0>(steps, note),
            (_, 1) => self.run_with::<1>(steps, note),
            _ => self.run_with::<2>(steps, note),
        }
    }

    fn run_with<const EDITS: usize>(
        &self,
        steps: impl Iterator<Item = Step>,
        mut note: impl FnMut(usize, u64),
    ) -> u64 {
        let shift = |row: u64| row << 1 & self.inner;
        // A row for each number of edits: which places are reached by that many at most.
        let starts = self.anywhere | self.whole;
        let mut rows = [0, starts, starts | shift(starts)];
        // How many symbols there were that cannot be passed over.
        let (mut found, mut seen) = (0, 0);
        for (at, step) in steps.enumerate() {
            // The first place is reached when as many symbols before it were left out as edits allow.
            let entry = |edits: usize| self.anywhere | if seen <= edits { self.whole } else { 0 };
            let before = rows;
            rows[0] = (shift(before[0]) | entry(0)) & step.mask;
            for edits in 1..=EDITS {
                let same = (shift(before[edits]) | entry(edits)) & step.mask;
                let (inserted, fewer) = (before[edits - 1], rows[edits - 1]);
                let replaced_or_left_out = shift(inserted | fewer) | entry(edits - 1);
                rows[edits] = same | inserted | replaced_or_left_out;
            }
            if step.may_be_passed_over {
                rows.iter_mut()
                    .zip(before)
                    .for_each(|(row, before)| *row |= before);
            } else {
                seen += 1;
            }
            let ends = Self::ends::<EDITS>(&rows, &self.anywhere_ends);
            if ends != 0 {
                note(at, ends);
                found |= ends;
            }
        }
        found | Self::ends::<EDITS>(&rows, &self.whole_ends)
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
