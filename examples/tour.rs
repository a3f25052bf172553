//! The whole of this release in a minute: `cargo run --release --example tour`.

use saltbox::interchange;
use saltbox::lint::Standard;
#[cfg(feature = "strength")]
use saltbox::policy::{
    Attacker, Blocklist, BlocklistPlan, BreachHash, ListKind, Precision, build_unsorted,
};
use saltbox::policy::{Findings, Subject};
use saltbox::question::Answers;
use saltbox::{AdminAction, Channel, CodeKind, Codes, Outcome, Request, Way, same_identifier};
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

    new_passwords()?;
    #[cfg(feature = "strength")]
    {
        meter()?;
        breached()?;
    }
    policies_in_and_out()?;
    accounts()?;
    forgotten_passwords()?;
    security_questions()?;

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
const MIXED_TABLE: &str = include_str!("mixed-table.tsv");

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

/// Everything that is wrong with a new password, at once.
fn new_passwords() -> Result<(), Error> {
    title("Check: everything that is wrong with a new password, without a hash");
    let policy = br#"{"policy":{"profile":"nist-63b-4-mfa","max_repeated":3,"max_keyboard_walk":4,
        "min_changes":4,"forbidden_numbers":{"from":1900,"to":2099},
        "context":{"words":["Acme"],"match":"contained","parts":true,"reversed":true,"leet":true,"edits":1}}}"#;
    let saltbox = Saltbox::new(Config::from_json(policy)?);
    let jane = Subject::from_json(
        br#"{"login_id":"jane.doering","email":"jane@example.com","words":["Liverpool"]}"#,
    )?;
    for password in [
        "correct horse battery staple",
        "acme",
        "l1verp0o1-1984",
        "qwerty!!!!",
        "gnireod",
        "ąс𝐦3 \u{a0}caf\u{65}\u{301}",
        "line\nfeed",
    ] {
        tell(
            &format!("{password:?}"),
            &saltbox.check(&jane, password, now_unix_s()),
        );
    }
    let change = saltbox.check_change(&jane, "Winter is c0ming", "Winter is c0m1ng!", now_unix_s());
    tell("\"Winter is c0m1ng!\" after \"Winter is c0ming\"", &change);
    Ok(())
}

/// How strong a password is, for a meter beside the field.
#[cfg(feature = "strength")]
fn meter() -> Result<(), Error> {
    title("Strength: a meter that no input can stall, and what it tells the user");
    let saltbox = Saltbox::new(Config::from_json(br#"{"policy":{"min_score":3}}"#)?);
    let jane = Subject::from_json(br#"{"login_id":"jane.doering","words":["Liverpool"]}"#)?;
    for password in [
        "P4ssw0rd!",
        "qwertzuiop",
        "17.6.1984",
        "liverpool-jane",
        "correct horse battery staple",
    ] {
        let findings = saltbox.check(&jane, password, now_unix_s());
        let Some(strength) = findings.strength() else {
            continue;
        };
        let score = usize::from(strength.score());
        let time = match strength.seconds(Attacker::OfflineOwnHash) {
            short if short < 1e5 => format!("{short:.1} s"),
            long => format!("{:.0e} years", long / (365.25 * 86400.0)),
        };
        println!(
            "  {}{} {password:?}: 10^{:.1} guesses, {time} with a thousand cores",
            "#".repeat(score),
            "-".repeat(4 - score),
            strength.guesses_log10(),
        );
        let weakness = strength.weakness().map(|weakness| weakness.text());
        let suggestions = strength.suggestions().map(|suggestion| suggestion.text());
        for text in weakness.into_iter().chain(suggestions) {
            println!("         {text}");
        }
    }
    Ok(())
}

/// Passwords that everybody knows: the list inside, and one that the host maps.
#[cfg(feature = "strength")]
fn breached() -> Result<(), Error> {
    title("Blocklists: 45,417 common passwords inside, any number outside");
    // What a service would map from a file: examples/blocklist.rs makes it of the public corpus.
    let leaked = [
        "hunter2 hunter2 hunter2",
        "iloveyou-and-the-sea",
        "Tr0ub4dor&3",
    ];
    let mut keys = leaked.map(|password| (BreachHash::Sha1.of(password), 1));
    let plan = BlocklistPlan::new(BreachHash::Sha1, Precision::Probable(16), 1);
    let list = Blocklist::attach(build_unsorted(&plan, &mut keys)?)?;
    list.check_all()?;
    let mut config = Config::from_json(
        br#"{"policy":{"profile":"nist-63b-4","blocklist":{"inside":true,"outside":true}}}"#,
    )?;
    config.attach_blocklist(list)?;
    let saltbox = Saltbox::new(config);
    for password in [
        "1qaz2wsx3edc4rfv",
        "hunter2 hunter2 hunter2",
        "correct horse battery staples",
    ] {
        let findings = saltbox.check(&Subject::default(), password, now_unix_s());
        let lists: Vec<_> = findings.blocklists().map(ListKind::name).collect();
        println!("  {password:?}: in the lists {lists:?}");
        tell("  so", &findings);
    }
    Ok(())
}

/// An account as a service has it: a row with the record, and one for each lookup key.
struct Service {
    core: Saltbox,
    subject: Subject,
    record: Option<String>,
}

impl Service {
    /// Stores the record, if it is still the one that was read: the one duty of every caller.
    fn swap(&mut self, read: Option<&str>, outcome: &Outcome) -> bool {
        if self.record.as_deref() != read {
            return false;
        }
        if let Some(record) = outcome.record() {
            self.record = Some(record.to_owned());
        }
        true
    }

    fn reset(&mut self, what: &str, codes: &Codes, password: &str, now: u64) -> Result<(), Error> {
        let read = self.record.clone();
        let (core, request) = (&self.core, Request::default());
        let outcome = core.reset(
            read.as_deref(),
            &self.subject,
            &request,
            codes,
            password,
            now,
        )?;
        let is_stored = self.swap(read.as_deref(), &outcome);
        told(what, &outcome);
        assert!(is_stored);
        Ok(())
    }
}

/// Signing up and in, and what stands against it.
fn accounts() -> Result<(), Error> {
    title("Accounts: sign up, sign in, lock, change; one record, one compare-and-swap");
    let json = br#"{"account":{"lock":{"attempts":2},"history":3}}"#;
    let core = Saltbox::new(Config::from_json(json)?);
    let subject = Subject::from_json(br#"{"id":"u-18","login_id":"grace"}"#)?;
    let (request, now) = (Request::default(), now_unix_s());
    let (old, new) = ("nanoseconds are this long", "a moth in relay seventy");
    let mut record: Option<String> = None;
    let mut store = |what: &str, outcome: Outcome| {
        told(what, &outcome);
        record = outcome.record().map(str::to_owned).or(record.take());
        record.clone()
    };
    let stored = store("sign up", core.sign_up(None, &subject, &request, old, now)?);
    let again = core.sign_up(stored.as_deref(), &subject, &request, old, now)?;
    let mut stored = store("the same login again", again);
    for (what, password, later) in [
        ("sign in", old, 0),
        ("a wrong password", "wrong", 1),
        ("another", "wrong again", 2),
        ("the right one, locked", old, 3),
        ("after half a minute", old, 32),
    ] {
        let outcome = core.sign_in(stored.as_deref(), &subject, &request, password, now + later)?;
        stored = store(what, outcome);
    }
    told(
        "nobody, same work",
        &core.sign_in(None, &Subject::default(), &request, old, now)?,
    );
    let outcome = core.admin(
        stored.as_deref(),
        &subject,
        &request,
        AdminAction::Expire,
        now,
    )?;
    stored = store("an administrator", outcome);
    let outcome = core.sign_in(stored.as_deref(), &subject, &request, old, now + 40)?;
    stored = store("sign in", outcome);
    let outcome = core.replace(stored.as_deref(), &subject, &request, old, new, now + 41)?;
    stored = store("replace", outcome);
    let outcome = core.replace(stored.as_deref(), &subject, &request, new, old, now + 42)?;
    store("and back", outcome);
    Ok(())
}

/// A forgotten password, by each of the three ways.
fn forgotten_passwords() -> Result<(), Error> {
    title("Reset: a code is sent, stored as a digest, and redeemed once");
    let json = br#"{"id":"u-17","realm":"acme","login_id":"ada","email":"ada@example.com","email_verified":true}"#;
    let mut service = Service {
        core: sealing(&KEYS[..1], 1)?,
        subject: Subject::from_json(json)?,
        record: None,
    };
    let (core, request, now) = (service.core.clone(), Request::default(), now_unix_s());
    let hash = core.hash("the one that was forgotten")?;
    let imported = core.admin_import(None, &service.subject, &request, &hash, now)?;
    service.swap(None, &imported);
    for (at, (way, channel, kind)) in [
        (Way::EmailLink, Channel::Email, CodeKind::EmailAuthCode),
        (Way::OneTimeCode, Channel::Email, CodeKind::VerificationCode),
        (
            Way::ResetLink,
            Channel::Administrator,
            CodeKind::PasswordResetCode,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let read = service.record.clone();
        let issued = core.request_reset(
            read.as_deref(),
            &service.subject,
            &request,
            way,
            channel,
            now,
        )?;
        service.swap(read.as_deref(), &issued);
        let (code, lookup) = (
            issued.code().unwrap_or_default(),
            issued.lookup().unwrap_or_default(),
        );
        println!("  {}: {code}", way.name());
        let mut codes = Codes::new().with(kind, code);
        if way == Way::OneTimeCode {
            codes = codes.with(CodeKind::RequestCode, lookup);
            let guess = Codes::new()
                .with(CodeKind::RequestCode, lookup)
                .with(kind, "00000000");
            service.reset("a guess", &guess, "the password of somebody else", now)?;
        }
        println!("    found by {}", codes.lookup()?);
        service.reset("the code, a bad password", &codes, "short", now)?;
        service.reset(
            "the code, a good one",
            &codes,
            &format!("a new password, number {at}"),
            now,
        )?;
        service.reset("the code once more", &codes, "another new password", now)?;
    }
    let nobody = Subject::default();
    let (way, channel) = (Way::OneTimeCode, Channel::Email);
    let outcome = core.request_reset(None, &nobody, &request, way, channel, now)?;
    told("no such account, as much work", &outcome);
    let two = Codes::new()
        .with(CodeKind::EmailAuthCode, "x")
        .with(CodeKind::PasswordResetCode, "x");
    println!("  two ways at once: {:?}", two.lookup().unwrap_err());
    let half = Codes::new().with(CodeKind::RequestCode, "x");
    println!("  half of a pair: {:?}", half.lookup().unwrap_err());
    Ok(())
}

/// A second factor for those who have to keep them.
fn security_questions() -> Result<(), Error> {
    title("Security answers: off unless configured; normalised, refused where common, hashed");
    let json = br#"{"questions":{"pool":[
        {"id":"pet","text":"What was the name of your first pet?","kind":"pet"},
        {"id":"city","text":"Where were you born?","kind":"city"},
        {"id":"day","text":"When did your parents marry?","kind":"date"}]}}"#;
    let core = Saltbox::new(Config::from_json(json)?);
    let subject = Subject::from_json(br#"{"id":"u-17","login_id":"ada"}"#)?;
    let request = Request::from_json(br#"{"session_subject":"u-17","step_up":true}"#)?;
    let now = now_unix_s();
    let imported = core.admin_import(None, &subject, &request, None, now)?;
    let mut record = imported.record().map(str::to_owned);
    for (pet, city, day) in [
        ("Max", "the city", "soon"),
        ("Barnaby Rudge", "Нижний Тагил", "1971-03-09"),
    ] {
        let mut answers = Answers::new();
        for (id, answer) in [("pet", pet), ("city", city), ("day", day)] {
            answers.add(id, answer.as_bytes())?;
        }
        let set = core.set_questions(record.as_deref(), &subject, &request, &answers, now)?;
        told("set up", &set);
        record = set.record().map(str::to_owned).or(record);
    }
    let asked = core.get_questions(record.as_deref(), &subject, &request, now)?;
    told("asked", &asked);
    record = asked.record().map(str::to_owned).or(record);
    for city in ["Petersburg", " НИЖНИЙ-ТАГИЛ! "] {
        let mut answers = Answers::new();
        for (id, answer) in [
            ("pet", "bárnaby  RUDGE"),
            ("city", city),
            ("day", "9 March 1971"),
        ] {
            answers.add(id, answer.as_bytes())?;
        }
        let verified =
            core.verify_questions(record.as_deref(), &subject, &request, &answers, now)?;
        told(city, &verified);
        record = verified.record().map(str::to_owned).or(record);
    }
    let (typed, stored) = ("ＡＤＡ@Example.com", "ada@example.com");
    println!("  {typed} is {stored}: {}", same_identifier(typed, stored));
    let (typed, stored) = ("mıke@example.com", "mike@example.com");
    println!("  {typed} is {stored}: {}", same_identifier(typed, stored));
    Ok(())
}

fn told(what: &str, outcome: &Outcome) {
    let (verdict, client) = (outcome.decision().name(), outcome.shown().name());
    print!("    {what:<26} {verdict} (the client hears {client})");
    for effect in outcome.effects() {
        print!(", {}", effect.name());
    }
    for violation in outcome
        .findings()
        .into_iter()
        .flat_map(Findings::violations)
    {
        print!(", {}", violation.rule().name());
    }
    let answers = outcome.answer_findings().into_iter();
    for (question, rule) in answers.flat_map(|findings| findings.violations()) {
        print!(", {question} {}", rule.name());
    }
    for (id, text) in outcome.questions() {
        print!("\n      {id}: {text}");
    }
    println!();
}

/// saltbox reads no clock: the caller brings the time.
fn now_unix_s() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}

/// What standards say of a policy, and what other systems' policies are here.
fn policies_in_and_out() -> Result<(), Error> {
    title("Lint: what a configuration breaks of the standards");
    let old_school = Config::from_json(br#"{"policy":{"profile":"legacy","max_length":32}}"#)?;
    for breach in old_school
        .lint(&[Standard::Nist63b4, Standard::Asvs5L2])
        .breaches()
    {
        println!(
            "  {:<11} {:<11} {:<9} {}: {}",
            breach.standard().name(),
            breach.section(),
            breach.level().name(),
            breach.path(),
            breach.text()
        );
    }

    title("Interchange: other systems' policies and accounts, with what cannot be said");
    for theirs in [
        r#"{"format":"passwordrules","settings":"minlength: 12; required: lower; required: digit, [-#];"}"#,
        r#"{"format":"keycloak","settings":"length(10) and digits(2) and notEmail and regexPattern(^a)"}"#,
        r#"{"format":"cognito","settings":{"MinimumLength":8,"RequireSymbols":true,"PasswordHistorySize":5}}"#,
        r#"{"format":"descope","settings":{"minLength":10,"reuse":true,"reuseAmount":5,"expiration":false,"lock":false,"tempLock":true,"tempLockAttempts":3,"tempLockDuration":5}}"#,
    ] {
        println!("  {theirs}");
        println!(
            "    {}",
            interchange::import_policy(theirs.as_bytes())?.to_json()
        );
    }
    let exported = interchange::export_policy(&old_school, "passwordrules")?;
    println!("  {}", exported.to_json());
    Ok(())
}

fn tell(what: &str, findings: &Findings) {
    let verdict = if findings.is_empty() {
        "accepted"
    } else {
        "refused"
    };
    println!("  {what}: {verdict}");
    for broken in findings.violations() {
        let (rule, bound) = (broken.rule(), broken.bound().to_string());
        println!(
            "    {:>2} {}",
            rule.code(),
            rule.text().replace("{}", &bound)
        );
    }
    for hazard in findings.hazards() {
        println!("    warning {}: {}", hazard.code(), hazard.text());
    }
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
