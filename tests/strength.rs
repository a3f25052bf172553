//! Passwords of many kinds, estimated by the npm package zxcvbn 4.4.2 and by us.
//!
//! `tests/support/strength.js` makes them and asks the package, with
//! Node.js. `SALTBOX_ORACLES_NODE_PATH` names the folder of packages
//! (`npm install zxcvbn@4.4.2` makes one, `node_modules`); where it is missing
//! the test is reported as ignored. `SALTBOX_ORACLES_SEED` repeats a run,
//! `SALTBOX_PROOF=full` makes 100,000.

mod support;

use libtest_mimic::{Arguments, Failed, Trial};
use saltbox::policy::{Subject, Weakness};
use saltbox::{Config, Saltbox};
use serde_json::Value;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// Differences that are told; more of them say no more.
const TOLD: usize = 10;

/// Warnings in zxcvbn's words.
const WEAKNESSES: [(&str, Weakness); 14] = [
    (
        "Straight rows of keys are easy to guess",
        Weakness::StraightKeys,
    ),
    (
        "Short keyboard patterns are easy to guess",
        Weakness::KeyPattern,
    ),
    (
        "Repeats like \"aaa\" are easy to guess",
        Weakness::RepeatedCharacter,
    ),
    (
        "Repeats like \"abcabcabc\" are only slightly harder to guess than \"abc\"",
        Weakness::RepeatedPiece,
    ),
    (
        "Sequences like abc or 6543 are easy to guess",
        Weakness::Sequence,
    ),
    ("Recent years are easy to guess", Weakness::RecentYear),
    ("Dates are often easy to guess", Weakness::Date),
    ("This is a top-10 common password", Weakness::TopTen),
    ("This is a top-100 common password", Weakness::TopHundred),
    ("This is a very common password", Weakness::Common),
    (
        "This is similar to a commonly used password",
        Weakness::NearlyCommon,
    ),
    ("A word by itself is easy to guess", Weakness::Word),
    (
        "Names and surnames by themselves are easy to guess",
        Weakness::Name,
    ),
    (
        "Common names and surnames are easy to guess",
        Weakness::CommonName,
    ),
];

fn main() {
    let arguments = Arguments::from_args();
    let needs = match node().arg("--check").stderr(Stdio::null()).output() {
        Ok(output) if output.status.success() => None,
        _ => Some("Node.js, and SALTBOX_ORACLES_NODE_PATH with the package zxcvbn@4.4.2"),
    };
    let trials = vec![
        support::unless_missing(
            needs,
            Trial::test("zxcvbn_says_the_same_of_generated_passwords", compare),
        ),
        Trial::test(
            "the_published_vectors_have_their_score_guesses_and_warning",
            vectors,
        ),
    ];
    libtest_mimic::run(&arguments, trials).exit();
}

fn node() -> Command {
    let mut command = support::clean("node");
    if let Some(path) = std::env::var_os("SALTBOX_ORACLES_NODE_PATH") {
        command.env("NODE_PATH", path);
    }
    command.arg(support::root().join("tests/support/strength.js"));
    command
}

fn estimator() -> Saltbox {
    let config = Config::from_json(br#"{"policy":{"strength":true}}"#);
    Saltbox::new(config.expect("valid"))
}

fn subject(words: &Value) -> Subject {
    let json = serde_json::json!({ "words": words }).to_string();
    Subject::from_json(json.as_bytes()).expect("few words")
}

/// The second of the middle of a year.
const fn middle_of(year: u64) -> u64 {
    (year - 1970) * 31_556_952 + 180 * 86_400
}

fn weakness(text: &str) -> Option<Weakness> {
    let row = WEAKNESSES.iter().find(|(said, _)| *said == text);
    row.map(|(_, weakness)| *weakness)
}

/// `tests/vectors/strength.json`: what zxcvbn 4.4.2 says in 2026.
fn vectors() -> Result<(), Failed> {
    let json = std::fs::read(support::root().join("tests/vectors/strength.json"))?;
    let json: Value = serde_json::from_slice(&json)?;
    let cases = json["cases"].as_array().ok_or("no cases")?;
    assert!(cases.len() > 60);
    let saltbox = estimator();
    for case in cases {
        let password = case["password"].as_str().ok_or("no password")?;
        let known = match &case["user_inputs"] {
            Value::Null => &Value::Array(Vec::new()),
            words => words,
        };
        let findings = saltbox.check(&subject(known), password, middle_of(2026));
        let found = findings.strength().ok_or("no strength")?;
        assert_eq!(case["score"], found.score(), "{password}");
        let log10 = case["guesses_log10"].as_f64().ok_or("no guesses")?;
        let said = found.guesses_log10();
        assert!(
            (said - log10).abs() < 0.000_001,
            "{password}: {said} {log10}"
        );
        if let Some(text) = case["warning"].as_str() {
            assert_eq!(found.weakness(), weakness(text), "{password}");
        }
    }
    Ok(())
}

fn compare() -> Result<(), Failed> {
    let count = if support::full() { 100_000 } else { 2_000 };
    let seed = std::env::var("SALTBOX_ORACLES_SEED")
        .unwrap_or_else(|_| (RandomState::new().hash_one(0) >> 32).to_string());
    let mut oracle = node()
        .args([&seed, &count.to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(oracle.stdout.take().ok_or("no output")?).lines();
    let first: Value = serde_json::from_str(&lines.next().ok_or("no line")??)?;
    if first[0] != "4.4.2" {
        return Err(format!("zxcvbn {}, not 4.4.2", first[0]).into());
    }
    let now = middle_of(first[1].as_u64().ok_or("no year")?);
    let saltbox = estimator();
    let (mut all, mut scores, mut guesses, mut weaknesses) = (0_u32, 0_u32, 0_u32, 0_u32);
    let mut told = Vec::new();
    for line in lines {
        let line: Value = serde_json::from_str(&line?)?;
        let password = line[0].as_str().ok_or("no password")?;
        let findings = saltbox.check(&subject(&line[1]), password, now);
        let found = findings.strength().ok_or("no strength")?;
        // JSON has no infinite numbers, which no password of these has.
        let expected = line[2].as_f64().unwrap_or(f64::INFINITY);
        let has_score = line[3] == found.score();
        let has_guesses = (found.guesses() / expected - 1.0).abs() < 0.01;
        let expected = line[4].as_str().and_then(weakness);
        all += 1;
        scores += u32::from(has_score);
        guesses += u32::from(has_guesses);
        weaknesses += u32::from(found.weakness() == expected);
        if !(has_score && has_guesses) && told.len() < TOLD {
            told.push(format!("{line}: {:e}", found.guesses()));
        }
    }
    println!(
        "zxcvbn, seed {seed}: of {all} the same score {scores}, guesses {guesses}, weakness {weaknesses}"
    );
    told.iter().for_each(|line| println!("  {line}"));
    if !oracle.wait()?.success() || all != count {
        return Err(format!("the package ended early: {all} of {count}, seed {seed}").into());
    }
    let is_less = |found: u32, of_thousand: u32| found * 1000 < of_thousand * all;
    if is_less(scores, 995) || is_less(guesses, 950) || is_less(weaknesses, 995) {
        return Err(format!("too many differ, seed {seed}\n{}", told.join("\n")).into());
    }
    Ok(())
}
