//! Everybody who computes the same tag, and who is faster.

use crate::ours;
use crate::outcome::{Outcome, Row};
use crate::peers::{self, Peer};
use crate::rounds::{Effort, Rounds, Runner};
use crate::stored;
use saltbox::Saltbox;
use saltbox::hash::Kdf;

/// A peer, which may be missing on this machine.
pub struct Contender {
    name: &'static str,
    computes: Computes,
    peer: Peer,
}

/// Whether somebody computes a function.
type Computes = fn(&Kdf) -> bool;

const ARGON2: Computes = |kdf| matches!(kdf, Kdf::Argon2(_));
const SCRYPT: Computes = |kdf| matches!(kdf, Kdf::Scrypt(_));
const BCRYPT: Computes = |kdf| matches!(kdf, Kdf::Bcrypt(_));
const CRYPT: Computes = |kdf| matches!(kdf, Kdf::Bcrypt(_) | Kdf::Yescrypt(_));
const CRYPTO: Computes = |kdf| matches!(kdf, Kdf::Pbkdf2(_) | Kdf::Scrypt(_));
const SODIUM: Computes = |kdf| match kdf {
    Kdf::Argon2(argon2) => argon2.p() == 1,
    other => SCRYPT(other),
};

const PASSWORD: &[u8] = b"correct horse battery staple";
const SALT: &[u8; 16] = b"saltbox: compare";

/// Whom saltbox is compared with.
pub fn all() -> Vec<Contender> {
    // A system's library first: once a path is loaded, the loader may take it
    // for the library of that name.
    let all: [(_, _, Peer); 11] = [
        ("argon2 crate", ARGON2, peers::argon2_crate()),
        ("rust-argon2 crate", ARGON2, peers::rust_argon2_crate()),
        ("scrypt crate", SCRYPT, peers::scrypt_crate()),
        ("bcrypt crate", BCRYPT, peers::bcrypt_crate()),
        ("libxcrypt", CRYPT, peers::libxcrypt("libcrypt.so.1")),
        ("libargon2", ARGON2, peers::libargon2("libargon2.so.1")),
        ("libsodium", SODIUM, system_libsodium()),
        ("libcrypto", CRYPTO, peers::libcrypto("libcrypto.so.3")),
        (
            "libargon2, host",
            ARGON2,
            named_by("SALTBOX_LIBARGON2", peers::libargon2),
        ),
        (
            "libsodium, host",
            SODIUM,
            named_by("SALTBOX_LIBSODIUM", peers::libsodium),
        ),
        (
            "libsodium, AVX2",
            SODIUM,
            named_by("SALTBOX_LIBSODIUM_AVX2", peers::libsodium),
        ),
    ];
    let contender = |(name, computes, peer)| Contender {
        name,
        computes,
        peer,
    };
    all.into_iter().map(contender).collect()
}

/// libsodium under the names that its releases had.
fn system_libsodium() -> Peer {
    peers::libsodium("libsodium.so.26").or_else(|_| peers::libsodium("libsodium.so.23"))
}

/// The build that an environment variable names.
fn named_by(variable: &str, load: fn(&str) -> Peer) -> Peer {
    match std::env::var(variable) {
        Ok(path) => load(&path),
        Err(_) => Err(format!("{variable} is not set, see benches/build-peers.sh")),
    }
}

/// Who is there, and who is not and why.
pub fn print(contenders: &[Contender]) {
    println!("\nimplementations");
    println!("  {:<20}  {}", "saltbox", env!("CARGO_PKG_VERSION"));
    for Contender { name, peer, .. } in contenders {
        match peer {
            Ok((_, version)) => println!("  {name:<20}  {version}"),
            Err(why) => println!("  {name:<20}  missing: {why}"),
        }
    }
}

/// Lets everybody who computes `kdf` do so, in turns.
pub fn compare(
    title: &str,
    kdf: &Kdf,
    core: &Saltbox,
    contenders: &[Contender],
    effort: Effort,
) -> Result<Outcome, String> {
    let mut right = vec![0; stored::tag_bytes(kdf)];
    kdf.derive(PASSWORD, SALT, &mut right)
        .map_err(|e| e.to_string())?;
    let stored = stored::text(kdf, SALT, &right);

    let (mut names, mut runners) = (Vec::new(), Vec::new());
    for (name, runner) in ours::runners(core, &stored, PASSWORD) {
        names.push(name);
        runners.push(runner);
    }
    let mut missing = Vec::new();
    for Contender { name, peer, .. } in contenders.iter().filter(|c| (c.computes)(kdf)) {
        let Ok((derive, _)) = peer else {
            missing.push(*name);
            continue;
        };
        let right = &right;
        names.push(*name);
        runners.push(Runner::new(1, move || {
            let mut tag = vec![0; right.len()];
            derive(kdf, PASSWORD, SALT, &mut tag).map_err(|e| format!("{name}: {e}"))?;
            match tag == *right {
                true => Ok(()),
                false => Err(format!("{name} computes another tag than saltbox")),
            }
        }));
    }
    let rounds = Rounds::take(&mut runners, effort).map_err(|e| format!("{title}: {e}"))?;
    let row = |(at, name)| Row {
        name,
        median: rounds.median(at),
        min: rounds.min(at),
        over: [0, 1].map(|ours| rounds.ratio(at, ours, 0.5)),
    };
    Ok(Outcome {
        title: title.to_owned(),
        rounds: rounds.count(),
        rows: names.into_iter().enumerate().map(row).collect(),
        missing,
    })
}
