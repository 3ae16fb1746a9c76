//! Running batches of independent cells: what is stored is reused, the rest goes to the executor, and each result is stored at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::job::{Job, jobs, sealed};
use super::missing::Missing;
use super::progress::Progress;
use super::refusals::refusals;
use super::{Event, Failure, RunError, RunOptions, Runner};
use crate::cell::{Cell, WorkloadHash};
use crate::executor::carry_out;
use crate::experiment::Experiment;
use crate::outcome::Outcome;
use crate::store::{Store, StoreError, Tried, Use};

/// Runs batches of cells.
pub(super) struct Batches<'a, 's> {
    experiment: &'a Experiment,
    runner: &'a dyn Runner,
    store: &'a mut dyn Store,
    threads: usize,
    code: &'s str,
    stop: &'s AtomicBool,
    progress: Progress<'a, 's>,
    failures: Vec<Failure>,
    /// The problems and arms whose first cell was looked at.
    checked: BTreeSet<(usize, usize)>,
}

impl<'a, 's> Batches<'a, 's> {
    /// For `total` cells in all, as far as known.
    pub(super) fn new(
        total: usize,
        experiment: &'a Experiment,
        runner: &'a dyn Runner,
        store: &'a mut dyn Store,
        options: RunOptions<'s>,
    ) -> Self {
        let RunOptions { threads, code, stop, observer } = options;
        let threads = runner.waiting_threads().unwrap_or(threads);
        Self {
            experiment,
            runner,
            store,
            threads,
            code,
            stop,
            progress: Progress::new(experiment, total, observer),
            failures: Vec::new(),
            checked: BTreeSet::new(),
        }
    }

    /// Passes news from a race on.
    pub(super) fn tell(&mut self, event: Event<'_>) {
        self.progress.tell(event);
    }

    /// Whether a cell could not be run.
    pub(super) fn has_failures(&self) -> bool {
        !self.failures.is_empty()
    }

    /// Notes a look at final runs; see [`Store::look`].
    pub(super) fn look(&mut self, rules: &str, seeds: usize) -> Result<Vec<usize>, RunError> {
        Ok(self.store.look(rules, seeds)?)
    }

    /// What was ever tried on a problem.
    pub(super) fn tried(&self, problem: &WorkloadHash, rules: &str) -> Result<Tried, RunError> {
        Ok(self.store.tried(problem, rules)?)
    }

    /// The cells that could not be run, in the order of the experiment.
    pub(super) fn into_failures(self) -> Vec<Failure> {
        self.failures
    }

    /// The results of `cells`, in their order; `None` for those that failed.
    pub(super) fn execute(&mut self, cells: &[Cell]) -> Result<Vec<Option<Outcome>>, RunError> {
        let jobs = jobs(cells, self.code);
        self.note(cells, &jobs)?;
        let mut results = Vec::with_capacity(jobs.len());
        for job in &jobs {
            results.push(job.known(self.store)?);
        }
        self.begin(cells, &jobs, &results);
        let missing = jobs.iter().zip(&results).filter(|(_, result)| result.is_none()).map(|(job, _)| job);
        self.check(missing.flat_map(|job| &job.cells).map(|&cell| &cells[cell]))?;
        self.run_missing(cells, &jobs, &mut results)?;
        let mut outcomes: Vec<Option<Outcome>> = vec![None; cells.len()];
        for (job, outcome) in jobs.iter().zip(results) {
            for &cell in &job.cells {
                outcomes[cell] = outcome.clone().map(|outcome| sealed(outcome, cells[cell].stage));
            }
        }
        Ok(outcomes)
    }

    /// Notes in the store which cells of this experiment use which runs.
    fn note(&mut self, cells: &[Cell], jobs: &[Job<'_>]) -> Result<(), StoreError> {
        let of_job = |job: &Job<'_>| -> Vec<Use<'_>> {
            let of_cell = |&index: &usize| {
                let cell = &cells[index];
                let problem = &self.experiment.problems[cell.problem];
                Use { id: job.id.clone(), cell, problem: &problem.name, metric: problem.workload.metric() }
            };
            job.cells.iter().map(of_cell).collect()
        };
        let uses: Vec<Use<'_>> = jobs.iter().flat_map(of_job).collect();
        self.store.note(&uses)
    }

    /// Tells that the batch begins, and of the results that it begins with.
    fn begin(&mut self, cells: &[Cell], jobs: &[Job<'_>], results: &[Option<Outcome>]) {
        let known = || jobs.iter().zip(results).filter_map(|(job, result)| Some((job, result.as_ref()?)));
        if let Some(first) = cells.first() {
            let stored = known().map(|(job, _)| job.cells.len()).sum();
            self.tell(Event::StageStarted { stage: first.stage, cells: cells.len(), stored });
        }
        for (job, outcome) in known() {
            self.progress.finished(job, outcome, true);
        }
    }

    /// Looks for mistakes that no run of a rule on a problem can be made with, before the first of them is made.
    fn check<'c>(&mut self, cells: impl Iterator<Item = &'c Cell>) -> Result<(), RunError> {
        let fresh: Vec<&Cell> = cells.filter(|cell| self.checked.insert((cell.problem, cell.arm))).collect();
        let refusals = refusals(self.experiment, self.runner, &fresh, self.stop);
        if self.stop.load(Ordering::Relaxed) {
            return Err(self.progress.stopped());
        }
        if refusals.is_empty() { Ok(()) } else { Err(RunError::Refused(refusals)) }
    }

    /// Runs the jobs without a result, or waits for the program that is at them. Fills in their results and notes the failures.
    fn run_missing(
        &mut self,
        cells: &[Cell],
        jobs: &[Job<'_>],
        results: &mut [Option<Outcome>],
    ) -> Result<(), RunError> {
        let count = results.iter().filter(|result| result.is_none()).count();
        let threads = self.threads.clamp(1, count.max(1));
        let (runner, stop) = (self.runner, self.stop);
        let mut missing = Missing::new(runner, self.store, &mut self.progress, jobs, results);
        carry_out(threads, stop, |job| jobs[job].run(runner, stop), &mut missing)?;
        let failed = missing.failed;
        if (0..jobs.len()).any(|job| results[job].is_none() && !failed.contains_key(&job)) {
            return Err(self.progress.stopped());
        }
        for (job, fault) in failed {
            let fault = Arc::new(fault);
            for &cell in &jobs[job].cells {
                let problem = self.experiment.problems[cells[cell].problem].name.clone();
                self.failures.push(Failure { problem, cell: cells[cell].clone(), fault: fault.clone() });
            }
        }
        Ok(())
    }
}
