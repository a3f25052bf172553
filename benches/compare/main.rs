//! saltbox next to its peers, on this machine, in one run:
//!
//! ```text
//! cargo bench --bench compare                 every case
//! cargo bench --bench compare -- scrypt       cases whose title holds a word
//! cargo bench --bench compare -- --test       each case once: are all tags equal?
//! SALTBOX_BENCH=full cargo bench ...          the large cases too, and longer
//! ```
//!
//! Peers are the plain crates, and what is installed of libargon2, libsodium,
//! libcrypto and libxcrypt. `SALTBOX_LIBARGON2` and `SALTBOX_LIBSODIUM` add
//! builds for this host; benches/build-peers.sh makes them. `SALTBOX_KERNEL`
//! (avx512, avx2, sse2, portable) is what saltbox then computes Argon2 and scrypt by.

mod contenders;
mod library;
mod machine;
mod overhead;
mod peers;
mod reading;
mod rounds;
mod strings;

use rounds::Effort;
use saltbox::Error;
use saltbox::hash::{Argon2, Kdf, Pbkdf2, Prf, Scrypt, Variant, Version};
use saltbox::hash::{Bcrypt, Revision, force_argon2_kernel, force_scrypt_kernel};
use std::process::ExitCode;

/// What the command line and the environment ask for.
struct Options {
    effort: Effort,
    full: bool,
    words: Vec<String>,
}

impl Options {
    /// `cargo bench` says `--bench`, `cargo test` does not: the rule of criterion.
    fn read() -> Self {
        let (flags, words): (Vec<_>, Vec<_>) =
            std::env::args().skip(1).partition(|a| a.starts_with('-'));
        let says = |flag: &str| flags.iter().any(|f| f == flag);
        let full = std::env::var("SALTBOX_BENCH").is_ok_and(|v| v == "full");
        let effort = match (says("--bench") && !says("--test"), full) {
            (false, _) => Effort::Once,
            (true, false) => Effort::Seconds(4.0),
            (true, true) => Effort::Seconds(30.0),
        };
        Self {
            effort,
            full,
            words,
        }
    }

    fn asks_for(&self, title: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| title.contains(word.as_str()))
    }
}

/// What is computed, with a title; the large ones only where they are asked for.
fn cases(full: bool) -> Result<Vec<(String, Kdf)>, Error> {
    let argon2_of =
        |m_kib, t, p| Argon2::new(Variant::Id, Version::V0x13, m_kib, t, p).map(Kdf::Argon2);
    let argon2 = |m_kib, t| argon2_of(m_kib, t, 1);
    let scrypt = |ln, p| Scrypt::new(ln, 8, p).map(Kdf::Scrypt);
    let mut kdfs = vec![argon2(19456, 2)?, argon2(7168, 5)?, argon2(65536, 3)?];
    kdfs.push(argon2_of(65536, 3, 4)?);
    if full {
        kdfs.push(argon2(262_144, 1)?);
    }
    kdfs.extend([
        scrypt(14, 1)?,
        scrypt(14, 5)?,
        scrypt(15, 1)?,
        scrypt(15, 3)?,
    ]);
    if full {
        kdfs.push(scrypt(17, 1)?);
    }
    kdfs.push(Pbkdf2::new(Prf::Sha256, 600_000).map(Kdf::Pbkdf2)?);
    kdfs.push(Bcrypt::new(Revision::V2b, 10).map(Kdf::Bcrypt)?);
    Ok(kdfs.into_iter().map(|kdf| (title(&kdf), kdf)).collect())
}

fn title(kdf: &Kdf) -> String {
    let name = kdf.scheme().name();
    match kdf {
        Kdf::Argon2(a) => format!("{name} m={} t={} p={}", a.m_kib(), a.t(), a.p()),
        Kdf::Scrypt(s) => format!("{name} N=2^{} r={} p={}", s.ln(), s.r(), s.p()),
        Kdf::Pbkdf2(p) => format!("{name} i={}", p.iterations()),
        Kdf::Bcrypt(b) => format!("{name} cost={}", b.cost()),
        _ => name.to_owned(),
    }
}

fn run(options: &Options) -> Result<(), String> {
    if let Ok(kernel) = std::env::var("SALTBOX_KERNEL") {
        // Of Argon2 there is none for SSE2.
        let forced = [force_argon2_kernel(&kernel), force_scrypt_kernel(&kernel)];
        if forced == [false; 2] {
            return Err(format!("this CPU has no kernel {kernel}"));
        }
        for (name, _) in ["Argon2", "scrypt"]
            .iter()
            .zip(forced)
            .filter(|(_, is)| *is)
        {
            println!("{name} of saltbox by {kernel}, whatever it takes by itself");
        }
        println!();
    }
    let contenders = contenders::all();
    machine::print();
    contenders::print(&contenders);
    if options.effort == Effort::Once {
        println!("\nEach case once, to see that it works: the times below say nothing.");
    }
    for (title, kdf) in cases(options.full).map_err(|e| e.to_string())? {
        if options.asks_for(&title) {
            contenders::compare(&title, &kdf, &contenders, options.effort)?;
        }
    }
    if options.asks_for(overhead::TITLE) {
        overhead::compare(options.effort)?;
    }
    if options.asks_for(reading::TITLE) {
        reading::compare(options.effort)?;
    }
    Ok(())
}

fn main() -> ExitCode {
    match run(&Options::read()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("compare: {error}");
            ExitCode::FAILURE
        }
    }
}
