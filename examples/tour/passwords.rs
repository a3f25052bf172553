//! What may be a new password, how strong it is, and what standards and other systems say.

use crate::{now_unix_s, title};
use saltbox::interchange::{export_policy, import_policy};
use saltbox::lint::Standard;
#[cfg(feature = "strength")]
use saltbox::policy::{
    Attacker, Blocklist, BlocklistPlan, BreachHash, ListKind, Precision, build_unsorted,
};
use saltbox::policy::{Findings, Subject};
use saltbox::{Config, Error, Saltbox};

pub(crate) fn all() -> Result<(), Error> {
    new_passwords()?;
    #[cfg(feature = "strength")]
    {
        meter()?;
        breached()?;
    }
    policies_in_and_out()
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
        println!("    {}", import_policy(theirs.as_bytes())?.to_json());
    }
    let exported = export_policy(&old_school, "passwordrules")?;
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
        let rule = broken.rule();
        println!("    {:>2} {}", rule.code(), rule.text_with(broken.bound()));
    }
    for hazard in findings.hazards() {
        println!("    warning {}: {}", hazard.code(), hazard.text());
    }
}
