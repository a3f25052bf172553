//! Whether a policy leaves a password that fulfils it.
//!
//! What the numbers of the rules show is looked at, not every rule together
//! with every other one: a policy that passes may still be a hard one.

use super::characters::Set;
use super::rules::{MOST, Rule};
use super::settings::{Bounds, Policy};
use crate::text::{Class, Properties};

/// What no password would fulfil, or what never comes to bear.
pub(super) struct Fault {
    /// Which of `by_length`, where it is one of them.
    pub(super) band: Option<usize>,
    /// The member that asks too much.
    pub(super) key: &'static str,
    pub(super) reason: String,
}

fn fault(key: &'static str, reason: impl Into<String>) -> Fault {
    Fault {
        band: None,
        key,
        reason: reason.into(),
    }
}

/// Looks for what no password would fulfil, and for what never comes to bear.
pub(super) fn check(policy: &Policy) -> Result<(), Fault> {
    if policy.has(Rule::TooFewPoints) && policy.context.is_none() {
        return Err(fault(
            Rule::TooFewPoints.key(),
            "goes with context, which says what words are known",
        ));
    }
    let available = Available::of(policy);
    available.check(policy)?;
    let mut any = false;
    let mut from = 0;
    for (at, (up_to, bounds)) in policy.by_length.iter().enumerate() {
        let in_band = |fault: Fault| Fault {
            band: Some(at),
            ..fault
        };
        check_reach(policy, from..=*up_to, bounds).map_err(in_band)?;
        if let Some(length) = longest(policy, from..=*up_to) {
            any = true;
            check_length(policy, length, &available).map_err(in_band)?;
        }
        from = up_to + 1;
    }
    if let Some(length) = longest(policy, from..=MOST) {
        any = true;
        check_length(policy, length, &available)?;
    }
    if any {
        return Ok(());
    }
    let bound = |rule: Rule| policy.bound(rule).map(|bound| (rule.key(), bound));
    let (_, least) = bound(Rule::TooShort).unwrap_or_default();
    let bounds = [bound(Rule::TooLong), bound(Rule::TooManyBytes)];
    let over = bounds.into_iter().flatten().find(|(_, most)| least > *most);
    Err(match over {
        Some((key, most)) => fault(key, format!("min_length {least} is over {key} {most}")),
        None => fault("by_length", "leaves no length that a password may have"),
    })
}

/// Whether passwords of the lengths of a band come to it at all.
fn check_reach(
    policy: &Policy,
    lengths: std::ops::RangeInclusive<u32>,
    own: &Bounds,
) -> Result<(), Fault> {
    let is_own = |rule: Rule| own.get(rule.place()).copied().flatten().is_some();
    let general = |rule: Rule| policy.bound(rule).filter(|_| !is_own(rule));
    match (general(Rule::TooShort), general(Rule::TooLong)) {
        (Some(least), _) if *lengths.end() < least => Err(fault(
            "up_to",
            format!("no password is that short, min_length is {least}"),
        )),
        (_, Some(most)) if *lengths.start() > most => Err(fault(
            "up_to",
            format!("no password is that long, max_length is {most}"),
        )),
        _ => Ok(()),
    }
}

/// The longest password of these lengths; `None` where there is none.
fn longest(policy: &Policy, lengths: std::ops::RangeInclusive<u32>) -> Option<u32> {
    let bound = |rule| policy.bound_at(rule, *lengths.end());
    let most = [bound(Rule::TooLong), bound(Rule::TooManyBytes)];
    let most = most.into_iter().flatten().min().unwrap_or(MOST);
    let least = bound(Rule::TooShort).unwrap_or(0);
    let longest = most.min(*lengths.end());
    (longest >= least.max(*lengths.start())).then_some(longest)
}

/// The characters that may be there.
struct Available<'a> {
    policy: &'a Policy,
    /// Where the policy names them.
    named: Option<Vec<char>>,
}

impl<'a> Available<'a> {
    fn of(policy: &'a Policy) -> Self {
        let is_limited = !policy.allowed.is_empty();
        let named = policy.allowed.each().filter(|c| may_be(policy, *c));
        Self {
            policy,
            named: is_limited.then(|| named.collect()),
        }
    }

    /// How many there are of a kind.
    fn count(&self, is: impl Fn(char) -> bool) -> u32 {
        let Some(characters) = &self.named else {
            return u32::MAX;
        };
        let of_kind = characters.iter().filter(|c| is(**c));
        u32::try_from(of_kind.count()).unwrap_or(u32::MAX)
    }

    fn count_class(&self, is: impl Fn(Class) -> bool) -> u32 {
        self.count(|c| is(Properties::of(c).class()))
    }

    fn check(&self, policy: &Policy) -> Result<(), Fault> {
        if self.count(|_| true) == 0 {
            return Err(fault("allowed", "none of these characters is left"));
        }
        let may = |c: char| match &self.named {
            Some(characters) => characters.contains(&c),
            None => may_be(self.policy, c),
        };
        let is_possible = |set: &Set| set.each().any(may);
        match policy.required.iter().position(|set| !is_possible(set)) {
            Some(at) => Err(fault(
                "required",
                format!("of the characters of set {at} none is allowed"),
            )),
            None => Ok(()),
        }
    }
}

/// Whether no rule about characters forbids `c`, but for `allowed`.
fn may_be(policy: &Policy, c: char) -> bool {
    let properties = Properties::of(c);
    let forbidden = [
        (Rule::Whitespace, properties.is_whitespace()),
        (Rule::Control, c.is_control()),
        (Rule::Invisible, properties.is_invisible()),
        (Rule::Unassigned, properties.is_unassigned()),
    ];
    let mut forbidden = forbidden.into_iter();
    !policy.disallowed.contains(c)
        && !forbidden.any(|(rule, is)| is && policy.bound(rule).is_some())
}

/// How many characters reach a score at best: ten guesses for each UTF-16 code
/// unit, of which most characters have one and some two.
fn least_for_score(score: u32, available: &Available<'_>) -> u32 {
    let units = match score {
        0 => 0,
        1 => 4,
        2 => 7,
        3 => 9,
        _ => 11,
    };
    let is_short = |all: &Vec<char>| all.iter().all(|c| c.len_utf16() == 1);
    match &available.named {
        Some(all) if is_short(all) => units,
        _ => u32::div_ceil(units, 2),
    }
}

/// Looks for what asks too much of a password of `length` characters, the longest of its kind.
fn check_length(policy: &Policy, length: u32, available: &Available<'_>) -> Result<(), Fault> {
    let bound = |rule: Rule| policy.bound_at(rule, length);
    let is_letter = |class| matches!(class, Class::Lower | Class::Upper | Class::Letter);
    let of_class = [
        (Rule::TooFewLower, Class::Lower),
        (Rule::TooFewUpper, Class::Upper),
        (Rule::TooFewDigits, Class::Digit),
        (Rule::TooFewSymbols, Class::Symbol),
    ];
    for (rule, class) in of_class {
        if bound(rule).is_some() && available.count_class(|each| each == class) == 0 {
            return Err(fault(rule.key(), "no such character is allowed"));
        }
    }
    if bound(Rule::TooFewLetters).is_some() && available.count_class(is_letter) == 0 {
        return Err(fault("min_letters", "no letter is allowed"));
    }
    let [lower, upper, digits, symbols] = of_class.map(|(rule, _)| bound(rule).unwrap_or(0));
    let letters = bound(Rule::TooFewLetters).unwrap_or(0).max(lower + upper);
    let asked = of_class
        .iter()
        .filter(|(rule, class)| bound(*rule).is_some() && policy.counts(*class));
    let asked = u32::try_from(asked.count()).unwrap_or(u32::MAX);
    let other_classes = bound(Rule::TooFewClasses).map_or(0, |classes| {
        let any_letter = u32::from(letters > lower + upper);
        classes.saturating_sub(asked + any_letter)
    });
    let needed = letters + digits + symbols + other_classes;
    if needed > length {
        return Err(fault(
            "max_length",
            format!("the classes need {needed} characters, and there are {length} at most"),
        ));
    }
    for rule in [
        Rule::TooFewDistinct,
        Rule::TooFewVisible,
        Rule::TooFewPoints,
        Rule::TooSimilar,
    ] {
        if let Some(bound) = bound(rule).filter(|bound| *bound > length) {
            return Err(fault(
                rule.key(),
                format!("asks for {bound} characters, and there are {length} at most"),
            ));
        }
    }
    let sets = disjoint(&policy.required);
    if sets > length {
        return Err(fault(
            "required",
            format!("asks for {sets} characters, and there are {length} at most"),
        ));
    }
    if let Some(score) = bound(Rule::TooWeak) {
        let needed = least_for_score(score, available);
        if needed > length {
            return Err(fault(
                "min_score",
                format!(
                    "{score} takes at least {needed} characters, and there are {length} at most"
                ),
            ));
        }
    }
    check_available(policy, length, available)
}

/// Looks for what asks too much of the characters that are allowed.
fn check_available(policy: &Policy, length: u32, available: &Available<'_>) -> Result<(), Fault> {
    let bound = |rule: Rule| policy.bound_at(rule, length);
    let classes = Class::ALL.into_iter().filter(|class| policy.counts(*class));
    let classes = classes.filter(|class| available.count_class(|each| each == *class) > 0);
    let classes = u32::try_from(classes.count()).unwrap_or(u32::MAX);
    if let Some(bound) = bound(Rule::TooFewClasses).filter(|bound| *bound > classes) {
        let reason = format!("is {bound}, and {classes} can be there");
        return Err(fault("min_classes", reason));
    }
    let is_seen = |c: char| {
        let properties = Properties::of(c);
        !(properties.is_whitespace() || properties.is_invisible() || c.is_control())
    };
    let (all, seen) = (available.count(|_| true), available.count(is_seen));
    if let Some(bound) = bound(Rule::TooFewDistinct).filter(|bound| *bound > seen) {
        let reason = format!("is {bound}, and {seen} characters are allowed that can be seen");
        return Err(fault("min_distinct", reason));
    }
    if bound(Rule::TooFewVisible).is_some() && seen == 0 {
        return Err(fault(
            "min_visible",
            "no character that can be seen is allowed",
        ));
    }
    if bound(Rule::OnlyDigits).is_some()
        && available.count_class(|class| class != Class::Digit) == 0
    {
        return Err(fault("no_only_digits", "only digits are allowed"));
    }
    let least = bound(Rule::TooShort).unwrap_or(0);
    let at_most = |rule: Rule| bound(rule).unwrap_or(u32::MAX);
    let times = at_most(Rule::TooManyOccurrences);
    if seen == all && times.saturating_mul(all) < least {
        return Err(fault(
            "max_occurrences",
            format!("{times} of {all} characters make no password of {least}"),
        ));
    }
    if all == 1 && at_most(Rule::Repeated) < least {
        return Err(fault("max_repeated", "only one character is allowed"));
    }
    let is_one_class = |class: &Class| available.count_class(|each| each == *class) == all;
    if all < u32::MAX && Class::ALL.iter().any(is_one_class) && at_most(Rule::ClassRun) < least {
        let reason = "characters of one kind only are allowed";
        return Err(fault("max_class_run", reason));
    }
    Ok(())
}

/// How many of the sets have no character in common: so many characters they need at least.
fn disjoint(sets: &[Set]) -> u32 {
    let mut taken: Vec<&Set> = Vec::new();
    for set in sets {
        let is_apart = |other: &&Set| !set.each().any(|c| other.contains(c));
        if taken.iter().all(is_apart) {
            taken.push(set);
        }
    }
    u32::try_from(taken.len()).unwrap_or(u32::MAX)
}
