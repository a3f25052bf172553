//! Drawing codes. The only source is the system's generator.

use crate::encoding::base64url_encode;
use crate::error::Error;
use crate::secret::fill_random;
use zeroize::{Zeroize, Zeroizing};

/// Random bytes of a lookup key: 144 bits, so that no two are ever the same.
const LOOKUP_BYTES: usize = 18;

/// Characters of a lookup key. Three bytes are four characters, so each value has one spelling.
pub(crate) const LOOKUP_CHARACTERS: usize = LOOKUP_BYTES / 3 * 4;

/// Random bytes of a verifier: 192 bits. NIST SP 800-63B-4 3.1.2.2 hashes plainly
/// from 112 on; ASVS 5.0 and RFC 4226 want 128, with 160 recommended.
const VERIFIER_BYTES: usize = 24;

/// Characters of a verifier.
pub(crate) const VERIFIER_CHARACTERS: usize = VERIFIER_BYTES / 3 * 4;

/// A new lookup key. It is no secret.
pub(super) fn lookup() -> Result<String, Error> {
    text::<LOOKUP_BYTES, LOOKUP_CHARACTERS>().map(|text| text.as_str().to_owned())
}

/// A new verifier.
pub(super) fn verifier() -> Result<Zeroizing<String>, Error> {
    text::<VERIFIER_BYTES, VERIFIER_CHARACTERS>()
}

fn text<const BYTES: usize, const CHARACTERS: usize>() -> Result<Zeroizing<String>, Error> {
    let mut bytes = Zeroizing::new([0; BYTES]);
    fill_random(bytes.as_mut_slice())?;
    let mut out = Zeroizing::new([0; CHARACTERS]);
    // The buffer is as long as the text.
    let text = base64url_encode(bytes.as_slice(), out.as_mut_slice()).unwrap_or_default();
    let mut owned = Zeroizing::new(String::with_capacity(CHARACTERS));
    owned.push_str(text);
    Ok(owned)
}

/// `count` digits, each as likely as any other, zeros in front too.
pub(super) fn digits(count: u32) -> Result<Zeroizing<String>, Error> {
    let values = 10_u64.pow(count.min(MOST_DIGITS));
    let mut bytes = Zeroizing::new([0; 8]);
    let mut value = loop {
        fill_random(bytes.as_mut_slice())?;
        if let Some(value) = reduce(u64::from_le_bytes(*bytes), u64::MAX, values) {
            break value;
        }
    };
    let mut text = Zeroizing::new([0; MOST_DIGITS as usize]);
    let text = text.get_mut(..count as usize).unwrap_or_default();
    for place in text.iter_mut().rev() {
        *place = b'0' + u8::try_from(value % 10).unwrap_or(0);
        value /= 10;
    }
    let mut owned = Zeroizing::new(String::with_capacity(text.len()));
    owned.push_str(std::str::from_utf8(text).unwrap_or_default());
    value.zeroize();
    Ok(owned)
}

/// Most digits of a one-time code.
pub(super) const MOST_DIGITS: u32 = 12;

/// A number below `values` from `draw`, which is uniform up to `most`; `None`
/// for draws above the last whole multiple, which would make the small ones likelier.
const fn reduce(draw: u64, most: u64, values: u64) -> Option<u64> {
    // How many draws stand above the last whole multiple.
    let beyond = (most % values + 1) % values;
    if draw > most - beyond {
        return None;
    }
    Some(draw % values)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For every width up to 12 bits and every count of values: each comes equally often, and at
    /// most as many draws are refused as are left over.
    #[test]
    fn the_reduction_is_uniform_by_exhaustion() {
        for bits in 1..=12 {
            let most = (1_u64 << bits) - 1;
            for values in 1..=most + 1 {
                let mut counts = vec![0_u64; usize::try_from(values).expect("small")];
                for draw in 0..=most {
                    if let Some(value) = reduce(draw, most, values) {
                        counts[usize::try_from(value).expect("small")] += 1;
                    }
                }
                let each = (most + 1) / values;
                assert!(counts.iter().all(|count| *count == each), "{bits} {values}");
            }
        }
    }

    /// Chi-square over the digits of codes, by place; 9 degrees of freedom, so
    /// over 50 comes once in ten million times.
    #[test]
    #[allow(clippy::disallowed_methods)] // Which proof is asked for.
    fn generated_digits_are_uniform() {
        let full = std::env::var_os("SALTBOX_PROOF").is_some_and(|proof| proof == "full");
        let digits_in_all: u64 = if full { 100_000_000 } else { 1_000_000 };
        const COUNT: u8 = 8;
        let codes = digits_in_all / u64::from(COUNT);
        let mut counts = [[0_u64; 10]; COUNT as usize];
        for _ in 0..codes {
            let code = digits(COUNT.into()).expect("randomness");
            assert_eq!(code.len(), usize::from(COUNT));
            for (place, digit) in code.bytes().enumerate() {
                counts[place][usize::from(digit - b'0')] += 1;
            }
        }
        for (place, counts) in counts.iter().enumerate() {
            #[allow(clippy::cast_precision_loss)]
            let expected = codes as f64 / 10.0;
            #[allow(clippy::cast_precision_loss)]
            let chi_square: f64 = counts
                .iter()
                .map(|count| (*count as f64 - expected).powi(2) / expected)
                .sum();
            assert!(chi_square < 50.0, "place {place}: {chi_square}");
        }
        eprintln!("{digits_in_all} digits");
    }

    #[test]
    fn texts_have_the_stated_lengths_and_are_never_the_same() {
        let mut seen = std::collections::HashSet::new();
        for _ in 0..1000 {
            let (lookup, verifier) = (lookup().expect("random"), verifier().expect("random"));
            assert_eq!((lookup.len(), verifier.len()), (24, 32));
            assert!(seen.insert(lookup) && seen.insert(verifier.as_str().to_owned()));
        }
        for count in 6..=MOST_DIGITS {
            assert_eq!(digits(count).expect("random").len(), count as usize);
        }
    }
}
