//! How much memory a run takes, before it takes any.

use crate::diagnostics::looked_at;
use crate::{EVALUATION_BATCH, Evaluator, Point, TensorDiagnostics, TrainError, TrainingSettings, network};
use thalweg_data::{Dataset, Sampling};
use thalweg_kit::{check_free_memory, used_memory};
use thalweg_nn::{Element, Model, Plan};
use thalweg_optim::{Buildable, state_bytes};

/// The most buffers of the parameters' size that a run holds beside the optimizer's state: parameters, gradients, their average and
/// those before an update.
const ARENAS: usize = 4;
/// How many times the record of a run is held while it grows: it is copied to a place of twice its size.
const RECORDS: usize = 3;

/// Checks that a run in batches of `batch` can have the memory that it needs whatever its rule. A refusal is an error here; later it
/// would abort the process. [`run_bytes`] counts the rest.
///
/// # Errors
/// [`TrainError::Memory`].
pub fn check_memory<T: Element>(model: &Model<T>, batch: usize) -> Result<(), TrainError> {
    let plan = Plan::training(&model.graph, batch.max(1), model.objective, &[])?;
    let bytes = plan.bytes().saturating_add(arenas(model, ARENAS));
    // What earlier runs of this process gave back is free as well, though the system does not know it.
    let held = used_memory().map_or(0, |used| used.now);
    match check_free_memory((bytes as u64).saturating_sub(held)) {
        Ok(()) => Ok(()),
        Err(_) => check_free_memory(bytes as u64).map_err(TrainError::Memory),
    }
}

/// Returns the most bytes that a run of `settings` takes on one thread beside its data: values and gradients, parameters, the state
/// of the optimizer, evaluations, and the record of the run.
///
/// # Errors
/// Settings that do not fit the data; [`TrainError::Memory`] if there is too little even for the parameters.
pub fn run_bytes<T: Element + Buildable>(
    settings: &TrainingSettings,
    dataset: &Dataset,
) -> Result<usize, TrainError> {
    let model = network::<T>(settings, dataset)?;
    let available = dataset.train.len();
    let examples = settings.examples.unwrap_or(available).min(available);
    let batch = settings.batch.min(examples).max(1);
    check_memory(&model, batch)?;
    let rest = match settings.sampling {
        Sampling::Shuffled => examples % batch,
        Sampling::WithReplacement => 0,
    };
    let mut bytes = 0;
    for size in [batch, rest].into_iter().filter(|&size| size > 0) {
        bytes += Plan::training(&model.graph, size, model.objective, &[])?.bytes();
    }
    let evaluated = if settings.evaluate_training { examples } else { 0 };
    let evaluator = Evaluator::new(model.clone(), EVALUATION_BATCH);
    bytes += evaluator.bytes([evaluated, dataset.validation.len(), dataset.test.len()])?;
    bytes += looked_at(&model, available)?;
    let optimizer = settings.rule.build::<T>(model.graph.layout().clone())?;
    bytes += arenas(&model, ARENAS) + state_bytes(optimizer.as_ref());
    let points = settings.evaluations(available).saturating_add(2);
    let tensors = model.graph.layout().tensors().len();
    let point = size_of::<Point>() + tensors * size_of::<TensorDiagnostics>();
    Ok(bytes.saturating_add((points as usize).saturating_mul(RECORDS * point)))
}

fn arenas<T: Element>(model: &Model<T>, count: usize) -> usize {
    model.graph.layout().len().saturating_mul(T::BYTES).saturating_mul(count)
}
