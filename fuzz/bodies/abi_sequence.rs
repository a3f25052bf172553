//! Sequences of calls of the C functions against a small model of what the
//! header says: live and NULL handles, NULL and impossible lengths, buffers
//! that just fit and just do not, cores that share work memory and what they
//! count. Whatever is left is freed at the end, so that a leak checker sees what
//! a function forgot.

use ::saltbox::ffi::*;
use ::saltbox::hash::{Argon2, Kdf, Pbkdf2, Prf, Scrypt, Variant, Version};
use ::saltbox::{Config, Error, ErrorKind, Saltbox, Verdict};
use base64ct::{Base64Unpadded, Encoding};
use std::collections::{BTreeMap, HashMap};
use std::ffi::CStr;
use std::ptr::{null, null_mut};
use std::sync::OnceLock;

/// The settings of work memory, in the order that the model keeps them in.
const MEMORY_KEYS: [&str; 4] = ["memory_mib", "max_running", "queue_ms", "queue_len"];

/// What a configuration says of work memory; `None` where it leaves that open.
type Asked = [Option<u64>; 4];

/// For each key: left out, its ends, and something between.
const GOOD: [[Option<u64>; 6]; 4] = [
    [None, None, Some(1), Some(2), Some(32), Some(1 << 20)],
    [None, None, Some(1), Some(2), Some(7), Some(1024)],
    [None, None, Some(0), Some(1), Some(1000), Some(60_000)],
    [None, None, Some(0), Some(1), Some(8), Some(64)],
];

/// For each key: one below what it may say, where there is such a number, and one above.
const BAD: [[u64; 2]; 4] = [
    [0, (1 << 20) + 1],
    [0, 1025],
    [60_001, u32::MAX as u64],
    [65_537, u32::MAX as u64],
];

const MIB: u64 = 1 << 20;

/// What a configuration does, as far as the model goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// Costs milliseconds a hash: only asked for sizes and findings.
    Default,
    Low,
    OneScheme,
}

impl Kind {
    /// The members of `hash` besides the work memory.
    fn members(self) -> &'static str {
        match self {
            Self::Default => "",
            Self::Low => {
                r#""create":{"profile":"test-only"},"limits":{
                "argon2_kib_passes":64,"argon2_m_kib":32,"argon2_p":4,
                "scrypt_nrp":64,"scrypt_kib":4,"pbkdf2_iterations":64}"#
            }
            Self::OneScheme => r#""create":{"profile":"test-only"},"verify":["argon2id"]"#,
        }
    }

    fn json(self, asked: &Asked) -> String {
        let numbers = MEMORY_KEYS.iter().zip(asked);
        let numbers = numbers.filter_map(|(key, n)| Some(format!("\"{key}\":{}", (*n)?)));
        let members: Vec<String> = Some(self.members().to_owned())
            .filter(|members| !members.is_empty())
            .into_iter()
            .chain(numbers)
            .collect();
        format!("{{\"hash\":{{{}}}}}", members.join(","))
    }

    /// Work memory of one hash of the policy.
    const fn policy_bytes(self) -> u64 {
        match self {
            Self::Default => 19456 << 10,
            Self::Low | Self::OneScheme => 8 << 10,
        }
    }

    /// The most that it takes of the budget, whatever the pages of the system are.
    const fn most_policy_bytes(self) -> u64 {
        match self {
            Self::Default => 20 * MIB,
            Self::Low | Self::OneScheme => 64 << 10,
        }
    }
}

/// A stored string that begins so takes two MiB of work memory.
const TWO_MIB: &[u8] = b"$argon2id$v=19$m=2048,";

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

/// Stored strings made from the first password, or broken, with the status they get where no setting speaks against it.
fn samples() -> &'static [(Vec<u8>, saltbox_status)] {
    static SAMPLES: OnceLock<Vec<(Vec<u8>, saltbox_status)>> = OnceLock::new();
    SAMPLES.get_or_init(|| {
        let salt_and_tag = "$c2FsdCBvZiAxNiBieXRlcw$";
        let good = [
            ("$argon2id$v=19$m=8,t=1,p=1", cheap_kdf(0)),
            ("$argon2i$m=8,t=1,p=1", cheap_kdf(1)),
            ("$scrypt$ln=1,r=1,p=1", cheap_kdf(2)),
            ("$pbkdf2-sha512$i=1", cheap_kdf(3)),
            ("$argon2id$v=19$m=2048,t=1,p=1", cheap_kdf(4)),
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
            (b"$9z$04$".to_vec(), SALTBOX_E_UNSUPPORTED),
            (b"\xff\xfe\0".to_vec(), SALTBOX_E_UNSUPPORTED),
            (b"$saltbox$v=2$".to_vec(), SALTBOX_E_LATER_RELEASE),
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
        3 => Kdf::Pbkdf2(Pbkdf2::new(Prf::Sha512, 1).expect("in range")),
        _ => Kdf::Argon2(Argon2::new(Variant::Id, Version::V0x13, 2048, 1, 1).expect("in range")),
    }
}

struct ConfigSlot {
    handle: *mut saltbox_config,
    kind: Kind,
    asked: Asked,
    keys: BTreeMap<u32, Vec<u8>>,
}

struct CoreSlot {
    handle: *mut saltbox,
    kind: Kind,
    keys: BTreeMap<u32, Vec<u8>>,
    /// Which of the pools it shares.
    pool: usize,
}

/// What the model knows of the work memory of some cores.
struct Pool {
    sizes: [u64; 4],
    counts: Counts,
    /// Jobs since the idle memory was given back, and whether one of them was sure to take memory.
    jobs_since_trim: u64,
    memory_since_trim: bool,
}

/// What was counted; the names are those of `saltbox_counters`.
#[derive(Clone, Debug, Default, PartialEq)]
struct Counts {
    jobs: u64,
    hashes: u64,
    rehash: u64,
    no_user: u64,
    refused: u64,
    accepted: HashMap<usize, u64>,
    rejected: HashMap<usize, u64>,
}

impl Pool {
    fn job(&mut self, takes_memory: bool) {
        self.counts.jobs += 1;
        self.jobs_since_trim += 1;
        self.memory_since_trim |= takes_memory;
    }

    /// Counts what a verification decided of `stored`.
    fn verified(&mut self, stored: &[u8], status: saltbox_status, rehash: u32) {
        let counts = &mut self.counts;
        match status {
            SALTBOX_OK => {
                *counts.accepted.entry(scheme_of(stored)).or_default() += 1;
                counts.rehash += u64::from(rehash);
            }
            SALTBOX_REJECTED if stored.is_empty() => counts.no_user += 1,
            SALTBOX_REJECTED => *counts.rejected.entry(scheme_of(stored)).or_default() += 1,
            _ => counts.refused += 1,
        }
    }
}

/// The place of the scheme by whose name a stored string begins.
fn scheme_of(stored: &[u8]) -> usize {
    let name = stored.split(|byte| *byte == b'$').nth(1);
    (0..)
        .map_while(scheme_name)
        .position(|known| Some(known.to_bytes()) == name)
        .expect("of a scheme, as it was verified")
}

fn scheme_name(scheme: u32) -> Option<&'static CStr> {
    let name = saltbox_scheme_name(scheme);
    // SAFETY: NULL or a static string.
    (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) })
}

/// Whether a verification of `stored` takes work memory whatever it decides; the policies here all do.
fn takes_memory(stored: &[u8]) -> bool {
    !stored.starts_with(b"$pbkdf2-")
}

/// What is the same for all cores of a kind with the same keys, and only for them.
type Deciding = (Kind, BTreeMap<u32, Vec<u8>>);

struct World<'a> {
    input: &'a [u8],
    configs: Vec<ConfigSlot>,
    cores: Vec<CoreSlot>,
    pools: Vec<Pool>,
    outcomes: Vec<*mut saltbox_outcome>,
    /// What `saltbox_hash` returned, and the password as prepared.
    hashes: Vec<(Vec<u8>, u8)>,
    digests: HashMap<String, Deciding>,
}

pub fn run(data: &[u8]) {
    let mut world = World {
        input: data,
        configs: Vec::new(),
        cores: Vec::new(),
        pools: Vec::new(),
        outcomes: Vec::new(),
        hashes: Vec::new(),
        digests: HashMap::new(),
    };
    // No sequence grows without end: 32 calls reach every pair of them.
    for _ in 0..32 {
        let Some(call) = world.next() else { break };
        match call % 14 {
            0 => world.config_parse(),
            1 => world.config_add_key(),
            2 => world.config_free(),
            3 => world.new_core(),
            4 => world.derive(),
            5 => world.free(),
            6 => world.hash(),
            7 => world.verify(),
            8 => world.verify_batch(),
            9 => world.identify(),
            10 => world.capacity(),
            11 => world.trim(),
            12 => world.stats(),
            _ => world.effective_config(),
        }
        world.check_counters();
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

    /// The model of the work memory of a core.
    fn pool(&mut self, core: Option<usize>) -> Option<&mut Pool> {
        self.pools.get_mut(self.cores[core?].pool)
    }

    /// The whole work memory of a core, in MiB.
    fn budget_mib(&self, core: usize) -> u64 {
        self.pools[self.cores[core].pool].sizes[0]
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
        let kind = match which % 8 {
            0 | 3 => Some(Kind::Low),
            1 | 4 | 6 => Some(Kind::OneScheme),
            2 | 5 => Some(Kind::Default),
            _ => None,
        };
        let mut asked = [None; 4];
        if which % 8 >= 3 && kind.is_some() {
            asked = GOOD.map(|numbers| numbers[usize::from(self.byte()) % numbers.len()]);
            if self.rarely() {
                let at = usize::from(self.byte() % 4);
                asked[at] = Some(BAD[at][usize::from(self.byte() % 2)]);
            }
        }
        let json = kind.map_or(own, |kind| kind.json(&asked).into_bytes());
        let expected = match kind {
            Some(kind) if is_valid(kind, &asked) => SALTBOX_OK,
            Some(_) => SALTBOX_E_CONFIG,
            None => Config::from_json(&json).map_or_else(|e| e.kind().status(), |_| SALTBOX_OK),
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
                    asked,
                    keys: BTreeMap::new(),
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
        let pointer = config.map_or(null_mut(), |i| self.configs[i].handle);
        let mut handle = null_mut();
        // SAFETY: as above.
        let status =
            unsafe { saltbox_new(pointer, if no_out { null_mut() } else { &raw mut handle }) };
        if no_out {
            return assert_eq!(status, SALTBOX_E_ARGUMENT);
        }
        assert_eq!(status, SALTBOX_OK);
        let asked = config.map_or([None; 4], |i| self.configs[i].asked);
        let counters = counters_of(handle);
        let sizes = [
            counters.memory_budget_bytes / MIB,
            counters.max_running.into(),
            // The only one that no counter tells.
            asked[2].unwrap_or(1000),
            counters.queue_len.into(),
        ];
        for (is, asked) in sizes.iter().zip(asked) {
            assert_eq!(*is, asked.unwrap_or(*is));
        }
        assert!(asked[0].is_some() || sizes[0] >= 256);
        assert!(asked[3].is_some() || sizes[3] == 4 * sizes[1]);
        self.pools.push(Pool {
            sizes,
            counts: Counts::default(),
            jobs_since_trim: 0,
            memory_since_trim: false,
        });
        self.keep_core(handle, config, self.pools.len() - 1);
    }

    fn derive(&mut self) {
        let (core, config, no_out) = (self.core(), self.config(), self.rarely());
        let mut handle: *mut saltbox = null_mut::<u8>().wrapping_add(1).cast();
        let config_handle = config.map_or(null_mut(), |i| self.configs[i].handle);
        // SAFETY: as above.
        let status = unsafe {
            saltbox_derive(
                self.core_handle(core),
                config_handle,
                if no_out { null_mut() } else { &raw mut handle },
            )
        };
        let (Some(core), Some(config), false) = (core, config, no_out) else {
            assert!(no_out || handle.is_null());
            return assert_eq!(status, SALTBOX_E_ARGUMENT);
        };
        let (pool, ConfigSlot { kind, asked, .. }) = (self.cores[core].pool, &self.configs[config]);
        let sizes = &self.pools[pool].sizes;
        let agrees = sizes
            .iter()
            .zip(asked)
            .all(|(is, asked)| asked.is_none_or(|n| n == *is));
        if !agrees || kind.most_policy_bytes() > sizes[0] * MIB {
            assert!(handle.is_null());
            return assert_eq!(status, SALTBOX_E_CONFIG);
        }
        assert_eq!(status, SALTBOX_OK);
        self.keep_core(handle, Some(config), pool);
    }

    fn keep_core(&mut self, handle: *mut saltbox, config: Option<usize>, pool: usize) {
        assert!(!handle.is_null());
        let config = config.map(|i| &self.configs[i]);
        self.cores.push(CoreSlot {
            handle,
            kind: config.map_or(Kind::Default, |c| c.kind),
            keys: config.map_or_else(BTreeMap::new, |c| c.keys.clone()),
            pool,
        });
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
                if let Some(pool) = self.pool(core) {
                    pool.job(true);
                    pool.counts.hashes += 1;
                }
            }
            SALTBOX_E_BUFFER => assert_eq!(len, needed),
            _ => assert_eq!(len, UNTOUCHED),
        }
    }

    /// The status and the rehash flag that a right call has to give.
    fn expected(
        (kind, budget_mib): (Kind, u64),
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
        if stored.starts_with(TWO_MIB) && kind == Kind::Low {
            return (SALTBOX_E_LIMIT, 0);
        }
        if stored.starts_with(TWO_MIB) && budget_mib < 2 {
            return (SALTBOX_E_BUDGET, 0);
        }
        match *status {
            SALTBOX_OK if form == *made_from => (SALTBOX_OK, u32::from(!is_policy)),
            SALTBOX_OK => (SALTBOX_REJECTED, 0),
            other => (other, 0),
        }
    }

    fn verify(&mut self) {
        let (core, stored, (password, form)) = (self.core(), self.stored(), self.password());
        let Some(core) = core else {
            return self.verify_wrongly(&stored.0, password);
        };
        let kind = self.cores[core].kind;
        if kind == Kind::Default {
            return;
        }
        let mut stored = stored;
        let expected = if kind == Kind::Low && self.rarely() {
            self.change(&mut stored.0);
            model(&stored.0, password)
        } else {
            Self::expected((kind, self.budget_mib(core)), &stored, form)
        };
        let flag_wanted = !self.rarely();
        let mut rehash = 7;
        // SAFETY: as above.
        let status = unsafe {
            saltbox_verify(
                self.core_handle(Some(core)),
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
        if let Some(pool) = self.pool(Some(core)) {
            pool.job(takes_memory(&stored.0));
            pool.verified(&stored.0, status, expected.1);
        }
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
            Some(kind) if n > 0 && !descends && !(2..=4).contains(&fault) => {
                let budget_mib = core.map_or(0, |i| self.budget_mib(i));
                items
                    .iter()
                    .map(|(stored, (_, form))| Self::expected((kind, budget_mib), stored, *form))
                    .collect()
            }
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
        if let Some(pool) = self.pool(core) {
            // One slot for all of them.
            pool.job(items.iter().any(|(stored, _)| takes_memory(&stored.0)));
            for ((stored, _), (status, rehash)) in items.iter().zip(expected) {
                pool.verified(&stored.0, status, rehash);
            }
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
            } else if let Some(i) = core.filter(|_| !stored.0.is_empty()) {
                let known = (self.cores[i].kind, self.budget_mib(i));
                let (expected, _) = Self::expected(known, &stored, stored.2);
                assert_eq!(status == SALTBOX_OK, expected == SALTBOX_OK);
                if diag_wanted && status != SALTBOX_OK {
                    assert_eq!(diag.status, expected);
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

    fn capacity(&mut self) {
        let (core, no_out) = (self.core(), self.rarely());
        let mut jobs = u32::MAX;
        let out = if no_out { null_mut() } else { &raw mut jobs };
        // SAFETY: as above.
        let status = unsafe { saltbox_capacity(self.core_handle(core), out) };
        let Some(core) = core.filter(|_| !no_out) else {
            assert_eq!(jobs, u32::MAX);
            return assert_eq!(status, SALTBOX_E_ARGUMENT);
        };
        assert_eq!(status, SALTBOX_OK);
        let (kind, slots) = (
            self.cores[core].kind,
            self.pools[self.cores[core].pool].sizes[1],
        );
        let of = |bytes| slots.min(self.budget_mib(core) * MIB / bytes);
        let allowed = of(kind.most_policy_bytes())..=of(kind.policy_bytes());
        assert!(
            allowed.contains(&u64::from(jobs)) && jobs > 0,
            "{jobs} not in {allowed:?}"
        );
    }

    fn trim(&mut self) {
        let (core, no_out) = (self.core(), self.rarely());
        let idle = core.map(|i| counters_of(self.cores[i].handle).memory_idle_bytes);
        let mut bytes = u64::MAX;
        let out = if no_out { null_mut() } else { &raw mut bytes };
        // SAFETY: as above.
        let status = unsafe { saltbox_trim(self.core_handle(core), out) };
        let Some(pool) = self.pool(core) else {
            assert_eq!(bytes, u64::MAX);
            return assert_eq!(status, SALTBOX_E_ARGUMENT);
        };
        assert_eq!(status, SALTBOX_OK);
        (pool.jobs_since_trim, pool.memory_since_trim) = (0, false);
        assert_eq!(Some(bytes), if no_out { Some(u64::MAX) } else { idle });
    }

    /// Reads the counters as a program does that knows more or less of them.
    fn stats(&mut self) {
        const ALL: usize = size_of::<saltbox_counters>();
        let (core, which) = (self.core(), self.byte());
        let sizes = [
            0,
            4,
            7,
            8,
            12,
            32,
            128,
            ALL - 1,
            ALL,
            ALL + 1,
            u32::MAX as usize,
        ];
        let drawn = usize::from(self.byte()) * 5;
        let struct_size = sizes
            .get(usize::from(which % 16))
            .map_or(drawn, |size| *size);
        let no_out = which >= 240;
        // Of its exact size, so that a byte too far is seen by the allocator's
        // guard, or with a tail in which it is seen here.
        let room = struct_size.clamp(4, ALL + 1) + usize::from(which / 16 % 2) * 16;
        let mut buffer = vec![0xaa_u8; room];
        let first = u32::try_from(struct_size).unwrap_or(u32::MAX).to_ne_bytes();
        buffer[..4].copy_from_slice(&first);
        let before = buffer.clone();
        let out = if no_out {
            null_mut()
        } else {
            buffer.as_mut_ptr().cast()
        };
        // SAFETY: as above; the buffer may be unaligned, and says how large it is.
        let status = unsafe { saltbox_stats(self.core_handle(core), out) };
        let Some(core) = core.filter(|_| !no_out && struct_size >= 8) else {
            assert_eq!(buffer, before);
            return assert_eq!(status, SALTBOX_E_ARGUMENT);
        };
        assert_eq!(status, SALTBOX_OK);
        let written = struct_size.min(ALL);
        let counters = counters_of(self.cores[core].handle);
        // SAFETY: plain numbers without padding between them.
        let all: [u8; ALL] = unsafe { std::mem::transmute(counters) };
        assert_eq!(buffer[..4], (written as u32).to_ne_bytes());
        assert_eq!(buffer[4..written], all[4..written]);
        assert_eq!(buffer[written..], before[written..]);
    }

    fn effective_config(&mut self) {
        let (core, no_out) = (self.core(), self.rarely());
        let mut outcome: *mut saltbox_outcome = null_mut::<u8>().wrapping_add(1).cast();
        let out = if no_out { null_mut() } else { &raw mut outcome };
        // SAFETY: as above.
        let status = unsafe { saltbox_effective_config(self.core_handle(core), out) };
        let Some(core) = core.filter(|_| !no_out) else {
            assert!(no_out || outcome.is_null());
            return assert_eq!(status, SALTBOX_E_ARGUMENT);
        };
        assert_eq!(status, SALTBOX_OK);
        let json = json_of(outcome);
        self.outcomes.push(outcome);
        let slot = &self.cores[core];
        for (key, is) in MEMORY_KEYS.iter().zip(self.pools[slot.pool].sizes) {
            assert_eq!(json["memory"][key], is, "{key}");
        }
        let keys = json["known_keys"].as_array().expect("a list");
        let ids = keys.iter().map(|key| key["id"].as_u64());
        assert!(ids.eq(slot.keys.keys().map(|id| Some(u64::from(*id)))));
        let digest = json["digest"].as_str().expect("a text").to_owned();
        let deciding = (slot.kind, slot.keys.clone());
        // Two that decide alike have one digest, and two that do not have two.
        let known = self
            .digests
            .entry(digest.clone())
            .or_insert_with(|| deciding.clone());
        assert!(
            *known == deciding,
            "one digest for {:?} and {:?}",
            known.0,
            deciding.0
        );
        let same = self.digests.iter().filter(|(_, of)| **of == deciding);
        assert_eq!(same.count(), 1, "digests for {:?}", deciding.0);
        self.derive_from_effective(core, &json["hash"]);
    }

    /// "hash is a configuration": one for this work memory, which decides as this core does.
    fn derive_from_effective(&self, core: usize, hash: &serde_json::Value) {
        let text = format!("{{\"hash\":{hash}}}");
        let (mut config, mut derived) = (null_mut(), null_mut());
        // SAFETY: as above; what was made is ended here.
        unsafe {
            let status =
                saltbox_config_parse(text.as_ptr(), text.len(), &raw mut config, null_mut());
            assert_eq!(status, SALTBOX_OK, "{text}");
            let status = saltbox_derive(self.cores[core].handle, config, &raw mut derived);
            assert_eq!(status, SALTBOX_OK, "{text}");
            let mut outcome = null_mut();
            let status = saltbox_effective_config(derived, &raw mut outcome);
            assert_eq!(status, SALTBOX_OK);
            assert_eq!(json_of(outcome)["hash"], *hash);
            saltbox_outcome_free(outcome);
            saltbox_free(derived);
            saltbox_config_free(config);
        }
    }

    /// Between calls every core tells what the model counted.
    fn check_counters(&self) {
        for core in &self.cores {
            let (is, pool) = (counters_of(core.handle), &self.pools[core.pool]);
            let by_scheme = |numbers: &[u64]| {
                let numbers = numbers.iter().copied().enumerate();
                numbers.filter(|(_, n)| *n > 0).collect::<HashMap<_, _>>()
            };
            let counts = Counts {
                jobs: is.jobs,
                hashes: is.hashes,
                rehash: is.rehash,
                no_user: is.no_user,
                refused: is.refused,
                accepted: by_scheme(&is.accepted_by_scheme),
                rejected: by_scheme(&is.rejected_by_scheme),
            };
            assert_eq!(counts, pool.counts);
            assert_eq!(is.accepted, is.accepted_by_scheme.iter().sum::<u64>());
            assert_eq!(is.rejected, is.rejected_by_scheme.iter().sum::<u64>());

            // One thread: nobody waits, and nobody is sent away.
            assert_eq!(
                (is.running, is.queued, is.queued_peak, is.busy),
                (0, 0, 0, 0)
            );
            assert_eq!(is.running_peak, u32::from(is.jobs > 0));
            let told = [
                is.max_running.into(),
                is.queue_len.into(),
                is.memory_budget_bytes,
            ];
            assert_eq!(told, [pool.sizes[1], pool.sizes[3], pool.sizes[0] * MIB]);

            assert_eq!(is.memory_bytes, is.memory_idle_bytes);
            assert!(is.memory_bytes <= is.memory_peak_bytes);
            assert!(is.memory_peak_bytes <= is.memory_budget_bytes);
            assert!(is.memory_bytes == 0 || pool.jobs_since_trim > 0);
            assert!(is.memory_bytes > 0 || !pool.memory_since_trim);
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

/// Whether a configuration may say this.
fn is_valid(kind: Kind, asked: &Asked) -> bool {
    let ranges = [1..=1 << 20, 1..=1024, 0..=60_000, 0..=65_536];
    let in_range = ranges
        .iter()
        .zip(asked)
        .all(|(range, n)| n.is_none_or(|n| range.contains(&n)));
    in_range && asked[0].is_none_or(|mib| kind.most_policy_bytes() <= mib * MIB)
}

fn counters_of(core: *const saltbox) -> saltbox_counters {
    // SAFETY: plain numbers, for which zeros are values.
    let mut counters: saltbox_counters = unsafe { std::mem::zeroed() };
    counters.struct_size = size_of::<saltbox_counters>() as u32;
    // SAFETY: a live core.
    let status = unsafe { saltbox_stats(core, &raw mut counters) };
    assert_eq!((status, counters.reserved), (SALTBOX_OK, 0));
    counters
}

/// The same core by the Rust interface.
fn low() -> &'static Saltbox {
    static SALTBOX: OnceLock<Saltbox> = OnceLock::new();
    SALTBOX.get_or_init(|| {
        let json = Kind::Low.json(&[None; 4]);
        Saltbox::new(Config::from_json(json.as_bytes()).expect("valid"))
    })
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
    let json = json_of(outcome);
    assert_eq!(json["verdict"] == "verifiable", status == SALTBOX_OK);
}

fn json_of(outcome: *const saltbox_outcome) -> serde_json::Value {
    let mut len = usize::MAX;
    // SAFETY: a live outcome, which lends its text until it is freed.
    let json = unsafe {
        let json = saltbox_outcome_json(outcome, &raw mut len);
        assert!(saltbox_outcome_json(outcome, null_mut()).is_null());
        std::slice::from_raw_parts(json, len)
    };
    let json = serde_json::from_slice(json).expect("valid JSON");
    // SAFETY: NULL is an outcome without text.
    unsafe {
        assert!(saltbox_outcome_json(null(), &raw mut len).is_null());
    }
    assert_eq!(len, 0);
    json
}
