//! The functions that are computed by one of several kernels.

use crate::arch::{Kernels, blamka, salsa, sha2};

/// The kernels in use on this machine: primitive and name.
pub(crate) fn kernels() -> [(&'static str, &'static str); 2] {
    [
        ("argon2", blamka::Backend::best().name()),
        ("scrypt", salsa::Backend::best().name()),
    ]
}

/// A function, the kernels of it that this CPU can run, and what lets the process compute by one.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct ByKernels {
    pub function: &'static str,
    names: fn() -> Vec<&'static str>,
    force: fn(&str) -> bool,
}

/// All there are. For measuring and for tests: every kernel computes the same, and the fastest is
/// taken by itself.
#[doc(hidden)]
pub const BY_KERNELS: [ByKernels; 3] = [
    ByKernels::of::<blamka::Backend>("Argon2"),
    ByKernels::of::<salsa::Backend>("scrypt"),
    ByKernels::of::<sha2::Backend>("PBKDF2"),
];

impl ByKernels {
    const fn of<K: Kernels>(function: &'static str) -> Self {
        Self {
            function,
            names: || K::all().map(K::name).collect(),
            force: K::force,
        }
    }

    /// The fastest first.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        (self.names)()
    }

    /// Lets the whole process compute the function by the kernel of this name from now on, if the
    /// CPU can run it.
    #[must_use]
    pub fn force(&self, name: &str) -> bool {
        (self.force)(name)
    }
}
