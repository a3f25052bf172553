#![allow(clippy::disallowed_methods)]

use super::*;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lists")
}

fn originals() -> String {
    std::fs::read_to_string(folder().join("common-passwords.txt")).expect("in the repository")
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
