//! The difference of two means when the same seeds, and the same test examples, move both.
//!
//! Rules share seeds, initial values, batches and test examples, so their figures rise and fall together. Differences are therefore
//! taken seed by seed, always: Student's paired test is valid whatever the correlation, and choosing between a paired and an
//! unpaired test by the correlation seen is not.
//!
//! Where it is known which examples each run got right, the examples are a sample too. Seeds and examples are crossed, so the
//! variance of the mean difference has three parts, as in an analysis of variance with two random factors without replication
//! (Searle, Casella and McCulloch, "Variance Components", 1992, chapter 4): seeds, examples, and what is left.

use serde::{Deserialize, Serialize};

use super::{Interval, mean, student_quantile};

/// A mean difference and the parts of its variance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairedDifference {
    /// The mean of a - b over the seeds.
    pub mean: f64,
    /// The number of seeds.
    pub seeds: usize,
    /// The variance of the mean on these examples: that of the differences over the seeds, divided by their number.
    pub seed_variance: f64,
    /// What the choice of examples adds; absent where it is not known which examples each run got right.
    pub examples: Option<ExampleVariance>,
}

/// The variance of a mean difference over the choice of test examples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExampleVariance {
    /// The number of test examples.
    pub count: usize,
    /// The variance of the mean of the examples' mean differences, as observed.
    pub observed: f64,
    /// The part of it that goes away with more seeds: that of single runs on single examples.
    pub residual: f64,
}

/// Which test examples a run got right, one bit each, the first in the lowest bit of the first byte.
pub type Correct<'a> = &'a [u8];

impl PairedDifference {
    /// Pairs the values of the same seeds; `None` with fewer than two pairs, or a value that is not finite.
    pub fn of(a: &[f64], b: &[f64]) -> Option<Self> {
        let seeds = a.len();
        if seeds != b.len() || seeds < 2 || a.iter().chain(b).any(|value| !value.is_finite()) {
            return None;
        }
        let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
        let centre = mean(&differences);
        let squares: f64 = differences.iter().map(|difference| (difference - centre).powi(2)).sum();
        let seed_variance = squares / ((seeds - 1) * seeds) as f64;
        // Differences that are equal but for rounding have no spread.
        let largest = a.iter().chain(b).fold(0.0_f64, |largest, value| largest.max(value.abs()));
        let rounding = (4.0 * f64::EPSILON * largest).powi(2);
        let seed_variance = if seed_variance > rounding { seed_variance } else { 0.0 };
        Some(Self { mean: centre, seeds, seed_variance, examples: None })
    }

    /// The same, with the examples as a sample: for each seed, which of `count` examples the two runs got right.
    ///
    /// Leaves the examples out if there are fewer than two, or a run's bits are too few.
    #[must_use]
    pub fn with_examples(mut self, a: &[Correct<'_>], b: &[Correct<'_>], count: usize) -> Self {
        let bytes = count.div_ceil(8);
        let complete =
            |runs: &[Correct<'_>]| runs.len() == self.seeds && runs.iter().all(|run| run.len() == bytes);
        if count < 2 || !complete(a) || !complete(b) {
            return self;
        }
        // Every single difference is -1, 0 or 1, so the sums are exact.
        let mut by_example = vec![0_i64; count];
        let mut by_seed = vec![0_i64; self.seeds];
        let mut squares = 0_i64;
        for (seed, (a, b)) in a.iter().zip(b).enumerate() {
            for (byte, (a, b)) in a.iter().zip(*b).enumerate().filter(|(_, (a, b))| a != b) {
                let differ = a ^ b;
                for bit in (0..8).filter(|bit| differ >> bit & 1 == 1 && 8 * byte + bit < count) {
                    let sign = if a >> bit & 1 == 1 { 1 } else { -1 };
                    by_example[8 * byte + bit] += sign;
                    by_seed[seed] += sign;
                    squares += 1;
                }
            }
        }
        let (seeds, examples) = (self.seeds as f64, count as f64);
        let square_sum = |sums: &[i64]| sums.iter().map(|&sum| (sum * sum) as f64).sum::<f64>();
        let total: i64 = by_seed.iter().sum();
        let centre = (total * total) as f64 / (seeds * examples);
        let of_seeds = square_sum(&by_seed) / examples - centre;
        let of_examples = square_sum(&by_example) / seeds - centre;
        let rest = (squares as f64 - centre - of_seeds - of_examples).max(0.0);
        let residual = rest / ((seeds - 1.0) * (examples - 1.0)) / (seeds * examples);
        let observed = (of_examples / (examples - 1.0)).max(0.0) / (seeds * examples);
        self.examples = Some(ExampleVariance { count, observed, residual });
        self
    }

    /// With a spread over the seeds of at least `deviation`: what is measured in steps of some size is no surer than they are.
    #[must_use]
    pub fn no_finer_than(self, deviation: f64) -> Self {
        let least = deviation * deviation / self.seeds as f64;
        Self { seed_variance: self.seed_variance.max(least), ..self }
    }

    /// On these very examples: what other seeds would change.
    #[must_use]
    pub fn on_these_examples(&self) -> Self {
        Self { examples: None, ..*self }
    }

    /// The variance of the mean: of the seeds and of the examples, the residual, which is in both, counted once.
    pub fn variance(&self) -> f64 {
        match &self.examples {
            Some(examples) => {
                let sum = self.seed_variance + examples.observed - examples.residual;
                sum.max(self.seed_variance).max(examples.observed)
            }
            None => self.seed_variance,
        }
    }

    /// The degrees of freedom (Satterthwaite 1946), never fewer than those of the seeds alone.
    pub fn degrees(&self) -> f64 {
        let least = (self.seeds - 1) as f64;
        let Some(examples) = &self.examples else { return least };
        let parts = self.seed_variance.powi(2) / least
            + examples.observed.powi(2) / examples.count.saturating_sub(1).max(1) as f64;
        let found = self.variance().powi(2) / parts;
        if found.is_finite() { found.max(least) } else { least }
    }

    /// The interval that covers the true difference with the given `confidence` (0.95 for 95 %).
    pub fn interval(&self, confidence: f64) -> Interval {
        let reach = student_quantile(0.5 + 0.5 * confidence, self.degrees()) * self.variance().sqrt();
        Interval { low: self.mean - reach, high: self.mean + reach }
    }

    /// The two-sided p-value of "the true difference is zero": Student's paired test, or its form with the examples.
    pub fn p_value(&self) -> f64 {
        let error = self.variance().sqrt();
        match (self.mean == 0.0, error == 0.0) {
            (true, _) => 1.0,
            (false, true) => 0.0,
            (false, false) => 2.0 * super::student_cdf(-(self.mean / error).abs(), self.degrees()),
        }
    }

    /// What it would be with another number of seeds, were the variances as they are here.
    #[must_use]
    pub fn with_seeds(&self, seeds: usize) -> Self {
        let share = self.seeds as f64 / seeds as f64;
        let examples = self.examples.map(|examples| ExampleVariance {
            observed: examples.of_examples() + examples.residual.min(examples.observed) * share,
            residual: examples.residual * share,
            ..examples
        });
        Self { seeds, seed_variance: self.seed_variance * share, examples, ..*self }
    }
}

impl ExampleVariance {
    /// The part that no number of seeds takes away.
    pub fn of_examples(&self) -> f64 {
        (self.observed - self.residual).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: [f64; 5] = [0.921, 0.925, 0.919, 0.930, 0.922];
    const B: [f64; 5] = [0.915, 0.918, 0.916, 0.921, 0.914];

    #[test]
    fn scipy_ttest_rel_gives_the_same() {
        let paired = PairedDifference::of(&A, &B).unwrap();
        let interval = paired.interval(0.95);
        assert!((interval.low - 0.003741474809013).abs() < 1e-12, "{interval:?}");
        assert!((interval.high - 0.009458525190987).abs() < 1e-12, "{interval:?}");
        assert!((paired.p_value() - 0.003042448497193784).abs() < 1e-12, "{}", paired.p_value());
    }

    #[test]
    fn values_without_spread_are_certain_and_too_few_are_nothing() {
        let apart = PairedDifference::of(&[0.3, 0.1 + 0.2], &[0.1, 0.1]).unwrap();
        assert_eq!((apart.variance(), apart.p_value()), (0.0, 0.0));
        assert_eq!(PairedDifference::of(&[1.0, 2.0], &[1.0, 2.0]).unwrap().p_value(), 1.0);
        assert_eq!(PairedDifference::of(&[1.0], &[2.0]), None);
        assert_eq!(PairedDifference::of(&[1.0, 2.0, f64::NAN], &[1.0, 2.0, 3.0]), None);
        assert_eq!(PairedDifference::of(&[1.0, 2.0], &[1.0, 2.0, 3.0]), None);
    }

    /// Two seeds, three examples: differences 1, 0, -1 and 1, 1, 0.
    fn crossed() -> PairedDifference {
        let (a, b): ([&[u8]; 2], [&[u8]; 2]) = ([&[0b011], &[0b011]], [&[0b110], &[0b000]]);
        PairedDifference::of(&[2.0 / 3.0; 2], &[2.0 / 3.0, 0.0]).unwrap().with_examples(&a, &b, 3)
    }

    #[test]
    fn the_parts_of_the_variance_are_those_of_the_analysis_of_variance() {
        let examples = crossed().examples.unwrap();
        // Sums of squares about the mean 1/3: 10/3 in all, of which seeds 2/3, examples 7/3, and 1/3 with 2 degrees is left.
        assert!((crossed().mean - 1.0 / 3.0).abs() < 1e-15);
        assert!((crossed().seed_variance - 2.0 / 3.0 / 6.0).abs() < 1e-15);
        assert!((examples.observed - 7.0 / 3.0 / 2.0 / 6.0).abs() < 1e-15, "{examples:?}");
        assert!((examples.residual - 1.0 / 3.0 / 2.0 / 6.0).abs() < 1e-15, "{examples:?}");
        let sum = 1.0 / 9.0 + 7.0 / 36.0 - 1.0 / 36.0;
        assert!((crossed().variance() - sum).abs() < 1e-15);
        let degrees = sum * sum / ((1.0_f64 / 9.0).powi(2) + (7.0_f64 / 36.0).powi(2) / 2.0);
        assert!((crossed().degrees() - degrees).abs() < 1e-12);
        assert_eq!(crossed().on_these_examples().variance(), crossed().seed_variance);
    }

    #[test]
    fn more_seeds_take_away_all_but_the_choice_of_examples() {
        let here = crossed();
        let many = here.with_seeds(2_000_000);
        assert!((many.variance() - here.examples.unwrap().of_examples()).abs() < 1e-6);
        assert_eq!(here.with_seeds(2), here);
        let without = here.on_these_examples().with_seeds(8);
        assert!((without.variance() - here.seed_variance / 4.0).abs() < 1e-15);
    }

    #[test]
    fn bits_that_do_not_fit_leave_the_examples_out() {
        let paired = PairedDifference::of(&[1.0, 0.5], &[0.5, 0.5]).unwrap();
        assert_eq!(paired.with_examples(&[&[3], &[1]], &[&[1]], 2).examples, None);
        assert_eq!(paired.with_examples(&[&[3], &[]], &[&[1], &[1]], 2).examples, None);
        assert_eq!(paired.with_examples(&[&[1], &[1]], &[&[1], &[1]], 1).examples, None);
    }
}
