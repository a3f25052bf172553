//! Machine-dependent code: work memory, what a process owns, wiping, the kernels.
//!
//! With `src/ffi` the only place that may hold `unsafe`. What is unsafe stays
//! inside: everything this module offers is safe to call.

pub(crate) mod blamka;
pub(crate) mod cache;
mod kernels;
pub(crate) mod memory;
pub(crate) mod process;
pub(crate) mod salsa;
pub(crate) mod sha2;
pub(crate) mod stack;
mod wipe;

pub(crate) use self::kernels::Kernels;
pub(crate) use self::wipe::wipe;
