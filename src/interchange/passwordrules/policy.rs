//! `passwordrules` from a policy, and a policy from them.
//!
//! What is written may only narrow: every password that fulfils the rules
//! fulfils the parts of the policy that are not listed, and those that are
//! listed as narrowed. `minlength` grows to the number of characters that
//! the policy's counts need together where a count cannot be written: that
//! refuses nothing that the policy takes, and gives what generates a password
//! room for them.

use super::charset::Printable;
use super::{Characters, PasswordRules};
use crate::interchange::members::{Member, Members};
use crate::interchange::table::{Listed, SETTINGS};
use crate::policy::MOST;

/// Members that ask for one class, or for one of two.
const COUNTS: [(&str, Printable); 5] = [
    ("min_lower", Printable::LOWER),
    ("min_upper", Printable::UPPER),
    ("min_digits", Printable::DIGIT),
    ("min_symbols", Printable::SPECIAL),
    ("min_letters", Printable::LETTER),
];

/// The classes of `min_classes` by name. Of letters without case ASCII has none.
const CLASSES: [(&str, Printable); 4] = [
    ("lower", Printable::LOWER),
    ("upper", Printable::UPPER),
    ("digit", Printable::DIGIT),
    ("symbol", Printable::SPECIAL),
];

/// The space, which is all the white space that printable ASCII has.
fn space() -> Printable {
    Printable::of(" ")
}

/// The policy that asks for the same.
pub(in super::super) fn import(text: &str) -> (Members, Vec<Listed>) {
    let (rules, ignored) = PasswordRules::parse(text);
    let mut list: Vec<Listed> = ignored
        .iter()
        .map(|ignored| {
            let (at, why) = (ignored.offset(), ignored.reason());
            Listed::new(SETTINGS, format!("at byte {at} of the string: {why}"))
        })
        .collect();
    let mut members = Members::default();
    let numbers = [
        ("min_length", rules.min_length),
        ("max_length", rules.max_length),
        ("max_repeated", rules.max_consecutive),
    ];
    for (key, number) in numbers {
        match number {
            // Over it no password is looked at, so it allows nothing more. A least length stays: it cannot be met.
            Some(number) if number > MOST && key != "min_length" => {
                let why = format!("{number} is over {MOST}, which is the most here");
                list.push(Listed::new(SETTINGS, why));
            }
            Some(number) => members.set(key, Member::Number(number)),
            None => {}
        }
    }
    let allowed = match rules.allowed {
        Characters::Unicode => None,
        Characters::Ascii => Some(Printable::ALL),
        Characters::Some(set) => Some(set),
    };
    let mut required = rules.required;
    sort(&mut required);
    required.dedup();
    for required in required {
        require(&mut members, required, allowed);
    }
    if let Some(allowed) = allowed {
        members.set("allowed", Member::Text(allowed.text()));
    }
    (members, list)
}

/// Asks for one of `required`: by the count of a class where only these can be of it, or by the set.
fn require(members: &mut Members, required: Characters, allowed: Option<Printable>) {
    let set = match required {
        // Everything that may be there at all: one character.
        _ if Some(required) == allowed.map_or(Some(Characters::Unicode), Characters::of) => None,
        Characters::Unicode => None,
        Characters::Ascii => Some(Printable::ALL),
        Characters::Some(set) => Some(set),
    };
    let Some(set) = set else {
        if members.number("min_length").is_none() {
            members.set("min_length", Member::Number(1));
        }
        return;
    };
    let count = COUNTS
        .iter()
        .find(|(_, class)| allowed.is_some_and(|allowed| class.both(allowed) == set));
    match count {
        Some((key, _)) => members.set(key, Member::Number(1)),
        None => members.require(&set.text()),
    }
}

/// What is written, while members are taken from the policy.
struct Writing {
    members: Members,
    rules: PasswordRules,
    /// What may be written of: `None` for everything there is.
    allowed: Option<Printable>,
    required: Vec<Characters>,
    list: Vec<Listed>,
}

/// The rules that ask for the same or more; what they cannot ask for stays in `members`.
pub(in super::super) fn export(members: &mut Members, list: &mut Vec<Listed>) -> Option<String> {
    let mut writing = Writing {
        members: std::mem::take(members),
        rules: PasswordRules::default(),
        allowed: None,
        required: Vec::new(),
        list: Vec::new(),
    };
    writing.allow();
    writing.require_counts();
    writing.require_classes();
    writing.require_sets();
    writing.limit();
    *members = writing.members;
    list.append(&mut writing.list);
    let mut rules = writing.rules;
    rules.required = writing.required;
    sort(&mut rules.required);
    rules.allowed = match writing.allowed {
        None => Characters::Unicode,
        Some(allowed) => Characters::of(allowed)?,
    };
    Some(rules.to_string())
}

#[inline(never)]
fn sort(sets: &mut [Characters]) {
    sets.sort_unstable_by_key(|set| (class_of(*set), *set));
}

/// Where a set stands among others: in the order of the counts.
#[inline(never)]
fn class_of(set: Characters) -> Option<usize> {
    let Characters::Some(set) = set else {
        return None;
    };
    let is_of = |(_, class): &(&str, Printable)| set.without(*class).is_empty();
    COUNTS.iter().position(is_of).or(Some(COUNTS.len()))
}

impl Writing {
    fn narrowed(&mut self, member: &str, reason: &str) {
        self.list
            .push(Listed::new(member, format!("narrowed: {reason}")));
    }

    fn wider(&mut self, member: &str, reason: &str) {
        self.list.push(Listed::new(member, reason));
    }

    /// What may be in a password. Where something may not, printable ASCII without it is what can be written.
    fn allow(&mut self) {
        let allowed = self.members.take_text("allowed");
        let is_ascii = allowed
            .as_ref()
            .is_some_and(|set| set.bytes().all(Printable::holds));
        self.allowed = allowed.as_deref().map(Printable::of);
        if allowed.is_some() && !is_ascii {
            self.narrowed("allowed", "to what of it is printable ASCII");
        }
        let disallowed = self.members.take_text("disallowed");
        let takes_space = self.members.take_flag("no_whitespace");
        let takes_edge = self.members.take_flag("no_edge_whitespace");
        let mut why = Vec::new();
        why.extend(disallowed.as_ref().map(|_| "disallowed"));
        why.extend(takes_space.then_some("no_whitespace"));
        why.extend(takes_edge.then_some("no_edge_whitespace"));
        for key in ["no_control", "no_invisible", "no_unassigned"] {
            why.extend(self.members.take_flag(key).then_some(key));
        }
        if self.members.number("max_bytes").is_some() {
            why.push("max_bytes");
        }
        let Some(first) = why.first() else {
            return;
        };
        if self.allowed.is_none() {
            self.narrowed(first, "to printable ASCII, where it can be written");
            self.allowed = Some(Printable::ALL);
        }
        let mut set = self.allowed.unwrap_or_default();
        set = set.without(Printable::of(disallowed.as_deref().unwrap_or_default()));
        if takes_edge && !takes_space && !set.both(space()).is_empty() {
            self.narrowed("no_edge_whitespace", "the space is not allowed at all");
        }
        if takes_space || takes_edge {
            set = set.without(space());
        }
        self.allowed = Some(set);
    }

    /// Asks for one of `class`, as far as it is allowed; `false` where nothing of it is.
    fn require(&mut self, class: Printable) -> bool {
        let set = self.allowed.map_or(class, |allowed| class.both(allowed));
        self.ask_for(set);
        !set.is_empty()
    }

    fn ask_for(&mut self, set: Printable) {
        let required = Characters::of(set);
        let required = required.filter(|required| !self.required.contains(required));
        self.required.extend(required);
    }

    fn require_counts(&mut self) {
        let mut least = 0u32;
        let mut is_written = true;
        for (key, class) in COUNTS {
            let Some(count) = self.members.take_number(key) else {
                continue;
            };
            least = match key {
                "min_letters" => least.max(count),
                _ => least.saturating_add(count),
            };
            if !self.require(class) {
                self.wider(key, "nothing of it that is printable ASCII is allowed");
            } else if count > 1 {
                is_written = false;
                self.wider(key, "1 can be asked for, not more");
            } else if self.allowed.is_none() {
                self.narrowed(key, "only those of ASCII count");
            }
        }
        for key in ["min_distinct", "min_visible"] {
            if let Some(count) = self.members.number(key) {
                is_written = false;
                least = least.max(count);
            }
        }
        let length = self.members.take_number("min_length");
        self.rules.min_length = match is_written {
            true => length,
            false => length.max(Some(least)),
        };
    }

    /// `min_classes`: of some classes one each where all have to be there, or one of all together.
    fn require_classes(&mut self) {
        const KEY: &str = "min_classes";
        let names = self.members.take_texts("classes");
        let Some(count) = self.members.take_number(KEY) else {
            return;
        };
        let counted = |name: &str| names.is_empty() || names.iter().any(|known| known == name);
        let sets: Vec<Printable> = CLASSES
            .iter()
            .filter(|(name, _)| counted(name))
            .map(|(_, class)| self.allowed.map_or(*class, |allowed| class.both(allowed)))
            .filter(|set| !set.is_empty())
            .collect();
        let available = u32::try_from(sets.len()).unwrap_or(u32::MAX);
        if count > available {
            self.wider(KEY, "printable ASCII that is allowed is of fewer classes");
        } else if count == 1 {
            let all = sets.into_iter().fold(Printable::default(), Printable::with);
            if Some(all) == self.allowed || self.allowed.is_none() && names.is_empty() {
                // Whatever stands there is of one.
                self.rules.min_length = self.rules.min_length.max(Some(1));
            } else {
                self.ask_for(all);
                if self.allowed.is_none() {
                    self.narrowed(KEY, "only those of ASCII count");
                }
            }
        } else {
            sets.into_iter().for_each(|set| self.ask_for(set));
            if count < available || self.allowed.is_none() {
                self.narrowed(KEY, "each of the classes that count is asked for");
            }
        }
    }

    fn require_sets(&mut self) {
        for set in self.members.take_texts("required") {
            let is_ascii = set.bytes().all(Printable::holds);
            if !self.require(Printable::of(&set)) {
                self.wider(
                    "required",
                    "nothing of it that is printable ASCII is allowed",
                );
            } else if !is_ascii {
                self.narrowed("required", "to what of it is printable ASCII");
            }
        }
        if self.members.take_flag("no_only_digits") {
            if !self.require(Printable::ALL.without(Printable::DIGIT)) {
                self.wider("no_only_digits", "only digits are allowed");
            } else if self.allowed.is_none() {
                self.narrowed(
                    "no_only_digits",
                    "one of printable ASCII has to be no digit",
                );
            }
        }
    }

    /// Of ASCII a character is a byte.
    fn limit(&mut self) {
        let length = self.members.take_number("max_length");
        let bytes = self.members.take_number("max_bytes");
        self.rules.max_length = match (length, bytes) {
            (Some(length), Some(bytes)) => Some(length.min(bytes)),
            (length, bytes) => length.or(bytes),
        };
        self.rules.max_consecutive = self.members.take_number("max_repeated");
    }
}
