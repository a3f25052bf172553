//! Our own estimator next to the crate `zxcvbn`: `cargo bench --bench strength`.
//!
//! Both on every row of `tests/vectors/strength.json` in turn, the median of
//! several rounds each; then on inputs that are slow, and at last a search for
//! the slowest. Ours is a whole `check`, preparation and overwriting of the stack
//! included, and so is what is said of it.

use saltbox::policy::Subject;
use saltbox::{Config, Saltbox};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Rounds, and how often ours is called in one: it is too short for one call.
const ROUNDS: usize = 15;
const CALLS: u32 = 20;

/// What makes others take long, over and over; the first five are shown.
const SLOW: [&str; 20] = [
    "4@8({[</369&#!1/|0$5+7%2/",
    "a",
    "1.1.1999",
    "s3cr3tp4ssw0rd",
    "qwertyuiopasdfghjklzxcvbnm",
    "4@8({[<369!1|0$5+7%2",
    "1l!i|7t+",
    "!1|7+",
    "4A",
    "Aa",
    "aab",
    "aaaaaaab",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx",
    "11111999",
    "2010",
    "thepasswordofanne",
    "é",
    "the of and in to ",
    "4a@A",
];

/// Inputs of the search.
const TRIES: usize = 100_000;

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
    for unit in SLOW.iter().take(5) {
        let (ours, theirs) = measure(&saltbox, &over_and_over(unit), rounds.min(5));
        println!("256 bytes of {unit}: ours {ours:.0} us, zxcvbn {theirs:.0} us");
    }
    search(&saltbox, if is_bench { TRIES } else { 200 });
}

fn over_and_over(unit: &str) -> String {
    let mut text = unit.repeat(256 / unit.len());
    text.extend(
        unit.chars()
            .take_while(|_| unit.is_ascii())
            .take(256 % unit.len()),
    );
    text
}

/// What is known of the user: nothing, words of signs, words that begin alike.
fn subjects() -> [Subject; 3] {
    let words = [
        Vec::new(),
        (0..100).map(|at| format!("1l!i|7t+aab{at}")).collect(),
        (2..102).map(|at| "a".repeat(at)).collect::<Vec<_>>(),
    ];
    words.map(|words| {
        let json = serde_json::json!({ "words": words }).to_string();
        Subject::from_json(json.as_bytes()).expect("few words")
    })
}

/// The slowest input of at most 256 bytes: what is slow, over and over, and soups
/// of a few characters and of pieces of it.
fn search(saltbox: &Saltbox, tries: usize) {
    let subjects = subjects();
    let letters: Vec<char> = SLOW.concat().chars().collect();
    let mut state = 0x5a17_b0c5_u64;
    let mut below = |end: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % end
    };
    let mut texts: Vec<String> = SLOW.into_iter().map(over_and_over).collect();
    for _ in 0..tries {
        let some: Vec<char> = (0..=below(20))
            .map(|_| letters[below(letters.len())])
            .collect();
        let mut text = String::new();
        while text.len() < 250 {
            match below(4) {
                0 => text.push_str(SLOW[below(SLOW.len())].get(..4).unwrap_or("4@")),
                _ => text.push(some[below(some.len())]),
            }
        }
        texts.push(text);
    }
    let time = |text: &str, subject: &Subject| {
        let start = Instant::now();
        black_box(saltbox.check(subject, black_box(text), 0));
        start.elapsed()
    };
    for (known, subject) in ["nothing", "signs", "one letter"]
        .into_iter()
        .zip(&subjects)
    {
        let mut slowest = (Duration::ZERO, "");
        for text in &texts {
            let mut taken = time(text, subject);
            // Others may have had the processor meanwhile.
            for _ in 0..5 {
                if taken > slowest.0 {
                    taken = taken.min(time(text, subject));
                }
            }
            slowest = slowest.max((taken, text));
        }
        let (taken, text) = (microseconds(slowest.0), slowest.1);
        let count = texts.len();
        println!("the slowest of {count}, {known} known: {taken:.0} us, {text:?}");
    }
}
