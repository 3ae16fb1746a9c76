//! The network of a run.

use crate::{Error, Settings};
use thalweg_data::{Dataset, Targets};
use thalweg_nn::{Element, Loss, Mlp, Model};

/// The multi-layer perceptron of `settings` for `dataset`: softmax cross-entropy for classes, mean squared error for
/// values.
///
/// # Errors
/// An unknown activation, a hidden layer of width 0.
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
    Ok(mlp.build()?)
}
