//! Words that everybody knows of the user or the service, and what is made of them.

use super::fold::Folded;
use crate::error::{Error, ErrorKind};
use crate::json::{self, Object, Value, Writer};
use std::fmt;

/// How words are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Context {
    /// Of the service, as they were given and as they are compared.
    words: Vec<(String, Word)>,
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
#[derive(Clone, Default)]
pub struct Subject {
    words: Vec<(WordKind, Word)>,
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject")
            .field("words", &self.words.len())
            .finish()
    }
}

/// A word, and what it is compared by: folded, and with its digits read as letters too.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    plain: String,
    leet: String,
}

impl Word {
    /// `None` where nothing is left to compare by.
    fn new(text: &str) -> Option<Self> {
        let plain = Folded::of(text, false).as_str().to_owned();
        let leet = Folded::of(&plain, true).as_str().to_owned();
        (!plain.is_empty()).then_some(Self { plain, leet })
    }
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

/// As many words of a user are looked for: the first of them.
const MOST_WORDS: usize = 128;

impl Subject {
    /// Reads a subject: `login_id`, `email` and `words`, each optional. Later
    /// releases look at the other members that it may have.
    ///
    /// # Errors
    /// [`ErrorKind::Subject`] with path and offset.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        let read = json::parse(json).and_then(|json| {
            let mut object = json.object()?;
            object.only(&MEMBERS)?;
            Self::read(&mut object)
        });
        read.map_err(|error| error.of_kind(ErrorKind::Subject))
    }

    fn read(object: &mut Object<'_>) -> Result<Self, Error> {
        let mut subject = Self::default();
        let mut add = |kind, text: &str| {
            if subject.words.len() < MOST_WORDS {
                subject
                    .words
                    .extend(Word::new(text).map(|word| (kind, word)));
            }
        };
        if let Some(login_id) = object.take("login_id") {
            add(WordKind::LoginId, &login_id.string()?);
        }
        if let Some(email) = object.take("email") {
            let email = email.string()?;
            add(WordKind::Email, &email);
            if let Some((local, _)) = email.rsplit_once('@') {
                add(WordKind::Email, local);
            }
        }
        if let Some(words) = object.take("words") {
            for word in words.array()? {
                add(WordKind::User, &word.string()?);
            }
        }
        Ok(subject)
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
        let forms = [Folded::of(password, false), Folded::of(password, self.leet)];
        // Looking for a word from behind is looking for it in what is turned round.
        let reversed = self
            .reversed
            .then(|| [forms[0].reversed(), forms[1].reversed()]);
        let service = self.words.iter().map(|(_, word)| (WordKind::Service, word));
        let subject = subject.words.iter().map(|(kind, word)| (*kind, word));
        for (kind, word) in subject.chain(service) {
            let is_in = |forms: &[Folded; 2]| {
                let [plain, leet] = forms;
                self.is_in(plain, &word.plain) || self.leet && self.is_in(leet, &word.leet)
            };
            if is_in(&forms) || reversed.as_ref().is_some_and(is_in) {
                found.kinds |= 1 << kind as u8;
                found.words += 1;
            }
        }
        found
    }

    fn is_in(&self, password: &Folded, word: &str) -> bool {
        let password = password.as_str();
        let is_part = self.contained && word.chars().count() >= self.least;
        password == word || is_part && password.contains(word)
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
            for item in words.array()? {
                let text = item.string()?;
                let word = Word::new(&text);
                let word = word.ok_or_else(|| item.error("has no letter and no digit"))?;
                if context.words.iter().any(|(_, known)| *known == word) {
                    return Err(item.error("is the same as one before it, as words are compared"));
                }
                context.words.push((text, word));
            }
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
        json.strings("words", self.words.iter().map(|(text, _)| &**text));
        json.string("match", if self.contained { "contained" } else { "equal" });
        if self.contained {
            json.integer("least", u8::try_from(self.least).unwrap_or(u8::MAX));
        }
        json.boolean("reversed", self.reversed);
        json.boolean("leet", self.leet);
    }
}
