//! The mean squared error: E = Σ (y - t)² / n, the sum running over all elements, n being the first extent.
//!
//! So n is the number of examples of a batch, and the number of outputs of a single example: the definition of the source
//! notes, `np.sum((y - t)**2) / len(t)`. Saitoh's book takes ½ Σ (y - t)² of one example; PyTorch's `MSELoss` divides by
//! the number of all elements. Gradient: 2 (y - t) / n.

use crate::compiled::compiled_here;
use crate::op::Input;
use crate::ops::loops::{map, zip};
use crate::shape::elements;
use crate::{Backward, Element, Forward, Graph, GraphError, Mode, Needs, Node, Op, Shape, Target};
use thalweg_lanes::reduce;

/// Σ (y - t)² / n, n being the first extent.
#[derive(Clone, Copy, Debug)]
pub struct MeanSquaredError;

impl<T: Element> Op<T> for MeanSquaredError {
    fn name(&self) -> &'static str {
        "mean_squared_error"
    }

    fn arity(&self) -> usize {
        2
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        same_shape(inputs)
    }

    fn needs(&self) -> Needs {
        Needs::NOTHING
    }

    /// The differences y - t.
    fn workspace(&self, inputs: &[&[usize]], _: Mode) -> usize {
        elements(inputs[0])
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let Forward { inputs, output, workspace, .. } = pass;
        zip(Target::output(&mut *workspace), inputs.values(0), inputs.values(1), |y, t| y - t);
        output[0] = T::from_f64(reduce::sum_of_squares(workspace) / divisor(inputs.shape(0)));
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, workspace, gradient, mut targets, .. } = pass;
        let scale = T::from_f64(2.0 / divisor(inputs.shape(0))) * gradient[0];
        for (input, scale) in [(0, scale), (1, -scale)] {
            if let Some(target) = targets.get(input) {
                map(target, workspace, |difference| scale * difference);
            }
        }
    }
}

/// Checks that output and target have the same shape, and returns the shape of the loss.
pub(super) fn same_shape(inputs: &[Input<'_>]) -> Result<Shape, String> {
    let (y, t) = (inputs[0].shape, inputs[1].shape);
    if y == t {
        Ok(Shape::scalar())
    } else {
        Err(format!("output {y} and target {t} differ; they must have the same shape"))
    }
}

/// Returns the number by which the sum is divided.
pub(super) fn divisor(shape: &[usize]) -> f64 {
    shape.first().map_or(1.0, |&extent| extent as f64)
}

compiled_here!(MeanSquaredError);

impl<T: Element> Graph<T> {
    /// Adds a node that computes Σ (y - t)² / n. The sum runs over all elements; n is the first extent (the number of
    /// examples).
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn mean_squared_error(&mut self, y: Node, t: Node) -> Result<Node, GraphError> {
        self.apply_compiled(MeanSquaredError, &[y, t])
    }
}

#[cfg(test)]
mod tests {
    use crate::Graph;
    use crate::testing::{assert_pair_gradients, evaluate};

    #[test]
    fn gradients() {
        assert_pair_gradients(|graph, y, t| graph.mean_squared_error(y, t));
    }

    #[test]
    fn a_batch_is_divided_by_its_examples_and_an_example_by_its_outputs() {
        let mut graph = Graph::<f64>::new();
        let y = graph.constant("y", &[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
        let t = graph.constant("t", &[2, 3], &[0.0; 6]).unwrap();
        let batch = graph.mean_squared_error(y, t).unwrap();
        let y = graph.constant("y1", &[2], &[3.0, 4.0]).unwrap();
        let t = graph.constant("t1", &[2], &[0.0; 2]).unwrap();
        let single = graph.mean_squared_error(y, t).unwrap();
        assert_eq!(evaluate(graph, &[batch, single]), [45.5, 12.5]);
    }
}
