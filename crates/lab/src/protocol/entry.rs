//! A rule in the race: what it has tried and what was chosen.

use std::collections::BTreeMap;

use crate::comparison::{Boundary, Candidate, DefaultResult, RuleResult, Run, Tuning};
use crate::experiment::{Arm, LearningRate, Metric};
use crate::outcome::Outcome;
use crate::search::{Point, RateRange, Side, Trial, ranking, sobol};

/// A rule in the race.
pub(super) struct Entry<'a> {
    pub(super) arm: &'a Arm,
    /// The range asked for and the range as it has grown; absent if the rate is given.
    pub(super) ranges: Option<(RateRange, RateRange)>,
    pub(super) trials: Vec<Trial>,
    /// What further positions follow from.
    scramble: u64,
    /// The trials to run next, by their place in `trials`.
    pub(super) due: Vec<usize>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) chosen: Point,
    pub(super) final_runs: Vec<(u64, Outcome)>,
    pub(super) default_runs: Vec<(u64, Outcome)>,
}

impl<'a> Entry<'a> {
    /// Enters a rule: with the first trials at `positions` of its ranges, or, where nothing is searched for, with the rate
    /// that was given.
    pub(super) fn new(arm: &'a Arm, rate: LearningRate, positions: &[Vec<f64>], scramble: u64) -> Self {
        let range = match rate {
            LearningRate::Fixed(_) => None,
            LearningRate::Search { from, to } => Some(RateRange { from, to }),
        };
        let point = |position: &Vec<f64>| {
            let learning_rate = match rate {
                LearningRate::Fixed(rate) => rate,
                LearningRate::Search { from, to } => RateRange { from, to }.at(position[0]),
            };
            Point { learning_rate, others: others(arm, |dimension| position[dimension]) }
        };
        let tuned = range.is_some() || !arm.search.is_empty();
        let trials = if tuned { positions.iter().map(|at| untried(point(at))).collect() } else { vec![] };
        let learning_rate = if let LearningRate::Fixed(rate) = rate { rate } else { f64::NAN };
        Self {
            arm,
            ranges: range.map(|range| (range, range)),
            due: (0..trials.len()).collect(),
            trials,
            scramble,
            candidates: vec![],
            chosen: Point { learning_rate, others: BTreeMap::new() },
            final_runs: vec![],
            default_runs: vec![],
        }
    }

    /// Whether anything is searched for.
    pub(super) fn is_tuned(&self) -> bool {
        !self.trials.is_empty()
    }

    /// All hyper-parameters of a configuration.
    pub(super) fn at(&self, point: &Point) -> BTreeMap<String, f64> {
        point.hyperparameters(self.arm)
    }

    fn best(&self, metric: Metric) -> Option<&Trial> {
        ranking(&self.trials, metric).first().map(|&index| &self.trials[index])
    }

    /// The edge at which the best rate tried lies, if it does.
    pub(super) fn edge(&self, metric: Metric) -> Option<Side> {
        self.edge_of(self.best(metric)?.point.learning_rate)
    }

    /// The edge of the range, as it has grown, at which a rate lies.
    fn edge_of(&self, rate: f64) -> Option<Side> {
        let (asked, range) = self.ranges.as_ref()?;
        range.edge(rate, asked)
    }

    /// Adds trials around the best rate so far, all else as in that best trial; where the rate is given, elsewhere in the
    /// other ranges.
    pub(super) fn look_closer(&mut self, metric: Metric, count: usize) {
        let Some(best) = self.best(metric).map(|trial| trial.point.clone()) else { return };
        match self.ranges {
            Some((_, range)) => {
                let tried: Vec<f64> = self.trials.iter().map(|trial| trial.point.learning_rate).collect();
                self.add(range.around(best.learning_rate, &tried, count), &best.others);
            }
            None => {
                for trial in self.trials.len()..self.trials.len() + count {
                    let others = others(self.arm, |dimension| sobol(trial, dimension, self.scramble));
                    self.due.push(trial);
                    self.trials.push(untried(Point { others, ..best.clone() }));
                }
            }
        }
    }

    /// Moves the end of the range out by a decade and adds trials there, all else as in the best trial so far.
    pub(super) fn extend(&mut self, metric: Metric, side: Side, count: usize) {
        let others = self.best(metric).map(|trial| trial.point.others.clone()).unwrap_or_default();
        let Some((_, range)) = &mut self.ranges else { return };
        let rates = range.extend(side, count);
        self.add(rates, &others);
    }

    fn add(&mut self, rates: Vec<f64>, others: &BTreeMap<String, f64>) {
        let count = rates.len();
        let point = |learning_rate| untried(Point { learning_rate, others: others.clone() });
        self.trials.extend(rates.into_iter().map(point));
        self.due.extend(self.trials.len() - count..self.trials.len());
    }

    /// A round of halving: the best `count` of the trials run again, for one part in `divisor` of their steps. All of them do in
    /// the first round.
    pub(super) fn halve(&mut self, metric: Metric, count: usize, divisor: u32) {
        self.due = ranking(&self.trials, metric).into_iter().take(count).collect();
        self.due.sort_unstable();
        for &trial in &self.due {
            self.trials[trial].values.clear();
            self.trials[trial].divisor = divisor;
        }
    }

    /// The best few, to be run again on fresh seeds; the very best is chosen for the time being.
    pub(super) fn choose_candidates(&mut self, metric: Metric, count: usize) {
        for index in ranking(&self.trials, metric) {
            let trial = &self.trials[index];
            // Two trials may have come out at the same place.
            let known = self.candidates.iter().any(|other| other.point == trial.point);
            if !known && self.candidates.len() < count {
                // A shortened run is no promise that a whole one could break.
                let (point, tuned) = (trial.point.clone(), trial.mean().filter(|_| trial.divisor == 1));
                self.candidates.push(Candidate { point, tuned, confirmed: vec![] });
            }
        }
        if let Some(best) = self.candidates.first() {
            self.chosen = best.point.clone();
        }
    }

    /// Chooses by the fresh seeds alone.
    pub(super) fn choose(&mut self, metric: Metric) {
        let confirmed: Vec<Trial> = self.candidates.iter().map(Candidate::as_trial).collect();
        if let Some(&best) = ranking(&confirmed, metric).first() {
            self.chosen = confirmed[best].point.clone();
        }
    }

    /// What came out for the rule.
    pub(super) fn into_result(self, metric: Metric, has_target: bool) -> RuleResult {
        let tuning = self.is_tuned().then(|| {
            // Of the rate that was chosen in the end: fresh seeds may have preferred another than the best trial.
            let boundary = match (self.edge_of(self.chosen.learning_rate), self.ranges) {
                (Some(side), _) => Boundary::Unresolved(side),
                (None, Some((asked, searched))) if asked != searched => Boundary::Extended,
                (None, _) => Boundary::Inside,
            };
            Tuning::new(metric, self.ranges, self.arm, &self.chosen, boundary, &self.trials, &self.candidates)
        });
        let hyperparameters = self.at(&self.chosen);
        let runs: Vec<Run> =
            self.final_runs.into_iter().map(|(seed, outcome)| Run { seed, outcome }).collect();
        let default = self.default_runs.into_iter().map(|(seed, outcome)| Run { seed, outcome }).collect();
        let default = DefaultResult::new(self.arm.defaults.clone(), default);
        RuleResult::new(self.arm, hyperparameters, tuning, runs, default, has_target)
    }
}

/// The hyper-parameters beside the rate, at the position in each dimension; the rate's is the first.
fn others(arm: &Arm, position: impl Fn(usize) -> f64) -> BTreeMap<String, f64> {
    let spaces = arm.search.iter().zip(1..);
    spaces.map(|((name, space), dimension)| (name.clone(), space.at(position(dimension)))).collect()
}

/// A configuration to be tried.
fn untried(point: Point) -> Trial {
    Trial { point, values: vec![], divisor: 1 }
}
