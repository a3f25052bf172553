//! Which kernel is taken.

use super::Kernel;
#[cfg(target_arch = "x86_64")]
use super::avx2::Avx2;
#[cfg(target_arch = "x86_64")]
use super::avx512::Avx512;
use super::portable::Portable;
use crate::arch::kernels::{Forced, Kernels, backend};

backend!(Avx512 = "avx512", Avx2 = "avx2");

/// What is done with a kernel, whichever it is.
pub(crate) trait Work {
    /// What comes of it.
    type Output;

    fn with(self, kernel: impl Kernel) -> Self::Output;
}

impl Backend {
    pub(crate) fn run<W: Work>(self, work: W) -> W::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(kernel) => apart(work, kernel),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(kernel) => apart(work, kernel),
            Self::Portable(kernel) => apart(work, kernel),
        }
    }
}

/// Not inlined, so that the stack holds the frame of one kernel and not of all.
#[inline(never)]
fn apart<W: Work>(work: W, kernel: impl Kernel) -> W::Output {
    work.with(kernel)
}
