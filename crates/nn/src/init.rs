//! Initial values of parameters.
//!
//! Draws are reproducible: tensor number i of the layout takes ChaCha8 seeded with `seed`, stream i, and fills its elements in
//! row-major order with standard normal numbers (in `f64`, one `StandardNormal` sample each; for uniform values one number from
//! 0 to 1 each), scaled, then rounded to the element type. So `f32` and `f64` networks of one seed start from the same numbers, and a tensor's draws do not depend on
//! the sizes of the others.

use crate::graph::{Graph, Kind};
use crate::{Element, Error};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use std::fmt;
use std::str::FromStr;
use thalweg_arena::{Arena, Tensor};
use thalweg_matrix::orthonormal_columns;

/// How the elements of a weight begin. The random ones have mean 0 and are normal where nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initial {
    /// 0: every unit of a layer then learns the same.
    Zeros,
    /// This number.
    Constant(f64),
    /// Standard deviation `scale`; the book starts with 0.01.
    Normal {
        /// The standard deviation.
        scale: f64,
    },
    /// The same without what lies further out than two standard deviations, which is drawn again (torch's `trunc_normal_` with
    /// bounds of 2 `scale`).
    Truncated {
        /// The standard deviation before that.
        scale: f64,
    },
    /// Evenly between -`bound` and `bound`.
    Uniform {
        /// The largest magnitude.
        bound: f64,
    },
    /// Standard deviation sqrt(1 / inputs), for sigmoid and tanh: the book's form of Xavier's values.
    Xavier,
    /// Standard deviation sqrt(2 / (inputs + outputs)): the original form (Glorot and Bengio 2010, eq. 12).
    Glorot,
    /// The same spread, uniform (eq. 16).
    GlorotUniform,
    /// Standard deviation sqrt(2 / inputs), for ReLU (He et al. 2015, eq. 10).
    He,
    /// The same spread, uniform.
    HeUniform,
    /// Standard deviation sqrt(2 / outputs): keeps the spread of gradients (He et al. 2015, eq. 14).
    HeOut,
    /// Standard deviation sqrt(1 / inputs), for SELU (LeCun et al. 1998, eq. 16; Klambauer et al. 2017).
    LeCun,
    /// The same spread, uniform.
    LeCunUniform,
    /// Orthonormal rows or columns, whichever are fewer, times `gain` (Saxe, McClelland and Ganguli 2014).
    Orthogonal {
        /// The length of each.
        gain: f64,
    },
}

/// What is drawn for each element.
enum Draw {
    Normal(f64),
    Truncated(f64),
    Uniform(f64),
}

impl Initial {
    /// What can be parsed, for messages and lists.
    pub const CHOICES: &str = "zeros, constant(c), xavier, glorot, glorot-uniform, he, he-uniform, he-out, lecun, \
                               lecun-uniform, orthogonal, orthogonal(gain), truncated(scale), uniform(bound), or a number: \
                               the standard deviation of normal values";

    /// Those without a number, by name.
    pub const NAMED: [(&str, Initial); 10] = [
        ("he", Initial::He),
        ("he-uniform", Initial::HeUniform),
        ("he-out", Initial::HeOut),
        ("xavier", Initial::Xavier),
        ("glorot", Initial::Glorot),
        ("glorot-uniform", Initial::GlorotUniform),
        ("lecun", Initial::LeCun),
        ("lecun-uniform", Initial::LeCunUniform),
        ("orthogonal", Initial::Orthogonal { gain: 1.0 }),
        ("zeros", Initial::Zeros),
    ];

    /// What is drawn for the elements of a tensor of this shape; `None` if they are not drawn one by one.
    fn draw(self, shape: &[usize]) -> Option<Draw> {
        let (inputs, outputs) = fans(shape);
        let normal = |variance: f64| Some(Draw::Normal(variance.sqrt()));
        // A uniform distribution of this variance.
        let uniform = |variance: f64| Some(Draw::Uniform((3.0 * variance).sqrt()));
        match self {
            Initial::Zeros | Initial::Constant(_) | Initial::Orthogonal { .. } => None,
            Initial::Normal { scale } => Some(Draw::Normal(scale)),
            Initial::Truncated { scale } => Some(Draw::Truncated(scale)),
            Initial::Uniform { bound } => Some(Draw::Uniform(bound)),
            Initial::Xavier | Initial::LeCun => normal(1.0 / inputs),
            Initial::LeCunUniform => uniform(1.0 / inputs),
            Initial::Glorot => normal(2.0 / (inputs + outputs)),
            Initial::GlorotUniform => uniform(2.0 / (inputs + outputs)),
            Initial::He => normal(2.0 / inputs),
            Initial::HeUniform => uniform(2.0 / inputs),
            Initial::HeOut => normal(2.0 / outputs),
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
        let entry = if rows >= columns { q[row * wide + column] } else { q[column * wide + row] };
        *value = T::from_f64(gain * entry);
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

/// An arena of `graph`'s parameters: weights (two extents or more) as `weights` says, biases (fewer) 0, and those with values
/// of their own ([`Graph::set_initial`]) as these say. The same seed gives the same bits; see the source for the draws.
pub fn initialise<T: Element>(graph: &Graph<T>, weights: Initial, seed: u64) -> Arena<T> {
    let mut arena = Arena::zeros(graph.layout().clone());
    for entry in graph.entries() {
        let Kind::Parameter { tensor: index, initial } = entry.kind else { continue };
        let tensor = &graph.layout().tensors()[index];
        let default = if tensor.shape.len() >= 2 { weights } else { Initial::Zeros };
        let values = &mut arena.values_mut()[tensor.range.clone()];
        initial.unwrap_or(default).fill(tensor, index, seed, values);
    }
    arena
}

impl fmt::Display for Initial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((name, _)) = Self::NAMED.iter().find(|(_, initial)| initial == self) {
            return f.write_str(name);
        }
        match self {
            Initial::Constant(constant) => write!(f, "constant({constant})"),
            Initial::Truncated { scale } => write!(f, "truncated({scale})"),
            Initial::Uniform { bound } => write!(f, "uniform({bound})"),
            Initial::Orthogonal { gain } => write!(f, "orthogonal({gain})"),
            Initial::Normal { scale } => write!(f, "{scale}"),
            // The others have names.
            _ => Ok(()),
        }
    }
}

impl FromStr for Initial {
    type Err = Error;

    /// One of the [`NAMED`](Initial::NAMED), `constant(0.5)`, `truncated(0.02)`, `uniform(0.1)`, `orthogonal(1.4)`, or `0.01`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
        let size = |text: &str| number(text).filter(|&size| size >= 0.0);
        let call = text.strip_suffix(')').and_then(|text| text.split_once('('));
        let found = match call {
            Some(("constant", argument)) => number(argument).map(Initial::Constant),
            Some(("truncated", argument)) => size(argument).map(|scale| Initial::Truncated { scale }),
            Some(("uniform", argument)) => size(argument).map(|bound| Initial::Uniform { bound }),
            Some(("orthogonal", argument)) => size(argument).map(|gain| Initial::Orthogonal { gain }),
            _ => {
                let named = Self::NAMED.iter().find(|(name, _)| *name == text).map(|(_, initial)| *initial);
                named.or_else(|| size(text).map(|scale| Initial::Normal { scale }))
            }
        };
        found.ok_or_else(|| Error::Unknown {
            what: "initial values",
            found: text.into(),
            choices: Self::CHOICES.into(),
        })
    }
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

    #[test]
    fn one_seed_gives_the_same_numbers_in_both_precisions() {
        let narrow = initialise(&graph::<f32>(), Initial::He, 7);
        let wide = initialise(&graph::<f64>(), Initial::He, 7);
        let rounded: Vec<f32> = wide.values().iter().map(|&x| x as f32).collect();
        assert_eq!(narrow.values(), rounded);
        let other = initialise(&graph::<f64>(), Initial::He, 8);
        assert_ne!(other.values(), wide.values());
        // The draws themselves are a promise: stored runs depend on them.
        let first = [-0.07753719332177972, -0.13834217200084092, 0.08897130187430373];
        assert_eq!(wide.values()[..3], first);
    }

    #[test]
    fn weights_have_the_spread_of_their_rule_and_biases_are_zero() {
        let cases = [
            (Initial::Normal { scale: 0.01 }, 0.01),
            (Initial::Xavier, (1.0f64 / 200.0).sqrt()),
            (Initial::Glorot, (2.0f64 / 300.0).sqrt()),
            (Initial::GlorotUniform, (2.0f64 / 300.0).sqrt()),
            (Initial::He, 0.1),
            (Initial::HeUniform, 0.1),
            (Initial::HeOut, (2.0f64 / 100.0).sqrt()),
            (Initial::LeCun, (1.0f64 / 200.0).sqrt()),
            (Initial::LeCunUniform, (1.0f64 / 200.0).sqrt()),
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
            [(Initial::He, (2.0f64 / 288.0).sqrt()), (Initial::HeOut, (2.0f64 / 576.0).sqrt())]
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

    #[test]
    fn names_are_read_and_written() {
        let numbers = ["constant(-0.5)", "truncated(0.02)", "uniform(0.1)", "orthogonal(1.4)", "0.01"];
        for text in Initial::NAMED.iter().map(|(name, _)| *name).chain(numbers) {
            assert_eq!(text.parse::<Initial>().unwrap().to_string(), text);
        }
        for text in ["hee", "", "-1", "nan", "inf", "constant(x)", "constant(1", "uniform(-1)", "he(2)"] {
            let error = text.parse::<Initial>().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("unknown initial values `{text}`; choose one of: zeros")),
                "{error}"
            );
        }
    }
}
