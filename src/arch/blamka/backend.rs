//! Which kernel is taken.

use super::Kernel;
#[cfg(target_arch = "x86_64")]
use super::avx2::Avx2;
#[cfg(target_arch = "x86_64")]
use super::avx512::Avx512;
use super::portable::Portable;
use crate::arch::kernels::{Forced, Kernels};

/// A kernel that this CPU can run.
#[derive(Clone, Copy)]
pub(crate) enum Backend {
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    Portable(Portable),
}

static FORCED: Forced = Forced::none();

/// What is done with a kernel, whichever it is.
pub(crate) trait Work {
    /// What comes of it.
    type Output;

    fn with(self, kernel: impl Kernel) -> Self::Output;
}

impl Kernels for Backend {
    const PORTABLE: Self = Self::Portable(Portable);

    const FORCED: &'static Forced = &FORCED;

    fn all() -> impl Iterator<Item = Self> {
        #[cfg(target_arch = "x86_64")]
        let vectors = [
            Avx512::detect().map(Self::Avx512),
            Avx2::detect().map(Self::Avx2),
        ];
        #[cfg(not(target_arch = "x86_64"))]
        let vectors: [Option<Self>; 0] = [];
        vectors.into_iter().flatten().chain([Self::PORTABLE])
    }

    fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => "avx512",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "avx2",
            Self::Portable(_) => "portable",
        }
    }
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
