use super::dictionary::STEPS;
use super::*;

fn strength(password: &str) -> Strength {
    Strength::of(password, [&[], &[]], 2026)
}

/// Steps in the trie are what a search is made of; the bench looks for the time.
#[test]
fn no_text_takes_more_steps_than_its_length_allows() {
    let units = [
        "4@8({[</369&#!1/|0$5+7%2/",
        "4@8({[<369!1|0$5+7%2",
        "!1|7+",
        "1l!i|7t+",
        "a",
        "aab",
        "abcdefghijklmnopqrstuvwxyz",
        "1qaz2wsx",
        "1.1.1999",
        "thepasswordofanne",
        "s3cr3tp4ssw0rd",
        "password1love",
        "asdfasdf1",
        "the of and in to ",
    ];
    let steps = |text: &str| {
        STEPS.set(0);
        std::hint::black_box(strength(text));
        STEPS.get()
    };
    let mut most = 0;
    for unit in units {
        let text: String = unit.chars().cycle().take(256).collect();
        // Half of it may be searched once more, as a piece that is repeated.
        let (whole, one) = (steps(&text), steps(unit.get(..1).unwrap_or_default()));
        assert!(one <= 8, "{unit}: {one}");
        most = most.max(whole);
        // What stands behind the first 128 characters is not searched.
        assert_eq!(steps(&text.repeat(16)), steps(&text.repeat(8)), "{unit}");
    }
    assert!(most < 10_000, "{most}");
}

#[test]
fn known_words_rank_by_their_order() {
    let words = known_words(["", "Zebrafink", "quokkaland", "Liv3rpool"]);
    for (password, guesses) in [
        ("zebrafink", 2.0),
        ("Zebrafink", 3.0),
        ("quokkaland", 3.0),
        ("qu0kk4land", 9.0),
        ("dnalakkouq", 5.0),
        ("liv3rpool", 4.0),
    ] {
        let found = Strength::of(password, [&words, &[]], 2026);
        assert_eq!(found.guesses(), guesses, "{password}");
        let other = Strength::of(password, [&words[..1], &words[1..]], 2026);
        assert_eq!(other, found);
    }
}

#[test]
fn an_empty_password_takes_one_guess() {
    let found = strength("");
    assert_eq!(
        (found.guesses(), found.score(), found.weakness()),
        (1.0, 0, None)
    );
    let suggestions: Vec<Suggestion> = found.suggestions().collect();
    assert_eq!(
        suggestions,
        [Suggestion::UseWords, Suggestion::NoNeedForSymbols]
    );
}

#[test]
fn repetition_makes_no_password_strong_and_nothing_is_left_out() {
    assert!(strength(&"a".repeat(4096)).score() < 2);
    assert!(strength(&"password".repeat(512)).score() < 2);
    let long = "a".repeat(4000) + "correct horse battery staple";
    assert_eq!(strength(&long).score(), 4);
    assert!(strength(&"\u{10ffff}".repeat(1024)).score() < 2);
}

#[test]
fn the_year_comes_from_outside() {
    let at = |year| Strength::of("1999", [&[], &[]], year).guesses();
    assert_eq!((at(2026), at(2000), at(1900)), (28.0, 21.0, 100.0));
}

#[test]
fn times_follow_from_rates() {
    let found = strength("correct horse").against(50.0);
    let rates = [100.0 / 3600.0, 10.0, 1e4, 1e10, 5e4];
    for (attacker, rate) in Attacker::ALL.into_iter().zip(rates) {
        assert_eq!(found.seconds(attacker), found.guesses() / rate);
    }
    assert_eq!(found.seconds_at(2.0), found.guesses() / 2.0);
    // Characters that follow from each other by a rule that is not looked for.
    let any = std::iter::successors(Some(7_u32), |n| {
        Some(n.wrapping_mul(1_103_515_245) + 12_345)
    });
    let any = any.map(|n| char::from(b'!' + u8::try_from(n >> 16 & 63).unwrap_or(0)));
    let strongest = strength(&any.take(4096).collect::<String>());
    assert_eq!(strongest.guesses(), f64::MAX);
    assert_eq!(strongest.seconds(Attacker::OnlineThrottled), f64::MAX);
    assert_eq!(found.seconds_at(0.0), f64::MAX);
}
