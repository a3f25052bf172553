//! The `questions` part of a configuration.

use super::normalize::{Fault, normalize};
use super::stored::AnswerSet;
use crate::budget::BudgetSettings;
use crate::error::Error;
use crate::json::{Object, Value, Writer};
use std::ops::RangeInclusive;

/// Questions that may be offered.
const MOST_IN_POOL: usize = 64;

/// Answers of one account.
pub(super) const MOST_ANSWERS: usize = 16;

/// Bytes of the id of a question.
pub(super) const MOST_ID_BYTES: usize = 64;

/// Bytes of the text of a question, and of an answer that it denies.
const MOST_TEXT_BYTES: usize = 256;

/// Answers that one question denies.
const MOST_DENIED: usize = 256;

/// Characters that an answer may be asked to have.
const MOST_LENGTH: usize = 64;

/// What a question asks for: which answers are too common, and whether it is a date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Anything.
    #[default]
    Text,
    /// The name of a person.
    Name,
    /// The name of an animal.
    Pet,
    /// A dish or what it is made of.
    Food,
    /// A colour.
    Color,
    /// A city.
    City,
    /// A team of a sport.
    Team,
    /// A day with its year.
    Date,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Text,
        Self::Name,
        Self::Pet,
        Self::Food,
        Self::Color,
        Self::City,
        Self::Team,
        Self::Date,
    ];

    /// As a configuration names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Name => "name",
            Self::Pet => "pet",
            Self::Food => "food",
            Self::Color => "color",
            Self::City => "city",
            Self::Team => "team",
            Self::Date => "date",
        }
    }
}

/// How a date of three numbers is read whose year is the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DateOrder {
    /// 9/3/2001 is in March.
    #[default]
    DayFirst,
    /// 9/3/2001 is in September.
    MonthFirst,
}

impl DateOrder {
    const ALL: [Self; 2] = [Self::DayFirst, Self::MonthFirst];

    const fn name(self) -> &'static str {
        match self {
            Self::DayFirst => "dmy",
            Self::MonthFirst => "mdy",
        }
    }
}

/// Whether each answer has a hash of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Hashing {
    /// All answers are one secret: nothing tells which of them is right, and
    /// whoever has the hash has to guess all at once.
    #[default]
    Joint,
    /// Some of those asked may be wrong, or some of those set up not asked.
    Separate,
}

impl Hashing {
    const ALL: [Self; 2] = [Self::Joint, Self::Separate];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Joint => "joint",
            Self::Separate => "separate",
        }
    }

    pub(super) fn read(json: &Value<'_>) -> Result<Self, Error> {
        json.one_of(Self::ALL, Self::name)
    }
}

/// A question that may be offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(super) kind: Kind,
    pub(super) order: DateOrder,
    /// Answers that are too common, normalised.
    pub(super) deny: Vec<String>,
}

/// Settings of security answers, valid by construction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QuestionSettings {
    pool: Vec<Question>,
    /// How many answers an account has to set up.
    pub(crate) set_up: usize,
    /// How many of them are asked.
    pub(crate) ask: usize,
    /// How many of those have to be right.
    pub(crate) required: usize,
    pub(crate) hashing: Hashing,
    /// Code points of a normalised answer that is no date.
    pub(super) min_length: usize,
    pub(crate) budget: BudgetSettings,
}

impl QuestionSettings {
    /// The question of an id, where it is still in the pool.
    pub(crate) fn question(&self, id: &str) -> Option<&Question> {
        self.pool.iter().find(|question| question.id == id)
    }

    /// How many questions are asked of an account with these answers: all that are one secret.
    pub(super) fn asked_of(&self, set: &AnswerSet) -> usize {
        match set.hashing() {
            Hashing::Joint => set.ids().count(),
            Hashing::Separate => self.ask,
        }
    }

    /// Hashes that a verification computes, whoever it is for.
    pub(super) const fn computations(&self) -> usize {
        match self.hashing {
            Hashing::Joint => 1,
            Hashing::Separate => self.ask,
        }
    }

    /// Reads the member `questions`.
    pub(crate) fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        object.only(&[
            "pool",
            "set_up",
            "ask",
            "required",
            "hashing",
            "min_length",
            "attempts",
            "window_s",
        ])?;
        let pool = read_pool(&object.require("pool")?)?;
        let most = pool.len().min(MOST_ANSWERS);
        let set_up = read_count(&mut object, "set_up", 1..=most, most.min(3))?;
        let ask = read_count(&mut object, "ask", 1..=set_up, set_up)?;
        let required = read_count(&mut object, "required", 1..=ask, ask)?;
        let hashing = object.take("hashing");
        // Fewer than codes have: answers are guessed more easily.
        let mut budget = BudgetSettings::an_hour(3);
        budget.take(&mut object)?;
        let settings = Self {
            set_up,
            ask,
            required,
            hashing: hashing.map_or(Ok(Hashing::default()), |value| Hashing::read(&value))?,
            min_length: read_count(&mut object, "min_length", 1..=MOST_LENGTH, 3)?,
            pool,
            budget,
        };
        if settings.hashing == Hashing::Joint && required < set_up {
            return Err(hashing.unwrap_or(*json).error(
                "joint hashing makes one secret of all answers, so \"ask\" and \"required\" have to be \"set_up\"; or it is \"separate\"",
            ));
        }
        Ok(settings)
    }

    /// As a configuration writes it.
    pub(crate) fn write(&self, json: &mut Writer) {
        json.objects("pool", &self.pool, |json, question| question.write(json));
        for (key, count) in [
            ("set_up", self.set_up),
            ("ask", self.ask),
            ("required", self.required),
        ] {
            json.integer(key, whole(count));
        }
        json.string("hashing", self.hashing.name());
        json.integer("min_length", whole(self.min_length));
        self.budget.write(json);
    }
}

impl Question {
    #[inline(never)]
    fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        object.only(&["id", "text", "kind", "order", "deny"])?;
        let id = read_id(&object.require("id")?)?;
        let text = read_text(&object.require("text")?)?;
        let kind = object
            .take("kind")
            .map(|kind| kind.one_of(Kind::ALL, Kind::name));
        let kind = kind.transpose()?.unwrap_or_default();
        let order = match object.take("order") {
            Some(order) if kind != Kind::Date => {
                return Err(order.error("goes with the kind \"date\" only"));
            }
            Some(order) => order.one_of(DateOrder::ALL, DateOrder::name)?,
            None => DateOrder::default(),
        };
        let deny = object
            .take("deny")
            .map(|deny| read_deny(&deny, kind, order));
        let deny = deny.transpose()?.unwrap_or_default();
        Ok(Self {
            id,
            text,
            kind,
            order,
            deny,
        })
    }

    fn write(&self, json: &mut Writer) {
        json.string("id", &self.id);
        json.string("text", &self.text);
        json.string("kind", self.kind.name());
        if self.kind == Kind::Date {
            json.string("order", self.order.name());
        }
        if !self.deny.is_empty() {
            json.strings("deny", self.deny.iter().map(|denied| &**denied));
        }
    }
}

fn read_pool(json: &Value<'_>) -> Result<Vec<Question>, Error> {
    let items = json.array()?;
    if !(1..=MOST_IN_POOL).contains(&items.len()) {
        return Err(json.error(format!("has to have 1 to {MOST_IN_POOL} questions")));
    }
    let mut pool: Vec<Question> = Vec::with_capacity(items.len());
    for item in items {
        let question = Question::read(&item)?;
        if pool.iter().any(|known| known.id == question.id) {
            return Err(item.object()?.require("id")?.error("stands twice"));
        }
        pool.push(question);
    }
    Ok(pool)
}

/// Reads the id of a question, which stored records keep.
pub(super) fn read_id(json: &Value<'_>) -> Result<String, Error> {
    let id = json.string()?;
    let is_known = |c: u8| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-');
    if (1..=MOST_ID_BYTES).contains(&id.len()) && id.bytes().all(is_known) {
        return Ok(id);
    }
    Err(json.error(format!(
        "has to be 1 to {MOST_ID_BYTES} of a-z, 0-9, _, . and -"
    )))
}

fn read_text(json: &Value<'_>) -> Result<String, Error> {
    let text = json.string()?;
    if (1..=MOST_TEXT_BYTES).contains(&text.len()) {
        return Ok(text);
    }
    Err(json.error(format!("has to have 1 to {MOST_TEXT_BYTES} bytes")))
}

fn read_deny(json: &Value<'_>, kind: Kind, order: DateOrder) -> Result<Vec<String>, Error> {
    let items = json.array()?;
    if items.len() > MOST_DENIED {
        return Err(json.error(format!("may have at most {MOST_DENIED} answers")));
    }
    let mut denied = Vec::with_capacity(items.len());
    for item in items {
        match normalize(kind, order, read_text(&item)?.as_bytes()) {
            Ok(mut normal) => denied.push(std::mem::take(&mut *normal)),
            Err(Fault::NotADate) => {
                return Err(item.error("has to be a date, such as 2001-03-09"));
            }
            Err(_) => return Err(item.error("has to have a letter or digit, or no answer is it")),
        }
    }
    Ok(denied)
}

fn read_count(
    object: &mut Object<'_>,
    key: &'static str,
    range: RangeInclusive<usize>,
    default: usize,
) -> Result<usize, Error> {
    let Some(value) = object.take(key) else {
        return Ok(default);
    };
    let count = value.integer(key, *range.start() as u64..=*range.end() as u64)?;
    Ok(usize::try_from(count).unwrap_or(*range.end()))
}

fn whole(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
