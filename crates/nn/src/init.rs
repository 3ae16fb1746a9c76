//! Initial values of parameters: how they are distributed, and what each distribution is called.

mod draws;

pub use draws::initialise;

use crate::GraphError;
use std::fmt;
use std::str::FromStr;

/// The initial values of a weight. Random ones have mean 0, and a normal distribution unless another is named.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initial {
    /// 0. Every unit of a layer then learns the same.
    Zeros,
    /// This number.
    Constant(f64),
    /// Standard deviation `scale`; the book starts with 0.01.
    Normal {
        /// The standard deviation.
        scale: f64,
    },
    /// A normal distribution truncated at two standard deviations: values outside are drawn again (torch's `trunc_normal_` with
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
    /// With a variance that follows from the number of a unit's inputs or outputs.
    Scaled(Scaled),
    /// Orthonormal rows or columns, whichever are fewer, times `gain` (Saxe, McClelland and Ganguli 2014).
    Orthogonal {
        /// The length of each.
        gain: f64,
    },
}

/// Values that keep the size of signals, or of gradients, about the same from layer to layer.
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

    /// Returns the names of the initial values that are written without a number.
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
    type Err = GraphError;

    /// One of the [`names`](Initial::names), these with a gain as in `he(1.4)`, `constant(0.5)`, `truncated(0.02)`, `uniform(0.1)`,
    /// or `0.01`.
    fn from_str(text: &str) -> Result<Self, GraphError> {
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
        found.ok_or_else(|| GraphError::Unknown {
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

    fn named(text: &str) -> Initial {
        text.parse().unwrap()
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
