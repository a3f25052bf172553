//! Work memory of one hash: asked for fallibly, never left readable.
//!
//! On Unix it is a private anonymous mapping, given back to the kernel when
//! dropped, which hands out no page before clearing it; on Linux it stays out
//! of core dumps and of forked children, who would have no owner for it.
//! Elsewhere it is heap memory, wiped before it is freed.

use std::ptr::NonNull;

/// Where work memory comes from.
///
/// # Safety
///
/// `get` returns `bytes` bytes of zeroed memory, aligned to [`ALIGN`], that
/// nothing else uses until `put` is called with the same pointer and size.
unsafe trait Pages {
    /// What sizes from here on are rounded up to, a multiple of [`ALIGN`].
    const LARGE_UNIT: usize = ALIGN;

    /// `bytes` is above zero. `None` where the system gives none.
    fn get(bytes: usize) -> Option<NonNull<u8>>;

    /// Gives back what `get` returned; no byte of its content outlives the call.
    ///
    /// # Safety
    ///
    /// `base` came from `get(bytes)` and is not used afterwards.
    unsafe fn put(base: NonNull<u8>, bytes: usize);
}

/// Alignment in bytes: a cache line, the widest vector register.
const ALIGN: usize = 64;

#[cfg(unix)]
type System = mapped::Mapped;
#[cfg(not(unix))]
type System = heap::Heap;

/// Work memory, owned by one job at a time.
pub(crate) struct WorkMemory(Region<System>);

struct Region<P: Pages> {
    base: NonNull<u8>,
    bytes: usize,
    pages: std::marker::PhantomData<P>,
}

impl WorkMemory {
    /// Zeroed memory of at least `bytes` bytes; `None` where the system gives none.
    pub(crate) fn new(bytes: usize) -> Option<Self> {
        Region::new(bytes).map(Self)
    }

    /// The memory as Argon2 blocks.
    pub(crate) fn blocks(&mut self) -> &mut [argon2::Block] {
        self.0.blocks()
    }

    /// The first `head_bytes` bytes, a multiple of 64, and the rest as 32-bit
    /// words. `None` where the memory is smaller than that.
    pub(crate) fn bytes_and_words(&mut self, head_bytes: usize) -> Option<(&mut [u8], &mut [u32])> {
        self.0.bytes_and_words(head_bytes)
    }
}

// SAFETY: the region is owned and reached through `&mut` only.
unsafe impl<P: Pages> Send for Region<P> {}

impl<P: Pages> Region<P> {
    fn new(bytes: usize) -> Option<Self> {
        let unit = if bytes < P::LARGE_UNIT {
            ALIGN
        } else {
            P::LARGE_UNIT
        };
        let bytes = bytes.max(1).checked_next_multiple_of(unit)?;
        let base = P::get(bytes)?;
        Some(Self {
            base,
            bytes,
            pages: std::marker::PhantomData,
        })
    }

    fn blocks(&mut self) -> &mut [argon2::Block] {
        const {
            assert!(size_of::<argon2::Block>() == argon2::Block::SIZE);
            assert!(align_of::<argon2::Block>() <= ALIGN);
        }
        let count = self.bytes / argon2::Block::SIZE;
        // SAFETY: `base` is aligned for and `bytes` covers `count` blocks. A
        // block is 128 `u64` without padding (size and alignment asserted
        // above), so any bytes are valid. The borrow of `self` keeps it alone.
        unsafe { std::slice::from_raw_parts_mut(self.base.as_ptr().cast(), count) }
    }

    fn bytes_and_words(&mut self, head_bytes: usize) -> Option<(&mut [u8], &mut [u32])> {
        if head_bytes > self.bytes || !head_bytes.is_multiple_of(ALIGN) {
            return None;
        }
        let words = (self.bytes - head_bytes) / size_of::<u32>();
        // SAFETY: the two ranges lie in the region one after the other without
        // overlap; `head_bytes` keeps the alignment of `u32`; every bit
        // pattern is valid for both types. The borrow of `self` keeps them alone.
        unsafe {
            Some((
                std::slice::from_raw_parts_mut(self.base.as_ptr(), head_bytes),
                std::slice::from_raw_parts_mut(self.base.as_ptr().add(head_bytes).cast(), words),
            ))
        }
    }
}

impl<P: Pages> Drop for Region<P> {
    fn drop(&mut self) {
        // SAFETY: `base` came from `P::get(bytes)`, and `self` ends here.
        unsafe { P::put(self.base, self.bytes) }
    }
}

#[cfg(unix)]
mod mapped {
    use super::{NonNull, Pages};

    pub(super) struct Mapped;

    /// From here on huge pages are asked for: the usual huge page of x86-64.
    #[cfg(target_os = "linux")]
    const HUGE_PAGE_BYTES: usize = 2 << 20;

    // SAFETY: `mmap` returns zeroed pages, which are aligned to far more than
    // `ALIGN` and belong to this mapping until `munmap`.
    unsafe impl Pages for Mapped {
        // A whole number of huge pages: what is left over at the ends would be
        // small pages, each with a fault of its own.
        #[cfg(target_os = "linux")]
        const LARGE_UNIT: usize = HUGE_PAGE_BYTES;

        fn get(bytes: usize) -> Option<NonNull<u8>> {
            // SAFETY: a fresh private anonymous mapping touches no memory that exists.
            let base = unsafe {
                libc::mmap(
                    std::ptr::null_mut(),
                    bytes,
                    libc::PROT_READ | libc::PROT_WRITE,
                    libc::MAP_PRIVATE | libc::MAP_ANON,
                    -1,
                    0,
                )
            };
            if base == libc::MAP_FAILED {
                return None;
            }
            #[cfg(target_os = "linux")]
            // SAFETY: advice about our own mapping. An error only means that
            // an old kernel does not know it.
            unsafe {
                libc::madvise(base, bytes, libc::MADV_DONTDUMP);
                libc::madvise(base, bytes, libc::MADV_DONTFORK);
                if bytes >= HUGE_PAGE_BYTES {
                    libc::madvise(base, bytes, libc::MADV_HUGEPAGE);
                }
            }
            NonNull::new(base.cast())
        }

        unsafe fn put(base: NonNull<u8>, bytes: usize) {
            // SAFETY: by the trait's contract this is a mapping of `get` with this size.
            unsafe { libc::munmap(base.as_ptr().cast(), bytes) };
        }
    }
}

#[cfg(any(not(unix), test))]
mod heap {
    use super::{ALIGN, NonNull, Pages};
    use std::alloc::{Layout, alloc_zeroed, dealloc};
    use zeroize::Zeroize;

    pub(super) struct Heap;

    // SAFETY: `alloc_zeroed` returns zeroed memory of the layout asked for.
    unsafe impl Pages for Heap {
        fn get(bytes: usize) -> Option<NonNull<u8>> {
            let layout = Layout::from_size_align(bytes, ALIGN).ok()?;
            // SAFETY: the contract of `get` says that `bytes` is above zero.
            NonNull::new(unsafe { alloc_zeroed(layout) })
        }

        unsafe fn put(base: NonNull<u8>, bytes: usize) {
            let Ok(layout) = Layout::from_size_align(bytes, ALIGN) else {
                return;
            };
            // SAFETY: by the trait's contract `get` allocated this with the
            // same layout, and it is not used afterwards.
            unsafe {
                std::slice::from_raw_parts_mut(base.as_ptr(), bytes).zeroize();
                dealloc(base.as_ptr(), layout);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_zeroed_and_writable<P: Pages>() {
        for bytes in [1, 64, 1024, 4096 + 1, 3 << 20] {
            let mut region = Region::<P>::new(bytes).expect("memory");
            let (head, words) = region.bytes_and_words(64).expect("fits");
            assert!(head.iter().all(|b| *b == 0) && words.iter().all(|w| *w == 0));
            assert!(64 + words.len() * 4 >= bytes);
            head.fill(0xff);
            words.fill(u32::MAX);
            assert!(region.blocks().len() * 1024 >= bytes / 1024 * 1024);
        }
    }

    #[test]
    fn every_source_gives_zeroed_memory() {
        is_zeroed_and_writable::<heap::Heap>();
        is_zeroed_and_writable::<System>();
    }

    #[test]
    fn too_much_is_none_and_not_an_abort() {
        assert!(WorkMemory::new(usize::MAX).is_none());
        assert!(WorkMemory::new(1 << 60).is_none());
        assert!(Region::<heap::Heap>::new(isize::MAX as usize).is_none());
    }

    #[test]
    fn a_head_that_does_not_fit_is_none() {
        let mut memory = WorkMemory::new(128).expect("memory");
        assert!(memory.bytes_and_words(4096).is_none());
        assert!(memory.bytes_and_words(3).is_none());
        assert!(memory.bytes_and_words(128).is_some());
    }

    /// As the kernel tells it: `dd` is "not in dumps", `dc` "not copied by fork".
    #[cfg(target_os = "linux")]
    #[test]
    #[allow(clippy::disallowed_methods)]
    fn a_mapping_stays_out_of_dumps_and_children() {
        let memory = WorkMemory::new(1 << 20).expect("memory");
        let base = format!("{:x}-", memory.0.base.as_ptr() as usize);
        let maps = std::fs::read_to_string("/proc/self/smaps").expect("Linux");
        let (_, own) = maps.split_once(&base).expect("the mapping is listed");
        let flags = own.lines().find(|line| line.starts_with("VmFlags:"));
        let flags = flags.expect("every mapping has flags");
        assert!(flags.contains(" dd") && flags.contains(" dc"), "{flags}");
    }
}
