//! Building a list from hashes in ascending order, in one pass.

use super::bits::Writer;
use super::format::{BreachHash, Index, Layout, MOST_IN_BUCKET, MOST_KEYS, Precision, WIDEST};
use crate::error::{Error, ErrorKind};

/// What a list is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlocklistPlan {
    hash: BreachHash,
    precision: Precision,
    expected: u64,
    min_count: u64,
    date: u32,
}

impl BlocklistPlan {
    /// A list of about `expected` keys. The rate of wrong answers is kept for
    /// so many, grows with every one that is more, and is written down.
    #[must_use]
    pub const fn new(hash: BreachHash, precision: Precision, expected: u64) -> Self {
        Self {
            hash,
            precision,
            expected,
            min_count: 1,
            date: 0,
        }
    }

    /// Leaves out what was seen less often.
    #[must_use]
    pub const fn with_min_count(mut self, count: u64) -> Self {
        // What was never seen only pads the answers of the corpus's server.
        self.min_count = if count == 0 { 1 } else { count };
        self
    }

    /// Of when the corpus is, as 20260817.
    #[must_use]
    pub const fn with_date(mut self, date: u32) -> Self {
        self.date = date;
        self
    }
}

/// What became of the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlocklistBuilt {
    /// Keys in the list.
    pub keys: u64,
    /// Keys that were left out because of their count.
    pub left_out: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// One in so many passwords that are not in the list is said to be; 0 where none is.
    pub one_in: u64,
}

/// Takes hashes in ascending order and hands the bytes of a file to `sink`, one after another.
///
/// Memory does not grow with the keys: four bytes for each 512 that are
/// expected, so 34 MB for the most there can be.
pub struct BlocklistBuilder<S> {
    sink: S,
    layout: Layout,
    data: Writer,
    /// Bits of each bucket that is done.
    lengths: Vec<u32>,
    /// Where the bucket begins that is being written.
    start: u64,
    in_bucket: u32,
    /// The least value that may come next.
    next: u64,
    last: [u8; 20],
    taken: u64,
}

impl<S, E> BlocklistBuilder<S>
where
    S: FnMut(&[u8]) -> Result<(), E>,
    E: From<Error>,
{
    /// Begins a list.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] for a plan that no list can have,
    /// [`ErrorKind::Memory`] where the system gives none, and what `sink` returns.
    pub fn new(plan: &BlocklistPlan, mut sink: S) -> Result<Self, E> {
        let refused = |reason| E::from(Error::new(ErrorKind::Argument, reason));
        if !plan.precision.is_valid() {
            return Err(refused("a probable list has from 8 to 30 bits"));
        }
        if !(1..=MOST_KEYS).contains(&plan.expected) {
            return Err(refused("a list has from 1 to 2^32 keys"));
        }
        let layout = Layout {
            hash: plan.hash,
            precision: plan.precision,
            keys: 0,
            stored: 0,
            expected: plan.expected,
            min_count: plan.min_count,
            date: plan.date,
            data_bits: 0,
            data_bytes: 0,
            index: Index::default(),
            index_bytes: 0,
            data_sum: [0; 16],
            index_sum: [0; 16],
        };
        let mut lengths = Vec::new();
        let buckets = usize::try_from(layout.buckets()).unwrap_or(usize::MAX);
        lengths
            .try_reserve_exact(buckets)
            .map_err(|_| Error::new(ErrorKind::Memory, "no memory for the index of a list"))?;
        sink(&Layout::head())?;
        Ok(Self {
            sink,
            layout,
            data: Writer::new(),
            lengths,
            start: 0,
            in_bucket: 0,
            next: 0,
            last: [0; 20],
            taken: 0,
        })
    }

    /// Takes the next hash, and how often it was seen. A key that is refused
    /// is not in the list, which can be gone on with.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] with its number, from 0 on, where it is not larger
    /// than the one before it, has another length, or where there are
    /// far more keys in a place than were expected; and what the sink returns.
    pub fn push(&mut self, hash: &[u8], count: u64) -> Result<(), E> {
        let number = self.taken;
        let refused = |what: &str| {
            let reason = format!("key {number} {what}");
            Err(E::from(Error::written(ErrorKind::Argument, reason)))
        };
        if hash.len() != self.layout.hash.bytes() {
            return refused("has another length than the hashes of this list");
        }
        let last = self.last.get(..hash.len()).unwrap_or_default();
        if self.taken > 0 && hash <= last {
            return refused(if hash == last {
                "is the same as the one before it; merge them first"
            } else {
                "is smaller than the one before it; sort them first"
            });
        }
        let value = self.layout.reduce(hash);
        let bucket = value >> self.layout.bucket_shift();
        let is_kept = count >= self.layout.min_count;
        if is_kept {
            if bucket > self.bucket() {
                self.close_up_to(bucket);
            }
            if self.in_bucket == MOST_IN_BUCKET || self.layout.keys == MOST_KEYS {
                return refused("is one of far more than were expected, or these are no hashes");
            }
        }
        for (place, byte) in self.last.iter_mut().zip(hash) {
            *place = *byte;
        }
        self.taken += 1;
        if !is_kept {
            return Ok(());
        }
        self.layout.keys += 1;
        match self.layout.precision {
            Precision::Exact => self.write_whole(hash),
            // The value of the key before it, which says as much of this one.
            Precision::Probable(_) if value < self.next => return Ok(()),
            Precision::Probable(_) => {
                self.data.write_rice(value - self.next, self.layout.rice());
            }
        }
        self.next = value + 1;
        self.in_bucket += 1;
        self.layout.stored += 1;
        self.data.flush(&mut self.sink)
    }

    /// Which bucket is being written.
    fn bucket(&self) -> u64 {
        self.lengths.len() as u64
    }

    fn close_up_to(&mut self, bucket: u64) {
        while self.bucket() < bucket {
            let bits = self.data.bits() - self.start;
            self.lengths.push(u32::try_from(bits).unwrap_or(u32::MAX));
            self.start = self.data.bits();
        }
        self.in_bucket = 0;
        self.next = bucket << self.layout.bucket_shift();
    }

    fn write_whole(&mut self, hash: &[u8]) {
        for part in hash.chunks(4) {
            let part = part.first_chunk().copied().unwrap_or_default();
            self.data.write(u64::from(u32::from_le_bytes(part)), 32);
        }
    }

    /// Writes the index and the trailer. Without them the file is none.
    ///
    /// # Errors
    /// What the sink returns.
    pub fn finish(mut self) -> Result<BlocklistBuilt, E> {
        self.close_up_to(self.layout.buckets());
        let (mut layout, mut sink) = (self.layout, self.sink);
        layout.data_bits = self.data.bits();
        (layout.data_bytes, layout.data_sum) = self.data.finish(&mut sink)?;
        let ends = self.lengths.iter().scan(0, |end, bits| {
            *end += u64::from(*bits);
            Some(*end)
        });
        let offsets = std::iter::once(0).chain(ends);
        layout.index = Index::of(offsets.clone(), layout.buckets(), layout.data_bits);
        if layout.index.width > WIDEST {
            let reason = "the index of a list does not fit";
            return Err(E::from(Error::new(ErrorKind::Internal, reason)));
        }
        let mut index = Writer::new();
        for (bucket, offset) in (0..).zip(offsets) {
            let deviation = layout.index.deviation(bucket, offset);
            let entry = deviation.abs_diff(layout.index.least);
            let low = layout.index.width.min(32);
            index.write(entry, low);
            index.write(entry >> low, layout.index.width - low);
            index.flush(&mut sink)?;
        }
        (layout.index_bytes, layout.index_sum) = index.finish(&mut sink)?;
        let trailer = layout.encode();
        sink(&trailer)?;
        let around = Layout::head().len() + trailer.len();
        Ok(BlocklistBuilt {
            keys: layout.keys,
            left_out: self.taken - layout.keys,
            bytes: layout.data_bytes + layout.index_bytes + around as u64,
            one_in: layout.one_in(),
        })
    }
}

/// The file of a list whose keys fit in memory and have no order; what stands
/// there more than once counts for all its times.
///
/// # Errors
/// As [`BlocklistBuilder::new`] and [`BlocklistBuilder::push`].
pub fn build_unsorted<H: AsRef<[u8]>>(
    plan: &BlocklistPlan,
    keys: &mut [(H, u64)],
) -> Result<Vec<u8>, Error> {
    keys.sort_unstable_by(|(a, _), (b, _)| a.as_ref().cmp(b.as_ref()));
    let merged = keys.chunk_by(|(a, _), (b, _)| a.as_ref() == b.as_ref());
    let merged = merged.filter_map(|same| {
        let count = same
            .iter()
            .fold(0u64, |sum, (_, count)| sum.saturating_add(*count));
        same.first().map(|(hash, _)| (hash.as_ref(), count))
    });
    let kept = merged.clone().filter(|(_, count)| *count >= plan.min_count);
    let expected = (kept.count() as u64).max(1);
    let mut file = Vec::new();
    let sink = |bytes: &[u8]| {
        file.extend_from_slice(bytes);
        Ok::<(), Error>(())
    };
    let mut builder = BlocklistBuilder::new(&BlocklistPlan { expected, ..*plan }, sink)?;
    for (hash, count) in merged {
        builder.push(hash, count)?;
    }
    builder.finish()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_list_is_built_in_little_memory() {
        let plan = BlocklistPlan::new(BreachHash::Sha1, Precision::Probable(20), MOST_KEYS);
        let mut builder = BlocklistBuilder::new(&plan, |_: &[u8]| Ok::<(), Error>(())).unwrap();
        // In the last bucket, so that all are there.
        builder.push(&[0xff; 20], 1).unwrap();
        let bytes = builder.lengths.capacity() * 4 + (1 << 17);
        assert!(bytes < 48 << 20, "{bytes}");
        let built = builder.finish().unwrap();
        assert_eq!((built.keys, built.one_in), (1, 1 << 52));
    }
}
