//! HMAC of SHA-256 and SHA-512, iterated as PBKDF2 does (RFC 8018 section 5.2), by kernels.
//!
//! One stream is a long chain of short steps, which leaves most of a CPU idle. So the blocks of a
//! tag, and those of several tags, are computed at once as streams.

/// For each t of a block, or of those given. As a loop the compiler would keep the state in memory.
#[cfg(target_arch = "x86_64")]
macro_rules! unrolled {
    ($t:ident => $round:expr) => {
        unrolled!($t => $round, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    ($t:ident => $round:expr, $($n:literal)*) => {
        $({
            let $t = $n;
            $round;
        })*
    };
}

#[cfg(target_arch = "x86_64")]
mod alone;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod backend;
mod portable;
#[cfg(target_arch = "x86_64")]
mod rounds;
#[cfg(target_arch = "x86_64")]
mod sha_ni;
mod word;

pub(crate) use self::backend::Backend;
pub(crate) use self::word::{BLOCK, STATE, Word};

use zeroize::Zeroize;

/// A block of a tag on its way.
#[derive(Clone, Copy, Default)]
pub(crate) struct Stream<W> {
    /// The chaining value after the inner block of the key.
    pub(crate) inner: [W; STATE],
    /// That after the outer one.
    pub(crate) outer: [W; STATE],
    /// U of the iteration before.
    pub(crate) output: [W; STATE],
    /// All U up to there, added up: T in the end.
    pub(crate) sum: [W; STATE],
}

impl<W: Word> Zeroize for Stream<W> {
    fn zeroize(&mut self) {
        for part in [
            &mut self.inner,
            &mut self.outer,
            &mut self.output,
            &mut self.sum,
        ] {
            part.zeroize();
        }
    }
}

/// What every kernel does: so many iterations of each stream. It is given no more streams than it
/// computes at once.
pub(crate) trait Kernel: Copy {
    fn sha256(self, streams: &mut [Stream<u32>], iterations: u32);

    fn sha512(self, streams: &mut [Stream<u64>], iterations: u32);
}
