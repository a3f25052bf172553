//! Cases of many scripts, and every scalar value.

use super::*;
use proptest::prelude::*;

fn normal(text: &str) -> Result<String, Fault> {
    let normal = normalize(Kind::Text, DateOrder::DayFirst, text.as_bytes());
    normal.map(|normal| normal.to_string())
}

fn is_full() -> bool {
    std::env::var_os("SALTBOX_PROOF").is_some_and(|value| value == "full")
}

/// Normalising again changes nothing, and nothing is left only where that is an error.
fn holds(text: &str) {
    match normal(text) {
        Ok(once) => {
            assert!(
                !once.is_empty() && once.trim() == once && !once.contains("  "),
                "{text:?}"
            );
            assert_eq!(normal(&once), Ok(once), "{text:?}");
        }
        Err(Fault::Empty) => {
            let is_left = |c: char| c.is_alphanumeric() && Part::of(c) != Part::Accent;
            let hidden = [
                '\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}', '\u{17b4}', '\u{17b5}',
            ];
            assert!(
                !text.chars().any(|c| is_left(c) && !hidden.contains(&c)),
                "{text:?}"
            );
        }
        Err(fault) => assert_eq!(fault, Fault::TooLong, "{text:?}"),
    }
}

#[test]
fn answers_that_people_take_for_one_are_one() {
    for (script, a, b) in [
        ("Latin", "Müller", "muller"),
        ("Latin", "Straße", "STRASSE"),
        ("Latin", "STRAẞE", "strasse"),
        ("Latin", "São  Paulo", "sao paulo"),
        ("Latin", "Nguyễn", "nguyen"),
        ("Latin", "  St. John's ", "st john s"),
        ("Latin", "O’Brien", "O'Brien"),
        ("Latin", "L´Aquila", "L'Aquila"),
        ("Latin", "Jean-Luc", "jean luc"),
        ("Latin", "ＲＥＸ　２", "rex 2"),
        ("Latin", "ﬁﬂy", "fifly"),
        ("Latin", "fido 🐶", "Fido"),
        ("Latin", "re\u{200b}x\u{ad}", "rex"),
        ("Latin", "r\u{336}e\u{336}x\u{336}", "rex"),
        ("Latin", "№ 5", "no 5"),
        ("Latin", "𝓜𝓪𝔁", "max"),
        ("Latin", "C++", "c"),
        ("Greek", "ΟΔΥΣΣΕΎΣ", "οδυσσευσ"),
        ("Greek", "Ὀδυσσεύς", "ΟΔΥΣΣΕΥΣ"),
        ("Greek", "ᾳ", "ΑΙ"),
        ("Cyrillic", "Алёна", "АЛЕНА"),
        ("Cyrillic", "Москва\u{301}", "москва"),
        ("Cyrillic", "\u{438}\u{306}", "Й"),
        ("Cyrillic", "Киї\u{301}в", "київ"),
        ("Armenian", "ԵՐԵՎԱՆ", "երեվան"),
        ("Armenian", "և", "եւ"),
        ("Georgian", "ᲗᲑᲘᲚᲘᲡᲘ", "თბილისი"),
        ("Cherokee", "ᏣᎳᎩ", "ꮳꮃꭹ"),
        ("Hebrew", "תל־אביב", "תל אביב"),
        ("Hebrew", "שׁ", "ש\u{5c1}"),
        ("Arabic", "ﻣﺤﻤﺪ", "محمد"),
        ("Arabic", "ﷲ", "الله"),
        ("Arabic", "غرفة ٣", "غرفة 3"),
        ("Arabic", "می\u{200c}خواهم", "میخواهم"),
        ("Syriac", "ܐ\u{200f}", "ܐ"),
        ("Devanagari", "क़लम", "क\u{93c}लम"),
        ("Devanagari", "कमरा ९", "कमरा 9"),
        ("Bengali", "ক\u{9c7}\u{9be}", "ক\u{9cb}"),
        ("Tamil", "க\u{bc6}\u{bbe}", "க\u{bca}"),
        ("Thai", "น้ำ", "น\u{e49}\u{e4d}า"),
        ("Lao", "ຫມາ", "ໝາ"),
        ("Khmer", "ភ្នំ\u{200b}ពេញ", "ភ្នំពេញ"),
        ("Tibetan", "བོད\u{f0b}", "བོད"),
        ("Hangul", "\u{1112}\u{1161}\u{11ab}", "한"),
        ("Hangul", "\u{ffbe}\u{ffc2}", "하"),
        ("Katakana", "ﾋﾟｶﾁｭｳ", "ピカチュウ"),
        ("Katakana", "ハ\u{309a}リ", "パリ"),
        ("Hiragana", "か\u{3099}", "が"),
        ("Han", "㍻", "平成"),
        ("Han", "漢\u{fe00}字", "漢字"),
        ("Han", "\u{f900}", "豈"),
        ("Deseret", "𐐇", "𐐯"),
        ("Adlam", "𞤀", "𞤢"),
    ] {
        // Fillers are nobody's letter; what is left of the two has to be the same.
        assert_eq!(normal(a), normal(b), "{script}: {a} {b}");
        holds(a);
        holds(b);
    }
}

#[test]
fn answers_that_differ_stay_different() {
    for (script, a, b) in [
        ("Latin", "anna", "anne"),
        ("Latin", "new york", "newyork"),
        ("Latin", "ø", "o"),
        ("Latin", "Łódź", "Lodz"),
        ("Latin", "rex 1", "rex 2"),
        ("Cyrillic", "й", "и"),
        ("Cyrillic", "ў", "у"),
        ("Cyrillic", "ї", "і"),
        ("Cyrillic", "ѓ", "г"),
        ("Cyrillic", "ќ", "к"),
        ("Cyrillic and Latin", "а", "a"),
        ("Hebrew", "ש\u{5c1}", "ש\u{5c2}"),
        ("Arabic", "كَتب", "كُتب"),
        ("Arabic", "آ", "ا"),
        ("Syriac", "ܡ\u{308}", "ܡ"),
        ("Devanagari", "की", "का"),
        ("Devanagari", "क्ष", "कष"),
        ("Devanagari", "क़", "क"),
        ("Bengali", "কি", "কী"),
        ("Gurmukhi", "ਕਿ", "ਕੀ"),
        ("Gujarati", "કિ", "કી"),
        ("Oriya", "କି", "କୀ"),
        ("Tamil", "கி", "கீ"),
        ("Telugu", "కి", "కీ"),
        ("Kannada", "ಕಿ", "ಕೀ"),
        ("Malayalam", "കി", "കീ"),
        ("Sinhala", "කි", "කී"),
        ("Thai", "ป่า", "ป้า"),
        ("Thai", "เด็ก", "เดก"),
        ("Thai", "จันทร์", "จันทร"),
        ("Lao", "ປາ", "ປ່າ"),
        ("Myanmar", "ကိ", "ကီ"),
        ("Khmer", "កិ", "កី"),
        ("Khmer", "ក់", "ក"),
        ("Tibetan", "བི", "བུ"),
        ("Ethiopic", "ሀ", "ሁ"),
        ("Hangul", "한", "하"),
        ("Hiragana", "が", "か"),
        ("Katakana", "パ", "ハ"),
        ("Hiragana and Katakana", "か", "カ"),
        ("Han", "北京", "東京"),
        ("Mongolian", "ᠮ", "ᠭ"),
        ("Georgian", "ა", "ბ"),
        ("Braille", "⠁", "⠃"),
        ("SignWriting", "\u{1d800}", "\u{1d801}"),
        ("Cuneiform", "\u{12000}", "\u{12001}"),
    ] {
        let (a_normal, b_normal) = (normal(a), normal(b));
        assert!(a_normal.is_ok() && b_normal.is_ok(), "{script}: {a} {b}");
        assert_ne!(a_normal, b_normal, "{script}: {a} {b}");
    }
}

#[test]
fn every_i_is_one_in_an_answer() {
    for text in ["I", "İ", "ı", "i", "i\u{307}", "ı\u{307}", "Í", "ｉ", "𝚤"] {
        assert_eq!(normal(text).as_deref(), Ok("i"), "{text}");
    }
    assert_eq!(normal("ISPARTA"), normal("ısparta"));
    assert_eq!(normal("İstanbul"), normal("ISTANBUL"));
}

#[test]
fn an_answer_of_which_nothing_is_left_is_none() {
    for text in [
        "",
        " ",
        "\t\r\n\u{3000}",
        "!?.,;:-_",
        "🐶",
        "❤️",
        "👨‍👩‍👧",
        "🇩🇪",
        "\u{200b}\u{feff}",
        "\u{301}",
        "´",
        "€$",
        "\0",
    ] {
        assert_eq!(normal(text), Err(Fault::Empty), "{text:?}");
    }
}

#[test]
fn what_cannot_be_read_is_told_before_any_work() {
    let of = |bytes: &[u8]| normalize(Kind::Text, DateOrder::DayFirst, bytes).err();
    assert_eq!(of(b"\xff"), Some(Fault::NotUtf8));
    assert_eq!(of(b"\xed\xa0\x80"), Some(Fault::NotUtf8));
    assert_eq!(of(&[0xff; 1025]), Some(Fault::TooLong));
    assert_eq!(of(&[b'a'; 1025]), Some(Fault::TooLong));
    assert_eq!(of(&[b'a'; 1024]), None);
}

#[test]
fn towers_of_marks_are_bounded() {
    let zalgo =
        |base: &str, mark: &str| format!("{base}{}", mark.repeat((1024 - base.len()) / mark.len()));
    assert_eq!(normal(&zalgo("a", "\u{301}")).as_deref(), Ok("a"));
    assert_eq!(normal(&zalgo("и", "\u{306}")).as_deref(), Ok("й"));
    for (base, mark) in [
        ("क", "\u{93c}"),
        ("ש", "\u{5c1}"),
        ("a", "\u{5b0}"),
        ("か", "\u{3099}"),
        ("", "\u{fdfa}"),
        ("", "\u{1d160}"),
        ("ܡ", "\u{344}"),
    ] {
        holds(&zalgo(base, mark));
    }
}

#[test]
fn every_scalar_value_normalises_once_alone_and_between_others() {
    for c in '\0'..=char::MAX {
        for text in [
            c.to_string(),
            format!("a{c}b"),
            format!("и{c}\u{306}"),
            format!("ܡ{c}\u{301}"),
        ] {
            holds(&text);
        }
        // Unicode knows no more scripts than characters: what is a letter stays.
        if c.is_alphabetic() && c != '\u{345}' {
            let between = normal(&format!("7{c}7")).expect("digits");
            let is_hidden = crate::text::Properties::of(c).is_invisible();
            let is_accent = Part::of(c) == Part::Accent;
            assert!(is_hidden || is_accent || between != "77", "{c:?}");
        }
    }
}

/// Characters that meet in the ways that matter, and any.
fn any_character() -> impl Strategy<Value = char> {
    let met = "aiıßѕиігкеäéй가각か\u{3099}\u{1112}\u{1161}\u{11ab}क\u{93c}\u{9c7}\u{9be}\u{301}\u{306}\u{308}\u{345}\u{34f}\u{327}\u{5b0}\u{338}=´゛ﾞ\u{200d}\u{fe0f} .-٣９½⑴ﷺα\u{1fb3}ܡ\u{20e3}";
    let met: Vec<char> = met.chars().collect();
    prop_oneof![
        3 => proptest::sample::select(met),
        1 => any::<char>(),
        1 => (0x300_u32..0x370).prop_map(|c| char::from_u32(c).unwrap_or('a')),
        1 => (0x20_u32..0x3100).prop_map(|c| char::from_u32(c).unwrap_or('a')),
    ]
}

#[test]
fn any_text_normalises_once() {
    let cases = if is_full() { 10_000_000 } else { 100_000 };
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(text in proptest::collection::vec(any_character(), 0..24))| {
        holds(&text.into_iter().collect::<String>());
    });
}
