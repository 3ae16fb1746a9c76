//! Looks into a network: what its filters look like, where it is wrong.

use thalweg_data::Dataset;
use thalweg_train::{TrainError, Trainer};

/// The windows of a convolution.
#[derive(Clone, Debug, PartialEq)]
pub struct Filters {
    /// How many there are, rows, columns.
    pub extents: [usize; 3],
    /// The first input channel of each before learning.
    pub before: Vec<f32>,
    /// The same after it.
    pub after: Vec<f32>,
}

/// A test example taken for something else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mistake {
    /// Its place among the test examples.
    pub example: usize,
    /// What it is.
    pub label: usize,
    /// What it was taken for.
    pub predicted: usize,
    /// How sure the network was.
    pub probability: f64,
}

/// Count, rows, columns and the first input channel of each filter of the first convolution, in the weights that evaluations are
/// made with.
pub(super) fn first_filters(
    trainer: &mut Trainer<'_, f32>,
) -> Result<Option<([usize; 3], Vec<f32>)>, TrainError> {
    let parameters = trainer.judged_parameters()?;
    let Some(tensor) = parameters.layout().tensors().iter().find(|tensor| tensor.shape.len() == 4) else {
        return Ok(None);
    };
    let &[count, channels, rows, columns] = tensor.shape.as_slice() else { return Ok(None) };
    let values = &parameters.values()[tensor.range.clone()];
    let filters = values.chunks_exact(channels * rows * columns).flat_map(|filter| &filter[..rows * columns]);
    Ok(Some(([count, rows, columns], filters.copied().collect())))
}

/// The test examples that the network takes for something else.
pub(super) fn mistakes(
    trainer: &mut Trainer<'_, f32>,
    dataset: &Dataset,
) -> Result<Vec<Mistake>, TrainError> {
    let predictions = trainer.predict(&dataset.test)?;
    let wrong = predictions.iter().enumerate().filter_map(|(example, prediction)| {
        let label = dataset.test.label(example)? as usize;
        let (predicted, probability) = (prediction.class, prediction.probability);
        (label != predicted).then_some(Mistake { example, label, predicted, probability })
    });
    Ok(wrong.collect())
}
