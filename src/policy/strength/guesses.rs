//! Counting: how many guesses a kind of match takes.

use super::text::{MOST_UNITS, View};

/// Powers of ten.
const POWERS: [f64; MOST_UNITS + 1] = powers();

#[allow(clippy::indexing_slicing)] // At compile time.
const fn powers() -> [f64; MOST_UNITS + 1] {
    let mut powers = [1.0; MOST_UNITS + 1];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10.0;
        at += 1;
    }
    powers
}

/// At least so many for a match beside others, of one character or more.
const LEAST_OF_ONE: f64 = 10.0;
const LEAST_OF_MORE: f64 = 50.0;

/// 1, 1/2, 1/3 and so on: to multiply takes a third of the time of a division.
const PARTS: [f64; MOST_UNITS] = parts();

#[allow(clippy::indexing_slicing)] // At compile time.
const fn parts() -> [f64; MOST_UNITS] {
    let mut parts = [1.0; MOST_UNITS];
    let (mut at, mut number) = (0, 1.0);
    while at < parts.len() {
        parts[at] = 1.0 / number;
        at += 1;
        number += 1.0;
    }
    parts
}

/// C(n, 1), C(n, 2) and so on, to the last digits of what they are.
pub(super) fn choose_from(n: usize) -> impl Iterator<Item = f64> {
    let (mut ways, mut left) = (1.0, count(n));
    PARTS.iter().take(n).map(move |part| {
        ways *= left * part;
        left -= 1.0;
        ways
    })
}

/// A small number as one that may have a fraction.
pub(super) fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}

pub(super) fn power(base: f64, exponent: usize) -> f64 {
    base.powi(i32::try_from(exponent).unwrap_or(i32::MAX))
}

/// At least so many guesses for `length` characters of a text of `whole`.
pub(super) fn least(length: usize, whole: usize) -> f64 {
    match length {
        _ if length == whole => 1.0,
        1 => LEAST_OF_ONE,
        _ => LEAST_OF_MORE,
    }
}

/// Ten for each character, and always more than the least.
pub(super) fn of_any(length: usize) -> f64 {
    match length {
        1 => LEAST_OF_ONE + 1.0,
        _ => POWERS.get(length).copied().unwrap_or(f64::MAX),
    }
}

/// In how many ways so many of one kind and so many of another can be mixed,
/// with no more of the rarer kind than there are; two, where there is one kind.
pub(super) fn mixtures(one: usize, other: usize) -> f64 {
    if one == 0 || other == 0 {
        return 2.0;
    }
    choose_from(one + other).take(one.min(other)).sum()
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Capitals {
    None,
    /// The first, and no other.
    First,
    /// The last, and no other.
    Last,
    /// Nothing is a small letter.
    All,
    Mixed(usize, usize),
}

/// Of A to Z only, as zxcvbn does.
pub(super) fn capitals(word: View<'_>) -> Capitals {
    let is_capital = |unit: &u16| (0x41..=0x5a).contains(unit);
    let is_small = |unit: &u16| (0x61..=0x7a).contains(unit);
    let capitals = word.units.iter().filter(|unit| is_capital(unit)).count();
    if capitals == 0 {
        return Capitals::None;
    }
    let small = word.units.iter().filter(|unit| is_small(unit)).count();
    let is_one = capitals == 1 && word.len() > 1;
    match (word.units.first(), word.units.last()) {
        (Some(first), _) if is_one && is_capital(first) => Capitals::First,
        (_, Some(last)) if is_one && is_capital(last) => Capitals::Last,
        _ if small == 0 => Capitals::All,
        _ => Capitals::Mixed(capitals, small),
    }
}

/// How many more words there are because of capitals.
pub(super) fn capital_variations(word: View<'_>) -> f64 {
    match capitals(word) {
        Capitals::None => 1.0,
        Capitals::First | Capitals::Last | Capitals::All => 2.0,
        Capitals::Mixed(capitals, small) => mixtures(capitals, small),
    }
}
