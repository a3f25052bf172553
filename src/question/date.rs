//! Dates, however they are written.

use super::settings::DateOrder;
use zeroize::Zeroizing;

/// Months by their first three letters, and the whole names.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// What may stand between or behind the numbers and says nothing.
const FILLERS: [&str; 12] = [
    "st", "nd", "rd", "th", "of", "the", "年", "月", "日", "년", "월", "일",
];

#[derive(Clone, Copy)]
enum Field {
    Number { value: u32, digits: usize },
    Month(u32),
}

/// `YYYY-MM-DD` of a date of the Gregorian calendar whose year has four digits:
/// year first, or the English name of the month, or three numbers in `order`.
/// `normal` is a normalised text, so all digits are those of ASCII.
pub(super) fn canonical(normal: &str, order: DateOrder) -> Option<Zeroizing<String>> {
    let (first, second, third) = three(normal)?;
    use Field::{Month, Number};
    let (year, month, day) = match (first, second, third) {
        (Number { digits: 4, .. }, month, day) => (first, month, day),
        (Month(_), day, year) => (year, first, day),
        (day, Month(_), year) => (year, second, day),
        (first, second, year) => match order {
            DateOrder::DayFirst => (year, second, first),
            DateOrder::MonthFirst => (year, first, second),
        },
    };
    let Number {
        value: year,
        digits: 4,
    } = year
    else {
        return None;
    };
    let month = match month {
        Month(month)
        | Number {
            value: month,
            digits: 1..=2,
        } => month,
        Number { .. } => return None,
    };
    let Number {
        value: day,
        digits: 1..=2,
    } = day
    else {
        return None;
    };
    (year > 0 && (1..=days(year, month)?).contains(&day))
        .then(|| written([(year, 4), (month, 2), (day, 2)]))
}

/// The three fields of a date, and no other.
fn three(normal: &str) -> Option<(Field, Field, Field)> {
    let (mut fields, mut count) = ([None; 3], 0);
    let mut rest = normal;
    while let Some(first) = rest.chars().next() {
        let is_same = |c: char| c != ' ' && c.is_ascii_digit() == first.is_ascii_digit();
        let end = rest.find(|c| !is_same(c)).unwrap_or(rest.len());
        let (run, after) = rest.split_at_checked(end.max(first.len_utf8()))?;
        rest = after;
        if first == ' ' || FILLERS.contains(&run) {
            continue;
        }
        *fields.get_mut(count)? = Some(field(run)?);
        count += 1;
    }
    match fields {
        [Some(first), Some(second), Some(third)] => Some((first, second, third)),
        _ => None,
    }
}

fn field(run: &str) -> Option<Field> {
    if run.bytes().all(|byte| byte.is_ascii_digit()) {
        let digits = run.len();
        let value = (digits <= 4).then(|| run.parse().ok()).flatten()?;
        return Some(Field::Number { value, digits });
    }
    let is_named = |name: &&str| *name == run || name.get(..3) == Some(run);
    let month = MONTHS.iter().zip(1..).find(|(name, _)| is_named(name));
    // Four letters are as usual for one.
    let month = month
        .map(|(_, month)| month)
        .or((run == "sept").then_some(9))?;
    Some(Field::Month(month))
}

/// How many days a month has.
const fn days(year: u32, month: u32) -> Option<u32> {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 if is_leap => Some(29),
        2 => Some(28),
        _ => None,
    }
}

fn written(fields: [(u32, u32); 3]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(10));
    for (value, digits) in fields {
        if !text.is_empty() {
            text.push('-');
        }
        for place in (0..digits).rev() {
            let digit = value / 10_u32.pow(place) % 10;
            text.push(char::from_digit(digit, 10).unwrap_or('0'));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::question::normalize::{Fault, normalize};
    use crate::question::{DateOrder, Kind};

    fn date(text: &str, order: DateOrder) -> Result<String, Fault> {
        let date = normalize(Kind::Date, order, text.as_bytes());
        date.map(|date| date.to_string())
    }

    #[test]
    fn dates_are_one_however_they_are_written() {
        for text in [
            "2001-03-09",
            "2001/3/9",
            "9.3.2001",
            "09.03.2001",
            "09/03/2001",
            "9-3-2001",
            "9 March 2001",
            "March 9, 2001",
            "march 9th 2001",
            "9 MAR 2001",
            "the 9th of March, 2001",
            "2001年3月9日",
            "2001년 3월 9일",
            "٩/٣/٢٠٠١",
            "९.३.२००१",
            "２００１－０３－０９",
            "  9 . 3 . 2001 ",
            "9mar2001",
            "2001 March 9",
        ] {
            assert_eq!(
                date(text, DateOrder::DayFirst).as_deref(),
                Ok("2001-03-09"),
                "{text}"
            );
        }
        assert_eq!(
            date("03/09/2001", DateOrder::MonthFirst).as_deref(),
            Ok("2001-03-09")
        );
        assert_eq!(
            date("9 March 2001", DateOrder::MonthFirst).as_deref(),
            Ok("2001-03-09")
        );
        assert_eq!(
            date("1 Sept 1999", DateOrder::DayFirst).as_deref(),
            Ok("1999-09-01")
        );
    }

    #[test]
    fn what_is_no_date_is_told() {
        for text in [
            "2001-02-29",
            "1900-02-29",
            "2001-13-01",
            "2001-00-10",
            "2001-01-00",
            "31.4.2001",
            "0000-01-01",
            "9.3.01",
            "2001",
            "March 2001",
            "1 2 3 2001",
            "9.3.20011",
            "9 Mart 2001",
            "March March 2001",
            "x",
            "2001-03-09 10",
            "009.3.2001",
            "9.003.2001",
            "99999999999.3.2001",
            "9 3 March",
            "03/25/2001",
        ] {
            assert_eq!(
                date(text, DateOrder::DayFirst),
                Err(Fault::NotADate),
                "{text}"
            );
        }
        assert_eq!(
            date("25/03/2001", DateOrder::MonthFirst),
            Err(Fault::NotADate)
        );
        assert_eq!(date("...", DateOrder::DayFirst), Err(Fault::Empty));
    }

    #[test]
    fn every_day_is_its_own_date() {
        let mut last = String::new();
        for year in [1, 1900, 1999, 2000, 2024, 9999] {
            for (month, day) in (1..=12).flat_map(|m| (1..=31).map(move |d| (m, d))) {
                let text = format!("{year:04}-{month:02}-{day:02}");
                let Ok(found) = date(&text, DateOrder::MonthFirst) else {
                    continue;
                };
                assert_eq!(found, text);
                assert!(found > last);
                last = found;
            }
        }
        assert_eq!(last, "9999-12-31");
        assert!(date("2000-02-29", DateOrder::DayFirst).is_ok());
        assert!(date("2024-02-29", DateOrder::DayFirst).is_ok());
    }
}
