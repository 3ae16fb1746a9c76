//! What can be wrong with a problem of one's own.

use thalweg_arena::ArenaError;
use thalweg_optim::OptimError;

use super::program::ProgramFault;

/// Why a problem of one's own cannot be run. A problem written in Rust gives its own errors as [`Other`](Self::Other): a text or an
/// error becomes one by `into()`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OwnFault {
    /// It was given up because all work was asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// The program does not start, or does not answer as it must.
    #[error(transparent)]
    Program(#[from] ProgramFault),
    /// A parameter whose shape does not hold its values.
    #[error("the parameter `{name}` has {values} values for a shape of {shape:?}")]
    Shape {
        /// The parameter.
        name: String,
        /// The number of its values.
        values: usize,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// Parameters that have no layout.
    #[error(transparent)]
    Layout(#[from] ArenaError),
    /// A rule that cannot be used, or not on these parameters.
    #[error(transparent)]
    Rule(#[from] OptimError),
    /// There is no accuracy to judge by.
    #[error("the problem is judged by its accuracy, and gives none; set `metric = \"loss\"`")]
    NoAccuracy,
    /// Not deterministic, though it is said to be: two losses of one point.
    #[error(
        "the problem is said to be `deterministic` and gave the loss {first}, then {second}, when it was asked again at the same \
         parameters; leave the key out, and let all randomness follow from the seed"
    )]
    OtherLoss {
        /// The first loss.
        first: f64,
        /// The second.
        second: f64,
    },
    /// Not deterministic, though it is said to be: two gradients at one point.
    #[error(
        "the problem is said to be `deterministic` and gave other gradients when it was asked again at the same parameters; leave \
         the key out, and let all randomness follow from the seed"
    )]
    OtherGradients,
    /// What the problem itself says.
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
}

impl From<String> for OwnFault {
    fn from(message: String) -> Self {
        Self::Other(message.into())
    }
}

impl From<&str> for OwnFault {
    fn from(message: &str) -> Self {
        Self::Other(message.into())
    }
}

impl From<Box<dyn std::error::Error + Send + Sync>> for OwnFault {
    fn from(error: Box<dyn std::error::Error + Send + Sync>) -> Self {
        Self::Other(error)
    }
}
