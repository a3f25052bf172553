//! Which kernel is taken, and for how many streams at once.

#[cfg(target_arch = "x86_64")]
use super::avx2::Avx2;
#[cfg(target_arch = "x86_64")]
use super::avx512::Avx512;
use super::portable::Portable;
#[cfg(target_arch = "x86_64")]
use super::sha_ni::ShaNi;
use super::{Stream, Word};
use crate::arch::kernels::{Forced, Kernels, backend};
use std::array::from_fn;

// The first is the fastest for many streams; see [`Backend::pass`] for few.
backend!(Avx512 = "avx512", ShaNi = "sha_ni", Avx2 = "avx2");

/// Streams of the widest pass.
const MOST_STREAMS: usize = 16;

/// Streams that a kernel computes at once, and the nanoseconds that an iteration of them takes.
type Pass = (usize, usize);

/// Of SHA-512, where it has no instructions of its own.
const SHA512_ALONE: &[Pass] = &[(1, 272)];

impl Backend {
    /// All that it can do, for SHA-256 and for SHA-512. Measured on a Zen 5, that of the portable
    /// one without SHA extensions, which would have been taken before.
    const fn passes(self) -> [&'static [Pass]; 2] {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => [&[(16, 300)], &[(8, 380)]],
            #[cfg(target_arch = "x86_64")]
            Self::ShaNi(_) => [&[(1, 62), (2, 76), (4, 126)], SHA512_ALONE],
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => [&[(8, 480)], &[(1, 215), (4, 590)]],
            Self::Portable(_) => [&[(1, 240)], SHA512_ALONE],
        }
    }

    /// The pass that takes the least time for each of its streams, where there are so many, by the
    /// kernel that was forced or by any; and how many streams it takes.
    fn pass<W: Word>(forced: Option<Self>, streams: usize) -> (Self, usize) {
        let of_words = usize::from(size_of::<W>() > 4);
        Self::all()
            .filter(|kernel| forced.is_none_or(|forced| forced.name() == kernel.name()))
            .flat_map(|kernel| kernel.passes()[of_words].iter().map(move |it| (kernel, it)))
            .map(|(kernel, (most, time))| (kernel, streams.min(*most), *time))
            .min_by(|(_, x, time_x), (_, y, time_y)| (time_x * y).cmp(&(time_y * x)))
            .map_or((Self::PORTABLE, 1), |(kernel, taken, _)| (kernel, taken))
    }

    /// How many streams to bring together, because no more at once would be any faster.
    pub(crate) fn most_streams<W: Word>(forced: Option<Self>) -> usize {
        Self::pass::<W>(forced, MOST_STREAMS).1
    }

    /// So many iterations of each of `streams`, by the kernel that was forced or by the fastest.
    pub(crate) fn iterate<'s, W: Word>(
        forced: Option<Self>,
        mut streams: impl Iterator<Item = &'s mut Stream<W>>,
        iterations: u32,
    ) {
        loop {
            let taken: [_; MOST_STREAMS] = from_fn(|_| streams.next());
            let mut copies = [Stream::default(); MOST_STREAMS];
            let mut len = 0;
            for (copy, stream) in copies.iter_mut().zip(taken.iter().flatten()) {
                *copy = **stream;
                len += 1;
            }
            let mut rest = &mut copies[..len];
            while !rest.is_empty() {
                let (kernel, at_once) = Self::pass::<W>(forced, rest.len());
                let (now, later) = rest.split_at_mut(at_once);
                match kernel {
                    #[cfg(target_arch = "x86_64")]
                    Self::Avx512(kernel) => W::iterate(kernel, now, iterations),
                    #[cfg(target_arch = "x86_64")]
                    Self::ShaNi(kernel) => W::iterate(kernel, now, iterations),
                    #[cfg(target_arch = "x86_64")]
                    Self::Avx2(kernel) => W::iterate(kernel, now, iterations),
                    Self::Portable(kernel) => W::iterate(kernel, now, iterations),
                }
                rest = later;
            }
            for (stream, copy) in taken.into_iter().flatten().zip(copies) {
                *stream = copy;
            }
            if len < MOST_STREAMS {
                return;
            }
        }
    }
}
