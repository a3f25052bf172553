//! Password policies in and out of other systems' settings: what a configuration
//! has as `policy` and `account`.
//!
//! What the room speaks is the configuration's own JSON, so that a policy and an account are
//! valid by the one reader of each. Each system has one table for both
//! directions (`table.rs`, which `read.rs` and
//! `write.rs` go through). What one side cannot say is listed with its path
//! and the reason, never dropped; what is off there needs no word. A list also
//! names what is taken but nearly: "narrowed" where what is written asks for more.
//!
//! Two differences are everywhere and not listed: lengths count code points
//! here, and words are compared folded, so more of them are found than there.
//!
//! ```
//! use saltbox::Config;
//! use saltbox::interchange::{export_policy, import_policy};
//!
//! let theirs = br#"{"format":"descope","settings":{"minLength":12,"reuse":true,"reuseAmount":5,
//!     "lock":true,"lockAttempts":10,"tempLock":true,"tempLockAttempts":3,"tempLockDuration":5}}"#;
//! let imported = import_policy(theirs)?;
//! assert!(imported.is_complete());
//! let account = imported.account_json().expect("it speaks of accounts");
//! assert_eq!(
//!     account,
//!     r#"{"lock":{"attempts":3,"first_s":300,"most_s":300,"permanent":10},"history":5}"#
//! );
//! let config = format!(r#"{{"policy":{},"account":{account}}}"#, imported.policy_json());
//! let config = Config::from_json(config.as_bytes())?;
//! assert!(export_policy(&config, "descope")?.is_complete());
//! # Ok::<(), saltbox::Error>(())
//! ```

mod ascii;
mod auth0;
mod cognito;
mod descope;
mod firebase;
mod keycloak;
mod locks;
mod members;
mod okta;
mod passwordrules;
mod read;
mod table;
mod write;

pub use self::passwordrules::{IgnoredRule, PasswordRules};

use self::members::Members;
use self::read::Import;
use self::table::{Format, Listed, SETTINGS};
use self::write::{Export, Written};
use crate::account::AccountSettings;
use crate::core::Config;
use crate::error::{Error, ErrorKind};
use crate::json::{self, Writer};
use crate::policy::Policy;

/// How the settings of a system are read and written.
#[derive(Clone, Copy)]
enum Shape {
    /// A string with a grammar of its own.
    PasswordRules,
    /// An object.
    Object(&'static Format),
    /// A string of names and numbers.
    Keycloak,
}

const SHAPES: [(&str, Shape); 7] = [
    ("passwordrules", Shape::PasswordRules),
    ("descope", Shape::Object(&descope::FORMAT)),
    ("auth0", Shape::Object(&auth0::FORMAT)),
    ("okta", Shape::Object(&okta::FORMAT)),
    ("keycloak", Shape::Keycloak),
    ("cognito", Shape::Object(&cognito::FORMAT)),
    ("firebase", Shape::Object(&firebase::FORMAT)),
];

/// The names of the systems whose settings can be read and written.
pub const POLICY_FORMATS: [&str; 7] = [
    "passwordrules",
    "descope",
    "auth0",
    "okta",
    "keycloak",
    "cognito",
    "firebase",
];

fn shape(format: &str) -> Result<Shape, String> {
    let found = SHAPES.iter().find(|(name, _)| *name == format);
    let known = || format!("unknown format; there are {}", POLICY_FORMATS.join(", "));
    found.map(|(_, shape)| *shape).ok_or_else(known)
}

/// What another system's settings are here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedPolicy {
    policy: String,
    account: Option<String>,
    list: Vec<Listed>,
}

impl ImportedPolicy {
    /// The policy, as it stands under `policy` in a configuration.
    #[must_use]
    pub fn policy_json(&self) -> &str {
        &self.policy
    }

    /// What the settings say of accounts, as it stands under `account` in a configuration; `None` for nothing that
    /// is not off.
    #[must_use]
    pub fn account_json(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Whether policy and account say all that the settings say.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.list.is_empty()
    }

    /// `{"policy":{...},"account":{...},"not_expressible":[{"path":"lock","reason":"..."}]}`, without
    /// `account` where nothing is said of it.
    #[must_use]
    pub fn to_json(&self) -> String {
        Writer::object(|json| {
            json.raw("policy", &self.policy);
            if let Some(account) = &self.account {
                json.raw("account", account);
            }
            write_list(json, &self.list);
        })
    }
}

/// A configuration's `policy` and `account` as another system's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedPolicy {
    format: String,
    /// JSON.
    settings: String,
    list: Vec<Listed>,
}

impl ExportedPolicy {
    /// Whether the settings say all that policy and account say, and no more.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.list.is_empty()
    }

    /// The settings alone: an object, or a string with the grammar of the system.
    #[must_use]
    pub fn settings_json(&self) -> &str {
        &self.settings
    }

    fn to_be_imported(&self) -> String {
        Writer::object(|json| self.write(json))
    }

    fn write(&self, json: &mut Writer) {
        json.string("format", &self.format);
        json.raw(SETTINGS, &self.settings);
    }

    /// `{"format":"...","settings":...,"not_expressible":[{"path":"min_classes","reason":"..."}]}`.
    #[must_use]
    pub fn to_json(&self) -> String {
        Writer::object(|json| {
            self.write(json);
            write_list(json, &self.list);
        })
    }
}

fn write_list(json: &mut Writer, list: &[Listed]) {
    json.objects("not_expressible", list, |json, listed| {
        json.string("path", &listed.path);
        json.string("reason", &listed.reason);
    });
}

/// Reads `{"format":"...","settings":...}`; settings are a string for `passwordrules` and `keycloak`.
///
/// What is left out is off here, whatever the system's default for it is: give
/// the settings whole, as the system's own interface shows them. Locks are never off
/// here: what is not said of them stays as it is where nothing is configured.
///
/// # Errors
/// [`ErrorKind::Config`] with path and offset, where the settings are not of
/// the format, or no password can fulfil them.
pub fn import_policy(json: &[u8]) -> Result<ImportedPolicy, Error> {
    let mut object = json::parse(json)?.object()?;
    object.only(&["format", SETTINGS])?;
    let format = object.require("format")?;
    let shape = shape(&format.string()?).map_err(|unknown| format.error(unknown))?;
    let settings = object.require(SETTINGS)?;
    let (members, list) = match shape {
        Shape::PasswordRules => passwordrules::policy::import(&settings.string()?),
        Shape::Object(format) => Import::read(format, &settings)?,
        Shape::Keycloak => {
            let text = settings.string()?;
            let read = keycloak::to_json(&text).and_then(|text| {
                let inner = json::parse(text.as_bytes())?;
                Import::read(&keycloak::FORMAT, &inner)
            });
            read.map_err(|error| settings.inside(&error))?
        }
    };
    let policy = Writer::object(|json| members.write(json));
    let read = json::parse(policy.as_bytes()).and_then(|json| Policy::read(&json));
    read.map_err(|error| settings.error(error.reason().to_string()))?;
    let account = members
        .say_account()
        .then(|| Writer::object(|json| members.write_account(json)));
    if let Some(account) = &account {
        let read = json::parse(account.as_bytes()).and_then(|json| AccountSettings::read(&json));
        read.map_err(|error| settings.error(error.reason().to_string()))?;
    }
    Ok(ImportedPolicy {
        policy,
        account,
        list,
    })
}

/// Writes the policy of `config`, and its `account` where it has one, as the settings of the system of this name.
///
/// # Errors
/// [`ErrorKind::Config`] for an unknown format, and where what the system can say
/// leaves no password: none shorter than its least length is allowed, or no
/// character that `passwordrules` can name.
pub fn export_policy(config: &Config, format: &str) -> Result<ExportedPolicy, Error> {
    let policy = Writer::object(|json| config.policy().write(json));
    let mut members = Members::read(&json::parse(policy.as_bytes())?)?;
    if let Some(account) = config.given_account() {
        let account = Writer::object(|json| account.write(json));
        members.add_account(&json::parse(account.as_bytes())?)?;
    }
    export(members, format)
}

fn export(mut members: Members, format: &str) -> Result<ExportedPolicy, Error> {
    let shape = shape(format).map_err(|unknown| Error::written(ErrorKind::Config, unknown))?;
    let mut list = Vec::new();
    let settings = match shape {
        Shape::PasswordRules => {
            let text = passwordrules::policy::export(&mut members, &mut list);
            let nothing = "no printable ASCII is allowed, so there is nothing to write";
            let text = text.ok_or(Error::new(ErrorKind::Config, nothing))?;
            members.drop_defaults();
            let left = members.into_names();
            list.extend(left.map(|member| Listed::new(member, "cannot be said there")));
            json::quoted(&text)
        }
        Shape::Object(format) => {
            let export = Export::write(format, members);
            list = export.list;
            Writer::object(|json| write::write(json, &placed(format, export.written)))
        }
        Shape::Keycloak => {
            let export = Export::write(&keycloak::FORMAT, members);
            let text = keycloak::text(&export);
            list = export.list;
            json::quoted(&text)
        }
    };
    let exported = ExportedPolicy {
        format: format.to_owned(),
        settings,
        list,
    };
    // Its own bounds may be narrower than the policy's.
    let read = import_policy(exported.to_be_imported().as_bytes());
    let left = |error: Error| {
        let reason = format!(
            "what {format} can say leaves no password: {}",
            error.reason()
        );
        Error::written(ErrorKind::Config, reason)
    };
    read.map(|_| exported).map_err(left)
}

/// Values under the paths of the settings; what has one word for all stands outside of the nest.
fn placed(format: &Format, written: Vec<(&'static str, Written)>) -> Vec<(String, Written)> {
    let place = |path: &str| match format.nest {
        nest if !nest.is_empty() && path.contains('.') => format!("{nest}.{path}"),
        _ => path.to_owned(),
    };
    let placed = written.into_iter();
    placed.map(|(path, value)| (place(path), value)).collect()
}

#[cfg(test)]
mod tests;
