//! Looks into a network: what its activations are, what its filters look like, where it is wrong.

use thalweg_data::Dataset;
use thalweg_nn::{Activation, Session};
use thalweg_train::{Error, Trainer, fill};

/// Bars of a histogram.
const BARS: usize = 30;

/// Examples whose activations are counted, as in the book.
const EXAMPLES: usize = 1000;

/// How the values of one activation are distributed.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// The node.
    pub layer: String,
    /// Where the bars begin and end: one more than there are bars.
    pub edges: Vec<f64>,
    /// How many values each bar holds.
    pub counts: Vec<u64>,
    /// The mean of the values.
    pub mean: f64,
    /// Their standard deviation.
    pub deviation: f64,
    /// The share of them that is exactly 0: of a ReLU, what hands no gradient on.
    pub zeros: f64,
}

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

/// The distribution of every activation's values on the first training examples.
pub(super) fn activations(trainer: &Trainer<'_, f32>, dataset: &Dataset) -> Result<Vec<Histogram>, Error> {
    let model = trainer.model();
    let plan = thalweg_nn::Plan::evaluation(&model.graph, 1, &[model.output])?;
    let is_activation = |op: &str| Activation::ALL.iter().any(|(name, _)| *name == op);
    let names = plan.nodes().iter().filter(|node| is_activation(node.op)).map(|node| node.name.clone());
    let nodes: Vec<_> = names.filter_map(|name| Some((model.graph.find(&name)?, name))).collect();
    let wanted: Vec<_> = nodes.iter().map(|(node, _)| *node).collect();
    let examples = dataset.train.slice(0..EXAMPLES.min(dataset.train.len()));
    let mut session = Session::evaluation(&model.graph, examples.len(), &wanted)?;
    session.set_statistics(trainer.statistics().values())?;
    let indices: Vec<u32> = (0..examples.len() as u32).collect();
    fill(&mut session, model, &examples, &indices, false)?;
    session.forward(trainer.parameters().values())?;
    nodes.into_iter().map(|(node, layer)| Ok(histogram(layer, session.value(node)?))).collect()
}

/// Values between 0 and 1 or -1 and 1 get those ranges, others their own.
fn histogram(layer: String, values: &[f32]) -> Histogram {
    let n = values.len() as f64;
    let mean = values.iter().map(|&x| f64::from(x)).sum::<f64>() / n;
    let variance = values.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / n;
    let (low, high) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| {
        (low.min(f64::from(x)), high.max(f64::from(x)))
    });
    let (low, high) = match (low, high) {
        (low, high) if low >= 0.0 && high <= 1.0 => (0.0, 1.0),
        (low, high) if low >= -1.0 && high <= 1.0 => (-1.0, 1.0),
        (low, high) if low < high && low.is_finite() && high.is_finite() => (low, high),
        _ => (-1.0, 1.0),
    };
    let mut counts = vec![0; BARS];
    for &x in values.iter().filter(|x| x.is_finite()) {
        let bar = ((f64::from(x) - low) / (high - low) * BARS as f64) as usize;
        counts[bar.min(BARS - 1)] += 1;
    }
    let edges = (0..=BARS).map(|bar| low + (high - low) * bar as f64 / BARS as f64).collect();
    let zeros = values.iter().filter(|&&x| x == 0.0).count() as f64 / n;
    Histogram { layer, edges, counts, mean, deviation: variance.sqrt(), zeros }
}

/// Count, rows, columns and the first input channel of each filter of the first convolution.
pub(super) fn first_filters(trainer: &Trainer<'_, f32>) -> Option<([usize; 3], Vec<f32>)> {
    let parameters = trainer.parameters();
    let tensor = parameters.layout().tensors().iter().find(|tensor| tensor.shape.len() == 4)?;
    let &[count, channels, rows, columns] = tensor.shape.as_slice() else { return None };
    let values = &parameters.values()[tensor.range.clone()];
    let filters = values.chunks_exact(channels * rows * columns).flat_map(|filter| &filter[..rows * columns]);
    Some(([count, rows, columns], filters.copied().collect()))
}

/// The test examples that the network takes for something else.
pub(super) fn mistakes(trainer: &mut Trainer<'_, f32>, dataset: &Dataset) -> Result<Vec<Mistake>, Error> {
    let predictions = trainer.predict(&dataset.test)?;
    let wrong = predictions.iter().enumerate().filter_map(|(example, prediction)| {
        let label = dataset.test.label(example)? as usize;
        let (predicted, probability) = (prediction.class, prediction.probability);
        (label != predicted).then_some(Mistake { example, label, predicted, probability })
    });
    Ok(wrong.collect())
}
