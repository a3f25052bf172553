//! Bits in a row, the lowest of each byte first.

use super::format::Sum;
use sha2::{Digest, Sha256};

/// As many bytes are gathered before they are handed on.
const BUFFER: usize = 1 << 16;

/// Zeros behind the last bit, so that eight bytes can be read from every byte that has one.
const PADDING: [u8; 8] = [0; 8];

/// Writes bits and sums up what was handed on.
pub(super) struct Writer {
    buffer: Vec<u8>,
    waiting: u64,
    waiting_bits: u32,
    bits: u64,
    bytes: u64,
    sum: Sha256,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self {
            buffer: Vec::with_capacity(BUFFER + 64),
            waiting: 0,
            waiting_bits: 0,
            bits: 0,
            bytes: 0,
            sum: Sha256::new(),
        }
    }

    /// How many bits were written.
    pub(super) const fn bits(&self) -> u64 {
        self.bits
    }

    /// Appends the lowest `bits` of `value`, at most 32.
    pub(super) fn write(&mut self, value: u64, bits: u32) {
        self.waiting |= (value & mask(bits)) << self.waiting_bits;
        self.waiting_bits += bits;
        self.bits += u64::from(bits);
        if self.waiting_bits >= 32 {
            let [a, b, c, d, ..] = self.waiting.to_le_bytes();
            self.buffer.extend_from_slice(&[a, b, c, d]);
            self.waiting >>= 32;
            self.waiting_bits -= 32;
        }
    }

    /// Appends as many zeros and a one, then the lowest `rice` bits: a Rice code.
    pub(super) fn write_rice(&mut self, value: u64, rice: u32) {
        let mut zeros = value >> rice;
        while zeros >= 32 {
            self.write(0, 32);
            zeros -= 32;
        }
        let zeros = u32::try_from(zeros).unwrap_or(0);
        self.write(0, zeros);
        self.write(1, 1);
        self.write(value, rice);
    }

    /// Hands on what has been gathered, where that is enough.
    pub(super) fn flush<E>(
        &mut self,
        sink: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.buffer.len() < BUFFER {
            return Ok(());
        }
        self.hand_on(sink)
    }

    fn hand_on<E>(&mut self, sink: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        sink(&self.buffer)?;
        self.sum.update(&self.buffer);
        self.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// Hands on all there is, padded. How many bytes it was, and their checksum.
    pub(super) fn finish<E>(
        mut self,
        sink: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(u64, Sum), E> {
        let rest = self.waiting.to_le_bytes();
        let bytes = self.waiting_bits.div_ceil(8) as usize;
        self.buffer
            .extend_from_slice(rest.get(..bytes).unwrap_or_default());
        self.buffer.extend_from_slice(&PADDING);
        self.hand_on(sink)?;
        Ok((self.bytes, super::format::shortened(self.sum)))
    }
}

/// As many bytes as so many bits take with the padding behind them.
pub(super) const fn padded_bytes(bits: u64) -> u64 {
    bits.div_ceil(8) + PADDING.len() as u64
}

pub(super) const fn mask(bits: u32) -> u64 {
    if bits >= 64 {
        u64::MAX
    } else {
        (1 << bits) - 1
    }
}

/// At least 57 bits from `at` on; `None` where that is past the end.
#[inline]
pub(super) fn window(bytes: &[u8], at: u64) -> Option<u64> {
    let from = usize::try_from(at >> 3).ok()?;
    let word = bytes.get(from..)?.first_chunk()?;
    Some(u64::from_le_bytes(*word) >> (at & 7))
}

/// The Rice code at `at`, and how many bits it takes. `None` where it does not
/// end, or is longer than any that is written.
#[inline]
pub(super) fn read_rice(bytes: &[u8], at: u64, rice: u32) -> Option<(u64, u64)> {
    let word = window(bytes, at)?;
    let zeros = word.trailing_zeros();
    if zeros + 1 + rice <= 57 {
        let low = (word >> (zeros + 1)) & mask(rice);
        return Some((
            (u64::from(zeros) << rice) | low,
            u64::from(zeros + 1 + rice),
        ));
    }
    read_long_rice(bytes, at, rice)
}

#[cold]
fn read_long_rice(bytes: &[u8], at: u64, rice: u32) -> Option<(u64, u64)> {
    /// More zeros than there are steps in a bucket.
    const MOST_ZEROS: u64 = 4 << super::format::BUCKET_BITS;
    let mut zeros = 0;
    loop {
        let here = u64::from((window(bytes, at.checked_add(zeros)?)? | 1 << 57).trailing_zeros());
        zeros += here.min(57);
        if here < 57 {
            break;
        }
        if zeros > MOST_ZEROS {
            return None;
        }
    }
    let low = window(bytes, at.checked_add(zeros + 1)?)? & mask(rice);
    Some(((zeros << rice) | low, zeros + 1 + u64::from(rice)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(values in prop::collection::vec((0u32..30, any::<u32>()), 0..200)) {
            let mut writer = Writer::new();
            let codes: Vec<_> = values
                .into_iter()
                .map(|(rice, value)| (rice, u64::from(value) & mask(rice + 10).min(u64::from(u32::MAX))))
                .collect();
            for (rice, value) in &codes {
                writer.write_rice(*value, *rice);
            }
            let bits = writer.bits();
            let mut bytes = Vec::new();
            let (length, _) = writer
                .finish(&mut |part| { bytes.extend_from_slice(part); Ok::<(), ()>(()) })
                .unwrap();
            prop_assert_eq!(length, bytes.len() as u64);
            prop_assert_eq!(length, padded_bytes(bits));
            let mut at = 0;
            for (rice, value) in codes {
                let (read, used) = read_rice(&bytes, at, rice).unwrap();
                prop_assert_eq!(read, value);
                at += used;
            }
            prop_assert_eq!(at, bits);
        }
    }
}
