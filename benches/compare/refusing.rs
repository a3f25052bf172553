//! What it takes to refuse a stored string that nobody should have written.

use crate::hostile::{self, Hostile};
use crate::rounds::{Effort, Rounds, Runner};
use saltbox::Saltbox;
use saltbox::hash::Stored;
use std::hint::black_box;

pub const TITLE: &str = "refusing";

/// The most that refusing may take, in nanoseconds.
const MOST: f64 = 2000.0;

/// Calls a turn: one takes less than a clock can tell.
const CALLS: u32 = 1000;

pub fn compare(effort: Effort) -> Result<(), String> {
    let saltbox = Saltbox::default();
    let strings = hostile::strings();
    for hostile in &strings {
        check(&saltbox, hostile)?;
    }
    println!("\n{TITLE} (ns a string)");
    println!(
        "  {:<28} {:>8} {:>10} {:>8}",
        "", "bytes", "parse", "identify"
    );
    let parse = |hostile: &Hostile| {
        for _ in 0..CALLS {
            let _ = black_box(Stored::parse(black_box(&hostile.stored)));
        }
    };
    let identify = |hostile: &Hostile| {
        for _ in 0..CALLS {
            black_box(saltbox.identify(black_box(&hostile.stored)));
        }
    };
    let mut runners: Vec<Runner<'_>> = Vec::new();
    for hostile in &strings {
        runners.push(Box::new(move || {
            parse(hostile);
            Ok(())
        }));
        runners.push(Box::new(move || {
            identify(hostile);
            Ok(())
        }));
    }
    let rounds = Rounds::take(&mut runners, effort)?;
    let ns = |of| rounds.median(of) / f64::from(CALLS) * 1e9;
    let mut slowest = 0.0_f64;
    for (at, hostile) in strings.iter().enumerate() {
        let (parse, identify) = (ns(2 * at), ns(2 * at + 1));
        // What only its cost speaks against is not refused before `identify`.
        slowest = slowest.max(if hostile.unreadable { parse } else { identify });
        println!(
            "  {:<28} {:>8} {parse:>10.0} {identify:>8.0}",
            hostile.kind,
            hostile.stored.len(),
        );
    }
    if effort != Effort::Once {
        let reached = if slowest < MOST { "reached" } else { "MISSED" };
        println!("  slowest {slowest:.0}, below {MOST}: {reached}");
    }
    Ok(())
}

/// A string that is not refused has no place here.
fn check(saltbox: &Saltbox, hostile: &Hostile) -> Result<(), String> {
    let read = Stored::parse(&hostile.stored);
    if read.is_err() != hostile.unreadable || saltbox.identify(&hostile.stored).problem().is_none()
    {
        return Err(format!("{TITLE}: not refused: {}", hostile.kind));
    }
    Ok(())
}
