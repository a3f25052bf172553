//! `passwordrules`: what a site tells password managers about its passwords.
//!
//! Not a standard. The meaning is that of Apple's reference parser
//! (apple/password-manager-resources, `tools/PasswordRulesParser.js`), to the
//! byte where it stops: names of rules are small letters, names of classes are
//! not; an unknown name, or something between two rules, voids the whole
//! string; a rule without a fit value is left out alone. It does so in silence,
//! here everything that does not count is told with its place.

pub(super) mod charset;
mod parse;
pub(super) mod policy;

use self::charset::Printable;
use std::fmt;

/// What one `required`, or all of `allowed`, names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Characters {
    /// Every character there is.
    Unicode,
    /// All that ASCII can print.
    Ascii,
    /// Some of these, not all.
    Some(Printable),
}

/// Classes that have a name, in the order in which they are written.
const CLASSES: [(&str, Printable); 4] = [
    ("upper", Printable::UPPER),
    ("lower", Printable::LOWER),
    ("digit", Printable::DIGIT),
    ("special", Printable::SPECIAL),
];

impl Characters {
    fn named(name: &str) -> Option<Self> {
        match name {
            "unicode" => Some(Self::Unicode),
            "ascii-printable" => Some(Self::Ascii),
            _ => {
                let class = CLASSES.iter().find(|(class, _)| *class == name);
                class.map(|(_, set)| Self::Some(*set))
            }
        }
    }

    /// All of these together: the first that is everything, as the reference reads it, or the union.
    fn united(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut union = Printable::default();
        for each in all {
            match each {
                Self::Some(set) => union = union.with(set),
                everything => return Some(everything),
            }
        }
        Self::of(union)
    }

    /// `None` where there is none.
    fn of(set: Printable) -> Option<Self> {
        match set {
            Printable::ALL => Some(Self::Ascii),
            set if set.is_empty() => None,
            set => Some(Self::Some(set)),
        }
    }
}

impl fmt::Display for Characters {
    /// Classes by their names, and what is left as one in brackets, where `-` stands first and `]` last.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = match self {
            Self::Unicode => return f.write_str("unicode"),
            Self::Ascii => return f.write_str("ascii-printable"),
            Self::Some(set) => *set,
        };
        let mut comma = "";
        for (name, class) in CLASSES {
            if class.without(rest).is_empty() {
                write!(f, "{comma}{name}")?;
                comma = ", ";
                rest = rest.without(class);
            }
        }
        if rest.is_empty() {
            return Ok(());
        }
        let (first, last) = (Printable::of("-"), Printable::of("]"));
        write!(
            f,
            "{comma}[{}{}{}]",
            rest.both(first).text(),
            rest.without(first).without(last).text(),
            rest.both(last).text()
        )
    }
}

/// A `passwordrules` string, understood.
///
/// [`PasswordRules::parse`] never fails; `Display` writes the shortest string
/// that means the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordRules {
    /// Of each, one character at least.
    required: Vec<Characters>,
    /// Holds what is required, too.
    allowed: Characters,
    min_length: Option<u32>,
    max_length: Option<u32>,
    max_consecutive: Option<u32>,
}

impl Default for PasswordRules {
    /// Those of the empty string.
    fn default() -> Self {
        Self {
            required: Vec::new(),
            allowed: Characters::Ascii,
            min_length: None,
            max_length: None,
            max_consecutive: None,
        }
    }
}

impl PasswordRules {
    /// Reads a string, and tells what of it does not count.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<IgnoredRule>) {
        parse::parse(text)
    }

    /// What is allowed where nothing says so: what is required, or printable ASCII.
    fn allowed_by(required: &[Characters]) -> Characters {
        Characters::united(required.iter().copied()).unwrap_or(Characters::Ascii)
    }
}

impl fmt::Display for PasswordRules {
    /// `allowed` stands before `required`: of `unicode` and `ascii-printable` the first counts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut space = "";
        let mut rule = |f: &mut fmt::Formatter<'_>, name: &str, value: &dyn fmt::Display| {
            write!(f, "{space}{name}: {value};")?;
            space = " ";
            Ok(())
        };
        let numbers = [
            ("minlength", self.min_length),
            ("maxlength", self.max_length),
            ("max-consecutive", self.max_consecutive),
        ];
        for (name, value) in numbers {
            if let Some(value) = value {
                rule(f, name, &value)?;
            }
        }
        if self.allowed != Self::allowed_by(&self.required) {
            rule(f, "allowed", &self.allowed)?;
        }
        for required in &self.required {
            rule(f, "required", required)?;
        }
        Ok(())
    }
}

/// A place in a `passwordrules` string that does not count, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IgnoredRule {
    offset: usize,
    reason: &'static str,
}

impl IgnoredRule {
    /// The byte of the string at which it begins.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Why it does not count.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        self.reason
    }
}

#[cfg(test)]
mod tests;
