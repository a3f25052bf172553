//! saltbox decides what a password endpoint has to decide.
//!
//! ```
//! use saltbox::Saltbox;
//!
//! let saltbox = Saltbox::default();
//! let stored = saltbox.hash("correct horse battery staple")?;
//! assert!(saltbox.verify(&stored, "correct horse battery staple")?.is_accepted());
//! assert!(!saltbox.verify(&stored, "incorrect horse")?.is_accepted());
//! # Ok::<(), saltbox::Error>(())
//! ```
//!
//! This release hashes and verifies, says what may be a new password, signs up
//! and in, changes and resets passwords, and verifies security answers. It opens no socket and no file, starts no
//! thread, reads no wall clock and keeps no state but its work memory: the
//! caller brings the stored string and the password and gets a decision.
//! Randomness, work memory and a bounded wait for it are all it takes from the
//! system. The C ABI is `include/saltbox.h`.
//!
//! # Architecture
//!
//! Arrows point down only; `tests/layers.rs` holds the table and fails on an
//! import that goes up or sideways.
//!
//! | layer | rooms | what they are |
//! |---|---|---|
//! | 0 machine | `arch` | work memory, state of one process, wiping, kernels; `unsafe` allowed |
//! | 1 basics | `error`, `secret`, `text`, `encoding`, `json`, `keys`, `budget` | errors with places, wiped bytes, Unicode preparation, Base64, JSON with paths, root keys, attempts that may fail |
//! | 2 siblings | [`hash`], [`policy`], `account`, `code`, [`question`] | schemes, limits, profiles, the pool, equal work, verifying; what may be a new password; locks and what else is stored of an account; reset codes and one-time codes, made and redeemed; security answers, which are hashed as passwords are |
//! | 3 core | `core`, `record`, `outcome`, [`lint`], [`interchange`] | [`Saltbox`] and [`Config`]; what is stored of an account; what a call decided and what is in force, as JSON; what settings break of the standards; other systems' settings, read and written |
//! | 4 flows | `flow` | what an endpoint decides |
//! | 5 outside | `ffi`, `traits` | the C ABI, `unsafe` allowed; the `password-hash` traits |
//!
//! # Decisions
//!
//! **The status answers the question.** [`Verdict`] apart from [`Error`]: a
//! wrong password is an answer, a malformed string is a failure. In C both are
//! one status, `SALTBOX_OK` means *yes*, and so the shortest check fails
//! closed. libsodium and libargon2 return -1 or a code among thirty for both.
//!
//! **Own parsers over raw functions.** The crates' parsers read a missing `v=`
//! as version 19, take any cost, and refuse salts under 8 bytes that other
//! systems did write. Ours read one spelling for one meaning, with an offset
//! for every refusal, and know every cost before the first byte is allocated.
//!
//! **Limits are part of verifying.** Whoever can write a stored string chooses
//! what its verification costs, so no call can be made without ceilings
//! ([`hash::Limits`]). They are compared in 64 bits and cannot wrap.
//!
//! **No user costs as much as a user.** [`Saltbox::verify`] takes an absent
//! string and spends the policy's work on it; so do strings that cannot be
//! verified. A wrong password for a string that is cheaper than the policy is
//! topped up: a rejection always costs the larger of the two. The work is
//! counted where it is done (`hash::work`, in tests) and compared, never timed.
//! A match is not topped up: that it is one is no secret.
//!
//! **Work memory is a pool with two limits**, bytes and jobs, because a cap on
//! one hash does not bound a thousand at once. The limits count what is mapped,
//! idle mappings included, so the sum never passes the budget. Who waits stands
//! in a queue of fixed length; the thread that gives back hands over to the
//! first in line, so nobody is overtaken and no crowd is woken. A large request
//! at the front holds up small ones behind it: to let them pass would starve
//! it. A call takes one reservation, a batch too, for all of its items.
//!
//! **Several hashes are computed by one thread at once** where that takes less time for each: the
//! items of a batch (`src/hash/interleave.rs`), and a job that waits beside one that has a slot
//! (`src/hash/pool/guest.rs`). Each is begun and finished with its own password, apart from what
//! lies in between, which has no password any more. Who waits is asked between two segments of
//! Argon2, so no job ever stands still for another, and is left the slot by a host that ends first.
//! Pairs of Argon2 are for hashes that do not fit in the caches; in them two lose what they gain.
//! A job that ends hands its memory as it is to one that waits for as much and computes nothing
//! but Argon2: that writes every block before it reads it, which the tests show in memory that holds
//! other things. All other memory is wiped at once.
//!
//! **A forked child starts afresh.** The pool lies in pages that the kernel
//! wipes in a child (`MADV_WIPEONFORK`), so the child sees at its first call
//! that nothing in it is its own, makes a new one, and never touches a lock
//! that some vanished thread holds. Work memory is wiped in the same way, not
//! left out, because a call that a signal handler interrupts to fork goes on in
//! the child; it notices, and computes again. Where the kernel cannot do that,
//! the process id tells.
//!
//! **Memory is wiped with plain stores**, `rep stosb` or streaming ones by
//! size, because giving it back to the kernel costs a fault for each page of
//! the next job, and the kernel clears it then all the same.
//!
//! **Passwords are prepared** (RFC 8265 OpaqueString without its prohibitions,
//! so NFC), because the same password typed on two systems arrives as
//! different bytes. A stored string is tried with the prepared form and, where
//! that differs, with the bytes as received; both are always computed, and a
//! match on the second asks for a rehash. Other libraries read our strings:
//! for ASCII and for NFC text the two forms are the same.
//!
//! **A rehash is asked for what is weaker, never for what is different**, so
//! that nodes with different settings do not rewrite each other's strings for
//! ever. Within a scheme strength is one number. Another scheme than the
//! policy's always asks, so change the scheme on all nodes in one go.
//!
//! **Setting is strict, verifying is not.** An empty, overlong or non-UTF-8
//! password is an error when it is set and an ordinary wrong password when it
//! is verified: nothing in a password makes verifying fail.
//!
//! **A NUL at the end is refused where it would not count.** HMAC pads its key
//! with zeros, so for scrypt and PBKDF2 `"a"` and `"a\0"` are one password.
//! Such a password cannot be set with them and never verifies.
//!
//! **Imports are rows of the same table** (feature `imports`): a spelling says
//! how a string is read, not what is computed, so limits, pool and equal work
//! hold for it unseen. They keep the text they were read from and are never
//! written anew. Lengths are those that the system makes, so that nobody who
//! can write a row of the table can shorten its tag. ASP.NET's blob does not
//! say its length; there 16 bytes are the least, as everywhere. All are
//! verified where the configuration does not list what is: whoever can write
//! a weak string into the table could write a strong one of a password they
//! know, and a weak one that is left out is never replaced.
//!
//! **What a password goes through first is said apart from the function**
//! (`src/hash/input.rs`): an encoding, a hash, something before and behind it.
//! So a salted digest is a digest, WordPress and Django are bcrypt, and what a
//! vendor exports in fields is one string, `$saltbox-input$…` before another.
//! What stands around a string (`src/hash/import/around.rs`) is no scheme of
//! its own: what is inside keeps its name, its permission and its statistics.
//!
//! **bcrypt is our own** because no crate tells its revisions apart; so are
//! yescrypt, which has to work in our memory, and what crypt(3) makes of MD5
//! and SHA-2. Hash functions and AES are RustCrypto's.
//!
//! **What costs more for a longer password is bounded by its length too**:
//! sha-crypt by the square of it. crypt(3) takes 511 bytes; more match nothing
//! and cost what a short one costs.
//!
//! **Creating and verifying are separate permissions.** Argon2i and Argon2d
//! are only verified; `hash.verify` narrows what is. Parameters for creating
//! have a floor (the least that OWASP lists) apart from the profile for tests.
//!
//! **Calibrating is a conversation** (`src/hash/calibrate`), because the clock and the threads are
//! the host's: it is told what to compute on how many threads, and tells what it read. The search is
//! pure, so that it is proven on modelled machines. What is proposed is measured under the load it
//! is for, with time from the first thread to the last: too few threads make a machine seem slower.
//!
//! **The memory-hard cores are our own**, in memory that is ours: Argon2, whose
//! crate takes up to four times as long as its kernels here, and scrypt's ROMix,
//! because the `scrypt` crate allocates by itself and aborts where there is no
//! memory. The crates are the oracles of the tests. One plan drives every
//! kernel; a value of a kernel's type exists only where the CPU can run it.
//! PBKDF2's iterations are our own too, because no crate takes several at once.
//!
//! **`serde_json` reads JSON** and `src/json.rs` adds what it lacks: paths,
//! offsets, duplicate keys. No derive macros, so no procedural macros are
//! built for a Rust user.
//!
//! **A pepper encrypts the finished digest** instead of going into the hash, so
//! that it holds for every scheme and is changed without the password
//! (`src/hash/seal.rs`). AES-SIV needs no nonce; the salt makes each string its
//! own. Ids of keys ascend, so that nodes which have and have not switched to a
//! new key do not rewrite each other's strings.
//!
//! **A policy is a table of rules, and a check answers all of them**, with
//! numbers that never change their meaning and never a character of what it
//! looked at. No regular expression: what one would cost is its writer's to
//! choose, and what it means nobody can tell the user. Nothing of a standard is
//! built in: profiles are configurations with a source, and [`lint`] says what
//! a configuration breaks.
//!
//! **Words are looked for by one automaton** (`src/policy/context/words`), so
//! that reversal, leet, look-alikes and edits cost the same for every password.
//! What a character looks like is kept beside what it is, not put in its place:
//! a Cyrillic word is still found in Cyrillic.
//!
//! **The strength of a password is zxcvbn's number, not zxcvbn's search**
//! (`src/policy/strength`): hosts have thresholds in its scores, and a meter that
//! moved them would be no meter. What it takes is bounded for every input, because
//! substitutions are sets of tables in one walk and everything that begins at a
//! place is entered once. It is said unless a policy says not to, and refuses
//! nothing by itself. What a guess costs comes as a number, so the estimator needs no `hash`.
//!
//! **The caller brings the time to a check**, though only a year is made of it:
//! who reads a clock in one place and not in another decides differently.
//!
//! **A blocklist of any size is bytes of the host's** (`src/policy/blocklist`),
//! because the core opens no file. It is coded differences of hashes and not
//! a filter: those want all keys in memory to be built, or take more bits.
//! Damage is found when that is asked for (`check_all`); a lookup sees only what
//! makes no sense, and takes it for a hit.
//!
//! **What may go wrong later is a warning, not a violation**
//! (`src/policy/hazards.rs`): NIST wants Unicode accepted, and its user warned.
//! RFC 8265 would refuse emoji, and depends on the version of Unicode.
//!
//! **The old password never comes in JSON**, so a change has a call of its own,
//! and `check` keeps its signature.
//!
//! **Other systems' settings go through the configuration's own JSON**
//! (`src/interchange`), so that nothing but its readers knows what is
//! valid, and each system is one table for both directions. They speak of passwords
//! and of accounts in one object, so the room stands over both.
//!
//! **A code is found by one part and proven by another** (`src/code`), so no
//! secret is ever a key of an index. Its digest covers everything that its ticket says, and
//! account and realm: a row that is written by somebody else makes no code good.
//!
//! **Everything of an account is one text** (`src/record`): tickets, counters and
//! the password's string change together or not at all, with one
//! compare-and-swap. JSON, because hosts look into it. A flow returns the text to
//! store, and where it told something of a secret it returns one always, so that of
//! many guesses at once all but one are void.
//!
//! **Attempts belong to an account and a purpose, not to a code** (`src/budget.rs`), and are
//! charged before the compare. A clock that goes back gives none back, and locks for two windows at most,
//! because an end in a future that never comes would lock for ever. They stop digits and no link: nobody
//! guesses 192 bits (NIST limits guesses below 64), and everybody who knows an address can use them up.
//!
//! **Links live ten minutes unless configured**, which is what ASVS allows; NIST
//! allows a day. Ceilings are refused when the configuration is read, not cut off.
//!
//! **An unknown client hears less than the host.** Outcomes say both
//! ([`Decision`], [`Shown`]), because hosts that have to make the second from
//! the first get it wrong. That a code has expired is shown to who has the right one.
//!
//! **A plain sign-in writes nothing**, so there the host compares: what is stored
//! has to be still what was read. Or a thousand guesses at once would find the right one
//! whatever the others were charged.
//!
//! **Locks are counts and durations, not ends**: a success forgets them, a clock that goes back
//! begins the last one anew, and NIST's hundred in a row end them. At how many failures the last one
//! began is stored: where each node locked at the multiples of its own number, nodes with different numbers would pass each other by.
//!
//! **Security answers are a factor within a session**, never a way to a password,
//! whatever else they are used for. Setting them up is charged like answering: it
//! says whether an answer is the password.
//!
//! **Texts are compared folded, never stored or sent so** (`src/text/fold.rs`):
//! [`same_identifier`] says only whether, because two resets went to an address
//! that a database took for another. One table of compatible characters serves
//! addresses, answers and the words of a policy.
//!
//! **A security answer is normalised once and for all** (`src/question/normalize.rs`):
//! hard, so that what people take for one is one and no fuzzy comparison is
//! needed, which would want answers that can be read; by a number that is stored,
//! because what is hashed cannot be normalised anew; and never to nothing. What
//! is hashed is bound to its place. Joint is the default: it tells nobody which
//! answer was right.
//!
//! **`$saltbox$` says what a PHC string cannot**: the key, and a weak string
//! inside of the policy's hash. Its grammar stands in `src/hash/wrapper.rs`.

#![deny(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]
#![deny(
    clippy::missing_safety_doc,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::must_use_candidate,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods
)]

#[allow(unsafe_code)]
mod arch;

mod budget;
mod encoding;
mod error;
mod json;
mod keys;
mod secret;
mod text;

pub mod hash;

mod account;
mod code;
mod core;
mod flow;
pub mod interchange;
pub mod lint;
mod outcome;
pub mod policy;
pub mod question;
mod record;

#[cfg(feature = "password-hash")]
mod traits;

#[cfg(feature = "capi")]
#[allow(unsafe_code)]
pub mod ffi;

#[cfg(all(feature = "capi", panic = "abort"))]
compile_error!("the C ABI turns panics into a status: build it with panic = \"unwind\"");

pub use crate::code::{Channel, CodeKind, Codes, Way};
pub use crate::core::{Config, MaybeStored, Saltbox};
pub use crate::error::{Error, ErrorKind};
pub use crate::flow::{AdminAction, Request};
pub use crate::hash::{Profile, Verdict};
pub use crate::keys::{MAX_KEY_BYTES, MIN_KEY_BYTES};
pub use crate::outcome::{Decision, Effect, Outcome, Shown};
pub use crate::policy::Subject;
pub use crate::secret::constant_time_eq;
pub use crate::text::{MAX_PASSWORD_BYTES, fold_identifier, same_identifier};

/// The README's Rust blocks, compiled and run with the doc tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
