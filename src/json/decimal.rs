//! Numbers with decimals, by hand: the standard library writes every `f64` in
//! every format, which takes 18 KB, and nothing else here needs it.

use std::cmp::Ordering;
use std::fmt::Write;

/// Bits of a mantissa behind the point.
const FRACTION_BITS: u32 = f64::MANTISSA_DIGITS - 1;

/// What the exponent of an `f64` is more than that of its mantissa as a whole number.
const BIAS: u32 = 1023 + FRACTION_BITS;

/// Appends `value` with three decimals, without zeros at the end, or as four
/// digits and a power of ten where it is 10^9 or more; what is no number as 0.
pub(super) fn push(out: &mut String, value: f64) {
    let value = if value.is_nan() { 0.0 } else { value };
    let value = value.clamp(f64::MIN, f64::MAX);
    if value.is_sign_negative() {
        out.push('-');
    }
    let bits = value.abs().to_bits();
    let fraction = u128::from(bits & ((1 << FRACTION_BITS) - 1));
    let (mantissa, exponent) = match u32::try_from(bits >> FRACTION_BITS).unwrap_or_default() {
        0 => (fraction, 1),
        exponent => (fraction | 1 << FRACTION_BITS, exponent),
    };
    if value.abs() >= 1e9 {
        let (digits, power) = leading(mantissa, exponent);
        let _ = write!(out, "{}.{:03}e{power}", digits / 1000, digits % 1000);
        return;
    }
    let thousandths = shifted(mantissa * 1000, BIAS - exponent);
    let _ = write!(out, "{}", thousandths / 1000);
    let mut rest = thousandths % 1000;
    if rest > 0 {
        out.push('.');
    }
    while rest > 0 {
        let _ = write!(out, "{}", rest / 100);
        rest = rest % 100 * 10;
    }
}

/// `value` without its last `bits`, rounded.
fn shifted(value: u128, bits: u32) -> u128 {
    let whole = value.checked_shr(bits).unwrap_or(0);
    let rest = value - whole.checked_shl(bits).unwrap_or(0);
    let half = 1_u128.checked_shl(bits.saturating_sub(1));
    rounded(whole, rest.cmp(&half.unwrap_or(u128::MAX)))
}

/// The half is rounded to an even number.
fn rounded(whole: u128, rest_to_half: Ordering) -> u128 {
    match rest_to_half {
        Ordering::Less => whole,
        Ordering::Equal => whole + whole % 2,
        Ordering::Greater => whole + 1,
    }
}

/// The first four digits of a number over 1000, and the power of ten of the first.
fn leading(mut mantissa: u128, exponent: u32) -> (u128, u32) {
    let mut power = 3;
    let mut up = exponent.saturating_sub(BIAS);
    while up > 0 {
        let room = up.min(mantissa.leading_zeros());
        mantissa <<= room;
        up -= room;
        if up > 0 {
            // Leaves 98 bits. No number that has so large an exponent is nearer to a half than their errors are.
            mantissa /= 1_000_000_000;
            power += 9;
        }
    }
    let mut unit = 1 << BIAS.saturating_sub(exponent);
    while mantissa / unit >= 10_000 {
        unit *= 10;
        power += 1;
    }
    let digits = rounded(mantissa / unit, (mantissa % unit * 2).cmp(&unit));
    if digits == 10_000 {
        (1000, power + 1)
    } else {
        (digits, power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pushed(value: f64) -> String {
        let mut out = String::new();
        push(&mut out, value);
        out
    }

    /// By the standard library.
    fn written(value: f64) -> String {
        if value.abs() >= 1e9 {
            return format!("{value:.3e}");
        }
        let digits = format!("{value:.3}");
        digits
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned()
    }

    #[test]
    fn halves_are_rounded_to_even_numbers() {
        for (value, text) in [
            (0.0, "0"),
            (0.0625, "0.062"),
            (0.1875, "0.188"),
            (-2.5, "-2.5"),
            (1.0005, "1"),
            (999_999_999.9999, "1000000000"),
            (1_000_500_000.0, "1.000e9"),
            (1_001_500_000.0, "1.002e9"),
            (9_999_500_000.0, "1.000e10"),
            (f64::MAX, "1.798e308"),
            (f64::INFINITY, "1.798e308"),
            (f64::NAN, "0"),
        ] {
            assert_eq!(pushed(value), text);
        }
    }

    /// Around each half of a fourth digit, at each power of ten, where an error would show first.
    #[test]
    fn what_is_nearest_to_halves_is_what_the_standard_library_writes() {
        for power in 6..305 {
            for digits in (1000..10_000).step_by(41) {
                let half: f64 = format!("{digits}5e{}", power - 1)
                    .parse()
                    .expect("a number");
                for value in [half.next_down(), half, half.next_up()] {
                    assert_eq!(pushed(value), written(value), "{value:e}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_number_is_what_the_standard_library_writes(bits: u64, small in -1e10..1e10_f64) {
            for value in [f64::from_bits(bits), small, small / 1e6] {
                if value.is_finite() {
                    prop_assert_eq!(pushed(value), written(value));
                }
            }
        }
    }
}
