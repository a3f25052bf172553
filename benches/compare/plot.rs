//! The table as a picture: SVG, read in light and dark.

use crate::ours::BATCH;
use crate::outcome::{Outcome, Row};
use std::fmt::Write;

/// Where bars begin, and where a ratio at the end of the scale ends.
const BARS: f64 = 372.0;
const BARS_END: f64 = 756.0;

const HEADING: &str = "Time for a hash, where saltbox takes 1";
const CAPTION: &str = "Each peer by its fastest build here; one thread each, in turns, tags equal. \
                       Above 1 saltbox is faster.";

const WIDTH: f64 = 860.0;
const MARGIN: f64 = 24.0;

/// Where the first group begins, below the headings.
const TOP: f64 = 112.0;

/// From one bar to the next, and the bar itself.
const LINE: f64 = 18.0;
const BAR: f64 = 12.0;

/// Below each group.
const GAP: f64 = 16.0;

/// What a group's title takes, in bars.
const LEAST_LINES: usize = 2;

/// Plain colours, since not everything that draws SVG knows variables.
const STYLE: &str = "
text { font: 12px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2328 }
.head { font-size: 17px; font-weight: 600 }
.case { font-weight: 600 }
.pale { fill: #59636e }
.end { text-anchor: end }
.middle { text-anchor: middle }
.paper { fill: #ffffff }
.one { fill: #0f766e }
.batch { fill: #99d5cc }
.rule { stroke: #d9dfe5 }
.saltbox { stroke: #1f2328; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc }
.pale { fill: #9198a1 }
.paper { fill: #0d1117 }
.one { fill: #2fb3a3 }
.batch { fill: #1d524d }
.rule { stroke: #30363d }
.saltbox { stroke: #f0f6fc }
}
";

/// A group of bars for each function: the time of each peer over that of saltbox.
pub fn svg(outcomes: &[Outcome]) -> String {
    let groups: Vec<_> = outcomes.iter().map(|o| (o, fastest_builds(o))).collect();
    let ratios = groups.iter().flat_map(|(_, bars)| bars);
    let most = ratios
        .flat_map(|(_, over)| *over)
        .fold(1.0, f64::max)
        .ceil();
    let place = |ratio: f64| BARS + ratio / most * (BARS_END - BARS);
    let height_of = |bars: usize| bars.max(LEAST_LINES) as f64 * LINE + GAP;
    let bottom = TOP + groups.iter().map(|(_, b)| height_of(b.len())).sum::<f64>();
    let height = bottom + MARGIN - GAP;

    let mut drawing = Drawing(String::new());
    drawing.text(MARGIN, 36.0, "head", HEADING);
    drawing.text(MARGIN, 56.0, "pale", CAPTION);
    let batch = format!("batch of {BATCH}, each");
    for (x, class, says) in [(BARS, "one", "one hash"), (BARS + 96.0, "batch", &*batch)] {
        drawing.rect(x, 71.0, BAR, class);
        drawing.text(x + BAR + 6.0, 81.5, "pale", says);
    }
    for ratio in 0..=most as u32 {
        let x = place(ratio.into());
        let class = if ratio == 1 { "saltbox" } else { "rule" };
        drawing.line(x, TOP - 8.0, bottom - GAP, class);
        drawing.text(x, TOP - 13.0, "pale middle", &ratio.to_string());
    }
    let mut top = TOP;
    for (outcome, bars) in &groups {
        let baseline = |line: usize| top + line as f64 * LINE + BAR - 1.5;
        drawing.text(MARGIN, baseline(0), "case", &outcome.title);
        drawing.text(MARGIN, baseline(1), "pale", &our_times(outcome));
        for (line, (name, [one, batch])) in bars.iter().enumerate() {
            let y = top + line as f64 * LINE;
            drawing.text(BARS - 8.0, baseline(line), "end", name);
            drawing.rect(BARS, y, place(*batch) - BARS, "batch");
            drawing.rect(BARS, y, place(*one) - BARS, "one");
            let x = place(one.max(*batch).max(1.0)) + 6.0;
            drawing.text(x, baseline(line), "", &format!("{one:.2}"));
            drawing.text(x + 34.0, baseline(line), "pale", &format!("{batch:.2}"));
        }
        top += height_of(bars.len());
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-label=\"saltbox and its peers\">\n\
         <style>{STYLE}</style>\n\
         <rect class=\"paper\" width=\"{WIDTH}\" height=\"{height}\" rx=\"8\"/>\n{}</svg>\n",
        drawing.0
    )
}

/// The peers of a function with their ratios: of several builds, told apart behind a comma, the fastest.
fn fastest_builds(outcome: &Outcome) -> Vec<(&'static str, [f64; 2])> {
    let mut fastest: Vec<(&'static str, [f64; 2])> = Vec::new();
    for row in outcome.peers() {
        let name = row.name.split(',').next().unwrap_or(row.name);
        match fastest.iter_mut().find(|(of, _)| *of == name) {
            Some((_, over)) if over[0] <= row.over[0] => {}
            Some((_, over)) => *over = row.over,
            None => fastest.push((name, row.over)),
        }
    }
    fastest
}

fn our_times(outcome: &Outcome) -> String {
    let ms = |row: &Row| match row.median * 1e3 {
        ms if ms < 10.0 => format!("{ms:.1}"),
        ms => format!("{ms:.0}"),
    };
    match &*outcome.rows {
        [one, batch, ..] => format!("saltbox {} ms, in a batch {}", ms(one), ms(batch)),
        _ => String::new(),
    }
}

/// The elements so far.
struct Drawing(String);

impl Drawing {
    fn text(&mut self, x: f64, y: f64, class: &str, says: &str) {
        let _ = writeln!(
            self.0,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\">{says}</text>"
        );
    }

    fn rect(&mut self, x: f64, y: f64, width: f64, class: &str) {
        let _ = writeln!(
            self.0,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{BAR}\" rx=\"2\" class=\"{class}\"/>"
        );
    }

    fn line(&mut self, x: f64, y1: f64, y2: f64, class: &str) {
        let _ = writeln!(
            self.0,
            "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{y1:.1}\" y2=\"{y2:.1}\" class=\"{class}\"/>"
        );
    }
}
