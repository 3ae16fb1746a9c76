//! What a run of an experiment is for.

use serde::{Deserialize, Serialize};

/// What a run is for. It does not change the result, so it is no part of the cell's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Trying a learning rate.
    Tuning {
        /// Which trial of its rule, from 0.
        trial: usize,
    },
    /// Running one of the best again on fresh seeds.
    Confirmation,
    /// The chosen configuration on seeds never used before; the only stage that may read the test split.
    Final,
    /// The rule at its default hyper-parameters.
    Default,
}

impl Stage {
    /// One word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tuning { .. } => "tuning",
            Self::Confirmation => "confirmation",
            Self::Final => "final",
            Self::Default => "default",
        }
    }
}
