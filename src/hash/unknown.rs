//! What a login that nobody has costs, where stored strings do not all cost the same.
//!
//! Strings that cost less than the policy are topped up to it, so a mix matters
//! only where some cost more: imported strings of a high cost, or those of a
//! stricter policy that has been relaxed since. There a login that nobody has
//! would stand out by being cheap. So each gets a kind of string by lot, the
//! same one every time, drawn by a key that nobody outside has.

use super::Kdf;
use super::settings::read_create;
use crate::error::Error;
use crate::json::Value;

/// Kinds of string in a mix, at most.
const MOST_KINDS: usize = 16;

/// The largest share: parts of a million say more than anybody knows of a table.
const MOST_SHARE: u64 = 1_000_000;

/// A mix of stored strings, and the root key that draws from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnknownUsers {
    pub(crate) key_id: u32,
    /// The policy's first.
    mix: Vec<Kind>,
}

/// Strings that cost the same.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kind {
    share: u64,
    /// `None` for the policy's.
    kdf: Option<Kdf>,
}

impl UnknownUsers {
    /// Reads `{"key_id":1,"mix":[{"share":7},{"share":3,"hash":{"scheme":"bcrypt","cost":14}}]}`.
    pub(super) fn read(
        json: &Value<'_>,
        check: impl Fn(&Kdf) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let mut object = json.object()?;
        object.only(&["key_id", "mix"])?;
        let key_id = object.require("key_id")?;
        let id = key_id.integer("key_id", 1..=u64::from(u32::MAX))?;
        let list = object.require("mix")?;
        let kinds = list.array()?;
        if !(1..=MOST_KINDS).contains(&kinds.len()) {
            return Err(list.error(format!("has from 1 to {MOST_KINDS} kinds")));
        }
        let mix = kinds.iter().map(|kind| {
            let mut object = kind.object()?;
            object.only(&["share", "hash"])?;
            let share = object.require("share")?.integer("share", 1..=MOST_SHARE)?;
            let kdf = object.take("hash").map(|hash| -> Result<Kdf, Error> {
                let kdf = read_create(&hash)?;
                check(&kdf).map_err(|error| hash.place(error))?;
                Ok(kdf)
            });
            Ok(Kind {
                share,
                kdf: kdf.transpose()?,
            })
        });
        let mut mix = mix.collect::<Result<Vec<_>, Error>>()?;
        mix.sort_by_key(|kind| kind.kdf.is_some());
        Ok(Self {
            key_id: u32::try_from(id).unwrap_or(u32::MAX),
            mix,
        })
    }

    /// What `lot` draws, each kind as often as its share says; `None` for the policy's.
    ///
    /// The policy's lies below all others. So where another kind loses what the policy's gains, as stored
    /// strings do when their users sign in, logins only move to the policy's, as
    /// accounts do: one that became dearer would be nobody's. With several others, lower the first ones first.
    pub(crate) fn draw(&self, lot: u64) -> Option<&Kdf> {
        let all: u64 = self.mix.iter().map(|kind| kind.share).sum();
        // Both are below 2^64, so the product has its place in the upper half.
        let mut left = (u128::from(lot) * u128::from(all)) >> 64;
        for kind in &self.mix {
            match left.checked_sub(kind.share.into()) {
                Some(rest) => left = rest,
                None => return kind.kdf.as_ref(),
            }
        }
        None
    }

    /// Its kinds, each a share and a function, `None` for the policy's.
    pub(crate) fn each(&self) -> impl Iterator<Item = (u64, Option<&Kdf>)> {
        self.mix.iter().map(|kind| (kind.share, kind.kdf.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    fn read(text: &str) -> Result<UnknownUsers, Error> {
        UnknownUsers::read(&parse(text.as_bytes()).expect("JSON"), |_| Ok(()))
    }

    #[test]
    fn every_kind_is_drawn_as_often_as_its_share_says() {
        let mix = read(
            r#"{"key_id":1,"mix":[{"share":7},{"share":2,"hash":{"scheme":"pbkdf2-sha256","i":600000}},
                {"share":1,"hash":{"scheme":"scrypt","ln":17,"r":8,"p":1}}]}"#,
        )
        .expect("a mix");
        let mut drawn = [0; 3];
        for lot in 0..1000 {
            let place = match mix.draw(lot * (u64::MAX / 1000) + u64::MAX / 2000) {
                None => 0,
                Some(Kdf::Pbkdf2(_)) => 1,
                Some(_) => 2,
            };
            drawn[place] += 1;
        }
        assert_eq!(drawn, [700, 200, 100]);
    }

    #[test]
    fn where_users_sign_in_and_the_mix_changes_logins_move_to_the_policy_only() {
        let mix = |usual: u32, dear: u32| {
            let text = format!(
                r#"{{"key_id":1,"mix":[{{"share":{dear},"hash":{{"scheme":"pbkdf2-sha256","i":600000}}}},{{"share":{usual}}}]}}"#
            );
            read(&text).expect("a mix")
        };
        let (before, after) = (mix(7, 3), mix(80, 20));
        let mut moved = 0;
        for lot in (0..1000).map(|lot| lot * (u64::MAX / 1000)) {
            let (was, is) = (before.draw(lot).is_some(), after.draw(lot).is_some());
            assert!(was || !is, "{lot} became dearer");
            moved += usize::from(was && !is);
        }
        assert_eq!(moved, 100);
    }

    #[test]
    fn a_mix_that_says_nothing_is_refused_with_its_place() {
        for (text, path) in [
            (r#"{"mix":[{"share":1}]}"#, ""),
            (r#"{"key_id":0,"mix":[{"share":1}]}"#, "key_id"),
            (r#"{"key_id":1,"mix":[]}"#, "mix"),
            (r#"{"key_id":1,"mix":[{"share":0}]}"#, "mix[0].share"),
            (
                r#"{"key_id":1,"mix":[{"share":1,"hash":{"scheme":"md5-crypt"}}]}"#,
                "mix[0].hash.scheme",
            ),
            (
                r#"{"key_id":1,"mix":[{"share":1,"like":"x"}]}"#,
                "mix[0].like",
            ),
        ] {
            let error = read(text).expect_err(text);
            assert_eq!(error.path().unwrap_or_default(), path, "{text}");
        }
    }
}
