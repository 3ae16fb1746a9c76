//! Average pooling: the mean of what the window sees; padding counts as 0, or not at all.
//!
//! The gradient is handed to all elements that the window saw, divided by their number.

use super::{Planes, pooled};
use crate::compiled::compiled_here;
use crate::op::Input;
use crate::ops::window::{Window, image};
use crate::{Backward, Element, Forward, Graph, GraphError, Needs, Node, Op, Shape, Target};
use thalweg_lanes::{Kernel, Real, dispatch};

/// The mean of the numbers a window sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AveragePool {
    /// How it slides.
    pub window: Window,
    /// Whether padding counts as zeros (torch's default) or the mean is taken over the pixels of the image alone (keras').
    pub count_padding: bool,
}

impl<T: Element> Op<T> for AveragePool {
    fn name(&self) -> &'static str {
        "average_pool"
    }

    fn arity(&self) -> usize {
        1
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        pooled(&self.window, inputs)
    }

    fn needs(&self) -> Needs {
        Needs::NOTHING
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let Forward { inputs, output, .. } = pass;
        let planes = Planes::new(self.window, inputs.shape(0));
        dispatch(Means { x: inputs.values(0), y: output, planes, count_padding: self.count_padding });
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, gradient, mut targets, .. } = pass;
        if let Some(target) = targets.get(0) {
            let planes = Planes::new(self.window, inputs.shape(0));
            dispatch(ToAll { gradient, target, planes, count_padding: self.count_padding });
        }
    }
}

/// What a mean is divided by.
#[inline(always)]
fn divisor<T: Real>(planes: &Planes, count_padding: bool, i: usize, j: usize) -> T {
    let [rows, columns] = planes.window.kernel;
    let count = if count_padding { rows * columns } else { planes.seen(i, j).count() };
    T::from_f64(count as f64)
}

struct Means<'a, T> {
    x: &'a [T],
    y: &'a mut [T],
    planes: Planes,
    count_padding: bool,
}

impl<T: Real> Kernel for Means<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let planes = self.planes;
        let pairs =
            self.x.chunks_exact(planes.input_size()).zip(self.y.chunks_exact_mut(planes.output_size()));
        for (x, y) in pairs {
            for i in 0..planes.output[0] {
                for j in 0..planes.output[1] {
                    let mut sum = T::ZERO;
                    planes.seen(i, j).for_each(|(_, at)| sum += x[at]);
                    y[i * planes.output[1] + j] = sum / divisor::<T>(&planes, self.count_padding, i, j);
                }
            }
        }
    }
}

struct ToAll<'a, T> {
    gradient: &'a [T],
    target: Target<'a, T>,
    planes: Planes,
    count_padding: bool,
}

impl<T: Real> Kernel for ToAll<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let (planes, Target { values, accumulate }) = (self.planes, self.target);
        if !accumulate {
            values.fill(T::ZERO);
        }
        let pairs = self
            .gradient
            .chunks_exact(planes.output_size())
            .zip(values.chunks_exact_mut(planes.input_size()));
        for (gradient, out) in pairs {
            for i in 0..planes.output[0] {
                for j in 0..planes.output[1] {
                    let share =
                        gradient[i * planes.output[1] + j] / divisor::<T>(&planes, self.count_padding, i, j);
                    planes.seen(i, j).for_each(|(_, at)| out[at] += share);
                }
            }
        }
    }
}

compiled_here!(AveragePool);

impl<T: Element> Graph<T> {
    /// Adds a node that computes average pooling, the mean of each window of x `[BATCH, channels, rows, columns]`. Padding
    /// counts as zeros.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn average_pool(&mut self, x: Node, window: Window) -> Result<Node, GraphError> {
        self.apply_compiled(AveragePool { window, count_padding: true }, &[x])
    }

    /// Adds a node that computes the mean of each channel of x `[BATCH, channels, rows, columns]`. The result is
    /// `[BATCH, channels]`.
    ///
    /// # Errors
    /// As [`average_pool`](Self::average_pool).
    pub fn global_average_pool(&mut self, x: Node) -> Result<Node, GraphError> {
        let wrong = |explanation, node: &str| GraphError::Shape {
            op: "average_pool",
            node: node.to_owned(),
            explanation,
        };
        let [channels, rows, columns] = image(self.shape(x)?)
            .map_err(|explanation| wrong(explanation, self.name(x).unwrap_or_default()))?;
        let window = Window { kernel: [rows, columns], ..Window::square(1) };
        let mean = self.average_pool(x, window)?;
        self.reshape(mean, &[crate::BATCH, channels])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_gradients;
    use crate::{BATCH, Session};
    use std::sync::Arc;

    #[test]
    fn gradients() {
        let window = |kernel, stride, padding| Window { kernel, stride, padding, dilation: [1; 2] };
        for (rows, columns, window) in [
            (4, 6, window([2, 2], [2, 2], [0, 0])),
            (5, 4, window([3, 2], [1, 2], [1, 1])),
            (3, 3, window([3, 3], [1, 1], [1, 1])),
        ] {
            for count_padding in [true, false] {
                assert_gradients(2, |graph| {
                    let x = graph.input("x", &[BATCH, 2, rows, columns])?;
                    graph.want_gradient(x)?;
                    let y = graph.apply(AveragePool { window, count_padding }, &[x])?;
                    let again = graph.apply(AveragePool { window, count_padding }, &[x])?;
                    graph.multiply(y, again)
                });
            }
        }
        assert_gradients(3, |graph| {
            let x = graph.input("x", &[BATCH, 4, 3, 5])?;
            graph.want_gradient(x)?;
            graph.global_average_pool(x)
        });
    }

    #[test]
    fn padding_counts_or_does_not() {
        let window = Window { padding: [1; 2], stride: [2; 2], ..Window::square(2) };
        for (count_padding, expected) in [(true, [0.25, 0.5, 0.75, 1.0]), (false, [1.0, 2.0, 3.0, 4.0])] {
            let mut graph = Graph::<f32>::new();
            let x = graph.input("x", &[BATCH, 1, 2, 2]).unwrap();
            let y = graph.apply(AveragePool { window, count_padding }, &[x]).unwrap();
            let mut session = Session::evaluation(&Arc::new(graph), 1, &[y]).unwrap();
            session.set_input(x, &[1.0, 2.0, 3.0, 4.0]).unwrap();
            session.forward(&[]).unwrap();
            assert_eq!(session.value(y).unwrap(), expected);
        }
    }
}
