//! Any answer: it has a normal form that is its own, and not the empty one, or
//! breaks a rule that says so.
//!
//! The input: a byte for kind and order of dates, and the answer.

use saltbox::question::{AnswerRule, DateOrder, Kind, with_normal_answer};

fn normal(kind: Kind, order: DateOrder, answer: &[u8]) -> Result<String, AnswerRule> {
    with_normal_answer(kind, order, answer, |normal| normal.map(str::to_owned))
}

pub fn run(data: &[u8]) {
    let Some((first, answer)) = data.split_first() else {
        return;
    };
    let kind = Kind::ALL[usize::from(first >> 1) % Kind::ALL.len()];
    let order = [DateOrder::DayFirst, DateOrder::MonthFirst][usize::from(first & 1)];
    let text = match normal(kind, order, answer) {
        Ok(once) => {
            assert!(!once.is_empty() && once.len() <= 1024);
            assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
            assert_eq!(normal(kind, order, once.as_bytes()).as_ref(), Ok(&once));
            once
        }
        Err(rule) => {
            let is_text = std::str::from_utf8(answer).is_ok();
            match rule {
                AnswerRule::NotUtf8 => assert!(!is_text && answer.len() <= 1024),
                AnswerRule::TooLong => assert!(answer.len() > 93),
                AnswerRule::EmptyAfterNormalizing => {
                    assert!(!answer.iter().any(u8::is_ascii_alphanumeric))
                }
                AnswerRule::NotADate => assert_eq!(kind, Kind::Date),
                _ => panic!("{rule:?} is of other answers"),
            }
            return;
        }
    };
    // What case and spaces an answer of ASCII has makes no difference.
    if answer.is_ascii() && kind != Kind::Date {
        let loud = format!(" {} ", text.to_uppercase().replace(' ', "  "));
        if loud.len() <= 1024 {
            assert_eq!(normal(kind, order, loud.as_bytes()), Ok(text));
        }
    }
}
