//! [`Config`]: every room's settings, and what the host attaches.

use crate::account::AccountSettings;
use crate::arch::stack::without_traces;
use crate::code::CodeSettings;
use crate::error::Error;
#[cfg(feature = "imports")]
use crate::hash::InputFault;
use crate::hash::{Calibration, HashSettings, Profile, Target};
use crate::json;
use crate::keys::RootKeys;
#[cfg(feature = "imports")]
use crate::policy::Rule;
use crate::policy::{Blocklist, Policy};
use crate::question::QuestionSettings;
use crate::record::RecordSettings;
use std::fmt;

/// Settings of a [`Saltbox`](super::Saltbox). The default is secure as it is.
#[derive(Clone, Default)]
pub struct Config {
    pub(super) hash: HashSettings,
    pub(super) keys: RootKeys,
    pub(super) policy: Policy,
    codes: Option<CodeSettings>,
    questions: Option<QuestionSettings>,
    account: Option<AccountSettings>,
    record: Option<RecordSettings>,
}

impl Config {
    /// Reads a configuration from JSON. Every key is optional.
    ///
    /// ```json
    /// {"hash": {
    ///     "create": {"scheme": "argon2id", "m_kib": 19456, "t": 2, "p": 1},
    ///     "verify": ["argon2id", "scrypt"],
    ///     "limits": {"argon2_m_kib": 1048576},
    ///     "memory_mib": 1024, "max_running": 4, "queue_ms": 500, "queue_len": 16,
    ///     "interleave": true
    /// }}
    /// ```
    ///
    /// `create` names what new hashes are made with: a `scheme` with its
    /// parameters (`m_kib`, `t`, `p`; `ln`, `r`, `p`; `i`), or a `profile` of
    /// [`Profile::all`]. `verify` lists what may be verified; left out, every
    /// scheme is. `limits` are ceilings on stored strings, see
    /// [`Limit`](crate::hash::Limit).
    ///
    /// The other five size the work memory, for one process. `memory_mib` is all
    /// of it, idle included (left out: the larger of 256 and two hashes of the
    /// policy for each slot), `max_running` the slots (the CPUs that the process
    /// may use), `queue_ms` how long a call waits for one (1000; 0: not at all),
    /// `queue_len` how many may wait (four for each slot), and `interleave` (true) whether the
    /// first of them may be computed beside a job in a slot, where both are the same Argon2.
    ///
    /// `unknown_users` is for tables where stored strings do not all cost the same: it says how often
    /// each kind stands there, and a login that nobody has costs what one of them does, always the same
    /// one, drawn with the root key `key_id`:
    /// `{"key_id": 1, "mix": [{"share": 7}, {"share": 3, "hash": {"scheme": "bcrypt", "cost": 14}}]}`. `hash` is
    /// written as `create` is; left out, it is the policy's. Only what costs more than the policy matters: what costs
    /// less is topped up.
    ///
    /// `keys` beside `hash` has `create_key_id`, the id of the root key that new
    /// strings are sealed with (left out: none is), and `require_pepper`, whether
    /// strings that are not sealed are refused.
    ///
    /// `policy` beside them has `profile`, the name of one of
    /// [`PolicyProfile::all`](crate::policy::PolicyProfile::all), and rules by the
    /// [key](crate::policy::Rule::key) of each in place of its own or besides; left
    /// out it is that of NIST. README has the table of rules. With
    /// `"blocklist": {"inside": true, "outside": true}` passwords are looked up in
    /// the list of the library and in that of [`Self::attach_blocklist`]. How strong a
    /// password is, is estimated unless `"strength": false` stands there; it refuses
    /// nothing unless `min_score` does.
    ///
    /// `account` beside them says how failures to sign in lock (`lock`: after `attempts` of them, 5, for
    /// `first_s` seconds, 30, twice as long each time, up to `most_s`, 3600, and for good after `permanent` in
    /// a row, 100), how many passwords are remembered and may not be set again (`history`, 0),
    /// after how many days one is to be changed (`max_age_days`, never), for how many seconds a temporary one is good
    /// (`temporary_s`, a day), how long ago the user may have signed in who changes it without the old one
    /// (`auth_age_s`, 300), whether a reset unlocks (`reset_unlocks`, true), whether signing up says that a login
    /// is taken (`mask`, true: it does not), whether a request may keep the user from being told of a reset (`suppress_mail`, false),
    /// and whether a reset gives a session to a user of whom the host says that there is no other factor (`reset_signs_in`, false).
    ///
    /// `record` beside them has `write_version`, the version of the records that are written (1, the only one
    /// so far): before an upgrade name what every node reads, and raise it when all are upgraded. Every version that
    /// was ever written is read.
    ///
    /// `codes` beside them says how long codes live (`lifetime_s`, by way and channel, below
    /// the `ceilings` of `nist-63b-4` or `asvs-5`), how many `digits` one-time codes
    /// have (6 to 12, left out 8), how many `attempts` may fail in a window of `window_s` seconds (5 in 3600),
    /// how many tickets of an account are `live` at once (3, at most 4), whether a new
    /// code ends the older ones (`newer_ends_older`, true), and after how many seconds the next one is sent
    /// (`reissue_after_s`, 60).
    ///
    /// `questions` beside them turns security answers on, see [`question`](crate::question):
    ///
    /// ```json
    /// {"questions": {
    ///     "pool": [{"id": "first_pet", "text": "What was the name of your first pet?",
    ///               "kind": "pet", "deny": ["rex"]},
    ///              {"id": "wedding", "text": "When did your parents marry?",
    ///               "kind": "date", "order": "dmy"}],
    ///     "set_up": 2, "ask": 2, "required": 2, "hashing": "joint", "min_length": 3
    /// }}
    /// ```
    ///
    /// An account sets up answers to `set_up` questions of the `pool` (left out: 3,
    /// or as many as there are), is asked `ask` of them (all) and has to answer
    /// `required` of those right (all). `hashing` is `joint`, all answers as one
    /// secret, for which the three have to be one number, or `separate`.
    /// `min_length` counts the characters of a normalised answer (3). `kind` is one
    /// of [`Kind::ALL`](crate::question::Kind::ALL); `order` says how a date is read
    /// whose year is the last (`dmy` or `mdy`); `deny` has answers that are too common.
    /// `attempts` may fail in `window_s` seconds (3 in 3600).
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) with path, offset and
    /// what would be right, for anything else: an unknown key too.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        let mut object = json::parse(json)?.object()?;
        object.only(&[
            "hash",
            "keys",
            "policy",
            "codes",
            "questions",
            "account",
            "record",
        ])?;
        let mut config = Self::default();
        if let Some(hash) = object.take("hash") {
            config.hash = HashSettings::read(&hash)?;
        }
        if let Some(keys) = object.take("keys") {
            config.keys = RootKeys::read(keys.object()?)?;
        }
        if let Some(policy) = object.take("policy") {
            config.policy = Policy::read(&policy)?;
            #[cfg(feature = "imports")]
            config.check_length(&policy)?;
        }
        if let Some(codes) = object.take("codes") {
            config.codes = Some(CodeSettings::read(&codes)?);
        }
        if let Some(account) = object.take("account") {
            config.account = Some(AccountSettings::read(&account)?);
        }
        if let Some(record) = object.take("record") {
            config.record = Some(RecordSettings::read(&record)?);
        }
        if let Some(questions) = object.take("questions") {
            config.questions = Some(QuestionSettings::read(&questions)?);
        }
        Ok(config)
    }

    /// Refuses a policy that asks for more than the hash function looks at.
    #[cfg(feature = "imports")]
    fn check_length(&self, policy: &json::Value<'_>) -> Result<(), Error> {
        let least = self.policy.bound(Rule::TooShort).unwrap_or(0);
        let shortest = vec![b'a'; usize::try_from(least).unwrap_or(usize::MAX)];
        match self.hash.create().function().fault_in(&shortest) {
            Some(InputFault::LongerThan(most)) => Err(policy.error(format!(
                "min_length {least} is over the {most} bytes that hash.create takes"
            ))),
            _ => Ok(()),
        }
    }

    /// Makes new hashes with `profile`.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) where the profile is over
    /// the configured limits, [`ErrorKind::Config`](crate::ErrorKind::Config)
    /// where its scheme is not among those to verify.
    pub fn with_profile(mut self, profile: Profile) -> Result<Self, Error> {
        self.hash.use_profile(profile)?;
        Ok(self)
    }

    /// Begins to look for the parameters that keep to `target` on this machine, within the limits
    /// of these settings. The work memory is the target's, whatever `hash.memory_mib` says.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) where a number of the target is out of
    /// range; [`ErrorKind::Config`](crate::ErrorKind::Config) where its scheme is never created, or
    /// not among those to verify, or where a limit on memory is over its memory;
    /// [`ErrorKind::Budget`](crate::ErrorKind::Budget) where its memory, and
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) where the limits have no room for the least
    /// that may be created.
    pub fn calibrate(&self, target: &Target) -> Result<Calibration, Error> {
        Calibration::new(&self.hash, target)
    }

    /// Adds a root key of 32 random bytes or more. It verifies from then on; only
    /// the one that `keys.create_key_id` names seals new strings. Ids ascend: a
    /// string sealed with a smaller id than that one's asks for a rehash.
    ///
    /// # Errors
    /// [`ErrorKind::Key`](crate::ErrorKind::Key) where the key is too short or
    /// not random, or where its id or the key itself was added before.
    pub fn add_key(&mut self, id: u32, key: &[u8]) -> Result<(), Error> {
        without_traces(|| self.keys.add(id, key))
    }

    /// Looks candidates up in `list`, which `policy.blocklist.outside` asks for.
    /// Every core that is made from this configuration keeps it.
    ///
    /// Where it is asked for and was not attached, [`Saltbox::check`](super::Saltbox::check) accepts no
    /// password and [`Saltbox::derive`](super::Saltbox::derive) says so.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) where the policy asks for
    /// none, or where one is attached already.
    pub fn attach_blocklist(&mut self, list: Blocklist) -> Result<(), Error> {
        self.policy.attach_blocklist(list)
    }

    /// Makes new hashes with `kdf`, whatever the floor says.
    #[cfg(test)]
    pub(crate) fn create_for_test(&mut self, kdf: crate::hash::Kdf) {
        self.hash.create_for_test(kdf);
    }

    pub(crate) const fn hash_settings(&self) -> &HashSettings {
        &self.hash
    }

    /// Whether everything was added that the settings name.
    pub(crate) fn check_whole(&self) -> Result<(), Error> {
        let keys = self.keys.check();
        keys.map_err(|error| error.on_path("keys.create_key_id"))?;
        if let Some(users) = self.hash.unknown_users() {
            let key = self.keys.unknown_users(users.key_id);
            key.map_err(|error| error.on_path("hash.unknown_users.key_id"))?;
        }
        self.policy.check_blocklist()
    }

    /// What may be a new password.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What security answers have to be; `None` where there are none.
    pub(crate) const fn questions(&self) -> Option<&QuestionSettings> {
        self.questions.as_ref()
    }

    pub(crate) const fn root_keys(&self) -> &RootKeys {
        &self.keys
    }

    pub(crate) fn account(&self) -> &AccountSettings {
        self.account.as_ref().unwrap_or(&AccountSettings::DEFAULT)
    }

    /// Where the configuration has them.
    pub(crate) const fn given_record(&self) -> Option<RecordSettings> {
        self.record
    }

    /// Where the configuration has it.
    pub(crate) const fn given_account(&self) -> Option<&AccountSettings> {
        self.account.as_ref()
    }

    pub(crate) fn codes(&self) -> &CodeSettings {
        self.codes.as_ref().unwrap_or(&CodeSettings::DEFAULT)
    }

    /// Where the configuration has them.
    pub(crate) const fn given_codes(&self) -> Option<&CodeSettings> {
        self.codes.as_ref()
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("hash", &self.hash)
            .field("keys", &self.keys.len())
            .field("policy", &self.policy)
            .field("questions", &self.questions)
            .finish()
    }
}
