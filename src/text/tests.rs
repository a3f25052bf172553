//! Against the definition, by another implementation.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

fn prepared(text: &str) -> String {
    with_prepared(text.as_bytes(), |p| p.expect("UTF-8").to_owned())
}

/// The definition, by another implementation: spaces mapped, then the crate's own NFC.
fn model(text: &str) -> String {
    let space = |c: char| {
        if c.is_whitespace() && !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}') {
            ' '
        } else {
            c
        }
    };
    text.chars().map(space).nfc().collect()
}

fn agrees(text: &str) {
    let once = prepared(text);
    assert_eq!(once, model(text), "{text:?}");
    assert_eq!(prepared(&once), once, "{text:?}");
}

/// Every character that does not simply stay: 3300 of them, few of the Hangul syllables.
static EDGES: LazyLock<Vec<char>> = LazyLock::new(|| {
    let is_edge = |c: &char| {
        let is_one_of_many = ('\u{ac00}'..='\u{d7a3}').contains(c) && u32::from(*c) % 97 != 0;
        !is_one_of_many && (Kind::of(*c) != Kind::STABLE || std::iter::once(*c).nfd().ne([*c]))
    };
    let edges: Vec<char> = ('\0'..=char::MAX).filter(is_edge).collect();
    assert!((3000..4000).contains(&edges.len()), "{}", edges.len());
    edges
});

/// A mark of each class, all that compose with something, and all that decompose.
static MARKS: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut classes = [false; 256];
    let is_first = |c: &char| {
        let class = canonical_combining_class(*c);
        let is_known = std::mem::replace(&mut classes[usize::from(class)], true);
        class != 0 && (!is_known || Kind::of(*c) == Kind::CHANGING || Kind::of(*c).composes())
    };
    let marks: Vec<char> = EDGES.iter().copied().filter(is_first).collect();
    assert!((90..110).contains(&marks.len()), "{}", marks.len());
    marks
});

#[test]
fn published_examples() {
    // Unicode Standard Annex 15, tables 3 to 6.
    for (source, nfc) in [
        ("\u{212b}", "\u{c5}"),
        ("\u{2126}", "\u{3a9}"),
        ("A\u{30a}", "\u{c5}"),
        ("s\u{323}\u{307}", "\u{1e69}"),
        ("\u{1e0b}\u{323}", "\u{1e0d}\u{307}"),
        ("q\u{307}\u{323}", "q\u{323}\u{307}"),
        ("\u{fb01}", "\u{fb01}"),
        ("2\u{2075}", "2\u{2075}"),
        ("\u{1112}\u{1161}\u{11ab}", "\u{d55c}"),
        ("\u{1d160}", "\u{1d158}\u{1d165}\u{1d16e}"),
        ("\u{ff41}", "\u{ff41}"),
        // RFC 8265 section 4.3, table 4, example 5: U+1680 becomes a space.
        ("foo\u{1680}bar", "foo bar"),
    ] {
        assert_eq!(prepared(source), nfc, "{source:?}");
    }
}

#[test]
fn every_scalar_value_agrees_with_the_model_and_is_idempotent() {
    for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
        for text in [
            format!("{c}"),
            format!("a{c}\u{301}"),
            format!("\u{301}{c}"),
        ] {
            agrees(&text);
        }
    }
}

#[test]
fn every_mark_after_whatever_does_not_stay() {
    for edge in &*EDGES {
        for mark in &*MARKS {
            agrees(&format!("{edge}{mark}"));
        }
        // A second mark that may go before the first, and before those of the edge.
        for (high, low) in [
            ('\u{345}', '\u{301}'),
            ('\u{344}', '\u{323}'),
            ('\u{301}', '\u{338}'),
            ('\u{302}', '\u{5b0}'),
            ('\u{316}', '\u{31b}'),
        ] {
            agrees(&format!("{edge}{high}{low}"));
            agrees(&format!("a{high}{edge}{low}"));
        }
    }
}

#[test]
fn every_composite_from_its_parts_and_with_something_between() {
    for edge in &*EDGES {
        let parts: Vec<char> = std::iter::once(*edge).nfd().collect();
        for at in 0..=parts.len() {
            let (before, after) = parts.split_at(at);
            let (before, after) = (String::from_iter(before), String::from_iter(after));
            for between in [
                "", "\u{301}", "\u{334}", "\u{200b}", " ", "\u{a0}", "\u{2126}",
            ] {
                agrees(&format!("{before}{between}{after}"));
                agrees(&format!("{edge}{before}{between}{after}{edge}"));
            }
        }
    }
}

#[test]
fn starters_compose_with_starters() {
    let seconds = EDGES.iter().filter(|c| Kind::of(**c) == Kind::SECOND);
    let seconds: Vec<char> = seconds.copied().collect();
    assert_eq!(seconds.len(), 81);
    let firsts = EDGES.iter().flat_map(|c| std::iter::once(*c).nfd());
    let mut firsts: Vec<char> = firsts
        .filter(|c| canonical_combining_class(*c) == 0)
        .collect();
    firsts.sort_unstable();
    firsts.dedup();
    for second in seconds {
        for first in &firsts {
            agrees(&format!("{first}{second}"));
        }
        for mark in &*MARKS {
            agrees(&format!("\u{9c7}{mark}{second}{mark}"));
            agrees(&format!("{second}{mark}{second}{second}"));
        }
    }
    for text in [
        "\u{9c7}\u{9be}",
        "\u{cc6}\u{cc2}\u{cd5}\u{301}",
        "\u{dd9}\u{dcf}\u{dca}\u{338}",
        "\u{1100}\u{1161}\u{11a8}\u{301}",
        "\u{ac00}\u{11a8}\u{11a8}",
        "\u{1100}\u{301}\u{1161}",
        "\u{1611e}\u{1611e}\u{1611f}\u{1611f}",
        "a\u{301}\u{9be}\u{323}",
    ] {
        agrees(text);
    }
}

#[test]
fn spaces_take_no_marks_with_them_and_marks_may_come_first() {
    for mark in &*MARKS {
        for space in "\u{a0}\u{1680}\u{2000}\u{2001}\u{200a}\u{202f}\u{205f}\u{3000}".chars() {
            agrees(&format!("{space}{mark}"));
            agrees(&format!("\u{e9}{space}{mark}\u{323}{space}"));
        }
        for other in &*MARKS {
            agrees(&format!("{mark}{other}"));
            agrees(&format!("{mark}{other}\u{e9}{mark}{other}e{other}{mark}"));
        }
    }
}

#[test]
fn what_is_prepared_is_not_copied() {
    for text in [
        "ASCII",
        "caf\u{e9}",
        "\u{5d1}\u{5b0}\u{5bc}",
        "q\u{316}\u{35b}q\u{316}",
        "\u{d55c}\u{6f22}\u{1f600}\u{200d}\u{fe0f}",
    ] {
        with_prepared(text.as_bytes(), |p| {
            assert_eq!(p.map(str::as_ptr), Ok(text.as_ptr()), "{text:?}");
        });
    }
}

/// So that it is split before it, wherever that is.
#[test]
fn what_changes_is_found_anywhere() {
    for before in [
        "",
        "a",
        "\u{e9}",
        "\u{e9}q\u{316}",
        "\u{316}",
        "\u{316}\u{35b}",
    ] {
        for times in [0, 1, 7, 300] {
            for last in ["\u{323}", "e\u{301}", "\u{212b}", "\u{a0}", "\u{9be}"] {
                agrees(&format!("{}{before}{last}\u{e9}", "\u{434}x".repeat(times)));
            }
        }
    }
}

#[test]
fn the_longest_input_of_every_growing_kind_fits() {
    for unit in [
        "\u{1d160}",
        "\u{344}",
        "\u{390}",
        "\u{1f82}",
        "\u{fb2c}",
        "a\u{315}\u{300}",
    ] {
        let text = unit.repeat(MAX_PASSWORD_BYTES / unit.len());
        assert_eq!(prepared(&text), model(&text), "{unit:?}");
    }
    let zalgo: String = ('\u{300}'..'\u{370}')
        .cycle()
        .take(MAX_PASSWORD_BYTES / 2)
        .collect();
    assert_eq!(prepared(&zalgo), model(&zalgo));
    // As many marks as there can be, of which some were part of the first character.
    for whole in ["", "\u{1d5}", "\u{1f82}"] {
        let room = (MAX_PASSWORD_BYTES - whole.len() - 2) / 2;
        agrees(&format!("{whole}{}\u{323}", "\u{344}".repeat(room)));
    }
}

#[test]
fn heaps_of_marks_of_every_class_in_the_worst_orders() {
    let class = |c: &char| canonical_combining_class(*c);
    let mut marks = EDGES.clone();
    marks.retain(|c| class(c) != 0);
    assert!(marks.len() > 900, "{}", marks.len());
    let heap = |marks: &[char]| -> String {
        let mut room = MAX_PASSWORD_BYTES - 2;
        let fits = |c: &char| {
            room = room.saturating_sub(c.len_utf8());
            room > 0
        };
        let heap = marks.iter().copied().cycle().take_while(fits);
        std::iter::once('\u{ea}').chain(heap).collect()
    };
    agrees(&heap(&marks));
    marks.reverse();
    agrees(&heap(&marks));
    marks.sort_by_key(class);
    agrees(&heap(&marks));
    marks.reverse();
    agrees(&heap(&marks));
}

#[test]
fn bytes_that_are_not_utf8_are_told_with_their_offset_and_tried_raw() {
    with_prepared(b"pa\xffss", |p| assert_eq!(p, Err(2)));
    with_forms(b"pa\xffss", |forms| {
        assert_eq!(forms.first, b"pa\xffss");
        assert!(forms.as_received.is_none());
    });
    // Surrogates, overlong forms and a cut sequence are not UTF-8.
    for bytes in [&b"\xed\xa0\x80"[..], b"\xc0\x80", b"\xf0\x9f\x98"] {
        with_prepared(bytes, |p| assert!(p.is_err()));
    }
}

#[test]
fn only_a_difference_makes_a_second_form() {
    with_forms("caf\u{e9}".as_bytes(), |f| assert!(f.as_received.is_none()));
    with_forms("cafe\u{301}".as_bytes(), |f| {
        assert_eq!(f.first, "caf\u{e9}".as_bytes());
        assert_eq!(f.as_received, Some("cafe\u{301}".as_bytes()));
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn any_text_agrees_with_the_model(text in "\\PC{0,60}") {
        prop_assert_eq!(prepared(&text), model(&text));
    }

    #[test]
    fn any_mix_of_what_does_not_stay_agrees_with_the_model(
        edges in vec(prop_oneof![select(&**EDGES), select(&**MARKS), any::<char>()], 0..40)
    ) {
        agrees(&String::from_iter(edges));
    }

    /// Few starters and many marks: what random text hardly ever makes.
    #[test]
    fn heaps_of_marks_agree_with_the_model(
        text in "[aeo\u{1100}\u{1161}\u{11a8}\u{9c7}\u{9be}\u{300}-\u{345}\u{590}-\u{5c7}\u{e48}\u{f71}-\u{f80}\u{3099}]{0,60}"
    ) {
        let once = prepared(&text);
        prop_assert_eq!(&once, &model(&text));
        prop_assert_eq!(prepared(&once), once);
    }
}
