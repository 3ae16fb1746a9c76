//! Addition: y = a + b, for equal shapes, with a single number on either side, or with b of the last extents of a: a bias for
//! each row, a position for each token.
//!
//! Backward hands the gradient on unchanged; what was added in several places gets the sum over them.

use super::loops::{map, zip};
use crate::compiled::compiled_here;
use crate::op::Input;
use crate::{Backward, Element, Forward, Graph, GraphError, Needs, Node, Op, Shape, Target};
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
        let (a, b) = (inputs[0].shape, inputs[1].shape);
        if b.rank() > 0 && a.dims().ends_with(b.dims()) { Ok(a.clone()) } else { broadcast(inputs) }
    }

    fn needs(&self) -> Needs {
        Needs::NOTHING
    }

    fn works_in_place(&self) -> bool {
        true
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let b = pass.inputs.values(1);
        if pass.in_place {
            // The output holds a, so b is added to it, row by row if there are several.
            let rows = pass.output.chunks_exact_mut(b.len());
            match b {
                &[b] => pass.output.iter_mut().for_each(|a| *a += b),
                _ => rows.for_each(|values| map(Target { values, accumulate: true }, b, |b| b)),
            }
            return Ok(());
        }
        let a = pass.inputs.values(0);
        let target = Target::output(pass.output);
        match (a, b) {
            _ if a.len() == b.len() => zip(target, a, b, |a, b| a + b),
            (_, &[b]) => map(target, a, |a| a + b),
            (&[a], _) => map(target, b, |b| a + b),
            _ => {
                let rows = target.values.chunks_exact_mut(b.len()).zip(a.chunks_exact(b.len()));
                rows.for_each(|(values, a)| zip(Target::output(values), a, b, |a, b| a + b));
            }
        }
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { gradient, mut targets, in_place, .. } = pass;
        if in_place {
            // The gradient of the first input is that of the output, and no other is needed.
            return;
        }
        for input in 0..2 {
            let Some(target) = targets.get(input) else { continue };
            if target.values.len() == gradient.len() {
                map(target, gradient, |g| g);
            } else if let [_] = target.values {
                target.contribute_number(reduce::sum(gradient));
            } else {
                if !target.accumulate {
                    target.values.fill(T::ZERO);
                }
                for row in gradient.chunks_exact(target.values.len()) {
                    map(Target { values: &mut *target.values, accumulate: true }, row, |g| g);
                }
            }
        }
    }
}

/// Returns the shape of the result of an elementwise op on two inputs.
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

compiled_here!(Add);

impl<T: Element> Graph<T> {
    /// Adds a node that computes a + b: of equal shapes, with one of them a single number, or with the shape of b equal to the
    /// last extents of a.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn add(&mut self, a: Node, b: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Add, &[a, b])
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
    fn rows_are_added_to_all_rows_in_place_or_not() {
        for shape in [&[3][..], &[2, 3]] {
            assert_gradients(4, |graph| {
                let x = graph.input("x", &[BATCH, 2, 3])?;
                graph.want_gradient(x)?;
                let (b, one) = (parameter(graph, "b", shape)?, parameter(graph, "one", &[])?);
                let bent = graph.tanh(x)?;
                let sum = graph.add(bent, b)?;
                let moved = graph.softplus(sum)?;
                let moved = graph.add(moved, one)?;
                let product = graph.multiply(moved, x)?;
                graph.add(product, b)
            });
        }
        // A value and what was made of it, added in place.
        assert_gradients(3, |graph| {
            let (x, w) = (graph.input("x", &[BATCH, 3])?, parameter(graph, "w", &[3, 3])?);
            graph.want_gradient(x)?;
            let y = graph.matmul(x, w)?;
            let z = graph.matmul(y, w)?;
            graph.add(z, y)
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
