//! Hashes of one function at once, on one thread: while one of them waits, another one computes.
//!
//! Each is begun with its own inputs, then all are computed together, then each is finished. All
//! of them lie in one lease's memory.

use super::kdf::Function;
use super::pool::Lease;
use super::{Kdf, Pbkdf2, Tag};
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

/// A function of which several hashes are computed faster together than one after the other.
pub(crate) trait Together {
    /// How many of `most` go together, in `room` bytes of work memory: one or more.
    fn at_once(&self, most: usize, room: u64) -> usize;

    /// Work memory of so many, in bytes: as much as makes it fast, as long as it is within `room`.
    fn memory_of(&self, hashes: usize, room: u64) -> u64;
}

/// The steps in which they are computed.
pub(crate) trait Interleave: Together {
    /// What a hash needs between the first step and the last, beside work memory.
    type Begun;

    /// Before the first.
    fn blank() -> Self::Begun;

    /// Takes in what one of them is made from.
    fn begin(
        &self,
        memory: Option<&mut WorkMemory>,
        place: Place,
        inputs: Inputs<'_>,
    ) -> Result<Self::Begun, Error>;

    /// Computes all that were begun.
    fn run(&self, lease: &mut Lease<'_>, begun: &mut [Self::Begun]) -> Result<(), Error>;

    /// Makes the tag of one of them, from the same inputs.
    fn finish(
        &self,
        memory: Option<&mut WorkMemory>,
        place: Place,
        begun: &Self::Begun,
        inputs: Inputs<'_>,
        tag: &mut [u8],
    ) -> Result<(), Error>;
}

/// Work memory, in bytes, for as many of `most` hashes as are computed at once within `room`;
/// `None` where they are not.
pub(crate) fn memory_of(function: &dyn Function, most: usize, room: u64) -> Option<u64> {
    let function = function.together()?;
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

    /// Bytes of its tag.
    fn tag_len(&self) -> usize;

    fn take(&mut self, tag: Tag);
}

/// Some who have, at the beginning of so many places.
pub(crate) struct Group<'m>([Option<&'m mut dyn Member>; MOST_AT_ONCE]);

impl<'m> Group<'m> {
    pub(crate) fn of<M: Member + 'm>(members: impl Iterator<Item = &'m mut M>) -> Self {
        let mut members = members.map(|member| member as &mut dyn Member);
        Self(std::array::from_fn(|_| members.next()))
    }

    pub(crate) fn alone<M: Member>(member: &'m mut M) -> Self {
        Self::of(std::iter::once(member))
    }

    fn present(&mut self) -> &mut [Option<&'m mut dyn Member>] {
        let present = self.0.iter().take_while(|member| member.is_some());
        let present = present.count();
        self.0.get_mut(..present).unwrap_or_default()
    }
}

/// Computes `kdf` for all of a group, as many at once as there is memory for.
pub(crate) fn compute(kdf: &Kdf, lease: &mut Lease<'_>, mut group: Group<'_>) -> Result<(), Error> {
    let members = group.present();
    let has_steps = |function: &Pbkdf2| {
        let mut members = members.iter().flatten();
        members.all(|member| function.has_steps(member.tag_len()))
    };
    match kdf {
        Kdf::Argon2(function) => compute_in_steps(function, lease, members),
        Kdf::Scrypt(function) => compute_in_steps(function, lease, members),
        Kdf::Pbkdf2(function) if has_steps(function) => compute_in_steps(function, lease, members),
        #[cfg(feature = "imports")]
        Kdf::Bcrypt(function) => compute_in_steps(function, lease, members),
        _ => members.iter_mut().flatten().try_for_each(|member| {
            let mut tag = Tag::zeroed(member.tag_len());
            member.enter(&mut |inputs| {
                let (memory, tag) = (lease.memory(), tag.as_mut_slice());
                let Inputs { input, salt, .. } = inputs;
                kdf.function().compute(memory, input, salt, tag)
            })?;
            member.take(tag);
            Ok(())
        }),
    }
}

/// What a password is prepared in is on the stack in the first step and in the last, and never in
/// between, where the function has its own.
fn compute_in_steps<F: Interleave>(
    function: &F,
    lease: &mut Lease<'_>,
    members: &mut [Option<&mut dyn Member>],
) -> Result<(), Error> {
    let room = lease.memory().map_or(0, |memory| memory.bytes() as u64);
    let mut all_begun: [F::Begun; MOST_AT_ONCE] = std::array::from_fn(|_| F::blank());
    let mut rest = members;
    while !rest.is_empty() {
        let at_once = function.at_once(rest.len(), room).clamp(1, MOST_AT_ONCE);
        let (some, others) = rest.split_at_mut(at_once.min(rest.len()));
        let of = some.len();
        let begun = all_begun.get_mut(..of).unwrap_or_default();
        for (at, (member, begun)) in some.iter_mut().flatten().zip(&mut *begun).enumerate() {
            member.enter(&mut |inputs| {
                *begun = function.begin(lease.memory(), Place { at, of }, inputs)?;
                Ok(())
            })?;
        }
        function.run(lease, begun)?;
        for (at, (member, begun)) in some.iter_mut().flatten().zip(&*begun).enumerate() {
            let mut tag = Tag::zeroed(member.tag_len());
            member.enter(&mut |inputs| {
                let (place, tag) = (Place { at, of }, tag.as_mut_slice());
                function.finish(lease.memory(), place, begun, inputs, tag)
            })?;
            member.take(tag);
        }
        rest = others;
    }
    Ok(())
}
