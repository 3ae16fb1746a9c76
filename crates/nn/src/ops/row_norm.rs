//! Normalisation of each row (the last extent) separately: no example depends on another, and training and evaluation are the
//! same.
//!
//! Layer normalisation: y = γ (x - μ) / sqrt(σ² + ε) + β with mean and variance of the row (Ba, Kiros and Hinton 2016, equation 3
//! for a single layer). RMS normalisation leaves out the mean and β: y = γ x / sqrt(mean of x² + ε) (Zhang and Sennrich 2019,
//! equation 4).
//!
//! With x̂ the normalised row and h = γ g, the gradients are: of x, (h - mean of h - x̂ · mean of h x̂) / sqrt(σ² + ε), without the
//! mean of h for RMS; of γ, the sum of g x̂ over the rows; of β, that of g.

use super::loops::row_sum;
use crate::compiled::compiled_here;
use crate::op::Input;
use crate::shape::elements;
use crate::{Backward, Element, Forward, Graph, GraphError, Mode, Needs, Node, Op, Shape, Target};
use thalweg_lanes::{Kernel, Real, dispatch};

/// Normalises each row; `CENTRED` for layer normalisation, otherwise RMS normalisation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowNorm<const CENTRED: bool> {
    /// Keeps the divisor from 0.
    pub epsilon: f64,
}

/// Layer normalisation.
pub type LayerNorm = RowNorm<true>;

/// RMS normalisation.
pub type RmsNorm = RowNorm<false>;

impl<const CENTRED: bool> Default for RowNorm<CENTRED> {
    /// torch's ε of layer normalisation, 1e-5; 1e-6 for RMS, as language models use it (torch takes the type's own precision).
    fn default() -> Self {
        Self { epsilon: if CENTRED { 1e-5 } else { 1e-6 } }
    }
}

impl<T: Element, const CENTRED: bool> Op<T> for RowNorm<CENTRED> {
    fn name(&self) -> &'static str {
        if CENTRED { "layer_norm" } else { "rms_norm" }
    }

    fn arity(&self) -> usize {
        if CENTRED { 3 } else { 2 }
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        if self.epsilon <= 0.0 || self.epsilon.is_nan() {
            return Err(format!("ε is {}; it must be above 0", self.epsilon));
        }
        let x = inputs[0].shape;
        let Some(last) = x.last() else {
            return Err("the input is a single number; it must have rows [.., features]".into());
        };
        for (input, name) in inputs[1..].iter().zip(["γ", "β"]) {
            if input.shape.dims() != [last] {
                let found = input.shape;
                return Err(format!(
                    "{name} has shape {found}; it must be [{last}], one for each column of {x}"
                ));
            }
        }
        Ok(x.clone())
    }

    fn needs(&self) -> Needs {
        Needs::INPUTS
    }

    /// Mean and 1 / sqrt(σ² + ε) of each row.
    fn workspace(&self, inputs: &[&[usize]], _: Mode) -> usize {
        2 * elements(inputs[0]) / inputs[1][0]
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let Forward { inputs, output, workspace, .. } = pass;
        dispatch(Normalise::<T, CENTRED> {
            x: inputs.values(0),
            y: output,
            facts: workspace,
            gamma: inputs.values(1),
            beta: if CENTRED { inputs.values(2) } else { &[] },
            epsilon: T::from_f64(self.epsilon),
        });
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, workspace, gradient, mut targets, .. } = pass;
        let (x, gamma) = (inputs.values(0), inputs.values(1));
        if let Some(target) = targets.get(0) {
            dispatch(InputGradient::<T, CENTRED> { x, facts: workspace, gradient, gamma, target });
        }
        for input in 1..if CENTRED { 3 } else { 2 } {
            if let Some(target) = targets.get(input) {
                dispatch(Sums { x, facts: workspace, gradient, target, normalised: input == 1 });
            }
        }
    }
}

struct Normalise<'a, T, const CENTRED: bool> {
    x: &'a [T],
    y: &'a mut [T],
    facts: &'a mut [T],
    gamma: &'a [T],
    beta: &'a [T],
    epsilon: T,
}

impl<T: Real, const CENTRED: bool> Kernel for Normalise<'_, T, CENTRED> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let n = self.gamma.len();
        let count = T::from_f64(n as f64);
        let (gamma, beta) = (&self.gamma[..n], if CENTRED { &self.beta[..n] } else { &self.gamma[..n] });
        let rows = self.x.chunks_exact(n).zip(self.y.chunks_exact_mut(n)).zip(self.facts.chunks_exact_mut(2));
        for ((x, y), facts) in rows {
            let mean = if CENTRED { row_sum(n, |i| x[i]) / count } else { T::ZERO };
            let variance = row_sum(n, |i| (x[i] - mean) * (x[i] - mean)) / count;
            let inverse = T::ONE / (variance + self.epsilon).sqrt();
            (facts[0], facts[1]) = (mean, inverse);
            for i in 0..n {
                let scaled = (x[i] - mean) * inverse * gamma[i];
                y[i] = if CENTRED { scaled + beta[i] } else { scaled };
            }
        }
    }
}

struct InputGradient<'a, T, const CENTRED: bool> {
    x: &'a [T],
    facts: &'a [T],
    gradient: &'a [T],
    gamma: &'a [T],
    target: Target<'a, T>,
}

impl<T: Real, const CENTRED: bool> Kernel for InputGradient<'_, T, CENTRED> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let n = self.gamma.len();
        let share = T::ONE / T::from_f64(n as f64);
        let gamma = &self.gamma[..n];
        let Target { values, accumulate } = self.target;
        let rows = self.x.chunks_exact(n).zip(self.gradient.chunks_exact(n)).zip(self.facts.chunks_exact(2));
        for (((x, gradient), facts), out) in rows.zip(values.chunks_exact_mut(n)) {
            let (mean, inverse) = (facts[0], facts[1]);
            let sum = if CENTRED { share * row_sum(n, |i| gradient[i] * gamma[i]) } else { T::ZERO };
            let product = share * row_sum(n, |i| gradient[i] * gamma[i] * ((x[i] - mean) * inverse));
            for i in 0..n {
                let old = if accumulate { out[i] } else { T::ZERO };
                let normal = (x[i] - mean) * inverse;
                out[i] = old + inverse * (gradient[i] * gamma[i] - sum - normal * product);
            }
        }
    }
}

/// The sum of the rows of g x̂, or of g.
struct Sums<'a, T> {
    x: &'a [T],
    facts: &'a [T],
    gradient: &'a [T],
    target: Target<'a, T>,
    normalised: bool,
}

impl<T: Real> Kernel for Sums<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Target { values, accumulate } = self.target;
        let n = values.len();
        if !accumulate {
            values.fill(T::ZERO);
        }
        let rows = self.x.chunks_exact(n).zip(self.gradient.chunks_exact(n)).zip(self.facts.chunks_exact(2));
        for ((x, gradient), facts) in rows {
            let (mean, inverse) = (facts[0], facts[1]);
            if self.normalised {
                for i in 0..n {
                    values[i] += gradient[i] * ((x[i] - mean) * inverse);
                }
            } else {
                for i in 0..n {
                    values[i] += gradient[i];
                }
            }
        }
    }
}

compiled_here!(LayerNorm, RmsNorm);

impl<T: Element> Graph<T> {
    /// Adds a node that normalises x: each row of x `[.., features]` gets mean 0 and variance 1, is multiplied by γ and
    /// increased by β, both `[features]`.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn layer_norm(&mut self, x: Node, gamma: Node, beta: Node) -> Result<Node, GraphError> {
        self.apply_compiled(LayerNorm::default(), &[x, gamma, beta])
    }

    /// Divides each row of x `[.., features]` by the root of its mean square, times γ `[features]`.
    ///
    /// # Errors
    /// As [`layer_norm`](Self::layer_norm).
    pub fn rms_norm(&mut self, x: Node, gamma: Node) -> Result<Node, GraphError> {
        self.apply_compiled(RmsNorm::default(), &[x, gamma])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_gradients, parameter};
    use crate::{BATCH, Session};
    use std::sync::Arc;

    #[test]
    fn gradients() {
        for shape in [&[BATCH, 3][..], &[BATCH, 37], &[BATCH, 2, 5]] {
            assert_gradients(4, |graph| {
                let features = shape[shape.len() - 1];
                let x = graph.input("x", shape)?;
                graph.want_gradient(x)?;
                let (gamma, beta) =
                    (parameter(graph, "gamma", &[features])?, parameter(graph, "beta", &[features])?);
                let y = graph.layer_norm(x, gamma, beta)?;
                let z = graph.rms_norm(y, gamma)?;
                graph.multiply(z, x)
            });
        }
    }

    #[test]
    fn values_are_those_of_torch() {
        let mut graph = Graph::<f64>::new();
        let x = graph.constant("x", &[2, 3], &[1.0, 2.0, 4.0, -1.0, 0.5, 3.0]).unwrap();
        let gamma = graph.constant("gamma", &[3], &[1.0, 2.0, -1.0]).unwrap();
        let beta = graph.constant("beta", &[3], &[0.5, 0.0, 1.0]).unwrap();
        let layer = graph.layer_norm(x, gamma, beta).unwrap();
        let rms = graph.apply(RmsNorm { epsilon: 1e-5 }, &[x, gamma]).unwrap();
        let mut session = Session::evaluation(&Arc::new(graph), 1, &[layer, rms]).unwrap();
        session.forward(&[]).unwrap();
        // torch.nn.functional.layer_norm and rms_norm (ε = 1e-5), torch 2.15, f64.
        let expected = [
            -0.5690415314502977,
            -0.5345207657251491,
            -0.3363019143128718,
            -0.6111657580926075,
            -0.404060275670039,
            -0.3131958959276273,
        ];
        for (found, expected) in session.value(layer).unwrap().iter().zip(expected) {
            assert!((found - expected).abs() < 1e-14, "{found} {expected}");
        }
        for (found, expected) in session.value(rms).unwrap().iter().zip([
            0.3779642030348929,
            1.5118568121395717,
            -1.5118568121395717,
            -0.5410009890922741,
            0.5410009890922741,
            -1.6230029672768223,
        ]) {
            assert!((found - expected).abs() < 1e-14, "{found} {expected}");
        }
    }

    #[test]
    fn misfits_are_refused() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input("x", &[BATCH, 3]).unwrap();
        let gamma = graph.parameter("gamma", &[2]).unwrap();
        let error = graph.rms_norm(x, gamma).unwrap_err().to_string();
        assert!(
            error.contains("γ has shape [2]; it must be [3], one for each column of [batch, 3]"),
            "{error}"
        );
    }
}
