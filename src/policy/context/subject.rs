//! What is known of the user whose password it is to be.

use super::WordKind;
use super::fold::Folded;
use super::words::Words;
use crate::error::{Bound, Error, ErrorKind};
use crate::json::{self, Object, Value};
#[cfg(feature = "strength")]
use crate::policy::strength::known_words;
use crate::text::Properties;
use std::collections::HashSet;
use std::fmt;

/// What is known of the user: whose account it is, where codes go, and words to look for in a password.
#[derive(Clone, Default)]
pub struct Subject {
    pub(crate) account: Account,
    pub(super) words: Words,
    /// As the strength estimator reads them, in the order in which they came.
    #[cfg(feature = "strength")]
    known: Vec<Vec<u16>>,
}

/// Whose account it is and how it is reached. What is not said is `None` or false.
#[derive(Clone, Default)]
pub(crate) struct Account {
    pub(crate) id: Option<String>,
    pub(crate) realm: String,
    pub(crate) login_id: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) email_verified: bool,
    pub(crate) phone: Option<String>,
    pub(crate) phone_verified: bool,
    pub(crate) status: AccountStatus,
    /// Whether the user has another factor; `None` where the host does not say.
    pub(crate) mfa_enrolled: Option<bool>,
}

/// How the host says that the account stands, in the words of Descope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AccountStatus {
    #[default]
    Enabled,
    /// Nobody signs in.
    Disabled,
    /// The user has not accepted yet.
    Invited,
    /// The password has to be replaced.
    Expired,
}

impl Subject {
    /// Whether there are addresses, and nobody has verified any.
    pub(crate) fn is_to_be_verified(&self) -> bool {
        let account = &self.account;
        let mut addresses = [&account.email, &account.phone].into_iter().flatten();
        let is_reached = addresses.any(|address| !address.is_empty());
        is_reached && !account.email_verified && !account.phone_verified
    }
}

impl AccountStatus {
    const ALL: [(Self, &str); 4] = [
        (Self::Enabled, "enabled"),
        (Self::Disabled, "disabled"),
        (Self::Invited, "invited"),
        (Self::Expired, "expired"),
    ];

    fn read(json: &Value<'_>) -> Result<Self, Error> {
        let (status, _) = json.one_of(Self::ALL, |(_, name)| name)?;
        Ok(status)
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject")
            .field("words", &self.words.count)
            .finish()
    }
}

/// Everything that a subject may have.
const MEMBERS: [&str; 10] = [
    "id",
    "realm",
    "login_id",
    "email",
    "email_verified",
    "phone",
    "phone_verified",
    "status",
    "mfa_enrolled",
    "words",
];

/// As many words a user may bring, and as many parts of words are looked for: time is bounded by it.
const MOST_WORDS: usize = 128;

/// Shorter parts of words say nothing.
const LEAST_OF_A_PART: usize = 3;

impl Subject {
    /// Reads a subject, every member of which is optional.
    ///
    /// ```json
    /// {"id":"u-17","realm":"acme","login_id":"ada","email":"ada@example.com","email_verified":true,
    ///  "phone":"+4670...","phone_verified":false,"words":["Lovelace"],"status":"enabled","mfa_enrolled":false}
    /// ```
    ///
    /// A [check](crate::Saltbox::check) looks at `login_id`, `email` and up to 128
    /// `words`. `id` and `realm` say whose account it is: what is stored of it is
    /// bound to both. Codes go to `email` and `phone`, as the host has them stored, and for a
    /// reset only where the host has verified that they are the user's. `status` is
    /// `enabled`, `disabled`, `invited` or `expired`; `expired` is the host's word: take it back when a password
    /// was set. `mfa_enrolled` says whether the user has another
    /// factor: a [reset](crate::Saltbox::reset) may give a session only where it is `false`, and absent it counts as
    /// `true`. No other flow looks at it, as none gives more than a first factor.
    ///
    /// Of a word its first 64 characters are compared, of the parts of words
    /// (what stands between characters that are neither letter nor digit) the first 128.
    /// The strength estimator knows the first 100 words, the policy's included.
    ///
    /// # Errors
    /// [`ErrorKind::Subject`] with path and offset.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        let read = json::parse(json).and_then(|json| {
            let mut object = json.object()?;
            object.only(&MEMBERS)?;
            Self::read(&mut object)
        });
        // A member that a subject does not have may be the user's own words.
        let is_index = |index: &str| index.bytes().all(|byte| byte.is_ascii_digit());
        let is_known = |path: &str| {
            let word = path
                .strip_prefix("words[")
                .and_then(|path| path.strip_suffix(']'));
            MEMBERS.contains(&path) || word.is_some_and(is_index)
        };
        read.map_err(|error| match error.path() {
            Some(path) if !is_known(path) => error.off_path().of_kind(ErrorKind::Subject),
            _ => error.of_kind(ErrorKind::Subject),
        })
    }

    #[cfg(feature = "strength")]
    pub(in crate::policy) fn known_words(&self) -> &[Vec<u16>] {
        &self.known
    }

    fn read(object: &mut Object<'_>) -> Result<Self, Error> {
        let mut texts: Vec<(WordKind, String)> = Vec::new();
        let account = Account::take(object)?;
        if let Some(login_id) = &account.login_id {
            texts.push((WordKind::LoginId, login_id.clone()));
        }
        if let Some(email) = &account.email {
            let local = email.rsplit_once('@').map(|(local, _)| local.to_owned());
            texts.push((WordKind::Email, email.clone()));
            texts.extend(local.map(|local| (WordKind::Email, local)));
        }
        if let Some(words) = object.take("words") {
            let words = words.array()?;
            if let Some(beyond) = words.get(MOST_WORDS) {
                let bound = Bound::AtMost(MOST_WORDS as u64);
                let (kind, count) = (ErrorKind::Subject, words.len() as u64);
                return Err(beyond.place(Error::out_of_bounds(kind, "words", count, bound)));
            }
            for word in words.iter().map(Value::string) {
                texts.push((WordKind::User, word?));
            }
        }
        let mut subject = Self {
            account,
            ..Self::default()
        };
        let words = texts.iter().map(|(kind, text)| (*kind, &**text, false));
        let parts = texts.iter().flat_map(|(kind, text)| parts(*kind, text));
        let parts = parts
            .take(MOST_WORDS)
            .map(|(kind, part)| (kind, part, true));
        // The same word of the same kind once, so that it is told once.
        let mut known = HashSet::new();
        for (kind, text, is_part) in words.chain(parts) {
            if known.insert((kind.name(), Folded::of(text, false).text())) {
                subject.words.add(kind, text, is_part);
            }
        }
        #[cfg(feature = "strength")]
        {
            subject.known = known_words(texts.iter().map(|(_, text)| &**text));
        }
        Ok(subject)
    }
}

impl Account {
    fn take(object: &mut Object<'_>) -> Result<Self, Error> {
        let mut text = |key: &str| object.take(key).map(|value| value.string()).transpose();
        let (id, realm) = (text("id")?, text("realm")?.unwrap_or_default());
        let (login_id, email, phone) = (text("login_id")?, text("email")?, text("phone")?);
        let status = object
            .take("status")
            .map(|value| AccountStatus::read(&value));
        let status = status.transpose()?.unwrap_or_default();
        let mut said = |key: &str| object.take(key).map(|value| value.boolean()).transpose();
        let mfa_enrolled = said("mfa_enrolled")?;
        let mut flag = |key: &str| said(key).map(Option::unwrap_or_default);
        Ok(Self {
            id,
            realm,
            login_id,
            email,
            email_verified: flag("email_verified")?,
            phone,
            phone_verified: flag("phone_verified")?,
            status,
            mfa_enrolled,
        })
    }
}

/// What stands in `text` between other characters than letters and digits; nothing where that is all of it.
fn parts(kind: WordKind, text: &str) -> impl Iterator<Item = (WordKind, &str)> {
    let parts = text.split(|c: char| {
        let properties = Properties::of(c);
        let is_inside = properties.is_mark() || properties.is_invisible();
        !properties.is_alphanumeric() && !is_inside
    });
    parts
        .filter(move |part| part.len() < text.len() && part.chars().count() >= LEAST_OF_A_PART)
        .map(move |part| (kind, part))
}
