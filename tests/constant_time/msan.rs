//! MemorySanitizer, which is compiled in: it sees what the compiler makes of every kernel before it
//! makes instructions of that, and none of the branches that it may choose then.

use super::{Check, Reports, support};
use std::collections::{BTreeSet, HashMap};
use std::ffi::c_void;
use std::path::Path;
use std::process::Command;

pub(super) const HIDDEN: &[&str] = &[];

/// Comes before the reports of each check.
const MARK: &str = "check: ";

// sanitizer/msan_interface.h
unsafe extern "C" {
    fn __msan_poison(bytes: *const c_void, len: usize);
    fn __msan_unpoison(bytes: *const c_void, len: usize);
    fn __msan_test_shadow(bytes: *const c_void, len: usize) -> isize;
}

pub(super) fn classify(bytes: &mut [u8]) {
    // SAFETY: it changes what the sanitizer knows of these bytes, not what is in them.
    unsafe { __msan_poison(bytes.as_ptr().cast(), bytes.len()) };
}

pub(super) fn declassify(bytes: &mut [u8]) {
    // SAFETY: as above.
    unsafe { __msan_unpoison(bytes.as_ptr().cast(), bytes.len()) };
}

/// Whether every one of these bytes is secret.
pub(super) fn is_secret(bytes: &[u8]) -> bool {
    // SAFETY: it looks only at what the sanitizer knows of the byte. -1: that it is public.
    let is_secret = |byte: &u8| unsafe { __msan_test_shadow((&raw const *byte).cast(), 1) } != -1;
    bytes.iter().all(is_secret)
}

/// Beside what it was compiled with it needs addr2line, and says so.
pub(super) fn missing() -> Option<&'static str> {
    None
}

/// This program, to be run so that it prints what [`read`] reads.
pub(super) fn program(own: &Path) -> Command {
    let mut program = Command::new(own);
    program.env("MSAN_OPTIONS", "halt_on_error=0:symbolize=0:exitcode=0");
    program
}

/// Runs a check, after a line that says which.
pub(super) fn watch(check: &Check) {
    eprintln!("{MARK}{}", check.name);
    (check.body)();
}

/// The reports of every check, and where they were made: in which function of ours.
pub(super) fn read(own: &Path, _: &str, stderr: &str) -> Result<HashMap<String, Reports>, String> {
    let checks = stderr.split(MARK).skip(1);
    let checks = checks.filter_map(|text| text.split_once('\n'));
    let checks = checks.map(|(name, text)| (name, stacks(own, text).collect()));
    let checks: Vec<(&str, Vec<Stack>)> = checks.collect();
    let stacks = checks.iter().flat_map(|(_, stacks)| stacks);
    let places = places(own, stacks.flatten().copied())?;
    let reports = |stacks: &[Stack<'_>]| {
        let mut reports = Reports::default();
        for stack in stacks {
            let place = stack.iter().find_map(|frame| places.get(*frame));
            let place = place
                .cloned()
                .unwrap_or_else(|| format!("outside: {stack:?}"));
            *reports.places.entry(place).or_default() += 1;
            reports.count += 1;
        }
        reports
    };
    let named = checks
        .iter()
        .map(|(name, stacks)| ((*name).to_owned(), reports(stacks)));
    Ok(named.collect())
}

/// Where a report was made, and who called that: places in this program.
type Stack<'t> = Vec<&'t str>;

/// `#0 0x5581c0ffee (/path/of/program+0xc0ffee)` and so on, after each line that says what was found.
fn stacks<'t>(own: &Path, text: &'t str) -> impl Iterator<Item = Stack<'t>> {
    const REPORT: &str = "WARNING: MemorySanitizer: use-of-uninitialized-value";
    let in_program = format!("({}+0x", own.display());
    text.split(REPORT).skip(1).map(move |report| {
        let frames = report.lines().skip(1);
        let frames = frames.take_while(|line| line.trim_start().starts_with('#'));
        let place = |frame: &'t str| Some(frame.split_once(&in_program)?.1.split_once(')')?.0);
        frames.filter_map(place).collect()
    })
}

/// The innermost function of our sources at each of these places, if there is one.
fn places<'t>(
    own: &Path,
    frames: impl Iterator<Item = &'t str>,
) -> Result<HashMap<String, String>, String> {
    let frames: BTreeSet<&str> = frames.collect();
    let mut addr2line = Command::new("addr2line");
    addr2line.args([
        "--functions",
        "--inlines",
        "--addresses",
        "--demangle",
        "--exe",
    ]);
    let output = addr2line.arg(own).args(&frames).output();
    let output = output.map_err(|error| format!("addr2line does not start: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let root = support::root();
    let mut places = HashMap::new();
    let mut frame = "";
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(address) = line.strip_prefix("0x") {
            frame = address.trim_start_matches('0');
            continue;
        }
        // A function, then its file and line.
        let file = lines.next().unwrap_or_default();
        let file = Path::new(file.split_once(':').map_or(file, |(file, _)| file));
        if let Ok(file) = file.strip_prefix(&root)
            && !places.contains_key(frame)
        {
            let place = format!("{} {}", file.display(), short(line));
            places.insert(frame.to_owned(), place);
        }
    }
    Ok(places)
}

/// The name of a function without its types and what it lies in: `c` of `<a::b<T> as d>::c::<e>::{closure#0}`.
fn short(function: &str) -> String {
    let mut depth = 0_u32;
    let outside = |c: &char| {
        depth += u32::from(*c == '<');
        let is_outside = depth == 0;
        // That of an arrow closes nothing.
        depth = depth.saturating_sub(u32::from(*c == '>'));
        is_outside
    };
    let path: String = function.chars().filter(outside).collect();
    let mut names = path.rsplit("::");
    let name = names.find(|name| !name.is_empty() && !name.starts_with('{'));
    name.unwrap_or(function).to_owned()
}
