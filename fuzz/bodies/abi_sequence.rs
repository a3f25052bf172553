//! Sequences of calls of the C functions against a small model of what the
//! header says: live and NULL handles, NULL and impossible lengths, buffers
//! that just fit and just do not. Whatever is left is freed at the end, so that
//! a leak checker sees what a function forgot.

use ::saltbox::ffi::*;
use ::saltbox::hash::{Argon2, Kdf, Pbkdf2, Prf, Scrypt, Variant, Version};
use ::saltbox::{Config, Error, ErrorKind, Saltbox, Verdict};
use base64ct::{Base64Unpadded, Encoding};
use std::collections::HashMap;
use std::ptr::{null, null_mut};
use std::sync::OnceLock;

const LOW: &str = r#"{"hash":{"create":{"profile":"test-only"},"limits":{
    "argon2_kib_passes":64,"argon2_m_kib":32,"argon2_p":4,
    "scrypt_nrp":64,"scrypt_kib":4,"pbkdf2_iterations":64}}}"#;
const ONE_SCHEME: &str = r#"{"hash":{"create":{"profile":"test-only"},"verify":["argon2id"]}}"#;

/// What a configuration does, as far as the model goes.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Costs milliseconds a hash: only asked for sizes and findings.
    Default,
    Low,
    OneScheme,
}

/// Passwords and which of them are the same one once prepared.
const PASSWORDS: [(&[u8], u8); 7] = [
    (b"correct horse", 0),
    (b"correct horsf", 1),
    ("caf\u{e9}".as_bytes(), 2),
    ("cafe\u{301}".as_bytes(), 2),
    (b"", 3),
    (b"not \xff UTF-8", 4),
    (&[b'a'; 4097], 5),
];

/// Stored strings made from the first password, or broken, with the status they get from [`Kind::Low`].
fn samples() -> &'static [(Vec<u8>, saltbox_status)] {
    static SAMPLES: OnceLock<Vec<(Vec<u8>, saltbox_status)>> = OnceLock::new();
    SAMPLES.get_or_init(|| {
        let salt_and_tag = "$c2FsdCBvZiAxNiBieXRlcw$";
        let good = [
            ("$argon2id$v=19$m=8,t=1,p=1", cheap_kdf(0)),
            ("$argon2i$m=8,t=1,p=1", cheap_kdf(1)),
            ("$scrypt$ln=1,r=1,p=1", cheap_kdf(2)),
            ("$pbkdf2-sha512$i=1", cheap_kdf(3)),
        ];
        let mut samples: Vec<(Vec<u8>, saltbox_status)> = good
            .map(|(head, kdf)| {
                let mut tag = [0; 32];
                kdf.derive(PASSWORDS[0].0, b"salt of 16 bytes", &mut tag)
                    .expect("derives");
                let tag = Base64Unpadded::encode_string(&tag);
                (
                    format!("{head}{salt_and_tag}{tag}").into_bytes(),
                    SALTBOX_OK,
                )
            })
            .into();
        samples.extend([
            (b"".to_vec(), SALTBOX_REJECTED),
            (b"$argon2id$v=19$m=8,t=1,p=1$".to_vec(), SALTBOX_E_MALFORMED),
            (
                b"$argon2id$v=19$m=8,t=1,p=\xff".to_vec(),
                SALTBOX_E_MALFORMED,
            ),
            (b"$2b$04$".to_vec(), SALTBOX_E_UNSUPPORTED),
            (b"\xff\xfe\0".to_vec(), SALTBOX_E_UNSUPPORTED),
            (b"$saltbox$v=1$".to_vec(), SALTBOX_E_LATER_RELEASE),
            (
                b"$scrypt$ln=31,r=8,p=1$$AAAAAAAAAAAAAAAAAAAAAA".to_vec(),
                SALTBOX_E_LIMIT,
            ),
            (vec![b'$'; 5000], SALTBOX_E_MALFORMED),
        ]);
        samples
    })
}

fn cheap_kdf(which: u8) -> Kdf {
    match which {
        0 => Kdf::Argon2(Argon2::new(Variant::Id, Version::V0x13, 8, 1, 1).expect("in range")),
        1 => Kdf::Argon2(Argon2::new(Variant::I, Version::V0x10, 8, 1, 1).expect("in range")),
        2 => Kdf::Scrypt(Scrypt::new(1, 1, 1).expect("in range")),
        _ => Kdf::Pbkdf2(Pbkdf2::new(Prf::Sha512, 1).expect("in range")),
    }
}

struct ConfigSlot {
    handle: *mut saltbox_config,
    kind: Kind,
    keys: HashMap<u32, Vec<u8>>,
}

struct CoreSlot {
    handle: *mut saltbox,
    kind: Kind,
}

struct World<'a> {
    input: &'a [u8],
    configs: Vec<ConfigSlot>,
    cores: Vec<CoreSlot>,
    outcomes: Vec<*mut saltbox_outcome>,
    /// What `saltbox_hash` returned, and the password as prepared.
    hashes: Vec<(Vec<u8>, u8)>,
}

pub fn run(data: &[u8]) {
    let mut world = World {
        input: data,
        configs: Vec::new(),
        cores: Vec::new(),
        outcomes: Vec::new(),
        hashes: Vec::new(),
    };
    // No sequence grows without end: 32 calls reach every pair of them.
    for _ in 0..32 {
        let Some(call) = world.next() else { break };
        match call % 10 {
            0 => world.config_parse(),
            1 => world.config_add_key(),
            2 => world.config_free(),
            3 => world.new_core(),
            4 => world.derive(),
            5 => world.free(),
            6 => world.hash(),
            7 => world.verify(),
            8 => world.verify_batch(),
            _ => world.identify(),
        }
    }
    world.free_all();
}

impl World<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.input.split_first()?;
        self.input = rest;
        Some(*first)
    }

    fn byte(&mut self) -> u8 {
        self.next().unwrap_or(0)
    }

    /// One time in eight.
    fn rarely(&mut self) -> bool {
        self.byte() % 8 == 7
    }

    fn config(&mut self) -> Option<usize> {
        let drawn = usize::from(self.byte());
        (!self.configs.is_empty() && drawn % 8 != 7).then(|| drawn % self.configs.len())
    }

    fn core(&mut self) -> Option<usize> {
        let drawn = usize::from(self.byte());
        (!self.cores.is_empty() && drawn % 8 != 7).then(|| drawn % self.cores.len())
    }

    fn core_handle(&self, core: Option<usize>) -> *const saltbox {
        core.map_or(null(), |i| self.cores[i].handle)
    }

    /// A sample, or a string hashed before: the bytes and what password it is of.
    fn stored(&mut self) -> (Vec<u8>, saltbox_status, u8) {
        let drawn = usize::from(self.byte());
        if drawn % 2 == 1 && !self.hashes.is_empty() {
            let (text, password) = self.hashes[drawn / 2 % self.hashes.len()].clone();
            return (text, SALTBOX_OK, password);
        }
        let (text, status) = samples()[drawn / 2 % samples().len()].clone();
        (text, status, 0)
    }

    fn password(&mut self) -> (&'static [u8], u8) {
        PASSWORDS[usize::from(self.byte()) % PASSWORDS.len()]
    }

    fn config_parse(&mut self) {
        let which = self.byte();
        let own = self
            .input
            .get(..self.input.len().min(usize::from(which)))
            .unwrap_or_default()
            .to_vec();
        let (json, kind): (&[u8], _) = match which % 4 {
            0 => (LOW.as_bytes(), Some(Kind::Low)),
            1 => (ONE_SCHEME.as_bytes(), Some(Kind::OneScheme)),
            2 => (b"{}", Some(Kind::Default)),
            _ => (&own, None),
        };
        let expected = match Config::from_json(json) {
            Ok(_) => SALTBOX_OK,
            Err(error) => error.kind().status(),
        };
        let (no_out, no_json, diag_wanted) = (self.rarely(), self.rarely(), !self.rarely());
        let mut handle: *mut saltbox_config = null_mut::<u8>().wrapping_add(1).cast();
        let mut diag = unwritten_diag();
        // SAFETY: every pointer is NULL or has what its length says; so throughout this file.
        let status = unsafe {
            saltbox_config_parse(
                if no_json { null() } else { json.as_ptr() },
                if no_json { 1 } else { json.len() },
                if no_out { null_mut() } else { &raw mut handle },
                if diag_wanted {
                    &raw mut diag
                } else {
                    null_mut()
                },
            )
        };
        let wrong_call = no_out || no_json;
        assert_eq!(
            status,
            if wrong_call {
                SALTBOX_E_ARGUMENT
            } else {
                expected
            }
        );
        if diag_wanted && status != SALTBOX_OK {
            check_diag(&diag, status, json.len());
        }
        if status == SALTBOX_OK {
            match kind {
                Some(kind) => self.configs.push(ConfigSlot {
                    handle,
                    kind,
                    keys: HashMap::new(),
                }),
                // It parsed, and what it does is not modelled.
                // SAFETY: just made, and not kept.
                None => unsafe { saltbox_config_free(handle) },
            }
        } else if !no_out {
            assert!(handle.is_null(), "a handle after {status}");
        }
    }

    fn config_add_key(&mut self) {
        let config = self.config();
        let (id, first) = (u32::from(self.byte() % 4), self.byte() % 3);
        let len = [0, 31, 32, 33, 1024, 1025][usize::from(self.byte() % 6)];
        let repeated = self.rarely();
        let key: Vec<u8> = (0..len)
            .map(|i| {
                if repeated {
                    first
                } else {
                    first.wrapping_add(i as u8)
                }
            })
            .collect();
        let no_key = self.rarely();
        let handle = config.map_or(null_mut(), |i| self.configs[i].handle);
        let pointer = if no_key { null() } else { key.as_ptr() };
        // SAFETY: as above.
        let status = unsafe { saltbox_config_add_key(handle, id, pointer, key.len()) };
        let Some(slot) = config.map(|i| &mut self.configs[i]) else {
            return assert_eq!(status, SALTBOX_E_ARGUMENT);
        };
        if no_key && !key.is_empty() {
            return assert_eq!(status, SALTBOX_E_ARGUMENT);
        }
        let taken = slot.keys.contains_key(&id) || slot.keys.values().any(|known| *known == key);
        let good = (32..=1024).contains(&len) && !repeated && !taken;
        assert_eq!(status, if good { SALTBOX_OK } else { SALTBOX_E_KEY });
        if good {
            slot.keys.insert(id, key);
        }
    }

    fn config_free(&mut self) {
        let handle = self
            .config()
            .map_or(null_mut(), |i| self.configs.swap_remove(i).handle);
        // SAFETY: live and forgotten now, or NULL.
        unsafe { saltbox_config_free(handle) };
    }

    fn new_core(&mut self) {
        let (config, no_out) = (self.config(), self.rarely());
        let (pointer, kind) = config.map_or((null_mut(), Kind::Default), |i| {
            (self.configs[i].handle, self.configs[i].kind)
        });
        let mut handle = null_mut();
        // SAFETY: as above.
        let status =
            unsafe { saltbox_new(pointer, if no_out { null_mut() } else { &raw mut handle }) };
        self.made_core(status, no_out, handle, kind);
    }

    fn derive(&mut self) {
        let (core, config, no_out) = (self.core(), self.config(), self.rarely());
        let mut handle = null_mut();
        let config_handle = config.map_or(null_mut(), |i| self.configs[i].handle);
        // SAFETY: as above.
        let status = unsafe {
            saltbox_derive(
                self.core_handle(core),
                config_handle,
                if no_out { null_mut() } else { &raw mut handle },
            )
        };
        let kind = config.map_or(Kind::Default, |i| self.configs[i].kind);
        self.made_core(
            status,
            no_out || core.is_none() || config.is_none(),
            handle,
            kind,
        );
    }

    fn made_core(
        &mut self,
        status: saltbox_status,
        wrong_call: bool,
        handle: *mut saltbox,
        kind: Kind,
    ) {
        assert_eq!(
            status,
            if wrong_call {
                SALTBOX_E_ARGUMENT
            } else {
                SALTBOX_OK
            }
        );
        assert_eq!(handle.is_null(), wrong_call);
        if !wrong_call {
            self.cores.push(CoreSlot { handle, kind });
        }
    }

    fn free(&mut self) {
        if self.byte().is_multiple_of(2) {
            let handle = self
                .core()
                .map_or(null_mut(), |i| self.cores.swap_remove(i).handle);
            // SAFETY: live and forgotten now, or NULL.
            unsafe { saltbox_free(handle) };
        } else {
            // SAFETY: as above.
            unsafe { saltbox_outcome_free(self.outcomes.pop().unwrap_or(null_mut())) };
        }
    }

    fn hash(&mut self) {
        const UNTOUCHED: usize = usize::MAX;
        let (core, (password, form)) = (self.core(), self.password());
        // The string of the policy: 93 bytes of it for "test-only", 97 by default.
        let needed = match core.map(|i| self.cores[i].kind) {
            Some(Kind::Default) => 98,
            _ => 94,
        };
        let sizes = [0, 1, needed - 1, needed, SALTBOX_HASH_MAX];
        let mut cap = sizes[usize::from(self.byte()) % sizes.len()];
        if core.is_some_and(|i| self.cores[i].kind == Kind::Default) {
            cap = cap.min(needed - 1);
        }
        let (no_len, no_buffer) = (self.rarely(), self.rarely());
        // Of its exact size, so that a byte too far is seen by the allocator's guard.
        let mut buffer = vec![0xaa_u8; cap];
        let mut len = UNTOUCHED;
        // SAFETY: as above.
        let status = unsafe {
            saltbox_hash(
                self.core_handle(core),
                password.as_ptr(),
                password.len(),
                if no_buffer {
                    null_mut()
                } else {
                    buffer.as_mut_ptr().cast()
                },
                cap,
                if no_len { null_mut() } else { &raw mut len },
            )
        };
        let expected = if core.is_none() || no_len || (no_buffer && cap > 0) {
            SALTBOX_E_ARGUMENT
        } else if cap < needed {
            SALTBOX_E_BUFFER
        } else {
            match form {
                3 => SALTBOX_E_PASSWORD_EMPTY,
                4 => SALTBOX_E_PASSWORD_NOT_UTF8,
                5 => SALTBOX_E_PASSWORD_TOO_LONG,
                _ => SALTBOX_OK,
            }
        };
        assert_eq!(status, expected);
        match status {
            SALTBOX_OK => {
                assert_eq!((len, buffer[len]), (needed - 1, 0));
                assert!(
                    buffer[needed..].iter().all(|b| *b == 0xaa),
                    "written past the NUL"
                );
                buffer.truncate(len);
                self.hashes.push((buffer, form));
            }
            SALTBOX_E_BUFFER => assert_eq!(len, needed),
            _ => assert_eq!(len, UNTOUCHED),
        }
    }

    /// The status and the rehash flag that a right call has to give.
    fn expected(
        kind: Kind,
        (stored, status, made_from): &(Vec<u8>, saltbox_status, u8),
        form: u8,
    ) -> (saltbox_status, u32) {
        let is_policy = stored.starts_with(b"$argon2id$");
        // Of the samples that can be read; those that cannot are all of the scheme that is allowed.
        let known = [&b"$argon2i$"[..], b"$scrypt$", b"$pbkdf2-"]
            .iter()
            .any(|p| stored.starts_with(p));
        if kind == Kind::OneScheme && known {
            return (SALTBOX_E_NOT_ALLOWED, 0);
        }
        match *status {
            SALTBOX_OK if form == *made_from => (SALTBOX_OK, u32::from(!is_policy)),
            SALTBOX_OK => (SALTBOX_REJECTED, 0),
            other => (other, 0),
        }
    }

    fn verify(&mut self) {
        let (core, stored, (password, form)) = (self.core(), self.stored(), self.password());
        let Some(kind) = core.map(|i| self.cores[i].kind) else {
            return self.verify_wrongly(&stored.0, password);
        };
        if kind == Kind::Default {
            return;
        }
        let mut stored = stored;
        let expected = if kind == Kind::Low && self.rarely() {
            self.change(&mut stored.0);
            model(&stored.0, password)
        } else {
            Self::expected(kind, &stored, form)
        };
        let flag_wanted = !self.rarely();
        let mut rehash = 7;
        // SAFETY: as above.
        let status = unsafe {
            saltbox_verify(
                self.core_handle(core),
                stored.0.as_ptr().cast(),
                stored.0.len(),
                password.as_ptr(),
                password.len(),
                if flag_wanted {
                    &raw mut rehash
                } else {
                    null_mut()
                },
            )
        };
        assert_eq!(status, expected.0, "{}", String::from_utf8_lossy(&stored.0));
        assert_eq!(rehash, if flag_wanted { expected.1 } else { 7 });
    }

    /// One byte of a stored string by the input's choice.
    fn change(&mut self, stored: &mut [u8]) {
        let (at, byte) = (usize::from(self.byte()), self.byte());
        if let Some(target) = stored.get_mut(at) {
            *target = byte;
        }
    }

    fn verify_wrongly(&mut self, stored: &[u8], password: &[u8]) {
        let mut rehash = 7;
        let core = self.cores.first().map_or(null_mut(), |c| c.handle);
        let out = &raw mut rehash;
        // SAFETY: as above; a NULL with a length is what is tried.
        let statuses = unsafe {
            let (s, s_len, p, p_len) = (
                stored.as_ptr().cast(),
                stored.len(),
                password.as_ptr(),
                password.len(),
            );
            [
                saltbox_verify(null(), s, s_len, p, p_len, out),
                saltbox_verify(core, null(), 1, p, p_len, out),
                saltbox_verify(core, s, s_len, null(), 1, out),
                saltbox_verify(core, s, usize::MAX, p, p_len, out),
            ]
        };
        assert_eq!(statuses, [SALTBOX_E_ARGUMENT; 4]);
        assert_eq!(rehash, 0, "always written");
    }

    fn verify_batch(&mut self) {
        let core = self.core();
        let n = usize::from(self.byte() % 5);
        let items: Vec<_> = (0..n).map(|_| (self.stored(), self.password())).collect();
        let kind = core.map(|i| self.cores[i].kind);
        if kind == Some(Kind::Default) {
            return;
        }
        let (mut stored, mut passwords) = (Vec::new(), Vec::new());
        let (mut stored_end, mut password_end) = (Vec::new(), Vec::new());
        for ((text, ..), (password, _)) in &items {
            stored.extend_from_slice(text);
            stored_end.push(stored.len());
            passwords.extend_from_slice(password);
            password_end.push(passwords.len());
        }
        let fault = self.byte() % 16;
        if fault == 1 {
            // Descends where there are two items; the last end stays within the bytes.
            stored_end.reverse();
        }
        let descends = !stored_end.is_sorted();
        let flags_wanted = !self.rarely();
        let (mut status, mut rehash) = (vec![7; n], vec![7_u32; n]);
        let end = |ends: &[usize], missing| if missing { null() } else { ends.as_ptr() };
        // SAFETY: as above.
        let all = unsafe {
            saltbox_verify_batch(
                self.core_handle(core),
                n,
                stored.as_ptr().cast(),
                end(&stored_end, fault == 2),
                passwords.as_ptr(),
                end(&password_end, fault == 3),
                if fault == 4 {
                    null_mut()
                } else {
                    status.as_mut_ptr()
                },
                if flags_wanted {
                    rehash.as_mut_ptr()
                } else {
                    null_mut()
                },
            )
        };
        let expected: Vec<(saltbox_status, u32)> = match kind {
            Some(kind) if n > 0 && !descends && !(2..=4).contains(&fault) => items
                .iter()
                .map(|(stored, (_, form))| Self::expected(kind, stored, *form))
                .collect(),
            _ => {
                assert_eq!(all, SALTBOX_E_ARGUMENT);
                // With no item nothing is written; statuses are where there is room for them.
                let unwritten = if fault == 4 { 7 } else { SALTBOX_E_ARGUMENT };
                assert_eq!(status, vec![unwritten; n]);
                return assert_eq!(rehash, vec![if flags_wanted { 0 } else { 7 }; n]);
            }
        };
        let every = expected.iter().all(|(s, _)| *s == SALTBOX_OK);
        assert_eq!(all, if every { SALTBOX_OK } else { SALTBOX_REJECTED });
        for (i, (s, r)) in expected.iter().enumerate() {
            assert_eq!(status[i], *s, "item {i} of {n}");
            assert_eq!(
                rehash[i],
                if flags_wanted { *r } else { 7 },
                "item {i} of {n}"
            );
        }
    }

    fn identify(&mut self) {
        let (core, mut stored) = (self.core(), self.stored());
        let (no_out, diag_wanted) = (self.rarely(), !self.rarely());
        let is_low = core.is_some_and(|i| self.cores[i].kind == Kind::Low);
        if is_low {
            self.change(&mut stored.0);
        }
        let mut outcome: *mut saltbox_outcome = null_mut::<u8>().wrapping_add(1).cast();
        let mut diag = unwritten_diag();
        // SAFETY: as above.
        let status = unsafe {
            saltbox_identify(
                self.core_handle(core),
                stored.0.as_ptr().cast(),
                stored.0.len(),
                if diag_wanted {
                    &raw mut diag
                } else {
                    null_mut()
                },
                if no_out { null_mut() } else { &raw mut outcome },
            )
        };
        if no_out || core.is_none() {
            assert_eq!(status, SALTBOX_E_ARGUMENT);
            assert!(no_out || outcome.is_null());
        } else {
            assert!(matches!(status, SALTBOX_OK | SALTBOX_REJECTED));
            if is_low {
                let problem = low().identify(&stored.0).problem().map(Error::kind);
                assert_eq!(status == SALTBOX_OK, problem.is_none());
                if diag_wanted && let Some(kind) = problem {
                    assert_eq!(diag.status, kind.status());
                }
            }
            check_json(outcome, status);
            self.outcomes.push(outcome);
        }
        if diag_wanted && status != SALTBOX_OK {
            check_diag(
                &diag,
                if status == SALTBOX_REJECTED {
                    diag.status
                } else {
                    status
                },
                stored.0.len(),
            );
        }
    }

    fn free_all(self) {
        // SAFETY: each is live, and none is used again.
        unsafe {
            self.outcomes
                .into_iter()
                .for_each(|o| saltbox_outcome_free(o));
            self.cores.into_iter().for_each(|c| saltbox_free(c.handle));
            self.configs
                .into_iter()
                .for_each(|c| saltbox_config_free(c.handle));
        }
    }
}

/// The same core by the Rust interface.
fn low() -> &'static Saltbox {
    static SALTBOX: OnceLock<Saltbox> = OnceLock::new();
    SALTBOX.get_or_init(|| Saltbox::new(Config::from_json(LOW.as_bytes()).expect("valid")))
}

/// What `saltbox_verify` has to say of any bytes: what the Rust interface says.
fn model(stored: &[u8], password: &[u8]) -> (saltbox_status, u32) {
    let Ok(text) = std::str::from_utf8(stored) else {
        let found = low().identify(stored);
        return (found.problem().map_or(SALTBOX_OK, |e| e.kind().status()), 0);
    };
    match low().verify(text, password) {
        Ok(Verdict::Accepted { rehash }) => (SALTBOX_OK, u32::from(rehash)),
        Ok(Verdict::Rejected) => (SALTBOX_REJECTED, 0),
        Err(error) => (error.kind().status(), 0),
    }
}

fn unwritten_diag() -> saltbox_diag {
    saltbox_diag {
        status: 7,
        reserved: 7,
        offset: 7,
        path: [7; 128],
        message: [7; 256],
    }
}

fn check_diag(diag: &saltbox_diag, status: saltbox_status, text_len: usize) {
    assert_eq!((diag.status, diag.reserved), (status, 0));
    assert!(ErrorKind::all().any(|kind| kind.status() == diag.status));
    assert!(
        diag.offset == u64::MAX || diag.offset <= text_len as u64,
        "{}",
        diag.offset
    );
    for text in [&diag.path[..], &diag.message] {
        assert!(text.contains(&0), "ends");
    }
    assert!(diag.message[0] != 0, "says something");
}

fn check_json(outcome: *const saltbox_outcome, status: saltbox_status) {
    let mut len = usize::MAX;
    // SAFETY: a live outcome, which lends its text until it is freed.
    let json = unsafe {
        let json = saltbox_outcome_json(outcome, &raw mut len);
        assert!(saltbox_outcome_json(outcome, null_mut()).is_null());
        std::slice::from_raw_parts(json, len)
    };
    let json: serde_json::Value = serde_json::from_slice(json).expect("valid JSON");
    assert_eq!(json["verdict"] == "verifiable", status == SALTBOX_OK);
    // SAFETY: NULL is an outcome without text.
    unsafe {
        assert!(saltbox_outcome_json(null(), &raw mut len).is_null());
    }
    assert_eq!(len, 0);
}
