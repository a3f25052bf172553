//! Many callers at once. What is charged is charged once for each, what is spent is spent once, and nothing begins
//! after its end.

use crate::http::{Answer, Client, Request};
use crate::run::{BEGIN, Teller};
use crate::service::Service;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

pub(crate) const CONFIG: &str = r#"{
    "hash": {"create": {"profile": "test-only"}},
    "keys": {"create_key_id": 1},
    "account": {"mask": false, "lock": {"attempts": 5, "first_s": 30}},
    "questions": {"pool": [{"id": "pet", "text": "What was the name of your first pet?"}], "set_up": 1}
}"#;

/// Callers of a crowd.
const N: usize = 32;

/// How often a race is run that a service with a fault may win.
const ROUNDS: usize = 8;

const LOGIN: &str = "ada@example.com";
const RIGHT: &str = "a password of hers";

/// What callers are, and what each of them sends.
struct Crowd<'s> {
    service: &'s Service,
}

/// Returns what nothing may print.
pub(crate) fn all(service: &Service) -> BTreeSet<String> {
    let crowd = Crowd { service };
    crowd.each_wrong_password_is_charged();
    crowd.a_code_sets_one_password();
    crowd.a_login_is_signed_up_once();
    crowd.no_session_of_the_old_password_outlives_a_reset();
    (0..N).map(new_password).chain([RIGHT.to_owned()]).collect()
}

fn new_password(caller: usize) -> String {
    format!("the new password of caller {caller}")
}

impl Crowd<'_> {
    /// A teller with one account, whose address is verified.
    fn begin(&self) -> Teller<'_> {
        let mut teller = Teller::new(self.service);
        teller.begin().expect("it forgets");
        let user = json!({"loginId": LOGIN, "email": LOGIN, "verifiedEmail": true});
        self.manage("/v1/mgmt/user/create", &user);
        let password = json!({"loginId": LOGIN, "password": RIGHT});
        self.manage("/v1/mgmt/user/password/set/active", &password);
        teller
    }

    fn post(&self, client: &mut Client, path: &str, second: Option<&str>, body: &Value) -> Answer {
        let project = self.service.project;
        let second = second.map(|second| format!(":{second}"));
        let request = Request {
            method: "POST",
            path,
            authorization: Some(format!("Bearer {project}{}", second.unwrap_or_default())),
            body: Some(body.to_string().into_bytes()),
        };
        client.send(&request).expect("an answer")
    }

    fn manage(&self, path: &str, body: &Value) -> Value {
        let key = Some(&*self.service.management_key);
        let answer = self.post(&mut self.service.client(), path, key, body);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json().expect("JSON")
    }

    fn sign_in(&self, password: &str) -> Answer {
        let body = json!({"loginId": LOGIN, "password": password});
        let path = "/v1/auth/password/signin";
        self.post(&mut self.service.client(), path, None, &body)
    }

    /// Sends what each caller of `callers` says, at the same time.
    fn at_once(&self, callers: &[(&str, Value)]) -> Vec<Answer> {
        let barrier = Barrier::new(callers.len());
        thread::scope(|scope| {
            let sends = |(path, body)| {
                let barrier = &barrier;
                scope.spawn(move || {
                    let mut client = self.service.client();
                    // Connected before all begin.
                    self.post(&mut client, "/connected", None, &json!({}));
                    barrier.wait();
                    self.post(&mut client, path, None, body)
                })
            };
            let threads: Vec<_> = callers
                .iter()
                .map(|(path, body)| sends((*path, body)))
                .collect();
            let answers = threads.into_iter().map(|thread| thread.join());
            answers.map(|answer| answer.expect("no panic")).collect()
        })
    }

    fn each_wrong_password_is_charged(&self) {
        let mut teller = self.begin();
        let wrong =
            |caller: usize| json!({"loginId": LOGIN, "password": format!("wrong {caller}")});
        let callers: Vec<_> = (0..N)
            .map(|caller| ("/v1/auth/password/signin", wrong(caller)))
            .collect();
        for answer in self.at_once(&callers) {
            assert_eq!(answer.status, 401, "{}", answer.text());
        }
        // Fewer than five would not lock; ten would lock for a minute.
        assert_eq!(self.sign_in(RIGHT).status, 401);
        teller.set_clock(BEGIN + 29).expect("a clock");
        assert_eq!(self.sign_in(RIGHT).status, 401);
        teller.set_clock(BEGIN + 30).expect("a clock");
        assert_eq!(self.sign_in(RIGHT).status, 200);
    }

    fn a_code_sets_one_password(&self) {
        const RESET: &str = "/api/v1/password-reset/reset-password";
        for way in ["link", "otp", "passwordResetCode"] {
            self.begin();
            let codes = self.codes(way);
            let callers: Vec<_> = (0..N)
                .map(|caller| {
                    let mut body = codes.clone();
                    body["newPassword"] = new_password(caller).into();
                    (RESET, body)
                })
                .collect();
            let answers = self.at_once(&callers);
            let set: Vec<_> = (0..N).filter(|at| answers[*at].status == 200).collect();
            assert_eq!(set.len(), 1, "{way}: {answers:?}");
            for answer in &answers {
                // Whoever loses very often may be told to try again.
                assert!(
                    [200, 400, 503].contains(&answer.status),
                    "{}",
                    answer.text()
                );
            }
            assert_eq!(self.sign_in(&new_password(set[0])).status, 200, "{way}");
        }
    }

    /// Codes of one way, as the user sends them.
    fn codes(&self, way: &str) -> Value {
        if way == "passwordResetCode" {
            let path = "/api/v1/password-reset/create-password-reset-link";
            return json!({way: self.manage(path, &json!({"loginId": LOGIN}))[way]});
        }
        let mut client = self.service.client();
        let body = json!({"loginId": LOGIN, "strategy": way});
        let path = "/api/v1/password-reset/request-password-reset";
        let asked = self
            .post(&mut client, path, None, &body)
            .json()
            .expect("JSON");
        let messages = Self::messages(&mut client);
        let code = &messages.last().expect("a message")["code"];
        match way {
            "otp" => json!({"requestCode": asked["requestCode"], "verificationCode": code}),
            _ => json!({"emailAuthCode": code}),
        }
    }

    /// What was sent since the last look.
    fn messages(client: &mut Client) -> Vec<Value> {
        let outbox = Request {
            method: "GET",
            path: "/dev/outbox",
            authorization: None,
            body: None,
        };
        let outbox = client.send(&outbox).and_then(|answer| answer.json());
        let messages = outbox.expect("an outbox")["messages"].take();
        messages.as_array().expect("messages").clone()
    }

    fn a_login_is_signed_up_once(&self) {
        Teller::new(self.service).begin().expect("it forgets");
        let callers: Vec<_> = (0..N)
            .map(|caller| {
                let body = json!({"loginId": LOGIN, "password": new_password(caller)});
                ("/v1/auth/password/signup", body)
            })
            .collect();
        let answers = self.at_once(&callers);
        let new: Vec<_> = (0..N).filter(|at| answers[*at].status == 200).collect();
        assert_eq!(new.len(), 1, "{answers:?}");
        for answer in &answers {
            assert!([200, 400].contains(&answer.status), "{}", answer.text());
        }
        assert_eq!(self.sign_in(&new_password(new[0])).status, 200);
        // All the others have tried to, of which the user hears once.
        let messages = Self::messages(&mut self.service.client());
        assert_eq!(messages.len(), 1, "{messages:?}");
        assert_eq!(messages[0]["kind"], "sign_up_tried");
    }

    fn no_session_of_the_old_password_outlives_a_reset(&self) {
        for round in 0..ROUNDS {
            self.begin();
            let mut reset = self.codes("passwordResetCode");
            reset["newPassword"] = new_password(round).into();
            let sign_in = json!({"loginId": LOGIN, "password": RIGHT});
            let mut callers = vec![("/v1/auth/password/signin", sign_in); N / 2];
            callers.insert(N / 4, ("/api/v1/password-reset/reset-password", reset));
            let answers = self.at_once(&callers);
            assert_eq!(answers[N / 4].status, 200, "{answers:?}");
            for answer in &answers {
                let Some(session) = answer.json().expect("JSON")["refreshJwt"]
                    .as_str()
                    .map(str::to_owned)
                else {
                    continue;
                };
                let request = Request {
                    method: "GET",
                    path: "/v1/auth/security-questions/verify",
                    authorization: Some(format!("Bearer {}:{session}", self.service.project)),
                    body: None,
                };
                let answer = self.service.client().send(&request).expect("an answer");
                assert_eq!(answer.status, 401, "in round {round}: {}", answer.text());
            }
        }
    }
}
