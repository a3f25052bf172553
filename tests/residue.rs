//! What calls leave behind: nothing of a password, nor of what is computed from
//! it, stands afterwards in memory that the process can write, or in a core file.
//!
//! The secrets of every call are computed here, by other code than the library's
//! where there is any, and written to a plan for `tests/c/residue.c`, which makes
//! the calls and looks. It keeps them masked, so that it finds only what the
//! library left.
//!
//! `SALTBOX_PROOF=full` looks at the static library too.

mod support;

use argon2::Block;
use libtest_mimic::{Arguments, Trial};
use saltbox::hash::{Argon2, Kdf, Pbkdf2, Prf, Scrypt, Variant, Version};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use support::{
    NATIVE_LIBRARIES, clean, folder, full, root, run, shared_library, static_library, tool,
    unless_missing,
};

/// One published string for each function that only imports have, and for each way into one.
const IMPORTED: [(&str, &str); 14] = [
    (
        "bcrypt",
        "$2b$04$abcdefghijklmnopqrstuuCi15uRb1eH7NAlJ/TgeJertyknQpYn2",
    ),
    (
        "bcrypt_sha256",
        "$bcrypt-sha256$v=2,t=2b,r=5$5Hg1DKFqPE8C2aflZ5vVoe$wOK1VFFtS8IGTrGa7.h5fs0u84qyPbS",
    ),
    (
        "wordpress",
        "$wp$2y$04$abcdefghijklmnopqrstuuCi15uRb1eH7NAlJ/TgeJertyknQpYn2",
    ),
    (
        "symfony",
        "$saltbox-input$hash=symfony$$2y$04$abcdefghijklmnopqrstuuCi15uRb1eH7NAlJ/TgeJertyknQpYn2",
    ),
    (
        "sha512crypt",
        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
    ),
    ("md5crypt", "$1$abcdefgh$gyPqltr49ET96qfEMI36o/"),
    (
        "sha1crypt",
        "$sha1$12$GGXpNqoJvglVTkGU$15ay/sqt8x.kymG1fxcilMe9uzbg",
    ),
    ("phpass", "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"),
    (
        "yescrypt",
        "$y$j75$.......$Azb4unskovkivqV5L2S5ovdEGpbGNKmfaJnP.BqXgm3",
    ),
    (
        "gost_yescrypt",
        "$gy$j75$.......$eBagUD/6d5e0p3WmLp6DS1yMGjT9p55M7c1rJV6c2sA",
    ),
    ("nt_hash", "$3$$e0fba38268d0ec66ef1cb452d5885e53"),
    ("ssha", "{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr"),
    (
        "hmac",
        "$hmac-sha256$ZTAzMWJhMWMyOTM4YjFkMjgzZjkxOWExZGY5YWM2NmMxOTJhN2RkNzQ0MzJkNWZkNGFkYTI5OTk0MWJhMTA5Zg==$MTIzNDU=",
    ),
    (
        "firebase",
        "$firescrypt$ln=8,r=8,p=1$sPtDhWcd1MfdAw==$xbSou7FOl6mChCyzpCPIQ7tku7nsQMTFtyOZSXXd7tjBa4NtimOx7v42Gv2SfzPQu1oxM2/k4SsbOu73wlKe1A==$Bw==$YE0dO4bwD4JnJafh6lZZfkp1MtKzuKAXQcDCJNJNyeCHairWHKENOkbh3dzwaCdizzOspwr/FITUVlnOAwPKyw==",
    ),
];

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    let mut linked = vec![("shared", Linking::Shared)];
    // The same code once more.
    if full() {
        linked.push(("static", Linking::Static));
    }
    for (how, linking) in linked {
        for mode in ["controls", "calls", "middle"] {
            let body = move || look(linking, mode);
            trials.push(trial(format!("{mode}/{how}"), no_live(), body));
        }
        let body = move || core_files(linking);
        trials.push(trial(format!("core/{how}"), no_cores(), body));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn trial(name: String, missing: Option<String>, body: impl FnOnce() + Send + 'static) -> Trial {
    let trial = Trial::test(name, || {
        body();
        Ok(())
    });
    unless_missing(missing, trial)
}

fn no_live() -> Option<String> {
    if tool("gcc").is_none() {
        return Some("gcc".to_owned());
    }
    let readable = std::fs::File::open("/proc/self/mem").is_ok();
    (!readable).then(|| "/proc/self/mem".to_owned())
}

/// Core files are looked for in the folder of the process only.
fn no_cores() -> Option<String> {
    no_live().or_else(|| {
        let pattern = std::fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap_or_default();
        let pattern = pattern.trim();
        let plain = pattern.starts_with("core") && !pattern.contains('/');
        (!plain).then(|| format!("a core_pattern of \"core\", not {pattern:?}"))
    })
}

// The program.

#[derive(Clone, Copy)]
enum Linking {
    Shared,
    Static,
}

/// Once for all trials: a program that another one is running cannot be written.
fn compile(linking: Linking) -> &'static Path {
    static SHARED: OnceLock<PathBuf> = OnceLock::new();
    static STATIC: OnceLock<PathBuf> = OnceLock::new();
    match linking {
        Linking::Shared => SHARED.get_or_init(|| compile_with("shared", linking, shared_library())),
        Linking::Static => STATIC.get_or_init(|| compile_with("static", linking, static_library())),
    }
}

fn compile_with(how: &str, linking: Linking, library: PathBuf) -> PathBuf {
    let program = folder("programs").join(format!("residue-{how}"));
    let mut gcc = Command::new("gcc");
    gcc.args(["-Wall", "-Wextra", "-Werror", "-pedantic", "-std=c11"])
        .args(["-O1", "-pthread", "-I"])
        .arg(root().join("include"))
        .arg(root().join("tests/c/residue.c"))
        .arg(library)
        .arg("-o")
        .arg(&program);
    if let Linking::Static = linking {
        gcc.args(NATIVE_LIBRARIES);
    }
    run(&mut gcc);
    program
}

fn start(program: &Path, mode: &str, plan: &Path) -> Command {
    let mut command = clean(program);
    let library = shared_library();
    command
        .env("LD_LIBRARY_PATH", library.parent().expect("in a folder"))
        .env("LEAKED", root().join("tests/lists/leaked.blocklist"))
        .arg(mode)
        .arg(plan);
    command
}

fn look(linking: Linking, mode: &str) {
    let file = folder("residue").join(mode);
    match mode {
        "middle" => middle().write(&file),
        _ => every_call().write(&file),
    }
    let output = run(&mut start(compile(linking), mode, &file));
    print!("{output}");
    assert!(output.contains("all checks hold"), "{output}");
}

// Core files.

fn core_files(linking: Linking) {
    let plan = every_call();
    let folder = folder(match linking {
        Linking::Shared => "residue-core-shared",
        Linking::Static => "residue-core-static",
    });
    let file = folder.join("plan");
    plan.write(&file);
    let program = compile(linking);
    let pieces = Pieces::of(&plan.secrets);

    let planted = plan.secrets.last().expect("secrets");
    let mut places = vec!["heap"];
    if cfg!(target_arch = "x86_64") {
        places.push("register");
    }
    for place in places {
        let found = pieces.find_in(&core_file(program, &file, &folder, place));
        let expected = planted.bytes.windows(8).take(9).count();
        assert!(found.len() >= expected, "{place}: {found:?}");
        assert!(found.iter().all(|f| f.starts_with(&planted.name)));
    }
    let mut left = Vec::new();
    for call in plan.calls.iter().filter(|call| call.name != OCCUPANT) {
        let found = pieces.find_in(&core_file(program, &file, &folder, &call.name));
        if !found.is_empty() {
            left.push(format!("{}: {found:#?}", call.name));
        }
    }
    assert!(left.is_empty(), "{}", left.join("\n"));
}

/// The core file of the program that died right after the call.
fn core_file(program: &Path, plan: &Path, folder: &Path, name: &str) -> Vec<u8> {
    let old = || {
        let entries = std::fs::read_dir(folder).expect("a folder");
        entries
            .map(|entry| entry.expect("an entry").path())
            .find(|path| {
                path.file_name()
                    .is_some_and(|name| name.to_string_lossy().starts_with("core"))
            })
    };
    while let Some(path) = old() {
        std::fs::remove_file(path).expect("an old core file");
    }
    let mut command = start(program, "core", plan);
    let output = command.arg(name).current_dir(folder).output();
    let output = output.expect("the program starts");
    let (signal, errors) = (
        output.status.signal(),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.core_dumped(),
        "{name}: no core file, signal {signal:?}: {errors}"
    );
    let path = old().expect("a core file");
    let core = std::fs::read(&path).expect("a core file");
    std::fs::remove_file(path).expect("a core file");
    assert!(core.starts_with(b"\x7fELF"));
    core
}

/// Pieces of eight bytes: what a register holds.
struct Pieces<'a> {
    by_value: BTreeMap<u64, (&'a str, usize)>,
    /// Whether there is one with these low bits.
    present: Vec<bool>,
}

const PRESENT_BITS: u32 = 22;

impl<'a> Pieces<'a> {
    fn of(secrets: &'a [Secret]) -> Self {
        let mut by_value = BTreeMap::new();
        let mut present = vec![false; 1 << PRESENT_BITS];
        for secret in secrets {
            for (at, piece) in secret.pieces() {
                present[Self::bit(piece)] = true;
                by_value.entry(piece).or_insert((secret.name.as_str(), at));
            }
        }
        Self { by_value, present }
    }

    fn bit(piece: u64) -> usize {
        let high = piece.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - PRESENT_BITS);
        usize::try_from(high).expect("22 bits")
    }

    fn find_in(&self, core: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        for (at, window) in core.windows(8).enumerate() {
            let piece = u64::from_ne_bytes(window.try_into().expect("eight bytes"));
            if piece != 0
                && self.present[Self::bit(piece)]
                && let Some((name, offset)) = self.by_value.get(&piece)
            {
                let place = place_in(core, at);
                found.push(format!("{name}, byte {offset}, at {at:#x}: {place}"));
            }
        }
        found
    }
}

/// What stands at an offset of a core file, as its program headers say.
fn place_in(core: &[u8], at: usize) -> String {
    let number = |at: usize, len: usize| -> usize {
        let bytes = core.get(at..at + len).unwrap_or_default();
        bytes.iter().rev().fold(0, |n, b| n << 8 | usize::from(*b))
    };
    let (table, size, count) = (number(32, 8), number(54, 2), number(56, 2));
    for header in (0..count).map(|i| table + i * size) {
        let (offset, address, len) = (
            number(header + 8, 8),
            number(header + 16, 8),
            number(header + 32, 8),
        );
        if (offset..offset + len).contains(&at) {
            return match number(header, 4) {
                4 => "registers and other notes".to_owned(),
                _ => format!("memory at {:#x}", address + (at - offset)),
            };
        }
    }
    "headers".to_owned()
}

// The plan.

/// What is not to be found again.
struct Secret {
    name: String,
    bytes: Vec<u8>,
    /// A piece begins at every so many bytes: all where it is short and of
    /// bytes; words where it is a block of words.
    step: usize,
}

impl Secret {
    /// A password, or one of the two keys that HMAC makes of it (RFC 2104 section 2).
    fn xored(name: &str, password: &[u8], which: &str, pad: u8) -> Self {
        Self {
            name: format!("{name}{which}"),
            bytes: password.iter().map(|byte| byte ^ pad).collect(),
            step: 1,
        }
    }

    fn pieces(&self) -> impl Iterator<Item = (usize, u64)> {
        let windows = self.bytes.windows(8).enumerate().step_by(self.step);
        windows.map(|(at, window)| {
            let piece = u64::from_ne_bytes(window.try_into().expect("eight bytes"));
            (at, piece)
        })
    }
}

struct Call {
    name: String,
    function: &'static str,
    condition: &'static str,
    core: &'static str,
    /// Stored string, password and status of each item.
    items: Vec<(&'static str, &'static str, &'static str)>,
}

/// The call that takes the slot while others find it taken.
const OCCUPANT: &str = "occupant";

#[derive(Default)]
struct Plan {
    cores: Vec<(&'static str, &'static str, Function)>,
    passwords: Vec<(&'static str, Password)>,
    stored: Vec<(&'static str, Stored)>,
    calls: Vec<Call>,
    secrets: Vec<Secret>,
}

/// A password as received, and as it is hashed.
#[derive(Clone)]
struct Password {
    received: Vec<u8>,
    prepared: Option<Vec<u8>>,
}

impl Password {
    fn forms(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        let prepared = self.prepared.as_ref();
        [
            Some(("", self.received.as_slice())),
            prepared.map(|prepared| ("_prepared", prepared.as_slice())),
        ]
        .into_iter()
        .flatten()
    }
}

enum Stored {
    /// Made from the password of this name, from its form of this number.
    Made(Function, &'static str, usize),
    /// Nothing to compare with.
    Other(&'static str),
    /// Rewritten without the password, of the name and the first form of this one.
    Rewritten(Rewritten, &'static str),
}

struct Rewritten {
    text: String,
    /// What the password goes through first, where it is a wrapped string.
    inner: Option<Function>,
    salt: Vec<u8>,
}

impl Rewritten {
    /// What is computed below the policy's function from `password`, the policy's input last.
    fn secrets(&self, name: &str, password: &[u8]) -> Vec<Secret> {
        let Some(inner) = self.inner else {
            return Vec::new();
        };
        let mut secrets = inner.secrets(name, password, SALT);
        let input = layer_input(inner, password, &self.salt);
        // Without its label, which is none.
        let hash = input.get(LAYER_LABEL.len()..).expect("a label");
        secrets.push(Secret::xored(name, hash, "/layer_input", 0));
        secrets
    }

    /// What the policy's function gets.
    fn input(&self, password: &[u8]) -> Vec<u8> {
        match self.inner {
            Some(inner) => layer_input(inner, password, &self.salt),
            None => password.to_vec(),
        }
    }
}

/// Both recipes of a wrapped string, as `src/hash/wrapper.rs` says.
fn layers(inner: Function, outer_salt: &[u8]) -> String {
    let recipe = |function: Function, salt| {
        let string = function.string(b"any", salt);
        let setting = &string[..string.len() - 43];
        base64(format!("{setting}{}", "A".repeat(43)).as_bytes())
    };
    format!("{}.{}", recipe(inner, SALT), recipe(POLICY, outer_salt))
}

/// What the policy's function hashes for a wrapped string.
fn layer_input(inner: Function, password: &[u8], outer_salt: &[u8]) -> Vec<u8> {
    use sha2::Digest as _;
    let layers = layers(inner, outer_salt);
    let tag = inner.tag(password, SALT);
    let hash = sha2::Sha256::digest([layers.as_bytes(), b"$", &tag].concat());
    format!("{LAYER_LABEL}{}", base64(&hash)).into_bytes()
}

const LAYER_LABEL: &str = "saltbox-layer:";

fn base64(bytes: &[u8]) -> String {
    use base64ct::Encoding as _;
    base64ct::Base64Unpadded::encode_string(bytes)
}

/// The default.
const POLICY: Function = argon2id(19456, 2, 1);

/// The core of this name has the root key that `tests/c/residue.c` gives it.
const SEALING: (&str, &str) = ("sealing", r#"{"keys":{"create_key_id":1}}"#);

fn sealing() -> saltbox::Saltbox {
    let mut config = saltbox::Config::from_json(SEALING.1.as_bytes()).expect("valid");
    let key: Vec<u8> = (0..32).map(|at| at * 7).collect();
    config.add_key(1, &key).expect("a key");
    saltbox::Saltbox::new(config)
}

#[derive(Clone, Copy, Debug)]
enum Function {
    Argon2(Variant, Version, u32, u32, u32),
    Scrypt(u32, u32, u32),
    Pbkdf2(Prf, u32),
}

const TAG_BYTES: usize = 32;
const SALT: &[u8] = b"somesaltsomesalt";
/// What the program's `getrandom` gives.
const RANDOM_SALT: &[u8] = &[b's'; 16];
/// See `src/hash/verify.rs`.
const NO_USER_SALT: &[u8] = b"saltbox: no user";
const MASK: u8 = 0xa5;

const fn argon2id(m_kib: u32, t: u32, p: u32) -> Function {
    Function::Argon2(Variant::Id, Version::V0x13, m_kib, t, p)
}

impl Plan {
    fn password(&self, name: &str) -> &Password {
        let found = self.passwords.iter().find(|(known, _)| *known == name);
        &found.unwrap_or_else(|| panic!("no password {name:?}")).1
    }

    fn stored(&self, name: &str) -> Option<&Stored> {
        let found = self.stored.iter().find(|(known, _)| *known == name);
        assert!(found.is_some() || name == "-", "no stored string {name:?}");
        found.map(|(_, stored)| stored)
    }

    fn call(
        &mut self,
        name: impl Into<String>,
        function: &'static str,
        condition: &'static str,
        core: &'static str,
        items: &[(&'static str, &'static str, &'static str)],
    ) {
        self.calls.push(Call {
            name: name.into(),
            function,
            condition,
            core,
            items: items.to_vec(),
        });
    }

    /// Collects the secrets of all calls, each once.
    fn find_secrets(&mut self) {
        let mut by_computation = BTreeMap::new();
        let mut secrets = Vec::new();
        for call in &self.calls {
            let core = self.cores.iter().find(|(name, ..)| *name == call.core);
            let (_, _, policy) = *core.expect("a core");
            for (stored, password, _) in &call.items {
                let (function, salt) = match (call.function, self.stored(stored)) {
                    ("hash", _) => (policy, RANDOM_SALT),
                    (_, Some(Stored::Made(function, ..))) => (*function, SALT),
                    (_, Some(Stored::Rewritten(rewritten, _))) => (policy, &*rewritten.salt),
                    _ => (policy, NO_USER_SALT),
                };
                if let Some(Stored::Made(function, of, form)) = self.stored(stored) {
                    let (_, bytes) = self.password(of).forms().nth(*form).expect("a form");
                    let key = format!("{:?}", (function, bytes, salt));
                    by_computation.entry(key).or_insert_with(|| {
                        let name = format!("{}/{of}/{stored}", call.name);
                        secrets.extend(function.secrets(&name, bytes, salt));
                    });
                }
                if let Some(Stored::Rewritten(rewritten, of)) = self.stored(stored) {
                    for password in [of, password] {
                        let (_, bytes) = self.password(password).forms().next().expect("a form");
                        let input = rewritten.input(bytes);
                        let key = format!("{:?}", (&rewritten.text, bytes));
                        by_computation.entry(key).or_insert_with(|| {
                            let name = format!("{}/{password}/{stored}", call.name);
                            secrets.extend(rewritten.secrets(&name, bytes));
                            secrets.extend(policy.secrets(&name, &input, &rewritten.salt));
                        });
                    }
                }
                for (which, bytes) in self.password(password).forms() {
                    let name = format!("{}/{password}{which}", call.name);
                    by_computation
                        .entry(format!("{bytes:?}"))
                        .or_insert_with(|| {
                            secrets.push(Secret::xored(&name, bytes, "", 0));
                        });
                    if !matches!(function, Function::Argon2(..)) {
                        by_computation
                            .entry(format!("HMAC {bytes:?}"))
                            .or_insert_with(|| {
                                secrets.push(Secret::xored(&name, bytes, "_inner", 0x36));
                                secrets.push(Secret::xored(&name, bytes, "_outer", 0x5c));
                            });
                    }
                    // What it is looked up by in a list.
                    if ["check", "change"].contains(&call.function) {
                        by_computation
                            .entry(format!("SHA-1 {bytes:?}"))
                            .or_insert_with(|| {
                                use sha1::Digest as _;
                                let key = sha1::Sha1::digest(bytes);
                                secrets.push(Secret::xored(&name, &key, "/sha1", 0));
                            });
                    }
                    // Over the cap nothing is computed from it.
                    if bytes.len() <= saltbox::MAX_PASSWORD_BYTES || which == "_prepared" {
                        let key = format!("{:?}", (function, bytes, salt));
                        by_computation.entry(key).or_insert_with(|| {
                            secrets.extend(function.secrets(&name, bytes, salt));
                        });
                    }
                }
            }
        }
        self.secrets = secrets;
    }

    fn write(&self, file: &Path) {
        let mut text = String::new();
        for (name, json, _) in &self.cores {
            writeln!(text, "core {name} {json}").expect("a string");
        }
        for (name, password) in &self.passwords {
            writeln!(text, "password {name} {}", masked(&password.received)).expect("a string");
        }
        for (name, stored) in &self.stored {
            let string = match stored {
                Stored::Made(function, of, form) => {
                    let (_, bytes) = self.password(of).forms().nth(*form).expect("a form");
                    let is_hashed = self.calls.iter().any(|call| {
                        call.function == "hash" && call.items.iter().any(|(s, ..)| s == name)
                    });
                    function.string(bytes, if is_hashed { RANDOM_SALT } else { SALT })
                }
                Stored::Other(text) => (*text).to_owned(),
                Stored::Rewritten(rewritten, _) => rewritten.text.clone(),
            };
            writeln!(text, "stored {name} {string}").expect("a string");
        }
        for secret in &self.secrets {
            let (step, name) = (secret.step, &secret.name);
            writeln!(text, "secret {step} {name} {}", masked(&secret.bytes)).expect("a string");
        }
        for call in &self.calls {
            let joined = |part: fn(&(&'static str, &'static str, &'static str)) -> &'static str| {
                let parts: Vec<_> = call.items.iter().map(part).collect();
                parts.join(",")
            };
            writeln!(
                text,
                "call {} {} {} {} {} {} {}",
                call.name,
                call.function,
                call.condition,
                call.core,
                joined(|item| item.0),
                joined(|item| item.1),
                joined(|item| item.2),
            )
            .expect("a string");
        }
        std::fs::write(file, text).expect("the plan can be written");
    }
}

fn masked(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{:02x}", byte ^ MASK).expect("a string");
        hex
    })
}

/// The plan of [`make_every_call`], whose secrets take a while to compute.
fn every_call() -> &'static Plan {
    static PLAN: OnceLock<Plan> = OnceLock::new();
    PLAN.get_or_init(make_every_call)
}

/// A core whose policy looks at everything there is to see.
const CHECKING: (&str, &str) = (
    "checking",
    r#"{"policy":{"profile":"legacy","min_score":4,"min_distinct":60,"min_points":60,"min_changes":9,"required":["\u00fc"],"max_occurrences":2,"max_sequence":2,"max_keyboard_walk":2,"no_palindrome":true,"context":{"words":["Acme","Widget"],"match":"contained","reversed":true,"leet":true,"edits":2},"blocklist":{"inside":true,"outside":true}}}"#,
);

/// Every kind of call, with every end it can come to.
fn make_every_call() -> Plan {
    let mut plan = Plan::default();
    let policy = POLICY;
    let scrypt_policy = Function::Scrypt(13, 8, 10);
    plan.cores = vec![
        ("argon2", "{}", policy),
        (
            "scrypt",
            r#"{"hash":{"create":{"scheme":"scrypt","ln":13,"r":8,"p":10}}}"#,
            scrypt_policy,
        ),
        (
            "sha256",
            r#"{"hash":{"create":{"profile":"owasp-pbkdf2-sha256"}}}"#,
            Function::Pbkdf2(Prf::Sha256, 600_000),
        ),
        (
            "sha512",
            r#"{"hash":{"create":{"profile":"owasp-pbkdf2-sha512"}}}"#,
            Function::Pbkdf2(Prf::Sha512, 210_000),
        ),
        (
            "argon2_only",
            r#"{"hash":{"verify":["argon2id"],"memory_mib":64}}"#,
            policy,
        ),
        (
            "one_slot",
            r#"{"hash":{"max_running":1,"queue_ms":0}}"#,
            policy,
        ),
        (
            "one_slot_with_a_queue",
            r#"{"hash":{"max_running":1,"queue_ms":30}}"#,
            policy,
        ),
        (SEALING.0, SEALING.1, policy),
        (CHECKING.0, CHECKING.1, policy),
        (
            "no_words",
            r#"{"policy":{"min_score":1,"blocklist":{"inside":true}}}"#,
            policy,
        ),
    ];
    let mut letters = Letters(1);
    let ascii = |letters: &mut Letters, len| Password {
        received: letters.ascii(len),
        prepared: None,
    };
    plan.passwords = vec![
        ("right", ascii(&mut letters, 40)),
        ("wrong", ascii(&mut letters, 45)),
        // Longer than a block of SHA-512: HMAC hashes it first.
        ("long", ascii(&mut letters, 301)),
        ("longest", ascii(&mut letters, 4096)),
        ("too_long", ascii(&mut letters, 5000)),
        ("accents", letters.accents(40)),
        ("most_accents", letters.accents(4095)),
        (
            "growing",
            Password {
                received: "\u{1d160}".repeat(1024).into_bytes(),
                prepared: Some("\u{1d158}\u{1d165}\u{1d16e}".repeat(1024).into_bytes()),
            },
        ),
        ("occupant", ascii(&mut letters, 39)),
        ("short", ascii(&mut letters, 31)),
    ];
    let mut not_utf8 = ascii(&mut letters, 50);
    not_utf8.received[20] = 0xff;
    let mut nul = ascii(&mut letters, 50);
    nul.received[20] = 0;
    nul.received[49] = 0;
    plan.passwords
        .extend([("not_utf8", not_utf8), ("nul", nul)]);

    let made = [
        ("of_policy", policy),
        ("cheap", argon2id(256, 1, 1)),
        ("dear", argon2id(65536, 1, 1)),
        ("lanes", argon2id(2048, 3, 4)),
        (
            "argon2i",
            Function::Argon2(Variant::I, Version::V0x13, 512, 2, 1),
        ),
        (
            "argon2d",
            Function::Argon2(Variant::D, Version::V0x10, 512, 2, 2),
        ),
        ("scrypt", Function::Scrypt(14, 8, 1)),
        ("small_scrypt", Function::Scrypt(4, 1, 3)),
        ("sha256", Function::Pbkdf2(Prf::Sha256, 1000)),
        ("sha512", Function::Pbkdf2(Prf::Sha512, 1000)),
    ];
    plan.stored = vec![
        (
            "malformed",
            Stored::Other("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$"),
        ),
        ("unsupported", Stored::Other("$something$else")),
        (
            "over_limit",
            Stored::Other(
                "$argon2id$v=19$m=4294967295,t=4294967295,p=1$c29tZXNhbHRzb21lc2FsdA\
                 $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            ),
        ),
        (
            "over_budget",
            Stored::Other(
                "$argon2id$v=19$m=131072,t=1,p=1$c29tZXNhbHRzb21lc2FsdA\
                 $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            ),
        ),
        ("prepared", Stored::Made(policy, "accents", 1)),
        ("as_received", Stored::Made(policy, "accents", 0)),
        (
            "cheap_as_received",
            Stored::Made(argon2id(64, 1, 1), "accents", 0),
        ),
        ("slow", Stored::Made(argon2id(19456, 40, 1), OCCUPANT, 0)),
    ];
    for (name, function) in made {
        plan.stored.push((name, Stored::Made(function, "right", 0)));
    }
    plan.stored
        .extend(IMPORTED.map(|(name, stored)| (name, Stored::Other(stored))));
    let ok = "SALTBOX_OK";
    let no = "SALTBOX_REJECTED";

    for (stored, _) in made {
        plan.call(
            format!("right_{stored}"),
            "verify",
            "-",
            "argon2",
            &[(stored, "right", ok)],
        );
        plan.call(
            format!("wrong_{stored}"),
            "verify",
            "-",
            "argon2",
            &[(stored, "wrong", no)],
        );
    }
    // The functions of imports, and what a password goes through before them.
    for (stored, _) in IMPORTED {
        for password in ["wrong", "long", "accents"] {
            plan.call(
                format!("{password}_for_{stored}"),
                "verify",
                "-",
                "argon2",
                &[(stored, password, no)],
            );
        }
    }
    // Topped up by the other functions, and their equal work.
    for core in ["scrypt", "sha256", "sha512"] {
        for stored in ["cheap", "small_scrypt", "sha256"] {
            plan.call(
                format!("wrong_{stored}_on_{core}"),
                "verify",
                "-",
                core,
                &[(stored, "wrong", no)],
            );
        }
        plan.call(
            format!("accents_on_{core}"),
            "verify",
            "-",
            core,
            &[("cheap_as_received", "accents", ok)],
        );
    }
    for core in ["argon2", "scrypt", "sha256", "sha512"] {
        for (stored, status) in [
            ("-", no),
            ("malformed", "SALTBOX_E_MALFORMED"),
            ("unsupported", "SALTBOX_E_UNSUPPORTED"),
            ("over_limit", "SALTBOX_E_LIMIT"),
        ] {
            let name = format!("{}_on_{core}", stored.replace('-', "no_user"));
            plan.call(name, "verify", "-", core, &[(stored, "right", status)]);
        }
    }
    plan.call(
        "not_allowed",
        "verify",
        "-",
        "argon2_only",
        &[("scrypt", "wrong", "SALTBOX_E_NOT_ALLOWED")],
    );
    plan.call(
        "over_budget",
        "verify",
        "-",
        "argon2_only",
        &[("over_budget", "wrong", "SALTBOX_E_BUDGET")],
    );
    for password in [
        "long",
        "longest",
        "too_long",
        "accents",
        "most_accents",
        "growing",
        "not_utf8",
        "nul",
    ] {
        plan.call(
            format!("{password}_of_no_user"),
            "verify",
            "-",
            "argon2",
            &[("-", password, no)],
        );
        for stored in ["cheap", "small_scrypt", "sha256", "sha512"] {
            plan.call(
                format!("{password}_for_{stored}"),
                "verify",
                "-",
                "argon2",
                &[(stored, password, no)],
            );
        }
    }
    for stored in ["prepared", "as_received", "cheap_as_received"] {
        plan.call(
            format!("right_{stored}"),
            "verify",
            "-",
            "argon2",
            &[(stored, "accents", ok)],
        );
    }
    plan.call(
        "batch",
        "batch",
        "-",
        "argon2",
        &[
            ("of_policy", "right", ok),
            ("cheap", "wrong", no),
            ("-", "wrong", no),
            ("malformed", "accents", "SALTBOX_E_MALFORMED"),
            ("as_received", "accents", ok),
            ("small_scrypt", "right", ok),
            ("sha512", "not_utf8", no),
            ("-", "too_long", no),
        ],
    );
    plan.call(
        "batch_of_right",
        "batch",
        "-",
        "argon2",
        &[("of_policy", "right", ok), ("sha256", "right", ok)],
    );

    // Made under the salt that the program gives.
    let mut hashed =
        |core: &'static str, stored: &'static str, function, password: &'static str, form| {
            plan.stored
                .push((stored, Stored::Made(function, password, form)));
            plan.call(
                format!("hash_{stored}"),
                "hash",
                "-",
                core,
                &[(stored, password, ok)],
            );
        };
    hashed("argon2", "made_argon2", policy, "right", 0);
    hashed("argon2", "made_accents", policy, "accents", 1);
    hashed("argon2", "made_most_accents", policy, "most_accents", 1);
    hashed("argon2", "made_growing", policy, "growing", 1);
    hashed("argon2", "made_nul", policy, "nul", 0);
    hashed("argon2", "made_longest", policy, "longest", 0);
    hashed("scrypt", "made_scrypt", scrypt_policy, "right", 0);
    hashed("scrypt", "made_scrypt_accents", scrypt_policy, "accents", 1);
    hashed(
        "sha256",
        "made_sha256",
        Function::Pbkdf2(Prf::Sha256, 600_000),
        "accents",
        1,
    );
    hashed(
        "sha512",
        "made_sha512",
        Function::Pbkdf2(Prf::Sha512, 210_000),
        "long",
        0,
    );
    rewriting(&mut plan);
    for (name, condition, core, password, status) in [
        (
            "small_buffer",
            "small_buffer",
            "argon2",
            "right",
            "SALTBOX_E_BUFFER",
        ),
        (
            "not_utf8",
            "-",
            "argon2",
            "not_utf8",
            "SALTBOX_E_PASSWORD_NOT_UTF8",
        ),
        (
            "too_long",
            "-",
            "argon2",
            "too_long",
            "SALTBOX_E_PASSWORD_TOO_LONG",
        ),
        ("nul_sha256", "-", "sha256", "nul", "SALTBOX_E_PASSWORD_NUL"),
        ("nul_scrypt", "-", "scrypt", "nul", "SALTBOX_E_PASSWORD_NUL"),
        (
            "no_randomness",
            "no_randomness",
            "argon2",
            "accents",
            "SALTBOX_E_RANDOM",
        ),
        (
            "no_memory",
            "no_memory",
            "argon2",
            "accents",
            "SALTBOX_E_MEMORY",
        ),
        ("busy", "busy", "one_slot", "accents", "SALTBOX_E_BUSY"),
        (
            "busy_in_a_queue",
            "busy",
            "one_slot_with_a_queue",
            "accents",
            "SALTBOX_E_BUSY",
        ),
    ] {
        plan.call(
            format!("hash_{name}"),
            "hash",
            condition,
            core,
            &[("-", password, status)],
        );
    }
    for (name, condition, core, status) in [
        ("no_memory", "no_memory", "argon2", "SALTBOX_E_MEMORY"),
        ("busy", "busy", "one_slot", "SALTBOX_E_BUSY"),
        (
            "busy_in_a_queue",
            "busy",
            "one_slot_with_a_queue",
            "SALTBOX_E_BUSY",
        ),
    ] {
        plan.call(
            format!("verify_{name}"),
            "verify",
            condition,
            core,
            &[("as_received", "accents", status)],
        );
        plan.call(
            format!("batch_{name}"),
            "batch",
            condition,
            core,
            &[
                ("as_received", "accents", status),
                ("-", "wrong", status),
                ("of_policy", "right", status),
            ],
        );
    }
    plan.call(
        OCCUPANT,
        "verify",
        "-",
        "one_slot",
        &[("slow", OCCUPANT, ok)],
    );
    plan.find_secrets();
    plan
}

/// Sealed and wrapped strings: made, verified, and rewritten once more.
fn rewriting(plan: &mut Plan) {
    let (ok, no) = ("SALTBOX_OK", "SALTBOX_REJECTED");
    let right = plan.password("right").received.clone();
    let (inner, sealing) = (Function::Pbkdf2(Prf::Sha256, 1000), sealing());
    let of = |text: Result<Option<String>, saltbox::Error>, inner, salt: Option<&[u8]>| {
        let text = text.expect("rewritten").expect("not done before");
        let read = saltbox::hash::Stored::parse(text.as_bytes()).expect("just written");
        let salt = salt.unwrap_or(read.salt()).to_vec();
        Stored::Rewritten(Rewritten { text, inner, salt }, "right")
    };
    let unsealed = saltbox::Saltbox::default().wrap(inner.string(&right, SALT));
    if let Ok(Some(text)) = &unsealed {
        // The secrets are those that the library computes.
        let read = saltbox::hash::Stored::parse(text.as_bytes()).expect("just written");
        let input = layer_input(inner, &right, read.salt());
        let digest = base64(&POLICY.tag(&input, read.salt()));
        assert!(text.ends_with(&format!("${}${digest}", layers(inner, read.salt()))));
    }
    let wrapped = sealing.wrap(inner.string(&right, SALT));
    for (name, stored) in [
        (
            "sealed",
            of(sealing.rekey(POLICY.string(&right, SALT)), None, None),
        ),
        ("wrapped", of(wrapped.clone(), Some(inner), None)),
        ("wrapped_unsealed", of(unsealed, Some(inner), None)),
        // What is computed while the string of PBKDF2 is wrapped under the program's salt.
        ("to_wrap", of(wrapped, Some(inner), Some(RANDOM_SALT))),
        (
            "made_sealed",
            of(
                sealing.rekey(POLICY.string(&right, RANDOM_SALT)),
                None,
                None,
            ),
        ),
    ] {
        plan.stored.push((name, stored));
    }
    if let Some((_, Stored::Rewritten(to_wrap, _))) =
        plan.stored.iter_mut().find(|(name, _)| *name == "to_wrap")
    {
        to_wrap.text = inner.string(&right, SALT);
    }
    for stored in ["sealed", "wrapped", "wrapped_unsealed"] {
        for (password, status) in [("right", ok), ("wrong", no)] {
            let name = format!("{password}_{stored}");
            plan.call(
                name,
                "verify",
                "-",
                "sealing",
                &[(stored, password, status)],
            );
        }
    }
    plan.call(
        "no_key",
        "verify",
        "-",
        "argon2",
        &[("sealed", "right", "SALTBOX_E_KEY")],
    );
    plan.call(
        "rekey_of_policy",
        "rekey",
        "-",
        "sealing",
        &[("of_policy", "right", ok)],
    );
    plan.call(
        "rekey_sealed",
        "rekey",
        "-",
        "sealing",
        &[("sealed", "right", no)],
    );
    plan.call(
        "wrap_sha256",
        "wrap",
        "-",
        "sealing",
        &[("to_wrap", "right", ok)],
    );
    plan.call(
        "wrap_wrapped",
        "wrap",
        "-",
        "sealing",
        &[("wrapped_unsealed", "right", ok)],
    );
    for (name, password) in [
        ("check_ascii", "right"),
        ("check_long", "long"),
        ("check_longest", "longest"),
        ("check_too_long", "too_long"),
        ("check_accents", "accents"),
        ("check_growing", "growing"),
        ("check_not_utf8", "not_utf8"),
    ] {
        let refused = "SALTBOX_REJECTED";
        plan.call(name, "check", "-", "checking", &[("-", password, refused)]);
        let name = format!("change_{password}");
        plan.call(
            &name,
            "change",
            "-",
            "checking",
            &[("-", password, refused)],
        );
    }
    // What is short and looked for in no words has less of the stack overwritten.
    for password in ["right", "short"] {
        let name = format!("check_by_default_{password}");
        plan.call(&name, "check", "-", "argon2", &[("-", password, ok)]);
        let name = format!("check_without_words_{password}");
        plan.call(&name, "check", "-", "no_words", &[("-", password, ok)]);
    }
    plan.call(
        "hash_sealed",
        "hash",
        "-",
        "sealing",
        &[("made_sealed", "right", ok)],
    );
}

/// One call of each function, as short as it gets, with secrets that no other has.
fn middle() -> Plan {
    let mut plan = Plan {
        cores: vec![(
            "cheap",
            r#"{"hash":{"create":{"profile":"test-only"}}}"#,
            argon2id(8, 1, 1),
        )],
        ..Plan::default()
    };
    let mut letters = Letters(2);
    for (name, function) in [
        ("argon2", argon2id(12, 1, 1)),
        ("scrypt", Function::Scrypt(2, 1, 1)),
        ("sha256", Function::Pbkdf2(Prf::Sha256, 1)),
        ("sha512", Function::Pbkdf2(Prf::Sha512, 1)),
    ] {
        plan.passwords.push((name, letters.accents(40)));
        plan.stored.push((name, Stored::Made(function, name, 1)));
        plan.call(name, "verify", "-", "cheap", &[(name, name, "SALTBOX_OK")]);
    }
    plan.find_secrets();
    plan
}

/// Letters that look like no other text in memory: xorshift64*.
struct Letters(u64);

impl Letters {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).expect("31 bits") % below
    }

    fn ascii(&mut self, len: usize) -> Vec<u8> {
        let letters: Vec<u8> = (b'!'..=b'~').collect();
        (0..len)
            .map(|_| letters[self.next(letters.len())])
            .collect()
    }

    /// At most `len` bytes of letters, each with an accent that preparation composes with it.
    fn accents(&mut self, len: usize) -> Password {
        const COMPOSED: [(char, char); 6] = [
            ('a', '\u{e1}'),
            ('e', '\u{e9}'),
            ('i', '\u{ed}'),
            ('o', '\u{f3}'),
            ('u', '\u{fa}'),
            ('y', '\u{fd}'),
        ];
        let (mut received, mut prepared) = (String::new(), String::new());
        while received.len() + 3 <= len {
            let (letter, composed) = COMPOSED[self.next(COMPOSED.len())];
            received.extend([letter, '\u{301}']);
            prepared.push(composed);
        }
        Password {
            received: received.into_bytes(),
            prepared: Some(prepared.into_bytes()),
        }
    }
}

// The secrets.

impl Function {
    fn kdf(self) -> Kdf {
        match self {
            Self::Argon2(variant, version, m, t, p) => {
                Kdf::Argon2(Argon2::new(variant, version, m, t, p).expect("in range"))
            }
            Self::Scrypt(ln, r, p) => Kdf::Scrypt(Scrypt::new(ln, r, p).expect("in range")),
            Self::Pbkdf2(prf, i) => Kdf::Pbkdf2(Pbkdf2::new(prf, i).expect("in range")),
        }
    }

    fn tag(self, password: &[u8], salt: &[u8]) -> [u8; TAG_BYTES] {
        let mut tag = [0; TAG_BYTES];
        let derived = self.kdf().derive(password, salt, &mut tag);
        derived.expect("small parameters");
        tag
    }

    /// The stored string.
    fn string(self, password: &[u8], salt: &[u8]) -> String {
        let head = match self {
            Self::Argon2(variant, version, m, t, p) => {
                let name = match variant {
                    Variant::Id => "argon2id",
                    Variant::I => "argon2i",
                    Variant::D => "argon2d",
                };
                let version = match version {
                    Version::V0x10 => 16,
                    Version::V0x13 => 19,
                };
                format!("${name}$v={version}$m={m},t={t},p={p}")
            }
            Self::Scrypt(ln, r, p) => format!("$scrypt$ln={ln},r={r},p={p}"),
            Self::Pbkdf2(Prf::Sha256, i) => format!("$pbkdf2-sha256$i={i},l=32"),
            Self::Pbkdf2(Prf::Sha512, i) => format!("$pbkdf2-sha512$i={i},l=32"),
            Self::Pbkdf2(other, _) => panic!("no string for {other:?}"),
        };
        format!(
            "{head}${}${}",
            base64(salt),
            base64(&self.tag(password, salt))
        )
    }

    /// What is computed from a password on the way to its tag, the tag last.
    fn secrets(self, name: &str, password: &[u8], salt: &[u8]) -> Vec<Secret> {
        let mut secrets = Vec::new();
        let mut secret = |what: &str, bytes: Vec<u8>, step| {
            let name = format!("{name}/{what}");
            secrets.push(Secret { name, bytes, step });
        };
        let tag = self.tag(password, salt);
        match self {
            Self::Argon2(variant, version, m, t, p) => {
                let h0 = self.h0(password, salt);
                let filled = blake2b(&[&1024_u32.to_le_bytes(), &h0, &[0; 8]]);
                let blocks = argon2_blocks(variant, version, [m, t, p], password, salt, &tag);
                if t == 1 {
                    assert_eq!(blocks[0][..32], filled[..32], "H0 or BLAKE2b is wrong");
                }
                secret("h0", h0.to_vec(), 1);
                secret("first_block_as_filled", filled[..32].to_vec(), 1);
                secret("first_block", blocks[0].clone(), 8);
                secret("middle_block", blocks[1].clone(), 8);
                secret("last_block", blocks[2].clone(), 8);
            }
            Self::Scrypt(ln, r, p) => {
                let lane = 128 * usize::try_from(r).expect("small");
                let mut b = vec![0; lane * usize::try_from(p).expect("small")];
                pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, salt, 1, &mut b);
                secret("b", b[..lane].to_vec(), 1);
                let lanes = b.len() / lane;
                for (i, lane) in b.chunks_exact_mut(lane).enumerate() {
                    let v = romix(lane, 1 << ln);
                    if i == 0 || i + 1 == lanes {
                        for (which, v) in ["first", "middle", "last"].into_iter().zip(v) {
                            secret(&format!("v_{which}_of_{i}"), v, 8);
                        }
                    }
                }
                secret("b_mixed", b[..lane].to_vec(), 1);
                let mut ours = [0; TAG_BYTES];
                pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, &b, 1, &mut ours);
                assert_eq!(ours, tag, "this ROMix is wrong");
            }
            Self::Pbkdf2(..) => {}
        }
        secret("tag", tag.to_vec(), 1);
        secrets
    }

    /// H0 of Argon2 (RFC 9106 section 3.2).
    fn h0(self, password: &[u8], salt: &[u8]) -> [u8; 64] {
        let Self::Argon2(variant, version, m, t, p) = self else {
            panic!("only Argon2 has one");
        };
        let version: u32 = match version {
            Version::V0x10 => 16,
            Version::V0x13 => 19,
        };
        let variant: u32 = match variant {
            Variant::D => 0,
            Variant::I => 1,
            Variant::Id => 2,
        };
        let number = |number: usize| u32::try_from(number).expect("small").to_le_bytes();
        let mut input = Vec::new();
        for number in [p, 32, m, t, version, variant] {
            input.extend(number.to_le_bytes());
        }
        for part in [password, salt, b"", b""] {
            input.extend(number(part.len()));
            input.extend(part);
        }
        blake2b(&[&input])
    }
}

/// The first, the middle and the last block, as the `argon2` crate leaves them.
fn argon2_blocks(
    variant: Variant,
    version: Version,
    [m, t, p]: [u32; 3],
    password: &[u8],
    salt: &[u8],
    tag: &[u8],
) -> [Vec<u8>; 3] {
    let algorithm = match variant {
        Variant::Id => argon2::Algorithm::Argon2id,
        Variant::I => argon2::Algorithm::Argon2i,
        Variant::D => argon2::Algorithm::Argon2d,
    };
    let version = match version {
        Version::V0x10 => argon2::Version::V0x10,
        Version::V0x13 => argon2::Version::V0x13,
    };
    let params = argon2::Params::new(m, t, p, Some(tag.len())).expect("in range");
    let mut blocks = vec![Block::new(); params.block_count()];
    let mut theirs = vec![0; tag.len()];
    argon2::Argon2::new(algorithm, version, params)
        .hash_password_into_with_memory(password, salt, &mut theirs, &mut blocks[..])
        .expect("in range");
    assert_eq!(theirs, tag);
    [0, blocks.len() / 2, blocks.len() - 1].map(|at| {
        let words: &[u64] = blocks[at].as_ref();
        words.iter().flat_map(|word| word.to_ne_bytes()).collect()
    })
}

/// BLAKE2b-512 (RFC 7693), unkeyed: no dependency of the tests has it.
fn blake2b(parts: &[&[u8]]) -> [u8; 64] {
    const IV: [u64; 8] = [
        0x6a09_e667_f3bc_c908,
        0xbb67_ae85_84ca_a73b,
        0x3c6e_f372_fe94_f82b,
        0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1,
        0x9b05_688c_2b3e_6c1f,
        0x1f83_d9ab_fb41_bd6b,
        0x5be0_cd19_137e_2179,
    ];
    const SIGMA: [[usize; 16]; 10] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
    ];
    const COLUMNS_AND_DIAGONALS: [[usize; 4]; 8] = [
        [0, 4, 8, 12],
        [1, 5, 9, 13],
        [2, 6, 10, 14],
        [3, 7, 11, 15],
        [0, 5, 10, 15],
        [1, 6, 11, 12],
        [2, 7, 8, 13],
        [3, 4, 9, 14],
    ];
    let input = parts.concat();
    let mut h = IV;
    h[0] ^= 0x0101_0040;
    let blocks = input.len().div_ceil(128).max(1);
    for i in 0..blocks {
        let end = input.len().min(128 * (i + 1));
        let mut block = [0; 128];
        block[..end - 128 * i].copy_from_slice(&input[128 * i..end]);
        let (words, _) = block.as_chunks::<8>();
        let mut v = [h, IV].concat();
        v[12] ^= end as u64;
        if i + 1 == blocks {
            v[14] = !v[14];
        }
        for round in 0..12 {
            let order = SIGMA[round % 10];
            for (g, [a, b, c, d]) in COLUMNS_AND_DIAGONALS.into_iter().enumerate() {
                let word = |at: usize| u64::from_le_bytes(words[order[2 * g + at]]);
                v[a] = v[a].wrapping_add(v[b]).wrapping_add(word(0));
                v[d] = (v[d] ^ v[a]).rotate_right(32);
                v[c] = v[c].wrapping_add(v[d]);
                v[b] = (v[b] ^ v[c]).rotate_right(24);
                v[a] = v[a].wrapping_add(v[b]).wrapping_add(word(1));
                v[d] = (v[d] ^ v[a]).rotate_right(16);
                v[c] = v[c].wrapping_add(v[d]);
                v[b] = (v[b] ^ v[c]).rotate_right(63);
            }
        }
        for (at, word) in h.iter_mut().enumerate() {
            *word ^= v[at] ^ v[at + 8];
        }
    }
    let mut out = [0; 64];
    for (bytes, word) in out.as_chunks_mut::<8>().0.iter_mut().zip(h) {
        *bytes = word.to_le_bytes();
    }
    out
}

/// ROMix of RFC 7914 section 5 in place; the first, middle and last block of V,
/// in the order of words that `src/arch/salsa` keeps them in.
fn romix(block: &mut [u8], n: usize) -> [Vec<u8>; 3] {
    let mut x: Vec<u32> = block
        .as_chunks::<4>()
        .0
        .iter()
        .map(|word| u32::from_le_bytes(*word))
        .collect();
    let mut v = Vec::with_capacity(n);
    for _ in 0..n {
        v.push(x.clone());
        x = block_mix(&x);
    }
    for _ in 0..n {
        let j = x[x.len() - 16] as usize % n;
        for (word, other) in x.iter_mut().zip(&v[j]) {
            *word ^= other;
        }
        x = block_mix(&x);
    }
    for (bytes, word) in block.as_chunks_mut::<4>().0.iter_mut().zip(x) {
        *bytes = word.to_le_bytes();
    }
    const DIAGONAL: [usize; 16] = [0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11];
    [0, n / 2, n - 1].map(|i| {
        let (blocks, _) = v[i].as_chunks::<16>();
        let words = blocks.iter().flat_map(|block| DIAGONAL.map(|at| block[at]));
        words.flat_map(u32::to_ne_bytes).collect()
    })
}

fn block_mix(from: &[u32]) -> Vec<u32> {
    let (blocks, _) = from.as_chunks::<16>();
    let mut x = blocks[blocks.len() - 1];
    let mut to = vec![0; from.len()];
    for (i, block) in blocks.iter().enumerate() {
        for (word, other) in x.iter_mut().zip(block) {
            *word ^= other;
        }
        salsa20_8(&mut x);
        let place = 16 * (i / 2 + i % 2 * (blocks.len() / 2));
        to[place..place + 16].copy_from_slice(&x);
    }
    to
}

fn salsa20_8(x: &mut [u32; 16]) {
    const QUARTERS: [[usize; 4]; 8] = [
        [0, 4, 8, 12],
        [5, 9, 13, 1],
        [10, 14, 2, 6],
        [15, 3, 7, 11],
        [0, 1, 2, 3],
        [5, 6, 7, 4],
        [10, 11, 8, 9],
        [15, 12, 13, 14],
    ];
    let start = *x;
    for _ in 0..4 {
        for [a, b, c, d] in QUARTERS {
            x[b] ^= x[a].wrapping_add(x[d]).rotate_left(7);
            x[c] ^= x[b].wrapping_add(x[a]).rotate_left(9);
            x[d] ^= x[c].wrapping_add(x[b]).rotate_left(13);
            x[a] ^= x[d].wrapping_add(x[c]).rotate_left(18);
        }
    }
    for (word, start) in x.iter_mut().zip(start) {
        *word = word.wrapping_add(start);
    }
}
