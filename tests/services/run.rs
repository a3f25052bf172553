//! Tells stories to a service.

use crate::expect;
use crate::http::{Answer, Client, Request};
use crate::script::{Kind, Now, Step, Story};
use crate::service::{APP_URL, Service};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const BEGIN: u64 = 1_800_000_000;

/// Members of requests and answers that nothing may print.
const SECRET: [&str; 9] = [
    "password",
    "newPassword",
    "oldPassword",
    "answer",
    "code",
    "verificationCode",
    "passwordResetCode",
    "refreshJwt",
    "sessionJwt",
];

/// Who tells a story.
pub(crate) struct Teller<'s> {
    service: &'s Service,
    client: Client,
    now: u64,
    saved: BTreeMap<String, String>,
    /// What was sent and answered that nothing may print.
    pub(crate) secrets: BTreeSet<String>,
}

impl<'s> Teller<'s> {
    pub(crate) fn new(service: &'s Service) -> Self {
        Self {
            service,
            client: service.client(),
            now: BEGIN,
            saved: BTreeMap::new(),
            secrets: BTreeSet::new(),
        }
    }

    /// Forgets everything, and sets the clock.
    pub(crate) fn begin(&mut self) -> Result<(), String> {
        self.dev("clear", &json!({}))?;
        self.set_clock(BEGIN)
    }

    /// Tells `story`; the step and what was wrong with it, where something was.
    pub(crate) fn tell(&mut self, story: &Story) -> Result<(), String> {
        for (at, step) in story.steps.iter().enumerate() {
            let what = step.send.as_deref().unwrap_or_default();
            for time in 1..=step.times {
                self.take(step).map_err(|problem| {
                    format!("step {}, {what}, time {time}: {problem}", at + 1)
                })?;
            }
        }
        Ok(())
    }

    fn take(&mut self, step: &Step) -> Result<(), String> {
        match step.kind()? {
            Kind::Clock(Now::At(now)) => self.set_clock(*now),
            Kind::Clock(Now::After(seconds)) => {
                let by = seconds.parse::<i64>();
                let by = by.map_err(|_| format!("{seconds:?} is not \"+seconds\""))?;
                let now = self.now.checked_add_signed(by);
                self.set_clock(now.ok_or("there is no such time")?)
            }
            Kind::Outbox(expected) => {
                let answer = self.ask("GET", "/dev/outbox", None)?;
                let json = answer.json()?;
                compare_messages(expected, &json)?;
                self.note(step, &json)
            }
            Kind::Alike(steps) => {
                let mut answers = Vec::new();
                for step in steps {
                    answers.push(self.request(step)?);
                }
                compare_answers(&answers, &step.but)
            }
            Kind::Request { .. } => self.request(step).map(|_| ()),
        }
    }

    fn dev(&mut self, route: &str, body: &Value) -> Result<(), String> {
        let body = Some(body.to_string().into_bytes());
        let answer = self.ask("POST", &format!("/dev/{route}"), body)?;
        if answer.status == 200 {
            return Ok(());
        }
        Err(format!("/dev/{route}: {} {}", answer.status, answer.text()))
    }

    pub(crate) fn set_clock(&mut self, now: u64) -> Result<(), String> {
        self.now = now;
        self.dev("clock", &json!({"now": now}))
    }

    /// A request of nobody.
    fn ask(&mut self, method: &str, path: &str, body: Option<Vec<u8>>) -> Result<Answer, String> {
        let request = Request {
            method,
            path,
            authorization: None,
            body,
        };
        self.client.send(&request)
    }

    /// Sends what a step says, and compares the answer.
    fn request(&mut self, step: &Step) -> Result<Answer, String> {
        let Kind::Request { method, path } = step.kind()? else {
            return Err("only requests are compared".to_owned());
        };
        let body = match (&step.json, &step.body) {
            (Some(_), Some(_)) => return Err("a request has one body".to_owned()),
            (Some(json), None) => {
                let text = self.fill(json)?;
                let json = serde_json::from_str(&text);
                self.keep_secrets(&json.map_err(|error| format!("{text}: {error}"))?);
                Some(text.into_bytes())
            }
            (None, body) => body.as_ref().map(crate::script::Body::bytes),
        };
        let request = Request {
            method,
            path,
            authorization: self.authorization(step)?,
            body,
        };
        let answer = self.client.send(&request)?;
        self.compare(step, &answer)
            .map_err(|problem| format!("{problem}\n       {} {}", answer.status, answer.text()))?;
        Ok(answer)
    }

    fn fill(&self, text: &str) -> Result<String, String> {
        expect::filled(text, |name| match name {
            "app_url" => Some(APP_URL),
            name => self.saved.get(name).map(String::as_str),
        })
    }

    fn authorization(&self, step: &Step) -> Result<Option<String>, String> {
        let project = self.service.project;
        if let Some(header) = &step.authorization {
            return self.fill(header).map(Some);
        }
        let second = match step.sender.as_deref() {
            Some("") => return Ok(None),
            None | Some("project") => return Ok(Some(format!("Bearer {project}"))),
            Some("management") => &self.service.management_key,
            Some(name) => &self.fill(&format!("${{{name}}}"))?,
        };
        Ok(Some(format!("Bearer {project}:{second}")))
    }

    fn compare(&mut self, step: &Step, answer: &Answer) -> Result<(), String> {
        let status = step.status.ok_or("a request has to expect a status")?;
        if answer.status != status {
            return Err(format!("the status is not {status}"));
        }
        let retry_after = step.retry_after.map(|seconds| seconds.to_string());
        if answer.header("retry-after") != retry_after.as_deref() {
            let header = answer.header("retry-after");
            return Err(format!("Retry-After is {header:?}, not {retry_after:?}"));
        }
        for (name, value) in [
            ("content-type", "application/json"),
            ("cache-control", "no-store"),
        ] {
            if answer.header(name) != Some(value) {
                return Err(format!("{name} is {:?}", answer.header(name)));
            }
        }
        let json = answer.json()?;
        if !json.is_object() {
            return Err("the body is no object".to_owned());
        }
        let expected = self.fill(step.is.as_deref().unwrap_or("{}"))?;
        let expected = serde_json::from_str(&expected);
        expect::holds(&expected.map_err(|error| error.to_string())?, &json)?;
        self.note(step, &json)
    }

    /// What holds of single members, and what is kept of an answer.
    fn note(&mut self, step: &Step, json: &Value) -> Result<(), String> {
        for pointer in &step.has {
            if expect::find(json, pointer).is_none_or(expect::is_empty) {
                return Err(format!("{pointer} is not there, or empty"));
            }
        }
        if let Some(pointer) = step
            .lacks
            .iter()
            .find(|it| expect::find(json, it).is_some())
        {
            return Err(format!("{pointer} is there"));
        }
        self.keep_secrets(json);
        for (name, pointer) in &step.save {
            let value = match expect::find(json, pointer) {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Number(number)) => number.to_string(),
                _ => return Err(format!("{pointer} is neither a text nor a number")),
            };
            self.saved.insert(name.clone(), value);
        }
        Ok(())
    }

    fn keep_secrets(&mut self, json: &Value) {
        match json {
            Value::Array(items) => items.iter().for_each(|item| self.keep_secrets(item)),
            Value::Object(members) => {
                for (key, value) in members {
                    match value.as_str() {
                        // Of an error a code is a name.
                        Some(text) if SECRET.contains(&&**key) && !members.contains_key("type") => {
                            self.secrets.insert(text.to_owned());
                        }
                        _ => self.keep_secrets(value),
                    }
                }
            }
            _ => {}
        }
    }
}

/// Kinds and receivers exactly, and each with a code or without.
fn compare_messages(expected: &[String], json: &Value) -> Result<(), String> {
    let messages = json["messages"].as_array().ok_or("there is no list")?;
    let text = |message: &Value, key: &str| message[key].as_str().unwrap_or_default().to_owned();
    let sent: Vec<_> = messages
        .iter()
        .map(|message| format!("{} {}", text(message, "kind"), text(message, "to")))
        .collect();
    if sent != expected {
        return Err(format!("sent was {sent:?}, not {expected:?}"));
    }
    for message in messages {
        let takes_code = matches!(&*text(message, "kind"), "reset" | "verification");
        let has_code = !text(message, "code").is_empty();
        let lives = message["lifetimeSeconds"].as_u64().is_some_and(|it| it > 0);
        if [has_code, lives] != [takes_code; 2] {
            return Err(format!("{message} has a code and its lifetime, or neither"));
        }
    }
    Ok(())
}

/// Whether answers are the same bytes, but for the values of `random` members.
fn compare_answers(answers: &[Answer], random: &[String]) -> Result<(), String> {
    let shown = |answer: &Answer| {
        let mut text = answer.text();
        let json = answer.json().unwrap_or_default();
        for pointer in random {
            let value = expect::find(&json, pointer).and_then(Value::as_str);
            let value = value.ok_or_else(|| format!("{pointer} is no text in {text}"))?;
            text = text.replace(value, &"?".repeat(value.len()));
        }
        Ok(format!("{} {:?} {text}", answer.status, answer.headers))
    };
    let shown = answers
        .iter()
        .map(shown)
        .collect::<Result<Vec<_>, String>>()?;
    match shown.iter().find(|it| **it != shown[0]) {
        None => Ok(()),
        Some(other) => Err(format!("not alike:\n       {}\n       {other}", shown[0])),
    }
}
