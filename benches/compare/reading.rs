//! What it takes to read a stored string, and to refuse one that nobody should have written.

use crate::rounds::{Effort, Rounds, Runner};
use crate::strings;
use saltbox::Saltbox;
use saltbox::hash::Stored;
use std::hint::black_box;

pub const TITLE: &str = "reading and refusing";

/// The most that either may take, in nanoseconds.
const MOST: f64 = 2000.0;

/// Calls a turn: one takes less than a clock can tell.
const CALLS: u32 = 1000;

/// A string, and which of the two calls decides about it.
struct Row {
    kind: &'static str,
    stored: Vec<u8>,
    /// `parse`; what only its cost speaks against is not refused before `identify`.
    by_reading: bool,
}

pub fn compare(effort: Effort) -> Result<(), String> {
    let saltbox = Saltbox::default();
    let rows = rows(&saltbox)?;
    let mut runners = Vec::new();
    for row in &rows {
        let (stored, saltbox) = (&*row.stored, &saltbox);
        runners.push(repeated(move || {
            let _ = black_box(Stored::parse(black_box(stored)));
        }));
        runners.push(repeated(move || {
            black_box(saltbox.identify(black_box(stored)));
        }));
    }
    let rounds = Rounds::take(&mut runners, effort)?;
    let ns = |of| rounds.median(of) * 1e9;
    println!("\n{TITLE} (ns a string)");
    println!(
        "  {:<36} {:>8} {:>10} {:>8}",
        "", "bytes", "parse", "identify"
    );
    let mut slowest = 0.0_f64;
    for (at, row) in rows.iter().enumerate() {
        let (parse, identify) = (ns(2 * at), ns(2 * at + 1));
        slowest = slowest.max(if row.by_reading { parse } else { identify });
        println!(
            "  {:<36} {:>8} {parse:>10.0} {identify:>8.0}",
            row.kind,
            row.stored.len(),
        );
    }
    if effort != Effort::Once {
        let reached = if slowest < MOST { "reached" } else { "MISSED" };
        println!("  slowest {slowest:.0}, below {MOST}: {reached}");
    }
    Ok(())
}

fn repeated<'a>(call: impl Fn() + 'a) -> Runner<'a> {
    Runner::new(CALLS, move || {
        (0..CALLS).for_each(|_| call());
        Ok(())
    })
}

/// What is read, then what is refused. A string that is not what it says has no place here.
fn rows(saltbox: &Saltbox) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    for (kind, stored) in strings::longest() {
        if let Err(error) = Stored::parse(stored.as_bytes()) {
            return Err(format!("{TITLE}: {kind}: {error}"));
        }
        rows.push(Row {
            kind,
            stored: stored.into_bytes(),
            by_reading: true,
        });
    }
    for hostile in strings::hostile() {
        let is_readable = Stored::parse(&hostile.stored).is_ok();
        if is_readable == hostile.unreadable
            || saltbox.identify(&hostile.stored).problem().is_none()
        {
            return Err(format!("{TITLE}: not refused: {}", hostile.kind));
        }
        rows.push(Row {
            kind: hostile.kind,
            stored: hostile.stored,
            by_reading: hostile.unreadable,
        });
    }
    Ok(rows)
}
