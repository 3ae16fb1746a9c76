//! Whose formula and whose defaults a rule's name stands for.

use crate::OptimError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use thalweg_kit::hint;

/// A library or text whose formulas and defaults are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// "Deep Learning from Scratch" (Saitoh), chapter 6, `common/optimizer.py`.
    #[default]
    Book,
    /// `torch.optim` of PyTorch 2.15.
    Torch,
    /// `keras.optimizers` of Keras 3.15.
    Keras,
    /// Optax 0.2.8, `optax.contrib` included.
    Optax,
    /// The paper that introduced the rule, with the authors' own defaults.
    Paper,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Dialect; 5] =
        [Dialect::Book, Dialect::Torch, Dialect::Keras, Dialect::Optax, Dialect::Paper];

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::Book => "book",
            Dialect::Torch => "torch",
            Dialect::Keras => "keras",
            Dialect::Optax => "optax",
            Dialect::Paper => "paper",
        }
    }

    /// Whether updates are counted for the whole optimizer (a tensor that sits one out is counted with the others) rather
    /// than tensor by tensor.
    pub fn counts_together(self) -> bool {
        matches!(self, Dialect::Book | Dialect::Keras | Dialect::Optax)
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Dialect {
    type Err = OptimError;
    fn from_str(name: &str) -> Result<Self, OptimError> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name).ok_or_else(|| OptimError::Unknown {
            kind: "dialect",
            name: name.to_string(),
            suggestion: hint(name, Self::ALL.map(Dialect::name)),
        })
    }
}
