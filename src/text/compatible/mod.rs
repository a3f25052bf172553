//! What a full-width, mathematical, circled or other variant stands for:
//! Unicode's compatibility decomposition.
//!
//! In two stages, the number of a block and then the block, because the table of
//! `unicode-normalization` is 62 KB. A test makes the tables from that crate, and
//! compares.

mod table;

use super::properties::from_hex;
use table::{BLOCKS, INDEX, PARTS};
use unicode_normalization::char::decompose_canonical;

/// Characters in a block.
const BLOCK: usize = 32;

/// Where the table ends: all above stand for themselves, or are decomposed canonically.
#[cfg(test)]
const REACH: usize = 0x2_0000;

/// Says each character that `c` stands for, wholly decomposed.
pub(crate) fn decompose(c: char, say: impl FnMut(char)) {
    let code = c as usize;
    let block = INDEX.get(code / BLOCK).copied().unwrap_or(0);
    let (places, _) = BLOCKS.as_chunks();
    let place = places.get(usize::from(block) * BLOCK + code % BLOCK);
    match place.copied().map(u16::from_be_bytes) {
        None | Some(0) => decompose_canonical(c, say),
        Some(place) => parts_at(place).for_each(say),
    }
}

fn parts_at(place: u16) -> impl Iterator<Item = char> {
    let (parts, _) = PARTS.as_chunks();
    let parts = parts.get(usize::from(place)..).unwrap_or_default();
    let parts = parts.iter().copied().map(u16::from_be_bytes);
    // Each ends with a zero.
    let parts = parts.take_while(|part| *part != 0);
    char::decode_utf16(parts).filter_map(Result::ok)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods)] // The test makes the table.

    use super::*;
    use unicode_normalization::char::decompose_compatible;

    fn parts(c: char, decompose: impl Fn(char, &mut dyn FnMut(char))) -> Vec<char> {
        let mut parts = Vec::new();
        decompose(c, &mut |part| parts.push(part));
        parts
    }

    fn canonical(c: char) -> Vec<char> {
        parts(c, |c, say| decompose_canonical(c, say))
    }

    fn compatible(c: char) -> Vec<char> {
        parts(c, |c, say| decompose_compatible(c, say))
    }

    fn written() -> String {
        let units = |code: usize| -> Option<Vec<u16>> {
            let c = u32::try_from(code).ok().and_then(char::from_u32)?;
            let parts = compatible(c);
            let units: String = (parts != canonical(c)).then(|| parts.iter().collect())?;
            Some(units.encode_utf16().chain([0]).collect())
        };
        let find = |parts: &[u16], units: &[u16]| {
            // What is nothing must not stand at 0.
            let mut known = parts.windows(units.len()).enumerate().skip(1);
            known.find(|(_, known)| *known == units).map(|(at, _)| at)
        };
        // The longest first, as shorter ones end many of them; the place 0 is that of nothing.
        let mut all: Vec<Vec<u16>> = (0..REACH).filter_map(units).collect();
        all.sort_by_key(|units| std::cmp::Reverse(units.len()));
        let mut parts: Vec<u16> = vec![0];
        for units in all {
            if find(&parts, &units).is_none() {
                parts.extend(units);
            }
        }
        let place = |code: usize| -> u16 {
            let at = units(code).and_then(|units| find(&parts, &units));
            u16::try_from(at.unwrap_or(0)).expect("few parts")
        };
        let mut blocks: Vec<Vec<u16>> = vec![vec![0; BLOCK]];
        let mut index: Vec<u8> = Vec::new();
        for first in (0..REACH).step_by(BLOCK) {
            let block: Vec<u16> = (first..first + BLOCK).map(place).collect();
            let known = blocks.iter().position(|known| *known == block);
            let number = known.unwrap_or_else(|| {
                blocks.push(block);
                blocks.len() - 1
            });
            index.push(u8::try_from(number).expect("few blocks"));
        }
        let bytes = |units: &[u16]| -> Vec<u8> {
            units.iter().flat_map(|unit| unit.to_be_bytes()).collect()
        };
        let table = |name: &str, says: &str, bytes: &[u8]| {
            let lines = bytes.chunks(64).map(|bytes| {
                let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("    {hex}\\\n")
            });
            let lines: String = lines.collect();
            format!(
                "\n/// {says}\npub(super) static {name}: [u8; {}] = from_hex(\n    \"\\\n{lines}\",\n);\n",
                bytes.len()
            )
        };
        let (major, minor, patch) = unicode_normalization::UNICODE_VERSION;
        [
            format!(
                "//! Made by the test beside it (`SALTBOX_BLESS=1 cargo test --lib compatible`), from the\n\
                 //! Unicode Character Database {major}.{minor}.{patch} (Unicode License v3) by way of `unicode-normalization`.\n\n\
                 use super::from_hex;\n"
            ),
            table("INDEX", &format!("The number of the block of each {BLOCK} characters."), &index),
            table("BLOCKS", "The blocks: where the parts of each character stand, in two bytes; 0 for none.", &bytes(&blocks.concat())),
            table("PARTS", "The parts of UTF-16, in two bytes each, and 0 behind those of a character.", &bytes(&parts)),
        ]
        .concat()
    }

    #[test]
    fn every_scalar_value_is_what_the_crate_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/text/compatible/table.rs");
        if std::env::var_os("SALTBOX_BLESS").is_some() {
            std::fs::write(path, written()).expect("writable");
            return;
        }
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let decomposed = parts(c, |c, say| decompose(c, say));
            assert_eq!(decomposed, compatible(c), "{c:?}");
        }
    }
}
