//! A rule in the race: what it has tried and what was chosen.

use std::collections::BTreeMap;

use crate::comparison::{Boundary, Candidate, DefaultResult, RuleResult, Run, Tuning};
use crate::experiment::{Arm, LearningRate, Metric};
use crate::outcome::Outcome;
use crate::search::{RateRange, Side, Trial, ranking};

/// A rule in the race.
pub(super) struct Entry<'a> {
    pub(super) arm: &'a Arm,
    /// The range asked for and the range as it has grown; absent if the rate is given.
    pub(super) ranges: Option<(RateRange, RateRange)>,
    pub(super) trials: Vec<Trial>,
    /// Trials of earlier batches, whose results are in.
    pub(super) tried: usize,
    pub(super) candidates: Vec<Candidate>,
    pub(super) chosen: f64,
    pub(super) final_runs: Vec<(u64, Outcome)>,
    pub(super) default_runs: Vec<(u64, Outcome)>,
}

impl<'a> Entry<'a> {
    /// Enters a rule: with the first trials at `positions` of its range, or with the rate that was given.
    pub(super) fn new(arm: &'a Arm, rate: LearningRate, positions: &[f64]) -> Self {
        let (ranges, trials, chosen) = match rate {
            LearningRate::Fixed(rate) => (None, vec![], rate),
            LearningRate::Search { from, to } => {
                let range = RateRange { from, to };
                let trials = positions.iter().map(|&position| untried(range.at(position))).collect();
                (Some((range, range)), trials, f64::NAN)
            }
        };
        Self {
            arm,
            ranges,
            trials,
            tried: 0,
            candidates: vec![],
            chosen,
            final_runs: vec![],
            default_runs: vec![],
        }
    }

    /// Whether its rate is searched for.
    pub(super) fn is_tuned(&self) -> bool {
        self.ranges.is_some()
    }

    /// The rule's hyper-parameters at a learning rate.
    pub(super) fn at(&self, learning_rate: f64) -> BTreeMap<String, f64> {
        let mut hyperparameters = self.arm.set.clone();
        hyperparameters.insert("learning_rate".to_string(), learning_rate);
        hyperparameters
    }

    fn best(&self, metric: Metric) -> Option<&Trial> {
        ranking(&self.trials, metric).first().map(|&index| &self.trials[index])
    }

    /// The edge at which the best rate tried lies, if it does.
    pub(super) fn edge(&self, metric: Metric) -> Option<Side> {
        self.edge_of(self.best(metric)?.learning_rate)
    }

    /// The edge of the range, as it has grown, at which a rate lies.
    fn edge_of(&self, rate: f64) -> Option<Side> {
        let (asked, range) = self.ranges.as_ref()?;
        range.edge(rate, asked)
    }

    /// Adds trials around the best so far.
    pub(super) fn look_closer(&mut self, metric: Metric, count: usize) {
        let Some((_, range)) = self.ranges else { return };
        let Some(best) = self.best(metric).map(|trial| trial.learning_rate) else { return };
        let tried: Vec<f64> = self.trials.iter().map(|trial| trial.learning_rate).collect();
        self.trials.extend(range.around(best, &tried, count).into_iter().map(untried));
    }

    /// The best few, to be run again on fresh seeds; the very best is chosen for the time being.
    pub(super) fn choose_candidates(&mut self, metric: Metric, count: usize) {
        for index in ranking(&self.trials, metric) {
            let trial = &self.trials[index];
            // Two trials may have come out at the same rate.
            let known = self.candidates.iter().any(|other| other.learning_rate == trial.learning_rate);
            if !known && self.candidates.len() < count {
                let (learning_rate, tuned) = (trial.learning_rate, trial.mean());
                self.candidates.push(Candidate { learning_rate, tuned, confirmed: vec![] });
            }
        }
        if let Some(best) = self.candidates.first() {
            self.chosen = best.learning_rate;
        }
    }

    /// Chooses by the fresh seeds alone.
    pub(super) fn choose(&mut self, metric: Metric) {
        let confirmed: Vec<Trial> = self.candidates.iter().map(Candidate::as_trial).collect();
        if let Some(&best) = ranking(&confirmed, metric).first() {
            self.chosen = confirmed[best].learning_rate;
        }
    }

    /// What came out for the rule.
    pub(super) fn into_result(self, metric: Metric, has_target: bool) -> RuleResult {
        let tuning = self.ranges.map(|(asked, searched)| {
            // Of the rate that was chosen in the end: fresh seeds may have preferred another than the best trial.
            let boundary = match self.edge_of(self.chosen) {
                Some(side) => Boundary::Unresolved(side),
                None if asked != searched => Boundary::Extended,
                None => Boundary::Inside,
            };
            Tuning::new(metric, asked, searched, boundary, self.trials.clone(), self.candidates.clone())
        });
        let hyperparameters = self.at(self.chosen);
        let runs: Vec<Run> =
            self.final_runs.into_iter().map(|(seed, outcome)| Run { seed, outcome }).collect();
        let default = self.default_runs.into_iter().map(|(seed, outcome)| Run { seed, outcome }).collect();
        let default = DefaultResult::new(self.arm.defaults.clone(), default);
        RuleResult::new(self.arm, hyperparameters, tuning, runs, default, has_target)
    }
}

/// A rate to be tried.
pub(super) fn untried(learning_rate: f64) -> Trial {
    Trial { learning_rate, values: vec![] }
}
