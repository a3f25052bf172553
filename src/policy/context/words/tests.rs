use super::*;
use proptest::prelude::*;

fn search(how: Match, edits: usize) -> ([Match; 4], usize) {
    ([how; 4], edits)
}

fn is_found(word: &str, text: &str, how: Match, edits: usize, reversed: bool) -> bool {
    let mut words = Words::default();
    // Neighbours in the chunk must make no difference.
    assert!(words.add(WordKind::Email, "zzzzzzzzzzzz", false));
    assert!(words.add(WordKind::User, word, false));
    assert!(words.add(WordKind::Email, "yyyyyyyyyyyy", false));
    let (by_kind, edits) = search(how, edits);
    let search = Search {
        by_kind: &by_kind,
        least: 3,
        parts: false,
        leet: false,
        reversed,
        edits,
    };
    let form = Folded::of(text, false);
    let found = words.find(&[&form], &search);
    found.kinds().any(|kind| kind == WordKind::User)
}

/// Edits between two texts, by the whole table.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

fn model(word: &str, text: &str, how: Match, edits: usize) -> bool {
    let (word, text): (Vec<char>, Vec<char>) = (word.chars().collect(), text.chars().collect());
    let most = match word.len() {
        0..=4 => 0,
        5..=8 => edits.min(1),
        _ => edits.min(2),
    };
    if text.is_empty() {
        return false;
    }
    let parts = (0..text.len()).flat_map(|from| (from + 1..=text.len()).map(move |to| (from, to)));
    let mut parts = parts.map(|(from, to)| &text[from..to]);
    match how {
        Match::Off => false,
        Match::Contained if word.len() >= 3 => parts.any(|part| distance(&word, part) <= most),
        _ => distance(&word, &text) <= most,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    /// Few letters, so that near misses are common.
    #[test]
    fn words_are_found_as_by_trying_every_part(
        word in "[ab]{1,11}",
        text in "[abc]{0,16}",
        is_contained: bool,
        edits in 0_usize..3,
    ) {
        let how = if is_contained { Match::Contained } else { Match::Equal };
        let expected = model(&word, &text, how, edits);
        prop_assert_eq!(is_found(&word, &text, how, edits, false), expected);
        let backwards: String = text.chars().rev().collect();
        let either = expected || model(&word, &backwards, how, edits);
        prop_assert_eq!(is_found(&word, &text, how, edits, true), either);
    }

    /// What is made of a word by as many edits as it may have is found, in company.
    #[test]
    fn edited_words_are_found(
        word in "[a-e]{9,30}", before in "[a-z]{0,20}", after in "[a-z]{0,20}",
        first in 0_usize..9, second in 0_usize..9, letter in "[f-z]",
    ) {
        let mut edited = word.clone();
        edited.remove(first);
        edited.insert_str(second.min(edited.len()), &letter);
        let text = format!("{before}{edited}{after}");
        prop_assert!(is_found(&word, &text, Match::Contained, 2, false), "{} {}", word, text);
    }
}

#[test]
fn many_words_take_many_chunks() {
    let mut words = Words::default();
    for i in 0..200 {
        assert!(words.add(
            WordKind::Service,
            &format!("word-{i:03}-{}", "x".repeat(i)),
            false
        ));
    }
    assert_eq!(words.count, 200);
    assert!(!words.add(WordKind::Service, "?!", false));
    let search = Search {
        by_kind: &[Match::Contained; 4],
        least: 4,
        parts: false,
        leet: false,
        reversed: false,
        edits: 0,
    };
    for i in 0..200 {
        let text = format!("a word{i:03}{}", "x".repeat(i));
        let found = words.find(&[&Folded::of(&text, false)], &search);
        assert_eq!(found.words, 1, "{text}");
    }
}
