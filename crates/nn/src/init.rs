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
    /// As far spread as the number of a unit's inputs, or outputs, asks for.
    Scaled(Scaled),
    /// Orthonormal rows or columns, whichever are fewer, times `gain` (Saxe, McClelland and Ganguli 2014).
    Orthogonal {
        /// The length of each.
        gain: f64,
    },
}

/// Values that keep signals, or gradients, about as large from layer to layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaled {
    /// How large the variance is.
    pub spread: Spread,
    /// Evenly between two bounds instead of normal; the variance is the same.
    pub uniform: bool,
    /// Counts outputs instead of inputs ("fan out"): keeps the size of gradients instead of signals.
    pub by_outputs: bool,
    /// Multiplies the values.
    pub gain: f64,
}

/// A variance that follows from the number n of a unit's inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// 2 / n, for ReLU (He et al. 2015, eq. 10; by outputs eq. 14).
    He,
    /// 1 / n, for sigmoid and tanh: the book's form of Xavier's values.
    Xavier,
    /// 2 / (inputs + outputs): the original form (Glorot and Bengio 2010, eq. 12; uniform eq. 16).
    Glorot,
    /// 1 / n, for SELU (LeCun et al. 1998, eq. 16; Klambauer et al. 2017).
    LeCun,
}

impl Spread {
    const NAMED: [(&str, Self); 4] =
        [("he", Self::He), ("xavier", Self::Xavier), ("glorot", Self::Glorot), ("lecun", Self::LeCun)];
}

/// What is drawn for each element.
enum Draw {
    Normal(f64),
    Truncated(f64),
    Uniform(f64),
}

impl Initial {
    /// He's values for ReLU: deviation sqrt(2 / inputs).
    pub const HE: Self = Self::scaled(Spread::He);
    /// The book's form of Xavier's values, for sigmoid and tanh: deviation sqrt(1 / inputs).
    pub const XAVIER: Self = Self::scaled(Spread::Xavier);
    /// Glorot and Bengio's own form: deviation sqrt(2 / (inputs + outputs)).
    pub const GLOROT: Self = Self::scaled(Spread::Glorot);
    /// LeCun's values, for SELU: deviation sqrt(1 / inputs).
    pub const LECUN: Self = Self::scaled(Spread::LeCun);

    /// What can be parsed, for messages.
    pub const CHOICES: &str = "zeros, constant(c), xavier, glorot, he, lecun (each also with -uniform; all but glorot with -out, \
                               for fan-out; a gain in brackets: he-uniform-out(1.2)), orthogonal, orthogonal(gain), \
                               truncated(scale), uniform(bound), or a number: the standard deviation of normal values";

    const fn scaled(spread: Spread) -> Self {
        Self::Scaled(Scaled { spread, uniform: false, by_outputs: false, gain: 1.0 })
    }

    /// The names of those that stand without a number.
    pub fn names() -> Vec<String> {
        let scaled = Spread::NAMED.iter().flat_map(|&(_, spread)| {
            let sides = if spread == Spread::Glorot { &[false][..] } else { &[false, true] };
            sides.iter().flat_map(move |&by_outputs| {
                [false, true].map(|uniform| Self::Scaled(Scaled { spread, uniform, by_outputs, gain: 1.0 }))
            })
        });
        let others = [Self::Orthogonal { gain: 1.0 }, Self::Zeros];
        scaled.chain(others).map(|initial| initial.to_string()).collect()
    }

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
        let with_gain = |f: &mut fmt::Formatter<'_>, gain: f64| match gain {
            1.0 => Ok(()),
            _ => write!(f, "({gain})"),
        };
        match *self {
            Initial::Zeros => f.write_str("zeros"),
            Initial::Constant(constant) => write!(f, "constant({constant})"),
            Initial::Normal { scale } => write!(f, "{scale}"),
            Initial::Truncated { scale } => write!(f, "truncated({scale})"),
            Initial::Uniform { bound } => write!(f, "uniform({bound})"),
            Initial::Scaled(Scaled { spread, uniform, by_outputs, gain }) => {
                let named = Spread::NAMED.iter().find(|(_, named)| *named == spread);
                f.write_str(named.map_or("", |(name, _)| name))?;
                f.write_str(if uniform { "-uniform" } else { "" })?;
                f.write_str(if by_outputs { "-out" } else { "" })?;
                with_gain(f, gain)
            }
            Initial::Orthogonal { gain } => {
                f.write_str("orthogonal")?;
                with_gain(f, gain)
            }
        }
    }
}

impl FromStr for Initial {
    type Err = Error;

    /// One of the [`names`](Initial::names), these with a gain as in `he(1.4)`, `constant(0.5)`, `truncated(0.02)`, `uniform(0.1)`,
    /// or `0.01`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
        let size = |text: &str| number(text).filter(|&size| size >= 0.0);
        let (name, argument) = match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            Some((name, argument)) => (name, Some(argument)),
            None => (text, None),
        };
        let gain = argument.map_or(Some(1.0), size);
        let found = match (name, argument) {
            ("zeros", None) => Some(Initial::Zeros),
            ("constant", Some(argument)) => number(argument).map(Initial::Constant),
            ("truncated", Some(argument)) => size(argument).map(|scale| Initial::Truncated { scale }),
            ("uniform", Some(argument)) => size(argument).map(|bound| Initial::Uniform { bound }),
            ("orthogonal", _) => gain.map(|gain| Initial::Orthogonal { gain }),
            _ => {
                let (rest, by_outputs) = stripped(name, "-out");
                let (rest, uniform) = stripped(rest, "-uniform");
                let named = Spread::NAMED.iter().find(|(name, _)| *name == rest);
                let scaled = named.filter(|(_, spread)| !by_outputs || *spread != Spread::Glorot).zip(gain);
                let scaled = scaled.map(|(&(_, spread), gain)| Scaled { spread, uniform, by_outputs, gain });
                scaled.map(Initial::Scaled).or_else(|| size(text).map(|scale| Initial::Normal { scale }))
            }
        };
        found.ok_or_else(|| Error::Unknown {
            what: "initial values",
            found: text.into(),
            choices: Self::CHOICES.into(),
        })
    }
}

/// What comes before this ending, and whether it was there.
fn stripped<'a>(text: &'a str, ending: &str) -> (&'a str, bool) {
    text.strip_suffix(ending).map_or((text, false), |rest| (rest, true))
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

    #[test]
    fn names_are_read_and_written() {
        let numbers = [
            "constant(-0.5)",
            "truncated(0.02)",
            "uniform(0.1)",
            "orthogonal(1.4)",
            "0.01",
            "he(1.5)",
            "lecun-uniform-out(0.2)",
        ];
        let names = Initial::names();
        assert!(
            ["he", "xavier-out", "glorot-uniform", "orthogonal", "zeros"]
                .iter()
                .all(|name| names.iter().any(|found| found == name))
        );
        for text in names.iter().map(String::as_str).chain(numbers) {
            assert_eq!(named(text).to_string(), text);
        }
        assert_eq!(named("he(1)"), Initial::HE);
        for text in [
            "hee",
            "",
            "-1",
            "nan",
            "inf",
            "constant(x)",
            "constant(1",
            "uniform(-1)",
            "he(-2)",
            "glorot-out",
            "zeros(1)",
            "he-out-uniform",
            "uniform",
            "-out",
            "constant",
        ] {
            let error = text.parse::<Initial>().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("unknown initial values `{text}`; choose one of: zeros")),
                "{error}"
            );
        }
    }
}
