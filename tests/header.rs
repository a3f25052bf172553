//! The C header and the list of exported symbols are what the sources make, and
//! the shared library is as small as is promised.
//!
//! `SALTBOX_BLESS=1 cargo test --all-features --test header` writes both anew.

mod support;

use libtest_mimic::{Arguments, Failed, Trial};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let no_header = (!cfg!(feature = "header")).then_some("--features header");
    let no_nm = support::tool("nm").is_none().then_some("nm");
    let no_strip = support::tool("strip").is_none().then_some("strip");
    let trials = vec![
        support::unless_missing(no_header, Trial::test("the_header_is_up_to_date", header)),
        support::unless_missing(
            no_nm,
            Trial::test(
                "the_shared_library_exports_the_list_and_nothing_else",
                shared,
            ),
        ),
        support::unless_missing(
            no_nm,
            Trial::test("the_static_library_has_the_whole_list", statics),
        ),
        support::unless_missing(
            no_strip,
            Trial::test("the_shared_library_is_2_5_mib_at_most", small),
        ),
        Trial::test("the_header_declares_the_list_and_nothing_else", declared),
    ];
    // The symbols are blessed by the first test that sees the library, so they go one after the other.
    let arguments = Arguments {
        test_threads: Some(1),
        ..Arguments::from_args()
    };
    libtest_mimic::run(&arguments, trials).exit();
}

fn include(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("include")
        .join(name)
}

/// Compares `made` with the committed file, or writes it where asked to bless.
fn compare(name: &str, made: &str) -> Result<(), Failed> {
    let path = include(name);
    if std::env::var_os("SALTBOX_BLESS").is_some() {
        fs::write(path, made)?;
        return Ok(());
    }
    let committed = fs::read_to_string(path)?;
    if committed == made {
        return Ok(());
    }
    let line = 1 + committed
        .lines()
        .zip(made.lines())
        .take_while(|(a, b)| a == b)
        .count();
    Err(format!("include/{name} differs from what the sources make, first in line {line}; bless it with SALTBOX_BLESS=1").into())
}

fn header() -> Result<(), Failed> {
    compare(
        "saltbox.h",
        &fs::read_to_string(Path::new(env!("OUT_DIR")).join("saltbox.h"))?,
    )
}

fn symbols(arguments: &[&str], library: &Path) -> Result<Vec<String>, Failed> {
    let output = Command::new("nm").args(arguments).arg(library).output()?;
    let text = String::from_utf8(output.stdout)?;
    let mut names: Vec<String> = text
        .lines()
        .filter_map(|line| line.split_whitespace().nth(2))
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}

fn shared() -> Result<(), Failed> {
    let names = symbols(&["-D", "--defined-only"], &support::shared_library())?;
    compare("saltbox.symbols", &(names.join("\n") + "\n"))
}

/// What a host ships: every feature, without symbols.
/// 2 MiB held what hashes and checks; codes, answers and flows are half a MiB more.
fn small() -> Result<(), Failed> {
    const MOST: u64 = 5 << 19;
    let stripped = support::folder("stripped").join("libsaltbox.so");
    let mut strip = Command::new("strip");
    strip.arg("-o").arg(&stripped);
    support::run(strip.arg(support::shared_library()));
    let size = fs::metadata(&stripped)?.len();
    if size <= MOST {
        return Ok(());
    }
    Err(format!("the stripped library has {size} bytes, over {MOST}").into())
}

fn statics() -> Result<(), Failed> {
    let mut names = symbols(&["-g", "--defined-only"], &support::static_library())?;
    names.retain(|name| name.starts_with("saltbox"));
    compare("saltbox.symbols", &(names.join("\n") + "\n"))
}

/// Every name before a "(" that begins with the prefix, outside of comments.
fn declared() -> Result<(), Failed> {
    let header = fs::read_to_string(include("saltbox.h"))?;
    let mut names: Vec<&str> = header
        .lines()
        .filter(|line| !line.trim_start().starts_with(['*', '/']))
        .filter(|line| !line.starts_with("static inline"))
        .filter_map(|line| line.split_once('(').map(|(before, _)| before))
        .filter_map(|before| before.split([' ', '*']).next_back())
        .filter(|name| name.starts_with("saltbox_"))
        .collect();
    names.sort_unstable();
    let list = fs::read_to_string(include("saltbox.symbols"))?;
    let list: Vec<&str> = list.lines().collect();
    if names == list {
        Ok(())
    } else {
        Err(format!("the header declares {names:?}, the list has {list:?}").into())
    }
}
