//! What a configuration breaks of the standards for passwords.
//!
//! Each requirement is a row of one table (`requirements.rs`) with the section
//! that says it and a function that looks at the configuration. What no
//! configuration can break is not among them, nor is what the host does: the
//! table below says for every row of the three documents where it is kept.
//! Where two standards contradict each other, no configuration keeps both;
//! these places are told apart, with what this release does.
//!
//! ```
//! use saltbox::lint::Standard;
//! use saltbox::Config;
//!
//! let config = Config::from_json(br#"{"policy":{"min_length":12,"min_digits":1}}"#)?;
//! let lint = config.lint(&[Standard::Nist63b4]);
//! let broken: Vec<&str> = lint.breaches().map(|breach| breach.section()).collect();
//! assert!(broken.contains(&"3.1.1.2(1)") && broken.contains(&"3.1.1.2(5)"));
//! # Ok::<(), saltbox::Error>(())
//! ```
#![doc = include_str!("standards.md")]

mod requirements;

use self::requirements::{CONTRADICTIONS, REQUIREMENTS};
use crate::core::Config;
use crate::json::Writer;

/// A standard, or a level of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standard {
    /// NIST SP 800-63B-4, for passwords that are the only factor.
    Nist63b4,
    /// NIST SP 800-63B-4, for passwords that are one of several factors.
    Nist63b4Mfa,
    /// OWASP ASVS 5.0, level 1.
    Asvs5L1,
    /// OWASP ASVS 5.0, level 2, which includes level 1.
    Asvs5L2,
}

impl Standard {
    /// Every standard.
    pub const ALL: [Self; 4] = [
        Self::Nist63b4,
        Self::Nist63b4Mfa,
        Self::Asvs5L1,
        Self::Asvs5L2,
    ];

    /// Its name: that of the policy's profile for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nist63b4 => "nist-63b-4",
            Self::Nist63b4Mfa => "nist-63b-4-mfa",
            Self::Asvs5L1 => "asvs-5-l1",
            Self::Asvs5L2 => "asvs-5-l2",
        }
    }

    /// The standard of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|standard| standard.name() == name)
    }
}

/// How much a standard insists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// What has to be; every requirement of ASVS is.
    Shall,
    /// What must not be.
    ShallNot,
    /// What is recommended; of ASVS, what is kept as long as the host says the truth.
    Should,
}

impl Level {
    /// In the words of RFC 2119.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shall => "SHALL",
            Self::ShallNot => "SHALL NOT",
            Self::Should => "SHOULD",
        }
    }
}

/// A requirement that a configuration breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    standard: Standard,
    section: &'static str,
    level: Level,
    text: &'static str,
    path: String,
}

impl Breach {
    /// Of which standard.
    #[must_use]
    pub const fn standard(&self) -> Standard {
        self.standard
    }

    /// The section that says it, with the number of the item.
    #[must_use]
    pub const fn section(&self) -> &'static str {
        self.section
    }

    /// How much it insists.
    #[must_use]
    pub const fn level(&self) -> Level {
        self.level
    }

    /// What it asks for.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// The setting that breaks it, such as `policy.min_length`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// Where two standards contradict each other, and what this release does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction {
    pub(crate) topic: &'static str,
    pub(crate) nist: (&'static str, &'static str),
    pub(crate) asvs: (&'static str, &'static str),
    pub(crate) here: &'static str,
}

/// What a configuration breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    breaches: Vec<Breach>,
}

impl Config {
    /// What these settings break of the standards named.
    #[must_use]
    pub fn lint(&self, standards: &[Standard]) -> Lint {
        let mut breaches = Vec::new();
        for standard in standards {
            let rows = REQUIREMENTS.iter();
            for row in rows.filter(|row| row.standards.contains(standard)) {
                for path in (row.broken_by)(self) {
                    breaches.push(Breach {
                        standard: *standard,
                        section: row.section,
                        level: row.level,
                        text: row.text,
                        path,
                    });
                }
            }
        }
        Lint { breaches }
    }
}

impl Lint {
    /// Every requirement that is broken, once for each setting that breaks it.
    pub fn breaches(&self) -> impl Iterator<Item = &Breach> {
        self.breaches.iter()
    }

    /// Whether nothing is broken that a standard insists on; what it recommends may be.
    #[must_use]
    pub fn is_conforming(&self) -> bool {
        self.breaches().all(|breach| breach.level == Level::Should)
    }

    /// Where the standards contradict each other, whatever the settings.
    pub fn contradictions() -> impl Iterator<Item = &'static Contradiction> {
        CONTRADICTIONS.iter()
    }

    /// The findings as a JSON object.
    ///
    /// ```json
    /// {"conforming":false,
    ///  "breaches":[{"standard":"nist-63b-4","section":"3.1.1.2(1)","level":"SHALL",
    ///               "path":"policy.min_length","text":"at least 15 characters ..."}],
    ///  "contradictions":[{"topic":"normalization",
    ///    "nist":{"section":"3.1.1.2","text":"..."},"asvs":{"section":"6.2.8","text":"..."},
    ///    "here":"..."}]}
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        Writer::object(|json| {
            json.boolean("conforming", self.is_conforming());
            json.objects("breaches", self.breaches(), |json, breach| {
                json.string("standard", breach.standard.name());
                json.string("section", breach.section);
                json.string("level", breach.level.name());
                json.string("path", &breach.path);
                json.string("text", breach.text);
            });
            json.objects("contradictions", Self::contradictions(), |json, each| {
                json.string("topic", each.topic);
                for (name, (section, text)) in [("nist", each.nist), ("asvs", each.asvs)] {
                    json.nested(name, |json| {
                        json.string("section", section);
                        json.string("text", text);
                    });
                }
                json.string("here", each.here);
            });
        })
    }
}

#[cfg(test)]
mod tests;
