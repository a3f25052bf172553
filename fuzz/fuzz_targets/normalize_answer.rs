#![no_main]

#[path = "../bodies/normalize_answer.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
