//! How much was ever tried on a problem.

use serde::{Deserialize, Serialize};

/// What was ever tried on a problem.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// The rules that were run, each by its label, name and dialect.
    pub rules: usize,
    /// The different hyper-parameters with which they were run.
    pub configurations: usize,
    /// Looks at final runs of other rules, or of the same ones with other hyper-parameters.
    pub other_looks: usize,
}
