//! The difference of two means when the same seeds move both.

use serde::{Deserialize, Serialize};

use super::{Interval, mean, sample_standard_deviation, student_quantile};

/// The correlation over seeds below which pairing gains nothing.
const WORTH_PAIRING: f64 = 0.2;

/// The mean difference of pairs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// Pearson's correlation of the two over the seeds.
    pub correlation: f64,
    /// The 95 % interval of the mean difference, seed by seed.
    pub interval: Interval,
}

impl Paired {
    /// Pairs the values of the same seeds; `None` where that is not warranted: fewer than three pairs, a value that is not
    /// finite, or a correlation of 0.2 or less.
    pub fn of(a: &[f64], b: &[f64]) -> Option<Self> {
        let n = a.len();
        if n != b.len() || n < 3 || a.iter().chain(b).any(|value| !value.is_finite()) {
            return None;
        }
        let (centre_a, centre_b) = (mean(a), mean(b));
        let products: f64 = a.iter().zip(b).map(|(x, y)| (x - centre_a) * (y - centre_b)).sum();
        let spread = sample_standard_deviation(a) * sample_standard_deviation(b) * (n - 1) as f64;
        let correlation = products / spread;
        // Without spread there is no correlation: NaN.
        if correlation.is_nan() || correlation <= WORTH_PAIRING {
            return None;
        }
        let differences: Vec<f64> = a.iter().zip(b).map(|(x, y)| x - y).collect();
        let error = sample_standard_deviation(&differences) / (n as f64).sqrt();
        let reach = student_quantile(0.975, (n - 1) as f64) * error;
        let centre = mean(&differences);
        Some(Self { correlation, interval: Interval { low: centre - reach, high: centre + reach } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scipy_ttest_rel_gives_the_same() {
        let a = [0.921, 0.925, 0.919, 0.930, 0.922];
        let b = [0.915, 0.918, 0.916, 0.921, 0.914];
        let paired = Paired::of(&a, &b).unwrap();
        assert!((paired.correlation - 0.871905550451317).abs() < 1e-12, "{paired:?}");
        assert!((paired.interval.low - 0.003741474809013).abs() < 1e-12, "{paired:?}");
        assert!((paired.interval.high - 0.009458525190987).abs() < 1e-12, "{paired:?}");
    }

    #[test]
    fn pairing_is_refused_where_it_gains_nothing() {
        assert_eq!(Paired::of(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), None);
        assert_eq!(Paired::of(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]), None);
        assert_eq!(Paired::of(&[1.0, 2.0], &[1.0, 2.0]), None);
        assert_eq!(Paired::of(&[1.0, 2.0, f64::NAN], &[1.0, 2.0, 3.0]), None);
    }
}
