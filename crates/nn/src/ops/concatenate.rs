//! Concatenation along an extent, its inverse, and other orders of the extents: numbers are moved, nothing is computed. Gradients
//! go the way back.

use crate::compiled::compiled_here;
use crate::op::Input;
use crate::shape::elements;
use crate::{Backward, Dim, Element, Forward, Graph, GraphError, Needs, Node, Op, Shape, Target};
use std::ops::Range;

/// Concatenates its inputs along an extent.
#[derive(Clone, Copy, Debug)]
pub struct Concatenate {
    /// Along which extent, counted from 0.
    pub axis: usize,
    /// How many inputs it has.
    pub inputs: usize,
}

/// Takes a range of an extent.
#[derive(Clone, Debug)]
pub struct Slice {
    /// Of which extent, counted from 0.
    pub axis: usize,
    /// The range.
    pub range: Range<usize>,
}

/// The elements before and after an extent of a shape.
fn around(shape: &[usize], axis: usize) -> (usize, usize) {
    (elements(&shape[..axis]), elements(&shape[axis + 1..]))
}

/// The fixed number of elements along an extent, or why there is none.
fn along(shape: &Shape, axis: usize) -> Result<usize, String> {
    match shape.dims().get(axis) {
        Some(Dim::Fixed(extent)) => Ok(*extent),
        Some(Dim::Batch) => Err(format!("extent {axis} of {shape} is the batch, whose examples stay apart")),
        None => Err(format!("{shape} has no extent {axis}; they are counted from 0")),
    }
}

impl<T: Element> Op<T> for Concatenate {
    fn name(&self) -> &'static str {
        "concatenate"
    }

    fn arity(&self) -> usize {
        self.inputs
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        let first = inputs.first().ok_or("there is nothing to put together")?.shape;
        let mut sum = 0usize;
        for input in inputs {
            let extent = along(input.shape, self.axis)?;
            let others = |shape: &Shape| {
                let dims = shape.dims().iter().enumerate();
                dims.filter(|(axis, _)| *axis != self.axis).map(|(_, dim)| *dim).collect::<Vec<_>>()
            };
            if others(input.shape) != others(first) {
                let found = input.shape;
                return Err(format!(
                    "{found} does not fit {first}; all extents but {} must be the same",
                    self.axis
                ));
            }
            sum = sum.checked_add(extent).ok_or("the result is too large to count")?;
        }
        let mut extents = first.resolve(crate::BATCH);
        extents[self.axis] = sum;
        Ok(Shape::from(&extents[..]))
    }

    fn needs(&self) -> Needs {
        Needs::NOTHING
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let inputs = pass.inputs;
        let (before, after) = around(inputs.shape(0), self.axis);
        let width: usize = (0..self.inputs).map(|input| inputs.shape(input)[self.axis]).sum();
        let mut from = 0;
        for input in 0..self.inputs {
            let len = inputs.shape(input)[self.axis] * after;
            let rows = inputs.values(input).chunks_exact(len);
            for (row, values) in rows.take(before).enumerate() {
                pass.output[row * width * after + from..][..len].copy_from_slice(values);
            }
            from += len;
        }
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, gradient, mut targets, .. } = pass;
        let (before, after) = around(inputs.shape(0), self.axis);
        let width: usize = (0..self.inputs).map(|input| inputs.shape(input)[self.axis]).sum();
        let mut from = 0;
        for input in 0..self.inputs {
            let len = inputs.shape(input)[self.axis] * after;
            if let Some(target) = targets.get(input) {
                let rows = target.values.chunks_exact_mut(len).take(before);
                for (row, out) in rows.enumerate() {
                    put(out, &gradient[row * width * after + from..][..len], target.accumulate);
                }
            }
            from += len;
        }
    }
}

/// Writes or adds a row.
fn put<T: Element>(out: &mut [T], values: &[T], accumulate: bool) {
    if accumulate {
        out.iter_mut().zip(values).for_each(|(out, value)| *out += *value);
    } else {
        out.copy_from_slice(values);
    }
}

impl<T: Element> Op<T> for Slice {
    fn name(&self) -> &'static str {
        "slice"
    }

    fn arity(&self) -> usize {
        1
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        let extent = along(inputs[0].shape, self.axis)?;
        let Range { start, end } = self.range;
        if start >= end || end > extent {
            return Err(format!(
                "{start}..{end} is no part of the {extent} elements of extent {}",
                self.axis
            ));
        }
        let mut extents = inputs[0].shape.resolve(crate::BATCH);
        extents[self.axis] = end - start;
        Ok(Shape::from(&extents[..]))
    }

    fn needs(&self) -> Needs {
        Needs::NOTHING
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let shape = pass.inputs.shape(0);
        let (_, after) = around(shape, self.axis);
        let (row, len) = (shape[self.axis] * after, self.range.len() * after);
        let rows = pass.inputs.values(0).chunks_exact(row).zip(pass.output.chunks_exact_mut(len));
        rows.for_each(|(x, y)| y.copy_from_slice(&x[self.range.start * after..][..len]));
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, gradient, mut targets, .. } = pass;
        let shape = inputs.shape(0);
        let (_, after) = around(shape, self.axis);
        let (row, len) = (shape[self.axis] * after, self.range.len() * after);
        let Some(Target { values, accumulate }) = targets.get(0) else { return };
        if !accumulate {
            values.fill(T::ZERO);
        }
        for (out, gradient) in values.chunks_exact_mut(row).zip(gradient.chunks_exact(len)) {
            put(&mut out[self.range.start * after..][..len], gradient, true);
        }
    }
}

/// Puts the extents in another order.
#[derive(Clone, Debug)]
pub struct Permute {
    /// Which extent of the input comes at each place.
    pub order: Vec<usize>,
}

impl Permute {
    /// For each extent of the output its length and how far apart its neighbours are in the input.
    fn walk(&self, shape: &[usize]) -> [(usize, usize); AXES] {
        let stride = |axis: usize| elements(&shape[axis + 1..]);
        std::array::from_fn(|at| match at.checked_sub(AXES - self.order.len()) {
            None => (1, 0),
            Some(at) => (shape[self.order[at]], stride(self.order[at])),
        })
    }

    /// Visits the elements of the output in order, with their places in the input.
    fn for_each(&self, shape: &[usize], mut visit: impl FnMut(usize, usize)) {
        let [a, b, c, d] = self.walk(shape);
        let mut at = 0;
        for i in 0..a.0 {
            for j in 0..b.0 {
                for k in 0..c.0 {
                    let from = i * a.1 + j * b.1 + k * c.1;
                    for l in 0..d.0 {
                        visit(at, from + l * d.1);
                        at += 1;
                    }
                }
            }
        }
    }
}

/// Extents that a permutation has at most.
const AXES: usize = 4;

impl<T: Element> Op<T> for Permute {
    fn name(&self) -> &'static str {
        "permute"
    }

    fn arity(&self) -> usize {
        1
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        let shape = inputs[0].shape;
        let mut sorted = self.order.clone();
        sorted.sort_unstable();
        if sorted != (0..shape.rank()).collect::<Vec<_>>() || shape.rank() > AXES {
            return Err(format!(
                "{:?} is no order of the extents of {shape}; it names each of them once, and there are at most {AXES}",
                self.order
            ));
        }
        let extents = shape.resolve(crate::BATCH);
        Ok(Shape::from(&self.order.iter().map(|&axis| extents[axis]).collect::<Vec<_>>()[..]))
    }

    fn needs(&self) -> Needs {
        Needs::NOTHING
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let (x, y) = (pass.inputs.values(0), pass.output);
        self.for_each(pass.inputs.shape(0), |to, from| y[to] = x[from]);
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, gradient, mut targets, .. } = pass;
        let Some(Target { values, accumulate }) = targets.get(0) else { return };
        self.for_each(inputs.shape(0), |to, from| {
            let old = if accumulate { values[from] } else { T::ZERO };
            values[from] = old + gradient[to];
        });
    }
}

compiled_here!(Concatenate, Slice, Permute);

impl<T: Element> Graph<T> {
    /// Adds a node that computes the concatenation of the inputs along extent `axis` (not the batch). All other extents must be
    /// equal.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn concatenate(&mut self, inputs: &[Node], axis: usize) -> Result<Node, GraphError> {
        self.apply_compiled(Concatenate { axis, inputs: inputs.len() }, inputs)
    }

    /// Adds a node that computes the elements of `range` along extent `axis` (not the batch).
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn slice(&mut self, x: Node, axis: usize, range: Range<usize>) -> Result<Node, GraphError> {
        self.apply_compiled(Slice { axis, range }, &[x])
    }

    /// Adds a node that computes x with its extents in another order: `[0, 2, 1]` exchanges the last two of three.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn permute(&mut self, x: Node, order: &[usize]) -> Result<Node, GraphError> {
        self.apply_compiled(Permute { order: order.to_vec() }, &[x])
    }

    /// Adds a node that computes the transpose of x: `[.., a, b]` becomes `[.., b, a]`.
    ///
    /// # Errors
    /// As [`permute`](Self::permute); fewer than two extents.
    pub fn transpose(&mut self, x: Node) -> Result<Node, GraphError> {
        let rank = self.shape(x)?.rank();
        let mut order: Vec<usize> = (0..rank).collect();
        if rank >= 2 {
            order.swap(rank - 2, rank - 1);
        } else {
            // No order at all, which the op refuses.
            order.push(rank);
        }
        self.permute(x, &order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BATCH;
    use crate::Session;
    use crate::testing::{assert_gradients, parameter};
    use std::sync::Arc;

    #[test]
    fn gradients() {
        assert_gradients(3, |graph| {
            let (x, y) = (graph.input("x", &[BATCH, 2, 3])?, graph.input("y", &[BATCH, 4, 3])?);
            graph.want_gradient(x)?;
            graph.want_gradient(y)?;
            let bent = graph.tanh(y)?;
            let all = graph.concatenate(&[x, bent, x], 1)?;
            let some = graph.slice(all, 1, 1..5)?;
            let other = graph.slice(all, 2, 2..3)?;
            let turned = graph.transpose(some)?;
            let turned = graph.permute(turned, &[1, 0, 2])?;
            let turned = graph.permute(turned, &[1, 2, 0])?;
            let once = graph.multiply(turned, some)?;
            let row = graph.reshape(other, &[BATCH, 8])?;
            let flat = graph.flatten(once)?;
            graph.concatenate(&[row, flat], 1)
        });
        assert_gradients(1, |graph| {
            let w = parameter(graph, "w", &[2, 3, 2, 2])?;
            let turned = graph.permute(w, &[3, 1, 0, 2])?;
            graph.multiply(turned, turned)
        });
    }

    #[test]
    fn numbers_are_where_they_belong() {
        let mut graph = Graph::<f32>::new();
        let x = graph.constant("x", &[2, 2], &[1.0, 2.0, 3.0, 4.0]).unwrap();
        let y = graph.constant("y", &[2, 1], &[5.0, 6.0]).unwrap();
        let all = graph.concatenate(&[x, y], 1).unwrap();
        let turned = graph.transpose(all).unwrap();
        let part = graph.slice(turned, 0, 1..3).unwrap();
        let mut session = Session::evaluation(&Arc::new(graph), 1, &[all, turned, part]).unwrap();
        session.forward(&[]).unwrap();
        assert_eq!(session.value(all).unwrap(), [1.0, 2.0, 5.0, 3.0, 4.0, 6.0]);
        assert_eq!(session.value(turned).unwrap(), [1.0, 3.0, 2.0, 4.0, 5.0, 6.0]);
        assert_eq!(session.value(part).unwrap(), [2.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn misfits_are_refused() {
        let mut graph = Graph::<f32>::new();
        let (x, y) = (graph.input("x", &[BATCH, 2]).unwrap(), graph.input("y", &[BATCH, 2, 1]).unwrap());
        let said = |result: Result<Node, GraphError>| result.unwrap_err().to_string();
        assert!(said(graph.concatenate(&[x, y], 1)).contains("[batch, 2, 1] does not fit [batch, 2]"));
        assert!(said(graph.concatenate(&[x, x], 0)).contains("is the batch, whose examples stay apart"));
        assert!(said(graph.concatenate(&[], 0)).contains("there is nothing to put together"));
        assert!(said(graph.slice(x, 1, 1..3)).contains("1..3 is no part of the 2 elements of extent 1"));
        assert!(said(graph.permute(x, &[0, 0])).contains("[0, 0] is no order of the extents"));
        let b = graph.parameter("b", &[3]).unwrap();
        assert!(said(graph.transpose(b)).contains("is no order of the extents of [3]"));
    }
}
