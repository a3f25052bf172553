//! What verifying takes on top of the raw function and of wiping its memory:
//! reading the string, limits, preparation, waiting for nobody, comparing,
//! overwriting the stack.
//!
//! The raw function is the `argon2` crate in memory that is kept from call to
//! call, on huge pages as saltbox has it, and wiped by the C library's memset
//! after each.

use crate::rounds::{Effort, Rounds, Runner};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use saltbox::hash::{Kdf, Profile, Stored};
use saltbox::{Config, Saltbox};
use std::cell::RefCell;
use std::hint::black_box;

pub const TITLE: &str = "verify over raw and wipe";

/// The most that verifying may take on top, as a part of the raw function.
const MOST: f64 = 0.01;

const PASSWORD: &str = "correct horse battery staple";

/// A stored string with what its raw function needs.
struct Subject {
    saltbox: Saltbox,
    stored: String,
    raw: Argon2<'static>,
    salt: Vec<u8>,
    memory: RefCell<Memory>,
}

/// Blocks on huge pages, kept until the program ends.
struct Memory(&'static mut [Block]);

impl Memory {
    fn new(blocks: usize) -> Option<Self> {
        const HUGE_PAGE: usize = 2 << 20;
        let bytes = blocks * size_of::<Block>() + 2 * HUGE_PAGE;
        // SAFETY: a fresh mapping, of which a part that lies within it and is
        // aligned for blocks is handed out once. Zeros are valid blocks.
        unsafe {
            let base = libc::mmap(
                std::ptr::null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            );
            if base == libc::MAP_FAILED {
                return None;
            }
            let base = base.cast::<u8>();
            let base = base.add(base.align_offset(HUGE_PAGE));
            #[cfg(target_os = "linux")]
            libc::madvise(base.cast(), bytes - HUGE_PAGE, libc::MADV_HUGEPAGE);
            Some(Self(std::slice::from_raw_parts_mut(base.cast(), blocks)))
        }
    }

    fn wipe(&mut self) {
        // SAFETY: zeros are valid blocks.
        unsafe { self.0.as_mut_ptr().write_bytes(0, self.0.len()) };
        black_box(&self.0);
    }
}

impl Subject {
    fn new(profile: Profile) -> Result<Self, String> {
        let text = |error: saltbox::Error| error.to_string();
        let config = Config::default().with_profile(profile).map_err(text)?;
        let saltbox = Saltbox::new(config);
        let stored = saltbox.hash(PASSWORD).map_err(text)?;
        let read = Stored::parse(stored.as_bytes()).map_err(text)?;
        let Kdf::Argon2(kdf) = read.kdf() else {
            return Err("the raw function is Argon2".to_owned());
        };
        let params =
            Params::new(kdf.m_kib(), kdf.t(), kdf.p(), Some(32)).map_err(|e| e.to_string())?;
        let memory = Memory::new(params.block_count()).ok_or("no memory")?;
        Ok(Self {
            raw: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            salt: read.salt().to_vec(),
            memory: RefCell::new(memory),
            saltbox,
            stored,
        })
    }

    fn raw(&self) -> Result<(), String> {
        let mut tag = [0; 32];
        let mut memory = self.memory.borrow_mut();
        self.raw
            .hash_password_into_with_memory(
                black_box(PASSWORD.as_bytes()),
                &self.salt,
                &mut tag,
                &mut *memory.0,
            )
            .map_err(|e| e.to_string())?;
        memory.wipe();
        black_box(tag);
        Ok(())
    }

    fn verify(&self) -> Result<(), String> {
        match self.saltbox.verify(&*self.stored, black_box(PASSWORD)) {
            Ok(verdict) if verdict.is_accepted() => Ok(()),
            Ok(_) => Err("verify rejected the right password".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Raw, verify and raw once more: what a function seems to take on top of itself is noise.
    fn rounds(&self, calls: u32, effort: Effort) -> Result<Rounds, String> {
        let raw = || (0..calls).try_for_each(|_| self.raw());
        let verify = || (0..calls).try_for_each(|_| self.verify());
        let mut runners = [
            Runner::new(calls, raw),
            Runner::new(calls, verify),
            Runner::new(calls, raw),
        ];
        Rounds::take(&mut runners, effort)
    }
}

pub fn compare(effort: Effort) -> Result<(), String> {
    let rounds = Subject::new(Profile::default())?.rounds(1, effort.times(3.0))?;
    let percent = |of, part| (rounds.ratio(of, 0, part) - 1.0) * 100.0;
    let name = Profile::default().name();
    println!("\n{TITLE}, {name} (rounds: {})", rounds.count());
    for (at, row) in ["raw, wipe", "verify", "raw, wipe again"]
        .into_iter()
        .enumerate()
    {
        println!(
            "  {row:<20} {:>10.2} ms {:>+8.2} %   (half of the rounds: {:+.2} to {:+.2} %)",
            rounds.median(at) * 1e3,
            percent(at, 0.5),
            percent(at, 0.25),
            percent(at, 0.75),
        );
    }

    // With hardly any hashing in the way, what comes on top can be seen by itself.
    const CALLS: u32 = 100;
    let cheapest = Profile::all().last().copied().unwrap_or_default();
    let cheap = Subject::new(cheapest)?.rounds(CALLS, effort)?;
    let on_top = cheap.difference(1, 0);
    let part = on_top / rounds.median(0);
    println!(
        "  by itself            {:>10.2} us {:>+8.3} %   (at the cost of {})",
        on_top * 1e6,
        part * 100.0,
        cheapest.name(),
    );
    if effort != Effort::Once {
        let (whole, noise) = (percent(1, 0.5), percent(2, 0.5).abs());
        let verdict = match (part <= MOST, whole <= MOST * 100.0) {
            (true, true) => "reached",
            // What raw takes on top of itself says how far the rounds can be trusted.
            (true, false) if whole <= MOST * 100.0 + 2.0 * noise => {
                "reached by itself; the machine was too busy to see it in the whole"
            }
            _ => "MISSED",
        };
        println!("  at most {:.0} %: {verdict}", MOST * 100.0);
    }
    Ok(())
}
