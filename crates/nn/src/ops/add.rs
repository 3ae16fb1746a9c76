//! Addition: y = a + b, for equal shapes or with a single number on either side.
//!
//! Backward hands the gradient on unchanged; a single number gets the sum over all places it was added to.

use super::loops::{map, zip};
use crate::op::Input;
use crate::{Backward, Element, Error, Forward, Graph, Needs, Node, Op, Shape, Target};
use thalweg_lanes::reduce;

/// y = a + b.
#[derive(Clone, Copy, Debug)]
pub struct Add;

impl<T: Element> Op<T> for Add {
    fn name(&self) -> &'static str {
        "add"
    }

    fn arity(&self) -> usize {
        2
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        broadcast(inputs)
    }

    fn needs(&self) -> Needs {
        Needs::NOTHING
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), Error> {
        let (a, b) = (pass.inputs.values(0), pass.inputs.values(1));
        let target = Target::output(pass.output);
        match (a, b) {
            _ if a.len() == b.len() => zip(target, a, b, |a, b| a + b),
            (_, &[b]) => map(target, a, |a| a + b),
            (&[a], _) => map(target, b, |b| a + b),
            _ => unreachable!("shapes were checked when the node was added"),
        }
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { gradient, mut targets, .. } = pass;
        for input in 0..2 {
            let Some(target) = targets.get(input) else { continue };
            if target.values.len() == gradient.len() {
                map(target, gradient, |g| g);
            } else {
                target.contribute_number(reduce::sum(gradient));
            }
        }
    }
}

/// The shape of an elementwise op on two inputs.
pub(super) fn broadcast(inputs: &[Input<'_>]) -> Result<Shape, String> {
    let (a, b) = (inputs[0].shape, inputs[1].shape);
    if a == b || b.rank() == 0 {
        Ok(a.clone())
    } else if a.rank() == 0 {
        Ok(b.clone())
    } else {
        Err(format!(
            "inputs {a} and {b} differ; they must have the same shape, or one must be a single number []"
        ))
    }
}

impl<T: Element> Graph<T> {
    /// a + b: equal shapes, or one of them a single number.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::ForeignNode`], a name used twice.
    pub fn add(&mut self, a: Node, b: Node) -> Result<Node, Error> {
        self.apply(Add, &[a, b])
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{assert_gradients, parameter};
    use crate::{BATCH, Graph};

    #[test]
    fn gradients() {
        for shape in [&[][..], &[3], &[4, 2], &[2, 3, 5]] {
            assert_gradients(1, |graph| {
                let (a, b) = (parameter(graph, "a", shape)?, parameter(graph, "b", shape)?);
                graph.add(a, b)
            });
        }
        assert_gradients(3, |graph| {
            let (a, b) = (graph.input("a", &[BATCH, 2])?, parameter(graph, "b", &[])?);
            graph.want_gradient(a)?;
            let right = graph.add(a, b)?;
            let left = graph.add(b, right)?;
            // A node used twice by one op, and again by another.
            let doubled = graph.add(left, left)?;
            graph.add(doubled, a)
        });
    }

    #[test]
    fn different_shapes_are_refused() {
        let mut graph = Graph::<f32>::new();
        let (a, b) = (graph.input("a", &[BATCH, 2]).unwrap(), graph.input("b", &[BATCH, 3]).unwrap());
        assert_eq!(
            graph.add(a, b).unwrap_err().to_string(),
            "`add` node `add1`: inputs [batch, 2] and [batch, 3] differ; they must have the same shape, or one must be a \
             single number []"
        );
    }
}
