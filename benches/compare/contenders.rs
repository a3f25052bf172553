//! Everybody who computes the same tag, and who is faster.

use crate::peers::{self, Peer};
use crate::rounds::{Effort, Rounds, Runner};
use base64ct::{Base64Bcrypt, Base64Unpadded, Encoding};
use saltbox::Saltbox;
use saltbox::hash::{Kdf, Scheme};
use std::cell::RefCell;

/// Computes a tag from a password and a salt.
pub type Derive = Box<dyn Fn(&Kdf, &[u8], &[u8], &mut [u8]) -> Result<(), String>>;

/// saltbox or a peer, which may be missing on this machine.
pub struct Contender {
    name: &'static str,
    schemes: &'static [Scheme],
    peer: Peer,
}

const ARGON2: &[Scheme] = &[Scheme::Argon2id];
const SCRYPT: &[Scheme] = &[Scheme::Scrypt];
const ARGON2_AND_SCRYPT: &[Scheme] = &[Scheme::Argon2id, Scheme::Scrypt];
const PBKDF2_AND_SCRYPT: &[Scheme] = &[Scheme::Pbkdf2Sha256, Scheme::Scrypt];
const EVERY: &[Scheme] = &[
    Scheme::Argon2id,
    Scheme::Scrypt,
    Scheme::Pbkdf2Sha256,
    Scheme::Bcrypt,
];
const BCRYPT: &[Scheme] = &[Scheme::Bcrypt];

const PASSWORD: &[u8] = b"correct horse battery staple";
const SALT: &[u8; 16] = b"saltbox: compare";

/// saltbox, whom the others are compared with, and everybody else.
pub fn all() -> Vec<Contender> {
    let contender = |name, schemes, peer| Contender {
        name,
        schemes,
        peer,
    };
    // A system's library first: once a path is loaded, the loader may take it
    // for the library of that name.
    vec![
        contender("saltbox", EVERY, saltbox()),
        contender("argon2 crate", ARGON2, peers::argon2_crate()),
        contender("scrypt crate", SCRYPT, peers::scrypt_crate()),
        contender("bcrypt crate", BCRYPT, peers::bcrypt_crate()),
        contender("libxcrypt", BCRYPT, peers::libxcrypt("libcrypt.so.1")),
        contender("libargon2", ARGON2, peers::libargon2("libargon2.so.1")),
        contender("libsodium", ARGON2_AND_SCRYPT, system_libsodium()),
        contender(
            "libcrypto",
            PBKDF2_AND_SCRYPT,
            peers::libcrypto("libcrypto.so.3"),
        ),
        contender(
            "libargon2, host",
            ARGON2,
            named_by("SALTBOX_LIBARGON2", peers::libargon2),
        ),
        contender(
            "libsodium, host",
            ARGON2_AND_SCRYPT,
            named_by("SALTBOX_LIBSODIUM", peers::libsodium),
        ),
    ]
}

/// What users call: verifying, in work memory that is kept and wiped. The
/// string is made once for each function; that it is accepted says that the tag is right.
fn saltbox() -> Peer {
    type Known = (Kdf, String, Vec<u8>);
    let core = Saltbox::default();
    let known: RefCell<Vec<Known>> = RefCell::default();
    let derive: Derive = Box::new(move |kdf, password, salt, tag| {
        let mut known = known.borrow_mut();
        let at = match known.iter().position(|(of, _, _)| of == kdf) {
            Some(at) => at,
            None => {
                kdf.derive(password, salt, tag).map_err(|e| e.to_string())?;
                known.push((*kdf, stored(kdf, salt, tag), tag.to_vec()));
                known.len() - 1
            }
        };
        let (_, stored, right) = &known[at];
        match core.verify(stored, password) {
            Ok(verdict) if verdict.is_accepted() => tag.copy_from_slice(right),
            Ok(_) => return Err("the tag is not the one that was stored".to_owned()),
            Err(error) => return Err(error.to_string()),
        }
        Ok(())
    });
    Ok((derive, env!("CARGO_PKG_VERSION").to_owned()))
}

fn stored(kdf: &Kdf, salt: &[u8], tag: &[u8]) -> String {
    let parameters = match kdf {
        Kdf::Argon2(a) => format!("v=19$m={},t={},p={}", a.m_kib(), a.t(), a.p()),
        Kdf::Scrypt(s) => format!("ln={},r={},p={}", s.ln(), s.r(), s.p()),
        Kdf::Pbkdf2(p) => format!("i={},l={}", p.iterations(), tag.len()),
        Kdf::Bcrypt(b) => {
            let [salt, tag] = [salt, tag].map(Base64Bcrypt::encode_string);
            return format!("$2b${:02}${salt}{tag}", b.cost());
        }
        _ => String::new(),
    };
    let [salt, tag] = [salt, tag].map(Base64Unpadded::encode_string);
    format!("${}${parameters}${salt}${tag}", kdf.scheme().name())
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
    for Contender { name, peer, .. } in contenders {
        match peer {
            Ok((_, version)) => println!("  {name:<20}  {version}"),
            Err(why) => println!("  {name:<20}  missing: {why}"),
        }
    }
}

fn tag_bytes(kdf: &Kdf) -> usize {
    match kdf {
        Kdf::Bcrypt(_) => 23,
        _ => 32,
    }
}

/// Lets everybody who computes `kdf` do so, in turns, and prints a table.
pub fn compare(
    title: &str,
    kdf: &Kdf,
    contenders: &[Contender],
    effort: Effort,
) -> Result<(), String> {
    let entered = contenders
        .iter()
        .filter(|c| c.schemes.contains(&kdf.scheme()));
    let (mut present, mut missing) = (Vec::new(), Vec::new());
    for contender in entered {
        match &contender.peer {
            Ok((derive, _)) => {
                // Such as libsodium, which has one lane.
                let once = derive(kdf, PASSWORD, SALT, &mut vec![0; tag_bytes(kdf)]);
                if once != Err(peers::NOT_MINE.to_owned()) {
                    present.push((contender.name, derive));
                }
            }
            Err(_) => missing.push(contender.name),
        }
    }

    let mut ours = vec![0; tag_bytes(kdf)];
    kdf.derive(PASSWORD, SALT, &mut ours)
        .map_err(|e| e.to_string())?;
    let turn = |(name, derive): &(&'static str, &'_ Derive)| -> Result<(), String> {
        let mut tag = vec![0; ours.len()];
        derive(kdf, PASSWORD, SALT, &mut tag).map_err(|e| format!("{title}: {name}: {e}"))?;
        if tag != ours {
            return Err(format!("{title}: {name} computes another tag than saltbox"));
        }
        Ok(())
    };
    let mut runners: Vec<Runner<'_>> = present
        .iter()
        .map(|entry| Box::new(move || turn(entry)) as Runner<'_>)
        .collect();
    let rounds = Rounds::take(&mut runners, effort)?;
    drop(runners);

    println!("\n{title} (rounds: {}; tags equal)", rounds.count());
    println!(
        "  {:<20} {:>10} {:>10} {:>12}",
        "", "median ms", "min ms", "over saltbox"
    );
    for (at, (name, _)) in present.iter().enumerate() {
        println!(
            "  {name:<20} {:>10.2} {:>10.2} {:>12.2}",
            rounds.median(at) * 1e3,
            rounds.min(at) * 1e3,
            rounds.ratio(at, 0, 0.5),
        );
    }
    for name in missing {
        println!("  {name:<20} {:>10} {:>10} {:>12}", "-", "-", "missing");
    }
    Ok(())
}
