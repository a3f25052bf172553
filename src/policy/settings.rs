//! A policy from JSON, and back.

use super::characters::Set;
use super::context::Context;
use super::profile::PolicyProfile;
use super::rules::{MOST, RULES, Row, Rule, Setting};
use crate::error::Error;
use crate::json::{Object, Value, Writer};

/// By place in the table of rules; `None` for a rule that is off.
type Bounds = [Option<u32>; RULES.len()];

/// What may be a new password. Immutable, and valid by construction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    bounds: Bounds,
    pub(super) allowed: Set,
    pub(super) disallowed: Set,
    pub(super) sequence_wraps: bool,
    pub(super) context: Option<Context>,
    /// Other bounds for candidates of up to so many characters, the shortest first.
    by_length: Vec<(u32, Bounds)>,
}

impl Default for Policy {
    /// That of the first profile.
    fn default() -> Self {
        PolicyProfile::default().policy()
    }
}

impl Policy {
    /// No rule but the two that are always on.
    pub(super) fn empty() -> Self {
        Self {
            bounds: [None; RULES.len()],
            allowed: Set::default(),
            disallowed: Set::default(),
            sequence_wraps: false,
            context: None,
            by_length: Vec::new(),
        }
    }

    /// The same with one more bound.
    pub(super) fn with(mut self, rule: Rule, bound: u32) -> Self {
        if let Some(place) = self.bounds.get_mut(rule.place()) {
            *place = Some(bound);
        }
        self
    }

    /// The bound of a rule, where it is on.
    #[must_use]
    pub fn bound(&self, rule: Rule) -> Option<u32> {
        self.bounds.get(rule.place()).copied().flatten()
    }

    /// Every rule that is on for a candidate of so many characters, with its bound.
    pub(super) fn bounds_for(&self, length: u32) -> impl Iterator<Item = (&'static Row, u32)> {
        let special = self.by_length.iter().find(|(most, _)| length <= *most);
        let special = special.map_or(&[None; RULES.len()], |(_, bounds)| bounds);
        let bounds = special.iter().zip(&self.bounds);
        let bounds = bounds.map(|(special, general)| special.or(*general));
        RULES
            .iter()
            .zip(bounds)
            .filter_map(|(row, bound)| Some((row, bound?)))
    }

    /// Reads a policy: a profile and what differs from it, or rules alone.
    pub(crate) fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        let keys: Vec<&str> = RULES
            .iter()
            .map(|row| row.key)
            .filter(|key| !key.is_empty())
            .collect();
        object.only(&[&keys[..], &["profile", "sequence_wraps", "by_length"]].concat())?;
        let mut policy = match object.take("profile") {
            Some(profile) => PolicyProfile::named(&profile.string()?)
                .ok_or_else(|| {
                    profile.error(format!(
                        "unknown profile; there are {}",
                        PolicyProfile::names()
                    ))
                })?
                .policy(),
            None => Self::empty(),
        };
        read_bounds(&mut object, &mut policy.bounds)?;
        if let Some(set) = read_set(&mut object, "allowed")? {
            policy = policy.with(Rule::NotAllowed, 0);
            policy.allowed = set;
        }
        if let Some(set) = read_set(&mut object, "disallowed")? {
            policy = policy.with(Rule::Disallowed, 0);
            policy.disallowed = set;
        }
        if let Some(wraps) = object.take("sequence_wraps") {
            policy.sequence_wraps = wraps.boolean()?;
            if policy.bound(Rule::Sequence).is_none() {
                return Err(wraps.error("goes with max_sequence, which is not set"));
            }
        }
        if let Some(context) = object.take("context") {
            policy = policy.with(Rule::ContextWord, 0);
            policy.context = Some(Context::read(&context)?);
        }
        if let Some(by_length) = object.take("by_length") {
            policy.by_length = read_by_length(&by_length)?;
        }
        policy.check_possible(json)?;
        Ok(policy)
    }

    /// Refuses what no password, or every one, would fulfil.
    fn check_possible(&self, json: &Value<'_>) -> Result<(), Error> {
        let most = self.bound(Rule::TooLong).unwrap_or(u32::MAX);
        let least = self.bound(Rule::TooShort).unwrap_or(0);
        if least > most {
            return Err(json.error(format!("min_length {least} is over max_length {most}")));
        }
        let needs = [
            Rule::TooFewLower,
            Rule::TooFewUpper,
            Rule::TooFewDigits,
            Rule::TooFewSymbols,
        ];
        let needed: u64 = needs
            .iter()
            .filter_map(|rule| self.bound(*rule))
            .map(u64::from)
            .sum();
        if needed > u64::from(most) {
            return Err(json.error(format!(
                "the classes need {needed} characters, more than max_length {most}"
            )));
        }
        for rule in [
            Rule::TooFewLetters,
            Rule::TooFewClasses,
            Rule::TooFewDistinct,
        ] {
            if let Some(bound) = self.bound(rule).filter(|bound| *bound > most) {
                return Err(json.error(format!(
                    "{} asks for {bound} characters, more than max_length {most}",
                    rule.name()
                )));
            }
        }
        Ok(())
    }

    /// As a configuration writes it.
    pub(crate) fn write(&self, json: &mut Writer) {
        write_bounds(json, &self.bounds);
        for (key, set) in [("allowed", &self.allowed), ("disallowed", &self.disallowed)] {
            if !set.is_empty() {
                json.string(key, &set.text());
            }
        }
        if self.sequence_wraps {
            json.boolean("sequence_wraps", true);
        }
        if let Some(context) = &self.context {
            json.nested("context", |json| context.write(json));
        }
        if !self.by_length.is_empty() {
            json.objects("by_length", &self.by_length, |json, (most, bounds)| {
                json.integer("up_to", *most);
                write_bounds(json, bounds);
            });
        }
    }
}

/// Characters in one string, each once.
fn read_set(object: &mut Object<'_>, key: &str) -> Result<Option<Set>, Error> {
    let Some(value) = object.take(key) else {
        return Ok(None);
    };
    let set = Set::of(&value.string()?);
    let set = set.ok_or_else(|| value.error("a character stands twice"))?;
    if set.is_empty() {
        return Err(value.error("has to name a character; leave it out to name none"));
    }
    Ok(Some(set))
}

fn read_bounds(object: &mut Object<'_>, bounds: &mut Bounds) -> Result<(), Error> {
    for (row, bound) in RULES.iter().zip(bounds) {
        match row.setting {
            Setting::AtLeast(most) | Setting::AtMost(most) => {
                if let Some(value) = object.take(row.key) {
                    let number = value.integer(row.key, 1..=u64::from(most))?;
                    *bound = u32::try_from(number).ok();
                }
            }
            Setting::Forbids => {
                if let Some(value) = object.take(row.key) {
                    *bound = value.boolean()?.then_some(0);
                }
            }
            Setting::Other => {}
        }
    }
    Ok(())
}

fn write_bounds(json: &mut Writer, bounds: &Bounds) {
    for (row, bound) in RULES.iter().zip(bounds) {
        match (row.setting, bound) {
            (Setting::AtLeast(_) | Setting::AtMost(_), Some(bound)) => {
                json.integer(row.key, *bound)
            }
            (Setting::Forbids, Some(_)) => json.boolean(row.key, true),
            _ => {}
        }
    }
}

/// `[{"up_to":11,"min_classes":3}, ...]`, the shortest first.
fn read_by_length(json: &Value<'_>) -> Result<Vec<(u32, Bounds)>, Error> {
    let mut all: Vec<(u32, Bounds)> = Vec::new();
    let keys = RULES
        .iter()
        .filter(|row| !matches!(row.setting, Setting::Other));
    let keys: Vec<&str> = keys.map(|row| row.key).chain(["up_to"]).collect();
    for item in json.array()? {
        let mut object = item.object()?;
        object.only(&keys)?;
        let up_to = object.require("up_to")?;
        let most = up_to.integer("up_to", 1..=u64::from(MOST))?;
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        if all.last().is_some_and(|(last, _)| most <= *last) {
            return Err(up_to.error("has to be larger than the one before"));
        }
        let mut bounds = [None; RULES.len()];
        read_bounds(&mut object, &mut bounds)?;
        if bounds.iter().all(Option::is_none) {
            return Err(item.error("has to set a rule"));
        }
        all.push((most, bounds));
    }
    Ok(all)
}
