//! The list inside: common passwords, long ones too, so that a policy of 15
//! characters has something to compare with.
//!
//! Compared without case, in the prepared form, and exactly. The words
//! stand in order. Of each only what differs from the one before it is
//! written, in Huffman codes; of every 16th all but its first bytes, which stand in an index.
//!
//! `common.bin` is made by the test below from `tests/lists/common-passwords.txt`.
//! Its numbers are little endian: words (4 bytes), the code of characters and
//! that of lengths (for all bits that may come next: the symbol that they
//! begin with, and how many of them it takes), for each block the first eight
//! bytes of its first word, zeros where it is shorter, and where the rest of it begins in
//! bits (3 bytes), and the bits.

use super::bits::window;

static COMMON: &[u8] = include_bytes!("common.bin");

/// Words of a block, of which half are read to look up one.
const BLOCK: usize = 16;

/// How many bytes of its first word stand in the index.
const HEAD: usize = 8;

/// Longest word.
const MOST: usize = 40;

/// Longest codes of a character and of a length, in bits.
const LONGEST_CHARACTER: usize = 10;
const LONGEST_LENGTH: usize = 8;

/// As many characters are read of the bits that are got at once.
const AT_ONCE: usize = 57 / LONGEST_CHARACTER;

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
        if text.is_ascii() {
            for byte in text.bytes() {
                if !matches!(byte, b' '..END) {
                    return None;
                }
                word.push(byte.to_ascii_lowercase())?;
            }
            return Some(word);
        }
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

/// A Huffman code: the symbol that some bits begin with, and how many of them it takes.
struct Code<'p>(&'p [[u8; 2]]);

impl<'p> Code<'p> {
    /// Takes one of codes of so many bits from the front of `bytes`.
    fn take(bytes: &mut &'p [u8], longest: usize) -> Option<Self> {
        let (table, rest) = bytes.split_at_checked(2 << longest)?;
        *bytes = rest;
        Some(Self(table.as_chunks().0))
    }

    /// The symbol at the front of `bits`, and how many it takes.
    fn read(&self, bits: u64) -> Option<(u8, u64)> {
        let at = usize::try_from(bits).unwrap_or(usize::MAX) & (self.0.len() - 1);
        let [symbol, length] = *self.0.get(at)?;
        // Damaged bytes do not shift too far.
        Some((symbol, u64::from(length & 0xf)))
    }
}

/// The first word of a block: how it begins, and where the rest of it does.
#[derive(Clone, Copy)]
struct First<'p>(&'p [u8; HEAD + 3]);

impl First<'_> {
    fn head(self) -> [u8; HEAD] {
        let [head @ .., _, _, _] = *self.0;
        head
    }

    fn rest_at(self) -> u64 {
        let [.., a, b, c] = *self.0;
        u64::from(u32::from_le_bytes([a, b, c, 0]))
    }
}

/// The list as it is read.
struct Packed<'p> {
    #[cfg(test)]
    words: usize,
    characters: Code<'p>,
    lengths: Code<'p>,
    firsts: &'p [[u8; HEAD + 3]],
    bits: &'p [u8],
}

impl<'p> Packed<'p> {
    fn of(mut bytes: &'p [u8]) -> Option<Self> {
        let (words, rest) = bytes.split_first_chunk()?;
        let words = usize::try_from(u32::from_le_bytes(*words)).ok()?;
        bytes = rest;
        let characters = Code::take(&mut bytes, LONGEST_CHARACTER)?;
        let lengths = Code::take(&mut bytes, LONGEST_LENGTH)?;
        let (firsts, bits) = bytes.split_at_checked(words.div_ceil(BLOCK) * (HEAD + 3))?;
        let (firsts, _) = firsts.as_chunks();
        Some(Self {
            #[cfg(test)]
            words,
            characters,
            lengths,
            firsts,
            bits,
        })
    }

    fn has(&self, word: &Word) -> Option<bool> {
        let head = word
            .bytes
            .first_chunk()
            .map(|head| u64::from_be_bytes(*head))?;
        // The last block that does not begin with a larger word.
        let block = self.firsts.partition_point(|first| {
            let other = u64::from_be_bytes(First(first).head());
            other < head || other == head && self.begins_with_no_larger(First(first), word)
        });
        let first = First(self.firsts.get(block.checked_sub(1)?)?);
        let (mut other, mut at) = self.first_word(first)?;
        let mut same = common_length(&other, word, 0);
        for _ in 1..BLOCK {
            if same == word.length && same == other.length {
                return Some(true);
            }
            // All that were read are smaller, so one with more of its forerunner
            // is, too, and one with less than is in common larger than the word.
            let (shared, bits) = self.lengths.read(window(self.bits, at)?)?;
            at += bits;
            other.length = usize::from(shared);
            if other.length < same {
                return Some(false);
            }
            let is_to_compare = other.length == same;
            self.read_rest(&mut other, &mut at)?;
            if is_to_compare {
                same = common_length(&other, word, same);
                if other.bytes().get(same) > word.bytes().get(same) {
                    return Some(false);
                }
            }
        }
        Some(same == word.length && same == other.length)
    }

    fn begins_with_no_larger(&self, first: First<'_>, word: &Word) -> bool {
        let first = self.first_word(first);
        first.is_some_and(|(first, _)| first.bytes() <= word.bytes())
    }

    /// The first word of a block, and where the next one begins.
    fn first_word(&self, first: First<'_>) -> Option<(Word, u64)> {
        let (mut word, mut at) = (Word::EMPTY, first.rest_at());
        for byte in first.head() {
            if byte == 0 {
                return Some((word, at));
            }
            word.push(byte)?;
        }
        self.read_rest(&mut word, &mut at)?;
        Some((word, at))
    }

    /// Reads the rest of a word, up to its end.
    fn read_rest(&self, word: &mut Word, at: &mut u64) -> Option<()> {
        loop {
            let mut bits = window(self.bits, *at)?;
            for _ in 0..AT_ONCE {
                let (symbol, length) = self.characters.read(bits)?;
                bits >>= length;
                *at += length;
                if symbol == END {
                    return Some(());
                }
                word.push(symbol)?;
            }
        }
    }
}

/// How many bytes two words have in common at the beginning, of which `known` are.
fn common_length(one: &Word, other: &Word, known: usize) -> usize {
    let pairs = one.bytes().iter().zip(other.bytes()).skip(known);
    known + pairs.take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests;
