//! The statistics behind a verdict, one idea a file.
//!
//! Everything is a pure function of its arguments: resampling takes a seed, so the same data give the same interval on
//! every run. Each figure is tested against SciPy or statsmodels.

mod again;
mod best_of;
mod between;
#[cfg(test)]
mod coverage;
mod distribution;
mod looks;
mod paired;
mod profile;
mod summary;
mod survival;
mod welch;

pub use again::{Again, ROUNDS, Repetition, Tried, again};
pub use best_of::expected_best;
pub(crate) use distribution::chi_squared_quantile;
pub use distribution::{normal_cdf, normal_quantile, student_cdf, student_quantile};
pub use looks::{FIVE_PERCENT, spent_at, spent_by};
pub use paired::{Correct, ExampleVariance, PairedDifference};
pub use profile::{interquartile_mean, performance_profile};
pub use summary::{Summary, mean, median, sample_standard_deviation};
pub use survival::{
    LogRank, RestrictedMean, Watched, common_horizon, kaplan_meier, log_rank, restricted_mean,
};
pub use welch::Welch;

use serde::{Deserialize, Serialize};

/// The two ends of a confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// Whether `value` lies inside, ends included.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}
