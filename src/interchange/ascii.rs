//! Characters of ASCII that other systems count by name.

pub(super) const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
pub(super) const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
pub(super) const DIGITS: &str = "0123456789";

/// Neither letter nor digit, the space among them (OWASP's list of special characters).
pub(super) const SPECIAL: &str = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// Amazon Cognito's special characters, but for the space, which no password there may have.
pub(super) const COGNITO: &str = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-";

/// What is not alphanumeric for Identity Platform: no plus, minus and equals sign.
pub(super) const FIREBASE: &str = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`";
