//! Before an experiment: does the problem learn, how far do seeds scatter, and how long will it take?

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use serde::Serialize;
use thalweg_data::Dataset;
use thalweg_nn::{Session, check_gradients, initialise};
use thalweg_train::{Ending, Trainer, derive, fill, network};

use crate::engine::{self, Differences, Engine, Stoppable};
use crate::fault::fault;
use thalweg_lab::cell::{Cell, Stage, WorkloadHash};
use thalweg_lab::experiment::{Experiment, Length, Metric, Problem, TrainingProblem, Workload};
use thalweg_lab::fault::RunFault;
use thalweg_lab::outcome::{Curve, Outcome};
use thalweg_lab::protocol::{Runner, first_cell};
use thalweg_lab::statistics::{mean, sample_standard_deviation};
use thalweg_lab::store::Store;
use thalweg_lab::verdict::{Plan, Sentence};

/// Runs at the defaults from which scatter and time are judged.
const RUNS: usize = 5;
/// Entries of each parameter whose gradient is held against a difference quotient.
const SAMPLED: usize = 20;
/// Examples of the gradient check.
const EXAMPLES: usize = 8;
/// Updates on a single batch.
const UPDATES: u64 = 300;

/// What was found on one problem.
#[derive(Clone, Debug, Serialize)]
pub struct Preflight {
    /// The problem's name.
    pub problem: String,
    /// How runs are judged.
    pub metric: Metric,
    /// How far backpropagation and difference quotients are apart: the mean absolute difference of the worst parameter, in 64
    /// bits; absent on functions.
    pub gradient: Option<f64>,
    /// The files of a program by whose contents its results are known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// How far the gradients of a program, or of a problem of one's own, and difference quotients are apart; absent on other problems.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub differences: Option<Differences>,
    /// The loss of one batch before and after many updates on it alone; absent on functions.
    pub one_batch: Option<(f64, f64)>,
    /// What is wrong before the first update, whatever the rule and its rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_fault: Option<Sentence>,
    /// The rule whose defaults suit the problem best; the following comes from its runs.
    pub rule: String,
    /// Runs that finished.
    pub runs: usize,
    /// Their mean.
    pub mean: Option<f64>,
    /// Their standard deviation over seeds.
    pub spread: Option<f64>,
    /// The difference that matters.
    pub difference: f64,
    /// The final seeds that most likely decide between two rules, were all rules to scatter so; or what would, if no number of seeds
    /// does. Absent without a spread.
    pub plan: Option<Plan>,
    /// The final seeds planned.
    pub seeds: usize,
    /// What the number of validation examples alone leaves open: the standard error of an accuracy.
    pub validation_error: Option<f64>,
    /// Runs in all.
    pub cells: usize,
    /// The time of these in whole runs: less where the search halves.
    pub whole_runs: f64,
    /// The time of one run, in seconds.
    pub seconds_per_run: f64,
}

/// What happens during a look at a problem.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PreflightEvent<'a> {
    /// Runs of the rules at their defaults begin.
    DefaultsStarted {
        /// How many there are.
        runs: usize,
    },
    /// A run is done.
    RunFinished {
        /// What the rule is called.
        label: &'a str,
        /// Its figure; absent if it diverged.
        figure: Option<f64>,
    },
    /// Gradients are held against difference quotients.
    GradientsStarted,
    /// A single batch is learnt.
    BatchStarted,
}

/// Looks at a problem of an experiment in which [`check`](thalweg_lab::protocol::check) has found no mistake. `observer` hears of the
/// progress. The runs at the defaults are kept in the store: they are
/// part of the experiment.
///
/// # Errors
/// What keeps the problem from being run.
pub fn preflight(
    experiment: &Experiment,
    index: usize,
    engine: &Engine,
    store: &mut dyn Store,
    code: &str,
    stop: &AtomicBool,
    observer: &dyn Fn(PreflightEvent<'_>),
) -> Result<Preflight, RunFault> {
    let problem = &experiment.problems[index];
    let protocol = experiment.protocol_for(problem);
    if matches!(problem.workload, Workload::Command(_)) {
        return first_run(experiment, index, engine, store, code, stop, observer);
    }
    let workload = WorkloadHash::of(&problem.workload).on(&engine.fingerprint(index));
    let runs = if problem.workload.is_deterministic() { 1 } else { RUNS };
    observer(PreflightEvent::DefaultsStarted { runs: experiment.rules.len() + runs });
    let mut times = Vec::new();
    let mut run = |arm: usize, number: usize| -> Result<Option<f64>, RunFault> {
        let defaults = experiment.rules[arm].defaults.clone();
        let cell = Cell::of(experiment, (index, &workload), arm, defaults, Stage::Default, number);
        // Run in any case: its time is wanted.
        let started = Instant::now();
        let outcome = engine.run(&cell, false, stop)?;
        times.push(started.elapsed().as_secs_f64());
        let id = cell.id(code);
        if store.get(&id)?.is_none() {
            store.put(&id, &cell, &outcome)?;
        }
        let figure = outcome.figure();
        observer(PreflightEvent::RunFinished { label: &experiment.rules[arm].label, figure });
        Ok(figure)
    };
    // The scatter of a rule whose defaults do not suit the problem says little: that of the one they suit best is looked at.
    let mut best: Option<(f64, usize)> = None;
    for arm in 0..experiment.rules.len() {
        let score = run(arm, 0)?.map_or(f64::NEG_INFINITY, |value| problem.workload.metric().score(value));
        if best.is_none_or(|(other, _)| score > other) {
            best = Some((score, arm));
        }
    }
    let Some((_, best)) = best else { return Err(RunFault::NoRule) };
    let figures: Vec<f64> = (0..runs)
        .map(|number| run(best, number))
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flatten()
        .collect();
    let arm = &experiment.rules[best];
    let average = (!figures.is_empty()).then(|| mean(&figures));
    let spread = (figures.len() > 1).then(|| sample_standard_deviation(&figures));
    let margin = match problem.workload.metric() {
        Metric::Value => average.map_or(f64::NAN, |value| problem.difference * value.abs()),
        _ => problem.difference,
    };
    let rules = experiment.rules.len();
    let test = match problem.workload.metric() {
        Metric::Accuracy => engine.test_examples(index).zip(average),
        _ => None,
    };
    // In the unit of the experiment's `difference`.
    let unit = margin / problem.difference;
    let plan = spread.map(|spread| Plan::new((spread, figures.len()), margin, rules, test).in_units_of(unit));
    if matches!(problem.workload, Workload::Program(_)) {
        observer(PreflightEvent::GradientsStarted);
    }
    let differences = engine.differences(index, experiment.seed, stop)?;
    let (mut gradient, mut one_batch, mut validation_error) = (None, None, None);
    if let (Workload::Training(training), Some(dataset)) = (&problem.workload, engine.dataset(index)) {
        observer(PreflightEvent::GradientsStarted);
        gradient = Some(gradients(problem, training, dataset, experiment)?);
        observer(PreflightEvent::BatchStarted);
        one_batch = Some(overfit(problem, training, dataset, experiment, stop)?);
        if training.metric == Metric::Accuracy
            && let Some(share) = average
        {
            validation_error = Some((share * (1.0 - share) / dataset.validation.len() as f64).sqrt());
        }
    }
    Ok(Preflight {
        problem: problem.name.clone(),
        metric: problem.workload.metric(),
        gradient,
        files: engine.files(index),
        differences,
        one_batch,
        start_fault: engine.start_fault(experiment, index),
        rule: arm.label.clone(),
        runs: figures.len(),
        mean: average,
        spread,
        difference: problem.difference,
        plan,
        seeds: protocol.final_seeds,
        validation_error,
        cells: experiment.rules.iter().map(|arm| protocol.cells(problem.is_tuned(arm))).sum(),
        whole_runs: experiment.rules.iter().map(|arm| protocol.whole_runs(problem.is_tuned(arm))).sum(),
        seconds_per_run: mean(&times),
    })
}

/// Looks at a training of the user's own: such runs are long, so the one that is made is the first of the comparison.
fn first_run(
    experiment: &Experiment,
    index: usize,
    engine: &Engine,
    store: &mut dyn Store,
    code: &str,
    stop: &AtomicBool,
    observer: &dyn Fn(PreflightEvent<'_>),
) -> Result<Preflight, RunFault> {
    let problem = &experiment.problems[index];
    let protocol = experiment.protocol_for(problem);
    let cell = first_cell(experiment, index, engine).ok_or(RunFault::NoRule)?;
    observer(PreflightEvent::DefaultsStarted { runs: 1 });
    let (started, id) = (Instant::now(), cell.id(code));
    let outcome = match store.get(&id)?.filter(|outcome| outcome.unsealed || cell.stage != Stage::Final) {
        Some(outcome) => outcome,
        None => {
            let unseal = cell.stage == Stage::Final;
            let outcome = Outcome { unsealed: unseal, ..engine.run(&cell, unseal, stop)? };
            store.put(&id, &cell, &outcome)?;
            outcome
        }
    };
    // One that was stored took as long as its steps did.
    let last = |curve: &Curve| curve.steps.last().copied().unwrap_or(0);
    let steps = last(&outcome.training_loss).max(last(&outcome.validation_curve));
    let seconds = (outcome.seconds_per_step * f64::from(steps)).max(started.elapsed().as_secs_f64());
    let figure = outcome.figure();
    observer(PreflightEvent::RunFinished { label: &cell.label, figure });
    Ok(Preflight {
        problem: problem.name.clone(),
        metric: problem.workload.metric(),
        gradient: None,
        files: engine.files(index),
        differences: None,
        one_batch: None,
        start_fault: None,
        rule: cell.label.clone(),
        runs: usize::from(figure.is_some()),
        mean: figure,
        spread: None,
        difference: problem.difference,
        plan: None,
        seeds: protocol.final_seeds,
        validation_error: None,
        cells: experiment.rules.iter().map(|arm| protocol.cells(problem.is_tuned(arm))).sum(),
        whole_runs: experiment.rules.iter().map(|arm| protocol.whole_runs(problem.is_tuned(arm))).sum(),
        // A shortened run is a part of a whole one.
        seconds_per_run: seconds * f64::from(cell.divisor),
    })
}

/// How far backpropagation and difference quotients are apart, in 64 bits.
fn gradients(
    problem: &Problem,
    training: &TrainingProblem,
    dataset: &Dataset,
    experiment: &Experiment,
) -> Result<f64, RunFault> {
    let cell = Cell::single(problem, &experiment.rules[0], experiment.seed);
    let settings = engine::settings(training, dataset, &cell)?;
    let model = network::<f64>(&settings, dataset).map_err(fault)?;
    let initial = settings.initial.parse().map_err(fault)?;
    let parameters = initialise(&model.graph, initial, derive(settings.seed, "initial values"));
    let count = EXAMPLES.min(dataset.train.len());
    let mut session = Session::training(&model.graph, count, model.loss, &[]).map_err(fault)?;
    let indices: Vec<u32> = (0..count as u32).collect();
    fill(&mut session, &model, &dataset.train, &indices, true).map_err(fault)?;
    let checks = check_gradients(&mut session, parameters.values(), Some(SAMPLED)).map_err(fault)?;
    // A kink within the step of a difference quotient spoils one entry, a wrong gradient all of a parameter's.
    Ok(checks.iter().map(|check| check.mean_absolute_difference).fold(0.0, f64::max))
}

/// The loss of the first batch, before and after many updates on nothing else.
fn overfit(
    problem: &Problem,
    training: &TrainingProblem,
    dataset: &Dataset,
    experiment: &Experiment,
    stop: &AtomicBool,
) -> Result<(f64, f64), RunFault> {
    let mut training = training.clone();
    training.examples = Some(training.batch.min(dataset.train.len() as u64));
    training.length = Length::Steps(UPDATES);
    training.evaluate_every = Some(UPDATES);
    training.learning.early_stopping = None;
    training.plateau = None;
    let cell = Cell::single(problem, &experiment.rules[0], experiment.seed);
    let mut settings = engine::settings(&training, dataset, &cell)?;
    // Whatever rules are compared: Adam at its usual rate learns a batch by heart if it can be learnt.
    settings.rule =
        thalweg_optim::Specification::new("adam", thalweg_optim::Dialect::Torch).with("learning_rate", 0.003);
    let mut trainer = Trainer::<f32>::new(settings, dataset).map_err(fault)?;
    let first = trainer.step().map_err(fault)?;
    match trainer.run(&mut Stoppable(stop)).map_err(fault)? {
        Ending::Stopped => Err(RunFault::Interrupted),
        Ending::Finished | Ending::Diverged { .. } => Ok((first, trainer.step().unwrap_or(f64::NAN))),
    }
}
