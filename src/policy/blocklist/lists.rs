//! Which lists a policy looks a candidate up in.

use super::{Blocklist, Hit};
use crate::error::{Error, ErrorKind};
use crate::json::{Value, Writer};

/// Which list has a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ListKind {
    /// Common passwords, in the library.
    Inside,
    /// What was attached to the configuration.
    Outside,
}

impl ListKind {
    /// Every kind, in the order of findings.
    pub const ALL: [Self; 2] = [Self::Inside, Self::Outside];

    /// As findings and settings write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Outside => "outside",
        }
    }
}

/// The lists that have a candidate, by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(in crate::policy) struct Listed([bool; ListKind::ALL.len()]);

impl Listed {
    pub(in crate::policy) fn kinds(self) -> impl Iterator<Item = ListKind> {
        let each = ListKind::ALL.into_iter().zip(self.0);
        each.filter_map(|(kind, is_listed)| is_listed.then_some(kind))
    }

    pub(in crate::policy) fn count(self) -> u32 {
        self.0.into_iter().map(u32::from).sum()
    }
}

/// The setting `blocklist`, and what was attached for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::policy) struct Lists {
    inside: bool,
    outside: bool,
    attached: Option<Blocklist>,
}

impl Lists {
    /// Reads `{"inside":true,"outside":false,"match":"equal"}`; those are what is
    /// left out. `None` where both are false, which takes away a profile's list.
    pub(in crate::policy) fn read(json: &Value<'_>) -> Result<Option<Self>, Error> {
        let mut object = json.object()?;
        object.only(&["inside", "outside", "match"])?;
        let mut lists = Self {
            inside: true,
            outside: false,
            attached: None,
        };
        for (key, flag) in [
            ("inside", &mut lists.inside),
            ("outside", &mut lists.outside),
        ] {
            if let Some(value) = object.take(key) {
                *flag = value.boolean()?;
            }
        }
        if let Some(how) = object.take("match")
            && how.string()? != "equal"
        {
            return Err(how.error("is \"equal\": the whole password is looked up"));
        }
        if lists.inside && cfg!(not(feature = "strength")) {
            return Err(json.error(
                "the list inside is left out of this build (feature strength); set \"inside\":false",
            ));
        }
        Ok((lists.inside || lists.outside).then_some(lists))
    }

    pub(in crate::policy) fn write(&self, json: &mut Writer) {
        json.boolean("inside", self.inside);
        json.boolean("outside", self.outside);
    }

    /// Whether there is a list of this kind to look in.
    pub(in crate::policy) const fn has(&self, kind: ListKind) -> bool {
        match kind {
            ListKind::Inside => self.inside,
            ListKind::Outside => self.outside,
        }
    }

    pub(in crate::policy) const fn attached(&self) -> Option<&Blocklist> {
        self.attached.as_ref()
    }

    pub(in crate::policy) fn attach(&mut self, list: Blocklist) -> Result<(), Error> {
        let reason = if self.attached.is_some() {
            "a blocklist is attached already"
        } else if !self.outside {
            "policy.blocklist.outside is not true, so nothing would be looked up in this list"
        } else {
            self.attached = Some(list);
            return Ok(());
        };
        Err(Error::new(ErrorKind::Config, reason))
    }

    /// Whether the list that the policy asks for is there.
    pub(in crate::policy) fn check(&self) -> Result<(), Error> {
        if self.outside && self.attached.is_none() {
            let error = Error::new(ErrorKind::Config, "is true, and no blocklist is attached");
            return Err(error.on_path("policy.blocklist.outside"));
        }
        Ok(())
    }

    /// The lists that have the candidate, as received or prepared. A list that
    /// is asked for and not there has everything: nothing is let through unseen.
    pub(in crate::policy) fn find(&self, received: &str, prepared: &str) -> Listed {
        let inside = self.inside && has_inside(prepared);
        let outside = self.outside
            && self.attached.as_ref().is_none_or(|list| {
                let has = |form| list.contains_password(form) != Hit::No;
                has(prepared) || (received != prepared && has(received))
            });
        Listed([inside, outside])
    }
}

#[cfg(feature = "strength")]
use super::inside::has as has_inside;

#[cfg(not(feature = "strength"))]
const fn has_inside(_: &str) -> bool {
    false
}
