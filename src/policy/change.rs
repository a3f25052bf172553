//! How far a new password is from the one that it replaces.

use super::rules::{MOST_CHANGES, MOST_COMPARED};
use crate::text::{self, MAX_PASSWORD_BYTES};
use sha2::{Digest, Sha256};

/// What is kept of the old password while the new one is measured: on the
/// stack of a call whose stack is overwritten.
pub(super) struct Old {
    /// Of the prepared form; of the bytes where they are not UTF-8.
    digest: [u8; 32],
    start: Start,
}

/// The first characters of a text, in small letters.
struct Start {
    characters: [char; MOST_COMPARED],
    length: usize,
}

impl Old {
    /// `None` for what cannot have been a password.
    #[inline(never)] // So that its composer and that of the new password are not on the stack at once.
    pub(super) fn of(password: &[u8]) -> Option<Self> {
        if password.is_empty() || password.len() > MAX_PASSWORD_BYTES {
            return None;
        }
        Some(text::with_prepared(password, |prepared| Self {
            digest: Sha256::digest(prepared.map_or(password, str::as_bytes)).into(),
            start: Start::of(prepared.unwrap_or_default()),
        }))
    }

    /// Whether `prepared` is the old password.
    pub(super) fn is(&self, prepared: &str) -> bool {
        crate::secret::constant_time_eq(&self.digest, &Sha256::digest(prepared))
    }

    /// How many characters have to be put in, left out or replaced to make
    /// `prepared` of the old password, of the old one from behind or of its
    /// parts changed round, whichever is the least; more than [`MOST_CHANGES`]
    /// are not counted. Without case, of the first [`MOST_COMPARED`] characters.
    #[inline(never)] // Its frame is large, and most checks do without.
    pub(super) fn changes(&self, prepared: &str) -> u32 {
        let new = Start::of(prepared);
        let (old, new) = (self.start.characters(), new.characters());
        if is_rotated(old, new) {
            return 0;
        }
        let forward = distance(old.len(), new, |at| old.get(at).copied());
        let backward = distance(old.len(), new, |at| old.iter().rev().nth(at).copied());
        forward.min(backward)
    }
}

impl Start {
    fn of(text: &str) -> Self {
        let mut start = Self {
            characters: ['\0'; MOST_COMPARED],
            length: 0,
        };
        let small = text.chars().flat_map(char::to_lowercase);
        for (place, c) in start.characters.iter_mut().zip(small) {
            *place = c;
            start.length += 1;
        }
        start
    }

    fn characters(&self) -> &[char] {
        self.characters.get(..self.length).unwrap_or_default()
    }
}

/// Whether the end of `old` before its beginning is `new`.
fn is_rotated(old: &[char], new: &[char]) -> bool {
    let by = |by: usize| {
        let (head, tail) = old.split_at(by);
        new.strip_prefix(tail) == Some(head)
    };
    old.len() == new.len() && (0..old.len()).any(by)
}

/// The Levenshtein distance, up to [`MOST_CHANGES`] (Ukkonen 1985: what is
/// further from the diagonal than that is further away).
fn distance(old_len: usize, new: &[char], old: impl Fn(usize) -> Option<char>) -> u32 {
    const FAR: u32 = MOST_CHANGES + 1;
    const BAND: usize = MOST_CHANGES as usize;
    if old_len.abs_diff(new.len()) > BAND {
        return FAR;
    }
    // Column j of a row holds the distance to the first j characters of the new password.
    let mut row = [FAR; MOST_COMPARED + 1];
    for (cell, distance) in row.iter_mut().take(new.len().min(BAND) + 1).zip(0..) {
        *cell = distance;
    }
    for at in 0..old_len {
        let c = old(at);
        let (from, to) = (
            (at + 1).saturating_sub(BAND),
            (at + 1 + BAND).min(new.len()),
        );
        let mut diagonal = FAR;
        if let Some(cell) = from.checked_sub(1).and_then(|before| row.get_mut(before)) {
            diagonal = *cell;
            *cell = FAR;
        }
        for column in from..=to {
            let left = column
                .checked_sub(1)
                .and_then(|left| row.get(left))
                .copied();
            let is_same = column > 0 && new.get(column - 1).copied() == c;
            if let Some(cell) = row.get_mut(column) {
                let replaced = diagonal + u32::from(!is_same);
                let removed = *cell + 1;
                let added = left.unwrap_or(FAR) + 1;
                diagonal = *cell;
                *cell = if column == 0 {
                    removed
                } else {
                    replaced.min(removed).min(added)
                };
                *cell = (*cell).min(FAR);
            }
        }
    }
    row.get(new.len()).copied().unwrap_or(FAR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn changes(old: &str, new: &str) -> u32 {
        Old::of(old.as_bytes()).expect("a password").changes(new)
    }

    #[test]
    fn the_least_way_from_old_to_new_counts() {
        for (old, new, count) in [
            ("kitten", "sitting", 3),
            ("Summer2025!", "sUMMER2026!", 1),
            ("Summer2025!", "!5202remmuS", 0),
            ("Summer2025!", "!5202remmuX", 1),
            ("Summer2025!", "2025!Summer", 0),
            ("Summer2025!", "Summer2025!", 0),
            ("Summer2025!", "Winter", 9),
            ("É", "é", 0),
        ] {
            assert_eq!(changes(old, new), count, "{old} {new}");
        }
        assert_eq!(changes(&"a".repeat(90), &"b".repeat(90)), MOST_CHANGES + 1);
        assert_eq!(changes("a", &"a".repeat(90)), MOST_CHANGES + 1);
        assert_eq!(
            changes(&"a".repeat(300), &format!("{}b", "a".repeat(300))),
            0
        );
    }

    #[test]
    fn the_same_is_told_whatever_form_it_arrives_in() {
        let old = Old::of("cafe\u{301}\u{a0}x".as_bytes()).expect("a password");
        assert!(old.is("caf\u{e9} x"));
        assert!(!old.is("cafe x"));
        assert!(Old::of(b"").is_none());
        assert!(Old::of(&[b'a'; MAX_PASSWORD_BYTES + 1]).is_none());
        assert!(!Old::of(b"\xff").expect("a password").is("\u{ff}"));
    }

    /// The whole table, by its definition.
    fn model(old: &[char], new: &[char]) -> u32 {
        let mut table = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
        for i in 0..=old.len() {
            for j in 0..=new.len() {
                table[i][j] = match (i, j) {
                    (0, n) | (n, 0) => u32::try_from(n).expect("small"),
                    _ => {
                        let replaced = table[i - 1][j - 1] + u32::from(old[i - 1] != new[j - 1]);
                        replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1)
                    }
                };
            }
        }
        table[old.len()][new.len()].min(MOST_CHANGES + 1)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn distances_are_those_of_the_whole_table(
            old in proptest::collection::vec(prop_oneof![Just('a'), Just('b'), Just('c')], 0..90),
            new in proptest::collection::vec(prop_oneof![Just('a'), Just('b'), Just('c')], 0..90),
        ) {
            let found = distance(old.len(), &new, |at| old.get(at).copied());
            prop_assert_eq!(found, model(&old, &new));
        }
    }
}
