use super::*;
use crate::testing::{assert_gradients, parameter};
use crate::{BATCH, Session};
use std::sync::Arc;

fn window(stride: [usize; 2], padding: [usize; 2], dilation: [usize; 2]) -> Window {
    Window { stride, padding, dilation, ..Window::square(1) }
}

/// Input, weight and what to do with them.
type Case = ([usize; 4], [usize; 4], Window, usize);

fn cases() -> Vec<Case> {
    let plain = window([1, 1], [0, 0], [1, 1]);
    vec![
        ([1, 1, 1, 1], [1, 1, 1, 1], plain, 1),
        ([2, 1, 5, 6], [3, 1, 2, 3], plain, 1),
        ([3, 2, 4, 4], [2, 2, 3, 3], window([1, 1], [1, 1], [1, 1]), 1),
        ([9, 2, 5, 7], [4, 2, 3, 2], window([2, 3], [1, 0], [1, 1]), 1),
        ([2, 3, 7, 6], [2, 3, 2, 2], window([1, 2], [1, 2], [2, 3]), 1),
        ([5, 4, 4, 3], [6, 2, 3, 3], window([1, 1], [2, 1], [1, 1]), 2),
        ([2, 3, 4, 4], [3, 1, 2, 2], plain, 3),
        ([2, 2, 3, 3], [5, 2, 1, 1], window([2, 2], [0, 0], [1, 1]), 1),
    ]
}

#[test]
fn gradients() {
    for (x, weight, window, groups) in cases() {
        assert_gradients(x[0], |graph| {
            let image = graph.input("x", &[BATCH, x[1], x[2], x[3]])?;
            graph.want_gradient(image)?;
            let (w, b) = (parameter(graph, "w", &weight)?, parameter(graph, "b", &[weight[0]])?);
            graph.conv2d(image, w, b, window, groups)
        });
    }
    // One image and one weight in two layers.
    assert_gradients(3, |graph| {
        let x = graph.input("x", &[BATCH, 2, 4, 4])?;
        graph.want_gradient(x)?;
        let (w, b) = (parameter(graph, "w", &[2, 2, 3, 3])?, parameter(graph, "b", &[2])?);
        let same = window([1, 1], [1, 1], [1, 1]);
        let once = graph.conv2d(x, w, b, same, 1)?;
        let twice = graph.conv2d(once, w, b, same, 1)?;
        graph.add(twice, x)
    });
}

/// The sum of the definition, element by element.
fn reference(
    x: &[f64],
    xs: [usize; 4],
    w: &[f64],
    ws: [usize; 4],
    b: &[f64],
    window: Window,
    groups: usize,
) -> Vec<f64> {
    let window = Window { kernel: [ws[2], ws[3]], ..window };
    let [rows, columns] = window.output([xs[2], xs[3]]).unwrap();
    let mut y = Vec::new();
    for n in 0..xs[0] {
        for o in 0..ws[0] {
            let group = o / (ws[0] / groups);
            for i in 0..rows {
                for j in 0..columns {
                    let mut sum = b[o];
                    for c in 0..ws[1] {
                        for u in 0..ws[2] {
                            for v in 0..ws[3] {
                                let row = (i * window.stride[0] + u * window.dilation[0])
                                    .wrapping_sub(window.padding[0]);
                                let column = (j * window.stride[1] + v * window.dilation[1])
                                    .wrapping_sub(window.padding[1]);
                                if row < xs[2] && column < xs[3] {
                                    let channel = group * ws[1] + c;
                                    sum += w[((o * ws[1] + c) * ws[2] + u) * ws[3] + v]
                                        * x[((n * xs[1] + channel) * xs[2] + row) * xs[3] + column];
                                }
                            }
                        }
                    }
                    y.push(sum);
                }
            }
        }
    }
    y
}

/// Small integers: sums are exact, and so must not depend on their order.
fn integers<T: Element>(len: usize, seed: usize) -> Vec<T> {
    (0..len).map(|i| T::from_f64(((i * 7 + seed * 13 + i / 5) % 11) as f64 - 5.0)).collect()
}

#[test]
fn values_are_those_of_the_definition() {
    for (xs, ws, window, groups) in cases() {
        let (x, w) = (integers::<f64>(xs.iter().product(), 1), integers::<f64>(ws.iter().product(), 2));
        let b = integers::<f64>(ws[0], 3);
        let mut graph = Graph::<f64>::new();
        let image = graph.input("x", &[BATCH, xs[1], xs[2], xs[3]]).unwrap();
        let (weight, bias) =
            (graph.constant("w", &ws, &w).unwrap(), graph.constant("b", &[ws[0]], &b).unwrap());
        let y = graph.conv2d(image, weight, bias, window, groups).unwrap();
        let mut session = Session::evaluation(&Arc::new(graph), xs[0], &[y]).unwrap();
        session.set_input(image, &x).unwrap();
        session.forward(&[]).unwrap();
        assert_eq!(session.value(y).unwrap(), reference(&x, xs, &w, ws, &b, window, groups), "{xs:?} {ws:?}");
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let mut graph = Graph::<f32>::new();
    let x = graph.input("x", &[BATCH, 8, 16, 16]).unwrap();
    graph.want_gradient(x).unwrap();
    let (w, b) = (graph.parameter("w", &[12, 8, 3, 3]).unwrap(), graph.parameter("b", &[12]).unwrap());
    let y = graph.conv2d(x, w, b, window([1, 1], [1, 1], [1, 1]), 1).unwrap();
    let loss = graph.multiply(y, y).unwrap();
    let row = graph.flatten(loss).unwrap();
    let target = graph.input("t", &[BATCH, 12 * 16 * 16]).unwrap();
    let loss = graph.mean_squared_error(row, target).unwrap();
    let graph = Arc::new(graph);
    let parameters = crate::initialise(&graph, crate::Initial::HE, 1);
    let mut results = Vec::new();
    for threads in [1, 2, 3, 7] {
        let mut session = Session::training(&graph, 21, loss, &[y]).unwrap();
        session.set_threads(threads);
        let images: Vec<f32> = (0..21 * 8 * 256).map(|i| (i as f32 * 0.37).sin()).collect();
        session.set_input(x, &images).unwrap();
        session.set_input(target, &vec![0.5; 21 * 12 * 256]).unwrap();
        session.forward(parameters.values()).unwrap();
        let mut gradients = parameters.values().to_vec();
        session.backward(parameters.values(), &mut gradients).unwrap();
        results.push((session.value(y).unwrap().to_vec(), gradients, session.gradient(x).unwrap().to_vec()));
    }
    assert!(results.iter().all(|result| *result == results[0]));
}

#[test]
fn misfits_are_refused() {
    let mut graph = Graph::<f32>::new();
    let flat = graph.input("flat", &[BATCH, 784]).unwrap();
    let x = graph.input("x", &[BATCH, 3, 8, 8]).unwrap();
    let w = graph.parameter("w", &[4, 2, 3, 3]).unwrap();
    let b = graph.parameter("b", &[4]).unwrap();
    let plain = window([1, 1], [0, 0], [1, 1]);
    let error = graph.conv2d(flat, w, b, plain, 1).unwrap_err().to_string();
    assert!(error.contains("images are [batch, channels, rows, columns] (`reshape`"), "{error}");
    let error = graph.conv2d(x, w, b, plain, 1).unwrap_err().to_string();
    assert!(error.contains("with 1 groups its second extent must be 3"), "{error}");
    let error = graph.conv2d(x, w, b, plain, 2).unwrap_err().to_string();
    assert!(error.contains("2 groups do not divide 3 input channels and 4 output channels"), "{error}");
}

/// Output and gradients of conv, ReLU and pooling, with what lies between asked for or not.
fn followed<T: Element>(between: bool, pool: Window, relu_first: bool) -> (Vec<T>, Vec<T>, usize) {
    let mut graph = Graph::<T>::new();
    let x = graph.input("x", &[BATCH, 2, 9, 8]).unwrap();
    graph.want_gradient(x).unwrap();
    let (w, b) = (graph.parameter("w", &[5, 2, 2, 3]).unwrap(), graph.parameter("b", &[5]).unwrap());
    let convolved = graph.conv2d(x, w, b, window([1, 1], [0, 0], [1, 1]), 1).unwrap();
    let (middle, y) = if relu_first {
        let middle = graph.relu(convolved).unwrap();
        (middle, graph.max_pool(middle, pool).unwrap())
    } else {
        let middle = graph.max_pool(convolved, pool).unwrap();
        (middle, graph.relu(middle).unwrap())
    };
    let row = graph.flatten(y).unwrap();
    let loss = graph.mean_squared_error(row, row).unwrap();
    let half = graph.constant("half", &[], &[T::from_f64(0.5)]).unwrap();
    let moved = graph.add(row, half).unwrap();
    let squares = graph.mean_squared_error(moved, row).unwrap();
    let product = graph.multiply(row, row).unwrap();
    let other = graph.mean_squared_error(product, moved).unwrap();
    let loss = graph.add(loss, squares).unwrap();
    let loss = graph.add(loss, other).unwrap();
    let graph = Arc::new(graph);
    let mut outputs = vec![y];
    if between {
        outputs.extend([convolved, middle]);
    }
    let mut session = Session::training(&graph, 11, loss, &outputs).unwrap();
    let images: Vec<T> = (0..11 * 2 * 72).map(|i| T::from_f64((f64::from(i) * 0.7).sin())).collect();
    session.set_input(x, &images).unwrap();
    let mut parameters = vec![T::ZERO; graph.layout().len()];
    for (tensor, scale) in graph.layout().tensors().iter().zip([1.0, 0.1]) {
        let values = parameters[tensor.range.clone()].iter_mut().enumerate();
        values.for_each(|(i, value)| *value = T::from_f64(scale * (i as f64 * 1.3).cos()));
    }
    session.forward(&parameters).unwrap();
    let mut gradients = parameters.clone();
    session.backward(&parameters, &mut gradients).unwrap();
    gradients.extend_from_slice(session.gradient(x).unwrap());
    (session.value(y).unwrap().to_vec(), gradients, session.plan().steps.len())
}

#[test]
fn what_is_done_at_once_gives_the_bits_of_what_is_done_in_turn() {
    let halves = Window { stride: [2; 2], ..Window::square(2) };
    let others = Window { stride: [2, 1], padding: [1, 0], ..Window::square(3) };
    for pool in [halves, others] {
        for relu_first in [true, false] {
            let (values, gradients, steps) = followed::<f32>(true, pool, relu_first);
            let (at_once, at_once_gradients, fewer) = followed::<f32>(false, pool, relu_first);
            assert_eq!(fewer, steps - 2);
            assert_eq!((values, gradients), (at_once, at_once_gradients));
        }
    }
}
