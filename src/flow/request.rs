//! What is asked for besides.

use crate::account::AccountSettings;
use crate::error::{Error, ErrorKind};
use crate::json::{self, MAX_INTEGER};
use crate::policy::Subject;

/// What a request asks for besides its secrets. The default is safe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    pub(crate) suppress_mail: bool,
    pub(crate) revoke_other_sessions: bool,
    /// Seconds since the user signed in.
    pub(crate) auth_age_s: Option<u64>,
    pub(crate) step_up: bool,
    /// Whose session the request comes with.
    pub(crate) session_subject: Option<String>,
}

impl Request {
    /// Reads a request, every member of which is optional and safe where it is absent.
    ///
    /// ```json
    /// {"suppress_mail":true,"revoke_other_sessions":true,"step_up":true,
    ///  "session_subject":"u-17","auth_age_s":30}
    /// ```
    ///
    /// With `suppress_mail` the user is not told that the password was reset; with
    /// `revoke_other_sessions` all sessions but this one end; with `step_up` a right password or right
    /// answers raise the session. `session_subject` is the subject's `id` for which the
    /// session was made that the request comes with, and `auth_age_s` how many seconds ago its user
    /// signed in with the password; answers, and a session that came of anything else, do not count. The host has
    /// checked both.
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
            let revoke_other_sessions = flag("revoke_other_sessions")?;
            let step_up = flag("step_up")?;
            let session_subject = object.take("session_subject");
            let session_subject = session_subject
                .map(|subject| subject.string())
                .transpose()?;
            let auth_age_s = object.take("auth_age_s");
            let auth_age_s = auth_age_s.map(|age| age.integer("auth_age_s", 0..=MAX_INTEGER));
            Ok(Self {
                suppress_mail,
                revoke_other_sessions,
                auth_age_s: auth_age_s.transpose()?,
                step_up,
                session_subject,
            })
        });
        read.map_err(|error| error.of_kind(ErrorKind::Request))
    }

    /// Whether it comes with a session of `subject`.
    pub(crate) fn is_session_of(&self, subject: &Subject) -> bool {
        self.session_subject.is_some() && self.session_subject == subject.account.id
    }

    /// Whether its user signed in a short time ago.
    pub(crate) fn is_fresh(&self, settings: &AccountSettings) -> bool {
        matches!(self.auth_age_s, Some(age) if age <= settings.auth_age_s)
    }
}
