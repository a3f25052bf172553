//! Our own estimator next to the crate `zxcvbn`: `cargo bench --bench strength`.
//!
//! Both on every row of `tests/vectors/strength.json` in turn, the median of
//! several rounds each; then on inputs that are slow. Ours is a whole
//! `check`, preparation and overwriting of the stack included, and so is what is said of it.

use saltbox::policy::Subject;
use saltbox::{Config, Saltbox};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Rounds, and how often ours is called in one: it is too short for one call.
const ROUNDS: usize = 15;
const CALLS: u32 = 20;

const SLOW: [&str; 5] = [
    "4@8({[</369&#!1/|0$5+7%2/",
    "a",
    "1.1.1999",
    "s3cr3tp4ssw0rd",
    "qwertyuiopasdfghjklzxcvbnm",
];

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Microseconds that a password takes: ours with the estimate and without, and the crate.
struct Row<'a> {
    password: &'a str,
    ours: f64,
    theirs: f64,
    rest: f64,
}

/// Medians of ours and of the crate, in microseconds.
fn measure(saltbox: &Saltbox, password: &str, rounds: usize) -> (f64, f64) {
    let subject = Subject::default();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let start = Instant::now();
        for _ in 0..CALLS {
            black_box(saltbox.check(&subject, black_box(password), 0));
        }
        ours.push(microseconds(start.elapsed() / CALLS));
        let start = Instant::now();
        black_box(zxcvbn::zxcvbn(black_box(password), &[]));
        theirs.push(microseconds(start.elapsed()));
    }
    (median(ours), median(theirs))
}

fn main() {
    // Tests build this too, and only want to know that it runs.
    let has = |wanted: &str| std::env::args().any(|argument| argument == wanted);
    let is_bench = has("--bench") && !has("--test");
    let rounds = if is_bench { ROUNDS } else { 1 };
    let core = |policy: &str| {
        let config = Config::from_json(format!(r#"{{"policy":{policy}}}"#).as_bytes());
        Saltbox::new(config.expect("valid"))
    };
    let saltbox = core(r#"{"strength":true}"#);
    let without = core(r#"{"strength":false}"#);
    let with_list = core(r#"{"strength":true,"blocklist":{"inside":true}}"#);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/strength.json");
    let json = std::fs::read(path).expect("readable");
    let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    let cases = json["cases"].as_array().expect("cases");
    let passwords: Vec<&str> = cases
        .iter()
        .filter_map(|case| case["password"].as_str())
        .collect();
    // Each row with and without the estimate, so that what it takes is known of each.
    let measured: Vec<Row> = passwords
        .iter()
        .map(|password| {
            let (ours, theirs) = measure(&saltbox, password, rounds);
            let (rest, _) = measure(&without, password, rounds);
            Row {
                password,
                ours,
                theirs,
                rest,
            }
        })
        .collect();
    let of = |what: fn(&Row) -> f64| median(measured.iter().map(what).collect());
    println!(
        "{} rows, median: ours {:.2} us (a check without strength {:.2} us), zxcvbn {:.1} us, ratio of each row {:.1}; of the estimate alone {:.1}",
        measured.len(),
        of(|row| row.ours),
        of(|row| row.rest),
        of(|row| row.theirs),
        of(|row| row.theirs / row.ours),
        of(|row| row.theirs / (row.ours - row.rest)),
    );
    let listed = passwords.iter();
    let listed = listed.map(|password| measure(&with_list, password, rounds).0);
    println!(
        "with the list inside, median: {:.2} us",
        median(listed.collect())
    );
    let typical = measured
        .iter()
        .filter(|row| (12..=24).contains(&row.password.len()));
    let typical: Vec<f64> = typical.map(|row| row.ours).collect();
    println!(
        "12 to 24 characters: ours {:.1} us, at most {:.1} us",
        median(typical.clone()),
        typical.iter().copied().fold(0.0, f64::max)
    );
    for unit in SLOW {
        let password: String = unit.chars().cycle().take(256).collect();
        let (ours, theirs) = measure(&saltbox, &password, rounds.min(5));
        println!("256 x {unit}: ours {ours:.0} us, zxcvbn {theirs:.0} us");
    }
}
