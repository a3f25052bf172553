//! How one is chosen of the kernels that compute the same.

use std::sync::atomic::{AtomicUsize, Ordering};

/// One more than the place of a forced kernel among all, or zero: of a whole process.
pub(crate) struct Forced(AtomicUsize);

impl Forced {
    pub(crate) const fn none() -> Self {
        Self(AtomicUsize::new(0))
    }
}

/// The kernels of a primitive. A value exists only where the CPU can run it.
pub(crate) trait Kernels: Copy + 'static {
    /// Runs everywhere.
    const PORTABLE: Self;

    const FORCED: &'static Forced;

    /// All that this CPU can run, the fastest first.
    fn all() -> impl Iterator<Item = Self>;

    fn name(self) -> &'static str;

    /// The fastest.
    fn best() -> Self {
        Self::all().next().unwrap_or(Self::PORTABLE)
    }

    /// What [`Self::force`] was told, if it was told anything.
    fn forced() -> Option<Self> {
        let place = Self::FORCED.0.load(Ordering::Relaxed).checked_sub(1)?;
        Self::all().nth(place)
    }

    /// The fastest, or what [`Self::force`] was told.
    fn chosen() -> Self {
        Self::forced().unwrap_or_else(Self::best)
    }

    /// Lets the whole process take the one of this name from now on, if there is one.
    fn force(name: &str) -> bool {
        let place = Self::all().position(|kernel| kernel.name() == name);
        if let Some(place) = place {
            Self::FORCED.0.store(place + 1, Ordering::Relaxed);
        }
        place.is_some()
    }
}

/// The enum `Backend` of a primitive: its kernels for x86-64, the fastest first, each with the name
/// to force it by, and the portable one.
macro_rules! backend {
    ($($kernel:ident = $name:literal),+ $(,)?) => {
        /// A kernel that this CPU can run.
        #[derive(Clone, Copy)]
        pub(crate) enum Backend {
            $(
                #[cfg(target_arch = "x86_64")]
                $kernel($kernel),
            )+
            Portable(Portable),
        }

        static FORCED: Forced = Forced::none();

        impl Kernels for Backend {
            const PORTABLE: Self = Self::Portable(Portable);

            const FORCED: &'static Forced = &FORCED;

            fn all() -> impl Iterator<Item = Self> {
                #[cfg(target_arch = "x86_64")]
                let vectors = [$($kernel::detect().map(Self::$kernel)),+];
                #[cfg(not(target_arch = "x86_64"))]
                let vectors: [Option<Self>; 0] = [];
                vectors.into_iter().flatten().chain([Self::PORTABLE])
            }

            fn name(self) -> &'static str {
                match self {
                    $(
                        #[cfg(target_arch = "x86_64")]
                        Self::$kernel(_) => $name,
                    )+
                    Self::Portable(_) => "portable",
                }
            }
        }
    };
}

pub(super) use backend;
