//! Diagnostics of a network during training: gradients, updates and activations, layer by layer.

use crate::TrainError;
use crate::evaluation::fill;
use crate::json::null_is_nan;
use serde::{Deserialize, Serialize};
use thalweg_arena::{Arena, Layout};
use thalweg_data::Examples;
use thalweg_lanes::{Real, reduce};
use thalweg_nn::{Activation, Element, Model, Plan, Session};

/// Bars of a histogram.
const BARS: usize = 30;

/// The number of examples whose activations are recorded with the metrics.
pub(crate) const EXAMPLES: usize = 256;

/// Which diagnostics are recorded at every evaluation of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// Nothing.
    #[default]
    Nothing,
    /// Gradients and updates: a pass over the parameters.
    Updates,
    /// Activations too: another forward pass of the first examples.
    Everything,
}

/// The diagnostics of a network at one evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diagnostics {
    /// Updates done.
    pub step: u64,
    /// Every parameter tensor in the last update; none before the first.
    pub tensors: Vec<TensorDiagnostics>,
    /// Every activation, on the first training examples, in the order of the network; none if only updates are recorded.
    pub activations: Vec<ActivationDiagnostics>,
}

/// One parameter tensor in one update.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TensorDiagnostics {
    /// Its name.
    pub tensor: String,
    /// The length of its gradient.
    #[serde(deserialize_with = "null_is_nan")]
    pub gradient_norm: f64,
    /// Its own length before the update.
    #[serde(deserialize_with = "null_is_nan")]
    pub weight_norm: f64,
    /// The length of the update in multiples of that; about 0.001 is usual. `None` where the weights are all 0.
    pub update_ratio: Option<f64>,
}

/// How the values of one activation are distributed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivationDiagnostics {
    /// The node.
    pub layer: String,
    /// The mean of the values.
    #[serde(deserialize_with = "null_is_nan")]
    pub mean: f64,
    /// Their standard deviation.
    #[serde(deserialize_with = "null_is_nan")]
    pub deviation: f64,
    /// The share of values that are exactly 0: for a ReLU, the values that pass no gradient on.
    pub zeros: f64,
    /// The share of units (of a convolution: channels) that are 0 for every example: dead ReLUs.
    pub dead: f64,
    /// Where the bars of the histogram begin and end: one more than there are bars.
    pub edges: Vec<f64>,
    /// How many values each bar holds.
    pub counts: Vec<u64>,
}

/// Returns the gradient and the update of every tensor. `before` and `after` are the parameters before and after the update.
pub(crate) fn tensors<T: Real>(
    layout: &Layout,
    gradients: &[T],
    before: &[T],
    after: &[T],
) -> Vec<TensorDiagnostics> {
    let norm = |values: &[T]| reduce::sum_of_squares(values).sqrt();
    let one = |tensor: &thalweg_arena::Tensor| {
        let range = tensor.range.clone();
        let moved: Vec<T> =
            before[range.clone()].iter().zip(&after[range.clone()]).map(|(a, b)| *b - *a).collect();
        let (weight_norm, update) = (norm(&before[range.clone()]), norm(&moved));
        TensorDiagnostics {
            tensor: tensor.name.clone(),
            gradient_norm: norm(&gradients[range]),
            weight_norm,
            update_ratio: (weight_norm > 0.0).then(|| update / weight_norm),
        }
    };
    layout.tensors().iter().map(one).collect()
}

impl Diagnostics {
    /// Returns the length of the whole gradient.
    pub fn gradient_norm(&self) -> f64 {
        self.tensors.iter().map(|one| one.gradient_norm.powi(2)).sum::<f64>().sqrt()
    }

    /// Returns the length of the whole update divided by that of all weights; `None` before the first update.
    pub fn update_ratio(&self) -> Option<f64> {
        let weights: f64 = self.tensors.iter().map(|one| one.weight_norm.powi(2)).sum();
        let update = |one: &TensorDiagnostics| (one.update_ratio.unwrap_or(0.0) * one.weight_norm).powi(2);
        let updates: f64 = self.tensors.iter().map(update).sum();
        (weights > 0.0).then(|| (updates / weights).sqrt())
    }
}

/// Returns how the values of every activation of `model` are distributed over `examples`.
pub(crate) fn activations<T: Element>(
    model: &Model<T>,
    parameters: &Arena<T>,
    statistics: &Arena<T>,
    examples: &Examples,
) -> Result<Vec<ActivationDiagnostics>, TrainError> {
    let plan = Plan::evaluation(&model.graph, 1, &[model.output])?;
    let nodes = activation_nodes(model, &plan);
    let wanted: Vec<_> = nodes.iter().map(|(node, _)| *node).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut session = Session::evaluation(&model.graph, examples.len(), &wanted)?;
    session.set_statistics(statistics.values())?;
    let indices: Vec<u32> = (0..examples.len() as u32).collect();
    fill(&mut session, model, examples, &indices, false)?;
    session.forward(parameters.values())?;
    let one = |(node, planned): (thalweg_nn::Node, &thalweg_nn::PlannedNode)| {
        Ok(distribution(planned.name.clone(), session.value(node)?, &planned.shape))
    };
    nodes.into_iter().map(one).collect()
}

/// The activations of a network, with what is planned of them.
fn activation_nodes<'p, T: Element>(
    model: &Model<T>,
    plan: &'p Plan,
) -> Vec<(thalweg_nn::Node, &'p thalweg_nn::PlannedNode)> {
    let is_activation = |op: &str| Activation::ALL.iter().any(|(name, _)| *name == op);
    let found = plan.nodes().iter().filter(|node| is_activation(node.op));
    found.filter_map(|node| Some((model.graph.find(&node.name)?, node))).collect()
}

/// Returns the bytes that a look at the activations takes, where there are `available` training examples.
pub(crate) fn looked_at<T: Element>(model: &Model<T>, available: usize) -> Result<usize, TrainError> {
    let plan = Plan::evaluation(&model.graph, 1, &[model.output])?;
    let wanted: Vec<_> = activation_nodes(model, &plan).into_iter().map(|(node, _)| node).collect();
    if wanted.is_empty() {
        return Ok(0);
    }
    Ok(Plan::evaluation(&model.graph, EXAMPLES.min(available).max(1), &wanted)?.bytes())
}

/// Values between 0 and 1 or -1 and 1 get those ranges, others their own.
fn distribution<T: Real>(layer: String, values: &[T], shape: &[usize]) -> ActivationDiagnostics {
    let wide = || values.iter().map(|value| value.to_f64());
    let n = values.len().max(1) as f64;
    let mean = wide().sum::<f64>() / n;
    let variance = wide().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
    let (low, high) =
        wide().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    let (low, high) = match (low, high) {
        (low, high) if low >= 0.0 && high <= 1.0 => (0.0, 1.0),
        (low, high) if low >= -1.0 && high <= 1.0 => (-1.0, 1.0),
        (low, high) if low < high && low.is_finite() && high.is_finite() => (low, high),
        _ => (-1.0, 1.0),
    };
    let mut counts = vec![0; BARS];
    for x in wide().filter(|x| x.is_finite()) {
        let bar = ((x - low) / (high - low) * BARS as f64) as usize;
        counts[bar.min(BARS - 1)] += 1;
    }
    let edges = (0..=BARS).map(|bar| low + (high - low) * bar as f64 / BARS as f64).collect();
    let zeros = values.iter().filter(|&&x| x == T::ZERO).count() as f64 / n;
    ActivationDiagnostics {
        layer,
        mean,
        deviation: variance.sqrt(),
        zeros,
        dead: dead(values, shape),
        edges,
        counts,
    }
}

/// The share of units that are 0 everywhere: channels of images `[batch, channels, height, width]`, features of anything else.
fn dead<T: Real>(values: &[T], shape: &[usize]) -> f64 {
    let (units, each) = match shape {
        &[_, channels, height, width] => (channels, height * width),
        [.., features] => (*features, 1),
        [] => (1, 1),
    };
    let mut alive = vec![false; units.max(1)];
    for (at, value) in values.iter().enumerate() {
        if *value != T::ZERO {
            alive[at / each.max(1) % units.max(1)] = true;
        }
    }
    alive.iter().filter(|alive| !**alive).count() as f64 / units.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_that_is_zero_for_every_example_is_dead() {
        // Two examples of three features; the second is never anything but 0.
        assert_eq!(dead(&[1.0f32, 0.0, 0.0, 0.0, 0.0, 2.0], &[2, 3]), 1.0 / 3.0);
        // Two examples of two channels of 1 by 2; the first is 0 everywhere.
        assert_eq!(dead(&[0.0f32, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0], &[2, 2, 1, 2]), 0.5);
    }

    #[test]
    fn a_distribution_has_its_moments_and_its_bars() {
        let found = distribution("relu1".into(), &[0.0f32, 0.0, 3.0, 3.0], &[2, 2]);
        assert_eq!((found.mean, found.deviation, found.zeros, found.dead), (1.5, 1.5, 0.5, 0.0));
        assert_eq!((found.edges[0], found.edges[BARS]), (0.0, 3.0));
        assert_eq!((found.counts[0], found.counts[BARS - 1]), (2, 2));
    }

    #[test]
    fn an_update_is_measured_against_the_weights_before_it() {
        let mut layout = Layout::new();
        layout.add("W", &[2]).unwrap();
        layout.add("b", &[1]).unwrap();
        let fill = |w: [f64; 2], b: f64| {
            let mut values = vec![0.0; layout.len()];
            values[layout.tensors()[0].range.clone()].copy_from_slice(&w);
            values[layout.tensors()[1].range.clone()].copy_from_slice(&[b]);
            values
        };
        let found = tensors(&layout, &fill([3.0, 4.0], 2.0), &fill([6.0, 8.0], 0.0), &fill([6.0, 7.0], 1.0));
        assert_eq!(
            (found[0].gradient_norm, found[0].weight_norm, found[0].update_ratio),
            (5.0, 10.0, Some(0.1))
        );
        assert_eq!((found[1].gradient_norm, found[1].update_ratio), (2.0, None));
        let whole = Diagnostics { step: 1, tensors: found, activations: vec![] };
        assert!((whole.gradient_norm() - 29f64.sqrt()).abs() < 1e-12);
        assert!((whole.update_ratio().unwrap() - 0.1).abs() < 1e-12);
        assert_eq!(Diagnostics { tensors: vec![], ..whole }.update_ratio(), None);
    }
}
