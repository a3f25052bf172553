//! The services by their language: what each needs, and how it is made ready and started.

use crate::support::{self, clean, folder, root, run, shared_library, tool};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

pub(crate) struct Language {
    pub(crate) name: &'static str,
    tools: &'static [&'static str],
    /// Libraries that pkg-config knows.
    libraries: &'static [&'static str],
    command: fn() -> Command,
}

pub(crate) static LANGUAGES: [Language; 3] = [
    Language {
        name: "c",
        tools: &["gcc", "pkg-config"],
        libraries: &["libmicrohttpd", "jansson"],
        command: c,
    },
    Language {
        name: "go",
        tools: &["go", "gcc", "pkg-config"],
        libraries: &[],
        command: go,
    },
    Language {
        name: "python",
        tools: &["python3"],
        libraries: &[],
        command: python,
    },
];

impl Language {
    /// What it needs and this machine has not.
    pub(crate) fn missing(&self) -> Option<String> {
        let mut tools = self.tools.iter();
        if let Some(missing) = tools.find(|name| tool(name).is_none()) {
            return Some((*missing).to_owned());
        }
        let is_there = |library: &&str| {
            let mut pkg_config = Command::new("pkg-config");
            let status = pkg_config.args(["--exists", library]).status();
            status.is_ok_and(|status| status.success())
        };
        let missing = self.libraries.iter().find(|library| !is_there(library));
        missing.map(|library| (*library).to_owned())
    }

    /// What starts it, built if it has to be.
    pub(crate) fn command(&self) -> Command {
        (self.command)()
    }
}

fn c() -> Command {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    with_library(PROGRAM.get_or_init(|| {
        let program = folder("services").join("service-c");
        let mut flags = Command::new("pkg-config");
        flags.args(["--cflags", "--libs", "libmicrohttpd", "jansson"]);
        let flags = run(&mut flags);
        run(Command::new("gcc")
            .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic"])
            .args(["-O1", "-g", "-pthread", "-I"])
            .arg(root().join("include"))
            .args(sources("examples/c/service", "c"))
            .arg(shared_library())
            .args(flags.split_whitespace())
            .arg("-o")
            .arg(&program));
        program
    }))
}

fn go() -> Command {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    with_library(PROGRAM.get_or_init(|| {
        sources("examples/go/cmd/service", "go");
        let program = folder("services").join("service-go");
        let mut hasher = DefaultHasher::new();
        let header = std::fs::read(root().join("include/saltbox.h"));
        header.expect("a header").hash(&mut hasher);
        run(Command::new("go")
            .args(["build", "-o"])
            .arg(&program)
            .arg("./cmd/service")
            .current_dir(root().join("examples/go"))
            .env("CGO_ENABLED", "1")
            // Go's cache does not look into headers; a flag that changes with them makes it.
            .env(
                "CGO_CFLAGS",
                format!("-O2 -DSALTBOX_HEADER_DIGEST={}", hasher.finish()),
            )
            .env("GOFLAGS", "-mod=readonly")
            .env("GOPROXY", "off")
            .env("GOTOOLCHAIN", "local")
            .env("GOWORK", "off")
            .env(
                "PKG_CONFIG_PATH",
                support::package(&folder("services")).expect("a file"),
            ));
        program
    }))
}

fn python() -> Command {
    sources("examples/python", "py");
    let mut python = with_library(Path::new("python3"));
    python
        .args(["-W", "error"])
        .arg(root().join("examples/python/service.py"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("SALTBOX_LIBRARY", shared_library());
    python
}

fn with_library(program: &Path) -> Command {
    let mut command = clean(program);
    command.env("LD_LIBRARY_PATH", support::library_folder());
    command
}

/// The sources in a folder, of which there has to be one.
fn sources(of: &str, extension: &str) -> Vec<PathBuf> {
    let folder = root().join(of);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{of}: {error}"));
    let mut sources: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == extension))
        .collect();
    assert!(!sources.is_empty(), "{of} has no sources");
    sources.sort();
    sources
}
