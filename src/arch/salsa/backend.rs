//! Which kernel is taken.

use super::Romix;
#[cfg(target_arch = "x86_64")]
use super::avx2::Avx2;
#[cfg(target_arch = "x86_64")]
use super::avx512::Avx512;
use super::portable::Portable;
#[cfg(target_arch = "x86_64")]
use super::sse2::Sse2;
use crate::arch::kernels::{Forced, Kernels, backend};

backend!(Avx512 = "avx512", Avx2 = "avx2", Sse2 = "sse2");

impl Backend {
    /// The fastest for one lane, where [`Self::force`] was told nothing: scalars on a CPU whose
    /// vectors are slow to answer, because there is nothing to compute meanwhile.
    pub(super) fn for_a_lane_alone(self) -> Self {
        #[cfg(target_arch = "x86_64")]
        if Self::forced().is_none() && super::cpu::vectors_answer_late() {
            return Self::Portable(Portable);
        }
        self
    }

    /// How many streams it computes at once.
    pub(crate) const fn most_streams(self) -> u64 {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => 8,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => 4,
            #[cfg(target_arch = "x86_64")]
            Self::Sse2(_) => 1,
            Self::Portable(_) => 1,
        }
    }

    /// ROMix of `lanes`, no more than [`Self::most_streams`], in memory for so many.
    pub(super) fn romix(self, shape: Romix, lanes: &mut [u8], memory: &mut [u32]) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(kernel) => kernel.romix(shape, lanes, memory),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(kernel) => kernel.romix(shape, lanes, memory),
            #[cfg(target_arch = "x86_64")]
            Self::Sse2(kernel) => kernel.romix(shape, lanes, memory),
            Self::Portable(kernel) => kernel.romix(shape, lanes, memory),
        }
    }
}
