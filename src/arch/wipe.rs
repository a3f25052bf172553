//! Zeros over work memory and secrets, in a way that is never optimised away.
//!
//! `zeroize` stores byte by byte, and no compiler may widen its stores: on an
//! AMD Zen 3 it took 3.3 ms for 19 MiB, whose Argon2id (t = 2) takes 18.
//! Inline assembly is kept just as surely and took 0.65 ms.

/// Overwrites `bytes` with zeros, also where nothing reads them afterwards.
/// Not inlined: every function that holds a secret ends with it.
#[inline(never)]
pub(crate) fn wipe(bytes: &mut [u8]) {
    #[cfg(all(target_arch = "x86_64", target_pointer_width = "64"))]
    if bytes.len() < x86_64::FILL_FROM {
        x86_64::store(bytes);
    } else if bytes.len() < x86_64::STREAM_FROM {
        x86_64::fill(bytes);
    } else {
        x86_64::stream(bytes);
    }
    #[cfg(not(all(target_arch = "x86_64", target_pointer_width = "64")))]
    zeroize::Zeroize::zeroize(bytes);
}

/// All kernels do with what every x86-64 has.
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64"))]
mod x86_64 {
    use std::arch::asm;

    /// From here on zeros go past the caches.
    ///
    /// Below, most lines are still cached and stay so for the next hash; above,
    /// most are not, and to cache zeros gains nothing. What wiping and then
    /// filling the same memory takes, in ms (least of 40; AMD Zen 5, 32 MiB of
    /// L3, huge pages):
    ///
    /// | | 12 MiB | 19 | 24 | 28 | 32 | 38 | 46 | 64 |
    /// |---|---|---|---|---|---|---|---|---|
    /// | `fill` | 0.29 | 0.48 | 0.67 | 0.81 | 1.57 | 2.08 | 2.84 | 8.4 |
    /// | `stream` | 0.54 | 0.86 | 1.14 | 1.34 | 1.54 | 2.07 | 2.79 | 5.0 |
    ///
    /// A Zen 3 with as much cache, whose hashes take five times as long, is
    /// faster by 0.2 ms with `stream` at 19 MiB already. Vectors of AVX2 and
    /// AVX-512 gain nothing in either way, so nothing asks what the CPU has.
    pub(super) const STREAM_FROM: usize = 28 << 20;

    /// Where the start of `rep stosb`, some 30 cycles, no longer counts.
    pub(super) const FILL_FROM: usize = 512;

    /// Vector by vector, of which the last two may overlap.
    pub(super) fn store(bytes: &mut [u8]) {
        const VECTOR: usize = 16;
        if bytes.len() < VECTOR {
            return fill(bytes);
        }
        let range = bytes.as_mut_ptr_range();
        // SAFETY: there is a vector's room before the end, so the last store,
        // which begins there, is inside. Those before it begin at `at`, as long
        // as it is less than that place.
        unsafe {
            asm!(
                "pxor {zero}, {zero}",
                "2:",
                "movups [{at}], {zero}",
                "add {at}, 16",
                "cmp {at}, {last}",
                "jb 2b",
                "movups [{last}], {zero}",
                zero = out(xmm_reg) _,
                at = inout(reg) range.start => _,
                last = in(reg) range.end.wrapping_sub(VECTOR),
                options(nostack),
            );
        }
    }

    /// Through the caches.
    pub(super) fn fill(bytes: &mut [u8]) {
        // SAFETY: writes `len` bytes from the start of the slice, upwards: the
        // direction flag is clear on entry to any `asm!`.
        unsafe {
            asm!(
                "rep stosb",
                inout("rcx") bytes.len() => _,
                inout("rdi") bytes.as_mut_ptr() => _,
                in("al") 0_u8,
                options(nostack, preserves_flags),
            );
        }
    }

    /// Past the caches; the ends that are not a whole line, through them.
    pub(super) fn stream(bytes: &mut [u8]) {
        let to_line = bytes.as_ptr().align_offset(64).min(bytes.len());
        let (head, rest) = bytes.split_at_mut(to_line);
        let (lines, tail) = rest.as_chunks_mut::<64>();
        fill(head);
        fill(tail);
        let lines = lines.as_mut_ptr_range();
        if lines.is_empty() {
            return;
        }
        // SAFETY: writes line by line from the start of `lines`, aligned to a
        // line (`movntdq` needs 16), up to their end, which the loop meets
        // exactly. These stores keep no order of their own; `sfence` puts them
        // before all that is stored later, as Rust code may assume they are.
        unsafe {
            asm!(
                "pxor {zero}, {zero}",
                "2:",
                "movntdq [{at}], {zero}",
                "movntdq [{at} + 16], {zero}",
                "movntdq [{at} + 32], {zero}",
                "movntdq [{at} + 48], {zero}",
                "add {at}, 64",
                "cmp {at}, {end}",
                "jne 2b",
                "sfence",
                zero = out(xmm_reg) _,
                at = inout(reg) lines.start => _,
                end = in(reg) lines.end,
                options(nostack),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The choice, and each kernel by itself.
    #[cfg(all(target_arch = "x86_64", target_pointer_width = "64"))]
    const KERNELS: &[fn(&mut [u8])] = &[wipe, x86_64::store, x86_64::fill, x86_64::stream];
    #[cfg(not(all(target_arch = "x86_64", target_pointer_width = "64")))]
    const KERNELS: &[fn(&mut [u8])] = &[wipe];

    const DIRT: u8 = 0xa5;

    /// Wipes slices of these lengths that start at these places of a cache
    /// line, and looks at every byte of them and around them.
    fn wipes_what_it_is_given(starts: &[usize], lens: &[usize]) {
        let most = lens.iter().max().expect("lengths");
        let mut memory = vec![DIRT; 64 + 128 + most + 128];
        let line = memory.as_ptr().align_offset(64);
        for kernel in KERNELS {
            for start in starts {
                for len in lens {
                    let (before, rest) = memory.split_at_mut(line + 64 + start);
                    let (inside, after) = rest.split_at_mut(*len);
                    kernel(inside);
                    assert!(inside.iter().all(|b| *b == 0), "{len} from {start}");
                    let mut outside = before.iter().chain(&*after);
                    assert!(outside.all(|b| *b == DIRT), "{len} from {start}");
                    inside.fill(DIRT);
                }
            }
        }
    }

    #[test]
    fn every_small_slice() {
        let starts: Vec<usize> = (0..64).collect();
        let lens: Vec<usize> = (0..300).chain(505..520).collect();
        wipes_what_it_is_given(&starts, &lens);
    }

    #[cfg(all(target_arch = "x86_64", target_pointer_width = "64"))]
    #[test]
    fn slices_on_both_sides_of_the_choice() {
        let at = x86_64::STREAM_FROM;
        wipes_what_it_is_given(&[0, 1, 63], &[at - 65, at - 1, at, at + 1, at + 64]);
    }

    #[test]
    fn an_empty_slice_anywhere() {
        for kernel in KERNELS {
            kernel(&mut []);
        }
    }
}
