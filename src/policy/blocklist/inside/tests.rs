#![allow(clippy::disallowed_methods)]

use super::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lists")
}

fn originals() -> String {
    std::fs::read_to_string(folder().join("common-passwords.txt")).expect("in the repository")
}

/// The code of the fewest bits, by symbol: its length and its bits, the first one lowest.
type Bits = BTreeMap<u8, (u32, u64)>;

/// Bits in a row; the library only reads them.
#[derive(Default)]
struct Row {
    bytes: Vec<u8>,
    bits: usize,
}

impl Row {
    fn push(&mut self, (length, code): (u32, u64)) {
        for place in 0..length {
            if self.bits.is_multiple_of(8) {
                self.bytes.push(0);
            }
            *self.bytes.last_mut().unwrap() |= u8::from(code >> place & 1 == 1) << (self.bits % 8);
            self.bits += 1;
        }
    }
}

/// Huffman's code of at most so many bits, and as it is written down. Where codes
/// would be longer, the rarest symbols count for more than they are.
fn code_of(frequencies: &BTreeMap<u8, u32>, longest: usize) -> (Bits, Vec<u8>) {
    let mut least = 1;
    let lengths = loop {
        let mut trees: Vec<(u32, Vec<u8>)> = frequencies
            .iter()
            .map(|(symbol, count)| (*count.max(&least), vec![*symbol]))
            .collect();
        let mut lengths: BTreeMap<u8, u32> = BTreeMap::new();
        while trees.len() > 1 {
            trees.sort_by(|a, b| b.cmp(a));
            let (a, b) = (trees.pop().unwrap(), trees.pop().unwrap());
            let both = [a.1, b.1].concat();
            for symbol in &both {
                *lengths.entry(*symbol).or_default() += 1;
            }
            trees.push((a.0 + b.0, both));
        }
        if lengths.values().all(|length| *length as usize <= longest) {
            break lengths;
        }
        least += 1;
    };
    let mut symbols: Vec<(u32, u8)> = lengths
        .iter()
        .map(|(symbol, length)| (*length, *symbol))
        .collect();
    symbols.sort_unstable();
    let (mut table, mut bits) = (vec![[0; 2]; 1 << longest], Bits::new());
    let (mut code, mut last) = (0u64, 0);
    for (length, symbol) in &symbols {
        code <<= length - last;
        last = *length;
        let reversed = code.reverse_bits() >> (64 - length);
        bits.insert(*symbol, (*length, reversed));
        let from = usize::try_from(reversed).unwrap();
        for record in table.iter_mut().skip(from).step_by(1 << length) {
            *record = [*symbol, u8::try_from(*length).unwrap()];
        }
        code += 1;
    }
    (bits, table.concat())
}

fn packed(words: &[&str]) -> Vec<u8> {
    // How many bytes of a word are not in the bits.
    let shared = |place: usize| {
        if place.is_multiple_of(BLOCK) {
            return HEAD.min(words[place].len());
        }
        let same = words[place - 1].bytes().zip(words[place].bytes());
        same.take_while(|(a, b)| a == b).count()
    };
    // What a word has in the bits: nothing, where all of it is in the index.
    let rest = |place: usize| {
        let is_whole = place.is_multiple_of(BLOCK) && words[place].len() < HEAD;
        let end = if is_whole { None } else { Some(END) };
        words[place].bytes().skip(shared(place)).chain(end)
    };
    let (mut characters, mut lengths) = (BTreeMap::new(), BTreeMap::new());
    for place in 0..words.len() {
        if !place.is_multiple_of(BLOCK) {
            let length = u8::try_from(shared(place)).unwrap();
            *lengths.entry(length).or_default() += 1;
        }
        for byte in rest(place) {
            *characters.entry(byte).or_default() += 1;
        }
    }
    let (characters, written_characters) = code_of(&characters, LONGEST_CHARACTER);
    let (lengths, written_lengths) = code_of(&lengths, LONGEST_LENGTH);
    let (mut row, mut firsts) = (Row::default(), Vec::new());
    for (place, word) in words.iter().enumerate() {
        if place.is_multiple_of(BLOCK) {
            firsts.extend(word.bytes().chain([0; HEAD]).take(HEAD));
            firsts.extend_from_slice(&u32::try_from(row.bits).unwrap().to_le_bytes()[..3]);
        } else {
            row.push(lengths[&u8::try_from(shared(place)).unwrap()]);
        }
        rest(place).for_each(|byte| row.push(characters[&byte]));
    }
    let words = u32::try_from(words.len()).unwrap().to_le_bytes();
    // Eight bytes can be read from every one that has bits.
    [
        &words[..],
        &written_characters,
        &written_lengths,
        &firsts,
        &row.bytes,
        &[0; 8],
    ]
    .concat()
}

#[test]
fn the_packed_list_is_that_of_the_originals() {
    let originals = originals();
    let words: Vec<&str> = originals.lines().collect();
    assert!(words.is_sorted_by(|a, b| a < b));
    let packed = packed(&words);
    if std::env::var_os("SALTBOX_BLESS").is_some() {
        let path = "src/policy/blocklist/inside/common.bin";
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), &packed).unwrap();
        return;
    }
    println!("{} words in {} bytes", words.len(), packed.len());
    assert!(packed.len() <= 160_000, "{}", packed.len());
    assert!(
        packed == COMMON,
        "made from other words; see tests/lists/README.md"
    );
    assert_eq!(Packed::of(COMMON).unwrap().words, words.len());
}

#[test]
fn every_word_is_found_in_any_case_and_nothing_else() {
    let originals = originals();
    let words: std::collections::BTreeSet<&str> = originals.lines().collect();
    for word in &words {
        assert!(has(word), "{word}");
        assert!(has(&word.to_uppercase()), "{word}");
        for other in [
            format!("{word}~"),
            format!("{word} "),
            word.chars().skip(1).collect(),
        ] {
            assert_eq!(has(&other), words.contains(&*other), "{other}");
        }
        let mut other = word.as_bytes().to_vec();
        other[word.len() / 2] ^= 1;
        let other = String::from_utf8(other).unwrap();
        assert_eq!(
            has(&other),
            words.contains(&*other.to_lowercase()),
            "{other}"
        );
    }
    for other in [
        "",
        "\0",
        "~~~~",
        " ",
        "pässword",
        "pass\u{7f}word",
        &"a".repeat(41),
        &"a".repeat(4096),
    ] {
        assert!(!has(other), "{other}");
    }
}

#[test]
fn long_passwords_have_something_to_be_compared_with() {
    let originals = originals();
    let of = |least| originals.lines().filter(|word| word.len() >= least).count();
    println!("{} of 15 and more, {} of 20 and more", of(15), of(20));
    assert!(of(15) >= 3000 && of(20) >= 500);
    for word in [
        "1234567890qwertyuiop",
        "qwertyuiopasdfghjklzxcvbnm",
        "passwordpassword",
        "highschoolmusical",
        // Hexadecimal digits, and no digests.
        "11111111111111111111",
        "12345678910111213141",
        "aaaaaaaaaaaaaaaaaaaa",
    ] {
        assert!(has(word), "{word}");
    }
}

#[test]
fn damaged_bytes_are_read_without_a_panic() {
    let word = Word::folded("password").unwrap();
    for length in (0..COMMON.len()).step_by(97) {
        let _ = Packed::of(&COMMON[..length]).and_then(|list| list.has(&word));
    }
    for at in (0..4096).chain((4096..COMMON.len()).step_by(61)) {
        let mut bytes = COMMON.to_vec();
        bytes[at] ^= 0x55;
        let _ = Packed::of(&bytes).and_then(|list| list.has(&word));
    }
}
