//! What the comparison came to, as tables and as a file.

use std::fmt::Write;

/// One function by everybody who computes it.
pub struct Outcome {
    pub title: String,
    pub rounds: usize,
    /// saltbox for one hash, saltbox for a batch, and the peers.
    pub rows: Vec<Row>,
    /// Peers that are not on this machine.
    pub missing: Vec<&'static str>,
}

/// Times of one hash, in seconds.
pub struct Row {
    pub name: &'static str,
    pub median: f64,
    pub min: f64,
    /// Its time over that of saltbox in the same round, the median: for one hash and for a batch.
    pub over: [f64; 2],
}

impl Outcome {
    pub fn peers(&self) -> &[Row] {
        self.rows.get(2..).unwrap_or_default()
    }

    /// The fastest peer.
    fn best(&self) -> Option<&Row> {
        let order = |a: &&Row, b: &&Row| a.over[0].total_cmp(&b.over[0]);
        self.peers().iter().min_by(order)
    }

    pub fn print(&self) {
        println!("\n{} (rounds: {}; tags equal)", self.title, self.rounds);
        println!(
            "  {:<20} {:>10} {:>10} {:>12} {:>10}",
            "", "median ms", "min ms", "over saltbox", "its batch"
        );
        for row in &self.rows {
            println!(
                "  {:<20} {:>10.2} {:>10.2} {:>12.2} {:>10.2}",
                row.name,
                row.median * 1e3,
                row.min * 1e3,
                row.over[0],
                row.over[1],
            );
        }
        for name in &self.missing {
            println!("  {name:<20} {:>10}", "missing");
        }
    }
}

/// The fastest peer of each function, and where each peer comes nearest to saltbox.
pub fn summarize(outcomes: &[Outcome]) {
    println!("\nthe fastest peer, its time over that of saltbox");
    println!("  {:<30} {:<20} {:>10} {:>10}", "", "", "one hash", "batch");
    for outcome in outcomes {
        if let Some(row) = outcome.best() {
            let [one, batch] = row.over;
            println!(
                "  {:<30} {:<20} {one:>10.2} {batch:>10.2}",
                outcome.title, row.name
            );
        }
    }
    let mut nearest: Vec<(&Row, &str)> = Vec::new();
    for outcome in outcomes {
        nearest.extend(outcome.peers().iter().map(|row| (row, &*outcome.title)));
    }
    nearest.sort_by(|(a, _), (b, _)| a.over[0].total_cmp(&b.over[0]));
    let mut told = Vec::new();
    println!("\neach peer where it comes nearest to saltbox");
    for (row, title) in nearest {
        if !told.contains(&row.name) {
            told.push(row.name);
            println!("  {:<20} {title:<30} {:>10.2}", row.name, row.over[0]);
        }
    }
}

/// A line for each row, with a heading.
pub fn csv(outcomes: &[Outcome]) -> String {
    let mut text = String::from("case,name,rounds,median_ms,min_ms,over_saltbox,over_batch\n");
    for Outcome {
        title,
        rounds,
        rows,
        ..
    } in outcomes
    {
        for row in rows {
            let [one, batch] = row.over;
            let (median, min) = (row.median * 1e3, row.min * 1e3);
            let _ = writeln!(
                text,
                "\"{title}\",\"{}\",{rounds},{median:.4},{min:.4},{one:.4},{batch:.4}",
                row.name
            );
        }
    }
    text
}
