//! Every endpoint of the documents, each as the call that decides it.

use crate::{KEYS, now_unix_s, title};
use saltbox::policy::{Findings, Subject};
use saltbox::question::Answers;
use saltbox::{AdminAction, Channel, CodeKind, Codes, Outcome, Request, Way, same_identifier};
use saltbox::{Config, Error, Saltbox};

/// What a host stores of an account, and when it is.
struct Account {
    core: Saltbox,
    subject: Subject,
    record: Option<String>,
    now: u64,
}

impl Account {
    fn new(config: &[u8], subject: &str) -> Result<Self, Error> {
        let mut config = Config::from_json(config)?;
        let (id, key) = KEYS[0];
        config.add_key(id, key)?;
        Ok(Self {
            core: Saltbox::new(config),
            subject: Subject::from_json(subject.as_bytes())?,
            record: None,
            now: now_unix_s(),
        })
    }

    /// Reads the record, decides, and stores by compare-and-swap before anything is told: the one duty
    /// of every host. Here nobody else writes, so the swap succeeds.
    fn step(
        &mut self,
        what: &str,
        decide: impl FnOnce(&Self, Option<&str>) -> Result<Outcome, Error>,
    ) -> Result<(), Error> {
        self.call(what, decide).map(drop)
    }

    /// As [`Self::step`], for what is needed of the outcome.
    fn call(
        &mut self,
        what: &str,
        decide: impl FnOnce(&Self, Option<&str>) -> Result<Outcome, Error>,
    ) -> Result<Outcome, Error> {
        let read = self.record.take();
        let outcome = decide(self, read.as_deref())?;
        self.record = outcome.record().map(str::to_owned).or(read);
        told(what, &outcome);
        Ok(outcome)
    }

    fn sign_in(&mut self, what: &str, password: &str) -> Result<(), Error> {
        self.step(what, |host, record| {
            let request = Request::default();
            host.core
                .sign_in(record, &host.subject, &request, password, host.now)
        })
    }

    fn replace(&mut self, what: &str, old: &str, new: &str) -> Result<(), Error> {
        self.step(what, |host, record| {
            let request = Request::default();
            host.core
                .replace(record, &host.subject, &request, old, new, host.now)
        })
    }

    fn update(&mut self, what: &str, session: &str, new: &str) -> Result<(), Error> {
        let request = Request::from_json(session.as_bytes())?;
        self.step(what, |host, record| {
            host.core
                .update(record, &host.subject, &request, new, host.now)
        })
    }

    fn request_reset(&mut self, what: &str, way: Way, channel: Channel) -> Result<Outcome, Error> {
        self.call(what, |host, record| {
            let request = Request::default();
            host.core
                .request_reset(record, &host.subject, &request, way, channel, host.now)
        })
    }

    fn reset(&mut self, what: &str, codes: &Codes, new: &str) -> Result<(), Error> {
        self.step(what, |host, record| {
            let request = Request::default();
            host.core
                .reset(record, &host.subject, &request, codes, new, host.now)
        })
    }

    fn admin(&mut self, what: &str, action: AdminAction) -> Result<(), Error> {
        self.step(what, |host, record| {
            let request = Request::default();
            host.core
                .admin(record, &host.subject, &request, action, host.now)
        })
    }

    fn admin_set(&mut self, what: &str, new: &str, is_temporary: bool) -> Result<(), Error> {
        self.step(what, |host, record| {
            let (of, request) = (&host.subject, Request::default());
            host.core
                .admin_set_password(record, of, &request, new, is_temporary, host.now)
        })
    }
}

pub(crate) fn all() -> Result<(), Error> {
    passwords()?;
    forgotten_passwords()?;
    security_questions()
}

/// Signing up and in, changing, and what administrators do.
fn passwords() -> Result<(), Error> {
    title("Endpoints: sign up, sign in, lock, change; one record, one compare-and-swap");
    let config = br#"{"account":{"lock":{"attempts":2},"history":3},"keys":{"create_key_id":1}}"#;
    let grace = r#"{"id":"u-18","login_id":"grace","email":"grace@example.com"}"#;
    let mut account = Account::new(config, grace)?;
    let (old, new) = ("nanoseconds are this long", "a moth in relay seventy");
    println!("  GET policy: {}", account.core.public_policy());
    for what in ["sign-up", "sign-up, the same login"] {
        account.step(what, |host, record| {
            let request = Request::default();
            host.core
                .sign_up(record, &host.subject, &request, old, host.now)
        })?;
    }
    let (way, channel) = (Way::EmailLink, Channel::Email);
    let sent = account.call("request verification", |host, record| {
        let (of, request) = (&host.subject, Request::default());
        host.core
            .request_verification(record, of, &request, way, channel, host.now)
    })?;
    let codes = Codes::new().with(CodeKind::EmailAuthCode, sent.code().unwrap_or_default());
    account.step("verify the address", |host, record| {
        let request = Request::default();
        host.core
            .verify_address(record, &host.subject, &request, &codes, host.now)
    })?;
    for (what, password, later) in [
        ("sign-in", old, 0),
        ("sign-in, wrong", "wrong", 1),
        ("sign-in, wrong again", "wrong again", 1),
        ("sign-in, right but locked", old, 1),
        ("half a minute later", old, 29),
    ] {
        account.now += later;
        account.sign_in(what, password)?;
    }
    let nobody = account.core.sign_in(
        None,
        &Subject::default(),
        &Request::default(),
        old,
        account.now,
    )?;
    told("sign-in of nobody", &nobody);
    let session = r#"{"session_subject":"u-18","auth_age_s":20}"#;
    account.update(
        "update, another's session",
        r#"{"session_subject":"u-19","auth_age_s":20}"#,
        new,
    )?;
    account.update("update, within a session", session, new)?;
    account.replace("replace, and back", new, old)?;
    account.replace("replace", new, "relays have no more moths")?;
    account.admin("expire", AdminAction::Expire)?;
    account.sign_in("sign-in", "relays have no more moths")?;
    account.admin_set("set temporary", "only for an hour or so", true)?;
    account.sign_in("sign-in", "only for an hour or so")?;
    account.replace("replace", "only for an hour or so", "and now one of my own")?;
    account.admin_set("set active", "one that the desk has set", false)?;
    for (what, action) in [
        ("lock", AdminAction::Lock),
        ("unlock", AdminAction::Unlock),
        ("disable", AdminAction::Disable),
        ("enable", AdminAction::Enable),
    ] {
        account.admin(what, action)?;
        account.sign_in("  sign-in", "one that the desk has set")?;
    }
    Ok(())
}

/// A forgotten password, by each of the three ways.
fn forgotten_passwords() -> Result<(), Error> {
    title("Reset: a code is sent, stored as a digest, and redeemed once");
    let ada = r#"{"id":"u-17","realm":"acme","login_id":"ada","email":"ada@example.com","email_verified":true}"#;
    let mut account = Account::new(br#"{"keys":{"create_key_id":1}}"#, ada)?;
    let hash = account.core.hash("the one that was forgotten")?;
    account.step("import", |host, record| {
        let request = Request::default();
        host.core
            .admin_import(record, &host.subject, &request, &hash, host.now)
    })?;
    for (number, (way, channel, kind)) in [
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
        let issued = account.request_reset(way.name(), way, channel)?;
        let (code, lookup) = (
            issued.code().unwrap_or_default(),
            issued.lookup().unwrap_or_default(),
        );
        let mut codes = Codes::new().with(kind, code);
        if way == Way::OneTimeCode {
            codes = codes.with(CodeKind::RequestCode, lookup);
            let guess = Codes::new().with(CodeKind::RequestCode, lookup);
            let guess = guess.with(kind, "00000000");
            account.reset("a guess", &guess, "the password of somebody else")?;
        }
        println!("    sent: {code}, found by {}", codes.lookup()?);
        account.reset("reset, a bad password", &codes, "short")?;
        let new = format!("a new password, number {number}");
        account.reset("reset, a good one", &codes, &new)?;
        account.reset("reset, once more", &codes, "another new password")?;
    }
    let (way, channel) = (Way::OneTimeCode, Channel::Email);
    let request = Request::default();
    let nobody = account.core.request_reset(
        None,
        &Subject::default(),
        &request,
        way,
        channel,
        account.now,
    )?;
    told("nobody, as much work", &nobody);
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
    let config = br#"{"questions":{"pool":[
        {"id":"pet","text":"What was the name of your first pet?","kind":"pet"},
        {"id":"city","text":"Where were you born?","kind":"city"},
        {"id":"day","text":"When did your parents marry?","kind":"date"}]}}"#;
    let mut account = Account::new(config, r#"{"id":"u-17","login_id":"ada"}"#)?;
    let session = br#"{"session_subject":"u-17","auth_age_s":30,"step_up":true}"#;
    let request = Request::from_json(session)?;
    account.step("import, no password", |host, record| {
        host.core
            .admin_import(record, &host.subject, &request, None, host.now)
    })?;
    let three = |pet: &str, city: &str, day: &str| {
        let mut answers = Answers::new();
        for (id, answer) in [("pet", pet), ("city", city), ("day", day)] {
            answers.add(id, answer.as_bytes())?;
        }
        Ok::<_, Error>(answers)
    };
    for answers in [
        three("Max", "the city", "soon")?,
        three("Barnaby Rudge", "Нижний Тагил", "1971-03-09")?,
    ] {
        account.step("set up", |host, record| {
            host.core
                .set_questions(record, &host.subject, &request, &answers, host.now)
        })?;
    }
    account.step("ask", |host, record| {
        host.core
            .get_questions(record, &host.subject, &request, host.now)
    })?;
    for city in ["Petersburg", " НИЖНИЙ-ТАГИЛ! "] {
        let answers = three("bárnaby  RUDGE", city, "9 March 1971")?;
        account.step(city, |host, record| {
            host.core
                .verify_questions(record, &host.subject, &request, &answers, host.now)
        })?;
    }
    for (typed, stored) in [
        ("ＡＤＡ@Example.com", "ada@example.com"),
        ("mıke@example.com", "mike@example.com"),
    ] {
        println!("  {typed} is {stored}: {}", same_identifier(typed, stored));
    }
    Ok(())
}

fn told(what: &str, outcome: &Outcome) {
    let (verdict, client) = (outcome.decision().name(), outcome.shown().name());
    print!("    {what:<26} {verdict} (the client hears {client})");
    for effect in outcome.effects() {
        print!(", {}", effect.name());
    }
    let findings = outcome.findings().into_iter();
    for violation in findings.flat_map(Findings::violations) {
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
