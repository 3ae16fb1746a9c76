//! The race: how rules are compared.
//!
//! 1. **Tuning.** Every rule tries the same number of learning rates, at the same positions of its own range, on the same
//!    seeds, and is judged on the validation split. If a best rate lies at the edge of its range, the range grows by a decade
//!    and *every* rule gets as many trials more (not where nothing is random: there a growing range would only find the rate
//!    that lands on the minimum by luck). Part of the trials look closer around the best.
//! 2. **Confirmation.** The best few of each rule run again on fresh seeds, and these alone decide: the best of many trials
//!    is partly luck, and luck does not repeat.
//! 3. **Final.** The chosen configuration on seeds never used before. Only here is the test split read: in every other stage
//!    the runner is not allowed to, and a result that contains it is refused.
//!
//! Nothing stops a run early but divergence, because early stopping favours rules that start fast. Where nothing is random
//! (a function without noise), one run says everything: there is no confirmation, and one final run.
//!
//! The result does not depend on the number of threads, on their scheduling, or on interruptions.

mod batches;
mod entry;
mod event;
mod race;
#[cfg(test)]
mod tests;

pub use event::Event;

use std::fmt;
use std::sync::atomic::AtomicBool;

use crate::cell::{Cell, Stage, WorkloadHash};
use crate::comparison::Comparison;
use crate::experiment::Experiment;
use crate::fault::RunFault;
use crate::outcome::Outcome;
use crate::search::{Point, Trial};
use crate::store::{Origin, Store, StoreError};
use crate::verdict::Sentence;
use batches::{Batches, mistakes};
use race::Race;

/// Runs cells.
pub trait Runner: Sync {
    /// Runs `cell` to its end, on the thread that asks. The result must depend on the cell only.
    ///
    /// The test split may be read if `unseal_test` is true, at the end of the run; otherwise [`Outcome::test`] must be `None`
    /// and [`Outcome::predictions`] and [`Outcome::correct`] empty.
    /// When `stop` becomes true the run may be given up by returning an error.
    ///
    /// # Errors
    /// What went wrong. Divergence is no error: it is a result.
    fn run(&self, cell: &Cell, unseal_test: bool, stop: &AtomicBool) -> Result<Outcome, RunFault>;

    /// Looks for a mistake that no run of the rule of `cell` on its problem can be made with, without running it. A look that waits
    /// for something may be given up when `stop` becomes true.
    ///
    /// # Errors
    /// The mistake, in a sentence.
    fn check(&self, _cell: &Cell, _stop: &AtomicBool) -> Result<(), String> {
        Ok(())
    }

    /// What else determines the runs on problem `problem`, beside what the experiment says: the data, say. Part of every
    /// cell's identity, so that results on other data are not taken for these.
    fn fingerprint(&self, _problem: usize) -> String {
        String::new()
    }

    /// How many runs on problem `problem` may be at work at the same time, whatever the number of threads.
    fn parallel(&self, _problem: usize) -> usize {
        usize::MAX
    }

    /// What is wrong with problem `problem` before the first update, whatever the rule and its rate.
    fn start_fault(&self, _experiment: &Experiment, _problem: usize) -> Option<Sentence> {
        None
    }

    /// The training loss of guessing on problem `problem`: ln(classes); absent where its loss is no cross-entropy.
    fn guessing_loss(&self, _problem: usize) -> Option<f64> {
        None
    }

    /// How many examples the test split of problem `problem` has, if it has one.
    fn test_examples(&self, _problem: usize) -> Option<usize> {
        None
    }
}

/// How to run an experiment.
pub struct RunOptions<'a> {
    /// Runs at the same time.
    pub threads: usize,
    /// What identifies the version of the program that produces the numbers; part of every cell's identity.
    pub code: &'a str,
    /// Set to true (by Ctrl-C, say) to stop after what is running.
    pub stop: &'a AtomicBool,
    /// Told about progress, on the calling thread.
    pub observer: &'a mut dyn FnMut(Event<'_>),
}

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
    #[error("no run can be made. {}", .0.join("\n"))]
    Refused(Vec<String>),
    /// Some cells could not be run.
    #[error("{}", describe(.0))]
    Failed(Vec<Failure>),
    /// Results could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A cell that could not be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The problem's name.
    pub problem: String,
    /// The cell.
    pub cell: Cell,
    /// Why.
    pub message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: {}", self.problem, self.cell, self.message)
    }
}

fn describe(failures: &[Failure]) -> String {
    let first = failures.first().map(Failure::to_string).unwrap_or_default();
    match failures.len() {
        1 => format!("a run failed; all other results are kept. {first}"),
        count => format!("{count} runs failed; all other results are kept. The first: {first}"),
    }
}

/// Looks for mistakes in an experiment that keep a rule from being run on a problem, without running anything. [`run`] does so too,
/// of what it has to run.
///
/// # Errors
/// [`RunError::Refused`], with all mistakes that were found.
pub fn check(experiment: &Experiment, runner: &dyn Runner, stop: &AtomicBool) -> Result<(), RunError> {
    let mut cells = Vec::new();
    for (index, problem) in experiment.problems.iter().enumerate() {
        let workload = WorkloadHash::of(&problem.workload);
        cells.extend(experiment.rules.iter().enumerate().map(|(number, arm)| {
            Cell::of(experiment, (index, &workload), number, arm.defaults.clone(), Stage::Default, 0)
        }));
    }
    let mistakes = mistakes(experiment, runner, &cells.iter().collect::<Vec<_>>(), stop);
    if mistakes.is_empty() { Ok(()) } else { Err(RunError::Refused(mistakes)) }
}

/// Runs every configuration of the first rule on the first problem, each on the same seeds: a plain sweep, without choice,
/// confirmation or test split. Results that are stored already are used.
///
/// # Errors
/// As [`run`].
pub fn sweep(
    experiment: &Experiment,
    points: &[Point],
    seeds: usize,
    runner: &dyn Runner,
    store: &mut dyn Store,
    options: RunOptions<'_>,
) -> Result<Vec<Trial>, RunError> {
    let (Some(problem), Some(arm)) = (experiment.problems.first(), experiment.rules.first()) else {
        return Ok(vec![]);
    };
    let workload = WorkloadHash::of(&problem.workload).on(&runner.fingerprint(0));
    let seeds = if problem.workload.is_deterministic() { 1 } else { seeds };
    let mut cells = Vec::with_capacity(points.len() * seeds);
    for (trial, point) in points.iter().enumerate() {
        let hyperparameters = point.hyperparameters(arm);
        cells.extend((0..seeds).map(|number| {
            Cell::of(experiment, (0, &workload), 0, hyperparameters.clone(), Stage::Tuning { trial }, number)
        }));
    }
    store
        .begin(&Origin::sweep(experiment, points, seeds, options.code, |index| runner.fingerprint(index)))?;
    let mut batches = Batches::new(cells.len(), experiment, runner, store, options);
    let outcomes = batches.execute(&cells)?;
    let failures = batches.into_failures();
    if !failures.is_empty() {
        return Err(RunError::Failed(failures));
    }
    let mut values = outcomes.into_iter().map(|outcome| outcome.and_then(|outcome| outcome.figure()));
    let trial = |point: &Point| Trial {
        point: point.clone(),
        values: values.by_ref().take(seeds).collect(),
        divisor: 1,
    };
    Ok(points.iter().map(trial).collect())
}

/// Runs an experiment: the cells that the store does not hold yet, and the conclusions from all of them.
///
/// # Errors
/// If it was stopped, if a cell could not be run (the others of its problem's stage, and the other problems, are still run),
/// or if the store failed.
pub fn run(
    experiment: &Experiment,
    runner: &dyn Runner,
    store: &mut dyn Store,
    options: RunOptions<'_>,
) -> Result<Comparison, RunError> {
    let code = options.code;
    let mut races: Vec<Race<'_>> =
        (0..experiment.problems.len()).map(|index| Race::new(experiment, index, runner)).collect();
    let planned = experiment.planned_cells();
    store.begin(&Origin::comparison(experiment, code, |index| runner.fingerprint(index)))?;
    let mut batches = Batches::new(planned, experiment, runner, store, options);
    loop {
        // The problems advance together, so that no thread idles while another problem finishes its stage.
        let due: Vec<Vec<Cell>> = races.iter_mut().map(Race::next_batch).collect();
        let cells: Vec<Cell> = due.iter().flatten().cloned().collect();
        if cells.is_empty() {
            break;
        }
        let mut outcomes = batches.execute(&cells)?.into_iter();
        for (race, batch) in races.iter_mut().zip(due) {
            let results: Option<Vec<Outcome>> =
                outcomes.by_ref().take(batch.len()).collect::<Vec<_>>().into_iter().collect();
            match results {
                Some(results) => race.accept(batch, results, &mut |event| batches.tell(event)),
                None => race.give_up(),
            }
        }
    }
    // What failed was not looked at.
    let complete = !batches.has_failures();
    let mut problems = Vec::with_capacity(races.len());
    for race in races.into_iter().filter(|_| complete) {
        let rules = race.fingerprint(code);
        let looks = match race.final_seeds() {
            Some(seeds) => batches.look(&rules, seeds)?,
            None => vec![],
        };
        let tried = batches.tried(race.workload(), &rules)?;
        problems.push(race.into_result(runner, looks, tried));
    }
    let failures = batches.into_failures();
    if !failures.is_empty() {
        return Err(RunError::Failed(failures));
    }
    let comparison = Comparison::new(experiment, code, problems);
    store.conclude(&comparison)?;
    Ok(comparison)
}
