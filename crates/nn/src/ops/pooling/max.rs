//! Maximum pooling: the largest number that the window sees; padding does not count.
//!
//! The gradient goes to the element that was the largest: the first one, row by row, where several are (as in torch).

use super::{Planes, pooled};
use crate::compiled::compiled_here;
use crate::op::Input;
use crate::ops::window::Window;
use crate::shape::elements;
use crate::{Backward, Element, Forward, Graph, GraphError, Mode, Needs, Node, Op, Shape, Target};
use thalweg_lanes::{Kernel, Real, dispatch};

/// The largest number a window sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxPool {
    /// How it slides.
    pub window: Window,
}

impl<T: Element> Op<T> for MaxPool {
    fn name(&self) -> &'static str {
        "max_pool"
    }

    fn arity(&self) -> usize {
        1
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        // The elements of a window are counted in the numbers of the workspace.
        if self.window.kernel.iter().product::<usize>() > 1 << 24 {
            return Err("the window is too large".into());
        }
        pooled(&self.window, inputs)
    }

    fn needs(&self) -> Needs {
        Needs::NOTHING
    }

    /// Which element of its window each output is.
    fn workspace(&self, inputs: &[&[usize]], mode: Mode) -> usize {
        let planes = Planes::new(self.window, inputs[0]);
        if mode == Mode::Training { elements(&inputs[0][..2]) * planes.output_size() } else { 0 }
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let Forward { inputs, output, workspace, .. } = pass;
        let planes = Planes::new(self.window, inputs.shape(0));
        dispatch(Largest { x: inputs.values(0), y: output, chosen: workspace, planes });
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, workspace, gradient, mut targets, .. } = pass;
        if let Some(target) = targets.get(0) {
            let planes = Planes::new(self.window, inputs.shape(0));
            dispatch(ToLargest { gradient, chosen: workspace, target, planes });
        }
    }
}

struct Largest<'a, T> {
    x: &'a [T],
    y: &'a mut [T],
    /// As long as `y`, or empty when the network is only used.
    chosen: &'a mut [T],
    planes: Planes,
}

impl<T: Real> Kernel for Largest<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let (input, output) = (self.planes.input_size(), self.planes.output_size());
        let pairs = self.x.chunks_exact(input).zip(self.y.chunks_exact_mut(output));
        for (plane, (x, y)) in pairs.enumerate() {
            let chosen =
                if self.chosen.is_empty() { &mut [] } else { &mut self.chosen[plane * output..][..output] };
            largest(&self.planes, x, T::ZERO, y, chosen);
        }
    }
}

/// Computes the largest number of each window of one plane, plus `bias`. Unless it is empty, `chosen` gets the position of that
/// number in its window.
#[inline(always)]
pub(in crate::ops) fn largest<T: Real>(planes: &Planes, x: &[T], bias: T, y: &mut [T], chosen: &mut [T]) {
    let columns = planes.output[1];
    if planes.halves() {
        for (row, (x, y)) in x.chunks_exact(4 * columns).zip(y.chunks_exact_mut(columns)).enumerate() {
            // As pairs of one length, so that the loops need no checks.
            let (top, bottom) = x.as_chunks::<2>().0.split_at(columns);
            let (top, bottom, y) = (&top[..columns], &bottom[..columns], &mut y[..columns]);
            if chosen.is_empty() {
                for j in 0..columns {
                    let upper = larger(top[j][0] + bias, top[j][1] + bias);
                    let lower = larger(bottom[j][0] + bias, bottom[j][1] + bias);
                    y[j] = larger(upper, lower);
                }
                continue;
            }
            let chosen = &mut chosen[row * columns..][..columns];
            for j in 0..columns {
                let (a, b) = (top[j][0] + bias, top[j][1] + bias);
                let (c, d) = (bottom[j][0] + bias, bottom[j][1] + bias);
                let (upper, lower) = (larger(a, b), larger(c, d));
                let above = if beats(b, a) { T::ONE } else { T::ZERO };
                let below = T::ONE + T::ONE + if beats(d, c) { T::ONE } else { T::ZERO };
                y[j] = larger(upper, lower);
                chosen[j] = if beats(lower, upper) { below } else { above };
            }
        }
        return;
    }
    for i in 0..planes.output[0] {
        for j in 0..columns {
            let mut seen = planes.seen(i, j);
            let (mut element, mut largest) =
                seen.next().map_or((0, T::ZERO), |(tap, at)| (tap, x[at] + bias));
            for (tap, at) in seen {
                let x = x[at] + bias;
                if beats(x, largest) {
                    (element, largest) = (tap, x);
                }
            }
            let at = i * columns + j;
            y[at] = largest;
            if let Some(chosen) = chosen.get_mut(at) {
                *chosen = T::from_f64(element as f64);
            }
        }
    }
}

/// Whether `x` takes the place of the largest so far; NaN takes every place, so that it is not lost.
#[inline(always)]
#[expect(clippy::eq_op, reason = "a NaN, in the form that becomes a vector instruction")]
fn beats<T: Real>(x: T, largest: T) -> bool {
    x > largest || x != x
}

#[inline(always)]
fn larger<T: Real>(a: T, b: T) -> T {
    if beats(b, a) { b } else { a }
}

struct ToLargest<'a, T> {
    gradient: &'a [T],
    chosen: &'a [T],
    target: Target<'a, T>,
    planes: Planes,
}

impl<T: Real> Kernel for ToLargest<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { gradient, chosen, target: Target { values, accumulate }, planes } = self;
        let (input, output) = (planes.input_size(), planes.output_size());
        let pooled = gradient.chunks_exact(output).zip(chosen.chunks_exact(output));
        for ((gradient, chosen), out) in pooled.zip(values.chunks_exact_mut(input)) {
            to_largest(&planes, gradient, None, chosen, out, accumulate);
        }
    }
}

/// Passes the gradients of one plane to the elements that were the largest of their windows: adds them if `accumulate`, writes
/// them otherwise. Where `y` is given, only gradients at y > 0 count.
#[inline(always)]
pub(in crate::ops) fn to_largest<'a, T: Real>(
    planes: &Planes,
    gradient: &'a [T],
    y: Option<&'a [T]>,
    chosen: &'a [T],
    out: &mut [T],
    accumulate: bool,
) {
    let columns = planes.output[1];
    if planes.halves() && !accumulate {
        let two = T::ONE + T::ONE;
        for (row, out) in out.chunks_exact_mut(4 * columns).enumerate() {
            let (top, bottom) = out.as_chunks_mut::<2>().0.split_at_mut(columns);
            let (top, bottom) = (&mut top[..columns], &mut bottom[..columns]);
            let own = |values: &'a [T]| &values[row * columns..][..columns];
            let (gradient, chosen) = (own(gradient), own(chosen));
            let (y, bent) = (y.map_or(gradient, own), y.is_some());
            for j in 0..columns {
                let g = if !bent || y[j] > T::ZERO { gradient[j] } else { T::ZERO };
                let at = chosen[j];
                let here = |hit: bool| if hit { g } else { T::ZERO };
                top[j] = [here(at == T::ZERO), here(at == T::ONE)];
                bottom[j] = [here(at == two), here(at > two)];
            }
        }
        return;
    }
    if !accumulate {
        out.fill(T::ZERO);
    }
    let Window { kernel, stride, dilation, .. } = planes.window;
    let (top, left) = (planes.window.offset(0, 0), planes.window.offset(1, 0));
    for i in 0..planes.output[0] {
        for j in 0..columns {
            let at = i * columns + j;
            if y.is_some_and(|y| y[at] <= T::ZERO) {
                continue;
            }
            let element = chosen[at].to_f64() as usize;
            let row = (i * stride[0] + element / kernel[1] * dilation[0]) as isize + top;
            let column = (j * stride[1] + element % kernel[1] * dilation[1]) as isize + left;
            out[row as usize * planes.image[1] + column as usize] += gradient[at];
        }
    }
}

compiled_here!(MaxPool);

impl<T: Element> Graph<T> {
    /// Adds a node that computes max pooling, the largest number of each window of x `[BATCH, channels, rows, columns]`.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn max_pool(&mut self, x: Node, window: Window) -> Result<Node, GraphError> {
        self.apply_compiled(MaxPool { window }, &[x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_gradients;
    use crate::{BATCH, Session};
    use std::sync::Arc;

    fn window(kernel: [usize; 2], stride: [usize; 2], padding: [usize; 2], dilation: [usize; 2]) -> Window {
        Window { kernel, stride, padding, dilation }
    }

    fn cases() -> Vec<([usize; 3], Window)> {
        vec![
            ([2, 4, 6], window([2, 2], [2, 2], [0, 0], [1, 1])),
            ([1, 36, 38], window([2, 2], [2, 2], [0, 0], [1, 1])),
            ([2, 5, 5], window([2, 2], [2, 2], [0, 0], [1, 1])),
            ([3, 5, 4], window([3, 2], [1, 2], [1, 1], [1, 1])),
            ([1, 7, 7], window([3, 3], [2, 2], [1, 1], [1, 1])),
            ([2, 7, 6], window([2, 3], [1, 1], [0, 1], [2, 2])),
        ]
    }

    #[test]
    fn gradients() {
        for (x, window) in cases() {
            assert_gradients(3, |graph| {
                let x = graph.input("x", &[BATCH, x[0], x[1], x[2]])?;
                graph.want_gradient(x)?;
                let y = graph.max_pool(x, window)?;
                let z = graph.max_pool(x, window)?;
                graph.multiply(y, z)
            });
        }
    }

    #[test]
    fn values_are_those_of_the_definition_learning_or_not() {
        for (extents, window) in cases() {
            let [channels, rows, columns] = extents;
            let mut graph = Graph::<f32>::new();
            let x = graph.input("x", &[BATCH, channels, rows, columns]).unwrap();
            let y = graph.max_pool(x, window).unwrap();
            let size = graph.shape(y).unwrap().resolve(2);
            let target = graph.input("t", &[BATCH, size[1], size[2], size[3]]).unwrap();
            let loss = graph.mean_squared_error(y, target).unwrap();
            let graph = Arc::new(graph);
            let values: Vec<f32> =
                (0..2 * channels * rows * columns).map(|i| (i as f32 * 1.7).sin()).collect();
            let mut expected = Vec::new();
            for plane in values.chunks_exact(rows * columns) {
                for i in 0..size[2] {
                    for j in 0..size[3] {
                        let mut largest = f32::NEG_INFINITY;
                        for u in 0..window.kernel[0] {
                            for v in 0..window.kernel[1] {
                                let row = (i * window.stride[0] + u * window.dilation[0])
                                    .wrapping_sub(window.padding[0]);
                                let column = (j * window.stride[1] + v * window.dilation[1])
                                    .wrapping_sub(window.padding[1]);
                                if row < rows && column < columns {
                                    largest = largest.max(plane[row * columns + column]);
                                }
                            }
                        }
                        expected.push(largest);
                    }
                }
            }
            let mut used = Session::evaluation(&graph, 2, &[y]).unwrap();
            used.set_input(x, &values).unwrap();
            used.forward(&[]).unwrap();
            assert_eq!(used.value(y).unwrap(), expected);
            let mut trained = Session::training(&graph, 2, loss, &[y]).unwrap();
            trained.set_input(x, &values).unwrap();
            trained.set_input(target, &expected).unwrap();
            trained.forward(&[]).unwrap();
            assert_eq!(trained.value(y).unwrap(), expected);
        }
    }

    #[test]
    fn the_first_of_equals_gets_the_gradient_and_nan_is_not_lost() {
        // Even extents take the loop for halves, odd ones the general one.
        for extent in [2usize, 3] {
            let mut graph = Graph::<f64>::new();
            let x = graph.input("x", &[BATCH, 1, extent, extent]).unwrap();
            graph.want_gradient(x).unwrap();
            let y = graph.max_pool(x, Window { stride: [2; 2], ..Window::square(2) }).unwrap();
            let zero = graph.constant("zero", &[], &[0.0]).unwrap();
            let target = graph.multiply(y, zero).unwrap();
            let loss = graph.mean_squared_error(y, target).unwrap();
            let mut session = Session::training(&Arc::new(graph), 1, loss, &[y]).unwrap();
            let mut values = vec![1.0; extent * extent];
            session.set_input(x, &values).unwrap();
            session.forward(&[]).unwrap();
            session.backward(&[], &mut []).unwrap();
            let mut expected = vec![0.0; extent * extent];
            expected[0] = 2.0;
            assert_eq!(session.gradient(x).unwrap(), expected);
            for place in [0, 1, extent, extent + 1] {
                values.fill(1.0);
                values[place] = f64::NAN;
                session.set_input(x, &values).unwrap();
                session.forward(&[]).unwrap();
                assert!(session.value(y).unwrap()[0].is_nan(), "{extent} {place}");
            }
        }
    }
}
