//! The bodies of the fuzz targets on their seeds and on some thousands of
//! inputs derived from them, so that every `cargo test` runs what the fuzzers
//! run, and a seed that fails fails here.

#[path = "../fuzz/bodies/abi_sequence.rs"]
mod abi_sequence;
#[path = "../fuzz/bodies/account_model/mod.rs"]
mod account_model;
#[path = "../fuzz/bodies/blocklist_build.rs"]
mod blocklist_build;
#[path = "../fuzz/bodies/blocklist_file.rs"]
mod blocklist_file;
#[path = "../fuzz/bodies/flow_story/mod.rs"]
mod flow_story;
#[path = "../fuzz/bodies/import_descriptor.rs"]
mod import_descriptor;
#[path = "../fuzz/bodies/import_parse.rs"]
mod import_parse;
#[path = "../fuzz/bodies/normalize_answer.rs"]
mod normalize_answer;
#[path = "../fuzz/bodies/passwordrules.rs"]
mod passwordrules;
#[path = "../fuzz/bodies/phc_parse.rs"]
mod phc_parse;
#[path = "../fuzz/bodies/phc_roundtrip.rs"]
mod phc_roundtrip;
#[path = "../fuzz/bodies/policy_check.rs"]
mod policy_check;
#[path = "../fuzz/bodies/policy_config.rs"]
mod policy_config;
#[path = "../fuzz/bodies/record.rs"]
mod record;
#[path = "../fuzz/bodies/rekey.rs"]
mod rekey;
#[path = "../fuzz/bodies/strength.rs"]
mod strength;
#[path = "../fuzz/bodies/verify.rs"]
mod verify;
#[path = "../fuzz/bodies/wrapper.rs"]
mod wrapper;

/// SplitMix64: the same inputs in every run, so that a failure is found again.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.next() as u8).collect()
    }
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = format!("{}/fuzz/seeds/{target}", env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{folder}: {e}"));
    let mut paths: Vec<_> = entries.map(|e| e.expect("readable").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{folder} has no seeds");
    paths
        .iter()
        .map(|p| std::fs::read(p).expect("readable"))
        .collect()
}

fn mutate(seed: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        match random.below(5) {
            0 => bytes.insert(at, random.next() as u8),
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            3 => bytes.truncate(at),
            _ => {
                let more = random.below(16);
                bytes.extend(random.bytes(more));
            }
        }
    }
    bytes
}

fn exercise(target: &str, body: fn(&[u8]), inputs: usize) {
    let inputs = match std::env::var("SALTBOX_PROOF") {
        Ok(size) if size == "full" => inputs * 100,
        _ => inputs,
    };
    let mut random = Random(0x5a17_b0c5);
    let seeds = seeds(target);
    seeds.iter().for_each(|seed| body(seed));
    for _ in 0..inputs {
        let len = random.below(300);
        body(&random.bytes(len));
        let seed = &seeds[random.below(seeds.len())];
        body(&mutate(seed, &mut random));
    }
    println!(
        "{target}: {} seeds, {} derived inputs",
        seeds.len(),
        2 * inputs
    );
}

#[test]
fn import_descriptor_holds() {
    exercise("import_descriptor", import_descriptor::run, 20_000);
}

#[test]
fn phc_parse_holds() {
    exercise("phc_parse", phc_parse::run, 50_000);
}

#[test]
fn phc_roundtrip_holds() {
    exercise("phc_roundtrip", phc_roundtrip::run, 50_000);
}

#[test]
fn verify_holds() {
    exercise("verify", verify::run, 10_000);
}

#[test]
fn abi_sequence_holds() {
    exercise("abi_sequence", abi_sequence::run, 5_000);
}

#[test]
fn imports_argon2_scrypt_holds() {
    exercise(
        "imports_argon2_scrypt",
        |data| import_parse::run(import_parse::ARGON2_AND_SCRYPT, data),
        10_000,
    );
}

#[test]
fn imports_bcrypt_holds() {
    exercise(
        "imports_bcrypt",
        |data| import_parse::run(import_parse::BCRYPT, data),
        10_000,
    );
}

#[test]
fn imports_crypt3_holds() {
    exercise(
        "imports_crypt3",
        |data| import_parse::run(import_parse::CRYPT3, data),
        10_000,
    );
}

#[test]
fn imports_pbkdf2_holds() {
    exercise(
        "imports_pbkdf2",
        |data| import_parse::run(import_parse::PBKDF2, data),
        10_000,
    );
}

#[test]
fn imports_digests_holds() {
    exercise(
        "imports_digests",
        |data| import_parse::run(import_parse::DIGESTS, data),
        10_000,
    );
}

#[test]
fn imports_ldap_spring_holds() {
    exercise(
        "imports_ldap_spring",
        |data| import_parse::run(import_parse::LDAP_AND_SPRING, data),
        10_000,
    );
}

#[test]
fn wrapper_holds() {
    exercise("wrapper", wrapper::run, 20_000);
}

#[test]
fn rekey_holds() {
    exercise("rekey", rekey::run, 10_000);
}

#[test]
fn policy_config_holds() {
    exercise("policy_config", policy_config::run, 20_000);
}

#[test]
fn policy_check_holds() {
    exercise("policy_check", policy_check::run, 20_000);
}

#[test]
fn blocklist_file_holds() {
    exercise("blocklist_file", blocklist_file::run, 20_000);
}

#[test]
fn blocklist_build_holds() {
    exercise("blocklist_build", blocklist_build::run, 20_000);
}

#[test]
fn normalize_answer_holds() {
    exercise("normalize_answer", normalize_answer::run, 50_000);
}

#[test]
fn strength_holds() {
    exercise("strength", strength::run, 5_000);
}

#[test]
fn passwordrules_holds() {
    exercise("passwordrules", passwordrules::run, 20_000);
}

#[test]
fn record_holds() {
    exercise("record", record::run, 20_000);
}

#[test]
fn redeem_holds() {
    exercise("redeem", record::redeem, 20_000);
}

#[test]
fn account_model_holds() {
    exercise("account_model", account_model::run, 500);
}

#[test]
fn flow_story_holds() {
    exercise("flow_story", flow_story::run, 1_000);
}
