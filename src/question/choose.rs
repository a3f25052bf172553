//! Which questions are asked.

use super::settings::QuestionSettings;
use super::stored::AnswerSet;
use crate::error::Error;

/// Ids of the questions to ask, by id: all where they are one secret, else a
/// subset by chance, every one as likely.
///
/// None where so many are not left: the pool may have lost some, or more are
/// asked than were when the answers were set up. To ask fewer would be to ask for
/// less, so the account has to set up others. The host keeps what was chosen until
/// it is answered, so that nobody can draw until the questions suit.
pub(crate) fn choose(
    settings: &QuestionSettings,
    set: &AnswerSet,
    mut random: impl FnMut(&mut [u8]) -> Result<(), Error>,
) -> Result<Vec<String>, Error> {
    let is_left = |id: &&str| settings.question(id).is_some();
    let mut left: Vec<&str> = set.ids().filter(is_left).collect();
    let ask = settings.asked_of(set);
    if left.len() < ask {
        return Ok(Vec::new());
    }
    while left.len() > ask {
        left.remove(below(left.len(), &mut random)?);
    }
    Ok(left.into_iter().map(str::to_owned).collect())
}

/// Whether the questions `asked` before are still those to ask: as many as the settings say, each
/// set up and in the pool.
pub(crate) fn may_ask(settings: &QuestionSettings, set: &AnswerSet, asked: &[String]) -> bool {
    let is_left =
        |id: &String| set.ids().any(|known| known == id) && settings.question(id).is_some();
    asked.len() == settings.asked_of(set) && asked.iter().all(is_left)
}

/// A number below `end`, which is 16 at most, each as likely: bytes that would make
/// some likelier are drawn again.
fn below(
    end: usize,
    random: &mut impl FnMut(&mut [u8]) -> Result<(), Error>,
) -> Result<usize, Error> {
    let mut byte = [0];
    loop {
        random(&mut byte)?;
        let drawn = usize::from(byte[0]);
        if drawn < 256 - 256 % end.max(1) {
            return Ok(drawn % end.max(1));
        }
    }
}
