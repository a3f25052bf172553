//! With the feature `header`: writes the C header to `OUT_DIR`, where
//! `tests/header.rs` compares it with `include/saltbox.h`. Otherwise nothing.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "header")]
    header();
}

#[cfg(feature = "header")]
fn header() {
    println!("cargo::rerun-if-changed=cbindgen.toml");
    println!("cargo::rerun-if-changed=src/ffi");
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let out = std::env::var("OUT_DIR").expect("cargo sets it");
    let config = cbindgen::Config::from_file(format!("{root}/cbindgen.toml"))
        .expect("cbindgen.toml is valid");
    cbindgen::Builder::new()
        .with_config(config)
        .with_src(format!("{root}/src/ffi/version.rs"))
        .with_src(format!("{root}/src/ffi/status.rs"))
        .with_src(format!("{root}/src/ffi/diag.rs"))
        .with_src(format!("{root}/src/ffi/config.rs"))
        .with_src(format!("{root}/src/ffi/blocklist.rs"))
        .with_src(format!("{root}/src/ffi/core.rs"))
        .with_src(format!("{root}/src/ffi/password.rs"))
        .with_src(format!("{root}/src/ffi/finding.rs"))
        .with_src(format!("{root}/src/ffi/check.rs"))
        .with_src(format!("{root}/src/ffi/policy.rs"))
        .with_src(format!("{root}/src/ffi/import.rs"))
        .with_src(format!("{root}/src/ffi/rewrap.rs"))
        .with_src(format!("{root}/src/ffi/memory.rs"))
        .with_src(format!("{root}/src/ffi/outcome.rs"))
        .with_src(format!("{root}/src/ffi/calibrate.rs"))
        .with_src(format!("{root}/src/ffi/strength.rs"))
        .with_src(format!("{root}/src/ffi/secrets.rs"))
        .with_src(format!("{root}/src/ffi/password_flows.rs"))
        .with_src(format!("{root}/src/ffi/codes.rs"))
        .with_src(format!("{root}/src/ffi/admin.rs"))
        .with_src(format!("{root}/src/ffi/questions.rs"))
        .with_src(format!("{root}/src/ffi/decided.rs"))
        .generate()
        .expect("src/ffi is what cbindgen can read")
        .write_to_file(format!("{out}/saltbox.h"));
}
