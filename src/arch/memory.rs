//! Memory asked of the system fallibly: work memory of hashes, and fixed arrays.
//!
//! On Unix a region is a private anonymous mapping. On Linux it stays out of
//! core dumps, and from 4.14 on a forked child finds zeros in work memory, so
//! nothing is copied to it. Elsewhere a region is heap memory, wiped before it is freed.

use super::blamka::{BLOCK_BYTES, Block};
use super::wipe::wipe;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// Where regions come from.
///
/// # Safety
///
/// `get` returns `bytes` bytes of zeroed memory, aligned to [`ALIGN`], that
/// nothing else uses until `put` is called with the same pointer and size.
unsafe trait Pages {
    /// What sizes are rounded up to, a multiple of [`ALIGN`].
    const UNIT: usize = ALIGN;

    /// What sizes from here on are rounded up to, a multiple of [`ALIGN`].
    const LARGE_UNIT: usize = ALIGN;

    /// `bytes` is above zero. `None` where the system gives none.
    fn get(bytes: usize) -> Option<NonNull<u8>>;

    /// Asks that a forked child finds zeros here. Whether it will.
    ///
    /// # Safety
    ///
    /// `base` came from `get(bytes)`.
    unsafe fn wipe_on_fork(base: NonNull<u8>, bytes: usize) -> bool;

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
pub(crate) struct WorkMemory {
    region: Region<System>,
    /// Bytes from the beginning that were handed out since the last wipe.
    dirty: usize,
}

impl WorkMemory {
    /// What the system is asked for where `bytes` are needed; `None` for more than it can address.
    pub(crate) fn rounded(bytes: u64) -> Option<usize> {
        Region::<System>::rounded(usize::try_from(bytes).ok()?)
    }

    /// Zeroed memory of at least `bytes` bytes; `None` where the system gives none.
    pub(crate) fn new(bytes: u64) -> Option<Self> {
        let region = Region::new(usize::try_from(bytes).ok()?)?;
        // Not left out of the child, where a call that a signal handler
        // interrupted to fork still works in it.
        region.wipe_on_fork();
        Some(Self { region, dirty: 0 })
    }

    /// Its size in bytes, as [`Self::rounded`] tells it.
    pub(crate) fn bytes(&self) -> usize {
        self.region.bytes
    }

    /// How many bytes from the beginning were handed out since the last wipe.
    pub(crate) const fn dirty_bytes(&self) -> u64 {
        self.dirty as u64
    }

    /// The first `count` Argon2 blocks. `None` where the memory is smaller than that.
    pub(crate) fn blocks(&mut self, count: usize) -> Option<&mut [Block]> {
        let blocks = self.region.blocks(count)?;
        self.dirty = self.dirty.max(size_of_val(blocks));
        Some(blocks)
    }

    /// The first `head_bytes` bytes, a multiple of 64, and `words` 32-bit words
    /// after them. `None` where the memory is smaller than that.
    pub(crate) fn bytes_and_words(
        &mut self,
        head_bytes: usize,
        words: usize,
    ) -> Option<(&mut [u8], &mut [u32])> {
        let parts = self.region.bytes_and_words(head_bytes, words)?;
        self.dirty = self.dirty.max(head_bytes + size_of_val(parts.1));
        Some(parts)
    }

    /// Overwrites all that was handed out.
    pub(crate) fn wipe(&mut self) {
        wipe(self.region.bytes_mut(self.dirty));
        self.dirty = 0;
    }
}

/// A fixed number of values in a region of their own: a `Box<[T]>` without the heap.
pub(crate) struct Array<T> {
    region: Region<System>,
    len: usize,
    values: PhantomData<T>,
}

impl<T> Array<T> {
    /// All of `values`; `None` where the system gives no memory for them.
    pub(crate) fn of(values: impl ExactSizeIterator<Item = T>) -> Option<Self> {
        const { assert!(align_of::<T>() <= ALIGN && size_of::<T>() > 0) };
        let room = values.len();
        let mut array = Self {
            region: Region::new(room.checked_mul(size_of::<T>())?)?,
            len: 0,
            values: PhantomData,
        };
        for value in values.take(room) {
            // SAFETY: the region has room for one more and is aligned for it.
            unsafe { array.first().add(array.len).write(value) };
            array.len += 1;
        }
        Some(array)
    }

    /// Asks that a forked child finds zeros in place of the values. Whether it will.
    pub(super) fn wipe_on_fork(&self) -> bool {
        self.region.wipe_on_fork()
    }

    /// Gives up the values for a pointer to the first of them.
    pub(super) fn into_raw(self) -> NonNull<T> {
        let first = self.first();
        std::mem::forget(self);
        first
    }

    /// Takes the values back.
    ///
    /// # Safety
    ///
    /// `first` came from `into_raw` of an array of `len` values and is not used afterwards.
    pub(super) unsafe fn from_raw(first: NonNull<T>, len: usize) -> Self {
        Self {
            region: Region {
                base: first.cast(),
                bytes: Region::<System>::rounded(len * size_of::<T>()).unwrap_or(0),
                pages: PhantomData,
            },
            len,
            values: PhantomData,
        }
    }

    fn first(&self) -> NonNull<T> {
        self.region.base.cast()
    }
}

impl<T> Deref for Array<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        // SAFETY: `len` values were written, and are owned by `self`.
        unsafe { std::slice::from_raw_parts(self.first().as_ptr(), self.len) }
    }
}

impl<T> DerefMut for Array<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as above; the borrow of `self` keeps them alone.
        unsafe { std::slice::from_raw_parts_mut(self.first().as_ptr(), self.len) }
    }
}

impl<T> Drop for Array<T> {
    fn drop(&mut self) {
        let values: *mut [T] = &raw mut **self;
        // SAFETY: the values are whole and are not used afterwards.
        unsafe { values.drop_in_place() }
    }
}

// SAFETY: an array owns its values as a `Box<[T]>` does.
unsafe impl<T: Send> Send for Array<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Array<T> {}

struct Region<P: Pages> {
    base: NonNull<u8>,
    bytes: usize,
    pages: PhantomData<P>,
}

// SAFETY: the region is owned and reached through `&mut` only.
unsafe impl<P: Pages> Send for Region<P> {}

impl<P: Pages> Region<P> {
    fn rounded(bytes: usize) -> Option<usize> {
        let unit = if bytes < P::LARGE_UNIT {
            P::UNIT
        } else {
            P::LARGE_UNIT
        };
        bytes.max(1).checked_next_multiple_of(unit)
    }

    fn new(bytes: usize) -> Option<Self> {
        let bytes = Self::rounded(bytes)?;
        let base = P::get(bytes)?;
        Some(Self {
            base,
            bytes,
            pages: PhantomData,
        })
    }

    fn wipe_on_fork(&self) -> bool {
        // SAFETY: `base` came from `P::get(bytes)`.
        unsafe { P::wipe_on_fork(self.base, self.bytes) }
    }

    /// The first `len` bytes, or all where there are fewer.
    fn bytes_mut(&mut self, len: usize) -> &mut [u8] {
        // SAFETY: `bytes` bytes are ours, and any of them is valid. The borrow
        // of `self` keeps them alone.
        unsafe { std::slice::from_raw_parts_mut(self.base.as_ptr(), len.min(self.bytes)) }
    }

    fn blocks(&mut self, count: usize) -> Option<&mut [Block]> {
        const {
            assert!(size_of::<Block>() == BLOCK_BYTES && align_of::<Block>() <= ALIGN);
        }
        if count > self.bytes / BLOCK_BYTES {
            return None;
        }
        // SAFETY: `base` is aligned for and `bytes` covers `count` blocks. A
        // block is 128 `u64` in cells without padding (size and alignment
        // asserted above), so any bytes are valid. The borrow of `self` keeps it alone.
        Some(unsafe { std::slice::from_raw_parts_mut(self.base.as_ptr().cast(), count) })
    }

    fn bytes_and_words(
        &mut self,
        head_bytes: usize,
        words: usize,
    ) -> Option<(&mut [u8], &mut [u32])> {
        let all = words
            .checked_mul(size_of::<u32>())?
            .checked_add(head_bytes)?;
        if all > self.bytes || !head_bytes.is_multiple_of(ALIGN) {
            return None;
        }
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
    use super::{NonNull, Pages, wipe};

    pub(super) struct Mapped;

    /// The smallest page of any system that is known to run this.
    const PAGE_BYTES: usize = 4096;

    /// From here on huge pages are asked for: the usual huge page of x86-64.
    #[cfg(target_os = "linux")]
    const HUGE_PAGE_BYTES: usize = 2 << 20;

    // SAFETY: `mmap` returns zeroed pages, which are aligned to far more than
    // `ALIGN` and belong to this mapping until `munmap`.
    unsafe impl Pages for Mapped {
        const UNIT: usize = PAGE_BYTES;

        // A whole number of huge pages: what is left over at the ends would be
        // small pages, each with a fault of its own.
        #[cfg(target_os = "linux")]
        const LARGE_UNIT: usize = HUGE_PAGE_BYTES;
        #[cfg(not(target_os = "linux"))]
        const LARGE_UNIT: usize = PAGE_BYTES;

        #[cfg(target_os = "linux")]
        fn get(bytes: usize) -> Option<NonNull<u8>> {
            let base = if bytes < HUGE_PAGE_BYTES {
                map(bytes)?
            } else {
                let base = map_aligned(bytes).or_else(|| map(bytes))?;
                // SAFETY: advice about our own mapping. An error only means that
                // this kernel has no huge pages; so below.
                unsafe { libc::madvise(base.as_ptr().cast(), bytes, libc::MADV_HUGEPAGE) };
                base
            };
            // SAFETY: as above.
            unsafe { libc::madvise(base.as_ptr().cast(), bytes, libc::MADV_DONTDUMP) };
            Some(base)
        }

        #[cfg(not(target_os = "linux"))]
        fn get(bytes: usize) -> Option<NonNull<u8>> {
            map(bytes)
        }

        #[cfg(target_os = "linux")]
        unsafe fn wipe_on_fork(base: NonNull<u8>, bytes: usize) -> bool {
            // SAFETY: advice about a mapping of ours, by the trait's contract.
            unsafe { libc::madvise(base.as_ptr().cast(), bytes, libc::MADV_WIPEONFORK) == 0 }
        }

        #[cfg(not(target_os = "linux"))]
        unsafe fn wipe_on_fork(_: NonNull<u8>, _: usize) -> bool {
            false
        }

        unsafe fn put(base: NonNull<u8>, bytes: usize) {
            // SAFETY: by the trait's contract this is a mapping of `get` with
            // this size. Splitting a mapping in two can fail (too many of
            // them): then it stays, but its content does not.
            unsafe {
                if libc::munmap(base.as_ptr().cast(), bytes) != 0 {
                    wipe(std::slice::from_raw_parts_mut(base.as_ptr(), bytes));
                }
            }
        }
    }

    fn map(bytes: usize) -> Option<NonNull<u8>> {
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
        NonNull::new(base.cast())
    }

    /// As [`map`], at a multiple of the huge page: maps more and gives back both ends.
    #[cfg(target_os = "linux")]
    fn map_aligned(bytes: usize) -> Option<NonNull<u8>> {
        let base = map(bytes.checked_add(HUGE_PAGE_BYTES)?)?;
        let before = base.as_ptr().align_offset(HUGE_PAGE_BYTES);
        // SAFETY: `before` is below the size of a huge page, so the ranges
        // `before`, `bytes` and the rest make up the mapping just made.
        unsafe {
            let aligned = base.add(before);
            if before > 0 {
                libc::munmap(base.as_ptr().cast(), before);
            }
            let end = aligned.add(bytes);
            libc::munmap(end.as_ptr().cast(), HUGE_PAGE_BYTES - before);
            Some(aligned)
        }
    }
}

#[cfg(any(not(unix), test))]
mod heap {
    use super::{ALIGN, NonNull, Pages, wipe};
    use std::alloc::{Layout, alloc_zeroed, dealloc};

    pub(super) struct Heap;

    // SAFETY: `alloc_zeroed` returns zeroed memory of the layout asked for.
    unsafe impl Pages for Heap {
        fn get(bytes: usize) -> Option<NonNull<u8>> {
            let layout = Layout::from_size_align(bytes, ALIGN).ok()?;
            // SAFETY: the contract of `get` says that `bytes` is above zero.
            NonNull::new(unsafe { alloc_zeroed(layout) })
        }

        unsafe fn wipe_on_fork(_: NonNull<u8>, _: usize) -> bool {
            false
        }

        unsafe fn put(base: NonNull<u8>, bytes: usize) {
            let Ok(layout) = Layout::from_size_align(bytes, ALIGN) else {
                return;
            };
            // SAFETY: by the trait's contract `get` allocated this with the
            // same layout, and it is not used afterwards.
            unsafe {
                wipe(std::slice::from_raw_parts_mut(base.as_ptr(), bytes));
                dealloc(base.as_ptr(), layout);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_zeroed_and_writable<P: Pages>() {
        for bytes in [64, 1024, 4096 + 64, 3 << 20] {
            let mut region = Region::<P>::new(bytes).expect("memory");
            let words = (bytes - 64) / 4;
            let (head, words) = region.bytes_and_words(64, words).expect("fits");
            assert!(head.iter().all(|b| *b == 0) && words.iter().all(|w| *w == 0));
            head.fill(0xff);
            words.fill(u32::MAX);
            assert!(region.blocks(bytes / 1024).is_some());
        }
    }

    #[test]
    fn every_source_gives_zeroed_memory() {
        is_zeroed_and_writable::<heap::Heap>();
        is_zeroed_and_writable::<System>();
    }

    #[test]
    fn too_much_is_none_and_not_an_abort() {
        assert!(WorkMemory::new(u64::MAX).is_none());
        assert!(WorkMemory::rounded(u64::MAX).is_none());
        assert!(WorkMemory::new(1 << 60).is_none());
        assert!(Region::<heap::Heap>::new(isize::MAX as usize).is_none());
        assert!(Array::of((0..u32::MAX).map(|_| [0_u64; 1 << 20])).is_none());
    }

    #[test]
    fn what_does_not_fit_is_none() {
        let mut memory = WorkMemory::new(4096).expect("memory");
        assert!(memory.bytes_and_words(8192, 0).is_none());
        assert!(memory.bytes_and_words(3, 0).is_none());
        assert!(memory.bytes_and_words(64, 1024).is_none());
        assert!(memory.bytes_and_words(64, usize::MAX).is_none());
        assert!(memory.bytes_and_words(4096, 0).is_some());
        assert!(memory.blocks(5).is_none());
        assert!(memory.blocks(4).is_some());
    }

    #[test]
    fn a_wipe_leaves_nothing_of_what_was_handed_out() {
        let mut memory = WorkMemory::new(3 << 20).expect("memory");
        let (head, words) = memory.bytes_and_words(128, 1 << 18).expect("fits");
        head.fill(0xff);
        words.fill(u32::MAX);
        memory.wipe();
        let all = memory.bytes();
        assert!(memory.region.bytes_mut(all).iter().all(|byte| *byte == 0));
        // The least that was handed out since, not all there is.
        memory.blocks(2).expect("fits");
        assert_eq!(memory.dirty, 2048);
    }

    #[test]
    fn an_array_drops_its_values_once() {
        use std::rc::Rc;
        let value = Rc::new(());
        let array = Array::of((0..3).map(|_| Rc::clone(&value))).expect("memory");
        assert_eq!((array.len(), Rc::strong_count(&value)), (3, 4));
        let first = array.into_raw();
        // SAFETY: from `into_raw` of three.
        drop(unsafe { Array::from_raw(first, 3) });
        assert_eq!(Rc::strong_count(&value), 1);
    }

    /// As the kernel tells it: `dd` is "not in dumps", `wf` "wiped on fork", `hg` "huge pages asked for".
    #[cfg(target_os = "linux")]
    #[test]
    #[allow(clippy::disallowed_methods)]
    fn a_mapping_is_aligned_and_stays_out_of_dumps_and_children() {
        let memory = WorkMemory::new(3 << 20).expect("memory");
        let base = memory.region.base.as_ptr() as usize;
        assert_eq!((base % (2 << 20), memory.bytes()), (0, 4 << 20));
        let maps = std::fs::read_to_string("/proc/self/smaps").expect("Linux");
        let mut inside = false;
        let flags = maps.lines().find(|line| {
            // Neighbours with the same flags are one entry.
            if let Some((from, to)) = line.split_once(' ').and_then(|l| l.0.split_once('-')) {
                let hex = |text| usize::from_str_radix(text, 16);
                if let (Ok(from), Ok(to)) = (hex(from), hex(to)) {
                    inside = (from..to).contains(&base);
                }
            }
            inside && line.starts_with("VmFlags:")
        });
        let flags = flags.expect("every mapping has flags");
        assert!(flags.contains(" dd") && flags.contains(" wf"), "{flags}");
        assert!(flags.contains(" hg"), "{flags}");
    }
}
