use super::*;
use crate::error::ErrorKind;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn hash(&mut self) -> [u8; 20] {
        let parts = [self.next(), self.next(), self.next()].map(u64::to_be_bytes);
        let mut hash = [0; 20];
        for (place, byte) in hash.iter_mut().zip(parts.as_flattened()) {
            *place = *byte;
        }
        hash
    }
}

/// Random hashes in order without a sort: the gaps of a Poisson process, so that 10^8 need no memory.
struct Ascending {
    random: Random,
    left: u64,
    at: f64,
    step: f64,
}

impl Ascending {
    fn new(count: u64) -> Self {
        Self {
            random: Random(7),
            left: count,
            at: 0.0,
            step: 2f64.powi(64) / (count as f64 + 4.0 * (count as f64).sqrt() + 1.0),
        }
    }
}

impl Iterator for Ascending {
    type Item = [u8; 20];

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn next(&mut self) -> Option<[u8; 20]> {
        self.left = self.left.checked_sub(1)?;
        let uniform = (self.random.next() >> 11) as f64 / 2f64.powi(53);
        self.at += -(1.0 - uniform).ln() * self.step + 4096.0;
        let mut hash = self.random.hash();
        let first = (self.at as u64).to_be_bytes();
        for (place, byte) in hash.iter_mut().zip(first) {
            *place = byte;
        }
        Some(hash)
    }
}

fn build(plan: &BlocklistPlan, keys: impl Iterator<Item = [u8; 20]>) -> (Vec<u8>, BlocklistBuilt) {
    let mut file = Vec::new();
    let mut builder = BlocklistBuilder::new(plan, |bytes: &[u8]| {
        file.extend_from_slice(bytes);
        Ok::<(), Error>(())
    })
    .unwrap();
    for key in keys {
        builder.push(&key[..plan_bytes(plan)], 1).unwrap();
    }
    let built = builder.finish().unwrap();
    assert_eq!(built.bytes, file.len() as u64);
    (file, built)
}

fn plan_bytes(plan: &BlocklistPlan) -> usize {
    if format!("{plan:?}").contains("Ntlm") {
        16
    } else {
        20
    }
}

fn small(precision: Precision) -> (Vec<u8>, BTreeSet<[u8; 20]>) {
    let mut random = Random(3);
    let keys: BTreeSet<_> = (0..700).map(|_| random.hash()).collect();
    let plan = BlocklistPlan::new(BreachHash::Sha1, precision, 700).with_date(20_260_817);
    let (file, built) = build(&plan, keys.iter().copied());
    assert_eq!(built.keys, 700);
    (file, keys)
}

fn is_full() -> bool {
    std::env::var_os("SALTBOX_PROOF").is_some_and(|value| value == "full")
}

#[test]
fn every_key_is_found_and_sizes_and_rates_are_as_promised() {
    for (bits, most, keys, full) in [
        (16, 17.6, 1_000_000, 100_000_000),
        (20, 21.7, 1_000_000, 100_000_000),
        (10, 11.7, 200_000, 10_000_000),
        (30, 31.7, 200_000, 10_000_000),
    ] {
        let keys = if is_full() { full } else { keys };
        let plan = BlocklistPlan::new(BreachHash::Sha1, Precision::Probable(bits), keys);
        let (file, built) = build(&plan, Ascending::new(keys));
        assert_eq!((built.keys, built.left_out), (keys, 0));
        assert!(built.one_in >= 1 << bits, "one in {}", built.one_in);
        let per_key = file.len() as f64 * 8.0 / keys as f64;
        println!(
            "{keys} keys, {bits} bits: {per_key:.3} bits a key, one in {}",
            built.one_in
        );
        assert!(per_key <= most, "{per_key} bits a key");
        let list = Blocklist::attach(file).unwrap();
        list.check_all().unwrap();
        assert_eq!(list.one_in(), built.one_in);
        for key in Ascending::new(keys) {
            assert_eq!(list.contains(&key), Hit::Probable);
        }
        // Six standard deviations: wrong once in a thousand million runs.
        let mut random = Random(11);
        let tries = if is_full() { 4_000_000 } else { 1_000_000 };
        let hits = (0..tries)
            .filter(|_| list.contains(&random.hash()) != Hit::No)
            .count();
        let expected = f64::from(tries) / 2f64.powi(i32::from(bits));
        assert!(
            (hits as f64) < expected + 6.0 * expected.sqrt() + 2.0,
            "{hits} of {expected}"
        );
        assert!(
            (hits as f64) > expected - 6.0 * expected.sqrt() - 2.0,
            "{hits} of {expected}"
        );
    }
}

#[test]
fn whole_hashes_answer_exactly() {
    for hash in [BreachHash::Sha1, BreachHash::Ntlm] {
        let plan = BlocklistPlan::new(hash, Precision::Exact, 100_000);
        let (file, built) = build(&plan, Ascending::new(100_000));
        assert_eq!(built.one_in, 0);
        let list = Blocklist::attach(file).unwrap();
        list.check_all().unwrap();
        for mut key in Ascending::new(100_000) {
            let key = &mut key[..hash.bytes()];
            assert_eq!(list.contains(key), Hit::Yes);
            for at in [0, 7, 9, hash.bytes() - 1] {
                key[at] ^= 1;
                assert_eq!(list.contains(key), Hit::No);
                key[at] ^= 1;
            }
            assert_eq!(list.contains(&key[1..]), Hit::No);
        }
    }
}

#[test]
fn what_was_expected_may_differ_and_the_rate_is_told() {
    for (expected, one_in) in [(1_000, 16_384), (4_000, 65_536), (100_000, 1_638_400)] {
        let plan = BlocklistPlan::new(BreachHash::Sha1, Precision::Probable(16), expected);
        let (file, built) = build(&plan, Ascending::new(4_000));
        assert!(
            built.one_in.abs_diff(one_in) < one_in / 50,
            "{}",
            built.one_in
        );
        let list = Blocklist::attach(file).unwrap();
        list.check_all().unwrap();
        assert!(Ascending::new(4_000).all(|key| list.contains(&key) == Hit::Probable));
    }
    let plan = BlocklistPlan::new(BreachHash::Sha1, Precision::Probable(16), 100);
    let mut builder = BlocklistBuilder::new(&plan, |_: &[u8]| Ok::<(), Error>(())).unwrap();
    let refused = Ascending::new(5_000).find_map(|key| builder.push(&key, 1).err());
    let refused = refused.unwrap().to_string();
    let words = "is one of far more than were expected, or these are no hashes";
    assert!(refused.ends_with(words), "{refused}");
}

#[test]
fn keys_out_of_order_are_refused_with_their_place() {
    let plan = BlocklistPlan::new(BreachHash::Ntlm, Precision::Exact, 10).with_min_count(3);
    let mut file = Vec::new();
    let mut builder = BlocklistBuilder::new(&plan, |bytes: &[u8]| {
        file.extend_from_slice(bytes);
        Ok::<(), Error>(())
    })
    .unwrap();
    builder.push(&[5; 16], 3).unwrap();
    builder.push(&[6; 16], 2).unwrap();
    for (key, reason) in [
        (
            &[6; 16][..],
            "key 2 is the same as the one before it; merge them first",
        ),
        (
            &[5; 16],
            "key 2 is smaller than the one before it; sort them first",
        ),
        (
            &[7; 20],
            "key 2 has another length than the hashes of this list",
        ),
    ] {
        let error = builder.push(key, 9).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::Argument, reason.to_owned())
        );
    }
    builder.push(&[7; 16], 4).unwrap();
    let built = builder.finish().unwrap();
    assert_eq!((built.keys, built.left_out), (2, 1));
    let list = Blocklist::attach(file).unwrap();
    assert_eq!(list.min_count(), 3);
    assert_eq!(
        [5, 6, 7].map(|byte| list.contains(&[byte; 16])),
        [Hit::Yes, Hit::No, Hit::Yes]
    );
    for (plan, reason) in [
        (
            BlocklistPlan::new(BreachHash::Sha1, Precision::Probable(7), 1),
            "from 8 to 30",
        ),
        (
            BlocklistPlan::new(BreachHash::Sha1, Precision::Probable(31), 1),
            "from 8 to 30",
        ),
        (
            BlocklistPlan::new(BreachHash::Sha1, Precision::Exact, 0),
            "1 to 2^32",
        ),
        (
            BlocklistPlan::new(BreachHash::Sha1, Precision::Exact, 1 << 33),
            "1 to 2^32",
        ),
    ] {
        let error = BlocklistBuilder::new(&plan, |_: &[u8]| Ok::<(), Error>(()))
            .err()
            .unwrap();
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn a_sink_that_fails_ends_the_build_with_its_error() {
    let plan = BlocklistPlan::new(BreachHash::Sha1, Precision::Exact, 100_000);
    let mut room = 1_000_000;
    let sink = |bytes: &[u8]| {
        room = usize::checked_sub(room, bytes.len()).ok_or(std::io::ErrorKind::StorageFull)?;
        Ok::<(), std::io::Error>(())
    };
    let mut builder = BlocklistBuilder::new(&plan, sink).unwrap();
    let error = Ascending::new(100_000).find_map(|key| builder.push(&key, 1).err());
    assert_eq!(error.unwrap().kind(), std::io::ErrorKind::StorageFull);
    let error = builder.push(&[0; 20], 1).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}

#[test]
fn each_failure_to_attach_has_words_of_its_own() {
    let (file, _) = small(Precision::Probable(16));
    let refused = |file: Vec<u8>| {
        let error = Blocklist::attach(file).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        error.to_string()
    };
    let with = |at: usize, byte: u8| {
        let mut file = file.clone();
        file[at] = byte;
        file
    };
    let trailer = file.len() - 160;
    for (file, words) in [
        (
            b"PK\x03\x04 something else entirely, longer than a head".to_vec(),
            "not a blocklist",
        ),
        (b"short".to_vec(), "not a blocklist"),
        (with(0, 0), "not a blocklist"),
        (with(8, 2), "later release"),
        (with(trailer + 8, 1), "description is damaged"),
        (with(trailer + 17, 1), "description is damaged"),
        (Vec::new(), "cut off"),
        (file[..10].to_vec(), "cut off"),
        (file[..file.len() - 1].to_vec(), "cut off"),
        ([&file[..], b"\0"].concat(), "cut off"),
        ([&file[..200], &file[201..]].concat(), "cut off"),
    ] {
        let error = refused(file);
        assert!(error.contains(words), "{words}: {error}");
    }
}

/// The file with all its checksums right again, whatever it says.
fn resummed(mut file: Vec<u8>) -> Vec<u8> {
    let trailer = file.len() - 160;
    let number = |at: usize| {
        let bytes = file[trailer + at..].first_chunk().unwrap();
        usize::try_from(u64::from_le_bytes(*bytes)).unwrap()
    };
    let index = (16 + number(64)).min(trailer);
    let sums = [
        (112, format::sum_of(&[&file[16..index]])),
        (128, format::sum_of(&[&file[index..trailer]])),
    ];
    for (at, sum) in sums {
        file[trailer + at..trailer + at + 16].copy_from_slice(&sum);
    }
    let end = file.len() - 16;
    let sum = format::sum_of(&[&file[..16], &file[trailer..end]]);
    file[end..].copy_from_slice(&sum);
    file
}

#[test]
fn a_description_that_no_release_writes_is_refused_though_its_checksum_is_right() {
    for precision in [Precision::Exact, Precision::Probable(16)] {
        let (file, _) = small(precision);
        let trailer = file.len() - 160;
        assert_eq!(resummed(file.clone()), file);
        for (what, at, byte, words) in [
            ("flags", 8, 1, "later release"),
            ("hash", 12, 3, "description is damaged"),
            ("precision", 13, 3, "description is damaged"),
            ("bits", 14, 31, "description is damaged"),
            ("rice", 15, 29, "description is damaged"),
            ("fewer keys than values", 17, 0, "description is damaged"),
            ("none expected", 33, 0, "description is damaged"),
            ("far more expected", 37, 2, "description is damaged"),
            ("buckets", 52, 10, "description is damaged"),
            ("width", 53, 58, "description is damaged"),
            ("bytes of data", 64, 0, "description is damaged"),
            ("bytes of index", 88, 0, "description is damaged"),
            ("rate", 101, 0x55, "description is damaged"),
        ] {
            let mut file = file.clone();
            file[trailer + at] = byte;
            if what == "none expected" {
                file[trailer + 32] = 0;
            }
            let error = Blocklist::attach(resummed(file)).map(|_| ()).unwrap_err();
            assert!(error.to_string().contains(words), "{what}: {error}");
        }
    }
}

/// The checksums say nothing where the keys were wrong from the start.
#[test]
fn all_checks_read_every_key_though_checksums_are_right() {
    let damaged = |file: Vec<u8>| {
        let list = Blocklist::attach(resummed(file)).unwrap();
        list.check_all()
            .map(|()| "whole".to_owned())
            .unwrap_or_else(|error| error.to_string())
    };
    let (file, keys) = small(Precision::Exact);
    assert_eq!(damaged(file.clone()), "whole");
    let record = |at: usize| 16 + at * 20..16 + (at + 1) * 20;
    let swapped = |a: usize, b: usize| {
        let mut file = file.clone();
        let first = file[record(a)].to_vec();
        file.copy_within(record(b), record(a).start);
        file[record(b)].copy_from_slice(&first);
        file
    };
    // Out of order in one bucket, and in buckets that are not theirs.
    assert!(damaged(swapped(3, 4)).contains("keys are damaged"));
    assert!(damaged(swapped(3, 699)).contains("keys are damaged"));
    let mut twice = file.clone();
    twice.copy_within(record(7), record(8).start);
    assert!(damaged(twice).contains("keys are damaged"));
    for precision in [Precision::Exact, Precision::Probable(16)] {
        let (file, _) = small(precision);
        let trailer = file.len() - 160;
        // As many keys, and one value fewer.
        let mut fewer = file.clone();
        fewer[trailer + 24] -= 1;
        let rate = match precision {
            Precision::Exact => 0,
            Precision::Probable(bits) => {
                (700_u64 << bits) / u64::from(fewer[trailer + 24]).wrapping_add(0x200)
            }
        };
        fewer[trailer + 96..trailer + 104].copy_from_slice(&rate.to_le_bytes());
        assert!(damaged(fewer).contains("keys are damaged"), "{precision:?}");
        // The second bucket begins elsewhere.
        let mut moved = file.clone();
        moved[trailer - 9] ^= 1;
        let index_bytes = usize::from(file[trailer + 88]);
        moved[trailer - index_bytes] ^= 1;
        let said = damaged(moved);
        assert!(
            said.contains("index is damaged") || said.contains("keys are damaged"),
            "{said}"
        );
    }
    assert_eq!(keys.len(), 700);
    // The last codes do not end where their bucket does.
    let (mut file, _) = small(Precision::Probable(16));
    let end =
        16 + usize::from(file[file.len() - 96]) + usize::from(file[file.len() - 95]) * 256 - 8;
    file[end - 4..end].fill(0);
    assert!(damaged(file).contains("keys are damaged"));
}

#[test]
fn damage_anywhere_is_found_and_never_a_panic() {
    for precision in [
        Precision::Exact,
        Precision::Probable(16),
        Precision::Probable(30),
    ] {
        let (file, keys) = small(precision);
        let whole = Blocklist::attach(file.clone()).unwrap();
        for length in 0..file.len() {
            assert!(
                Blocklist::attach(file[..length].to_vec()).is_err(),
                "{length}"
            );
        }
        for at in 0..file.len() {
            for bit in 0..8 {
                let mut file = file.clone();
                file[at] ^= 1 << bit;
                let Ok(list) = Blocklist::attach(file) else {
                    continue;
                };
                assert!(list.check_all().is_err(), "{at}, {bit}");
                // What can be answered has no panic; the description is always right.
                assert_eq!(list.keys(), whole.keys());
                for key in keys.iter().take(20) {
                    let _ = list.contains(key);
                }
            }
        }
    }
}

#[test]
fn a_file_that_changes_after_it_was_attached_is_read_within_its_bounds() {
    struct Shrinking(std::sync::Mutex<bool>, Vec<u8>);
    impl AsRef<[u8]> for Shrinking {
        fn as_ref(&self) -> &[u8] {
            let mut was_read = self.0.lock().unwrap();
            let whole = !std::mem::replace(&mut *was_read, true);
            if whole {
                &self.1
            } else {
                &self.1[..self.1.len() / 3]
            }
        }
    }
    let (file, keys) = small(Precision::Probable(20));
    let list = Blocklist::attach(Shrinking(std::sync::Mutex::new(false), file)).unwrap();
    assert!(keys.iter().all(|key| list.contains(key) == Hit::Probable));
    assert!(list.check_all().is_err());
}

#[test]
fn the_format_is_what_was_released() {
    // Files that were written once are read for ever: this one is of version 1.
    let plan = BlocklistPlan::new(BreachHash::Ntlm, Precision::Probable(8), 2).with_date(1);
    let (file, _) = build(&plan, [[1; 20], [255; 20]].into_iter());
    let hex: String = file.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, include_str!("version1.hex").trim());
}

/// What the tests of C, Go and Python attach.
#[test]
#[allow(clippy::disallowed_methods)] // The test makes the file.
fn the_list_of_the_bindings_is_what_is_built() {
    let words = include_str!("../../../tests/lists/leaked.txt").lines();
    let mut keys: Vec<_> = words.map(|word| (BreachHash::Sha1.of(word), 1)).collect();
    let plan = BlocklistPlan::new(BreachHash::Sha1, Precision::Exact, 1).with_date(20_261_128);
    let made = build_unsorted(&plan, &mut keys).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lists/leaked.blocklist");
    if std::env::var_os("SALTBOX_BLESS").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    assert!(
        std::fs::read(path).unwrap() == made,
        "bless it with SALTBOX_BLESS=1"
    );
}

proptest! {
    #[test]
    fn a_list_answers_as_a_set_does(
        keys in prop::collection::btree_set(any::<[u8; 16]>(), 0..300),
        others in prop::collection::vec(any::<[u8; 16]>(), 0..50),
        expected in 1u64..2000,
        bits in prop::option::of(8u8..=30),
    ) {
        let precision = bits.map_or(Precision::Exact, Precision::Probable);
        let plan = BlocklistPlan::new(BreachHash::Ntlm, precision, expected);
        let mut file = Vec::new();
        let mut builder = BlocklistBuilder::new(&plan, |bytes: &[u8]| {
            file.extend_from_slice(bytes);
            Ok::<(), Error>(())
        }).unwrap();
        for key in &keys {
            builder.push(key, 1).unwrap();
        }
        builder.finish().unwrap();
        let list = Blocklist::attach(file).unwrap();
        list.check_all().unwrap();
        let hit = if bits.is_some() { Hit::Probable } else { Hit::Yes };
        for key in &keys {
            prop_assert_eq!(list.contains(key), hit);
        }
        if bits.is_none() {
            for key in others {
                prop_assert_eq!(list.contains(&key) == Hit::Yes, keys.contains(&key));
            }
        }
    }

    #[test]
    fn keys_in_any_order_make_the_list_of_the_sorted_ones(
        keys in prop::collection::vec((any::<[u8; 2]>(), 0u64..4), 0..200),
    ) {
        let mut counts = std::collections::BTreeMap::<[u8; 20], u64>::new();
        let mut unsorted: Vec<([u8; 20], u64)> = Vec::new();
        for (key, count) in keys {
            let mut hash = [0; 20];
            hash[..2].copy_from_slice(&key);
            *counts.entry(hash).or_default() += count;
            unsorted.push((hash, count));
        }
        let plan = BlocklistPlan::new(BreachHash::Sha1, Precision::Exact, 1).with_min_count(2);
        let list = Blocklist::attach(build_unsorted(&plan, &mut unsorted).unwrap()).unwrap();
        for (key, count) in counts {
            prop_assert_eq!(list.contains(&key) == Hit::Yes, count >= 2);
        }
    }

    #[test]
    fn any_bytes_between_head_and_trailer_are_read_without_a_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        hash in any::<[u8; 20]>(),
    ) {
        let (mut file, _) = small(Precision::Probable(12));
        let end = file.len() - 160;
        for (place, byte) in file[16..end].iter_mut().rev().zip(&bytes) {
            *place = *byte;
        }
        let list = Blocklist::attach(file).unwrap();
        let _ = list.contains(&hash);
    }
}
