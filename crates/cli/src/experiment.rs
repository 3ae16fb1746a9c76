//! The options that describe a network and its training, laid over an experiment file, and checked with it.

use crate::failure::Failure;
use crate::problem_options::{DATASET, ProblemOptions};
use crate::setting::{ScheduleSetting, Setting, schedule_setting, setting};
use std::path::PathBuf;
use thalweg::data::{Dataset, Source};
use thalweg::lab::cell::Cell;
use thalweg::lab::experiment::{
    Document, Experiment, RawExperiment, RawProblem, RawRate, RawRule, RawRuleTable, RawSchedule, RawSet,
    RawSetting, Workload, given,
};
use thalweg::optim::{Setting as Value, StageSpecification, WrittenSchedule};
use thalweg::train::TrainingSettings;
use thalweg::workloads::engine::{load_dataset, settings, vocabulary};

/// One rule on one data set: what `train`, `check-gradients` and `explain` work on.
#[derive(clap::Args)]
pub(crate) struct TrainingArguments {
    /// An experiment file with one data set and one rule; the options below change it
    #[arg(value_name = "EXPERIMENT.toml")]
    pub(crate) experiment: Option<PathBuf>,
    #[command(flatten)]
    problem: ProblemOptions,
    #[command(flatten)]
    pub(crate) source: SourceArguments,
    /// The update rule (`thalweg list rules`) [default: sgd]
    #[arg(long)]
    rule: Option<String>,
    /// Whose formula and defaults: book, torch, keras, optax or paper [default: book, or the first dialect that has the rule]
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
    /// A setting of the schedule, such as warmup=100 or at=1000,2000
    #[arg(long = "schedule-set", value_name = "NAME=VALUE", value_parser = schedule_setting, requires = "schedule")]
    schedule_set: Vec<ScheduleSetting>,
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
        let own = [
            ("EXPERIMENT.toml", self.experiment.is_some()),
            ("--rule", self.rule.is_some()),
            ("--dialect", self.dialect.is_some()),
            ("--set", !self.set.is_empty()),
            ("--before", !self.before.is_empty()),
            ("--after", !self.after.is_empty()),
            ("--seed", self.seed.is_some()),
        ];
        let own = own.into_iter().filter(|(_, given)| *given).map(|(name, _)| name.to_owned());
        match own.chain(self.problem.fixed_once_begun()).next() {
            None => Ok(()),
            Some(name) => Err(Failure::new(format!(
                "{name} cannot be given with --resume: the saved run already says it; only {}, --save and --data can",
                ProblemOptions::that_may_change().join(", ")
            ))),
        }
    }

    /// Returns the number of steps that an option asks for.
    pub(crate) fn steps(&self) -> Option<u64> {
        let mut problem = RawProblem::default();
        self.problem.lay_over(&mut problem);
        problem.steps.map(|steps| *steps.get_ref())
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
            table.before = Some(given(self.before.clone()));
        }
        if !self.after.is_empty() {
            table.after = Some(given(self.after.clone()));
        }
        for setting in &self.set {
            for (name, value) in setting.pairs() {
                if setting.is_rate() {
                    table.learning_rate = Some(given(RawRate::Fixed(value)));
                } else {
                    let set = table.set.get_or_insert_with(|| given(RawSet::default()));
                    set.get_mut().0.insert(given(name), given(value));
                }
            }
        }
        *rule = RawRule::Table(Box::new(table));
    }

    fn overlay_problem(&self, raw: &mut RawProblem) {
        if raw.function.is_none() && raw.dataset.is_none() {
            raw.dataset = Some(given(DATASET.into()));
        }
        self.problem.lay_over(raw);
        if let Some(schedule) = &mut raw.schedule {
            let settings = self.schedule_set.iter();
            let settings = settings.map(|one| (given(one.name.clone()), given(raw_setting(&one.value))));
            schedule.get_mut().settings.extend(settings);
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
