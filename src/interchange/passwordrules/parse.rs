//! Reading the string, as the reference does.

use super::charset::Printable;
use super::{Characters, IgnoredRule, PasswordRules};

const VOID: &str = "\";\" has to stand here: nothing of the whole string counts";

/// One rule of the string.
enum Rule {
    Required(Vec<Characters>),
    Allowed(Vec<Characters>),
    MinLength(u32),
    MaxLength(u32),
    MaxConsecutive(u32),
}

pub(super) fn parse(text: &str) -> (PasswordRules, Vec<IgnoredRule>) {
    let mut parser = Parser {
        text: text.as_bytes(),
        at: 0,
        ignored: Vec::new(),
    };
    let rules = parser.rules().unwrap_or_default();
    (merged(rules), parser.ignored)
}

/// Of numbers the strictest counts, of `allowed` all together, of `required` each.
fn merged(all: Vec<Rule>) -> PasswordRules {
    let mut rules = PasswordRules::default();
    let mut allowed = Vec::new();
    let smaller = |old: Option<u32>, new: u32| Some(old.map_or(new, |old| new.min(old)));
    for rule in all {
        match rule {
            Rule::MinLength(length) => rules.min_length = rules.min_length.max(Some(length)),
            Rule::MaxLength(length) => rules.max_length = smaller(rules.max_length, length),
            Rule::MaxConsecutive(most) => {
                rules.max_consecutive = smaller(rules.max_consecutive, most);
            }
            Rule::Required(classes) => {
                let class = Characters::united(classes);
                rules.required.extend(class);
                allowed.extend(class);
            }
            Rule::Allowed(classes) => allowed.extend(classes),
        }
    }
    rules.allowed = Characters::united(allowed).unwrap_or(Characters::Ascii);
    rules
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    ignored: Vec<IgnoredRule>,
}

/// Why a rule does not count, and where.
type Fault = (usize, &'static str);

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn ignore(&mut self, (offset, reason): Fault) {
        self.ignored.push(IgnoredRule { offset, reason });
    }

    fn skip_while(&mut self, is_it: fn(u8) -> bool) {
        while self.peek().is_some_and(is_it) {
            self.at += 1;
        }
    }

    fn skip_space(&mut self) {
        self.skip_while(|c| matches!(c, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c'));
    }

    /// At the end of a rule.
    fn ends(&self) -> bool {
        matches!(self.peek(), None | Some(b';'))
    }

    /// Every rule that counts; `None` where the string is void.
    fn rules(&mut self) -> Option<Vec<Rule>> {
        let mut rules = Vec::new();
        self.skip_space();
        while let Some(c) = self.peek() {
            if !is_of_a_name(c) {
                self.ignore((
                    self.at,
                    "a rule has to begin here: what follows is not read",
                ));
                break;
            }
            match self.rule() {
                Ok(rule) => rules.push(rule),
                Err(fault) => self.ignore(fault),
            }
            self.skip_space();
            if !self.ends() {
                self.ignore((self.at, VOID));
                return None;
            }
            self.at += 1;
            self.skip_space();
        }
        Some(rules)
    }

    fn name(&mut self) -> String {
        let start = self.at;
        self.skip_while(is_of_a_name);
        let name = self.text.get(start..self.at).unwrap_or_default();
        name.iter().copied().map(char::from).collect()
    }

    /// One rule, or why it does not count. After an unknown name the parser stands before it, so the string is void.
    fn rule(&mut self) -> Result<Rule, Fault> {
        let start = self.at;
        let name = self.name();
        let is_known = [
            "required",
            "allowed",
            "minlength",
            "maxlength",
            "max-consecutive",
        ]
        .contains(&&*name);
        if !is_known {
            self.at = start;
            return Err((start, "unknown rule"));
        }
        if self.peek() != Some(b':') {
            return Err((self.at, "\":\" has to follow the name of the rule"));
        }
        self.at += 1;
        self.skip_space();
        if self.ends() {
            return Err((start, "has no value"));
        }
        match &*name {
            "required" => self.classes().map(Rule::Required),
            "allowed" => self.classes().map(Rule::Allowed),
            "minlength" => self.number().map(Rule::MinLength),
            "maxlength" => self.number().map(Rule::MaxLength),
            _ => self.number().map(Rule::MaxConsecutive),
        }
    }

    /// A number of 1 and more, directly before `;` or the end.
    fn number(&mut self) -> Result<u32, Fault> {
        let start = self.at;
        let mut number = 0u32;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            number = number
                .saturating_mul(10)
                .saturating_add(u32::from(digit - b'0'));
            self.at += 1;
        }
        if start == self.at {
            Err((start, "has to be a number"))
        } else if !self.ends() {
            Err((self.at, "\";\" has to follow the number at once"))
        } else if number == 0 {
            Err((start, "has to be 1 at least"))
        } else {
            Ok(number)
        }
    }

    /// Classes with commas between them.
    fn classes(&mut self) -> Result<Vec<Characters>, Fault> {
        let mut classes = Vec::new();
        loop {
            let start = self.at;
            match self.peek() {
                Some(b'[') => classes.extend(self.in_brackets()),
                Some(c) if is_of_a_name(c) => {
                    let name = self.name().to_ascii_lowercase();
                    let Some(class) = Characters::named(&name) else {
                        self.at = start;
                        return Err((start, "unknown class"));
                    };
                    classes.push(class);
                }
                _ => return Err((start, "a class has to stand here")),
            }
            self.skip_space();
            if self.ends() {
                return Ok(classes);
            }
            if self.peek() != Some(b',') {
                return Err((self.at, "\",\" or \";\" has to follow a class"));
            }
            self.at += 1;
            self.skip_space();
            if self.peek().is_none() {
                return Err((self.at, "a class has to follow \",\""));
            }
        }
    }

    /// `[...]`: up to the first `]`, or the second where two stand together, of which the first is in the class.
    fn in_brackets(&mut self) -> Option<Characters> {
        let start = self.at;
        self.at += 1;
        let first = self.at;
        let mut set = Printable::default();
        // Of each kind of fault the first in the class is told.
        let (mut dash, mut other) = (None, None);
        while let Some(c) = self.peek() {
            let at = self.at;
            self.at += 1;
            match c {
                b']' => {
                    if self.peek() == Some(b']') {
                        self.at += 1;
                        set = set.with(Printable::of("]"));
                    }
                    let empty = set
                        .is_empty()
                        .then_some((start, "the class has no character"));
                    for fault in [dash, other, empty].into_iter().flatten() {
                        self.ignore(fault);
                    }
                    return (!set.is_empty()).then_some(Characters::Some(set));
                }
                b'-' if at > first => {
                    dash = dash.or(Some((at, "\"-\" counts as the first of a class only")));
                }
                c if Printable::holds(c) => {
                    set = set.with(Printable::of(char::from(c).encode_utf8(&mut [0; 4])));
                }
                _ => other = other.or(Some((at, "is not printable ASCII"))),
            }
        }
        self.ignore((start, "the class does not end"));
        None
    }
}

fn is_of_a_name(c: u8) -> bool {
    c.is_ascii_alphabetic() || c == b'-'
}
