//! Running a batch of independent cells: reuse what is stored, share the rest among threads, store each result at once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{Event, Failure, RunError, RunOptions, Runner};
use crate::cell::{Cell, CellId, Stage, WorkloadHash};
use crate::executor::{Jobs, carry_out};
use crate::experiment::Experiment;
use crate::fault::RunFault;
use crate::outcome::{Inside, Outcome};
use crate::store::{Store, StoreError, Tried, Use};

/// How long to wait for other programs before saying for whom.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs batches of cells and keeps count of them.
pub(super) struct Batches<'a, 's> {
    experiment: &'a Experiment,
    runner: &'a dyn Runner,
    store: &'a mut dyn Store,
    options: RunOptions<'s>,
    done: usize,
    total: usize,
    /// The best score so far, with its rate and value, by problem and arm.
    best: BTreeMap<(usize, usize), (f64, f64, f64)>,
    failures: Vec<Failure>,
    /// The problems and arms whose first cell was looked at.
    checked: BTreeSet<(usize, usize)>,
}

/// How long this program has had nothing to do but wait for others, and for whom.
#[derive(Default)]
struct Waiting {
    since: Option<Instant>,
    told: String,
}

impl Waiting {
    /// Whether it has waited for long enough that people wonder.
    fn is_due(&mut self, idle: bool) -> bool {
        if !idle {
            self.since = None;
        }
        idle && self.since.get_or_insert_with(Instant::now).elapsed() >= PATIENCE
    }

    /// Whether it waits for somebody of whom was not told yet.
    fn is_news(&mut self, holder: &str) -> bool {
        let news = !holder.is_empty() && self.told != holder;
        self.told = holder.to_string();
        news
    }
}

/// A run to do, for one or several cells of a batch.
struct Job {
    id: CellId,
    /// The cells of the batch that want this result; the run is done for the first.
    cells: Vec<usize>,
    unseal: bool,
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
        Self {
            experiment,
            runner,
            store,
            options,
            done: 0,
            total,
            best: BTreeMap::new(),
            failures: Vec::new(),
            checked: BTreeSet::new(),
        }
    }

    /// Passes news from a race on, and keeps the count of runs right.
    pub(super) fn tell(&mut self, event: Event<'_>) {
        match event {
            Event::RangeExtended { more, .. } => self.total += more,
            Event::Shortened { fewer } => self.total = self.total.saturating_sub(fewer),
            _ => {}
        }
        (self.options.observer)(event);
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
        let jobs = jobs(cells, self.options.code);
        let note = |job: &Job| -> Vec<Use<'_>> {
            let one = |&index: &usize| {
                let cell = &cells[index];
                let problem = &self.experiment.problems[cell.problem];
                Use { id: job.id.clone(), cell, problem: &problem.name, metric: problem.workload.metric() }
            };
            job.cells.iter().map(one).collect()
        };
        let uses: Vec<Use<'_>> = jobs.iter().flat_map(note).collect();
        self.store.note(&uses)?;
        let mut results: Vec<Option<Outcome>> = Vec::with_capacity(jobs.len());
        for job in &jobs {
            results.push(self.known(job)?);
        }
        let (stored, missing): (Vec<usize>, Vec<usize>) =
            (0..jobs.len()).partition(|&job| results[job].is_some());
        let stored_cells = stored.iter().map(|&job| jobs[job].cells.len()).sum();
        if let Some(first) = cells.first() {
            self.tell(Event::StageStarted { stage: first.stage, cells: cells.len(), stored: stored_cells });
        }
        for job in stored {
            if let Some(outcome) = &results[job] {
                self.finished(cells, &jobs[job], outcome, true);
            }
        }
        self.check(missing.iter().flat_map(|&job| &jobs[job].cells).map(|&cell| &cells[cell]))?;
        let failed = self.run_missing(cells, &jobs, &missing, &mut results)?;
        if missing.iter().any(|&job| results[job].is_none() && !failed.contains_key(&job)) {
            return Err(RunError::Stopped { finished: self.done, planned: self.total });
        }
        for (job, message) in failed {
            for &cell in &jobs[job].cells {
                let problem = self.experiment.problems[cells[cell].problem].name.clone();
                self.failures.push(Failure { problem, cell: cells[cell].clone(), message: message.clone() });
            }
        }
        let mut outcomes: Vec<Option<Outcome>> = vec![None; cells.len()];
        for (job, outcome) in jobs.iter().zip(results) {
            for &cell in &job.cells {
                outcomes[cell] = outcome.clone().map(|outcome| sealed(outcome, cells[cell].stage));
            }
        }
        Ok(outcomes)
    }

    /// Looks for mistakes that no run of a rule on a problem can be made with, before the first of them is made.
    fn check<'c>(&mut self, cells: impl Iterator<Item = &'c Cell>) -> Result<(), RunError> {
        let fresh: Vec<&Cell> = cells.filter(|cell| self.checked.insert((cell.problem, cell.arm))).collect();
        let mistakes = mistakes(self.experiment, self.runner, &fresh, self.options.stop);
        if self.options.stop.load(Ordering::Relaxed) {
            return Err(RunError::Stopped { finished: self.done, planned: self.total });
        }
        if mistakes.is_empty() { Ok(()) } else { Err(RunError::Refused(mistakes)) }
    }

    /// Runs the missing jobs, or waits for the program that is at them; fills in their results and gives the failures.
    fn run_missing(
        &mut self,
        cells: &[Cell],
        jobs: &[Job],
        missing: &[usize],
        results: &mut [Option<Outcome>],
    ) -> Result<BTreeMap<usize, String>, RunError> {
        let (runner, stop) = (self.runner, self.options.stop);
        let threads = self.options.threads.clamp(1, missing.len().max(1));
        let mut missing = Missing {
            failed: BTreeMap::new(),
            open: missing.iter().copied().collect(),
            elsewhere: VecDeque::new(),
            waiting: Waiting::default(),
            running: vec![0; self.experiment.problems.len()],
            batches: self,
            cells,
            jobs,
            results,
        };
        let work = |job: usize| run(runner, &cells[jobs[job].cells[0]], jobs[job].unseal, stop);
        carry_out(threads, stop, work, &mut missing)?;
        Ok(missing.failed)
    }

    /// The stored result of a job. One made without the test split is no use to the final stage.
    fn known(&self, job: &Job) -> Result<Option<Outcome>, StoreError> {
        Ok(self.store.get(&job.id)?.filter(|outcome| outcome.unsealed || !job.unseal))
    }

    /// Counts a job and tells the observer.
    fn finished(&mut self, cells: &[Cell], job: &Job, outcome: &Outcome, stored: bool) {
        self.done += job.cells.len();
        self.total = self.total.max(self.done);
        let cell = &cells[job.cells[0]];
        let metric = self.experiment.problems[cell.problem].workload.metric();
        let key = (cell.problem, cell.arm);
        if let Some(value) = outcome.figure() {
            let score = metric.score(value);
            let best = self.best.entry(key).or_insert((f64::NEG_INFINITY, f64::NAN, f64::NAN));
            if score > best.0 {
                *best = (score, cell.learning_rate(), value);
            }
        }
        let best = self.best.get(&key).map(|best| (best.1, best.2));
        let (done, total) = (self.done, self.total);
        (self.options.observer)(Event::CellFinished { cell, outcome, stored, done, total, best });
    }
}

/// The jobs of a batch that have no stored result.
struct Missing<'b, 'a, 's> {
    batches: &'b mut Batches<'a, 's>,
    cells: &'b [Cell],
    jobs: &'b [Job],
    results: &'b mut [Option<Outcome>],
    failed: BTreeMap<usize, String>,
    /// Jobs that nobody is at.
    open: VecDeque<usize>,
    /// Jobs that other programs are at.
    elsewhere: VecDeque<usize>,
    waiting: Waiting,
    /// The number of jobs under way here, by problem.
    running: Vec<usize>,
}

impl Missing<'_, '_, '_> {
    fn problem(&self, job: usize) -> usize {
        self.cells[self.jobs[job].cells[0]].problem
    }

    /// Takes a result that another program has stored.
    fn take_stored(&mut self, job: usize, outcome: Outcome) {
        self.batches.finished(self.cells, &self.jobs[job], &outcome, true);
        self.results[job] = Some(outcome);
    }
}

impl Jobs<Outcome> for Missing<'_, '_, '_> {
    type Error = RunError;

    fn next(&mut self) -> Result<Option<usize>, RunError> {
        loop {
            let has_room = |&job: &usize| {
                let problem = self.problem(job);
                self.running[problem] < self.batches.runner.parallel(problem).max(1)
            };
            let first = self.open.iter().position(has_room);
            let Some(job) = first.and_then(|at| self.open.remove(at)) else { return Ok(None) };
            let id = &self.jobs[job].id;
            if !self.batches.store.claim(id)? {
                self.elsewhere.push_back(job);
            } else if let Some(outcome) = self.batches.known(&self.jobs[job])? {
                // It was finished elsewhere since this batch began.
                self.batches.store.release(id)?;
                self.take_stored(job, outcome);
            } else {
                let problem = self.problem(job);
                self.running[problem] += 1;
                return Ok(Some(job));
            }
        }
    }

    fn take(&mut self, job: usize, result: Result<Outcome, RunFault>) -> Result<(), RunError> {
        let problem = self.problem(job);
        self.running[problem] -= 1;
        let Job { id, cells, .. } = &self.jobs[job];
        let cell = &self.cells[cells[0]];
        match result {
            Ok(outcome) => {
                self.batches.store.put(id, cell, &outcome)?;
                self.batches.finished(self.cells, &self.jobs[job], &outcome, false);
                self.results[job] = Some(outcome);
            }
            Err(RunFault::Interrupted) => self.batches.store.release(id)?,
            Err(fault) => {
                self.batches.store.release(id)?;
                let message = fault.to_string();
                (self.batches.options.observer)(Event::CellFailed { cell, message: &message });
                self.failed.insert(job, message);
            }
        }
        Ok(())
    }

    fn waits_for_others(&self) -> bool {
        !self.elsewhere.is_empty()
    }

    /// Says that this program is alive, and for whom it waits.
    fn tick(&mut self) -> Result<(), RunError> {
        self.batches.store.alive()?;
        let is_idle = self.open.is_empty() && self.running.iter().all(|&running| running == 0);
        if let Some(&job) = self.elsewhere.front().filter(|_| self.waiting.is_due(is_idle)) {
            let holder = self.batches.store.holder(&self.jobs[job].id)?.unwrap_or_default();
            if self.waiting.is_news(&holder) {
                self.batches.tell(Event::Waiting { cells: self.elsewhere.len(), holder: &holder });
            }
        }
        Ok(())
    }

    /// Takes what was finished elsewhere. What was left there is open again.
    fn look_around(&mut self) -> Result<(), RunError> {
        for job in std::mem::take(&mut self.elsewhere) {
            match self.batches.known(&self.jobs[job])? {
                Some(outcome) => self.take_stored(job, outcome),
                None => self.open.push_back(job),
            }
        }
        Ok(())
    }
}

/// The distinct runs behind a batch. A run that any final cell wants may read the test split.
fn jobs(cells: &[Cell], code: &str) -> Vec<Job> {
    let mut jobs: Vec<Job> = Vec::new();
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
                jobs.push(Job { id, cells: vec![index], unseal });
            }
        }
    }
    jobs
}

/// The mistakes that keep the runs of these cells' rules and problems from being made, each said once.
pub(super) fn mistakes(
    experiment: &Experiment,
    runner: &dyn Runner,
    cells: &[&Cell],
    stop: &AtomicBool,
) -> Vec<String> {
    // The rules on each problem that a mistake concerns.
    let mut found: Vec<(usize, String, Vec<&str>)> = Vec::new();
    for cell in cells {
        let Err(mistake) = runner.check(cell, stop) else { continue };
        match found.iter_mut().find(|(problem, known, _)| *problem == cell.problem && *known == mistake) {
            Some((.., labels)) => labels.push(&cell.label),
            None => found.push((cell.problem, mistake, vec![&cell.label])),
        }
    }
    let in_words = |(problem, mistake, labels): (usize, String, Vec<&str>)| {
        let name = &experiment.problems[problem].name;
        match labels.len() == experiment.rules.len() {
            true => format!("{name}: {mistake}"),
            false => format!("{name}, {}: {mistake}", labels.join(", ")),
        }
    };
    found.into_iter().map(in_words).collect()
}

/// Runs a cell and makes sure that the result keeps the rules.
fn run(runner: &dyn Runner, cell: &Cell, unseal: bool, stop: &AtomicBool) -> Result<Outcome, RunFault> {
    let mut outcome = runner.run(cell, unseal, stop)?;
    if !unseal && (outcome.test.is_some() || !outcome.predictions.is_empty() || !outcome.correct.is_empty()) {
        return Err(RunFault::TestRead);
    }
    outcome.unsealed = unseal;
    outcome.test = outcome.test.filter(|test| test.is_finite());
    if !outcome.validation.is_finite() && outcome.diverged_at.is_none() {
        let last = outcome.training_loss.steps.last().copied().unwrap_or(0);
        outcome.diverged_at = Some(last.into());
    }
    Ok(outcome)
}

/// What a stage may see of a result.
fn sealed(outcome: Outcome, stage: Stage) -> Outcome {
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
