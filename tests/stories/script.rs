//! How a story is written, in TOML. A key that is not here fails.

use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Table;

/// A file of stories.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Book {
    pub(crate) story: Vec<Story>,
}

/// What happens to one account.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Story {
    pub(crate) name: String,
    /// A beginning of `status.toml`.
    #[serde(default)]
    pub(crate) given: Vec<String>,
    /// Put over the configuration that all stories have.
    #[serde(default)]
    pub(crate) config: Table,
    /// Members of the configuration that this one has not.
    #[serde(default)]
    pub(crate) config_without: Vec<String>,
    /// Put over the subject that all stories have.
    #[serde(default)]
    pub(crate) subject: Table,
    pub(crate) steps: Vec<Step>,
}

/// One call.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) flow: Flow,
    /// What [`Self::reads`] and [`Self::issued`] of later steps call it.
    pub(crate) name: Option<String>,
    /// How often it is done, each time with the same answer.
    #[serde(default = "once")]
    pub(crate) times: u32,
    pub(crate) now: Option<Now>,
    /// Put over the configuration from here on: another node, or a new release of the host.
    #[serde(default)]
    pub(crate) config: Table,
    /// Put over the subject from here on: the host has learnt something.
    #[serde(default)]
    pub(crate) subject: Table,
    /// Members that this step's subject has not.
    #[serde(default)]
    pub(crate) subject_without: Vec<String>,
    pub(crate) subject_text: Option<String>,
    #[serde(default)]
    pub(crate) request: Table,
    pub(crate) request_text: Option<String>,
    /// The password, or the new one.
    pub(crate) password: Option<Password>,
    /// Of `replace`.
    pub(crate) old_password: Option<Password>,
    /// Of `admin_import`.
    pub(crate) stored: Option<String>,
    #[serde(default)]
    pub(crate) way: Way,
    #[serde(default)]
    pub(crate) channel: Channel,
    #[serde(default)]
    pub(crate) code: Presented,
    /// The step that issued the code; the last one where it is absent.
    pub(crate) issued: Option<String>,
    #[serde(default)]
    pub(crate) answers: BTreeMap<String, String>,
    /// Answers after those, to the same questions once more.
    #[serde(default)]
    pub(crate) answered_again: BTreeMap<String, String>,
    /// Leaves out answers to what was not asked.
    #[serde(default)]
    pub(crate) only_asked: bool,
    /// Texts of the stored record that somebody else writes anew before the step.
    #[serde(default)]
    pub(crate) edit: Vec<(String, String)>,
    #[serde(default)]
    pub(crate) record: Given,
    /// What is read is what was stored before that step: two callers at once.
    pub(crate) reads: Option<String>,
    /// The caller dies before it stores what was decided.
    #[serde(default)]
    pub(crate) dies: bool,
    /// The verdict, what the client is shown, and then, in any order: `record`
    /// where there is one to store, effects, `retry_after=30`, `lifetime=600`,
    /// `channel=email`, `violation=too_short`, `asks=2`, `swap=lost`. Or the error alone. What
    /// is not here may not be there.
    pub(crate) then: String,
}

const fn once() -> u32 {
    1
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Flow {
    SignUp,
    SignIn,
    Update,
    Replace,
    RequestReset,
    Reset,
    RequestVerification,
    VerifyAddress,
    SetQuestions,
    GetQuestions,
    VerifyQuestions,
    AdminSetTemporary,
    AdminSetActive,
    AdminExpire,
    AdminLock,
    AdminUnlock,
    AdminDisable,
    AdminEnable,
    AdminImport,
}

/// Seconds since 1970, or `"+60"` after the step before.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Now {
    At(u64),
    After(String),
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Password {
    Text(String),
    Bytes(Vec<u8>),
    Long(Long),
}

/// A text many times over.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Long {
    pub(crate) repeat: String,
    pub(crate) times: usize,
}

impl Password {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.as_bytes().to_vec(),
            Self::Bytes(bytes) => bytes.clone(),
            Self::Long(Long { repeat, times }) => repeat.repeat(*times).into_bytes(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    #[default]
    EmailLink,
    OneTimeCode,
    ResetLink,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Channel {
    #[default]
    Email,
    Text,
    Voice,
    Postal,
    Administrator,
}

/// What a request brings of a code that was issued.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Presented {
    #[default]
    Right,
    Wrong,
    /// Of the right shape, and never issued.
    Unknown,
    /// The link of a mail as one of an administrator.
    AsResetLink,
    /// The lookup key of a link with digits.
    AsDigits,
    /// The lookup key of digits with a verifier.
    AsLink,
    /// Digits with blanks and hyphens.
    Spaced,
    None,
    TwoWays,
    /// A request code alone, and a verification code alone.
    Half,
    OtherHalf,
    Empty,
    /// Cut short.
    Malformed,
}

/// The record that a step is given.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Given {
    #[default]
    Stored,
    /// No account was found.
    None,
    Corrupt,
    /// Written by a later release.
    Later,
    OfAnother,
    OfAnotherRealm,
}

/// The beginnings that stories share, and every status with what each flow says then.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Statuses {
    pub(crate) given: BTreeMap<String, Vec<Step>>,
    /// What each flow needs before the status, and the step that is judged.
    pub(crate) flow: BTreeMap<String, Probe>,
    pub(crate) status: Vec<Status>,
    /// Inputs that are wrong, judged in the same way.
    pub(crate) broken: Vec<Status>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Probe {
    /// Before the status sets in.
    #[serde(default)]
    pub(crate) before: Vec<Step>,
    /// Codes, which are asked for within the status unless it says otherwise.
    #[serde(default)]
    pub(crate) codes: Vec<Step>,
    pub(crate) step: Step,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Status {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) config: Table,
    /// How the account begins.
    pub(crate) given: Vec<String>,
    /// How it comes into the status.
    #[serde(default)]
    pub(crate) steps: Vec<Step>,
    /// Whether codes were sent before, because none is sent now.
    #[serde(default)]
    pub(crate) codes_are_older: bool,
    /// The password that the account has then.
    pub(crate) password: Option<String>,
    /// Of the step that is judged.
    #[serde(default)]
    pub(crate) now: Option<Now>,
    #[serde(default)]
    pub(crate) subject: Table,
    #[serde(default)]
    pub(crate) subject_without: Vec<String>,
    pub(crate) subject_text: Option<String>,
    pub(crate) request_text: Option<String>,
    #[serde(default)]
    pub(crate) record: Given,
    /// For each flow what `then` is.
    pub(crate) cells: BTreeMap<String, String>,
}
