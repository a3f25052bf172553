//! What no feature of a CPU tells: how long it takes to add.

use std::arch::x86_64::{__cpuid, CpuidResult};
use std::sync::atomic::{AtomicU8, Ordering};

/// Zen 5 and later.
const FIRST_LATE_FAMILY: u32 = 0x1a;

/// Whether additions in vectors take two cycles, and those of scalars one: so it is on AMD's Zen 5
/// (measured: Salsa20/8 in 193 cycles by vectors of AVX-512, and in 112 by scalars).
pub(super) fn vectors_answer_late() -> bool {
    const UNKNOWN: u8 = 2;
    static KNOWN: AtomicU8 = AtomicU8::new(UNKNOWN);
    let mut known = KNOWN.load(Ordering::Relaxed);
    // Virtual machines take long to answer, so they are asked once.
    if known == UNKNOWN {
        // SAFETY: every x86-64 has the instruction and these leaves. Newer compilers know.
        #[allow(unused_unsafe)]
        let (vendor, version) = unsafe { (__cpuid(0), __cpuid(1).eax) };
        known = u8::from(is_late(vendor, version));
        KNOWN.store(known, Ordering::Relaxed);
    }
    known == 1
}

/// By the name of the vendor and the version, as CPUID tells them in leaves 0 and 1.
fn is_late(vendor: CpuidResult, version: u32) -> bool {
    let name = [vendor.ebx, vendor.edx, vendor.ecx].map(u32::to_le_bytes);
    let (base, extended) = (version >> 8 & 0xf, version >> 20 & 0xff);
    name.as_flattened() == b"AuthenticAMD" && base == 0xf && base + extended >= FIRST_LATE_FAMILY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vendor(name: &[u8; 12]) -> CpuidResult {
        let word = |i: usize| u32::from_le_bytes([name[i], name[i + 1], name[i + 2], name[i + 3]]);
        let (ebx, edx, ecx) = (word(0), word(4), word(8));
        CpuidResult {
            eax: 16,
            ebx,
            ecx,
            edx,
        }
    }

    #[test]
    fn zen_5_is_told_from_those_before_it_and_from_others() {
        let amd = vendor(b"AuthenticAMD");
        // Turin; Genoa, Milan, and a CPU of Intel.
        assert!(is_late(amd, 0x00b0_0f21));
        assert!(!is_late(amd, 0x00a1_0f11));
        assert!(!is_late(amd, 0x00a0_0f11));
        assert!(!is_late(vendor(b"GenuineIntel"), 0x000c_06f2));
        assert!(!is_late(vendor(b"GenuineIntel"), 0x00b0_0f21));
    }
}
