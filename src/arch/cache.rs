//! How much the caches hold: what decides whether hashes at once get in each other's way.

use std::sync::atomic::{AtomicU64, Ordering};

/// What is taken for the size where the CPU does not tell: that of most servers' last cache, in bytes.
const TYPICAL_BYTES: u64 = 32 << 20;

/// Bytes of the largest cache of this CPU. Who else uses it nobody tells.
pub(crate) fn last_level_bytes() -> u64 {
    // Virtual machines take long to answer, so they are asked once.
    static KNOWN: AtomicU64 = AtomicU64::new(0);
    match KNOWN.load(Ordering::Relaxed) {
        0 => {
            let bytes = largest().unwrap_or(TYPICAL_BYTES);
            KNOWN.store(bytes, Ordering::Relaxed);
            bytes
        }
        bytes => bytes,
    }
}

/// As the CPU describes its caches, one after the other: Intel's in leaf 4, AMD's in another of the same form.
#[cfg(target_arch = "x86_64")]
fn largest() -> Option<u64> {
    use std::arch::x86_64::{__cpuid, __cpuid_count};
    const LEAVES: [u32; 2] = [4, 0x8000_001d];
    const MOST_CACHES: u32 = 8;
    let of_leaf = |leaf: u32| {
        // SAFETY: every x86-64 has the instruction; a leaf above the highest is not asked for.
        // Newer compilers know.
        #[allow(unused_unsafe)]
        let cache = move |i| unsafe { __cpuid_count(leaf, i) };
        // SAFETY: as above.
        #[allow(unused_unsafe)]
        let highest = unsafe { __cpuid(leaf & 0x8000_0000).eax };
        (0..MOST_CACHES)
            .filter(move |_| leaf <= highest)
            .map(cache)
            .take_while(|answer| answer.eax & 0x1f != 0)
            .map(|answer| size(answer.ebx, answer.ecx))
    };
    let sizes = LEAVES.into_iter().flat_map(of_leaf);
    sizes.max().filter(|bytes| *bytes > 0)
}

/// Ways, partitions, bytes of a line and sets, each written as one fewer.
#[cfg(target_arch = "x86_64")]
fn size(ebx: u32, ecx: u32) -> u64 {
    let number = |bits: u32, from: u32| u64::from(ebx >> from & ((1 << bits) - 1)) + 1;
    number(10, 22) * number(10, 12) * number(12, 0) * (u64::from(ecx) + 1)
}

#[cfg(not(target_arch = "x86_64"))]
fn largest() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the manuals' examples: 16 ways of 64 bytes in 32768 sets.
    #[cfg(target_arch = "x86_64")]
    #[test]
    fn a_size_is_the_product_of_what_is_told() {
        assert_eq!(size(15 << 22 | 63, 32767), 32 << 20);
        assert_eq!(size(7 << 22 | 63, 63), 32 << 10);
    }

    #[test]
    fn there_is_a_cache() {
        let bytes = last_level_bytes();
        println!("the largest cache has {} KiB", bytes >> 10);
        assert!((1 << 18..=1 << 32).contains(&bytes));
        assert_eq!(last_level_bytes(), bytes);
    }

    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    #[test]
    #[allow(clippy::disallowed_methods)]
    fn it_is_one_that_the_system_knows() {
        let folder = std::path::Path::new("/sys/devices/system/cpu");
        let size = |cpu: usize, i: usize| {
            let file = folder.join(format!("cpu{cpu}/cache/index{i}/size"));
            let text = std::fs::read_to_string(file).ok()?;
            text.trim().strip_suffix('K')?.parse::<u64>().ok()
        };
        let largest = |cpu| (0..8).filter_map(|i| size(cpu, i)).max();
        // Not all need have the same.
        let known: Vec<u64> = (0..1024).map_while(largest).collect();
        assert!(known.is_empty() || known.contains(&(last_level_bytes() >> 10)));
    }
}
