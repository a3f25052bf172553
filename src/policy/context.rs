//! Words that everybody knows of the user or the service, and what is made of them.

use super::fold::Folded;
use crate::error::Error;
use crate::json::{self, Object, Value, Writer};

/// How words are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Context {
    /// Of the service, as they were given.
    words: Vec<String>,
    /// Words of fewer characters are not looked for inside.
    least: usize,
    /// Whether a part of the password may be one, too.
    contained: bool,
    reversed: bool,
    leet: bool,
}

/// Where a word came from: what findings may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WordKind {
    /// What the user signs in with.
    LoginId,
    /// The e-mail address, or what stands before its `@`.
    Email,
    /// A word of the user's, such as a name.
    User,
    /// A word of the policy's, such as the service's name.
    Service,
}

impl WordKind {
    /// Every kind, in the order of findings.
    pub const ALL: [Self; 4] = [Self::LoginId, Self::Email, Self::User, Self::Service];

    /// As findings write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LoginId => "login_id",
            Self::Email => "email",
            Self::User => "user",
            Self::Service => "service",
        }
    }
}

/// What is known of the user whose password it is to be.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    login_id: Option<String>,
    email: Option<String>,
    words: Vec<String>,
}

/// Everything that a subject may have.
const MEMBERS: [&str; 8] = [
    "id",
    "realm",
    "login_id",
    "email",
    "email_verified",
    "status",
    "mfa_enrolled",
    "words",
];

/// As many words of a user are looked for.
const MOST_WORDS: usize = 128;

impl Subject {
    /// Reads a subject: `login_id`, `email` and `words`, each optional. Later
    /// releases look at the other members that it may have.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) with path and offset.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        let mut object = json::parse(json)?.object()?;
        object.only(&MEMBERS)?;
        Self::read(&mut object)
    }

    fn read(object: &mut Object<'_>) -> Result<Self, Error> {
        let mut text = |key: &str| object.take(key).map(|value| value.string()).transpose();
        let mut subject = Self {
            login_id: text("login_id")?,
            email: text("email")?,
            words: Vec::new(),
        };
        if let Some(words) = object.take("words") {
            subject.words = strings(&words)?;
        }
        Ok(subject)
    }

    fn words(&self) -> impl Iterator<Item = (WordKind, &str)> {
        let local = self
            .email
            .as_deref()
            .and_then(|email| Some(email.rsplit_once('@')?.0));
        let email = [self.email.as_deref(), local].into_iter().flatten();
        let login_id = self
            .login_id
            .as_deref()
            .map(|login_id| (WordKind::LoginId, login_id));
        let words = self.words.iter().take(MOST_WORDS);
        login_id
            .into_iter()
            .chain(email.map(|email| (WordKind::Email, email)))
            .chain(words.map(|word| (WordKind::User, &**word)))
    }
}

/// Which kinds of words were found, and how many words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    kinds: u8,
    pub(super) words: u32,
}

impl Found {
    pub(super) fn kinds(self) -> impl Iterator<Item = WordKind> {
        WordKind::ALL
            .into_iter()
            .filter(move |kind| self.kinds >> (*kind as u8) & 1 == 1)
    }
}

impl Context {
    /// The words of `subject` and the policy that `password` is, or has in it.
    pub(super) fn find(&self, password: &str, subject: &Subject) -> Found {
        let mut found = Found::default();
        let plain = Folded::of(password, false);
        let leet = Folded::of(password, self.leet);
        let service = self.words.iter().map(|word| (WordKind::Service, &**word));
        for (kind, word) in subject.words().chain(service) {
            if self.is_in(&plain, &leet, word) {
                found.kinds |= 1 << kind as u8;
                found.words += 1;
            }
        }
        found
    }

    fn is_in(&self, plain: &Folded, leet: &Folded, word: &str) -> bool {
        let word = Folded::of(word, false);
        if word.length == 0 {
            return false;
        }
        let unleet = Folded::of(word.as_str(), self.leet);
        let is_in = |password: &Folded, word: &Folded| {
            let is_part = self.contained && word.length >= self.least;
            password.as_str() == word.as_str()
                || is_part && password.as_str().contains(word.as_str())
        };
        is_in(plain, &word)
            || is_in(leet, &unleet)
            || self.reversed && (is_in(plain, &word.reversed()) || is_in(leet, &unleet.reversed()))
    }

    /// Reads `{"words":[...],"match":"equal"|"contained","least":4,"reversed":true,"leet":true}`.
    pub(super) fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        object.only(&["words", "match", "least", "reversed", "leet"])?;
        let mut context = Self {
            words: Vec::new(),
            least: 4,
            contained: false,
            reversed: false,
            leet: false,
        };
        if let Some(words) = object.take("words") {
            context.words = strings(&words)?;
        }
        if let Some(way) = object.take("match") {
            context.contained = match &*way.string()? {
                "equal" => false,
                "contained" => true,
                _ => return Err(way.error("is \"equal\" or \"contained\"")),
            };
        }
        if let Some(least) = object.take("least") {
            let number = least.integer("least", 1..=64)?;
            if !context.contained {
                return Err(least.error("goes with \"match\":\"contained\""));
            }
            context.least = usize::try_from(number).unwrap_or(usize::MAX);
        }
        for (key, flag) in [
            ("reversed", &mut context.reversed),
            ("leet", &mut context.leet),
        ] {
            if let Some(value) = object.take(key) {
                *flag = value.boolean()?;
            }
        }
        Ok(context)
    }

    pub(super) fn write(&self, json: &mut Writer) {
        json.strings("words", self.words.iter().map(String::as_str));
        json.string("match", if self.contained { "contained" } else { "equal" });
        if self.contained {
            json.integer("least", u8::try_from(self.least).unwrap_or(u8::MAX));
        }
        json.boolean("reversed", self.reversed);
        json.boolean("leet", self.leet);
    }
}

/// Texts of which each has something to compare by, and none stands twice.
fn strings(json: &Value<'_>) -> Result<Vec<String>, Error> {
    let mut all: Vec<String> = Vec::new();
    for item in json.array()? {
        let text = item.string()?;
        if Folded::of(&text, false).length == 0 {
            return Err(item.error("has no letter and no digit"));
        }
        all.push(text);
    }
    Ok(all)
}
