//! Records that releases have written are read by every later one: password,
//! former password, codes, answers, attempts and what has to be changed.
//!
//! Each file (`tests/vectors/record-*.json`) was written by a build of the version
//! that it names, and is never made anew; where a version of the record is added, so is a file.

use saltbox::policy::Subject;
use saltbox::question::Answers;
use saltbox::{CodeKind, Codes, Config, Decision, ErrorKind, Outcome, Request, Saltbox};
use serde_json::Value as Json;

/// When the youngest of the record's members was written.
const NOW: u64 = 1_800_000_010;

const NEW_PASSWORD: &str = "a password that is new";

struct Written {
    file: Json,
    core: Saltbox,
    subject: Subject,
    request: Request,
}

impl Written {
    fn by(version: u64) -> Self {
        let path = format!(
            "{}/tests/vectors/record-{version}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let file: Json = serde_json::from_slice(&text).expect("JSON");
        let config = file["config"].to_string();
        let mut config = Config::from_json(config.as_bytes()).expect("a configuration");
        let key: Vec<u8> = (0..32).collect();
        config.add_key(1, &key).expect("a key");
        let subject = file["subject"].to_string();
        let request = br#"{"session_subject":"u-1","auth_age_s":10,"step_up":true}"#;
        Self {
            core: Saltbox::new(config),
            subject: Subject::from_json(subject.as_bytes()).expect("a subject"),
            request: Request::from_json(request).expect("a request"),
            file,
        }
    }

    fn text(&self, member: &str) -> &str {
        self.file[member].as_str().expect("a text")
    }

    fn reset(&self, codes: &Codes) -> Outcome {
        let (record, subject) = (self.text("record"), &self.subject);
        let reset = self
            .core
            .reset(record, subject, &self.request, codes, NEW_PASSWORD, NOW);
        reset.expect("a decision")
    }
}

#[test]
fn every_version_of_the_record_is_read_for_ever() {
    for version in 1..=1 {
        let written = Written::by(version);
        let (core, subject, request) = (&written.core, &written.subject, &written.request);
        let record = written.text("record");

        let sign_in = |password: &str| {
            let outcome = core.sign_in(record, subject, request, password, NOW);
            outcome.expect("a decision").decision()
        };
        assert_eq!(sign_in(written.text("password")), Decision::MustChange);
        let former = written.text("former_password");
        assert_eq!(sign_in(former), Decision::WrongPassword);
        let old = written.text("password");
        let reused = core.replace(record, subject, request, old, former, NOW);
        let reused = reused.expect("a decision").decision();
        assert_eq!(reused, Decision::PasswordReused);

        let link = Codes::new().with(CodeKind::EmailAuthCode, written.text("link"));
        let digits = Codes::new()
            .with(CodeKind::RequestCode, written.text("request_code"))
            .with(CodeKind::VerificationCode, written.text("digits"));
        for codes in [&link, &digits] {
            let outcome = written.reset(codes);
            assert_eq!(outcome.decision(), Decision::PasswordReset);
            let record = outcome.record().expect("another record");
            let after = core.sign_in(record, subject, request, NEW_PASSWORD, NOW);
            assert_eq!(after.expect("a decision").decision(), Decision::SignedIn);
        }
        let verification = Codes::new().with(CodeKind::EmailAuthCode, written.text("verification"));
        let verified = core.verify_address(record, subject, request, &verification, NOW);
        let verified = verified.expect("a decision").decision();
        assert_eq!(verified, Decision::AddressVerified);

        let mut answers = Answers::new();
        for id in ["city", "pet"] {
            let answer = written.file["answers"][id].as_str().expect("a text");
            answers.add(id, answer.as_bytes()).expect("an answer");
        }
        let right = core.verify_questions(record, subject, request, &answers, NOW);
        assert_eq!(
            right.expect("a decision").decision(),
            Decision::AnswersRight
        );
    }
}

/// One of five attempts at codes is spent, one failure to sign in and two at answers.
#[test]
fn attempts_that_were_charged_before_an_upgrade_are_charged_after_it() {
    for version in 1..=1 {
        let written = Written::by(version);
        let mut record = written.text("record").to_owned();
        let wrong = Codes::new()
            .with(CodeKind::RequestCode, written.text("request_code"))
            .with(CodeKind::VerificationCode, "00000000");
        let mut seen = Vec::new();
        for _ in 0..5 {
            let (core, subject) = (&written.core, &written.subject);
            let reset = core.reset(
                &*record,
                subject,
                &written.request,
                &wrong,
                NEW_PASSWORD,
                NOW,
            );
            let outcome = reset.expect("a decision");
            seen.push(outcome.decision());
            if let Some(new) = outcome.record() {
                new.clone_into(&mut record);
            }
        }
        let expected = [Decision::WrongCode; 4];
        assert_eq!(seen[..4], expected);
        assert_eq!(seen[4], Decision::Exhausted);
    }
}

#[test]
fn records_are_written_as_the_setting_says_and_only_in_versions_there_are() {
    let config = |version: &str| {
        let json = format!(r#"{{"record":{{"write_version":{version}}}}}"#);
        Config::from_json(json.as_bytes())
    };
    let core = Saltbox::new(config("1").expect("a configuration"));
    let subject = Subject::from_json(br#"{"id":"u-1"}"#).expect("a subject");
    let made = core.admin_import(None, &subject, &Request::default(), None, NOW);
    let made = made.expect("a decision");
    let record: Json = serde_json::from_str(made.record().expect("a record")).expect("JSON");
    assert_eq!(record["v"], 1);
    assert!(
        core.effective_config()
            .contains(r#""record":{"write_version":1}"#)
    );
    for version in ["0", "2", "\"1\""] {
        let error = config(version).expect_err(version);
        let place = (error.kind(), error.path());
        assert_eq!(place, (ErrorKind::Config, Some("record.write_version")));
    }
}
