//! The way to cut a password into parts that takes the fewest guesses.
//!
//! For parts m of a sequence of l it is l! * product of the guesses of m +
//! 10,000^(l - 1): an attacker tries every order, and shorter sequences before.

use super::SCORES;
use super::guesses::{count, least, of_any};
use super::matches::{Kind, Known, Match, Matches};
use super::repeats::{self, Repeat};
use super::text::{MOST_UNITS, View};

/// Sequences of more parts are not looked for: their score is the highest one anyway.
const MOST_PARTS: usize = 10;

/// A text of so many code units has a table of its own size.
const SHORT: usize = 32;

/// A part is entered as any characters.
const IS_ANY: u8 = 0x80;

/// The best sequences of each length for a beginning of the text. One stands
/// here only if none that is shorter takes fewer guesses.
#[derive(Clone, Copy)]
struct Row {
    /// The product of the guesses; infinite where there is no such sequence.
    products: [f64; MOST_PARTS],
    /// Where the last part begins, and whether it is any characters.
    from: [u8; MOST_PARTS],
}

const _: () = assert!(MOST_UNITS <= IS_ANY as usize);

/// l! and 10,000^(l - 1).
const ORDERS: [(f64, f64); MOST_PARTS] = orders();

#[allow(clippy::indexing_slicing)] // At compile time.
const fn orders() -> [(f64, f64); MOST_PARTS] {
    let mut orders = [(1.0, 1.0); MOST_PARTS];
    let (mut at, mut parts) = (1, 1.0);
    while at < MOST_PARTS {
        parts += 1.0;
        orders[at] = (orders[at - 1].0 * parts, orders[at - 1].1 * 10_000.0);
        at += 1;
    }
    orders
}

impl Row {
    const EMPTY: Self = Self {
        products: [f64::INFINITY; MOST_PARTS],
        from: [0; MOST_PARTS],
    };

    /// The guesses for each number of parts.
    fn guesses(&self) -> impl Iterator<Item = f64> {
        let products = self.products.iter().zip(&ORDERS);
        products.map(|(product, (orders, shorter))| orders * product + shorter)
    }

    /// The product and the beginning for so many parts less one.
    fn get(&self, parts: usize) -> Option<(f64, u8)> {
        let product = self
            .products
            .get(parts)
            .copied()
            .filter(|product| product.is_finite())?;
        Some((product, self.from.get(parts).copied()?))
    }

    fn set(&mut self, parts: usize, product: f64, from: u8) {
        if let (Some(place), Some(start)) = (self.products.get_mut(parts), self.from.get_mut(parts))
        {
            (*place, *start) = (product, from);
        }
    }

    fn offer(&mut self, parts: usize, product: f64, from: u8) {
        let Some((orders, shorter)) = ORDERS.get(parts) else {
            return;
        };
        let guesses = orders * product + shorter;
        if !self.guesses().take(parts + 1).any(|known| known <= guesses) {
            self.set(parts, product, from);
        }
    }
}

/// A part of the best sequence.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) start: usize,
    pub(super) found: Match,
}

/// The guesses that a text takes.
pub(super) struct Best {
    pub(super) guesses: f64,
    /// How many parts it has.
    pub(super) parts: usize,
    /// The first one of the longest, where feedback is given.
    pub(super) longest: Option<Part>,
}

/// The best sequence. `repeats` is room for the repetitions of the text and of
/// the pieces that are repeated, which are at most half as long.
pub(super) fn best(text: View<'_>, known: Known<'_>, repeats: &mut [Repeat]) -> Best {
    let (mut found, mut from) = (0, 0);
    while let Some(mut repeat) = repeats::first(text, from) {
        let Some((own, rest)) = repeats.split_at_mut_checked(found + 1) else {
            break;
        };
        let piece = best(text.part(repeat.start(), repeat.base()), known, rest);
        repeat.guesses = piece.guesses * count(repeat.length() / repeat.base());
        if let Some(place) = own.last_mut() {
            *place = repeat;
        }
        (found, from) = (found + 1, repeat.start() + repeat.length());
    }
    let repeats = repeats.get(..found).unwrap_or_default();
    // Most passwords are short: a smaller table is sooner made.
    if text.len() <= SHORT {
        search::<SHORT>(text, known, repeats)
    } else {
        search::<MOST_UNITS>(text, known, repeats)
    }
}

/// A frame of its own: the table stands on the stack for one text at a time.
#[inline(never)]
fn search<const UNITS: usize>(text: View<'_>, known: Known<'_>, repeats: &[Repeat]) -> Best {
    let mut table = [Row::EMPTY; UNITS];
    let rows = table.get_mut(..text.len()).unwrap_or_default();
    let mut matches = Matches::of(text, known, repeats);
    let mut least = Least::of(text.len());
    for start in 0..text.len() {
        matches.starting_at(start, &mut |found| least.note(found));
        least.enter_starting_at(rows, start);
        matches.reversed_to(start + 1, &mut |_, found| least.note(found));
        least.enter_ending_with(rows, start);
        enter_any(rows, start);
    }
    let last = rows.last().map_or(&Row::EMPTY, |row| row);
    let mut parts = None;
    for (at, guesses) in last.guesses().enumerate() {
        if parts.is_none_or(|(_, least)| guesses < least) {
            parts = Some((at, guesses));
        }
    }
    let parts = parts.filter(|_| !text.units.is_empty());
    let Some((parts, guesses)) = parts else {
        return Best {
            guesses: 1.0,
            parts: 0,
            longest: None,
        };
    };
    Best {
        guesses,
        parts: parts + 1,
        longest: if guesses < SCORES[2] {
            longest(rows, parts, text, known, repeats)
        } else {
            None
        },
    }
}

/// Of parts of one length the fewest guesses.
struct Least {
    whole: usize,
    guesses: [f64; MOST_UNITS],
    /// A bit for each length that is there, of one and more.
    there: u128,
}

impl Least {
    fn of(whole: usize) -> Self {
        Self {
            whole,
            guesses: [0.0; MOST_UNITS],
            there: 0,
        }
    }

    fn note(&mut self, found: Match) {
        let guesses = found.guesses.max(least(found.length, self.whole));
        let at = found.length.wrapping_sub(1);
        if let Some(place) = self.guesses.get_mut(at)
            && (self.there >> at & 1 == 0 || guesses < *place)
        {
            *place = guesses;
            self.there |= 1 << at;
        }
    }

    fn take(&mut self, at: u32) -> (usize, f64) {
        self.there &= !(1 << at);
        (
            at as usize,
            self.guesses
                .get(at as usize)
                .copied()
                .unwrap_or(f64::INFINITY),
        )
    }

    /// Enters what begins at `start`: all that ends before it is entered.
    fn enter_starting_at(&mut self, rows: &mut [Row], start: usize) {
        let Some((before, after)) = rows.split_at_mut_checked(start) else {
            return;
        };
        while self.there != 0 {
            let (at, guesses) = self.take(self.there.trailing_zeros());
            if let Some(row) = after.get_mut(at) {
                enter(row, before, start, guesses);
            }
        }
    }

    /// Enters what ends with `last`, the longest first, as zxcvbn does.
    fn enter_ending_with(&mut self, rows: &mut [Row], last: usize) {
        let Some((before, [row, ..])) = rows.split_at_mut_checked(last) else {
            return;
        };
        while self.there != 0 {
            let (at, guesses) = self.take(127 - self.there.leading_zeros());
            enter(row, before, last.saturating_sub(at), guesses);
        }
    }
}

/// Enters a part that begins at `start` after every sequence that ends there.
fn enter(row: &mut Row, before: &[Row], start: usize, guesses: f64) {
    let from = u8::try_from(start).unwrap_or(0);
    let Some(end) = start.checked_sub(1) else {
        return row.offer(0, guesses, from);
    };
    for parts in 1..MOST_PARTS {
        if let Some((product, _)) = before.get(end).and_then(|row| row.get(parts - 1)) {
            row.offer(parts, product * guesses, from);
        }
    }
}

/// Enters any characters up to `last`, after everything else that ends there.
fn enter_any(rows: &mut [Row], last: usize) {
    let Some((before, [row, ..])) = rows.split_at_mut_checked(last) else {
        return;
    };
    row.offer(0, of_any(last + 1), IS_ANY);
    // The least of each number of parts and of all below.
    let mut least = [f64::INFINITY; MOST_PARTS];
    let refresh = |row: &Row, least: &mut [f64; MOST_PARTS]| {
        let mut lowest = f64::INFINITY;
        for (place, guesses) in least.iter_mut().zip(row.guesses()) {
            lowest = lowest.min(guesses);
            *place = lowest;
        }
    };
    refresh(row, &mut least);
    for (end, earlier) in before.iter().enumerate() {
        let any = of_any(last - end);
        let sequences = earlier.products.iter().zip(&earlier.from);
        let longer = ORDERS.iter().zip(least).skip(1);
        let mut is_better = 0_u32;
        for (bit, ((product, from), ((orders, shorter), least))) in (1..).zip(sequences.zip(longer))
        {
            if *shorter >= least {
                break;
            }
            // Two parts of any characters would be one.
            let is_any = from & IS_ANY != 0;
            let guesses = orders * (product * any) + shorter;
            is_better |= u32::from(!is_any && guesses < least) << bit;
        }
        if is_better == 0 {
            continue;
        }
        for parts in 1..MOST_PARTS {
            if is_better >> parts & 1 == 1 {
                let product = earlier
                    .products
                    .get(parts - 1)
                    .map_or(f64::INFINITY, |p| p * any);
                let from = u8::try_from(end + 1).unwrap_or(0);
                row.offer(parts, product, from | IS_ANY);
            }
        }
        refresh(row, &mut least);
    }
}

/// Each part of the sequence that ends with the last row, the last one first.
fn parts(rows: &[Row], parts: usize) -> impl Iterator<Item = (usize, usize, bool)> {
    let mut next = rows.len().checked_sub(1).map(|last| (last, parts));
    std::iter::from_fn(move || {
        let (last, parts) = next?;
        let (_, from) = rows.get(last)?.get(parts)?;
        let start = usize::from(from & !IS_ANY);
        next = start.checked_sub(1).zip(parts.checked_sub(1));
        Some((start, last + 1 - start, from & IS_ANY != 0))
    })
}

fn longest(
    rows: &[Row],
    count: usize,
    text: View<'_>,
    known: Known<'_>,
    repeats: &[Repeat],
) -> Option<Part> {
    let longest = parts(rows, count).fold(None, |best: Option<(usize, usize, bool)>, part| {
        // From behind: of equal ones the last that is seen is the first.
        best.filter(|best| best.1 > part.1).or(Some(part))
    });
    longest.map(|(start, length, is_any)| Part {
        start,
        found: explain(text, (start, length, is_any), known, repeats),
    })
}

/// What a part was entered as.
fn explain(
    text: View<'_>,
    (start, length, is_any): (usize, usize, bool),
    known: Known<'_>,
    repeats: &[Repeat],
) -> Match {
    let any = Match {
        length,
        guesses: of_any(length),
        kind: Kind::Any,
    };
    if is_any {
        return any;
    }
    let mut matches = Matches::of(text, known, repeats);
    let mut best: Option<Match> = None;
    let mut consider = |found: Match| {
        let found = Match {
            guesses: found.guesses.max(least(length, text.len())),
            ..found
        };
        let is_better = best.is_none_or(|best| {
            let ahead = kind_order(found.kind) < kind_order(best.kind);
            found.guesses < best.guesses || found.guesses == best.guesses && ahead
        });
        if found.length == length && is_better {
            best = Some(found);
        }
    };
    for before in 0..start {
        matches.patterns(before, &mut |_| {});
    }
    matches.starting_at(start, &mut consider);
    matches.reversed_to(start + length, &mut |at, found| {
        if at == start {
            consider(found);
        }
    });
    best.unwrap_or(any)
}

const fn kind_order(kind: Kind) -> u8 {
    match kind {
        Kind::Word { .. } => 0,
        Kind::Reversed { .. } => 1,
        Kind::Leet { .. } => 2,
        Kind::Keys { .. } => 3,
        Kind::Repeat { .. } => 4,
        Kind::Sequence => 5,
        Kind::Year => 6,
        Kind::Date => 7,
        Kind::Any => 8,
    }
}
