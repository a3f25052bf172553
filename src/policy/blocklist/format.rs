//! What stands in a file: the head, the parts and the trailer.
//!
//! Little endian. The description comes last because it is known last, so a
//! file is written in one go:
//!
//! | bytes | what |
//! |---|---|
//! | 16 | head: magic, version, bytes of the trailer |
//! | any | data: the keys, in buckets |
//! | any | index: where each bucket begins |
//! | 160 | trailer: the description, see [`Layout::encode`] |
//!
//! Both parts have eight zeros at the end. A checksum is the first 16 bytes of
//! SHA-256: against accidents, not against whoever can write the file.

use super::bits::padded_bytes;
use crate::error::{Error, ErrorKind};
use sha2::{Digest, Sha256};

/// Tells text transfer apart: line ends of both kinds, and a byte that is not ASCII.
const MAGIC: [u8; 8] = *b"\x93SBLK\r\n\n";
const TRAILER_MAGIC: [u8; 8] = *b"SBLKTAIL";
const VERSION: u32 = 1;
pub(super) const HEAD_BYTES: usize = 16;
pub(super) const TRAILER_BYTES: usize = 160;
/// Of the trailer, what its checksum covers besides the head.
const SUMMED: usize = TRAILER_BYTES - SUM_BYTES;
const SUM_BYTES: usize = 16;

/// A checksum.
pub(super) type Sum = [u8; SUM_BYTES];

/// A bucket is for so many keys, as a power of two. Twice as many halve the index, a
/// thirtieth of a bit for each key, and double the time of a lookup.
pub(super) const BUCKET_BITS: u32 = 9;

/// No bucket has more keys: the time of a lookup is bounded by it. Hashes never come near.
pub(super) const MOST_IN_BUCKET: u32 = 8 << BUCKET_BITS;

/// More keys than there are leaked passwords; the memory of the builder is bounded by it.
pub(super) const MOST_KEYS: u64 = 1 << 32;

/// Binary places of the step from one bucket to the next.
const STEP_PLACES: u32 = 16;

/// Widest entry of the index: what one read gives.
pub(super) const WIDEST: u32 = 57;

/// What the keys are: which hash of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BreachHash {
    /// SHA-1 of the UTF-8 text, as the public breach corpus has it.
    Sha1,
    /// MD4 of the UTF-16LE text, as Active Directory stores it.
    Ntlm,
}

impl BreachHash {
    /// How many bytes a hash has.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Ntlm => 16,
        }
    }

    /// Its name in settings and tools.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Ntlm => "ntlm",
        }
    }
}

/// How much of each hash is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Precision {
    /// All of it: 20 or 16 bytes a key, and no answer is ever wrong.
    Exact,
    /// So much that one in 2^bits of the passwords that are not in the list is
    /// said to be, from 8 to 30: bits + 1.6 bits a key.
    Probable(u8),
}

impl Precision {
    /// How many values there are for each key, as a power of two.
    pub(super) const fn bits(self) -> u32 {
        match self {
            Self::Exact => 0,
            Self::Probable(bits) => bits as u32,
        }
    }

    pub(super) const fn is_valid(self) -> bool {
        matches!(self, Self::Exact | Self::Probable(8..=30))
    }
}

/// Why bytes are no list that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Foreign,
    Newer,
    Truncated,
    Header,
    Data,
    Index,
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        let reason = match fault {
            Fault::Foreign => "not a blocklist: it begins differently",
            Fault::Newer => "a blocklist that a later release wrote; build it with this one",
            Fault::Truncated => {
                "a blocklist that is cut off or goes on behind its end; copy it again"
            }
            Fault::Header => "a blocklist whose description is damaged; copy it again",
            Fault::Data => "a blocklist whose keys are damaged; copy it again",
            Fault::Index => "a blocklist whose index is damaged; copy it again",
        };
        Self::new(ErrorKind::Config, reason)
    }
}

/// The description of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) hash: BreachHash,
    pub(super) precision: Precision,
    /// Keys that were put in.
    pub(super) keys: u64,
    /// Values that are kept: fewer, where two keys have the same.
    pub(super) stored: u64,
    /// Keys that were expected: hashes are reduced to so many times 2^bits values.
    pub(super) expected: u64,
    pub(super) min_count: u64,
    /// As 20260817; 0 where nobody said.
    pub(super) date: u32,
    pub(super) data_bits: u64,
    pub(super) data_bytes: u64,
    pub(super) index: Index,
    pub(super) index_bytes: u64,
    pub(super) data_sum: Sum,
    pub(super) index_sum: Sum,
}

/// How the index is read: each entry is how far the beginning of its bucket
/// is from where it would be if all were of the same length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Index {
    pub(super) step: u64,
    pub(super) least: i64,
    pub(super) width: u32,
}

impl Index {
    /// The one in which no entry is needlessly wide, for where buckets begin and the last one ends.
    pub(super) fn of(offsets: impl Iterator<Item = u64> + Clone, buckets: u64, bits: u64) -> Self {
        let step = (u128::from(bits) << STEP_PLACES) / u128::from(buckets.max(1));
        let mut index = Self {
            step: u64::try_from(step).unwrap_or(u64::MAX),
            ..Self::default()
        };
        let deviations = (0..).zip(offsets);
        let deviations = deviations.map(|(bucket, offset)| index.deviation(bucket, offset));
        let least = deviations.clone().min().unwrap_or(0);
        let most = deviations.max().unwrap_or(0);
        index.least = least;
        index.width = u64::BITS - most.abs_diff(least).leading_zeros();
        index
    }

    /// How far the beginning of a bucket is from where it would be.
    pub(super) fn deviation(&self, bucket: u64, offset: u64) -> i64 {
        offset.cast_signed().wrapping_sub(self.expected(bucket))
    }

    /// Where a bucket begins of which the index has `entry`.
    pub(super) fn offset(&self, bucket: u64, entry: u64) -> Option<u64> {
        let offset = self.expected(bucket).checked_add(self.least)?;
        u64::try_from(offset.checked_add_unsigned(entry)?).ok()
    }

    fn expected(&self, bucket: u64) -> i64 {
        let bits = (u128::from(bucket) * u128::from(self.step)) >> STEP_PLACES;
        i64::try_from(bits).unwrap_or(i64::MAX)
    }
}

impl Layout {
    pub(super) const fn buckets(&self) -> u64 {
        self.expected.div_ceil(1 << BUCKET_BITS)
    }

    /// How many of the lowest bits of a value do not count for its bucket.
    pub(super) const fn bucket_shift(&self) -> u32 {
        BUCKET_BITS + self.precision.bits()
    }

    /// Bits of a difference that are written as they are: half of the mean
    /// difference takes the fewest (Golomb's parameter as a power of two).
    pub(super) const fn rice(&self) -> u32 {
        self.precision.bits().saturating_sub(1)
    }

    /// The hash reduced to one of `expected` · 2^bits values, in the same order.
    pub(super) fn reduce(&self, hash: &[u8]) -> u64 {
        let first = hash.first_chunk().copied().unwrap_or_default();
        let range = u128::from(self.expected) << self.precision.bits();
        let product = u128::from(u64::from_be_bytes(first)) * range;
        u64::try_from(product >> 64).unwrap_or(u64::MAX)
    }

    /// One in so many passwords that are not in the list is said to be; 0 where none is.
    pub(super) fn one_in(&self) -> u64 {
        match self.precision {
            Precision::Exact => 0,
            Precision::Probable(bits) => (self.expected << bits) / self.stored.max(1),
        }
    }

    const fn index_bits(&self) -> u64 {
        (self.buckets() + 1) * self.index.width as u64
    }

    /// The head, which is the same for all.
    pub(super) fn head() -> [u8; HEAD_BYTES] {
        let mut head = [0; HEAD_BYTES];
        let parts = [&MAGIC[..], &VERSION.to_le_bytes(), &[160, 0, 0, 0]];
        for (place, byte) in head.iter_mut().zip(parts.concat()) {
            *place = byte;
        }
        head
    }

    /// The trailer.
    pub(super) fn encode(&self) -> Vec<u8> {
        let (hash, [precision, bits]) = (
            match self.hash {
                BreachHash::Sha1 => 1,
                BreachHash::Ntlm => 2,
            },
            match self.precision {
                Precision::Exact => [1, 0],
                Precision::Probable(bits) => [2, bits],
            },
        );
        let small = |number: u32| number.to_le_bytes().first().copied().unwrap_or(0);
        let mut trailer = TRAILER_MAGIC.to_vec();
        // Flags: what a reader that does not know one of them cannot read.
        trailer.extend_from_slice(&[0; 4]);
        trailer.extend_from_slice(&[hash, precision, bits, small(self.rice())]);
        for number in [self.keys, self.stored, self.expected, self.min_count] {
            trailer.extend_from_slice(&number.to_le_bytes());
        }
        trailer.extend_from_slice(&self.date.to_le_bytes());
        trailer.extend_from_slice(&[small(BUCKET_BITS), small(self.index.width), 0, 0]);
        for number in [
            self.data_bits,
            self.data_bytes,
            self.index.least.cast_unsigned(),
            self.index.step,
            self.index_bytes,
            self.one_in(),
            0,
        ] {
            trailer.extend_from_slice(&number.to_le_bytes());
        }
        trailer.extend_from_slice(&self.data_sum);
        trailer.extend_from_slice(&self.index_sum);
        let sum = sum_of(&[&Self::head(), &trailer]);
        trailer.extend_from_slice(&sum);
        trailer
    }

    /// The checksum of the trailer, in which those of the parts are.
    pub(super) fn sum(&self) -> Sum {
        self.encode().last_chunk().copied().unwrap_or_default()
    }

    /// Reads the description, and nothing else, of the bytes of a file.
    pub(super) fn decode(file: &[u8]) -> Result<Self, Fault> {
        let Some((head, rest)) = file.split_first_chunk::<HEAD_BYTES>() else {
            let is_begin = Self::head().starts_with(file);
            return Err(if is_begin {
                Fault::Truncated
            } else {
                Fault::Foreign
            });
        };
        let mut fields = Fields(head);
        if fields.take() != Some(MAGIC) {
            return Err(Fault::Foreign);
        }
        match fields.u32() {
            Some(VERSION) => {}
            Some(0) | None => return Err(Fault::Header),
            Some(_) => return Err(Fault::Newer),
        }
        let Some((parts, trailer)) = rest.split_last_chunk::<TRAILER_BYTES>() else {
            return Err(Fault::Truncated);
        };
        if !trailer.starts_with(&TRAILER_MAGIC) {
            return Err(Fault::Truncated);
        }
        let (summed, sum) = trailer.split_first_chunk::<SUMMED>().ok_or(Fault::Header)?;
        if sum_of(&[head, summed]) != sum {
            return Err(Fault::Header);
        }
        let mut fields = Fields(summed);
        let [..] = fields.take::<8>().ok_or(Fault::Header)?;
        if fields.u32() != Some(0) {
            return Err(Fault::Newer);
        }
        let layout = Self::of_fields(&mut fields).ok_or(Fault::Header)?;
        if layout.data_bytes.checked_add(layout.index_bytes) != u64::try_from(parts.len()).ok() {
            return Err(Fault::Truncated);
        }
        Ok(layout)
    }

    /// `None` for what no release writes, so that what follows can rely on it.
    fn of_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let [hash, precision, bits, rice] = fields.take()?;
        let hash = match hash {
            1 => BreachHash::Sha1,
            2 => BreachHash::Ntlm,
            _ => return None,
        };
        let precision = match (precision, bits) {
            (1, 0) => Precision::Exact,
            (2, bits) => Precision::Probable(bits),
            _ => return None,
        };
        let [keys, stored, expected, min_count] = fields.u64s()?;
        let date = fields.u32()?;
        let [bucket_bits, width, _, _] = fields.take()?;
        let [data_bits, data_bytes, least, step, index_bytes, one_in, _] = fields.u64s()?;
        let layout = Self {
            hash,
            precision,
            keys,
            stored,
            expected,
            min_count,
            date,
            data_bits,
            data_bytes,
            index: Index {
                step,
                least: least.cast_signed(),
                width: u32::from(width),
            },
            index_bytes,
            data_sum: fields.take()?,
            index_sum: fields.take()?,
        };
        let is_whole = layout.precision.is_valid()
            && (1..=MOST_KEYS).contains(&expected)
            && stored <= keys
            && u32::from(bucket_bits) == BUCKET_BITS
            && u32::from(rice) == layout.rice()
            && u32::from(width) <= WIDEST
            && data_bytes == padded_bytes(data_bits)
            && index_bytes == padded_bytes(layout.index_bits())
            && one_in == layout.one_in();
        is_whole.then_some(layout)
    }

    /// The keys and the index of a file that this describes; nothing where it has since become another one.
    pub(super) fn parts<'f>(&self, file: &'f [u8]) -> (&'f [u8], &'f [u8]) {
        let [data, index] = [self.data_bytes, self.index_bytes]
            .map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
        let parts = file.get(HEAD_BYTES..).unwrap_or_default();
        let (data, rest) = parts.split_at_checked(data).unwrap_or_default();
        (data, rest.get(..index).unwrap_or_default())
    }
}

pub(super) fn shortened(sum: Sha256) -> Sum {
    let sum: [u8; 32] = sum.finalize().into();
    sum.first_chunk().copied().unwrap_or_default()
}

/// The checksum of bytes that stand in several places.
pub(super) fn sum_of(parts: &[&[u8]]) -> Sum {
    let mut sum = Sha256::new();
    for part in parts {
        sum.update(part);
    }
    shortened(sum)
}

/// Numbers one after another.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*field)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn u64s<const N: usize>(&mut self) -> Option<[u64; N]> {
        let mut numbers = [0; N];
        for number in &mut numbers {
            *number = u64::from_le_bytes(self.take()?);
        }
        Some(numbers)
    }
}
