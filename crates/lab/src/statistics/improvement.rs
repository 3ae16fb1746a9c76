//! The probability that a run of one rule beats a run of another.
//!
//! Mann and Whitney's U divided by the number of pairs; "probability of improvement" in Agarwal et al., "Deep reinforcement
//! learning at the edge of the statistical precipice", 2021. It needs ranks only, so runs without a number can lose.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::bootstrap::{Bootstrap, RESAMPLES, percentile};
use super::{FIVE_PERCENT, Interval};

/// P(a run of A beats a run of B) with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Improvement {
    /// The share of pairs in which A is better, ties counted half.
    pub probability: f64,
    /// Its 95 % percentile bootstrap interval.
    pub interval: Interval,
    /// The lower end of the interval that is so much wider that those of all pairs hold together at 95 % (Bonferroni).
    pub corrected_low: f64,
}

impl Improvement {
    /// Compares two samples of scores, where **higher is better**; NaN (a diverged run) loses against every number. `pairs`
    /// is how many such comparisons are made together.
    ///
    /// # Panics
    /// If a sample is empty.
    pub fn of(a: &[f64], b: &[f64], pairs: usize, seed: u64) -> Self {
        let bootstrap = Bootstrap::of(a, b, RESAMPLES, seed, probability_of_improvement);
        Self {
            probability: probability_of_improvement(a, b),
            interval: percentile(&bootstrap, 0.95),
            corrected_low: percentile(&bootstrap, 1.0 - FIVE_PERCENT / pairs.max(1) as f64).low,
        }
    }
}

/// The share of pairs in which the value from `a` is higher, ties counted half; NaN loses against every number.
pub fn probability_of_improvement(a: &[f64], b: &[f64]) -> f64 {
    let mut halves = 0_u64;
    for &left in a {
        for &right in b {
            halves += match left.partial_cmp(&right) {
                Some(Ordering::Greater) => 2,
                Some(Ordering::Equal) => 1,
                Some(Ordering::Less) => 0,
                None => u64::from(right.is_nan()) + u64::from(!left.is_nan()),
            };
        }
    }
    halves as f64 / (2 * a.len() * b.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scipy_mann_whitney_gives_the_same() {
        let a = [0.921, 0.925, 0.919, 0.930, 0.922];
        let b = [0.915, 0.918, 0.921, 0.910, 0.917, 0.914];
        assert_eq!(probability_of_improvement(&a, &b), 0.95);
        let improvement = Improvement::of(&a, &b, 1, 3);
        assert_eq!(improvement.corrected_low, improvement.interval.low);
        assert!(Improvement::of(&a, &b, 15, 3).corrected_low < improvement.interval.low);
        assert!(improvement.interval.low > 0.75 && improvement.interval.high == 1.0, "{improvement:?}");
    }

    #[test]
    fn ties_count_half_and_diverged_runs_lose() {
        assert_eq!(probability_of_improvement(&[1.0, 1.0], &[1.0, 1.0]), 0.5);
        assert_eq!(probability_of_improvement(&[1.0], &[f64::NAN]), 1.0);
        assert_eq!(probability_of_improvement(&[f64::NAN], &[1.0]), 0.0);
        assert_eq!(probability_of_improvement(&[f64::NAN], &[f64::NAN]), 0.5);
    }
}
