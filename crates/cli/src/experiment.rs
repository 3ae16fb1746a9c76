//! The options that describe a network and its training, laid over an experiment file, and checked with it.

use crate::failure::Failure;
use crate::setting::{ScheduleSetting, Setting, schedule_setting, setting};
use std::path::PathBuf;
use thalweg::data::{Augmentation, Dataset, Source};
use thalweg::lab::cell::Cell;
use thalweg::lab::engine::{load_dataset, settings, vocabulary};
use thalweg::lab::experiment::{
    Document, Experiment, MLP, RawExperiment, RawInitial, RawNetwork, RawProblem, RawRate, RawRule,
    RawRuleTable, RawSchedule, RawSetting, Workload, given,
};
use thalweg::optim::{Setting as Value, StageSpecification, WrittenSchedule};
use thalweg::train::{Balanced, ClassWeights, EarlyStopping, TrainingSettings};

/// One rule on one data set: what `train`, `check-gradients` and `explain` work on.
#[derive(clap::Args)]
pub(crate) struct TrainingArguments {
    /// An experiment file with one data set and one rule; the options below change it
    #[arg(value_name = "EXPERIMENT.toml")]
    pub(crate) experiment: Option<PathBuf>,
    /// The data set: a name (`thalweg list datasets`), csv:PATH or npz:PATH [default: digits]
    #[arg(long)]
    dataset: Option<String>,
    #[command(flatten)]
    pub(crate) source: SourceArguments,
    /// The network, in place of --hidden and --activation: a name (`thalweg list networks`), or its layers, such as
    /// "conv 30 5, relu, max-pool 2, linear 100, relu, linear outputs"
    #[arg(long, value_name = "NAME|LAYERS")]
    network: Option<String>,
    /// Widths of the hidden layers, such as 50 or 100,100; `none` for a linear model [default: 50]
    #[arg(long, value_name = "WIDTHS", value_parser = widths)]
    hidden: Option<Widths>,
    /// What follows each hidden layer: relu, gelu, sigmoid, tanh, … [default: relu]
    #[arg(long)]
    activation: Option<String>,
    /// How weights start: he, xavier, orthogonal, uniform(0.1), …, or a standard deviation [default: he for relu and its like,
    /// lecun for selu, xavier otherwise]
    #[arg(long)]
    initial: Option<String>,
    /// The update rule (`thalweg list rules`) [default: sgd]
    #[arg(long)]
    rule: Option<String>,
    /// Whose formula and defaults: book or torch [default: book]
    #[arg(long)]
    dialect: Option<String>,
    /// A hyper-parameter, such as learning_rate=0.1
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<Setting>,
    /// A stage before the rule, such as clip-by-global-norm:largest=1 (`thalweg list stages`)
    #[arg(long, value_name = "STAGE[:NAME=VALUE,…]")]
    before: Vec<StageSpecification>,
    /// A stage after the rule, such as cautious or average:decay=0.999
    #[arg(long, value_name = "STAGE[:NAME=VALUE,…]")]
    after: Vec<StageSpecification>,
    /// What becomes of the learning rate (`thalweg list schedules`)
    #[arg(long)]
    schedule: Option<String>,
    /// A setting of the schedule, such as warmup=100 or at=1000,2000
    #[arg(long = "schedule-set", value_name = "NAME=VALUE", value_parser = schedule_setting, requires = "schedule")]
    schedule_set: Vec<ScheduleSetting>,
    /// Lowers the rate when the validation loss no longer falls: factor, patience, threshold, cooldown, floor
    #[arg(long, value_name = "NAME=VALUE,…", value_parser = setting, value_delimiter = ',')]
    plateau: Vec<Setting>,
    /// Spread this share of each target over all classes while learning, such as 0.1
    #[arg(long, value_name = "SHARE")]
    label_smoothing: Option<f64>,
    /// How much each class counts while learning: `balanced`, or a number for each, such as 1,1,5
    #[arg(long, value_name = "WEIGHTS", value_parser = class_weights)]
    class_weights: Option<ClassWeights>,
    /// What is done to training images each time they are drawn: shift=PIXELS, flip, crop=SHARE of the area, several with
    /// commas
    #[arg(long, value_name = "HOW", value_parser = augmentation)]
    augment: Option<Augmentation>,
    /// End after so many evaluations without a lower validation loss, and go back to the lowest
    #[arg(long, value_name = "EVALUATIONS")]
    early_stopping: Option<u64>,
    /// Examples in a batch [default: 100]
    #[arg(long)]
    batch: Option<u64>,
    /// How batches are drawn: shuffled epochs, or replacement as in the notes [default: shuffled]
    #[arg(long)]
    sampling: Option<String>,
    /// Steps in all: updates, or gradients of which a rule averages several before an update (`accumulate`)
    #[arg(long, conflicts_with = "epochs")]
    pub(crate) steps: Option<u64>,
    /// Passes over the training examples, in place of --steps [default: 30]
    #[arg(long)]
    epochs: Option<u64>,
    /// Train on this many examples only
    #[arg(long)]
    examples: Option<u64>,
    /// Keep this many training examples for validation; 0 trains on all of them
    #[arg(long)]
    validation: Option<u64>,
    /// Steps between two evaluations [default: an epoch]
    #[arg(long)]
    evaluate_every: Option<u64>,
    /// What all randomness follows from [default: 1]
    #[arg(long)]
    seed: Option<u64>,
}

/// Where data files are.
#[derive(clap::Args, Clone, Default)]
pub(crate) struct SourceArguments {
    /// Where data files are [default: $THALWEG_DATA, then your cache]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

impl SourceArguments {
    pub(crate) fn source(&self) -> Source {
        Source { data_dir: self.data.clone() }
    }
}

#[derive(Clone, Debug)]
struct Widths(Vec<u64>);

fn widths(text: &str) -> Result<Widths, String> {
    if text == "none" {
        return Ok(Widths(Vec::new()));
    }
    let width = |part: &str| part.trim().parse().map_err(|_| format!("`{part}` is not a whole number"));
    Ok(Widths(text.split(',').map(width).collect::<Result<_, _>>()?))
}

fn class_weights(text: &str) -> Result<ClassWeights, String> {
    if text == "balanced" {
        return Ok(ClassWeights::Named(Balanced::Balanced));
    }
    let weight = |part: &str| part.trim().parse().map_err(|_| format!("`{part}` is not a number"));
    let weights = text.split(',').map(weight).collect::<Result<_, _>>();
    Ok(ClassWeights::Each(
        weights.map_err(|error| format!("{error}; write `balanced` or a number for each class"))?,
    ))
}

fn augmentation(text: &str) -> Result<Augmentation, String> {
    let mut found = Augmentation::default();
    for part in text.split(',').map(str::trim) {
        match part.split_once('=') {
            Some(("shift", pixels)) => {
                found.shift =
                    pixels.parse().map_err(|_| format!("`{pixels}` is not a whole number of pixels"))?;
            }
            Some(("crop", share)) => {
                found.crop = Some(share.parse().map_err(|_| format!("`{share}` is not a number"))?);
            }
            None if part == "flip" => found.flip = true,
            _ => return Err(format!("`{part}` is none of shift=PIXELS, flip and crop=SHARE")),
        }
    }
    Ok(found)
}

/// A checked run and its data.
pub(crate) struct Training {
    pub(crate) settings: TrainingSettings,
    pub(crate) dataset: Dataset,
}

impl TrainingArguments {
    /// Checks everything and loads the data.
    pub(crate) fn load(&self) -> Result<Training, Failure> {
        let experiment = self.experiment()?;
        let ([problem], [arm]) = (experiment.problems.as_slice(), experiment.rules.as_slice()) else {
            return Err(Failure::new(
                "this command works on one problem and one rule, and the experiment has more: choose with --rule, or let \
                 `thalweg compare` run all of it",
            ));
        };
        let Workload::Training(training) = &problem.workload else {
            return Err(Failure::new(
                "this command trains a network; for a function of two variables there is `thalweg trajectory`",
            ));
        };
        let dataset = load_dataset(training, &self.source.source())?;
        let settings = settings(training, &dataset, &Cell::single(problem, arm, experiment.seed))?;
        Ok(Training { settings: TrainingSettings { evaluate_training: true, ..settings }, dataset })
    }

    /// Loads the training run of every rule on every data set of the experiment; functions are left out.
    pub(crate) fn load_all(&self) -> Result<Vec<Training>, Failure> {
        let experiment = self.experiment()?;
        let mut all = Vec::new();
        for problem in &experiment.problems {
            let Workload::Training(training) = &problem.workload else { continue };
            let dataset = load_dataset(training, &self.source.source())?;
            for arm in &experiment.rules {
                let settings = settings(training, &dataset, &Cell::single(problem, arm, experiment.seed))?;
                all.push(Training { settings, dataset: dataset.clone() });
            }
        }
        Ok(all)
    }

    /// The experiment with the options laid over it, checked.
    fn experiment(&self) -> Result<Experiment, Failure> {
        let mut document = match &self.experiment {
            Some(path) => Document::read(path)?,
            None => Document::default(),
        };
        self.overlay(&mut document.raw);
        Ok(document.check(&vocabulary())?)
    }

    /// Refuses options that a saved run already answers.
    pub(crate) fn refuse_with_resume(&self) -> Result<(), Failure> {
        let given = [
            ("EXPERIMENT.toml", self.experiment.is_some()),
            ("--dataset", self.dataset.is_some()),
            ("--network", self.network.is_some()),
            ("--hidden", self.hidden.is_some()),
            ("--activation", self.activation.is_some()),
            ("--initial", self.initial.is_some()),
            ("--rule", self.rule.is_some()),
            ("--dialect", self.dialect.is_some()),
            ("--set", !self.set.is_empty()),
            ("--before", !self.before.is_empty()),
            ("--after", !self.after.is_empty()),
            ("--schedule", self.schedule.is_some()),
            ("--plateau", !self.plateau.is_empty()),
            ("--label-smoothing", self.label_smoothing.is_some()),
            ("--class-weights", self.class_weights.is_some()),
            ("--augment", self.augment.is_some()),
            ("--early-stopping", self.early_stopping.is_some()),
            ("--batch", self.batch.is_some()),
            ("--sampling", self.sampling.is_some()),
            ("--epochs", self.epochs.is_some()),
            ("--examples", self.examples.is_some()),
            ("--validation", self.validation.is_some()),
            ("--evaluate-every", self.evaluate_every.is_some()),
            ("--seed", self.seed.is_some()),
        ];
        match given.iter().find(|(_, given)| *given) {
            None => Ok(()),
            Some((name, _)) => Err(Failure::new(format!(
                "{name} cannot be given with --resume: the saved run already says it; only --steps, --save and --data can"
            ))),
        }
    }

    /// Lays the options over what the file says.
    fn overlay(&self, raw: &mut RawExperiment) {
        if let Some(seed) = self.seed {
            raw.seed = Some(given(seed));
        }
        match raw.problems.as_mut().map(|problems| problems.get_mut().as_mut_slice()) {
            None => {
                let problem = raw.problem.get_or_insert_with(|| given(RawProblem::default()));
                self.overlay_problem(problem.get_mut());
            }
            Some([problem]) => self.overlay_problem(problem.get_mut()),
            // Which of several an option means cannot be known; commands that need one say so.
            Some(_) => {}
        }
        let rules = raw.rules.get_or_insert_with(|| given(vec![given(RawRule::Name("sgd".into()))]));
        if let Some(rule) = &self.rule {
            *rules.get_mut() = vec![given(RawRule::Name(rule.clone()))];
        }
        for rule in rules.get_mut() {
            self.overlay_rule(rule.get_mut());
        }
    }

    fn overlay_rule(&self, rule: &mut RawRule) {
        let mut table = match rule {
            RawRule::Name(name) => {
                RawRuleTable { name: Some(given(name.clone())), ..RawRuleTable::default() }
            }
            RawRule::Table(table) => (**table).clone(),
        };
        if let Some(dialect) = &self.dialect {
            table.dialect = Some(given(dialect.clone()));
        }
        if !self.before.is_empty() {
            table.before = Some(self.before.clone());
        }
        if !self.after.is_empty() {
            table.after = Some(self.after.clone());
        }
        for Setting { name, value } in &self.set {
            if name == "learning_rate" {
                table.learning_rate = Some(given(RawRate::Fixed(*value)));
            } else {
                table.set.get_or_insert_default().insert(given(name.clone()), given(*value));
            }
        }
        *rule = RawRule::Table(Box::new(table));
    }

    fn overlay_problem(&self, raw: &mut RawProblem) {
        if raw.function.is_none() && raw.dataset.is_none() {
            raw.dataset = Some(given("digits".into()));
        }
        let text = |value: &Option<String>| value.clone().map(given);
        raw.dataset = text(&self.dataset).or(raw.dataset.take());
        if let Some(network) = self.network.as_deref().filter(|network| *network != MLP) {
            raw.network = Some(given(RawNetwork::Text(network.to_string())));
            (raw.hidden, raw.activation) = (None, None);
        } else if self.network.is_some() || self.hidden.is_some() || self.activation.is_some() {
            raw.network = None;
        }
        raw.hidden = self.hidden.clone().map(|widths| given(widths.0)).or(raw.hidden.take());
        raw.activation = text(&self.activation).or(raw.activation.take());
        raw.initial = self.initial.as_ref().map(|text| given(initial(text))).or(raw.initial.take());
        raw.label_smoothing = self.label_smoothing.map(given).or(raw.label_smoothing.take());
        raw.class_weights = self.class_weights.clone().map(given).or(raw.class_weights.take());
        raw.augmentation = self.augment.map(given).or(raw.augmentation.take());
        if let Some(patience) = self.early_stopping {
            raw.early_stopping = Some(given(EarlyStopping { patience, least: 0.0 }));
        }
        raw.batch = self.batch.map(given).or(raw.batch.take());
        raw.sampling = text(&self.sampling).or(raw.sampling.take());
        if self.steps.is_some() || self.epochs.is_some() {
            raw.steps = self.steps.map(given);
            raw.epochs = self.epochs.map(given);
        }
        raw.examples = self.examples.map(given).or(raw.examples.take());
        raw.validation = self.validation.map(given).or(raw.validation.take());
        raw.evaluate_every = self.evaluate_every.map(given).or(raw.evaluate_every.take());
        if !self.plateau.is_empty() {
            let settings = self.plateau.iter().map(|one| (given(one.name.clone()), given(one.value)));
            raw.plateau = Some(given(settings.collect()));
        }
        if let Some(name) = &self.schedule {
            let settings =
                self.schedule_set.iter().map(|one| (given(one.name.clone()), given(raw_setting(&one.value))));
            let schedule = RawSchedule { name: Some(given(name.clone())), settings: settings.collect() };
            raw.schedule = Some(given(schedule));
        }
    }
}

/// A schedule's setting as a file would have it.
fn raw_setting(value: &Value) -> RawSetting {
    let numbers = |numbers: &[f64]| {
        RawSetting::List(numbers.iter().map(|&number| given(RawSetting::Number(number))).collect())
    };
    match value {
        Value::Number(number) => RawSetting::Number(*number),
        Value::Flag(flag) => RawSetting::Flag(*flag),
        Value::Text(text) => RawSetting::Text(text.clone()),
        Value::Numbers(list) => numbers(list),
        Value::Points(points) => RawSetting::List(points.iter().map(|point| given(numbers(point))).collect()),
        Value::Schedules(schedules) => {
            let raw = |one: &WrittenSchedule| RawSchedule {
                name: Some(given(one.name.clone())),
                settings: one
                    .settings
                    .iter()
                    .map(|(k, v)| (given(k.clone()), given(raw_setting(v))))
                    .collect(),
            };
            RawSetting::List(schedules.iter().map(|one| given(RawSetting::Schedule(raw(one)))).collect())
        }
    }
}

fn initial(text: &str) -> RawInitial {
    match text.parse() {
        Ok(scale) => RawInitial::StandardDeviation(scale),
        Err(_) => RawInitial::Name(text.to_string()),
    }
}
