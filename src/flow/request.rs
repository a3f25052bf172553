//! What is asked for besides.

use crate::error::{Error, ErrorKind};
use crate::json::{self, MAX_INTEGER};

/// What a request asks for besides its secrets. The default is safe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    pub(crate) suppress_mail: bool,
}

impl Request {
    /// Reads a request, every member of which is optional and safe where it is absent.
    ///
    /// ```json
    /// {"suppress_mail":true}
    /// ```
    ///
    /// With `suppress_mail` the user is not told that the password was changed.
    /// `revoke_other_sessions`, `step_up`, `session_subject` and `auth_age_s` are for flows of a later release.
    ///
    /// # Errors
    /// [`ErrorKind::Request`] with path and offset.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        let read = json::parse(json).and_then(|json| {
            let mut object = json.object()?;
            object.only(&[
                "revoke_other_sessions",
                "suppress_mail",
                "step_up",
                "session_subject",
                "auth_age_s",
            ])?;
            let mut flag = |key: &str| object.take(key).map_or(Ok(false), |value| value.boolean());
            let suppress_mail = flag("suppress_mail")?;
            flag("revoke_other_sessions")?;
            flag("step_up")?;
            if let Some(subject) = object.take("session_subject") {
                subject.string()?;
            }
            if let Some(age) = object.take("auth_age_s") {
                age.integer("auth_age_s", 0..=MAX_INTEGER)?;
            }
            Ok(Self { suppress_mail })
        });
        read.map_err(|error| error.of_kind(ErrorKind::Request))
    }
}
