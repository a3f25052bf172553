//! How a story is written, in TOML. A key that is not here fails.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A file of stories, told to one service.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Book {
    /// The configuration that the service is started with. Where there is none it is started without any option,
    /// and so has no clock to set and nothing to clear.
    pub(crate) config: Option<String>,
    /// Beginnings that its stories share.
    #[serde(default)]
    pub(crate) given: BTreeMap<String, Vec<Step>>,
    pub(crate) story: Vec<Story>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Story {
    pub(crate) name: String,
    /// How it begins.
    #[serde(default)]
    pub(crate) given: Vec<String>,
    pub(crate) steps: Vec<Step>,
}

/// A request, unless it has one of the first three.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// Sets the clock.
    pub(crate) now: Option<Now>,
    /// Everything that was sent since the last look, each as `"reset ada@example.com"`.
    pub(crate) outbox: Option<Vec<String>>,
    /// Requests whose answers are the same bytes.
    pub(crate) alike: Option<Vec<Self>>,
    /// Members of those answers that are random: only their lengths are the same.
    #[serde(default)]
    pub(crate) but: Vec<String>,
    /// Method and path.
    pub(crate) send: Option<String>,
    /// Who sends it: `"project"` (where it is absent), `"management"`, `""` for nobody, or the name under which
    /// a refresh token was saved.
    #[serde(rename = "as")]
    pub(crate) sender: Option<String>,
    /// The header itself, instead.
    pub(crate) authorization: Option<String>,
    pub(crate) json: Option<String>,
    /// What is no JSON.
    pub(crate) body: Option<Body>,
    /// How often it is sent, each time with the same answer.
    #[serde(default = "once")]
    pub(crate) times: u32,
    pub(crate) status: Option<u16>,
    /// JSON of which everything is in the answer; lists have to be the same.
    pub(crate) is: Option<String>,
    /// Pointers (`"user.userId"`, `"messages.0.code"`) to what is there and not empty.
    #[serde(default)]
    pub(crate) has: Vec<String>,
    /// Pointers to what is not there.
    #[serde(default)]
    pub(crate) lacks: Vec<String>,
    /// The header; where it is absent here it is there, too.
    pub(crate) retry_after: Option<u64>,
    /// Names with pointers. Later steps write `${name}`.
    #[serde(default)]
    pub(crate) save: BTreeMap<String, String>,
}

const fn once() -> u32 {
    1
}

/// Seconds since 1970, or `"+60"` after the step before.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Now {
    At(u64),
    After(String),
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Body {
    Text(String),
    Bytes(Vec<u8>),
    Long { repeat: String, times: usize },
}

impl Body {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Bytes(bytes) => bytes.clone(),
            Self::Long { repeat, times } => repeat.repeat(*times).into_bytes(),
        }
    }
}

/// What a step is.
pub(crate) enum Kind<'s> {
    Clock(&'s Now),
    Outbox(&'s [String]),
    Alike(&'s [Step]),
    Request { method: &'s str, path: &'s str },
}

impl Step {
    pub(crate) fn kind(&self) -> Result<Kind<'_>, String> {
        Ok(match (&self.now, &self.outbox, &self.alike, &self.send) {
            (Some(now), None, None, None) => Kind::Clock(now),
            (None, Some(messages), None, None) => Kind::Outbox(messages),
            (None, None, Some(steps), None) if steps.len() > 1 => Kind::Alike(steps),
            (None, None, None, Some(send)) => {
                let split = send.split_once(' ');
                let (method, path) = split.ok_or_else(|| format!("{send:?} is no request"))?;
                Kind::Request { method, path }
            }
            _ => return Err("a step is one of now, outbox, alike and send".to_owned()),
        })
    }

    /// The step, or those that it compares.
    pub(crate) fn requests(&self) -> &[Self] {
        self.alike.as_deref().unwrap_or(std::slice::from_ref(self))
    }

    /// What `is` says, without the values that are saved before.
    pub(crate) fn expected(&self) -> Value {
        let text = self.is.as_deref().unwrap_or("{}");
        serde_json::from_str(text).unwrap_or_default()
    }
}

/// The files of stories.
pub(crate) fn files(root: &Path) -> Vec<PathBuf> {
    let folder = std::fs::read_dir(root.join("tests/services")).expect("a folder");
    let mut files: Vec<_> = folder
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == "toml"))
        .collect();
    files.sort();
    files
}

/// The book in a file, each story with its beginnings in front of its steps.
pub(crate) fn read(path: &Path) -> Book {
    let text = std::fs::read_to_string(path).expect("a file");
    let book = toml::from_str::<Book>(&text);
    let mut book = book.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    for story in &mut book.story {
        let given = story.given.iter().map(|name| {
            let steps = book.given.get(name);
            steps.unwrap_or_else(|| panic!("{}: nothing is given as {name:?}", path.display()))
        });
        let steps = given.flatten().cloned().chain(story.steps.drain(..));
        story.steps = steps.collect();
    }
    book
}
