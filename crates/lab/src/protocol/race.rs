//! The race on one problem, as a machine that gives batches of cells and takes their results.

use std::collections::BTreeMap;

use super::entry::Entry;
use super::{Event, Runner};
use crate::cell::{Cell, Stage, WorkloadHash};
use crate::comparison::{Candidate, Known, ProblemResult};
use crate::experiment::{Experiment, Metric, Problem, Protocol};
use crate::outcome::Outcome;
use crate::search::{first_positions, refining_trials};
use crate::seeds::seed;
use crate::store::Tried;

/// The race on one problem.
pub(super) struct Race<'a> {
    experiment: &'a Experiment,
    index: usize,
    problem: &'a Problem,
    protocol: Protocol,
    metric: Metric,
    workload: WorkloadHash,
    test_examples: Option<usize>,
    entries: Vec<Entry<'a>>,
    phase: Phase,
    extensions: usize,
    refined: bool,
    /// The rounds of halving to come: how many trials, and by what their length is divided.
    rounds: Vec<(usize, u32)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Tuning,
    Confirmation,
    Final,
    Done,
}

impl<'a> Race<'a> {
    pub(super) fn new(experiment: &'a Experiment, index: usize, runner: &dyn Runner) -> Self {
        let problem = &experiment.problems[index];
        let protocol = experiment.protocol_for(problem);
        let dimensions = 1 + experiment.rules.iter().map(|arm| arm.search.len()).max().unwrap_or(0);
        let scramble = seed(experiment.seed, Stage::Tuning { trial: 0 }, usize::MAX);
        let positions = first_positions(&protocol, dimensions, scramble);
        let entry = |arm| Entry::new(arm, problem.learning_rate(arm), &positions, scramble);
        let entries: Vec<Entry<'a>> = experiment.rules.iter().map(entry).collect();
        let phase = if entries.iter().any(Entry::is_tuned) { Phase::Tuning } else { Phase::Final };
        let mut rounds = protocol.rounds(positions.len());
        rounds.reverse();
        let mut race = Self {
            experiment,
            index,
            problem,
            protocol,
            metric: problem.workload.metric(),
            workload: WorkloadHash::of(&problem.workload).on(&runner.fingerprint(index)),
            test_examples: runner.test_examples(index),
            entries,
            phase,
            extensions: 0,
            refined: false,
            rounds,
        };
        race.next_round();
        race
    }

    /// Begins the next round of the search; says whether there was one.
    fn next_round(&mut self) -> bool {
        let Some((count, divisor)) = self.rounds.pop() else { return false };
        self.entries.iter_mut().for_each(|entry| entry.halve(self.metric, count, divisor));
        true
    }

    /// The next batch of independent cells; empty when the race is over.
    ///
    /// Rules take turns, so that a race that is stopped has advanced evenly.
    pub(super) fn next_batch(&mut self) -> Vec<Cell> {
        let mut cells = Vec::new();
        match self.phase {
            Phase::Tuning => {
                let most = self.entries.iter().map(|entry| entry.due.len()).max().unwrap_or(0);
                for place in 0..most {
                    for (arm, entry) in self.entries.iter().enumerate() {
                        let Some(&trial) = entry.due.get(place) else { continue };
                        let (tried, stage, first) =
                            (&entry.trials[trial], Stage::Tuning { trial }, cells.len());
                        let hyperparameters = entry.at(&tried.point);
                        self.add(&mut cells, arm, hyperparameters, stage, self.protocol.tuning_seeds);
                        cells[first..].iter_mut().for_each(|cell| cell.divisor = tried.divisor);
                    }
                }
            }
            Phase::Confirmation => {
                for rank in 0..self.protocol.confirmation_top {
                    for (arm, entry) in self.entries.iter().enumerate() {
                        if let Some(candidate) = entry.candidates.get(rank) {
                            let hyperparameters = entry.at(&candidate.point);
                            let seeds = self.protocol.confirmation_seeds;
                            self.add(&mut cells, arm, hyperparameters, Stage::Confirmation, seeds);
                        }
                    }
                }
            }
            Phase::Final => {
                for (arm, entry) in self.entries.iter().enumerate() {
                    self.add(
                        &mut cells,
                        arm,
                        entry.at(&entry.chosen),
                        Stage::Final,
                        self.protocol.final_seeds,
                    );
                }
                for (arm, entry) in self.entries.iter().enumerate() {
                    self.add(
                        &mut cells,
                        arm,
                        entry.arm.defaults.clone(),
                        Stage::Default,
                        self.protocol.default_seeds,
                    );
                }
            }
            Phase::Done => {}
        }
        cells
    }

    /// Adds the cells of one configuration, one for each seed.
    fn add(
        &self,
        cells: &mut Vec<Cell>,
        arm: usize,
        hyperparameters: BTreeMap<String, f64>,
        stage: Stage,
        seeds: usize,
    ) {
        let problem = (self.index, &self.workload);
        cells.extend(
            (0..seeds).map(|number| {
                Cell::of(self.experiment, problem, arm, hyperparameters.clone(), stage, number)
            }),
        );
    }

    /// Takes the results of the last batch, in its order, and moves on.
    pub(super) fn accept(
        &mut self,
        batch: Vec<Cell>,
        outcomes: Vec<Outcome>,
        tell: &mut dyn FnMut(Event<'_>),
    ) {
        for (cell, outcome) in batch.into_iter().zip(outcomes) {
            let entry = &mut self.entries[cell.arm];
            match cell.stage {
                Stage::Tuning { trial } => entry.trials[trial].values.push(outcome.figure()),
                Stage::Confirmation => {
                    let same = |candidate: &Candidate| entry.at(&candidate.point) == cell.hyperparameters;
                    if let Some(candidate) = entry.candidates.iter().position(same) {
                        entry.candidates[candidate].confirmed.push(outcome.figure());
                    }
                }
                Stage::Final => entry.final_runs.push((cell.seed, outcome)),
                Stage::Default => entry.default_runs.push((cell.seed, outcome)),
            }
        }
        match self.phase {
            Phase::Tuning => self.after_tuning(tell),
            Phase::Confirmation => {
                self.entries.iter_mut().for_each(|entry| entry.choose(self.metric));
                self.phase = Phase::Final;
            }
            Phase::Final | Phase::Done => self.phase = Phase::Done,
        }
    }

    /// Ends the race without a result.
    pub(super) fn give_up(&mut self) {
        self.phase = Phase::Done;
    }

    /// Extends a range, looks closer, or chooses the candidates.
    fn after_tuning(&mut self, tell: &mut dyn FnMut(Event<'_>)) {
        if self.next_round() {
            return;
        }
        self.entries.iter_mut().for_each(|entry| entry.due.clear());
        let at_edge = self.entries.iter().any(|entry| entry.edge(self.metric).is_some());
        if at_edge && self.extensions < self.protocol.boundary_extensions {
            self.extensions += 1;
            self.extend(tell);
        } else if !self.refined && refining_trials(&self.protocol) > 0 {
            self.refined = true;
            for entry in &mut self.entries {
                entry.look_closer(self.metric, refining_trials(&self.protocol));
            }
        } else {
            self.choose_candidates(tell);
        }
    }

    /// A decade more for the rules whose best rate lies at the edge, and for every rule the same number of trials more.
    fn extend(&mut self, tell: &mut dyn FnMut(Event<'_>)) {
        let count = self.protocol.extension_trials();
        let tuned = self.entries.iter().filter(|entry| entry.is_tuned()).count();
        let mut more = tuned * count * self.protocol.tuning_seeds;
        for entry in &mut self.entries {
            match entry.edge(self.metric) {
                Some(side) => {
                    entry.extend(self.metric, side, count);
                    let (problem, label) = (self.problem.name.as_str(), entry.arm.label.as_str());
                    if let Some((_, range)) = entry.ranges {
                        tell(Event::RangeExtended { problem, label, range, more });
                        more = 0;
                    }
                }
                None => entry.look_closer(self.metric, count),
            }
        }
    }

    fn choose_candidates(&mut self, tell: &mut dyn FnMut(Event<'_>)) {
        let mut expected = 0;
        for entry in self.entries.iter_mut().filter(|entry| entry.is_tuned()) {
            entry.choose_candidates(self.metric, self.protocol.confirmation_top);
            // A range that has grown may have brought more candidates than trials were planned.
            let planned = self.protocol.confirmation_top.min(self.protocol.tuning_trials);
            expected += planned.saturating_sub(entry.candidates.len());
        }
        let fewer = expected * self.protocol.confirmation_seeds;
        if fewer > 0 {
            tell(Event::Shortened { fewer });
        }
        self.phase = if self.protocol.confirmation_seeds > 0 { Phase::Confirmation } else { Phase::Final };
    }

    /// The number of final seeds; absent where nothing is random, or where only one rule runs.
    pub(super) fn final_seeds(&self) -> Option<usize> {
        let compares = self.entries.len() > 1 && !self.problem.workload.is_deterministic();
        compares.then_some(self.protocol.final_seeds)
    }

    /// What the final runs depend on but for the number of seeds: the name of their first cells.
    pub(super) fn fingerprint(&self, code: &str) -> String {
        let first = |(arm, entry): (usize, &Entry<'_>)| {
            let problem = (self.index, &self.workload);
            let chosen = entry.at(&entry.chosen);
            Cell::of(self.experiment, problem, arm, chosen, Stage::Final, 0).id(code).as_str().to_string()
        };
        let mut names: Vec<String> = self.entries.iter().enumerate().map(first).collect();
        names.sort();
        names.join(" ")
    }

    /// The fingerprint of the problem.
    pub(super) fn workload(&self) -> &WorkloadHash {
        &self.workload
    }

    /// What came out; `looks` are the numbers of final seeds with which these rules were looked at, `tried` is what was ever run on
    /// the problem.
    pub(super) fn into_result(self, runner: &dyn Runner, looks: Vec<usize>, tried: Tried) -> ProblemResult {
        let known = Known {
            test_examples: self.test_examples,
            looks,
            tried,
            start_fault: runner.start_fault(self.experiment, self.index),
            guessing_loss: runner.guessing_loss(self.index),
        };
        let (metric, target) = (self.metric, self.problem.workload.target_loss().is_some());
        let rules = self.entries.into_iter().map(|entry| entry.into_result(metric, target)).collect();
        ProblemResult::new(
            self.problem,
            (&self.protocol, self.experiment.seed),
            known,
            self.extensions,
            rules,
        )
    }
}
