//! What tests share that use the library from outside: the C libraries built
//! once, tools found, commands run with their output shown when they fail.

// Each test binary uses its own part.
#![allow(dead_code)]

use libtest_mimic::Trial;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What a program that links the static library needs besides on Linux, as `rustc --print native-static-libs` says.
pub const NATIVE_LIBRARIES: [&str; 7] = [
    "-lgcc_s",
    "-lutil",
    "-lrt",
    "-lpthread",
    "-lm",
    "-ldl",
    "-lc",
];

/// A test that passes where `body` does not panic, reported as ignored where something is missing.
pub fn trial(
    name: impl Into<String>,
    missing: Option<String>,
    body: impl FnOnce() + Send + 'static,
) -> Trial {
    let trial = Trial::test(name, || {
        body();
        Ok(())
    });
    unless_missing(missing, trial)
}

/// A test that is reported as ignored, with what it needs, where that is missing.
pub fn unless_missing(missing: Option<impl AsRef<str>>, trial: Trial) -> Trial {
    match missing {
        None => trial,
        Some(missing) => trial
            .with_kind(format!("needs {}", missing.as_ref()))
            .with_ignored_flag(true),
    }
}

/// Whether the counts that the issues name are asked for.
pub fn full() -> bool {
    std::env::var_os("SALTBOX_PROOF").is_some_and(|size| size == "full")
}

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A folder below the tests' own part of the target folder, made if absent.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("the target folder can be written to");
    folder
}

/// The program `name` on the search path.
pub fn tool(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

/// The shared library as README says to build it.
pub fn shared_library() -> PathBuf {
    library_folder().join("libsaltbox.so")
}

/// The static library as README says to build it.
pub fn static_library() -> PathBuf {
    library_folder().join("libsaltbox.a")
}

/// The folder of both libraries. Cargo sees to it that they are those of today's sources.
pub fn library_folder() -> &'static Path {
    static LIBRARIES: OnceLock<PathBuf> = OnceLock::new();
    LIBRARIES.get_or_init(|| {
        // A folder of its own: `cargo test` holds the lock of the usual one.
        let target = folder("capi");
        let mut capi = cargo("clib");
        capi.arg("--target-dir").arg(&target);
        run(&mut capi);
        target.join("release")
    })
}

/// The folder for pkg-config with a file for the library as built, without installing it.
///
/// # Errors
/// Where the file cannot be written.
pub fn package(folder: &Path) -> std::io::Result<PathBuf> {
    let text = format!(
        "Name: saltbox\nDescription: saltbox, as built\nVersion: {}\nLibs: -L{} -lsaltbox\nCflags: -I{}\n",
        env!("CARGO_PKG_VERSION"),
        library_folder().display(),
        root().join("include").display(),
    );
    std::fs::write(folder.join("saltbox.pc"), text)?;
    Ok(folder.to_owned())
}

/// A command of the cargo that runs the tests, at the root of the repository.
pub fn cargo(command: &str) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(cargo);
    cargo.arg(command).current_dir(root());
    cargo
}

/// Runs a command that has to succeed and returns what it printed.
///
/// # Panics
/// With the command and its output where it does not succeed.
pub fn run(command: &mut Command) -> String {
    let (success, output) = outcome(command);
    assert!(success, "{command:?} failed:\n{output}");
    output
}

/// Runs a command that has to fail and returns what it printed.
///
/// # Panics
/// With the command and its output where it succeeds.
pub fn run_to_fail(command: &mut Command) -> String {
    let (success, output) = outcome(command);
    assert!(!success, "{command:?} did not fail:\n{output}");
    output
}

/// Whether a command succeeded, and all it printed: standard output first.
fn outcome(command: &mut Command) -> (bool, String) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    (output.status.success(), text)
}

/// A command without what `cargo test` sets for the tests themselves, such as the search path of libraries.
pub fn clean(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_remove("LD_LIBRARY_PATH");
    command
}
