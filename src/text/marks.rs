//! Combining marks in canonical order, without a sort.

use super::MAX_PASSWORD_BYTES;
use super::kind::CLASSES;
use crate::arch::wipe;
use zeroize::Zeroize;

/// Marks that can follow each other. A mark takes at least two bytes and none
/// decomposes into more than two marks (U+0344 does).
const MAX_MARKS: usize = MAX_PASSWORD_BYTES;

/// The marks after a starter: by class, and within a class as they were pushed.
///
/// Each mark names the next of its class, so that putting them in order costs
/// the same for each, however many there are. Wiped when dropped.
pub(super) struct Marks {
    marks: [[u8; 4]; MAX_MARKS],
    len: u32,
    /// The most that were held: what has to be wiped.
    used: u32,
    /// A bit for each class that is held.
    classes: u64,
    /// Where the first and the last mark of a class are.
    first: [u16; CLASSES],
    last: [u16; CLASSES],
}

/// Below the code point, above the place of the next mark.
#[derive(Clone, Copy)]
struct Mark(u32);

impl Mark {
    const CODE_BITS: u32 = 20;
    /// Places have what is left.
    const FITS: () = assert!(MAX_MARKS <= 1 << (u32::BITS - Self::CODE_BITS));

    /// The same with a next one, where it has none yet.
    const fn before(self, next: u16) -> Self {
        let () = Self::FITS;
        Self(self.0 | (next as u32) << Self::CODE_BITS)
    }

    fn char(self) -> char {
        char::from_u32(self.0 & ((1 << Self::CODE_BITS) - 1)).unwrap_or_default()
    }

    #[allow(clippy::cast_possible_truncation)] // 12 bits are left.
    const fn next(self) -> u16 {
        (self.0 >> Self::CODE_BITS) as u16
    }
}

impl Marks {
    pub(super) const fn new() -> Self {
        Self {
            marks: [[0; 4]; MAX_MARKS],
            len: 0,
            used: 0,
            classes: 0,
            first: [0; CLASSES],
            last: [0; CLASSES],
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.classes == 0
    }

    /// The lowest class that is held.
    pub(super) const fn lowest_class(&self) -> u32 {
        self.classes.trailing_zeros()
    }

    /// Puts a mark behind those of its class.
    #[inline(always)]
    pub(super) fn push(&mut self, c: char, class: u32) {
        let this = self.store(Mark(u32::from(c)));
        let class = class as usize % CLASSES;
        if self.classes >> class & 1 == 0 {
            self.classes |= 1 << class;
            self.first[class] = this;
        } else {
            let last = self.last[class];
            self.set(last, self.at(last).before(this));
        }
        self.last[class] = this;
    }

    /// Puts a mark before those of its class.
    pub(super) fn push_front(&mut self, c: char, class: u32) {
        if self.classes >> class & 1 == 0 {
            return self.push(c, class);
        }
        let class = class as usize % CLASSES;
        let mark = Mark(u32::from(c)).before(self.first[class]);
        self.first[class] = self.store(mark);
    }

    /// Calls `compose` with each mark in canonical order and drops it where
    /// that is true. Where it is not, the mark blocks the later ones of its own
    /// class; lower classes block nothing.
    #[inline(always)]
    pub(super) fn drop_composed(&mut self, mut compose: impl FnMut(char) -> bool) {
        for class in each_of(self.classes) {
            let (mut first, last) = (self.first[class], self.last[class]);
            loop {
                let mark = self.at(first);
                if !compose(mark.char()) {
                    self.first[class] = first;
                    break;
                }
                if first == last {
                    self.classes &= !(1 << class);
                    break;
                }
                first = mark.next();
            }
        }
        if self.is_empty() {
            self.clear();
        }
    }

    /// Calls `write` with each mark in canonical order, and drops all.
    #[inline(always)]
    pub(super) fn drain(&mut self, mut write: impl FnMut(char)) {
        for class in each_of(self.classes) {
            let (mut at, last) = (self.first[class], self.last[class]);
            loop {
                let mark = self.at(at);
                write(mark.char());
                if at == last {
                    break;
                }
                at = mark.next();
            }
        }
        self.clear();
    }

    /// Stores a mark and returns where.
    #[allow(clippy::cast_possible_truncation)] // Less than MAX_MARKS.
    fn store(&mut self, mark: Mark) -> u16 {
        let this = self.len as u16;
        self.set(this, mark);
        self.len += 1;
        this
    }

    fn at(&self, at: u16) -> Mark {
        Mark(u32::from_ne_bytes(self.marks[at as usize % MAX_MARKS]))
    }

    fn set(&mut self, at: u16, mark: Mark) {
        self.marks[at as usize % MAX_MARKS] = mark.0.to_ne_bytes();
    }

    fn clear(&mut self) {
        self.used = self.used.max(self.len);
        (self.len, self.classes) = (0, 0);
    }
}

/// The classes whose bits are set, ascending.
fn each_of(mut classes: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let class = classes.trailing_zeros() as usize;
        classes &= classes.checked_sub(1)?;
        Some(class % CLASSES)
    })
}

impl Drop for Marks {
    /// Many functions hold one.
    #[inline(never)]
    fn drop(&mut self) {
        self.clear();
        let used = self.marks.get_mut(..self.used as usize);
        wipe(used.unwrap_or_default().as_flattened_mut());
        self.first.zeroize();
        self.last.zeroize();
    }
}
