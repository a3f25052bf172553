//! What a step expects, and what all of them have seen.

use crate::host::Decided;
use saltbox::{Channel, Decision, Effect, ErrorKind, Shown};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What may be asked of an answer, as [`crate::script::Step::then`] writes it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Error(i32),
    Decided(Box<Words>),
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    verdict: String,
    client: String,
    effects: BTreeSet<String>,
    has_record: bool,
    retry_after_s: u64,
    lifetime_s: u64,
    channel: String,
    violations: BTreeSet<String>,
    asks: usize,
    has_lost: bool,
}

impl Expected {
    pub(crate) fn read(then: &str) -> Result<Self, String> {
        let mut words = then.split_whitespace();
        let first = words.next().ok_or("nothing is expected")?;
        if first.starts_with("E_") {
            let kind = ErrorKind::all().find(|kind| kind.name() == format!("SALTBOX_{first}"));
            let kind = kind.ok_or_else(|| format!("there is no error {first}"))?;
            return match words.next() {
                None => Ok(Self::Error(kind.status())),
                Some(more) => Err(format!("{more:?} after an error")),
            };
        }
        let mut read = Words {
            verdict: first.to_owned(),
            client: words.next().unwrap_or_default().to_owned(),
            ..Words::default()
        };
        if !Decision::all().any(|it| it.name() == read.verdict) {
            return Err(format!("there is no verdict {first:?}"));
        }
        if !Shown::ALL.iter().any(|it| it.name() == read.client) {
            return Err(format!("a client is not shown {:?}", read.client));
        }
        for word in words {
            read.take(word)?;
        }
        Ok(Self::Decided(Box::new(read)))
    }

    pub(crate) fn holds(
        &self,
        answer: Result<&Decided, &i32>,
        has_won: bool,
    ) -> Result<(), String> {
        let got = match answer {
            Err(status) => Self::Error(*status),
            Ok(decided) => Self::Decided(Box::new(Words::of(decided, has_won)?)),
        };
        if got == *self {
            return Ok(());
        }
        Err(format!("expected {self}\n       got {got}"))
    }
}

impl Words {
    fn take(&mut self, word: &str) -> Result<(), String> {
        let number = |text: &str| text.parse().map_err(|_| format!("{word:?} has no number"));
        match word.split_once('=') {
            None if word == "record" => self.has_record = true,
            None if Effect::ALL.iter().any(|it| it.name() == word) => {
                self.effects.insert(word.to_owned());
            }
            Some(("retry_after", text)) => self.retry_after_s = number(text)?,
            Some(("lifetime", text)) => self.lifetime_s = number(text)?,
            Some(("asks", text)) => self.asks = number(text)? as usize,
            Some(("channel", name)) => self.channel = name.to_owned(),
            Some(("violation", name)) => {
                self.violations.insert(name.to_owned());
            }
            Some(("swap", "lost")) => self.has_lost = true,
            _ => return Err(format!("{word:?} is nothing that may be expected")),
        }
        Ok(())
    }

    fn of(decided: &Decided, has_won: bool) -> Result<Self, String> {
        let json: Value = serde_json::from_str(&decided.json).map_err(|error| error.to_string())?;
        let name = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
        let violations = json["violations"].as_array().map(Vec::as_slice);
        let violations = violations.unwrap_or_default().iter();
        let violations = violations.map(|it| {
            let name = it["name"].as_str().unwrap_or_default();
            match it["question"].as_str() {
                Some(question) => format!("{question}:{name}"),
                None => name.to_owned(),
            }
        });
        let violations: Vec<String> = violations.collect();
        let count = decided.violations.len() + decided.answer_violations.len();
        let verdict = Decision::all().find(|it| it.code() == decided.verdict);
        let client = Shown::ALL
            .into_iter()
            .find(|it| it.code() == decided.client);
        let (verdict, client) = (verdict.map(Decision::name), client.map(Shown::name));
        let effects = Effect::ALL.into_iter();
        let effects = effects.filter(|it| decided.effects & it.bit() != 0);
        let channel = Channel::ALL.into_iter();
        let channel = channel.filter(|it| it.code() == decided.channel);
        let (name_of_verdict, name_of_client) = (name("verdict"), name("client"));
        if verdict != Some(&name_of_verdict)
            || client != Some(&name_of_client)
            || count != violations.len()
        {
            return Err(format!("numbers and JSON differ: {decided:?}"));
        }
        Ok(Self {
            verdict: name_of_verdict,
            client: name_of_client,
            effects: effects.map(|it| it.name().to_owned()).collect(),
            has_record: decided.record.is_some(),
            retry_after_s: decided.retry_after_s,
            lifetime_s: decided.lifetime_s,
            channel: channel.map(Channel::name).collect(),
            violations: violations.into_iter().collect(),
            asks: decided.questions.len(),
            has_lost: !has_won,
        })
    }
}

/// As a story would write it.
impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = match self {
            Self::Error(status) => {
                let kind = ErrorKind::all().find(|kind| kind.status() == *status);
                let name = kind.map(ErrorKind::name).unwrap_or_default();
                return f.write_str(name.trim_start_matches("SALTBOX_"));
            }
            Self::Decided(words) => words,
        };
        write!(f, "{} {}", words.verdict, words.client)?;
        if words.has_record {
            f.write_str(" record")?;
        }
        for effect in &words.effects {
            write!(f, " {effect}")?;
        }
        for (key, number) in [
            ("retry_after", words.retry_after_s),
            ("lifetime", words.lifetime_s),
            ("asks", words.asks as u64),
        ] {
            if number > 0 {
                write!(f, " {key}={number}")?;
            }
        }
        if !words.channel.is_empty() {
            write!(f, " channel={}", words.channel)?;
        }
        for violation in &words.violations {
            write!(f, " violation={violation}")?;
        }
        if words.has_lost {
            f.write_str(" swap=lost")?;
        }
        Ok(())
    }
}

/// How often something came of a step.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) steps: usize,
    pub(crate) decisions: BTreeMap<u32, usize>,
    pub(crate) shown: BTreeMap<u32, usize>,
    pub(crate) effects: BTreeMap<u32, usize>,
    pub(crate) errors: BTreeMap<i32, usize>,
}

impl Seen {
    pub(crate) fn note(&mut self, answer: Result<&Decided, &i32>) {
        self.steps += 1;
        let decided = match answer {
            Err(status) => {
                *self.errors.entry(*status).or_default() += 1;
                return;
            }
            Ok(decided) => decided,
        };
        *self.decisions.entry(decided.verdict).or_default() += 1;
        *self.shown.entry(decided.client).or_default() += 1;
        for effect in Effect::ALL {
            if decided.effects & effect.bit() != 0 {
                *self.effects.entry(effect.bit()).or_default() += 1;
            }
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.steps += other.steps;
        for (all, more) in [
            (&mut self.decisions, other.decisions),
            (&mut self.shown, other.shown),
            (&mut self.effects, other.effects),
        ] {
            for (number, count) in more {
                *all.entry(number).or_default() += count;
            }
        }
        for (status, count) in other.errors {
            *self.errors.entry(status).or_default() += count;
        }
    }
}
