//! The C ABI of `include/saltbox.h`.
//!
//! One file for each C noun. The exported functions are written out, because
//! cbindgen does not see what macros make; each is one call of
//! `guard::call`, which is where cancellation is held off and panics end.
//! `guard` is also the only pointer code.
//!
//! The exported functions are `extern "C-unwind"`: none unwinds by itself, but
//! a thread of asynchronous cancellation type may be cancelled at the moment it
//! becomes cancellable again, which unwinds through the frame. (It may also be
//! cancelled by a signal sent just before cancellation was held off; nothing
//! can help that, so the header forbids such threads to call.)
//!
//! # Safety
//!
//! Every exported function has the contract that the header states under
//! "Conventions": a pointer is NULL where that is allowed or points to what its
//! type and length say, buffers do not overlap, handles came from saltbox and
//! are not freed.

#![allow(non_camel_case_types, unreachable_pub)]
// The contract stands above and in the header, once.
#![allow(clippy::missing_safety_doc)]

mod admin;
mod blocklist;
mod calibrate;
mod check;
mod codes;
mod config;
mod core;
mod decided;
mod diag;
mod finding;
mod flow;
mod guard;
mod import;
mod items;
mod memory;
mod outcome;
mod password;
mod password_flows;
mod policy;
mod questions;
mod rewrap;
mod secrets;
mod status;
mod strength;
mod version;

pub use self::core::{saltbox, saltbox_derive, saltbox_free, saltbox_new};
pub use admin::*;
pub use blocklist::{saltbox_blocklist_check, saltbox_config_attach_blocklist};
pub use calibrate::{
    SALTBOX_CALIBRATION_READINGS, saltbox_calibration, saltbox_calibration_advice,
    saltbox_calibration_free, saltbox_calibration_hash, saltbox_calibration_new,
    saltbox_calibration_next, saltbox_calibration_tell,
};
pub use check::{saltbox_check, saltbox_check_change, saltbox_subject_check};
pub use codes::*;
pub use config::{
    saltbox_config, saltbox_config_add_key, saltbox_config_check, saltbox_config_free,
    saltbox_config_parse,
};
pub use decided::*;
pub use diag::saltbox_diag;
pub use finding::*;
pub use import::saltbox_import;
pub use memory::{
    SALTBOX_SCHEMES_MAX, saltbox_capacity, saltbox_counters, saltbox_scheme_name, saltbox_stats,
    saltbox_trim,
};
pub use outcome::{
    saltbox_effective_config, saltbox_identify, saltbox_outcome, saltbox_outcome_free,
    saltbox_outcome_json, saltbox_outcome_violation, saltbox_outcome_warning,
};
pub use password::{SALTBOX_HASH_MAX, saltbox_hash, saltbox_verify, saltbox_verify_batch};
pub use password_flows::*;
pub use policy::{
    saltbox_lint, saltbox_policy_export, saltbox_policy_import, saltbox_policy_public,
};
pub use questions::*;
pub use rewrap::{saltbox_rekey, saltbox_rekey_batch, saltbox_wrap, saltbox_wrap_batch};
pub use secrets::*;
pub use status::*;
pub use strength::*;
pub use version::*;
