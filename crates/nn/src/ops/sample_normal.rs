//! A draw from normal distributions in a form that has gradients: y = m + e^(l / 2) ε for mean m, logarithm of the variance l and
//! ε standard normal (Kingma and Welling 2014, section 2.4). When the network is used, y = m.
//!
//! Gradients: of m, g; of l, g e^(l / 2) ε / 2. The backward pass draws ε again, so it is not stored.

use crate::compiled::compiled_here;
use crate::op::Input;
use crate::{Backward, Element, Forward, Graph, GraphError, Mode, Needs, Node, Op, Shape};

/// m + e^(l / 2) ε.
#[derive(Clone, Copy, Debug)]
pub struct SampleNormal;

impl<T: Element> Op<T> for SampleNormal {
    fn name(&self) -> &'static str {
        "sample_normal"
    }

    fn arity(&self) -> usize {
        2
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        let (mean, logarithm) = (inputs[0].shape, inputs[1].shape);
        if mean == logarithm {
            return Ok(mean.clone());
        }
        Err(format!(
            "means {mean} and logarithms of variances {logarithm} differ; they must have the same shape"
        ))
    }

    fn needs(&self) -> Needs {
        Needs::INPUTS
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let (mean, logarithm) = (pass.inputs.values(0), pass.inputs.values(1));
        if pass.mode == Mode::Evaluation {
            pass.output.copy_from_slice(mean);
            return Ok(());
        }
        let half = T::from_f64(0.5);
        for (i, y) in pass.output.iter_mut().enumerate() {
            *y = mean[i] + (half * logarithm[i]).exp() * T::from_f64(pass.noise.normal(i));
        }
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, gradient, noise, mut targets, .. } = pass;
        let (logarithm, half) = (inputs.values(1), T::from_f64(0.5));
        for input in [0, 1] {
            let Some(target) = targets.get(input) else { continue };
            for (i, out) in target.values.iter_mut().enumerate() {
                let old = if target.accumulate { *out } else { T::ZERO };
                let factor = match input {
                    0 => T::ONE,
                    _ => half * (half * logarithm[i]).exp() * T::from_f64(noise.normal(i)),
                };
                *out = old + gradient[i] * factor;
            }
        }
    }
}

compiled_here!(SampleNormal);

impl<T: Element> Graph<T> {
    /// Draws from the normal distributions of these means and logarithms of variances while the network learns; the means when
    /// it is used.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn sample_normal(&mut self, mean: Node, log_variance: Node) -> Result<Node, GraphError> {
        self.apply_compiled(SampleNormal, &[mean, log_variance])
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
        assert_gradients(3, |graph| {
            let (x, l) = (graph.input("x", &[BATCH, 4])?, graph.input("l", &[BATCH, 4])?);
            graph.want_gradient(x)?;
            graph.want_gradient(l)?;
            let y = graph.sample_normal(x, l)?;
            graph.multiply(y, x)
        });
        assert_gradients(1, |graph| {
            let both = parameter(graph, "both", &[5])?;
            graph.sample_normal(both, both)
        });
    }

    #[test]
    fn draws_have_the_spread_they_are_told_and_use_has_none() {
        let n = 40_000;
        let mut graph = Graph::<f64>::new();
        let (m, l) = (graph.parameter("m", &[n]).unwrap(), graph.parameter("l", &[n]).unwrap());
        let y = graph.sample_normal(m, l).unwrap();
        let loss = graph.mean_squared_error(y, m).unwrap();
        let graph = Arc::new(graph);
        let mut parameters = vec![0.0; graph.layout().len()];
        parameters[graph.layout().tensors()[0].range.clone()].fill(2.0);
        parameters[graph.layout().tensors()[1].range.clone()].fill(0.25f64.ln());
        let mut training = Session::training(&graph, 1, loss, &[y]).unwrap();
        training.forward(&parameters).unwrap();
        let drawn = training.value(y).unwrap();
        let mean = drawn.iter().sum::<f64>() / n as f64;
        let variance = drawn.iter().map(|y| (y - 2.0) * (y - 2.0)).sum::<f64>() / n as f64;
        // Four standard errors.
        assert!((mean - 2.0).abs() < 4.0 * (0.25 / n as f64).sqrt(), "{mean}");
        assert!((variance / 0.25 - 1.0).abs() < 4.0 * (2.0 / n as f64).sqrt(), "{variance}");
        let mut evaluation = Session::evaluation(&graph, 1, &[y]).unwrap();
        evaluation.forward(&parameters).unwrap();
        assert!(evaluation.value(y).unwrap().iter().all(|y| *y == 2.0));
    }
}
