//! The layers of the crate, held by a test: imports go down, never up or
//! sideways; `unsafe` stays in two rooms; rooms stay small.

use std::fs;
use std::path::{Path, PathBuf};

/// Every room with its layer and the rooms of its own layer that it may use.
/// The crate docs show the same table.
const ROOMS: [(&str, u8, &[&str]); 21] = [
    ("arch", 0, &[]),
    ("error", 1, &[]),
    ("secret", 1, &["error"]),
    ("text", 1, &[]),
    ("encoding", 1, &[]),
    ("json", 1, &["error"]),
    ("keys", 1, &["error", "json", "secret"]),
    ("budget", 1, &["error", "json"]),
    ("hash", 2, &[]),
    ("policy", 2, &[]),
    ("account", 2, &[]),
    ("code", 2, &["hash"]),
    ("question", 2, &["hash"]),
    ("core", 3, &["record"]),
    ("lint", 3, &["core"]),
    ("interchange", 3, &["core"]),
    ("outcome", 3, &["core"]),
    ("record", 3, &[]),
    ("flow", 4, &[]),
    ("traits", 5, &[]),
    ("ffi", 5, &[]),
];

/// Rooms that may hold `unsafe`.
const UNSAFE_ROOMS: [&str; 2] = ["arch", "ffi"];

/// Lines of one file without its tests.
const MOST_LINES: usize = 600;

struct Source {
    path: PathBuf,
    room: String,
    /// How many `super::` reach from here to the crate's root.
    depth: usize,
    /// Lines of code: comments emptied, the test module at the end cut off.
    code: Vec<String>,
}

fn sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("src is readable") {
            let path = entry.expect("src is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).expect("sources are UTF-8");
                let inside = path.strip_prefix(&src).expect("found below src");
                let is_mod = inside.file_stem().is_some_and(|stem| stem == "mod");
                let parts = inside.components().count();
                let room = inside.iter().next().expect("a file").to_string_lossy();
                found.push(Source {
                    room: room.trim_end_matches(".rs").to_owned(),
                    depth: if is_mod { parts - 1 } else { parts },
                    code: code_of(&text),
                    path: inside.to_owned(),
                });
            }
        }
    }
    assert!(found.len() > 20, "found only {} sources", found.len());
    found
}

fn code_of(text: &str) -> Vec<String> {
    let without_tests = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or(text);
    without_tests
        .lines()
        .map(|line| line.split("//").next().unwrap_or("").to_owned())
        .collect()
}

/// The names that stand directly after each `prefix` in `line`.
fn names_after<'l>(line: &'l str, prefix: &'l str) -> impl Iterator<Item = &'l str> {
    line.split(prefix).skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    })
}

fn row(room: &str) -> Option<&'static (&'static str, u8, &'static [&'static str])> {
    ROOMS.iter().find(|(name, _, _)| *name == room)
}

#[test]
fn every_room_stands_in_the_table() {
    for source in sources().iter().filter(|s| s.room != "lib") {
        assert!(
            row(&source.room).is_some(),
            "{} has no layer",
            source.path.display()
        );
    }
}

#[test]
fn imports_go_down() {
    let mut breaches = Vec::new();
    for source in sources().iter().filter(|s| s.room != "lib") {
        let (_, layer, siblings) = row(&source.room).expect("in the table");
        let to_root = "super::".repeat(source.depth);
        for (number, line) in source.code.iter().enumerate() {
            let place = format!("src/{}:{}", source.path.display(), number + 1);
            if line.contains(&to_root) {
                breaches.push(format!(
                    "{place}: leaves its room by `super`; write `crate::`"
                ));
            }
            for name in names_after(line, "crate::") {
                let allowed = match row(name) {
                    None => false,
                    Some(_) if name == source.room => true,
                    Some((_, below, _)) => below < layer || siblings.contains(&name),
                };
                if !allowed {
                    breaches.push(format!(
                        "{place}: `crate::{name}` is not below `{}`",
                        source.room
                    ));
                }
            }
            if line.contains("crate::{") {
                breaches.push(format!("{place}: a grouped import hides the room"));
            }
        }
    }
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn unsafe_stays_in_its_rooms() {
    for source in sources() {
        if UNSAFE_ROOMS.contains(&source.room.as_str()) {
            continue;
        }
        for (number, line) in source.code.iter().enumerate() {
            let is_unsafe = line
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|w| w == "unsafe");
            assert!(
                !is_unsafe,
                "src/{}:{}: unsafe",
                source.path.display(),
                number + 1
            );
        }
    }
}

#[test]
fn rooms_stay_small() {
    for source in sources() {
        let lines = source.code.len();
        assert!(
            lines <= MOST_LINES,
            "src/{} has {lines} lines",
            source.path.display()
        );
    }
}

#[test]
fn the_crate_docs_show_every_room() {
    let lib = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs");
    let docs = fs::read_to_string(lib).expect("readable");
    for (room, layer, _) in ROOMS {
        let shown = docs.lines().any(|line| {
            line.starts_with(&format!("//! | {layer} ")) && line.contains(&format!("`{room}`"))
        });
        assert!(
            shown,
            "the table of src/lib.rs does not show `{room}` in layer {layer}"
        );
    }
}
