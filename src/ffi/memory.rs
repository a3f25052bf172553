use super::core::saltbox;
use super::guard;
use super::status::{SALTBOX_E_ARGUMENT, SALTBOX_OK, saltbox_status};
use crate::hash::{Scheme, Stats};
use std::ffi::c_char;

/// Places for schemes in saltbox_counters; more than any release of this ABI has.
pub const SALTBOX_SCHEMES_MAX: usize = 64;

/// What happened in this process since the core was made, with all cores that
/// share its work memory. Each number is read by itself: together they need not
/// be of one moment. A child of fork starts at 0. Later releases add fields at
/// the end only.
#[repr(C)]
pub struct saltbox_counters {
    /// The size of this struct: set by the caller, so that an older program gets what it knows.
    pub struct_size: u32,
    /// Always 0.
    pub reserved: u32,
    /// Slots that jobs have now; each may have a guest besides, see joined.
    pub running: u32,
    /// The most that were taken at once.
    pub running_peak: u32,
    /// How many there are.
    pub max_running: u32,
    /// Calls that wait for a slot now.
    pub queued: u32,
    /// The most that waited at once.
    pub queued_peak: u32,
    /// How many may wait.
    pub queue_len: u32,
    /// Bytes of work memory that are mapped now.
    pub memory_bytes: u64,
    /// Bytes of these that no job uses; they are wiped.
    pub memory_idle_bytes: u64,
    /// The most bytes that were mapped at once.
    pub memory_peak_bytes: u64,
    /// The most bytes that may be.
    pub memory_budget_bytes: u64,
    /// Jobs that were begun.
    pub jobs: u64,
    /// Calls that were told SALTBOX_E_BUSY, before any work.
    pub busy: u64,
    /// Hashes made.
    pub hashes: u64,
    /// Right passwords.
    pub accepted: u64,
    /// Right passwords for which a rehash was asked.
    pub rehash: u64,
    /// Wrong passwords of users that exist.
    pub rejected: u64,
    /// Passwords of users that do not exist.
    pub no_user: u64,
    /// Stored strings that could not be verified.
    pub refused: u64,
    /// Right passwords by scheme; saltbox_scheme_name names each.
    pub accepted_by_scheme: [u64; 64],
    /// Wrong passwords by scheme.
    pub rejected_by_scheme: [u64; 64],
    /// The Argon2 kernel in use, NUL-terminated.
    pub argon2_kernel: [c_char; 16],
    /// The scrypt kernel in use, NUL-terminated, such as "sse2".
    pub scrypt_kernel: [c_char; 16],
    /// Jobs that were computed beside another one in its slot, because all were taken.
    pub joined: u64,
}

const _: () = assert!(size_of::<saltbox_counters>() == 1192);

/// How many hashes of the policy can be computed at once, in this process: as
/// many as there are slots, or fewer where the work memory is for fewer. Size a
/// semaphore or a pool of threads by it, one for all cores that share their work
/// memory, and nobody is SALTBOX_E_BUSY, unless stored strings need more memory
/// than the policy.
///
/// sb, jobs_out: must not be NULL.
/// Returns SALTBOX_OK or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_capacity(
    sb: *const saltbox,
    jobs_out: *mut u32,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        unsafe { guard::write_required(jobs_out, guard::borrow(sb)?.core.capacity())? };
        Ok(SALTBOX_OK)
    })
}

/// Gives work memory that no job uses back to the system.
///
/// sb: must not be NULL.
/// bytes_or_null: how many bytes; may be NULL.
/// Returns SALTBOX_OK or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_trim(
    sb: *const saltbox,
    bytes_or_null: *mut u64,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's.
        unsafe { guard::write(bytes_or_null, guard::borrow(sb)?.core.trim()) };
        Ok(SALTBOX_OK)
    })
}

/// Reads the counters.
///
/// sb: must not be NULL.
/// counters: must not be NULL. Its struct_size says how much of it the caller
///   knows, 8 bytes at least; what is written is at most that, and struct_size
///   then says how much it was.
/// Returns SALTBOX_OK or SALTBOX_E_ARGUMENT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn saltbox_stats(
    sb: *const saltbox,
    counters: *mut saltbox_counters,
) -> saltbox_status {
    guard::call(|| {
        // SAFETY: the contract of this function is the guard's; `struct_size` says how much there is.
        unsafe {
            let sb = guard::borrow(sb)?;
            let known = guard::first_field::<_, u32>(counters)?;
            let mut all = saltbox_counters::of(&sb.core.stats());
            let size = known.min(all.struct_size);
            if size < 8 {
                return Err(SALTBOX_E_ARGUMENT);
            }
            all.struct_size = size;
            guard::write_prefix(counters, &all, size as usize);
        }
        Ok(SALTBOX_OK)
    })
}

/// The name of a scheme by its place in saltbox_counters, such as "argon2id" for
/// 0; NULL from the first number on that this release does not have. A static string.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn saltbox_scheme_name(scheme: u32) -> *const c_char {
    let known = Scheme::all().nth(scheme as usize);
    known.map_or(std::ptr::null(), |scheme| scheme.c_name().as_ptr())
}

impl saltbox_counters {
    fn of(stats: &Stats) -> Self {
        let mut accepted_by_scheme = [0; SALTBOX_SCHEMES_MAX];
        let mut rejected_by_scheme = [0; SALTBOX_SCHEMES_MAX];
        for of in stats.schemes() {
            accepted_by_scheme[of.scheme as usize] = of.accepted;
            rejected_by_scheme[of.scheme as usize] = of.rejected;
        }
        let kernel = |primitive| {
            let known = stats.kernels.iter().find(|kernel| kernel.0 == primitive);
            guard::c_text(known.map_or("", |kernel| kernel.1))
        };
        Self {
            #[allow(clippy::cast_possible_truncation)]
            struct_size: size_of::<Self>() as u32,
            reserved: 0,
            running: stats.running,
            running_peak: stats.running_peak,
            max_running: stats.max_running,
            queued: stats.queued,
            queued_peak: stats.queued_peak,
            queue_len: stats.queue_len,
            memory_bytes: stats.memory_bytes,
            memory_idle_bytes: stats.memory_idle_bytes,
            memory_peak_bytes: stats.memory_peak_bytes,
            memory_budget_bytes: stats.memory_budget_bytes,
            jobs: stats.jobs,
            busy: stats.busy,
            hashes: stats.hashes,
            accepted: stats.accepted,
            rehash: stats.rehash,
            rejected: stats.rejected,
            no_user: stats.no_user,
            refused: stats.refused,
            accepted_by_scheme,
            rejected_by_scheme,
            argon2_kernel: kernel("argon2"),
            scrypt_kernel: kernel("scrypt"),
            joined: stats.joined,
        }
    }
}

const _: () = assert!(Scheme::COUNT <= SALTBOX_SCHEMES_MAX);
