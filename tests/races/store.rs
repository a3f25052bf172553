//! All that a host has: one text, and a compare-and-swap.

use std::sync::{Mutex, MutexGuard};

/// With what every caller had to say who won, in their order.
pub(crate) struct Store<T>(Mutex<Stored<T>>);

pub(crate) struct Stored<T> {
    pub(crate) text: String,
    pub(crate) log: Vec<T>,
}

impl<T> Store<T> {
    pub(crate) const fn new(text: String) -> Self {
        let log = Vec::new();
        Self(Mutex::new(Stored { text, log }))
    }

    pub(crate) fn stored(&self) -> MutexGuard<'_, Stored<T>> {
        self.0.lock().expect("no panic")
    }

    pub(crate) fn read(&self) -> String {
        self.stored().text.clone()
    }

    /// Whether it still had `old`, and has `new` now, where there is a new one. Then `said` is kept.
    pub(crate) fn swap(&self, old: &str, new: Option<&str>, said: T) -> bool {
        let mut stored = self.stored();
        let is_unchanged = stored.text == old;
        if is_unchanged {
            stored.text = new.unwrap_or(old).to_owned();
            stored.log.push(said);
        }
        is_unchanged
    }
}
