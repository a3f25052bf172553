#![no_main]

#[path = "../bodies/import_parse.rs"]
#[allow(dead_code)] // The other families.
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(body::BCRYPT, data));
