//! Settings of releases that share an account, and their cores.

use super::user::ROUTES;
use saltbox::{Config, Saltbox};
use std::fmt::Write;
use std::sync::OnceLock;

/// Of codes: a row of the model's table.
#[derive(Clone, Copy)]
pub(super) struct OfCodes {
    pub(super) attempts: usize,
    pub(super) window_s: u64,
    pub(super) live: usize,
    pub(super) newer_ends_older: bool,
    pub(super) reissue_after_s: u64,
}

const fn codes(attempts: usize, window_s: u64, live: usize, ends: bool, pause: u64) -> OfCodes {
    OfCodes {
        attempts,
        window_s,
        live,
        newer_ends_older: ends,
        reissue_after_s: pause,
    }
}

/// After how many failures nothing is looked at, and for how long.
#[derive(Clone, Copy)]
pub(super) struct OfLock {
    pub(super) attempts: u32,
    pub(super) first_s: u64,
    pub(super) most_s: u64,
    pub(super) permanent: u32,
}

const fn lock(attempts: u32, first_s: u64, most_s: u64, permanent: u32) -> OfLock {
    OfLock {
        attempts,
        first_s,
        most_s,
        permanent,
    }
}

/// What a release is configured to do.
#[derive(Clone, Copy)]
pub(super) struct Settings {
    pub(super) codes: OfCodes,
    pub(super) lock: OfLock,
    pub(super) history: usize,
    pub(super) max_age_days: Option<u64>,
    pub(super) temporary_s: u64,
    pub(super) reset_unlocks: bool,
}

const fn settings(
    codes: OfCodes,
    lock: OfLock,
    history: usize,
    max_age_days: Option<u64>,
    temporary_s: u64,
    reset_unlocks: bool,
) -> Settings {
    Settings {
        codes,
        lock,
        history,
        max_age_days,
        temporary_s,
        reset_unlocks,
    }
}

/// Seconds since the sign-in within which a session sets a password.
pub(super) const AUTH_AGE_S: u64 = 300;

#[rustfmt::skip]
pub(super) const SETTINGS: [Settings; 8] = [
    settings(codes(5, 3600, 3, true, 60), lock(5, 30, 3600, 100), 0, None, 86_400, true),
    settings(codes(3, 600, 2, false, 0), lock(3, 60, 600, 10), 3, Some(30), 3600, false),
    settings(codes(1, 60, 1, true, 0), lock(1, 1, 4, 100), 1, Some(7), 60, true),
    settings(codes(2, 60, 4, false, 0), lock(2, 300, 300, 20), 5, None, 600, false),
    settings(codes(10, 600, 4, false, 60), lock(10, 30, 60, 100), 2, Some(1), 86_400, true),
    settings(codes(3, 86_400, 1, false, 0), lock(4, 86_400, 86_400, 100), 0, Some(364), 2_592_000, true),
    settings(codes(10, 60, 3, true, 0), lock(10, 3600, 7200, 7), 12, None, 120, false),
    settings(codes(4, 2_592_000, 4, false, 3600), lock(5, 5, 20, 5), 2, None, 3600, true),
];

/// One of each of [`SETTINGS`], with the same keys.
pub(super) fn cores() -> &'static [Saltbox] {
    static CORES: OnceLock<Vec<Saltbox>> = OnceLock::new();
    CORES.get_or_init(|| SETTINGS.iter().map(core).collect())
}

fn core(s: &Settings) -> Saltbox {
    let lifetimes = ROUTES.map(|(_, _, key, seconds)| format!(r#""{key}":{seconds}"#));
    let (c, l) = (&s.codes, &s.lock);
    let mut json = format!(
        r#"{{"hash":{{"create":{{"profile":"test-only"}}}},"keys":{{"create_key_id":1}},
        "policy":{{"min_length":8}},
        "codes":{{"lifetime_s":{{{}}},"attempts":{},"window_s":{},"live":{},
        "newer_ends_older":{},"reissue_after_s":{}}},
        "account":{{"lock":{{"attempts":{},"first_s":{},"most_s":{},"permanent":{}}},
        "history":{},"temporary_s":{},"auth_age_s":{AUTH_AGE_S},"reset_unlocks":{}"#,
        lifetimes.join(","),
        c.attempts,
        c.window_s,
        c.live,
        c.newer_ends_older,
        c.reissue_after_s,
        l.attempts,
        l.first_s,
        l.most_s,
        l.permanent,
        s.history,
        s.temporary_s,
        s.reset_unlocks,
    );
    if let Some(days) = s.max_age_days {
        let _ = write!(json, r#","max_age_days":{days}"#);
    }
    json.push_str("}}");
    let mut config = Config::from_json(json.as_bytes()).expect("a configuration");
    let key: Vec<u8> = (0..32).collect();
    config.add_key(1, &key).expect("a key");
    Saltbox::new(config)
}
