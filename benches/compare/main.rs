//! saltbox next to its peers, on this machine, in one run:
//!
//! ```text
//! cargo bench --bench compare                 every case
//! cargo bench --bench compare -- scrypt       cases whose title holds a word
//! cargo bench --bench compare -- --test       each case once: are all tags equal?
//! cargo bench --bench compare -- --csv FILE   writes the table for a program, too
//! cargo bench --bench compare -- --plot FILE  draws it, as SVG
//! SALTBOX_BENCH=full cargo bench ...          the large cases too, and longer
//! ```
//!
//! Peers are crates, and what is installed of libargon2, libsodium, libcrypto
//! and libxcrypt. `SALTBOX_LIBARGON2`, `SALTBOX_LIBSODIUM` and
//! `SALTBOX_LIBSODIUM_AVX2` add builds for this host; benches/build-peers.sh
//! makes them. `SALTBOX_KERNEL` (avx512, sha_ni, avx2, sse2, portable) is what saltbox
//! computes by, where a function has such a kernel.

mod cases;
mod contenders;
mod library;
mod machine;
mod ours;
mod outcome;
mod overhead;
mod peers;
mod plot;
mod reading;
mod rounds;
mod stored;
mod strings;

use rounds::Effort;
use saltbox::hash::{BY_KERNELS, ByKernels};
use std::process::ExitCode;

/// What the command line and the environment ask for.
struct Options {
    effort: Effort,
    full: bool,
    words: Vec<String>,
    csv: Option<String>,
    plot: Option<String>,
}

impl Options {
    fn read() -> Result<Self, String> {
        let (mut is_bench, mut is_test, mut words) = (false, false, Vec::new());
        let (mut csv, mut plot) = (None, None);
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            // The last word of `cargo bench` is its own `--bench`.
            let mut file = || {
                let file = arguments.next().filter(|file| !file.starts_with('-'));
                file.ok_or(format!("{argument} takes a file"))
            };
            match &*argument {
                "--bench" => is_bench = true,
                "--test" => is_test = true,
                "--csv" => csv = Some(file()?),
                "--plot" => plot = Some(file()?),
                flag if flag.starts_with('-') => {}
                word => words.push(word.to_owned()),
            }
        }
        let full = std::env::var("SALTBOX_BENCH").is_ok_and(|v| v == "full");
        // `cargo bench` says `--bench`, `cargo test` does not: the rule of criterion.
        let effort = match (is_bench && !is_test, full) {
            (false, _) => Effort::Once,
            (true, false) => Effort::Seconds(4.0),
            (true, true) => Effort::Seconds(30.0),
        };
        Ok(Self {
            effort,
            full,
            words,
            csv,
            plot,
        })
    }

    fn asks_for(&self, title: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| title.contains(word.as_str()))
    }
}

/// Lets saltbox compute by `kernel` whatever has one of that name.
fn force(kernel: &str) -> Result<(), String> {
    let forced = BY_KERNELS.iter().filter(|it| it.force(kernel));
    let mut forced = forced.peekable();
    if forced.peek().is_none() {
        return Err(format!("this CPU has no kernel {kernel}"));
    }
    for ByKernels { function, .. } in forced {
        println!("{function} of saltbox by {kernel}, whatever it takes by itself");
    }
    println!();
    Ok(())
}

fn run(options: &Options) -> Result<(), String> {
    if let Ok(kernel) = std::env::var("SALTBOX_KERNEL") {
        force(&kernel)?;
    }
    let (core, contenders) = (ours::core()?, contenders::all());
    machine::print();
    contenders::print(&contenders);
    if options.effort == Effort::Once {
        println!("\nEach case once, to see that it works: the times below say nothing.");
    }
    let mut outcomes = Vec::new();
    for (title, kdf) in cases::all(options.full).map_err(|e| e.to_string())? {
        if options.asks_for(&title) {
            let outcome = contenders::compare(&title, &kdf, &core, &contenders, options.effort)?;
            outcome.print();
            outcomes.push(outcome);
        }
    }
    if options.asks_for(overhead::TITLE) {
        overhead::compare(options.effort)?;
    }
    if options.asks_for(reading::TITLE) {
        reading::compare(options.effort)?;
    }
    if !outcomes.is_empty() {
        outcome::summarize(&outcomes);
    }
    let files = [
        (&options.csv, outcome::csv(&outcomes)),
        (&options.plot, plot::svg(&outcomes)),
    ];
    for (file, text) in files {
        if let Some(file) = file {
            std::fs::write(file, text).map_err(|e| format!("{file}: {e}"))?;
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    match Options::read().and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("compare: {error}");
            ExitCode::FAILURE
        }
    }
}
