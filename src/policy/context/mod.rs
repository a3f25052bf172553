//! Words that everybody knows of the user or the service, and what is made of them.

mod fold;
mod look_alikes;
mod subject;
mod words;

pub(crate) use self::subject::AccountStatus;
pub use self::subject::Subject;
pub(super) use self::words::Found;

use self::fold::{Folded, MOST_CHARACTERS, Symbol};
use self::words::{Endings, MOST_EDITS, Match, Search, Words};
use crate::error::Error;
use crate::json::{Value, Writer};
#[cfg(feature = "strength")]
use crate::policy::strength::known_words;

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

/// As many words a policy may have, as in Entra Password Protection. More are a blocklist.
const MOST_SERVICE_WORDS: usize = 1000;

/// How words are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Context {
    /// Of the service, as they were given.
    texts: Vec<String>,
    words: Words,
    /// As the strength estimator reads them.
    #[cfg(feature = "strength")]
    known: Vec<Vec<u16>>,
    by_kind: [Match; WordKind::ALL.len()],
    /// Words of fewer characters are not looked for inside.
    least: usize,
    /// Whether a part of a word of the user's is one, too.
    parts: bool,
    reversed: bool,
    leet: bool,
    edits: usize,
}

impl Context {
    fn search(&self) -> Search<'_> {
        Search {
            by_kind: &self.by_kind,
            least: self.least,
            parts: self.parts,
            leet: self.leet,
            reversed: self.reversed,
            edits: self.edits,
        }
    }

    /// How words of a kind are looked for; `None` where they are not.
    pub(crate) fn contains(&self, kind: WordKind) -> Option<bool> {
        match self.by_kind.get(kind as usize)? {
            Match::Off => None,
            Match::Equal => Some(false),
            Match::Contained => Some(true),
        }
    }

    pub(crate) fn service_words(&self) -> usize {
        self.texts.len()
    }

    #[cfg(feature = "strength")]
    pub(super) fn known_words(&self) -> &[Vec<u16>] {
        &self.known
    }

    /// The words of `subject` and the policy that `password` is, or has in it,
    /// and its points, where those are asked for.
    ///
    /// A point is each word, wherever it stands, and each character that is
    /// seen beside the words or between their letters; of all ways to lay words
    /// over the password the one with the fewest counts. That is how Entra
    /// Password Protection counts.
    #[inline(never)] // Its frame is large, and many policies do without.
    pub(super) fn find(&self, password: &str, subject: &Subject, points: bool) -> (Found, u32) {
        let search = self.search();
        let read = Folded::of(password, self.leet);
        let found = self.words.find(&read, &search);
        let found = found.and(subject.words.find(&read, &search));
        let points = if points {
            self.points(&read, subject)
        } else {
            0
        };
        (found, points)
    }

    fn points(&self, read: &Folded, subject: &Subject) -> u32 {
        let by_kind = self.by_kind.map(|how| match how {
            Match::Off => Match::Off,
            Match::Equal | Match::Contained => Match::Contained,
        });
        let anywhere = Search {
            by_kind: &by_kind,
            least: 1,
            ..self.search()
        };
        let mut endings = [0; MOST_CHARACTERS];
        for words in [&self.words, &subject.words] {
            words.note_endings(read, &anywhere, &mut endings);
        }
        fewest_points(read.symbols(), &endings) + read.left_out
    }

    /// Reads `{"words":[...],"match":"equal"|"contained"|{...},"least":4,"parts":true,"reversed":true,"leet":true,"edits":1}`.
    pub(super) fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        object.only(&[
            "words", "match", "least", "parts", "reversed", "leet", "edits",
        ])?;
        let mut context = Self {
            texts: Vec::new(),
            words: Words::default(),
            #[cfg(feature = "strength")]
            known: Vec::new(),
            by_kind: [Match::Equal; WordKind::ALL.len()],
            least: 4,
            parts: false,
            reversed: false,
            leet: false,
            edits: 0,
        };
        if let Some(by_kind) = object.take("match") {
            context.by_kind = read_match(&by_kind)?;
        }
        if let Some(words) = object.take("words") {
            if context.contains(WordKind::Service).is_none() {
                return Err(words.error("match leaves out service, so no word would be looked for"));
            }
            context.read_words(&words)?;
        }
        if let Some(least) = object.take("least") {
            let number = least.integer("least", 1..=words::MOST_OF_A_WORD as u64)?;
            if !context.by_kind.contains(&Match::Contained) {
                return Err(least.error("goes with \"match\":\"contained\""));
            }
            context.least = usize::try_from(number).unwrap_or(usize::MAX);
        }
        if let Some(edits) = object.take("edits") {
            let number = edits.integer("edits", 0..=MOST_EDITS as u64)?;
            context.edits = usize::try_from(number).unwrap_or(0);
        }
        for (key, flag) in [
            ("parts", &mut context.parts),
            ("reversed", &mut context.reversed),
            ("leet", &mut context.leet),
        ] {
            if let Some(value) = object.take(key) {
                *flag = value.boolean()?;
            }
        }
        Ok(context)
    }

    fn read_words(&mut self, words: &Value<'_>) -> Result<(), Error> {
        let mut known = std::collections::HashSet::new();
        for item in words.array()? {
            if self.texts.len() == MOST_SERVICE_WORDS {
                return Err(item.error(format!(
                    "at most {MOST_SERVICE_WORDS} words; more are a list for blocklist.outside"
                )));
            }
            let text = item.string()?;
            if !known.insert(Folded::of(&text, false).text()) {
                return Err(item.error("is the same as one before it, as words are compared"));
            }
            if !self.words.add(WordKind::Service, &text, false) {
                return Err(item.error("has no letter and no digit"));
            }
            self.texts.push(text);
        }
        #[cfg(feature = "strength")]
        {
            self.known = known_words(self.texts.iter().map(|text| &**text));
        }
        Ok(())
    }

    pub(super) fn write(&self, json: &mut Writer) {
        if self.contains(WordKind::Service).is_some() {
            json.strings("words", self.texts.iter().map(|text| &**text));
        }
        match self.by_kind {
            [Match::Equal, Match::Equal, Match::Equal, Match::Equal] => {
                json.string("match", "equal");
            }
            [
                Match::Contained,
                Match::Contained,
                Match::Contained,
                Match::Contained,
            ] => {
                json.string("match", "contained");
            }
            _ => json.nested("match", |json| {
                for kind in WordKind::ALL {
                    if let Some(contains) = self.contains(kind) {
                        let how = if contains { "contained" } else { "equal" };
                        json.string(kind.name(), how);
                    }
                }
            }),
        }
        if self.by_kind.contains(&Match::Contained) {
            json.integer("least", u8::try_from(self.least).unwrap_or(u8::MAX));
        }
        json.boolean("parts", self.parts);
        json.boolean("reversed", self.reversed);
        json.boolean("leet", self.leet);
        json.integer("edits", u8::try_from(self.edits).unwrap_or(u8::MAX));
    }
}

/// One way for every kind of word, or an object with ways by kind, in which those left out are off.
fn read_match(json: &Value<'_>) -> Result<[Match; WordKind::ALL.len()], Error> {
    let one = |value: &Value<'_>| match &*value.string()? {
        "equal" => Ok(Match::Equal),
        "contained" => Ok(Match::Contained),
        _ => Err(value.error("is \"equal\" or \"contained\"")),
    };
    if json.is_string() {
        return Ok([one(json)?; WordKind::ALL.len()]);
    }
    let mut object = json.object()?;
    object.only(&WordKind::ALL.map(WordKind::name))?;
    let mut by_kind = [Match::Off; WordKind::ALL.len()];
    for (kind, how) in WordKind::ALL.into_iter().zip(&mut by_kind) {
        if let Some(value) = object.take(kind.name()) {
            *how = one(&value)?;
        }
    }
    if by_kind == [Match::Off; WordKind::ALL.len()] {
        return Err(json.error("has to name a kind of words"));
    }
    Ok(by_kind)
}

/// The fewest points: one for each word or character that is laid end to end.
/// `endings` has a bit for each length of words that end at a place.
fn fewest_points(symbols: &[Symbol], endings: &Endings) -> u32 {
    let mut fewest = [0_u32; MOST_CHARACTERS + 1];
    for (at, (symbol, lengths)) in symbols.iter().zip(endings).enumerate() {
        let point = u32::from(!symbol.is_more);
        let mut best = fewest.get(at).map_or(0, |points| points + point);
        let mut left = *lengths;
        while left != 0 {
            let length = left.trailing_zeros() as usize + 1;
            left &= left - 1;
            let before = (at + 1)
                .checked_sub(length)
                .and_then(|start| fewest.get(start));
            best = best.min(before.map_or(best, |points| points + 1));
        }
        if let Some(place) = fewest.get_mut(at + 1) {
            *place = best;
        }
    }
    fewest.get(symbols.len()).copied().unwrap_or(0)
}
