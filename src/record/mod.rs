//! The record: everything that is stored of an account, in one text.
//!
//! JSON, so that an administrator can read it and a database can look into it.
//! One text, because then one compare-and-swap is enough: live tickets and
//! counters of attempts are in it. It is bound to the account's `id` and
//! `realm`, and holds no password and no code, only what they are compared with.
//!
//! `v` is the version (`version.rs`). A larger one was written by a later release and is
//! refused as that; members that this release does not know are kept as they are.

mod version;

pub(crate) use self::version::RecordSettings;

use self::version::{FIRST, LAST};
use crate::account::{AccountSettings, State};
use crate::budget::Budget;
use crate::code::{Holder, Tickets};
use crate::error::{Error, ErrorKind};
use crate::json::{self, MAX_INTEGER, Value, Writer};
use crate::policy::Subject;
use crate::question::{About, AnswerSet};

/// Bytes of a record with a password and two tickets.
const USUAL_BYTES: usize = 1024;

/// What is stored of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Record {
    id: String,
    realm: String,
    /// Rises with every text that is to be stored.
    revision: u64,
    /// Rises with every change of the password: what was issued before is worth nothing after.
    epoch: u64,
    /// The stored string, where there is a password.
    hash: Option<String>,
    /// When the password was set, in seconds since 1970.
    set_at: u64,
    pub(crate) state: State,
    pub(crate) tickets: Tickets,
    pub(crate) questions: Questions,
    /// Members that a later release added, with their JSON.
    others: Vec<(String, String)>,
}

/// What is stored of security questions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Questions {
    pub(crate) answers: Option<AnswerSet>,
    /// Ids of those that were asked, until they are answered.
    pub(crate) asked: Vec<String>,
    /// Attempts to answer. New answers bring no new ones.
    pub(crate) budget: Budget,
}

impl Questions {
    fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        object.only_of_this_release(&["set", "asked", "budget"])?;
        let answers = object
            .take("set")
            .map(|set| AnswerSet::read(&set))
            .transpose()?;
        let asked = match object.take("asked") {
            Some(asked) => asked
                .array()?
                .iter()
                .map(Value::string)
                .collect::<Result<_, _>>()?,
            None => Vec::new(),
        };
        let budget = object
            .take("budget")
            .map(|budget| Budget::read(&budget))
            .transpose()?;
        Ok(Self {
            answers,
            asked,
            budget: budget.unwrap_or_default(),
        })
    }

    fn write(&self, json: &mut Writer) {
        if *self == Self::default() {
            return;
        }
        json.nested("questions", |json| {
            if let Some(answers) = &self.answers {
                json.nested("set", |json| answers.write(json));
            }
            if !self.asked.is_empty() {
                json.strings("asked", self.asked.iter().map(|id| &**id));
            }
            self.budget.write("budget", json);
        });
    }
}

impl Record {
    /// An account without a password.
    pub(crate) fn new(subject: &Subject) -> Result<Self, Error> {
        Ok(Self {
            id: id_of(subject)?.to_owned(),
            realm: subject.account.realm.clone(),
            ..Self::default()
        })
    }

    /// Reads the record of `subject`; an empty text is none.
    pub(crate) fn of(text: &[u8], subject: &Subject) -> Result<Option<Self>, Error> {
        if text.is_empty() {
            return Ok(None);
        }
        let record = Self::from_json(text)?;
        let (id, realm) = (id_of(subject)?, &subject.account.realm);
        if record.id != id || record.realm != *realm {
            let reason = "the record belongs to another account or realm than the subject";
            return Err(Error::new(ErrorKind::OtherSubject, reason));
        }
        Ok(Some(record))
    }

    /// Reads a record. Every error names the member.
    pub(crate) fn from_json(text: &[u8]) -> Result<Self, Error> {
        let read = json::parse(text).and_then(|json| Self::read(&json));
        read.map_err(|error| match error.kind() {
            ErrorKind::LaterRelease => error,
            _ => error.of_kind(ErrorKind::Record),
        })
    }

    fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        let version = object.require("v")?;
        if version.integer("v", FIRST..=MAX_INTEGER)? > LAST {
            let later = version.error("written by a later release than this one");
            return Err(later.of_kind(ErrorKind::LaterRelease));
        }
        let (id, realm) = (
            object.require("id")?.string()?,
            object.require("realm")?.string()?,
        );
        let mut number = |key| object.require(key)?.integer(key, 0..=MAX_INTEGER);
        let (revision, epoch) = (number("revision")?, number("epoch")?);
        let hash = object.take("hash").map(|hash| hash.string()).transpose()?;
        let set_at = match object.take("set_at") {
            Some(value) => value.integer("set_at", 0..=MAX_INTEGER)?,
            None => 0,
        };
        let state = State::take(&mut object)?;
        let tickets = Tickets::take(&mut object)?;
        let questions = object
            .take("questions")
            .map(|questions| Questions::read(&questions))
            .transpose()?;
        let others = object.into_members().into_iter();
        Ok(Self {
            id,
            realm,
            revision,
            epoch,
            hash,
            set_at,
            state,
            tickets,
            questions: questions.unwrap_or_default(),
            others: others
                .map(|(key, value)| (key, value.text().to_owned()))
                .collect(),
        })
    }

    /// The text to store.
    fn to_json(&self) -> String {
        Writer::object_of(USUAL_BYTES, |json| {
            json.unsigned("v", LAST);
            json.string("id", &self.id);
            json.string("realm", &self.realm);
            json.unsigned("revision", self.revision);
            json.unsigned("epoch", self.epoch);
            if let Some(hash) = &self.hash {
                json.string("hash", hash);
            }
            if self.hash.is_some() || self.set_at > 0 {
                json.unsigned("set_at", self.set_at);
            }
            self.state.write(json);
            self.tickets.write(json);
            self.questions.write(json);
            for (key, text) in &self.others {
                json.raw(key, text);
            }
        })
    }

    /// The text to store, where it is not what was read.
    pub(crate) fn changed_from(self, before: Option<&Self>) -> Option<String> {
        (before != Some(&self)).then(|| self.rewritten())
    }

    /// The text to store, with another revision even where nothing else is
    /// other: of all who read the text before, one can swap it.
    pub(crate) fn rewritten(mut self) -> String {
        self.revision = next(self.revision);
        self.to_json()
    }

    /// The stored string of the password, where there is one.
    pub(crate) fn hash(&self) -> Option<&str> {
        self.hash.as_deref()
    }

    /// When the password was set, in seconds since 1970.
    pub(crate) const fn set_at(&self) -> u64 {
        self.set_at
    }

    /// Sets another password. Whatever was issued for the one before ends, and
    /// that is remembered as long as the settings say.
    pub(crate) fn set_hash(&mut self, settings: &AccountSettings, hash: &str, now: u64) {
        if let Some(former) = self.hash.replace(hash.to_owned()) {
            self.state.remember(settings, former, self.set_at);
        }
        self.set_at = now;
        self.epoch = next(self.epoch);
    }

    /// Puts another string of the same password in place of the one that is stored.
    pub(crate) fn replace_hash(&mut self, hash: &str) {
        self.hash = Some(hash.to_owned());
    }

    /// Forgets what failed at codes and answers.
    pub(crate) fn forgive(&mut self) {
        self.tickets.forgive();
        self.questions.budget.succeed();
    }

    /// Whether `text` is the record of an account, whoever's; what is no record is an error.
    pub(crate) fn exists(text: &[u8]) -> Result<bool, Error> {
        if text.is_empty() {
            return Ok(false);
        }
        Self::from_json(text).map(|_| true)
    }

    /// The account as its answers see it.
    pub(crate) fn about<'a>(&'a self, subject: &'a Subject) -> About<'a> {
        let account = &subject.account;
        About {
            id: &self.id,
            realm: &self.realm,
            login_id: account.login_id.as_deref(),
            email: account.email.as_deref(),
            password_hash: self.hash.as_deref(),
        }
    }

    /// The account as its tickets see it, reached as `subject` says.
    pub(crate) fn holder<'h>(&self, subject: &'h Subject) -> Holder<'h> {
        let account = &subject.account;
        Holder {
            realm: &account.realm,
            id: account.id.as_deref().unwrap_or_default(),
            epoch: self.epoch,
            email: account.email.as_deref(),
            phone: account.phone.as_deref(),
        }
    }
}

/// Another number, which every reader of a record takes exactly.
const fn next(number: u64) -> u64 {
    if number < MAX_INTEGER { number + 1 } else { 0 }
}

fn id_of(subject: &Subject) -> Result<&str, Error> {
    let id = subject.account.id.as_deref().filter(|id| !id.is_empty());
    id.ok_or_else(|| {
        let reason = "the subject needs an id that never changes: records are bound to it";
        Error::new(ErrorKind::Subject, reason)
    })
}

#[cfg(test)]
mod tests;
