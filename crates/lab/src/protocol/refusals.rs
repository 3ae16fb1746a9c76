//! Looking for what keeps runs from being made, before any is.

use std::sync::atomic::AtomicBool;

use super::{Refusal, Runner};
use crate::cell::Cell;
use crate::experiment::Experiment;

/// The mistakes that keep the runs of these cells' rules and problems from being made, each said once.
pub(super) fn refusals(
    experiment: &Experiment,
    runner: &dyn Runner,
    cells: &[&Cell],
    stop: &AtomicBool,
) -> Vec<Refusal> {
    let mut found: Vec<Refusal> = Vec::new();
    for cell in cells {
        let Err(fault) = runner.check(cell, stop) else { continue };
        let problem = &experiment.problems[cell.problem].name;
        let said = fault.to_string();
        match found.iter_mut().find(|one| one.problem == *problem && one.fault.to_string() == said) {
            Some(known) => known.rules.push(cell.label.clone()),
            None => {
                found.push(Refusal { problem: problem.clone(), rules: vec![cell.label.clone()], fault });
            }
        }
    }
    for refusal in &mut found {
        if refusal.rules.len() == experiment.rules.len() {
            refusal.rules.clear();
        }
    }
    found
}
