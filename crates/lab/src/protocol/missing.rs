//! The jobs of a batch that have no stored result, as the executor asks for them: claimed before they are run, stored once they are,
//! and left to other programs that are at them.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use super::job::Job;
use super::progress::Progress;
use super::{Event, RunError, Runner};
use crate::executor::Jobs;
use crate::fault::RunFault;
use crate::outcome::Outcome;
use crate::store::Store;

/// How long to wait for other programs before saying for whom.
const PATIENCE: Duration = Duration::from_secs(2);

/// The jobs of a batch that have no stored result.
pub(super) struct Missing<'b, 'a, 's> {
    runner: &'b dyn Runner,
    store: &'b mut dyn Store,
    progress: &'b mut Progress<'a, 's>,
    jobs: &'b [Job<'b>],
    /// The results of all jobs of the batch.
    results: &'b mut [Option<Outcome>],
    /// Why jobs have no result.
    pub(super) failed: BTreeMap<usize, RunFault>,
    /// Jobs that nobody is at.
    open: VecDeque<usize>,
    /// Jobs that other programs are at.
    elsewhere: VecDeque<usize>,
    waiting: Waiting,
    /// The number of jobs under way here, by problem.
    running: BTreeMap<usize, usize>,
}

impl<'b, 'a, 's> Missing<'b, 'a, 's> {
    /// Those of `jobs` that have no result in `results`.
    pub(super) fn new(
        runner: &'b dyn Runner,
        store: &'b mut dyn Store,
        progress: &'b mut Progress<'a, 's>,
        jobs: &'b [Job<'b>],
        results: &'b mut [Option<Outcome>],
    ) -> Self {
        let open = (0..jobs.len()).filter(|&job| results[job].is_none()).collect();
        Self {
            runner,
            store,
            progress,
            jobs,
            results,
            failed: BTreeMap::new(),
            open,
            elsewhere: VecDeque::new(),
            waiting: Waiting::default(),
            running: BTreeMap::new(),
        }
    }

    /// How many jobs on the problem of `job` are under way here.
    fn beside(&mut self, job: usize) -> &mut usize {
        self.running.entry(self.jobs[job].cell.problem).or_default()
    }

    /// Takes the next job on a problem of which no more runs are under way than may be.
    fn take_open(&mut self) -> Option<usize> {
        let at = self.open.iter().position(|&job| {
            let problem = self.jobs[job].cell.problem;
            let running = self.running.get(&problem).copied().unwrap_or_default();
            running < self.runner.parallel(problem).max(1)
        })?;
        self.open.remove(at)
    }

    /// Takes a result that another program has stored.
    fn take_stored(&mut self, job: usize, outcome: Outcome) {
        self.progress.finished(&self.jobs[job], &outcome, true);
        self.results[job] = Some(outcome);
    }
}

impl Jobs<Outcome> for Missing<'_, '_, '_> {
    type Error = RunError;

    fn next(&mut self) -> Result<Option<usize>, RunError> {
        while let Some(number) = self.take_open() {
            let job = &self.jobs[number];
            if !self.store.claim(&job.id)? {
                self.elsewhere.push_back(number);
            } else if let Some(outcome) = job.known(self.store)? {
                // It was finished elsewhere since this batch began.
                self.store.release(&job.id)?;
                self.take_stored(number, outcome);
            } else {
                *self.beside(number) += 1;
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    fn take(&mut self, number: usize, result: Result<Outcome, RunFault>) -> Result<(), RunError> {
        *self.beside(number) -= 1;
        let job = &self.jobs[number];
        match result {
            Ok(outcome) => {
                self.store.put(&job.id, job.cell, &outcome)?;
                self.progress.finished(job, &outcome, false);
                self.results[number] = Some(outcome);
            }
            Err(RunFault::Interrupted) => self.store.release(&job.id)?,
            Err(fault) => {
                self.store.release(&job.id)?;
                self.progress.tell(Event::CellFailed { cell: job.cell, fault: &fault });
                self.failed.insert(number, fault);
            }
        }
        Ok(())
    }

    fn waits_for_others(&self) -> bool {
        !self.elsewhere.is_empty()
    }

    /// Says to others that this program is alive, and to the observer for whom it waits.
    fn tick(&mut self) -> Result<(), RunError> {
        self.store.alive()?;
        let is_idle = self.open.is_empty() && self.running.values().all(|&running| running == 0);
        if let Some(&job) = self.elsewhere.front().filter(|_| self.waiting.is_due(is_idle)) {
            let holder = self.store.holder(&self.jobs[job].id)?.unwrap_or_default();
            if self.waiting.is_news(&holder) {
                self.progress.tell(Event::Waiting { cells: self.elsewhere.len(), holder: &holder });
            }
        }
        Ok(())
    }

    /// Takes what was finished elsewhere. What was left there is open again.
    fn look_around(&mut self) -> Result<(), RunError> {
        for job in std::mem::take(&mut self.elsewhere) {
            match self.jobs[job].known(self.store)? {
                Some(outcome) => self.take_stored(job, outcome),
                None => self.open.push_back(job),
            }
        }
        Ok(())
    }
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
