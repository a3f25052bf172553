//! The ranked words of zxcvbn 4.4.2 and the list of common passwords, as one trie
//! that is read where it lies.
//!
//! The ranked lists stand in `../lists`, the common passwords in `tests/lists`; the
//! test below packs them. No word is in two of the ranked lists, so a word has one
//! rank in one list, or none where it is a common password only.
//!
//! The upper part of the trie are nodes, numbered level by level, the root 0, so that
//! children stand together. Where the words below a node are few, they
//! stand in a row of bits; where a word ends at a node that has children, its
//! first child has the label [`WORD`] and a row with nothing but the end of the word.
//!
//! A row has the words as they are met depth first, in Huffman codes, of which
//! there is one for each kind of what came before: the labels that a word does not share with the
//! one before it, then its end, which says how many labels of it the next one
//! shares, and with a rank the place in the ranked lists laid end to end, 17 bits.
//!
//! In the file come one after the other
//! - the codes, two bytes for all bits that may come next: see [`Symbol`],
//! - a byte for each node: its label, whether it has a row, and whether it is
//!   the last of its siblings; zeros up to a whole block and eight bytes more,
//! - another one: how long its row is in [`UNIT`]s, or how many children it has,
//! - for each block of 16 nodes where the first row from its middle on begins
//!   (3 bytes), and which node the first child is (2 bytes),
//! - the rows and eight zeros.
//!
//! All numbers are little endian, and the first bit of a byte is the lowest one.

use std::num::NonZeroU8;

// How many steps this thread has made, for the test that bounds them.
#[cfg(test)]
thread_local! {
    pub(super) static STEPS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// The lists, with how many words each has. Ties go to the one that stands first.
const LISTS: [(List, u32); 6] = [
    (List::Passwords, 30_000),
    (List::Wikipedia, 30_000),
    (List::FemaleNames, 3712),
    (List::Surnames, 10_000),
    (List::Television, 19_160),
    (List::MaleNames, 983),
];

/// Where a word comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum List {
    Passwords,
    Wikipedia,
    FemaleNames,
    Surnames,
    Television,
    MaleNames,
    /// What is known of the user or the service.
    Known,
}

/// The characters of the words, the most frequent first. The places, from one on, are the
/// labels, and children stand in their order, so that the likely ones are found first.
const ALPHABET: &[u8; 56] = b"eairnsotlcdmuhgpbykf1vw2zj30x9546q78'._/-*!%=$@|+`;[](? ";

/// Characters of a few words. They have two labels, [`RARE`] and their place.
const RARE_ONES: &[u8; 10] = b":#\"&,<>^~\\";

/// What ends a word at a node with children; also the label of what stands in no word.
const WORD: u8 = 0;
const RARE: u8 = 57;
const IS_RARE: u8 = 0x80;

/// The label of each character of ASCII.
const LABELS: [u8; 128] = labels();

/// The parts of a node's byte.
const LABEL: u8 = 0x3f;
const HAS_ROW: u8 = 0x40;
const IS_LAST: u8 = 0x80;

const NODES: usize = 41_289;
const NODES_A_BLOCK: usize = 16;
const BLOCKS: usize = NODES.div_ceil(NODES_A_BLOCK);
/// With the zeros behind them.
const PADDED: usize = BLOCKS * NODES_A_BLOCK + 8;

/// Rows begin at multiples of so many bits.
const UNIT: u32 = 2;
const BITS_A_PLACE: u32 = 17;
/// Longest code of a symbol.
const LONGEST: u32 = 9;

/// What comes before a symbol: nothing, an end, or a label of one of three kinds.
const FIRST: u8 = 0;
const AFTER_END: u8 = 1;
const KINDS: usize = 5;

/// The parts of the file.
static PACKED: &[u8] = include_bytes!("packed.bin");
static CODES: &[[u8; 2]] = part(0, KINDS << LONGEST);
static BYTES: &[u8] = PACKED.split_at(BYTES_AT).1.split_at(PADDED).0;
static SIZES: &[u8] = PACKED.split_at(BYTES_AT + PADDED).1.split_at(PADDED).0;
static STARTS: &[[u8; 5]] = part(BYTES_AT + 2 * PADDED, BLOCKS);
static ROWS: &[u8] = PACKED.split_at(BYTES_AT + 2 * PADDED + BLOCKS * 5).1;
const BYTES_AT: usize = KINDS << (LONGEST + 1);

/// So many records of [`PACKED`] from `at` on.
const fn part<const SIZE: usize>(at: usize, count: usize) -> &'static [[u8; SIZE]] {
    let (_, rest) = PACKED.split_at(at);
    rest.split_at(count * SIZE).0.as_chunks().0
}

#[allow(clippy::indexing_slicing, clippy::cast_possible_truncation)] // At compile time.
const fn labels() -> [u8; 128] {
    let mut labels = [WORD; 128];
    let mut at = 0;
    while at < ALPHABET.len() {
        labels[ALPHABET[at] as usize] = at as u8 + 1;
        at += 1;
    }
    at = 0;
    while at < RARE_ONES.len() {
        labels[RARE_ONES[at] as usize] = IS_RARE | (at as u8 + 1);
        at += 1;
    }
    labels
}

/// The nodes of the first level, by label: nearly every step is from them or from the root.
static BEGINNINGS: [Beginning; LABEL as usize + 1] = beginnings();

#[derive(Clone, Copy)]
struct Beginning {
    /// 0 where there is none.
    node: u8,
    /// The first child; 0 where there is a row.
    first: u16,
    /// A bit for the label of each child.
    labels: u64,
}

#[allow(clippy::indexing_slicing, clippy::cast_possible_truncation)] // At compile time.
const fn beginnings() -> [Beginning; LABEL as usize + 1] {
    let none = Beginning {
        node: 0,
        first: 0,
        labels: 0,
    };
    let mut beginnings = [none; LABEL as usize + 1];
    let mut node = 1;
    let mut next = SIZES[0] as usize + 1;
    while node <= SIZES[0] as usize {
        let mut own = Beginning {
            node: node as u8,
            ..none
        };
        if BYTES[node] & HAS_ROW == 0 {
            own.first = next as u16;
            let end = next + SIZES[node] as usize;
            while next < end {
                own.labels |= 1 << (BYTES[next] & LABEL);
                next += 1;
            }
        }
        beginnings[(BYTES[node] & LABEL) as usize] = own;
        node += 1;
    }
    beginnings
}

/// What a code stands for: how far it is to the next symbol (the lowest five
/// bits), a label or a depth (six), two flags, and of which kind it is for what comes next (three).
#[derive(Clone, Copy)]
struct Symbol(u16);

impl Symbol {
    /// A rank follows, in as many bits more.
    const HAS_PLACE: u16 = 1 << 11;
    /// A common password that is not in the ranked list of them, or the other way round.
    const IS_ODD: u16 = 1 << 12;

    /// What stands at a place, with the bits from there on.
    #[inline]
    fn read(kind: u8, bits: u64) -> Option<Self> {
        let code =
            usize::try_from(bits & ((1 << LONGEST) - 1)).ok()? | usize::from(kind) << LONGEST;
        CODES
            .get(code)
            .map(|symbol| Self(u16::from_le_bytes(*symbol)))
    }

    const fn has(self, flag: u16) -> bool {
        self.0 & flag != 0
    }

    const fn kind(self) -> u8 {
        (self.0 >> 13) as u8
    }

    /// The label; of an end the depth at which the next word goes on, 0 if there is none.
    const fn value(self) -> u8 {
        (self.0 >> 5 & 0x3f) as u8
    }

    const fn bits(self) -> u32 {
        (self.0 & 0x1f) as u32
    }
}

/// Where rows begin.
const FIRST_DEPTH: NonZeroU8 = NonZeroU8::MIN.saturating_add(1);

/// At least 57 bits.
#[inline]
fn window(bit: u32) -> Option<u64> {
    let bytes = ROWS.get(bit as usize / 8..)?.first_chunk()?;
    Some(u64::from_le_bytes(*bytes) >> (bit % 8))
}

/// A beginning of words. Small enough for a register.
#[derive(Clone, Copy)]
pub(in crate::policy) struct Node {
    /// Its first child, or a bit of its row.
    at: u32,
    /// In a row two more than how many labels of it were read to come here; 1 before.
    depth: NonZeroU8,
    /// In a row that of the symbol before it; of a node of the first level its label, else 0.
    kind: u8,
}

impl Node {
    pub(in crate::policy) const ROOT: Self = Self {
        at: 1,
        depth: NonZeroU8::MIN,
        kind: FIRST,
    };

    /// The beginning that is longer by the character of this UTF-16 code unit.
    #[inline]
    pub(in crate::policy) fn child(self, unit: u16) -> Option<Self> {
        #[cfg(test)]
        STEPS.set(STEPS.get() + 1);
        match *LABELS.get(usize::from(unit))? {
            WORD => None,
            label if label & IS_RARE != 0 => self.step(RARE)?.step(label & !IS_RARE),
            label => self.step(label),
        }
    }

    const fn is_in_row(self) -> bool {
        self.depth.get() > 1
    }

    #[inline]
    fn step(self, label: u8) -> Option<Self> {
        if self.is_in_row() {
            return self.step_in_row(label);
        }
        if self.at == Self::ROOT.at {
            let own = BEGINNINGS.get(usize::from(label))?;
            return match (own.node, own.first) {
                (0, _) => None,
                (node, 0) => Self::of(usize::from(node)),
                (_, first) => Some(Self {
                    at: u32::from(first),
                    depth: NonZeroU8::MIN,
                    kind: label,
                }),
            };
        }
        if self.kind == FIRST {
            return Self::of(find(self.at as usize, label)?);
        }
        let labels = BEGINNINGS.get(usize::from(self.kind))?.labels;
        let bit = 1_u64 << (label & LABEL);
        if labels & bit == 0 {
            return None;
        }
        let before = labels & bit.wrapping_sub(1);
        Self::of(self.at.wrapping_add(before.count_ones()) as usize)
    }

    /// Where the words of a row go on with `label`. They are in order, so all before are skipped.
    fn step_in_row(self, label: u8) -> Option<Self> {
        let own = self.depth.get();
        let (mut bit, mut depth, mut kind) = (self.at, own, self.kind);
        loop {
            let mut bits = window(bit)?;
            let end = bit.wrapping_add(57 - LONGEST);
            // While a code is whole; the place behind it is not read.
            while bit <= end {
                let symbol = Symbol::read(kind, bits)?;
                bits >>= symbol.bits();
                bit = bit.wrapping_add(symbol.bits());
                kind = symbol.kind();
                let value = symbol.value();
                if kind == AFTER_END {
                    if value < own {
                        return None;
                    }
                    depth = value;
                    continue;
                }
                let is_next = depth == own && value >= label;
                depth = depth.wrapping_add(1);
                if is_next {
                    let depth = NonZeroU8::new(depth).filter(|_| value == label)?;
                    return Some(Self {
                        at: bit,
                        depth,
                        kind,
                    });
                }
            }
        }
    }

    /// What is below a node: what stands for the middle of its block, and as much more or less as
    /// the nodes between have.
    #[inline]
    fn of(node: usize) -> Option<Self> {
        let [a, b, c, d, e] = *STARTS.get(node / NODES_A_BLOCK)?;
        let half = node & !7;
        let bytes = u64::from_le_bytes(*BYTES.get(half..)?.first_chunk()?);
        let sizes = u64::from_le_bytes(*SIZES.get(half..)?.first_chunk()?);
        let at = node % 8 * 8;
        let has_row = bytes >> at & u64::from(HAS_ROW) != 0;
        let rows = bytes >> HAS_ROW.trailing_zeros() & ONES;
        let alike = if has_row { rows } else { rows ^ ONES };
        let alike = (alike << 8).wrapping_sub(alike) & sizes;
        let before = (1_u64 << at).wrapping_sub(1);
        let is_less = node & 8 == 0;
        let between = sum(alike & if is_less { !before } else { before });
        let between = if is_less {
            between.wrapping_neg()
        } else {
            between
        };
        Some(if has_row {
            let row = u32::from_le_bytes([a, b, c, 0]);
            Self {
                at: row.wrapping_add(between).wrapping_mul(UNIT),
                depth: FIRST_DEPTH,
                kind: FIRST,
            }
        } else {
            Self {
                at: u32::from(u16::from_le_bytes([d, e])).wrapping_add(between),
                depth: NonZeroU8::MIN,
                kind: FIRST,
            }
        })
    }

    /// The word that ends here: its place in the lists and whether it is odd.
    #[inline]
    fn end(self) -> Option<(Option<u32>, bool)> {
        if self.is_in_row() {
            return self.end_in_row();
        }
        let first = self.at as usize;
        if BYTES.get(first)? & LABEL != WORD {
            return None;
        }
        Self::of(first)?.end_in_row()
    }

    #[inline]
    fn end_in_row(self) -> Option<(Option<u32>, bool)> {
        let bits = window(self.at)?;
        let symbol = Symbol::read(self.kind, bits)?;
        if symbol.kind() != AFTER_END {
            return None;
        }
        let place = if symbol.has(Symbol::HAS_PLACE) {
            let place = bits >> (symbol.bits() - BITS_A_PLACE) & ((1 << BITS_A_PLACE) - 1);
            u32::try_from(place).ok()
        } else {
            None
        };
        Some((place, symbol.has(Symbol::IS_ODD)))
    }

    /// The list and the rank of the word that ends here.
    #[inline]
    pub(super) fn word(self) -> Option<(List, u32)> {
        let (place, _) = self.end()?;
        ranked(place?)
    }

    /// Whether a common password ends here.
    pub(in crate::policy) fn is_common(self) -> bool {
        self.end().is_some_and(|(place, is_odd)| {
            let list = place.and_then(ranked);
            list.is_none_or(|(list, _)| (list == List::Passwords) != is_odd)
        })
    }
}

/// A one in each byte.
const ONES: u64 = 0x0101_0101_0101_0101;

/// The sum of all bytes.
#[inline]
const fn sum(bytes: u64) -> u32 {
    let every_other = u64::MAX / 0x101;
    let pairs = (bytes & every_other) + (bytes >> 8 & every_other);
    (pairs.wrapping_mul(0x0001_0001_0001_0001) >> 48) as u32
}

/// The list and the rank of a place in the lists laid end to end.
#[inline]
fn ranked(place: u32) -> Option<(List, u32)> {
    let mut rank = place + 1;
    for (list, count) in LISTS {
        match rank.checked_sub(count) {
            Some(beyond) if beyond > 0 => rank = beyond,
            _ => return Some((list, rank)),
        }
    }
    None
}

/// The node with this label among the siblings from `node` on.
#[inline]
fn find(mut node: usize, label: u8) -> Option<usize> {
    loop {
        // Eight siblings at once.
        let bytes = u64::from_le_bytes(*BYTES.get(node..)?.first_chunk()?);
        let others = (bytes & (ONES * u64::from(LABEL))) ^ (ONES * u64::from(label & LABEL));
        // The highest bit of each byte: of what has the label, and of the last sibling.
        let found = !others.wrapping_add(ONES * 0x7f) & (ONES << 7);
        let last = bytes & (ONES * u64::from(IS_LAST));
        let found = found & (last ^ last.wrapping_sub(1));
        if found != 0 {
            return Some(node + found.trailing_zeros() as usize / 8);
        }
        if last != 0 {
            return None;
        }
        node += 8;
    }
}

#[cfg(test)]
mod tests;
