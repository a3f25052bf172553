//! How bytes become calls: mostly such as a host makes, so that stories come far.

use super::Story;
use super::call::{Call, FLOWS};
use super::cores::{ANSWERS, CONFIGURED, hash};
use saltbox::{Channel, CodeKind, Request, Subject, Way};
use serde_json::{Value, json};

pub(super) const PASSWORDS: [&str; 5] = [
    "an old password of hers",
    "a password that is new",
    "Yet 1 more, Sun & Rain!",
    "xq7 kzt",
    "ada.l@Acme",
];

const WAYS: [(Way, Channel); 6] = [
    (Way::EmailLink, Channel::Email),
    (Way::ResetLink, Channel::Administrator),
    (Way::OneTimeCode, Channel::Email),
    (Way::OneTimeCode, Channel::Text),
    (Way::OneTimeCode, Channel::Postal),
    (Way::ResetLink, Channel::Voice),
];

/// Put over the subject that all calls have.
const SUBJECTS: [&str; 8] = [
    "{}",
    r#"{"status":"disabled"}"#,
    r#"{"status":"invited"}"#,
    r#"{"status":"expired"}"#,
    r#"{"email_verified":false,"phone":null}"#,
    r#"{"email":"ADA@example.com","phone":"+2"}"#,
    r#"{"id":"u-2"}"#,
    r#"{"realm":"s"}"#,
];

const REQUESTS: [&str; 6] = [
    r#"{"session_subject":"u-1","auth_age_s":1}"#,
    "{}",
    r#"{"session_subject":"u-1","auth_age_s":1,"step_up":true,"revoke_other_sessions":true}"#,
    r#"{"session_subject":"u-2","auth_age_s":1,"step_up":true}"#,
    r#"{"session_subject":"u-1","auth_age_s":11,"suppress_mail":true}"#,
    r#"{"session_subject":"u-1"}"#,
];

/// Strings that other systems made of `password`, and one of a later release.
const STORED: [&str; 3] = [
    "5f4dcc3b5aa765d61d8327deb882cf99",
    "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
    "$saltbox$v=2,key=1$AAAA$AAAA",
];

/// Members that records of every kind have, put over the one that is stored.
const MEMBERS: [&str; 8] = [
    r#"{"lock":{"failed":4,"at_lock":0,"since":0,"for_s":0}}"#,
    r#"{"lock":{"failed":4294967295,"at_lock":4294967295,"since":9007199254740991,"for_s":86400}}"#,
    r#"{"locked":"administrator","disabled":true}"#,
    r#"{"must_change":{"why":"temporary","until":1800000060}}"#,
    r#"{"must_change":{"why":"expired"},"set_at":9007199254740991}"#,
    r#"{"budgets":{"reset":{"spent":4294967295,"since":9007199254740991,"failed":99}}}"#,
    r#"{"revision":9007199254740991,"epoch":9007199254740991,"mfa":{"a":[1,null]}}"#,
    r#"{"questions":{"asked":["pet","none such"],"budget":{"spent":1,"since":0,"failed":100}}}"#,
];

/// Numbers at which something ends.
const ENDS: [&str; 8] = [
    "0",
    "1",
    "4294967295",
    "4294967296",
    "9007199254740991",
    "9007199254740992",
    "-1",
    "1e3",
];

pub(super) struct Input<'d>(pub(super) &'d [u8]);

impl<'d> Input<'d> {
    /// The next one; 0 where there is none.
    pub(super) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    /// Two choices of a byte.
    fn halves(&mut self) -> (usize, usize) {
        let byte = usize::from(self.byte());
        (byte % 16, byte / 16)
    }

    /// As many as the next byte says.
    fn bytes(&mut self) -> &'d [u8] {
        let len = usize::from(self.byte());
        self.take(len)
    }

    fn take(&mut self, len: usize) -> &'d [u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }

    fn number(&mut self, bytes: usize) -> u64 {
        let taken = self.take(bytes).iter();
        taken.fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    fn text(&mut self) -> String {
        let len = self.number(2) as usize;
        String::from_utf8_lossy(self.take(len)).into_owned()
    }

    /// The next call, and the node; `None` where subject or request cannot be read.
    pub(super) fn call(&mut self, story: &Story) -> Option<(usize, Call)> {
        let flow = FLOWS[usize::from(self.byte()) % FLOWS.len()];
        let (node, record) = self.halves();
        let (subject, request) = self.halves();
        let (new, old) = self.halves();
        let (code, answers) = self.halves();
        let (time, other) = self.halves();
        let record = self.record(record, story);
        let subject_text = self.subject(subject, &record);
        let (way, channel) = WAYS[other % WAYS.len()];
        let call = Call {
            flow,
            subject: Subject::from_json(subject_text.as_bytes()).ok()?,
            subject_text,
            request: self.request(request)?,
            new: self.password(new),
            old: self.password(old),
            codes: self.codes(code, story, &record),
            answers: self.answers(answers),
            stored: match other {
                0..=5 => hash().to_owned(),
                6 => String::new(),
                7..=9 => STORED[other - 7].to_owned(),
                _ => self.text(),
            },
            record,
            way,
            channel,
            now: self.time(time, story.now),
        };
        Some((node % CONFIGURED.len(), call))
    }

    fn record(&mut self, choice: usize, story: &Story) -> String {
        let mut record = story.record.clone();
        match choice {
            10 => record.clear(),
            11 => record = self.text(),
            12 => {
                let mut bytes = record.into_bytes();
                for _ in 0..=self.byte() % 4 {
                    let at = self.number(2) as usize;
                    let with = self.byte();
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte = with;
                    }
                }
                record = String::from_utf8_lossy(&bytes).into_owned();
            }
            13 => {
                let (at, end) = (usize::from(self.byte()), usize::from(self.byte()));
                record = with_number(&record, at, ENDS[end % ENDS.len()]);
            }
            14 => {
                let at = self.number(2) as usize;
                let at = (0..=at.min(record.len())).rfind(|at| record.is_char_boundary(*at));
                record.truncate(at.unwrap_or_default());
            }
            15 => {
                let over = MEMBERS[usize::from(self.byte()) % MEMBERS.len()];
                record = put_over(&record, over);
            }
            _ => {}
        }
        record
    }

    fn subject(&mut self, choice: usize, record: &str) -> String {
        match choice {
            14 => self.text(),
            15 => {
                // Who the record says it is of.
                let record: Value = serde_json::from_str(record).unwrap_or_default();
                let own = json!({"id": record["id"], "realm": record["realm"]});
                put_over(USER, &own.to_string())
            }
            _ => put_over(USER, SUBJECTS[choice.saturating_sub(6) % SUBJECTS.len()]),
        }
    }

    fn request(&mut self, choice: usize) -> Option<Request> {
        let text = match choice {
            15 => self.text(),
            _ => REQUESTS[choice % REQUESTS.len()].to_owned(),
        };
        Request::from_json(text.as_bytes()).ok()
    }

    fn password(&mut self, choice: usize) -> Vec<u8> {
        match choice {
            0..=11 => PASSWORDS[choice % PASSWORDS.len()].into(),
            12 => b"password".into(),
            _ => self.bytes().to_vec(),
        }
    }

    fn codes(&mut self, choice: usize, story: &Story, record: &str) -> Vec<(CodeKind, Vec<u8>)> {
        let of = |way, lookup: &str, code: &[u8]| match way {
            Way::EmailLink => vec![(CodeKind::EmailAuthCode, code.to_vec())],
            Way::ResetLink => vec![(CodeKind::PasswordResetCode, code.to_vec())],
            _ => vec![
                (CodeKind::RequestCode, lookup.into()),
                (CodeKind::VerificationCode, code.to_vec()),
            ],
        };
        let back = choice / 4;
        let number = story.issued.len().checked_sub(back + 1);
        let issued = number.map(|number| &story.issued[number]);
        match (choice, issued) {
            (12, _) => Vec::new(),
            (13, _) => {
                let ticket = usize::from(self.byte());
                let record: Value = serde_json::from_str(record).unwrap_or_default();
                let lookup = record["tickets"][ticket % 8]["lookup"].as_str();
                let (lookup, code) = (lookup.unwrap_or_default(), self.bytes());
                let whole = [lookup.as_bytes(), b".", code].concat();
                match Way::ALL[ticket / 8 % 3] {
                    Way::OneTimeCode => of(Way::OneTimeCode, lookup, code),
                    way => of(way, lookup, &whole),
                }
            }
            (14 | 15, _) => {
                let each = (0..choice - 13).map(|_| {
                    let kind = usize::from(self.byte());
                    let kind = CodeKind::ALL[kind % CodeKind::ALL.len()];
                    (kind, self.bytes().to_vec())
                });
                each.collect()
            }
            (_, Some(issued)) => {
                let mut code = issued.code.clone().into_bytes();
                if let (1, Some(last)) = (choice % 4, code.last_mut()) {
                    *last = if *last == b'0' { b'1' } else { b'0' };
                }
                let way = if choice % 4 == 2 {
                    Way::ResetLink
                } else {
                    issued.way
                };
                of(way, &issued.lookup, &code)
            }
            (_, None) => {
                let code = format!("{}.{}", "l".repeat(24), "v".repeat(32));
                of(Way::EmailLink, "", code.as_bytes())
            }
        }
    }

    fn answers(&mut self, choice: usize) -> Vec<(String, Vec<u8>)> {
        match choice {
            // Right ones, without those whose bits are set.
            0..=8 => {
                let left_out = |at: usize| choice & 1 << at != 0;
                let answers = ANSWERS.iter().enumerate();
                let kept = answers.filter(|(at, _)| !left_out(*at));
                let own = |(_, (id, answer)): (usize, &(&str, &str))| {
                    ((*id).to_owned(), answer.as_bytes().to_vec())
                };
                kept.map(own).collect()
            }
            9..=12 => {
                let each = ANSWERS.iter();
                each.map(|(id, _)| ((*id).to_owned(), self.bytes().to_vec()))
                    .collect()
            }
            13 => ANSWERS
                .map(|(id, _)| (id.to_owned(), PASSWORDS[0].into()))
                .into(),
            _ => {
                let each = (0..self.byte() % 18).map(|_| {
                    let id = String::from_utf8_lossy(self.bytes()).into_owned();
                    (id, self.bytes().to_vec())
                });
                each.collect()
            }
        }
    }

    fn time(&mut self, choice: usize, now: u64) -> u64 {
        match choice {
            8..=10 => now.saturating_add(self.number(2)),
            11 | 12 => now.saturating_sub(self.number(2)),
            13 => now.saturating_add(self.number(4)),
            14 => now.saturating_sub(self.number(4)),
            15 => self.number(8),
            _ => now,
        }
    }
}

const USER: &str = r#"{"id":"u-1","realm":"r","login_id":"ada.l","words":["Lovelace"],
    "email":"ada@example.com","email_verified":true,"phone":"+1","phone_verified":true}"#;

/// With the members of `over`; those that are null are left out.
fn put_over(under: &str, over: &str) -> String {
    let (Ok(Value::Object(mut members)), Ok(Value::Object(over))) =
        (serde_json::from_str(under), serde_json::from_str(over))
    else {
        return under.to_owned();
    };
    members.extend(over);
    members.retain(|_, value| !value.is_null());
    Value::Object(members).to_string()
}

/// With `number` in the place of the one that is the `at`th.
fn with_number(record: &str, at: usize, number: &str) -> String {
    let mut seen = 0;
    let parts = record.split_inclusive(':').map(|part| {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        seen += usize::from(digits > 0);
        match (digits, seen == at % 32 + 1) {
            (1.., true) => format!("{number}{}", &part[digits..]),
            _ => part.to_owned(),
        }
    });
    parts.collect()
}
