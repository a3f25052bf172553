//! Looking a hash up, and looking through everything.

use super::bits::{mask, read_rice, window};
use super::format::{Fault, Layout, MOST_IN_BUCKET, Precision, sum_of};

/// A file with its description. Every read is within it, whatever its bytes are.
pub(super) struct View<'f> {
    layout: &'f Layout,
    data: &'f [u8],
    index: &'f [u8],
}

impl<'f> View<'f> {
    pub(super) fn new(layout: &'f Layout, file: &'f [u8]) -> Self {
        let (data, index) = layout.parts(file);
        Self {
            layout,
            data,
            index,
        }
    }

    /// Where a bucket begins, in bits.
    fn offset(&self, bucket: u64) -> Option<u64> {
        let index = &self.layout.index;
        let entry = window(self.index, bucket * u64::from(index.width))? & mask(index.width);
        index.offset(bucket, entry)
    }

    /// Where a bucket begins and where it ends.
    fn bounds(&self, bucket: u64) -> Option<(u64, u64)> {
        let (start, end) = (self.offset(bucket)?, self.offset(bucket + 1)?);
        (start <= end && end <= self.layout.data_bits).then_some((start, end))
    }

    /// Whether the list has the hash; `None` where the bytes are damaged.
    pub(super) fn has(&self, hash: &[u8]) -> Option<bool> {
        let value = self.layout.reduce(hash);
        let shift = self.layout.bucket_shift();
        let bucket = value >> shift;
        let (start, end) = self.bounds(bucket)?;
        match self.layout.precision {
            Precision::Exact => {
                let records = self.records(start, end)?;
                Some(has_record(records, hash))
            }
            Precision::Probable(_) => self.has_value(start, end, value & mask(shift)),
        }
    }

    /// Whether a bucket has a value, which is counted from its beginning.
    fn has_value(&self, start: u64, end: u64, mut left: u64) -> Option<bool> {
        let rice = self.layout.rice();
        let mut at = start;
        for _ in 0..=MOST_IN_BUCKET {
            if at >= end {
                return (at == end).then_some(false);
            }
            let (gap, used) = read_rice(self.data, at, rice)?;
            if gap >= left {
                return Some(gap == left);
            }
            left -= gap + 1;
            at += used;
        }
        None
    }

    /// The whole hashes of a bucket.
    fn records(&self, start: u64, end: u64) -> Option<&'f [u8]> {
        let [start, end] = [start, end].map(|bits| usize::try_from(bits / 8).ok());
        let records = self.data.get(start?..end?)?;
        let bytes = self.layout.hash.bytes();
        (records.len() % bytes == 0).then_some(records)
    }

    /// Compares every checksum, and reads every key.
    pub(super) fn check(&self) -> Result<(), Fault> {
        if sum_of(&[self.data]) != self.layout.data_sum {
            return Err(Fault::Data);
        }
        if sum_of(&[self.index]) != self.layout.index_sum {
            return Err(Fault::Index);
        }
        let (mut stored, mut at) = (0, 0);
        for bucket in 0..self.layout.buckets() {
            let (start, end) = self.bounds(bucket).ok_or(Fault::Index)?;
            if start != at {
                return Err(Fault::Index);
            }
            let count = match self.layout.precision {
                Precision::Exact => self.count_records(bucket, start, end),
                Precision::Probable(_) => self.count_values(bucket, start, end),
            };
            let count = count.filter(|count| *count <= u64::from(MOST_IN_BUCKET));
            stored += count.ok_or(Fault::Data)?;
            at = end;
        }
        if at != self.layout.data_bits || stored != self.layout.stored {
            return Err(Fault::Data);
        }
        Ok(())
    }

    /// How many values a bucket has; `None` where they do not fill it, or one is not of it.
    fn count_values(&self, bucket: u64, mut at: u64, end: u64) -> Option<u64> {
        let (rice, shift) = (self.layout.rice(), self.layout.bucket_shift());
        let range = self.layout.expected << self.layout.precision.bits();
        let mut left = range.checked_sub(bucket << shift)?.min(1 << shift);
        let mut count = 0;
        while at < end {
            let (gap, used) = read_rice(self.data, at, rice)?;
            left = left.checked_sub(gap.checked_add(1)?)?;
            at += used;
            count += 1;
        }
        (at == end).then_some(count)
    }

    /// As [`Self::count_values`], for whole hashes.
    fn count_records(&self, bucket: u64, start: u64, end: u64) -> Option<u64> {
        let records = self.records(start, end)?;
        let each = || records.chunks_exact(self.layout.hash.bytes());
        let shift = self.layout.bucket_shift();
        let is_whole = each().all(|hash| self.layout.reduce(hash) >> shift == bucket)
            && each().zip(each().skip(1)).all(|(hash, next)| hash < next);
        is_whole.then_some(each().len() as u64)
    }
}

/// Binary search among records of the length of `hash`.
fn has_record(records: &[u8], hash: &[u8]) -> bool {
    let (mut from, mut to) = (0, records.len() / hash.len().max(1));
    while from < to {
        let middle = from.midpoint(to);
        let at = middle * hash.len();
        match records
            .get(at..at + hash.len())
            .map(|record| record.cmp(hash))
        {
            Some(std::cmp::Ordering::Less) => from = middle + 1,
            Some(std::cmp::Ordering::Greater) => to = middle,
            Some(std::cmp::Ordering::Equal) => return true,
            None => return false,
        }
    }
    false
}
