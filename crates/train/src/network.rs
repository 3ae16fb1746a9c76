//! The network of a run.

use crate::{Error, Settings};
use thalweg_data::{Dataset, Targets};
use thalweg_nn::{Element, Loss, Mlp, Model, Plan};

/// The multi-layer perceptron of `settings` for `dataset`: softmax cross-entropy for classes, mean squared error for
/// values.
///
/// # Errors
/// An unknown activation, a hidden layer of width 0, [`Error::Memory`].
pub fn network<T: Element>(settings: &Settings, dataset: &Dataset) -> Result<Model<T>, Error> {
    if settings.hidden.contains(&0) {
        return Err(Error::Setting(
            "a hidden layer needs at least one unit; leave out layers of width 0".into(),
        ));
    }
    let (outputs, loss) = match dataset.train.targets() {
        Targets::Labels(_) => (dataset.classes.len(), Loss::SoftmaxCrossEntropy),
        Targets::Values { width, .. } => (*width, Loss::MeanSquaredError),
    };
    let mlp = Mlp {
        inputs: dataset.train.features(),
        hidden: settings.hidden.clone(),
        outputs,
        activation: settings.activation()?,
        loss,
    };
    let model = mlp.build::<T>()?;
    let plan = Plan::training(&model.graph, settings.batch.max(1), model.loss, &[])?;
    let arena = model.graph.layout().len().saturating_mul(T::BYTES);
    refuse_what_does_not_fit(plan.bytes().saturating_add(arena.saturating_mul(ARENAS)))?;
    Ok(model)
}

/// Buffers shaped like the parameters that a run holds at most: parameters, gradients, a point ahead, two states.
const ARENAS: usize = 5;

/// Asks the system for `bytes` and gives them back: a refusal here is a sentence, later it would be the end of the process.
fn refuse_what_does_not_fit(bytes: usize) -> Result<(), Error> {
    let mut probe = Vec::<u8>::new();
    probe.try_reserve_exact(bytes).map_err(|_| Error::Memory { gigabytes: bytes as f64 / 1e9 })
}
