//! Which candidate is measured next: the least first, then larger ones in proportion to what was
//! measured, at most four times as dear as the last, until one is near the target or the one
//! above it is over. Pure: it is told times, and knows neither clock nor thread.

use super::ladder::Ladder;
use crate::hash::Kdf;

/// Hashes that each thread computes of a candidate. The first finds the memory not mapped yet,
/// which no later one does, and is not counted.
pub(super) const HASHES: usize = 3;

/// No candidate is predicted to take more than this times as long as one that was measured.
const GROWTH: u64 = 4;

/// All candidates together take this many times the target, as long as the best is half of it or more.
const MOST_TARGETS: u128 = 8;

/// Candidates measured after the first one that was too slow.
const MOST_REFINEMENTS: u32 = 4;

/// What is measured next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A candidate, as often at once as is asked for.
    Load(u64),
    /// What was found, by itself.
    Alone,
    Nothing,
}

/// A candidate and how long one hash of it took.
#[derive(Clone, Copy, Debug)]
struct Point {
    rung: u64,
    work: u64,
    ns: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Search {
    ladder: Ladder,
    target_ns: u64,
    at_once: u32,
    next: Next,
    /// The dearest that keeps to the target.
    low: Option<Point>,
    /// The cheapest that does not.
    high: Option<Point>,
    refinements: u32,
    spent_ns: u128,
    alone_ns: u64,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kdf: Kdf,
    pub(super) under_load_ns: u64,
    pub(super) alone_ns: u64,
    pub(super) is_within_target: bool,
}

impl Search {
    pub(super) const fn new(ladder: Ladder, target_ns: u64, at_once: u32) -> Self {
        Self {
            ladder,
            target_ns,
            at_once,
            next: Next::Load(ladder.least()),
            low: None,
            high: None,
            refinements: 0,
            spent_ns: 0,
            alone_ns: 0,
        }
    }

    /// What to measure, on how many threads at once; `None` where enough was measured.
    pub(super) fn candidate(&self) -> Option<(Kdf, u32)> {
        match self.next {
            Next::Load(rung) => Some((self.ladder.at(rung), self.at_once)),
            Next::Alone => Some((self.ladder.at(self.best()?.rung), 1)),
            Next::Nothing => None,
        }
    }

    /// Takes the time of one hash of the candidate.
    pub(super) fn tell(&mut self, ns: u64) {
        match self.next {
            Next::Load(rung) => {
                let work = self.ladder.work(rung);
                let point = Some(Point { rung, work, ns });
                self.spent_ns += of_a_step(ns);
                if ns <= self.target_ns {
                    self.low = point;
                } else {
                    self.high = point;
                }
                self.next = match self.dearer() {
                    Some(rung) => Next::Load(rung),
                    None if self.at_once > 1 => Next::Alone,
                    None => {
                        self.alone_ns = self.best().map_or(0, |best| best.ns);
                        Next::Nothing
                    }
                };
                self.refinements += u32::from(self.high.is_some());
            }
            Next::Alone => {
                self.alone_ns = ns;
                self.next = Next::Nothing;
            }
            Next::Nothing => {}
        }
    }

    /// What was found, once there is nothing left to measure.
    pub(super) fn found(&self) -> Option<Found> {
        let best = self.best().filter(|_| self.next == Next::Nothing)?;
        Some(Found {
            kdf: self.ladder.at(best.rung),
            under_load_ns: best.ns,
            alone_ns: self.alone_ns,
            is_within_target: self.low.is_some(),
        })
    }

    /// The dearest that keeps to the target; the least where none does.
    fn best(&self) -> Option<Point> {
        self.low.or(self.high)
    }

    /// A rung above what keeps to the target, and below what does not, that is worth measuring.
    fn dearer(&self) -> Option<u64> {
        let low = self.low?;
        let (aim, near) = (self.target_ns / 16 * 15, self.target_ns / 8 * 7);
        if low.ns >= near.max(1) {
            return None;
        }
        let guess = match self.high {
            None => scaled(low.work, aim.min(low.ns.saturating_mul(GROWTH)), low.ns),
            Some(high) => {
                let (rise, run) = (high.ns - low.ns, high.work - low.work);
                low.work + scaled(run, aim.saturating_sub(low.ns), rise)
            }
        };
        let above = self.ladder.above(low.rung)?;
        let rung = self.ladder.within(guess).max(above);
        let work = self.ladder.work(rung);
        let predicted = match self.high {
            Some(high) if work >= high.work => return None,
            Some(high) => {
                let (rise, run) = (high.ns - low.ns, high.work - low.work);
                low.ns + scaled(rise, work - low.work, run)
            }
            None => scaled(low.ns, work, low.work),
        };
        let spent = self.spent_ns + of_a_step(predicted);
        let is_far = low.ns < self.target_ns / 2;
        let may_go_on = is_far || spent <= MOST_TARGETS * u128::from(self.target_ns);
        let is_promising = predicted <= self.target_ns && self.refinements < MOST_REFINEMENTS;
        (is_promising && may_go_on).then_some(rung)
    }
}

/// How long it takes to measure a hash of `ns`.
fn of_a_step(ns: u64) -> u128 {
    u128::from(ns) * HASHES as u128
}

/// `number` times `up` divided by `down`, at most as much as there is.
fn scaled(number: u64, up: u64, down: u64) -> u64 {
    let scaled = u128::from(number) * u128::from(up) / u128::from(down.max(1));
    u64::try_from(scaled).unwrap_or(u64::MAX)
}
