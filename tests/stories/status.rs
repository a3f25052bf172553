//! The table of `status.toml`: a story for every status of an account and every flow.

use crate::script::{Flow, Password, Statuses, Step, Story};
use std::collections::BTreeSet;

/// Every cell of the table.
pub(crate) fn cells(statuses: &Statuses) -> Vec<Story> {
    let flows: BTreeSet<_> = statuses.flow.keys().collect();
    let mut stories = Vec::new();
    for status in statuses.status.iter().chain(&statuses.broken) {
        let cells: BTreeSet<_> = status.cells.keys().collect();
        assert_eq!(cells, flows, "the cells of {:?}", status.name);
        for (name, probe) in &statuses.flow {
            let mut steps = probe.before.clone();
            let mut within = Vec::new();
            if status.codes_are_older {
                steps.extend(probe.codes.clone());
            } else {
                within.clone_from(&probe.codes);
            }
            steps.extend(status.steps.clone());
            let mut judged = probe.step.clone();
            judged.then.clone_from(&status.cells[name]);
            judged.record = status.record;
            judged.subject_without.clone_from(&status.subject_without);
            judged.subject_text.clone_from(&status.subject_text);
            judged.request_text.clone_from(&status.request_text);
            if let Some(password) = &status.password {
                let password = Some(Password::Text(password.clone()));
                match judged.flow {
                    Flow::SignIn => judged.password = password,
                    Flow::Replace => judged.old_password = password,
                    _ => {}
                }
            }
            within.push(judged);
            begin(within.first_mut(), status);
            steps.extend(within);
            stories.push(Story {
                name: format!("{}, {name}", status.name),
                given: status.given.clone(),
                config: status.config.clone(),
                config_without: Vec::new(),
                subject: toml::Table::new(),
                steps,
            });
        }
    }
    stories
}

/// From this step on the host says what the status says.
fn begin(step: Option<&mut Step>, status: &crate::script::Status) {
    if let Some(step) = step {
        step.now.clone_from(&status.now);
        step.subject.clone_from(&status.subject);
    }
}
