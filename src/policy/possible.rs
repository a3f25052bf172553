//! Whether a policy leaves a password that fulfils it.

use super::characters::Set;
use super::properties::{Class, Properties};
use super::rules::Rule;
use super::settings::Policy;
use crate::error::Error;
use crate::json::Value;

/// Refuses what no password would fulfil, and what never comes to bear.
pub(super) fn check(policy: &Policy, json: &Value<'_>) -> Result<(), Error> {
    let bound = |rule| policy.bound(rule);
    let most = bound(Rule::TooLong).unwrap_or(u32::MAX);
    let least = bound(Rule::TooShort).unwrap_or(0);
    if least > most {
        return Err(json.error(format!("min_length {least} is over max_length {most}")));
    }
    if bound(Rule::TooFewPoints).is_some() && policy.context.is_none() {
        return Err(json.error("min_points goes with context, which says what words are known"));
    }
    let available = Available::of(policy);
    available.check(policy, json)?;
    let mut before = 0;
    for (at, up_to) in policy.by_length().enumerate() {
        let error = |reason: String| json.error(format!("by_length[{at}]: {reason}"));
        if before >= most {
            return Err(error(format!(
                "no password is that long, max_length is {most}"
            )));
        }
        if up_to < least {
            return Err(error(format!(
                "no password is that short, min_length is {least}"
            )));
        }
        check_length(policy, up_to.min(most), &available).map_err(error)?;
        before = up_to;
    }
    if before < most {
        check_length(policy, most, &available).map_err(|reason| json.error(reason))?;
    }
    Ok(())
}

/// The characters that may be there, where the policy names them.
struct Available(Option<Vec<char>>);

impl Available {
    fn of(policy: &Policy) -> Self {
        let may = |c: &char| {
            let is_space = policy.bound(Rule::Whitespace).is_some() && c.is_whitespace();
            !policy.disallowed.contains(*c) && !is_space
        };
        let is_limited = !policy.allowed.is_empty();
        Self(is_limited.then(|| policy.allowed.each().filter(may).collect()))
    }

    /// How many there are of a kind.
    fn count(&self, is: impl Fn(Class) -> bool) -> u32 {
        let Some(characters) = &self.0 else {
            return u32::MAX;
        };
        let of_kind = characters
            .iter()
            .filter(|c| is(Properties::of(**c).class()));
        u32::try_from(of_kind.count()).unwrap_or(u32::MAX)
    }

    fn check(&self, policy: &Policy, json: &Value<'_>) -> Result<(), Error> {
        if self.count(|_| true) == 0 {
            return Err(json.error("of the allowed characters none is left"));
        }
        let may = |c: char| match &self.0 {
            Some(characters) => characters.contains(&c),
            None => !policy.disallowed.contains(c),
        };
        let is_possible = |set: &Set| set.each().any(may);
        match policy.required.iter().position(|set| !is_possible(set)) {
            Some(at) => {
                let reason = format!("required[{at}]: none of its characters is allowed");
                Err(json.error(reason))
            }
            None => Ok(()),
        }
    }
}

/// Looks for what asks too much of a password of `length` characters, the longest of its kind.
fn check_length(policy: &Policy, length: u32, available: &Available) -> Result<(), String> {
    let bound = |wanted: Rule| {
        let mut bounds = policy.bounds_for(length);
        bounds
            .find(|(row, _)| row.rule == wanted)
            .map(|(_, bound)| bound)
    };
    let is_letter = |class| matches!(class, Class::Lower | Class::Upper | Class::Letter);
    let mut needed = 0_u64;
    for (rule, class) in [
        (Rule::TooFewLower, Class::Lower),
        (Rule::TooFewUpper, Class::Upper),
        (Rule::TooFewDigits, Class::Digit),
        (Rule::TooFewSymbols, Class::Symbol),
    ] {
        if let Some(bound) = bound(rule) {
            needed += u64::from(bound);
            if available.count(|each| each == class) == 0 {
                return Err(format!("{}: no such character is allowed", rule.key()));
            }
        }
    }
    if needed > u64::from(length) {
        return Err(format!(
            "the classes need {needed} characters, more than max_length {length}"
        ));
    }
    for rule in [
        Rule::TooFewLetters,
        Rule::TooFewClasses,
        Rule::TooFewDistinct,
        Rule::TooFewVisible,
        Rule::TooFewPoints,
        Rule::TooSimilar,
    ] {
        if let Some(bound) = bound(rule).filter(|bound| *bound > length) {
            return Err(format!(
                "{} asks for {bound} characters, more than max_length {length}",
                rule.key()
            ));
        }
    }
    if bound(Rule::TooFewLetters).is_some() && available.count(is_letter) == 0 {
        return Err("min_letters: no letter is allowed".to_owned());
    }
    let classes = Class::ALL.into_iter().filter(|class| policy.counts(*class));
    let classes = classes.filter(|class| available.count(|each| each == *class) > 0);
    let classes = u32::try_from(classes.count()).unwrap_or(u32::MAX);
    if let Some(bound) = bound(Rule::TooFewClasses).filter(|bound| *bound > classes) {
        return Err(format!(
            "min_classes is {bound}, and {classes} can be there"
        ));
    }
    let all = available.count(|_| true);
    if let Some(bound) = bound(Rule::TooFewDistinct).filter(|bound| *bound > all) {
        return Err(format!(
            "min_distinct is {bound}, and {all} characters are allowed"
        ));
    }
    if bound(Rule::OnlyDigits).is_some() && available.count(|class| class != Class::Digit) == 0 {
        return Err("no_only_digits: only digits are allowed".to_owned());
    }
    let least = bound(Rule::TooShort).unwrap_or(0);
    if let Some(bytes) = bound(Rule::TooManyBytes).filter(|bytes| *bytes < least) {
        return Err(format!("min_length {least} is over max_bytes {bytes}"));
    }
    let times = bound(Rule::TooManyOccurrences).unwrap_or(u32::MAX);
    if times.saturating_mul(all) < least {
        return Err(format!(
            "max_occurrences {times} of {all} characters make no password of {least}"
        ));
    }
    Ok(())
}
