//! The runs behind a batch of cells.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use super::Runner;
use crate::cell::{Cell, CellId, Stage};
use crate::fault::RunFault;
use crate::outcome::{Inside, Outcome};
use crate::store::{Store, StoreError};

/// A run to do, for one or several cells of a batch.
pub(super) struct Job<'b> {
    pub(super) id: CellId,
    /// The first of its cells, which is the one that is run.
    pub(super) cell: &'b Cell,
    /// The numbers of all cells that want its result.
    pub(super) cells: Vec<usize>,
    /// Whether the run may read the test split.
    unseal: bool,
}

/// The distinct runs behind a batch. A run that any final cell wants may read the test split.
pub(super) fn jobs<'b>(cells: &'b [Cell], code: &str) -> Vec<Job<'b>> {
    let mut jobs: Vec<Job<'b>> = Vec::new();
    let mut known: BTreeMap<CellId, usize> = BTreeMap::new();
    for (index, cell) in cells.iter().enumerate() {
        let id = cell.id(code);
        let unseal = cell.stage == Stage::Final;
        match known.get(&id) {
            Some(&job) => {
                jobs[job].cells.push(index);
                jobs[job].unseal |= unseal;
            }
            None => {
                known.insert(id.clone(), jobs.len());
                jobs.push(Job { id, cell, cells: vec![index], unseal });
            }
        }
    }
    jobs
}

impl Job<'_> {
    /// The stored result. One made without the test split is no use to the final stage.
    pub(super) fn known(&self, store: &dyn Store) -> Result<Option<Outcome>, StoreError> {
        Ok(store.get(&self.id)?.filter(|outcome| outcome.unsealed || !self.unseal))
    }

    /// Runs the cell and makes sure that the result keeps the rules.
    pub(super) fn run(&self, runner: &dyn Runner, stop: &AtomicBool) -> Result<Outcome, RunFault> {
        let mut outcome = runner.run(self.cell, self.unseal, stop)?;
        let has_read =
            outcome.test.is_some() || !outcome.predictions.is_empty() || !outcome.correct.is_empty();
        if has_read && !self.unseal {
            return Err(RunFault::TestRead);
        }
        outcome.unsealed = self.unseal;
        outcome.test = outcome.test.filter(|test| test.is_finite());
        if !outcome.validation.is_finite() && outcome.diverged_at.is_none() {
            let last = outcome.training_loss.steps.last().copied().unwrap_or(0);
            outcome.diverged_at = Some(last.into());
        }
        Ok(outcome)
    }
}

/// What a stage may see of a result.
pub(super) fn sealed(outcome: Outcome, stage: Stage) -> Outcome {
    if stage == Stage::Final {
        outcome
    } else {
        Outcome {
            test: None,
            unsealed: false,
            inside: Inside::default(),
            predictions: vec![],
            correct: vec![],
            ..outcome
        }
    }
}
