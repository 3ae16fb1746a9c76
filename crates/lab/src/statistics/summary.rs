//! Mean, spread and the values themselves: what one rule did over several seeds.

use serde::{Deserialize, Serialize};

use super::{Interval, student_quantile};

/// The arithmetic mean; NaN of no values.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The sample standard deviation (divisor n - 1); NaN of fewer than two values.
pub fn sample_standard_deviation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    let centre = mean(values);
    let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    (squares / (values.len() - 1) as f64).sqrt()
}

/// The middle value, or the mean of the two middle values; NaN of no values. Infinities are allowed: they sort last.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => 0.5 * (sorted[n / 2 - 1] + sorted[n / 2]),
    }
}

/// Mean and spread over seeds, of the runs that gave a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// How many runs gave a number.
    pub count: usize,
    /// Their mean.
    pub mean: f64,
    /// Their sample standard deviation; absent for a single run.
    pub standard_deviation: Option<f64>,
    /// The smallest value.
    pub least: f64,
    /// The largest value.
    pub most: f64,
}

impl Summary {
    /// Summarises the finite values; `None` if there are none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        if finite.is_empty() {
            return None;
        }
        Some(Self {
            count: finite.len(),
            mean: mean(&finite),
            standard_deviation: (finite.len() > 1).then(|| sample_standard_deviation(&finite)),
            least: finite.iter().copied().fold(f64::INFINITY, f64::min),
            most: finite.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    }

    /// The interval of the mean by Student's t distribution, with the given `confidence`; absent for a single run.
    pub fn interval(&self, confidence: f64) -> Option<Interval> {
        let count = self.count as f64;
        let quantile = student_quantile(0.5 + 0.5 * confidence, count - 1.0);
        let half = quantile * self.standard_deviation? / count.sqrt();
        Some(Interval { low: self.mean - half, high: self.mean + half })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numpy_gives_the_same() {
        let values = [0.921, 0.925, 0.919, 0.930, 0.922];
        assert!((mean(&values) - 0.9234).abs() < 1e-15);
        assert!((sample_standard_deviation(&values) - 0.004277849927241491).abs() < 1e-16);
        assert_eq!(median(&values), 0.922);
        assert_eq!(median(&[1.0, f64::INFINITY, 3.0, 2.0]), 2.5);
    }

    #[test]
    fn one_value_has_no_spread_and_none_has_no_summary() {
        assert_eq!(Summary::of(&[2.0]).unwrap().standard_deviation, None);
        assert_eq!(Summary::of(&[f64::NAN]), None);
        assert_eq!(Summary::of(&[2.0, f64::NAN, 4.0]).unwrap().mean, 3.0);
    }
}
