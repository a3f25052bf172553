//! Hashing, verifying, re-keying, wrapping and checking ask the heap for nothing, whatever they are given and whatever comes of it: so no load can
//! make the heap grow, and no password or salt stays behind in it.

use saltbox::ffi::{
    saltbox as Handle, saltbox_config_add_key, saltbox_config_free, saltbox_config_parse,
    saltbox_counters, saltbox_free, saltbox_hash, saltbox_new, saltbox_rekey_batch, saltbox_stats,
    saltbox_status, saltbox_trim, saltbox_verify, saltbox_verify_batch, saltbox_wrap_batch,
};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ffi::c_char;
use std::ptr::{null, null_mut};
use std::time::{Duration, Instant};

const OK: saltbox_status = 0;
const REJECTED: saltbox_status = 1;
const E_BUFFER: saltbox_status = 11;
const E_PASSWORD_EMPTY: saltbox_status = 30;
const E_PASSWORD_TOO_LONG: saltbox_status = 31;
const E_PASSWORD_NOT_UTF8: saltbox_status = 32;
const E_PASSWORD_NUL: saltbox_status = 33;
const E_MALFORMED: saltbox_status = 40;
const E_UNSUPPORTED: saltbox_status = 41;
const E_LATER_RELEASE: saltbox_status = 43;
const E_LIMIT: saltbox_status = 44;
const E_BUDGET: saltbox_status = 52;
const E_BUSY: saltbox_status = 53;

/// Counts what the thread asks of the heap, and how often it gives something back.
struct Counting;

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
    static FREED: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: hands every call on to `System` as it is; what is not here goes
// through `alloc`. Counting allocates nothing: the cells need neither
// initialisation nor a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.set(ASKED.get() + layout.size() as u64);
        // SAFETY: the caller's contract is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        FREED.set(FREED.get() + 1);
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static HEAP: Counting = Counting;

/// The bytes asked of the heap by `call`, and how often something was given back.
fn heap<R>(call: impl FnOnce() -> R) -> (R, (u64, u64)) {
    let before = (ASKED.get(), FREED.get());
    let result = call();
    (result, (ASKED.get() - before.0, FREED.get() - before.1))
}

fn without_heap<R>(what: &str, call: impl FnOnce() -> R) -> R {
    let (result, (asked, freed)) = heap(call);
    assert_eq!((asked, freed), (0, 0), "bytes asked, blocks freed: {what}");
    result
}

#[test]
fn what_asks_the_heap_is_counted() {
    assert_eq!(heap(|| drop(vec![0_u8; 100])).1, (100, 1));
    assert_eq!(heap(|| drop(vec![1_u16; 100])).1, (200, 1));
    let grown = heap(|| {
        let mut text = String::with_capacity(10);
        text.push_str("more than ten bytes");
        text
    });
    assert!(grown.1.0 > 10);
    // The Rust API hands out a `String`; the same call from C does not.
    let core = saltbox::Saltbox::new(
        saltbox::Config::from_json(br#"{"hash":{"create":{"profile":"test-only"}}}"#)
            .expect("valid"),
    );
    assert!(heap(|| core.hash("password")).1.0 > 0);
}

/// A core behind the C ABI.
struct Core(*mut Handle);

// SAFETY: the header says that any number of threads may use one.
unsafe impl Send for Core {}
// SAFETY: as above.
unsafe impl Sync for Core {}

impl Core {
    fn new(json: &str) -> Self {
        let (mut config, mut core) = (null_mut(), null_mut());
        // SAFETY: the pointers are those of locals, the length is that of the text.
        unsafe {
            let parsed =
                saltbox_config_parse(json.as_ptr(), json.len(), &raw mut config, null_mut());
            assert_eq!(parsed, OK, "{json}");
            // Only those that name it seal with it.
            let key: [u8; 32] = std::array::from_fn(|at| at as u8);
            let added = saltbox_config_add_key(config, 1, key.as_ptr(), key.len());
            assert_eq!(added, OK);
            assert_eq!(saltbox_new(config, &raw mut core), OK);
            saltbox_config_free(config);
        }
        Self(core)
    }

    fn hash(&self, password: &[u8], out: &mut [u8], len: &mut usize) -> saltbox_status {
        let (to, cap) = (out.as_mut_ptr().cast::<c_char>(), out.len());
        // SAFETY: pointers and lengths are those of the slices.
        unsafe { saltbox_hash(self.0, password.as_ptr(), password.len(), to, cap, len) }
    }

    fn verify(&self, stored: &[u8], password: &[u8]) -> saltbox_status {
        let (from, len) = (stored.as_ptr().cast::<c_char>(), stored.len());
        let mut rehash = 7;
        // SAFETY: as above.
        let status = unsafe {
            saltbox_verify(
                self.0,
                from,
                len,
                password.as_ptr(),
                password.len(),
                &raw mut rehash,
            )
        };
        assert!(rehash <= 1);
        status
    }

    /// One string re-keyed or wrapped, as a batch.
    fn rewrite(
        &self,
        call: Rewrite,
        stored: &[u8],
        out: &mut [u8],
        len: &mut usize,
    ) -> saltbox_status {
        let end = stored.len();
        let (mut status, to) = (-1, out.as_mut_ptr().cast::<c_char>());
        // SAFETY: as above, and one of each.
        let all = unsafe {
            let from = stored.as_ptr().cast::<c_char>();
            call(
                self.0,
                1,
                from,
                &raw const end,
                to,
                out.len(),
                len,
                &raw mut status,
            )
        };
        assert_eq!(all == OK, status == OK);
        status
    }

    fn verify_batch(&self, items: &Items, status: &mut [saltbox_status], rehash: &mut [u32]) {
        assert_eq!(status.len(), items.stored_end.len());
        // SAFETY: as above; every array has as many elements.
        let all = unsafe {
            saltbox_verify_batch(
                self.0,
                items.stored_end.len(),
                items.stored.as_ptr().cast(),
                items.stored_end.as_ptr(),
                items.passwords.as_ptr(),
                items.password_end.as_ptr(),
                status.as_mut_ptr(),
                rehash.as_mut_ptr(),
            )
        };
        assert_eq!(all == OK, status.iter().all(|item| *item == OK));
    }

    fn stats(&self) -> saltbox_counters {
        // SAFETY: a struct of numbers, for which zeros are fine.
        let mut stats: saltbox_counters = unsafe { std::mem::zeroed() };
        stats.struct_size = u32::try_from(size_of::<saltbox_counters>()).expect("small");
        // SAFETY: a local of the size that it says.
        assert_eq!(unsafe { saltbox_stats(self.0, &raw mut stats) }, OK);
        stats
    }

    fn trim(&self) -> u64 {
        let mut bytes = 0;
        // SAFETY: a local.
        assert_eq!(unsafe { saltbox_trim(self.0, &raw mut bytes) }, OK);
        bytes
    }

    /// Waits until `is_so`; a test that waits in vain fails.
    fn until(&self, is_so: impl Fn(&saltbox_counters) -> bool) {
        let start = Instant::now();
        while !is_so(&self.stats()) {
            assert!(start.elapsed() < Duration::from_secs(60), "never");
            std::thread::sleep(Duration::from_micros(200));
        }
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        // SAFETY: made by `new`, used no more.
        unsafe { saltbox_free(self.0) }
    }
}

/// A batch, as C has it.
#[derive(Default)]
struct Items {
    stored: Vec<u8>,
    stored_end: Vec<usize>,
    passwords: Vec<u8>,
    password_end: Vec<usize>,
}

impl Items {
    fn push(&mut self, stored: &[u8], password: &[u8]) {
        self.stored.extend(stored);
        self.stored_end.push(self.stored.len());
        self.passwords.extend(password);
        self.password_end.push(self.passwords.len());
    }
}

/// libsodium test/default/pwhash_argon2id.c: "password", 256 KiB.
const CHEAPER: &[u8] =
    b"$argon2id$v=19$m=256,t=3,p=1$MDEyMzQ1Njc$G5ajKFCoUzaXRLdz7UJb5wGkb2Xt+X5/GQjUYtS2+TE";
/// "password"; made by Python's hashlib.
const SCRYPT: &[u8] =
    b"$scrypt$ln=13,r=8,p=1$c29tZXNhbHRzb21lc2FsdA$VTJE9kRaF3hgNeUObjbhaIRJcbHF4VRRu3+cENXHWPQ";
const PBKDF2: &[u8] =
    b"$pbkdf2-sha256$i=10000$c29tZXNhbHRzb21lc2FsdA$PhDZpTri2KZk3CJjksQCcDDaGf36KxfkgWElmz5yFVA";
const MALFORMED: &[u8] = b"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$";
const UNSUPPORTED: &[u8] = b"_J9..CCCCXBrJUJV154M";
const LATER: &[u8] = b"$saltbox$v=2$QQ$QQ";
const OVER_LIMIT: &[u8] = b"$argon2id$v=19$m=4294967295,t=4294967295,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// 64 MiB, more than the budget below.
const OVER_BUDGET: &[u8] = b"$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// "e" and an acute accent, which preparation makes one character: two forms to try.
const TWO_FORMS: &[u8] = b"caf\x65\xcc\x81";
const NOT_UTF8: &[u8] = b"caf\xe9";
const TOO_LONG: [u8; 4097] = [b'a'; 4097];

const ARGON2ID: &str = r#"{"hash":{"create":{"scheme":"argon2id","m_kib":7168,"t":5,"p":1},
    "memory_mib":24,"max_running":1,"queue_ms":30000}}"#;
const SCRYPT_POLICY: &str = r#"{"hash":{"create":{"scheme":"scrypt","ln":13,"r":8,"p":10},
    "memory_mib":24,"max_running":1}}"#;
const PBKDF2_POLICY: &str =
    r#"{"hash":{"create":{"scheme":"pbkdf2-sha512","i":210000},"memory_mib":24,"max_running":1}}"#;
const NO_QUEUE: &str = r#"{"hash":{"create":{"scheme":"argon2id","m_kib":7168,"t":5,"p":1},
    "memory_mib":24,"max_running":1,"queue_ms":0}}"#;
const SHORT_QUEUE: &str = r#"{"hash":{"create":{"scheme":"argon2id","m_kib":7168,"t":5,"p":1},
    "memory_mib":24,"max_running":1,"queue_ms":20}}"#;

fn hashes(core: &Core, ends_in_nul: saltbox_status) -> Vec<u8> {
    let (mut out, mut len) = ([0; 1024], 0);
    let mut expect = |what: &str, password: &[u8], expected: saltbox_status| {
        let status = without_heap(what, || core.hash(password, &mut out, &mut len));
        assert_eq!(status, expected, "{what}");
        out[..len].to_vec()
    };
    expect("an empty password", b"", E_PASSWORD_EMPTY);
    expect("an over-long password", &TOO_LONG, E_PASSWORD_TOO_LONG);
    expect("not UTF-8", NOT_UTF8, E_PASSWORD_NOT_UTF8);
    expect("a NUL at the end", b"nul\0", ends_in_nul);
    expect("the longest password", &TOO_LONG[..4096], OK);
    expect("two forms", TWO_FORMS, OK);
    let stored = expect("ASCII", b"password", OK);
    let mut short = [0; 8];
    let status = without_heap("a short buffer", || {
        core.hash(b"password", &mut short, &mut len)
    });
    assert_eq!(status, E_BUFFER);
    stored
}

fn every_case(json: &str, ends_in_nul: saltbox_status) {
    let core = Core::new(json);
    // The first call of a core too.
    let right = hashes(&core, ends_in_nul);
    let cases: &[(&str, &[u8], &[u8], saltbox_status)] = &[
        ("right", &right, b"password", OK),
        ("wrong", &right, b"Password", REJECTED),
        ("wrong in two forms", &right, TWO_FORMS, REJECTED),
        ("wrong and not UTF-8", &right, NOT_UTF8, REJECTED),
        ("wrong and over-long", &right, &TOO_LONG, REJECTED),
        ("wrong and empty", &right, b"", REJECTED),
        ("no user", b"", b"password", REJECTED),
        ("no user, two forms", b"", TWO_FORMS, REJECTED),
        ("cheaper and right", CHEAPER, b"password", OK),
        ("cheaper and wrong", CHEAPER, b"Password", REJECTED),
        (
            "cheaper and wrong in two forms",
            CHEAPER,
            TWO_FORMS,
            REJECTED,
        ),
        ("scrypt, right", SCRYPT, b"password", OK),
        ("scrypt, wrong", SCRYPT, b"Password", REJECTED),
        ("PBKDF2, right", PBKDF2, b"password", OK),
        ("PBKDF2, wrong in two forms", PBKDF2, TWO_FORMS, REJECTED),
        ("malformed", MALFORMED, b"password", E_MALFORMED),
        ("unsupported", UNSUPPORTED, NOT_UTF8, E_UNSUPPORTED),
        ("of a later release", LATER, TWO_FORMS, E_LATER_RELEASE),
        ("over the limit", OVER_LIMIT, b"password", E_LIMIT),
        ("over the budget", OVER_BUDGET, &TOO_LONG, E_BUDGET),
    ];
    let mut all = Items::default();
    for (what, stored, password, expected) in cases {
        let status = without_heap(what, || core.verify(stored, password));
        assert_eq!(status, *expected, "{what}");
        all.push(stored, password);
    }
    let mut status = vec![-1; cases.len()];
    let mut rehash = vec![7; cases.len()];
    without_heap("a batch", || {
        core.verify_batch(&all, &mut status, &mut rehash);
    });
    for ((what, _, _, expected), status) in cases.iter().zip(&status) {
        assert_eq!(status, expected, "{what}, in a batch");
    }
    // The next has to map its memory anew.
    assert!(core.trim() > 0);
    let status = without_heap("after trim", || core.verify(&right, b"password"));
    assert_eq!(status, OK);
}

#[test]
fn with_argon2id() {
    every_case(ARGON2ID, OK);
}

#[test]
fn with_scrypt() {
    every_case(SCRYPT_POLICY, E_PASSWORD_NUL);
}

#[test]
fn with_pbkdf2() {
    every_case(PBKDF2_POLICY, E_PASSWORD_NUL);
}

type Rewrite = unsafe extern "C-unwind" fn(
    *const Handle,
    usize,
    *const c_char,
    *const usize,
    *mut c_char,
    usize,
    *mut usize,
    *mut saltbox_status,
) -> saltbox_status;

#[test]
fn sealed_and_wrapped() {
    let core =
        Core::new(r#"{"hash":{"create":{"profile":"test-only"}},"keys":{"create_key_id":1}}"#);
    let mut out = [0; 1024];
    let mut len = 0;
    let status = without_heap("made sealed", || core.hash(b"password", &mut out, &mut len));
    assert_eq!(status, OK);
    let mut sealed = vec![out[..len].to_vec()];
    let calls: [(&str, Rewrite); 2] =
        [("rekey", saltbox_rekey_batch), ("wrap", saltbox_wrap_batch)];
    for (what, call) in calls {
        for (stored, expected) in [
            (CHEAPER, OK),
            (PBKDF2, OK),
            (MALFORMED, E_MALFORMED),
            (LATER, E_LATER_RELEASE),
        ] {
            let status = without_heap(what, || core.rewrite(call, stored, &mut out, &mut len));
            assert_eq!(status, expected, "{what}");
            if status == OK {
                sealed.push(out[..len].to_vec());
            }
        }
    }
    for stored in &sealed {
        for (password, expected) in [
            (&b"password"[..], OK),
            (TWO_FORMS, REJECTED),
            (&TOO_LONG, REJECTED),
        ] {
            let status = without_heap("sealed", || core.verify(stored, password));
            assert_eq!(status, expected);
        }
    }
}

#[test]
fn checked_against_a_policy() {
    let json =
        br#"{"policy":{"profile":"descope","min_score":4,"strength":true,"max_sequence":3,"max_keyboard_walk":3,"min_distinct":9,
        "disallowed":"xyz","by_length":[{"up_to":20,"min_classes":4}],
        "context":{"words":["Acme"],"match":"contained","reversed":true,"leet":true},
        "blocklist":{"inside":true,"outside":true}}}"#;
    use saltbox::policy::{Blocklist, BlocklistPlan, BreachHash, Precision, build_unsorted};
    let plan = BlocklistPlan::new(BreachHash::Ntlm, Precision::Probable(20), 1);
    let mut keys: Vec<_> = (0..=255).map(|byte| ([byte; 16], 1)).collect();
    let list = Blocklist::attach(build_unsorted(&plan, &mut keys).expect("hashes"));
    let config = saltbox::Config::from_json(json).expect("valid");
    let config = config.with_blocklist(list.expect("just built"));
    let saltbox = saltbox::Saltbox::new(config.expect("asked for"));
    let subject = saltbox::policy::Subject::from_json(br#"{"login_id":"jdoe","words":["Doe"]}"#);
    let subject = subject.expect("valid");
    for password in [
        &b"4cme-EOD 1234 qwertz"[..],
        TWO_FORMS,
        NOT_UTF8,
        &TOO_LONG,
        &TOO_LONG[1..],
    ] {
        let findings = without_heap("a check", || saltbox.check(&subject, password));
        assert!(!findings.is_empty());
    }
}

/// The first string of every file of vectors: each function, each spelling.
#[test]
fn with_every_scheme() {
    let core = Core::new(r#"{"hash":{"create":{"profile":"test-only"},"max_running":1}}"#);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");
    let mut schemes = 0;
    for file in std::fs::read_dir(folder).expect("a folder") {
        let path = file.expect("a file").path();
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("text");
        // Passwords that are not text are no matter here.
        let row = text.lines().find_map(|line| {
            let (password, stored) = line.strip_prefix("accept \"")?.split_once("\" ")?;
            Some((password, stored.as_bytes()))
        });
        let Some((password, stored)) = row else {
            continue;
        };
        let what = path.display().to_string();
        for (password, expected) in [
            (password.as_bytes(), OK),
            (b"Password", REJECTED),
            (TWO_FORMS, REJECTED),
            (NOT_UTF8, REJECTED),
            (&TOO_LONG[..4096], REJECTED),
        ] {
            let status = without_heap(&what, || core.verify(stored, password));
            assert_eq!(status, expected, "{what}");
        }
        schemes += 1;
    }
    assert!(schemes > 35, "{schemes}");
}

/// Runs `body` while another thread holds the only slot, for as long as `body` needs it to.
fn while_held(core: &Core, body: impl FnOnce()) {
    // Half a second on a fast machine; one that is slower holds the slot for longer.
    let mut long = Items::default();
    for _ in 0..40 {
        long.push(b"", b"password");
    }
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (mut status, mut rehash) = (vec![-1; 40], vec![7; 40]);
            // Its first call of all, too.
            without_heap("another thread", || {
                core.verify_batch(&long, &mut status, &mut rehash);
            });
            assert!(status.iter().all(|item| *item == REJECTED));
        });
        core.until(|stats| stats.running == 1);
        body();
    });
    assert_eq!(core.stats().running, 0);
}

#[test]
fn waiting_in_the_queue() {
    let core = Core::new(ARGON2ID);
    let mut out = [0; 1024];
    let mut len = 0;
    while_held(&core, || {
        let status = without_heap("waiting to verify", || core.verify(CHEAPER, b"password"));
        assert_eq!(status, OK);
    });
    assert_eq!(core.stats().queued_peak, 1, "it has not waited");
    while_held(&core, || {
        let status = without_heap("waiting to hash", || {
            core.hash(TWO_FORMS, &mut out, &mut len)
        });
        assert_eq!(status, OK);
    });
    assert_eq!(core.stats().busy, 0);
}

#[test]
fn told_busy() {
    let (mut out, mut len) = ([0; 1024], 4711);
    let mut items = Items::default();
    items.push(CHEAPER, b"password");
    items.push(MALFORMED, TWO_FORMS);
    for (json, waits) in [(NO_QUEUE, 0), (SHORT_QUEUE, 1)] {
        let core = Core::new(json);
        let (mut status, mut rehash) = ([-1; 2], [7; 2]);
        while_held(&core, || {
            let said = without_heap("busy to verify", || core.verify(CHEAPER, TWO_FORMS));
            assert_eq!(said, E_BUSY);
            let said = without_heap("busy for who cannot be verified", || {
                core.verify(MALFORMED, b"password")
            });
            assert_eq!(said, E_BUSY);
            let said = without_heap("busy to hash", || core.hash(TWO_FORMS, &mut out, &mut len));
            assert_eq!((said, len), (E_BUSY, 4711));
            without_heap("busy for a batch", || {
                core.verify_batch(&items, &mut status, &mut rehash);
            });
            assert_eq!((status, rehash), ([E_BUSY; 2], [0; 2]));
        });
        let stats = core.stats();
        assert_eq!((stats.busy, stats.jobs, stats.queued_peak), (4, 1, waits));
    }
}

/// A thread that the Rust runtime has never seen, as a host's threads are.
#[cfg(unix)]
#[test]
fn the_first_call_of_a_thread_that_rust_did_not_start() {
    extern "C" fn body(core: *mut libc::c_void) -> *mut libc::c_void {
        // SAFETY: the address of a `Core` that outlives the thread.
        let core = unsafe { &*core.cast_const().cast::<Core>() };
        let mut out = [0; 1024];
        let (mut first, mut second, mut len) = (OK, OK, 0);
        let counted = heap(|| {
            first = core.verify(CHEAPER, TWO_FORMS);
            second = core.hash(TWO_FORMS, &mut out, &mut len);
        });
        let is_right = (first, second) == (REJECTED, OK) && counted.1 == (0, 0);
        usize::from(is_right) as *mut libc::c_void
    }
    let core = Core::new(ARGON2ID);
    let (mut thread, mut result) = (0, null_mut());
    // SAFETY: the pointers are those of locals, which outlive the thread: it is joined here.
    unsafe {
        let argument = (&raw const core).cast_mut().cast();
        assert_eq!(
            libc::pthread_create(&raw mut thread, null(), body, argument),
            0
        );
        assert_eq!(libc::pthread_join(thread, &raw mut result), 0);
    }
    assert_eq!(result as usize, 1, "wrong, or the heap was asked");
}
