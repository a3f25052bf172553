//! Stories of one account, told to the Rust interface and to the C interface by
//! the same clock: both have to give every answer that the story has, and to
//! store the same but for what is random. `stories/script.rs` says how one is
//! written, `stories/status.toml` has one for every status of an account and every flow.

#[path = "stories/alike.rs"]
mod alike;
#[path = "stories/bad_input.rs"]
mod bad_input;
#[path = "stories/c_host.rs"]
mod c_host;
#[path = "stories/expect.rs"]
mod expect;
#[path = "stories/host.rs"]
mod host;
#[path = "stories/present.rs"]
mod present;
#[path = "stories/run.rs"]
mod run;
#[path = "stories/script.rs"]
mod script;
#[path = "stories/status.rs"]
mod status;

use crate::expect::Seen;
use crate::script::{Book, Statuses, Story};
use saltbox::{Decision, Effect, ErrorKind, Shown};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Of new passwords, in `sign_up.toml`.
const REFUSED_BEFORE: &str = "every policy refuses it before it is hashed";

/// Errors that no step of a story of one caller can come by, and what does.
const ELSEWHERE: [(ErrorKind, &str); 10] = [
    (ErrorKind::Buffer, "no flow has a buffer of the caller's"),
    (ErrorKind::Import, "is of descriptors: tests/descriptors.rs"),
    (
        ErrorKind::Memory,
        "the system gives memory: tests/memory.rs",
    ),
    (ErrorKind::Random, "the system gives randomness"),
    (ErrorKind::Busy, "takes many callers: tests/races.rs"),
    (ErrorKind::Internal, "is a fault"),
    (ErrorKind::PasswordEmpty, REFUSED_BEFORE),
    (ErrorKind::PasswordTooLong, REFUSED_BEFORE),
    (ErrorKind::PasswordNotUtf8, REFUSED_BEFORE),
    (ErrorKind::PasswordNul, REFUSED_BEFORE),
];

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories")
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).expect("a file");
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every story of every file but `status.toml`, with the file's name.
fn stories() -> Vec<(String, Story)> {
    let mut files: Vec<_> = std::fs::read_dir(folder())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == "toml"))
        .filter(|path| path.file_stem().is_some_and(|it| it != "status"))
        .collect();
    files.sort();
    let mut stories = Vec::new();
    for path in files {
        let file = path.file_stem().expect("a name").to_string_lossy();
        let book: Book = read(&path);
        stories.extend(book.story.into_iter().map(|it| (file.to_string(), it)));
    }
    stories
}

#[test]
fn every_story_is_told_alike_by_both_interfaces_and_nothing_is_left_untold() {
    let statuses: Statuses = read(&folder().join("status.toml"));
    let mut all = stories();
    let cells = status::cells(&statuses);
    let (told, of_statuses) = (all.len(), cells.len());
    let size = (statuses.status.len(), statuses.flow.len());
    assert_eq!(size, (16, 19));
    all.extend(cells.into_iter().map(|it| ("status".to_owned(), it)));
    let mut names = HashSet::new();
    for (file, story) in &all {
        assert!(
            names.insert(&*story.name),
            "two stories {file}: {}",
            story.name
        );
    }
    let (next, seen, problems) = (
        AtomicUsize::new(0),
        Mutex::new(Seen::default()),
        Mutex::new(BTreeMap::new()),
    );
    let work = || {
        while let Some((file, story)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            match run::tell(story, &statuses.given) {
                Ok(more) => seen.lock().expect("no panic").add(more),
                Err(problem) => {
                    let name = format!("{file}.toml, {:?}", story.name);
                    problems.lock().expect("no panic").insert(name, problem);
                }
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let seen = seen.into_inner().expect("no panic");
    println!("{told} stories, {of_statuses} cells, {} steps", seen.steps);
    let problems = problems.into_inner().expect("no panic");
    let listed: Vec<_> = problems
        .iter()
        .map(|(at, it)| format!("{at}: {it}"))
        .collect();
    assert!(
        problems.is_empty(),
        "{} stories fail\n{}",
        problems.len(),
        listed.join("\n")
    );
    for (kind, why) in ELSEWHERE {
        assert!(!seen.errors.contains_key(&kind.status()), "{kind:?}: {why}");
    }
    assert_eq!(untold(&seen), Vec::<&str>::new(), "no story has them");
}

#[test]
fn every_row_of_the_table_of_bad_input_has_its_stories() {
    let statuses: Statuses = read(&folder().join("status.toml"));
    let flows: Vec<&str> = statuses.flow.keys().map(|name| &**name).collect();
    let mut all: Vec<Story> = stories().into_iter().map(|(_, story)| story).collect();
    all.extend(status::cells(&statuses));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/flow/mod.rs");
    let documentation = std::fs::read_to_string(path).expect("a file");
    let problems = bad_input::problems(&documentation, &flows, &all);
    assert_eq!(problems, Vec::<String>::new());
}

/// Names of what no story has come by.
fn untold(seen: &Seen) -> Vec<&'static str> {
    let decisions = Decision::all().filter(|it| !seen.decisions.contains_key(&it.code()));
    let shown = Shown::ALL.into_iter();
    let shown = shown.filter(|it| !seen.shown.contains_key(&it.code()));
    let effects = Effect::ALL.into_iter();
    let effects = effects.filter(|it| !seen.effects.contains_key(&it.bit()));
    let is_elsewhere = |kind| ELSEWHERE.iter().any(|(other, _)| *other == kind);
    let errors =
        ErrorKind::all().filter(|it| !is_elsewhere(*it) && !seen.errors.contains_key(&it.status()));
    decisions
        .map(Decision::name)
        .chain(shown.map(Shown::name))
        .chain(effects.map(Effect::name))
        .chain(errors.map(ErrorKind::name))
        .collect()
}

#[test]
fn a_key_a_word_or_a_name_that_is_none_fails() {
    let steps = |step: &str| format!("[[story]]\nname = \"x\"\nsteps = [{{ {step} }}]");
    for step in [
        r#"flow = "sign_up", then = "signed_up sent record", pasword = "x""#,
        r#"flow = "signup", then = "signed_up sent record""#,
        r#"flow = "reset", then = "wrong_code invalid_code", code = "wrnog""#,
        r#"flow = "reset""#,
    ] {
        assert!(toml::from_str::<Book>(&steps(step)).is_err(), "{step}");
    }
    for then in [
        "",
        "signed_up",
        "signed_up gone",
        "signedup done",
        "signed_up done recrod",
        "signed_up done retry_after=soon",
        "E_RECROD",
        "E_RECORD done",
    ] {
        assert!(expect::Expected::read(then).is_err(), "{then}");
    }
    let wrong = r#"flow = "sign_in", password = "x", then = "signed_in done""#;
    let book: Book = toml::from_str(&steps(wrong)).expect("a story");
    let problem = run::tell(&book.story[0], &BTreeMap::new());
    let problem = problem.err().expect("there is no account");
    assert!(problem.starts_with("step 1, SignIn"), "{problem}");
    assert!(problem.contains("no_account wrong_password"), "{problem}");
}
