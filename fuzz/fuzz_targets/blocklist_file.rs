#![no_main]

#[path = "../bodies/blocklist_file.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
