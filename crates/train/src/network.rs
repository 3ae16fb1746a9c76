//! The network of a run.

use crate::{Balanced, ClassWeights, TrainError, TrainingSettings};
use thalweg_data::{Dataset, Image, Sampling, Targets};
use thalweg_nn::losses::CrossEntropySettings;
use thalweg_nn::{Element, Example, Layers, Loss, Model, Plan};

/// Builds the network of `settings` for `dataset`: softmax cross-entropy for classes, mean squared error for values.
///
/// # Errors
/// An unknown activation, a hidden layer of width 0; layers that cannot be read or do not fit the data.
pub fn network<T: Element>(settings: &TrainingSettings, dataset: &Dataset) -> Result<Model<T>, TrainError> {
    let (example, loss) = example(dataset);
    Ok(layers(settings)?.model_for(&example, loss, cross_entropy(settings, dataset)?)?)
}

/// Builds the network that `layers` (a name or a list) describe for `dataset`.
///
/// # Errors
/// Layers that cannot be read or do not fit the data.
pub fn network_of<T: Element>(layers: &str, dataset: &Dataset) -> Result<Model<T>, TrainError> {
    let (example, loss) = example(dataset);
    Ok(Layers::read(layers)?.model(&example, loss)?)
}

/// Returns the settings of the training loss.
fn cross_entropy(settings: &TrainingSettings, dataset: &Dataset) -> Result<CrossEntropySettings, TrainError> {
    let class_weights = match &settings.learning.class_weights {
        None => None,
        Some(ClassWeights::Each(weights)) => Some(weights.as_slice().into()),
        Some(ClassWeights::Named(Balanced::Balanced)) => {
            let Targets::Labels(labels) = dataset.train.targets() else {
                return Err(TrainError::Setting(
                    "classes can be balanced only where each example has a label".into(),
                ));
            };
            let mut counts = vec![0.0f64; dataset.classes.len()];
            labels.iter().for_each(|&label| counts[label as usize] += 1.0);
            let each = labels.len() as f64 / counts.len() as f64;
            // The weight of a class without examples has no effect.
            Some(counts.iter().map(|&count| if count > 0.0 { each / count } else { 0.0 }).collect())
        }
    };
    Ok(CrossEntropySettings { smoothing: settings.learning.label_smoothing, class_weights, ignore: None })
}

/// Returns what `dataset` asks of a network: extents of its examples, outputs and loss.
pub(crate) fn example(dataset: &Dataset) -> (Example, Loss) {
    let (outputs, loss) = match dataset.train.targets() {
        Targets::Labels(_) => (dataset.classes.len(), Loss::SoftmaxCrossEntropy),
        Targets::Sequences { .. } => (dataset.classes.len(), Loss::SoftmaxCrossEntropy),
        Targets::Values { width, .. } => (*width, Loss::MeanSquaredError),
    };
    let places = matches!(dataset.train.targets(), Targets::Sequences { .. });
    let features = dataset.train.features();
    let image = dataset.image.map(|Image { height, width, .. }| [features / (height * width), height, width]);
    (Example { features, image, outputs, places: places.then_some(features) }, loss)
}

/// Returns the layers of `settings`.
pub(crate) fn layers(settings: &TrainingSettings) -> Result<Layers, TrainError> {
    if let Some(network) = &settings.network {
        return Ok(Layers::read(network)?);
    }
    if settings.hidden.contains(&0) {
        return Err(TrainError::Setting(
            "a hidden layer needs at least one unit; leave out layers of width 0".into(),
        ));
    }
    Ok(Layers::perceptron(&settings.hidden, settings.activation()?))
}

/// Refuses an epoch of `examples` whose last batch holds a single example that `model` cannot learn from.
///
/// # Errors
/// [`TrainError::Setting`], with what to do.
pub(crate) fn check_last_batch<T: Element>(
    model: &Model<T>,
    settings: &TrainingSettings,
    examples: usize,
) -> Result<(), TrainError> {
    let has_rest = settings.sampling == Sampling::Shuffled && settings.batch < examples;
    if !has_rest || examples % settings.batch.max(1) != 1 {
        return Ok(());
    }
    Plan::training(&model.graph, 1, model.objective, &[]).map(drop).map_err(|error| {
        let batch = settings.batch;
        TrainError::Setting(format!(
            "batches of {batch} leave one example of {examples} for the last batch of an epoch, and {error}; or use {} examples \
             (`examples`), or `sampling = \"replacement\"`",
            examples - 1
        ))
    })
}
