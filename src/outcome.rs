//! What a call decided, as JSON. Never holds a password, a salt or a tag.

use crate::error::{Error, ErrorKind};
use crate::hash::{Identified, Kdf};
use crate::json::Writer;

impl Identified {
    /// The findings as a JSON object.
    ///
    /// ```json
    /// {"verdict":"verifiable","scheme":"argon2id",
    ///  "parameters":{"v":19,"m_kib":19456,"t":2,"p":1},
    ///  "salt_bytes":16,"tag_bytes":32,"rehash":false}
    /// {"verdict":"malformed","scheme":"argon2id",
    ///  "problem":{"code":40,"name":"SALTBOX_E_MALFORMED","offset":12,"reason":"..."}}
    /// ```
    ///
    /// `verdict` is `verifiable`, `malformed`, `unsupported`, `not_allowed`,
    /// `later_release` or `over_limit`. `scheme` stands where the beginning of
    /// the string tells it, `parameters` and the lengths where it was read
    /// whole, `problem` where `verify` would not take it.
    #[must_use]
    pub fn to_json(&self) -> String {
        Writer::object(|json| {
            json.string("verdict", verdict(self.problem()));
            if let Some(scheme) = self.scheme() {
                json.string("scheme", scheme.name());
            }
            if let Some(kdf) = self.kdf() {
                json.nested("parameters", |json| parameters(json, kdf));
            }
            if let Some((salt, tag)) = self.salt_and_tag_len() {
                json.integer("salt_bytes", length(salt));
                json.integer("tag_bytes", length(tag));
            }
            match self.problem() {
                Some(problem) => json.nested("problem", |json| describe(json, problem)),
                None => json.boolean("rehash", self.needs_rehash()),
            }
        })
    }
}

fn verdict(problem: Option<&Error>) -> &'static str {
    match problem.map(Error::kind) {
        None => "verifiable",
        Some(ErrorKind::Unsupported) => "unsupported",
        Some(ErrorKind::NotAllowed) => "not_allowed",
        Some(ErrorKind::LaterRelease) => "later_release",
        Some(ErrorKind::Limit) => "over_limit",
        Some(_) => "malformed",
    }
}

fn parameters(json: &mut Writer, kdf: &Kdf) {
    match kdf {
        Kdf::Argon2(argon2) => {
            json.integer("v", argon2.version_number());
            json.integer("m_kib", argon2.m_kib());
            json.integer("t", argon2.t());
            json.integer("p", argon2.p());
        }
        Kdf::Scrypt(scrypt) => {
            json.integer("ln", scrypt.ln());
            json.integer("r", scrypt.r());
            json.integer("p", scrypt.p());
        }
        Kdf::Pbkdf2(pbkdf2) => json.integer("i", pbkdf2.iterations()),
    }
}

fn describe(json: &mut Writer, problem: &Error) {
    json.integer("code", problem.kind().status());
    json.string("name", problem.kind().name());
    if let Some(offset) = problem.offset() {
        json.integer("offset", length(offset));
    }
    json.string("reason", &problem.reason().to_string());
}

fn length(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}
