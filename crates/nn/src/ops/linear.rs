//! The affine map: y = x W + b for every row x.
//!
//! Gradients: of x, that of y times W transposed; of W, x transposed times that of y; of b, the sum of its rows.

use super::matmul;
use crate::compiled::compiled_here;
use crate::op::Input;
use crate::{Backward, Element, Forward, Graph, GraphError, Needs, Node, Op, Shape, Target};
use thalweg_lanes::{Kernel, Real, dispatch};

/// y = x W + b.
#[derive(Clone, Copy, Debug)]
pub struct Linear;

impl<T: Element> Op<T> for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn arity(&self) -> usize {
        3
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        let (x, w, b) = (inputs[0].shape, inputs[1].shape, inputs[2].shape);
        let &[rows, columns] = w.dims() else {
            return Err(format!("weight has shape {w}; it must be a matrix [inputs, outputs]"));
        };
        let Some(last) = x.last() else {
            return Err("the input is a single number; it must have rows [.., inputs]".into());
        };
        if last != rows {
            return Err(format!(
                "input {x} does not match weight {w}; its rows must equal the input's columns ({last})"
            ));
        }
        if b.dims() != [columns] {
            return Err(format!(
                "bias {b} does not match weight {w}; it must be [{columns}], one for each column"
            ));
        }
        Ok(x.with_last(columns))
    }

    fn takes_narrow(&self, input: usize) -> bool {
        input == 0
    }

    fn needs(&self) -> Needs {
        Needs::INPUTS
    }

    fn multiply_adds(&self, inputs: &[&[usize]], output: &[usize]) -> u64 {
        matmul::work(inputs, output)
    }

    fn gradient_multiply_adds(&self, input: usize, inputs: &[&[usize]], output: &[usize]) -> u64 {
        if input < 2 { matmul::work(inputs, output) } else { 0 }
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        matmul::product(pass.threads, pass.inputs, pass.output);
        add_rows(pass.output, pass.inputs.values(2));
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, gradient, threads, mut targets, .. } = pass;
        matmul::gradients(threads, inputs, gradient, &mut targets);
        if let Some(target) = targets.get(2) {
            dispatch(SumOfRows { target, rows: gradient });
        }
    }
}

/// Adds `bias` to every row.
pub(super) fn add_rows<T: Real>(rows: &mut [T], bias: &[T]) {
    dispatch(AddToRows { rows, bias });
}

struct AddToRows<'a, T> {
    rows: &'a mut [T],
    bias: &'a [T],
}

impl<T: Real> Kernel for AddToRows<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let n = self.bias.len();
        for row in self.rows.chunks_exact_mut(n) {
            for j in 0..n {
                row[j] += self.bias[j];
            }
        }
    }
}

/// The sum of the rows, first to last.
struct SumOfRows<'a, T> {
    target: Target<'a, T>,
    rows: &'a [T],
}

impl<T: Real> Kernel for SumOfRows<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let n = self.target.values.len();
        let sums = self.target.values;
        if !self.target.accumulate {
            sums.fill(T::ZERO);
        }
        for row in self.rows.chunks_exact(n) {
            for j in 0..n {
                sums[j] += row[j];
            }
        }
    }
}

compiled_here!(Linear);

impl<T: Element> Graph<T> {
    /// Adds a node that computes x W + b for x `[.., inputs]`, weight W `[inputs, outputs]` and bias b `[outputs]`. The result
    /// is `[.., outputs]`.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn linear(&mut self, x: Node, weight: Node, bias: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Linear, &[x, weight, bias])
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{assert_gradients, parameter};
    use crate::{BATCH, Graph, Initial, Session, initialise};
    use std::sync::Arc;

    #[test]
    fn gradients() {
        for (batch, inputs, outputs) in [(1, 1, 1), (4, 3, 5), (9, 20, 17)] {
            assert_gradients(batch, |graph| {
                let x = graph.input("x", &[BATCH, inputs])?;
                graph.want_gradient(x)?;
                let (w, b) = (parameter(graph, "w", &[inputs, outputs])?, parameter(graph, "b", &[outputs])?);
                graph.linear(x, w, b)
            });
        }
        // A single example, and one weight in two layers.
        assert_gradients(1, |graph| {
            let (x, w, b) =
                (parameter(graph, "x", &[3])?, parameter(graph, "w", &[3, 3])?, parameter(graph, "b", &[3])?);
            let hidden = graph.linear(x, w, b)?;
            graph.linear(hidden, w, b)
        });
        assert_gradients(2, |graph| {
            let (x, w, b) = (
                graph.input("x", &[BATCH, 5, 3])?,
                parameter(graph, "w", &[3, 4])?,
                parameter(graph, "b", &[4])?,
            );
            graph.linear(x, w, b)
        });
    }

    /// Loss and gradients of a layer over images that are mostly zeros, as they are filled in or as an op computed them.
    fn over_images(computed: bool) -> (f64, Vec<f64>) {
        let (batch, pixels) = (40, 10 * 13);
        let mut graph = Graph::<f64>::new();
        let x = graph.input("x", &[BATCH, 10, 13]).unwrap();
        let seen = if computed { graph.relu(x).unwrap() } else { x };
        let rows = graph.flatten(seen).unwrap();
        let (w, b) =
            (parameter(&mut graph, "w", &[pixels, 60]).unwrap(), parameter(&mut graph, "b", &[60]).unwrap());
        let y = graph.linear(rows, w, b).unwrap();
        let target = graph.input("target", &[BATCH, 60]).unwrap();
        let loss = graph.mean_squared_error(y, target).unwrap();
        let graph = Arc::new(graph);
        let parameters = initialise(&graph, Initial::HE, 1);
        let mut session = Session::training(&graph, batch, loss, &[]).unwrap();
        let image = |at: usize| if at.is_multiple_of(7) { (at % 11) as f64 / 10.0 } else { 0.0 };
        session.set_input(x, &(0..batch * pixels).map(image).collect::<Vec<_>>()).unwrap();
        session.set_input(target, &vec![0.25; batch * 60]).unwrap();
        session.forward(parameters.values()).unwrap();
        let mut gradients = vec![0.0; graph.layout().len()];
        session.backward(parameters.values(), &mut gradients).unwrap();
        (session.loss(loss).unwrap(), gradients)
    }

    #[test]
    fn zeros_of_the_data_are_skipped_and_change_nothing() {
        let ((loss, gradients), (expected, others)) = (over_images(false), over_images(true));
        assert!((loss - expected).abs() <= 1e-14 * expected, "{loss} {expected}");
        for (found, expected) in gradients.iter().zip(&others) {
            assert!((found - expected).abs() <= 1e-15, "{found} {expected}");
        }
        // Added up in another order: the product of the data is not the one of what is computed.
        assert_ne!(gradients, others);
    }

    #[test]
    fn a_bias_of_another_length_is_refused() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input("x", &[BATCH, 4]).unwrap();
        let w = graph.parameter("w", &[4, 3]).unwrap();
        let b = graph.parameter("b", &[4]).unwrap();
        assert_eq!(
            graph.linear(x, w, b).unwrap_err().to_string(),
            "`linear` node `linear1`: bias [4] does not match weight [4, 3]; it must be [3], one for each column"
        );
    }
}
