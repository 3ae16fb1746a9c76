//! A checked problem: what a rule is asked to minimise, for how long, and how it is judged.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thalweg_data::Learning;
use thalweg_data::{Normalize, Reading};
use thalweg_optim::{PlateauSettings, WrittenSchedule, spelling};
use thalweg_words::Words;

use super::Arm;
use super::template::words_in;

/// A problem with the learning rates to use on it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    /// What it is called in reports; no two problems share a name.
    pub name: String,
    /// What is run. Everything that determines a run's result, apart from the rule and the seed, is in here.
    #[serde(flatten)]
    pub workload: Workload,
    /// The smallest difference in the metric that matters; of a function, as a share of the best rule's mean value.
    pub difference: f64,
    /// The learning rate of every rule, by label.
    pub learning_rates: BTreeMap<String, LearningRate>,
}

/// What is run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "there are as many as problems")]
pub enum Workload {
    /// Minimise a function of a few variables.
    Function(FunctionProblem),
    /// Train a network on data.
    Training(TrainingProblem),
    /// Ask a program for losses and gradients.
    Program(ProgramProblem),
    /// Run a training of the user's own.
    Command(CommandProblem),
}

/// A training of the user's own: a command that trains and reports.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CommandProblem {
    /// The program and its arguments, with words in braces.
    pub command: Vec<String>,
    /// The file in the run's folder that it reports in; standard output if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
    /// How a run is judged.
    pub metric: Metric,
    /// Steps of a run.
    pub steps: u64,
    /// Steps between two evaluations.
    pub evaluate_every: u64,
    /// The validation loss to reach; when it was reached is known to the resolution of the reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_loss: Option<f64>,
    /// Whether all seeds give the same run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deterministic: bool,
    /// Where and how long it may run. It changes no result.
    #[serde(flatten)]
    pub limits: RunLimits,
}

/// Where and how long a training of the user's own may run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunLimits {
    /// Trainings at the same time, on each device.
    #[serde(skip_serializing_if = "is_one")]
    pub slots: u64,
    /// The devices, if they are told apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<String>,
    /// Seconds that a run may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_seconds: Option<u64>,
    /// Memory that the processes of a run may use, in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_mebibytes: Option<u64>,
    /// How often a run that crashed is started again.
    #[serde(skip_serializing_if = "is_one")]
    pub retries: u64,
}

impl Default for RunLimits {
    fn default() -> Self {
        Self { slots: 1, devices: vec![], limit_seconds: None, limit_mebibytes: None, retries: 1 }
    }
}

impl RunLimits {
    /// Trainings at the same time, on all devices together.
    pub fn at_once(&self) -> usize {
        (self.slots as usize).saturating_mul(self.devices.len().max(1))
    }
}

impl CommandProblem {
    /// The words of the command of an arm, as they are written.
    pub fn command_of<'a>(&'a self, arm: &'a Arm) -> impl Iterator<Item = &'a String> {
        self.command.iter().chain(arm.own.iter().flat_map(|own| &own.arguments))
    }

    /// The words in braces of the command of an arm.
    pub fn words_for<'a>(&'a self, arm: &'a Arm) -> BTreeSet<&'a str> {
        let in_text = |text: &'a String| words_in(text).unwrap_or_default().into_iter().map(own_name);
        self.command_of(arm).flat_map(in_text).collect()
    }
}

/// Returns our name for the word of a command: the learning rate is known by whatever name libraries give it.
pub fn own_name(word: &str) -> &str {
    if spelling::hyperparameter(word, &["learning_rate"]).is_some() { "learning_rate" } else { word }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_one(number: &u64) -> bool {
    *number == 1
}

/// A problem of the user's own: a program that gives losses and gradients.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProgramProblem {
    /// The program and its arguments.
    pub program: Vec<String>,
    /// How a run is judged: [`Metric::Accuracy`] or [`Metric::Loss`].
    pub metric: Metric,
    /// Steps of a run.
    pub steps: u64,
    /// Steps between two evaluations.
    pub evaluate_every: u64,
    /// The learning-rate schedule.
    pub schedule: WrittenSchedule,
    /// The validation loss to reach; when it was reached is known to the resolution of `evaluate_every`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_loss: Option<f64>,
    /// Whether losses and gradients follow from the parameters alone: all seeds give the same run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deterministic: bool,
    /// How long the program may take for an answer, in seconds. It changes no result.
    #[serde(skip_serializing_if = "is_usual_wait")]
    pub answer_seconds: u64,
    /// Copies of the program that may run at the same time; as many as threads if absent. It changes no result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallel: Option<u64>,
}

impl ProgramProblem {
    /// Seconds that a program may take for an answer, if nothing is said.
    pub const ANSWER_SECONDS: u64 = 600;
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_usual_wait(seconds: &u64) -> bool {
    *seconds == ProgramProblem::ANSWER_SECONDS
}

/// A function to minimise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FunctionProblem {
    /// The function.
    pub function: String,
    /// Where every run starts.
    pub start: Vec<f64>,
    /// What else the function takes.
    pub set: BTreeMap<String, f64>,
    /// Standard deviation of the normal noise added to each gradient entry.
    pub noise: f64,
    /// Steps of a run.
    pub steps: u64,
    /// The learning-rate schedule.
    pub schedule: WrittenSchedule,
    /// The value to reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_loss: Option<f64>,
}

/// A network to train.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainingProblem {
    /// The dataset's name or path.
    pub dataset: String,
    /// The network's layers, written the way the network writes them; if absent, `hidden` and `activation` say what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Widths of the hidden layers; absent where `network` says them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Vec<u64>>,
    /// What follows each hidden layer; absent where `network` says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activation: Option<String>,
    /// How weights are drawn.
    pub initial: Initial,
    /// Examples in a batch.
    pub batch: u64,
    /// How batches are drawn.
    pub sampling: Sampling,
    /// Training examples used; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub examples: Option<u64>,
    /// Training examples set aside for validation; the dataset's own split if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation: Option<u64>,
    /// Characters of an example of a text, if not as usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<u64>,
    /// How inputs are scaled.
    pub normalize: Normalize,
    /// How a table or arrays are read.
    #[serde(flatten)]
    pub reading: Reading,
    /// How a run is judged.
    pub metric: Metric,
    /// Steps between two looks at the validation split; once an epoch if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluate_every: Option<u64>,
    /// How long a run is.
    #[serde(flatten)]
    pub length: Length,
    /// The learning-rate schedule.
    pub schedule: WrittenSchedule,
    /// What lowers the rate, beside the schedule, when the validation loss no longer falls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plateau: Option<PlateauSettings>,
    /// How the network learns beside its rule.
    #[serde(flatten)]
    pub learning: Learning,
    /// The validation loss to reach; when it was reached is known to the resolution of `evaluate_every`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_loss: Option<f64>,
}

/// How a run is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    /// The share of examples classified correctly, 0 to 1.
    Accuracy,
    /// The mean loss; of values, on the scale that the network learns them on.
    Loss,
    /// The root of the mean squared error of predicted values, in the units of the target.
    Rmse,
    /// The mean absolute error of predicted values, in the units of the target.
    Mae,
    /// The coefficient of determination of predicted values, at most 1.
    R2,
    /// The value of a function.
    Value,
}

impl Metric {
    /// Returns one word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::Loss => "loss",
            Self::Rmse => "rmse",
            Self::Mae => "mae",
            Self::R2 => "r2",
            Self::Value => "value",
        }
    }

    /// Returns the metric with this name.
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::Accuracy, Self::Loss, Self::Rmse, Self::Mae, Self::R2, Self::Value];
        all.into_iter().find(|metric| metric.name() == name)
    }

    /// Returns whether it judges predicted values, not classes.
    pub fn is_of_values(self) -> bool {
        matches!(self, Self::Rmse | Self::Mae | Self::R2)
    }

    /// Returns its name in tables and sentences, on test or on validation examples.
    pub fn title(self, words: &dyn Words, on_test: bool) -> &'static str {
        match (self, on_test) {
            (Self::Accuracy, true) => words.test_accuracy(),
            (Self::Accuracy, false) => words.validation_accuracy(),
            (Self::Loss, true) => words.test_loss(),
            (Self::Loss, false) => words.validation_loss(),
            (Self::Rmse, true) => words.test_rmse(),
            (Self::Rmse, false) => words.validation_rmse(),
            (Self::Mae, true) => words.test_mae(),
            (Self::Mae, false) => words.validation_mae(),
            (Self::R2, true) => words.test_r2(),
            (Self::R2, false) => words.validation_r2(),
            (Self::Value, _) => words.final_value(),
        }
    }
}

/// Initial weights.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Initial {
    /// By name.
    Named(String),
    /// Normal with this standard deviation.
    StandardDeviation(f64),
}

/// How batches are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sampling {
    /// Every example once an epoch, in a new order.
    Shuffled,
    /// Each batch from the whole set, as the notes do.
    Replacement,
}

/// How long a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Length {
    /// In steps (updates).
    Steps(u64),
    /// In passes over the training examples.
    Epochs(u64),
}

/// The learning rate of a rule on a problem.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum LearningRate {
    /// Given: nothing to tune.
    Fixed(f64),
    /// To be found in a range, evenly on a logarithmic scale.
    Search {
        /// The smallest.
        from: f64,
        /// The largest.
        to: f64,
    },
}

impl LearningRate {
    /// Whether there is something to find.
    pub fn is_search(&self) -> bool {
        matches!(self, Self::Search { .. })
    }
}

impl Metric {
    /// Whether more is better.
    pub fn higher_is_better(self) -> bool {
        matches!(self, Self::Accuracy | Self::R2)
    }

    /// The value turned so that higher is better.
    pub fn score(self, value: f64) -> f64 {
        if self.higher_is_better() { value } else { -value }
    }
}

impl Problem {
    /// The learning rate of an arm of the same experiment.
    pub fn learning_rate(&self, arm: &Arm) -> LearningRate {
        self.learning_rates[&arm.label]
    }

    /// Whether anything about an arm is searched for.
    pub fn is_tuned(&self, arm: &Arm) -> bool {
        self.learning_rate(arm).is_search() || !arm.search.is_empty()
    }
}

impl Workload {
    /// How a run is judged.
    pub fn metric(&self) -> Metric {
        match self {
            Self::Function(_) => Metric::Value,
            Self::Training(training) => training.metric,
            Self::Program(program) => program.metric,
            Self::Command(training) => training.metric,
        }
    }

    /// Returns it without what changes no result: how long a program or a training is waited for, and how many run at the same time.
    #[must_use]
    pub fn without_limits(&self) -> Self {
        let mut workload = self.clone();
        match &mut workload {
            Self::Program(program) => {
                program.answer_seconds = ProgramProblem::ANSWER_SECONDS;
                program.parallel = None;
            }
            Self::Command(training) => training.limits = RunLimits::default(),
            Self::Function(_) | Self::Training(_) => {}
        }
        workload
    }

    /// Whether all seeds give the same run.
    pub fn is_deterministic(&self) -> bool {
        match self {
            Self::Function(function) => function.noise == 0.0,
            Self::Program(program) => program.deterministic,
            Self::Command(training) => training.deterministic,
            Self::Training(_) => false,
        }
    }

    /// The validation loss (of a function: its value) that counts as the target, if one is set.
    pub fn target_loss(&self) -> Option<f64> {
        match self {
            Self::Function(function) => function.target_loss,
            Self::Training(training) => training.target_loss,
            Self::Program(program) => program.target_loss,
            Self::Command(training) => training.target_loss,
        }
    }
}
