//! What a call decided, as JSON. Never holds a password, a salt or a tag.

mod decided;
mod decision;

pub use self::decided::{Effect, Outcome, Shown};
pub use self::decision::Decision;

use crate::arch::stack::without_traces;
use crate::core::{Config, Saltbox};
use crate::error::{Error, ErrorKind};
use crate::hash::{
    HashSettings, Identified, Kdf, Limit, Parameter, Profile, Proposal, Scheme, Warning, kernels,
};
use crate::json::Writer;
use crate::keys::RootKeys;
#[cfg(feature = "strength")]
use crate::policy::{Attacker, Strength};
use crate::policy::{Blocklist, Findings, ListKind, Rule, WordKind};
use crate::question::QuestionSettings;
use sha2::Digest;

impl Identified {
    /// The findings as a JSON object.
    ///
    /// ```json
    /// {"verdict":"verifiable","scheme":"argon2id",
    ///  "parameters":{"v":19,"m_kib":19456,"t":2,"p":1},
    ///  "salt_bytes":16,"tag_bytes":32,"cost_percent_of_policy":100,
    ///  "steps":[],"warnings":[],"readings":[],"rehash":false,"upgrade":"none"}
    /// {"verdict":"malformed","scheme":"argon2id",
    ///  "problem":{"code":40,"name":"SALTBOX_E_MALFORMED","offset":12,"reason":"..."}}
    /// ```
    ///
    /// `verdict` is `verifiable`, `malformed`, `unsupported`, `not_allowed`,
    /// `later_release`, `over_limit`, `over_budget`, `no_key` or
    /// `sealed_otherwise`. `scheme` stands where the beginning of the string
    /// tells it, `problem` where `verify` would not take it; all from
    /// `parameters` to `readings` where it was read whole: the cost of a guess,
    /// what the password goes through first, the names of
    /// [`Warning`](crate::hash::Warning)s, and what the text may mean where that
    /// is more than one thing, the meaning that `verify` takes first. `key_id`
    /// stands where it is sealed, `wraps` where it wraps an older string, with
    /// that one's scheme. `upgrade` says what [`Saltbox::wrap`] would do (`none`,
    /// `seal` or `wrap`), `upgrade_refused` why it would not.
    #[must_use]
    pub fn to_json(&self) -> String {
        Writer::object(|json| {
            json.string("verdict", verdict(self.problem()));
            if let Some(scheme) = self.scheme() {
                json.string("scheme", scheme.name());
            }
            if let Some(id) = self.key_id() {
                json.integer("key_id", id);
            }
            if let Some(below) = self.inner_scheme() {
                json.string("wraps", below.name());
            }
            if let Some(kdf) = self.kdf() {
                json.nested("parameters", |json| parameters(json, kdf));
            }
            if let Some((salt, tag)) = self.salt_and_tag_len() {
                json.integer("salt_bytes", length(salt));
                json.integer("tag_bytes", length(tag));
            }
            if let Some(percent) = self.cost_percent_of_policy() {
                json.integer("cost_percent_of_policy", percent);
                json.strings("steps", self.steps());
                json.strings("warnings", self.warnings().map(Warning::name));
                json.strings("readings", self.readings().iter().copied());
            }
            match self.problem() {
                Some(problem) => json.nested("problem", |json| describe(json, problem)),
                None => json.boolean("rehash", self.needs_rehash()),
            }
            match self.upgrade() {
                Some(Ok(upgrade)) => json.string("upgrade", upgrade.name()),
                Some(Err(refusal)) => {
                    json.nested("upgrade_refused", |json| describe(json, refusal));
                }
                None => {}
            }
        })
    }
}

impl Findings {
    /// The findings as a JSON object.
    ///
    /// ```json
    /// {"verdict":"refused","violations":[
    ///  {"code":1,"name":"too_short","bound":15,"found":9,"text":"has to have at least 15 characters"},
    ///  {"code":40,"name":"context_word","found":1,"text":"...","words":["email"]},
    ///  {"code":61,"name":"blocklisted","found":1,"text":"...","lists":["inside"]}],
    ///  "warnings":[{"code":1,"name":"not_ascii","text":"..."}],
    ///  "strength":{"score":0,"guesses_log10":0.477,"seconds":{"online_throttled":108,
    ///   "online_unthrottled":0.3,"offline_slow":0,"offline_fast":0,"offline_own_hash":0},
    ///   "weakness":{"code":8,"name":"top_10","text":"..."},
    ///   "suggestions":[{"code":3,"name":"add_words","text":"..."}]}}
    /// ```
    ///
    /// `verdict` is `accepted` or `refused`. Violations stand by the numbers of
    /// their rules, warnings by those of [hazards](crate::policy::Hazard); neither
    /// ever change their meaning. `bound` stands where there
    /// is one, `words` says of what kinds the words are, `lists` which lists have
    /// it. `strength` refuses nothing by itself and is left out where it was not
    /// estimated; `weakness` stands where the score is 2 at most and the reason
    /// has a name. Nothing of the password or the subject stands here.
    #[must_use]
    pub fn to_json(&self) -> String {
        Writer::object(|json| {
            json.string(
                "verdict",
                if self.is_empty() {
                    "accepted"
                } else {
                    "refused"
                },
            );
            self.write(json);
        })
    }

    /// Writes all members but the verdict.
    fn write(&self, json: &mut Writer) {
        json.objects("violations", self.violations(), |json, broken| {
            let rule = broken.rule();
            json.integer("code", rule.code());
            json.string("name", rule.name());
            if broken.bound() > 0 {
                json.integer("bound", broken.bound());
            }
            json.integer("found", broken.found());
            json.string("text", &rule.text_with(broken.bound()));
            if rule == Rule::ContextWord {
                json.strings("words", self.context_words().map(WordKind::name));
            }
            if rule == Rule::Blocklisted {
                json.strings("lists", self.blocklists().map(ListKind::name));
            }
        });
        json.objects("warnings", self.hazards(), |json, hazard| {
            json.integer("code", hazard.code());
            json.string("name", hazard.name());
            json.string("text", hazard.text());
        });
        #[cfg(feature = "strength")]
        if let Some(strength) = self.strength() {
            json.nested("strength", |json| estimate(json, strength));
        }
    }
}

impl Saltbox {
    /// The settings in force as a JSON object, with what the configuration left open.
    ///
    /// ```json
    /// {"version":"0.1.0",
    ///  "hash":{"create":{"scheme":"argon2id","m_kib":19456,"t":2,"p":1},
    ///          "verify":["argon2id"],"limits":{"argon2_kib_passes":4194304}},
    ///  "keys":{"create_key_id":1,"require_pepper":false},
    ///  "policy":{"min_length":15,"context":{"match":"equal"}},
    ///  "account":{"lock":{"attempts":5,"first_s":30,"most_s":3600,"permanent":100},"auth_age_s":300},
    ///  "known_keys":[{"id":1,"fingerprint":"1f2e3d4c5b6a7988"}],
    ///  "blocklist":{"hash":"sha1","date":20260817,"keys":1000000,"min_count":1,
    ///               "one_in":65536,"checksum":"..."},
    ///  "digest":"...",
    ///  "memory":{"memory_mib":256,"max_running":2,"queue_ms":1000,"queue_len":8,
    ///            "interleave":true},
    ///  "kernels":{"argon2":"avx512","scrypt":"avx512"}}
    /// ```
    ///
    /// `codes`, `questions` and `record` stand where the configuration has them. `hash`, `keys`, `policy`, `account` and these are a configuration of what is decided, and
    /// `digest` the SHA-256 of the text of an object with the members of `hash`,
    /// and with `keys`, `policy`, `account`, `codes`, `questions`, `record`, `known_keys` and the `blocklist` that is attached,
    /// if one is. Two nodes of
    /// one release with the same digest decide alike, as far as both have the
    /// memory that a string needs. `memory` and `kernels` depend on the machine;
    /// the members of `memory` may be added to those of `hash`.
    #[must_use]
    pub fn effective_config(&self) -> String {
        let settings = self.config().hash_settings();
        let keys = without_traces(|| self.config().root_keys().fingerprints());
        let decides = Writer::object(|json| {
            deciding(json, settings);
            key_settings(json, self.config().root_keys());
            json.nested("policy", |json| self.config().policy().write(json));
            account(json, self.config());
            codes(json, self.config());
            questions(json, self.config().questions());
            fingerprints(json, &keys);
            attached(json, self.config().policy().attached_blocklist());
        });
        Writer::object(|json| {
            json.string("version", env!("CARGO_PKG_VERSION"));
            json.nested("hash", |json| deciding(json, settings));
            key_settings(json, self.config().root_keys());
            json.nested("policy", |json| self.config().policy().write(json));
            account(json, self.config());
            codes(json, self.config());
            questions(json, self.config().questions());
            fingerprints(json, &keys);
            attached(json, self.config().policy().attached_blocklist());
            json.string("digest", &hex(&sha2::Sha256::digest(decides)));
            json.nested("memory", |json| {
                let sizes = self.pool_sizes();
                json.integer("memory_mib", number(sizes.budget_bytes >> 20));
                json.integer("max_running", sizes.max_running);
                json.integer("queue_ms", number(sizes.queue_ms()));
                json.integer("queue_len", sizes.queue_len);
                json.boolean("interleave", sizes.interleaves());
            });
            json.nested("kernels", |json| {
                for (primitive, kernel) in kernels() {
                    json.string(primitive, kernel);
                }
            });
        })
    }
}

impl Proposal {
    /// The parameters as a configuration, with the work memory and the slots they were measured in.
    ///
    /// ```json
    /// {"hash":{"create":{"scheme":"argon2id","m_kib":65536,"t":3,"p":1},
    ///  "memory_mib":1024,"max_running":4}}
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        Writer::object(|json| {
            json.nested("hash", |json| {
                json.nested("create", |json| created(json, &self.kdf()));
                json.unsigned("memory_mib", self.budget_mib());
                json.integer("max_running", self.at_once());
            });
        })
    }
}

fn deciding(json: &mut Writer, settings: &HashSettings) {
    json.nested("create", |json| created(json, settings.create()));
    let verified = Scheme::all().filter(|scheme| settings.may_verify(*scheme));
    json.strings("verify", verified.map(Scheme::name));
    #[cfg(feature = "imports")]
    json.string("over_72", settings.over_72().name());
    json.nested("limits", |json| {
        for limit in Limit::all() {
            json.integer(limit.key(), number(settings.limits().get(limit)));
        }
    });
    if let Some(users) = settings.unknown_users() {
        json.nested("unknown_users", |json| {
            json.integer("key_id", users.key_id);
            json.objects("mix", users.each(), |json, (share, kdf)| {
                json.unsigned("share", share);
                if let Some(kdf) = kdf {
                    json.nested("hash", |json| created(json, kdf));
                }
            });
        });
    }
}

/// As `hash.create` has it.
fn created(json: &mut Writer, kdf: &Kdf) {
    match Profile::under_the_floor(kdf) {
        // Only by its name may it be created.
        Some(profile) => json.string("profile", profile.name()),
        None => {
            json.string("scheme", kdf.scheme().name());
            costs(json, kdf);
        }
    }
}

fn key_settings(json: &mut Writer, keys: &RootKeys) {
    json.nested("keys", |json| {
        if let Some(id) = keys.create_key_id() {
            json.integer("create_key_id", id);
        }
        json.boolean("require_pepper", keys.requires_pepper());
    });
}

/// What a host needs of them for its sessions stands here as well; `record` only where it was given, as the two below.
fn account(json: &mut Writer, config: &Config) {
    json.nested("account", |json| config.account().write(json));
    if let Some(record) = config.given_record() {
        json.nested("record", |json| record.write(json));
    }
}

/// They are nothing to a core that sends no codes.
fn codes(json: &mut Writer, config: &Config) {
    if let Some(codes) = config.given_codes() {
        json.nested("codes", |json| codes.write(json));
    }
}

/// Written only where there are some.
fn questions(json: &mut Writer, settings: Option<&QuestionSettings>) {
    if let Some(settings) = settings {
        json.nested("questions", |json| settings.write(json));
    }
}

fn fingerprints(json: &mut Writer, keys: &[(u32, [u8; 8])]) {
    json.objects("known_keys", keys, |json, (id, fingerprint)| {
        json.integer("id", *id);
        json.string("fingerprint", &hex(fingerprint));
    });
}

/// Which list it is. By the checksum alone two can be told apart.
fn attached(json: &mut Writer, list: Option<&Blocklist>) {
    let Some(list) = list else { return };
    json.nested("blocklist", |json| {
        json.string("hash", list.hash().name());
        json.integer("date", list.date());
        json.integer("keys", number(list.keys()));
        json.integer("min_count", number(list.min_count()));
        json.integer("one_in", number(list.one_in()));
        json.string("checksum", &hex(&list.checksum()));
    });
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn verdict(problem: Option<&Error>) -> &'static str {
    match problem.map(Error::kind) {
        None => "verifiable",
        Some(ErrorKind::Unsupported) => "unsupported",
        Some(ErrorKind::NotAllowed) => "not_allowed",
        Some(ErrorKind::LaterRelease) => "later_release",
        Some(ErrorKind::Limit) => "over_limit",
        Some(ErrorKind::Budget) => "over_budget",
        Some(ErrorKind::Key) => "no_key",
        Some(ErrorKind::Seal) => "sealed_otherwise",
        Some(_) => "malformed",
    }
}

fn parameters(json: &mut Writer, kdf: &Kdf) {
    if let Kdf::Argon2(argon2) = kdf {
        json.integer("v", argon2.version_number());
    }
    costs(json, kdf);
}

fn costs(json: &mut Writer, kdf: &Kdf) {
    kdf.function()
        .describe(&mut |key, parameter| match parameter {
            Parameter::Number(number) => json.integer(key, number),
            #[cfg(feature = "imports")]
            Parameter::Name(name) => json.string(key, name),
        });
}

#[cfg(feature = "strength")]
fn estimate(json: &mut Writer, strength: &Strength) {
    json.integer("score", strength.score());
    json.decimal("guesses_log10", strength.guesses_log10());
    json.nested("seconds", |json| {
        for attacker in Attacker::ALL {
            json.decimal(attacker.name(), strength.seconds(attacker));
        }
    });
    if let Some(weakness) = strength.weakness() {
        json.nested("weakness", |json| {
            feedback(json, weakness.code(), weakness.name(), weakness.text());
        });
    }
    json.objects("suggestions", strength.suggestions(), |json, suggestion| {
        let name = suggestion.name();
        feedback(json, suggestion.code(), name, suggestion.text());
    });
}

#[cfg(feature = "strength")]
fn feedback(json: &mut Writer, code: u8, name: &str, text: &str) {
    json.integer("code", code);
    json.string("name", name);
    json.string("text", text);
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
    number(len as u64)
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
