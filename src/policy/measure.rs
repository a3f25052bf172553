//! Measuring a candidate: one pass, no heap, nothing kept of its characters.

use super::characters::{Class, alphabet_step, keyboard_steps};
use super::context::{Found, Subject};
use super::rules::{MOST_DISTINCT, Rule};
use super::settings::Policy;

/// What every rule is compared with.
#[derive(Default)]
pub(super) struct Measured {
    pub(super) length: u32,
    classes: [u32; 5],
    distinct: u32,
    not_allowed: u32,
    disallowed: u32,
    whitespace: u32,
    edge_whitespace: u32,
    control: u32,
    repeated: u32,
    class_run: u32,
    sequence: u32,
    keyboard_walk: u32,
    palindrome: u32,
    pub(super) context: Found,
}

/// How long something went on, at its longest.
#[derive(Default)]
struct Run {
    now: u32,
    longest: u32,
}

impl Run {
    /// One character more, which goes on with it or begins anew.
    fn step(&mut self, goes_on: bool) {
        self.now = if goes_on { self.now + 1 } else { 1 };
        self.longest = self.longest.max(self.now);
    }
}

/// Runs of neighbours, one for each way to be a neighbour: a row in a direction.
#[derive(Default)]
struct Walk {
    runs: [u32; 8],
    longest: u32,
}

impl Walk {
    /// `ways` has a bit for each way in which this character follows the one before.
    fn step(&mut self, ways: u8) {
        for (way, run) in self.runs.iter_mut().enumerate() {
            // Two characters are the shortest run.
            *run = if ways >> way & 1 == 0 {
                0
            } else {
                (*run).max(1) + 1
            };
            self.longest = self.longest.max(*run);
        }
    }
}

impl Measured {
    /// Measures `prepared` for the rules of `policy`, as a password of `subject`.
    pub(super) fn of(prepared: &str, policy: &Policy, subject: &Subject) -> Self {
        let mut measured = Self::default();
        let (mut repeated, mut class_run) = (Run::default(), Run::default());
        let (mut sequence, mut keyboard) = (Walk::default(), Walk::default());
        let mut seen = Seen::default();
        let mut before: Option<(char, Class)> = None;
        for c in prepared.chars() {
            let class = Class::of(c);
            measured.length += 1;
            if let Some(count) = measured.classes.get_mut(class as usize) {
                *count += 1;
            }
            seen.note(c);
            measured.not_allowed +=
                u32::from(!policy.allowed.is_empty() && !policy.allowed.contains(c));
            measured.disallowed += u32::from(policy.disallowed.contains(c));
            measured.whitespace += u32::from(c.is_whitespace());
            measured.control += u32::from(c.is_control());
            repeated.step(before.is_some_and(|(last, _)| last == c));
            class_run.step(before.is_some_and(|(_, last)| last == class));
            let step = before.and_then(|(last, _)| alphabet_step(last, c, policy.sequence_wraps));
            sequence.step(step.map_or(0, |step| if step > 0 { 1 } else { 2 }));
            keyboard.step(before.map_or(0, |(last, _)| keyboard_steps(last, c)));
            before = Some((c, class));
        }
        let is_edge = |c: Option<char>| u32::from(c.is_some_and(char::is_whitespace));
        measured.edge_whitespace =
            is_edge(prepared.chars().next()) + is_edge(prepared.chars().next_back());
        // One character is the same from behind and no pattern.
        let is_palindrome = measured.length > 1 && prepared.chars().eq(prepared.chars().rev());
        measured.palindrome = u32::from(is_palindrome);
        if let Some(context) = &policy.context {
            measured.context = context.find(prepared, subject);
        }
        measured.distinct = seen.count;
        measured.repeated = repeated.longest;
        measured.class_run = class_run.longest;
        measured.sequence = sequence.longest;
        measured.keyboard_walk = keyboard.longest;
        measured
    }

    /// What the rule is compared with.
    pub(super) fn get(&self, rule: Rule) -> u32 {
        let class = |class: Class| self.classes.get(class as usize).copied().unwrap_or(0);
        match rule {
            Rule::TooShort | Rule::TooLong => self.length,
            // Seen before anything is measured.
            Rule::TooManyBytes | Rule::NotUtf8 => 0,
            Rule::TooFewLower => class(Class::Lower),
            Rule::TooFewUpper => class(Class::Upper),
            Rule::TooFewDigits => class(Class::Digit),
            Rule::TooFewSymbols => class(Class::Symbol),
            Rule::TooFewLetters => class(Class::Lower) + class(Class::Upper) + class(Class::Letter),
            Rule::TooFewClasses => self.classes.iter().map(|count| u32::from(*count > 0)).sum(),
            Rule::TooFewDistinct => self.distinct,
            Rule::NotAllowed => self.not_allowed,
            Rule::Disallowed => self.disallowed,
            Rule::Whitespace => self.whitespace,
            Rule::EdgeWhitespace => self.edge_whitespace,
            Rule::Control => self.control,
            Rule::Repeated => self.repeated,
            Rule::ClassRun => self.class_run,
            Rule::Sequence => self.sequence,
            Rule::KeyboardWalk => self.keyboard_walk,
            Rule::Palindrome => self.palindrome,
            Rule::ContextWord => self.context.words,
        }
    }
}

/// The first different characters, on the stack of a call whose stack is wiped.
struct Seen {
    characters: [char; MOST_DISTINCT as usize],
    count: u32,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            characters: ['\0'; MOST_DISTINCT as usize],
            count: 0,
        }
    }
}

impl Seen {
    fn note(&mut self, c: char) {
        let known = self.characters.iter().take(self.count as usize);
        if known.clone().any(|known| *known == c) {
            return;
        }
        if let Some(place) = self.characters.get_mut(self.count as usize) {
            *place = c;
            self.count += 1;
        }
    }
}
