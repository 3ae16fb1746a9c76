//! Drawing the initial values.
//!
//! Draws are reproducible: tensor number i of the layout takes ChaCha8 seeded with `seed`, stream i, and fills its elements in
//! row-major order with standard normal numbers (in `f64`, one `StandardNormal` sample each; for uniform values one number from
//! 0 to 1 each), scaled, then rounded to the element type. So `f32` and `f64` networks with the same seed start from the same
//! numbers, and the draws of a tensor do not depend on the sizes of the others.

use super::{Initial, Scaled, Spread};
use crate::Element;
use crate::graph::{Graph, Kind};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use thalweg_arena::{Arena, Tensor};
use thalweg_matrix::orthonormal_columns;

/// What is drawn for each element.
enum Draw {
    Normal(f64),
    Truncated(f64),
    Uniform(f64),
}

impl Initial {
    /// What is drawn for the elements of a tensor of this shape; `None` if they are not drawn one by one.
    fn draw(self, shape: &[usize]) -> Option<Draw> {
        match self {
            Initial::Zeros | Initial::Constant(_) | Initial::Orthogonal { .. } => None,
            Initial::Normal { scale } => Some(Draw::Normal(scale)),
            Initial::Truncated { scale } => Some(Draw::Truncated(scale)),
            Initial::Uniform { bound } => Some(Draw::Uniform(bound)),
            Initial::Scaled(Scaled { spread, uniform, by_outputs, gain }) => {
                let (inputs, outputs) = fans(shape);
                let n = if by_outputs { outputs } else { inputs };
                let variance = match spread {
                    Spread::He => 2.0 / n,
                    Spread::Xavier | Spread::LeCun => 1.0 / n,
                    Spread::Glorot => 2.0 / (inputs + outputs),
                };
                // A uniform distribution between ±b has the variance b² / 3.
                Some(match uniform {
                    false => Draw::Normal(gain * variance.sqrt()),
                    true => Draw::Uniform(gain * (3.0 * variance).sqrt()),
                })
            }
        }
    }

    fn fill<T: Element>(self, tensor: &Tensor, index: usize, seed: u64, values: &mut [T]) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(index as u64);
        match (self, self.draw(&tensor.shape)) {
            (Initial::Constant(constant), _) => values.fill(T::from_f64(constant)),
            (Initial::Orthogonal { gain }, _) => orthogonal(gain, &tensor.shape, &mut random, values),
            (_, None) => values.fill(T::ZERO),
            (_, Some(Draw::Normal(deviation))) => {
                values.fill_with(|| T::from_f64(deviation * normal(&mut random)));
            }
            (_, Some(Draw::Truncated(deviation))) => values.fill_with(|| {
                let mut draws = std::iter::repeat_with(|| normal(&mut random));
                let kept = draws.find(|draw| draw.abs() <= 2.0).unwrap_or_default();
                T::from_f64(deviation * kept)
            }),
            (_, Some(Draw::Uniform(bound))) => {
                values.fill_with(|| T::from_f64(bound * (2.0 * random.random::<f64>() - 1.0)));
            }
        }
    }
}

fn normal(random: &mut ChaCha8Rng) -> f64 {
    random.sample(StandardNormal)
}

/// Fills a tensor, seen as a matrix (a filter a row), with the Q of normal random numbers.
fn orthogonal<T: Element>(gain: f64, shape: &[usize], random: &mut ChaCha8Rng, values: &mut [T]) {
    let Some(&last) = shape.last() else { return values.fill(T::from_f64(gain)) };
    if values.is_empty() {
        return;
    }
    let columns = if shape.len() > 2 { values.len() / shape[0] } else { last };
    let rows = values.len() / columns;
    let drawn: Vec<f64> = values.iter().map(|_| normal(random)).collect();
    let (tall, wide) = (rows.max(columns), rows.min(columns));
    let q = orthonormal_columns(&drawn, tall, wide);
    for (at, value) in values.iter_mut().enumerate() {
        let (row, column) = (at / columns, at % columns);
        let element = if rows >= columns { q[row * wide + column] } else { q[column * wide + row] };
        *value = T::from_f64(gain * element);
    }
}

/// How many inputs a unit sees, and how many outputs see an input: the rows and columns of a weight [inputs, outputs]; of
/// filters [outputs, inputs, extents of the kernel …] both times the size of the kernel; the length for a vector.
fn fans(shape: &[usize]) -> (f64, f64) {
    match shape {
        [] => (1.0, 1.0),
        [length] => (*length as f64, *length as f64),
        [inputs, outputs] => (*inputs as f64, *outputs as f64),
        [outputs, inputs, kernel @ ..] => {
            let kernel = kernel.iter().product::<usize>() as f64;
            (*inputs as f64 * kernel, *outputs as f64 * kernel)
        }
    }
}

/// Returns an arena with initial values for `graph`'s parameters. Weights (two extents or more) follow `weights`, biases (fewer
/// extents) are 0. A parameter with initial values of its own ([`Graph::set_initial`]) follows those. The same seed gives the
/// same bits; the source describes the draws.
pub fn initialise<T: Element>(graph: &Graph<T>, weights: Initial, seed: u64) -> Arena<T> {
    let mut arena = Arena::zeros(graph.layout().clone());
    for definition in graph.definitions() {
        let Kind::Parameter { tensor: index, initial } = definition.kind else { continue };
        let tensor = &graph.layout().tensors()[index];
        let default = if tensor.shape.len() >= 2 { weights } else { Initial::Zeros };
        let values = &mut arena.values_mut()[tensor.range.clone()];
        initial.unwrap_or(default).fill(tensor, index, seed, values);
    }
    arena
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_lanes::reduce;

    fn graph<T: Element>() -> Graph<T> {
        let mut graph = Graph::new();
        graph.parameter("W1", &[200, 100]).unwrap();
        graph.parameter("b1", &[100]).unwrap();
        graph.parameter("W2", &[100, 50]).unwrap();
        let gain = graph.parameter("gain", &[50]).unwrap();
        graph.set_initial(gain, Initial::Constant(1.0)).unwrap();
        graph
    }

    fn named(text: &str) -> Initial {
        text.parse().unwrap()
    }

    #[test]
    fn one_seed_gives_the_same_numbers_in_both_precisions() {
        let narrow = initialise(&graph::<f32>(), Initial::HE, 7);
        let wide = initialise(&graph::<f64>(), Initial::HE, 7);
        let rounded: Vec<f32> = wide.values().iter().map(|&x| x as f32).collect();
        assert_eq!(narrow.values(), rounded);
        let other = initialise(&graph::<f64>(), Initial::HE, 8);
        assert_ne!(other.values(), wide.values());
        // The draws themselves are a promise: stored runs depend on them.
        let first = [-0.07753719332177972, -0.13834217200084092, 0.08897130187430373];
        assert_eq!(wide.values()[..3], first);
    }

    #[test]
    fn weights_have_the_spread_of_their_rule_and_biases_are_zero() {
        let cases = [
            (Initial::Normal { scale: 0.01 }, 0.01),
            (named("xavier"), (1.0f64 / 200.0).sqrt()),
            (named("xavier-uniform-out"), (1.0f64 / 100.0).sqrt()),
            (named("glorot"), (2.0f64 / 300.0).sqrt()),
            (named("glorot-uniform"), (2.0f64 / 300.0).sqrt()),
            (named("he"), 0.1),
            (named("he-uniform"), 0.1),
            (named("he-out"), (2.0f64 / 100.0).sqrt()),
            (named("he-uniform-out(3)"), 3.0 * (2.0f64 / 100.0).sqrt()),
            (named("lecun"), (1.0f64 / 200.0).sqrt()),
            (named("lecun-uniform(0.5)"), 0.5 * (1.0f64 / 200.0).sqrt()),
            (Initial::Uniform { bound: 0.3 }, 0.3 / 3.0f64.sqrt()),
            // What is left of a normal distribution between -2 and 2 has 0.8796 of its deviation.
            (Initial::Truncated { scale: 0.5 }, 0.5 * 0.879_626),
            // The squares of 100 columns of length 1, over 200 · 100 elements.
            (Initial::Orthogonal { gain: 1.0 }, (1.0f64 / 200.0).sqrt()),
            (Initial::Zeros, 0.0),
        ];
        for (initial, deviation) in cases {
            let arena = initialise(&graph::<f64>(), initial, 1);
            let w = arena.get("W1").unwrap();
            let found = (reduce::sum_of_squares(w) / w.len() as f64).sqrt();
            assert!((found - deviation).abs() <= 0.02 * deviation, "{initial}: {found}");
            assert_eq!(arena.get("b1").unwrap(), [0.0; 100]);
            assert_eq!(arena.get("gain").unwrap(), [1.0; 50]);
        }
    }

    #[test]
    fn a_filter_sees_its_channels_times_its_kernel() {
        assert_eq!(fans(&[30, 1, 5, 5]), (25.0, 750.0));
        assert_eq!(fans(&[64, 32, 3, 3]), (288.0, 576.0));
        let mut graph = Graph::<f64>::new();
        graph.parameter("W", &[64, 32, 3, 3]).unwrap();
        for (initial, deviation) in
            [(Initial::HE, (2.0f64 / 288.0).sqrt()), (named("he-out"), (2.0f64 / 576.0).sqrt())]
        {
            let arena = initialise(&graph, initial, 1);
            let w = arena.get("W").unwrap();
            let found = (reduce::sum_of_squares(w) / w.len() as f64).sqrt();
            assert!((found - deviation).abs() <= 0.02 * deviation, "{initial}: {found}");
        }
    }

    #[test]
    fn bounds_hold_and_the_fewer_of_rows_and_columns_are_orthonormal() {
        let uniform = initialise(&graph::<f64>(), Initial::Uniform { bound: 0.3 }, 1);
        let truncated = initialise(&graph::<f64>(), Initial::Truncated { scale: 0.15 }, 1);
        for arena in [uniform, truncated] {
            let largest = arena.get("W1").unwrap().iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
            assert!((0.297..=0.3).contains(&largest), "{largest}");
        }
        let mut graph = Graph::<f64>::new();
        graph.parameter("tall", &[6, 4]).unwrap();
        // Four filters over two channels of 1 by 3.
        graph.parameter("wide", &[4, 2, 1, 3]).unwrap();
        let arena = initialise(&graph, Initial::Orthogonal { gain: 2.0 }, 5);
        let (tall, wide) = (arena.get("tall").unwrap(), arena.get("wide").unwrap());
        for at in 0..16 {
            let (i, j) = (at / 4, at % 4);
            let columns: f64 = (0..6).map(|k| tall[k * 4 + i] * tall[k * 4 + j]).sum();
            let rows: f64 = (0..6).map(|k| wide[i * 6 + k] * wide[j * 6 + k]).sum();
            let expected = if i == j { 4.0 } else { 0.0 };
            assert!((columns - expected).abs() < 1e-13 && (rows - expected).abs() < 1e-13, "{i} {j}");
        }
    }
}
