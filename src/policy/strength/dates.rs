//! Dates and recent years.

use super::text::View;

/// Years that dates may have.
const FIRST_YEAR: u16 = 1000;
const LAST_YEAR: u16 = 2050;

/// A year is guessed among at least so many.
const LEAST_YEARS: u16 = 20;

/// Where a date of 4 to 8 digits may be cut in three.
const CUTS: [&[(usize, usize)]; 5] = [
    &[(1, 2), (2, 3)],
    &[(1, 3), (2, 3)],
    &[(1, 2), (2, 4), (4, 5)],
    &[(1, 3), (2, 3), (4, 5), (4, 6)],
    &[(2, 4), (4, 6)],
];

fn years_to(year: u16, now: u16) -> f64 {
    f64::from(year.abs_diff(now).max(LEAST_YEARS))
}

/// The guesses for a year from 1900 to 2019 at a place: those that zxcvbn 4.4.2 calls recent.
pub(super) fn year(text: View<'_>, start: usize, now: u16) -> Option<f64> {
    let year = number(text, start, 4)?;
    (1900..=2019).contains(&year).then(|| years_to(year, now))
}

/// The longest date that begins at a place: its length, and the guesses for it.
pub(super) fn date(text: View<'_>, start: usize, now: u16) -> Option<(usize, f64)> {
    text.digit(start)?;
    let (with, without) = (separated(text, start), plain(text, start, now));
    let (length, year, ways) = match (with, without) {
        (Some(with), Some(without)) if without.0 > with.0 => (without.0, without.1, 1.0),
        (Some(with), _) => (with.0, with.1, 4.0),
        (None, without) => without.map(|(length, year)| (length, year, 1.0))?,
    };
    Some((length, years_to(year, now) * 365.0 * ways))
}

/// A number of exactly so many digits, four at most.
fn number(text: View<'_>, start: usize, digits: usize) -> Option<u16> {
    let digit = |at| text.digit(at);
    (start..start + digits).try_fold(0, |number, at| Some(number * 10 + digit(at)?))
}

/// The longest of 4 to 8 digits that is a date, and of its readings the year that is nearest.
fn plain(text: View<'_>, start: usize, now: u16) -> Option<(usize, u16)> {
    let digits = (start..start + 8).take_while(|at| text.digit(*at).is_some());
    let digits = digits.count();
    (4..=digits).rev().find_map(|length| {
        let cuts = CUTS.get(length - 4)?.iter();
        let years = cuts.filter_map(|(first, second)| {
            year_of([
                number(text, start, *first)?,
                number(text, start + first, second - first)?,
                number(text, start + second, length - second)?,
            ])
        });
        Some((length, years.min_by_key(|year| year.abs_diff(now))?))
    })
}

/// The longest of three numbers with one separator between them that is a date, of 6 to 10 characters.
fn separated(text: View<'_>, start: usize) -> Option<(usize, u16)> {
    let is_digit = |at: usize| text.digit(at).is_some();
    let run = |from: usize, most: usize| (from..from + most).take_while(|at| is_digit(*at)).count();
    let first = run(start, 4);
    let separator = text.unit(start + first);
    if !is_separator(separator) {
        return None;
    }
    let second_at = start + first + 1;
    let second = run(second_at, 2);
    let third_at = second_at + second + 1;
    if second == 0 || text.unit(third_at - 1) != separator {
        return None;
    }
    let most = run(third_at, 4);
    (1..=most).rev().find_map(|third| {
        let length = third_at + third - start;
        if !(6..=10).contains(&length) {
            return None;
        }
        let year = year_of([
            number(text, start, first)?,
            number(text, second_at, second)?,
            number(text, third_at, third)?,
        ]);
        Some((length, year?))
    })
}

/// White space of ECMAScript, and what stands in dates.
fn is_separator(unit: u16) -> bool {
    let c = char::from_u32(u32::from(unit)).unwrap_or('\0');
    matches!(c, '/' | '\\' | '_' | '.' | '-' | '\u{feff}') || c.is_whitespace() && c != '\u{85}'
}

/// The year of three numbers in the order of a date, where they are one.
fn year_of(numbers: [u16; 3]) -> Option<u16> {
    let [first, middle, last] = numbers;
    if !(1..=31).contains(&middle) {
        return None;
    }
    let impossible = |n: &u16| (100..FIRST_YEAR).contains(n) || *n > LAST_YEAR;
    if numbers.iter().any(impossible) {
        return None;
    }
    let how_many = |is: fn(&&u16) -> bool| numbers.iter().filter(is).count();
    if how_many(|n| **n > 31) >= 2 || how_many(|n| **n > 12) == 3 || how_many(|n| **n == 0) >= 2 {
        return None;
    }
    let is_day_and_month = |a: u16, b: u16| {
        let fits = |day, month| (1..=31).contains(&day) && (1..=12).contains(&month);
        fits(a, b) || fits(b, a)
    };
    // The year last, or first. One of four digits decides.
    let orders = [(last, first, middle), (first, middle, last)];
    if let Some((year, a, b)) = orders.into_iter().find(|(year, ..)| *year >= FIRST_YEAR) {
        return is_day_and_month(a, b).then_some(year);
    }
    let (year, ..) = orders
        .into_iter()
        .find(|(_, a, b)| is_day_and_month(*a, *b))?;
    Some(match year {
        100.. => year,
        51.. => year + 1900,
        _ => year + 2000,
    })
}
