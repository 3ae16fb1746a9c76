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
mod error;
mod event;
mod job;
mod missing;
mod progress;
mod race;
mod refusals;
mod runner;
#[cfg(test)]
mod tests;

pub use error::{Failure, Refusal, RunError};
pub use event::Event;
pub use runner::{RunOptions, Runner};

use std::sync::atomic::{AtomicBool, Ordering};

use crate::cell::{Cell, Stage, WorkloadHash};
use crate::comparison::Comparison;
use crate::experiment::Experiment;
use crate::outcome::Outcome;
use crate::search::{Point, Trial};
use crate::store::{Origin, Store};
use batches::Batches;
use race::Race;
use refusals::refusals;

/// Looks for mistakes in an experiment that keep a rule from being run on a problem, without running anything. [`run`] does so too,
/// of what it has to run.
///
/// # Errors
/// [`RunError::Refused`], with all mistakes that were found, or [`RunError::Stopped`].
pub fn check(experiment: &Experiment, runner: &dyn Runner, stop: &AtomicBool) -> Result<(), RunError> {
    let mut cells = Vec::new();
    for (index, problem) in experiment.problems.iter().enumerate() {
        let workload = WorkloadHash::of(&problem.workload);
        cells.extend(experiment.rules.iter().enumerate().map(|(number, arm)| {
            Cell::of(experiment, (index, &workload), number, arm.defaults.clone(), Stage::Default, 0)
        }));
    }
    let refusals = refusals(experiment, runner, &cells.iter().collect::<Vec<_>>(), stop);
    if stop.load(Ordering::Relaxed) {
        return Err(RunError::Stopped { finished: 0, planned: experiment.planned_cells() });
    }
    if refusals.is_empty() { Ok(()) } else { Err(RunError::Refused(refusals)) }
}

/// The first run that [`run`] makes on a problem, if it makes any.
pub fn first_cell(experiment: &Experiment, problem: usize, runner: &dyn Runner) -> Option<Cell> {
    Race::new(experiment, problem, runner).next_batch().into_iter().next()
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
    runner.room(experiment, options.threads)?;
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
    runner.room(experiment, options.threads)?;
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
