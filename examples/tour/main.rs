//! The whole of this release in a minute: `cargo run --release --example tour`.

mod endpoints;
mod passwords;

use saltbox::{Config, Error, Profile, Saltbox, Verdict};
use std::thread;
use std::time::SystemTime;

fn main() -> Result<(), Error> {
    let saltbox = Saltbox::default();
    let password = "correct horse battery staple";

    title("Hash: one call, secure defaults, a string other libraries read");
    let stored = saltbox.hash(password)?;
    println!("  {stored}");
    println!("  {} bytes; every string fits in 1023", stored.len());

    title("Verify: the answer is a verdict, a failure is an error");
    show("the right password", saltbox.verify(&stored, password));
    show("a wrong password", saltbox.verify(&stored, "Tr0ub4dor&3"));
    show("an empty password", saltbox.verify(&stored, ""));
    show("no such user, same work", saltbox.verify(None, password));

    title("Unicode: typed on two systems, two byte strings, one password");
    let cafe = saltbox.hash("caf\u{e9} olé!")?;
    show("composed", saltbox.verify(&cafe, "caf\u{e9} olé!"));
    show("decomposed", saltbox.verify(&cafe, "cafe\u{301} olé!"));

    title("Upgrade: the policy was raised, the next sign-in says so");
    let raised = Config::from_json(
        br#"{"hash":{"create":{"scheme":"argon2id","m_kib":47104,"t":2,"p":1}}}"#,
    )?;
    let raised = saltbox.derive(raised)?;
    show("old string", raised.verify(&stored, password));
    if raised.verify(&stored, password)? == (Verdict::Accepted { rehash: true }) {
        let upgraded = raised.hash(password)?;
        show("new string", raised.verify(&upgraded, password));
        show(
            "new string, node with the old policy",
            saltbox.verify(&upgraded, password),
        );
    }

    title("Other schemes: scrypt, PBKDF2, and strings of other libraries");
    for profile in ["owasp-scrypt", "owasp-pbkdf2-sha512"] {
        let profile = Profile::named(profile).expect("a profile of this release");
        let core = Saltbox::new(Config::default().with_profile(profile)?);
        println!("  {}", core.hash(password)?);
    }
    // From libargon2's own tests: Argon2i of version 0x10, whose string has no `v=`.
    let libargon2 =
        "$argon2i$m=256,t=2,p=2$c29tZXNhbHQ$tsEVYKap1h6scGt5ovl9aLRGOqOth+AMB+KwHpDFZPs";
    show(
        "libargon2's, of 2015",
        saltbox.verify(libargon2, "password"),
    );

    #[cfg(feature = "imports")]
    imports(&saltbox)?;
    rotation(password)?;
    #[cfg(feature = "imports")]
    wrap_a_table()?;

    passwords::all()?;
    endpoints::all()?;

    title("Refuse: what was wrong, where, and what would be right");
    for string in [
        "$argon2id$v=19$m=4294967295,t=4294967295,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=19456,t=02,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
        "$2y$10$abcdefghijklmnopqrstuu",
        "{noop}plain text of theirs",
        "$saltbox$v=7$whatever",
    ] {
        show(
            &string[..24.min(string.len())],
            saltbox.verify(string, password),
        );
    }
    for json in [
        r#"{"hash":{"create":{"scheme":"argon2id","m_kb":19456,"t":2,"p":1}}}"#,
        r#"{"hash":{"create":{"scheme":"argon2id","m_kib":1024,"t":2,"p":1}}}"#,
        r#"{"hsah":{}}"#,
        r#"{"policy":{"min_length":20,"max_length":16}}"#,
        r#"{"policy":{"allowed":"abcdef","min_digits":1}}"#,
    ] {
        match Config::from_json(json.as_bytes()) {
            Ok(_) => println!("  accepted: {json}"),
            Err(error) => println!("  {error}"),
        }
    }
    if let Err(error) = saltbox.hash("") {
        println!("  {error}");
    }

    title("Identify: what a stored string is, without computing anything");
    println!("  {}", saltbox.identify(&stored).to_json());
    println!("  {}", raised.identify(&stored).to_json());
    println!(
        "  {}",
        saltbox.identify("$scrypt$ln=16384,r=8,p=1$$").to_json()
    );

    title("Batch: many at once, each with its own verdict");
    let batch = [
        (Some(stored.as_str()), password),
        (Some(stored.as_str()), "guess"),
        (None, password),
        (Some("not a hash"), password),
    ];
    for ((stored, _), result) in batch.iter().zip(saltbox.verify_batch(batch)) {
        let name = stored.map_or("no user", |s| &s[..10]);
        show(name, result);
    }

    title("Memory: bounded for the whole process, wiped, kept for the next call");
    let stats = saltbox.stats();
    println!(
        "  this machine: {} hashes at once, {} more calls may wait, {} of work memory at most",
        saltbox.capacity(),
        stats.queue_len,
        mib(stats.memory_budget_bytes)
    );
    let sized = br#"{"hash":{"memory_mib":64,"max_running":8}}"#;
    let sized = Saltbox::new(Config::from_json(sized)?);
    println!(
        "  64 MiB and 8 slots, by configuration: {} hashes of 19 MiB at once",
        sized.capacity()
    );
    println!(
        "  a core derived from another shares its memory: {} above, {} with 46 MiB a hash",
        saltbox.capacity(),
        raised.capacity()
    );
    println!(
        "  mapped now: {}, of which idle: {}, the most so far: {}",
        mib(stats.memory_bytes),
        mib(stats.memory_idle_bytes),
        mib(stats.memory_peak_bytes)
    );
    println!("  trim gives back {}", mib(saltbox.trim()));
    println!("  mapped now: {}", mib(saltbox.stats().memory_bytes));

    title("A full house: busy is neither yes nor no, and a server answers 503");
    let one_slot = br#"{"hash":{"max_running":1,"queue_ms":0}}"#;
    let one_slot = Saltbox::new(Config::from_json(one_slot)?);
    show(
        "the only slot taken, no waiting",
        Err(told_busy(&one_slot, &stored)),
    );
    show("a moment later", one_slot.verify(&stored, password));
    let stats = one_slot.stats();
    println!("  told busy: {}, rejected: {}", stats.busy, stats.rejected);

    title("Statistics: numbers only, none of them secret");
    let stats = saltbox.stats();
    println!(
        "  {} jobs, {} at once at most, {} told busy; {} hashes made",
        stats.jobs, stats.running_peak, stats.busy, stats.hashes
    );
    println!(
        "  {} accepted ({} to be hashed anew), {} rejected, {} without user, {} refused",
        stats.accepted, stats.rehash, stats.rejected, stats.no_user, stats.refused
    );
    for of in stats.schemes().filter(|of| of.accepted + of.rejected > 0) {
        let name = of.scheme.name();
        println!("  {name}: {} right, {} wrong", of.accepted, of.rejected);
    }

    title("Settings in force: nodes with the same digest decide alike");
    println!("  {}", saltbox.effective_config());
    Ok(())
}

/// Each line: the system, what is stored (or exported, in JSON), and what is typed.
#[cfg(feature = "imports")]
const MIXED_TABLE: &str = include_str!("../mixed-table.tsv");

/// Every user signs in once, with the password of old, and is stored anew.
#[cfg(feature = "imports")]
fn imports(saltbox: &Saltbox) -> Result<(), Error> {
    title("Imports: a table of many systems' strings, no user asked to reset a password");
    for line in MIXED_TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t').map(str::to_owned);
        let mut field = || fields.next().unwrap_or_default();
        let (system, mut theirs, password) = (field(), field(), field());
        if theirs.starts_with(r#"{"vendor""#) {
            theirs = saltbox::hash::import_descriptor(theirs.as_bytes())?;
            println!("  {system}: its fields are {theirs}");
        }
        let found = saltbox.identify(&theirs);
        let scheme = found.scheme().map_or("?", |scheme| scheme.name());
        let percent = found.cost_percent_of_policy().unwrap_or_default();
        let warnings = found.warnings().map(|warning| warning.name());
        let warnings = warnings.collect::<Vec<_>>().join(", ");
        println!("  {system}: {scheme}, {percent} % of the policy's work; {warnings}");
        show(
            "    a wrong password",
            saltbox.verify(&theirs, "Tr0ub4dor&3"),
        );
        let verdict = saltbox.verify(&theirs, &password);
        show("    the password of old", verdict.clone());
        if verdict? == (Verdict::Accepted { rehash: true }) {
            println!("    stored anew: {}", saltbox.hash(&password)?);
        }
    }
    Ok(())
}

/// A core that knows these keys and seals with one of them.
fn sealing(known: &[(u32, &[u8])], create: u32) -> Result<Saltbox, Error> {
    let json = format!(r#"{{"keys":{{"create_key_id":{create}}}}}"#);
    let mut config = Config::from_json(json.as_bytes())?;
    for (id, key) in known {
        config.add_key(*id, key)?;
    }
    Ok(Saltbox::new(config))
}

/// In earnest: 32 random bytes that the database never sees.
const KEYS: [(u32, &[u8]); 2] = [
    (1, b"of the tour, not for your table:"),
    (2, b"the next one, which comes later."),
];

/// A key comes, another one goes, and no user notices.
fn rotation(password: &str) -> Result<(), Error> {
    title("Keys: a stolen table is worthless without them, and they rotate without users");
    let [one, two] = KEYS;
    let before = sealing(&[one], 1)?;
    let stored = before.hash(password)?;
    println!("  {stored}");
    let added = sealing(&[one, two], 1)?;
    let switched = sealing(&[one, two], 2)?;
    show("added, not yet named", added.verify(&stored, password));
    show(
        "named: old rows ask for a rehash",
        switched.verify(&stored, password),
    );
    let rekeyed = switched.rekey(&stored)?.unwrap_or_else(|| stored.clone());
    println!("  re-keyed, without the password: {}...", &rekeyed[..40]);
    show(
        "a node that has not switched",
        added.verify(&rekeyed, password),
    );
    let retired = sealing(&[two], 2)?;
    show("the old key taken away", retired.verify(&rekeyed, password));
    show(
        "a row that was forgotten",
        retired.verify(&stored, password),
    );
    let thief = sealing(&[(2, b"guessed by whoever has the table")], 2)?;
    show("with another key", thief.verify(&rekeyed, password));
    Ok(())
}

/// What was weak is strong before anybody signs in.
#[cfg(feature = "imports")]
fn wrap_a_table() -> Result<(), Error> {
    title("A weak table, strong tonight: wrapped without anybody's password");
    let saltbox = sealing(&KEYS[..1], 1)?;
    let rows: Vec<Vec<&str>> = MIXED_TABLE
        .lines()
        .filter(|line| !line.starts_with('#') && !line.contains(r#"{"vendor""#))
        .map(|line| line.split('\t').collect())
        .collect();
    let wrapped = saltbox.wrap_batch(rows.iter().map(|row| row[1]));
    for (row, wrapped) in rows.iter().zip(wrapped) {
        let [system, theirs, password] = row[..] else {
            continue;
        };
        let Some(wrapped) = wrapped? else {
            println!("  {system}: strong already");
            continue;
        };
        let found = saltbox.identify(&wrapped);
        let inner = found.inner_scheme().map_or("?", |scheme| scheme.name());
        let percent = found.cost_percent_of_policy().unwrap_or_default();
        println!("  {system}: {inner} inside, {percent} % of the policy's work for a guess");
        show(
            "    the password of old",
            saltbox.verify(&wrapped, password),
        );
        show(
            "    the stolen string, typed",
            saltbox.verify(&wrapped, theirs),
        );
        if saltbox.wrap(&wrapped)?.is_some() {
            println!("    wrapped twice");
        }
    }
    Ok(())
}

/// saltbox reads no clock: the caller brings the time.
fn now_unix_s() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}

/// What a caller is told while somebody else has the only slot.
fn told_busy(one_slot: &Saltbox, stored: &str) -> Error {
    loop {
        let answer = thread::scope(|scope| {
            // A batch keeps its slot until all of it is done.
            let batch = scope.spawn(|| one_slot.verify_batch([(None, "somebody else"); 20]));
            while one_slot.stats().running == 0 && !batch.is_finished() {
                thread::yield_now();
            }
            one_slot.verify(stored, "correct horse battery staple")
        });
        // On a machine so busy that the batch was done before, once more.
        if let Err(error) = answer {
            return error;
        }
    }
}

fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

fn title(text: &str) {
    println!("\n{text}");
}

fn show(what: &str, result: Result<Verdict, Error>) {
    let says = match result {
        Ok(Verdict::Accepted { rehash: false }) => "accepted".to_owned(),
        Ok(Verdict::Accepted { rehash: true }) => "accepted; hash it anew".to_owned(),
        Ok(Verdict::Rejected) => "rejected".to_owned(),
        Err(error) => format!("not verified: {error}"),
    };
    println!("  {what:<38} {says}");
}
