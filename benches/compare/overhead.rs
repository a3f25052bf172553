//! What verifying takes on top of the raw function: reading the string,
//! limits, preparation, comparing. Both map memory of their own and give it back.

use crate::rounds::{Effort, Rounds, Runner};
use saltbox::hash::{Kdf, Profile, Stored};
use saltbox::{Config, Saltbox};
use std::hint::black_box;

pub const TITLE: &str = "verify over raw";

/// The most that verifying may take on top, as a part of the raw function.
const MOST: f64 = 0.01;

const PASSWORD: &str = "correct horse battery staple";

/// A stored string with what its raw function needs.
struct Subject {
    saltbox: Saltbox,
    stored: String,
    kdf: Kdf,
    salt: Vec<u8>,
}

impl Subject {
    fn new(profile: Profile) -> Result<Self, saltbox::Error> {
        let saltbox = Saltbox::new(Config::default().with_profile(profile)?);
        let stored = saltbox.hash(PASSWORD)?;
        let read = Stored::parse(stored.as_bytes())?;
        Ok(Self {
            kdf: *read.kdf(),
            salt: read.salt().to_vec(),
            saltbox,
            stored,
        })
    }

    fn raw(&self) -> Result<(), String> {
        let mut tag = [0; 32];
        self.kdf
            .derive(black_box(PASSWORD.as_bytes()), &self.salt, &mut tag)
            .map_err(|e| e.to_string())?;
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
    fn rounds(&self, calls: usize, effort: Effort) -> Result<Rounds, String> {
        let raw = || (0..calls).try_for_each(|_| self.raw());
        let verify = || (0..calls).try_for_each(|_| self.verify());
        let mut runners: [Runner<'_>; 3] = [Box::new(raw), Box::new(verify), Box::new(raw)];
        Rounds::take(&mut runners, effort)
    }
}

pub fn compare(effort: Effort) -> Result<(), String> {
    let subject = |profile| Subject::new(profile).map_err(|e| e.to_string());

    let rounds = subject(Profile::default())?.rounds(1, effort.times(3.0))?;
    let percent = |of, part| (rounds.ratio(of, 0, part) - 1.0) * 100.0;
    let name = Profile::default().name();
    println!("\n{TITLE}, {name} (rounds: {})", rounds.count());
    for (at, row) in ["raw", "verify", "raw again"].into_iter().enumerate() {
        println!(
            "  {row:<20} {:>10.2} ms {:>+8.2} %   (half of the rounds: {:+.2} to {:+.2} %)",
            rounds.median(at) * 1e3,
            percent(at, 0.5),
            percent(at, 0.25),
            percent(at, 0.75),
        );
    }

    // With hardly any hashing in the way, what comes on top can be seen by itself.
    const CALLS: usize = 100;
    let cheapest = Profile::all().last().copied().unwrap_or_default();
    let cheap = subject(cheapest)?.rounds(CALLS, effort)?;
    let on_top = cheap.difference(1, 0) / CALLS as f64;
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
