//! A cell that trains a network.

use super::predictions;
use crate::fault::fault;
use std::sync::atomic::{AtomicBool, Ordering};
use thalweg_data::{Dataset, Options, Source, TargetKind};
use thalweg_lab::cell::Cell;
use thalweg_lab::experiment::{Arm, Initial, Length, Metric, Problem, Sampling, TrainingProblem};
use thalweg_lab::fault::RunFault;
use thalweg_lab::outcome::{Inside, Outcome, ShortCurve};
use thalweg_lab::verdict::Sentence;
use thalweg_optim::{Dialect, OptimError, Schedule, Specification, WrittenSchedule};
use thalweg_train::{
    Ending, Evaluation, Look, Observer, StartCause, StartFault, Trainer, TrainingSettings, ValueErrors,
};

/// Training examples whose activations are looked at once training is over.
const LOOKED_AT: usize = 256;

/// The activation in the settings of a network that says its own; nothing follows from it.
const USUAL_ACTIVATION: &str = "relu";

/// Loads the data of a training problem.
///
/// # Errors
/// A data set that is missing or broken, with what to do.
pub fn load_dataset(problem: &TrainingProblem, source: &Source) -> Result<Dataset, thalweg_data::DataError> {
    thalweg_data::load(&problem.dataset, &options(problem), source)
}

fn options(problem: &TrainingProblem) -> Options {
    problem.reading.apply(Options {
        normalize: problem.normalize,
        validation: problem.validation.map(|count| count as usize),
        context: problem.context.map_or(Options::default().context, |count| count as usize),
        ..Options::default()
    })
}

/// The rule of a cell, with the schedule of its problem, in a run of so many steps.
///
/// # Errors
/// A rule, dialect, hyper-parameter or schedule that does not exist; a run that is over before its first update.
pub fn specification(
    cell: &Cell,
    schedule: &WrittenSchedule,
    steps: u64,
) -> Result<Specification, OptimError> {
    let updates = cell.around.updates(steps);
    if updates == 0 && steps > 0 {
        let round = cell.around.accumulate.unwrap_or(1);
        return Err(OptimError::Contradiction(format!(
            "a run of {steps} steps makes no update where gradients are averaged over {round} steps (`accumulate`); give it more \
             steps, or set a smaller `accumulate`"
        )));
    }
    let schedule = Schedule::from_settings(&schedule.name, &schedule.settings, updates)?;
    let mut rule = Specification::new(&cell.rule, cell.dialect.parse::<Dialect>()?).with_schedule(schedule);
    rule.hyperparameters = cell.hyperparameters.clone();
    cell.around.apply(rule, updates)
}

/// The number of steps of a run on `dataset`.
pub(super) fn steps(problem: &TrainingProblem, dataset: &Dataset) -> u64 {
    match problem.length {
        Length::Steps(steps) => steps,
        Length::Epochs(epochs) => {
            let available = dataset.train.len() as u64;
            let examples = problem.examples.unwrap_or(available).min(available);
            epochs.saturating_mul(examples.div_ceil(problem.batch.max(1)))
        }
    }
}

/// What the trainer needs to run `cell` of `problem` on `dataset`.
///
/// # Errors
/// As [`specification`].
pub fn settings(
    problem: &TrainingProblem,
    dataset: &Dataset,
    cell: &Cell,
) -> Result<TrainingSettings, OptimError> {
    let steps = steps(problem, dataset);
    Ok(TrainingSettings {
        data: options(problem),
        examples: problem.examples.map(|count| count as usize),
        hidden: problem.hidden.iter().flatten().map(|&width| width as usize).collect(),
        activation: problem.activation.clone().unwrap_or_else(|| USUAL_ACTIVATION.into()),
        network: problem.network.clone(),
        initial: match &problem.initial {
            Initial::Named(name) => name.clone(),
            Initial::StandardDeviation(scale) => scale.to_string(),
        },
        batch: problem.batch as usize,
        sampling: match problem.sampling {
            Sampling::Shuffled => thalweg_data::Sampling::Shuffled,
            Sampling::Replacement => thalweg_data::Sampling::WithReplacement,
        },
        steps: cell.steps(steps),
        evaluate_every: problem.evaluate_every.unwrap_or(0),
        evaluate_training: false,
        seed: cell.seed,
        plateau: problem.plateau,
        learning: problem.learning.clone(),
        ..TrainingSettings::new(&problem.dataset, specification(cell, &problem.schedule, steps)?)
    })
}

/// Looks for what is wrong before the first update of a run of `arm`, whatever its rate, and says it as a sentence of the verdict.
pub fn start_fault(
    problem: &Problem,
    training: &TrainingProblem,
    dataset: &Dataset,
    arm: &Arm,
    seed: u64,
) -> Option<Sentence> {
    let cell = Cell::single(problem, arm, seed);
    // What keeps a network from being made is said when it is run.
    let settings = settings(training, dataset, &cell).ok()?;
    thalweg_train::start_fault(settings, dataset).ok()?.as_ref().map(start_sentence)
}

/// What is wrong before the first update, as a sentence of the verdict.
fn start_sentence(fault: &StartFault) -> Sentence {
    let (loss, guessing) = (fault.loss, fault.guessing);
    Sentence::of(|words| match fault.cause {
        StartCause::Inputs { column, value } => words.inputs_not_scaled(loss, guessing, column + 1, value),
        StartCause::InitialValues => words.initial_values_too_large(loss, guessing),
    })
}

/// A run of `cell` before its first step.
///
/// # Errors
/// A network that does not fit the data, a rule that does not fit the network.
pub(super) fn trainer<'a>(
    problem: &TrainingProblem,
    dataset: &'a Dataset,
    cell: &Cell,
) -> Result<Trainer<'a, f32>, RunFault> {
    Trainer::new(settings(problem, dataset, cell)?, dataset).map_err(fault)
}

/// The figure of an evaluation that a run is judged by; NaN if it has none.
fn figure(metric: Metric, evaluation: &Evaluation) -> f64 {
    let of_values = |of: fn(&ValueErrors) -> f64| evaluation.values.as_ref().map_or(f64::NAN, of);
    match metric {
        Metric::Accuracy => evaluation.accuracy.unwrap_or(f64::NAN),
        Metric::Rmse => of_values(|one| one.rmse),
        Metric::Mae => of_values(|one| one.mae),
        Metric::R2 => of_values(|one| one.r2),
        Metric::Loss | Metric::Value => evaluation.loss,
    }
}

/// The bytes that the run of `cell` takes beside its data; 0 for one that cannot be made.
pub(crate) fn run_bytes(problem: &TrainingProblem, dataset: &Dataset, cell: &Cell) -> u64 {
    let settings = settings(problem, dataset, cell).ok();
    settings.and_then(|settings| thalweg_train::run_bytes::<f32>(&settings, dataset).ok()).unwrap_or(0) as u64
}

/// Returns how many points the curves of a run have; 0 of one that cannot be made.
pub(super) fn evaluations(problem: &TrainingProblem, dataset: &Dataset, cell: &Cell) -> u64 {
    settings(problem, dataset, cell).map_or(0, |settings| settings.evaluations(dataset.train.len()))
}

pub(super) fn run(
    problem: &TrainingProblem,
    dataset: &Dataset,
    cell: &Cell,
    unsealed: bool,
    stop: &AtomicBool,
) -> Result<Outcome, RunFault> {
    let mut trainer = trainer(problem, dataset, cell)?;
    if unsealed {
        trainer.set_diagnostics(Look::Updates);
    }
    let ending = trainer.run(&mut Stoppable(stop)).map_err(fault)?;
    let diverged_at = match ending {
        Ending::Finished => None,
        Ending::Diverged { step } => Some(step),
        Ending::Stopped => return Err(RunFault::Interrupted),
    };
    let figure = |evaluation: &Evaluation| figure(problem.metric, evaluation);
    let (mut validation_curve, mut training_loss) = (ShortCurve::default(), ShortCurve::default());
    for point in &trainer.record().points {
        if let Some(validation) = &point.validation {
            validation_curve.push(point.step as u32, figure(validation) as f32);
        }
        if let Some(loss) = point.batch_loss {
            training_loss.push(point.step as u32, loss as f32);
        }
    }
    let record = trainer.record();
    let seconds_per_step = record.seconds_per_step().unwrap_or(0.0);
    let steps_to_target = problem.target_loss.and_then(|target| record.steps_to(target));
    let validation = record.last().and_then(|point| point.validation).map_or(f64::NAN, |last| figure(&last));
    let mut inside = Inside::default();
    if unsealed {
        let (mut gradient_norm, mut update_ratio) = (ShortCurve::default(), ShortCurve::default());
        for one in record.diagnostics.iter().filter(|one| !one.tensors.is_empty()) {
            gradient_norm.push(one.step as u32, one.gradient_norm() as f32);
            update_ratio.push(one.step as u32, one.update_ratio().unwrap_or(f64::NAN) as f32);
        }
        (inside.gradient_norm, inside.update_ratio) = (gradient_norm.finish(), update_ratio.finish());
        let layers = trainer.activations(LOOKED_AT).map_err(fault)?;
        let dead = layers.iter().map(|layer| layer.dead).sum::<f64>() / layers.len() as f64;
        inside.dead = Some(dead as f32).filter(|dead| dead.is_finite());
    }
    let (mut test, mut shown, mut correct) = (None, vec![], vec![]);
    if unsealed && diverged_at.is_none() {
        test = Some(figure(&trainer.evaluate(&dataset.test).map_err(fault)?));
        let model = trainer.model();
        let classes = !matches!(dataset.target_kind(), TargetKind::Values | TargetKind::Sequences);
        if classes && model.target != model.input {
            let said = trainer.predict(&dataset.test).map_err(fault)?;
            shown = predictions::chosen(&said, &dataset.test);
            if problem.metric == Metric::Accuracy {
                correct = predictions::correct(&said, &dataset.test);
            }
        }
    }
    Ok(Outcome {
        validation,
        validation_curve: validation_curve.finish(),
        training_loss: training_loss.finish(),
        test,
        unsealed,
        diverged_at,
        steps_to_target,
        seconds_per_step,
        inside,
        predictions: shown,
        correct,
    })
}

/// Gives a run up when the flag is set.
pub(crate) struct Stoppable<'a>(pub(crate) &'a AtomicBool);

impl Observer for Stoppable<'_> {
    fn stepped(&mut self, _: u64, _: u64, _: f64) -> bool {
        !self.0.load(Ordering::Relaxed)
    }
}
