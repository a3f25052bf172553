use super::*;
use proptest::prelude::*;

fn is_found(word: &str, text: &str, how: Match, edits: usize, reversed: bool) -> bool {
    let mut words = Words::default();
    // Neighbours in the chunk must make no difference.
    assert!(words.add(WordKind::Email, "zzzzzzzzzzzz", false));
    assert!(words.add(WordKind::User, word, false));
    assert!(words.add(WordKind::Email, "yyyyyyyyyyyy", false));
    let search = Search {
        by_kind: &[how; 4],
        least: 3,
        parts: false,
        leet: true,
        reversed,
        edits,
    };
    let found = words.find(&Folded::of(text, true), &search);
    found.kinds().any(|kind| kind == WordKind::User)
}

/// Whether both may be the same letter: of `a`, `b` and `!`, which may be an `i` or an `l`.
fn may_be(word: char, text: char) -> bool {
    word == text || text == '!' && matches!(word, 'i' | 'l')
}

/// Edits between two texts, by the whole table.
fn distance(word: &[char], text: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=text.len()).collect();
    for (i, x) in word.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in text.iter().enumerate() {
            let replaced = diagonal + usize::from(!may_be(*x, *y));
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[text.len()]
}

/// The text with every choice of its signs left out.
fn readings(text: &str) -> Vec<Vec<char>> {
    text.chars().fold(vec![Vec::new()], |readings, c| {
        let with = readings.iter().map(|reading| [&reading[..], &[c]].concat());
        let with: Vec<Vec<char>> = with.collect();
        if c == '!' {
            [readings, with].concat()
        } else {
            with
        }
    })
}

fn model(word: &str, text: &str, how: Match, edits: usize) -> bool {
    let word: Vec<char> = word.chars().collect();
    let most = match word.len() {
        0..=4 => 0,
        5..=8 => edits.min(1),
        _ => edits.min(2),
    };
    let is_of_signs = text.chars().all(|c| c == '!');
    !is_of_signs
        && readings(text).iter().any(|text| {
            let mut parts = (0..text.len())
                .flat_map(|from| (from + 1..=text.len()).map(move |to| (from, to)))
                .map(|(from, to)| &text[from..to]);
            match how {
                Match::Off => false,
                Match::Contained if word.len() >= 3 => {
                    parts.any(|part| distance(&word, part) <= most)
                }
                _ => !text.is_empty() && distance(&word, text) <= most,
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    /// Few letters, so that near misses are common.
    #[test]
    fn words_are_found_as_by_trying_every_part(
        word in "[abi]{1,11}",
        text in "[abi]{0,7}!?[abc]{0,5}!?[abi]{0,3}!?",
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
        let found = words.find(&Folded::of(&text, false), &search);
        assert_eq!(found.words, 1, "{text}");
    }
}

/// Of a longer word the first 64 characters are compared, whatever follows.
#[test]
fn a_word_that_is_cut_is_found_by_its_beginning() {
    let ab = |count: usize| "ab".repeat(count);
    let word = ab(40);
    for how in [Match::Equal, Match::Contained] {
        for text in [ab(32), ab(35), ab(40), ab(40) + "cd"] {
            assert!(is_found(&word, &text, how, 0, false), "{text}");
        }
        assert!(!is_found(&word, &(ab(31) + "a"), how, 0, false));
        let after = format!("x{word}");
        let is_inside = how == Match::Contained;
        assert_eq!(is_found(&word, &after, how, 0, false), is_inside);
    }
}
