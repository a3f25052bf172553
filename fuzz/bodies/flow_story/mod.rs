//! Calls of every flow, one after the other, with records, subjects, requests,
//! secrets and times of anybody's making: none panics, none leaves anything to
//! store that the next one does not read, and none says more than it may.
//!
//! The input: a byte for how many calls there are, then for each call six bytes
//! of choices and what those want besides. `input.rs` reads them.
//!
//! | file | what it has |
//! |---|---|
//! | `cores.rs` | nodes that differ in everything that is configured |
//! | `input.rs` | how bytes become a call |
//! | `call.rs` | the call |
//! | `held.rs` | what holds of every call |

mod call;
mod cores;
mod held;
mod input;

use call::{Call, FLOWS};
use input::Input;
use saltbox::Way;

/// Calls of a story. Longer ones say no more, and take long.
const MOST_CALLS: usize = 8;

/// A code that was made.
struct Issued {
    way: Way,
    lookup: String,
    code: String,
}

/// What the host has.
struct Story {
    record: String,
    issued: Vec<Issued>,
    now: u64,
}

pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let mut story = Story {
        record: String::new(),
        issued: Vec::new(),
        now: 1_800_000_000,
    };
    let calls = 1 + usize::from(input.byte()) % MOST_CALLS;
    let mut last = None;
    for _ in 0..calls {
        if input.0.is_empty() {
            break;
        }
        let Some((node, call)) = input.call(&story) else {
            continue;
        };
        story.now = call.now;
        let core = &cores::cores()[node];
        let outcome = call.make(core);
        held::alike(&outcome, &call.make(core));
        let Ok(outcome) = outcome else {
            continue;
        };
        held::holds(&call, &outcome);
        if let (Some(code), Some(lookup)) = (outcome.code(), outcome.lookup()) {
            story.issued.push(Issued {
                way: call.way,
                lookup: lookup.to_owned(),
                code: code.to_owned(),
            });
        }
        if let Some(record) = outcome.record() {
            record.clone_into(&mut story.record);
            last = Some((node, call));
        }
    }
    // What was stored last is read by every flow of the node.
    if let Some((node, call)) = last {
        for flow in FLOWS {
            let next = Call {
                flow,
                record: story.record.clone(),
                ..call.clone()
            };
            held::reads(&next.make(&cores::cores()[node]), &next);
        }
    }
}
