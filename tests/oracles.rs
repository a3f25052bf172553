//! Stored strings that other systems made, on random passwords, salts and
//! costs: passlib, Django, Werkzeug, pyca/bcrypt, argon2-cffi, crypt(3) of
//! libxcrypt, and what is composed over OpenSSL where the system itself is not
//! to be had. Each is recognised, accepts its password and refuses another.
//!
//! `tests/support/oracles.py` makes them, with the packages of
//! `tests/support/oracles.txt`, in `SALTBOX_ORACLES_PYTHON` or else in
//! `python3`; a source that lacks one is reported as ignored.
//! `SALTBOX_ORACLES_SEED` repeats a run. `SALTBOX_PROOF=full` makes 10,000
//! cases of each family, of costly ones 1,000 (of libxcrypt's 10,000 too, at
//! the least cost) and of those with a fixed high cost 10.

mod support;

use libtest_mimic::{Arguments, Failed, Trial};
use saltbox::{Config, Saltbox, Verdict};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader, Lines};
use std::process::{ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Every source, and how many cases of a cheap family make some seconds.
const SOURCES: [(&str, u32); 7] = [
    ("libxcrypt", 60),
    ("passlib", 400),
    ("django", 1000),
    ("werkzeug", 1000),
    ("bcrypt", 1000),
    ("argon2-cffi", 2000),
    ("openssl", 400),
];

const FULL: u32 = 10_000;

/// Threads that verify. One more process makes what they verify.
const THREADS: usize = 2;

/// Failures that are told of one source; more of them say no more.
const TOLD: usize = 10;

fn main() {
    let arguments = Arguments::from_args();
    let missing = missing();
    let needs = |source: &str| match &missing {
        None => Some("Python 3.10".to_owned()),
        Some(missing) => missing.get(source).map(|packages| {
            if source == "libxcrypt" {
                packages.clone()
            } else {
                format!("{packages}: pip install -r tests/support/oracles.txt")
            }
        }),
    };
    let mut trials = vec![support::unless_missing(
        needs("openssl"),
        Trial::test("what_is_composed_over_openssl_is_as_published", self_check),
    )];
    for (source, count) in SOURCES {
        let count = if support::full() { FULL } else { count };
        let name = format!("strings_of_{}_are_verified", source.replace('-', "_"));
        let trial = Trial::test(name, move || verify_all(source, count));
        trials.push(support::unless_missing(needs(source), trial));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// The program that makes the strings.
fn oracles(arguments: &[&str]) -> Command {
    let python = std::env::var_os("SALTBOX_ORACLES_PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = support::clean(python);
    command
        .arg(support::root().join("tests/support/oracles.py"))
        .args(arguments)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// What the sources lack that cannot be asked. None where the program does not run at all.
fn missing() -> Option<HashMap<String, String>> {
    let output = oracles(&["missing"]).stderr(Stdio::null()).output().ok()?;
    let lines = String::from_utf8(output.stdout).ok()?;
    let sources = lines.lines().filter_map(|line| line.split_once('\t'));
    let lacking = sources.filter(|(_, packages)| !packages.is_empty());
    output.status.success().then(|| {
        lacking
            .map(|(source, packages)| (source.to_owned(), packages.to_owned()))
            .collect()
    })
}

fn self_check() -> Result<(), Failed> {
    let output = support::run(&mut oracles(&["selfcheck"]));
    let composed = output.strip_prefix("done\t").ok_or("no count")?.trim();
    println!("openssl: {composed} published strings composed again");
    Ok(())
}

fn seed() -> String {
    std::env::var("SALTBOX_ORACLES_SEED")
        .unwrap_or_else(|_| (RandomState::new().hash_one(0) >> 32).to_string())
}

/// What became of the cases of one source.
#[derive(Default)]
struct Tally {
    verified: BTreeMap<String, u32>,
    failures: Vec<String>,
    /// How many the source says to have made.
    made: Option<u32>,
}

fn verify_all(source: &str, count: u32) -> Result<(), Failed> {
    let seed = seed();
    let mut oracle = oracles(&[source, &seed, &count.to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    let lines = Mutex::new(BufReader::new(oracle.stdout.take().ok_or("no output")?).lines());
    let tally = Mutex::new(Tally::default());
    let config = br#"{"hash":{"create":{"profile":"test-only"}}}"#;
    let saltbox = Saltbox::new(Config::from_json(config)?);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(line) = next(&lines) {
                    count_line(&saltbox, &line, &tally);
                }
            });
        }
    });
    let ended_well = oracle.wait()?.success();
    let tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    report(source, &seed, &tally);
    let seen: u32 = tally.verified.values().sum();
    if !tally.failures.is_empty() {
        let told = tally.failures.iter().take(TOLD).cloned();
        let told: Vec<_> = told.collect();
        let all = tally.failures.len();
        return Err(format!("{all} of {seen} fail, seed {seed}\n{}", told.join("\n")).into());
    }
    if !ended_well || tally.made != Some(seen) {
        let made = tally.made;
        return Err(format!("the source ended early: {seen} of {made:?}, seed {seed}").into());
    }
    Ok(())
}

fn next(lines: &Mutex<Lines<BufReader<ChildStdout>>>) -> Option<String> {
    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
    lines.next().map(|line| line.expect("UTF-8"))
}

fn count_line(saltbox: &Saltbox, line: &str, tally: &Mutex<Tally>) {
    let tallied = || tally.lock().unwrap_or_else(PoisonError::into_inner);
    let fields: Vec<_> = line.split('\t').collect();
    let (family, password, stored) = match *fields {
        ["done", made] => {
            tallied().made = made.parse().ok();
            return;
        }
        [family, password, stored] => (family, password, stored),
        _ => {
            tallied().failures.push(format!("not a case: {line:?}"));
            return;
        }
    };
    let failure = verify(saltbox, family, &of_hex(password), stored).err();
    let mut tally = tallied();
    *tally.verified.entry(family.to_owned()).or_default() += 1;
    if let Some(failure) = failure {
        let case = format!("{family}: {failure}\n    {stored}\n    password {password}");
        tally.failures.push(case);
    }
}

fn verify(saltbox: &Saltbox, family: &str, password: &[u8], stored: &str) -> Result<(), String> {
    if let Some(problem) = saltbox.identify(stored).problem() {
        return Err(format!("identify: {problem}"));
    }
    // Only a string in the form of the policy may stay; only what can be set can be hashed anew.
    let settable = std::str::from_utf8(password).is_ok();
    match saltbox.verify(stored, password) {
        Ok(Verdict::Accepted { rehash }) if rehash == settable || family == "argon2_phc" => {}
        other => return Err(format!("its password: {other:?}")),
    }
    let wrong = changed(family, password);
    match saltbox.verify(stored, &wrong) {
        Ok(Verdict::Rejected) => Ok(()),
        other => Err(format!("changed to {wrong:02x?}: {other:?}")),
    }
}

/// Another password: with a character more, or with another character somewhere.
fn changed(family: &str, password: &[u8]) -> Vec<u8> {
    // Of four bytes that end in one above 7F its fault loses the first three; so four are put before.
    if family == "bcrypt_2x" {
        let other = if password.starts_with(b"x") {
            b"yyyy"
        } else {
            b"xxxx"
        };
        return [other, password].concat();
    }
    let pick: usize = password.iter().map(|byte| usize::from(*byte)).sum();
    // bcrypt would not look at a 73rd byte.
    if pick.is_multiple_of(2) && password.len() < 72 {
        return [password, b"x"].concat();
    }
    if let Ok(text) = std::str::from_utf8(password) {
        let at = pick % text.chars().count();
        let other = |(i, c)| match c {
            _ if i != at => c,
            'x' => 'y',
            _ => 'x',
        };
        let text: String = text.chars().enumerate().map(other).collect();
        return text.into_bytes();
    }
    let mut bytes = password.to_vec();
    let at = pick % bytes.len();
    bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
    bytes
}

fn of_hex(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    digits
        .map(|pair| {
            let pair = std::str::from_utf8(pair).expect("ASCII");
            u8::from_str_radix(pair, 16).expect("hexadecimal")
        })
        .collect()
}

fn report(source: &str, seed: &str, tally: &Tally) {
    let each = tally.verified.iter();
    let each: Vec<_> = each.map(|(family, n)| format!("{family} {n}")).collect();
    let all: u32 = tally.verified.values().sum();
    println!("{source}, seed {seed}: verified {all}: {}", each.join(", "));
}
