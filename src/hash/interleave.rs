//! Hashes of one function at once, on one thread: while one of them waits, another one computes.
//!
//! Each is begun with its own inputs, then all are computed together, then each is finished. All
//! of them lie in one lease's memory.

use super::kdf::Function;
use super::pool::Lease;
use super::{Kdf, Tag};
use crate::arch::memory::WorkMemory;
use crate::error::Error;

/// The most that are computed at once: as many as the widest kernel of scrypt has streams.
pub(crate) const MOST_AT_ONCE: usize = 8;

/// What a hash is computed from.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a> {
    pub(crate) input: &'a [u8],
    pub(crate) salt: &'a [u8],
    /// Bytes of tag.
    pub(crate) tag_len: usize,
}

/// Which of how many hashes.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) at: usize,
    pub(crate) of: usize,
}

/// What a hash needs between its beginning and its end.
pub(crate) enum Begun {
    /// Work memory has it.
    InMemory,
}

/// A function of which several hashes are computed faster together than one after the other.
pub(crate) trait Interleave: Function {
    /// How many of `most` go together, in `room` bytes of work memory: one or more.
    fn at_once(&self, most: usize, room: u64) -> usize;

    /// Work memory of so many, in bytes: as much as makes it fast, as long as it is within `room`.
    fn memory_of(&self, hashes: usize, room: u64) -> u64;

    /// Takes in what one of them is made from.
    fn begin(
        &self,
        memory: Option<&mut WorkMemory>,
        place: Place,
        inputs: Inputs<'_>,
    ) -> Result<Begun, Error>;

    /// Computes all that were begun.
    fn run(&self, memory: Option<&mut WorkMemory>, begun: &mut [Begun]) -> Result<(), Error>;

    /// Makes the tag of one of them, from the same inputs.
    fn finish(
        &self,
        memory: Option<&mut WorkMemory>,
        place: Place,
        begun: &Begun,
        inputs: Inputs<'_>,
        tag: &mut [u8],
    ) -> Result<(), Error>;
}

/// Work memory, in bytes, for as many of `most` hashes as are computed at once within `room`;
/// `None` where they are not.
pub(crate) fn memory_of(function: &dyn Function, most: usize, room: u64) -> Option<u64> {
    let function = function.interleave()?;
    let hashes = function.at_once(most.min(MOST_AT_ONCE), room);
    (hashes > 1).then(|| function.memory_of(hashes, room))
}

/// Who has a hash to be computed.
pub(crate) trait Member {
    /// Hands the inputs to `use_inputs`: twice, and the same both times.
    fn enter(
        &mut self,
        use_inputs: &mut dyn FnMut(Inputs<'_>) -> Result<(), Error>,
    ) -> Result<(), Error>;

    /// Room for the tag.
    fn tag(&self) -> Tag;

    fn take(&mut self, tag: Tag);
}

/// Computes `kdf` for all `members`, as many at once as there is memory for.
pub(crate) fn compute<M: Member>(
    kdf: &Kdf,
    lease: &mut Lease<'_>,
    members: &mut [Option<M>],
) -> Result<(), Error> {
    let interleave = kdf.function().interleave();
    let room = lease.memory().map_or(0, |memory| memory.bytes() as u64);
    let mut rest = members;
    while !rest.is_empty() {
        let most = interleave.map_or(1, |function| function.at_once(rest.len(), room));
        let (some, others) = rest.split_at_mut(most.min(rest.len()).max(1));
        match (interleave, &mut *some) {
            (Some(function), [_, _, ..]) => compute_at_once(function, lease, some)?,
            _ => {
                for member in some.iter_mut().flatten() {
                    compute_one(kdf, lease, member)?;
                }
            }
        }
        rest = others;
    }
    Ok(())
}

/// Computes `kdf` for one.
pub(crate) fn compute_one(
    kdf: &Kdf,
    lease: &mut Lease<'_>,
    member: &mut impl Member,
) -> Result<(), Error> {
    let mut tag = member.tag();
    member.enter(&mut |inputs| lease.compute(kdf, inputs, tag.as_mut_slice()))?;
    member.take(tag);
    Ok(())
}

fn compute_at_once<M: Member>(
    function: &dyn Interleave,
    lease: &mut Lease<'_>,
    members: &mut [Option<M>],
) -> Result<(), Error> {
    let of = members.len();
    let mut all_begun = [const { Begun::InMemory }; MOST_AT_ONCE];
    let places = (0..of).map(|at| Place { at, of });
    let each = members.iter_mut().flatten().zip(&mut all_begun);
    for ((member, begun), place) in each.zip(places.clone()) {
        member.enter(&mut |inputs| {
            *begun = function.begin(lease.memory(), place, inputs)?;
            Ok(())
        })?;
    }
    let begun = all_begun.get_mut(..of).unwrap_or_default();
    function.run(lease.memory(), begun)?;
    let each = members.iter_mut().flatten().zip(&all_begun);
    for ((member, begun), place) in each.zip(places) {
        let mut tag = member.tag();
        member.enter(&mut |inputs| {
            let tag = tag.as_mut_slice();
            function.finish(lease.memory(), place, begun, inputs, tag)
        })?;
        member.take(tag);
    }
    Ok(())
}
