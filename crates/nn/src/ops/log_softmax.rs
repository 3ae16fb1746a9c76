//! The logarithm of the softmax along each row (the last extent): y_k = x_k - ln Σ_j e^(x_j), with the row's largest element
//! subtracted first. Gradient: g_k - e^(y_k) Σ_j g_j.

use super::softmax;
use crate::compiled::compiled_here;
use crate::op::Input;
use crate::shape::row_length;
use crate::{Backward, Element, Forward, Graph, GraphError, Needs, Node, Op, Shape, Target};
use thalweg_lanes::{Kernel, Real, dispatch};

/// Log-softmax along each row.
#[derive(Clone, Copy, Debug)]
pub struct LogSoftmax;

impl<T: Element> Op<T> for LogSoftmax {
    fn name(&self) -> &'static str {
        "log_softmax"
    }

    fn arity(&self) -> usize {
        1
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        match inputs[0].shape.rank() {
            0 => Err("the input is a single number; log_softmax needs rows of numbers".into()),
            _ => Ok(inputs[0].shape.clone()),
        }
    }

    fn needs(&self) -> Needs {
        Needs::OUTPUT
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let length = row_length(pass.inputs.shape(0));
        dispatch(Logarithms { x: pass.inputs.values(0), y: pass.output, length });
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, output, gradient, mut targets, .. } = pass;
        if let Some(target) = targets.get(0) {
            dispatch(Gradient { y: output, gradient, length: row_length(inputs.shape(0)), target });
        }
    }
}

struct Logarithms<'a, T> {
    x: &'a [T],
    y: &'a mut [T],
    length: usize,
}

impl<T: Real> Kernel for Logarithms<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let n = self.length;
        for (x, y) in self.x.chunks_exact(n).zip(self.y.chunks_exact_mut(n)) {
            let largest = softmax::largest(x);
            let mut sum = 0.0;
            for i in 0..n {
                sum += (x[i] - largest).exp().to_f64();
            }
            let logarithm = T::from_f64(sum.ln());
            for i in 0..n {
                y[i] = x[i] - largest - logarithm;
            }
        }
    }
}

struct Gradient<'a, T> {
    y: &'a [T],
    gradient: &'a [T],
    length: usize,
    target: Target<'a, T>,
}

impl<T: Real> Kernel for Gradient<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let n = self.length;
        let rows = self.y.chunks_exact(n).zip(self.gradient.chunks_exact(n));
        for ((y, gradient), out) in rows.zip(self.target.values.chunks_exact_mut(n)) {
            let sum: T = gradient.iter().copied().sum();
            for j in 0..n {
                let old = if self.target.accumulate { out[j] } else { T::ZERO };
                out[j] = old + (gradient[j] - y[j].exp() * sum);
            }
        }
    }
}

compiled_here!(LogSoftmax);

impl<T: Element> Graph<T> {
    /// Adds a node that computes the logarithm of the softmax along the last extent.
    ///
    /// # Errors
    /// [`GraphError::Shape`] for labels and single numbers, [`GraphError::ForeignNode`], a name used twice.
    pub fn log_softmax(&mut self, x: Node) -> Result<Node, GraphError> {
        self.apply_compiled(LogSoftmax, &[x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Session;
    use crate::testing::assert_pointwise_gradients;
    use std::sync::Arc;

    #[test]
    fn gradients() {
        assert_pointwise_gradients(|graph, x| graph.log_softmax(x));
    }

    #[test]
    fn scores_of_any_size_have_finite_logarithms() {
        let mut graph = Graph::<f32>::new();
        let x = graph.constant("x", &[2, 2], &[1e4, -1e4, 0.0, 0.0]).unwrap();
        let y = graph.log_softmax(x).unwrap();
        let mut session = Session::evaluation(&Arc::new(graph), 1, &[y]).unwrap();
        session.forward(&[]).unwrap();
        let half = -std::f32::consts::LN_2;
        assert_eq!(session.value(y).unwrap(), [0.0, -2e4, half, half]);
    }
}
