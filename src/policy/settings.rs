//! A policy from JSON, and back.

use super::blocklist::{Blocklist, ListKind, Listed, Lists};
use super::characters::Set;
use super::context::{Context, WordKind};
use super::numbers::Numbers;
use super::possible::{self, Fault};
use super::profile::PolicyProfile;
use super::rules::{MOST, RULES, Row, Rule, Setting};
use crate::error::{Error, ErrorKind};
use crate::json::{Object, Value, Writer};
use crate::text::{self, Class};

/// By place in the table of rules; `None` for a rule that is off.
pub(super) type Bounds = [Option<u32>; RULES.len()];

/// What may be a new password. Immutable, and valid by construction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    bounds: Bounds,
    /// Sets of which each has to be there with a character.
    pub(super) required: Vec<Set>,
    pub(super) allowed: Set,
    pub(super) disallowed: Set,
    /// The classes that `min_classes` counts.
    classes: Vec<Class>,
    pub(super) forbidden_numbers: Option<Numbers>,
    pub(super) sequence_wraps: bool,
    pub(super) context: Option<Context>,
    blocklist: Option<Lists>,
    /// Whether the strength is estimated where no rule needs it.
    pub(super) strength: bool,
    /// Other bounds for candidates of up to so many characters, the shortest first.
    pub(super) by_length: Vec<(u32, Bounds)>,
}

impl Default for Policy {
    /// That of the first profile.
    fn default() -> Self {
        PolicyProfile::default().policy()
    }
}

impl Policy {
    /// No rule but those that are always on: an empty password is none.
    pub(super) fn empty() -> Self {
        let policy = Self {
            bounds: [None; RULES.len()],
            required: Vec::new(),
            allowed: Set::default(),
            disallowed: Set::default(),
            classes: Class::ALL.to_vec(),
            forbidden_numbers: None,
            sequence_wraps: false,
            context: None,
            blocklist: None,
            strength: cfg!(feature = "strength"),
            by_length: Vec::new(),
        };
        let policy = policy.with(Rule::TooShort, 1);
        policy.with(Rule::SameAsOld, 0)
    }

    /// The same with one more bound.
    pub(super) fn with(mut self, rule: Rule, bound: u32) -> Self {
        if let Some(place) = self.bounds.get_mut(rule.place()) {
            *place = Some(bound);
        }
        self
    }

    /// The same with words of this user and the service looked for.
    pub(super) fn with_context(self, context: Context) -> Self {
        let mut policy = self.with(Rule::ContextWord, 0);
        policy.context = Some(context);
        policy
    }

    /// The same with these lists looked in, and no other.
    fn with_lists(mut self, lists: Option<Lists>) -> Self {
        if let Some(place) = self.bounds.get_mut(Rule::Blocklisted.place()) {
            *place = lists.as_ref().map(|_| 0);
        }
        self.blocklist = lists;
        self
    }

    /// Whether `min_classes` counts this class.
    pub(super) fn counts(&self, class: Class) -> bool {
        self.classes.contains(&class)
    }

    /// Whether words of a kind are looked for inside of the password (`true`)
    /// or as the whole of it (`false`); `None` where they are not.
    #[must_use]
    pub fn contains_words(&self, kind: WordKind) -> Option<bool> {
        self.context.as_ref()?.contains(kind)
    }

    /// The bound of a rule, where it is on.
    #[must_use]
    pub fn bound(&self, rule: Rule) -> Option<u32> {
        self.bounds.get(rule.place()).copied().flatten()
    }

    /// How many words of the service are looked for.
    pub(crate) fn service_words(&self) -> usize {
        self.context.as_ref().map_or(0, Context::service_words)
    }

    /// Whether candidates are looked up in a list of this kind.
    #[must_use]
    pub fn has_blocklist(&self, kind: ListKind) -> bool {
        self.blocklist.as_ref().is_some_and(|lists| lists.has(kind))
    }

    /// Attaches the list that `blocklist.outside` asks for.
    pub(crate) fn attach_blocklist(&mut self, list: Blocklist) -> Result<(), Error> {
        match &mut self.blocklist {
            Some(lists) => lists.attach(list),
            None => Err(Error::new(
                ErrorKind::Config,
                "policy.blocklist is not set, so nothing would be looked up in this list",
            )),
        }
    }

    /// The list that is attached.
    #[must_use]
    pub fn attached_blocklist(&self) -> Option<&Blocklist> {
        self.blocklist.as_ref()?.attached()
    }

    /// Whether the list that `blocklist.outside` asks for is attached.
    pub(crate) fn check_blocklist(&self) -> Result<(), Error> {
        self.blocklist.as_ref().map_or(Ok(()), Lists::check)
    }

    /// The lists that have a candidate, as received or prepared.
    pub(super) fn find_listed(&self, received: &str, prepared: &str) -> Listed {
        let lists = self.blocklist.as_ref();
        lists.map_or(Listed::default(), |lists| lists.find(received, prepared))
    }

    /// Whether a rule is on, for candidates of any length or of some.
    pub(crate) fn has(&self, rule: Rule) -> bool {
        let by_length = self.by_length.iter().map(|(_, bounds)| bounds);
        let mut all = by_length.chain([&self.bounds]);
        all.any(|bounds| bounds.get(rule.place()).copied().flatten().is_some())
    }

    /// The bound of a rule for a candidate of so many characters, where it is on for such.
    pub(crate) fn bound_at(&self, rule: Rule, length: u32) -> Option<u32> {
        let mut bounds = self.bounds_for(length);
        bounds
            .find(|(row, _)| row.rule == rule)
            .map(|(_, bound)| bound)
    }

    /// The characters that `allowed` or `disallowed` names.
    pub(crate) fn characters(&self, rule: Rule) -> impl Iterator<Item = char> {
        let set = match rule {
            Rule::NotAllowed => Some(&self.allowed),
            Rule::Disallowed => Some(&self.disallowed),
            _ => None,
        };
        set.into_iter().flat_map(Set::each)
    }

    /// Whether a candidate of so many characters is neither too short nor too long.
    pub(crate) fn accepts_length(&self, length: u32) -> bool {
        self.bounds_for(length).all(|(row, bound)| match row.rule {
            Rule::TooShort => length >= bound,
            Rule::TooLong => length <= bound,
            _ => true,
        })
    }

    /// Whether the strength of a candidate is estimated: unless `"strength": false`
    /// says that it is not, and wherever a score is asked for.
    #[must_use]
    pub fn estimates_strength(&self) -> bool {
        self.strength || self.has(Rule::TooWeak)
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
        let others = [
            "profile",
            "classes",
            "sequence_wraps",
            "strength",
            "by_length",
        ];
        object.only(&[&keys[..], &others].concat())?;
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
        read_bounds(&mut object, &mut policy.bounds, true)?;
        let mut goes_with = Vec::new();
        if let Some(sets) = object.take("required") {
            policy = policy.with(Rule::MissingRequired, 0);
            policy.required = read_sets(&sets)?;
        }
        if let Some(classes) = object.take("classes") {
            policy.classes = read_classes(&classes)?;
            goes_with.push((classes, Rule::TooFewClasses));
        }
        if let Some(numbers) = object.take("forbidden_numbers") {
            policy = policy.with(Rule::ForbiddenNumber, 0);
            policy.forbidden_numbers = Some(Numbers::read(&numbers)?);
        }
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
            goes_with.push((wraps, Rule::Sequence));
        }
        if let Some(context) = object.take("context") {
            policy = policy.with_context(Context::read(&context)?);
        }
        if let Some(lists) = object.take("blocklist") {
            policy = policy.with_lists(Lists::read(&lists)?);
        }
        if let Some(strength) = object.take("strength") {
            policy.strength = strength.boolean()?;
            if policy.strength {
                needs_estimator(&strength)?;
            }
        }
        if let Some(by_length) = object.take("by_length") {
            policy.by_length = read_by_length(&by_length)?;
        }
        for (value, rule) in goes_with {
            if !policy.has(rule) {
                return Err(value.error(format!("goes with {}, which is not set", rule.key())));
            }
        }
        possible::check(&policy).map_err(|fault| place(json, &fault).error(fault.reason))?;
        Ok(policy)
    }

    /// Writes the sets of characters.
    pub(super) fn write_sets(&self, json: &mut Writer) {
        if !self.required.is_empty() {
            let sets: Vec<String> = self.required.iter().map(Set::text).collect();
            json.strings("required", sets.iter().map(|set| &**set));
        }
        for (key, set) in [("allowed", &self.allowed), ("disallowed", &self.disallowed)] {
            if !set.is_empty() {
                json.string(key, &set.text());
            }
        }
    }

    /// As a configuration writes it.
    pub(crate) fn write(&self, json: &mut Writer) {
        write_bounds(json, &self.bounds);
        if self.classes != Class::ALL {
            json.strings("classes", self.classes.iter().map(|class| class.name()));
        }
        self.write_sets(json);
        if let Some(numbers) = &self.forbidden_numbers {
            json.nested("forbidden_numbers", |json| numbers.write(json));
        }
        if self.sequence_wraps {
            json.boolean("sequence_wraps", true);
        }
        if let Some(context) = &self.context {
            json.nested("context", |json| context.write(json));
        }
        if let Some(lists) = &self.blocklist {
            json.nested("blocklist", |json| lists.write(json));
        }
        if cfg!(feature = "strength") {
            json.boolean("strength", self.strength);
        }
        if !self.by_length.is_empty() {
            json.objects("by_length", &self.by_length, |json, (most, bounds)| {
                json.integer("up_to", *most);
                write_bounds(json, bounds);
            });
        }
    }
}

/// The member at fault, as far as it stands in the JSON: a profile may have set it.
fn place<'a>(json: &Value<'a>, fault: &Fault) -> Value<'a> {
    let member = |value: &Value<'a>, key: &str| value.object().ok()?.take(key);
    let band = fault.band.and_then(|at| {
        let bands = member(json, "by_length")?.array().ok()?;
        bands.into_iter().nth(at)
    });
    let whole = band.unwrap_or(*json);
    member(&whole, fault.key).unwrap_or(whole)
}

/// Refuses a member that this build has no estimator for.
fn needs_estimator(value: &Value<'_>) -> Result<(), Error> {
    if cfg!(feature = "strength") {
        return Ok(());
    }
    Err(value.error(
        "needs the strength estimator: build saltbox with its feature \"strength\", or leave this out",
    ))
}

fn read_set(object: &mut Object<'_>, key: &str) -> Result<Option<Set>, Error> {
    object.take(key).map(|value| set_of(&value)).transpose()
}

/// Characters in one string, each once.
fn set_of(value: &Value<'_>) -> Result<Set, Error> {
    let set = Set::of(&value.string()?);
    let set = set.ok_or_else(|| value.error("a character stands twice"))?;
    if set.is_empty() {
        return Err(value.error("has to name a character; leave it out to name none"));
    }
    // What passwords are prepared to is compared, so the others would never be there.
    let changes = |c: &char| {
        let text = c.to_string();
        text::with_prepared(text.as_bytes(), |prepared| prepared != Ok(&*text))
    };
    let other = set.each().find(changes);
    match other {
        Some(c) => Err(value.error(format!(
            "U+{:04X} is prepared to another character; name that one",
            u32::from(c)
        ))),
        None => Ok(set),
    }
}

/// As many sets may be required: a password has to be looked through for each.
const MOST_SETS: usize = 16;

fn read_sets(json: &Value<'_>) -> Result<Vec<Set>, Error> {
    let mut sets = Vec::new();
    for item in json.array()? {
        let set = set_of(&item)?;
        if sets.contains(&set) {
            return Err(item.error("is the same as one before it"));
        }
        if sets.len() == MOST_SETS {
            return Err(item.error(format!("at most {MOST_SETS} sets")));
        }
        sets.push(set);
    }
    if sets.is_empty() {
        return Err(json.error("has to have a set; leave it out for none"));
    }
    Ok(sets)
}

fn read_classes(json: &Value<'_>) -> Result<Vec<Class>, Error> {
    let mut classes = Vec::new();
    for item in json.array()? {
        let class = item.one_of(Class::ALL, Class::name)?;
        if classes.contains(&class) {
            return Err(item.error("stands twice"));
        }
        classes.push(class);
    }
    let named = Class::ALL
        .into_iter()
        .filter(|class| classes.contains(class));
    Ok(named.collect())
}

/// With `may_be_off`, `false` switches off what a profile has on.
fn read_bounds(
    object: &mut Object<'_>,
    bounds: &mut Bounds,
    may_be_off: bool,
) -> Result<(), Error> {
    for (row, bound) in RULES.iter().zip(bounds) {
        match row.setting {
            Setting::AtLeast(most) | Setting::AtMost(most) => {
                if let Some(value) = object.take(row.key) {
                    if row.rule == Rule::TooWeak {
                        needs_estimator(&value)?;
                    }
                    let number = value.integer(row.key, 1..=u64::from(most))?;
                    *bound = u32::try_from(number).ok();
                }
            }
            Setting::Forbids => {
                if let Some(value) = object.take(row.key) {
                    *bound = value.boolean()?.then_some(0);
                    if bound.is_none() && !may_be_off {
                        return Err(
                            value.error("can be true only: what is on is on for all lengths")
                        );
                    }
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
    let items = json.array()?;
    if items.is_empty() {
        return Err(json.error("has to have an item; leave it out for none"));
    }
    for item in items {
        let mut object = item.object()?;
        object.only(&keys)?;
        let up_to = object.require("up_to")?;
        let most = up_to.integer("up_to", 1..=u64::from(MOST))?;
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        if all.last().is_some_and(|(last, _)| most <= *last) {
            return Err(up_to.error("has to be larger than the one before"));
        }
        let mut bounds = [None; RULES.len()];
        read_bounds(&mut object, &mut bounds, false)?;
        if bounds.iter().all(Option::is_none) {
            return Err(item.error("has to set a rule"));
        }
        all.push((most, bounds));
    }
    Ok(all)
}
