#![no_main]

#[path = "../bodies/flow_story/mod.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
