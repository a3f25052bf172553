//! The ranked words of zxcvbn 4.4.2, as a trie that is read where it lies.
//!
//! The lists stand in `../lists`; the test below packs them. No word is in two
//! of them, so a word has one rank in one list.
//!
//! Nodes are numbered level by level, the root 0, so that children stand
//! together. Only beginnings that several words share have children. Where one
//! word is left, the rest of it stands in a pool of endings, in which one may be
//! the end of another. In the file come one after the other
//! - a byte for each node: its label, whether a word ends here or is the only
//!   one left, and whether it is the last of its siblings; then seven zeros,
//! - two bytes for each node: where its ending stands, from [`FIRST_ENDING`] on, or how far its
//!   first child is from that of the first node of its block that has any,
//! - six bytes for each block of 64 nodes: the child that is counted from, and
//!   how many words come before,
//! - the endings, a byte for each label, with [`END`] behind them,
//! - the places of the words in the lists laid end to end, 17 bits each.
//!
//! All numbers are little endian.

/// What the test below makes.
static PACKED: &[u8] = include_bytes!("packed.bin");

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

/// The characters of the words, the most frequent first. The places are the
/// labels, and children stand in their order, so that the likely ones are found first.
const ALPHABET: &[u8; 55] = b"eairnsotlcdmuhgpbykf1vw2zj30x9546q78'._/-*!%=$@|+`;[](?";

/// The label of each character of ASCII; [`NO_LABEL`] for what stands in no word.
const LABELS: [u8; 128] = labels();
const NO_LABEL: u8 = LABEL;

const NODES: usize = 135_254;
#[cfg(test)]
const WORDS: usize = 93_855;

/// The parts of a node's byte.
const LABEL: u8 = 0x3f;
const HAS_WORD: u8 = 0x40;
const IS_LAST: u8 = 0x80;

/// Pointers from here on are into the endings: 64 nodes have fewer children.
const FIRST_ENDING: usize = 4096;
const _: () = assert!(NODES_A_BLOCK * ALPHABET.len() < FIRST_ENDING);
/// Stands behind an ending, and is no label.
const END: u8 = 0xfe;

const NODES_A_BLOCK: usize = 64;
const BITS_A_PLACE: usize = 17;

/// The parts of [`PACKED`].
static BYTES: &[u8] = PACKED.split_at(NODES + 7).0;
static POINTERS: &[[u8; 2]] = part(NODES + 7, NODES);
static BLOCKS: &[[u8; 6]] = part(NODES * 3 + 7, NODES.div_ceil(NODES_A_BLOCK));
static ENDINGS: &[u8] = REST.split_at(ENDINGS_LENGTH).0;
static PLACES: &[u8] = REST.split_at(ENDINGS_LENGTH).1;
const REST: &[u8] = PACKED
    .split_at(NODES * 3 + 7 + NODES.div_ceil(NODES_A_BLOCK) * 6)
    .1;
const ENDINGS_LENGTH: usize = 30_067;

/// So many records of [`PACKED`] from `at` on.
const fn part<const SIZE: usize>(at: usize, count: usize) -> &'static [[u8; SIZE]] {
    let (_, rest) = PACKED.split_at(at);
    rest.split_at(count * SIZE).0.as_chunks().0
}

#[allow(clippy::indexing_slicing)] // At compile time.
const fn labels() -> [u8; 128] {
    let mut labels = [NO_LABEL; 128];
    let mut label = 0_u8;
    while (label as usize) < ALPHABET.len() {
        labels[ALPHABET[label as usize] as usize] = label;
        label += 1;
    }
    labels
}

/// The node of the first level with each label, 0 where there is none.
const ROOTS: [u8; LABEL as usize + 1] = roots();

#[allow(clippy::indexing_slicing)] // At compile time.
const fn roots() -> [u8; LABEL as usize + 1] {
    let mut roots = [0; LABEL as usize + 1];
    let mut node = 1_u8;
    while (node as usize) <= ALPHABET.len() {
        let byte = PACKED[node as usize];
        roots[(byte & LABEL) as usize] = node;
        if byte & IS_LAST != 0 {
            break;
        }
        node += 1;
    }
    roots
}

/// A beginning of words.
#[derive(Clone, Copy)]
pub(super) struct Node {
    node: usize,
    /// Its first child; from [`NODES`] on, the place in the endings that is reached.
    next: usize,
}

/// A one in each byte.
const ONES: u64 = 0x0101_0101_0101_0101;

impl Node {
    pub(super) const ROOT: Self = Self { node: 0, next: 1 };

    fn at(node: usize) -> Option<Self> {
        let pointer = usize::from(u16::from_le_bytes(*POINTERS.get(node)?));
        let next = match pointer.checked_sub(FIRST_ENDING) {
            Some(ending) => NODES + ending,
            None => {
                let [a, b, c, ..] = BLOCKS.get(node / NODES_A_BLOCK)?;
                number([*a, *b, *c]) + pointer
            }
        };
        Some(Self { node, next })
    }

    /// The beginning that is longer by the character of this UTF-16 code unit.
    pub(super) fn child(self, unit: u16) -> Option<Self> {
        let label = *LABELS.get(usize::from(unit))?;
        if let Some(ending) = self.next.checked_sub(NODES) {
            let is_next = *ENDINGS.get(ending)? == label;
            return is_next.then_some(Self {
                next: self.next + 1,
                ..self
            });
        }
        if self.node == 0 {
            return match *ROOTS.get(usize::from(label))? {
                0 => None,
                node => Self::at(usize::from(node)),
            };
        }
        find(self.next, label).and_then(Self::at)
    }

    /// The list and the rank of the word that ends here.
    pub(super) fn word(self) -> Option<(List, u32)> {
        let is_word = match self.next.checked_sub(NODES) {
            Some(ending) => *ENDINGS.get(ending)? == END,
            None => BYTES.get(self.node)? & HAS_WORD != 0,
        };
        if !is_word {
            return None;
        }
        let bit = words_before(self.node)? * BITS_A_PLACE;
        let place = PLACES.get(bit / 8..)?.first_chunk()?;
        let place = number(*place) >> (bit % 8) & ((1 << BITS_A_PLACE) - 1);
        let mut rank = u32::try_from(place).ok()? + 1;
        for (list, count) in LISTS {
            match rank.checked_sub(count) {
                Some(beyond) if beyond > 0 => rank = beyond,
                _ => return Some((list, rank)),
            }
        }
        None
    }
}

/// A number of three bytes.
fn number([a, b, c]: [u8; 3]) -> usize {
    usize::from(a) | usize::from(b) << 8 | usize::from(c) << 16
}

/// The node with this label among the siblings from `node` on.
fn find(mut node: usize, label: u8) -> Option<usize> {
    loop {
        // Eight siblings at once.
        let bytes = u64::from_le_bytes(*BYTES.get(node..)?.first_chunk()?);
        let others = (bytes & (ONES * u64::from(LABEL))) ^ (ONES * u64::from(label & LABEL));
        // The highest bit of each byte: of what has the label, and of the last sibling.
        let found = !(others + ONES * 0x7f) & (ONES << 7);
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

/// How many words stand before that of a node.
fn words_before(node: usize) -> Option<usize> {
    let [.., a, b, c] = BLOCKS.get(node / NODES_A_BLOCK)?;
    let first = node / NODES_A_BLOCK * NODES_A_BLOCK;
    let bytes = BYTES.get(first..node)?;
    let has_word = |byte: &&u8| **byte & HAS_WORD != 0;
    Some(number([*a, *b, *c]) + bytes.iter().filter(has_word).count())
}

#[cfg(test)]
mod tests {
    // The test makes the file.
    #![allow(clippy::disallowed_methods)]

    use super::*;
    use std::collections::{BTreeMap, VecDeque};

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

    /// A trie that is being made. Children stand by label.
    #[derive(Default)]
    struct Made {
        children: BTreeMap<u8, Self>,
        /// That of the word that ends here.
        place: Option<usize>,
        /// How many words begin so.
        words: usize,
    }

    impl Made {
        fn of(words: &[String]) -> Self {
            let mut root = Self::default();
            for (place, word) in words.iter().enumerate() {
                let mut node = &mut root;
                for byte in word.bytes() {
                    node.words += 1;
                    let label = LABELS[usize::from(byte)];
                    node = node.children.entry(label).or_default();
                }
                node.words += 1;
                assert_eq!(node.place.replace(place), None, "{word} stands twice");
            }
            root
        }

        /// What follows where one word is left, and the place of that word.
        fn ending(&self) -> Option<(Vec<u8>, usize)> {
            if self.words != 1 {
                return None;
            }
            let (mut node, mut ending) = (self, Vec::new());
            while let Some((label, child)) = node.children.first_key_value() {
                ending.push(*label);
                node = child;
            }
            ending.push(END);
            Some((ending, node.place?))
        }
    }

    /// Level by level each node with its label, and whether it is the last of its siblings.
    fn level_by_level(root: &Made) -> Vec<(u8, bool, &Made)> {
        let (mut nodes, mut waiting) = (Vec::new(), VecDeque::from([(0, true, root)]));
        while let Some(node) = waiting.pop_front() {
            nodes.push(node);
            if node.2.words > 1 {
                let count = node.2.children.len();
                let children = node.2.children.iter().zip(1..);
                waiting.extend(children.map(|((label, child), at)| (*label, at == count, child)));
            }
        }
        nodes
    }

    /// All endings, of which none stands there that is the end of another.
    fn pool(nodes: &[(u8, bool, &Made)]) -> Vec<u8> {
        let endings = nodes.iter().filter_map(|node| node.2.ending());
        let mut reversed: Vec<Vec<u8>> = endings
            .map(|(ending, _)| ending.into_iter().rev().collect())
            .collect();
        reversed.sort_unstable();
        reversed.dedup();
        let mut pool = Vec::new();
        for (at, ending) in reversed.iter().enumerate() {
            let next = reversed.get(at + 1);
            if next.is_none_or(|next| !next.starts_with(ending)) {
                pool.extend(ending.iter().rev());
            }
        }
        pool
    }

    fn packed() -> Vec<u8> {
        let words = words();
        let root = Made::of(&words);
        let nodes = level_by_level(&root);
        assert_eq!(nodes.len(), NODES);
        let endings = pool(&nodes);
        let three = |number: usize| number.to_le_bytes().into_iter().take(3);
        let [mut bytes, mut pointers, mut blocks] = [const { Vec::new() }; 3];
        let (mut places, mut next, mut base) = (Vec::new(), 1, 1);
        for (at, (label, is_last, node)) in nodes.iter().enumerate() {
            if at % NODES_A_BLOCK == 0 {
                base = next;
                blocks.extend(three(base).chain(three(places.len())));
            }
            let ending = node.ending();
            let place = ending
                .as_ref()
                .map_or(node.place, |(_, place)| Some(*place));
            let pointer = match &ending {
                Some((ending, _)) => {
                    let mut found = endings.windows(ending.len());
                    FIRST_ENDING
                        + found
                            .position(|other| other == ending)
                            .expect("in the pool")
                }
                None => next - base,
            };
            next += if ending.is_some() {
                0
            } else {
                node.children.len()
            };
            places.extend(place);
            let flag = |is: bool, flag| if is { flag } else { 0 };
            bytes.push(label | flag(place.is_some(), HAS_WORD) | flag(*is_last, IS_LAST));
            pointers.extend(u16::try_from(pointer).expect("few endings").to_le_bytes());
        }
        assert_eq!(
            (places.len(), next, endings.len()),
            (WORDS, NODES, ENDINGS_LENGTH)
        );
        bytes.extend([0; 7]);
        // The last place is read in three bytes, too.
        let bits = places
            .iter()
            .flat_map(|place| (0..BITS_A_PLACE).map(move |bit| place >> bit & 1 == 1));
        let bits: Vec<bool> = bits.chain([false; 16]).collect();
        let byte = |bits: &[bool]| (0..).zip(bits).map(|(at, bit)| u8::from(*bit) << at).sum();
        let places = bits.chunks(8).map(byte).collect();
        [bytes, pointers, blocks, endings, places].concat()
    }

    #[test]
    fn the_packed_words_are_those_of_the_lists() {
        let path = format!("{}/dictionary/packed.bin", folder());
        let made = packed();
        assert_eq!(made.len() / 1000, 647);
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
}
