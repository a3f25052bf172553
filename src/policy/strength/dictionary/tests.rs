// The test makes the file.
#![allow(clippy::disallowed_methods)]

use super::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const FILES: [&str; 6] = [
    "passwords",
    "english_wikipedia",
    "female_names",
    "surnames",
    "us_tv_and_film",
    "male_names",
];

fn folder() -> String {
    format!("{}/src/policy/strength", env!("CARGO_MANIFEST_DIR"))
}

fn words() -> Vec<String> {
    let lists = FILES.iter().zip(LISTS).map(|(file, (_, count))| {
        let path = format!("{}/lists/{file}.txt", folder());
        let list = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
        let words: Vec<String> = list.lines().map(str::to_owned).collect();
        assert_eq!(
            words.len(),
            usize::try_from(count).expect("small"),
            "{file}"
        );
        words
    });
    lists.flatten().collect()
}

fn common() -> Vec<String> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/lists/common-passwords.txt"
    );
    let list = std::fs::read_to_string(path).expect("in the repository");
    list.lines().map(str::to_owned).collect()
}

/// The kind of a label: vowels, other letters, and all else.
fn kind_of(label: u8) -> u8 {
    let at = usize::from(label).checked_sub(1);
    match at.and_then(|at| ALPHABET.get(at)) {
        Some(b'a' | b'e' | b'i' | b'o' | b'u' | b'y') => 2,
        Some(b'a'..=b'z') => 3,
        _ => 4,
    }
}

/// A symbol of a row, and the place that follows it.
type Written = (Symbol, Option<usize>);

/// A trie that is being made. Children stand by label.
#[derive(Default)]
struct Made {
    children: BTreeMap<u8, Self>,
    /// The end of the word that ends here, if one does.
    end: Option<Written>,
    /// How many words begin so.
    words: usize,
}

impl Made {
    fn add(&mut self, word: &str, place: Option<usize>, is_odd: bool) {
        let mut node = self;
        for byte in word.bytes() {
            let label = LABELS[usize::from(byte)];
            assert_ne!(label, WORD, "{word}");
            let labels = match label & !IS_RARE {
                rare if label != rare => vec![RARE, rare],
                label => vec![label],
            };
            for label in labels {
                node.words += 1;
                node = node.children.entry(label).or_default();
            }
        }
        node.words += 1;
        let flag = |is: bool, flag| if is { flag } else { 0 };
        let flags = flag(place.is_some(), Symbol::HAS_PLACE) | flag(is_odd, Symbol::IS_ODD);
        let end = (Symbol(u16::from(AFTER_END) << 13 | flags), place);
        assert!(node.end.replace(end).is_none(), "{word} stands twice");
    }

    fn of(words: &[String], common: &[String]) -> Self {
        let mut root = Self::default();
        let is_common: BTreeSet<&String> = common.iter().collect();
        for (place, word) in words.iter().enumerate() {
            let is_password = place < usize::try_from(LISTS[0].1).expect("small");
            root.add(word, Some(place), is_common.contains(word) != is_password);
        }
        let ranked: BTreeSet<&String> = words.iter().collect();
        for word in common.iter().filter(|word| !ranked.contains(word)) {
            root.add(word, None, false);
        }
        root
    }

    /// Appends what is below as it stands in a row, at this depth.
    fn write(&self, depth: u8, row: &mut Vec<Written>) {
        row.extend(self.end);
        for (label, child) in &self.children {
            if let Some((symbol, _)) = row.last_mut()
                && symbol.kind() == AFTER_END
            {
                symbol.0 |= u16::from(depth) << 5;
            }
            let kind = u16::from(kind_of(*label));
            row.push((Symbol(kind << 13 | u16::from(*label) << 5), None));
            child.write(depth + 1, row);
        }
    }

    fn row(&self) -> Vec<Written> {
        let mut row = Vec::new();
        self.write(FIRST_DEPTH.get(), &mut row);
        row
    }

    /// Every node without what is below the first ones of which this is true.
    fn down_to(&self, is_row: &impl Fn(&Self) -> bool, found: &mut impl FnMut(&Self)) {
        found(self);
        if !is_row(self) {
            let children = self.children.values();
            children.for_each(|child| child.down_to(is_row, found));
        }
    }
}

/// Each symbol with the kind of what comes before it.
fn with_kinds(row: &[Written]) -> impl Iterator<Item = (u8, Written)> {
    let mut kind = FIRST;
    row.iter().map(move |written| {
        let own = kind;
        kind = written.0.kind();
        (own, *written)
    })
}

/// Bits one after the other, the least first.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn push(&mut self, number: usize, width: u32) {
        self.0.extend((0..width).map(|bit| number >> bit & 1 == 1));
    }

    fn bytes(&self) -> Vec<u8> {
        let byte = |bits: &[bool]| (0..).zip(bits).map(|(at, bit)| u8::from(*bit) << at).sum();
        self.0.chunks(8).map(byte).collect()
    }
}

/// The bits of each symbol, and how many.
type Code = BTreeMap<u16, (usize, u32)>;

/// Huffman's code, and as it is written down. Where codes would be too long, the
/// rarest symbols count for more than they are.
fn code_of(frequencies: &BTreeMap<u16, u32>) -> (Code, Vec<u8>) {
    let mut least = 1;
    let lengths = loop {
        let mut trees: Vec<(u32, Vec<u16>)> = frequencies
            .iter()
            .map(|(symbol, count)| (*count.max(&least), vec![*symbol]))
            .collect();
        let mut lengths: BTreeMap<u16, u32> = BTreeMap::new();
        while trees.len() > 1 {
            trees.sort_by(|a, b| b.cmp(a));
            let (a, b) = (trees.pop().expect("two"), trees.pop().expect("two"));
            let both = [a.1, b.1].concat();
            for symbol in &both {
                *lengths.entry(*symbol).or_default() += 1;
            }
            trees.push((a.0 + b.0, both));
        }
        if lengths.values().all(|length| *length <= LONGEST) {
            break lengths;
        }
        least += least / 4 + 1;
    };
    let mut symbols: Vec<(u32, u16)> = lengths
        .iter()
        .map(|(symbol, length)| (*length, *symbol))
        .collect();
    symbols.sort_unstable();
    let (mut table, mut bits) = (vec![[0; 2]; 1 << LONGEST], Code::new());
    let (mut code, mut last) = (0_usize, 0);
    for (length, symbol) in &symbols {
        code <<= length - last;
        last = *length;
        let reversed = code.reverse_bits() >> (usize::BITS - length);
        bits.insert(*symbol, (reversed, *length));
        let place = if Symbol(*symbol).has(Symbol::HAS_PLACE) {
            BITS_A_PLACE
        } else {
            0
        };
        let record = symbol | u16::try_from(*length + place).expect("short");
        for place in table.iter_mut().skip(reversed).step_by(1 << length) {
            *place = record.to_le_bytes();
        }
        code += 1;
    }
    (bits, table.concat())
}

/// The codes: of what stands in rows of so many words, and of what might.
fn codes(root: &Made) -> Vec<(Code, Vec<u8>)> {
    let mut frequencies = vec![BTreeMap::<u16, u32>::new(); KINDS];
    let mut count = |node: &Made, add: u32| {
        for (kind, (symbol, _)) in with_kinds(&node.row()) {
            let count = frequencies[usize::from(kind)].entry(symbol.0);
            let count = count.or_default();
            *count = (*count + add).max(1);
        }
    };
    root.down_to(&|node| node.words <= WORDS_A_ROW, &mut |node| {
        if node.words <= WORDS_A_ROW {
            count(node, 1);
        }
    });
    root.down_to(&|_| false, &mut |node| {
        if node.words <= WORDS_A_ROW {
            count(node, 0);
        }
    });
    frequencies.iter().map(code_of).collect()
}

/// About as many words have room in a row, and no more stand there.
const WORDS_A_ROW: usize = 12;

fn packed() -> Vec<u8> {
    let root = Made::of(&words(), &common());
    let codes = codes(&root);
    let row = |node: &Made| {
        let mut bits = Bits::default();
        for (kind, (symbol, place)) in with_kinds(&node.row()) {
            let (code, length) = codes[usize::from(kind)].0[&symbol.0];
            bits.push(code, length);
            if let Some(place) = place {
                bits.push(place, BITS_A_PLACE);
            }
        }
        bits.0
            .resize(bits.0.len().next_multiple_of(UNIT as usize), false);
        bits
    };
    let units = |bits: &Bits| u8::try_from(bits.0.len() / UNIT as usize).ok();
    let three = |number: usize| number.to_le_bytes().into_iter().take(3);
    let [mut bytes, mut sizes, mut starts] = [const { Vec::new() }; 3];
    let (mut rows, mut next) = (Bits::default(), 1);
    // Level by level each node with its label, and whether it is the last of its siblings.
    let mut waiting = VecDeque::from([(0, true, &root)]);
    while let Some((label, is_last, node)) = waiting.pop_front() {
        if bytes.len() % NODES_A_BLOCK == NODES_A_BLOCK / 2 {
            starts.extend(three(rows.0.len() / UNIT as usize));
            starts.extend(u16::try_from(next).expect("few nodes").to_le_bytes());
        }
        let flag = |is: bool, flag| if is { flag } else { 0 };
        let own = if label == WORD && !bytes.is_empty() {
            let node = Made {
                end: node.end,
                ..Made::default()
            };
            Some(row(&node))
        } else {
            Some(node)
                .filter(|node| node.words <= WORDS_A_ROW)
                .map(row)
                .filter(|bits| units(bits).is_some())
        };
        bytes.push(label | flag(own.is_some(), HAS_ROW) | flag(is_last, IS_LAST));
        if let Some(own) = own {
            sizes.push(units(&own).expect("short"));
            rows.0.extend(own.0);
            continue;
        }
        let mut children: Vec<(u8, bool, &Made)> = Vec::new();
        if node.end.is_some() {
            children.push((WORD, false, node));
        }
        let below = node.children.iter();
        children.extend(below.map(|(label, child)| (*label, false, child)));
        if let Some((_, is_last, _)) = children.last_mut() {
            *is_last = true;
        }
        sizes.push(u8::try_from(children.len()).expect("few labels"));
        next += children.len();
        waiting.extend(children);
    }
    println!("{} nodes, {} bytes of rows", bytes.len(), rows.0.len() / 8);
    // The last block may end before its middle.
    if starts.len() < bytes.len().div_ceil(NODES_A_BLOCK) * 5 {
        starts.extend(three(rows.0.len() / UNIT as usize));
        starts.extend(u16::try_from(next).expect("few nodes").to_le_bytes());
    }
    let padded = bytes.len().next_multiple_of(NODES_A_BLOCK) + 8;
    bytes.resize(padded, 0);
    sizes.resize(padded, 0);
    rows.push(0, 64);
    let codes = codes.into_iter().flat_map(|(_, table)| table).collect();
    [codes, bytes, sizes, starts, rows.bytes()].concat()
}

#[test]
fn the_packed_words_are_those_of_the_lists() {
    let path = format!("{}/dictionary/packed.bin", folder());
    let made = packed();
    println!("{} bytes", made.len());
    assert!(made.len() < 520_000);
    if std::env::var_os("SALTBOX_BLESS").is_some() {
        std::fs::write(&path, &made).expect("writable");
    }
    assert!(
        std::fs::read(&path).expect("readable") == made,
        "bless it with SALTBOX_BLESS=1"
    );
}

fn found(word: &str) -> Option<(List, u32)> {
    let mut units = word.encode_utf16();
    units.try_fold(Node::ROOT, Node::child)?.word()
}

#[test]
fn every_word_is_found_with_its_rank() {
    let words = words();
    let mut words = words.iter();
    for (list, count) in LISTS {
        for (rank, word) in (1..=count).zip(&mut words) {
            assert_eq!(found(word), Some((list, rank)), "{word}");
        }
    }
}

/// Every word with a character too few, too many or changed: only words of the lists are found.
#[test]
fn nothing_else_is_found() {
    let words = words();
    let known: std::collections::HashSet<&str> = words.iter().map(|word| &**word).collect();
    let mut others = 0;
    for word in words.iter().step_by(7) {
        for at in 0..word.len() {
            for put in ["", "e", "q", "1", "é"] {
                let other = {
                    let (before, after) = word.split_at(at);
                    format!("{before}{put}{}", after.get(1..).unwrap_or(""))
                };
                others += u32::from(!known.contains(&*other));
                assert_eq!(found(&other).is_some(), known.contains(&*other), "{other}");
            }
        }
    }
    assert!(others > 100_000);
}
