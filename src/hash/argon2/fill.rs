//! Which blocks are made of which (RFC 9106 sections 3.2 and 3.4): one plan for all kernels.

use super::{Argon2, Variant, Version};
use crate::arch::blamka::{Block, Kernel, Run, Step, Work};

/// Segments of a lane. No block refers to one of another lane's segment that is made at the same time.
const SLICES: u32 = 4;

/// Addresses in a block of them.
const ADDRESSES: u32 = 128;

/// How many blocks ahead of the one in work is fetched where addresses are known before.
const AHEAD: usize = 4;

/// The numbers that decide what is made of what, in blocks.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    variant: Variant,
    version: Version,
    passes: u32,
    lanes: u32,
    segment: u32,
}

impl Shape {
    pub(super) fn of(function: &Argon2) -> Self {
        Self {
            variant: function.variant,
            version: function.version,
            passes: function.t,
            lanes: function.p,
            segment: function.m_kib / (SLICES * function.p),
        }
    }

    pub(super) const fn lane_blocks(&self) -> u32 {
        SLICES * self.segment
    }

    /// Whether the blocks that are read do not depend on the password.
    fn is_independent(&self, pass: u32, slice: u32) -> bool {
        match self.variant {
            Variant::I => true,
            Variant::Id => pass == 0 && slice < SLICES / 2,
            Variant::D => false,
        }
    }
}

/// Makes all blocks but the first two of each lane, which are there.
pub(super) struct Fill<'m> {
    pub(super) shape: Shape,
    pub(super) memory: &'m [Block],
}

impl Work for Fill<'_> {
    type Output = ();

    /// Two lanes are made in turns: while one waits for memory the other computes.
    fn with(self, kernel: impl Kernel) {
        let Self { shape, memory } = self;
        let (mut for_one, mut for_two) = (Addresses::new(), Addresses::new());
        for pass in 0..shape.passes {
            for slice in 0..SLICES {
                for lane in (0..shape.lanes).step_by(2) {
                    let mut one = Segment::new(shape, pass, slice, lane, &mut for_one);
                    if lane + 1 == shape.lanes {
                        while one.continues(kernel) {
                            kernel.make([memory], [&mut one]);
                        }
                    } else {
                        let mut two = Segment::new(shape, pass, slice, lane + 1, &mut for_two);
                        while one.continues(kernel) && two.continues(kernel) {
                            kernel.make([memory; 2], [&mut one, &mut two]);
                        }
                    }
                }
            }
        }
    }
}

/// A segment in work.
struct Segment<'a> {
    shape: Shape,
    pass: u32,
    slice: u32,
    lane: u32,
    /// Blocks made, and those that were there.
    done: u32,
    /// Where the run in work ends.
    end: u32,
    is_independent: bool,
    /// Of the run in work, where it is independent.
    addresses: &'a mut Addresses,
}

impl<'a> Segment<'a> {
    fn new(shape: Shape, pass: u32, slice: u32, lane: u32, addresses: &'a mut Addresses) -> Self {
        let done = if pass == 0 && slice == 0 { 2 } else { 0 };
        let is_independent = shape.is_independent(pass, slice);
        if is_independent {
            addresses.begin(&shape, [pass, lane, slice]);
        }
        Self {
            shape,
            pass,
            slice,
            lane,
            done,
            end: done,
            is_independent,
            addresses,
        }
    }

    /// Prepares the next run of blocks, as long as there are any.
    fn continues(&mut self, kernel: impl Kernel) -> bool {
        if self.done == self.shape.segment {
            return false;
        }
        self.end = self.shape.segment;
        if self.is_independent {
            let from = self.done / ADDRESSES * ADDRESSES;
            self.end = self.end.min(from.saturating_add(ADDRESSES));
            self.addresses.make(kernel);
            for i in self.done..self.end {
                let place = self.reference(i, self.addresses.random(i));
                self.addresses.places[(i % ADDRESSES) as usize] = place;
            }
        }
        true
    }

    /// Place of block `i` of this segment.
    fn place(&self, i: u32) -> usize {
        let start = self.lane * self.shape.lane_blocks() + self.slice * self.shape.segment;
        start as usize + i as usize
    }

    /// The block that is read for block `i`, where `random` chooses (RFC 9106 section 3.4.2).
    #[inline(always)]
    fn reference(&self, i: u32, random: u64) -> usize {
        let shape = &self.shape;
        let (j1, j2) = (random & 0xffff_ffff, random >> 32);
        let is_first = self.pass == 0 && self.slice == 0;
        let lane = if is_first || shape.lanes == 1 {
            self.lane
        } else {
            u32::try_from(j2 % u64::from(shape.lanes)).unwrap_or(0)
        };
        // All segments made last, of which the one in work is not.
        let (start, segments) = if self.pass == 0 {
            (0, self.slice)
        } else {
            ((self.slice + 1) % SLICES, SLICES - 1)
        };
        let finished = u64::from(segments * shape.segment);
        let area = if lane == self.lane {
            // And what is there of the one in work, without the block before.
            finished + u64::from(i) - 1
        } else {
            finished - u64::from(i == 0)
        };
        let x = (j1 * j1) >> 32;
        let y = (area * x) >> 32;
        let lane_blocks = u64::from(shape.lane_blocks());
        let mut at = u64::from(start * shape.segment) + area - 1 - y;
        if at >= lane_blocks {
            at -= lane_blocks;
        }
        usize::try_from(u64::from(lane) * lane_blocks + at).unwrap_or(usize::MAX)
    }
}

impl Run for Segment<'_> {
    fn previous(&self) -> usize {
        if self.slice == 0 && self.done == 0 {
            self.place(0) + self.shape.lane_blocks() as usize - 1
        } else {
            self.place(self.done) - 1
        }
    }

    #[inline(always)]
    fn next(&mut self, word: u64) -> Option<Step> {
        let i = self.done;
        if i == self.end {
            return None;
        }
        let (reference, fetched) = if self.is_independent {
            self.addresses.at(i, self.end)
        } else {
            let reference = self.reference(i, word);
            (reference, reference)
        };
        self.done += 1;
        Some(Step {
            at: self.place(i),
            reference,
            fetched,
            adds: self.pass > 0 && self.shape.version == Version::V0x13,
        })
    }
}

/// Addresses that do not depend on the password (RFC 9106 section 3.4.1.2).
struct Addresses {
    /// Zeros, what the addresses are made of, and the addresses.
    blocks: [Block; 3],
    /// The blocks that they stand for.
    places: [usize; ADDRESSES as usize],
}

impl Addresses {
    fn new() -> Self {
        Self {
            blocks: [Block::zero(), Block::zero(), Block::zero()],
            places: [0; ADDRESSES as usize],
        }
    }

    /// Begins those of a segment: its pass, lane and slice.
    fn begin(&mut self, shape: &Shape, [pass, lane, slice]: [u32; 3]) {
        let (blocks, variant) = (shape.lanes * shape.lane_blocks(), shape.variant.number());
        let numbers = [pass, lane, slice, blocks, shape.passes, variant, 0];
        for (i, number) in numbers.into_iter().enumerate() {
            self.blocks[1].set_word(i, u64::from(number));
        }
    }

    /// Makes the next block of addresses.
    fn make(&mut self, kernel: impl Kernel) {
        const COUNTER: usize = 6;
        let counter = self.blocks[1].word(COUNTER) + 1;
        self.blocks[1].set_word(COUNTER, counter);
        kernel.make([&self.blocks[..]], [&mut Twice(0)]);
    }

    fn random(&self, i: u32) -> u64 {
        self.blocks[2].word((i % ADDRESSES) as usize)
    }

    /// What is read for block `i`, and for one later before `end`.
    #[inline(always)]
    fn at(&self, i: u32, end: u32) -> (usize, usize) {
        let i = (i % ADDRESSES) as usize;
        let last = ((end - 1) % ADDRESSES) as usize;
        let ahead = (i + AHEAD).min(last);
        (self.places[i], self.places[ahead])
    }
}

/// Block 2 of blocks 0 and 1, and once more of itself and block 0.
struct Twice(usize);

impl Run for Twice {
    fn previous(&self) -> usize {
        0
    }

    fn next(&mut self, _: u64) -> Option<Step> {
        let reference = *[1, 0].get(self.0)?;
        self.0 += 1;
        Some(Step {
            at: 2,
            reference,
            fetched: reference,
            adds: false,
        })
    }
}
