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

    pub(super) const fn blocks(&self) -> usize {
        self.lane_blocks() as usize * self.lanes as usize
    }

    /// Segments of all lanes and passes.
    pub(super) const fn segments(&self) -> u64 {
        self.passes as u64 * SLICES as u64 * self.lanes as u64
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

/// The blocks of a hash, of which the first two of each lane are there, and how far it is.
pub(crate) struct Job<'m> {
    pub(crate) memory: &'m [Block],
    /// Segments that are made.
    pub(crate) done: &'m mut u64,
}

impl<'m> Job<'m> {
    pub(super) fn new(memory: &'m [Block], done: &'m mut u64) -> Self {
        Self { memory, done }
    }
}

/// Who has blocks to be made beside those of a hash, by the same thread in the same time.
pub(crate) trait Company {
    /// Another hash of the same function that is not done. Asked before each segment.
    fn mate(&mut self) -> Option<Job<'_>>;
}

/// Nobody.
pub(crate) struct Alone;

impl Company for Alone {
    fn mate(&mut self) -> Option<Job<'_>> {
        None
    }
}

/// One other hash, as long as it takes.
pub(super) struct Mate<'m> {
    job: Job<'m>,
    segments: u64,
}

impl<'m> Mate<'m> {
    pub(super) fn new(job: Job<'m>, shape: &Shape) -> Self {
        let segments = shape.segments();
        Self { job, segments }
    }
}

impl Company for Mate<'_> {
    fn mate(&mut self) -> Option<Job<'_>> {
        (*self.job.done < self.segments).then_some(Job {
            memory: self.job.memory,
            done: self.job.done,
        })
    }
}

/// Makes all blocks of a hash.
pub(super) struct Fill<'m, C> {
    pub(super) shape: Shape,
    pub(super) job: Job<'m>,
    pub(super) company: C,
}

impl<C: Company> Work for Fill<'_, C> {
    type Output = ();

    /// Two segments are made in turns, of two hashes or of two lanes of one: while one waits for
    /// memory the other computes.
    fn with(self, kernel: impl Kernel) {
        let Self {
            shape,
            job,
            mut company,
        } = self;
        let (mut for_one, mut for_two) = (Addresses::new(), Addresses::new());
        while *job.done < shape.segments() {
            let one = Segment::new(shape, *job.done, &mut for_one);
            if let Some(mate) = company.mate() {
                let two = Segment::new(shape, *mate.done, &mut for_two);
                make_both(kernel, [job.memory, mate.memory], [one, two]);
                *mate.done += 1;
                *job.done += 1;
            } else if one.lane + 1 < shape.lanes {
                let two = Segment::new(shape, *job.done + 1, &mut for_two);
                make_both(kernel, [job.memory; 2], [one, two]);
                *job.done += 2;
            } else {
                make_one(kernel, job.memory, one);
                *job.done += 1;
            }
        }
    }
}

fn make_one(kernel: impl Kernel, memory: &[Block], mut one: Segment<'_>) {
    while one.continues(kernel) {
        kernel.make(memory, &mut one);
    }
}

/// The first segment of a lane is shorter than the others, so one may be over before the other.
fn make_both(kernel: impl Kernel, memory: [&[Block]; 2], [mut one, mut two]: [Segment<'_>; 2]) {
    while one.continues(kernel) && two.continues(kernel) {
        let both = one.left().min(two.left());
        one.stop_after(both);
        two.stop_after(both);
        kernel.make_both(memory, [&mut one, &mut two]);
    }
    make_one(kernel, memory[0], one);
    make_one(kernel, memory[1], two);
}

/// A segment in work, with what is the same for all of its blocks worked out before the first.
struct Segment<'a> {
    shape: Shape,
    lane: u32,
    lane_blocks: u32,
    /// Place of its first block.
    first: usize,
    /// Place of its lane's first block.
    lane_first: usize,
    /// Where in a lane the blocks begin that can be referred to.
    area_start: u32,
    /// How many of them there are in the segments made last, of which the one in work is not.
    finished: u32,
    /// Whether new blocks are added to those of the pass before.
    adds: bool,
    /// Whether no other lane has blocks that can be referred to.
    is_own_lane_only: bool,
    /// Blocks made, and those that were there.
    done: u32,
    /// Where the run in work ends.
    end: u32,
    /// Up to where runs are prepared.
    prepared: u32,
    is_independent: bool,
    /// Of the runs that are prepared, where they are independent.
    addresses: &'a mut Addresses,
}

impl<'a> Segment<'a> {
    /// The one after so many: lane by lane, slice by slice, pass by pass.
    fn new(shape: Shape, after: u64, addresses: &'a mut Addresses) -> Self {
        let (lanes, slices) = (u64::from(shape.lanes), u64::from(SLICES));
        let small = |number| u32::try_from(number).unwrap_or(u32::MAX);
        let lane = small(after % lanes);
        let slice = small(after / lanes % slices);
        let pass = small(after / lanes / slices);
        let is_first = pass == 0 && slice == 0;
        let done = if is_first { 2 } else { 0 };
        let is_independent = shape.is_independent(pass, slice);
        if is_independent {
            addresses.begin(&shape, [pass, lane, slice]);
        }
        let (start, finished) = if pass == 0 {
            (0, slice)
        } else {
            ((slice + 1) % SLICES, SLICES - 1)
        };
        let lane_blocks = shape.lane_blocks();
        let lane_first = lane as usize * lane_blocks as usize;
        Self {
            shape,
            lane,
            lane_blocks,
            first: lane_first + (slice * shape.segment) as usize,
            lane_first,
            area_start: start * shape.segment,
            finished: finished * shape.segment,
            adds: pass > 0 && shape.version == Version::V0x13,
            is_own_lane_only: is_first || shape.lanes == 1,
            done,
            end: done,
            prepared: done,
            is_independent,
            addresses,
        }
    }

    /// Prepares the next run of blocks, as long as there are any.
    fn continues(&mut self, kernel: impl Kernel) -> bool {
        if self.done == self.shape.segment {
            return false;
        }
        if self.done == self.prepared {
            self.prepared = self.shape.segment;
            if self.is_independent {
                self.prepare_addresses(kernel);
            }
        }
        self.end = self.prepared;
        true
    }

    fn prepare_addresses(&mut self, kernel: impl Kernel) {
        let from = self.done / ADDRESSES * ADDRESSES;
        self.prepared = self.prepared.min(from.saturating_add(ADDRESSES));
        self.addresses.make(kernel);
        for i in self.done..self.prepared {
            let place = self.reference(i, self.addresses.random(i));
            self.addresses.places[(i % ADDRESSES) as usize] = place;
        }
    }

    /// Blocks left of the run.
    fn left(&self) -> u32 {
        self.end - self.done
    }

    /// Cuts the run off.
    fn stop_after(&mut self, blocks: u32) {
        self.end = self.done + blocks;
    }

    /// The block that is read for block `i`, where `random` chooses (RFC 9106 section 3.4.2).
    ///
    /// Numbers of blocks have 32 bits, so nothing wraps here; the next block would wait for a check of that.
    #[inline(always)]
    fn reference(&self, i: u32, random: u64) -> usize {
        let (j1, j2) = (random & 0xffff_ffff, (random >> 32) as u32);
        // What is there of the own lane's segment in work, without the block before.
        let mut area = u64::from(self.finished)
            .wrapping_add(u64::from(i))
            .wrapping_sub(1);
        let mut lane_first = self.lane_first;
        if !self.is_own_lane_only {
            let lane = j2 % self.shape.lanes;
            if lane != self.lane {
                area = u64::from(self.finished).wrapping_sub(u64::from(i == 0));
                lane_first = lane as usize * self.lane_blocks as usize;
            }
        }
        let x = (j1 * j1) >> 32;
        let y = area.wrapping_mul(x) >> 32;
        let mut at = u64::from(self.area_start)
            .wrapping_add(area)
            .wrapping_sub(1)
            .wrapping_sub(y);
        if at >= u64::from(self.lane_blocks) {
            at -= u64::from(self.lane_blocks);
        }
        lane_first.wrapping_add(usize::try_from(at).unwrap_or(usize::MAX))
    }
}

impl Run for Segment<'_> {
    fn previous(&self) -> usize {
        let at = self.first + self.done as usize;
        if at == self.lane_first {
            at + self.lane_blocks as usize - 1
        } else {
            at - 1
        }
    }

    fn adds(&self) -> bool {
        self.adds
    }

    #[inline(always)]
    fn next(&mut self, word: u64) -> Option<Step> {
        let i = self.done;
        if i == self.end {
            return None;
        }
        let (reference, fetched) = if self.is_independent {
            self.addresses.at(i, self.prepared)
        } else {
            let reference = self.reference(i, word);
            (reference, reference)
        };
        self.done += 1;
        Some(Step {
            at: self.first + i as usize,
            reference,
            fetched,
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
        kernel.make(&self.blocks, &mut Twice(0));
    }

    fn random(&self, i: u32) -> u64 {
        self.blocks[2].word((i % ADDRESSES) as usize)
    }

    /// What is read for block `i`, and for one later before `end`, up to which places are known.
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

    fn adds(&self) -> bool {
        false
    }

    fn next(&mut self, _: u64) -> Option<Step> {
        let reference = *[1, 0].get(self.0)?;
        self.0 += 1;
        Some(Step {
            at: 2,
            reference,
            fetched: reference,
        })
    }
}
