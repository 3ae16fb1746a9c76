//! The status of an experiment: what is done, and the best result so far of every rule.

#![cfg_attr(not(feature = "live"), allow(dead_code, reason = "much of it is for the full screen"))]

use crate::language::words;
use std::time::{Duration, Instant};
use thalweg::lab::cell::{Cell, Stage};
use thalweg::lab::experiment::{Experiment, Metric};
use thalweg::lab::outcome::{Curve, Outcome};
use thalweg::lab::protocol::Event;
use thalweg::lab::search::show_rate;
use thalweg_kit::visible;

/// The status of an experiment.
pub(crate) struct ExperimentStatus {
    pub(crate) name: String,
    pub(crate) problems: Vec<ProblemStatus>,
    pub(crate) stage: Option<Stage>,
    /// Runs done, of about how many, and those that could not be run.
    pub(crate) done: usize,
    pub(crate) total: usize,
    pub(crate) failed: usize,
    /// Runs that were in the store already: they took no time.
    known: usize,
    started: Instant,
    /// The problem of the last run.
    pub(crate) latest: usize,
}

/// The status of one problem.
pub(crate) struct ProblemStatus {
    pub(crate) name: String,
    pub(crate) metric: Metric,
    pub(crate) rules: Vec<RuleStatus>,
}

/// The status of one rule on one problem.
pub(crate) struct RuleStatus {
    pub(crate) label: String,
    pub(crate) runs: usize,
    pub(crate) diverged: usize,
    /// The best run so far.
    pub(crate) best: Option<Best>,
    /// The rate of the final runs, and the figure of each, NaN where it diverged.
    chosen: f64,
    pub(crate) finals: Vec<f64>,
}

/// A rule's best run so far.
pub(crate) struct Best {
    pub(crate) rate: f64,
    pub(crate) value: f64,
    pub(crate) curve: Curve,
}

impl ExperimentStatus {
    pub(crate) fn new(experiment: &Experiment, planned: usize) -> Self {
        let problem = |problem: &thalweg::lab::experiment::Problem| ProblemStatus {
            name: visible(&problem.name).into_owned(),
            metric: problem.workload.metric(),
            rules: experiment
                .rules
                .iter()
                .map(|arm| RuleStatus {
                    label: visible(&arm.label).into_owned(),
                    runs: 0,
                    diverged: 0,
                    best: None,
                    chosen: f64::NAN,
                    finals: vec![],
                })
                .collect(),
        };
        Self {
            name: visible(&experiment.name).into_owned(),
            problems: experiment.problems.iter().map(problem).collect(),
            stage: None,
            done: 0,
            total: planned,
            failed: 0,
            known: 0,
            started: Instant::now(),
            latest: 0,
        }
    }

    /// Takes note of an event.
    pub(crate) fn see(&mut self, event: &Event<'_>) {
        match event {
            Event::StageStarted { stage, .. } => self.stage = Some(*stage),
            Event::CellFinished { cell, outcome, stored, done, total, .. } => {
                self.known += if *stored { done.saturating_sub(self.done) } else { 0 };
                (self.done, self.total, self.latest) = (*done, *total, cell.problem);
                self.problems[cell.problem].take(cell, outcome);
            }
            Event::CellFailed { .. } => self.failed += 1,
            Event::RangeExtended { .. } | Event::Waiting { .. } | Event::Shortened { .. } => {}
        }
    }

    /// Returns the time since the experiment began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Returns the estimated seconds until the end; absent before the first run.
    pub(crate) fn seconds_left(&self) -> Option<f64> {
        let run = self.done - self.known.min(self.done);
        let left = self.total.saturating_sub(self.done + self.failed);
        (run > 0).then(|| self.elapsed().as_secs_f64() * left as f64 / run as f64)
    }

    /// Returns the text beside the bar: failures, and the best result so far of each rule on a problem.
    pub(crate) fn summary(&self, problem: usize) -> String {
        let problem = &self.problems[problem];
        let best = problem
            .rules
            .iter()
            .filter_map(|rule| Some(format!("{} {:.4}", rule.label, rule.best.as_ref()?.value)))
            .collect::<Vec<_>>()
            .join("  ");
        let failed = if self.failed > 0 { words().runs_failed(self.failed) + "  " } else { String::new() };
        format!("{failed}{}: {best}", problem.name)
    }
}

impl ProblemStatus {
    fn take(&mut self, cell: &Cell, outcome: &Outcome) {
        let rule = &mut self.rules[cell.arm];
        rule.runs += 1;
        rule.diverged += usize::from(outcome.figure().is_none());
        match cell.stage {
            Stage::Final => {
                rule.chosen = cell.learning_rate();
                rule.finals.push(outcome.figure().unwrap_or(f64::NAN));
            }
            // The defaults are no choice of the search.
            Stage::Default => return,
            Stage::Tuning { .. } | Stage::Confirmation => {}
        }
        let Some(value) = outcome.figure() else { return };
        let better = |best: &Best| self.metric.score(value) > self.metric.score(best.value);
        if rule.best.as_ref().is_none_or(better) {
            let curve = match outcome.validation_curve.is_empty() {
                true => outcome.training_loss.clone(),
                false => outcome.validation_curve.clone(),
            };
            rule.best = Some(Best { rate: cell.learning_rate(), value, curve });
        }
    }

    /// Returns the rule with the best run so far.
    pub(crate) fn leader(&self) -> Option<(&RuleStatus, &Best)> {
        let runs = self.rules.iter().filter_map(|rule| Some((rule, rule.best.as_ref()?)));
        let score = |best: &Best| self.metric.score(best.value);
        runs.max_by(|a, b| score(a.1).total_cmp(&score(b.1)))
    }

    /// Returns the means of the final runs so far, the best first; absent before every rule has one. Whether the difference says
    /// anything is asked once, when all runs are in: every look before would have to be allowed for.
    pub(crate) fn standings<'a>(&'a self) -> Option<Vec<(&'a RuleStatus, f64)>> {
        let mean = |rule: &'a RuleStatus| {
            let finals = &rule.finals;
            (!finals.is_empty()).then(|| (rule, finals.iter().sum::<f64>() / finals.len() as f64))
        };
        let mut means: Vec<_> = self.rules.iter().map(mean).collect::<Option<_>>()?;
        let score = |mean: f64| if mean.is_nan() { f64::NEG_INFINITY } else { self.metric.score(mean) };
        means.sort_by(|a, b| score(b.1).total_cmp(&score(a.1)));
        (!means.is_empty()).then_some(means)
    }
}

/// Returns what a stage is called.
pub(crate) fn stage_name(stage: Stage) -> &'static str {
    let words = words();
    match stage {
        Stage::Default => words.stage_default(),
        Stage::Tuning { .. } => words.tuning(),
        Stage::Confirmation => words.confirmation(),
        Stage::Final => words.final_stage(),
    }
}

/// Describes a run: its rule, its learning rate and its seed.
pub(crate) fn configuration(cell: &Cell) -> String {
    words().at_rate_and_seed(&cell.label, &show_rate(cell.learning_rate()), cell.seed)
}
