//! ROMix, the memory-hard core of scrypt (RFC 7914 sections 3 to 5).

pub(crate) mod portable;
#[cfg(target_arch = "x86_64")]
mod sse2;

/// The name of the kernel in use.
pub(crate) const KERNEL: &str = if cfg!(target_arch = "x86_64") {
    "sse2"
} else {
    "portable"
};

/// Replaces `block`, of 128 · r bytes, by ROMix(block); see [`portable::romix`].
pub(crate) fn romix(block: &mut [u8], memory: &mut [u32], n: usize, steps: u64) {
    #[cfg(target_arch = "x86_64")]
    portable::romix(block, memory, n, steps, |from, to| {
        // SAFETY: SSE2 is part of x86-64.
        unsafe { sse2::block_mix(from, to) }
    });
    #[cfg(not(target_arch = "x86_64"))]
    portable::romix(block, memory, n, steps, portable::block_mix);
}
