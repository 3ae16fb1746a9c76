//! Multiplication of elements: y = a b, for equal shapes or with a single number on either side.
//!
//! Backward exchanges the inputs: the gradient of a is that of y times b, and the other way round.

use super::add::broadcast;
use super::loops::{dot, map, zip};
use crate::compiled::compiled_here;
use crate::op::Input;
use crate::{Backward, Element, Forward, Graph, GraphError, Needs, Node, Op, Shape, Target};

/// y = a b, element by element.
#[derive(Clone, Copy, Debug)]
pub struct Multiply;

impl<T: Element> Op<T> for Multiply {
    fn name(&self) -> &'static str {
        "multiply"
    }

    fn arity(&self) -> usize {
        2
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        broadcast(inputs)
    }

    fn needs(&self) -> Needs {
        Needs::INPUTS
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        product(Target::output(pass.output), pass.inputs.values(0), pass.inputs.values(1));
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, gradient, mut targets, .. } = pass;
        for (input, other) in [(0, 1), (1, 0)] {
            let Some(target) = targets.get(input) else { continue };
            let other = inputs.values(other);
            if target.values.len() == gradient.len() {
                product(target, gradient, other);
            } else {
                target.contribute_number(dot(gradient, other));
            }
        }
    }
}

/// target ←, or +=, a b.
fn product<T: Element>(target: Target<'_, T>, a: &[T], b: &[T]) {
    match (a, b) {
        _ if a.len() == b.len() => zip(target, a, b, |a, b| a * b),
        (_, &[b]) => map(target, a, |a| a * b),
        (&[a], _) => map(target, b, |b| a * b),
        _ => unreachable!("shapes were checked when the node was added"),
    }
}

compiled_here!(Multiply);

impl<T: Element> Graph<T> {
    /// Adds a node that computes a b, element by element: of equal shapes, or with one of them a single number.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn multiply(&mut self, a: Node, b: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Multiply, &[a, b])
    }
}

#[cfg(test)]
mod tests {
    use crate::BATCH;
    use crate::testing::{assert_gradients, parameter};

    #[test]
    fn gradients() {
        for shape in [&[][..], &[3], &[4, 2], &[2, 3, 5]] {
            assert_gradients(1, |graph| {
                let (a, b) = (parameter(graph, "a", shape)?, parameter(graph, "b", shape)?);
                graph.multiply(a, b)
            });
        }
        assert_gradients(3, |graph| {
            let (a, b) = (graph.input("a", &[BATCH, 2])?, parameter(graph, "b", &[])?);
            graph.want_gradient(a)?;
            let right = graph.multiply(a, b)?;
            let left = graph.multiply(b, right)?;
            // A node used twice by one op, and again by another.
            let squared = graph.multiply(left, left)?;
            graph.multiply(squared, a)
        });
    }
}
