//! The state of an account: what of it is stored besides the password's string.
//!
//! | file | what it decides |
//! |---|---|
//! | `lock.rs` | failures to sign in, and how long nothing is looked at after them |
//! | `state.rs` | may the password be used, is it to be changed; what was used before |
//! | `settings.rs` | how many and how long |

mod lock;
mod settings;
mod state;

pub(crate) use self::lock::{LockSettings, Locked};
pub(crate) use self::settings::AccountSettings;
pub(crate) use self::state::{MustChange, Standing, State};
