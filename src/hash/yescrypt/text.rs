//! `$y$` and `$gy$` strings of crypt(3).
//!
//! Numbers are written in as few characters as they need: the first says how
//! many follow, so each has one spelling. What is left at its usual value is
//! left out, and one number says what is not.

use super::{Flavor, Yescrypt};
use crate::encoding::Alphabet;
use crate::error::{Error, ErrorKind};
use crate::hash::grammar::Reader;
use crate::hash::{Salt, Tag};

/// Digits that begin a number of one character, of two, and so on up to six.
const BEGINS: [(u32, u32); 6] = [(0, 48), (48, 56), (56, 60), (60, 62), (62, 63), (63, 64)];

/// The digits of crypt(3).
const DIGITS: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The number that says p is written, and the one that says t is; their sum says both.
const HAS_P: u32 = 1;
const HAS_T: u32 = 2;

/// Longest salt, in bytes (libxcrypt `yescrypt_r`).
const LONGEST_SALT: usize = 64;

/// Function, salt and tag.
pub(super) type Parts = (Yescrypt, Salt, Tag);

/// Reads flavour, log2 N, r, p and t, the salt and 32 bytes of tag.
pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    let is_gost = reader.accept("$gy$");
    if !is_gost {
        reader.expect("$y$", "\"$y$\" or \"$gy$\" has to stand here")?;
    }
    let yescrypt = read_cost(reader, is_gost)?;
    let salt = reader.decoded(Alphabet::Crypt, b'$', 0..=LONGEST_SALT)?;
    reader.expect("$", "\"$\" has to follow the salt")?;
    let tag = reader.decoded(Alphabet::Crypt, b'$', 32..=32)?;
    Ok((yescrypt, salt, tag))
}

/// Up to the `$` before the salt.
fn read_cost(reader: &mut Reader<'_>, is_gost: bool) -> Result<Yescrypt, Error> {
    let malformed = |at, reason| Err(Error::new(ErrorKind::Malformed, reason).at(at));
    let at = reader.offset();
    let flavor = number(reader, 0)?;
    let Some(flavor) = Flavor::written(flavor) else {
        return malformed(
            at,
            "the flavour has to be \".\", \"/\" or \"j\", as libxcrypt computes",
        );
    };
    let ln = number(reader, 1)?;
    let r = number(reader, 1)?;
    let (mut p, mut t) = (1, 0);
    if !reader.accept("$") {
        let at = reader.offset();
        let written = number(reader, 1)?;
        if written > HAS_P + HAS_T {
            return malformed(
                at,
                "only p and t may follow r: libxcrypt has no upgrades and no ROM",
            );
        }
        if written & HAS_P != 0 {
            p = number(reader, 2)?;
        }
        if written & HAS_T != 0 {
            t = number(reader, 1)?;
        }
        reader.expect("$", "\"$\" has to follow the parameters")?;
    }
    Yescrypt::new(is_gost, flavor, [ln, r, p, t]).or_else(|reason| malformed(at, reason))
}

/// A number of at least `least`, the high digits first.
fn number(reader: &mut Reader<'_>, least: u32) -> Result<u32, Error> {
    let first = reader.crypt_number(1)?;
    let mut base = least;
    for (more, (from, to)) in (0..).zip(BEGINS) {
        if first < to {
            let mut value = first - from;
            for _ in 0..more {
                value = value << 6 | reader.crypt_number(1)?;
            }
            // Below 2^30 and a base below 2^25.
            return Ok(base + value);
        }
        base += (to - from) << (6 * more);
    }
    Err(reader.malformed("a character of ./0-9A-Za-z has to stand here"))
}

/// What [`read`] read before the `$` of the tag, piece by piece.
pub(super) fn write_setting(yescrypt: &Yescrypt, salt: &[u8], push: &mut impl FnMut(&[u8])) {
    push(if yescrypt.is_gost { b"$gy$" } else { b"$y$" });
    write_number(yescrypt.flavor.number(), 0, push);
    write_number(yescrypt.ln, 1, push);
    write_number(yescrypt.r, 1, push);
    let has_p = if yescrypt.p == 1 { 0 } else { HAS_P };
    let has_t = if yescrypt.t == 0 { 0 } else { HAS_T };
    if has_p + has_t > 0 {
        write_number(has_p + has_t, 1, push);
    }
    if has_p > 0 {
        write_number(yescrypt.p, 2, push);
    }
    if has_t > 0 {
        write_number(yescrypt.t, 1, push);
    }
    push(b"$");
    for bytes in salt.chunks(3) {
        let mut value = bytes
            .iter()
            .rev()
            .fold(0, |v, byte| v << 8 | u32::from(*byte));
        for _ in 0..=bytes.len() {
            push(&[digit(value)]);
            value >>= 6;
        }
    }
}

fn write_number(value: u32, least: u32, push: &mut impl FnMut(&[u8])) {
    let mut value = value.saturating_sub(least);
    for (more, (from, to)) in (0..).zip(BEGINS) {
        let count = (to - from) << (6 * more);
        if value < count {
            push(&[digit(from + (value >> (6 * more)))]);
            for place in (0..more).rev() {
                push(&[digit(value >> (6 * place))]);
            }
            return;
        }
        value -= count;
    }
}

/// The digit of the low six bits.
fn digit(value: u32) -> u8 {
    DIGITS[(value & 63) as usize]
}
