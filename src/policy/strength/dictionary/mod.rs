//! The ranked words of zxcvbn 4.4.2, as a trie that is read where it lies.
//!
//! The lists stand in `../lists`; the test below packs them. No word is in two
//! of them, so a word has one rank in one list.
//!
//! Nodes are numbered level by level, so that children stand together: the
//! root is 0, and the children of the g-th node that has any are the g-th group
//! (Jacobson's LOUDS, with a bit for the last of a group). A block has 64 nodes:
//! three bits of each, its six bits of a label, and how many nodes with
//! children and how many words come before the block. Behind the blocks stand
//! the first node of every 64th group, and the places of the words in the
//! lists laid end to end, 17 bits each.

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
const NO_LABEL: u8 = u8::MAX;

const NODES: usize = 234_097;
#[cfg(test)]
const WORDS: usize = 93_855;
/// Nodes that have children.
const GROUPS: usize = 162_472;

const NODES_A_BLOCK: usize = 64;
const BLOCK: usize = 8 + 8 + 8 + 48 + 3 + 3;
const BLOCKS: usize = NODES.div_ceil(NODES_A_BLOCK);
const GROUPS_A_SAMPLE: usize = 64;
const SAMPLES: usize = GROUPS.div_ceil(GROUPS_A_SAMPLE);
const BITS_A_PLACE: usize = 17;
/// Where the parts of [`PACKED`] begin.
const SAMPLES_AT: usize = BLOCKS * BLOCK;
const PLACES_AT: usize = SAMPLES_AT + SAMPLES * 3;

/// A one in each of nine labels.
const FIELDS: u64 = 0o1_01_01_01_01_01_01_01_01;

/// Where the fields of a block begin.
const HAS_CHILDREN: usize = 0;
const IS_LAST: usize = 8;
const IS_WORD: usize = 16;
const NODE_LABELS: usize = 24;
const PARENTS_BEFORE: usize = 72;
const WORDS_BEFORE: usize = 75;

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

/// A beginning of words.
#[derive(Clone, Copy)]
pub(super) struct Node(usize);

/// Where 64 nodes lie.
#[derive(Clone, Copy)]
struct Block<'a>(&'a [u8; BLOCK]);

impl Block<'_> {
    fn of(node: usize) -> Option<Self> {
        let at = node / NODES_A_BLOCK * BLOCK;
        PACKED.get(at..)?.first_chunk().map(Self)
    }

    fn bits(self, field: usize) -> u64 {
        let bytes = self.0.get(field..).and_then(<[u8]>::first_chunk);
        bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }

    fn has(self, field: usize, node: usize) -> bool {
        self.bits(field) >> (node % NODES_A_BLOCK) & 1 == 1
    }

    /// The first of the `count` nodes from `node` on in this block that has `label`.
    fn find(self, node: usize, count: usize, label: u8) -> Option<usize> {
        let mut at = 0;
        while at < count {
            let bit = (node % NODES_A_BLOCK + at) * 6;
            // Nine labels at once; of a field that is 0 the borrow sets the highest bit.
            let labels = self.bits((NODE_LABELS + bit / 8).min(BLOCK - 8));
            let past = (NODE_LABELS + bit / 8).saturating_sub(BLOCK - 8) * 8;
            let fields = (labels >> (bit % 8 + past)) ^ (u64::from(label) * FIELDS);
            let equal = fields.wrapping_sub(FIELDS) & !fields & (FIELDS << 5);
            if equal != 0 {
                let found = at + equal.trailing_zeros() as usize / 6;
                return (found < count).then_some(node + found);
            }
            at += 9;
        }
        None
    }

    /// How many nodes before this one have a bit of `field`; `before` says it of the block.
    fn rank(self, field: usize, before: usize, node: usize) -> usize {
        let lower = self.bits(field) & ((1 << (node % NODES_A_BLOCK)) - 1);
        number_at(self.0, before) + lower.count_ones() as usize
    }
}

/// A number of three bytes.
fn number_at(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..) {
        Some([a, b, c, ..]) => usize::from(*a) | usize::from(*b) << 8 | usize::from(*c) << 16,
        _ => 0,
    }
}

impl Node {
    pub(super) const ROOT: Self = Self(0);

    /// The beginning that is longer by the character of this UTF-16 code unit.
    pub(super) fn child(self, unit: u16) -> Option<Self> {
        let label = LABELS.get(usize::from(unit)).copied().unwrap_or(NO_LABEL);
        if label == NO_LABEL {
            return None;
        }
        if self.0 == 0 {
            return find(1, label).map(Self);
        }
        let block = Block::of(self.0)?;
        if !block.has(HAS_CHILDREN, self.0) {
            return None;
        }
        let group = block.rank(HAS_CHILDREN, PARENTS_BEFORE, self.0);
        find(first_of_group(group), label).map(Self)
    }

    /// The list and the rank of the word that ends here.
    pub(super) fn word(self) -> Option<(List, u32)> {
        let block = Block::of(self.0)?;
        if !block.has(IS_WORD, self.0) {
            return None;
        }
        let bit = block.rank(IS_WORD, WORDS_BEFORE, self.0) * BITS_A_PLACE;
        let place = number_at(PACKED, PLACES_AT + bit / 8) >> (bit % 8) & ((1 << BITS_A_PLACE) - 1);
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

/// The node with this label in the group that begins at `node`.
fn find(mut node: usize, label: u8) -> Option<usize> {
    loop {
        let block = Block::of(node)?;
        let ends = block.bits(IS_LAST) >> (node % NODES_A_BLOCK);
        let in_block = NODES_A_BLOCK - node % NODES_A_BLOCK;
        let count = in_block.min(ends.trailing_zeros() as usize + 1);
        let found = block.find(node, count, label);
        if found.is_some() || ends != 0 {
            return found;
        }
        node += count;
    }
}

/// The first node of a group.
fn first_of_group(group: usize) -> usize {
    let first = number_at(PACKED, SAMPLES_AT + group / GROUPS_A_SAMPLE * 3);
    let mut to_skip = group % GROUPS_A_SAMPLE;
    if to_skip == 0 {
        return first;
    }
    let mut at = first / NODES_A_BLOCK * NODES_A_BLOCK;
    let mut ends = Block::of(at).map_or(0, |block| block.bits(IS_LAST));
    ends &= u64::MAX << (first % NODES_A_BLOCK);
    loop {
        let sums = sums_of_bytes(ends);
        let count = (sums >> 56) as usize;
        if count >= to_skip {
            return at + place_of(ends, sums, to_skip) + 1;
        }
        to_skip -= count;
        at += NODES_A_BLOCK;
        let Some(block) = Block::of(at) else {
            return NODES;
        };
        ends = block.bits(IS_LAST);
    }
}

/// A one in each byte.
const BYTES: u64 = 0x0101_0101_0101_0101;

/// In each byte how many bits are set in it and those below.
const fn sums_of_bytes(bits: u64) -> u64 {
    let pairs = bits - (bits >> 1 & (BYTES * 0x55));
    let fours = (pairs & (BYTES * 0x33)) + (pairs >> 2 & (BYTES * 0x33));
    ((fours + (fours >> 4)) & (BYTES * 0x0f)).wrapping_mul(BYTES)
}

/// Where the `which`-th set bit is, of at least so many.
fn place_of(bits: u64, sums: u64, which: usize) -> usize {
    // The highest bit of each byte whose sum reaches it.
    let reached = ((sums | BYTES << 7) - BYTES * (which as u64)) & BYTES << 7;
    let byte = reached.trailing_zeros() & !7;
    let below = (sums << 8) >> byte & 0xff;
    let mut left = bits >> byte;
    for _ in below + 1..which as u64 {
        left &= left - 1;
    }
    (byte + left.trailing_zeros()) as usize
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
        place: Option<usize>,
    }

    /// Bits one after the other, the least first.
    #[derive(Default)]
    struct Bits(Vec<bool>);

    impl Bits {
        fn push(&mut self, number: usize, width: u32) {
            self.0.extend((0..width).map(|bit| number >> bit & 1 == 1));
        }

        fn fill(&mut self, width: usize) {
            self.0.resize(self.0.len() + width, false);
        }

        fn bytes(&self) -> Vec<u8> {
            let byte = |bits: &[bool]| (0..).zip(bits).map(|(at, bit)| u8::from(*bit) << at).sum();
            self.0.chunks(8).map(byte).collect()
        }
    }

    fn packed() -> Vec<u8> {
        let mut root = Made::default();
        for (place, word) in words().iter().enumerate() {
            let mut node = &mut root;
            for byte in word.bytes() {
                let label = LABELS[usize::from(byte)];
                node = node.children.entry(label).or_default();
            }
            assert_eq!(node.place.replace(place), None, "{word} stands twice");
        }
        // Level by level: the label, whether it is the last of its group, and the node.
        let mut nodes: Vec<(u8, bool, &Made)> = Vec::new();
        let mut waiting = VecDeque::from([(0, true, &root)]);
        let (mut samples, mut groups, mut next) = (Bits::default(), 0, 1);
        while let Some(node) = waiting.pop_front() {
            nodes.push(node);
            let children = &node.2.children;
            if !children.is_empty() && groups % GROUPS_A_SAMPLE == 0 {
                samples.push(next, 24);
            }
            groups += usize::from(!children.is_empty());
            next += children.len();
            for (at, (label, child)) in children.iter().enumerate() {
                waiting.push_back((*label, at + 1 == children.len(), child));
            }
        }
        assert_eq!((nodes.len(), groups), (NODES, GROUPS));
        let (mut bits, mut parents_before, mut words_before) = (Bits::default(), 0, 0);
        let mut places = Bits::default();
        for block in nodes.chunks(NODES_A_BLOCK) {
            let absent = NODES_A_BLOCK - block.len();
            for field in [
                |node: &(u8, bool, &Made)| !node.2.children.is_empty(),
                |node: &(u8, bool, &Made)| node.1,
                |node: &(u8, bool, &Made)| node.2.place.is_some(),
            ] {
                bits.0.extend(block.iter().map(field));
                bits.fill(absent);
            }
            block
                .iter()
                .for_each(|node| bits.push(usize::from(node.0), 6));
            bits.fill(absent * 6);
            bits.push(parents_before, 24);
            bits.push(words_before, 24);
            parents_before += block
                .iter()
                .filter(|node| !node.2.children.is_empty())
                .count();
            let found: Vec<usize> = block.iter().filter_map(|node| node.2.place).collect();
            words_before += found.len();
            found.iter().for_each(|place| places.push(*place, 17));
        }
        assert_eq!(words_before, WORDS);
        // The last place is read in three bytes, too.
        places.fill(16);
        [bits.bytes(), samples.bytes(), places.bytes()].concat()
    }

    #[test]
    fn the_packed_words_are_those_of_the_lists() {
        let path = format!("{}/dictionary/packed.bin", folder());
        let made = packed();
        assert_eq!(made.len() / 1000, 492);
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
