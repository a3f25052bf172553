//! Numbers that a password must not have, such as years.

use crate::error::Error;
use crate::json::{Value, Writer};

/// Whole numbers from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbers {
    from: u32,
    to: u32,
}

/// The largest: nine digits, as no longer number is one that people know.
const MOST: u64 = 999_999_999;

impl Numbers {
    /// How many places of `password` begin one of them: digits of ASCII in a
    /// row, wherever they stand among other digits.
    pub(super) fn count_in(&self, password: &str) -> u32 {
        let lengths = digits(self.from)..=digits(self.to);
        let bytes = password.as_bytes();
        let begins = |at: usize| {
            let mut number = 0;
            for (length, byte) in (1..=*lengths.end()).zip(bytes.get(at..).unwrap_or_default()) {
                if !byte.is_ascii_digit() || (length > 1 && number == 0) {
                    return false;
                }
                number = 10 * number + u32::from(byte - b'0');
                if lengths.contains(&length) && (self.from..=self.to).contains(&number) {
                    return true;
                }
            }
            false
        };
        let count = (0..bytes.len()).filter(|at| begins(*at)).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Reads `{"from":1900,"to":2099}`.
    pub(super) fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        object.only(&["from", "to"])?;
        let from = object.require("from")?.integer("from", 0..=MOST)?;
        let to = object.require("to")?;
        let numbers = [from, to.integer("to", 0..=MOST)?].map(u32::try_from);
        let [Ok(from), Ok(to)] = numbers else {
            return Err(json.error("is too large"));
        };
        if from > to {
            return Err(json.error(format!("from {from} is over to {to}")));
        }
        Ok(Self { from, to })
    }

    pub(super) fn write(self, json: &mut Writer) {
        json.integer("from", self.from);
        json.integer("to", self.to);
    }
}

const fn digits(number: u32) -> u32 {
    match number.checked_ilog10() {
        Some(log) => log + 1,
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_number_is_there_where_its_digits_are(
            password in "[0-9a]{0,12}", from in 0_u32..300, more in 0_u32..300,
        ) {
            let numbers = Numbers { from, to: from + more };
            let texts: Vec<String> = (from..=from + more).map(|number| number.to_string()).collect();
            let begins = |at: &usize| texts.iter().any(|text| password.as_bytes()[*at..].starts_with(text.as_bytes()));
            let expected = (0..password.len()).filter(begins).count();
            prop_assert_eq!(numbers.count_in(&password), u32::try_from(expected).expect("small"));
        }
    }
}
