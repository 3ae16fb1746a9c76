//! An experiment: which rules, on which problems, with how much effort.
//!
//! The file is read twice. First as written ([`RawExperiment`]): every key known, every type right. Then checked
//! ([`Experiment`]): every name known, every number in its range, every default filled in. Only the second form is ever run,
//! and written out it is a file that gives the same experiment again.

mod around;
mod check;
mod document;
mod fault;
mod keys;
mod preset;
mod problem;
mod raw;
#[cfg(test)]
mod reference;
mod source;
mod vocabulary;

pub use around::Around;
pub use document::{Document, is_study};
pub use fault::{ExperimentFault, Objection, ValueFault};
pub use keys::{
    Key, KeyOption, Kind, MLP, RawExperiment, RawProblem, RawProtocol, RawRuleTable, Takes, Usual,
};
pub use preset::{Preset, Protocol, SearchKind};
pub use problem::{
    FunctionProblem, Initial, LearningRate, Length, Metric, Problem, ProgramProblem, Sampling,
    TrainingProblem, Workload,
};
pub use raw::{
    RawInitial, RawNetwork, RawRange, RawRate, RawRule, RawSchedule, RawSearch, RawSet, RawSetting, RawSpace,
    given,
};
pub use source::{ExperimentError, Place, Source};
pub use vocabulary::{DialectFacts, FunctionFacts, RuleFacts, Setting, Vocabulary, suggestion};

#[cfg(test)]
pub(crate) use check::tests;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::search::Space;

/// A checked experiment, every default filled in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Experiment {
    /// What it is called in reports.
    pub name: String,
    /// The number from which all randomness follows.
    pub seed: u64,
    /// The preset the protocol started from.
    pub preset: Preset,
    /// The budget, the same for every rule.
    pub protocol: Protocol,
    /// The rules to compare.
    pub rules: Vec<Arm>,
    /// The problems to compare them on.
    pub problems: Vec<Problem>,
}

/// One side of the comparison: a rule, its form, and everything about it but the learning rate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Arm {
    /// What it is called in reports; no two arms share a label.
    pub label: String,
    /// The rule.
    pub name: String,
    /// Whose form of it.
    pub dialect: String,
    /// The hyper-parameters, without the learning rate.
    pub set: BTreeMap<String, f64>,
    /// Hyper-parameters to search for beside the learning rate, and where.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub search: BTreeMap<String, Space>,
    /// The hyper-parameters as the dialect has them when nothing is said, the learning rate included.
    #[serde(skip)]
    pub defaults: BTreeMap<String, f64>,
    /// What stands around the rule.
    #[serde(flatten)]
    pub around: Around,
}

/// How many times as many trials a function without noise gets, if no number was set.
const FINER: usize = 10;
/// Updates that the search of one rule may take on such a function.
const FUNCTION_STEPS: u64 = 300_000;

impl Experiment {
    /// The experiment as a file that gives this experiment again.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a checked experiment holds only what TOML can hold")
    }

    /// Returns it without what changes no result; see [`Workload::without_limits`].
    #[must_use]
    pub fn without_limits(&self) -> Self {
        let mut experiment = self.clone();
        for problem in &mut experiment.problems {
            problem.workload = problem.workload.without_limits();
        }
        experiment
    }

    /// The budget on one problem: less where nothing is random.
    pub fn protocol_for(&self, problem: &Problem) -> Protocol {
        if !problem.workload.is_deterministic() {
            return self.protocol;
        }
        let mut protocol = self.protocol.without_chance();
        // A number of trials that nobody chose is one for training runs. A function without noise is nearly free, and a coarse
        // search would rank the rules by which of them happens to have a trial near its best rate.
        let steps = match &problem.workload {
            Workload::Function(function) => Some(function.steps),
            Workload::Program(program) => Some(program.steps),
            Workload::Training(_) => None,
        };
        if let Some(steps) = steps
            && protocol.tuning_trials == self.preset.protocol().tuning_trials
        {
            let affordable = FUNCTION_STEPS / steps.max(1);
            let (least, most) = (protocol.tuning_trials, FINER * protocol.tuning_trials);
            protocol.tuning_trials = (affordable as usize).clamp(least, most);
        }
        protocol
    }

    /// Runs in all, if no range has to grow and nothing is stored yet.
    pub fn planned_cells(&self) -> usize {
        let cells = |problem: &Problem| -> usize {
            let protocol = self.protocol_for(problem);
            self.rules.iter().map(|arm| protocol.cells(problem.is_tuned(arm))).sum()
        };
        self.problems.iter().map(cells).sum()
    }
}
