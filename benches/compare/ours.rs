//! saltbox as its users call it: verifying, in work memory that it keeps and wipes.

use crate::rounds::Runner;
use saltbox::{Config, Error, Saltbox, Verdict};

/// Equal strings that are verified by one call, as a server does that has a queue.
pub const BATCH: u32 = 8;

/// Room for a batch of 256 MiB each. What nobody takes is not mapped.
const MEMORY_MIB: u32 = 256 * BATCH;

pub fn core() -> Result<Saltbox, String> {
    let json = format!(r#"{{"hash":{{"memory_mib":{MEMORY_MIB}}}}}"#);
    let config = Config::from_json(json.as_bytes()).map_err(|e| e.to_string())?;
    Ok(Saltbox::new(config))
}

/// Who verifies `stored` by itself and who verifies many of it, with their
/// names. That it is accepted says that the tag is right.
pub fn runners<'a>(
    core: &'a Saltbox,
    stored: &'a str,
    password: &'a [u8],
) -> [(&'static str, Runner<'a>); 2] {
    let one = move || accepted(core.verify(stored, password));
    let batch = move || {
        let pairs = (0..BATCH).map(|_| (Some(stored), password));
        core.verify_batch(pairs).into_iter().try_for_each(accepted)
    };
    [
        ("saltbox", Runner::new(1, one)),
        ("saltbox, batch of 8", Runner::new(BATCH, batch)),
    ]
}

fn accepted(answer: Result<Verdict, Error>) -> Result<(), String> {
    match answer {
        Ok(verdict) if verdict.is_accepted() => Ok(()),
        Ok(_) => Err("the tag is not the one that was stored".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
