//! Initial values of parameters.
//!
//! Draws are reproducible: tensor number i of the layout takes ChaCha8 seeded with `seed`, stream i, and fills its elements in
//! row-major order with standard normal numbers (in `f64`, one `StandardNormal` sample each), scaled, then rounded to the
//! element type. So `f32` and `f64` networks of one seed start from the same numbers, and a tensor's draws do not depend on
//! the sizes of the others.

use crate::graph::{Graph, Kind};
use crate::{Element, Error};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use std::fmt;
use std::str::FromStr;
use thalweg_arena::{Arena, Tensor};

/// How the elements of a weight begin. The random ones are normal with mean 0.
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
    /// Standard deviation sqrt(1 / inputs), for sigmoid and tanh: the book's form of Xavier's values (LeCun's, too).
    Xavier,
    /// Standard deviation sqrt(2 / (inputs + outputs)): the original form (Glorot and Bengio 2010, eq. 12).
    Glorot,
    /// Standard deviation sqrt(2 / inputs), for ReLU (He et al. 2015, eq. 10).
    He,
}

impl Initial {
    /// What can be parsed, for messages and lists.
    pub const CHOICES: &str =
        "zeros, constant(c), xavier, glorot, he, or a number: the standard deviation of normal values";

    /// The standard deviation for a tensor of this shape; `None` if nothing is drawn.
    fn deviation(self, shape: &[usize]) -> Option<f64> {
        let (inputs, outputs) = fans(shape);
        match self {
            Initial::Zeros | Initial::Constant(_) => None,
            Initial::Normal { scale } => Some(scale),
            Initial::Xavier => Some((1.0 / inputs).sqrt()),
            Initial::Glorot => Some((2.0 / (inputs + outputs)).sqrt()),
            Initial::He => Some((2.0 / inputs).sqrt()),
        }
    }

    fn fill<T: Element>(self, tensor: &Tensor, index: usize, seed: u64, values: &mut [T]) {
        match (self, self.deviation(&tensor.shape)) {
            (Initial::Constant(constant), _) => values.fill(T::from_f64(constant)),
            (_, None) => values.fill(T::ZERO),
            (_, Some(deviation)) => {
                let mut random = ChaCha8Rng::seed_from_u64(seed);
                random.set_stream(index as u64);
                values.fill_with(|| {
                    let normal: f64 = random.sample(StandardNormal);
                    T::from_f64(deviation * normal)
                });
            }
        }
    }
}

/// How many inputs and outputs a unit sees: the rows and columns of a weight [inputs, outputs]; the length for a vector.
fn fans(shape: &[usize]) -> (f64, f64) {
    match shape {
        [] => (1.0, 1.0),
        [length] => (*length as f64, *length as f64),
        [inputs @ .., outputs] => (inputs.iter().product::<usize>() as f64, *outputs as f64),
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
        match self {
            Initial::Zeros => f.write_str("zeros"),
            Initial::Constant(constant) => write!(f, "constant({constant})"),
            Initial::Normal { scale } => write!(f, "{scale}"),
            Initial::Xavier => f.write_str("xavier"),
            Initial::Glorot => f.write_str("glorot"),
            Initial::He => f.write_str("he"),
        }
    }
}

impl FromStr for Initial {
    type Err = Error;

    /// `he`, `xavier`, `glorot`, `zeros`, `constant(0.5)`, or `0.01`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let unknown =
            || Error::Unknown { what: "initial values", found: text.into(), choices: Self::CHOICES.into() };
        let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
        match text {
            "zeros" => Ok(Initial::Zeros),
            "xavier" => Ok(Initial::Xavier),
            "glorot" => Ok(Initial::Glorot),
            "he" => Ok(Initial::He),
            _ => match text.strip_prefix("constant(").and_then(|rest| rest.strip_suffix(')')) {
                Some(constant) => number(constant).map(Initial::Constant).ok_or_else(unknown),
                None => {
                    let scale = number(text).filter(|&scale| scale >= 0.0);
                    scale.map(|scale| Initial::Normal { scale }).ok_or_else(unknown)
                }
            },
        }
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
            (Initial::He, 0.1),
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
    fn names_are_read_and_written() {
        for text in ["zeros", "constant(0.5)", "xavier", "glorot", "he", "0.01"] {
            assert_eq!(text.parse::<Initial>().unwrap().to_string(), text);
        }
        for text in ["hee", "", "-1", "nan", "inf", "constant(x)", "constant(1"] {
            let error = text.parse::<Initial>().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("unknown initial values `{text}`; choose one of: zeros")),
                "{error}"
            );
        }
    }
}
