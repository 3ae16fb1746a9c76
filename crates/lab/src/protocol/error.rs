//! Why an experiment has no comparison.

use std::fmt;
use std::sync::Arc;

use crate::cell::Cell;
use crate::fault::RunFault;
use crate::memory::NoRoom;
use crate::store::StoreError;

/// Why there is no comparison. Everything finished is in the store.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Stopped on request.
    #[error("stopped after {finished} of about {planned} runs; run the same experiment again to do the rest")]
    Stopped {
        /// Runs finished, those of earlier times included.
        finished: usize,
        /// Runs in all, as far as known.
        planned: usize,
    },
    /// Mistakes that were found before anything was run.
    #[error("no run can be made. {}", listed(.0))]
    Refused(Vec<Refusal>),
    /// The memory does not suffice.
    #[error("no run can be made. {0}")]
    NoRoom(#[from] NoRoom),
    /// Some cells could not be run.
    #[error("{}", describe(.0))]
    Failed(Vec<Failure>),
    /// Results could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A mistake with which no run of some rules on a problem can be made.
#[derive(Debug)]
pub struct Refusal {
    /// The problem's name.
    pub problem: String,
    /// The labels of the rules that it concerns; empty if it concerns all.
    pub rules: Vec<String>,
    /// What is wrong.
    pub fault: RunFault,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { problem, rules, fault } = self;
        if rules.is_empty() {
            write!(f, "{problem}: {fault}")
        } else {
            write!(f, "{problem}, {}: {fault}", rules.join(", "))
        }
    }
}

fn listed(mistakes: &[Refusal]) -> String {
    mistakes.iter().map(Refusal::to_string).collect::<Vec<_>>().join("\n")
}

/// A cell that could not be run.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The problem's name.
    pub problem: String,
    /// The cell.
    pub cell: Cell,
    /// Why; the same for all cells that wanted one run.
    pub fault: Arc<RunFault>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: {}", self.problem, self.cell, self.fault)
    }
}

fn describe(failures: &[Failure]) -> String {
    let first = failures.first().map(Failure::to_string).unwrap_or_default();
    match failures.len() {
        1 => format!("a run failed; all other results are kept. {first}"),
        count => format!("{count} runs failed; all other results are kept. The first: {first}"),
    }
}
