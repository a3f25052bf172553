//! ROMix, the memory-hard core of scrypt (RFC 7914 sections 3 to 5), by kernels.
//!
//! One Salsa20/8 is a long chain of short steps, which leaves most of a CPU idle. So lanes of a
//! hash are computed at once as streams, which lie beside one another in the vectors.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod backend;
#[cfg(target_arch = "x86_64")]
mod cpu;
pub(crate) mod portable;
mod romix;
#[cfg(target_arch = "x86_64")]
mod sse2;

pub(crate) use self::backend::Backend;

use self::portable::WORDS_PER_R;

/// Streams of the widest kernel.
const MOST_STREAMS: u64 = 8;

/// ROMix of lanes that have N = `n` blocks of 128 · `r` bytes each.
///
/// V is read again in `steps` steps: N of them in scrypt. Where there are any, N is a power of
/// two above 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Romix {
    pub(crate) n: u64,
    pub(crate) r: u64,
    pub(crate) steps: u64,
}

impl Romix {
    /// Words of memory for so many streams: V of each, and X and Y of the kernel, which come
    /// first. `u64::MAX` for what no machine has; r is below 2^30.
    pub(crate) const fn words(n: u64, r: u64, streams: u64) -> u64 {
        let scratch = if streams == 1 { 2 } else { 2 * MOST_STREAMS };
        let blocks = n.saturating_mul(streams).saturating_add(scratch);
        blocks.saturating_mul(WORDS_PER_R * r)
    }

    /// As many streams as `words` have room for, of `lanes` and of what a kernel computes at
    /// once; one in any case.
    pub(crate) fn streams_within(&self, words: u64, lanes: u64, kernel: Backend) -> u64 {
        let most = lanes.min(kernel.most_streams());
        let fits = |streams: &u64| Self::words(self.n, self.r, *streams) <= words;
        (2..=most).rev().find(fits).unwrap_or(1)
    }

    fn lanes_in(&self, blocks: &[u8]) -> u64 {
        blocks.len() as u64 / (128 * self.r)
    }

    /// Replaces each lane of `blocks` by ROMix of it, as many at once as `memory` has room for.
    ///
    /// `memory` has [`Self::words`] of one stream or more; it is left full of secrets.
    pub(crate) fn run(&self, kernel: Backend, blocks: &mut [u8], memory: &mut [u32]) {
        let lanes = self.lanes_in(blocks);
        let streams = self.streams_within(memory.len() as u64, lanes, kernel);
        let at_once = usize::try_from(128 * self.r * streams).unwrap_or(usize::MAX);
        for lanes in blocks.chunks_mut(at_once) {
            let kernel = match self.lanes_in(lanes) {
                1 => kernel.for_a_lane_alone(),
                _ => kernel,
            };
            kernel.romix(*self, lanes, memory);
        }
    }
}
