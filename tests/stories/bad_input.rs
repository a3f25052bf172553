//! The table of bad input in the documentation of the flows, held to the stories.

use crate::script::{Flow, Story};
use saltbox::ErrorKind;
use std::collections::BTreeSet;

/// The stories of each row, in its order. A beginning of `status.toml` stands for all of its cells.
const ROWS: [&[&str]; 31] = [
    &["a request that is none"],
    &["a subject that is none"],
    &["a subject without an id"],
    &["signing up needs an id to bind the record to"],
    &["nothing is sent where there is no address, or nobody has verified it, and nothing shows it"],
    &["no account"],
    &["a record cut short"],
    &["a record of a later release"],
    &[
        "the record of another account",
        "the record of another realm",
    ],
    &["the login of another account is taken, whatever the id of the new one would be"],
    &[
        "a string that is none, or of a system that nobody knows, signs nobody in",
        "a string that was sealed with a key that is not here, or was changed, signs nobody in",
        "where only sealed strings are verified an open one is not",
        "a string that costs more than the limits signs nobody in, whoever wrote it",
    ],
    &["what cannot be verified here keeps nobody from setting another password"],
    &[
        "an empty password, one that is not UTF-8 and one of megabytes are wrong, and charged",
        "an old password that nobody can have is wrong, and charged",
    ],
    &["a new password that nobody can have is refused by every flow that sets one"],
    &[
        "no code, codes of two ways, half a pair, an empty code and one cut short are no codes",
        "the same holds of verifying an address",
        "what is wrong with codes is said before anything of the record",
    ],
    &["digits as a link and a link as digits are wrong, and charged"],
    &[
        "a code that was never issued costs no attempt and is shown as any wrong one",
        "an address is verified by no code that was never issued, and none of another realm",
    ],
    &[
        "a record whose realm was changed where it is stored has codes of another realm",
        "an address is verified by no code that was never issued, and none of another realm",
        "a code for one purpose is none for the other, and stays good for its own",
        "the link of a mail is no link of an administrator, and stays good",
    ],
    &["a new account with an old login and address is not opened by the old one's code"],
    &["only some ways go by a channel"],
    &["without a key to create with there are no codes, and passwords work"],
    &[
        "a sign-in may raise a session of its own account, and end the others",
        "a session that is stale, of unknown age, another's or none changes nothing",
        "nothing of questions is done or said without a session of the account",
    ],
    &[
        "a session that is stale, of unknown age, another's or none changes nothing",
        "answers are set up by who has just signed in",
    ],
    &["questions that are not configured are no questions"],
    &["more answers than there may be, and an id that is none, are refused as they come"],
    &["all rules that answers break are told, and it costs no attempt"],
    &["answers to what was not asked are wrong, as more than were asked are"],
    &["a clock that goes back unlocks nothing and locks no longer than a lock"],
    &[
        "a clock that goes back gives no attempts back, and keeps nobody out for longer than a window",
        "a code from a future that is not near is early, and one from the next node is not",
    ],
    &["a clock that goes back gives no attempts to answer back"],
    &["a time that no clock shows is a time"],
];

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn flow(name: &str) -> Flow {
    let json = serde_json::Value::from(name);
    serde_json::from_value(json).unwrap_or_else(|_| panic!("there is no flow {name}"))
}

/// What is wrong with the table, which stands in `documentation`; `flows` are the names of all.
pub(crate) fn problems(documentation: &str, flows: &[&str], stories: &[Story]) -> Vec<String> {
    let rows = documentation
        .split_once("//! | bad input |")
        .expect("the table is there")
        .1;
    let rows = rows
        .lines()
        .skip(2)
        .map_while(|line| line.strip_prefix("//! | "));
    let rows: Vec<Vec<&str>> = rows.map(|row| row.split(" | ").collect()).collect();
    assert_eq!(rows.len(), ROWS.len());
    let mut problems = Vec::new();
    for (row, names) in rows.iter().zip(ROWS) {
        let [what, of_flows, outcomes, _] = row[..] else {
            panic!("{row:?}");
        };
        let of_row = |story: &&Story| {
            let is_named = |name: &&str| {
                let cell = story.name.strip_prefix(name);
                cell.is_some_and(|rest| {
                    rest.is_empty() || flows.contains(&rest.trim_start_matches(", "))
                })
            };
            names.iter().any(is_named)
        };
        for name in names {
            if !stories.iter().any(|story| story.name.starts_with(name)) {
                problems.push(format!("{what}: there is no story {name:?}"));
            }
        }
        let steps = stories.iter().filter(of_row).flat_map(|story| &story.steps);
        let steps: Vec<(Flow, &str)> = steps
            .map(|step| (step.flow, step.then.split(' ').next().unwrap_or_default()))
            .collect();
        let outcomes: BTreeSet<String> = quoted(outcomes)
            .map(|name| {
                let kind = ErrorKind::all().find(|kind| format!("{kind:?}") == name);
                kind.map_or(name, |kind| kind.name().trim_start_matches("SALTBOX_"))
                    .to_owned()
            })
            .collect();
        for outcome in &outcomes {
            if !steps.iter().any(|(_, then)| then == outcome) {
                problems.push(format!("{what}: no story comes to {outcome}"));
            }
        }
        let named: Vec<&str> = quoted(of_flows).filter(|name| *name != "step_up").collect();
        let of_flows: Vec<&str> = if of_flows.starts_with("every flow") {
            let all = flows.iter().filter(|name| !named.contains(name));
            all.copied().collect()
        } else {
            named
        };
        for name in of_flows {
            let flow = flow(name);
            if !steps
                .iter()
                .any(|(other, then)| *other == flow && outcomes.contains(*then))
            {
                problems.push(format!("{what}: no story has it of {name}"));
            }
        }
    }
    problems
}
