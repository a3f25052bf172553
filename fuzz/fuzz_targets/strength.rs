#![no_main]

#[path = "../bodies/strength.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
