//! Running a batch of independent cells: reuse what is stored, share the rest among threads, store each result at once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use super::{Event, Failure, RunError, RunOptions, Runner};
use crate::cell::{Cell, CellId, Stage, WorkloadHash};
use crate::experiment::Experiment;
use crate::outcome::{Inside, Outcome};
use crate::store::{Store, StoreError, Tried, Use};

/// A run that takes less is short.
const SHORT: Duration = Duration::from_millis(50);
/// How long to wait for a result before looking after other things.
const PAUSE: Duration = Duration::from_millis(500);
/// How often to ask for the results of other programs.
const POLL: Duration = Duration::from_millis(50);
/// How long to wait for other programs before saying for whom.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs batches.
pub(super) struct Executor<'a, 's> {
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

impl<'a, 's> Executor<'a, 's> {
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
        self.check(missing.iter().map(|&job| &cells[jobs[job].cells[0]]))?;
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
        let mut failed = BTreeMap::new();
        std::thread::scope(|scope| {
            let (orders, ordered) = mpsc::channel::<usize>();
            let (sender, receiver) = mpsc::channel();
            let ordered = Arc::new(Mutex::new(ordered));
            for _ in 0..threads {
                let (ordered, sender) = (ordered.clone(), sender.clone());
                scope.spawn(move || {
                    // The lock is held while waiting: whoever has it takes the next order.
                    while let Ok(job) = ordered.lock().map_or(Err(mpsc::RecvError), |orders| orders.recv()) {
                        let (cell, started) = (&cells[jobs[job].cells[0]], Instant::now());
                        let result = match stop.load(Ordering::Relaxed) {
                            true => Err(String::new()),
                            false => run(runner, cell, jobs[job].unseal, stop),
                        };
                        if sender.send((job, result, started.elapsed())).is_err() {
                            break;
                        }
                    }
                });
            }
            // Only this thread touches the store and the observer. When it leaves, `orders` closes and the others end.
            let mut open: VecDeque<usize> = missing.iter().copied().collect();
            let mut elsewhere: VecDeque<usize> = VecDeque::new();
            let (mut running, mut longest) = (0, Duration::ZERO);
            let mut waiting = Waiting::default();
            let mut running_on = vec![0; self.experiment.problems.len()];
            loop {
                // Short runs are handed out ahead, so that no thread waits for this one; long ones are left to others.
                let ahead = if longest < SHORT { threads } else { 0 };
                while running < threads + ahead && !stop.load(Ordering::Relaxed) {
                    let has_room = |job: &usize| {
                        let problem = cells[jobs[*job].cells[0]].problem;
                        running_on[problem] < runner.parallel(problem).max(1)
                    };
                    let Some(job) = open.iter().position(has_room).and_then(|at| open.remove(at)) else {
                        break;
                    };
                    if !self.store.claim(&jobs[job].id)? {
                        elsewhere.push_back(job);
                    } else if let Some(outcome) = self.known(&jobs[job])? {
                        // It was finished elsewhere since this batch began.
                        self.store.release(&jobs[job].id)?;
                        self.finished(cells, &jobs[job], &outcome, true);
                        results[job] = Some(outcome);
                    } else if orders.send(job).is_ok() {
                        running += 1;
                        running_on[cells[jobs[job].cells[0]].problem] += 1;
                    }
                }
                if running == 0 && (stop.load(Ordering::Relaxed) || (open.is_empty() && elsewhere.is_empty()))
                {
                    return Ok(failed);
                }
                self.store.alive()?;
                let idle = running == 0 && open.is_empty();
                if let Some(&job) = elsewhere.front().filter(|_| waiting.is_due(idle)) {
                    let holder = self.store.holder(&jobs[job].id)?.unwrap_or_default();
                    if waiting.is_news(&holder) {
                        self.tell(Event::Waiting { cells: elsewhere.len(), holder: &holder });
                    }
                }
                let wait = if running == 0 || !elsewhere.is_empty() { POLL } else { PAUSE };
                if let Ok((job, result, time)) = receiver.recv_timeout(wait) {
                    running -= 1;
                    running_on[cells[jobs[job].cells[0]].problem] -= 1;
                    longest = longest.max(time);
                    self.take(cells, &jobs[job], result, |result| match result {
                        Ok(outcome) => results[job] = Some(outcome),
                        Err(message) => drop(failed.insert(job, message)),
                    })?;
                } else if running < threads {
                    // What was finished elsewhere is taken; what was left there is open again.
                    for job in elsewhere.drain(..) {
                        match self.known(&jobs[job])? {
                            Some(outcome) => {
                                self.finished(cells, &jobs[job], &outcome, true);
                                results[job] = Some(outcome);
                            }
                            None => open.push_back(job),
                        }
                    }
                }
            }
        })
    }

    /// The stored result of a job. One made without the test split is no use to the final stage.
    fn known(&self, job: &Job) -> Result<Option<Outcome>, StoreError> {
        Ok(self.store.get(&job.id)?.filter(|outcome| outcome.unsealed || !job.unseal))
    }

    /// Stores a result and tells of it.
    fn take(
        &mut self,
        cells: &[Cell],
        job: &Job,
        result: Result<Outcome, String>,
        keep: impl FnOnce(Result<Outcome, String>),
    ) -> Result<(), StoreError> {
        let cell = &cells[job.cells[0]];
        match result {
            Ok(outcome) => {
                self.store.put(&job.id, cell, &outcome)?;
                self.finished(cells, job, &outcome, false);
                keep(Ok(outcome));
            }
            Err(message) => {
                self.store.release(&job.id)?;
                // A run given up because it was asked to stop has not failed.
                if !self.options.stop.load(Ordering::Relaxed) {
                    (self.options.observer)(Event::CellFailed { cell, message: &message });
                    keep(Err(message));
                }
            }
        }
        Ok(())
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
pub(crate) fn mistakes(
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
fn run(runner: &dyn Runner, cell: &Cell, unseal: bool, stop: &AtomicBool) -> Result<Outcome, String> {
    // A bug in one run must not cost the others.
    let result = catch_unwind(AssertUnwindSafe(|| runner.run(cell, unseal, stop)));
    let mut outcome = result.unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<String>().map(String::as_str);
        let message = message.or(panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        Err(format!("the program has a bug here: {message}"))
    })?;
    if !unseal && (outcome.test.is_some() || !outcome.predictions.is_empty() || !outcome.correct.is_empty()) {
        return Err(
            "the test split was read before the final stage, which would spoil the comparison".to_string()
        );
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
