//! Any keys in any order: what is out of order is refused, and the list of the
//! others answers as a set does.
//!
//! The input: what the list is to be (five bytes), and keys: two bytes of a hash
//! and how often it was seen.

use saltbox::policy::{
    Blocklist, BlocklistBuilder, BlocklistPlan, BreachHash, Hit, Precision, build_unsorted,
};
use saltbox::{Error, ErrorKind};
use std::collections::BTreeMap;

pub fn run(data: &[u8]) {
    let Some(([kind, bits, low, high, min_count], rest)) = data.split_first_chunk() else {
        return;
    };
    let hash = [BreachHash::Sha1, BreachHash::Ntlm][usize::from(kind % 2)];
    let precision = match bits {
        0..128 => Precision::Exact,
        _ => Precision::Probable(bits - 128),
    };
    let expected = u64::from(u16::from_le_bytes([*low, *high]));
    let min_count = u64::from(*min_count % 8);
    let plan = BlocklistPlan::new(hash, precision, expected).with_min_count(min_count);
    let mut keys: Vec<(Vec<u8>, u64)> = rest
        .chunks_exact(3)
        .map(|key| {
            let mut whole = vec![key[1]; hash.bytes()];
            whole[..2].copy_from_slice(&key[..2]);
            (whole, u64::from(key[2] % 8))
        })
        .collect();
    let mut file = Vec::new();
    let sink = |bytes: &[u8]| {
        file.extend_from_slice(bytes);
        Ok::<(), Error>(())
    };
    let is_valid =
        expected > 0 && matches!(precision, Precision::Exact | Precision::Probable(8..=30));
    let mut builder = match BlocklistBuilder::new(&plan, sink) {
        Ok(builder) => builder,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Argument);
            return assert!(!is_valid);
        }
    };
    assert!(is_valid);
    let mut taken: BTreeMap<&[u8], u64> = BTreeMap::new();
    for (key, count) in &keys {
        let is_next = taken
            .last_key_value()
            .is_none_or(|(last, _)| *last < &**key);
        match builder.push(key, *count) {
            Ok(()) => {
                assert!(is_next);
                taken.insert(key, *count);
            }
            // Thousands of keys, where none were expected.
            Err(error) => assert!(!is_next || taken.len() >= 4096, "{error}"),
        }
    }
    let built = builder.finish().expect("the sink takes all");
    assert_eq!(built.bytes, file.len() as u64);
    let list = answers_as(file, &taken, min_count.max(1));
    assert_eq!((list.keys(), list.one_in()), (built.keys, built.one_in));
    let mut counts: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
    for (key, count) in &keys {
        *counts.entry(key.clone()).or_default() += count;
    }
    let counts = counts.iter().map(|(key, count)| (&**key, *count)).collect();
    if let Ok(file) = build_unsorted(&plan, &mut keys) {
        answers_as(file, &counts, min_count.max(1));
    }
}

fn answers_as(file: Vec<u8>, keys: &BTreeMap<&[u8], u64>, min_count: u64) -> Blocklist {
    let list = Blocklist::attach(file).expect("just built");
    list.check_all().expect("just built");
    let is_exact = list.precision() == Precision::Exact;
    for (key, count) in keys {
        let hit = list.contains(key);
        assert!(hit != Hit::No || *count < min_count);
        assert!(hit == Hit::No || *count >= min_count || !is_exact);
        let mut other = key.to_vec();
        other[key.len() - 1] ^= 1;
        assert!(list.contains(&other) == Hit::No || !is_exact);
    }
    list
}
