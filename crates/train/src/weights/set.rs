//! The two sets of weights that a run can have.

use crate::TrainError;
use std::fmt;
use std::str::FromStr;

/// One of the two sets of weights of a run. They differ where the rule or a stage keeps an average of the weights
/// ([`thalweg_optim::Optimizer::averaged`]), and are the same otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum WeightSet {
    /// The weights that evaluations are made with: the average, where there is one.
    #[default]
    Judged,
    /// The weights that updates are applied to, and that a resumed run goes on with.
    Raw,
}

impl WeightSet {
    /// Every set with its name.
    pub const ALL: [(&str, WeightSet); 2] = [("judged", WeightSet::Judged), ("raw", WeightSet::Raw)];
}

impl fmt::Display for WeightSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ALL.iter().find(|(_, set)| set == self).map_or("", |(name, _)| name))
    }
}

impl FromStr for WeightSet {
    type Err = TrainError;

    fn from_str(text: &str) -> Result<Self, TrainError> {
        let found = Self::ALL.iter().find(|(name, _)| *name == text).map(|(_, set)| *set);
        found.ok_or_else(|| {
            TrainError::Setting(format!("there is no set of weights `{text}`; there are judged and raw"))
        })
    }
}
