//! Any bytes as a descriptor, and any bytes as the fields of one: what is made is
//! a stored string that is read and written back, what is refused has its place.
//!
//! The input is a descriptor; and then, a byte that chooses a good one, a byte
//! that chooses a string or a number in it, and what takes its place.

use saltbox::ErrorKind;
use saltbox::hash::{Stored, import_descriptor};
use serde_json::Value;

/// A descriptor of every vendor and algorithm.
const ROWS: &str = include_str!("../../tests/support/descriptors.tsv");

pub fn run(data: &[u8]) {
    check(data);
    let [which, at, text @ ..] = data else {
        return;
    };
    let rows = ROWS.lines().filter(|line| !line.starts_with('#'));
    let descriptors: Vec<&str> = rows.filter_map(|row| row.split('\t').nth(2)).collect();
    let row = descriptors[usize::from(*which) % descriptors.len()];
    let mut json: Value = serde_json::from_str(row).expect("valid JSON");
    let mut count = 0;
    each_leaf(&mut json["hash"], &mut |_| count += 1);
    let mut left = usize::from(*at) % count;
    each_leaf(&mut json["hash"], &mut |leaf| {
        if left == 0 {
            *leaf = match leaf {
                Value::Number(_) => text
                    .iter()
                    .fold(0_u64, |n, b| n << 8 | u64::from(*b))
                    .into(),
                _ => String::from_utf8_lossy(text).into(),
            };
        }
        left = left.wrapping_sub(1);
    });
    check(json.to_string().as_bytes());
}

fn check(json: &[u8]) {
    match import_descriptor(json) {
        Ok(text) => {
            let stored = Stored::parse(text.as_bytes()).expect("a stored string");
            assert_eq!(stored.to_text(), text);
        }
        Err(error) => {
            let kinds = [ErrorKind::Import, ErrorKind::Unsupported];
            assert!(kinds.contains(&error.kind()), "{error:?}");
            let is_within = |at| at <= json.len();
            assert!(error.offset().is_none_or(is_within), "{error}");
        }
    }
}

/// Strings and numbers, in their order.
fn each_leaf(value: &mut Value, visit: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|v| each_leaf(v, visit)),
        Value::Array(items) => items.iter_mut().for_each(|v| each_leaf(v, visit)),
        leaf => visit(leaf),
    }
}
