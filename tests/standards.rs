//! The tables of `src/lint/standards.md`, held to the source: every requirement
//! has its row, what a row names is there, and what `lint` looks at is marked.

use saltbox::lint::{Level, Lint, Standard};
use saltbox::policy::{Hazard, PolicyProfile, Rule, Subject};
use saltbox::{Config, ErrorKind, Profile, Saltbox, Verdict};
use std::fs;
use std::path::{Path, PathBuf};

/// The requirements of NIST SP 800-63B-4 that are about passwords and codes, N1 and so on.
const NIST_ROWS: usize = 47;

/// Those of OWASP ASVS 5.0.0, with their levels.
const ASVS_ROWS: [(&str, &str); 27] = [
    ("6.1.1", "L1"),
    ("6.1.2", "L2"),
    ("6.2.1", "L1"),
    ("6.2.3", "L1"),
    ("6.2.4", "L1"),
    ("6.2.5", "L1"),
    ("6.2.8", "L1"),
    ("6.2.9", "L2"),
    ("6.2.10", "L2"),
    ("6.2.11", "L2"),
    ("6.2.12", "L2"),
    ("6.3.8", "L3"),
    ("6.4.1", "L1"),
    ("6.4.2", "L1"),
    ("6.4.3", "L2"),
    ("6.4.6", "L3"),
    ("6.5.1", "L2"),
    ("6.5.2", "L2"),
    ("6.5.3", "L2"),
    ("6.5.4", "L2"),
    ("6.5.5", "L2"),
    ("6.6.2", "L2"),
    ("6.6.3", "L2"),
    ("7.4.3", "L2"),
    ("11.2.4", "L3"),
    ("11.4.2", "L2"),
    ("11.5.1", "L2"),
];

/// OWASP's cheat sheets, each with the last of its rows, O1 and so on.
const CHEAT_SHEETS: [(&str, usize); 4] = [
    ("Password Storage", 15),
    ("Authentication", 25),
    ("Forgot Password", 41),
    ("Security Questions", 51),
];

/// What the crate docs call the parts that are not here yet.
const LATER: [&str; 3] = ["codes", "flows", "questions"];

/// Every setting that a row names, with a configuration that has it.
const SETTINGS: [(&str, &str); 29] = [
    (
        "hash.create",
        r#"{"hash":{"create":{"scheme":"scrypt","ln":17,"r":8,"p":1}}}"#,
    ),
    ("hash.limits", r#"{"hash":{"limits":{"argon2_p":4}}}"#),
    ("hash.over_72", r#"{"hash":{"over_72":"reject"}}"#),
    ("keys.create_key_id", r#"{"keys":{"create_key_id":1}}"#),
    ("keys.require_pepper", r#"{"keys":{"require_pepper":true}}"#),
    ("policy.min_length", r#"{"policy":{"min_length":15}}"#),
    ("policy.max_length", r#"{"policy":{"max_length":64}}"#),
    ("policy.max_bytes", r#"{"policy":{"max_bytes":256}}"#),
    (
        "policy.min_points",
        r#"{"policy":{"min_points":5,"context":{}}}"#,
    ),
    (
        "policy.context",
        r#"{"policy":{"context":{"words":["Acme"]}}}"#,
    ),
    ("policy.min_score", r#"{"policy":{"min_score":3}}"#),
    ("policy.strength", r#"{"policy":{"strength":true}}"#),
    (
        "policy.blocklist",
        r#"{"policy":{"blocklist":{"inside":true}}}"#,
    ),
    ("codes.digits", r#"{"codes":{"digits":6}}"#),
    ("codes.attempts", r#"{"codes":{"attempts":5}}"#),
    ("codes.ceilings", r#"{"codes":{"ceilings":"asvs-5"}}"#),
    (
        "codes.lifetime_s",
        r#"{"codes":{"lifetime_s":{"email_link":600}}}"#,
    ),
    (
        "codes.reissue_after_s",
        r#"{"codes":{"reissue_after_s":60}}"#,
    ),
    (
        "account.max_age_days",
        r#"{"account":{"max_age_days":90,"suppress_mail":true}}"#,
    ),
    ("account.lock", r#"{"account":{"lock":{"attempts":5}}}"#),
    (
        "account.lock.permanent",
        r#"{"account":{"lock":{"permanent":100}}}"#,
    ),
    ("account.auth_age_s", r#"{"account":{"auth_age_s":300}}"#),
    (
        "account.temporary_s",
        r#"{"account":{"temporary_s":86400}}"#,
    ),
    ("account.mask", r#"{"account":{"mask":true}}"#),
    (
        "account.suppress_mail",
        r#"{"account":{"suppress_mail":true}}"#,
    ),
    (
        "account.reset_signs_in",
        r#"{"account":{"reset_signs_in":true}}"#,
    ),
    (
        "questions",
        r#"{"questions":{"pool":[{"id":"a","text":"Which book?"}]}}"#,
    ),
    (
        "questions.pool",
        r#"{"questions":{"pool":[{"id":"a","text":"Which book?"}]}}"#,
    ),
    (
        "questions.min_length",
        r#"{"questions":{"pool":[{"id":"a","text":"Which book?"}],"min_length":3}}"#,
    ),
];

/// Settings inside of those.
const NESTED: [(&str, &str); 2] = [
    (
        "policy.context.match",
        r#"{"policy":{"context":{"match":"equal"}}}"#,
    ),
    (
        "policy.blocklist.outside",
        r#"{"policy":{"blocklist":{"outside":true}}}"#,
    ),
];

/// Functions that a row names.
const FUNCTIONS: [&str; 1] = ["wrap"];

struct Row {
    id: String,
    standard: String,
    level: String,
    asks: String,
    how: String,
    tests: Vec<String>,
}

impl Row {
    /// Whether `lint` looks at it.
    fn is_linted(&self) -> bool {
        quoted(&self.how).any(|name| name == "lint")
    }

    /// Whether something of this release keeps it.
    fn is_kept_here(&self) -> bool {
        self.how.starts_with("always") || self.how.contains('`')
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The table as it stands, in the order of its rows.
fn rows() -> Vec<Row> {
    let text = fs::read_to_string(root().join("src/lint/standards.md")).expect("readable");
    let lines = text.lines().filter(|line| line.starts_with('|'));
    let lines = lines.filter(|line| !line.starts_with("| id |") && !line.starts_with("|---"));
    lines.map(row).collect()
}

fn row(line: &str) -> Row {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let ["", id, standard, level, asks, how, tests, ""] = cells[..] else {
        panic!("not six cells: {line}");
    };
    for cell in [asks, how, tests] {
        assert!(
            cell.matches('`').count() % 2 == 0,
            "a backtick too many: {line}"
        );
    }
    Row {
        id: id.to_owned(),
        standard: standard.to_owned(),
        level: level.to_owned(),
        asks: asks.to_owned(),
        how: how.to_owned(),
        tests: quoted(tests).map(str::to_owned).collect(),
    }
}

#[test]
fn every_requirement_has_its_row_once_and_in_order() {
    let nist = (1..=NIST_ROWS).map(|number| format!("N{number}"));
    let asvs = ASVS_ROWS.iter().map(|(id, _)| (*id).to_owned());
    let (_, last) = CHEAT_SHEETS[CHEAT_SHEETS.len() - 1];
    let owasp = (1..=last).map(|number| format!("O{number}"));
    let expected: Vec<String> = nist.chain(asvs).chain(owasp).collect();
    let ids: Vec<String> = rows().into_iter().map(|row| row.id).collect();
    assert_eq!(ids, expected);
}

#[test]
fn every_row_says_what_is_asked_by_whom_and_how_much() {
    const LEVELS: [&str; 4] = ["SHALL", "SHALL NOT", "SHOULD", "MAY"];
    for row in rows() {
        let id = &row.id;
        assert!(!row.asks.is_empty() && !row.how.is_empty(), "{id}");
        if let Some((_, level)) = ASVS_ROWS.iter().find(|(asvs, _)| asvs == id) {
            assert_eq!(row.standard, format!("ASVS {id}"));
            assert_eq!(row.level, *level, "{id}");
        } else if let Some(number) = id.strip_prefix('O') {
            let number: usize = number.parse().expect("a number");
            let sheet = CHEAT_SHEETS.iter().find(|(_, last)| number <= *last);
            let (sheet, _) = sheet.expect("of a sheet");
            assert_eq!(row.standard, format!("OWASP {sheet}"), "{id}");
            assert_eq!(row.level, "", "{id}: cheat sheets have no levels");
        } else {
            let section = row.standard.strip_prefix("NIST ").expect(id);
            assert!(section.starts_with(['3', '4']), "{id}: {section}");
            let mut levels = row.level.split(", ");
            assert!(levels.all(|level| LEVELS.contains(&level)), "{id}");
        }
    }
}

/// A name is a rule, a hazard, a setting, a profile, or `lint`; what is left to
/// others or for later is said in one way.
#[test]
fn what_a_row_names_is_there() {
    let settings = SETTINGS.iter().chain(&NESTED);
    for (path, json) in settings.clone() {
        Config::from_json(json.as_bytes()).unwrap_or_else(|e| panic!("{path}: {e}"));
        let json: serde_json::Value = serde_json::from_str(json).expect("JSON");
        let pointer = format!("/{}", path.replace('.', "/"));
        assert!(json.pointer(&pointer).is_some(), "{path} is not in {json}");
    }
    let mut named: Vec<String> = Vec::new();
    for row in rows() {
        for name in quoted(&row.how) {
            let is_there = name == "lint"
                || FUNCTIONS.contains(&name)
                || Rule::all().any(|rule| rule.name() == name)
                || Hazard::all().any(|hazard| hazard.name() == name)
                || PolicyProfile::named(name).is_some()
                || Profile::named(name).is_some()
                || settings.clone().any(|(path, _)| *path == name);
            assert!(is_there, "{}: there is no `{name}`", row.id);
            named.push(name.to_owned());
        }
        if let Some((_, later)) = row.how.split_once("a later release: ") {
            let later = later.split(';').next().unwrap_or_default();
            for part in later.split(", ") {
                assert!(LATER.contains(&part), "{}: {part}", row.id);
            }
        }
        let is_left = row.how.contains("the host") || row.how.contains("a later release: ");
        assert!(row.is_kept_here() || is_left, "{}: {}", row.id, row.how);
    }
    for (path, _) in settings {
        assert!(named.iter().any(|name| name == path), "no row has {path}");
    }
}

#[test]
fn what_is_kept_here_has_a_test_and_the_test_is_there() {
    let sources = sources();
    for row in rows() {
        assert_eq!(row.is_kept_here(), !row.tests.is_empty(), "{}", row.id);
        for test in &row.tests {
            let function = format!("fn {test}(");
            let is_there = sources.iter().any(|source| source.contains(&function));
            assert!(is_there, "{}: there is no test {test}", row.id);
        }
    }
}

/// What SECURITY.md says of each incident is there, too.
#[test]
fn every_incident_has_a_test_and_the_test_is_there() {
    let text = fs::read_to_string(root().join("SECURITY.md")).expect("readable");
    let (_, table) = text.split_once("## Incidents").expect("a section");
    let (table, _) = table.split_once("\n## ").expect("another one");
    let rows: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("| "))
        .collect();
    // The heading is one.
    let rows = &rows[1..];
    assert!(rows.len() > 12, "only {}", rows.len());
    let sources = sources();
    for row in rows {
        let tests = row.rsplit('|').nth(1).expect("a last cell");
        assert!(quoted(tests).count() > 0, "{row}");
        for test in quoted(tests) {
            let function = format!("fn {test}(");
            let is_there = sources.iter().any(|source| source.contains(&function));
            assert!(is_there, "there is no test {test}");
        }
    }
}

/// The sources and the tests, but for comments.
fn sources() -> Vec<String> {
    let mut sources = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root().join("src"), root().join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(path).expect("sources are UTF-8");
                let code = text
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("//"));
                sources.push(code.collect::<Vec<_>>().join("\n"));
            }
        }
    }
    assert!(sources.len() > 20, "found only {} sources", sources.len());
    sources
}

/// Configurations that together break every requirement that `lint` knows.
const BREAKING: [&str; 2] = [
    r#"{"hash":{"create":{"profile":"test-only"},"over_72":"accept_and_rehash"},
        "policy":{"min_length":1,"max_length":63,"min_digits":1,"min_score":1,"disallowed":"~§",
            "context":{"match":"contained"}}}"#,
    r#"{"policy":{"min_length":8},"codes":{"lifetime_s":{"email_link":3600}},"account":{"max_age_days":90,"suppress_mail":true,"reset_signs_in":true},
        "questions":{"pool":[{"id":"a","text":"Which book?"}]}}"#,
];

/// Each requirement of `lint` once: the standard, the section, and its level in the table.
fn linted() -> Vec<(&'static str, &'static str, &'static str, &'static str)> {
    let mut linted = Vec::new();
    let mut note = |lint: &Lint, standard, level: fn(Level) -> &'static str| {
        for breach in lint.breaches() {
            let (section, text) = (breach.section(), breach.text());
            let is_known = |(known, at, _, what): &(&str, &str, &str, &str)| {
                (*known, *at, *what) == (standard, section, text)
            };
            if !linted.iter().any(is_known) {
                linted.push((standard, section, level(breach.level()), text));
            }
        }
    };
    for json in BREAKING {
        let config = Config::from_json(json.as_bytes()).expect("valid");
        let lint = |standards: &[Standard]| config.lint(standards);
        note(&lint(&[Standard::Nist63b4]), "NIST", Level::name);
        note(&lint(&[Standard::Nist63b4Mfa]), "NIST", Level::name);
        note(&lint(&[Standard::Asvs5L1]), "ASVS", |_| "L1");
        // What level 1 has been noted for stays with it.
        note(&lint(&[Standard::Asvs5L2]), "ASVS", |_| "L2");
    }
    linted
}

/// In both directions: a requirement without a mark, and a mark without a requirement.
#[test]
fn what_lint_looks_at_is_marked_and_nothing_else() {
    let mut looked_at: Vec<(String, String)> = linted()
        .into_iter()
        .map(|(standard, section, level, _)| (format!("{standard} {section}"), level.to_owned()))
        .collect();
    let mut marked: Vec<(String, String)> = rows()
        .into_iter()
        .filter(Row::is_linted)
        .map(|row| {
            let first = row.level.split(", ").next().unwrap_or_default().to_owned();
            (row.standard, first)
        })
        .collect();
    looked_at.sort();
    marked.sort();
    assert_eq!(marked, looked_at);
}

/// The sections that a contradiction names are in the table, too.
#[test]
fn contradictions_are_about_rows_of_the_table() {
    let rows = rows();
    let json = Config::default().lint(&[]).to_json();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let contradictions = json["contradictions"].as_array().expect("a list");
    assert_eq!(contradictions.len(), Lint::contradictions().count());
    for each in contradictions {
        for (key, standard) in [("nist", "NIST"), ("asvs", "ASVS")] {
            let section = each[key]["section"].as_str().expect("a section");
            let place = format!("{standard} {section}");
            assert!(rows.iter().any(|row| row.standard == place), "{place}");
        }
    }
}

fn standards_profiles() -> impl Iterator<Item = (&'static str, Saltbox)> {
    Standard::ALL.into_iter().map(|standard| {
        let name = standard.name();
        let json = format!(r#"{{"policy":{{"profile":"{name}"}}}}"#);
        let config = Config::from_json(json.as_bytes()).expect("valid");
        (name, Saltbox::new(config))
    })
}

/// All of ASCII that prints; of the others every 61st, which is of every block.
#[test]
fn profiles_of_standards_take_every_character() {
    for (name, saltbox) in standards_profiles() {
        let ascii = (' '..='~').chain('\u{80}'..='\u{2ff}');
        for c in ascii.chain(('\u{300}'..=char::MAX).step_by(61)) {
            for password in [
                format!("correct horse batt{c}ery"),
                format!("{c}orrect horse battery"),
            ] {
                let findings = saltbox.check(&Subject::default(), &password, 0);
                assert!(findings.is_empty(), "{name}: {c:?}");
            }
        }
    }
}

#[test]
fn nothing_expires_hints_or_asks_questions() {
    const WORDS: [&str; 6] = ["age", "days", "expir", "rotat", "hint", "question"];
    for rule in Rule::all() {
        let said = [rule.name(), rule.key(), rule.text()].join(" ");
        let mut words = said.split(|c: char| !c.is_alphanumeric());
        assert!(
            !words.any(|word| WORDS.iter().any(|start| word.starts_with(start))),
            "{said}"
        );
    }
    for member in ["max_age_days", "expires", "hint", "questions"] {
        let policy = format!(r#"{{"policy":{{"{member}":90}}}}"#);
        let error = Config::from_json(policy.as_bytes()).expect_err(member);
        assert_eq!(error.kind(), ErrorKind::Config);
        let top = format!(r#"{{"{member}":90}}"#);
        assert!(Config::from_json(top.as_bytes()).is_err(), "{member}");
        let error = Subject::from_json(top.as_bytes()).expect_err(member);
        assert_eq!(error.kind(), ErrorKind::Subject);
    }
}

/// Those who configure nothing are asked nothing.
#[test]
fn security_questions_are_off_unless_configured() {
    let subject = Subject::from_json(br#"{"id":"u"}"#).expect("valid");
    let request = saltbox::Request::from_json(br#"{"session_subject":"u"}"#).expect("valid");
    for (_, core) in standards_profiles() {
        let error = core
            .get_questions(None, &subject, &request, 0)
            .expect_err("off");
        assert_eq!(error.kind(), ErrorKind::Config);
    }
}

/// A score and numbers of guesses are no bits, which OWASP does not want advertised.
#[test]
fn no_bits_of_entropy_are_shown() {
    let json = br#"{"policy":{"min_length":8,"min_score":4,"strength":true}}"#;
    let saltbox = Saltbox::new(Config::from_json(json).expect("valid"));
    for password in ["password1", "Tr0ub4dour&3", "correct horse battery staple"] {
        let said = saltbox.check(&Subject::default(), password, 0).to_json();
        assert!(!said.contains("bit") && !said.contains("entropy"), "{said}");
    }
    for rule in Rule::all() {
        assert!(!rule.text().contains("bit"), "{}", rule.text());
    }
}

#[test]
fn no_slip_of_the_keyboard_is_forgiven() {
    let config = Config::from_json(br#"{"hash":{"create":{"profile":"test-only"}}}"#);
    let saltbox = Saltbox::new(config.expect("valid"));
    let right = "correct Horse é";
    let stored = saltbox.hash(right).expect("hashes");
    assert!(
        saltbox
            .verify(&stored, right)
            .expect("verifies")
            .is_accepted()
    );
    for slip in [
        " correct Horse é",
        "correct Horse é ",
        "correct Horse é\n",
        "Correct Horse é",
        "correct horse é",
        "CORRECT hORSE É",
        "correct  Horse é",
        "correct Horse e",
        "correctHorse é",
    ] {
        let verdict = saltbox.verify(&stored, slip).expect("verifies");
        assert_eq!(verdict, Verdict::Rejected, "{slip:?}");
    }
}

#[test]
fn what_is_under_the_least_of_owasp_cannot_be_created() {
    let create = |parameters: &str| {
        let json = format!(r#"{{"hash":{{"create":{{{parameters}}}}}}}"#);
        Config::from_json(json.as_bytes()).map(|_| ())
    };
    for (under, least) in [
        (
            r#""scheme":"argon2id","m_kib":7168,"t":4,"p":1"#,
            r#""scheme":"argon2id","m_kib":7168,"t":5,"p":1"#,
        ),
        (
            r#""scheme":"argon2id","m_kib":7167,"t":99,"p":1"#,
            r#""scheme":"argon2id","m_kib":35840,"t":1,"p":1"#,
        ),
        (
            r#""scheme":"scrypt","ln":13,"r":8,"p":9"#,
            r#""scheme":"scrypt","ln":13,"r":8,"p":10"#,
        ),
        (
            r#""scheme":"pbkdf2-sha256","i":599999"#,
            r#""scheme":"pbkdf2-sha256","i":600000"#,
        ),
        (
            r#""scheme":"pbkdf2-sha512","i":209999"#,
            r#""scheme":"pbkdf2-sha512","i":210000"#,
        ),
        (
            r#""scheme":"bcrypt","cost":9"#,
            r#""scheme":"bcrypt","cost":10"#,
        ),
    ] {
        assert_eq!(create(least), Ok(()), "{least}");
        let error = create(under).expect_err(under).to_string();
        assert!(error.contains("under the floor"), "{error}");
    }
}
