//! An experiment as written: every key, nothing filled in, nothing checked but its type.
//!
//! This is the reference of the file format. Each key remembers where it stood, so that the check can point at it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use thalweg_data::Augmentation;
use thalweg_optim::{Format, GroupSpecification, NonFinite, Sharpness, StageSpecification};
use thalweg_train::{ClassWeights, EarlyStopping};
use toml::Spanned;

/// A value that does not come from a file, such as a command-line option.
pub fn given<T>(value: T) -> Spanned<T> {
    Spanned::new(0..0, value)
}

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawExperiment {
    /// What the experiment is called in reports. Default: the file's name.
    pub name: Option<Spanned<String>>,
    /// The number from which all randomness follows. Default: 1.
    pub seed: Option<Spanned<u64>>,
    /// `"quick"`, `"standard"` or `"publish"`. Default: quick.
    pub preset: Option<Spanned<String>>,
    /// The dialect of every rule that does not name its own.
    pub dialect: Option<Spanned<String>>,
    /// The rules to compare: names, or tables where more is to be said.
    pub rules: Option<Spanned<Vec<Spanned<RawRule>>>>,
    /// Changes to the preset.
    pub protocol: Option<RawProtocol>,
    /// The problem, if there is one only.
    pub problem: Option<Spanned<RawProblem>>,
    /// The problems, if there are several.
    pub problems: Option<Spanned<Vec<Spanned<RawProblem>>>>,
}

/// A rule: `"adam"`, or a table.
#[derive(Clone, Debug)]
pub enum RawRule {
    /// The name only.
    Name(String),
    /// The name and more.
    Table(Box<RawRuleTable>),
}

/// A rule with its particulars.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRuleTable {
    /// The rule's name.
    pub name: Option<Spanned<String>>,
    /// What it is called in reports; needed when one rule takes part twice. Default: the name.
    pub label: Option<Spanned<String>>,
    /// Whose form of the rule: `"book"`, `"torch"`, …
    pub dialect: Option<Spanned<String>>,
    /// A number to use as it is, or `{ from = 1e-4, to = 1 }` to search. Default: the catalogue's range.
    pub learning_rate: Option<Spanned<RawRate>>,
    /// Other hyper-parameters, by name.
    pub set: Option<BTreeMap<Spanned<String>, Spanned<f64>>>,
    /// Hyper-parameters to search for beside the learning rate: names, for the usual ranges (`["momentum"]`), or a table
    /// (`{ momentum = { from = 0.5, to = 0.99, scale = "one-minus" }, beta1 = { values = [0.9, 0.95] } }`).
    pub search: Option<Spanned<RawSearch>>,
    /// Stages before the rule: names, or tables such as `{ stage = "clip-by-global-norm", largest = 1 }`.
    pub before: Option<Vec<StageSpecification>>,
    /// Stages after the rule.
    pub after: Option<Vec<StageSpecification>>,
    /// Groups of parameters with settings of their own.
    pub groups: Option<Vec<GroupSpecification>>,
    /// What becomes of hyper-parameters other than the learning rate: names or tables as for `schedule` of a problem, by
    /// hyper-parameter (`{ momentum = { name = "linear", start = 0.5 } }`).
    pub schedules: Option<BTreeMap<Spanned<String>, Spanned<RawSchedule>>>,
    /// How state is kept: `"full"`, `"bf16"` or `"8-bit"`. Default: full.
    pub state: Option<Format>,
    /// A gradient that is not finite: `"refuse"`, `"skip"` or `"allow"`. Default: refuse.
    pub non_finite: Option<NonFinite>,
    /// Gradients averaged before each update. Default: 1.
    pub accumulate: Option<u64>,
    /// Sharpness-aware minimisation: `{ radius = 0.05 }`, with `adaptive = true` for ASAM.
    pub sharpness: Option<Sharpness>,
}

/// What to search for beside the learning rate.
#[derive(Clone, Debug)]
pub enum RawSearch {
    /// These, in their usual ranges.
    Names(Vec<Spanned<String>>),
    /// These, where it says.
    Table(BTreeMap<Spanned<String>, Spanned<RawSpace>>),
}

/// Where a hyper-parameter is searched: between two numbers, or among some.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct RawSpace {
    /// The smallest value.
    pub from: Option<Spanned<f64>>,
    /// The largest value.
    pub to: Option<Spanned<f64>>,
    /// `"linear"`, `"log"`, or `"one-minus"`: evenly in the logarithm of the distance to one. Default: the hyper-parameter's
    /// usual scale, or linear.
    pub scale: Option<Spanned<String>>,
    /// Whether only whole numbers count. Default: false.
    pub integer: Option<Spanned<bool>>,
    /// The values to choose among, in place of a range.
    pub values: Option<Spanned<Vec<Spanned<f64>>>>,
}

/// A learning rate: a number, or a range to search.
#[derive(Clone, Debug)]
pub enum RawRate {
    /// Use this one.
    Fixed(f64),
    /// Search here.
    Range(RawRange),
}

/// A range to search, evenly on a logarithmic scale.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRange {
    /// The smallest value.
    pub from: Option<Spanned<f64>>,
    /// The largest value.
    pub to: Option<Spanned<f64>>,
}

/// Changes to the preset; see [`Protocol`](super::Protocol) for what each stands for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawProtocol {
    /// `"grid"`, `"random"` or `"sobol"`.
    pub search: Option<Spanned<String>>,
    /// Learning rates tried for each rule.
    pub tuning_trials: Option<Spanned<u64>>,
    /// Seeds behind each of them.
    pub tuning_seeds: Option<Spanned<u64>>,
    /// How many of the best are run again on fresh seeds.
    pub confirmation_top: Option<Spanned<u64>>,
    /// Fresh seeds for each of those.
    pub confirmation_seeds: Option<Spanned<u64>>,
    /// Fresh seeds for the final figures.
    pub final_seeds: Option<Spanned<u64>>,
    /// Seeds for each rule at its defaults.
    pub default_seeds: Option<Spanned<u64>>,
    /// How often a range may grow by a decade.
    pub boundary_extensions: Option<Spanned<u64>>,
    /// Successive halving: the factor, 2 or more.
    pub halving: Option<Spanned<u64>>,
}

/// The network of fully connected layers that `hidden` and `activation` describe.
pub const MLP: &str = "mlp";

/// A network: a name or layers in one string, or a list of layers.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected the name of a network, or a list of layers such as [\"linear 50\", \"relu\", \"linear outputs\"]"
)]
pub enum RawNetwork {
    /// A name, or layers with commas between them.
    Text(String),
    /// One layer an entry.
    List(Vec<String>),
}

impl RawNetwork {
    /// All of it in one string.
    pub fn text(&self) -> String {
        match self {
            RawNetwork::Text(text) => text.clone(),
            RawNetwork::List(layers) => layers.join(", "),
        }
    }
}

/// A problem: a function to minimise or a network to train.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawProblem {
    /// What it is called in reports. Default: the function's or the dataset's name.
    pub name: Option<Spanned<String>>,
    /// The function to minimise.
    pub function: Option<Spanned<String>>,
    /// Function: where to start. Default: the function's usual start.
    pub start: Option<Spanned<Vec<f64>>>,
    /// Function: standard deviation of the noise added to each gradient entry. Default: 0.
    pub noise: Option<Spanned<f64>>,
    /// Function: what else it takes (a condition number, an angle).
    pub set: Option<Spanned<BTreeMap<Spanned<String>, Spanned<f64>>>>,
    /// A program that gives losses and gradients, with its arguments: `["python3", "mine.py"]`. What it is asked stands in
    /// docs/your-own-problem.md.
    pub program: Option<Spanned<Vec<String>>>,
    /// Program: whether its losses and gradients follow from the parameters alone. Such a problem gets no seeds and no statistics, like
    /// a function without noise. Default: false.
    pub deterministic: Option<Spanned<bool>>,
    /// Program: seconds that it may take for an answer before it is stopped. Default: 600.
    pub answer_seconds: Option<Spanned<u64>>,
    /// Program: copies of it that may run at the same time. Default: as many as threads.
    pub parallel: Option<Spanned<u64>>,
    /// The dataset to train on: a name, or the path of a CSV or NPZ file.
    pub dataset: Option<Spanned<String>>,
    /// Dataset: the network, in place of `hidden` and `activation`: its name (`"simple-convnet"`), or its layers, as a list
    /// (`["conv 30 5", "relu", "linear outputs"]`) or in one string.
    pub network: Option<Spanned<RawNetwork>>,
    /// Dataset: widths of the hidden layers; `[]` for none. Default: `[50]`.
    pub hidden: Option<Spanned<Vec<u64>>>,
    /// Dataset: what follows each hidden layer. Default: `"relu"`.
    pub activation: Option<Spanned<String>>,
    /// Dataset: initial weights, by name or as a standard deviation. Default: he for relu, leaky-relu, elu, gelu and
    /// silu, lecun for selu, xavier otherwise.
    pub initial: Option<Spanned<RawInitial>>,
    /// Dataset: examples in a batch. Default: 100.
    pub batch: Option<Spanned<u64>>,
    /// Dataset: `"shuffled"` epochs, or drawn with `"replacement"`. Default: shuffled.
    pub sampling: Option<Spanned<String>>,
    /// Dataset: use this many training examples only.
    pub examples: Option<Spanned<u64>>,
    /// Dataset: how many training examples are set aside for validation; 0 for none. Default: the dataset's own split.
    pub validation: Option<Spanned<u64>>,
    /// Text: characters of an example. Default: 64.
    pub context: Option<Spanned<u64>>,
    /// Dataset: scale the inputs to 0..1. Default: true.
    pub normalize: Option<Spanned<bool>>,
    /// Dataset: judge by `"accuracy"` or `"loss"`. Default: accuracy.
    pub metric: Option<Spanned<String>>,
    /// Dataset: steps between two looks at the validation split. Default: once an epoch.
    pub evaluate_every: Option<Spanned<u64>>,
    /// Steps of a run. Default: 30 on functions.
    pub steps: Option<Spanned<u64>>,
    /// Dataset: epochs of a run, instead of steps. Default: 30, enough for plain gradient descent at its usual rate to have
    /// learnt something of a small set (the digits: 330 steps).
    pub epochs: Option<Spanned<u64>>,
    /// The learning-rate schedule, the same for all rules: a name or a table. Default: constant.
    pub schedule: Option<Spanned<RawSchedule>>,
    /// Dataset: lowers the rate, beside the schedule, when the validation loss no longer falls: a table of settings such as
    /// `{ factor = 0.5, patience = 3 }`, in evaluations; `{}` for the defaults.
    pub plateau: Option<Spanned<BTreeMap<Spanned<String>, Spanned<f64>>>>,
    /// Dataset: the share of each target that is spread over all classes while learning. Default: 0.
    pub label_smoothing: Option<Spanned<f64>>,
    /// Dataset: `"balanced"`, or a number for each class: how much its examples count while learning. Default: all the same.
    pub class_weights: Option<Spanned<ClassWeights>>,
    /// Images: what is done to them each time they are drawn, such as `{ shift = 2, flip = true, crop = 0.6 }`. Default: nothing.
    pub augmentation: Option<Spanned<Augmentation>>,
    /// Dataset: ends a run after so many evaluations without a lower validation loss, such as `{ patience = 5 }`, and goes back to
    /// where it was lowest. Default: every run takes all its steps.
    pub early_stopping: Option<Spanned<EarlyStopping>>,
    /// Dataset: takes the loss of each batch again after its update, for the curve, as the book's scripts do. Default: false.
    pub loss_after_update: Option<Spanned<bool>>,
    /// Report how many steps each rule needs to bring the validation loss (of a function: its value) down to this, to the
    /// resolution of `evaluate_every`.
    pub target_loss: Option<Spanned<f64>>,
    /// The smallest difference in the metric that matters to you. On functions it is a share of the best rule's mean value,
    /// because values there span many powers of ten. Default: 0.005 of accuracy, 0.01 of loss, half of the value of functions.
    pub difference: Option<Spanned<f64>>,
    /// Learning rates for this problem, by the rules' labels; they come before the rules' own.
    pub learning_rates: Option<BTreeMap<Spanned<String>, Spanned<RawRate>>>,
}

/// Initial weights: a name, or the standard deviation of a normal distribution.
#[derive(Clone, Debug)]
pub enum RawInitial {
    /// By name.
    Name(String),
    /// Normal with this standard deviation.
    StandardDeviation(f64),
}

/// A schedule: `"cosine"`, or `{ name = "cosine", warmup = 100 }`.
#[derive(Clone, Debug)]
pub struct RawSchedule {
    /// The name.
    pub name: Option<Spanned<String>>,
    /// The settings.
    pub settings: BTreeMap<Spanned<String>, Spanned<RawSetting>>,
}

/// A setting of a schedule, of whatever kind.
#[derive(Clone, Debug)]
pub enum RawSetting {
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Flag(bool),
    /// A word, or a schedule's name.
    Text(String),
    /// A list: of steps, of points (themselves lists), of schedules.
    List(Vec<Spanned<RawSetting>>),
    /// A schedule with its settings.
    Schedule(RawSchedule),
}

/// Implements `Deserialize` for a type that may be written in several ways, keeping the error messages of each.
macro_rules! written_as {
    ($type:ty, $expecting:literal, { $($method:item)* }) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Written;
                impl<'de> Visitor<'de> for Written {
                    type Value = $type;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expecting)
                    }
                    $($method)*
                }
                deserializer.deserialize_any(Written)
            }
        }
    };
}

written_as!(RawRule, "a rule's name or a table with a `name`", {
    fn visit_str<E: de::Error>(self, name: &str) -> Result<RawRule, E> {
        Ok(RawRule::Name(name.to_string()))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawRule, A::Error> {
        RawRuleTable::deserialize(MapAccessDeserializer::new(map))
            .map(|table| RawRule::Table(Box::new(table)))
    }
});

written_as!(RawSearch, "a list of hyper-parameters or a table of them", {
    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<RawSearch, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = entries.next_element()? {
            names.push(name);
        }
        Ok(RawSearch::Names(names))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawSearch, A::Error> {
        let mut table = BTreeMap::new();
        while let Some((name, space)) = map.next_entry()? {
            table.insert(name, space);
        }
        Ok(RawSearch::Table(table))
    }
});

// A list is refused: it could be a range or a choice.
written_as!(RawSpace, "{ from = 0.5, to = 0.99 } or { values = [0.5, 0.9] }", {
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawSpace, A::Error> {
        RawSpace::deserialize(MapAccessDeserializer::new(map))
    }
});

written_as!(RawRate, "a number or a range such as { from = 1e-4, to = 1 }", {
    fn visit_f64<E: de::Error>(self, rate: f64) -> Result<RawRate, E> {
        Ok(RawRate::Fixed(rate))
    }
    fn visit_i64<E: de::Error>(self, rate: i64) -> Result<RawRate, E> {
        Ok(RawRate::Fixed(rate as f64))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawRate, A::Error> {
        RawRange::deserialize(MapAccessDeserializer::new(map)).map(RawRate::Range)
    }
});

written_as!(RawInitial, "a name such as \"he\" or a standard deviation", {
    fn visit_str<E: de::Error>(self, name: &str) -> Result<RawInitial, E> {
        Ok(RawInitial::Name(name.to_string()))
    }
    fn visit_f64<E: de::Error>(self, deviation: f64) -> Result<RawInitial, E> {
        Ok(RawInitial::StandardDeviation(deviation))
    }
    fn visit_i64<E: de::Error>(self, deviation: i64) -> Result<RawInitial, E> {
        Ok(RawInitial::StandardDeviation(deviation as f64))
    }
});

written_as!(RawSchedule, "a schedule's name or a table with a `name`", {
    fn visit_str<E: de::Error>(self, name: &str) -> Result<RawSchedule, E> {
        Ok(RawSchedule { name: Some(given(name.to_string())), settings: BTreeMap::new() })
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawSchedule, A::Error> {
        let mut schedule = RawSchedule { name: None, settings: BTreeMap::new() };
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            if key.get_ref() == "name" {
                schedule.name = Some(map.next_value()?);
            } else {
                schedule.settings.insert(key, map.next_value()?);
            }
        }
        Ok(schedule)
    }
});

written_as!(RawSetting, "a number, true or false, a word, a list or a schedule", {
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<RawSetting, E> {
        Ok(RawSetting::Number(number))
    }
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<RawSetting, E> {
        Ok(RawSetting::Number(number as f64))
    }
    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<RawSetting, E> {
        Ok(RawSetting::Flag(flag))
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<RawSetting, E> {
        Ok(RawSetting::Text(text.to_string()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<RawSetting, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = entries.next_element()? {
            list.push(entry);
        }
        Ok(RawSetting::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawSetting, A::Error> {
        RawSchedule::deserialize(MapAccessDeserializer::new(map)).map(RawSetting::Schedule)
    }
});
