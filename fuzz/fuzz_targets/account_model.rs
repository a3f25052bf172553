#![no_main]

#[path = "../bodies/account_model/mod.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
