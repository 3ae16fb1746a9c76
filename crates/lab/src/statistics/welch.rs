//! The difference of two means when the spreads differ: Welch's interval and test.
//!
//! Welch, "The generalization of 'Student's' problem when several different population variances are involved", 1947.

use super::{Interval, mean, sample_standard_deviation, student_cdf, student_quantile};

/// The difference mean(a) - mean(b) with its standard error and degrees of freedom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Welch {
    /// mean(a) - mean(b).
    pub difference: f64,
    /// The standard error of the difference.
    pub standard_error: f64,
    /// The Welch-Satterthwaite degrees of freedom.
    pub degrees: f64,
}

impl Welch {
    /// Compares two samples; `None` unless each has two finite values or more.
    pub fn of(a: &[f64], b: &[f64]) -> Option<Self> {
        if a.len() < 2 || b.len() < 2 || a.iter().chain(b).any(|value| !value.is_finite()) {
            return None;
        }
        let variance = |values: &[f64]| sample_standard_deviation(values).powi(2) / values.len() as f64;
        let (of_a, of_b) = (variance(a), variance(b));
        let total = of_a + of_b;
        let spread = of_a * of_a / (a.len() - 1) as f64 + of_b * of_b / (b.len() - 1) as f64;
        Some(Self {
            difference: mean(a) - mean(b),
            standard_error: total.sqrt(),
            // Where the spread is none, it says nothing of the degrees either.
            degrees: if spread > 0.0 { total * total / spread } else { (a.len() + b.len() - 2) as f64 },
        })
    }

    /// The interval that covers the true difference with the given `confidence` (0.95 for 95 %).
    pub fn interval(&self, confidence: f64) -> Interval {
        let reach = student_quantile(0.5 + 0.5 * confidence, self.degrees) * self.standard_error;
        Interval { low: self.difference - reach, high: self.difference + reach }
    }

    /// The two-sided p-value of "the true difference is zero".
    pub fn p_value(&self) -> f64 {
        match (self.difference == 0.0, self.standard_error == 0.0) {
            (true, _) => 1.0,
            (false, true) => 0.0,
            (false, false) => 2.0 * student_cdf(-(self.difference / self.standard_error).abs(), self.degrees),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: [f64; 5] = [0.921, 0.925, 0.919, 0.930, 0.922];
    const B: [f64; 6] = [0.915, 0.918, 0.921, 0.910, 0.917, 0.914];

    #[test]
    fn scipy_ttest_ind_gives_the_same() {
        let welch = Welch::of(&A, &B).unwrap();
        assert!((welch.degrees - 8.121604354745122).abs() < 1e-9);
        assert!((welch.difference / welch.standard_error - 3.083658539912136).abs() < 1e-10);
        assert!((welch.p_value() - 0.014761313287366224).abs() < 1e-11);
        let interval = welch.interval(0.95);
        assert!((interval.low - 0.001922918138767422).abs() < 1e-12);
        assert!((interval.high - 0.013210415194565799).abs() < 1e-12);
    }

    #[test]
    fn samples_without_spread_are_certain() {
        let equal = Welch::of(&[1.0, 1.0], &[1.0, 1.0]).unwrap();
        assert_eq!((equal.p_value(), equal.interval(0.95)), (1.0, Interval { low: 0.0, high: 0.0 }));
        assert_eq!(Welch::of(&[2.0, 2.0], &[1.0, 1.0]).unwrap().p_value(), 0.0);
    }

    #[test]
    fn too_few_or_not_finite_is_no_comparison() {
        assert_eq!(Welch::of(&[1.0], &[1.0, 2.0]), None);
        assert_eq!(Welch::of(&[1.0, f64::NAN], &[1.0, 2.0]), None);
    }
}
