//! Who waits, in order. Of fixed size: no place is made after the pool is.

use super::Request;
use super::guest::Desk;
use crate::arch::memory::{Array, WorkMemory};

/// Stands for no place.
const NONE: usize = usize::MAX;

/// Places in a list of the free ones and a list of those who wait. A place
/// that was granted is in neither until it is released.
pub(super) struct Queue {
    places: Array<Place>,
    free: usize,
    first: usize,
    last: usize,
    len: u32,
    peak: u32,
}

struct Place {
    next: usize,
    request: Request,
    granted: Option<Grant>,
    /// Where a guest and the host exchange blocks.
    desk: Desk,
}

/// What who waits is let to do, in this mapping or in one of its own.
pub(super) enum Grant {
    /// To start, with a slot.
    Slot(Option<WorkMemory>),
    /// To have its blocks made in the slot of another one.
    Guest(Option<WorkMemory>),
}

impl Queue {
    /// `None` where the system gives no memory.
    pub(super) fn new(places: usize) -> Option<Self> {
        let mut places = Array::of((0..places).map(|at| Place {
            next: at + 1,
            request: Request::default(),
            granted: None,
            desk: Desk::Empty,
        }))?;
        let free = if places.is_empty() { NONE } else { 0 };
        if let Some(last) = places.last_mut() {
            last.next = NONE;
        }
        Some(Self {
            places,
            free,
            first: NONE,
            last: NONE,
            len: 0,
            peak: 0,
        })
    }

    /// How many wait.
    pub(super) const fn len(&self) -> u32 {
        self.len
    }

    /// The most that waited at once.
    pub(super) const fn peak(&self) -> u32 {
        self.peak
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// A place at the end; `None` where all are taken.
    pub(super) fn push(&mut self, request: Request) -> Option<usize> {
        let at = self.free;
        let place = self.places.get_mut(at)?;
        self.free = std::mem::replace(&mut place.next, NONE);
        place.request = request;
        match self.places.get_mut(self.last) {
            Some(last) => last.next = at,
            None => self.first = at,
        }
        self.last = at;
        self.len += 1;
        self.peak = self.peak.max(self.len);
        Some(at)
    }

    /// What the first who waits asks for.
    pub(super) fn first(&self) -> Option<Request> {
        self.places.get(self.first).map(|place| place.request)
    }

    /// Lets the first go ahead. Its place.
    pub(super) fn grant_first(&mut self, grant: Grant) -> Option<usize> {
        let at = self.first;
        self.unlink(NONE, at);
        self.places.get_mut(at)?.granted = Some(grant);
        Some(at)
    }

    /// What the owner of a place was granted; `None` as long as it waits. With a slot the place is free then.
    pub(super) fn collect(&mut self, at: usize) -> Option<Grant> {
        let granted = self.places.get_mut(at)?.granted.take()?;
        if let Grant::Slot(_) = granted {
            self.release(at);
        }
        Some(granted)
    }

    /// The desk of a guest's place.
    pub(super) fn desk(&mut self, at: usize) -> Option<&mut Desk> {
        self.places.get_mut(at).map(|place| &mut place.desk)
    }

    /// Places that nobody has.
    #[cfg(test)]
    pub(super) fn free(&self) -> usize {
        let next = |at: &usize| self.places.get(*at).map(|place| place.next);
        let first = Some(self.free).filter(|at| *at != NONE);
        std::iter::successors(first, |at| next(at).filter(|at| *at != NONE)).count()
    }

    /// Gives up a place that was not granted.
    pub(super) fn leave(&mut self, at: usize) {
        let mut before = NONE;
        let mut here = self.first;
        while here != at {
            let Some(place) = self.places.get(here) else {
                return;
            };
            (before, here) = (here, place.next);
        }
        self.unlink(before, at);
        self.release(at);
    }

    /// Takes `at`, which follows `before`, out of the order.
    fn unlink(&mut self, before: usize, at: usize) {
        let Some(next) = self.places.get(at).map(|place| place.next) else {
            return;
        };
        match self.places.get_mut(before) {
            Some(before) => before.next = next,
            None => self.first = next,
        }
        if self.last == at {
            self.last = before;
        }
        self.len -= 1;
    }

    /// Gives a place back that nobody needs any more.
    pub(super) fn release(&mut self, at: usize) {
        if let Some(place) = self.places.get_mut(at) {
            place.desk = Desk::Empty;
            place.next = std::mem::replace(&mut self.free, at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::VecDeque;

    proptest! {
        /// Against a plain list: push, grant, collect and leave in any order.
        #[test]
        fn behaves_like_a_list(
            places in 0..6_usize,
            steps in proptest::collection::vec((0..4_u8, 0..8_usize), 0..200),
        ) {
            let mut queue = Queue::new(places).expect("memory");
            let mut waiting: VecDeque<(usize, u64)> = VecDeque::new();
            let mut granted: Vec<usize> = Vec::new();
            let mut peak = 0;
            for (count, (step, pick)) in steps.into_iter().enumerate() {
                let bytes = count as u64;
                let request = Request { bytes, ..Request::default() };
                match step {
                    0 => match queue.push(request) {
                        Some(at) => {
                            prop_assert!(waiting.iter().all(|w| w.0 != at) && !granted.contains(&at));
                            waiting.push_back((at, bytes));
                        }
                        None => prop_assert_eq!(waiting.len() + granted.len(), places),
                    },
                    1 => {
                        prop_assert_eq!(queue.first().map(|first| first.bytes), waiting.front().map(|w| w.1));
                        if let Some((at, _)) = waiting.pop_front() {
                            prop_assert_eq!(queue.grant_first(Grant::Slot(None)), Some(at));
                            granted.push(at);
                        }
                    }
                    2 if !granted.is_empty() => {
                        let at = granted.swap_remove(pick % granted.len());
                        prop_assert!(queue.collect(at).is_some());
                        prop_assert!(queue.collect(at).is_none());
                    }
                    3 if !waiting.is_empty() => {
                        let (at, _) = waiting[pick % waiting.len()];
                        prop_assert!(queue.collect(at).is_none(), "not granted yet");
                        waiting.retain(|w| w.0 != at);
                        queue.leave(at);
                    }
                    _ => {}
                }
                peak = peak.max(waiting.len());
                prop_assert_eq!(queue.len() as usize, waiting.len());
                prop_assert_eq!(queue.is_empty(), waiting.is_empty());
                prop_assert_eq!(queue.peak() as usize, peak);
            }
        }
    }
}
