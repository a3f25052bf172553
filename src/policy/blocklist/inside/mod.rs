//! The list inside: common passwords, long ones too, so that a policy of 15
//! characters has something to compare with.
//!
//! Compared without case, in the prepared form, and exactly. The words
//! stand in order. Of each only what differs from the one before it is
//! written, in Huffman codes; every 32nd is whole and found by its place.
//!
//! `common.bin` is made by the test below from `tests/lists/common-passwords.txt`.
//! Its numbers are little endian: words (4 bytes), the code of characters and
//! that of lengths (for each: how many codes of 1 to 20 bits, then the symbols by
//! code), where each block begins in bits (3 bytes each), and the bits.

use super::bits::window;

static COMMON: &[u8] = include_bytes!("common.bin");

/// Words of a block. Half as many take 5 KB more.
const BLOCK: usize = 32;

/// Longest word.
const MOST: usize = 40;

/// Longest code in bits.
const LONGEST: usize = 20;

/// Ends a word; all others are printable ASCII.
const END: u8 = 0x7f;

/// A word that is compared, and how many of its bytes count.
struct Word {
    bytes: [u8; MOST],
    length: usize,
}

impl Word {
    const EMPTY: Self = Self {
        bytes: [0; MOST],
        length: 0,
    };

    fn push(&mut self, byte: u8) -> Option<()> {
        *self.bytes.get_mut(self.length)? = byte;
        self.length += 1;
        Some(())
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// As words are compared; `None` for what is no word of the list's kind.
    fn folded(text: &str) -> Option<Self> {
        let mut word = Self::EMPTY;
        for c in text.chars().flat_map(char::to_lowercase) {
            let byte = u8::try_from(c).ok()?;
            if !matches!(byte, b' '..END) {
                return None;
            }
            word.push(byte)?;
        }
        Some(word)
    }
}

/// Whether the list has this password, whatever its case.
pub(in crate::policy) fn has(prepared: &str) -> bool {
    let word = Word::folded(prepared);
    word.is_some_and(|word| Packed::of(COMMON).and_then(|list| list.has(&word)) == Some(true))
}

/// A canonical Huffman code: how many codes there are of each length, and what they stand for.
struct Code<'p> {
    counts: &'p [u8; LONGEST],
    symbols: &'p [u8],
}

impl<'p> Code<'p> {
    /// Takes one from the front of `bytes`.
    fn take(bytes: &mut &'p [u8]) -> Option<Self> {
        let (counts, rest) = bytes.split_first_chunk()?;
        let symbols = counts.iter().map(|count| usize::from(*count)).sum();
        let (symbols, rest) = rest.split_at_checked(symbols)?;
        *bytes = rest;
        Some(Self { counts, symbols })
    }

    /// The symbol at `at`, which moves behind it.
    fn read(&self, bits: &[u8], at: &mut u64) -> Option<u8> {
        let mut word = window(bits, *at)?;
        // Code and first code of the length that is tried, and symbols of shorter codes.
        let (mut code, mut first, mut shorter) = (0usize, 0usize, 0usize);
        for count in self.counts {
            let count = usize::from(*count);
            code |= usize::from(word & 1 == 1);
            word >>= 1;
            *at += 1;
            if let Some(place) = code.checked_sub(first).filter(|place| *place < count) {
                return self.symbols.get(shorter + place).copied();
            }
            shorter += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

/// The list as it is read.
struct Packed<'p> {
    #[cfg(test)]
    words: usize,
    characters: Code<'p>,
    lengths: Code<'p>,
    starts: &'p [[u8; 3]],
    bits: &'p [u8],
}

impl<'p> Packed<'p> {
    fn of(mut bytes: &'p [u8]) -> Option<Self> {
        let (words, rest) = bytes.split_first_chunk()?;
        let words = usize::try_from(u32::from_le_bytes(*words)).ok()?;
        bytes = rest;
        let characters = Code::take(&mut bytes)?;
        let lengths = Code::take(&mut bytes)?;
        let (starts, bits) = bytes.split_at_checked(words.div_ceil(BLOCK) * 3)?;
        let (starts, _) = starts.as_chunks();
        Some(Self {
            #[cfg(test)]
            words,
            characters,
            lengths,
            starts,
            bits,
        })
    }

    fn has(&self, word: &Word) -> Option<bool> {
        // The last block that does not begin with a larger word.
        let block = self.starts.partition_point(|start| {
            let (mut first, mut at) = (Word::EMPTY, start_of(start));
            let is_read = self.read_rest(&mut first, &mut at).is_some();
            is_read && first.bytes() <= word.bytes()
        });
        let mut at = start_of(self.starts.get(block.checked_sub(1)?)?);
        let mut other = Word::EMPTY;
        for place in 0..BLOCK {
            self.read_next(&mut other, place, &mut at)?;
            if other.bytes() >= word.bytes() {
                return Some(other.bytes() == word.bytes());
            }
        }
        Some(false)
    }

    /// Makes of the word before it the one at `place` of its block.
    fn read_next(&self, word: &mut Word, place: usize, at: &mut u64) -> Option<()> {
        word.length = match place {
            0 => 0,
            _ => usize::from(self.lengths.read(self.bits, at)?),
        };
        self.read_rest(word, at)
    }

    fn read_rest(&self, word: &mut Word, at: &mut u64) -> Option<()> {
        loop {
            match self.characters.read(self.bits, at)? {
                END => return Some(()),
                byte => word.push(byte)?,
            }
        }
    }
}

fn start_of(&[a, b, c]: &[u8; 3]) -> u64 {
    u64::from(u32::from_le_bytes([a, b, c, 0]))
}

#[cfg(test)]
mod tests;
