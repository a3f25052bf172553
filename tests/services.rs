//! The example services in C, Go and Python, told the same stories over HTTP: each has to give every answer that a
//! story has. `services/script.rs` says how one is written.
//!
//! Each file of stories has a service of its own, with its configuration; so has the crowd. A service whose tool or
//! library is missing is reported as ignored.

#[path = "services/crowd.rs"]
mod crowd;
#[path = "services/expect.rs"]
mod expect;
#[path = "services/http.rs"]
mod http;
#[path = "services/language.rs"]
mod language;
#[path = "services/run.rs"]
mod run;
#[path = "services/script.rs"]
mod script;
#[path = "services/service.rs"]
mod service;
mod support;

use crate::language::{LANGUAGES, Language};
use crate::run::Teller;
use crate::script::Step;
use crate::service::Service;
use crate::support::trial;
use libtest_mimic::Arguments;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};

/// Every route, each of which some story uses with success.
const ROUTES: [&str; 21] = [
    "GET /v1/auth/password/policy",
    "GET /v1/auth/security-questions/verify",
    "POST /api/v1/password-reset/create-password-reset-link",
    "POST /api/v1/password-reset/request-password-reset",
    "POST /api/v1/password-reset/reset-password",
    "POST /v1/auth/magiclink/update/email",
    "POST /v1/auth/magiclink/verify",
    "POST /v1/auth/password/replace",
    "POST /v1/auth/password/reset",
    "POST /v1/auth/password/signin",
    "POST /v1/auth/password/signup",
    "POST /v1/auth/password/update",
    "POST /v1/auth/security-questions/setup",
    "POST /v1/auth/security-questions/verify",
    "POST /v1/mgmt/user/create",
    "POST /v1/mgmt/user/lock",
    "POST /v1/mgmt/user/password/expire",
    "POST /v1/mgmt/user/password/set/active",
    "POST /v1/mgmt/user/password/set/temporary",
    "POST /v1/mgmt/user/unlock",
    "POST /v1/mgmt/user/update/status",
];

/// Every refusal: the status, the code and, where there is one, the reason. Without those of the moment, 503 and 500, which no story of one caller comes by.
const REFUSALS: [&str; 45] = [
    "400 E011001",
    "400 E011002",
    "400 E011003",
    "400 E011003 answers_refused",
    "400 E011003 empty_code",
    "400 E011003 malformed_code",
    "400 E011003 password_refused",
    "400 E011003 password_reused",
    "400 E062107",
    "400 E062107 exists",
    "400 account_disabled",
    "400 empty_code",
    "400 expired_code",
    "400 half_of_a_pair",
    "400 invalid_code",
    "400 invalid_request",
    "400 malformed_code",
    "400 malformed_request",
    "400 missing_member",
    "400 no_code",
    "400 older_code",
    "400 password_refused",
    "400 password_reused",
    "400 permanently_locked",
    "400 two_ways",
    "400 used_code",
    "401 E062504 expired_code",
    "401 E062504 invalid_code",
    "401 E062504 older_code",
    "401 E062504 used_code",
    "401 E062903 wrong_answers",
    "401 E062903 wrong_password",
    "401 E062909 must_change",
    "401 E064001 sign_in_first",
    "401 E111119",
    "401 sign_in_first",
    "401 unauthorized",
    "404 E011001",
    "404 E112102",
    "404 not_found",
    "404 user_not_found",
    "405 E011001",
    "405 method_not_allowed",
    "413 E011001",
    "413 too_large",
];

fn main() {
    let files = script::files(&support::root());
    let mut trials = vec![
        trial("runner/comparisons_can_fail", None, || {
            expect::comparisons_can_fail();
        }),
        trial("runner/stories_leave_nothing_of_the_contract_out", None, {
            let files = files.clone();
            move || whole_contract(&files)
        }),
    ];
    for language in &LANGUAGES {
        for file in &files {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            let name = format!("services/{}/{stem}", language.name);
            let file = file.clone();
            trials.push(trial(name, language.missing(), move || {
                stories(language, &file);
            }));
        }
        let name = format!("services/{}/keys", language.name);
        trials.push(trial(name, language.missing(), || {
            keys_that_are_refused(language);
        }));
        let name = format!("services/{}/crowd", language.name);
        trials.push(trial(name, language.missing(), move || {
            let name = format!("{}-crowd", language.name);
            let service = Service::start(&name, language.command(), Some(crowd::CONFIG));
            until_its_end(service, crowd::all);
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Does `work` with a service and ends it, whatever comes of that. A failure shows what the service has printed.
fn until_its_end(mut service: Service, work: impl FnOnce(&Service) -> BTreeSet<String>) {
    let worked = catch_unwind(AssertUnwindSafe(|| work(&service)));
    let ended = worked.is_err() || service.terminate().is_ok();
    let printed = service.end();
    let secrets = worked.unwrap_or_else(|problem| {
        eprintln!("the service has printed:\n{printed}");
        resume_unwind(problem)
    });
    assert!(ended, "it goes on after SIGTERM:\n{printed}");
    // What is short is in many a word.
    let mut secrets = secrets.iter().filter(|secret| secret.len() > 5);
    let told = secrets.find(|secret| printed.contains(&**secret));
    assert_eq!(told, None, "the service has printed a secret:\n{printed}");
}

fn stories(language: &Language, file: &Path) {
    let book = script::read(file);
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let name = format!("{}-{stem}", language.name);
    let service = Service::start(&name, language.command(), book.config.as_deref());
    until_its_end(service, |service| {
        let (mut secrets, mut problems) = (BTreeSet::new(), Vec::new());
        for story in &book.story {
            let mut teller = Teller::new(service);
            let begun = match book.config {
                Some(_) => teller.begin(),
                None => Ok(()),
            };
            if let Err(problem) = begun.and_then(|()| teller.tell(story)) {
                problems.push(format!("{stem}.toml, {:?}, {problem}", story.name));
            }
            secrets.append(&mut teller.secrets);
        }
        let (count, all) = (problems.len(), book.story.len());
        assert!(
            problems.is_empty(),
            "{count} of {all} stories fail\n{}",
            problems.join("\n")
        );
        secrets
    });
}

/// A management key that is empty or short: a variable that is not set must not let everybody in.
fn keys_that_are_refused(language: &Language) {
    for key in ["", "fifteen bytes.."] {
        let (code, printed) = service::refused(language.command(), key);
        assert_eq!(code, Some(2), "{key:?}: {printed}");
        assert!(printed.contains("management-key"), "{key:?}: {printed}");
        assert!(key.is_empty() || !printed.contains(key), "{printed}");
    }
}

/// Every route succeeds in a story, every refusal is the answer of one, and no name is used twice.
fn whole_contract(files: &[PathBuf]) {
    let (mut routes, mut refusals, mut names) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for file in files {
        for story in script::read(file).story {
            for step in story.steps.iter().flat_map(Step::requests) {
                let send = step.send.as_deref().unwrap_or_default();
                let route = send.split('?').next().unwrap_or_default();
                match step.status {
                    Some(200) => routes.extend(Some(route.to_owned())),
                    Some(status) => refusals.extend(refusal(status, step)),
                    None => {}
                }
            }
            assert!(!names.contains(&story.name), "two stories {:?}", story.name);
            names.insert(story.name);
        }
    }
    println!("{} stories", names.len());
    routes.retain(|route| !route.contains("/dev/"));
    assert_eq!(routes, ROUTES.map(str::to_owned).into());
    assert_eq!(refusals, REFUSALS.map(str::to_owned).into());
}

fn refusal(status: u16, step: &Step) -> Option<String> {
    let expected = step.expected();
    let text = |key: &str| expected[key].as_str();
    let code = text("errorCode").or_else(|| text("code"))?;
    let words = [Some(code), text("reason")];
    Some(
        words
            .into_iter()
            .flatten()
            .fold(status.to_string(), |all, word| all + " " + word),
    )
}
