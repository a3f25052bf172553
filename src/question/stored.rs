//! The answers of an account as its record keeps them.

use super::normalize::NORMALIZER;
use super::settings::{Hashing, MOST_ANSWERS, read_id};
use crate::error::{Error, ErrorKind};
use crate::hash::MAX_STORED_BYTES;
use crate::json::{Object, Value, Writer};

/// Hashes of answers, with the questions that they belong to. No answer is in it.
///
/// ```json
/// {"normalizer":1,"hashing":"separate","answers":[{"id":"first_pet","hash":"$argon2id$…"}]}
/// {"normalizer":1,"hashing":"joint","answers":[{"id":"first_pet"},{"id":"first_city"}],"hash":"$argon2id$…"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AnswerSet {
    pub(super) hashes: Hashes,
}

/// By id of the question; joint, sorted by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hashes {
    Separate(Vec<(String, String)>),
    Joint { ids: Vec<String>, hash: String },
}

impl AnswerSet {
    pub(crate) const fn hashing(&self) -> Hashing {
        match self.hashes {
            Hashes::Separate(_) => Hashing::Separate,
            Hashes::Joint { .. } => Hashing::Joint,
        }
    }

    /// The questions that were answered.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        let (separate, joint) = match &self.hashes {
            Hashes::Separate(answers) => (&answers[..], &[][..]),
            Hashes::Joint { ids, .. } => (&[][..], &ids[..]),
        };
        let separate = separate.iter().map(|(id, _)| &**id);
        separate.chain(joint.iter().map(|id| &**id))
    }

    /// Reads what [`Self::write`] wrote. What a later release wrote is
    /// [`ErrorKind::LaterRelease`], whatever else it has.
    pub(crate) fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        let normalizer = object.require("normalizer")?;
        if normalizer.integer("normalizer", 1..=u64::from(u32::MAX))? > u64::from(NORMALIZER) {
            let error = normalizer.error("these answers were normalised by a later release");
            return Err(error.of_kind(ErrorKind::LaterRelease));
        }
        object.only_of_this_release(&["hashing", "answers", "hash"])?;
        let hashing = Hashing::read(&object.require("hashing")?)?;
        let answers = object.require("answers")?;
        let items = answers.array()?;
        if !(1..=MOST_ANSWERS).contains(&items.len()) {
            return Err(answers.error(format!("has to have 1 to {MOST_ANSWERS} answers")));
        }
        let mut ids: Vec<String> = Vec::with_capacity(items.len());
        let mut hashes = Vec::new();
        for item in items {
            let mut answer = item.object()?;
            let place = answer.require("id")?;
            let id = read_id(&place)?;
            if ids.contains(&id) {
                return Err(place.error("stands twice"));
            }
            ids.push(id);
            if hashing == Hashing::Separate {
                hashes.push(read_hash(&mut answer)?);
            }
            answer.only_of_this_release(&[])?;
        }
        let hashes = match hashing {
            Hashing::Separate => Hashes::Separate(ids.into_iter().zip(hashes).collect()),
            Hashing::Joint => Hashes::Joint {
                ids,
                hash: read_hash(&mut object)?,
            },
        };
        object.only_of_this_release(&[])?;
        Ok(Self { hashes })
    }

    /// Writes the members of its object.
    pub(crate) fn write(&self, json: &mut Writer) {
        json.integer("normalizer", NORMALIZER);
        json.string("hashing", self.hashing().name());
        match &self.hashes {
            Hashes::Separate(answers) => json.objects("answers", answers, |json, (id, hash)| {
                json.string("id", id);
                json.string("hash", hash);
            }),
            Hashes::Joint { ids, hash } => {
                json.objects("answers", ids, |json, id| json.string("id", id));
                json.string("hash", hash);
            }
        }
    }
}

fn read_hash(object: &mut Object<'_>) -> Result<String, Error> {
    let value = object.require("hash")?;
    let hash = value.string()?;
    // An empty one would be an account that is not there.
    if (1..=MAX_STORED_BYTES).contains(&hash.len()) {
        return Ok(hash);
    }
    Err(value.error(format!("has to have 1 to {MAX_STORED_BYTES} bytes")))
}
