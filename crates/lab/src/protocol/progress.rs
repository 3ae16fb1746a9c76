//! How far an experiment is, and telling of it.

use std::collections::BTreeMap;

use super::job::Job;
use super::{Event, RunError};
use crate::experiment::Experiment;
use crate::outcome::Outcome;

/// Counts runs, remembers the best, and tells the observer.
pub(super) struct Progress<'a, 's> {
    experiment: &'a Experiment,
    observer: &'s mut dyn FnMut(Event<'_>),
    done: usize,
    total: usize,
    /// The best score so far, with its rate and value, by problem and arm.
    best: BTreeMap<(usize, usize), (f64, f64, f64)>,
}

impl<'a, 's> Progress<'a, 's> {
    /// Begins with nothing done of `total` runs, as far as known.
    pub(super) fn new(
        experiment: &'a Experiment,
        total: usize,
        observer: &'s mut dyn FnMut(Event<'_>),
    ) -> Self {
        Self { experiment, observer, done: 0, total, best: BTreeMap::new() }
    }

    /// Passes an event on, and keeps the count of runs right.
    pub(super) fn tell(&mut self, event: Event<'_>) {
        match event {
            Event::RangeExtended { more, .. } => self.total += more,
            Event::Shortened { fewer } => self.total = self.total.saturating_sub(fewer),
            _ => {}
        }
        (self.observer)(event);
    }

    /// Counts a job that has a result, and tells of it.
    pub(super) fn finished(&mut self, job: &Job<'_>, outcome: &Outcome, stored: bool) {
        self.done += job.cells.len();
        self.total = self.total.max(self.done);
        let cell = job.cell;
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
        (self.observer)(Event::CellFinished { cell, outcome, stored, done, total, best });
    }

    /// The error of an experiment that is stopped here.
    pub(super) fn stopped(&self) -> RunError {
        RunError::Stopped { finished: self.done, planned: self.total }
    }
}
