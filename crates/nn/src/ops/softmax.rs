//! Softmax: y_k = e^(x_k) / Σ_j e^(x_j) along each row (the last extent).
//!
//! The row's largest element is subtracted first, which changes nothing but keeps the exponential from overflowing.
//! Gradient: y_k (g_k - Σ_j g_j y_j) for an output gradient g.

use crate::compiled::compiled_here;
use crate::op::Input;
use crate::shape::row_length;
use crate::{Backward, Element, Forward, Graph, GraphError, Needs, Node, Op, Shape, Target};
use thalweg_lanes::{Kernel, Real, dispatch, reduce};

/// Softmax along each row.
#[derive(Clone, Copy, Debug)]
pub struct Softmax;

impl<T: Element> Op<T> for Softmax {
    fn name(&self) -> &'static str {
        "softmax"
    }

    fn arity(&self) -> usize {
        1
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        match inputs[0].shape.rank() {
            0 => Err("the input is a single number; softmax needs rows of numbers".into()),
            _ => Ok(inputs[0].shape.clone()),
        }
    }

    fn needs(&self) -> Needs {
        Needs::OUTPUT
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        rows(pass.inputs.values(0), row_length(pass.inputs.shape(0)), pass.output);
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, output, gradient, mut targets, .. } = pass;
        if let Some(target) = targets.get(0) {
            dispatch(Gradient { y: output, gradient, length: row_length(inputs.shape(0)), target });
        }
    }
}

/// Computes y = softmax(x) for rows of `length` elements.
pub(crate) fn rows<T: Real>(x: &[T], length: usize, y: &mut [T]) {
    for (x, y) in x.chunks_exact(length).zip(y.chunks_exact_mut(length)) {
        shift(x, y);
    }
    exponentials(y);
    y.chunks_exact_mut(length).for_each(|row| {
        normalise(row);
    });
}

/// Computes y = x minus the largest element, for one row.
pub(crate) fn shift<T: Real>(x: &[T], y: &mut [T]) {
    let largest = largest(x);
    x.iter().zip(y).for_each(|(x, y)| *y = *x - largest);
}

/// Returns the largest element of a row, which is not empty.
pub(crate) fn largest<T: Real>(row: &[T]) -> T {
    row.iter().copied().fold(row[0], T::maximum)
}

/// Divides a row by its sum, and returns the sum.
pub(crate) fn normalise<T: Real>(row: &mut [T]) -> f64 {
    let sum = reduce::sum(row);
    let divisor = T::from_f64(sum);
    row.iter_mut().for_each(|y| *y /= divisor);
    sum
}

/// Computes x ← e^x in one sweep over all rows, because rows are often too short (ten classes) to fill vectors.
pub(crate) fn exponentials<T: Real>(x: &mut [T]) {
    dispatch(Exponentials(x));
}

struct Exponentials<'a, T>(&'a mut [T]);

impl<T: Real> Kernel for Exponentials<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for x in self.0 {
            *x = x.exp();
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
            let mean: T = (0..n).map(|j| y[j] * gradient[j]).sum();
            for j in 0..n {
                let old = if self.target.accumulate { out[j] } else { T::ZERO };
                out[j] = old + y[j] * (gradient[j] - mean);
            }
        }
    }
}

compiled_here!(Softmax);

impl<T: Element> Graph<T> {
    /// Adds a node that computes the softmax along the last extent: rows that are positive and sum to 1.
    ///
    /// # Errors
    /// [`GraphError::Shape`] for labels and single numbers, [`GraphError::ForeignNode`], a name used twice.
    pub fn softmax(&mut self, x: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Softmax, &[x])
    }
}

#[cfg(test)]
mod tests {
    use crate::BATCH;
    use crate::testing::{assert_gradients, assert_pointwise_gradients};

    #[test]
    fn gradients() {
        assert_pointwise_gradients(|graph, x| graph.softmax(x));
        assert_gradients(2, |graph| {
            let x = graph.input("x", &[BATCH, 3, 4])?;
            graph.want_gradient(x)?;
            let once = graph.softmax(x)?;
            let twice = graph.softmax(once)?;
            graph.add(once, twice)
        });
    }
}
