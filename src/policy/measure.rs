//! Measuring a candidate: one pass, no heap, nothing kept of its characters.

#[cfg(feature = "strength")]
use super::Candidate;
use super::blocklist::Listed;
use super::change::Old;
use super::characters::{Place, STEPS, alphabet_step, keyboard_steps, place};
#[cfg(feature = "strength")]
use super::context::Context;
use super::context::{Found, Subject};
use super::hazards::{Hazard, Hazards};
use super::rules::{MOST_COMPARED, Rule};
use super::settings::Policy;
#[cfg(feature = "strength")]
use super::strength::Strength;
use crate::text::{Class, Properties};

/// What every rule is compared with.
#[derive(Default)]
pub(super) struct Measured {
    pub(super) length: u32,
    bytes: u32,
    classes: [u32; 5],
    /// How many of the classes that count are there.
    classes_there: u32,
    distinct: u32,
    occurrences: u32,
    visible: u32,
    missing_required: u32,
    not_allowed: u32,
    disallowed: u32,
    whitespace: u32,
    edge_whitespace: u32,
    control: u32,
    invisible: u32,
    unassigned: u32,
    repeated: u32,
    class_run: u32,
    sequence: u32,
    keyboard_walk: u32,
    palindrome: u32,
    forbidden_numbers: u32,
    points: u32,
    is_old: bool,
    changes: u32,
    score: u32,
    #[cfg(feature = "strength")]
    pub(super) strength: Option<Strength>,
    pub(super) context: Found,
    pub(super) listed: Listed,
    pub(super) hazards: Hazards,
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

/// Runs of neighbours, one for each way to be a neighbour, such as a row in a direction.
struct Walk<const WAYS: usize> {
    /// Of the ways in `going`; the others are stale.
    runs: [u32; WAYS],
    going: u32,
    longest: u32,
}

impl<const WAYS: usize> Walk<WAYS> {
    const NONE: Self = Self {
        runs: [0; WAYS],
        going: 0,
        longest: 0,
    };

    /// `ways` has a bit for each way in which this character follows the one before.
    fn step(&mut self, ways: u32) {
        let mut left = ways;
        while left != 0 {
            let way = left.trailing_zeros();
            left &= left - 1;
            if let Some(run) = self.runs.get_mut(way as usize) {
                // Two characters are the shortest run.
                *run = if self.going >> way & 1 == 1 {
                    *run + 1
                } else {
                    2
                };
                self.longest = self.longest.max(*run);
            }
        }
        self.going = ways;
    }
}

impl Measured {
    /// Measures `prepared` for the rules of `policy`, as a password of `subject`
    /// that replaces `old`. Its strength is apart: [`Self::estimate`].
    pub(super) fn of(
        prepared: &str,
        policy: &Policy,
        subject: &Subject,
        old: Option<&Old>,
    ) -> Self {
        let mut measured = Self::default();
        measured.count_characters(prepared, policy);
        measured.bytes = u32::try_from(prepared.len()).unwrap_or(u32::MAX);
        let is_edge = |c: Option<char>| u32::from(c.is_some_and(char::is_whitespace));
        measured.edge_whitespace =
            is_edge(prepared.chars().next()) + is_edge(prepared.chars().next_back());
        // One character is the same from behind and no pattern.
        let is_palindrome = measured.length > 1 && prepared.chars().eq(prepared.chars().rev());
        measured.palindrome = u32::from(is_palindrome);
        measured.compare_characters(prepared);
        let sets = policy.required.iter();
        let missing = sets.filter(|set| !prepared.chars().any(|c| set.contains(c)));
        measured.missing_required = u32::try_from(missing.count()).unwrap_or(u32::MAX);
        let classes = Class::ALL.iter().zip(measured.classes);
        let there = classes.filter(|(class, count)| *count > 0 && policy.counts(**class));
        measured.classes_there = u32::try_from(there.count()).unwrap_or(u32::MAX);
        if let Some(numbers) = &policy.forbidden_numbers {
            measured.forbidden_numbers = numbers.count_in(prepared);
        }
        if let Some(context) = &policy.context {
            let points = policy.has(Rule::TooFewPoints);
            (measured.context, measured.points) = context.find(prepared, subject, points);
        }
        // Nothing to compare with is far enough.
        measured.changes = u32::MAX;
        if let Some(old) = old {
            measured.is_old = old.is(prepared);
            if policy.has(Rule::TooSimilar) {
                measured.changes = old.changes(prepared);
            }
        }
        measured.note_hazards();
        measured
    }

    /// How strong it is, where the policy wants to know.
    #[cfg(feature = "strength")]
    pub(super) fn estimate(&mut self, prepared: &str, policy: &Policy, candidate: &Candidate<'_>) {
        if !policy.estimates_strength() {
            return;
        }
        let of_service = policy.context.as_ref().map(Context::known_words);
        let words = [
            candidate.subject.known_words(),
            of_service.unwrap_or_default(),
        ];
        let strength = Strength::of(prepared, words, candidate.year);
        let strength = strength.against(candidate.hashes_per_second);
        self.score = u32::from(strength.score());
        self.strength = Some(strength);
    }

    /// What every character adds by itself or to the one before.
    fn count_characters(&mut self, prepared: &str, policy: &Policy) {
        let (mut repeated, mut class_run) = (Run::default(), Run::default());
        let (mut sequence, mut keyboard) = (Walk::<2>::NONE, Walk::<STEPS>::NONE);
        let mut emoji = EmojiParts::None;
        let mut before: Option<(char, Class, Option<Place>)> = None;
        for c in prepared.chars() {
            let properties = Properties::of(c);
            let class = properties.class();
            let place = place(c, class);
            self.length += 1;
            if let Some(count) = self.classes.get_mut(class as usize) {
                *count += 1;
            }
            self.not_allowed +=
                u32::from(!policy.allowed.is_empty() && !policy.allowed.contains(c));
            self.disallowed += u32::from(policy.disallowed.contains(c));
            self.whitespace += u32::from(properties.is_whitespace());
            self.control += u32::from(c.is_control());
            self.unassigned += u32::from(properties.is_unassigned());
            self.visible += u32::from(is_visible(c, properties));
            self.invisible += emoji.step(c, properties);
            self.hazards.note(Hazard::NotAscii, !c.is_ascii());
            self.hazards.note(Hazard::Emoji, properties.is_emoji());
            self.hazards.note(Hazard::OtherWidth, is_of_other_width(c));
            match before {
                Some((last, last_class, last_place)) => {
                    repeated.step(last == c);
                    class_run.step(last_class == class);
                    let step = Option::zip(last_place, place);
                    let step = step.and_then(|(last, place)| {
                        alphabet_step(last, place, policy.sequence_wraps)
                    });
                    sequence.step(step.map_or(0, |step| if step > 0 { 1 } else { 2 }));
                    keyboard.step(keyboard_steps(last, c));
                }
                None => {
                    repeated.step(false);
                    class_run.step(false);
                }
            }
            before = Some((c, class, place));
        }
        self.invisible += emoji.end();
        self.repeated = repeated.longest;
        self.class_run = class_run.longest;
        self.sequence = sequence.longest;
        self.keyboard_walk = keyboard.longest;
    }

    /// What the first [`MOST_COMPARED`] characters that are seen have in common.
    fn compare_characters(&mut self, prepared: &str) {
        let mut seen = ['\0'; MOST_COMPARED];
        let visible = prepared
            .chars()
            .filter(|c| is_visible(*c, Properties::of(*c)));
        let mut count = 0;
        for (place, c) in seen.iter_mut().zip(visible) {
            *place = c;
            count += 1;
        }
        let seen = seen.get_mut(..count).unwrap_or_default();
        seen.sort_unstable();
        for same in seen.chunk_by(|a, b| a == b) {
            self.distinct += 1;
            let times = u32::try_from(same.len()).unwrap_or(u32::MAX);
            self.occurrences = self.occurrences.max(times);
        }
    }

    fn note_hazards(&mut self) {
        for (hazard, count) in [
            (Hazard::Unassigned, self.unassigned),
            (Hazard::Invisible, self.invisible),
            (Hazard::Control, self.control),
            (Hazard::EdgeWhitespace, self.edge_whitespace),
            (
                Hazard::NothingVisible,
                u32::from(self.visible == 0 && self.length > 0),
            ),
        ] {
            self.hazards.note(hazard, count > 0);
        }
    }

    /// What the rule is compared with.
    pub(super) fn get(&self, rule: Rule) -> u32 {
        let class = |class: Class| self.classes.get(class as usize).copied().unwrap_or(0);
        match rule {
            Rule::TooShort | Rule::TooLong => self.length,
            Rule::TooManyBytes => self.bytes,
            // Seen before anything is measured, or by the hash function.
            Rule::NotUtf8 | Rule::Nul => 0,
            Rule::TooFewLower => class(Class::Lower),
            Rule::TooFewUpper => class(Class::Upper),
            Rule::TooFewDigits => class(Class::Digit),
            Rule::TooFewSymbols => class(Class::Symbol),
            Rule::TooFewLetters => class(Class::Lower) + class(Class::Upper) + class(Class::Letter),
            Rule::TooFewClasses => self.classes_there,
            Rule::TooFewDistinct => self.distinct,
            Rule::MissingRequired => self.missing_required,
            Rule::TooFewVisible => self.visible,
            Rule::NotAllowed => self.not_allowed,
            Rule::Disallowed => self.disallowed,
            Rule::Whitespace => self.whitespace,
            Rule::EdgeWhitespace => self.edge_whitespace,
            Rule::Control => self.control,
            Rule::Invisible => self.invisible,
            Rule::Unassigned => self.unassigned,
            Rule::OnlyDigits => u32::from(self.length > 0 && class(Class::Digit) == self.length),
            Rule::Repeated => self.repeated,
            Rule::ClassRun => self.class_run,
            Rule::Sequence => self.sequence,
            Rule::KeyboardWalk => self.keyboard_walk,
            Rule::Palindrome => self.palindrome,
            Rule::TooManyOccurrences => self.occurrences,
            Rule::ForbiddenNumber => self.forbidden_numbers,
            Rule::ContextWord => self.context.words,
            Rule::TooFewPoints => self.points,
            Rule::SameAsOld => u32::from(self.is_old),
            Rule::TooSimilar => self.changes,
            Rule::TooWeak => self.score,
            Rule::Blocklisted => self.listed.count(),
        }
    }
}

fn is_visible(c: char, properties: Properties) -> bool {
    !(properties.is_whitespace() || properties.is_invisible() || c.is_control())
}

/// How much of an emoji stands before a character: which invisible ones may follow as parts of it (UTS #51).
#[derive(Clone, Copy)]
enum EmojiParts {
    None,
    /// One that a selector may follow: a digit or sign of a keycap, © or ®.
    Plain,
    Emoji,
    /// A flag of a region, and how many tags.
    Flag(u8),
    /// An emoji with a selector.
    Selected,
    /// A joiner, which another emoji has to follow.
    Joined,
}

/// `gbeng` and the tag that ends it.
const MOST_TAGS: u8 = 6;

impl EmojiParts {
    /// How many invisible characters are known by now to be no parts of an emoji.
    fn step(&mut self, c: char, properties: Properties) -> u32 {
        let (next, is_part) = match (c, *self) {
            ('\u{fe0e}' | '\u{fe0f}', Self::Plain) => (Self::None, true),
            ('\u{fe0e}' | '\u{fe0f}', Self::Emoji | Self::Flag(0)) => (Self::Selected, true),
            ('\u{200d}', Self::Emoji | Self::Selected | Self::Flag(0)) => (Self::Joined, true),
            ('\u{e0020}'..='\u{e007f}', Self::Flag(tags)) if tags < MOST_TAGS => {
                (Self::Flag(tags + 1), true)
            }
            ('\u{1f3f4}', _) => (Self::Flag(0), false),
            ('0'..='9' | '#' | '*' | '©' | '®', _) => (Self::Plain, false),
            _ if properties.is_emoji() => (Self::Emoji, false),
            _ => (Self::None, false),
        };
        let is_left_open = matches!(*self, Self::Joined) && !properties.is_emoji();
        *self = next;
        u32::from(properties.is_invisible() && !is_part) + u32::from(is_left_open)
    }

    fn end(self) -> u32 {
        u32::from(matches!(self, Self::Joined))
    }
}

/// Unicode's block of full-width and half-width forms, which input methods make of ordinary ones.
const fn is_of_other_width(c: char) -> bool {
    matches!(c, '\u{ff01}'..='\u{ffee}')
}
