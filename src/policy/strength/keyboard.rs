//! Keyboards as zxcvbn knows them: which keys touch, and in which direction.

use super::guesses::{choose_from, power};
use super::text::View;

/// What a row begins with: columns that have no key, and its keys without and with Shift.
type Row = (u8, &'static str, &'static str);

/// A character's row and column in one number, of which 0 is none, and
/// [`SHIFTED`]. No row reaches the next one.
type Places = [u8; 128];

const SHIFTED: u8 = 0x80;
const ROW: u8 = 16;

/// From a key to those that touch it, where each row stands half a key to the right of the one above.
const SLANTED: &[i16] = &[-1, -16, -15, 1, 16, 15];
/// Where keys stand below each other.
const ALIGNED: &[i16] = &[-1, -17, -16, -15, 1, 17, 16, 15];

/// A keyboard.
struct Keyboard {
    places: Places,
    steps: &'static [i16],
    /// How many characters it has, and how many keys touch one, on average:
    /// those of QWERTY for both large keyboards, and of the first keypad for both small ones.
    characters: f64,
    touching: f64,
}

const LARGE: (f64, f64) = (94.0, 432.0 / 94.0);
const SMALL: (f64, f64) = (15.0, 76.0 / 15.0);

static KEYBOARDS: [Keyboard; 4] = [
    keyboard(
        &[
            (1, "`1234567890-=", "~!@#$%^&*()_+"),
            (2, "qwertyuiop[]\\", "QWERTYUIOP{}|"),
            (2, "asdfghjkl;'", "ASDFGHJKL:\""),
            (2, "zxcvbnm,./", "ZXCVBNM<>?"),
        ],
        SLANTED,
        LARGE,
    ),
    keyboard(
        &[
            (1, "`1234567890[]", "~!@#$%^&*(){}"),
            (2, "',.pyfgcrl/=\\", "\"<>PYFGCRL?+|"),
            (2, "aoeuidhtns-", "AOEUIDHTNS_"),
            (2, ";qjkxbmwvz", ":QJKXBMWVZ"),
        ],
        SLANTED,
        LARGE,
    ),
    keyboard(
        &[
            (2, "/*-", ""),
            (1, "789+", ""),
            (1, "456", ""),
            (1, "123", ""),
            (2, "0.", ""),
        ],
        ALIGNED,
        SMALL,
    ),
    keyboard(
        &[
            (2, "=/*", ""),
            (1, "789-", ""),
            (1, "456+", ""),
            (1, "123", ""),
            (2, "0.", ""),
        ],
        ALIGNED,
        SMALL,
    ),
];

#[allow(clippy::indexing_slicing)] // At compile time.
const fn keyboard(rows: &[Row], steps: &'static [i16], of: (f64, f64)) -> Keyboard {
    let mut places = [0; 128];
    let (mut at, mut first) = (0, ROW);
    while at < rows.len() {
        let (before, plain, shifted) = rows[at];
        let (plain, shifted) = (plain.as_bytes(), shifted.as_bytes());
        let (mut key, mut place) = (0, first + before);
        while key < plain.len() {
            places[plain[key] as usize] = place;
            if key < shifted.len() {
                places[shifted[key] as usize] = place | SHIFTED;
            }
            key += 1;
            place += 1;
        }
        at += 1;
        first += ROW;
    }
    Keyboard {
        places,
        steps,
        characters: of.0,
        touching: of.1,
    }
}

/// How many keyboards there are.
pub(super) const COUNT: usize = KEYBOARDS.len();

/// A walk over neighbouring keys.
pub(super) struct Walk {
    pub(super) length: usize,
    pub(super) turns: usize,
    pub(super) guesses: f64,
}

impl Keyboard {
    fn place(&self, unit: u16) -> u8 {
        self.places.get(usize::from(unit)).copied().unwrap_or(0)
    }

    /// In which direction one key lies from another, where they touch.
    fn direction(&self, from: u8, to: u8) -> Option<i16> {
        if from == 0 || to == 0 {
            return None;
        }
        let step = i16::from(to & !SHIFTED) - i16::from(from & !SHIFTED);
        self.steps.contains(&step).then_some(step)
    }
}

/// The walk that begins at a place; one character where there is none.
pub(super) fn walk(keyboard: usize, text: View<'_>, start: usize) -> Walk {
    let mut walk = Walk {
        length: 1,
        turns: 0,
        guesses: 0.0,
    };
    let Some(keyboard) = KEYBOARDS.get(keyboard) else {
        return walk;
    };
    let mut last = keyboard.place(text.unit(start));
    let (mut direction, mut shifted) = (0, usize::from(last & SHIFTED != 0));
    while start + walk.length < text.len() {
        let next = keyboard.place(text.unit(start + walk.length));
        let Some(step) = keyboard.direction(last, next) else {
            break;
        };
        shifted += usize::from(next & SHIFTED != 0);
        walk.turns += usize::from(step != direction);
        direction = step;
        last = next;
        walk.length += 1;
    }
    if walk.length > 2 {
        walk.guesses = guesses(keyboard, walk.length, walk.turns, shifted);
    }
    walk
}

/// How many walks there are of at most this length and so many turns. Summed
/// over the lengths, the ways to place j turns in a walk of i keys,
/// C(i - 1, j - 1), are C(length, j) - 1.
fn guesses(keyboard: &Keyboard, length: usize, turns: usize, shifted: usize) -> f64 {
    let mut walks = 0.0;
    let mut ways = choose_from(length);
    for turn in 1..=turns.min(length - 1) {
        let ways = ways.next().unwrap_or(0.0) - 1.0;
        walks += ways * keyboard.characters * power(keyboard.touching, turn);
    }
    let others = length - shifted;
    match (shifted, others) {
        (0, _) => walks,
        (_, 0) => walks * 2.0,
        _ => walks * choose_from(length).take(shifted.min(others)).sum::<f64>(),
    }
}
