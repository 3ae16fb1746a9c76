//! How much memory a run takes, before it takes any.

use crate::diagnostics::looked_at;
use crate::{EVALUATION_BATCH, Evaluator, Point, TensorDiagnostics, TrainError, TrainingSettings, network};
use thalweg_arena::Tensor;
use thalweg_data::{Dataset, Sampling};
use thalweg_kit::{check_free_memory, used_memory};
use thalweg_nn::{Element, Model, Plan};
use thalweg_optim::{Buildable, Optimizer, state_bytes};

/// The most buffers of the parameters' size that a run holds beside the optimizer's state: parameters, gradients, their average and
/// those before an update.
const ARENAS: usize = 4;
/// What decomposing a matrix of statistics takes, in bytes for each of its elements: a dozen copies in 64 bits. Measured.
const DECOMPOSED: usize = 12 * 8;
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
    bytes += DECOMPOSED * largest_statistics(optimizer.as_ref());
    let points = settings.evaluations(available).saturating_add(2);
    let tensors = model.graph.layout().tensors().len();
    let point = size_of::<Point>() + tensors * size_of::<TensorDiagnostics>();
    Ok(bytes.saturating_add((points as usize).saturating_mul(RECORDS * point)))
}

/// Returns the elements of the largest state of a tensor that has a shape of its own: the statistics of Shampoo and SOAP.
fn largest_statistics<T: Element>(optimizer: &dyn Optimizer<T>) -> usize {
    let layout = optimizer.layout();
    let state = optimizer.state();
    let tensors = state.iter().flat_map(|(_, arena)| arena.layout().tensors());
    let own =
        tensors.filter(|state| layout.find(&state.name).is_some_and(|tensor| tensor.shape != state.shape));
    own.map(Tensor::len).max().unwrap_or(0)
}

fn arenas<T: Element>(model: &Model<T>, count: usize) -> usize {
    model.graph.layout().len().saturating_mul(T::BYTES).saturating_mul(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_optim::{Dialect, Specification};

    #[test]
    fn statistics_are_kept_and_decomposed() {
        let digits = thalweg_data::load("digits", &Default::default(), &Default::default()).unwrap();
        let bytes = |rule: &str| {
            let rule = Specification::new(rule, Dialect::Paper);
            let settings = TrainingSettings { hidden: vec![200], ..TrainingSettings::new("digits", rule) };
            run_bytes::<f32>(&settings, &digits).unwrap()
        };
        // Statistics and their roots of both axes of 64 x 200 and 200 x 10, and of biases of 200 and 10; four bytes each.
        let state = 4 * 2 * [64, 200, 200, 10, 200, 10].map(|n: usize| n * n).iter().sum::<usize>();
        assert_eq!(bytes("shampoo") - bytes("sgd"), state + DECOMPOSED * 200 * 200);
    }
}
