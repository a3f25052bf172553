//! Overwriting the stack that a computation with secrets has used.
//!
//! Passwords and intermediate values pass through stack frames, spilled
//! registers and copies that no destructor sees. They lie below the frame of
//! whoever started the computation, so they are overwritten from there.

/// How much stack is overwritten, in bytes: more than any such call of an
/// optimised build uses below here (`tests/c/small_stack.c` and `tests/residue.rs` look
/// for what is left). 64 KiB take longer to overwrite than a short password takes to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Half of the 128 KiB that suffice: what a batch has under way is on the stack.
    Any = 64 << 10,
    /// No frame for composing and comparing.
    Middle = 28 << 10,
    /// No large frame at all.
    Shallow = 16 << 10,
}

/// Runs `work`; afterwards, after a panic too, neither the stack below here nor
/// a vector register of x86-64 holds anything of it.
pub(crate) fn without_traces<R>(work: impl FnOnce() -> R) -> R {
    let _overwrite = Overwrite::<{ Depth::Any as usize }>;
    deeper(work)
}

/// As [`without_traces`], for work that goes no deeper.
pub(crate) fn without_traces_within(depth: Depth, mut work: impl FnMut()) {
    match depth {
        Depth::Any => without_traces(&mut work),
        Depth::Middle => {
            let _overwrite = Overwrite::<{ Depth::Middle as usize }>;
            deeper(&mut work);
        }
        Depth::Shallow => {
            let _overwrite = Overwrite::<{ Depth::Shallow as usize }>;
            deeper(&mut work);
        }
    }
}

struct Overwrite<const BYTES: usize>;

impl<const BYTES: usize> Drop for Overwrite<BYTES> {
    fn drop(&mut self) {
        // The registers first: a signal that arrives during the rest puts
        // them on the stack, below what is overwritten.
        registers();
        overwrite::<BYTES>();
    }
}

/// A frame of its own for `work`, where [`overwrite`] will have its.
#[inline(never)]
fn deeper<R>(work: impl FnOnce() -> R) -> R {
    work()
}

#[inline(never)]
fn overwrite<const BYTES: usize>() {
    let mut stack = [0; BYTES];
    // The zeros above may be left out as never read; these may not.
    super::wipe::wipe(&mut stack);
    registers();
}

#[cfg(target_arch = "x86_64")]
fn registers() {
    if std::is_x86_feature_detected!("avx") {
        // SAFETY: AVX is there, and the registers are named as changed.
        unsafe {
            std::arch::asm!(
                "vzeroall",
                out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
                out("xmm4") _, out("xmm5") _, out("xmm6") _, out("xmm7") _,
                out("xmm8") _, out("xmm9") _, out("xmm10") _, out("xmm11") _,
                out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
                options(nomem, nostack, preserves_flags),
            );
        }
    } else {
        // SAFETY: SSE2 is part of x86-64, and the registers are named as changed.
        unsafe {
            std::arch::asm!(
                "pxor xmm0, xmm0", "pxor xmm1, xmm1", "pxor xmm2, xmm2", "pxor xmm3, xmm3",
                "pxor xmm4, xmm4", "pxor xmm5, xmm5", "pxor xmm6, xmm6", "pxor xmm7, xmm7",
                "pxor xmm8, xmm8", "pxor xmm9, xmm9", "pxor xmm10, xmm10", "pxor xmm11, xmm11",
                "pxor xmm12, xmm12", "pxor xmm13, xmm13", "pxor xmm14, xmm14", "pxor xmm15, xmm15",
                out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
                out("xmm4") _, out("xmm5") _, out("xmm6") _, out("xmm7") _,
                out("xmm8") _, out("xmm9") _, out("xmm10") _, out("xmm11") _,
                out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
                options(nomem, nostack, preserves_flags),
            );
        }
    }
    if std::is_x86_feature_detected!("avx512f") {
        // SAFETY: AVX-512 is there.
        unsafe { upper_registers() }
    }
}

/// Those that only AVX-512 has; the C library copies with them.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn upper_registers() {
    // SAFETY: the registers are named as changed.
    unsafe {
        std::arch::asm!(
            "vpxord zmm16, zmm16, zmm16", "vpxord zmm17, zmm17, zmm17",
            "vpxord zmm18, zmm18, zmm18", "vpxord zmm19, zmm19, zmm19",
            "vpxord zmm20, zmm20, zmm20", "vpxord zmm21, zmm21, zmm21",
            "vpxord zmm22, zmm22, zmm22", "vpxord zmm23, zmm23, zmm23",
            "vpxord zmm24, zmm24, zmm24", "vpxord zmm25, zmm25, zmm25",
            "vpxord zmm26, zmm26, zmm26", "vpxord zmm27, zmm27, zmm27",
            "vpxord zmm28, zmm28, zmm28", "vpxord zmm29, zmm29, zmm29",
            "vpxord zmm30, zmm30, zmm30", "vpxord zmm31, zmm31, zmm31",
            out("zmm16") _, out("zmm17") _, out("zmm18") _, out("zmm19") _,
            out("zmm20") _, out("zmm21") _, out("zmm22") _, out("zmm23") _,
            out("zmm24") _, out("zmm25") _, out("zmm26") _, out("zmm27") _,
            out("zmm28") _, out("zmm29") _, out("zmm30") _, out("zmm31") _,
            options(nomem, nostack, preserves_flags),
        );
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn registers() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_comes_through() {
        assert_eq!(without_traces(|| vec![1, 2, 3]), [1, 2, 3]);
        let panicked = std::panic::catch_unwind(|| without_traces(|| panic!("planted")));
        assert!(panicked.is_err());
    }
}
