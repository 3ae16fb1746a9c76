//! Batch normalisation: y = γ (x - μ) / sqrt(σ² + ε) + β for each channel (Ioffe and Szegedy 2015, algorithm 1).
//!
//! While a network learns, μ and σ² are mean and variance over the batch (and the positions of an image); when it is used, they
//! are running means of those. With x̂ = (x - μ) / sqrt(σ² + ε) over m numbers a channel, the gradients are: of β, Σ g; of γ,
//! Σ g x̂; of x, γ (g - (Σ g + x̂ Σ g x̂) / m) / sqrt(σ² + ε).
//!
//! The running variance takes in m / (m - 1) times the batch's, as the paper's algorithm 2 and torch do; keras and the book
//! leave the factor out.

use super::loops::row_sum;
use crate::compiled::compiled_here;
use crate::op::Input;
use crate::{
    Advance, Backward, Dim, Element, Forward, Graph, GraphError, Mode, Needs, Node, Op, Shape, Target, shape,
};
use thalweg_lanes::{Kernel, Real, dispatch};

/// Normalises each channel over the batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNorm {
    /// Keeps the divisor from 0.
    pub epsilon: f64,
    /// The share of the running statistics that a batch leaves in place (torch's 1 - momentum, keras' momentum).
    pub decay: f64,
}

impl Default for BatchNorm {
    /// torch's values: ε = 1e-5, decay = 0.9.
    fn default() -> Self {
        Self { epsilon: 1e-5, decay: 0.9 }
    }
}

/// The extents of an input [examples, channels, ..]: examples, channels, positions.
fn extents(shape: &[usize]) -> [usize; 3] {
    [shape[0], shape[1], shape::elements(&shape[2..])]
}

impl<T: Element> Op<T> for BatchNorm {
    fn name(&self) -> &'static str {
        "batch_norm"
    }

    fn arity(&self) -> usize {
        5
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        if self.epsilon <= 0.0 || self.epsilon.is_nan() || !(0.0..1.0).contains(&self.decay) {
            let (epsilon, decay) = (self.epsilon, self.decay);
            return Err(format!(
                "ε is {epsilon} and the decay {decay}; ε must be above 0, the decay from 0 to less than 1"
            ));
        }
        let x = inputs[0].shape;
        let [Dim::Batch, Dim::Fixed(channels), ..] = *x.dims() else {
            return Err(format!("the input has shape {x}; it must be [batch, channels, ..]"));
        };
        for (input, name) in inputs[1..].iter().zip(["γ", "β", "the running mean", "the running variance"])
        {
            if input.shape.dims() != [Dim::Fixed(channels)] {
                let found = input.shape;
                return Err(format!(
                    "{name} has shape {found}; it must be [{channels}], one for each channel of {x}"
                ));
            }
        }
        Ok(x.clone())
    }

    fn lacks(&self, inputs: &[&[usize]]) -> Option<String> {
        let [examples, _, positions] = extents(inputs[0]);
        (examples * positions < 2).then(|| {
            "a batch of one example leaves one number a channel, which has no spread to normalise by; learn from batches of at \
             least two examples (`batch`), or normalise each example by itself (`layer-norm`)"
                .into()
        })
    }

    fn needs(&self) -> Needs {
        Needs::INPUTS
    }

    /// Mean, variance and 1 / sqrt(σ² + ε) of each channel.
    fn workspace(&self, inputs: &[&[usize]], _: Mode) -> usize {
        3 * inputs[0][1]
    }

    /// The sums of the gradient of each channel, and of its product with x̂.
    fn scratch(&self, inputs: &[&[usize]], _: usize) -> usize {
        2 * inputs[0][1]
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let Forward { inputs, output, workspace, mode, .. } = pass;
        let (x, extents) = (inputs.values(0), extents(inputs.shape(0)));
        let channels = extents[1];
        let (mean, rest) = workspace.split_at_mut(channels);
        let (variance, inverse) = rest.split_at_mut(channels);
        match mode {
            Mode::Training => dispatch(Moments { x, extents, mean, variance }),
            Mode::Evaluation => {
                mean.copy_from_slice(inputs.values(3));
                variance.copy_from_slice(inputs.values(4));
            }
        }
        let epsilon = T::from_f64(self.epsilon);
        for (inverse, variance) in inverse.iter_mut().zip(variance) {
            *inverse = T::ONE / (*variance + epsilon).sqrt();
        }
        let (gamma, beta) = (inputs.values(1), inputs.values(2));
        dispatch(Normalise { x, y: output, extents, mean, inverse, gamma, beta });
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, workspace, gradient, scratch, mut targets, .. } = pass;
        let (x, extents) = (inputs.values(0), extents(inputs.shape(0)));
        let channels = extents[1];
        let (mean, inverse) = (&workspace[..channels], &workspace[2 * channels..3 * channels]);
        let (sums, rest) = scratch.split_at_mut(channels);
        let products = &mut rest[..channels];
        dispatch(Sums { x, gradient, extents, mean, inverse, sums, products });
        if let Some(target) = targets.get(0) {
            let gamma = inputs.values(1);
            dispatch(InputGradient { x, gradient, extents, mean, inverse, gamma, sums, products, target });
        }
        for (input, values) in [(1, &*products), (2, &*sums)] {
            if let Some(target) = targets.get(input) {
                crate::ops::loops::map(target, values, |value| value);
            }
        }
    }

    fn advance(&self, mut pass: Advance<'_, T>) {
        let [examples, channels, positions] = extents(pass.shape(0));
        let count = (examples * positions) as f64;
        let unbiased = count / (count - 1.0);
        let (keep, take) = (T::from_f64(self.decay), T::from_f64(1.0 - self.decay));
        let workspace = pass.workspace;
        for (input, factor) in [(3, T::ONE), (4, T::from_f64(unbiased))] {
            let batch = &workspace[(input - 3) * channels..][..channels];
            for (running, batch) in pass.statistics(input).iter_mut().zip(batch) {
                *running = keep * *running + take * (factor * *batch);
            }
        }
    }
}

/// Mean and variance of each channel, in two passes.
struct Moments<'a, T> {
    x: &'a [T],
    extents: [usize; 3],
    mean: &'a mut [T],
    variance: &'a mut [T],
}

impl<T: Real> Kernel for Moments<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let [examples, channels, positions] = self.extents;
        let count = T::from_f64((examples * positions) as f64);
        let (mean, variance) = (&mut self.mean[..channels], &mut self.variance[..channels]);
        if positions == 1 {
            mean.fill(T::ZERO);
            variance.fill(T::ZERO);
            for row in self.x.chunks_exact(channels) {
                for c in 0..channels {
                    mean[c] += row[c];
                }
            }
            mean.iter_mut().for_each(|mean| *mean /= count);
            for row in self.x.chunks_exact(channels) {
                for c in 0..channels {
                    let deviation = row[c] - mean[c];
                    variance[c] += deviation * deviation;
                }
            }
            variance.iter_mut().for_each(|variance| *variance /= count);
            return;
        }
        for c in 0..channels {
            let rows = || {
                let starts = (0..examples).map(move |n| (n * channels + c) * positions);
                starts.map(|start| &self.x[start..][..positions])
            };
            let sum: f64 = rows().map(|row| row_sum(positions, |i| row[i]).to_f64()).sum();
            let middle = T::from_f64(sum / (examples * positions) as f64);
            let squares = |row: &[T]| row_sum(positions, |i| (row[i] - middle) * (row[i] - middle)).to_f64();
            mean[c] = middle;
            variance[c] = T::from_f64(rows().map(squares).sum::<f64>() / (examples * positions) as f64);
        }
    }
}

/// y = γ (x - μ) / sqrt(σ² + ε) + β.
struct Normalise<'a, T> {
    x: &'a [T],
    y: &'a mut [T],
    extents: [usize; 3],
    mean: &'a [T],
    inverse: &'a [T],
    gamma: &'a [T],
    beta: &'a [T],
}

impl<T: Real> Kernel for Normalise<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let [_, channels, positions] = self.extents;
        let (mean, inverse) = (&self.mean[..channels], &self.inverse[..channels]);
        let (gamma, beta) = (&self.gamma[..channels], &self.beta[..channels]);
        let rows =
            self.x.chunks_exact(channels * positions).zip(self.y.chunks_exact_mut(channels * positions));
        for (x, y) in rows {
            if positions == 1 {
                for c in 0..channels {
                    y[c] = (x[c] - mean[c]) * inverse[c] * gamma[c] + beta[c];
                }
                continue;
            }
            for c in 0..channels {
                let (x, y) = (&x[c * positions..][..positions], &mut y[c * positions..][..positions]);
                let (mean, inverse, gamma, beta) = (mean[c], inverse[c], gamma[c], beta[c]);
                for i in 0..positions {
                    y[i] = (x[i] - mean) * inverse * gamma + beta;
                }
            }
        }
    }
}

/// Σ g and Σ g x̂ of each channel.
struct Sums<'a, T> {
    x: &'a [T],
    gradient: &'a [T],
    extents: [usize; 3],
    mean: &'a [T],
    inverse: &'a [T],
    sums: &'a mut [T],
    products: &'a mut [T],
}

impl<T: Real> Kernel for Sums<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let [examples, channels, positions] = self.extents;
        let (mean, inverse) = (&self.mean[..channels], &self.inverse[..channels]);
        let (sums, products) = (&mut self.sums[..channels], &mut self.products[..channels]);
        if positions == 1 {
            sums.fill(T::ZERO);
            products.fill(T::ZERO);
            let rows = self.x.chunks_exact(channels).zip(self.gradient.chunks_exact(channels));
            for (x, gradient) in rows {
                for c in 0..channels {
                    sums[c] += gradient[c];
                    products[c] += gradient[c] * ((x[c] - mean[c]) * inverse[c]);
                }
            }
            return;
        }
        for c in 0..channels {
            let (mean, inverse) = (mean[c], inverse[c]);
            let (mut sum, mut product) = (0.0, 0.0);
            for n in 0..examples {
                let start = (n * channels + c) * positions;
                let (x, gradient) = (&self.x[start..][..positions], &self.gradient[start..][..positions]);
                sum += row_sum(positions, |i| gradient[i]).to_f64();
                product += row_sum(positions, |i| gradient[i] * ((x[i] - mean) * inverse)).to_f64();
            }
            (sums[c], products[c]) = (T::from_f64(sum), T::from_f64(product));
        }
    }
}

/// γ (g - (Σ g + x̂ Σ g x̂) / m) / sqrt(σ² + ε).
struct InputGradient<'a, T> {
    x: &'a [T],
    gradient: &'a [T],
    extents: [usize; 3],
    mean: &'a [T],
    inverse: &'a [T],
    gamma: &'a [T],
    sums: &'a [T],
    products: &'a [T],
    target: Target<'a, T>,
}

impl<T: Real> Kernel for InputGradient<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let [examples, channels, positions] = self.extents;
        let share = T::from_f64(1.0 / (examples * positions) as f64);
        let (mean, inverse, gamma) =
            (&self.mean[..channels], &self.inverse[..channels], &self.gamma[..channels]);
        let (sums, products) = (&self.sums[..channels], &self.products[..channels]);
        let Target { values, accumulate } = self.target;
        let row = channels * positions;
        let rows = self.x.chunks_exact(row).zip(self.gradient.chunks_exact(row));
        for ((x, gradient), out) in rows.zip(values.chunks_exact_mut(row)) {
            if positions == 1 {
                for c in 0..channels {
                    let old = if accumulate { out[c] } else { T::ZERO };
                    let normal = (x[c] - mean[c]) * inverse[c];
                    let centred = gradient[c] - share * (sums[c] + normal * products[c]);
                    out[c] = old + gamma[c] * inverse[c] * centred;
                }
                continue;
            }
            for c in 0..channels {
                let from = c * positions;
                let (x, gradient) = (&x[from..][..positions], &gradient[from..][..positions]);
                let out = &mut out[from..][..positions];
                let (mean, inverse) = (mean[c], inverse[c]);
                let (sum, product, factor) = (sums[c], products[c], gamma[c] * inverse);
                for i in 0..positions {
                    let old = if accumulate { out[i] } else { T::ZERO };
                    let normal = (x[i] - mean) * inverse;
                    out[i] = old + factor * (gradient[i] - share * (sum + normal * product));
                }
            }
        }
    }
}

compiled_here!(BatchNorm);

impl<T: Element> Graph<T> {
    /// Adds a node that normalises x: each channel of x `[BATCH, channels, ..]` is normalised over the batch and all extents
    /// after the channels. γ, β and the running `mean` and `variance` (made by [`statistic`](Self::statistic)) have the shape
    /// `[channels]`.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn batch_norm(
        &mut self,
        x: Node,
        [gamma, beta]: [Node; 2],
        [mean, variance]: [Node; 2],
        settings: BatchNorm,
    ) -> Result<Node, GraphError> {
        self.apply_compiled(settings, &[x, gamma, beta, mean, variance])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_gradients, parameter};
    use crate::{BATCH, Session};
    use std::sync::Arc;

    fn normalised(graph: &mut Graph<f64>, x: Node, channels: usize) -> Result<Node, GraphError> {
        let (gamma, beta) = (parameter(graph, "gamma", &[channels])?, parameter(graph, "beta", &[channels])?);
        let mean = graph.statistic("mean", &[channels], 0.0)?;
        let variance = graph.statistic("variance", &[channels], 1.0)?;
        graph.batch_norm(x, [gamma, beta], [mean, variance], BatchNorm::default())
    }

    #[test]
    fn gradients() {
        for (batch, shape) in [
            (2, &[BATCH, 1][..]),
            (7, &[BATCH, 5]),
            (3, &[BATCH, 2, 4]),
            (4, &[BATCH, 3, 5, 7]),
            (1, &[BATCH, 2, 20]),
        ] {
            assert_gradients(batch, |graph| {
                let x = graph.input("x", shape)?;
                graph.want_gradient(x)?;
                let y = normalised(graph, x, shape[1])?;
                graph.multiply(y, x)
            });
        }
    }

    #[test]
    fn running_statistics_follow_the_batches_and_are_used_by_evaluation() {
        let mut graph = Graph::<f64>::new();
        let x = graph.input("x", &[BATCH, 1, 2]).unwrap();
        let y = normalised(&mut graph, x, 1).unwrap();
        let loss = graph.mean_squared_error(y, x).unwrap();
        let graph = Arc::new(graph);
        let mut parameters = vec![0.0; graph.layout().len()];
        let starts: Vec<_> = graph.layout().tensors().iter().map(|tensor| tensor.range.start).collect();
        (parameters[starts[0]], parameters[starts[1]]) = (2.0, 0.5);
        let mut training = Session::training(&graph, 2, loss, &[y]).unwrap();
        assert!(matches!(training.advance(), Err(GraphError::NotComputed)));
        training.set_input(x, &[1.0, 2.0, 3.0, 6.0]).unwrap();
        training.forward(&parameters).unwrap();
        // Mean 3, variance (4 + 1 + 0 + 9) / 4 = 3.5.
        let expected = |x: f64, mean: f64, variance: f64| 2.0 * (x - mean) / (variance + 1e-5).sqrt() + 0.5;
        for (y, x) in training.value(y).unwrap().iter().zip([1.0, 2.0, 3.0, 6.0]) {
            assert!((y - expected(x, 3.0, 3.5)).abs() < 1e-12);
        }
        let before = training.statistics().to_vec();
        training.forward(&parameters).unwrap();
        assert_eq!(training.statistics(), before, "a forward pass alone changes nothing");
        training.advance().unwrap();
        let range = |name: &str| graph.statistics().find(name).unwrap().range.clone();
        let found = |name: &str| training.statistics()[range(name)][0];
        assert!((found("mean") - 0.3).abs() < 1e-12);
        assert!((found("variance") - (0.9 + 0.1 * 3.5 * 4.0 / 3.0)).abs() < 1e-12);

        let mut evaluation = Session::evaluation(&graph, 1, &[y]).unwrap();
        evaluation.set_statistics(training.statistics()).unwrap();
        evaluation.set_input(x, &[1.0, 2.0]).unwrap();
        evaluation.forward(&parameters).unwrap();
        for (y, x) in evaluation.value(y).unwrap().iter().zip([1.0, 2.0]) {
            assert!((y - expected(x, found("mean"), found("variance"))).abs() < 1e-12);
        }
        evaluation.advance().unwrap();
        assert_eq!(evaluation.statistics(), training.statistics());
        assert!(evaluation.set_statistics(&[]).is_err());
    }

    #[test]
    fn misfits_are_refused() {
        let mut graph = Graph::<f64>::new();
        let x = graph.input("x", &[BATCH, 3]).unwrap();
        let error = normalised(&mut graph, x, 2).unwrap_err().to_string();
        assert!(
            error.contains("γ has shape [2]; it must be [3], one for each channel of [batch, 3]"),
            "{error}"
        );
    }
}
