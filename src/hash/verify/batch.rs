//! Verifying many in one slot, those of one function at once.

use super::super::interleave::{self, Group, MOST_AT_ONCE};
use super::super::pool::Lease;
use super::super::{HashSettings, Kdf, Pool};
use super::attempts::{Computing, Verification};
use super::{Task, Verdict};
use crate::error::Error;
use crate::keys::RootKeys;

impl HashSettings {
    /// As [`Self::verify`] for `n` items, in one slot and one reservation of
    /// memory. Where there is none, every item is told so.
    pub(crate) fn verify_batch<'i>(
        &self,
        pool: &Pool,
        keys: &RootKeys,
        n: usize,
        item: impl Fn(usize) -> (&'i [u8], &'i [u8]),
        mut answer: impl FnMut(usize, Result<Verdict, Error>),
    ) {
        let task = |i| self.task(pool, keys, item(i).0);
        let bytes = (0..n).map(|i| self.memory_at_once(pool, &task(i), n));
        let mut done = 0;
        let all = pool.run(bytes.max().unwrap_or(0), |lease| {
            while done < n {
                let mut window = Window([const { None }; MOST_AT_ONCE]);
                for (place, at) in window.0.iter_mut().zip(done..n) {
                    *place = Some(Verification::new(task(at), item(at).1));
                }
                let computed = window.compute(self, lease);
                for verification in window.0.iter_mut().map_while(Option::take) {
                    let result = computed.clone();
                    let result = result.and_then(|()| self.decide(lease, keys, &verification));
                    if !lease.is_intact() {
                        return Ok(());
                    }
                    answer(done, Self::conclude(pool, verification.task, result));
                    done += 1;
                }
            }
            Ok(())
        });
        if let Err(error) = all {
            for i in done..n {
                answer(i, Self::conclude(pool, task(i), Err(error.clone())));
            }
        }
    }

    /// As [`Self::memory_of`], where so many are computed at once if there is room for them.
    fn memory_at_once(&self, pool: &Pool, task: &Task<'_>, most: usize) -> u64 {
        let below = task.target.layer_below().map(|layer| &layer.kdf);
        let kdfs = [Some(task.target.kdf()), below];
        let functions = kdfs.into_iter().flatten().map(Kdf::function);
        let together =
            functions.filter_map(|function| interleave::memory_of(function, most, pool.share()));
        together.fold(self.memory_of(pool, task), u64::max)
    }
}

/// Verifications that are under way. Filled and emptied in place: it is the largest thing on the
/// stack of a batch.
struct Window<'s>([Option<Verification<'s>>; MOST_AT_ONCE]);

impl Window<'_> {
    /// Computes everything that they ask for.
    fn compute(&mut self, settings: &HashSettings, lease: &mut Lease<'_>) -> Result<(), Error> {
        while let Some(kdf) = self.next_kdf() {
            let verifications = self.0.iter_mut().flatten();
            let alike = verifications.filter(|verification| verification.kdf() == Some(&kdf));
            let mut alike = alike.map(|verification| Computing {
                settings,
                verification,
            });
            let mut alike: [_; MOST_AT_ONCE] = std::array::from_fn(|_| alike.next());
            interleave::compute(&kdf, lease, Group::of(alike.iter_mut().flatten()))?;
        }
        Ok(())
    }

    /// What the first computes that is not done.
    fn next_kdf(&self) -> Option<Kdf> {
        let mut verifications = self.0.iter().flatten();
        verifications.find_map(Verification::kdf).copied()
    }
}
