//! An experiment: which rules, on which problems, with how much effort.
//!
//! The file is read twice. First as written ([`RawExperiment`]): every key known, every type right. Then checked
//! ([`Experiment`]): every name known, every number in its range, every default filled in. Only the second form is ever run,
//! and written out it is a file that gives the same experiment again.

mod arm;
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
pub mod template;
mod vocabulary;

pub use arm::{Arm, OWN, OwnArm, SetWord};
pub use around::Around;
pub use document::{Document, is_study};
pub use fault::{ExperimentFault, Objection, ValueFault};
pub use keys::{
    Key, KeyOption, Kind, MLP, RawArm, RawExperiment, RawProblem, RawProtocol, RawRuleTable, Takes, Usual,
};
pub use preset::{Preset, Protocol, SearchKind};
pub use problem::{
    CommandProblem, FunctionProblem, Initial, LearningRate, Length, Metric, Problem, ProgramProblem,
    RunLimits, Sampling, TrainingProblem, Workload, own_name,
};
pub use raw::{
    RawInitial, RawNetwork, RawRange, RawRate, RawRule, RawSchedule, RawSearch, RawSet, RawSetting, RawSpace,
    given,
};
pub use source::{ExperimentError, Place, Source};
pub use vocabulary::{DialectFacts, FunctionFacts, RuleFacts, Setting, Vocabulary, suggestion};

#[cfg(test)]
pub(crate) use check::tests;

use serde::Serialize;

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

/// How many times as many trials a function without noise gets, if no number was set.
const FINER: usize = 10;
/// Updates that the search of one rule may take on such a function.
const FUNCTION_STEPS: u64 = 300_000;

impl Experiment {
    /// The experiment as a file that gives this experiment again.
    pub fn to_toml(&self) -> String {
        let own: Vec<_> = self.rules.iter().filter_map(Arm::as_own).collect();
        let text = if own.is_empty() { toml::to_string(self) } else { toml::to_string(&self.of_arms(own)) };
        text.expect("a checked experiment holds only what TOML can hold")
    }

    /// The same with these arms in place of rules.
    fn of_arms<'a>(&'a self, arms: Vec<arm::WrittenArm<'a>>) -> impl Serialize + 'a {
        #[derive(Serialize)]
        struct OfArms<'a> {
            name: &'a str,
            seed: u64,
            preset: Preset,
            protocol: Protocol,
            arms: Vec<arm::WrittenArm<'a>>,
            problems: &'a [Problem],
        }
        let Self { name, seed, preset, protocol, rules: _, problems } = self;
        OfArms { name, seed: *seed, preset: *preset, protocol: *protocol, arms, problems }
    }

    /// The hyper-parameters that a training is not told of in its command: for each problem and arm, the names that no word in braces
    /// stands for.
    pub fn unused_words(&self) -> Vec<(&str, &str, Vec<&str>)> {
        let mut unused = Vec::new();
        for problem in &self.problems {
            let Workload::Command(training) = &problem.workload else { continue };
            for arm in &self.rules {
                let used = training.words_for(arm);
                let names = arm.setting_names().into_iter().filter(|name| !used.contains(name));
                let names: Vec<&str> = names.collect();
                if !names.is_empty() {
                    unused.push((problem.name.as_str(), arm.label.as_str(), names));
                }
            }
        }
        unused
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
        // An arm of the user's own has no defaults.
        let has_defaults = self.rules.iter().all(|arm| arm.own.is_none());
        let own = Protocol {
            default_seeds: if has_defaults { self.protocol.default_seeds } else { 0 },
            ..self.protocol
        };
        if !problem.workload.is_deterministic() {
            return own;
        }
        let mut protocol = own.without_chance();
        // A number of trials that nobody chose is one for training runs. A function without noise is nearly free, and a coarse
        // search would rank the rules by which of them happens to have a trial near its best rate.
        let steps = match &problem.workload {
            Workload::Function(function) => Some(function.steps),
            Workload::Program(program) => Some(program.steps),
            Workload::Training(_) | Workload::Command(_) => None,
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
